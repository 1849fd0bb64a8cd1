#include "src/expr/evaluator.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/expr/meter.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

// More working days than there are in all years that dates know.
constexpr int64_t kMostWorkdays = 4000000;

bool IsChainLink(Op op) { return op >= Op::kAdd && op <= Op::kIn; }

// A value to compare keys of maps by: equal keys, equal text.
std::string KeyText(const Value& key) {
  if (key.is_string()) return absl::StrCat("s", key.string_value());
  if (key.is_int()) return absl::StrCat("i", key.int_value());
  return key.bool_value() ? "t" : "f";
}

class Evaluation {
 public:
  Evaluation(const Code& code, absl::Span<const Value> variables)
      : code_(code), variables_(variables), locals_(code.locals) {
    meter_.left = code.steps;
  }

  Value Run() {
    Value result = Eval(code_.root);
    // Nothing absorbs this one.
    const bool said =
        result.is_error() && result.error().reason == "BUDGET_EXCEEDED";
    if (meter_.exhausted() && !said) return Place(BudgetExceeded(), Root());
    return result;
  }

 private:
  using Values = absl::InlinedVector<Value, 4>;

  const Term& Root() const { return code_.terms[code_.root]; }
  Value Eval(int id);
  Value EvalTerm(const Term& term);
  Value EvalChain(int id);
  Value EvalFunction(const Term& term);
  Value EvalArguments(const Term& term, Values* values);
  Value EvalSelect(const Term& term);
  Value EvalIndex(const Term& term);
  Value EvalConditional(const Term& term);
  Value EvalLogic(const Term& term);
  Value EvalList(const Term& term);
  Value EvalMap(const Term& term);
  Value EvalComprehension(const Term& term);
  Value Quantify(const Term& term, const ListValue& items);
  Value Collect(const Term& term, const ListValue& items);
  Value EvalHas(const Term& term);
  Value EvalOrValue(const Term& term);
  Value EvalLookup(const Term& term);
  Value EvalHostCall(const Term& term);
  Value EvalMatches(const Term& term);
  Value EvalMultiplyDivide(const Term& term);
  Value EvalWorkdays(const Term& term, absl::Span<const Value> values) const;

  Value Place(Value value, const Term& term) const;
  Value Conform(Value value, const Term& term) const;
  Value AsTyped(Value value, const Term& term) const;
  Value NotBool(const Value& value, const Term& term) const;

  const Code& code_;
  const absl::Span<const Value> variables_;
  std::vector<Value> locals_;
  Meter meter_;
};

// Gives an error that has no place yet the place of the term.
Value Evaluation::Place(Value value, const Term& term) const {
  if (!value.is_error() || value.error().offset >= 0) return value;
  EvalError error = value.error();
  error.offset = term.offset;
  return Value::Error(std::move(error));
}

// Sees to it that a value from outside is of the type that was promised: an
// int becomes the decimal it was declared as, anything else an error. A
// missing value is an error too, unless the term is asked for it.
Value Evaluation::Conform(Value value, const Term& term) const {
  if (value.is_error()) return Place(std::move(value), term);
  if (value.is_missing()) {
    if (term.raw) return value;
    return Place(
        Value::Error("MISSING", absl::StrCat("“", term.name, "”没有值"),
                     absl::StrCat("'", term.name, "' is missing")),
        term);
  }
  const Kind kind = term.type.kind();
  if (kind == Kind::kDyn || value.kind() == kind) return value;
  if (kind == Kind::kDecimal && value.is_int()) {
    return Value::Dec(value.AsDecimal());
  }
  if (value.is_null()) {
    if (kind == Kind::kRecord) return value;
    return Place(
        Value::Error("NULL_VALUE",
                     absl::StrCat("“", term.name, "”是 null，应是 ",
                                  term.type.ToString()),
                     absl::StrCat("'", term.name, "' is null where a ",
                                  term.type.ToString(), " was promised")),
        term);
  }
  return Place(Value::Error("WRONG_TYPE",
                            absl::StrCat("“", term.name, "”的值不是 ",
                                         term.type.ToString()),
                            absl::StrCat("the value of '", term.name,
                                         "' is not a ", term.type.ToString())),
               term);
}

