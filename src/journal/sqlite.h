// A journal in one SQLite file: what an embedded ledger is kept in.
//
// Write-ahead log, synchronous=FULL: what Append has returned is there after
// the power fails. Several processes, and several journals in one process,
// may open one file on a local file system (not on a network share); the head
// check of Append keeps them from writing past each other. A long Read keeps
// the log from being merged meanwhile, so it grows.
//
// Knows nothing of payloads. A SqliteJournal belongs to one thread at a time
// and must not be carried across fork().
#ifndef DUBAN_SRC_JOURNAL_SQLITE_H_
#define DUBAN_SRC_JOURNAL_SQLITE_H_

#include <functional>
#include <memory>
#include <string>

#include "src/journal/journal.h"

namespace duban::journal {

struct OpenOptions {
  enum class Mode { kReadWrite, kReadOnly };

  Mode mode = Mode::kReadWrite;
  // Make a new ledger where there is no file, or an empty one. An existing
  // ledger is opened as it is. Has no meaning with kReadOnly.
  bool create = false;
  // Who made the file, for people: written to a new ledger, never read back.
  std::string engine_version;
  // How long to wait for other writers before JOURNAL_BUSY.
  int busy_timeout_ms = 5000;
  // Name of a registered SQLite VFS; empty for the default one.
  std::string vfs;
};

class SqliteJournal final : public Journal {
 public:
  // Reasons on failure:
  //   BAD_PATH, LEDGER_NOT_FOUND, DIRECTORY_NOT_FOUND, NOT_A_LEDGER
  //                            the path is wrong; the file is left alone
  //   LEDGER_FORMAT_TOO_NEW    made by a later version; left alone
  //   JOURNAL_CANNOT_OPEN, JOURNAL_READ_ONLY    permissions, media
  //   JOURNAL_BUSY, JOURNAL_DISK_FULL, JOURNAL_IO    the machine's state
  //   JOURNAL_BROKEN           damaged, or its last entries are missing
  // Opening checks the last entry against the head, not the whole chain.
  static absl::StatusOr<std::unique_ptr<SqliteJournal>> Open(
      absl::string_view path, const OpenOptions& options);
  ~SqliteJournal() override;

  absl::StatusOr<Head> GetHead() override;
  // Also JOURNAL_BUSY, JOURNAL_DISK_FULL, JOURNAL_READ_ONLY, JOURNAL_IO.
  absl::StatusOr<Head> AppendAll(const Head& expected,
                                 Batches batches) override;
  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& visit) override;
  absl::Status WriteCheckpoint(const Checkpoint& checkpoint) override;
  absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint() override;
  absl::Status DropCheckpoint() override;

 private:
  // Keeps sqlite3.h out of this header.
  struct State;
  explicit SqliteJournal(std::unique_ptr<State> state);

  absl::Status Prepare();
  absl::StatusOr<Head> Write(const Head& expected, Batches batches);
  absl::Status Follow(uint64_t after,
                      const std::function<absl::Status(const Entry&)>& visit);

  std::unique_ptr<State> state_;
};

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_SQLITE_H_
