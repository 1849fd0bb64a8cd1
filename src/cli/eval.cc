// duban eval: try an expression.
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/cli/parts.h"
#include "src/expr/messages.h"
#include "src/expr/program.h"
#include "src/expr/source.h"
#include "src/expr/value.h"

namespace duban::cli {
namespace {

using expr::Profile;

struct Variable {
  expr::Value value;
  expr::Type type;
};

// Messages that expressions of plain CEL may name: those of this program.
const expr::MessageTypes& MessageTypes() {
  static const auto* const types = new expr::MessageTypes(
      google::protobuf::DescriptorPool::generated_pool(),
      google::protobuf::MessageFactory::generated_factory());
  return *types;
}

expr::Environment NewEnvironment(Profile profile) {
  expr::Environment environment(profile);
  if (profile == Profile::kCel) environment.SetMessageTypes(&MessageTypes());
  return environment;
}

// A fault with its place, and below it the line of the text with a caret.
void PrintFault(absl::string_view text, const expr::SourceError& error) {
  Fault fault(error.reason);
  if (error.offset >= 0) {
    const LineColumn place =
        LocateOffset(text, static_cast<size_t>(error.offset));
    fault.At("", place.line, place.column);
  }
  fault.Say(error.zh, error.en).Hint(error.hint_zh, error.hint_en);
  std::cerr << FormatFault(fault.detail()) << "\n";
  if (error.offset >= 0) std::cerr << expr::CaretLine(text, error) << "\n";
}

void PrintFault(absl::string_view text, const expr::EvalError& error) {
  expr::SourceError fault;
  fault.reason = error.reason;
  fault.offset = error.offset;
  fault.zh = error.zh;
  fault.en = error.en;
  PrintFault(text, fault);
}

// Lists, maps and quoted text are expressions themselves.
bool IsExpression(absl::string_view text) {
  return !text.empty() && absl::StrContains("[{\"'", text.substr(0, 1));
}

// Reports what is wrong with it and gives nothing.
std::optional<Variable> Evaluated(const std::string& text, Profile profile) {
  const expr::Environment environment = NewEnvironment(profile);
  const expr::Compiled compiled = expr::Compile(text, environment);
  for (const expr::SourceError& error : compiled.errors) {
    PrintFault(text, error);
  }
  if (!compiled.ok()) return std::nullopt;
  const expr::Value value = compiled.program.Evaluate({});
  if (value.is_error()) {
    PrintFault(text, value.error());
    return std::nullopt;
  }
  return Variable{value, compiled.program.type()};
}

// What a person means by a text in a rule: a flag, a number, a date; else
// text.
Variable GuessScoring(const std::string& text) {
  if (text == "true" || text == "false") {
    return {expr::Value::Bool(text == "true"), expr::Type::Bool()};
  }
  if (const auto number = Decimal::Parse(text); number.ok()) {
    return {expr::Value::Dec(*number), expr::Type::Decimal()};
  }
  if (const auto day = Date::Parse(text); day.ok()) {
    return {expr::Value::Day(*day), expr::Type::Date()};
  }
  return {expr::Value::Str(text), expr::Type::String()};
}

// What it is in plain CEL, as a literal there; else text.
Variable GuessCel(const std::string& text) {
  if (text == "true" || text == "false") {
    return {expr::Value::Bool(text == "true"), expr::Type::Bool()};
  }
  if (text == "null") return {expr::Value::Null(), expr::Type::Null()};
  absl::string_view digits = text;
  absl::ConsumePrefix(&digits, "-");
  if (!digits.empty() &&
      absl::ascii_isdigit(static_cast<unsigned char>(digits[0]))) {
    int64_t whole = 0;
    if (absl::SimpleAtoi(text, &whole)) {
      return {expr::Value::Int(whole), expr::Type::Int()};
    }
    absl::string_view body = text;
    uint64_t natural = 0;
    if ((absl::ConsumeSuffix(&body, "u") || absl::ConsumeSuffix(&body, "U")) &&
        absl::SimpleAtoi(body, &natural)) {
      return {expr::Value::Uint(natural), expr::Type::Uint()};
    }
    double number = 0;
    if (absl::SimpleAtod(text, &number)) {
      return {expr::Value::Double(number), expr::Type::Double()};
    }
  }
  return {expr::Value::Str(text), expr::Type::String()};
}

// Adds what --var says; false after a report.
bool AddVariables(const Arguments& arguments, expr::Environment* environment,
                  std::vector<expr::Value>* slots) {
  for (const std::string& argument : arguments.variables) {
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (equals == std::string::npos || name.empty() ||
        environment->FindVariable(name) >= 0) {
      std::cerr << "--var 应写作 name=value，且不重复 / --var is name=value, "
                   "each name once: '"
                << argument << "'\n";
      return false;
    }
    const std::string text = argument.substr(equals + 1);
    std::optional<Variable> variable;
    if (IsExpression(text)) {
      variable = Evaluated(text, environment->profile());
    } else {
      variable = environment->profile() == Profile::kCel ? GuessCel(text)
                                                         : GuessScoring(text);
    }
    if (!variable) {
      std::cerr << "--var 的值有误 / the value of --var is wrong: '" << argument
                << "'\n";
      return false;
    }
    environment->Add({name, std::move(variable->type), "", false});
    slots->push_back(std::move(variable->value));
  }
  return true;
}

std::string ResultJson(const Arguments& arguments, const expr::Value& value,
                       const expr::Type& type, const std::vector<Part>& parts) {
  std::string out = "{\n";
  if (value.is_error()) {
    absl::StrAppend(&out, "  \"error\": ", JsonString(value.error().reason));
  } else {
    absl::StrAppend(&out, "  \"value\": ", JsonString(value.ToString()));
  }
  absl::StrAppend(&out, ",\n  \"type\": ", JsonString(type.ToString()));
  if (arguments.explain) {
    absl::StrAppend(&out,
                    ",\n  \"parts\": ", PartsJson(arguments.expression, parts));
  }
  return out + "\n}\n";
}

std::string ResultText(const Arguments& arguments, const expr::Value& value,
                       const expr::Type& type, const std::vector<Part>& parts) {
  std::string out;
  if (!value.is_error()) {
    out = absl::StrCat(value.ToString(), "  : ", type.ToString(), "\n");
  }
  if (arguments.explain) {
    absl::StrAppend(&out, out.empty() ? "" : "\n",
                    PartsTable(arguments.expression, parts));
  }
  return out;
}

}  // namespace

int Eval(const Arguments& arguments) {
  expr::Environment environment =
      NewEnvironment(arguments.strict ? Profile::kCel : Profile::kScoring);
  std::vector<expr::Value> slots;
  if (!AddVariables(arguments, &environment, &slots)) return kCallAtFault;
  const expr::Compiled compiled =
      expr::Compile(arguments.expression, environment);
  for (const expr::SourceError& error : compiled.errors) {
    PrintFault(arguments.expression, error);
  }
  if (!compiled.ok()) return kInputAtFault;
  const expr::Program& program = compiled.program;
  std::vector<expr::Observation> observations;
  const expr::Value value = arguments.explain
                                ? program.Observe(slots, &observations)
                                : program.Evaluate(slots);
  if (value.is_error()) PrintFault(arguments.expression, value.error());
  const std::vector<Part> parts = PartsOf(program, std::move(observations));
  const int printed = Print(
      arguments, arguments.format == "json"
                     ? ResultJson(arguments, value, program.type(), parts)
                     : ResultText(arguments, value, program.type(), parts));
  return value.is_error() && printed == kDone ? kInputAtFault : printed;
}

}  // namespace duban::cli
