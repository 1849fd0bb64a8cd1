#include "src/expr/ast.h"

#include <algorithm>

#include "src/base/text.h"

namespace duban::expr {
namespace {

constexpr absl::string_view kOperatorNames[] = {
    "",     "_?_:_", "_||_", "_&&_", "_==_", "_!=_",  "_<_",
    "_<=_", "_>_",   "_>=_", "@in",  "_+_",  "_-_",   "_*_",
    "_/_",  "_%_",   "!_",   "-_",   "_[_]", "_[?_]",
};

constexpr absl::string_view kOperatorSymbols[] = {
    "",   "",  "||", "&&", "==", "!=", "<", "<=", ">", ">=",
    "in", "+", "-",  "*",  "/",  "%",  "!", "-",  "",  "",
};

// Langdef, "Syntax".
constexpr absl::string_view kReserved[] = {
    "as",       "break",   "const",  "continue", "else", "false", "for",
    "function", "if",      "import", "in",       "let",  "loop",  "namespace",
    "null",     "package", "return", "true",     "var",  "void",  "while",
};

bool SameNode(const Node& a, const Node& b) {
  return a.kind == b.kind && a.constant == b.constant && a.op == b.op &&
         a.macro == b.macro && a.is_method == b.is_method &&
         a.is_optional == b.is_optional && a.integer == b.integer &&
         a.text == b.text && a.text2 == b.text2 && a.fields == b.fields &&
         a.optional == b.optional && a.args.size() == b.args.size();
}

}  // namespace

absl::string_view OperatorName(Operator op) {
  return kOperatorNames[static_cast<int>(op)];
}

absl::string_view OperatorSymbol(Operator op) {
  return kOperatorSymbols[static_cast<int>(op)];
}

bool IsBinary(Operator op) {
  return op >= Operator::kEqual && op <= Operator::kModulo;
}

int Precedence(const Node& node) {
  if (node.kind == NodeKind::kConstant) {
    // A negative literal binds as one word, but reads better in brackets.
    const bool negative =
        (node.constant == ConstantKind::kInt ||
         node.constant == ConstantKind::kNumber) &&
        (node.integer < 0 || (!node.text.empty() && node.text.front() == '-'));
    return negative ? 7 : 8;
  }
  if (node.kind != NodeKind::kOperator) return 8;
  switch (node.op) {
    case Operator::kConditional:
      return 1;
    case Operator::kOr:
      return 2;
    case Operator::kAnd:
      return 3;
    case Operator::kAdd:
    case Operator::kSubtract:
      return 5;
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kModulo:
      return 6;
    case Operator::kNot:
    case Operator::kNegate:
      return 7;
    case Operator::kIndex:
    case Operator::kOptionalIndex:
      return 8;
    default:
      return 4;  // relations
  }
}

absl::string_view MacroName(Macro macro) {
  switch (macro) {
    case Macro::kNone:
      return "";
    case Macro::kAll:
      return "all";
    case Macro::kExists:
      return "exists";
    case Macro::kExistsOne:
      return "exists_one";
    case Macro::kFilter:
      return "filter";
    case Macro::kMap:
    case Macro::kMapFilter:
      return "map";
    case Macro::kTransformList:
    case Macro::kTransformListFilter:
      return "transformList";
    case Macro::kTransformMap:
    case Macro::kTransformMapFilter:
      return "transformMap";
    case Macro::kTransformMapEntry:
    case Macro::kTransformMapEntryFilter:
      return "transformMapEntry";
    case Macro::kOptMap:
      return "optMap";
    case Macro::kOptFlatMap:
      return "optFlatMap";
    case Macro::kBind:
      return "cel.bind";
    case Macro::kBlock:
      return "cel.block";
  }
  return "";
}

bool IsReservedWord(absl::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) !=
         std::end(kReserved);
}

bool IsIdentifier(absl::string_view name) {
  if (name.empty() || !IsUtf8(name)) return false;
  size_t at = 0;
  if (!IsIdentifierStart(NextCodePoint(name, &at))) return false;
  while (at < name.size()) {
    if (!IsIdentifierPart(NextCodePoint(name, &at))) return false;
  }
  return true;
}

bool IsFieldName(absl::string_view name) {
  return IsIdentifier(name) && name != "true" && name != "false" &&
         name != "null" && name != "in";
}

bool SameTree(const Ast& a, const Ast& b) {
  std::vector<std::pair<int, int>> todo = {{a.root, b.root}};
  while (!todo.empty()) {
    const auto [x, y] = todo.back();
    todo.pop_back();
    const Node& m = a.at(x);
    const Node& n = b.at(y);
    if (!SameNode(m, n)) return false;
    for (size_t i = 0; i < m.args.size(); ++i) {
      todo.emplace_back(m.args[i], n.args[i]);
    }
  }
  return true;
}

}  // namespace duban::expr
