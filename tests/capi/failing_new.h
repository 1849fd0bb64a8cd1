// A program's own operator new, which also is that of the shared library it
// has loaded, and which can be told to fail. What C libraries allocate with
// malloc is not touched.
#ifndef DUBAN_TESTS_CAPI_FAILING_NEW_H_
#define DUBAN_TESTS_CAPI_FAILING_NEW_H_

namespace duban_test {

// While it lives, the n-th allocation of this thread from now on fails, once;
// n counts from 0.
class Failing {
 public:
  explicit Failing(long n);
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;
  ~Failing();

  // Whether there were that many.
  bool happened() const;
};

}  // namespace duban_test

#endif  // DUBAN_TESTS_CAPI_FAILING_NEW_H_
