#include "src/table/record_csv.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/base/identifiers.h"
#include "src/base/text.h"
#include "src/table/cell.h"

namespace duban::table {
namespace {

using google::protobuf::Message;

class RecordReader : public CsvVisitor {
 public:
  RecordReader(const RecordSchema& schema, absl::string_view file,
               const std::function<void(RecordRow)>& keep, Faults* faults)
      : schema_(schema), file_(file), keep_(keep), faults_(faults) {
    // "Put again with a later `since`, it is a new version": organization.proto
    if (schema.kind() == v1::ORGANIZATION || schema.kind() == v1::PERSON) {
      version_column_ = schema.FindColumn("since");
    }
  }

  bool Headings(const CsvRow& headings) override {
    headings_ = headings.cells;
    cell_of_column_.assign(schema_.columns().size(), -1);
    for (size_t i = 0; i < headings_.size(); ++i) {
      const int column = schema_.FindColumn(headings_[i]);
      column_of_cell_.push_back(column);
      if (column < 0) {
        UnknownColumn(headings, i);
        continue;
      }
      int& cell = cell_of_column_[static_cast<size_t>(column)];
      if (cell < 0) {
        cell = static_cast<int>(i);
      } else {
        TwiceTheColumn(headings, headings_[static_cast<size_t>(cell)],
                       headings_[i]);
      }
    }
    const bool any_known =
        std::any_of(column_of_cell_.begin(), column_of_cell_.end(),
                    [](int column) { return column >= 0; });
    for (int i = 0; i < schema_.column_count(); ++i) {
      if (!schema_.column(i).required) continue;
      if (cell_of_column_[static_cast<size_t>(i)] < 0) {
        MissingColumn(headings, schema_.column(i));
      }
    }
    // A file of something else: its rows would only repeat that.
    return any_known;
  }

  void Row(const CsvRow& row) override {
    if (std::all_of(
            row.cells.begin(), row.cells.end(),
            [](const std::string& cell) { return TrimCell(cell).empty(); })) {
      return;
    }
    bool good = columns_complete_;
    std::unique_ptr<Message> record = schema_.NewRecord();
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const int column = column_of_cell_[i];
      if (column < 0) continue;
      good &= ReadCell(row, i, schema_.column(column), record.get());
    }
    good &= IsFirstOfItsId(row);
    if (good) keep_({row.number, row.line, std::move(record)});
  }

 private:
  // Where a fault is: the row, and the heading as the file writes it.
  Fault At(const CsvRow& row, absl::string_view reason,
           absl::string_view heading) const {
    return Fault(reason).At(file_, row.line, 0).Row(file_, row.number, heading);
  }

  void UnknownColumn(const CsvRow& headings, size_t i) {
    const std::string& heading = headings_[i];
    if (heading.empty()) {
      faults_->Add(At(headings, "UNKNOWN_COLUMN", "")
                       .Say(absl::StrCat("第 ", i + 1, " 列没有表头"),
                            absl::StrCat("column ", i + 1, " has no heading"))
                       .Hint("请补上表头或删去这一列",
                             "give it a heading or remove it"));
      return;
    }
    const std::string shown = Excerpt(heading);
    Fault fault = At(headings, "UNKNOWN_COLUMN", heading);
    fault.Say(absl::StrCat("“", schema_.zh(), "”表没有“", shown, "”这一列"),
              absl::StrCat("the table ", schema_.name(), " has no column '",
                           shown, "'"));
    const std::string nearest = NearestWord(heading, AllHeadings());
    if (nearest.empty()) {
      fault.Hint("请改名或删去这一列；各列的名称见表格说明",
                 "rename or remove it; the documentation of the tables lists "
                 "the columns");
    } else {
      fault.Hint(absl::StrCat("是否应为“", nearest, "”？"),
                 absl::StrCat("did you mean '", nearest, "'?"));
    }
    faults_->Add(fault);
  }

  std::vector<std::string> AllHeadings() const {
    std::vector<std::string> all;
    for (const Column& column : schema_.columns()) {
      all.push_back(column.name);
      all.push_back(column.zh);
    }
    return all;
  }

  void TwiceTheColumn(const CsvRow& headings, absl::string_view first,
                      absl::string_view second) {
    faults_->Add(At(headings, "DUPLICATE_COLUMN", second)
                     .Say(absl::StrCat("“", first, "”和“", second, "”是同一列"),
                          absl::StrCat("'", first, "' and '", second,
                                       "' are the same column"))
                     .Hint("请删去其中一列", "remove one of them"));
    columns_complete_ = false;
  }

  void MissingColumn(const CsvRow& headings, const Column& column) {
    faults_->Add(
        At(headings, "COLUMN_REQUIRED", "")
            .Say(absl::StrCat("缺少必填的列“", column.zh, "”"),
                 absl::StrCat("the required column '", column.name,
                              "' is missing"))
            .Hint(absl::StrCat("请增加一列，表头写“", column.zh, "”或“",
                               column.name, "”"),
                  absl::StrCat("add a column with the heading '", column.name,
                               "' or '", column.zh, "'")));
    columns_complete_ = false;
  }

