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

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "duban/v1/ledger.pb.h"

// Of the Arrow C stream interface; duban.h has it.
struct ArrowArrayStream;

namespace duban {

class Faults;
class Pack;

namespace ledger {
struct ImportedBatch;
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
  // The past: the ledger as it was when this was its last entry, read only.
  // 0 = as it is now. Not within a batch, which was written as one
  // (ENTRY_WITHIN_BATCH), nor past the head (ENTRY_NOT_FOUND).
  uint64_t until_sequence = 0;
  // Begins with the ledger's checkpoint, if it has one that can be used, and
  // reads only what came after it. The state is the same without; but only
  // then is every entry read and checked against the chain.
  bool use_checkpoint = true;
};

struct ApplyOptions {
  // Commits the changes that are right although others are refused. The
  // receipt then has applied = true and lists the refused ones.
  bool keep_good = false;
  // Checks everything and writes nothing.
  bool dry_run = false;
  // At most so many threads work on columns of records (PutColumns). What
  // comes out does not depend on it.
  int threads = 1;
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
      std::unique_ptr<journal::Journal> journal, bool use_checkpoint = true);
  ~Ledger();

  // Fails only where the journal does; then nothing was written. A batch that
  // is refused gives a receipt with applied = false that lists every refused
  // change with its index, field and reason.
  absl::StatusOr<v1::Receipt> Apply(const v1::Batch& batch,
                                    const ApplyOptions& options = {});

  // Several batches, each whole or not at all by itself, each checked against
  // what those before it did, and all that were accepted made durable at once:
  // the disk is waited for once, not once a batch. A receipt for each; its
  // head is that of the ledger after all of them. Where the journal fails,
  // none of them was written.
  absl::StatusOr<std::vector<v1::Receipt>> ApplyAll(
      absl::Span<const v1::Batch> batches, const ApplyOptions& options = {});

  // Adopts the pack, unless it is this very one that is in force.
  absl::StatusOr<v1::Receipt> Adopt(const Pack& pack);

  // A folder of CSV tables (docs/tables.md), as one batch; with `adopt`, the
  // pack is adopted in the same batch. Faults name file, row and column. Every
  // bad row of every file is listed. Rows that the ledger holds just so
  // already are not written again.
  absl::StatusOr<v1::Receipt> Import(const std::string& folder,
                                     const ApplyOptions& options = {},
                                     const Pack* adopt = nullptr);

  // A table of Arrow (docs/tables.md#arrow) as one batch; `table` is its name,
  // "activities" or 活动. The stream is read to its end and released, whatever
  // comes of it. Faults name the table, row and column, as above.
  absl::StatusOr<v1::Receipt> ImportArrow(const std::string& table,
                                          ArrowArrayStream* stream,
                                          const ApplyOptions& options = {});

  // Reads what other processes have written since, and leaves out what was
  // taken back where the journal is part of another's transaction. Apply does
  // so by itself.
  absl::Status Refresh();

  // Keeps what the ledger holds now beside its entries, so that opening it
  // reads only those that come later; an older checkpoint is replaced. Takes
  // about as much memory again as the ledger does. UNIMPLEMENTED, reason
  // CHECKPOINT_NOT_OFFERED, in memory and over a journal of the host's own.
  absl::Status WriteCheckpoint();
  // Loses nothing.
  absl::Status DropCheckpoint();

  LedgerView View();
  v1::LedgerHead head() const;

 private:
  struct Rep;
  // Applies what was read; *faults has what could not be.
  absl::StatusOr<v1::Receipt> ApplyImported(
      const ledger::ImportedBatch& imported, const ApplyOptions& options,
      Faults* faults);

  explicit Ledger(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

struct ExportOptions {
  // Names of tables, of either language; none = all, with what was voided,
  // what became of organizations, and the adopted packs.
  std::vector<std::string> tables;
  // Headings and words in Chinese.
  bool chinese = false;
  // Instead of UTF-8.
  bool gb18030 = false;
  // What the schema marks as sensitive, or of minors, as it is. Without it the
  // folder cannot be imported again.
  bool unmasked = false;
};

struct ExportReport {
  uint64_t files = 0;
  uint64_t records = 0;
};

// Writes what the ledger holds into a folder of CSV tables (docs/tables.md),
// whole or not at all; into a new folder, or an empty one. Imported into an
// empty ledger it gives the same StateDigest.
absl::StatusOr<ExportReport> Export(const LedgerView& view,
                                    const std::string& folder,
                                    const ExportOptions& options = {});

// One digest for what the ledger holds now, whatever its history: 64
// hexadecimal characters.
std::string StateDigest(const LedgerView& view);

}  // namespace duban

#endif  // DUBAN_LEDGER_H_
