// Values and types of the language from the messages that the suite gives
// them as (cel.expr.Value, cel.expr.Type), and comparing a result with what a
// test expects. Pure functions of immutable data; thread-safe.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_VALUES_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_VALUES_H_

#include <string>

#include "src/expr/type.h"
#include "src/expr/value.h"
#include "tests/expr/conformance/suite.h"
#include "tests/expr/conformance/view.h"

namespace duban::expr::conformance {

// Of a cel.expr.Value. An error where it is of a message that the schema
// does not have. An enum becomes its number.
Value ToValue(View value, const Schema& schema);

// Of a cel.expr.Type; Error() where it names a message that is not there.
Type ToType(View type, const MessageTypes& types);

// Whether the value is exactly the cel.expr.Value: of the same kind, numbers
// bit by bit (but NaN is NaN), entries of a map in any order, messages field
// by field.
bool IsExactly(const Value& value, View expected, const Schema& schema);

// As cel-go writes a type: "list(wrapper(int))", "type(google.protobuf.Any)".
std::string TypeText(const Type& type);

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_VALUES_H_
