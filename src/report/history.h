// What became of an organization, for people to read.
#ifndef DUBAN_SRC_REPORT_HISTORY_H_
#define DUBAN_SRC_REPORT_HISTORY_H_

#include <cstdint>
#include <string>

#include "src/ledger/state.h"

namespace duban::report {

// The mergers and splits that led to an organization and on from it, and what
// is still open in it although it has ended; a line each under a heading.
// Empty where there is nothing of the kind.
std::string HistoryOf(const ledger::State& state, uint32_t organization);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_HISTORY_H_
