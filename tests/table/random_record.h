// Records filled at random but always the same way, for tests that say "for
// every kind, whatever is in it". Driven by the schema, so that a new field is
// tested from the day it is added.
#ifndef DUBAN_TESTS_TABLE_RANDOM_RECORD_H_
#define DUBAN_TESTS_TABLE_RANDOM_RECORD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "duban/v1/common.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/table/record_schema.h"

namespace duban::table {

// SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  // 0 … n-1.
  int Below(int n) {
    return static_cast<int>(Next() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }

 private:
  uint64_t state_;
};

template <size_t n>
inline std::string OneOf(const char* const (&words)[n], Dice* dice) {
  return words[dice->Below(static_cast<int>(n))];
}

inline std::string RandomText(Dice* dice) {
  return OneOf({"走访慰问",
                "a, b and c",
                "he said \"no\"",
                "第一行\n第二行",
                "crlf\r\nhere",
                " leading and trailing ",
                "走访、座谈；宣讲;结束",
                "=SUM(A1:A9)",
                "-",
                "\"quoted\"",
                "a=b",
                "𠮷野家",
                "é",
                "\\",
                "+86",
                "是",
                "0",
                ",",
                "'",
                "\tx",
                "ＡＢＣ"},
               dice);
}

inline std::string RandomCode(Dice* dice) {
  return OneOf({"visit", "party-lecture", "O-1", "O-2", "学校", "a;b", "x=y"},
               dice);
}

inline std::string RandomDate(Dice* dice) {
  if (dice->OneIn(50)) return OneOf({"0001-01-01", "9999-12-31"}, dice);
  return Date().AddDays(15000 + dice->Below(9000)).ToString();
}

inline std::string RandomDecimal(Dice* dice) {
  return OneOf({"0", "-0", "12.5", "-12.5", "95.00", "+3", "1e2", "0.000000001",
                "-0.000000001", "00", "99999999999999999999999999999",
                "-99999999999999999999999999999.999999999"},
               dice);
}

inline int RandomEnum(const google::protobuf::FieldDescriptor* field,
                      bool given, Dice* dice) {
  const int count = field->enum_type()->value_count();
  const int first = given && count > 1 ? 1 : 0;
  return field->enum_type()
      ->value(first + dice->Below(count - first))
      ->number();
}

inline std::string TextFor(const Column& column, Dice* dice) {
  switch (column.type) {
    case ColumnType::kDate:
      return RandomDate(dice);
    case ColumnType::kDecimal:
      return RandomDecimal(dice);
    default:
      break;
  }
  const bool code = column.refers_to != v1::RECORD_KIND_UNSPECIFIED ||
                    !column.code_list.empty();
  return code ? RandomCode(dice) : RandomText(dice);
}

inline void Fill(const Column& column, Dice* dice,
                 google::protobuf::Message* holder) {
  const google::protobuf::Reflection* reflection = holder->GetReflection();
  const google::protobuf::FieldDescriptor* field = column.field();
  const int count = column.is_list() ? 1 + dice->Below(4) : 0;
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal:
      reflection->SetString(holder, field, TextFor(column, dice));
      break;
    case ColumnType::kInt:
      reflection->SetInt64(holder, field,
                           dice->OneIn(4) ? INT64_MIN : dice->Below(1441));
      break;
    case ColumnType::kBool:
      reflection->SetBool(holder, field, true);
      break;
    case ColumnType::kEnum:
      reflection->SetEnumValue(holder, field,
                               RandomEnum(field, column.required, dice));
      break;
    case ColumnType::kTextList:
      for (int i = 0; i < count; ++i) {
        // Free text may have an empty item, a list of ids or codes has none.
        const bool empty = column.code_list.empty() &&
                           column.refers_to == v1::RECORD_KIND_UNSPECIFIED &&
                           dice->OneIn(5);
        reflection->AddString(holder, field,
                              empty ? "" : TextFor(column, dice));
      }
      break;
    case ColumnType::kEnumList:
      for (int i = 0; i < count; ++i) {
        reflection->AddEnumValue(holder, field, RandomEnum(field, true, dice));
      }
      break;
    case ColumnType::kAttributes:
      for (int i = 0; i < count; ++i) {
        auto* attribute =
            static_cast<v1::Attribute*>(reflection->AddMessage(holder, field));
        attribute->set_name(RandomText(dice));
        if (!dice->OneIn(4)) attribute->set_value(RandomText(dice));
      }
      break;
  }
}

inline uint64_t Dice::Next() {
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

// A record as the ledger would take it: required fields are given, others now
// and then; texts have quotes, commas, separators, line breaks and Chinese in
// them. `id` is its id.
inline std::unique_ptr<google::protobuf::Message> RandomRecord(
    const RecordSchema& schema, const std::string& id, Dice* dice) {
  std::unique_ptr<google::protobuf::Message> record = schema.NewRecord();
  for (const Column& column : schema.columns()) {
    if (!column.required && dice->OneIn(2)) continue;
    google::protobuf::Message* holder = MutableHolder(column, record.get());
    // Now and then nothing is set in the holder, which then is there but empty.
    if (!column.required && dice->OneIn(4)) continue;
    Fill(column, dice, holder);
  }
  const Column& id_column = schema.column(schema.id_column());
  record->GetReflection()->SetString(record.get(), id_column.field(), id);
  return record;
}

// Map-free messages serialize the same way every time.
inline std::string Bytes(const google::protobuf::Message& message) {
  return message.SerializeAsString();
}

}  // namespace duban::table

#endif  // DUBAN_TESTS_TABLE_RANDOM_RECORD_H_
