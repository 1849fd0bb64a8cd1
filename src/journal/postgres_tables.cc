#include "src/journal/postgres_tables.h"

#include <algorithm>
#include <limits>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

constexpr uint64_t kFormat = 1;

constexpr char kMakeHead[] =
    "CREATE TABLE IF NOT EXISTS duban_head("
    "ledger text PRIMARY KEY, sequence bigint NOT NULL, "
    "batch bigint NOT NULL, digest bytea NOT NULL, created_by text NOT NULL)";
constexpr char kMakeEntry[] =
    "CREATE TABLE IF NOT EXISTS duban_entry("
    "ledger text NOT NULL REFERENCES duban_head, sequence bigint NOT NULL, "
    "batch bigint NOT NULL, payload bytea NOT NULL, digest bytea NOT NULL, "
    "PRIMARY KEY (ledger, sequence))";
constexpr char kMakeMeta[] =
    "CREATE TABLE IF NOT EXISTS duban_meta("
    "id bigint PRIMARY KEY CHECK (id = 1), format bigint NOT NULL)";
constexpr char kFillMeta[] =
    "INSERT INTO duban_meta VALUES(1, 1) ON CONFLICT DO NOTHING";

// Making tables at the same time would fail for one of two processes. The
// number spells "DuBJ", as in the header of a ledger file.
constexpr char kLockMaking[] = "SELECT pg_advisory_xact_lock(1148535370)";

// Rows of a page are held in memory, by the server and here.
constexpr char kPage[] =
    "SELECT sequence, batch, payload, digest FROM ("
    "SELECT page.*, sum(octet_length(payload)) OVER (ORDER BY sequence) "
    "AS bytes FROM ("
    "SELECT sequence, batch, payload, digest FROM duban_entry "
    "WHERE ledger = $1 AND sequence >= $2 AND sequence <= $3 "
    "ORDER BY sequence LIMIT 1000) page) sized "
    "WHERE bytes <= 8388608 OR bytes = octet_length(payload) "
    "ORDER BY sequence";

// One INSERT carries as much, so that a batch of thousands takes few trips.
constexpr size_t kChunkBytes = size_t{8} << 20;
constexpr int kChunkEntries = 1000;

bool ReadPositionAt(const Rows& rows, int first, Position* position) {
  return rows.Unsigned(0, first, &position->head.sequence) &&
         rows.Unsigned(0, first + 1, &position->batch) &&
         rows.DigestAt(0, first + 2, &position->head.digest);
}

absl::Status BadHead(const PostgresPlace& place) {
  return Broken(place.name, 0, "head", "“duban_head”中该台账的行无效或缺失",
                "the ledger's row in \"duban_head\" is not valid or missing");
}

absl::Status NoLedger(const PostgresPlace& place) {
  return Fault("LEDGER_NOT_FOUND", absl::StatusCode::kNotFound)
      .At(place.name, 0, 0)
      .Say(absl::StrCat("数据库中没有台账“", place.ledger, "”"),
           absl::StrCat("the database has no ledger '", place.ledger, "'"))
      .Hint("请检查台账名与 search_path", "check its name and search_path")
      .ToStatus();
}

absl::Status MakeTables(PostgresConnection* connection) {
  absl::Status status = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  if (!status.ok()) return status;
  absl::Cleanup end = [&] { connection->Rollback(); };
  for (const char* sql :
       {kLockMaking, kMakeHead, kMakeEntry, kMakeMeta, kFillMeta}) {
    if (status.ok()) status = connection->Do(sql);
  }
  return status.ok() ? connection->Do("COMMIT") : status;
}

absl::Status CheckFormat(PostgresConnection* connection,
                         const PostgresPlace& place) {
  absl::StatusOr<Rows> rows =
      connection->Run("SELECT format FROM duban_meta WHERE id = 1");
  if (!rows.ok()) return rows.status();
  uint64_t format = 0;
  if (rows->size() != 1 || !rows->Unsigned(0, 0, &format) || format < 1) {
    return Broken(place.name, 0, "meta",
                  "“duban_meta”表应恰有一行有效数据，实际不是",
                  "the table \"duban_meta\" does not hold one valid row");
  }
  if (format <= kFormat) return absl::OkStatus();
  return Fault("LEDGER_FORMAT_TOO_NEW", absl::StatusCode::kFailedPrecondition)
      .At(place.name, 0, 0)
      .Say(
          absl::StrCat("台账格式版本为 ", format, "，本程序只支持到 ", kFormat),
          absl::StrCat("the tables have format ", format,
                       "; this program knows formats up to ", kFormat))
      .Hint("请升级程序", "upgrade this program")
      .ToStatus();
}

}  // namespace

