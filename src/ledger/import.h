// Tables as one batch of changes. Knows where each change came from, so that a
// refusal can name file, row and column.
#ifndef DUBAN_SRC_LEDGER_IMPORT_H_
#define DUBAN_SRC_LEDGER_IMPORT_H_

#include <string>
#include <vector>

#include "duban/v1/error.pb.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

struct ImportedBatch {
  v1::Batch batch;
  // Where each change comes from; parallel to batch.changes().
  struct Origin {
    int file = -1;  // -1: not from a file
    int64_t row = 0;
    int line = 0;
  };
  std::vector<Origin> origins;
  struct File {
    std::string name;
    table::FileHeadings headings;
  };
  std::vector<File> files;
  // An export: what a ledger has accepted before.
  bool was_accepted = false;
};

// Appends every table there is, in an order in which references point back
// (import_order.h), with what is no record (import_history.h).
void ReadFolder(const std::string& folder, ImportedBatch* imported,
                Faults* faults);

// Appends rows of the file that was added last, sorted so that references to
// rows of the same table point back.
void AddRows(const table::RecordSchema& schema,
             std::vector<table::RecordRow> rows, ImportedBatch* imported);

// Turns faults that name changes into faults that name rows.
void PlaceFaults(const ImportedBatch& imported, const v1::ErrorList& of_changes,
                 Faults* faults);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_IMPORT_H_
