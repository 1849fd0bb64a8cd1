// Counts what became of the tests, and prints it.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_REPORT_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_REPORT_H_

#include <map>
#include <string>
#include <vector>

#include "tests/expr/conformance/suite.h"
#include "tests/expr/conformance/ways.h"

namespace duban::expr::conformance {

class Report {
 public:
  // Begins a test; what Add() is told is of it.
  void Begin(const Case& test);
  // `way` is an index of AllWays().
  void Add(size_t way, Outcome::Kind kind);
  // A failure that is of no test.
  void AddFailure() { ++totals_.failed; }

  // A table by file and way, shares, and the line "N passed, N failed, N
  // skipped", on the standard output.
  void Print() const;
  bool ok() const { return totals_.failed == 0; }

 private:
  struct Counts {
    int passed = 0;
    int failed = 0;
    int skipped = 0;

    int all() const { return passed + failed + skipped; }
    void Add(Outcome::Kind kind);
    std::string ToString() const;
  };
  // Tests that pass in all their ways of a sort.
  struct Share {
    int tests = 0;
    int passed = 0;

    std::string ToString() const;
  };
  struct Tally {
    bool any = false;
    bool all_passed = true;

    void Add(Outcome::Kind kind);
  };

  Share ShareOf(const std::vector<Tally>& tallies) const;

  std::string file_;                // of the test that began last
  std::vector<std::string> files_;  // in order
  std::map<std::string, std::vector<Counts>> by_file_;  // by way
  std::vector<Tally> evaluations_;                      // by test
  std::vector<Tally> others_;
  Counts totals_;
};

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_REPORT_H_
