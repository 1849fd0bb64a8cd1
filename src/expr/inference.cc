#include "src/expr/inference.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace duban::expr {
namespace {

bool IsDynamic(const Type& type) {
  return type.kind() == Kind::kDyn || type.kind() == Kind::kAny ||
         type.kind() == Kind::kError;
}

bool IsNumber(const Type& type) {
  return type.kind() == Kind::kInt || type.kind() == Kind::kDecimal;
}

// What null may be given for.
bool IsNullable(const Type& type) {
  switch (type.kind()) {
    case Kind::kNull:
    case Kind::kWrapper:
    case Kind::kMessage:
    case Kind::kTimestamp:
    case Kind::kDuration:
    case Kind::kOptional:
    case Kind::kOpaque:
      return true;
    default:
      return false;
  }
}

// Whether the first says no more than the second.
bool SaysLess(const Type& a, const Type& b) {
  if (IsDynamic(a) || a.kind() == Kind::kParameter) return true;
  if (IsDynamic(b) || b.kind() == Kind::kParameter) return false;
  if (a.kind() == Kind::kType && b.kind() == Kind::kType) return true;
  // What may be null says less than null, and than what it holds else.
  if (b.kind() == Kind::kNull) return IsNullable(a);
  if (a.kind() == Kind::kWrapper && a.parameters()[0] == b) return true;
  if (a.kind() != b.kind() || a.parameters().empty()) return a == b;
  if (a.name() != b.name()) return false;
  for (size_t i = 0; i < a.parameters().size(); ++i) {
    if (!SaysLess(a.parameters()[i], b.parameters()[i])) return false;
  }
  return true;
}

Type Replace(const Type& type, const HashMap<std::string, Type>& by) {
  if (!type.open()) return type;
  if (type.kind() == Kind::kParameter) {
    const auto it = by.find(type.name());
    return it == by.end() ? type : it->second;
  }
  std::vector<Type> parts;
  for (const Type& part : type.parameters()) {
    parts.push_back(Replace(part, by));
  }
  return type.With(std::move(parts));
}

void CollectNames(const Type& type, std::vector<std::string>* names) {
  if (!type.open()) return;
  if (type.kind() == Kind::kParameter) names->push_back(type.name());
  for (const Type& part : type.parameters()) CollectNames(part, names);
}

}  // namespace

Type Inference::Fresh() { return Type::Parameter(absl::StrCat("%", next_++)); }

Overload Inference::Instantiate(const Overload& overload) {
  Overload own = overload;
  std::vector<std::string> names;
  CollectNames(overload.result, &names);
  for (const Type& type : overload.parameters) CollectNames(type, &names);
  HashMap<std::string, Type> by;
  for (const std::string& name : names) {
    if (!by.contains(name)) by.try_emplace(name, Fresh());
  }
  for (Type& type : own.parameters) type = Replace(type, by);
  own.result = Replace(own.result, by);
  return own;
}

bool Inference::Assign(const Type& from, const Type& to) {
  const size_t mark = replaced_.size();
  if (Fits(from, to)) return true;
  Undo(mark);
  return false;
}

bool Inference::AssignAll(const std::vector<Type>& from,
                          const std::vector<Type>& to, bool repeats) {
  if (repeats ? from.size() < to.size() : from.size() != to.size()) {
    return false;
  }
  const size_t mark = replaced_.size();
  for (size_t i = 0; i < from.size(); ++i) {
    if (Fits(from[i], i < to.size() ? to[i] : to.back())) continue;
    Undo(mark);
    return false;
  }
  return true;
}

bool Inference::Fits(const Type& from, const Type& to) {
  if (to.kind() == Kind::kParameter) {
    bool known = false;
    if (FitsParameter(from, to, &known)) return true;
    if (known) return false;
  }
  if (from.kind() == Kind::kParameter) {
    bool known = false;
    return FitsParameter(to, from, &known);
  }
  if (IsDynamic(from) || IsDynamic(to)) return true;
  return FitsKinds(from, to);
}

bool Inference::FitsKinds(const Type& from, const Type& to) {
  if (profile_ == Profile::kScoring) {
    if (to.kind() == Kind::kDecimal) return IsNumber(from);
    if (to.kind() == Kind::kRecord) {
      return from.kind() == Kind::kNull || from == to;
    }
    return FitsParts(from, to);
  }
  if (from.kind() == Kind::kNull) return IsNullable(to);
  if (to.kind() == Kind::kNull) return IsNullable(from);
  if (from.kind() == Kind::kType) return to.kind() == Kind::kType;
  // A wrapper is what it wraps, or null.
  if (to.kind() == Kind::kWrapper && from.kind() != Kind::kWrapper) {
    return from == to.parameters()[0];
  }
  if (from.kind() == Kind::kWrapper && to.kind() != Kind::kWrapper) {
    return from.parameters()[0] == to;
  }
  return FitsParts(from, to);
}

