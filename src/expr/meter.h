// What one evaluation may still spend (see Limits::steps). Belongs to one
// evaluation; not thread-safe.
#ifndef DUBAN_SRC_EXPR_METER_H_
#define DUBAN_SRC_EXPR_METER_H_

#include <cstdint>

namespace duban::expr {

struct Meter {
  int64_t left = 0;

  // To be called before the work is done or the memory taken. False when
  // there is not enough left; then nothing is, for the rest of the run.
  bool Charge(int64_t n) {
    if (n > left) left = -1;
    if (left < 0) return false;
    left -= n;
    return true;
  }
  bool exhausted() const { return left < 0; }
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_METER_H_
