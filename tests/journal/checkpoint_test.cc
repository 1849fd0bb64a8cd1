// Checkpoints in ledger files: bytes that are kept beside the chain.

#include "src/journal/checkpoint.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/journal/sqlite.h"
#include "src/journal/verify.h"
#include "tests/journal/faulty_vfs.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

// Of the last entry.
Checkpoint CheckpointOf(Journal* journal, const std::string& bytes) {
  const std::vector<Entry> entries = ReadAll(journal);
  const Entry& last = entries.back();
  return {{{last.sequence, last.digest}, last.batch}, 7, "engine 1", bytes};
}

std::optional<Checkpoint> ReadOrFail(Journal* journal) {
  auto read = journal->ReadCheckpoint();
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? *std::move(read) : std::nullopt;
}

class SqliteCheckpointTest : public testing::Test {
 protected:
  SqliteCheckpointTest() : path_(directory_.File("a.duban")) {}

  ScratchDirectory directory_;
  const std::string path_;
};

TEST_F(SqliteCheckpointTest, ComesBackAsItWasAndTakesThePlaceOfTheOlderOne) {
  Numbers numbers(5);
  auto journal = OpenOrFail(path_, Creating());
  EXPECT_FALSE(ReadOrFail(journal.get()).has_value());
  // Empty, one piece, just so many pieces, and one byte more.
  for (const size_t size :
       {size_t{0}, size_t{1}, 2 * kCheckpointPiece, 2 * kCheckpointPiece + 1}) {
    ASSERT_TRUE(AppendNext(journal.get(), {"a", "b"}).ok());
    const Checkpoint written = CheckpointOf(journal.get(), numbers.Bytes(size));
    ASSERT_TRUE(journal->WriteCheckpoint(written).ok());
    journal = OpenOrFail(path_, Writing());
    const auto read = ReadOrFail(journal.get());
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->at.head == written.at.head);
    EXPECT_EQ(read->at.batch, written.at.batch);
    EXPECT_EQ(read->format, 7u);
    EXPECT_EQ(read->engine, "engine 1");
    EXPECT_TRUE(read->bytes == written.bytes);
    EXPECT_EQ(Verify(path_)->checkpoint->sequence, written.at.head.sequence);
  }
  ASSERT_TRUE(journal->DropCheckpoint().ok());
  EXPECT_FALSE(ReadOrFail(journal.get()).has_value());
  EXPECT_EQ(ReadAll(journal.get()).size(), 8u);
}

TEST_F(SqliteCheckpointTest, NeedsTheRightToWrite) {
  auto journal = OpenOrFail(path_, Creating());
  ASSERT_TRUE(AppendNext(journal.get(), {"a"}).ok());
  const Checkpoint checkpoint = CheckpointOf(journal.get(), "bytes");
  auto reader = OpenOrFail(path_, Reading());
  EXPECT_EQ(Reason(reader->WriteCheckpoint(checkpoint)), "JOURNAL_READ_ONLY");
  EXPECT_EQ(Reason(reader->DropCheckpoint()), "JOURNAL_READ_ONLY");
  ASSERT_TRUE(journal->WriteCheckpoint(checkpoint).ok());
  EXPECT_EQ(ReadOrFail(reader.get())->bytes, "bytes");
}

