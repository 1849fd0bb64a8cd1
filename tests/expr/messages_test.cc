#include "src/expr/messages.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "tests/expr/message_fixture.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::DynamicMessageFactory;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;

// Has the name of a well-known type, and other fields.
constexpr const char* kFake = R"pb(
  name: "fake.proto"
  package: "google.protobuf"
  message_type {
    name: "Struct"
    field { name: "fields" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
  }
)pb";

TEST_F(MessagesTest, KnowsTypesByName) {
  const auto type = [this](const char* name) {
    return types_.FindType(name).ToString();
  };
  EXPECT_EQ(type("google.protobuf.Timestamp"), "timestamp");
  EXPECT_EQ(type("google.protobuf.Duration"), "duration");
  EXPECT_EQ(type("google.protobuf.Struct"), "map(string, dyn)");
  EXPECT_EQ(type("google.protobuf.Value"), "dyn");
  EXPECT_EQ(type("google.protobuf.ListValue"), "list(dyn)");
  EXPECT_EQ(type("google.protobuf.Any"), "any");
  EXPECT_EQ(type("google.protobuf.Int32Value"), "wrapper(int)");
  EXPECT_EQ(type("google.protobuf.Int64Value"), "wrapper(int)");
  EXPECT_EQ(type("google.protobuf.UInt32Value"), "wrapper(uint)");
  EXPECT_EQ(type("google.protobuf.UInt64Value"), "wrapper(uint)");
  EXPECT_EQ(type("google.protobuf.FloatValue"), "wrapper(double)");
  EXPECT_EQ(type("google.protobuf.DoubleValue"), "wrapper(double)");
  EXPECT_EQ(type("google.protobuf.BoolValue"), "wrapper(bool)");
  EXPECT_EQ(type("google.protobuf.StringValue"), "wrapper(string)");
  EXPECT_EQ(type("google.protobuf.BytesValue"), "wrapper(bytes)");
  EXPECT_EQ(type("google.protobuf.FieldMask"), "google.protobuf.FieldMask");
  EXPECT_EQ(type("new.All"), "new.All");
  EXPECT_EQ(type("new.None"), "error");
  EXPECT_EQ(type("new.Colour"), "error");
  EXPECT_EQ(type("new.All.ByNameEntry"), "error");
}

TEST_F(MessagesTest, KnowsTypesOfFields) {
  const auto type = [this](const char* message, const char* field) {
    const Descriptor& descriptor = *types_.FindMessage(message);
    return types_.TypeOfField(*types_.FindField(descriptor, field)).ToString();
  };
  EXPECT_EQ(type("new.All", "i32"), "int");
  EXPECT_EQ(type("new.All", "u32"), "uint");
  EXPECT_EQ(type("new.All", "f"), "double");
  EXPECT_EQ(type("new.All", "y"), "bytes");
  EXPECT_EQ(type("new.All", "e"), "int");
  EXPECT_EQ(type("new.All", "m"), "new.All");
  EXPECT_EQ(type("new.All", "i32s"), "list(int)");
  EXPECT_EQ(type("new.All", "w_i32s"), "list(wrapper(int))");
  EXPECT_EQ(type("new.All", "by_name"), "map(string, new.All)");
  EXPECT_EQ(type("new.All", "by_number"), "map(int, string)");
  EXPECT_EQ(type("new.All", "any"), "any");
  EXPECT_EQ(type("old.All", "group"), "old.All.Group");
  EXPECT_EQ(type("old.All", "old.ext_all"), "old.All");
}

TEST_F(MessagesTest, FindsFieldsExtensionsAndEnums) {
  const Descriptor& old = *types_.FindMessage("old.All");
  EXPECT_EQ(types_.FindField(old, "ext"), nullptr);
  EXPECT_NE(types_.FindField(old, "old.ext"), nullptr);
  EXPECT_EQ(types_.FindField(*types_.FindMessage("new.All"), "old.ext"),
            nullptr);
  int64_t value = 0;
  EXPECT_TRUE(types_.FindEnumValue("new.Colour.BLUE", &value));
  EXPECT_EQ(value, 2);
  EXPECT_TRUE(
      types_.FindEnumValue("google.protobuf.NullValue.NULL_VALUE", &value));
  EXPECT_EQ(value, 0);
  EXPECT_FALSE(types_.FindEnumValue("new.BLUE", &value));
  EXPECT_FALSE(types_.FindEnumValue("BLUE", &value));
  EXPECT_TRUE(types_.IsEnum("new.Colour"));
  EXPECT_FALSE(types_.IsEnum("new.All"));
}

