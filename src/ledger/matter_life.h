// The life of a matter: which action is allowed in which state, and what it
// leads to. The table is data; a pack's workflow may replace it.
//
// A status is folded from the matter and its steps up to a day, so that the
// past can be asked about. "Overdue" and warning colours are not in it: they
// follow from a status, a due date and a day. Plain values; thread-safe.
#ifndef DUBAN_SRC_LEDGER_MATTER_LIFE_H_
#define DUBAN_SRC_LEDGER_MATTER_LIFE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/pack.pb.h"
#include "src/base/date.h"
#include "src/expr/value.h"
#include "src/pack/workflow.h"

namespace duban::ledger {

struct MatterStatus {
  v1::MatterState state = v1::LISTED;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  Date due_on;        // after extensions
  Date first_due_on;  // as promised; never changes
  Date last_step;     // day of the latest step, or of listing
  // When it came into its state, for the last time: timers of the state start
  // here, and start again whenever the state is entered again.
  Date state_since;
  std::optional<Date> progress_on;  // latest report of progress
  std::optional<Date> closed_on;
  v1::MatterState suspended_from = v1::MATTER_STATE_UNSPECIFIED;
  uint32_t lead = 0;  // id code of the person; 0 = nobody yet
  uint32_t lead_organization = 0;
  uint32_t closing_by = 0;  // who asked for closing
  int32_t urges = 0;
  int32_t escalations = 0;
  int32_t returns = 0;
  int32_t reopens = 0;
  int32_t extensions = 0;  // granted ones
  bool extension_pending = false;

  bool closed() const {
    return state == v1::WRITTEN_OFF || state == v1::ARCHIVED;
  }
  // Closed is not resolved.
  bool resolved() const { return closed() && outcome == v1::RESOLVED; }
  bool on_time() const { return closed_on && *closed_on <= due_on; }
  // Neither done nor excused, and the due day is over.
  bool overdue(Date as_of) const {
    return !closed_on && state != v1::WITHDRAWN && state != v1::SUSPENDED &&
           state != v1::DRAFT && due_on < as_of;
  }
};

// One step with the ids as codes.
struct MatterStepFacts {
  v1::MatterAction action = v1::MATTER_ACTION_UNSPECIFIED;
  Date date;
  uint32_t by = 0;
  uint32_t to = 0;
  uint32_t to_organization = 0;
  std::optional<Date> due_on;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  bool has_reason = false;
};

using pack::LifeTransition;

// The library's own table, in order of state and action.
absl::Span<const LifeTransition> DefaultLife();

// What rules a step: the table, and how many extensions are allowed.
struct LifeRules {
  absl::Span<const LifeTransition> table = DefaultLife();
  std::optional<int32_t> max_extensions;
};

// What a pack's condition says of the step. Only asked of tables with guards.
using AskGuard = std::function<expr::Value(const pack::Guard&)>;

// The first day of a matter: listed, or a draft.
struct ListingFacts {
  MatterStepFacts step;
  Date due_on;
  bool is_draft = false;
};
MatterStatus StatusWhenPut(const ListingFacts& listing);

// Where the step leads: by the first transition whose guard holds. Otherwise
// MATTER_ACTION_NOT_ALLOWED or MATTER_GUARD_FAILED.
absl::StatusOr<v1::MatterState> StateAfter(const LifeRules& rules,
                                           v1::MatterAction action,
                                           const MatterStatus& status,
                                           const AskGuard& ask);

// What the table alone does not say, of a step that is in it
// (MATTER_DUE_DATE_PASSED, VERIFIER_IS_LEAD …).
absl::Status CheckStep(const LifeRules& rules, const MatterStepFacts& step,
                       const MatterStatus& status);

// What the step does, leading to `to`. Checks nothing: of a step once taken it
// is the same whatever the rules are by now.
void FollowStep(const MatterStepFacts& step, v1::MatterState to,
                MatterStatus* status);

// All three: takes the step, or leaves *status as it was and says why not.
absl::Status TakeStep(const LifeRules& rules, const MatterStepFacts& step,
                      MatterStatus* status, const AskGuard& ask = nullptr);

std::string ZhOf(v1::MatterState state);
std::string ZhOf(v1::MatterAction action);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_MATTER_LIFE_H_
