#include "src/expr/message_writer.h"

#include <limits>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "src/base/text.h"
#include "src/expr/message_json.h"
#include "src/expr/operations.h"
#include "src/expr/time.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Whole numbers up to here are doubles of their own; JSON has texts for those
// beyond.
constexpr int64_t kLargestJsonInt = (int64_t{1} << 53) - 1;

// Values out of its range become infinite, which is what CEL wants.
static_assert(std::numeric_limits<float>::is_iec559);

const FieldDescriptor& FieldOf(const Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

// Whether null in a field of this type is as if the field were not written.
bool NullLeavesUnset(const Descriptor& type) {
  switch (WellKnownTypeOf(type)) {
    case Descriptor::WELLKNOWNTYPE_ANY:
    case Descriptor::WELLKNOWNTYPE_VALUE:
    case Descriptor::WELLKNOWNTYPE_STRUCT:
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return false;
    default:
      return true;
  }
}

bool LeavesUnset(const FieldDescriptor& field, const Value& value) {
  return value.is_null() &&
         field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         NullLeavesUnset(*field.message_type());
}

// The message that a value becomes in an Any; "" where there is none.
const char* NameInAny(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "google.protobuf.Value";
    case Kind::kBool:
      return "google.protobuf.BoolValue";
    case Kind::kInt:
      return "google.protobuf.Int64Value";
    case Kind::kUint:
      return "google.protobuf.UInt64Value";
    case Kind::kDouble:
      return "google.protobuf.DoubleValue";
    case Kind::kString:
      return "google.protobuf.StringValue";
    case Kind::kBytes:
      return "google.protobuf.BytesValue";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kList:
      return "google.protobuf.ListValue";
    case Kind::kMap:
      return "google.protobuf.Struct";
    default:
      return "";
  }
}

// The same bytes each time, whatever order a map has in memory.
std::string Serialize(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream out(&stream);
  out.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&out);
  return bytes;
}

}  // namespace

bool MessageWriter::Charge(int64_t steps) {
  return meter_->Charge(steps) || Fail(BudgetExceeded());
}

bool MessageWriter::Fail(Value error) {
  failure_ = std::move(error);
  return false;
}

bool MessageWriter::WrongType(absl::string_view target, const Value& value) {
  return Fail(Value::Error(
      "WRONG_TYPE",
      absl::StrCat(target, " 不能由 ", NameOf(value.kind()), " 得到"),
      absl::StrCat("a ", NameOf(value.kind()), " does not fit into ", target)));
}

bool MessageWriter::OutOfRange(const FieldDescriptor& field) {
  return Fail(Value::Error(
      "OUT_OF_RANGE", absl::StrCat("字段 ", field.name(), " 的值超出范围"),
      absl::StrCat("the value of field '", field.name(), "' is out of range")));
}

bool MessageWriter::SetField(Message* message, const FieldDescriptor& field,
                             const Value& value, int depth) {
  if (field.is_map()) return SetMap(message, field, value, depth);
  if (field.is_repeated()) return SetList(message, field, value, depth);
  if (LeavesUnset(field, value)) return true;
  return Put(message, field, value, depth);
}

bool MessageWriter::SetList(Message* message, const FieldDescriptor& field,
                            const Value& value, int depth) {
  if (!value.is_list()) return WrongType(field.full_name(), value);
  for (const Value& element : value.list_value()) {
    if (!Charge(1)) return false;
    if (LeavesUnset(field, element)) continue;
    if (!Put(message, field, element, depth)) return false;
  }
  return true;
}

bool MessageWriter::SetMap(Message* message, const FieldDescriptor& field,
                           const Value& value, int depth) {
  if (!value.is_map()) return WrongType(field.full_name(), value);
  const FieldDescriptor& key_field = *field.message_type()->map_key();
  const FieldDescriptor& value_field = *field.message_type()->map_value();
  const Reflection& reflection = *message->GetReflection();
  for (const auto& [key, element] : value.map_value()) {
    // An entry, and its place in a table.
    if (!Charge(2)) return false;
    if (LeavesUnset(value_field, element)) continue;
    Message* entry = reflection.AddMessage(message, &field, types_->factory());
    if (!PutScalar(entry, key_field, key) ||
        !Put(entry, value_field, element, depth + 1)) {
      return false;
    }
  }
  return true;
}

bool MessageWriter::Put(Message* message, const FieldDescriptor& field,
                        const Value& value, int depth) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return PutScalar(message, field, value);
  }
  if (depth + 1 > kMessageDepth) return Fail(TooDeep());
  if (!Charge(StepsOf(*field.message_type()))) return false;
  const Reflection& reflection = *message->GetReflection();
  Message* part =
      field.is_repeated()
          ? reflection.AddMessage(message, &field, types_->factory())
          : reflection.MutableMessage(message, &field, types_->factory());
  return Fill(part, value, depth + 1);
}

