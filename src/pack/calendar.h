// The calendar of a pack: working days for its expressions and due dates. It
// is the calendar of src/calendar with the face that expr/ knows; how a pack
// writes it down is checked in calendar.cc.
//
// Built once with the pack, never changed; any number of threads may ask it.
#ifndef DUBAN_SRC_PACK_CALENDAR_H_
#define DUBAN_SRC_PACK_CALENDAR_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "src/base/date.h"
#include "src/calendar/working_days.h"
#include "src/expr/program.h"

namespace duban::pack {

class PackCalendar : public expr::WorkingDays {
 public:
  explicit PackCalendar(std::vector<calendar::DayLayer> layers)
      : days_(std::move(layers)) {}

  int64_t Between(Date from, Date to) const override {
    return days_.Between(from, to);
  }
  Date Add(Date from, int64_t n) const override { return days_.Add(from, n); }
  Date RollForward(Date day) const { return days_.RollForward(day); }

  // To compare with that of another pack (calendar::MovedDays), and to say
  // why.
  const calendar::WorkingCalendar& days() const { return days_; }

 private:
  calendar::WorkingCalendar days_;
};

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_CALENDAR_H_
