// Fills the columns of a duban.v1.PutColumns, row by row: words are numbered
// as they come, and at the end each column takes the form in which it is
// shortest.
//
// Used by one thread.
#ifndef DUBAN_SRC_TABLE_COLUMN_DATA_H_
#define DUBAN_SRC_TABLE_COLUMN_DATA_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/hash_map.h"
#include "src/table/arrow_cell.h"
#include "src/table/record_schema.h"

namespace duban::table {

class ColumnDataBuilder {
 public:
  explicit ColumnDataBuilder(const Column* column) : column_(column) {
    data_.set_name(column->name);
  }

  void Add(const ArrowCell& cell);

  // Adds the column to *out, unless nothing was given in it.
  void Finish(v1::PutColumns* out) &&;

 private:
  int64_t Word(absl::string_view text);
  void NumberInsteadOfWords();

  const Column* column_;
  v1::ColumnData data_;
  // Views are of the words in data_, which do not move.
  HashMap<absl::string_view, int64_t> numbers_;
  std::vector<int64_t> items_;
  std::vector<int64_t> lengths_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_COLUMN_DATA_H_
