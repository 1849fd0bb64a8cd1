#include "duban/ledger.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/journal/memory.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

v1::Change ActivityChange(const std::string& id, const std::string& who) {
  v1::Change change;
  v1::Activity* activity = change.mutable_record_activity();
  activity->set_id(id);
  activity->set_kind("visit");
  activity->set_date("2021-11-05");
  activity->set_minutes(60);
  activity->add_participants(who);
  return change;
}

uint32_t Activities(const LedgerView& view) {
  return view->records(v1::ACTIVITY).size();
}

TEST(LedgerTest, ARefusedBatchLeavesNothingBehind) {
  auto ledger = World();
  const v1::LedgerHead before = ledger->head();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  *batch.add_changes() = ActivityChange("a2", "nobody");
  *batch.add_changes() = ActivityChange("a3", "zhang");
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt->applied());
  EXPECT_EQ(receipt->changes_size(), 0);
  ASSERT_EQ(receipt->faults().errors_size(), 1);
  EXPECT_EQ(receipt->faults().errors(0).place().change(), 2);
  EXPECT_EQ(ledger->head().digest(), before.digest());
  EXPECT_EQ(Activities(ledger->View()), 0u);
  EXPECT_FALSE(ledger->View()->Find(v1::ACTIVITY, "a1"));
}

TEST(LedgerTest, AfterARefusalTheSameIdsCanBeUsed) {
  auto ledger = World();
  for (int round = 0; round < 50; ++round) {
    v1::Batch bad;
    *bad.add_changes() = ActivityChange(absl::StrCat("a", round), "li");
    *bad.add_changes() = ActivityChange("x", "nobody");
    ASSERT_FALSE(ledger->Apply(bad)->applied());
    v1::Batch good;
    *good.add_changes() = ActivityChange(absl::StrCat("a", round), "zhang");
    ASSERT_TRUE(ledger->Apply(good)->applied());
  }
  const LedgerView view = ledger->View();
  ASSERT_EQ(Activities(view), 50u);
  v1::Activity read;
  for (uint32_t row = 0; row < 50; ++row) {
    read.Clear();
    view->records(v1::ACTIVITY).Read(row, &read);
    EXPECT_EQ(read.id(), absl::StrCat("a", row));
    EXPECT_EQ(read.participants(0), "zhang");
  }
}

TEST(LedgerTest, ABatchOf4000With37BadOnesListsAll37) {
  auto ledger = World();
  v1::Batch batch;
  int bad = 0;
  for (int i = 0; i < 4000; ++i) {
    const bool is_bad = i % 108 == 5;
    bad += is_bad;
    *batch.add_changes() =
        ActivityChange(absl::StrCat("a", i), is_bad ? "nobody" : "li");
  }
  ASSERT_EQ(bad, 37);
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(receipt->faults().errors_size(), 37);
  for (int k = 0; k < 37; ++k) {
    EXPECT_EQ(receipt->faults().errors(k).place().change(), 108 * k + 5 + 1);
  }
}

TEST(LedgerTest, KeepGoodCommitsTheRest) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  *batch.add_changes() = ActivityChange("a2", "nobody");
  ApplyOptions options;
  options.keep_good = true;
  const auto receipt = ledger->Apply(batch, options);
  ASSERT_TRUE(receipt.ok());
  EXPECT_TRUE(receipt->applied());
  EXPECT_EQ(receipt->faults().errors_size(), 1);
  EXPECT_NE(receipt->changes(0).sequence(), 0u);
  EXPECT_EQ(receipt->changes(1).sequence(), 0u);
  EXPECT_EQ(Activities(ledger->View()), 1u);
}

TEST(LedgerTest, ADryRunWritesNothing) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  ApplyOptions options;
  options.dry_run = true;
  const auto receipt = ledger->Apply(batch, options);
  ASSERT_TRUE(receipt.ok());
  EXPECT_TRUE(receipt->faults().errors().empty());
  EXPECT_FALSE(receipt->applied());
  EXPECT_EQ(Activities(ledger->View()), 0u);
}

