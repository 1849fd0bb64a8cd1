// SQLite's result codes in the user's words.

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/sqlite_file.h"

namespace duban::journal {
namespace {

struct Meaning {
  const char* reason;
  absl::StatusCode code;
  const char* zh;
  const char* en;
  const char* hint_zh;
  const char* hint_en;
};

constexpr Meaning kBusy = {
    "JOURNAL_BUSY",
    absl::StatusCode::kUnavailable,
    "台账正被其他程序写入，等候多时仍未空闲",
    "another program is writing to the ledger and did not finish in time",
    "请稍后重试；若一直如此，请查看是哪个程序占用台账",
    "try again later; if it stays so, see which program holds the ledger"};
constexpr Meaning kDiskFull = {"JOURNAL_DISK_FULL",
                               absl::StatusCode::kResourceExhausted,
                               "磁盘已满，本次未写入任何内容",
                               "the disk is full; nothing was written",
                               "请清理磁盘后重试",
                               "free some space, then try again"};
constexpr Meaning kReadOnly = {
    "JOURNAL_READ_ONLY",
    absl::StatusCode::kPermissionDenied,
    "台账文件或其目录不可写",
    "the ledger file or its directory cannot be written to",
    "请检查权限；只需查看时，请以只读方式打开",
    "check the permissions; open it read-only if looking is enough"};
constexpr Meaning kIo = {
    "JOURNAL_IO",
    absl::StatusCode::kUnavailable,
    "读写台账文件时操作系统报错",
    "the operating system failed to read or write the ledger",
    "请检查磁盘与文件系统",
    "check the disk and the file system"};
constexpr Meaning kCannotOpen = {
    "JOURNAL_CANNOT_OPEN",
    absl::StatusCode::kPermissionDenied,
    "无法打开台账文件",
    "the ledger file cannot be opened",
    "请检查文件及其目录的权限",
    "check the permissions of the file and of its directory"};
constexpr Meaning kMemory = {"JOURNAL_OUT_OF_MEMORY",
                             absl::StatusCode::kResourceExhausted,
                             "内存不足，本次未写入任何内容",
                             "out of memory; nothing was written",
                             "",
                             ""};
constexpr Meaning kMisuse = {
    "JOURNAL_MISUSE",
    absl::StatusCode::kInternal,
    "程序错误：对 SQLite 的调用有误",
    "a fault of this program: SQLite was called in a wrong way",
    "请报告此错误",
    "please report it"};

const Meaning* MeaningOf(int code, int system_error) {
  const bool no_space = system_error == ENOSPC || system_error == EDQUOT;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return &kBusy;
    case SQLITE_FULL:
      return &kDiskFull;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return &kReadOnly;
    case SQLITE_IOERR:
      if (code == SQLITE_IOERR_NOMEM) return &kMemory;
      // Shared memory and temporary files do not report full disks as such.
      return no_space ? &kDiskFull : &kIo;
    case SQLITE_CANTOPEN:
      return no_space ? &kDiskFull : &kCannotOpen;
    case SQLITE_NOMEM:
      return &kMemory;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
      return &kMisuse;
    default:
      return nullptr;
  }
}

}  // namespace

absl::Status SqliteFile::FaultOf(int code, uint64_t sequence) const {
  // The database handle may be missing, or have gone on to something else.
  std::string text = sqlite3_errstr(code);
  if (db_ != nullptr && (sqlite3_errcode(db_) & 0xff) == (code & 0xff)) {
    text = sqlite3_errmsg(db_);
  }
  absl::StrAppend(&text, ", SQLite ", code);
  const int system_error = db_ == nullptr ? 0 : sqlite3_system_errno(db_);
  if (const Meaning* meaning = MeaningOf(code, system_error)) {
    return Fault(meaning->reason, meaning->code)
        .At(path_, 0, 0)
        .Say(absl::StrCat(meaning->zh, "（", text, "）"),
             absl::StrCat(meaning->en, " (", text, ")"))
        .Hint(meaning->hint_zh, meaning->hint_en)
        .ToStatus();
  }
  // What remains says that the file is not what it should be: even a plain
  // SQLITE_ERROR, since every statement here fits the tables of a ledger.
  if (sequence == 0) {
    return Broken(path_, 0, "sqlite",
                  absl::StrCat("台账文件已损坏（", text, "）"),
                  absl::StrCat("the ledger file is damaged (", text, ")"));
  }
  return Broken(path_, sequence, "entry",
                absl::StrCat("台账文件已损坏，无法读写第 ", sequence, " 条（",
                             text, "）"),
                absl::StrCat("the ledger file is damaged: entry ", sequence,
                             " cannot be read or written (", text, ")"));
}

}  // namespace duban::journal
