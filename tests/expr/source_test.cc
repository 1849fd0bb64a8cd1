#include "src/expr/source.h"

#include <string>

#include "gtest/gtest.h"
#include "src/base/text.h"

namespace duban::expr {
namespace {

SourceError At(int offset, int length) {
  SourceError error;
  error.offset = offset;
  error.length = length;
  return error;
}

TEST(CaretLine, PointsAtWhatIsMeant) {
  EXPECT_EQ(CaretLine("a + bcd", At(4, 3)), "a + bcd\n    ^~~");
  EXPECT_EQ(CaretLine("a + b", At(4, 1)), "a + b\n    ^");
  EXPECT_EQ(CaretLine("a +", At(3, 0)), "a +\n   ^");
  EXPECT_EQ(CaretLine("", At(0, 0)), "\n^");
}

TEST(CaretLine, CountsColumnsAsTerminalsDo) {
  EXPECT_EQ(CaretLine("党课 + 督办", At(9, 6)), "党课 + 督办\n       ^~~~");
  EXPECT_EQ(CaretLine("\ta + b", At(5, 1)), " a + b\n     ^");
}

TEST(CaretLine, ShowsTheLineOfTheFault) {
  EXPECT_EQ(CaretLine("a &&\nbcd &&\nc", At(5, 3)), "bcd &&\n^~~");
  // What is underlined ends with the line.
  EXPECT_EQ(CaretLine("ab\ncd", At(1, 4)), "ab\n ^");
}

TEST(CaretLine, CutsLongLines) {
  const std::string text =
      std::string(500, 'a') + "督办" + std::string(500, 'b');
  const std::string shown = CaretLine(text, At(500, 6));
  const size_t newline = shown.find('\n');
  EXPECT_LT(newline, 200u);
  EXPECT_EQ(shown.substr(newline + 1), std::string(53, ' ') + "^~~~");
  EXPECT_TRUE(IsUtf8(shown));
}

TEST(CaretLine, SurvivesPlacesThatAreNotThere) {
  EXPECT_EQ(CaretLine("abc", At(99, 5)), "abc\n   ^");
  EXPECT_EQ(CaretLine("abc", At(-1, -1)), "abc\n^");
  EXPECT_EQ(CaretLine("督办", At(1, 1)), "督办\n^~");
  EXPECT_EQ(CaretLine("\xff", At(0, 1)), "\n^");
}

}  // namespace
}  // namespace duban::expr