// "same submission twice = duplicates"
TEST(LedgerTest, TheSameKeyTwiceIsOneChange) {
  auto ledger = World();
  v1::Batch batch;
  v1::Change* change = batch.add_changes();
  *change = ActivityChange("a1", "li");
  change->set_key("k1");
  change->set_recorded_at("2021-11-05T08:00:00+08:00");
  const auto first = ledger->Apply(batch);
  ASSERT_TRUE(first->applied());
  change->set_recorded_at("2021-11-05T09:00:00+08:00");
  const auto second = ledger->Apply(batch);
  ASSERT_TRUE(second->applied());
  EXPECT_TRUE(second->changes(0).repeated());
  EXPECT_EQ(second->changes(0).sequence(), first->changes(0).sequence());
  EXPECT_EQ(second->head().digest(), first->head().digest());
  change->mutable_record_activity()->set_minutes(61);
  const auto third = ledger->Apply(batch);
  EXPECT_FALSE(third->applied());
  EXPECT_EQ(third->faults().errors(0).reason(), "KEY_REUSED");
}

// Without a key, what is there just so already is not written again; but a
// record may go back to what it once was.
TEST(LedgerTest, WhatIsThereAlreadyIsNotWrittenAgain) {
  auto ledger = World();
  v1::Batch a;
  *a.add_changes() = ActivityChange("a1", "li");
  v1::Batch b;
  *b.add_changes() = ActivityChange("a1", "zhang");
  const auto put = [&](const v1::Batch& batch) {
    return ledger->Apply(batch)->changes(0);
  };
  EXPECT_EQ(put(a).sequence(), 10u);
  EXPECT_TRUE(put(a).repeated());
  EXPECT_EQ(put(a).sequence(), 0u);
  EXPECT_EQ(put(b).sequence(), 11u);
  EXPECT_EQ(put(a).sequence(), 12u);
}

TEST(LedgerTest, WhoRefersToARefusedRecordIsToldSo) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(
      "put_person { id: 'new' name: '' organization: 'bureau' }");
  *batch.add_changes() = ActivityChange("a1", "new");
  const auto receipt = ledger->Apply(batch);
  ASSERT_EQ(receipt->faults().errors_size(), 2);
  EXPECT_EQ(receipt->faults().errors(0).reason(), "FIELD_REQUIRED");
  EXPECT_EQ(receipt->faults().errors(1).reason(), "REFERENCE_REFUSED");
}

TEST(LedgerTest, ARecordPutAgainSupersedesTheEarlierOne) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  batch.mutable_changes(0)->mutable_record_activity()->set_minutes(90);
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  const LedgerView view = ledger->View();
  ASSERT_EQ(Activities(view), 2u);
  EXPECT_FALSE(view->counts(v1::ACTIVITY, 0));
  EXPECT_TRUE(view->counts(v1::ACTIVITY, 1));
}

TEST(LedgerTest, OrganizationsKeepTheirHistory) {
  auto ledger = World();
  v1::Batch batch = FromText<v1::Batch>(R"(
    changes { put_organization { id: "district" name: "区" kind: "bureau" } }
    changes { put_organization { id: "school-a" name: "甲校新名" kind: "school"
                                 parent: "district" since: "2021-09-01" } }
    changes { put_organization { id: "school-a" name: "甲校旧名" kind: "school"
                                 parent: "bureau" since: "2010-01-01" } }
  )");
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  const LedgerView view = ledger->View();
  const uint32_t code = *view->Find(v1::ORGANIZATION, "school-a");
  const int name = table::SchemaOf(v1::ORGANIZATION).FindColumn("name");
  const auto name_on = [&](const char* day) -> std::string {
    const auto row = view->At(v1::ORGANIZATION, code, *Date::Parse(day));
    if (!row) return "";
    return std::string(view->records(v1::ORGANIZATION).Text(name, *row));
  };
  EXPECT_EQ(name_on("2009-12-31"), "");
  EXPECT_EQ(name_on("2010-01-01"), "甲校旧名");
  EXPECT_EQ(name_on("2019-12-31"), "甲校旧名");
  EXPECT_EQ(name_on("2020-01-01"), "甲校");
  EXPECT_EQ(name_on("2021-08-31"), "甲校");
  EXPECT_EQ(name_on("2021-09-01"), "甲校新名");
}

// "merging units only works into empty ones"
TEST(LedgerTest, UnitsWithHistoryMerge) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "zhang");
  *batch.add_changes() = FromText<v1::Change>(
      "merge_organizations { from: 'school-a' into: 'school-b' "
      "on: '2022-07-01' }");
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  const LedgerView view = ledger->View();
  const uint32_t a = *view->Find(v1::ORGANIZATION, "school-a");
  const uint32_t b = *view->Find(v1::ORGANIZATION, "school-b");
  EXPECT_TRUE(view->At(v1::ORGANIZATION, a, *Date::Parse("2022-06-30")));
  EXPECT_FALSE(view->At(v1::ORGANIZATION, a, *Date::Parse("2022-07-01")));
  ASSERT_EQ(view->successions().size(), 1u);
  EXPECT_EQ(view->successions()[0].from, a);
  EXPECT_EQ(view->successions()[0].into, b);
  EXPECT_EQ(Activities(view), 1u);
}

