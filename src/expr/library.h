// The operators and functions that expressions may use: their names, what
// they take and what they give. There are two libraries: of plain CEL with
// its extensions, and of the scoring profile. The checker picks overloads
// from here; the evaluator runs what all overloads of a function share,
// which looks at the kinds of its arguments once more, because a dyn may
// turn out to be anything.
//
// Constant data, made on first use; thread-safe.
#ifndef DUBAN_SRC_EXPR_LIBRARY_H_
#define DUBAN_SRC_EXPR_LIBRARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/hash_map.h"
#include "src/expr/ast.h"
#include "src/expr/meter.h"
#include "src/expr/op.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

// Runs a function. No argument is an error; kinds and numbers of arguments
// are as they come. The result may be an error without a place.
using Call = Value (*)(absl::Span<const Value> arguments, Meter* meter);

struct Overload {
  std::string id;  // those of CEL where CEL has it
  bool method = false;
  bool repeats = false;  // the last parameter, once or more
  std::vector<Type> parameters;
  Type result;
};

struct Function {
  std::string name;
  Op op = Op::kNone;    // kCall: `call` does it
  Call call = nullptr;  // of kCall
  std::vector<Overload> overloads;

  bool has(bool method) const;
};

// A module's functions, as it writes them down:
//
//   {"charAt", CharAt, "string_char_at_int string.(int) -> string"}
//
// Each line of `overloads` is an id and a signature; "string.(int)" is of a
// method, "(A, list(A)) -> B" of types to be found; "(int, …)" repeats int.
struct FunctionSpec {
  const char* name;
  Call call;
  const char* overloads;
};

class Library {
 public:
  const Function* Find(absl::string_view name) const;  // or null
  const Function* Of(Operator op) const;
  // Of functions that are called by name, macros among them; sorted.
  std::vector<std::string> Names() const;

  static const Library& Cel();
  static const Library& Scoring();

 private:
  friend class LibraryBuilder;
  HashMap<std::string, int> by_name_;
  std::vector<Function> functions_;
};

// The tables of the modules.
absl::Span<const FunctionSpec> StringFunctions();      // text_functions.cc
absl::Span<const FunctionSpec> MathFunctions();        // math_functions.cc
absl::Span<const FunctionSpec> EncodingFunctions();    // encoding_functions.cc
absl::Span<const FunctionSpec> NetworkFunctions();     // network_functions.cc
absl::Span<const FunctionSpec> TimeFunctions();        // time_functions.cc
absl::Span<const FunctionSpec> ConversionFunctions();  // conversions.cc

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_LIBRARY_H_
