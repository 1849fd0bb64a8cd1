#include "src/journal/sqlite.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/journal/verify.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SqliteJournalTest : public testing::Test {
 protected:
  // The reason of a failed open, and that of Verify, which must agree.
  std::string Refusal(const std::string& path, const OpenOptions& options) {
    const absl::Status status = SqliteJournal::Open(path, options).status();
    EXPECT_FALSE(status.ok()) << path;
    const v1::ErrorDetail fault = FirstFault(status);
    EXPECT_FALSE(fault.message().zh().empty()) << status;
    EXPECT_FALSE(fault.message().en().empty()) << status;
    if (!options.create) {
      EXPECT_EQ(Reason(Verify(path).status()), fault.reason()) << path;
    }
    return fault.reason();
  }

  std::vector<std::string> FilesInDirectory() {
    std::vector<std::string> names;
    for (const auto& file :
         std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(file.path().filename().string());
    }
    return names;
  }

  ScratchDirectory directory_;
  const std::string path_ = directory_.File("a.duban");
};

TEST_F(SqliteJournalTest, IsThereAfterReopening) {
  Head head;
  {
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Creating());
    ASSERT_TRUE(AppendNext(journal.get(), {"one", "two"}).ok());
    head = *AppendNext(journal.get(), {"three"});
  }
  EXPECT_THAT(FilesInDirectory(), ElementsAre("a.duban"));
  for (const OpenOptions& options : {Creating(), Writing(), Reading()}) {
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, options);
    EXPECT_EQ(*journal->GetHead(), head);
    EXPECT_THAT(Payloads(ReadAll(journal.get())),
                ElementsAre("one", "two", "three"));
  }
}

TEST_F(SqliteJournalTest, TwoJournalsOnOneFileSeeAndRefuseEachOther) {
  std::unique_ptr<SqliteJournal> a = OpenOrFail(path_, Creating());
  std::unique_ptr<SqliteJournal> b = OpenOrFail(path_, Writing());
  std::unique_ptr<SqliteJournal> reader = OpenOrFail(path_, Reading());
  const Head stale = *b->GetHead();
  const Head head = *AppendNext(a.get(), {"a"});
  EXPECT_EQ(*b->GetHead(), head);
  EXPECT_EQ(*reader->GetHead(), head);
  const std::vector<std::string> payloads = {"b"};
  EXPECT_EQ(Reason(b->Append(stale, payloads).status()), "HEAD_MOVED");
  EXPECT_TRUE(b->Append(head, payloads).ok());
  EXPECT_EQ(Reason(a->Append(head, payloads).status()), "HEAD_MOVED");
  EXPECT_THAT(Payloads(ReadAll(reader.get())), ElementsAre("a", "b"));
  EXPECT_TRUE(Verify(path_).ok());
}

