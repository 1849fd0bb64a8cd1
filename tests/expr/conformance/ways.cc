#include "tests/expr/conformance/ways.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/expr/checker.h"
#include "src/expr/columns.h"
#include "src/expr/library.h"
#include "src/expr/parser.h"
#include "src/expr/program.h"
#include "tests/expr/conformance/cel_tree.h"
#include "tests/expr/conformance/values.h"
#include "tests/expr/conformance/view.h"

namespace duban::expr::conformance {
namespace {

Outcome Passed() { return {}; }
Outcome Failed(std::string why) {
  return {Outcome::Kind::kFailed, std::move(why)};
}
Outcome Skipped(std::string why) {
  return {Outcome::Kind::kSkipped, std::move(why)};
}

std::string ErrorText(const std::vector<SourceError>& errors) {
  if (errors.empty()) return "no errors";
  return absl::StrCat(errors[0].reason, " at ", errors[0].offset, ": ",
                      errors[0].en);
}

std::string Shown(const Value& value) {
  if (!value.is_error()) return value.ToString();
  return absl::StrCat("the error ", value.error().reason, ": ",
                      value.error().en);
}

// An environment, and the value of each of its slots.
struct Setting {
  Environment environment{Profile::kCel};
  std::vector<Value> values;

  void Add(std::string name, const Type& type, Value value) {
    Declaration declaration;
    declaration.name = std::move(name);
    declaration.type = type;
    environment.Add(std::move(declaration));
    values.push_back(std::move(value));
  }
};

Value Unbound(const std::string& name) {
  return Value::Error("UNBOUND", absl::StrCat(name, " 没有值"),
                      absl::StrCat(name, " has no value"));
}

// The value bound to a name of the test; null where there is none.
std::unique_ptr<Value> FindBinding(View test, const std::string& name,
                                   const Schema& schema) {
  for (int i = 0; i < test.Count("bindings"); ++i) {
    const View entry = test.At("bindings", i);
    if (entry.Str("key") != name) continue;
    const View bound = entry.Get("value");
    return std::make_unique<Value>(
        bound.Has("value")
            ? ToValue(bound.Get("value"), schema)
            : Value::Error("BOUND_ERROR", "绑定的错误", "a bound error"));
  }
  return nullptr;
}

void DeclareFunction(View declaration, const MessageTypes& types,
                     Environment* environment) {
  const View function = declaration.Get("function");
  for (int i = 0; i < function.Count("overloads"); ++i) {
    const View given = function.At("overloads", i);
    Overload overload;
    overload.id = given.Str("overload_id");
    overload.method = given.Bool("is_instance_function");
    for (int j = 0; j < given.Count("params"); ++j) {
      overload.parameters.push_back(ToType(given.At("params", j), types));
    }
    overload.result = ToType(given.Get("result_type"), types);
    environment->Declare(declaration.Str("name"), std::move(overload));
  }
}

// What the tests of cel-go's checker find declared without saying so.
void AddCheckerDefaults(Setting* setting) {
  const std::pair<const char*, Type> variables[] = {
      {"is", Type::String()}, {"ii", Type::Int()},    {"iu", Type::Uint()},
      {"iz", Type::Bool()},   {"id", Type::Double()}, {"ix", Type::Null()},
      {"ib", Type::Bytes()},
  };
  for (const auto& [name, type] : variables) {
    setting->Add(name, type, Unbound(name));
  }
  Overload function;
  function.id = "fg_s_0";
  function.result = Type::String();
  setting->environment.Declare("fg_s", function);
  Overload method;
  method.id = "fi_s_s_0";
  method.method = true;
  method.parameters = {Type::String()};
  method.result = Type::String();
  setting->environment.Declare("fi_s_s", method);
}

bool IsDeclared(View test, const std::string& name) {
  for (int i = 0; i < test.Count("type_env"); ++i) {
    if (test.At("type_env", i).Str("name") == name) return true;
  }
  return false;
}

// What the test declares, and its bindings. An expression that is not checked
// knows of variables only by their values.
void Prepare(const Case& given, const Schema& schema, bool checked,
             Setting* setting) {
  const View test(*given.test);
  setting->environment.SetContainer(test.Str("container"));
  setting->environment.SetMessageTypes(&schema.types());
  if (given.suite == "checking" && !test.Has("type_env")) {
    AddCheckerDefaults(setting);
  }
  for (int i = 0; i < test.Count("type_env"); ++i) {
    const View declaration = test.At("type_env", i);
    const std::string name = declaration.Str("name");
    if (declaration.Has("function")) {
      DeclareFunction(declaration, schema.types(), &setting->environment);
      continue;
    }
    const std::unique_ptr<Value> value = FindBinding(test, name, schema);
    if (value == nullptr && !checked) continue;
    const Type type =
        ToType(declaration.Get("ident").Get("type"), schema.types());
    setting->Add(name, checked ? type : Type::Dyn(),
                 value == nullptr ? Unbound(name) : *value);
  }
  for (int i = 0; i < test.Count("bindings"); ++i) {
    const std::string name = test.At("bindings", i).Str("key");
    if (IsDeclared(test, name)) continue;
    setting->Add(name, Type::Dyn(), *FindBinding(test, name, schema));
  }
}

bool ExpectsError(View test) {
  const std::string matcher = test.Which("result_matcher");
  return matcher == "eval_error" || matcher == "any_eval_errors";
}

Outcome JudgeValue(const Value& value, View expected, const Schema& schema) {
  if (IsExactly(value, expected, schema)) return Passed();
  return Failed(
      absl::StrCat("is ", Shown(value), ", expected ", expected.ToString()));
}

// Whether the value is what the test expects.
Outcome Judge(const Value& value, const Case& given, const Schema& schema) {
  const View test(*given.test);
  const std::string matcher = test.Which("result_matcher");
  if (matcher == "unknown" || matcher == "any_unknowns") {
    return Skipped("there are no unknown values");
  }
  if (ExpectsError(test)) {
    return value.is_error() ? Passed()
                            : Failed(absl::StrCat("is ", Shown(value),
                                                  ", expected an error"));
  }
  if (matcher == "value") {
    return JudgeValue(value, test.Get("value"), schema);
  }
  if (matcher == "typed_result") {
    return JudgeValue(value, test.Get("typed_result").Get("result"), schema);
  }
  if (value.is_bool() && value.bool_value()) return Passed();
  return Failed(absl::StrCat("is ", Shown(value), ", expected true"));
}

bool HasDeducedType(const Case& given) {
  const View test(*given.test);
  return test.Which("result_matcher") == "typed_result" &&
         test.Get("typed_result").Has("deduced_type");
}

Outcome JudgeType(const Type& type, const std::string& expected) {
  const std::string found = TypeText(type);
  if (found == expected) return Passed();
  return Failed(absl::StrCat("is of type ", found, ", expected ", expected));
}

Outcome RunChecked(const Case& given, const Schema& schema) {
  const View test(*given.test);
  Setting setting;
  Prepare(given, schema, /*checked=*/true, &setting);
  const Compiled compiled = Compile(test.Str("expr"), setting.environment);
  if (!compiled.ok()) {
    return ExpectsError(test) ? Passed() : Failed(ErrorText(compiled.errors));
  }
  if (HasDeducedType(given)) {
    const Type expected =
        ToType(test.Get("typed_result").Get("deduced_type"), schema.types());
    Outcome outcome = JudgeType(compiled.program.type(), TypeText(expected));
    if (outcome.kind != Outcome::Kind::kPassed) return outcome;
  }
  if (test.Bool("check_only")) return Passed();
  return Judge(compiled.program.Evaluate(setting.values), given, schema);
}

Outcome RunUnchecked(const Case& given, const Schema& schema) {
  const View test(*given.test);
  Setting setting;
  Prepare(given, schema, /*checked=*/false, &setting);
  const Compiled compiled =
      CompileUnchecked(test.Str("expr"), setting.environment);
  if (!compiled.ok()) {
    return ExpectsError(test) ? Passed() : Failed(ErrorText(compiled.errors));
  }
  return Judge(compiled.program.Evaluate(setting.values), given, schema);
}

// For ways.cc, once src/expr/columns.cc is there:
// #include "src/expr/columns.h", <algorithm>, <cmath>, <cstdint>, <limits>
// and in kWays after "unchecked":  {"column", true, CanCheckAndRun,
// RunColumns},

// The values of a variable in many rows: in one row what the test binds, in
// all others what no test would survive.
class PoisonedColumn {
 public:
  PoisonedColumn(const Value& value, const Type& type, size_t row,
                 size_t rows) {
    if (type.kind() == Kind::kInt && value.is_int()) {
      ints_.assign(rows, std::numeric_limits<int64_t>::min());
      ints_[row] = value.int_value();
    } else if (type.kind() == Kind::kDouble && value.is_double()) {
      doubles_.assign(rows, std::nan(""));
      doubles_[row] = value.double_value();
    } else if (type.kind() == Kind::kBool && value.is_bool()) {
      bools_.assign(rows, value.bool_value() ? 0 : 1);
      bools_[row] = value.bool_value() ? 1 : 0;
    } else {
      values_.assign(rows, Value::Error("POISON", "毒", "poison"));
      values_[row] = value;
    }
  }
  Column column() const {
    if (!ints_.empty()) return Column::Of(ints_.data());
    if (!doubles_.empty()) return Column::Of(doubles_.data());
    if (!bools_.empty()) return Column::Of(bools_.data());
    return Column::Of(values_.data());
  }

