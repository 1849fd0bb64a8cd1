// Rows that come by column.
#include <cassert>

#include "src/table/records.h"

namespace duban::table {
namespace {

// As for single rows: a default is not stored, unless something follows it.
template <typename T>
void AppendAll(uint32_t first, const Records::NewColumn& given,
               SharedVector<T>* to) {
  for (size_t i = 0; i < given.values.size(); ++i) {
    const int64_t value = given.values[i];
    const T stored =
        given.codes.empty()
            ? static_cast<T>(value)
            : static_cast<T>(given.codes[static_cast<size_t>(value)]);
    if (stored == T{}) continue;
    to->PadTo(first + i);
    to->Append(stored);
  }
}

}  // namespace

uint32_t Records::Intern(int column, absl::string_view text) {
  return cells_[static_cast<size_t>(column)].dictionary->Intern(text);
}

std::optional<uint32_t> Records::InternRun(int column, absl::string_view head,
                                           int digits, uint64_t number,
                                           uint32_t count) {
  return cells_[static_cast<size_t>(column)].dictionary->InternRun(
      head, digits, number, count);
}

void Records::AppendColumn(uint32_t rows, const NewColumn& given) {
  const Column& column = schema_->column(given.column);
  Cells* to = &cells_[static_cast<size_t>(given.column)];
  if (!column.is_list()) {
    assert(given.values.size() == rows);
    if (column.type == ColumnType::kText) {
      AppendAll(size_, given, &to->codes);
    } else if (column.type == ColumnType::kInt) {
      AppendAll(size_, given, &to->ints);
    } else if (column.type == ColumnType::kBool) {
      AppendAll(size_, given, &to->bools);
    } else {
      // Dates are stored as they come; decimals have no short way.
      assert(column.type != ColumnType::kDecimal);
      AppendAll(size_, given, &to->numbers);
    }
    return;
  }
  size_t next = 0;
  for (uint32_t row = 0; row < rows; ++row) {
    const uint32_t length = given.lengths.empty() ? 1 : given.lengths[row];
    if (length == 0) continue;
    for (uint32_t i = 0; i < length; ++i) {
      const auto value = static_cast<size_t>(given.values[next++]);
      to->items.Append(given.codes.empty() ? static_cast<uint32_t>(value)
                                           : given.codes[value]);
    }
    const size_t ends = to->ends.size();
    to->ends.PadTo(size_ + row, ends == 0 ? 0 : to->ends.Get(ends - 1));
    to->ends.Append(to->items.size());
  }
}

}  // namespace duban::table
