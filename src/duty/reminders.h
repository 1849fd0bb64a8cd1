// What falls due soon: open duties and open matters as one list. See
// include/duban/reminders.h.
//
// Knows duties as they were expanded, matters as the facts have them, and
// working days; not how a list is shown, nor whom it is sent to. Pure
// functions; facts are used by one thread at a time.
#ifndef DUBAN_SRC_DUTY_REMINDERS_H_
#define DUBAN_SRC_DUTY_REMINDERS_H_

#include <cstdint>
#include <vector>

#include "duban/v1/assessment.pb.h"
#include "duban/v1/schedule.pb.h"
#include "src/base/date.h"
#include "src/calendar/working_days.h"
#include "src/ledger/facts.h"

namespace duban::duty {

// The last day with no more than `within` working days after `as_of` up to
// and including it. Days off after the last of them belong to it: what is due
// on such a day has to be done before. `within` is not negative.
Date LastDayWithin(const calendar::WorkingCalendar& days, Date as_of,
                   int64_t within);

// Of the duties those that are open and due by `until`; of the matters those
// that are open and due by then, however long ago; of matters also the stay in
// a state that the pack limits, where that ends by then. By due date, id of the
// subject, id of the duty or matter, period.
std::vector<v1::Reminder> RemindersUntil(const ledger::Facts& facts,
                                         const std::vector<v1::Duty>& duties,
                                         const calendar::WorkingCalendar& days,
                                         Date until);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_REMINDERS_H_
