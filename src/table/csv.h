// Comma-separated files (RFC 4180) to rows of cells and back.
//
// Reads what office machines write: UTF-8 with or without byte-order mark or
// GB18030, lines ending in CRLF, LF or CR, cells with line breaks in quotes.
// Strict otherwise: a quote where none may stand, a quote without its end and
// a row of another width than the headings are faults of that row, and the
// rows after it are read all the same. Knows nothing of records: see
// record_csv.h. Nothing is trimmed but headings.
//
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_TABLE_CSV_H_
#define DUBAN_SRC_TABLE_CSV_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/diagnostic.h"

namespace duban::table {

struct CsvRow {
  // 1-based, blank lines and the headings not counted (bad rows are); 0 for
  // the headings.
  int64_t number = 0;
  // 1-based line of the file on which the row begins.
  int line = 0;
  std::vector<std::string> cells;
};

// Gets a file row by row, so that a large one need not be in memory twice.
class CsvVisitor {
 public:
  virtual ~CsvVisitor() = default;
  // Once, before any row, where the headings are in order. Returning false
  // ends the reading.
  virtual bool Headings(const CsvRow& headings) = 0;
  // Rows that have as many cells as there are headings.
  virtual void Row(const CsvRow& row) = 0;
};

// More columns than that are refused.
constexpr int kMaxCsvColumns = 1000;

// `file` is for messages only. Reasons: BAD_ENCODING (also for NUL bytes),
// BAD_QUOTES, ROW_WIDTH, DUPLICATE_COLUMN, COLUMN_REQUIRED (no headings).
void ReadCsv(absl::string_view file, absl::string_view bytes,
             CsvVisitor* visitor, Faults* faults);

struct CsvFile {
  std::vector<std::string> headings;
  std::vector<CsvRow> rows;
};
// The good rows, in order.
CsvFile ReadCsv(absl::string_view file, absl::string_view bytes,
                Faults* faults);

struct CsvOptions {
  // Puts ' before cells that a spreadsheet would take for a formula (they
  // begin with = + - @, tab or CR) and that are not numbers. Such a file does
  // not read back to the same cells.
  bool guard_formulas = false;
  // Without it, Excel on a Chinese system takes UTF-8 for GBK.
  bool byte_order_mark = false;
  bool crlf = false;
};

void AppendCsvRow(absl::Span<const std::string> cells,
                  const CsvOptions& options, std::string* out);

// UTF-8; see Utf8ToGb18030 for the other encoding.
std::string WriteCsv(absl::Span<const std::string> headings,
                     absl::Span<const std::vector<std::string>> rows,
                     const CsvOptions& options = {});

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_CSV_H_
