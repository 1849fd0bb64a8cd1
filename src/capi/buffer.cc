#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/stubs/common.h"
#include "google/protobuf/util/json_util.h"
#include "src/base/diagnostic.h"
#include "src/capi/error.h"
#include "src/report/json.h"
#if GOOGLE_PROTOBUF_VERSION < 4022000
#include "google/protobuf/stubs/logging.h"
#endif

namespace duban::capi {
namespace {

// Protobuf up to 21 writes to stderr when text is not UTF-8, and when memory
// runs out while it writes JSON; the status says the same.
#if GOOGLE_PROTOBUF_VERSION < 4022000
using Silence = google::protobuf::LogSilencer;
#else
struct Silence {
  Silence() {}
};
#endif

absl::Status BadMessage(absl::string_view parameter,
                        const google::protobuf::Message& message,
                        absl::string_view why) {
  const std::string& type = message.GetDescriptor()->full_name();
  std::string zh = "不是 " + type;
  std::string en = "not a " + type;
  if (!why.empty()) {
    zh.append("：").append(why.data(), why.size());
    en.append(": ").append(why.data(), why.size());
  }
  return Fault("MESSAGE_SYNTAX").Field(parameter).Say(zh, en).ToStatus();
}

}  // namespace

void Fill(std::string bytes, duban_buffer** out) {
  if (out == nullptr) return;
  *out = new duban_buffer{std::move(bytes)};
}

absl::Status Fill(const google::protobuf::Message& message, int32_t format,
                  duban_buffer** out) {
  if (out == nullptr) return absl::OkStatus();
  const Silence silence;
  if (format == DUBAN_FORMAT_JSON) {
    absl::StatusOr<std::string> json = report::ToJson(message);
    if (!json.ok()) return json.status();
    Fill(*std::move(json), out);
    return absl::OkStatus();
  }
  std::string bytes;
  if (!message.SerializeToString(&bytes)) {
    return Fault("MESSAGE_TOO_LARGE", absl::StatusCode::kResourceExhausted)
        .Say("结果超过 2 GiB", "the result is over 2 GiB")
        .Hint("只问一个考核方案或一个对象", "ask for one scheme or one subject")
        .ToStatus();
  }
  Fill(std::move(bytes), out);
  return absl::OkStatus();
}

absl::Status Read(absl::string_view bytes, int32_t format,
                  absl::string_view parameter,
                  google::protobuf::Message* message) {
  const Silence silence;
  if (format == DUBAN_FORMAT_PROTOBUF) {
    if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::OkStatus();
    }
    return BadMessage(parameter, *message, "");
  }
  const auto status = google::protobuf::util::JsonStringToMessage(
      {bytes.data(), bytes.size()}, message);
  if (status.ok()) return absl::OkStatus();
  const auto why = status.message();
  return BadMessage(parameter, *message, {why.data(), why.size()});
}

}  // namespace duban::capi

const char* duban_buffer_data(const duban_buffer* buffer) {
  return buffer == nullptr ? nullptr : buffer->bytes.c_str();
}

size_t duban_buffer_size(const duban_buffer* buffer) {
  return buffer == nullptr ? 0 : buffer->bytes.size();
}

void duban_buffer_free(duban_buffer* buffer) { delete buffer; }
