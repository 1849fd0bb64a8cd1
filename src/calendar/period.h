// Cadences: how a window of time falls into periods that each owe something.
//
// Weeks begin on Monday (ISO 8601); a ten-day period (旬) is 1–10, 11–20 and
// 21–end of a month; two-month periods are January–February … November–
// December; quarters, halves and years are those of the calendar.
// An unknown cadence is taken for ONCE here: the check of a pack refuses it.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_CALENDAR_PERIOD_H_
#define DUBAN_SRC_CALENDAR_PERIOD_H_

#include <string>
#include <vector>

#include "duban/v1/pack.pb.h"
#include "src/base/date.h"

namespace duban::calendar {

struct Period {
  DateRange range;    // the calendar period itself, never clipped
  std::string label;  // 2021-W44, 2021-11-上, 2021-11, 2021-11/12, 2021-Q4,
                      // 2021-H2, 2021, or "" for the whole window
};

// The calendar period of that cadence which holds the day. For ONCE the
// period is `window` itself. A period that the range of Date cuts off ends
// with that range.
Period PeriodOf(v1::Cadence cadence, Date day, const DateRange& window);

// Every period that shares at least one day with the window, in order; for
// ONCE exactly the window; none where the window is empty. At most kMaxPeriods
// (a longer window is refused when the pack is checked).
inline constexpr int kMaxPeriods = 20000;
std::vector<Period> PeriodsIn(v1::Cadence cadence, const DateRange& window);

}  // namespace duban::calendar

#endif  // DUBAN_SRC_CALENDAR_PERIOD_H_
