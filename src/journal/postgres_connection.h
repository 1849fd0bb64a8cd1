// One connection to PostgreSQL, and what its failures mean to a user.
//
// Knows libpq: connecting within a time, statements with binary parameters
// (no value is ever part of a statement's text), SQLSTATEs in the user's
// words. Knows nothing of ledgers but the place that faults name.
//
// Belongs to one thread at a time, and must not be carried across fork().
// libpq itself reads the PG… variables of the environment and ~/.pgpass for
// what the connection string does not say.
#ifndef DUBAN_SRC_JOURNAL_POSTGRES_CONNECTION_H_
#define DUBAN_SRC_JOURNAL_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/digest.h"
#include "src/journal/postgres_place.h"

namespace duban::journal {

// A value for $1, $2, … in binary form. Texts and bytes are borrowed.
class Parameter {
 public:
  static Parameter Text(absl::string_view text) { return {25, text}; }
  static Parameter Bytes(absl::string_view bytes) { return {17, bytes}; }
  static Parameter Bytes(const Digest& digest) {
    return Bytes({reinterpret_cast<const char*>(digest.data()), digest.size()});
  }
  // bytea[], as ByteArray writes it.
  static Parameter Array(absl::string_view array) { return {1001, array}; }
  static Parameter Integer(int64_t value);

  Oid type() const { return type_; }
  absl::string_view bytes() const {
    return own_.empty() ? view_ : absl::string_view(own_);
  }

 private:
  Parameter(Oid type, absl::string_view view) : type_(type), view_(view) {}

  Oid type_;
  absl::string_view view_;
  std::string own_;
};

// The elements as PostgreSQL's binary form of bytea[].
class ByteArray {
 public:
  ByteArray();
  void Add(absl::string_view element);
  int size() const { return count_; }
  // Complete at any time.
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  int count_ = 0;
};

// Rows in binary form.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result) {}

  int size() const { return PQntuples(result_.get()); }
  // How many rows the statement inserted or changed.
  int64_t changed() const;
  // "COMMIT", "INSERT 0 3", …
  absl::string_view tag() const { return PQcmdStatus(result_.get()); }
  bool is_null(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
  }
  absl::string_view Bytes(int row, int column) const;
  // False where the value is null, negative, or of another type.
  bool Unsigned(int row, int column, uint64_t* value) const;
  bool DigestAt(int row, int column, Digest* digest) const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

class PostgresConnection {
 public:
  struct Settings {
    bool read_only = false;
    int connect_timeout_ms = 10000;
    int statement_timeout_ms = 60000;
    int lock_timeout_ms = 5000;
  };

  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Open(
      const PostgresPlace& place, const Settings& settings);

  // On failure check lost(): the server may be gone.
  absl::StatusOr<Rows> Run(const char* sql,
                           absl::Span<const Parameter> parameters = {});
  // Without results or parameters.
  absl::Status Do(const char* sql) { return Run(sql).status(); }
  // Ends the transaction, if one is open, without its changes.
  void Rollback();

  bool lost() const {
    return broken_ || PQstatus(connection_.get()) != CONNECTION_OK;
  }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  PostgresConnection(PostgresPlace place, const Settings& settings)
      : place_(std::move(place)), settings_(settings) {}

  absl::Status Connect();
  absl::Status Await();
  absl::Status Prepare();
  absl::Status CannotConnect() const;
  absl::Status FaultOf(const PGresult* result);

  const PostgresPlace place_;
  const Settings settings_;
  std::unique_ptr<PGconn, Finish> connection_;
  bool broken_ = false;
};

// What an SQLSTATE means to the user; `text` is the server's message. Where
// the connection is gone, `lost`.
absl::Status PostgresFault(const PostgresPlace& place,
                           absl::string_view sqlstate, absl::string_view text,
                           bool lost);
// Why there is no connection; `text` is libpq's message with verbosity
// "verbose", which has the SQLSTATE in it if the server was reached.
absl::Status PostgresConnectFault(const PostgresPlace& place,
                                  absl::string_view text, bool needs_password);
// Whether trying again in a moment may help: the server is (re)starting.
bool IsConnectionFault(const absl::Status& status);

}  // namespace duban::journal

#endif  // DUBAN_SRC_JOURNAL_POSTGRES_CONNECTION_H_
