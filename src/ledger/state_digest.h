// One digest for what a ledger holds now, whatever its history.
#ifndef DUBAN_SRC_LEDGER_STATE_DIGEST_H_
#define DUBAN_SRC_LEDGER_STATE_DIGEST_H_

#include "src/base/digest.h"
#include "src/ledger/state.h"

namespace duban::ledger {

// SHA-256 over the state's tables as export writes them (English, UTF-8,
// unmasked, steps by matter), each after a line with its name, and the digests
// of the adopted packs; docs/journal-format.md has the bytes. Equal for two
// states that hold the same records, however often each was put. Thread-safe.
Digest StateDigest(const State& state);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_STATE_DIGEST_H_
