// All records of one kind, column by column.
//
// Rows are numbered from 0 in the order of appending and never change or go
// away: what a later record means for an earlier one is the ledger's business.
// Strings are dictionary-coded. The ids of a kind have one dictionary in all
// tables of a ledger (IdDictionaries), so that a reference is joined by
// comparing codes. A column, or the rest of one, that holds only defaults
// takes no memory.
//
// One writer appends. Snapshots are read only, cost a few pointers a column,
// and may be read on any thread that got them with a happens-before edge.
#ifndef DUBAN_SRC_TABLE_RECORDS_H_
#define DUBAN_SRC_TABLE_RECORDS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "duban/v1/options.pb.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/table/byte_stream.h"
#include "src/table/dictionary.h"
#include "src/table/plain_record.h"
#include "src/table/record_schema.h"
#include "src/table/shared_vector.h"

namespace duban::table {

// The dictionaries of ids, one for each kind of record. Code 0 is "no id".
class IdDictionaries {
 public:
  IdDictionaries();
  const std::shared_ptr<Dictionary>& Of(v1::RecordKind kind) const {
    return dictionaries_[static_cast<size_t>(kind)];
  }

  // Load is for dictionaries that are new.
  void Save(ByteSink* sink) const;
  void Load(ByteSource* source);

 private:
  std::array<std::shared_ptr<Dictionary>, v1::RecordKind_ARRAYSIZE>
      dictionaries_;
};

class Records {
 public:
  // Both belong to the caller; `ids` is used here only.
  Records(const RecordSchema* schema, const IdDictionaries* ids);
  Records(Records&&) noexcept = default;
  Records& operator=(Records&&) noexcept = default;

  const RecordSchema& schema() const { return *schema_; }
  uint32_t size() const { return size_; }

  // Returns the new row. `record` is of the schema's type and was checked (see
  // record_check.h): a date that is none is stored as not given, and fields
  // unknown to this version are not kept.
  uint32_t Append(const google::protobuf::Message& record);
  // The same, of a record read from its bytes.
  uint32_t Append(const PlainRecord& record);

  // The next rows of one column, in records_bulk.cc. Whoever appends columns
  // appends each that is given for the same rows, then calls AddRows, which
  // makes them rows. Different columns may be appended on different threads.
  struct NewColumn {
    int column = 0;
    // Numbers, flags and enums; days since 0001-01-01 plus 1, or 0; of texts
    // codes, or with `codes` what those say of it.
    absl::Span<const int64_t> values;
    absl::Span<const uint32_t> codes;
    // Of lists, how many values each row has; empty = one each.
    absl::Span<const uint32_t> lengths;
  };
  void AppendColumn(uint32_t rows, const NewColumn& given);
  uint32_t Intern(int column, absl::string_view text);  // the text's code
  void AddRows(uint32_t rows) { size_ += rows; }

  // Makes *out equal to what was appended, down to its serialized bytes.
  void Read(uint32_t row, google::protobuf::Message* out) const;
  // The same of many at once; see Dictionary::InternRun.
  std::optional<uint32_t> InternRun(int column, absl::string_view head,
                                    int digits, uint64_t number,
                                    uint32_t count);

  // The rows there are now, for readers.
  Records Snapshot();
  // Back to the latest snapshot, as if nothing had been appended since.
  void Restore(const Records& latest);

  // All rows as bytes, without the dictionaries of ids. Load is for new records
  // over ids that were loaded before. Any bytes give records whose every cell
  // can be read, or a fault in *source: STATE_BYTES_DAMAGED, or
  // STATE_BYTES_OTHER_FORMAT where the schema was another one.
  void Save(ByteSink* sink) const;
  void Load(ByteSource* source);

  // Reads by column (an index into schema().columns()) and row; the column
  // must be of the type named, the row less than size().
  uint32_t Code(int column, uint32_t row) const {  // kText
    return cells(column).codes.Get(row);
  }
  Word Text(int column, uint32_t row) const {
    return dictionary(column).At(Code(column, row));
  }
  std::optional<Date> DateAt(int column, uint32_t row) const {
    const int32_t stored = cells(column).numbers.Get(row);
    if (stored == 0) return std::nullopt;
    return Date::FromDays(stored - kDayShift);
  }
  std::optional<Decimal> DecimalAt(int column, uint32_t row) const;
  // As it was given: "95.00"; "" where it was not.
  std::string DecimalText(int column, uint32_t row) const {
    return CellText(column, row);
  }
  // Whether the message that holds the column's field is there, if only empty:
  // true but for columns of nested messages (Quantity).
  bool HasHolder(int column, uint32_t row) const;
  int64_t Int(int column, uint32_t row) const {
    return cells(column).ints.Get(row);
  }
  bool Bool(int column, uint32_t row) const {
    return cells(column).bools.Get(row) != 0;
  }
  int Enum(int column, uint32_t row) const {
    return cells(column).numbers.Get(row);
  }
  // Lists: kTextList, kEnumList and kAttributes; i is less than ListSize.
  int ListSize(int column, uint32_t row) const;
  // A text's code or an enum's number.
  uint32_t ListCode(int column, uint32_t row, int i) const;
  Word ListText(int column, uint32_t row, int i) const {
    return dictionary(column).At(ListCode(column, row, i));
  }
  // Names and values of attributes share the column's dictionary.
  uint32_t AttributeName(int column, uint32_t row, int i) const;
  uint32_t AttributeValue(int column, uint32_t row, int i) const;

