#include "src/duty/reminders.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "duban/reminders.h"
#include "src/base/diagnostic.h"
#include "src/duty/duties.h"
#include "src/duty/subjects.h"
#include "src/ledger/matter_record.h"

namespace duban::duty {
namespace {

using calendar::WorkingCalendar;
using ledger::ColumnOf;
using ledger::Facts;
using ledger::MatterStatus;

// Suspended matters are excused, as they are from being overdue.
bool IsOpen(const MatterStatus& status) {
  return !status.closed() && status.state != v1::WITHDRAWN &&
         status.state != v1::SUSPENDED;
}

v1::Reminder DueOn(const WorkingCalendar& days, Date as_of, Date due) {
  v1::Reminder reminder;
  reminder.set_due_on(due.ToString());
  // Time has fewer days than 32 bits count.
  reminder.set_working_days_left(
      static_cast<int32_t>(days.Between(as_of, due)));
  return reminder;
}

v1::Reminder OfDuty(const v1::Duty& duty, v1::Reminder reminder) {
  *reminder.mutable_subject() = duty.subject();
  v1::DutyReminder* owed = reminder.mutable_duty();
  owed->set_quota(duty.quota());
  *owed->mutable_title() = duty.title();
  owed->set_period(duty.period());
  owed->set_warning(duty.warning());
  for (const v1::NeedState& need : duty.need()) {
    *owed->add_need() = need;
    owed->mutable_need(owed->need_size() - 1)->clear_record();
  }
  return reminder;
}

v1::Subject LeadOf(const Facts& facts, const MatterStatus& status,
                   uint32_t organization) {
  if (status.lead != 0) {
    return DescribeSubject(facts, v1::EACH_PERSON, status.lead, facts.as_of());
  }
  return DescribeSubject(
      facts, v1::EACH_ORGANIZATION,
      status.lead_organization != 0 ? status.lead_organization : organization,
      facts.as_of());
}

v1::Reminder OfMatter(const Facts& facts, uint32_t row,
                      const MatterStatus& status, v1::Reminder reminder) {
  static const int id = ColumnOf(v1::MATTER, "id");
  static const int title = ColumnOf(v1::MATTER, "title");
  static const int organization = ColumnOf(v1::MATTER, "organization");
  const table::Records& rows = facts.state().records(v1::MATTER);
  *reminder.mutable_subject() =
      LeadOf(facts, status, rows.Code(organization, row));
  v1::MatterReminder* matter = reminder.mutable_matter();
  matter->set_id(std::string(rows.Text(id, row)));
  matter->set_title(std::string(rows.Text(title, row)));
  matter->set_state(status.state);
  matter->set_original_due_on(status.first_due_on.ToString());
  matter->set_overdue(status.overdue(facts.as_of()));
  matter->set_organization(std::string(rows.Text(organization, row)));
  return reminder;
}

// What falls due is the stay in a state: it has its own day, and its own way
// of being late.
v1::Reminder OfStay(const Facts& facts, uint32_t row,
                    const MatterStatus& status, v1::Reminder reminder,
                    bool overdue) {
  reminder = OfMatter(facts, row, status, std::move(reminder));
  v1::MatterReminder* matter = reminder.mutable_matter();
  *matter->mutable_limit() =
      facts.rules().workflow.LimitOf(status.state)->title();
  matter->set_entered_on(status.state_since.ToString());
  matter->set_overdue(overdue);
  return reminder;
}

const std::string& IdOf(const v1::Reminder& reminder) {
  return reminder.has_duty() ? reminder.duty().quota() : reminder.matter().id();
}

// Days in words of ten characters are in the order of their text.
bool ComesBefore(const v1::Reminder& a, const v1::Reminder& b) {
  return std::tie(a.due_on(), a.subject().id(), IdOf(a), a.duty().period()) <
         std::tie(b.due_on(), b.subject().id(), IdOf(b), b.duty().period());
}

}  // namespace

Date LastDayWithin(const WorkingCalendar& days, Date as_of, int64_t within) {
  // More than there are days: adding one is safe.
  constexpr int64_t kFar = int64_t{2} * Date::Max().days();
  const Date next = days.Add(as_of, std::min(within, kFar) + 1);
  return next == Date::Max() ? next : next.AddDays(-1);
}

std::vector<v1::Reminder> RemindersUntil(const Facts& facts,
                                         const std::vector<v1::Duty>& duties,
                                         const WorkingCalendar& days,
                                         Date until) {
  static const int listed_on = ColumnOf(v1::MATTER, "listed_on");
  static const int id = ColumnOf(v1::MATTER, "id");
  const Date as_of = facts.as_of();
  std::vector<v1::Reminder> reminders;
  for (const v1::Duty& duty : duties) {
    const auto due = Date::Parse(duty.due_on());
    if (duty.state() != v1::OPEN || !due.ok() || until < *due) continue;
    reminders.push_back(OfDuty(duty, DueOn(days, as_of, *due)));
  }
  static const int kind = ColumnOf(v1::MATTER, "kind");
  const table::Records& rows = facts.state().records(v1::MATTER);
  for (uint32_t row = 0; row < rows.size(); ++row) {
    // What is listed later is not known on the day.
    if (!facts.state().counts(v1::MATTER, row) || facts.IsDraft(row) ||
        as_of < rows.DateAt(listed_on, row).value_or(Date::Max())) {
      continue;
    }
    const MatterStatus& status = facts.MatterOf(rows.Code(id, row)).status;
    if (IsOpen(status) && status.due_on <= until) {
      reminders.push_back(
          OfMatter(facts, row, status, DueOn(days, as_of, status.due_on)));
    }
    const table::Word word = rows.Text(kind, row);
    const std::optional<Date> stay =
        ledger::StateDueOn(facts.rules(), word, status);
    if (stay && *stay <= until) {
      reminders.push_back(
          OfStay(facts, row, status, DueOn(days, as_of, *stay), *stay < as_of));
    }
  }
  std::stable_sort(reminders.begin(), reminders.end(), ComesBefore);
  return reminders;
}

}  // namespace duban::duty

namespace duban {

absl::StatusOr<v1::ReminderReport> Reminders(const Pack& pack,
                                             const LedgerView& view,
                                             absl::string_view as_of,
                                             const ReminderOptions& options) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  if (options.within < 0) {
    return Fault("BAD_ARGUMENT")
        .Field("within")
        .Say("提前的工作日数不能为负",
             "the number of working days must not be negative")
        .Hint("写 0 或正整数", "write 0 or more")
        .ToStatus();
  }
  const pack::Rules& rules = pack.rules();
  const ledger::Facts facts(view, rules, *day);
  const auto duties = duty::ExpandDuties(facts, "");
  if (!duties.ok()) return duties.status();
  const calendar::WorkingCalendar weekdays({});
  const calendar::WorkingCalendar& days =
      rules.calendar == nullptr ? weekdays : rules.calendar->days();
  const Date until = duty::LastDayWithin(days, *day, options.within);
  v1::ReminderReport report;
  report.set_as_of(day->ToString());
  report.set_within(options.within);
  report.set_until(until.ToString());
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  *report.mutable_ledger_head() = view->head();
  for (v1::Reminder& reminder :
       duty::RemindersUntil(facts, *duties, days, until)) {
    *report.add_reminder() = std::move(reminder);
  }
  return report;
}

}  // namespace duban
