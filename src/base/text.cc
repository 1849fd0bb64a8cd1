#include "src/base/text.h"

#include <iconv.h>
#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLastCodePoint = 0x10FFFF;

constexpr absl::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr absl::string_view kGb18030Mark = "\x84\x31\x95\x33";

unsigned char ByteAt(absl::string_view text, size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Decodes the sequence at `offset` by table 3-7 of the Unicode Standard
// ("Well-Formed UTF-8 Byte Sequences"). Returns its length, or 0 where the
// bytes there are not well-formed.
size_t Decode(absl::string_view text, size_t offset, char32_t* code_point) {
  const unsigned char lead = ByteAt(text, offset);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  size_t length = 0;
  unsigned char low = 0x80;  // bounds of the second byte
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;   // shorter forms exist below
    if (lead == 0xED) high = 0x9F;  // surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;   // shorter forms exist below
    if (lead == 0xF4) high = 0x8F;  // past U+10FFFF
  } else {
    return 0;
  }
  if (text.size() - offset < length) return 0;
  const unsigned char second = ByteAt(text, offset + 1);
  if (second < low || second > high) return 0;
  char32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[offset + i])) return 0;
    value = (value << 6) | (ByteAt(text, offset + i) & 0x3Fu);
  }
  *code_point = value;
  return length;
}

utf8proc_category_t CategoryOf(char32_t c) {
  if (c > kLastCodePoint) return UTF8PROC_CATEGORY_CN;
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

int ClampToInt(size_t value) {
  constexpr size_t kMax = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(value, kMax));
}

std::vector<char32_t> CodePoints(absl::string_view text) {
  std::vector<char32_t> out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) out.push_back(NextCodePoint(text, &i));
  return out;
}

// 1-based; both encodings at hand have LF as a byte of its own.
int LineOf(absl::string_view bytes, size_t offset) {
  const absl::string_view before = bytes.substr(0, offset);
  return ClampToInt(
      static_cast<size_t>(std::count(before.begin(), before.end(), '\n')) + 1);
}

absl::Status BadBytes(absl::string_view bytes, size_t offset,
                      absl::string_view encoding) {
  return Fault("BAD_ENCODING")
      .At("", LineOf(bytes, offset), 0)
      .Say(absl::StrCat("字节偏移 ", offset, " 处不是有效的 ", encoding,
                        " 文字"),
           absl::StrCat("the text is not valid ", encoding, " at byte offset ",
                        offset))
      .Hint("请用 UTF-8 或 GB18030 重新保存该文件",
            "save the file again as UTF-8 or GB18030")
      .ToStatus();
}

// One open conversion of the C library.
class Converter {
 public:
  Converter(const char* to, const char* from) : cd_(iconv_open(to, from)) {}
  ~Converter() {
    if (ok()) iconv_close(cd_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool ok() const { return cd_ != reinterpret_cast<iconv_t>(-1); }

  // Converts all of `in` onto *out. Returns how many bytes it could convert:
  // less than in.size() where the next ones have no counterpart.
  size_t Convert(absl::string_view in, std::string* out) {
    char* from = const_cast<char*>(in.data());  // iconv does not write there
    size_t from_left = in.size();
    char buffer[4096];
    while (from_left > 0) {
      char* to = buffer;
      size_t to_left = sizeof(buffer);
      const size_t result = iconv(cd_, &from, &from_left, &to, &to_left);
      const bool failed = result == static_cast<size_t>(-1) && errno != E2BIG;
      out->append(buffer, sizeof(buffer) - to_left);
      if (failed) break;
    }
    return in.size() - from_left;
  }

 private:
  iconv_t cd_;
};

absl::Status NoConverter() {
  return Fault("ENCODING_UNAVAILABLE", absl::StatusCode::kUnimplemented)
      .Say("本机的 C 运行库不支持 GB18030",
           "the C library of this machine has no GB18030 converter")
      .Hint("请改用 UTF-8，或安装 C 运行库的字符集模块",
            "use UTF-8, or install the character sets of the C library")
      .ToStatus();
}

bool LooksLikeUtf16(absl::string_view bytes) {
  return absl::StartsWith(bytes, "\xFF\xFE") ||
         absl::StartsWith(bytes, "\xFE\xFF");
}

}  // namespace

bool IsUtf8(absl::string_view text, size_t* bad_offset) {
  char32_t ignored = 0;
  for (size_t i = 0; i < text.size();) {
    const size_t length = Decode(text, i, &ignored);
    if (length == 0) {
      if (bad_offset != nullptr) *bad_offset = i;
      return false;
    }
    i += length;
  }
  return true;
}

size_t CodePointCount(absl::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(
                           text.begin(), text.end(), IsContinuation));
}

