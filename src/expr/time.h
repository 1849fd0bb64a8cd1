// Instants and lengths of time of plain CEL: google.protobuf.Timestamp and
// Duration as seconds and nanoseconds. The scoring profile has civil dates
// (base/date.h) instead, and never an instant.
//
// Plain data; the functions are pure and thread-safe.
#ifndef DUBAN_SRC_EXPR_TIME_H_
#define DUBAN_SRC_EXPR_TIME_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace duban::expr {

// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
struct Timestamp {
  static constexpr int64_t kMinSeconds = -62135596800;
  static constexpr int64_t kMaxSeconds = 253402300799;
  int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  int32_t nanos = 0;    // 0 to 999,999,999, always forward in time

  friend bool operator==(Timestamp a, Timestamp b) {
    return a.seconds == b.seconds && a.nanos == b.nanos;
  }
  friend bool operator<(Timestamp a, Timestamp b) {
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
  }
};

// A message may bring ten thousand years either way, as
// google.protobuf.Duration does; what is read from text or calculated keeps to
// 64 bits of nanoseconds, some 292 years, as CEL has it.
struct Duration {
  static constexpr int64_t kMaxSeconds = 315576000000;
  int64_t seconds = 0;
  int32_t nanos = 0;  // of the sign of seconds, or either where that is 0

  friend bool operator==(Duration a, Duration b) {
    return a.seconds == b.seconds && a.nanos == b.nanos;
  }
  friend bool operator<(Duration a, Duration b) {
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.nanos < b.nanos;
  }
};

// As CEL's string() gives them: "2021-10-27T08:00:00Z", "3600s", "-0.5s".
std::string ToText(Timestamp time);
std::string ToText(Duration duration);

enum class TimeFault {
  kNone,
  kMalformed,
  kOutOfRange,
};

// RFC 3339, with its letters in upper case: "2021-10-27T08:00:00.5+08:00".
// There is no leap second. In both, digits finer than a nanosecond are
// dropped; where there is a fault the result stays as it was.
TimeFault ParseTimestamp(absl::string_view text, Timestamp* time);
// "1h30m", "-1.5s", "0", "100us": a sign, then numbers with units h, m, s, ms,
// us (or µs) and ns.
TimeFault ParseDuration(absl::string_view text, Duration* duration);

// Each is false, and the result as it was, where that is out of range.
bool Add(Timestamp time, Duration duration, Timestamp* result);
bool Add(Duration a, Duration b, Duration* result);
bool Subtract(Timestamp time, Duration duration, Timestamp* result);
bool Subtract(Timestamp a, Timestamp b, Duration* result);
bool Subtract(Duration a, Duration b, Duration* result);
// False where the duration is longer than 64 bits of nanoseconds can tell.
bool ToNanoseconds(Duration duration, int64_t* nanoseconds);
Duration FromNanoseconds(int64_t nanoseconds);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_TIME_H_
