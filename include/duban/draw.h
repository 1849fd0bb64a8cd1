// Draws: random checks (随机抽查) that come out the same each time they are
// asked for, and that anyone can check.
//
//   auto drawn = duban::Draw(*pack, ledger->View(), "2021-11-01", "checks");
//
// Everyone of whom the plan's `who` holds on the day has a ticket: the SHA-256
// of the plan's id, its seed and the own id, each as a netstring (its length in
// bytes, a colon, the bytes, a comma):
//
//   printf '6:checks,7:2021-11,8:school-1,' | sha256sum
//
// Those with the lowest tickets are drawn, in that order. A ticket depends on
// nobody else, so one unit more or less moves no other's. A pure function of
// its arguments; any number of threads may call it.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_DRAW_H_
#define DUBAN_DRAW_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/schedule.pb.h"

namespace duban {

// Teams, where the plan has them, get what was drawn in turn, in the order of
// their own tickets: each unit goes to the team that has the fewest, those
// units first that the fewest teams may take. No team gets itself, an
// organization above or below it, or the one that a person with a post in the
// team belongs to. UNKNOWN_PLAN; NO_TEAM_FOR where no team may take a unit.
absl::StatusOr<v1::SampleReport> Draw(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      absl::string_view plan);

}  // namespace duban

#endif  // DUBAN_DRAW_H_