TEST_F(MessagesTest, KeepsScalars) {
  EXPECT_EQ(Through("i32", Value::Int(-7)), "-7");
  EXPECT_EQ(Through("i64", Value::Int(int64_t{1} << 40)), "1099511627776");
  EXPECT_EQ(Through("u32", Value::Uint(7)), "7u");
  EXPECT_EQ(Through("u64", Value::Uint(~uint64_t{0})), "18446744073709551615u");
  EXPECT_EQ(Through("d", Value::Double(1.333)), "1.333");
  EXPECT_EQ(Through("b", Value::Bool(true)), "true");
  EXPECT_EQ(Through("s", Text("督办")), "\"督办\"");
  EXPECT_EQ(Through("y", Value::Bytes("\xff")), "b\"\\xff\"");
  EXPECT_EQ(Through("e", Value::Int(2)), "2");
  EXPECT_EQ(Through("e", Value::Int(99)), "99");
  EXPECT_EQ(Through("one_s", Text("")), "\"\"");
}

TEST_F(MessagesTest, NarrowsToFloat) {
  EXPECT_EQ(Get(Make({{"f", Value::Double(1.333)}}), "f").double_value(),
            static_cast<double>(1.333F));
  EXPECT_EQ(Through("f", Value::Double(1e-50)), "0.0");
  EXPECT_TRUE(std::isinf(
      Get(Make({{"f", Value::Double(-1e100)}}), "f").double_value()));
  EXPECT_TRUE(std::isinf(
      Get(Make({{"w_f", Value::Double(1e100)}}), "w_f").double_value()));
}

