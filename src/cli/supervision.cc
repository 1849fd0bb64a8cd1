// duban escalations, coverage, draw: what to order, who lacks what, whom to
// check.
#include <string>

#include "absl/strings/str_cat.h"
#include "duban/coverage.h"
#include "duban/draw.h"
#include "duban/escalations.h"
#include "src/cli/command.h"
#include "src/report/supervision.h"

namespace duban::cli {
namespace {

// Prints a report in the format asked for; `summary` follows a table.
template <typename Report>
int PrintReport(const Arguments& arguments, const Report& report,
                const report::Grid& grid, const std::string& summary) {
  if (arguments.format == "json") return PrintJson(arguments, report);
  if (arguments.format == "csv") return Print(arguments, grid.ToCsv());
  return Print(arguments, absl::StrCat(grid.ToText(), "\n", summary));
}

}  // namespace

int ShowEscalations(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  const auto report =
      Escalations(*opened.pack, opened.ledger->View(), arguments.as_of);
  if (!report.ok()) return Failed(report.status());
  return PrintReport(arguments, *report, report::EscalationGrid(*report),
                     absl::StrCat("截至 as of ", report->as_of(), "：",
                                  report->order_size(), " 件 orders\n"));
}

int ShowCoverage(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  const auto report = CoverageOf(*opened.pack, opened.ledger->View(),
                                 arguments.as_of, arguments.quotas);
  if (!report.ok()) return Failed(report.status());
  return PrintReport(arguments, *report, report::CoverageGrid(*report),
                     absl::StrCat("截至 as of ", report->as_of(), "\n"));
}

int ShowDraw(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  const auto report = Draw(*opened.pack, opened.ledger->View(), arguments.as_of,
                           arguments.plan);
  if (!report.ok()) return Failed(report.status());
  return PrintReport(
      arguments, *report, report::SampleGrid(*report),
      absl::StrCat("截至 as of ", report->as_of(), "：", report->population(),
                   " 中抽取 drawn ", report->drawn_size(), "，种子 seed ",
                   report->seed(), "\n"));
}

}  // namespace duban::cli
