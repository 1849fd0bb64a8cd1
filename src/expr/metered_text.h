// Text that grows within the budget of an evaluation. Belongs to one
// evaluation; not thread-safe.
#ifndef DUBAN_SRC_EXPR_METERED_TEXT_H_
#define DUBAN_SRC_EXPR_METERED_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "src/expr/meter.h"

namespace duban::expr {

class MeteredText {
 public:
  explicit MeteredText(Meter* meter) : meter_(meter) {}

  // False, and nothing is appended, where the budget does not reach: one step
  // per 8 bytes, counted over all pieces, so that small ones are not free.
  bool Append(absl::string_view piece) {
    const size_t size = text_.size() + piece.size();
    if (!meter_->Charge(static_cast<int64_t>(size / 8 - text_.size() / 8))) {
      return false;
    }
    text_.append(piece.data(), piece.size());
    return true;
  }

  Meter* meter() const { return meter_; }
  std::string Take() { return std::move(text_); }

 private:
  Meter* meter_;
  std::string text_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_METERED_TEXT_H_
