// Reminders: what falls due within some working days, and for whom.
//
//   auto due = duban::Reminders(*pack, ledger->View(), "2021-12-24");
//
// Knows duties and matters of a day; not who was reminded before, nor how a
// reminder is sent. A pure function of its arguments; any number of threads
// may call it.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_REMINDERS_H_
#define DUBAN_REMINDERS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/schedule.pb.h"

namespace duban {

struct ReminderOptions {
  // Working days after the day of the question, by the pack's calendar or,
  // where it has none, Monday to Friday. 0: what has to be done that day,
  // and before the next working day.
  int32_t within = 5;
};

// Open duties whose period has begun, and open matters, overdue ones
// included. `as_of` is a civil date, YYYY-MM-DD. BAD_ARGUMENT where `within`
// is negative.
absl::StatusOr<v1::ReminderReport> Reminders(
    const Pack& pack, const LedgerView& view, absl::string_view as_of,
    const ReminderOptions& options = {});

}  // namespace duban

#endif  // DUBAN_REMINDERS_H_
