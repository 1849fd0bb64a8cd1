#include "src/expr/inference.h"

#include "gtest/gtest.h"

namespace duban::expr {
namespace {

TEST(Inference, ScoringGivesIntsForDecimals) {
  Inference inference(Profile::kScoring);
  Type t;
  EXPECT_TRUE(inference.Join(Type::Int(), Type::Decimal(), &t));
  EXPECT_EQ(t, Type::Decimal());
  EXPECT_FALSE(inference.Join(Type::Int(), Type::String(), &t));
  EXPECT_EQ(t, Type::Dyn());
  EXPECT_TRUE(
      inference.Join(Type::List(Type::Int()), Type::List(Type::Decimal()), &t));
  EXPECT_EQ(t.ToString(), "list(decimal)");
  EXPECT_TRUE(inference.Assign(Type::Int(), Type::Decimal()));
  EXPECT_FALSE(inference.Assign(Type::Decimal(), Type::Int()));
  EXPECT_FALSE(inference.Assign(Type::Null(), Type::Decimal()));
}

TEST(Inference, CelKeepsNumbersApart) {
  Inference inference(Profile::kCel);
  Type t;
  EXPECT_FALSE(inference.Assign(Type::Int(), Type::Double()));
  EXPECT_FALSE(inference.Join(Type::Int(), Type::Uint(), &t));
  EXPECT_EQ(t, Type::Dyn());
}

TEST(Inference, WrappersAreWhatTheyWrapOrNull) {
  Inference inference(Profile::kCel);
  const Type wrapper = Type::Wrapper(Type::Int());
  EXPECT_TRUE(inference.Assign(Type::Null(), wrapper));
  EXPECT_TRUE(inference.Assign(Type::Int(), wrapper));
  EXPECT_TRUE(inference.Assign(wrapper, Type::Int()));
  EXPECT_FALSE(inference.Assign(Type::Uint(), wrapper));
  EXPECT_FALSE(inference.Assign(Type::Null(), Type::Int()));
  Type t;
  EXPECT_TRUE(inference.Join(wrapper, Type::Int(), &t));
  EXPECT_EQ(t, wrapper);
}

// [] takes the type of what it meets.
TEST(Inference, FindsParameters) {
  Inference inference(Profile::kCel);
  const Type empty = Type::List(inference.Fresh());
  EXPECT_TRUE(inference.Assign(empty, Type::List(Type::String())));
  EXPECT_EQ(inference.Substitute(empty, false), Type::List(Type::String()));
  EXPECT_FALSE(inference.Assign(empty, Type::List(Type::Int())));
  EXPECT_EQ(inference.Substitute(Type::List(inference.Fresh()), true),
            Type::List(Type::Dyn()));
}

// What did not fit has left nothing behind.
TEST(Inference, ForgetsWhatDidNotFit) {
  Inference inference(Profile::kCel);
  const Type a = inference.Fresh();
  EXPECT_FALSE(
      inference.AssignAll({Type::Int(), Type::String()}, {a, a}, false));
  EXPECT_TRUE(inference.AssignAll({Type::Bool(), Type::Bool()}, {a, a}, false));
  EXPECT_EQ(inference.Substitute(a, false), Type::Bool());
}

TEST(Inference, APartIsNotItsOwnWhole) {
  Inference inference(Profile::kCel);
  const Type a = inference.Fresh();
  EXPECT_FALSE(inference.Assign(Type::List(a), a));
}

}  // namespace
}  // namespace duban::expr
