#include "src/expr/conversions.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/library.h"
#include "src/expr/value.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

constexpr int64_t kMinInt = std::numeric_limits<int64_t>::min();
constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
constexpr uint64_t kMaxUint = std::numeric_limits<uint64_t>::max();

Value I(int64_t v) { return Value::Int(v); }
Value U(uint64_t v) { return Value::Uint(v); }
Value D(double v) { return Value::Double(v); }
Value S(absl::string_view v) { return Value::Str(v); }
Value Dec(absl::string_view v) { return Value::Dec(*Decimal::Parse(v)); }

// As plain CEL calls them.
Value Convert(absl::string_view function, const Value& v,
              int64_t steps = 1000000) {
  return CallFunction(ConversionFunctions(), function, {v}, steps);
}

std::string Converted(absl::string_view function, const Value& v) {
  return ReasonOf(Convert(function, v));
}

TEST(Conversions, ToInt) {
  EXPECT_EQ(Converted("int", I(-1)), "-1");
  EXPECT_EQ(Converted("int", U(42)), "42");
  EXPECT_EQ(Converted("int", U(uint64_t{kMaxInt})), "9223372036854775807");
  EXPECT_EQ(Converted("int", U(kMaxUint)), "INT_OVERFLOW");
  EXPECT_EQ(Converted("int", S("987")), "987");
  EXPECT_EQ(Converted("int", S("+5")), "5");
  EXPECT_EQ(Converted("int", S("-9223372036854775808")),
            "-9223372036854775808");
  EXPECT_EQ(Converted("int", Convert("timestamp", S("2004-09-16T23:59:59Z"))),
            "1095379199");
  EXPECT_EQ(Converted("int", Convert("timestamp", S("1969-12-31T23:59:59.5Z"))),
            "-1");
  EXPECT_EQ(Converted("int", Convert("duration", S("1.5s"))), "1500000000");
  EXPECT_EQ(Converted("int", Value::Span({Duration::kMaxSeconds, 0})),
            "INT_OVERFLOW");
}

TEST(Conversions, DoublesToIntLoseTheirFraction) {
  EXPECT_EQ(Converted("int", D(1.9)), "1");
  EXPECT_EQ(Converted("int", D(-7.9)), "-7");
  EXPECT_EQ(Converted("int", D(36028797018963968.0)), "36028797018963968");
  EXPECT_EQ(Converted("int", D(9223372036854774784.0)), "9223372036854774784");
  EXPECT_EQ(Converted("int", D(-9223372036854774784.0)),
            "-9223372036854774784");
  EXPECT_EQ(Converted("int", D(9223372036854775808.0)), "INT_OVERFLOW");
  EXPECT_EQ(Converted("int", D(-9223372036854775808.0)), "INT_OVERFLOW");
  EXPECT_EQ(Converted("int", D(1e99)), "INT_OVERFLOW");
  EXPECT_EQ(Converted("int", D(NAN)), "INT_OVERFLOW");
}

TEST(Conversions, ToUint) {
  EXPECT_EQ(Converted("uint", U(1)), "1u");
  EXPECT_EQ(Converted("uint", I(kMaxInt)), "9223372036854775807u");
  EXPECT_EQ(Converted("uint", I(-1)), "UINT_OVERFLOW");
  EXPECT_EQ(Converted("uint", D(25.5)), "25u");
  EXPECT_EQ(Converted("uint", D(18446744073709549568.0)),
            "18446744073709549568u");
  EXPECT_EQ(Converted("uint", D(18446744073709551616.0)), "UINT_OVERFLOW");
  EXPECT_EQ(Converted("uint", D(-0.5)), "UINT_OVERFLOW");
  EXPECT_EQ(Converted("uint", D(NAN)), "UINT_OVERFLOW");
  EXPECT_EQ(Converted("uint", S("300")), "300u");
  EXPECT_EQ(Converted("uint", S("18446744073709551615")),
            "18446744073709551615u");
}

