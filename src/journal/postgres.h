// A journal in PostgreSQL: for ledgers that several machines write.
//
// Three tables (docs/journal-format.md) hold any number of ledgers, each with
// its own chain. Appending locks the ledger's head row, so that writers never
// get past each other; who built on an older head is refused. Where the
// server goes away, the journal connects again and goes on. If that happens
// while a batch is being committed, it then looks whether the batch is there:
// a batch is never written twice, and is said to be written only if it is.
//
// What Append has returned is as safe as the server's disk: with
// fsync = off there, or where a standby takes over that had not received it,
// it can be lost. That is found, and said as ENTRIES_LOST.
//
// Knows nothing of payloads. A PostgresJournal belongs to one thread at a
// time and must not be carried across fork(). It waits, and sleeps between
// attempts to connect. libpq reads the environment (PG…, ~/.pgpass) for what
// the connection string does not say.
#ifndef DUBAN_SRC_JOURNAL_POSTGRES_H_
#define DUBAN_SRC_JOURNAL_POSTGRES_H_

#include <functional>
#include <memory>
#include <string>

#include "src/journal/journal.h"

namespace duban::journal {

struct PostgresOptions {
  bool read_only = false;
  // Make the tables and the ledger where there are none.
  bool create = false;
  // Who made the ledger, for people: written once, never read back.
  std::string engine_version;
  int connect_timeout_ms = 10000;
  // A statement that takes longer gives JOURNAL_BUSY.
  int statement_timeout_ms = 60000;
  // How long to wait for other writers before JOURNAL_BUSY.
  int lock_timeout_ms = 5000;
  // How long to go on trying when the server is gone: about what a restart
  // takes.
  int reconnect_ms = 10000;
};

class PostgresJournal final : public Journal {
 public:
  // `connection` as libpq takes it, URI or "host=… dbname=…". Reasons on
  // failure:
  //   BAD_CONNECTION_STRING, BAD_LEDGER_NAME    what was given is wrong
  //   DATABASE_NOT_FOUND, LEDGER_NOT_FOUND      no such database, or ledger
  //   NOT_A_LEDGER, LEDGER_FORMAT_TOO_NEW       other tables; left alone
  //   JOURNAL_CANNOT_CONNECT, JOURNAL_LOGIN_REFUSED
  //   JOURNAL_PERMISSION_DENIED, JOURNAL_READ_ONLY    rights
  //   JOURNAL_CONNECTION_LOST, JOURNAL_BUSY, JOURNAL_DISK_FULL,
  //   JOURNAL_OUT_OF_MEMORY, JOURNAL_IO         the server's state
  //   JOURNAL_BROKEN           damaged, or its last entries are missing
  // Opening checks the last entry against the head, not the whole chain.
  static absl::StatusOr<std::unique_ptr<PostgresJournal>> Open(
      absl::string_view connection, absl::string_view ledger,
      const PostgresOptions& options);
  // "postgresql://…#ledger".
  static absl::StatusOr<std::unique_ptr<PostgresJournal>> Open(
      absl::string_view location, const PostgresOptions& options);
  ~PostgresJournal() override;

  // Server, database and ledger, without secrets: the place in faults.
  const std::string& name() const;

  absl::StatusOr<Head> GetHead() override;
  // Also JOURNAL_COMMIT_UNKNOWN: the server went away while the batch was
  // being committed, and did not come back in time to ask it.
  absl::StatusOr<Head> AppendAll(const Head& expected,
                                 Batches batches) override;
  // Also ENTRIES_LOST: the database is older than what this object has seen.
  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& visit) override;
  absl::Status WriteCheckpoint(const Checkpoint& checkpoint) override;
  absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint() override;
  absl::Status DropCheckpoint() override;

 private:
  // Keeps libpq-fe.h out of this header.
  struct State;
  explicit PostgresJournal(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_POSTGRES_H_
