#include "src/base/text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

std::string Reason(const absl::Status& status) {
  const v1::ErrorList list = FaultsOf(status);
  return list.errors_size() == 1 ? list.errors(0).reason() : "";
}

std::string Utf8Of(char32_t c) {
  std::string out;
  AppendUtf8(c, &out);
  return out;
}

bool IsSurrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

TEST(Utf8Test, EveryCodePointComesRound) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (IsSurrogate(c)) continue;
    const std::string text = Utf8Of(c);
    ASSERT_TRUE(IsUtf8(text)) << static_cast<uint32_t>(c);
    size_t offset = 0;
    ASSERT_EQ(NextCodePoint(text, &offset), c);
    ASSERT_EQ(offset, text.size());
    ASSERT_EQ(CodePointCount(text), 1u);
  }
}

TEST(Utf8Test, WhatIsNoScalarValueBecomesTheReplacement) {
  EXPECT_EQ(Utf8Of(0xD800), "\uFFFD");
  EXPECT_EQ(Utf8Of(0xDFFF), "\uFFFD");
  EXPECT_EQ(Utf8Of(0x110000), "\uFFFD");
  EXPECT_EQ(Utf8Of(0xFFFFFFFF), "\uFFFD");
}

TEST(Utf8Test, MalformedSequencesAreFoundWhereTheyBegin) {
  struct Case {
    std::string text;
    size_t offset;
  };
  for (const Case& c :
       std::vector<Case>{{"\x80", 0},              // a continuation alone
                         {"a\xBF", 1},             //
                         {"中\xE4\xBD", 3},        // cut short
                         {"\xC2", 0},              //
                         {"\xF0\x9F\x98", 0},      //
                         {"\xE4\xBD a", 0},        // broken off
                         {"\xC0\x80", 0},          // overlong
                         {"\xC1\xBF", 0},          //
                         {"\xE0\x9F\xBF", 0},      //
                         {"\xF0\x8F\xBF\xBF", 0},  //
                         {"\xED\xA0\x80", 0},      // surrogates
                         {"\xED\xBF\xBF", 0},      //
                         {"\xF4\x90\x80\x80", 0},  // past the end
                         {"\xF5\x80\x80\x80", 0},  //
                         {"ok\xFE", 2},            //
                         {"\xFF", 0}}) {
    size_t offset = 99;
    EXPECT_FALSE(IsUtf8(c.text, &offset));
    EXPECT_EQ(offset, c.offset) << c.text;
    EXPECT_FALSE(IsUtf8(c.text));
  }
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8(absl::string_view("a\0b", 3)));
}

TEST(Utf8Test, DecodingMalformedBytesGoesOnByteByByte) {
  const std::string text = "\xE4\xBD";
  size_t offset = 0;
  EXPECT_EQ(NextCodePoint(text, &offset), char32_t{0xFFFD});
  EXPECT_EQ(offset, 1u);
  EXPECT_EQ(NextCodePoint(text, &offset), char32_t{0xFFFD});
  EXPECT_EQ(offset, 2u);
  EXPECT_EQ(NextCodePoint(text, &offset), char32_t{0xFFFD});
  EXPECT_EQ(offset, 2u);
}

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(CodePointCount(""), 0u);
  EXPECT_EQ(CodePointCount("abc"), 3u);
  EXPECT_EQ(CodePointCount("党课次数"), 4u);
  EXPECT_EQ(CodePointCount("𠮷a"), 2u);
}

TEST(ExcerptTest, IsFitForAMessage) {
  EXPECT_EQ(Excerpt("党课"), "党课");
  EXPECT_EQ(Excerpt("党课次数", 4), "党课次数");
  EXPECT_EQ(Excerpt("党课次数", 3), "党课次…");
  EXPECT_EQ(Excerpt("党课", 0), "…");
  EXPECT_EQ(Excerpt("", 0), "");
  EXPECT_EQ(Excerpt("a\r\n\tb"), "a   b");
  EXPECT_EQ(Excerpt("a\x1B[0m\x7F"), "a\uFFFD[0m\uFFFD");
  EXPECT_EQ(Excerpt("\xFF中"), "\uFFFD中");
  EXPECT_EQ(Excerpt(std::string(100, 'x')), std::string(60, 'x') + "…");
}