// A reader sees one state, whatever is appended while it reads.
TEST_F(SqliteJournalTest, ReadsTheEntriesThatWereThereWhenItBegan) {
  std::unique_ptr<SqliteJournal> a = OpenOrFail(path_, Creating());
  std::unique_ptr<SqliteJournal> b = OpenOrFail(path_, Writing());
  ASSERT_TRUE(AppendNext(a.get(), {"1", "2"}).ok());
  std::vector<std::string> seen;
  const absl::Status status = b->Read(0, [&](const Entry& entry) {
    EXPECT_TRUE(AppendNext(a.get(), {"later"}).ok());
    seen.push_back(entry.payload);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(seen, ElementsAre("1", "2"));
  EXPECT_EQ(b->GetHead()->sequence, 4u);
}

TEST_F(SqliteJournalTest, WaitsForAnotherWriterButNotForever) {
  OpenOptions options = Creating();
  options.busy_timeout_ms = 20;
  std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, options);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  const auto run = [&](const char* sql) {
    return sqlite3_exec(other, sql, nullptr, nullptr, nullptr);
  };
  ASSERT_EQ(run("BEGIN IMMEDIATE"), SQLITE_OK);
  const absl::Status status = AppendNext(journal.get(), {"x"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Reason(status), "JOURNAL_BUSY");
  ASSERT_EQ(run("ROLLBACK"), SQLITE_OK);
  EXPECT_TRUE(AppendNext(journal.get(), {"x"}).ok());
  sqlite3_close(other);
}

TEST_F(SqliteJournalTest, OpenedForReadingItRefusesToAppend) {
  ASSERT_TRUE(AppendNext(OpenOrFail(path_, Creating()).get(), {"x"}).ok());
  std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Reading());
  const absl::Status status = AppendNext(journal.get(), {"y"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Reason(status), "JOURNAL_READ_ONLY");
}

TEST_F(SqliteJournalTest, RefusesPlacesWhereNoLedgerCanBe) {
  EXPECT_EQ(Refusal("", Writing()), "BAD_PATH");
  EXPECT_EQ(Refusal(std::string("a\0b", 3), Creating()), "BAD_PATH");
  EXPECT_EQ(Refusal(path_, Writing()), "LEDGER_NOT_FOUND");
  EXPECT_EQ(Refusal(path_, Reading()), "LEDGER_NOT_FOUND");
  EXPECT_EQ(Refusal(directory_.path(), Creating()), "NOT_A_LEDGER");
  EXPECT_EQ(Refusal(directory_.File("no/a.duban"), Creating()),
            "DIRECTORY_NOT_FOUND");
  // Opening a pipe would wait for its other end.
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(Refusal(path_, Writing()), "NOT_A_LEDGER");
  EXPECT_EQ(Refusal("/dev/zero", Reading()), "NOT_A_LEDGER");
}

TEST_F(SqliteJournalTest, AFileOfNoBytesIsALedgerOnlyWhenCreating) {
  WriteFile(path_, "");
  EXPECT_EQ(Refusal(path_, Writing()), "NOT_A_LEDGER");
  EXPECT_EQ(Refusal(path_, Reading()), "NOT_A_LEDGER");
  EXPECT_EQ(ReadFile(path_), "");
  EXPECT_TRUE(AppendNext(OpenOrFail(path_, Creating()).get(), {"x"}).ok());
}

TEST_F(SqliteJournalTest, LeavesFilesOfOthersAlone) {
  const std::string text = directory_.File("notice.txt");
  WriteFile(text, std::string(200, 'x'));
  WriteFile(directory_.File("short"), "SQLite format 3");
  WriteFile(directory_.File("zeros"), std::string(8192, '\0'));
  const std::string other = directory_.File("other.db");
  Sql(other, "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  // A database with the right id and version, but none of the tables.
  const std::string posing = directory_.File("posing.db");
  Sql(posing, absl::StrCat("CREATE TABLE t(x); PRAGMA user_version=1;"
                           "PRAGMA application_id=",
                           0x4475424a));
  for (const OpenOptions& options : {Creating(), Writing(), Reading()}) {
    for (const std::string& name :
         {text, directory_.File("short"), directory_.File("zeros"), other}) {
      const std::string before = ReadFile(name);
      EXPECT_EQ(Refusal(name, options), "NOT_A_LEDGER") << name;
      EXPECT_TRUE(ReadFile(name) == before) << name;
    }
    const std::string before = ReadFile(posing);
    EXPECT_EQ(Refusal(posing, options), "JOURNAL_BROKEN");
    EXPECT_TRUE(ReadFile(posing) == before);
  }
  EXPECT_EQ(FilesInDirectory().size(), 5u);
}

// To open it, SQLite would merge and remove the log of a program that has
// crashed, or is about to go on.
TEST_F(SqliteJournalTest, LeavesTheLogOfAnotherDatabaseAlone) {
  const std::string live = directory_.File("live.db");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(live.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "PRAGMA journal_mode=WAL; CREATE TABLE t(x);"
                         "INSERT INTO t VALUES(1)",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  const std::string other = directory_.File("other.db");
  WriteFile(other, ReadFile(live));
  WriteFile(other + "-wal", ReadFile(live + "-wal"));
  sqlite3_close(db);
  const std::string before = ReadFile(other);
  const std::string log = ReadFile(other + "-wal");
  ASSERT_FALSE(log.empty());
  for (const OpenOptions& options : {Creating(), Writing(), Reading()}) {
    EXPECT_EQ(Refusal(other, options), "NOT_A_LEDGER");
    EXPECT_TRUE(ReadFile(other) == before);
    EXPECT_TRUE(ReadFile(other + "-wal") == log);
    EXPECT_FALSE(Exists(other + "-shm"));
  }
}

TEST_F(SqliteJournalTest, RefusesANewerFormat) {
  ASSERT_NE(OpenOrFail(path_, Creating()), nullptr);
  Sql(path_, "PRAGMA user_version=2");
  const std::string before = ReadFile(path_);
  for (const OpenOptions& options : {Creating(), Writing(), Reading()}) {
    EXPECT_EQ(Refusal(path_, options), "LEDGER_FORMAT_TOO_NEW");
  }
  EXPECT_TRUE(ReadFile(path_) == before);
}

// SQLite gives some names a meaning of their own.
TEST_F(SqliteJournalTest, TakesEveryNameAsTheFileOfThatName) {
  const std::string home = std::filesystem::current_path().string();
  ASSERT_EQ(chdir(directory_.path().c_str()), 0);
  for (const std::string& name :
       {std::string(":memory:"), std::string("file:x?mode=memory"),
        std::string("50%25#1?vfs=no.duban"), std::string("督办 台账.duban"),
        absl::StrCat("/", directory_.File("slashes.duban"))}) {
    ASSERT_TRUE(AppendNext(OpenOrFail(name, Creating()).get(), {"x"}).ok());
    EXPECT_TRUE(Exists(name)) << name;
    EXPECT_TRUE(Verify(name).ok()) << name;
    EXPECT_EQ(OpenOrFail(name, Writing())->GetHead()->sequence, 1u);
  }
  ASSERT_EQ(chdir(home.c_str()), 0);
}

TEST_F(SqliteJournalTest, SaysWhoMadeIt) {
  OpenOptions options = Creating();
  options.engine_version = "督办 9.9";
  ASSERT_NE(OpenOrFail(path_, options), nullptr);
  ASSERT_NE(OpenOrFail(path_, Creating()), nullptr);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  sqlite3_stmt* meta = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db, "SELECT format, created_by FROM meta", -1,
                               &meta, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_step(meta), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(meta, 0), 1);
  EXPECT_EQ(absl::string_view(
                reinterpret_cast<const char*>(sqlite3_column_text(meta, 1))),
            "督办 9.9");
  EXPECT_EQ(sqlite3_step(meta), SQLITE_DONE);
  sqlite3_finalize(meta);
  sqlite3_close(db);
}

// A ledger whose last entries were cut off must not be written on.
TEST_F(SqliteJournalTest, DoesNotOpenWithoutItsLastEntries) {
  ASSERT_TRUE(
      AppendNext(OpenOrFail(path_, Creating()).get(), {"1", "2", "3"}).ok());
  Sql(path_, "DELETE FROM entry WHERE sequence >= 2");
  for (const OpenOptions& options : {Creating(), Writing(), Reading()}) {
    const absl::Status status = SqliteJournal::Open(path_, options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(NamedEntries(status), ElementsAre(2));
  }
}

TEST_F(SqliteJournalTest, ReadStopsAtTheFirstEntryThatIsNotRight) {
  ASSERT_TRUE(
      AppendNext(OpenOrFail(path_, Creating()).get(), {"1", "2", "3"}).ok());
  Sql(path_, "UPDATE entry SET payload = x'00' WHERE sequence = 2");
  std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Writing());
  std::vector<std::string> seen;
  const absl::Status status = journal->Read(0, [&](const Entry& entry) {
    seen.push_back(entry.payload);
    return absl::OkStatus();
  });
  EXPECT_EQ(Reason(status), "JOURNAL_BROKEN");
  EXPECT_THAT(NamedEntries(status), ElementsAre(2));
  EXPECT_THAT(seen, ElementsAre("1"));
  // Entries after one that is taken as it stands.
  EXPECT_TRUE(
      journal->Read(2, [](const Entry&) { return absl::OkStatus(); }).ok());
}

// Runs a check as a user who owns nothing, since root may write anywhere.
// The check returns what is wrong.
std::string AsNobody(const std::function<std::string()>& check) {
  if (geteuid() != 0) return check();
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    std::string wrong = "cannot become nobody";
    if (setgid(65534) == 0 && setuid(65534) == 0) wrong = check();
    const ssize_t written = write(pipe_ends[1], wrong.data(), wrong.size());
    _exit(written == static_cast<ssize_t>(wrong.size()) ? 0 : 1);
  }
  close(pipe_ends[1]);
  std::string wrong;
  char buffer[512];
  for (ssize_t n; (n = read(pipe_ends[0], buffer, sizeof(buffer))) > 0;) {
    wrong.append(buffer, static_cast<size_t>(n));
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? wrong : absl::StrCat(wrong, " (exit ", status, ")");
}

std::string Expect(const std::string& expected, const absl::Status& status) {
  const std::string found = status.ok() ? "OK" : Reason(status);
  if (found == expected) return "";
  return absl::StrCat("expected ", expected, ", got ", status.ToString(), "; ");
}

class ProtectedMediaTest : public SqliteJournalTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        AppendNext(OpenOrFail(path_, Creating()).get(), {"1", "2"}).ok());
  }
  void Protect() {
    for (const std::string& name : FilesInDirectory()) {
      ASSERT_EQ(chmod(directory_.File(name).c_str(), 0444), 0);
    }
    ASSERT_EQ(chmod(directory_.path().c_str(), 0555), 0);
  }
  void TearDown() override { chmod(directory_.path().c_str(), 0755); }
};

