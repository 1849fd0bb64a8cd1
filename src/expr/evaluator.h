// Runs a typed program for one row of variables. This is the reference:
// whatever else evaluates programs must agree with it bit for bit.
//
// An error belongs to the term that made it. && || and the predicates of
// all() and exists() may do without a term that failed; ?: and orValue() do
// not evaluate what they do not need; everywhere else the first error among
// the arguments, from the left, is the result.
//
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_EVALUATOR_H_
#define DUBAN_SRC_EXPR_EVALUATOR_H_

#include <vector>

#include "absl/types/span.h"
#include "src/expr/code.h"
#include "src/expr/program.h"
#include "src/expr/value.h"

namespace duban::expr {

// `variables[i]` is the value of slot i. With `observed`, which then has an
// entry for each term, every value that a term has is noted there.
Value Evaluate(const Code& code, absl::Span<const Value> variables,
               const RunLimits& limits,
               std::vector<Observation>* observed = nullptr);
// One term of the program, which uses no variable of a macro around it.
Value EvaluateTerm(const Code& code, int term,
                   absl::Span<const Value> variables, const RunLimits& limits);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_EVALUATOR_H_
