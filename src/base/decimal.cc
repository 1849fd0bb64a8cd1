#include "src/base/decimal.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban {
namespace {

// All magnitudes are below 10^38 < 2^127, so that twice a magnitude still
// fits in 128 bits without sign. Floor and Ceil may reach 10^38 itself.
constexpr int kDigits = 38;

constexpr uint128_t PowerOfTen(int exponent) {
  uint128_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

constexpr uint128_t kLimit = PowerOfTen(kDigits);

// Right for the least int128 too, whose negation does not exist.
constexpr uint128_t Magnitude(int128_t value) {
  return value < 0 ? uint128_t{0} - static_cast<uint128_t>(value)
                   : static_cast<uint128_t>(value);
}

// `found` is the number or the sum that has no place.
absl::Status Overflow(absl::string_view found) {
  return Fault("DECIMAL_OVERFLOW", absl::StatusCode::kOutOfRange)
      .Say(absl::StrCat("“", found, "”数值过大：绝对值须小于 10 的 29 次方"),
           absl::StrCat("'", found,
                        "' is too large: the absolute value must be below "
                        "10^29"))
      .Hint("请检查单位和公式", "check the unit and the formula")
      .ToStatus();
}

struct Uint256 {
  uint128_t high;
  uint128_t low;
};

// Schoolbook multiplication of two numbers of two 64-bit digits each.
Uint256 MultiplyWide(uint128_t a, uint128_t b) {
  const uint64_t a1 = static_cast<uint64_t>(a >> 64);
  const uint64_t a0 = static_cast<uint64_t>(a);
  const uint64_t b1 = static_cast<uint64_t>(b >> 64);
  const uint64_t b0 = static_cast<uint64_t>(b);
  const uint128_t p00 = static_cast<uint128_t>(a0) * b0;
  const uint128_t p01 = static_cast<uint128_t>(a0) * b1;
  const uint128_t p10 = static_cast<uint128_t>(a1) * b0;
  const uint128_t p11 = static_cast<uint128_t>(a1) * b1;
  // The column of 2^64: three addends below 2^64, no carry is lost.
  const uint128_t middle =
      (p00 >> 64) + static_cast<uint64_t>(p01) + static_cast<uint64_t>(p10);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64),
          (middle << 64) | static_cast<uint64_t>(p00)};
}

struct QuotientRemainder {
  uint128_t quotient;
  uint128_t remainder;
};

// Long division, bit by bit. Requires n.high < d (the quotient then fits) and
// d < 2^127 (the remainder can then be doubled).
QuotientRemainder DivideWide(const Uint256& n, uint128_t d) {
  if (n.high == 0) return {n.low / d, n.low % d};
  QuotientRemainder r = {0, n.high};
  for (int bit = 127; bit >= 0; --bit) {
    r.remainder = (r.remainder << 1) | ((n.low >> bit) & 1);
    r.quotient <<= 1;
    if (r.remainder >= d) {
      r.remainder -= d;
      r.quotient |= 1;
    }
  }
  return r;
}

// a * b / c on units, rounded half away from zero; nothing where the result
// is out of range. c must not be zero.
std::optional<int128_t> MultiplyThenDivide(int128_t a, int128_t b, int128_t c) {
  const uint128_t divisor = Magnitude(c);
  const Uint256 product = MultiplyWide(Magnitude(a), Magnitude(b));
  if (product.high >= divisor) return std::nullopt;
  QuotientRemainder r = DivideWide(product, divisor);
  if (r.quotient >= kLimit) return std::nullopt;
  // The same as 2 * remainder >= divisor, without the doubling.
  if (r.remainder >= divisor - r.remainder) ++r.quotient;
  if (r.quotient >= kLimit) return std::nullopt;
  const int128_t units = static_cast<int128_t>(r.quotient);
  const bool negative = ((a < 0) != (b < 0)) != (c < 0);
  return negative ? -units : units;
}

absl::Status DivisionByZero(absl::string_view dividend) {
  return Fault("DIVISION_BY_ZERO")
      .Say(absl::StrCat(dividend, " 不能除以零"),
           absl::StrCat(dividend, " cannot be divided by zero"))
      .Hint("请先判断除数是否为零，并说明为零时如何计分",
            "test the divisor first, and say what holds where it is zero")
      .ToStatus();
}

// To a whole multiple of `step`. At most 10^38 + step / 2 before division.
uint128_t RoundTo(uint128_t magnitude, uint128_t step) {
  return (magnitude + step / 2) / step * step;
}

