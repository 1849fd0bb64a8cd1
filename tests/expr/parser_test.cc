#include "src/expr/parser.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/printer.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

// The tree with every bracket, or the faults.
std::string Shape(const Ast& ast, int id) {
  const Node& node = ast.at(id);
  std::string head = node.text;
  switch (node.kind) {
    case NodeKind::kError:
      return "<error>";
    case NodeKind::kConstant:
      if (node.constant == ConstantKind::kString) return "'" + node.text + "'";
      if (node.constant == ConstantKind::kBytes) return "b'" + node.text + "'";
      if (node.constant == ConstantKind::kNull) return "null";
      if (node.constant == ConstantKind::kNumber) return node.text;
      if (node.constant == ConstantKind::kBool) {
        return node.integer != 0 ? "true" : "false";
      }
      return absl::StrCat(node.integer,
                          node.constant == ConstantKind::kUint ? "u" : "");
    case NodeKind::kIdentifier:
      return head;
    case NodeKind::kSelect:
      head = absl::StrCat(node.is_optional ? ".?" : ".", node.text);
      break;
    case NodeKind::kHas:
      head = "has";
      break;
    case NodeKind::kOperator:
      head = std::string(OperatorName(node.op));
      break;
    case NodeKind::kCall:
      if (node.is_method) head = absl::StrCat(".", head);
      break;
    case NodeKind::kList:
      head = "list";
      break;
    case NodeKind::kMap:
      head = "map";
      break;
    case NodeKind::kMessage:
      head = absl::StrCat("new ", head);
      break;
    case NodeKind::kComprehension:
      head = absl::StrCat(MacroName(node.macro), " ", head,
                          node.text2.empty() ? "" : ",", node.text2, ":");
      break;
  }
  std::string out = absl::StrCat("(", head);
  for (size_t i = 0; i < node.args.size(); ++i) {
    if (node.kind == NodeKind::kMessage) {
      absl::StrAppend(&out, " ", node.fields[i], ":");
    }
    const bool starts = node.kind != NodeKind::kMap || i % 2 == 0;
    const size_t element = node.kind == NodeKind::kMap ? i / 2 : i;
    if (!node.optional.empty() && starts && node.optional[element]) {
      absl::StrAppend(&out, " ?");
    }
    absl::StrAppend(&out, " ", Shape(ast, node.args[i]));
  }
  return out + ")";
}

std::string ParseShape(absl::string_view text) {
  SourceErrors errors;
  const Ast ast = Parse(text, {}, &errors);
  if (errors.empty()) return Shape(ast, ast.root);
  return Campaign::Faults(errors.Take());
}

std::string CelShape(absl::string_view text) {
  SourceErrors errors;
  const Ast ast = Parse(text, Profile::kCel, {}, &errors);
  if (errors.empty()) return Shape(ast, ast.root);
  return Campaign::Faults(errors.Take());
}

std::vector<SourceError> ParseErrors(absl::string_view text) {
  SourceErrors errors;
  Parse(text, {}, &errors);
  return errors.Take();
}

struct Case {
  const char* text;
  const char* shape;
};

class GrammarTest : public testing::TestWithParam<Case> {};

