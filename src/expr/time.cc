#include "src/expr/time.h"

#include <limits>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "src/base/date.h"
#include "src/base/decimal.h"  // int128_t

namespace duban::expr {
namespace {

constexpr int64_t kSecond = 1000000000;  // in nanoseconds
constexpr int64_t kDay = 86400;          // in seconds

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

int128_t Nanoseconds(Timestamp time) {
  return static_cast<int128_t>(time.seconds) * kSecond + time.nanos;
}

int128_t Nanoseconds(Duration duration) {
  return static_cast<int128_t>(duration.seconds) * kSecond + duration.nanos;
}

bool FromNanoseconds(int128_t nanoseconds, Timestamp* result) {
  int128_t seconds = nanoseconds / kSecond;
  auto nanos = static_cast<int32_t>(nanoseconds % kSecond);
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  }
  if (seconds < Timestamp::kMinSeconds || seconds > Timestamp::kMaxSeconds) {
    return false;
  }
  *result = {static_cast<int64_t>(seconds), nanos};
  return true;
}

bool FromNanoseconds(int128_t nanoseconds, Duration* result) {
  if (nanoseconds < std::numeric_limits<int64_t>::min() ||
      nanoseconds > std::numeric_limits<int64_t>::max()) {
    return false;
  }
  *result = {static_cast<int64_t>(nanoseconds / kSecond),
             static_cast<int32_t>(nanoseconds % kSecond)};
  return true;
}

// ".5", or nothing where there is no fraction.
std::string FractionText(int32_t nanos) {
  if (nanos == 0) return "";
  std::string text = absl::StrFormat(".%09d", nanos);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

// Takes exactly two digits of at most `most`.
bool TakeTwoDigits(absl::string_view* text, int most, int* value) {
  if (text->size() < 2 || !IsDigit((*text)[0]) || !IsDigit((*text)[1])) {
    return false;
  }
  *value = ((*text)[0] - '0') * 10 + (*text)[1] - '0';
  text->remove_prefix(2);
  return *value <= most;
}

// Takes all digits that there are, as a count of units of which *scale make
// one, and at most 10^18 do: finer digits are dropped. False where there is
// no digit.
bool TakeFraction(absl::string_view* text, int64_t* units, int64_t* scale) {
  constexpr int64_t kFinest = 1000000000000000000;
  *units = 0;
  *scale = 1;
  size_t digits = 0;
  for (; digits < text->size() && IsDigit((*text)[digits]); ++digits) {
    if (*scale == kFinest) continue;
    *units = *units * 10 + (*text)[digits] - '0';
    *scale *= 10;
  }
  text->remove_prefix(digits);
  return digits > 0;
}

// Takes "Z" or "+08:00"; what it is ahead of UTC, in seconds.
bool TakeOffset(absl::string_view* text, int64_t* offset) {
  *offset = 0;
  if (absl::ConsumePrefix(text, "Z")) return true;
  const bool behind = absl::ConsumePrefix(text, "-");
  if (!behind && !absl::ConsumePrefix(text, "+")) return false;
  int hours = 0;
  int minutes = 0;
  if (!TakeTwoDigits(text, 23, &hours) || !absl::ConsumePrefix(text, ":") ||
      !TakeTwoDigits(text, 59, &minutes)) {
    return false;
  }
  *offset = (hours * 60 + minutes) * (behind ? -60 : 60);
  return true;
}

struct Unit {
  absl::string_view name;
  int64_t nanoseconds;
};

constexpr Unit kUnits[] = {
    {"h", 3600 * kSecond},
    {"m", 60 * kSecond},
    {"s", kSecond},
    {"ms", 1000000},
    {"us", 1000},
    {"\u00b5s", 1000},  // micro sign
    {"\u03bcs", 1000},  // Greek mu, which looks the same
    {"ns", 1},
};

// Takes a number and its unit, "1.5h". The result is at least as large as
// what does not fit in 64 bits, where it does not.
bool TakeQuantity(absl::string_view* text, int128_t* nanoseconds) {
  constexpr int128_t kTooMany = int128_t{1} << 64;
  int128_t whole = 0;
  size_t digits = 0;
  for (; digits < text->size() && IsDigit((*text)[digits]); ++digits) {
    if (whole < kTooMany) whole = whole * 10 + (*text)[digits] - '0';
  }
  text->remove_prefix(digits);
  int64_t part = 0;
  int64_t scale = 1;
  const bool has_point = absl::ConsumePrefix(text, ".");
  const bool has_part = has_point && TakeFraction(text, &part, &scale);
  if (digits == 0 && !has_part) return false;

  size_t length = 0;
  while (length < text->size() && !IsDigit((*text)[length]) &&
         (*text)[length] != '.') {
    ++length;
  }
  const absl::string_view name = text->substr(0, length);
  for (const Unit& unit : kUnits) {
    if (name != unit.name) continue;
    text->remove_prefix(length);
    *nanoseconds = whole * unit.nanoseconds +
                   static_cast<int128_t>(part) * unit.nanoseconds / scale;
    return true;
  }
  return false;
}

}  // namespace

std::string ToText(Timestamp time) {
  int64_t day = time.seconds / kDay;
  int64_t second = time.seconds % kDay;
  if (second < 0) {
    second += kDay;
    --day;
  }
  return absl::StrFormat("%sT%02d:%02d:%02d%sZ",
                         Date::FromDays(static_cast<int32_t>(day)).ToString(),
                         second / 3600, second / 60 % 60, second % 60,
                         FractionText(time.nanos));
}

std::string ToText(Duration duration) {
  const bool negative = duration.seconds < 0 || duration.nanos < 0;
  const uint64_t seconds = negative ? -static_cast<uint64_t>(duration.seconds)
                                    : static_cast<uint64_t>(duration.seconds);
  const int32_t nanos = negative ? -duration.nanos : duration.nanos;
  return absl::StrCat(negative ? "-" : "", seconds, FractionText(nanos), "s");
}

TimeFault ParseTimestamp(absl::string_view text, Timestamp* time) {
  const absl::StatusOr<Date> date = Date::Parse(text.substr(0, 10));
  if (!date.ok()) return TimeFault::kMalformed;
  text.remove_prefix(10);
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!absl::ConsumePrefix(&text, "T") || !TakeTwoDigits(&text, 23, &hours) ||
      !absl::ConsumePrefix(&text, ":") || !TakeTwoDigits(&text, 59, &minutes) ||
      !absl::ConsumePrefix(&text, ":") || !TakeTwoDigits(&text, 59, &seconds)) {
    return TimeFault::kMalformed;
  }
  int64_t part = 0;
  int64_t scale = 1;
  if (absl::ConsumePrefix(&text, ".") && !TakeFraction(&text, &part, &scale)) {
    return TimeFault::kMalformed;
  }
  int64_t offset = 0;
  if (!TakeOffset(&text, &offset) || !text.empty()) {
    return TimeFault::kMalformed;
  }
  const int64_t total = date->days() * kDay + hours * int64_t{3600} +
                        minutes * int64_t{60} + seconds - offset;
  const int128_t nanos = static_cast<int128_t>(part) * kSecond / scale;
  return FromNanoseconds(static_cast<int128_t>(total) * kSecond + nanos, time)
             ? TimeFault::kNone
             : TimeFault::kOutOfRange;
}

