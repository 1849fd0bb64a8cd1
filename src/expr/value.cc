#include "src/expr/value.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/expr/literal.h"
#include "src/expr/messages.h"

namespace duban::expr {
namespace {

// Text longer than this is cut: a value may share its parts, and so be far
// larger on paper than in memory.
constexpr size_t kTextLimit = 65536;

// Maps of more entries than this have an index.
constexpr size_t kIndexFrom = 8;

struct TextShared : Shared {
  explicit TextShared(std::string t) : text(std::move(t)) {}
  const std::string text;
};

struct ListShared : Shared {
  explicit ListShared(ListValue l) : list(std::move(l)) {}
  const ListValue list;
};

struct TypeShared : Shared {
  explicit TypeShared(const Type& t) : type(t) {}
  const Type type;
};

struct OptionalShared : Shared {
  OptionalShared(bool h, Value v) : has(h), value(std::move(v)) {}
  const bool has;
  const Value value;
};

struct ErrorShared : Shared {
  explicit ErrorShared(EvalError e) : error(std::move(e)) {}
  const EvalError error;
};

// The whole number that a numeric key stands for; false where it is none.
bool WholeKey(const Value& key, bool* negative, uint64_t* magnitude) {
  if (key.is_int()) {
    *negative = key.int_value() < 0;
    *magnitude = *negative ? -static_cast<uint64_t>(key.int_value())
                           : static_cast<uint64_t>(key.int_value());
    return true;
  }
  if (key.is_uint()) {
    *negative = false;
    *magnitude = key.uint_value();
    return true;
  }
  if (key.is_double()) {
    const double d = key.double_value();
    if (d != std::floor(d) || std::fabs(d) >= 18446744073709551616.0) {
      return false;
    }
    *negative = d < 0;
    *magnitude = static_cast<uint64_t>(std::fabs(d));
    return true;
  }
  if (key.is_decimal()) {
    const int128_t units = key.decimal_value().units();
    const int128_t whole = units / Decimal::kUnit;
    if (units % Decimal::kUnit != 0) return false;
    *negative = whole < 0;
    const auto size = static_cast<uint128_t>(*negative ? -whole : whole);
    *magnitude = static_cast<uint64_t>(size);
    return size >> 64 == 0;
  }
  return false;
}

// Equal keys have equal hashes; 0 where the value cannot be a key.
size_t HashKey(const Value& key) {
  if (key.is_string()) {
    return absl::Hash<absl::string_view>()(key.string_value());
  }
  if (key.is_bool()) return key.bool_value() ? 2 : 1;
  bool negative = false;
  uint64_t magnitude = 0;
  if (!WholeKey(key, &negative, &magnitude)) return 0;
  return absl::Hash<std::pair<bool, uint64_t>>()({negative, magnitude});
}

struct MapShared : Shared {
  explicit MapShared(MapValue m) : map(std::move(m)) {
    if (map.size() < kIndexFrom) return;
    next.assign(map.size(), -1);
    for (size_t i = 0; i < map.size(); ++i) {
      const auto [it, made] =
          first.try_emplace(HashKey(map[i].first), static_cast<int>(i));
      if (made) continue;
      next[i] = it->second;
      it->second = static_cast<int>(i);
    }
  }
  const MapValue map;
  HashMap<size_t, int> first;  // by hash
  std::vector<int> next;       // another entry of the same hash, or -1
};

// The shortest text that is read as this number again, and not as an int.
std::string DoubleText(double v) {
  if (std::isnan(v)) return "double('NaN')";
  if (std::isinf(v)) return v < 0 ? "double('-inf')" : "double('inf')";
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + 32, v);
  (void)error;  // 32 bytes hold every double
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

void AppendText(const Value& v, std::string* out);

void AppendMap(const MapValue& map, std::string* out) {
  out->push_back('{');
  bool first = true;
  for (const auto& [key, value] : map) {
    if (out->size() > kTextLimit) break;
    if (!first) out->append(", ");
    first = false;
    AppendText(key, out);
    out->append(": ");
    AppendText(value, out);
  }
  out->push_back('}');
}

void AppendList(const ListValue& list, std::string* out) {
  out->push_back('[');
  bool first = true;
  for (const Value& value : list) {
    if (out->size() > kTextLimit) break;
    if (!first) out->append(", ");
    first = false;
    AppendText(value, out);
  }
  out->push_back(']');
}

void AppendOptional(const Value& v, std::string* out) {
  if (!v.has_value()) {
    out->append("optional.none()");
    return;
  }
  out->append("optional.of(");
  AppendText(v.optional_value(), out);
  out->push_back(')');
}

void AppendMessage(const MessageValue& message, std::string* out) {
  std::string fields = message.message().ShortDebugString();
  if (fields.size() > kTextLimit) fields.resize(kTextLimit);
  absl::StrAppend(out, message.descriptor().full_name(), "{", fields, "}");
}

void AppendText(const Value& v, std::string* out) {
  if (out->size() > kTextLimit) return;
  if (v.is_missing()) {
    out->append("missing");
    return;
  }
  switch (v.kind()) {
    case Kind::kNull:
      out->append("null");
      break;
    case Kind::kBool:
      out->append(v.bool_value() ? "true" : "false");
      break;
    case Kind::kInt:
      absl::StrAppend(out, v.int_value());
      break;
    case Kind::kUint:
      absl::StrAppend(out, v.uint_value(), "u");
      break;
    case Kind::kDouble:
      out->append(DoubleText(v.double_value()));
      break;
    case Kind::kDecimal:
      out->append(v.decimal_value().ToString());
      break;
    case Kind::kString:
      out->append(Quote(v.string_value(), '"'));
      break;
    case Kind::kBytes:
      absl::StrAppend(out, "b", Quote(v.bytes_value(), '"', true));
      break;
    case Kind::kDate:
      absl::StrAppend(out, "date('", v.date_value().ToString(), "')");
      break;
    case Kind::kTimestamp:
      absl::StrAppend(out, "timestamp('", ToText(v.timestamp_value()), "')");
      break;
    case Kind::kDuration:
      absl::StrAppend(out, "duration('", ToText(v.duration_value()), "')");
      break;
    case Kind::kList:
      AppendList(v.list_value(), out);
      break;
    case Kind::kMap:
      AppendMap(v.map_value(), out);
      break;
    case Kind::kRecord:
      absl::StrAppend(out, v.record_value()->type().name(), "{…}");
      break;
    case Kind::kMessage:
      AppendMessage(v.message_value(), out);
      break;
    case Kind::kType:
      out->append(v.type_value().ToString());
      break;
    case Kind::kOptional:
      AppendOptional(v, out);
      break;
    case Kind::kOpaque:
      absl::StrAppend(out, v.opaque_value().type().name(), "(",
                      Quote(v.opaque_value().ToString(), '"'), ")");
      break;
    default:
      absl::StrAppend(out, "error(", v.error().reason, ")");
  }
}

bool Charge(int64_t n, int64_t* steps) {
  *steps -= n;
  return *steps >= 0;
}

bool EqualTexts(const std::string& a, const std::string& b, int64_t* steps) {
  return a.size() == b.size() &&
         Charge(static_cast<int64_t>(a.size() / 64), steps) && a == b;
}

bool EqualLists(const ListValue& a, const ListValue& b, int64_t* steps) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i], steps)) return false;
  }
  return true;
}

