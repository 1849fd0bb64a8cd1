// Where a ledger in PostgreSQL is: connection string and name of the ledger.
//
//   postgresql://user@host:5432/database?sslmode=verify-full#campaign
//
// Knows how such a place is written, and how to speak of it without its
// secrets: nothing here or in any fault shows a password. Does not connect.
// Pure functions and plain data; thread-safe as any standard container is.
#ifndef DUBAN_SRC_JOURNAL_POSTGRES_PLACE_H_
#define DUBAN_SRC_JOURNAL_POSTGRES_PLACE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban::journal {

struct PostgresPlace {
  std::string connection;  // for libpq, with its secrets
  std::string ledger;
  std::string name;  // for people: server, database and ledger
  std::vector<std::string> secrets;
};

// "postgresql://…#ledger"; the ledger is what follows the last "#".
absl::StatusOr<PostgresPlace> ParsePostgresPlace(absl::string_view location);
// A connection string of either form that libpq reads (a URI, or "host=…
// dbname=…"), and the ledger's name: 1 to 128 bytes of UTF-8, without control
// characters and without any of "#@:/?".
// Reasons: BAD_CONNECTION_STRING, BAD_LEDGER_NAME.
absl::StatusOr<PostgresPlace> MakePostgresPlace(absl::string_view connection,
                                                absl::string_view ledger);

// The text without the place's secrets and without line breaks at its end.
std::string WithoutSecrets(const PostgresPlace& place, absl::string_view text);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_POSTGRES_PLACE_H_