TEST(Conversions, ReadWholeNumbersStrictly) {
  for (const char* text : {"", "-", "+", "+-1", " 1", "1 ", "1.0", "1e3",
                           "0x10", "1_000", "9223372036854775808000", "a"}) {
    EXPECT_EQ(Converted("int", S(text)), "BAD_NUMBER") << text;
    EXPECT_EQ(Converted("uint", S(text)), "BAD_NUMBER") << text;
  }
  EXPECT_EQ(Converted("int", S("9223372036854775808")), "BAD_NUMBER");
  EXPECT_EQ(Converted("uint", S("18446744073709551616")), "BAD_NUMBER");
  EXPECT_EQ(Converted("uint", S("+1")), "BAD_NUMBER");
  EXPECT_EQ(Converted("uint", S("-1")), "BAD_NUMBER");
  EXPECT_EQ(Converted("int", S(std::string("1\0", 2))), "BAD_NUMBER");
}

TEST(Conversions, ToDouble) {
  EXPECT_EQ(Convert("double", D(5.5)).double_value(), 5.5);
  EXPECT_EQ(Convert("double", I(kMaxInt)).double_value(),
            9223372036854775808.0);
  EXPECT_EQ(Convert("double", I(-9007199254740992)).double_value(),
            -9007199254740992.0);
  EXPECT_EQ(Convert("double", U(kMaxUint)).double_value(),
            18446744073709551616.0);
}

