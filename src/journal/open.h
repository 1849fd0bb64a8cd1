// Journals by name: a path is an SQLite file, and
//
//   postgresql://user@host:5432/database#ledger     ("postgres://" as well)
//
// a ledger in PostgreSQL, where that was built in. A file whose name begins
// so can be opened as "./postgresql:…".
//
// Knows which name means what, and nothing of the stores themselves.
// Functions, thread-safe.
#ifndef DUBAN_SRC_JOURNAL_OPEN_H_
#define DUBAN_SRC_JOURNAL_OPEN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/journal/journal.h"
#include "src/journal/sqlite.h"

namespace duban::journal {

bool IsFile(absl::string_view location);

// The location as it may be shown to people and written to logs: without
// user, password and options.
std::string NameOf(absl::string_view location);

// `vfs` is for files only. Also JOURNAL_NOT_BUILT_IN.
absl::StatusOr<std::unique_ptr<Journal>> OpenJournal(
    absl::string_view location, const OpenOptions& options);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_OPEN_H_
