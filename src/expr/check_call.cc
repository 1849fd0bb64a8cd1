// Calls: functions of the language, of the host, and lookup().
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/check_state.h"
#include "src/expr/pattern.h"
#include "src/expr/resolve.h"
#include "src/expr/unknown.h"

namespace duban::expr {
namespace {

bool IsStringLiteral(const Node& node) {
  return node.kind == NodeKind::kConstant &&
         node.constant == ConstantKind::kString;
}

}  // namespace

void Checker::CheckCall(int id) {
  const Node& node = ast_.at(id);
  if (cel()) return CheckCelCall(id);
  if (node.is_method && node.text == "orValue" && node.args.size() == 2) {
    return CheckOrValue(id);
  }
  for (const int arg : node.args) CheckNode(arg);
  checked_.info[id].made_depth = ArgumentDepth(id);
  if (!node.is_method && (node.text == "lookup" || node.text == ".lookup")) {
    return CheckLookup(id);
  }
  const std::string name = node.text.substr(node.text.front() == '.' ? 1 : 0);
  const Function* function = environment_.FindInLibrary(name);
  if (function != nullptr) return CheckBuiltin(id, *function);
  const HostFunction* host = environment_.FindFunction(name);
  if (host != nullptr && !node.is_method) return CheckHost(id, *host);
  if (node.text == "orValue" || node.text == "has" || node.text == "all" ||
      node.text == "exists" || node.text == "exists_one" ||
      node.text == "filter" || node.text == "map") {
    const bool orvalue = node.text == "orValue";
    const char* form = orvalue              ? "x.orValue(0)"
                       : node.text == "has" ? "has(x)"
                       : node.text == "map" ? "xs.map(x, x.minutes)"
                                            : "xs.all(x, x > 0)";
    Fail("WRONG_ARGUMENTS", node, absl::StrCat(node.text, "() 的写法不对"),
         absl::StrCat(node.text, "() is not written like this"))
        .Hint(absl::StrCat("例如 ", form), absl::StrCat("for instance ", form));
    return;
  }
  ReportUnknownFunction(node, environment_, errors_);
}

void Checker::CheckOrValue(int id) {
  const Node& node = ast_.at(id);
  exempt_[node.args[0]] = true;
  CheckNode(node.args[0]);
  CheckNode(node.args[1]);
  const Type& value = TypeOf(node.args[0]);
  const Type& other = TypeOf(node.args[1]);
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kOrValue;
  info.made_depth = ArgumentDepth(id);
  if (inference_.Join(value, other, &info.type)) return;
  info.type = Type::Error();
  Fail("NO_OVERLOAD", node,
       absl::StrCat("orValue() 的缺省值要和原值同类型：原值是 ",
                    value.ToString(), "，缺省值是 ", other.ToString()),
       absl::StrCat("the default of orValue() must be of the type of the "
                    "value: that is ",
                    value.ToString(), ", the default ", other.ToString()));
}

void Checker::CheckLookup(int id) {
  const Node& node = ast_.at(id);
  NodeInfo& info = checked_.info[id];
  if (node.args.empty() || !IsStringLiteral(ast_.at(node.args[0]))) {
    if (!node.args.empty() && TypeOf(node.args[0]).kind() == Kind::kError) {
      return;
    }
    Fail("NOT_A_LITERAL", node, "lookup() 的第一个参数必须直接写出表名",
         "the first argument of lookup() must be the id of a table, written "
         "out")
        .Hint("例如 lookup('bands', x)", "for instance lookup('bands', x)");
    return;
  }
  const Node& name = ast_.at(node.args[0]);
  const LookupTable* table = environment_.FindTable(name.text);
  if (table == nullptr) {
    ReportUnknownTable(name, environment_, errors_);
    return;
  }
  info.reference = Reference::kLookup;
  info.type = table->output();
  CheckArguments(id, 1, table->inputs(),
                 absl::StrCat("lookup('", name.text, "')"));
}

// The arguments from `first` against the types that are wanted.
void Checker::CheckArguments(int id, size_t first,
                             const std::vector<Type>& wanted,
                             absl::string_view what) {
  const Node& node = ast_.at(id);
  if (node.args.size() - first != wanted.size()) {
    Fail("WRONG_ARGUMENTS", node,
         absl::StrCat(what, " 要 ", wanted.size(), " 个值，这里有 ",
                      node.args.size() - first, " 个"),
         absl::StrCat(what, " takes ", wanted.size(), " values, not ",
                      node.args.size() - first));
    return;
  }
  for (size_t i = 0; i < wanted.size(); ++i) {
    const int arg = node.args[first + i];
    const Type& type = TypeOf(arg);
    if (inference_.Assign(type, wanted[i])) continue;
    const Node& argument = ast_.at(arg);
    SourceError& error = errors_->Add(
        "NO_OVERLOAD", argument.begin, argument.end - argument.begin,
        absl::StrCat(what, " 的第 ", i + 1, " 个值要 ", wanted[i].ToString(),
                     "，这里是 ", type.ToString()),
        absl::StrCat("value ", i + 1, " of ", what, " must be ",
                     wanted[i].ToString(), ", not ", type.ToString()));
    HintAtOperands({type, wanted[i]}, ast_, id, &error);
  }
}

void Checker::CheckHost(int id, const HostFunction& function) {
  NodeInfo& info = checked_.info[id];
  info.reference = Reference::kHost;
  info.type = function.result;
  CheckArguments(id, 0, function.parameters, absl::StrCat(function.name, "()"));
}

void Checker::CheckBuiltin(int id, const Function& function) {
  const Node& node = ast_.at(id);
  if (!function.has(node.is_method)) {
    const char* zh =
        node.is_method ? "() 不能写在点号后面" : "() 要写在文本后面";
    const char* en = node.is_method ? "() is not written after a point"
                                    : "() is written after a text";
    Fail("UNKNOWN_FUNCTION", node, absl::StrCat(function.name, zh),
         absl::StrCat(function.name, en))
        .Hint(node.is_method ? absl::StrCat("写成 ", function.name, "(x…)")
                             : absl::StrCat("写成 x.", function.name, "(…)"),
              node.is_method ? absl::StrCat("write ", function.name, "(x…)")
                             : absl::StrCat("write x.", function.name, "(…)"));
    return;
  }
  AddFunction(id, function,
              Resolve(function, node.is_method, TypesOf(node.args),
                      environment_.profile(), &inference_, ast_, id, errors_));
  if (TypeOf(id).kind() == Kind::kError) return;
  CheckConstantArgument(id, function);
}

// A function of a namespace (base64.encode) looks like a method of a variable
// of that name, and comes first.
void Checker::CheckCelCall(int id) {
  const Node& node = ast_.at(id);
  NodeInfo& info = checked_.info[id];
  const Function* function = QualifiedFunction(id);
  info.in_namespace = node.is_method && function != nullptr;
  const size_t first = info.in_namespace ? 1 : 0;
  std::vector<Type> types;
  for (size_t i = first; i < node.args.size(); ++i) {
    CheckNode(node.args[i]);
    types.push_back(TypeOf(node.args[i]));
    info.made_depth =
        std::max(info.made_depth, checked_.info[node.args[i]].made_depth);
  }
  const bool method = node.is_method && !info.in_namespace;
  if (method) function = environment_.FindInLibrary(node.text);
  const bool known = function != nullptr && function->has(method);
  if (unchecked_) {
    if (!known || !TakesCount(*function, method, types.size())) {
      return FailLater(
          id, "NO_OVERLOAD", absl::StrCat("没有这样的函数 ", node.text, "()"),
          absl::StrCat("there is no such function ", node.text, "()"));
    }
    info.reference = Reference::kFunction;
    info.function = function;
    return;
  }
  if (!known) return ReportUnknownFunction(node, environment_, errors_);
  // math.greatest(a, b, c) is checked as math.greatest([a, b, c]).
  if (types.size() > 2 && info.in_namespace &&
      (function->name == "math.greatest" || function->name == "math.least")) {
    Type element = types[0];
    for (const Type& type : types) inference_.Join(element, type, &element);
    types = {Type::List(element)};
  }
  AddFunction(id, *function,
              Resolve(*function, method, types, environment_.profile(),
                      &inference_, ast_, id, errors_));
  if (function->op == Op::kMatches && TypeOf(id).kind() != Kind::kError) {
    CheckConstantArgument(id, *function);
  }
}

// What can be told from a literal is told before anything is evaluated.
void Checker::CheckConstantArgument(int id, const Function& function) {
  const Node& node = ast_.at(id);
  const bool calendar =
      function.op == Op::kWorkdaysBetween || function.op == Op::kAddWorkdays;
  if (calendar && environment_.working_days() == nullptr) {
    Fail("NO_CALENDAR", node,
         absl::StrCat(function.name, "() 要用工作日历，这里没有"),
         absl::StrCat(function.name,
                      "() needs a calendar of working days, and there is "
                      "none here"))
        .Hint("在方案包里定义 calendar，或用 days_between()",
              "declare a calendar in the pack, or use days_between()");
  }
  const Node& last = ast_.at(node.args.back());
  if (!IsStringLiteral(last)) return;
  if (function.op == Op::kMatches) {
    CheckPattern(id, last);
  } else if (function.op == Op::kDate && !Date::Parse(last.text).ok()) {
    Fail("BAD_DATE", last, absl::StrCat("没有这一天：“", last.text, "”"),
         absl::StrCat("there is no such date: '", last.text, "'"))
        .Hint("日期写成 年-月-日，例如 '2021-10-27'",
              "a date is written year-month-day, as '2021-10-27'");
  } else if (function.op == Op::kDecimal && !Decimal::Parse(last.text).ok()) {
    Fail("BAD_NUMBER", last, absl::StrCat("“", last.text, "”不是数字"),
         absl::StrCat("'", last.text, "' is not a decimal number"));
  }
}

void Checker::CheckPattern(int id, const Node& text) {
  if (patterns_tried_ >= kMostPatterns) {
    if (cel()) return;  // compiled when it is evaluated
    Fail("TOO_MANY_PATTERNS", text,
         absl::StrCat("一个表达式里最多 ", kMostPatterns, " 个正则表达式"),
         absl::StrCat("an expression has at most ", kMostPatterns,
                      " regular expressions"));
    return;
  }
  std::shared_ptr<const RE2> pattern = CompilePattern(text.text);
  ++patterns_tried_;
  if (!pattern->ok() && cel()) return;  // the evaluation says so
  if (!pattern->ok()) {
    Fail("BAD_PATTERN", text,
         absl::StrCat("正则表达式不成立：", pattern->error()),
         absl::StrCat("not a regular expression: ", pattern->error()));
  }
  checked_.patterns.emplace_back(id, std::move(pattern));
}

}  // namespace duban::expr
