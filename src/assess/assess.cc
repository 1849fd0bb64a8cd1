#include "duban/assess.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/assess/scheme.h"
#include "src/base/digest.h"
#include "src/base/text.h"
#include "src/duty/duties.h"

namespace duban {
namespace {

bool ReadsDuties(const pack::Rules& rules) {
  for (const pack::SchemeRule& scheme : rules.schemes) {
    for (const pack::MetricRule& metric : scheme.metrics) {
      if (metric.tally.source == v1::DUTIES) return true;
    }
  }
  return false;
}

absl::Status UnknownScheme(const pack::Rules& rules, absl::string_view id) {
  std::vector<std::string> known;
  std::string all;
  for (const pack::SchemeRule& scheme : rules.schemes) {
    known.push_back(scheme.message->id());
    absl::StrAppend(&all, all.empty() ? "" : ", ", known.back());
  }
  return Fault("UNKNOWN_SCHEME", absl::StatusCode::kNotFound)
      .Field("scheme")
      .Say(absl::StrCat("没有考核方案“", id, "”"),
           absl::StrCat("there is no scheme '", id, "'"))
      .Hint(absl::StrCat("可用：", all), absl::StrCat("one of: ", all))
      .ToStatus();
}

std::string DigestOf(const v1::Assessment& assessment) {
  Hasher hasher;
  for (const v1::SchemeResult& result : assessment.scheme()) {
    const std::string bytes = result.SerializeAsString();
    hasher.UpdateU64(bytes.size()).Update(bytes);
  }
  return ToHex(hasher.Finish());
}

}  // namespace

absl::StatusOr<v1::Assessment> Assess(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      const AssessOptions& options) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  const pack::Rules& rules = pack.rules();
  if (!options.scheme.empty() && rules.FindScheme(options.scheme) == nullptr) {
    return UnknownScheme(rules, options.scheme);
  }
  const ledger::Facts facts(view, rules, *day);
  std::vector<v1::Duty> duties;
  if (ReadsDuties(rules)) {
    auto expanded = duty::ExpandDuties(facts, "");
    if (!expanded.ok()) return expanded.status();
    duties = *std::move(expanded);
  }
  std::vector<v1::SchemeResult> results;
  for (const pack::SchemeRule& scheme : rules.schemes) {
    auto scored = assess::ScoreScheme(scheme, {facts, duties, results});
    if (!scored.ok()) return scored.status();
    results.push_back(std::move(scored->result));
    if (scheme.message->id() == options.scheme) break;
  }
  v1::Assessment assessment;
  for (v1::SchemeResult& result : results) {
    if (!options.scheme.empty() && result.scheme() != options.scheme) continue;
    *assessment.add_scheme() = std::move(result);
  }
  v1::Certificate* certificate = assessment.mutable_certificate();
  certificate->set_engine(absl::StrCat("duban ", DUBAN_ENGINE_VERSION));
  certificate->set_pack(pack.message().id());
  certificate->set_pack_version(pack.message().version());
  certificate->set_pack_digest(pack.digest());
  *certificate->mutable_ledger_head() = view->head();
  certificate->set_as_of(day->ToString());
  certificate->set_scheme(options.scheme);
  certificate->set_result_digest(DigestOf(assessment));
  return assessment;
}

}  // namespace duban
