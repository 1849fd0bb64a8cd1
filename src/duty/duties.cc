#include "src/duty/duties.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "duban/duties.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/calendar/period.h"
#include "src/duty/forecast.h"
#include "src/duty/needs.h"
#include "src/duty/presence.h"
#include "src/duty/records.h"
#include "src/duty/recovery.h"
#include "src/duty/strictness.h"
#include "src/duty/subjects.h"
#include "src/duty/tally.h"

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

// The periods of a rule that have begun: whole ones, and those that the window
// cuts where these are owed too.
std::vector<OwedPeriod> OwedPeriods(const QuotaRule& quota, Date as_of) {
  const v1::PartialPeriods partial = quota.message->partial();
  const bool cut_too = partial == v1::OWED || partial == v1::IN_PROPORTION;
  std::vector<OwedPeriod> owed;
  for (Period& period :
       calendar::PeriodsIn(quota.message->every(), quota.window)) {
    const DateRange days = Intersect(period.range, quota.window);
    const bool whole = days.length() == period.range.length();
    if (!whole && !cut_too) continue;
    if (days.from > as_of) break;
    owed.push_back({std::move(period), days});
  }
  return owed;
}

// A subject, a period by its number, and the days of it that are owed.
struct Owing {
  uint32_t code;
  int period;
  DaySet days;
  std::vector<std::string> stands_for;
};

// "2021-11-15 起才须承担": which of the days are owed.
v1::Text WhyPartial(const DaySet& owed, const DateRange& days) {
  v1::Text why;
  const std::string from = owed.first().ToString();
  const std::string until = owed.last().ToString();
  if (!owed.IsOneRange()) {
    why.set_zh(absl::StrCat("本期 ", days.length(), " 天中只有 ", owed.size(),
                            " 天须承担"));
    why.set_en(absl::StrCat("owed on ", owed.size(), " of the ", days.length(),
                            " days only"));
  } else if (owed.last() == days.until) {
    why.set_zh(absl::StrCat(from, " 起才须承担"));
    why.set_en(absl::StrCat("owed only since ", from));
  } else if (owed.first() == days.from) {
    why.set_zh(absl::StrCat(until, " 之后不再承担"));
    why.set_en(absl::StrCat("not owed any more after ", until));
  } else {
    why.set_zh(absl::StrCat("只在 ", from, " 至 ", until, " 须承担"));
    why.set_en(absl::StrCat("owed only from ", from, " to ", until));
  }
  return why;
}

v1::Text WhyNothing(const DaySet& owed) {
  v1::Text why;
  why.set_zh(absl::StrCat("只有 ", owed.size(), " 天，按比例不足一个单位"));
  why.set_en(absl::StrCat("of ", owed.size(),
                          " days, the proportion is less than one unit"));
  return why;
}

// Whether so few days are owed that nothing is left of what was asked.
bool AsksNothing(const QuotaRule& quota, const v1::Duty& duty) {
  for (size_t n = 0; n < quota.needs.size(); ++n) {
    const NeedRule& need = quota.needs[n];
    const bool asked = need.at_least && Decimal() < *need.at_least;
    if (!asked || duty.need(static_cast<int>(n)).at_least() != "0") {
      return false;
    }
  }
  return true;
}

