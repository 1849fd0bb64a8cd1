// Random typed expressions over bool, int and decimal, evaluated by the
// library and by a direct reading of the rules; and printed and parsed back.
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/parser.h"
#include "src/expr/printer.h"
#include "tests/expr/campaign.h"
#include "tests/expr/random.h"

namespace duban::expr {
namespace {

enum class Sort { kBool, kInt, kDecimal };

// An error's reason, or a value of one of the sorts.
struct Result {
  std::string error;
  Sort sort = Sort::kInt;
  bool b = false;
  int64_t i = 0;
  Decimal d;
};

struct Tree {
  std::string op;  // "" for a leaf
  Sort sort = Sort::kInt;
  std::string text;  // of a leaf
  Result value;      // of a leaf
  std::vector<std::unique_ptr<Tree>> args;
};

Result Fail(const char* reason) {
  Result r;
  r.error = reason;
  return r;
}

Result FromBool(bool b) {
  Result r;
  r.sort = Sort::kBool;
  r.b = b;
  return r;
}

// Ints in 128 bits, so that what does not fit shows.
Result FromWide(int128_t wide) {
  if (wide > std::numeric_limits<int64_t>::max() ||
      wide < std::numeric_limits<int64_t>::min()) {
    return Fail("INT_OVERFLOW");
  }
  Result r;
  r.i = static_cast<int64_t>(wide);
  return r;
}

Result FromDecimal(const absl::StatusOr<Decimal>& d) {
  if (!d.ok()) return Fail("DECIMAL_OVERFLOW");
  Result r;
  r.sort = Sort::kDecimal;
  r.d = *d;
  return r;
}

Decimal Widen(const Result& r) {
  return r.sort == Sort::kInt ? Decimal::FromInt(r.i) : r.d;
}

Result Judge(const Tree& tree);

Result JudgeLogic(const Tree& tree) {
  const bool decisive = tree.op == "||";
  const Result a = Judge(*tree.args[0]);
  const Result b = Judge(*tree.args[1]);
  if (a.error.empty() && a.b == decisive) return a;
  if (b.error.empty() && b.b == decisive) return b;
  if (!a.error.empty()) return a;
  return b;
}

Result JudgeIntArithmetic(const std::string& op, int128_t a, int128_t b) {
  if (op == "+") return FromWide(a + b);
  if (op == "-") return FromWide(a - b);
  if (op == "*") return FromWide(a * b);
  if (b == 0) return Fail("DIVISION_BY_ZERO");
  // The remainder fits, but CEL makes an error of it with its quotient.
  const Result quotient = FromWide(a / b);
  if (op == "/" || !quotient.error.empty()) return quotient;
  return FromWide(a % b);
}

Result JudgeArithmetic(const Tree& tree) {
  const Result a = Judge(*tree.args[0]);
  const Result b = Judge(*tree.args[1]);
  if (!a.error.empty()) return a;
  if (!b.error.empty()) return b;
  if (tree.sort == Sort::kInt) return JudgeIntArithmetic(tree.op, a.i, b.i);
  const Decimal x = Widen(a);
  const Decimal y = Widen(b);
  if (tree.op == "+") return FromDecimal(Decimal::Add(x, y));
  if (tree.op == "-") return FromDecimal(Decimal::Subtract(x, y));
  if (tree.op == "*") return FromDecimal(Decimal::Multiply(x, y));
  if (y.is_zero()) return Fail("DIVISION_BY_ZERO");
  return FromDecimal(Decimal::Divide(x, y));
}

// (a * b) / c with a decimal result is rounded once.
Result JudgeFused(const Tree& tree) {
  const Result a = Judge(*tree.args[0]->args[0]);
  const Result b = Judge(*tree.args[0]->args[1]);
  const Result c = Judge(*tree.args[1]);
  for (const Result& r : {a, b, c}) {
    if (!r.error.empty()) return r;
  }
  if (Widen(c).is_zero()) return Fail("DIVISION_BY_ZERO");
  return FromDecimal(Decimal::MultiplyDivide(Widen(a), Widen(b), Widen(c)));
}

Result JudgeRelation(const Tree& tree) {
  const Result a = Judge(*tree.args[0]);
  const Result b = Judge(*tree.args[1]);
  if (!a.error.empty()) return a;
  if (!b.error.empty()) return b;
  if (a.sort == Sort::kBool) {
    return FromBool(tree.op == "==" ? a.b == b.b : a.b != b.b);
  }
  const Decimal x = Widen(a);
  const Decimal y = Widen(b);
  return FromBool(tree.op == "<"    ? x < y
                  : tree.op == "<=" ? x <= y
                  : tree.op == ">"  ? x > y
                  : tree.op == ">=" ? x >= y
                  : tree.op == "==" ? x == y
                                    : x != y);
}

Result Judge(const Tree& tree) {
  if (tree.op.empty()) return tree.value;
  if (tree.op == "&&" || tree.op == "||") return JudgeLogic(tree);
  if (tree.op == "?") {
    const Result test = Judge(*tree.args[0]);
    if (!test.error.empty()) return test;
    Result r = Judge(*tree.args[test.b ? 1 : 2]);
    if (r.error.empty() && tree.sort == Sort::kDecimal) {
      return FromDecimal(Widen(r));
    }
    return r;
  }
  if (tree.op == "!" || tree.op == "neg") {
    Result r = Judge(*tree.args[0]);
    if (!r.error.empty()) return r;
    if (tree.op == "!") return FromBool(!r.b);
    if (r.sort == Sort::kInt) return FromWide(-int128_t{r.i});
    return FromDecimal(r.d.Negate());
  }
  if (tree.op[0] == '<' || tree.op[0] == '>' || tree.op[0] == '=' ||
      tree.op == "!=") {
    return JudgeRelation(tree);
  }
  if (tree.op == "/" && tree.sort == Sort::kDecimal &&
      tree.args[0]->op == "*") {
    return JudgeFused(tree);
  }
  return JudgeArithmetic(tree);
}

std::string TextOf(const Tree& tree) {
  if (tree.op.empty()) return tree.text;
  if (tree.op == "!") return absl::StrCat("!(", TextOf(*tree.args[0]), ")");
  if (tree.op == "neg") return absl::StrCat("-(", TextOf(*tree.args[0]), ")");
  if (tree.op == "?") {
    return absl::StrCat("(", TextOf(*tree.args[0]), " ? ",
                        TextOf(*tree.args[1]), " : ", TextOf(*tree.args[2]),
                        ")");
  }
  return absl::StrCat("(", TextOf(*tree.args[0]), " ", tree.op, " ",
                      TextOf(*tree.args[1]), ")");
}

std::unique_ptr<Tree> Grow(Sort sort, int depth, Random* random);

std::unique_ptr<Tree> Leaf(Sort sort, Random* random) {
  auto tree = std::make_unique<Tree>();
  tree->sort = sort;
  if (sort == Sort::kBool) {
    tree->value = FromBool(random->Below(2) == 1);
    tree->text = tree->value.b ? "true" : "false";
  } else if (sort == Sort::kInt) {
    constexpr int64_t kEdges[] = {0,
                                  1,
                                  -1,
                                  2,
                                  7,
                                  -13,
                                  60,
                                  1000000007,
                                  std::numeric_limits<int64_t>::max(),
                                  std::numeric_limits<int64_t>::min()};
    tree->value = FromWide(kEdges[random->Below(10)]);
    tree->text = absl::StrCat(tree->value.i);
  } else {
    constexpr const char* kEdges[] = {"0.0",   "0.5",  "-0.5",
                                      "1.5",   "2.25", "0.000000001",
                                      "-1e-9", "1e28", "99999999999999999999.9",
                                      "33.3"};
    tree->text = kEdges[random->Below(10)];
    tree->value = FromDecimal(Decimal::Parse(tree->text));
  }
  return tree;
}

std::unique_ptr<Tree> GrowBool(int depth, Random* random) {
  auto tree = std::make_unique<Tree>();
  tree->sort = Sort::kBool;
  const uint32_t pick = random->Below(10);
  if (pick < 4) {
    tree->op = pick < 2 ? "&&" : "||";
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
  } else if (pick == 4) {
    tree->op = "!";
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
  } else if (pick == 5) {
    tree->op = random->Below(2) == 0 ? "==" : "!=";
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
  } else {
    constexpr const char* kRelations[] = {"<", "<=", ">", ">=", "==", "!="};
    tree->op = kRelations[random->Below(6)];
    for (int i = 0; i < 2; ++i) {
      const Sort side = random->Below(2) == 0 ? Sort::kInt : Sort::kDecimal;
      tree->args.push_back(Grow(side, depth - 1, random));
    }
  }
  return tree;
}

std::unique_ptr<Tree> Grow(Sort sort, int depth, Random* random) {
  if (depth <= 0 || random->Below(6) == 0) return Leaf(sort, random);
  const bool conditional = random->Below(6) == 0;
  if (sort == Sort::kBool && !conditional) return GrowBool(depth, random);
  auto tree = std::make_unique<Tree>();
  tree->sort = sort;
  if (conditional) {
    tree->op = "?";
    tree->args.push_back(Grow(Sort::kBool, depth - 1, random));
  } else if (random->Below(8) == 0) {
    tree->op = "neg";
    tree->args.push_back(Grow(sort, depth - 1, random));
    return tree;
  } else {
    constexpr const char* kArithmetic[] = {"+", "-", "*", "/", "%"};
    tree->op = kArithmetic[random->Below(sort == Sort::kInt ? 5 : 4)];
  }
  // A decimal comes from two decimals, or from one and an int.
  const bool mixed = sort == Sort::kDecimal && random->Below(3) == 0;
  const uint32_t which = random->Below(2);
  for (uint32_t side = 0; side < 2; ++side) {
    tree->args.push_back(
        Grow(mixed && side == which ? Sort::kInt : sort, depth - 1, random));
  }
  return tree;
}

std::string Describe(const Result& r) {
  if (!r.error.empty()) return r.error;
  if (r.sort == Sort::kBool) return r.b ? "bool true" : "bool false";
  if (r.sort == Sort::kInt) return absl::StrCat("int ", r.i);
  return absl::StrCat("decimal ", r.d.ToString());
}

std::string Describe(const Value& v) {
  if (v.is_error()) return v.error().reason;
  const char* kind = v.is_bool() ? "bool " : v.is_int() ? "int " : "decimal ";
  return absl::StrCat(kind, v.ToString());
}

TEST(Oracle, AgreesOnRandomExpressions) {
  Random random(20211027);
  const Environment environment;
  int values = 0;
  int errors = 0;
  for (int i = 0; i < 5000; ++i) {
    const Sort sort = static_cast<Sort>(random.Below(3));
    const auto tree = Grow(sort, 5, &random);
    const std::string text = TextOf(*tree);
    const Compiled compiled = Compile(text, environment);
    ASSERT_TRUE(compiled.ok()) << text << ": " << compiled.errors[0].en;
    const Result expected = Judge(*tree);
    const Value value = compiled.program.Evaluate({});
    ASSERT_EQ(Describe(value), Describe(expected)) << text;
    (value.is_error() ? errors : values) += 1;

    SourceErrors faults;
    const Ast ast = Parse(text, {}, &faults);
    const std::string printed = Print(ast);
    const Ast again = Parse(printed, {}, &faults);
    ASSERT_TRUE(faults.empty()) << printed;
    ASSERT_TRUE(SameTree(ast, again)) << text << " became " << printed;
    ASSERT_EQ(Print(again), printed);
    ASSERT_EQ(Describe(Compile(printed, environment).program.Evaluate({})),
              Describe(value))
        << printed;
  }
  // The sample says something about both.
  EXPECT_GT(values, 1000);
  EXPECT_GT(errors, 500);
}

}  // namespace
}  // namespace duban::expr