// A function may give an int where its static type is decimal.
Value Evaluation::AsTyped(Value value, const Term& term) const {
  if (value.is_error()) return Place(std::move(value), term);
  if (value.is_int() && term.type.kind() == Kind::kDecimal) {
    return Value::Dec(value.AsDecimal());
  }
  return value;
}

Value Evaluation::NotBool(const Value& value, const Term& term) const {
  return Place(NoOverload(term.op, {value}), term);
}

Value Evaluation::Eval(int id) {
  const Term& term = code_.terms[id];
  if (!meter_.Charge(1)) return Place(BudgetExceeded(), term);
  if (IsChainLink(term.op)) return EvalChain(id);
  return EvalTerm(term);
}

// a + b + c + … leans left, maybe for thousands of terms.
Value Evaluation::EvalChain(int id) {
  absl::InlinedVector<int, 8> spine;
  while (IsChainLink(code_.terms[id].op)) {
    spine.push_back(id);
    id = code_.terms[id].args[0];
  }
  Value left = Eval(id);
  while (!spine.empty()) {
    const Term& term = code_.terms[spine.back()];
    spine.pop_back();
    if (left.is_error()) return left;
    Value right = Eval(term.args[1]);
    if (right.is_error()) return right;
    // The top of the chain was charged on the way in.
    if (!spine.empty() && !meter_.Charge(1)) {
      return Place(BudgetExceeded(), term);
    }
    const Value sides[] = {std::move(left), std::move(right)};
    left = AsTyped(Apply(term.op, sides, &meter_), term);
  }
  return left;
}

Value Evaluation::EvalTerm(const Term& term) {
  switch (term.op) {
    case Op::kConstant:
      return code_.constants[term.index];
    case Op::kVariable:
      return Conform(variables_[term.index], term);
    case Op::kLocal:
      return Conform(locals_[term.index], term);
    case Op::kField:
    case Op::kSelect:
      return EvalSelect(term);
    case Op::kIndex:
      return EvalIndex(term);
    case Op::kHas:
      return EvalHas(term);
    case Op::kOrValue:
      return EvalOrValue(term);
    case Op::kConditional:
      return EvalConditional(term);
    case Op::kAnd:
    case Op::kOr:
      return EvalLogic(term);
    case Op::kList:
      return EvalList(term);
    case Op::kMap:
      return EvalMap(term);
    case Op::kComprehension:
      return EvalComprehension(term);
    case Op::kConform:
      return Conform(Eval(term.args[0]), term);
    case Op::kMultiplyDivide:
      return EvalMultiplyDivide(term);
    case Op::kLookup:
      return EvalLookup(term);
    case Op::kHostCall:
      return EvalHostCall(term);
    case Op::kMatchesPattern:
      return EvalMatches(term);
    default:
      return EvalFunction(term);
  }
}

// All arguments; or the first error among them, else null.
Value Evaluation::EvalArguments(const Term& term, Values* values) {
  for (const int arg : term.args) {
    values->push_back(Eval(arg));
    if (values->back().is_error()) return values->back();
  }
  return Value();
}

Value Evaluation::EvalFunction(const Term& term) {
  Values values;
  Value failed = EvalArguments(term, &values);
  if (failed.is_error()) return failed;
  if (term.op == Op::kWorkdaysBetween || term.op == Op::kAddWorkdays) {
    return Place(EvalWorkdays(term, values), term);
  }
  return AsTyped(Apply(term.op, values, &meter_), term);
}

Value Evaluation::EvalWorkdays(const Term& term,
                               absl::Span<const Value> values) const {
  if (code_.working_days == nullptr || !values[0].is_date()) {
    return NoOverload(term.op, values);
  }
  const Date from = values[0].date_value();
  if (term.op == Op::kWorkdaysBetween) {
    if (!values[1].is_date()) return NoOverload(term.op, values);
    return Value::Int(
        code_.working_days->Between(from, values[1].date_value()));
  }
  if (!values[1].is_int()) return NoOverload(term.op, values);
  const int64_t n = values[1].int_value();
  if (n > kMostWorkdays || n < -kMostWorkdays) {
    return Value::Error("DATE_OUT_OF_RANGE", "日期超出 0001 至 9999 年",
                        "the date is not within the years 1 to 9999");
  }
  return Value::Day(code_.working_days->Add(from, n));
}

