// Text to tokens, by the lexical grammar of CEL.
//
// One courtesy: characters that an input method leaves behind, such as "（"
// or "＞＝", are reported by name with the character to type instead, then
// read as if it had been typed, so that the rest can be judged.
//
// In Profile::kScoring identifiers may have letters of any script, and names
// in backquotes any characters. In Profile::kCel line breaks in a string
// count as '\n', however they are written.
//
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_LEXER_H_
#define DUBAN_SRC_EXPR_LEXER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/source.h"

namespace duban::expr {

enum class TokenKind : uint8_t {
  kEnd,
  kIdentifier,        // reserved words too, but not true false null in
  kQuotedIdentifier,  // `content-type`, only after a point
  kInt,
  kUint,    // text without its u
  kNumber,  // with a point or an exponent
  kString,  // text with its escapes resolved, as are those of bytes
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kDot,
  kComma,
  kColon,
  kQuestion,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kNot,
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  int offset = 0;
  int length = 0;
  std::string text;
};

// The tokens of the text, the last one kEnd; faults go to *errors. Text that
// is not UTF-8, or longer than limits.source_bytes, gives kEnd alone.
std::vector<Token> Lex(absl::string_view text, Profile profile,
                       const Limits& limits, SourceErrors* errors);
// The same, for Profile::kScoring.
inline std::vector<Token> Lex(absl::string_view text, const Limits& limits,
                              SourceErrors* errors) {
  return Lex(text, Profile::kScoring, limits, errors);
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_LEXER_H_
