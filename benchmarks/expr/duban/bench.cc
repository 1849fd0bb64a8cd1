// Times Duban's expression language: one program for each expression,
// evaluated for each record.
//
//   bench row|column|plain DATA EXPRESSIONS PASSES
//
// `row` evaluates a row at a time, `column` all rows by the column evaluator,
// with text columns as codes of their distinct texts; `plain` does that too,
// but texts are not coded.
//
// What is made before the clock starts: the program, and the Values of texts,
// as a host that keeps records would have them; for `column` also the codes.
// The other variables are plain numbers when it starts. The column evaluator
// itself is made while the clock runs: whatever it finds out about a column
// and keeps, each pass has to find out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "benchmarks/expr/records.h"
#include "src/expr/columns.h"
#include "src/expr/program.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban_bench {
namespace {

using duban::expr::ColumnEvaluator;
using duban::expr::Compile;
using duban::expr::Compiled;
using duban::expr::Environment;
using duban::expr::Profile;
using duban::expr::Program;
using duban::expr::Type;
using duban::expr::Value;

Type TypeOf(const Column& column) {
  switch (column.type) {
    case Column::kInt:
      return Type::Int();
    case Column::kBool:
      return Type::Bool();
    case Column::kText:
      break;
  }
  return Type::String();
}

Environment EnvironmentOf(const Records& records) {
  Environment environment(Profile::kCel);
  for (const Column& column : records.columns()) {
    environment.Add({column.name, TypeOf(column), ""});
  }
  return environment;
}

int64_t NumberOf(const Value& value) {
  return value.is_bool() ? (value.bool_value() ? 1 : 0) : value.int_value();
}

// By slot, the Values of each row; empty for columns that are not texts.
using Texts = std::vector<std::vector<Value>>;

Texts TextsOf(const Records& records) {
  Texts texts;
  for (const Column& column : records.columns()) {
    texts.emplace_back();
    for (const std::string& text : column.texts) {
      texts.back().push_back(Value::Str(text));
    }
  }
  return texts;
}

// The variables of one row at a time.
class Rows {
 public:
  explicit Rows(const Records& records)
      : records_(records),
        texts_(TextsOf(records)),
        variables_(records.columns().size()) {}

  absl::Span<const Value> At(size_t row, const std::vector<int>& slots) {
    for (const int slot : slots) {
      const Column& column = records_.columns()[slot];
      switch (column.type) {
        case Column::kInt:
          variables_[slot] = Value::Int(column.ints[row]);
          break;
        case Column::kBool:
          variables_[slot] = Value::Bool(column.bools[row] != 0);
          break;
        case Column::kText:
          variables_[slot] = texts_[slot][row];
          break;
      }
    }
    return variables_;
  }

 private:
  const Records& records_;
  Texts texts_;
  std::vector<Value> variables_;
};

// The columns as the column evaluator takes them.
class Columns {
 public:
  Columns(const Records& records, bool coded) : records_(records) {
    if (!coded) {
      texts_ = TextsOf(records);
      return;
    }
    for (const Column& column : records.columns()) {
      codes_.emplace_back();
      texts_.emplace_back();
      std::unordered_map<std::string, uint32_t> known;
      for (const std::string& text : column.texts) {
        const auto code = static_cast<uint32_t>(texts_.back().size());
        const auto found = known.emplace(text, code);
        if (found.second) texts_.back().push_back(Value::Str(text));
        codes_.back().push_back(found.first->second);
      }
    }
  }

  duban::expr::Column At(int slot) const {
    const Column& column = records_.columns()[slot];
    switch (column.type) {
      case Column::kInt:
        return duban::expr::Column::Of(column.ints.data());
      case Column::kBool:
        return duban::expr::Column::Of(column.bools.data());
      case Column::kText:
        break;
    }
    if (codes_.empty()) return duban::expr::Column::Of(texts_[slot].data());
    return duban::expr::Column::Codes(codes_[slot].data(), texts_[slot]);
  }

