#include "src/journal/sqlite.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "src/journal/sqlite_checkpoint.h"
#include "src/journal/sqlite_file.h"

namespace duban::journal {

struct SqliteJournal::State {
  absl::Status Insert(const Position& position, absl::string_view payload);
  absl::Status MoveHead(const Position& position);

  std::unique_ptr<SqliteFile> file;
  Statement insert;
  Statement move_head;
  Hasher hasher;
  bool writable = false;
  bool reading = false;
};

absl::StatusOr<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(
    absl::string_view path, const OpenOptions& options) {
  SqliteFile::Settings settings;
  settings.created_by = options.engine_version;
  settings.vfs = options.vfs;
  settings.busy_timeout_ms = options.busy_timeout_ms;
  const bool writable = options.mode == OpenOptions::Mode::kReadWrite;
  settings.access = !writable        ? Access::kRead
                    : options.create ? Access::kCreate
                                     : Access::kReadWrite;
  absl::StatusOr<std::unique_ptr<SqliteFile>> file =
      SqliteFile::Open(path, settings);
  if (!file.ok()) return file.status();

  auto state = std::make_unique<State>();
  state->file = *std::move(file);
  state->writable = writable;
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(std::move(state)));
  if (absl::Status status = journal->Prepare(); !status.ok()) return status;
  return journal;
}