bool MessageWriter::PutScalar(Message* message, const FieldDescriptor& field,
                              const Value& value) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      if (value.is_int()) return PutInt(message, field, value.int_value());
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      if (value.is_uint()) return PutUint(message, field, value.uint_value());
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      if (value.is_double()) {
        return PutDouble(message, field, value.double_value());
      }
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_bool()) break;
      if (field.is_repeated()) {
        message->GetReflection()->AddBool(message, &field, value.bool_value());
      } else {
        message->GetReflection()->SetBool(message, &field, value.bool_value());
      }
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (value.is_int()) return PutEnum(message, field, value.int_value());
      if (value.is_null() &&
          field.enum_type()->full_name() == "google.protobuf.NullValue") {
        return PutEnum(message, field, 0);
      }
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES ? value.is_bytes()
                                                      : value.is_string()) {
        return PutText(
            message, field,
            value.is_bytes() ? value.bytes_value() : value.string_value());
      }
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return WrongType(field.full_name(), value);
}

bool MessageWriter::PutInt(Message* message, const FieldDescriptor& field,
                           int64_t value) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    if (field.is_repeated()) {
      reflection.AddInt64(message, &field, value);
    } else {
      reflection.SetInt64(message, &field, value);
    }
    return true;
  }
  const auto narrow = static_cast<int32_t>(value);
  if (narrow != value) return OutOfRange(field);
  if (field.is_repeated()) {
    reflection.AddInt32(message, &field, narrow);
  } else {
    reflection.SetInt32(message, &field, narrow);
  }
  return true;
}

bool MessageWriter::PutUint(Message* message, const FieldDescriptor& field,
                            uint64_t value) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
    if (field.is_repeated()) {
      reflection.AddUInt64(message, &field, value);
    } else {
      reflection.SetUInt64(message, &field, value);
    }
    return true;
  }
  const auto narrow = static_cast<uint32_t>(value);
  if (narrow != value) return OutOfRange(field);
  if (field.is_repeated()) {
    reflection.AddUInt32(message, &field, narrow);
  } else {
    reflection.SetUInt32(message, &field, narrow);
  }
  return true;
}

bool MessageWriter::PutDouble(Message* message, const FieldDescriptor& field,
                              double value) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    if (field.is_repeated()) {
      reflection.AddDouble(message, &field, value);
    } else {
      reflection.SetDouble(message, &field, value);
    }
    return true;
  }
  const auto narrow = static_cast<float>(value);
  if (field.is_repeated()) {
    reflection.AddFloat(message, &field, narrow);
  } else {
    reflection.SetFloat(message, &field, narrow);
  }
  return true;
}

bool MessageWriter::PutEnum(Message* message, const FieldDescriptor& field,
                            int64_t value) {
  const auto number = static_cast<int>(value);
  if (number != value) return OutOfRange(field);
  const Reflection& reflection = *message->GetReflection();
  // proto2 would hide a number without a name among the unknown fields.
  if (!reflection.SupportsUnknownEnumValues() &&
      field.enum_type()->FindValueByNumber(number) == nullptr) {
    return OutOfRange(field);
  }
  if (field.is_repeated()) {
    reflection.AddEnumValue(message, &field, number);
  } else {
    reflection.SetEnumValue(message, &field, number);
  }
  return true;
}

bool MessageWriter::PutText(Message* message, const FieldDescriptor& field,
                            const std::string& value) {
  if (!Charge(static_cast<int64_t>(1 + value.size() / 8))) return false;
  const Reflection& reflection = *message->GetReflection();
  if (field.is_repeated()) {
    reflection.AddString(message, &field, value);
  } else {
    reflection.SetString(message, &field, value);
  }
  return true;
}

bool MessageWriter::Fill(Message* message, const Value& value, int depth) {
  if (depth > kMessageDepth) return Fail(TooDeep());
  switch (WellKnownTypeOf(*message->GetDescriptor())) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return FillMessage(message, value, depth);
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return FillTime(message, value);
    case Descriptor::WELLKNOWNTYPE_ANY:
      return FillAny(message, value, depth);
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return FillJson(message, value, depth);
    default:  // a Struct, a ListValue or a wrapper
      return SetField(message, FieldOf(*message, 1), value, depth);
  }
}

