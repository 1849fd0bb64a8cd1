#include "src/pack/lookup_table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"

namespace duban::pack {
namespace {

using expr::Type;
using expr::Value;

constexpr int128_t kLowest = std::numeric_limits<int128_t>::min();
constexpr int128_t kHighest = std::numeric_limits<int128_t>::max();

// A band as it was read.
struct Draft {
  int number = 0;  // 0-based, as in the pack
  std::optional<Decimal> from;
  std::optional<Decimal> until;
  Value value;

  int128_t low() const { return from ? from->units() : kLowest; }
  int128_t high() const { return until ? until->units() : kHighest; }
};

// "2 [80,90)", for messages.
std::string NameOf(const Draft& band, bool highest) {
  return absl::StrCat(band.number + 1, " ", band.from ? "[" : "(",
                      band.from ? band.from->ToString() : "", ",",
                      band.until ? band.until->ToString() : "",
                      highest && band.until ? "]" : ")");
}

// "89 ≤ x < 90"
std::string IntervalText(std::optional<Decimal> from,
                         std::optional<Decimal> until, bool closed) {
  return absl::StrCat(from ? absl::StrCat(from->ToString(), " ≤ ") : "", "x",
                      until ? closed ? " ≤ " : " < " : "",
                      until ? until->ToString() : "");
}

bool LowerFirst(const Draft& a, const Draft& b) {
  return a.low() != b.low() ? a.low() < b.low() : a.high() < b.high();
}

}  // namespace

// Reads one v1::LookupTable; says all that is wrong with it.
class TableReader {
 public:
  TableReader(const v1::LookupTable& table, absl::string_view path,
              const PackSource& source, Faults* faults)
      : table_(table), path_(path), source_(source), faults_(faults) {}

  std::unique_ptr<LookupTable> Read();

 private:
  bool CheckShape();
  void ReadOutput();
  void ReadColumns();
  void ReadRows();
  void CheckRows();
  void ReadBands();
  void CheckBands(std::vector<Draft>* bands);
  void CheckOrder(const std::vector<Draft>& bands);
  void CheckNeighbours(const Draft& lower, const Draft& upper, bool highest);
  std::optional<Decimal> ReadBound(const std::string& text,
                                   const std::string& path);
  Value ReadValue(const std::string& text, const std::string& path);

  std::string Path(absl::string_view field) const {
    return absl::StrCat(path_, ".", field);
  }
  std::string Path(absl::string_view field, int i,
                   absl::string_view inner = "") const {
    return absl::StrCat(path_, ".", field, "[", i, "]",
                        inner.empty() ? "" : ".", inner);
  }
  void Report(absl::string_view reason, const std::string& path,
              absl::string_view zh, absl::string_view en,
              absl::string_view hint_zh, absl::string_view hint_en,
              bool warning = false);
  // A fault of a part that does not know its place.
  void ReportAt(const absl::Status& status, const std::string& path);