bool EqualMaps(const Value& a, const Value& b, int64_t* steps) {
  if (a.map_value().size() != b.map_value().size()) return false;
  for (const auto& [key, value] : a.map_value()) {
    const Value* other = b.Find(key, steps);
    if (other == nullptr || !Equal(value, *other, steps)) return false;
  }
  return true;
}

bool EqualOptionals(const Value& a, const Value& b, int64_t* steps) {
  if (a.has_value() != b.has_value()) return false;
  return !a.has_value() || Equal(a.optional_value(), b.optional_value(), steps);
}

// -1, 0, 1.
template <typename T>
int Order(T a, T b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

// A number against a double, as the nearest double: CEL has it that the
// largest int is not less than 2^63.
bool CompareWithDouble(double a, double b, int* order) {
  *order = Order(a, b);
  return !std::isnan(b);
}

}  // namespace

Value Value::Str(absl::string_view v) {
  return Value(Kind::kString, new TextShared(std::string(v)));
}
Value Value::Str(std::string&& v) {
  return Value(Kind::kString, new TextShared(std::move(v)));
}
Value Value::Bytes(absl::string_view v) {
  return Value(Kind::kBytes, new TextShared(std::string(v)));
}
Value Value::List(ListValue v) {
  return Value(Kind::kList, new ListShared(std::move(v)));
}
Value Value::Map(MapValue v) {
  return Value(Kind::kMap, new MapShared(std::move(v)));
}
Value Value::TypeOf(const Type& v) {
  return Value(Kind::kType, new TypeShared(v));
}
Value Value::Optional(Value v) {
  return Value(Kind::kOptional, new OptionalShared(true, std::move(v)));
}
Value Value::None() {
  return Value(Kind::kOptional, new OptionalShared(false, Value()));
}
Value Value::Msg(const MessageValue* v) { return Value(Kind::kMessage, v); }
Value Value::Opaque(const OpaqueValue* v) { return Value(Kind::kOpaque, v); }
Value Value::Error(EvalError e) {
  return Value(Kind::kError, new ErrorShared(std::move(e)));
}

Value Value::Error(absl::string_view reason, absl::string_view zh,
                   absl::string_view en) {
  EvalError e;
  e.reason = std::string(reason);
  e.zh = std::string(zh);
  e.en = std::string(en);
  return Error(std::move(e));
}