SqliteJournal::SqliteJournal(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
SqliteJournal::~SqliteJournal() = default;

absl::Status SqliteJournal::Prepare() {
  if (state_->writable) {
    absl::StatusOr<Statement> insert =
        state_->file->Prepare("INSERT INTO entry VALUES(?1, ?2, ?3, ?4)");
    if (!insert.ok()) return insert.status();
    state_->insert = *std::move(insert);
    absl::StatusOr<Statement> move_head = state_->file->Prepare(
        "UPDATE head SET sequence = ?1, batch = ?2, digest = ?3 "
        "WHERE id = 1");
    if (!move_head.ok()) return move_head.status();
    state_->move_head = *std::move(move_head);
  }
  // Both rows must come from one state of the file.
  absl::Status status = state_->file->Run("BEGIN");
  if (!status.ok()) return status;
  absl::Cleanup end = [this] { state_->file->Rollback(); };
  absl::StatusOr<Position> row = state_->file->HeadRow();
  if (!row.ok()) return row.status();
  absl::StatusOr<Position> last = state_->file->LastEntry();
  if (!last.ok()) return last.status();
  return state_->file->CheckHead(*row, *last);
}

absl::StatusOr<Head> SqliteJournal::GetHead() {
  if (state_->reading) return JournalInUse(state_->file->path());
  absl::StatusOr<Position> row = state_->file->HeadRow();
  if (!row.ok()) return row.status();
  return row->head;
}

absl::StatusOr<Head> SqliteJournal::AppendAll(const Head& expected,
                                              Batches batches) {
  if (state_->reading) return JournalInUse(state_->file->path());
  if (NoPayloads(batches)) return GetHead();
  if (!state_->writable) return state_->file->FaultOf(SQLITE_READONLY);
  if (absl::Status status = CheckPayloads(batches); !status.ok()) {
    return status;
  }
  absl::Status status = state_->file->Run("BEGIN IMMEDIATE");
  if (!status.ok()) return status;
  absl::Cleanup end = [this] { state_->file->Rollback(); };
  return Write(expected, batches);
}

absl::StatusOr<Head> SqliteJournal::Write(const Head& expected,
                                          Batches batches) {
  absl::StatusOr<Position> row = state_->file->HeadRow();
  if (!row.ok()) return row.status();
  if (row->head != expected) {
    return HeadMoved(state_->file->path(), expected, row->head);
  }
  Position position = *row;
  absl::Status status;
  for (const absl::Span<const std::string> payloads : batches) {
    if (!payloads.empty()) ++position.batch;
    for (const std::string& payload : payloads) {
      Head& head = position.head;
      ++head.sequence;
      head.digest = ChainDigest(&state_->hasher, head.digest, head.sequence,
                                position.batch, payload);
      status = state_->Insert(position, payload);
      if (!status.ok()) return status;
    }
  }
  status = state_->MoveHead(position);
  if (status.ok()) status = state_->file->Run("COMMIT");
  if (!status.ok()) return status;
  return position.head;
}

absl::Status SqliteJournal::State::Insert(const Position& position,
                                          absl::string_view payload) {
  StatementScope scope(insert);
  sqlite3_stmt* row = insert.get();
  const Head& head = position.head;
  sqlite3_bind_int64(row, 1, static_cast<int64_t>(head.sequence));
  sqlite3_bind_int64(row, 2, static_cast<int64_t>(position.batch));
  // The bytes of an empty std::string are not null, which would store NULL.
  int code = sqlite3_bind_blob64(row, 3, payload.data(), payload.size(),
                                 SQLITE_STATIC);
  if (code == SQLITE_OK) {
    code = sqlite3_bind_blob64(row, 4, head.digest.data(), head.digest.size(),
                               SQLITE_STATIC);
  }
  if (code == SQLITE_OK) code = sqlite3_step(row);
  if (code == SQLITE_DONE) return absl::OkStatus();
  return file->FaultOf(code, head.sequence);
}

absl::Status SqliteJournal::State::MoveHead(const Position& position) {
  StatementScope scope(move_head);
  sqlite3_stmt* row = move_head.get();
  const Head& head = position.head;
  sqlite3_bind_int64(row, 1, static_cast<int64_t>(head.sequence));
  sqlite3_bind_int64(row, 2, static_cast<int64_t>(position.batch));
  int code = sqlite3_bind_blob64(row, 3, head.digest.data(), head.digest.size(),
                                 SQLITE_STATIC);
  if (code == SQLITE_OK) code = sqlite3_step(row);
  if (code == SQLITE_DONE) return absl::OkStatus();
  return file->FaultOf(code);
}

absl::Status SqliteJournal::Read(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  if (state_->reading) return JournalInUse(state_->file->path());
  // One state of the file from the first entry to the head row.
  absl::Status status = state_->file->Run("BEGIN");
  if (!status.ok()) return status;
  state_->reading = true;
  absl::Cleanup end = [this] {
    state_->reading = false;
    state_->file->Rollback();
  };
  return Follow(after, visit);
}

absl::Status SqliteJournal::Follow(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  absl::StatusOr<Position> row = state_->file->HeadRow();
  if (!row.ok()) return row.status();
  if (after > row->head.sequence) {
    return EntryNotFound(state_->file->path(), after, row->head);
  }
  ChainWalk walk(state_->file->path());
  if (after > 0) {
    absl::StatusOr<Position> start = state_->file->PositionOf(after);
    if (!start.ok()) return start.status();
    walk = ChainWalk(state_->file->path(), start->head, start->batch);
  }
  absl::Status status = state_->file->Scan(&walk, visit);
  if (!status.ok()) return status;
  return state_->file->CheckHead(*row, Position{walk.head(), walk.batch()});
}

absl::Status SqliteJournal::WriteCheckpoint(const Checkpoint& checkpoint) {
  if (state_->reading) return JournalInUse(state_->file->path());
  if (!state_->writable) return state_->file->FaultOf(SQLITE_READONLY);
  return journal::WriteCheckpoint(state_->file.get(), checkpoint);
}

absl::StatusOr<std::optional<Checkpoint>> SqliteJournal::ReadCheckpoint() {
  if (state_->reading) return JournalInUse(state_->file->path());
  absl::Status status = state_->file->Run("BEGIN");
  if (!status.ok()) return status;
  absl::Cleanup end = [this] { state_->file->Rollback(); };
  return journal::ReadCheckpoint(state_->file.get());
}

absl::Status SqliteJournal::DropCheckpoint() {
  if (state_->reading) return JournalInUse(state_->file->path());
  if (!state_->writable) return state_->file->FaultOf(SQLITE_READONLY);
  return journal::DropCheckpoint(state_->file.get());
}

}  // namespace duban::journal