class FileTest : public testing::Test {
 protected:
  FileTest()
      : path_(testing::TempDir() + "ledger_test_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    Remove();
  }
  ~FileTest() override { Remove(); }
  void Remove() {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path_ + ending);
    }
  }
  const std::string path_;
};

TEST_F(FileTest, AReopenedLedgerIsTheSame) {
  v1::LedgerHead head;
  {
    auto ledger = Ledger::Open(path_, {});
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    ASSERT_TRUE((*ledger)->Apply(FromText<v1::Batch>(kWorld))->applied());
    v1::Batch batch;
    v1::Change* change = batch.add_changes();
    *change = ActivityChange("a1", "li");
    change->set_key("k1");
    head = (*ledger)->Apply(batch)->head();
  }
  auto ledger = Ledger::Open(path_, {});
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  EXPECT_EQ((*ledger)->head().digest(), head.digest());
  EXPECT_EQ(Activities((*ledger)->View()), 1u);
  v1::Batch again;
  v1::Change* change = again.add_changes();
  *change = ActivityChange("a1", "li");
  change->set_key("k1");
  EXPECT_TRUE((*ledger)->Apply(again)->changes(0).repeated());
}

// Two writers on one file: the second sees what the first wrote and checks its
// batch against it.
TEST_F(FileTest, AWriterCatchesUpWithAnother) {
  auto first = Ledger::Open(path_, {});
  ASSERT_TRUE(first.ok());
  auto second = Ledger::Open(path_, {});
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE((*first)->Apply(FromText<v1::Batch>(kWorld))->applied());
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  // Refused by what `second` knows, and still right: "li" is in the file.
  const auto receipt = (*second)->Apply(batch);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_TRUE(receipt->applied()) << receipt->DebugString();
  EXPECT_EQ(receipt->changes(0).sequence(), 10u);
}

TEST_F(FileTest, AReadOnlyLedgerRefusesToWrite) {
  ASSERT_TRUE(Ledger::Open(path_, {}).ok());
  LedgerOptions options;
  options.read_only = true;
  auto ledger = Ledger::Open(path_, options);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  EXPECT_FALSE((*ledger)->Apply(FromText<v1::Batch>(kWorld)).ok());
}

TEST(ViewTest, AViewNeverChanges) {
  auto ledger = World();
  const LedgerView before = ledger->View();
  v1::Batch batch;
  *batch.add_changes() = ActivityChange("a1", "li");
  *batch.add_changes() = FromText<v1::Change>(
      "void_record { kind: PAIRING id: 'pair' reason: 'r' }");
  *batch.add_changes() = FromText<v1::Change>(
      "void_record { kind: PERSON id: 'wang' reason: 'r' }");
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  EXPECT_EQ(Activities(before), 0u);
  const uint32_t wang = *before->Find(v1::PERSON, "wang");
  EXPECT_TRUE(before->At(v1::PERSON, wang, Date::FromDays(19000)));
  EXPECT_FALSE(ledger->View()->At(v1::PERSON, wang, Date::FromDays(19000)));
}

// One writer, readers on views, refused batches in between.
TEST(ViewTest, ReadersAndTheWriterDoNotMeet) {
  auto ledger = World();
  std::vector<std::thread> readers;
  for (int round = 0; round < 40; ++round) {
    v1::Batch batch;
    for (int i = 0; i < 25; ++i) {
      *batch.add_changes() =
          ActivityChange(absl::StrCat("a", round * 25 + i), "li");
    }
    if (round % 3 == 2) *batch.add_changes() = ActivityChange("x", "nobody");
    ASSERT_TRUE(ledger->Apply(batch).ok());
    readers.emplace_back([view = ledger->View()] {
      const table::Records& rows = view->records(v1::ACTIVITY);
      const int minutes = rows.schema().FindColumn("minutes");
      int64_t sum = 0;
      for (uint32_t row = 0; row < rows.size(); ++row) {
        sum += rows.Int(minutes, row);
        const table::Word id = rows.Text(rows.schema().id_column(), row);
        EXPECT_TRUE(view->Find(v1::ACTIVITY, id));
      }
      EXPECT_EQ(sum, int64_t{60} * rows.size());
    });
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace duban
