#include "src/expr/printer.h"

#include <string>

#include "gtest/gtest.h"
#include "src/expr/parser.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

Ast ParseGood(absl::string_view text) {
  SourceErrors errors;
  Ast ast = Parse(text, {}, &errors);
  EXPECT_TRUE(errors.empty()) << text;
  return ast;
}

struct Case {
  const char* text;
  const char* printed;
};

class PrinterTest : public testing::TestWithParam<Case> {};

TEST_P(PrinterTest, PrintsCanonicallyAndRoundTrips) {
  const Ast ast = ParseGood(GetParam().text);
  const std::string printed = Print(ast);
  EXPECT_EQ(printed, GetParam().printed);
  EXPECT_TRUE(SameTree(ParseGood(printed), ast)) << printed;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, PrinterTest,
    testing::Values(
        Case{"1+2*3", "1 + 2 * 3"}, Case{"(1+2)*3", "(1 + 2) * 3"},
        Case{"(1*2)+3", "1 * 2 + 3"}, Case{"1-(2-3)", "1 - (2 - 3)"},
        Case{"((1-2)-3)", "1 - 2 - 3"}, Case{"(a<b)==c", "a < b == c"},
        Case{"a<(b==c)", "a < (b == c)"},
        Case{"(a+b)*c*(d)", "(a + b) * c * d"},
        Case{"((a+b)*c+d)*e", "((a + b) * c + d) * e"},
        Case{"(a&&b)&&c", "(a && b) && c"}, Case{"a&&(b||c)", "a && (b || c)"},
        Case{"(a&&b)||c", "a && b || c"}, Case{"a||(b||c)", "a || (b || c)"},
        Case{"(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g"},
        Case{"a?(b?c:d):e", "a ? (b ? c : d) : e"},
        Case{"(a?b:c)+1", "(a ? b : c) + 1"}, Case{"!(a&&b)", "!(a && b)"},
        Case{"!!a", "!!a"}, Case{"-(5)", "-(5)"}, Case{"--5", "-(-5)"},
        Case{"a- -5", "a - -5"}, Case{"(-5).f()", "(-5).f()"},
        Case{"(-a).b", "(-a).b"}, Case{"-a.b", "-a.b"},
        Case{"(a+b).c", "(a + b).c"}, Case{"(a+b)[0]", "(a + b)[0]"},
        Case{"\"it's\"", "'it\\'s'"}, Case{"r'\\n'", "'\\\\n'"},
        Case{"'''a\nb'''", "'a\\nb'"}, Case{"'督办'", "'督办'"},
        Case{"b'\\xff督'", "b'\\xff\\xe7\\x9d\\xa3'"}, Case{"0x1f", "31"},
        Case{"7U", "7u"}, Case{"1.50", "1.50"}, Case{"-1e3", "-1e3"},
        Case{"[1,2,]", "[1, 2]"}, Case{"{'a':1,}", "{'a': 1}"},
        Case{"a . b [ 0 ]", "a.b[0]"}, Case{"a.`b-c`", "a.`b-c`"},
        Case{".a", ".a"}, Case{"f(a,b)", "f(a, b)"}, Case{"a.f( )", "a.f()"},
        Case{"has(a.b)", "has(a.b)"}, Case{"a.all(x,x>0)", "a.all(x, x > 0)"},
        Case{"a.map(x,x>0,x)", "a.map(x, x > 0, x)"},
        Case{"a.existsOne(x,x)", "a.exists_one(x, x)"},
        Case{"(a+b).map(x,x)", "(a + b).map(x, x)"},
        Case{"a.Foo{x:1,`y z`:2}", "a.Foo{x: 1, `y z`: 2}"}));

class CelPrinterTest : public testing::TestWithParam<Case> {};

