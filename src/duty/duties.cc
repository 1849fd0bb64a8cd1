#include "src/duty/duties.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/duties.h"
#include "src/base/diagnostic.h"
#include "src/calendar/period.h"
#include "src/duty/records.h"
#include "src/duty/strictness.h"
#include "src/duty/subjects.h"
#include "src/duty/tally.h"
#include "src/table/record_schema.h"

namespace duban::duty {
namespace {

using calendar::Period;
using ledger::ColumnOf;
using ledger::Facts;
using pack::NeedRule;
using pack::QuotaRule;

// A period with the days of it that the window leaves.
struct OwedPeriod {
  Period period;
  DateRange days;
};

// The periods of a rule that have begun: whole ones, unless partial ones are
// owed too.
std::vector<OwedPeriod> OwedPeriods(v1::Cadence every, const DateRange& window,
                                    bool partial_owed, Date as_of) {
  std::vector<OwedPeriod> owed;
  for (Period& period : calendar::PeriodsIn(every, window)) {
    const DateRange days = Intersect(period.range, window);
    const bool whole = days.length() == period.range.length();
    if (!whole && !partial_owed) continue;
    if (days.from > as_of) break;
    owed.push_back({std::move(period), days});
  }
  return owed;
}

// "1140/60 小时" as a reader wants it: 19 小时.
std::string Shown(Decimal amount, const v1::Need& need) {
  const auto size = Decimal::Parse(need.unit_size());
  if (!size.ok() || size->is_zero()) return amount.ToString();
  return Decimal::Divide(amount, *size).value_or(amount).ToString();
}

class QuotaExpansion {
 public:
  QuotaExpansion(const Facts& facts, const std::string& only,
                 std::vector<v1::Duty>* duties)
      : facts_(facts), only_(only), strictness_(facts), duties_(duties) {}

  absl::Status Expand(const QuotaRule& quota);

 private:
  absl::Status ExpandOne(const QuotaRule& quota, uint32_t code, int index,
                         const OwedPeriod& owed, Date day);
  absl::Status FillNeed(const NeedRule& need, const Tally& tally, uint32_t code,
                        int index, const OwedPeriod& owed,
                        v1::NeedState* state) const;
  // The codes of subjects that this run is about.
  std::vector<uint32_t> Subjects(v1::SubjectKind kind, Date day) const;
  static void Decide(const QuotaRule& quota, Date as_of, v1::Duty* duty);

