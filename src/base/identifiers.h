// Public identifiers of mainland China: checking and masking. Each check looks
// at the string alone: whether such a body, person or school exists is not
// known here. Failures have the reasons BAD_SOCIAL_CREDIT_CODE,
// BAD_IDENTITY_NUMBER and BAD_SCHOOL_CODE; the messages about a person's
// number show it masked only.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_BASE_IDENTIFIERS_H_
#define DUBAN_SRC_BASE_IDENTIFIERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace duban {

// Unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters
// of 0-9A-Z without I O S V Z, check = (31 - sum(c_i * 3^(i-1) mod 31) mod
// 31) mod 31. Note the outer mod: a sum of zero gives check 0, which code in
// circulation often gets wrong. Lower case is refused.
absl::Status CheckSocialCreditCode(absl::string_view code);

// Citizen identity number (公民身份号码, GB 11643-1999): 17 digits and a check
// character by MOD 11-2 (ISO 7064). The birth date must exist. The address
// code is not looked up: it may be a county that was abolished since. A small
// x is refused, so that one person has one spelling.
absl::Status CheckIdentityNumber(absl::string_view number);

// "110105********002X"; everything but the first six and last four becomes
// '*'. A string of another length (in code points) is masked whole. The result
// is always UTF-8.
std::string MaskIdentityNumber(absl::string_view number);

// School code (学校（机构）标识码): ten digits.
absl::Status CheckSchoolCode(absl::string_view code);

// "张**": the first code point stays, each other becomes '*'. The result is
// always UTF-8.
std::string MaskName(absl::string_view name);

}  // namespace duban

#endif  // DUBAN_SRC_BASE_IDENTIFIERS_H_
