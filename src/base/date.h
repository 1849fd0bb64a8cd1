// Civil dates: a day on the proleptic Gregorian calendar, without time or
// zone. A deadline is the end of its day at the place the pack names; no
// instant is ever stored, so no midnight can be missed by one.
//
// Years 1 to 9999, so that every date has exactly ten characters.
// Immutable values; thread-safe.
#ifndef DUBAN_SRC_BASE_DATE_H_
#define DUBAN_SRC_BASE_DATE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban {

class Date {
 public:
  // 1970-01-01.
  constexpr Date() = default;

  // Not checked: the caller keeps to [Min, Max].
  static constexpr Date FromDays(int32_t days) { return Date(days); }
  // Fails with reason BAD_DATE where month or day do not exist in that year,
  // or the year is out of range.
  static absl::StatusOr<Date> FromCivil(int year, int month, int day);
  // Exactly YYYY-MM-DD. Anything else fails with reason BAD_DATE.
  static absl::StatusOr<Date> Parse(absl::string_view text);

  static constexpr Date Min() { return Date(-719162); }  // 0001-01-01
  static constexpr Date Max() { return Date(2932896); }  // 9999-12-31

  // Days since 1970-01-01.
  constexpr int32_t days() const { return days_; }
  int year() const;
  int month() const;  // 1–12
  int day() const;    // 1–31
  // 1 = Monday … 7 = Sunday (ISO 8601).
  int weekday() const;
  std::string ToString() const;

  // Clamped to [Min, Max]: schedules at the edge of time stop there.
  Date AddDays(int64_t n) const;
  // Same day of the month n months on, or that month's last day; clamped too.
  Date AddMonths(int64_t n) const;
  Date FirstOfMonth() const;
  Date LastOfMonth() const;

  friend constexpr bool operator==(Date a, Date b) {
    return a.days_ == b.days_;
  }
  friend constexpr bool operator!=(Date a, Date b) {
    return a.days_ != b.days_;
  }
  friend constexpr bool operator<(Date a, Date b) { return a.days_ < b.days_; }
  friend constexpr bool operator<=(Date a, Date b) {
    return a.days_ <= b.days_;
  }
  friend constexpr bool operator>(Date a, Date b) { return a.days_ > b.days_; }
  friend constexpr bool operator>=(Date a, Date b) {
    return a.days_ >= b.days_;
  }

 private:
  explicit constexpr Date(int32_t days) : days_(days) {}
  int32_t days_ = 0;
};

// A closed interval of days; empty when until < from.
struct DateRange {
  Date from = Date::Min();
  Date until = Date::Max();

  bool Contains(Date d) const { return from <= d && d <= until; }
  bool empty() const { return until < from; }
  // Number of days, both ends included; 0 when empty.
  int64_t length() const {
    return empty() ? 0 : int64_t{until.days()} - from.days() + 1;
  }
};

DateRange Intersect(const DateRange& a, const DateRange& b);

}  // namespace duban

#endif  // DUBAN_SRC_BASE_DATE_H_
