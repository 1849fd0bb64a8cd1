#include "src/base/diagnostic.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"

namespace duban {
namespace {

constexpr char kPayloadUrl[] = "type.googleapis.com/duban.v1.ErrorList";

std::string Clean(absl::string_view text) {
  return Excerpt(text, Fault::kTextLimit);
}

// "中文 / English", or the one there is.
std::string BothLanguages(const v1::Text& text) {
  if (text.zh().empty()) return text.en();
  if (text.en().empty()) return text.zh();
  return absl::StrCat(text.zh(), " / ", text.en());
}

// A fault always means failure, so a code that is no failure (or none that
// exists) becomes UNKNOWN.
absl::StatusCode FailureCode(int code) {
  constexpr int kFirst = static_cast<int>(absl::StatusCode::kCancelled);
  constexpr int kLast = static_cast<int>(absl::StatusCode::kUnauthenticated);
  if (code < kFirst || code > kLast) return absl::StatusCode::kUnknown;
  return static_cast<absl::StatusCode>(code);
}

absl::Status StatusWithList(const v1::ErrorDetail& first,
                            const v1::ErrorList& list) {
  absl::Status status(FailureCode(first.code()),
                      BothLanguages(first.message()));
  status.SetPayload(kPayloadUrl, absl::Cord(list.SerializeAsString()));
  return status;
}

bool IsError(const v1::ErrorDetail& detail) {
  return detail.severity() != v1::WARNING;
}

std::string FormatPlace(const v1::Place& place) {
  std::string out = place.file();
  if (place.line() > 0) {
    absl::StrAppend(&out, out.empty() ? "line " : ":", place.line());
    if (place.column() > 0) absl::StrAppend(&out, ":", place.column());
  }
  const auto append = [&out](absl::string_view label, absl::string_view what) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", label, what);
  };
  if (place.row() > 0) append("row ", absl::StrCat(place.row()));
  if (place.change() > 0) append("change ", absl::StrCat(place.change()));
  if (!place.field().empty()) append("", place.field());
  return out;
}

}  // namespace

Fault::Fault(absl::string_view reason, absl::StatusCode code) {
  detail_.set_code(static_cast<int>(FailureCode(static_cast<int>(code))));
  detail_.set_reason(Clean(reason));
}

Fault& Fault::Warning() {
  detail_.set_severity(v1::WARNING);
  return *this;
}

Fault& Fault::At(absl::string_view file, int line, int column) {
  v1::Place* place = detail_.mutable_place();
  place->set_file(Clean(file));
  place->set_line(std::max(line, 0));
  place->set_column(std::max(column, 0));
  return *this;
}

Fault& Fault::Row(absl::string_view file, int64_t row,
                  absl::string_view column) {
  v1::Place* place = detail_.mutable_place();
  place->set_file(Clean(file));
  place->set_row(std::max<int64_t>(row, 0));
  place->set_field(Clean(column));
  return *this;
}

Fault& Fault::Field(absl::string_view path) {
  detail_.mutable_place()->set_field(Clean(path));
  return *this;
}

Fault& Fault::Change(int index) {
  const int last = std::numeric_limits<int>::max() - 1;
  detail_.mutable_place()->set_change(std::min(std::max(index, -1), last) + 1);
  return *this;
}

Fault& Fault::Say(absl::string_view zh, absl::string_view en) {
  detail_.mutable_message()->set_zh(Clean(zh));
  detail_.mutable_message()->set_en(Clean(en));
  return *this;
}

Fault& Fault::Hint(absl::string_view zh, absl::string_view en) {
  detail_.mutable_hint()->set_zh(Clean(zh));
  detail_.mutable_hint()->set_en(Clean(en));
  return *this;
}

absl::Status Fault::ToStatus() const {
  if (!IsError(detail_)) return absl::OkStatus();
  v1::ErrorList list;
  *list.add_errors() = detail_;
  return StatusWithList(detail_, list);
}

void Faults::Add(v1::ErrorDetail detail) {
  const bool is_error = IsError(detail);
  if (list_.errors_size() < kLimit) {
    *list_.add_errors() = std::move(detail);
  } else {
    // All that is kept so far are warnings if this is the first error.
    if (is_error && error_count_ == 0) {
      *list_.mutable_errors(kLimit - 1) = std::move(detail);
    }
    list_.set_omitted(list_.omitted() + 1);
  }
  if (is_error) ++error_count_;
}

void Faults::Add(const absl::Status& status) {
  if (status.ok()) return;
  v1::ErrorList list = FaultsOf(status);
  for (v1::ErrorDetail& detail : *list.mutable_errors()) {
    Add(std::move(detail));
  }
  list_.set_omitted(list_.omitted() + list.omitted());
}

void Faults::SortByPlace() {
  const auto key = [](const v1::ErrorDetail* detail) {
    const v1::Place& place = detail->place();
    return std::make_tuple(absl::string_view(place.file()), place.line(),
                           place.column(), place.row(), place.change());
  };
  auto* errors = list_.mutable_errors();
  std::stable_sort(errors->pointer_begin(), errors->pointer_end(),
                   [&key](const v1::ErrorDetail* a, const v1::ErrorDetail* b) {
                     return key(a) < key(b);
                   });
}

absl::Status Faults::ToStatus() const {
  const auto first =
      std::find_if(list_.errors().begin(), list_.errors().end(), IsError);
  if (first == list_.errors().end()) return absl::OkStatus();
  return StatusWithList(*first, list_);
}

v1::ErrorList FaultsOf(const absl::Status& status) {
  v1::ErrorList list;
  if (status.ok()) return list;
  if (const auto payload = status.GetPayload(kPayloadUrl)) {
    if (!list.ParseFromString(std::string(*payload))) list.Clear();
  }
  // A status that failed never has warnings alone, whoever made it.
  if (std::none_of(list.errors().begin(), list.errors().end(), IsError)) {
    const std::string name = absl::StatusCodeToString(status.code());
    // Nobody knows in which language such a message is; most are English.
    *list.add_errors() =
        Fault(name, status.code())
            .Say("", status.message().empty() ? name : status.message())
            .detail();
  }
  return list;
}

absl::string_view In(Language language, const v1::Text& text) {
  const bool zh =
      text.en().empty() || (language == Language::kZh && !text.zh().empty());
  return zh ? text.zh() : text.en();
}

std::string FormatFault(const v1::ErrorDetail& detail) {
  std::string out = FormatPlace(detail.place());
  absl::StrAppend(&out, out.empty() ? "" : ": ",
                  IsError(detail) ? "error: " : "warning: ",
                  BothLanguages(detail.message()), " [", detail.reason(), "]");
  const std::string hint = BothLanguages(detail.hint());
  if (!hint.empty()) absl::StrAppend(&out, "\n  hint: ", hint);
  return out;
}

}  // namespace duban
