#include "src/expr/format.h"

#include <limits>
#include <string>

#include "google/protobuf/empty.pb.h"
#include "gtest/gtest.h"
#include "src/expr/messages.h"
#include "src/expr/network.h"
#include "src/expr/value.h"

namespace duban::expr {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value S(absl::string_view text) { return Value::Str(text); }
Value I(int64_t number) { return Value::Int(number); }
Value D(double number) { return Value::Double(number); }

Value Called(absl::string_view pattern, const ListValue& arguments,
             int64_t steps = 1000000) {
  Meter meter(steps);
  return Format(pattern, arguments, &meter);
}

// The text, or the reason of the error.
std::string Shows(absl::string_view pattern, const ListValue& arguments) {
  const Value v = Called(pattern, arguments);
  return v.is_error() ? v.error().reason : v.string_value();
}

TEST(Format, KeepsWhatIsNoClause) {
  EXPECT_EQ(Shows("", {}), "");
  EXPECT_EQ(Shows("no substitution 督办", {}), "no substitution 督办");
  EXPECT_EQ(Shows("%% and also %%", {}), "% and also %");
  EXPECT_EQ(Shows("%%%s%%", {S("text")}), "%text%");
  EXPECT_EQ(Shows("%s%%", {S("right")}), "right%");
  EXPECT_EQ(Shows("%s", {S("%s %d")}), "%s %d");
}

TEST(Format, TakesArgumentsInTurn) {
  EXPECT_EQ(Shows("%d %d, %s %s, %d", {I(1), I(2), S("A"), S("B"), I(3)}),
            "1 2, A B, 3");
  EXPECT_EQ(Shows("%d", {I(1), I(2)}), "1");
  const Value few = Called("%d %d %d", {I(0), I(1)});
  ASSERT_TRUE(few.is_error());
  EXPECT_EQ(few.error().reason, "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(few.error().en.substr(0, 20), "index 2 out of range");
}

TEST(Format, TextOfScalars) {
  EXPECT_EQ(
      Shows("%s %s %s", {Value::Null(), Value::Bool(true), Value::Bool(false)}),
      "null true false");
  EXPECT_EQ(Shows("%s %s", {I(std::numeric_limits<int64_t>::min()),
                            Value::Uint(~uint64_t{0})}),
            "-9223372036854775808 18446744073709551615");
  EXPECT_EQ(Shows("%s", {Value::Bytes("xyz")}), "xyz");
  EXPECT_EQ(Shows("%s", {Value::Bytes("\xFF")}), "BAD_ENCODING");
  EXPECT_EQ(
      Shows("%s %s", {Value::Time({1675467080, 0}), Value::Span({6347, 0})}),
      "2023-02-03T23:31:20Z 6347s");
}

TEST(Format, TextOfDoubles) {
  EXPECT_EQ(Shows("%s %s %s", {D(kNan), D(kInfinity), D(-kInfinity)}),
            "NaN Infinity -Infinity");
  EXPECT_EQ(Shows("%s %s %s %s", {D(56.8), D(3), D(-0.25), D(0)}),
            "56.8 3 -0.25 0");
  EXPECT_EQ(Shows("%s", {D(-0.0)}), "-0");
  EXPECT_EQ(Shows("%s", {D(1e23)}), "100000000000000000000000");
  EXPECT_EQ(Shows("%s", {D(123456.789)}), "123456.789");
  EXPECT_EQ(Shows("%s", {D(1.5e-7)}), "0.00000015");
  EXPECT_EQ(Shows("%s", {D(std::numeric_limits<double>::max())}),
            "17976931348623157" + std::string(292, '0'));
  EXPECT_EQ(Shows("%s", {D(std::numeric_limits<double>::denorm_min())}),
            "0." + std::string(323, '0') + "5");
}

TEST(Format, TextOfTypes) {
  const auto type = [](const Type& t) { return Value::TypeOf(t); };
  EXPECT_EQ(
      Shows("%s %s %s %s", {type(Type::String()), type(Type::Null()),
                            type(Type::Timestamp()), type(Type::Duration())}),
      "string null_type google.protobuf.Timestamp "
      "google.protobuf.Duration");
  EXPECT_EQ(Shows("%s %s %s %s",
                  {type(Type::List(Type::Int())), type(Type::TypeType()),
                   type(Type::Map(Type::Int(), Type::Int())), type(IpType())}),
            "list type map net.IP");
  EXPECT_EQ(
      Shows("%s", {type(Type::Message(google::protobuf::Empty::descriptor()))}),
      "google.protobuf.Empty");
}

TEST(Format, TextOfCollections) {
  EXPECT_EQ(Shows("%s", {Value::List({S("abc"), D(3.14), Value::Null(),
                                      Value::List({I(9), I(8)}), D(kNan)})}),
            "[abc, 3.14, null, [9, 8], NaN]");
  EXPECT_EQ(Shows("%s %s", {Value::List({}), Value::Map({})}), "[] {}");
  EXPECT_EQ(Shows("%s", {Value::Map({{S("strKey"), S("x")},
                                     {I(6), Value::Span({422, 0})},
                                     {Value::Bool(true), I(42)}})}),
            "{6: 422s, strKey: x, true: 42}");
  EXPECT_EQ(Shows("%s", {Value::Map({{S("b"), Value::Map({{I(1), I(2)}})},
                                     {S("a"), Value::Bytes("xyz")}})}),
            "{a: xyz, b: {1: 2}}");
}

TEST(Format, Decimals) {
  EXPECT_EQ(Shows("%d %d %d", {I(-7), Value::Uint(64), D(1.5)}), "-7 64 1.5");
  EXPECT_EQ(Shows("%d %d %d", {D(kNan), D(kInfinity), D(-kInfinity)}),
            "NaN Infinity -Infinity");
}

TEST(Format, FixedPoint) {
  EXPECT_EQ(Shows("%.3f", {D(1.2345)}), "1.234");
  EXPECT_EQ(Shows("%f", {D(2.71828)}), "2.718280");
  EXPECT_EQ(Shows("%.0f %.0f %.0f", {D(1.5), D(2.5), D(3.5001)}), "2 2 4");
  EXPECT_EQ(Shows("%.3f %.3f", {D(-123.4999), D(-123.4994)}),
            "-123.500 -123.499");
  EXPECT_EQ(Shows("%.5f", {D(-1.2)}), "-1.20000");
  EXPECT_EQ(Shows("%.1f %.1f", {I(3), Value::Uint(4)}), "3.0 4.0");
  EXPECT_EQ(Shows("%.2f %f", {D(kNan), D(-kInfinity)}), "NaN -Infinity");
}

TEST(Format, Scientific) {
  EXPECT_EQ(Shows("%.6e", {D(1052.032911275)}), "1.052033e+03");
  EXPECT_EQ(Shows("%e", {D(2.71828)}), "2.718280e+00");
  EXPECT_EQ(Shows("%.0e %.1e", {D(-1e-300), I(25)}), "-1e-300 2.5e+01");
  EXPECT_EQ(Shows("%e %e", {D(kNan), D(kInfinity)}), "NaN Infinity");
}

TEST(Format, OtherBases) {
  EXPECT_EQ(
      Shows("%b %b %b %b", {I(5), I(-5), Value::Uint(64), Value::Bool(true)}),
      "101 -101 1000000 1");
  EXPECT_EQ(Shows("%b", {I(std::numeric_limits<int64_t>::min())}),
            "-1" + std::string(63, '0'));
  EXPECT_EQ(Shows("%o %o", {I(11), Value::Uint(65535)}), "13 177777");
  EXPECT_EQ(Shows("%x %X %X", {I(30), I(-30), Value::Uint(6000)}),
            "1e -1E 1770");
  EXPECT_EQ(Shows("%x %X", {S("Hello world!"), S("Hello world!")}),
            "48656c6c6f20776f726c6421 48656C6C6F20776F726C6421");
  EXPECT_EQ(Shows("%x", {Value::Bytes("byte string")}),
            "6279746520737472696e67");
  EXPECT_EQ(Shows("%x", {Value::Bytes(std::string(100, '\xAB'))}).size(), 200);
}

TEST(Format, ReadsPrecision) {
  EXPECT_EQ(Shows("%.3d %.s", {I(1), I(2)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%.3d", {I(1)}), "1");
  EXPECT_EQ(Shows("%.1000f", {D(std::numeric_limits<double>::max())}).size(),
            309 + 1 + 1000);
  EXPECT_EQ(Shows("%.1000e", {D(-std::numeric_limits<double>::min())}).size(),
            1 + 1 + 1 + 1000 + 5);
  EXPECT_EQ(Shows("%.1001f", {D(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%.99999999999999999999f", {D(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%.-1f", {D(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%.", {D(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%.3", {D(1)}), "BAD_FORMAT");
}

TEST(Format, RefusesOtherClauses) {
  const Value unknown = Called("%a", {I(1)});
  ASSERT_TRUE(unknown.is_error());
  EXPECT_EQ(unknown.error().reason, "BAD_FORMAT");
  EXPECT_EQ(unknown.error().en,
            "could not parse formatting clause: unrecognized formatting "
            "clause \"a\"");
  EXPECT_EQ(Called("%督", {I(1)}).error().zh, "格式串不对：没有 %督");
  EXPECT_EQ(Shows("%E", {D(0.5)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%", {I(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%5d", {I(1)}), "BAD_FORMAT");
  EXPECT_EQ(Shows("%", {}), "INDEX_OUT_OF_RANGE");
}

TEST(Format, RefusesArgumentsOfTheWrongKind) {
  for (const char* clause : {"%d", "%e", "%f", "%x", "%X", "%b", "%o"}) {
    const Value v = Called(clause, {Value::Null()});
    ASSERT_TRUE(v.is_error()) << clause;
    EXPECT_EQ(v.error().reason, "BAD_FORMAT_ARGUMENT");
    EXPECT_NE(v.error().en.find("was given null_type"), std::string::npos);
  }
  EXPECT_EQ(Shows("%b", {S("abc")}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%d", {S("1")}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%x", {D(0.5)}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%o", {D(1)}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%f", {S("NaN")}), "BAD_FORMAT_ARGUMENT");
  const Value duration = Called("%d", {Value::Span({1, 0})});
  EXPECT_NE(duration.error().en.find("google.protobuf.Duration"),
            std::string::npos);
}

TEST(Format, RefusesMessagesAndOpaqueValues) {
  const Value message = Value::Msg(
      new MessageValue(std::make_shared<google::protobuf::Empty>(), nullptr));
  const Value v = Called("%s", {message});
  ASSERT_TRUE(v.is_error());
  EXPECT_NE(v.error().en.find("was given google.protobuf.Empty"),
            std::string::npos);
  EXPECT_EQ(Shows("%s", {Value::List({I(1), message})}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%s", {Value::Map({{I(1), message}})}),
            "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%s", {MakeIp(IpAddress())}), "BAD_FORMAT_ARGUMENT");
  EXPECT_EQ(Shows("%s", {Value::Optional(I(1))}), "BAD_FORMAT_ARGUMENT");
}

TEST(Format, PaysBeforeItMakesText) {
  EXPECT_EQ(Called(std::string(800, 'a'), {}, 99).error().reason,
            "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called(std::string(800, 'a'), {}, 100).is_string());
  // 2^40 elements on paper, forty lists in memory.
  Value list = Value::List({});
  for (int i = 0; i < 40; ++i) list = Value::List({list, list});
  EXPECT_EQ(Called("%s", {list}).error().reason, "BUDGET_EXCEEDED");
  Value map = S("");
  for (int i = 0; i < 40; ++i) map = Value::Map({{I(1), map}, {I(2), map}});
  EXPECT_EQ(Called("%s", {map}).error().reason, "BUDGET_EXCEEDED");
  const Value bytes = Value::Bytes(std::string(8000, 'a'));
  EXPECT_EQ(Called("%x", {bytes}, 1999).error().reason, "BUDGET_EXCEEDED");
  EXPECT_EQ(Called("%s", {bytes}, 1000).error().reason, "BUDGET_EXCEEDED");
  EXPECT_EQ(Called("%s", {bytes}, 100).error().reason, "BUDGET_EXCEEDED");
}

}  // namespace
}  // namespace duban::expr
