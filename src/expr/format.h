// format() of strings: "%s is %.2f".format(['x', 1.5]).
// Pure functions; thread-safe; no locale is read.
#ifndef DUBAN_SRC_EXPR_FORMAT_H_
#define DUBAN_SRC_EXPR_FORMAT_H_

#include "absl/strings/string_view.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"

namespace duban::expr {

// The pattern with each clause replaced by the argument of its turn. Clauses
// are %s %d %f %e %b %o %x %X, with a precision (".3") that only %f and %e
// heed, and %% for a percent sign. Arguments too many are left unused; too
// few, of a wrong kind, or a clause that is none, are an error:
// INDEX_OUT_OF_RANGE, BAD_FORMAT_ARGUMENT, BAD_FORMAT. Bytes that %s shows
// must be UTF-8, or it is BAD_ENCODING.
Value Format(absl::string_view pattern, const ListValue& arguments,
             Meter* meter);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_FORMAT_H_