  // For scans: the cells of rows first … first+n-1, several times faster than
  // one by one. Rows past the end have defaults.
  void ReadCodes(int column, uint32_t first, uint32_t n, uint32_t* out) const {
    cells(column).codes.Read(first, n, out);  // kText
  }
  void ReadInts(int column, uint32_t first, uint32_t n, int64_t* out) const {
    cells(column).ints.Read(first, n, out);
  }
  void ReadBools(int column, uint32_t first, uint32_t n, uint8_t* out) const {
    cells(column).bools.Read(first, n, out);
  }
  void ReadEnums(int column, uint32_t first, uint32_t n, int32_t* out) const {
    cells(column).numbers.Read(first, n, out);
  }
  // Days since 0001-01-01 plus 1; 0 = not given.
  void ReadDays(int column, uint32_t first, uint32_t n, int32_t* out) const {
    cells(column).numbers.Read(first, n, out);
  }

  // Of columns with text: kText, kTextList, kAttributes.
  const Dictionary& dictionary(int column) const {
    return *cells(column).dictionary;
  }

 private:
  // What is stored for "no date" must be 0, so 0001-01-01 is stored as 1.
  static constexpr int32_t kDayShift = 1 - Date::Min().days();

  // The vectors that the column's type uses; the others stay empty.
  struct Cells {
    std::shared_ptr<Dictionary> dictionary;
    SharedVector<uint32_t> codes;     // kText
    SharedVector<int32_t> numbers;    // kDate (shifted), kEnum
    SharedVector<int64_t> ints;       // kInt
    SharedVector<int128_t> decimals;  // kDecimal: 0 = not given; see .cc
    SharedVector<uint8_t> bools;      // kBool
    // kDecimal: the text where it is not Decimal::ToString ("95.00"), because
    // a published figure is kept as it was published.
    SharedVector<uint32_t> spellings;
    // Lists: where in `items` the row's list ends; it starts where that of
    // the row before ends. Rows past the end have no items. An attribute is
    // two items.
    SharedVector<uint64_t> ends;
    SharedVector<uint32_t> items;
  };
  // A nested message that is there but has only defaults in it; it would be
  // lost otherwise.
  struct Nested {
    const google::protobuf::FieldDescriptor* field;
    SharedVector<uint8_t> empty_but_set;
  };

  Records() = default;
  const Cells& cells(int column) const {
    return cells_[static_cast<size_t>(column)];
  }
  void AppendCell(const Column& column, const google::protobuf::Message& from,
                  Cells* to);
  void AppendText(const Column& column, absl::string_view text, Cells* to);
  void AppendPlain(const PlainCell& cell, ColumnType type, Cells* to);
  void AppendList(const Column& column, const google::protobuf::Message& from,
                  Cells* to);
  void EndList(Cells* to);
  void ReadCell(int index, uint32_t row, google::protobuf::Message* out) const;
  void ReadList(int index, uint32_t row, google::protobuf::Message* out) const;
  // Whether the cell is another than the default.
  bool IsGiven(int column, uint32_t row) const;
  // The text of a kText, kDate or kDecimal cell.
  std::string CellText(int index, uint32_t row) const;
  // Otherwise it is one of ids, or there is none.
  bool OwnsDictionary(int column) const;
  static void SaveCells(ColumnType type, const Cells& from, ByteSink* sink);
  void LoadCells(const Column& column, Cells* to, ByteSource* source);
  uint64_t ListStart(const Cells& cells, uint32_t row) const {
    return row == 0 ? 0 : cells.ends.Get(row - 1);
  }

  const RecordSchema* schema_ = nullptr;
  uint32_t size_ = 0;
  std::vector<Cells> cells_;
  std::vector<Nested> nested_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_RECORDS_H_
