#include "src/expr/macros.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace duban::expr {
namespace {

// The fold that a method of this name with this many arguments stands for.
Macro FindMacro(absl::string_view name, size_t arguments) {
  if (arguments == 3) return name == "map" ? Macro::kMapFilter : Macro::kNone;
  if (arguments != 2) return Macro::kNone;
  for (const Macro m : {Macro::kAll, Macro::kExists, Macro::kExistsOne,
                        Macro::kFilter, Macro::kMap}) {
    if (MacroName(m) == name) return m;
  }
  return name == "existsOne" ? Macro::kExistsOne : Macro::kNone;
}

void ExpandHas(Ast* ast, Node* node, SourceErrors* errors) {
  const Node& operand = ast->at(node->args[0]);
  const bool readable =
      operand.kind == NodeKind::kSelect ||
      operand.kind == NodeKind::kIdentifier ||
      (operand.kind == NodeKind::kOperator && operand.op == Operator::kIndex);
  if (readable) {
    node->kind = NodeKind::kHas;
    return;
  }
  if (operand.kind != NodeKind::kError) {
    errors
        ->Add("SYNTAX", operand.begin, operand.end - operand.begin,
              "has() 里只能写变量或字段", "has() takes a variable or a field")
        .Hint("例如 has(x)、has(person.age)、has(m['键'])",
              "for instance has(x), has(person.age), has(m['key'])");
  }
  node->kind = NodeKind::kError;
}

}  // namespace

void ExpandMacro(Ast* ast, int call, SourceErrors* errors) {
  Node* node = &ast->nodes[call];
  if (!node->is_method) {
    if (node->text == "has" && node->args.size() == 1) {
      ExpandHas(ast, node, errors);
    }
    return;
  }
  // Counted as in "x.all(v, p)": two arguments besides the range.
  const Macro macro = FindMacro(node->text, node->args.size() - 1);
  if (macro == Macro::kNone) return;
  const Node& variable = ast->at(node->args[1]);
  if (variable.kind != NodeKind::kIdentifier || variable.text[0] == '.') {
    if (variable.kind != NodeKind::kError) {
      errors
          ->Add("SYNTAX", variable.begin, variable.end - variable.begin,
                absl::StrCat(node->text, "() 的第一个参数必须是一个名称"),
                absl::StrCat("the first argument of ", node->text,
                             "() must be a name"))
          .Hint(absl::StrCat("例如 xs.", node->text, "(x, x > 0)"),
                absl::StrCat("for instance xs.", node->text, "(x, x > 0)"));
    }
    node->kind = NodeKind::kError;
    return;
  }
  node->kind = NodeKind::kComprehension;
  node->macro = macro;
  node->is_method = false;
  node->text = variable.text;
  node->args.erase(node->args.begin() + 1);
}

}  // namespace duban::expr
