// Rules of pairings: how many partners and holders, who may hold one, whether
// it has to end. Compiled here; the ledger applies them as pairings are put.
#ifndef DUBAN_SRC_PACK_PAIRINGS_H_
#define DUBAN_SRC_PACK_PAIRINGS_H_

#include "src/pack/checker.h"

namespace duban::pack {

void CompilePairings(Checker* checker);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_PAIRINGS_H_
