// A PostgreSQL server of a test's own: a new cluster in a temporary folder,
// reached through a socket in that folder only, with fsync on. It is stopped
// and removed with the object, or when the test's process ends in any other
// way. PostgreSQL does not run as root; where the tests do, it runs as the
// user postgres or nobody.
#ifndef DUBAN_TESTS_JOURNAL_POSTGRES_SERVER_H_
#define DUBAN_TESTS_JOURNAL_POSTGRES_SERVER_H_

#include <cstdio>
#include <string>

#include "absl/strings/string_view.h"

namespace duban::journal {

class PostgresServer {
 public:
  // Fails the test where there is no server to start; check ready().
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // One for all tests of a program, since making a cluster takes seconds;
  // without tables of ledgers.
  static PostgresServer* ForTest();

  bool ready() const { return ready_; }
  const std::string& folder() const { return folder_; }

  // "postgresql://…" of the database "postgres", as superuser or as another.
  std::string Connection(absl::string_view user = "owner") const;
  std::string Location(absl::string_view ledger,
                       absl::string_view user = "owner") const;
  // Runs SQL past the journal, as a stranger with psql would.
  void Sql(const std::string& statements) const;
  // One value, as text.
  std::string Value(const std::string& query) const;

  // "immediate" is as if the machine had failed.
  void Stop(const std::string& mode);
  void Start();
  // Lines for postgresql.conf and pg_hba.conf, of which the first counts;
  // take effect with Reload.
  void Configure(const std::string& line);
  void Authenticate(const std::string& line);
  void Reload();

 private:
  bool Run(const std::string& program, const std::string& arguments) const;

  std::string folder_;
  std::string prefix_;   // becomes the server's user
  FILE* end_ = nullptr;  // closed: everything is stopped and removed
  bool ready_ = false;
};

}  // namespace duban::journal

#endif  // DUBAN_TESTS_JOURNAL_POSTGRES_SERVER_H_
