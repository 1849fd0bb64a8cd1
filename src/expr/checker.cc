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
  const Type& type = TypeOf(ast_.root);
  if (!Assignable(type, expected)) {
    const Node& root = ast_.root_node();
    errors_->Add("WRONG_RESULT_TYPE", root.begin, root.end - root.begin,
                 absl::StrCat("这里要的结果是 ", expected.ToString(),
                              "，表达式给出的是 ", type.ToString()),
                 absl::StrCat("the result must be ", expected.ToString(),
                              ", but this is ", type.ToString()));
  }
  checked_.reads.assign(reads_.begin(), reads_.end());
  checked_.selects.assign(selects_.begin(), selects_.end());
  return std::move(checked_);
}

// Chains of binary operators are walked, not descended into.
void Checker::CheckNode(int id) {
  std::vector<int> spine;
  while (ast_.at(id).kind == NodeKind::kOperator && IsBinary(ast_.at(id).op)) {
    spine.push_back(id);
    id = ast_.at(id).args[0];
  }
  CheckOther(id);
  while (!spine.empty()) {
    CheckNode(ast_.at(spine.back()).args[1]);
    CheckBinary(spine.back());
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
      exempt_[node.args[0]] = true;
      CheckNode(node.args[0]);
      TypeOf(id) = Type::Bool();
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
      for (const int arg : node.args) CheckNode(arg);
      Fail("NOT_IN_PROFILE", node,
           absl::StrCat("评分规则里不能构造消息 ", node.text, "{…}"),
           absl::StrCat("messages such as ", node.text,
                        "{…} are not in the scoring profile"));
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
      Fail("NOT_IN_PROFILE", node, "评分规则里没有无符号整数",
           "unsigned integers are not in the scoring profile")
          .Hint("去掉数字后面的 u", "leave out the u after the number");
      break;
    case ConstantKind::kBytes:
      Fail("NOT_IN_PROFILE", node, "评分规则里没有字节串",
           "bytes are not in the scoring profile")
          .Hint("去掉引号前面的 b", "leave out the b before the quote");
      break;
  }
}

void Checker::CheckNumber(int id) {
  const Node& node = ast_.at(id);
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

void Checker::CheckIdentifier(int id) {
  const Node& node = ast_.at(id);
  NodeInfo& info = checked_.info[id];
  const bool absolute = node.text.front() == '.';
  const std::string name = node.text.substr(absolute ? 1 : 0);
  for (size_t i = locals_.size(); i > 0 && !absolute; --i) {
    const Local& local = locals_[i - 1];
    if (local.name != name) continue;
    info.reference = Reference::kLocal;
    info.index = static_cast<int>(i - 1);
    info.type = local.type;
    info.made_depth = local.made_depth;
    checked_.names[id] = local.canonical;
    return;
  }
  const int slot = environment_.FindVariable(name);
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

void Checker::CheckSelect(int id) {
  const Node& node = ast_.at(id);
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
      if (!Fits('s', operand.type.key())) break;
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
    default: {  // ! and -
      CheckNode(node.args[0]);
      const Function* function = FunctionOf(node.op);
      const Resolution found =
          Resolve(*function, TypesOf(node.args), ast_, id, errors_);
      NodeInfo& info = checked_.info[id];
      info.type = found.type;
      info.reference = Reference::kFunction;
      info.function = function;
      info.overload = found.overload;
    }
  }
}

// Both sides are checked already.
void Checker::CheckBinary(int id) {
  const Node& node = ast_.at(id);
  const std::vector<Type> types = TypesOf(node.args);
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kFunction;
  info.function = FunctionOf(node.op);
  info.made_depth = ArgumentDepth(id);
  const Type& left = types[0];
  const Type& right = types[1];
  if (left.kind() == Kind::kError || right.kind() == Kind::kError) return;
  bool fits = true;
  if (node.op == Operator::kEqual || node.op == Operator::kNotEqual) {
    fits = Comparable(left, right);
  } else if (node.op == Operator::kIn && right.kind() == Kind::kList) {
    fits = Comparable(left, right.element());
  } else if (node.op == Operator::kIn && right.kind() == Kind::kMap) {
    fits = Comparable(left, right.key());
  }
  if (!fits) {
    ReportOperands(info.function, types, ast_, id, errors_);
    return;
  }
  const Resolution found = Resolve(*info.function, types, ast_, id, errors_);
  info.type = found.type;
  info.overload = found.overload;
}

void Checker::CheckConditional(int id) {
  const Node& node = ast_.at(id);
  const size_t mark = presence_.Mark();
  CheckNode(node.args[0]);
  if (!Fits('b', TypeOf(node.args[0])) &&
      TypeOf(node.args[0]).kind() != Kind::kError) {
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
  const Type& yes = TypeOf(node.args[1]);
  const Type& no = TypeOf(node.args[2]);
  NodeInfo& info = checked_.info[id];
  info.made_depth = ArgumentDepth(id);
  if (Unify(yes, no, &info.type)) return;
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
    if (Fits('b', type) || type.kind() == Kind::kError) continue;
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

}  // namespace duban::expr
