// The functions of optional values: optional.of(x), x.orValue(y) and so on.
#include <utility>

#include "src/expr/library_tables.h"
#include "src/expr/messages.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

using Arguments = absl::Span<const Value>;

Value Of(Arguments arguments, Meter*) { return Value::Optional(arguments[0]); }

Value None(Arguments, Meter*) { return Value::None(); }

// Whether it is the value that its type begins with.
bool IsZero(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return !v.bool_value();
    case Kind::kInt:
      return v.int_value() == 0;
    case Kind::kUint:
      return v.uint_value() == 0;
    case Kind::kDouble:
      return v.double_value() == 0;
    case Kind::kString:
    case Kind::kBytes:
      return v.string_value().empty();
    case Kind::kTimestamp:
      return v.timestamp_value() == Timestamp{};
    case Kind::kDuration:
      return v.duration_value() == Duration{};
    case Kind::kList:
      return v.list_value().empty();
    case Kind::kMap:
      return v.map_value().empty();
    case Kind::kMessage:
      return v.message_value().message().ByteSizeLong() == 0;
    case Kind::kOptional:
      return !v.has_value();
    default:
      return false;
  }
}

Value OfNonZero(Arguments arguments, Meter*) {
  return IsZero(arguments[0]) ? Value::None() : Value::Optional(arguments[0]);
}

Value HasValue(Arguments arguments, Meter*) {
  if (!arguments[0].is_optional()) return WrongArguments(arguments);
  return Value::Bool(arguments[0].has_value());
}

Value TheValue(Arguments arguments, Meter*) {
  if (!arguments[0].is_optional()) return WrongArguments(arguments);
  if (arguments[0].has_value()) return arguments[0].optional_value();
  return Value::Error("MISSING", "optional 里没有值",
                      "the optional has no value");
}

// Of a list, its values less those that are not there.
Value Unwrap(Arguments arguments, Meter* meter) {
  if (!arguments[0].is_list()) return WrongArguments(arguments);
  const ListValue& list = arguments[0].list_value();
  if (!meter->Charge(static_cast<int64_t>(list.size()))) {
    return BudgetExceeded();
  }
  ListValue values;
  for (const Value& item : list) {
    if (!item.is_optional()) return WrongArguments(arguments);
    if (item.has_value()) values.push_back(item.optional_value());
  }
  return Value::List(std::move(values));
}

Value First(Arguments arguments, Meter*) {
  if (!arguments[0].is_list()) return WrongArguments(arguments);
  const ListValue& list = arguments[0].list_value();
  return list.empty() ? Value::None() : Value::Optional(list.front());
}

Value Last(Arguments arguments, Meter*) {
  if (!arguments[0].is_list()) return WrongArguments(arguments);
  const ListValue& list = arguments[0].list_value();
  return list.empty() ? Value::None() : Value::Optional(list.back());
}

constexpr FunctionSpec kFunctions[] = {
    {"optional.of", Of, "optional_of (V) -> optional(V)"},
    {"optional.none", None, "optional_none () -> optional(V)"},
    {"optional.ofNonZeroValue", OfNonZero,
     "optional_ofNonZeroValue (V) -> optional(V)"},
    {"optional.unwrap", Unwrap,
     "optional_unwrap (list(optional(V))) -> list(V)"},
    {"unwrapOpt", Unwrap, "optional_unwrapOpt list(optional(V)).() -> list(V)"},
    {"first", First, "list_first list(V).() -> optional(V)"},
    {"last", Last, "list_last list(V).() -> optional(V)"},
    {"hasValue", HasValue, "optional_hasValue optional(V).() -> bool"},
    {"value", TheValue, "optional_value optional(V).() -> V"},
};

// or and orValue look at their second argument only where it is needed, so
// the evaluator has Ops for them.
constexpr OperationSpec kOperations[] = {
    {"or", Op::kOptionalOr,
     "optional_or_optional optional(V).(optional(V)) -> optional(V)"},
    {"orValue", Op::kOptionalOrValue,
     "optional_orValue_value optional(V).(V) -> V"},
};

}  // namespace

absl::Span<const FunctionSpec> OptionalFunctions() { return kFunctions; }
absl::Span<const OperationSpec> OptionalOperations() { return kOperations; }

}  // namespace duban::expr
