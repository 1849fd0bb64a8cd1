// Checkpoints in PostgreSQL.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/journal/checkpoint.h"
#include "src/journal/postgres.h"
#include "src/journal/verify.h"
#include "tests/journal/ledger_fixture.h"
#include "tests/journal/postgres_server.h"

namespace duban::journal {
namespace {

Checkpoint CheckpointOf(Journal* journal, const std::string& bytes) {
  const std::vector<Entry> entries = ReadAll(journal);
  const Entry& last = entries.back();
  return {{{last.sequence, last.digest}, last.batch}, 7, "engine 1", bytes};
}

class PostgresCheckpointTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::ForTest();
    ASSERT_TRUE(server_->ready());
    server_->Sql(
        "DROP TABLE IF EXISTS duban_checkpoint, duban_checkpoint_piece");
    journal_ = Open("a");
    ASSERT_NE(journal_, nullptr);
    ASSERT_TRUE(AppendNext(journal_.get(), {"a", "b"}).ok());
  }

  std::unique_ptr<PostgresJournal> Open(const std::string& ledger) const {
    PostgresOptions options;
    options.create = true;
    options.lock_timeout_ms = 1000;
    auto journal = PostgresJournal::Open(server_->Location(ledger), options);
    EXPECT_TRUE(journal.ok()) << journal.status();
    return journal.ok() ? *std::move(journal) : nullptr;
  }

  PostgresServer* server_ = nullptr;
  std::unique_ptr<PostgresJournal> journal_;
};

TEST_F(PostgresCheckpointTest, ComesBackAsItWasAndEachLedgerHasItsOwn) {
  Numbers numbers(5);
  auto other = Open("b");
  ASSERT_TRUE(AppendNext(other.get(), {"x"}).ok());
  EXPECT_FALSE((*journal_->ReadCheckpoint()).has_value());
  ASSERT_TRUE(other->WriteCheckpoint(CheckpointOf(other.get(), "b's")).ok());
  for (const size_t size :
       {2 * kCheckpointPiece + 1, kCheckpointPiece, size_t{0}}) {
    const Checkpoint written =
        CheckpointOf(journal_.get(), numbers.Bytes(size));
    ASSERT_TRUE(journal_->WriteCheckpoint(written).ok());
    const auto read = Open("a")->ReadCheckpoint();
    ASSERT_TRUE(read.ok() && *read) << read.status();
    EXPECT_TRUE((*read)->bytes == written.bytes);
    EXPECT_EQ((*read)->engine, "engine 1");
    EXPECT_TRUE((*read)->at.head == written.at.head);
  }
  EXPECT_TRUE(Verify(server_->Location("a"))->checkpoint.has_value());
  ASSERT_TRUE(journal_->DropCheckpoint().ok());
  EXPECT_FALSE((*journal_->ReadCheckpoint()).has_value());
  EXPECT_EQ((**other->ReadCheckpoint()).bytes, "b's");
}

TEST_F(PostgresCheckpointTest, WhatIsNotAsWrittenIsToldAndTheChainStaysRight) {
  const std::pair<const char*, const char*> kCases[] = {
      {"UPDATE duban_checkpoint_piece SET bytes = 'x'", "CHECKPOINT_BROKEN"},
      {"DELETE FROM duban_checkpoint_piece", "CHECKPOINT_BROKEN"},
      {"UPDATE duban_checkpoint SET size = 1::bigint << 60",
       "CHECKPOINT_BROKEN"},
      {"UPDATE duban_checkpoint SET format = -1", "CHECKPOINT_BROKEN"},
      {"UPDATE duban_checkpoint SET engine = ''", "CHECKPOINT_BROKEN"},
      {"UPDATE duban_checkpoint SET sequence = 1", "CHECKPOINT_FOREIGN"},
      {"UPDATE duban_checkpoint SET sequence = 99", "CHECKPOINT_FOREIGN"},
  };
  for (const auto& [sql, reason] : kCases) {
    SCOPED_TRACE(sql);
    ASSERT_TRUE(
        journal_->WriteCheckpoint(CheckpointOf(journal_.get(), "bytes")).ok());
    server_->Sql(sql);
    EXPECT_EQ(Reason(journal_->ReadCheckpoint().status()), reason);
    const auto report = Verify(server_->Location("a"));
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(Reason(report->checkpoint_fault), reason);
  }
}

// Its transaction, seen from a trigger within it, holds no lock on the tables
// of the chain but the weakest.
TEST_F(PostgresCheckpointTest, NobodyWhoAppendsWaitsForOneThatIsWritten) {
  ASSERT_TRUE(
      journal_->WriteCheckpoint(CheckpointOf(journal_.get(), "old")).ok());
  server_->Sql(
      "CREATE OR REPLACE FUNCTION head_is_free() RETURNS trigger "
      "LANGUAGE plpgsql AS $$ BEGIN "
      "IF EXISTS (SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid() AND "
      "relation IN ('duban_head'::regclass, 'duban_entry'::regclass) AND "
      "mode <> 'AccessShareLock') THEN RAISE 'locked'; END IF; "
      "RETURN NEW; END $$;"
      "CREATE TRIGGER head_is_free BEFORE INSERT ON duban_checkpoint_piece "
      "FOR EACH ROW EXECUTE FUNCTION head_is_free()");
  const absl::Status status =
      journal_->WriteCheckpoint(CheckpointOf(journal_.get(), "new"));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ((**journal_->ReadCheckpoint()).bytes, "new");
}

TEST_F(PostgresCheckpointTest, SeveralBatchesAtOnceKeepTheirNumbers) {
  auto journal = Open("c");
  const std::vector<std::string> a = {"a", "b"};
  const std::vector<std::string> none;
  const std::vector<std::string> c = {"c"};
  const auto head = journal->AppendAll({}, {a, none, c});
  ASSERT_TRUE(head.ok()) << head.status();
  auto other = Open("d");
  ASSERT_TRUE(AppendNext(other.get(), a).ok());
  EXPECT_TRUE(*AppendNext(other.get(), c) == *head);
}

}  // namespace
}  // namespace duban::journal
