// A journal that the host program keeps: in its own tables, inside its own
// transactions.
//
// The host stores entries as they are given and gives them back in order; it
// computes no digest. Numbers, batches and the chain are made here, and what
// comes back is checked. A transaction of the host around an append may be
// rolled back: the next Read then finds the entries gone, and says so with
// ENTRIES_TAKEN_BACK, whereupon a Ledger builds its state anew.
//
// Knows nothing of how the host stores anything. A HostJournal belongs to one
// thread at a time; it calls the host on the thread that calls it, and on no
// other.
#ifndef DUBAN_SRC_JOURNAL_HOST_H_
#define DUBAN_SRC_JOURNAL_HOST_H_

#include <functional>
#include <memory>
#include <string>

#include "src/journal/journal.h"

namespace duban::journal {

// What the host does. Statuses that are not OK are passed on as they are.
// Must not throw, and must not call the journal or ledger that calls.
class HostStore {
 public:
  virtual ~HostStore() = default;

  // The last entry's number, digest and batch; zeros if there is none. Best
  // with a lock that lasts until the host's transaction ends.
  virtual absl::StatusOr<Position> Last() = 0;
  // Stores all entries or none, if the last one is still `expected`;
  // otherwise ABORTED. A unique index on the number is enough to tell.
  virtual absl::Status Append(const Head& expected,
                              absl::Span<const Entry> entries) = 0;
  // Gives each entry after number `after` to `put`, in order, and stops with
  // its error.
  virtual absl::Status Read(
      uint64_t after, const std::function<absl::Status(const Entry&)>& put) = 0;
};

class HostJournal final : public Journal {
 public:
  explicit HostJournal(std::shared_ptr<HostStore> store)
      : store_(std::move(store)) {}

  absl::StatusOr<Head> GetHead() override;
  absl::StatusOr<Head> AppendAll(const Head& expected,
                                 Batches batches) override;
  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& visit) override;

 private:
  absl::StatusOr<Position> PositionOf(uint64_t sequence, const Position& last);
  absl::Status Follow(uint64_t after,
                      const std::function<absl::Status(const Entry&)>& visit);

  std::shared_ptr<HostStore> store_;
  Position seen_;  // the last entry that was given out or appended
  bool in_use_ = false;
};

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_HOST_H_
