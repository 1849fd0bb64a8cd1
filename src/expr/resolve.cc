#include "src/expr/resolve.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace duban::expr {
namespace {

bool Has(const std::vector<Type>& types, Kind kind) {
  return std::any_of(types.begin(), types.end(),
                     [kind](const Type& t) { return t.kind() == kind; });
}

bool HasNumber(const std::vector<Type>& types) {
  return Has(types, Kind::kInt) || Has(types, Kind::kDecimal);
}

std::string Join(const std::vector<Type>& types, absl::string_view separator) {
  return absl::StrJoin(types, separator, [](std::string* out, const Type& t) {
    out->append(t.ToString());
  });
}

// How a message names a parameter: what may be an int or a decimal is a
// number, and what may be anything says so.
std::string ParameterName(const Type& type) {
  switch (type.kind()) {
    case Kind::kDecimal:
      return "number";
    case Kind::kParameter:
      return "any";
    case Kind::kList:
    case Kind::kMap:
      if (type.open()) return std::string(NameOf(type.kind()));
      if (type == Type::List(Type::Decimal())) return "list(number)";
      return type.ToString();
    default:
      return type.ToString();
  }
}

Type Widened(const Type& type) {
  if (type.kind() == Kind::kInt) return Type::Decimal();
  if (type == Type::List(Type::Int())) return Type::List(Type::Decimal());
  return type;
}

// Whether another overload takes all that this one does, and decimals too; or
// the same as a function that this one takes as a method.
bool IsCovered(const Function& function, const Overload& overload) {
  std::vector<Type> wide;
  for (const Type& type : overload.parameters) wide.push_back(Widened(type));
  for (const Overload& other : function.overloads) {
    if (&other == &overload || other.repeats != overload.repeats) continue;
    const bool wider = wide != overload.parameters && other.parameters == wide;
    const bool twin = overload.method && !other.method &&
                      other.parameters == overload.parameters;
    if (wider || twin) return true;
  }
  return false;
}

// "number + number", "-number", "size(string)", "min(number, number, …)".
std::string Signature(const Function& function, const Overload& overload,
                      Operator op) {
  std::vector<std::string> names;
  for (const Type& type : overload.parameters) {
    names.push_back(ParameterName(type));
  }
  if (overload.repeats) names.push_back("…");
  if (op == Operator::kNone) {
    if (overload.method) {
      return absl::StrCat(names[0], ".", function.name, "(",
                          absl::StrJoin(names.begin() + 1, names.end(), ", "),
                          ")");
    }
    return absl::StrCat(function.name, "(", absl::StrJoin(names, ", "), ")");
  }
  const absl::string_view symbol = OperatorSymbol(op);
  if (names.size() == 1) return absl::StrCat(symbol, names[0]);
  if (symbol.empty()) return absl::StrJoin(names, ", ");
  return absl::StrCat(names[0], " ", symbol, " ", names[1]);
}

std::string Signatures(const Function& function, Operator op) {
  std::vector<std::string> all;
  for (const Overload& overload : function.overloads) {
    if (IsCovered(function, overload)) continue;
    all.push_back(Signature(function, overload, op));
  }
  return absl::StrJoin(all, ", ");
}

bool IsDynamic(const Type& type) {
  return type.kind() == Kind::kDyn ||
         (type.kind() == Kind::kList && type.element().kind() == Kind::kDyn);
}

// The node among the arguments that is a string literal, or null.
const Node* StringLiteral(const Ast& ast, int call) {
  for (const int id : ast.at(call).args) {
    const Node& node = ast.at(id);
    if (node.kind == NodeKind::kConstant &&
        node.constant == ConstantKind::kString) {
      return &node;
    }
  }
  return nullptr;
}

bool LooksLikeNumber(absl::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789.+-") == absl::string_view::npos;
}

void HintAtText(const std::vector<Type>& types, const Ast& ast, int call,
                SourceError* error) {
  const Node* literal = StringLiteral(ast, call);
  if (Has(types, Kind::kDate)) {
    const std::string text = literal != nullptr ? literal->text : "2021-10-27";
    error->Hint(absl::StrCat("日期写成 date('", text, "')"),
                absl::StrCat("write a date as date('", text, "')"));
  } else if (literal != nullptr && LooksLikeNumber(literal->text)) {
    error->Hint(
        absl::StrCat("数字不要加引号：", literal->text),
        absl::StrCat("write the number without quotes: ", literal->text));
  } else if (literal != nullptr) {
    error->Hint(absl::StrCat("'", literal->text,
                             "' 是文本，另一边是数字；检查是否用错了字段"),
                absl::StrCat("'", literal->text,
                             "' is text and the other side a number; is it "
                             "the right field?"));
  } else {
    error->Hint("文本转数字用 decimal(x) 或 int(x)，数字转文本用 string(x)",
                "decimal(x) or int(x) makes text a number, string(x) a number "
                "text");
  }
}

}  // namespace

