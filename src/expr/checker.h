// Types of a syntax tree in the scoring profile.
//
// The checker resolves every name, picks an overload for every call, and
// follows has() through && || ! ?: to see that no value that may be missing
// is read without asking. It goes on after a fault: the node gets
// Type::Error(), which fits everywhere. Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_CHECKER_H_
#define DUBAN_SRC_EXPR_CHECKER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "re2/re2.h"
#include "src/expr/ast.h"
#include "src/expr/builtins.h"
#include "src/expr/program.h"
#include "src/expr/source.h"

namespace duban::expr {

// What a node refers to.
enum class Reference : uint8_t {
  kNone,
  kVariable,  // index: slot
  kLocal,     // index: of the enclosing comprehension, outermost 0
  kField,     // index: field of the record type
  kKey,       // a key of a map
  kDynamic,   // a selection that is resolved at run time
  kFunction,  // function, overload
  kOrValue,
  kLookup,  // of the table named by the first argument
  kHost,    // of the host function with the node's name
};

struct NodeInfo {
  Type type = Type::Error();
  Reference reference = Reference::kNone;
  int index = -1;
  const Function* function = nullptr;
  const Overload* overload = nullptr;  // null where types decide at run time
  // How many lists and maps the value may have inside one another that the
  // expression made itself.
  int made_depth = 0;
};

struct Checked {
  std::vector<NodeInfo> info;      // by node
  std::vector<std::string> names;  // by node: its name in plain CEL, or empty
  std::vector<int> reads;          // slots, ascending
  std::vector<std::pair<int, int>> selects;  // slot, field; ascending
  int locals = 0;  // most comprehensions inside one another
  // Constant patterns of matches(), by node.
  std::vector<std::pair<int, std::shared_ptr<const RE2>>> patterns;
};

Checked Check(const Ast& ast, const Environment& environment,
              const Type& expected, SourceErrors* errors);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_CHECKER_H_
