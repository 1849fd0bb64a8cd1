// What checkpoints have in common, wherever they are kept: their digest, the
// size of their pieces, and what is said where one cannot be used.
//
// Knows nothing of a checkpoint's bytes. Functions, thread-safe.
#ifndef DUBAN_SRC_JOURNAL_CHECKPOINT_H_
#define DUBAN_SRC_JOURNAL_CHECKPOINT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/base/digest.h"
#include "src/journal/journal.h"

namespace duban::journal {

// Stores keep the bytes in rows of this size: larger ones cost them memory.
constexpr size_t kCheckpointPiece = size_t{1} << 20;

// Over all that a checkpoint says: docs/journal-format.md.
Digest CheckpointDigest(const Checkpoint& checkpoint);

// OK, or DATA_LOSS, reason CHECKPOINT_FOREIGN.
absl::Status CheckCovers(absl::string_view file, const Position& covered,
                         const absl::StatusOr<Position>& entry);
// DATA_LOSS, reason CHECKPOINT_BROKEN.
absl::Status CheckpointBroken(absl::string_view file, absl::string_view zh,
                              absl::string_view en);
absl::Status CheckpointForeign(absl::string_view file, const Position& covered);
// UNIMPLEMENTED.
absl::Status CheckpointNotOffered();

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_CHECKPOINT_H_
