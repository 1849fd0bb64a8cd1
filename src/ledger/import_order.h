// The order in which the rows of a table can be put.
#ifndef DUBAN_SRC_LEDGER_IMPORT_ORDER_H_
#define DUBAN_SRC_LEDGER_IMPORT_ORDER_H_

#include <vector>

#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

// Puts each row after those of its own table that it refers to, and otherwise
// keeps the order. Where organizations have several versions, earlier ones
// come first, and of one day those higher up: so the tree is one all along.
//
// Organizations that refer to each other both ways (one runs, the other
// guides) come twice: at first without the reference to what is not there yet.
// Other rows on a cycle keep their order; the ledger says what is wrong.
void SortByReference(const table::RecordSchema& schema,
                     std::vector<table::RecordRow>* rows);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_IMPORT_ORDER_H_
