// The numeric part of operations.h.
#include <limits>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "src/base/decimal.h"
#include "src/expr/conversions.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

bool IsNumber(const Value& v) { return v.is_int() || v.is_decimal(); }

Value IntOverflow() {
  return Value::Error("INT_OVERFLOW", "整数运算超出 64 位的范围",
                      "the result does not fit in a 64-bit int");
}

Value DivisionByZero() {
  return Value::Error("DIVISION_BY_ZERO", "除数为 0", "division by zero");
}

Value EmptyList(const char* function) {
  return Value::Error("EMPTY_LIST", absl::StrCat("空列表没有 ", function, "()"),
                      absl::StrCat("an empty list has no ", function, "()"));
}

// The callers have seen to it that a divisor is not zero: what is left to go
// wrong is the range.
Value FromResult(const absl::StatusOr<Decimal>& result) {
  if (result.ok()) return Value::Dec(*result);
  return Value::Error("DECIMAL_OVERFLOW", "运算结果超出小数的范围",
                      "the result is out of the range of a decimal");
}

Value IntArithmetic(Op op, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (op) {
    case Op::kAdd:
      if (__builtin_add_overflow(a, b, &result)) return IntOverflow();
      return Value::Int(result);
    case Op::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) return IntOverflow();
      return Value::Int(result);
    case Op::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) return IntOverflow();
      return Value::Int(result);
    default:
      break;
  }
  if (b == 0) return DivisionByZero();
  // The one quotient that does not fit; its remainder is an error in CEL too.
  if (a == std::numeric_limits<int64_t>::min() && b == -1) {
    return IntOverflow();
  }
  return Value::Int(op == Op::kDivide ? a / b : a % b);
}

Value UintArithmetic(Op op, uint64_t a, uint64_t b) {
  uint64_t result = 0;
  bool overflow = false;
  switch (op) {
    case Op::kAdd:
      overflow = __builtin_add_overflow(a, b, &result);
      break;
    case Op::kSubtract:
      overflow = __builtin_sub_overflow(a, b, &result);
      break;
    case Op::kMultiply:
      overflow = __builtin_mul_overflow(a, b, &result);
      break;
    default:
      if (b == 0) return DivisionByZero();
      result = op == Op::kDivide ? a / b : a % b;
  }
  if (!overflow) return Value::Uint(result);
  return Value::Error("UINT_OVERFLOW", "无符号整数运算超出 64 位的范围",
                      "the result does not fit in a 64-bit uint");
}

// As IEEE 754 has it: no overflow and no division is an error.
Value DoubleArithmetic(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
      return Value::Double(a + b);
    case Op::kSubtract:
      return Value::Double(a - b);
    case Op::kMultiply:
      return Value::Double(a * b);
    case Op::kDivide:
      return Value::Double(a / b);
    default:
      return NoOverload(op, {Value::Double(a), Value::Double(b)});
  }
}

Value DecimalArithmetic(Op op, Decimal a, Decimal b) {
  switch (op) {
    case Op::kAdd:
      return FromResult(Decimal::Add(a, b));
    case Op::kSubtract:
      return FromResult(Decimal::Subtract(a, b));
    case Op::kMultiply:
      return FromResult(Decimal::Multiply(a, b));
    default:
      if (b.is_zero()) return DivisionByZero();
      return FromResult(Decimal::Divide(a, b));
  }
}

}  // namespace

Value Arithmetic(Op op, const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) {
    return IntArithmetic(op, a.int_value(), b.int_value());
  }
  if (a.is_uint() && b.is_uint()) {
    return UintArithmetic(op, a.uint_value(), b.uint_value());
  }
  if (a.is_double() && b.is_double()) {
    return DoubleArithmetic(op, a.double_value(), b.double_value());
  }
  if (!IsNumber(a) || !IsNumber(b) || op == Op::kModulo) {
    return NoOverload(op, {a, b});
  }
  return DecimalArithmetic(op, a.AsDecimal(), b.AsDecimal());
}

