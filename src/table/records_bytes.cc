// How Records are written and read as bytes:
//
//     varint rows, varint columns,
//     each column: text name, byte type, the strings of a dictionary of its
//     own,
//                  the vectors that its type uses
//     varint nested messages, each: text name, vector of "empty but set"
//
// Names and types are there so that another schema's records are told apart.
#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <utility>

#include "src/table/records.h"

namespace duban::table {
namespace {

constexpr size_t kBlock = 1024;

// Whether all items are at least `least` and at most `most`.
template <typename T>
bool AllWithin(const SharedVector<T>& items, T least, T most) {
  std::array<T, kBlock> block;
  for (size_t i = 0; i < items.size(); i += kBlock) {
    const size_t n = std::min(kBlock, items.size() - i);
    items.Read(i, n, block.data());
    T low = block[0];
    T high = block[0];
    for (size_t k = 1; k < n; ++k) {
      low = std::min(low, block[k]);
      high = std::max(high, block[k]);
    }
    if (low < least || high > most) return false;
  }
  return true;
}

// Each list ends where it begins or later, and all within `items`; pairs are
// whole.
bool AreEnds(const SharedVector<uint64_t>& ends, size_t items, bool pairs) {
  std::array<uint64_t, kBlock> block;
  uint64_t before = 0;
  for (size_t i = 0; i < ends.size(); i += kBlock) {
    const size_t n = std::min(kBlock, ends.size() - i);
    ends.Read(i, n, block.data());
    for (size_t k = 0; k < n; ++k) {
      const uint64_t end = block[k];
      if (end < before || end - before > INT_MAX) return false;
      if (pairs && (end - before) % 2 != 0) return false;
      before = end;
    }
  }
  return before == items;
}

bool HasWords(ColumnType type) {
  return type == ColumnType::kText || type == ColumnType::kDecimal ||
         type == ColumnType::kTextList || type == ColumnType::kAttributes;
}

}  // namespace

bool Records::OwnsDictionary(int column) const {
  return column != schema_->id_column() &&
         schema_->column(column).refers_to == v1::RECORD_KIND_UNSPECIFIED &&
         HasWords(schema_->column(column).type);
}

void Records::Save(ByteSink* sink) const {
  sink->Varint(size_);
  sink->Varint(cells_.size());
  for (int i = 0; i < schema_->column_count(); ++i) {
    const Column& column = schema_->column(i);
    sink->Text(column.name);
    sink->U8(static_cast<uint8_t>(column.type));
    if (OwnsDictionary(i)) dictionary(i).Save(sink);
    SaveCells(column.type, cells(i), sink);
  }
  sink->Varint(nested_.size());
  for (const Nested& nested : nested_) {
    sink->Text(nested.field->name());
    nested.empty_but_set.Save(sink);
  }
}

void Records::SaveCells(ColumnType type, const Cells& from, ByteSink* sink) {
  switch (type) {
    case ColumnType::kText:
      return from.codes.Save(sink);
    case ColumnType::kDate:
    case ColumnType::kEnum:
      return from.numbers.Save(sink);
    case ColumnType::kInt:
      return from.ints.Save(sink);
    case ColumnType::kBool:
      return from.bools.Save(sink);
    case ColumnType::kDecimal:
      from.decimals.Save(sink);
      return from.spellings.Save(sink);
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
    case ColumnType::kAttributes:
      from.ends.Save(sink);
      return from.items.Save(sink);
  }
}

void Records::Load(ByteSource* source) {
  const uint64_t rows = source->Varint();
  // Rows are numbered from 1 elsewhere, so the last number is taken.
  if (!source->Expect(rows < ~uint32_t{0}, "rows")) return;
  size_ = static_cast<uint32_t>(rows);
  source->ExpectFormat(source->Varint() == cells_.size(), schema_->name());
  for (int i = 0; i < schema_->column_count() && source->ok(); ++i) {
    const Column& column = schema_->column(i);
    source->ExpectFormat(source->Text() == column.name, schema_->name());
    source->ExpectFormat(source->U8() == static_cast<uint8_t>(column.type),
                         column.name);
    Cells* to = &cells_[static_cast<size_t>(i)];
    if (source->ok() && OwnsDictionary(i)) to->dictionary->Load(source);
    if (source->ok()) LoadCells(column, to, source);
  }
  source->ExpectFormat(source->Varint() == nested_.size(), schema_->name());
  for (Nested& nested : nested_) {
    if (!source->ok()) return;
    source->ExpectFormat(source->Text() == nested.field->name(),
                         schema_->name());
    nested.empty_but_set.Load(size_, source);
  }
}

void Records::LoadCells(const Column& column, Cells* to, ByteSource* source) {
  constexpr int32_t kLastDay = kDayShift + Date::Max().days();
  constexpr int128_t kUnits = static_cast<int128_t>(Decimal::kUnit) *
                              Decimal::kUnit * Decimal::kUnit * Decimal::kUnit *
                              100;  // 10^38
  const uint32_t words = to->dictionary == nullptr ? 0 : to->dictionary->size();
  bool good = true;
  switch (column.type) {
    case ColumnType::kText:
      to->codes.Load(size_, source);
      good = AllWithin<uint32_t>(to->codes, 0, words - 1);
      break;
    case ColumnType::kDate:
      to->numbers.Load(size_, source);
      good = AllWithin<int32_t>(to->numbers, 0, kLastDay);
      break;
    case ColumnType::kEnum:
      to->numbers.Load(size_, source);
      break;
    case ColumnType::kInt:
      to->ints.Load(size_, source);
      break;
    case ColumnType::kBool:
      to->bools.Load(size_, source);
      break;
    case ColumnType::kDecimal:
      to->decimals.Load(size_, source);
      to->spellings.Load(size_, source);
      // Numbers from 0 on are stored plus one.
      good = AllWithin<int128_t>(to->decimals, 1 - kUnits, kUnits) &&
             AllWithin<uint32_t>(to->spellings, 0, words - 1);
      break;
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
    case ColumnType::kAttributes:
      to->ends.Load(size_, source);
      to->items.Load(SIZE_MAX, source);
      good = AreEnds(to->ends, to->items.size(),
                     column.type == ColumnType::kAttributes);
      if (column.type != ColumnType::kEnumList) {
        good = good && AllWithin<uint32_t>(to->items, 0, words - 1);
      }
      break;
  }
  source->Expect(good, column.name);
}

void IdDictionaries::Save(ByteSink* sink) const {
  sink->Varint(dictionaries_.size());
  for (const auto& dictionary : dictionaries_) dictionary->Save(sink);
}

void IdDictionaries::Load(ByteSource* source) {
  source->ExpectFormat(source->Varint() == dictionaries_.size(), "ids");
  for (const auto& dictionary : dictionaries_) {
    if (source->ok()) dictionary->Load(source);
  }
}

}  // namespace duban::table
