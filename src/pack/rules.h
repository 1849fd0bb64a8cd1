// A pack, compiled: every expression checked and ready to run, every number
// parsed, every default filled in. What duty/ and assess/ work from.
//
// Rules are built once by Compile and never change; they point into the pack
// they were built from, which owns them.
#ifndef DUBAN_SRC_PACK_RULES_H_
#define DUBAN_SRC_PACK_RULES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "duban/v1/pack.pb.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/expr/program.h"
#include "src/pack/calendar.h"
#include "src/pack/lookup_table.h"
#include "src/pack/source.h"
#include "src/pack/vocabulary.h"
#include "src/pack/workflow.h"

namespace duban::pack {

enum class Measure {
  kCount,
  kSum,
  kAverage,
  kMin,
  kMax,
  kDistinct,
  kRatio,
  kPeriods,
};

// What is counted, for whom, how.
struct TallyRule {
  Entity entity = Entity::kActivity;
  v1::Source source = v1::ACTIVITIES;
  std::optional<expr::Program> where;
  // The expression of the measure; none for counting.
  std::optional<expr::Program> value;
  Measure measure = Measure::kCount;
  v1::Credit credit = v1::PARTICIPANTS;       // never UNSPECIFIED
  v1::SubjectKind subject = v1::EACH_PERSON;  // to whom it is credited
  std::optional<DateRange> within;
  v1::Cadence periods_every = v1::MONTH;
  int periods_at_least = 1;
  std::string scheme;  // for scorecards
  // What counted for an organization counts for its only heir as well.
  bool with_predecessors = false;

  // Whether `where` or the value reads the period's bounds, and so has to be
  // evaluated again in each.
  bool ReadsPeriod() const;
};

struct NeedRule {
  const v1::Need* message = nullptr;
  TallyRule tally;
  std::optional<Decimal> at_least;
  std::optional<Decimal> at_most;
};

struct QuotaRule {
  const v1::Quota* message = nullptr;
  std::optional<expr::Program> who;
  std::optional<expr::Program> waived_when;
  std::optional<expr::Program> not_applicable_when;
  std::vector<NeedRule> needs;
  DateRange window;
};

// A required submission.
struct RequiredRule {
  const v1::Required* message = nullptr;
  std::optional<expr::Program> who;
  DateRange window;
  std::optional<Date> due_on;  // otherwise it is due again and again
  // By which due days roll forward; null: they stay where they are. `due_on`
  // has done so already.
  const PackCalendar* rolled_by = nullptr;
};

struct MetricRule {
  const v1::Metric* message = nullptr;
  TallyRule tally;
  std::optional<Decimal> default_value;
};

struct CriterionRule {
  const v1::Criterion* message = nullptr;
  std::optional<expr::Program> applies;
  // The points themselves, or the value that is compared with the peers'.
  expr::Program program;
  std::optional<Decimal> max;
  Decimal min;
  int group = -1;
  std::vector<Decimal> rank_points;
  Decimal rank_otherwise;
};

struct GroupRule {
  const v1::Group* message = nullptr;
  std::optional<Decimal> cap;
  std::optional<Decimal> floor;
};

struct VetoRule {
  const v1::Veto* message = nullptr;
  expr::Program when;
};

struct GradeRule {
  const v1::Grade* message = nullptr;
  std::optional<Decimal> at_least;
  std::optional<Decimal> share_at_most;
};

struct SchemeRule {
  const v1::Scheme* message = nullptr;
  std::optional<expr::Program> who;
  DateRange window;
  int places = 2;
  std::vector<MetricRule> metrics;
  std::vector<GroupRule> groups;
  std::vector<CriterionRule> criteria;
  std::vector<VetoRule> vetoes;
  std::vector<GradeRule> grades;
};

struct WarningRule {
  const v1::WarningLevel* message = nullptr;
  expr::Program when;
};

// What holds of the pairings of a kind.
struct PairingRule {
  const v1::PairingRule* message = nullptr;
  // Of the holder: a person, or the organization that holds it or to which
  // the person who does belongs, as the expression speaks of the one or the
  // other.
  std::optional<expr::Program> who;
  Entity who_of = Entity::kPerson;
};

struct EscalationRule {
  const v1::Escalation* message = nullptr;
  expr::Program when;
};

struct SamplingRule {
  const v1::SamplingPlan* message = nullptr;
  std::optional<expr::Program> who;
  std::optional<Decimal> share;
  std::optional<expr::Program> teams;
};

struct CodeInfo {
  const v1::Code* code = nullptr;
};

struct Rules {
  DateRange term;
  std::unique_ptr<const PackCalendar> calendar;  // null: the pack has none
  std::vector<QuotaRule> quotas;
  std::vector<RequiredRule> required;
  std::vector<SchemeRule> schemes;
  std::vector<WarningRule> warnings;
  WorkflowRules workflow;
  std::vector<PairingRule> pairings;
  std::vector<EscalationRule> escalations;
  std::vector<SamplingRule> sampling_plans;
  std::vector<std::unique_ptr<LookupTable>> tables;
  // list id → code id → code.
  HashMap<std::string, HashMap<std::string, const v1::Code*>> codes;
  HashMap<std::string, const v1::Citation*> citations;

  const v1::Code* FindCode(absl::string_view list,
                           absl::string_view code) const;
  const SchemeRule* FindScheme(absl::string_view id) const;
  const SamplingRule* FindSamplingPlan(absl::string_view id) const;
  // The code's title, or the code itself where the list does not have it.
  v1::Text TitleOf(absl::string_view list, absl::string_view code) const;
};

// Checks the pack and compiles it. `pack` has to outlive the result; where
// there are errors the result is not to be used.
std::unique_ptr<Rules> Compile(const v1::Pack& pack, const PackSource& source,
                               Faults* faults);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_RULES_H_
