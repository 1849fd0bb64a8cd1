// Coverage: who has what was asked of everyone, and who still lacks it
// (一校一策, 一院一账).
//
//   auto lacking = duban::CoverageOf(*pack, ledger->View(), "2021-12-01",
//                                    {"own-plan"});
//
// Knows duties, and nothing of what they ask for. A pure function of its
// arguments; any number of threads may call it.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_COVERAGE_H_
#define DUBAN_COVERAGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/schedule.pb.h"

namespace duban {

// One row for each quota or required submission and period; without `quotas`,
// of all of them, in the order of the pack. Lacking are those whose duty is
// open or missed, unless it came late or was caught up since: it is there now.
// UNKNOWN_QUOTA where the pack has no such quota.
absl::StatusOr<v1::CoverageReport> CoverageOf(
    const Pack& pack, const LedgerView& view, absl::string_view as_of,
    const std::vector<std::string>& quotas = {});

}  // namespace duban

#endif  // DUBAN_COVERAGE_H_
