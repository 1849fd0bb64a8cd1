// The macros of CEL: calls that are not calls, but syntax.
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_MACROS_H_
#define DUBAN_SRC_EXPR_MACROS_H_

#include "src/expr/ast.h"
#include "src/expr/source.h"

namespace duban::expr {

// Where node `call` (a kCall whose arguments precede it in *ast) is a call
// of a macro with the number of arguments that macro takes, turns it into
// kHas or kComprehension. Wrong arguments are reported and make it kError.
void ExpandMacro(Ast* ast, int call, SourceErrors* errors);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MACROS_H_
