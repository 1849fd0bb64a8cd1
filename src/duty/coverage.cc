#include "src/duty/coverage.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/coverage.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/duty/duties.h"
#include "src/ledger/facts.h"

namespace duban::duty {
namespace {

void Count(const v1::Duty& duty, v1::Coverage* coverage) {
  switch (duty.state()) {
    case v1::MET:
      coverage->set_met(coverage->met() + 1);
      break;
    case v1::OPEN:
      coverage->set_open(coverage->open() + 1);
      break;
    case v1::MISSED:
      coverage->set_missed(coverage->missed() + 1);
      break;
    case v1::WAIVED:
      coverage->set_waived(coverage->waived() + 1);
      return;
    default:
      coverage->set_not_applicable(coverage->not_applicable() + 1);
      return;
  }
  coverage->set_owed(coverage->owed() + 1);
  const bool has_it =
      duty.state() == v1::MET || duty.late() || duty.caught_up();
  if (!has_it) *coverage->add_lacking() = duty.subject();
}

}  // namespace

std::vector<v1::Coverage> CoverageByPeriod(
    const std::vector<v1::Duty>& duties) {
  std::vector<v1::Coverage> all;
  for (const v1::Duty& duty : duties) {
    if (all.empty() || all.back().quota() != duty.quota() ||
        all.back().period() != duty.period()) {
      v1::Coverage coverage;
      coverage.set_quota(duty.quota());
      *coverage.mutable_title() = duty.title();
      coverage.set_period(duty.period());
      all.push_back(std::move(coverage));
    }
    Count(duty, &all.back());
  }
  return all;
}

}  // namespace duban::duty

namespace duban {
namespace {

absl::Status CheckKnown(const Pack& pack,
                        const std::vector<std::string>& quotas) {
  std::vector<std::string> known;
  for (const v1::Quota& q : pack.message().quota()) known.push_back(q.id());
  for (const v1::Required& r : pack.message().submission()) {
    known.push_back(r.id());
  }
  Faults faults;
  for (const std::string& id : quotas) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    const std::string near = NearestWord(id, known);
    Fault fault("UNKNOWN_QUOTA", absl::StatusCode::kNotFound);
    fault.Field("quota").Say(
        absl::StrCat("规则包中没有要求“", id, "”"),
        absl::StrCat("the pack has no quota or submission '", id, "'"));
    if (!near.empty()) {
      fault.Hint(absl::StrCat("是否为“", near, "”？"),
                 absl::StrCat("did you mean '", near, "'?"));
    } else {
      fault.Hint("核对要求的编号", "check the quota's id");
    }
    faults.Add(fault.ToStatus());
  }
  return faults.has_errors() ? faults.ToStatus() : absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::CoverageReport> CoverageOf(
    const Pack& pack, const LedgerView& view, absl::string_view as_of,
    const std::vector<std::string>& quotas) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  if (absl::Status s = CheckKnown(pack, quotas); !s.ok()) return s;
  const ledger::Facts facts(view, pack.rules(), *day);
  const auto duties = duty::ExpandDuties(facts, "");
  if (!duties.ok()) return duties.status();
  v1::CoverageReport report;
  report.set_as_of(day->ToString());
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  *report.mutable_ledger_head() = view->head();
  for (v1::Coverage& coverage : duty::CoverageByPeriod(*duties)) {
    if (quotas.empty() || std::find(quotas.begin(), quotas.end(),
                                    coverage.quota()) != quotas.end()) {
      *report.add_coverage() = std::move(coverage);
    }
  }
  return report;
}

}  // namespace duban
