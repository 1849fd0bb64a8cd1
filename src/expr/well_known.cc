#include "src/expr/well_known.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/unknown_field_set.h"
#include "src/base/text.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::io::CodedInputStream;

bool HasSingular(const Descriptor& type, int number,
                 FieldDescriptor::Type wanted) {
  const FieldDescriptor* field = type.FindFieldByNumber(number);
  return field != nullptr && !field->is_repeated() && field->type() == wanted;
}

bool HasMessage(const Descriptor& type, int number, const char* full_name) {
  return HasSingular(type, number, FieldDescriptor::TYPE_MESSAGE) &&
         type.FindFieldByNumber(number)->message_type()->full_name() ==
             full_name;
}

bool HasElements(const Descriptor& type, bool map) {
  const FieldDescriptor* field = type.FindFieldByNumber(1);
  if (field == nullptr || !field->is_repeated() || field->is_map() != map) {
    return false;
  }
  if (map) {
    const Descriptor& entry = *field->message_type();
    return HasSingular(entry, 1, FieldDescriptor::TYPE_STRING) &&
           HasMessage(entry, 2, "google.protobuf.Value");
  }
  return field->type() == FieldDescriptor::TYPE_MESSAGE &&
         field->message_type()->full_name() == "google.protobuf.Value";
}

bool IsJsonValue(const Descriptor& type) {
  if (!HasSingular(type, 1, FieldDescriptor::TYPE_ENUM) ||
      !HasSingular(type, 2, FieldDescriptor::TYPE_DOUBLE) ||
      !HasSingular(type, 3, FieldDescriptor::TYPE_STRING) ||
      !HasSingular(type, 4, FieldDescriptor::TYPE_BOOL) ||
      !HasMessage(type, 5, "google.protobuf.Struct") ||
      !HasMessage(type, 6, "google.protobuf.ListValue") ||
      type.oneof_decl_count() != 1) {
    return false;
  }
  return type.oneof_decl(0)->field_count() == 6 && type.field_count() == 6;
}

// Whether a message has the fields that its name promises.
bool HasShape(const Descriptor& type, WellKnown known) {
  switch (known) {
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_DOUBLE);
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_FLOAT);
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_INT64);
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_UINT64);
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_INT32);
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_UINT32);
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_STRING);
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_BYTES);
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return HasSingular(type, 1, FieldDescriptor::TYPE_BOOL);
    case Descriptor::WELLKNOWNTYPE_ANY:
      return HasSingular(type, 1, FieldDescriptor::TYPE_STRING) &&
             HasSingular(type, 2, FieldDescriptor::TYPE_BYTES);
    case Descriptor::WELLKNOWNTYPE_DURATION:
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return HasSingular(type, 1, FieldDescriptor::TYPE_INT64) &&
             HasSingular(type, 2, FieldDescriptor::TYPE_INT32);
    case Descriptor::WELLKNOWNTYPE_FIELDMASK: {
      const FieldDescriptor* paths = type.FindFieldByNumber(1);
      return paths != nullptr && paths->is_repeated() &&
             paths->type() == FieldDescriptor::TYPE_STRING;
    }
    case Descriptor::WELLKNOWNTYPE_VALUE:
      return IsJsonValue(type);
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return HasElements(type, false);
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      return HasElements(type, true);
    default:
      return false;
  }
}

Value ChargeField(const Message& message, const FieldDescriptor& field,
                  int depth, Meter* meter) {
  const Reflection& reflection = *message.GetReflection();
  const int count =
      field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  if (!meter->Charge(count)) return BudgetExceeded();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    for (int i = 0; i < count; ++i) {
      const Message& part =
          field.is_repeated()
              ? reflection.GetRepeatedMessage(message, &field, i)
              : reflection.GetMessage(message, &field);
      const Value failure = ChargeCopy(part, depth + 1, meter);
      if (failure.is_error()) return failure;
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    for (int i = 0; i < count; ++i) {
      const std::string& text =
          field.is_repeated()
              ? reflection.GetRepeatedStringReference(message, &field, i,
                                                      &scratch)
              : reflection.GetStringReference(message, &field, &scratch);
      if (!meter->Charge(static_cast<int64_t>(text.size() / 8))) {
        return BudgetExceeded();
      }
    }
  }
  return Value::Null();
}

