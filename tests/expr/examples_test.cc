// Runs examples.txt, from which the documentation quotes.
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

// One example a line; a line with an open ''' goes on with the next.
bool NextExample(std::istream& in, std::string* example) {
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    *example = line;
    while (line.find(" => ") == std::string::npos && std::getline(in, line)) {
      absl::StrAppend(example, "\n", line);
    }
    return true;
  }
  return false;
}

TEST(Examples, GiveWhatTheySay) {
  const Campaign campaign;
  std::ifstream in(DUBAN_SOURCE_DIR "/tests/expr/examples.txt");
  ASSERT_TRUE(in.good());
  std::string example;
  int count = 0;
  while (NextExample(in, &example)) {
    ++count;
    const size_t arrow = example.rfind(" => ");
    ASSERT_NE(arrow, std::string::npos) << example;
    const std::string text = example.substr(0, arrow);
    std::string wanted = example.substr(arrow + 4);
    const Compiled compiled = Compile(text, campaign.environment());
    absl::string_view reason = wanted;
    if (absl::ConsumePrefix(&reason, "error(")) {
      absl::ConsumeSuffix(&reason, ")");
      if (!compiled.ok()) {
        EXPECT_EQ(compiled.errors[0].reason, reason) << example;
        continue;
      }
      const Value value = compiled.program.Evaluate(campaign.values());
      ASSERT_TRUE(value.is_error()) << example << ": " << value.ToString();
      EXPECT_EQ(value.error().reason, reason) << example;
      EXPECT_GE(value.error().offset, 0) << example;
      EXPECT_LT(value.error().offset, static_cast<int>(text.size()));
      EXPECT_FALSE(value.error().zh.empty());
      continue;
    }
    EXPECT_TRUE(compiled.ok()) << example << ": " << compiled.errors[0].en;
    if (!compiled.ok()) continue;
    const Value value = compiled.program.Evaluate(campaign.values());
    const Compiled result = Compile(wanted, campaign.environment());
    ASSERT_TRUE(result.ok()) << example;
    const Value expected = result.program.Evaluate(campaign.values());
    EXPECT_TRUE(Equal(value, expected))
        << example << ": " << value.ToString()
        << (value.is_error() ? value.error().en : "");
    // What was printed means the same.
    const Compiled again =
        Compile(compiled.program.Canonical(), campaign.environment());
    ASSERT_TRUE(again.ok()) << compiled.program.Canonical();
    EXPECT_TRUE(Equal(again.program.Evaluate(campaign.values()), value))
        << compiled.program.Canonical();
    EXPECT_EQ(again.program.Canonical(), compiled.program.Canonical());
  }
  EXPECT_GE(count, 200);
}

}  // namespace
}  // namespace duban::expr
