#include "src/base/decimal.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinInt = std::numeric_limits<int64_t>::min();
constexpr char kLargest[] = "99999999999999999999999999999.999999999";
constexpr char kSmallest[] = "-99999999999999999999999999999.999999999";

Decimal D(absl::string_view text) { return Decimal::Parse(text).value(); }

std::string Reason(const absl::Status& status) {
  const v1::ErrorList list = FaultsOf(status);
  if (list.errors_size() != 1) return "";
  const v1::ErrorDetail& e = list.errors(0);
  EXPECT_FALSE(e.message().zh().empty());
  EXPECT_FALSE(e.message().en().empty());
  EXPECT_FALSE(e.hint().zh().empty());
  EXPECT_FALSE(e.hint().en().empty());
  return e.reason();
}

// The value printed, or the reason for which there is none.
std::string Show(const absl::StatusOr<Decimal>& value) {
  return value.ok() ? value->ToString() : Reason(value.status());
}

TEST(DecimalTest, ParsesAndPrintsTheShortestForm) {
  struct Case {
    const char* text;
    const char* printed;
  };
  for (const Case& c : {Case{"0", "0"},
                        {"-0", "0"},
                        {"+0.000", "0"},
                        {"-0.0e-99", "0"},
                        {"0e999999999999999999999999", "0"},
                        {"12.5", "12.5"},
                        {"+12.50", "12.5"},
                        {"-3", "-3"},
                        {"007", "7"},
                        {"96.58", "96.58"},
                        {"0.000000001", "0.000000001"},
                        {"-0.000000001", "-0.000000001"},
                        {"1.0000000000000000000000", "1"},
                        {"1e3", "1000"},
                        {"1E+3", "1000"},
                        {"12.5e-1", "1.25"},
                        {"1.25e1", "12.5"},
                        {"1e-9", "0.000000001"},
                        {"10e-10", "0.000000001"},
                        {"1e28", "10000000000000000000000000000"},
                        {"0.0000000000000000001e20", "10"},
                        {"1000000000000000000000000000000e-30", "1"},
                        {"100", "100"},
                        {"1010.0101", "1010.0101"},
                        {kLargest, kLargest},
                        {kSmallest, kSmallest}}) {
    EXPECT_EQ(Show(Decimal::Parse(c.text)), c.printed) << c.text;
  }
}

TEST(DecimalTest, WhatIsNotANumberIsRefused) {
  for (const char* text :
       {"",      " ",     "+",     "-",     ".",     ".5",   "5.",  "-.5",
        "1.e5",  "e5",    "1e",    "1e+",   "1e1.5", "1 ",   " 1",  "--1",
        "+-1",   "1,000", "1_000", "12.5%", "20余",  "0x10", "nan", "inf",
        "1.2.3", "１２",  "1\xFF", "五",    "1e5e5"}) {
    EXPECT_EQ(Show(Decimal::Parse(text)), "BAD_DECIMAL") << text;
  }
  EXPECT_EQ(Show(Decimal::Parse(absl::string_view("1\0", 2))), "BAD_DECIMAL");
}

TEST(DecimalTest, MoreThanNinePlacesAreRefusedNotRounded) {
  for (const char* text : {"0.0000000001", "1.2345678901", "1e-10", "15e-10",
                           "-0.9999999999", "1e-99999999999999999999"}) {
    EXPECT_EQ(Show(Decimal::Parse(text)), "DECIMAL_TOO_FINE") << text;
  }
}

TEST(DecimalTest, TooLargeIsAnError) {
  for (const char* text :
       {"1e29", "-1e29", "100000000000000000000000000000",
        "99999999999999999999999999999999999999", "1e99999999999999999999",
        "123456789012345678901234567890.5"}) {
    EXPECT_EQ(Show(Decimal::Parse(text)), "DECIMAL_OVERFLOW") << text;
  }
}

TEST(DecimalTest, LongInputIsReadInOnePass) {
  const std::string zeros(1000000, '0');
  EXPECT_EQ(Show(Decimal::Parse(zeros + "1." + zeros)), "1");
  EXPECT_EQ(Show(Decimal::Parse("1" + zeros)), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Parse("1" + zeros + "e-1000000")), "1");
  EXPECT_EQ(Show(Decimal::Parse("0." + zeros + "1")), "DECIMAL_TOO_FINE");
  EXPECT_EQ(Show(Decimal::Parse("0." + zeros + "1e1000001")), "1");
  EXPECT_EQ(Show(Decimal::Parse("1e" + zeros + "1")), "10");
}

TEST(DecimalTest, MessagesSayWhatWasFound) {
  EXPECT_NE(Decimal::Parse("12.5%").status().message().find("12.5%"),
            absl::string_view::npos);
  EXPECT_EQ(Decimal::Divide(D("2.5"), Decimal()).status().message(),
            "2.5 不能除以零 / 2.5 cannot be divided by zero");
  EXPECT_NE(Decimal::Add(D(kLargest), D("1")).status().message().find(kLargest),
            absl::string_view::npos);
}

