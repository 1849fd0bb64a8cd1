// The math extension of plain CEL: extremes, rounding, signs, bits.
//
// The results of ceil, floor, round, trunc, abs and sqrt are exact or
// correctly rounded by IEEE 754, and so the same on every machine.
#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/expr/library.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

bool IsMathNumber(const Value& v) {
  return v.is_int() || v.is_uint() || v.is_double();
}

// Of equals the first. `wanted` is the sign of a candidate against the best
// so far that makes it the new best.
Value Extreme(absl::string_view function, int wanted,
              absl::Span<const Value> arguments, Meter* meter) {
  absl::Span<const Value> items = arguments;
  if (arguments.size() == 1 && arguments[0].is_list()) {
    items = arguments[0].list_value();
  }
  if (!meter->Charge(1 + static_cast<int64_t>(items.size()))) {
    return BudgetExceeded();
  }
  if (items.empty()) {
    return Value::Error("EMPTY_LIST",
                        absl::StrCat("空列表没有 ", function, "()"),
                        absl::StrCat("an empty list has no ", function, "()"));
  }
  const Value* best = &items[0];
  for (const Value& item : items) {
    if (!IsMathNumber(item)) return WrongArguments({item});
    if (&item == best) continue;
    int order = 0;
    if (!CompareNumbers(item, *best, &order)) {
      return Value::Error("NOT_ORDERED", "NaN 不能比较大小",
                          "NaN cannot be ordered");
    }
    if (order == wanted) best = &item;
  }
  return *best;
}

Value Greatest(absl::Span<const Value> arguments, Meter* meter) {
  return Extreme("math.greatest", 1, arguments, meter);
}

Value Least(absl::Span<const Value> arguments, Meter* meter) {
  return Extreme("math.least", -1, arguments, meter);
}

double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
double Round(double x) { return std::round(x); }  // halves away from zero
double Trunc(double x) { return std::trunc(x); }
bool IsNan(double x) { return std::isnan(x); }
bool IsInf(double x) { return std::isinf(x); }
bool IsFinite(double x) { return std::isfinite(x); }

template <double (*kFunction)(double)>
Value OfDouble(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1 || !arguments[0].is_double()) {
    return WrongArguments(arguments);
  }
  return Value::Double(kFunction(arguments[0].double_value()));
}

template <bool (*kTest)(double)>
Value TestOfDouble(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1 || !arguments[0].is_double()) {
    return WrongArguments(arguments);
  }
  return Value::Bool(kTest(arguments[0].double_value()));
}

Value Abs(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1) return WrongArguments(arguments);
  const Value& v = arguments[0];
  if (v.is_uint()) return v;
  if (v.is_double()) return Value::Double(std::fabs(v.double_value()));
  if (!v.is_int()) return WrongArguments(arguments);
  if (v.int_value() == std::numeric_limits<int64_t>::min()) {
    return Value::Error("INT_OVERFLOW", "整数运算超出 64 位的范围",
                        "the result does not fit in a 64-bit int");
  }
  return v.int_value() < 0 ? Value::Int(-v.int_value()) : v;
}

// -1, 0 or 1 of the argument's type; of NaN, NaN.
Value Sign(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1) return WrongArguments(arguments);
  const Value& v = arguments[0];
  if (v.is_uint()) return Value::Uint(v.uint_value() > 0 ? 1 : 0);
  if (v.is_int()) {
    return Value::Int(int{v.int_value() > 0} - int{v.int_value() < 0});
  }
  if (!v.is_double()) return WrongArguments(arguments);
  const double x = v.double_value();
  if (std::isnan(x)) return v;
  return Value::Double(int{x > 0} - int{x < 0});
}

// NaN of what is below zero.
Value SquareRoot(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1) return WrongArguments(arguments);
  const Value& v = arguments[0];
  double x = 0;
  if (v.is_double()) {
    x = v.double_value();
  } else if (v.is_int()) {
    x = static_cast<double>(v.int_value());
  } else if (v.is_uint()) {
    x = static_cast<double>(v.uint_value());
  } else {
    return WrongArguments(arguments);
  }
  return Value::Double(std::sqrt(x));
}

// The 64 bits of an int or a uint.
uint64_t Bits(const Value& v) {
  return v.is_int() ? static_cast<uint64_t>(v.int_value()) : v.uint_value();
}

Value FromBits(uint64_t bits, bool is_int) {
  return is_int ? Value::Int(static_cast<int64_t>(bits)) : Value::Uint(bits);
}

uint64_t And(uint64_t a, uint64_t b) { return a & b; }
uint64_t Or(uint64_t a, uint64_t b) { return a | b; }
uint64_t Xor(uint64_t a, uint64_t b) { return a ^ b; }

template <uint64_t (*kFunction)(uint64_t, uint64_t)>
Value OfBits(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 2) return WrongArguments(arguments);
  const Value& a = arguments[0];
  const Value& b = arguments[1];
  if (!(a.is_int() && b.is_int()) && !(a.is_uint() && b.is_uint())) {
    return WrongArguments(arguments);
  }
  return FromBits(kFunction(Bits(a), Bits(b)), a.is_int());
}

Value BitNot(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 1 ||
      (!arguments[0].is_int() && !arguments[0].is_uint())) {
    return WrongArguments(arguments);
  }
  return FromBits(~Bits(arguments[0]), arguments[0].is_int());
}

