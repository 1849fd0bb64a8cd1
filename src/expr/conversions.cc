#include "src/expr/conversions.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/text.h"
#include "src/expr/library.h"
#include "src/expr/literal.h"
#include "src/expr/operations.h"
#include "src/expr/time.h"

namespace duban::expr {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

Value IntOverflow() {
  return Value::Error("INT_OVERFLOW", "整数运算超出 64 位的范围",
                      "the result does not fit in a 64-bit int");
}

Value UintOverflow() {
  return Value::Error("UINT_OVERFLOW", "无符号整数运算超出 64 位的范围",
                      "the result does not fit in a 64-bit uint");
}

Value TimestampOutOfRange() {
  return Value::Error("TIME_OUT_OF_RANGE", "时刻超出公元 1 年至 9999 年的范围",
                      "the timestamp is not within the years 1 to 9999");
}

Value DurationOutOfRange() {
  return Value::Error("TIME_OUT_OF_RANGE", "时长超出约 292 年的范围",
                      "the duration is longer than some 292 years");
}

Value BadNumber(absl::string_view text) {
  const std::string shown = Shown(text);
  return Value::Error("BAD_NUMBER", absl::StrCat("“", shown, "”不是这种数字"),
                      absl::StrCat("'", shown, "' is not such a number"));
}

// Charges for looking at the text of a string, and one for the conversion.
bool ChargeFor(const Value& v, Meter* meter) {
  const size_t size = v.is_string()  ? v.string_value().size()
                      : v.is_bytes() ? v.bytes_value().size()
                                     : 0;
  return meter->Charge(1 + static_cast<int64_t>(size / 64));
}

bool ChargeForCopy(const std::string& text, Meter* meter) {
  return meter->Charge(static_cast<int64_t>(text.size() / 8));
}

bool IsDigits(absl::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == absl::string_view::npos;
}

template <typename Number>
bool ReadInteger(absl::string_view text, Number* value) {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, *value);
  return error == std::errc() && at == end;
}

// [-+]digits, nothing else.
bool ParseInt(absl::string_view text, int64_t* value) {
  const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  if (!IsDigits(text.substr(sign))) return false;
  absl::ConsumePrefix(&text, "+");
  return ReadInteger(text, value);
}

void SkipDigits(absl::string_view* text, size_t* count) {
  while (*count < text->size() &&
         absl::ascii_isdigit(static_cast<unsigned char>((*text)[*count]))) {
    ++*count;
  }
  text->remove_prefix(*count);
}

// digits[.digits][(e|E)[-+]digits], with a digit on one side of the point.
bool IsFloatingPoint(absl::string_view text) {
  size_t whole = 0;
  size_t part = 0;
  SkipDigits(&text, &whole);
  if (absl::ConsumePrefix(&text, ".")) SkipDigits(&text, &part);
  if (whole + part == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (!absl::ConsumePrefix(&text, "-")) absl::ConsumePrefix(&text, "+");
  return IsDigits(text);
}

bool ParseDouble(absl::string_view text, double* value) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  double magnitude = 0;
  if (absl::EqualsIgnoreCase(text, "inf") ||
      absl::EqualsIgnoreCase(text, "infinity")) {
    magnitude = std::numeric_limits<double>::infinity();
  } else if (absl::EqualsIgnoreCase(text, "nan")) {
    magnitude = std::numeric_limits<double>::quiet_NaN();
  } else if (IsFloatingPoint(text)) {
    const absl::from_chars_result result =
        absl::from_chars(text.data(), text.data() + text.size(), magnitude);
    // What is too small to tell from zero is zero, as it is in a literal.
    if (result.ec == std::errc::result_out_of_range && magnitude > 1) {
      return false;
    }
  } else {
    return false;
  }
  *value = negative ? -magnitude : magnitude;
  return true;
}

std::string DoubleText(double v) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v < 0 ? "-Inf" : "+Inf";
  // Shortest digits never need an exponent here; which form is wanted depends
  // on the number, not on which form is shorter.
  const double magnitude = std::fabs(v);
  const bool plain = v == 0 || (magnitude >= 1e-4 && magnitude < 1e6);
  char buffer[32];
  const auto [end, error] = std::to_chars(
      buffer, buffer + sizeof(buffer), v,
      plain ? std::chars_format::fixed : std::chars_format::scientific);
  (void)error;  // 32 bytes hold every double of these forms
  return std::string(buffer, end);
}

Value DoubleToInt(double v) {
  if (!(v > -kTwoTo63 && v < kTwoTo63)) return IntOverflow();  // NaN too
  return Value::Int(static_cast<int64_t>(v));
}

Value DecimalToInt(Decimal v) {
  const int128_t whole = v.units() / Decimal::kUnit;
  if (whole > std::numeric_limits<int64_t>::max() ||
      whole < std::numeric_limits<int64_t>::min()) {
    return IntOverflow();
  }
  return Value::Int(static_cast<int64_t>(whole));
}

