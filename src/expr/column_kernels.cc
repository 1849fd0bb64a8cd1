#include "src/expr/column_kernels.h"

#include <limits>
#include <type_traits>

namespace duban::expr {
namespace {

constexpr int128_t kUnit = Decimal::kUnit;

// The four shapes of a loop over two operands, so that the compiler sees
// arrays and constants.
template <typename T, typename F>
void ForEach(size_t n, Operand<T> a, Operand<T> b, F f) {
  if (a.data != nullptr && b.data != nullptr) {
    for (size_t i = 0; i < n; ++i) f(i, a.data[i], b.data[i]);
  } else if (a.data != nullptr) {
    const T y = b.value;
    for (size_t i = 0; i < n; ++i) f(i, a.data[i], y);
  } else if (b.data != nullptr) {
    const T x = a.value;
    for (size_t i = 0; i < n; ++i) f(i, x, b.data[i]);
  } else {
    for (size_t i = 0; i < n; ++i) f(i, a.value, b.value);
  }
}

template <typename T>
void CompareAny(Op op, size_t n, Operand<T> a, Operand<T> b, uint8_t* out) {
  switch (op) {
    case Op::kEqual:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x == y; });
    case Op::kNotEqual:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x != y; });
    case Op::kLess:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x < y; });
    case Op::kLessEqual:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x <= y; });
    case Op::kGreater:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x > y; });
    default:
      return ForEach(n, a, b, [out](size_t i, T x, T y) { out[i] = x >= y; });
  }
}

template <typename T>
void CompareNarrow(Op op, size_t n, const T* a, int64_t b, uint8_t* out) {
  if (b >= std::numeric_limits<T>::min() &&
      b <= std::numeric_limits<T>::max()) {
    return CompareAny<T>(op, n, {a, {}}, {nullptr, static_cast<T>(b)}, out);
  }
  // All of the column is on one side of the number.
  const bool less = b > 0;
  const bool holds = op == Op::kNotEqual ||
                     (less ? op == Op::kLess || op == Op::kLessEqual
                           : op == Op::kGreater || op == Op::kGreaterEqual);
  for (size_t i = 0; i < n; ++i) out[i] = holds ? 1 : 0;
}

// a * kUnit / b, half up, away from zero; b is not 0.
int128_t DivideWhole(int64_t a, int64_t b) {
  constexpr int64_t kSmall = std::numeric_limits<int64_t>::max() / 2 / kUnit;
  if (a <= kSmall && a >= -kSmall && b < kSmall && b > -kSmall) {
    const int64_t units = a * static_cast<int64_t>(kUnit);
    const int64_t quotient = units / b;
    const int64_t rest = units % b;
    const int64_t twice = 2 * (rest < 0 ? -rest : rest);
    if (twice < (b < 0 ? -b : b)) return quotient;
    return (units < 0) != (b < 0) ? quotient - 1 : quotient + 1;
  }
  const int128_t units = int128_t{a} * kUnit;
  const int128_t quotient = units / b;
  const int128_t rest = units % b;
  const int128_t twice = 2 * (rest < 0 ? -rest : rest);
  if (twice < (b < 0 ? -int128_t{b} : int128_t{b})) return quotient;
  return (units < 0) != (b < 0) ? quotient - 1 : quotient + 1;
}

int128_t Unpack(const absl::StatusOr<Decimal>& result, uint8_t* failed) {
  if (result.ok()) return result->units();
  *failed = 1;
  return 0;
}

}  // namespace

void Compare(Op op, size_t n, Operand<int64_t> a, Operand<int64_t> b,
             uint8_t* out) {
  CompareAny(op, n, a, b, out);
}
void Compare(Op op, size_t n, Operand<double> a, Operand<double> b,
             uint8_t* out) {
  CompareAny(op, n, a, b, out);
}
void Compare(Op op, size_t n, Operand<int128_t> a, Operand<int128_t> b,
             uint8_t* out) {
  CompareAny(op, n, a, b, out);
}
void CompareWith(Op op, size_t n, const uint8_t* a, int64_t b, uint8_t* out) {
  CompareNarrow(op, n, a, b, out);
}
void CompareWith(Op op, size_t n, const int16_t* a, int64_t b, uint8_t* out) {
  CompareNarrow(op, n, a, b, out);
}
void CompareWith(Op op, size_t n, const int32_t* a, int64_t b, uint8_t* out) {
  CompareNarrow(op, n, a, b, out);
}
void CompareWith(Op op, size_t n, const int64_t* a, int64_t b, uint8_t* out) {
  CompareNarrow(op, n, a, b, out);
}

