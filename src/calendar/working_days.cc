#include "src/calendar/working_days.h"

#include <algorithm>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::calendar {
namespace {

constexpr int kWorkedOfAWeek = 5;

// Mondays to Fridays of the `length` days that begin with `from`.
int64_t Weekdays(Date from, int64_t length) {
  int64_t worked = length / 7 * kWorkedOfAWeek;
  int weekday = from.weekday();
  for (int64_t rest = length % 7; rest > 0; --rest) {
    if (weekday <= kWorkedOfAWeek) ++worked;
    weekday = weekday % 7 + 1;
  }
  return worked;
}

// The n-th Monday to Friday (from 1) of the days that begin with `from`.
Date NthWeekday(Date from, int64_t n) {
  // All but the last few by whole weeks, so that one is always left to find.
  const int64_t weeks = (n - 1) / kWorkedOfAWeek;
  Date day = from.AddDays(weeks * 7);
  int64_t left = n - weeks * kWorkedOfAWeek;
  while (true) {
    if (day.weekday() <= kWorkedOfAWeek && --left == 0) return day;
    day = day.AddDays(1);
  }
}

// A rule in the order of their force: a greater number has the last word.
struct Ranked {
  const DayLayer* layer;
  const DayRule* rule;
};

std::vector<Ranked> RulesOf(const std::vector<DayLayer>& layers) {
  std::vector<Ranked> rules;
  for (const DayLayer& layer : layers) {
    for (const DayRule& rule : layer.rules) {
      if (!rule.days.empty()) rules.push_back({&layer, &rule});
    }
  }
  return rules;
}

// Days on which another rule may begin to count, in order, each once.
std::vector<Date> Borders(const std::vector<Ranked>& rules) {
  std::vector<Date> borders = {Date::Min()};
  for (const Ranked& ranked : rules) {
    borders.push_back(ranked.rule->days.from);
    if (ranked.rule->days.until < Date::Max()) {
      borders.push_back(ranked.rule->days.until.AddDays(1));
    }
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  return borders;
}

std::string Chinese(const v1::Text& text) {
  return std::string(In(Language::kZh, text));
}

std::string English(const v1::Text& text) {
  return std::string(In(Language::kEn, text));
}

}  // namespace

v1::Text Describe(const DayReason& reason) {
  v1::Text text;
  std::string zh = absl::StrCat(reason.day.ToString(),
                                reason.is_working ? " 上班" : " 休息");
  std::string en = absl::StrCat(reason.day.ToString(),
                                reason.is_working ? " is worked" : " is off");
  if (reason.rule == nullptr) {
    absl::StrAppend(&zh, reason.is_working ? "：周一至周五" : "：周末");
    absl::StrAppend(&en,
                    reason.is_working ? ": Monday to Friday" : ": weekend");
  } else {
    const v1::Text& why =
        reason.rule->reason.zh().empty() && reason.rule->reason.en().empty()
            ? reason.layer->title
            : reason.rule->reason;
    const std::string& document = reason.rule->document;
    if (!Chinese(why).empty()) {
      absl::StrAppend(&zh, "：", Chinese(why));
      absl::StrAppend(&en, ": ", English(why));
    }
    if (!document.empty()) {
      absl::StrAppend(&zh, "（", document, "）");
      absl::StrAppend(&en, " (", document, ")");
    }
  }
  if (reason.is_provisional) {
    absl::StrAppend(&zh, "；暂定，安排尚未公布");
    absl::StrAppend(&en, "; provisional: the arrangement is not known yet");
  }
  text.set_zh(std::move(zh));
  text.set_en(std::move(en));
  return text;
}

WorkingCalendar::WorkingCalendar(std::vector<DayLayer> layers)
    : layers_(std::move(layers)) {
  known_after_.resize(layers_.size() + 1);
  for (size_t i = layers_.size(); i-- > 0;) {
    known_after_[i] = Intersect(layers_[i].known, known_after_[i + 1]);
  }
  const std::vector<Ranked> rules = RulesOf(layers_);
  std::vector<size_t> by_start(rules.size());
  for (size_t i = 0; i < rules.size(); ++i) by_start[i] = i;
  std::stable_sort(by_start.begin(), by_start.end(), [&](size_t a, size_t b) {
    return rules[a].rule->days.from < rules[b].rule->days.from;
  });
  // Sweeping over the borders: the strongest rule that has begun is on top;
  // one that is over is thrown out when it comes to the top.
  std::priority_queue<size_t> begun;
  size_t next = 0;
  int64_t worked = 0;
  for (const Date border : Borders(rules)) {
    if (!stretches_.empty()) worked = WorkedThrough(border.AddDays(-1));
    while (next < by_start.size() &&
           rules[by_start[next]].rule->days.from <= border) {
      begun.push(by_start[next++]);
    }
    while (!begun.empty() && rules[begun.top()].rule->days.until < border) {
      begun.pop();
    }
    const Ranked top =
        begun.empty() ? Ranked{nullptr, nullptr} : rules[begun.top()];
    if (!stretches_.empty() && stretches_.back().rule == top.rule) continue;
    stretches_.push_back({border, top.layer, top.rule, worked});
  }
}

const WorkingCalendar::Stretch& WorkingCalendar::StretchOf(Date day) const {
  const auto after = std::upper_bound(
      stretches_.begin(), stretches_.end(), day,
      [](Date d, const Stretch& stretch) { return d < stretch.from; });
  return *(after - 1);
}

bool WorkingCalendar::MayChange(const Stretch& stretch, Date day) const {
  // Layers before the one that decides have no say in it.
  const size_t later =
      stretch.layer == nullptr ? 0 : stretch.layer - layers_.data() + 1;
  return !known_after_[later].Contains(day);
}

DayReason WorkingCalendar::Why(Date day) const {
  const Stretch& stretch = StretchOf(day);
  const bool is_working = stretch.rule == nullptr
                              ? day.weekday() <= kWorkedOfAWeek
                              : stretch.rule->is_working;
  return {day, is_working, MayChange(stretch, day), stretch.layer,
          stretch.rule};
}

bool WorkingCalendar::IsWorkingDay(Date day) const {
  return Why(day).is_working;
}

bool WorkingCalendar::IsProvisional(Date day) const {
  return Why(day).is_provisional;
}

int64_t WorkingCalendar::WorkedThrough(Date day) const {
  const Stretch& stretch = StretchOf(day);
  const int64_t length = int64_t{day.days()} - stretch.from.days() + 1;
  if (stretch.rule == nullptr) {
    return stretch.worked_before + Weekdays(stretch.from, length);
  }
  return stretch.worked_before + (stretch.rule->is_working ? length : 0);
}

int64_t WorkingCalendar::Between(Date from, Date to) const {
  return WorkedThrough(to) - WorkedThrough(from);
}

Date WorkingCalendar::NumberedDay(int64_t number) const {
  if (number < 1) return Date::Min();
  if (number > WorkedThrough(Date::Max())) return Date::Max();
  // The last stretch before which fewer days were worked: it has the day.
  const auto after = std::lower_bound(
      stretches_.begin(), stretches_.end(), number,
      [](const Stretch& s, int64_t n) { return s.worked_before < n; });
  const Stretch& stretch = *(after - 1);
  const int64_t nth = number - stretch.worked_before;
  return stretch.rule == nullptr ? NthWeekday(stretch.from, nth)
                                 : stretch.from.AddDays(nth - 1);
}

Date WorkingCalendar::Add(Date from, int64_t n) const {
  if (n == 0) return from;
  // More than there are days: the sums below stay small.
  constexpr int64_t kFar = int64_t{2} * Date::Max().days();
  n = std::max(-kFar, std::min(n, kFar));
  if (n > 0) return NumberedDay(WorkedThrough(from) + n);
  const int64_t before = WorkedThrough(from) - (IsWorkingDay(from) ? 1 : 0);
  return NumberedDay(before + n + 1);
}

Date WorkingCalendar::RollForward(Date day) const {
  return IsWorkingDay(day) ? day : Add(day, 1);
}

std::vector<MovedDay> MovedDays(const WorkingCalendar& before,
                                const WorkingCalendar& after,
                                const DateRange& range) {
  std::vector<MovedDay> moved;
  if (range.empty()) return moved;
  for (Date day = range.from;; day = day.AddDays(1)) {
    const Date was = before.RollForward(day);
    const Date is = after.RollForward(day);
    // A day that is worked by one calendar only rolls from itself to another,
    // save the last day of time, from which none follows.
    const bool was_working = before.IsWorkingDay(day);
    const bool is_working = after.IsWorkingDay(day);
    if (was != is || was_working != is_working) {
      moved.push_back({day, was_working, is_working, was, is});
    }
    if (day >= range.until || day == Date::Max()) return moved;
  }
}

}  // namespace duban::calendar
