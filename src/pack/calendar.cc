// The calendar of a pack, checked and built. Where parts of it are at fault
// the rest is built all the same: expressions that need a calendar are not to
// be blamed for it.
#include "src/pack/calendar.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/calendar/mainland.h"
#include "src/pack/checker.h"

namespace duban::pack {
namespace {

using calendar::DayLayer;
using calendar::DayRule;

// A holiday has two ends: one that is left open would last for ever.
std::optional<DateRange> HolidayDays(Checker* c, const v1::Window& holiday,
                                     const std::string& path) {
  for (const auto& [field, text] :
       {std::make_pair("from", &holiday.from()),
        std::make_pair("until", &holiday.until())}) {
    if (!text->empty()) continue;
    c->Add(c->At(path, "FIELD_REQUIRED")
               .Say(absl::StrCat("放假没有 ", field),
                    absl::StrCat("the holiday has no '", field, "'"))
               .Hint("写明首日和末日", "write its first day and its last"));
    return std::nullopt;
  }
  const bool has_from =
      c->ParseDate(holiday.from(), path + ".from").has_value();
  const bool has_until =
      c->ParseDate(holiday.until(), path + ".until").has_value();
  if (!has_from || !has_until) return std::nullopt;
  return c->ParseWindow(holiday, path, DateRange());
}

DayLayer CompileLayer(Checker* c, const v1::CalendarLayer& message,
                      const std::string& path) {
  DayLayer layer;
  layer.id = message.id();
  layer.title = message.title();
  layer.known.until = c->ParseDate(message.known_until(), path + ".known_until")
                          .value_or(Date::Max());
  std::string document;
  const auto citation = c->rules->citations.find(message.cite());
  if (citation != c->rules->citations.end()) {
    document = citation->second->document();
  }
  for (int i = 0; i < message.holiday_size(); ++i) {
    const v1::Window& holiday = message.holiday(i);
    const std::string at = Indexed(path, "holiday", i);
    const std::optional<DateRange> days = HolidayDays(c, holiday, at);
    if (!days) continue;
    DayRule rule;
    rule.days = *days;
    rule.reason.set_zh(holiday.text());
    rule.document = document;
    layer.rules.push_back(std::move(rule));
  }
  for (int i = 0; i < message.workday_size(); ++i) {
    const std::optional<Date> day =
        c->ParseDate(message.workday(i), Indexed(path, "workday", i));
    if (!day) continue;
    DayRule rule;
    rule.days = {*day, *day};
    rule.is_working = true;
    rule.document = document;
    layer.rules.push_back(std::move(rule));
  }
  return layer;
}

void AddMainland(Checker* c, std::vector<DayLayer>* layers) {
  const int year = c->pack.calendar().mainland_through();
  if (year == 0) return;
  absl::StatusOr<DayLayer> layer = calendar::MainlandHolidays(year);
  if (layer.ok()) {
    layers->push_back(*std::move(layer));
    return;
  }
  const v1::ErrorList faults = FaultsOf(layer.status());
  for (const v1::ErrorDetail& detail : faults.errors()) {
    Fault fault = c->At("calendar.mainland_through", detail.reason());
    c->Add(fault.Say(detail.message().zh(), detail.message().en())
               .Hint(detail.hint().zh(), detail.hint().en()));
  }
}

// Due dates past what is known may move when the next arrangement comes out.
void WarnOfProvisional(Checker* c) {
  const DateRange& term = c->rules->term;
  if (term.until == Date::Max()) return;  // no term: told already
  const calendar::WorkingCalendar& days = c->rules->calendar->days();
  if (!days.IsProvisional(term.until)) return;
  c->Add(
      c->At("calendar", "CALENDAR_PROVISIONAL")
          .Warning()
          .Say(absl::StrCat("工作日历未及行动末日 ", term.until.ToString(),
                            "，此后的工作日只按周末推定"),
               absl::StrCat("the calendar does not reach the campaign's last "
                            "day, ",
                            term.until.ToString(),
                            "; past it only weekends are known"))
          .Hint("新的放假安排公布后补上",
                "add the arrangement when it is published"));
}

}  // namespace

void CompileCalendar(Checker* c) {
  if (!c->pack.has_calendar()) return;
  std::vector<DayLayer> layers;
  AddMainland(c, &layers);
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.calendar().layer_size(); ++i) {
    const v1::CalendarLayer& layer = c->pack.calendar().layer(i);
    const std::string path = Indexed("calendar", "layer", i);
    c->CheckId(layer.id(), path + ".id", &seen);
    c->CheckCitation(layer.cite(), path);
    layers.push_back(CompileLayer(c, layer, path));
  }
  c->rules->calendar = std::make_unique<PackCalendar>(std::move(layers));
  WarnOfProvisional(c);
}

}  // namespace duban::pack
