// The journal in PostgreSQL, with a real server.

#include "src/journal/postgres.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/memory.h"
#include "src/journal/verify.h"
#include "tests/journal/ledger_fixture.h"
#include "tests/journal/postgres_server.h"

namespace duban::journal {
namespace {

using testing::HasSubstr;
using testing::Not;

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::ForTest();
    ASSERT_TRUE(server_->ready());
  }

  static PostgresOptions Creating() {
    PostgresOptions options;
    options.create = true;
    options.engine_version = "duban 1.2.3";
    options.reconnect_ms = 0;
    return options;
  }
  absl::StatusOr<std::unique_ptr<PostgresJournal>> Open(
      const std::string& ledger = "a") {
    return PostgresJournal::Open(server_->Location(ledger), Creating());
  }
  static absl::Status StatusOf(const std::string& location,
                               PostgresOptions options = Creating()) {
    return PostgresJournal::Open(location, options).status();
  }

  PostgresServer* server_ = nullptr;
};

// Empty payloads, bytes of all values, and a batch of several INSERTs.
std::vector<std::vector<std::string>> SomeBatches() {
  Numbers numbers(7);
  std::vector<std::string> many(2500, "x");
  return {{"hello"},
          {"", std::string("\0\xff'\"\\", 5)},
          {numbers.Bytes(9 << 20), numbers.Bytes(100)},
          many,
          {"last"}};
}

TEST_F(PostgresTest, HasTheSameChainAsAJournalInMemory) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  MemoryJournal memory;
  for (const std::vector<std::string>& batch : SomeBatches()) {
    const auto head = AppendNext(journal->get(), batch);
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(*head, *AppendNext(&memory, batch));
  }
  const std::vector<Entry> entries = ReadAll(journal->get());
  const std::vector<Entry> expected = ReadAll(&memory);
  ASSERT_EQ(entries.size(), expected.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    EXPECT_TRUE(entries[i].payload == expected[i].payload) << i;
    EXPECT_EQ(entries[i].batch, expected[i].batch) << i;
    EXPECT_EQ(entries[i].digest, expected[i].digest) << i;
  }
  const auto report = Verify(server_->Location("a"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->entries, expected.size());
  EXPECT_EQ(report->batches, 5u);
}

TEST_F(PostgresTest, KeepsAPayloadOfTheGreatestSize) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  const std::vector<std::string> batch = {std::string(kMaxPayload, '\xff'),
                                          "b"};
  const auto head = AppendNext(journal->get(), batch);
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_TRUE(Payloads(ReadAll(journal->get())) == batch);
  EXPECT_EQ(Reason((*journal)
                       ->Append(*head, {std::string(kMaxPayload + 1, 'x')})
                       .status()),
            "ENTRY_TOO_LARGE");
}

