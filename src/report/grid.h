// A table of text cells, printed for a terminal or as CSV. Columns align by
// the width a terminal gives to text, so that Chinese lines up.
#ifndef DUBAN_SRC_REPORT_GRID_H_
#define DUBAN_SRC_REPORT_GRID_H_

#include <string>
#include <vector>

namespace duban::report {

enum class Align { kLeft, kRight };

struct GridColumn {
  std::string heading;
  Align align = Align::kLeft;
};

struct Grid {
  std::vector<GridColumn> columns;
  std::vector<std::vector<std::string>> rows;

  // For people: a heading, a rule, the rows.
  std::string ToText() const;
  // For programs: RFC 4180, a heading and the rows.
  std::string ToCsv() const;
};

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_GRID_H_
