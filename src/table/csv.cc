#include "src/table/csv.h"

#include <csv.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/decimal.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"

namespace duban::table {
namespace {

// libcsv takes away spaces around cells unless there are none.
int NoSpace(unsigned char) { return 0; }

size_t EndOfLine(absl::string_view text, size_t from) {
  const size_t end = text.find_first_of("\r\n", from);
  if (end == absl::string_view::npos) return text.size();
  const bool crlf = text.substr(end, 2) == "\r\n";
  return end + (crlf ? 2 : 1);
}

// Feeds libcsv line by line, because it does not say where a row was.
//
// After a fault in a row that began on line n, reading goes on with line n+1:
// most likely a quote was never closed and has swallowed good rows. No line is
// read more than twice for that: the lines between a row's beginning and its
// fault have quotes in pairs only, so none of them can swallow the rest again.
class Reader {
 public:
  Reader(absl::string_view file, absl::string_view text, CsvVisitor* visitor,
         Faults* faults)
      : file_(file), text_(text), visitor_(visitor), faults_(faults) {
    Start();
  }
  ~Reader() { csv_free(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void Read() {
    while (!done_ && (offset_ < text_.size() || in_row_)) {
      if (offset_ < text_.size()) {
        ReadLine();
      } else if (csv_fini(&parser_, &Reader::OnCell, &Reader::OnRow, this) !=
                 0) {
        Recover(true);
      } else {
        in_row_ = false;
      }
    }
    if (!done_ && width_ < 0) NoHeadings();
  }

 private:
  void Start() {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&parser_, &NoSpace);
    csv_set_blk_size(&parser_, 4096);
    cells_.clear();
    cell_count_ = 0;
    any_text_ = false;
    in_row_ = false;
  }

  void ReadLine() {
    const size_t end = EndOfLine(text_, offset_);
    const absl::string_view line = text_.substr(offset_, end - offset_);
    const int number = line_++;
    offset_ = end;
    if (!in_row_) {
      if (line.find_first_not_of("\r\n") == absl::string_view::npos) return;
      in_row_ = true;
      row_line_ = number;
      after_row_line_ = end;
    }
    const size_t read = csv_parse(&parser_, line.data(), line.size(),
                                  &Reader::OnCell, &Reader::OnRow, this);
    if (read != line.size()) Recover(false);
  }

  // Reports the row at hand and goes on after its first line.
  void Recover(bool at_end) {
    const bool quotes = csv_error(&parser_) == CSV_EPARSE;
    Fault fault =
        quotes
            ? At(Fault("BAD_QUOTES"))
            : At(Fault("OUT_OF_MEMORY", absl::StatusCode::kResourceExhausted));
    if (!quotes) {
      fault.Say("内存不足，无法读取这一行", "no memory to read this row");
      done_ = true;
    } else if (at_end) {
      fault.Say("引号没有结束", "a quote has no end");
    } else {
      fault.Say("引号位置不对", "a quote stands where none may stand");
    }
    if (quotes) {
      fault.Hint(
          "含有逗号、引号或换行的单元格，整格用 \" 括起，格内的 \" 写成两个",
          "put the whole cell in \" where it has commas, quotes or line "
          "breaks, and write each \" inside it twice");
    }
    faults_->Add(fault);
    // Without headings no row can be understood.
    if (width_ < 0) done_ = true;
    ++row_number_;
    offset_ = after_row_line_;
    line_ = row_line_ + 1;
    csv_free(&parser_);
    Start();
  }

  Fault At(Fault fault, absl::string_view heading = "") const {
    const int64_t number = width_ < 0 ? 0 : row_number_ + 1;
    return fault.At(file_, row_line_, 0).Row(file_, number, heading);
  }

  static void OnCell(void* text, size_t size, void* self) {
    auto* reader = static_cast<Reader*>(self);
    ++reader->cell_count_;
    if (size > 0) reader->any_text_ = true;
    // What is beyond the headings is counted only.
    const int limit = reader->width_ < 0 ? kMaxCsvColumns : reader->width_;
    if (reader->cell_count_ <= limit) {
      reader->cells_.emplace_back(static_cast<const char*>(text), size);
    }
  }

  static void OnRow(int, void* self) {
    auto* reader = static_cast<Reader*>(self);
    if (reader->done_) return;
    if (reader->width_ < 0) {
      reader->EndHeadings();
    } else {
      reader->EndRow();
    }
    reader->cells_.clear();
    reader->cell_count_ = 0;
    reader->any_text_ = false;
    reader->in_row_ = false;
  }

  void EndHeadings() {
    CsvRow row{0, row_line_, std::move(cells_)};
    for (std::string& heading : row.cells) {
      heading = std::string(absl::StripAsciiWhitespace(heading));
    }
    // Spreadsheets like to add empty columns at the right.
    while (!row.cells.empty() && row.cells.back().empty()) row.cells.pop_back();
    if (row.cells.empty()) return;  // commas alone, as below
    heading_count_ = row.cells.size();
    if (cell_count_ > kMaxCsvColumns) {
      faults_->Add(
          At(Fault("ROW_WIDTH"))
              .Say(absl::StrCat("列数超过 ", kMaxCsvColumns),
                   absl::StrCat("more than ", kMaxCsvColumns, " columns")));
      done_ = true;
    }
    HashSet<absl::string_view> seen;
    for (const std::string& heading : row.cells) {
      if (heading.empty() || seen.insert(heading).second) continue;
      faults_->Add(
          At(Fault("DUPLICATE_COLUMN"), heading)
              .Say(absl::StrCat("表头“", heading, "”出现了不止一次"),
                   absl::StrCat("the heading '", heading,
                                "' occurs more than once"))
              .Hint("请删去或改名其中一列", "remove or rename one of them"));
      done_ = true;
    }
    width_ = static_cast<int>(std::min<int64_t>(cell_count_, kMaxCsvColumns));
    if (!done_ && !visitor_->Headings(row)) done_ = true;
  }

  void EndRow() {
    const bool beyond =
        cell_count_ == width_ &&
        std::any_of(cells_.begin() + static_cast<ptrdiff_t>(heading_count_),
                    cells_.end(),
                    [](const std::string& cell) { return !cell.empty(); });
    if (cell_count_ == width_ && !beyond) {
      cells_.resize(heading_count_);
      visitor_->Row({++row_number_, row_line_, std::move(cells_)});
      return;
    }
    // Commas alone: the remains of a table that once was wider or longer.
    if (!any_text_) return;
    const std::string cells =
        absl::StrCat(beyond ? heading_count_ + 1 : cell_count_);
    Fault fault = At(Fault("ROW_WIDTH"));
    fault
        .Say(absl::StrCat("这一行有 ", cells, " 个单元格，表头有 ",
                          heading_count_, " 列"),
             absl::StrCat("the row has ", cells, " cells, the headings are ",
                          heading_count_))
        .Hint("请检查是否少写或多写了逗号；含逗号的单元格要用引号括起",
              "look for a missing or an extra comma; a cell with a comma in "
              "it needs quotes");
    faults_->Add(fault);
    ++row_number_;
  }

  void NoHeadings() {
    faults_->Add(
        Fault("COLUMN_REQUIRED")
            .At(file_, 1, 0)
            .Say("文件是空的，没有表头", "the file has no headings")
            .Hint("第一行应是各列的名称", "the first row names the columns"));
  }

  const absl::string_view file_;
  const absl::string_view text_;
  CsvVisitor* const visitor_;
  Faults* const faults_;
  csv_parser parser_;

  size_t offset_ = 0;          // of the line to be read next
  int line_ = 1;               // its number
  bool in_row_ = false;        // a row has begun and not ended
  int row_line_ = 0;           // line on which it began
  size_t after_row_line_ = 0;  // offset of the line after that
  int64_t row_number_ = 0;     // of the last row that ended
  bool done_ = false;

  int width_ = -1;            // cells of the heading row; -1 before it was read
  size_t heading_count_ = 0;  // without empty ones at the right
  std::vector<std::string> cells_;
  int64_t cell_count_ = 0;
  bool any_text_ = false;  // some cell of the row is not empty
};

class Collector : public CsvVisitor {
 public:
  explicit Collector(CsvFile* out) : out_(out) {}
  bool Headings(const CsvRow& headings) override {
    out_->headings = headings.cells;
    return true;
  }
  void Row(const CsvRow& row) override { out_->rows.push_back(row); }

