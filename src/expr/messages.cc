#include "src/expr/messages.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "src/base/text.h"
#include "src/expr/message_equality.h"
#include "src/expr/message_reader.h"
#include "src/expr/message_writer.h"
#include "src/expr/operations.h"
#include "src/expr/well_known.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

Type TypeOfMessage(const Descriptor& type) {
  switch (WellKnownTypeOf(type)) {
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
    case Descriptor::WELLKNOWNTYPE_FIELDMASK:
      return Type::Message(&type);
    case Descriptor::WELLKNOWNTYPE_DOUBLEVALUE:
    case Descriptor::WELLKNOWNTYPE_FLOATVALUE:
      return Type::Wrapper(Type::Double());
    case Descriptor::WELLKNOWNTYPE_INT64VALUE:
    case Descriptor::WELLKNOWNTYPE_INT32VALUE:
      return Type::Wrapper(Type::Int());
    case Descriptor::WELLKNOWNTYPE_UINT64VALUE:
    case Descriptor::WELLKNOWNTYPE_UINT32VALUE:
      return Type::Wrapper(Type::Uint());
    case Descriptor::WELLKNOWNTYPE_STRINGVALUE:
      return Type::Wrapper(Type::String());
    case Descriptor::WELLKNOWNTYPE_BYTESVALUE:
      return Type::Wrapper(Type::Bytes());
    case Descriptor::WELLKNOWNTYPE_BOOLVALUE:
      return Type::Wrapper(Type::Bool());
    case Descriptor::WELLKNOWNTYPE_ANY:
      return Type::Any();
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return Type::Duration();
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return Type::Timestamp();
    case Descriptor::WELLKNOWNTYPE_LISTVALUE:
      return Type::List(Type::Dyn());
    case Descriptor::WELLKNOWNTYPE_STRUCT:
      return Type::Map(Type::String(), Type::Dyn());
    default:  // a Value
      return Type::Dyn();
  }
}

// Of one element, where the field is repeated.
Type TypeOfElement(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_ENUM:
      return Type::Int();
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return Type::Uint();
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Type::Double();
    case FieldDescriptor::CPPTYPE_BOOL:
      return Type::Bool();
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? Type::Bytes()
                                                         : Type::String();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return TypeOfMessage(*field.message_type());
}

Value NoSuchField(const Descriptor& type, absl::string_view field) {
  const std::string name = Excerpt(field);
  return Value::Error(
      "NO_SUCH_FIELD", absl::StrCat(type.full_name(), " 没有字段“", name, "”"),
      absl::StrCat(type.full_name(), " has no field '", name, "'"));
}

}  // namespace

Type MessageTypes::FindType(absl::string_view full_name) const {
  const Descriptor* type = FindMessage(full_name);
  return type == nullptr ? Type::Error() : TypeOfMessage(*type);
}

const Descriptor* MessageTypes::FindMessage(absl::string_view full_name) const {
  const Descriptor* type = pool_->FindMessageTypeByName(std::string(full_name));
  // An entry of a map field has a name, but nobody may use it.
  return type == nullptr || type->options().map_entry() ? nullptr : type;
}

bool MessageTypes::FindEnumValue(absl::string_view full_name,
                                 int64_t* value) const {
  const size_t dot = full_name.rfind('.');
  if (dot == absl::string_view::npos) return false;
  // To protobuf the value is a neighbour of its enum: "pkg.VALUE".
  const EnumDescriptor* type =
      pool_->FindEnumTypeByName(std::string(full_name.substr(0, dot)));
  if (type == nullptr) return false;
  const EnumValueDescriptor* found =
      type->FindValueByName(std::string(full_name.substr(dot + 1)));
  if (found == nullptr) return false;
  *value = found->number();
  return true;
}

bool MessageTypes::IsEnum(absl::string_view full_name) const {
  return pool_->FindEnumTypeByName(std::string(full_name)) != nullptr;
}

