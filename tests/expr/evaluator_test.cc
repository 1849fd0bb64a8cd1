// What examples.txt does not show: places of errors, budgets, values from
// outside that are not what was promised. The examples are the rest.
#include "src/expr/evaluator.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

class EvaluatorTest : public testing::Test {
 protected:
  std::string Run(absl::string_view text, int64_t steps = 1000000) const {
    Limits limits;
    limits.steps = steps;
    return campaign_.Run(text, limits);
  }
  const Campaign campaign_;
};

TEST_F(EvaluatorTest, PlacesErrorsAtTheNodeThatFailed) {
  EXPECT_EQ(Run("1 + 2 / 0"), "DIVISION_BY_ZERO@6");
  EXPECT_EQ(Run("'督' + string(1 / 0)"), "DIVISION_BY_ZERO@17");
  EXPECT_EQ(Run("xs[9] + 1"), "INDEX_OUT_OF_RANGE@2");
  EXPECT_EQ(Run("m.zzz"), "NO_SUCH_KEY@2");
  EXPECT_EQ(Run("1 + nothing"), "MISSING@4");
  EXPECT_EQ(Run("1 + lookup('bands', 3)"), "NO_MATCH@4");
  EXPECT_EQ(Run("1 + level('none', 3)"), "MISSING@4");
  EXPECT_EQ(Run("any.x"), "NO_SUCH_FIELD@4");
}

TEST_F(EvaluatorTest, TakesTheFirstErrorFromTheLeft) {
  EXPECT_EQ(Run("1 / 0 + xs[9]"), "DIVISION_BY_ZERO@2");
  EXPECT_EQ(Run("xs[9] + 1 / 0"), "INDEX_OUT_OF_RANGE@2");
  EXPECT_EQ(Run("[xs[9], 1 / 0]"), "INDEX_OUT_OF_RANGE@3");
  EXPECT_EQ(Run("{'a': 1 / 0, 'b': xs[9]}"), "DIVISION_BY_ZERO@8");
  EXPECT_EQ(Run("xs[9] == 1 || 1 / 0 == 1"), "INDEX_OUT_OF_RANGE@2");
  EXPECT_EQ(Run("min(1, 1 / 0, xs[9])"), "DIVISION_BY_ZERO@9");
}

TEST_F(EvaluatorTest, AbsorbsErrorsOnlyInLogic) {
  EXPECT_EQ(Run("ok && xs[9] > 0 && false"), "false");
  EXPECT_EQ(Run("xs[9] > 0 || !ok || ok"), "true");
  EXPECT_EQ(Run("xs.exists(x, xs[x] == 3)"), "true");
  EXPECT_EQ(Run("xs.exists(x, xs[x] == 9)"), "INDEX_OUT_OF_RANGE@15");
  EXPECT_EQ(Run("xs.all(x, xs[x] > 2)"), "false");
  EXPECT_EQ(Run("xs.map(x, xs[x])"), "INDEX_OUT_OF_RANGE@12");
  EXPECT_EQ(Run("(xs[9] > 0 ? 1 : 2) > 0 || true"), "true");
  // A test that is not bool is an error like others.
  EXPECT_EQ(Run("any || true"), "true");
  EXPECT_EQ(Run("any || false"), "NO_OVERLOAD@4");
  EXPECT_EQ(Run("dyn('a') ? 1 : 2"), "NO_OVERLOAD@9");
}

TEST_F(EvaluatorTest, RoundsAMultiplicationAndDivisionOnce) {
  EXPECT_EQ(Run("10.0 * 2 / 3"), "6.666666667");
  EXPECT_EQ(Run("10.0 / 3 * 3"), "9.999999999");
  EXPECT_EQ(Run("0.000000001 * 0.5 / 0.5"), "0.000000001");
  EXPECT_EQ(Run("0.000000001 * (0.5 / 0.5)"), "0.000000001");
  EXPECT_EQ(Run("9223372036854775807 * 10 / 10.0"), "9223372036854775807");
  // Two ints: CEL's division, and CEL's overflow.
  EXPECT_EQ(Run("30 * 7 / 9"), "23");
  EXPECT_EQ(Run("9223372036854775807 * 10 / 10"), "INT_OVERFLOW@20");
}