TEST(DecimalTest, FromInt) {
  EXPECT_EQ(Decimal::FromInt(0).ToString(), "0");
  EXPECT_EQ(Decimal::FromInt(-7).ToString(), "-7");
  EXPECT_EQ(Decimal::FromInt(kMaxInt).ToString(), "9223372036854775807");
  EXPECT_EQ(Decimal::FromInt(kMinInt).ToString(), "-9223372036854775808");
}

TEST(DecimalTest, FromUnits) {
  const int128_t largest = D(kLargest).units();
  EXPECT_EQ(Show(Decimal::FromUnits(1)), "0.000000001");
  EXPECT_EQ(Show(Decimal::FromUnits(-largest)), kSmallest);
  EXPECT_EQ(Show(Decimal::FromUnits(largest + 1)), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::FromUnits(-largest - 1)), "DECIMAL_OVERFLOW");
  const int128_t least = static_cast<int128_t>(uint128_t{1} << 127);
  EXPECT_EQ(Show(Decimal::FromUnits(least)), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::FromUnits(-(least + 1))), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Decimal::FromUnits(largest + 1).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(DecimalTest, ToInt64) {
  EXPECT_EQ(D("-12").ToInt64().value(), -12);
  EXPECT_EQ(Decimal::FromInt(kMaxInt).ToInt64().value(), kMaxInt);
  EXPECT_EQ(Decimal::FromInt(kMinInt).ToInt64().value(), kMinInt);
  const absl::Status half = D("0.5").ToInt64().status();
  EXPECT_EQ(half.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Reason(half), "DECIMAL_NOT_WHOLE");
  const absl::Status large = D("9223372036854775808").ToInt64().status();
  EXPECT_EQ(large.code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Reason(large), "DECIMAL_OVERFLOW");
  EXPECT_FALSE(D("-9223372036854775809").ToInt64().ok());
}

TEST(DecimalTest, HalfRoundsAwayFromZero) {
  struct Case {
    const char* value;
    int places;
    const char* rounded;
    const char* fixed;
  };
  for (const Case& c : {Case{"2.5", 0, "3", "3"},
                        {"3.5", 0, "4", "4"},
                        {"-2.5", 0, "-3", "-3"},
                        {"2.499999999", 0, "2", "2"},
                        {"-2.499999999", 0, "-2", "-2"},
                        {"0.5", 0, "1", "1"},
                        {"-0.5", 0, "-1", "-1"},
                        {"0.499999999", 0, "0", "0"},
                        {"-0.4", 0, "0", "0"},
                        {"1.005", 2, "1.01", "1.01"},
                        {"-1.005", 2, "-1.01", "-1.01"},
                        {"1.004999999", 2, "1", "1.00"},
                        {"-0.004", 2, "0", "0.00"},
                        {"9.995", 2, "10", "10.00"},
                        {"96.58", 1, "96.6", "96.6"},
                        {"12.5", 3, "12.5", "12.500"},
                        {"0", 2, "0", "0.00"},
                        {"0.123456785", 8, "0.12345679", "0.12345679"},
                        {"0.123456789", 9, "0.123456789", "0.123456789"},
                        {"0.123456789", 99, "0.123456789", "0.123456789"},
                        {"15.5", -3, "16", "16"}}) {
    EXPECT_EQ(Show(D(c.value).Round(c.places)), c.rounded) << c.value;
    EXPECT_EQ(D(c.value).ToFixed(c.places), c.fixed) << c.value;
  }
}

TEST(DecimalTest, RoundingAtTheEdge) {
  EXPECT_EQ(Show(D(kLargest).Round(9)), kLargest);
  EXPECT_EQ(Show(D(kLargest).Round(8)), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(D(kSmallest).Round(0)), "DECIMAL_OVERFLOW");
  EXPECT_EQ(D(kSmallest).ToFixed(1), "-100000000000000000000000000000.0");
}

TEST(DecimalTest, FloorAndCeil) {
  struct Case {
    const char* value;
    const char* floor;
    const char* ceil;
  };
  const char kEdge[] = "100000000000000000000000000000";
  const std::string minus_edge = std::string("-") + kEdge;
  const char kWhole[] = "99999999999999999999999999999";
  const std::string minus_whole = std::string("-") + kWhole;
  for (const Case& c : {Case{"0", "0", "0"},
                        {"7", "7", "7"},
                        {"-7", "-7", "-7"},
                        {"2.5", "2", "3"},
                        {"-2.5", "-3", "-2"},
                        {"0.000000001", "0", "1"},
                        {"-0.000000001", "-1", "0"},
                        {"-0.999999999", "-1", "0"},
                        {kLargest, kWhole, kEdge},
                        {kSmallest, minus_edge.c_str(), minus_whole.c_str()}}) {
    EXPECT_EQ(D(c.value).Floor().ToString(), c.floor) << c.value;
    EXPECT_EQ(D(c.value).Ceil().ToString(), c.ceil) << c.value;
  }
  // One step past the range is still a number to reckon with.
  const Decimal edge = D(kLargest).Ceil();
  EXPECT_EQ(Show(Decimal::Subtract(edge, D("1"))), kWhole);
  EXPECT_EQ(Show(Decimal::Divide(edge, D("10"))),
            "10000000000000000000000000000");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(edge, edge, edge)),
            "DECIMAL_OVERFLOW");
  EXPECT_GT(edge, D(kLargest));
}

