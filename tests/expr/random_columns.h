// Random columns for the variables of a RandomWorld, in every layout: what the
// two evaluators are held to one another with. The same seed gives the same
// everywhere. Not thread-safe.
#ifndef DUBAN_TESTS_EXPR_RANDOM_COLUMNS_H_
#define DUBAN_TESTS_EXPR_RANDOM_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/expr/column_plan.h"
#include "src/expr/columns.h"
#include "src/expr/program.h"
#include "tests/expr/random.h"
#include "tests/expr/random_expression.h"

namespace duban::expr {

// A column with what it points to.
class RandomColumn {
 public:
  // Of a variable or field of the type; layouts that do not go with it, wrong
  // values and errors are among what comes.
  RandomColumn(const Type& type, size_t rows, Random* random);

  const Column& column() const { return column_; }
  // What the row evaluator is to be given for the row, where the variable is
  // declared to be of the type.
  Value At(size_t row, const Type& declared) const;

 private:
  Value RandomValue(const Type& type, Random* random);
  Value OddValue(const Type& type, Random* random);
  int64_t RandomInt(Random* random) const;
  void FillNumbers(size_t rows, Random* random);
  void FillCodes(size_t rows, Random* random);

  Type type_;
  Column column_;
  uint32_t temper_ = 0;  // how large numbers are
  std::vector<uint8_t> present_;
  std::vector<uint8_t> bytes_;
  std::vector<int16_t> shorts_;
  std::vector<int32_t> ints_;
  std::vector<int64_t> longs_;
  std::vector<double> doubles_;
  std::vector<int128_t> decimals_;
  std::vector<uint16_t> codes16_;
  std::vector<uint32_t> codes32_;
  std::vector<Value> values_;                     // by row, or a dictionary
  std::vector<std::unique_ptr<Record>> records_;  // of values
};

// Columns for all variables of a world. The record r is bound by its fields
// and q as a whole.
class RandomColumns {
 public:
  // For programs that are checked, or not.
  RandomColumns(const RandomWorld& world, bool checked, size_t rows,
                Random* random);
  ~RandomColumns();

  size_t rows() const { return rows_; }
  void BindTo(ColumnEvaluator* evaluator) const;
  // The variables in a row, good until the next call.
  const std::vector<Value>& Row(size_t row);
  // How ColumnEvaluator is to run the program over these columns.
  Plan PlanOf(const Program& program) const;

 private:
  class RowRecord;
  struct Bound {
    int slot;
    int field;
    Type declared;
    std::unique_ptr<RandomColumn> column;
  };

  size_t rows_;
  std::vector<Bound> bound_;
  std::unique_ptr<RowRecord> r_;
  std::vector<Value> row_;
};

// Whether two values are the same thing, to the last bit and message; only a
// NaN is as good as any other.
bool Identical(const Value& a, const Value& b);
// For messages: the value, or all of the error.
std::string Describe(const Value& value);

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_RANDOM_COLUMNS_H_
