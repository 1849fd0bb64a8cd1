// A checked syntax tree to a typed program: names become indexes, literals
// values, ints that are wanted as decimals are converted, and a * b / c over
// decimals becomes one operation with one rounding.
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_LOWER_H_
#define DUBAN_SRC_EXPR_LOWER_H_

#include "src/expr/ast.h"
#include "src/expr/checker.h"
#include "src/expr/code.h"
#include "src/expr/program.h"

namespace duban::expr {

// Requires that checking found no fault.
Code Lower(const Ast& ast, const Checked& checked,
           const Environment& environment, const Type& expected);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_LOWER_H_
