// Errors and buffers as handles.
//
// A duban_error is made once and never changed. That memory has run out must
// be said without memory: for that there is one error that is nobody's, which
// duban_error_free leaves alone.
#ifndef DUBAN_SRC_CAPI_ERROR_H_
#define DUBAN_SRC_CAPI_ERROR_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/duban.h"
#include "google/protobuf/message.h"

struct duban_buffer {
  std::string bytes;
};

namespace duban::capi {

// DUBAN_OK, or makes *error (which may be null) of the status. May throw
// bad_alloc.
duban_status Report(const absl::Status& status, duban_error** error);
duban_status ReportOutOfMemory(duban_error** error) noexcept;

// A new buffer in *out; does nothing where `out` is null.
void Fill(std::string bytes, duban_buffer** out);
// The message in that format, which must be one there is.
absl::Status Fill(const google::protobuf::Message& message, int32_t format,
                  duban_buffer** out);

// Reads a message; fails with reason MESSAGE_SYNTAX.
absl::Status Read(absl::string_view bytes, int32_t format,
                  absl::string_view parameter,
                  google::protobuf::Message* message);

}  // namespace duban::capi

#endif  // DUBAN_SRC_CAPI_ERROR_H_
