#include "src/ledger/arrow.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/ledger.h"
#include "src/base/text.h"
#include "src/ledger/state_tables.h"
#include "src/table/arrow_import.h"

namespace duban {
namespace ledger {

void ExportRows(const View& view, v1::RecordKind kind,
                std::vector<uint32_t> rows, std::vector<int> columns,
                const table::ArrowExportOptions& options,
                ArrowArrayStream* out) {
  table::ExportArrow(
      std::shared_ptr<const table::Records>(view, &view->records(kind)),
      std::move(rows), std::move(columns), options, out);
}

void ExportTable(const View& view, v1::RecordKind kind,
                 const table::ArrowExportOptions& options,
                 ArrowArrayStream* out) {
  std::vector<uint32_t> rows;
  const uint32_t size = view->records(kind).size();
  for (uint32_t row = 0; row < size; ++row) {
    if (view->counts(kind, row)) rows.push_back(row);
  }
  ExportRows(view, kind, std::move(rows),
             table::AllColumns(table::SchemaOf(kind)), options, out);
}

bool ReadArrowTable(const table::RecordSchema& schema, ArrowArrayStream* stream,
                    ImportedBatch* imported, Faults* faults) {
  std::vector<table::RecordRow> rows;
  table::ArrowRead read = table::ReadArrow(
      schema, schema.name(), stream,
      [&rows](table::RecordRow row) { rows.push_back(std::move(row)); },
      faults);
  imported->files.push_back({schema.name(), std::move(read.headings)});
  AddRows(schema, std::move(rows), imported);
  return read.whole;
}

}  // namespace ledger

absl::StatusOr<v1::Receipt> Ledger::ImportArrow(const std::string& table,
                                                ArrowArrayStream* stream,
                                                const ApplyOptions& options) {
  const table::RecordSchema* schema = table::FindSchema(table);
  Faults faults;
  if (schema == nullptr) {
    if (stream != nullptr && stream->release != nullptr) {
      stream->release(stream);
    }
    faults.Add(ledger::UnknownTable(table));
    return faults.ToStatus();
  }
  ledger::ImportedBatch imported;
  // Half a table is not written, whatever is to be kept.
  if (!ledger::ReadArrowTable(*schema, stream, &imported, &faults)) {
    return faults.ToStatus();
  }
  return ApplyImported(imported, options, &faults);
}

}  // namespace duban
