// A record read from its serialized bytes, without a message in between: the
// short way for records in which nothing is out of the ordinary, which is
// nearly all of them.
//
// The bytes say only what is given, in the order of the columns, so that
// reading them costs what the record has in it and not what it could have.
// Whatever this is not sure of it leaves to record_check.h and to messages: it
// never says what is wrong.
//
// A PlainRecord may be used again and again; it refers to the bytes it read,
// which must outlive its use. One thread at a time.
#ifndef DUBAN_SRC_TABLE_PLAIN_RECORD_H_
#define DUBAN_SRC_TABLE_PLAIN_RECORD_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/date.h"
#include "src/table/record_schema.h"

namespace duban::table {

// One value that is given; a list has one for each element, an attribute two:
// name, then value.
struct PlainCell {
  uint16_t column = 0;
  bool ascii = false;      // whether `text` is
  uint32_t code = 0;       // the text's code where somebody knows it already
  int64_t number = 0;      // kInt, kBool, kEnum, kEnumList; kDate: its days
  absl::string_view text;  // of all other types, and of kDate
};

class PlainRecord {
 public:
  // True where the bytes are those of a record of the schema as messages are
  // serialized, and CheckRecordForm would find nothing. False says nothing.
  bool Read(const RecordSchema& schema, absl::string_view bytes);

  const std::vector<PlainCell>& cells() const { return cells_; }
  std::vector<PlainCell>& cells() { return cells_; }
  // Serialized, as it was read.
  absl::string_view bytes() const { return bytes_; }
  // The text of a column; "" where it is not given.
  absl::string_view Text(int column) const;

 private:
  struct Layout;
  struct Place;
  static const Layout* LayoutOf(const RecordSchema& schema);
  static Layout* MakeLayout(const RecordSchema& schema);

  bool ReadMessage(const std::vector<Place>& places, absl::string_view bytes);
  bool ReadNumber(const Place& place, uint64_t number);
  bool ReadText(const Place& place, absl::string_view text);
  bool ReadPacked(const Place& place, absl::string_view bytes);
  bool ReadAttribute(const Place& place, absl::string_view bytes);
  bool ReadDate(absl::string_view text, int64_t* days);

  absl::string_view bytes_;
  std::vector<PlainCell> cells_;
  uint64_t seen_ = 0;  // a bit for each column
  // Records often come in order of date.
  char last_date_[10] = {};
  int64_t last_days_ = 0;
};

// Whether CheckRecordForm would find nothing wrong with a text of the column,
// which is of type kText, kTextList or kDecimal and gives the text. Says
// whether it is ASCII, too.
bool IsPlainText(const RecordSchema& schema, int column, absl::string_view text,
                 bool* ascii);

// Reads a base-128 number as short as it can be; false where there is none.
bool ReadVarint(absl::string_view* bytes, uint64_t* number);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_PLAIN_RECORD_H_