Value BytesToText(const std::string& bytes, Meter* meter) {
  if (!IsUtf8(bytes)) {
    return Value::Error("BAD_ENCODING", "字节序列不是有效的 UTF-8",
                        "the bytes are not valid UTF-8");
  }
  if (!ChargeForCopy(bytes, meter)) return BudgetExceeded();
  return Value::Str(bytes);
}

Value OpaqueToText(const OpaqueValue& v, Meter* meter) {
  // Addresses and networks: none is longer than this.
  constexpr int64_t kMostBytes = 64;
  if (!meter->Charge(kMostBytes / 8)) return BudgetExceeded();
  return Value::Str(v.ToString());
}

}  // namespace

Value ToInt(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  switch (v.kind()) {
    case Kind::kInt:
      return v;
    case Kind::kUint:
      if (v.uint_value() >> 63 != 0) return IntOverflow();
      return Value::Int(static_cast<int64_t>(v.uint_value()));
    case Kind::kDouble:
      return DoubleToInt(v.double_value());
    case Kind::kDecimal:
      return DecimalToInt(v.decimal_value());
    case Kind::kString: {
      int64_t value = 0;
      if (!ParseInt(v.string_value(), &value)) {
        return BadNumber(v.string_value());
      }
      return Value::Int(value);
    }
    case Kind::kTimestamp:
      return Value::Int(v.timestamp_value().seconds);
    case Kind::kDuration: {
      int64_t nanoseconds = 0;
      if (!ToNanoseconds(v.duration_value(), &nanoseconds)) {
        return IntOverflow();
      }
      return Value::Int(nanoseconds);
    }
    default:
      return NoOverload(Op::kInt, {v});
  }
}

Value ToUint(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  switch (v.kind()) {
    case Kind::kUint:
      return v;
    case Kind::kInt:
      if (v.int_value() < 0) return UintOverflow();
      return Value::Uint(static_cast<uint64_t>(v.int_value()));
    case Kind::kDouble: {
      const double d = v.double_value();
      if (!(d >= 0 && d < kTwoTo64)) return UintOverflow();  // NaN too
      return Value::Uint(static_cast<uint64_t>(d));
    }
    case Kind::kString: {
      uint64_t value = 0;
      if (!IsDigits(v.string_value()) ||
          !ReadInteger(v.string_value(), &value)) {
        return BadNumber(v.string_value());
      }
      return Value::Uint(value);
    }
    default:
      return WrongArguments({v});
  }
}

Value ToDouble(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  switch (v.kind()) {
    case Kind::kDouble:
      return v;
    case Kind::kInt:
      return Value::Double(static_cast<double>(v.int_value()));
    case Kind::kUint:
      return Value::Double(static_cast<double>(v.uint_value()));
    case Kind::kString: {
      double value = 0;
      if (!ParseDouble(v.string_value(), &value)) {
        return BadNumber(v.string_value());
      }
      return Value::Double(value);
    }
    default:
      return WrongArguments({v});
  }
}

Value ToDecimal(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  if (v.is_int() || v.is_decimal()) return Value::Dec(v.AsDecimal());
  if (!v.is_string()) return NoOverload(Op::kDecimal, {v});
  const absl::StatusOr<Decimal> value = Decimal::Parse(v.string_value());
  return value.ok() ? Value::Dec(*value) : BadNumber(v.string_value());
}

Value ToText(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  switch (v.kind()) {
    case Kind::kString:
      return v;
    case Kind::kBool:
      return Value::Str(absl::string_view(v.bool_value() ? "true" : "false"));
    case Kind::kInt:
      return Value::Str(absl::StrCat(v.int_value()));
    case Kind::kUint:
      return Value::Str(absl::StrCat(v.uint_value()));
    case Kind::kDouble:
      return Value::Str(DoubleText(v.double_value()));
    case Kind::kDecimal:
      return Value::Str(v.decimal_value().ToString());
    case Kind::kDate:
      return Value::Str(v.date_value().ToString());
    case Kind::kTimestamp:
      return Value::Str(ToText(v.timestamp_value()));
    case Kind::kDuration:
      return Value::Str(ToText(v.duration_value()));
    case Kind::kBytes:
      return BytesToText(v.bytes_value(), meter);
    case Kind::kOpaque:
      return OpaqueToText(v.opaque_value(), meter);
    default:
      return NoOverload(Op::kString, {v});
  }
}

Value ToBytes(const Value& v, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (v.is_bytes()) return v;
  if (!v.is_string()) return WrongArguments({v});
  if (!ChargeForCopy(v.string_value(), meter)) return BudgetExceeded();
  return Value::Bytes(v.string_value());
}

Value ToBool(const Value& v, Meter* meter) {
  if (!meter->Charge(1)) return BudgetExceeded();
  if (v.is_bool()) return v;
  if (!v.is_string()) return NoOverload(Op::kBool, {v});
  const std::string& text = v.string_value();
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return Value::Bool(true);
  }
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return Value::Bool(false);
  }
  const std::string shown = Shown(text);
  return Value::Error("BAD_BOOL", absl::StrCat("“", shown, "”不是真假值"),
                      absl::StrCat("'", shown, "' is not true or false"));
}

