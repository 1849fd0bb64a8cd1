// What a ledger keeps in a checkpoint: its keys, and its state.
//
// Bytes to values and back; where they are kept is the journal's business.
// Whoever can write to the journal's store can write a checkpoint as well, so
// one is as much to be trusted as the store. Functions, thread-safe.
#ifndef DUBAN_SRC_LEDGER_CHECKPOINT_H_
#define DUBAN_SRC_LEDGER_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/journal/journal.h"
#include "src/ledger/state.h"

namespace duban::ledger {

// The change that a key was given to.
struct SeenKey {
  uint64_t sequence;
  Digest command;
};
using SeenKeys = HashMap<std::string, SeenKey>;

struct Remembered {
  State state;
  SeenKeys keys;
};

// The same state and keys give the same bytes.
absl::StatusOr<journal::Checkpoint> MakeCheckpoint(const journal::Position& at,
                                                   const State& state,
                                                   const SeenKeys& keys);
// Fails with CHECKPOINT_OTHER_VERSION where another version of the engine has
// made it: what this one would make of the entries may differ. Never crashes,
// whatever the bytes are.
absl::StatusOr<Remembered> ReadCheckpoint(
    const journal::Checkpoint& checkpoint);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_CHECKPOINT_H_