Value Evaluation::EvalMultiplyDivide(const Term& term) {
  Values values;
  Value failed = EvalArguments(term, &values);
  if (failed.is_error()) return failed;
  return Place(MultiplyDivide(values[0], values[1], values[2]), term);
}

Value Evaluation::EvalSelect(const Term& term) {
  Value operand = Eval(term.args[0]);
  if (operand.is_error()) return operand;
  if (operand.is_record()) {
    const Record* record = operand.record_value();
    const int field =
        term.op == Op::kField ? term.index : record->type().Find(term.name);
    const auto fields = static_cast<int>(record->type().fields().size());
    if (field >= 0 && field < fields) {
      return Conform(record->Get(field), term);
    }
  } else if (operand.is_map()) {
    return Conform(IndexInto(operand, Value::Str(term.name), term.raw, &meter_),
                   term);
  } else if (operand.is_null()) {
    return Place(NoOverload(term.op, {operand}), term);
  }
  return Place(
      Value::Error("NO_SUCH_FIELD", absl::StrCat("没有字段“", term.name, "”"),
                   absl::StrCat("there is no field '", term.name, "'")),
      term);
}

Value Evaluation::EvalIndex(const Term& term) {
  Values values;
  Value failed = EvalArguments(term, &values);
  if (failed.is_error()) return failed;
  return Conform(IndexInto(values[0], values[1], term.raw, &meter_), term);
}

Value Evaluation::EvalHas(const Term& term) {
  Value value = Eval(term.args[0]);
  if (value.is_error()) return value;
  return Value::Bool(!value.is_missing());
}

Value Evaluation::EvalOrValue(const Term& term) {
  Value value = Eval(term.args[0]);
  if (value.is_missing()) value = Eval(term.args[1]);
  return AsTyped(std::move(value), term);
}

Value Evaluation::EvalConditional(const Term& term) {
  Value test = Eval(term.args[0]);
  if (test.is_error()) return test;
  if (!test.is_bool()) return NotBool(test, term);
  return Eval(term.args[test.bool_value() ? 1 : 2]);
}

// One operand that decides outweighs the errors of all the others; without
// one, the first error is the result.
Value Evaluation::EvalLogic(const Term& term) {
  const bool decisive = term.op == Op::kOr;
  Value error;
  for (const int arg : term.args) {
    Value value = Eval(arg);
    if (value.is_bool()) {
      if (value.bool_value() == decisive) return value;
      continue;
    }
    if (meter_.exhausted()) return value;
    if (!value.is_error()) value = NotBool(value, term);
    if (!error.is_error()) error = std::move(value);
  }
  return error.is_error() ? error : Value::Bool(!decisive);
}

Value Evaluation::EvalList(const Term& term) {
  if (!meter_.Charge(static_cast<int64_t>(term.args.size()))) {
    return Place(BudgetExceeded(), term);
  }
  ListValue items;
  items.reserve(term.args.size());
  for (const int arg : term.args) {
    items.push_back(Eval(arg));
    if (items.back().is_error()) return items.back();
  }
  return Value::List(std::move(items));
}

Value Evaluation::EvalMap(const Term& term) {
  if (!meter_.Charge(static_cast<int64_t>(term.args.size()))) {
    return Place(BudgetExceeded(), term);
  }
  MapValue entries;
  entries.reserve(term.args.size() / 2);
  HashSet<std::string> seen;
  for (size_t i = 0; i + 1 < term.args.size(); i += 2) {
    Value key = Eval(term.args[i]);
    if (key.is_error()) return key;
    if (!key.is_string() && !key.is_int() && !key.is_bool()) {
      return Place(NoOverload(term.op, {key}), term);
    }
    Value value = Eval(term.args[i + 1]);
    if (value.is_error()) return value;
    if (key.is_string() &&
        !meter_.Charge(static_cast<int64_t>(key.string_value().size() / 8))) {
      return Place(BudgetExceeded(), term);
    }
    if (!seen.insert(KeyText(key)).second) {
      return Place(Value::Error("DUPLICATE_KEY", "映射里有重复的键",
                                "the map has a key twice"),
                   term);
    }
    entries.emplace_back(std::move(key), std::move(value));
  }
  return Value::Map(std::move(entries));
}

