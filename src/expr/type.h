// Types of the expression language, and the records that a host shows to it.
//
// A Type is an immutable value, cheap to copy. A RecordType names the fields
// that expressions may select on a record (`activity.minutes`); whoever owns
// it keeps it alive as long as any Environment or Value that mentions it. The
// same goes for the descriptor of a message.
#ifndef DUBAN_SRC_EXPR_TYPE_H_
#define DUBAN_SRC_EXPR_TYPE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace duban::expr {

class RecordType;

// Both of types and of values. Scoring rules see those marked S, plain CEL
// those marked C.
enum class Kind : uint8_t {
  kDyn,        // S C  not known before evaluation; of no value
  kNull,       // S C
  kMissing,    // S    of values only: no value is there
  kBool,       // S C
  kInt,        // S C  64 bits
  kUint,       //   C  64 bits
  kDouble,     //   C
  kDecimal,    // S    base/decimal.h
  kDate,       // S    base/date.h
  kTimestamp,  //   C
  kDuration,   //   C
  kRecord,     // S    of the host
  // From here to kError: values that share memory.
  kString,    // S C
  kBytes,     //   C
  kList,      // S C  one parameter
  kMap,       // S C  two parameters
  kMessage,   //   C  of protobuf
  kType,      //   C  of type(x); one parameter or none
  kOptional,  //   C  one parameter
  kOpaque,    //   C  named, with a meaning only to the functions that take it
  kError,     // of values, and of checked nodes already reported
  // Of types only.
  kWrapper,    //   C  google.protobuf.Int64Value and its like; one parameter
  kAny,        //   C  google.protobuf.Any
  kParameter,  //   C  stands for a type that inference is to find
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
  static Type Uint() { return Type(Kind::kUint); }
  static Type Double() { return Type(Kind::kDouble); }
  static Type Decimal() { return Type(Kind::kDecimal); }
  static Type String() { return Type(Kind::kString); }
  static Type Bytes() { return Type(Kind::kBytes); }
  static Type Date() { return Type(Kind::kDate); }
  static Type Timestamp() { return Type(Kind::kTimestamp); }
  static Type Duration() { return Type(Kind::kDuration); }
  static Type Any() { return Type(Kind::kAny); }
  static Type Error() { return Type(Kind::kError); }
  // Of the type of a type, without saying of which.
  static Type TypeType() { return Type(Kind::kType); }
  static Type TypeType(const Type& of);
  static Type List(const Type& element);
  static Type Map(const Type& key, const Type& value);
  static Type Optional(const Type& value);
  static Type Wrapper(const Type& value);
  static Type Opaque(absl::string_view name);
  static Type Message(const google::protobuf::Descriptor* descriptor);
  static Type Record(const RecordType* record);
  // The type that is to be found for the name: "A", or "%7" where the
  // checker made it up.
  static Type Parameter(absl::string_view name);

  Kind kind() const { return kind_; }
  const Type& element() const { return parameters()[0]; }  // of a list
  const Type& key() const { return parameters()[0]; }      // of a map
  const Type& value() const { return parameters()[1]; }    // of a map
  const std::vector<Type>& parameters() const;
  const RecordType* record() const { return record_; }  // of a record
  const google::protobuf::Descriptor* message() const { return message_; }
  const std::string& name() const;  // of an opaque type or a parameter

  // How many types it is made of, itself included.
  int size() const { return detail_ == nullptr ? 1 : detail_->size; }
  // Whether a parameter that is to be found is part of it.
  bool open() const { return detail_ != nullptr && detail_->open; }

  // The same, with other parameters.
  Type With(std::vector<Type> parameters) const;

  // As a reader of a rule knows it: "list(string)", "activity".
  std::string ToString() const;

  friend bool operator==(const Type& a, const Type& b);
  friend bool operator!=(const Type& a, const Type& b) { return !(a == b); }

 private:
  // A type of more parts than this has dyn for parameters: an expression that
  // uses a map as key and value of the next one doubles it every time.
  static constexpr int kMostSize = 400;

  struct Detail {
    std::string name;
    std::vector<Type> parameters;
    int size = 1;
    bool open = false;
  };
  explicit Type(Kind kind) : kind_(kind) {}
  Type(Kind kind, absl::string_view name, std::vector<Type> parameters);
  Kind kind_;
  union {
    const RecordType* record_ = nullptr;
    const google::protobuf::Descriptor* message_;
  };
  std::shared_ptr<const Detail> detail_;
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
