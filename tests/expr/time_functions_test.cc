#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/library.h"
#include "src/expr/time.h"
#include "src/expr/value.h"
#include "src/expr/zone_names.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

Value S(absl::string_view text) { return Value::Str(text); }

Value Time(absl::string_view text) {
  Timestamp time;
  EXPECT_EQ(ParseTimestamp(text, &time), TimeFault::kNone) << text;
  return Value::Time(time);
}

Value Span(absl::string_view text) {
  Duration duration;
  EXPECT_EQ(ParseDuration(text, &duration), TimeFault::kNone) << text;
  return Value::Span(duration);
}

std::string Get(absl::string_view part, const Value& of) {
  return ReasonOf(CallFunction(TimeFunctions(), part, {of}));
}

std::string Get(absl::string_view part, const Value& of,
                absl::string_view zone) {
  return ReasonOf(CallFunction(TimeFunctions(), part, {of, S(zone)}));
}

TEST(TimeFunctions, GivePartsInUtc) {
  const Value time = Time("2009-02-13T23:31:30.123456789Z");
  EXPECT_EQ(Get("getFullYear", time), "2009");
  EXPECT_EQ(Get("getMonth", time), "1");
  EXPECT_EQ(Get("getDate", time), "13");
  EXPECT_EQ(Get("getDayOfMonth", time), "12");
  EXPECT_EQ(Get("getDayOfYear", time), "43");
  EXPECT_EQ(Get("getDayOfWeek", time), "5");
  EXPECT_EQ(Get("getHours", time), "23");
  EXPECT_EQ(Get("getMinutes", time), "31");
  EXPECT_EQ(Get("getSeconds", time), "30");
  EXPECT_EQ(Get("getMilliseconds", time), "123");
}

TEST(TimeFunctions, CountDaysOfTheWeekFromSunday) {
  EXPECT_EQ(Get("getDayOfWeek", Time("2021-10-24T00:00:00Z")), "0");
  EXPECT_EQ(Get("getDayOfWeek", Time("2021-10-30T00:00:00Z")), "6");
}

TEST(TimeFunctions, GivePartsBefore1970) {
  const Value time = Time("1969-12-31T23:59:59.75Z");
  EXPECT_EQ(Get("getFullYear", time), "1969");
  EXPECT_EQ(Get("getDayOfYear", time), "364");
  EXPECT_EQ(Get("getSeconds", time), "59");
  EXPECT_EQ(Get("getMilliseconds", time), "750");
}

TEST(TimeFunctions, GivePartsAtAnOffset) {
  const Value time = Time("2009-02-13T23:31:30Z");
  EXPECT_EQ(Get("getDayOfMonth", time, "+11:00"), "13");
  EXPECT_EQ(Get("getDayOfMonth", Time("2009-02-13T02:00:00Z"), "-02:30"), "11");
  EXPECT_EQ(Get("getFullYear", time, "-09:30"), "2009");
  EXPECT_EQ(Get("getHours", time, "02:00"), "1");
  EXPECT_EQ(Get("getMinutes", time, "+05:45"), "16");
  EXPECT_EQ(Get("getSeconds", time, "-00:00"), "30");
  EXPECT_EQ(Get("getMonth", time, "UTC"), "1");
  EXPECT_EQ(Get("getMilliseconds", time, "+08:00"), "0");
}

TEST(TimeFunctions, GivePartsBeyondTheYearsOfTimestamps) {
  EXPECT_EQ(Get("getFullYear", Time("0001-01-01T00:00:00Z"), "-00:01"), "0");
  EXPECT_EQ(Get("getDayOfYear", Time("0001-01-01T00:00:00Z"), "-00:01"),
            "365");  // the year 0 is a leap year
  EXPECT_EQ(Get("getFullYear", Time("9999-12-31T23:59:59Z"), "+14:00"),
            "10000");
  EXPECT_EQ(Get("getDayOfWeek", Time("9999-12-31T23:59:59Z"), "+14:00"), "6");
}

