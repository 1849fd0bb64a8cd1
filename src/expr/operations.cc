#include "src/expr/operations.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/date.h"
#include "src/base/text.h"
#include "src/expr/literal.h"
#include "src/expr/messages.h"
#include "src/expr/pattern.h"

namespace duban::expr {
namespace {

int64_t Blocks(size_t bytes) { return static_cast<int64_t>(bytes / 64); }

std::string KindName(const Value& v) {
  if (v.is_missing()) return "missing";
  if (v.is_record()) return v.record_value()->type().name();
  return std::string(NameOf(v.kind()));
}

Value Concatenate(const Value& a, const Value& b, Meter* meter) {
  if (!a.is_list()) {
    const std::string& s = a.string_value();  // or bytes
    const std::string& t = b.string_value();
    if (!meter->Charge(static_cast<int64_t>((s.size() + t.size()) / 8))) {
      return BudgetExceeded();
    }
    return a.is_bytes() ? Value::Bytes(absl::StrCat(s, t))
                        : Value::Str(absl::StrCat(s, t));
  }
  const ListValue& xs = a.list_value();
  const ListValue& ys = b.list_value();
  if (!meter->Charge(static_cast<int64_t>(xs.size() + ys.size()))) {
    return BudgetExceeded();
  }
  ListValue all;
  all.reserve(xs.size() + ys.size());
  all.insert(all.end(), xs.begin(), xs.end());
  all.insert(all.end(), ys.begin(), ys.end());
  return Value::List(std::move(all));
}

Value Contains(const Value& item, const Value& container, Meter* meter) {
  bool found = false;
  if (container.is_list()) {
    for (const Value& element : container.list_value()) {
      if (found || meter->exhausted()) break;
      found = Equal(item, element, &meter->left);
    }
  } else {
    found = container.Find(item, &meter->left) != nullptr;
  }
  return meter->exhausted() ? BudgetExceeded() : Value::Bool(found);
}

Value Size(const Value& v, Meter* meter) {
  if (v.is_list()) {
    return Value::Int(static_cast<int64_t>(v.list_value().size()));
  }
  if (v.is_map()) {
    return Value::Int(static_cast<int64_t>(v.map_value().size()));
  }
  if (v.is_bytes()) {
    return Value::Int(static_cast<int64_t>(v.bytes_value().size()));
  }
  if (!v.is_string()) return NoOverload(Op::kSize, {v});
  const std::string& text = v.string_value();
  if (!meter->Charge(Blocks(text.size()))) return BudgetExceeded();
  return Value::Int(static_cast<int64_t>(CodePointCount(text)));
}

}  // namespace

Value BudgetExceeded() {
  return Value::Error("BUDGET_EXCEEDED", "表达式的计算量超过上限",
                      "the expression takes more steps than it may");
}

Value NoOverload(Op op, absl::Span<const Value> arguments) {
  (void)op;
  for (const Value& v : arguments) {
    if (v.is_missing()) {
      return Value::Error("MISSING", "用到的值缺失", "a value is missing");
    }
  }
  for (const Value& v : arguments) {
    if (v.is_null()) {
      return Value::Error("NULL_VALUE", "null 不能参加运算（null 不是 0）",
                          "null cannot be computed with (it is not zero)");
    }
  }
  return WrongArguments(arguments);
}

Value WrongArguments(absl::Span<const Value> arguments) {
  const std::string kinds = absl::StrJoin(
      arguments, ", ",
      [](std::string* out, const Value& v) { out->append(KindName(v)); });
  return Value::Error("NO_OVERLOAD",
                      absl::StrCat("这里不能用于（", kinds, "）"),
                      absl::StrCat("does not take (", kinds, ")"));
}

namespace {

// The place in a list that a number names; false where it is no whole number.
bool PlaceOf(const Value& index, int64_t* at) {
  if (index.is_int()) {
    *at = index.int_value();
    return true;
  }
  if (index.is_uint()) {
    const uint64_t most = std::numeric_limits<int64_t>::max();
    *at = static_cast<int64_t>(std::min(index.uint_value(), most));
    return true;
  }
  if (index.is_double()) {
    const double d = index.double_value();
    if (d != std::floor(d) || std::fabs(d) > 1e15) return false;
    *at = static_cast<int64_t>(d);
    return true;
  }
  if (!index.is_decimal()) return false;
  const absl::StatusOr<int64_t> whole = index.decimal_value().ToInt64();
  if (whole.ok()) *at = *whole;
  return whole.ok();
}

// What is there, or null; an error in *failed where the two do not go
// together.
const Value* FindIn(const Value& container, const Value& index, Meter* meter,
                    Value* failed) {
  if (container.is_list()) {
    int64_t at = -1;
    if (!PlaceOf(index, &at)) {
      *failed = NoOverload(Op::kIndex, {container, index});
      return nullptr;
    }
    const ListValue& list = container.list_value();
    const bool there = at >= 0 && at < static_cast<int64_t>(list.size());
    return there ? &list[at] : nullptr;
  }
  if (!container.is_map()) {
    *failed = NoOverload(Op::kIndex, {container, index});
    return nullptr;
  }
  const Value* found = container.Find(index, &meter->left);
  if (meter->exhausted()) *failed = BudgetExceeded();
  return found;
}

}  // namespace

Value IndexInto(const Value& container, const Value& index,
                bool absent_is_missing, Meter* meter) {
  Value failed;
  const Value* found = FindIn(container, index, meter, &failed);
  if (failed.is_error()) return failed;
  if (found != nullptr) return *found;
  if (container.is_list()) {
    const std::string at = index.ToString();
    const size_t size = container.list_value().size();
    return Value::Error(
        "INDEX_OUT_OF_RANGE",
        absl::StrCat("列表有 ", size, " 项，没有第 ", at, " 项（从 0 数起）"),
        absl::StrCat("no element ", at, " in a list of ", size,
                     " (counting from 0)"));
  }
  if (absent_is_missing) return Value::Missing();
  const std::string shown = Shown(index.ToString());
  return Value::Error("NO_SUCH_KEY", absl::StrCat("映射里没有键 ", shown),
                      absl::StrCat("the map has no key ", shown));
}

Value OptionalIndex(const Value& container, const Value& index, Meter* meter) {
  if (container.is_optional()) {
    if (!container.has_value()) return container;
    return OptionalIndex(container.optional_value(), index, meter);
  }
  Value failed;
  const Value* found = FindIn(container, index, meter, &failed);
  if (failed.is_error()) return failed;
  return found == nullptr ? Value::None() : Value::Optional(*found);
}

Type RuntimeType(const Value& v) {
  switch (v.kind()) {
    case Kind::kNull:
      return Type::Null();
    case Kind::kBool:
      return Type::Bool();
    case Kind::kInt:
      return Type::Int();
    case Kind::kUint:
      return Type::Uint();
    case Kind::kDouble:
      return Type::Double();
    case Kind::kDecimal:
      return Type::Decimal();
    case Kind::kString:
      return Type::String();
    case Kind::kBytes:
      return Type::Bytes();
    case Kind::kDate:
      return Type::Date();
    case Kind::kTimestamp:
      return Type::Timestamp();
    case Kind::kDuration:
      return Type::Duration();
    case Kind::kList:
      return Type::List(Type::Dyn());
    case Kind::kMap:
      return Type::Map(Type::Dyn(), Type::Dyn());
    case Kind::kRecord:
      return Type::Record(&v.record_value()->type());
    case Kind::kMessage:
      return Type::Message(&v.message_value().descriptor());
    case Kind::kType:
      return Type::TypeType();
    case Kind::kOptional:
      return Type::Optional(Type::Dyn());
    case Kind::kOpaque:
      return v.opaque_value().type();
    default:
      return Type::Dyn();
  }
}

namespace {

// Of strings and bytes; false where the budget does not reach.
bool CompareTexts(const std::string& a, const std::string& b, Meter* meter,
                  int* order) {
  if (!meter->Charge(Blocks(std::min(a.size(), b.size())))) return false;
  // Bytes of UTF-8 are in the order of their code points.
  *order = a.compare(b);
  return true;
}

template <typename T>
int OrderOf(T a, T b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

Value FromOrder(Op op, int order) {
  switch (op) {
    case Op::kLess:
      return Value::Bool(order < 0);
    case Op::kLessEqual:
      return Value::Bool(order <= 0);
    case Op::kGreater:
      return Value::Bool(order > 0);
    default:
      return Value::Bool(order >= 0);
  }
}

}  // namespace

Value ApplyComparison(Op op, const Value& a, const Value& b, Meter* meter) {
  if (op == Op::kEqual || op == Op::kNotEqual) {
    const bool equal = Equal(a, b, &meter->left);
    if (meter->exhausted()) return BudgetExceeded();
    return Value::Bool(equal == (op == Op::kEqual));
  }
  int order = 0;  // of a relative to b
  if (IsNumeric(a) && IsNumeric(b)) {
    // NaN is neither less than anything nor greater.
    if (!CompareNumbers(a, b, &order)) return Value::Bool(false);
    return FromOrder(op, order);
  }
  if (a.kind() != b.kind()) return NoOverload(op, {a, b});
  switch (a.kind()) {
    case Kind::kString:
    case Kind::kBytes:
      if (!CompareTexts(a.string_value(), b.string_value(), meter, &order)) {
        return BudgetExceeded();
      }
      break;
    case Kind::kDate:
      order = OrderOf(a.date_value(), b.date_value());
      break;
    case Kind::kBool:
      order = OrderOf(a.bool_value(), b.bool_value());
      break;
    case Kind::kTimestamp:
      order = OrderOf(a.timestamp_value(), b.timestamp_value());
      break;
    case Kind::kDuration:
      order = OrderOf(a.duration_value(), b.duration_value());
      break;
    default:
      return NoOverload(op, {a, b});
  }
  return FromOrder(op, order);
}

Value ApplyTime(Op op, const Value& a, const Value& b) {
  const bool add = op == Op::kAdd;
  Timestamp time;
  Duration span;
  bool in_range = false;
  bool gives_time = true;
  if (a.is_timestamp() && b.is_duration()) {
    in_range = add ? Add(a.timestamp_value(), b.duration_value(), &time)
                   : Subtract(a.timestamp_value(), b.duration_value(), &time);
  } else if (add && a.is_duration() && b.is_timestamp()) {
    in_range = Add(b.timestamp_value(), a.duration_value(), &time);
  } else if (!add && a.is_timestamp() && b.is_timestamp()) {
    in_range = Subtract(a.timestamp_value(), b.timestamp_value(), &span);
    gives_time = false;
  } else if (a.is_duration() && b.is_duration()) {
    in_range = add ? Add(a.duration_value(), b.duration_value(), &span)
                   : Subtract(a.duration_value(), b.duration_value(), &span);
    gives_time = false;
  } else {
    return NoOverload(op, {a, b});
  }
  if (!in_range) {
    return Value::Error("TIME_OUT_OF_RANGE", "时间超出范围",
                        "the time or duration is out of range");
  }
  return gives_time ? Value::Time(time) : Value::Span(span);
}

Value ApplyText(Op op, absl::Span<const Value> arguments, Meter* meter) {
  const Value& a = arguments[0];
  const Value& b = arguments[1];
  if (!a.is_string() || !b.is_string()) return NoOverload(op, arguments);
  const std::string& text = a.string_value();
  const std::string& part = b.string_value();
  if (op == Op::kMatches) {
    // A pattern that is not constant is compiled each time.
    const int64_t cost = 100 + 8 * static_cast<int64_t>(part.size());
    if (!meter->Charge(cost)) return BudgetExceeded();
    const std::shared_ptr<const RE2> pattern = CompilePattern(part);
    if (!meter->Charge(StepsToCompile(*pattern))) return BudgetExceeded();
    if (!pattern->ok()) {
      return Value::Error(
          "BAD_PATTERN", absl::StrCat("正则表达式不成立：", pattern->error()),
          absl::StrCat("not a regular expression: ", pattern->error()));
    }
    if (!meter->Charge(StepsToSearch(*pattern, text.size()))) {
      return BudgetExceeded();
    }
    return Value::Bool(RE2::PartialMatch(text, *pattern));
  }
  const int64_t cost = op == Op::kContains
                           ? StepsToFind(text.size(), part.size())
                           : Blocks(part.size());
  if (!meter->Charge(cost)) return BudgetExceeded();
  if (op == Op::kContains) {
    return Value::Bool(text.find(part) != std::string::npos);
  }
  if (part.size() > text.size()) return Value::Bool(false);
  const size_t at = op == Op::kStartsWith ? 0 : text.size() - part.size();
  return Value::Bool(text.compare(at, part.size(), part) == 0);
}

Value ApplyDate(Op op, absl::Span<const Value> arguments) {
  const Value& a = arguments[0];
  if (!a.is_date()) return NoOverload(op, arguments);
  const Date date = a.date_value();
  switch (op) {
    case Op::kYear:
      return Value::Int(date.year());
    case Op::kMonth:
      return Value::Int(date.month());
    case Op::kDay:
      return Value::Int(date.day());
    case Op::kWeekday:
      return Value::Int(date.weekday());
    default:
      break;
  }
  const Value& b = arguments[1];
  if (b.is_date() && op == Op::kDaysBetween) {
    return Value::Int(int64_t{b.date_value().days()} - date.days());
  }
  if (b.is_date() && op == Op::kSubtract) {
    return Value::Int(int64_t{date.days()} - b.date_value().days());
  }
  if (!b.is_int() || op == Op::kDaysBetween) return NoOverload(op, arguments);
  // Nothing overflows: both bounds are far from those of int64.
  const int64_t most = int64_t{Date::Max().days()} - Date::Min().days();
  const int64_t n = b.int_value();
  if (n <= most && n >= -most) {
    const int64_t days = date.days() + (op == Op::kAdd ? n : -n);
    if (days >= Date::Min().days() && days <= Date::Max().days()) {
      return Value::Day(Date::FromDays(static_cast<int32_t>(days)));
    }
  }
  return Value::Error("DATE_OUT_OF_RANGE", "日期超出 0001 至 9999 年",
                      "the date is not within the years 1 to 9999");
}

Value ApplyBinary(Op op, const Value& a, const Value& b, Meter* meter) {
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract:
      if (a.is_date()) return ApplyDate(op, {a, b});
      if (a.is_timestamp() || a.is_duration()) return ApplyTime(op, a, b);
      if (op == Op::kAdd && a.kind() == b.kind() &&
          (a.is_string() || a.is_bytes() || a.is_list())) {
        return Concatenate(a, b, meter);
      }
      return Arithmetic(op, a, b);
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kModulo:
      return Arithmetic(op, a, b);
    case Op::kIn:
      if (!b.is_list() && !b.is_map()) return NoOverload(op, {a, b});
      return Contains(a, b, meter);
    default:
      return ApplyComparison(op, a, b, meter);
  }
}

Value Apply(Op op, absl::Span<const Value> arguments, Meter* meter) {
  if (op >= Op::kAdd && op <= Op::kIn) {
    return ApplyBinary(op, arguments[0], arguments[1], meter);
  }
  const Value& a = arguments[0];
  switch (op) {
    case Op::kNot:
      return a.is_bool() ? Value::Bool(!a.bool_value())
                         : NoOverload(op, arguments);
    case Op::kIndex:
      // An index into an optional is one itself.
      if (a.is_optional()) return OptionalIndex(a, arguments[1], meter);
      return IndexInto(a, arguments[1], false, meter);
    case Op::kOptionalIndex:
      return OptionalIndex(a, arguments[1], meter);
    case Op::kType:
      return Value::TypeOf(RuntimeType(a));
    case Op::kSize:
      return Size(a, meter);
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kMatches:
      return ApplyText(op, arguments, meter);
    case Op::kInt:
    case Op::kDecimal:
    case Op::kString:
    case Op::kBool:
    case Op::kDate:
      return ApplyConversion(op, a, meter);
    case Op::kDyn:
      return a;
    case Op::kYear:
    case Op::kMonth:
    case Op::kDay:
    case Op::kWeekday:
    case Op::kDaysBetween:
      return ApplyDate(op, arguments);
    default:
      return ApplyNumeric(op, arguments, meter);
  }
}

}  // namespace duban::expr
