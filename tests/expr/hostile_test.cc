// Expressions written to take long, to take much memory or to fall over: each
// ends in faults, a value or an error, within the default limits.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/columns.h"
#include "src/expr/program.h"
#include "tests/expr/campaign.h"
#include "tests/expr/counting_new.h"

namespace duban::expr {
namespace {

using absl::StrCat;

constexpr long long kMostBytes = 64 << 20;
constexpr size_t kSourceBytes = 65536;

struct Case {
  std::string name;
  std::string text;
};

// `piece` as often as `size` bytes hold it.
std::string Repeat(absl::string_view piece, size_t size = 60000) {
  std::string text;
  while (text.size() + piece.size() <= size) absl::StrAppend(&text, piece);
  return text;
}

std::string Times(absl::string_view piece, int n) {
  std::string text;
  for (int i = 0; i < n; ++i) absl::StrAppend(&text, piece);
  return text;
}

// "a, b, c …" with # replaced by 0, 1, 2 …
std::string Numbered(absl::string_view piece, size_t size,
                     absl::string_view separator) {
  std::string text;
  for (int i = 0;; ++i) {
    std::string next = i == 0 ? "" : std::string(separator);
    for (const char c : piece) {
      if (c == '#') {
        absl::StrAppend(&next, i);
      } else {
        next.push_back(c);
      }
    }
    if (text.size() + next.size() > size) return text;
    text.append(next);
  }
}

// Each value of a block twice in the next: `step` with # for the one before.
std::string Doubling(absl::string_view first, absl::string_view step, int n,
                     absl::string_view result) {
  const auto with = [](absl::string_view text, int i) {
    std::string out;
    for (const char c : text) {
      if (c == '#') {
        absl::StrAppend(&out, "cel.index(", i, ")");
      } else {
        out.push_back(c);
      }
    }
    return out;
  };
  std::string text = StrCat("cel.block([", first);
  for (int i = 0; i < n; ++i) absl::StrAppend(&text, ", ", with(step, i));
  return StrCat(text, "], ", with(result, n), ")");
}

// The same with nested cel.bind().
std::string BoundDoubling(absl::string_view first, int n,
                          absl::string_view open, absl::string_view middle,
                          absl::string_view close) {
  std::string text = StrCat("cel.bind(v0, ", first, ", ");
  for (int i = 0; i < n; ++i) {
    absl::StrAppend(&text, "cel.bind(v", i + 1, ", ", open, "v", i, middle, "v",
                    i, close, ", ");
  }
  return StrCat(text, "v", n, Times(")", n + 1));
}

// Macros inside one another over a list of n elements.
std::string NestedMacros(const std::string& macro, int depth, int n,
                         const std::string& body) {
  const std::string list = StrCat("[0", Times(", 1", n - 1), "]");
  std::string text;
  for (int i = 0; i < depth; ++i) {
    absl::StrAppend(&text, list, ".", macro, "(v", i, ", ");
  }
  return StrCat(text, body, Times(")", depth));
}

std::vector<Case> LongTexts() {
  return {
      {"parentheses", StrCat(Times("(", 10000), "1", Times(")", 10000))},
      {"open parentheses", Repeat("(")},
      {"brackets", StrCat(Times("[", 30000), Times("]", 30000))},
      {"braces", Repeat("{")},
      {"not", StrCat(Repeat("!"), "true")},
      {"minus", StrCat(Repeat("-"), "1")},
      {"minus and blank", StrCat(Repeat("- "), "1")},
      {"index chain", StrCat("xs", Repeat("[0]"))},
      {"members", StrCat("xs", Repeat(".a"))},
      {"optional members", StrCat("xs", Repeat(".?a"))},
      {"methods", StrCat("name", Repeat(".size()"))},
      {"sum", StrCat("1", Repeat("+1"))},
      {"sum of a variable", StrCat("count", Repeat("+count", 100000 / 2))},
      {"product", StrCat("1", Repeat("*1"))},
      {"division", StrCat("1", Repeat("/1"))},
      {"texts", StrCat("''", Repeat("+'a'"))},
      {"long texts", StrCat("''", Repeat(StrCat("+'", Times("a", 1000), "'")))},
      {"lists", StrCat("[]", Repeat("+[1]"))},
      {"and", StrCat("ok", Repeat("&&ok"))},
      {"or", StrCat("!ok", Repeat("||!ok"))},
      {"relations", StrCat("1", Repeat("<1"))},
      {"conditionals to the right", StrCat(Repeat("ok?1:"), "1")},
      {"conditionals to the left",
       StrCat(Repeat("ok?", 30000), "1", Repeat(":1", 20000))},
      {"in", StrCat("1", Repeat(" in[]"))},
      {"one list", StrCat("[1", Repeat(",1"), "]")},
      {"one map", StrCat("{", Numbered("#:1", 60000, ","), "}")},
      {"one text", StrCat("'", Times("a", 65000), "'")},
      {"one name", Times("a", 65000)},
      {"one number", Times("9", 65000)},
      {"one double", StrCat("0.", Times("9", 65000))},
      {"escapes", StrCat("'", Repeat("\\u00e9"), "'")},
      {"open text", StrCat("'", Times("a", 65000))},
      {"comments", StrCat(Repeat("//\n"), "1")},
      {"unknown names", Numbered("z#", 60000, "+")},
      {"unknown functions", Numbered("z#()", 60000, "+")},
      {"wrong arguments", StrCat("1", Repeat("+''"))},
      {"calls", StrCat(Repeat("size("), "''")},
      {"many arguments", StrCat("max(1", Repeat(",1"), ")")},
      {"bytes that are no text", Repeat("\xff\xfe")},
      {"zeros", std::string(60000, '\0')},
      {"chinese", Repeat("督")},
  };
}

std::vector<Case> Macros() {
  std::vector<Case> cases;
  for (const char* macro : {"all", "exists", "exists_one", "filter", "map"}) {
    for (const int depth : {3, 6, 20, 60}) {
      const bool maps = absl::string_view(macro) == "map";
      cases.push_back({StrCat(depth, " nested ", macro),
                       NestedMacros(macro, depth, 15,
                                    maps ? "v0"
                                    : absl::string_view(macro) == "exists"
                                        ? "v0 > count"
                                        : "v0 <= count")});
    }
  }
  cases.push_back(
      {"wide macro", StrCat("[", Numbered("#", 30000, ","), "].map(x, [",
                            Numbered("#", 30000, ","), "].map(y, x))")});
  cases.push_back(
      {"many macros", Numbered("[1].all(v#, v# > 0)", 60000, "&&")});
  cases.push_back({"macro over a macro", StrCat("[1]", Repeat(".map(x, x)"))});
  return cases;
}

std::vector<Case> Explosions() {
  const std::string text = StrCat("'", Times("a", 1000), "'");
  const std::string much = Doubling(text, "# + #", 9, "#");  // 512 000 bytes
  return {
      {"texts doubled", Doubling("'0123456789'", "# + #", 60, "#")},
      {"texts doubled by bind",
       BoundDoubling("'0123456789'", 50, "", " + ", "")},
      {"bytes doubled", Doubling("b'0123456789'", "# + #", 60, "#")},
      {"lists doubled", Doubling("[1]", "# + #", 60, "#")},
      {"lists of lists", Doubling("[1]", "[#, #]", 60, "#")},
      {"lists of lists compared", Doubling("[1]", "[#, #]", 60, "# == #")},
      {"lists of lists shown",
       Doubling("[1]", "[#, #]", 60, "'%s'.format([#])")},
      {"lists of lists searched", Doubling("[1]", "[#, #]", 60, "1 in #")},
      {"maps of maps", Doubling("{'a': 1}", "{'k': #, 'v': #}", 60, "#")},
      {"maps of maps compared",
       Doubling("{'a': 1}", "{'k': #, 'v': #}", 60, "# == #")},
      {"maps of maps shown",
       Doubling("{'a': 1}", "{'k': #, 'v': #}", 60, "'%s'.format([#])")},
      {"keys and values",
       BoundDoubling("'a'", 50, "{'a' + string(size(", ")): ", "}")},
      {"map as key and value", BoundDoubling("1", 50, "{", ": ", "}")},
      {"optionals", Doubling("optional.of(1)", "optional.of([#, #])", 60, "#")},
      {"type of much", Doubling("[1]", "[#, #]", 60, "type(#) == type([#])")},
      {"replace", StrCat(much, ".replace('a', '", Times("b", 1000), "')")},
      {"replace nothing",
       StrCat(much, ".replace('', '", Times("b", 1000), "')")},
      {"replace again",
       StrCat(text, Times(StrCat(".replace('a', 'aaaaaaaaaa')"), 20))},
      {"split", StrCat(much, ".split('')")},
      {"split as much as can be",
       StrCat(text, ".replace('a', '", Times("b", 780), "').split('')")},
      {"split and join",
       StrCat(much, ".split('').join('", text.substr(1, 900), "')")},
      {"split twice", StrCat(much, ".split('').map(x, ", text, ".split(''))")},
      {"format", StrCat("'", Times("%s", 300), "'.format([",
                        Numbered(text, 50000, ", "), "])")},
      {"format the same", Doubling(text, "'%s%s'.format([#, #])", 60, "#")},
      {"places", "'%.999999999f'.format([1.0])"},
      {"many places", StrCat("'", Repeat("%.100f", 30000), "'.format([",
                             Repeat("1e308,", 30000), "])")},
      {"reverse", Doubling(text, "# + #.reverse()", 60, "#")},
      {"quote", Doubling("'\"'", "strings.quote(# + #)", 60, "#")},
      {"upper", Doubling(text, "# + #.upperAscii()", 60, "#")},
      {"base64", Doubling("b'a'", "bytes(base64.encode(#))", 200, "#")},
      {"index of", StrCat(much, ".indexOf('", Times("a", 999), "b')")},
      {"last index of", StrCat(much, ".lastIndexOf('b", Times("a", 999), "')")},
      {"contains", StrCat(much, ".contains('", Times("a", 999), "b')")},
      {"compared often", StrCat("[", Numbered("#", 3000, ","), "].all(x, ",
                                text, " + '' == ", text, " + '')")},
      {"a chain of entries", Doubling("1", "# + 1", 2500, "#")},
      {"a chain of calls", Doubling("1", "math.abs(#)", 2300, "#")},
      {"a chain of conditions", Doubling("true", "# ? # : false", 1200, "#")},
      {"a chain of macros", Doubling("[1]", "#.map(x, x)", 1600, "#")},
      {"lists in lists", Doubling("[]", "[#]", 2500, "#")},
      {"lists in lists compared", Doubling("[]", "[#]", 2500, "# == #")},
      {"lists in lists shown", Doubling("[]", "[#]", 2500, "'%s'.format([#])")},
      {"maps in maps", Doubling("{}", "{1: #}", 2500, "#")},
      {"optionals in optionals",
       Doubling("optional.none()", "optional.of(#)", 1800, "#")},
      {"entries in entries",
       Times("cel.block([", 60) + "1" + Times("], cel.index(0))", 60)},
      {"dyn", StrCat(Times("dyn(", 60), "1", Times(")", 60))},
  };
}

std::vector<Case> Patterns() {
  const std::string text = StrCat("'", Times("a", 20000), "'");
  const auto matches = [&text](absl::string_view pattern) {
    return StrCat(text, ".matches('", pattern, "')");
  };
  return {
      {"stars in stars", matches("((a*)*b)")},
      {"either of two", matches("(a|aa)+$")},
      {"plus of plus", matches("^(a+)+$")},
      {"many optional", matches(StrCat(Times("a?", 3000), Times("a", 3000)))},
      {"counted", matches("((a{0,100}){0,100}){0,100}b")},
      {"counted ten times", matches("(((a{10}){10}){10})b")},
      {"open", matches(Times("(", 20000))},
      {"many groups", matches(Times("(a)", 10000))},
      {"many letters", matches("^(\\\\pL{30})+$")},
      {"many patterns", Numbered("name.matches('\\\\pL{90}#')", 60000, "||")},
      {"many large patterns",
       Numbered("name.matches('((\\\\pL|\\\\pN){20}){9}#')", 60000, "||")},
      {"patterns made",
       StrCat("[", Numbered("#", 30000, ","),
              "].all(x, !name.matches('\\\\pL{90}' + string(x)))")},
      {"a long text often",
       Doubling(text, "# + #", 5, "#.matches('(x+x+)+y')")},
      {"a pattern of alternatives",
       StrCat("name.matches('", Numbered("a#", 55000, "|"), "')")},
  };
}

struct Measured {
  std::string name;
  std::clock_t cpu = 0;
  long long bytes = 0;
  std::string outcome;
};

std::string OutcomeOf(const Value& value) {
  if (value.is_error()) return value.error().reason;
  return std::string(NameOf(value.kind()));
}

void RunColumns(const Program& program, const Campaign& campaign) {
  ColumnEvaluator evaluator(&program);
  std::vector<std::vector<Value>> columns;
  for (const Value& value : campaign.values()) columns.push_back({value});
  for (size_t slot = 0; slot < columns.size(); ++slot) {
    evaluator.Bind(static_cast<int>(slot), Column::Of(columns[slot].data()));
  }
  evaluator.Run(0, 1);
  evaluator.At(0);
}

Measured Run(const Case& c, const Environment& environment,
             const Campaign& campaign, bool checked) {
  Measured measured;
  measured.name = c.name;
  const std::clock_t begin = std::clock();
  const duban_test::PeakMemory memory;
  {
    const Compiled compiled = checked ? Compile(c.text, environment)
                                      : CompileUnchecked(c.text, environment);
    if (!compiled.ok()) {
      measured.outcome = compiled.errors.front().reason;
    } else {
      measured.outcome =
          OutcomeOf(compiled.program.Evaluate(campaign.values()));
    }
    measured.cpu = std::clock() - begin;
    measured.bytes = memory.bytes();
    if (compiled.ok()) RunColumns(compiled.program, campaign);
  }
  EXPECT_LT(memory.bytes(), kMostBytes) << c.name << ": " << measured.outcome;
  return measured;
}

// Runs each in both languages, and says with DUBAN_DEEP what each took.
void RunAll(const std::vector<Case>& cases) {
  const Campaign campaign;
  Environment cel(Profile::kCel);
  for (const Declaration& variable : campaign.environment().variables()) {
    Declaration plain = variable;
    plain.may_be_missing = false;
    if (plain.type.kind() == Kind::kDecimal) plain.type = Type::Double();
    if (plain.type.kind() == Kind::kDate) plain.type = Type::Timestamp();
    cel.Add(std::move(plain));
  }
  const bool talk = std::getenv("DUBAN_DEEP") != nullptr;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    if (talk) std::printf("%s\n", c.name.c_str());
    if (talk) std::fflush(stdout);
    EXPECT_LE(c.text.size(), kSourceBytes);
    const Measured all[] = {
        Run(c, campaign.environment(), campaign, true),
        Run(c, cel, campaign, true),
        Run(c, cel, campaign, false),
    };
    for (const Measured& m : all) {
      if (!talk) break;
      std::printf("  %6.1f ms %8.2f MB %s\n",
                  1000.0 * static_cast<double>(m.cpu) / CLOCKS_PER_SEC,
                  static_cast<double>(m.bytes) / (1 << 20), m.outcome.c_str());
    }
  }
}

TEST(Hostile, LongTextsEnd) { RunAll(LongTexts()); }
TEST(Hostile, MacrosEnd) { RunAll(Macros()); }
TEST(Hostile, ExplosionsEnd) { RunAll(Explosions()); }
TEST(Hostile, PatternsEnd) { RunAll(Patterns()); }

std::string OutcomeIn(Profile profile, const std::string& text,
                      const RunLimits& limits = {}) {
  Environment environment(profile);
  environment.Add({"i", Type::Int(), "", false});
  const Compiled compiled = Compile(text, environment);
  if (!compiled.ok()) return compiled.errors.front().reason;
  return OutcomeOf(compiled.program.Evaluate({Value::Int(1)}, limits));
}

TEST(Hostile, WhatGrowsWithoutEndExceedsTheBudget) {
  for (const auto& [text, outcome] :
       std::vector<std::pair<std::string, std::string>>{
           {Doubling("'0123456789'", "# + #", 60, "#"), "BUDGET_EXCEEDED"},
           {BoundDoubling("'0123456789'", 50, "", " + ", ""),
            "BUDGET_EXCEEDED"},
           {Doubling("[1]", "# + #", 60, "#"), "BUDGET_EXCEEDED"},
           {Doubling("[1]", "[#, #]", 60, "#"), "list"},
           {Doubling("[1]", "[#, #]", 60, "# == #"), "BUDGET_EXCEEDED"},
           {Doubling("[1]", "[#, #]", 60, "'%s'.format([#])"),
            "BUDGET_EXCEEDED"},
           {Doubling("{'a': 1}", "{'k': #, 'v': #}", 60, "# == #"),
            "BUDGET_EXCEEDED"},
           {Doubling("'aa'", "#.replace('a', 'aaaaaaaa')", 60, "#"),
            "BUDGET_EXCEEDED"},
           {Doubling("'ab'", "#.split('').join(#)", 60, "#"),
            "BUDGET_EXCEEDED"},
           {Doubling("'a'", "'%s%s'.format([#, #])", 60, "#"),
            "BUDGET_EXCEEDED"},
           {NestedMacros("all", 20, 15, "v0 <= i"), "BUDGET_EXCEEDED"},
           {NestedMacros("map", 20, 15, "v0"), "BUDGET_EXCEEDED"}}) {
    EXPECT_EQ(OutcomeIn(Profile::kCel, text), outcome) << text;
  }
}

TEST(Hostile, NestingEndsEarly) {
  for (const Profile profile : {Profile::kScoring, Profile::kCel}) {
    for (const char* piece : {"(", "[", "!", "-", "- ", "size("}) {
      EXPECT_EQ(OutcomeIn(profile, Repeat(piece)), "TOO_DEEP") << piece;
    }
  }
}

// A program that would take until its budget is spent.
std::string Long() { return NestedMacros("all", 8, 15, "v0 <= i"); }

TEST(Hostile, ACancelledEvaluationDoesNotBegin) {
  const std::atomic<bool> cancel{true};
  RunLimits limits;
  limits.cancel = &cancel;
  EXPECT_EQ(OutcomeIn(Profile::kCel, Long(), limits), "CANCELLED");
  EXPECT_EQ(OutcomeIn(Profile::kScoring, Long(), limits), "CANCELLED");
  EXPECT_EQ(OutcomeIn(Profile::kCel, "true || i / 0 == 1", limits),
            "CANCELLED");
}

TEST(Hostile, AnotherThreadCancels) {
  std::atomic<bool> cancel{false};
  RunLimits limits;
  limits.steps = std::numeric_limits<int64_t>::max();
  limits.cancel = &cancel;
  std::string outcome;
  std::thread thread([&] {
    outcome = OutcomeIn(Profile::kCel, NestedMacros("all", 20, 15, "v0 <= i"),
                        limits);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  cancel = true;
  thread.join();
  EXPECT_EQ(outcome, "CANCELLED");
}

TEST(Hostile, AFlagThatIsNotSetChangesNothing) {
  const std::atomic<bool> cancel{false};
  RunLimits limits;
  limits.cancel = &cancel;
  EXPECT_EQ(OutcomeIn(Profile::kCel, Long(), limits), "BUDGET_EXCEEDED");
  EXPECT_EQ(OutcomeIn(Profile::kCel, "i + 1", limits), "int");
}

}  // namespace
}  // namespace duban::expr