// Met when every need is; missed when the time is over, or when something was
// done more often than allowed, which no time can mend.
void Decide(const QuotaRule& quota, Date as_of, v1::Duty* duty) {
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

class QuotaExpansion {
 public:
  QuotaExpansion(const Facts& facts, const std::string& only,
                 std::vector<v1::Duty>* duties)
      : facts_(facts), only_(only), strictness_(facts), duties_(duties) {}

  absl::Status Expand(const QuotaRule& quota);

 private:
  absl::StatusOr<std::vector<Owing>> FindOwing(const QuotaRule& quota);
  absl::Status Count(const QuotaRule& quota, const std::vector<Owing>& owing);
  absl::Status ExpandOne(const QuotaRule& quota, const Owing& owing);
  absl::Status FillNeeds(const QuotaRule& quota, const Owing& owing,
                         v1::Duty* duty) const;
  // Whether it is excused, or not concerned at all.
  absl::Status Excuse(const QuotaRule& quota, const Owing& owing, Date day,
                      v1::Duty* duty) const;
  // The codes of subjects that this run is about, by id.
  const std::vector<uint32_t>& Subjects(v1::SubjectKind kind);
  std::vector<uint32_t> OnlySubjects(v1::SubjectKind kind) const;

  const OwedPeriod& PeriodOf(const Owing& owing) const {
    return periods_[static_cast<size_t>(owing.period)];
  }
  bool IsPartial(const Owing& owing) const {
    return owing.days.size() < PeriodOf(owing).days.length();
  }
  // Whether only records of the owed days count.
  bool IsCut(const QuotaRule& quota, const Owing& owing) const {
    return quota.message->partial() == v1::IN_PROPORTION && IsPartial(owing);
  }
  // From which records count; for IN_PROPORTION the owed days.
  DateRange DaysOf(const QuotaRule& quota, const Owing& owing) const {
    return IsCut(quota, owing)
               ? DateRange{owing.days.first(), owing.days.last()}
               : PeriodOf(owing).days;
  }

  const Facts& facts_;
  const std::string& only_;
  Strictness strictness_;
  std::vector<v1::Duty>* const duties_;
  std::map<v1::SubjectKind, std::vector<uint32_t>> subjects_;
  // Of the quota at hand: its periods, and its tallies by need.
  std::vector<OwedPeriod> periods_;
  std::vector<Tally> tallies_;
};

const std::vector<uint32_t>& QuotaExpansion::Subjects(v1::SubjectKind kind) {
  const auto known = subjects_.find(kind);
  if (known != subjects_.end()) return known->second;
  return subjects_[kind] =
             only_.empty() ? AllSubjects(facts_, kind) : OnlySubjects(kind);
}

std::vector<uint32_t> QuotaExpansion::OnlySubjects(v1::SubjectKind kind) const {
  const auto code = facts_.state().Find(RecordKindOf(kind), only_);
  if (code) return {*code};
  // A person's explanation includes what the person owes as a holder.
  std::vector<uint32_t> held;
  if (kind != v1::EACH_PAIRING) return held;
  static const int holder = ColumnOf(v1::PAIRING, "person");
  const auto person = facts_.state().Find(v1::PERSON, only_);
  if (!person) return held;
  for (uint32_t pairing : AllSubjects(facts_, kind)) {
    const uint32_t row = *facts_.state().Newest(v1::PAIRING, pairing);
    if (facts_.state().records(v1::PAIRING).Code(holder, row) == *person) {
      held.push_back(pairing);
    }
  }
  return held;
}

absl::Status QuotaExpansion::Expand(const QuotaRule& quota) {
  periods_ = OwedPeriods(quota, facts_.as_of());
  if (periods_.empty()) return absl::OkStatus();
  const auto owing = FindOwing(quota);
  if (!owing.ok()) return owing.status();
  if (absl::Status s = Count(quota, *owing); !s.ok()) return s;
  const size_t first = duties_->size();
  for (const Owing& one : *owing) {
    if (absl::Status s = ExpandOne(quota, one); !s.ok()) return s;
  }
  MarkCaughtUp(quota, absl::MakeSpan(*duties_).subspan(first));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Owing>> QuotaExpansion::FindOwing(
    const QuotaRule& quota) {
  std::vector<Owing> owing;
  const std::vector<uint32_t>& subjects = Subjects(quota.message->subject());
  for (size_t i = 0; i < periods_.size(); ++i) {
    for (uint32_t code : subjects) {
      std::vector<std::string> stands_for;
      auto days =
          strictness_.DaysOwed(quota, code, periods_[i].days, &stands_for);
      if (!days.ok()) return days.status();
      if (days->empty()) continue;
      owing.push_back(
          {code, static_cast<int>(i), *std::move(days), std::move(stands_for)});
    }
  }
  return owing;
}

absl::Status QuotaExpansion::Count(const QuotaRule& quota,
                                   const std::vector<Owing>& owing) {
  HashMap<std::pair<uint32_t, int>, const DaySet*> cut;
  for (const Owing& one : owing) {
    if (IsCut(quota, one)) cut[{one.code, one.period}] = &one.days;
  }
  const auto admits = [&cut](uint32_t subject, int period,
                             const DateRange& days) {
    const auto found = cut.find({subject, period});
    return found == cut.end() || found->second->Meets(days);
  };
  tallies_.clear();
  for (const NeedRule& need : quota.needs) {
    std::vector<DateRange> periods;
    for (const OwedPeriod& o : periods_) periods.push_back(o.days);
    if (need.tally.within) periods = {*need.tally.within};
    auto records = LedgerRecords(facts_, need.tally.entity);
    auto tally = Tally::Run(
        need.tally, facts_, records.get(), periods,
        cut.empty() || need.tally.within ? Admits() : Admits(admits));
    if (!tally.ok()) return tally.status();
    tallies_.push_back(*std::move(tally));
  }
  return absl::OkStatus();
}

absl::Status QuotaExpansion::ExpandOne(const QuotaRule& quota,
                                       const Owing& owing) {
  const v1::Quota& message = *quota.message;
  const DateRange days = DaysOf(quota, owing);
  const Date day = std::min(owing.days.last(), facts_.as_of());
  v1::Duty duty;
  *duty.mutable_subject() =
      DescribeSubject(facts_, message.subject(), owing.code, day);
  duty.set_quota(message.id());
  *duty.mutable_title() = message.title();
  duty.set_period(PeriodOf(owing).period.label);
  duty.set_from(days.from.ToString());
  duty.set_until(days.until.ToString());
  duty.set_due_on(days.until.ToString());
  duty.set_issuer(message.issuer());
  duty.set_cite(message.cite());
  for (const std::string& id : owing.stands_for) duty.add_stands_for(id);
  if (owing.days.size() < PeriodOf(owing).period.range.length()) {
    duty.set_owed_days(static_cast<int32_t>(owing.days.size()));
  }
  if (absl::Status s = FillNeeds(quota, owing, &duty); !s.ok()) return s;
  Decide(quota, facts_.as_of(), &duty);
  if (absl::Status s = Excuse(quota, owing, day, &duty); !s.ok()) return s;
  duties_->push_back(std::move(duty));
  return absl::OkStatus();
}

absl::Status QuotaExpansion::FillNeeds(const QuotaRule& quota,
                                       const Owing& owing,
                                       v1::Duty* duty) const {
  const OwedPeriod& period = PeriodOf(owing);
  for (size_t n = 0; n < quota.needs.size(); ++n) {
    const NeedRule& need = quota.needs[n];
    const DateRange days = need.tally.within.value_or(DaysOf(quota, owing));
    auto done =
        tallies_[n].ValueOf(owing.code, need.tally.within ? 0 : owing.period);
    if (!done.ok()) return done.status();
    std::optional<Decimal> at_least = need.at_least;
    if (quota.message->partial() == v1::IN_PROPORTION) {
      at_least =
          InProportion(need, owing.days.size(), period.period.range.length());
    }
    v1::NeedState* state = duty->add_need();
    *state = NeedStateOf(facts_, need, at_least, *done, days);
    if (only_.empty()) continue;
    auto records = LedgerRecords(facts_, need.tally.entity);
    auto refs =
        RecordsBehind(need.tally, facts_, records.get(), owing.code, days,
                      [&](uint32_t, int, const DateRange& of_record) {
                        return need.tally.within || !IsCut(quota, owing) ||
                               owing.days.Meets(of_record);
                      });
    if (!refs.ok()) return refs.status();
    for (v1::RecordRef& ref : *refs) *state->add_record() = std::move(ref);
  }
  return absl::OkStatus();
}

// Not concerned comes before excused: there is nothing to be excused from.
absl::Status QuotaExpansion::Excuse(const QuotaRule& quota, const Owing& owing,
                                    Date day, v1::Duty* duty) const {
  const DateRange& days = PeriodOf(owing).days;
  const v1::PartialPeriods partial = quota.message->partial();
  const auto does_not_apply = [duty](const v1::Text& why) {
    duty->set_state(v1::NOT_APPLICABLE);
    *duty->mutable_not_applicable_why() = why;
    for (v1::NeedState& need : *duty->mutable_need()) need.clear_lacking();
  };
  SubjectCondition condition(facts_, quota.message->subject());
  auto foreign =
      quota.not_applicable_when
          ? condition.Holds(quota.not_applicable_when, owing.code, day, days)
          : false;
  if (!foreign.ok()) return foreign.status();
  if (*foreign) {
    does_not_apply(quota.message->not_applicable_why());
  } else if (IsPartial(owing) && partial != v1::OWED &&
             partial != v1::IN_PROPORTION) {
    does_not_apply(WhyPartial(owing.days, days));
  } else if (partial == v1::IN_PROPORTION && AsksNothing(quota, *duty)) {
    does_not_apply(WhyNothing(owing.days));
  } else if (quota.waived_when) {
    auto waived = condition.Holds(quota.waived_when, owing.code, day, days);
    if (!waived.ok()) return waived.status();
    if (!*waived) return absl::OkStatus();
    duty->set_state(v1::WAIVED);
    *duty->mutable_waived_why() = quota.message->waived_why();
  }
  return absl::OkStatus();
}

void Forecast(const Facts& facts, std::vector<v1::Duty>* duties) {
  const calendar::WorkingCalendar& days = WorkingDaysOf(facts.rules());
  for (v1::Duty& duty : *duties) {
    if (duty.state() != v1::OPEN) continue;
    *duty.mutable_forecast() = ForecastOf(duty, days, facts.as_of());
  }
}

// Sets the first warning level that holds.
absl::Status Warn(const Facts& facts, std::vector<v1::Duty>* duties) {
  if (facts.rules().warnings.empty()) return absl::OkStatus();
  const std::vector<int32_t> missed_before = MissedBefore(*duties);
  DutyRecord record(facts);
  for (size_t i = 0; i < duties->size(); ++i) {
    v1::Duty& duty = (*duties)[i];
    record.Set(&duty, missed_before[i]);
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
  Forecast(facts, &duties);
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
