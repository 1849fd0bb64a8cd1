#include "src/journal/verify.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/open.h"
#include "src/journal/sqlite_checkpoint.h"
#include "src/journal/sqlite_file.h"
#include "src/journal/sqlite_place.h"

namespace duban::journal {
namespace {

absl::string_view ColumnText(sqlite3_stmt* row, int column) {
  const void* bytes = sqlite3_column_blob(row, column);
  if (bytes == nullptr) return "";
  return absl::string_view(static_cast<const char*>(bytes),
                           sqlite3_column_bytes(row, column));
}

// Pages, cells, free list: the layers under the rows.
absl::Status CheckPages(SqliteFile* file) {
  absl::StatusOr<Statement> check = file->Prepare("PRAGMA integrity_check(1)");
  if (!check.ok()) return check.status();
  const int code = sqlite3_step(check->get());
  if (code != SQLITE_ROW) {
    return file->FaultOf(code == SQLITE_DONE ? SQLITE_CORRUPT : code);
  }
  const absl::string_view found = ColumnText(check->get(), 0);
  if (found == "ok") return absl::OkStatus();
  return Broken(file->path(), 0, "integrity_check",
                absl::StrCat("SQLite 完整性检查未通过：", found),
                absl::StrCat("SQLite's integrity check failed: ", found));
}

absl::Status CheckMeta(SqliteFile* file) {
  absl::StatusOr<Statement> meta =
      file->Prepare("SELECT id, format, created_by FROM meta");
  if (!meta.ok()) return meta.status();
  sqlite3_stmt* row = meta->get();
  int code = sqlite3_step(row);
  const bool good = code == SQLITE_ROW && sqlite3_column_int64(row, 0) == 1 &&
                    sqlite3_column_type(row, 1) == SQLITE_INTEGER &&
                    sqlite3_column_int64(row, 1) == kFormatVersion &&
                    sqlite3_column_type(row, 2) == SQLITE_TEXT;
  if (good) code = sqlite3_step(row);
  if (code == SQLITE_DONE && good) return absl::OkStatus();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return file->FaultOf(code);
  return Broken(file->path(), 0, "meta", "“meta”表应恰有一行有效数据，实际不是",
                "the table \"meta\" does not hold exactly one valid row");
}

absl::Status CheckChain(SqliteFile* file, const VerifyOptions& options,
                        VerifyReport* report) {
  absl::StatusOr<Position> row = file->HeadRow();
  ChainWalk walk(file->path());
  bool known = options.known_head && *options.known_head == Digest{};
  absl::Status status = file->Scan(&walk, [&](const Entry& entry) {
    if (options.known_head && entry.digest == *options.known_head) {
      known = true;
      report->known_sequence = entry.sequence;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (!row.ok()) return row.status();
  status = file->CheckHead(*row, Position{walk.head(), walk.batch()});
  if (!status.ok()) return status;
  report->entries = walk.head().sequence;
  report->batches = walk.batch();
  report->head = walk.head();
  if (!options.known_head || known) return absl::OkStatus();
  return HeadNotFound(file->path(), *options.known_head, report->entries);
}

void ReportCheckpoint(
    const absl::StatusOr<std::optional<Checkpoint>>& checkpoint,
    VerifyReport* report) {
  report->checkpoint_fault = checkpoint.status();
  if (checkpoint.ok() && *checkpoint) {
    report->checkpoint = (*checkpoint)->at.head;
  }
}

// Of a store that is not a file: the rows alone.
absl::StatusOr<VerifyReport> VerifyRows(Journal* journal,
                                        absl::string_view name,
                                        const VerifyOptions& options) {
  VerifyReport report;
  bool known = !options.known_head || *options.known_head == Digest{};
  absl::Status status = journal->Read(0, [&](const Entry& entry) {
    if (options.known_head && entry.digest == *options.known_head) {
      known = true;
      report.known_sequence = entry.sequence;
    }
    report.entries = entry.sequence;
    report.batches = entry.batch;
    report.head = {entry.sequence, entry.digest};
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  ReportCheckpoint(journal->ReadCheckpoint(), &report);
  if (known) return report;
  return HeadNotFound(name, *options.known_head, report.entries);
}

absl::StatusOr<VerifyReport> VerifyAs(Access access, absl::string_view path,
                                      const VerifyOptions& options) {
  SqliteFile::Settings settings;
  settings.access = access;
  settings.vfs = options.vfs;
  absl::StatusOr<std::unique_ptr<SqliteFile>> opened =
      SqliteFile::Open(path, settings);
  if (!opened.ok()) return opened.status();
  SqliteFile* file = opened->get();
  if (absl::Status status = file->Run("BEGIN"); !status.ok()) return status;
  absl::Cleanup end = [file] { file->Rollback(); };

  // Each goes on where the one before failed: SQLite names a page, the chain
  // names the entry.
  VerifyReport report;
  Faults faults;
  faults.Add(CheckPages(file));
  faults.Add(CheckChain(file, options, &report));
  faults.Add(CheckMeta(file));
  ReportCheckpoint(ReadCheckpoint(file), &report);
  if (absl::Status status = faults.ToStatus(); !status.ok()) return status;
  return report;
}

}  // namespace

absl::StatusOr<VerifyReport> Verify(absl::string_view path,
                                    const VerifyOptions& options) {
  if (!IsFile(path)) {
    OpenOptions open;
    open.mode = OpenOptions::Mode::kReadOnly;
    auto journal = OpenJournal(path, open);
    if (!journal.ok()) return journal.status();
    return VerifyRows(journal->get(), NameOf(path), options);
  }
  const FileStamp before = StampOf(path);
  if (!before.log && !before.rollback_journal) {
    // Nobody has it open, so no locks and no files beside it are needed. A
    // good result is good whatever happened meanwhile; a bad one only if
    // nobody came to write.
    absl::StatusOr<VerifyReport> report =
        VerifyAs(Access::kSnapshot, path, options);
    if (report.ok() || StampOf(path) == before) return report;
  }
  return VerifyAs(Access::kRead, path, options);
}

}  // namespace duban::journal
