// Copying a ledger from one journal into another: `duban copy`.
//
// The copy has the same entries, batches and digests, so the same head. What
// is read is checked on the way, and so is what was written. Where the target
// holds the beginning of the same chain already, what is lacking is added: a
// copy that was interrupted goes on, and one that is made again every night
// takes what is new.
//
// A function; the journals belong to the caller's thread.
#ifndef DUBAN_SRC_JOURNAL_COPY_H_
#define DUBAN_SRC_JOURNAL_COPY_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "src/journal/journal.h"

namespace duban::journal {

struct CopyReport {
  uint64_t entries = 0;  // that were copied now
  Head head;             // of the target
};

// FAILED_PRECONDITION, reason COPY_TARGET_DIFFERS, where the target holds
// entries that are not the beginning of `from`; it is left as it is.
absl::StatusOr<CopyReport> Copy(Journal* from, Journal* to);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_COPY_H_
