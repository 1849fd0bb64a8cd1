#include "src/base/date.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

Date D(const char* text) { return Date::Parse(text).value(); }

// The oracle of these tests: it counts, and knows nothing of civil_time.
bool IsLeap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[month - 1];
}

TEST(DateTest, EveryDayOfTheCalendarComesRoundInOrder) {
  int32_t days = Date::Min().days();
  int weekday = 1;  // 0001-01-01 was a Monday
  for (int year = 1; year <= 9999; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= DaysIn(year, month); ++day) {
        const Date date = Date::FromDays(days);
        ASSERT_EQ(date.year(), year);
        ASSERT_EQ(date.month(), month);
        ASSERT_EQ(date.day(), day);
        ASSERT_EQ(date.weekday(), weekday);
        ASSERT_EQ(Date::FromCivil(year, month, day).value(), date);
        ++days;
        weekday = weekday % 7 + 1;
      }
    }
  }
  EXPECT_EQ(days - 1, Date::Max().days());
}

TEST(DateTest, TextComesRound) {
  const auto check = [](Date from, Date until) {
    for (Date d = from; d < until; d = d.AddDays(1)) {
      const std::string text = d.ToString();
      ASSERT_EQ(text.size(), 10u);
      ASSERT_EQ(Date::Parse(text).value(), d) << text;
    }
  };
  check(D("1899-01-01"), D("2102-01-01"));
  check(Date::Min(), D("0005-01-01"));
  check(D("9996-01-01"), Date::Max());
  EXPECT_EQ(Date::Max().ToString(), "9999-12-31");
  EXPECT_EQ(Date::Min().ToString(), "0001-01-01");
}

TEST(DateTest, KnownDays) {
  EXPECT_EQ(Date(), D("1970-01-01"));
  EXPECT_EQ(Date().weekday(), 4);
  EXPECT_EQ(D("1969-12-31").days(), -1);
  EXPECT_EQ(D("2000-03-01").days(), 11017);
  EXPECT_EQ(D("2021-10-27").days(), 18927);
  EXPECT_EQ(D("2021-10-27").weekday(), 3);
  EXPECT_EQ(D("2021-11-01").weekday(), 1);
  EXPECT_EQ(D("2021-11-07").weekday(), 7);
}

TEST(DateTest, LeapYears) {
  EXPECT_TRUE(Date::Parse("2000-02-29").ok());
  EXPECT_TRUE(Date::Parse("2020-02-29").ok());
  EXPECT_TRUE(Date::Parse("0004-02-29").ok());
  EXPECT_FALSE(Date::Parse("1900-02-29").ok());
  EXPECT_FALSE(Date::Parse("2100-02-29").ok());
  EXPECT_FALSE(Date::Parse("2021-02-29").ok());
}

TEST(DateTest, WhatIsNotADateIsRefused) {
  for (const char* text : {"",
                           " ",
                           "2021",
                           "2021-10",
                           "2021-1-1",
                           "2021-10-7",
                           "21-10-27",
                           "2021/10/27",
                           "2021.10.27",
                           "2021年10月27日",
                           "20211027",
                           " 2021-10-27",
                           "2021-10-27 ",
                           "2021-10-27T00:00:00",
                           "+021-10-27",
                           "-021-10-27",
                           "2021-10-+7",
                           "2021--1-27",
                           "2021-1o-27",
                           "2021-00-01",
                           "2021-13-01",
                           "2021-01-00",
                           "2021-01-32",
                           "2021-04-31",
                           "2021-02-30",
                           "0000-01-01",
                           "0000-12-31",
                           "12021-01-01",
                           "２０２１-10-27",
                           "2021-10-2\xFF"}) {
    const absl::StatusOr<Date> date = Date::Parse(text);
    ASSERT_FALSE(date.ok()) << text;
    const v1::ErrorList faults = FaultsOf(date.status());
    ASSERT_EQ(faults.errors_size(), 1) << text;
    EXPECT_EQ(faults.errors(0).reason(), "BAD_DATE") << text;
    EXPECT_NE(faults.errors(0).message().zh(), "") << text;
    EXPECT_NE(faults.errors(0).message().en(), "") << text;
    EXPECT_NE(faults.errors(0).hint().zh(), "") << text;
  }
  EXPECT_FALSE(Date::Parse(absl::string_view("2021-10-\0007", 10)).ok());
}

TEST(DateTest, TheMessageSaysWhichDayIsMissing) {
  const absl::Status status = Date::Parse("2021-02-30").status();
  EXPECT_EQ(
      status.message(),
      "“2021-02-30”不是日期：2021 年 2 月只有 28 天 / '2021-02-30' is not a "
      "date: month 2 of 2021 has 28 days");
}

TEST(DateTest, FromCivilRefusesWhatDoesNotExist) {
  constexpr int kMax = std::numeric_limits<int>::max();
  constexpr int kMin = std::numeric_limits<int>::min();
  EXPECT_FALSE(Date::FromCivil(0, 12, 31).ok());
  EXPECT_FALSE(Date::FromCivil(-1, 1, 1).ok());
  EXPECT_FALSE(Date::FromCivil(10000, 1, 1).ok());
  EXPECT_FALSE(Date::FromCivil(kMax, kMax, kMax).ok());
  EXPECT_FALSE(Date::FromCivil(kMin, kMin, kMin).ok());
  EXPECT_FALSE(Date::FromCivil(2021, kMax, 1).ok());
  EXPECT_FALSE(Date::FromCivil(2021, 1, kMin).ok());
}

