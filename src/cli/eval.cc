// duban eval: try an expression.
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/expr/program.h"
#include "src/expr/source.h"
#include "src/expr/value.h"

namespace duban::cli {
namespace {

// What a person means by the text of --var: a flag, a number, a date; else
// text.
expr::Value Guess(const std::string& text, expr::Type* type) {
  if (text == "true" || text == "false") {
    *type = expr::Type::Bool();
    return expr::Value::Bool(text == "true");
  }
  if (const auto number = Decimal::Parse(text); number.ok()) {
    *type = expr::Type::Decimal();
    return expr::Value::Dec(*number);
  }
  if (const auto day = Date::Parse(text); day.ok()) {
    *type = expr::Type::Date();
    return expr::Value::Day(*day);
  }
  *type = expr::Type::String();
  return expr::Value::Str(text);
}

}  // namespace

int Eval(const Arguments& arguments) {
  expr::Environment environment;
  std::vector<expr::Value> slots;
  for (const std::string& variable : arguments.variables) {
    const size_t equals = variable.find('=');
    const std::string name = variable.substr(0, equals);
    if (equals == std::string::npos || name.empty() ||
        environment.FindVariable(name) >= 0) {
      std::cerr << "--var 应写作 name=value，且不重复 / --var is name=value, "
                   "each name once: '"
                << variable << "'\n";
      return kCallAtFault;
    }
    expr::Type type;
    slots.push_back(Guess(variable.substr(equals + 1), &type));
    environment.Add({name, type, "", false});
  }
  const expr::Compiled compiled =
      expr::Compile(arguments.expression, environment);
  for (const expr::SourceError& error : compiled.errors) {
    const LineColumn place =
        LocateOffset(arguments.expression, static_cast<size_t>(error.offset));
    Fault fault(error.reason);
    fault.At("", place.line, place.column)
        .Say(error.zh, error.en)
        .Hint(error.hint_zh, error.hint_en);
    std::cerr << FormatFault(fault.detail()) << "\n"
              << expr::CaretLine(arguments.expression, error) << "\n";
  }
  if (!compiled.ok()) return kInputAtFault;
  const expr::Value value = compiled.program.Evaluate(slots);
  if (value.is_error()) {
    std::cerr << value.error().zh << " / " << value.error().en << " ["
              << value.error().reason << "]\n";
    return kInputAtFault;
  }
  return Print(arguments,
               absl::StrCat(value.ToString(), "  : ",
                            compiled.program.type().ToString(), "\n"));
}

}  // namespace duban::cli
