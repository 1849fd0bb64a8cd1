// Values of the expression language. Errors and absences are values too, so
// that each node of a program decides what to do with them.
//
// A Value is immutable and cheap to copy: 24 bytes, and one reference count
// where it is text, a collection or a message. Distinct Values may be used
// from distinct threads.
#ifndef DUBAN_SRC_EXPR_VALUE_H_
#define DUBAN_SRC_EXPR_VALUE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/time.h"
#include "src/expr/type.h"

namespace duban::expr {

class MessageValue;  // messages.h
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

// What Values share; counts its owners.
class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  virtual ~Shared() = default;
  void Ref() const { owners_.fetch_add(1, std::memory_order_relaxed); }
  void Unref() const {
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  mutable std::atomic<int32_t> owners_{1};
};

// A value of an opaque type, such as an IP address.
class OpaqueValue : public Shared {
 public:
  virtual const Type& type() const = 0;
  // `other` is of the same type.
  virtual bool Equals(const OpaqueValue& other) const = 0;
  virtual std::string ToString() const = 0;
};

class Value {
 public:
  Value() noexcept : kind_(Kind::kNull) {}
  Value(const Value& other) noexcept {
    Take(other);
    Share();
  }
  Value(Value&& other) noexcept {
    Take(other);
    other.kind_ = Kind::kNull;
  }
  // What is let go may hold `other`: v = v.list_value()[0].
  Value& operator=(const Value& other) noexcept { return *this = Value(other); }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    Drop();
    Take(taken);
    taken.kind_ = Kind::kNull;
    return *this;
  }
  ~Value() { Drop(); }

