// How far a duty is, and what it still takes: shares of time and work, working
// days left, what is lacking in words. Exact decimals from 0 to 1; nothing to
// measure is nothing done, and of nothing required all is done.
//
// Knows one duty at a time. Pure functions; thread-safe.
#ifndef DUBAN_SRC_DUTY_FORECAST_H_
#define DUBAN_SRC_DUTY_FORECAST_H_

#include <string>

#include "duban/v1/assessment.pb.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/calendar/working_days.h"
#include "src/pack/rules.h"

namespace duban::duty {

// The pack's working days; Monday to Friday where it has no calendar.
const calendar::WorkingCalendar& WorkingDaysOf(const pack::Rules& rules);

// Of the days from the first to the due day, the share that has gone, the day
// of the question included.
Decimal TimeGone(const v1::Duty& duty, Date as_of);
// The least share of what its needs require that is done.
Decimal DoneShare(const v1::Duty& duty);

v1::Forecast ForecastOf(const v1::Duty& duty,
                        const calendar::WorkingCalendar& days, Date as_of);

// An amount as a reader wants it: of 1140 in units of 60 it is 19.
std::string InUnits(Decimal amount, const std::string& unit_size);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_FORECAST_H_
