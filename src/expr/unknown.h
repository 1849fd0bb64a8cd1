// What to say about a name that an expression uses and nobody has declared.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_UNKNOWN_H_
#define DUBAN_SRC_EXPR_UNKNOWN_H_

#include <string>
#include <vector>

#include "src/expr/ast.h"
#include "src/expr/program.h"
#include "src/expr/source.h"

namespace duban::expr {

// An identifier; `locals` are the comprehension variables in scope.
void ReportUnknownName(const Node& node, const Environment& environment,
                       const std::vector<std::string>& locals,
                       SourceErrors* errors);
// A field of a record, or of something that has no fields.
void ReportUnknownField(const Node& node, const Type& type,
                        SourceErrors* errors);
void ReportUnknownFunction(const Node& node, const Environment& environment,
                           SourceErrors* errors);
void ReportUnknownTable(const Node& node, const Environment& environment,
                        SourceErrors* errors);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_UNKNOWN_H_