  static Value Null() { return Value(); }
  // No value is there: an average of nothing, a field never given.
  static Value Missing() { return Value(Kind::kMissing); }
  static Value Bool(bool v) {
    Value value(Kind::kBool);
    value.low_.integer = v ? 1 : 0;
    return value;
  }
  static Value Int(int64_t v) {
    Value value(Kind::kInt);
    value.low_.integer = v;
    return value;
  }
  static Value Uint(uint64_t v) {
    Value value(Kind::kUint);
    value.low_.integer = static_cast<int64_t>(v);
    return value;
  }
  static Value Double(double v) {
    Value value(Kind::kDouble);
    value.low_.number = v;
    return value;
  }
  static Value Dec(Decimal v) {
    Value value(Kind::kDecimal);
    value.low_.integer = static_cast<int64_t>(v.units());
    value.high_ = static_cast<int64_t>(v.units() >> 64);
    return value;
  }
  static Value Day(Date v) {
    Value value(Kind::kDate);
    value.low_.integer = v.days();
    return value;
  }
  static Value Time(Timestamp v) {
    Value value(Kind::kTimestamp);
    value.low_.integer = v.seconds;
    value.high_ = v.nanos;
    return value;
  }
  static Value Span(Duration v) {
    Value value(Kind::kDuration);
    value.low_.integer = v.seconds;
    value.high_ = v.nanos;
    return value;
  }
  static Value Str(absl::string_view v);
  static Value Str(std::string&& v);
  static Value Str(const char* v) { return Str(absl::string_view(v)); }
  static Value Bytes(absl::string_view v);
  static Value List(ListValue v);
  // Where a map is large its keys are indexed.
  static Value Map(MapValue v);
  static Value TypeOf(const Type& v);
  static Value Optional(Value v);
  static Value None();  // an optional without a value
  // Take over the one reference that a new object has.
  static Value Msg(const MessageValue* v);
  static Value Opaque(const OpaqueValue* v);
  static Value Rec(const Record* v) {
    Value value(v == nullptr ? Kind::kNull : Kind::kRecord);
    value.low_.record = v;
    return value;
  }
  static Value Error(EvalError e);
  static Value Error(absl::string_view reason, absl::string_view zh,
                     absl::string_view en);

  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_missing() const { return kind_ == Kind::kMissing; }
  bool is_error() const { return kind_ == Kind::kError; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_int() const { return kind_ == Kind::kInt; }
  bool is_uint() const { return kind_ == Kind::kUint; }
  bool is_double() const { return kind_ == Kind::kDouble; }
  bool is_decimal() const { return kind_ == Kind::kDecimal; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_bytes() const { return kind_ == Kind::kBytes; }
  bool is_date() const { return kind_ == Kind::kDate; }
  bool is_timestamp() const { return kind_ == Kind::kTimestamp; }
  bool is_duration() const { return kind_ == Kind::kDuration; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_map() const { return kind_ == Kind::kMap; }
  bool is_record() const { return kind_ == Kind::kRecord; }
  bool is_message() const { return kind_ == Kind::kMessage; }
  bool is_type() const { return kind_ == Kind::kType; }
  bool is_optional() const { return kind_ == Kind::kOptional; }
  bool is_opaque() const { return kind_ == Kind::kOpaque; }

  // Each requires that is_…() holds.
  bool bool_value() const { return low_.integer != 0; }
  int64_t int_value() const { return low_.integer; }
  uint64_t uint_value() const { return static_cast<uint64_t>(low_.integer); }
  double double_value() const { return low_.number; }
  Decimal decimal_value() const;
  Date date_value() const {
    return Date::FromDays(static_cast<int32_t>(low_.integer));
  }
  Timestamp timestamp_value() const {
    return {low_.integer, static_cast<int32_t>(high_)};
  }
  Duration duration_value() const {
    return {low_.integer, static_cast<int32_t>(high_)};
  }
  const std::string& string_value() const;
  const std::string& bytes_value() const;
  const ListValue& list_value() const;
  const MapValue& map_value() const;
  const Type& type_value() const;
  const Record* record_value() const { return low_.record; }
  const MessageValue& message_value() const;
  const OpaqueValue& opaque_value() const;
  bool has_value() const;               // of an optional
  const Value& optional_value() const;  // requires has_value()
  const EvalError& error() const;

  // The value of a map's key, or null where there is none. Numbers that are
  // equal are the same key, whatever their types. Takes from *steps like
  // Equal().
  const Value* Find(const Value& key, int64_t* steps) const;

  // An int or a decimal as a decimal; requires one of the two.
  Decimal AsDecimal() const {
    return is_int() ? Decimal::FromInt(int_value()) : decimal_value();
  }

  // The kind of this value; a missing value has kind kNull.
  Kind kind() const { return is_missing() ? Kind::kNull : kind_; }
  // As CEL would write it: "a", 12.5, [1, 2], date('2021-10-27').
  std::string ToString() const;

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  Value(Kind kind, const Shared* shared) : kind_(kind) { low_.shared = shared; }
  bool IsShared() const {
    return kind_ >= Kind::kString && kind_ <= Kind::kError;
  }
  bool IsWide() const {
    return kind_ == Kind::kDecimal || kind_ == Kind::kTimestamp ||
           kind_ == Kind::kDuration;
  }
  void Share() const {
    if (IsShared()) low_.shared->Ref();
  }
  void Drop() const {
    if (IsShared()) low_.shared->Unref();
  }
  // The second half only where it is used: to load both halves at once, right
  // after one of them was stored, would make the processor wait.
  void Take(const Value& other) {
    low_ = other.low_;
    kind_ = other.kind_;
    if (IsWide()) high_ = other.high_;
  }

  union {
    int64_t integer = 0;
    double number;
    const Record* record;
    const Shared* shared;
  } low_;
  int64_t high_ = 0;  // of a decimal's units, or nanoseconds
  Kind kind_;
};

inline Decimal Value::decimal_value() const {
  const auto high = static_cast<uint128_t>(static_cast<uint64_t>(high_));
  return Decimal::FromUnitsUnchecked(
      static_cast<int128_t>(high << 64 | static_cast<uint64_t>(low_.integer)));
}

// Equality of the language: int, uint, double and decimal compare on the
// number line, lists, maps and messages by content, records by identity;
// values of unlike kinds differ, and NaN differs from itself.
bool Equal(const Value& a, const Value& b);
// The same, but takes one from *steps for each element and each 64 bytes of
// string compared, and gives up (false) where that would go below zero. A
// small expression can make a list whose parts are shared 2^n times.
bool Equal(const Value& a, const Value& b, int64_t* steps);

bool IsNumeric(const Value& v);  // int, uint, double or decimal
// Order of two numbers on the number line: negative, zero, positive; false
// where there is none (NaN).
bool CompareNumbers(const Value& a, const Value& b, int* order);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_VALUE_H_
