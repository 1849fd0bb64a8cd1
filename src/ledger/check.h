// The invariants of a ledger: whether a change may follow what is there.
//
// Form (dates, numbers, required fields) is table/record_check's; this is
// about what records say of each other. Nothing here writes. Every refusal
// has a stable reason; docs/errors.md lists them.
#ifndef DUBAN_SRC_LEDGER_CHECK_H_
#define DUBAN_SRC_LEDGER_CHECK_H_

#include <string>
#include <utility>

#include "duban/v1/ledger.pb.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/ledger/state.h"

namespace duban::ledger {

// Records of this batch that were refused: who refers to them is told so,
// and not that they do not exist.
using Refused = HashSet<std::pair<int, std::string>>;

// The record of a change, if its command is one, and its kind.
struct RecordOf {
  const google::protobuf::Message* message = nullptr;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
};
RecordOf RecordIn(const v1::Change& change);

// Adds a fault for everything that forbids the change; `index` is its place
// in the batch.
void CheckChange(const State& state, const Refused& refused,
                 const v1::Change& change, int index, Faults* faults);

// A step with ids as codes. Unknown ids give 0.
MatterStepFacts StepFacts(const State& state, const v1::MatterStep& step);
// What listing a matter says, as the step before the first.
MatterStepFacts ListingFacts(const State& state, const v1::Matter& matter);

// The rules of steps: the library's, with the pack's limits.
LifeRules RulesOf(const State& state);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_CHECK_H_
