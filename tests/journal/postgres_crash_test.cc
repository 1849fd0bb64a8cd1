// Processes that are killed while they append to PostgreSQL, servers that are
// restarted under them, and answers that get lost on the way.

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/journal/postgres.h"
#include "src/journal/verify.h"
#include "tests/journal/ledger_fixture.h"
#include "tests/journal/postgres_server.h"

namespace duban::journal {
namespace {

bool Deep() { return getenv("DUBAN_DEEP") != nullptr; }

PostgresOptions Patient() {
  PostgresOptions options;
  options.create = true;
  options.reconnect_ms = 60000;
  return options;
}

// One writer: batches "writer:0", "writer:1", …, two entries each. Writes a
// byte to its file for each that was acknowledged. Goes on until there are
// so many, or until the file `stop` exists. Never comes back.
struct Writer {
  std::string location;
  std::string folder;
  std::string name;
  int batches;

  std::string acknowledged() const { return folder + "/" + name; }
  std::string stop() const { return folder + "/stop"; }

  static std::vector<std::string> Batch(const std::string& name, int number) {
    return {absl::StrCat(name, ":", number),
            absl::StrCat(name, ":", number, ":", std::string(3000, 'b'))};
  }

  [[noreturn]] void Run() const {
    std::ofstream acknowledge(acknowledged(), std::ios::app);
    auto journal = PostgresJournal::Open(location, Patient());
    if (!journal.ok()) _exit(3);
    Head head;
    for (int i = 0; i < batches && !Exists(stop());) {
      const auto appended = (*journal)->Append(head, Batch(name, i));
      if (appended.ok()) {
        head = *appended;
        acknowledge << '.' << std::flush;
        ++i;
        continue;
      }
      if (!absl::IsAborted(appended.status())) _exit(4);
      const auto moved = (*journal)->GetHead();
      if (!moved.ok()) _exit(5);
      head = *moved;
    }
    _exit(0);
  }

  pid_t Start() const {
    const pid_t child = fork();
    if (child == 0) Run();
    return child;
  }
};

// What each writer has acknowledged is there, in order and once; at most one
// more batch may have been written without an answer.
void CheckPromises(const std::string& location,
                   const std::vector<Writer>& writers) {
  const auto report = Verify(location);
  ASSERT_TRUE(report.ok()) << report.status();
  auto journal = PostgresJournal::Open(location, Patient());
  ASSERT_TRUE(journal.ok()) << journal.status();
  std::map<std::string, int> found;
  const std::vector<Entry> entries = ReadAll(journal->get());
  ASSERT_EQ(entries.size() % 2, 0u);
  for (size_t i = 0; i < entries.size(); i += 2) {
    const std::string name =
        entries[i].payload.substr(0, entries[i].payload.find(':'));
    const std::vector<std::string> batch = Writer::Batch(name, found[name]++);
    ASSERT_EQ(entries[i].payload, batch[0]);
    ASSERT_EQ(entries[i + 1].payload, batch[1]);
    ASSERT_EQ(entries[i].batch, entries[i + 1].batch);
  }
  for (const Writer& writer : writers) {
    const int acknowledged =
        static_cast<int>(ReadFile(writer.acknowledged()).size());
    EXPECT_GE(found[writer.name], acknowledged) << writer.name;
    EXPECT_LE(found[writer.name], acknowledged + 1) << writer.name;
  }
}

int StatusOf(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool AnyHasEnded() {
  siginfo_t info = {};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_signo == SIGCHLD && info.si_code == CLD_EXITED;
}

class PostgresCrashTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::ForTest();
    ASSERT_TRUE(server_->ready());
  }
  Writer WriterOf(const std::string& name, int batches) const {
    return {server_->Location("a"), scratch_.path(), name, batches};
  }