TEST_F(EvaluatorTest, ChargesForEachNode) {
  EXPECT_EQ(Run("1", 1), "1");
  EXPECT_EQ(Run("1 + 1", 3), "2");
  EXPECT_EQ(Run("1 + 1", 2), "BUDGET_EXCEEDED@4");
  EXPECT_EQ(Run("1 + 1 + 1", 5), "3");
  // What is not evaluated is not charged.
  EXPECT_EQ(Run("ok ? 1 : sum(xs.map(x, x * x))", 3), "1");
  EXPECT_EQ(Run("ok ? sum(xs.map(x, x * x)) : 1", 3), "BUDGET_EXCEEDED@12");
}

TEST_F(EvaluatorTest, StopsBeforeItTakesMemory) {
  // Doubles a string, or a list, at each step.
  std::string text = "['0123456789']";
  std::string list = "[[0]]";
  for (int i = 0; i < 40; ++i) {
    text += ".map(s, s + s)";
    list += ".map(l, l + l)";
  }
  EXPECT_EQ(Run(text).substr(0, 15), "BUDGET_EXCEEDED");
  EXPECT_EQ(Run(list).substr(0, 15), "BUDGET_EXCEEDED");
  EXPECT_EQ(Run("xs.all(a, xs.all(b, xs.all(c, true)))", 60).substr(0, 15),
            "BUDGET_EXCEEDED");
  // No absorbing that.
  EXPECT_EQ(Run("xs.map(x, x).size() > 0 || true", 8).substr(0, 15),
            "BUDGET_EXCEEDED");
}

TEST_F(EvaluatorTest, BoundsValuesThatShareTheirParts) {
  // 2^50 elements on paper, 100 in memory.
  std::string shared = "[[0]]";
  for (int i = 0; i < 50; ++i) shared += ".map(x, [x, x])";
  EXPECT_EQ(Run(absl::StrCat(shared, " == ", shared)).substr(0, 15),
            "BUDGET_EXCEEDED");
  EXPECT_EQ(Run(absl::StrCat("0 in ", shared, ".map(x, size(x))")), "false");
  EXPECT_LT(Run(shared).size(), 200000u);
}

TEST_F(EvaluatorTest, BoundsSearching) {
  const std::string a = absl::StrCat("'", std::string(16000, 'a'), "'");
  const std::string b = absl::StrCat("'", std::string(8000, 'a'), "b'");
  EXPECT_EQ(Run(absl::StrCat("[0,1,2,3,4,5,6,7,8,9].all(x, "
                             "[0,1,2,3,4,5,6,7,8,9].all(y, !",
                             a, ".contains(", b, ")))"))
                .substr(0, 15),
            "BUDGET_EXCEEDED");
  EXPECT_EQ(Run("'a'.matches('((a{90}){90}){90}')"),
            "faults: BAD_PATTERN@12+19");
  EXPECT_EQ(Run("'a'.matches('((a{90}){90})' + '{90}')"), "BAD_PATTERN@4");
}

TEST_F(EvaluatorTest, EvaluatesLongChains) {
  std::string sum = "1";
  std::string text = "'a'";
  std::string all = "ok";
  for (int i = 0; i < 9000; ++i) {
    sum += " + 1";
    all += " && ok";
  }
  for (int i = 0; i < 1000; ++i) text += " + 'a'";
  EXPECT_EQ(Run(sum), "9001");
  EXPECT_EQ(Run(all), "true");
  EXPECT_EQ(Run(absl::StrCat("size(", text, ")")), "1001");
}

TEST_F(EvaluatorTest, HoldsValuesToTheirDeclaredTypes) {
  RecordType type("box", {{"n", Type::Decimal(), "", false},
                          {"d", Type::Date(), "", false}});
  const Row row(&type, {Value::Int(3), Value::Str("2021-10-27")});
  Environment environment;
  environment.Add({"box", Type::Record(&type), "", false});
  environment.Add({"numbers", Type::List(Type::Decimal()), "", false});
  environment.Add({"n", Type::Decimal(), "", false});
  const std::vector<Value> values = {
      Value::Rec(&row), Value::List({Value::Int(1), Value::Str("x")}),
      Value::Int(7)};
  const auto run = [&](absl::string_view text) {
    const Compiled c = Compile(text, environment);
    EXPECT_TRUE(c.ok()) << text;
    const Value v = c.program.Evaluate(values);
    return v.is_error() ? v.error().reason : v.ToString();
  };
  EXPECT_EQ(run("n / 2"), "3.5");
  EXPECT_EQ(run("box.n / 2"), "1.5");
  EXPECT_EQ(run("numbers[0] / 2"), "0.5");
  EXPECT_EQ(run("numbers.map(x, x / 2)[0]"), "WRONG_TYPE");
  EXPECT_EQ(run("numbers[1] / 2"), "WRONG_TYPE");
  EXPECT_EQ(run("year(box.d)"), "WRONG_TYPE");
  EXPECT_EQ(run("sum(numbers)"), "NO_OVERLOAD");
}