 private:
  const Records& records_;
  std::vector<std::vector<uint32_t>> codes_;  // by slot; none if not coded
  Texts texts_;                               // of rows, or of codes
};

void MeasureRows(const Expression& expression, const Program& program,
                 size_t rows, Rows* variables, int passes) {
  const std::vector<int>& slots = program.reads();
  Tally expected;
  for (size_t i = 0; i < rows; i++) {
    const Value value = program.Evaluate(variables->At(i, slots));
    if (!value.is_error()) expected.Add(i, NumberOf(value));
  }
  Measure(expression.name, expected, rows, passes, [&] {
    int64_t sum = 0;
    for (size_t i = 0; i < rows; i++) {
      const Value value = program.Evaluate(variables->At(i, slots));
      if (!value.is_error()) sum += NumberOf(value);
    }
    return sum;
  });
}

// Calls visit(evaluator, begin, rows) for each chunk of all rows.
template <typename Visit>
void RunColumns(const Program& program, size_t rows, const Columns& columns,
                const Visit& visit) {
  ColumnEvaluator evaluator(&program);
  for (const int slot : program.reads()) {
    evaluator.Bind(slot, columns.At(slot));
  }
  for (size_t begin = 0; begin < rows;) {
    const size_t chunk =
        std::min(rows - begin, size_t{ColumnEvaluator::kChunk});
    evaluator.Run(begin, chunk);
    visit(evaluator, begin, chunk);
    begin += chunk;
  }
}

template <typename Number>
int64_t SumOf(const Number* numbers, size_t count) {
  int64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += numbers[i];
  return sum;
}

// Of the values of the rows last evaluated.
int64_t SumOf(const ColumnEvaluator& evaluator, size_t rows) {
  if (evaluator.bools() != nullptr) return SumOf(evaluator.bools(), rows);
  if (evaluator.ints() != nullptr) return SumOf(evaluator.ints(), rows);
  int64_t sum = 0;
  for (size_t i = 0; i < rows; i++) {
    const Value value = evaluator.At(i);
    if (!value.is_error()) sum += NumberOf(value);
  }
  return sum;
}

void MeasureColumns(const Expression& expression, const Program& program,
                    size_t rows, const Columns& columns, int passes) {
  Tally expected;
  RunColumns(program, rows, columns,
             [&](const ColumnEvaluator& evaluator, size_t begin, size_t chunk) {
               for (size_t i = 0; i < chunk; i++) {
                 const Value value = evaluator.At(i);
                 if (!value.is_error()) {
                   expected.Add(begin + i, NumberOf(value));
                 }
               }
             });
  Measure(expression.name, expected, rows, passes, [&] {
    int64_t sum = 0;
    RunColumns(program, rows, columns,
               [&](const ColumnEvaluator& evaluator, size_t, size_t chunk) {
                 sum += SumOf(evaluator, chunk);
               });
    return sum;
  });
}

Program CompileOrFail(const Expression& expression,
                      const Environment& environment) {
  Compiled compiled = Compile(expression.text, environment);
  if (!compiled.ok()) {
    Fail(expression.name + ": " + compiled.errors[0].en);
  }
  if (compiled.program.type().ToString() != expression.type) {
    Fail(expression.name + " is of " + compiled.program.type().ToString());
  }
  return std::move(compiled.program);
}

// Calls measure(expression, program) for each expression of the file.
template <typename Measurement>
void ForEach(const std::string& path, const Records& records,
             const Measurement& measure) {
  const Environment environment = EnvironmentOf(records);
  for (const Expression& expression : ReadExpressions(path)) {
    measure(expression, CompileOrFail(expression, environment));
  }
}

int Main(int argc, char** argv) {
  const std::string mode = argc == 5 ? argv[1] : "";
  if (mode != "row" && mode != "column" && mode != "plain") {
    Fail("usage: bench row|column|plain DATA EXPRESSIONS PASSES");
  }
  const Records records(argv[2]);
  const int passes = std::stoi(argv[4]);
  if (mode == "row") {
    Rows rows(records);
    ForEach(argv[3], records, [&](const Expression& e, const Program& program) {
      MeasureRows(e, program, records.rows(), &rows, passes);
    });
  } else {
    const Columns columns(records, mode == "column");
    ForEach(argv[3], records, [&](const Expression& e, const Program& program) {
      MeasureColumns(e, program, records.rows(), columns, passes);
    });
  }
  return 0;
}

}  // namespace
}  // namespace duban_bench

int main(int argc, char** argv) { return duban_bench::Main(argc, argv); }