TEST_P(CelPrinterTest, PrintsCanonicallyAndRoundTrips) {
  SourceErrors errors;
  const Ast ast = Parse(GetParam().text, Profile::kCel, {}, &errors);
  const std::string printed = Print(ast);
  EXPECT_EQ(printed, GetParam().printed);
  const Ast again = Parse(printed, Profile::kCel, {}, &errors);
  EXPECT_TRUE(errors.empty()) << GetParam().text;
  EXPECT_TRUE(SameTree(again, ast)) << printed;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, CelPrinterTest,
    testing::Values(
        Case{"a.?b.?`c-d`", "a.?b.?`c-d`"}, Case{"a [ ?b]", "a[?b]"},
        Case{"[?a,b,?c]", "[?a, b, ?c]"}, Case{"{a:b,?c:d}", "{a: b, ?c: d}"},
        Case{"M{a:b,?`c d`:e}", "M{a: b, ?`c d`: e}"}, Case{"[,]", "[]"},
        Case{"a.all(i,x,x)", "a.all(i, x, x)"},
        Case{"a.existsOne(i,x,x)", "a.exists_one(i, x, x)"},
        Case{"a.transformList(i,x,x)", "a.transformList(i, x, x)"},
        Case{"a.transformList(i,x,i,x)", "a.transformList(i, x, i, x)"},
        Case{"a.transformMap(k,v,k,v)", "a.transformMap(k, v, k, v)"},
        Case{"a.transformMapEntry(k,v,{v:k})",
             "a.transformMapEntry(k, v, {v: k})"},
        Case{"(a+b).optMap(x,x)", "(a + b).optMap(x, x)"},
        Case{"a.optFlatMap(x,x.?y)", "a.optFlatMap(x, x.?y)"},
        Case{"cel . bind(x,1+2,x)", "cel.bind(x, 1 + 2, x)"},
        Case{"cel.bind(x,1,x).y", "cel.bind(x, 1, x).y"},
        Case{"cel.block([1,cel.index(0x0)],cel.index(1))",
             "cel.block([1, cel.index(0)], cel.index(1))"},
        Case{"cel.block([], 1)", "cel.block([], 1)"},
        Case{"a.map(cel.iterVar(1,2),cel.iterVar(1,2))",
             "a.map(cel.iterVar(1, 2), cel.iterVar(1, 2))"},
        Case{"cel.accuVar(0,9223372036854775807)",
             "cel.accuVar(0, 9223372036854775807)"},
        Case{"proto.getExt(m,a.b)", "m.`a.b`"},
        Case{"proto.hasExt(-m,a.b)", "has((-m).`a.b`)"}, Case{"!(-a)", "!(-a)"},
        Case{"-(!a)", "-(!a)"}, Case{"--a", "--a"},
        // A '-' would become part of the literal.
        Case{"-(0.a)", "-(0.a)"}, Case{"-(1.5.f()[0])", "-(1.5.f()[0])"},
        Case{"-(-1).a", "-(-1).a"}, Case{"-(1u.a)", "-1u.a"},
        Case{"!1.a", "!1.a"}, Case{"-(1.map(x,x))", "-(1.map(x, x))"}));

TEST(Printer, PrintsLongChains) {
  std::string text = "1";
  for (int i = 0; i < 9000; ++i) text += i % 3 == 0 ? " * 2" : " + 2";
  EXPECT_EQ(Print(ParseGood(text)), text);
}

TEST(Canonical, UsesStableNames) {
  const Campaign campaign;
  const auto canonical = [&](absl::string_view text) {
    const Compiled c = Compile(text, campaign.environment());
    return c.ok() ? c.program.Canonical() : Campaign::Faults(c.errors);
  };
  EXPECT_EQ(canonical("党课次数*2"), "count * 2");
  EXPECT_EQ(canonical("党员.姓名"), "person.name");
  EXPECT_EQ(canonical("m.键"), "m['键']");
  EXPECT_EQ(canonical("has(m.键)"), "has(m['键'])");
  EXPECT_EQ(canonical("人员.all(人, 人.分数 > 1)"),
            "people.all(v1, v1.points > 1)");
  // A local must not catch a variable that is printed by the local's name.
  EXPECT_EQ(canonical("xs.all(count, count < 党课次数)"),
            "xs.all(v1, v1 < count)");
  EXPECT_EQ(canonical("xs.all(x, x < .党课次数)"), "xs.all(x, x < count)");
  const Compiled c = Compile("党课次数", campaign.environment());
  EXPECT_EQ(c.program.source(), "党课次数");
}

}  // namespace
}  // namespace duban::expr
