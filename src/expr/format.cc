#include "src/expr/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/expr/messages.h"
#include "src/expr/metered_text.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

constexpr int kDefaultPrecision = 6;
constexpr int kMaxPrecision = 1000;
// The longest double before the point, and all else that %f may write.
constexpr int kLongestNumber = 320 + kMaxPrecision;

// As CEL names it at run time: what type(x) shows.
std::string RuntimeName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null_type";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    default:
      return std::string(NameOf(kind));
  }
}

std::string RuntimeName(const Type& type) {
  const bool named = type.kind() == Kind::kMessage ||
                     type.kind() == Kind::kOpaque ||
                     type.kind() == Kind::kRecord;
  return named ? type.ToString() : RuntimeName(type.kind());
}

std::string TypeNameOf(const Value& v) {
  if (v.is_message()) return v.message_value().descriptor().full_name();
  if (v.is_opaque()) return v.opaque_value().type().name();
  return RuntimeName(v.kind());
}

Value BadFormat(absl::string_view zh, absl::string_view en) {
  return Value::Error("BAD_FORMAT", absl::StrCat("格式串不对：", zh),
                      absl::StrCat("could not parse formatting clause: ", en));
}

// "NaN", "Infinity" or "-Infinity"; "" of a finite number.
absl::string_view NonFinite(double v) {
  if (std::isnan(v)) return "NaN";
  if (!std::isinf(v)) return "";
  return v < 0 ? "-Infinity" : "Infinity";
}

// The fewest digits that are read as `v` again, laid out without exponent.
// to_chars() in fixed form would give all digits of a large number, most of
// which say nothing.
std::string PlainDouble(double v) {
  if (const auto word = NonFinite(v); !word.empty()) return std::string(word);
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), std::fabs(v),
                                 std::chars_format::scientific);
  absl::string_view text(buffer, static_cast<size_t>(end.ptr - buffer));
  const size_t e = text.find('e');
  int exponent = 0;  // from_chars() takes no plus sign
  if (!absl::SimpleAtoi(text.substr(e + 1), &exponent)) exponent = 0;
  std::string digits(text.substr(0, 1));
  if (e > 2) digits.append(text.data() + 2, e - 2);

  const std::string sign = std::signbit(v) ? "-" : "";
  if (exponent < 0) {
    const auto zeros = static_cast<size_t>(-exponent - 1);
    return absl::StrCat(sign, "0.", std::string(zeros, '0'), digits);
  }
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    return absl::StrCat(sign, digits, std::string(whole - digits.size(), '0'));
  }
  return absl::StrCat(sign, digits.substr(0, whole), ".", digits.substr(whole));
}

// Rounds the exact value of `v`, halves to even.
std::string WithPrecision(double v, std::chars_format form, int precision) {
  if (const auto word = NonFinite(v); !word.empty()) return std::string(word);
  char buffer[kLongestNumber];
  const auto end =
      std::to_chars(buffer, buffer + sizeof(buffer), v, form, precision);
  return std::string(buffer, end.ptr);
}

// Whole numbers in a base from 2 to 16, lower case.
std::string InBase(const Value& v, int base) {
  char buffer[72];
  const auto end =
      v.is_uint()
          ? std::to_chars(buffer, buffer + sizeof(buffer), v.uint_value(), base)
          : std::to_chars(buffer, buffer + sizeof(buffer), v.int_value(), base);
  return std::string(buffer, end.ptr);
}

// One call of format(). Functions that give bool give false where the
// formatting is over; then *failure_ is why.
class Formatter {
 public:
  Formatter(absl::string_view pattern, const ListValue& arguments, Meter* meter)
      : pattern_(pattern), arguments_(arguments), out_(meter) {}

  Value Run() {
    while (!pattern_.empty()) {
      const size_t percent = pattern_.find('%');
      if (!Write(pattern_.substr(0, percent), &out_)) return failure_;
      if (percent == absl::string_view::npos) break;
      pattern_.remove_prefix(percent + 1);
      if (!pattern_.empty() && pattern_[0] == '%') {
        pattern_.remove_prefix(1);
        if (!Write("%", &out_)) return failure_;
      } else if (!Clause()) {
        return failure_;
      }
    }
    return Value::Str(out_.Take());
  }

 private:
  bool Fail(Value failure) {
    failure_ = std::move(failure);
    return false;
  }

