// Quotas and required submissions expanded to duties. See include/duban.
#ifndef DUBAN_SRC_DUTY_DUTIES_H_
#define DUBAN_SRC_DUTY_DUTIES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::duty {

// All duties of a day; with `only`, those of one subject and the records
// behind them.
absl::StatusOr<std::vector<v1::Duty>> ExpandDuties(const ledger::Facts& facts,
                                                   const std::string& only);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_DUTIES_H_
