#include "src/expr/lexer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/expr/ast.h"
#include "src/expr/literal.h"

namespace duban::expr {
namespace {

// Typed by an input method where ASCII was meant. Full-width forms
// (U+FF01–U+FF5E) are not listed: they are 0xFEE0 above theirs.
struct Stray {
  char32_t code_point;
  const char* ascii;
};
constexpr Stray kStrays[] = {
    {0x3000, " "},  {0x00a0, " "},  {0x3001, ","},  {0x3002, "."},
    {0x201c, "\""}, {0x201d, "\""}, {0x201e, "\""}, {0x300c, "\""},
    {0x300d, "\""}, {0x2018, "'"},  {0x2019, "'"},  {0x300e, "'"},
    {0x300f, "'"},  {0x3010, "["},  {0x3011, "]"},  {0x3014, "["},
    {0x3015, "]"},  {0x3008, "<"},  {0x3009, ">"},  {0x00d7, "*"},
    {0x00f7, "/"},  {0x2212, "-"},  {0x2013, "-"},  {0x2014, "-"},
    {0x2264, "<="}, {0x2265, ">="}, {0x2260, "!="}, {0x2266, "<="},
    {0x2267, ">="},
};

std::string AsciiOf(char32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) {
    return std::string(1, static_cast<char>(c - 0xfee0));
  }
  for (const Stray& stray : kStrays) {
    if (stray.code_point == c) return stray.ascii;
  }
  return "";
}

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char32_t c) {
  return c < 128 && absl::ascii_isxdigit(static_cast<unsigned char>(c));
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isascii(static_cast<unsigned char>(c));
  });
}

// What CEL allows between backquotes.
bool IsQuotable(absl::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           c == '.' || c == '-' || c == '/' || c == ' ';
  });
}

class Lexer {
 public:
  Lexer(absl::string_view text, Profile profile, SourceErrors* errors)
      : text_(text), is_cel_(profile == Profile::kCel), errors_(errors) {
    size_t at = 0;
    while (at < text.size()) {
      Char c = {};
      c.offset = static_cast<int>(at);
      c.original = c.folded = NextCodePoint(text, &at);
      if (c.original >= 128) {
        const std::string ascii = AsciiOf(c.original);
        if (!ascii.empty()) {
          c.stray = true;
          c.folded = ascii[0];
          c.more = ascii.size() > 1 ? ascii[1] : 0;
        }
      }
      chars_.push_back(c);
    }
    chars_.push_back({static_cast<int>(text.size()), 0, 0, 0, false});
  }

  std::vector<Token> Run() {
    while (SkipBlank()) LexToken();
    Emit(TokenKind::kEnd, size_t{at_});
    return std::move(tokens_);
  }

 private:
  struct Char {
    int offset;
    char32_t original;
    char32_t folded;  // what was meant, where `stray`
    char32_t more;    // the second character of "≥", or 0
    bool stray;
  };

  bool AtEnd() const { return at_ + 1 >= chars_.size(); }
  char32_t Peek(size_t ahead = 0) const {
    const size_t i = at_ + ahead;
    return i + 1 < chars_.size() ? chars_[i].folded : 0;
  }
  int OffsetOf(size_t i) const { return chars_[i].offset; }
  absl::string_view Source(size_t begin, size_t end) const {
    return text_.substr(OffsetOf(begin), OffsetOf(end) - OffsetOf(begin));
  }
  SourceError& Fail(size_t begin, absl::string_view zh, absl::string_view en) {
    return errors_->Add("SYNTAX", OffsetOf(begin),
                        OffsetOf(at_) - OffsetOf(begin), zh, en);
  }
  void Emit(TokenKind kind, size_t begin, std::string text = "") {
    Token token;
    token.kind = kind;
    token.offset = OffsetOf(begin);
    token.length = OffsetOf(at_) - token.offset;
    token.text = std::move(text);
    tokens_.push_back(std::move(token));
  }

  bool SkipBlank();
  void LexToken();
  void LexWord();
  void LexNumber();
  bool LexString();
  std::string LexQuoted(bool raw, bool bytes, size_t begin);
  size_t FindQuoteEnd(bool raw, bool triple, char32_t quote, bool stray);
  void LexQuotedIdentifier();
  void LexSymbol();
  std::string Folded(size_t begin, size_t end) const;
  void ReportStrays(size_t begin, size_t end);

