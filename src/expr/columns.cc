#include "src/expr/columns.h"

#include <algorithm>
#include <utility>

#include "src/expr/column_plan.h"
#include "src/expr/column_run.h"

namespace duban::expr {

struct ColumnEvaluator::Rep {
  const Program* program = nullptr;
  // What was bound; columns stay where they are, for the plan points at them.
  std::vector<std::pair<Source, std::unique_ptr<Column>>> bound;
  Plan plan;
  std::unique_ptr<ColumnRun> run;  // null: to be planned (again)
  const Chunk* result = nullptr;
  size_t rows = 0;

  void Prepare();
  bool AllThere() const {
    return result != nullptr && result->failed == nullptr;
  }
};

// Every variable and field that the program reads, with its column.
void ColumnEvaluator::Rep::Prepare() {
  const Code& code = program->code();
  std::vector<Source> sources;
  const auto add = [&](int slot, int field) {
    Source source;
    source.slot = slot;
    source.field = field;
    for (const auto& [key, column] : bound) {
      if (key.slot == slot && key.field == field) source.column = column.get();
    }
    if (FindSource(sources, slot, field) < 0) {
      sources.push_back(source);
    }
  };
  for (const Term& term : code.terms) {
    if (term.op == Op::kField && code.terms[term.args[0]].op == Op::kVariable) {
      add(code.terms[term.args[0]].index, term.index);
    }
  }
  for (const Term& term : code.terms) {
    if (term.op != Op::kVariable) continue;
    const bool by_field =
        std::any_of(sources.begin(), sources.end(), [&](const Source& source) {
          return source.slot == term.index && source.field >= 0;
        });
    if (!by_field) add(term.index, -1);
  }
  plan = MakePlan(code, std::move(sources));
  run = std::make_unique<ColumnRun>(code, plan);
}

ColumnEvaluator::ColumnEvaluator(const Program* program)
    : rep_(std::make_unique<Rep>()) {
  rep_->program = program;
}

ColumnEvaluator::~ColumnEvaluator() = default;

void ColumnEvaluator::Bind(int slot, const Column& column) {
  Bind(slot, -1, column);
}

void ColumnEvaluator::Bind(int slot, int field, const Column& column) {
  for (auto& [key, there] : rep_->bound) {
    if (key.slot != slot || key.field != field) continue;
    // Only another layout asks for another plan.
    if (there->layout != column.layout) rep_->run.reset();
    *there = column;
    return;
  }
  Source key;
  key.slot = slot;
  key.field = field;
  rep_->bound.emplace_back(key, std::make_unique<Column>(column));
  rep_->run.reset();
}

void ColumnEvaluator::Run(size_t begin, size_t rows) {
  if (rep_->run == nullptr) rep_->Prepare();
  rep_->rows = std::min(rows, kChunk);
  rep_->result = &rep_->run->Run(begin, rep_->rows);
}

Value ColumnEvaluator::At(size_t i) const {
  const Code& code = rep_->program->code();
  const Chunk& chunk = *rep_->result;
  const bool as_conformed =
      code.terms[code.root].op == Op::kConstant &&
      code.constants[code.terms[code.root].index].is_error();
  if ((chunk.failed != nullptr && chunk.failed[i] != 0) || as_conformed) {
    return rep_->run->EvaluateRow(i, code.root, RunLimits());
  }
  switch (rep_->run->shape()) {
    case Shape::kBool:
      return Value::Bool(chunk.bools[i] != 0);
    case Shape::kInt:
      return Value::Int(chunk.numbers[i]);
    case Shape::kDouble:
      return Value::Double(chunk.doubles[i]);
    case Shape::kWhole:
      return Value::Dec(Decimal::FromInt(chunk.numbers[i]));
    case Shape::kUnits:
      return Value::Dec(Decimal::FromUnitsUnchecked(chunk.units[i]));
    case Shape::kDay:
      return Value::Day(Date::FromDays(static_cast<int32_t>(chunk.numbers[i])));
    case Shape::kValue:
      break;
  }
  return chunk.values[i];
}

const uint8_t* ColumnEvaluator::bools() const {
  const bool fits = rep_->AllThere() && rep_->run->shape() == Shape::kBool;
  return fits ? rep_->result->bools : nullptr;
}

const int64_t* ColumnEvaluator::ints() const {
  const bool fits = rep_->AllThere() && rep_->run->shape() == Shape::kInt;
  return fits ? rep_->result->numbers : nullptr;
}

const double* ColumnEvaluator::doubles() const {
  const bool fits = rep_->AllThere() && rep_->run->shape() == Shape::kDouble;
  return fits ? rep_->result->doubles : nullptr;
}

size_t ColumnEvaluator::failures() const {
  size_t count = 0;
  for (size_t i = 0; i < rep_->rows; ++i) {
    const uint8_t* failed = rep_->result->failed;
    if (failed != nullptr && failed[i] != 0 && At(i).is_error()) ++count;
  }
  return count;
}

size_t ColumnEvaluator::row_terms() const {
  if (rep_->run == nullptr) rep_->Prepare();
  return static_cast<size_t>(rep_->plan.rows);
}

}  // namespace duban::expr