const std::string& Value::string_value() const {
  return static_cast<const TextShared*>(low_.shared)->text;
}
const std::string& Value::bytes_value() const { return string_value(); }
const ListValue& Value::list_value() const {
  return static_cast<const ListShared*>(low_.shared)->list;
}
const MapValue& Value::map_value() const {
  return static_cast<const MapShared*>(low_.shared)->map;
}
const Type& Value::type_value() const {
  return static_cast<const TypeShared*>(low_.shared)->type;
}
const MessageValue& Value::message_value() const {
  return *static_cast<const MessageValue*>(low_.shared);
}
const OpaqueValue& Value::opaque_value() const {
  return *static_cast<const OpaqueValue*>(low_.shared);
}
bool Value::has_value() const {
  return static_cast<const OptionalShared*>(low_.shared)->has;
}
const Value& Value::optional_value() const {
  return static_cast<const OptionalShared*>(low_.shared)->value;
}
const EvalError& Value::error() const {
  return static_cast<const ErrorShared*>(low_.shared)->error;
}

const Value* Value::Find(const Value& key, int64_t* steps) const {
  const auto* shared = static_cast<const MapShared*>(low_.shared);
  if (shared->next.empty()) {
    for (const auto& [k, value] : shared->map) {
      if (Equal(k, key, steps)) return &value;
      if (*steps < 0) return nullptr;
    }
    return nullptr;
  }
  if (!Charge(1, steps)) return nullptr;
  const auto it = shared->first.find(HashKey(key));
  for (int i = it == shared->first.end() ? -1 : it->second; i >= 0;
       i = shared->next[i]) {
    if (Equal(shared->map[i].first, key, steps)) return &shared->map[i].second;
  }
  return nullptr;
}

std::string Value::ToString() const {
  std::string out;
  AppendText(*this, &out);
  if (out.size() > kTextLimit && (is_list() || is_map())) out.append(" …");
  return out;
}

bool IsNumeric(const Value& v) {
  return v.is_int() || v.is_uint() || v.is_double() || v.is_decimal();
}

bool CompareNumbers(const Value& a, const Value& b, int* order) {
  if (a.is_int() && b.is_int()) {
    *order = Order(a.int_value(), b.int_value());
    return true;
  }
  if (a.is_double() && b.is_double()) {
    const double x = a.double_value();
    const double y = b.double_value();
    *order = Order(x, y);
    return !std::isnan(x) && !std::isnan(y);
  }
  const auto whole = [](const Value& v) {
    return v.is_uint() ? static_cast<int128_t>(v.uint_value())
                       : static_cast<int128_t>(v.int_value());
  };
  if (a.is_decimal() || b.is_decimal()) {
    if (a.is_double() || b.is_double()) return false;  // in no profile
    const auto units = [&whole](const Value& v) {
      return v.is_decimal() ? v.decimal_value().units()
                            : whole(v) * Decimal::kUnit;
    };
    *order = Order(units(a), units(b));
    return true;
  }
  const auto nearest = [](const Value& v) {
    return v.is_uint() ? static_cast<double>(v.uint_value())
                       : static_cast<double>(v.int_value());
  };
  if (b.is_double()) {
    return CompareWithDouble(nearest(a), b.double_value(), order);
  }
  if (a.is_double()) {
    const bool ordered = CompareWithDouble(nearest(b), a.double_value(), order);
    *order = -*order;
    return ordered;
  }
  *order = Order(whole(a), whole(b));
  return true;
}

bool Equal(const Value& a, const Value& b) {
  int64_t steps = std::numeric_limits<int64_t>::max();
  return Equal(a, b, &steps);
}

bool Equal(const Value& a, const Value& b, int64_t* steps) {
  if (!Charge(1, steps)) return false;
  if (a.is_missing() || b.is_missing()) return a.is_missing() && b.is_missing();
  if (IsNumeric(a) && IsNumeric(b)) {
    int order = 0;
    return CompareNumbers(a, b, &order) && order == 0;
  }
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return a.bool_value() == b.bool_value();
    case Kind::kDate:
      return a.date_value() == b.date_value();
    case Kind::kTimestamp:
      return a.timestamp_value() == b.timestamp_value();
    case Kind::kDuration:
      return a.duration_value() == b.duration_value();
    case Kind::kString:
    case Kind::kBytes:
      return EqualTexts(a.string_value(), b.string_value(), steps);
    case Kind::kList:
      return EqualLists(a.list_value(), b.list_value(), steps);
    case Kind::kMap:
      return EqualMaps(a, b, steps);
    case Kind::kRecord:
      return a.record_value() == b.record_value();
    case Kind::kMessage:
      return a.message_value().Equals(b.message_value(), steps);
    case Kind::kType: {
      const Type& s = a.type_value();
      const Type& t = b.type_value();
      // type([1]) == type(['a']): values do not know their parameters.
      return s.kind() == t.kind() &&
             (s.kind() == Kind::kMessage || s.kind() == Kind::kOpaque ? s == t
                                                                      : true);
    }
    case Kind::kOptional:
      return EqualOptionals(a, b, steps);
    case Kind::kOpaque:
      return a.opaque_value().type() == b.opaque_value().type() &&
             a.opaque_value().Equals(b.opaque_value());
    default:
      return false;  // an error equals nothing, itself included
  }
}

}  // namespace duban::expr