  bool ReadCell(const CsvRow& row, size_t i, const Column& column,
                Message* record) {
    const std::string& cell = row.cells[i];
    if (column.required && TrimCell(cell).empty()) {
      faults_->Add(At(row, "FIELD_REQUIRED", headings_[i])
                       .Say(absl::StrCat("必填项“", headings_[i], "”没有填写"),
                            absl::StrCat("the required cell '", headings_[i],
                                         "' is empty"))
                       .Hint("请填写", "fill it in"));
      return false;
    }
    const absl::Status status = ParseCell(column, cell, record);
    if (status.ok()) return true;
    const Fault place = At(row, "", headings_[i]);
    v1::ErrorList list = ValueFaults(column, status);
    for (v1::ErrorDetail& fault : *list.mutable_errors()) {
      *fault.mutable_place() = place.detail().place();
      faults_->Add(std::move(fault));
    }
    return false;
  }

  absl::string_view CellOf(const CsvRow& row, int column) const {
    const int cell =
        column < 0 ? -1 : cell_of_column_[static_cast<size_t>(column)];
    if (cell < 0) return "";
    return TrimCell(row.cells[static_cast<size_t>(cell)]);
  }

  bool IsFirstOfItsId(const CsvRow& row) {
    const absl::string_view id = CellOf(row, schema_.id_column());
    if (id.empty()) return true;
    // No cell has a NUL byte in it, so the two cannot run into each other.
    std::string key(id);
    key.push_back('\0');
    absl::StrAppend(&key, CellOf(row, version_column_));
    const auto [it, first] = rows_by_id_.emplace(std::move(key), row.number);
    if (first) return true;
    const int id_cell =
        cell_of_column_[static_cast<size_t>(schema_.id_column())];
    const std::string shown = Excerpt(id);
    faults_->Add(
        At(row, "DUPLICATE_ID", headings_[static_cast<size_t>(id_cell)])
            .Say(absl::StrCat("编号“", shown, "”与第 ", it->second, " 条重复"),
                 absl::StrCat("the id '", shown, "' is that of row ",
                              it->second))
            .Hint(version_column_ < 0
                      ? "请更改编号或删去其中一条"
                      : "请更改编号、删去其中一条，或为新的一版另写起始日期",
                  version_column_ < 0
                      ? "give another id or remove one of the rows"
                      : "give another id, remove one of the rows, or give "
                        "the later version a date of its own in since"));
    return false;
  }

  const RecordSchema& schema_;
  const absl::string_view file_;
  const std::function<void(RecordRow)>& keep_;
  Faults* const faults_;
  int version_column_ = -1;

  std::vector<std::string> headings_;
  std::vector<int> column_of_cell_;  // -1: unknown heading
  std::vector<int> cell_of_column_;  // -1: not in the file
  // False where a row cannot be whole for want of a required column, or it is
  // not clear which of two columns is meant.
  bool columns_complete_ = true;
  HashMap<std::string, int64_t> rows_by_id_;
};

class RecordWriter {
 public:
  RecordWriter(const RecordSchema& schema, const WriteOptions& options)
      : schema_(schema), options_(options) {
    std::vector<std::string> headings;
    for (const Column& column : schema.columns()) {
      headings.push_back(options.language == Language::kZh ? column.zh
                                                           : column.name);
    }
    out_ = WriteCsv(headings, {}, options.csv);
  }

  void Add(const Message& record) {
    std::vector<std::string> cells;
    cells.reserve(schema_.columns().size());
    for (const Column& column : schema_.columns()) {
      std::string cell = FormatCell(column, record, options_.language);
      cells.push_back(options_.mask ? options_.mask(column, cell)
                                    : std::move(cell));
    }
    AppendCsvRow(cells, options_.csv, &out_);
  }

  std::string Take() { return std::move(out_); }

 private:
  const RecordSchema& schema_;
  const WriteOptions& options_;
  std::string out_;
};

}  // namespace

void ReadRecords(const RecordSchema& schema, absl::string_view file,
                 absl::string_view bytes,
                 const std::function<void(RecordRow)>& keep, Faults* faults) {
  RecordReader reader(schema, file, keep, faults);
  ReadCsv(file, bytes, &reader, faults);
}

std::vector<RecordRow> ReadRecords(const RecordSchema& schema,
                                   absl::string_view file,
                                   absl::string_view bytes, Faults* faults) {
  std::vector<RecordRow> rows;
  ReadRecords(
      schema, file, bytes,
      [&rows](RecordRow row) { rows.push_back(std::move(row)); }, faults);
  return rows;
}

std::string MaskSensitive(const Column& column, absl::string_view cell) {
  if (column.privacy < v1::SENSITIVE || cell.empty()) return std::string(cell);
  if (column.name == "identity_number") return MaskIdentityNumber(cell);
  if (column.type == ColumnType::kText) return MaskName(cell);
  return "****";
}

std::string WriteRecords(const RecordSchema& schema,
                         absl::Span<const Message* const> records,
                         const WriteOptions& options) {
  RecordWriter writer(schema, options);
  for (const Message* record : records) writer.Add(*record);
  return writer.Take();
}

std::string WriteRecords(const Records& records,
                         absl::Span<const uint32_t> rows,
                         const WriteOptions& options) {
  RecordWriter writer(records.schema(), options);
  const std::unique_ptr<Message> record = records.schema().NewRecord();
  for (const uint32_t row : rows) {
    records.Read(row, record.get());
    writer.Add(*record);
  }
  return writer.Take();
}

}  // namespace duban::table
