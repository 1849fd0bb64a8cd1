// duban duties, assess, explain: what a ledger amounts to.
#include <algorithm>
#include <iostream>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "duban/duties.h"
#include "src/base/diagnostic.h"
#include "src/cli/command.h"
#include "src/report/tables.h"

namespace duban::cli {
namespace {

std::string Word(v1::DutyState state) {
  return absl::AsciiStrToLower(v1::DutyState_Name(state));
}

// How many of each quota are met, open, missed …
std::string Summary(const v1::DutyReport& report) {
  std::map<std::string, std::map<std::string, int>> counts;
  std::vector<std::string> order;
  for (const v1::Duty& duty : report.duty()) {
    if (counts.count(duty.quota()) == 0) order.push_back(duty.quota());
    ++counts[duty.quota()][Word(duty.state())];
  }
  report::Grid grid;
  grid.columns = {{"要求 quota", report::Align::kLeft},
                  {"已完成 met", report::Align::kRight},
                  {"进行中 open", report::Align::kRight},
                  {"未完成 missed", report::Align::kRight},
                  {"免除 waived", report::Align::kRight},
                  {"不适用 n/a", report::Align::kRight}};
  for (const std::string& quota : order) {
    auto& of = counts[quota];
    grid.rows.push_back({quota, absl::StrCat(of["met"]),
                         absl::StrCat(of["open"]), absl::StrCat(of["missed"]),
                         absl::StrCat(of["waived"]),
                         absl::StrCat(of["not_applicable"])});
  }
  return grid.ToText();
}

}  // namespace

int ShowDuties(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  DutyOptions options;
  options.subject = arguments.subject;
  auto report =
      Duties(*opened.pack, opened.ledger->View(), arguments.as_of, options);
  if (!report.ok()) return Failed(report.status());
  if (!arguments.state.empty()) {
    auto* duties = report->mutable_duty();
    duties->erase(std::remove_if(duties->begin(), duties->end(),
                                 [&](const v1::Duty& duty) {
                                   return Word(duty.state()) != arguments.state;
                                 }),
                  duties->end());
  }
  if (arguments.format == "json") return PrintJson(arguments, *report);
  const report::Grid grid = report::DutyGrid(*report);
  if (arguments.format == "csv") return Print(arguments, grid.ToCsv());
  return Print(arguments, absl::StrCat(grid.ToText(), "\n", Summary(*report)));
}

int ShowAssessment(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  AssessOptions options;
  options.scheme = arguments.scheme;
  const auto assessment =
      Assess(*opened.pack, opened.ledger->View(), arguments.as_of, options);
  if (!assessment.ok()) return Failed(assessment.status());
  if (arguments.format == "json") return PrintJson(arguments, *assessment);
  if (arguments.format == "csv") {
    return Print(arguments, report::AssessmentCsv(*assessment));
  }
  return Print(arguments,
               report::AssessmentText(*assessment, opened.pack->message()));
}

int ShowExplanation(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  const auto explanation = Explain(*opened.pack, opened.ledger->View(),
                                   arguments.as_of, arguments.subject);
  if (!explanation.ok()) return Failed(explanation.status());
  if (arguments.format == "json") return PrintJson(arguments, *explanation);
  return Print(arguments,
               report::ExplanationText(*explanation, arguments.limit));
}

}  // namespace duban::cli
