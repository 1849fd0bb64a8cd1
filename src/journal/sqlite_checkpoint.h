// The checkpoint of a ledger file: two tables beside those of the journal,
// which are made with the first one.
//
// Functions over a file, whose thread rule they share.
#ifndef DUBAN_SRC_JOURNAL_SQLITE_CHECKPOINT_H_
#define DUBAN_SRC_JOURNAL_SQLITE_CHECKPOINT_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/journal/journal.h"
#include "src/journal/sqlite_file.h"

namespace duban::journal {

// In one transaction, so that there is the old one or the new one. Other
// writers wait meanwhile.
absl::Status WriteCheckpoint(SqliteFile* file, const Checkpoint& checkpoint);
// Needs a transaction around it.
absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(SqliteFile* file);
// Removes the tables as well.
absl::Status DropCheckpoint(SqliteFile* file);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_SQLITE_CHECKPOINT_H_
