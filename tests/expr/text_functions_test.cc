#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "src/expr/library.h"
#include "src/expr/value.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

Value S(absl::string_view text) { return Value::Str(text); }
Value I(int64_t number) { return Value::Int(number); }

Value Called(absl::string_view name, const ListValue& arguments,
             int64_t steps = 1000000) {
  return CallFunction(StringFunctions(), name, arguments, steps);
}

// The result as CEL writes it, or the reason of an error.
std::string Shows(absl::string_view name, const ListValue& arguments,
                  int64_t steps = 1000000) {
  return ReasonOf(Called(name, arguments, steps));
}

TEST(TextFunctions, CharAt) {
  EXPECT_EQ(Shows("charAt", {S("tacocat"), I(3)}), R"("o")");
  EXPECT_EQ(Shows("charAt", {S("tacocat"), I(7)}), R"("")");
  EXPECT_EQ(Shows("charAt", {S("©αT"), I(1)}), R"("α")");
  EXPECT_EQ(Shows("charAt", {S("督办"), I(1)}), R"("办")");
  EXPECT_EQ(Shows("charAt", {S("tacocat"), I(30)}), "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("charAt", {S("tacocat"), I(-1)}), "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("charAt", {S(""), I(std::numeric_limits<int64_t>::max())}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Called("charAt", {S("tacocat"), I(30)}).error().en,
            "index out of range: 30");
  EXPECT_EQ(Shows("charAt", {I(42), I(2)}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("charAt", {S("a"), Value::Bool(true)}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("charAt", {S("a")}), "NO_OVERLOAD");
}

TEST(TextFunctions, IndexOf) {
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("")}), "0");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("ac")}), "1");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("none")}), "-1");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S(""), I(3)}), "3");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("a"), I(3)}), "5");
  EXPECT_EQ(Shows("indexOf", {S("ta©o©αT"), S("©")}), "2");
  EXPECT_EQ(Shows("indexOf", {S("ta©o©αT"), S("©"), I(3)}), "4");
  EXPECT_EQ(Shows("indexOf", {S("ta©o©αT"), S("©αT"), I(3)}), "4");
  EXPECT_EQ(Shows("indexOf", {S("ta©o©αT"), S("©α"), I(5)}), "-1");
  EXPECT_EQ(Shows("indexOf", {S("hello wello"), S("elbo room!!")}), "-1");
  EXPECT_EQ(Shows("indexOf", {S(""), S("a")}), "-1");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("a"), I(7)}), "-1");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S("a"), I(30)}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("indexOf", {S("tacocat"), S(""), I(-1)}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("indexOf", {S("42"), S("4"), S("0")}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("indexOf", {S("42"), S("4"), I(0), I(1)}), "NO_OVERLOAD");
}

TEST(TextFunctions, LastIndexOf) {
  EXPECT_EQ(Shows("lastIndexOf", {S(""), S("@@")}), "-1");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("")}), "7");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("at")}), "5");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("none")}), "-1");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S(""), I(3)}), "3");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("a"), I(3)}), "1");
  EXPECT_EQ(Shows("lastIndexOf", {S("ta©o©αT"), S("©")}), "4");
  EXPECT_EQ(Shows("lastIndexOf", {S("ta©o©αT"), S("©"), I(3)}), "2");
  EXPECT_EQ(Shows("lastIndexOf", {S("ta©o©αT"), S("©α"), I(4)}), "4");
  EXPECT_EQ(Shows("lastIndexOf", {S("hello wello"), S("ello"), I(6)}), "1");
  EXPECT_EQ(Shows("lastIndexOf", {S("bananananana"), S("nana"), I(7)}), "6");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("a"), I(-1)}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("lastIndexOf", {S("tacocat"), S("a"), I(30)}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("lastIndexOf", {I(1), S("a")}), "NO_OVERLOAD");
}