  const absl::string_view text_;
  const bool is_cel_;
  SourceErrors* const errors_;
  std::vector<Char> chars_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

// Moves to the next token; false at the end of the text.
bool Lexer::SkipBlank() {
  while (!AtEnd()) {
    const char32_t c = Peek();
    if (c == '/' && Peek(1) == '/') {
      while (!AtEnd() && Peek() != '\n') ++at_;
    } else if (c == ' ' || (c >= 9 && c <= 13 && c != 11)) {
      const size_t begin = at_;
      const bool stray = chars_[at_].stray;
      ++at_;
      if (stray) {
        Fail(begin, "全角空格不能用在表达式里", "this is not an ASCII space")
            .Hint("改成半角空格", "type an ordinary space");
      }
    } else {
      return true;
    }
  }
  return false;
}

std::string Lexer::Folded(size_t begin, size_t end) const {
  std::string out;
  for (size_t i = begin; i < end; ++i) {
    AppendUtf8(chars_[i].folded, &out);
    if (chars_[i].more != 0) AppendUtf8(chars_[i].more, &out);
  }
  return out;
}

void Lexer::ReportStrays(size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (!chars_[i].stray) continue;
    const absl::string_view found = Source(begin, end);
    std::string meant = Folded(begin, end);
    if (meant == "=") meant = "==";
    Fail(begin, absl::StrCat("“", found, "”是中文（全角）字符"),
         absl::StrCat("'", found, "' is not ASCII"))
        .Hint(absl::StrCat("改成半角的 ", meant), absl::StrCat("type ", meant));
    return;
  }
}

void Lexer::LexToken() {
  const char32_t c = Peek();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) {
    LexNumber();
  } else if (LexString()) {
    return;
  } else if (IsIdentifierStart(c)) {
    LexWord();
  } else if (c == '`') {
    LexQuotedIdentifier();
  } else {
    LexSymbol();
  }
}

void Lexer::LexWord() {
  const size_t begin = at_;
  while (!AtEnd() && IsIdentifierPart(Peek())) ++at_;
  ReportStrays(begin, at_);
  std::string word = Folded(begin, at_);
  if (is_cel_ && !IsAscii(word)) {
    Fail(begin, absl::StrCat("名称“", word, "”只能有英文字母、数字和 _"),
         absl::StrCat("the name '", word,
                      "' may have only ASCII letters, "
                      "digits and _"));
  }
  TokenKind kind = TokenKind::kIdentifier;
  if (word == "true") kind = TokenKind::kTrue;
  if (word == "false") kind = TokenKind::kFalse;
  if (word == "null") kind = TokenKind::kNull;
  if (word == "in") kind = TokenKind::kIn;
  Emit(kind, begin, std::move(word));
}

void Lexer::LexNumber() {
  const size_t begin = at_;
  TokenKind kind = TokenKind::kInt;
  if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X') &&
      IsHexDigit(Peek(2))) {
    at_ += 2;
    while (IsHexDigit(Peek())) ++at_;
  } else {
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      kind = TokenKind::kNumber;
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
      if (IsDigit(Peek(1 + sign))) {
        kind = TokenKind::kNumber;
        at_ += 1 + sign;
        while (IsDigit(Peek())) ++at_;
      }
    }
  }
  std::string digits = Folded(begin, at_);
  if (kind == TokenKind::kInt && (Peek() == 'u' || Peek() == 'U')) {
    kind = TokenKind::kUint;
    ++at_;
  }
  ReportStrays(begin, at_);
  Emit(kind, begin, std::move(digits));
  if (IsIdentifierStart(Peek())) {
    const size_t word = at_;
    while (!AtEnd() && IsIdentifierPart(Peek())) ++at_;
    // As strange as it looks, "1in[1]" is CEL.
    if (is_cel_ && Source(word, at_) == "in") {
      at_ = word;
      return;
    }
    Fail(word, absl::StrCat("数字后面紧跟着“", Source(word, at_), "”"),
         absl::StrCat("'", Source(word, at_), "' right after a number"))
        .Hint("单位不写在表达式里；要相乘请写 *；要用名称请不要以数字开头",
              "leave units out; write * to multiply; a name does not begin "
              "with a digit");
  }
}

