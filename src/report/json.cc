#include "src/report/json.h"

#include <memory>

#include "google/protobuf/util/json_util.h"
#include "src/report/mask.h"

namespace duban::report {

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  std::unique_ptr<google::protobuf::Message> shown(message.New());
  shown->CopyFrom(message);
  Mask(shown.get());
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status =
      google::protobuf::util::MessageToJsonString(*shown, &json, options);
  if (!status.ok()) return absl::InternalError(status.ToString());
  return json;
}

}  // namespace duban::report
