#include "src/report/schedule.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/date.h"
#include "src/base/diagnostic.h"
#include "src/ledger/matter_life.h"
#include "src/report/need_words.h"

namespace duban::report {
namespace {

std::string Zh(const v1::Text& text) {
  return std::string(In(Language::kZh, text));
}

std::string En(const v1::Text& text) {
  return std::string(In(Language::kEn, text));
}

std::string WeekdayOf(const std::string& day) {
  static constexpr const char* kWords[] = {"周一 Mon", "周二 Tue", "周三 Wed",
                                           "周四 Thu", "周五 Fri", "周六 Sat",
                                           "周日 Sun"};
  const auto date = Date::Parse(day);
  return date.ok() ? kWords[date->weekday() - 1] : "";
}

// What is required and what was done, of the needs that are not met.
std::pair<std::string, std::string> Lacking(const v1::DutyReminder& duty) {
  std::string required;
  std::string done;
  for (const v1::NeedState& need : duty.need()) {
    if (need.met()) continue;
    const std::string name = NeedName(need);
    absl::StrAppend(&required, required.empty() ? "" : "；", name,
                    name.empty() ? "" : " ", NeedBounds(need));
    absl::StrAppend(&done, done.empty() ? "" : "；", NeedDone(need));
  }
  return {std::move(required), std::move(done)};
}

// "办理中 in_progress".
std::string StateWord(v1::MatterState state) {
  return absl::StrCat(ledger::ZhOf(state), " ",
                      absl::AsciiStrToLower(v1::MatterState_Name(state)));
}

std::string WorkedWord(bool is_working) {
  return is_working ? "上班 worked" : "休息 off";
}

}  // namespace

Grid ReminderGrid(const v1::ReminderReport& report) {
  Grid grid;
  grid.columns = {
      {"时限 due", Align::kLeft},       {"剩余工作日 days left", Align::kRight},
      {"对象 subject", Align::kLeft},   {"姓名/名称 name", Align::kLeft},
      {"类别 of", Align::kLeft},        {"编号 id", Align::kLeft},
      {"标题 title", Align::kLeft},     {"周期 period", Align::kLeft},
      {"原时限 was due", Align::kLeft}, {"预警 warning", Align::kLeft},
      {"要求 required", Align::kLeft},  {"完成 done", Align::kLeft}};
  for (const v1::Reminder& reminder : report.reminder()) {
    std::vector<std::string> row = {
        reminder.due_on(), absl::StrCat(reminder.working_days_left()),
        reminder.subject().id(), reminder.subject().name()};
    if (reminder.has_duty()) {
      const v1::DutyReminder& duty = reminder.duty();
      auto [required, done] = Lacking(duty);
      row.insert(row.end(),
                 {"任务 duty", duty.quota(), Zh(duty.title()), duty.period(),
                  "", duty.warning(), std::move(required), std::move(done)});
    } else {
      const v1::MatterReminder& matter = reminder.matter();
      const bool is_stay = matter.has_limit();
      row.insert(row.end(),
                 {is_stay ? "状态 state" : "事项 matter", matter.id(),
                  matter.title(), is_stay ? matter.entered_on() : "",
                  is_stay ? "" : matter.original_due_on(),
                  matter.overdue() ? "逾期 overdue" : "", Zh(matter.limit()),
                  StateWord(matter.state())});
    }
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

Grid DayGrid(const v1::DayReport& report) {
  Grid grid;
  grid.columns = {{"日期 day", Align::kLeft},
                  {"星期 weekday", Align::kLeft},
                  {"上班 worked", Align::kLeft},
                  {"说明", Align::kLeft},
                  {"why", Align::kLeft}};
  for (const v1::DayStatus& day : report.day()) {
    grid.rows.push_back({day.day(), WeekdayOf(day.day()),
                         WorkedWord(day.is_working()), Zh(day.why()),
                         En(day.why())});
  }
  return grid;
}

Grid MovedDayGrid(const v1::MovedDayReport& report) {
  Grid grid;
  grid.columns = {
      {"日期 day", Align::kLeft},       {"星期 weekday", Align::kLeft},
      {"原时限 was due", Align::kLeft}, {"现时限 is due", Align::kLeft},
      {"原 was", Align::kLeft},         {"现 is", Align::kLeft}};
  for (const v1::MovedDueDay& moved : report.moved()) {
    grid.rows.push_back({moved.day(), WeekdayOf(moved.day()), moved.was_due(),
                         moved.is_due(), Zh(moved.before().why()),
                         Zh(moved.after().why())});
  }
  return grid;
}

}  // namespace duban::report
