#include "src/duty/escalations.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/escalations.h"
#include "src/base/diagnostic.h"
#include "src/duty/duties.h"
#include "src/duty/forecast.h"
#include "src/duty/presence.h"
#include "src/duty/records.h"
#include "src/duty/recovery.h"
#include "src/duty/reminders.h"
#include "src/duty/subjects.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using pack::EscalationRule;

class Orders {
 public:
  Orders(const Facts& facts, const std::vector<v1::Duty>& duties)
      : facts_(facts),
        duties_(duties),
        missed_before_(MissedBefore(duties)),
        presence_(facts),
        duty_(facts),
        matter_(&facts, pack::Entity::kMatter) {
    // All that are open, whenever they are due.
    matters_ =
        RemindersUntil(facts, {}, WorkingDaysOf(facts.rules()), Date::Max());
  }

  absl::Status Add(const EscalationRule& rule);
  std::vector<v1::EscalationOrder> Take() { return std::move(orders_); }

 private:
  absl::Status AddOfDuties(const EscalationRule& rule);
  absl::Status AddOfMatters(const EscalationRule& rule);
  absl::StatusOr<bool> Holds(const EscalationRule& rule,
                             const expr::Record& record, const DateRange& days,
                             const std::string& id) const;
  v1::EscalationOrder OrderOf(const EscalationRule& rule,
                              const v1::Subject& subject, Date day) const;
  // Nobody where it should go further up than there is anyone.
  std::optional<v1::Subject> AddresseeOf(v1::EscalationTo to,
                                         const v1::Subject& subject,
                                         Date day) const;

  const Facts& facts_;
  const std::vector<v1::Duty>& duties_;
  const std::vector<int32_t> missed_before_;
  const Presence presence_;
  std::vector<v1::Reminder> matters_;
  DutyRecord duty_;
  ledger::LedgerRecord matter_;
  std::vector<v1::EscalationOrder> orders_;
};

absl::StatusOr<bool> Orders::Holds(const EscalationRule& rule,
                                   const expr::Record& record,
                                   const DateRange& days,
                                   const std::string& id) const {
  const expr::Value slots[] = {
      expr::Value::Day(facts_.as_of()), expr::Value::Day(days.from),
      expr::Value::Day(days.until), expr::Value::Rec(&record)};
  const expr::Value holds = rule.when.Evaluate(slots);
  if (holds.is_error()) {
    return Fault(holds.error().reason, absl::StatusCode::kFailedPrecondition)
        .Field(id)
        .Say(absl::StrCat("催办规则“", rule.message->id(), "”对“", id,
                          "”无法求值：", holds.error().zh),
             absl::StrCat("the escalation '", rule.message->id(),
                          "' has no value for '", id, "': ", holds.error().en))
        .Hint("修正规则或该记录", "mend the rule or the record")
        .ToStatus();
  }
  return holds.is_bool() && holds.bool_value();
}

std::optional<v1::Subject> Orders::AddresseeOf(v1::EscalationTo to,
                                               const v1::Subject& subject,
                                               Date day) const {
  static const int parent = ColumnOf(v1::ORGANIZATION, "parent");
  static const int line_parent = ColumnOf(v1::ORGANIZATION, "line_parent");
  static const int holder = ColumnOf(v1::PAIRING, "person");
  const ledger::State& state = facts_.state();
  const auto code = state.Find(RecordKindOf(subject.kind()), subject.id());
  if (!code) return std::nullopt;
  uint32_t organization = OrganizationOf(facts_, subject.kind(), *code, day);
  if (to == v1::TO_SUBJECT || to == v1::ESCALATION_TO_UNSPECIFIED) {
    if (subject.kind() != v1::EACH_PAIRING) return subject;
    // A pairing cannot be told anything; its holder can.
    const uint32_t row = *state.Newest(v1::PAIRING, *code);
    const uint32_t person = state.records(v1::PAIRING).Code(holder, row);
    if (person != 0) {
      return DescribeSubject(facts_, v1::EACH_PERSON, person, day);
    }
  } else if (to != v1::TO_ORGANIZATION) {
    const auto row = state.At(v1::ORGANIZATION, organization, day);
    if (organization == 0 || !row) return std::nullopt;
    organization = state.records(v1::ORGANIZATION)
                       .Code(to == v1::TO_PARENT ? parent : line_parent, *row);
  }
  if (organization == 0) return std::nullopt;
  return DescribeSubject(facts_, v1::EACH_ORGANIZATION, organization, day);
}

