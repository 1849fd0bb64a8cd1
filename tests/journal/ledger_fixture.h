// What the journal's tests share: a directory that goes away, bytes that are
// the same on every run, batches, and SQLite as a stranger would use it.
#ifndef DUBAN_TESTS_JOURNAL_LEDGER_FIXTURE_H_
#define DUBAN_TESTS_JOURNAL_LEDGER_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/v1/error.pb.h"
#include "src/journal/journal.h"
#include "src/journal/sqlite.h"

namespace duban::journal {

// In memory where the system has such a place, since the tests write much.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  const std::string& path() const { return path_; }
  std::string File(absl::string_view name) const;

 private:
  std::string path_;
};

// SplitMix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  std::string Bytes(size_t size);

 private:
  uint64_t state_;
};

std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, absl::string_view bytes);
bool Exists(const std::string& path);

// Runs SQL past the journal, as a stranger with the sqlite3 tool would. Fails
// the test where SQLite refuses.
void Sql(const std::string& path, const std::string& statements);
std::string Hex(absl::string_view bytes);
std::string Hex(const Digest& digest);

OpenOptions Creating();
OpenOptions Writing();
OpenOptions Reading();
// Fails the test, and gives null, where it cannot be opened.
std::unique_ptr<SqliteJournal> OpenOrFail(const std::string& path,
                                          const OpenOptions& options);
// Appends to whatever the head is.
absl::StatusOr<Head> AppendNext(Journal* journal,
                                const std::vector<std::string>& payloads);
std::vector<Entry> ReadAll(Journal* journal);
std::vector<std::string> Payloads(const std::vector<Entry>& entries);

// The first fault of a status; an empty one if it is OK.
v1::ErrorDetail FirstFault(const absl::Status& status);
std::string Reason(const absl::Status& status);
// Entry numbers that the status's faults name, without repetition.
std::vector<int64_t> NamedEntries(const absl::Status& status);

}  // namespace duban::journal

#endif  // DUBAN_TESTS_JOURNAL_LEDGER_FIXTURE_H_
