#include "src/expr/unknown.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/expr/library.h"

namespace duban::expr {
namespace {

// What people call a function who come from a spreadsheet or from SQL.
constexpr const char* kOtherNames[][2] = {
    {"len", "size"},
    {"length", "size"},
    {"count", "size"},
    {"average", "avg"},
    {"mean", "avg"},
    {"ceiling", "ceil"},
    {"ROUND", "round"},
    {"SUM", "sum"},
    {"MIN", "min"},
    {"MAX", "max"},
    {"AVERAGE", "avg"},
    {"ABS", "abs"},
    {"str", "string"},
    {"float", "decimal"},
    {"number", "decimal"},
    {"double", "decimal"},
    {"timestamp", "date"},
    {"vlookup", "lookup"},
    {"VLOOKUP", "lookup"},
    {"datedif", "days_between"},
    {"networkdays", "workdays_between"},
    {"workday", "add_workdays"},
    {"any", "exists"},
    {"every", "all"},
    {"some", "exists"},
    {"coalesce", "orValue"},
    {"ifnull", "orValue"},
    {"nvl", "orValue"},
    {"getFullYear", "year"},
    {"includes", "contains"},
    {"starts_with", "startsWith"},
    {"ends_with", "endsWith"},
};

// In CEL, but not here.
constexpr const char* kNotHere[][2] = {
    {"double", "decimal"},       {"uint", "int"},
    {"bytes", "string"},         {"timestamp", "date"},
    {"duration", "int"},         {"type", ""},
    {"getFullYear", "year"},     {"getMonth", "month"},
    {"getDate", "day"},          {"getDayOfMonth", "day"},
    {"getDayOfWeek", "weekday"},
};

bool IsClock(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return lower == "now" || lower == "today" || lower == "sysdate" ||
         lower == "current_date";
}

void ReportClock(const Node& node, SourceErrors* errors) {
  errors
      ->Add("NO_CLOCK", node.offset, node.length,
            "表达式不能读取当前时间：同样的数据必须永远得出同样的分数",
            "an expression cannot read the clock: the same data must always "
            "give the same score")
      .Hint("用 as_of（统计日期）", "use as_of, the date of the assessment");
}

void HintNearest(absl::string_view name,
                 const std::vector<std::string>& candidates,
                 SourceError* error) {
  const std::string nearest = NearestWord(name, candidates);
  if (!nearest.empty()) {
    error->Hint(absl::StrCat("是不是想写 ", nearest, "？"),
                absl::StrCat("did you mean ", nearest, "?"));
  } else if (!candidates.empty() && candidates.size() <= 8) {
    const std::string all = absl::StrJoin(candidates, ", ");
    error->Hint(absl::StrCat("可用的有：", all),
                absl::StrCat("there are: ", all));
  }
}

}  // namespace

void ReportUnknownName(const Node& node, const Environment& environment,
                       const std::vector<std::string>& locals,
                       SourceErrors* errors) {
  if (errors->full()) return;
  const std::string& name = node.text;
  if (IsClock(name)) return ReportClock(node, errors);
  SourceError& error =
      errors->Add("UNKNOWN_NAME", node.offset, node.length,
                  absl::StrCat("没有名为“", name, "”的变量"),
                  absl::StrCat("there is no variable '", name, "'"));
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "true" || lower == "false" || lower == "null") {
    error.Hint(absl::StrCat("要小写：", lower),
               absl::StrCat("in lower case: ", lower));
  } else if (environment.FindInLibrary(name) != nullptr ||
             environment.FindFunction(name) != nullptr) {
    error.Hint(absl::StrCat(name, " 是函数，要写成 ", name, "(…)"),
               absl::StrCat(name, " is a function: write ", name, "(…)"));
  } else if (environment.FindTable(name) != nullptr) {
    error.Hint(absl::StrCat("查表写成 lookup('", name, "', …)"),
               absl::StrCat("a table is read with lookup('", name, "', …)"));
  } else {
    std::vector<std::string> candidates = locals;
    for (const Declaration& variable : environment.variables()) {
      candidates.push_back(variable.name);
      if (!variable.zh.empty()) candidates.push_back(variable.zh);
    }
    HintNearest(name, candidates, &error);
  }
}

