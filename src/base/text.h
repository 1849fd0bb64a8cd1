// Text: UTF-8 checks, code points, terminal width, GB18030.
// Unicode data comes from utf8proc, transcoding from iconv. Pure functions;
// thread-safe; no locale is read.
#ifndef DUBAN_SRC_BASE_TEXT_H_
#define DUBAN_SRC_BASE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban {

// True for well-formed UTF-8: no surrogates, no overlong forms, nothing past
// U+10FFFF. On failure *bad_offset (if given) is where the first sequence
// that is not well-formed begins.
bool IsUtf8(absl::string_view text, size_t* bad_offset = nullptr);

// Number of code points; `text` must be UTF-8.
size_t CodePointCount(absl::string_view text);

// Decodes the code point at *offset and moves past it. `text` must be UTF-8
// and *offset at the start of a code point before its end. Should the bytes
// there not be UTF-8 after all, U+FFFD is returned for one byte; at the end
// it is returned for none.
char32_t NextCodePoint(absl::string_view text, size_t* offset);
// U+FFFD in place of what is no Unicode scalar value.
void AppendUtf8(char32_t code_point, std::string* out);

// Any bytes, made fit to stand in a message: at most `limit` code points and
// then "…"; line breaks and tabs become spaces, other control characters and
// bytes that are not UTF-8 become U+FFFD.
std::string Excerpt(absl::string_view bytes, size_t limit = 60);

// Letters (any script, with letter numbers such as 〇) and '_'; then also
// digits and marks.
bool IsIdentifierStart(char32_t c);
bool IsIdentifierPart(char32_t c);

// Columns a terminal gives to the text: two for wide East Asian characters,
// none for combining marks and control characters. Characters of ambiguous
// width (“ ” … ·) count one.
int DisplayWidth(absl::string_view text);

// 1-based line and column (in code points) of a byte offset. Lines end with
// LF; an offset past the end is taken as the end.
struct LineColumn {
  int line = 1;
  int column = 1;
};
LineColumn LocateOffset(absl::string_view text, size_t offset);

// Bytes that are not the stated encoding fail with reason BAD_ENCODING and
// the offset of the first one in the message, its line in the place. Where
// the C library has no GB18030 converter: ENCODING_UNAVAILABLE.
absl::StatusOr<std::string> Gb18030ToUtf8(absl::string_view bytes);
absl::StatusOr<std::string> Utf8ToGb18030(absl::string_view text);

// A byte-order mark, if any, is dropped; valid UTF-8 is taken as such, all
// else as GB18030, unless a mark says that it was to be UTF-8. This is what a
// file from an office machine needs; it is safe because GB18030 text with
// Chinese in it is practically never valid UTF-8.
absl::StatusOr<std::string> DecodeText(absl::string_view bytes);

// The candidate nearest to `word` by edit distance, or "" where none is near
// (for hints: "did you mean …"). Ties go to the first candidate.
template <typename Range>
std::string NearestWord(absl::string_view word, const Range& candidates);

// Edit distance in code points, stopping at `limit` + 1.
int EditDistance(absl::string_view a, absl::string_view b, int limit);

template <typename Range>
std::string NearestWord(absl::string_view word, const Range& candidates) {
  const int limit = CodePointCount(word) <= 4 ? 1 : 2;
  int best = limit + 1;
  std::string found;
  for (const auto& candidate : candidates) {
    const int distance = EditDistance(word, candidate, limit);
    if (distance < best) {
      best = distance;
      found = std::string(candidate);
    }
  }
  return found;
}

}  // namespace duban

#endif  // DUBAN_SRC_BASE_TEXT_H_