 private:
  std::vector<int64_t> ints_;
  std::vector<double> doubles_;
  std::vector<uint8_t> bools_;
  std::vector<Value> values_;
};

// The program's value in `row` of as many rows.
Value EvaluateRow(const Program& program, const Setting& setting, size_t row,
                  size_t rows) {
  std::vector<PoisonedColumn> columns;
  const std::vector<Declaration>& variables = setting.environment.variables();
  columns.reserve(variables.size());
  ColumnEvaluator evaluator(&program);
  for (size_t i = 0; i < variables.size(); ++i) {
    columns.emplace_back(setting.values[i], variables[i].type, row, rows);
    evaluator.Bind(static_cast<int>(i), columns.back().column());
  }
  evaluator.Run(0, rows);
  return evaluator.At(row);
}

Outcome RunColumns(const Case& given, const Schema& schema) {
  const View test(*given.test);
  Setting setting;
  Prepare(given, schema, /*checked=*/true, &setting);
  const Compiled compiled = Compile(test.Str("expr"), setting.environment);
  if (!compiled.ok()) {
    return ExpectsError(test) ? Passed() : Failed(ErrorText(compiled.errors));
  }
  const Outcome alone =
      Judge(EvaluateRow(compiled.program, setting, 0, 1), given, schema);
  if (alone.kind != Outcome::Kind::kPassed) return alone;
  return Judge(
      EvaluateRow(compiled.program, setting, 517, ColumnEvaluator::kChunk),
      given, schema);
}

// The type that cel-go finds.
Outcome RunType(const Case& given, const Schema& schema) {
  Setting setting;
  Prepare(given, schema, /*checked=*/true, &setting);
  const Compiled compiled =
      Compile(View(*given.test).Str("expr"), setting.environment);
  if (!compiled.ok()) return Failed(ErrorText(compiled.errors));
  return JudgeType(compiled.program.type(), given.type);
}

Outcome JudgeTree(const std::string& tree, const std::string& expected) {
  if (tree == expected) return Passed();
  return Failed(absl::StrCat("is\n", tree, "\nexpected\n", expected));
}

Outcome RunAst(const Case& given, const Schema&) {
  const std::string text = View(*given.test).Str("expr");
  SourceErrors errors;
  const Ast ast = Parse(text, Profile::kCel, Limits(), &errors);
  if (!errors.empty()) return Failed(ErrorText(errors.Take()));
  return JudgeTree(DebugString(*ParsedTree(ast, text), /*checked=*/false),
                   given.ast);
}

Outcome RunCheckedAst(const Case& given, const Schema& schema) {
  const std::string text = View(*given.test).Str("expr");
  Setting setting;
  Prepare(given, schema, /*checked=*/true, &setting);
  SourceErrors errors;
  const Ast ast = Parse(text, Profile::kCel, Limits(), &errors);
  if (!errors.empty()) return Failed(ErrorText(errors.Take()));
  const Checked checked = Check(ast, setting.environment, Type::Dyn(), &errors);
  if (!errors.empty()) return Failed(ErrorText(errors.Take()));
  // Whether cel-go ordered unlike numbers when it printed a tree, the suite
  // does not say.
  const auto print = [&](bool unlike_numbers) {
    return DebugString(*CheckedTree(ast, checked, text, unlike_numbers),
                       /*checked=*/true);
  };
  if (print(/*unlike_numbers=*/true) == given.checked_ast) return Passed();
  return JudgeTree(print(/*unlike_numbers=*/false), given.checked_ast);
}

bool CanCheck(const Case& given) {
  return given.has_result && !View(*given.test).Bool("disable_check");
}

bool CanGoUnchecked(const Case& given) {
  return given.has_result && !View(*given.test).Bool("check_only");
}

bool CanCheckAndRun(const Case& given) {
  return CanCheck(given) && CanGoUnchecked(given);
}

// Where the suite itself gives a type, that is the right one.
bool HasCelGoType(const Case& given) {
  return CanCheck(given) && !given.type.empty() && !HasDeducedType(given);
}

bool HasAst(const Case& given) { return !given.ast.empty(); }
bool HasCheckedAst(const Case& given) { return !given.checked_ast.empty(); }

constexpr Way kWays[] = {
    {"checked", true, CanCheck, RunChecked},
    {"unchecked", true, CanGoUnchecked, RunUnchecked},
    {"column", true, CanCheckAndRun, RunColumns},
    {"type", false, HasCelGoType, RunType},
    {"ast", false, HasAst, RunAst},
    {"checked-ast", false, HasCheckedAst, RunCheckedAst},
};

}  // namespace

absl::Span<const Way> AllWays() { return kWays; }

}  // namespace duban::expr::conformance
