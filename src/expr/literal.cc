#include "src/expr/literal.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/text.h"

namespace duban::expr {
namespace {

// The character that a one-letter escape stands for, or -1.
int SimpleEscape(char c) {
  switch (c) {
    case 'a':
      return 7;
    case 'b':
      return 8;
    case 'f':
      return 12;
    case 'n':
      return 10;
    case 'r':
      return 13;
    case 't':
      return 9;
    case 'v':
      return 11;
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`':
      return c;
    default:
      return -1;
  }
}

// Value of `count` digits of the base from `at`, or -1.
int64_t Digits(absl::string_view body, size_t at, size_t count, int base) {
  if (at + count > body.size()) return -1;
  int64_t value = 0;
  for (size_t i = at; i < at + count; ++i) {
    const char c = absl::ascii_tolower(body[i]);
    const int digit = absl::ascii_isdigit(c)    ? c - '0'
                      : absl::ascii_isxdigit(c) ? c - 'a' + 10
                                                : 99;
    if (digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

// Reads the escape whose backslash is at *at; moves past it. False if it is
// not one.
bool ReadEscape(absl::string_view body, bool bytes, size_t* at,
                std::string* out) {
  const size_t first = *at + 1;
  if (first >= body.size()) return false;
  const char c = body[first];
  const int simple = SimpleEscape(c);
  if (simple >= 0) {
    out->push_back(static_cast<char>(simple));
    *at = first + 1;
    return true;
  }
  size_t digits = 0;
  size_t from = first + 1;
  int base = 16;
  if (c == 'x' || c == 'X') {
    digits = 2;
  } else if (c == 'u' && !bytes) {
    digits = 4;
  } else if (c == 'U' && !bytes) {
    digits = 8;
  } else if (c >= '0' && c <= '3') {
    digits = 3;
    from = first;
    base = 8;
  } else {
    return false;
  }
  const int64_t value = Digits(body, from, digits, base);
  if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    return false;
  }
  if (bytes) {
    out->push_back(static_cast<char>(value));
  } else {
    AppendUtf8(static_cast<char32_t>(value), out);
  }
  *at = from + digits;
  return true;
}

}  // namespace

std::string Unescape(absl::string_view body, bool bytes, int offset,
                     SourceErrors* errors, bool unix_lines) {
  std::string out;
  size_t at = 0;
  while (at < body.size()) {
    const size_t plain = std::min(body.find('\\', at), body.size());
    if (plain > at) {
      const absl::string_view run = body.substr(at, plain - at);
      absl::StrAppend(&out, unix_lines ? UnixLines(run) : std::string(run));
      at = plain;
      continue;
    }
    if (ReadEscape(body, bytes, &at, &out)) continue;
    size_t end = at + 1;
    if (end < body.size()) NextCodePoint(body, &end);
    const absl::string_view bad = body.substr(at, end - at);
    errors
        ->Add("SYNTAX", offset + static_cast<int>(at),
              static_cast<int>(bad.size()),
              absl::StrCat("字符串里的转义“", bad, "”不成立"),
              absl::StrCat("bad escape '", bad, "' in a string"))
        .Hint("反斜杠本身要写成 \\\\，或者用 r'…'（不处理转义）",
              "write \\\\ for a backslash, or r'…' for a string without "
              "escapes");
    at = end;
  }
  return out;
}

std::string UnixLines(absl::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      out.push_back(text[at]);
      continue;
    }
    out.push_back('\n');
    if (at + 1 < text.size() && text[at + 1] == '\n') ++at;
  }
  return out;
}

std::string Quote(absl::string_view text, char quote, bool bytes) {
  std::string out(1, quote);
  for (const char c : text) {
    switch (c) {
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      case '\\':
        out.append("\\\\");
        break;
      default:
        if (c == quote) {
          out.push_back('\\');
          out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                   (bytes && (c & 0x80) != 0)) {
          absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back(quote);
  return out;
}

std::string Shown(absl::string_view text) {
  constexpr size_t kMost = 60;
  if (text.size() <= kMost) return std::string(text);
  size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
    --end;
  }
  return absl::StrCat(text.substr(0, end), "…");
}

}  // namespace duban::expr
