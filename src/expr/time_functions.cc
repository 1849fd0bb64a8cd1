// The parts of a timestamp and of a duration: getFullYear() and its like.
//
// Zones that have a name come from the zone database of the system: absl reads
// it, below $TZDIR or where such databases are kept, when a zone is first
// used. So the result of getHours('Asia/Shanghai') depends on the machine, as
// the zone's rules do; UTC and offsets such as '+08:00' do not. The scoring
// profile has none of this. The local zone of the machine is never used.
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "src/expr/library.h"
#include "src/expr/literal.h"
#include "src/expr/operations.h"
#include "src/expr/time.h"
#include "src/expr/zone_names.h"

namespace duban::expr {
namespace {

// A timestamp as the clocks of a place show it. The year may be 0 or 10000.
struct LocalTime {
  absl::CivilSecond civil;
  int32_t nanos = 0;
};

using PartOfTime = int64_t (*)(const LocalTime&);
using PartOfDuration = int64_t (*)(Duration);

int64_t FullYear(const LocalTime& t) { return t.civil.year(); }
int64_t MonthFromZero(const LocalTime& t) { return t.civil.month() - 1; }
int64_t DayOfYearFromZero(const LocalTime& t) {
  return absl::GetYearDay(absl::CivilDay(t.civil)) - 1;
}
int64_t DayOfMonth(const LocalTime& t) { return t.civil.day(); }
int64_t DayOfMonthFromZero(const LocalTime& t) { return t.civil.day() - 1; }
int64_t Hour(const LocalTime& t) { return t.civil.hour(); }
int64_t Minute(const LocalTime& t) { return t.civil.minute(); }
int64_t Second(const LocalTime& t) { return t.civil.second(); }
int64_t Millisecond(const LocalTime& t) { return t.nanos / 1000000; }

// 0 is Sunday.
int64_t DayOfWeek(const LocalTime& t) {
  const auto from_monday =
      static_cast<int64_t>(absl::GetWeekday(absl::CivilDay(t.civil)));
  return (from_monday + 1) % 7;
}

// All of the duration in the unit, toward zero …
int64_t WholeHours(Duration d) { return d.seconds / 3600; }
int64_t WholeMinutes(Duration d) { return d.seconds / 60; }
int64_t WholeSeconds(Duration d) { return d.seconds; }
// … but of milliseconds only those past the last whole second: CEL's tests of
// conformance want it so.
int64_t MillisecondsPastSecond(Duration d) { return d.nanos / 1000000; }

// "+08:00", "-02:30", "05:45": what the zone is ahead of UTC, in seconds.
bool ParseOffset(absl::string_view text, int64_t* offset) {
  const bool behind = absl::ConsumePrefix(&text, "-");
  if (!behind) absl::ConsumePrefix(&text, "+");
  if (text.size() != 5 || text[2] != ':') return false;
  for (const int i : {0, 1, 3, 4}) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  const int hours = (text[0] - '0') * 10 + text[1] - '0';
  const int minutes = (text[3] - '0') * 10 + text[4] - '0';
  if (hours > 14 || minutes > 59) return false;
  *offset = (hours * 60 + minutes) * (behind ? -60 : 60);
  return true;
}

bool ToLocalTime(Timestamp time, absl::string_view zone, LocalTime* local) {
  local->nanos = time.nanos;
  int64_t offset = 0;
  if (zone == "UTC" || ParseOffset(zone, &offset)) {
    local->civil = absl::CivilSecond() + (time.seconds + offset);
    return true;
  }
  absl::TimeZone loaded;
  if (!IsZoneName(zone) || !absl::LoadTimeZone(zone, &loaded)) return false;
  local->civil = loaded.At(absl::FromUnixSeconds(time.seconds)).cs;
  return true;
}

Value UnknownZone(absl::string_view zone) {
  const std::string shown = Shown(zone);
  return Value::Error("UNKNOWN_ZONE", absl::StrCat("没有时区“", shown, "”"),
                      absl::StrCat("there is no time zone '", shown, "'"));
}

// kInDuration is null where durations have no such part.
template <PartOfTime kInTime, PartOfDuration kInDuration = nullptr>
Value Part(absl::Span<const Value> arguments, Meter* meter) {
  // Names of zones are looked up in two tables.
  if (!meter->Charge(arguments.size() > 1 ? 8 : 1)) return BudgetExceeded();
  if constexpr (kInDuration != nullptr) {
    if (arguments.size() == 1 && arguments[0].is_duration()) {
      return Value::Int(kInDuration(arguments[0].duration_value()));
    }
  }
  const bool has_zone = arguments.size() == 2 && arguments[1].is_string();
  if ((arguments.size() != 1 && !has_zone) || !arguments[0].is_timestamp()) {
    return WrongArguments(arguments);
  }
  const absl::string_view zone =
      has_zone ? arguments[1].string_value() : absl::string_view("UTC");
  LocalTime local;
  if (!ToLocalTime(arguments[0].timestamp_value(), zone, &local)) {
    return UnknownZone(zone);
  }
  return Value::Int(kInTime(local));
}

constexpr FunctionSpec kFunctions[] = {
    {"getFullYear", Part<FullYear>,
     R"(timestamp_to_year timestamp.() -> int
timestamp_to_year_with_tz timestamp.(string) -> int)"},
    {"getMonth", Part<MonthFromZero>,
     R"(timestamp_to_month timestamp.() -> int
timestamp_to_month_with_tz timestamp.(string) -> int)"},
    {"getDayOfYear", Part<DayOfYearFromZero>,
     R"(timestamp_to_day_of_year timestamp.() -> int
timestamp_to_day_of_year_with_tz timestamp.(string) -> int)"},
    {"getDate", Part<DayOfMonth>,
     R"(timestamp_to_day_of_month_1_based timestamp.() -> int
timestamp_to_day_of_month_1_based_with_tz timestamp.(string) -> int)"},
    {"getDayOfMonth", Part<DayOfMonthFromZero>,
     R"(timestamp_to_day_of_month timestamp.() -> int
timestamp_to_day_of_month_with_tz timestamp.(string) -> int)"},
    {"getDayOfWeek", Part<DayOfWeek>,
     R"(timestamp_to_day_of_week timestamp.() -> int
timestamp_to_day_of_week_with_tz timestamp.(string) -> int)"},
    {"getHours", Part<Hour, WholeHours>,
     R"(duration_to_hours duration.() -> int
timestamp_to_hours timestamp.() -> int
timestamp_to_hours_with_tz timestamp.(string) -> int)"},
    {"getMinutes", Part<Minute, WholeMinutes>,
     R"(duration_to_minutes duration.() -> int
timestamp_to_minutes timestamp.() -> int
timestamp_to_minutes_with_tz timestamp.(string) -> int)"},
    {"getSeconds", Part<Second, WholeSeconds>,
     R"(duration_to_seconds duration.() -> int
timestamp_to_seconds timestamp.() -> int
timestamp_to_seconds_tz timestamp.(string) -> int)"},
    {"getMilliseconds", Part<Millisecond, MillisecondsPastSecond>,
     R"(duration_to_milliseconds duration.() -> int
timestamp_to_milliseconds timestamp.() -> int
timestamp_to_milliseconds_with_tz timestamp.(string) -> int)"},
};

}  // namespace

absl::Span<const FunctionSpec> TimeFunctions() { return kFunctions; }

}  // namespace duban::expr
