// A small generator of pseudo-random numbers (Knuth's MMIX constants): the
// same sequence on every platform. Not thread-safe.
#ifndef DUBAN_TESTS_EXPR_RANDOM_H_
#define DUBAN_TESTS_EXPR_RANDOM_H_

#include <cstdint>

namespace duban::expr {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // From 0 to n - 1.
  uint32_t Below(uint32_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 33) % n;
  }

 private:
  uint64_t state_;
};

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_RANDOM_H_
