#include "src/calendar/period.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace duban::calendar {
namespace {

constexpr v1::Cadence kCalendarCadences[] = {
    v1::WEEK,    v1::TEN_DAYS,  v1::MONTH, v1::TWO_MONTHS,
    v1::QUARTER, v1::HALF_YEAR, v1::YEAR};

Date D(const char* text) { return Date::Parse(text).value(); }

DateRange Window(const char* from, const char* until) {
  return {D(from), D(until)};
}

// "2021-W44 2021-11-01..2021-11-07"
std::string Show(const Period& p) {
  return absl::StrCat(p.label, " ", p.range.from.ToString(), "..",
                      p.range.until.ToString());
}

std::string PeriodAt(v1::Cadence cadence, const char* day) {
  return Show(PeriodOf(cadence, D(day), DateRange()));
}

std::vector<std::string> Labels(v1::Cadence cadence, const char* from,
                                const char* until) {
  std::vector<std::string> labels;
  for (const Period& p : PeriodsIn(cadence, Window(from, until))) {
    labels.push_back(p.label);
  }
  return labels;
}

TEST(PeriodOfTest, WeeksBeginOnMonday) {
  EXPECT_EQ(PeriodAt(v1::WEEK, "2021-11-01"),
            "2021-W44 2021-11-01..2021-11-07");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2021-11-07"),
            "2021-W44 2021-11-01..2021-11-07");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2021-10-31"),
            "2021-W43 2021-10-25..2021-10-31");
}

// ISO 8601: a week belongs to the year of its Thursday.
TEST(PeriodOfTest, WeeksOverNewYear) {
  EXPECT_EQ(PeriodAt(v1::WEEK, "2021-01-01"),
            "2020-W53 2020-12-28..2021-01-03");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2021-01-04"),
            "2021-W01 2021-01-04..2021-01-10");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2022-01-02"),
            "2021-W52 2021-12-27..2022-01-02");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2024-12-30"),
            "2025-W01 2024-12-30..2025-01-05");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2026-12-31"),
            "2026-W53 2026-12-28..2027-01-03");
  EXPECT_EQ(PeriodAt(v1::WEEK, "2018-12-31"),
            "2019-W01 2018-12-31..2019-01-06");
}

TEST(PeriodOfTest, TenDayPeriods) {
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-11-01"),
            "2021-11-上 2021-11-01..2021-11-10");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-11-10"),
            "2021-11-上 2021-11-01..2021-11-10");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-11-11"),
            "2021-11-中 2021-11-11..2021-11-20");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-11-20"),
            "2021-11-中 2021-11-11..2021-11-20");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-11-21"),
            "2021-11-下 2021-11-21..2021-11-30");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-10-31"),
            "2021-10-下 2021-10-21..2021-10-31");
}

TEST(PeriodOfTest, TheLastTenDaysOfFebruary) {
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2021-02-28"),
            "2021-02-下 2021-02-21..2021-02-28");
  EXPECT_EQ(PeriodAt(v1::TEN_DAYS, "2020-02-29"),
            "2020-02-下 2020-02-21..2020-02-29");
}

TEST(PeriodOfTest, MonthsAndTheirMultiples) {
  EXPECT_EQ(PeriodAt(v1::MONTH, "2020-02-10"),
            "2020-02 2020-02-01..2020-02-29");
  EXPECT_EQ(PeriodAt(v1::MONTH, "2021-12-31"),
            "2021-12 2021-12-01..2021-12-31");
  EXPECT_EQ(PeriodAt(v1::TWO_MONTHS, "2021-01-31"),
            "2021-01/02 2021-01-01..2021-02-28");
  EXPECT_EQ(PeriodAt(v1::TWO_MONTHS, "2021-10-01"),
            "2021-09/10 2021-09-01..2021-10-31");
  EXPECT_EQ(PeriodAt(v1::TWO_MONTHS, "2021-12-31"),
            "2021-11/12 2021-11-01..2021-12-31");
  EXPECT_EQ(PeriodAt(v1::QUARTER, "2021-03-31"),
            "2021-Q1 2021-01-01..2021-03-31");
  EXPECT_EQ(PeriodAt(v1::QUARTER, "2021-04-01"),
            "2021-Q2 2021-04-01..2021-06-30");
  EXPECT_EQ(PeriodAt(v1::QUARTER, "2021-10-27"),
            "2021-Q4 2021-10-01..2021-12-31");
  EXPECT_EQ(PeriodAt(v1::HALF_YEAR, "2021-06-30"),
            "2021-H1 2021-01-01..2021-06-30");
  EXPECT_EQ(PeriodAt(v1::HALF_YEAR, "2021-07-01"),
            "2021-H2 2021-07-01..2021-12-31");
  EXPECT_EQ(PeriodAt(v1::YEAR, "2021-10-27"), "2021 2021-01-01..2021-12-31");
}

TEST(PeriodOfTest, OnceIsTheWindowItself) {
  const DateRange window = Window("2021-10-15", "2022-01-20");
  EXPECT_EQ(Show(PeriodOf(v1::ONCE, D("2021-11-01"), window)),
            " 2021-10-15..2022-01-20");
  // What is not known is no reason to fall over.
  EXPECT_EQ(
      Show(PeriodOf(static_cast<v1::Cadence>(99), D("2021-11-01"), window)),
      " 2021-10-15..2022-01-20");
}