  const v1::LookupTable& table_;
  const std::string path_;
  const PackSource& source_;
  Faults* const faults_;
  std::unique_ptr<LookupTable> built_;
  bool failed_ = false;
};

void TableReader::Report(absl::string_view reason, const std::string& path,
                         absl::string_view zh, absl::string_view en,
                         absl::string_view hint_zh, absl::string_view hint_en,
                         bool warning) {
  Fault fault = source_.FaultAt(reason, path);
  fault.Say(zh, en).Hint(hint_zh, hint_en);
  if (warning) {
    fault.Warning();
  } else {
    failed_ = true;
  }
  faults_->Add(fault);
}

void TableReader::ReportAt(const absl::Status& status,
                           const std::string& path) {
  v1::ErrorList list = FaultsOf(status);
  for (v1::ErrorDetail& detail : *list.mutable_errors()) {
    *detail.mutable_place() = source_.FaultAt("", path).detail().place();
    faults_->Add(std::move(detail));
  }
  failed_ = true;
}

std::unique_ptr<LookupTable> TableReader::Read() {
  built_.reset(new LookupTable());
  built_->id_ = table_.id();
  ReadOutput();
  if (!CheckShape()) return nullptr;
  if (table_.band_size() > 0) {
    ReadBands();
  } else {
    ReadColumns();
    ReadRows();
  }
  if (table_.has_otherwise()) {
    built_->otherwise_ = ReadValue(table_.otherwise(), Path("otherwise"));
  }
  if (failed_) return nullptr;
  return std::move(built_);
}

void TableReader::ReadOutput() {
  if (table_.output() == "decimal") {
    built_->output_ = Type::Decimal();
  } else if (table_.output() == "string") {
    built_->output_ = Type::String();
  } else {
    const std::string found = Excerpt(table_.output());
    Report("TABLE_OUTPUT", Path("output"),
           found.empty() ? "没有说明查表得到什么（output）"
                         : absl::StrCat("“", found, "”不是查表结果的类型"),
           found.empty() ? "it does not say what lookup() gives (output)"
                         : absl::StrCat("'", found, "' is no output type"),
           "output 写 \"decimal\"（数）或 \"string\"（文字）",
           "output is \"decimal\" or \"string\"");
    // The values are still worth reading: as text they cannot fail.
    built_->output_ = Type::String();
  }
}

// Whether it is one of the two kinds of table, and of a size to be read.
bool TableReader::CheckShape() {
  const bool bands = table_.band_size() > 0;
  const bool rows = table_.row_size() > 0;
  if (bands && (rows || table_.column_size() > 0)) {
    Report("TABLE_SHAPE", path_, "既有分档（band）又有行列（row、column）",
           "it has bands as well as rows or columns", "请分成两张表",
           "make two tables of it");
    return false;
  }
  if (!bands && !rows) {
    Report("TABLE_EMPTY", path_, "表里没有分档，也没有行",
           "it has neither bands nor rows",
           "请写 band，或写 column 和 row，或提供 tables 文件夹里的 CSV",
           "give bands, or columns and rows, or a CSV file in tables/");
    return false;
  }
  if (rows && table_.column_size() == 0) {
    Report("TABLE_SHAPE", path_, "有行（row），但没有说明列（column）",
           "it has rows, but no columns", "请为每一列写一个 column",
           "declare each column");
    return false;
  }
  if (std::max(table_.band_size(), table_.row_size()) > LookupTable::kMaxRows ||
      table_.column_size() > LookupTable::kMaxColumns) {
    Report("TABLE_TOO_LARGE", path_,
           absl::StrCat("表太大：最多 ", LookupTable::kMaxRows, " 行、",
                        LookupTable::kMaxColumns, " 列"),
           absl::StrCat("it is too large: at most ", LookupTable::kMaxRows,
                        " rows and ", LookupTable::kMaxColumns, " columns"),
           "请拆成几张表", "split it into several tables");
    return false;
  }
  if (bands && table_.hit() != v1::UNIQUE) {
    Report("TABLE_SHAPE", Path("hit"), "分档互不重叠，不需要 hit",
           "bands never overlap; `hit` is for rows", "请删去 hit",
           "remove `hit`");
  }
  return true;
}

Value TableReader::ReadValue(const std::string& text, const std::string& path) {
  if (built_->output_ == Type::String()) return Value::Str(text);
  const absl::StatusOr<Decimal> number = Decimal::Parse(text);
  if (number.ok()) return Value::Dec(*number);
  ReportAt(number.status(), path);
  return Value();
}

void TableReader::ReadColumns() {
  HashSet<std::string> seen;
  for (int i = 0; i < table_.column_size(); ++i) {
    const v1::Column& column = table_.column(i);
    if (!column.id().empty() && !seen.insert(column.id()).second) {
      const std::string id = Excerpt(column.id());
      Report("COLUMN_TWICE", Path("column", i, "id"),
             absl::StrCat("有两列都叫“", id, "”"),
             absl::StrCat("two columns are called '", id, "'"), "请改名",
             "give one another name");
    }
    if (column.type() == "string") {
      built_->inputs_.push_back(Type::String());
    } else if (column.type() == "decimal") {
      built_->inputs_.push_back(Type::Decimal());
    } else if (column.type() == "bool") {
      built_->inputs_.push_back(Type::Bool());
    } else {
      const std::string type = Excerpt(column.type());
      Report("COLUMN_TYPE", Path("column", i, "type"),
             absl::StrCat("“", type, "”不是列的类型"),
             absl::StrCat("'", type, "' is no type of a column"),
             "type 写 \"string\"、\"decimal\" 或 \"bool\"",
             "type is \"string\", \"decimal\" or \"bool\"");
      built_->inputs_.push_back(Type::String());
    }
  }
}

void TableReader::ReadRows() {
  built_->hit_ = table_.hit();
  if (table_.hit() == v1::SUM && built_->output_ != Type::Decimal()) {
    Report("TABLE_SHAPE", Path("hit"), "只有数（decimal）才能相加（SUM）",
           "only decimals can be added (SUM)", "请把 output 改为 \"decimal\"",
           "make the output \"decimal\"");
  }
  for (int i = 0; i < table_.row_size(); ++i) {
    const v1::Row& row = table_.row(i);
    if (row.cell_size() != table_.column_size()) {
      Report("ROW_CELLS", Path("row", i),
             absl::StrCat("第 ", i + 1, " 行有 ", row.cell_size(),
                          " 个单元格，而表有 ", table_.column_size(), " 列"),
             absl::StrCat("row ", i + 1, " has ", row.cell_size(),
                          " cells, but the table has ", table_.column_size(),
                          " columns"),
             "每列写一个 cell，任意值写 *",
             "give one cell for each column, * for anything");
      continue;
    }
    std::vector<Cell> cells;
    for (int c = 0; c < row.cell_size(); ++c) {
      absl::StatusOr<Cell> cell = Cell::Parse(row.cell(c), built_->inputs_[c]);
      if (cell.ok()) {
        cells.push_back(*std::move(cell));
      } else {
        ReportAt(cell.status(), Path("row", i, absl::StrCat("cell[", c, "]")));
      }
    }
    built_->values_.push_back(ReadValue(row.value(), Path("row", i, "value")));
    if (!failed_) built_->rows_.Add(std::move(cells));
  }
  if (!failed_) CheckRows();
}

void TableReader::CheckRows() {
  built_->rows_.Index();
  bool all = true;
  if (table_.hit() == v1::UNIQUE) {
    all = built_->rows_.FindConflicts(false, [this](int earlier, int later) {
      Report("ROWS_OVERLAP", Path("row", later),
             absl::StrCat("第 ", later + 1, " 行与第 ", earlier + 1,
                          " 行可能同时命中"),
             absl::StrCat("row ", later + 1, " can match together with row ",
                          earlier + 1),
             "请改成互不重叠；若以先写的为准，写 hit: FIRST",
             "make them disjoint; or, if the first is to win, say hit: FIRST");
    });
  } else if (table_.hit() == v1::FIRST) {
    all = built_->rows_.FindConflicts(true, [this](int earlier, int later) {
      Report("ROW_UNREACHABLE", Path("row", later),
             absl::StrCat("第 ", later + 1, " 行永远用不到：第 ", earlier + 1,
                          " 行总是先命中"),
             absl::StrCat("row ", later + 1, " is never reached: row ",
                          earlier + 1, " always matches first"),
             "请删去它，或把它移到前面", "remove it, or move it up", true);
    });
  }
  if (all) return;
  Report("TABLE_NOT_CHECKED", path_, "行数太多，没有逐行检查是否重叠",
         "there are too many rows to see whether they overlap",
         "重叠的行在查表时会报错；请尽量拆分",
         "rows that overlap fail when they are looked up; better split it",
         true);
}

std::optional<Decimal> TableReader::ReadBound(const std::string& text,
                                              const std::string& path) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Decimal> number = Decimal::Parse(text);
  if (number.ok()) return *number;
  ReportAt(number.status(), path);
  return std::nullopt;
}

