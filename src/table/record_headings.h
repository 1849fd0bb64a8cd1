// What tables of records have in common, wherever they are read from: which
// column each heading names, and that no id occurs twice.
//
// Plain objects, used by one thread.
#ifndef DUBAN_SRC_TABLE_RECORD_HEADINGS_H_
#define DUBAN_SRC_TABLE_RECORD_HEADINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/table/record_schema.h"

namespace duban::table {

// Where a row is. `line` is 0 where there are no lines; row 0 is the headings.
struct RowPlace {
  absl::string_view file;
  int line = 0;
  int64_t row = 0;

  // A fault there, of the column with that heading.
  Fault Wrong(absl::string_view reason, absl::string_view heading) const {
    return Fault(reason).At(file, line, 0).Row(file, row, heading);
  }
};

class RecordHeadings {
 public:
  // Reasons: UNKNOWN_COLUMN, COLUMN_REQUIRED, DUPLICATE_COLUMN.
  RecordHeadings(const RecordSchema& schema, const RowPlace& place,
                 std::vector<std::string> headings, Faults* faults);

  size_t size() const { return headings_.size(); }
  const std::string& heading(size_t cell) const { return headings_[cell]; }
  // The schema's column that a cell is of, or -1.
  int column_of(size_t cell) const { return columns_[cell]; }
  // Where a column of the schema is, or -1.
  int cell_of(int column) const {
    return column < 0 ? -1 : cells_[static_cast<size_t>(column)];
  }
  // False for a table of something else: its rows would only repeat that.
  bool any_known() const;
  // False where no row can be whole, for want of a required column or because
  // it is not clear which of two columns is meant.
  bool complete() const { return complete_; }

 private:
  std::vector<std::string> headings_;
  std::vector<int> columns_;
  std::vector<int> cells_;
  bool complete_ = true;
};

// FIELD_REQUIRED.
Fault RequiredIsMissing(const RowPlace& place, absl::string_view heading);

// The ids that a table had so far. Organizations and persons may have several
// versions: there it is id and since together.
class SeenIds {
 public:
  explicit SeenIds(const RecordSchema& schema);

  // The column that tells versions apart, or -1.
  int version_column() const { return version_column_; }
  // False, and a fault, where an earlier row has the id (DUPLICATE_ID). No id:
  // true.
  bool Add(const RowPlace& place, absl::string_view heading,
           absl::string_view id, absl::string_view version, Faults* faults);

 private:
  int version_column_ = -1;
  HashMap<std::string, int64_t> rows_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_RECORD_HEADINGS_H_
