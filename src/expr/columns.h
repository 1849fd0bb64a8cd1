// Runs a typed program over columns: the same program as the row evaluator,
// with the same answers, for a chunk of up to 1,024 rows at a time.
//
//   ColumnEvaluator evaluator(&program);
//   evaluator.Bind(slot, Column::Of(minutes.data()));
//   for (size_t begin = 0; begin < rows; begin += ColumnEvaluator::kChunk) {
//     evaluator.Run(begin, std::min(ColumnEvaluator::kChunk, rows - begin));
//     … evaluator.bools()[i] … or evaluator.At(i)
//   }
//
// Numbers are computed by loops over arrays. What depends on one column of
// few distinct values, such as coded text, is computed once for each of these
// and looked up. Everything else is left to the row evaluator, row by row; so
// is every row where a loop meets what it cannot do (an error, a sum that does
// not fit), which is noted for each term by itself: an error that && or ?:
// does without never shows.
//
// An evaluator belongs to one thread; the Program, the columns and their
// dictionaries are not changed and outlive it.
#ifndef DUBAN_SRC_EXPR_COLUMNS_H_
#define DUBAN_SRC_EXPR_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "src/base/decimal.h"
#include "src/expr/program.h"
#include "src/expr/value.h"

namespace duban::expr {

// The values that one variable, or one field of a record, has in all rows.
// Numbers stand for bools, ints, whole decimals and dates (days since 1970),
// whatever the declared type is; codes for any value. A number of days outside
// the years 1 to 9999 is of the wrong type. In a program that was not checked
// there are no declared types: numbers are ints.
struct Column {
  enum class Layout : uint8_t {
    kUint8,
    kInt16,
    kInt32,
    kInt64,
    kDouble,
    kDecimal,  // int128_t, units of 10^-9
    kCode8,    // indexes into the dictionary
    kCode16,
    kCode32,
    kValue,  // Value; an error or a missing one is what it is
  };
  Layout layout = Layout::kInt64;
  const void* data = nullptr;
  const Value* dictionary = nullptr;  // of codes
  size_t dictionary_size = 0;
  // One byte a row, 0 where there is no value; null where there is in all.
  const uint8_t* present = nullptr;

  static Column Of(const uint8_t* data) { return Of(Layout::kUint8, data); }
  static Column Of(const int16_t* data) { return Of(Layout::kInt16, data); }
  static Column Of(const int32_t* data) { return Of(Layout::kInt32, data); }
  static Column Of(const int64_t* data) { return Of(Layout::kInt64, data); }
  static Column Of(const double* data) { return Of(Layout::kDouble, data); }
  static Column Of(const int128_t* data) { return Of(Layout::kDecimal, data); }
  static Column Of(const Value* data) { return Of(Layout::kValue, data); }
  static Column Codes(const uint8_t* codes, const std::vector<Value>& values) {
    return Codes(Layout::kCode8, codes, values);
  }
  static Column Codes(const uint16_t* codes, const std::vector<Value>& values) {
    return Codes(Layout::kCode16, codes, values);
  }
  static Column Codes(const uint32_t* codes, const std::vector<Value>& values) {
    return Codes(Layout::kCode32, codes, values);
  }

 private:
  static Column Of(Layout layout, const void* data) {
    Column column;
    column.layout = layout;
    column.data = data;
    return column;
  }
  static Column Codes(Layout layout, const void* codes,
                      const std::vector<Value>& values) {
    Column column = Of(layout, codes);
    column.dictionary = values.data();
    column.dictionary_size = values.size();
    return column;
  }
};

class ColumnEvaluator {
 public:
  static constexpr size_t kChunk = 1024;

  // A variable that is read by the program and never bound is missing.
  explicit ColumnEvaluator(const Program* program);
  ~ColumnEvaluator();
  ColumnEvaluator(const ColumnEvaluator&) = delete;
  ColumnEvaluator& operator=(const ColumnEvaluator&) = delete;

  // What was bound before is replaced; a dictionary at the same address and of
  // the same size is taken for the same one.
  void Bind(int slot, const Column& column);
  // A field of the record that the variable is in every row, unless there is a
  // column of whole records. Fields that are not bound are missing.
  void Bind(int slot, int field, const Column& column);

  // Evaluates the rows from `begin`, at most kChunk of them. What was
  // evaluated before is gone.
  void Run(size_t begin, size_t rows);

  // Results of the last Run(). `At` gives exactly what Program::Evaluate()
  // gives for that row.
  Value At(size_t i) const;
  // The results as an array, where the program's type is that and no row
  // failed or is of a value it does not hold: else null.
  const uint8_t* bools() const;
  const int64_t* ints() const;
  const double* doubles() const;
  // How many rows have an error.
  size_t failures() const;

  // Terms of the program that are left to the row evaluator in every row;
  // 0 is what one hopes for.
  size_t row_terms() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_COLUMNS_H_
