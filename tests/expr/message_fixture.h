// Messages that tests make: new.All of proto3, old.All of proto2, and the
// well-known types, all of them dynamic.
#ifndef DUBAN_TESTS_EXPR_MESSAGE_FIXTURE_H_
#define DUBAN_TESTS_EXPR_MESSAGE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "src/expr/messages.h"

namespace duban::expr {

inline constexpr const char* kNew = R"pb(
  name: "new.proto"
  package: "new"
  syntax: "proto3"
  dependency: "google/protobuf/any.proto"
  dependency: "google/protobuf/duration.proto"
  dependency: "google/protobuf/empty.proto"
  dependency: "google/protobuf/field_mask.proto"
  dependency: "google/protobuf/struct.proto"
  dependency: "google/protobuf/timestamp.proto"
  dependency: "google/protobuf/wrappers.proto"
  enum_type {
    name: "Colour"
    value { name: "RED" number: 0 }
    value { name: "BLUE" number: 2 }
  }
  message_type {
    name: "All"
    field { name: "i32" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
    field { name: "i64" number: 2 label: LABEL_OPTIONAL type: TYPE_INT64 }
    field { name: "u32" number: 3 label: LABEL_OPTIONAL type: TYPE_UINT32 }
    field { name: "u64" number: 4 label: LABEL_OPTIONAL type: TYPE_UINT64 }
    field { name: "f" number: 5 label: LABEL_OPTIONAL type: TYPE_FLOAT }
    field { name: "d" number: 6 label: LABEL_OPTIONAL type: TYPE_DOUBLE }
    field { name: "b" number: 7 label: LABEL_OPTIONAL type: TYPE_BOOL }
    field { name: "s" number: 8 label: LABEL_OPTIONAL type: TYPE_STRING }
    field { name: "y" number: 9 label: LABEL_OPTIONAL type: TYPE_BYTES }
    field {
      name: "e"
      number: 10
      label: LABEL_OPTIONAL
      type: TYPE_ENUM
      type_name: ".new.Colour"
    }
    field {
      name: "m"
      number: 11
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".new.All"
    }
    field { name: "i32s" number: 12 label: LABEL_REPEATED type: TYPE_INT32 }
    field {
      name: "ms"
      number: 13
      label: LABEL_REPEATED
      type: TYPE_MESSAGE
      type_name: ".new.All"
    }
    field {
      name: "by_name"
      number: 14
      label: LABEL_REPEATED
      type: TYPE_MESSAGE
      type_name: ".new.All.ByNameEntry"
    }
    field {
      name: "by_number"
      number: 15
      label: LABEL_REPEATED
      type: TYPE_MESSAGE
      type_name: ".new.All.ByNumberEntry"
    }
    field {
      name: "w_i32"
      number: 20
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Int32Value"
    }
    field {
      name: "w_f"
      number: 21
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.FloatValue"
    }
    field {
      name: "time"
      number: 22
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Timestamp"
    }
    field {
      name: "span"
      number: 23
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Duration"
    }
    field {
      name: "value"
      number: 24
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Value"
    }
    field {
      name: "struct"
      number: 25
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Struct"
    }
    field {
      name: "list"
      number: 26
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.ListValue"
    }
    field {
      name: "any"
      number: 27
      label: LABEL_OPTIONAL
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Any"
    }
    field {
      name: "w_i32s"
      number: 28
      label: LABEL_REPEATED
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Int32Value"
    }
    field {
      name: "one_i"
      number: 30
      label: LABEL_OPTIONAL
      type: TYPE_INT32
      oneof_index: 0
    }
    field {
      name: "one_s"
      number: 31
      label: LABEL_OPTIONAL
      type: TYPE_STRING
      oneof_index: 0
    }
    field {
      name: "nothing"
      number: 32
      label: LABEL_OPTIONAL
      type: TYPE_ENUM
      type_name: ".google.protobuf.NullValue"
    }
    oneof_decl { name: "one" }
    nested_type {
      name: "ByNameEntry"
      field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
      field {
        name: "value"
        number: 2
        label: LABEL_OPTIONAL
        type: TYPE_MESSAGE
        type_name: ".new.All"
      }
      options { map_entry: true }
    }
    nested_type {
      name: "ByNumberEntry"
      field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
      field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING }
      options { map_entry: true }
    }
  }
)pb";