const FieldDescriptor* MessageTypes::FindField(const Descriptor& message,
                                               absl::string_view name) const {
  const std::string wanted(name);
  const FieldDescriptor* field = message.FindFieldByName(wanted);
  if (field != nullptr || message.extension_range_count() == 0) return field;
  const auto extension = [&](const DescriptorPool* pool) {
    const FieldDescriptor* found = pool->FindExtensionByName(wanted);
    return found != nullptr && found->containing_type() == &message ? found
                                                                    : nullptr;
  };
  field = extension(pool_);
  // A message of a host may be of another pool.
  return field != nullptr ? field : extension(message.file()->pool());
}

Type MessageTypes::TypeOfField(const FieldDescriptor& field) const {
  if (field.is_map()) {
    return Type::Map(TypeOfElement(*field.message_type()->map_key()),
                     TypeOfElement(*field.message_type()->map_value()));
  }
  const Type element = TypeOfElement(field);
  return field.is_repeated() ? Type::List(element) : element;
}

Value MessageTypes::Make(
    const Descriptor& message,
    absl::Span<const std::pair<const FieldDescriptor*, Value>> fields,
    Meter* meter) const {
  const Message* prototype = factory_->GetPrototype(&message);
  if (prototype == nullptr) return UnknownMessage(message.full_name());
  if (!meter->Charge(StepsOf(message))) return BudgetExceeded();
  std::shared_ptr<Message> made(prototype->New());
  MessageWriter writer(this, meter);
  for (const auto& [field, value] : fields) {
    if (!writer.SetField(made.get(), *field, value, 0)) {
      return writer.failure();
    }
  }
  return MessageReader(this, meter).Read(made, 0);
}

Value MessageTypes::FromMessage(std::shared_ptr<const Message> message,
                                Meter* meter) const {
  if (message == nullptr) return Value::Null();
  const MessageReader reader(this, meter);
  const Descriptor* type = message->GetDescriptor();
  const Descriptor* own = FindMessage(type->full_name());
  // Values only ever have the descriptors of one pool, so that messages of
  // the same type can be compared and put into each other.
  if (own != nullptr && own != type) {
    Value failure = ChargeCopy(*message, 0, meter);
    if (failure.is_error()) return failure;
    failure = reader.Parse(message->SerializePartialAsString(), *own, &message);
    if (failure.is_error()) return failure;
  }
  return reader.Read(message, 0);
}

std::unique_ptr<Message> MessageTypes::ToMessage(const Value& value,
                                                 const Descriptor& type) const {
  const Message* prototype = factory_->GetPrototype(&type);
  if (prototype == nullptr) return nullptr;
  std::unique_ptr<Message> message(prototype->New());
  Meter meter(std::numeric_limits<int64_t>::max());
  MessageWriter writer(this, &meter);
  if (!writer.Fill(message.get(), value, 0)) return nullptr;
  return message;
}

Value MessageValue::Get(absl::string_view field, Meter* meter) const {
  const FieldDescriptor* found = types_->FindField(descriptor(), field);
  if (found == nullptr) return NoSuchField(descriptor(), field);
  return Get(*found, meter);
}

Value MessageValue::Get(const FieldDescriptor& field, Meter* meter) const {
  return MessageReader(types_, meter).ReadField(message_, field, 0);
}

Value MessageValue::Has(absl::string_view field) const {
  const FieldDescriptor* found = types_->FindField(descriptor(), field);
  if (found == nullptr) return NoSuchField(descriptor(), field);
  return Value::Bool(Has(*found));
}

bool MessageValue::Has(const FieldDescriptor& field) const {
  const Reflection& reflection = *message_->GetReflection();
  return field.is_repeated() ? reflection.FieldSize(*message_, &field) > 0
                             : reflection.HasField(*message_, &field);
}

bool MessageValue::Equals(const MessageValue& other, int64_t* steps) const {
  Meter meter(*steps);
  const bool equal = EqualMessages(*types_, *message_, *other.message_, &meter);
  *steps = meter.left;
  return equal;
}

}  // namespace duban::expr