absl::Status FindLedger(PostgresConnection* connection,
                        const PostgresPlace& place, bool create,
                        absl::string_view created_by) {
  absl::StatusOr<Rows> found =
      connection->Run("SELECT 1 WHERE to_regclass('duban_meta') IS NOT NULL");
  if (!found.ok()) return found.status();
  if (found->size() == 0) {
    if (!create) return NoLedger(place);
    absl::Status made = MakeTables(connection);
    if (!made.ok()) return made;
  }
  absl::Status status = CheckFormat(connection, place);
  if (!status.ok()) return status;
  const Digest zeros{};
  const Parameter parameters[] = {Parameter::Text(place.ledger),
                                  Parameter::Bytes(zeros),
                                  Parameter::Text(created_by)};
  found = connection->Run("SELECT 1 FROM duban_head WHERE ledger = $1",
                          absl::MakeSpan(parameters, 1));
  if (!found.ok()) return found.status();
  if (found->size() > 0) return absl::OkStatus();
  if (!create) return NoLedger(place);
  return connection
      ->Run(
          "INSERT INTO duban_head(ledger, sequence, batch, digest, "
          "created_by) VALUES($1, 0, 0, $2, $3) ON CONFLICT DO NOTHING",
          parameters)
      .status();
}

absl::StatusOr<Heads> ReadHeads(PostgresConnection* connection,
                                const PostgresPlace& place) {
  const Parameter parameters[] = {Parameter::Text(place.ledger)};
  absl::StatusOr<Rows> rows = connection->Run(
      "SELECT h.sequence, h.batch, h.digest, e.sequence, e.batch, e.digest "
      "FROM duban_head h LEFT JOIN LATERAL ("
      "SELECT sequence, batch, digest FROM duban_entry "
      "WHERE ledger = h.ledger ORDER BY sequence DESC LIMIT 1) e ON true "
      "WHERE h.ledger = $1",
      parameters);
  if (!rows.ok()) return rows.status();
  Heads heads;
  if (rows->size() != 1 || !ReadPositionAt(*rows, 0, &heads.row)) {
    return BadHead(place);
  }
  if (rows->is_null(0, 3)) return heads;
  if (ReadPositionAt(*rows, 3, &heads.last)) return heads;
  return Broken(place.name, heads.last.head.sequence, "digest",
                "最后一条的编号、批次号或摘要无效",
                "the last entry's number, batch or digest is not valid");
}

absl::StatusOr<Position> ReadPosition(PostgresConnection* connection,
                                      const PostgresPlace& place,
                                      uint64_t sequence) {
  const Parameter parameters[] = {
      Parameter::Text(place.ledger),
      Parameter::Integer(static_cast<int64_t>(sequence))};
  absl::StatusOr<Rows> rows = connection->Run(
      "SELECT sequence, batch, digest FROM duban_entry "
      "WHERE ledger = $1 AND sequence = $2",
      parameters);
  if (!rows.ok()) return rows.status();
  Position position;
  if (rows->size() == 1 && ReadPositionAt(*rows, 0, &position)) {
    return position;
  }
  return Broken(place.name, sequence, "sequence",
                absl::StrCat("第 ", sequence, " 条缺失，或其批次号、摘要无效"),
                absl::StrCat("entry ", sequence,
                             " is missing, or its batch or digest is not "
                             "valid"));
}

absl::StatusOr<std::vector<Entry>> ReadPage(PostgresConnection* connection,
                                            const PostgresPlace& place,
                                            uint64_t from, uint64_t until) {
  const Parameter parameters[] = {
      Parameter::Text(place.ledger),
      Parameter::Integer(from == 0 ? std::numeric_limits<int64_t>::min()
                                   : static_cast<int64_t>(from)),
      Parameter::Integer(static_cast<int64_t>(until))};
  absl::StatusOr<Rows> rows = connection->Run(kPage, parameters);
  if (!rows.ok()) return rows.status();
  std::vector<Entry> entries(static_cast<size_t>(rows->size()));
  uint64_t expected = std::max<uint64_t>(from, 1);
  for (int i = 0; i < rows->size(); ++i, ++expected) {
    Entry& entry = entries[static_cast<size_t>(i)];
    if (!rows->Unsigned(i, 0, &entry.sequence) ||
        !rows->Unsigned(i, 1, &entry.batch) || rows->is_null(i, 2) ||
        !rows->DigestAt(i, 3, &entry.digest)) {
      return Broken(
          place.name, expected, "entry",
          absl::StrCat("第 ", expected,
                       " 条所在行的编号、批次号、内容或摘要无效"),
          absl::StrCat("the row of entry ", expected,
                       " has a number, batch, payload or digest that is not "
                       "valid"));
    }
    entry.payload = std::string(rows->Bytes(i, 2));
  }
  return entries;
}

