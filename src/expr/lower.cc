#include "src/expr/lower.h"

#include <utility>

#include "absl/strings/charconv.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/messages.h"

namespace duban::expr {
namespace {

class Lowering {
 public:
  Lowering(const Ast& ast, const Checked& checked,
           const Environment& environment)
      : ast_(ast),
        checked_(checked),
        environment_(environment),
        term_of_(ast.nodes.size(), -1) {}

  Code Run(const Type& expected);

 private:
  void MarkChains();
  std::vector<bool> Reachable() const;
  void LowerNode(int id);
  void LowerConstant(int id);
  void LowerName(int id);
  void LowerSelect(int id);
  void LowerHas(int id);
  void LowerMessage(int id);
  void LowerOperator(int id);
  void LowerCall(int id);
  void LowerFunction(int id);
  void LowerRaw(int id, Op op);
  bool LowerDate(int id);
  bool LowerMultiplyDivide(int id);

  Term NewTerm(int id, Op op) const;
  void Emit(int id, Term term) {
    code_.terms.push_back(std::move(term));
    term_of_[id] = static_cast<int>(code_.terms.size()) - 1;
  }
  void EmitConstant(int id, Value value);
  absl::InlinedVector<int, 3> TermsOf(const std::vector<int>& nodes,
                                      size_t first = 0);
  // The term, or a conversion of it where it is an int and `wanted` decimal.
  int Converted(int term, const Type& wanted);

