// How fast ledgers are written and read again; see README.md beside this file.
//
//   duban_ledger_bench [--activities N] [--rows N] [--threads N] [--passes N]
//                      [--folder DIR] [--only memory|sqlite|bulk]
//
// Each line is a figure, its goal where there is one, and how it came about.
#include <malloc.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/ledger/activities.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "src/base/diagnostic.h"
#include "src/journal/journal.h"

namespace duban::bench {
namespace {

struct Options {
  int activities = 1000000;
  int rows = 5000000;
  int threads = 2;
  int passes = 3;
  std::string folder = ".";
  std::string only;  // one of memory, sqlite, bulk; "" = all
};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

void Need(const absl::StatusOr<v1::Receipt>& receipt) {
  if (!receipt.ok()) Fail(std::string(receipt.status().message()));
  if (!receipt->applied()) Fail(FormatFault(receipt->faults().errors(0)));
}

// Both clocks: processor time where one thread computes, the wall's where disks
// or several threads do. Other programs disturb the first least.
struct Time {
  double cpu = 0;
  double wall = 0;
};

Time Now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) +
           1e-6 * static_cast<double>(t.tv_usec);
  };
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime),
          std::chrono::duration<double>(wall).count()};
}

template <typename Work>
Time Took(Work work) {
  const Time before = Now();
  work();
  const Time after = Now();
  return {after.cpu - before.cpu, after.wall - before.wall};
}

void operator+=(Time& sum, const Time& t) {
  sum.cpu += t.cpu;
  sum.wall += t.wall;
}

void Print(const char* what, double figure, const char* unit,
           const char* goal) {
  std::printf("%-52s %14.2f %-18s %s\n", what, figure, unit, goal);
  std::fflush(stdout);
}

std::unique_ptr<Ledger> Prepared(std::unique_ptr<Ledger> ledger,
                                 const Activities& activities) {
  Need(ledger->Adopt(*activities.pack()));
  for (const v1::Batch& batch : activities.World()) Need(ledger->Apply(batch));
  return ledger;
}

std::unique_ptr<Ledger> Prepared(const Activities& activities) {
  return Prepared(*Ledger::InMemory(), activities);
}

// Changes one by one into memory. The batches are made outside the clock.
void InMemory(const Options& options, const Activities& activities) {
  double best = 0;
  for (int pass = 0; pass < options.passes; ++pass) {
    auto ledger = Prepared(activities);
    Time sum;
    for (int from = 0; from < options.activities; from += kBatch) {
      const v1::Batch batch = activities.BatchFrom(from);
      sum += Took([&] { Need(ledger->Apply(batch)); });
    }
    best = std::max(best, options.activities / sum.cpu);
  }
  Print("changes into memory, one core", best, "changes/s", ">= 1000000");
}

// Columns into memory, a million rows a change, made outside the clock.
void Bulk(const Options& options, const Activities& activities) {
  constexpr int kRows = 1000000;
  ApplyOptions apply;
  apply.threads = options.threads;
  double best = 0;
  double bytes = 0;
  for (int pass = 0; pass < options.passes; ++pass) {
    auto ledger = Prepared(activities);
    const auto before =
        static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd);
    double kept = 0;  // by the journal
    Time sum;
    for (int from = 0; from < options.rows; from += kRows) {
      const int rows = std::min(kRows, options.rows - from);
      const v1::Batch batch = activities.ColumnsFrom(from, rows);
      kept += static_cast<double>(batch.ByteSizeLong());
      sum += Took([&] { Need(ledger->Apply(batch, apply)); });
    }
    const auto after =
        static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd);
    best = std::max(best, options.rows / sum.wall);
    bytes = (after - before - kept) / options.rows;
  }
  std::printf("by column, %d threads:\n", options.threads);
  Print("rows by column into memory", best, "rows/s", ">= 10000000");
  Print("memory, without the journal", bytes, "bytes/activity", "<= 24");
}

// The bytes that a journal keeps, as rows of a bare table.
class BareTable {
 public:
  explicit BareTable(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) Fail("cannot open");
    Run("PRAGMA journal_mode = WAL");
    Run("PRAGMA synchronous = FULL");
    Run("CREATE TABLE entry(sequence INTEGER PRIMARY KEY, batch INTEGER NOT "
        "NULL, payload BLOB NOT NULL, digest BLOB NOT NULL)");
    if (sqlite3_prepare_v2(db_, "INSERT INTO entry VALUES(?1, ?2, ?3, ?4)", -1,
                           &insert_, nullptr) != SQLITE_OK) {
      Fail(sqlite3_errmsg(db_));
    }
  }
  ~BareTable() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }

  void Insert(const std::vector<journal::Entry>& entries) {
    Run("BEGIN IMMEDIATE");
    for (const journal::Entry& e : entries) {
      sqlite3_bind_int64(insert_, 1, static_cast<int64_t>(e.sequence));
      sqlite3_bind_int64(insert_, 2, static_cast<int64_t>(e.batch));
      sqlite3_bind_blob64(insert_, 3, e.payload.data(), e.payload.size(),
                          SQLITE_STATIC);
      sqlite3_bind_blob64(insert_, 4, e.digest.data(), e.digest.size(),
                          SQLITE_STATIC);
      if (sqlite3_step(insert_) != SQLITE_DONE) Fail(sqlite3_errmsg(db_));
      sqlite3_reset(insert_);
    }
    Run("COMMIT");
  }

 private:
  void Run(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      Fail(sqlite3_errmsg(db_));
    }
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

