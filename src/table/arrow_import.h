// Records from a stream of Arrow tables: what pyarrow, pandas, polars, DuckDB
// and others hand over through the Arrow C stream interface.
//
// Columns are named as those of CSV files are, in Chinese or English, in any
// order; arrow_cell.h says what they may hold. Every bad row is reported with
// its number, heading and a hint, and the good ones are given as well. Which
// references exist is for the ledger to say.
//
// A stream comes from another library and is taken for what it says: see
// arrow_array.h for what is checked. It is read to its end, or to the first
// thing that makes no sense, and released in any case.
//
// Pure functions but for the stream; thread-safe.
#ifndef DUBAN_SRC_TABLE_ARROW_IMPORT_H_
#define DUBAN_SRC_TABLE_ARROW_IMPORT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/table/arrow.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::table {

// The headings that a table has, by the column's name in the schema.
using HeadingByColumn = HashMap<std::string, std::string>;

struct ArrowRead {
  // False where reading ended before the stream did: there may be more rows.
  bool whole = false;
  HeadingByColumn headings;
};

// Calls `keep` for each good row, in order. `name` is what faults call the
// table. Reasons: those of ReadRecords for columns, ids and cells, and
//   ARROW_TYPE  a column of a type that its field cannot be read from; no row
//                is good then
//   BAD_ARROW, ARROW_STREAM_FAILED, FILE_TOO_LARGE  where reading ends
// Rows that are null in every column are skipped.
ArrowRead ReadArrow(const RecordSchema& schema, absl::string_view name,
                    ArrowArrayStream* stream,
                    const std::function<void(RecordRow)>& keep, Faults* faults);

// The good rows of a stream as one change.
struct ArrowColumns {
  v1::PutColumns columns;
  // The number, from 1, that each row has in the stream. Empty where none was
  // left out: the numbers are 1, 2, 3 … then.
  std::vector<int64_t> row_numbers;
  ArrowRead read;
};

// As ReadArrow. Columns in which nothing is given are left out. A nested
// message that is there but empty (a quantity with the word "exact" alone) is
// as one that is not.
ArrowColumns MakeColumns(const RecordSchema& schema, absl::string_view name,
                         ArrowArrayStream* stream, Faults* faults);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ARROW_IMPORT_H_
