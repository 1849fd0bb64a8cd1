// Random checks that can be drawn again. See include/duban/draw.h.
//
// Knows plans, who is there on a day, and the tree; nothing of what inspections
// were made. Pure functions.
#ifndef DUBAN_SRC_DUTY_DRAW_H_
#define DUBAN_SRC_DUTY_DRAW_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace duban::duty {

// SHA-256, in hexadecimal, of the three as netstrings, one after the other.
std::string TicketOf(absl::string_view plan, absl::string_view seed,
                     absl::string_view id);

// Deals `units` things to `teams` hands: gives the number of a team for each,
// none where no team may take it. Deterministic; each goes to the team with the
// fewest, the first of equals.
std::vector<std::optional<size_t>> Deal(
    size_t units, size_t teams,
    const std::function<bool(size_t unit, size_t team)>& may_take);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_DRAW_H_
