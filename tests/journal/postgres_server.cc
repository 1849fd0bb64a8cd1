#include "tests/journal/postgres_server.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

namespace fs = std::filesystem;

// Where Debian, and others, put what is not for every user's path.
std::string ProgramFolder() {
  for (const char* folder :
       {"/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin",
        "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/14/bin",
        "/usr/pgsql-15/bin", "/usr/local/pgsql/bin", "/usr/local/bin",
        "/usr/bin"}) {
    std::error_code error;
    if (fs::exists(fs::path(folder) / "initdb", error)) return folder;
  }
  return "";
}

}  // namespace

PostgresServer::PostgresServer() {
  const std::string programs = ProgramFolder();
  if (programs.empty()) {
    ADD_FAILURE() << "PostgreSQL's initdb was not found: install the server "
                     "(Debian: postgresql-15), as scripts/setup.sh does";
    return;
  }
  // Short: a socket's path has at most 107 bytes.
  std::string folder = "/tmp/duban-pg-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    ADD_FAILURE() << folder;
    return;
  }
  folder_ = folder;
  prefix_ = absl::StrCat("cd ", folder_, " && ");
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr) user = getpwnam("nobody");
    if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid)) {
      ADD_FAILURE() << "no user to run PostgreSQL as";
      return;
    }
    absl::StrAppend(&prefix_, "setpriv --reuid=", user->pw_uid,
                    " --regid=", user->pw_gid, " --clear-groups ");
  }
  absl::StrAppend(&prefix_, programs, "/");
  // A shell that waits for the end of its input, whatever brings that about.
  end_ =
      popen(absl::StrCat("exec > /dev/null 2>&1; trap '' HUP INT TERM; cat; (",
                         prefix_, "pg_ctl -D data -m immediate stop); rm -rf ",
                         folder_)
                .c_str(),
            "we");
  if (!Run("initdb",
           "-D data -U owner -A trust -E UTF8 --locale=C.UTF-8 "
           "--no-instructions")) {
    return;
  }
  Configure("listen_addresses = ''");
  Configure(absl::StrCat("unix_socket_directories = '", folder_, "'"));
  Configure("unix_socket_permissions = 0777");
  Configure("fsync = on");
  Configure("shared_buffers = 16MB");
  chmod(folder_.c_str(), 0755);
  ready_ = true;
  Start();
}

PostgresServer::~PostgresServer() {
  if (end_ != nullptr) pclose(end_);
}

PostgresServer* PostgresServer::ForTest() {
  static PostgresServer server;
  if (server.ready()) {
    server.Sql("DROP TABLE IF EXISTS duban_entry, duban_head, duban_meta");
  }
  return &server;
}

bool PostgresServer::Run(const std::string& program,
                         const std::string& arguments) const {
  // Nothing of the test's own must stay open in a server.
  const std::string command =
      absl::StrCat(prefix_, program, " ", arguments, " > ", folder_,
                   "/command.log 2>&1 < /dev/null");
  if (system(command.c_str()) == 0) return true;
  ADD_FAILURE() << command << "\n"
                << ReadFile(folder_ + "/command.log")
                << ReadFile(folder_ + "/server.log");
  return false;
}

std::string PostgresServer::Connection(absl::string_view user) const {
  return absl::StrCat("postgresql://", user, "@/postgres?host=", folder_);
}

std::string PostgresServer::Location(absl::string_view ledger,
                                     absl::string_view user) const {
  return absl::StrCat(Connection(user), "#", ledger);
}

void PostgresServer::Sql(const std::string& statements) const {
  PGconn* connection = PQconnectdb(Connection().c_str());
  PQsetNoticeReceiver(
      connection, [](void*, const PGresult*) {}, nullptr);
  PGresult* result = PQexec(connection, statements.c_str());
  const ExecStatusType status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
      << PQerrorMessage(connection) << statements;
  PQclear(result);
  PQfinish(connection);
}

std::string PostgresServer::Value(const std::string& query) const {
  PGconn* connection = PQconnectdb(Connection().c_str());
  PGresult* result = PQexec(connection, query.c_str());
  std::string value;
  if (PQntuples(result) == 1) {
    value = PQgetvalue(result, 0, 0);
  } else {
    ADD_FAILURE() << PQerrorMessage(connection) << query;
  }
  PQclear(result);
  PQfinish(connection);
  return value;
}

void PostgresServer::Stop(const std::string& mode) {
  Run("pg_ctl", "-D data -w stop -m " + mode);
}

void PostgresServer::Start() {
  ready_ = ready_ && Run("pg_ctl", "-D data -l server.log -w -t 60 start");
}

void PostgresServer::Configure(const std::string& line) {
  std::ofstream(folder_ + "/data/postgresql.conf", std::ios::app)
      << line << "\n";
}

void PostgresServer::Authenticate(const std::string& line) {
  const std::string path = folder_ + "/data/pg_hba.conf";
  const std::string old = ReadFile(path);
  std::ofstream(path, std::ios::trunc) << line << "\n" << old;
}

void PostgresServer::Reload() { Run("pg_ctl", "-D data reload"); }

}  // namespace duban::journal
