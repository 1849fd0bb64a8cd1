// The syntax tree as cel-go has it, which differs from ast.h: macros are
// written out as folds, chains of && and || are balanced binary trees, and in
// a checked tree a qualified name is one identifier.
//
// It exists only to be compared with what cel-go prints.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_CEL_TREE_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_CEL_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/ast.h"
#include "src/expr/checker.h"

namespace duban::expr::conformance {

struct CelNode {
  enum class Kind {
    kConstant,
    kIdent,
    kSelect,         // args[0].text
    kCall,           // text(args…), or args[0].text(args[1]…) with a target
    kList,           // [args…]
    kStruct,         // text{…}; of a map, args are key, value, key, value …
    kComprehension,  // args: range, init, condition, step, result
  };
  Kind kind = Kind::kConstant;
  ConstantKind constant = ConstantKind::kNull;
  bool has_target = false;
  bool test_only = false;
  std::string text;  // of a constant: as it is printed
  std::vector<std::unique_ptr<CelNode>> args;
  std::vector<std::string> fields;  // of a message
  std::vector<bool> optional;       // by element or entry; or empty
  std::string variable;             // of a comprehension
  std::string accumulator;
  // Of a checked tree.
  std::string type;
  std::string reference;
};

// The tree that was parsed from `text`. cel-go had only the standard macros
// when it printed it, so others are calls.
std::unique_ptr<CelNode> ParsedTree(const Ast& ast, absl::string_view text);

// The tree with the checker's findings, and all macros that are folds of one
// variable written out. Without `unlike_numbers` there is no overload that
// orders an int and a double and so on, which cel-go may have or not.
std::unique_ptr<CelNode> CheckedTree(const Ast& ast, const Checked& checked,
                                     absl::string_view text,
                                     bool unlike_numbers);

// What cel-go's common/debug prints of the tree.
std::string DebugString(const CelNode& tree, bool checked);

// Literals as they are in it.
std::string QuoteGo(absl::string_view text);
std::string DoubleGo(double number);

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_CEL_TREE_H_
