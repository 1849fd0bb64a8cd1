// The invariants of a ledger: whether a change may follow what is there.
//
// Form (dates, numbers, required fields) is table/record_check's; this is
// about what records say of each other. Nothing here writes. Every refusal
// has a stable reason; docs/errors.md lists them.
#ifndef DUBAN_SRC_LEDGER_CHECK_H_
#define DUBAN_SRC_LEDGER_CHECK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/ledger/state.h"
#include "src/table/plain_record.h"

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
std::string IdOf(const google::protobuf::Message& record);
// The record of a change that is to put one of the kind; makes it.
google::protobuf::Message* MutableRecord(v1::RecordKind kind,
                                         v1::Change* change);
// By the number of the command's field in Change; RECORD_KIND_UNSPECIFIED
// where it is no record.
v1::RecordKind RecordKindOf(int command);

// Whether nothing that all records have in common forbids the record: what it
// refers to is there, codes are codes, nothing is classified. Notes the codes
// of ids that were found on the way. False says nothing.
bool IsPlainlyRight(const State& state, v1::RecordKind kind,
                    table::PlainRecord* record);

// The same of one text that is given; `code` is set where it is an id's.
bool IsPlainlyRight(const State& state, const table::Column& column,
                    absl::string_view text, bool ascii, uint32_t* code);

// Adds a fault for everything that forbids the change; `index` is its place
// in the batch. `plainly_right`: so said IsPlainlyRight of its record.
void CheckChange(const State& state, const Refused& refused,
                 const v1::Change& change, bool plainly_right, int index,
                 Faults* faults);

// Takes out what may be so in any ledger, because one of two records was
// corrected or voided since: a pairing that ended before a visit it served, a
// rating that was voided and given again. Of what was accepted before, that is
// not asked again.
void ForgiveCorrections(Faults* faults);

// A step with ids as codes. Unknown ids give 0.
MatterStepFacts StepFacts(const State& state, const v1::MatterStep& step);
// What putting a matter says, as the step before the first.
ListingFacts FactsOfListing(const State& state, const v1::Matter& matter);

// Whose workflow rules the steps of matters of a kind; null: the library's.
const pack::Rules* LifeOf(const State& state, absl::string_view kind);

LifeRules RulesOf(const pack::Rules* life);

// Where a step leads that may be taken, by the rules of the state.
absl::StatusOr<v1::MatterState> StateAfter(const State& state, uint32_t matter,
                                           const v1::MatterStep& step);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_CHECK_H_
