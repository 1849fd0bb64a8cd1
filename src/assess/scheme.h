// Scoring one scheme: metrics, criteria, the stage across subjects, totals,
// grades and roll-ups. Exact decimals throughout.
#ifndef DUBAN_SRC_ASSESS_SCHEME_H_
#define DUBAN_SRC_ASSESS_SCHEME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "src/base/diagnostic.h"
#include "src/duty/records.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::assess {

// The results that later schemes may build on, and the duties.
struct Background {
  const ledger::Facts& facts;
  const std::vector<v1::Duty>& duties;
  const std::vector<v1::SchemeResult>& earlier;
};

// A subject on its way through the scheme.
struct Scored {
  uint32_t code = 0;
  std::vector<std::optional<Decimal>> metrics;
  // By criterion; none = not applicable. First the rule's own value, after
  // the stage across subjects the points, capped.
  std::vector<std::optional<Decimal>> values;
  v1::Scorecard card;
  Decimal total;
};

struct ScoredScheme {
  DateRange period;              // of the scheme, cut to its window
  Date day;                      // the day the subjects are taken from
  std::vector<Scored> subjects;  // by id
  v1::SchemeResult result;
};

// Where records for a metric come from.
std::unique_ptr<duty::Records> RecordsFor(const Background& background,
                                          const pack::TallyRule& rule,
                                          Date day);

// Days a metric looks at.
DateRange DaysOf(const pack::MetricRule& metric, const DateRange& period);

// Evaluates everything. All failures of all subjects at once.
absl::StatusOr<ScoredScheme> ScoreScheme(const pack::SchemeRule& scheme,
                                         const Background& background);

// The stages behind it, in order.
absl::Status RankAcross(const pack::SchemeRule& scheme,
                        const ledger::Facts& facts, ScoredScheme* scored);
absl::Status AddUp(const pack::SchemeRule& scheme, const ledger::Facts& facts,
                   ScoredScheme* scored);
absl::Status SetGrades(const pack::SchemeRule& scheme,
                       const ledger::Facts& facts, ScoredScheme* scored);
absl::Status RollUp(const pack::SchemeRule& scheme, const ledger::Facts& facts,
                    ScoredScheme* scored);

// Indexes of subjects that are compared with each other: those below the same
// organization of the kind; all of them where the kind is empty. Subjects
// below none of that kind are peers of each other.
std::vector<std::vector<int>> PeerGroups(const ScoredScheme& scored,
                                         v1::SubjectKind subject,
                                         const ledger::Facts& facts,
                                         const std::string& kind);

}  // namespace duban::assess

#endif  // DUBAN_SRC_ASSESS_SCHEME_H_
