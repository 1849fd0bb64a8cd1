// What one evaluation may still spend (see Limits::steps), and whether
// somebody wants it to stop. Belongs to one evaluation; not thread-safe, but
// for the flag that it watches.
#ifndef DUBAN_SRC_EXPR_METER_H_
#define DUBAN_SRC_EXPR_METER_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace duban::expr {

struct Meter {
  Meter() = default;
  explicit Meter(int64_t steps, const std::atomic<bool>* cancel = nullptr)
      : left(steps), cancel_(cancel), look_below_(cancel ? steps : 0) {}

  // To be called before the work is done or the memory taken. False when
  // there is not enough left; then nothing is, for the rest of the run.
  bool Charge(int64_t n) {
    left = n > left ? -1 : left - n;
    return left >= look_below_ || Look();
  }
  bool exhausted() const { return left < 0; }
  bool cancelled() const { return cancelled_; }

  int64_t left = 0;

 private:
  static constexpr int64_t kBetweenLooks = 4096;

  bool Look() {
    if (left < 0) return false;
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) {
      cancelled_ = true;
      left = -1;
      return false;
    }
    look_below_ = std::max<int64_t>(0, left - kBetweenLooks);
    return true;
  }

  const std::atomic<bool>* cancel_ = nullptr;
  int64_t look_below_ = 0;  // look at the flag when less is left
  bool cancelled_ = false;
};

// What looking for a text within another may take: the search may start over
// at each byte. A step goes for 64 bytes.
constexpr int64_t StepsToFind(size_t text_bytes, size_t part_bytes) {
  return static_cast<int64_t>((text_bytes / 64) * (1 + part_bytes / 64));
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_METER_H_
