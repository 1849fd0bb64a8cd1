// The ways to run a test of the suite: each compiles its expression in one
// fashion and judges what comes of it.
//
// Constant data and pure functions; thread-safe.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_WAYS_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_WAYS_H_

#include <string>

#include "absl/types/span.h"
#include "tests/expr/conformance/suite.h"

namespace duban::expr::conformance {

struct Outcome {
  enum class Kind {
    kPassed,
    kFailed,
    kSkipped,  // what the test asks cannot be asked of this engine
  };
  Kind kind = Kind::kPassed;
  std::string why;  // of a failure or a skip
};

struct Way {
  const char* name;
  bool evaluates;  // otherwise it looks at types or trees only
  bool (*applies)(const Case& test);
  Outcome (*run)(const Case& test, const Schema& schema);
};

// All ways, in the order of the report.
absl::Span<const Way> AllWays();

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_WAYS_H_
