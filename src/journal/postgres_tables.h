// The tables of ledgers in PostgreSQL, as docs/journal-format.md describes
// them: making them, telling them from others, reading their rows.
//
// Knows the statements, and nothing of lost connections: who calls tries
// again. Functions over one connection, whose thread rule they share.
#ifndef DUBAN_SRC_JOURNAL_POSTGRES_TABLES_H_
#define DUBAN_SRC_JOURNAL_POSTGRES_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/journal/journal.h"
#include "src/journal/postgres_connection.h"
#include "src/journal/postgres_place.h"

namespace duban::journal {

// Finds the ledger, or makes it, with the tables if need be.
absl::Status FindLedger(PostgresConnection* connection,
                        const PostgresPlace& place, bool create,
                        absl::string_view created_by);

// The head row and the entry with the highest number, of one moment.
struct Heads {
  Position row;
  Position last;
};
absl::StatusOr<Heads> ReadHeads(PostgresConnection* connection,
                                const PostgresPlace& place);

// Where the chain stands at an entry, which must exist.
absl::StatusOr<Position> ReadPosition(PostgresConnection* connection,
                                      const PostgresPlace& place,
                                      uint64_t sequence);

// Entries from number `from` to `until`, as many as fit into a page of some
// megabytes, at least one if there is one. `from` 0 takes in numbers below 1
// too, which must not be there.
absl::StatusOr<std::vector<Entry>> ReadPage(PostgresConnection* connection,
                                            const PostgresPlace& place,
                                            uint64_t from, uint64_t until);

// Locks the head row until the transaction ends, and gives it with the
// transaction's number, which PostgreSQL keeps with each row that it writes.
struct LockedHead {
  Position position;
  uint64_t transaction = 0;
};
absl::StatusOr<LockedHead> LockHead(PostgresConnection* connection,
                                    const PostgresPlace& place);

// Adds the batches to the locked head, and moves it.
absl::StatusOr<Position> Insert(PostgresConnection* connection,
                                const PostgresPlace& place,
                                const Position& after,
                                Journal::Batches batches);

// Whether that transaction has written the entry. Waits for whoever holds
// the head row, so that a transaction that still runs counts as well.
absl::StatusOr<bool> WasWritten(PostgresConnection* connection,
                                const PostgresPlace& place, const Head& entry,
                                uint64_t transaction);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_POSTGRES_TABLES_H_