int ClampPlaces(int places) {
  return std::max(0, std::min(places, Decimal::kScale));
}

// Prints a magnitude in units with exactly `places` digits after the point;
// the digits after those are zeros.
std::string Print(uint128_t magnitude, bool negative, int places) {
  std::string digits;  // from the last to the first
  for (int i = 0; magnitude != 0 || i <= Decimal::kScale; ++i) {
    if (i == Decimal::kScale && places > 0) digits.push_back('.');
    if (i >= Decimal::kScale - places) {
      digits.push_back(
          static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    }
    magnitude /= 10;
  }
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// A number as written: its digits as one whole number, times 10^exponent.
struct Written {
  bool negative = false;
  std::string digits;  // without zeros at either end; empty for zero
  int64_t exponent = 0;
};

// Takes the digits that come next off `text`, onto *digits.
bool TakeDigits(absl::string_view* text, std::string* digits) {
  size_t n = 0;
  while (n < text->size() && IsDigit((*text)[n])) ++n;
  digits->append(text->data(), n);
  text->remove_prefix(n);
  return n > 0;
}

bool TakeSign(absl::string_view* text) {
  if (text->empty() || ((*text)[0] != '-' && (*text)[0] != '+')) return false;
  const bool negative = (*text)[0] == '-';
  text->remove_prefix(1);
  return negative;
}

bool ReadNumber(absl::string_view text, Written* out) {
  out->negative = TakeSign(&text);
  if (!TakeDigits(&text, &out->digits)) return false;
  int64_t places = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    places = static_cast<int64_t>(text.size());
    if (!TakeDigits(&text, &out->digits)) return false;
    places -= static_cast<int64_t>(text.size());
  }
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    const bool negative = TakeSign(&text);
    std::string exponent;
    if (!TakeDigits(&text, &exponent)) return false;
    // No text is so long that its digits could make up for such an exponent.
    constexpr int64_t kEnough = int64_t{1} << 56;
    for (char c : exponent) {
      out->exponent = std::min(out->exponent * 10 + (c - '0'), kEnough);
    }
    if (negative) out->exponent = -out->exponent;
  }
  if (!text.empty()) return false;
  out->exponent -= places;
  const size_t first = out->digits.find_first_not_of('0');
  if (first == std::string::npos) {
    out->digits.clear();
    return true;
  }
  const size_t last = out->digits.find_last_not_of('0');
  out->exponent += static_cast<int64_t>(out->digits.size() - 1 - last);
  out->digits = out->digits.substr(first, last - first + 1);
  return true;
}

absl::Status BadDecimal(absl::string_view text) {
  const std::string found = Excerpt(text);
  return Fault("BAD_DECIMAL")
      .Say(absl::StrCat("“", found, "”不是数"),
           absl::StrCat("'", found, "' is not a number"))
      .Hint(
          "请写成 12.5 的样子：半角数字，小数点两边都有数字，不带逗号、"
          "百分号、空格和单位",
          "write it like 12.5: ASCII digits, some on either side of a "
          "point, without commas, percent signs, spaces or units")
      .ToStatus();
}

absl::Status TooFine(absl::string_view text) {
  const std::string found = Excerpt(text);
  return Fault("DECIMAL_TOO_FINE")
      .Say(absl::StrCat("“", found, "”的小数多于 9 位"),
           absl::StrCat("'", found, "' has more than 9 decimal places"))
      .Hint("请先四舍五入到 9 位以内；系统不会悄悄改动录入的数",
            "round it to 9 places first; input is never changed silently")
      .ToStatus();
}

}  // namespace

absl::StatusOr<Decimal> Decimal::FromUnits(int128_t units) {
  if (Magnitude(units) >= kLimit) {
    return Overflow(Print(Magnitude(units), units < 0, kScale));
  }
  return Decimal(units);
}

absl::StatusOr<Decimal> Decimal::Parse(absl::string_view text) {
  Written number;
  if (!ReadNumber(text, &number)) return BadDecimal(text);
  if (number.digits.empty()) return Decimal();
  const int64_t zeros = number.exponent + kScale;
  if (zeros < 0) return TooFine(text);
  if (static_cast<int64_t>(number.digits.size()) > kDigits ||
      zeros > kDigits - static_cast<int64_t>(number.digits.size())) {
    return Overflow(Excerpt(text));
  }
  uint128_t magnitude = 0;
  for (char c : number.digits) {
    magnitude = magnitude * 10 + static_cast<uint128_t>(c - '0');
  }
  const int128_t units =
      static_cast<int128_t>(magnitude * PowerOfTen(static_cast<int>(zeros)));
  return Decimal(number.negative ? -units : units);
}

