// The insides of CEL string and bytes literals: escapes.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_LITERAL_H_
#define DUBAN_SRC_EXPR_LITERAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "src/expr/source.h"

namespace duban::expr {

// What stands between the quotes, with escapes resolved. In bytes \x and
// octal escapes are bytes, in strings code points; \u and \U do not exist in
// bytes. `offset` is where `body` begins in the source, for *errors; a bad
// escape is reported and left out. With `unix_lines`, line breaks that are
// not written as escapes become '\n'.
std::string Unescape(absl::string_view body, bool bytes, int offset,
                     SourceErrors* errors, bool unix_lines = false);

// The text with each "\r\n" and each other '\r' as '\n'.
std::string UnixLines(absl::string_view text);

// The other way: `text` between `quote`s (one of ' and "), with the escapes
// it needs. `text` is UTF-8; with `bytes` it is any bytes, and all that is
// not ASCII is escaped.
std::string Quote(absl::string_view text, char quote, bool bytes = false);

// The beginning of `text`, whole code points, for use in a message.
std::string Shown(absl::string_view text);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_LITERAL_H_
