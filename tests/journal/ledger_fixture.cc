#include "tests/journal/ledger_fixture.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban::journal {

ScratchDirectory::ScratchDirectory() {
  std::error_code error;
  const bool memory = std::filesystem::is_directory("/dev/shm", error);
  path_ = absl::StrCat(memory ? "/dev/shm/" : testing::TempDir(),
                       "duban-journal-XXXXXX");
  if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << path_;
  // Some tests look at it as another user.
  chmod(path_.c_str(), 0755);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string ScratchDirectory::File(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

uint64_t Numbers::Next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string Numbers::Bytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; i += 8) {
    uint64_t word = Next();
    for (size_t k = i; k < std::min(i + 8, size); ++k, word >>= 8) {
      bytes[k] = static_cast<char>(word & 0xff);
    }
  }
  return bytes;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteFile(const std::string& path, absl::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  ASSERT_TRUE(file.good()) << path;
}

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

void Sql(const std::string& path, const std::string& statements) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK) << path;
  const int code =
      sqlite3_exec(db, statements.c_str(), nullptr, nullptr, nullptr);
  EXPECT_EQ(code, SQLITE_OK) << sqlite3_errmsg(db) << ": " << statements;
  EXPECT_EQ(sqlite3_close(db), SQLITE_OK);
}

std::string Hex(absl::string_view bytes) {
  return absl::StrCat("x'", absl::BytesToHexString(bytes), "'");
}

std::string Hex(const Digest& digest) {
  return absl::StrCat("x'", ToHex(digest), "'");
}

OpenOptions Creating() {
  OpenOptions options;
  options.create = true;
  options.engine_version = "duban 1.2.3";
  return options;
}

OpenOptions Writing() { return OpenOptions{}; }

OpenOptions Reading() {
  OpenOptions options;
  options.mode = OpenOptions::Mode::kReadOnly;
  return options;
}

std::unique_ptr<SqliteJournal> OpenOrFail(const std::string& path,
                                          const OpenOptions& options) {
  absl::StatusOr<std::unique_ptr<SqliteJournal>> journal =
      SqliteJournal::Open(path, options);
  if (journal.ok()) return *std::move(journal);
  ADD_FAILURE() << journal.status();
  return nullptr;
}

absl::StatusOr<Head> AppendNext(Journal* journal,
                                const std::vector<std::string>& payloads) {
  absl::StatusOr<Head> head = journal->GetHead();
  if (!head.ok()) return head;
  return journal->Append(*head, payloads);
}

std::vector<Entry> ReadAll(Journal* journal) {
  std::vector<Entry> entries;
  const absl::Status status = journal->Read(0, [&](const Entry& entry) {
    entries.push_back(entry);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return entries;
}

std::vector<std::string> Payloads(const std::vector<Entry>& entries) {
  std::vector<std::string> payloads;
  for (const Entry& entry : entries) payloads.push_back(entry.payload);
  return payloads;
}

v1::ErrorDetail FirstFault(const absl::Status& status) {
  const v1::ErrorList faults = FaultsOf(status);
  return faults.errors().empty() ? v1::ErrorDetail() : faults.errors(0);
}

std::string Reason(const absl::Status& status) {
  return FirstFault(status).reason();
}

std::vector<int64_t> NamedEntries(const absl::Status& status) {
  std::vector<int64_t> named;
  const v1::ErrorList faults = FaultsOf(status);
  for (const v1::ErrorDetail& fault : faults.errors()) {
    const int64_t row = fault.place().row();
    if (row > 0 && (named.empty() || named.back() != row)) {
      named.push_back(row);
    }
  }
  return named;
}

}  // namespace duban::journal
