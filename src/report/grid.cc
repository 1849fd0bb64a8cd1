#include "src/report/grid.h"

#include <algorithm>

#include "src/base/text.h"
#include "src/table/csv.h"

namespace duban::report {
namespace {

constexpr char kGap[] = "  ";

void AppendPadded(const std::string& cell, int width, Align align, bool last,
                  std::string* out) {
  const int padding = std::max(0, width - DisplayWidth(cell));
  if (align == Align::kRight) out->append(padding, ' ');
  out->append(cell);
  // No blanks at the end of a line.
  if (align == Align::kLeft && !last) out->append(padding, ' ');
}

}  // namespace

std::string Grid::ToText() const {
  std::vector<int> widths;
  for (size_t c = 0; c < columns.size(); ++c) {
    int width = DisplayWidth(columns[c].heading);
    for (const auto& row : rows) width = std::max(width, DisplayWidth(row[c]));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](const auto& cell_of) {
    for (size_t c = 0; c < columns.size(); ++c) {
      if (c > 0) out.append(kGap);
      AppendPadded(cell_of(c), widths[c], columns[c].align,
                   c + 1 == columns.size(), &out);
    }
    out.push_back('\n');
  };
  line([&](size_t c) { return columns[c].heading; });
  line([&](size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : rows) line([&](size_t c) { return row[c]; });
  return out;
}

std::string Grid::ToCsv() const {
  std::vector<std::string> headings;
  for (const GridColumn& column : columns) headings.push_back(column.heading);
  return table::WriteCsv(headings, rows);
}

}  // namespace duban::report
