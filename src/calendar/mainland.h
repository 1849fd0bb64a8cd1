// The arrangement of holidays on the mainland, as the notices of the State
// Council's General Office (国务院办公厅) published it, 2019 to 2026: days
// off, make-up days on weekends, and the 文号 of each notice.
//
// Whoever uses it says through which year, so that the same question has the
// same answer when a later version knows more. For that same reason what a
// released version has for a year is never changed: an amendment that comes
// afterwards (as 国办发明电〔2020〕1号 did) is for a layer of the user's own.
//
// Knows nothing of provinces, schools and units. Constant data; thread-safe.
#ifndef DUBAN_SRC_CALENDAR_MAINLAND_H_
#define DUBAN_SRC_CALENDAR_MAINLAND_H_

#include "absl/status/statusor.h"
#include "src/calendar/working_days.h"

namespace duban::calendar {

inline constexpr int kMainlandFirstYear = 2019;
inline constexpr int kMainlandLastYear = 2026;

// The notices for kMainlandFirstYear through `year`. The layer knows just
// these years. Fails with reason CALENDAR_YEAR_UNKNOWN where there is no
// notice for that year here.
absl::StatusOr<DayLayer> MainlandHolidays(int year);

}  // namespace duban::calendar

#endif  // DUBAN_SRC_CALENDAR_MAINLAND_H_
