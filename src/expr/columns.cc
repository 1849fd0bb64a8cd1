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

  const Column* Find(int slot, int field) const;
  std::vector<Source> Sources() const;
  void Prepare();
  void Forget() {
    run.reset();
    result = nullptr;
  }
  bool compiled() const { return !program->code().terms.empty(); }
  bool AllThere() const {
    return result != nullptr && result->failed == nullptr;
  }
};

const Column* ColumnEvaluator::Rep::Find(int slot, int field) const {
  for (const auto& [key, column] : bound) {
    if (key.slot == slot && key.field == field) return column.get();
  }
  return nullptr;
}

// Every variable that the program reads, with its column; or, where only
// fields of a record were bound, these.
std::vector<Source> ColumnEvaluator::Rep::Sources() const {
  std::vector<Source> sources;
  const auto add = [&](int slot, int field) {
    if (FindSource(sources, slot, field) >= 0) return;
    Source source;
    source.slot = slot;
    source.field = field;
    source.column = Find(slot, field);
    sources.push_back(source);
  };
  for (const Term& term : program->code().terms) {
    if (term.op != Op::kVariable) continue;
    bool by_field = false;
    if (term.type.kind() == Kind::kRecord && Find(term.index, -1) == nullptr) {
      const auto fields = static_cast<int>(term.type.record()->fields().size());
      for (const auto& [key, column] : bound) {
        if (key.slot != term.index || key.field >= fields) continue;
        add(key.slot, key.field);
        by_field = true;
      }
    }
    if (!by_field) add(term.index, -1);
  }
  return sources;
}

void ColumnEvaluator::Rep::Prepare() {
  const Code& code = program->code();
  plan = MakePlan(code, Sources());
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
    if (there->layout != column.layout) rep_->Forget();
    *there = column;
    return;
  }
  Source key;
  key.slot = slot;
  key.field = field;
  rep_->bound.emplace_back(key, std::make_unique<Column>(column));
  rep_->Forget();
}

void ColumnEvaluator::Run(size_t begin, size_t rows) {
  rep_->rows = std::min(rows, kChunk);
  if (!rep_->compiled()) return;
  if (rep_->run == nullptr) rep_->Prepare();
  rep_->result = &rep_->run->Run(begin, rep_->rows);
}

Value ColumnEvaluator::At(size_t i) const {
  if (!rep_->compiled()) return rep_->program->Evaluate({});
  const Chunk& chunk = *rep_->result;
  if (chunk.failed != nullptr && chunk.failed[i] != 0) {
    return rep_->run->EvaluateRow(i);
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
  if (!rep_->compiled()) return rep_->rows;
  size_t count = 0;
  for (size_t i = 0; i < rep_->rows; ++i) {
    const uint8_t* failed = rep_->result->failed;
    if (failed != nullptr && failed[i] != 0 && At(i).is_error()) ++count;
  }
  return count;
}

size_t ColumnEvaluator::row_terms() const {
  if (!rep_->compiled()) return 0;
  if (rep_->run == nullptr) rep_->Prepare();
  return static_cast<size_t>(rep_->plan.rows);
}

}  // namespace duban::expr
