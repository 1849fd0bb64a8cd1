// The macros of CEL: calls that are not calls, but syntax.
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_MACROS_H_
#define DUBAN_SRC_EXPR_MACROS_H_

#include "src/expr/ast.h"
#include "src/expr/source.h"

namespace duban::expr {

// Where node `call` (a kCall whose arguments precede it in *ast) is a call
// of a macro of the profile with the number of arguments that macro takes,
// turns it into what it stands for: kHas, kComprehension, an identifier of
// cel.block() or the selection of an extension. Wrong arguments are reported
// and make it kError.
void ExpandMacro(Ast* ast, int call, Profile profile, SourceErrors* errors);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MACROS_H_
