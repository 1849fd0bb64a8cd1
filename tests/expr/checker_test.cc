#include "src/expr/checker.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

struct Case {
  const char* text;
  const char* result;  // a type, or faults
};

class CheckerTest : public testing::TestWithParam<Case> {
 protected:
  const Campaign campaign_;
};

TEST_P(CheckerTest, GivesTypeOrFaults) {
  EXPECT_EQ(campaign_.TypeOf(GetParam().text), GetParam().result)
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Types, CheckerTest,
    testing::Values(
        Case{"1", "int"}, Case{"1.0", "decimal"}, Case{"'a'", "string"},
        Case{"null", "null"}, Case{"true", "bool"}, Case{"due", "date"},
        Case{"any", "dyn"}, Case{"person", "person"}, Case{"1 + 2", "int"},
        Case{"1 + 2.0", "decimal"}, Case{"minutes / 60", "decimal"},
        Case{"7 / 2", "int"}, Case{"any + 1", "dyn"},
        Case{"any + 1.0", "decimal"}, Case{"any + 'a'", "string"},
        Case{"any < 1", "bool"}, Case{"any + any", "dyn"}, Case{"-any", "dyn"},
        Case{"-1.5", "decimal"}, Case{"-(1)", "int"},
        Case{"'a' + 'b'", "string"}, Case{"[1] + [2]", "list(int)"},
        Case{"[1] + [2.5]", "list(decimal)"}, Case{"due + 1", "date"},
        Case{"due - 1", "date"}, Case{"due - due", "int"},
        Case{"[1, 2.5]", "list(decimal)"}, Case{"[1, 'a']", "list(dyn)"},
        Case{"[]", "list(dyn)"}, Case{"[[1], [2.5]]", "list(list(decimal))"},
        Case{"{'a': 1}", "map(string, int)"},
        Case{"{'a': 1, 'b': 2.5}", "map(string, decimal)"},
        Case{"ok ? 1 : 2.5", "decimal"}, Case{"ok ? any : 1", "dyn"},
        Case{"ok ? person : null", "person"}, Case{"xs[0]", "int"},
        Case{"m['a']", "int"}, Case{"m.a", "int"}, Case{"any.x.y", "dyn"},
        Case{"any[0]", "dyn"}, Case{"person.name", "string"},
        Case{"people[0].points", "decimal"},
        Case{"xs.map(x, x > 1)", "list(bool)"},
        Case{"xs.filter(x, x > 1)", "list(int)"},
        Case{"m.map(k, k)", "list(string)"}, Case{"any.all(x, x)", "bool"},
        Case{"any.map(x, x)", "list(dyn)"}, Case{"has(absent)", "bool"},
        Case{"absent.orValue(0)", "decimal"},
        Case{"person.age.orValue(0)", "int"},
        Case{"person.age.orValue(0.5)", "decimal"}, Case{"min(1, 2)", "int"},
        Case{"min(1, 2.0, 3)", "decimal"}, Case{"min(xs)", "int"},
        Case{"max(ds)", "decimal"}, Case{"min(due, as_of)", "date"},
        Case{"min(any, 1)", "dyn"}, Case{"clamp(1, 0, 2)", "int"},
        Case{"clamp(1.0, 0, 2)", "decimal"}, Case{"abs(-1)", "int"},
        Case{"round(1.5)", "decimal"}, Case{"round(1.5, 1)", "decimal"},
        Case{"floor(3)", "int"}, Case{"sum(xs)", "int"},
        Case{"sum(ds)", "decimal"}, Case{"sum([])", "dyn"},
        Case{"avg(xs)", "decimal"}, Case{"prorate(1, 2, 3)", "decimal"},
        Case{"lookup('bands', 1)", "decimal"}, Case{"level('a', 1)", "decimal"},
        Case{"dyn(1)", "dyn"}, Case{"int(1.5)", "int"},
        Case{"string(1)", "string"}, Case{"date('2021-10-27')", "date"},
        Case{"size(xs)", "int"}, Case{"xs.size()", "int"},
        Case{"due.year()", "int"}, Case{"xs.all(count, count > 0)", "bool"}));

