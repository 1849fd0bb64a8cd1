#include "src/expr/type.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace duban::expr {

Type Type::List(const Type& element) {
  Type t(Kind::kList);
  t.parameters_ =
      std::make_shared<const std::vector<Type>>(std::vector<Type>{element});
  return t;
}

Type Type::Map(const Type& key, const Type& value) {
  Type t(Kind::kMap);
  t.parameters_ =
      std::make_shared<const std::vector<Type>>(std::vector<Type>{key, value});
  return t;
}

Type Type::Record(const RecordType* record) {
  Type t(Kind::kRecord);
  t.record_ = record;
  return t;
}

absl::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kDyn:
      return "dyn";
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kString:
      return "string";
    case Kind::kDate:
      return "date";
    case Kind::kList:
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kRecord:
      return "record";
    case Kind::kError:
      break;
  }
  return "error";
}

std::string Type::ToString() const {
  switch (kind_) {
    case Kind::kList:
      return absl::StrCat("list(", element().ToString(), ")");
    case Kind::kMap:
      return absl::StrCat("map(", key().ToString(), ", ", value().ToString(),
                          ")");
    case Kind::kRecord:
      return record_ == nullptr ? "record" : record_->name();
    default:
      return std::string(NameOf(kind_));
  }
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_ || a.record_ != b.record_) return false;
  if (a.parameters_ == b.parameters_) return true;
  return *a.parameters_ == *b.parameters_;
}

RecordType::RecordType(std::string name, std::vector<Declaration> fields)
    : name_(std::move(name)), fields_(std::move(fields)) {}

int RecordType::Find(absl::string_view field) const {
  if (field.empty()) return -1;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == field || fields_[i].zh == field) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

}  // namespace duban::expr
