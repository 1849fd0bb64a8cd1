#include "src/base/digest.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

constexpr char kOfNothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kOfAbc[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

// From the examples that NIST publishes with FIPS 180-4.
TEST(DigestTest, ExamplesOfNist) {
  EXPECT_EQ(ToHex(Sha256("")), kOfNothing);
  EXPECT_EQ(ToHex(Sha256("abc")), kOfAbc);
  EXPECT_EQ(
      ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(
      ToHex(Sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhij"
                   "klmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")),
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(ToHex(Sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(ToHex(Sha256("\xBD")),
            "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
}

TEST(HasherTest, PiecesGiveTheDigestOfTheWhole) {
  const std::string text(200, 'x');
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Hasher hasher;
    hasher.Update(text.substr(0, cut)).Update("").Update(text.substr(cut));
    ASSERT_EQ(hasher.Finish(), Sha256(text)) << cut;
  }
}

TEST(HasherTest, StartsAnewAfterFinish) {
  Hasher hasher;
  EXPECT_EQ(ToHex(hasher.Update("abc").Finish()), kOfAbc);
  EXPECT_EQ(ToHex(hasher.Finish()), kOfNothing);
  EXPECT_EQ(ToHex(hasher.Update("a").Update("bc").Finish()), kOfAbc);
}

TEST(HasherTest, NumbersAreEightBytesLowestFirst) {
  const std::string bytes("\x08\x07\x06\x05\x04\x03\x02\x81", 8);
  EXPECT_EQ(Hasher().UpdateU64(0x8102030405060708u).Finish(), Sha256(bytes));
  EXPECT_EQ(Hasher().UpdateU64(0).Finish(), Sha256(std::string(8, '\0')));
}

TEST(HasherTest, MovesWithWhatItHasSeen) {
  Hasher first;
  first.Update("ab");
  Hasher second = std::move(first);
  EXPECT_EQ(ToHex(second.Update("c").Finish()), kOfAbc);
  first = Hasher();
  EXPECT_EQ(ToHex(first.Update("abc").Finish()), kOfAbc);
}

TEST(DigestTest, HexComesRound) {
  Digest digest{};
  for (size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<uint8_t>(i * 37 + 5);
  }
  EXPECT_EQ(DigestFromHex(ToHex(digest)).value(), digest);
  EXPECT_EQ(ToHex(digest).size(), 64u);
  EXPECT_EQ(
      DigestFromHex(
          "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")
          .value(),
      Sha256("abc"));
}

TEST(DigestTest, WhatIsNotADigestIsRefused) {
  const std::string good = kOfAbc;
  std::string stray = good;
  for (const std::string& hex :
       {std::string(), good.substr(1), good + "0", good + "00",
        "0x" + good.substr(2), good.substr(0, 63) + "g", " " + good.substr(1),
        good.substr(0, 63) + "\xFF", std::string(64, '\0'),
        std::string(1000000, 'z')}) {
    const auto digest = DigestFromHex(hex);
    ASSERT_FALSE(digest.ok());
    const v1::ErrorList faults = FaultsOf(digest.status());
    ASSERT_EQ(faults.errors_size(), 1);
    EXPECT_EQ(faults.errors(0).reason(), "BAD_DIGEST");
  }
  // Every place is looked at.
  for (size_t i = 0; i < good.size(); ++i) {
    stray = good;
    stray[i] = 'g';
    EXPECT_FALSE(DigestFromHex(stray).ok()) << i;
  }
}

}  // namespace
}  // namespace duban