void ReportUnknownField(const Node& node, const Type& type,
                        SourceErrors* errors) {
  if (errors->full()) return;
  const std::string& name = node.text;
  if (type.kind() != Kind::kRecord) {
    SourceError& error = errors->Add(
        "UNKNOWN_FIELD", node.offset, node.length,
        absl::StrCat(type.ToString(), " 没有字段“", name, "”"),
        absl::StrCat(type.ToString(), " has no field '", name, "'"));
    const Function* function = Library::Scoring().Find(name);
    if (function != nullptr && function->has(true)) {
      error.Hint(absl::StrCat("函数要带括号：", name, "()"),
                 absl::StrCat("a function is called with (): ", name, "()"));
    } else if (type.kind() == Kind::kList) {
      error.Hint("对列表里每一项取值用 xs.map(x, x.…)",
                 "for a field of each element write xs.map(x, x.…)");
    }
    return;
  }
  SourceError& error = errors->Add(
      "UNKNOWN_FIELD", node.offset, node.length,
      absl::StrCat(type.record()->name(), " 没有字段“", name, "”"),
      absl::StrCat(type.record()->name(), " has no field '", name, "'"));
  std::vector<std::string> candidates;
  for (const Declaration& field : type.record()->fields()) {
    candidates.push_back(field.name);
    if (!field.zh.empty()) candidates.push_back(field.zh);
  }
  HintNearest(name, candidates, &error);
}

void ReportUnknownFunction(const Node& node, const Environment& environment,
                           SourceErrors* errors) {
  if (errors->full()) return;
  const std::string& name = node.text;
  if (IsClock(name)) return ReportClock(node, errors);
  const bool scoring = environment.profile() == Profile::kScoring;
  for (const auto& [other, here] : kNotHere) {
    if (name != other || !scoring) continue;
    SourceError& error = errors->Add(
        "NOT_IN_PROFILE", node.offset, node.length,
        absl::StrCat("评分规则里没有 CEL 的 ", name, "()"),
        absl::StrCat("CEL's ", name, "() is not in the scoring profile"));
    if (here[0] != '\0') {
      error.Hint(absl::StrCat("改用 ", here, "()"),
                 absl::StrCat("use ", here, "()"));
    }
    return;
  }
  SourceError& error =
      errors->Add("UNKNOWN_FUNCTION", node.offset, node.length,
                  absl::StrCat("没有函数 ", name, "()"),
                  absl::StrCat("there is no function ", name, "()"));
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "not" || lower == "and" || lower == "or") {
    error.Hint("逻辑运算写成 !a、a && b、a || b",
               "logic is written !a, a && b, a || b");
    return;
  }
  if (lower == "if" || lower == "iff" || lower == "iif") {
    error.Hint("条件写成：条件 ? 成立时的值 : 不成立时的值",
               "write a condition as: test ? value if true : value if false");
    return;
  }
  for (const auto& [other, here] : kOtherNames) {
    if (name == other && scoring) {
      error.Hint(absl::StrCat("这里叫 ", here, "()"),
                 absl::StrCat("here it is called ", here, "()"));
      return;
    }
  }
  std::vector<std::string> candidates =
      scoring ? Library::Scoring().Names() : Library::Cel().Names();
  for (const std::string& host : environment.FunctionNames()) {
    candidates.push_back(host);
  }
  HintNearest(name, candidates, &error);
}

void ReportUnknownTable(const Node& node, const Environment& environment,
                        SourceErrors* errors) {
  if (errors->full()) return;
  SourceError& error =
      errors->Add("UNKNOWN_TABLE", node.offset, node.length,
                  absl::StrCat("没有表“", node.text, "”"),
                  absl::StrCat("there is no table '", node.text, "'"));
  HintNearest(node.text, environment.TableIds(), &error);
}

}  // namespace duban::expr
