// A program's own operator new, which counts what a thread holds. What C
// libraries allocate with malloc is not counted.
#ifndef DUBAN_TESTS_EXPR_COUNTING_NEW_H_
#define DUBAN_TESTS_EXPR_COUNTING_NEW_H_

#include <cstddef>

namespace duban_test {

// The most bytes that this thread held at once since it was made, beyond what
// it held then.
class PeakMemory {
 public:
  PeakMemory();
  PeakMemory(const PeakMemory&) = delete;
  PeakMemory& operator=(const PeakMemory&) = delete;

  long long bytes() const;

 private:
  long long before_;
};

}  // namespace duban_test

#endif  // DUBAN_TESTS_EXPR_COUNTING_NEW_H_
