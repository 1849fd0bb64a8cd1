// Messages as JSON: the same bytes wherever it is asked for.
#ifndef DUBAN_SRC_REPORT_JSON_H_
#define DUBAN_SRC_REPORT_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace duban::report {

// Field names as in the schema, two spaces of indentation, a newline at the
// end; fields that are not set are left out. What is masked by its privacy
// class on every way out (see proto/duban/v1/options.proto) is masked here.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_JSON_H_