Value ToTimestamp(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  if (v.is_timestamp()) return v;
  if (v.is_int()) {
    const int64_t seconds = v.int_value();
    if (seconds < Timestamp::kMinSeconds || seconds > Timestamp::kMaxSeconds) {
      return TimestampOutOfRange();
    }
    return Value::Time({seconds, 0});
  }
  if (!v.is_string()) return WrongArguments({v});
  Timestamp time;
  switch (ParseTimestamp(v.string_value(), &time)) {
    case TimeFault::kNone:
      return Value::Time(time);
    case TimeFault::kOutOfRange:
      return TimestampOutOfRange();
    case TimeFault::kMalformed:
      break;
  }
  const std::string shown = Shown(v.string_value());
  return Value::Error(
      "BAD_TIMESTAMP",
      absl::StrCat("“", shown, "”不是时刻，应如 2021-10-27T08:00:00+08:00"),
      absl::StrCat("'", shown,
                   "' is not a timestamp such as 2021-10-27T08:00:00+08:00"));
}

Value ToDuration(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  if (v.is_duration()) return v;
  if (v.is_int()) return Value::Span(FromNanoseconds(v.int_value()));
  if (!v.is_string()) return WrongArguments({v});
  Duration duration;
  switch (ParseDuration(v.string_value(), &duration)) {
    case TimeFault::kNone:
      return Value::Span(duration);
    case TimeFault::kOutOfRange:
      return DurationOutOfRange();
    case TimeFault::kMalformed:
      break;
  }
  const std::string shown = Shown(v.string_value());
  return Value::Error(
      "BAD_DURATION", absl::StrCat("“", shown, "”不是时长，应如 1h30m 或 1.5s"),
      absl::StrCat("'", shown, "' is not a duration such as 1h30m or 1.5s"));
}

Value ToDate(const Value& v, Meter* meter) {
  if (!ChargeFor(v, meter)) return BudgetExceeded();
  if (v.is_date()) return v;
  if (!v.is_string()) return NoOverload(Op::kDate, {v});
  const absl::StatusOr<Date> date = Date::Parse(v.string_value());
  if (date.ok()) return Value::Day(*date);
  const std::string shown = Shown(v.string_value());
  return Value::Error("BAD_DATE", absl::StrCat("没有这一天：“", shown, "”"),
                      absl::StrCat("there is no such date: '", shown, "'"));
}

namespace {

// In plain CEL null is a value of a type that nothing converts.
template <Value (*kConvert)(const Value&, Meter*)>
Value Convert(absl::Span<const Value> arguments, Meter* meter) {
  if (arguments.size() != 1 || arguments[0].is_null()) {
    return WrongArguments(arguments);
  }
  return kConvert(arguments[0], meter);
}

Value Same(const Value& v, Meter* meter) {
  return meter->Charge(1) ? v : BudgetExceeded();
}

Value ToDyn(absl::Span<const Value> arguments, Meter* meter) {
  if (arguments.size() != 1) return WrongArguments(arguments);
  return Same(arguments[0], meter);
}

constexpr FunctionSpec kFunctions[] = {
    {"bool", Convert<ToBool>,
     R"(bool_to_bool (bool) -> bool
string_to_bool (string) -> bool)"},
    {"bytes", Convert<ToBytes>,
     R"(bytes_to_bytes (bytes) -> bytes
string_to_bytes (string) -> bytes)"},
    {"double", Convert<ToDouble>,
     R"(double_to_double (double) -> double
int64_to_double (int) -> double
string_to_double (string) -> double
uint64_to_double (uint) -> double)"},
    {"duration", Convert<ToDuration>,
     R"(duration_to_duration (duration) -> duration
int64_to_duration (int) -> duration
string_to_duration (string) -> duration)"},
    {"dyn", ToDyn, "to_dyn (A) -> dyn"},
    {"int", Convert<ToInt>,
     R"(double_to_int64 (double) -> int
duration_to_int64 (duration) -> int
int64_to_int64 (int) -> int
string_to_int64 (string) -> int
timestamp_to_int64 (timestamp) -> int
uint64_to_int64 (uint) -> int)"},
    {"string", Convert<ToText>,
     R"(bool_to_string (bool) -> string
bytes_to_string (bytes) -> string
cidr_to_string (net.CIDR) -> string
double_to_string (double) -> string
duration_to_string (duration) -> string
int64_to_string (int) -> string
ip_to_string (net.IP) -> string
string_to_string (string) -> string
timestamp_to_string (timestamp) -> string
uint64_to_string (uint) -> string)"},
    {"timestamp", Convert<ToTimestamp>,
     R"(int64_to_timestamp (int) -> timestamp
string_to_timestamp (string) -> timestamp
timestamp_to_timestamp (timestamp) -> timestamp)"},
    {"uint", Convert<ToUint>,
     R"(double_to_uint64 (double) -> uint
int64_to_uint64 (int) -> uint
string_to_uint64 (string) -> uint
uint64_to_uint64 (uint) -> uint)"},
};

}  // namespace

absl::Span<const FunctionSpec> ConversionFunctions() { return kFunctions; }

}  // namespace duban::expr