  bool Write(absl::string_view text, MeteredText* out) {
    return out->Append(text) || Fail(BudgetExceeded());
  }

  bool WrongKind(const Value& v, absl::string_view clause, absl::string_view zh,
                 absl::string_view en) {
    const std::string given = TypeNameOf(v);
    return Fail(Value::Error(
        "BAD_FORMAT_ARGUMENT",
        absl::StrCat("%", clause, " 只能用于", zh, "，这里是 ", given),
        absl::StrCat("error during formatting: %", clause,
                     " can only be used on ", en, ", was given ", given)));
  }

  // Of what stands behind the percent sign.
  bool Clause() {
    if (next_ >= arguments_.size()) {
      return Fail(
          Value::Error("INDEX_OUT_OF_RANGE",
                       absl::StrCat("格式串要用到第 ", next_,
                                    " 个参数（从 0 数起），只给了 ",
                                    arguments_.size(), " 个"),
                       absl::StrCat("index ", next_,
                                    " out of range: the format string has "
                                    "more clauses than there are arguments")));
    }
    int precision = kDefaultPrecision;
    if (!Precision(&precision)) return false;
    if (pattern_.empty()) {
      return Fail(BadFormat("% 后面没有了", "unexpected end of string"));
    }
    const char clause = pattern_[0];
    const Value& v = arguments_[next_++];
    switch (clause) {
      case 's':
        pattern_.remove_prefix(1);
        return Text(v, &out_);
      case 'd':
      case 'f':
      case 'e':
      case 'b':
      case 'o':
      case 'x':
      case 'X':
        pattern_.remove_prefix(1);
        return Number(clause, precision, v);
      default:
        break;
    }
    size_t end = 0;
    NextCodePoint(pattern_, &end);
    const std::string shown = Excerpt(pattern_.substr(0, end));
    return Fail(BadFormat(
        absl::StrCat("没有 %", shown),
        absl::StrCat("unrecognized formatting clause \"", shown, "\"")));
  }

  bool Precision(int* precision) {
    if (pattern_.empty() || pattern_[0] != '.') return true;
    size_t end = 1;
    while (end < pattern_.size() &&
           absl::ascii_isdigit(static_cast<unsigned char>(pattern_[end]))) {
      ++end;
    }
    if (end == 1 || !absl::SimpleAtoi(pattern_.substr(1, end - 1), precision) ||
        *precision > kMaxPrecision) {
      return Fail(
          BadFormat(absl::StrCat("精度应在 0 到 ", kMaxPrecision, " 之间"),
                    absl::StrCat("the precision is not a number from 0 to ",
                                 kMaxPrecision)));
    }
    pattern_.remove_prefix(end);
    return true;
  }

  bool Number(char clause, int precision, const Value& v) {
    switch (clause) {
      case 'd':
        return Plain(v);
      case 'f':
        return Point(v, "f", std::chars_format::fixed, precision);
      case 'e':
        return Point(v, "e", std::chars_format::scientific, precision);
      case 'b':
        if (v.is_bool()) return Write(v.bool_value() ? "1" : "0", &out_);
        if (v.is_int() || v.is_uint()) return Write(InBase(v, 2), &out_);
        return WrongKind(v, "b", " int、uint 和 bool",
                         "ints, uints, and bools");
      case 'o':
        if (v.is_int() || v.is_uint()) return Write(InBase(v, 8), &out_);
        return WrongKind(v, "o", " int 和 uint", "ints and uints");
      default:
        return Hexadecimal(v, clause == 'X');
    }
  }

  bool Plain(const Value& v) {
    if (v.is_int() || v.is_uint()) return Write(InBase(v, 10), &out_);
    if (v.is_double()) return Write(PlainDouble(v.double_value()), &out_);
    return WrongKind(v, "d", " int、uint 和 double",
                     "ints, uints, and doubles");
  }

  bool Point(const Value& v, absl::string_view clause, std::chars_format form,
             int precision) {
    double number = 0;
    if (v.is_double()) {
      number = v.double_value();
    } else if (v.is_int()) {
      number = static_cast<double>(v.int_value());
    } else if (v.is_uint()) {
      number = static_cast<double>(v.uint_value());
    } else {
      return WrongKind(v, clause, " int、uint 和 double",
                       "ints, uints, and doubles");
    }
    return Write(WithPrecision(number, form, precision), &out_);
  }