TEST(DateTest, AddDaysStopsAtTheEndsOfTime) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(D("2021-12-31").AddDays(1), D("2022-01-01"));
  EXPECT_EQ(D("2020-03-01").AddDays(-1), D("2020-02-29"));
  EXPECT_EQ(D("2021-10-27").AddDays(0), D("2021-10-27"));
  EXPECT_EQ(Date::Max().AddDays(1), Date::Max());
  EXPECT_EQ(Date::Min().AddDays(-1), Date::Min());
  EXPECT_EQ(Date::Max().AddDays(-1), D("9999-12-30"));
  EXPECT_EQ(Date::Min().AddDays(1), D("0001-01-02"));
  EXPECT_EQ(D("2021-10-27").AddDays(kMax), Date::Max());
  EXPECT_EQ(D("2021-10-27").AddDays(kMin), Date::Min());
  EXPECT_EQ(Date::Min().AddDays(3652058), Date::Max());
}

TEST(DateTest, AddMonthsKeepsTheDayOrTakesTheLast) {
  struct Case {
    const char* from;
    int64_t months;
    const char* to;
  };
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  for (const Case& c : {Case{"2021-01-31", 1, "2021-02-28"},
                        {"2020-01-31", 1, "2020-02-29"},
                        {"2021-01-31", 2, "2021-03-31"},
                        {"2021-03-31", -1, "2021-02-28"},
                        {"2021-10-31", 1, "2021-11-30"},
                        {"2020-02-29", 12, "2021-02-28"},
                        {"2020-02-29", 48, "2024-02-29"},
                        {"2021-10-27", 0, "2021-10-27"},
                        {"2021-10-27", 3, "2022-01-27"},
                        {"2021-01-15", -1, "2020-12-15"},
                        {"2021-01-15", -12, "2020-01-15"},
                        {"9999-12-01", 1, "9999-12-31"},
                        {"0001-01-31", -1, "0001-01-01"},
                        {"0001-01-31", 12 * 9999 - 1, "9999-12-31"},
                        {"9999-12-15", 1 - 12 * 9999, "0001-01-15"},
                        {"2021-10-27", kMax, "9999-12-31"},
                        {"2021-10-27", kMin, "0001-01-01"}}) {
    EXPECT_EQ(D(c.from).AddMonths(c.months).ToString(), c.to)
        << c.from << " + " << c.months;
  }
}

TEST(DateTest, EndsOfTheMonth) {
  EXPECT_EQ(D("2021-02-10").FirstOfMonth(), D("2021-02-01"));
  EXPECT_EQ(D("2021-02-10").LastOfMonth(), D("2021-02-28"));
  EXPECT_EQ(D("2020-02-29").LastOfMonth(), D("2020-02-29"));
  EXPECT_EQ(D("2021-12-31").LastOfMonth(), D("2021-12-31"));
  EXPECT_EQ(Date::Max().FirstOfMonth(), D("9999-12-01"));
  EXPECT_EQ(Date::Max().LastOfMonth(), Date::Max());
  EXPECT_EQ(Date::Min().FirstOfMonth(), Date::Min());
}

TEST(DateTest, DaysOutOfRangeDoNoHarm) {
  for (const int32_t days : {std::numeric_limits<int32_t>::min(),
                             std::numeric_limits<int32_t>::max()}) {
    const Date d = Date::FromDays(days);
    EXPECT_GE(d.weekday(), 1);
    EXPECT_LE(d.weekday(), 7);
    EXPECT_FALSE(d.ToString().empty());
    EXPECT_GE(d.AddDays(0), Date::Min());
    EXPECT_LE(d.AddDays(0), Date::Max());
    EXPECT_GE(d.AddMonths(0), Date::Min());
    EXPECT_LE(d.AddMonths(0), Date::Max());
  }
}

TEST(DateRangeTest, BothEndsBelongToIt) {
  const DateRange range{D("2021-10-01"), D("2021-10-31")};
  EXPECT_TRUE(range.Contains(D("2021-10-01")));
  EXPECT_TRUE(range.Contains(D("2021-10-31")));
  EXPECT_FALSE(range.Contains(D("2021-09-30")));
  EXPECT_FALSE(range.Contains(D("2021-11-01")));
  EXPECT_EQ(range.length(), 31);
  EXPECT_EQ(DateRange().length(), 3652059);
}

TEST(DateRangeTest, IntersectionMayBeEmpty) {
  const DateRange october{D("2021-10-01"), D("2021-10-31")};
  const DateRange week{D("2021-10-25"), D("2021-11-07")};
  const DateRange both = Intersect(october, week);
  EXPECT_EQ(both.from, D("2021-10-25"));
  EXPECT_EQ(both.until, D("2021-10-31"));
  const DateRange none = Intersect(october, {D("2021-11-01"), D("2021-11-02")});
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.length(), 0);
  EXPECT_FALSE(none.Contains(D("2021-11-01")));
}

}  // namespace
}  // namespace duban
