#include "src/journal/open.h"

#include <utility>

#include "absl/strings/match.h"
#include "src/base/diagnostic.h"
#ifdef DUBAN_WITH_POSTGRES
#include "src/journal/postgres.h"
#include "src/journal/postgres_place.h"
#endif

namespace duban::journal {
namespace {

// What can be said of any such place, whatever it holds.
constexpr char kSomePostgres[] = "postgresql:";

#ifdef DUBAN_WITH_POSTGRES

absl::StatusOr<std::unique_ptr<Journal>> OpenPostgres(
    absl::string_view location, const OpenOptions& options) {
  PostgresOptions open;
  open.read_only = options.mode == OpenOptions::Mode::kReadOnly;
  open.create = options.create;
  open.engine_version = options.engine_version;
  open.lock_timeout_ms = options.busy_timeout_ms;
  auto journal = PostgresJournal::Open(location, open);
  if (!journal.ok()) return journal.status();
  return *std::move(journal);
}

std::string PostgresName(absl::string_view location) {
  auto place = ParsePostgresPlace(location);
  return place.ok() ? place->name : kSomePostgres;
}

#else

absl::StatusOr<std::unique_ptr<Journal>> OpenPostgres(absl::string_view,
                                                      const OpenOptions&) {
  return Fault("JOURNAL_NOT_BUILT_IN", absl::StatusCode::kUnimplemented)
      .At(kSomePostgres, 0, 0)
      .Say("本程序构建时未包含 PostgreSQL 支持",
           "this program was built without PostgreSQL")
      .Hint("以 -DDUBAN_WITH_POSTGRES=ON 重新构建，需要 libpq",
            "build it with -DDUBAN_WITH_POSTGRES=ON, which needs libpq")
      .ToStatus();
}

std::string PostgresName(absl::string_view) { return kSomePostgres; }

#endif

}  // namespace

bool IsFile(absl::string_view location) {
  return !absl::StartsWith(location, "postgresql://") &&
         !absl::StartsWith(location, "postgres://");
}

std::string NameOf(absl::string_view location) {
  return IsFile(location) ? std::string(location) : PostgresName(location);
}

absl::StatusOr<std::unique_ptr<Journal>> OpenJournal(
    absl::string_view location, const OpenOptions& options) {
  if (!IsFile(location)) return OpenPostgres(location, options);
  auto journal = SqliteJournal::Open(location, options);
  if (!journal.ok()) return journal.status();
  return *std::move(journal);
}

}  // namespace duban::journal
