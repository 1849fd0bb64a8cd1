// Tables of a ledger as Arrow streams, both ways. What the types are is known
// by table/; which records count, and what a table does to a ledger, is here.
//
// Pure functions; a stream that was handed out may be read on any thread, by
// one at a time.
#ifndef DUBAN_SRC_LEDGER_ARROW_H_
#define DUBAN_SRC_LEDGER_ARROW_H_

#include <cstdint>
#include <vector>

#include "src/base/diagnostic.h"
#include "src/ledger/import.h"
#include "src/ledger/state.h"
#include "src/table/arrow_export.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

// Every record of the kind that counts, in the order in which they were put.
// *out keeps the view and is the caller's to release.
void ExportTable(const View& view, v1::RecordKind kind,
                 const table::ArrowExportOptions& options,
                 ArrowArrayStream* out);
// The rows and columns given: what a query found.
void ExportRows(const View& view, v1::RecordKind kind,
                std::vector<uint32_t> rows, std::vector<int> columns,
                const table::ArrowExportOptions& options,
                ArrowArrayStream* out);

// Appends the good rows of the stream, in an order in which references point
// back, and releases it. Faults name the table and the row. False where the
// stream was not read to its end.
bool ReadArrowTable(const table::RecordSchema& schema, ArrowArrayStream* stream,
                    ImportedBatch* imported, Faults* faults);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_ARROW_H_
