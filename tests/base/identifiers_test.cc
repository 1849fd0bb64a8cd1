#include "src/base/identifiers.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban {
namespace {

// The reason of the one fault, which must be said in both languages; "" for
// none.
std::string Reason(const absl::Status& status) {
  if (status.ok()) return "";
  const v1::ErrorList list = FaultsOf(status);
  EXPECT_EQ(list.errors_size(), 1);
  EXPECT_FALSE(list.errors(0).message().zh().empty());
  EXPECT_FALSE(list.errors(0).message().en().empty());
  EXPECT_FALSE(list.errors(0).hint().zh().empty());
  EXPECT_FALSE(list.errors(0).hint().en().empty());
  return list.errors(0).reason();
}

TEST(SocialCreditCodeTest, ValidCodes) {
  EXPECT_EQ(Reason(CheckSocialCreditCode("91350100M000100Y43")), "");
  // The sum is a multiple of 31: the check character is 0, not the 31st.
  EXPECT_EQ(Reason(CheckSocialCreditCode("123200001925412200")), "");
  EXPECT_EQ(Reason(CheckSocialCreditCode("12320000482447570Y")), "");
}

TEST(SocialCreditCodeTest, WrongCodes) {
  for (const char* code :
       {"91350100M000100Y4Z", "91350100M000100Y44", "91350100M000100Y34",
        "91350100M00100Y043", "91350100m000100Y43", "91350100M000100y43",
        "9135010OM000100Y43", "91350100I000100Y43", "", "91350100M000100Y4",
        "91350100M000100Y430", " 91350100M000100Y43", "91350100M000100Y43 ",
        "９1350100M000100Y43", "91350100M000100Y4\xFF",
        "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
        "\x80"}) {
    EXPECT_EQ(Reason(CheckSocialCreditCode(code)), "BAD_SOCIAL_CREDIT_CODE")
        << code;
  }
  EXPECT_FALSE(CheckSocialCreditCode(std::string(18, '\0')).ok());
}

// 31 is prime and no weight is a multiple of it, so one wrong character always
// shows.
TEST(SocialCreditCodeTest, EveryWrongCharacterIsDetected) {
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (const std::string code :
       {"91350100M000100Y43", "123200001925412200", "12320000482447570Y"}) {
    for (size_t i = 0; i < code.size(); ++i) {
      for (const char c : alphabet) {
        std::string changed = code;
        changed[i] = c;
        EXPECT_EQ(CheckSocialCreditCode(changed).ok(), c == code[i]) << changed;
      }
    }
  }
}

TEST(SocialCreditCodeTest, MessagesSayWhatIsWrong) {
  const auto message = [](absl::string_view code) {
    return std::string(CheckSocialCreditCode(code).message());
  };
  EXPECT_TRUE(absl::StrContains(message("91350100M000100Y4Z"),
                                "character 18 must not be 'Z'"));
  EXPECT_TRUE(absl::StrContains(message("91350100M000100Y44"),
                                "the first 17 call for '3'"));
  EXPECT_TRUE(absl::StrContains(message("91350100m000100Y43"),
                                "character 9, 'm', is a small letter"));
  EXPECT_TRUE(absl::StrContains(message("9135"), "共 4 位，须为 18 位"));
}

TEST(IdentityNumberTest, ValidNumbers) {
  EXPECT_EQ(Reason(CheckIdentityNumber("11010519491231002X")), "");
  EXPECT_EQ(Reason(CheckIdentityNumber("440524188001010014")), "");
}

TEST(IdentityNumberTest, WrongNumbers) {
  for (const char* number :
       {"110105194912310020", "110105194912310021", "11010519491231002x",
        "110105491231002", "1101051949123100", "1101051949123100200", "",
        "1101051949123100 X", "A1010519491231002X", "1101051949123100XX",
        "11010519491231002Y", "11010519491231002Ｘ", "１1010519491231002X",
        "11010519491231002\xFF", "110105194912310O2X"}) {
    EXPECT_EQ(Reason(CheckIdentityNumber(number)), "BAD_IDENTITY_NUMBER")
        << number;
  }
}

// The check character of 17 digits, by the table of GB 11643-1999.
char CheckOf(const std::string& digits) {
  constexpr int kWeights[] = {7, 9, 10, 5,  8, 4, 2, 1, 6,
                              3, 7, 9,  10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) sum += (digits[i] - '0') * kWeights[i];
  return "10X98765432"[sum % 11];
}

TEST(IdentityNumberTest, TheDateOfBirthMustExist) {
  const auto check = [](const std::string& birth) {
    const std::string digits = "110105" + birth + "002";
    return CheckIdentityNumber(digits + CheckOf(digits)).ok();
  };
  EXPECT_TRUE(check("19491231"));
  EXPECT_TRUE(check("20000229"));
  EXPECT_FALSE(check("19000229"));
  EXPECT_FALSE(check("20210229"));
  EXPECT_FALSE(check("20211301"));
  EXPECT_FALSE(check("20210001"));
  EXPECT_FALSE(check("20210431"));
  EXPECT_FALSE(check("20210400"));
  EXPECT_FALSE(check("00000101"));
}

TEST(IdentityNumberTest, EveryCheckCharacterOccursAndIsAccepted) {
  std::string seen;
  for (int order = 0; order < 1000; ++order) {
    std::string digits = "11010519491231000";
    digits[14] = static_cast<char>('0' + order / 100);
    digits[15] = static_cast<char>('0' + order / 10 % 10);
    digits[16] = static_cast<char>('0' + order % 10);
    const char check = CheckOf(digits);
    ASSERT_TRUE(CheckIdentityNumber(digits + check).ok()) << digits << check;
    if (seen.find(check) == std::string::npos) seen.push_back(check);
  }
  EXPECT_EQ(seen.size(), 11u);
}

// MOD 11-2 detects every single substitution.
TEST(IdentityNumberTest, EveryWrongCharacterIsDetected) {
  for (const std::string number :
       {"11010519491231002X", "440524188001010014"}) {
    for (size_t i = 0; i < number.size(); ++i) {
      for (const char c : std::string("0123456789X")) {
        std::string changed = number;
        changed[i] = c;
        EXPECT_EQ(CheckIdentityNumber(changed).ok(), c == number[i]) << changed;
      }
    }
  }
}

TEST(IdentityNumberTest, MessagesNeverShowTheBirthOfAPerson) {
  for (const char* number : {"110105194912310021", "110105494912310021",
                             "11010519491331002X", "11010519491231002x"}) {
    const std::string text(CheckIdentityNumber(number).ToString());
    EXPECT_FALSE(absl::StrContains(text, std::string(number).substr(6, 8)))
        << text;
    EXPECT_FALSE(absl::StrContains(text, number)) << text;
  }
  // Of a number that was cut short nothing is shown.
  EXPECT_FALSE(absl::StrContains(
      CheckIdentityNumber("1101051949123100").ToString(), "1101"));
}

TEST(MaskIdentityNumberTest, ShowsTheFirstSixAndTheLastFour) {
  EXPECT_EQ(MaskIdentityNumber("11010519491231002X"), "110105********002X");
  EXPECT_EQ(MaskIdentityNumber("110105491231002"), "***************");
  EXPECT_EQ(MaskIdentityNumber("11010519491231002XX"), "*******************");
  EXPECT_EQ(MaskIdentityNumber(""), "");
  EXPECT_EQ(MaskIdentityNumber("张三"), "**");
  // Length is counted in characters, and the result is UTF-8 whatever came.
  EXPECT_EQ(MaskIdentityNumber("11010519491231002Ｘ"), "110105********002Ｘ");
  EXPECT_TRUE(IsUtf8(MaskIdentityNumber("11010519491231002\xE4")));
  EXPECT_EQ(MaskIdentityNumber("110105\x80\x80"
                               "19491231002X"),
            std::string(20, '*'));
}

TEST(SchoolCodeTest, TenDigits) {
  EXPECT_EQ(Reason(CheckSchoolCode("4132010304")), "");
  EXPECT_EQ(Reason(CheckSchoolCode("0000000000")), "");
  for (const char* code :
       {"", "413201030", "41320103041", "413201030X", "４132010304",
        " 413201030", "4132010304 ", "12320000482447570Y"}) {
    EXPECT_EQ(Reason(CheckSchoolCode(code)), "BAD_SCHOOL_CODE") << code;
  }
}

TEST(MaskNameTest, TheFirstCharacterStays) {
  EXPECT_EQ(MaskName("张三"), "张*");
  EXPECT_EQ(MaskName("张三丰"), "张**");
  EXPECT_EQ(MaskName("𠮷田"), "𠮷*");
  EXPECT_EQ(MaskName("买买提·艾力"), "买*****");
  EXPECT_EQ(MaskName("Wang"), "W***");
  EXPECT_EQ(MaskName("王"), "王");
  EXPECT_EQ(MaskName(""), "");
  EXPECT_TRUE(IsUtf8(MaskName("\xE5\xBC\xFF")));
}

}  // namespace
}  // namespace duban
