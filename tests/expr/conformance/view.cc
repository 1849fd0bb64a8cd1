#include "tests/expr/conformance/view.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/descriptor.h"

namespace duban::expr::conformance {

using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

const FieldDescriptor* View::Field(absl::string_view name) const {
  const FieldDescriptor* field =
      message_->GetDescriptor()->FindFieldByName(std::string(name));
  if (field == nullptr) {
    std::fprintf(stderr, "%s has no field %s\n",
                 message_->GetDescriptor()->full_name().c_str(),
                 std::string(name).c_str());
    std::abort();
  }
  return field;
}

bool View::Has(absl::string_view field) const {
  const FieldDescriptor* found = Field(field);
  return found->is_repeated() ? reflection().FieldSize(*message_, found) > 0
                              : reflection().HasField(*message_, found);
}

std::string View::Which(absl::string_view oneof) const {
  const OneofDescriptor* found =
      message_->GetDescriptor()->FindOneofByName(std::string(oneof));
  if (found == nullptr) std::abort();
  const FieldDescriptor* field =
      reflection().GetOneofFieldDescriptor(*message_, found);
  return field == nullptr ? "" : field->name();
}

bool View::Bool(absl::string_view field) const {
  return reflection().GetBool(*message_, Field(field));
}

int64_t View::Int(absl::string_view field) const {
  const FieldDescriptor* found = Field(field);
  return found->cpp_type() == FieldDescriptor::CPPTYPE_INT32
             ? reflection().GetInt32(*message_, found)
             : reflection().GetInt64(*message_, found);
}

uint64_t View::Uint(absl::string_view field) const {
  return reflection().GetUInt64(*message_, Field(field));
}

double View::Double(absl::string_view field) const {
  return reflection().GetDouble(*message_, Field(field));
}

std::string View::Str(absl::string_view field) const {
  return reflection().GetString(*message_, Field(field));
}

std::string View::Enum(absl::string_view field) const {
  return reflection().GetEnum(*message_, Field(field))->name();
}

View View::Get(absl::string_view field) const {
  return View(reflection().GetMessage(*message_, Field(field)));
}

int View::Count(absl::string_view field) const {
  return reflection().FieldSize(*message_, Field(field));
}

View View::At(absl::string_view field, int index) const {
  return View(reflection().GetRepeatedMessage(*message_, Field(field), index));
}

}  // namespace duban::expr::conformance
