// How values of the language get into the fields of messages: with checks of
// range, null leaving a message unset, and whatever goes into a
// google.protobuf.Value or Any turned into what JSON or that has for it.
//
// Belongs to one evaluation; not thread-safe.
#ifndef DUBAN_SRC_EXPR_MESSAGE_WRITER_H_
#define DUBAN_SRC_EXPR_MESSAGE_WRITER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/expr/message_reader.h"
#include "src/expr/messages.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"
#include "src/expr/well_known.h"

namespace duban::expr {

// The calls are false where a value does not fit; then failure() says why, and
// the message is of no further use. `depth` is how many messages the one
// written to is in.
class MessageWriter {
 public:
  MessageWriter(const MessageTypes* types, Meter* meter)
      : types_(types), meter_(meter), reader_(types, meter) {}

  bool SetField(google::protobuf::Message* message,
                const google::protobuf::FieldDescriptor& field,
                const Value& value, int depth);
  // Makes a whole message of a value; it must be empty.
  bool Fill(google::protobuf::Message* message, const Value& value, int depth);

  const Value& failure() const { return failure_; }

 private:
  bool SetList(google::protobuf::Message* message,
               const google::protobuf::FieldDescriptor& field,
               const Value& value, int depth);
  bool SetMap(google::protobuf::Message* message,
              const google::protobuf::FieldDescriptor& field,
              const Value& value, int depth);
  // Sets the field, or adds to it where it is repeated.
  bool Put(google::protobuf::Message* message,
           const google::protobuf::FieldDescriptor& field, const Value& value,
           int depth);
  bool PutScalar(google::protobuf::Message* message,
                 const google::protobuf::FieldDescriptor& field,
                 const Value& value);
  bool PutInt(google::protobuf::Message* message,
              const google::protobuf::FieldDescriptor& field, int64_t value);
  bool PutUint(google::protobuf::Message* message,
               const google::protobuf::FieldDescriptor& field, uint64_t value);
  bool PutDouble(google::protobuf::Message* message,
                 const google::protobuf::FieldDescriptor& field, double value);
  bool PutEnum(google::protobuf::Message* message,
               const google::protobuf::FieldDescriptor& field, int64_t value);
  bool PutText(google::protobuf::Message* message,
               const google::protobuf::FieldDescriptor& field,
               const std::string& value);

  bool FillMessage(google::protobuf::Message* message, const Value& value,
                   int depth);
  bool FillTime(google::protobuf::Message* message, const Value& value);
  bool FillAny(google::protobuf::Message* any, const Value& value, int depth);

  bool FillJson(google::protobuf::Message* json, const Value& value, int depth);
  bool PutJsonText(google::protobuf::Message* json, const std::string& text);
  bool PutJsonInt(google::protobuf::Message* json, const Value& value);

  bool Charge(int64_t steps);
  bool Fail(Value error);
  bool WrongType(absl::string_view target, const Value& value);
  bool OutOfRange(const google::protobuf::FieldDescriptor& field);

  const MessageTypes* types_;
  Meter* meter_;
  MessageReader reader_;
  Value failure_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MESSAGE_WRITER_H_