void HintAtOperands(const std::vector<Type>& types, const Ast& ast, int call,
                    SourceError* error) {
  const Operator op = ast.at(call).op;
  const bool arithmetic = op >= Operator::kAdd && op <= Operator::kModulo;
  if (Has(types, Kind::kNull)) {
    error->Hint(
        "null 不是 0，也不表示缺失；有没有值用 has(x)，缺省值用 x.orValue(0)",
        "null is not zero, nor a missing value: ask has(x), or give a default "
        "with x.orValue(0)");
  } else if (op == Operator::kIn && Has(types, Kind::kString) &&
             types[1].kind() == Kind::kString) {
    error->Hint("查找子串用 s.contains('…')",
                "to look for text within text, use s.contains('…')");
  } else if (op == Operator::kAdd && types[1].kind() == Kind::kDate) {
    error->Hint("日期在前：d + 天数；两个日期相差几天用 days_between(a, b)",
                "put the date first: d + days; for the days between two "
                "dates use days_between(a, b)");
  } else if (Has(types, Kind::kString) &&
             (HasNumber(types) || Has(types, Kind::kDate))) {
    HintAtText(types, ast, call, error);
  } else if (arithmetic && Has(types, Kind::kDate) &&
             Has(types, Kind::kDecimal)) {
    error->Hint("天数必须是整数，例如 int(x)",
                "days are whole numbers, for instance int(x)");
  } else if (arithmetic && Has(types, Kind::kBool)) {
    error->Hint("是否要计成分数？写 (x ? 1 : 0)",
                "to count a condition, write (x ? 1 : 0)");
  } else if (Has(types, Kind::kList) && HasNumber(types)) {
    error->Hint("列表先用 sum()、avg() 或 size() 变成数字",
                "sum(), avg() or size() makes a list a number");
  } else if (op == Operator::kModulo && Has(types, Kind::kDecimal)) {
    error->Hint("% 只用于整数，例如 int(x) % 2",
                "% takes whole numbers, for instance int(x) % 2");
  } else if (op == Operator::kNot || op == Operator::kAnd ||
             op == Operator::kOr || op == Operator::kConditional) {
    if (HasNumber(types)) {
      error->Hint("写出条件，例如 x > 0", "write a test, for instance x > 0");
    }
  }
}

void ReportOperands(const Function* function, const std::vector<Type>& types,
                    const Ast& ast, int call, SourceErrors* errors) {
  const Node& node = ast.at(call);
  const std::string symbol =
      node.op == Operator::kIndex ? "[]" : std::string(OperatorSymbol(node.op));
  std::string fits_zh, fits_en;
  const bool compares =
      node.op == Operator::kEqual || node.op == Operator::kNotEqual;
  if (function != nullptr && !compares) {
    const std::string all = Signatures(*function, node.op);
    fits_zh = absl::StrCat("；可用：", all);
    fits_en = absl::StrCat("; it takes ", all);
  }
  SourceError& error = errors->Add(
      "NO_OVERLOAD", node.offset, node.length,
      absl::StrCat("“", symbol, "”不能用于 ", Join(types, " 和 "), fits_zh),
      absl::StrCat("'", symbol, "' does not take ", Join(types, " and "),
                   fits_en));
  HintAtOperands(types, ast, call, &error);
}

bool TakesCount(const Function& function, bool method, size_t count) {
  return std::any_of(function.overloads.begin(), function.overloads.end(),
                     [&](const Overload& overload) {
                       if (overload.method != method) return false;
                       return overload.repeats
                                  ? count >= overload.parameters.size()
                                  : count == overload.parameters.size();
                     });
}

Resolution Resolve(const Function& function, bool method,
                   const std::vector<Type>& types, Profile profile,
                   Inference* inference, const Ast& ast, int call,
                   SourceErrors* errors) {
  Resolution result;
  const Node& node = ast.at(call);
  if (node.op == Operator::kNone &&
      !TakesCount(function, method, types.size())) {
    errors->Add(
        "WRONG_ARGUMENTS", node.offset, node.length,
        absl::StrCat(function.name, "() 的参数个数不对（", types.size(),
                     " 个）；可用：", Signatures(function, Operator::kNone)),
        absl::StrCat(function.name, "() does not take ", types.size(),
                     " arguments; it takes ",
                     Signatures(function, Operator::kNone)));
    return result;
  }
  if (Has(types, Kind::kError)) return result;
  // In the scoring profile the first that fits is the narrowest.
  const bool first_only = profile == Profile::kScoring &&
                          std::none_of(types.begin(), types.end(), IsDynamic);
  for (const Overload& overload : function.overloads) {
    if (overload.method != method) continue;
    const Overload own = inference->Instantiate(overload);
    if (!inference->AssignAll(types, own.parameters, own.repeats)) continue;
    const Type type = inference->Substitute(own.result, false);
    if (result.overloads.empty()) {
      result.type = type;
    } else if (result.type != type) {
      result.type = Type::Dyn();
    }
    result.overloads.push_back(&overload);
    if (first_only) break;
  }
  if (!result.overloads.empty()) return result;
  if (node.op != Operator::kNone) {
    ReportOperands(&function, types, ast, call, errors);
    return result;
  }
  const std::string all = Signatures(function, Operator::kNone);
  SourceError& error =
      errors->Add("NO_OVERLOAD", node.offset, node.length,
                  absl::StrCat(function.name, "() 不接受（", Join(types, ", "),
                               "）；可用：", all),
                  absl::StrCat(function.name, "() does not take (",
                               Join(types, ", "), "); it takes ", all));
  HintAtOperands(types, ast, call, &error);
  return result;
}

}  // namespace duban::expr
