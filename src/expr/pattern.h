// Regular expressions of matches(): RE2 with bounds.
// Thread-safe, as the patterns themselves are.
#ifndef DUBAN_SRC_EXPR_PATTERN_H_
#define DUBAN_SRC_EXPR_PATTERN_H_

#include <memory>
#include <string>

#include "re2/re2.h"

namespace duban::expr {

// Compiled to at most 1 MiB. A pattern that is not one, or too large, has
// ok() false and says why in error().
inline std::shared_ptr<const RE2> CompilePattern(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  return std::make_shared<const RE2>(pattern, options);
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PATTERN_H_
