#include <string>

#include "gtest/gtest.h"
#include "src/expr/library.h"
#include "src/expr/value.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

Value S(absl::string_view text) { return Value::Str(text); }

Value Called(absl::string_view name, const Value& argument,
             int64_t steps = 1000000) {
  return CallFunction(EncodingFunctions(), name, {argument}, steps);
}

TEST(EncodingFunctions, EncodeBase64) {
  EXPECT_EQ(ReasonOf(Called("base64.encode", Value::Bytes("hello"))),
            R"("aGVsbG8=")");
  EXPECT_EQ(ReasonOf(Called("base64.encode", Value::Bytes(""))), R"("")");
  EXPECT_EQ(ReasonOf(Called("base64.encode", Value::Bytes("\xFB\xFF"))),
            R"("+/8=")");
  EXPECT_EQ(ReasonOf(Called("base64.encode", S("hello"))), "NO_OVERLOAD");
}

TEST(EncodingFunctions, DecodeBase64WithAndWithoutPadding) {
  EXPECT_EQ(ReasonOf(Called("base64.decode", S("aGVsbG8="))), R"(b"hello")");
  EXPECT_EQ(ReasonOf(Called("base64.decode", S("aGVsbG8"))), R"(b"hello")");
  EXPECT_EQ(ReasonOf(Called("base64.decode", S(""))), R"(b"")");
  EXPECT_EQ(ReasonOf(Called("base64.decode", Value::Bytes("aGVsbG8="))),
            "NO_OVERLOAD");
}

TEST(EncodingFunctions, RefuseWhatIsNotBase64) {
  for (const char* text : {"aGVsbG8.", "a", "aGVsbA=", "====", "a-_b", "督办",
                           "aGVsbG8=aGVsbG8="}) {
    EXPECT_EQ(ReasonOf(Called("base64.decode", S(text))), "BAD_BASE64") << text;
  }
  const std::string nul("aGVs\0bG8=", 9);
  EXPECT_EQ(ReasonOf(Called("base64.decode", S(nul))), "BAD_BASE64");
}

TEST(EncodingFunctions, GoBackAndForth) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  const Value bytes = Value::Bytes(all);
  const Value back = Called("base64.decode", Called("base64.encode", bytes));
  EXPECT_TRUE(Equal(back, bytes));
}

TEST(EncodingFunctions, PayBeforeTheyMakeText) {
  const std::string text(6000, 'a');
  EXPECT_EQ(ReasonOf(Called("base64.encode", Value::Bytes(text), 999)),
            "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("base64.encode", Value::Bytes(text), 1000).is_string());
  EXPECT_EQ(ReasonOf(Called("base64.decode", S(text), 749)), "BUDGET_EXCEEDED");
  EXPECT_TRUE(Called("base64.decode", S(text), 750).is_bytes());
}

}  // namespace
}  // namespace duban::expr