void RemoveFile(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) {
    std::remove((path + end).c_str());
  }
}

// What Ledger wrote, made anew by the same chain.
std::vector<journal::Entry> Entries(const v1::Batch& batch, uint64_t number,
                                    journal::Head* head, Hasher* hasher) {
  std::vector<journal::Entry> entries;
  for (const v1::Change& change : batch.changes()) {
    journal::Entry e;
    e.payload = change.SerializeAsString();
    e.sequence = ++head->sequence;
    e.batch = number;
    e.digest = head->digest = journal::ChainDigest(
        hasher, head->digest, e.sequence, number, e.payload);
    entries.push_back(std::move(e));
  }
  return entries;
}

// The same activities, batch for batch in turn, into a ledger and into a bare
// table beside it: both see the same disk and the same neighbours.
void IntoSqlite(const Options& options, const Activities& activities) {
  const std::string ledger_path = options.folder + "/bench.duban";
  const std::string bare_path = options.folder + "/bench.sqlite";
  Time ledger_time;
  Time bare_time;
  for (int pass = 0; pass < options.passes; ++pass) {
    RemoveFile(ledger_path);
    RemoveFile(bare_path);
    auto opened = Ledger::Open(ledger_path, {});
    if (!opened.ok()) Fail(std::string(opened.status().message()));
    auto ledger = Prepared(*std::move(opened), activities);
    BareTable bare(bare_path);
    journal::Head head;
    Hasher hasher;
    uint64_t number = 0;
    for (int from = 0; from < options.activities; from += kBatch) {
      const v1::Batch batch = activities.BatchFrom(from);
      const auto entries = Entries(batch, ++number, &head, &hasher);
      ledger_time += Took([&] { Need(ledger->Apply(batch)); });
      bare_time += Took([&] { bare.Insert(entries); });
    }
  }
  const double n = static_cast<double>(options.activities) * options.passes;
  Print("changes into SQLite", n / ledger_time.wall, "changes/s", "");
  Print("rows into a bare SQLite table", n / bare_time.wall, "rows/s", "");
  Print("  ratio", 100 * bare_time.wall / ledger_time.wall, "%", ">= 60");
  Print("  ratio of processor time", 100 * bare_time.cpu / ledger_time.cpu, "%",
        "");
  const Time replay = Took([&] { (void)*Ledger::Open(ledger_path, {}); });
  Print("reopening that ledger by replay", options.activities / replay.cpu,
        "changes/s", "");
  auto again = Ledger::Open(ledger_path, {});
  if (!again.ok() || !(*again)->WriteCheckpoint().ok()) Fail("no checkpoint");
  again->reset();
  const Time reopening = Took([&] { (void)*Ledger::Open(ledger_path, {}); });
  Print("  from a checkpoint", options.activities / reopening.cpu, "changes/s",
        "");
  Print("  ratio", 100 * reopening.cpu / replay.cpu, "%", "<= 10");
  RemoveFile(ledger_path);
  RemoveFile(bare_path);
}

}  // namespace
}  // namespace duban::bench

int main(int argc, char** argv) {
  using duban::bench::Options;
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--activities") options.activities = std::atoi(argv[i + 1]);
    if (name == "--rows") options.rows = std::atoi(argv[i + 1]);
    if (name == "--threads") options.threads = std::atoi(argv[i + 1]);
    if (name == "--passes") options.passes = std::atoi(argv[i + 1]);
    if (name == "--folder") options.folder = argv[i + 1];
    if (name == "--only") options.only = argv[i + 1];
  }
  const int people = std::max(1000, options.activities / 20);
  const duban::bench::Activities activities(people);
  const auto wanted = [&](const char* part) {
    return options.only.empty() || options.only == part;
  };
  if (wanted("memory")) duban::bench::InMemory(options, activities);
  if (wanted("bulk")) duban::bench::Bulk(options, activities);
  if (wanted("sqlite")) duban::bench::IntoSqlite(options, activities);
  return 0;
}
