// Why a subject has the points it has: formula, inputs, records, citation.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "src/assess/scheme.h"
#include "src/duty/duties.h"
#include "src/duty/subjects.h"
#include "src/duty/tally.h"
#include "src/expr/ast.h"
#include "src/expr/parser.h"

namespace duban {
namespace assess {
namespace {

using pack::MetricRule;
using pack::SchemeRule;

class Explaining {
 public:
  Explaining(const SchemeRule& scheme, const Background& background,
             const ScoredScheme& scored)
      : scheme_(scheme), background_(background), scored_(scored) {}

  absl::Status Explain(const Scored& subject, v1::SchemeExplanation* out);

 private:
  absl::StatusOr<v1::MetricExplanation> ExplainMetric(int index,
                                                      const Scored& subject);
  // The rule with the metrics' values in place of their names.
  std::string Worked(const pack::CriterionRule& rule,
                     const Scored& subject) const;
  // The metric an identifier means; -1 = none.
  int MetricNamed(absl::string_view name) const;

  const SchemeRule& scheme_;
  const Background& background_;
  const ScoredScheme& scored_;
};

int Explaining::MetricNamed(absl::string_view name) const {
  for (size_t i = 0; i < scheme_.metrics.size(); ++i) {
    const v1::Metric& metric = *scheme_.metrics[i].message;
    if (metric.id() == name || metric.title().zh() == name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::string Explaining::Worked(const pack::CriterionRule& rule,
                               const Scored& subject) const {
  const std::string& text = rule.program.source();
  expr::SourceErrors errors;
  const expr::Ast ast = expr::Parse(text, expr::Limits(), &errors);
  // From where to where in the text, and what stands there instead. A node
  // comes after its parts: a call that begins where its metric does takes the
  // metric's place, and one that begins before it hides it.
  std::map<int, std::pair<int, std::string>> filled;
  for (size_t id = 1; id < ast.nodes.size(); ++id) {
    const expr::Node& node = ast.nodes[id];
    const bool is_name = node.kind == expr::NodeKind::kIdentifier;
    if (!is_name && node.args.empty()) continue;
    const expr::Node& name = is_name ? node : ast.at(node.args[0]);
    const int metric =
        name.kind == expr::NodeKind::kIdentifier ? MetricNamed(name.text) : -1;
    if (metric < 0) continue;
    const auto& value = subject.metrics[static_cast<size_t>(metric)];
    if (is_name) {
      filled[node.begin] = {node.end, value ? value->ToString() : "—"};
    } else if (node.kind == expr::NodeKind::kHas) {
      filled[node.begin] = {node.end, value ? "true" : "false"};
    } else if (node.kind == expr::NodeKind::kCall && node.is_method &&
               node.text == "orValue" && value) {
      filled[node.begin] = {node.end, value->ToString()};
    }
  }
  std::string worked;
  int at = 0;
  for (const auto& [begin, fill] : filled) {
    if (begin < at) continue;  // inside one that is filled already
    absl::StrAppend(&worked, text.substr(at, begin - at), fill.second);
    at = fill.first;
  }
  absl::StrAppend(&worked, text.substr(at));
  return worked;
}

absl::StatusOr<v1::MetricExplanation> Explaining::ExplainMetric(
    int index, const Scored& subject) {
  const MetricRule& metric = scheme_.metrics[index];
  v1::MetricExplanation out;
  out.set_metric(metric.message->id());
  *out.mutable_title() = metric.message->title();
  *out.mutable_unit() = metric.message->unit();
  if (const auto& value = subject.metrics[index]) {
    out.set_value(value->ToString());
  }
  auto records = RecordsFor(background_, metric.tally, scored_.day);
  auto refs =
      duty::RecordsBehind(metric.tally, background_.facts, records.get(),
                          subject.code, DaysOf(metric, scored_.period));
  if (!refs.ok()) return refs.status();
  for (v1::RecordRef& ref : *refs) *out.add_record() = std::move(ref);
  return out;
}

absl::Status Explaining::Explain(const Scored& subject,
                                 v1::SchemeExplanation* out) {
  out->set_scheme(scheme_.message->id());
  *out->mutable_title() = scheme_.message->title();
  out->set_from(scored_.result.from());
  out->set_until(scored_.result.until());
  *out->mutable_scorecard() = subject.card;
  for (size_t c = 0; c < scheme_.criteria.size(); ++c) {
    const pack::CriterionRule& rule = scheme_.criteria[c];
    v1::CriterionExplanation* criterion = out->add_criterion();
    criterion->set_criterion(rule.message->id());
    *criterion->mutable_title() = rule.message->title();
    criterion->set_max(rule.message->max());
    criterion->set_points(subject.card.criterion(static_cast<int>(c)).points());
    criterion->set_formula(rule.program.Canonical());
    criterion->set_worked(Worked(rule, subject));
    const auto cite =
        background_.facts.rules().citations.find(rule.message->cite());
    if (cite != background_.facts.rules().citations.end()) {
      const v1::Citation& citation = *cite->second;
      criterion->mutable_cite()->set_zh(absl::StrCat(
          citation.document(), citation.document().empty() ? "" : " ",
          citation.id(), " ", citation.title().zh()));
      criterion->mutable_cite()->set_en(absl::StrCat(
          citation.document(), citation.document().empty() ? "" : " ",
          citation.id(), " ", citation.title().en()));
    }
    for (int slot : rule.program.reads()) {
      if (slot < pack::kFirstMetricSlot) continue;
      auto metric = ExplainMetric(slot - pack::kFirstMetricSlot, subject);
      if (!metric.ok()) return metric.status();
      *criterion->add_input() = *std::move(metric);
    }
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace assess

absl::StatusOr<v1::Explanation> Explain(const Pack& pack,
                                        const LedgerView& view,
                                        absl::string_view as_of,
                                        absl::string_view subject) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  const ledger::Facts facts(view, pack.rules(), *day);
  const std::string id(subject);
  const auto found = duty::KindOfSubject(facts.state(), id);
  if (!found.ok()) return found.status();
  const v1::SubjectKind kind = *found;
  auto duties = duty::ExpandDuties(facts, "");
  if (!duties.ok()) return duties.status();
  v1::Explanation explanation;
  explanation.set_as_of(day->ToString());
  const uint32_t code = *facts.state().Find(duty::RecordKindOf(kind), id);
  *explanation.mutable_subject() =
      duty::DescribeSubject(facts, kind, code, *day);
  std::vector<v1::SchemeResult> results;
  for (const pack::SchemeRule& scheme : pack.rules().schemes) {
    const assess::Background background{facts, *duties, results};
    auto scored = assess::ScoreScheme(scheme, background);
    if (!scored.ok()) return scored.status();
    for (const assess::Scored& one : scored->subjects) {
      if (one.code != code || scheme.message->subject() != kind) continue;
      absl::Status status = assess::Explaining(scheme, background, *scored)
                                .Explain(one, explanation.add_scheme());
      if (!status.ok()) return status;
    }
    results.push_back(std::move(scored->result));
  }
  auto own = duty::ExpandDuties(facts, id);
  if (!own.ok()) return own.status();
  for (v1::Duty& d : *own) *explanation.add_duty() = std::move(d);
  return explanation;
}

}  // namespace duban
