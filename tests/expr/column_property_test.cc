// The two evaluators are held to one another: random expressions over random
// columns, each row of which must be exactly what the row evaluator gives.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/code.h"
#include "src/expr/column_plan.h"
#include "src/expr/columns.h"
#include "src/expr/program.h"
#include "tests/expr/random.h"
#include "tests/expr/random_columns.h"
#include "tests/expr/random_expression.h"

namespace duban::expr {
namespace {

constexpr size_t kWays = static_cast<size_t>(Way::kQuantify) + 1;
constexpr const char* kWayNames[kWays] = {
    "constant",     "column",    "table", "row",   "local",   "compare",
    "compare with", "calculate", "ratio", "logic", "not",     "conditional",
    "has",          "orValue",   "widen", "among", "quantify"};

// What came up, so that a generator that no longer reaches something shows.
struct Coverage {
  int programs = 0;
  int without_rows = 0;  // nothing left to the row evaluator
  int64_t values = 0;
  int64_t errors = 0;
  int64_t out_of_budget = 0;
  std::array<int, kWays> ways{};
};

int Programs() {
  const char* deep = std::getenv("DUBAN_DEEP");
  return deep != nullptr ? 100000 : 4000;
}

// The ways of the terms that a run over columns comes to.
void CountWays(const Code& code, const Plan& plan, Coverage* coverage) {
  std::vector<int> todo = {code.root};
  while (!todo.empty()) {
    const int id = todo.back();
    todo.pop_back();
    const Way way = plan.steps[id].way;
    ++coverage->ways[static_cast<size_t>(way)];
    if (way == Way::kRow || way == Way::kTable || way == Way::kColumn) continue;
    for (const int arg : code.terms[id].args) {
      if (code.terms[arg].op != Op::kList) {
        todo.push_back(arg);
        continue;
      }
      for (const int item : code.terms[arg].args) todo.push_back(item);
    }
  }
}

// Compares some of the rows, in chunks as they may come.
void CompareRows(const Program& program, RandomColumns* columns, Random* random,
                 Coverage* coverage) {
  ColumnEvaluator evaluator(&program);
  columns->BindTo(&evaluator);
  const auto all = static_cast<uint32_t>(columns->rows());
  const bool thorough = random->Below(40) == 0;
  size_t begin = thorough ? 0 : random->Below(all);
  const size_t end = thorough ? all : begin + 1 + random->Below(60);
  while (begin < end && begin < all) {
    const size_t most =
        thorough ? 1 + random->Below(2) * 1023 : 1 + random->Below(60);
    const size_t rows =
        std::min<size_t>({most == 1 ? 77 : most, end - begin, all - begin});
    evaluator.Run(begin, rows);
    size_t failures = 0;
    for (size_t i = 0; i < rows; ++i) {
      const Value expected = program.Evaluate(columns->Row(begin + i));
      const Value value = evaluator.At(i);
      ASSERT_TRUE(Identical(value, expected))
          << "row " << begin + i << ": " << Describe(value) << " instead of "
          << Describe(expected);
      if (random->Below(8) == 0) {
        // Without any short cut.
        std::vector<Observation> observations;
        const Value observed =
            program.Observe(columns->Row(begin + i), &observations);
        ASSERT_TRUE(Identical(observed, expected))
            << "row " << begin + i << ": " << Describe(expected)
            << " instead of " << Describe(observed);
      }
      failures += expected.is_error() ? 1 : 0;
      coverage->out_of_budget +=
          expected.is_error() && expected.error().reason == "BUDGET_EXCEEDED";
      if (evaluator.bools() != nullptr) {
        ASSERT_EQ(evaluator.bools()[i], expected.bool_value() ? 1 : 0);
      }
      if (evaluator.ints() != nullptr) {
        ASSERT_EQ(evaluator.ints()[i], expected.int_value());
      }
    }
    ASSERT_EQ(evaluator.failures(), failures);
    coverage->errors += static_cast<int64_t>(failures);
    coverage->values += static_cast<int64_t>(rows - failures);
    begin += rows;
  }
}

void RunWorld(Profile profile, bool checked, Coverage* coverage) {
  const RandomWorld world(profile);
  std::unique_ptr<RandomColumns> columns;
  const int programs = Programs();
  for (int n = 0; n < programs; ++n) {
    const auto seed = static_cast<uint64_t>(n) * 3 + (checked ? 1 : 2);
    Random random(seed);
    if (columns == nullptr || n % 25 == 0) {
      columns = std::make_unique<RandomColumns>(
          world, checked, 1 + random.Below(8) * 293, &random);
    }
    RandomExpression expression(profile, &random);
    const std::string text =
        expression.Any(static_cast<int>(1 + random.Below(5)));
    SCOPED_TRACE(absl::StrCat("seed ", seed, ": ", text));
    Limits limits;
    if (random.Below(5) == 0) limits.steps = 5 + random.Below(496);
    const Compiled compiled =
        checked ? Compile(text, world.environment(), Type::Dyn(), limits)
                : CompileUnchecked(text, world.environment(), limits);
    ASSERT_TRUE(compiled.ok())
        << compiled.errors[0].en << " at " << compiled.errors[0].offset;
    CompareRows(compiled.program, columns.get(), &random, coverage);
    if (testing::Test::HasFatalFailure()) return;
    const Plan plan = columns->PlanOf(compiled.program);
    CountWays(compiled.program.code(), plan, coverage);
    ++coverage->programs;
    coverage->without_rows += plan.rows == 0 ? 1 : 0;
  }
}

// Nothing that may come up is rare, and not everything fails.
void ExpectCoverage(const Coverage& coverage, std::vector<Way> ways) {
  for (const Way way : ways) {
    const auto at = static_cast<size_t>(way);
    EXPECT_GE(coverage.ways[at], coverage.programs / 400) << kWayNames[at];
    testing::Test::RecordProperty(kWayNames[at], coverage.ways[at]);
  }
  EXPECT_GE(coverage.without_rows, coverage.programs / 10);
  EXPECT_GE(coverage.values, (coverage.values + coverage.errors) / 3);
  EXPECT_GE(coverage.errors, (coverage.values + coverage.errors) / 20);
  EXPECT_GE(coverage.out_of_budget, 100);
}

TEST(ColumnProperty, ScoringRulesAgree) {
  Coverage coverage;
  RunWorld(Profile::kScoring, true, &coverage);
  if (HasFatalFailure()) return;
  ExpectCoverage(
      coverage,
      {Way::kConstant, Way::kColumn, Way::kTable, Way::kRow, Way::kLocal,
       Way::kCompare, Way::kCompareWith, Way::kCalculate, Way::kWholeRatio,
       Way::kLogic, Way::kNot, Way::kConditional, Way::kHas, Way::kOrValue,
       Way::kWiden, Way::kAmong, Way::kQuantify});
}

TEST(ColumnProperty, PlainCelAgrees) {
  Coverage coverage;
  RunWorld(Profile::kCel, true, &coverage);
  if (HasFatalFailure()) return;
  ExpectCoverage(
      coverage,
      {Way::kConstant, Way::kColumn, Way::kTable, Way::kRow, Way::kLocal,
       Way::kCompare, Way::kCompareWith, Way::kCalculate, Way::kLogic,
       Way::kNot, Way::kConditional, Way::kAmong, Way::kQuantify});
}

TEST(ColumnProperty, UncheckedCelAgrees) {
  Coverage coverage;
  RunWorld(Profile::kCel, false, &coverage);
}

}  // namespace
}  // namespace duban::expr
