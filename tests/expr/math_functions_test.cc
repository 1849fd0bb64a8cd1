#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "src/expr/library.h"
#include "src/expr/value.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

constexpr int64_t kMinInt = std::numeric_limits<int64_t>::min();
constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
constexpr uint64_t kMaxUint = std::numeric_limits<uint64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value I(int64_t v) { return Value::Int(v); }
Value U(uint64_t v) { return Value::Uint(v); }
Value D(double v) { return Value::Double(v); }
Value S(absl::string_view v) { return Value::Str(v); }

// The result as CEL would write it, or the reason of the error.
std::string Math(absl::string_view name, const ListValue& arguments,
                 int64_t steps = 1000000) {
  return ReasonOf(CallFunction(MathFunctions(), name, arguments, steps));
}

TEST(MathFunctions, GreatestOfNumbersOfAnyType) {
  EXPECT_EQ(Math("math.greatest", {I(-5)}), "-5");
  EXPECT_EQ(Math("math.greatest", {I(3), I(-3)}), "3");
  EXPECT_EQ(Math("math.greatest", {I(kMinInt), I(1)}), "1");
  EXPECT_EQ(Math("math.greatest", {I(-1), I(-2), I(-3)}), "-1");
  EXPECT_EQ(Math("math.greatest", {D(5.4), I(10), U(3), D(-5.0), I(kMaxInt)}),
            "9223372036854775807");
  EXPECT_EQ(Math("math.greatest", {U(kMaxUint), I(kMaxInt)}),
            "18446744073709551615u");
  EXPECT_EQ(Math("math.greatest", {I(kMaxInt), D(9223372036854775808.0)}),
            I(kMaxInt).ToString());  // equal, as the nearest double; the first
  EXPECT_EQ(Math("math.greatest", {Value::List({D(5.4), I(10), U(3), D(3.5)})}),
            "10");
}

TEST(MathFunctions, LeastOfNumbersOfAnyType) {
  EXPECT_EQ(Math("math.least", {U(5)}), "5u");
  EXPECT_EQ(Math("math.least", {I(5), I(-7)}), "-7");
  EXPECT_EQ(Math("math.least", {D(-1.5), D(-2.5), D(-3.5)}), "-3.5");
  EXPECT_EQ(Math("math.least", {D(5.4), I(10), U(3), U(1), U(kMaxUint)}), "1u");
  EXPECT_EQ(Math("math.least", {Value::List({D(5.4), I(10), D(-5.5)})}),
            "-5.5");
}

TEST(MathFunctions, ExtremeOfEqualsIsTheFirst) {
  EXPECT_EQ(Math("math.greatest", {I(1), D(1.0)}), "1");
  EXPECT_EQ(Math("math.greatest", {U(1), I(1), D(1.0)}), "1u");
  EXPECT_EQ(Math("math.least", {U(1), I(1), D(1.0)}), "1u");
}

TEST(MathFunctions, ExtremesNeedNumbersThatHaveAnOrder) {
  for (const char* name : {"math.greatest", "math.least"}) {
    EXPECT_EQ(Math(name, {D(NAN), I(1)}), "NOT_ORDERED");
    EXPECT_EQ(Math(name, {I(1), D(NAN)}), "NOT_ORDERED");
    EXPECT_EQ(Math(name, {S("a")}), "NO_OVERLOAD");
    EXPECT_EQ(Math(name, {I(1), S("a")}), "NO_OVERLOAD");
    EXPECT_EQ(Math(name, {Value::List({I(1), Value::Null()})}), "NO_OVERLOAD");
    EXPECT_EQ(Math(name, {Value::List({I(1)}), I(2)}), "NO_OVERLOAD");
    EXPECT_EQ(Math(name, {Value::List({})}), "EMPTY_LIST");
    EXPECT_EQ(Math(name, {}), "EMPTY_LIST");
  }
}

TEST(MathFunctions, ExtremesTakeAStepForEachElement) {
  const Value list = Value::List(ListValue(100, I(1)));
  EXPECT_EQ(Math("math.least", {list}, 101), "1");
  EXPECT_EQ(Math("math.least", {list}, 100), "BUDGET_EXCEEDED");
}

TEST(MathFunctions, Round) {
  EXPECT_EQ(Math("math.ceil", {D(-1.2)}), "-1.0");
  EXPECT_EQ(Math("math.ceil", {D(1.2)}), "2.0");
  EXPECT_EQ(Math("math.floor", {D(-1.2)}), "-2.0");
  EXPECT_EQ(Math("math.floor", {D(1.2)}), "1.0");
  EXPECT_EQ(Math("math.round", {D(-1.5)}), "-2.0");
  EXPECT_EQ(Math("math.round", {D(-1.4)}), "-1.0");
  EXPECT_EQ(Math("math.round", {D(1.5)}), "2.0");
  EXPECT_EQ(Math("math.round", {D(2.5)}), "3.0");
  EXPECT_EQ(Math("math.trunc", {D(-1.9)}), "-1.0");
  EXPECT_EQ(Math("math.trunc", {D(1.9)}), "1.0");
  for (const char* name :
       {"math.ceil", "math.floor", "math.round", "math.trunc"}) {
    EXPECT_EQ(Math(name, {D(NAN)}), D(NAN).ToString()) << name;
    EXPECT_EQ(Math(name, {D(kInfinity)}), D(kInfinity).ToString()) << name;
    EXPECT_EQ(Math(name, {I(1)}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {D(1), D(1)}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {D(1)}, 0), "BUDGET_EXCEEDED") << name;
  }
}

