// Assessments: what a ledger amounts to by the rules of a pack.
//
//   auto result = duban::Assess(*pack, ledger->View(), "2021-12-31");
//   auto why = duban::Explain(*pack, ledger->View(), "2021-12-31", "p-017");
//
// Pure functions of their arguments: the same pack digest, ledger head and
// day give the same bytes on any machine. Any number of threads may call
// them, on the same pack and view as well.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_ASSESS_H_
#define DUBAN_ASSESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/assessment.pb.h"

namespace duban {

struct AssessOptions {
  // Only this scheme (and those it builds on are computed, not returned).
  std::string scheme;
};

// `as_of` is a civil date, YYYY-MM-DD. Fails, naming subject and rule, where
// a rule has no value; nothing is left out in silence.
absl::StatusOr<v1::Assessment> Assess(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      const AssessOptions& options = {});

// Every point and duty of one subject, down to the records. NOT_FOUND where
// there is no such person, organization or pairing.
absl::StatusOr<v1::Explanation> Explain(const Pack& pack,
                                        const LedgerView& view,
                                        absl::string_view as_of,
                                        absl::string_view subject);

// One expectation of a pack's test that was not met, or a test that could not
// be run.
struct PackTestFailure {
  std::string test;
  std::string zh;
  std::string en;
};

struct PackTestReport {
  int tests = 0;
  int expectations = 0;
  std::vector<PackTestFailure> failures;
};

// Runs the tests the pack carries. Those that name a folder of data need a
// pack that was loaded from a folder.
absl::StatusOr<PackTestReport> RunPackTests(const Pack& pack);

}  // namespace duban

#endif  // DUBAN_ASSESS_H_
