// Reads a message of which only the descriptor is known, by the names of its
// fields. A field that the message does not have is a mistake of the caller
// and ends the program. Thread-safe as the message is.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_VIEW_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_VIEW_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace duban::expr::conformance {

class View {
 public:
  explicit View(const google::protobuf::Message& message)
      : message_(&message) {}

  const google::protobuf::Message& message() const { return *message_; }
  std::string ToString() const { return message_->ShortDebugString(); }

  bool Has(absl::string_view field) const;
  // The name of the field of a oneof that is set, or empty.
  std::string Which(absl::string_view oneof) const;

  bool Bool(absl::string_view field) const;
  int64_t Int(absl::string_view field) const;
  uint64_t Uint(absl::string_view field) const;
  double Double(absl::string_view field) const;
  std::string Str(absl::string_view field) const;   // or bytes
  std::string Enum(absl::string_view field) const;  // its name
  View Get(absl::string_view field) const;          // a message

  // Of a repeated field of messages; a map's have "key" and "value".
  int Count(absl::string_view field) const;
  View At(absl::string_view field, int index) const;

 private:
  const google::protobuf::FieldDescriptor* Field(absl::string_view name) const;
  const google::protobuf::Reflection& reflection() const {
    return *message_->GetReflection();
  }

  const google::protobuf::Message* message_;
};

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_VIEW_H_
