#include "src/journal/sqlite_file.h"

#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/sqlite_place.h"

namespace duban::journal {
namespace {

// SQLite keeps these texts in the file, and they must be found there byte for
// byte: a trigger, a view or a second index would change what a statement
// does.
struct Table {
  const char* name;
  const char* sql;
  bool optional = false;
};
constexpr Table kTables[] = {
    {"meta",
     "CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK (id = 1), "
     "format INTEGER NOT NULL, created_by TEXT NOT NULL)"},
    {"entry",
     "CREATE TABLE entry(sequence INTEGER PRIMARY KEY, "
     "batch INTEGER NOT NULL, payload BLOB NOT NULL, digest BLOB NOT NULL)"},
    {"head",
     "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK (id = 1), "
     "sequence INTEGER NOT NULL, batch INTEGER NOT NULL, "
     "digest BLOB NOT NULL)"},
    // Made with the first checkpoint.
    {"checkpoint", kMakeCheckpoint, true},
    {"checkpoint_piece", kMakeCheckpointPiece, true},
};

absl::Status NotALedger(absl::string_view path, absl::string_view zh,
                        absl::string_view en) {
  return Fault("NOT_A_LEDGER")
      .At(path, 0, 0)
      .Say(absl::StrCat("这不是督办台账文件：", zh),
           absl::StrCat("this is not a Duban ledger: ", en))
      .Hint("请检查路径；该文件未被改动",
            "check the path; the file was not changed")
      .ToStatus();
}

absl::Status FormatTooNew(absl::string_view path, int64_t format) {
  return Fault("LEDGER_FORMAT_TOO_NEW", absl::StatusCode::kFailedPrecondition)
      .At(path, 0, 0)
      .Say(absl::StrCat("台账格式版本为 ", format, "，本程序只认到版本 ",
                        kFormatVersion),
           absl::StrCat("the ledger has format ", format,
                        "; this program reads up to format ", kFormatVersion))
      .Hint("请升级程序；该文件未被改动",
            "upgrade the program; the file was not changed")
      .ToStatus();
}

}  // namespace

bool ReadUnsigned(sqlite3_stmt* row, int column, uint64_t* value) {
  if (sqlite3_column_type(row, column) != SQLITE_INTEGER) return false;
  const int64_t found = sqlite3_column_int64(row, column);
  *value = static_cast<uint64_t>(found);
  return found >= 0;
}

bool ReadDigest(sqlite3_stmt* row, int column, Digest* digest) {
  if (sqlite3_column_type(row, column) != SQLITE_BLOB) return false;
  const void* bytes = sqlite3_column_blob(row, column);
  if (bytes == nullptr ||
      sqlite3_column_bytes(row, column) != static_cast<int>(digest->size())) {
    return false;
  }
  std::memcpy(digest->data(), bytes, digest->size());
  return true;
}

namespace {

uint32_t BigEndian(const unsigned char* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 |
         uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

bool AllZero(const unsigned char* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Open(
    absl::string_view path, const Settings& settings) {
  const bool create = settings.access == Access::kCreate;
  absl::StatusOr<bool> exists = CheckPlace(path, create);
  if (!exists.ok()) return exists.status();

  std::unique_ptr<SqliteFile> file(new SqliteFile(std::string(path), settings));
  absl::Status status;
  if (*exists) status = file->Probe(create);
  if (status.ok()) {
    status = settings.access == Access::kRead ? file->ConnectForReading()
                                              : file->Connect(settings.access);
  }
  if (status.ok() && create) status = file->Create();
  if (status.ok()) status = file->CheckIdentity();
  if (status.ok()) status = file->CheckSchema();
  if (status.ok() && (create || settings.access == Access::kReadWrite)) {
    // Only now, because it may write to the file.
    status = file->Run("PRAGMA journal_mode=WAL");
  }
  if (status.ok()) status = file->PrepareReaders();
  if (!status.ok()) return status;
  return file;
}

SqliteFile::~SqliteFile() { Close(); }

void SqliteFile::Close() {
  head_row_ = Statement();
  last_entry_ = Statement();
  entry_at_ = Statement();
  entries_from_ = Statement();
  sqlite3_close(db_);
  db_ = nullptr;
}

// Reads the file's first bytes before SQLite does anything with it: to open
// a database for writing may already roll back or merge what its owner left.
// The bytes are read through SQLite's own handle, since closing any other
// would drop the locks this process holds on the file (POSIX).
absl::Status SqliteFile::Probe(bool may_create) {
  if (absl::Status status = Connect(Access::kSnapshot); !status.ok()) {
    return status;
  }
  sqlite3_file* handle = nullptr;
  int code =
      sqlite3_file_control(db_, "main", SQLITE_FCNTL_FILE_POINTER, &handle);
  if (code != SQLITE_OK || handle == nullptr || handle->pMethods == nullptr) {
    return FaultOf(code == SQLITE_OK ? SQLITE_CANTOPEN : code);
  }
  constexpr int kHeaderSize = 100;
  unsigned char header[kHeaderSize] = {};
  sqlite3_int64 size = 0;
  code = handle->pMethods->xFileSize(handle, &size);
  if (code == SQLITE_OK && size > 0) {
    code = handle->pMethods->xRead(handle, header, kHeaderSize, 0);
  }
  if (code == SQLITE_IOERR_SHORT_READ) code = SQLITE_OK;
  if (code != SQLITE_OK) return FaultOf(code);
  Close();

  if (size == 0) {
    if (may_create) return absl::OkStatus();
    return NotALedger(path_, "文件为空", "the file is empty");
  }
  // A machine that stopped while creating the file may leave zeros, and the
  // journal with which SQLite takes them back.
  if (may_create && AllZero(header, kHeaderSize) &&
      StampOf(path_).rollback_journal) {
    return absl::OkStatus();
  }
  if (std::memcmp(header, "SQLite format 3", 16) != 0) {
    return NotALedger(path_, "不是 SQLite 数据库", "not an SQLite database");
  }
  // Offsets of the SQLite file format, section 1.3: 60 user version, 68
  // application id.
  if (BigEndian(header + 68) != kApplicationId) {
    return NotALedger(path_, "是其他程序的 SQLite 数据库",
                      "an SQLite database of another program");
  }
  const int32_t format = static_cast<int32_t>(BigEndian(header + 60));
  if (format > kFormatVersion) return FormatTooNew(path_, format);
  return absl::OkStatus();
}

absl::Status SqliteFile::Connect(Access access) {
  Close();
  std::string uri = UriOf(path_);
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  switch (access) {
    case Access::kCreate:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
    case Access::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Access::kRead:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Access::kSnapshot:
      flags |= SQLITE_OPEN_READONLY;
      uri += "?immutable=1";
      break;
  }
  const int code =
      sqlite3_open_v2(uri.c_str(), &db_, flags,
                      settings_.vfs.empty() ? nullptr : settings_.vfs.c_str());
  if (code != SQLITE_OK) return FaultOf(code);
  sqlite3_extended_result_codes(db_, 1);
  const bool writing =
      access == Access::kCreate || access == Access::kReadWrite;
  // SQLite would open a write-protected file for reading and say nothing.
  if (writing && sqlite3_db_readonly(db_, "main") != 0) {
    return FaultOf(SQLITE_READONLY);
  }
  return Configure(access);
}

absl::Status SqliteFile::ConnectForReading() {
  absl::Status status = Connect(Access::kRead);
  if (!status.ok()) return status;
  // The first statement opens the log.
  const int code = sqlite3_exec(db_, "SELECT 1 FROM sqlite_master LIMIT 1",
                                nullptr, nullptr, nullptr);
  const int kind = code & 0xff;
  if (kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY) {
    return code == SQLITE_OK ? absl::OkStatus() : FaultOf(code);
  }
  if (StampOf(path_).log_size == 0) return Connect(Access::kSnapshot);
  return Fault("JOURNAL_READ_ONLY", absl::StatusCode::kPermissionDenied)
      .At(path_, 0, 0)
      .Say(
          "台账旁还有未并入的日志文件（-wal），而所在目录不可写，无法完整"
          "读取",
          "entries are still in the log file (-wal) beside the ledger, and "
          "the directory cannot be written to, so not all can be read")
      .Hint("请将台账连同 -wal 文件复制到可写目录再读取",
            "copy the ledger together with its -wal file to a directory that "
            "can be written to")
      .ToStatus();
}

absl::Status SqliteFile::Configure(Access access) {
  // The file may come from anyone: nothing in it may run code, and a page
  // with a bad layout is an error at once.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  // A row is its payload and at most a hundred bytes more.
  sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, static_cast<int>(kMaxPayload) + 4096);
  sqlite3_busy_timeout(db_, settings_.busy_timeout_ms);
  absl::Status status =
      Run("PRAGMA cell_size_check=ON;"
          "PRAGMA mmap_size=0;"
          "PRAGMA temp_store=MEMORY;");
  if (!status.ok() || access == Access::kRead || access == Access::kSnapshot) {
    return status;
  }
  // The limit gives the log's space back after a batch of many megabytes.
  return Run(
      "PRAGMA synchronous=FULL;"
      "PRAGMA fullfsync=ON;"
      "PRAGMA wal_autocheckpoint=1000;"
      "PRAGMA journal_size_limit=16777216;");
}

// Does nothing where there are tables already; another process may have been
// quicker. In one transaction of the rollback journal, so that the file's
// header says what it is from the start, whatever stops us.
absl::Status SqliteFile::Create() {
  absl::Status status =
      Run("PRAGMA page_size=4096;"
          "PRAGMA encoding='UTF-8';"
          "PRAGMA auto_vacuum=NONE;"
          "BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  absl::StatusOr<int64_t> objects =
      Integer("SELECT count(*) FROM sqlite_master");
  if (!objects.ok() || *objects > 0) {
    Rollback();
    return objects.status();
  }
  status = Run(absl::StrCat("PRAGMA application_id=", kApplicationId,
                            ";PRAGMA user_version=", kFormatVersion)
                   .c_str());
  for (const Table& table : kTables) {
    if (status.ok() && !table.optional) status = Run(table.sql);
  }
  if (status.ok()) {
    status = Run("INSERT INTO head VALUES(1, 0, 0, zeroblob(32))");
  }
  if (status.ok()) {
    absl::StatusOr<Statement> insert =
        Prepare("INSERT INTO meta VALUES(1, ?1, ?2)");
    status = insert.status();
    if (status.ok()) {
      sqlite3_bind_int64(insert->get(), 1, kFormatVersion);
      sqlite3_bind_text64(insert->get(), 2, settings_.created_by.data(),
                          settings_.created_by.size(), SQLITE_STATIC,
                          SQLITE_UTF8);
      const int code = sqlite3_step(insert->get());
      if (code != SQLITE_DONE) status = FaultOf(code);
    }
  }
  if (status.ok()) status = Run("COMMIT");
  if (!status.ok()) Rollback();
  return status;
}

// Again what Probe saw, now behind SQLite's locks and with its log.
absl::Status SqliteFile::CheckIdentity() {
  absl::StatusOr<int64_t> application = Integer("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (static_cast<uint32_t>(*application) != kApplicationId) {
    return NotALedger(path_, "应用标识不符", "its application id differs");
  }
  absl::StatusOr<int64_t> format = Integer("PRAGMA user_version");
  if (!format.ok()) return format.status();
  if (*format > kFormatVersion) return FormatTooNew(path_, *format);
  if (*format < 1) {
    return Broken(path_, 0, "user_version",
                  absl::StrCat("文件头中的格式版本 ", *format, " 无效"),
                  absl::StrCat("the header's format version ", *format,
                               " does not exist"));
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::CheckSchema() {
  // ANALYZE leaves tables of statistics, which change no result.
  absl::StatusOr<Statement> objects = Prepare(
      "SELECT name, sql FROM sqlite_master "
      "WHERE NOT (type = 'table' AND name GLOB 'sqlite_stat*')");
  if (!objects.ok()) return objects.status();
  size_t found = 0;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(objects->get())) == SQLITE_ROW) {
    const auto text = [&](int column) {
      const void* bytes = sqlite3_column_blob(objects->get(), column);
      return absl::string_view(
          bytes == nullptr ? "" : static_cast<const char*>(bytes),
          sqlite3_column_bytes(objects->get(), column));
    };
    bool known = false;
    for (const Table& table : kTables) {
      if (text(0) != table.name || text(1) != table.sql) continue;
      known = true;
      found += table.optional ? 0 : 1;
    }
    if (!known) {
      const absl::string_view name = text(0);
      return Broken(path_, 0, "schema",
                    absl::StrCat("数据库中有不属于台账的对象“", name, "”"),
                    absl::StrCat("the database has an object that is no part "
                                 "of a ledger: \"",
                                 name, "\""));
    }
  }
  if (code != SQLITE_DONE) return FaultOf(code);
  size_t needed = 0;
  for (const Table& table : kTables) needed += table.optional ? 0 : 1;
  if (found != needed) {
    return Broken(path_, 0, "schema", "数据库中缺少台账的表",
                  "the database lacks tables of a ledger");
  }
  return absl::OkStatus();
}

absl::Status SqliteFile::PrepareReaders() {
  const auto prepare = [this](const char* sql,
                              Statement* statement) -> absl::Status {
    absl::StatusOr<Statement> prepared = Prepare(sql);
    if (!prepared.ok()) return prepared.status();
    *statement = *std::move(prepared);
    return absl::OkStatus();
  };
  absl::Status status =
      prepare("SELECT id, sequence, batch, digest FROM head", &head_row_);
  if (status.ok()) {
    status = prepare(
        "SELECT sequence, batch, digest FROM entry "
        "ORDER BY sequence DESC LIMIT 1",
        &last_entry_);
  }
  if (status.ok()) {
    status =
        prepare("SELECT sequence, batch, digest FROM entry WHERE sequence = ?1",
                &entry_at_);
  }
  if (status.ok()) {
    status = prepare(
        "SELECT sequence, batch, payload, digest FROM entry "
        "WHERE sequence >= ?1 ORDER BY sequence",
        &entries_from_);
  }
  return status;
}

absl::StatusOr<Statement> SqliteFile::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) return FaultOf(code);
  return Statement(statement);
}

absl::Status SqliteFile::Run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : FaultOf(code);
}

void SqliteFile::Rollback() {
  // Full disks and I/O errors have often ended the transaction already.
  if (db_ != nullptr && sqlite3_get_autocommit(db_) == 0) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

absl::StatusOr<int64_t> SqliteFile::Integer(const char* sql) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  const int code = sqlite3_step(statement->get());
  if (code == SQLITE_ROW) return sqlite3_column_int64(statement->get(), 0);
  return FaultOf(code == SQLITE_DONE ? SQLITE_CORRUPT : code);
}

absl::StatusOr<Position> SqliteFile::HeadRow() {
  StatementScope scope(head_row_);
  sqlite3_stmt* row = head_row_.get();
  int code = sqlite3_step(row);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return FaultOf(code);
  Position position;
  uint64_t id = 0;
  const bool good = code == SQLITE_ROW && ReadUnsigned(row, 0, &id) &&
                    id == 1 && ReadUnsigned(row, 1, &position.head.sequence) &&
                    ReadUnsigned(row, 2, &position.batch) &&
                    ReadDigest(row, 3, &position.head.digest);
  if (good) code = sqlite3_step(row);
  if (!good || code == SQLITE_ROW) {
    return Broken(path_, 0, "head", "“head”表应恰有一行有效数据，实际不是",
                  "the table \"head\" does not hold exactly one valid row");
  }
  if (code != SQLITE_DONE) return FaultOf(code);
  return position;
}

absl::StatusOr<Position> SqliteFile::LastEntry() {
  StatementScope scope(last_entry_);
  sqlite3_stmt* row = last_entry_.get();
  const int code = sqlite3_step(row);
  if (code == SQLITE_DONE) return Position{};
  if (code != SQLITE_ROW) return FaultOf(code);
  Position position;
  if (!ReadUnsigned(row, 0, &position.head.sequence) ||
      !ReadUnsigned(row, 1, &position.batch) ||
      !ReadDigest(row, 2, &position.head.digest)) {
    return Broken(path_, position.head.sequence, "digest",
                  "最后一条的编号、批次号或摘要无效",
                  "the last entry's number, batch or digest is not valid");
  }
  return position;
}

absl::StatusOr<Position> SqliteFile::PositionOf(uint64_t sequence) {
  StatementScope scope(entry_at_);
  sqlite3_stmt* row = entry_at_.get();
  sqlite3_bind_int64(row, 1, static_cast<int64_t>(sequence));
  const int code = sqlite3_step(row);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    return FaultOf(code, sequence);
  }
  Position position;
  if (code == SQLITE_DONE || !ReadUnsigned(row, 0, &position.head.sequence) ||
      !ReadUnsigned(row, 1, &position.batch) ||
      !ReadDigest(row, 2, &position.head.digest)) {
    return Broken(
        path_, sequence, "sequence",
        absl::StrCat("第 ", sequence, " 条缺失，或其批次号、摘要无效"),
        absl::StrCat("entry ", sequence,
                     " is missing, or its batch or digest is not valid"));
  }
  return position;
}