TEST_P(GrammarTest, HasThisShape) {
  EXPECT_EQ(ParseShape(GetParam().text), GetParam().shape) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Cel, GrammarTest,
    testing::Values(
        Case{"1 + 2 * 3", "(_+_ 1 (_*_ 2 3))"},
        Case{"1 - 2 - 3", "(_-_ (_-_ 1 2) 3)"},
        Case{"1 * 2 / 3 % 4", "(_%_ (_/_ (_*_ 1 2) 3) 4)"},
        Case{"a < b == c", "(_==_ (_<_ a b) c)"}, Case{"a in b", "(@in a b)"},
        Case{"a || b && c || d", "(_||_ a (_&&_ b c) d)"},
        Case{"a && b && c", "(_&&_ a b c)"},
        Case{"(a && b) && c", "(_&&_ (_&&_ a b) c)"},
        Case{"a ? b : c ? d : e", "(_?_:_ a b (_?_:_ c d e))"},
        Case{"a ? (b ? 1 : 2) : 3", "(_?_:_ a (_?_:_ b 1 2) 3)"},
        Case{"!!a", "(!_ (!_ a))"}, Case{"--a", "(-_ (-_ a))"},
        Case{"-5", "-5"}, Case{"-(5)", "(-_ 5)"}, Case{"--5", "(-_ -5)"},
        Case{"a - -5", "(_-_ a -5)"}, Case{"a -5", "(_-_ a 5)"},
        Case{"-5.0", "-5.0"}, Case{"-a.b", "(-_ (.b a))"},
        Case{"-9223372036854775808", "-9223372036854775808"},
        Case{"0x10", "16"}, Case{"7u", "7u"}, Case{"b'x'", "b'x'"},
        Case{"true", "true"}, Case{"null", "null"},
        Case{"a.b.c", "(.c (.b a))"}, Case{"a.`b-c`", "(.b-c a)"},
        Case{"a.package", "(.package a)"}, Case{".a", ".a"},
        Case{"a[1][2]", "(_[_] (_[_] a 1) 2)"}, Case{"f()", "(f)"},
        Case{"f(1, g(2))", "(f 1 (g 2))"}, Case{"a.f(1)", "(.f a 1)"},
        Case{".f(1)", "(.f 1)"}, Case{"[]", "(list)"},
        Case{"[1, 2,]", "(list 1 2)"}, Case{"{}", "(map)"},
        Case{"{'a': 1, 2: b,}", "(map 'a' 1 2 b)"}, Case{"Foo{}", "(new Foo)"},
        Case{"a.Foo{x: 1, `y-z`: 2,}", "(new a.Foo x: 1 y-z: 2)"},
        Case{"a // rest\n+ 1", "(_+_ a 1)"},
        Case{"党课次数 > 1", "(_>_ 党课次数 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Macros, GrammarTest,
    testing::Values(Case{"has(a.b)", "(has (.b a))"}, Case{"has(a)", "(has a)"},
                    Case{"has(a['k'])", "(has (_[_] a 'k'))"},
                    Case{"a.all(x, x > 0)", "(all x: a (_>_ x 0))"},
                    Case{"a.exists(x, x)", "(exists x: a x)"},
                    Case{"a.exists_one(x, x)", "(exists_one x: a x)"},
                    Case{"a.existsOne(x, x)", "(exists_one x: a x)"},
                    Case{"a.filter(x, x)", "(filter x: a x)"},
                    Case{"a.map(x, x)", "(map x: a x)"},
                    Case{"a.map(x, x > 0, x)", "(map x: a (_>_ x 0) x)"},
                    // With another number of arguments it is a plain call.
                    Case{"a.all(x)", "(.all a x)"},
                    Case{"all(x, y)", "(all x y)"},
                    Case{"has(a, b)", "(has a b)"}));

INSTANTIATE_TEST_SUITE_P(
    Faults, GrammarTest,
    testing::Values(
        Case{"", "SYNTAX@0+0"}, Case{"  // only\n", "SYNTAX@0+0"},
        Case{"1 +", "SYNTAX@3+0"}, Case{"(1", "SYNTAX@0+1"},
        Case{"f(1", "SYNTAX@1+1"}, Case{"[1", "SYNTAX@0+1"},
        Case{"{1: 2", "SYNTAX@0+1"}, Case{"1)", "SYNTAX@1+1"},
        Case{"a b", "SYNTAX@2+1"}, Case{"a.", "SYNTAX@2+0"},
        Case{"a.1", "SYNTAX@1+2"}, Case{"a.in", "SYNTAX@2+2"},
        Case{"f(1,)", "SYNTAX@4+1"}, Case{"{1}", "SYNTAX@2+1"},
        Case{"a ? b", "SYNTAX@5+0"}, Case{"a ? b ? c : d : e", "SYNTAX@6+1"},
        Case{"while", "SYNTAX@0+5"}, Case{"if (a) 1", "SYNTAX@0+2"},
        Case{"9223372036854775808", "INT_OVERFLOW@0+19"},
        Case{"18446744073709551616u", "INT_OVERFLOW@0+21"},
        Case{"has(1)", "SYNTAX@4+1"}, Case{"has(f(x))", "SYNTAX@4+4"},
        Case{"a.all(1, x)", "SYNTAX@6+1"}, Case{"a.map(x.y, x)", "SYNTAX@6+3"},
        Case{"a.all(.x, x)", "SYNTAX@6+2"}, Case{"a and b", "SYNTAX@2+3"},
        Case{"a or b", "SYNTAX@2+2"}, Case{"not a", "SYNTAX@0+3"},
        Case{"a 且 b", "SYNTAX@2+3"}, Case{"a not in b", "SYNTAX@2+3"},
        Case{"a = 1", "SYNTAX@2+1"}));

TEST(Parser, ReportsSeveralFaultsAtOnce) {
  EXPECT_EQ(ParseShape("f(1 +, [2 3], (4) + *)"),
            "SYNTAX@5+1 SYNTAX@10+1 SYNTAX@20+1");
  EXPECT_EQ(ParseShape("a = 1 and b（2）"),
            "SYNTAX@2+1 SYNTAX@6+3 SYNTAX@11+3 SYNTAX@15+3");
  EXPECT_EQ(ParseShape("{1 2: 3, 'a': , 'b': 1}"), "SYNTAX@3+1 SYNTAX@14+1");
}

TEST(Parser, ExplainsConditionsOfOtherLanguages) {
  const auto errors = ParseErrors("if (a) 1 else 2");
  ASSERT_FALSE(errors.empty());
  EXPECT_NE(errors[0].hint_en.find("?"), std::string::npos);
  EXPECT_EQ(ParseErrors("a and b")[0].hint_en, "write &&");
  EXPECT_EQ(ParseErrors("not a")[0].hint_en, "write !");
  EXPECT_EQ(ParseErrors("a = 1")[0].hint_en, "to compare, write ==");
}

TEST(Parser, StopsAtTheNestingLimit) {
  const auto nested = [](absl::string_view open, int n, absl::string_view x,
                         absl::string_view close) {
    std::string text;
    for (int i = 0; i < n; ++i) text.append(open.data(), open.size());
    text.append(x.data(), x.size());
    for (int i = 0; i < n; ++i) text.append(close.data(), close.size());
    return text;
  };
  EXPECT_EQ(ParseShape(nested("(", 60, "a", ")")), "a");
  for (const std::string& text :
       {nested("(", 10000, "1", ")"), nested("!", 10000, "a", ""),
        nested("-", 10000, "a", ""), nested("[", 10000, "", "]"),
        nested("f(", 10000, "", ")"), nested("a ? b : ", 7000, "c", ""),
        nested("", 0, "a", "") + nested("", 1, "", "") +
            nested(".b", 10000, "", ""),
        "a" + nested("[0]", 10000, "", ""), "a" + nested(".f(", 10000, "", ")"),
        nested("{1: ", 10000, "1", "}"), nested("x.map(y, ", 5000, "1", ")"),
        nested("(-", 10000, "a", ")")}) {
    const auto errors = ParseErrors(text);
    ASSERT_EQ(errors.size(), 1u) << text.substr(0, 20);
    EXPECT_EQ(errors[0].reason, "TOO_DEEP") << text.substr(0, 20);
  }
  // Only opened, never closed.
  EXPECT_EQ(ParseErrors(std::string(60000, '('))[0].reason, "TOO_DEEP");
}

TEST(Parser, CountsMembersThroughBrackets) {
  // Each group has few levels, but the tree has them all.
  std::string text = "a";
  for (int i = 0; i < 10; ++i) {
    text += ".b.b.b.b.b.b.b.b";
    text = "(" + text + ")";
  }
  const auto errors = ParseErrors(text);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].reason, "TOO_DEEP");
}

