// Conversions of a value to another type, of both profiles: int('12'),
// string(1.5), timestamp('2021-10-27T08:00:00Z').
//
// What cannot be converted is an error value. No locale is read. Pure
// functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_CONVERSIONS_H_
#define DUBAN_SRC_EXPR_CONVERSIONS_H_

#include "src/expr/meter.h"
#include "src/expr/value.h"

namespace duban::expr {

// A number, toward zero; a string of digits; the seconds of a timestamp since
// 1970; the nanoseconds of a duration. INT_OVERFLOW where that does not fit;
// CEL has it that doubles are to lie strictly between -2^63 and 2^63.
Value ToInt(const Value& v, Meter* meter);
// A number, toward zero, or a string of digits. UINT_OVERFLOW where that does
// not fit.
Value ToUint(const Value& v, Meter* meter);
// A number, the nearest; a string as a literal would have it, or "NaN", "Inf"
// and "Infinity" with any sign and in any case.
Value ToDouble(const Value& v, Meter* meter);
Value ToDecimal(const Value& v, Meter* meter);
// Of a double, the shortest text that is read as it again, with an exponent
// from 1e+06 on and below 0.0001; bytes must be UTF-8.
Value ToText(const Value& v, Meter* meter);
Value ToBytes(const Value& v, Meter* meter);
Value ToBool(const Value& v, Meter* meter);
// A string of RFC 3339 or an int of seconds since 1970. TIME_OUT_OF_RANGE
// beyond the years 1 to 9999.
Value ToTimestamp(const Value& v, Meter* meter);
// A string such as "1h30m" or an int of nanoseconds. TIME_OUT_OF_RANGE beyond
// some 292 years.
Value ToDuration(const Value& v, Meter* meter);
Value ToDate(const Value& v, Meter* meter);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_CONVERSIONS_H_
