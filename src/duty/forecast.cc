#include "src/duty/forecast.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace duban::duty {
namespace {

Date DayOf(const std::string& text, Date otherwise) {
  return Date::Parse(text).value_or(otherwise);
}

// `part` of `whole`, cut to 0 and 1.
Decimal ShareOf(Decimal part, Decimal whole) {
  const Decimal one = Decimal::FromInt(1);
  if (whole <= part) return one;
  if (part.is_negative() || part.is_zero()) return Decimal();
  // Neither fails: the whole is above the part, and that above zero.
  return std::min(Decimal::Divide(part, whole).value_or(Decimal()), one);
}

Decimal DoneShareOf(const v1::NeedState& need) {
  if (need.met()) return Decimal::FromInt(1);
  const auto done = Decimal::Parse(need.done());
  const auto at_least = Decimal::Parse(need.at_least());
  if (!done.ok() || !at_least.ok()) return Decimal();
  // Enough, and yet not met: more was done than is allowed.
  if (*at_least <= *done) return Decimal();
  return ShareOf(*done, *at_least);
}

v1::StillNeeded StillNeededFor(const v1::NeedState& need,
                               const std::string& due_on) {
  v1::StillNeeded still;
  still.set_need(need.id());
  const auto done = Decimal::Parse(need.done());
  const auto at_least = Decimal::Parse(need.at_least());
  const v1::Text& unit = need.unit();
  const std::string zh_of = need.title().zh().empty()
                                ? ""
                                : absl::StrCat("（", need.title().zh(), "）");
  const std::string en_of = need.title().en().empty()
                                ? ""
                                : absl::StrCat(" (", need.title().en(), ")");
  if (!done.ok() || !at_least.ok()) {
    still.mutable_say()->set_zh(
        absl::StrCat("尚无可计量的记录", zh_of, "，须在 ", due_on, " 前完成"));
    still.mutable_say()->set_en(absl::StrCat("nothing to measure yet", en_of,
                                             ", to be done by ", due_on));
    return still;
  }
  const Decimal lacking =
      Decimal::Subtract(*at_least, *done).value_or(*at_least);
  still.set_amount(lacking.ToString());
  const std::string shown = InUnits(lacking, need.unit_size());
  still.mutable_say()->set_zh(
      absl::StrCat("还差 ", shown, " ", unit.zh().empty() ? "项" : unit.zh(),
                   zh_of, "，须在 ", due_on, " 前完成"));
  still.mutable_say()->set_en(absl::StrCat(shown, unit.en().empty() ? "" : " ",
                                           unit.en(), " still to be done",
                                           en_of, " by ", due_on));
  return still;
}

}  // namespace

const calendar::WorkingCalendar& WorkingDaysOf(const pack::Rules& rules) {
  // Never destroyed: threads may still ask it at the end.
  static const auto& weekdays = *new calendar::WorkingCalendar({});
  return rules.calendar == nullptr ? weekdays : rules.calendar->days();
}

Decimal TimeGone(const v1::Duty& duty, Date as_of) {
  const Date from = DayOf(duty.from(), as_of);
  const Date due = DayOf(duty.due_on(), as_of);
  return ShareOf(Decimal::FromInt(int64_t{as_of.days()} - from.days() + 1),
                 Decimal::FromInt(int64_t{due.days()} - from.days() + 1));
}

Decimal DoneShare(const v1::Duty& duty) {
  Decimal least = Decimal::FromInt(1);
  for (const v1::NeedState& need : duty.need()) {
    least = std::min(least, DoneShareOf(need));
  }
  return least;
}

v1::Forecast ForecastOf(const v1::Duty& duty,
                        const calendar::WorkingCalendar& days, Date as_of) {
  v1::Forecast forecast;
  // Time has fewer days than 32 bits count.
  forecast.set_working_days_left(
      static_cast<int32_t>(days.Between(as_of, DayOf(duty.due_on(), as_of))));
  const Decimal gone = TimeGone(duty, as_of);
  const Decimal done = DoneShare(duty);
  forecast.set_time_gone(gone.ToString());
  forecast.set_done(done.ToString());
  forecast.set_behind(done < gone);
  for (const v1::NeedState& need : duty.need()) {
    if (!need.met())
      *forecast.add_still() = StillNeededFor(need, duty.due_on());
  }
  return forecast;
}

std::string InUnits(Decimal amount, const std::string& unit_size) {
  const auto size = Decimal::Parse(unit_size);
  if (!size.ok() || size->is_zero()) return amount.ToString();
  return Decimal::Divide(amount, *size).value_or(amount).ToString();
}

}  // namespace duban::duty