TEST(Parser, LimitsNodes) {
  std::string text = "1";
  for (int i = 0; i < 15000; ++i) text += "+1";
  const auto errors = ParseErrors(text);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].reason, "TOO_MANY_NODES");
}

TEST(Parser, KeepsAHundredFaults) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "1 2,";
  EXPECT_EQ(ParseErrors(text + "]").size(), 100u);
}

class CelTest : public testing::TestWithParam<Case> {};

TEST_P(CelTest, HasThisShape) {
  EXPECT_EQ(CelShape(GetParam().text), GetParam().shape) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Optionals, CelTest,
    testing::Values(Case{"a.?b", "(.?b a)"}, Case{"a.?`b-c`", "(.?b-c a)"},
                    Case{"a . ? b.c", "(.c (.?b a))"},
                    Case{"a[?b]", "(_[?_] a b)"},
                    Case{"a ? -b : .c", "(_?_:_ a (-_ b) .c)"},
                    Case{"[?x, y]", "(list ? x y)"},
                    Case{"[x, ?y, z]", "(list x ? y z)"},
                    Case{"{?k: v, l: w}", "(map ? k v l w)"},
                    Case{"{k: v, ?l: w,}", "(map k v ? l w)"},
                    Case{"Msg{?f: v, g: w}", "(new Msg f: ? v g: w)"},
                    Case{"[,]", "(list)"}, Case{"{,}", "(map)"},
                    Case{"Msg{,}", "(new Msg)"}));

