// Lists, maps and messages that an expression makes, and the macros that go
// through them.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/expr/evaluation.h"
#include "src/expr/messages.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

// A text to compare keys of maps by: equal keys, equal text.
std::string KeyText(const Value& key) {
  if (key.is_string()) return absl::StrCat("s", key.string_value());
  if (key.is_int()) return absl::StrCat("i", key.int_value());
  if (key.is_uint()) return absl::StrCat("i", key.uint_value());
  return key.bool_value() ? "t" : "f";
}

Value DuplicateKey() {
  return Value::Error("DUPLICATE_KEY", "映射里有重复的键",
                      "the map has a key twice");
}

// Whether a value may be the key of a map.
bool IsKey(const Value& value) {
  return value.is_string() || value.is_int() || value.is_uint() ||
         value.is_bool();
}

bool Flag(const std::vector<bool>& flags, size_t i) {
  return !flags.empty() && flags[i];
}

}  // namespace

bool SeenKeys::Add(const Value& key) {
  return texts_.insert(KeyText(key)).second;
}

Value Evaluation::EvalList(const Term& term) {
  if (!meter_.Charge(static_cast<int64_t>(term.args.size()))) {
    return OutOfBudget(term);
  }
  ListValue items;
  items.reserve(term.args.size());
  for (size_t i = 0; i < term.args.size(); ++i) {
    items.push_back(EvalOwned(term.args[i]));
    if (items.back().is_error()) return items.back();
    if (!Flag(term.optional, i)) continue;
    if (!items.back().is_optional()) {
      return Place(NoOverload(term.op, {items.back()}), term);
    }
    if (items.back().has_value()) {
      items.back() = Value(items.back().optional_value());
    } else {
      items.pop_back();
    }
  }
  return Value::List(std::move(items));
}

// Adds an entry; null, or why it cannot be.
Value Evaluation::AddEntry(const Term& term, Value key, Value value,
                           MapValue* entries, SeenKeys* seen) {
  if (!IsKey(key)) return Place(NoOverload(term.op, {key}), term);
  if (key.is_string() &&
      !meter_.Charge(static_cast<int64_t>(key.string_value().size() / 8))) {
    return OutOfBudget(term);
  }
  if (!seen->Add(key)) return Place(DuplicateKey(), term);
  entries->emplace_back(std::move(key), std::move(value));
  return Value();
}

Value Evaluation::EvalMap(const Term& term) {
  if (!meter_.Charge(static_cast<int64_t>(term.args.size()))) {
    return OutOfBudget(term);
  }
  MapValue entries;
  entries.reserve(term.args.size() / 2);
  SeenKeys seen;
  for (size_t i = 0; i + 1 < term.args.size(); i += 2) {
    Value key = EvalOwned(term.args[i]);
    if (key.is_error()) return key;
    Value value = EvalOwned(term.args[i + 1]);
    if (value.is_error()) return value;
    if (Flag(term.optional, i / 2)) {
      if (!value.is_optional()) {
        return Place(NoOverload(term.op, {value}), term);
      }
      if (!value.has_value()) continue;
      value = Value(value.optional_value());
    }
    Value failed =
        AddEntry(term, std::move(key), std::move(value), &entries, &seen);
    if (failed.is_error()) return failed;
  }
  return Value::Map(std::move(entries));
}

Value Evaluation::EvalMessage(const Term& term) {
  const MessageShape& shape = code_.messages[term.index];
  if (!meter_.Charge(static_cast<int64_t>(term.args.size()) + 16)) {
    return OutOfBudget(term);
  }
  std::vector<std::pair<const google::protobuf::FieldDescriptor*, Value>>
      fields;
  for (size_t i = 0; i < term.args.size(); ++i) {
    Value value = EvalOwned(term.args[i]);
    if (value.is_error()) return value;
    if (Flag(term.optional, i)) {
      if (!value.is_optional()) {
        return Place(NoOverload(term.op, {value}), term);
      }
      if (!value.has_value()) continue;
      value = Value(value.optional_value());
    }
    if (shape.fields[i] == nullptr) {
      return Place(Value::Error("NO_SUCH_FIELD", "消息没有这个字段",
                                "the message has no such field"),
                   term);
    }
    fields.emplace_back(shape.fields[i], std::move(value));
  }
  return Place(code_.message_types->Make(*shape.type, fields, &meter_), term);
}

// Entries in order, since each may use those before it, thousands deep. One
// that failed is only an error for who uses it.
Value Evaluation::EvalBlock(const Term& term) {
  const size_t entries = term.args.size() - 1;
  for (size_t i = 0; i < entries; ++i) {
    Value value = EvalOwned(term.args[i]);
    if (meter_.exhausted()) return value;
    locals_[term.index + i] = std::move(value);
  }
  return EvalOwned(term.args.back());
}

Value Evaluation::EvalComprehension(const Term& term) {
  if (term.macro == Macro::kBind) return EvalBind(term);
  if (term.macro == Macro::kOptMap || term.macro == Macro::kOptFlatMap) {
    return EvalOptionalMap(term);
  }
  const Value range = EvalOwned(term.args[0]);
  if (range.is_error()) return range;
  if (!range.is_list() && !range.is_map()) {
    return Place(NoOverload(term.op, {range}), term);
  }
  switch (term.macro) {
    case Macro::kAll:
    case Macro::kExists:
    case Macro::kExistsOne:
      return Quantify(term, range);
    case Macro::kTransformMap:
    case Macro::kTransformMapFilter:
    case Macro::kTransformMapEntry:
    case Macro::kTransformMapEntryFilter:
      return CollectMap(term, range);
    default:
      return Collect(term, range);
  }
}

