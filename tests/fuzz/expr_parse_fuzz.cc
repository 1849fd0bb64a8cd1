// Any bytes as an expression, in both profiles: parsing gives a tree or
// faults that lie within the text; a tree is printed as text that gives the
// same tree again, and the same text from then on.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/ast.h"
#include "src/expr/parser.h"
#include "src/expr/printer.h"
#include "src/expr/source.h"

namespace duban::expr {
namespace {

void Require(bool holds, const char* what, absl::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n", what, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

void CheckFaults(absl::string_view text, std::vector<SourceError> faults) {
  const int size = static_cast<int>(text.size());
  for (const SourceError& fault : faults) {
    const bool inside = fault.offset >= 0 && fault.length >= 0 &&
                        fault.offset <= size &&
                        fault.length <= size - fault.offset;
    Require(inside, "a fault outside the text", text);
    Require(!fault.zh.empty() && !fault.en.empty(), "a fault says nothing",
            text);
    CaretLine(text, fault);
  }
}

void CheckNodes(absl::string_view text, const Ast& ast) {
  for (size_t id = 1; id < ast.nodes.size(); ++id) {
    const Node& node = ast.at(static_cast<int>(id));
    for (const int child : node.args) {
      Require(child > 0 && child < static_cast<int>(id),
              "a node before its argument", text);
    }
    Require(0 <= node.begin && node.begin <= node.end &&
                node.end <= static_cast<int>(text.size()),
            "a node outside the text", text);
  }
}

void ParseAndPrint(absl::string_view text, Profile profile) {
  SourceErrors faults;
  const Ast ast = Parse(text, profile, Limits(), &faults);
  if (!faults.empty()) {
    CheckFaults(text, faults.Take());
    return;
  }
  CheckNodes(text, ast);
  const std::string printed = Print(ast);
  // Printing may add blanks, escapes and brackets.
  Limits wide;
  wide.source_bytes = 1 << 20;
  wide.nesting = 128;
  SourceErrors none;
  const Ast again = Parse(printed, profile, wide, &none);
  Require(none.empty(), "does not parse as printed", text);
  Require(SameTree(ast, again), "another tree when printed", text);
  Require(Print(again) == printed, "printed otherwise", text);
}

}  // namespace
}  // namespace duban::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  duban::expr::ParseAndPrint(text, duban::expr::Profile::kScoring);
  duban::expr::ParseAndPrint(text, duban::expr::Profile::kCel);
  return 0;
}
