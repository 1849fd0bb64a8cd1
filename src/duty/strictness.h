// Which of several quotas on one topic stands: the strictest that applies.
#ifndef DUBAN_SRC_DUTY_STRICTNESS_H_
#define DUBAN_SRC_DUTY_STRICTNESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::duty {

class Strictness {
 public:
  explicit Strictness(const ledger::Facts& facts) : facts_(facts) {}

  // Whether the quota binds the subject: it is there, below the issuer, its
  // `who` holds, and a pairing lasts the whole period.
  absl::StatusOr<bool> Applies(const pack::QuotaRule& quota, uint32_t subject,
                               Date day, const DateRange& days) const;

  // Whether no other quota of the topic that applies to the subject asks for
  // more a year (with equals, the first in the pack stands). *stands_for gets
  // the ids of those it rules out.
  absl::StatusOr<bool> Stands(const pack::QuotaRule& quota, uint32_t subject,
                              Date day, const DateRange& days,
                              std::vector<std::string>* stands_for) const;

 private:
  const ledger::Facts& facts_;
};

// at_least times periods a year: 1 a week = 52.1775, 2 a month = 24.
Decimal AskedPerYear(const pack::QuotaRule& quota);

// Duties of a required submission (required.cc).
absl::Status ExpandRequired(const ledger::Facts& facts,
                            const pack::RequiredRule& required,
                            const std::string& only,
                            std::vector<v1::Duty>* duties);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_STRICTNESS_H_
