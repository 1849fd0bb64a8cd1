#include "src/journal/postgres.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/postgres_checkpoint.h"
#include "src/journal/postgres_connection.h"
#include "src/journal/postgres_place.h"
#include "src/journal/postgres_tables.h"

namespace duban::journal {
namespace {

// A server that goes away more often than this during one call is not one to
// wait for.
constexpr int kTries = 5;
constexpr int kPauseMs = 200;

absl::Status CommitUnknown(const PostgresPlace& place,
                           const absl::Status& why) {
  const v1::ErrorList faults = FaultsOf(why);
  const std::string reason =
      faults.errors().empty() ? "" : faults.errors(0).reason();
  return Fault("JOURNAL_COMMIT_UNKNOWN", absl::StatusCode::kUnavailable)
      .At(place.name, 0, 0)
      .Say(absl::StrCat("提交时与服务器的连接中断，之后也未能查明本批次是否"
                        "已写入（",
                        reason, "）"),
           absl::StrCat("the connection broke during the commit, and whether "
                        "the batch was written could not be found out (",
                        reason, ")"))
      .Hint("变更若带有键，直接重发即可：已写入的不会再写；否则请先查看台账",
            "send it again if its changes have keys: what is there is not "
            "written twice; otherwise look at the ledger first")
      .ToStatus();
}

absl::Status EntriesLost(const PostgresPlace& place, const Head& seen,
                         const Head& found) {
  return Fault("ENTRIES_LOST", absl::StatusCode::kDataLoss)
      .At(place.name, 0, 0)
      .Say(absl::StrCat("本程序见过第 ", seen.sequence, " 条（摘要 ",
                        ToHex(seen.digest), "），数据库中已不是它：现有 ",
                        found.sequence, " 条"),
           absl::StrCat("this program has seen entry ", seen.sequence,
                        " (digest ", ToHex(seen.digest),
                        "), which the database no longer has: it stands at "
                        "entry ",
                        found.sequence))
      .Hint(
          "数据库可能被恢复到较早的备份，或由落后的备库接管；请查明后重新打开",
          "the database may be an older backup, or a standby that lagged "
          "behind; find out, then open the ledger again")
      .ToStatus();
}

}  // namespace

struct PostgresJournal::State {
  State(PostgresPlace p, const PostgresOptions& o)
      : place(std::move(p)), options(o) {}

  absl::Status Connect();
  absl::Status ConnectPatiently();
  // Calls `use` with a connection, and again with a new one where it breaks.
  // `use` must do no harm when it is repeated.
  absl::Status Repeat(absl::FunctionRef<absl::Status()> use);
  absl::StatusOr<Heads> ReadHeads();
  // One try. `transaction` is not 0 once the outcome may be a commit.
  absl::StatusOr<Position> Write(const Head& expected, Batches batches,
                                 Position* written, uint64_t* transaction);
  absl::Status Follow(uint64_t after,
                      const std::function<absl::Status(const Entry&)>& visit);
  absl::Status Scan(uint64_t until, ChainWalk* walk,
                    const std::function<absl::Status(const Entry&)>& visit);

