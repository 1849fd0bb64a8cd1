// Regular expressions of matches(): RE2 with bounds.
// Thread-safe, as the patterns themselves are.
#ifndef DUBAN_SRC_EXPR_PATTERN_H_
#define DUBAN_SRC_EXPR_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "re2/re2.h"

namespace duban::expr {

// Compiled to at most 256 KiB. A pattern that is not one, or too large, has
// ok() false and says why in error().
inline std::shared_ptr<const RE2> CompilePattern(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 18);
  return std::make_shared<const RE2>(pattern, options);
}

// What making it took, known only afterwards. A pattern that is too large was
// made in part, up to its bound.
inline int64_t StepsToCompile(const RE2& pattern) {
  if (pattern.ok()) return 2 * int64_t{pattern.ProgramSize()};
  return pattern.error_code() == RE2::ErrorPatternTooLarge ? 65536 : 0;
}

// Instructions of a pattern that are walked for one step.
constexpr int kInstructionsPerStep = 12;

// What searching a text takes at most: where the states of an automaton are
// too many to be kept, all of the program is walked at each byte.
inline int64_t StepsToSearch(const RE2& pattern, size_t text_bytes) {
  return static_cast<int64_t>(text_bytes) * (4 + pattern.ProgramSize()) /
         kInstructionsPerStep;
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PATTERN_H_