bool MessageWriter::FillMessage(Message* message, const Value& value,
                                int depth) {
  const std::string& name = message->GetDescriptor()->full_name();
  if (!value.is_message()) return WrongType(name, value);
  const MessageValue& from = value.message_value();
  if (&from.descriptor() != message->GetDescriptor()) {
    const std::string other = Excerpt(from.descriptor().full_name());
    return Fail(Value::Error(
        "WRONG_TYPE", absl::StrCat(name, " 不能由 ", other, " 得到"),
        absl::StrCat("a ", other, " does not fit into ", name)));
  }
  Value failure = ChargeCopy(from.message(), depth, meter_);
  if (failure.is_error()) return Fail(std::move(failure));
  message->CopyFrom(from.message());
  return true;
}

bool MessageWriter::FillTime(Message* message, const Value& value) {
  const bool instant = WellKnownTypeOf(*message->GetDescriptor()) ==
                       Descriptor::WELLKNOWNTYPE_TIMESTAMP;
  if (instant ? !value.is_timestamp() : !value.is_duration()) {
    return WrongType(message->GetDescriptor()->full_name(), value);
  }
  const int64_t seconds = instant ? value.timestamp_value().seconds
                                  : value.duration_value().seconds;
  const int32_t nanos =
      instant ? value.timestamp_value().nanos : value.duration_value().nanos;
  const Reflection& reflection = *message->GetReflection();
  reflection.SetInt64(message, &FieldOf(*message, 1), seconds);
  reflection.SetInt32(message, &FieldOf(*message, 2), nanos);
  return true;
}

bool MessageWriter::FillAny(Message* any, const Value& value, int depth) {
  MessagePtr content;
  if (value.is_message()) {
    content = value.message_value().shared_message();
  } else {
    const char* name = NameInAny(value);
    if (*name == '\0') return WrongType("google.protobuf.Any", value);
    const Descriptor* type = types_->FindMessage(name);
    const Message* prototype =
        type == nullptr ? nullptr : types_->factory()->GetPrototype(type);
    if (prototype == nullptr) return Fail(UnknownMessage(name));
    std::shared_ptr<Message> made(prototype->New());
    if (!Fill(made.get(), value, depth + 1)) return false;
    content = std::move(made);
  }
  Value failure = ChargeCopy(*content, depth + 1, meter_);
  if (failure.is_error()) return Fail(std::move(failure));
  const Reflection& reflection = *any->GetReflection();
  reflection.SetString(any, &FieldOf(*any, 1),
                       absl::StrCat("type.googleapis.com/",
                                    content->GetDescriptor()->full_name()));
  reflection.SetString(any, &FieldOf(*any, 2), Serialize(*content));
  return true;
}

bool MessageWriter::FillJson(Message* json, const Value& value, int depth) {
  switch (value.kind()) {
    case Kind::kNull:
      return PutEnum(json, FieldOf(*json, 1), 0);
    case Kind::kDouble:
      return PutDouble(json, FieldOf(*json, 2), value.double_value());
    case Kind::kInt:
    case Kind::kUint:
      return PutJsonInt(json, value);
    case Kind::kString:
      return PutJsonText(json, value.string_value());
    case Kind::kBytes: {
      const std::string& bytes = value.bytes_value();
      if (!Charge(static_cast<int64_t>(bytes.size() / 6))) return false;
      return PutJsonText(json, absl::Base64Escape(bytes));
    }
    case Kind::kTimestamp:
      return PutJsonText(json, ToText(value.timestamp_value()));
    case Kind::kDuration:
      return PutJsonText(json, ToText(value.duration_value()));
    case Kind::kBool:
      return PutScalar(json, FieldOf(*json, 4), value);
    case Kind::kMap:
      return Put(json, FieldOf(*json, 5), value, depth);
    case Kind::kList:
      return Put(json, FieldOf(*json, 6), value, depth);
    case Kind::kMessage: {
      const MessageJson messages(&reader_, meter_);
      Value content =
          messages.Of(value.message_value().shared_message(), depth);
      if (content.is_error()) return Fail(std::move(content));
      return FillJson(json, content, depth);
    }
    default:
      return WrongType("google.protobuf.Value", value);
  }
}

bool MessageWriter::PutJsonText(Message* json, const std::string& text) {
  return PutText(json, FieldOf(*json, 3), text);
}

bool MessageWriter::PutJsonInt(Message* json, const Value& value) {
  if (value.is_uint()) {
    const uint64_t number = value.uint_value();
    return number <= static_cast<uint64_t>(kLargestJsonInt)
               ? PutDouble(json, FieldOf(*json, 2), static_cast<double>(number))
               : PutJsonText(json, absl::StrCat(number));
  }
  const int64_t number = value.int_value();
  return number >= -kLargestJsonInt && number <= kLargestJsonInt
             ? PutDouble(json, FieldOf(*json, 2), static_cast<double>(number))
             : PutJsonText(json, absl::StrCat(number));
}

}  // namespace duban::expr
