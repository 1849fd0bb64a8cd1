// One field of a record as the text of one cell, and back.
//
// Dates are 2021-10-27, decimals as they were given, flags true/false or 是/否,
// enums words (enum_words.h). The items of a list stand between ';', '；' or
// '、'; attributes are name=value between ';' or '；'. An item that has such a
// separator in it, or spaces at its ends, or is empty, stands in quotes, with
// quotes inside doubled: "走访、慰问";座谈. What FormatCell writes, ParseCell
// reads back to the same field.
//
// Pure functions; thread-safe.
#ifndef DUBAN_SRC_TABLE_CELL_H_
#define DUBAN_SRC_TABLE_CELL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/table/record_schema.h"

namespace duban::table {

// Without white space at the ends, the wide one (U+3000) included.
absl::string_view TrimCell(absl::string_view cell);

// Whether spaces at the ends of a text belong to it. Ids and codes have none.
bool IsFreeText(const Column& column);

// UNKNOWN_WORD, with the words that there are or the one that is near.
absl::Status UnknownWord(const google::protobuf::EnumDescriptor* type,
                         absl::string_view text);

// Sets the column's field of *record, which must not be set yet. An empty cell
// sets nothing. On failure (BAD_DATE, BAD_DECIMAL, DECIMAL_TOO_FINE,
// DECIMAL_OVERFLOW, BAD_NUMBER, BAD_FLAG, UNKNOWN_WORD, BAD_QUOTES,
// BAD_ATTRIBUTE) the field may be half set, and the faults have no place.
// Spaces around ids, codes, dates, numbers and words do not count; those of
// free text do.
absl::Status ParseCell(const Column& column, absl::string_view cell,
                       google::protobuf::Message* record);

// Words in the language given.
std::string FormatCell(const Column& column,
                       const google::protobuf::Message& record,
                       Language language);

// The faults of a value that `status` says to be wrong; without the value
// itself where the column holds what may never be shown (SENSITIVE, MINOR).
v1::ErrorList ValueFaults(const Column& column, const absl::Status& status);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_CELL_H_
