// Orders, coverage and draws as people read them.
//
// Knows the reports; nothing of how they came about. Pure functions;
// thread-safe.
#ifndef DUBAN_SRC_REPORT_SUPERVISION_H_
#define DUBAN_SRC_REPORT_SUPERVISION_H_

#include "duban/v1/schedule.pb.h"
#include "src/report/grid.h"

namespace duban::report {

Grid EscalationGrid(const v1::EscalationReport& report);
// A row for each quota and period, with those who lack it.
Grid CoverageGrid(const v1::CoverageReport& report);
Grid SampleGrid(const v1::SampleReport& report);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_SUPERVISION_H_
