// What the expressions of a pack can see: the record variables (activity,
// matter, person …), their fields and the variables that are always there.
//
// Fields that are columns of a table take name, type and Chinese name from
// its schema; derived ones (matter.overdue, person.rank_level) are computed
// from facts by ledger/. Personal details that no rule may use (identity
// numbers, raters, birth dates, names of partners) are not in the vocabulary.
// All of it is constant; thread-safe.
#ifndef DUBAN_SRC_PACK_VOCABULARY_H_
#define DUBAN_SRC_PACK_VOCABULARY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/options.pb.h"
#include "duban/v1/pack.pb.h"
#include "src/expr/type.h"

namespace duban::pack {

// The kinds of record an expression can be about.
enum class Entity {
  kActivity,
  kMatter,
  kMatterList,
  kPairing,
  kSubmission,
  kRating,
  kInspection,
  kFinding,
  kIndicatorValue,
  kDuty,
  kScorecard,
  kPerson,
  kOrganization,
  kStep,
  // Of queries only; rules do not see them.
  kPost,
  kIndicator,
  kAdjustment,
  kAppeal,
};
inline constexpr int kEntityCount = 18;

// Fields that are computed rather than stored.
enum class Derived {
  kNone,
  kTags,
  kPairingKind,
  kListKind,
  kState,
  kOutcome,
  kDueOn,
  kClosed,
  kResolved,
  kClosedOn,
  kOnTime,
  kOverdue,
  kLead,
  kLeadOrganization,
  kUrges,
  kEscalations,
  kReturns,
  kReopens,
  kExtensions,
  kItems,
  kItemsClosed,
  kItemsWithDue,
  kProgressOn,
  kStateSince,
  kStateDueOn,
  kStateOverdue,
  kRectified,
  kOpened,
  kIndicatorKind,
  kTarget,
  kQualifier,
  kReached,
  kPredecessors,
  kSuccessors,
  kOrganizationKind,
  kParentKind,
  kOrganizationsAbove,
  kRoles,
  kRanks,
  kRankLevel,
  // Of duties and scorecards, which have no table.
  kQuota,
  kSubject,
  kLate,
  kPeriod,
  kFrom,
  kUntil,
  kDaysLeft,
  kNeeds,
  kNeedsMet,
  kCaughtUp,
  kMissedBefore,
  kDoneShare,
  kTimeGone,
  kWorkingDaysLeft,
  kOrganization,
  kTotal,
  kFullMark,
  kGrade,
  kVetoed,
};

struct Field {
  int column = -1;  // of the record's table; or
  Derived derived = Derived::kNone;
  std::string code_list;  // its codes come from this list
};

struct Vocabulary {
  Entity entity;
  v1::RecordKind kind;  // UNSPECIFIED for duties and scorecards
  const expr::RecordType* type;
  std::vector<Field> fields;  // parallel to type->fields()
};

const Vocabulary& VocabularyOf(Entity entity);

// The entity a tally's source counts.
Entity EntityOf(v1::Source source);
// The entity a subject is.
Entity EntityOf(v1::SubjectKind kind);

// The entity whose table it is; none where expressions do not see its records.
std::optional<Entity> EntityOf(v1::RecordKind kind);

// Slots of the variables in every expression of a pack.
inline constexpr int kAsOfSlot = 0;
inline constexpr int kPeriodFromSlot = 1;
inline constexpr int kPeriodUntilSlot = 2;
inline constexpr int kRecordSlot = 3;  // the record or the subject
inline constexpr int kFirstMetricSlot = 4;

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_VOCABULARY_H_
