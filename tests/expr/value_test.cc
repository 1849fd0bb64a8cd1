#include "src/expr/value.h"

#include <cmath>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/expr/campaign.h"

namespace duban::expr {
namespace {

TEST(Value, PrintsAsCelWouldWriteIt) {
  EXPECT_EQ(Value::Null().ToString(), "null");
  EXPECT_EQ(Value::Bool(true).ToString(), "true");
  EXPECT_EQ(Value::Int(-3).ToString(), "-3");
  EXPECT_EQ(Dec("12.50").ToString(), "12.5");
  EXPECT_EQ(Value::Str("a\"b\n").ToString(), "\"a\\\"b\\n\"");
  EXPECT_EQ(Day("2021-10-27").ToString(), "date('2021-10-27')");
  EXPECT_EQ(Value::List({Value::Int(1), Dec("2.5")}).ToString(), "[1, 2.5]");
  EXPECT_EQ(Value::Map({{Value::Str("a"), Value::Int(1)}}).ToString(),
            "{\"a\": 1}");
  EXPECT_EQ(Value::Missing().ToString(), "missing");
  EXPECT_EQ(Value::Error("X", "", "").ToString(), "error(X)");
}

TEST(Value, ComparesNumbersOnOneLine) {
  EXPECT_TRUE(Equal(Value::Int(1), Dec("1.0")));
  EXPECT_FALSE(Equal(Value::Int(1), Dec("1.5")));
  EXPECT_FALSE(Equal(Value::Int(0), Value::Null()));
  EXPECT_FALSE(Equal(Value::Int(0), Value::Bool(false)));
  EXPECT_FALSE(Equal(Value::Int(1), Value::Str("1")));
  EXPECT_TRUE(Equal(Value::Missing(), Value::Missing()));
  EXPECT_FALSE(Equal(Value::Missing(), Value::Null()));
}

TEST(Value, ComparesMapsWithoutRegardToOrder) {
  const Value ab = Value::Map(
      {{Value::Str("a"), Value::Int(1)}, {Value::Str("b"), Value::Int(2)}});
  const Value ba = Value::Map(
      {{Value::Str("b"), Value::Int(2)}, {Value::Str("a"), Value::Int(1)}});
  EXPECT_TRUE(Equal(ab, ba));
  EXPECT_FALSE(Equal(ab, Value::Map({{Value::Str("a"), Value::Int(1)}})));
}

TEST(Value, HasAKind) {
  EXPECT_EQ(Value::Missing().kind(), Kind::kNull);
  EXPECT_EQ(Day("2021-10-27").kind(), Kind::kDate);
  EXPECT_EQ(Value::Str("").kind(), Kind::kString);
  EXPECT_EQ(Value::List({}).kind(), Kind::kList);
  EXPECT_EQ(Value::Map({}).kind(), Kind::kMap);
  EXPECT_EQ(Value::Error("X", "", "").kind(), Kind::kError);
  EXPECT_TRUE(Value::Rec(nullptr).is_null());
}

// A map as the key and value of the next one doubles its type every time.
TEST(Type, DoesNotGrowWithoutBound) {
  Type t = Type::Int();
  for (int i = 0; i < 200; ++i) t = Type::Map(t, t);
  EXPECT_LT(t.size(), 500);
}

TEST(Value, ComparesNumbersOfUnlikeTypes) {
  EXPECT_TRUE(Equal(Value::Int(1), Value::Uint(1)));
  EXPECT_TRUE(Equal(Value::Int(1), Value::Double(1.0)));
  EXPECT_FALSE(Equal(Value::Int(-1), Value::Uint(UINT64_MAX)));
  const double nan = std::nan("");
  EXPECT_FALSE(Equal(Value::Double(nan), Value::Double(nan)));
}

// Large maps have an index; small ones have none. Both find alike.
TEST(Value, FindsKeysOfAnyNumericType) {
  for (const int size : {3, 300}) {
    MapValue entries;
    for (int i = 0; i < size; ++i) {
      entries.emplace_back(Value::Int(i), Value::Int(10 * i));
    }
    entries.emplace_back(Value::Str("a"), Value::Int(-1));
    entries.emplace_back(Value::Bool(true), Value::Int(-2));
    const Value map = Value::Map(std::move(entries));
    int64_t steps = 1000;
    for (const Value& key :
         {Value::Int(2), Value::Uint(2), Value::Double(2.0), Dec("2")}) {
      const Value* found = map.Find(key, &steps);
      ASSERT_NE(found, nullptr) << key.ToString();
      EXPECT_EQ(found->int_value(), 20);
    }
    EXPECT_EQ(map.Find(Value::Str("a"), &steps)->int_value(), -1);
    EXPECT_EQ(map.Find(Value::Bool(true), &steps)->int_value(), -2);
    EXPECT_EQ(map.Find(Value::Double(2.5), &steps), nullptr);
    EXPECT_EQ(map.Find(Value::Int(-2), &steps), nullptr);
    EXPECT_EQ(map.Find(Value::Null(), &steps), nullptr);
  }
}

TEST(RecordType, FindsFieldsByEitherName) {
  const RecordType type("person", {{"age", Type::Int(), "年龄", true}});
  EXPECT_EQ(type.Find("age"), 0);
  EXPECT_EQ(type.Find("年龄"), 0);
  EXPECT_EQ(type.Find(""), -1);
  EXPECT_EQ(type.Find("name"), -1);
}

}  // namespace
}  // namespace duban::expr
