// What every function of the C interface does besides its work: checks its
// pointers, reads its option structs, keeps exceptions in, and turns a
// status into a duban_status and a duban_error.
//
// Knows nothing of packs and ledgers. Functions here are thread-safe.
#ifndef DUBAN_SRC_CAPI_CALL_H_
#define DUBAN_SRC_CAPI_CALL_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/duban.h"
#include "duban/v1/error.pb.h"

namespace duban::capi {

// Runs the body of an entry point. Whatever it throws becomes a status.
duban_status Call(duban_error** error,
                  absl::FunctionRef<absl::Status()> body) noexcept;

// INVALID_ARGUMENT, reason NULL_ARGUMENT, for the parameter of that name.
absl::Status NullArgument(absl::string_view parameter);

// Checks one parameter after the other; the first that is wrong counts.
class Arguments {
 public:
  // A handle or an output.
  template <typename T>
  Arguments& Need(const T* pointer, absl::string_view parameter) {
    if (pointer == nullptr) Fail(NullArgument(parameter));
    return *this;
  }
  // Sets an output to null, so that nobody frees what was there before.
  template <typename T>
  Arguments& NeedOutput(T** output, absl::string_view parameter) {
    Clear(output);
    return Need(output, parameter);
  }
  template <typename T>
  Arguments& Clear(T** output) {
    if (output != nullptr) *output = nullptr;
    return *this;
  }
  Arguments& Text(const char* data, size_t size, absl::string_view parameter,
                  std::string* text);
  // Text that has no end of its own.
  Arguments& Bytes(const void* data, size_t size, absl::string_view parameter,
                   absl::string_view* bytes);
  // Up to `last`, in the order of DUBAN_FORMAT_*.
  Arguments& Format(int32_t format, absl::string_view parameter,
                    int32_t last = DUBAN_FORMAT_JSON);
  // 0 or 1.
  Arguments& Choice(int32_t value, absl::string_view parameter, bool* choice);
  // Copies what the caller's struct and ours have in common; the rest of ours
  // keeps its zeros. `T` has struct_size first and no padding.
  template <typename T>
  Arguments& Options(const T* given, absl::string_view parameter, T* options) {
    std::memset(options, 0, sizeof *options);
    if (given != nullptr) {
      ReadOptions(given, parameter, sizeof *options, options);
    }
    return *this;
  }

  // Of what was checked so far.
  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }

 private:
  void Fail(absl::Status status);
  void ReadOptions(const void* given, absl::string_view parameter, size_t size,
                   void* options);

  absl::Status status_;
};

// As status, with a code for the call as a whole that need not be that of any
// fault in the list, which must hold an error.
absl::Status StatusOf(absl::StatusCode code, const v1::ErrorList& faults);

}  // namespace duban::capi

#endif  // DUBAN_SRC_CAPI_CALL_H_
