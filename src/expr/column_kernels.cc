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

namespace {

// Whether all numbers are of 32 bits: then no product of two overflows, and
// they are divided sooner.
bool AreSmall(size_t n, Operand<int64_t> numbers) {
  constexpr uint64_t kBias = uint64_t{1} << 31;
  if (numbers.data == nullptr) {
    return (static_cast<uint64_t>(numbers.value) + kBias) >> 32 == 0;
  }
  uint64_t bits = 0;
  for (size_t i = 0; i < n; ++i) {
    bits |= static_cast<uint64_t>(numbers.data[i]) + kBias;
  }
  return bits >> 32 == 0;
}

int64_t SumOrRest(bool add, int64_t x, int64_t y) {
  const auto a = static_cast<uint64_t>(x);
  const auto b = static_cast<uint64_t>(y);
  return static_cast<int64_t>(add ? a + b : a - b);
}

// Negative where the sum or rest does not fit.
int64_t Overflows(bool add, int64_t x, int64_t y, int64_t result) {
  return add ? (x ^ result) & (y ^ result) : (x ^ y) & (x ^ result);
}

// The failures are rare: whether there are any is found out on the way, and
// which they are only then.
template <bool kAdd>
void AddOrSubtract(size_t n, Operand<int64_t> a, Operand<int64_t> b,
                   int64_t* out, uint8_t* failed) {
  int64_t bad = 0;
  ForEach(n, a, b, [out, &bad](size_t i, int64_t x, int64_t y) {
    const int64_t result = SumOrRest(kAdd, x, y);
    out[i] = result;
    bad |= Overflows(kAdd, x, y, result);
  });
  if (bad >= 0) return;
  ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
    failed[i] |= Overflows(kAdd, x, y, out[i]) < 0 ? 1 : 0;
  });
}

void MultiplyAll(size_t n, Operand<int64_t> a, Operand<int64_t> b, int64_t* out,
                 uint8_t* failed) {
  if (AreSmall(n, a) && AreSmall(n, b)) {
    return ForEach(n, a, b,
                   [out](size_t i, int64_t x, int64_t y) { out[i] = x * y; });
  }
  ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
    int64_t product = 0;
    failed[i] |= __builtin_mul_overflow(x, y, &product) ? 1 : 0;
    out[i] = product;
  });
}

template <bool kDivide>
void DivideAll(size_t n, Operand<int64_t> a, Operand<int64_t> b, int64_t* out,
               uint8_t* failed) {
  if (AreSmall(n, a) && AreSmall(n, b)) {
    return ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
      failed[i] |= y == 0 ? 1 : 0;
      // Of 32 bits, but for the one quotient that has 33.
      if (y == -1 || y == 0) {
        out[i] = kDivide ? -x : 0;
        return;
      }
      const auto p = static_cast<int32_t>(x);
      const auto q = static_cast<int32_t>(y);
      out[i] = kDivide ? p / q : p % q;
    });
  }
  ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
    const bool bad =
        y == 0 || (y == -1 && x == std::numeric_limits<int64_t>::min());
    failed[i] |= bad ? 1 : 0;
    const int64_t safe = bad ? 1 : y;
    out[i] = kDivide ? x / safe : x % safe;
  });
}

}  // namespace

void Calculate(Op op, size_t n, Operand<int64_t> a, Operand<int64_t> b,
               int64_t* out, uint8_t* failed) {
  switch (op) {
    case Op::kAdd:
      return AddOrSubtract<true>(n, a, b, out, failed);
    case Op::kSubtract:
      return AddOrSubtract<false>(n, a, b, out, failed);
    case Op::kMultiply:
      return MultiplyAll(n, a, b, out, failed);
    case Op::kDivide:
      return DivideAll<true>(n, a, b, out, failed);
    default:
      return DivideAll<false>(n, a, b, out, failed);
  }
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

void Blend(size_t n, const uint8_t* condition, Operand<uint8_t> a,
           Operand<uint8_t> b, uint8_t* out) {
  ForEach(n, a, b, [=](size_t i, uint8_t x, uint8_t y) {
    out[i] = static_cast<uint8_t>(y ^ ((x ^ y) & -condition[i]));
  });
}
void Blend(size_t n, const uint8_t* condition, Operand<int64_t> a,
           Operand<int64_t> b, int64_t* out) {
  ForEach(n, a, b, [=](size_t i, int64_t x, int64_t y) {
    out[i] = y ^ ((x ^ y) & -int64_t{condition[i]});
  });
}
void Blend(size_t n, const uint8_t* condition, Operand<double> a,
           Operand<double> b, double* out) {
  ForEach(n, a, b, [=](size_t i, double x, double y) {
    out[i] = condition[i] != 0 ? x : y;
  });
}
void Blend(size_t n, const uint8_t* condition, Operand<int128_t> a,
           Operand<int128_t> b, int128_t* out) {
  ForEach(n, a, b, [=](size_t i, int128_t x, int128_t y) {
    out[i] = condition[i] != 0 ? x : y;
  });
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
void Decide(size_t n, bool decisive, const uint8_t* truth,
            const uint8_t* failed, const uint8_t* asked, uint8_t* decided) {
  const uint8_t flip = decisive ? 0 : 1;
  if (failed == nullptr && asked == nullptr) {
    for (size_t i = 0; i < n; ++i) decided[i] |= truth[i] ^ flip;
  } else if (failed == nullptr) {
    for (size_t i = 0; i < n; ++i) decided[i] |= (truth[i] ^ flip) & asked[i];
  } else if (asked == nullptr) {
    for (size_t i = 0; i < n; ++i) {
      decided[i] |= (truth[i] ^ flip) & (failed[i] ^ 1);
    }
  } else {
    for (size_t i = 0; i < n; ++i) {
      decided[i] |= (truth[i] ^ flip) & (failed[i] ^ 1) & asked[i];
    }
  }
}
bool Any(size_t n, const uint8_t* bytes) {
  uint8_t any = 0;
  for (size_t i = 0; i < n; ++i) any |= bytes[i];
  return any != 0;
}

}  // namespace duban::expr
