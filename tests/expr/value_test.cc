#include "src/expr/value.h"

#include <string>

#include "gtest/gtest.h"
#include "src/expr/builtins.h"
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

TEST(Type, UnifiesAndAssigns) {
  Type t;
  EXPECT_TRUE(Unify(Type::Int(), Type::Decimal(), &t));
  EXPECT_EQ(t, Type::Decimal());
  EXPECT_FALSE(Unify(Type::Int(), Type::String(), &t));
  EXPECT_TRUE(Unify(Type::List(Type::Int()), Type::List(Type::Decimal()), &t));
  EXPECT_EQ(t.ToString(), "list(decimal)");
  EXPECT_TRUE(Assignable(Type::Int(), Type::Decimal()));
  EXPECT_FALSE(Assignable(Type::Decimal(), Type::Int()));
  EXPECT_FALSE(Assignable(Type::Null(), Type::Decimal()));
  EXPECT_EQ(Type::List(Type::Int()), Type::List(Type::Int()));
  EXPECT_NE(Type::List(Type::Int()), Type::List(Type::String()));
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