namespace {

Value Negate(const Value& v) {
  if (v.is_decimal()) return Value::Dec(v.decimal_value().Negate());
  if (v.is_double()) return Value::Double(-v.double_value());
  if (!v.is_int()) return NoOverload(Op::kNegate, {v});
  return IntArithmetic(Op::kSubtract, 0, v.int_value());
}

Value Abs(const Value& v) {
  if (v.is_decimal()) return Value::Dec(v.decimal_value().Abs());
  if (!v.is_int()) return NoOverload(Op::kAbs, {v});
  return v.int_value() < 0 ? Negate(v) : v;
}

Value Round(absl::Span<const Value> arguments) {
  const Value& v = arguments[0];
  int64_t places = 0;
  if (arguments.size() > 1) {
    if (!arguments[1].is_int()) return NoOverload(Op::kRound, arguments);
    places = arguments[1].int_value();
  }
  if (!IsNumber(v)) return NoOverload(Op::kRound, arguments);
  if (places < 0 || places > Decimal::kScale) {
    return Value::Error("BAD_ARGUMENT", "round() 的位数只能是 0 到 9",
                        "round() takes 0 to 9 places");
  }
  if (v.is_int()) return v;
  return FromResult(v.decimal_value().Round(static_cast<int>(places)));
}

Value FloorOrCeil(Op op, const Value& v) {
  if (v.is_int()) return v;
  if (!v.is_decimal()) return NoOverload(op, {v});
  return Value::Dec(op == Op::kFloor ? v.decimal_value().Floor()
                                     : v.decimal_value().Ceil());
}

// Of the arguments, or of the one list that is given. Of equals the first.
Value Extreme(Op op, absl::Span<const Value> arguments, Meter* meter) {
  absl::Span<const Value> items = arguments;
  if (arguments.size() == 1) {
    if (!arguments[0].is_list()) return NoOverload(op, arguments);
    items = arguments[0].list_value();
  }
  if (items.empty()) return EmptyList(op == Op::kMin ? "min" : "max");
  if (!meter->Charge(static_cast<int64_t>(items.size()))) {
    return BudgetExceeded();
  }
  const Op better = op == Op::kMin ? Op::kLess : Op::kGreater;
  Value best = items[0];
  for (const Value& item : items) {
    const bool fits = (IsNumber(item) && IsNumber(best)) ||
                      (item.is_date() && best.is_date());
    if (!fits) return NoOverload(op, {best, item});
    const Value is_better = ApplyComparison(better, item, best, meter);
    if (is_better.is_error()) return is_better;
    if (is_better.bool_value()) best = item;
  }
  return best;
}

Value Clamp(absl::Span<const Value> arguments) {
  const Value& v = arguments[0];
  const Value& low = arguments[1];
  const Value& high = arguments[2];
  if (!IsNumber(v) || !IsNumber(low) || !IsNumber(high)) {
    return NoOverload(Op::kClamp, arguments);
  }
  if (high.AsDecimal() < low.AsDecimal()) {
    return Value::Error("BAD_ARGUMENT", "clamp() 的下限大于上限",
                        "the lower bound of clamp() is above the upper one");
  }
  if (v.AsDecimal() < low.AsDecimal()) return low;
  if (high.AsDecimal() < v.AsDecimal()) return high;
  return v;
}

Value Sum(const Value& list, Meter* meter) {
  if (!list.is_list()) return NoOverload(Op::kSum, {list});
  const ListValue& items = list.list_value();
  if (!meter->Charge(static_cast<int64_t>(items.size()))) {
    return BudgetExceeded();
  }
  Value total = Value::Int(0);
  for (const Value& item : items) {
    total = Arithmetic(Op::kAdd, total, item);
    if (total.is_error()) return total;
  }
  return total;
}

Value Average(const Value& list, Meter* meter) {
  const Value total = Sum(list, meter);
  if (total.is_error()) return total;
  const auto count = static_cast<int64_t>(list.list_value().size());
  if (count == 0) return EmptyList("avg");
  return FromResult(
      Decimal::Divide(total.AsDecimal(), Decimal::FromInt(count)));
}

Value Prorate(absl::Span<const Value> arguments) {
  for (const Value& v : arguments) {
    if (!IsNumber(v)) return NoOverload(Op::kProrate, arguments);
  }
  const Decimal done = arguments[0].AsDecimal();
  const Decimal target = arguments[1].AsDecimal();
  const Decimal points = arguments[2].AsDecimal();
  if (target <= Decimal()) {
    return Value::Error("BAD_TARGET", "prorate() 的目标值必须大于 0",
                        "the target of prorate() must be above zero");
  }
  if (done >= target) return Value::Dec(points);
  if (done <= Decimal()) return Value::Dec(Decimal());
  return FromResult(Decimal::MultiplyDivide(points, done, target));
}

}  // namespace

Value MultiplyDivide(const Value& a, const Value& b, const Value& c) {
  if (!IsNumber(a) || !IsNumber(b) || !IsNumber(c)) {
    return NoOverload(Op::kDivide, {a, b, c});
  }
  if (c.AsDecimal().is_zero()) return DivisionByZero();
  return FromResult(
      Decimal::MultiplyDivide(a.AsDecimal(), b.AsDecimal(), c.AsDecimal()));
}

Value ApplyNumeric(Op op, absl::Span<const Value> arguments, Meter* meter) {
  switch (op) {
    case Op::kNegate:
      return Negate(arguments[0]);
    case Op::kAbs:
      return Abs(arguments[0]);
    case Op::kRound:
      return Round(arguments);
    case Op::kFloor:
    case Op::kCeil:
      return FloorOrCeil(op, arguments[0]);
    case Op::kMin:
    case Op::kMax:
      return Extreme(op, arguments, meter);
    case Op::kClamp:
      return Clamp(arguments);
    case Op::kSum:
      return Sum(arguments[0], meter);
    case Op::kAvg:
      return Average(arguments[0], meter);
    case Op::kProrate:
      return Prorate(arguments);
    default:
      return NoOverload(op, arguments);
  }
}

Value ApplyConversion(Op op, const Value& v, Meter* meter) {
  switch (op) {
    case Op::kInt:
      return ToInt(v, meter);
    case Op::kDecimal:
      return ToDecimal(v, meter);
    case Op::kString:
      return ToText(v, meter);
    case Op::kBool:
      return ToBool(v, meter);
    default:
      return ToDate(v, meter);
  }
}

}  // namespace duban::expr