TEST(IdentifierTest, LettersOfAnyScript) {
  for (const char32_t c :
       {U'a', U'Z', U'_', U'党', U'〇', U'㐀', U'𠮷', U'é', U'Ω', U'ы'}) {
    EXPECT_TRUE(IsIdentifierStart(c)) << static_cast<uint32_t>(c);
    EXPECT_TRUE(IsIdentifierPart(c)) << static_cast<uint32_t>(c);
  }
  for (const char32_t c : {U'0', U'9', U'９', U'\u0301'}) {
    EXPECT_FALSE(IsIdentifierStart(c)) << static_cast<uint32_t>(c);
    EXPECT_TRUE(IsIdentifierPart(c)) << static_cast<uint32_t>(c);
  }
  for (const char32_t c :
       {U'\0', U' ', U'-', U'.', U'$', U'（', U'，', U'·', U'\u3000', U'\u200B',
        U'😀', U'\uFFFD', char32_t{0xD800}, char32_t{0x110000},
        char32_t{0xFFFFFFFF}}) {
    EXPECT_FALSE(IsIdentifierStart(c)) << static_cast<uint32_t>(c);
    EXPECT_FALSE(IsIdentifierPart(c)) << static_cast<uint32_t>(c);
  }
}

TEST(DisplayWidthTest, ChineseTakesTwoColumns) {
  EXPECT_EQ(DisplayWidth(""), 0);
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("党课次数"), 8);
  EXPECT_EQ(DisplayWidth("得分 96.5"), 9);
  EXPECT_EQ(DisplayWidth("（，。）"), 8);
  EXPECT_EQ(DisplayWidth("１Ａ"), 4);
  EXPECT_EQ(DisplayWidth("𠮷"), 2);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
  EXPECT_EQ(DisplayWidth("a\u200B\tb\n"), 2);
  EXPECT_EQ(DisplayWidth("ｱ"), 1);
}

TEST(LocateOffsetTest, LinesAndColumnsCountFromOne) {
  const std::string text = "ab\n中文x\r\n\nz";
  struct Case {
    size_t offset;
    int line;
    int column;
  };
  for (const Case& c : {Case{0, 1, 1},
                        {1, 1, 2},
                        {2, 1, 3},
                        {3, 2, 1},
                        {6, 2, 2},
                        {7, 2, 2},
                        {8, 2, 2},
                        {9, 2, 3},
                        {10, 2, 4},
                        {12, 3, 1},
                        {13, 4, 1},
                        {14, 4, 2},
                        {99, 4, 2}}) {
    const LineColumn place = LocateOffset(text, c.offset);
    EXPECT_EQ(place.line, c.line) << c.offset;
    EXPECT_EQ(place.column, c.column) << c.offset;
  }
  EXPECT_EQ(LocateOffset("", 0).line, 1);
  EXPECT_EQ(LocateOffset("", 5).column, 1);
}

TEST(Gb18030Test, KnownCodes) {
  struct Case {
    const char* utf8;
    const char* gb;
  };
  for (const Case& c : {Case{"", ""},
                        {"abc", "abc"},
                        {"党", "\xB5\xB3"},
                        {"督办", "\xB6\xBD\xB0\xEC"},
                        {"镕", "\xE9\x46"},          // GBK
                        {"€", "\xA2\xE3"},           //
                        {"㐀", "\x81\x39\xEE\x39"},  // extension A
                        {"𠮷", "\x95\x34\xB2\x35"},  // extension B
                        {"😀", "\x94\x39\xFC\x36"},
                        {"\u0080", "\x81\x30\x81\x30"}}) {
    EXPECT_EQ(Utf8ToGb18030(c.utf8).value(), c.gb) << c.utf8;
    EXPECT_EQ(Gb18030ToUtf8(c.gb).value(), c.utf8) << c.utf8;
  }
}

