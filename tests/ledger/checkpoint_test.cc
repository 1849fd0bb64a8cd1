// A ledger that begins with its checkpoint is the ledger that was replayed.

#include "src/ledger/checkpoint.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/journal/memory.h"
#include "src/journal/sqlite.h"
#include "src/journal/sqlite_file.h"
#include "src/journal/verify.h"
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

// Counts what is read, and fails where it is told to.
class Watched final : public journal::Journal {
 public:
  absl::StatusOr<journal::Head> GetHead() override { return in.GetHead(); }
  absl::StatusOr<journal::Head> AppendAll(const journal::Head& expected,
                                          Batches batches) override {
    if (!failure.ok()) return std::exchange(failure, absl::OkStatus());
    ++appends;
    return in.AppendAll(expected, batches);
  }
  absl::Status Read(uint64_t after,
                    const std::function<absl::Status(const journal::Entry&)>&
                        visit) override {
    return in.Read(after, visit);
  }

  journal::MemoryJournal in;
  absl::Status failure;
  int appends = 0;
};

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest()
      : folder_(testing::TempDir() + "checkpoint_test_" +
                std::to_string(getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~CheckpointTest() override { std::filesystem::remove_all(folder_); }

  std::string File(const std::string& name) const {
    return folder_ + "/" + name + ".duban";
  }
  static std::unique_ptr<Ledger> Open(const std::string& path,
                                      bool use_checkpoint = true) {
    LedgerOptions options;
    options.use_checkpoint = use_checkpoint;
    auto ledger = Ledger::Open(path, options);
    EXPECT_TRUE(ledger.ok()) << ledger.status();
    return ledger.ok() ? *std::move(ledger) : nullptr;
  }
  static void Write(Ledger* ledger, int from, int to) {
    for (int n = from; n <= to; ++n) {
      const auto receipt = ledger->Apply(MixedBatch(n));
      ASSERT_TRUE(receipt.ok() && receipt->applied()) << receipt->DebugString();
    }
  }
  static void ExpectSame(Ledger* a, Ledger* b) {
    EXPECT_EQ(a->head().SerializeAsString(), b->head().SerializeAsString());
    EXPECT_TRUE(StateBytes(a->View()) == StateBytes(b->View()));
  }
  // Makes it what `change` leaves of it.
  static void Tamper(const std::string& path,
                     void (*change)(journal::Checkpoint*)) {
    auto store = journal::SqliteJournal::Open(path, {});
    ASSERT_TRUE(store.ok());
    auto checkpoint = (*store)->ReadCheckpoint();
    ASSERT_TRUE(checkpoint.ok() && *checkpoint);
    change(&**checkpoint);
    ASSERT_TRUE((*store)->WriteCheckpoint(**checkpoint).ok());
  }

 private:
  std::string folder_;
};

TEST_F(CheckpointTest, WithWhatCameLaterIsTheReplayedLedger) {
  const std::string path = File("a");
  for (int n = 1; n <= 30; n += 3) {
    auto ledger = Open(path);
    Write(ledger.get(), n, n + 1);
    ASSERT_TRUE(ledger->WriteCheckpoint().ok());
    Write(ledger.get(), n + 2, n + 2);
    ledger.reset();
    auto fast = Open(path);
    auto slow = Open(path, false);
    ExpectSame(fast.get(), slow.get());
    // The same answers to keys that were seen before, early and late.
    for (const int seen : {1, n, n + 2}) {
      const auto a = fast->Apply(MixedBatch(seen), {false, true});
      const auto b = slow->Apply(MixedBatch(seen), {false, true});
      EXPECT_EQ(a->SerializeAsString(), b->SerializeAsString());
      v1::Batch reused;
      *reused.add_changes() = MixedBatch(seen).changes(0);
      const auto again = fast->Apply(reused);
      EXPECT_TRUE(again->changes(0).repeated());
      reused.mutable_changes(0)->mutable_put_organization()->set_name("别的");
      const auto other = fast->Apply(reused);
      EXPECT_EQ(other->faults().errors(0).reason(), "KEY_REUSED");
    }
  }
}

// The entries that it covers are damaged behind its back: who reads them
// fails, who begins with the checkpoint does not even look.
TEST_F(CheckpointTest, TheEntriesItCoversAreNotRead) {
  const std::string path = File("a");
  {
    auto ledger = Open(path);
    Write(ledger.get(), 1, 3);
    ASSERT_TRUE(ledger->WriteCheckpoint().ok());
    Write(ledger.get(), 4, 4);
  }
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db,
                         "UPDATE entry SET payload = x'00' "
                         "WHERE sequence = 2",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  EXPECT_NE(Open(path), nullptr);
  LedgerOptions replay;
  replay.use_checkpoint = false;
  EXPECT_EQ(Ledger::Open(path, replay).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(CheckpointTest, OfAnotherLedgerIsNotTaken) {
  const std::string path = File("a");
  {
    auto ledger = Open(path);
    Write(ledger.get(), 1, 3);
    ASSERT_TRUE(ledger->WriteCheckpoint().ok());
    auto other = Open(File("b"));
    v1::Batch first = MixedBatch(1);
    first.mutable_changes(0)->mutable_put_organization()->set_name("别的局");
    ASSERT_TRUE(other->Apply(first)->applied());
    Write(other.get(), 2, 3);
    // As many entries, in as many batches, with other digests.
    ASSERT_EQ(other->head().sequence(), ledger->head().sequence());
  }
  auto a = journal::SqliteJournal::Open(path, {});
  auto b = journal::SqliteJournal::Open(File("b"), {});
  const auto checkpoint = (*a)->ReadCheckpoint();
  ASSERT_TRUE(checkpoint.ok() && *checkpoint);
  const absl::Status refused = (*b)->WriteCheckpoint(**checkpoint);
  EXPECT_EQ(FaultsOf(refused).errors(0).reason(), "CHECKPOINT_FOREIGN");
  // Past the journal, as a copy of the tables would.
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(File("b").c_str(), &db), SQLITE_OK);
  const std::string sql = "ATTACH '" + path + "' AS a;" +
                          std::string(journal::kMakeCheckpoint) + ";" +
                          journal::kMakeCheckpointPiece +
                          ";INSERT INTO main.checkpoint SELECT * FROM "
                          "a.checkpoint; INSERT INTO main.checkpoint_piece "
                          "SELECT * FROM a.checkpoint_piece";
  ASSERT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
  const auto report = journal::Verify(File("b"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(FaultsOf(report->checkpoint_fault).errors(0).reason(),
            "CHECKPOINT_FOREIGN");
  ExpectSame(Open(File("b")).get(), Open(File("b"), false).get());
}

TEST_F(CheckpointTest, OfAnotherVersionOrWithBytesThatDoNotLoadIsNotTaken) {
  const std::vector<void (*)(journal::Checkpoint*)> changes = {
      [](journal::Checkpoint* c) { c->engine = "99.0"; },
      [](journal::Checkpoint* c) { ++c->format; },
      [](journal::Checkpoint* c) { c->bytes.clear(); },
      [](journal::Checkpoint* c) { c->bytes = "12345678keys and no state"; },
      [](journal::Checkpoint* c) { c->bytes.assign(8, '\xff'); },
      [](journal::Checkpoint* c) { c->bytes.resize(c->bytes.size() / 2); },
      [](journal::Checkpoint* c) { c->bytes += "more"; },
  };
  for (const auto change : changes) {
    const std::string path = File("a");
    {
      auto ledger = Open(path);
      Write(ledger.get(), 1, 3);
      ASSERT_TRUE(ledger->WriteCheckpoint().ok());
    }
    Tamper(path, change);
    ExpectSame(Open(path).get(), Open(path, false).get());
    std::filesystem::remove(path);
  }
}

TEST_F(CheckpointTest, DroppedIsGoneAndLosesNothing) {
  const std::string path = File("a");
  auto ledger = Open(path);
  Write(ledger.get(), 1, 3);
  ASSERT_TRUE(ledger->WriteCheckpoint().ok());
  EXPECT_TRUE(journal::Verify(path)->checkpoint.has_value());
  ASSERT_TRUE(ledger->DropCheckpoint().ok());
  EXPECT_FALSE(journal::Verify(path)->checkpoint.has_value());
  ExpectSame(ledger.get(), Open(path).get());
}

TEST_F(CheckpointTest, AnEmptyLedgerAndOneInMemoryHaveNone) {
  EXPECT_TRUE(Open(File("a"))->WriteCheckpoint().ok());
  EXPECT_FALSE(journal::Verify(File("a"))->checkpoint.has_value());
  const absl::Status status = World()->WriteCheckpoint();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(FaultsOf(status).errors(0).reason(), "CHECKPOINT_NOT_OFFERED");
}

// ---- several batches at once -----------------------------------------------

TEST(ApplyAllTest, IsTheSameAsOneAfterTheOther) {
  std::vector<v1::Batch> batches;
  for (int n = 1; n <= 9; ++n) batches.push_back(MixedBatch(n));
  // Refused, and what depends on it as well; repeated; refused in part.
  batches.insert(
      batches.begin() + 4,
      FromText<v1::Batch>(
          "changes { key: 'x' put_person { id: 'x' name: 'X' "
          "organization: 'nowhere' } } "
          "changes { put_person { id: 'y' name: 'Y' organization: 'team' } }"));
  batches.insert(
      batches.begin() + 5,
      FromText<v1::Batch>(
          "changes { put_post { id: 'q' person: 'y' organization: 'team' "
          "role: 'head' since: '2022-01-01' } }"));
  batches.insert(batches.begin() + 6, MixedBatch(2));
  auto one = Ledger::InMemory();
  std::vector<v1::Receipt> expected;
  for (const v1::Batch& batch : batches) {
    expected.push_back(*(*one)->Apply(batch));
  }
  auto journal = std::make_unique<Watched>();
  Watched* watched = journal.get();
  auto all = Ledger::Over(std::move(journal));
  const LedgerView before = (*all)->View();
  auto receipts = (*all)->ApplyAll(batches);
  ASSERT_TRUE(receipts.ok()) << receipts.status();
  EXPECT_EQ(watched->appends, 1);
  ASSERT_EQ(receipts->size(), batches.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    v1::Receipt& receipt = (*receipts)[i];
    EXPECT_EQ(receipt.head().digest(), (*all)->head().digest());
    receipt.clear_head();
    expected[i].clear_head();
    EXPECT_EQ(receipt.DebugString(), expected[i].DebugString()) << i;
  }
  EXPECT_FALSE(expected[4].applied() || expected[5].applied());
  EXPECT_EQ((*all)->head().digest(), (*one)->head().digest());
  EXPECT_TRUE(StateBytes((*all)->View()) == StateBytes((*one)->View()));
  EXPECT_EQ(before->records(v1::PERSON).size(), 0u);
}

TEST(ApplyAllTest, WhereTheJournalFailsNoneIsThereAndAllCanBeSentAgain) {
  auto journal = std::make_unique<Watched>();
  Watched* watched = journal.get();
  auto ledger = Ledger::Over(std::move(journal));
  ASSERT_TRUE((*ledger)->Apply(MixedBatch(1))->applied());
  const std::string before = StateBytes((*ledger)->View());
  const std::vector<v1::Batch> batches = {
      MixedBatch(2), FromText<v1::Batch>("changes { put_person { id: 'x' } }"),
      MixedBatch(3)};
  watched->failure = absl::ResourceExhaustedError("disk full");
  EXPECT_EQ((*ledger)->ApplyAll(batches).status(),
            absl::ResourceExhaustedError("disk full"));
  EXPECT_FALSE((*ledger)->View()->Find(v1::PERSON, "p2"));
  EXPECT_EQ((*ledger)->View()->records(v1::ACTIVITY).size(), 0u);
  auto dry = (*ledger)->ApplyAll(batches, {false, true});
  EXPECT_FALSE((*dry)[0].applied());
  EXPECT_EQ((*dry)[0].faults().errors_size(), 0);
  // Another process was quicker, once.
  watched->failure = absl::AbortedError("moved");
  auto receipts = (*ledger)->ApplyAll(batches);
  ASSERT_TRUE(receipts.ok());
  EXPECT_TRUE((*receipts)[0].applied());
  EXPECT_FALSE((*receipts)[1].applied());
  EXPECT_TRUE((*receipts)[2].applied());
  EXPECT_FALSE((*receipts)[2].changes(0).repeated());
  auto other = Ledger::InMemory();
  for (int n = 1; n <= 3; ++n) {
    ASSERT_TRUE((*other)->Apply(MixedBatch(n))->applied());
  }
  EXPECT_EQ((*ledger)->head().digest(), (*other)->head().digest());
}

}  // namespace
}  // namespace duban
