// What users of comparable systems complain about, each as a test.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "duban/ledger.h"
#include "gtest/gtest.h"
#include "src/ledger/state.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

namespace fs = std::filesystem;

class ImportComplaints : public testing::Test {
 protected:
  ImportComplaints()
      : folder_(fs::path(testing::TempDir()) /
                absl::StrCat("duban_complaints_", getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~ImportComplaints() override { fs::remove_all(folder_); }

  fs::path folder_;
};

// A row of activities.csv, and what is wrong with it.
struct BadRow {
  std::vector<std::string> cells;  // id, kind, date, minutes, participants
  std::string heading;
  std::string reason;
};

BadRow Spoilt(int row, int how) {
  const std::string id = absl::StrCat("a", row);
  switch (how % 6) {
    case 0:
      return {{id, "visit", "2021-13-05", "60", "li"}, "日期", "BAD_DATE"};
    case 1:
      return {
          {id, "visit", "2021-11-05", "一小时", "li"}, "minutes", "BAD_NUMBER"};
    case 2:
      return {{id, "visit", "2021-11-05", "60", "nobody"},
              "参加人员",
              "REFERENCE_NOT_FOUND"};
    case 3:
      return {{id, "visit", "2021-11-05", "2000", "li"},
              "minutes",
              "MINUTES_OUT_OF_RANGE"};
    case 4:
      return {{id, "", "2021-11-05", "60", "li"}, "kind", "FIELD_REQUIRED"};
    default:
      return {{id, "visit", "2021-11-05", "60", "li;li"},
              "参加人员",
              "PARTICIPANT_TWICE"};
  }
}

// "A 4 000-row import stops at the first bad row instead of listing all."
TEST_F(ImportComplaints, AnImportOf4000RowsListsAllOfThe37BadOnes) {
  std::map<int, BadRow> bad;
  std::string csv = "id,kind,日期,minutes,参加人员\n";
  for (int row = 1; row <= 4000; ++row) {
    std::vector<std::string> cells = {absl::StrCat("a", row), "visit",
                                      "2021-11-05", "60", "li"};
    if (row % 108 == 6) {
      const auto [spoilt, added] =
          bad.emplace(row, Spoilt(row, static_cast<int>(bad.size())));
      cells = spoilt->second.cells;
    }
    absl::StrAppend(&csv, absl::StrJoin(cells, ","), "\n");
  }
  ASSERT_EQ(bad.size(), 37u);
  std::ofstream(folder_ / "activities.csv") << csv;

  auto ledger = World();
  const v1::LedgerHead before = ledger->head();
  const auto refused = ledger->Import(folder_.string());
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_FALSE(refused->applied());
  EXPECT_EQ(ledger->head().digest(), before.digest());
  ASSERT_EQ(refused->faults().errors_size(), 37);
  auto expected = bad.begin();
  for (const v1::ErrorDetail& fault : refused->faults().errors()) {
    EXPECT_EQ(fault.place().file(), "activities.csv");
    EXPECT_EQ(fault.place().row(), expected->first);
    EXPECT_EQ(fault.place().line(), expected->first + 1);
    EXPECT_EQ(fault.place().field(), expected->second.heading);
    EXPECT_EQ(fault.reason(), expected->second.reason);
    ++expected;
  }

  ApplyOptions keep_good;
  keep_good.keep_good = true;
  const auto kept = ledger->Import(folder_.string(), keep_good);
  ASSERT_TRUE(kept.ok() && kept->applied());
  EXPECT_EQ(kept->faults().errors_size(), 37);
  EXPECT_EQ(ledger->head().sequence(), before.sequence() + 3963);
  EXPECT_EQ(ledger->View()->records(v1::ACTIVITY).size(), 3963u);
}

// "Export format ≠ import format."
TEST_F(ImportComplaints, WhatIsExportedCanBeImported) {
  auto ledger = World();
  ExportOptions options;
  options.chinese = true;
  options.gb18030 = true;
  options.unmasked = true;
  const std::string out = (folder_ / "out").string();
  ASSERT_TRUE(Export(ledger->View(), out, options).ok());
  auto copy = *Ledger::InMemory();
  const auto receipt = copy->Import(out);
  ASSERT_TRUE(receipt.ok() && receipt->applied())
      << receipt->faults().DebugString();
  EXPECT_EQ(StateDigest(copy->View()), StateDigest(ledger->View()));
}

}  // namespace
}  // namespace duban