  const Facts& facts_;
  const std::string& only_;
  Strictness strictness_;
  std::vector<v1::Duty>* const duties_;
  std::vector<Tally> tallies_;  // of the quota at hand, by need
};

std::vector<uint32_t> QuotaExpansion::Subjects(v1::SubjectKind kind,
                                               Date day) const {
  if (only_.empty()) return SubjectsOn(facts_, kind, day);
  const auto code = facts_.state().Find(RecordKindOf(kind), only_);
  if (code) return {*code};
  // A person's explanation includes what the person owes as a holder.
  std::vector<uint32_t> held;
  if (kind != v1::EACH_PAIRING) return held;
  static const int holder = ColumnOf(v1::PAIRING, "person");
  const auto person = facts_.state().Find(v1::PERSON, only_);
  if (!person) return held;
  for (uint32_t pairing : SubjectsOn(facts_, kind, day)) {
    const uint32_t row = *facts_.state().Newest(v1::PAIRING, pairing);
    if (facts_.state().records(v1::PAIRING).Code(holder, row) == *person) {
      held.push_back(pairing);
    }
  }
  return held;
}

absl::Status QuotaExpansion::Expand(const QuotaRule& quota) {
  const v1::Quota& message = *quota.message;
  const std::vector<OwedPeriod> owed =
      OwedPeriods(message.every(), quota.window, message.partial() == v1::OWED,
                  facts_.as_of());
  if (owed.empty()) return absl::OkStatus();
  tallies_.clear();
  for (const NeedRule& need : quota.needs) {
    std::vector<DateRange> periods;
    for (const OwedPeriod& o : owed) periods.push_back(o.days);
    if (need.tally.within) periods = {*need.tally.within};
    auto records = LedgerRecords(facts_, need.tally.entity);
    auto tally = Tally::Run(need.tally, facts_, records.get(), periods);
    if (!tally.ok()) return tally.status();
    tallies_.push_back(*std::move(tally));
  }
  for (size_t i = 0; i < owed.size(); ++i) {
    const Date day = std::min(owed[i].days.until, facts_.as_of());
    for (uint32_t code : Subjects(message.subject(), day)) {
      absl::Status status =
          ExpandOne(quota, code, static_cast<int>(i), owed[i], day);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status QuotaExpansion::ExpandOne(const QuotaRule& quota, uint32_t code,
                                       int index, const OwedPeriod& owed,
                                       Date day) {
  const v1::Quota& message = *quota.message;
  auto applies = strictness_.Applies(quota, code, day, owed.days);
  if (!applies.ok()) return applies.status();
  if (!*applies) return absl::OkStatus();
  std::vector<std::string> stands_for;
  if (!message.topic().empty()) {
    auto standing =
        strictness_.Stands(quota, code, day, owed.days, &stands_for);
    if (!standing.ok()) return standing.status();
    if (!*standing) return absl::OkStatus();
  }
  v1::Duty duty;
  *duty.mutable_subject() =
      DescribeSubject(facts_, message.subject(), code, day);
  duty.set_quota(message.id());
  *duty.mutable_title() = message.title();
  duty.set_period(owed.period.label);
  duty.set_from(owed.days.from.ToString());
  duty.set_until(owed.days.until.ToString());
  duty.set_due_on(owed.days.until.ToString());
  duty.set_issuer(message.issuer());
  duty.set_cite(message.cite());
  for (std::string& id : stands_for) duty.add_stands_for(std::move(id));
  for (size_t n = 0; n < quota.needs.size(); ++n) {
    absl::Status status = FillNeed(quota.needs[n], tallies_[n], code, index,
                                   owed, duty.add_need());
    if (!status.ok()) return status;
  }
  Decide(quota, facts_.as_of(), &duty);
  if (quota.waived_when) {
    auto waived = SubjectCondition(facts_, message.subject())
                      .Holds(quota.waived_when, code, day, owed.days);
    if (!waived.ok()) return waived.status();
    if (*waived) {
      duty.set_state(v1::WAIVED);
      *duty.mutable_waived_why() = message.waived_why();
    }
  }
  duties_->push_back(std::move(duty));
  return absl::OkStatus();
}

absl::Status QuotaExpansion::FillNeed(const NeedRule& need, const Tally& tally,
                                      uint32_t code, int index,
                                      const OwedPeriod& owed,
                                      v1::NeedState* state) const {
  const v1::Need& message = *need.message;
  const DateRange days = need.tally.within.value_or(owed.days);
  auto value = tally.ValueOf(code, need.tally.within ? 0 : index);
  if (!value.ok()) return value.status();
  const Decimal done = value->value_or(Decimal());
  state->set_id(message.id());
  *state->mutable_title() = message.title();
  state->set_at_least(message.at_least());
  state->set_at_most(message.at_most());
  *state->mutable_unit() = message.unit();
  state->set_unit_size(message.unit_size());
  // Nothing measured (no average of nothing) is not zero: it meets nothing.
  if (*value) state->set_done(done.ToString());
  const bool enough = *value && (!need.at_least || *need.at_least <= done);
  const bool not_too_much = !need.at_most || done <= *need.at_most;
  state->set_met(enough && not_too_much);
  if (!enough) {
    const Decimal lacking =
        need.at_least
            ? Decimal::Subtract(*need.at_least, done).value_or(Decimal())
            : Decimal();
    const std::string amount = Shown(lacking, message);
    const table::RecordSchema& schema =
        facts_.state()
            .records(pack::VocabularyOf(need.tally.entity).kind)
            .schema();
    state->mutable_lacking()->set_zh(absl::StrCat(
        "还差 ", amount, message.unit().zh().empty() ? "" : " ",
        message.unit().zh(), "：", days.from.ToString(), " 至 ",
        days.until.ToString(), " 没有足够的", schema.zh(), "记录"));
    state->mutable_lacking()->set_en(absl::StrCat(
        amount, " ", message.unit().en().empty() ? "more" : message.unit().en(),
        " lacking: not enough records of ", schema.name(), " from ",
        days.from.ToString(), " to ", days.until.ToString()));
  } else if (!not_too_much) {
    state->mutable_lacking()->set_zh(
        absl::StrCat("超过上限 ", Shown(*need.at_most, message)));
    state->mutable_lacking()->set_en(absl::StrCat(
        "more than the ", Shown(*need.at_most, message), " allowed"));
  }
  if (only_.empty()) return absl::OkStatus();
  auto records = LedgerRecords(facts_, need.tally.entity);
  auto refs = RecordsBehind(need.tally, facts_, records.get(), code, days);
  if (!refs.ok()) return refs.status();
  for (v1::RecordRef& ref : *refs) *state->add_record() = std::move(ref);
  return absl::OkStatus();
}

// Met when every need is; missed when the time is over, or when something was
// done more often than allowed, which no time can mend.
void QuotaExpansion::Decide(const QuotaRule& quota, Date as_of,
                            v1::Duty* duty) {
  bool met = true;
  bool beyond_mending = false;
  for (int i = 0; i < duty->need_size(); ++i) {
    const v1::NeedState& need = duty->need(i);
    met &= need.met();
    const auto done = Decimal::Parse(need.done());
    const auto& most = quota.needs[static_cast<size_t>(i)].at_most;
    beyond_mending |= most && done.ok() && *most < *done;
  }
  const Date due = Date::Parse(duty->due_on()).value_or(as_of);
  if (met) {
    duty->set_state(v1::MET);
  } else if (beyond_mending || due < as_of) {
    duty->set_state(v1::MISSED);
  } else {
    // The due day itself is still in time, to its end.
    duty->set_state(v1::OPEN);
  }
}

// Sets the first warning level that holds.
absl::Status Warn(const Facts& facts, std::vector<v1::Duty>* duties) {
  DutyRecord record(facts.as_of());
  for (v1::Duty& duty : *duties) {
    record.Set(&duty);
    for (const pack::WarningRule& level : facts.rules().warnings) {
      const expr::Value slots[] = {
          expr::Value::Day(facts.as_of()),
          expr::Value::Day(Date::Parse(duty.from()).value_or(Date())),
          expr::Value::Day(Date::Parse(duty.until()).value_or(Date())),
          expr::Value::Rec(&record)};
      const expr::Value holds = level.when.Evaluate(slots);
      if (holds.is_error()) {
        return Fault(holds.error().reason,
                     absl::StatusCode::kFailedPrecondition)
            .Field(level.message->id())
            .Say(absl::StrCat("预警“", level.message->id(), "”无法求值：",
                              holds.error().zh),
                 absl::StrCat("the warning '", level.message->id(),
                              "' has no value: ", holds.error().en))
            .ToStatus();
      }
      if (holds.is_bool() && holds.bool_value()) {
        duty.set_warning(level.message->id());
        break;
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::Duty>> ExpandDuties(const Facts& facts,
                                                   const std::string& only) {
  std::vector<v1::Duty> duties;
  QuotaExpansion expansion(facts, only, &duties);
  for (const QuotaRule& quota : facts.rules().quotas) {
    if (absl::Status s = expansion.Expand(quota); !s.ok()) return s;
  }
  for (const pack::RequiredRule& required : facts.rules().required) {
    absl::Status s = ExpandRequired(facts, required, only, &duties);
    if (!s.ok()) return s;
  }
  if (absl::Status s = Warn(facts, &duties); !s.ok()) return s;
  return duties;
}

}  // namespace duban::duty

namespace duban {

absl::StatusOr<v1::DutyReport> Duties(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      const DutyOptions& options) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  const ledger::Facts facts(view, pack.rules(), *day);
  if (!options.subject.empty()) {
    const auto kind = duty::KindOfSubject(facts.state(), options.subject);
    if (!kind.ok()) return kind.status();
  }
  auto duties = duty::ExpandDuties(facts, options.subject);
  if (!duties.ok()) return duties.status();
  v1::DutyReport report;
  report.set_as_of(day->ToString());
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  *report.mutable_ledger_head() = view->head();
  for (v1::Duty& d : *duties) *report.add_duty() = std::move(d);
  return report;
}

}  // namespace duban
