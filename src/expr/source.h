// The text of an expression: what may be wrong with it, how large it may be,
// and how a fault in it is shown to a person.
//
// Places are byte offsets into the text as it was given. Nothing here knows
// the grammar. Plain data; thread-safe as any standard container is.
#ifndef DUBAN_SRC_EXPR_SOURCE_H_
#define DUBAN_SRC_EXPR_SOURCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace duban::expr {

// Which language a text is in.
enum class Profile : uint8_t {
  kScoring,  // CEL's syntax; exact decimals, dates, missing values, tables
  kCel,      // CEL as specified, with its extensions
};

// A fault in the text of an expression.
struct SourceError {
  std::string reason;  // stable: SYNTAX, UNKNOWN_NAME, NO_OVERLOAD …
  int offset = 0;      // bytes from the beginning of the text
  int length = 0;      // bytes that a caret line should underline; may be 0
  std::string zh, en;
  std::string hint_zh, hint_en;

  SourceError& Hint(absl::string_view zh, absl::string_view en);
};

// Limits that hold for every expression, however it came in.
struct Limits {
  int source_bytes = 65536;
  // Brackets, operands of unary operators, branches of ?: inside one another,
  // and members one after another (a.b.c). At most 128 is honoured. Sums and
  // other chains of binary operators do not count.
  int nesting = 64;
  int nodes = 20000;
  // Charged while evaluating: one a node visited, one a list element made or
  // looked at, one per 8 bytes of string made, one per 64 bytes searched.
  int64_t steps = 1000000;
};

// Collects the faults of one expression; keeps the first hundred.
class SourceErrors {
 public:
  // The reference is good until the next Add.
  SourceError& Add(absl::string_view reason, int offset, int length,
                   absl::string_view zh, absl::string_view en);
  bool empty() const { return list_.empty(); }
  // Whether more faults would not be kept.
  bool full() const { return list_.size() >= kLimit; }
  // Whether a fault begins in [begin, end).
  bool AnyIn(int begin, int end) const;
  // Hands over all faults, by offset; equal offsets stay in order.
  std::vector<SourceError> Take();

 private:
  static constexpr size_t kLimit = 100;
  std::vector<SourceError> list_;
  SourceError overflow_;  // swallows what is too much
};

// Two lines: the source line of the fault (cut to its surroundings where it
// is long) and below it "^~~~" under the bytes meant, aligned for terminals
// that give wide characters two columns. No line break at the end.
std::string CaretLine(absl::string_view text, const SourceError& error);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_SOURCE_H_
