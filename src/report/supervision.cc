#include "src/report/supervision.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/ledger/matter_life.h"
#include "src/report/need_words.h"

namespace duban::report {
namespace {

std::string Zh(const v1::Text& text) {
  return std::string(In(Language::kZh, text));
}

// "走访 1/≥2次", of the needs that are not met.
std::string Lacking(const v1::Duty& duty) {
  std::string words;
  for (const v1::NeedState& need : duty.need()) {
    if (need.met()) continue;
    const std::string name = NeedName(need);
    absl::StrAppend(&words, words.empty() ? "" : "；", name,
                    name.empty() ? "" : " ", NeedDone(need), "/",
                    NeedBounds(need));
  }
  return words;
}

// "催办 urge".
std::string ActionWord(v1::MatterAction action) {
  if (action == v1::MATTER_ACTION_UNSPECIFIED) return "";
  return absl::StrCat(ledger::ZhOf(action), " ",
                      absl::AsciiStrToLower(v1::MatterAction_Name(action)));
}

std::string NameOf(const v1::Subject& subject) {
  return subject.name().empty() ? subject.id() : subject.name();
}

}  // namespace

Grid EscalationGrid(const v1::EscalationReport& report) {
  Grid grid;
  grid.columns = {
      {"规则 rule", Align::kLeft},    {"标题 title", Align::kLeft},
      {"发往 to", Align::kLeft},      {"名称 name", Align::kLeft},
      {"对象 subject", Align::kLeft}, {"姓名/名称 name", Align::kLeft},
      {"编号 id", Align::kLeft},      {"周期 period", Align::kLeft},
      {"欠缺 lacking", Align::kLeft}, {"步骤 action", Align::kLeft},
      {"此前 before", Align::kRight}};
  for (const v1::EscalationOrder& order : report.order()) {
    std::vector<std::string> row = {
        order.rule(),      Zh(order.title()),    order.to().id(),
        order.to().name(), order.subject().id(), order.subject().name()};
    if (order.has_duty()) {
      const v1::Duty& duty = order.duty();
      row.insert(row.end(),
                 {duty.quota(), duty.period(), Lacking(duty), "", ""});
    } else {
      const v1::MatterReminder& matter = order.matter();
      row.insert(
          row.end(),
          {matter.id(), "",
           absl::StrCat(matter.title(),
                        matter.overdue() ? "（逾期 overdue）" : ""),
           ActionWord(order.action()), absl::StrCat(order.times_before())});
    }
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

Grid CoverageGrid(const v1::CoverageReport& report) {
  Grid grid;
  grid.columns = {
      {"要求 quota", Align::kLeft},     {"标题 title", Align::kLeft},
      {"周期 period", Align::kLeft},    {"应有 owed", Align::kRight},
      {"已完成 met", Align::kRight},    {"进行中 open", Align::kRight},
      {"未完成 missed", Align::kRight}, {"免除 waived", Align::kRight},
      {"不适用 n/a", Align::kRight},    {"仍缺 lacking", Align::kLeft}};
  for (const v1::Coverage& coverage : report.coverage()) {
    std::string lacking;
    for (const v1::Subject& subject : coverage.lacking()) {
      absl::StrAppend(&lacking, lacking.empty() ? "" : "、", NameOf(subject));
    }
    grid.rows.push_back(
        {coverage.quota(), Zh(coverage.title()), coverage.period(),
         absl::StrCat(coverage.owed()), absl::StrCat(coverage.met()),
         absl::StrCat(coverage.open()), absl::StrCat(coverage.missed()),
         absl::StrCat(coverage.waived()),
         absl::StrCat(coverage.not_applicable()), lacking});
  }
  return grid;
}

Grid SampleGrid(const v1::SampleReport& report) {
  Grid grid;
  grid.columns = {
      {"序号 no.", Align::kRight},      {"对象 subject", Align::kLeft},
      {"姓名/名称 name", Align::kLeft}, {"督查组 team", Align::kLeft},
      {"名称 name", Align::kLeft},      {"签号 ticket", Align::kLeft}};
  int number = 0;
  for (const v1::Drawn& drawn : report.drawn()) {
    grid.rows.push_back({absl::StrCat(++number), drawn.subject().id(),
                         drawn.subject().name(), drawn.team().id(),
                         drawn.team().name(), drawn.ticket()});
  }
  return grid;
}

}  // namespace duban::report
