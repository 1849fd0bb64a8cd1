// A journal in memory: for tests, trials and ledgers that are rebuilt each
// time. It keeps the same chain as any other, so that a ledger has the same
// head wherever it is kept.
//
// Belongs to one thread at a time. What it holds is gone with it.
#ifndef DUBAN_SRC_JOURNAL_MEMORY_H_
#define DUBAN_SRC_JOURNAL_MEMORY_H_

#include <functional>
#include <string>
#include <vector>

#include "src/journal/journal.h"

namespace duban::journal {

class MemoryJournal final : public Journal {
 public:
  absl::StatusOr<Head> GetHead() override;
  absl::StatusOr<Head> AppendAll(const Head& expected,
                                 Batches batches) override;
  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& visit) override;

 private:
  Head head() const;

  std::vector<Entry> entries_;
  bool reading_ = false;
};

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_MEMORY_H_
