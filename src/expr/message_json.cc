#include "src/expr/message_json.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// "foo_bar.baz" as "fooBar.baz".
void AppendPath(absl::string_view path, std::string* out) {
  bool upper = false;
  for (const char c : path) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out->push_back(upper ? absl::ascii_toupper(c) : c);
    upper = false;
  }
}

Value OfFieldMask(const Message& mask, Meter* meter) {
  const FieldDescriptor& paths = *mask.GetDescriptor()->FindFieldByNumber(1);
  const int count = mask.GetReflection()->FieldSize(mask, &paths);
  std::string text;
  for (int i = 0; i < count; ++i) {
    const Value path = ReadScalar(mask, paths, i, meter);
    if (path.is_error()) return path;
    if (i > 0) text.push_back(',');
    AppendPath(path.string_value(), &text);
  }
  return Value::Str(std::move(text));
}

Value OfEnum(const FieldDescriptor& field, const Value& number) {
  if (field.enum_type()->full_name() == "google.protobuf.NullValue") {
    return Value::Null();
  }
  const EnumValueDescriptor* value = field.enum_type()->FindValueByNumber(
      static_cast<int>(number.int_value()));
  return value == nullptr ? number : Value::Str(value->name());
}

std::string TextOfKey(const Value& key) {
  if (key.is_string()) return key.string_value();
  if (key.is_bool()) return key.bool_value() ? "true" : "false";
  return key.is_uint() ? absl::StrCat(key.uint_value())
                       : absl::StrCat(key.int_value());
}

std::string NameOfField(const FieldDescriptor& field) {
  return field.is_extension() ? absl::StrCat("[", field.full_name(), "]")
                              : field.json_name();
}

}  // namespace

Value MessageJson::Of(const MessagePtr& message, int depth) const {
  if (depth > kMessageDepth) return TooDeep();
  switch (WellKnownTypeOf(*message->GetDescriptor())) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED: {
      MapValue map;
      Value failure = AddFields(message, depth, &map);
      if (failure.is_error()) return failure;
      return Value::Map(std::move(map));
    }
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return OfFieldMask(*message, meter_);
    case Descriptor::WELLKNOWNTYPE_ANY:
      return OfAny(*message, depth);
    default:
      return reader_->Read(message, depth);
  }
}

Value MessageJson::OfAny(const Message& any, int depth) const {
  MessagePtr content;
  Value failure = reader_->Unpack(any, &content);
  if (failure.is_error()) return failure;
  const FieldDescriptor& url = *any.GetDescriptor()->FindFieldByNumber(1);
  if (!meter_->Charge(2)) return BudgetExceeded();
  MapValue map;
  map.emplace_back(Value::Str(std::string("@type")),
                   ReadScalar(any, url, -1, meter_));
  if (map[0].second.is_error()) return map[0].second;
  if (WellKnownTypeOf(*content->GetDescriptor()) ==
      Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
    failure = AddFields(content, depth + 1, &map);
  } else {
    Value value = Of(content, depth + 1);
    if (value.is_error()) return value;
    map.emplace_back(Value::Str(std::string("value")), std::move(value));
  }
  if (failure.is_error()) return failure;
  return Value::Map(std::move(map));
}

Value MessageJson::AddFields(const MessagePtr& message, int depth,
                             MapValue* map) const {
  std::vector<const FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    std::string name = NameOfField(*field);
    if (!meter_->Charge(static_cast<int64_t>(1 + name.size() / 8))) {
      return BudgetExceeded();
    }
    Value value = OfField(message, *field, depth);
    if (value.is_error()) return value;
    map->emplace_back(Value::Str(std::move(name)), std::move(value));
  }
  return Value::Null();
}

Value MessageJson::OfField(const MessagePtr& message,
                           const FieldDescriptor& field, int depth) const {
  if (field.is_map()) return OfMap(message, field, depth);
  if (!field.is_repeated()) return OfElement(message, field, -1, depth);
  return ListOfElements(*message, field, meter_, [&](int i) {
    return OfElement(message, field, i, depth);
  });
}

Value MessageJson::OfMap(const MessagePtr& message,
                         const FieldDescriptor& field, int depth) const {
  std::vector<MapEntry> entries;
  Value failure = SortedEntries(*message, field, meter_, &entries);
  if (failure.is_error()) return failure;
  const FieldDescriptor& value_field = *field.message_type()->map_value();
  MapValue map;
  map.reserve(entries.size());
  for (const MapEntry& entry : entries) {
    Value value =
        OfElement(MessagePtr(message, entry.entry), value_field, -1, depth + 1);
    if (value.is_error()) return value;
    map.emplace_back(Value::Str(TextOfKey(entry.key)), std::move(value));
  }
  return Value::Map(std::move(map));
}

Value MessageJson::OfElement(const MessagePtr& message,
                             const FieldDescriptor& field, int index,
                             int depth) const {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Reflection& reflection = *message->GetReflection();
    const Message& part =
        index < 0 ? reflection.GetMessage(*message, &field)
                  : reflection.GetRepeatedMessage(*message, &field, index);
    return Of(MessagePtr(message, &part), depth + 1);
  }
  Value value = ReadScalar(*message, field, index, meter_);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return OfEnum(field, value);
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Str(absl::StrCat(value.int_value()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Str(absl::StrCat(value.uint_value()));
    default:
      return value;
  }
}

}  // namespace duban::expr