absl::StatusOr<int64_t> Decimal::ToInt64() const {
  if (units_ % kUnit != 0) {
    return Fault("DECIMAL_NOT_WHOLE", absl::StatusCode::kOutOfRange)
        .Say(absl::StrCat(ToString(), " 不是整数"),
             absl::StrCat(ToString(), " is not a whole number"))
        .Hint("请先取整", "round it first")
        .ToStatus();
  }
  const int128_t whole = units_ / kUnit;
  if (whole < std::numeric_limits<int64_t>::min() ||
      whole > std::numeric_limits<int64_t>::max()) {
    return Fault("DECIMAL_OVERFLOW", absl::StatusCode::kOutOfRange)
        .Say(absl::StrCat(ToString(), " 超出 64 位整数的范围"),
             absl::StrCat(ToString(), " does not fit a 64-bit integer"))
        .Hint("请检查单位和公式", "check the unit and the formula")
        .ToStatus();
  }
  return static_cast<int64_t>(whole);
}

std::string Decimal::ToString() const {
  int places = kScale;
  int128_t rest = units_ % kUnit;
  if (rest == 0) places = 0;
  for (; places > 0 && rest % 10 == 0; rest /= 10) --places;
  return Print(Magnitude(units_), is_negative(), places);
}

std::string Decimal::ToFixed(int places) const {
  places = ClampPlaces(places);
  const uint128_t rounded =
      RoundTo(Magnitude(units_), PowerOfTen(kScale - places));
  return Print(rounded, is_negative() && rounded != 0, places);
}

absl::StatusOr<Decimal> Decimal::Add(Decimal a, Decimal b) {
  int128_t sum = 0;
  if (__builtin_add_overflow(a.units_, b.units_, &sum) ||
      Magnitude(sum) >= kLimit) {
    return Overflow(absl::StrCat(a.ToString(), " + ", b.ToString()));
  }
  return Decimal(sum);
}

absl::StatusOr<Decimal> Decimal::Subtract(Decimal a, Decimal b) {
  int128_t difference = 0;
  if (__builtin_sub_overflow(a.units_, b.units_, &difference) ||
      Magnitude(difference) >= kLimit) {
    return Overflow(absl::StrCat(a.ToString(), " - ", b.ToString()));
  }
  return Decimal(difference);
}

absl::StatusOr<Decimal> Decimal::Multiply(Decimal a, Decimal b) {
  const auto units = MultiplyThenDivide(a.units_, b.units_, kUnit);
  if (units.has_value()) return Decimal(*units);
  return Overflow(absl::StrCat(a.ToString(), " * ", b.ToString()));
}

absl::StatusOr<Decimal> Decimal::Divide(Decimal a, Decimal b) {
  if (b.is_zero()) return DivisionByZero(a.ToString());
  const auto units = MultiplyThenDivide(a.units_, kUnit, b.units_);
  if (units.has_value()) return Decimal(*units);
  return Overflow(absl::StrCat(a.ToString(), " / ", b.ToString()));
}

absl::StatusOr<Decimal> Decimal::MultiplyDivide(Decimal a, Decimal b,
                                                Decimal c) {
  const auto product = [&] {
    return absl::StrCat(a.ToString(), " * ", b.ToString());
  };
  if (c.is_zero()) return DivisionByZero(product());
  const auto units = MultiplyThenDivide(a.units_, b.units_, c.units_);
  if (units.has_value()) return Decimal(*units);
  return Overflow(absl::StrCat(product(), " / ", c.ToString()));
}

absl::StatusOr<Decimal> Decimal::Round(int places) const {
  const uint128_t step = PowerOfTen(kScale - ClampPlaces(places));
  const uint128_t magnitude = RoundTo(Magnitude(units_), step);
  if (magnitude >= kLimit) return Overflow(ToString());
  const int128_t units = static_cast<int128_t>(magnitude);
  return Decimal(is_negative() ? -units : units);
}

Decimal Decimal::Floor() const {
  const int128_t part = units_ % kUnit;  // has the sign of units_
  return Decimal(units_ - part - (part < 0 ? int128_t{kUnit} : 0));
}

Decimal Decimal::Ceil() const { return Negate().Floor().Negate(); }

}  // namespace duban
