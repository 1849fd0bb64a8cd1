// What the fields of messages are as values of the language. Nothing is kept
// between calls, and no message is copied: values of parts share the ownership
// of the whole.
//
// Belongs to one evaluation; not thread-safe.
#ifndef DUBAN_SRC_EXPR_MESSAGE_READER_H_
#define DUBAN_SRC_EXPR_MESSAGE_READER_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/expr/messages.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"
#include "src/expr/well_known.h"

namespace duban::expr {

class MessageReader {
 public:
  MessageReader(const MessageTypes* types, Meter* meter)
      : types_(types), meter_(meter) {}

  // `depth` is how many messages this one is in.
  Value Read(const MessagePtr& message, int depth) const;
  Value ReadField(const MessagePtr& message,
                  const google::protobuf::FieldDescriptor& field,
                  int depth) const;
  // One element of a repeated field, or with index -1 what is in a field.
  Value ReadElement(const MessagePtr& message,
                    const google::protobuf::FieldDescriptor& field, int index,
                    int depth) const;
  // The message in a google.protobuf.Any. Null, or an error.
  Value Unpack(const google::protobuf::Message& any, MessagePtr* content) const;
  // A message of the type from its wire format. Null, or an error.
  Value Parse(const std::string& bytes,
              const google::protobuf::Descriptor& type,
              MessagePtr* message) const;

 private:
  Value ReadJson(const MessagePtr& message, int depth) const;
  Value ReadList(const MessagePtr& message,
                 const google::protobuf::FieldDescriptor& field,
                 int depth) const;
  Value ReadMap(const MessagePtr& message,
                const google::protobuf::FieldDescriptor& field,
                int depth) const;

  const MessageTypes* types_;
  Meter* meter_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MESSAGE_READER_H_
