// A folder of CSV tables as one batch of changes. Knows where each change
// came from, so that a refusal can name file, row and column.
#ifndef DUBAN_SRC_LEDGER_IMPORT_H_
#define DUBAN_SRC_LEDGER_IMPORT_H_

#include <string>
#include <vector>

#include "duban/v1/error.pb.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/diagnostic.h"

namespace duban::ledger {

struct ImportedBatch {
  v1::Batch batch;
  struct Origin {
    int file;  // -1: not from a file
    int64_t row;
  };
  std::vector<Origin> origins;  // parallel to batch.changes()
  std::vector<std::string> file_names;
};

// Appends every table there is, in an order in which references point back;
// records that refer to others of their own table come after them. Each
// change gets a key from its content, so that the same folder imported twice
// adds nothing.
void ReadFolder(const std::string& folder, ImportedBatch* imported,
                Faults* faults);

// Turns faults that name changes into faults that name rows.
void PlaceFaults(const ImportedBatch& imported, const v1::ErrorList& of_changes,
                 Faults* faults);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_IMPORT_H_