TEST(DecimalTest, Sums) {
  EXPECT_EQ(Show(Decimal::Add(D("0.1"), D("0.2"))), "0.3");
  EXPECT_EQ(Show(Decimal::Subtract(D("1"), D("0.9"))), "0.1");
  EXPECT_EQ(Show(Decimal::Add(D("-5"), D("5"))), "0");
  EXPECT_EQ(Show(Decimal::Add(D(kLargest), D("0.000000001"))),
            "DECIMAL_OVERFLOW");
  // This one leaves 128 bits as well.
  EXPECT_EQ(Show(Decimal::Add(D(kLargest), D(kLargest))), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Subtract(D(kSmallest), D(kLargest))),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Subtract(D(kLargest), D(kLargest))), "0");
}

TEST(DecimalTest, ProductsRoundOnceAtTheNinthPlace) {
  EXPECT_EQ(Show(Decimal::Multiply(D("1.5"), D("-2"))), "-3");
  EXPECT_EQ(Show(Decimal::Multiply(D("0.00001"), D("0.00005"))), "0.000000001");
  EXPECT_EQ(Show(Decimal::Multiply(D("-0.00001"), D("0.00005"))),
            "-0.000000001");
  EXPECT_EQ(Show(Decimal::Multiply(D("0.00001"), D("0.00004"))), "0");
  EXPECT_EQ(Show(Decimal::Multiply(D("-0.00001"), D("0.00004"))), "0");
  EXPECT_EQ(Show(Decimal::Multiply(D(kLargest), D("-1"))), kSmallest);
  EXPECT_EQ(Show(Decimal::Multiply(D(kLargest), D("1.000000001"))),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Multiply(D(kLargest), D(kSmallest))),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Multiply(D("100000000000000"), D("99999999999999"))),
            "9999999999999900000000000000");
}

TEST(DecimalTest, Quotients) {
  EXPECT_EQ(Show(Decimal::Divide(D("1"), D("3"))), "0.333333333");
  EXPECT_EQ(Show(Decimal::Divide(D("2"), D("3"))), "0.666666667");
  EXPECT_EQ(Show(Decimal::Divide(D("-2"), D("3"))), "-0.666666667");
  EXPECT_EQ(Show(Decimal::Divide(D("1"), D("-8"))), "-0.125");
  EXPECT_EQ(Show(Decimal::Divide(D("0"), D("-8"))), "0");
  EXPECT_EQ(Show(Decimal::Divide(D("0.000000001"), D("2"))), "0.000000001");
  EXPECT_EQ(Show(Decimal::Divide(D("0.000000001"), D("2.000000001"))), "0");
  EXPECT_EQ(Show(Decimal::Divide(D(kLargest), D(kSmallest))), "-1");
  EXPECT_EQ(Show(Decimal::Divide(D("1"), D(kLargest))), "0");
  EXPECT_EQ(Show(Decimal::Divide(D(kLargest), D("0.1"))), "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Divide(D(kLargest), D("0.000000001"))),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::Divide(D("1"), D("0"))), "DIVISION_BY_ZERO");
  EXPECT_EQ(Show(Decimal::Divide(D("0"), D("0"))), "DIVISION_BY_ZERO");
}

TEST(DecimalTest, MultiplyDivideRoundsOnlyAtTheEnd) {
  // 30 points for 2 of 3 on time: by way of 2 / 3 it would be 20.00000001.
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("30"), D("2"), D("3"))), "20");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("-30"), D("2"), D("-3"))), "20");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("30"), D("-2"), D("3"))), "-20");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("-3"), D("-2"), D("-4"))), "-1.5");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("0"), D("-2"), D("3"))), "0");
  EXPECT_EQ(
      Show(Decimal::MultiplyDivide(D(kLargest), D(kLargest), D(kLargest))),
      kLargest);
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D(kLargest), D(kSmallest),
                                         D("0.000000001"))),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("1"), D("1"), D("0"))),
            "DIVISION_BY_ZERO");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D(kLargest), D(kLargest), D("0"))),
            "DIVISION_BY_ZERO");
}

TEST(DecimalTest, SignsAndOrder) {
  EXPECT_EQ(D("-2.5").Abs(), D("2.5"));
  EXPECT_EQ(D("2.5").Abs(), D("2.5"));
  EXPECT_EQ(D("2.5").Negate(), D("-2.5"));
  EXPECT_TRUE(D("0").Negate().is_zero());
  EXPECT_FALSE(D("0").Negate().is_negative());
  EXPECT_TRUE(D("-0.000000001").is_negative());
  EXPECT_LT(D("-1"), D("-0.5"));
  EXPECT_LE(D("1.50"), D("1.5"));
  EXPECT_GT(D(kLargest), D(kSmallest));
  EXPECT_GE(D("0"), D("-0"));
  EXPECT_NE(D("1"), D("1.000000001"));
}

}  // namespace
}  // namespace duban