TEST_F(PostgresTest, ReadsWhatFollowsAnEntry) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE(AppendNext(journal->get(), {"a", "b", "c"}).ok());
  std::string read;
  ASSERT_TRUE((*journal)
                  ->Read(1,
                         [&](const Entry& entry) {
                           EXPECT_EQ(Reason((*journal)->GetHead().status()),
                                     "JOURNAL_IN_USE");
                           read += entry.payload;
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(read, "bc");
  EXPECT_EQ(Reason((*journal)->Read(
                4, [](const Entry&) { return absl::OkStatus(); })),
            "ENTRY_NOT_FOUND");
  const absl::Status stop = absl::CancelledError("enough");
  EXPECT_EQ((*journal)->Read(0, [&](const Entry&) { return stop; }), stop);
}

TEST_F(PostgresTest, LedgersOfOneDatabaseAreApart) {
  auto a = Open("甲");
  auto b = Open("b'; DROP TABLE duban_head; --");
  ASSERT_TRUE(a.ok()) << a.status();
  ASSERT_TRUE(b.ok()) << b.status();
  ASSERT_TRUE(AppendNext(a->get(), {"a"}).ok());
  ASSERT_TRUE(AppendNext(b->get(), {"b", "c"}).ok());
  EXPECT_THAT(Payloads(ReadAll(a->get())), testing::ElementsAre("a"));
  EXPECT_THAT(Payloads(ReadAll(b->get())), testing::ElementsAre("b", "c"));
}

TEST_F(PostgresTest, AMovedHeadIsRefused) {
  auto first = Open();
  auto second = Open();
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_TRUE((*first)->Append({}, {"a"}).ok());
  const auto refused = (*second)->Append({}, {"b"});
  EXPECT_TRUE(absl::IsAborted(refused.status()));
  EXPECT_EQ(Reason(refused.status()), "HEAD_MOVED");
  EXPECT_TRUE(AppendNext(second->get(), {"b"}).ok());
  EXPECT_THAT(Payloads(ReadAll(first->get())), testing::ElementsAre("a", "b"));
}

struct Tampering {
  const char* sql;
  int64_t entry;
};

TEST_F(PostgresTest, TamperingIsFoundWithTheEntry) {
  const Tampering tamperings[] = {
      {"UPDATE duban_entry SET payload = 'x' WHERE sequence = 2", 2},
      {"UPDATE duban_entry SET digest = sha256('x') WHERE sequence = 2", 2},
      {"UPDATE duban_entry SET digest = 'x' WHERE sequence = 2", 2},
      {"UPDATE duban_entry SET batch = 7 WHERE sequence = 2", 2},
      {"UPDATE duban_entry SET batch = -1 WHERE sequence = 2", 2},
      {"DELETE FROM duban_entry WHERE sequence = 2", 2},
      {"DELETE FROM duban_entry WHERE sequence = 3", 3},
      {"DELETE FROM duban_entry", 1},
      {"INSERT INTO duban_entry VALUES('a', 4, 3, '', '')", 4},
      {"INSERT INTO duban_entry VALUES('a', 0, 0, '', sha256(''))", 1},
      {"INSERT INTO duban_entry VALUES('a', -5, 0, '', sha256(''))", 1},
      {"UPDATE duban_head SET sequence = 2", 3},
      {"UPDATE duban_head SET digest = sha256('x')", 3},
  };
  for (const Tampering& tampering : tamperings) {
    SCOPED_TRACE(tampering.sql);
    SetUp();
    {
      auto journal = Open();
      ASSERT_TRUE(journal.ok()) << journal.status();
      ASSERT_TRUE(AppendNext(journal->get(), {"a"}).ok());
      ASSERT_TRUE(AppendNext(journal->get(), {"b", "c"}).ok());
    }
    server_->Sql(tampering.sql);
    const absl::Status status = Verify(server_->Location("a")).status();
    EXPECT_EQ(Reason(status), "JOURNAL_BROKEN") << status;
    EXPECT_THAT(NamedEntries(status), testing::ElementsAre(tampering.entry));
  }
}

TEST_F(PostgresTest, AKnownHeadIsLookedFor) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  const auto head = AppendNext(journal->get(), {"a"});
  ASSERT_TRUE(AppendNext(journal->get(), {"b"}).ok());
  VerifyOptions options;
  options.known_head = head->digest;
  const auto report = Verify(server_->Location("a"), options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->known_sequence, 1u);
  (*options.known_head)[0] ^= 1;
  EXPECT_EQ(Reason(Verify(server_->Location("a"), options).status()),
            "HEAD_NOT_FOUND");
}

// An older backup under a program that has seen more.
TEST_F(PostgresTest, EntriesThatWereSeenAndAreGoneAreMissed) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  ASSERT_TRUE(AppendNext(journal->get(), {"a"}).ok());
  server_->Sql("CREATE TABLE old_entry AS SELECT * FROM duban_entry");
  server_->Sql("CREATE TABLE old_head AS SELECT * FROM duban_head");
  ASSERT_TRUE(AppendNext(journal->get(), {"b"}).ok());
  server_->Sql(
      "TRUNCATE duban_entry, duban_head;"
      "INSERT INTO duban_head SELECT * FROM old_head;"
      "INSERT INTO duban_entry SELECT * FROM old_entry;"
      "DROP TABLE old_head, old_entry");
  const auto ignore = [](const Entry&) { return absl::OkStatus(); };
  EXPECT_EQ(Reason((*journal)->Read(2, ignore)), "ENTRIES_LOST");
  // Another has gone on from there.
  auto other = Open();
  ASSERT_TRUE(AppendNext(other->get(), {"c"}).ok());
  EXPECT_EQ(Reason((*journal)->Read(2, ignore)), "ENTRIES_LOST");
}

