// duban reminders, days: what falls due soon, and which days are worked.
#include <string>

#include "absl/strings/str_cat.h"
#include "duban/days.h"
#include "duban/reminders.h"
#include "src/cli/command.h"
#include "src/report/schedule.h"

namespace duban::cli {
namespace {

// How many of the list are duties, matters, and overdue matters.
std::string Summary(const v1::ReminderReport& report) {
  int duties = 0;
  int overdue = 0;
  for (const v1::Reminder& reminder : report.reminder()) {
    duties += reminder.has_duty();
    overdue += reminder.matter().overdue();
  }
  return absl::StrCat("截至 as of ", report.as_of(), "，", report.within(),
                      " 个工作日内 working days，至 until ", report.until(),
                      "：", duties, " 项任务 duties，",
                      report.reminder_size() - duties, " 项事项 matters，其中 ",
                      overdue, " 项逾期 overdue\n");
}

int ShowMovedDays(const Arguments& arguments, const Pack& pack) {
  int exit_code = kDone;
  const auto against = OpenPack(arguments.against, &exit_code);
  if (against == nullptr) return exit_code;
  const auto report =
      MovedDueDays(*against, pack, {arguments.from, arguments.until});
  if (!report.ok()) return Failed(report.status());
  if (arguments.format == "json") return PrintJson(arguments, *report);
  const report::Grid grid = report::MovedDayGrid(*report);
  if (arguments.format == "csv") return Print(arguments, grid.ToCsv());
  return Print(arguments,
               absl::StrCat(grid.ToText(), "\n", report->from(), " 至 to ",
                            report->until(), "：", report->moved_size(),
                            " 天变动 days moved\n"));
}

}  // namespace

int ShowReminders(const Arguments& arguments) {
  const Opened opened = OpenBoth(arguments);
  if (opened.ledger == nullptr) return opened.exit_code;
  ReminderOptions options;
  options.within = arguments.within;
  const auto report =
      Reminders(*opened.pack, opened.ledger->View(), arguments.as_of, options);
  if (!report.ok()) return Failed(report.status());
  if (arguments.format == "json") return PrintJson(arguments, *report);
  const report::Grid grid = report::ReminderGrid(*report);
  if (arguments.format == "csv") return Print(arguments, grid.ToCsv());
  return Print(arguments, absl::StrCat(grid.ToText(), "\n", Summary(*report)));
}

int ShowDays(const Arguments& arguments) {
  int exit_code = kDone;
  const auto pack = OpenPack(arguments.pack, &exit_code);
  if (pack == nullptr) return exit_code;
  if (!arguments.against.empty()) return ShowMovedDays(arguments, *pack);
  const auto report = WhyDays(*pack, {arguments.from, arguments.until});
  if (!report.ok()) return Failed(report.status());
  if (arguments.format == "json") return PrintJson(arguments, *report);
  const report::Grid grid = report::DayGrid(*report);
  if (arguments.format == "csv") return Print(arguments, grid.ToCsv());
  return Print(
      arguments,
      absl::StrCat(grid.ToText(), "\n", report->day_size(),
                   " 天 days，工作日 worked ", report->working_days(),
                   "，暂定 provisional ", report->provisional_days(), "\n"));
}

}  // namespace duban::cli
