// The syntax tree of an expression: all of CEL, whatever profile it is then
// checked in.
//
// Nodes live in one array and refer to each other by index, which is the
// node's id; a child always has a smaller id than its parent. So a pass from
// children to parents is a loop, and nothing recurses when a tree of twenty
// thousand nodes is destroyed. Node 0 is not used.
//
// A call of a macro is one node that keeps what was written (so that it can
// be printed) and what it means: kHas, or a kComprehension with the kind of
// fold in `macro`.
//
// What only plain CEL has, and the scoring profile refuses: optional
// selections and elements, macros with two variables, cel.bind and cel.block.
//
// Plain data; thread-safe as any standard container is.
#ifndef DUBAN_SRC_EXPR_AST_H_
#define DUBAN_SRC_EXPR_AST_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace duban::expr {

enum class NodeKind : uint8_t {
  kError,          // could not be parsed; reported already
  kConstant,       // constant, integer, text
  kIdentifier,     // text; a leading '.' is part of it
  kSelect,         // args[0].text, or args[0].?text where is_optional
  kHas,            // has(args[0]), an identifier, a selection or an index
  kOperator,       // op over args; && and || have two or more
  kCall,           // text(args…), or args[0].text(args[1]…) where is_method
  kList,           // [args…]
  kMap,            // {args[0]: args[1], args[2]: args[3] …}
  kMessage,        // text{fields[0]: args[0] …}
  kComprehension,  // args[0].macro(text, args[1] …), see Macro
};

enum class ConstantKind : uint8_t {
  kNull,
  kBool,    // integer is 0 or 1
  kInt,     // integer
  kUint,    // integer, as the same 64 bits
  kNumber,  // with a point or an exponent; text as written
  kString,  // text
  kBytes,   // text
};

enum class Operator : uint8_t {
  kNone,
  kConditional,
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNot,
  kNegate,
  kIndex,
  kOptionalIndex,  // x[?y]
};

enum class Macro : uint8_t {
  kNone,
  kAll,
  kExists,
  kExistsOne,
  kFilter,
  kMap,        // args: range, transform
  kMapFilter,  // args: range, predicate, transform
  // With two variables, text and text2: index and element, or key and value.
  // all, exists and exists_one (also written existsOne) may have two as well.
  kTransformList,            // args: range, transform
  kTransformListFilter,      // args: range, predicate, transform
  kTransformMap,             // args: range, transform of the value
  kTransformMapFilter,       // args: range, predicate, transform
  kTransformMapEntry,        // args: range, map of the new entries
  kTransformMapEntryFilter,  // args: range, predicate, map
  // With one variable that is not of a range.
  kOptMap,      // args: optional, transform of its value
  kOptFlatMap,  // args: optional, optional made of its value
  kBind,        // cel.bind(text, args[0], args[1])
  // cel.block([args[0], …], args[n]). Inside, cel.index(0) is the identifier
  // "@index0"; cel.iterVar(1, 2) is "@it:1:2", cel.accuVar(1, 2) "@ac:1:2".
  kBlock,
};

struct Node {
  NodeKind kind = NodeKind::kError;
  ConstantKind constant = ConstantKind::kNull;
  Operator op = Operator::kNone;
  Macro macro = Macro::kNone;
  bool is_method = false;
  bool is_optional = false;  // of a kSelect
  // Where to point in a message: the operator, the name, the literal.
  int offset = 0;
  int length = 0;
  // All of it, from the first to the last byte.
  int begin = 0;
  int end = 0;
  int64_t integer = 0;
  std::string text;
  std::vector<int> args;
  std::string text2;                // the second variable of a comprehension
  std::vector<std::string> fields;  // of a kMessage
  // Of a kList, kMap or kMessage, by element, entry or field: whether it is
  // written with '?'. Empty where none is.
  std::vector<bool> optional;
};

struct Ast {
  std::vector<Node> nodes;
  int root = 0;

  const Node& at(int id) const { return nodes[id]; }
  const Node& root_node() const { return nodes[root]; }
};

// "_+_", "!_", "_?_:_": the names CEL gives to its operators.
absl::string_view OperatorName(Operator op);
// "+", "!", "in"; empty for the conditional and the index.
absl::string_view OperatorSymbol(Operator op);
// 1 (?:) to 8 (members): how strongly a node binds.
int Precedence(const Node& node);
bool IsBinary(Operator op);  // + … in; not && and ||, which have many sides
absl::string_view MacroName(Macro macro);

// Words that CEL reserves; they may be fields, but not variables.
bool IsReservedWord(absl::string_view word);
// Whether the name may be written as it is: letters, digits, '_'.
bool IsIdentifier(absl::string_view name);
// The same, where the name stands after a point: not true, false, null, in.
bool IsFieldName(absl::string_view name);

// Whether both say the same, wherever their nodes are.
bool SameTree(const Ast& a, const Ast& b);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_AST_H_