uint64_t ShiftLeft(uint64_t bits, uint64_t by) { return bits << by; }
uint64_t ShiftRight(uint64_t bits, uint64_t by) { return bits >> by; }

// Zeros come in from either side, of a negative int too: its sign is a bit
// like the others.
template <uint64_t (*kFunction)(uint64_t, uint64_t)>
Value Shift(absl::Span<const Value> arguments, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (arguments.size() != 2) return WrongArguments(arguments);
  const Value& v = arguments[0];
  const Value& by = arguments[1];
  if ((!v.is_int() && !v.is_uint()) || !by.is_int()) {
    return WrongArguments(arguments);
  }
  if (by.int_value() < 0) {
    return Value::Error("BAD_ARGUMENT", "移位的位数不能是负数",
                        "bits cannot be shifted by a negative number");
  }
  const uint64_t bits =
      by.int_value() > 63
          ? 0
          : kFunction(Bits(v), static_cast<uint64_t>(by.int_value()));
  return FromBits(bits, v.is_int());
}

// Three arguments and more are what CEL makes a list of.
constexpr FunctionSpec kFunctions[] = {
    {"math.greatest", Greatest,
     R"(math_@max_double (double) -> double
math_@max_int (int) -> int
math_@max_uint (uint) -> uint
math_@max_double_double (double, double) -> double
math_@max_double_int (double, int) -> dyn
math_@max_double_uint (double, uint) -> dyn
math_@max_int_double (int, double) -> dyn
math_@max_int_int (int, int) -> int
math_@max_int_uint (int, uint) -> dyn
math_@max_uint_double (uint, double) -> dyn
math_@max_uint_int (uint, int) -> dyn
math_@max_uint_uint (uint, uint) -> uint
math_@max_list_double (list(double)) -> double
math_@max_list_int (list(int)) -> int
math_@max_list_uint (list(uint)) -> uint
math_@max_list_double (double, double, double, …) -> double
math_@max_list_int (int, int, int, …) -> int
math_@max_list_uint (uint, uint, uint, …) -> uint)"},
    {"math.least", Least,
     R"(math_@min_double (double) -> double
math_@min_int (int) -> int
math_@min_uint (uint) -> uint
math_@min_double_double (double, double) -> double
math_@min_double_int (double, int) -> dyn
math_@min_double_uint (double, uint) -> dyn
math_@min_int_double (int, double) -> dyn
math_@min_int_int (int, int) -> int
math_@min_int_uint (int, uint) -> dyn
math_@min_uint_double (uint, double) -> dyn
math_@min_uint_int (uint, int) -> dyn
math_@min_uint_uint (uint, uint) -> uint
math_@min_list_double (list(double)) -> double
math_@min_list_int (list(int)) -> int
math_@min_list_uint (list(uint)) -> uint
math_@min_list_double (double, double, double, …) -> double
math_@min_list_int (int, int, int, …) -> int
math_@min_list_uint (uint, uint, uint, …) -> uint)"},
    {"math.ceil", OfDouble<Ceil>, "math_ceil_double (double) -> double"},
    {"math.floor", OfDouble<Floor>, "math_floor_double (double) -> double"},
    {"math.round", OfDouble<Round>, "math_round_double (double) -> double"},
    {"math.trunc", OfDouble<Trunc>, "math_trunc_double (double) -> double"},
    {"math.isNaN", TestOfDouble<IsNan>, "math_isNaN_double (double) -> bool"},
    {"math.isInf", TestOfDouble<IsInf>, "math_isInf_double (double) -> bool"},
    {"math.isFinite", TestOfDouble<IsFinite>,
     "math_isFinite_double (double) -> bool"},
    {"math.abs", Abs,
     R"(math_abs_double (double) -> double
math_abs_int (int) -> int
math_abs_uint (uint) -> uint)"},
    {"math.sign", Sign,
     R"(math_sign_double (double) -> double
math_sign_int (int) -> int
math_sign_uint (uint) -> uint)"},
    {"math.sqrt", SquareRoot,
     R"(math_sqrt_double (double) -> double
math_sqrt_int (int) -> double
math_sqrt_uint (uint) -> double)"},
    {"math.bitAnd", OfBits<And>,
     R"(math_bitAnd_int_int (int, int) -> int
math_bitAnd_uint_uint (uint, uint) -> uint)"},
    {"math.bitOr", OfBits<Or>,
     R"(math_bitOr_int_int (int, int) -> int
math_bitOr_uint_uint (uint, uint) -> uint)"},
    {"math.bitXor", OfBits<Xor>,
     R"(math_bitXor_int_int (int, int) -> int
math_bitXor_uint_uint (uint, uint) -> uint)"},
    {"math.bitNot", BitNot,
     R"(math_bitNot_int_int (int) -> int
math_bitNot_uint_uint (uint) -> uint)"},
    {"math.bitShiftLeft", Shift<ShiftLeft>,
     R"(math_bitShiftLeft_int_int (int, int) -> int
math_bitShiftLeft_uint_int (uint, int) -> uint)"},
    {"math.bitShiftRight", Shift<ShiftRight>,
     R"(math_bitShiftRight_int_int (int, int) -> int
math_bitShiftRight_uint_int (uint, int) -> uint)"},
};

}  // namespace

absl::Span<const FunctionSpec> MathFunctions() { return kFunctions; }

}  // namespace duban::expr
