// Every operation on the disk failing in turn, by itself or for good.

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/journal/sqlite.h"
#include "src/journal/verify.h"
#include "tests/journal/faulty_vfs.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

using ::testing::AnyOf;

constexpr size_t kBatches = 6;
// After these the journal is closed, which merges the log into the file, and
// opened again.
constexpr bool ClosesAfter(size_t batch) { return batch == 1 || batch == 4; }

std::vector<std::string> BatchOf(size_t batch) {
  Numbers numbers(batch);
  std::vector<std::string> payloads(1 + batch % 3);
  for (std::string& payload : payloads) {
    payload = numbers.Bytes(numbers.Below(batch == 3 ? 9000 : 200));
  }
  return payloads;
}

std::vector<std::string> Flat(size_t batches) {
  std::vector<std::string> payloads;
  for (size_t batch = 0; batch < batches; ++batch) {
    for (std::string& payload : BatchOf(batch)) {
      payloads.push_back(std::move(payload));
    }
  }
  return payloads;
}

OpenOptions Faulty() {
  OpenOptions options = Creating();
  options.vfs = FaultyVfs::kName;
  options.busy_timeout_ms = 0;
  return options;
}

class SqliteFaultTest : public testing::Test {
 protected:
  void SetUp() override { Clear(); }
  void TearDown() override { vfs_.Arm(FaultyVfs::Fault::kNone, 0); }

  void Clear() {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
      unlink((path_ + ending).c_str());
    }
  }

  // Appends all batches and gives up at the first failure. The number of
  // batches acknowledged.
  size_t RunOnce() {
    std::unique_ptr<SqliteJournal> journal;
    for (size_t batch = 0; batch < kBatches; ++batch) {
      if (journal == nullptr) {
        auto opened = SqliteJournal::Open(path_, Faulty());
        if (!opened.ok()) return batch;
        journal = *std::move(opened);
      }
      if (!AppendNext(journal.get(), BatchOf(batch)).ok()) return batch;
      if (ClosesAfter(batch)) journal.reset();
    }
    return kBatches;
  }

  // What is on the disk: `acknowledged` batches, or one more, whole.
  void CheckWhole(size_t acknowledged) {
    // Where the file was not yet complete, it is made now.
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Creating());
    ASSERT_NE(journal, nullptr);
    const std::vector<std::string> found = Payloads(ReadAll(journal.get()));
    const bool none = found == Flat(acknowledged);
    const bool one = acknowledged < kBatches && found == Flat(acknowledged + 1);
    EXPECT_TRUE(none || one)
        << found.size() << " entries after " << acknowledged << " batches";
    const absl::Status live = Verify(path_).status();
    EXPECT_TRUE(live.ok()) << live;
    journal.reset();
    const absl::Status closed = Verify(path_).status();
    EXPECT_TRUE(closed.ok()) << closed;
  }

  // The script goes on after each failure, which must be the only one.
  void RunOn(absl::string_view expected_reason) {
    std::unique_ptr<SqliteJournal> journal;
    int failures = 0;
    const auto note = [&](const absl::Status& status) {
      ++failures;
      EXPECT_THAT(Reason(status), AnyOf(std::string(expected_reason),
                                        "JOURNAL_IO", "JOURNAL_CANNOT_OPEN"))
          << status;
    };
    for (size_t batch = 0; batch < kBatches; ++batch) {
      for (int attempt = 0; journal == nullptr && attempt < 2; ++attempt) {
        auto opened = SqliteJournal::Open(path_, Faulty());
        if (opened.ok()) {
          journal = *std::move(opened);
        } else {
          note(opened.status());
        }
      }
      ASSERT_NE(journal, nullptr);
      absl::StatusOr<Head> before = journal->GetHead();
      if (!before.ok()) {
        note(before.status());
        before = journal->GetHead();
      }
      ASSERT_TRUE(before.ok()) << before.status();
      absl::StatusOr<Head> after = journal->Append(*before, BatchOf(batch));
      if (!after.ok()) {
        note(after.status());
        // Nothing of it is there, and the journal is usable as it was.
        absl::StatusOr<Head> same = journal->GetHead();
        ASSERT_TRUE(same.ok()) << same.status();
        EXPECT_EQ(*same, *before);
        EXPECT_TRUE(Payloads(ReadAll(journal.get())) == Flat(batch));
        after = journal->Append(*before, BatchOf(batch));
      }
      ASSERT_TRUE(after.ok()) << after.status();
      if (ClosesAfter(batch)) journal.reset();
    }
    EXPECT_LE(failures, 1);
    EXPECT_TRUE(Payloads(ReadAll(journal.get())) == Flat(kBatches));
  }

  ScratchDirectory directory_;
  const std::string path_ = directory_.File("a.duban");
  FaultyVfs& vfs_ = FaultyVfs::Get();
};

