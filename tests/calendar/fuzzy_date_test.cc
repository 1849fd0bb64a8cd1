#include "src/calendar/fuzzy_date.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban::calendar {
namespace {

// What the words are read as in 2021, or the reason why they are not.
std::string Read(const std::string& text, int year = 2021) {
  const absl::StatusOr<FuzzyDate> date = ParseFuzzyDate(text, year);
  if (date.ok()) return date->reading.zh();
  return FaultsOf(date.status()).errors(0).reason();
}

struct Reading {
  const char* text;
  const char* read;
};

class FuzzyDateTest : public testing::TestWithParam<Reading> {};

TEST_P(FuzzyDateTest, IsRead) {
  EXPECT_EQ(Read(GetParam().text), GetParam().read) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Notices, FuzzyDateTest,
                         testing::Values(
                             // The phases of a district's notice.
                             Reading{"10月中旬前", "不晚于 2021-10-20"},
                             Reading{"10月中下旬至11月",
                                     "2021-10-11 至 2021-11-30"},
                             Reading{"12月", "2021-12-01 至 2021-12-31"},
                             Reading{"2021年10月中旬前", "不晚于 2021-10-20"},
                             Reading{"10月底前", "不晚于 2021-10-31"},
                             Reading{"11月上旬", "2021-11-01 至 2021-11-10"},
                             Reading{"2021年10月28日", "2021-10-28"},
                             Reading{"10月15日前", "不晚于 2021-10-15"}));

INSTANTIATE_TEST_SUITE_P(
    PartsOfMonths, FuzzyDateTest,
    testing::Values(Reading{"2月下旬", "2021-02-21 至 2021-02-28"},
                    Reading{"2024年2月下旬", "2024-02-21 至 2024-02-29"},
                    Reading{"9月上中旬", "2021-09-01 至 2021-09-20"},
                    Reading{"9月上半月", "2021-09-01 至 2021-09-15"},
                    Reading{"9月下半月", "2021-09-16 至 2021-09-30"},
                    Reading{"9月末", "2021-09-30"},
                    Reading{"9月底以前", "不晚于 2021-09-30"},
                    Reading{"9月10日之前", "不晚于 2021-09-10"},
                    Reading{"9月10号", "2021-09-10"},
                    Reading{"11月内", "2021-11-01 至 2021-11-30"}));

INSTANTIATE_TEST_SUITE_P(
    PartsOfYears, FuzzyDateTest,
    testing::Values(Reading{"2021年", "2021-01-01 至 2021-12-31"},
                    Reading{"2022年底前", "不晚于 2022-12-31"},
                    Reading{"年底前", "不晚于 2021-12-31"},
                    Reading{"2022年上半年", "2022-01-01 至 2022-06-30"},
                    Reading{"第四季度", "2021-10-01 至 2021-12-31"},
                    Reading{"二季度", "2021-04-01 至 2021-06-30"},
                    Reading{"2022年第1季度", "2022-01-01 至 2022-03-31"},
                    Reading{"2021年内", "2021-01-01 至 2021-12-31"}));

INSTANTIATE_TEST_SUITE_P(
    Ranges, FuzzyDateTest,
    testing::Values(
        Reading{"10月15日至20日", "2021-10-15 至 2021-10-20"},
        Reading{"10月上旬至中旬", "2021-10-01 至 2021-10-20"},
        Reading{"2021年10月至2022年6月", "2021-10-01 至 2022-06-30"},
        Reading{"2021年11月到次年1月底", "2021-11-01 至 2022-01-31"},
        Reading{"10月—12月", "2021-10-01 至 2021-12-31"},
        Reading{"10月——12月", "2021-10-01 至 2021-12-31"},
        Reading{"自10月28日起至11月5日止", "2021-10-28 至 2021-11-05"},
        Reading{"10月至年底", "2021-10-01 至 2021-12-31"},
        Reading{"10月28日起", "自 2021-10-28 起"},
        Reading{"10月至11月15日前", "2021-10-01 至 2021-11-15"},
        Reading{"一季度至二季度", "2021-01-01 至 2021-06-30"}));

INSTANTIATE_TEST_SUITE_P(
    Digits, FuzzyDateTest,
    testing::Values(Reading{"十月中旬", "2021-10-11 至 2021-10-20"},
                    Reading{"十一月二十三日", "2021-11-23"},
                    Reading{"二〇二二年三月三十一日", "2022-03-31"},
                    Reading{"１０月 １５ 日", "2021-10-15"},
                    Reading{"2021年10月　中旬前", "不晚于 2021-10-20"}));

INSTANTIATE_TEST_SUITE_P(
    Refused, FuzzyDateTest,
    testing::Values(Reading{"即日起", "FUZZY_DATE_RELATIVE"},
                    Reading{"即日起至11月", "FUZZY_DATE_RELATIVE"},
                    Reading{"今年10月", "FUZZY_DATE_RELATIVE"},
                    Reading{"年内", "FUZZY_DATE_RELATIVE"},
                    // Before it begins, or before it is over?
                    Reading{"11月前", "FUZZY_DATE_AMBIGUOUS"},
                    Reading{"2022年前", "FUZZY_DATE_AMBIGUOUS"},
                    Reading{"10月至11月前", "FUZZY_DATE_AMBIGUOUS"},
                    Reading{"2月30日", "BAD_DATE"}, Reading{"13月", "BAD_DATE"},
                    Reading{"0月", "BAD_DATE"}, Reading{"10月0日", "BAD_DATE"},
                    Reading{"99999999999999999999年1月", "BAD_DATE"},
                    Reading{"11月至2月", "WINDOW_REVERSED"},
                    Reading{"10月20日至15日", "WINDOW_REVERSED"},
                    Reading{"", "FUZZY_DATE_UNREAD"},
                    Reading{"前", "FUZZY_DATE_UNREAD"},
                    Reading{"春节", "FUZZY_DATE_UNREAD"},
                    Reading{"10月初", "FUZZY_DATE_UNREAD"},
                    Reading{"10月左右", "FUZZY_DATE_UNREAD"},
                    Reading{"10月至", "FUZZY_DATE_UNREAD"},
                    Reading{"次年1月", "FUZZY_DATE_UNREAD"},
                    Reading{"2021-10-28", "FUZZY_DATE_UNREAD"},
                    Reading{"10月15日至11月起", "FUZZY_DATE_UNREAD"},
                    Reading{"\xff\xfe", "FUZZY_DATE_UNREAD"}));

TEST(FuzzyDateYearTest, IsNamedOrGivenAndNeverGuessed) {
  EXPECT_EQ(Read("10月中旬前", 0), "FUZZY_DATE_NO_YEAR");
  EXPECT_EQ(Read("第四季度", 0), "FUZZY_DATE_NO_YEAR");
  EXPECT_EQ(Read("2021年10月中旬至11月", 0), "2021-10-11 至 2021-11-30");
  // What is named goes before what is given.
  EXPECT_EQ(Read("2021年10月", 2030), "2021-10-01 至 2021-10-31");
}

TEST(FuzzyDateRangeTest, IsOpenWhereTheWordsAre) {
  const FuzzyDate before = *ParseFuzzyDate("10月15日前", 2021);
  EXPECT_EQ(before.days.from, Date::Min());
  EXPECT_EQ(before.reading.en(), "not later than 2021-10-15");
  const FuzzyDate since = *ParseFuzzyDate("10月15日起", 2021);
  EXPECT_EQ(since.days.until, Date::Max());
  EXPECT_EQ(since.reading.en(), "from 2021-10-15 on");
}

TEST(FuzzyDateFaultTest, QuotesWhatWasNotUnderstood) {
  const auto date = ParseFuzzyDate("10月中旬左右", 2021);
  const v1::ErrorDetail fault = FaultsOf(date.status()).errors(0);
  EXPECT_EQ(fault.message().zh(), "日期“10月中旬左右”中的“左右”无法理解");
  EXPECT_FALSE(fault.hint().zh().empty());
  EXPECT_FALSE(fault.hint().en().empty());
}

TEST(FuzzyDateFaultTest, NoTextIsTooLongOrTooStrange) {
  EXPECT_EQ(Read(std::string(1 << 20, '1')), "FUZZY_DATE_UNREAD");
  const std::string whole = "自2021年10月中下旬起至次年11月30日之前";
  for (size_t size = 0; size <= whole.size(); ++size) {
    Read(whole.substr(0, size));
    Read(whole.substr(size));
  }
}

}  // namespace
}  // namespace duban::calendar