INSTANTIATE_TEST_SUITE_P(
    Names, CheckerTest,
    testing::Values(Case{"minuts", "UNKNOWN_NAME@0+6"},
                    Case{"nobody.x", "UNKNOWN_NAME@0+6"},
                    Case{"person.nam", "UNKNOWN_FIELD@7+3"},
                    Case{"xs.foo", "UNKNOWN_FIELD@3+3"},
                    Case{"due.year", "UNKNOWN_FIELD@4+4"},
                    Case{"foo(1)", "UNKNOWN_FUNCTION@0+3"},
                    Case{"xs.foo()", "UNKNOWN_FUNCTION@3+3"},
                    Case{"xs.min()", "UNKNOWN_FUNCTION@3+3"},
                    Case{"contains('a', 'b')", "UNKNOWN_FUNCTION@0+8"},
                    Case{"lookup('band', 1)", "UNKNOWN_TABLE@7+6"},
                    Case{"lookup(name, 1)", "NOT_A_LITERAL@0+6"},
                    Case{"lookup()", "NOT_A_LITERAL@0+6"},
                    Case{"now()", "NO_CLOCK@0+3"}, Case{"now", "NO_CLOCK@0+3"},
                    Case{"today()", "NO_CLOCK@0+5"},
                    Case{"x + xs.map(x, x)[0]", "UNKNOWN_NAME@0+1"}));

INSTANTIATE_TEST_SUITE_P(
    Overloads, CheckerTest,
    testing::Values(
        Case{"1 + 'a'", "NO_OVERLOAD@2+1"}, Case{"name > 5", "NO_OVERLOAD@5+1"},
        Case{"name == 5", "NO_OVERLOAD@5+2"},
        Case{"due > '2021-10-27'", "NO_OVERLOAD@4+1"},
        Case{"1 + null", "NO_OVERLOAD@2+1"},
        Case{"minutes == null", "NO_OVERLOAD@8+2"},
        Case{"ok + 1", "NO_OVERLOAD@3+1"}, Case{"!count", "NO_OVERLOAD@0+1"},
        Case{"-name", "NO_OVERLOAD@0+1"},
        Case{"count && ok", "NO_OVERLOAD@0+5"},
        Case{"ok || 'a'", "NO_OVERLOAD@6+3"},
        Case{"count ? 1 : 2", "NO_OVERLOAD@6+1"},
        Case{"ok ? 1 : 'a'", "NO_OVERLOAD@3+1"},
        Case{"ok ? 1 : null", "NO_OVERLOAD@3+1"},
        Case{"1.5 % 2", "NO_OVERLOAD@4+1"}, Case{"1 + due", "NO_OVERLOAD@2+1"},
        Case{"due + due", "NO_OVERLOAD@4+1"},
        Case{"due + 1.5", "NO_OVERLOAD@4+1"},
        Case{"'a' in 'abc'", "NO_OVERLOAD@4+2"},
        Case{"'a' in xs", "NO_OVERLOAD@4+2"}, Case{"1 in m", "NO_OVERLOAD@2+2"},
        Case{"[1] == ['a']", "NO_OVERLOAD@4+2"},
        Case{"xs['a']", "NO_OVERLOAD@2+1"}, Case{"m[1]", "NO_OVERLOAD@1+1"},
        Case{"count[0]", "NO_OVERLOAD@5+1"},
        Case{"count.all(x, x)", "NO_OVERLOAD@6+3"},
        Case{"xs.all(x, x)", "NO_OVERLOAD@10+1"},
        Case{"size(1)", "NO_OVERLOAD@0+4"}, Case{"sum(1)", "NO_OVERLOAD@0+3"},
        Case{"year('2021-01-01')", "NO_OVERLOAD@0+4"},
        Case{"sum(['a'])", "NO_OVERLOAD@0+3"},
        Case{"min(1, 'a')", "NO_OVERLOAD@0+3"},
        Case{"lookup('bands', 'a')", "NO_OVERLOAD@16+3"},
        Case{"level(1, 2)", "NO_OVERLOAD@6+1"},
        Case{"level('a', 1.5)", "NO_OVERLOAD@11+3"},
        Case{"absent.orValue('x')", "NO_OVERLOAD@7+7"},
        Case{"{1.5: 1}", "NO_OVERLOAD@1+3"}, Case{"min(1)", "NO_OVERLOAD@0+3"},
        Case{"min()", "WRONG_ARGUMENTS@0+3"},
        Case{"size()", "WRONG_ARGUMENTS@0+4"},
        Case{"clamp(1, 2)", "WRONG_ARGUMENTS@0+5"},
        Case{"level('a')", "WRONG_ARGUMENTS@0+5"},
        Case{"lookup('bands', 1, 2)", "WRONG_ARGUMENTS@0+6"},
        Case{"xs.all(x)", "WRONG_ARGUMENTS@3+3 UNKNOWN_NAME@7+1"},
        Case{"absent.orValue()",
             "MISSING_NOT_HANDLED@0+6 "
             "WRONG_ARGUMENTS@7+7"}));

