// Due dates and working days as people read them: grids of reminders, of days
// and of the due days that another calendar moves. Chinese first; headings in
// both languages.
//
// Knows the finished reports only and works nothing out. Pure functions;
// thread-safe.
#ifndef DUBAN_SRC_REPORT_SCHEDULE_H_
#define DUBAN_SRC_REPORT_SCHEDULE_H_

#include "duban/v1/schedule.pb.h"
#include "src/report/grid.h"

namespace duban::report {

// Of a duty's needs those that are not met yet; of a matter its state.
Grid ReminderGrid(const v1::ReminderReport& report);
Grid DayGrid(const v1::DayReport& report);
Grid MovedDayGrid(const v1::MovedDayReport& report);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_SCHEDULE_H_
