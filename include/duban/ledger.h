// Ledgers: what happened, append-only.
//
//   auto ledger = duban::Ledger::Open("campaign.duban", {});
//   duban::v1::Batch batch = …;
//   auto receipt = (*ledger)->Apply(batch);
//   if (!receipt->applied()) … receipt->faults() …
//
// A Ledger checks every change against what it already holds, in order, and
// commits a batch to its journal whole or not at all. One thread writes at a
// time; View() may be called between writes, and a view may then be read by
// any number of threads without locks while the ledger is written further.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_LEDGER_H_
#define DUBAN_LEDGER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "duban/v1/ledger.pb.h"

namespace duban {

class Pack;

namespace ledger {
class State;
}  // namespace ledger
namespace journal {
class Journal;
}  // namespace journal

// An immutable picture of a ledger.
using LedgerView = std::shared_ptr<const ledger::State>;

struct LedgerOptions {
  // Makes the file where there is none.
  bool create = true;
  // Opens without the right to write; works on read-only media.
  bool read_only = false;
};

struct ApplyOptions {
  // Commits the changes that are right although others are refused. The
  // receipt then has applied = true and lists the refused ones.
  bool keep_good = false;
  // Checks everything and writes nothing.
  bool dry_run = false;
};

class Ledger {
 public:
  // A SQLite file; or "postgresql://…#ledger" (src/journal/open.h), where that
  // was built in. On failure nothing was created or changed.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(
      const std::string& path, const LedgerOptions& options);
  // Gone when the object is.
  static absl::StatusOr<std::unique_ptr<Ledger>> InMemory();
  // Over any journal.
  static absl::StatusOr<std::unique_ptr<Ledger>> Over(
      std::unique_ptr<journal::Journal> journal);
  ~Ledger();

  // Fails only where the journal does; then nothing was written. A batch that
  // is refused gives a receipt with applied = false that lists every refused
  // change with its index, field and reason.
  absl::StatusOr<v1::Receipt> Apply(const v1::Batch& batch,
                                    const ApplyOptions& options = {});

  // Adopts the pack, unless it is this very one that is in force.
  absl::StatusOr<v1::Receipt> Adopt(const Pack& pack);

  // A folder of CSV tables (docs/tables.md), as one batch; with `adopt`, the
  // pack is adopted in the same batch. Faults name file, row and column. Every
  // bad row of every file is listed. Rows that the ledger holds just so
  // already are not written again.
  absl::StatusOr<v1::Receipt> Import(const std::string& folder,
                                     const ApplyOptions& options = {},
                                     const Pack* adopt = nullptr);

  // Reads what other processes have written since, and leaves out what was
  // taken back where the journal is part of another's transaction. Apply does
  // so by itself.
  absl::Status Refresh();

  LedgerView View();
  v1::LedgerHead head() const;

 private:
  struct Rep;
  explicit Ledger(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace duban

#endif  // DUBAN_LEDGER_H_
