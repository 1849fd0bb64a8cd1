// The JSON that protobuf has for a message, as values of the language: maps
// with texts for keys, lists, texts, numbers and so on. Times and bytes are
// still themselves; whoever writes the JSON knows what text they become.
//
// Belongs to one evaluation; not thread-safe.
#ifndef DUBAN_SRC_EXPR_MESSAGE_JSON_H_
#define DUBAN_SRC_EXPR_MESSAGE_JSON_H_

#include "google/protobuf/descriptor.h"
#include "src/expr/message_reader.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"
#include "src/expr/well_known.h"

namespace duban::expr {

class MessageJson {
 public:
  MessageJson(const MessageReader* reader, Meter* meter)
      : reader_(reader), meter_(meter) {}

  // `depth` is how many messages this one is in. May be an error.
  Value Of(const MessagePtr& message, int depth) const;

 private:
  Value OfAny(const google::protobuf::Message& any, int depth) const;
  // The fields that are set, added to what the map has. Null, or an error.
  Value AddFields(const MessagePtr& message, int depth, MapValue* map) const;
  Value OfField(const MessagePtr& message,
                const google::protobuf::FieldDescriptor& field,
                int depth) const;
  Value OfMap(const MessagePtr& message,
              const google::protobuf::FieldDescriptor& field, int depth) const;
  Value OfElement(const MessagePtr& message,
                  const google::protobuf::FieldDescriptor& field, int index,
                  int depth) const;

  const MessageReader* reader_;
  Meter* meter_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MESSAGE_JSON_H_
