#include "src/table/arrow_import.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/text.h"
#include "src/table/arrow_array.h"
#include "src/table/arrow_cell.h"
#include "src/table/cell.h"
#include "src/table/column_data.h"
#include "src/table/record_headings.h"

namespace duban::table {
namespace {

// Of texts, with 8 bytes more for each cell.
constexpr int64_t kMostBytes = int64_t{1} << 30;
constexpr int64_t kMostColumns = 1000;  // as of CSV
// A stream that goes on with nothing in it.
constexpr int kMostEmptyArrays = 100000;

// Gets the cells of a row, one for each column of the stream; those of columns
// that are not known are not given.
using TakeRow =
    absl::FunctionRef<void(const RowPlace&, const std::vector<ArrowCell>&)>;

class ArrowReader {
 public:
  ArrowReader(const RecordSchema& schema, absl::string_view name,
              Faults* faults)
      : schema_(schema), name_(name), faults_(faults), ids_(schema) {}

  // Reads the schema; false where there is nothing to read.
  bool Begin(ArrowArrayStream* stream) {
    if (stream == nullptr || stream->release == nullptr ||
        stream->get_schema == nullptr || stream->get_next == nullptr) {
      return Malformed("stream");
    }
    if (const int code = stream->get_schema(stream, table_.get()); code != 0) {
      return StreamFailed(stream, code);
    }
    std::vector<std::string> headings;
    if (!TakeHeadings(&headings)) return false;
    headings_.emplace(schema_, RowPlace{name_}, std::move(headings), faults_);
    cells_.resize(headings_->size());
    readable_.resize(headings_->size());
    return headings_->any_known();
  }

  void ReadAll(ArrowArrayStream* stream, TakeRow take) {
    int empty_arrays = 0;
    for (;;) {
      ArrowOwned<ArrowArray> array;
      if (const int code = stream->get_next(stream, array.get()); code != 0) {
        StreamFailed(stream, code);
        return;
      }
      if (array->release == nullptr || !ReadArray(array.get(), take)) return;
      empty_arrays = array->length == 0 ? empty_arrays + 1 : 0;
      if (empty_arrays == kMostEmptyArrays) {
        Malformed("arrays without rows, and no end");
        return;
      }
    }
  }

  const RecordHeadings& headings() const { return *headings_; }
  ArrowRead Outcome() const {
    ArrowRead read;
    read.whole = whole_;
    for (int i = 0; headings_.has_value() && i < schema_.column_count(); ++i) {
      const int cell = headings_->cell_of(i);
      if (cell < 0) continue;
      read.headings.emplace(schema_.column(i).name,
                            headings_->heading(static_cast<size_t>(cell)));
    }
    return read;
  }

 private:
  // The following three end the reading, and return false.
  bool Malformed(absl::string_view what) {
    whole_ = false;
    faults_->Add(
        RowPlace{name_, 0, rows_}
            .Wrong("BAD_ARROW", "")
            .Say(absl::StrCat("Arrow 数据流不合规范：", what),
                 absl::StrCat("the Arrow stream is not as specified: ", what))
            .Hint("检查交出该表的程序",
                  "look at the program that hands the table over"));
    return false;
  }

  bool StreamFailed(ArrowArrayStream* stream, int code) {
    whole_ = false;
    const char* why = stream->get_last_error == nullptr
                          ? nullptr
                          : stream->get_last_error(stream);
    const std::string shown =
        why == nullptr ? absl::StrCat("errno ", code) : Excerpt(why, 200);
    faults_->Add(RowPlace{name_, 0, rows_}
                     .Wrong("ARROW_STREAM_FAILED", "")
                     .Say(absl::StrCat("Arrow 数据流读取失败：", shown),
                          absl::StrCat("the Arrow stream failed: ", shown)));
    return false;
  }

  bool TakeHeadings(std::vector<std::string>* headings) {
    if (table_->release == nullptr || table_->format == nullptr ||
        absl::string_view(table_->format) != "+s" || table_->n_children < 0 ||
        (table_->n_children > 0 && table_->children == nullptr)) {
      return Malformed("a table has to be a struct (+s)");
    }
    if (table_->n_children > kMostColumns) return Malformed("n_children");
    for (int64_t i = 0; i < table_->n_children; ++i) {
      const ArrowSchema* child = table_->children[i];
      if (child == nullptr) return Malformed("children");
      headings->push_back(child->name == nullptr ? "" : child->name);
    }
    return true;
  }

