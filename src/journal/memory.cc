#include "src/journal/memory.h"

#include <iterator>
#include <utility>

#include "absl/cleanup/cleanup.h"

namespace duban::journal {

Head MemoryJournal::head() const {
  if (entries_.empty()) return Head{};
  return Head{entries_.back().sequence, entries_.back().digest};
}

absl::StatusOr<Head> MemoryJournal::GetHead() {
  if (reading_) return JournalInUse("");
  return head();
}

absl::StatusOr<Head> MemoryJournal::AppendAll(const Head& expected,
                                              Batches batches) {
  if (reading_) return JournalInUse("");
  if (NoPayloads(batches)) return head();
  if (absl::Status status = CheckPayloads(batches); !status.ok()) {
    return status;
  }
  if (head() != expected) return HeadMoved("", expected, head());
  uint64_t batch = entries_.empty() ? 0 : entries_.back().batch;
  // Built apart, so that running out of memory half-way leaves nothing.
  std::vector<Entry> added;
  Head last = expected;
  Hasher hasher;
  for (const absl::Span<const std::string> payloads : batches) {
    if (!payloads.empty()) ++batch;
    for (const std::string& payload : payloads) {
      ++last.sequence;
      last.digest =
          ChainDigest(&hasher, last.digest, last.sequence, batch, payload);
      added.push_back(Entry{last.sequence, batch, payload, last.digest});
    }
  }
  entries_.insert(entries_.end(), std::make_move_iterator(added.begin()),
                  std::make_move_iterator(added.end()));
  return last;
}

absl::Status MemoryJournal::Read(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  if (reading_) return JournalInUse("");
  if (after > entries_.size()) return EntryNotFound("", after, head());
  ChainWalk walk("");
  if (after > 0) {
    const Entry& start = entries_[after - 1];
    walk = ChainWalk("", Head{start.sequence, start.digest}, start.batch);
  }
  reading_ = true;
  absl::Cleanup done = [this] { reading_ = false; };
  absl::Status status;
  for (size_t i = after; i < entries_.size() && status.ok(); ++i) {
    status = walk.Step(entries_[i]);
    if (status.ok()) status = visit(entries_[i]);
  }
  return status;
}

}  // namespace duban::journal