TEST_F(SqliteCheckpointTest, WhatIsNotAsWrittenIsToldAndTheChainStaysRight) {
  const struct {
    const char* sql;
    const char* reason;
  } kCases[] = {
      {"UPDATE checkpoint_piece SET bytes = x'00'", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint_piece SET bytes = 'text!'", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint_piece SET bytes = zeroblob(9)", "CHECKPOINT_BROKEN"},
      {"DELETE FROM checkpoint_piece", "CHECKPOINT_BROKEN"},
      {"DROP TABLE checkpoint_piece", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET format = 8", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET format = -1", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET engine = 'x'", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET engine = x'00'", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET size = 1 << 60", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET sha256 = zeroblob(32)", "CHECKPOINT_BROKEN"},
      {"UPDATE checkpoint SET sequence = 1", "CHECKPOINT_FOREIGN"},
      {"UPDATE checkpoint SET sequence = 0", "CHECKPOINT_FOREIGN"},
      {"UPDATE checkpoint SET sequence = 99", "CHECKPOINT_FOREIGN"},
      {"UPDATE checkpoint SET batch = 2", "CHECKPOINT_FOREIGN"},
      {"UPDATE checkpoint SET digest = zeroblob(32)", "CHECKPOINT_FOREIGN"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.sql);
    auto journal = OpenOrFail(path_, Creating());
    ASSERT_TRUE(AppendNext(journal.get(), {"a", "b"}).ok());
    ASSERT_TRUE(
        journal->WriteCheckpoint(CheckpointOf(journal.get(), "bytes")).ok());
    journal.reset();
    Sql(path_, c.sql);
    const auto report = Verify(path_);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_FALSE(report->checkpoint.has_value());
    EXPECT_EQ(Reason(report->checkpoint_fault), c.reason);
    // A new one heals it.
    journal = OpenOrFail(path_, Writing());
    ASSERT_TRUE(
        journal->WriteCheckpoint(CheckpointOf(journal.get(), "new")).ok());
    EXPECT_EQ(ReadOrFail(journal.get())->bytes, "new");
    journal.reset();
    unlink(path_.c_str());
  }
}

// Each operation of the disk fails in turn, by itself or for good: then the
// older checkpoint is there, or the new one; and all entries.
TEST_F(SqliteCheckpointTest, WhereTheDiskFailsTheOlderOneStays) {
  FaultyVfs& vfs = FaultyVfs::Get();
  OpenOptions faulty = Creating();
  faulty.vfs = FaultyVfs::kName;
  Numbers numbers(6);
  const std::string large = numbers.Bytes(30000);
  for (const FaultyVfs::Fault fault :
       {FaultyVfs::Fault::kDiskFull, FaultyVfs::Fault::kIo,
        FaultyVfs::Fault::kStop}) {
    bool more = true;
    for (int64_t at = 1; more; ++at) {
      SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at ", at));
      for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
        unlink((path_ + ending).c_str());
      }
      vfs.Arm(FaultyVfs::Fault::kNone, 0);
      auto journal = OpenOrFail(path_, faulty);
      ASSERT_NE(journal, nullptr);
      ASSERT_TRUE(AppendNext(journal.get(), {"a", "b"}).ok());
      ASSERT_TRUE(
          journal->WriteCheckpoint(CheckpointOf(journal.get(), "old")).ok());
      const Checkpoint checkpoint = CheckpointOf(journal.get(), large);
      vfs.Arm(fault, at);
      const absl::Status written = journal->WriteCheckpoint(checkpoint);
      more = vfs.hit();
      EXPECT_TRUE(more || written.ok()) << written;
      if (fault != FaultyVfs::Fault::kStop) {
        vfs.Arm(FaultyVfs::Fault::kNone, 0);
        EXPECT_TRUE(AppendNext(journal.get(), {"c"}).ok());
      }
      journal.reset();
      if (fault == FaultyVfs::Fault::kStop) {
        vfs.LosePower(FaultyVfs::Loss::kSome, &numbers);
      }
      vfs.Arm(FaultyVfs::Fault::kNone, 0);
      journal = OpenOrFail(path_, Writing());
      ASSERT_NE(journal, nullptr);
      const auto read = ReadOrFail(journal.get());
      ASSERT_TRUE(read.has_value());
      if (written.ok()) {
        EXPECT_TRUE(read->bytes == large);
      } else {
        EXPECT_TRUE(read->bytes == "old" || read->bytes == large);
      }
      EXPECT_GE(ReadAll(journal.get()).size(), 2u);
      EXPECT_TRUE(Verify(path_).ok());
    }
  }
}

TEST_F(SqliteCheckpointTest, SeveralBatchesAtOnceKeepTheirNumbers) {
  auto journal = OpenOrFail(path_, Creating());
  const std::vector<std::string> a = {"a", "b"};
  const std::vector<std::string> none;
  const std::vector<std::string> c = {"c"};
  const auto head = journal->AppendAll({}, {a, none, c});
  ASSERT_TRUE(head.ok()) << head.status();
  auto other = OpenOrFail(directory_.File("b.duban"), Creating());
  ASSERT_TRUE(AppendNext(other.get(), a).ok());
  EXPECT_TRUE(*AppendNext(other.get(), c) == *head);
  EXPECT_EQ(Verify(path_)->batches, 2u);
}

}  // namespace
}  // namespace duban::journal
