// The rows of a decision table: what a cell matches, which rows match given
// values, and which rows of a table meet or hide each other. Part of
// lookup_table.h, which knows outputs, places and messages.
//
// Decimal cells are closed intervals of units (10^-9), so that ">60" begins
// at 60.000000001: every question about intervals is one about whole numbers.
// DecisionRows is immutable once its rows are added; thread-safe then.
#ifndef DUBAN_SRC_PACK_DECISION_ROWS_H_
#define DUBAN_SRC_PACK_DECISION_ROWS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/decimal.h"
#include "src/base/hash_map.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::pack {

class Cell {
 public:
  // BAD_CELL, CELL_EMPTY (an interval that nothing is in) or a reason of
  // Decimal::Parse; without place. `type` is string, decimal or bool.
  static absl::StatusOr<Cell> Parse(absl::string_view text,
                                    const expr::Type& type);

  bool matches_all() const { return kind_ == Kind::kAny; }
  const std::string& text() const { return text_; }  // of a string cell

  // The value is of the cell's type; an int does for a decimal.
  bool Matches(const expr::Value& value) const;
  // Both cells are of one column: is there a value that both match?
  bool Meets(const Cell& other) const;
  // Does this one match all that the other does?
  bool Covers(const Cell& other) const;

 private:
  enum class Kind { kAny, kText, kBool, kNumber };
  static absl::StatusOr<Cell> ParseNumber(absl::string_view text);
  static absl::StatusOr<Cell> ParseInterval(absl::string_view text);

  Kind kind_ = Kind::kAny;
  std::string text_;
  // Of numbers, in units; of bools 0 or 1. Both ends included.
  int128_t low_ = 0;
  int128_t high_ = 0;
};

class DecisionRows {
 public:
  // All rows have one cell for each column.
  void Add(std::vector<Cell> cells);
  // To be called once, after the last row.
  void Index();

  int size() const { return static_cast<int>(rows_.size()); }

  // Calls `visit` with each row that matches, in order, until it returns
  // false.
  template <typename Visit>
  void Match(absl::Span<const expr::Value> values, Visit visit) const;

  // For each row that could match together with an earlier one (hidden =
  // false), or that matches nothing an earlier one does not (hidden = true):
  // (the first such earlier row, the row). False where there were too many
  // rows to compare them all.
  bool FindConflicts(bool hidden,
                     const std::function<void(int, int)>& visit) const;

 private:
  bool Matches(int row, absl::Span<const expr::Value> values) const;
  // Those that are indexed by the text of the value.
  absl::Span<const int> Named(absl::Span<const expr::Value> values) const;
  int Conflict(int row, bool hidden, int64_t* budget) const;
  bool Conflicts(int earlier, int later, bool hidden, int64_t* budget) const;

  std::vector<std::vector<Cell>> rows_;
  // The string column with the most different texts, or -1: rows by the text
  // that their cell there has, and those that take any. Ascending.
  int indexed_ = -1;
  HashMap<std::string, std::vector<int>> by_text_;
  std::vector<int> others_;
};

template <typename Visit>
void DecisionRows::Match(absl::Span<const expr::Value> values,
                         Visit visit) const {
  const absl::Span<const int> named = Named(values);
  size_t i = 0;
  size_t j = 0;
  while (i < named.size() || j < others_.size()) {
    const bool first =
        j == others_.size() || (i < named.size() && named[i] < others_[j]);
    const int row = first ? named[i++] : others_[j++];
    if (Matches(row, values) && !visit(row)) return;
  }
}

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_DECISION_ROWS_H_
