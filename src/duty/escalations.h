// Orders that a pack's rules propose. See include/duban/escalations.h.
//
// Knows duties as they were expanded and matters as the facts have them; not
// whether an order was sent. One thread at a time.
#ifndef DUBAN_SRC_DUTY_ESCALATIONS_H_
#define DUBAN_SRC_DUTY_ESCALATIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "duban/v1/schedule.pb.h"
#include "src/ledger/facts.h"

namespace duban::duty {

// In the order of the pack's rules, then by subject, id of duty or matter,
// period.
absl::StatusOr<std::vector<v1::EscalationOrder>> OrdersOf(
    const ledger::Facts& facts, const std::vector<v1::Duty>& duties);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_ESCALATIONS_H_