INSTANTIATE_TEST_SUITE_P(
    Macros, CelTest,
    testing::Values(
        Case{"a.all(x, x)", "(all x: a x)"},
        Case{"a.all(i, x, x)", "(all i,x: a x)"},
        Case{"a.exists(i, x, x)", "(exists i,x: a x)"},
        Case{"a.exists_one(i, x, x)", "(exists_one i,x: a x)"},
        Case{"a.existsOne(i, x, x)", "(exists_one i,x: a x)"},
        Case{"a.map(x, x > 0, x)", "(map x: a (_>_ x 0) x)"},
        Case{"a.transformList(i, x, x)", "(transformList i,x: a x)"},
        Case{"a.transformList(i, x, i, x)", "(transformList i,x: a i x)"},
        Case{"a.transformMap(k, v, v)", "(transformMap k,v: a v)"},
        Case{"a.transformMap(k, v, k, v)", "(transformMap k,v: a k v)"},
        Case{"a.transformMapEntry(k, v, {v: k})",
             "(transformMapEntry k,v: a (map v k))"},
        Case{"a.transformMapEntry(k, v, k, {})",
             "(transformMapEntry k,v: a k (map))"},
        Case{"a.optMap(x, x)", "(optMap x: a x)"},
        Case{"a.optFlatMap(x, x.?y)", "(optFlatMap x: a (.?y x))"},
        Case{"a.optMap(__result__, 1)", "(optMap __result__: a 1)"},
        Case{"cel.bind(x, 1, x)", "(cel.bind x: 1 x)"},
        Case{"cel.block([1, cel.index(0)], cel.index(1))",
             "(cel.block : 1 @index0 @index1)"},
        Case{"a.map(cel.iterVar(1, 2), cel.iterVar(1, 2))",
             "(map @it:1:2: a @it:1:2)"},
        Case{"cel.accuVar(1, 2)", "@ac:1:2"}, Case{"has(a.b)", "(has (.b a))"},
        Case{"has(a.?b.c)", "(has (.c (.?b a)))"},
        Case{"proto.getExt(m, a.b.c)", "(.a.b.c m)"},
        Case{"proto.hasExt(m.n, .a.b)", "(has (.a.b (.n m)))"},
        // Not macros, but calls that look alike.
        Case{"a.all(x)", "(.all a x)"}, Case{"cel.all(x, x)", "(all x: cel x)"},
        Case{"x.bind(y, 1, y)", "(.bind x y 1 y)"},
        Case{"cel.bind(x, 1)", "(.bind cel x 1)"},
        Case{".cel.index(0)", "(.index .cel 0)"}, Case{".has(a)", "(.has a)"},
        Case{"proto.getExt(m)", "(.getExt proto m)"},
        Case{"math.greatest(1, 2)", "(.greatest math 1 2)"}));

INSTANTIATE_TEST_SUITE_P(
    Faults, CelTest,
    testing::Values(
        Case{"a.?f(x)", "SYNTAX@4+1"}, Case{"a?.b", "SYNTAX@4+0"},
        Case{"f(?x)", "SYNTAX@2+1"}, Case{"[??x]", "SYNTAX@2+1"},
        Case{"{k: ?v}", "SYNTAX@4+1"}, Case{"x{?.", "SYNTAX@3+1"},
        Case{"x{.", "SYNTAX@2+1"}, Case{"`b-c`", "SYNTAX@0+5"},
        Case{"a.`b.c`()", "SYNTAX@7+1"}, Case{"[,,]", "SYNTAX@1+1"},
        Case{"(Msg){}", "SYNTAX@5+1"}, Case{"a.`b`{}", "(new a.b)"},
        Case{"a.?b{}", "SYNTAX@4+1"}, Case{"a.`b-c`{}", "SYNTAX@7+1"},
        Case{"cel.index(0){}", "SYNTAX@12+1"}, Case{"!-a", "SYNTAX@1+1"},
        Case{"-!a", "SYNTAX@1+1"}, Case{"!-1", "(!_ -1)"},
        Case{"has(a)", "SYNTAX@4+1"}, Case{"has(a[0])", "SYNTAX@4+4"},
        Case{"has(a.?b)", "SYNTAX@4+4"},
        Case{"1.99e90000009", "DOUBLE_OVERFLOW@0+13"},
        Case{"-1e999", "DOUBLE_OVERFLOW@0+6"}, Case{"1e-999", "1e-999"},
        Case{"9223372036854775808", "INT_OVERFLOW@0+19"},
        Case{"-9223372036854775809", "INT_OVERFLOW@0+20"},
        Case{"0xFFFFFFFFFFFFFFFFF", "INT_OVERFLOW@0+19"},
        Case{"-0x8000000000000000", "-9223372036854775808"},
        Case{"0xFFFFFFFFFFFFFFFFFu", "INT_OVERFLOW@0+20"}));

