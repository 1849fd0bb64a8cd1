// What a quota needs of one subject in one period: required, done, lacking.
// One thread at a time.
#ifndef DUBAN_SRC_DUTY_NEEDS_H_
#define DUBAN_SRC_DUTY_NEEDS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "duban/v1/assessment.pb.h"
#include "src/base/date.h"
#include "src/duty/tally.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::duty {

// at_least for so many of the period's days, rounded down to a whole unit.
// Averages, shares and extremes stay as they are: half a month asks for no
// less satisfaction.
std::optional<Decimal> InProportion(const pack::NeedRule& need, int64_t days,
                                    int64_t of);

// `days` are those from which records count; `done` is what they amount to.
v1::NeedState NeedStateOf(const ledger::Facts& facts,
                          const pack::NeedRule& need,
                          const std::optional<Decimal>& at_least,
                          const std::optional<Decimal>& done,
                          const DateRange& days);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_NEEDS_H_
