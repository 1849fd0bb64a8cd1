// A query's answer as rows and columns of a table of the ledger.
//
// Messages (duban/query.h), tables for people and Arrow tables are made of
// it. What rules may not use (identity numbers, raters, birth dates) can be
// neither filtered nor sorted by. Thread-safe.
#ifndef DUBAN_SRC_LEDGER_QUERY_H_
#define DUBAN_SRC_LEDGER_QUERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/query.pb.h"
#include "src/ledger/state.h"

namespace duban::ledger {

struct Selection {
  // This page, in the order asked for; rows of view->records(query.kind()).
  std::vector<uint32_t> rows;
  // Indexes of the schema's columns, in the order asked for.
  std::vector<int> columns;
  uint64_t total = 0;
  std::string next_page_token;
};

// Faults as in duban/query.h.
absl::StatusOr<Selection> SelectRows(const View& view, const v1::Query& query);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_QUERY_H_
