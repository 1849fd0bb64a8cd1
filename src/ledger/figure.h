// Figures as they are published, 近5000人 or 20余家, and whether one reaches
// another.
//
// The words reach as far as one unit of the figure's last digit that is not 0:
// 20余 lies between 20 and 30, 近5000 between 4000 and 5000, 1万多 between
// 10,000 and 20,000; 约 and 左右 reach half of that, either side, as rounding
// does. What may be either way is uncertain, and never taken for reached.
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_LEDGER_FIGURE_H_
#define DUBAN_SRC_LEDGER_FIGURE_H_

#include "absl/strings/string_view.h"
#include "duban/v1/common.pb.h"
#include "src/base/decimal.h"

namespace duban::ledger {

struct Figure {
  Decimal value;
  v1::Qualifier qualifier = v1::EXACT;
};

// "yes", "no" or "uncertain". A target is reached from its number on, one that
// is more than its number (余, 多) above it, one that is at most its number up
// to it. The same number in the same words reaches.
absl::string_view Reached(const Figure& reported, const Figure& target);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_FIGURE_H_
