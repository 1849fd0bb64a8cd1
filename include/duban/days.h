// Working days of a pack: why each day is worked or not, and which due days
// another pack's calendar moves.
//
//   auto why = duban::WhyDays(*pack, {"2021-09-26", "2021-10-10"});
//   auto moved = duban::MovedDueDays(*last_year, *pack);
//
// Knows calendars of packs; nothing of ledgers. A pack without a calendar has
// Monday to Friday. Pure functions of their arguments; any number of threads
// may call them.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_DAYS_H_
#define DUBAN_DAYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "duban/pack.h"
#include "duban/v1/schedule.pb.h"

namespace duban {

// Civil dates, YYYY-MM-DD, both included. WINDOW_REVERSED where none is left,
// WINDOW_TOO_LONG where there are more than twenty years of them.
struct DaySpan {
  std::string from;
  std::string until;
};

// Without days: the month of the campaign's first day. With one of them: from
// the first, or until the last day of its month.
absl::StatusOr<v1::DayReport> WhyDays(const Pack& pack,
                                      const DaySpan& span = {});

// What is due otherwise by `after` than by `before`. A day that is not given
// is the first or the last one of the campaign, by `after`.
absl::StatusOr<v1::MovedDayReport> MovedDueDays(const Pack& before,
                                                const Pack& after,
                                                const DaySpan& span = {});

}  // namespace duban

#endif  // DUBAN_DAYS_H_
