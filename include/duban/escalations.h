// Escalations: which orders (催办, 督办单) a pack's rules propose on a day,
// about what, and to whom.
//
//   auto orders = duban::Escalations(*pack, ledger->View(), "2021-12-01");
//
// Proposes and nothing more: nothing is sent and nothing is stored. A host that
// sends an order about a matter records it as a step (URGE, ESCALATE), and the
// next report counts that step. A pure function of its arguments; any number of
// threads may call it.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_ESCALATIONS_H_
#define DUBAN_ESCALATIONS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/schedule.pb.h"

namespace duban {

// Of duties, those that Duties() lists; of matters, those that are open. An
// order that should go to a body above, where there is none, names nobody.
// `as_of` is a civil date, YYYY-MM-DD.
absl::StatusOr<v1::EscalationReport> Escalations(const Pack& pack,
                                                 const LedgerView& view,
                                                 absl::string_view as_of);

}  // namespace duban

#endif  // DUBAN_ESCALATIONS_H_
