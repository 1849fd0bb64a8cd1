#include "src/table/enum_words.h"

#include <set>
#include <string>

#include "duban/v1/activity.pb.h"
#include "duban/v1/common.pb.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"
#include "src/table/record_schema.h"

namespace duban::table {
namespace {

using google::protobuf::EnumDescriptor;

std::set<const EnumDescriptor*> EnumsOfTables() {
  std::set<const EnumDescriptor*> types = {v1::MatterState_descriptor()};
  for (const RecordSchema* schema : AllSchemas()) {
    for (const Column& column : schema->columns()) {
      if (column.field()->enum_type() != nullptr) {
        types.insert(column.field()->enum_type());
      }
    }
  }
  return types;
}

TEST(EnumWords, EveryValueHasAWordInBothLanguagesThatReadsBack) {
  for (const EnumDescriptor* type : EnumsOfTables()) {
    std::set<std::string> zh;
    for (int i = 0; i < type->value_count(); ++i) {
      const auto* value = type->value(i);
      if (IsUnspecified(value)) {
        EXPECT_EQ(EnumZh(value), "") << value->full_name();
        EXPECT_FALSE(FindEnumWord(type, EnumWord(value)).has_value());
        continue;
      }
      EXPECT_EQ(FindEnumWord(type, EnumWord(value)), value->number());
      EXPECT_NE(EnumZh(value), "") << value->full_name();
      EXPECT_EQ(FindEnumWord(type, EnumZh(value)), value->number());
      EXPECT_TRUE(zh.insert(EnumZh(value)).second) << EnumZh(value);
    }
  }
}

TEST(EnumWords, AllWordsAreRead) {
  for (const EnumDescriptor* type : EnumsOfTables()) {
    EXPECT_FALSE(AllEnumWords(type).empty());
    for (const std::string& word : AllEnumWords(type)) {
      EXPECT_TRUE(FindEnumWord(type, word).has_value()) << word;
    }
  }
}

TEST(EnumWords, AreLowerCaseNamesAndChinese) {
  const auto* value =
      v1::MatterState_descriptor()->FindValueByNumber(v1::IN_PROGRESS);
  EXPECT_EQ(EnumWord(value), "in_progress");
  EXPECT_EQ(EnumZh(value), "办理中");
}

TEST(EnumWords, LetPassCaseAndHyphen) {
  const EnumDescriptor* type = v1::MatterAction_descriptor();
  EXPECT_EQ(FindEnumWord(type, "WRITE_OFF"), v1::WRITE_OFF);
  EXPECT_EQ(FindEnumWord(type, "Write-off"), v1::WRITE_OFF);
  EXPECT_EQ(FindEnumWord(type, "write off"), std::nullopt);
  EXPECT_EQ(FindEnumWord(type, ""), std::nullopt);
}

TEST(EnumWords, OtherSpellingsOfAQualifierAreRead) {
  const EnumDescriptor* type = v1::Qualifier_descriptor();
  EXPECT_EQ(FindEnumWord(type, "将近"), v1::NEARLY);
  EXPECT_EQ(EnumZh(type->FindValueByNumber(v1::NEARLY)), "近");
  EXPECT_EQ(FindEnumWord(type, "exact"), v1::EXACT);
}

TEST(EnumWords, OnlyRatingLevelsMayBeNumbers) {
  EXPECT_EQ(FindEnumWord(v1::RatingLevel_descriptor(), "5"),
            v1::VERY_SATISFIED);
  EXPECT_EQ(FindEnumWord(v1::RatingLevel_descriptor(), "0"), std::nullopt);
  EXPECT_EQ(FindEnumWord(v1::RatingLevel_descriptor(), "6"), std::nullopt);
  EXPECT_EQ(FindEnumWord(v1::Outcome_descriptor(), "1"), std::nullopt);
}

}  // namespace
}  // namespace duban::table
