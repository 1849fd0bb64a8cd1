// The operators and standard functions of CEL, with the overload ids of its
// specification. Constant data.
#include "src/expr/library_tables.h"

namespace duban::expr {
namespace {

constexpr OperationSpec kOperations[] = {
    {"_?_:_", Op::kConditional, R"(conditional (bool, A, A) -> A)"},
    {"_&&_", Op::kAnd, R"(logical_and (bool, bool) -> bool)"},
    {"_||_", Op::kOr, R"(logical_or (bool, bool) -> bool)"},
    {"!_", Op::kNot, R"(logical_not (bool) -> bool)"},
    {"-_", Op::kNegate,
     R"(negate_double (double) -> double
negate_int64 (int) -> int)"},
    {"_+_", Op::kAdd,
     R"(add_bytes (bytes, bytes) -> bytes
add_double (double, double) -> double
add_duration_duration (duration, duration) -> duration
add_duration_timestamp (duration, timestamp) -> timestamp
add_timestamp_duration (timestamp, duration) -> timestamp
add_int64 (int, int) -> int
add_list (list(A), list(A)) -> list(A)
add_string (string, string) -> string
add_uint64 (uint, uint) -> uint)"},
    {"_-_", Op::kSubtract,
     R"(subtract_double (double, double) -> double
subtract_duration_duration (duration, duration) -> duration
subtract_int64 (int, int) -> int
subtract_timestamp_duration (timestamp, duration) -> timestamp
subtract_timestamp_timestamp (timestamp, timestamp) -> duration
subtract_uint64 (uint, uint) -> uint)"},
    {"_*_", Op::kMultiply,
     R"(multiply_double (double, double) -> double
multiply_int64 (int, int) -> int
multiply_uint64 (uint, uint) -> uint)"},
    {"_/_", Op::kDivide,
     R"(divide_double (double, double) -> double
divide_int64 (int, int) -> int
divide_uint64 (uint, uint) -> uint)"},
    {"_%_", Op::kModulo,
     R"(modulo_int64 (int, int) -> int
modulo_uint64 (uint, uint) -> uint)"},
    {"_==_", Op::kEqual, R"(equals (A, A) -> bool)"},
    {"_!=_", Op::kNotEqual, R"(not_equals (A, A) -> bool)"},
    {"_<_", Op::kLess,
     R"(less_bool (bool, bool) -> bool
less_int64 (int, int) -> bool
less_int64_uint64 (int, uint) -> bool
less_int64_double (int, double) -> bool
less_uint64_int64 (uint, int) -> bool
less_uint64 (uint, uint) -> bool
less_uint64_double (uint, double) -> bool
less_double_int64 (double, int) -> bool
less_double_uint64 (double, uint) -> bool
less_double (double, double) -> bool
less_string (string, string) -> bool
less_bytes (bytes, bytes) -> bool
less_timestamp (timestamp, timestamp) -> bool
less_duration (duration, duration) -> bool)"},
    {"_<=_", Op::kLessEqual,
     R"(less_equals_bool (bool, bool) -> bool
less_equals_int64 (int, int) -> bool
less_equals_int64_uint64 (int, uint) -> bool
less_equals_int64_double (int, double) -> bool
less_equals_uint64_int64 (uint, int) -> bool
less_equals_uint64 (uint, uint) -> bool
less_equals_uint64_double (uint, double) -> bool
less_equals_double_int64 (double, int) -> bool
less_equals_double_uint64 (double, uint) -> bool
less_equals_double (double, double) -> bool
less_equals_string (string, string) -> bool
less_equals_bytes (bytes, bytes) -> bool
less_equals_timestamp (timestamp, timestamp) -> bool
less_equals_duration (duration, duration) -> bool)"},
    {"_>_", Op::kGreater,
     R"(greater_bool (bool, bool) -> bool
greater_int64 (int, int) -> bool
greater_int64_uint64 (int, uint) -> bool
greater_int64_double (int, double) -> bool
greater_uint64_int64 (uint, int) -> bool
greater_uint64 (uint, uint) -> bool
greater_uint64_double (uint, double) -> bool
greater_double_int64 (double, int) -> bool
greater_double_uint64 (double, uint) -> bool
greater_double (double, double) -> bool
greater_string (string, string) -> bool
greater_bytes (bytes, bytes) -> bool
greater_timestamp (timestamp, timestamp) -> bool
greater_duration (duration, duration) -> bool)"},
    {"_>=_", Op::kGreaterEqual,
     R"(greater_equals_bool (bool, bool) -> bool
greater_equals_int64 (int, int) -> bool
greater_equals_int64_uint64 (int, uint) -> bool
greater_equals_int64_double (int, double) -> bool
greater_equals_uint64_int64 (uint, int) -> bool
greater_equals_uint64 (uint, uint) -> bool
greater_equals_uint64_double (uint, double) -> bool
greater_equals_double_int64 (double, int) -> bool
greater_equals_double_uint64 (double, uint) -> bool
greater_equals_double (double, double) -> bool
greater_equals_string (string, string) -> bool
greater_equals_bytes (bytes, bytes) -> bool
greater_equals_timestamp (timestamp, timestamp) -> bool
greater_equals_duration (duration, duration) -> bool)"},
    {"@in", Op::kIn,
     R"(in_list (A, list(A)) -> bool
in_map (A, map(A, B)) -> bool)"},
    {"_[_]", Op::kIndex,
     R"(index_list (list(A), int) -> A
index_map (map(A, B), A) -> B
optional_list_index_int (optional(list(V)), int) -> optional(V)
optional_map_index_value (optional(map(K, V)), K) -> optional(V))"},
    {"_[?_]", Op::kOptionalIndex,
     R"(list_optindex_optional_int (list(V), int) -> optional(V)
optional_list_optindex_optional_int (optional(list(V)), int) -> optional(V)
map_optindex_optional_value (map(K, V), K) -> optional(V)
optional_map_optindex_optional_value (optional(map(K, V)), K) -> optional(V))"},
    {"size", Op::kSize,
     R"(size_bytes (bytes) -> int
bytes_size bytes.() -> int
size_list (list(A)) -> int
list_size list(A).() -> int
size_map (map(A, B)) -> int
map_size map(A, B).() -> int
size_string (string) -> int
string_size string.() -> int)"},
    {"contains", Op::kContains, R"(contains_string string.(string) -> bool)"},
    {"startsWith", Op::kStartsWith,
     R"(starts_with_string string.(string) -> bool)"},
    {"endsWith", Op::kEndsWith, R"(ends_with_string string.(string) -> bool)"},
    {"matches", Op::kMatches,
     R"(matches (string, string) -> bool
matches_string string.(string) -> bool)"},
    {"type", Op::kType, R"(type (A) -> type(A))"},
};

}  // namespace

absl::Span<const OperationSpec> CelOperations() { return kOperations; }

}  // namespace duban::expr