 private:
  CsvFile* const out_;
};

bool LooksLikeFormula(absl::string_view cell) {
  if (cell.empty()) return false;
  if (absl::string_view("=+-@\t\r").find(cell[0]) == absl::string_view::npos) {
    return false;
  }
  return !Decimal::Parse(cell).ok();
}

bool NeedsQuotes(absl::string_view cell) {
  if (cell.empty()) return false;
  if (cell.find_first_of(",\"\r\n") != absl::string_view::npos) return true;
  // Many programs take away spaces at the ends of bare cells.
  return absl::ascii_isspace(static_cast<unsigned char>(cell.front())) ||
         absl::ascii_isspace(static_cast<unsigned char>(cell.back()));
}

void AppendQuoted(absl::string_view cell, std::string* out) {
  out->push_back('"');
  for (const char c : cell) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

}  // namespace

void ReadCsv(absl::string_view file, absl::string_view bytes,
             CsvVisitor* visitor, Faults* faults) {
  const absl::StatusOr<std::string> text = DecodeText(bytes);
  if (!text.ok()) {
    v1::ErrorList list = FaultsOf(text.status());
    for (v1::ErrorDetail& fault : *list.mutable_errors()) {
      fault.mutable_place()->set_file(Excerpt(file, Fault::kTextLimit));
      faults->Add(std::move(fault));
    }
    return;
  }
  const size_t nul = text->find('\0');
  if (nul != std::string::npos) {
    faults->Add(
        Fault("BAD_ENCODING")
            .At(file, LocateOffset(*text, nul).line, 0)
            .Say("文件中有空字节（NUL），不是文本文件或是 UTF-16 编码",
                 "the file has NUL bytes: it is no text file, or UTF-16")
            .Hint("请用 UTF-8 或 GB18030 重新保存该文件",
                  "save the file again as UTF-8 or GB18030"));
    return;
  }
  Reader(file, *text, visitor, faults).Read();
}

CsvFile ReadCsv(absl::string_view file, absl::string_view bytes,
                Faults* faults) {
  CsvFile result;
  Collector collector(&result);
  ReadCsv(file, bytes, &collector, faults);
  return result;
}

void AppendCsvRow(absl::Span<const std::string> cells,
                  const CsvOptions& options, std::string* out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out->push_back(',');
    const std::string& cell = cells[i];
    if (options.guard_formulas && LooksLikeFormula(cell)) {
      const std::string guarded = absl::StrCat("'", cell);
      if (NeedsQuotes(guarded)) {
        AppendQuoted(guarded, out);
      } else {
        out->append(guarded);
      }
    } else if (NeedsQuotes(cell) || (cell.empty() && cells.size() == 1)) {
      AppendQuoted(cell, out);  // a lone empty cell would be a blank line
    } else {
      out->append(cell);
    }
  }
  out->append(options.crlf ? "\r\n" : "\n");
}

std::string WriteCsv(absl::Span<const std::string> headings,
                     absl::Span<const std::vector<std::string>> rows,
                     const CsvOptions& options) {
  std::string out = options.byte_order_mark ? "\xEF\xBB\xBF" : "";
  AppendCsvRow(headings, options, &out);
  for (const auto& row : rows) AppendCsvRow(row, options, &out);
  return out;
}

}  // namespace duban::table
