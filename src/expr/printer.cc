#include "src/expr/printer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "src/expr/literal.h"

namespace duban::expr {
namespace {

constexpr int kMember = 8;

// "@it:1:2" is what cel.iterVar(1, 2) stands for; see Macro::kBlock.
std::string BlockName(absl::string_view name) {
  if (absl::ConsumePrefix(&name, "@index")) {
    return absl::StrCat("cel.index(", name, ")");
  }
  const bool accumulator = !absl::ConsumePrefix(&name, "@it:");
  if (accumulator) absl::ConsumePrefix(&name, "@ac:");
  const size_t colon = std::min(name.find(':'), name.size());
  return absl::StrCat(accumulator ? "cel.accuVar(" : "cel.iterVar(",
                      name.substr(0, colon), ", ",
                      absl::ClippedSubstr(name, colon + 1), ")");
}

class Printer {
 public:
  Printer(const Ast& ast, const std::vector<std::string>* names)
      : ast_(ast), names_(names) {}

  std::string Run() {
    PrintNode(ast_.root);
    return std::move(out_);
  }

 private:
  void PrintNode(int id);
  // In parentheses where the node binds less strongly than `least`.
  void PrintAtLeast(int id, int least);
  bool BeginsWithNumber(int id) const;
  void PrintConstant(const Node& node);
  // Of an identifier or a variable.
  void PrintName(absl::string_view name) {
    out_ += !name.empty() && name.front() == '@' ? BlockName(name)
                                                 : std::string(name);
  }
  void PrintMark(const Node& node, size_t element) {
    if (!node.optional.empty() && node.optional[element]) out_ += '?';
  }
  void PrintOperator(int id);
  void PrintChain(int id);
  void PrintLogic(const Node& node);
  void PrintSelect(int id);
  // The arguments of the node from the first one meant.
  void PrintList(const Node& node, size_t first);
  void PrintMap(const Node& node);
  void PrintMessage(const Node& node);
  void PrintComprehension(int id);
  void PrintBlock(const Node& node);
  const std::string& NameOf(int id) const {
    if (names_ != nullptr && !(*names_)[id].empty()) return (*names_)[id];
    return ast_.at(id).text;
  }