// Whatever the cadence: each day lies in its period, each day of a period
// finds the same period, and the next period begins the day after.
TEST(PeriodOfTest, PeriodsDivideTheCalendar) {
  for (const v1::Cadence cadence : kCalendarCadences) {
    Period before = PeriodOf(cadence, D("1999-12-31"), DateRange());
    for (Date d = D("2000-01-01"); d < D("2029-01-01"); d = d.AddDays(1)) {
      const Period p = PeriodOf(cadence, d, DateRange());
      ASSERT_TRUE(p.range.Contains(d)) << Show(p);
      if (before.range.Contains(d)) {
        ASSERT_EQ(Show(p), Show(before));
      } else {
        ASSERT_EQ(p.range.from, d) << Show(p);
        ASSERT_EQ(before.range.until.AddDays(1), d) << Show(p);
        ASSERT_NE(p.label, before.label);
      }
      before = p;
    }
  }
}

TEST(PeriodsInTest, EveryPeriodThatSharesADay) {
  using Strings = std::vector<std::string>;
  EXPECT_EQ(Labels(v1::WEEK, "2021-12-26", "2022-01-03"),
            (Strings{"2021-W51", "2021-W52", "2022-W01"}));
  EXPECT_EQ(Labels(v1::TEN_DAYS, "2021-02-20", "2021-03-01"),
            (Strings{"2021-02-中", "2021-02-下", "2021-03-上"}));
  EXPECT_EQ(Labels(v1::MONTH, "2021-10-31", "2021-12-01"),
            (Strings{"2021-10", "2021-11", "2021-12"}));
  EXPECT_EQ(Labels(v1::TWO_MONTHS, "2021-10-15", "2022-01-20"),
            (Strings{"2021-09/10", "2021-11/12", "2022-01/02"}));
  EXPECT_EQ(Labels(v1::QUARTER, "2021-10-15", "2022-01-20"),
            (Strings{"2021-Q4", "2022-Q1"}));
  EXPECT_EQ(Labels(v1::HALF_YEAR, "2021-06-30", "2021-07-01"),
            (Strings{"2021-H1", "2021-H2"}));
  EXPECT_EQ(Labels(v1::YEAR, "2020-12-31", "2021-12-31"),
            (Strings{"2020", "2021"}));
  EXPECT_EQ(Labels(v1::MONTH, "2021-10-05", "2021-10-05"),
            (Strings{"2021-10"}));
}

TEST(PeriodsInTest, PeriodsAreNotClipped) {
  const auto periods = PeriodsIn(v1::MONTH, Window("2021-10-15", "2021-11-02"));
  ASSERT_EQ(periods.size(), 2u);
  EXPECT_EQ(Show(periods[0]), "2021-10 2021-10-01..2021-10-31");
  EXPECT_EQ(Show(periods[1]), "2021-11 2021-11-01..2021-11-30");
}

TEST(PeriodsInTest, OnceIsTheWindow) {
  const auto periods = PeriodsIn(v1::ONCE, Window("2021-10-15", "2022-01-20"));
  ASSERT_EQ(periods.size(), 1u);
  EXPECT_EQ(Show(periods[0]), " 2021-10-15..2022-01-20");
}

TEST(PeriodsInTest, AnEmptyWindowHasNone) {
  const DateRange empty = Window("2021-10-15", "2021-10-14");
  EXPECT_TRUE(PeriodsIn(v1::ONCE, empty).empty());
  for (const v1::Cadence cadence : kCalendarCadences) {
    EXPECT_TRUE(PeriodsIn(cadence, empty).empty());
  }
}

TEST(PeriodsInTest, TheEndsOfTime) {
  for (const v1::Cadence cadence : kCalendarCadences) {
    const auto last = PeriodsIn(cadence, {D("9999-12-31"), Date::Max()});
    ASSERT_EQ(last.size(), 1u);
    EXPECT_EQ(last[0].range.until, Date::Max()) << last[0].label;
    const auto first = PeriodsIn(cadence, {Date::Min(), Date::Min()});
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].range.from, Date::Min()) << first[0].label;
  }
  EXPECT_EQ(PeriodAt(v1::WEEK, "9999-12-31"),
            "9999-W52 9999-12-27..9999-12-31");
  EXPECT_EQ(PeriodAt(v1::WEEK, "0001-01-01"),
            "0001-W01 0001-01-01..0001-01-07");
}

TEST(PeriodsInTest, NoPeriodComesTwiceAtTheEndOfTime) {
  const DateRange beyond = {D("9999-12-31"),
                            Date::FromDays(Date::Max().days() + 400)};
  for (const v1::Cadence cadence : kCalendarCadences) {
    EXPECT_EQ(PeriodsIn(cadence, beyond).size(), 1u);
  }
}

TEST(PeriodsInTest, NeverMoreThanTheLimit) {
  EXPECT_EQ(PeriodsIn(v1::YEAR, DateRange()).size(), 9999u);
  const auto weeks = PeriodsIn(v1::WEEK, DateRange());
  ASSERT_EQ(weeks.size(), static_cast<size_t>(kMaxPeriods));
  EXPECT_EQ(weeks.front().label, "0001-W01");
}

}  // namespace
}  // namespace duban::calendar
