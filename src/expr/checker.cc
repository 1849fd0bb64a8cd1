#include "src/expr/checker.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/expr/check_state.h"
#include "src/expr/literal.h"
#include "src/expr/resolve.h"
#include "src/expr/unknown.h"

namespace duban::expr {

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

Checked Checker::Run(const Type& expected) {
  CheckNode(ast_.root);
  const Type type = Known(ast_.root);
  if (!inference_.Assign(type, expected)) {
    const Node& root = ast_.root_node();
    errors_->Add("WRONG_RESULT_TYPE", root.begin, root.end - root.begin,
                 absl::StrCat("这里要的结果是 ", expected.ToString(),
                              "，表达式给出的是 ", type.ToString()),
                 absl::StrCat("the result must be ", expected.ToString(),
                              ", but this is ", type.ToString()));
  }
  for (NodeInfo& info : checked_.info) {
    info.type = inference_.Substitute(info.type, true);
  }
  checked_.reads.assign(reads_.begin(), reads_.end());
  checked_.selects.assign(selects_.begin(), selects_.end());
  return std::move(checked_);
}

Checked Checker::RunUnchecked() {
  unchecked_ = true;
  return Run(Type::Dyn());
}

void Checker::FailLater(int id, absl::string_view reason, absl::string_view zh,
                        absl::string_view en) {
  EvalError error;
  error.reason = std::string(reason);
  error.zh = std::string(zh);
  error.en = std::string(en);
  error.offset = ast_.at(id).offset;
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kFailure;
  info.index = static_cast<int>(checked_.constants.size());
  info.type = Type::Dyn();
  checked_.constants.push_back(Value::Error(std::move(error)));
}

void Checker::AddFunction(int id, const Function& function, Resolution found) {
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kFunction;
  info.function = &function;
  info.overloads = std::move(found.overloads);
  info.type = std::move(found.type);
}

// Chains of binary operators are walked, not descended into.
void Checker::CheckNode(int id) {
  std::vector<int> spine;
  while (ast_.at(id).kind == NodeKind::kOperator && IsBinary(ast_.at(id).op)) {
    spine.push_back(id);
    id = ast_.at(id).args[0];
  }
  CheckOther(id);
  if (unchecked_) TypeOf(id) = Type::Dyn();
  while (!spine.empty()) {
    CheckNode(ast_.at(spine.back()).args[1]);
    CheckBinary(spine.back());
    if (unchecked_) TypeOf(spine.back()) = Type::Dyn();
    spine.pop_back();
  }
}

void Checker::CheckOther(int id) {
  const Node& node = ast_.at(id);
  switch (node.kind) {
    case NodeKind::kError:
      break;
    case NodeKind::kConstant:
      CheckConstant(id);
      break;
    case NodeKind::kIdentifier:
      CheckIdentifier(id);
      break;
    case NodeKind::kSelect:
      CheckSelect(id);
      break;
    case NodeKind::kHas:
      CheckHas(id);
      break;
    case NodeKind::kOperator:
      CheckOperator(id);
      break;
    case NodeKind::kCall:
      CheckCall(id);
      break;
    case NodeKind::kList:
      CheckList(id);
      break;
    case NodeKind::kMap:
      CheckMap(id);
      break;
    case NodeKind::kMessage:
      CheckMessage(id);
      break;
    case NodeKind::kComprehension:
      CheckComprehension(id);
      break;
  }
}

void Checker::CheckConstant(int id) {
  const Node& node = ast_.at(id);
  switch (node.constant) {
    case ConstantKind::kNull:
      TypeOf(id) = Type::Null();
      break;
    case ConstantKind::kBool:
      TypeOf(id) = Type::Bool();
      break;
    case ConstantKind::kInt:
      TypeOf(id) = Type::Int();
      break;
    case ConstantKind::kNumber:
      CheckNumber(id);
      break;
    case ConstantKind::kString:
      TypeOf(id) = Type::String();
      break;
    case ConstantKind::kUint:
      TypeOf(id) = Type::Uint();
      if (cel()) break;
      Fail("NOT_IN_PROFILE", node, "评分规则里没有无符号整数",
           "unsigned integers are not in the scoring profile")
          .Hint("去掉数字后面的 u", "leave out the u after the number");
      break;
    case ConstantKind::kBytes:
      TypeOf(id) = Type::Bytes();
      if (cel()) break;
      Fail("NOT_IN_PROFILE", node, "评分规则里没有字节串",
           "bytes are not in the scoring profile")
          .Hint("去掉引号前面的 b", "leave out the b before the quote");
      break;
  }
}

void Checker::CheckNumber(int id) {
  const Node& node = ast_.at(id);
  if (cel()) {
    TypeOf(id) = Type::Double();
    return;
  }
  TypeOf(id) = Type::Decimal();
  const absl::StatusOr<Decimal> value = Decimal::Parse(node.text);
  if (value.ok()) return;
  const v1::ErrorList faults = FaultsOf(value.status());
  if (!faults.errors().empty() &&
      faults.errors(0).reason() == "DECIMAL_TOO_FINE") {
    Fail("DECIMAL_TOO_FINE", node, absl::StrCat(node.text, " 的小数超过 9 位"),
         absl::StrCat(node.text, " has more than 9 decimal places"));
  } else {
    Fail("DECIMAL_OVERFLOW", node,
         absl::StrCat(node.text, " 超出小数的范围（整数部分最多 29 位）"),
         absl::StrCat(node.text,
                      " is out of range: a decimal has at most 29 digits "
                      "before the point"));
  }
}

// The node as it was written, where it is a chain of names.
std::string Checker::Written(int id) const {
  std::string tail;
  while (ast_.at(id).kind == NodeKind::kSelect) {
    tail = absl::StrCat(".", ast_.at(id).text, tail);
    id = ast_.at(id).args[0];
  }
  const bool name = ast_.at(id).kind == NodeKind::kIdentifier;
  return absl::StrCat(name ? ast_.at(id).text : "…", tail);
}

// Reports a read of something that may be missing where nothing before it
// has made sure that it is there.
void Checker::RequirePresent(int id, const Declaration& declaration) {
  if (!declaration.may_be_missing || exempt_[id] || presence_.Known(id)) return;
  const absl::string_view label =
      declaration.zh.empty() ? declaration.name : declaration.zh;
  const Kind kind = declaration.type.kind();
  const char* other = kind == Kind::kString ? "''"
                      : kind == Kind::kBool ? "false"
                      : kind == Kind::kList ? "[]"
                      : kind == Kind::kDate ? "as_of"
                                            : "0";
  const std::string it = Written(id);
  Fail("MISSING_NOT_HANDLED", ast_.at(id),
       absl::StrCat("“", label, "”可能没有值，使用前要先处理"),
       absl::StrCat("'", declaration.name,
                    "' may be missing and must be handled before it is used"))
      .Hint(
          absl::StrCat("用 ", it, ".orValue(", other,
                       ") 给出缺省值，或先判断：has(", it, ") ? ", it, " : ",
                       other),
          absl::StrCat("give a default with ", it, ".orValue(", other,
                       "), or ask first: has(", it, ") ? ", it, " : ", other));
}

bool Checker::CheckLocal(int id) {
  const std::string& name = ast_.at(id).text;
  for (size_t i = locals_.size(); i > 0; --i) {
    const Local& local = locals_[i - 1];
    if (local.name != name) continue;
    NodeInfo& info = checked_.info[id];
    info.reference = Reference::kLocal;
    info.index = static_cast<int>(i - 1);
    info.type = local.type;
    info.made_depth = local.made_depth;
    checked_.names[id] = local.canonical;
    return true;
  }
  return false;
}

void Checker::CheckIdentifier(int id) {
  const Node& node = ast_.at(id);
  NodeInfo& info = checked_.info[id];
  if (CheckLocal(id)) return;
  if (cel() && CheckQualified(id)) return;
  const std::string name = node.text.substr(node.text.front() == '.' ? 1 : 0);
  if (unchecked_) {
    FailLater(id, "UNKNOWN_NAME", absl::StrCat("没有名为“", name, "”的变量"),
              absl::StrCat("there is no variable '", name, "'"));
    return;
  }
  const int slot = cel() ? -1 : environment_.FindVariable(name);
  if (slot < 0) {
    std::vector<std::string> names;
    for (const Local& local : locals_) names.push_back(local.name);
    ReportUnknownName(node, environment_, names, errors_);
    return;
  }
  const Declaration& variable = environment_.variables()[slot];
  info.reference = Reference::kVariable;
  info.index = slot;
  info.type = variable.type;
  checked_.names[id] = variable.name;
  reads_.insert(slot);
  RequirePresent(id, variable);
}

void Checker::CheckHas(int id) {
  const int operand = ast_.at(id).args[0];
  exempt_[operand] = true;
  if (cel() && !unchecked_ && ast_.at(operand).kind == NodeKind::kSelect) {
    // The name of a variable is never asked about.
    CheckNode(ast_.at(operand).args[0]);
    TypeOf(operand) = FieldOf(operand, Known(ast_.at(operand).args[0]));
  } else if (unchecked_) {
    CheckNode(ast_.at(operand).args[0]);
  } else {
    CheckNode(operand);
  }
  TypeOf(id) = Type::Bool();
}

void Checker::CheckSelect(int id) {
  const Node& node = ast_.at(id);
  if (cel()) {
    if (!node.is_optional && CheckQualified(id)) return;
    CheckNode(node.args[0]);
    checked_.info[id].made_depth = checked_.info[node.args[0]].made_depth;
    checked_.info[id].reference = Reference::kDynamic;
    if (!unchecked_) TypeOf(id) = FieldOf(id, Known(node.args[0]));
    return;
  }
  CheckNode(node.args[0]);
  const NodeInfo& operand = checked_.info[node.args[0]];
  NodeInfo& info = checked_.info[id];
  info.made_depth = operand.made_depth;
  switch (operand.type.kind()) {
    case Kind::kError:
      return;
    case Kind::kDyn:
      info.reference = Reference::kDynamic;
      info.type = Type::Dyn();
      return;
    case Kind::kMap:
      if (!inference_.Assign(Type::String(), operand.type.key())) break;
      info.reference = Reference::kKey;
      info.type = operand.type.value();
      if (!IsAscii(node.text)) {
        checked_.names[id] = absl::StrCat("[", Quote(node.text, '\''), "]");
      }
      return;
    case Kind::kRecord: {
      const RecordType& record = *operand.type.record();
      const int field = record.Find(node.text);
      if (field < 0) break;
      info.reference = Reference::kField;
      info.index = field;
      info.type = record.fields()[field].type;
      checked_.names[id] = record.fields()[field].name;
      if (operand.reference == Reference::kVariable) {
        selects_.insert({operand.index, field});
      }
      RequirePresent(id, record.fields()[field]);
      return;
    }
    default:
      break;
  }
  ReportUnknownField(node, operand.type, errors_);
}

void Checker::CheckOperator(int id) {
  const Node& node = ast_.at(id);
  switch (node.op) {
    case Operator::kConditional:
      CheckConditional(id);
      break;
    case Operator::kAnd:
    case Operator::kOr:
      CheckLogic(id);
      break;
    case Operator::kIndex:
      CheckIndex(id);
      break;
    default: {  // ! and -, and x[?y]
      for (const int arg : node.args) CheckNode(arg);
      const Function* function = environment_.library().Of(node.op);
      checked_.info[id].made_depth = ArgumentDepth(id);
      if (unchecked_) return AddFunction(id, *function, {});
      AddFunction(
          id, *function,
          Resolve(*function, false, TypesOf(node.args), environment_.profile(),
                  &inference_, ast_, id, errors_));
    }
  }
}

// Both sides are checked already.
void Checker::CheckBinary(int id) {
  const Node& node = ast_.at(id);
  const std::vector<Type> types = TypesOf(node.args);
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kFunction;
  info.function = environment_.library().Of(node.op);
  info.made_depth = ArgumentDepth(id);
  if (unchecked_) return;
  const Type& left = types[0];
  const Type& right = types[1];
  if (left.kind() == Kind::kError || right.kind() == Kind::kError) return;
  bool fits = true;
  if (cel()) {
    // The signatures say it all.
  } else if (node.op == Operator::kEqual || node.op == Operator::kNotEqual) {
    fits = inference_.Comparable(left, right);
  } else if (node.op == Operator::kIn && right.kind() == Kind::kList) {
    fits = inference_.Comparable(left, right.element());
  } else if (node.op == Operator::kIn && right.kind() == Kind::kMap) {
    fits = inference_.Comparable(left, right.key());
  }
  if (!fits) {
    ReportOperands(info.function, types, ast_, id, errors_);
    return;
  }
  AddFunction(id, *info.function,
              Resolve(*info.function, false, types, environment_.profile(),
                      &inference_, ast_, id, errors_));
  const bool lists = left.kind() == Kind::kList && right.kind() == Kind::kList;
  if (!cel() && node.op == Operator::kAdd && lists) {
    inference_.Join(left, right, &info.type);
  }
}

void Checker::CheckConditional(int id) {
  const Node& node = ast_.at(id);
  const size_t mark = presence_.Mark();
  CheckNode(node.args[0]);
  if (!inference_.Assign(TypeOf(node.args[0]), Type::Bool())) {
    SourceError& error =
        Fail("NO_OVERLOAD", node,
             absl::StrCat("? 前面必须是条件（bool），这里是 ",
                          TypeOf(node.args[0]).ToString()),
             absl::StrCat("the test before ? must be bool, not ",
                          TypeOf(node.args[0]).ToString()));
    HintAtOperands({TypeOf(node.args[0])}, ast_, id, &error);
  }
  presence_.Assume(node.args[0], true);
  CheckNode(node.args[1]);
  presence_.Restore(mark);
  presence_.Assume(node.args[0], false);
  CheckNode(node.args[2]);
  presence_.Restore(mark);
  const Type yes = Known(node.args[1]);
  const Type no = Known(node.args[2]);
  NodeInfo& info = checked_.info[id];
  info.made_depth = ArgumentDepth(id);
  if (cel()) {
    if (unchecked_ || yes.kind() == Kind::kError || no.kind() == Kind::kError) {
      return;
    }
    // (A, A) -> A: the second may widen what the first said.
    const Type either = inference_.Fresh();
    if (inference_.AssignAll({yes, no}, {either, either}, false)) {
      info.type = inference_.Substitute(either, false);
      return;
    }
  } else if (inference_.Join(yes, no, &info.type)) {
    return;
  }
  info.type = Type::Error();
  SourceError& error = Fail(
      "NO_OVERLOAD", node,
      absl::StrCat("?: 的两个结果类型不同：", yes.ToString(), " 和 ",
                   no.ToString()),
      absl::StrCat("the two results of ?: differ in type: ", yes.ToString(),
                   " and ", no.ToString()));
  if (yes.kind() == Kind::kNull || no.kind() == Kind::kNull) {
    error.Hint("null 不是 0；写出一个同类型的值",
               "null is not zero: give a value of the same type");
  }
}

// "a && b": b is read only where a holds; with "||", only where it does not.
void Checker::CheckLogic(int id) {
  const Node& node = ast_.at(id);
  const size_t mark = presence_.Mark();
  const bool holds = node.op == Operator::kAnd;
  TypeOf(id) = Type::Bool();
  for (const int arg : node.args) {
    CheckNode(arg);
    presence_.Assume(arg, holds);
    const Type& type = TypeOf(arg);
    if (inference_.Assign(type, Type::Bool())) continue;
    const Node& operand = ast_.at(arg);
    SourceError& error = errors_->Add(
        "NO_OVERLOAD", operand.begin, operand.end - operand.begin,
        absl::StrCat("“", OperatorSymbol(node.op),
                     "”两边必须是条件（bool），这里是 ", type.ToString()),
        absl::StrCat("'", OperatorSymbol(node.op), "' takes bool, not ",
                     type.ToString()));
    HintAtOperands({type}, ast_, id, &error);
  }
  presence_.Restore(mark);
}

Checked Check(const Ast& ast, const Environment& environment,
              const Type& expected, SourceErrors* errors) {
  return Checker(ast, environment, errors).Run(expected);
}

Checked Resolve(const Ast& ast, const Environment& environment) {
  SourceErrors none;
  return Checker(ast, environment, &none).RunUnchecked();
}

}  // namespace duban::expr