  const Ast& ast_;
  const Checked& checked_;
  const Environment& environment_;
  Code code_;
  std::vector<int> term_of_;
};

Code Lowering::Run(const Type& expected) {
  code_.locals = checked_.locals;
  code_.variables = environment_.variables().size();
  code_.working_days = environment_.working_days();
  code_.profile = environment_.profile();
  code_.message_types = environment_.messages();
  const std::vector<bool> reachable = Reachable();
  for (size_t id = 1; id < ast_.nodes.size(); ++id) {
    if (reachable[id]) LowerNode(static_cast<int>(id));
  }
  code_.root = Converted(term_of_[ast_.root], expected);
  MarkChains();
  // What only run time can tell is still held to what was asked for.
  if (code_.terms[code_.root].type.kind() == Kind::kDyn &&
      expected.kind() != Kind::kDyn) {
    Term promise = NewTerm(ast_.root, Op::kConform);
    promise.type = expected;
    promise.name = "result";
    promise.args = {code_.root};
    code_.terms.push_back(std::move(promise));
    code_.root = static_cast<int>(code_.terms.size()) - 1;
  }
  return std::move(code_);
}

// Binary operators that lean left for long, so that they are walked.
void Lowering::MarkChains() {
  constexpr int kDeep = 16;
  std::vector<int> links(code_.terms.size(), 0);
  for (size_t i = 0; i < code_.terms.size(); ++i) {
    Term& term = code_.terms[i];
    if (term.op < Op::kAdd || term.op > Op::kIn) continue;
    links[i] = links[term.args[0]] + 1;
    term.chain = links[i] > kDeep;
  }
}

// Nodes that the result depends on; the name in "x.all(v, …)", for one, is a
// node but not a value, and neither is a namespace or what a name is made of.
std::vector<bool> Lowering::Reachable() const {
  std::vector<bool> reachable(ast_.nodes.size(), false);
  reachable[ast_.root] = true;
  for (size_t id = ast_.nodes.size() - 1; id > 0; --id) {
    if (!reachable[id]) continue;
    const Node& node = ast_.at(static_cast<int>(id));
    const NodeInfo& info = checked_.info[id];
    const bool whole = info.reference == Reference::kConstant ||
                       info.reference == Reference::kFailure ||
                       (info.reference == Reference::kVariable &&
                        node.kind == NodeKind::kSelect);
    if (whole) continue;
    if (node.kind == NodeKind::kHas && code_.profile == Profile::kCel) {
      for (const int arg : ast_.at(node.args[0]).args) reachable[arg] = true;
      continue;
    }
    for (size_t i = info.in_namespace ? 1 : 0; i < node.args.size(); ++i) {
      reachable[node.args[i]] = true;
    }
  }
  return reachable;
}

Term Lowering::NewTerm(int id, Op op) const {
  Term term;
  term.op = op;
  term.offset = ast_.at(id).offset;
  term.type = checked_.info[id].type;
  term.index = checked_.info[id].index;
  term.begin = ast_.at(id).begin;
  term.end = ast_.at(id).end;
  return term;
}

void Lowering::EmitConstant(int id, Value value) {
  Term term = NewTerm(id, Op::kConstant);
  term.index = static_cast<int>(code_.constants.size());
  code_.constants.push_back(std::move(value));
  Emit(id, std::move(term));
}

absl::InlinedVector<int, 3> Lowering::TermsOf(const std::vector<int>& nodes,
                                              size_t first) {
  absl::InlinedVector<int, 3> terms;
  for (size_t i = first; i < nodes.size(); ++i) {
    terms.push_back(term_of_[nodes[i]]);
  }
  return terms;
}

int Lowering::Converted(int index, const Type& wanted) {
  const Term& term = code_.terms[index];
  if (wanted.kind() != Kind::kDecimal || term.type.kind() != Kind::kInt) {
    return index;
  }
  Term conversion;
  conversion.offset = term.offset;
  conversion.type = Type::Decimal();
  if (term.op == Op::kConstant) {
    conversion.op = Op::kConstant;
    conversion.index = static_cast<int>(code_.constants.size());
    code_.constants.push_back(
        Value::Dec(code_.constants[term.index].AsDecimal()));
  } else {
    conversion.op = Op::kConform;
    conversion.args = {index};
  }
  code_.terms.push_back(std::move(conversion));
  return static_cast<int>(code_.terms.size()) - 1;
}

void Lowering::LowerNode(int id) {
  const Node& node = ast_.at(id);
  const NodeInfo& info = checked_.info[id];
  if (info.reference == Reference::kConstant ||
      info.reference == Reference::kFailure) {
    return EmitConstant(id, checked_.constants[info.index]);
  }
  switch (node.kind) {
    case NodeKind::kError:
      EmitConstant(id, Value::Null());  // never in a program without faults
      break;
    case NodeKind::kMessage:
      LowerMessage(id);
      break;
    case NodeKind::kConstant:
      LowerConstant(id);
      break;
    case NodeKind::kIdentifier:
      LowerName(id);
      break;
    case NodeKind::kSelect:
      LowerSelect(id);
      break;
    case NodeKind::kHas:
      LowerHas(id);
      break;
    case NodeKind::kOperator:
      LowerOperator(id);
      break;
    case NodeKind::kCall:
      LowerCall(id);
      break;
    case NodeKind::kList:
    case NodeKind::kMap: {
      const bool list = node.kind == NodeKind::kList;
      Term term = NewTerm(id, list ? Op::kList : Op::kMap);
      term.optional = node.optional;
      for (size_t i = 0; i < node.args.size(); ++i) {
        int arg = term_of_[node.args[i]];
        if (info.type.kind() != Kind::kDyn) {
          arg = Converted(arg, list         ? info.type.element()
                               : i % 2 == 0 ? info.type.key()
                                            : info.type.value());
        }
        term.args.push_back(arg);
      }
      Emit(id, std::move(term));
      break;
    }
    case NodeKind::kComprehension: {
      Term term = NewTerm(
          id, node.macro == Macro::kBlock ? Op::kBlock : Op::kComprehension);
      term.macro = node.macro;
      term.two_variables = !node.text2.empty();
      term.args = TermsOf(node.args);
      Emit(id, std::move(term));
      break;
    }
  }
}

void Lowering::LowerConstant(int id) {
  const Node& node = ast_.at(id);
  switch (node.constant) {
    case ConstantKind::kBool:
      return EmitConstant(id, Value::Bool(node.integer != 0));
    case ConstantKind::kInt:
      return EmitConstant(id, Value::Int(node.integer));
    case ConstantKind::kUint:
      return EmitConstant(id, Value::Uint(static_cast<uint64_t>(node.integer)));
    case ConstantKind::kBytes:
      return EmitConstant(id, Value::Bytes(node.text));
    case ConstantKind::kNumber: {
      if (code_.profile == Profile::kCel) {
        double value = 0;
        absl::from_chars(node.text.data(), node.text.data() + node.text.size(),
                         value);
        return EmitConstant(id, Value::Double(value));
      }
      const absl::StatusOr<Decimal> value = Decimal::Parse(node.text);
      return EmitConstant(id, Value::Dec(value.ok() ? *value : Decimal()));
    }
    case ConstantKind::kString:
      return EmitConstant(id, Value::Str(node.text));
    default:
      return EmitConstant(id, Value::Null());
  }
}

void Lowering::LowerName(int id) {
  const NodeInfo& info = checked_.info[id];
  Op op = Op::kVariable;
  if (info.reference == Reference::kLocal) op = Op::kLocal;
  Term term = NewTerm(id, op);
  term.name = ast_.at(id).text;
  Emit(id, std::move(term));
}

void Lowering::LowerSelect(int id) {
  const Node& node = ast_.at(id);
  const NodeInfo& info = checked_.info[id];
  if (info.reference == Reference::kVariable) return LowerName(id);
  const bool field = info.reference == Reference::kField;
  Term term = NewTerm(id, field              ? Op::kField
                          : node.is_optional ? Op::kOptionalSelect
                                             : Op::kSelect);
  term.args = TermsOf(node.args);
  term.name = node.text;
  Emit(id, std::move(term));
}

void Lowering::LowerHas(int id) {
  if (code_.profile == Profile::kScoring) return LowerRaw(id, Op::kHas);
  const Node& select = ast_.at(ast_.at(id).args[0]);
  Term term = NewTerm(id, Op::kTest);
  term.args = TermsOf(select.args);
  term.name = select.text;
  Emit(id, std::move(term));
}

void Lowering::LowerMessage(int id) {
  const Node& node = ast_.at(id);
  Term term = NewTerm(id, Op::kMessage);
  term.args = TermsOf(node.args);
  term.optional = node.optional;
  term.index = static_cast<int>(code_.messages.size());
  MessageShape shape;
  shape.type = checked_.info[id].message;
  for (const std::string& field : node.fields) {
    shape.fields.push_back(code_.message_types->FindField(*shape.type, field));
  }
  code_.messages.push_back(std::move(shape));
  Emit(id, std::move(term));
}

// The first argument is asked about, not read.
void Lowering::LowerRaw(int id, Op op) {
  const Node& node = ast_.at(id);
  Term term = NewTerm(id, op);
  code_.terms[term_of_[node.args[0]]].raw = true;
  term.args = TermsOf(node.args);
  if (op == Op::kOrValue) term.args[1] = Converted(term.args[1], term.type);
  Emit(id, std::move(term));
}

void Lowering::LowerOperator(int id) {
  const Node& node = ast_.at(id);
  switch (node.op) {
    case Operator::kConditional: {
      Term term = NewTerm(id, Op::kConditional);
      term.args = TermsOf(node.args);
      term.args[1] = Converted(term.args[1], term.type);
      term.args[2] = Converted(term.args[2], term.type);
      return Emit(id, std::move(term));
    }
    case Operator::kAnd:
    case Operator::kOr: {
      Term term = NewTerm(id, node.op == Operator::kAnd ? Op::kAnd : Op::kOr);
      term.args = TermsOf(node.args);
      return Emit(id, std::move(term));
    }
    case Operator::kIndex:
    case Operator::kOptionalIndex: {
      Term term = NewTerm(
          id, node.op == Operator::kIndex ? Op::kIndex : Op::kOptionalIndex);
      term.args = TermsOf(node.args);
      return Emit(id, std::move(term));
    }
    default:
      if (!LowerMultiplyDivide(id)) LowerFunction(id);
  }
}

// (a * b) / c with a decimal result: both steps at once, so that only the
// quotient is rounded, and the product need not be in range.
bool Lowering::LowerMultiplyDivide(int id) {
  const Node& node = ast_.at(id);
  if (node.op != Operator::kDivide ||
      checked_.info[id].type.kind() != Kind::kDecimal) {
    return false;
  }
  const Node& product = ast_.at(node.args[0]);
  if (product.kind != NodeKind::kOperator ||
      product.op != Operator::kMultiply) {
    return false;
  }
  Term term = NewTerm(id, Op::kMultiplyDivide);
  term.args = TermsOf(product.args);
  term.args.push_back(term_of_[node.args[1]]);
  Emit(id, std::move(term));
  return true;
}

void Lowering::LowerFunction(int id) {
  const NodeInfo& info = checked_.info[id];
  if (LowerDate(id)) return;
  Term term = NewTerm(id, info.function->op);
  term.call = info.function->call;
  term.name = info.function->name;
  term.args = TermsOf(ast_.at(id).args, info.in_namespace ? 1 : 0);
  if (term.op == Op::kMatches) {
    for (const auto& [node, pattern] : checked_.patterns) {
      if (node != id) continue;
      term.op = Op::kMatchesPattern;
      term.index = static_cast<int>(code_.patterns.size());
      term.args.pop_back();
      code_.patterns.push_back(pattern);
      break;
    }
  }
  Emit(id, std::move(term));
}

// date('2021-10-27') is a constant.
bool Lowering::LowerDate(int id) {
  if (checked_.info[id].function->op != Op::kDate) return false;
  const Node& text = ast_.at(ast_.at(id).args[0]);
  if (text.kind != NodeKind::kConstant) return false;
  const absl::StatusOr<Date> date = Date::Parse(text.text);
  if (!date.ok()) return false;
  EmitConstant(id, Value::Day(*date));
  return true;
}

void Lowering::LowerCall(int id) {
  const Node& node = ast_.at(id);
  switch (checked_.info[id].reference) {
    case Reference::kOrValue:
      return LowerRaw(id, Op::kOrValue);
    case Reference::kLookup: {
      Term term = NewTerm(id, Op::kLookup);
      const std::string& name = ast_.at(node.args[0]).text;
      const LookupTable* table = environment_.FindTable(name);
      term.name = name;
      term.index = static_cast<int>(code_.tables.size());
      term.args = TermsOf(node.args, 1);
      for (size_t i = 0; i < term.args.size(); ++i) {
        term.args[i] = Converted(term.args[i], table->inputs()[i]);
      }
      code_.tables.emplace_back(name, table);
      return Emit(id, std::move(term));
    }
    case Reference::kHost: {
      Term term = NewTerm(id, Op::kHostCall);
      const HostFunction* host = environment_.FindFunction(
          node.text.substr(node.text.front() == '.' ? 1 : 0));
      term.name = host->name;
      term.index = static_cast<int>(code_.functions.size());
      term.args = TermsOf(node.args);
      for (size_t i = 0; i < term.args.size(); ++i) {
        term.args[i] = Converted(term.args[i], host->parameters[i]);
      }
      code_.functions.push_back(*host);
      return Emit(id, std::move(term));
    }
    default:
      LowerFunction(id);
  }
}

}  // namespace

Code Lower(const Ast& ast, const Checked& checked,
           const Environment& environment, const Type& expected) {
  return Lowering(ast, checked, environment).Run(expected);
}

}  // namespace duban::expr