TEST(TextFunctions, AsciiCase) {
  EXPECT_EQ(Shows("lowerAscii", {S("TacoCÆt Xii")}), R"("tacocÆt xii")");
  EXPECT_EQ(Shows("upperAscii", {S("tacoCαt ßxii")}), R"("TACOCαT ßXII")");
  EXPECT_EQ(Shows("lowerAscii", {I(1)}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("upperAscii", {S("a"), S("b")}), "NO_OVERLOAD");
}

TEST(TextFunctions, Replace) {
  EXPECT_EQ(Shows("replace", {S("12 days 12 hours"), S("{0}"), S("2")}),
            R"("12 days 12 hours")");
  EXPECT_EQ(Shows("replace", {S("{0} days {0} hours"), S("{0}"), S("2")}),
            R"("2 days 2 hours")");
  EXPECT_EQ(Shows("replace", {S("{0} days {0} hours"), S("{0}"), S("2"), I(1)}),
            R"("2 days {0} hours")");
  EXPECT_EQ(Shows("replace", {S("1 ©αT taco"), S("αT"), S("o©α")}),
            R"("1 ©o©α taco")");
  EXPECT_EQ(Shows("replace", {S("aaa"), S("a"), S("b"), I(0)}), R"("aaa")");
  EXPECT_EQ(Shows("replace", {S("aaa"), S("a"), S(""), I(-1)}), R"("")");
  EXPECT_EQ(Shows("replace", {S("aaa"), S("aa"), S("b")}), R"("ba")");
  EXPECT_EQ(Shows("replace", {S("42"), S("2"), S("1"), S("1")}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("replace", {S("42"), I(2), S("1")}), "NO_OVERLOAD");
}

TEST(TextFunctions, ReplacesNothingBetweenCodePoints) {
  EXPECT_EQ(Shows("replace", {S("督办"), S(""), S("-")}), R"("-督-办-")");
  EXPECT_EQ(Shows("replace", {S("督办"), S(""), S("-"), I(2)}), R"("-督-办")");
  EXPECT_EQ(Shows("replace", {S(""), S(""), S("-")}), R"("-")");
}

TEST(TextFunctions, Split) {
  EXPECT_EQ(Shows("split", {S("hello world"), S(" ")}),
            R"(["hello", "world"])");
  EXPECT_EQ(Shows("split", {S("a b c"), S(" "), I(0)}), "[]");
  EXPECT_EQ(Shows("split", {S("a b c"), S(" "), I(1)}), R"(["a b c"])");
  EXPECT_EQ(Shows("split", {S("a b c"), S(" "), I(2)}), R"(["a", "b c"])");
  EXPECT_EQ(Shows("split", {S("o©o©o©o"), S("©"), I(-1)}),
            R"(["o", "o", "o", "o"])");
  EXPECT_EQ(Shows("split", {S(",a,"), S(",")}), R"(["", "a", ""])");
  EXPECT_EQ(Shows("split", {S(""), S(",")}), R"([""])");
  EXPECT_EQ(Shows("split", {S(""), S("")}), "[]");
  EXPECT_EQ(Shows("split", {S("督办a"), S("")}), R"(["督", "办", "a"])");
  EXPECT_EQ(Shows("split", {S("督办a"), S(""), I(2)}), R"(["督", "办a"])");
  EXPECT_EQ(Shows("split", {S("42"), S("2"), S("1")}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("split", {S("42"), I(2)}), "NO_OVERLOAD");
}

TEST(TextFunctions, Substring) {
  EXPECT_EQ(Shows("substring", {S("tacocat"), I(4)}), R"("cat")");
  EXPECT_EQ(Shows("substring", {S("tacocat"), I(7)}), R"("")");
  EXPECT_EQ(Shows("substring", {S("tacocat"), I(0), I(4)}), R"("taco")");
  EXPECT_EQ(Shows("substring", {S("tacocat"), I(4), I(4)}), R"("")");
  EXPECT_EQ(Shows("substring", {S("ta©o©αT"), I(2), I(6)}), R"("©o©α")");
  EXPECT_EQ(Shows("substring", {S("ta©o©αT"), I(7), I(7)}), R"("")");
  EXPECT_EQ(Called("substring", {S("tacocat"), I(49), I(50)}).error().en,
            "index out of range: 49");
  EXPECT_EQ(Called("substring", {S("tacocat"), I(1), I(50)}).error().en,
            "index out of range: 50");
  EXPECT_EQ(Called("substring", {S("tacocat"), I(-1)}).error().en,
            "index out of range: -1");
  const Value turned = Called("substring", {S("tacocat"), I(4), I(3)});
  EXPECT_EQ(ReasonOf(turned), "BAD_RANGE");
  EXPECT_EQ(turned.error().en, "invalid substring range. start: 4, end: 3");
  // The length would not fit, were it taken before the start is known.
  EXPECT_EQ(Shows("substring", {S("a"), I(std::numeric_limits<int64_t>::min()),
                                I(std::numeric_limits<int64_t>::max())}),
            "INDEX_OUT_OF_RANGE");
  EXPECT_EQ(Shows("substring", {S("a"), Value::Bool(true), I(3)}),
            "NO_OVERLOAD");
}

TEST(TextFunctions, Trim) {
  EXPECT_EQ(Shows("trim", {S(" \f\n\r\t\vtext in  ")}), R"("text in")");
  EXPECT_EQ(Shows("trim", {S("\u00A0\u1680text")}), R"("text")");
  EXPECT_EQ(Shows("trim", {S("\xC2\x85text")}), R"("text")");
  EXPECT_EQ(Shows("trim", {S("text\u2000\u2001\u2002\u2003\u2004\u2006\u2007"
                             "\u2008\u2009")}),
            R"("text")");
  EXPECT_EQ(Shows("trim", {S("\u200Atext\u2028\u2029\u202F\u205F\u3000")}),
            R"("text")");
  const std::string kept = "\u180Etext\u200B\u200C\u200D\u2060\uFEFF";
  EXPECT_EQ(Called("trim", {S(kept)}).string_value(), kept);
  EXPECT_EQ(Shows("trim", {S(" \t ")}), R"("")");
  EXPECT_EQ(Shows("trim", {S("")}), R"("")");
  EXPECT_EQ(Shows("trim", {Value::Null()}), "NO_OVERLOAD");
}

TEST(TextFunctions, Join) {
  EXPECT_EQ(Shows("join", {Value::List({S("x"), S("y")})}), R"("xy")");
  EXPECT_EQ(Shows("join", {Value::List({S("x"), S("y")}), S("-")}), R"("x-y")");
  EXPECT_EQ(Shows("join", {Value::List({S(""), S("")}), S("-")}), R"("-")");
  EXPECT_EQ(Shows("join", {Value::List({})}), R"("")");
  EXPECT_EQ(Shows("join", {Value::List({}), S("-")}), R"("")");
  EXPECT_EQ(Shows("join", {Value::List({S("x"), I(1)})}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("join", {S("x"), S("-")}), "NO_OVERLOAD");
}

TEST(TextFunctions, Quote) {
  EXPECT_EQ(Called("strings.quote", {S("a\a\b\f\n\r\t\v\\\"z")}).string_value(),
            R"("a\a\b\f\n\r\t\v\\\"z")");
  EXPECT_EQ(Called("strings.quote", {S("it's ta©o😀")}).string_value(),
            R"("it's ta©o😀")");
  EXPECT_EQ(Called("strings.quote", {S("")}).string_value(), R"("")");
  EXPECT_EQ(Shows("strings.quote", {I(1)}), "NO_OVERLOAD");
}

TEST(TextFunctions, Reverse) {
  EXPECT_EQ(Shows("reverse", {S("ta©o😀")}), R"("😀o©at")");
  EXPECT_EQ(Shows("reverse", {S("")}), R"("")");
  EXPECT_EQ(Shows("reverse", {Value::List({})}), "NO_OVERLOAD");
}

TEST(TextFunctions, Format) {
  EXPECT_EQ(Shows("format", {S("%s: %d"), Value::List({S("x"), I(3)})}),
            R"("x: 3")");
  EXPECT_EQ(Shows("format", {S("%s"), S("x")}), "NO_OVERLOAD");
  EXPECT_EQ(Shows("format", {S("%s")}), "NO_OVERLOAD");
}

TEST(TextFunctions, PayBeforeTheyMakeText) {
  const std::string kilobyte(1000, 'a');
  const Value text = S(kilobyte);
  // Each 'a' becomes a kilobyte: a million bytes, or 125,000 steps.
  EXPECT_EQ(Shows("replace", {text, S("a"), text}, 100000), "BUDGET_EXCEEDED");
  EXPECT_EQ(Shows("replace", {text, S(""), text}, 100000), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("replace", {text, S("a"), text}, 200000).is_string());
  // A thousand elements, each a text of its own.
  EXPECT_EQ(Shows("split", {text, S("")}, 2000), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("split", {text, S("")}, 2200).is_list());
  const Value list = Value::List(ListValue(1000, text));
  EXPECT_EQ(Shows("join", {list, text}, 200000), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("join", {list, text}, 300000).is_string());
  EXPECT_EQ(Shows("format", {S("%s"), Value::List({list})}, 100000),
            "BUDGET_EXCEEDED");
  const Value quotes = S(std::string(1000, '"'));
  EXPECT_EQ(Shows("strings.quote", {quotes}, 249), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("strings.quote", {quotes}, 250).is_string());
  for (const char* name : {"lowerAscii", "upperAscii", "trim", "reverse"}) {
    EXPECT_EQ(Shows(name, {text}, 124), "BUDGET_EXCEEDED") << name;
    EXPECT_TRUE(Called(name, {text}, 125).is_string()) << name;
  }
  EXPECT_EQ(Shows("charAt", {text, I(0)}, 14), "BUDGET_EXCEEDED");
  EXPECT_EQ(Shows("substring", {text, I(0)}, 100), "BUDGET_EXCEEDED");
}

TEST(TextFunctions, PayForTheWorstSearch) {
  const Value text = S(std::string(1 << 20, 'a'));
  const Value part = S(std::string(1 << 19, 'a') + "b");
  for (const char* name : {"indexOf", "lastIndexOf", "split"}) {
    EXPECT_EQ(Shows(name, {text, part}), "BUDGET_EXCEEDED") << name;
  }
  EXPECT_EQ(Shows("replace", {text, part, S("")}), "BUDGET_EXCEEDED");
}

}  // namespace
}  // namespace duban::expr
