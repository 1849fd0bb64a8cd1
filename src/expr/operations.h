// Operators and the functions that have an Op, on values. Types are looked at
// here again, because a dyn argument may turn out to be anything. Pure
// functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_OPERATIONS_H_
#define DUBAN_SRC_EXPR_OPERATIONS_H_

#include <string>

#include "absl/types/span.h"
#include "src/expr/meter.h"
#include "src/expr/op.h"
#include "src/expr/value.h"

namespace duban::expr {

// `arguments` are values, none of them an error; at least as many as the
// function's overloads ask for. The result may be an error without offset.
Value Apply(Op op, absl::Span<const Value> arguments, Meter* meter);

// The same of the binary operators + to `in`.
Value ApplyBinary(Op op, const Value& a, const Value& b, Meter* meter);

// The parts of Apply(), by what the functions are about. Each takes the
// Ops it is named for.
Value Arithmetic(Op op, const Value& a, const Value& b);
Value ApplyNumeric(Op op, absl::Span<const Value> arguments, Meter* meter);
Value ApplyComparison(Op op, const Value& a, const Value& b, Meter* meter);
Value ApplyText(Op op, absl::Span<const Value> arguments, Meter* meter);
Value ApplyConversion(Op op, const Value& v, Meter* meter);
Value ApplyTime(Op op, const Value& a, const Value& b);
Value ApplyDate(Op op, absl::Span<const Value> arguments);

// a * b / c, rounded once. All three are ints or decimals, or it is an error.
Value MultiplyDivide(const Value& a, const Value& b, const Value& c);
// Element of a list or value of a map. With `absent_is_missing`, a key that
// is not there gives Value::Missing() instead of an error.
Value IndexInto(const Value& container, const Value& index,
                bool absent_is_missing, Meter* meter);
// An element of a list or the value of a key as an optional.
Value OptionalIndex(const Value& container, const Value& index, Meter* meter);
// What type(v) gives.
Type RuntimeType(const Value& v);
Value BudgetExceeded();
// NO_OVERLOAD: these values are of kinds that no overload takes.
Value WrongArguments(absl::Span<const Value> arguments);
// Of values that no overload takes, or that are null or missing.
Value NoOverload(Op op, absl::Span<const Value> arguments);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_OPERATIONS_H_
