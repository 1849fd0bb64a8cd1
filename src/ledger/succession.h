// What became of organizations, and what they were made of: mergers and splits
// read both ways, and what is still open in one that has ended.
#ifndef DUBAN_SRC_LEDGER_SUCCESSION_H_
#define DUBAN_SRC_LEDGER_SUCCESSION_H_

#include <cstdint>
#include <vector>

#include "src/base/date.h"
#include "src/base/hash_map.h"
#include "src/expr/value.h"
#include "src/ledger/state.h"

namespace duban::ledger {

// Up to and on `day`, at any remove, by day and then by ids: the mergers and
// splits that led to the organization, `from` being what it was made of; and
// those that led on from it, `into` being what became of it.
std::vector<Succession> Predecessors(const State& state, uint32_t organization,
                                     Date day);
std::vector<Succession> Successors(const State& state, uint32_t organization,
                                   Date day);
// The same as ids, each once, sorted.
expr::Value PredecessorIds(const State& state, uint32_t organization, Date day);
expr::Value SuccessorIds(const State& state, uint32_t organization, Date day);

// How an organization ended; null where it did not by merging or splitting.
const Succession* EndOf(const State& state, uint32_t organization);
// The latest by which something became this organization; null: nothing did.
const Succession* LastInto(const State& state, uint32_t organization);

// Posts, pairings, people and organizations below that are open past its last
// day: the host has not moved them yet. By kind, then row. Empty where the
// organization has no last day.
struct LeftBehind {
  v1::RecordKind kind;
  uint32_t row;
};
std::vector<LeftBehind> LeftIn(const State& state, uint32_t organization);

// Who carries on what an organization did: the one that it was merged into, or
// that was its only heir.
class Heirs {
 public:
  explicit Heirs(const State& state, Date as_of);
  // Adds those to whom a deed of that day counts besides, each once: all that
  // the organizations in the list led to after it.
  void AddFor(Date day, std::vector<uint32_t>* organizations) const;

 private:
  HashMap<uint32_t, Succession> only_heir_;
};

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_SUCCESSION_H_