TEST_F(MessagesTest, ChecksRangesAndKinds) {
  EXPECT_EQ(Through("i32", Value::Int(2147483647)), "2147483647");
  EXPECT_EQ(Through("i32", Value::Int(2147483648)), "OUT_OF_RANGE");
  EXPECT_EQ(Through("i32", Value::Int(-2147483649)), "OUT_OF_RANGE");
  EXPECT_EQ(Through("u32", Value::Uint(4294967296)), "OUT_OF_RANGE");
  EXPECT_EQ(Through("e", Value::Int(5000000000)), "OUT_OF_RANGE");
  EXPECT_EQ(Through("w_i32", Value::Int(12345678900)), "OUT_OF_RANGE");
  EXPECT_EQ(
      Through("i32s", Value::List({Value::Int(1), Value::Int(1LL << 40)})),
      "OUT_OF_RANGE");
  EXPECT_EQ(Through("i32", Value::Uint(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("u32", Value::Int(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("d", Value::Int(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("s", Value::Bytes("a")), "WRONG_TYPE");
  EXPECT_EQ(Through("y", Text("a")), "WRONG_TYPE");
  EXPECT_EQ(Through("b", Value::Int(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("m", Value::Int(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("m", Old({})), "WRONG_TYPE");
  EXPECT_EQ(Through("time", Value::Span({1, 0})), "WRONG_TYPE");
  EXPECT_EQ(Through("i32s", Value::Int(1)), "WRONG_TYPE");
  EXPECT_EQ(Through("by_name", Value::List({})), "WRONG_TYPE");
  EXPECT_EQ(Through("by_number", Value::Map({{Text("a"), Text("b")}})),
            "WRONG_TYPE");
}

TEST_F(MessagesTest, TakesNullWhereThereIsSuchAThing) {
  for (const char* field : {"m", "w_i32", "time", "span"}) {
    const Value made = Make({{field, Value::Null()}});
    EXPECT_EQ(Has(made, field), "false") << field;
    EXPECT_TRUE(Equal(made, Make({}))) << field;
  }
  EXPECT_EQ(Through("value", Value::Null()), "null");
  EXPECT_EQ(Has(Make({{"value", Value::Null()}}), "value"), "true");
  EXPECT_EQ(Through("any", Value::Null()), "null");
  EXPECT_EQ(Through("nothing", Value::Null()), "0");
  for (const char* field : {"b", "i32s", "by_name", "struct", "list", "e"}) {
    EXPECT_EQ(Through(field, Value::Null()), "WRONG_TYPE") << field;
  }
  EXPECT_EQ(Through("w_i32s", Value::List({Value::Int(1), Value::Null()})),
            "[1]");
}

TEST_F(MessagesTest, ReadsUnsetFields) {
  const Value empty = Make({});
  EXPECT_EQ(Get(empty, "i32").ToString(), "0");
  EXPECT_EQ(Get(empty, "s").ToString(), "\"\"");
  EXPECT_EQ(Get(empty, "e").ToString(), "0");
  EXPECT_EQ(Get(empty, "w_i32").ToString(), "null");
  EXPECT_EQ(Get(empty, "value").ToString(), "null");
  EXPECT_EQ(Get(empty, "struct").ToString(), "{}");
  EXPECT_EQ(Get(empty, "list").ToString(), "[]");
  EXPECT_EQ(Get(empty, "i32s").ToString(), "[]");
  EXPECT_EQ(Get(empty, "by_name").ToString(), "{}");
  EXPECT_TRUE(Get(empty, "time").is_timestamp());
  EXPECT_TRUE(Get(empty, "span").is_duration());
  EXPECT_EQ(Get(empty, "any").error().reason, "UNKNOWN_MESSAGE");
  EXPECT_EQ(Get(empty, "none").error().reason, "NO_SUCH_FIELD");
  EXPECT_EQ(Get(Get(empty, "m"), "i32").ToString(), "0");
}

TEST_F(MessagesTest, TellsPresence) {
  EXPECT_EQ(Has(Make({{"i32", Value::Int(0)}}), "i32"), "false");
  EXPECT_EQ(Has(Make({{"i32", Value::Int(1)}}), "i32"), "true");
  EXPECT_EQ(Has(Make({{"e", Value::Int(0)}}), "e"), "false");
  EXPECT_EQ(Has(Make({{"one_i", Value::Int(0)}}), "one_i"), "true");
  EXPECT_EQ(Has(Make({{"one_i", Value::Int(0)}}), "one_s"), "false");
  EXPECT_EQ(Has(Make({{"m", Make({})}}), "m"), "true");
  EXPECT_EQ(Has(Make({{"i32s", Value::List({})}}), "i32s"), "false");
  EXPECT_EQ(Has(Make({{"i32s", Value::List({Value::Int(0)})}}), "i32s"),
            "true");
  EXPECT_EQ(
      Has(Make({{"by_name", Value::Map({{Text(""), Make({})}})}}), "by_name"),
      "true");
  EXPECT_TRUE(Make({}).message_value().Has("none").is_error());
}

TEST_F(MessagesTest, KnowsProto2) {
  EXPECT_EQ(Get(Old({}), "i").ToString(), "-32");
  EXPECT_EQ(Get(Old({}), "e").ToString(), "7");
  EXPECT_EQ(Has(Old({}), "i"), "false");
  EXPECT_EQ(Has(Old({{"i", Value::Int(-32)}}), "i"), "true");
  EXPECT_EQ(Has(Old({{"must", Value::Int(4)}}), "must"), "true");
  EXPECT_EQ(
      Get(Get(Parsed("old.All", "\x23\x08\x05\x24"), "group"), "x").ToString(),
      "5");
  EXPECT_EQ(Old({{"e", Value::Int(8)}}).error().reason, "OUT_OF_RANGE");
  const google::protobuf::LogSilencer silencer;
  EXPECT_EQ(Get(Parsed("old.All", "\x12\x01\xff"), "s").error().reason,
            "BAD_ENCODING");
}

TEST_F(MessagesTest, KnowsExtensions) {
  EXPECT_EQ(Has(Old({}), "old.ext"), "false");
  EXPECT_EQ(Get(Old({}), "old.ext").ToString(), "0");
  const Value made = Old({{"old.ext", Value::Int(0)},
                          {"old.ext_all", Old({{"i", Value::Int(3)}})}});
  EXPECT_EQ(Has(made, "old.ext"), "true");
  EXPECT_EQ(Get(Get(made, "old.ext_all"), "i").ToString(), "3");
  EXPECT_EQ(Get(Get(Old({}), "old.ext_all"), "i").ToString(), "-32");
}

TEST_F(MessagesTest, MakesValuesOfWellKnownTypes) {
  EXPECT_EQ(Of("google.protobuf.Int32Value", {{"value", Value::Int(-1)}}),
            "-1");
  EXPECT_EQ(Of("google.protobuf.Int32Value", {}), "0");
  EXPECT_EQ(Of("google.protobuf.StringValue", {}), "\"\"");
  EXPECT_EQ(Of("google.protobuf.Timestamp", {{"seconds", Value::Int(1)}}),
            "timestamp('1970-01-01T00:00:01Z')");
  EXPECT_EQ(Of("google.protobuf.Timestamp", {{"nanos", Value::Int(-1)}}),
            "OUT_OF_RANGE");
  EXPECT_EQ(
      Of("google.protobuf.Timestamp", {{"seconds", Value::Int(253402300800)}}),
      "OUT_OF_RANGE");
  EXPECT_EQ(Of("google.protobuf.Duration", {{"seconds", Value::Int(-2)}}),
            "duration('-2s')");
  EXPECT_EQ(Of("google.protobuf.Duration",
               {{"seconds", Value::Int(-2)}, {"nanos", Value::Int(1)}}),
            "OUT_OF_RANGE");
  EXPECT_EQ(Of("google.protobuf.Value", {}), "null");
  EXPECT_EQ(Of("google.protobuf.Value", {{"null_value", Value::Int(0)}}),
            "null");
  EXPECT_EQ(Of("google.protobuf.Value", {{"bool_value", Value::Bool(false)}}),
            "false");
  EXPECT_EQ(Of("google.protobuf.Value", {{"list_value", Value::List({})}}),
            "[]");
  EXPECT_EQ(Of("google.protobuf.ListValue",
               {{"values",
                 Value::List({Value::Int(3), Text("foo"), Value::Null()})}}),
            "[3.0, \"foo\", null]");
  EXPECT_EQ(Of("google.protobuf.Struct",
               {{"fields", Value::Map({{Text("b"), Value::Int(1)},
                                       {Text("a"), Value::List({})}})}}),
            "{\"a\": [], \"b\": 1.0}");
  EXPECT_EQ(Of("google.protobuf.Struct",
               {{"fields", Value::Map({{Value::Int(1), Text("a")}})}}),
            "WRONG_TYPE");
  EXPECT_TRUE(Make("google.protobuf.Empty", {}).is_message());
}

TEST_F(MessagesTest, TurnsValuesIntoJson) {
  const auto json = [this](const Value& v) { return Through("value", v); };
  EXPECT_EQ(json(Value::Bool(true)), "true");
  EXPECT_EQ(json(Value::Int((int64_t{1} << 53) - 1)), "9007199254740991.0");
  EXPECT_EQ(json(Value::Int(int64_t{1} << 53)), "\"9007199254740992\"");
  EXPECT_EQ(json(Value::Int(std::numeric_limits<int64_t>::min())),
            "\"-9223372036854775808\"");
  EXPECT_EQ(json(Value::Uint(34)), "34.0");
  EXPECT_EQ(json(Value::Uint(~uint64_t{0})), "\"18446744073709551615\"");
  EXPECT_EQ(json(Value::Bytes("foo")), "\"Zm9v\"");
  EXPECT_EQ(json(Value::Time({253402300799, 999999999})),
            "\"9999-12-31T23:59:59.999999999Z\"");
  EXPECT_EQ(json(Value::Span({1000000, 0})), "\"1000000s\"");
  EXPECT_EQ(json(Value::List({Value::Null(), Value::Map({})})), "[null, {}]");
  EXPECT_EQ(json(Make("google.protobuf.Empty", {})), "{}");
  EXPECT_EQ(
      json(Make("google.protobuf.FieldMask",
                {{"paths", Value::List({Text("foo_bar.x"), Text("baz")})}})),
      "\"fooBar.x,baz\"");
  EXPECT_EQ(json(Value::TypeOf(Type::Int())), "WRONG_TYPE");
  EXPECT_EQ(json(Value::None()), "WRONG_TYPE");
  EXPECT_EQ(json(Value::Map({{Value::Bool(true), Text("a")}})), "WRONG_TYPE");
}

TEST_F(MessagesTest, TurnsMessagesIntoJson) {
  const Value all =
      Make({{"i32", Value::Int(1)},
            {"i64", Value::Int(2)},
            {"e", Value::Int(2)},
            {"m", Make({{"e", Value::Int(9)}})},
            {"ms", Value::List({Make({})})},
            {"by_number", Value::Map({{Value::Int(-3), Text("x")}})},
            {"w_i32", Value::Int(4)},
            {"time", Value::Time({0, 0})},
            {"any", Make({{"b", Value::Bool(true)}})}});
  EXPECT_EQ(Through("value", all),
            R"({"any": {"@type": "type.googleapis.com/new.All", "b": true}, )"
            R"("byNumber": {"-3": "x"}, "e": "BLUE", "i32": 1.0, "i64": "2", )"
            R"("m": {"e": 9.0}, "ms": [{}], "time": "1970-01-01T00:00:00Z", )"
            R"("wI32": 4.0})");
  EXPECT_EQ(Through("value", Make({{"any", Value::Int(5)}})),
            R"({"any": {"@type": "type.googleapis.com/)"
            R"(google.protobuf.Int64Value", "value": 5.0}})");
  EXPECT_EQ(Through("value", Old({{"old.ext", Value::Int(6)}})),
            R"({"[old.ext]": 6.0})");
}

TEST_F(MessagesTest, PacksAndUnpacksAny) {
  EXPECT_EQ(Through("any", Value::Int(-5)), "-5");
  EXPECT_EQ(Through("any", Value::Uint(5)), "5u");
  EXPECT_EQ(Through("any", Value::Double(0.5)), "0.5");
  EXPECT_EQ(Through("any", Value::Bool(false)), "false");
  EXPECT_EQ(Through("any", Text("a")), "\"a\"");
  EXPECT_EQ(Through("any", Value::Bytes("a")), "b\"a\"");
  EXPECT_EQ(Through("any", Value::Span({3, 0})), "duration('3s')");
  EXPECT_EQ(Through("any", Value::List({Value::Int(1)})), "[1.0]");
  EXPECT_EQ(Through("any", Value::Map({})), "{}");
  EXPECT_EQ(Through("any", Value::None()), "WRONG_TYPE");
  EXPECT_EQ(
      Get(Get(Make({{"any", Make({{"i32", Value::Int(8)}})}}), "any"), "i32")
          .ToString(),
      "8");
  EXPECT_EQ(Get(Any("old.All", "\x08\x96\x01"), "i").ToString(), "150");
  EXPECT_EQ(Make("google.protobuf.Any", {}).error().reason, "UNKNOWN_MESSAGE");
  EXPECT_EQ(Any("no.such.Message", "").error().reason, "UNKNOWN_MESSAGE");
  EXPECT_EQ(Any("old.All", "\x08").error().reason, "BAD_MESSAGE");
}

TEST_F(MessagesTest, SharesPartsWithTheWhole) {
  Value part;
  const Message* inside = nullptr;
  {
    const Value whole =
        Make({{"by_name", Value::Map({{Text("k"), Make({{"s", Text("v")}})}})},
              {"m", Make({{"s", Text("w")}})}});
    const Message& message = whole.message_value().message();
    inside = &message.GetReflection()->GetMessage(
        message, types_.FindField(*message.GetDescriptor(), "m"));
    part = Value::List({Get(whole, "m"), Get(whole, "by_name")});
  }
  EXPECT_EQ(&part.list_value()[0].message_value().message(), inside);
  EXPECT_EQ(Get(part.list_value()[0], "s").ToString(), "\"w\"");
  EXPECT_EQ(Get(part.list_value()[1].map_value()[0].second, "s").ToString(),
            "\"v\"");
}

TEST_F(MessagesTest, OrdersMapsAndTakesTheLastOfEqualKeys) {
  const Value read = Parsed("new.All",
                            "\x7a\x05\x08\x02\x12\x01"
                            "b"
                            "\x7a\x05\x08\x01\x12\x01"
                            "a"
                            "\x7a\x05\x08\x02\x12\x01"
                            "c");
  EXPECT_EQ(Get(read, "by_number").ToString(), R"({1: "a", 2: "c"})");
  EXPECT_TRUE(Equal(
      read, Make({{"by_number", Value::Map({{Value::Int(2), Text("c")},
                                            {Value::Int(1), Text("a")}})}})));
}

TEST_F(MessagesTest, ComparesFieldByField) {
  const Fields fields = {{"i64", Value::Int(1234)}, {"s", Text("1234")}};
  EXPECT_TRUE(Equal(Make(fields), Make(fields)));
  EXPECT_FALSE(Equal(Make({fields[0]}), Make({fields[1]})));
  EXPECT_FALSE(Equal(Make({}), Old({})));
  EXPECT_FALSE(Equal(Make({}), Value::Null()));
  const Value nan =
      Make({{"d", Value::Double(std::numeric_limits<double>::quiet_NaN())}});
  EXPECT_FALSE(Equal(nan, nan));
  EXPECT_FALSE(Equal(Old({}), Old({{"i", Value::Int(-32)}})));
  EXPECT_TRUE(Equal(Make({}), Make({{"d", Value::Double(-0.0)}})));
  EXPECT_FALSE(Equal(Make({}), Make({{"d", Value::Double(-1.0)}})));
  EXPECT_FALSE(Equal(Make({{"i32s", Value::List({Value::Int(1)})}}),
                     Make({{"i32s", Value::List({Value::Int(2)})}})));
  EXPECT_FALSE(Equal(Make({{"by_name", Value::Map({{Text("a"), Make({})}})}}),
                     Make({{"by_name", Value::Map({{Text("b"), Make({})}})}})));
  EXPECT_FALSE(Equal(Make({{"m", Make({{"s", Text("a")}})}}),
                     Make({{"m", Make({{"s", Text("b")}})}})));
}

TEST_F(MessagesTest, ComparesWhatIsInAny) {
  // The same fields in another order.
  const Value a = WithAny("old.All", "\x08\x05\x12\x01s");
  const Value b = WithAny("old.All", "\x12\x01s\x08\x05");
  const Value c = WithAny("old.All", "\x12\x01s\x08\x06");
  EXPECT_TRUE(Equal(a, b));
  EXPECT_FALSE(Equal(a, c));
  // Of an unknown type: byte by byte.
  EXPECT_TRUE(Equal(WithAny("x.Y", "\x08\x05"), WithAny("x.Y", "\x08\x05")));
  EXPECT_FALSE(Equal(WithAny("x.Y", "\x08\x05\x10\x06"),
                     WithAny("x.Y", "\x10\x06\x08\x05")));
  EXPECT_FALSE(Equal(WithAny("x.Y", ""), WithAny("x.Z", "")));
}

TEST_F(MessagesTest, ComparesUnknownFields) {
  const auto old = [this](const char* wire) { return Parsed("old.All", wire); };
  // Fields 20 and 21, and what could be a message in 20.
  EXPECT_TRUE(
      Equal(old("\xa0\x01\x05\xa8\x01\x06"), old("\xa8\x01\x06\xa0\x01\x05")));
  EXPECT_FALSE(Equal(old("\xa0\x01\x05"), old("\xa0\x01\x06")));
  EXPECT_FALSE(Equal(old("\xa0\x01\x05"), old("")));
  EXPECT_FALSE(Equal(old("\xa2\x01\x04\x08\x05\x10\x06"),
                     old("\xa2\x01\x04\x10\x06\x08\x05")));
  EXPECT_TRUE(
      Equal(old("\xa3\x01\x08\x05\xa4\x01"), old("\xa3\x01\x08\x05\xa4\x01")));
  EXPECT_FALSE(
      Equal(old("\xa3\x01\x08\x05\xa4\x01"), old("\xa3\x01\x08\x06\xa4\x01")));
}

TEST_F(MessagesTest, BoundsDepthOfMessages) {
  Value message = Make({});
  for (int i = 0; i < 100; ++i) {
    message = Make({{"m", message}});
    ASSERT_TRUE(message.is_message()) << i;
  }
  EXPECT_TRUE(Equal(message, message));
  EXPECT_EQ(Make({{"m", message}}).error().reason, "TOO_DEEP");
  EXPECT_EQ(Make({{"ms", Value::List({message})}}).error().reason, "TOO_DEEP");
  EXPECT_EQ(Make({{"any", message}}).error().reason, "TOO_DEEP");
  EXPECT_EQ(Make({{"value", message}}).error().reason, "TOO_DEEP");
}

TEST_F(MessagesTest, BoundsDepthOfJson) {
  Value list = Value::List({});
  Value map = Value::Map({});
  for (int i = 0; i < 25; ++i) {
    list = Value::List({list});
    map = Value::Map({{Text("k"), map}});
  }
  EXPECT_EQ(Through("value", list), list.ToString());
  EXPECT_EQ(Through("any", map), map.ToString());
  for (int i = 0; i < 5000; ++i) {
    list = Value::List({list});
    map = Value::Map({{Text("k"), map}});
  }
  EXPECT_EQ(Through("value", list), "TOO_DEEP");
  EXPECT_EQ(Through("list", list), "TOO_DEEP");
  EXPECT_EQ(Through("any", map), "TOO_DEEP");
}

TEST_F(MessagesTest, BoundsDepthOfAny) {
  std::string bytes;
  const auto wrap = [](const std::string& content) {
    google::protobuf::Any any;
    any.set_type_url("x/google.protobuf.Any");
    any.set_value(content);
    return any.SerializeAsString();
  };
  for (int i = 0; i < 300; ++i) bytes = wrap(bytes);
  EXPECT_EQ(Any("google.protobuf.Any", bytes).error().reason, "TOO_DEEP");

  // Two that no walk can tell apart, and that are not said to be equal.
  google::protobuf::Any any;
  any.ParseFromString(bytes);
  Meter meter(1000000);
  std::shared_ptr<Message> made(
      factory_.GetPrototype(types_.FindMessage("new.All"))->New());
  std::string wire = "\xda\x01";
  for (size_t n = bytes.size(); n > 0; n >>= 7) {
    wire.push_back(static_cast<char>((n & 127) | (n > 127 ? 128 : 0)));
  }
  ASSERT_TRUE(made->ParseFromString(wire + bytes));
  const Value value = types_.FromMessage(made, &meter);
  int64_t steps = 1000000;
  EXPECT_FALSE(Equal(value, value, &steps));
  EXPECT_LT(steps, 0);
}

TEST_F(MessagesTest, ChargesBeforeItMakes) {
  const std::string text(8000, 'x');
  const auto make = [this](const Fields& fields, int64_t steps) {
    Meter meter(steps);
    const Value made = Make("new.All", fields, &meter);
    return made.is_error() ? made.error().reason : "";
  };
  EXPECT_EQ(make({{"s", Text(text)}}, 500), "BUDGET_EXCEEDED");
  EXPECT_EQ(make({{"s", Text(text)}}, 1100), "");
  EXPECT_EQ(make({{"y", Value::Bytes(text)}}, 500), "BUDGET_EXCEEDED");
  const Value list = Value::List(ListValue(1000, Value::Int(1)));
  EXPECT_EQ(make({{"i32s", list}}, 500), "BUDGET_EXCEEDED");
  EXPECT_EQ(make({{"value", list}}, 500), "BUDGET_EXCEEDED");
  EXPECT_EQ(make({{"any", list}}, 500), "BUDGET_EXCEEDED");
  const Value large = Make({{"s", Text(text)}});
  EXPECT_EQ(make({{"m", large}}, 500), "BUDGET_EXCEEDED");
  EXPECT_EQ(make({{"value", large}}, 1500), "BUDGET_EXCEEDED");

  Meter meter(500);
  EXPECT_EQ(large.message_value().Get("s", &meter).error().reason,
            "BUDGET_EXCEEDED");
  int64_t steps = 100;
  EXPECT_FALSE(Equal(large, large, &steps));
  EXPECT_LT(steps, 0);
}

TEST_F(MessagesTest, ChargesForWhatAFewBytesBecome) {
  // Field 13, empty messages of many fields.
  std::string bytes;
  for (int i = 0; i < 10000; ++i) bytes.append("\x6a\x00", 2);
  Meter meter(50000);
  const Value made =
      Make("google.protobuf.Any",
           {{"type_url", Text("x/new.All")}, {"value", Value::Bytes(bytes)}},
           &meter);
  EXPECT_EQ(made.error().reason, "BUDGET_EXCEEDED");
}

TEST_F(MessagesTest, TakesMessagesOfAHost) {
  Meter meter(1000000);
  auto number = std::make_shared<google::protobuf::Int32Value>();
  number->set_value(5);
  EXPECT_EQ(types_.FromMessage(number, &meter).ToString(), "5");
  auto any = std::make_shared<google::protobuf::Any>();
  any->PackFrom(*number);
  EXPECT_EQ(types_.FromMessage(any, &meter).ToString(), "5");
  // Of the generated pool, but equal to one that was made here.
  auto mask = std::make_shared<google::protobuf::FieldMask>();
  mask->add_paths("a");
  const Value value = types_.FromMessage(mask, &meter);
  EXPECT_TRUE(Equal(value, Make("google.protobuf.FieldMask",
                                {{"paths", Value::List({Text("a")})}})));
  // Not known here at all.
  const Value file =
      types_.FromMessage(std::make_shared<FileDescriptorProto>(), &meter);
  EXPECT_EQ(Has(file, "name"), "false");
  EXPECT_TRUE(Equal(file, file));
  EXPECT_TRUE(types_.FromMessage(nullptr, &meter).is_null());
}

TEST_F(MessagesTest, GivesMessages) {
  const auto text = [this](const Value& value, const char* name) {
    const auto message = types_.ToMessage(value, *types_.FindMessage(name));
    return message == nullptr ? "none" : message->ShortDebugString();
  };
  EXPECT_EQ(text(Value::Int(5), "google.protobuf.Int32Value"), "value: 5");
  EXPECT_EQ(text(Value::Int(1LL << 40), "google.protobuf.Int32Value"), "none");
  EXPECT_EQ(text(Value::Time({3, 4}), "google.protobuf.Timestamp"),
            "seconds: 3 nanos: 4");
  EXPECT_EQ(text(Make({{"s", Text("a")}}), "new.All"), "s: \"a\"");
  EXPECT_EQ(text(Make({}), "old.All"), "none");
  EXPECT_EQ(text(Value::Null(), "new.All"), "none");
  EXPECT_EQ(text(Value::Null(), "google.protobuf.Value"),
            "null_value: NULL_VALUE");
  EXPECT_EQ(text(Value::List({Text("a")}), "google.protobuf.ListValue"),
            "values { string_value: \"a\" }");
}

TEST_F(MessagesTest, IsNotTakenInByNames) {
  DescriptorPool pool;
  Add(kFake, &pool);
  DynamicMessageFactory factory(&pool);
  const MessageTypes types(&pool, &factory);
  EXPECT_EQ(types.FindType("google.protobuf.Struct").ToString(),
            "google.protobuf.Struct");
  Meter meter(1000);
  const Descriptor& type = *types.FindMessage("google.protobuf.Struct");
  const Value made =
      types.Make(type, {{types.FindField(type, "fields"), Text("a")}}, &meter);
  ASSERT_TRUE(made.is_message());
  EXPECT_EQ(Get(made, "fields").ToString(), "\"a\"");
}

}  // namespace
}  // namespace duban::expr
