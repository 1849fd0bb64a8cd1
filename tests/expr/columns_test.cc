#include "src/expr/columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/program.h"
#include "tests/expr/random_columns.h"
#include "tests/expr/random_expression.h"

namespace duban::expr {
namespace {

// A program of the scoring profile, or of plain CEL, and its evaluator.
class Rule {
 public:
  explicit Rule(absl::string_view text, Profile profile = Profile::kScoring,
                const Limits& limits = {})
      : world_(profile) {
    Compiled compiled =
        Compile(text, world_.environment(), Type::Dyn(), limits);
    EXPECT_TRUE(compiled.ok()) << text << ": " << compiled.errors[0].en;
    program_ = std::move(compiled.program);
    columns_ = std::make_unique<ColumnEvaluator>(&program_);
  }

  void Bind(absl::string_view name, const Column& column) {
    columns_->Bind(world_.environment().FindVariable(name), column);
  }
  void Bind(absl::string_view name, absl::string_view field,
            const Column& column) {
    columns_->Bind(world_.environment().FindVariable(name),
                   world_.record().Find(field), column);
  }
  ColumnEvaluator& columns() { return *columns_; }

  // All rows, as text: "1 2 MISSING@0".
  std::string Run(size_t rows) {
    columns_->Run(0, rows);
    std::string text;
    for (size_t i = 0; i < rows; ++i) {
      const Value value = columns_->At(i);
      absl::StrAppend(&text, i == 0 ? "" : " ",
                      value.is_error() ? absl::StrCat(value.error().reason, "@",
                                                      value.error().offset)
                                       : value.ToString());
    }
    return text;
  }

