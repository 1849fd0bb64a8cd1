// Counting records for subjects: what quotas need and metrics measure.
//
// One pass over the records for all subjects and all periods. Exact: integers
// and decimals, never doubles; an overflow is an error that names the record.
#ifndef DUBAN_SRC_DUTY_TALLY_H_
#define DUBAN_SRC_DUTY_TALLY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "duban/v1/assessment.pb.h"
#include "src/base/hash_map.h"
#include "src/duty/records.h"
#include "src/pack/rules.h"

namespace duban::duty {

// What has been counted for one subject in one period.
class Amount {
 public:
  // `value` is that of the measure's expression, or null for counting. `day`
  // is the record's. Fails on overflow.
  absl::Status Add(const pack::TallyRule& rule, const expr::Value& value,
                   Date day);
  // None where there is no average, minimum, maximum or ratio of nothing.
  absl::StatusOr<std::optional<Decimal>> Value(
      const pack::TallyRule& rule) const;

 private:
  int64_t count_ = 0;
  int64_t holds_ = 0;  // for ratios
  Decimal sum_;
  std::optional<Decimal> least_;
  std::optional<Decimal> most_;
  std::set<std::string> distinct_;
  std::map<Date, int> periods_;  // by first day
};

// Whether a record of those days counts for the subject in the period.
using Admits =
    std::function<bool(uint32_t subject, int period, const DateRange& days)>;

// The amounts of a tally by subject and period.
class Tally {
 public:
  // `periods` are in order and do not overlap. Records after the day of the
  // facts do not count, nor those that `admits`, if it is there, turns down.
  // `records` is moved by the pass and must be of the rule's source.
  static absl::StatusOr<Tally> Run(const pack::TallyRule& rule,
                                   const ledger::Facts& facts, Records* records,
                                   absl::Span<const DateRange> periods,
                                   const Admits& admits = nullptr);

  // What the subject has in the period, by its code.
  absl::StatusOr<std::optional<Decimal>> ValueOf(uint32_t subject,
                                                 int period) const;
  const pack::TallyRule& rule() const { return *rule_; }

 private:
  const pack::TallyRule* rule_ = nullptr;
  HashMap<std::pair<uint32_t, int>, Amount> amounts_;
};

// The records behind one subject's amount in one period, by date and id.
absl::StatusOr<std::vector<v1::RecordRef>> RecordsBehind(
    const pack::TallyRule& rule, const ledger::Facts& facts, Records* records,
    uint32_t subject, const DateRange& period, const Admits& admits = nullptr);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_TALLY_H_
