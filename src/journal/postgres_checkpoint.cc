#include "src/journal/postgres_checkpoint.h"

#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/string_view.h"
#include "src/journal/checkpoint.h"
#include "src/journal/postgres_tables.h"

namespace duban::journal {
namespace {

// Neither refers to duban_head: that would lock the head row, for which
// writers would have to wait.
constexpr char kMakeCheckpoint[] =
    "CREATE TABLE IF NOT EXISTS duban_checkpoint("
    "ledger text PRIMARY KEY, sequence bigint NOT NULL, "
    "batch bigint NOT NULL, digest bytea NOT NULL, format bigint NOT NULL, "
    "engine text NOT NULL, size bigint NOT NULL, sha256 bytea NOT NULL)";
constexpr char kMakePiece[] =
    "CREATE TABLE IF NOT EXISTS duban_checkpoint_piece("
    "ledger text NOT NULL, piece bigint NOT NULL, bytes bytea NOT NULL, "
    "PRIMARY KEY (ledger, piece))";
// The number spells "DuBC".
constexpr char kLockMaking[] = "SELECT pg_advisory_xact_lock(1148535363)";

absl::StatusOr<bool> HasTables(PostgresConnection* connection) {
  absl::StatusOr<Rows> found = connection->Run(
      "SELECT 1 WHERE to_regclass('duban_checkpoint') IS NOT NULL "
      "AND to_regclass('duban_checkpoint_piece') IS NOT NULL");
  if (!found.ok()) return found.status();
  return found->size() > 0;
}

absl::Status MakeTables(PostgresConnection* connection) {
  absl::StatusOr<bool> there = HasTables(connection);
  if (!there.ok() || *there) return there.status();
  absl::Status status = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  if (!status.ok()) return status;
  absl::Cleanup end = [&] { connection->Rollback(); };
  for (const char* sql : {kLockMaking, kMakeCheckpoint, kMakePiece}) {
    if (status.ok()) status = connection->Do(sql);
  }
  return status.ok() ? connection->Do("COMMIT") : status;
}

// First of all: who writes a checkpoint of the same ledger at the same time
// waits here until this one is done.
absl::Status PutRow(PostgresConnection* connection, const PostgresPlace& place,
                    const Checkpoint& checkpoint) {
  const Digest sha256 = CheckpointDigest(checkpoint);
  const Parameter parameters[] = {
      Parameter::Text(place.ledger),
      Parameter::Integer(static_cast<int64_t>(checkpoint.at.head.sequence)),
      Parameter::Integer(static_cast<int64_t>(checkpoint.at.batch)),
      Parameter::Bytes(checkpoint.at.head.digest),
      Parameter::Integer(checkpoint.format),
      Parameter::Text(checkpoint.engine),
      Parameter::Integer(static_cast<int64_t>(checkpoint.bytes.size())),
      Parameter::Bytes(sha256)};
  return connection
      ->Run(
          "INSERT INTO duban_checkpoint(ledger, sequence, batch, digest, "
          "format, engine, size, sha256) "
          "VALUES($1, $2, $3, $4, $5, $6, $7, $8) "
          "ON CONFLICT (ledger) DO UPDATE SET sequence = $2, batch = $3, "
          "digest = $4, format = $5, engine = $6, size = $7, sha256 = $8",
          parameters)
      .status();
}

absl::Status PutPieces(PostgresConnection* connection,
                       const PostgresPlace& place, absl::string_view bytes) {
  const Parameter ledger[] = {Parameter::Text(place.ledger)};
  absl::Status status =
      connection
          ->Run("DELETE FROM duban_checkpoint_piece WHERE ledger = $1", ledger)
          .status();
  for (int64_t piece = 1; status.ok() && !bytes.empty(); ++piece) {
    const absl::string_view some = bytes.substr(0, kCheckpointPiece);
    const Parameter parameters[] = {Parameter::Text(place.ledger),
                                    Parameter::Integer(piece),
                                    Parameter::Bytes(some)};
    status = connection
                 ->Run(
                     "INSERT INTO duban_checkpoint_piece(ledger, piece, "
                     "bytes) VALUES($1, $2, $3)",
                     parameters)
                 .status();
    bytes.remove_prefix(some.size());
  }
  return status;
}

// False where there is none.
absl::StatusOr<bool> ReadRow(PostgresConnection* connection,
                             const PostgresPlace& place, Checkpoint* checkpoint,
                             uint64_t* size, Digest* sha256) {
  const Parameter parameters[] = {Parameter::Text(place.ledger)};
  absl::StatusOr<Rows> rows = connection->Run(
      "SELECT sequence, batch, digest, format, engine, size, sha256 "
      "FROM duban_checkpoint WHERE ledger = $1",
      parameters);
  if (!rows.ok()) return rows.status();
  if (rows->size() == 0) return false;
  uint64_t format = 0;
  const bool good = rows->Unsigned(0, 0, &checkpoint->at.head.sequence) &&
                    rows->Unsigned(0, 1, &checkpoint->at.batch) &&
                    rows->DigestAt(0, 2, &checkpoint->at.head.digest) &&
                    rows->Unsigned(0, 3, &format) && format <= UINT32_MAX &&
                    rows->Unsigned(0, 5, size) && rows->DigestAt(0, 6, sha256);
  if (!good) {
    return CheckpointBroken(place.name, "其行无效", "its row is not valid");
  }
  checkpoint->format = static_cast<uint32_t>(format);
  checkpoint->engine = std::string(rows->Bytes(0, 4));
  return true;
}

absl::Status ReadPieces(PostgresConnection* connection,
                        const PostgresPlace& place, uint64_t size,
                        std::string* bytes) {
  for (int64_t piece = 1; bytes->size() < size; ++piece) {
    const Parameter parameters[] = {Parameter::Text(place.ledger),
                                    Parameter::Integer(piece)};
    absl::StatusOr<Rows> rows = connection->Run(
        "SELECT bytes FROM duban_checkpoint_piece "
        "WHERE ledger = $1 AND piece = $2",
        parameters);
    if (!rows.ok()) return rows.status();
    if (rows->size() == 0 || rows->Bytes(0, 0).empty()) break;
    const absl::string_view some = rows->Bytes(0, 0);
    bytes->append(some.data(), some.size());
  }
  if (bytes->size() == size) return absl::OkStatus();
  return CheckpointBroken(place.name, "字节数不符", "its size differs");
}

}  // namespace

absl::Status WriteCheckpoint(PostgresConnection* connection,
                             const PostgresPlace& place,
                             const Checkpoint& checkpoint) {
  absl::StatusOr<Position> covered =
      ReadPosition(connection, place, checkpoint.at.head.sequence);
  if (!covered.ok() && connection->lost()) return covered.status();
  absl::Status status = CheckCovers(place.name, checkpoint.at, covered);
  if (status.ok()) status = MakeTables(connection);
  if (status.ok()) {
    status = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
  if (!status.ok()) return status;
  absl::Cleanup end = [&] { connection->Rollback(); };
  status = PutRow(connection, place, checkpoint);
  if (status.ok()) status = PutPieces(connection, place, checkpoint.bytes);
  return status.ok() ? connection->Do("COMMIT") : status;
}

absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(
    PostgresConnection* connection, const PostgresPlace& place) {
  absl::StatusOr<bool> there = HasTables(connection);
  if (!there.ok()) return there.status();
  if (!*there) return std::nullopt;
  absl::Status status =
      connection->Do("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (!status.ok()) return status;
  absl::Cleanup end = [&] { connection->Rollback(); };
  Checkpoint checkpoint;
  uint64_t size = 0;
  Digest sha256{};
  absl::StatusOr<bool> is_there =
      ReadRow(connection, place, &checkpoint, &size, &sha256);
  if (!is_there.ok()) return is_there.status();
  if (!*is_there) return std::nullopt;
  absl::StatusOr<Position> covered =
      ReadPosition(connection, place, checkpoint.at.head.sequence);
  if (!covered.ok() && connection->lost()) return covered.status();
  status = CheckCovers(place.name, checkpoint.at, covered);
  if (status.ok()) {
    status = ReadPieces(connection, place, size, &checkpoint.bytes);
  }
  if (!status.ok()) return status;
  if (CheckpointDigest(checkpoint) != sha256) {
    return CheckpointBroken(place.name, "摘要不符", "its digest differs");
  }
  return checkpoint;
}

absl::Status DropCheckpoint(PostgresConnection* connection,
                            const PostgresPlace& place) {
  absl::StatusOr<bool> there = HasTables(connection);
  if (!there.ok() || !*there) return there.status();
  absl::Status status = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  if (!status.ok()) return status;
  absl::Cleanup end = [&] { connection->Rollback(); };
  const Parameter parameters[] = {Parameter::Text(place.ledger)};
  for (const char* sql :
       {"DELETE FROM duban_checkpoint WHERE ledger = $1",
        "DELETE FROM duban_checkpoint_piece WHERE ledger = $1"}) {
    if (status.ok()) status = connection->Run(sql, parameters).status();
  }
  return status.ok() ? connection->Do("COMMIT") : status;
}

}  // namespace duban::journal
