#include "src/expr/cost.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/expr/program.h"
#include "tests/expr/random.h"
#include "tests/expr/random_columns.h"
#include "tests/expr/random_expression.h"

namespace duban::expr {
namespace {

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

// "least to most", or "least or more".
std::string CostOf(absl::string_view text, const DeclaredSizes& sizes = {}) {
  const RandomWorld world(Profile::kCel);
  const Compiled compiled = Compile(text, world.environment());
  if (!compiled.ok()) return compiled.errors[0].en;
  const Cost cost = compiled.program.EstimateCost(sizes);
  if (cost.most == kUnbounded) return absl::StrCat(cost.least, " or more");
  return absl::StrCat(cost.least, " to ", cost.most);
}

TEST(Cost, OfOneTermIsOneStep) {
  EXPECT_EQ(CostOf("1"), "1 to 1");
  EXPECT_EQ(CostOf("i"), "1 to 1");
  EXPECT_EQ(CostOf("s", {1000, 1000}), "1 to 1");
}

TEST(Cost, OfBranchesIsThatOfTheLesserAndTheGreater) {
  EXPECT_EQ(CostOf("b ? i : [i, i, i][0]").substr(0, 2), "3 ");
  EXPECT_EQ(CostOf("b || c"), "2 to 3");
}

TEST(Cost, GrowsWithTextThatIsMade) {
  const DeclaredSizes small = {8, 0};
  const DeclaredSizes large = {8000, 0};
  EXPECT_EQ(CostOf("s + t", small), "3 to 11");
  EXPECT_EQ(CostOf("s + t", large), "3 to 8003");
}

TEST(Cost, GrowsWithTheElementsOfARange) {
  EXPECT_EQ(CostOf("xs.all(v, v > 0)", {0, 10}), "2 to 72");
  EXPECT_EQ(CostOf("xs.map(v, v)", {0, 1000}), "2 to 3002");
  EXPECT_EQ(CostOf("xs.map(v, xs.map(w, w))", {0, 100}), "2 to 30402");
}

TEST(Cost, IsUnboundedWhereItIsNotFollowed) {
  EXPECT_EQ(CostOf("any == 1", {10, 10}), "3 or more");
  EXPECT_EQ(CostOf("s.replace('a', t)", {10, 10}), "4 or more");
}

TEST(Cost, OfWhatIsTooLargeToCountIsUnbounded) {
  EXPECT_EQ(CostOf("xs.all(a, xs.all(b, xs.all(c, xs.all(d, d > 0))))",
                   {0, int64_t{1} << 20}),
            "2 or more");
}

TEST(Cost, OfNoProgramIsNone) {
  const Cost cost = Program().EstimateCost({});
  EXPECT_EQ(cost.least, 0);
  EXPECT_EQ(cost.most, 0);
}

// The sizes of all values of the columns are within these.
constexpr DeclaredSizes kSizes = {210, 4};

// Whether some part has no value; that ends what it is in early.
bool AnyFails(const Program& program, const std::vector<Value>& variables) {
  std::vector<Observation> observations;
  program.Observe(variables, &observations);
  return std::any_of(observations.begin(), observations.end(),
                     [](const Observation& o) {
                       return o.value.is_error() || o.value.is_missing();
                     });
}

void HoldsFor(Profile profile, bool checked) {
  const RandomWorld world(profile);
  std::unique_ptr<RandomColumns> columns;
  int bounded = 0;
  int64_t evaluations = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    Random random(seed);
    RandomExpression expression(profile, &random);
    const std::string text = expression.Any(static_cast<int>(random.Below(5)));
    const Compiled compiled = checked
                                  ? Compile(text, world.environment())
                                  : CompileUnchecked(text, world.environment());
    ASSERT_TRUE(compiled.ok()) << text;
    const Cost cost = compiled.program.EstimateCost(kSizes);
    ASSERT_LE(cost.least, cost.most) << text;
    if (cost.most == kUnbounded) continue;
    ++bounded;
    if (columns == nullptr || bounded % 20 == 0) {
      columns = std::make_unique<RandomColumns>(world, checked, 60, &random);
    }
    RunLimits limits;
    limits.steps = cost.most;
    for (size_t row = 0; row < columns->rows(); ++row) {
      const Value value = compiled.program.Evaluate(columns->Row(row), limits);
      ++evaluations;
      const bool out =
          value.is_error() && value.error().reason == "BUDGET_EXCEEDED";
      ASSERT_FALSE(out) << text << " takes more than " << cost.most;
      if (row % 8 != 0 || AnyFails(compiled.program, columns->Row(row))) {
        continue;
      }
      limits.steps = cost.least - 1;
      ASSERT_TRUE(
          compiled.program.Evaluate(columns->Row(row), limits).is_error())
          << text << " takes less than " << cost.least;
      limits.steps = cost.most;
    }
  }
  // Else the test says nothing.
  EXPECT_GE(bounded, checked ? 900 : 100);
  testing::Test::RecordProperty("evaluations", std::to_string(evaluations));
}

TEST(Cost, OfScoringRulesIsKept) { HoldsFor(Profile::kScoring, true); }
TEST(Cost, OfPlainCelIsKept) { HoldsFor(Profile::kCel, true); }
TEST(Cost, OfUncheckedCelIsKept) { HoldsFor(Profile::kCel, false); }

}  // namespace
}  // namespace duban::expr
