#include "src/expr/value.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "src/expr/literal.h"

namespace duban::expr {
namespace {

// Text longer than this is cut: a value may share its parts, and so be far
// larger on paper than in memory.
constexpr size_t kTextLimit = 65536;

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

void AppendText(const Value& v, std::string* out) {
  if (out->size() > kTextLimit) return;
  if (v.is_missing()) {
    out->append("missing");
  } else if (v.is_null()) {
    out->append("null");
  } else if (v.is_bool()) {
    out->append(v.bool_value() ? "true" : "false");
  } else if (v.is_int()) {
    absl::StrAppend(out, v.int_value());
  } else if (v.is_decimal()) {
    out->append(v.decimal_value().ToString());
  } else if (v.is_string()) {
    out->append(Quote(v.string_value(), '"'));
  } else if (v.is_date()) {
    absl::StrAppend(out, "date('", v.date_value().ToString(), "')");
  } else if (v.is_list()) {
    AppendList(v.list_value(), out);
  } else if (v.is_map()) {
    AppendMap(v.map_value(), out);
  } else if (v.is_record()) {
    absl::StrAppend(out, v.record_value()->type().name(), "{…}");
  } else {
    absl::StrAppend(out, "error(", v.error().reason, ")");
  }
}

bool Charge(int64_t n, int64_t* steps) {
  *steps -= n;
  return *steps >= 0;
}

bool EqualLists(const ListValue& a, const ListValue& b, int64_t* steps) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i], steps)) return false;
  }
  return true;
}

bool EqualMaps(const MapValue& a, const MapValue& b, int64_t* steps) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a) {
    bool found = false;
    for (const auto& [other_key, other] : b) {
      if (!Equal(key, other_key, steps)) {
        if (*steps < 0) return false;
        continue;
      }
      if (!Equal(value, other, steps)) return false;
      found = true;
      break;
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

Value Value::Missing() {
  Value v;
  v.v_.emplace<MissingTag>();
  return v;
}
Value Value::Bool(bool v) { return Value(Variant(v)); }
Value Value::Int(int64_t v) { return Value(Variant(v)); }
Value Value::Dec(Decimal v) { return Value(Variant(v)); }
Value Value::Day(Date v) { return Value(Variant(v)); }
Value Value::Rec(const Record* v) {
  return v == nullptr ? Value() : Value(Variant(v));
}

Value Value::Str(absl::string_view v) {
  return Value(Variant(std::make_shared<const std::string>(v)));
}

Value Value::List(ListValue v) {
  return Value(Variant(std::make_shared<const ListValue>(std::move(v))));
}

Value Value::Map(MapValue v) {
  return Value(Variant(std::make_shared<const MapValue>(std::move(v))));
}

Value Value::Error(EvalError e) {
  return Value(Variant(std::make_shared<const EvalError>(std::move(e))));
}

Value Value::Error(absl::string_view reason, absl::string_view zh,
                   absl::string_view en) {
  EvalError e;
  e.reason = std::string(reason);
  e.zh = std::string(zh);
  e.en = std::string(en);
  return Error(std::move(e));
}

bool Value::is_error() const {
  return std::holds_alternative<std::shared_ptr<const EvalError>>(v_);
}
bool Value::is_string() const {
  return std::holds_alternative<std::shared_ptr<const std::string>>(v_);
}
bool Value::is_list() const {
  return std::holds_alternative<std::shared_ptr<const ListValue>>(v_);
}
bool Value::is_map() const {
  return std::holds_alternative<std::shared_ptr<const MapValue>>(v_);
}

const std::string& Value::string_value() const {
  return **std::get_if<std::shared_ptr<const std::string>>(&v_);
}
const ListValue& Value::list_value() const {
  return **std::get_if<std::shared_ptr<const ListValue>>(&v_);
}
const MapValue& Value::map_value() const {
  return **std::get_if<std::shared_ptr<const MapValue>>(&v_);
}
const Record* Value::record_value() const {
  return *std::get_if<const Record*>(&v_);
}
const EvalError& Value::error() const {
  return **std::get_if<std::shared_ptr<const EvalError>>(&v_);
}

Decimal Value::AsDecimal() const {
  return is_int() ? Decimal::FromInt(int_value()) : decimal_value();
}

Kind Value::kind() const {
  switch (v_.index()) {
    case 0:
    case 1:
      return Kind::kNull;
    case 2:
      return Kind::kBool;
    case 3:
      return Kind::kInt;
    case 4:
      return Kind::kDecimal;
    case 5:
      return Kind::kDate;
    case 6:
      return Kind::kString;
    case 7:
      return Kind::kList;
    case 8:
      return Kind::kMap;
    case 9:
      return Kind::kRecord;
    default:
      return Kind::kError;
  }
}

std::string Value::ToString() const {
  std::string out;
  AppendText(*this, &out);
  if (out.size() > kTextLimit && (is_list() || is_map())) out.append(" …");
  return out;
}

bool Equal(const Value& a, const Value& b) {
  int64_t steps = std::numeric_limits<int64_t>::max();
  return Equal(a, b, &steps);
}

bool Equal(const Value& a, const Value& b, int64_t* steps) {
  if (!Charge(1, steps)) return false;
  if (a.is_int() && b.is_int()) return a.int_value() == b.int_value();
  if ((a.is_int() || a.is_decimal()) && (b.is_int() || b.is_decimal())) {
    return a.AsDecimal() == b.AsDecimal();
  }
  if (a.is_missing() || b.is_missing()) return a.is_missing() && b.is_missing();
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return a.bool_value() == b.bool_value();
    case Kind::kDate:
      return a.date_value() == b.date_value();
    case Kind::kString: {
      const std::string& s = a.string_value();
      const std::string& t = b.string_value();
      if (s.size() != t.size()) return false;
      return Charge(static_cast<int64_t>(s.size() / 64), steps) && s == t;
    }
    case Kind::kList:
      return EqualLists(a.list_value(), b.list_value(), steps);
    case Kind::kMap:
      return EqualMaps(a.map_value(), b.map_value(), steps);
    case Kind::kRecord:
      return a.record_value() == b.record_value();
    default:
      return false;  // an error equals nothing, itself included
  }
}

}  // namespace duban::expr
