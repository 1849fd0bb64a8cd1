#include "src/base/date.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban {
namespace {

constexpr int kMinYear = 1;
constexpr int kMaxYear = 9999;

absl::CivilDay CivilOf(Date date) { return absl::CivilDay() + date.days(); }

Date FromCivilDay(absl::CivilDay day) {
  return Date::FromDays(static_cast<int32_t>(day - absl::CivilDay()));
}

int DaysIn(int year, int month) {
  const absl::CivilMonth first(year, month);
  return static_cast<int>(absl::CivilDay(first + 1) - absl::CivilDay(first));
}

absl::Status BadDate(absl::string_view found, absl::string_view why_zh,
                     absl::string_view why_en) {
  return Fault("BAD_DATE")
      .Say(absl::StrCat("“", found, "”不是日期：", why_zh),
           absl::StrCat("'", found, "' is not a date: ", why_en))
      .Hint("请写成 年-月-日，如 2021-10-27",
            "write year-month-day, such as 2021-10-27")
      .ToStatus();
}

// Year 27 prints as "0027", so that text sorts as dates do.
void AppendPadded(int value, int width, std::string* out) {
  const std::string digits = absl::StrCat(value);
  if (static_cast<int>(digits.size()) < width) {
    out->append(width - digits.size(), '0');
  }
  out->append(digits);
}

}  // namespace

absl::StatusOr<Date> Date::FromCivil(int year, int month, int day) {
  // As it would be written: 2021-02-30.
  const auto found = [&] {
    return absl::StrFormat("%04d-%02d-%02d", year, month, day);
  };
  if (year < kMinYear || year > kMaxYear) {
    return BadDate(found(), "年份须在 1 至 9999 之间",
                   "the year must be from 1 to 9999");
  }
  if (month < 1 || month > 12) {
    return BadDate(found(), absl::StrCat("没有第 ", month, " 月"),
                   absl::StrCat("there is no month ", month));
  }
  const int last = DaysIn(year, month);
  if (day < 1 || day > last) {
    return BadDate(
        found(), absl::StrCat(year, " 年 ", month, " 月只有 ", last, " 天"),
        absl::StrCat("month ", month, " of ", year, " has ", last, " days"));
  }
  return FromCivilDay(absl::CivilDay(year, month, day));
}

absl::StatusOr<Date> Date::Parse(absl::string_view text) {
  const auto number = [text](size_t from, size_t length) {
    int value = 0;
    for (char c : text.substr(from, length)) value = value * 10 + (c - '0');
    return value;
  };
  bool well_formed = text.size() == 10;
  for (size_t i = 0; well_formed && i < text.size(); ++i) {
    well_formed =
        i == 4 || i == 7
            ? text[i] == '-'
            : absl::ascii_isdigit(static_cast<unsigned char>(text[i]));
  }
  if (!well_formed) {
    return BadDate(Excerpt(text), "须为四位年、两位月、两位日，以“-”相连",
                   "it must be four digits of year, two of month and two of "
                   "day, joined by '-'");
  }
  return FromCivil(number(0, 4), number(5, 2), number(8, 2));
}

int Date::year() const { return static_cast<int>(CivilOf(*this).year()); }
int Date::month() const { return CivilOf(*this).month(); }
int Date::day() const { return CivilOf(*this).day(); }

int Date::weekday() const {
  // 1970-01-01 was a Thursday.
  const int from_monday = static_cast<int>((int64_t{days_} + 3) % 7);
  return (from_monday + 7) % 7 + 1;
}

std::string Date::ToString() const {
  const absl::CivilDay civil = CivilOf(*this);
  std::string out;
  AppendPadded(static_cast<int>(civil.year()), 4, &out);
  out.push_back('-');
  AppendPadded(civil.month(), 2, &out);
  out.push_back('-');
  AppendPadded(civil.day(), 2, &out);
  return out;
}

Date Date::AddDays(int64_t n) const {
  // Both bounds are differences of int32 numbers: no overflow.
  const int64_t to_min = int64_t{Min().days_} - days_;
  const int64_t to_max = int64_t{Max().days_} - days_;
  if (n <= to_min) return Min();
  if (n >= to_max) return Max();
  return Date(static_cast<int32_t>(days_ + n));
}

Date Date::AddMonths(int64_t n) const {
  // More months than there are between Min and Max: the sum below stays small.
  constexpr int64_t kFar = int64_t{12} * (kMaxYear + 1);
  const absl::CivilDay civil = CivilOf(*this);
  const absl::CivilMonth target =
      absl::CivilMonth(civil) + std::max(-kFar, std::min(n, kFar));
  if (target.year() < kMinYear) return Min();
  if (target.year() > kMaxYear) return Max();
  const int last = DaysIn(static_cast<int>(target.year()), target.month());
  return FromCivilDay(absl::CivilDay(target.year(), target.month(),
                                     std::min(civil.day(), last)));
}

Date Date::FirstOfMonth() const {
  return FromCivilDay(absl::CivilDay(absl::CivilMonth(CivilOf(*this))));
}

Date Date::LastOfMonth() const {
  return FromCivilDay(absl::CivilDay(absl::CivilMonth(CivilOf(*this)) + 1) - 1);
}

DateRange Intersect(const DateRange& a, const DateRange& b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

}  // namespace duban
