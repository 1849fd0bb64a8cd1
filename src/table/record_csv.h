// Records as CSV files: one file a kind, one column a field (record_schema.h),
// headings in Chinese or English or mixed, in any order.
//
// Reading reports every bad row with file, line, row, heading as the file has
// it, and a hint, and returns the good rows as well, so that the caller may
// decide to keep them. Knows the form of single fields (cell.h); whether a
// reference exists or dates fit together is for the ledger to say.
//
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_TABLE_RECORD_CSV_H_
#define DUBAN_SRC_TABLE_RECORD_CSV_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/table/csv.h"
#include "src/table/record_schema.h"
#include "src/table/records.h"

namespace duban::table {

struct RecordRow {
  int64_t row = 0;  // as CsvRow::number
  int line = 0;
  std::unique_ptr<google::protobuf::Message> record;
};

// The headings as a file has them, by the column's name in the schema.
using FileHeadings = HashMap<std::string, std::string>;

// Calls `keep` for each good row, in order, and fills `headings` unless it is
// null. Reasons: those of ReadCsv and
// ParseCell, and
//   UNKNOWN_COLUMN, COLUMN_REQUIRED, DUPLICATE_COLUMN (two headings of one
//     column) once each; where a required column is missing, no row is good;
//   FIELD_REQUIRED  an empty cell in a required column;
//   DUPLICATE_ID    an id that an earlier row has. Organizations and persons
//     may have several versions: there, id and since together.
// Rows whose cells are all empty are skipped.
void ReadRecords(const RecordSchema& schema, absl::string_view file,
                 absl::string_view bytes,
                 const std::function<void(RecordRow)>& keep, Faults* faults,
                 FileHeadings* headings = nullptr);
std::vector<RecordRow> ReadRecords(const RecordSchema& schema,
                                   absl::string_view file,
                                   absl::string_view bytes, Faults* faults,
                                   FileHeadings* headings = nullptr);

// What is to be written in place of a cell's text.
using CellMask =
    std::function<std::string(const Column& column, absl::string_view cell)>;

// A mask for what may never be shown: cells of columns that are SENSITIVE or
// closer. Identity numbers keep their ends, other texts their first character,
// of a date nothing is left. What is masked does not read back.
std::string MaskSensitive(const Column& column, absl::string_view cell);

struct WriteOptions {
  Language language = Language::kZh;  // of headings and words
  CellMask mask;                      // none: everything is shown
  std::vector<int> columns;           // by index; none: all
  CsvOptions csv;
};

// Headings first. With all columns, without a mask and with the default
// CsvOptions the file reads back to equal records, if they are in order
// (record_check.h) and no id occurs twice.
std::string WriteRecords(
    const RecordSchema& schema,
    absl::Span<const google::protobuf::Message* const> records,
    const WriteOptions& options);
// The rows given, in that order.
std::string WriteRecords(const Records& records,
                         absl::Span<const uint32_t> rows,
                         const WriteOptions& options);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_RECORD_CSV_H_
