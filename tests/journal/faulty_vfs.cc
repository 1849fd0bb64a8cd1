#include "tests/journal/faulty_vfs.h"

#include <algorithm>
#include <new>
#include <utility>

namespace duban::journal {
namespace {

struct File {
  sqlite3_file base;
  std::string* path;
  // Stands right behind this struct.
  sqlite3_file* real;
};

File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real; }
FaultyVfs& Vfs() { return FaultyVfs::Get(); }

int Close(sqlite3_file* file) {
  delete Of(file)->path;
  return Real(file)->pMethods->xClose(Real(file));
}

int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (Vfs().stopped()) return SQLITE_IOERR_READ;
  return Real(file)->pMethods->xRead(Real(file), to, size, offset);
}

int Write(sqlite3_file* file, const void* from, int size,
          sqlite3_int64 offset) {
  const int fault = Vfs().Count(SQLITE_IOERR_WRITE, SQLITE_FULL);
  if (fault != SQLITE_OK) {
    if (!Vfs().stopping()) return fault;
    size /= 2;  // A torn write.
  }
  Vfs().Wrote(
      *Of(file)->path, offset,
      std::string(static_cast<const char*>(from), static_cast<size_t>(size)));
  const int code = Real(file)->pMethods->xWrite(Real(file), from, size, offset);
  return fault != SQLITE_OK ? fault : code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int fault = Vfs().Count(SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_TRUNCATE);
  if (fault != SQLITE_OK) return fault;
  Vfs().Truncated(*Of(file)->path, size);
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  const int fault = Vfs().Count(SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
  if (fault != SQLITE_OK) return fault;
  Vfs().Synced(*Of(file)->path);
  return Real(file)->pMethods->xSync(Real(file), flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xLock(Real(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Real(file)->pMethods->xSectorSize(Real(file));
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int region, int size, int extend,
           void volatile** memory) {
  if (extend != 0) {
    const int fault = Vfs().Count(SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE);
    if (fault != SQLITE_OK) return fault;
  }
  return Real(file)->pMethods->xShmMap(Real(file), region, size, extend,
                                       memory);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Real(file)->pMethods->xShmBarrier(Real(file));
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

// Version 2: shared memory, but no mapped files, which would pass us by.
constexpr sqlite3_io_methods kMethods = {
    2,
    Close,
    Read,
    Write,
    Truncate,
    Sync,
    FileSize,
    Lock,
    Unlock,
    CheckReservedLock,
    FileControl,
    SectorSize,
    DeviceCharacteristics,
    ShmMap,
    ShmLock,
    ShmBarrier,
    ShmUnmap,
    nullptr,
    nullptr,
};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags,
         int* out_flags) {
  file->pMethods = nullptr;
  const int fault = Vfs().Count(SQLITE_CANTOPEN, SQLITE_CANTOPEN);
  if (fault != SQLITE_OK) return fault;
  File* opened = Of(file);
  opened->real = reinterpret_cast<sqlite3_file*>(opened + 1);
  const int code =
      Vfs().base()->xOpen(Vfs().base(), name, opened->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  opened->path = new std::string(name == nullptr ? "" : name);
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_directory) {
  const int fault = Vfs().Count(SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE);
  if (fault != SQLITE_OK) return fault;
  Vfs().Synced(name);
  return Vfs().base()->xDelete(Vfs().base(), name, sync_directory);
}

sqlite3_vfs MakeVfs(const sqlite3_vfs& base) {
  // What is not replaced does not look at its first parameter.
  sqlite3_vfs vfs = base;
  vfs.zName = FaultyVfs::kName;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + base.szOsFile;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  return vfs;
}

}  // namespace

FaultyVfs::FaultyVfs() : base_(sqlite3_vfs_find(nullptr)) {
  static sqlite3_vfs vfs = MakeVfs(*base_);
  sqlite3_vfs_register(&vfs, 0);
}

FaultyVfs& FaultyVfs::Get() {
  static FaultyVfs& vfs = *new FaultyVfs();
  return vfs;
}

void FaultyVfs::Arm(Fault fault, int64_t at) {
  fault_ = fault;
  at_ = at;
  operations_ = 0;
  unsynced_.clear();
}

int FaultyVfs::Count(int if_io, int if_full) {
  ++operations_;
  switch (fault_) {
    case Fault::kNone:
      return SQLITE_OK;
    case Fault::kDiskFull:
      return operations_ == at_ ? if_full : SQLITE_OK;
    case Fault::kIo:
      return operations_ == at_ ? if_io : SQLITE_OK;
    case Fault::kStop:
      return operations_ >= at_ ? if_io : SQLITE_OK;
  }
  return SQLITE_INTERNAL;
}

FaultyVfs::Unsynced& FaultyVfs::Of(const std::string& path) {
  auto [file, added] = unsynced_.try_emplace(path);
  // Closing this reader may drop SQLite's locks on the file, which no other
  // process wants here.
  if (added) file->second.before = ReadFile(path);
  return file->second;
}

void FaultyVfs::Wrote(const std::string& path, sqlite3_int64 offset,
                      std::string bytes) {
  Of(path).operations.push_back({offset, std::move(bytes), false});
}

void FaultyVfs::Truncated(const std::string& path, sqlite3_int64 size) {
  Of(path).operations.push_back({size, "", true});
}

void FaultyVfs::LosePower(Loss loss, Numbers* numbers) {
  fault_ = Fault::kNone;
  for (auto& [path, file] : unsynced_) {
    if (loss == Loss::kNothing || !Exists(path)) continue;
    std::string bytes = file.before;
    for (const Operation& operation : file.operations) {
      if (loss == Loss::kEverything || numbers->Below(2) == 0) continue;
      const size_t offset = static_cast<size_t>(operation.offset);
      if (operation.truncate) {
        bytes.resize(std::min(bytes.size(), offset));
        continue;
      }
      const size_t end = offset + operation.bytes.size();
      if (bytes.size() < end) bytes.resize(end);
      bytes.replace(offset, operation.bytes.size(), operation.bytes);
    }
    WriteFile(path, bytes);
  }
  unsynced_.clear();
}

}  // namespace duban::journal