TEST_F(SqliteFaultTest, WithoutFaultsAllIsWritten) {
  vfs_.Arm(FaultyVfs::Fault::kNone, 0);
  EXPECT_EQ(RunOnce(), kBatches);
  EXPECT_GT(vfs_.operations(), 60);
  CheckWhole(kBatches);
}

TEST_F(SqliteFaultTest, AFullDiskLosesNothingAndTheJournalGoesOn) {
  int64_t at = 1;
  for (;; ++at) {
    SCOPED_TRACE(absl::StrCat("operation ", at));
    Clear();
    vfs_.Arm(FaultyVfs::Fault::kDiskFull, at);
    RunOn("JOURNAL_DISK_FULL");
    if (!vfs_.hit() || HasFatalFailure()) break;
    CheckWhole(kBatches);
  }
  EXPECT_GT(at, 60);
}

TEST_F(SqliteFaultTest, AnIoErrorLosesNothingAndTheJournalGoesOn) {
  int64_t at = 1;
  for (;; ++at) {
    SCOPED_TRACE(absl::StrCat("operation ", at));
    Clear();
    vfs_.Arm(FaultyVfs::Fault::kIo, at);
    RunOn("JOURNAL_IO");
    if (!vfs_.hit() || HasFatalFailure()) break;
    CheckWhole(kBatches);
  }
  EXPECT_GT(at, 60);
}

// The machine stops at any operation; of what was not synced, nothing, all or
// some is lost.
TEST_F(SqliteFaultTest, AfterAPowerCutAllThatWasAcknowledgedIsThere) {
  Numbers numbers(5);
  size_t acknowledged = 0;
  int64_t at = 1;
  for (; acknowledged < kBatches; ++at) {
    for (int attempt = 0; attempt < 8; ++attempt) {
      SCOPED_TRACE(absl::StrCat("operation ", at, ", attempt ", attempt));
      FaultyVfs::Loss loss = FaultyVfs::Loss::kSome;
      if (attempt == 0) loss = FaultyVfs::Loss::kNothing;
      if (attempt == 1) loss = FaultyVfs::Loss::kEverything;
      Clear();
      vfs_.Arm(FaultyVfs::Fault::kStop, at);
      acknowledged = RunOnce();
      vfs_.LosePower(loss, &numbers);
      CheckWhole(acknowledged);
    }
    if (HasFatalFailure()) break;
  }
  EXPECT_GT(at, 60);
}

// The same, but somebody only looks first.
TEST_F(SqliteFaultTest, AfterAPowerCutItCanBeVerifiedBeforeItIsRepaired) {
  size_t acknowledged = 0;
  for (int64_t at = 1; acknowledged < kBatches; ++at) {
    SCOPED_TRACE(absl::StrCat("operation ", at));
    Clear();
    vfs_.Arm(FaultyVfs::Fault::kStop, at);
    acknowledged = RunOnce();
    vfs_.LosePower(FaultyVfs::Loss::kNothing, nullptr);
    absl::StatusOr<VerifyReport> report = Verify(path_);
    if (report.ok()) {
      EXPECT_GE(report->batches, acknowledged);
      EXPECT_LE(report->batches, acknowledged + 1);
    } else {
      // Only a file that was never finished.
      EXPECT_EQ(acknowledged, 0u) << report.status();
    }
    CheckWhole(acknowledged);
  }
}

}  // namespace
}  // namespace duban::journal
