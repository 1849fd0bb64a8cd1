// The list of tests that are known not to pass, and why.
//
//   # a comment
//   enums/strong_proto2/* [checked unchecked] : enums are ints
//   string_ext/format/null support : …
//
// A name that ends in '*' stands for all that begin so. Without ways in
// brackets an entry is of all ways that evaluate.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_SKIPS_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_SKIPS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/expr/conformance/suite.h"
#include "tests/expr/conformance/ways.h"

namespace duban::expr::conformance {

class Skips {
 public:
  // False where a line cannot be read.
  bool Read(const std::string& path, std::string* error);

  bool Contains(const Case& test, const Way& way) const;
  // The lines that mean no test and way that there is.
  std::vector<std::string> Unused(const std::vector<Case>& tests) const;

 private:
  struct Entry {
    std::string line;
    std::string name;  // without the '*'
    bool is_prefix = false;
    std::vector<std::string> ways;
  };
  static bool Parse(absl::string_view line, Entry* entry);
  static bool Matches(const Entry& entry, const Case& test, const Way& way);

  std::vector<Entry> entries_;
};

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_SKIPS_H_