// Walks the wire format of one message up to its end, or to the end of its
// group. What is malformed ends the walk: the parser will stop there too. An
// unknown group has no type.
class WireWalk {
 public:
  WireWalk(CodedInputStream* in, Meter* meter) : in_(in), meter_(meter) {}

  // False to stop.
  bool Message(const Descriptor* type, int depth) {
    if (depth > kMessageDepth) return false;
    if (type != nullptr && !meter_->Charge(StepsOf(*type))) return false;
    while (const uint32_t tag = in_->ReadTag()) {
      if ((tag & 7) == 4) return true;  // the end of a group
      if (!meter_->Charge(1) || !Field(tag, type, depth)) return false;
    }
    return in_->ConsumedEntireMessage();
  }

 private:
  bool Field(uint32_t tag, const Descriptor* type, int depth) {
    const Descriptor* part = PartType(static_cast<int>(tag >> 3), type);
    uint64_t number = 0;
    uint32_t number32 = 0;
    switch (tag & 7) {
      case 0:
        return in_->ReadVarint64(&number);
      case 1:
        return in_->ReadLittleEndian64(&number);
      case 2:
        return Delimited(part, depth);
      case 3:
        return Message(part, depth + 1);
      case 5:
        return in_->ReadLittleEndian32(&number32);
      default:
        return false;
    }
  }

  bool Delimited(const Descriptor* part, int depth) {
    int length = 0;
    if (!in_->ReadVarintSizeAsInt(&length)) return false;
    if (part == nullptr) {
      return meter_->Charge(length / 8) && in_->Skip(length);
    }
    const CodedInputStream::Limit limit = in_->PushLimit(length);
    const bool whole = Message(part, depth + 1);
    in_->PopLimit(limit);
    return whole;
  }

  static const Descriptor* PartType(int number, const Descriptor* type) {
    if (type == nullptr) return nullptr;
    const FieldDescriptor* field = type->FindFieldByNumber(number);
    if (field == nullptr && type->IsExtensionNumber(number)) {
      field = type->file()->pool()->FindExtensionByNumber(type, number);
    }
    return field == nullptr ? nullptr : field->message_type();
  }

  CodedInputStream* in_;
  Meter* meter_;
};

// Keys of one map are all of one kind.
bool KeyLess(const Value& a, const Value& b) {
  switch (a.kind()) {
    case Kind::kBool:
      return a.bool_value() < b.bool_value();
    case Kind::kInt:
      return a.int_value() < b.int_value();
    case Kind::kUint:
      return a.uint_value() < b.uint_value();
    default:
      return a.string_value() < b.string_value();
  }
}

Value ReadText(const Message& message, const FieldDescriptor& field, int index,
               Meter* meter) {
  const Reflection& reflection = *message.GetReflection();
  std::string scratch;
  const std::string& text =
      index < 0 ? reflection.GetStringReference(message, &field, &scratch)
                : reflection.GetRepeatedStringReference(message, &field, index,
                                                        &scratch);
  if (!meter->Charge(static_cast<int64_t>(text.size() / 8))) {
    return BudgetExceeded();
  }
  if (field.type() == FieldDescriptor::TYPE_BYTES) return Value::Bytes(text);
  // proto2 does not see to it.
  if (!IsUtf8(text)) {
    return Value::Error(
        "BAD_ENCODING", absl::StrCat("字段 ", field.name(), " 不是 UTF-8 文本"),
        absl::StrCat("field '", field.name(), "' is not UTF-8"));
  }
  return Value::Str(text);
}

}  // namespace

