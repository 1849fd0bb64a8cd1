#include "src/calendar/mainland.h"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban::calendar {
namespace {

Date D(const std::string& text) { return *Date::Parse(text); }

WorkingCalendar Through(int year) {
  std::vector<DayLayer> layers = {*MainlandHolidays(year)};
  return WorkingCalendar(std::move(layers));
}

TEST(MainlandTest, EveryDayIsAsAnotherPackageHasIt) {
  const WorkingCalendar days = Through(kMainlandLastYear);
  std::ifstream file(absl::StrCat(
      DUBAN_SOURCE_DIR, "/tests/calendar/golden/mainland_2019_2026.csv"));
  Date expected = D("2019-01-01");
  std::string line;
  while (std::getline(file, line)) {
    if (absl::StartsWith(line, "#") || line == "date,working") continue;
    ASSERT_EQ(line.size(), 12) << line;
    const Date day = D(line.substr(0, 10));
    ASSERT_EQ(day, expected) << "a day is missing";
    EXPECT_EQ(days.IsWorkingDay(day), line[11] == '1') << line;
    EXPECT_FALSE(days.IsProvisional(day)) << line;
    expected = expected.AddDays(1);
  }
  EXPECT_EQ(expected, D("2027-01-01"));
}

TEST(MainlandTest, KnowsJustItsYears) {
  const WorkingCalendar days = Through(kMainlandLastYear);
  EXPECT_TRUE(days.IsProvisional(D("2018-12-28")));
  // The notice for 2019 spoke of the last days of 2018.
  EXPECT_FALSE(days.IsProvisional(D("2018-12-29")));
  EXPECT_TRUE(days.IsWorkingDay(D("2018-12-29")));
  EXPECT_TRUE(days.IsProvisional(D("2027-01-01")));
  for (const int year : {0, 2018, 2027}) {
    const auto layer = MainlandHolidays(year);
    ASSERT_FALSE(layer.ok());
    EXPECT_EQ(FaultsOf(layer.status()).errors(0).reason(),
              "CALENDAR_YEAR_UNKNOWN");
  }
}

TEST(MainlandTest, AYearThatIsNotAskedForIsProvisional) {
  const WorkingCalendar days = Through(2021);
  EXPECT_FALSE(days.IsProvisional(D("2021-12-31")));
  EXPECT_TRUE(days.IsProvisional(D("2022-10-03")));
  EXPECT_TRUE(days.IsWorkingDay(D("2022-10-03")));
  EXPECT_FALSE(Through(2022).IsWorkingDay(D("2022-10-03")));
}

TEST(MainlandTest, NamesTheNotice) {
  const WorkingCalendar days = Through(kMainlandLastYear);
  EXPECT_EQ(Describe(days.Why(D("2021-10-09"))).zh(),
            "2021-10-09 上班：国庆节调休（国办发明电〔2020〕27号）");
  EXPECT_EQ(Describe(days.Why(D("2021-10-01"))).zh(),
            "2021-10-01 休息：国庆节放假（国办发明电〔2020〕27号）");
  // What was amended, and by what.
  EXPECT_EQ(days.Why(D("2019-05-01")).rule->document, "国办发明电〔2019〕3号");
  EXPECT_EQ(days.Why(D("2020-01-30")).rule->document, "国办发明电〔2019〕16号");
  EXPECT_EQ(days.Why(D("2020-02-01")).rule->document, "国办发明电〔2020〕1号");
  EXPECT_EQ(Describe(days.Why(D("2026-01-04"))).en(),
            "2026-01-04 is worked: New Year, made up for "
            "(国办发明电〔2025〕7号)");
}

// Make-up days are for days off, and are weekends; a misprint would show.
TEST(MainlandTest, RulesSayWhatWeekdaysDoNot) {
  const DayLayer layer = *MainlandHolidays(kMainlandLastYear);
  for (const DayRule& rule : layer.rules) {
    const std::string at = rule.days.from.ToString();
    EXPECT_GE(rule.days.length(), 1) << at;
    EXPECT_LE(rule.days.length(), 9) << at;
    if (rule.is_working) {
      EXPECT_GE(rule.days.from.weekday(), 6) << at;
    }
  }
}

TEST(MainlandTest, ANewYearMovesWhatWasProvisional) {
  const std::vector<MovedDay> moved = MovedDays(
      Through(2025), Through(2026), {D("2025-01-01"), D("2026-12-31")});
  ASSERT_FALSE(moved.empty());
  for (const MovedDay& m : moved) EXPECT_EQ(m.day.year(), 2026);
  EXPECT_EQ(moved.front().day, D("2026-01-01"));
  // 1 January was a working day by its weekday; 4 January, a Sunday, is one.
  EXPECT_EQ(moved.front().was_due, D("2026-01-01"));
  EXPECT_EQ(moved.front().is_due, D("2026-01-04"));
}

}  // namespace
}  // namespace duban::calendar