void TableReader::ReadBands() {
  built_->inputs_.push_back(Type::Decimal());
  std::vector<Draft> bands;
  bool read = true;
  for (int i = 0; i < table_.band_size(); ++i) {
    const v1::Band& band = table_.band(i);
    Draft draft;
    draft.number = i;
    const bool before = std::exchange(failed_, false);
    draft.from = ReadBound(band.from(), Path("band", i, "from"));
    draft.until = ReadBound(band.until(), Path("band", i, "until"));
    read &= !failed_;
    failed_ |= before;
    draft.value = ReadValue(band.value(), Path("band", i, "value"));
    bands.push_back(std::move(draft));
  }
  // Gaps between numbers that could not be read are no news.
  if (read) CheckBands(&bands);
  if (failed_) return;
  for (Draft& draft : bands) {
    const bool closed = &draft == &bands.back() && draft.until;
    built_->bands_.push_back(
        {draft.low(), draft.high() + (closed ? 1 : 0), std::move(draft.value)});
  }
}

// Sorts them, lowest first.
void TableReader::CheckBands(std::vector<Draft>* bands) {
  CheckOrder(*bands);
  std::sort(bands->begin(), bands->end(), LowerFirst);
  bool whole = true;
  for (const Draft& band : *bands) {
    const bool highest = &band == &bands->back();
    if (band.low() < band.high() || (highest && band.low() == band.high())) {
      continue;
    }
    whole = false;
    const std::string name = NameOf(band, highest);
    Report("BAND_EMPTY", Path("band", band.number, "until"),
           absl::StrCat("分档 ", name, " 里没有数：from 应当小于 until"),
           absl::StrCat("no number is in band ", name,
                        ": `from` must be below `until`"),
           "请检查两端", "check its ends");
  }
  if (!whole) return;
  const Draft* reach = &bands->front();  // the one that goes furthest so far
  for (size_t i = 1; i < bands->size(); ++i) {
    const Draft& band = (*bands)[i];
    CheckNeighbours(*reach, band, i + 1 == bands->size());
    if (band.high() > reach->high()) reach = &band;
  }
}