INSTANTIATE_TEST_SUITE_P(
    MacroFaults, CelTest,
    testing::Values(Case{"a.all(__result__, x)", "SYNTAX@6+10"},
                    Case{"a.map(i.j, x, x)", "SYNTAX@6+3"},
                    Case{"a.all(i, __result__, x)", "SYNTAX@9+10"},
                    Case{"a.all(i, i, x)", "SYNTAX@9+1"},
                    Case{"a.all(i, x.y, x)", "SYNTAX@9+3"},
                    Case{"a.transformList(1, x, x)", "SYNTAX@16+1"},
                    Case{"a.optMap(x.y, x)", "SYNTAX@9+3"},
                    Case{"cel.bind(1, 2, 3)", "SYNTAX@9+1"},
                    Case{"cel.bind(.x, 2, 3)", "SYNTAX@9+2"},
                    Case{"cel.block(x, 1)", "SYNTAX@10+1"},
                    Case{"cel.block([?x], 1)", "SYNTAX@10+4"},
                    Case{"cel.index(-1)", "SYNTAX@10+2"},
                    Case{"cel.iterVar(1, x)", "SYNTAX@15+1"},
                    Case{"proto.getExt(m, x)", "SYNTAX@16+1"},
                    Case{"proto.hasExt(m, 'a.b')", "SYNTAX@16+5"},
                    Case{"proto.hasExt(m, has(a.b).c)", "SYNTAX@16+10"},
                    // All at once, and each only once.
                    Case{"a.all(1, x) || has(1) || a.map(2 3, x)",
                         "SYNTAX@6+1 SYNTAX@19+1 SYNTAX@33+1"}));

TEST(CelParser, IsNotWhatScoringReads) {
  for (const char* text :
       {"a.?b", "a[?b]", "[?a]", "{?a: b}", "M{?a: b}", "[,]", "{,}", "M{,}"}) {
    EXPECT_EQ(ParseErrors(text).size(), 1u) << text;
  }
  EXPECT_EQ(ParseShape("a.all(i, x, x)"), "(.all a i x x)");
  EXPECT_EQ(ParseShape("a.optMap(x, x)"), "(.optMap a x x)");
  EXPECT_EQ(ParseShape("cel.bind(x, 1, x)"), "(.bind cel x 1 x)");
  EXPECT_EQ(ParseShape("a.all(__result__, 1)"), "(all __result__: a 1)");
  EXPECT_EQ(ParseShape("!-a"), "(!_ (-_ a))");
}

TEST(CelParser, ReservesWords) {
  for (const std::string word :
       {"as", "break", "const", "continue", "else", "for", "function", "if",
        "import", "in", "let", "loop", "package", "namespace", "return", "var",
        "void", "while"}) {
    EXPECT_EQ(CelShape(word), absl::StrCat("SYNTAX@0+", word.size()));
    if (word == "in") continue;
    EXPECT_EQ(CelShape("a." + word), absl::StrCat("(.", word, " a)"));
  }
}

TEST(CelParser, HasRoomForDeepTrees) {
  const auto repeated = [](absl::string_view text, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) absl::StrAppend(&out, text);
    return out;
  };
  for (const std::string& text :
       {repeated("(", 32) + "7" + repeated(")", 32),
        repeated("[", 32) + repeated("]", 32), repeated("!", 32) + "a",
        repeated("-", 32) + "19", repeated("a ? b : ", 24) + "c",
        "a" + repeated(".b", 32), "a" + repeated("[0]", 32),
        repeated("[", 12) + "0" + repeated("]", 12) + repeated("[0]", 12)}) {
    SourceErrors errors;
    Parse(text, Profile::kCel, {}, &errors);
    EXPECT_TRUE(errors.empty()) << text;
  }
}

}  // namespace
}  // namespace duban::expr
