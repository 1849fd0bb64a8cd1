#include "src/expr/message_reader.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int32_t kSecond = 1000000000;  // in nanoseconds

const FieldDescriptor& FieldOf(const Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

void ReadSeconds(const Message& message, int64_t* seconds, int32_t* nanos) {
  const Reflection& reflection = *message.GetReflection();
  *seconds = reflection.GetInt64(message, &FieldOf(message, 1));
  *nanos = reflection.GetInt32(message, &FieldOf(message, 2));
}

Value OutOfRange(const Message& message) {
  const std::string& name = message.GetDescriptor()->full_name();
  return Value::Error("OUT_OF_RANGE", absl::StrCat(name, " 超出范围"),
                      absl::StrCat("a ", name, " is out of range"));
}

Value ReadTimestamp(const Message& message) {
  Timestamp time;
  ReadSeconds(message, &time.seconds, &time.nanos);
  if (time.seconds < Timestamp::kMinSeconds ||
      time.seconds > Timestamp::kMaxSeconds || time.nanos < 0 ||
      time.nanos >= kSecond) {
    return OutOfRange(message);
  }
  return Value::Time(time);
}

Value ReadDuration(const Message& message) {
  Duration span;
  ReadSeconds(message, &span.seconds, &span.nanos);
  const bool mixed = (span.seconds < 0 && span.nanos > 0) ||
                     (span.seconds > 0 && span.nanos < 0);
  if (span.seconds < -Duration::kMaxSeconds ||
      span.seconds > Duration::kMaxSeconds || span.nanos <= -kSecond ||
      span.nanos >= kSecond || mixed) {
    return OutOfRange(message);
  }
  return Value::Span(span);
}

}  // namespace

Value MessageReader::Read(const MessagePtr& message, int depth) const {
  if (depth > kMessageDepth) return TooDeep();
  if (!meter_->Charge(1)) return BudgetExceeded();
  const Descriptor& type = *message->GetDescriptor();
  const WellKnown known = WellKnownTypeOf(type);
  switch (known) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return Value::Msg(new MessageValue(message, types_));
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return ReadTimestamp(*message);
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return ReadDuration(*message);
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      return ReadMap(message, FieldOf(*message, 1), depth);
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return ReadList(message, FieldOf(*message, 1), depth);
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return ReadJson(message, depth);
    case Descriptor::WELLKNOWNTYPE_ANY: {
      MessagePtr content;
      Value failure = Unpack(*message, &content);
      if (failure.is_error()) return failure;
      return Read(content, depth + 1);
    }
    default:  // a wrapper
      return ReadScalar(*message, FieldOf(*message, 1), -1, meter_);
  }
}

Value MessageReader::ReadField(const MessagePtr& message,
                               const FieldDescriptor& field, int depth) const {
  if (field.is_map()) return ReadMap(message, field, depth);
  if (field.is_repeated()) return ReadList(message, field, depth);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
      IsWrapper(*field.message_type()) &&
      !message->GetReflection()->HasField(*message, &field)) {
    return Value::Null();
  }
  return ReadElement(message, field, -1, depth);
}

Value MessageReader::ReadElement(const MessagePtr& message,
                                 const FieldDescriptor& field, int index,
                                 int depth) const {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return ReadScalar(*message, field, index, meter_);
  }
  const Reflection& reflection = *message->GetReflection();
  const Message& part =
      index < 0 ? reflection.GetMessage(*message, &field, types_->factory())
                : reflection.GetRepeatedMessage(*message, &field, index);
  return Read(MessagePtr(message, &part), depth + 1);
}

Value MessageReader::Unpack(const Message& any, MessagePtr* content) const {
  const Reflection& reflection = *any.GetReflection();
  std::string scratch;
  absl::string_view name =
      reflection.GetStringReference(any, &FieldOf(any, 1), &scratch);
  name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
  if (name.empty()) {
    return Value::Error("UNKNOWN_MESSAGE",
                        "google.protobuf.Any 没有写明是什么类型",
                        "a google.protobuf.Any does not say of what type");
  }
  const Descriptor* type = types_->FindMessage(name);
  if (type == nullptr) return UnknownMessage(name);
  std::string bytes_scratch;
  return Parse(
      reflection.GetStringReference(any, &FieldOf(any, 2), &bytes_scratch),
      *type, content);
}

Value MessageReader::Parse(const std::string& bytes, const Descriptor& type,
                           MessagePtr* message) const {
  const Message* prototype = types_->factory()->GetPrototype(&type);
  if (prototype == nullptr) return UnknownMessage(type.full_name());
  if (!ChargeParse(bytes, type, meter_)) return BudgetExceeded();
  std::shared_ptr<Message> parsed(prototype->New());
  if (!parsed->ParsePartialFromString(bytes)) {
    return Value::Error(
        "BAD_MESSAGE", absl::StrCat("这些字节不是 ", type.full_name(), " 消息"),
        absl::StrCat("the bytes are not a ", type.full_name()));
  }
  *message = std::move(parsed);
  return Value::Null();
}

Value MessageReader::ReadJson(const MessagePtr& message, int depth) const {
  const FieldDescriptor* field =
      message->GetReflection()->GetOneofFieldDescriptor(
          *message, message->GetDescriptor()->oneof_decl(0));
  if (field == nullptr || field->number() == 1) return Value::Null();
  return ReadElement(message, *field, -1, depth);
}

Value MessageReader::ReadList(const MessagePtr& message,
                              const FieldDescriptor& field, int depth) const {
  return ListOfElements(*message, field, meter_, [&](int i) {
    return ReadElement(message, field, i, depth);
  });
}

Value MessageReader::ReadMap(const MessagePtr& message,
                             const FieldDescriptor& field, int depth) const {
  std::vector<MapEntry> entries;
  Value failure = SortedEntries(*message, field, meter_, &entries);
  if (failure.is_error()) return failure;
  const FieldDescriptor& value_field = *field.message_type()->map_value();
  MapValue map;
  map.reserve(entries.size());
  for (MapEntry& entry : entries) {
    Value value = ReadElement(MessagePtr(message, entry.entry), value_field, -1,
                              depth + 1);
    if (value.is_error()) return value;
    map.emplace_back(std::move(entry.key), std::move(value));
  }
  return Value::Map(std::move(map));
}

}  // namespace duban::expr
