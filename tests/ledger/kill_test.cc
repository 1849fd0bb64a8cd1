// Ledgers whose process is killed while it writes batches of every sort, and
// a checkpoint now and then.

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "src/journal/verify.h"
#include "src/ledger/state.h"
#include "tests/support/mixed_batches.h"

namespace duban {
namespace {

std::string StateBytes(const LedgerView& view) {
  std::string bytes;
  EXPECT_TRUE(view->Save([&](absl::string_view piece) {
                    bytes.append(piece.data(), piece.size());
                    return absl::OkStatus();
                  })
                  .ok());
  return bytes;
}

// Goes on where the ledger stands, and writes each batch's number to the pipe
// once it is applied. Every third time, three batches at once. Never comes
// back.
[[noreturn]] void WriteUntilKilled(const std::string& path, int acknowledge) {
  auto ledger = Ledger::Open(path, {});
  if (!ledger.ok()) _exit(3);
  const auto verified = journal::Verify(path);
  if (!verified.ok()) _exit(4);
  for (int n = static_cast<int>(verified->batches) + 1;;) {
    std::vector<v1::Batch> batches;
    for (int i = 0; i < (n % 3 == 0 ? 3 : 1); ++i) {
      batches.push_back(MixedBatch(n + i));
    }
    const auto receipts = (*ledger)->ApplyAll(batches);
    if (!receipts.ok()) _exit(5);
    for (const v1::Receipt& receipt : *receipts) {
      if (!receipt.applied()) _exit(6);
    }
    n += static_cast<int>(batches.size());
    const int last = n - 1;
    if (write(acknowledge, &last, sizeof(last)) != sizeof(last)) _exit(7);
    if (n % 5 == 0 && !(*ledger)->WriteCheckpoint().ok()) _exit(8);
  }
}

// The last batch that was acknowledged, or 0.
int KillWhileWriting(const std::string& path, unsigned moment) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    WriteUntilKilled(path, ends[1]);
  }
  close(ends[1]);
  int last = 0;
  int batch = 0;
  const auto acknowledged = [&] {
    if (read(ends[0], &batch, sizeof(batch)) != sizeof(batch)) return false;
    last = batch;
    return true;
  };
  for (unsigned i = 0; i < moment % 5 && acknowledged(); ++i) {
  }
  usleep(moment * 7919 % 4000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "ended with " << WEXITSTATUS(status);
  while (acknowledged()) {
  }
  close(ends[0]);
  return last;
}

TEST(LedgerKillTest, WhatWasAcknowledgedIsThereWithAndWithoutTheCheckpoint) {
  const bool deep = getenv("DUBAN_DEEP") != nullptr;
  const std::string path =
      testing::TempDir() + "kill_test_" + std::to_string(getpid()) + ".duban";
  const auto clear = [&] {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path + ending);
    }
  };
  int checkpoints = 0;
  int acknowledged = 0;
  clear();
  for (int round = 0; round < (deep ? 500 : 10); ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    if (round % 25 == 24) {
      clear();
      acknowledged = 0;
    }
    acknowledged = std::max(
        acknowledged, KillWhileWriting(path, static_cast<unsigned>(round)));
    if (!std::filesystem::exists(path)) continue;
    auto fast = Ledger::Open(path, {});
    ASSERT_TRUE(fast.ok()) << fast.status();
    const auto report = journal::Verify(path);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_TRUE(report->checkpoint_fault.ok()) << report->checkpoint_fault;
    checkpoints += report->checkpoint.has_value();
    const int batches = static_cast<int>(report->batches);
    EXPECT_GE(batches, acknowledged);
    EXPECT_LE(batches, acknowledged + 3);
    LedgerOptions replay;
    replay.use_checkpoint = false;
    auto slow = Ledger::Open(path, replay);
    ASSERT_TRUE(slow.ok()) << slow.status();
    EXPECT_TRUE(StateBytes((*fast)->View()) == StateBytes((*slow)->View()));
    // Batch for batch what was sent: no half ones.
    auto again = Ledger::InMemory();
    for (int n = 1; n <= batches; ++n) {
      ASSERT_TRUE((*again)->Apply(MixedBatch(n))->applied());
    }
    EXPECT_EQ((*fast)->head().digest(), (*again)->head().digest());
    acknowledged = batches;
  }
  EXPECT_GT(checkpoints, 0);
  clear();
}

}  // namespace
}  // namespace duban