TEST_F(EvaluatorTest, RefusesTooFewVariables) {
  const Compiled c = Compile("count", campaign_.environment());
  EXPECT_EQ(c.program.Evaluate({}).error().reason, "NO_SUCH_VARIABLE");
  EXPECT_EQ(Program().Evaluate({}).error().reason, "NOT_COMPILED");
  EXPECT_EQ(Program().Canonical(), "");
  EXPECT_TRUE(Program().reads().empty());
}

TEST_F(EvaluatorTest, ChecksTypesOfDynArguments) {
  for (const char* text : {"dyn('a').all(x, true)",
                           "size(any)",
                           "year(any)",
                           "min(dyn('a'), 1)",
                           "clamp(dyn('a'), 0, 1)",
                           "any.contains('a')",
                           "abs(dyn('a'))",
                           "round(1.5, dyn('a'))",
                           "sum(any)",
                           "dyn(1.5) % 2",
                           "dyn(due) + 1.5",
                           "-dyn('a')",
                           "!any",
                           "add_workdays(any, 1)",
                           "workdays_between(due, any)",
                           "days_between(due, any)",
                           "any in any",
                           "any[0]",
                           "dyn([1])['a']",
                           "dyn(due) < 1",
                           "int(dyn(due))",
                           "{dyn(1.5): 1}",
                           "prorate(dyn('a'), 1, 1)",
                           "dyn(xs) * 2",
                           "floor(dyn('a'))"}) {
    EXPECT_EQ(Run(text).substr(0, 12), "NO_OVERLOAD@") << text;
  }
  EXPECT_EQ(Run("lookup('bands', dyn('a'))"), "WRONG_TYPE@0");
  EXPECT_EQ(Run("lookup('bands', any + 90)"), "30");
  EXPECT_EQ(Run("level(any, 1)"), "WRONG_TYPE@0");
  EXPECT_EQ(Run("dyn([1, 2])[1.0]"), "2");
  EXPECT_EQ(Run("{dyn('a'): 1, 'a': 2}"), "DUPLICATE_KEY@0");
  EXPECT_EQ(Run("dyn(person).分数"), "7.5");
  EXPECT_EQ(Run("dyn(other).age"), "MISSING@11");
  EXPECT_EQ(Run("has(dyn(other).age)"), "false");
}

TEST_F(EvaluatorTest, HoldsDynResultsToTheExpectedType) {
  const auto run = [&](absl::string_view text, const Type& expected) {
    const Compiled c = Compile(text, campaign_.environment(), expected);
    EXPECT_TRUE(c.ok()) << text;
    EXPECT_EQ(c.program.type(), expected);
    return c.program.Evaluate(campaign_.values());
  };
  EXPECT_TRUE(run("any", Type::Decimal()).is_decimal());
  EXPECT_EQ(run("any", Type::Bool()).error().reason, "WRONG_TYPE");
  EXPECT_EQ(run("dyn(null)", Type::Decimal()).error().reason, "NULL_VALUE");
  EXPECT_EQ(run("any > 1", Type::Bool()).ToString(), "true");
}

TEST_F(EvaluatorTest, RunsAtTheDeepestNestingAllowed) {
  Limits limits;
  limits.nesting = 1000;  // more than is honoured
  std::string open, close;
  for (int i = 0; i < 100; ++i) {
    open += "ok ? 1 + 2 * (false || ok && 1 < max(0, ";
    close += ") ? 1 : 2) : 3";
  }
  EXPECT_EQ(campaign_.Run(open + "2" + close, limits).substr(0, 7), "faults:");
  open.clear();
  close.clear();
  for (int i = 0; i < 60; ++i) {
    open += "ok ? 1 + 2 * (false || ok && 1 < max(0, ";
    close += ") ? 1 : 2) : 3";
  }
  EXPECT_EQ(campaign_.Run(open + "2" + close, limits), "3");
}

}  // namespace
}  // namespace duban::expr
