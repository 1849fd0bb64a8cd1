// Terms that depend on one coded column: computed once for each code, and
// looked up. See column_run.h.
#include <utility>

#include "src/expr/column_run.h"
#include "src/expr/evaluator.h"

namespace duban::expr {

void ColumnRun::StartTable(Table* table, const Column& column, Shape shape) {
  if (table->dictionary == column.dictionary &&
      table->size == column.dictionary_size && !table->states.empty()) {
    return;
  }
  const size_t entries = column.dictionary_size + 1;
  *table = Table();
  table->dictionary = column.dictionary;
  table->size = column.dictionary_size;
  table->unknown = entries;
  table->states.assign(entries, Table::kUnknown);
  table->failed.assign(entries, 0);
  switch (shape) {
    case Shape::kBool:
      table->entries.own_bools.resize(entries);
      break;
    case Shape::kDouble:
      table->entries.own_doubles.resize(entries);
      break;
    case Shape::kUnits:
      table->entries.own_units.resize(entries);
      break;
    case Shape::kValue:
      table->entries.own_values.resize(entries);
      break;
    default:
      table->entries.own_numbers.resize(entries);
  }
}

void ColumnRun::FillEntry(int id, Table* table, size_t code) {
  const Step& step = StepOf(id);
  SetSource(step.source,
            code < table->size ? table->dictionary[code] : Value::Missing());
  const Value value = EvaluateHere(id);
  const bool stored = Store(value, step.shape, code, &table->entries);
  table->states[code] = stored ? Table::kKnown : Table::kFailed;
  table->failed[code] = stored ? 0 : 1;
  table->fails |= !stored;
  if (IsSpent(value)) {
    table->states[code] = Table::kSpent;
    table->spends = true;
  }
  --table->unknown;
}

template <typename Code>
void ColumnRun::Look(int id, Table* table, const Column& column,
                     const uint8_t* need) {
  const Code* codes = static_cast<const Code*>(column.data) + begin_;
  const uint8_t* present =
      column.present == nullptr ? nullptr : column.present + begin_;
  // Codes that are none of the dictionary's, and rows without a value, have
  // the entry after the last.
  std::vector<uint32_t> mended;
  bool as_they_are = present == nullptr;
  for (size_t i = 0; i < rows_ && as_they_are; ++i) {
    as_they_are = codes[i] < table->size;
  }
  if (!as_they_are) {
    mended.resize(kChunk);
    for (size_t i = 0; i < rows_; ++i) {
      const bool there = present == nullptr || present[i] != 0;
      mended[i] = there && codes[i] < table->size
                      ? static_cast<uint32_t>(codes[i])
                      : static_cast<uint32_t>(table->size);
    }
  }
  const auto code_of = [&](size_t i) -> size_t {
    return as_they_are ? codes[i] : mended[i];
  };
  if (table->unknown > 0) {
    for (size_t i = 0; i < rows_; ++i) {
      if ((need != nullptr && need[i] == 0) || spent_[i] != 0) continue;
      const size_t code = code_of(i);
      if (table->states[code] == Table::kUnknown) FillEntry(id, table, code);
    }
  }
  for (size_t i = 0; i < rows_ && table->spends; ++i) {
    if (need != nullptr && need[i] == 0) continue;
    if (table->states[code_of(i)] == Table::kSpent) spent_[i] = 1;
  }
  const auto gather = [&](const auto* from, auto* to) {
    if (as_they_are) {
      Gather(rows_, codes, from, to);
    } else {
      Gather(rows_, mended.data(), from, to);
    }
  };
  Chunk& chunk = chunks_[id];
  switch (StepOf(id).shape) {
    case Shape::kBool:
      gather(table->entries.own_bools.data(), chunk.own_bools.data());
      break;
    case Shape::kDouble:
      gather(table->entries.own_doubles.data(), chunk.own_doubles.data());
      break;
    case Shape::kUnits:
      gather(table->entries.own_units.data(), chunk.own_units.data());
      break;
    case Shape::kValue:
      gather(table->entries.own_values.data(), chunk.own_values.data());
      break;
    default:
      gather(table->entries.own_numbers.data(), chunk.own_numbers.data());
  }
  if (!table->fails) return;
  chunk.own_failed.resize(kChunk);
  gather(table->failed.data(), chunk.own_failed.data());
  chunk.failed = chunk.own_failed.data();
  DropFailures(id);
}

void ColumnRun::FillTable(int id, const uint8_t* need) {
  const Column& column = *plan_.sources[StepOf(id).source].column;
  Table& table = tables_[id];
  StartTable(&table, column, StepOf(id).shape);
  Allocate(id);
  switch (column.layout) {
    case Column::Layout::kCode8:
      return Look<uint8_t>(id, &table, column, need);
    case Column::Layout::kCode16:
      return Look<uint16_t>(id, &table, column, need);
    default:
      return Look<uint32_t>(id, &table, column, need);
  }
}

}  // namespace duban::expr
