// Processes that are killed while they append, and processes that append at
// the same time.

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/journal/sqlite.h"
#include "src/journal/verify.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

// What batch number `batch` holds. Both sides compute it, so that one byte
// amiss is seen. Now and then a batch is larger than SQLite's page cache,
// which then writes pages before the batch is complete.
std::vector<std::string> BatchOf(uint64_t batch) {
  Numbers numbers(batch);
  std::vector<std::string> payloads(1 + numbers.Below(8));
  const bool large = numbers.Below(64) == 0;
  for (size_t i = 0; i < payloads.size(); ++i) {
    payloads[i] = absl::StrCat("batch ", batch, ", ", i + 1, " of ",
                               payloads.size(), ": ") +
                  numbers.Bytes(numbers.Below(large ? 900000 : 3000));
  }
  return payloads;
}

// Appends batch after batch and writes each one's number to the pipe once
// Append has returned. Never comes back.
void AppendUntilKilled(const std::string& path, int acknowledge) {
  absl::StatusOr<std::unique_ptr<SqliteJournal>> journal =
      SqliteJournal::Open(path, Writing());
  if (!journal.ok()) _exit(3);
  uint64_t batch = 0;
  const absl::Status status = (*journal)->Read(0, [&](const Entry& entry) {
    batch = entry.batch;
    return absl::OkStatus();
  });
  if (!status.ok()) _exit(4);
  while (true) {
    ++batch;
    if (!AppendNext(journal->get(), BatchOf(batch)).ok()) _exit(5);
    if (write(acknowledge, &batch, sizeof(batch)) != sizeof(batch)) _exit(6);
  }
}

// The number of the last batch acknowledged before the child was killed, at
// a moment that depends on `moment` (and on the machine).
uint64_t KillWhileAppending(const std::string& path, Numbers* moment) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    AppendUntilKilled(path, ends[1]);
  }
  close(ends[1]);
  uint64_t last = 0;
  uint64_t batch = 0;
  const auto acknowledged = [&] {
    if (read(ends[0], &batch, sizeof(batch)) != sizeof(batch)) return false;
    last = batch;
    return true;
  };
  const uint64_t wait_for = moment->Below(12);
  for (uint64_t i = 0; i < wait_for && acknowledged(); ++i) {
  }
  usleep(static_cast<useconds_t>(moment->Below(1500)));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "child ended with " << status;
  // What it said before it died still counts.
  while (acknowledged()) {
  }
  close(ends[0]);
  return last;
}

TEST(KillTest, EveryAcknowledgedBatchIsThereAndNoneByHalf) {
  const bool deep = getenv("DUBAN_DEEP") != nullptr;
  ScratchDirectory directory;
  const std::string path = directory.File("a.duban");
  ASSERT_NE(OpenOrFail(path, Creating()), nullptr);
  Numbers moment(41);
  uint64_t acknowledged = 0;
  for (int round = 0; round < (deep ? 500 : 40); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    // Ledgers grow too large to read 500 times.
    if (round % 50 == 49) {
      acknowledged = 0;
      for (const char* ending : {"", "-wal", "-shm"}) {
        unlink((path + ending).c_str());
      }
      ASSERT_NE(OpenOrFail(path, Creating()), nullptr);
    }
    acknowledged = std::max(acknowledged, KillWhileAppending(path, &moment));

    absl::StatusOr<VerifyReport> report = Verify(path);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_GE(report->batches, acknowledged);
    // One may have been complete but not yet acknowledged.
    EXPECT_LE(report->batches, acknowledged + 1);
    // Every other round leaves recovery to the next child.
    if (round % 2 == 0) continue;
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path, Writing());
    ASSERT_NE(journal, nullptr);
    std::vector<std::vector<std::string>> batches(report->batches);
    for (Entry& entry : ReadAll(journal.get())) {
      ASSERT_LE(entry.batch, batches.size());
      batches[entry.batch - 1].push_back(std::move(entry.payload));
    }
    for (uint64_t batch = 1; batch <= batches.size(); ++batch) {
      EXPECT_TRUE(batches[batch - 1] == BatchOf(batch)) << "batch " << batch;
    }
    acknowledged = report->batches;
  }
}

// Several writers, each of which validates again when another was quicker.
TEST(ManyWritersTest, EachBatchIsThereOnceAndInOneChain) {
  constexpr int kWriters = 3;
  constexpr int kBatches = 40;
  ScratchDirectory directory;
  const std::string path = directory.File("a.duban");
  std::vector<pid_t> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t child = fork();
    if (child == 0) {
      // They also race to create the file.
      auto journal = SqliteJournal::Open(path, Creating());
      if (!journal.ok()) _exit(3);
      for (int i = 0; i < kBatches;) {
        // Large enough for the writers to stand in each other's way.
        const std::vector<std::string> batch = {
            absl::StrCat(writer, ":", i, ":a"),
            absl::StrCat(writer, ":", i, ":", std::string(20000, 'b'))};
        const absl::Status status = AppendNext(journal->get(), batch).status();
        if (status.ok()) {
          ++i;
        } else if (!absl::IsAborted(status)) {
          _exit(4);
        }
      }
      journal->reset();
      _exit(0);
    }
    writers.push_back(child);
  }
  for (const pid_t writer : writers) {
    int status = 0;
    waitpid(writer, &status, 0);
    EXPECT_EQ(status, 0);
  }
  absl::StatusOr<VerifyReport> report = Verify(path);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->batches, static_cast<uint64_t>(kWriters * kBatches));
  std::vector<int> next(kWriters, 0);
  const std::vector<Entry> entries = ReadAll(OpenOrFail(path, Reading()).get());
  ASSERT_EQ(entries.size(), static_cast<size_t>(2 * kWriters * kBatches));
  for (size_t i = 0; i < entries.size(); i += 2) {
    const int writer = entries[i].payload[0] - '0';
    ASSERT_TRUE(writer >= 0 && writer < kWriters);
    const std::string stem = absl::StrCat(writer, ":", next[writer]++);
    EXPECT_EQ(entries[i].payload, stem + ":a");
    EXPECT_EQ(entries[i + 1].payload, stem + ":" + std::string(20000, 'b'));
    EXPECT_EQ(entries[i].batch, entries[i + 1].batch);
  }
}

}  // namespace
}  // namespace duban::journal
