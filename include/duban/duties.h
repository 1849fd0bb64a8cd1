// Duties: who owes what by when, worked out from a pack and a ledger.
//
// A pure function of its arguments; any number of threads may call it.
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_DUTIES_H_
#define DUBAN_DUTIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/assessment.pb.h"

namespace duban {

struct DutyOptions {
  // Only this subject's, with the records behind each need.
  std::string subject;
};

// Every duty whose period has begun by `as_of` (YYYY-MM-DD), in the order of
// the pack's quotas, then periods, then subjects by id.
absl::StatusOr<v1::DutyReport> Duties(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      const DutyOptions& options = {});

}  // namespace duban

#endif  // DUBAN_DUTIES_H_
