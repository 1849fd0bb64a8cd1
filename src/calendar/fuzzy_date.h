// Dates as notices write them: 10月中旬前, 10月中下旬至11月, 2021年10月28日.
//
// How they are read:
// - 上旬 is 1–10, 中旬 11–20, 下旬 21–end of the month, 中下旬 11–end,
//   上中旬 1–20; 上半月 1–15, 下半月 16–end; 月底 and 月末 the last day.
// - 季度, 上半年, 下半年 are those of the calendar; 年底 is 31 December.
// - “前” means by the end of what stands before it: 10月15日前 is up to and
//   including the 15th, 10月中旬前 up to the 20th. A notice that is issued on
//   28 October and lets a phase end 10月中旬前 has no other sense; it is the
//   reading that favours whoever owes; and a period lasts to the end of its
//   last day (民法典 203). Of a whole month, quarter or year (11月前) the two
//   readings are a month or more apart, and officials write 11月底前 when they
//   mean its end: that is refused.
// - A part that the end leaves out is that of the beginning: 10月15日至20日.
//   次年 is the year after that of the beginning; no year is ever guessed.
// - What depends on today (即日起, 年内, 近期) is refused: nothing knows today.
//
// Knows no calendar of working days. Pure function; thread-safe.
#ifndef DUBAN_SRC_CALENDAR_FUZZY_DATE_H_
#define DUBAN_SRC_CALENDAR_FUZZY_DATE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/v1/common.pb.h"
#include "src/base/date.h"

namespace duban::calendar {

struct FuzzyDate {
  // Open where the words are: Date::Min() for 前, Date::Max() for 起.
  DateRange days;
  // "不晚于 2021-10-20", "2021-10-11 至 2021-11-30", and in English.
  v1::Text reading;
};

// `year` is taken where the words do not name one; 0: they have to. Digits
// may be 10, １０ or 十. Fails with
//   FUZZY_DATE_UNREAD     where the words are not understood, quoting them;
//   FUZZY_DATE_NO_YEAR    where there is no year;
//   FUZZY_DATE_RELATIVE   where they depend on today;
//   FUZZY_DATE_AMBIGUOUS  where two readings are far apart (11月前);
//   BAD_DATE              where there is no such day (2月30日);
//   WINDOW_REVERSED       where the end is before the beginning.
absl::StatusOr<FuzzyDate> ParseFuzzyDate(absl::string_view text, int year);

}  // namespace duban::calendar

#endif  // DUBAN_SRC_CALENDAR_FUZZY_DATE_H_
