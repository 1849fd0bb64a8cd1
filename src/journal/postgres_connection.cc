#include "src/journal/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::journal {
namespace {

constexpr int kBinary = 1;
constexpr Oid kBytea = 17;

// Big-endian, as PostgreSQL sends numbers.
void AppendInteger(uint64_t value, int bytes, std::string* out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

// Notices go to standard error unless somebody takes them.
void Ignore(void*, const PGresult*) {}

}  // namespace

Parameter Parameter::Integer(int64_t value) {
  Parameter parameter(20, "");
  AppendInteger(static_cast<uint64_t>(value), 8, &parameter.own_);
  return parameter;
}

// Dimensions, a flag for nulls, type of the elements, size, lower bound.
ByteArray::ByteArray() {
  for (const uint32_t word : {1u, 0u, static_cast<uint32_t>(kBytea), 0u, 1u}) {
    AppendInteger(word, 4, &bytes_);
  }
}

void ByteArray::Add(absl::string_view element) {
  ++count_;
  std::string size;
  AppendInteger(static_cast<uint64_t>(count_), 4, &size);
  bytes_.replace(12, 4, size);
  AppendInteger(element.size(), 4, &bytes_);
  bytes_.append(element.data(), element.size());
}

int64_t Rows::changed() const {
  int64_t count = 0;
  return absl::SimpleAtoi(PQcmdTuples(result_.get()), &count) ? count : 0;
}

absl::string_view Rows::Bytes(int row, int column) const {
  return absl::string_view(
      PQgetvalue(result_.get(), row, column),
      static_cast<size_t>(PQgetlength(result_.get(), row, column)));
}

bool Rows::Unsigned(int row, int column, uint64_t* value) const {
  const absl::string_view bytes = Bytes(row, column);
  if (is_null(row, column) || PQftype(result_.get(), column) != 20 ||
      bytes.size() != 8) {
    return false;
  }
  *value = 0;
  for (const char c : bytes) {
    *value = *value << 8 | static_cast<unsigned char>(c);
  }
  return *value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
}

bool Rows::DigestAt(int row, int column, Digest* digest) const {
  const absl::string_view bytes = Bytes(row, column);
  if (is_null(row, column) || PQftype(result_.get(), column) != kBytea ||
      bytes.size() != digest->size()) {
    return false;
  }
  std::memcpy(digest->data(), bytes.data(), bytes.size());
  return true;
}

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Open(
    const PostgresPlace& place, const Settings& settings) {
  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(place, settings));
  absl::Status status = connection->Connect();
  if (status.ok()) status = connection->Prepare();
  if (!status.ok()) return status;
  return connection;
}

absl::Status PostgresConnection::Connect() {
  // What the connection string says overrides what stands before it. A dead
  // network must not hold a statement for hours.
  static constexpr const char* kKeywords[] = {
      "fallback_application_name", "keepalives_idle",
      "keepalives_interval",       "keepalives_count",
      "tcp_user_timeout",          "dbname",
      "client_encoding",           nullptr};
  const char* const values[] = {"duban", "30",    "10",
                                "3",     "30000", place_.connection.c_str(),
                                "UTF8",  nullptr};
  connection_.reset(PQconnectStartParams(kKeywords, values, 1));
  if (connection_ == nullptr) {
    return PostgresFault(place_, "53200", "libpq", false);
  }
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(connection_.get(), Ignore, nullptr);
  return PQstatus(connection_.get()) == CONNECTION_BAD ? CannotConnect()
                                                       : Await();
}

// Slices of waiting are counted, since no clock is read.
absl::Status PostgresConnection::Await() {
  constexpr int kSlice = 100;  // milliseconds
  int left = settings_.connect_timeout_ms;
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (true) {
    pollfd waiting = {PQsocket(connection_.get()), 0, 0};
    waiting.events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    const int ready = poll(&waiting, 1, std::min(left, kSlice));
    if (ready < 0 && errno != EINTR) {
      return PostgresConnectFault(place_, std::strerror(errno), false);
    }
    if (ready == 0) left -= kSlice;
    if (left <= 0) {
      return PostgresConnectFault(place_, "timeout expired", false);
    }
    if (ready <= 0) continue;
    wanted = PQconnectPoll(connection_.get());
    if (wanted == PGRES_POLLING_FAILED) return CannotConnect();
    if (wanted == PGRES_POLLING_OK) return absl::OkStatus();
  }
}

absl::Status PostgresConnection::CannotConnect() const {
  return PostgresConnectFault(
      place_, PQerrorMessage(connection_.get()),
      PQconnectionNeedsPassword(connection_.get()) != 0);
}

// A batch is on the disk when Append returns, whatever the server's default.
absl::Status PostgresConnection::Prepare() {
  const std::string statement = absl::StrCat(settings_.statement_timeout_ms);
  const std::string lock = absl::StrCat(settings_.lock_timeout_ms);
  const Parameter parameters[] = {
      Parameter::Text(statement), Parameter::Text(lock),
      Parameter::Text(settings_.read_only ? "on" : "off")};
  return Run("SELECT set_config('statement_timeout', $1, false), "
             "set_config('lock_timeout', $2, false), "
             "set_config('idle_in_transaction_session_timeout', $1, false), "
             "CASE WHEN $3 = 'on' THEN "
             "set_config('default_transaction_read_only', 'on', false) END, "
             "CASE WHEN current_setting('synchronous_commit') = 'off' THEN "
             "set_config('synchronous_commit', 'on', false) END",
             parameters)
      .status();
}

absl::StatusOr<Rows> PostgresConnection::Run(
    const char* sql, absl::Span<const Parameter> parameters) {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> sizes;
  const std::vector<int> formats(parameters.size(), kBinary);
  for (const Parameter& parameter : parameters) {
    const absl::string_view bytes = parameter.bytes();
    types.push_back(parameter.type());
    // A null pointer would be NULL.
    values.push_back(bytes.data() == nullptr ? "" : bytes.data());
    sizes.push_back(static_cast<int>(bytes.size()));
  }
  PGresult* result = PQexecParams(
      connection_.get(), sql, static_cast<int>(parameters.size()), types.data(),
      values.data(), sizes.data(), formats.data(), kBinary);
  Rows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  return FaultOf(result);
}

void PostgresConnection::Rollback() {
  if (lost()) return;
  if (PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  Do("ROLLBACK").IgnoreError();
}

absl::Status PostgresConnection::FaultOf(const PGresult* result) {
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* severity =
      PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  // Without an SQLSTATE it is libpq that speaks, of a connection that broke;
  // after FATAL the server closes it. PQstatus says so only later.
  broken_ = broken_ || sqlstate == nullptr ||
            (severity != nullptr && absl::string_view(severity) != "ERROR");
  // The detail is left out: it can quote what stands in rows.
  const char* text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return PostgresFault(
      place_, sqlstate == nullptr ? "" : sqlstate,
      text == nullptr ? PQerrorMessage(connection_.get()) : text, lost());
}

}  // namespace duban::journal
