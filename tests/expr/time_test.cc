#include "src/expr/time.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace duban::expr {
namespace {

// What the text is read as, or the fault.
std::string ReadTime(absl::string_view text) {
  Timestamp time{7, 7};
  switch (ParseTimestamp(text, &time)) {
    case TimeFault::kNone:
      return ToText(time);
    case TimeFault::kMalformed:
      EXPECT_EQ(time, (Timestamp{7, 7})) << text;
      return "malformed";
    default:
      EXPECT_EQ(time, (Timestamp{7, 7})) << text;
      return "out of range";
  }
}

std::string ReadDuration(absl::string_view text) {
  Duration duration{7, 7};
  switch (ParseDuration(text, &duration)) {
    case TimeFault::kNone:
      return ToText(duration);
    case TimeFault::kMalformed:
      EXPECT_EQ(duration, (Duration{7, 7})) << text;
      return "malformed";
    default:
      EXPECT_EQ(duration, (Duration{7, 7})) << text;
      return "out of range";
  }
}

Timestamp Time(absl::string_view text) {
  Timestamp time;
  EXPECT_EQ(ParseTimestamp(text, &time), TimeFault::kNone) << text;
  return time;
}

Duration Span(absl::string_view text) {
  Duration duration;
  EXPECT_EQ(ParseDuration(text, &duration), TimeFault::kNone) << text;
  return duration;
}

TEST(Time, CountsSecondsFrom1970) {
  EXPECT_EQ(Time("1970-01-01T00:00:00Z"), Timestamp{});
  EXPECT_EQ(Time("2009-02-13T23:31:30Z"), (Timestamp{1234567890, 0}));
  EXPECT_EQ(Time("1969-12-31T23:59:59.75Z"), (Timestamp{-1, 750000000}));
  EXPECT_EQ(Time("0001-01-01T00:00:00Z"),
            (Timestamp{Timestamp::kMinSeconds, 0}));
  EXPECT_EQ(Time("9999-12-31T23:59:59.999999999Z"),
            (Timestamp{Timestamp::kMaxSeconds, 999999999}));
}

TEST(Time, IsPrintedInUtcWithTheDigitsItHas) {
  for (const char* text :
       {"2009-02-13T23:31:30Z", "9999-12-31T23:59:59.999999999Z",
        "0001-01-01T00:00:00.000000001Z", "2000-02-29T00:00:00.5Z"}) {
    EXPECT_EQ(ReadTime(text), text);
  }
  EXPECT_EQ(ReadTime("2000-02-29T00:00:00.500Z"), "2000-02-29T00:00:00.5Z");
  EXPECT_EQ(ReadTime("2000-02-29T00:00:00.000Z"), "2000-02-29T00:00:00Z");
}

TEST(Time, IsMovedByItsOffset) {
  EXPECT_EQ(ReadTime("2021-10-27T07:30:00+08:00"), "2021-10-26T23:30:00Z");
  EXPECT_EQ(ReadTime("2021-10-27T22:00:00-02:30"), "2021-10-28T00:30:00Z");
  EXPECT_EQ(ReadTime("2021-10-27T22:00:00-00:00"), "2021-10-27T22:00:00Z");
  EXPECT_EQ(ReadTime("0001-01-01T00:00:00+00:01"), "out of range");
  EXPECT_EQ(ReadTime("9999-12-31T23:59:59-00:01"), "out of range");
  EXPECT_EQ(ReadTime("0001-01-01T00:00:00-00:01"), "0001-01-01T00:01:00Z");
}

TEST(Time, DropsDigitsFinerThanANanosecond) {
  EXPECT_EQ(ReadTime("2000-01-01T00:00:00.1234567899Z"),
            "2000-01-01T00:00:00.123456789Z");
  EXPECT_EQ(ReadTime(absl::StrCat("2000-01-01T00:00:00.", std::string(500, '9'),
                                  "Z")),
            "2000-01-01T00:00:00.999999999Z");
}

TEST(Time, IsRefusedWhereItIsNotRfc3339) {
  for (const char* text : {"",
                           "2009-02-13",
                           "2009-02-13T23:31:30",
                           "2009-02-13 23:31:30Z",
                           "2009-02-13t23:31:30Z",
                           "2009-02-13T23:31:30z",
                           "2009-02-13T23:31Z",
                           "2009-02-13T24:00:00Z",
                           "2009-02-13T23:60:00Z",
                           "2009-02-13T23:59:60Z",
                           "2009-02-29T00:00:00Z",
                           "2009-13-01T00:00:00Z",
                           "0000-01-01T00:00:00Z",
                           "10000-01-01T00:00:00Z",
                           "-001-01-01T00:00:00Z",
                           "2009-2-13T23:31:30Z",
                           "2009-02-13T3:31:30Z",
                           "2009-02-13T23:31:30.Z",
                           "2009-02-13T23:31:30+08",
                           "2009-02-13T23:31:30+0800",
                           "2009-02-13T23:31:30+24:00",
                           "2009-02-13T23:31:30+08:60",
                           "2009-02-13T23:31:30ZZ",
                           " 2009-02-13T23:31:30Z",
                           "2009-02-13T23:31:30Z "}) {
    EXPECT_EQ(ReadTime(text), "malformed") << text;
  }
}

TEST(Duration, AddsUpItsParts) {
  EXPECT_EQ(ReadDuration("1h30m"), "5400s");
  EXPECT_EQ(ReadDuration("1.5s"), "1.5s");
  EXPECT_EQ(ReadDuration("3.5h"), "12600s");
  EXPECT_EQ(ReadDuration("-2ms"), "-0.002s");
  EXPECT_EQ(ReadDuration("1us"), "0.000001s");
  EXPECT_EQ(ReadDuration("1\u00b5s1\u03bcs"), "0.000002s");
  EXPECT_EQ(ReadDuration("1ns"), "0.000000001s");
  EXPECT_EQ(ReadDuration("+1m.5s"), "60.5s");
  EXPECT_EQ(ReadDuration("-1h2m3s4ms5us6ns"), "-3723.004005006s");
  EXPECT_EQ(ReadDuration("1s1s"), "2s");
  EXPECT_EQ(ReadDuration("1.s"), "1s");
}

TEST(Duration, OfNothingNeedsNoUnit) {
  for (const char* text : {"0", "-0", "+0", "0s", "-0h"}) {
    EXPECT_EQ(ReadDuration(text), "0s") << text;
  }
}

TEST(Duration, DropsDigitsFinerThanANanosecond) {
  EXPECT_EQ(ReadDuration("1.9ns"), "0.000000001s");
  EXPECT_EQ(ReadDuration("-1.9ns"), "-0.000000001s");
  EXPECT_EQ(ReadDuration(absl::StrCat("0.", std::string(500, '3'), "s")),
            "0.333333333s");
}

TEST(Duration, KeepsTo64BitsOfNanoseconds) {
  EXPECT_EQ(ReadDuration("9223372036854775807ns"), "9223372036.854775807s");
  EXPECT_EQ(ReadDuration("-9223372036854775808ns"), "-9223372036.854775808s");
  EXPECT_EQ(ReadDuration("9223372036854775808ns"), "out of range");
  EXPECT_EQ(ReadDuration("-9223372036854775809ns"), "out of range");
  EXPECT_EQ(ReadDuration("320000000000s"), "out of range");
  EXPECT_EQ(ReadDuration("2562047h48m"), "out of range");
  EXPECT_EQ(ReadDuration(absl::StrCat(std::string(500, '9'), "h")),
            "out of range");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "99999999999999999999h";
  EXPECT_EQ(ReadDuration(many), "out of range");
}

TEST(Duration, IsRefusedWhereItIsNone) {
  for (const char* text :
       {"",     "-",   "+",   "1",      "s",         ".s",    "1x",
        "1 s",  " 1s", "1s ", "--1s",   "1s-1s",     "1S",    "1d",
        "1e3s", "00",  "1s1", "1.2.3s", "\xc2\xb5s", "1\xc2s"}) {
    EXPECT_EQ(ReadDuration(text), "malformed") << text;
  }
}

TEST(Time, MovesByADuration) {
  Timestamp result;
  ASSERT_TRUE(Add(Time("2009-02-13T23:00:00Z"), Span("240s"), &result));
  EXPECT_EQ(ToText(result), "2009-02-13T23:04:00Z");
  ASSERT_TRUE(Subtract(Time("2009-02-13T23:10:00Z"), Span("600s"), &result));
  EXPECT_EQ(ToText(result), "2009-02-13T23:00:00Z");
  ASSERT_TRUE(Add(Time("0001-01-01T00:00:01.000000001Z"), Span("-999999999ns"),
                  &result));
  EXPECT_EQ(ToText(result), "0001-01-01T00:00:00.000000002Z");
  ASSERT_TRUE(Add(Time("0001-01-01T00:00:01.999999999Z"), Span("999999999ns"),
                  &result));
  EXPECT_EQ(ToText(result), "0001-01-01T00:00:02.999999998Z");
  ASSERT_TRUE(Subtract(Time("1970-01-01T00:00:00Z"), Span("1ns"), &result));
  EXPECT_EQ(ToText(result), "1969-12-31T23:59:59.999999999Z");
}

TEST(Time, DoesNotMoveBeyondItsRange) {
  const Timestamp first = Time("0001-01-01T00:00:00Z");
  const Timestamp last = Time("9999-12-31T23:59:59.999999999Z");
  Timestamp result{7, 7};
  EXPECT_FALSE(Add(first, Span("-1s"), &result));
  EXPECT_FALSE(Add(first, Span("-1ns"), &result));
  EXPECT_FALSE(Subtract(first, Span("1ns"), &result));
  EXPECT_FALSE(Add(last, Span("1s"), &result));
  EXPECT_FALSE(Add(last, Span("1ns"), &result));
  EXPECT_FALSE(Subtract(last, Span("-1ns"), &result));
  EXPECT_EQ(result, (Timestamp{7, 7}));
  // A message may bring more than 64 bits of nanoseconds: here twenty times
  // the 146,097 days after which the calendar repeats.
  const Duration long_while{int64_t{20} * 146097 * 86400, 0};
  ASSERT_TRUE(Add(first, long_while, &result));
  EXPECT_EQ(ToText(result), "8001-01-01T00:00:00Z");
}

TEST(Time, DifferencesAreDurations) {
  Duration result;
  ASSERT_TRUE(Subtract(Time("2009-02-13T23:31:00Z"),
                       Time("2009-02-13T23:29:00Z"), &result));
  EXPECT_EQ(result, (Duration{120, 0}));
  ASSERT_TRUE(Subtract(Time("1970-01-01T00:00:00Z"),
                       Time("1970-01-01T00:00:00.5Z"), &result));
  EXPECT_EQ(result, (Duration{0, -500000000}));
  const Timestamp first = Time("0001-01-01T00:00:00Z");
  const Timestamp last = Time("9999-12-31T23:59:59Z");
  EXPECT_FALSE(Subtract(last, first, &result));
  EXPECT_FALSE(Subtract(first, last, &result));
  EXPECT_EQ(result, (Duration{0, -500000000}));
}

TEST(Duration, AddsAndSubtracts) {
  Duration result;
  ASSERT_TRUE(Add(Span("600s"), Span("50s"), &result));
  EXPECT_EQ(result, Span("650s"));
  ASSERT_TRUE(Subtract(Span("900s"), Span("42s"), &result));
  EXPECT_EQ(result, Span("858s"));
  ASSERT_TRUE(Add(Span("1.5s"), Span("-2s"), &result));
  EXPECT_EQ(result, (Duration{0, -500000000}));
  ASSERT_TRUE(Subtract(Span("-1.75s"), Span("0.5s"), &result));
  EXPECT_EQ(result, (Duration{-2, -250000000}));
  EXPECT_FALSE(Add(Span("9223372036s"), Span("1s"), &result));
  EXPECT_FALSE(Subtract(Span("-9223372036s"), Span("1s"), &result));
  const Duration longest{Duration::kMaxSeconds, 0};
  const Duration backward{-Duration::kMaxSeconds, 0};
  EXPECT_FALSE(Subtract(longest, backward, &result));
}

TEST(Duration, IsAnInt64OfNanoseconds) {
  int64_t nanoseconds = 0;
  for (const int64_t n : {int64_t{0}, int64_t{-1}, int64_t{1500000000},
                          std::numeric_limits<int64_t>::min(),
                          std::numeric_limits<int64_t>::max()}) {
    ASSERT_TRUE(ToNanoseconds(FromNanoseconds(n), &nanoseconds));
    EXPECT_EQ(nanoseconds, n);
  }
  EXPECT_FALSE(ToNanoseconds({Duration::kMaxSeconds, 0}, &nanoseconds));
  EXPECT_FALSE(ToNanoseconds({-Duration::kMaxSeconds, 0}, &nanoseconds));
}

}  // namespace
}  // namespace duban::expr
