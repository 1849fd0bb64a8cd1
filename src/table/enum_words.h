// The words that stand for enum values in tables: "in_progress" or 办理中.
//
// The English word is the value's name in lower case. The Chinese words are
// those that the comments of the proto files give; where there are several
// (近, 将近) all are read and the first is written. Knows the enums that occur
// in records and MatterState.
// Tables built on first use and never changed: thread-safe.
#ifndef DUBAN_SRC_TABLE_ENUM_WORDS_H_
#define DUBAN_SRC_TABLE_ENUM_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "src/base/diagnostic.h"

namespace duban::table {

// "in_progress".
std::string EnumWord(const google::protobuf::EnumValueDescriptor* value);
// 办理中; "" where the value has no Chinese word (as …_UNSPECIFIED has none).
std::string EnumZh(const google::protobuf::EnumValueDescriptor* value);

// True for values such as OUTCOME_UNSPECIFIED, which have no word: a cell with
// that value is empty.
bool IsUnspecified(const google::protobuf::EnumValueDescriptor* value);

// What stands in a cell for a number: its word in the language asked for, or
// the English one where there is none; "" for …_UNSPECIFIED; digits for a
// number that this version does not know.
std::string WordOf(const google::protobuf::EnumDescriptor* type, int number,
                   Language language);

// The number of the value for which a word of either language stands. Upper
// case and '-' for '_' are let pass; levels of ratings may also be written as
// numbers, 1 to 5.
std::optional<int> FindEnumWord(const google::protobuf::EnumDescriptor* type,
                                absl::string_view word);

// All words that FindEnumWord takes, English ones first, in the order of the
// values.
std::vector<std::string> AllEnumWords(
    const google::protobuf::EnumDescriptor* type);

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ENUM_WORDS_H_
