#include "src/duty/tally.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/calendar/period.h"
#include "src/ledger/succession.h"

namespace duban::duty {
namespace {

using pack::Measure;
using pack::TallyRule;

// A rule that could not be evaluated on a record stops the assessment: to
// leave the record out would change a score in silence.
absl::Status RuleFailed(const v1::RecordRef& ref, const expr::Value& value,
                        absl::string_view source) {
  return Fault(value.error().reason, absl::StatusCode::kFailedPrecondition)
      .Field(absl::StrCat(v1::RecordKind_Name(ref.kind()), " ", ref.id()))
      .Say(absl::StrCat("规则“", source, "”在记录“", ref.id(), "”上无法求值：",
                        value.error().zh),
           absl::StrCat("the rule \"", source, "\" has no value for '",
                        ref.id(), "': ", value.error().en))
      .Hint("修正规则或该记录", "mend the rule or the record")
      .ToStatus();
}

struct Hit {
  uint32_t record;
  int period;
  DateRange days;  // those of its days that are in the period
  const expr::Value& value;
  const std::vector<uint32_t>& subjects;
};

// Measures that every record moves, whatever it says: of a duty that is waived
// they would make one that is missed.
bool IsShareOf(Measure measure) {
  return measure == Measure::kRatio || measure == Measure::kAverage ||
         measure == Measure::kMin || measure == Measure::kMax;
}

// Periods that a record of these days belongs to: [first, last).
std::pair<int, int> PeriodsOf(const DateRange& when,
                              absl::Span<const DateRange> periods) {
  const auto first = std::lower_bound(
      periods.begin(), periods.end(), when.from,
      [](const DateRange& p, Date day) { return p.until < day; });
  auto last = first;
  while (last != periods.end() && last->from <= when.until) ++last;
  return {static_cast<int>(first - periods.begin()),
          static_cast<int>(last - periods.begin())};
}

class Pass {
 public:
  Pass(const TallyRule& rule, const ledger::Facts& facts, Records* records)
      : rule_(rule), facts_(facts), records_(records) {
    if (rule.with_predecessors) {
      heirs_ = std::make_unique<ledger::Heirs>(facts.state(), facts.as_of());
    }
  }