// As written: rising or falling.
void TableReader::CheckOrder(const std::vector<Draft>& bands) {
  const auto falls = [](const Draft& a, const Draft& b) {
    return a.low() > b.low();
  };
  const auto rises = [](const Draft& a, const Draft& b) {
    return a.low() < b.low();
  };
  const auto drop = std::adjacent_find(bands.begin(), bands.end(), falls);
  if (drop == bands.end() ||
      std::adjacent_find(bands.begin(), bands.end(), rises) == bands.end()) {
    return;
  }
  // The author began one way and then turned.
  const bool rising = drop != bands.begin();
  const auto turn = std::adjacent_find(
      bands.begin(), bands.end(), [rising](const Draft& a, const Draft& b) {
        return rising ? a.low() > b.low() : a.low() < b.low();
      });
  const std::string before = NameOf(*turn, false);
  const std::string after = NameOf(*(turn + 1), false);
  Report("BAND_ORDER", Path("band", (turn + 1)->number, "from"),
         absl::StrCat("分档没有按顺序写：", after, " 写在 ", before, " 之后"),
         absl::StrCat("the bands are out of order: ", after, " comes after ",
                      before),
         "请从低到高（或从高到低）依次写",
         "write them from low to high, or from "
         "high to low");
}

// `lower` reaches furthest of all bands that begin before `upper`.
void TableReader::CheckNeighbours(const Draft& lower, const Draft& upper,
                                  bool highest) {
  const std::string a = NameOf(lower, false);
  const std::string b = NameOf(upper, highest);
  if (lower.high() < upper.low()) {
    const std::string gap = IntervalText(lower.until, upper.from, false);
    Report("BAND_GAP", Path("band", upper.number, "from"),
           absl::StrCat("分档 ", a, " 与 ", b, " 之间有空缺：", gap),
           absl::StrCat("there is a gap between band ", a, " and band ", b,
                        ": ", gap),
           "until 不含在本档内，应当等于下一档的 from（如 80–90、90–100）",
           "`until` is not in the band: let it be the next one's `from`");
  } else if (lower.high() > upper.low()) {
    const bool upper_ends = upper.high() < lower.high();
    const std::string shared =
        IntervalText(upper.from, upper_ends ? upper.until : lower.until,
                     upper_ends && highest);
    const bool open = !lower.until || !upper.from;
    Report("BAND_OVERLAP", Path("band", upper.number, "from"),
           absl::StrCat("分档 ", a, " 与 ", b, " 重叠：", shared),
           absl::StrCat("band ", a, " and band ", b, " overlap: ", shared),
           open ? "只有最低一档的 from 和最高一档的 until 可以不写"
                : "每档的 until 应当等于下一档的 from",
           open ? "only the lowest band may have no `from`, only the highest "
                  "no `until`"
                : "let each `until` be the next band's `from`");
  }
}