TEST(Conversions, ReadDoubles) {
  const auto read = [](absl::string_view text) {
    const Value v = Convert("double", S(text));
    EXPECT_TRUE(v.is_double()) << text;
    return v.is_double() ? v.double_value() : 0;
  };
  EXPECT_EQ(read("0"), 0);
  EXPECT_TRUE(std::signbit(read("-0.0")));
  EXPECT_EQ(read("123"), 123.0);
  EXPECT_EQ(read("-987.654"), -987.654);
  EXPECT_EQ(read("+.5"), 0.5);
  EXPECT_EQ(read("5."), 5.0);
  EXPECT_EQ(read("6.02214e23"), 6.02214e23);
  EXPECT_EQ(read("-84.32E+7"), -84.32e7);
  EXPECT_EQ(read("1.38e-23"), 1.38e-23);
  EXPECT_EQ(read("4.9e-324"), 4.9e-324);
  EXPECT_EQ(read("1e-999"), 0);
  EXPECT_EQ(read("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_TRUE(std::isnan(read("NaN")));
  EXPECT_TRUE(std::isinf(read("Infinity")));
  EXPECT_EQ(read("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(read("+INF"), std::numeric_limits<double>::infinity());
}

TEST(Conversions, RefuseWhatIsNoDouble) {
  for (const char* text :
       {"", "-", ".", "e1", ".e1", "1e", "1e+", "1e999", "-1e999", " 1", "1 ",
        "1,5", "0x1p3", "1_0", "--1", "+-1", "nan(1)", "infinit", "1.5f"}) {
    EXPECT_EQ(Converted("double", S(text)), "BAD_NUMBER") << text;
  }
}

TEST(Conversions, ToText) {
  EXPECT_EQ(Converted("string", S("hello")), "\"hello\"");
  EXPECT_EQ(Converted("string", Value::Bool(true)), "\"true\"");
  EXPECT_EQ(Converted("string", I(kMinInt)), "\"-9223372036854775808\"");
  EXPECT_EQ(Converted("string", U(9876)), "\"9876\"");
  EXPECT_EQ(Converted("string", Value::Bytes("abc")), "\"abc\"");
  EXPECT_EQ(Converted("string", Value::Bytes("\303\277")), "\"ÿ\"");
  EXPECT_EQ(Converted("string", Value::Bytes("\377")), "BAD_ENCODING");
  EXPECT_EQ(Converted("string", Convert("timestamp", I(1234567890))),
            "\"2009-02-13T23:31:30Z\"");
  EXPECT_EQ(Converted("string", Convert("duration", S("1000000s"))),
            "\"1000000s\"");
}

TEST(Conversions, DoublesToTheShortestText) {
  const auto text = [](double v) {
    return Convert("string", D(v)).string_value();
  };
  EXPECT_EQ(text(123.456), "123.456");
  EXPECT_EQ(text(-4.5e-3), "-0.0045");
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(1), "1");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(0.0001), "0.0001");
  EXPECT_EQ(text(0.00001), "1e-05");
  EXPECT_EQ(text(999999.5), "999999.5");
  EXPECT_EQ(text(1000000), "1e+06");
  EXPECT_EQ(text(1234567.5), "1.2345675e+06");
  EXPECT_EQ(text(1e23), "1e+23");
  EXPECT_EQ(text(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(text(-5e-324), "-5e-324");
  EXPECT_EQ(text(-0.00012345678901234567), "-0.00012345678901234567");
  EXPECT_EQ(text(NAN), "NaN");
  EXPECT_EQ(text(INFINITY), "+Inf");
  EXPECT_EQ(text(-INFINITY), "-Inf");
  for (const double v : {1.0 / 3, 2e-308, 123456789.125, 1e21, -9.5e-5}) {
    EXPECT_EQ(Convert("double", S(text(v))).double_value(), v);
  }
}

class Address : public OpaqueValue {
 public:
  const Type& type() const override { return type_; }
  bool Equals(const OpaqueValue& /*other*/) const override { return true; }
  std::string ToString() const override { return "192.0.2.1"; }

 private:
  Type type_ = Type::Opaque("net.IP");
};

TEST(Conversions, OpaqueValuesToTheirText) {
  EXPECT_EQ(Converted("string", Value::Opaque(new Address())), "\"192.0.2.1\"");
}

TEST(Conversions, ToBytes) {
  EXPECT_EQ(Convert("bytes", S("ÿ")).bytes_value(), "\303\277");
  EXPECT_EQ(Convert("bytes", S("")).bytes_value(), "");
  EXPECT_EQ(Convert("bytes", Value::Bytes("\377")).bytes_value(), "\377");
}

TEST(Conversions, ToBool) {
  for (const char* text : {"1", "t", "T", "true", "TRUE", "True"}) {
    EXPECT_EQ(Converted("bool", S(text)), "true") << text;
  }
  for (const char* text : {"0", "f", "F", "false", "FALSE", "False"}) {
    EXPECT_EQ(Converted("bool", S(text)), "false") << text;
  }
  EXPECT_EQ(Converted("bool", Value::Bool(false)), "false");
  for (const char* text : {"TrUe", "FaLsE", "", "yes", " true"}) {
    EXPECT_EQ(Converted("bool", S(text)), "BAD_BOOL") << text;
  }
}

TEST(Conversions, ToTimestamp) {
  EXPECT_EQ(Converted("timestamp", I(1000000000)),
            "timestamp('2001-09-09T01:46:40Z')");
  EXPECT_EQ(Converted("timestamp", Convert("timestamp", I(0))),
            "timestamp('1970-01-01T00:00:00Z')");
  EXPECT_EQ(Converted("timestamp", S("2021-10-27T08:00:00+08:00")),
            "timestamp('2021-10-27T00:00:00Z')");
  EXPECT_EQ(Converted("timestamp", I(Timestamp::kMinSeconds)),
            "timestamp('0001-01-01T00:00:00Z')");
  EXPECT_EQ(Converted("timestamp", I(Timestamp::kMaxSeconds)),
            "timestamp('9999-12-31T23:59:59Z')");
  EXPECT_EQ(Converted("timestamp", I(Timestamp::kMinSeconds - 1)),
            "TIME_OUT_OF_RANGE");
  EXPECT_EQ(Converted("timestamp", I(Timestamp::kMaxSeconds + 1)),
            "TIME_OUT_OF_RANGE");
  EXPECT_EQ(Converted("timestamp", S("0001-01-01T00:00:00+01:00")),
            "TIME_OUT_OF_RANGE");
  EXPECT_EQ(Converted("timestamp", S("0000-01-01T00:00:00Z")), "BAD_TIMESTAMP");
  EXPECT_EQ(Converted("timestamp", S("10000-01-01T00:00:00Z")),
            "BAD_TIMESTAMP");
}

TEST(Conversions, ToDuration) {
  EXPECT_EQ(Converted("duration", S("1h30m")), "duration('5400s')");
  EXPECT_EQ(Converted("duration", I(-1500000000)), "duration('-1.5s')");
  EXPECT_EQ(Converted("duration", Convert("duration", S("100s"))),
            "duration('100s')");
  EXPECT_EQ(Converted("duration", S("-320000000000s")), "TIME_OUT_OF_RANGE");
  EXPECT_EQ(Converted("duration", S("320000000000s")), "TIME_OUT_OF_RANGE");
  EXPECT_EQ(Converted("duration", S("1 hour")), "BAD_DURATION");
}

TEST(Conversions, ToDynIsTheSame) {
  EXPECT_EQ(Converted("dyn", Value::Null()), "null");
  EXPECT_EQ(Converted("dyn", Value::List({I(1), S("one")})), "[1, \"one\"]");
}

TEST(Conversions, RefuseOtherTypes) {
  const Value list = Value::List({});
  for (const char* function : {"int", "uint", "double", "string", "bytes",
                               "bool", "timestamp", "duration"}) {
    EXPECT_EQ(Converted(function, list), "NO_OVERLOAD") << function;
    EXPECT_EQ(Converted(function, Value::Null()), "NO_OVERLOAD") << function;
    EXPECT_EQ(ReasonOf(CallFunction(ConversionFunctions(), function, {})),
              "NO_OVERLOAD")
        << function;
    EXPECT_EQ(ReasonOf(CallFunction(ConversionFunctions(), function,
                                    {S("1"), S("1")})),
              "NO_OVERLOAD")
        << function;
  }
  EXPECT_EQ(Converted("int", Value::Bool(true)), "NO_OVERLOAD");
  EXPECT_EQ(Converted("double", Value::Bool(true)), "NO_OVERLOAD");
  EXPECT_EQ(Converted("bool", I(1)), "NO_OVERLOAD");
  EXPECT_EQ(Converted("bytes", I(1)), "NO_OVERLOAD");
  EXPECT_EQ(Converted("timestamp", D(1)), "NO_OVERLOAD");
  EXPECT_EQ(Converted("duration", U(1)), "NO_OVERLOAD");
}

TEST(Conversions, ChargeForTheTextTheyMake) {
  const std::string text(8000, 'x');
  EXPECT_EQ(ReasonOf(Convert("bytes", S(text), 1000)), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Convert("bytes", S(text), 1001).is_bytes());
  EXPECT_EQ(ReasonOf(Convert("string", Value::Bytes(text), 1000)),
            "BUDGET_EXCEEDED");
  EXPECT_TRUE(Convert("string", S(text), 126).is_string());  // nothing is made
  for (const char* function : {"int", "uint", "double", "string", "bytes",
                               "bool", "timestamp", "duration", "dyn"}) {
    EXPECT_EQ(ReasonOf(Convert(function, S("1"), 0)), "BUDGET_EXCEEDED")
        << function;
  }
}

TEST(Conversions, OfTheScoringProfile) {
  Meter meter(1000);
  EXPECT_EQ(ReasonOf(ToInt(Dec("-3.9"), &meter)), "-3");
  EXPECT_EQ(ReasonOf(ToInt(Dec("1e20"), &meter)), "INT_OVERFLOW");
  EXPECT_EQ(ReasonOf(ToInt(S("12.5"), &meter)), "BAD_NUMBER");
  EXPECT_EQ(ReasonOf(ToDecimal(S("12.50"), &meter)), "12.5");
  EXPECT_EQ(ReasonOf(ToDecimal(I(3), &meter)), "3");
  EXPECT_EQ(ReasonOf(ToDecimal(S("x"), &meter)), "BAD_NUMBER");
  EXPECT_EQ(ReasonOf(ToText(Dec("12.50"), &meter)), "\"12.5\"");
  EXPECT_EQ(ReasonOf(ToText(Value::Day(*Date::Parse("2021-10-27")), &meter)),
            "\"2021-10-27\"");
  EXPECT_EQ(ReasonOf(ToDate(S("2021-10-27"), &meter)), "date('2021-10-27')");
  EXPECT_EQ(ReasonOf(ToDate(S("2021-02-30"), &meter)), "BAD_DATE");
  // What is not there is told from what has another type.
  for (const auto convert : {ToInt, ToDecimal, ToBool, ToDate}) {
    EXPECT_EQ(ReasonOf(convert(Value::Missing(), &meter)), "MISSING");
    EXPECT_EQ(ReasonOf(convert(Value::Null(), &meter)), "NULL_VALUE");
    EXPECT_EQ(ReasonOf(convert(Value::List({}), &meter)), "NO_OVERLOAD");
  }
  EXPECT_EQ(ReasonOf(ToText(Value::Missing(), &meter)), "MISSING");
}

}  // namespace
}  // namespace duban::expr