  absl::Status Run(absl::Span<const DateRange> periods,
                   const std::function<absl::Status(const Hit&)>& visit) {
    const bool by_period = rule_.ReadsPeriod();
    const bool of_owed = IsShareOf(rule_.measure);
    std::vector<uint32_t> subjects;
    for (uint32_t i = 0; i < records_->size(); ++i) {
      if (of_owed && !records_->IsOwed(i)) continue;
      const DateRange when = records_->When(i);
      if (when.empty()) continue;
      const auto [first, last] = PeriodsOf(when, periods);
      if (first == last) continue;
      bool wanted = false;
      expr::Value value;
      for (int p = first; p < last; ++p) {
        if (p == first || by_period) {
          absl::Status status = Evaluate(i, periods[p], &wanted, &value);
          if (!status.ok()) return status;
          if (wanted && (p == first || subjects.empty())) {
            subjects.clear();
            records_->Credited(i, rule_, &subjects);
          }
        }
        if (!wanted) continue;
        const DateRange days = Intersect(when, periods[p]);
        std::vector<uint32_t> with_heirs;
        if (heirs_) {
          with_heirs = subjects;
          heirs_->AddFor(days.from, &with_heirs);
        }
        absl::Status status =
            visit({i, p, days, value, heirs_ ? with_heirs : subjects});
        if (!status.ok()) return status;
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Evaluate(uint32_t i, const DateRange& period, bool* wanted,
                        expr::Value* value) {
    const expr::Value slots[] = {
        expr::Value::Day(facts_.as_of()), expr::Value::Day(period.from),
        expr::Value::Day(period.until), expr::Value::Rec(&records_->At(i))};
    *wanted = true;
    if (rule_.where) {
      const expr::Value holds = rule_.where->Evaluate(slots);
      if (holds.is_error()) {
        return RuleFailed(records_->Ref(i), holds, rule_.where->source());
      }
      *wanted = holds.is_bool() && holds.bool_value();
    }
    if (*wanted && rule_.value) {
      *value = rule_.value->Evaluate(slots);
      if (value->is_error()) {
        return RuleFailed(records_->Ref(i), *value, rule_.value->source());
      }
    }
    return absl::OkStatus();
  }

  const TallyRule& rule_;
  const ledger::Facts& facts_;
  Records* const records_;
  std::unique_ptr<const ledger::Heirs> heirs_;  // null: not asked for
};

}  // namespace

absl::Status Amount::Add(const TallyRule& rule, const expr::Value& value,
                         Date day) {
  ++count_;
  switch (rule.measure) {
    case Measure::kCount:
      return absl::OkStatus();
    case Measure::kRatio:
      if (value.is_bool() && value.bool_value()) ++holds_;
      return absl::OkStatus();
    case Measure::kDistinct:
      distinct_.insert(value.ToString());
      return absl::OkStatus();
    case Measure::kPeriods:
      ++periods_[calendar::PeriodOf(rule.periods_every, day, {day, day})
                     .range.from];
      return absl::OkStatus();
    case Measure::kSum:
    case Measure::kAverage: {
      auto sum = Decimal::Add(sum_, value.AsDecimal());
      if (!sum.ok()) return sum.status();
      sum_ = *sum;
      return absl::OkStatus();
    }
    case Measure::kMin:
      if (!least_ || value.AsDecimal() < *least_) least_ = value.AsDecimal();
      return absl::OkStatus();
    case Measure::kMax:
      if (!most_ || *most_ < value.AsDecimal()) most_ = value.AsDecimal();
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Decimal>> Amount::Value(
    const TallyRule& rule) const {
  const auto share =
      [this](Decimal part) -> absl::StatusOr<std::optional<Decimal>> {
    if (count_ == 0) return std::optional<Decimal>();
    auto quotient = Decimal::Divide(part, Decimal::FromInt(count_));
    if (!quotient.ok()) return quotient.status();
    return std::optional<Decimal>(*quotient);
  };
  switch (rule.measure) {
    case Measure::kCount:
      return std::optional<Decimal>(Decimal::FromInt(count_));
    case Measure::kSum:
      return std::optional<Decimal>(sum_);
    case Measure::kAverage:
      return share(sum_);
    case Measure::kRatio:
      return share(Decimal::FromInt(holds_));
    case Measure::kMin:
      return least_;
    case Measure::kMax:
      return most_;
    case Measure::kDistinct:
      return std::optional<Decimal>(
          Decimal::FromInt(static_cast<int64_t>(distinct_.size())));
    case Measure::kPeriods: {
      int64_t n = 0;
      for (const auto& [from, count] : periods_) {
        n += count >= rule.periods_at_least;
      }
      return std::optional<Decimal>(Decimal::FromInt(n));
    }
  }
  return std::optional<Decimal>();
}

absl::StatusOr<Tally> Tally::Run(const TallyRule& rule,
                                 const ledger::Facts& facts, Records* records,
                                 absl::Span<const DateRange> periods,
                                 const Admits& admits) {
  Tally tally;
  tally.rule_ = &rule;
  const absl::Status status =
      Pass(rule, facts, records).Run(periods, [&](const Hit& hit) {
        for (uint32_t subject : hit.subjects) {
          if (admits && !admits(subject, hit.period, hit.days)) continue;
          absl::Status added = tally.amounts_[{subject, hit.period}].Add(
              rule, hit.value, hit.days.from);
          if (!added.ok()) return added;
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return tally;
}

absl::StatusOr<std::optional<Decimal>> Tally::ValueOf(uint32_t subject,
                                                      int period) const {
  const auto amount = amounts_.find({subject, period});
  return amount == amounts_.end() ? Amount().Value(*rule_)
                                  : amount->second.Value(*rule_);
}

absl::StatusOr<std::vector<v1::RecordRef>> RecordsBehind(
    const TallyRule& rule, const ledger::Facts& facts, Records* records,
    uint32_t subject, const DateRange& period, const Admits& admits) {
  std::vector<v1::RecordRef> refs;
  const absl::Status status =
      Pass(rule, facts, records).Run({&period, 1}, [&](const Hit& hit) {
        if (std::find(hit.subjects.begin(), hit.subjects.end(), subject) ==
                hit.subjects.end() ||
            (admits && !admits(subject, hit.period, hit.days))) {
          return absl::OkStatus();
        }
        v1::RecordRef ref = records->Ref(hit.record);
        if (hit.value.is_int() || hit.value.is_decimal()) {
          ref.set_amount(hit.value.AsDecimal().ToString());
        }
        refs.push_back(std::move(ref));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  std::sort(refs.begin(), refs.end(),
            [](const v1::RecordRef& a, const v1::RecordRef& b) {
              return std::make_pair(a.date(), a.id()) <
                     std::make_pair(b.date(), b.id());
            });
  return refs;
}

}  // namespace duban::duty