 private:
  RandomWorld world_;
  Program program_;
  std::unique_ptr<ColumnEvaluator> columns_;
};

const int64_t kNumbers[] = {0, 3, -7, 12};
const int64_t kOthers[] = {2, 0, 7, -1};
const uint8_t kTruths[] = {0, 1, 2, 255};
const double kDoubles[] = {0.5, -0.0, 1e308, -3};
const int128_t kDecimals[] = {500000000, 0, -1, int128_t{3} * 1000000000};
const uint8_t kSome[] = {1, 0, 200, 0};

Column Some(Column column) {
  column.present = kSome;
  return column;
}

TEST(Columns, ReadEveryLayoutOfNumbers) {
  const uint8_t bytes[] = {0, 255};
  const int16_t shorts[] = {-32768, 32767};
  const int32_t ints[] = {-5, 70000};
  const int64_t longs[] = {std::numeric_limits<int64_t>::min(), 1};
  for (const char* text : {"i", "i + 0", "(b ? i : i)"}) {
    Rule rule(text);
    const uint8_t truth[] = {1, 0};
    rule.Bind("b", Column::Of(truth));
    rule.Bind("i", Column::Of(bytes));
    EXPECT_EQ(rule.Run(2), "0 255");
    rule.Bind("i", Column::Of(shorts));
    EXPECT_EQ(rule.Run(2), "-32768 32767");
    rule.Bind("i", Column::Of(ints));
    EXPECT_EQ(rule.Run(2), "-5 70000");
    rule.Bind("i", Column::Of(longs));
    EXPECT_EQ(rule.Run(2), "-9223372036854775808 1");
    EXPECT_EQ(rule.columns().row_terms(), 0);
  }
}

TEST(Columns, NumbersStandForTheDeclaredType) {
  Rule truth("b");
  truth.Bind("b", Column::Of(kTruths));
  EXPECT_EQ(truth.Run(4), "false true true true");
  EXPECT_EQ(truth.columns().bools()[3], 1);

  Rule decimal("d + 0.5");
  decimal.Bind("d", Column::Of(kNumbers));
  EXPECT_EQ(decimal.Run(4), "0.5 3.5 -6.5 12.5");

  Rule units("d");
  units.Bind("d", Column::Of(kDecimals));
  EXPECT_EQ(units.Run(4), "0.5 0 -0.000000001 3");

  const int32_t days[] = {0, 18927, -719163, 2932897};
  Rule day("day >= date('1970-01-01')");
  day.Bind("day", Column::Of(days));
  EXPECT_EQ(day.Run(4), "true true WRONG_TYPE@0 WRONG_TYPE@0");
  EXPECT_EQ(day.columns().failures(), 2);

  // Values are what they are: an int is no bool.
  const std::vector<Value> values = {Value::Int(1), Value::Bool(true)};
  Rule wrong("b");
  wrong.Bind("b", Column::Of(values.data()));
  EXPECT_EQ(wrong.Run(2), "WRONG_TYPE@0 true");
}

TEST(Columns, OfAnotherLayoutAreOfTheWrongType) {
  Rule rule("i");
  rule.Bind("i", Column::Of(kDoubles));
  EXPECT_EQ(rule.Run(2), "WRONG_TYPE@0 WRONG_TYPE@0");
}

TEST(Columns, Compare) {
  Rule with("i < 5");
  with.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(with.Run(4), "true true true false");
  const uint8_t bytes[] = {0, 255};
  for (const char* text : {"i < 256", "i > -1", "i != 70000", "i <= 9000000000",
                           "!(i == 256)", "!(i > 255)"}) {
    Rule all(text);
    all.Bind("i", Column::Of(bytes));
    EXPECT_EQ(all.Run(2), "true true") << text;
  }
  Rule two("i == j");
  two.Bind("i", Column::Of(kNumbers));
  two.Bind("j", Column::Of(kOthers));
  EXPECT_EQ(two.Run(4), "false false false false");
  Rule truths("b == c");
  truths.Bind("b", Column::Of(kTruths));
  const uint8_t others[] = {0, 7, 0, 1};
  truths.Bind("c", Column::Of(others));
  EXPECT_EQ(truths.Run(4), "true true false true");
}

TEST(Columns, CalculateAndFailWhereItDoesNotFit) {
  const int64_t large[] = {std::numeric_limits<int64_t>::max(), 1,
                           std::numeric_limits<int64_t>::min(), 0};
  Rule sum("i + j");
  sum.Bind("i", Column::Of(large));
  sum.Bind("j", Column::Of(kOthers));
  EXPECT_EQ(sum.Run(4), "INT_OVERFLOW@2 1 -9223372036854775801 -1");
  EXPECT_EQ(sum.columns().failures(), 1);
  EXPECT_EQ(sum.columns().ints(), nullptr);
  EXPECT_EQ(sum.Run(0), "");
  Rule quotient("i % j");
  quotient.Bind("i", Column::Of(large));
  quotient.Bind("j", Column::Of(kOthers));
  EXPECT_EQ(quotient.Run(4), "1 DIVISION_BY_ZERO@2 -1 0");
  // A sum of whole decimals that does not fit an int is still a decimal.
  Rule decimal("d + 1.0");
  decimal.Bind("d", Column::Of(large));
  EXPECT_EQ(decimal.Run(2), "9223372036854775808 2");
  EXPECT_EQ(decimal.columns().failures(), 0);
  Rule ratio("d * 2.0 / i");
  ratio.Bind("d", Column::Of(kNumbers));
  ratio.Bind("i", Column::Of(kOthers));
  EXPECT_EQ(ratio.Run(4), "0 DIVISION_BY_ZERO@8 -2 -24");
}

TEST(Columns, GiveDoublesAsTheyAre) {
  Rule rule("x * 2.0", Profile::kCel);
  rule.Bind("x", Column::Of(kDoubles));
  rule.columns().Run(0, 4);
  const double* doubles = rule.columns().doubles();
  ASSERT_NE(doubles, nullptr);
  EXPECT_EQ(doubles[0], 1.0);
  EXPECT_TRUE(std::signbit(doubles[1]));
  EXPECT_EQ(doubles[2], std::numeric_limits<double>::infinity());
  EXPECT_EQ(rule.columns().ints(), nullptr);
  EXPECT_EQ(rule.columns().bools(), nullptr);
}

TEST(Columns, AnErrorThatIsNotNeededDoesNotShow) {
  for (const char* text :
       {"j == 0 || i / j > 0", "i / j > 0 || j == 0", "!(j != 0 && i / j <= 0)",
        "(j == 0 ? 1 : i / j) > 0", "[j].exists(v, v == 0 || i / v > 0)"}) {
    Rule rule(text);
    rule.Bind("i", Column::Of(kNumbers));
    rule.Bind("j", Column::Of(kOthers));
    EXPECT_EQ(rule.Run(4), "false true false false") << text;
    EXPECT_EQ(rule.columns().failures(), 0) << text;
    ASSERT_NE(rule.columns().bools(), nullptr) << text;
  }
}

TEST(Columns, AnErrorStaysWhereItIsNeeded) {
  Rule rule("i / j > 0 || b");
  rule.Bind("i", Column::Of(kNumbers));
  rule.Bind("j", Column::Of(kOthers));
  const uint8_t truths[] = {0, 0, 1, 1};
  rule.Bind("b", Column::Of(truths));
  EXPECT_EQ(rule.Run(4), "false DIVISION_BY_ZERO@2 true true");
  EXPECT_EQ(rule.columns().bools(), nullptr);
}

TEST(Columns, ABudgetThatIsSpentIsNotAbsorbed) {
  const std::vector<Value> dictionary = {Value::Str(std::string(4000, 'a')),
                                         Value::Str("a")};
  const uint8_t codes[] = {0, 1};
  const uint8_t truths[] = {1, 1};
  Limits limits;
  limits.steps = 300;
  for (const char* text : {"s + s + s == '' || b",
                           "[s + s + s == '', b]"
                           ".exists(v, v)"}) {
    Rule rule(text, Profile::kCel, limits);
    rule.Bind("s", Column::Codes(codes, dictionary));
    rule.Bind("b", Column::Of(truths));
    EXPECT_EQ(rule.Run(2).substr(0, 15), "BUDGET_EXCEEDED") << text;
    EXPECT_EQ(rule.columns().At(1).ToString(), "true") << text;
  }
}

TEST(Columns, KnowWhatIsMissing) {
  Rule has("has(maybe_i)");
  has.Bind("maybe_i", Some(Column::Of(kNumbers)));
  EXPECT_EQ(has.Run(4), "true false true false");
  Rule other("maybe_i.orValue(i)");
  other.Bind("maybe_i", Some(Column::Of(kNumbers)));
  other.Bind("i", Column::Of(kOthers));
  EXPECT_EQ(other.Run(4), "0 0 -7 -1");
  EXPECT_EQ(other.columns().row_terms(), 0);
  Rule decimal("maybe_d.orValue(0.5)");
  decimal.Bind("maybe_d", Some(Column::Of(kNumbers)));
  EXPECT_EQ(decimal.Run(4), "0 0.5 -7 0.5");
  Rule plain("i");
  plain.Bind("i", Some(Column::Of(kNumbers)));
  EXPECT_EQ(plain.Run(4), "0 MISSING@0 -7 MISSING@0");
  EXPECT_EQ(plain.columns().ints(), nullptr);
  Rule unbound("i + 1");
  EXPECT_EQ(unbound.Run(1), "MISSING@0");
}

TEST(Columns, LookThroughLists) {
  Rule among("i in [3, 12, 400]");
  among.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(among.Run(4), "false true false true");
  EXPECT_EQ(among.columns().row_terms(), 0);
  Rule exists("[i, j].exists(v, v > 5)");
  exists.Bind("i", Column::Of(kNumbers));
  exists.Bind("j", Column::Of(kOthers));
  EXPECT_EQ(exists.Run(4), "false false true true");
  EXPECT_EQ(exists.columns().row_terms(), 0);
  Rule all("[1, 2].all(v, [3, 4].all(w, i + v != w))");
  all.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(all.Run(4), "true false true true");
  EXPECT_EQ(all.columns().row_terms(), 0);
  // An element that failed fails the list.
  Rule failed("[i / j, 1].exists(v, v == 1)");
  failed.Bind("i", Column::Of(kNumbers));
  failed.Bind("j", Column::Of(kOthers));
  EXPECT_EQ(failed.Run(2), "true DIVISION_BY_ZERO@3");
}

TEST(Columns, AreLookedUpByCode) {
  const std::vector<Value> dictionary = {
      Value::Str("ab"), Value::Error("BROKEN", "坏了", "broken"),
      Value::Missing(), Value::Int(7)};
  const uint8_t codes[] = {0, 1, 2, 3, 4, 255};
  Rule rule("s.startsWith('a')");
  rule.Bind("s", Column::Codes(codes, dictionary));
  EXPECT_EQ(rule.Run(6),
            "true BROKEN@0 MISSING@0 WRONG_TYPE@0 MISSING@0 MISSING@0");
  EXPECT_EQ(rule.columns().row_terms(), 0);
  EXPECT_EQ(rule.columns().failures(), 5);
  Rule text("s + '!'");
  text.Bind("s", Column::Codes(codes, dictionary));
  EXPECT_EQ(text.Run(1), "\"ab!\"");
}

TEST(Columns, HaveDictionariesOfAnySize) {
  std::vector<Value> dictionary;
  std::vector<uint32_t> codes;
  for (int i = 0; i < 70000; ++i) {
    dictionary.push_back(Value::Int(i));
    codes.push_back(static_cast<uint32_t>(69999 - i));
  }
  Rule rule("i * 2 + i");
  rule.Bind("i", Column::Codes(codes.data(), dictionary));
  for (size_t begin = 0; begin < 70000; begin += ColumnEvaluator::kChunk) {
    const size_t rows = std::min(ColumnEvaluator::kChunk, 70000 - begin);
    rule.columns().Run(begin, rows);
    ASSERT_NE(rule.columns().ints(), nullptr);
    for (size_t i = 0; i < rows; ++i) {
      ASSERT_EQ(rule.columns().ints()[i],
                3 * (69999 - static_cast<int64_t>(begin + i)));
    }
  }
}

TEST(Columns, MayBeBoundAgain) {
  const std::vector<Value> first = {Value::Str("a"), Value::Str("b")};
  const std::vector<Value> second = {Value::Str("b"), Value::Str("b")};
  const uint8_t codes[] = {0, 1};
  const uint16_t wide[] = {1, 0};
  Rule rule("s == 'a'");
  rule.Bind("s", Column::Codes(codes, first));
  EXPECT_EQ(rule.Run(2), "true false");
  rule.Bind("s", Column::Codes(codes, second));
  EXPECT_EQ(rule.Run(2), "false false");
  rule.Bind("s", Column::Codes(wide, first));
  EXPECT_EQ(rule.Run(2), "false true");
  rule.Bind("s", Column::Of(first.data()));
  EXPECT_EQ(rule.Run(2), "true false");
  EXPECT_EQ(rule.columns().row_terms(), 1);
}

TEST(Columns, MakeUpRecords) {
  Rule rule("r.n > 2 && r.maybe_s.orValue('a') == 'a'");
  rule.Bind("r", "n", Column::Of(kNumbers));
  EXPECT_EQ(rule.Run(4), "false true false true");
  // Of which nothing is bound, there is none.
  Rule unbound("r.n");
  EXPECT_EQ(unbound.Run(1), "MISSING@0");
  // All of it is there for who asks for all of it.
  Rule whole("[r].all(v, v.n == i)");
  whole.Bind("r", "n", Column::Of(kNumbers));
  whole.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(whole.Run(4), "true true true true");
}

TEST(Columns, MayBeOfWholeRecords) {
  const RandomWorld world(Profile::kScoring);
  std::vector<std::unique_ptr<Row>> rows;
  std::vector<Value> values;
  for (int64_t n = 0; n < 3; ++n) {
    std::vector<Value> fields(world.record().fields().size());
    fields[0] = Value::Int(n);
    rows.push_back(std::make_unique<Row>(&world.record(), std::move(fields)));
    values.push_back(Value::Rec(rows.back().get()));
  }
  Rule rule("q.n + 1");
  rule.Bind("q", Column::Of(values.data()));
  rule.Bind("q", "n", Column::Of(kOthers));
  EXPECT_EQ(rule.Run(3), "1 2 3");
}

TEST(Columns, RunAnyNumberOfRows) {
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < 5000; ++i) numbers.push_back(i);
  Rule rule("i * 2");
  rule.Bind("i", Column::Of(numbers.data()));
  for (const size_t rows : {0, 1, 1023, 1024, 1025}) {
    for (const size_t begin : {0, 1, 1023, 2000}) {
      rule.columns().Run(begin, rows);
      ASSERT_NE(rule.columns().ints(), nullptr);
      for (size_t i = 0; i < std::min(rows, ColumnEvaluator::kChunk); ++i) {
        ASSERT_EQ(rule.columns().At(i).int_value(),
                  2 * static_cast<int64_t>(begin + i));
      }
      EXPECT_EQ(rule.columns().failures(), 0);
    }
  }
}

TEST(Columns, OfAConstantAreAllTheSame) {
  Rule rule("1.5");
  EXPECT_EQ(rule.Run(3), "1.5 1.5 1.5");
  Rule number("7");
  number.columns().Run(0, 1024);
  ASSERT_NE(number.columns().ints(), nullptr);
  EXPECT_EQ(number.columns().ints()[1023], 7);
}

TEST(Columns, KeepToTheBudget) {
  Limits limits;
  for (int64_t steps = 0; steps < 40; ++steps) {
    limits.steps = steps;
    Rule rule("[1, 2, i].exists(v, v + i == 300) || i in [4, 5]",
              Profile::kScoring, limits);
    rule.Bind("i", Column::Of(kNumbers));
    const bool enough = rule.Run(1) == "false";
    EXPECT_EQ(enough, steps >= 36) << steps << ": " << rule.Run(1);
  }
  // Loops in loops in loops are left to what counts steps.
  std::string text = "i > 100";
  for (int n = 0; n < 7; ++n) {
    text = absl::StrCat("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15].exists(v", n,
                        ", ", text, ")");
  }
  Rule rule(text);
  rule.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(rule.Run(1).substr(0, 15), "BUDGET_EXCEEDED");
  EXPECT_EQ(rule.columns().row_terms(), 1);
}

TEST(Columns, OfManyTermsTakeLittleMemory) {
  std::string text = "i + 1 == 0";
  for (int n = 0; n < 3000; ++n) absl::StrAppend(&text, " || i + 1 == ", n);
  Rule rule(text);
  rule.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(rule.Run(4), "true true false true");
  EXPECT_EQ(rule.columns().row_terms(), 1);
}

TEST(Columns, OfNoProgramAreErrors) {
  const Program none;
  ColumnEvaluator columns(&none);
  columns.Bind(0, Column::Of(kNumbers));
  columns.Run(0, 3);
  EXPECT_EQ(columns.At(0).error().reason, "NOT_COMPILED");
  EXPECT_EQ(columns.failures(), 3);
  EXPECT_EQ(columns.row_terms(), 0);
  EXPECT_EQ(columns.bools(), nullptr);
}

// Entries of a block are used by several terms: a walk over all ways to them
// would not end.
TEST(Columns, RunBlocksOfManyEntries) {
  std::string text = "cel.block([i";
  for (int n = 0; n < 40; ++n) {
    absl::StrAppend(&text, ", cel.index(", n, ") + cel.index(", n, ")");
  }
  Rule rule(absl::StrCat(text, "], cel.index(40))"), Profile::kCel);
  rule.Bind("i", Column::Of(kNumbers));
  EXPECT_EQ(rule.Run(2), "0 3298534883328");
}

}  // namespace
}  // namespace duban::expr