Value Evaluation::EvalComprehension(const Term& term) {
  const Value range = Eval(term.args[0]);
  if (range.is_error()) return range;
  ListValue keys;
  const ListValue* items = &keys;
  if (range.is_list()) {
    items = &range.list_value();
  } else if (range.is_map()) {
    const MapValue& map = range.map_value();
    if (!meter_.Charge(static_cast<int64_t>(map.size()))) {
      return Place(BudgetExceeded(), term);
    }
    for (const auto& [key, value] : map) keys.push_back(key);
  } else {
    return Place(NoOverload(term.op, {range}), term);
  }
  const bool collects = term.macro == Macro::kFilter ||
                        term.macro == Macro::kMap ||
                        term.macro == Macro::kMapFilter;
  return collects ? Collect(term, *items) : Quantify(term, *items);
}

// all() and exists() treat their predicates like && and ||; exists_one()
// fails with the first that fails.
Value Evaluation::Quantify(const Term& term, const ListValue& items) {
  const bool one = term.macro == Macro::kExistsOne;
  const bool decisive = term.macro == Macro::kExists;
  Value error;
  int64_t count = 0;
  for (const Value& item : items) {
    if (!meter_.Charge(1)) return Place(BudgetExceeded(), term);
    locals_[term.index] = item;
    Value value = Eval(term.args[1]);
    if (meter_.exhausted()) return value;
    if (!value.is_bool()) {
      if (!value.is_error()) value = NotBool(value, term);
      if (one) return value;
      if (!error.is_error()) error = std::move(value);
    } else if (one) {
      count += value.bool_value() ? 1 : 0;
    } else if (value.bool_value() == decisive) {
      return value;
    }
  }
  if (one) return Value::Bool(count == 1);
  return error.is_error() ? error : Value::Bool(!decisive);
}

Value Evaluation::Collect(const Term& term, const ListValue& items) {
  ListValue result;
  for (const Value& item : items) {
    if (!meter_.Charge(2)) return Place(BudgetExceeded(), term);
    locals_[term.index] = item;
    if (term.macro != Macro::kMap) {
      Value keep = Eval(term.args[1]);
      if (keep.is_error()) return keep;
      if (!keep.is_bool()) return NotBool(keep, term);
      if (!keep.bool_value()) continue;
    }
    if (term.macro == Macro::kFilter) {
      result.push_back(item);
      continue;
    }
    result.push_back(Eval(term.args.back()));
    if (result.back().is_error()) return result.back();
  }
  return Value::List(std::move(result));
}

Value Evaluation::EvalLookup(const Term& term) {
  Values values;
  Value failed = EvalArguments(term, &values);
  if (failed.is_error()) return failed;
  const LookupTable* table = code_.tables[term.index].second;
  const std::vector<Type>& inputs = table->inputs();
  for (size_t i = 0; i < values.size(); ++i) {
    Term promise;
    promise.offset = term.offset;
    promise.type = inputs[i];
    promise.name = term.name;
    values[i] = Conform(std::move(values[i]), promise);
    if (values[i].is_error()) return values[i];
  }
  return Conform(table->Lookup(values), term);
}

Value Evaluation::EvalHostCall(const Term& term) {
  Values values;
  Value failed = EvalArguments(term, &values);
  if (failed.is_error()) return failed;
  const HostFunction& function = code_.functions[term.index];
  for (size_t i = 0; i < values.size(); ++i) {
    Term promise;
    promise.offset = term.offset;
    promise.type = function.parameters[i];
    promise.name = term.name;
    values[i] = Conform(std::move(values[i]), promise);
    if (values[i].is_error()) return values[i];
  }
  return Conform(function.call(values), term);
}

Value Evaluation::EvalMatches(const Term& term) {
  Value text = Eval(term.args[0]);
  if (text.is_error()) return text;
  if (!text.is_string()) return Place(NoOverload(Op::kMatches, {text}), term);
  const std::string& value = text.string_value();
  if (!meter_.Charge(static_cast<int64_t>(value.size() / 8))) {
    return Place(BudgetExceeded(), term);
  }
  return Value::Bool(RE2::PartialMatch(value, *code_.patterns[term.index]));
}

}  // namespace

Value Evaluate(const Code& code, absl::Span<const Value> variables) {
  if (variables.size() < code.variables) {
    return Value::Error("NO_SUCH_VARIABLE", "给出的变量不够",
                        "not every variable was given a value");
  }
  return Evaluation(code, variables).Run();
}

}  // namespace duban::expr
