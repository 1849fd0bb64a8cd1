// A syntax tree back to text: the canonical form of CEL. One space around
// binary operators and after commas, no parentheses that are not needed,
// strings in single quotes, numbers as written.
//
// Parsing what was printed gives the same tree (SameTree). Pure function;
// thread-safe.
#ifndef DUBAN_SRC_EXPR_PRINTER_H_
#define DUBAN_SRC_EXPR_PRINTER_H_

#include <string>
#include <vector>

#include "src/expr/ast.h"

namespace duban::expr {

// `names`, if given, has an entry for each node: where it is not empty it is
// printed in place of the name of that identifier, selection or
// comprehension variable.
std::string Print(const Ast& ast,
                  const std::vector<std::string>* names = nullptr);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PRINTER_H_