TEST_F(ProtectedMediaTest, CanBeReadAndVerifiedButNotWritten) {
  Protect();
  EXPECT_EQ(
      AsNobody([&] {
        auto journal = SqliteJournal::Open(path_, Reading());
        if (!journal.ok()) return Expect("OK", journal.status());
        size_t entries = 0;
        const absl::Status status = (*journal)->Read(0, [&](const Entry&) {
          ++entries;
          return absl::OkStatus();
        });
        const std::string counted =
            entries == 2 ? "" : "wrong number of entries; ";
        return absl::StrCat(
            counted, Expect("OK", status), Expect("OK", Verify(path_).status()),
            Expect("JOURNAL_READ_ONLY",
                   SqliteJournal::Open(path_, Writing()).status()),
            Expect("JOURNAL_READ_ONLY",
                   SqliteJournal::Open(path_, Creating()).status()));
      }),
      "");
  EXPECT_THAT(FilesInDirectory(), ElementsAre("a.duban"));
}

TEST_F(ProtectedMediaTest, IsRefusedWhereEntriesAreStillInTheLog) {
  std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Writing());
  ASSERT_TRUE(AppendNext(journal.get(), {"3"}).ok());
  // As a copy taken while in use, or after a crash.
  const std::string copy = directory_.File("copy.duban");
  WriteFile(copy, ReadFile(path_));
  WriteFile(copy + "-wal", ReadFile(path_ + "-wal"));
  journal.reset();
  Protect();
  EXPECT_EQ(AsNobody([&] {
              return absl::StrCat(
                  Expect("JOURNAL_READ_ONLY",
                         SqliteJournal::Open(copy, Reading()).status()),
                  Expect("JOURNAL_READ_ONLY", Verify(copy).status()));
            }),
            "");
}

