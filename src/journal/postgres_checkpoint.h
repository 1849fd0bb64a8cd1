// The checkpoints of ledgers in PostgreSQL: two tables beside those of the
// journal, which are made with the first one.
//
// Functions over one connection, whose thread rule they share; who calls
// tries again where it breaks.
#ifndef DUBAN_SRC_JOURNAL_POSTGRES_CHECKPOINT_H_
#define DUBAN_SRC_JOURNAL_POSTGRES_CHECKPOINT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/journal/journal.h"
#include "src/journal/postgres_connection.h"
#include "src/journal/postgres_place.h"

namespace duban::journal {

// In one transaction, which locks nothing that appending needs.
absl::Status WriteCheckpoint(PostgresConnection* connection,
                             const PostgresPlace& place,
                             const Checkpoint& checkpoint);
// As it stood at one moment.
absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(
    PostgresConnection* connection, const PostgresPlace& place);
absl::Status DropCheckpoint(PostgresConnection* connection,
                            const PostgresPlace& place);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_POSTGRES_CHECKPOINT_H_