TEST_F(PostgresTest, WhatIsNotALedgerIsLeftAlone) {
  PostgresOptions existing = Creating();
  existing.create = false;
  EXPECT_EQ(Reason(StatusOf(server_->Location("a"), existing)),
            "LEDGER_NOT_FOUND");
  EXPECT_EQ(server_->Value("SELECT to_regclass('duban_meta') IS NULL"), "t");
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Reason(StatusOf(server_->Location("b"), existing)),
            "LEDGER_NOT_FOUND");
  server_->Sql("UPDATE duban_meta SET format = 2");
  EXPECT_EQ(Reason(StatusOf(server_->Location("a"))), "LEDGER_FORMAT_TOO_NEW");
  server_->Sql("UPDATE duban_meta SET format = 1");
  server_->Sql("ALTER TABLE duban_head RENAME COLUMN digest TO hash");
  EXPECT_EQ(Reason(StatusOf(server_->Location("a"))), "NOT_A_LEDGER");
  server_->Sql("DROP TABLE duban_entry, duban_head");
  EXPECT_EQ(Reason(StatusOf(server_->Location("a"))), "NOT_A_LEDGER");
}

TEST_F(PostgresTest, RightsAreNamed) {
  ASSERT_TRUE(Open().ok());
  server_->Sql(
      "DROP ROLE IF EXISTS stranger; DROP ROLE IF EXISTS reader;"
      "DROP ROLE IF EXISTS writer;"
      "CREATE ROLE stranger LOGIN; CREATE ROLE reader LOGIN;"
      "CREATE ROLE writer LOGIN;"
      "GRANT SELECT ON duban_meta, duban_head, duban_entry TO reader, writer;"
      "GRANT INSERT ON duban_head, duban_entry TO writer;"
      "GRANT UPDATE ON duban_head TO writer");
  EXPECT_EQ(Reason(StatusOf(server_->Location("a", "stranger"))),
            "JOURNAL_PERMISSION_DENIED");
  auto reader =
      PostgresJournal::Open(server_->Location("a", "reader"), Creating());
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(Reason(AppendNext(reader->get(), {"a"}).status()),
            "JOURNAL_PERMISSION_DENIED");
  EXPECT_TRUE(ReadAll(reader->get()).empty());
  // Who writes needs no right to change or delete entries.
  auto writer =
      PostgresJournal::Open(server_->Location("b", "writer"), Creating());
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(AppendNext(writer->get(), {"a"}).ok());
  server_->Sql("DROP OWNED BY stranger, reader, writer");
}

TEST_F(PostgresTest, AReadOnlyDatabaseIsNamed) {
  ASSERT_TRUE(Open().ok());
  server_->Sql(
      "ALTER DATABASE postgres SET default_transaction_read_only = on");
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  EXPECT_EQ(Reason(AppendNext(journal->get(), {"a"}).status()),
            "JOURNAL_READ_ONLY");
  EXPECT_EQ(Reason(StatusOf(server_->Location("new"))), "JOURNAL_READ_ONLY");
  server_->Sql(
      "BEGIN READ WRITE;"
      "ALTER DATABASE postgres RESET default_transaction_read_only;"
      "COMMIT");
  PostgresOptions reading;
  reading.read_only = true;
  auto reader = PostgresJournal::Open(server_->Location("a"), reading);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(Reason(AppendNext(reader->get(), {"a"}).status()),
            "JOURNAL_READ_ONLY");
}

TEST_F(PostgresTest, AWriterThatDoesNotFinishIsNamed) {
  PostgresOptions options = Creating();
  options.lock_timeout_ms = 50;
  auto journal = PostgresJournal::Open(server_->Location("a"), options);
  ASSERT_TRUE(journal.ok()) << journal.status();
  PGconn* other = PQconnectdb(server_->Connection().c_str());
  PQclear(PQexec(other, "BEGIN"));
  PQclear(PQexec(other, "SELECT * FROM duban_head FOR UPDATE"));
  EXPECT_EQ(Reason(AppendNext(journal->get(), {"a"}).status()), "JOURNAL_BUSY");
  PQfinish(other);
  EXPECT_TRUE(AppendNext(journal->get(), {"a"}).ok());
}

