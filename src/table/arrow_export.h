// Records as a stream of Arrow tables: pyarrow, pandas, polars, DuckDB and
// whatever else knows the Arrow C stream interface take them as they are.
//
// One column a field (record_schema.h), in the types of docs/tables.md: texts
// are utf8, dates date32, whole numbers int64, flags bool, enums the words that
// CSV files have, lists list<utf8>, attributes list<struct<name, value>>. What
// was not given is null; flags and whole numbers, which are 0 where they were
// not given, never are. Decimals are texts, because a published figure is kept
// as it was published (95.00); on request they are decimal128(38, 9).
//
// Without `unmasked`, what is SENSITIVE or closer is masked as in CSV files;
// of what is no text, nothing is left but null. Unmasked tables read back to
// equal records (arrow_import.h), unless decimals were turned into numbers.
//
// Thread rule: a stream is read by one thread at a time, on any thread.
#ifndef DUBAN_SRC_TABLE_ARROW_EXPORT_H_
#define DUBAN_SRC_TABLE_ARROW_EXPORT_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "src/base/diagnostic.h"
#include "src/table/arrow.h"
#include "src/table/records.h"

namespace duban::table {

struct ArrowExportOptions {
  Language language = Language::kEn;  // of column names and words
  // Texts and enums as dictionary<int32, utf8>, those in lists excepted. Each
  // chunk has its own dictionary, with the words of its rows and no others.
  bool dictionaries = false;
  bool decimals_as_numbers = false;
  bool unmasked = false;
  // Fewer where their texts would be over 1 GiB; at least 1.
  uint32_t rows_in_chunk = 65536;
};

// The rows and columns (indices into the schema's) given, in that order. *out
// keeps `records`, and is the caller's to release. Arrays are made when they
// are asked for.
void ExportArrow(std::shared_ptr<const Records> records,
                 std::vector<uint32_t> rows, std::vector<int> columns,
                 const ArrowExportOptions& options, ArrowArrayStream* out);

// 0, 1, 2 … for all columns of a schema.
std::vector<int> AllColumns(const RecordSchema& schema);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ARROW_EXPORT_H_
