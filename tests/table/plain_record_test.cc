// The short way must never say yes where the long way finds a fault, and must
// store what the long way stores.
#include "src/table/plain_record.h"

#include <string>

#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/table/record_check.h"
#include "src/table/records.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

using google::protobuf::Message;

bool IsWellFormed(const RecordSchema& schema, const Message& record) {
  Faults faults;
  CheckRecordForm(schema, record, &faults, -1);
  return faults.empty();
}

// Spoils a text, a date, an enum … of the record, or leaves it as it is.
void Spoil(const RecordSchema& schema, Dice* dice, Message* record) {
  const Column& column = schema.column(dice->Below(schema.column_count()));
  Message* holder = MutableHolder(column, record);
  const auto* reflection = holder->GetReflection();
  const auto* field = column.field();
  const std::string bad = OneOf(
      {"", " ", "\t", "　", " x", "x ", "　x", "a\nb", "a\x7F", "\xC2\x85",
       "2021-02-30", "2021-2-3", "12.5.6", "1e99", "绝密★", "乙"},
      dice);
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal:
      reflection->SetString(holder, field,
                            dice->OneIn(8)   ? std::string(129, 'x')
                            : dice->OneIn(8) ? std::string("a\0b", 3)
                                             : bad);
      break;
    case ColumnType::kTextList:
      reflection->AddString(holder, field, bad);
      break;
    case ColumnType::kEnum:
      reflection->SetEnumValue(holder, field, dice->OneIn(2) ? 0 : 999);
      break;
    case ColumnType::kEnumList:
      reflection->AddEnumValue(holder, field, dice->OneIn(2) ? 0 : -1);
      break;
    case ColumnType::kAttributes:
      reflection->AddMessage(holder, field);
      break;
    default:
      reflection->ClearField(holder, field);
  }
}

TEST(PlainRecordTest, SaysYesOnlyToWhatIsWellFormed) {
  Dice dice(1);
  int plain = 0;
  int refused = 0;
  PlainRecord record;
  for (const RecordSchema* schema : AllSchemas()) {
    for (int i = 0; i < 400; ++i) {
      auto message = RandomRecord(*schema, "id-1", &dice);
      if (i % 2 == 1) Spoil(*schema, &dice, message.get());
      const bool good = IsWellFormed(*schema, *message);
      const bool yes = record.Read(*schema, Bytes(*message));
      EXPECT_TRUE(good || !yes) << message->DebugString();
      plain += yes;
      refused += !good;
    }
  }
  // Both happen, so that the line above can fail.
  EXPECT_GT(plain, 1000);
  EXPECT_GT(refused, 500);
}

TEST(PlainRecordTest, StoresWhatAMessageStores) {
  Dice dice(2);
  PlainRecord plain;
  for (const RecordSchema* schema : AllSchemas()) {
    IdDictionaries ids;
    Records by_bytes(schema, &ids);
    Records by_message(schema, &ids);
    const auto read = schema->NewRecord();
    for (int i = 0; i < 200; ++i) {
      const auto message =
          RandomRecord(*schema, "id-" + std::to_string(i), &dice);
      const std::string bytes = Bytes(*message);
      if (!plain.Read(*schema, bytes)) continue;
      const uint32_t row = by_bytes.Append(plain);
      EXPECT_EQ(by_message.Append(*message), row);
      by_bytes.Read(row, read.get());
      EXPECT_EQ(Bytes(*read), bytes) << message->DebugString();
    }
    EXPECT_GT(by_bytes.size(), 20u) << schema->name();
  }
}

// Whatever stands in a journal: never a crash, and where it says yes, the
// bytes are what a message of them is serialized to.
TEST(PlainRecordTest, TakesNoBytesThatAMessageWouldNotHave) {
  Dice dice(3);
  PlainRecord plain;
  for (const RecordSchema* schema : AllSchemas()) {
    for (int i = 0; i < 400; ++i) {
      std::string bytes = Bytes(*RandomRecord(*schema, "id-1", &dice));
      const int at = dice.Below(static_cast<int>(bytes.size()));
      if (dice.OneIn(2)) {
        bytes[static_cast<size_t>(at)] = static_cast<char>(dice.Below(256));
      } else {
        bytes.resize(static_cast<size_t>(at));
      }
      if (!plain.Read(*schema, bytes)) continue;
      const auto message = schema->NewRecord();
      ASSERT_TRUE(message->ParseFromString(bytes));
      EXPECT_EQ(Bytes(*message), bytes);
      EXPECT_TRUE(IsWellFormed(*schema, *message)) << message->DebugString();
    }
  }
}

TEST(PlainRecordTest, NumbersAreAsShortAsTheyCanBe) {
  uint64_t number = 0;
  absl::string_view good("\xAC\x02", 2);
  EXPECT_TRUE(ReadVarint(&good, &number));
  EXPECT_EQ(number, 300u);
  for (absl::string_view bad :
       {absl::string_view("\x80\x00", 2), absl::string_view("\x80", 1),
        absl::string_view(),
        absl::string_view("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", 10)}) {
    EXPECT_FALSE(ReadVarint(&bad, &number));
  }
}

}  // namespace
}  // namespace duban::table