// All but the surrogates, and but the private use area: some of its codes
// were given to characters between the editions of the standard.
TEST(Gb18030Test, EveryCharacterComesRound) {
  std::string block;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const bool skip = IsSurrogate(c) || (c >= 0xE000 && c <= 0xF8FF);
    if (!skip) AppendUtf8(c, &block);
    if (c % 0x1000 != 0xFFF || block.empty()) continue;
    const auto gb = Utf8ToGb18030(block);
    ASSERT_TRUE(gb.ok()) << gb.status();
    const auto back = Gb18030ToUtf8(*gb);
    ASSERT_TRUE(back.ok()) << back.status();
    ASSERT_EQ(*back, block) << static_cast<uint32_t>(c);
    block.clear();
  }
}

TEST(Gb18030Test, LongTextComesRoundAcrossBuffers) {
  // An odd number of bytes before it puts characters across every boundary of
  // the conversion's buffer.
  for (const char* lead : {"", "a", "ab", "abc"}) {
    std::string text = lead;
    for (int i = 0; i < 5000; ++i) text += "督㐀a𠮷";
    const std::string gb = Utf8ToGb18030(text).value();
    EXPECT_EQ(Gb18030ToUtf8(gb).value(), text);
  }
}

TEST(Gb18030Test, BadBytesAreNamedByTheirOffset) {
  struct Case {
    std::string bytes;
    const char* offset;
    int line;
  };
  for (const Case& c : std::vector<Case>{
           {"\xFF", "offset 0", 1},
           {"ab\xFF", "offset 2", 1},
           {"a\n\xB5\xB3\n\x80", "offset 5", 3},
           {"\xB5", "offset 0", 1},                  // cut short
           {"\xB5\xB3\x81\x39\xEE", "offset 2", 1},  //
           {"\xB5\x20", "offset 0", 1},              // no second byte
           {std::string(10000, 'a') + "\xFF", "offset 10000", 1}}) {
    const auto text = Gb18030ToUtf8(c.bytes);
    ASSERT_FALSE(text.ok());
    EXPECT_EQ(Reason(text.status()), "BAD_ENCODING");
    const v1::ErrorDetail fault = FaultsOf(text.status()).errors(0);
    EXPECT_TRUE(absl::EndsWith(fault.message().en(), c.offset))
        << fault.message().en();
    EXPECT_EQ(fault.place().line(), c.line);
    EXPECT_FALSE(fault.message().zh().empty());
    EXPECT_FALSE(fault.hint().zh().empty());
  }
}

TEST(Gb18030Test, OnlyUtf8IsConverted) {
  const auto gb = Utf8ToGb18030("党\xFF");
  EXPECT_EQ(Reason(gb.status()), "BAD_ENCODING");
  EXPECT_TRUE(absl::StrContains(gb.status().message(), "offset 3"));
}

// U+E78D had a code in the edition of 2000 only. A C library that has a code
// for it nevertheless must at least not lose it.
TEST(Gb18030Test, CharactersWithoutACodeAreNamed) {
  const std::string text = "ab\n党\uE78D";
  const auto gb = Utf8ToGb18030(text);
  if (gb.ok()) {
    EXPECT_EQ(Gb18030ToUtf8(*gb).value(), text);
    return;
  }
  EXPECT_EQ(Reason(gb.status()), "BAD_ENCODING");
  const v1::ErrorDetail fault = FaultsOf(gb.status()).errors(0);
  EXPECT_EQ(fault.message().en(),
            "GB18030 has no code for the character U+E78D at byte offset 6");
  EXPECT_EQ(fault.place().line(), 2);
  EXPECT_EQ(fault.place().column(), 2);
}

TEST(DecodeTextTest, TakesEitherEncodingAndDropsTheMark) {
  EXPECT_EQ(DecodeText("").value(), "");
  EXPECT_EQ(DecodeText("督办").value(), "督办");
  EXPECT_EQ(DecodeText("\xEF\xBB\xBF督办").value(), "督办");
  EXPECT_EQ(DecodeText("\xEF\xBB\xBF").value(), "");
  EXPECT_EQ(DecodeText("\xB6\xBD\xB0\xEC").value(), "督办");
  EXPECT_EQ(DecodeText("\x84\x31\x95\x33\xB6\xBD").value(), "督");
  EXPECT_EQ(DecodeText("a,\xB6\xBD\r\n").value(), "a,督\r\n");
  // Only one mark, and only at the beginning.
  EXPECT_EQ(DecodeText("\xEF\xBB\xBF\xEF\xBB\xBFx").value(), "\uFEFFx");
  EXPECT_EQ(DecodeText("x\uFEFF").value(), "x\uFEFF");
}

