#include "src/expr/type.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"

namespace duban::expr {

Type::Type(Kind kind, absl::string_view name, std::vector<Type> parameters)
    : kind_(kind) {
  auto detail = std::make_shared<Detail>();
  detail->name = std::string(name);
  detail->open = kind == Kind::kParameter;
  for (const Type& parameter : parameters) {
    detail->size += parameter.size();
    detail->open |= parameter.open();
  }
  if (detail->size > kMostSize) {
    parameters.assign(parameters.size(), Type());
    detail->size = 1 + static_cast<int>(parameters.size());
    detail->open = false;
  }
  detail->parameters = std::move(parameters);
  detail_ = std::move(detail);
}

Type Type::TypeType(const Type& of) { return Type(Kind::kType, "type", {of}); }

Type Type::List(const Type& element) {
  return Type(Kind::kList, "list", {element});
}

Type Type::Map(const Type& key, const Type& value) {
  return Type(Kind::kMap, "map", {key, value});
}

Type Type::Optional(const Type& value) {
  return Type(Kind::kOptional, "optional_type", {value});
}

Type Type::Wrapper(const Type& value) {
  return Type(Kind::kWrapper, "wrapper", {value});
}

Type Type::Opaque(absl::string_view name) {
  return Type(Kind::kOpaque, name, {});
}

Type Type::Parameter(absl::string_view name) {
  return Type(Kind::kParameter, name, {});
}

Type Type::Message(const google::protobuf::Descriptor* descriptor) {
  Type t(Kind::kMessage);
  t.message_ = descriptor;
  return t;
}

Type Type::Record(const RecordType* record) {
  Type t(Kind::kRecord);
  t.record_ = record;
  return t;
}

Type Type::With(std::vector<Type> parameters) const {
  return Type(kind_, name(), std::move(parameters));
}

const std::vector<Type>& Type::parameters() const {
  static const auto* const none = new std::vector<Type>();
  return detail_ == nullptr ? *none : detail_->parameters;
}

const std::string& Type::name() const {
  static const auto* const none = new std::string();
  return detail_ == nullptr ? *none : detail_->name;
}

absl::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kDyn:
      return "dyn";
    case Kind::kNull:
      return "null";
    case Kind::kMissing:
      return "missing";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kDouble:
      return "double";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kString:
      return "string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kDate:
      return "date";
    case Kind::kTimestamp:
      return "timestamp";
    case Kind::kDuration:
      return "duration";
    case Kind::kList:
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kRecord:
      return "record";
    case Kind::kMessage:
      return "message";
    case Kind::kType:
      return "type";
    case Kind::kOptional:
      return "optional_type";
    case Kind::kOpaque:
      return "opaque";
    case Kind::kWrapper:
      return "wrapper";
    case Kind::kAny:
      return "any";
    case Kind::kParameter:
      return "parameter";
    case Kind::kError:
      break;
  }
  return "error";
}

std::string Type::ToString() const {
  switch (kind_) {
    case Kind::kRecord:
      return record_ == nullptr ? "record" : record_->name();
    case Kind::kMessage:
      return message_ == nullptr ? "message" : message_->full_name();
    case Kind::kOpaque:
    case Kind::kParameter:
      return name();
    default:
      break;
  }
  std::string text(NameOf(kind_));
  if (parameters().empty()) return text;
  absl::StrAppend(&text, "(",
                  absl::StrJoin(parameters(), ", ",
                                [](std::string* out, const Type& t) {
                                  out->append(t.ToString());
                                }),
                  ")");
  return text;
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_) return false;
  if (a.kind_ == Kind::kRecord) return a.record_ == b.record_;
  if (a.kind_ == Kind::kMessage) return a.message_ == b.message_;
  if (a.detail_ == b.detail_) return true;
  return a.name() == b.name() && a.parameters() == b.parameters();
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