  // False where reading is to end.
  bool ReadArray(const ArrowArray* array, TakeRow take) {
    if (array->length < 0) return Malformed("length");
    const absl::StatusOr<ArrowColumn> table =
        ArrowColumn::Make(table_.get(), array, array->length);
    if (!table.ok()) {
      AddAt(RowPlace{name_, 0, rows_}, nullptr, "", table.status());
      whole_ = false;
      return false;
    }
    CheckTypes(*table);
    for (int64_t row = 0; row < array->length; ++row) {
      ++rows_;
      if (!table->IsNull(row)) ReadRow(*table, row, take);
      if (bytes_ > kMostBytes) return TooLarge();
    }
    return true;
  }

  bool TooLarge() {
    whole_ = false;
    faults_->Add(RowPlace{name_, 0, rows_}
                     .Wrong("FILE_TOO_LARGE", "")
                     .Say("表超过 1 GiB", "the table is larger than 1 GiB")
                     .Hint("分几次导入", "import it in parts"));
    return false;
  }

  void CheckTypes(const ArrowColumn& table) {
    for (size_t i = 0; i < cells_.size(); ++i) {
      const int column = headings_->column_of(i);
      if (column < 0 || readable_[i] == Readable::kNo) continue;
      const ArrowSchema* child = table_->children[i];
      if (child->dictionary != nullptr) child = child->dictionary;
      const absl::Status status = CheckArrowType(
          schema_, schema_.column(column), table.child(i), child->format);
      readable_[i] = status.ok() ? Readable::kYes : Readable::kNo;
      if (status.ok()) continue;
      AddAt(RowPlace{name_}, nullptr, headings_->heading(i), status);
      all_readable_ = false;
    }
  }

  void AddAt(const RowPlace& place, const Column* column,
             absl::string_view heading, const absl::Status& status) {
    v1::ErrorList list =
        column == nullptr ? FaultsOf(status) : ValueFaults(*column, status);
    for (v1::ErrorDetail& fault : *list.mutable_errors()) {
      const std::string field(
          heading.empty() ? absl::string_view(fault.place().field()) : heading);
      *fault.mutable_place() = place.Wrong("", field).detail().place();
      faults_->Add(std::move(fault));
    }
  }

  void ReadRow(const ArrowColumn& table, int64_t row, TakeRow take) {
    const RowPlace place{name_, 0, rows_};
    bool good = headings_->complete() && all_readable_;
    bool any = false;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (readable_[i] != Readable::kYes) continue;
      const Column& column = schema_.column(headings_->column_of(i));
      const absl::Status status =
          cells_[i].Read(column, table.child(i), table.ChildRow(row));
      any |= cells_[i].given() || !status.ok();
      if (status.ok()) continue;
      AddAt(place, &column, headings_->heading(i), status);
      good = false;
      unread_.push_back(i);
    }
    if (any) {
      good &= HasRequired(place);
      good &= IsFirstOfItsId(place);
      CountBytes();
      if (good) take(place, cells_);
    }
    unread_.clear();
  }

  bool HasRequired(const RowPlace& place) {
    bool all = true;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (readable_[i] != Readable::kYes) continue;
      const Column& column = schema_.column(headings_->column_of(i));
      const bool blank =
          !cells_[i].given() || (column.type == ColumnType::kText &&
                                 TrimCell(cells_[i].text()).empty());
      if (!column.required || !blank ||
          std::find(unread_.begin(), unread_.end(), i) != unread_.end()) {
        continue;
      }
      faults_->Add(RequiredIsMissing(place, headings_->heading(i)));
      all = false;
    }
    return all;
  }

  const ArrowCell* CellOf(int column) const {
    const int cell = headings_->cell_of(column);
    if (cell < 0 || readable_[static_cast<size_t>(cell)] != Readable::kYes) {
      return nullptr;
    }
    return &cells_[static_cast<size_t>(cell)];
  }

  bool IsFirstOfItsId(const RowPlace& place) {
    const ArrowCell* id = CellOf(schema_.id_column());
    if (id == nullptr || !id->given()) return true;
    const ArrowCell* since = CellOf(ids_.version_column());
    const bool versioned = since != nullptr && since->given();
    return ids_.Add(
        place,
        headings_->heading(
            static_cast<size_t>(headings_->cell_of(schema_.id_column()))),
        id->text(), versioned ? absl::StrCat(since->number()) : "", faults_);
  }