TEST(DecodeTextTest, WhatIsNeitherIsRefused) {
  EXPECT_EQ(Reason(DecodeText("\xB6\xBD\xFF").status()), "BAD_ENCODING");
  // The mark says UTF-8: no second guess.
  const auto marked = DecodeText("\xEF\xBB\xBF\xB6\xBD");
  EXPECT_EQ(Reason(marked.status()), "BAD_ENCODING");
  EXPECT_TRUE(absl::StrContains(marked.status().message(), "UTF-8"));
  EXPECT_TRUE(absl::StrContains(marked.status().message(), "offset 3"));
  const auto utf16 = DecodeText(absl::string_view("\xFF\xFE\x63\x77", 4));
  EXPECT_EQ(Reason(utf16.status()), "BAD_ENCODING");
  EXPECT_TRUE(absl::StrContains(utf16.status().message(), "UTF-16"));
}

// The full table, as it is taught.
int PlainEditDistance(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<int>(i + j);
      } else {
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1,
                            d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(EditDistanceTest, AgreesWithTheFullTableOnAllShortWords) {
  std::vector<std::string> words = {""};
  for (size_t i = 0; words[i].size() < 5; ++i) {
    for (const char c : {'a', 'b'}) words.push_back(words[i] + c);
  }
  ASSERT_EQ(words.size(), 63u);
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      const int expected = PlainEditDistance(a, b);
      for (int limit = 0; limit <= 6; ++limit) {
        ASSERT_EQ(EditDistance(a, b, limit), std::min(expected, limit + 1))
            << a << " " << b << " " << limit;
      }
    }
  }
}

TEST(EditDistanceTest, CountsCodePoints) {
  EXPECT_EQ(EditDistance("党课次数", "党课次数", 2), 0);
  EXPECT_EQ(EditDistance("党课次数", "党课数", 2), 1);
  EXPECT_EQ(EditDistance("党课", "团课", 2), 1);
  EXPECT_EQ(EditDistance("𠮷a", "a", 2), 1);
  EXPECT_EQ(EditDistance("𠮷𠮷", "", 2), 2);
  EXPECT_EQ(EditDistance("𠮷𠮷", "ab", 2), 2);
  EXPECT_EQ(EditDistance("", "", 0), 0);
}

TEST(EditDistanceTest, StopsAtTheLimit) {
  const std::string long_word(1000000, 'a');
  EXPECT_EQ(EditDistance(long_word, "abc", 2), 3);
  EXPECT_EQ(EditDistance(long_word, long_word, 2), 0);
  EXPECT_EQ(EditDistance(long_word, std::string(1000000, 'b'), 2), 3);
  EXPECT_EQ(EditDistance("abc", "xyz", -5), 1);
  EXPECT_EQ(EditDistance("abc", "abc", -5), 0);
  EXPECT_EQ(EditDistance("kitten", "sitting", 2147483647), 3);
}

TEST(NearestWordTest, TheNearestOrNone) {
  const std::vector<std::string> fields = {"minutes", "participants", "kind",
                                           "date"};
  EXPECT_EQ(NearestWord("minute", fields), "minutes");
  EXPECT_EQ(NearestWord("particpant", fields), "participants");
  EXPECT_EQ(NearestWord("kimd", fields), "kind");
  EXPECT_EQ(NearestWord("knid", fields), "");  // two edits of four letters
  EXPECT_EQ(NearestWord("place", fields), "");
  EXPECT_EQ(NearestWord("", fields), "");
  EXPECT_EQ(NearestWord("x", std::vector<std::string>()), "");
  // A tie goes to the first.
  EXPECT_EQ(NearestWord("cat", std::vector<std::string>{"bat", "hat"}), "bat");
  EXPECT_EQ(NearestWord("党课次", std::vector<std::string>{"党课次数"}),
            "党课次数");
}

}  // namespace
}  // namespace duban
