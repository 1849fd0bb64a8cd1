// Missed months that later ones made good.
#include "src/duty/recovery.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

const char kQuota[] =
    "quota { id: 'q' subject: EACH_PERSON every: MONTH need { id: 'visits' "
    "tally { from: ACTIVITIES where: \"activity.kind == 'visit'\" count {} } "
    "at_least: '2' } } ";
const char kTwoNeeds[] =
    "quota { id: 'q' subject: EACH_PERSON every: MONTH need { id: 'visits' "
    "tally { from: ACTIVITIES where: \"activity.kind == 'visit'\" count {} } "
    "at_least: '1' } need { id: 'lectures' tally { from: ACTIVITIES where: "
    "\"activity.kind == 'lecture'\" count {} } at_least: '1' } } ";

std::string Month(int month) {
  return absl::StrCat("2021-", month < 10 ? "0" : "", month);
}

// So many acts in each month, from January.
std::string Acts(const std::vector<int>& done, const std::string& kind) {
  std::string facts;
  for (size_t m = 0; m < done.size(); ++m) {
    for (int i = 0; i < done[m]; ++i) {
      absl::StrAppend(&facts,
                      Act(absl::StrCat(kind, m, "-", i), kind,
                          Month(static_cast<int>(m) + 1) + "-10", 60, "'li'"));
    }
  }
  return facts;
}

std::string Base() { return Org("o", "bureau") + Member("li", "o"); }

// A letter for each month: met, open, missed, caught up.
std::string Year(Campaign* c, const std::string& as_of = "2022-01-31") {
  std::string letters;
  const v1::DutyReport report = c->Duties(as_of);
  for (const v1::Duty& duty : report.duty()) {
    letters += duty.caught_up()             ? 'c'
               : duty.state() == v1::MET    ? '+'
               : duty.state() == v1::MISSED ? '-'
               : duty.state() == v1::OPEN   ? 'o'
               : duty.state() == v1::WAIVED ? 'w'
                                            : 'n';
    if (duty.caught_up()) {
      EXPECT_EQ(duty.state(), v1::MISSED);
    }
  }
  return letters;
}

TEST(RecoveryTest, AYearOfMonths) {
  // January lacks 2, March 1; May has 1 too many, July 2, the rest as needed.
  Campaign c(kQuota,
             Base() + Acts({0, 2, 1, 2, 3, 2, 4, 2, 2, 1, 2, 2}, "visit"));
  EXPECT_EQ(Year(&c), "c+c++++++-++");
  // Only what was done by then counts: May's one pays half of January.
  EXPECT_EQ(Year(&c, "2021-05-31"), "-+-++");
  EXPECT_EQ(Year(&c, "2021-07-31"), "c+c++++");
}

TEST(RecoveryTest, TheMonthThatRunsCountsAlready) {
  Campaign c(kQuota, Base() + Acts({1, 3}, "visit"));
  EXPECT_EQ(Year(&c, "2021-02-20"), "c+");
}

TEST(RecoveryTest, TheOldestIsPaidFirstAndPartsDoNotCount) {
  Campaign c(kQuota, Base() + Acts({0, 1, 4}, "visit"));
  // Two too many pay January's two; nothing is left for February.
  EXPECT_EQ(Year(&c, "2021-03-31"), "c-+");
  Campaign d(kQuota, Base() + Acts({0, 1, 3}, "visit"));
  EXPECT_EQ(Year(&d, "2021-03-31"), "--+");
}

TEST(RecoveryTest, WhatWasTooMuchBeforePaysForNothing) {
  Campaign c(kQuota, Base() + Acts({9, 1, 2}, "visit"));
  EXPECT_EQ(Year(&c, "2021-03-31"), "+-+");
}

TEST(RecoveryTest, AllNeedsHaveToBeMadeGood) {
  Campaign c(kTwoNeeds,
             Base() + Acts({0, 2, 1}, "visit") + Acts({0, 1, 1}, "lecture"));
  EXPECT_EQ(Year(&c, "2021-03-31"), "-++");
  c.Add(Act("more", "lecture", "2021-03-12", 60, "'li'"));
  EXPECT_EQ(Year(&c, "2021-03-31"), "c++");
}

TEST(RecoveryTest, TooManyCannotBeMadeGood) {
  Campaign c(
      "quota { id: 'q' subject: EACH_PERSON every: MONTH need { tally "
      "{ from: ACTIVITIES count {} } at_least: '1' at_most: '2' } }",
      Base() + Acts({3, 1, 2}, "visit"));
  EXPECT_EQ(Year(&c, "2021-03-31"), "-++");
}

TEST(RecoveryTest, AnAverageIsNotCarriedOver) {
  Campaign c(
      "quota { id: 'q' subject: EACH_PERSON every: MONTH need { tally "
      "{ from: ACTIVITIES average: 'activity.minutes' } at_least: '90' "
      "} }",
      Base() + Act("a", "visit", "2021-01-10", 60, "'li'") +
          Act("b", "visit", "2021-02-10", 600, "'li'"));
  EXPECT_EQ(Year(&c, "2021-02-28"), "-+");
}

TEST(RecoveryTest, AWaivedMonthAsksForNothingAndMayPay) {
  Campaign c(
      "quota { id: 'q' subject: EACH_PERSON every: MONTH waived_when: "
      "\"period_from == date('2021-02-01')\" need { tally { from: ACTIVITIES "
      "count "
      "{} } at_least: '2' } }",
      Base() + Acts({0, 2, 2}, "visit"));
  EXPECT_EQ(Year(&c, "2021-03-31"), "cw+");
}

// Against a second way of paying: one act at a time.
TEST(RecoveryTest, AgreesWithPayingOneAtATime) {
  uint32_t random = 7;
  const auto next = [&random] {
    random = random * 1664525 + 1013904223;
    return random >> 16;
  };
  for (int round = 0; round < 40; ++round) {
    std::vector<int> done;
    for (int m = 0; m < 12; ++m) done.push_back(static_cast<int>(next() % 5));
    Campaign c(kQuota, Base() + Acts(done, "visit"));
    std::vector<int> lack(12, 0);
    for (size_t m = 0; m < 12; ++m) {
      for (int extra = done[m] - 2; extra > 0; --extra) {
        const auto oldest = std::find_if(
            lack.begin(), lack.begin() + static_cast<std::ptrdiff_t>(m),
            [](int n) { return n > 0; });
        if (oldest != lack.begin() + static_cast<std::ptrdiff_t>(m)) --*oldest;
      }
      lack[m] = std::max(0, 2 - done[m]);
    }
    std::string expected;
    for (size_t m = 0; m < 12; ++m) {
      expected += done[m] >= 2 ? '+' : lack[m] == 0 ? 'c' : '-';
    }
    EXPECT_EQ(Year(&c), expected) << round;
  }
}

TEST(RecoveryTest, MissedBeforeCountsEarlierPeriodsOfTheQuota) {
  Campaign c(absl::StrCat(kQuota,
                          "warning { id: 'third' when: \"duty.state "
                          "== 'missed' && duty.missed_before >= 2\" "
                          "}"),
             Base() + Acts({0, 2, 1, 2, 0, 1}, "visit"));
  std::string warned;
  const v1::DutyReport report = c.Duties("2021-07-01");
  for (const v1::Duty& duty : report.duty()) {
    warned += duty.warning().empty() ? '.' : '!';
  }
  EXPECT_EQ(warned, "....!!.");
}

}  // namespace
}  // namespace duban