INSTANTIATE_TEST_SUITE_P(
    Literals, CheckerTest,
    testing::Values(Case{"1u", "NOT_IN_PROFILE@0+2"},
                    Case{"b'a'", "NOT_IN_PROFILE@0+4"},
                    Case{"Foo{a: 1}", "NOT_IN_PROFILE@0+3"},
                    Case{"double(1)", "NOT_IN_PROFILE@0+6"},
                    Case{"timestamp('x')", "NOT_IN_PROFILE@0+9"},
                    Case{"type(1)", "NOT_IN_PROFILE@0+4"},
                    Case{"0.1234567891", "DECIMAL_TOO_FINE@0+12"},
                    Case{"0.1234567890", "decimal"},
                    Case{"1e30", "DECIMAL_OVERFLOW@0+4"},
                    Case{"1e999999999999", "DECIMAL_OVERFLOW@0+14"},
                    Case{"date('2021-13-45')", "BAD_DATE@5+12"},
                    Case{"date('27.10.2021')", "BAD_DATE@5+12"},
                    Case{"decimal('1,5')", "BAD_NUMBER@8+5"},
                    Case{"name.matches('(')", "BAD_PATTERN@13+3"},
                    Case{"{'a': 1, 'a': 2}", "DUPLICATE_KEY@9+3"}));

INSTANTIATE_TEST_SUITE_P(
    Missing, CheckerTest,
    testing::Values(
        Case{"absent + 1", "MISSING_NOT_HANDLED@0+6"},
        Case{"person.age", "MISSING_NOT_HANDLED@7+3"},
        Case{"absent == 0", "MISSING_NOT_HANDLED@0+6"},
        Case{"缺 + 1", "MISSING_NOT_HANDLED@0+3"},
        Case{"has(absent) ? absent : 0", "decimal"},
        Case{"has(缺) ? absent : 0", "decimal"},
        Case{"has(absent) ? 0 : absent", "MISSING_NOT_HANDLED@18+6"},
        Case{"!has(absent) ? 0 : absent", "decimal"},
        Case{"!!has(absent) ? absent : 0", "decimal"},
        Case{"has(absent) && absent > 0", "bool"},
        Case{"absent > 0 && has(absent)", "MISSING_NOT_HANDLED@0+6"},
        Case{"has(absent) || absent > 0", "MISSING_NOT_HANDLED@15+6"},
        Case{"!has(absent) || absent > 0", "bool"},
        Case{"has(absent) && has(given) && absent > given", "bool"},
        Case{"has(absent) && ok ? absent : 0", "decimal"},
        Case{"has(absent) || ok ? absent : 0", "MISSING_NOT_HANDLED@20+6"},
        Case{"has(absent) || has(absent) ? absent : 0", "decimal"},
        Case{"!(has(absent) && ok) ? 0 : absent", "decimal"},
        Case{"!(!has(absent) || !has(given)) && absent > given", "bool"},
        Case{"!has(absent) || !has(given) ? 0 : absent + given", "decimal"},
        Case{"(has(absent) ? absent : 0) + absent", "MISSING_NOT_HANDLED@29+6"},
        Case{"has(absent) ? (ok ? absent + 1 : absent) : 0", "decimal"},
        Case{"has(absent) && xs.all(x, x > absent)", "bool"},
        Case{"has(person.age) ? person.age : 0", "int"},
        Case{"has(党员.年龄) ? person.age : 0", "int"},
        Case{"has(person.age) ? other.age : 0", "MISSING_NOT_HANDLED@24+3"},
        Case{"has(people[0].age) ? people[0].age : 0", "int"},
        Case{"has(people[0].age) ? people[1].age : 0",
             "MISSING_NOT_HANDLED@31+3"},
        Case{"people.filter(p, has(p.age) && p.age > 1)", "list(person)"},
        Case{"people.map(p, has(p.age), p.age)", "list(int)"},
        Case{"people.map(p, p.age)", "MISSING_NOT_HANDLED@16+3"},
        Case{"people.all(p, has(p.age)) && people.all(p, p.age > 1)",
             "MISSING_NOT_HANDLED@45+3"},
        Case{"has(person.home.city)", "MISSING_NOT_HANDLED@11+4"},
        Case{"has(person.home) && has(person.home.city)", "bool"},
        Case{"has(person.home) ? person.home.city.orValue('') : ''", "string"},
        Case{"absent.orValue(given)", "MISSING_NOT_HANDLED@15+5"},
        Case{"absent.orValue(given.orValue(0))", "decimal"},
        Case{"absent + given",
             "MISSING_NOT_HANDLED@0+6 "
             "MISSING_NOT_HANDLED@9+5"}));

