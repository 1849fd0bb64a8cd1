#include "src/report/mask.h"

#include <string>
#include <vector>

#include "duban/v1/options.pb.h"
#include "src/base/identifiers.h"

namespace duban::report {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string Masked(const FieldDescriptor& field, const std::string& text) {
  if (text.empty()) return text;
  if (field.name() == "identity_number") return MaskIdentityNumber(text);
  return "***";
}

void MaskText(const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  if (!field->is_repeated()) {
    reflection->SetString(
        message, field, Masked(*field, reflection->GetString(*message, field)));
    return;
  }
  for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
    reflection->SetRepeatedString(
        message, field, i,
        Masked(*field, reflection->GetRepeatedString(*message, field, i)));
  }
}

}  // namespace

void Mask(Message* message) {
  const Reflection* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const int n =
          field->is_repeated() ? reflection->FieldSize(*message, field) : 1;
      for (int i = 0; i < n; ++i) {
        Mask(field->is_repeated()
                 ? reflection->MutableRepeatedMessage(message, field, i)
                 : reflection->MutableMessage(message, field));
      }
      continue;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
        field->options().GetExtension(v1::privacy) >= v1::SENSITIVE) {
      MaskText(field, message);
    }
  }
}

}  // namespace duban::report
