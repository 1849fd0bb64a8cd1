#include "src/expr/lexer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace duban::expr {
namespace {

struct Lexed {
  std::vector<Token> tokens;
  std::vector<SourceError> errors;
};

Lexed LexText(absl::string_view text, const Limits& limits = {}) {
  SourceErrors errors;
  Lexed lexed;
  lexed.tokens = Lex(text, limits, &errors);
  lexed.errors = errors.Take();
  return lexed;
}

Lexed LexCel(absl::string_view text) {
  SourceErrors errors;
  Lexed lexed;
  lexed.tokens = Lex(text, Profile::kCel, {}, &errors);
  lexed.errors = errors.Take();
  return lexed;
}

std::string Texts(absl::string_view text) {
  return absl::StrJoin(
      LexText(text).tokens, "|", [](std::string* out, const Token& t) {
        absl::StrAppend(out, t.text, "@", t.offset, "+", t.length);
      });
}

TEST(Lexer, GivesPlacesInBytes) {
  EXPECT_EQ(Texts("党课 >= 1.5e3 // 注\n x"),
            "党课@0+6|@7+2|1.5e3@10+5|x@24+1|@25+0");
}

TEST(Lexer, TellsNumbersApart) {
  const auto kind = [](absl::string_view text) {
    return LexText(text).tokens[0].kind;
  };
  EXPECT_EQ(kind("12"), TokenKind::kInt);
  EXPECT_EQ(kind("0x1F"), TokenKind::kInt);
  EXPECT_EQ(kind("12u"), TokenKind::kUint);
  EXPECT_EQ(kind(".5"), TokenKind::kNumber);
  EXPECT_EQ(kind("1.5"), TokenKind::kNumber);
  EXPECT_EQ(kind("2E-3"), TokenKind::kNumber);
  // A point without digits after it is a selection.
  EXPECT_EQ(Texts("1.size"), "1@0+1|@1+1|size@2+4|@6+0");
}

TEST(Lexer, ResolvesEscapes) {
  const struct {
    const char* text;
    std::string value;
  } kCases[] = {
      {R"('a\n\t\\\'\"\?\`')", "a\n\t\\'\"?`"},
      {R"("\a\b\f\r\v")", "\a\b\f\r\v"},
      {R"('\x41\u7763\U0001F600')", "A督😀"},
      {R"('\101\377')", "A\u00ff"},
      {R"('\x00')", std::string(1, '\0')},
      {R"(r'\n')", "\\n"},
      {R"(R"\")", "\\"},
      {R"('')", ""},
      {"'''a'b\n''c'''", "a'b\n''c"},
      {R"("""x "quoted" y""")", "x \"quoted\" y"},
      {"r'''\\\n'''", "\\\n"},
  };
  for (const auto& c : kCases) {
    const Lexed lexed = LexText(c.text);
    EXPECT_TRUE(lexed.errors.empty()) << c.text;
    EXPECT_EQ(lexed.tokens[0].kind, TokenKind::kString) << c.text;
    EXPECT_EQ(lexed.tokens[0].text, c.value) << c.text;
  }
  const Lexed bytes = LexText(R"(b'\xff\377a')");
  EXPECT_EQ(bytes.tokens[0].kind, TokenKind::kBytes);
  EXPECT_EQ(bytes.tokens[0].text,
            "\xff\xff"
            "a");
}

TEST(Lexer, RefusesBadEscapes) {
  for (const char* text :
       {R"('\q')", R"('\x4')", R"('\u12')", R"('\ud800')", R"('\U00110000')",
        R"('\8')", R"('\400')", R"(b'\u0041')"}) {
    const Lexed lexed = LexText(text);
    ASSERT_EQ(lexed.errors.size(), 1u) << text;
    EXPECT_EQ(lexed.errors[0].reason, "SYNTAX");
    EXPECT_FALSE(lexed.errors[0].hint_zh.empty());
  }
  EXPECT_EQ(LexText(R"('ab\q')").errors[0].offset, 3);
}

TEST(Lexer, ReportsAStringThatDoesNotEnd) {
  const Lexed lexed = LexText("'abc\n + x");
  ASSERT_EQ(lexed.errors.size(), 1u);
  EXPECT_EQ(lexed.errors[0].offset, 0);
  EXPECT_EQ(lexed.errors[0].length, 4);
  // What follows on the next line is still read.
  EXPECT_EQ(lexed.tokens.size(), 4u);
  EXPECT_EQ(LexText("'''abc\n + x'").errors.size(), 1u);
  EXPECT_EQ(LexText("'abc\\").errors.size(), 2u);
}

struct Stray {
  const char* text;
  const char* meant;
};

class StrayTest : public testing::TestWithParam<Stray> {};

TEST_P(StrayTest, IsReportedOnceWithTheCharacterToType) {
  const Lexed lexed = LexText(GetParam().text);
  ASSERT_EQ(lexed.errors.size(), 1u) << GetParam().text;
  const SourceError& error = lexed.errors[0];
  EXPECT_EQ(error.reason, "SYNTAX");
  EXPECT_NE(error.hint_en.find(GetParam().meant), std::string::npos)
      << error.hint_en;
  EXPECT_FALSE(error.zh.empty());
  EXPECT_FALSE(error.hint_zh.empty());
}

INSTANTIATE_TEST_SUITE_P(
    FullWidth, StrayTest,
    testing::Values(
        Stray{"f（1)", "("}, Stray{"f(1）", ")"}, Stray{"f(1，2)", ","},
        Stray{"f(1、2)", ","}, Stray{"a ? 1：2", ":"}, Stray{"a ？1 : 2", "?"},
        Stray{"a ＞ 1", ">"}, Stray{"a ＞＝ 1", ">="}, Stray{"a ≥ 1", ">="},
        Stray{"a ≤ 1", "<="}, Stray{"a ≠ 1", "!="}, Stray{"a ＝ 1", "=="},
        Stray{"a ＝＝ 1", "=="}, Stray{"a × 2", "*"}, Stray{"a ÷ 2", "/"},
        Stray{"a — 2", "-"}, Stray{"a ＆＆ b", "&&"}, Stray{"！a", "!"},
        Stray{"a。b", "."}, Stray{"“你好”", "\"你好\""},
        Stray{"‘你好’", "'你好'"}, Stray{"「你好」", "\"你好\""},
        Stray{"１２３", "123"}, Stray{"ｍｉｎ", "min"},
        Stray{"a\u3000+ 1", "space"}, Stray{"【1]", "["}, Stray{"a = 1", "=="},
        Stray{"a & b", "&&"}, Stray{"a | b", "||"}, Stray{"a <> b", "!="},
        Stray{"a === b", "=="}, Stray{"a => b", ">="}));

TEST(Lexer, LeavesFullWidthTextInStringsAlone) {
  const Lexed lexed = LexText("'（你好），“再见”'");
  EXPECT_TRUE(lexed.errors.empty());
  EXPECT_EQ(lexed.tokens[0].text, "（你好），“再见”");
}

TEST(Lexer, RefusesWhatIsNotText) {
  EXPECT_EQ(LexText("a \xff").errors[0].reason, "BAD_ENCODING");
  EXPECT_EQ(LexText("a \xff").errors[0].offset, 2);
  EXPECT_EQ(LexText("a # b").errors[0].offset, 2);
  EXPECT_EQ(LexText(std::string("a \0 b", 5)).errors.size(), 1u);
  Limits limits;
  limits.source_bytes = 3;
  EXPECT_EQ(LexText("1234", limits).errors[0].reason, "TOO_LONG");
  EXPECT_TRUE(LexText("123", limits).errors.empty());
}

TEST(Lexer, ReportsAUnitAfterANumber) {
  const Lexed lexed = LexText("30分 + 5");
  ASSERT_EQ(lexed.errors.size(), 1u);
  EXPECT_EQ(lexed.errors[0].offset, 2);
  EXPECT_EQ(lexed.errors[0].length, 3);
}

TEST(CelLexer, HasOnlyAsciiNames) {
  for (const char* text : {"党课", "a督", "ａ", "x.`党课`", "x.`$b`", "😁"}) {
    EXPECT_EQ(LexCel(text).errors.size(), 1u) << text;
  }
  EXPECT_TRUE(LexCel("_a1.`b-c/d.e f_1`").errors.empty());
  // The rest is read all the same.
  EXPECT_EQ(LexCel("党课 + 1").tokens.size(), 4u);
}

TEST(CelLexer, StillNamesFullWidthCharacters) {
  const Lexed lexed = LexCel("f（1，2）");
  ASSERT_EQ(lexed.errors.size(), 3u);
  EXPECT_EQ(lexed.errors[0].hint_en, "type (");
  EXPECT_TRUE(LexCel("'（你好）'").errors.empty());
}

TEST(CelLexer, TakesTheLongestToken) {
  const Lexed lexed = LexCel("1in[1]");
  EXPECT_TRUE(lexed.errors.empty());
  EXPECT_EQ(lexed.tokens[1].kind, TokenKind::kIn);
  EXPECT_EQ(LexCel("1inch").errors.size(), 1u);
  EXPECT_EQ(LexCel("30分").errors.size(), 1u);
  EXPECT_EQ(LexCel("1.5").tokens[0].text, "1.5");
  EXPECT_EQ(LexCel(".5e+3").tokens[0].text, ".5e+3");
  EXPECT_EQ(LexCel("0xfU").tokens[0].kind, TokenKind::kUint);
  EXPECT_EQ(LexCel("'''a''b'''").tokens[0].text, "a''b");
  EXPECT_EQ(LexCel("bR'\\x'").tokens[0].text, "\\x");
  EXPECT_EQ(LexCel("br").tokens[0].kind, TokenKind::kIdentifier);
}

TEST(CelLexer, CountsLineBreaksInStringsAsOne) {
  EXPECT_EQ(LexCel("'''a\r\nb\rc\nd'''").tokens[0].text, "a\nb\nc\nd");
  EXPECT_EQ(LexCel("r'''a\r\nb\r'''").tokens[0].text, "a\nb\n");
  EXPECT_EQ(LexCel("'''a\\r\r\n'''").tokens[0].text, "a\r\n");
  // The place of a fault is still that in the text.
  EXPECT_EQ(LexCel("'''\r\n\\q'''").errors[0].offset, 5);
  EXPECT_EQ(LexCel("'a\rb'").errors.size(), 2u);
  EXPECT_EQ(LexText("'''a\r\nb'''").tokens[0].text, "a\r\nb");
}

}  // namespace
}  // namespace duban::expr
