#include "src/assess/scheme.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/calendar/period.h"
#include "src/duty/subjects.h"
#include "src/duty/tally.h"

namespace duban::assess {
namespace {

using ledger::Facts;
using pack::CriterionRule;
using pack::MetricRule;
using pack::SchemeRule;

class SchemeScoring {
 public:
  SchemeScoring(const SchemeRule& scheme, const Background& background)
      : scheme_(scheme),
        background_(background),
        facts_(background.facts),
        subject_(scheme.message->subject()) {}

  absl::StatusOr<ScoredScheme> Score();

 private:
  void SetPeriod();
  absl::Status FindSubjects();
  absl::Status Measure();
  void Evaluate(Scored* scored, duty::SubjectCondition* condition);
  void EvaluateCriterion(const CriterionRule& rule,
                         const std::vector<expr::Value>& slots, Scored* scored);
  void EvaluateVetoes(const std::vector<expr::Value>& slots, Scored* scored);
  void Failed(absl::string_view reason, const Scored& scored,
              absl::string_view what, absl::string_view zh,
              absl::string_view en);

  const SchemeRule& scheme_;
  const Background& background_;
  const Facts& facts_;
  const v1::SubjectKind subject_;
  ScoredScheme out_;
  Faults faults_;
};

// The period that holds the day; before the window its first one, which then
// has no subjects, and after it its last.
void SchemeScoring::SetPeriod() {
  const Date day = std::max(std::min(facts_.as_of(), scheme_.window.until),
                            scheme_.window.from);
  const calendar::Period period =
      calendar::PeriodOf(scheme_.message->every(), day, scheme_.window);
  out_.period = Intersect(period.range, scheme_.window);
  out_.day = day;
  out_.result.set_scheme(scheme_.message->id());
  *out_.result.mutable_title() = scheme_.message->title();
  out_.result.set_from(out_.period.from.ToString());
  out_.result.set_until(out_.period.until.ToString());
}

absl::Status SchemeScoring::FindSubjects() {
  if (facts_.as_of() < scheme_.window.from) return absl::OkStatus();
  duty::SubjectCondition condition(facts_, subject_);
  for (uint32_t code : duty::SubjectsOn(facts_, subject_, out_.day)) {
    auto holds = condition.Holds(scheme_.who, code, out_.day, out_.period);
    if (!holds.ok()) return holds.status();
    if (!*holds) continue;
    Scored scored;
    scored.code = code;
    *scored.card.mutable_subject() =
        duty::DescribeSubject(facts_, subject_, code, out_.day);
    out_.subjects.push_back(std::move(scored));
  }
  return absl::OkStatus();
}

void SchemeScoring::Failed(absl::string_view reason, const Scored& scored,
                           absl::string_view what, absl::string_view zh,
                           absl::string_view en) {
  const v1::Subject& subject = scored.card.subject();
  Fault fault(reason, absl::StatusCode::kFailedPrecondition);
  faults_.Add(
      fault.Field(absl::StrCat(scheme_.message->id(), ".", what))
          .Say(absl::StrCat(subject.id(), "（", subject.name(), "）：", zh),
               absl::StrCat(subject.id(), " (", subject.name(), "): ", en))
          .Hint("修正规则或补齐数据", "mend the rule or the data")
          .detail());
}

absl::Status SchemeScoring::Measure() {
  for (const MetricRule& metric : scheme_.metrics) {
    const DateRange days = DaysOf(metric, out_.period);
    auto records = RecordsFor(background_, metric.tally, out_.day);
    auto tally =
        duty::Tally::Run(metric.tally, facts_, records.get(), {&days, 1});
    if (!tally.ok()) return tally.status();
    for (Scored& scored : out_.subjects) {
      auto value = tally->ValueOf(scored.code, 0);
      if (!value.ok()) return value.status();
      if (!*value && metric.message->missing() == v1::DEFAULT) {
        *value = metric.default_value;
      }
      if (!*value && metric.message->missing() == v1::REFUSED) {
        Failed("METRIC_MISSING", scored, metric.message->id(),
               absl::StrCat("缺少“", metric.message->id(), "”的数据"),
               absl::StrCat("has no data for '", metric.message->id(), "'"));
      }
      scored.metrics.push_back(*value);
    }
  }
  return absl::OkStatus();
}

void SchemeScoring::EvaluateCriterion(const CriterionRule& rule,
                                      const std::vector<expr::Value>& slots,
                                      Scored* scored) {
  const std::string& id = rule.message->id();
  if (rule.applies) {
    const expr::Value applies = rule.applies->Evaluate(slots);
    if (applies.is_error()) {
      Failed(applies.error().reason, *scored, id, applies.error().zh,
             applies.error().en);
    }
    if (!applies.is_bool() || !applies.bool_value()) {
      scored->values.push_back(std::nullopt);
      return;
    }
  }
  const expr::Value value = rule.program.Evaluate(slots);
  if (value.is_error()) {
    Failed(value.error().reason, *scored, id, value.error().zh,
           value.error().en);
    scored->values.push_back(std::nullopt);
    return;
  }
  scored->values.push_back(value.AsDecimal());
}

void SchemeScoring::EvaluateVetoes(const std::vector<expr::Value>& slots,
                                   Scored* scored) {
  for (const pack::VetoRule& veto : scheme_.vetoes) {
    const expr::Value holds = veto.when.Evaluate(slots);
    if (holds.is_error()) {
      Failed(holds.error().reason, *scored, veto.message->id(),
             holds.error().zh, holds.error().en);
      continue;
    }
    if (!holds.is_bool() || !holds.bool_value()) continue;
    v1::AppliedVeto* applied = scored->card.add_veto();
    applied->set_veto(veto.message->id());
    *applied->mutable_title() = veto.message->title();
    applied->set_cite(veto.message->cite());
  }
}

void SchemeScoring::Evaluate(Scored* scored,
                             duty::SubjectCondition* condition) {
  std::vector<expr::Value> slots;
  slots.push_back(expr::Value::Day(facts_.as_of()));
  slots.push_back(expr::Value::Day(out_.period.from));
  slots.push_back(expr::Value::Day(out_.period.until));
  slots.push_back(expr::Value::Rec(condition->At(scored->code, out_.day)));
  for (const std::optional<Decimal>& metric : scored->metrics) {
    slots.push_back(metric ? expr::Value::Dec(*metric)
                           : expr::Value::Missing());
  }
  for (const CriterionRule& rule : scheme_.criteria) {
    EvaluateCriterion(rule, slots, scored);
  }
  EvaluateVetoes(slots, scored);
}

absl::StatusOr<ScoredScheme> SchemeScoring::Score() {
  SetPeriod();
  if (absl::Status s = FindSubjects(); !s.ok()) return s;
  if (absl::Status s = Measure(); !s.ok()) return s;
  if (faults_.has_errors()) return faults_.ToStatus();
  duty::SubjectCondition condition(facts_, subject_);
  for (Scored& scored : out_.subjects) Evaluate(&scored, &condition);
  if (faults_.has_errors()) return faults_.ToStatus();
  if (absl::Status s = RankAcross(scheme_, facts_, &out_); !s.ok()) return s;
  if (absl::Status s = AddUp(scheme_, facts_, &out_); !s.ok()) return s;
  if (absl::Status s = SetGrades(scheme_, facts_, &out_); !s.ok()) return s;
  if (absl::Status s = RollUp(scheme_, facts_, &out_); !s.ok()) return s;
  std::vector<const Scored*> order;
  for (const Scored& scored : out_.subjects) order.push_back(&scored);
  std::stable_sort(
      order.begin(), order.end(),
      [](const Scored* a, const Scored* b) { return b->total < a->total; });
  for (const Scored* scored : order) {
    *out_.result.add_scorecard() = scored->card;
  }
  return std::move(out_);
}

}  // namespace

std::unique_ptr<duty::Records> RecordsFor(const Background& background,
                                          const pack::TallyRule& rule,
                                          Date day) {
  if (rule.source == v1::DUTIES) {
    return duty::DutyRecords(background.facts, background.duties);
  }
  if (rule.source == v1::SCORECARDS) {
    for (const v1::SchemeResult& result : background.earlier) {
      if (result.scheme() == rule.scheme) {
        return duty::ScorecardRecords(background.facts, result, day);
      }
    }
  }
  return duty::LedgerRecords(background.facts, rule.entity);
}

DateRange DaysOf(const MetricRule& metric, const DateRange& period) {
  return metric.tally.within.value_or(period);
}

absl::StatusOr<ScoredScheme> ScoreScheme(const SchemeRule& scheme,
                                         const Background& background) {
  return SchemeScoring(scheme, background).Score();
}

}  // namespace duban::assess
