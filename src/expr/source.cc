#include "src/expr/source.h"

#include <algorithm>
#include <utility>

#include "src/base/text.h"

namespace duban::expr {
namespace {

// Columns shown at either side of a fault in a long line.
constexpr int kContext = 50;

// The text with tabs and other control characters as spaces, so that each
// character has a known width.
std::string Printable(absl::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

SourceError& SourceError::Hint(absl::string_view zh, absl::string_view en) {
  hint_zh = std::string(zh);
  hint_en = std::string(en);
  return *this;
}

SourceError& SourceErrors::Add(absl::string_view reason, int offset, int length,
                               absl::string_view zh, absl::string_view en) {
  SourceError error;
  error.reason = std::string(reason);
  error.offset = offset;
  error.length = length;
  error.zh = std::string(zh);
  error.en = std::string(en);
  if (full()) {
    overflow_ = std::move(error);
    return overflow_;
  }
  list_.push_back(std::move(error));
  return list_.back();
}

bool SourceErrors::AnyIn(int begin, int end) const {
  return std::any_of(list_.begin(), list_.end(), [&](const SourceError& e) {
    return begin <= e.offset && e.offset < end;
  });
}

std::vector<SourceError> SourceErrors::Take() {
  std::stable_sort(list_.begin(), list_.end(),
                   [](const SourceError& a, const SourceError& b) {
                     return a.offset < b.offset;
                   });
  return std::move(list_);
}

std::string CaretLine(absl::string_view text, const SourceError& error) {
  if (!IsUtf8(text)) return "\n^";
  size_t at = std::min<size_t>(std::max(error.offset, 0), text.size());
  while (at > 0 && at < text.size() && IsContinuation(text[at])) --at;
  size_t begin = at;
  while (begin > 0 && text[begin - 1] != '\n') --begin;
  size_t end = at;
  while (end < text.size() && text[end] != '\n') ++end;

  // Cut a long line at code points, bytes standing in for columns.
  std::string before, after;
  if (at - begin > 2 * kContext) {
    begin = at - kContext;
    while (IsContinuation(text[begin])) ++begin;
    before = "...";
  }
  size_t until = at + std::max(error.length, 0);
  until = std::min(until, end);
  if (end - at > 2 * kContext) {
    end = at + 2 * kContext;
    while (IsContinuation(text[end])) --end;
    after = "...";
    until = std::min(until, end);
  }
  while (until < end && IsContinuation(text[until])) ++until;

  const std::string head = before + Printable(text.substr(begin, at - begin));
  const std::string meant = Printable(text.substr(at, until - at));
  const std::string tail = Printable(text.substr(until, end - until)) + after;
  std::string carets(DisplayWidth(head), ' ');
  carets += '^';
  const int more = DisplayWidth(meant) - 1;
  if (more > 0) carets.append(more, '~');
  return head + meant + tail + "\n" + carets;
}

}  // namespace duban::expr
