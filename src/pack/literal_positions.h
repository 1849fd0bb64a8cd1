// String literals of pack files, character by character: what each piece of
// the source stands for, and so where a place inside the decoded text stands
// in the file. An error in an expression is thus shown under the very
// character, whatever quotes and escapes stand before it.
//
// Decoding here is for places and checks only; the values themselves are read
// by protobuf's parsers. Pure functions; thread-safe.
#ifndef DUBAN_SRC_PACK_LITERAL_POSITIONS_H_
#define DUBAN_SRC_PACK_LITERAL_POSITIONS_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace duban::pack {

enum class Syntax { kTextFormat, kJson };

// The first offset from `pos` on that is neither white space nor, in text
// format, part of a comment.
size_t SkipSpace(absl::string_view text, size_t pos, Syntax syntax);

enum class LiteralEnd {
  kClosed,     // *pos is behind the closing quote
  kUnclosed,   // *pos is at the end of the line or file
  kBadEscape,  // *pos is at the backslash (or the control character)
};

// Reads the literal whose opening quote is at *pos and appends what it stands
// for to *decoded. JSON allows no control character inside; text format
// allows all but the line break.
LiteralEnd ReadLiteral(absl::string_view text, Syntax syntax, size_t* pos,
                       std::string* decoded);

// Moves *pos, which is at a bad escape, on to where the literal ends: behind
// its closing quote if it has one on that line.
void SkipBrokenLiteral(absl::string_view text, char quote, size_t* pos);

// The offset in `text` of the piece that stands for byte `offset` of the
// decoded value; `pos` is at its first opening quote. In text format the
// value may go on in further literals. Past the end of the value: its last
// closing quote. `text` must have been scanned without fault there.
size_t LocateInLiteral(absl::string_view text, Syntax syntax, size_t pos,
                       size_t offset);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_LITERAL_POSITIONS_H_
