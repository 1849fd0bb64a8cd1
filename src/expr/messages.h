// Messages of protobuf as values of plain CEL, through reflection: what their
// fields are, how one is made, and the well-known types, which are values of
// their own (a wrapper is a number or null, a Struct a map, an Any what is in
// it).
//
// MessageTypes is immutable and thread-safe, as far as its factory is. The
// descriptor pool and the factory outlive it and every value it gave.
#ifndef DUBAN_SRC_EXPR_MESSAGES_H_
#define DUBAN_SRC_EXPR_MESSAGES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/expr/meter.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

class MessageTypes {
 public:
  MessageTypes(const google::protobuf::DescriptorPool* pool,
               google::protobuf::MessageFactory* factory)
      : pool_(pool), factory_(factory) {}

  // The type that the full name of a message stands for: Timestamp, Struct,
  // wrappers and so on have types of the language. Error() where there is no
  // such message.
  Type FindType(absl::string_view full_name) const;
  // The descriptor of a message of that name; null where there is none.
  const google::protobuf::Descriptor* FindMessage(
      absl::string_view full_name) const;
  // Whether the name is of an enum's value, such as
  // "google.protobuf.NullValue.NULL_VALUE"; its number goes to *value.
  bool FindEnumValue(absl::string_view full_name, int64_t* value) const;
  // Whether the name is of an enum.
  bool IsEnum(absl::string_view full_name) const;
  // A field or (by its full name) an extension of the message; null where
  // there is none.
  const google::protobuf::FieldDescriptor* FindField(
      const google::protobuf::Descriptor& message,
      absl::string_view name) const;
  // What an expression sees of a field: an enum is an int, a map field a map.
  Type TypeOfField(const google::protobuf::FieldDescriptor& field) const;

  // Makes a message; unset fields have their defaults, and null leaves a
  // message field unset. The result is an error value where a value does not
  // fit, and a value of the language for the well-known types.
  Value Make(
      const google::protobuf::Descriptor& message,
      absl::Span<
          const std::pair<const google::protobuf::FieldDescriptor*, Value>>
          fields,
      Meter* meter) const;
  // A message as the value that it stands for. Any is unpacked, as far as
  // its type is known here.
  Value FromMessage(std::shared_ptr<const google::protobuf::Message> message,
                    Meter* meter) const;
  // A value as a message of the type, as Make() puts it into a field: for
  // checking a binding or an expected result. Null where it does not fit.
  std::unique_ptr<google::protobuf::Message> ToMessage(
      const Value& value, const google::protobuf::Descriptor& type) const;

  const google::protobuf::DescriptorPool* pool() const { return pool_; }
  google::protobuf::MessageFactory* factory() const { return factory_; }

 private:
  const google::protobuf::DescriptorPool* pool_;
  google::protobuf::MessageFactory* factory_;
};

// A message that is no well-known type. Its parts share the ownership.
class MessageValue : public Shared {
 public:
  MessageValue(std::shared_ptr<const google::protobuf::Message> message,
               const MessageTypes* types)
      : message_(std::move(message)), types_(types) {}

  const google::protobuf::Message& message() const { return *message_; }
  const std::shared_ptr<const google::protobuf::Message>& shared_message()
      const {
    return message_;
  }
  const google::protobuf::Descriptor& descriptor() const {
    return *message_->GetDescriptor();
  }
  // The value of a field, its default where it is unset; NO_SUCH_FIELD where
  // the message has no such field. An extension goes by its full name.
  Value Get(absl::string_view field, Meter* meter) const;
  // has(): of a proto3 scalar without presence, whether it is not its
  // default; of a repeated field or a map, whether it has elements. A bool or
  // an error.
  Value Has(absl::string_view field) const;
  // The same, of a field or an extension of this message that the caller has
  // found already.
  Value Get(const google::protobuf::FieldDescriptor& field, Meter* meter) const;
  bool Has(const google::protobuf::FieldDescriptor& field) const;
  // As CEL has it: field by field, NaN unlike itself, Any by its content.
  bool Equals(const MessageValue& other, int64_t* steps) const;

 private:
  std::shared_ptr<const google::protobuf::Message> message_;
  const MessageTypes* types_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MESSAGES_H_
