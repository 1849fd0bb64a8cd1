// The workflow of a pack: which step a matter may take in which state, under
// which condition, and how long it may stay in a state.
//
// Knows the table and compiles its guards; what a step does to a matter, and
// the table that holds where a pack has none, are the ledger's
// (ledger/matter_life.h). Immutable once compiled; thread-safe.
#ifndef DUBAN_SRC_PACK_WORKFLOW_H_
#define DUBAN_SRC_PACK_WORKFLOW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/pack.pb.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/expr/program.h"

namespace duban::pack {

struct Rules;

// A condition of a transition, as compiled and as written.
struct Guard {
  expr::Program program;
  std::string text;
};

// Slots of a guard's variables: the day of the step, the matter, the step.
inline constexpr int kGuardAsOfSlot = 0;
inline constexpr int kGuardMatterSlot = 1;
inline constexpr int kGuardStepSlot = 2;

struct LifeTransition {
  v1::MatterState from;
  v1::MatterAction action;
  // Of RESUME, unspecified: the state that the matter was suspended from.
  v1::MatterState to;
  const Guard* guard = nullptr;  // none: always
};

struct WorkflowRules {
  // Whether the pack says anything of the life of matters.
  bool is_there = false;
  // Empty = the library's own. Of rows for one state and action the first
  // whose guard holds counts.
  std::vector<LifeTransition> transitions;
  std::vector<std::unique_ptr<const Guard>> guards;
  std::optional<int32_t> max_extensions;
  std::vector<const v1::StateLimit*> limits;  // of the pack

  // Null: a matter may stay in the state as long as it likes.
  const v1::StateLimit* LimitOf(v1::MatterState state) const;
};

// The workflow of a pack that a ledger adopts, with what its guards refer to
// (codes, tables, calendar) and nothing else. Owns a copy of the pack. Null
// where the pack has no workflow, or a faulty one.
std::shared_ptr<const Rules> CompileWorkflowOf(const v1::Pack& pack,
                                               Faults* faults);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_WORKFLOW_H_