TEST(MathFunctions, TellNumbersFromWhatIsNone) {
  EXPECT_EQ(Math("math.isNaN", {D(NAN)}), "true");
  EXPECT_EQ(Math("math.isNaN", {D(kInfinity)}), "false");
  EXPECT_EQ(Math("math.isInf", {D(-kInfinity)}), "true");
  EXPECT_EQ(Math("math.isInf", {D(NAN)}), "false");
  EXPECT_EQ(Math("math.isFinite", {D(0.5)}), "true");
  EXPECT_EQ(Math("math.isFinite", {D(NAN)}), "false");
  EXPECT_EQ(Math("math.isFinite", {D(-kInfinity)}), "false");
  for (const char* name : {"math.isNaN", "math.isInf", "math.isFinite"}) {
    EXPECT_EQ(Math(name, {Value::Bool(true)}), "NO_OVERLOAD") << name;
  }
}

TEST(MathFunctions, AbsKeepsTheType) {
  EXPECT_EQ(Math("math.abs", {U(1)}), "1u");
  EXPECT_EQ(Math("math.abs", {I(-11)}), "11");
  EXPECT_EQ(Math("math.abs", {I(kMaxInt)}), "9223372036854775807");
  EXPECT_EQ(Math("math.abs", {I(kMinInt)}), "INT_OVERFLOW");
  EXPECT_EQ(Math("math.abs", {D(-11.5)}), "11.5");
  EXPECT_EQ(Math("math.abs", {S("")}), "NO_OVERLOAD");
}

TEST(MathFunctions, SignKeepsTheType) {
  EXPECT_EQ(Math("math.sign", {U(100)}), "1u");
  EXPECT_EQ(Math("math.sign", {U(0)}), "0u");
  EXPECT_EQ(Math("math.sign", {I(kMinInt)}), "-1");
  EXPECT_EQ(Math("math.sign", {I(0)}), "0");
  EXPECT_EQ(Math("math.sign", {D(-32.0)}), "-1.0");
  EXPECT_EQ(Math("math.sign", {D(-0.0)}), "0.0");
  EXPECT_EQ(Math("math.sign", {D(NAN)}), D(NAN).ToString());
  EXPECT_EQ(Math("math.sign", {Value::Bool(true)}), "NO_OVERLOAD");
}

TEST(MathFunctions, SquareRootsAreDoubles) {
  EXPECT_EQ(Math("math.sqrt", {D(2.25)}), "1.5");
  EXPECT_EQ(Math("math.sqrt", {I(81)}), "9.0");
  EXPECT_EQ(Math("math.sqrt", {U(4)}), "2.0");
  EXPECT_TRUE(std::isnan(
      CallFunction(MathFunctions(), "math.sqrt", {I(-1)}).double_value()));
  EXPECT_EQ(Math("math.sqrt", {S("4")}), "NO_OVERLOAD");
}

TEST(MathFunctions, CombineBits) {
  EXPECT_EQ(Math("math.bitAnd", {I(1), I(-1)}), "1");
  EXPECT_EQ(Math("math.bitAnd", {U(1), U(3)}), "1u");
  EXPECT_EQ(Math("math.bitOr", {I(4), I(-2)}), "-2");
  EXPECT_EQ(Math("math.bitOr", {U(1), U(4)}), "5u");
  EXPECT_EQ(Math("math.bitXor", {I(4), I(-2)}), "-6");
  EXPECT_EQ(Math("math.bitXor", {U(1), U(3)}), "2u");
  EXPECT_EQ(Math("math.bitNot", {I(1)}), "-2");
  EXPECT_EQ(Math("math.bitNot", {U(0)}), "18446744073709551615u");
  for (const char* name : {"math.bitAnd", "math.bitOr", "math.bitXor"}) {
    EXPECT_EQ(Math(name, {U(2), I(1)}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {D(1.2), I(1)}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {I(1)}), "NO_OVERLOAD") << name;
  }
  EXPECT_EQ(Math("math.bitNot", {S("")}), "NO_OVERLOAD");
}

TEST(MathFunctions, ShiftBitsAsIfTheyHadNoSign) {
  EXPECT_EQ(Math("math.bitShiftLeft", {I(1), I(2)}), "4");
  EXPECT_EQ(Math("math.bitShiftLeft", {I(1), I(63)}), "-9223372036854775808");
  EXPECT_EQ(Math("math.bitShiftLeft", {I(-1), I(1)}), "-2");
  EXPECT_EQ(Math("math.bitShiftLeft", {I(-1), I(200)}), "0");
  EXPECT_EQ(Math("math.bitShiftLeft", {U(1), I(64)}), "0u");
  EXPECT_EQ(Math("math.bitShiftRight", {I(1024), I(2)}), "256");
  EXPECT_EQ(Math("math.bitShiftRight", {I(-1024), I(3)}),
            "2305843009213693824");
  EXPECT_EQ(Math("math.bitShiftRight", {I(-1024), I(0)}), "-1024");
  EXPECT_EQ(Math("math.bitShiftRight", {I(-1024), I(64)}), "0");
  EXPECT_EQ(Math("math.bitShiftRight", {U(1024), I(kMaxInt)}), "0u");
  for (const char* name : {"math.bitShiftLeft", "math.bitShiftRight"}) {
    EXPECT_EQ(Math(name, {U(1), I(-1)}), "BAD_ARGUMENT") << name;
    EXPECT_EQ(Math(name, {I(1), I(kMinInt)}), "BAD_ARGUMENT") << name;
    EXPECT_EQ(Math(name, {I(1), U(1)}), "NO_OVERLOAD") << name;
    EXPECT_EQ(Math(name, {Value::Bytes("123"), I(1)}), "NO_OVERLOAD") << name;
  }
}

}  // namespace
}  // namespace duban::expr
