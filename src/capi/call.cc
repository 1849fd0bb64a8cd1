#include "src/capi/call.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <new>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/capi/error.h"

namespace duban::capi {
namespace {

// Protobuf counts bytes in int.
constexpr size_t kMaxBytes = std::numeric_limits<int>::max();

absl::Status TooLarge(absl::string_view parameter) {
  return Fault("ARGUMENT_TOO_LARGE")
      .Field(parameter)
      .Say(absl::StrCat("参数 ", parameter, " 超过 2 GiB"),
           absl::StrCat("the argument '", parameter, "' is over 2 GiB"))
      .ToStatus();
}

duban_status Internal(const char* what, duban_error** error) {
  return Report(Fault("INTERNAL", absl::StatusCode::kInternal)
                    .Say(absl::StrCat("程序库内部错误：", what),
                         absl::StrCat("a fault of the library: ", what))
                    .ToStatus(),
                error);
}

}  // namespace

duban_status Call(duban_error** error,
                  absl::FunctionRef<absl::Status()> body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    try {
      return Report(body(), error);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& e) {
      return Internal(e.what(), error);
    } catch (...) {
      return Internal("unknown exception", error);
    }
  } catch (...) {
    // Memory ran out, here or while the error was being made.
    return ReportOutOfMemory(error);
  }
}

absl::Status NullArgument(absl::string_view parameter) {
  return Fault("NULL_ARGUMENT")
      .Field(parameter)
      .Say(absl::StrCat("参数 ", parameter, " 不能为空指针"),
           absl::StrCat("the argument '", parameter, "' must not be null"))
      .ToStatus();
}

Arguments& Arguments::Text(const char* data, size_t size,
                           absl::string_view parameter, std::string* text) {
  if (data != nullptr && size == DUBAN_STRLEN) size = std::strlen(data);
  if (data == nullptr && size == DUBAN_STRLEN) {
    Fail(NullArgument(parameter));
    return *this;
  }
  absl::string_view bytes;
  Bytes(data, size, parameter, &bytes);
  text->assign(bytes.data(), bytes.size());
  return *this;
}

Arguments& Arguments::Bytes(const void* data, size_t size,
                            absl::string_view parameter,
                            absl::string_view* bytes) {
  *bytes = absl::string_view("", 0);
  if (size == 0) return *this;
  if (data == nullptr) {
    Fail(NullArgument(parameter));
  } else if (size > kMaxBytes) {
    Fail(TooLarge(parameter));
  } else {
    *bytes = absl::string_view(static_cast<const char*>(data), size);
  }
  return *this;
}

Arguments& Arguments::Format(int32_t format, absl::string_view parameter,
                             int32_t last) {
  if (format < DUBAN_FORMAT_PROTOBUF || format > last) {
    Fail(Fault("FORMAT_UNKNOWN", absl::StatusCode::kUnimplemented)
             .Field(parameter)
             .Say(absl::StrCat("此处没有编号为 ", format, " 的格式"),
                  absl::StrCat("there is no format ", format, " here"))
             .Hint("用 DUBAN_FORMAT_PROTOBUF 或 DUBAN_FORMAT_JSON",
                   "use DUBAN_FORMAT_PROTOBUF or DUBAN_FORMAT_JSON")
             .ToStatus());
  }
  return *this;
}

Arguments& Arguments::Choice(int32_t value, absl::string_view parameter,
                             bool* choice) {
  *choice = value == 1;
  if (value != 0 && value != 1) {
    Fail(Fault("BAD_OPTION")
             .Field(parameter)
             .Say(absl::StrCat("选项 ", parameter, " 只能为 0 或 1"),
                  absl::StrCat("the option '", parameter, "' is 0 or 1"))
             .ToStatus());
  }
  return *this;
}

void Arguments::ReadOptions(const void* given, absl::string_view parameter,
                            size_t size, void* options) {
  size_t given_size;
  std::memcpy(&given_size, given, sizeof given_size);
  // More than any later version will have: a struct that nobody set up.
  constexpr size_t kMaxSize = 4096;
  if (given_size < sizeof given_size || given_size > kMaxSize) {
    Fail(Fault("BAD_STRUCT_SIZE")
             .Field(absl::StrCat(parameter, ".struct_size"))
             .Say(absl::StrCat(parameter, ".struct_size 为 ", given_size,
                               "，不是该结构的大小"),
                  absl::StrCat(parameter, ".struct_size is ", given_size,
                               ", not the size of that struct"))
             .Hint("用 DUBAN_…_OPTIONS_INIT 初始化",
                   "initialize it with DUBAN_…_OPTIONS_INIT")
             .ToStatus());
    return;
  }
  const char* bytes = static_cast<const char*>(given);
  if (given_size > size && std::any_of(bytes + size, bytes + given_size,
                                       [](char c) { return c != 0; })) {
    Fail(Fault("OPTION_UNKNOWN", absl::StatusCode::kUnimplemented)
             .Field(parameter)
             .Say(absl::StrCat(parameter, " 用了此版本没有的选项"),
                  absl::StrCat(parameter,
                               " uses an option that this version lacks"))
             .Hint("升级 libduban，或不设该选项",
                   "use a newer libduban, or leave that option unset")
             .ToStatus());
    return;
  }
  std::memcpy(options, given, std::min(given_size, size));
}

void Arguments::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

absl::Status StatusOf(absl::StatusCode code, const v1::ErrorList& faults) {
  Faults collected;
  for (const v1::ErrorDetail& detail : faults.errors()) collected.Add(detail);
  const absl::Status first = collected.ToStatus();
  absl::Status status(code, first.message());
  // The list as it was given: how many were omitted is part of it.
  first.ForEachPayload([&](absl::string_view url, const absl::Cord&) {
    status.SetPayload(url, absl::Cord(faults.SerializeAsString()));
  });
  return status;
}

}  // namespace duban::capi
