// Queries: which records of a ledger, in what order, how many.
//
//   duban::v1::Query query;
//   query.set_kind(duban::v1::ACTIVITY);
//   query.set_where("activity.minutes >= 480");
//   auto answer = duban::Ask(ledger->View(), query);
//
// A pure function of its arguments; any number of threads may call it.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_QUERY_H_
#define DUBAN_QUERY_H_

#include "absl/status/statusor.h"
#include "duban/ledger.h"
#include "duban/v1/query.pb.h"

namespace duban {

// All faults of the query at once: UNKNOWN_TABLE (no kind), UNKNOWN_COLUMN,
// those of expressions (their place has `where` or `order_by[0].by` as field),
// ORDER_NOT_POSSIBLE, FIELD_GUARDED, BAD_DATE. A page belongs to one query and
// one head: PAGE_OF_ANOTHER_QUERY, PAGE_OUT_OF_DATE, BAD_PAGE_TOKEN.
absl::StatusOr<v1::QueryAnswer> Ask(const LedgerView& view,
                                    const v1::Query& query);

}  // namespace duban

#endif  // DUBAN_QUERY_H_
