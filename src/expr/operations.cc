#include "src/expr/operations.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/date.h"
#include "src/base/text.h"
#include "src/expr/literal.h"
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
  if (a.is_string()) {
    const std::string& s = a.string_value();
    const std::string& t = b.string_value();
    if (!meter->Charge(static_cast<int64_t>((s.size() + t.size()) / 8))) {
      return BudgetExceeded();
    }
    return Value::Str(absl::StrCat(s, t));
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
    for (const auto& [key, value] : container.map_value()) {
      if (found || meter->exhausted()) break;
      found = Equal(item, key, &meter->left);
    }
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
  const std::string kinds = absl::StrJoin(
      arguments, ", ",
      [](std::string* out, const Value& v) { out->append(KindName(v)); });
  return Value::Error("NO_OVERLOAD",
                      absl::StrCat("这里不能用于（", kinds, "）"),
                      absl::StrCat("does not take (", kinds, ")"));
}

Value IndexInto(const Value& container, const Value& index,
                bool absent_is_missing, Meter* meter) {
  if (container.is_list()) {
    int64_t at = -1;
    if (index.is_int()) {
      at = index.int_value();
    } else if (index.is_decimal() && index.decimal_value().ToInt64().ok()) {
      at = *index.decimal_value().ToInt64();
    } else {
      return NoOverload(Op::kIndex, {container, index});
    }
    const ListValue& list = container.list_value();
    if (at >= 0 && at < static_cast<int64_t>(list.size())) return list[at];
    return Value::Error("INDEX_OUT_OF_RANGE",
                        absl::StrCat("列表有 ", list.size(), " 项，没有第 ", at,
                                     " 项（从 0 数起）"),
                        absl::StrCat("no element ", at, " in a list of ",
                                     list.size(), " (counting from 0)"));
  }
  if (!container.is_map()) return NoOverload(Op::kIndex, {container, index});
  for (const auto& [key, value] : container.map_value()) {
    if (Equal(key, index, &meter->left)) return value;
    if (meter->exhausted()) return BudgetExceeded();
  }
  if (absent_is_missing) return Value::Missing();
  const std::string shown = Shown(index.ToString());
  return Value::Error("NO_SUCH_KEY", absl::StrCat("映射里没有键 ", shown),
                      absl::StrCat("the map has no key ", shown));
}

Value ApplyComparison(Op op, const Value& a, const Value& b, Meter* meter) {
  if (op == Op::kEqual || op == Op::kNotEqual) {
    const bool equal = Equal(a, b, &meter->left);
    if (meter->exhausted()) return BudgetExceeded();
    return Value::Bool(equal == (op == Op::kEqual));
  }
  int order = 0;  // of a relative to b
  if (a.is_int() && b.is_int()) {
    order = a.int_value() < b.int_value()    ? -1
            : a.int_value() == b.int_value() ? 0
                                             : 1;
  } else if ((a.is_int() || a.is_decimal()) && (b.is_int() || b.is_decimal())) {
    const Decimal x = a.AsDecimal();
    const Decimal y = b.AsDecimal();
    order = x < y ? -1 : x == y ? 0 : 1;
  } else if (a.is_string() && b.is_string()) {
    const std::string& s = a.string_value();
    const std::string& t = b.string_value();
    if (!meter->Charge(Blocks(std::min(s.size(), t.size())))) {
      return BudgetExceeded();
    }
    // Bytes of UTF-8 are in the order of their code points.
    order = s.compare(t);
  } else if (a.is_date() && b.is_date()) {
    order = a.date_value() < b.date_value()    ? -1
            : a.date_value() == b.date_value() ? 0
                                               : 1;
  } else if (a.is_bool() && b.is_bool()) {
    order = int{a.bool_value()} - int{b.bool_value()};
  } else {
    return NoOverload(op, {a, b});
  }
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

Value ApplyText(Op op, absl::Span<const Value> arguments, Meter* meter) {
  const Value& a = arguments[0];
  const Value& b = arguments[1];
  if (!a.is_string() || !b.is_string()) return NoOverload(op, arguments);
  const std::string& text = a.string_value();
  const std::string& part = b.string_value();
  if (op == Op::kMatches) {
    // A pattern that is not constant is compiled each time.
    const int64_t cost =
        1000 + 8 * static_cast<int64_t>(part.size()) + Blocks(text.size() * 8);
    if (!meter->Charge(cost)) return BudgetExceeded();
    const std::shared_ptr<const RE2> pattern = CompilePattern(part);
    if (!pattern->ok()) {
      return Value::Error(
          "BAD_PATTERN", absl::StrCat("正则表达式不成立：", pattern->error()),
          absl::StrCat("not a regular expression: ", pattern->error()));
    }
    return Value::Bool(RE2::PartialMatch(text, *pattern));
  }
  // A search may start over at each byte.
  const int64_t cost = op == Op::kContains
                           ? Blocks(text.size()) * (1 + Blocks(part.size()))
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

Value Apply(Op op, absl::Span<const Value> arguments, Meter* meter) {
  const Value& a = arguments[0];
  switch (op) {
    case Op::kNot:
      return a.is_bool() ? Value::Bool(!a.bool_value())
                         : NoOverload(op, arguments);
    case Op::kAdd:
    case Op::kSubtract:
      if (a.is_date()) return ApplyDate(op, arguments);
      if (op == Op::kAdd && ((a.is_string() && arguments[1].is_string()) ||
                             (a.is_list() && arguments[1].is_list()))) {
        return Concatenate(a, arguments[1], meter);
      }
      return ApplyNumeric(op, arguments, meter);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return ApplyComparison(op, a, arguments[1], meter);
    case Op::kIn:
      if (!arguments[1].is_list() && !arguments[1].is_map()) {
        return NoOverload(op, arguments);
      }
      return Contains(a, arguments[1], meter);
    case Op::kIndex:
      return IndexInto(a, arguments[1], false, meter);
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