// A string or bytes literal with its prefixes; false if there is none here.
bool Lexer::LexString() {
  const size_t begin = at_;
  size_t ahead = 0;
  const bool bytes = Peek() == 'b' || Peek() == 'B';
  if (bytes) ++ahead;
  const bool raw = Peek(ahead) == 'r' || Peek(ahead) == 'R';
  if (raw) ++ahead;
  const char32_t quote = Peek(ahead);
  if (quote != '"' && quote != '\'') return false;
  at_ += ahead;
  std::string value = LexQuoted(raw, bytes, begin);
  Emit(bytes ? TokenKind::kBytes : TokenKind::kString, begin, std::move(value));
  return true;
}

// The index of the closing quote at or after at_, or of the place where the
// search gave up: the end of the line, or of the text.
size_t Lexer::FindQuoteEnd(bool raw, bool triple, char32_t quote, bool stray) {
  size_t i = at_;
  for (; i + 1 < chars_.size(); ++i) {
    const Char& c = chars_[i];
    if (c.original == '\\' && !raw && i + 2 < chars_.size()) {
      ++i;
    } else if (stray) {
      if (c.folded == quote) return i;
      if (c.original == '\n') return i;
    } else if (c.original == quote) {
      if (!triple) return i;
      if (i + 3 < chars_.size() && chars_[i + 1].original == quote &&
          chars_[i + 2].original == quote) {
        return i;
      }
    } else if (!triple && (c.original == '\n' || c.original == '\r')) {
      return i;
    }
  }
  return i;
}

// Reads from the opening to the closing quote, and returns the value.
std::string Lexer::LexQuoted(bool raw, bool bytes, size_t begin) {
  const bool stray = chars_[at_].stray;
  const char32_t quote = Peek();
  const bool triple =
      !stray && chars_[at_].original == quote && at_ + 3 < chars_.size() &&
      chars_[at_ + 1].original == quote && chars_[at_ + 2].original == quote;
  const size_t open = at_;
  at_ += triple ? 3 : 1;
  const size_t body = at_;
  const size_t end = FindQuoteEnd(raw, triple, quote, stray);
  const bool closed = end + 1 < chars_.size() && chars_[end].folded == quote &&
                      chars_[end].original != '\n';
  const std::string content(Source(body, end));
  at_ = end;
  if (closed) at_ += triple ? 3 : 1;
  const std::string ascii(1, static_cast<char>(quote));
  if (stray) {
    Fail(open, absl::StrCat("“", Source(open, open + 1), "”是中文引号"),
         absl::StrCat("'", Source(open, open + 1), "' is not an ASCII quote"))
        .Hint(
            absl::StrCat("字符串用半角引号：", Quote(content, quote)),
            absl::StrCat("strings take ASCII quotes: ", Quote(content, quote)));
  } else if (!closed) {
    Fail(begin, "字符串没有写完，缺右引号", "the string has no closing quote")
        .Hint(
            absl::StrCat("在末尾加上 ", triple ? ascii + ascii + ascii : ascii),
            absl::StrCat("close it with ",
                         triple ? ascii + ascii + ascii : ascii));
  }
  if (raw) return is_cel_ ? UnixLines(content) : content;
  return Unescape(content, bytes, OffsetOf(body), errors_, is_cel_);
}

void Lexer::LexQuotedIdentifier() {
  const size_t begin = at_++;
  while (!AtEnd() && Peek() != '`' && Peek() != '\n') ++at_;
  std::string name(Source(begin + 1, at_));
  if (Peek() != '`' || name.empty()) {
    Fail(begin, "反引号里的名称没有写完",
         "the name in backquotes is not closed");
    return;
  }
  ++at_;
  if (is_cel_ && !IsQuotable(name)) {
    Fail(begin, "反引号里只能有英文字母、数字、空格和 _ . - /",
         "between backquotes there may be only ASCII letters, digits, spaces "
         "and _ . - /")
        .Hint("映射里的其他键用下标来取，例如 m['键']",
              "read other keys of a map by index, for instance m['$key']");
  }
  Emit(TokenKind::kQuotedIdentifier, begin, std::move(name));
}