bool Inference::FitsParts(const Type& from, const Type& to) {
  if (from.kind() != to.kind()) return false;
  if (from.parameters().empty()) return from == to;
  if (from.name() != to.name()) return false;
  for (size_t i = 0; i < from.parameters().size(); ++i) {
    if (!Fits(from.parameters()[i], to.parameters()[i])) return false;
  }
  return true;
}

// Whether the parameter may stand for the type. *known: whether it stood for
// something already, so that there is no other way to make the two meet.
bool Inference::FitsParameter(const Type& type, const Type& parameter,
                              bool* known) {
  if (type.kind() == Kind::kParameter && type.name() == parameter.name()) {
    *known = true;
    return true;
  }
  const auto it = found_.find(parameter.name());
  if (it == found_.end()) {
    if (Occurs(parameter, type)) return false;
    Set(parameter.name(), type);
    return true;
  }
  *known = true;
  const Type before = it->second;
  if (before == type) return true;
  if (!Fits(type, before)) return false;
  const Type& wider = SaysLess(type, before) ? type : before;
  if (!Occurs(parameter, wider)) Set(parameter.name(), wider);
  return true;
}

bool Inference::Occurs(const Type& parameter, const Type& type) const {
  if (!type.open()) return false;
  if (type.kind() == Kind::kParameter) {
    if (type.name() == parameter.name()) return true;
    const auto it = found_.find(type.name());
    return it != found_.end() && Occurs(parameter, it->second);
  }
  for (const Type& part : type.parameters()) {
    if (Occurs(parameter, part)) return true;
  }
  return false;
}

void Inference::Set(const std::string& parameter, const Type& type) {
  const auto it = found_.find(parameter);
  if (it == found_.end()) {
    replaced_.emplace_back(parameter, std::nullopt);
    found_.try_emplace(parameter, type);
    return;
  }
  replaced_.emplace_back(parameter, it->second);
  it->second = type;
}

void Inference::Undo(size_t mark) {
  for (; replaced_.size() > mark; replaced_.pop_back()) {
    const auto& [parameter, type] = replaced_.back();
    const auto it = found_.find(parameter);
    if (type) {
      it->second = *type;
    } else {
      found_.erase(it);
    }
  }
}

Type Inference::Substitute(const Type& type, bool unknown_to_dyn) const {
  if (!type.open()) return type;
  if (type.kind() == Kind::kParameter) {
    const auto it = found_.find(type.name());
    if (it != found_.end()) return Substitute(it->second, unknown_to_dyn);
    return unknown_to_dyn ? Type::Dyn() : type;
  }
  std::vector<Type> parts;
  for (const Type& part : type.parameters()) {
    parts.push_back(Substitute(part, unknown_to_dyn));
  }
  return type.With(std::move(parts));
}

bool Inference::Join(const Type& a, const Type& b, Type* result) {
  if (profile_ == Profile::kScoring) {
    Type joined;  // *result may be one of the two
    const bool fits = JoinScoring(a, b, &joined);
    *result = std::move(joined);
    return fits;
  }
  if (Assign(a, b)) {
    *result = SaysLess(a, b) ? a : b;
    return true;
  }
  *result = Type::Dyn();
  return false;
}

// int and decimal meet in decimal, a record and null in the record.
bool Inference::JoinScoring(const Type& a, const Type& b, Type* result) {
  *result = a;
  if (a == b) return true;
  for (const Kind kind : {Kind::kError, Kind::kDyn}) {
    if (a.kind() != kind && b.kind() != kind) continue;
    *result = kind == Kind::kError ? Type::Error() : Type::Dyn();
    return true;
  }
  if (IsNumber(a) && IsNumber(b)) {
    *result = Type::Decimal();
    return true;
  }
  if (a.kind() == Kind::kNull && b.kind() == Kind::kRecord) {
    *result = b;
    return true;
  }
  if (a.kind() == Kind::kRecord && b.kind() == Kind::kNull) return true;
  const bool both_lists = a.kind() == Kind::kList && b.kind() == Kind::kList;
  const bool both_maps = a.kind() == Kind::kMap && b.kind() == Kind::kMap;
  if (!both_lists && !both_maps) {
    *result = Type::Dyn();
    return false;
  }
  std::vector<Type> parts(a.parameters().size());
  for (size_t i = 0; i < parts.size(); ++i) {
    JoinScoring(a.parameters()[i], b.parameters()[i], &parts[i]);
  }
  *result = a.With(std::move(parts));
  return true;
}

bool Inference::Comparable(const Type& a, const Type& b) {
  if (a.kind() == b.kind() &&
      (a.kind() == Kind::kList || a.kind() == Kind::kMap)) {
    for (size_t i = 0; i < a.parameters().size(); ++i) {
      if (!Comparable(a.parameters()[i], b.parameters()[i])) return false;
    }
    return true;
  }
  Type both;
  return Join(a, b, &both);
}

}  // namespace duban::expr
