// The calendar of a pack: what it is built from, and what reads it.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The reasons of all that is said of a pack with that calendar.
std::vector<std::string> ReasonsFor(const std::string& rules) {
  v1::ErrorList faults;
  Pack::Parse({{"p.textproto", absl::StrCat(kPackHead, rules)}}, &faults)
      .IgnoreError();
  std::vector<std::string> reasons;
  for (const v1::ErrorDetail& fault : faults.errors()) {
    reasons.push_back(fault.reason());
  }
  return reasons;
}

const char kOrganization[] =
    "changes { put_organization { id: 'o' name: '局' kind: 'bureau' } }";

// Whether the condition holds of an organization, in a pack of that calendar:
// it then owes the quota.
bool Holds(const std::string& calendar, const std::string& condition) {
  Campaign campaign(absl::StrCat(calendar, R"(
        quota { id: "q" subject: EACH_ORGANIZATION every: YEAR
          who: ")",
                                 condition, R"("
          need { tally { from: MATTERS count {} } at_least: "1" } })"),
                    kOrganization);
  return campaign.State("q", "o", "2021-12-31") != "none";
}

const char kMainland[] = "calendar { mainland_through: 2021 }";

TEST(PackCalendarTest, ExpressionsCountWorkingDays) {
  EXPECT_TRUE(Holds(kMainland,
                    "workdays_between(date('2021-09-30'), "
                    "date('2021-10-11')) == 3"));
  EXPECT_TRUE(Holds(kMainland,
                    "add_workdays(date('2021-09-30'), 2) == "
                    "date('2021-10-09')"));
  EXPECT_TRUE(Holds(kMainland,
                    "add_workdays(date('2021-10-08'), -1) == "
                    "date('2021-09-30')"));
  // Without arrangements only weekends are off.
  EXPECT_TRUE(Holds("calendar {}",
                    "add_workdays(date('2021-09-30'), 2) == "
                    "date('2021-10-04')"));
}

TEST(PackCalendarTest, LayersOfThePackStandAboveTheMainland) {
  const std::string calendar = R"(calendar {
    mainland_through: 2021
    layer { id: "school"
      holiday { from: "2021-10-01" until: "2021-10-10" text: "校庆" }
      workday: "2021-10-05" } })";
  EXPECT_TRUE(Holds(calendar,
                    "add_workdays(date('2021-09-30'), 1) == "
                    "date('2021-10-05')"));
  EXPECT_TRUE(Holds(calendar,
                    "add_workdays(date('2021-09-30'), 2) == "
                    "date('2021-10-11')"));
}

TEST(PackCalendarTest, WithoutOneWorkdaysAreRefused) {
  EXPECT_THAT(ReasonsFor(R"(
    quota { id: "q" subject: EACH_PERSON every: YEAR
      who: "workdays_between(as_of, period_until) > 3"
      need { tally { from: ACTIVITIES count {} } at_least: "1" } })"),
              ElementsAre("NO_CALENDAR"));
  EXPECT_THAT(ReasonsFor(R"(
    submission { id: "s" subject: EACH_ORGANIZATION kind: "plan"
      due_on: "2021-10-01" roll_forward: true })"),
              ElementsAre("NO_CALENDAR"));
}

TEST(PackCalendarTest, FaultsOfACalendarAreItsOwn) {
  // The expression that needs it is not blamed.
  EXPECT_THAT(ReasonsFor(R"(
    calendar { mainland_through: 2099 }
    quota { id: "q" subject: EACH_PERSON every: YEAR
      who: "workdays_between(as_of, period_until) > 3"
      need { tally { from: ACTIVITIES count {} } at_least: "1" } })"),
              ElementsAre("CALENDAR_YEAR_UNKNOWN"));
  EXPECT_THAT(
      ReasonsFor(R"(calendar { layer { id: "l" holiday { from: "2021-10-01" }
        holiday { until: "2021-10-01" } holiday {} } })"),
      ElementsAre("FIELD_REQUIRED", "FIELD_REQUIRED", "FIELD_REQUIRED"));
  EXPECT_THAT(
      ReasonsFor(R"(calendar { layer { id: "l"
        holiday { from: "2021-10-07" until: "2021-10-01" }
        holiday { from: "2021-10-32" until: "x" }
        workday: "2021-13-01" known_until: "2021" } })"),
      testing::UnorderedElementsAre("WINDOW_REVERSED", "BAD_DATE", "BAD_DATE",
                                    "BAD_DATE", "BAD_DATE"));
}

TEST(PackCalendarTest, WarnsWhereItEndsBeforeTheCampaign) {
  EXPECT_THAT(ReasonsFor(kMainland), IsEmpty());
  EXPECT_THAT(ReasonsFor("calendar { mainland_through: 2020 }"),
              ElementsAre("CALENDAR_PROVISIONAL"));
  EXPECT_THAT(ReasonsFor("calendar { layer { id: 'l' "
                         "known_until: '2021-06-30' } }"),
              ElementsAre("CALENDAR_PROVISIONAL"));
}

TEST(PackCalendarTest, WarnsWhereTheWordsReadOtherwise) {
  const auto phase = [](const std::string& window) {
    return ReasonsFor("phase { id: 'p' window { " + window + " } }");
  };
  EXPECT_THAT(phase("until: '2021-10-20' text: '10月中旬前'"), IsEmpty());
  EXPECT_THAT(phase("until: '2021-10-10' text: '10月中旬前'"),
              ElementsAre("WINDOW_TEXT_DIFFERS"));
  EXPECT_THAT(phase("from: '2021-10-11' until: '2021-11-30' "
                    "text: '10月中下旬至11月'"),
              IsEmpty());
  EXPECT_THAT(phase("from: '2021-10-01' until: '2021-11-30' "
                    "text: '10月中下旬至11月'"),
              ElementsAre("WINDOW_TEXT_DIFFERS"));
  // Their year is that of either end.
  EXPECT_THAT(phase("from: '2021-11-01' until: '2022-01-31' "
                    "text: '1月底前'"),
              IsEmpty());
  // Words that are no date say nothing of the dates.
  EXPECT_THAT(phase("until: '2021-10-10' text: '秋季学期'"), IsEmpty());
}

}  // namespace
}  // namespace duban