TEST(Checker, FindsEveryFaultAtOnce) {
  const Campaign campaign;
  EXPECT_EQ(campaign.Check("minuts + 1 > foo(2) && person.nam == 'a' + 1"),
            "UNKNOWN_NAME@0+6 UNKNOWN_FUNCTION@13+3 UNKNOWN_FIELD@30+3 "
            "NO_OVERLOAD@41+1");
  // Faults of syntax and of meaning together.
  EXPECT_EQ(campaign.Check("minuts = 1"), "UNKNOWN_NAME@0+6 SYNTAX@7+1");
  EXPECT_EQ(campaign.Check("min(1 2, minuts)"), "SYNTAX@6+1 UNKNOWN_NAME@9+6");
  // One cause, one fault.
  EXPECT_EQ(campaign.Check("(minuts + 1) * 2 > 3 ? size(minuts) : 0"),
            "UNKNOWN_NAME@1+6 UNKNOWN_NAME@28+6");
}

TEST(Checker, SaysWhatTheAuthorMayHaveMeant) {
  const Campaign campaign;
  const struct {
    const char* text;
    const char* hint;
  } kCases[] = {
      {"minuts", "did you mean minutes?"},
      {"党课次", "did you mean 党课次数?"},
      {"person.agee", "did you mean age?"},
      {"lookup('band', 1)", "did you mean bands?"},
      {"bands", "lookup('bands', …)"},
      {"rond(1.5)", "did you mean round?"},
      {"levle('a', 1)", "did you mean level?"},
      {"round", "round(…)"},
      {"True", "true"},
      {"len(xs)", "size()"},
      {"not(ok)", "!a"},
      {"now()", "as_of"},
      {"due.year", "year()"},
      {"people.name", "xs.map(x, x.…)"},
      {"xs.sum()", "sum(x…)"},
      {"contains(name, 'a')", "x.contains(…)"},
      {"double(1)", "decimal()"},
      {"absent + 1", "absent.orValue(0)"},
      {"person.age", "person.age.orValue(0)"},
      {"minutes == null", "has(x)"},
      {"count == '5'", "without quotes: 5"},
      {"name > 5", "decimal(x)"},
      {"due > '2021-10-27'", "date('2021-10-27')"},
      {"ok + 1", "(x ? 1 : 0)"},
      {"1 + due", "d + days"},
      {"xs > 1", "sum()"},
      {"'a' in name", "s.contains"},
      {"count ? 1 : 2", "x > 0"},
      {"date('2021/10/27')", "'2021-10-27'"},
  };
  for (const auto& c : kCases) {
    const auto errors = Compile(c.text, campaign.environment()).errors;
    ASSERT_EQ(errors.size(), 1u) << c.text;
    EXPECT_NE(errors[0].hint_en.find(c.hint), std::string::npos)
        << c.text << ": " << errors[0].en << " / " << errors[0].hint_en;
    EXPECT_FALSE(errors[0].hint_zh.empty()) << c.text;
    EXPECT_FALSE(errors[0].zh.empty()) << c.text;
  }
}

