// What users of comparable systems complain about, each as a test.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/coverage.h"
#include "duban/draw.h"
#include "duban/escalations.h"
#include "duban/reminders.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Base() { return Org("o", "bureau") + Member("li", "o"); }

const char kMonthly[] =
    "quota { id: 'q' subject: EACH_PERSON every: MONTH within { from: "
    "'2021-09-01' until: '2021-11-30' } need { tally { from: ACTIVITIES count "
    "{} } at_least: '2' } } ";

// Reminders, forecasts and rules count the same working days, by one calendar.
TEST(Complaints, DayCountsDifferPerClient) {
  Campaign c(absl::StrCat("calendar { mainland_through: 2021 } ", kMonthly,
                          "warning { id: 'seven' when: "
                          "\"duty.working_days_left == 7\" } warning { id: "
                          "'same' when: \"duty.working_days_left == "
                          "workdays_between(as_of, duty.due_on)\" }"),
             Base());
  // After Wednesday 22 September: 23, 24, Sunday 26 (made up for), 27–30.
  const v1::DutyReport duties = c.Duties("2021-09-22");
  ASSERT_EQ(duties.duty_size(), 1);
  EXPECT_EQ(duties.duty(0).forecast().working_days_left(), 7);
  EXPECT_EQ(duties.duty(0).warning(), "seven");
  ReminderOptions options;
  options.within = 7;
  const auto reminders =
      Reminders(c.pack(), c.ledger().View(), "2021-09-22", options);
  ASSERT_TRUE(reminders.ok());
  ASSERT_EQ(reminders->reminder_size(), 1);
  EXPECT_EQ(reminders->reminder(0).working_days_left(), 7);
  EXPECT_EQ(c.Duties("2021-09-21").duty(0).warning(), "same");
}

TEST(Complaints, NullTakenForZeroDivisionByZeroInShares) {
  Campaign c(
      "quota { id: 'none-needed' subject: EACH_PERSON every: YEAR need "
      "{ id: 'n' tally { from: ACTIVITIES count {} } at_least: '0' } need { "
      "id: "
      "'opinion' tally { from: RATINGS average: 'rating.level' } "
      "at_least: '0' } } quota { id: 'limit' subject: EACH_PERSON "
      "every: YEAR need { tally { from: RATINGS average: "
      "'rating.level' } at_most: '3' } }",
      Base());
  const v1::DutyReport report = c.Duties("2021-06-01");
  ASSERT_EQ(report.duty_size(), 2);
  // No rating is no average: not 0, which would be enough.
  const v1::Duty& duty = report.duty(0);
  EXPECT_EQ(duty.state(), v1::OPEN);
  EXPECT_TRUE(duty.need(0).met());
  EXPECT_EQ(duty.need(1).done(), "");
  EXPECT_FALSE(duty.need(1).met());
  EXPECT_EQ(duty.forecast().done(), "0");
  ASSERT_EQ(duty.forecast().still_size(), 1);
  EXPECT_EQ(duty.forecast().still(0).amount(), "");
  EXPECT_EQ(duty.forecast().still(0).say().zh(),
            "尚无可计量的记录，须在 2021-12-31 前完成");
  EXPECT_EQ(report.duty(1).forecast().done(), "0");
  // Nobody is asked: no share of nobody.
  Campaign empty(
      "sampling_plan { id: 's' of: EACH_PERSON seed: 'x' share: "
      "'0.5' } " +
          std::string(kMonthly),
      Org("o", "bureau"));
  const auto drawn =
      Draw(empty.pack(), empty.ledger().View(), "2021-09-01", "s");
  ASSERT_TRUE(drawn.ok()) << drawn.status();
  EXPECT_EQ(drawn->drawn_size(), 0);
  const auto coverage =
      CoverageOf(empty.pack(), empty.ledger().View(), "2021-09-01");
  ASSERT_TRUE(coverage.ok());
  EXPECT_EQ(coverage->coverage_size(), 0);
}

// Levels are the pack's: two packs see one ledger each in its own colours, and
// a month that was made good need not stay red.
TEST(Complaints, OneColourScaleForAll) {
  const std::string three = absl::StrCat(
      kMonthly,
      "warning { id: 'red' when: \"duty.state == 'missed' && "
      "!duty.caught_up\" } warning { id: 'yellow' when: \"duty.caught_up || "
      "duty.done_share < duty.time_gone\" } warning { id: 'green' when: "
      "\"true\" }");
  const std::string two = absl::StrCat(
      kMonthly,
      "warning { id: 'black' when: \"duty.state == 'missed' && "
      "duty.missed_before > 0\" } warning { id: 'blue' when: \"duty.state == "
      "'missed'\" }");
  const std::string facts = Base() +
                            Act("a", "visit", "2021-09-05", 60, "'li'") +
                            Act("b", "visit", "2021-11-05", 60, "'li'") +
                            Act("c", "visit", "2021-11-06", 60, "'li'") +
                            Act("d", "visit", "2021-11-07", 60, "'li'");
  Campaign c(three, facts);
  const auto colours = [&c](const Pack& pack) {
    std::vector<std::string> all;
    const auto report = Duties(pack, c.ledger().View(), "2021-12-01");
    EXPECT_TRUE(report.ok()) << report.status();
    for (const v1::Duty& duty : report->duty()) all.push_back(duty.warning());
    return all;
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(colours(c.pack()), (Strings{"yellow", "red", "green"}));
  EXPECT_EQ(colours(*PackOf(two)), (Strings{"blue", "black", ""}));
}

// The sample is the same whenever it is asked for, by whomever, from whichever
// copy of the ledger, in whatever order the schools were entered.
TEST(Complaints, RefreshingResetsTheRandomNumberOfTheAuditSample) {
  const std::string plan =
      "sampling_plan { id: 'checks' of: EACH_ORGANIZATION who: "
      "\"organization.kind == 'school'\" seed: '2021' number: 7 teams: "
      "\"organization.kind == 'branch'\" }";
  std::string forward = Org("o", "bureau");
  std::string backward = Org("o", "bureau");
  for (int i = 0; i < 50; ++i) {
    forward += Org(absl::StrCat("s", i), i < 45 ? "school" : "branch", "o");
    backward +=
        Org(absl::StrCat("s", 49 - i), 49 - i < 45 ? "school" : "branch", "o");
  }
  Campaign c(plan, forward);
  Campaign d(plan, backward);
  const auto drawn = [](Campaign* from, const std::string& as_of) {
    auto report = Draw(from->pack(), from->ledger().View(), as_of, "checks");
    EXPECT_TRUE(report.ok()) << report.status();
    report->clear_ledger_head();
    report->clear_as_of();
    return report->SerializeAsString();
  };
  const std::string first = drawn(&c, "2021-11-01");
  EXPECT_EQ(drawn(&c, "2021-11-01"), first);
  EXPECT_EQ(drawn(&c, "2021-12-31"), first);
  EXPECT_EQ(drawn(&d, "2021-11-01"), first);
  c.Add(Act("a", "visit", "2021-11-05", 60, "", "organization: 's1'"));
  EXPECT_EQ(drawn(&c, "2021-11-10"), first);
}

}  // namespace
}  // namespace duban
