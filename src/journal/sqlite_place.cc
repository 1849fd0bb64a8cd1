#include "src/journal/sqlite_place.h"

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

namespace fs = std::filesystem;

absl::Status BadPlace(absl::string_view reason, absl::StatusCode code,
                      absl::string_view path, absl::string_view zh,
                      absl::string_view en) {
  return Fault(reason, code).At(path, 0, 0).Say(zh, en).ToStatus();
}

absl::Status CheckParent(absl::string_view path) {
  fs::path parent = fs::path(std::string(path)).parent_path();
  if (parent.empty()) return absl::OkStatus();
  std::error_code error;
  if (fs::is_directory(parent, error)) return absl::OkStatus();
  return BadPlace("DIRECTORY_NOT_FOUND", absl::StatusCode::kNotFound, path,
                  absl::StrCat("目录“", parent.string(), "”不存在或不可访问"),
                  absl::StrCat("the directory '", parent.string(),
                               "' does not exist or cannot be entered"));
}

}  // namespace

absl::StatusOr<bool> CheckPlace(absl::string_view path, bool may_create) {
  if (path.empty() || path.find('\0') != absl::string_view::npos) {
    return BadPlace("BAD_PATH", absl::StatusCode::kInvalidArgument, path,
                    "台账文件的路径为空，或含有空字符",
                    "the ledger's path is empty or contains a NUL character");
  }
  if (absl::Status status = CheckParent(path); !status.ok()) return status;
  std::error_code error;
  const fs::file_status found = fs::status(std::string(path), error);
  switch (found.type()) {
    case fs::file_type::regular:
      return true;
    case fs::file_type::not_found:
      if (may_create) return false;
      return BadPlace("LEDGER_NOT_FOUND", absl::StatusCode::kNotFound, path,
                      "台账文件不存在", "there is no such ledger file");
    case fs::file_type::directory:
      return BadPlace("NOT_A_LEDGER", absl::StatusCode::kInvalidArgument, path,
                      "这是目录，不是台账文件",
                      "this is a directory, not a ledger file");
    case fs::file_type::none:
    case fs::file_type::unknown:
      return BadPlace("JOURNAL_CANNOT_OPEN",
                      absl::StatusCode::kPermissionDenied, path,
                      absl::StrCat("无法访问台账文件（", error.message(), "）"),
                      absl::StrCat("the ledger file cannot be reached (",
                                   error.message(), ")"));
    default:
      return BadPlace("NOT_A_LEDGER", absl::StatusCode::kInvalidArgument, path,
                      "这是设备或管道，不是台账文件",
                      "this is a device or a pipe, not a ledger file");
  }
}

std::string UriOf(absl::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  // An empty authority, so that a path may begin with two slashes.
  std::string uri =
      !path.empty() && path.front() == '/' ? "file://" : "file:./";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri.push_back('%');
      uri.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
      uri.push_back(kHex[static_cast<unsigned char>(c) & 15]);
    } else {
      uri.push_back(c);
    }
  }
  return uri;
}

FileStamp StampOf(absl::string_view path) {
  FileStamp stamp;
  std::error_code error;
  // SQLite puts its files beside the file that a link leads to.
  const fs::path file = fs::canonical(std::string(path), error);
  if (error) return stamp;
  stamp.size = fs::file_size(file, error);
  if (error) stamp.size = 0;
  const fs::file_time_type modified = fs::last_write_time(file, error);
  if (!error) {
    stamp.modified = static_cast<int64_t>(modified.time_since_epoch().count());
  }
  const fs::path log = file.native() + "-wal";
  stamp.log = fs::exists(log, error);
  if (stamp.log) {
    stamp.log_size = fs::file_size(log, error);
    if (error) stamp.log_size = 0;
  }
  stamp.rollback_journal = fs::exists(file.native() + "-journal", error);
  return stamp;
}

}  // namespace duban::journal
