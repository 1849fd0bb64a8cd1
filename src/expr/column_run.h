// A chunk under way: the arrays of all terms, and how each is filled. Private
// to columns.cc, column_run.cc and column_table.cc. Belongs to one evaluator;
// not thread-safe.
#ifndef DUBAN_SRC_EXPR_COLUMN_RUN_H_
#define DUBAN_SRC_EXPR_COLUMN_RUN_H_

#include <initializer_list>
#include <memory>
#include <vector>

#include "src/base/decimal.h"
#include "src/expr/code.h"
#include "src/expr/column_kernels.h"
#include "src/expr/column_plan.h"
#include "src/expr/columns.h"
#include "src/expr/value.h"

namespace duban::expr {

// The values of a term in a chunk. The array that its shape names is set: to
// a buffer of its own, or to somebody else's.
struct Chunk {
  bool constant = false;  // all rows are as the first
  const uint8_t* bools = nullptr;
  const int64_t* numbers = nullptr;  // kInt, kWhole, kDay
  const double* doubles = nullptr;
  const int128_t* units = nullptr;
  const Value* values = nullptr;
  // Rows that are to be left to the row evaluator; null where there are none.
  const uint8_t* failed = nullptr;

  std::vector<uint8_t> own_bools, own_failed;
  std::vector<int64_t> own_numbers;
  std::vector<double> own_doubles;
  std::vector<int128_t> own_units;
  std::vector<Value> own_values;
};

// What a term that reads one coded column is for each code; the last entry is
// of rows without a value. Filled as codes are met.
struct Table {
  enum State : uint8_t { kUnknown, kKnown, kFailed, kSpent };
  const Value* dictionary = nullptr;
  size_t size = 0;      // of the dictionary
  size_t unknown = 0;   // entries still to be filled
  bool fails = false;   // whether any entry is kFailed or kSpent
  bool spends = false;  // whether any is kSpent
  std::vector<uint8_t> states;
  std::vector<uint8_t> failed;
  Chunk entries;
};

// A record whose fields are columns, at one row.
class ColumnRecord;

inline bool IsSpent(const Value& value) {
  return value.is_error() && value.error().reason == "BUDGET_EXCEEDED";
}

class ColumnRun {
 public:
  static constexpr size_t kChunk = ColumnEvaluator::kChunk;

  ColumnRun(const Code& code, const Plan& plan);
  ~ColumnRun();

  // The chunk of the whole program.
  const Chunk& Run(size_t begin, size_t rows);
  Shape shape() const { return plan_.steps[code_.root].shape; }
  // What the row evaluator gives for the program in a row of the chunk.
  Value EvaluateRow(size_t i);

 private:
  // Fills the chunk of a term for the rows whose byte in `need` is not 0, or
  // for all where that is null; what is in the others does not matter.
  const Chunk& Fill(int id, const uint8_t* need);
  void FillConstant(int id);
  void FillColumn(int id);
  void FillCompare(int id, const uint8_t* need);
  void FillCompareWith(int id, const uint8_t* need);
  void FillCalculate(int id, const uint8_t* need);
  void FillWholeRatio(int id, const uint8_t* need);
  void FillLogic(int id, const uint8_t* need);
  void FillNot(int id, const uint8_t* need);
  void FillConditional(int id, const uint8_t* need);
  void FillHas(int id);
  void FillOrValue(int id, const uint8_t* need);
  void FillWiden(int id, const uint8_t* need);
  void FillAmong(int id, const uint8_t* need);
  void FillQuantify(int id, const uint8_t* need);
  void FillRows(int id, const uint8_t* need);
  void FillTable(int id, const uint8_t* need);

  void Choose(int id, const uint8_t* condition, int yes, int no);
  void StartTable(Table* table, const Column& column, Shape shape);
  void FillEntry(int id, Table* table, size_t code);
  template <typename Code>
  void Look(int id, Table* table, const Column& column, const uint8_t* need);

  void SetRow(size_t i, int term);
  Value EvaluateHere(int id);
  void SetSource(int source, Value value);
  const Type& TypeOf(const Source& source) const;
  const std::vector<int>& SourcesOf(int id);
  void AddFields(int slot, std::vector<int>* sources) const;
  const Chunk& ChunkOf(int id) const;
  size_t RowsOf(int id) const;
  void Allocate(int id);
  void Publish(int id);
  Operand<int64_t> Numbers(int id) const;
  Operand<int128_t> Units(int id);
  Operand<double> Doubles(int id) const;
  // The failures of several terms together, to which more may be added.
  uint8_t* JoinFailures(int id, std::initializer_list<int> terms);
  void DropFailures(int id);
  // Rows of a stored column that are not what the term's type promises.
  void FailOutside(int id, const Column& column, Shape shape);
  bool Store(const Value& value, Shape shape, size_t i, Chunk* chunk) const;
  Value ValueAt(const Column& column, size_t row) const;
  const Term& At(int id) const { return code_.terms[id]; }
  const Step& StepOf(int id) const { return plan_.steps[id]; }

  const Code& code_;
  const Plan& plan_;
  std::vector<Chunk> chunks_;                           // by term
  std::vector<Table> tables_;                           // by term
  std::vector<const Chunk*> locals_;                    // by local
  std::vector<std::vector<int128_t>> as_units_;         // by term
  std::vector<std::unique_ptr<ColumnRecord>> records_;  // by slot
  std::vector<Value> variables_;
  std::vector<Type> types_;                     // of variables, by slot
  std::vector<std::vector<int>> term_sources_;  // by term; empty: not known
  // Rows in which some term took more than its share of the budget. Nothing
  // absorbs that: they are left to the row evaluator as a whole.
  std::vector<uint8_t> spent_;
  // Short cuts of terms that are not done by loops; null: none.
  std::vector<std::shared_ptr<const ScalarCode>> scalars_;
  size_t begin_ = 0;
  size_t rows_ = 0;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_COLUMN_RUN_H_
