// Which of several quotas on one topic stands: the strictest that applies.
#ifndef DUBAN_SRC_DUTY_STRICTNESS_H_
#define DUBAN_SRC_DUTY_STRICTNESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "src/duty/presence.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::duty {

class Strictness {
 public:
  explicit Strictness(const ledger::Facts& facts)
      : facts_(facts), presence_(facts) {}

  // The days of the period on which the quota binds the subject: it is there,
  // below the issuer, its `who` holds, and of the topic no stricter quota
  // binds it. Rules are asked on the days on which something changed, up to
  // the day of the facts; what is to come is taken to stay as it is then, but
  // for ends that are known. *stands_for gets the ids of the quotas ruled out
  // on the last of the days.
  absl::StatusOr<DaySet> DaysOwed(const pack::QuotaRule& quota,
                                  uint32_t subject, const DateRange& days,
                                  std::vector<std::string>* stands_for);

  const Presence& presence() const { return presence_; }

 private:
  // Whether the quota is about a subject that is there on the day.
  absl::StatusOr<bool> Applies(const pack::QuotaRule& quota, uint32_t subject,
                               Date day, const DateRange& days) const;
  // Whether no other quota of the topic that applies to the subject asks for
  // more a year (with equals, the first in the pack stands).
  absl::StatusOr<bool> Stands(const pack::QuotaRule& quota, uint32_t subject,
                              Date day, const DateRange& days,
                              std::vector<std::string>* stands_for) const;
  absl::StatusOr<bool> Binds(const pack::QuotaRule& quota, uint32_t subject,
                             Date day, const DateRange& days,
                             std::vector<std::string>* stands_for) const;
  // The days after the first one of the period on which to ask again.
  std::vector<Date> DaysToAsk(const pack::QuotaRule& quota, uint32_t subject,
                              const DateRange& days);

  const ledger::Facts& facts_;
  Presence presence_;
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