TEST_F(ProtectedMediaTest, WithoutTheRightToReadItSaysSo) {
  ASSERT_EQ(chmod(path_.c_str(), 0), 0);
  EXPECT_EQ(AsNobody([&] {
              return absl::StrCat(
                  Expect("JOURNAL_CANNOT_OPEN",
                         SqliteJournal::Open(path_, Reading()).status()),
                  Expect("JOURNAL_CANNOT_OPEN",
                         SqliteJournal::Open(path_, Creating()).status()),
                  Expect("JOURNAL_CANNOT_OPEN", Verify(path_).status()));
            }),
            "");
  ASSERT_EQ(chmod(directory_.path().c_str(), 0700), 0);
  if (geteuid() == 0) {
    EXPECT_EQ(AsNobody([&] {
                return Expect("JOURNAL_CANNOT_OPEN",
                              SqliteJournal::Open(path_, Reading()).status());
              }),
              "");
  }
}

// A file in a directory that others may write to must not be given files that
// its owner cannot write.
TEST_F(SqliteJournalTest, VerifyLeavesNoTrace) {
  ASSERT_TRUE(AppendNext(OpenOrFail(path_, Creating()).get(), {"x"}).ok());
  const std::string before = ReadFile(path_);
  ASSERT_TRUE(Verify(path_).ok());
  EXPECT_THAT(FilesInDirectory(), ElementsAre("a.duban"));
  EXPECT_TRUE(ReadFile(path_) == before);
}

}  // namespace
}  // namespace duban::journal
