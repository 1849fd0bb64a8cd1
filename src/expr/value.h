// Values of the expression language. Errors and absences are values too, so
// that each node of a program decides what to do with them.
//
// A Value is immutable and cheap to copy (at most one reference count);
// distinct Values may be used from distinct threads.
#ifndef DUBAN_SRC_EXPR_VALUE_H_
#define DUBAN_SRC_EXPR_VALUE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/type.h"

namespace duban::expr {

class Value;

// What a host shows of one of its records. Get() is called only with indexes
// of type().fields(), and must give the same value each time. The record
// outlives the evaluation.
class Record {
 public:
  virtual ~Record() = default;
  virtual const RecordType& type() const = 0;
  virtual Value Get(int field) const = 0;
};

// Why an evaluation has no value.
struct EvalError {
  std::string reason;  // stable: DIVISION_BY_ZERO, NO_SUCH_KEY, MISSING …
  std::string zh;
  std::string en;
  int offset = -1;  // byte offset in the source of the node that failed
};

using ListValue = std::vector<Value>;
// In the order written; keys are distinct.
using MapValue = std::vector<std::pair<Value, Value>>;

class Value {
 public:
  struct NullTag {};
  struct MissingTag {};

  Value() : v_(NullTag()) {}  // null
  static Value Null() { return Value(); }
  // No value is there: an average of nothing, a field never given.
  static Value Missing();
  static Value Bool(bool v);
  static Value Int(int64_t v);
  static Value Dec(Decimal v);
  static Value Str(absl::string_view v);
  static Value Day(Date v);
  static Value List(ListValue v);
  static Value Map(MapValue v);
  static Value Rec(const Record* v);
  static Value Error(EvalError e);
  static Value Error(absl::string_view reason, absl::string_view zh,
                     absl::string_view en);

  bool is_null() const { return std::holds_alternative<NullTag>(v_); }
  bool is_missing() const { return std::holds_alternative<MissingTag>(v_); }
  bool is_error() const;
  bool is_bool() const { return std::holds_alternative<bool>(v_); }
  bool is_int() const { return std::holds_alternative<int64_t>(v_); }
  bool is_decimal() const { return std::holds_alternative<Decimal>(v_); }
  bool is_string() const;
  bool is_date() const { return std::holds_alternative<Date>(v_); }
  bool is_list() const;
  bool is_map() const;
  bool is_record() const { return std::holds_alternative<const Record*>(v_); }

  // Each requires that is_…() holds.
  bool bool_value() const { return *std::get_if<bool>(&v_); }
  int64_t int_value() const { return *std::get_if<int64_t>(&v_); }
  Decimal decimal_value() const { return *std::get_if<Decimal>(&v_); }
  const std::string& string_value() const;
  Date date_value() const { return *std::get_if<Date>(&v_); }
  const ListValue& list_value() const;
  const MapValue& map_value() const;
  const Record* record_value() const;
  const EvalError& error() const;

  // An int or a decimal as a decimal; requires one of the two.
  Decimal AsDecimal() const;

  // The kind of this value; a missing value has kind kNull.
  Kind kind() const;
  // As CEL would write it: "a", 12.5, [1, 2], date('2021-10-27').
  std::string ToString() const;

 private:
  using Variant = std::variant<NullTag, MissingTag, bool, int64_t, Decimal,
                               Date, std::shared_ptr<const std::string>,
                               std::shared_ptr<const ListValue>,
                               std::shared_ptr<const MapValue>, const Record*,
                               std::shared_ptr<const EvalError>>;
  explicit Value(Variant v) : v_(std::move(v)) {}
  Variant v_;
};

// Equality of the language: int and decimal compare on the number line, lists
// and maps by content, records by identity; values of unlike kinds differ.
bool Equal(const Value& a, const Value& b);
// The same, but takes one from *steps for each element and each 64 bytes of
// string compared, and gives up (false) where that would go below zero. A
// small expression can make a list whose parts are shared 2^n times.
bool Equal(const Value& a, const Value& b, int64_t* steps);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_VALUE_H_