  bool Hexadecimal(const Value& v, bool upper) {
    const auto write = [&](const std::string& digits) {
      return Write(upper ? absl::AsciiStrToUpper(digits) : digits, &out_);
    };
    if (v.is_int() || v.is_uint()) return write(InBase(v, 16));
    if (!v.is_string() && !v.is_bytes()) {
      return WrongKind(v, upper ? "X" : "x", " int、uint、bytes 和 string",
                       "ints, uints, bytes, and strings");
    }
    // Piece by piece, so that no more is made than is paid for.
    constexpr size_t kPiece = 64;
    absl::string_view bytes =
        v.is_string() ? v.string_value() : v.bytes_value();
    while (!bytes.empty()) {
      if (!write(absl::BytesToHexString(bytes.substr(0, kPiece)))) return false;
      bytes.remove_prefix(std::min(kPiece, bytes.size()));
    }
    return true;
  }

  // %s.
  bool Text(const Value& v, MeteredText* out) {
    switch (v.kind()) {
      case Kind::kNull:
        return Write("null", out);
      case Kind::kBool:
        return Write(v.bool_value() ? "true" : "false", out);
      case Kind::kInt:
      case Kind::kUint:
        return Write(InBase(v, 10), out);
      case Kind::kDouble:
        return Write(PlainDouble(v.double_value()), out);
      case Kind::kString:
        return Write(v.string_value(), out);
      case Kind::kBytes:
        return Bytes(v.bytes_value(), out);
      case Kind::kTimestamp:
        return Write(ToText(v.timestamp_value()), out);
      case Kind::kDuration:
        return Write(ToText(v.duration_value()), out);
      case Kind::kType:
        return Write(RuntimeName(v.type_value()), out);
      case Kind::kList:
        return List(v.list_value(), out);
      case Kind::kMap:
        return Map(v.map_value(), out);
      default:
        return WrongKind(
            v, "s",
            " string、bool、bytes、int、uint、double、map、list、type、duration"
            "、"
            "timestamp 和 null",
            "strings, bools, bytes, ints, uints, doubles, maps, lists, types, "
            "durations, timestamps, and null");
    }
  }

  bool Bytes(const std::string& bytes, MeteredText* out) {
    if (!out->meter()->Charge(static_cast<int64_t>(bytes.size() / 64))) {
      return Fail(BudgetExceeded());
    }
    if (!IsUtf8(bytes)) {
      return Fail(Value::Error("BAD_ENCODING",
                               "%s 得到的 bytes 不是 UTF-8 文字",
                               "error during formatting: the bytes given to %s "
                               "are not valid UTF-8"));
    }
    return Write(bytes, out);
  }

  bool List(const ListValue& list, MeteredText* out) {
    if (!Write("[", out)) return false;
    bool first = true;
    for (const Value& element : list) {
      if (!out->meter()->Charge(1)) return Fail(BudgetExceeded());
      if (!first && !Write(", ", out)) return false;
      first = false;
      if (!Text(element, out)) return false;
    }
    return Write("]", out);
  }

  // In the order of the keys as they are written.
  bool Map(const MapValue& map, MeteredText* out) {
    if (!out->meter()->Charge(static_cast<int64_t>(map.size()))) {
      return Fail(BudgetExceeded());
    }
    std::vector<std::pair<std::string, const Value*>> entries;
    entries.reserve(map.size());
    for (const auto& [key, value] : map) {
      MeteredText text(out->meter());
      if (!Text(key, &text)) return false;
      entries.emplace_back(text.Take(), &value);
    }
    std::stable_sort(
        entries.begin(), entries.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    if (!Write("{", out)) return false;
    bool first = true;
    for (const auto& [key, value] : entries) {
      if (!first && !Write(", ", out)) return false;
      first = false;
      if (!Write(key, out) || !Write(": ", out) || !Text(*value, out)) {
        return false;
      }
    }
    return Write("}", out);
  }

  absl::string_view pattern_;  // what is left of it
  const ListValue& arguments_;
  size_t next_ = 0;
  MeteredText out_;
  Value failure_;
};

}  // namespace

Value Format(absl::string_view pattern, const ListValue& arguments,
             Meter* meter) {
  return Formatter(pattern, arguments, meter).Run();
}

}  // namespace duban::expr
