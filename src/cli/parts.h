// What the parts of an expression were when it was evaluated, for people and
// for programs. Knows nothing of the command line. Pure functions;
// thread-safe.
#ifndef DUBAN_SRC_CLI_PARTS_H_
#define DUBAN_SRC_CLI_PARTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/program.h"
#include "src/expr/value.h"

namespace duban::cli {

// A part that has a value of its own. Literals are left out: what they are is
// written in the expression.
struct Part {
  int begin = 0;  // bytes of the source
  int end = 0;
  int depth = 0;  // how many of the parts around it are listed
  expr::Value value;
  int times = 0;  // 0: it was not evaluated, and parts of it are not listed
};

// In the order of the source, outer before inner; `observations` are what
// Program::Observe() gave.
std::vector<Part> PartsOf(const expr::Program& program,
                          std::vector<expr::Observation> observations);

// A table for a terminal: text and value, cut where they are long, and how
// often where that was more than once for any of them.
std::string PartsTable(absl::string_view source,
                       const std::vector<Part>& parts);
// A JSON array, indented by two spaces, without a line break at its end.
std::string PartsJson(absl::string_view source, const std::vector<Part>& parts);

// The text as a JSON string; U+FFFD for what is not UTF-8.
std::string JsonString(absl::string_view text);

}  // namespace duban::cli

#endif  // DUBAN_SRC_CLI_PARTS_H_
