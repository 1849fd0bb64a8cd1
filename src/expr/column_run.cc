#include "src/expr/column_run.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "src/expr/evaluator.h"

namespace duban::expr {

class ColumnRecord : public Record {
 public:
  explicit ColumnRecord(const RecordType* type)
      : type_(type), values_(type->fields().size(), Value::Missing()) {}
  const RecordType& type() const override { return *type_; }
  Value Get(int field) const override { return values_[field]; }
  void Set(int field, Value value) { values_[field] = std::move(value); }

 private:
  const RecordType* type_;
  std::vector<Value> values_;
};

ColumnRun::ColumnRun(const Code& code, const Plan& plan)
    : code_(code),
      plan_(plan),
      chunks_(code.terms.size()),
      tables_(code.terms.size()),
      locals_(code.locals, nullptr),
      as_units_(code.terms.size()),
      records_(code.variables),
      variables_(code.variables, Value::Missing()),
      types_(code.variables),
      term_sources_(code.terms.size()),
      spent_(kChunk, 0),
      scalars_(code.terms.size()) {
  for (size_t i = 0; i < code.terms.size(); ++i) {
    const Term& term = code.terms[i];
    const Way way = plan.steps[i].way;
    if (plan.run[i] && (way == Way::kTable || way == Way::kRow)) {
      scalars_[i] = ScalarCode::Make(code, static_cast<int>(i));
      if (scalars_[i] != nullptr && scalars_[i]->most_steps > plan.steps_each) {
        scalars_[i] = nullptr;
      }
    }
    if (plan.steps[i].way == Way::kConstant) FillConstant(static_cast<int>(i));
    if (term.op != Op::kVariable) continue;
    types_[term.index] = term.type;
    const bool by_field = std::any_of(
        plan.sources.begin(), plan.sources.end(), [&](const Source& source) {
          return source.slot == term.index && source.field >= 0;
        });
    if (!by_field || records_[term.index] != nullptr) continue;
    records_[term.index] = std::make_unique<ColumnRecord>(term.type.record());
    variables_[term.index] = Value::Rec(records_[term.index].get());
  }
}

ColumnRun::~ColumnRun() = default;

const Chunk& ColumnRun::Run(size_t begin, size_t rows) {
  begin_ = begin;
  rows_ = rows;
  std::fill(spent_.begin(), spent_.end(), 0);
  Fill(code_.root, nullptr);
  Chunk& chunk = chunks_[code_.root];
  if (!Any(rows_, spent_.data())) return chunk;
  std::vector<uint8_t> failed = spent_;
  if (chunk.failed != nullptr) Or(rows_, chunk.failed, failed.data());
  chunk.own_failed = std::move(failed);
  chunk.failed = chunk.own_failed.data();
  return chunk;
}

Value ColumnRun::ValueAt(const Column& column, size_t row) const {
  if (column.present != nullptr && column.present[row] == 0) {
    return Value::Missing();
  }
  const auto coded = [&column](size_t code) {
    return code < column.dictionary_size ? column.dictionary[code]
                                         : Value::Missing();
  };
  switch (column.layout) {
    case Column::Layout::kUint8:
      return Value::Int(static_cast<const uint8_t*>(column.data)[row]);
    case Column::Layout::kInt16:
      return Value::Int(static_cast<const int16_t*>(column.data)[row]);
    case Column::Layout::kInt32:
      return Value::Int(static_cast<const int32_t*>(column.data)[row]);
    case Column::Layout::kInt64:
      return Value::Int(static_cast<const int64_t*>(column.data)[row]);
    case Column::Layout::kDouble:
      return Value::Double(static_cast<const double*>(column.data)[row]);
    case Column::Layout::kDecimal:
      return Value::Dec(Decimal::FromUnitsUnchecked(
          static_cast<const int128_t*>(column.data)[row]));
    case Column::Layout::kCode8:
      return coded(static_cast<const uint8_t*>(column.data)[row]);
    case Column::Layout::kCode16:
      return coded(static_cast<const uint16_t*>(column.data)[row]);
    case Column::Layout::kCode32:
      return coded(static_cast<const uint32_t*>(column.data)[row]);
    case Column::Layout::kValue:
      break;
  }
  return static_cast<const Value*>(column.data)[row];
}

namespace {

// Whole numbers stand for what the declared type is; one that is no date is
// left to be of the wrong type.
Value AsDeclared(Value value, const Type& type) {
  if (!value.is_int()) return value;
  switch (type.kind()) {
    case Kind::kBool:
      return Value::Bool(value.int_value() != 0);
    case Kind::kDate:
      if (!IsDay(value.int_value())) return value;
      return Value::Day(
          Date::FromDays(static_cast<int32_t>(value.int_value())));
    case Kind::kDecimal:
      return Value::Dec(Decimal::FromInt(value.int_value()));
    default:
      return value;
  }
}

}  // namespace

void ColumnRun::SetSource(int index, Value value) {
  const Source& source = plan_.sources[index];
  ColumnRecord* record = records_[source.slot].get();
  if (source.field < 0) {
    variables_[source.slot] = std::move(value);
  } else {
    record->Set(source.field, std::move(value));
  }
}

const Type& ColumnRun::TypeOf(const Source& source) const {
  if (source.field < 0) return types_[source.slot];
  return records_[source.slot]->type().fields()[source.field].type;
}

// The sources that a term reads, somewhere in it. An entry of a block is part
// of each term that uses it.
const std::vector<int>& ColumnRun::SourcesOf(int id) {
  std::vector<int>& sources = term_sources_[id];
  if (!sources.empty()) return sources;
  std::vector<bool> seen(code_.terms.size(), false);
  std::vector<int> todo = {id};
  while (!todo.empty()) {
    const int term = todo.back();
    todo.pop_back();
    if (seen[term]) continue;
    seen[term] = true;
    const int source = FindSource(code_, plan_.sources, term);
    if (source >= 0) {
      sources.push_back(source);
      continue;
    }
    if (At(term).op == Op::kVariable) AddFields(At(term).index, &sources);
    todo.insert(todo.end(), At(term).args.begin(), At(term).args.end());
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  return sources;
}

// The fields that the record in a slot has columns for.
void ColumnRun::AddFields(int slot, std::vector<int>* sources) const {
  for (size_t i = 0; i < plan_.sources.size(); ++i) {
    if (plan_.sources[i].slot == slot) sources->push_back(static_cast<int>(i));
  }
}

// Makes the variables those of a row, as far as the term reads them.
void ColumnRun::SetRow(size_t i, int term) {
  for (const int source : SourcesOf(term)) {
    const Column* column = plan_.sources[source].column;
    if (column == nullptr) continue;  // missing in all rows
    Value value = ValueAt(*column, begin_ + i);
    if (IsWhole(column->layout)) {
      value = AsDeclared(std::move(value), TypeOf(plan_.sources[source]));
    }
    SetSource(source, std::move(value));
  }
}

Value ColumnRun::EvaluateRow(size_t i) {
  SetRow(i, code_.root);
  return Evaluate(code_, variables_, RunLimits());
}

// A term with the variables as they are, within its share of the budget.
Value ColumnRun::EvaluateHere(int id) {
  Value result;
  if (scalars_[id] != nullptr && scalars_[id]->Run(variables_, &result)) {
    return result;
  }
  RunLimits limits;
  limits.steps = plan_.steps_each;
  return EvaluateTerm(code_, id, variables_, limits);
}

const Chunk& ColumnRun::ChunkOf(int id) const {
  return StepOf(id).way == Way::kLocal ? *locals_[At(id).index] : chunks_[id];
}

// Makes the array that the shape of the term names.
void ColumnRun::Allocate(int id) {
  Chunk& chunk = chunks_[id];
  const size_t rows = RowsOf(id);
  switch (StepOf(id).shape) {
    case Shape::kBool:
      chunk.own_bools.resize(rows);
      break;
    case Shape::kDouble:
      chunk.own_doubles.resize(rows);
      break;
    case Shape::kUnits:
      chunk.own_units.resize(rows);
      break;
    case Shape::kValue:
      chunk.own_values.resize(rows);
      break;
    default:
      chunk.own_numbers.resize(rows);
  }
  Publish(id);
}

// How many rows the array of a term has: of a constant only one, unless it is
// of truth values, which loops read row by row, or the result.
size_t ColumnRun::RowsOf(int id) const {
  const bool one = StepOf(id).way == Way::kConstant &&
                   StepOf(id).shape != Shape::kBool && id != code_.root;
  return one ? 1 : kChunk;
}

void ColumnRun::Publish(int id) {
  Chunk& chunk = chunks_[id];
  chunk.bools = chunk.own_bools.data();
  chunk.numbers = chunk.own_numbers.data();
  chunk.doubles = chunk.own_doubles.data();
  chunk.units = chunk.own_units.data();
  chunk.values = chunk.own_values.data();
  chunk.failed = nullptr;
}

Operand<int64_t> ColumnRun::Numbers(int id) const {
  const Chunk& chunk = ChunkOf(id);
  if (chunk.constant) return {nullptr, chunk.numbers[0]};
  return {chunk.numbers, 0};
}

Operand<double> ColumnRun::Doubles(int id) const {
  const Chunk& chunk = ChunkOf(id);
  if (chunk.constant) return {nullptr, chunk.doubles[0]};
  return {chunk.doubles, 0};
}

Operand<int128_t> ColumnRun::Units(int id) {
  const Chunk& chunk = ChunkOf(id);
  if (StepOf(id).shape == Shape::kUnits) {
    if (chunk.constant) return {nullptr, chunk.units[0]};
    return {chunk.units, 0};
  }
  if (chunk.constant) {
    return {nullptr, int128_t{chunk.numbers[0]} * Decimal::kUnit};
  }
  as_units_[id].resize(kChunk);
  ToUnits(rows_, chunk.numbers, as_units_[id].data());
  return {as_units_[id].data(), 0};
}

uint8_t* ColumnRun::JoinFailures(int id, std::initializer_list<int> terms) {
  Chunk& chunk = chunks_[id];
  chunk.own_failed.assign(kChunk, 0);
  for (const int term : terms) {
    const uint8_t* failed = ChunkOf(term).failed;
    if (failed != nullptr) Or(rows_, failed, chunk.own_failed.data());
  }
  chunk.failed = chunk.own_failed.data();
  return chunk.own_failed.data();
}

void ColumnRun::DropFailures(int id) {
  Chunk& chunk = chunks_[id];
  if (chunk.failed != nullptr && !Any(rows_, chunk.failed)) {
    chunk.failed = nullptr;
  }
}

// Puts a value into the arrays of a chunk; false where it is not of the shape.
bool ColumnRun::Store(const Value& value, Shape shape, size_t i,
                      Chunk* chunk) const {
  switch (shape) {
    case Shape::kBool:
      if (!value.is_bool()) return false;
      chunk->own_bools[i] = value.bool_value() ? 1 : 0;
      return true;
    case Shape::kInt:
      if (!value.is_int()) return false;
      chunk->own_numbers[i] = value.int_value();
      return true;
    case Shape::kDay:
      if (!value.is_date()) return false;
      chunk->own_numbers[i] = value.date_value().days();
      return true;
    case Shape::kDouble:
      if (!value.is_double()) return false;
      chunk->own_doubles[i] = value.double_value();
      return true;
    case Shape::kWhole:
      if (!value.is_decimal()) return false;
      chunk->own_numbers[i] =
          static_cast<int64_t>(value.decimal_value().units() / Decimal::kUnit);
      return true;
    case Shape::kUnits:
      if (!value.is_decimal()) return false;
      chunk->own_units[i] = value.decimal_value().units();
      return true;
    case Shape::kValue:
      if (value.is_error() || value.is_missing()) return false;
      chunk->own_values[i] = value;
      return true;
  }
  return false;
}

void ColumnRun::FillConstant(int id) {
  if (chunks_[id].constant) return;
  Allocate(id);
  Chunk& chunk = chunks_[id];
  for (size_t i = 0; i < RowsOf(id); ++i) {
    Store(code_.constants[At(id).index], StepOf(id).shape, i, &chunk);
  }
  chunk.constant = true;
}

void ColumnRun::FillRows(int id, const uint8_t* need) {
  Allocate(id);
  Chunk& chunk = chunks_[id];
  uint8_t* failed = JoinFailures(id, {});
  for (size_t i = 0; i < rows_; ++i) {
    if ((need != nullptr && need[i] == 0) || spent_[i] != 0) continue;
    SetRow(i, id);
    const Value value = EvaluateHere(id);
    if (!Store(value, StepOf(id).shape, i, &chunk)) failed[i] = 1;
    if (IsSpent(value)) spent_[i] = 1;
  }
  DropFailures(id);
}

const Chunk& ColumnRun::Fill(int id, const uint8_t* need) {
  switch (StepOf(id).way) {
    case Way::kConstant:
      FillConstant(id);
      break;
    case Way::kColumn:
      FillColumn(id);
      break;
    case Way::kTable:
      FillTable(id, need);
      break;
    case Way::kRow:
      FillRows(id, need);
      break;
    case Way::kLocal:
      return *locals_[At(id).index];
    case Way::kCompare:
      FillCompare(id, need);
      break;
    case Way::kCompareWith:
      FillCompareWith(id, need);
      break;
    case Way::kCalculate:
      FillCalculate(id, need);
      break;
    case Way::kWholeRatio:
      FillWholeRatio(id, need);
      break;
    case Way::kLogic:
      FillLogic(id, need);
      break;
    case Way::kNot:
      FillNot(id, need);
      break;
    case Way::kConditional:
      FillConditional(id, need);
      break;
    case Way::kHas:
      FillHas(id);
      break;
    case Way::kOrValue:
      FillOrValue(id, need);
      break;
    case Way::kWiden:
      FillWiden(id, need);
      break;
    case Way::kAmong:
      FillAmong(id, need);
      break;
    case Way::kQuantify:
      FillQuantify(id, need);
      break;
  }
  return chunks_[id];
}

}  // namespace duban::expr