inline constexpr const char* kOld = R"pb(
  name: "old.proto"
  package: "old"
  message_type {
    name: "All"
    field {
      name: "i"
      number: 1
      label: LABEL_OPTIONAL
      type: TYPE_INT32
      default_value: "-32"
    }
    field { name: "s" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING }
    field { name: "must" number: 3 label: LABEL_REQUIRED type: TYPE_INT64 }
    field {
      name: "group"
      number: 4
      label: LABEL_OPTIONAL
      type: TYPE_GROUP
      type_name: ".old.All.Group"
    }
    field {
      name: "e"
      number: 5
      label: LABEL_OPTIONAL
      type: TYPE_ENUM
      type_name: ".old.Size"
    }
    nested_type {
      name: "Group"
      field { name: "x" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
    }
    extension_range { start: 100 end: 1000 }
  }
  enum_type {
    name: "Size"
    value { name: "BIG" number: 7 }
  }
  extension {
    name: "ext"
    number: 100
    label: LABEL_OPTIONAL
    type: TYPE_INT32
    extendee: ".old.All"
  }
  extension {
    name: "ext_all"
    number: 101
    label: LABEL_OPTIONAL
    type: TYPE_MESSAGE
    type_name: ".old.All"
    extendee: ".old.All"
  }
)pb";

using Fields = std::vector<std::pair<const char*, Value>>;

inline Value Text(absl::string_view text) { return Value::Str(text); }

class MessagesTest : public testing::Test {
 protected:
  MessagesTest() : factory_(&pool_), types_(&pool_, &factory_) {
    AddFileOf(*google::protobuf::Any::descriptor());
    AddFileOf(*google::protobuf::Duration::descriptor());
    AddFileOf(*google::protobuf::Empty::descriptor());
    AddFileOf(*google::protobuf::FieldMask::descriptor());
    AddFileOf(*google::protobuf::Struct::descriptor());
    AddFileOf(*google::protobuf::Timestamp::descriptor());
    AddFileOf(*google::protobuf::Int32Value::descriptor());
    Add(kNew, &pool_);
    Add(kOld, &pool_);
  }

  void AddFileOf(const google::protobuf::Descriptor& type) {
    google::protobuf::FileDescriptorProto file;
    type.file()->CopyTo(&file);
    ASSERT_NE(pool_.BuildFile(file), nullptr);
  }

  static void Add(const char* text, google::protobuf::DescriptorPool* pool) {
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &file));
    ASSERT_NE(pool->BuildFile(file), nullptr);
  }

  Value Make(const char* name, const Fields& fields, Meter* meter) const {
    const google::protobuf::Descriptor* type = types_.FindMessage(name);
    std::vector<std::pair<const google::protobuf::FieldDescriptor*, Value>>
        found;
    for (const auto& [field, value] : fields) {
      found.emplace_back(types_.FindField(*type, field), value);
      EXPECT_NE(found.back().first, nullptr) << field;
    }
    return types_.Make(*type, found, meter);
  }
  Value Make(const char* name, const Fields& fields) const {
    Meter meter(1000000);
    return Make(name, fields, &meter);
  }
  Value Make(const Fields& fields) const { return Make("new.All", fields); }
  Value Old(const Fields& fields) const { return Make("old.All", fields); }

  static Value Get(const Value& message, const char* field) {
    if (!message.is_message()) return message;
    Meter meter(1000000);
    return message.message_value().Get(field, &meter);
  }
  // What a field of new.All gives that was set to the value.
  std::string Through(const char* field, const Value& value) const {
    const Value result = Get(Make({{field, value}}), field);
    return result.is_error() ? result.error().reason : result.ToString();
  }
  std::string Has(const Value& message, const char* field) const {
    return message.message_value().Has(field).ToString();
  }
  std::string Of(const char* name, const Fields& fields) const {
    const Value result = Make(name, fields);
    return result.is_error() ? result.error().reason : result.ToString();
  }
  Value Any(absl::string_view type, absl::string_view bytes) const {
    return Make("google.protobuf.Any",
                {{"type_url", Text(absl::StrCat("type.googleapis.com/", type))},
                 {"value", Value::Bytes(bytes)}});
  }
  // A new.All whose `any` holds these bytes.
  Value WithAny(absl::string_view type, absl::string_view bytes) const {
    std::shared_ptr<google::protobuf::Message> made(
        factory_.GetPrototype(types_.FindMessage("new.All"))->New());
    google::protobuf::Any any;
    any.set_type_url(absl::StrCat("type.googleapis.com/", type));
    any.set_value(std::string(bytes));
    // Field 27, of bytes.
    std::string wire = "\xda\x01";
    const std::string content = any.SerializeAsString();
    EXPECT_LT(content.size(), 128u);
    wire.push_back(static_cast<char>(content.size()));
    EXPECT_TRUE(made->ParseFromString(wire + content));
    Meter meter(1000000);
    return types_.FromMessage(made, &meter);
  }
  Value Parsed(const char* name, const std::string& bytes) const {
    std::shared_ptr<google::protobuf::Message> made(
        factory_.GetPrototype(types_.FindMessage(name))->New());
    EXPECT_TRUE(made->ParsePartialFromString(bytes));
    Meter meter(1000000);
    return types_.FromMessage(made, &meter);
  }

  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  const MessageTypes types_;
};

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_MESSAGE_FIXTURE_H_