TEST_F(PostgresTest, PasswordsAreNeverShown) {
  server_->Sql(
      "DROP ROLE IF EXISTS guarded;"
      "CREATE ROLE guarded LOGIN PASSWORD 'correct'");
  server_->Authenticate("local all guarded scram-sha-256");
  server_->Reload();
  const std::string rest = server_->Connection("").substr(14);  // "/postgres…"
  const auto with = [&](const std::string& user) {
    return absl::StrCat("postgresql://", user, "@", rest, "#a");
  };
  const struct {
    std::string location;
    const char* reason;
  } cases[] = {
      {with("guarded:hunter2"), "JOURNAL_LOGIN_REFUSED"},
      {with("guarded"), "JOURNAL_LOGIN_REFUSED"},
      {with("nobody-here:hunter2"), "JOURNAL_LOGIN_REFUSED"},
      // Characters that had to be escaped.
      {"postgresql://u:x@hunter2@host/db#a", "BAD_CONNECTION_STRING"},
      {"postgresql://u:hunter2/x@host/db#a", "BAD_CONNECTION_STRING"},
      {"postgresql://u:100%hunter2@host/db#a", "BAD_CONNECTION_STRING"},
      {"postgresql://u:x#hunter2@host/db", "BAD_LEDGER_NAME"},
      {"postgresql://u:hunter2@host/db", "BAD_LEDGER_NAME"},
      {"postgresql://u:hunter2@127.0.0.1:1/db#a", "JOURNAL_CANNOT_CONNECT"},
      {"postgresql:///db?password=hunter2&host=/nowhere#a",
       "JOURNAL_CANNOT_CONNECT"},
      {"postgresql:///db?password=hunter2&hosts=x#a", "BAD_CONNECTION_STRING"},
  };
  for (const auto& test : cases) {
    SCOPED_TRACE(test.location);
    const absl::Status status = StatusOf(test.location);
    EXPECT_EQ(Reason(status), test.reason) << status;
    EXPECT_THAT(FaultsOf(status).DebugString(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(status.ToString(), Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(Reason(StatusOf(absl::StrCat(
                "postgresql://owner@",
                absl::StrCat("/nothing", rest.substr(rest.find('?')), "#a")))),
            "DATABASE_NOT_FOUND");
}

TEST_F(PostgresTest, ARestartedServerIsConnectedToAgain) {
  PostgresOptions options = Creating();
  options.reconnect_ms = 10000;
  auto journal = PostgresJournal::Open(server_->Location("a"), options);
  ASSERT_TRUE(journal.ok()) << journal.status();
  for (const char* mode : {"fast", "immediate"}) {
    ASSERT_TRUE(AppendNext(journal->get(), {"a"}).ok());
    server_->Stop(mode);
    server_->Start();
    const auto appended = (*journal)->Append(*(*journal)->GetHead(), {"b"});
    EXPECT_TRUE(appended.ok()) << appended.status();
    server_->Stop(mode);
    server_->Start();
    EXPECT_FALSE(ReadAll(journal->get()).empty());
  }
  EXPECT_EQ(ReadAll(journal->get()).size(), 4u);
}

TEST_F(PostgresTest, AServerThatStaysAwayIsNamed) {
  auto journal = Open();
  ASSERT_TRUE(journal.ok()) << journal.status();
  server_->Stop("immediate");
  EXPECT_EQ(Reason(AppendNext(journal->get(), {"a"}).status()),
            "JOURNAL_CANNOT_CONNECT");
  EXPECT_EQ(Reason(StatusOf(server_->Location("a"))), "JOURNAL_CANNOT_CONNECT");
  server_->Start();
  EXPECT_TRUE(AppendNext(journal->get(), {"a"}).ok());
  EXPECT_EQ(ReadAll(journal->get()).size(), 1u);
}

}  // namespace
}  // namespace duban::journal
