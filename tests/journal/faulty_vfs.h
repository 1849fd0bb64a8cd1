// An SQLite VFS over the default one that fails where it is told to: one
// operation fails (a full disk, a bad sector), or the machine stops at one
// operation and then loses power, so that what was not synced may be gone.
//
// There is one for the whole process, named kName. For one thread, and for
// files that no other VFS has open.
#ifndef DUBAN_TESTS_JOURNAL_FAULTY_VFS_H_
#define DUBAN_TESTS_JOURNAL_FAULTY_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/journal/ledger_fixture.h"

namespace duban::journal {

class FaultyVfs {
 public:
  static constexpr char kName[] = "duban-faulty";

  enum class Fault {
    kNone,
    kDiskFull,  // the operation fails; the next one works again
    kIo,        // likewise
    kStop,      // half of a write is done; all that follows fails
  };
  // What is left of the writes since a file's last sync.
  enum class Loss { kNothing, kEverything, kSome };

  static FaultyVfs& Get();

  // Starts to count anew; the fault hits operation number `at`, from 1.
  // Operations are opens, writes, syncs, truncations, deletions, and growing
  // the shared memory.
  void Arm(Fault fault, int64_t at);
  int64_t operations() const { return operations_; }
  bool hit() const { return fault_ != Fault::kNone && operations_ >= at_; }

  // Call it when all files are closed.
  void LosePower(Loss loss, Numbers* numbers);

  // For the VFS's own functions: SQLITE_OK, or what `if_io` says.
  int Count(int if_io, int if_full);
  bool stopped() const { return fault_ == Fault::kStop && hit(); }
  // Whether the operation just counted is the one that the machine stops at.
  bool stopping() const { return stopped() && operations_ == at_; }
  void Wrote(const std::string& path, sqlite3_int64 offset, std::string bytes);
  void Truncated(const std::string& path, sqlite3_int64 size);
  void Synced(const std::string& path) { unsynced_.erase(path); }
  sqlite3_vfs* base() const { return base_; }

 private:
  struct Operation {
    sqlite3_int64 offset;
    std::string bytes;
    bool truncate;  // to `offset`
  };
  struct Unsynced {
    std::string before;  // the whole file at its last sync
    std::vector<Operation> operations;
  };

  FaultyVfs();
  Unsynced& Of(const std::string& path);

  sqlite3_vfs* base_;
  Fault fault_ = Fault::kNone;
  int64_t at_ = 0;
  int64_t operations_ = 0;
  std::map<std::string, Unsynced> unsynced_;
};

}  // namespace duban::journal

#endif  // DUBAN_TESTS_JOURNAL_FAULTY_VFS_H_
