#include "src/expr/evaluator.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/expr/evaluation.h"
#include "src/expr/messages.h"
#include "src/expr/operations.h"
#include "src/expr/pattern.h"

namespace duban::expr {
namespace {

// More working days than there are in all years that dates know.
constexpr int64_t kMostWorkdays = 4000000;

bool IsBinaryOp(Op op) { return op >= Op::kAdd && op <= Op::kIn; }

// Numbers of one type compared: most of what rules do. Returns false where it
// is something else.
template <typename T>
bool Compare(Op op, T a, T b, bool* result) {
  switch (op) {
    case Op::kEqual:
      *result = a == b;
      return true;
    case Op::kNotEqual:
      *result = a != b;
      return true;
    case Op::kLess:
      *result = a < b;
      return true;
    case Op::kLessEqual:
      *result = a <= b;
      return true;
    case Op::kGreater:
      *result = a > b;
      return true;
    case Op::kGreaterEqual:
      *result = a >= b;
      return true;
    default:
      return false;
  }
}

Value NoSuchField(const std::string& name) {
  return Value::Error("NO_SUCH_FIELD", absl::StrCat("没有字段“", name, "”"),
                      absl::StrCat("there is no field '", name, "'"));
}

}  // namespace

Value Evaluation::Run(int root) {
  Value result = EvalOwned(root);
  // Nothing absorbs this one.
  if (!meter_.exhausted()) return result;
  const bool said = result.is_error() &&
                    result.error().reason ==
                        (meter_.cancelled() ? "CANCELLED" : "BUDGET_EXCEEDED");
  return said ? result : OutOfBudget(code_.terms[root]);
}

Value Evaluation::OutOfBudget(const Term& term) const {
  if (!meter_.cancelled()) return Place(BudgetExceeded(), term);
  return Place(
      Value::Error("CANCELLED", "计算被取消", "the evaluation was cancelled"),
      term);
}

// Gives an error that has no place yet the place of the term.
Value Evaluation::Place(Value value, const Term& term) const {
  if (!value.is_error() || value.error().offset >= 0) return value;
  EvalError error = value.error();
  error.offset = term.offset;
  return Value::Error(std::move(error));
}

const Value& Evaluation::Conform(const Value& value, const Term& term,
                                 Value* slot) const {
  const Kind kind = term.type.kind();
  if ((kind == Kind::kDyn || value.kind() == kind) && !value.is_missing() &&
      !value.is_error()) {
    return value;
  }
  return *slot = ConformOwned(value, term);
}

// Sees to it that a value from outside is of the type that was promised: an
// int becomes the decimal it was declared as, anything else an error. A
// missing value is an error too, unless the term is asked for it.
Value Evaluation::ConformOwned(Value value, const Term& term) const {
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
  // Null or what is wrapped; a message that stands for another value.
  if (kind == Kind::kWrapper || kind == Kind::kAny) return value;
  if (value.is_null()) {
    if (kind == Kind::kRecord || kind == Kind::kMessage ||
        kind == Kind::kTimestamp || kind == Kind::kDuration ||
        kind == Kind::kOptional) {
      return value;
    }
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

void Evaluation::Observe(int id, const Value& value) {
  Observation& noted = (*observed_)[id];
  noted.value = value;
  ++noted.times;
}

const Value& Evaluation::Eval(int id, Value* slot) {
  const Term& term = code_.terms[id];
  if (!meter_.Charge(1)) return *slot = OutOfBudget(term);
  const Value& value = EvalTerm(term, slot);
  if (observed_ != nullptr) Observe(id, value);
  return value;
}

const Value& Evaluation::EvalTerm(const Term& term, Value* slot) {
  switch (term.op) {
    case Op::kConstant:
      return code_.constants[term.index];
    case Op::kVariable:
      return Conform(variables_[term.index], term, slot);
    case Op::kLocal:
      return Conform(locals_[term.index], term, slot);
    case Op::kConditional:
      return EvalConditional(term, slot);
    case Op::kAnd:
    case Op::kOr:
      return *slot = EvalLogic(term);
    case Op::kField:
    case Op::kSelect:
      return *slot = EvalSelect(term);
    case Op::kOptionalSelect:
      return *slot = EvalOptionalSelect(term);
    case Op::kTest:
      return *slot = EvalTest(term);
    case Op::kIndex:
      return *slot = EvalIndex(term);
    case Op::kHas:
      return *slot = EvalHas(term);
    case Op::kOrValue:
      return *slot = EvalOrValue(term);
    case Op::kOptionalOr:
    case Op::kOptionalOrValue:
      return *slot = EvalOptionalOr(term);
    case Op::kList:
      return *slot = EvalList(term);
    case Op::kMap:
      return *slot = EvalMap(term);
    case Op::kMessage:
      return *slot = EvalMessage(term);
    case Op::kBlock:
      return *slot = EvalBlock(term);
    case Op::kComprehension:
      return *slot = EvalComprehension(term);
    case Op::kConform: {
      Value own;
      return *slot = ConformOwned(Eval(term.args[0], &own), term);
    }
    case Op::kMultiplyDivide:
      return *slot = EvalMultiplyDivide(term);
    case Op::kLookup:
      return *slot = EvalLookup(term);
    case Op::kHostCall:
      return *slot = EvalHostCall(term);
    case Op::kMatchesPattern:
      return *slot = EvalMatches(term);
    default:
      break;
  }
  if (!IsBinaryOp(term.op)) return *slot = EvalFunction(term);
  return *slot = term.chain ? EvalChain(term) : EvalBinary(term);
}

Value Evaluation::EvalBinary(const Term& term) {
  Value left_slot;
  const Value& left = Eval(term.args[0], &left_slot);
  if (left.is_error()) return left;
  Value right_slot;
  const Value& right = Eval(term.args[1], &right_slot);
  if (right.is_error()) return right;
  bool result = false;
  if (left.is_int() && right.is_int() &&
      Compare(term.op, left.int_value(), right.int_value(), &result)) {
    return Value::Bool(result);
  }
  if (left.is_decimal() && right.is_decimal() &&
      Compare(term.op, left.decimal_value(), right.decimal_value(), &result)) {
    return Value::Bool(result);
  }
  return AsTyped(ApplyBinary(term.op, left, right, &meter_), term);
}

// a + b + c + … leans left, maybe for thousands of terms.
Value Evaluation::EvalChain(const Term& top) {
  absl::InlinedVector<const Term*, 32> spine;
  const Term* link = &top;
  int first = -1;
  for (;;) {
    spine.push_back(link);
    first = link->args[0];
    link = &code_.terms[first];
    if (!IsBinaryOp(link->op)) break;
  }
  Value left = EvalOwned(first);
  while (!spine.empty()) {
    const Term& term = *spine.back();
    spine.pop_back();
    if (left.is_error()) return left;
    Value slot;
    const Value& right = Eval(term.args[1], &slot);
    if (right.is_error()) return right;
    // The top of the chain was charged on the way in.
    if (!spine.empty() && !meter_.Charge(1)) return OutOfBudget(term);
    left = AsTyped(ApplyBinary(term.op, left, right, &meter_), term);
    if (observed_ != nullptr && &term != &top) {
      Observe(static_cast<int>(&term - code_.terms.data()), left);
    }
  }
  return left;
}

Value Evaluation::EvalArguments(const Term& term, Values* values) {
  for (const int arg : term.args) {
    values->push_back(EvalOwned(arg));
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
  if (term.op == Op::kCall) {
    if (term.call == nullptr) {
      return Place(
          Value::Error("NO_DEFINITION", absl::StrCat(term.name, "() 只有声明"),
                       absl::StrCat(term.name, "() is declared, not defined")),
          term);
    }
    return Place(term.call(values, &meter_), term);
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

// A field or key of a value that is there; an error without a place.
Value Evaluation::SelectFrom(const Value& operand, const Term& term) {
  switch (operand.kind()) {
    case Kind::kRecord: {
      const Record* record = operand.record_value();
      const int field =
          term.op == Op::kField ? term.index : record->type().Find(term.name);
      const auto fields = static_cast<int>(record->type().fields().size());
      if (field >= 0 && field < fields) return record->Get(field);
      break;
    }
    case Kind::kMap:
      return IndexInto(operand, Value::Str(term.name), term.raw, &meter_);
    case Kind::kMessage:
      return operand.message_value().Get(term.name, &meter_);
    case Kind::kNull:
      return NoOverload(term.op, {operand});
    default:
      break;
  }
  return NoSuchField(term.name);
}

Value Evaluation::EvalSelect(const Term& term) {
  Value slot;
  const Value& operand = Eval(term.args[0], &slot);
  if (operand.is_error()) return operand;
  if (operand.is_optional()) return EvalOptionalSelect(term);
  return ConformOwned(SelectFrom(operand, term), term);
}

// x.?y, and x.y where x is an optional: what is not there is none.
Value Evaluation::EvalOptionalSelect(const Term& term) {
  Value operand = EvalOwned(term.args[0]);
  if (operand.is_error()) return operand;
  if (operand.is_optional()) {
    if (!operand.has_value()) return operand;
    operand = Value(operand.optional_value());
  }
  if (operand.is_map()) {
    return Place(OptionalIndex(operand, Value::Str(term.name), &meter_), term);
  }
  if (operand.is_message()) {
    const Value there = operand.message_value().Has(term.name);
    if (there.is_error()) return Place(there, term);
    if (!there.bool_value()) return Value::None();
  }
  Value value = SelectFrom(operand, term);
  if (value.is_error()) return Place(std::move(value), term);
  return value.is_optional() ? value : Value::Optional(std::move(value));
}

Value Evaluation::EvalTest(const Term& term) {
  Value operand = EvalOwned(term.args[0]);
  if (operand.is_error()) return operand;
  if (operand.is_optional()) {
    if (!operand.has_value()) return Value::Bool(false);
    operand = Value(operand.optional_value());
  }
  if (operand.is_map()) {
    const Value* found = operand.Find(Value::Str(term.name), &meter_.left);
    return meter_.exhausted() ? OutOfBudget(term)
                              : Value::Bool(found != nullptr);
  }
  if (operand.is_message()) {
    return Place(operand.message_value().Has(term.name), term);
  }
  return Place(NoSuchField(term.name), term);
}

Value Evaluation::EvalIndex(const Term& term) {
  Value container_slot;
  const Value& container = Eval(term.args[0], &container_slot);
  if (container.is_error()) return container;
  Value index_slot;
  const Value& index = Eval(term.args[1], &index_slot);
  if (index.is_error()) return index;
  if (container.is_optional()) {
    return Place(OptionalIndex(container, index, &meter_), term);
  }
  return ConformOwned(IndexInto(container, index, term.raw, &meter_), term);
}

Value Evaluation::EvalHas(const Term& term) {
  Value slot;
  const Value& value = Eval(term.args[0], &slot);
  if (value.is_error()) return value;
  return Value::Bool(!value.is_missing());
}

Value Evaluation::EvalOrValue(const Term& term) {
  Value value = EvalOwned(term.args[0]);
  if (value.is_missing()) value = EvalOwned(term.args[1]);
  return AsTyped(std::move(value), term);
}

Value Evaluation::EvalOptionalOr(const Term& term) {
  Value value = EvalOwned(term.args[0]);
  if (value.is_error()) return value;
  if (!value.is_optional()) return Place(NoOverload(term.op, {value}), term);
  if (!value.has_value()) {
    Value other = EvalOwned(term.args[1]);
    if (term.op == Op::kOptionalOr && !other.is_optional() &&
        !other.is_error()) {
      return Place(NoOverload(term.op, {other}), term);
    }
    return other;
  }
  return term.op == Op::kOptionalOr ? value : Value(value.optional_value());
}

const Value& Evaluation::EvalConditional(const Term& term, Value* slot) {
  Value test_slot;
  const Value& test = Eval(term.args[0], &test_slot);
  if (test.is_error()) return *slot = test;
  if (!test.is_bool()) return *slot = NotBool(test, term);
  return Eval(term.args[test.bool_value() ? 1 : 2], slot);
}

// One operand that decides outweighs the errors of all the others; without
// one, the first error is the result.
Value Evaluation::EvalLogic(const Term& term) {
  const bool decisive = term.op == Op::kOr;
  Value error;
  for (const int arg : term.args) {
    Value slot;
    const Value& value = Eval(arg, &slot);
    if (value.is_bool()) {
      if (value.bool_value() == decisive) return value;
      continue;
    }
    if (meter_.exhausted()) return value;
    if (error.is_error()) continue;
    error = value.is_error() ? value : NotBool(value, term);
  }
  return error.is_error() ? error : Value::Bool(!decisive);
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
    values[i] = ConformOwned(std::move(values[i]), promise);
    if (values[i].is_error()) return values[i];
  }
  return ConformOwned(table->Lookup(values), term);
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
    values[i] = ConformOwned(std::move(values[i]), promise);
    if (values[i].is_error()) return values[i];
  }
  return ConformOwned(function.call(values), term);
}

Value Evaluation::EvalMatches(const Term& term) {
  Value slot;
  const Value& text = Eval(term.args[0], &slot);
  if (text.is_error()) return text;
  if (!text.is_string()) return Place(NoOverload(Op::kMatches, {text}), term);
  const std::string& value = text.string_value();
  const RE2& pattern = *code_.patterns[term.index];
  if (!meter_.Charge(StepsToSearch(pattern, value.size()))) {
    return OutOfBudget(term);
  }
  return Value::Bool(RE2::PartialMatch(value, pattern));
}

Value Evaluate(const Code& code, absl::Span<const Value> variables,
               const RunLimits& limits, std::vector<Observation>* observed) {
  if (variables.size() < code.variables) {
    return Value::Error("NO_SUCH_VARIABLE", "给出的变量不够",
                        "not every variable was given a value");
  }
  const int64_t steps = limits.steps < 0 ? code.steps : limits.steps;
  Value result;
  const bool short_cut = code.scalar != nullptr && observed == nullptr &&
                         limits.cancel == nullptr &&
                         code.scalar->most_steps <= steps;
  if (short_cut && code.scalar->Run(variables, &result)) return result;
  return Evaluation(code, variables, limits, observed).Run(code.root);
}

Value EvaluateTerm(const Code& code, int term,
                   absl::Span<const Value> variables, const RunLimits& limits) {
  return Evaluation(code, variables, limits, nullptr).Run(term);
}

}  // namespace duban::expr
