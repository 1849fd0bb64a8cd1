// Whether a record is well formed, however it came in.
//
// Looks at each field by itself: required ones are there, dates and decimals
// are such, ids and texts are fit to be stored, enum numbers are known. What
// needs other fields or other records (since before until, references, code
// lists, check digits) is for the ledger.
//
// Pure function; thread-safe.
#ifndef DUBAN_SRC_TABLE_RECORD_CHECK_H_
#define DUBAN_SRC_TABLE_RECORD_CHECK_H_

#include <cstddef>

#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/table/record_schema.h"

namespace duban::table {

// Longest id and longest text, in bytes of UTF-8.
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxTextBytes = 65536;

// Adds a fault for each thing that is wrong, its place being the change (see
// Fault::Change; -1 = none) and the field: "beneficiaries.value",
// "participants[3]", "attributes[0].name". Reasons:
//   FIELD_REQUIRED  not given: empty, white space only, …_UNSPECIFIED
//   BAD_DATE, BAD_DECIMAL, DECIMAL_TOO_FINE, DECIMAL_OVERFLOW
//   BAD_ID          an id or reference that is empty (in a list), too long,
//                   has control characters, or white space at its ends
//   BAD_ENCODING    text that is not UTF-8
//   BAD_TEXT        text with NUL in it, which no file could carry
//   TEXT_TOO_LONG
//   UNKNOWN_VALUE   an enum number that this version does not know
//   UNKNOWN_FIELD   data that this version does not know and would lose
void CheckRecordForm(const RecordSchema& schema,
                     const google::protobuf::Message& record, Faults* faults,
                     int change_index);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_RECORD_CHECK_H_
