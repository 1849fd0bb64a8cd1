#include "src/journal/postgres_place.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban::journal {
namespace {

constexpr size_t kMaxName = 128;
constexpr char kAnyPostgres[] = "postgresql:";

// What libpq says of a string that it cannot read quotes pieces of it, of
// which one may be the password: it is never passed on.
absl::Status BadConnection(absl::string_view zh, absl::string_view en) {
  return Fault("BAD_CONNECTION_STRING")
      .At(kAnyPostgres, 0, 0)
      .Say(zh, en)
      .Hint(
          "形如 "
          "postgresql://用户@主机:5432/数据库#台账名；用户名与密码中的 @ : / # "
          "等字符须写作 %40 %3A %2F %23",
          "write postgresql://user@host:5432/database#ledger; characters such "
          "as @ : / # in a user name or password are written %40 %3A %2F %23")
      .ToStatus();
}

absl::Status CheckName(absl::string_view name) {
  const bool good =
      !name.empty() && name.size() <= kMaxName && IsUtf8(name) &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f &&
               !absl::StrContains("#@:/?", absl::string_view(&c, 1));
      });
  if (good) return absl::OkStatus();
  // The name is not shown: where a "#" in a password was not escaped, it is
  // the password's end.
  return Fault("BAD_LEDGER_NAME")
      .At(kAnyPostgres, 0, 0)
      .Say("未指明台账名，或台账名无效",
           "the ledger is not named, or its name is not valid")
      .Hint(absl::StrCat("在连接串之后写“#台账名”：1 至 ", kMaxName,
                         " 字节，不含 # @ : / ? 与控制字符"),
            absl::StrCat("write \"#ledger\" after the connection string: 1 to ",
                         kMaxName,
                         " bytes without # @ : / ? and control characters"))
      .ToStatus();
}

bool IsPort(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == ','; });
}

struct OptionsDeleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string NameOf(absl::string_view host, absl::string_view port,
                   absl::string_view database, absl::string_view ledger) {
  const bool socket = absl::StartsWith(host, "/");
  return absl::StrCat("postgresql://", socket ? "" : host,
                      port.empty() ? "" : ":", port, "/", database,
                      socket ? "?host=" : "", socket ? host : "", "#", ledger);
}

}  // namespace

absl::StatusOr<PostgresPlace> ParsePostgresPlace(absl::string_view location) {
  const size_t mark = location.rfind('#');
  if (mark == absl::string_view::npos) {
    return MakePostgresPlace(location, "");
  }
  return MakePostgresPlace(location.substr(0, mark), location.substr(mark + 1));
}

absl::StatusOr<PostgresPlace> MakePostgresPlace(absl::string_view connection,
                                                absl::string_view ledger) {
  if (absl::Status named = CheckName(ledger); !named.ok()) return named;
  PostgresPlace place;
  place.connection = std::string(connection);
  place.ledger = std::string(ledger);
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, OptionsDeleter> options(
      connection.find('\0') == absl::string_view::npos
          ? PQconninfoParse(place.connection.c_str(), &why)
          : nullptr);
  PQfreemem(why);
  if (options == nullptr) {
    return BadConnection("连接串无法识别", "the connection string is not one");
  }
  std::string host;
  std::string port;
  std::string database;
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    if (o->val == nullptr || o->val[0] == '\0') continue;
    const absl::string_view keyword = o->keyword;
    if (keyword == "host") host = o->val;
    if (keyword == "hostaddr" && host.empty()) host = o->val;
    if (keyword == "port") port = o->val;
    if (keyword == "dbname") database = o->val;
    // "*" marks what libpq itself hides in dialogs.
    if (o->dispchar[0] == '*') place.secrets.push_back(o->val);
  }
  // Signs that a password was not escaped, so that its end is taken for the
  // server, which faults name.
  if (absl::StrContains(host, "@") || absl::StrContains(database, "@") ||
      !IsPort(port)) {
    return BadConnection("连接串中的主机、端口或数据库名无效",
                         "the connection string's host, port or database is "
                         "not valid");
  }
  place.name = NameOf(host, port, database, ledger);
  return place;
}

std::string WithoutSecrets(const PostgresPlace& place, absl::string_view text) {
  std::string clean(absl::StripSuffix(text, "\n"));
  for (const std::string& secret : place.secrets) {
    clean = absl::StrReplaceAll(clean, {{secret, "***"}});
  }
  return clean;
}

}  // namespace duban::journal