v1::EscalationOrder Orders::OrderOf(const EscalationRule& rule,
                                    const v1::Subject& subject,
                                    Date day) const {
  v1::EscalationOrder order;
  order.set_rule(rule.message->id());
  *order.mutable_title() = rule.message->title();
  order.set_cite(rule.message->cite());
  *order.mutable_subject() = subject;
  if (auto to = AddresseeOf(rule.message->to(), subject, day)) {
    *order.mutable_to() = *std::move(to);
  }
  return order;
}

absl::Status Orders::AddOfDuties(const EscalationRule& rule) {
  for (size_t i = 0; i < duties_.size(); ++i) {
    const v1::Duty& duty = duties_[i];
    const Date from = Date::Parse(duty.from()).value_or(facts_.as_of());
    const Date until = Date::Parse(duty.until()).value_or(facts_.as_of());
    duty_.Set(&duty, missed_before_[i]);
    auto holds = Holds(rule, duty_, {from, until},
                       absl::StrCat(duty.quota(), "/", duty.subject().id()));
    if (!holds.ok()) return holds.status();
    if (!*holds) continue;
    // Whom it is owed to now; who has left is told where it was owed.
    const auto code = facts_.state().Find(RecordKindOf(duty.subject().kind()),
                                          duty.subject().id());
    const bool is_there =
        code && presence_.IsThere(duty.subject().kind(), *code, facts_.as_of());
    v1::EscalationOrder order =
        OrderOf(rule, duty.subject(),
                is_there ? facts_.as_of() : std::min(until, facts_.as_of()));
    *order.mutable_duty() = duty;
    for (v1::NeedState& need : *order.mutable_duty()->mutable_need()) {
      need.clear_record();
    }
    orders_.push_back(std::move(order));
  }
  return absl::OkStatus();
}

absl::Status Orders::AddOfMatters(const EscalationRule& rule) {
  static const int listed_on = ColumnOf(v1::MATTER, "listed_on");
  const ledger::State& state = facts_.state();
  for (const v1::Reminder& reminder : matters_) {
    const v1::MatterReminder& matter = reminder.matter();
    // A stay in a state is not another matter.
    if (matter.has_limit()) continue;
    const auto code = state.Find(v1::MATTER, matter.id());
    if (!code) continue;
    const auto row = state.Newest(v1::MATTER, *code);
    if (!row) continue;
    const Date from = state.records(v1::MATTER)
                          .DateAt(listed_on, *row)
                          .value_or(facts_.as_of());
    const ledger::MatterStatus& status = facts_.MatterOf(*code).status;
    matter_.MoveTo(*row, from);
    auto holds = Holds(rule, matter_, {from, status.due_on}, matter.id());
    if (!holds.ok()) return holds.status();
    if (!*holds) continue;
    v1::EscalationOrder order =
        OrderOf(rule, reminder.subject(), facts_.as_of());
    *order.mutable_matter() = matter;
    order.set_action(rule.message->action());
    order.set_times_before(
        rule.message->action() == v1::URGE ? status.urges : status.escalations);
    orders_.push_back(std::move(order));
  }
  return absl::OkStatus();
}

absl::Status Orders::Add(const EscalationRule& rule) {
  const size_t first = orders_.size();
  absl::Status added = rule.message->of() == v1::OF_DUTY ? AddOfDuties(rule)
                                                         : AddOfMatters(rule);
  if (!added.ok()) return added;
  std::stable_sort(
      orders_.begin() + static_cast<std::ptrdiff_t>(first), orders_.end(),
      [](const v1::EscalationOrder& a, const v1::EscalationOrder& b) {
        // Periods are in order already, which their labels need not be.
        return std::tie(a.subject().id(), a.duty().quota(), a.matter().id()) <
               std::tie(b.subject().id(), b.duty().quota(), b.matter().id());
      });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::EscalationOrder>> OrdersOf(
    const Facts& facts, const std::vector<v1::Duty>& duties) {
  Orders orders(facts, duties);
  for (const EscalationRule& rule : facts.rules().escalations) {
    if (absl::Status s = orders.Add(rule); !s.ok()) return s;
  }
  return orders.Take();
}

}  // namespace duban::duty

namespace duban {

absl::StatusOr<v1::EscalationReport> Escalations(const Pack& pack,
                                                 const LedgerView& view,
                                                 absl::string_view as_of) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  const ledger::Facts facts(view, pack.rules(), *day);
  const auto duties = duty::ExpandDuties(facts, "");
  if (!duties.ok()) return duties.status();
  auto orders = duty::OrdersOf(facts, *duties);
  if (!orders.ok()) return orders.status();
  v1::EscalationReport report;
  report.set_as_of(day->ToString());
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  *report.mutable_ledger_head() = view->head();
  for (v1::EscalationOrder& order : *orders) {
    *report.add_order() = std::move(order);
  }
  return report;
}

}  // namespace duban