  const PostgresPlace place;
  const PostgresOptions options;
  std::unique_ptr<PostgresConnection> connection;
  Head seen;  // the last entry that was given out or appended
  bool reading = false;
};

absl::StatusOr<std::unique_ptr<PostgresJournal>> PostgresJournal::Open(
    absl::string_view location, const PostgresOptions& options) {
  absl::StatusOr<PostgresPlace> place = ParsePostgresPlace(location);
  if (!place.ok()) return place.status();
  auto state = std::make_unique<State>(*std::move(place), options);
  absl::Status status = state->Connect();
  if (status.ok()) {
    status = FindLedger(state->connection.get(), state->place,
                        options.create && !options.read_only,
                        options.engine_version);
  }
  if (!status.ok()) return status;
  absl::StatusOr<Heads> heads = state->ReadHeads();
  if (!heads.ok()) return heads.status();
  status = CheckHead(state->place.name, heads->row, heads->last);
  if (!status.ok()) return status;
  return std::unique_ptr<PostgresJournal>(
      new PostgresJournal(std::move(state)));
}

absl::StatusOr<std::unique_ptr<PostgresJournal>> PostgresJournal::Open(
    absl::string_view connection, absl::string_view ledger,
    const PostgresOptions& options) {
  return Open(absl::StrCat(connection, "#", ledger), options);
}

PostgresJournal::PostgresJournal(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
PostgresJournal::~PostgresJournal() = default;

const std::string& PostgresJournal::name() const { return state_->place.name; }

absl::Status PostgresJournal::State::Connect() {
  PostgresConnection::Settings settings;
  settings.read_only = options.read_only;
  settings.connect_timeout_ms = options.connect_timeout_ms;
  settings.statement_timeout_ms = options.statement_timeout_ms;
  settings.lock_timeout_ms = options.lock_timeout_ms;
  connection.reset();
  auto opened = PostgresConnection::Open(place, settings);
  if (!opened.ok()) return opened.status();
  connection = *std::move(opened);
  return absl::OkStatus();
}

absl::Status PostgresJournal::State::ConnectPatiently() {
  if (connection != nullptr && !connection->lost()) return absl::OkStatus();
  absl::Status status = Connect();
  for (int waited = 0; waited < options.reconnect_ms; waited += kPauseMs) {
    if (status.ok() || !IsConnectionFault(status)) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    status = Connect();
  }
  return status;
}

absl::Status PostgresJournal::State::Repeat(
    absl::FunctionRef<absl::Status()> use) {
  absl::Status status;
  for (int i = 0; i < kTries; ++i) {
    status = ConnectPatiently();
    if (!status.ok()) return status;
    status = use();
    if (status.ok() || !connection->lost()) return status;
  }
  return status;
}

absl::StatusOr<Heads> PostgresJournal::State::ReadHeads() {
  Heads heads;
  absl::Status status = Repeat([&]() -> absl::Status {
    absl::StatusOr<Heads> read = journal::ReadHeads(connection.get(), place);
    if (read.ok()) heads = *read;
    return read.status();
  });
  if (!status.ok()) return status;
  return heads;
}

absl::StatusOr<Head> PostgresJournal::GetHead() {
  if (state_->reading) return JournalInUse(name());
  absl::StatusOr<Heads> heads = state_->ReadHeads();
  if (!heads.ok()) return heads.status();
  return heads->row.head;
}

absl::StatusOr<Head> PostgresJournal::AppendAll(const Head& expected,
                                                Batches batches) {
  if (state_->reading) return JournalInUse(name());
  if (NoPayloads(batches)) return GetHead();
  if (state_->options.read_only) {
    return PostgresFault(state_->place, "25006", "opened read-only", false);
  }
  absl::Status status = CheckPayloads(batches);
  if (!status.ok()) return status;
  for (int i = 0; i < kTries; ++i) {
    status = state_->ConnectPatiently();
    if (!status.ok()) return status;
    Position written;
    uint64_t transaction = 0;
    absl::StatusOr<Position> done =
        state_->Write(expected, batches, &written, &transaction);
    if (!done.ok() && transaction != 0) {
      // The commit was asked for, and was not answered.
      bool found = false;
      status = state_->Repeat([&]() -> absl::Status {
        absl::StatusOr<bool> is_there = WasWritten(
            state_->connection.get(), state_->place, written.head, transaction);
        found = is_there.ok() && *is_there;
        return is_there.status();
      });
      if (!status.ok()) return CommitUnknown(state_->place, status);
      if (found) done = written;
    }
    if (done.ok()) {
      state_->seen = done->head;
      return done->head;
    }
    status = done.status();
    // Where only the connection broke, nothing was written.
    if (transaction == 0 && !state_->connection->lost()) return status;
  }
  return status;
}

absl::StatusOr<Position> PostgresJournal::State::Write(const Head& expected,
                                                       Batches batches,
                                                       Position* written,
                                                       uint64_t* transaction) {
  absl::Status status = connection->Do("BEGIN ISOLATION LEVEL READ COMMITTED");
  if (!status.ok()) return status;
  absl::Cleanup end = [this] { connection->Rollback(); };
  absl::StatusOr<LockedHead> locked = LockHead(connection.get(), place);
  if (!locked.ok()) return locked.status();
  const Position& position = locked->position;
  if (position.head != expected) {
    return HeadMoved(place.name, expected, position.head);
  }
  absl::StatusOr<Position> inserted =
      Insert(connection.get(), place, position, batches);
  if (!inserted.ok()) return inserted.status();
  *written = *inserted;
  *transaction = locked->transaction;
  absl::StatusOr<Rows> committed = connection->Run("COMMIT");
  if (!committed.ok()) return committed.status();
  // A transaction that had failed answers ROLLBACK.
  if (committed->tag() != "COMMIT") {
    *transaction = 0;
    return PostgresFault(place, "", committed->tag(), false);
  }
  return *inserted;
}

absl::Status PostgresJournal::Read(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  if (state_->reading) return JournalInUse(name());
  state_->reading = true;
  absl::Cleanup end = [this] { state_->reading = false; };
  return state_->Follow(after, visit);
}

absl::Status PostgresJournal::State::Follow(
    uint64_t after, const std::function<absl::Status(const Entry&)>& visit) {
  absl::StatusOr<Heads> heads = ReadHeads();
  if (!heads.ok()) return heads.status();
  const Head& head = heads->row.head;
  const bool follows = after != 0 && after == seen.sequence;
  if (after > head.sequence) {
    return follows ? EntriesLost(place, seen, head)
                   : EntryNotFound(place.name, after, head);
  }
  ChainWalk walk(place.name);
  if (after > 0) {
    Position start;
    absl::Status status = Repeat([&]() -> absl::Status {
      absl::StatusOr<Position> read =
          ReadPosition(connection.get(), place, after);
      if (read.ok()) start = *read;
      return read.status();
    });
    if (!status.ok()) return status;
    if (follows && start.head != seen) return EntriesLost(place, seen, head);
    walk = ChainWalk(place.name, start.head, start.batch);
  }
  const uint64_t until = std::max(head.sequence, heads->last.head.sequence);
  absl::Status status = Scan(until, &walk, visit);
  if (!status.ok()) return status;
  return CheckHead(place.name, heads->row, Position{walk.head(), walk.batch()});
}

// Entries never change, so pages need no common snapshot, and none that would
// keep the server from tidying up while a visitor takes its time.
absl::Status PostgresJournal::State::Scan(
    uint64_t until, ChainWalk* walk,
    const std::function<absl::Status(const Entry&)>& visit) {
  uint64_t from = walk->head().sequence == 0 ? 0 : walk->head().sequence + 1;
  while (from <= until) {
    std::vector<Entry> entries;
    absl::Status status = Repeat([&]() -> absl::Status {
      auto page = ReadPage(connection.get(), place, from, until);
      if (!page.ok()) return page.status();
      entries = *std::move(page);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    if (entries.empty()) break;
    for (const Entry& entry : entries) {
      status = walk->Step(entry);
      if (status.ok()) status = visit(entry);
      if (!status.ok()) return status;
      seen = walk->head();
    }
    from = walk->head().sequence + 1;
  }
  return absl::OkStatus();
}

absl::Status PostgresJournal::WriteCheckpoint(const Checkpoint& checkpoint) {
  if (state_->reading) return JournalInUse(name());
  if (state_->options.read_only) {
    return PostgresFault(state_->place, "25006", "opened read-only", false);
  }
  return state_->Repeat([&] {
    return journal::WriteCheckpoint(state_->connection.get(), state_->place,
                                    checkpoint);
  });
}

absl::StatusOr<std::optional<Checkpoint>> PostgresJournal::ReadCheckpoint() {
  if (state_->reading) return JournalInUse(name());
  std::optional<Checkpoint> found;
  absl::Status status = state_->Repeat([&]() -> absl::Status {
    auto read =
        journal::ReadCheckpoint(state_->connection.get(), state_->place);
    if (!read.ok()) return read.status();
    found = *std::move(read);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status PostgresJournal::DropCheckpoint() {
  if (state_->reading) return JournalInUse(name());
  if (state_->options.read_only) {
    return PostgresFault(state_->place, "25006", "opened read-only", false);
  }
  return state_->Repeat([&] {
    return journal::DropCheckpoint(state_->connection.get(), state_->place);
  });
}

}  // namespace duban::journal
