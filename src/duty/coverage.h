// Duties by quota and period: who has it, who lacks it. See
// include/duban/coverage.h. Pure functions.
#ifndef DUBAN_SRC_DUTY_COVERAGE_H_
#define DUBAN_SRC_DUTY_COVERAGE_H_

#include <vector>

#include "duban/v1/assessment.pb.h"
#include "duban/v1/schedule.pb.h"

namespace duban::duty {

// `duties` as they are expanded: those of a quota's period stand together.
std::vector<v1::Coverage> CoverageByPeriod(const std::vector<v1::Duty>& duties);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_COVERAGE_H_
