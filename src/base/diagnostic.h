// Faults: what every part of the library says when input is not right.
//
// A fault is a v1::ErrorDetail: canonical code, stable reason, place, message
// and hint in Chinese and English. Several travel together inside one
// absl::Status as a payload (v1::ErrorList), so that all faults of a file
// reach the user at once. Values of this header are plain data: thread-safe
// as any standard container is.
#ifndef DUBAN_SRC_BASE_DIAGNOSTIC_H_
#define DUBAN_SRC_BASE_DIAGNOSTIC_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/v1/error.pb.h"

namespace duban {

// Builds one fault in the order a reader wants it: why, where, what, mend.
// Texts and places may quote input as it came: each is made one line of valid
// UTF-8 of at most kTextLimit code points (see Excerpt in text.h), because a
// fault must survive serialization and must not play tricks on a terminal.
//
//   Fault("UNKNOWN_CODE").Row(file, 12, "kind")
//       .Say("未知的代码“x”", "unknown code 'x'")
//       .Hint("…", "…")
class Fault {
 public:
  static constexpr int kTextLimit = 1000;

  explicit Fault(absl::string_view reason,
                 absl::StatusCode code = absl::StatusCode::kInvalidArgument);

  Fault& Warning();
  // 1-based line and column; 0 = unknown.
  Fault& At(absl::string_view file, int line, int column);
  Fault& Row(absl::string_view file, int64_t row, absl::string_view column);
  Fault& Field(absl::string_view path);
  // 0-based index of the change within its batch.
  Fault& Change(int index);
  Fault& Say(absl::string_view zh, absl::string_view en);
  Fault& Hint(absl::string_view zh, absl::string_view en);

  const v1::ErrorDetail& detail() const { return detail_; }
  operator v1::ErrorDetail() const { return detail_; }  // NOLINT
  // OK for a warning, as with Faults.
  absl::Status ToStatus() const;

 private:
  v1::ErrorDetail detail_;
};

// Collects faults. Keeps at most kLimit of them and counts the rest, so that
// a hostile file cannot exhaust memory by being wrong. The first error is
// always kept, whatever number of warnings came before it.
class Faults {
 public:
  static constexpr int kLimit = 10000;

  void Add(v1::ErrorDetail detail);
  // Adds what the status carries; does nothing when it is OK.
  void Add(const absl::Status& status);

  bool empty() const { return list_.errors().empty(); }
  bool has_errors() const { return error_count_ > 0; }
  int64_t error_count() const { return error_count_; }
  const v1::ErrorList& list() const { return list_; }
  // Stable sort by file, line, column, row, change.
  void SortByPlace();

  // OK where there is no error (warnings do not count); otherwise the code
  // and message of the first error, with the whole list as payload.
  absl::Status ToStatus() const;

 private:
  v1::ErrorList list_;
  int64_t error_count_ = 0;
};

// The faults a status carries. A status made without Fault gives one fault
// whose reason is its canonical code's name ("INTERNAL"). Empty when OK.
v1::ErrorList FaultsOf(const absl::Status& status);

enum class Language { kZh, kEn };

// The text in the language asked for, or the other one where it is empty.
absl::string_view In(Language language, const v1::Text& text);

// One fault as lines for a person: "file:3:7: error: … [REASON]" and, if
// there is a hint, a second line; no line break at the end. With both
// languages, Chinese comes first: "… / …". Changes are counted from 1 here.
std::string FormatFault(const v1::ErrorDetail& detail);

}  // namespace duban

#endif  // DUBAN_SRC_BASE_DIAGNOSTIC_H_
