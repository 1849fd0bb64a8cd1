#include "src/table/record_csv.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/identifiers.h"
#include "src/table/cell.h"
#include "src/table/record_headings.h"

namespace duban::table {
namespace {

using google::protobuf::Message;

class RecordReader : public CsvVisitor {
 public:
  RecordReader(const RecordSchema& schema, absl::string_view file,
               const std::function<void(RecordRow)>& keep, Faults* faults,
               FileHeadings* headings_out)
      : schema_(schema),
        file_(file),
        keep_(keep),
        faults_(faults),
        headings_out_(headings_out),
        ids_(schema) {}

  bool Headings(const CsvRow& headings) override {
    headings_.emplace(schema_, PlaceOf(headings), headings.cells, faults_);
    for (size_t i = 0; headings_out_ != nullptr && i < headings_->size(); ++i) {
      const int column = headings_->column_of(i);
      if (column < 0) continue;
      headings_out_->emplace(schema_.column(column).name,
                             headings_->heading(i));
    }
    return headings_->any_known();
  }

  void Row(const CsvRow& row) override {
    if (std::all_of(
            row.cells.begin(), row.cells.end(),
            [](const std::string& cell) { return TrimCell(cell).empty(); })) {
      return;
    }
    bool good = headings_->complete();
    std::unique_ptr<Message> record = schema_.NewRecord();
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const int column = headings_->column_of(i);
      if (column < 0) continue;
      good &= ReadCell(row, i, schema_.column(column), record.get());
    }
    good &= IsFirstOfItsId(row);
    if (good) keep_({row.number, row.line, std::move(record)});
  }

 private:
  RowPlace PlaceOf(const CsvRow& row) const {
    return {file_, row.line, row.number};
  }

  bool ReadCell(const CsvRow& row, size_t i, const Column& column,
                Message* record) {
    const std::string& cell = row.cells[i];
    if (column.required && TrimCell(cell).empty()) {
      faults_->Add(RequiredIsMissing(PlaceOf(row), headings_->heading(i)));
      return false;
    }
    const absl::Status status = ParseCell(column, cell, record);
    if (status.ok()) return true;
    const Fault place = PlaceOf(row).Wrong("", headings_->heading(i));
    v1::ErrorList list = ValueFaults(column, status);
    for (v1::ErrorDetail& fault : *list.mutable_errors()) {
      *fault.mutable_place() = place.detail().place();
      faults_->Add(std::move(fault));
    }
    return false;
  }

  absl::string_view CellOf(const CsvRow& row, int column) const {
    const int cell = headings_->cell_of(column);
    if (cell < 0) return "";
    return TrimCell(row.cells[static_cast<size_t>(cell)]);
  }

  bool IsFirstOfItsId(const CsvRow& row) {
    const int id_cell = headings_->cell_of(schema_.id_column());
    if (id_cell < 0) return true;
    return ids_.Add(PlaceOf(row),
                    headings_->heading(static_cast<size_t>(id_cell)),
                    CellOf(row, schema_.id_column()),
                    CellOf(row, ids_.version_column()), faults_);
  }

  const RecordSchema& schema_;
  const absl::string_view file_;
  const std::function<void(RecordRow)>& keep_;
  Faults* const faults_;
  FileHeadings* const headings_out_;
  std::optional<RecordHeadings> headings_;
  SeenIds ids_;
};

class RecordWriter {
 public:
  RecordWriter(const RecordSchema& schema, const WriteOptions& options)
      : schema_(schema), options_(options), columns_(options.columns) {
    for (int i = 0; options.columns.empty() && i < schema.column_count(); ++i) {
      columns_.push_back(i);
    }
    std::vector<std::string> headings;
    for (const int i : columns_) {
      const Column& column = schema.column(i);
      headings.push_back(options.language == Language::kZh ? column.zh
                                                           : column.name);
    }
    out_ = WriteCsv(headings, {}, options.csv);
  }

  void Add(const Message& record) {
    std::vector<std::string> cells;
    cells.reserve(columns_.size());
    for (const int i : columns_) {
      const Column& column = schema_.column(i);
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
  std::vector<int> columns_;
  std::string out_;
};

}  // namespace

void ReadRecords(const RecordSchema& schema, absl::string_view file,
                 absl::string_view bytes,
                 const std::function<void(RecordRow)>& keep, Faults* faults,
                 FileHeadings* headings) {
  RecordReader reader(schema, file, keep, faults, headings);
  ReadCsv(file, bytes, &reader, faults);
}

std::vector<RecordRow> ReadRecords(const RecordSchema& schema,
                                   absl::string_view file,
                                   absl::string_view bytes, Faults* faults,
                                   FileHeadings* headings) {
  std::vector<RecordRow> rows;
  ReadRecords(
      schema, file, bytes,
      [&rows](RecordRow row) { rows.push_back(std::move(row)); }, faults,
      headings);
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
