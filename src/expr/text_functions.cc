// The functions on strings that CEL has as an extension. Positions count code
// points, as in all of CEL; what is searched is bytes, because a part of
// UTF-8 text that is itself UTF-8 is found only where code points begin.
#include <algorithm>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/text.h"
#include "src/expr/format.h"
#include "src/expr/library.h"
#include "src/expr/metered_text.h"
#include "src/expr/operations.h"
#include "utf8proc.h"

namespace duban::expr {
namespace {

using Arguments = absl::Span<const Value>;

bool Are(Arguments arguments, std::initializer_list<Kind> kinds) {
  return std::equal(arguments.begin(), arguments.end(), kinds.begin(),
                    kinds.end(),
                    [](const Value& v, Kind kind) { return v.kind() == kind; });
}

int64_t Blocks(size_t bytes) { return static_cast<int64_t>(bytes / 64); }
int64_t Made(size_t bytes) { return static_cast<int64_t>(bytes / 8); }

Value OutOfRange(int64_t index) {
  return Value::Error("INDEX_OUT_OF_RANGE",
                      absl::StrCat("字符串里没有位置 ", index, "（从 0 数起）"),
                      absl::StrCat("index out of range: ", index));
}

// Where code point number `index` begins; one past the last is the end of
// the text. False where there are not that many.
bool Locate(absl::string_view text, int64_t index, size_t* offset) {
  *offset = 0;
  if (index < 0) return false;
  for (; index > 0; --index) {
    if (*offset >= text.size()) return false;
    NextCodePoint(text, offset);
  }
  return true;
}

Value CharAt(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString, Kind::kInt})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(Blocks(text.size()))) return BudgetExceeded();
  const int64_t index = arguments[1].int_value();
  size_t begin = 0;
  if (!Locate(text, index, &begin)) return OutOfRange(index);
  size_t end = begin;
  NextCodePoint(text, &end);
  return Value::Str(text.substr(begin, end - begin));
}

Value IndexOf(Arguments arguments, Meter* meter) {
  const bool from = Are(arguments, {Kind::kString, Kind::kString, Kind::kInt});
  if (!from && !Are(arguments, {Kind::kString, Kind::kString})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  const std::string& part = arguments[1].string_value();
  if (!meter->Charge(StepsToFind(text.size(), part.size())))
    return BudgetExceeded();
  const int64_t index = from ? arguments[2].int_value() : 0;
  size_t offset = 0;
  if (!Locate(text, index, &offset)) return OutOfRange(index);
  const size_t at = text.find(part, offset);
  if (at == std::string::npos) return Value::Int(-1);
  return Value::Int(static_cast<int64_t>(
      CodePointCount(absl::string_view(text).substr(0, at))));
}

Value LastIndexOf(Arguments arguments, Meter* meter) {
  const bool from = Are(arguments, {Kind::kString, Kind::kString, Kind::kInt});
  if (!from && !Are(arguments, {Kind::kString, Kind::kString})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  const std::string& part = arguments[1].string_value();
  if (!meter->Charge(StepsToFind(text.size(), part.size())))
    return BudgetExceeded();
  size_t offset = text.size();
  if (from && !Locate(text, arguments[2].int_value(), &offset)) {
    return OutOfRange(arguments[2].int_value());
  }
  const size_t at = text.rfind(part, offset);
  if (at == std::string::npos) return Value::Int(-1);
  return Value::Int(static_cast<int64_t>(
      CodePointCount(absl::string_view(text).substr(0, at))));
}

Value LowerAscii(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString})) return WrongArguments(arguments);
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(Made(text.size()))) return BudgetExceeded();
  return Value::Str(absl::AsciiStrToLower(text));
}

Value UpperAscii(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString})) return WrongArguments(arguments);
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(Made(text.size()))) return BudgetExceeded();
  return Value::Str(absl::AsciiStrToUpper(text));
}

// Where the next match begins; `from` is the end of the one before. Nothing
// matches before each code point and at the end.
size_t NextMatch(const std::string& text, const std::string& part, size_t from,
                 bool first) {
  if (!part.empty()) return text.find(part, from);
  if (first) return 0;
  if (from >= text.size()) return std::string::npos;
  NextCodePoint(text, &from);
  return from;
}