TimeFault ParseDuration(absl::string_view text, Duration* duration) {
  constexpr int128_t kTooMany = int128_t{1} << 64;
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  if (text.empty()) return TimeFault::kMalformed;
  int128_t total = 0;
  if (text == "0") text = "";  // the one number that needs no unit
  while (!text.empty()) {
    int128_t nanoseconds = 0;
    if (!TakeQuantity(&text, &nanoseconds)) return TimeFault::kMalformed;
    if (total < kTooMany) total += nanoseconds;
  }
  return FromNanoseconds(negative ? -total : total, duration)
             ? TimeFault::kNone
             : TimeFault::kOutOfRange;
}

bool Add(Timestamp time, Duration duration, Timestamp* result) {
  return FromNanoseconds(Nanoseconds(time) + Nanoseconds(duration), result);
}

bool Add(Duration a, Duration b, Duration* result) {
  return FromNanoseconds(Nanoseconds(a) + Nanoseconds(b), result);
}

bool Subtract(Timestamp time, Duration duration, Timestamp* result) {
  return FromNanoseconds(Nanoseconds(time) - Nanoseconds(duration), result);
}

bool Subtract(Timestamp a, Timestamp b, Duration* result) {
  return FromNanoseconds(Nanoseconds(a) - Nanoseconds(b), result);
}

bool Subtract(Duration a, Duration b, Duration* result) {
  return FromNanoseconds(Nanoseconds(a) - Nanoseconds(b), result);
}

bool ToNanoseconds(Duration duration, int64_t* nanoseconds) {
  const int128_t total = Nanoseconds(duration);
  *nanoseconds = static_cast<int64_t>(total);
  return *nanoseconds == total;
}

Duration FromNanoseconds(int64_t nanoseconds) {
  return {nanoseconds / kSecond, static_cast<int32_t>(nanoseconds % kSecond)};
}

}  // namespace duban::expr