absl::StatusOr<LockedHead> LockHead(PostgresConnection* connection,
                                    const PostgresPlace& place) {
  const Parameter parameters[] = {Parameter::Text(place.ledger)};
  absl::StatusOr<Rows> rows = connection->Run(
      "SELECT sequence, batch, digest, pg_current_xact_id()::text "
      "FROM duban_head WHERE ledger = $1 FOR UPDATE",
      parameters);
  if (!rows.ok()) return rows.status();
  LockedHead locked;
  if (rows->size() == 1 && ReadPositionAt(*rows, 0, &locked.position) &&
      absl::SimpleAtoi(rows->Bytes(0, 3), &locked.transaction)) {
    return locked;
  }
  return BadHead(place);
}

namespace {

absl::Status InsertBatch(PostgresConnection* connection,
                         const PostgresPlace& place,
                         absl::Span<const std::string> payloads,
                         Position* last) {
  Position& position = *last;
  ++position.batch;
  Hasher hasher;
  for (size_t i = 0; i < payloads.size();) {
    ByteArray bytes;
    ByteArray digests;
    const uint64_t before = position.head.sequence;
    do {
      Head& head = position.head;
      ++head.sequence;
      head.digest = ChainDigest(&hasher, head.digest, head.sequence,
                                position.batch, payloads[i]);
      bytes.Add(payloads[i]);
      digests.Add(
          absl::string_view(reinterpret_cast<const char*>(head.digest.data()),
                            head.digest.size()));
      ++i;
    } while (i < payloads.size() && bytes.size() < kChunkEntries &&
             bytes.bytes().size() + payloads[i].size() < kChunkBytes);
    const Parameter parameters[] = {
        Parameter::Text(place.ledger),
        Parameter::Integer(static_cast<int64_t>(before)),
        Parameter::Integer(static_cast<int64_t>(position.batch)),
        Parameter::Array(bytes.bytes()), Parameter::Array(digests.bytes())};
    absl::StatusOr<Rows> added = connection->Run(
        "INSERT INTO duban_entry(ledger, sequence, batch, payload, digest) "
        "SELECT $1, $2 + place, $3, payload, digest FROM unnest($4, $5) "
        "WITH ORDINALITY AS added(payload, digest, place)",
        parameters);
    if (!added.ok()) return added.status();
    if (added->changed() != bytes.size()) return BadHead(place);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Position> Insert(PostgresConnection* connection,
                                const PostgresPlace& place,
                                const Position& after,
                                Journal::Batches batches) {
  Position position = after;
  for (const absl::Span<const std::string> payloads : batches) {
    if (payloads.empty()) continue;
    absl::Status added = InsertBatch(connection, place, payloads, &position);
    if (!added.ok()) return added;
  }
  const Parameter parameters[] = {
      Parameter::Text(place.ledger),
      Parameter::Integer(static_cast<int64_t>(position.head.sequence)),
      Parameter::Integer(static_cast<int64_t>(position.batch)),
      Parameter::Bytes(position.head.digest)};
  absl::StatusOr<Rows> moved = connection->Run(
      "UPDATE duban_head SET sequence = $2, batch = $3, digest = $4 "
      "WHERE ledger = $1",
      parameters);
  if (!moved.ok()) return moved.status();
  if (moved->changed() != 1) return BadHead(place);
  return position;
}

absl::StatusOr<bool> WasWritten(PostgresConnection* connection,
                                const PostgresPlace& place, const Head& entry,
                                uint64_t transaction) {
  absl::Status begun = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  if (!begun.ok()) return begun;
  absl::Cleanup end = [&] { connection->Rollback(); };
  absl::StatusOr<LockedHead> locked = LockHead(connection, place);
  if (!locked.ok()) return locked.status();
  const Parameter parameters[] = {
      Parameter::Text(place.ledger),
      Parameter::Integer(static_cast<int64_t>(entry.sequence)),
      Parameter::Bytes(entry.digest)};
  absl::StatusOr<Rows> rows = connection->Run(
      "SELECT xmin::text FROM duban_entry "
      "WHERE ledger = $1 AND sequence = $2 AND digest = $3",
      parameters);
  if (!rows.ok()) return rows.status();
  uint32_t writer = 0;
  // Rows keep the lower half of the number. The digest alone would not do:
  // another process may have written the very same batch.
  return rows->size() == 1 && absl::SimpleAtoi(rows->Bytes(0, 0), &writer) &&
         writer == static_cast<uint32_t>(transaction);
}

}  // namespace duban::journal