WellKnown WellKnownTypeOf(const Descriptor& type) {
  const WellKnown known = type.well_known_type();
  if (known == Descriptor::WELLKNOWNTYPE_UNSPECIFIED) return known;
  return HasShape(type, known) ? known : Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

bool IsWrapper(const Descriptor& type) {
  switch (WellKnownTypeOf(type)) {
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return true;
    default:
      return false;
  }
}

Value TooDeep() {
  return Value::Error(
      "TOO_DEEP", absl::StrCat("消息嵌套超过 ", kMessageDepth, " 层"),
      absl::StrCat("messages are nested more than ", kMessageDepth, " deep"));
}

Value UnknownMessage(absl::string_view full_name) {
  const std::string name = Excerpt(full_name);
  return Value::Error("UNKNOWN_MESSAGE",
                      absl::StrCat("没有名为“", name, "”的消息类型"),
                      absl::StrCat("there is no message type '", name, "'"));
}

int64_t StepsOf(const Descriptor& type) { return 1 + type.field_count() / 4; }

Value ChargeCopy(const Message& message, int depth, Meter* meter) {
  if (depth > kMessageDepth) return TooDeep();
  const Reflection& reflection = *message.GetReflection();
  const size_t unknown =
      reflection.GetUnknownFields(message).SpaceUsedExcludingSelfLong();
  if (!meter->Charge(StepsOf(*message.GetDescriptor()) +
                     static_cast<int64_t>(unknown / 64))) {
    return BudgetExceeded();
  }
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const Value failure = ChargeField(message, *field, depth, meter);
    if (failure.is_error()) return failure;
  }
  return Value::Null();
}

bool ChargeParse(const std::string& bytes, const Descriptor& type,
                 Meter* meter) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  WireWalk(&in, meter).Message(&type, 0);
  return !meter->exhausted();
}

Value SortedEntries(const Message& message, const FieldDescriptor& field,
                    Meter* meter, std::vector<MapEntry>* entries) {
  const Reflection& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, &field);
  if (!meter->Charge(count)) return BudgetExceeded();
  entries->reserve(static_cast<size_t>(count));
  const FieldDescriptor& key = *field.message_type()->map_key();
  for (int i = 0; i < count; ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    Value value = ReadScalar(entry, key, -1, meter);
    if (value.is_error()) return value;
    entries->push_back({std::move(value), &entry});
  }
  const auto less = [](const MapEntry& a, const MapEntry& b) {
    return KeyLess(a.key, b.key);
  };
  // Messages that were parsed by reflection keep entries with equal keys; the
  // last of them is meant.
  std::stable_sort(entries->begin(), entries->end(), less);
  std::reverse(entries->begin(), entries->end());
  entries->erase(std::unique(entries->begin(), entries->end(),
                             [&less](const MapEntry& a, const MapEntry& b) {
                               return !less(a, b) && !less(b, a);
                             }),
                 entries->end());
  std::reverse(entries->begin(), entries->end());
  return Value::Null();
}

Value ListOfElements(const Message& message, const FieldDescriptor& field,
                     Meter* meter, absl::FunctionRef<Value(int)> element) {
  const int count = message.GetReflection()->FieldSize(message, &field);
  if (!meter->Charge(count)) return BudgetExceeded();
  ListValue list;
  list.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    Value value = element(i);
    if (value.is_error()) return value;
    list.push_back(std::move(value));
  }
  return Value::List(std::move(list));
}

Value ReadScalar(const Message& message, const FieldDescriptor& field,
                 int index, Meter* meter) {
  const Reflection& r = *message.GetReflection();
  const Message& m = message;
  const FieldDescriptor* f = &field;
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Value::Int(one ? r.GetInt32(m, f)
                            : r.GetRepeatedInt32(m, f, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return Value::Int(one ? r.GetInt64(m, f)
                            : r.GetRepeatedInt64(m, f, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Value::Uint(one ? r.GetUInt32(m, f)
                             : r.GetRepeatedUInt32(m, f, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Value::Uint(one ? r.GetUInt64(m, f)
                             : r.GetRepeatedUInt64(m, f, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Value::Double(one ? r.GetDouble(m, f)
                               : r.GetRepeatedDouble(m, f, index));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Value::Double(one ? r.GetFloat(m, f)
                               : r.GetRepeatedFloat(m, f, index));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Value::Bool(one ? r.GetBool(m, f)
                             : r.GetRepeatedBool(m, f, index));
    case FieldDescriptor::CPPTYPE_ENUM:
      return Value::Int(one ? r.GetEnumValue(m, f)
                            : r.GetRepeatedEnumValue(m, f, index));
    case FieldDescriptor::CPPTYPE_STRING:
      return ReadText(message, field, index, meter);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return Value::Null();
}

}  // namespace duban::expr
