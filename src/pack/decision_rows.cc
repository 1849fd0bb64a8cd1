#include "src/pack/decision_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"

namespace duban::pack {
namespace {

constexpr int128_t kLowest = std::numeric_limits<int128_t>::min();
constexpr int128_t kHighest = std::numeric_limits<int128_t>::max();

// Comparisons of cells when a table is checked: some 30 ms, because a pack may
// have many tables. Enough for 3,000 rows of intervals; rows that differ in a
// string column are compared only with their like.
constexpr int64_t kBudget = 5000000;

absl::Status BadCell(absl::string_view text) {
  const std::string found = Excerpt(text);
  return Fault("BAD_CELL")
      .Say(absl::StrCat("看不懂单元格“", found, "”"),
           absl::StrCat("cannot read the cell '", found, "'"))
      .Hint("数值列可以写：*、90、>=90、<60、[60,90)、(60,90]，都用半角符号",
            "a decimal cell is one of: *, 90, >=90, <60, [60,90), (60,90]")
      .ToStatus();
}

absl::Status EmptyCell(absl::string_view text) {
  const std::string found = Excerpt(text);
  return Fault("CELL_EMPTY")
      .Say(absl::StrCat("没有数落在“", found, "”里"),
           absl::StrCat("no number is in '", found, "'"))
      .Hint("请检查两端的大小和括号",
            "check the order of its ends, and its brackets")
      .ToStatus();
}

// Takes the prefix off.
bool Take(absl::string_view prefix, absl::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

}  // namespace

absl::StatusOr<Cell> Cell::Parse(absl::string_view text,
                                 const expr::Type& type) {
  Cell cell;
  if (text == "*") return cell;
  if (type == expr::Type::String()) {
    cell.kind_ = Kind::kText;
    cell.text_ = std::string(text);
    return cell;
  }
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  if (trimmed == "*") return cell;
  if (type == expr::Type::Decimal()) return ParseNumber(trimmed);
  if (trimmed != "true" && trimmed != "false") {
    const std::string found = Excerpt(text);
    return Fault("BAD_CELL")
        .Say(absl::StrCat("“", found, "”不是 true、false 或 *"),
             absl::StrCat("'", found, "' is not true, false or *"))
        .Hint("是写 true，否写 false，都可以写 *",
              "write true, false, or * for either")
        .ToStatus();
  }
  cell.kind_ = Kind::kBool;
  cell.low_ = cell.high_ = trimmed == "true";
  return cell;
}

absl::StatusOr<Cell> Cell::ParseNumber(absl::string_view text) {
  if (text.empty()) return BadCell(text);
  if (text[0] == '[' || text[0] == '(') return ParseInterval(text);
  absl::string_view rest = text;
  const bool at_least = Take(">=", &rest);
  const bool at_most = !at_least && Take("<=", &rest);
  const bool above = !at_least && !at_most && Take(">", &rest);
  const bool below = !at_least && !at_most && !above && Take("<", &rest);
  const absl::string_view first = absl::StripAsciiWhitespace(rest);
  // What does not even begin like a number is not about numbers.
  if (first.empty() ||
      !(absl::ascii_isdigit(first[0]) || first[0] == '-' || first[0] == '+')) {
    return BadCell(text);
  }
  const absl::StatusOr<Decimal> number = Decimal::Parse(first);
  if (!number.ok()) return number.status();
  const int128_t units = number->units();
  Cell cell;
  cell.kind_ = Kind::kNumber;
  cell.low_ = at_most || below ? kLowest : above ? units + 1 : units;
  cell.high_ = at_least || above ? kHighest : below ? units - 1 : units;
  return cell;
}

absl::StatusOr<Cell> Cell::ParseInterval(absl::string_view text) {
  const size_t comma = text.find(',');
  const char last = text.back();
  if (comma == absl::string_view::npos || (last != ']' && last != ')')) {
    return BadCell(text);
  }
  const absl::StatusOr<Decimal> low =
      Decimal::Parse(absl::StripAsciiWhitespace(text.substr(1, comma - 1)));
  if (!low.ok()) return low.status();
  const absl::StatusOr<Decimal> high =
      Decimal::Parse(absl::StripAsciiWhitespace(
          text.substr(comma + 1, text.size() - comma - 2)));
  if (!high.ok()) return high.status();
  Cell cell;
  cell.kind_ = Kind::kNumber;
  cell.low_ = low->units() + (text[0] == '(' ? 1 : 0);
  cell.high_ = high->units() - (last == ')' ? 1 : 0);
  if (cell.low_ > cell.high_) return EmptyCell(text);
  return cell;
}

bool Cell::Matches(const expr::Value& value) const {
  switch (kind_) {
    case Kind::kAny:
      return true;
    case Kind::kText:
      return value.string_value() == text_;
    case Kind::kBool:
      return value.bool_value() == (low_ == 1);
    case Kind::kNumber:
      break;
  }
  const int128_t units = value.AsDecimal().units();
  return low_ <= units && units <= high_;
}

bool Cell::Meets(const Cell& other) const {
  if (matches_all() || other.matches_all()) return true;
  if (kind_ == Kind::kText) return text_ == other.text_;
  return low_ <= other.high_ && other.low_ <= high_;
}

bool Cell::Covers(const Cell& other) const {
  if (matches_all()) return true;
  if (other.matches_all()) return false;
  if (kind_ == Kind::kText) return text_ == other.text_;
  return low_ <= other.low_ && other.high_ <= high_;
}

void DecisionRows::Add(std::vector<Cell> cells) {
  rows_.push_back(std::move(cells));
}

void DecisionRows::Index() {
  size_t most = 0;
  const int columns = rows_.empty() ? 0 : static_cast<int>(rows_[0].size());
  for (int c = 0; c < columns; ++c) {
    HashSet<absl::string_view> texts;
    for (const std::vector<Cell>& row : rows_) {
      if (!row[c].text().empty()) texts.insert(row[c].text());
    }
    if (texts.size() > most) {
      most = texts.size();
      indexed_ = c;
    }
  }
  for (int i = 0; i < size(); ++i) {
    if (indexed_ < 0 || rows_[i][indexed_].matches_all()) {
      others_.push_back(i);
    } else {
      by_text_[rows_[i][indexed_].text()].push_back(i);
    }
  }
}

absl::Span<const int> DecisionRows::Named(
    absl::Span<const expr::Value> values) const {
  if (indexed_ < 0) return {};
  const auto found = by_text_.find(values[indexed_].string_value());
  if (found == by_text_.end()) return {};
  return found->second;
}

bool DecisionRows::Matches(int row,
                           absl::Span<const expr::Value> values) const {
  for (size_t c = 0; c < values.size(); ++c) {
    if (!rows_[row][c].Matches(values[c])) return false;
  }
  return true;
}

bool DecisionRows::Conflicts(int earlier, int later, bool hidden,
                             int64_t* budget) const {
  const std::vector<Cell>& a = rows_[earlier];
  const std::vector<Cell>& b = rows_[later];
  for (size_t c = 0; c < a.size(); ++c) {
    --*budget;
    if (hidden ? !a[c].Covers(b[c]) : !a[c].Meets(b[c])) return false;
  }
  return true;
}

// The first earlier row in conflict with the row, or -1.
int DecisionRows::Conflict(int row, bool hidden, int64_t* budget) const {
  const auto first_of = [&](const std::vector<int>& rows) {
    for (const int earlier : rows) {
      if (earlier >= row || *budget < 0) break;
      if (Conflicts(earlier, row, hidden, budget)) return earlier;
    }
    return -1;
  };
  const bool any = indexed_ < 0 || rows_[row][indexed_].matches_all();
  if (any && !hidden) {
    for (int earlier = 0; earlier < row && *budget >= 0; ++earlier) {
      if (Conflicts(earlier, row, hidden, budget)) return earlier;
    }
    return -1;
  }
  const int general = first_of(others_);
  if (any) return general;
  const int named = first_of(by_text_.at(rows_[row][indexed_].text()));
  return general < 0 || (named >= 0 && named < general) ? named : general;
}

bool DecisionRows::FindConflicts(
    bool hidden, const std::function<void(int, int)>& visit) const {
  int64_t budget = kBudget;
  for (int row = 0; row < size(); ++row) {
    const int earlier = Conflict(row, hidden, &budget);
    if (earlier >= 0) visit(earlier, row);
    if (budget < 0) return false;
  }
  return true;
}

}  // namespace duban::pack
