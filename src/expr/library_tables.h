// What the two libraries are made of; private to expr/. See library.h.
#ifndef DUBAN_SRC_EXPR_LIBRARY_TABLES_H_
#define DUBAN_SRC_EXPR_LIBRARY_TABLES_H_

#include "absl/types/span.h"
#include "src/expr/library.h"
#include "src/expr/op.h"

namespace duban::expr {

// Operators, and functions that the evaluator has an Op for.
struct OperationSpec {
  const char* name;
  Op op;
  const char* overloads;  // as in FunctionSpec
};

absl::Span<const OperationSpec> CelOperations();       // cel_operations.cc
absl::Span<const OperationSpec> ScoringOperations();   // scoring_operations.cc
absl::Span<const OperationSpec> OptionalOperations();  // optional_functions.cc
absl::Span<const FunctionSpec> OptionalFunctions();

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_LIBRARY_TABLES_H_