std::unique_ptr<LookupTable> LookupTable::Build(const v1::LookupTable& table,
                                                absl::string_view path,
                                                const PackSource& source,
                                                Faults* faults) {
  return TableReader(table, path, source, faults).Read();
}

Value LookupTable::Lookup(absl::Span<const Value> arguments) const {
  bool fits = arguments.size() == inputs_.size();
  for (size_t i = 0; fits && i < arguments.size(); ++i) {
    const Value& argument = arguments[i];
    if (argument.is_error()) return argument;
    const bool whole = argument.is_int() && inputs_[i] == Type::Decimal();
    fits = whole ||
           (!argument.is_missing() && argument.kind() == inputs_[i].kind());
  }
  if (!fits) {
    return Value::Error(
        "TABLE_ARGUMENTS", absl::StrCat("查表“", id_, "”的参数个数或类型不对"),
        absl::StrCat("wrong arguments for lookup('", id_, "', …)"));
  }
  Value found = bands_.empty() ? InRows(arguments) : InBands(arguments[0]);
  if (!found.is_missing()) return found;
  return otherwise_.is_missing() ? NothingFor(arguments) : otherwise_;
}

Value LookupTable::InBands(const Value& argument) const {
  const int128_t x = argument.AsDecimal().units();
  const auto above = std::upper_bound(
      bands_.begin(), bands_.end(), x,
      [](int128_t units, const Band& band) { return units < band.from; });
  if (above == bands_.begin()) return Value::Missing();
  const Band& band = *(above - 1);
  return x < band.until ? band.value : Value::Missing();
}

Value LookupTable::InRows(absl::Span<const Value> arguments) const {
  if (hit_ == v1::SUM) return SumOfRows(arguments);
  int found = -1;
  int second = -1;
  rows_.Match(arguments, [&](int row) {
    (found < 0 ? found : second) = row;
    return hit_ == v1::UNIQUE && second < 0;
  });
  if (second >= 0) {
    return Value::Error("ROWS_OVERLAP",
                        absl::StrCat("表“", id_, "”的第 ", found + 1,
                                     " 行和第 ", second + 1, " 行同时命中"),
                        absl::StrCat("rows ", found + 1, " and ", second + 1,
                                     " of table '", id_, "' both match"));
  }
  return found < 0 ? Value::Missing() : values_[found];
}

Value LookupTable::SumOfRows(absl::Span<const Value> arguments) const {
  Value sum = Value::Missing();
  rows_.Match(arguments, [&](int row) {
    if (sum.is_missing()) {
      sum = values_[row];
      return true;
    }
    const absl::StatusOr<Decimal> total =
        Decimal::Add(sum.decimal_value(), values_[row].decimal_value());
    if (total.ok()) {
      sum = Value::Dec(*total);
      return true;
    }
    sum = Value::Error(
        "DECIMAL_OVERFLOW", absl::StrCat("表“", id_, "”各行之和超出范围"),
        absl::StrCat("the sum of the rows of table '", id_, "' is too large"));
    return false;
  });
  return sum;
}

Value LookupTable::NothingFor(absl::Span<const Value> arguments) const {
  std::string values;
  for (const Value& argument : arguments) {
    absl::StrAppend(&values, values.empty() ? "" : ", ",
                    Excerpt(argument.ToString()));
  }
  if (!bands_.empty()) {
    return Value::Error(
        "OUTSIDE_BANDS", absl::StrCat(values, " 不在表“", id_, "”的任何一档内"),
        absl::StrCat(values, " is in no band of table '", id_, "'"));
  }
  return Value::Error(
      "NO_ROW_MATCHES", absl::StrCat("表“", id_, "”没有一行适用于 ", values),
      absl::StrCat("no row of table '", id_, "' matches ", values));
}

}  // namespace duban::pack
