// Whether a ledger is whole: `duban verify`.
//
// Finds damage (a bad sector, a cut copy) and changes made past the journal.
// It cannot find what is consistently rewritten from some entry to the end,
// since the chain has no secret: for that, write the head's digest down
// somewhere else now and then, and give it here. Only reads; a ledger that no
// process has open is left without a trace.
//
// A function; thread-safe for different and for equal files.
#ifndef DUBAN_SRC_JOURNAL_VERIFY_H_
#define DUBAN_SRC_JOURNAL_VERIFY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/journal/journal.h"

namespace duban::journal {

struct VerifyOptions {
  // A head's digest that was written down earlier. It must be the digest of
  // an entry in the chain (zeros: of the empty ledger), or else the history
  // was cut or rewritten: DATA_LOSS, reason HEAD_NOT_FOUND.
  std::optional<Digest> known_head;
  // Name of a registered SQLite VFS; empty for the default one.
  std::string vfs;
};

struct VerifyReport {
  uint64_t entries = 0;
  uint64_t batches = 0;
  Head head;
  // The number of the entry whose digest is known_head; 0 if none was given.
  uint64_t known_sequence = 0;
  // The last entry that the checkpoint covers, if there is one to be used.
  std::optional<Head> checkpoint;
  // Why the checkpoint that is there is not used. The chain is right all the
  // same, and so is what is read from it.
  absl::Status checkpoint_fault;
};

// Checks the pages (SQLite's integrity_check), the chain with its numbers and
// batches, the head row, and the row of metadata. Damage is DATA_LOSS with
// reason JOURNAL_BROKEN; the status lists every fault found, and the row of
// its place is the entry's number, where it concerns one. Also fails for the
// reasons of SqliteJournal::Open. `path` may be any place that OpenJournal
// takes; of a ledger in PostgreSQL the chain, the head row and the version
// are checked, and the first fault is all there is.
absl::StatusOr<VerifyReport> Verify(absl::string_view path,
                                    const VerifyOptions& options = {});

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_VERIFY_H_