TEST(Checker, NamesTheTypesFoundAndWhatFits) {
  const Campaign campaign;
  const auto message = [&](absl::string_view text) {
    return Compile(text, campaign.environment()).errors.at(0).en;
  };
  EXPECT_EQ(message("name * 2"),
            "'*' does not take string and int; it takes number * number");
  EXPECT_EQ(message("size(1)"),
            "size() does not take (int); it takes size(string), size(list), "
            "size(map)");
  EXPECT_EQ(message("clamp(1)"),
            "clamp() does not take 1 arguments; it takes clamp(number, "
            "number, number)");
  EXPECT_EQ(message("name.contains(1)"),
            "contains() does not take (string, int); it takes "
            "string.contains(string)");
}

TEST(Checker, NeedsACalendarForWorkdays) {
  Environment environment;
  environment.Add({"d", Type::Date(), "", false});
  EXPECT_EQ(Compile("add_workdays(d, 1)", environment).errors.at(0).reason,
            "NO_CALENDAR");
  EXPECT_EQ(Compile("workdays_between(d, d)", environment).errors.at(0).reason,
            "NO_CALENDAR");
  EXPECT_TRUE(Compile("days_between(d, d)", environment).ok());
}

TEST(Checker, HoldsTheResultToTheExpectedType) {
  const Campaign campaign;
  EXPECT_EQ(campaign.Check("1 + 2", Type::Bool()), "WRONG_RESULT_TYPE@0+5");
  EXPECT_EQ(campaign.Check("minutes", Type::Int()), "WRONG_RESULT_TYPE@0+7");
  EXPECT_EQ(campaign.Check("1 + 2", Type::Decimal()), "");
  EXPECT_EQ(campaign.Check("any", Type::Bool()), "");
  EXPECT_EQ(campaign.Check("foo", Type::Bool()), "UNKNOWN_NAME@0+3");
  const Compiled c = Compile("count", campaign.environment(), Type::Decimal());
  EXPECT_EQ(c.program.type(), Type::Decimal());
  EXPECT_TRUE(c.program.Evaluate(campaign.values()).is_decimal());
}

TEST(Checker, ListsWhatIsRead) {
  const Campaign campaign;
  const Compiled c = Compile(
      "has(党员.年龄) && other.points > count && people.all(p, p.points > 0)",
      campaign.environment());
  ASSERT_TRUE(c.ok());
  const int person = campaign.Slot("person");
  const int other = campaign.Slot("other");
  EXPECT_EQ(c.program.reads(),
            (std::vector<int>{campaign.Slot("count"), person, other,
                              campaign.Slot("people")}));
  EXPECT_EQ(c.program.selects(),
            (std::vector<std::pair<int, int>>{{person, 1}, {other, 3}}));
}

TEST(Checker, BoundsHowDeepAnExpressionNestsLists) {
  const Campaign campaign;
  std::string text = "[0]";
  for (int i = 0; i < 50; ++i) text += ".map(x, [[[x]]])";
  const auto errors = Compile(text, campaign.environment()).errors;
  ASSERT_FALSE(errors.empty());
  EXPECT_EQ(errors[0].reason, "TOO_DEEP");
}

TEST(Checker, BoundsPatterns) {
  const Campaign campaign;
  std::string text = "ok";
  for (int i = 0; i < 32; ++i) text += " || name.matches('a+')";
  EXPECT_EQ(campaign.Check(text), "");
  text += " || name.matches('a+')";
  EXPECT_EQ(campaign.Check(text).substr(0, 17), "TOO_MANY_PATTERNS");
}

TEST(Checker, ManyConditionsTakeNoTime) {
  // Facts are gathered again at each level: sizes multiply if done badly.
  Environment environment;
  environment.Add({"m", Type::Dyn(), "", false});
  std::string has = "has(m.k0)";
  for (int i = 1; i < 1500; ++i) has += absl::StrCat(" && has(m.k", i, ")");
  std::string text = absl::StrCat("(", has, ") || (", has, ")");
  for (int i = 0; i < 50; ++i) text = absl::StrCat("(", text, ") && has(m.x)");
  EXPECT_TRUE(Compile(text, environment).ok());
}

}  // namespace
}  // namespace duban::expr
