// Where a ledger file stands: its path, what lies beside it, and what the
// operating system says of it. Knows nothing of what is in the file.
//
// Pure functions over the file system; they change nothing and open nothing,
// for closing a file may drop the locks that this process holds on it.
#ifndef DUBAN_SRC_JOURNAL_SQLITE_PLACE_H_
#define DUBAN_SRC_JOURNAL_SQLITE_PLACE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban::journal {

// Whether there is a file. Fails where there cannot be a ledger: directories,
// devices, no such directory; and no such file unless it may be created.
absl::StatusOr<bool> CheckPlace(absl::string_view path, bool may_create);

// The path as an SQLite URI that means this file and no other: SQLite gives
// "", ":memory:" and "file:…" meanings of their own.
std::string UriOf(absl::string_view path);

// What changes when a process opens the ledger or writes to it.
struct FileStamp {
  uintmax_t size = 0;
  int64_t modified = 0;           // in the unit of the file system's clock
  uintmax_t log_size = 0;         // of "-wal"
  bool log = false;               // "-wal" exists
  bool rollback_journal = false;  // "-journal" exists

  friend bool operator==(const FileStamp& a, const FileStamp& b) {
    return a.size == b.size && a.modified == b.modified &&
           a.log_size == b.log_size && a.log == b.log &&
           a.rollback_journal == b.rollback_journal;
  }
};
FileStamp StampOf(absl::string_view path);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_SQLITE_PLACE_H_