char32_t NextCodePoint(absl::string_view text, size_t* offset) {
  if (*offset >= text.size()) return kReplacement;
  char32_t code_point = kReplacement;
  const size_t length = Decode(text, *offset, &code_point);
  *offset += std::max<size_t>(length, 1);
  return code_point;
}

void AppendUtf8(char32_t code_point, std::string* out) {
  const auto append = [out](char32_t byte) {
    out->push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  const char32_t c =
      surrogate || code_point > kLastCodePoint ? kReplacement : code_point;
  if (c < 0x80) {
    append(c);
  } else if (c < 0x800) {
    append(0xC0 | (c >> 6));
    append(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    append(0xE0 | (c >> 12));
    append(0x80 | ((c >> 6) & 0x3F));
    append(0x80 | (c & 0x3F));
  } else {
    append(0xF0 | (c >> 18));
    append(0x80 | ((c >> 12) & 0x3F));
    append(0x80 | ((c >> 6) & 0x3F));
    append(0x80 | (c & 0x3F));
  }
}

std::string Excerpt(absl::string_view bytes, size_t limit) {
  std::string out;
  size_t count = 0;
  for (size_t i = 0; i < bytes.size(); ++count) {
    if (count == limit) {
      out.append("…");
      break;
    }
    const char32_t c = NextCodePoint(bytes, &i);
    if (c == '\n' || c == '\r' || c == '\t') {
      out.push_back(' ');
    } else {
      const bool control = CategoryOf(c) == UTF8PROC_CATEGORY_CC;
      AppendUtf8(control ? kReplacement : c, &out);
    }
  }
  return out;
}

bool IsIdentifierStart(char32_t c) {
  if (c == '_') return true;
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
      return true;
    default:
      return false;
  }
}

bool IsIdentifierPart(char32_t c) {
  if (IsIdentifierStart(c)) return true;
  switch (CategoryOf(c)) {
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
      return true;
    default:
      return false;
  }
}

int DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, &i);
    width += static_cast<size_t>(
        utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)));
  }
  return ClampToInt(width);
}

LineColumn LocateOffset(absl::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  while (offset > 0 && offset < text.size() && IsContinuation(text[offset])) {
    --offset;
  }
  const absl::string_view before = text.substr(0, offset);
  const size_t line_break = before.rfind('\n');
  const size_t line_start =
      line_break == absl::string_view::npos ? 0 : line_break + 1;
  return {LineOf(text, offset),
          ClampToInt(CodePointCount(before.substr(line_start)) + 1)};
}

absl::StatusOr<std::string> Gb18030ToUtf8(absl::string_view bytes) {
  Converter converter("UTF-8", "GB18030");
  if (!converter.ok()) return NoConverter();
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  const size_t done = converter.Convert(bytes, &out);
  if (done < bytes.size()) return BadBytes(bytes, done, "GB18030");
  return out;
}

