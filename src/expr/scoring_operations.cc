// The operators and functions of the scoring profile. An int may be given
// where a decimal is wanted. Constant data.
#include "src/expr/library_tables.h"

namespace duban::expr {
namespace {

constexpr OperationSpec kOperations[] = {
    {"!_", Op::kNot, R"(logical_not (bool) -> bool)"},
    {"-_", Op::kNegate,
     R"(negate_int64 (int) -> int
negate_decimal (decimal) -> decimal)"},
    {"_+_", Op::kAdd,
     R"(add_int64 (int, int) -> int
add_decimal (decimal, decimal) -> decimal
add_string (string, string) -> string
add_list (list(A), list(B)) -> list(dyn)
add_date_int64 (date, int) -> date)"},
    {"_-_", Op::kSubtract,
     R"(subtract_int64 (int, int) -> int
subtract_decimal (decimal, decimal) -> decimal
subtract_date_date (date, date) -> int
subtract_date_int64 (date, int) -> date)"},
    {"_*_", Op::kMultiply,
     R"(multiply_int64 (int, int) -> int
multiply_decimal (decimal, decimal) -> decimal)"},
    {"_/_", Op::kDivide,
     R"(divide_int64 (int, int) -> int
divide_decimal (decimal, decimal) -> decimal)"},
    {"_%_", Op::kModulo, R"(modulo_int64 (int, int) -> int)"},
    {"_==_", Op::kEqual, R"(equals (A, B) -> bool)"},
    {"_!=_", Op::kNotEqual, R"(not_equals (A, B) -> bool)"},
    {"_<_", Op::kLess,
     R"(less_bool (bool, bool) -> bool
less_int64 (int, int) -> bool
less_decimal (decimal, decimal) -> bool
less_string (string, string) -> bool
less_date (date, date) -> bool)"},
    {"_<=_", Op::kLessEqual,
     R"(less_equals_bool (bool, bool) -> bool
less_equals_int64 (int, int) -> bool
less_equals_decimal (decimal, decimal) -> bool
less_equals_string (string, string) -> bool
less_equals_date (date, date) -> bool)"},
    {"_>_", Op::kGreater,
     R"(greater_bool (bool, bool) -> bool
greater_int64 (int, int) -> bool
greater_decimal (decimal, decimal) -> bool
greater_string (string, string) -> bool
greater_date (date, date) -> bool)"},
    {"_>=_", Op::kGreaterEqual,
     R"(greater_equals_bool (bool, bool) -> bool
greater_equals_int64 (int, int) -> bool
greater_equals_decimal (decimal, decimal) -> bool
greater_equals_string (string, string) -> bool
greater_equals_date (date, date) -> bool)"},
    {"@in", Op::kIn,
     R"(in_list (A, list(B)) -> bool
in_map (A, map(B, C)) -> bool)"},
    {"size", Op::kSize,
     R"(size_string (string) -> int
size_list (list(A)) -> int
size_map (map(A, B)) -> int
string_size string.() -> int
list_size list(A).() -> int
map_size map(A, B).() -> int)"},
    {"contains", Op::kContains, R"(contains_string string.(string) -> bool)"},
    {"startsWith", Op::kStartsWith,
     R"(starts_with_string string.(string) -> bool)"},
    {"endsWith", Op::kEndsWith, R"(ends_with_string string.(string) -> bool)"},
    {"matches", Op::kMatches,
     R"(matches (string, string) -> bool
matches_string string.(string) -> bool)"},
    {"int", Op::kInt,
     R"(int64_to_int64 (int) -> int
decimal_to_int64 (decimal) -> int
string_to_int64 (string) -> int)"},
    {"decimal", Op::kDecimal,
     R"(number_to_decimal (decimal) -> decimal
string_to_decimal (string) -> decimal)"},
    {"string", Op::kString,
     R"(string_to_string (string) -> string
bool_to_string (bool) -> string
int64_to_string (int) -> string
decimal_to_string (decimal) -> string
date_to_string (date) -> string)"},
    {"bool", Op::kBool,
     R"(bool_to_bool (bool) -> bool
string_to_bool (string) -> bool)"},
    {"date", Op::kDate,
     R"(date_to_date (date) -> date
string_to_date (string) -> date)"},
    {"dyn", Op::kDyn, R"(to_dyn (A) -> dyn)"},
    {"year", Op::kYear,
     R"(year_date (date) -> int
date_to_year date.() -> int)"},
    {"month", Op::kMonth,
     R"(month_date (date) -> int
date_to_month date.() -> int)"},
    {"day", Op::kDay,
     R"(day_date (date) -> int
date_to_day date.() -> int)"},
    {"weekday", Op::kWeekday,
     R"(weekday_date (date) -> int
date_to_weekday date.() -> int)"},
    {"days_between", Op::kDaysBetween,
     R"(days_between_date_date (date, date) -> int)"},
    {"workdays_between", Op::kWorkdaysBetween,
     R"(workdays_between_date_date (date, date) -> int)"},
    {"add_workdays", Op::kAddWorkdays,
     R"(add_workdays_date_int64 (date, int) -> date)"},
    {"min", Op::kMin,
     R"(min_int64 (int, int, …) -> int
min_decimal (decimal, decimal, …) -> decimal
min_date (date, date, …) -> date
min_list_int64 (list(int)) -> int
min_list_decimal (list(decimal)) -> decimal
min_list_date (list(date)) -> date)"},
    {"max", Op::kMax,
     R"(max_int64 (int, int, …) -> int
max_decimal (decimal, decimal, …) -> decimal
max_date (date, date, …) -> date
max_list_int64 (list(int)) -> int
max_list_decimal (list(decimal)) -> decimal
max_list_date (list(date)) -> date)"},
    {"clamp", Op::kClamp,
     R"(clamp_int64 (int, int, int) -> int
clamp_decimal (decimal, decimal, decimal) -> decimal)"},
    {"abs", Op::kAbs,
     R"(abs_int64 (int) -> int
abs_decimal (decimal) -> decimal)"},
    {"floor", Op::kFloor,
     R"(floor_int64 (int) -> int
floor_decimal (decimal) -> decimal)"},
    {"ceil", Op::kCeil,
     R"(ceil_int64 (int) -> int
ceil_decimal (decimal) -> decimal)"},
    {"round", Op::kRound,
     R"(round_int64 (int) -> int
round_decimal (decimal) -> decimal
round_int64_places (int, int) -> int
round_decimal_places (decimal, int) -> decimal)"},
    {"sum", Op::kSum,
     R"(sum_list_int64 (list(int)) -> int
sum_list_decimal (list(decimal)) -> decimal)"},
    {"avg", Op::kAvg, R"(avg_list (list(decimal)) -> decimal)"},
    {"prorate", Op::kProrate,
     R"(prorate (decimal, decimal, decimal) -> decimal)"},
};

}  // namespace

absl::Span<const OperationSpec> ScoringOperations() { return kOperations; }

}  // namespace duban::expr