void Calculate(Op op, size_t n, Operand<int64_t> a, Operand<int64_t> b,
               int64_t* out, uint8_t* failed) {
  using U = uint64_t;
  switch (op) {
    case Op::kAdd:
      return ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
        const auto sum = static_cast<int64_t>(U(x) + U(y));
        out[i] = sum;
        failed[i] |= static_cast<uint8_t>(U((x ^ sum) & (y ^ sum)) >> 63);
      });
    case Op::kSubtract:
      return ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
        const auto rest = static_cast<int64_t>(U(x) - U(y));
        out[i] = rest;
        failed[i] |= static_cast<uint8_t>(U((x ^ y) & (x ^ rest)) >> 63);
      });
    case Op::kMultiply:
      return ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
        int64_t product = 0;
        failed[i] |= __builtin_mul_overflow(x, y, &product) ? 1 : 0;
        out[i] = product;
      });
    default:
      break;
  }
  const bool divides = op == Op::kDivide;
  ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
    const bool bad =
        y == 0 || (y == -1 && x == std::numeric_limits<int64_t>::min());
    failed[i] |= bad ? 1 : 0;
    const int64_t safe = bad ? 1 : y;
    out[i] = divides ? x / safe : x % safe;
  });
}

void Calculate(Op op, size_t n, Operand<double> a, Operand<double> b,
               double* out) {
  switch (op) {
    case Op::kAdd:
      return ForEach(n, a, b,
                     [out](size_t i, double x, double y) { out[i] = x + y; });
    case Op::kSubtract:
      return ForEach(n, a, b,
                     [out](size_t i, double x, double y) { out[i] = x - y; });
    case Op::kMultiply:
      return ForEach(n, a, b,
                     [out](size_t i, double x, double y) { out[i] = x * y; });
    default:
      return ForEach(n, a, b,
                     [out](size_t i, double x, double y) { out[i] = x / y; });
  }
}

void Calculate(Op op, size_t n, Operand<int128_t> a, Operand<int128_t> b,
               int128_t* out, uint8_t* failed) {
  using Result = absl::StatusOr<Decimal> (*)(Decimal, Decimal);
  const Result calculate = op == Op::kAdd        ? &Decimal::Add
                           : op == Op::kSubtract ? &Decimal::Subtract
                           : op == Op::kMultiply ? &Decimal::Multiply
                                                 : &Decimal::Divide;
  ForEach(n, a, b, [=](size_t i, int128_t x, int128_t y) {
    if (failed[i] != 0) return;
    out[i] = Unpack(calculate(Decimal::FromUnitsUnchecked(x),
                              Decimal::FromUnitsUnchecked(y)),
                    &failed[i]);
  });
}

void MultiplyDivide(size_t n, Operand<int64_t> a, Operand<int64_t> b,
                    Operand<int64_t> c, int128_t* out, uint8_t* failed) {
  for (size_t i = 0; i < n; ++i) {
    const int64_t x = a.data != nullptr ? a.data[i] : a.value;
    const int64_t y = b.data != nullptr ? b.data[i] : b.value;
    const int64_t z = c.data != nullptr ? c.data[i] : c.value;
    int64_t product = 0;
    const bool bad = __builtin_mul_overflow(x, y, &product) || z == 0;
    failed[i] |= bad ? 1 : 0;
    out[i] = bad ? 0 : DivideWhole(product, z);
  }
}

void Widen(size_t n, const uint8_t* in, int64_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[i];
}
void Widen(size_t n, const int16_t* in, int64_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[i];
}
void Widen(size_t n, const int32_t* in, int64_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[i];
}
void ToUnits(size_t n, const int64_t* whole, int128_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = whole[i] * kUnit;
}

void And(size_t n, const uint8_t* a, uint8_t* inout) {
  for (size_t i = 0; i < n; ++i) inout[i] &= a[i];
}
void Or(size_t n, const uint8_t* a, uint8_t* inout) {
  for (size_t i = 0; i < n; ++i) inout[i] |= a[i];
}
void Not(size_t n, const uint8_t* in, uint8_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[i] ^ 1;
}
bool Any(size_t n, const uint8_t* bytes) {
  uint8_t any = 0;
  for (size_t i = 0; i < n; ++i) any |= bytes[i];
  return any != 0;
}

}  // namespace duban::expr
