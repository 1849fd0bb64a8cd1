// What an evaluation will take, before anything is evaluated: bounds from the
// program and from how large its variables are at most.
//
// The bounds are of the steps that the evaluator charges (see Limits), and
// they are kept: an evaluation of values of the declared sizes takes no more
// than `most`. Functions whose work depends on their arguments in a way that
// is not followed here have no bound. Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_COST_H_
#define DUBAN_SRC_EXPR_COST_H_

#include "src/expr/code.h"
#include "src/expr/program.h"

namespace duban::expr {

Cost EstimateCost(const Code& code, const DeclaredSizes& sizes);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_COST_H_
