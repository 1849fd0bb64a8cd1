// Missed periods and what later ones made good: a quarter without visits, and
// three too many since. What was missed stays missed; that it was caught up is
// said beside it.
//
// Knows the duties of a quota, nothing of records. Pure functions.
#ifndef DUBAN_SRC_DUTY_RECOVERY_H_
#define DUBAN_SRC_DUTY_RECOVERY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "duban/v1/assessment.pb.h"
#include "src/pack/rules.h"

namespace duban::duty {

// Sets caught_up where what later periods of the subject have beyond their own
// requirement pays for the lack, of all needs; the oldest lack is paid first.
// `duties` are all of the quota, in order of period.
void MarkCaughtUp(const pack::QuotaRule& quota, absl::Span<v1::Duty> duties);

// For each duty, how many earlier periods of its quota its subject missed.
// Those of a quota stand together, in order of period.
std::vector<int32_t> MissedBefore(const std::vector<v1::Duty>& duties);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_RECOVERY_H_
