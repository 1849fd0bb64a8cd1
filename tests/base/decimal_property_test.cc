// Decimal against reckoning by hand: an oracle that works on strings of
// decimal digits, the way it is taught at school, and shares no code and no
// binary arithmetic with decimal.cc.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "src/base/decimal.h"

namespace duban {
namespace {

// Digits without leading zeros; zero is "".
std::string Trim(const std::string& digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "" : digits.substr(first);
}

bool Less(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string Sum(const std::string& a, const std::string& b) {
  std::string out;
  int carry = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) || carry > 0; ++i) {
    if (i < a.size()) carry += a[a.size() - 1 - i] - '0';
    if (i < b.size()) carry += b[b.size() - 1 - i] - '0';
    out.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  std::reverse(out.begin(), out.end());
  return Trim(out);
}

// Requires a >= b.
std::string Difference(const std::string& a, const std::string& b) {
  std::string out = a;
  int borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    char& digit = out[out.size() - 1 - i];
    int value = digit - '0' - borrow;
    if (i < b.size()) value -= b[b.size() - 1 - i] - '0';
    borrow = value < 0 ? 1 : 0;
    digit = static_cast<char>('0' + value + 10 * borrow);
  }
  return Trim(out);
}

std::string Product(const std::string& a, const std::string& b) {
  std::vector<int> columns(a.size() + b.size(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      columns[i + j + 1] += (a[i] - '0') * (b[j] - '0');
    }
  }
  std::string out(columns.size(), '0');
  int carry = 0;
  for (size_t i = columns.size(); i-- > 0;) {
    carry += columns[i];
    out[i] = static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  return Trim(out);
}

// a / b, the half rounded up. Requires b != 0.
std::string Quotient(const std::string& a, const std::string& b) {
  std::string quotient;
  std::string rest;
  for (const char digit : a) {
    rest = Trim(rest + digit);
    char times = '0';
    for (; !Less(rest, b); ++times) rest = Difference(rest, b);
    quotient.push_back(times);
  }
  quotient = Trim(quotient);
  return Less(Sum(rest, rest), b) ? quotient : Sum(quotient, "1");
}

struct Number {
  bool negative = false;
  std::string digits;  // of the count of units
};

std::string Show(const Number& n) {
  if (n.digits.size() > 38) return "overflow";
  if (n.digits.empty()) return "0";
  return (n.negative ? "-" : "") + n.digits;
}

// The units of a result in the same form.
std::string Show(const absl::StatusOr<Decimal>& value) {
  if (!value.ok()) {
    return value.status().code() == absl::StatusCode::kOutOfRange ? "overflow"
                                                                  : "failed";
  }
  std::string out;
  for (int128_t rest = value->units(); rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    out.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  if (out.empty()) return "0";
  if (value->units() < 0) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

Decimal ToDecimal(const Number& n) {
  int128_t units = 0;
  for (const char digit : n.digits) units = units * 10 + (digit - '0');
  return Decimal::FromUnits(n.negative ? -units : units).value();
}

Number Added(const Number& a, const Number& b) {
  if (a.negative == b.negative) return {a.negative, Sum(a.digits, b.digits)};
  if (Less(a.digits, b.digits)) {
    return {b.negative, Difference(b.digits, a.digits)};
  }
  return {a.negative, Difference(a.digits, b.digits)};
}

Number ProductOverQuotient(const Number& a, const Number& b, const Number& c) {
  return {(a.negative != b.negative) != c.negative,
          Quotient(Product(a.digits, b.digits), c.digits)};
}

// Numbers of every length, with the digits that make trouble (runs of 0 and 9,
// halves) more often than chance would. The same at every run.
class Source {
 public:
  Number Next() {
    Number n;
    n.negative = Below(2) == 0;
    const int length = Below(39);
    const int style = Below(6);
    for (int i = 0; i < length; ++i) {
      int digit = Below(10);
      if (style == 0) digit = 9;
      if (style == 1) digit = i == 0 ? 1 : 0;
      if (style == 2) digit = i == 0 ? 5 : 0;
      if (style == 3 && i > 3) digit = 0;
      n.digits.push_back(static_cast<char>('0' + digit));
    }
    n.digits = Trim(n.digits);
    return n;
  }

 private:
  // Knuth's MMIX generator; its high bits are the good ones.
  int Below(int bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(bound));
  }

  uint64_t state_ = 20211027;
};

void CheckAll(const Number& a, const Number& b, const Number& c) {
  const Number unit = {false, "1000000000"};
  const Decimal x = ToDecimal(a);
  const Decimal y = ToDecimal(b);
  const Decimal z = ToDecimal(c);
  SCOPED_TRACE(Show(a) + " " + Show(b) + " " + Show(c));
  EXPECT_EQ(Show(Decimal::Add(x, y)), Show(Added(a, b)));
  EXPECT_EQ(Show(Decimal::Subtract(x, y)),
            Show(Added(a, {!b.negative, b.digits})));
  EXPECT_EQ(Show(Decimal::Multiply(x, y)),
            Show(ProductOverQuotient(a, b, unit)));
  EXPECT_EQ(Decimal::Parse(x.ToString()).value(), x);
  EXPECT_EQ(Decimal::Parse(x.ToFixed(9)).value(), x);
  if (!c.digits.empty()) {
    EXPECT_EQ(Show(Decimal::Divide(x, z)),
              Show(ProductOverQuotient(a, unit, c)));
    EXPECT_EQ(Show(Decimal::MultiplyDivide(x, y, z)),
              Show(ProductOverQuotient(a, b, c)));
  }
}

void CheckRounding(const Number& a) {
  const Decimal x = ToDecimal(a);
  for (int places = 0; places <= 9; ++places) {
    const std::string step = "1" + std::string(9 - places, '0');
    const Number expected = {a.negative,
                             Product(Quotient(a.digits, step), step)};
    EXPECT_EQ(Show(x.Round(places)), Show(expected))
        << Show(a) << " at " << places;
  }
}

TEST(DecimalPropertyTest, AgreesWithReckoningByHand) {
  Source source;
  for (int i = 0; i < 20000 && !::testing::Test::HasFailure(); ++i) {
    const Number a = source.Next();
    const Number b = source.Next();
    const Number c = source.Next();
    CheckAll(a, b, c);
    if (i % 10 == 0) CheckRounding(a);
  }
}

TEST(DecimalPropertyTest, AgreesAtTheExtremes) {
  std::vector<Number> extremes;
  for (const bool negative : {false, true}) {
    for (const std::string& digits :
         {std::string(), std::string("1"), std::string("2"),
          std::string("499999999"), std::string("500000000"),
          std::string("999999999"), std::string("1000000000"),
          std::string("1000000001"),
          std::string("18446744073709551615"),  // 2^64 - 1
          std::string("18446744073709551616"),  // 2^64
          std::string("18446744073709551617"), "1" + std::string(37, '0'),
          "5" + std::string(37, '0'), std::string(38, '9'),
          std::string(37, '9') + "8", std::string(37, '9')}) {
      extremes.push_back({negative, digits});
    }
  }
  for (const Number& a : extremes) {
    CheckRounding(a);
    for (const Number& b : extremes) {
      for (const Number& c : extremes) CheckAll(a, b, c);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace duban