Value Replace(Arguments arguments, Meter* meter) {
  const bool limited =
      Are(arguments, {Kind::kString, Kind::kString, Kind::kString, Kind::kInt});
  if (!limited &&
      !Are(arguments, {Kind::kString, Kind::kString, Kind::kString})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  const std::string& part = arguments[1].string_value();
  const std::string& other = arguments[2].string_value();
  if (!meter->Charge(StepsToFind(text.size(), part.size())))
    return BudgetExceeded();
  int64_t left = limited ? arguments[3].int_value() : -1;
  if (left < 0) left = std::numeric_limits<int64_t>::max();
  MeteredText out(meter);
  size_t done = 0;
  for (bool first = true; left > 0; --left, first = false) {
    const size_t at = NextMatch(text, part, done, first);
    if (at == std::string::npos) break;
    // A step for each match: many may be replaced by nothing.
    if (!meter->Charge(1) ||
        !out.Append(absl::string_view(text).substr(done, at - done)) ||
        !out.Append(other)) {
      return BudgetExceeded();
    }
    done = at + part.size();
  }
  if (!out.Append(absl::string_view(text).substr(done))) {
    return BudgetExceeded();
  }
  return Value::Str(out.Take());
}

// An element of a list, and a text of its own however short.
constexpr int64_t kPiece = 2;

Value Split(Arguments arguments, Meter* meter) {
  const bool limited =
      Are(arguments, {Kind::kString, Kind::kString, Kind::kInt});
  if (!limited && !Are(arguments, {Kind::kString, Kind::kString})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  const std::string& separator = arguments[1].string_value();
  int64_t left = limited ? arguments[2].int_value() : -1;
  if (left < 0) left = std::numeric_limits<int64_t>::max();
  if (left == 0 || (text.empty() && separator.empty())) return Value::List({});
  if (!meter->Charge(StepsToFind(text.size(), separator.size()) +
                     Made(text.size()))) {
    return BudgetExceeded();
  }
  ListValue pieces;
  size_t begin = 0;
  while (--left > 0) {
    size_t end = begin;
    if (separator.empty()) {
      NextCodePoint(text, &end);
      if (end >= text.size()) break;
    } else {
      end = text.find(separator, begin);
      if (end == std::string::npos) break;
    }
    if (!meter->Charge(kPiece)) return BudgetExceeded();
    pieces.push_back(Value::Str(text.substr(begin, end - begin)));
    begin = end + separator.size();
  }
  if (!meter->Charge(kPiece)) return BudgetExceeded();
  pieces.push_back(Value::Str(text.substr(begin)));
  return Value::List(std::move(pieces));
}

Value Substring(Arguments arguments, Meter* meter) {
  const bool to = Are(arguments, {Kind::kString, Kind::kInt, Kind::kInt});
  if (!to && !Are(arguments, {Kind::kString, Kind::kInt})) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  const int64_t start = arguments[1].int_value();
  if (to && start > arguments[2].int_value()) {
    const int64_t end = arguments[2].int_value();
    return Value::Error(
        "BAD_RANGE",
        absl::StrCat("子串的起点 ", start, " 在终点 ", end, " 之后"),
        absl::StrCat("invalid substring range. start: ", start,
                     ", end: ", end));
  }
  if (!meter->Charge(Blocks(text.size()))) return BudgetExceeded();
  size_t begin = 0;
  if (!Locate(text, start, &begin)) return OutOfRange(start);
  size_t length = text.size() - begin;
  if (to && !Locate(absl::string_view(text).substr(begin),
                    arguments[2].int_value() - start, &length)) {
    return OutOfRange(arguments[2].int_value());
  }
  if (!meter->Charge(Made(length))) return BudgetExceeded();
  return Value::Str(text.substr(begin, length));
}

// White_Space of Unicode: the separators, and these control characters.
bool IsSpace(char32_t c) {
  if ((c >= 0x09 && c <= 0x0D) || c == 0x85) return true;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

Value Trim(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString})) return WrongArguments(arguments);
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(Made(text.size()))) return BudgetExceeded();
  size_t begin = text.size();
  size_t end = text.size();
  for (size_t i = 0; i < text.size();) {
    const size_t at = i;
    if (IsSpace(NextCodePoint(text, &i))) continue;
    begin = std::min(begin, at);
    end = i;
  }
  return Value::Str(text.substr(begin, end - begin));
}

