#include "src/capi/error.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "src/base/diagnostic.h"
#include "src/capi/call.h"

namespace duban::capi {
namespace {

constexpr char kOutOfMemoryReason[] = "OUT_OF_MEMORY";
constexpr char kOutOfMemoryZh[] = "内存不足";
constexpr char kOutOfMemoryEn[] = "out of memory";
constexpr char kOutOfMemoryText[] =
    "error: 内存不足 / out of memory [OUT_OF_MEMORY]";

struct Content {
  v1::ErrorList list;
  size_t first = 0;
  std::string text;
};

}  // namespace
}  // namespace duban::capi

struct duban_error {
  duban_status code;
  // Null for the error that is nobody's.
  const duban::capi::Content* content;
};

namespace duban::capi {
namespace {

constexpr duban_error kOutOfMemory = {DUBAN_RESOURCE_EXHAUSTED, nullptr};

v1::ErrorDetail OutOfMemoryDetail() {
  return Fault(kOutOfMemoryReason, absl::StatusCode::kResourceExhausted)
      .Say(kOutOfMemoryZh, kOutOfMemoryEn)
      .detail();
}

duban_fault OutOfMemoryFault() {
  duban_fault fault = {};
  fault.code = DUBAN_RESOURCE_EXHAUSTED;
  fault.reason = kOutOfMemoryReason;
  fault.message_zh = kOutOfMemoryZh;
  fault.message_en = kOutOfMemoryEn;
  fault.file = fault.field = fault.hint_zh = fault.hint_en = "";
  return fault;
}

duban_fault FaultOf(const v1::ErrorDetail& detail) {
  duban_fault fault = {};
  fault.severity = detail.severity();
  fault.code = detail.code();
  fault.line = detail.place().line();
  fault.column = detail.place().column();
  fault.change = detail.place().change();
  fault.row = detail.place().row();
  fault.reason = detail.reason().c_str();
  fault.file = detail.place().file().c_str();
  fault.field = detail.place().field().c_str();
  fault.message_zh = detail.message().zh().c_str();
  fault.message_en = detail.message().en().c_str();
  fault.hint_zh = detail.hint().zh().c_str();
  fault.hint_en = detail.hint().en().c_str();
  return fault;
}

}  // namespace

duban_status Report(const absl::Status& status, duban_error** error) {
  if (status.ok()) return DUBAN_OK;
  const auto code = static_cast<duban_status>(status.code());
  if (error == nullptr) return code;
  auto content = std::make_unique<Content>();
  content->list = FaultsOf(status);
  const auto& errors = content->list.errors();
  const auto first = std::find_if(
      errors.begin(), errors.end(),
      [](const auto& detail) { return detail.severity() != v1::WARNING; });
  // FaultsOf never gives warnings alone.
  content->first = static_cast<size_t>(first - errors.begin());
  content->text = FormatFault(*first);
  *error = new duban_error{code, content.get()};
  static_cast<void>(content.release());  // it is the error's now
  return code;
}

duban_status ReportOutOfMemory(duban_error** error) noexcept {
  if (error != nullptr) *error = const_cast<duban_error*>(&kOutOfMemory);
  return DUBAN_RESOURCE_EXHAUSTED;
}

}  // namespace duban::capi

using duban::capi::Arguments;
using duban::capi::Call;

duban_status duban_error_code(const duban_error* error) {
  return error == nullptr ? DUBAN_OK : error->code;
}

const char* duban_error_reason(const duban_error* error) {
  if (error == nullptr) return "";
  if (error->content == nullptr) return duban::capi::kOutOfMemoryReason;
  const int first = static_cast<int>(error->content->first);
  return error->content->list.errors(first).reason().c_str();
}

const char* duban_error_text(const duban_error* error) {
  if (error == nullptr) return "";
  if (error->content == nullptr) return duban::capi::kOutOfMemoryText;
  return error->content->text.c_str();
}

size_t duban_error_count(const duban_error* error) {
  if (error == nullptr) return 0;
  if (error->content == nullptr) return 1;
  return static_cast<size_t>(error->content->list.errors_size());
}

int64_t duban_error_omitted(const duban_error* error) {
  if (error == nullptr || error->content == nullptr) return 0;
  return error->content->list.omitted();
}

size_t duban_error_first(const duban_error* error) {
  if (error == nullptr || error->content == nullptr) return 0;
  return error->content->first;
}

bool duban_error_fault(const duban_error* error, size_t index,
                       duban_fault* fault) {
  if (fault == nullptr || index >= duban_error_count(error)) return false;
  const size_t size = fault->struct_size;
  if (size < sizeof size) return false;
  duban_fault found = error->content == nullptr
                          ? duban::capi::OutOfMemoryFault()
                          : duban::capi::FaultOf(error->content->list.errors(
                                static_cast<int>(index)));
  found.struct_size = size;
  if (size > sizeof found) {
    std::memset(reinterpret_cast<char*>(fault) + sizeof found, 0,
                size - sizeof found);
  }
  std::memcpy(static_cast<void*>(fault), &found, std::min(size, sizeof found));
  return true;
}

duban_status duban_error_list(const duban_error* error, int32_t format,
                              duban_buffer** list, duban_error** list_error) {
  return Call(list_error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.NeedOutput(list, "list").Need(error, "error");
    if (!arguments.Format(format, "format").ok()) return arguments.status();
    if (error->content != nullptr) {
      return duban::capi::Fill(error->content->list, format, list);
    }
    duban::v1::ErrorList nothing_left;
    *nothing_left.add_errors() = duban::capi::OutOfMemoryDetail();
    return duban::capi::Fill(nothing_left, format, list);
  });
}

void duban_error_free(duban_error* error) {
  if (error == nullptr || error->content == nullptr) return;
  delete error->content;
  delete error;
}
