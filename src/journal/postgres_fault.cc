// PostgreSQL's failures in the user's words.

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/journal/journal.h"
#include "src/journal/postgres_connection.h"

namespace duban::journal {
namespace {

using absl::StatusCode;

// Of all SQLSTATEs that begin so; the longest counts, and stands first.
struct Meaning {
  const char* sqlstate;
  const char* reason;
  StatusCode code;
  const char* zh;
  const char* en;
  const char* hint_zh;
  const char* hint_en;
};

constexpr Meaning kLost = {
    "08",
    "JOURNAL_CONNECTION_LOST",
    StatusCode::kUnavailable,
    "与数据库服务器的连接中断，且未能重新连上",
    "the connection to the database server broke and could not be made again",
    "请确认服务器在运行，然后重试",
    "see that the server runs, then try again"};
constexpr Meaning kCannotConnect = {
    "",
    "JOURNAL_CANNOT_CONNECT",
    StatusCode::kUnavailable,
    "无法连接数据库服务器",
    "the database server cannot be reached",
    "请检查主机、端口与网络，并确认服务器在运行且仍有空余连接",
    "check host, port and network, and that the server runs and has a "
    "connection to spare"};
constexpr Meaning kLogin = {
    "28",
    "JOURNAL_LOGIN_REFUSED",
    StatusCode::kUnauthenticated,
    "数据库服务器拒绝登录",
    "the database server refuses the login",
    "请检查用户名、密码与服务器的 pg_hba.conf",
    "check user name and password, and the server's pg_hba.conf"};
constexpr Meaning kDatabase = {"3D000",
                               "DATABASE_NOT_FOUND",
                               StatusCode::kNotFound,
                               "服务器上没有该数据库",
                               "the server has no such database",
                               "请检查数据库名，或先建库",
                               "check its name, or create it first"};
constexpr Meaning kMisuse = {
    "",
    "JOURNAL_MISUSE",
    StatusCode::kInternal,
    "程序错误：对数据库的调用有误",
    "a fault of this program: the database was called in a wrong way",
    "请报告此错误",
    "please report it"};

constexpr Meaning kMeanings[] = {
    kLogin,
    kDatabase,
    {"42501", "JOURNAL_PERMISSION_DENIED", StatusCode::kPermissionDenied,
     "数据库用户没有所需的权限", "the database user lacks a right",
     "请授予对 duban_meta、duban_head、duban_entry 三表的权限",
     "grant the rights on the tables duban_meta, duban_head, duban_entry"},
    {"25006", "JOURNAL_READ_ONLY", StatusCode::kPermissionDenied,
     "数据库只读，本次未写入任何内容",
     "the database is read-only; nothing was written",
     "请连接主库；只需查看时，请以只读方式打开",
     "connect to the primary; open it read-only if looking is enough"},
    {"53100", "JOURNAL_DISK_FULL", StatusCode::kResourceExhausted,
     "服务器磁盘已满，本次未写入任何内容",
     "the server's disk is full; nothing was written", "请清理服务器磁盘后重试",
     "free some space there, then try again"},
    {"53200", "JOURNAL_OUT_OF_MEMORY", StatusCode::kResourceExhausted,
     "内存不足，本次未写入任何内容", "out of memory; nothing was written", "",
     ""},
    {"55P03", "JOURNAL_BUSY", StatusCode::kUnavailable,
     "台账正被其他程序写入，等候多时仍未空闲",
     "another program is writing to the ledger and did not finish in time",
     "请稍后重试；若一直如此，请在 pg_stat_activity 中查看占用者",
     "try again later; if it stays so, see pg_stat_activity"},
    {"57014", "JOURNAL_BUSY", StatusCode::kUnavailable,
     "语句超时或被取消，本次未写入任何内容",
     "a statement took too long or was cancelled; nothing was written",
     "请稍后重试，或放宽时限", "try again later, or allow more time"},
    {"40", "JOURNAL_BUSY", StatusCode::kUnavailable,
     "与其他事务冲突，本次未写入任何内容",
     "another transaction was in the way; nothing was written", "请重试",
     "try again"},
    {"42P01", "NOT_A_LEDGER", StatusCode::kInvalidArgument,
     "数据库中缺少台账的表", "the database lacks tables of a ledger",
     "请检查连接串中的数据库与 search_path",
     "check database and search_path of the connection string"},
    {"42703", "NOT_A_LEDGER", StatusCode::kInvalidArgument,
     "名为 duban_… 的表不是台账的表",
     "the tables named duban_… are not those of a ledger",
     "请检查连接串中的数据库与 search_path",
     "check database and search_path of the connection string"},
    {"428", "NOT_A_LEDGER", StatusCode::kInvalidArgument,
     "名为 duban_… 的表不是台账的表",
     "the tables named duban_… are not those of a ledger",
     "请检查连接串中的数据库与 search_path",
     "check database and search_path of the connection string"},
    {"53", "JOURNAL_IO", StatusCode::kUnavailable, "数据库服务器资源不足",
     "the database server is short of something", "请检查服务器",
     "check the server"},
    {"58", "JOURNAL_IO", StatusCode::kUnavailable, "数据库服务器读写文件时报错",
     "the database server failed to read or write its files", "请检查服务器",
     "check the server"},
    {"XX", "JOURNAL_IO", StatusCode::kDataLoss, "数据库服务器内部出错",
     "the database server has an internal fault",
     "请检查服务器日志与磁盘，必要时从备份恢复",
     "check the server's log and disk; restore a backup if need be"},
    {"57P", "JOURNAL_CONNECTION_LOST", StatusCode::kUnavailable,
     "数据库服务器正在停止或启动",
     "the database server is stopping or starting",
     "请确认服务器在运行，然后重试",
     "see that the server runs, then try again"},
    kLost,
};

absl::Status Say(const PostgresPlace& place, const Meaning& meaning,
                 absl::string_view sqlstate, absl::string_view text) {
  const std::string said =
      absl::StrCat(WithoutSecrets(place, text),
                   sqlstate.empty() ? "" : ", SQLSTATE ", sqlstate);
  return Fault(meaning.reason, meaning.code)
      .At(place.name, 0, 0)
      .Say(absl::StrCat(meaning.zh, "（", said, "）"),
           absl::StrCat(meaning.en, " (", said, ")"))
      .Hint(meaning.hint_zh, meaning.hint_en)
      .ToStatus();
}

const Meaning* Find(absl::string_view sqlstate) {
  if (sqlstate.empty()) return nullptr;
  for (const Meaning& meaning : kMeanings) {
    if (absl::StartsWith(sqlstate, meaning.sqlstate)) return &meaning;
  }
  return nullptr;
}

// "FATAL:  28P01: …": after two spaces, whatever the server's language.
absl::string_view SqlstateIn(absl::string_view text) {
  for (size_t at = text.find(":  "); at != absl::string_view::npos;
       at = text.find(":  ", at + 1)) {
    const absl::string_view state = text.substr(at + 3, 5);
    bool good = state.size() == 5 && text.substr(at + 8, 1) == ":";
    for (const char c : state) {
      good = good && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'));
    }
    if (good) return state;
  }
  return "";
}

}  // namespace

absl::Status PostgresFault(const PostgresPlace& place,
                           absl::string_view sqlstate, absl::string_view text,
                           bool lost) {
  // A server that ends a connection says why, as far as it can.
  if (lost) return Say(place, kLost, sqlstate, text);
  const Meaning* meaning = Find(sqlstate);
  return Say(place, meaning == nullptr ? kMisuse : *meaning, sqlstate, text);
}

absl::Status PostgresConnectFault(const PostgresPlace& place,
                                  absl::string_view text, bool needs_password) {
  const absl::string_view sqlstate = SqlstateIn(text);
  // Each line after the first of a message is its place in PostgreSQL's
  // sources, or the same for another address of the host.
  const absl::string_view first = text.substr(0, text.find('\n'));
  if (needs_password || absl::StartsWith(sqlstate, "28")) {
    return Say(place, kLogin, "", first);
  }
  if (sqlstate == "3D000") return Say(place, kDatabase, "", first);
  if (sqlstate == "42501") return Say(place, *Find(sqlstate), "", first);
  return Say(place, kCannotConnect, "", first);
}

bool IsConnectionFault(const absl::Status& status) {
  const v1::ErrorList faults = FaultsOf(status);
  for (const v1::ErrorDetail& fault : faults.errors()) {
    if (fault.reason() == "JOURNAL_CANNOT_CONNECT" ||
        fault.reason() == "JOURNAL_CONNECTION_LOST") {
      return true;
    }
  }
  return false;
}

}  // namespace duban::journal
