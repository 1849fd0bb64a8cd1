#include "src/journal/host.h"

#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

constexpr absl::string_view kName = "host";

absl::Status TakenBack(const Head& seen, const Head& found) {
  return Fault("ENTRIES_TAKEN_BACK", absl::StatusCode::kAborted)
      .At(kName, 0, 0)
      .Say(absl::StrCat("第 ", seen.sequence,
                        " 条已被宿主撤回（事务回滚），现有 ", found.sequence,
                        " 条"),
           absl::StrCat("entry ", seen.sequence,
                        " was taken back by the host (its transaction was "
                        "rolled back); it stands at entry ",
                        found.sequence))
      .Hint("请从头重新读取", "read from the beginning again")
      .ToStatus();
}

}  // namespace

absl::StatusOr<Head> HostJournal::GetHead() {
  if (in_use_) return JournalInUse(kName);
  absl::StatusOr<Position> last = store_->Last();
  if (!last.ok()) return last.status();
  return last->head;
}

absl::StatusOr<Head> HostJournal::AppendAll(const Head& expected,
                                            Batches batches) {
  if (NoPayloads(batches)) return GetHead();
  if (in_use_) return JournalInUse(kName);
  if (absl::Status status = CheckPayloads(batches); !status.ok()) {
    return status;
  }
  absl::StatusOr<Position> last = store_->Last();
  if (!last.ok()) return last.status();
  if (last->head != expected) return HeadMoved(kName, expected, last->head);
  Position position = *last;
  std::vector<Entry> entries;
  Hasher hasher;
  for (const absl::Span<const std::string> payloads : batches) {
    if (!payloads.empty()) ++position.batch;
    for (const std::string& payload : payloads) {
      Head& head = position.head;
      ++head.sequence;
      head.digest = ChainDigest(&hasher, head.digest, head.sequence,
                                position.batch, payload);
      entries.push_back({head.sequence, position.batch, payload, head.digest});
    }
  }
  absl::Status status = store_->Append(expected, entries);
  if (!status.ok()) return status;
  seen_ = position;
  return position.head;
}

absl::Status HostJournal::Read(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  if (in_use_) return JournalInUse(kName);
  in_use_ = true;
  absl::Cleanup end = [this] { in_use_ = false; };
  return Follow(after, visit);
}

absl::Status HostJournal::Follow(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  absl::StatusOr<Position> last = store_->Last();
  if (!last.ok()) return last.status();
  const Head& head = last->head;
  const bool follows = after != 0 && after == seen_.head.sequence;
  if (after > head.sequence) {
    return follows ? TakenBack(seen_.head, head)
                   : EntryNotFound(kName, after, head);
  }
  ChainWalk walk(kName);
  if (after > 0) {
    absl::StatusOr<Position> start = PositionOf(after, *last);
    if (!start.ok()) return start.status();
    if (follows && start->head != seen_.head) {
      return TakenBack(seen_.head, head);
    }
    walk = ChainWalk(kName, start->head, start->batch);
  }
  if (after < head.sequence) {
    absl::Status status = store_->Read(after, [&](const Entry& entry) {
      // What came in since Last is not part of this reading.
      if (walk.head().sequence == head.sequence) return absl::OkStatus();
      absl::Status good = walk.Step(entry);
      if (good.ok()) good = visit(entry);
      if (good.ok()) seen_ = {walk.head(), walk.batch()};
      return good;
    });
    if (!status.ok()) return status;
  }
  return CheckHead(kName, *last, Position{walk.head(), walk.batch()});
}

// Mostly known already; otherwise the entry itself is read.
absl::StatusOr<Position> HostJournal::PositionOf(uint64_t sequence,
                                                 const Position& last) {
  if (last.head.sequence == sequence) return last;
  Position found;
  const absl::Status enough = absl::CancelledError();
  absl::Status status = store_->Read(sequence - 1, [&](const Entry& entry) {
    found = {{entry.sequence, entry.digest}, entry.batch};
    return enough;
  });
  if (status != enough && !status.ok()) return status;
  if (found.head.sequence == sequence) return found;
  return Broken(kName, sequence, "sequence",
                absl::StrCat("第 ", sequence, " 条缺失"),
                absl::StrCat("entry ", sequence, " is missing"));
}

}  // namespace duban::journal
