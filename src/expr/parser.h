// Tokens to a syntax tree, by the whole grammar of CEL.
//
// Profile::kCel is CEL as specified, with optional syntax and the macros of
// its extensions. Profile::kScoring has neither, but has() of variables and
// of indexes.
//
// After a fault the parser skips to the next comma or closing bracket and
// goes on, so that one pass finds what can be found; the part it could not
// read becomes a kError node. Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_PARSER_H_
#define DUBAN_SRC_EXPR_PARSER_H_

#include "absl/strings/string_view.h"
#include "src/expr/ast.h"
#include "src/expr/source.h"

namespace duban::expr {

// A tree is given in any case; it is complete only if no fault was added.
// Beyond a limit (TOO_LONG, TOO_DEEP, TOO_MANY_NODES) it is one kError node.
Ast Parse(absl::string_view text, Profile profile, const Limits& limits,
          SourceErrors* errors);
// The same, for Profile::kScoring.
inline Ast Parse(absl::string_view text, const Limits& limits,
                 SourceErrors* errors) {
  return Parse(text, Profile::kScoring, limits, errors);
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PARSER_H_