// A value that failed is only an error for who uses it.
Value Evaluation::EvalBind(const Term& term) {
  Value value = EvalOwned(term.args[0]);
  if (meter_.exhausted()) return value;
  locals_[term.index] = std::move(value);
  return EvalOwned(term.args[1]);
}

Value Evaluation::EvalOptionalMap(const Term& term) {
  Value target = EvalOwned(term.args[0]);
  if (target.is_error()) return target;
  if (!target.is_optional()) return Place(NoOverload(term.op, {target}), term);
  if (!target.has_value()) return target;
  locals_[term.index] = target.optional_value();
  Value result = EvalOwned(term.args[1]);
  if (result.is_error()) return result;
  if (term.macro == Macro::kOptMap) return Value::Optional(std::move(result));
  if (result.is_optional()) return result;
  return Place(NoOverload(term.op, {result}), term);
}

size_t Evaluation::SizeOf(const Value& range) const {
  return range.is_list() ? range.list_value().size() : range.map_value().size();
}

// The variables of a macro for the element or entry at `i`.
void Evaluation::SetVariables(const Term& term, const Value& range, size_t i) {
  if (range.is_list()) {
    const Value& item = range.list_value()[i];
    if (term.two_variables) {
      locals_[term.index] = Value::Int(static_cast<int64_t>(i));
    }
    locals_[term.index + (term.two_variables ? 1 : 0)] = item;
    return;
  }
  const auto& [key, value] = range.map_value()[i];
  locals_[term.index] = key;
  if (term.two_variables) locals_[term.index + 1] = value;
}

// all() and exists() treat their predicates like && and ||; exists_one()
// fails with the first that fails.
Value Evaluation::Quantify(const Term& term, const Value& range) {
  const bool one = term.macro == Macro::kExistsOne;
  const bool decisive = term.macro == Macro::kExists;
  Value error;
  int64_t count = 0;
  for (size_t i = 0; i < SizeOf(range); ++i) {
    if (!meter_.Charge(1)) return OutOfBudget(term);
    SetVariables(term, range, i);
    Value slot;
    const Value& value = Eval(term.args[1], &slot);
    if (meter_.exhausted()) return value;
    if (!value.is_bool()) {
      Value failed = value.is_error() ? value : NotBool(value, term);
      if (one) return failed;
      if (!error.is_error()) error = std::move(failed);
    } else if (one) {
      count += value.bool_value() ? 1 : 0;
    } else if (value.bool_value() == decisive) {
      return value;
    }
  }
  if (one) return Value::Bool(count == 1);
  return error.is_error() ? error : Value::Bool(!decisive);
}

// Evaluates the predicate of a macro that collects; null, or its error.
Value Evaluation::Keep(const Term& term, bool* keep) {
  Value slot;
  const Value& value = Eval(term.args[1], &slot);
  if (value.is_error()) return value;
  if (!value.is_bool()) return NotBool(value, term);
  *keep = value.bool_value();
  return Value();
}

Value Evaluation::Collect(const Term& term, const Value& range) {
  const bool filters = term.args.size() == 3 || term.macro == Macro::kFilter;
  ListValue result;
  for (size_t i = 0; i < SizeOf(range); ++i) {
    if (!meter_.Charge(2)) return OutOfBudget(term);
    SetVariables(term, range, i);
    bool keep = true;
    if (filters) {
      Value failed = Keep(term, &keep);
      if (failed.is_error()) return failed;
    }
    if (!keep) continue;
    if (term.macro == Macro::kFilter) {
      result.push_back(locals_[term.index]);
      continue;
    }
    result.push_back(EvalOwned(term.args.back()));
    if (result.back().is_error()) return result.back();
  }
  return Value::List(std::move(result));
}

Value Evaluation::CollectMap(const Term& term, const Value& range) {
  const bool filters = term.args.size() == 3;
  const bool entry = term.macro == Macro::kTransformMapEntry ||
                     term.macro == Macro::kTransformMapEntryFilter;
  MapValue result;
  SeenKeys seen;
  for (size_t i = 0; i < SizeOf(range); ++i) {
    if (!meter_.Charge(4)) return OutOfBudget(term);
    SetVariables(term, range, i);
    bool keep = true;
    if (filters) {
      Value failed = Keep(term, &keep);
      if (failed.is_error()) return failed;
    }
    if (!keep) continue;
    const Value key = locals_[term.index];
    Value value = EvalOwned(term.args.back());
    if (value.is_error()) return value;
    if (!entry) {
      Value failed = AddEntry(term, key, std::move(value), &result, &seen);
      if (failed.is_error()) return failed;
      continue;
    }
    if (!value.is_map()) return Place(NoOverload(term.op, {value}), term);
    for (const auto& [k, v] : value.map_value()) {
      if (!meter_.Charge(2)) return OutOfBudget(term);
      Value failed = AddEntry(term, k, v, &result, &seen);
      if (failed.is_error()) return failed;
    }
  }
  return Value::Map(std::move(result));
}

}  // namespace duban::expr
