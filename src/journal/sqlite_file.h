// A ledger file: an SQLite database of the form that docs/journal-format.md
// describes.
//
// Knows how to tell a ledger from any other file before SQLite may touch it,
// how to create one, how to open it on media that cannot be written, and what
// each failure of SQLite means to a user. It reads the file's rows for the
// journal and for the verifier alike; it does not append.
//
// Belongs to one thread at a time. Files of other programs are never changed.
#ifndef DUBAN_SRC_JOURNAL_SQLITE_FILE_H_
#define DUBAN_SRC_JOURNAL_SQLITE_FILE_H_

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/journal/journal.h"

namespace duban::journal {

// Spells "DuBJ" in the file's header, where `file` and other tools look.
constexpr uint32_t kApplicationId = 0x4475424a;
constexpr int kFormatVersion = 1;

// The tables of a checkpoint, which a ledger may lack.
constexpr char kMakeCheckpoint[] =
    "CREATE TABLE checkpoint(id INTEGER PRIMARY KEY CHECK (id = 1), "
    "sequence INTEGER NOT NULL, batch INTEGER NOT NULL, "
    "digest BLOB NOT NULL, format INTEGER NOT NULL, engine TEXT NOT NULL, "
    "size INTEGER NOT NULL, sha256 BLOB NOT NULL)";
constexpr char kMakeCheckpointPiece[] =
    "CREATE TABLE checkpoint_piece(piece INTEGER PRIMARY KEY, "
    "bytes BLOB NOT NULL)";

enum class Access {
  // An existing ledger; its directory must be writable, too.
  kReadWrite,
  // As kReadWrite, and makes a new ledger where there is no file or an empty
  // one.
  kCreate,
  // Sees what other processes append. SQLite may leave the files "-wal" and
  // "-shm" beside the ledger. On media that cannot be written it becomes
  // kSnapshot, unless that would miss entries that are still in the log.
  kRead,
  // Touches nothing but the file itself and leaves no trace, but is right
  // only while no process writes.
  kSnapshot,
};

// A prepared statement. Must not outlive its file.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  sqlite3_stmt* get() const { return statement_.get(); }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const {
      sqlite3_finalize(statement);
    }
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// Rewinds a statement at the end of the scope, so that it neither holds a
// lock nor points to bytes that are gone.
class StatementScope {
 public:
  explicit StatementScope(const Statement& statement)
      : statement_(statement.get()) {}
  ~StatementScope() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  StatementScope(const StatementScope&) = delete;
  StatementScope& operator=(const StatementScope&) = delete;

 private:
  sqlite3_stmt* statement_;
};

// A value of a row. False where its type, sign or length is another, whatever
// it would convert to.
bool ReadUnsigned(sqlite3_stmt* row, int column, uint64_t* value);
bool ReadDigest(sqlite3_stmt* row, int column, Digest* digest);

class SqliteFile {
 public:
  struct Settings {
    Access access = Access::kReadWrite;
    std::string created_by;
    std::string vfs;  // empty: SQLite's default
    int busy_timeout_ms = 5000;
  };

  static absl::StatusOr<std::unique_ptr<SqliteFile>> Open(
      absl::string_view path, const Settings& settings);
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::string& path() const { return path_; }
  sqlite3* db() const { return db_; }

  absl::StatusOr<Statement> Prepare(const char* sql);
  // Statements without results.
  absl::Status Run(const char* sql);
  // Ends the transaction, if one is still open, without its changes.
  void Rollback();

  absl::StatusOr<int64_t> Integer(const char* sql);

  // The `head` row.
  absl::StatusOr<Position> HeadRow();
  // The entry with the highest number; zeros where there is none.
  absl::StatusOr<Position> LastEntry();
  // DATA_LOSS unless the head row is the last entry's.
  absl::Status CheckHead(const Position& row, const Position& last) const;
  // Follows the chain from where `walk` stands to the last entry.
  absl::Status Scan(ChainWalk* walk,
                    const std::function<absl::Status(const Entry&)>& visit);
  // Where the chain stands at entry `sequence`, which must exist.
  absl::StatusOr<Position> PositionOf(uint64_t sequence);

  // What SQLite's result code means to the user. `sequence` is the entry at
  // hand, 0 for none. Call it before anything else is done with db().
  absl::Status FaultOf(int code, uint64_t sequence = 0) const;

 private:
  SqliteFile(std::string path, Settings settings)
      : path_(std::move(path)), settings_(std::move(settings)) {}

  absl::Status Probe(bool may_create);
  absl::Status Connect(Access access);
  absl::Status ConnectForReading();
  absl::Status Configure(Access access);
  absl::Status Create();
  absl::Status CheckIdentity();
  absl::Status CheckSchema();
  absl::Status PrepareReaders();
  absl::Status ReadEntry(sqlite3_stmt* row, uint64_t expected, Entry* entry);
  void Close();

  const std::string path_;
  const Settings settings_;
  sqlite3* db_ = nullptr;
  Statement head_row_;
  Statement last_entry_;
  Statement entry_at_;
  Statement entries_from_;
};

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_SQLITE_FILE_H_
