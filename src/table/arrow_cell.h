// One cell of an Arrow column as the value of a record's field.
//
// What is text is read as the cell of a CSV file is (cell.h). Besides:
//   dates         date32; date64 and timestamps without a zone at midnight
//   whole numbers integers; floats and decimals that are whole, floats below
//                 2^53 only, because further up they are not exact
//   decimals      decimals of any width; integers; floats, taken as the
//                 shortest decimal that is this float, if it has at most nine
//                 places (0.1 is, 0.1 + 0.2 is not)
//   flags         bool; the numbers 0 and 1
//   words         the numbers that may stand for one (levels of ratings)
//   lists         any list of texts; nulls in it are left out
//   attributes    lists of structs of two texts, and maps
// Null is not given, and so is NaN, by which pandas says so.
//
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_TABLE_ARROW_CELL_H_
#define DUBAN_SRC_TABLE_ARROW_CELL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/table/arrow_array.h"
#include "src/table/record_schema.h"

namespace duban::table {

// Whether the column's field can be read from an array of that type;
// ARROW_TYPE where not. `format` is for the message.
absl::Status CheckArrowType(const RecordSchema& schema, const Column& column,
                            const ArrowColumn& source,
                            absl::string_view format);

// A field's value. Views are into the array, or into the cell itself.
class ArrowCell {
 public:
  // Number 1 is 0001-01-01; what is not given is 0.
  static constexpr int64_t kDayShift = 1 - int64_t{Date::Min().days()};

  // Reads row `row` of a source that CheckArrowType has accepted. On failure
  // (reasons of ParseCell, BAD_ARROW, BAD_ENCODING) the cell is as one not
  // given, and the faults have no place.
  absl::Status Read(const Column& column, const ArrowColumn& source,
                    int64_t row);

  bool given() const { return given_; }
  // Texts and decimals.
  absl::string_view text() const { return text_; }
  // Whole numbers, flags, enums; days of dates, shifted.
  int64_t number() const { return number_; }
  // Of lists of texts; of attributes, names and values in turn.
  const std::vector<absl::string_view>& texts() const { return texts_; }
  // Of lists of enums.
  const std::vector<int>& numbers() const { return numbers_; }

  // Sets the column's field of *record. Not given: does nothing.
  void WriteTo(const Column& column, google::protobuf::Message* record) const;

 private:
  absl::Status ReadText(const Column& column, absl::string_view text);
  absl::Status ReadByParsing(const Column& column, absl::string_view text);
  void TakeParsed(const Column& column);
  absl::Status ReadInt(const Column& column, const ArrowColumn& source,
                       int64_t row);
  absl::Status ReadFloat(const Column& column, const ArrowColumn& source,
                         int64_t row);
  absl::Status ReadNumeral(const Column& column, absl::string_view numeral);
  absl::Status ReadDay(int64_t days);
  absl::Status ReadList(const Column& column, const ArrowColumn& source,
                        int64_t row);

  bool given_ = false;
  absl::string_view text_;
  int64_t number_ = 0;
  std::vector<absl::string_view> texts_;
  std::vector<int> numbers_;
  std::string own_;
  // What ParseCell made of a text, where views are into that.
  std::unique_ptr<google::protobuf::Message> parsed_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ARROW_CELL_H_