// Operators and brackets, longest first. An entry with `meant` is not CEL,
// but what people write who come from elsewhere.
struct Symbol {
  absl::string_view text;
  TokenKind kind;
  const char* meant;
};
constexpr Symbol kSymbols[] = {
    {"===", TokenKind::kEqual, "=="},
    {"!==", TokenKind::kNotEqual, "!="},
    {"==", TokenKind::kEqual, nullptr},
    {"!=", TokenKind::kNotEqual, nullptr},
    {"<=", TokenKind::kLessEqual, nullptr},
    {">=", TokenKind::kGreaterEqual, nullptr},
    {"=<", TokenKind::kLessEqual, "<="},
    {"=>", TokenKind::kGreaterEqual, ">="},
    {"<>", TokenKind::kNotEqual, "!="},
    {"&&", TokenKind::kAnd, nullptr},
    {"||", TokenKind::kOr, nullptr},
    {"(", TokenKind::kLeftParen, nullptr},
    {")", TokenKind::kRightParen, nullptr},
    {"[", TokenKind::kLeftBracket, nullptr},
    {"]", TokenKind::kRightBracket, nullptr},
    {"{", TokenKind::kLeftBrace, nullptr},
    {"}", TokenKind::kRightBrace, nullptr},
    {".", TokenKind::kDot, nullptr},
    {",", TokenKind::kComma, nullptr},
    {":", TokenKind::kColon, nullptr},
    {"?", TokenKind::kQuestion, nullptr},
    {"+", TokenKind::kPlus, nullptr},
    {"-", TokenKind::kMinus, nullptr},
    {"*", TokenKind::kStar, nullptr},
    {"/", TokenKind::kSlash, nullptr},
    {"%", TokenKind::kPercent, nullptr},
    {"!", TokenKind::kNot, nullptr},
    {"<", TokenKind::kLess, nullptr},
    {">", TokenKind::kGreater, nullptr},
    {"=", TokenKind::kEqual, "=="},
    {"&", TokenKind::kAnd, "&&"},
    {"|", TokenKind::kOr, "||"},
};

void Lexer::LexSymbol() {
  const size_t begin = at_;
  const size_t last = std::min(at_ + 3, chars_.size() - 1);
  const std::string next = Folded(at_, last);
  for (const Symbol& symbol : kSymbols) {
    if (next.compare(0, symbol.text.size(), symbol.text.data(),
                     symbol.text.size()) != 0) {
      continue;
    }
    // "≥" is one character but two of the folded text.
    size_t taken = 0;
    while (taken < symbol.text.size()) {
      taken += chars_[at_].more != 0 ? 2 : 1;
      ++at_;
    }
    ReportStrays(begin, at_);
    if (symbol.meant != nullptr &&
        !errors_->AnyIn(OffsetOf(begin), OffsetOf(at_))) {
      Fail(begin, absl::StrCat("没有“", symbol.text, "”这个运算符"),
           absl::StrCat("there is no operator '", symbol.text, "'"))
          .Hint(
              absl::StrCat(symbol.text == "=" ? "比较相等请写 " : "请写 ",
                           symbol.meant),
              absl::StrCat(symbol.text == "=" ? "to compare, write " : "write ",
                           symbol.meant));
    }
    Emit(symbol.kind, begin);
    return;
  }
  ++at_;
  const absl::string_view found = Source(begin, at_);
  const char32_t c = chars_[begin].original;
  const std::string name =
      c < 0x20 ? absl::StrCat("U+00", absl::Hex(static_cast<uint32_t>(c),
                                                absl::kZeroPad2))
               : std::string(found);
  Fail(begin, absl::StrCat("表达式里不能有字符“", name, "”"),
       absl::StrCat("the character '", name, "' means nothing here"));
}

}  // namespace

std::vector<Token> Lex(absl::string_view text, Profile profile,
                       const Limits& limits, SourceErrors* errors) {
  size_t bad = 0;
  if (text.size() > static_cast<size_t>(std::max(limits.source_bytes, 0))) {
    errors->Add("TOO_LONG", 0, 0,
                absl::StrCat("表达式太长：", text.size(), " 字节，上限 ",
                             limits.source_bytes, " 字节"),
                absl::StrCat("the expression has ", text.size(),
                             " bytes, more than ", limits.source_bytes));
    return std::vector<Token>(1);
  }
  if (!IsUtf8(text, &bad)) {
    errors->Add("BAD_ENCODING", static_cast<int>(bad), 1,
                "表达式不是 UTF-8 文本", "the expression is not UTF-8 text");
    return std::vector<Token>(1);
  }
  return Lexer(text, profile, errors).Run();
}

}  // namespace duban::expr
