#include "src/pack/literal_positions.h"

#include <algorithm>
#include <cstdint>

#include "src/base/text.h"

namespace duban::pack {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Takes from `least` to `most` digits of the base; -1 where there are fewer.
int64_t TakeDigits(absl::string_view text, size_t* pos, int base, int least,
                   int most) {
  int64_t value = 0;
  int n = 0;
  for (; n < most && *pos < text.size(); ++n, ++*pos) {
    const int digit = HexValue(text[*pos]);
    if (digit < 0 || digit >= base) break;
    value = value * base + digit;
  }
  return n < least ? -1 : value;
}

bool IsHigh(int64_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool IsLow(int64_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

bool AppendCodePoint(int64_t c, std::string* decoded) {
  if (c < 0 || c > 0x10FFFF || IsHigh(c) || IsLow(c)) return false;
  AppendUtf8(static_cast<char32_t>(c), decoded);
  return true;
}

// \uXXXX, or two of them for a character past U+FFFF; *pos is behind the u.
bool TakeUtf16(absl::string_view text, size_t* pos, std::string* decoded) {
  const int64_t first = TakeDigits(text, pos, 16, 4, 4);
  if (!IsHigh(first)) return AppendCodePoint(first, decoded);
  if (text.substr(*pos, 2) != "\\u") return false;
  *pos += 2;
  const int64_t second = TakeDigits(text, pos, 16, 4, 4);
  if (!IsLow(second)) return false;
  return AppendCodePoint(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00),
                         decoded);
}

// The single-character escapes of each syntax, and what they stand for.
bool TakeSimple(char c, Syntax syntax, std::string* decoded) {
  constexpr absl::string_view kTextNames = "abfnrtv\\?'\"";
  constexpr absl::string_view kTextValues = "\a\b\f\n\r\t\v\\?'\"";
  constexpr absl::string_view kJsonNames = "bfnrt\\/\"";
  constexpr absl::string_view kJsonValues = "\b\f\n\r\t\\/\"";
  const bool json = syntax == Syntax::kJson;
  const size_t found = (json ? kJsonNames : kTextNames).find(c);
  if (found == absl::string_view::npos) return false;
  decoded->push_back((json ? kJsonValues : kTextValues)[found]);
  return true;
}

// *pos is at the backslash.
bool TakeEscape(absl::string_view text, Syntax syntax, size_t* pos,
                std::string* decoded) {
  ++*pos;
  if (*pos >= text.size()) return false;
  const char c = text[*pos];
  if (TakeSimple(c, syntax, decoded)) {
    ++*pos;
    return true;
  }
  if (c == 'u') {
    ++*pos;
    return TakeUtf16(text, pos, decoded);
  }
  if (syntax == Syntax::kJson) return false;
  if (c == 'U') {
    ++*pos;
    return AppendCodePoint(TakeDigits(text, pos, 16, 8, 8), decoded);
  }
  int64_t byte = -1;
  if (c == 'x') {
    ++*pos;
    byte = TakeDigits(text, pos, 16, 1, 2);
  } else {
    byte = TakeDigits(text, pos, 8, 1, 3);
  }
  if (byte < 0 || byte > 0xFF) return false;
  decoded->push_back(static_cast<char>(byte));
  return true;
}

// One character or escape. A character of several bytes is taken whole.
bool TakePiece(absl::string_view text, Syntax syntax, size_t* pos,
               std::string* decoded) {
  if (text[*pos] == '\\') return TakeEscape(text, syntax, pos, decoded);
  if (syntax == Syntax::kJson && static_cast<unsigned char>(text[*pos]) < ' ') {
    return false;
  }
  const size_t begin = *pos;
  NextCodePoint(text, pos);
  decoded->append(text.data() + begin, *pos - begin);
  return true;
}

bool IsQuote(char c, Syntax syntax) {
  return c == '"' || (c == '\'' && syntax == Syntax::kTextFormat);
}

}  // namespace

size_t SkipSpace(absl::string_view text, size_t pos, Syntax syntax) {
  const absl::string_view spaces =
      syntax == Syntax::kJson ? " \t\n\r" : " \t\n\r\v\f";
  while (pos < text.size()) {
    if (syntax == Syntax::kTextFormat && text[pos] == '#') {
      pos = std::min(text.find('\n', pos), text.size());
    } else if (spaces.find(text[pos]) != absl::string_view::npos) {
      ++pos;
    } else {
      break;
    }
  }
  return pos;
}

LiteralEnd ReadLiteral(absl::string_view text, Syntax syntax, size_t* pos,
                       std::string* decoded) {
  const char quote = text[(*pos)++];
  while (*pos < text.size() && text[*pos] != '\n') {
    if (text[*pos] == quote) {
      ++*pos;
      return LiteralEnd::kClosed;
    }
    const size_t begin = *pos;
    if (!TakePiece(text, syntax, pos, decoded)) {
      *pos = begin;
      return LiteralEnd::kBadEscape;
    }
  }
  return LiteralEnd::kUnclosed;
}

void SkipBrokenLiteral(absl::string_view text, char quote, size_t* pos) {
  while (*pos < text.size() && text[*pos] != '\n') {
    const char c = text[(*pos)++];
    if (c == quote) return;
    const bool more = *pos < text.size() && text[*pos] != '\n';
    if (c == '\\' && more) ++*pos;
  }
}

size_t LocateInLiteral(absl::string_view text, Syntax syntax, size_t pos,
                       size_t offset) {
  std::string decoded;
  while (pos < text.size() && IsQuote(text[pos], syntax)) {
    const char quote = text[pos++];
    while (pos < text.size() && text[pos] != quote) {
      const size_t begin = pos;
      if (text[pos] == '\n' || !TakePiece(text, syntax, &pos, &decoded)) {
        return begin;
      }
      if (decoded.size() > offset) return begin;
    }
    const size_t closing = pos;
    if (syntax == Syntax::kJson) return closing;
    pos = SkipSpace(text, std::min(pos + 1, text.size()), syntax);
    if (pos >= text.size() || !IsQuote(text[pos], syntax)) return closing;
  }
  return pos;
}

}  // namespace duban::pack