  void CountBytes() {
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (readable_[i] != Readable::kYes || !cells_[i].given()) continue;
      bytes_ += 8;
      const ColumnType type = schema_.column(headings_->column_of(i)).type;
      if (type == ColumnType::kText || type == ColumnType::kDecimal) {
        bytes_ += static_cast<int64_t>(cells_[i].text().size());
      } else if (type == ColumnType::kTextList ||
                 type == ColumnType::kAttributes) {
        for (const absl::string_view text : cells_[i].texts()) {
          bytes_ += 8 + static_cast<int64_t>(text.size());
        }
      }
    }
  }

  // Of a column; known once the first array is there.
  enum class Readable : uint8_t { kUnknown, kYes, kNo };

  const RecordSchema& schema_;
  const absl::string_view name_;
  Faults* const faults_;
  ArrowOwned<ArrowSchema> table_;
  std::optional<RecordHeadings> headings_;
  std::vector<Readable> readable_;
  bool all_readable_ = true;
  std::vector<ArrowCell> cells_;
  std::vector<size_t> unread_;  // cells of this row that have a fault
  SeenIds ids_;
  bool whole_ = true;
  int64_t rows_ = 0;
  int64_t bytes_ = 0;
};

// Takes the stream, so that it is released however reading ends.
class TakenStream {
 public:
  explicit TakenStream(ArrowArrayStream* stream) : stream_(stream) {}
  TakenStream(const TakenStream&) = delete;
  TakenStream& operator=(const TakenStream&) = delete;
  ~TakenStream() {
    if (stream_ != nullptr && stream_->release != nullptr) {
      stream_->release(stream_);
      stream_->release = nullptr;
    }
  }

 private:
  ArrowArrayStream* const stream_;
};

}  // namespace

ArrowRead ReadArrow(const RecordSchema& schema, absl::string_view name,
                    ArrowArrayStream* stream,
                    const std::function<void(RecordRow)>& keep,
                    Faults* faults) {
  const TakenStream taken(stream);
  ArrowReader reader(schema, name, faults);
  if (!reader.Begin(stream)) return reader.Outcome();
  const RecordHeadings& headings = reader.headings();
  reader.ReadAll(stream, [&](const RowPlace& place,
                             const std::vector<ArrowCell>& cells) {
    RecordRow row{place.row, 0, schema.NewRecord()};
    for (size_t i = 0; i < cells.size(); ++i) {
      if (headings.column_of(i) < 0) continue;
      cells[i].WriteTo(schema.column(headings.column_of(i)), row.record.get());
    }
    keep(std::move(row));
  });
  return reader.Outcome();
}

ArrowColumns MakeColumns(const RecordSchema& schema, absl::string_view name,
                         ArrowArrayStream* stream, Faults* faults) {
  const TakenStream taken(stream);
  ArrowColumns made;
  made.columns.set_kind(schema.kind());
  ArrowReader reader(schema, name, faults);
  if (!reader.Begin(stream)) {
    made.read = reader.Outcome();
    return made;
  }
  const RecordHeadings& headings = reader.headings();
  std::vector<ColumnDataBuilder> builders;
  std::vector<size_t> cell_of;
  for (int i = 0; i < schema.column_count(); ++i) {
    if (headings.cell_of(i) < 0) continue;
    builders.emplace_back(&schema.column(i));
    cell_of.push_back(static_cast<size_t>(headings.cell_of(i)));
  }
  uint32_t rows = 0;
  reader.ReadAll(
      stream, [&](const RowPlace& place, const std::vector<ArrowCell>& cells) {
        for (size_t i = 0; i < builders.size(); ++i) {
          builders[i].Add(cells[cell_of[i]]);
        }
        made.row_numbers.push_back(place.row);
        ++rows;
      });
  made.read = reader.Outcome();
  made.columns.set_rows(rows);
  if (!made.row_numbers.empty() &&
      made.row_numbers.back() == static_cast<int64_t>(rows)) {
    made.row_numbers.clear();
  }
  for (ColumnDataBuilder& builder : builders) {
    std::move(builder).Finish(&made.columns);
  }
  return made;
}

}  // namespace duban::table
