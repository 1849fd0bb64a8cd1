// Reports on the calendars of packs. See include/duban/days.h.
#include "duban/days.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/date.h"
#include "src/base/diagnostic.h"
#include "src/calendar/working_days.h"
#include "src/pack/rules.h"

namespace duban {
namespace {

using calendar::WorkingCalendar;

// A report has a line for each day.
constexpr int64_t kMostDays = 20 * 366;

const WorkingCalendar& DaysOf(const Pack& pack) {
  // Never destroyed: threads may still ask it at the end.
  static const WorkingCalendar& weekdays = *new WorkingCalendar({});
  return pack.rules().calendar == nullptr ? weekdays
                                          : pack.rules().calendar->days();
}

absl::Status CheckRange(const DateRange& range) {
  if (range.empty()) {
    return Fault("WINDOW_REVERSED")
        .Field("until")
        .Say(absl::StrCat("末日 ", range.until.ToString(), " 早于首日 ",
                          range.from.ToString()),
             absl::StrCat("the last day, ", range.until.ToString(),
                          ", is before the first, ", range.from.ToString()))
        .Hint("核对两个日期", "check both dates")
        .ToStatus();
  }
  if (range.length() > kMostDays) {
    return Fault("WINDOW_TOO_LONG")
        .Field("until")
        .Say(absl::StrCat(range.from.ToString(), " 至 ", range.until.ToString(),
                          " 超过二十年"),
             absl::StrCat(range.from.ToString(), " to ", range.until.ToString(),
                          " is more than twenty years"))
        .Hint("核对两个日期，或分段查看",
              "check both dates, or ask for a part of it")
        .ToStatus();
  }
  return absl::OkStatus();
}

// Both dates are read, so that the faults of both are told.
absl::StatusOr<DateRange> Given(const DaySpan& span, DateRange otherwise) {
  Faults faults;
  for (const auto& [text, day] :
       {std::make_pair(&span.from, &otherwise.from),
        std::make_pair(&span.until, &otherwise.until)}) {
    if (text->empty()) continue;
    const absl::StatusOr<Date> given = Date::Parse(*text);
    faults.Add(given.status());
    if (given.ok()) *day = *given;
  }
  if (faults.has_errors()) return faults.ToStatus();
  return otherwise;
}

v1::DayStatus StatusOf(const WorkingCalendar& days, Date day) {
  const calendar::DayReason reason = days.Why(day);
  v1::DayStatus status;
  status.set_day(day.ToString());
  status.set_is_working(reason.is_working);
  status.set_is_provisional(reason.is_provisional);
  if (reason.layer != nullptr) status.set_layer(reason.layer->id);
  if (reason.rule != nullptr) status.set_document(reason.rule->document);
  *status.mutable_why() = calendar::Describe(reason);
  return status;
}

}  // namespace

absl::StatusOr<v1::DayReport> WhyDays(const Pack& pack, const DaySpan& span) {
  auto range = Given(span, {});
  if (!range.ok()) return range.status();
  if (span.from.empty()) {
    range->from = span.until.empty() ? pack.rules().term.from : range->until;
    range->from = range->from.FirstOfMonth();
  }
  if (span.until.empty()) range->until = range->from.LastOfMonth();
  if (absl::Status s = CheckRange(*range); !s.ok()) return s;
  const WorkingCalendar& days = DaysOf(pack);
  v1::DayReport report;
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  report.set_from(range->from.ToString());
  report.set_until(range->until.ToString());
  int32_t working = 0;
  int32_t provisional = 0;
  for (int64_t i = 0; i < range->length(); ++i) {
    v1::DayStatus status = StatusOf(days, range->from.AddDays(i));
    working += status.is_working();
    provisional += status.is_provisional();
    *report.add_day() = std::move(status);
  }
  report.set_working_days(working);
  report.set_provisional_days(provisional);
  return report;
}

absl::StatusOr<v1::MovedDayReport> MovedDueDays(const Pack& before,
                                                const Pack& after,
                                                const DaySpan& span) {
  const auto range = Given(span, after.rules().term);
  if (!range.ok()) return range.status();
  if (absl::Status s = CheckRange(*range); !s.ok()) return s;
  v1::MovedDayReport report;
  report.set_pack(after.message().id());
  report.set_pack_digest(after.digest());
  report.set_against(before.message().id());
  report.set_against_digest(before.digest());
  report.set_from(range->from.ToString());
  report.set_until(range->until.ToString());
  for (const calendar::MovedDay& moved :
       calendar::MovedDays(DaysOf(before), DaysOf(after), *range)) {
    v1::MovedDueDay* day = report.add_moved();
    day->set_day(moved.day.ToString());
    day->set_was_due(moved.was_due.ToString());
    day->set_is_due(moved.is_due.ToString());
    *day->mutable_before() = StatusOf(DaysOf(before), moved.day);
    *day->mutable_after() = StatusOf(DaysOf(after), moved.day);
  }
  return report;
}

}  // namespace duban
