// Types of the expression language, and the records that a host shows to it.
//
// A Type is an immutable value, cheap to copy. A RecordType names the fields
// that expressions may select on a record (`activity.minutes`); whoever owns
// it keeps it alive as long as any Environment or Value that mentions it.
#ifndef DUBAN_SRC_EXPR_TYPE_H_
#define DUBAN_SRC_EXPR_TYPE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace duban::expr {

class RecordType;

enum class Kind : uint8_t {
  kDyn,  // not known before evaluation
  kNull,
  kBool,
  kInt,      // 64 bits
  kDecimal,  // base/decimal.h; the scoring profile's only fraction
  kString,
  kDate,  // base/date.h
  kList,
  kMap,
  kRecord,
  kError,  // only of values, and of checked nodes already reported
};

// "bool", "list", "record" …
absl::string_view NameOf(Kind kind);

class Type {
 public:
  Type() : kind_(Kind::kDyn) {}
  static Type Dyn() { return Type(Kind::kDyn); }
  static Type Null() { return Type(Kind::kNull); }
  static Type Bool() { return Type(Kind::kBool); }
  static Type Int() { return Type(Kind::kInt); }
  static Type Decimal() { return Type(Kind::kDecimal); }
  static Type String() { return Type(Kind::kString); }
  static Type Date() { return Type(Kind::kDate); }
  static Type Error() { return Type(Kind::kError); }
  static Type List(const Type& element);
  static Type Map(const Type& key, const Type& value);
  static Type Record(const RecordType* record);

  Kind kind() const { return kind_; }
  const Type& element() const { return parameters_->at(0); }  // of a list
  const Type& key() const { return parameters_->at(0); }      // of a map
  const Type& value() const { return parameters_->at(1); }    // of a map
  const RecordType* record() const { return record_; }        // of a record

  // As a reader of a rule knows it: "list(string)", "activity".
  std::string ToString() const;

  friend bool operator==(const Type& a, const Type& b);
  friend bool operator!=(const Type& a, const Type& b) { return !(a == b); }

 private:
  explicit Type(Kind kind) : kind_(kind) {}
  Kind kind_;
  const RecordType* record_ = nullptr;
  std::shared_ptr<const std::vector<Type>> parameters_;
};

// A field or a variable: a stable ASCII name (what a stored rule says), an
// optional Chinese name (what an author may write instead), and whether there
// may be no value: such a thing must be read under has() or with .orValue().
struct Declaration {
  std::string name;
  Type type;
  std::string zh;
  bool may_be_missing = false;
};

class RecordType {
 public:
  RecordType(std::string name, std::vector<Declaration> fields);

  const std::string& name() const { return name_; }
  const std::vector<Declaration>& fields() const { return fields_; }
  // By either name; -1 where there is none.
  int Find(absl::string_view field) const;

 private:
  std::string name_;
  std::vector<Declaration> fields_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_TYPE_H_
