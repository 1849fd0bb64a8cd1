// Damaged expressions must be refused, never crash the library; and whatever
// compiles must evaluate within its budget.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/text.h"
#include "src/expr/parser.h"
#include "src/expr/printer.h"
#include "tests/expr/campaign.h"
#include "tests/expr/random.h"

namespace duban::expr {
namespace {

std::vector<std::string> Corpus() {
  std::vector<std::string> corpus = {
      "a.Foo{x: 1, `y-z`: [2, {'k': b'\\xff'}]} != .a.b",
      "((((1)))) + -(-(-2)) * !!true",
      "r'''raw''' + \"\"\"triple \\\" quoted\"\"\" + '\\u7763\\U0001F600'",
      "党课次数 ≥ 3 ＆＆ （人员。size() ＞ 2）",
      "xs.map(x, x > 1, [x, {'a': x}])[0][1]['a'] // note",
  };
  std::ifstream in(DUBAN_SOURCE_DIR "/tests/expr/examples.txt");
  std::string line;
  while (std::getline(in, line)) {
    const size_t arrow = line.find(" => ");
    if (arrow != std::string::npos) corpus.push_back(line.substr(0, arrow));
  }
  return corpus;
}

std::string Mutate(const std::vector<std::string>& corpus, Random* random) {
  constexpr const char* kPieces[] = {"(",
                                     ")",
                                     "[",
                                     "]",
                                     "{",
                                     "}",
                                     ".",
                                     ",",
                                     "?",
                                     ":",
                                     "'",
                                     "\"",
                                     "\\",
                                     "&&",
                                     "||",
                                     "!",
                                     "-",
                                     "=",
                                     "null",
                                     "1e9",
                                     "0x",
                                     "u",
                                     "b'",
                                     "r\"",
                                     "'''",
                                     "（",
                                     "”",
                                     "≥",
                                     "has(",
                                     "\xff",
                                     "//",
                                     "\n",
                                     ".map(",
                                     "in",
                                     "`",
                                     "$",
                                     "9999999999999999999",
                                     " "};
  const auto size = static_cast<uint32_t>(corpus.size());
  std::string text = corpus[random->Below(size)];
  const uint32_t edits = 1 + random->Below(4);
  for (uint32_t i = 0; i < edits; ++i) {
    const auto length = static_cast<uint32_t>(text.size());
    const uint32_t at = random->Below(length + 1);
    switch (random->Below(5)) {
      case 0:
        text.insert(at, kPieces[random->Below(38)]);
        break;
      case 1:
        text.erase(at, 1 + random->Below(4));
        break;
      case 2:
        if (at < length) text[at] = static_cast<char>(random->Below(256));
        break;
      case 3:
        text = absl::StrCat(
            text.substr(0, at),
            corpus[random->Below(size)].substr(0, random->Below(20)),
            text.substr(at));
        break;
      default:
        text = absl::StrCat("(", text, ") + ", corpus[random->Below(size)]);
    }
  }
  return text;
}

TEST(Mutation, NeverCrashes) {
  const Campaign campaign;
  const std::vector<std::string> corpus = Corpus();
  ASSERT_GT(corpus.size(), 100u);
  Random random(7);
  Limits limits;
  limits.steps = 20000;
  int compiled = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = Mutate(corpus, &random);
    const Compiled c =
        Compile(text, campaign.environment(), Type::Dyn(), limits);
    for (const SourceError& error : c.errors) {
      ASSERT_FALSE(error.reason.empty()) << text;
      ASSERT_FALSE(error.zh.empty()) << text;
      ASSERT_FALSE(error.en.empty()) << text;
      ASSERT_TRUE(IsUtf8(error.en)) << text;
      ASSERT_GE(error.offset, 0) << text;
      ASSERT_GE(error.length, 0) << text;
      ASSERT_LE(error.offset + error.length, static_cast<int>(text.size()))
          << text << error.en;
      ASSERT_FALSE(CaretLine(text, error).empty());
    }
    if (!c.ok()) continue;
    ++compiled;
    const Value value = c.program.Evaluate(campaign.values());
    ASSERT_TRUE(!value.is_error() || value.error().offset >= 0) << text;
    // What was accepted can be stored and read again.
    const Compiled again =
        Compile(c.program.Canonical(), campaign.environment());
    ASSERT_TRUE(again.ok()) << text << " -> " << c.program.Canonical();
    ASSERT_EQ(again.program.Canonical(), c.program.Canonical()) << text;
    ASSERT_EQ(again.program.type(), c.program.type()) << text;
  }
  EXPECT_GT(compiled, 500);
}

TEST(Mutation, AnyBytesAreRefusedPolitely) {
  const Campaign campaign;
  Random random(11);
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    const uint32_t length = random.Below(60);
    for (uint32_t j = 0; j < length; ++j) {
      text.push_back(static_cast<char>(
          random.Below(4) == 0 ? random.Below(256) : 32 + random.Below(95)));
    }
    const Compiled c = Compile(text, campaign.environment());
    for (const SourceError& error : c.errors) {
      ASSERT_LE(error.offset + error.length, static_cast<int>(text.size()));
    }
  }
}

TEST(Mutation, SurvivesHugeInputs) {
  const Campaign campaign;
  for (const char* piece :
       {"(",      ")",    "[",  "{",    "!",   "-",   "1+",       "a.",
        "a[",     "f(",   "a?", "1?1:", "'",   "\\",  "x.map(x,", "has(",
        "a&&",    "[[],", "督", "＞",   "{1:", "`",   "0x",       "1e",
        "\"\"\"", "//",   "\n", "in ",  "&",   "a b "}) {
    std::string text;
    while (text.size() + 10 < 65536) text += piece;
    EXPECT_FALSE(Compile(text, campaign.environment()).ok()) << piece;
  }
  const std::string big(100000, 'a');
  EXPECT_EQ(Compile(big, campaign.environment()).errors.at(0).reason,
            "TOO_LONG");
}

}  // namespace
}  // namespace duban::expr