absl::StatusOr<std::string> Utf8ToGb18030(absl::string_view text) {
  size_t bad_offset = 0;
  if (!IsUtf8(text, &bad_offset)) return BadBytes(text, bad_offset, "UTF-8");
  Converter converter("GB18030", "UTF-8");
  if (!converter.ok()) return NoConverter();
  std::string out;
  out.reserve(text.size());
  const size_t done = converter.Convert(text, &out);
  if (done == text.size()) return out;
  const LineColumn place = LocateOffset(text, done);
  size_t offset = done;
  const uint32_t missing = NextCodePoint(text, &offset);
  const std::string character = absl::StrCat(
      "U+",
      absl::AsciiStrToUpper(absl::StrCat(absl::Hex(missing, absl::kZeroPad4))));
  return Fault("BAD_ENCODING")
      .At("", place.line, place.column)
      .Say(absl::StrCat("字节偏移 ", done, " 处的字符 ", character,
                        " 无法用 GB18030 表示"),
           absl::StrCat("GB18030 has no code for the character ", character,
                        " at byte offset ", done))
      .Hint("请改用 UTF-8", "use UTF-8 instead")
      .ToStatus();
}

absl::StatusOr<std::string> DecodeText(absl::string_view bytes) {
  size_t bad_offset = 0;
  if (absl::StartsWith(bytes, kUtf8Mark)) {
    if (!IsUtf8(bytes, &bad_offset)) {
      return BadBytes(bytes, bad_offset, "UTF-8");
    }
    return std::string(bytes.substr(kUtf8Mark.size()));
  }
  if (IsUtf8(bytes)) return std::string(bytes);
  if (LooksLikeUtf16(bytes)) {
    return Fault("BAD_ENCODING")
        .At("", 1, 0)
        .Say("字节偏移 0 处是 UTF-16 的标记，本系统不读 UTF-16",
             "at byte offset 0 there is the mark of UTF-16, which is not read "
             "here")
        .Hint("请用 UTF-8 或 GB18030 重新保存该文件",
              "save the file again as UTF-8 or GB18030")
        .ToStatus();
  }
  absl::StatusOr<std::string> text = Gb18030ToUtf8(bytes);
  if (text.ok() && absl::StartsWith(bytes, kGb18030Mark)) {
    text->erase(0, kUtf8Mark.size());
  }
  return text;
}

int EditDistance(absl::string_view a, absl::string_view b, int limit) {
  limit = std::max(0, std::min(limit, std::numeric_limits<int>::max() - 1));
  const size_t bound = static_cast<size_t>(limit);
  // One edit changes at most four bytes, so most words are out of reach
  // before they are decoded.
  const size_t gap =
      a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap / 4 > bound) return limit + 1;
  const std::vector<char32_t> x = CodePoints(a);
  const std::vector<char32_t> y = CodePoints(b);
  // row[j]: distance of x[0, i) and y[0, j), as far as |i - j| <= bound; what
  // lies outside this band costs more than the bound.
  const size_t beyond = bound + 1;
  std::vector<size_t> row(y.size() + 1, beyond);
  for (size_t j = 0; j <= std::min(bound, y.size()); ++j) row[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    const size_t first = i > bound ? i - bound : 0;
    const size_t last = std::min(y.size(), i + bound);
    if (first > last) return limit + 1;
    size_t diagonal = first > 0 ? row[first - 1] : beyond;
    size_t left = beyond;
    size_t least = beyond;
    for (size_t j = first; j <= last; ++j) {
      const size_t above = row[j];
      size_t cost = j == 0 ? i : std::min(above, left) + 1;
      if (j > 0 && x[i - 1] == y[j - 1]) {
        cost = std::min(cost, diagonal);
      } else if (j > 0) {
        cost = std::min(cost, diagonal + 1);
      }
      diagonal = above;
      left = row[j] = std::min(cost, beyond);
      least = std::min(least, row[j]);
    }
    if (least == beyond) return limit + 1;
  }
  return static_cast<int>(row[y.size()]);
}

}  // namespace duban
