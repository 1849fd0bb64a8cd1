// Calls the functions of a module's table directly, as the evaluator would.
#ifndef DUBAN_TESTS_EXPR_CALL_FUNCTION_H_
#define DUBAN_TESTS_EXPR_CALL_FUNCTION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/expr/library.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"

namespace duban::expr {

inline Value CallFunction(absl::Span<const FunctionSpec> table,
                          absl::string_view name, const ListValue& arguments,
                          int64_t steps = 1000000) {
  for (const FunctionSpec& function : table) {
    if (name != function.name) continue;
    Meter meter(steps);
    return function.call(arguments, &meter);
  }
  return Value::Error("NO_SUCH_FUNCTION", "", name);
}

// The reason of an error; of another value, what it is.
inline std::string ReasonOf(const Value& v) {
  return v.is_error() ? v.error().reason : v.ToString();
}

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_CALL_FUNCTION_H_
