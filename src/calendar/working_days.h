// Working days in layers: national → province → school → unit. A layer has
// rules for days off (放假) and for days worked that would be off (调休); of
// the rules for a day the last one of the last layer counts, and where there
// is none, Monday to Friday are worked.
//
// A layer speaks for the days it knows. Past them it may still change: the
// arrangement of a year is published in the autumn before it. A day that a
// layer may yet change is *provisional*.
//
// Knows nothing of packs, nor of which arrangements there are (mainland.h).
// A calendar is built once and never changes: any number of threads may ask
// it. Questions take the logarithm of the number of rules.
#ifndef DUBAN_SRC_CALENDAR_WORKING_DAYS_H_
#define DUBAN_SRC_CALENDAR_WORKING_DAYS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "duban/v1/common.pb.h"
#include "src/base/date.h"

namespace duban::calendar {

struct DayRule {
  DateRange days;
  bool is_working = false;
  v1::Text reason;       // 春节, 调休
  std::string document;  // 文号; empty where there is none
};

struct DayLayer {
  std::string id;
  v1::Text title;
  // The days it speaks for, whether it has rules for them or not.
  DateRange known;
  // A later rule has the last word.
  std::vector<DayRule> rules;
};

// Which layer and rule said so. Points into the calendar.
struct DayReason {
  Date day;
  bool is_working = false;
  bool is_provisional = false;
  // Both null: only the weekday was asked.
  const DayLayer* layer = nullptr;
  const DayRule* rule = nullptr;
};

// "2021-10-09 上班：调休（国办发明电〔2020〕27号）" and the same in English.
v1::Text Describe(const DayReason& reason);

class WorkingCalendar {
 public:
  // Without layers: Monday to Friday, nothing provisional. Rules for no day
  // (an empty range) are kept and never apply.
  explicit WorkingCalendar(std::vector<DayLayer> layers);

  // What DayReason points to stays where it is.
  WorkingCalendar(const WorkingCalendar&) = delete;
  WorkingCalendar& operator=(const WorkingCalendar&) = delete;

  bool IsWorkingDay(Date day) const;
  bool IsProvisional(Date day) const;
  DayReason Why(Date day) const;

  // Working days after `from` up to and including `to`: the day from which is
  // counted does not count. Negative when `to` is before `from`.
  int64_t Between(Date from, Date to) const;
  // The n-th working day after `from`; for a negative n the one that many
  // before it; `from` itself, worked or not, for 0. Where time has not so
  // many working days: its first or last day, as Date::AddDays.
  Date Add(Date from, int64_t n) const;
  // The day itself if it is worked, otherwise the next one that is (顺延);
  // Date::Max() where none follows.
  Date RollForward(Date day) const;

  const std::vector<DayLayer>& layers() const { return layers_; }

 private:
  // Days in a row that one rule decides, or none. A stretch ends where the
  // next one begins; the first begins with Date::Min().
  struct Stretch {
    Date from;
    const DayLayer* layer;
    const DayRule* rule;
    int64_t worked_before;  // working days before `from`
  };

  const Stretch& StretchOf(Date day) const;
  bool MayChange(const Stretch& stretch, Date day) const;
  int64_t WorkedThrough(Date day) const;
  // The working day with that number, counted from 1; clamped.
  Date NumberedDay(int64_t number) const;

  std::vector<DayLayer> layers_;
  // known_after_[i]: the days that all layers from i on know.
  std::vector<DateRange> known_after_;
  std::vector<Stretch> stretches_;
};

// A due date that another calendar moves.
struct MovedDay {
  Date day;
  bool was_working = false;
  bool is_working = false;
  // Where a period that ends on the day ends: rolled forward.
  Date was_due;
  Date is_due;
};

// The days of the range on which a period ends otherwise by `after` than by
// `before`, in order: every day whose nature changed, and days off from which
// the next working day is another. What a recompute reports when the
// arrangement of a new year is loaded. The range must be closed on both
// sides by the caller; its length is the cost.
std::vector<MovedDay> MovedDays(const WorkingCalendar& before,
                                const WorkingCalendar& after,
                                const DateRange& range);

}  // namespace duban::calendar

#endif  // DUBAN_SRC_CALENDAR_WORKING_DAYS_H_