absl::Status SqliteFile::CheckHead(const Position& row,
                                   const Position& last) const {
  return journal::CheckHead(path_, row, last);
}

absl::Status SqliteFile::ReadEntry(sqlite3_stmt* row, uint64_t expected,
                                   Entry* entry) {
  const bool good = ReadUnsigned(row, 0, &entry->sequence) &&
                    ReadUnsigned(row, 1, &entry->batch) &&
                    sqlite3_column_type(row, 2) == SQLITE_BLOB &&
                    ReadDigest(row, 3, &entry->digest);
  if (!good) {
    return Broken(
        path_, expected, "entry",
        absl::StrCat("第 ", expected,
                     " 条所在行的编号、批次号、内容或摘要类型无效"),
        absl::StrCat("the row of entry ", expected,
                     " has a number, batch, payload or digest of a wrong "
                     "type or size"));
  }
  const void* bytes = sqlite3_column_blob(row, 2);
  const size_t size = static_cast<size_t>(sqlite3_column_bytes(row, 2));
  // Null stands for an empty payload, and for want of memory.
  if (bytes == nullptr && (sqlite3_errcode(db_) & 0xff) == SQLITE_NOMEM) {
    return FaultOf(SQLITE_NOMEM, expected);
  }
  entry->payload.assign(bytes == nullptr ? "" : static_cast<const char*>(bytes),
                        bytes == nullptr ? 0 : size);
  return absl::OkStatus();
}

absl::Status SqliteFile::Scan(
    ChainWalk* walk, const std::function<absl::Status(const Entry&)>& visit) {
  StatementScope scope(entries_from_);
  sqlite3_stmt* row = entries_from_.get();
  const uint64_t after = walk->head().sequence;
  // From the start it takes in numbers below 1 too, which must not be there.
  sqlite3_bind_int64(row, 1,
                     after == 0 ? std::numeric_limits<int64_t>::min()
                                : static_cast<int64_t>(after + 1));
  Entry entry;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(row)) == SQLITE_ROW) {
    absl::Status status = ReadEntry(row, walk->head().sequence + 1, &entry);
    if (status.ok()) status = walk->Step(entry);
    if (status.ok()) status = visit(entry);
    if (!status.ok()) return status;
  }
  if (code != SQLITE_DONE) return FaultOf(code, walk->head().sequence + 1);
  return absl::OkStatus();
}

}  // namespace duban::journal