Value Join(Arguments arguments, Meter* meter) {
  const bool separated = Are(arguments, {Kind::kList, Kind::kString});
  if (!separated && !Are(arguments, {Kind::kList})) {
    return WrongArguments(arguments);
  }
  const ListValue& list = arguments[0].list_value();
  const absl::string_view separator =
      separated ? absl::string_view(arguments[1].string_value()) : "";
  if (!meter->Charge(static_cast<int64_t>(list.size()))) {
    return BudgetExceeded();
  }
  MeteredText out(meter);
  bool first = true;
  for (const Value& element : list) {
    if (!element.is_string()) return WrongArguments({element});
    if ((!first && !out.Append(separator)) ||
        !out.Append(element.string_value())) {
      return BudgetExceeded();
    }
    first = false;
  }
  return Value::Str(out.Take());
}

// The escape of a character that cannot stand between double quotes.
absl::string_view EscapeOf(char c) {
  switch (c) {
    case '\a':
      return "\\a";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\v':
      return "\\v";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    default:
      return "";
  }
}

// Unlike Quote() of literals, which also escapes what cannot be seen.
Value QuoteText(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString})) return WrongArguments(arguments);
  const absl::string_view text = arguments[0].string_value();
  MeteredText out(meter);
  bool paid = out.Append("\"");
  size_t done = 0;
  for (size_t i = 0; i < text.size() && paid; ++i) {
    const absl::string_view escape = EscapeOf(text[i]);
    if (escape.empty()) continue;
    paid = out.Append(text.substr(done, i - done)) && out.Append(escape);
    done = i + 1;
  }
  if (!paid || !out.Append(text.substr(done)) || !out.Append("\"")) {
    return BudgetExceeded();
  }
  return Value::Str(out.Take());
}

Value Reverse(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString})) return WrongArguments(arguments);
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(Made(text.size()))) return BudgetExceeded();
  std::string reversed(text.size(), '\0');
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    NextCodePoint(text, &i);
    reversed.replace(text.size() - i, i - begin, text, begin, i - begin);
  }
  return Value::Str(std::move(reversed));
}

Value FormatText(Arguments arguments, Meter* meter) {
  if (!Are(arguments, {Kind::kString, Kind::kList})) {
    return WrongArguments(arguments);
  }
  return Format(arguments[0].string_value(), arguments[1].list_value(), meter);
}

constexpr FunctionSpec kFunctions[] = {
    {"charAt", CharAt, "string_char_at_int string.(int) -> string"},
    {"indexOf", IndexOf,
     R"(string_index_of_string string.(string) -> int
string_index_of_string_int string.(string, int) -> int)"},
    {"lastIndexOf", LastIndexOf,
     R"(string_last_index_of_string string.(string) -> int
string_last_index_of_string_int string.(string, int) -> int)"},
    {"lowerAscii", LowerAscii, "string_lower_ascii string.() -> string"},
    {"upperAscii", UpperAscii, "string_upper_ascii string.() -> string"},
    {"replace", Replace,
     R"(string_replace_string_string string.(string, string) -> string
string_replace_string_string_int string.(string, string, int) -> string)"},
    {"split", Split,
     R"(string_split_string string.(string) -> list(string)
string_split_string_int string.(string, int) -> list(string))"},
    {"substring", Substring,
     R"(string_substring_int string.(int) -> string
string_substring_int_int string.(int, int) -> string)"},
    {"trim", Trim, "string_trim string.() -> string"},
    {"join", Join,
     R"(list_join list(string).() -> string
list_join_string list(string).(string) -> string)"},
    {"strings.quote", QuoteText, "strings_quote (string) -> string"},
    {"reverse", Reverse, "string_reverse string.() -> string"},
    {"format", FormatText, "string_format string.(list(dyn)) -> string"},
};

}  // namespace

absl::Span<const FunctionSpec> StringFunctions() { return kFunctions; }

}  // namespace duban::expr
