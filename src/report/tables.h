// Results as people read them: grids of duties, scorecards and figures, and
// the text of an explanation. Chinese first; headings in both languages.
#ifndef DUBAN_SRC_REPORT_TABLES_H_
#define DUBAN_SRC_REPORT_TABLES_H_

#include <string>

#include "duban/v1/assessment.pb.h"
#include "duban/v1/pack.pb.h"
#include "src/report/grid.h"

namespace duban::report {

Grid DutyGrid(const v1::DutyReport& report);
Grid ScorecardGrid(const v1::SchemeResult& result, const v1::Scheme& scheme);
Grid FigureGrid(const v1::SchemeResult& result, const v1::Scheme& scheme);

// The whole assessment: for each scheme its scorecards and figures.
std::string AssessmentText(const v1::Assessment& assessment,
                           const v1::Pack& pack);
// One table for all schemes: scheme, subject, criterion, points.
std::string AssessmentCsv(const v1::Assessment& assessment);

// Every point and duty, with formula, inputs, records and citation. At most
// `max_records` records are written under each number; how many are left out
// is said.
std::string ExplanationText(const v1::Explanation& explanation,
                            int max_records = 12);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_TABLES_H_
