// Exact decimal numbers for scores: 38 significant digits, 9 of them after
// the point, that is |x| < 10^29 in steps of 10^-9. Products and quotients
// round half up, away from zero, at the ninth place (四舍五入), the way a
// score sheet is checked by hand. Overflow and division by zero are errors,
// never wrapped values. There is no NaN, no infinity and no negative zero.
//
// Immutable values; thread-safe.
#ifndef DUBAN_SRC_BASE_DECIMAL_H_
#define DUBAN_SRC_BASE_DECIMAL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban {

__extension__ using int128_t = __int128;
__extension__ using uint128_t = unsigned __int128;

class Decimal {
 public:
  static constexpr int kScale = 9;
  static constexpr int64_t kUnit = 1000000000;  // 10^kScale

  constexpr Decimal() = default;
  // Every int64 fits.
  static constexpr Decimal FromInt(int64_t value) {
    return Decimal(static_cast<int128_t>(value) * kUnit);
  }
  // From a count of 10^-9 units; DECIMAL_OVERFLOW from 10^38 on.
  static absl::StatusOr<Decimal> FromUnits(int128_t units);
  // [-+]digits[.digits][(e|E)[-+]digits], at least one digit on either side
  // of the point it has; anything else fails with BAD_DECIMAL. What does not
  // fit nine places exactly is refused (DECIMAL_TOO_FINE) rather than rounded:
  // input is never changed silently. 10^29 and beyond is DECIMAL_OVERFLOW.
  static absl::StatusOr<Decimal> Parse(absl::string_view text);

  // The caller keeps to |units| < 10^38.
  static constexpr Decimal FromUnitsUnchecked(int128_t units) {
    return Decimal(units);
  }

  constexpr int128_t units() const { return units_; }
  constexpr bool is_zero() const { return units_ == 0; }
  constexpr bool is_negative() const { return units_ < 0; }
  // Whole and within int64: its value; otherwise OUT_OF_RANGE with reason
  // DECIMAL_NOT_WHOLE or DECIMAL_OVERFLOW.
  absl::StatusOr<int64_t> ToInt64() const;
  // Shortest form: "12.5", "0", "-3". Never an exponent, no trailing zeros.
  std::string ToString() const;
  // With exactly `places` (0–9; else the nearer of the two) digits after the
  // point, rounded half up, away from zero.
  std::string ToFixed(int places) const;

  // DECIMAL_OVERFLOW or DIVISION_BY_ZERO on failure.
  static absl::StatusOr<Decimal> Add(Decimal a, Decimal b);
  static absl::StatusOr<Decimal> Subtract(Decimal a, Decimal b);
  static absl::StatusOr<Decimal> Multiply(Decimal a, Decimal b);
  static absl::StatusOr<Decimal> Divide(Decimal a, Decimal b);
  // a * b / c with one rounding at the end: 30 * on_time / total is exact
  // where its result has nine places.
  static absl::StatusOr<Decimal> MultiplyDivide(Decimal a, Decimal b,
                                                Decimal c);
  Decimal Negate() const { return Decimal(-units_); }
  Decimal Abs() const { return units_ < 0 ? Negate() : *this; }
  // Places 0–9 (more leaves the number as it is, fewer is 0); half up, away
  // from zero.
  // May overflow only at the very edge of the range.
  absl::StatusOr<Decimal> Round(int places) const;
  // Whole number toward minus or plus infinity. Within 1 of the edge of the
  // range this is exactly ∓10^29, the only value outside it that can arise;
  // it prints, compares and calculates rightly, but Parse refuses it.
  Decimal Floor() const;
  Decimal Ceil() const;

  friend constexpr bool operator==(Decimal a, Decimal b) {
    return a.units_ == b.units_;
  }
  friend constexpr bool operator!=(Decimal a, Decimal b) {
    return a.units_ != b.units_;
  }
  friend constexpr bool operator<(Decimal a, Decimal b) {
    return a.units_ < b.units_;
  }
  friend constexpr bool operator<=(Decimal a, Decimal b) {
    return a.units_ <= b.units_;
  }
  friend constexpr bool operator>(Decimal a, Decimal b) {
    return a.units_ > b.units_;
  }
  friend constexpr bool operator>=(Decimal a, Decimal b) {
    return a.units_ >= b.units_;
  }

 private:
  explicit constexpr Decimal(int128_t units) : units_(units) {}
  int128_t units_ = 0;
};

}  // namespace duban

#endif  // DUBAN_SRC_BASE_DECIMAL_H_
