#include "src/calendar/period.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace duban::calendar {
namespace {

// The calendar's months [first, first + count) of the year of `day`.
DateRange Months(Date day, int first, int count) {
  const Date from = day.FirstOfMonth().AddMonths(first - day.month());
  return {from, from.AddMonths(count - 1).LastOfMonth()};
}

// "2021-11"; "2021" where `length` is 4.
std::string Prefix(Date day, size_t length) {
  return day.ToString().substr(0, length);
}

std::string TwoDigits(int value) {
  return absl::StrCat(value < 10 ? "0" : "", value);
}

Period Week(Date day) {
  // Out of range at the very end of time only; Date stops there.
  const Date monday = day.AddDays(1 - day.weekday());
  // The week belongs to the year of its Thursday (ISO 8601).
  const Date thursday = monday.AddDays(3);
  const Date new_year = Months(thursday, 1, 1).from;
  const int number = (thursday.days() - new_year.days()) / 7 + 1;
  return {{monday, monday.AddDays(6)},
          absl::StrCat(Prefix(thursday, 4), "-W", TwoDigits(number))};
}

Period TenDays(Date day) {
  const Date first = day.FirstOfMonth();
  const std::string month = Prefix(day, 7);
  if (day.day() <= 10) {
    return {{first, first.AddDays(9)}, absl::StrCat(month, "-上")};
  }
  if (day.day() <= 20) {
    return {{first.AddDays(10), first.AddDays(19)}, absl::StrCat(month, "-中")};
  }
  return {{first.AddDays(20), day.LastOfMonth()}, absl::StrCat(month, "-下")};
}

// One of the equal parts of a year, each `count` months long; `index` counts
// them from 1.
struct YearPart {
  DateRange range;
  int first_month;
  int index;
};

YearPart PartOfYear(Date day, int count) {
  const int index = (day.month() - 1) / count;
  const int first = index * count + 1;
  return {Months(day, first, count), first, index + 1};
}

}  // namespace

Period PeriodOf(v1::Cadence cadence, Date day, const DateRange& window) {
  const std::string year = Prefix(day, 4);
  switch (cadence) {
    case v1::WEEK:
      return Week(day);
    case v1::TEN_DAYS:
      return TenDays(day);
    case v1::MONTH:
      return {Months(day, day.month(), 1), Prefix(day, 7)};
    case v1::TWO_MONTHS: {
      const YearPart part = PartOfYear(day, 2);
      return {part.range, absl::StrCat(year, "-", TwoDigits(part.first_month),
                                       "/", TwoDigits(part.first_month + 1))};
    }
    case v1::QUARTER: {
      const YearPart part = PartOfYear(day, 3);
      return {part.range, absl::StrCat(year, "-Q", part.index)};
    }
    case v1::HALF_YEAR: {
      const YearPart part = PartOfYear(day, 6);
      return {part.range, absl::StrCat(year, "-H", part.index)};
    }
    case v1::YEAR:
      return {Months(day, 1, 12), year};
    default:
      return {window, ""};
  }
}

std::vector<Period> PeriodsIn(v1::Cadence cadence, const DateRange& window) {
  std::vector<Period> periods;
  if (window.empty()) return periods;
  Period next = PeriodOf(cadence, window.from, window);
  while (true) {
    const Date until = next.range.until;
    periods.push_back(std::move(next));
    // No day follows the last one of all, however far the window reaches.
    if (periods.size() == size_t{kMaxPeriods} || until >= window.until ||
        until >= Date::Max()) {
      return periods;
    }
    next = PeriodOf(cadence, until.AddDays(1), window);
  }
}

}  // namespace duban::calendar
