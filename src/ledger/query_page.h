// Pages of an answer: a token says where the next one begins, of which query
// and at which head. A ledger that has been written to since gives other rows,
// so its pages begin anew. Pure functions; thread-safe.
#ifndef DUBAN_SRC_LEDGER_QUERY_PAGE_H_
#define DUBAN_SRC_LEDGER_QUERY_PAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "duban/v1/ledger.pb.h"
#include "duban/v1/query.pb.h"

namespace duban::ledger {

std::string MakePageToken(const v1::Query& query, const v1::LedgerHead& head,
                          uint64_t first);

// The first row of the page; 0 without a token. BAD_PAGE_TOKEN,
// PAGE_OF_ANOTHER_QUERY, PAGE_OUT_OF_DATE. The size of pages may change from
// one to the next.
absl::StatusOr<uint64_t> ReadPageToken(const v1::Query& query,
                                       const v1::LedgerHead& head);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_QUERY_PAGE_H_
