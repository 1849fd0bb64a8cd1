#include "src/expr/printer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "src/expr/literal.h"

namespace duban::expr {
namespace {

constexpr int kMember = 8;

bool IsPlainName(absl::string_view name) {
  return IsIdentifier(name) && name != "true" && name != "false" &&
         name != "null" && name != "in";
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
  void PrintConstant(const Node& node);
  void PrintOperator(int id);
  void PrintChain(int id);
  void PrintLogic(const Node& node);
  void PrintSelect(int id);
  void PrintList(const std::vector<int>& ids, size_t first);
  void PrintMap(const Node& node);
  void PrintMessage(const Node& node);
  void PrintComprehension(int id);
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
      out_ += NameOf(id);
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
      PrintList(node.args, node.is_method ? 1 : 0);
      out_ += ')';
      break;
    case NodeKind::kList:
      out_ += '[';
      PrintList(node.args, 0);
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
      // "-(5)" is an operator on a literal, "-5" a literal.
      const Node& operand = ast_.at(node.args[0]);
      const bool literal = operand.kind == NodeKind::kConstant &&
                           (operand.constant == ConstantKind::kInt ||
                            operand.constant == ConstantKind::kNumber);
      PrintAtLeast(node.args[0], literal ? kMember + 1 : 7);
      break;
    }
    case Operator::kIndex:
      PrintAtLeast(node.args[0], kMember);
      out_ += '[';
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
  if (names_ != nullptr && !name.empty() && name.front() == '[') {
    out_ += name;  // a key, not a name
  } else if (IsPlainName(name)) {
    absl::StrAppend(&out_, ".", name);
  } else {
    absl::StrAppend(&out_, ".`", name, "`");
  }
}

void Printer::PrintList(const std::vector<int>& ids, size_t first) {
  for (size_t i = first; i < ids.size(); ++i) {
    if (i > first) out_ += ", ";
    PrintNode(ids[i]);
  }
}

void Printer::PrintMap(const Node& node) {
  out_ += '{';
  for (size_t i = 0; i + 1 < node.args.size(); i += 2) {
    if (i > 0) out_ += ", ";
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
    if (IsPlainName(node.fields[i])) {
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
  PrintAtLeast(node.args[0], kMember);
  absl::StrAppend(&out_, ".", MacroName(node.macro), "(", NameOf(id), ", ");
  PrintList(node.args, 1);
  out_ += ')';
}

}  // namespace

std::string Print(const Ast& ast, const std::vector<std::string>* names) {
  return Printer(ast, names).Run();
}

}  // namespace duban::expr