  PostgresServer* server_ = nullptr;
  ScratchDirectory scratch_;
};

TEST_F(PostgresCrashTest, WritersAtTheSameTimeLoseNothing) {
  const int batches = Deep() ? 6000 : 100;
  // They also race to make the tables.
  const std::vector<Writer> writers = {WriterOf("a", batches),
                                       WriterOf("b", batches)};
  std::vector<pid_t> children;
  for (const Writer& writer : writers) children.push_back(writer.Start());
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  CheckPromises(server_->Location("a"), writers);
  EXPECT_EQ(ReadFile(writers[0].acknowledged()).size(),
            static_cast<size_t>(batches));
}

TEST_F(PostgresCrashTest, KilledWritersLeaveWholeBatches) {
  Numbers moment(43);
  std::vector<Writer> writers;
  for (int round = 0; round < (Deep() ? 500 : 12); ++round) {
    writers.push_back(WriterOf(absl::StrCat("w", round), 1 << 20));
    const pid_t child = writers.back().Start();
    const size_t wait_for = moment.Below(8);
    while (!Exists(writers.back().acknowledged()) ||
           ReadFile(writers.back().acknowledged()).size() < wait_for) {
      usleep(200);
    }
    usleep(static_cast<useconds_t>(moment.Below(3000)));
    kill(child, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(StatusOf(child)));
  }
  // A last writer waits for what a killed one's server process still does.
  writers.push_back(WriterOf("last", 1));
  EXPECT_EQ(StatusOf(writers.back().Start()), 0);
  CheckPromises(server_->Location("a"), writers);
}

TEST_F(PostgresCrashTest, ARestartUnderWritersLosesNothing) {
  const std::vector<Writer> writers = {WriterOf("a", 1 << 20),
                                       WriterOf("b", 1 << 20)};
  std::vector<pid_t> children;
  for (const Writer& writer : writers) children.push_back(writer.Start());
  for (int restart = 0; restart < (Deep() ? 10 : 2); ++restart) {
    // Each gets on before the next blow.
    for (const Writer& writer : writers) {
      const size_t before = ReadFile(writer.acknowledged()).size();
      while (ReadFile(writer.acknowledged()).size() < before + 10 &&
             !AnyHasEnded()) {
        usleep(1000);
      }
    }
    server_->Stop(restart % 2 == 0 ? "immediate" : "fast");
    server_->Start();
  }
  WriteFile(writers[0].stop(), "");
  for (const pid_t child : children) EXPECT_EQ(StatusOf(child), 0);
  CheckPromises(server_->Location("a"), writers);
}

// Stands between a journal and the server, and cuts the first connection on
// which a COMMIT is asked for: before the server hears of it, or after it has
// answered.
class CuttingProxy {
 public:
  CuttingProxy(const std::string& server, const std::string& folder,
               bool deliver)
      : server_(server + "/.s.PGSQL.5432"), deliver_(deliver) {
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = AddressOf(folder + "/.s.PGSQL.5432");
    EXPECT_EQ(bind(listener_, reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address)),
              0);
    EXPECT_EQ(listen(listener_, 8), 0);
    child_ = fork();
    if (child_ == 0) Serve();
    close(listener_);
  }
  ~CuttingProxy() {
    kill(child_, SIGKILL);
    StatusOf(child_);
  }

 private:
  static sockaddr_un AddressOf(const std::string& path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    return address;
  }

  [[noreturn]] void Serve() {
    while (true) {
      const int client = accept(listener_, nullptr, nullptr);
      if (client < 0) _exit(1);
      const int server = socket(AF_UNIX, SOCK_STREAM, 0);
      const sockaddr_un address = AddressOf(server_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address),
                  sizeof(address)) != 0) {
        _exit(2);
      }
      Forward(client, server);
      close(client);
      close(server);
    }
  }

  void Forward(int client, int server) {
    bool drop_answer = false;
    while (true) {
      pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      poll(ends, 2, -1);
      const bool asks = ends[0].revents != 0;
      char bytes[65536];
      const ssize_t size = read(asks ? client : server, bytes, sizeof(bytes));
      if (size <= 0) return;
      if (asks && !cut_ &&
          absl::StrContains(absl::string_view(bytes, static_cast<size_t>(size)),
                            absl::string_view("COMMIT\0", 7))) {
        cut_ = true;
        if (!deliver_) return;
        drop_answer = true;
      }
      if (!asks && drop_answer) return;
      if (write(asks ? server : client, bytes, static_cast<size_t>(size)) !=
          size) {
        return;
      }
    }
  }

  std::string server_;
  bool deliver_;
  bool cut_ = false;
  int listener_ = -1;
  pid_t child_ = -1;
};

TEST_F(PostgresCrashTest, ACommitWithoutAnAnswerIsLookedUp) {
  for (const bool deliver : {false, true}) {
    SCOPED_TRACE(deliver ? "answer lost" : "request lost");
    SetUp();
    // The tables are there, so the first COMMIT is the batch's.
    ASSERT_TRUE(PostgresJournal::Open(server_->Location("a"), Patient()).ok());
    ScratchDirectory folder;
    const CuttingProxy proxy(server_->folder(), folder.path(), deliver);
    auto journal = PostgresJournal::Open(
        absl::StrCat("postgresql://owner@/postgres?host=", folder.path()), "a",
        Patient());
    ASSERT_TRUE(journal.ok()) << journal.status();
    const auto head = (*journal)->Append({}, {"once", "and no more"});
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(head->sequence, 2u);
    EXPECT_EQ(ReadAll(journal->get()).size(), 2u);
  }
}

TEST_F(PostgresCrashTest, AServerProcessThatDiesInTheCommitHasWrittenNothing) {
  auto journal = PostgresJournal::Open(server_->Location("a"), Patient());
  ASSERT_TRUE(journal.ok()) << journal.status();
  server_->Sql(
      "DROP SEQUENCE IF EXISTS deaths; CREATE SEQUENCE deaths;"
      "CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ "
      "BEGIN IF nextval('deaths') = 1 THEN "
      "PERFORM pg_terminate_backend(pg_backend_pid()); END IF; "
      "RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON duban_entry "
      "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()");
  ASSERT_TRUE((*journal)->Append({}, {"a"}).ok());
  EXPECT_EQ(server_->Value("SELECT last_value FROM deaths"), "2");
  EXPECT_EQ(ReadAll(journal->get()).size(), 1u);
}

}  // namespace
}  // namespace duban::journal
