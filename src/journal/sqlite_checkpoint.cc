#include "src/journal/sqlite_checkpoint.h"

#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/journal/checkpoint.h"

namespace duban::journal {
namespace {

void BindBlob(sqlite3_stmt* row, int column, absl::string_view bytes) {
  sqlite3_bind_blob64(row, column, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void BindDigest(sqlite3_stmt* row, int column, const Digest& digest) {
  BindBlob(row, column,
           {reinterpret_cast<const char*>(digest.data()), digest.size()});
}

absl::string_view Bytes(sqlite3_stmt* row, int column) {
  const void* bytes = sqlite3_column_blob(row, column);
  if (bytes == nullptr) return "";
  return {static_cast<const char*>(bytes),
          static_cast<size_t>(sqlite3_column_bytes(row, column))};
}

absl::Status InsertPieces(SqliteFile* file, absl::string_view bytes) {
  absl::StatusOr<Statement> insert =
      file->Prepare("INSERT INTO checkpoint_piece VALUES(?1, ?2)");
  if (!insert.ok()) return insert.status();
  for (int64_t piece = 1; !bytes.empty(); ++piece) {
    StatementScope scope(*insert);
    const absl::string_view some = bytes.substr(0, kCheckpointPiece);
    sqlite3_bind_int64(insert->get(), 1, piece);
    BindBlob(insert->get(), 2, some);
    const int code = sqlite3_step(insert->get());
    if (code != SQLITE_DONE) return file->FaultOf(code);
    bytes.remove_prefix(some.size());
  }
  return absl::OkStatus();
}

absl::Status InsertRow(SqliteFile* file, const Checkpoint& checkpoint) {
  absl::StatusOr<Statement> insert = file->Prepare(
      "INSERT INTO checkpoint VALUES(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert.ok()) return insert.status();
  const Digest sha256 = CheckpointDigest(checkpoint);
  sqlite3_stmt* row = insert->get();
  sqlite3_bind_int64(row, 1, static_cast<int64_t>(checkpoint.at.head.sequence));
  sqlite3_bind_int64(row, 2, static_cast<int64_t>(checkpoint.at.batch));
  BindDigest(row, 3, checkpoint.at.head.digest);
  sqlite3_bind_int64(row, 4, checkpoint.format);
  sqlite3_bind_text64(row, 5, checkpoint.engine.data(),
                      checkpoint.engine.size(), SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_int64(row, 6, static_cast<int64_t>(checkpoint.bytes.size()));
  BindDigest(row, 7, sha256);
  const int code = sqlite3_step(row);
  return code == SQLITE_DONE ? absl::OkStatus() : file->FaultOf(code);
}

absl::StatusOr<int64_t> Tables(SqliteFile* file) {
  return file->Integer(
      "SELECT count(*) FROM sqlite_master "
      "WHERE name IN ('checkpoint', 'checkpoint_piece')");
}

// The row of `checkpoint`; false where there is none.
absl::StatusOr<bool> ReadRow(SqliteFile* file, Checkpoint* checkpoint,
                             uint64_t* size, Digest* sha256) {
  absl::StatusOr<Statement> select = file->Prepare(
      "SELECT sequence, batch, digest, format, engine, size, sha256 "
      "FROM checkpoint");
  if (!select.ok()) return select.status();
  sqlite3_stmt* row = select->get();
  int code = sqlite3_step(row);
  if (code == SQLITE_DONE) return false;
  if (code != SQLITE_ROW) return file->FaultOf(code);
  uint64_t format = 0;
  const bool good = ReadUnsigned(row, 0, &checkpoint->at.head.sequence) &&
                    ReadUnsigned(row, 1, &checkpoint->at.batch) &&
                    ReadDigest(row, 2, &checkpoint->at.head.digest) &&
                    ReadUnsigned(row, 3, &format) && format <= UINT32_MAX &&
                    sqlite3_column_type(row, 4) == SQLITE_TEXT &&
                    ReadUnsigned(row, 5, size) && ReadDigest(row, 6, sha256);
  if (!good) {
    return CheckpointBroken(file->path(), "其行无效", "its row is not valid");
  }
  checkpoint->format = static_cast<uint32_t>(format);
  checkpoint->engine = std::string(Bytes(row, 4));
  return true;
}

absl::Status ReadPieces(SqliteFile* file, uint64_t size, std::string* bytes) {
  absl::StatusOr<Statement> select =
      file->Prepare("SELECT piece, bytes FROM checkpoint_piece ORDER BY piece");
  if (!select.ok()) return select.status();
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(select->get())) == SQLITE_ROW) {
    const absl::string_view piece = Bytes(select->get(), 1);
    if (piece.size() > size - bytes->size()) break;
    bytes->append(piece.data(), piece.size());
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) return file->FaultOf(code);
  if (code == SQLITE_DONE && bytes->size() == size) return absl::OkStatus();
  return CheckpointBroken(file->path(), "字节数不符", "its size differs");
}

}  // namespace

absl::Status WriteCheckpoint(SqliteFile* file, const Checkpoint& checkpoint) {
  absl::Status status = file->Run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  absl::Cleanup end = [file] { file->Rollback(); };
  status = CheckCovers(file->path(), checkpoint.at,
                       file->PositionOf(checkpoint.at.head.sequence));
  if (!status.ok()) return status;
  const absl::StatusOr<int64_t> tables = Tables(file);
  if (!tables.ok()) return tables.status();
  if (*tables > 0) {
    status = file->Run(
        "DROP TABLE IF EXISTS checkpoint;"
        "DROP TABLE IF EXISTS checkpoint_piece");
  }
  if (status.ok()) status = file->Run(kMakeCheckpoint);
  if (status.ok()) status = file->Run(kMakeCheckpointPiece);
  if (status.ok()) status = InsertPieces(file, checkpoint.bytes);
  if (status.ok()) status = InsertRow(file, checkpoint);
  return status.ok() ? file->Run("COMMIT") : status;
}

absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(SqliteFile* file) {
  const absl::StatusOr<int64_t> tables = Tables(file);
  if (!tables.ok()) return tables.status();
  if (*tables == 0) return std::nullopt;
  if (*tables != 2) {
    return CheckpointBroken(file->path(), "缺少它的一张表",
                            "one of its tables is missing");
  }
  Checkpoint checkpoint;
  uint64_t size = 0;
  Digest sha256{};
  const absl::StatusOr<bool> is_there =
      ReadRow(file, &checkpoint, &size, &sha256);
  if (!is_there.ok()) return is_there.status();
  if (!*is_there) return std::nullopt;
  absl::Status status =
      CheckCovers(file->path(), checkpoint.at,
                  file->PositionOf(checkpoint.at.head.sequence));
  if (status.ok()) status = ReadPieces(file, size, &checkpoint.bytes);
  if (!status.ok()) return status;
  if (CheckpointDigest(checkpoint) != sha256) {
    return CheckpointBroken(file->path(), "摘要不符", "its digest differs");
  }
  return checkpoint;
}

absl::Status DropCheckpoint(SqliteFile* file) {
  absl::Status status = file->Run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  absl::Cleanup end = [file] { file->Rollback(); };
  status = file->Run(
      "DROP TABLE IF EXISTS checkpoint;"
      "DROP TABLE IF EXISTS checkpoint_piece;"
      "COMMIT");
  return status;
}

}  // namespace duban::journal
