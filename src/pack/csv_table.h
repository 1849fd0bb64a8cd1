// Rows of a pack's lookup tables kept as CSV: tables/NAME.csv fills the table
// NAME, which the pack declares (with its columns, if it has any). Headings
// are the columns' ids and "value" for a decision table; "from", "until" and
// "value" for bands. UTF-8 or GB18030, as src/table/csv.h reads it.
//
// Knows nothing of what cells mean: lookup_table.h does. Thread-safe on
// distinct packs.
#ifndef DUBAN_SRC_PACK_CSV_TABLE_H_
#define DUBAN_SRC_PACK_CSV_TABLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "duban/v1/pack.pb.h"
#include "src/base/diagnostic.h"
#include "src/pack/scan.h"

namespace duban::pack {

// `name` is the path of the file, `file` its number in the tree.
void FillTable(const std::string& name, absl::string_view bytes, int file,
               v1::Pack* pack, PositionTree* tree, Faults* faults);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_CSV_TABLE_H_
