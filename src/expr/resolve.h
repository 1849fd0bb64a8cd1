// Overload resolution, and what to tell an author when nothing fits.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_RESOLVE_H_
#define DUBAN_SRC_EXPR_RESOLVE_H_

#include <vector>

#include "src/expr/ast.h"
#include "src/expr/inference.h"
#include "src/expr/library.h"
#include "src/expr/source.h"

namespace duban::expr {

struct Resolution {
  Type type = Type::Error();
  std::vector<const Overload*> overloads;  // several where run time decides
};

// Picks overloads that the argument types fit. In the scoring profile that is
// the first, unless a dyn is among them. Where several fit and their results
// differ the type is dyn. An error type among the arguments gives
// Type::Error() in silence; otherwise, where nothing fits, NO_OVERLOAD or
// WRONG_ARGUMENTS is reported at node `call`.
Resolution Resolve(const Function& function, bool method,
                   const std::vector<Type>& types, Profile profile,
                   Inference* inference, const Ast& ast, int call,
                   SourceErrors* errors);
// Whether an overload of that form takes so many arguments.
bool TakesCount(const Function& function, bool method, size_t count);

// Reports that `call`, an operator, cannot take these types.
void ReportOperands(const Function* function, const std::vector<Type>& types,
                    const Ast& ast, int call, SourceErrors* errors);

// Adds to the error what an author who put such values together may have
// meant; nothing where there is no good guess.
void HintAtOperands(const std::vector<Type>& types, const Ast& ast, int call,
                    SourceError* error);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_RESOLVE_H_