  const Ast& ast_;
  const std::vector<std::string>* const names_;
  std::string out_;
};

void Printer::PrintNode(int id) {
  const Node& node = ast_.at(id);
  switch (node.kind) {
    case NodeKind::kError:
      out_ += "<error>";
      break;
    case NodeKind::kConstant:
      PrintConstant(node);
      break;
    case NodeKind::kIdentifier:
      PrintName(NameOf(id));
      break;
    case NodeKind::kSelect:
      PrintSelect(id);
      break;
    case NodeKind::kHas:
      out_ += "has(";
      PrintNode(node.args[0]);
      out_ += ')';
      break;
    case NodeKind::kOperator:
      PrintOperator(id);
      break;
    case NodeKind::kCall:
      if (node.is_method) {
        PrintAtLeast(node.args[0], kMember);
        out_ += '.';
      }
      absl::StrAppend(&out_, node.text, "(");
      PrintList(node, node.is_method ? 1 : 0);
      out_ += ')';
      break;
    case NodeKind::kList:
      out_ += '[';
      PrintList(node, 0);
      out_ += ']';
      break;
    case NodeKind::kMap:
      PrintMap(node);
      break;
    case NodeKind::kMessage:
      PrintMessage(node);
      break;
    case NodeKind::kComprehension:
      PrintComprehension(id);
      break;
  }
}

void Printer::PrintAtLeast(int id, int least) {
  const bool brackets = Precedence(ast_.at(id)) < least;
  if (brackets) out_ += '(';
  PrintNode(id);
  if (brackets) out_ += ')';
}

// Whether a '-' before the node would become part of a literal, or stand
// before another one.
bool Printer::BeginsWithNumber(int id) const {
  const int outer = id;
  while (true) {
    const Node& node = ast_.at(id);
    const bool of_operand =
        node.kind == NodeKind::kSelect || node.is_method ||
        (node.kind == NodeKind::kOperator && Precedence(node) == kMember) ||
        (node.kind == NodeKind::kComprehension && node.macro != Macro::kBind &&
         node.macro != Macro::kBlock);
    if (!of_operand) break;
    id = node.args[0];
  }
  const Node& first = ast_.at(id);
  if (first.kind != NodeKind::kConstant) return false;
  if (first.constant != ConstantKind::kInt &&
      first.constant != ConstantKind::kNumber) {
    return false;
  }
  return id == outer || Precedence(first) == kMember;
}

void Printer::PrintConstant(const Node& node) {
  switch (node.constant) {
    case ConstantKind::kNull:
      out_ += "null";
      break;
    case ConstantKind::kBool:
      out_ += node.integer != 0 ? "true" : "false";
      break;
    case ConstantKind::kInt:
      absl::StrAppend(&out_, node.integer);
      break;
    case ConstantKind::kUint:
      absl::StrAppend(&out_, static_cast<uint64_t>(node.integer), "u");
      break;
    case ConstantKind::kNumber:
      out_ += node.text;
      break;
    case ConstantKind::kString:
      out_ += Quote(node.text, '\'');
      break;
    case ConstantKind::kBytes:
      absl::StrAppend(&out_, "b", Quote(node.text, '\'', /*bytes=*/true));
      break;
  }
}

void Printer::PrintOperator(int id) {
  const Node& node = ast_.at(id);
  switch (node.op) {
    case Operator::kConditional:
      PrintAtLeast(node.args[0], 2);
      out_ += " ? ";
      PrintAtLeast(node.args[1], 2);
      out_ += " : ";
      PrintNode(node.args[2]);
      break;
    case Operator::kOr:
    case Operator::kAnd:
      PrintLogic(node);
      break;
    case Operator::kNot:
    case Operator::kNegate: {
      absl::StrAppend(&out_, OperatorSymbol(node.op));
      // "-(5)" is an operator on a literal, "-5" a literal; and the grammar
      // does not mix the two operators.
      const Node& operand = ast_.at(node.args[0]);
      const bool other = operand.kind == NodeKind::kOperator &&
                         Precedence(operand) == 7 && operand.op != node.op;
      const bool negative =
          operand.kind == NodeKind::kConstant || node.op == Operator::kNegate;
      const bool brackets =
          other || (negative && BeginsWithNumber(node.args[0]));
      PrintAtLeast(node.args[0], brackets ? kMember + 1 : 7);
      break;
    }
    case Operator::kIndex:
    case Operator::kOptionalIndex:
      PrintAtLeast(node.args[0], kMember);
      out_ += node.op == Operator::kIndex ? "[" : "[?";
      PrintNode(node.args[1]);
      out_ += ']';
      break;
    default:
      PrintChain(id);
  }
}

// Binary operators lean left, and may do so for thousands of nodes.
void Printer::PrintChain(int id) {
  std::vector<int> spine;
  int lowest = id;
  int least = 0;
  while (ast_.at(lowest).kind == NodeKind::kOperator &&
         IsBinary(ast_.at(lowest).op)) {
    const int precedence = Precedence(ast_.at(lowest));
    if (precedence < least) out_ += '(';
    spine.push_back(lowest);
    least = precedence;
    lowest = ast_.at(lowest).args[0];
  }
  PrintAtLeast(lowest, least);
  while (!spine.empty()) {
    const Node& node = ast_.at(spine.back());
    spine.pop_back();
    const int precedence = Precedence(node);
    absl::StrAppend(&out_, " ", OperatorSymbol(node.op), " ");
    PrintAtLeast(node.args[1], precedence + 1);
    if (!spine.empty() && precedence < Precedence(ast_.at(spine.back()))) {
      out_ += ')';
    }
  }
}

void Printer::PrintLogic(const Node& node) {
  const int precedence = Precedence(node);
  for (size_t i = 0; i < node.args.size(); ++i) {
    if (i > 0) absl::StrAppend(&out_, " ", OperatorSymbol(node.op), " ");
    PrintAtLeast(node.args[i], precedence + 1);
  }
}

void Printer::PrintSelect(int id) {
  const Node& node = ast_.at(id);
  PrintAtLeast(node.args[0], kMember);
  const std::string& name = NameOf(id);
  const absl::string_view point = node.is_optional ? ".?" : ".";
  if (names_ != nullptr && !name.empty() && name.front() == '[') {
    out_ += name;  // a key, not a name
  } else if (IsFieldName(name)) {
    absl::StrAppend(&out_, point, name);
  } else {
    absl::StrAppend(&out_, point, "`", name, "`");
  }
}

void Printer::PrintList(const Node& node, size_t first) {
  for (size_t i = first; i < node.args.size(); ++i) {
    if (i > first) out_ += ", ";
    PrintMark(node, i);
    PrintNode(node.args[i]);
  }
}

void Printer::PrintMap(const Node& node) {
  out_ += '{';
  for (size_t i = 0; i + 1 < node.args.size(); i += 2) {
    if (i > 0) out_ += ", ";
    PrintMark(node, i / 2);
    PrintNode(node.args[i]);
    out_ += ": ";
    PrintNode(node.args[i + 1]);
  }
  out_ += '}';
}

void Printer::PrintMessage(const Node& node) {
  absl::StrAppend(&out_, node.text, "{");
  for (size_t i = 0; i < node.args.size(); ++i) {
    if (i > 0) out_ += ", ";
    PrintMark(node, i);
    if (IsFieldName(node.fields[i])) {
      absl::StrAppend(&out_, node.fields[i], ": ");
    } else {
      absl::StrAppend(&out_, "`", node.fields[i], "`: ");
    }
    PrintNode(node.args[i]);
  }
  out_ += '}';
}

void Printer::PrintComprehension(int id) {
  const Node& node = ast_.at(id);
  if (node.macro == Macro::kBlock) return PrintBlock(node);
  size_t first = 0;
  if (node.macro != Macro::kBind) {
    PrintAtLeast(node.args[0], kMember);
    out_ += '.';
    first = 1;
  }
  absl::StrAppend(&out_, MacroName(node.macro), "(");
  PrintName(NameOf(id));
  out_ += ", ";
  if (!node.text2.empty()) {
    PrintName(node.text2);
    out_ += ", ";
  }
  PrintList(node, first);
  out_ += ')';
}

void Printer::PrintBlock(const Node& node) {
  absl::StrAppend(&out_, MacroName(node.macro), "([");
  for (size_t i = 0; i + 1 < node.args.size(); ++i) {
    if (i > 0) out_ += ", ";
    PrintNode(node.args[i]);
  }
  out_ += "], ";
  PrintNode(node.args.back());
  out_ += ')';
}

}  // namespace

std::string Print(const Ast& ast, const std::vector<std::string>* names) {
  return Printer(ast, names).Run();
}

}  // namespace duban::expr
