#include "src/base/identifiers.h"

#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/date.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban {
namespace {

// GB 32100-2015, table 2: the value of a character is its place here.
constexpr absl::string_view kCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
// GB 11643-1999: check characters for the sums 0 to 10 modulo 11.
constexpr absl::string_view kIdentityCheck = "10X98765432";
constexpr size_t kLongLength = 18;
constexpr size_t kSchoolCodeLength = 10;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}

absl::Status BadCreditCode(absl::string_view code, absl::string_view why_zh,
                           absl::string_view why_en) {
  const std::string found = Excerpt(code);
  return Fault("BAD_SOCIAL_CREDIT_CODE")
      .Say(absl::StrCat("“", found, "”不是统一社会信用代码：", why_zh),
           absl::StrCat("'", found,
                        "' is not a unified social credit code: ", why_en))
      .Hint("请对照登记证书核对 18 位代码",
            "compare all 18 characters with the certificate")
      .ToStatus();
}

absl::Status BadCreditCharacter(absl::string_view code, size_t index) {
  size_t end = index;
  const char32_t c = NextCodePoint(code, &end);
  const std::string shown = Excerpt(code.substr(index, end - index));
  const size_t position = CodePointCount(code.substr(0, index)) + 1;
  if (c < 0x80 && absl::ascii_islower(static_cast<unsigned char>(c))) {
    return BadCreditCode(
        code,
        absl::StrCat("第 ", position, " 位“", shown, "”是小写字母，应为大写"),
        absl::StrCat("character ", position, ", '", shown,
                     "', is a small letter and must be a capital"));
  }
  return BadCreditCode(
      code,
      absl::StrCat("第 ", position, " 位不能是“", shown,
                   "”（只用数字和除 I、O、S、V、Z 以外的大写字母）"),
      absl::StrCat("character ", position, " must not be '", shown,
                   "' (only digits and capitals other than I, O, S, V, Z)"));
}

absl::Status BadIdentity(absl::string_view number, absl::string_view why_zh,
                         absl::string_view why_en) {
  const std::string masked = Excerpt(MaskIdentityNumber(number));
  return Fault("BAD_IDENTITY_NUMBER")
      .Say(absl::StrCat("“", masked, "”不是公民身份号码：", why_zh),
           absl::StrCat("'", masked,
                        "' is not a citizen identity number: ", why_en))
      .Hint("请对照身份证核对 18 位号码",
            "compare all 18 characters with the identity card")
      .ToStatus();
}

absl::Status BadIdentityLength(absl::string_view number) {
  const size_t count = CodePointCount(number);
  if (count == 15) {
    return BadIdentity(number, "15 位的旧号码已停用，须为 18 位",
                       "numbers of 15 digits are no longer in use, it must "
                       "have 18 characters");
  }
  return BadIdentity(
      number, absl::StrCat("共 ", count, " 位，须为 18 位"),
      absl::StrCat("it has ", count, " characters and must have 18"));
}

// The check character that the first 17 digits call for.
char IdentityCheck(absl::string_view digits) {
  // Weights are 2^(17-i) modulo 11; Horner's rule needs no table of them.
  int sum = 0;
  for (char c : digits) sum = (sum * 2 + (c - '0')) % 11;
  return kIdentityCheck[static_cast<size_t>(sum * 2 % 11)];
}

}  // namespace

absl::Status CheckSocialCreditCode(absl::string_view code) {
  if (CodePointCount(code) != kLongLength) {
    const size_t count = CodePointCount(code);
    return BadCreditCode(
        code, absl::StrCat("共 ", count, " 位，须为 18 位"),
        absl::StrCat("it has ", count, " characters and must have 18"));
  }
  const size_t stray = code.find_first_not_of(kCreditAlphabet);
  if (stray != absl::string_view::npos) return BadCreditCharacter(code, stray);
  size_t sum = 0;
  size_t weight = 1;  // 3^(i-1) modulo 31
  for (char c : code.substr(0, kLongLength - 1)) {
    sum += kCreditAlphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  const char expected = kCreditAlphabet[(31 - sum % 31) % 31];
  if (code.back() != expected) {
    const std::string last(1, code.back());
    const std::string right(1, expected);
    return BadCreditCode(
        code,
        absl::StrCat("末位校验码是“", last, "”，按前 17 位应为“", right, "”"),
        absl::StrCat("its check character is '", last,
                     "', but the first 17 call for '", right, "'"));
  }
  return absl::OkStatus();
}

absl::Status CheckIdentityNumber(absl::string_view number) {
  if (CodePointCount(number) != kLongLength) return BadIdentityLength(number);
  for (size_t i = 0; i + 1 < kLongLength; ++i) {
    if (IsDigit(number[i])) continue;
    return BadIdentity(number, absl::StrCat("第 ", i + 1, " 位不是数字"),
                       absl::StrCat("character ", i + 1, " is not a digit"));
  }
  // All before it are digits of one byte each, so what is left is one
  // character.
  const absl::string_view last = number.substr(kLongLength - 1);
  if (last == "x") {
    return BadIdentity(number, "末位“x”应为大写“X”",
                       "the last character is a small x and must be X");
  }
  if (last.size() != 1 || (!IsDigit(last[0]) && last[0] != 'X')) {
    return BadIdentity(number, "末位须为数字或“X”",
                       "the last character must be a digit or X");
  }
  const std::string birth =
      absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-",
                   number.substr(12, 2));
  if (!Date::Parse(birth).ok()) {
    return BadIdentity(number, "第 7 至 14 位的出生日期不存在",
                       "characters 7 to 14, the date of birth, are no date "
                       "that exists");
  }
  if (last[0] != IdentityCheck(number.substr(0, kLongLength - 1))) {
    return BadIdentity(number, "末位校验码与前 17 位不符",
                       "its check character does not agree with the first 17");
  }
  return absl::OkStatus();
}

std::string MaskIdentityNumber(absl::string_view number) {
  constexpr size_t kShownFirst = 6;
  constexpr size_t kShownLast = 4;
  // Decoded before it is counted: bytes that are not UTF-8 must not shift what
  // is shown.
  std::u32string characters;
  for (size_t offset = 0; offset < number.size();) {
    characters.push_back(NextCodePoint(number, &offset));
  }
  const bool partly = characters.size() == kLongLength;
  std::string out;
  for (size_t i = 0; i < characters.size(); ++i) {
    const bool shown =
        partly && (i < kShownFirst || i + kShownLast >= kLongLength);
    AppendUtf8(shown ? characters[i] : U'*', &out);
  }
  return out;
}

absl::Status CheckSchoolCode(absl::string_view code) {
  bool digits = code.size() == kSchoolCodeLength;
  for (char c : code) digits = digits && IsDigit(c);
  if (digits) return absl::OkStatus();
  const std::string found = Excerpt(code);
  return Fault("BAD_SCHOOL_CODE")
      .Say(absl::StrCat("“", found, "”不是学校（机构）标识码：须为 10 位数字"),
           absl::StrCat("'", found,
                        "' is not a school code: it must be ten digits"))
      .Hint("请填教育部编制的 10 位标识码，不是统一社会信用代码",
            "give the ten-digit code of the Ministry of Education, not the "
            "unified social credit code")
      .ToStatus();
}

std::string MaskName(absl::string_view name) {
  std::string out;
  for (size_t offset = 0; offset < name.size();) {
    const bool first = offset == 0;
    const char32_t c = NextCodePoint(name, &offset);
    AppendUtf8(first ? c : U'*', &out);
  }
  return out;
}

}  // namespace duban