TEST(TimeFunctions, GivePartsInANamedZone) {
  const Value time = Time("2009-02-13T23:31:30Z");
  if (Get("getHours", time, "Asia/Shanghai") == "UNKNOWN_ZONE") {
    GTEST_SKIP() << "no zone database on this machine";
  }
  EXPECT_EQ(Get("getDate", time, "Australia/Sydney"), "14");
  EXPECT_EQ(Get("getDayOfMonth", time, "US/Central"), "12");
  EXPECT_EQ(Get("getDayOfYear", time, "US/Central"), "43");
  EXPECT_EQ(Get("getMinutes", time, "Asia/Kathmandu"), "16");
  EXPECT_EQ(
      Get("getDayOfMonth", Time("2009-02-13T02:00:00Z"), "America/St_Johns"),
      "11");
  EXPECT_EQ(Get("getHours", Time("2009-07-01T12:00:00Z"), "Europe/Berlin"),
            "14");
  EXPECT_EQ(Get("getHours", Time("2009-01-01T12:00:00Z"), "Europe/Berlin"),
            "13");
}

TEST(TimeFunctions, RefuseZonesThatAreNone) {
  const Value time = Time("2009-02-13T23:31:30Z");
  for (const char* zone : {"",
                           "Local",
                           "localtime",
                           "posixrules",
                           "Nowhere/Town",
                           "utc",
                           "/etc/localtime",
                           "../zoneinfo/UTC",
                           "Asia/../UTC",
                           "file:UTC",
                           "libc:localtime",
                           "+8:00",
                           "+0800",
                           "+08",
                           "+15:00",
                           "+08:60",
                           "08:0x",
                           "--08:00",
                           "+-8:00",
                           "+08:00 ",
                           "Fixed/UTC+08:00:00"}) {
    EXPECT_EQ(Get("getHours", time, zone), "UNKNOWN_ZONE") << zone;
  }
  const std::string nul("UTC\0x", 5);
  EXPECT_EQ(Get("getHours", time, nul), "UNKNOWN_ZONE");
  EXPECT_EQ(Get("getHours", time, std::string(100000, 'A')), "UNKNOWN_ZONE");
}

TEST(ZoneNames, AreInOrder) {
  for (const char* name :
       {"Africa/Abidjan", "America/Argentina/Buenos_Aires", "Asia/Shanghai",
        "EST5EDT", "Etc/GMT+5", "GB-Eire", "PRC", "US/Pacific", "UTC",
        "Universal", "W-SU", "Zulu"}) {
    EXPECT_TRUE(IsZoneName(name)) << name;
  }
  EXPECT_FALSE(IsZoneName("Asia"));
  EXPECT_FALSE(IsZoneName("Asia/"));
}

TEST(TimeFunctions, GivePartsOfDurations) {
  EXPECT_EQ(Get("getHours", Span("10000s")), "2");
  EXPECT_EQ(Get("getMinutes", Span("3730s")), "62");
  EXPECT_EQ(Get("getSeconds", Span("3730.9s")), "3730");
  EXPECT_EQ(Get("getMilliseconds", Span("123.321456789s")), "321");
  EXPECT_EQ(Get("getHours", Span("-90m")), "-1");
  EXPECT_EQ(Get("getMinutes", Span("-90s")), "-1");
  EXPECT_EQ(Get("getSeconds", Span("-1.5s")), "-1");
  EXPECT_EQ(Get("getMilliseconds", Span("-1.5s")), "-500");
}

TEST(TimeFunctions, RefuseOtherArguments) {
  EXPECT_EQ(Get("getFullYear", Span("1s")), "NO_OVERLOAD");
  EXPECT_EQ(Get("getHours", Span("1s"), "UTC"), "NO_OVERLOAD");
  EXPECT_EQ(Get("getHours", Value::Int(1)), "NO_OVERLOAD");
  EXPECT_EQ(Get("getHours", Value::Null()), "NO_OVERLOAD");
  const Value time = Time("2009-02-13T23:31:30Z");
  EXPECT_EQ(ReasonOf(CallFunction(TimeFunctions(), "getHours",
                                  {time, Value::Int(8)})),
            "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(CallFunction(TimeFunctions(), "getHours",
                                  {time, S("UTC"), S("UTC")})),
            "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(CallFunction(TimeFunctions(), "getHours", {})),
            "NO_OVERLOAD");
}

TEST(TimeFunctions, TakeFromTheBudget) {
  const Value time = Time("2009-02-13T23:31:30Z");
  EXPECT_EQ(ReasonOf(CallFunction(TimeFunctions(), "getHours", {time}, 0)),
            "BUDGET_EXCEEDED");
}

}  // namespace
}  // namespace duban::expr
