// Journals: where the entries of a ledger are kept and chained.
//
// A journal knows bytes only. It numbers entries from 1, keeps those of one
// append together as a batch, and chains them: each digest covers the one
// before, so that an entry cannot be changed, moved or left out without every
// later digest being wrong. What a payload means, who wrote it and whether it
// was allowed is the ledger's business.
//
// Entries are never changed or removed. Several processes may append to one
// store: who appends says which head it built on, and is refused when that
// head has moved. A Journal object belongs to one thread at a time, and a
// visitor must not call the journal that calls it.
#ifndef DUBAN_SRC_JOURNAL_JOURNAL_H_
#define DUBAN_SRC_JOURNAL_JOURNAL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/digest.h"

namespace duban::journal {

// Bytes. Larger ones are refused with reason ENTRY_TOO_LARGE: one payload is
// one change, and must fit into memory several times over.
constexpr size_t kMaxPayload = size_t{256} << 20;

// The last entry's number and digest; 0 and all zeros for an empty journal.
struct Head {
  uint64_t sequence = 0;
  Digest digest{};

  friend bool operator==(const Head& a, const Head& b) {
    return a.sequence == b.sequence && a.digest == b.digest;
  }
  friend bool operator!=(const Head& a, const Head& b) { return !(a == b); }
};

// A place in the chain: an entry's number, digest and batch.
struct Position {
  Head head;
  uint64_t batch = 0;
};

struct Entry {
  uint64_t sequence = 0;  // from 1, without gaps
  uint64_t batch = 0;     // from 1, without gaps; same for a whole batch
  std::string payload;
  Digest digest{};
};

// What was made of the entries up to one, so that opening a large ledger need
// not read them all. It is no part of the chain: without it nothing is lost.
struct Checkpoint {
  Position at;          // the last entry that it covers
  uint32_t format = 0;  // of `bytes`, which mean nothing to a journal
  std::string engine;   // that made it
  std::string bytes;
};

// SHA-256 of "duban.journal.1", the previous digest, then sequence, batch and
// size of the payload as eight little-endian bytes each, and the payload.
Digest ChainDigest(const Digest& previous, uint64_t sequence, uint64_t batch,
                   absl::string_view payload);
// The same with a hasher that is used again: half the time for short payloads.
Digest ChainDigest(Hasher* hasher, const Digest& previous, uint64_t sequence,
                   uint64_t batch, absl::string_view payload);

class Journal {
 public:
  virtual ~Journal() = default;

  virtual absl::StatusOr<Head> GetHead() = 0;

  // Appends all payloads as one batch, atomically and durably, if the head is
  // still `expected`, and returns the new head. Otherwise ABORTED, reason
  // HEAD_MOVED. No payloads: returns the head and writes nothing.
  //
  // On any failure this object, and every process reading the same store,
  // sees nothing of the batch, and the journal stays usable. There is one
  // doubt no store can lift: where the machine failed while the batch was
  // being made durable, it may be found there after a restart; then whole.
  absl::StatusOr<Head> Append(const Head& expected,
                              absl::Span<const std::string> payloads) {
    return AppendAll(expected, absl::MakeConstSpan(&payloads, 1));
  }

  // The same for several batches, all of them or none: the disk is waited for
  // once. Each keeps a number of its own; one without payloads has none.
  using Batches = absl::Span<const absl::Span<const std::string>>;
  virtual absl::StatusOr<Head> AppendAll(const Head& expected,
                                         Batches batches) = 0;

  // Calls `visit` for every entry after number `after`, in order, as they
  // stood when Read was called. Checks the chain on the way: DATA_LOSS with
  // reason JOURNAL_BROKEN and the entry's number as row. The entry `after`
  // itself is taken as it stands. Past the head: OUT_OF_RANGE, reason
  // ENTRY_NOT_FOUND. Stops with visit's error, which is returned unchanged.
  //
  // ABORTED, reason ENTRIES_TAKEN_BACK: entry `after` is no longer the one
  // that this object has given or appended, because a transaction around it
  // was rolled back. Only journals say so that live in another's transaction;
  // what was built from the entries has to be built anew.
  virtual absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& visit) = 0;

  // Keeps the checkpoint in the place of an older one, whole or not at all;
  // on failure the older one stays. CHECKPOINT_FOREIGN where no entry of the
  // chain is the one that it covers; UNIMPLEMENTED, CHECKPOINT_NOT_OFFERED,
  // where this kind of journal keeps none.
  virtual absl::Status WriteCheckpoint(const Checkpoint& checkpoint);
  // The checkpoint, if there is one and its digest is right and it covers an
  // entry of this chain. DATA_LOSS, CHECKPOINT_BROKEN, or CHECKPOINT_FOREIGN
  // where one of these is not so.
  virtual absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint();
  virtual absl::Status DropCheckpoint();
};

// Follows a chain and says where it breaks. `file` names the journal in
// faults; it may be empty.
class ChainWalk {
 public:
  explicit ChainWalk(absl::string_view file) : file_(file) {}
  // Goes on after an entry that is taken as it stands.
  ChainWalk(absl::string_view file, const Head& start, uint64_t batch)
      : file_(file), head_(start), batch_(batch) {}

  // DATA_LOSS, reason JOURNAL_BROKEN, unless this is the next entry.
  absl::Status Step(const Entry& entry);

  // Of the last good entry.
  const Head& head() const { return head_; }
  uint64_t batch() const { return batch_; }

 private:
  std::string file_;
  Head head_;
  uint64_t batch_ = 0;
  Hasher hasher_;
};

// The faults that every kind of journal has in common.
absl::Status HeadMoved(absl::string_view file, const Head& expected,
                       const Head& found);
absl::Status EntryNotFound(absl::string_view file, uint64_t sequence,
                           const Head& head);
absl::Status JournalInUse(absl::string_view file);
// DATA_LOSS unless the head that is written down is that of the last entry.
absl::Status CheckHead(absl::string_view file, const Position& written,
                       const Position& last);
// DATA_LOSS, reason HEAD_NOT_FOUND, for a chain of so many entries.
absl::Status HeadNotFound(absl::string_view file, const Digest& known,
                          uint64_t entries);
// OK, or ENTRY_TOO_LARGE for the first payload that is.
absl::Status CheckPayloads(Journal::Batches batches);
// Whether there is nothing to append.
bool NoPayloads(Journal::Batches batches);
// DATA_LOSS, reason JOURNAL_BROKEN. `sequence` 0: no entry can be named.
absl::Status Broken(absl::string_view file, uint64_t sequence,
                    absl::string_view field, absl::string_view zh,
                    absl::string_view en);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_JOURNAL_H_
