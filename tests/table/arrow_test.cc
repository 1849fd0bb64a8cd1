// Records → Arrow → records, and what comes from other libraries.
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"
#include "src/base/date.h"
#include "src/table/arrow_export.h"
#include "src/table/arrow_import.h"
#include "tests/table/arrow_stream.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kRows = 200;

struct Sample {
  std::shared_ptr<const Records> records;
  std::vector<std::unique_ptr<Message>> messages;
  std::vector<uint32_t> rows;
};

Sample SampleOf(const RecordSchema& schema, uint64_t seed) {
  Sample sample;
  Dice dice(seed);
  const IdDictionaries ids;
  auto records = std::make_shared<Records>(&schema, &ids);
  for (int i = 0; i < kRows; ++i) {
    sample.messages.push_back(
        RandomRecord(schema, absl::StrCat("id-", 1000 + i), &dice));
    sample.rows.push_back(records->Append(*sample.messages.back()));
  }
  sample.records = std::move(records);
  return sample;
}

ArrowArrayStream Exported(const Sample& sample,
                          const ArrowExportOptions& options) {
  ArrowArrayStream stream;
  ExportArrow(sample.records, sample.rows, AllColumns(sample.records->schema()),
              options, &stream);
  return stream;
}

struct Result {
  bool whole = false;
  std::vector<RecordRow> rows;
  Faults faults;

  // "REASON@row/heading" of each fault.
  std::string Places() const {
    return absl::StrJoin(faults.list().errors(), " ",
                         [](std::string* out, const v1::ErrorDetail& fault) {
                           absl::StrAppend(out, fault.reason(), "@",
                                           fault.place().row(), "/",
                                           fault.place().field());
                         });
  }
  std::string Numbers() const {
    return absl::StrJoin(rows, " ", [](std::string* out, const RecordRow& row) {
      absl::StrAppend(out, row.row);
    });
  }
};

Result Read(const RecordSchema& schema, ArrowArrayStream* stream) {
  Result result;
  result.whole =
      ReadArrow(
          schema, "in", stream,
          [&](RecordRow row) { result.rows.push_back(std::move(row)); },
          &result.faults)
          .whole;
  EXPECT_EQ(stream->release, nullptr);
  return result;
}

// Every way of exporting that reads back.
std::vector<ArrowExportOptions> LosslessOptions() {
  std::vector<ArrowExportOptions> all;
  for (const Language language : {Language::kZh, Language::kEn}) {
    for (const bool dictionaries : {false, true}) {
      for (const uint32_t rows : {7u, 65536u}) {
        all.push_back({language, dictionaries, false, true, rows});
      }
    }
  }
  return all;
}

TEST(Arrow, WhatIsExportedReadsBackToEqualRecords) {
  for (const RecordSchema* schema : AllSchemas()) {
    const Sample sample = SampleOf(*schema, 1);
    for (const ArrowExportOptions& options : LosslessOptions()) {
      ArrowArrayStream stream = Exported(sample, options);
      const Result result = Read(*schema, &stream);
      ASSERT_EQ(result.Places(), "") << schema->name();
      ASSERT_EQ(result.rows.size(), size_t{kRows});
      for (size_t i = 0; i < result.rows.size(); ++i) {
        ASSERT_EQ(result.rows[i].row, static_cast<int64_t>(i) + 1);
        ASSERT_EQ(Bytes(*result.rows[i].record), Bytes(*sample.messages[i]))
            << schema->name() << " " << sample.messages[i]->DebugString()
            << result.rows[i].record->DebugString();
      }
    }
  }
}

// A table may be a part of a larger one: of the whole, or column by column.
TEST(Arrow, SlicesReadAsTheirRows) {
  const auto whole = [](ArrowArray* array) {
    array->offset += 3;
    array->length -= 4;
  };
  const auto columns = [](ArrowArray* array) {
    array->length -= 4;
    for (int64_t i = 0; i < array->n_children; ++i) {
      array->children[i]->offset += 3;
      array->children[i]->length -= 4;
      array->children[i]->null_count = -1;
    }
  };
  for (const RecordSchema* schema : AllSchemas()) {
    const Sample sample = SampleOf(*schema, 2);
    for (const EditArray& edit : {EditArray(whole), EditArray(columns)}) {
      ArrowArrayStream inner = Exported(
          sample, {Language::kEn, true, false, true, /*rows_in_chunk=*/50});
      ArrowArrayStream stream;
      EditedStream::Make(&inner, edit, nullptr, &stream);
      const Result result = Read(*schema, &stream);
      ASSERT_EQ(result.Places(), "") << schema->name();
      ASSERT_EQ(result.rows.size(), size_t{kRows} / 50 * 46);
      for (size_t i = 0; i < result.rows.size(); ++i) {
        const size_t original = i / 46 * 50 + 3 + i % 46;
        ASSERT_EQ(Bytes(*result.rows[i].record),
                  Bytes(*sample.messages[original]));
      }
    }
  }
}

// Reads a column of PutColumns as its comments say, and no cleverer.
class NaiveColumn {
 public:
  NaiveColumn(const v1::ColumnData& data, const Column& column)
      : data_(data), column_(column) {
    const size_t parts = column.type == ColumnType::kAttributes ? 2 : 1;
    const size_t items = data.items().size() / data.width() / parts;
    size_t next = 0;
    const size_t rows = data.lengths().empty()
                            ? items
                            : data.lengths().size() / data.length_width();
    for (size_t i = 0; i < rows; ++i) {
      starts_.push_back(next);
      next += parts * (data.lengths().empty()
                           ? 1
                           : Number(data.lengths(), data.length_width(), i));
    }
    starts_.push_back(next);
  }

  size_t rows() const { return starts_.size() - 1; }

  void Set(size_t row, Message* record) const {
    for (size_t i = starts_[row]; i < starts_[row + 1]; ++i) {
      const int64_t item =
          static_cast<int64_t>(Number(data_.items(), data_.width(), i) +
                               static_cast<uint64_t>(data_.base()));
      SetItem(item, i, record);
    }
  }

 private:
  static uint64_t Number(const std::string& bytes, uint32_t width, size_t i) {
    uint64_t number = 0;
    for (uint32_t k = width; k-- > 0;) {
      number = number << 8 | static_cast<uint8_t>(bytes[i * width + k]);
    }
    return number;
  }

  std::string TextOf(int64_t item) const {
    if (data_.digits() > 0) {
      std::string number = absl::StrCat(item);
      number.insert(0, data_.digits() - number.size(), '0');
      return data_.head() + number;
    }
    return item == 0 ? "" : data_.word(static_cast<int>(item) - 1);
  }

  void SetItem(int64_t item, size_t i, Message* record) const {
    const FieldDescriptor* field = column_.field();
    const auto holder = [&] { return MutableHolder(column_, record); };
    const auto* reflection = holder()->GetReflection();
    switch (column_.type) {
      case ColumnType::kText:
      case ColumnType::kDecimal:
        reflection->SetString(holder(), field, TextOf(item));
        break;
      case ColumnType::kDate:
        if (item == 0) return;
        reflection->SetString(holder(), field,
                              Date::Min().AddDays(item - 1).ToString());
        break;
      case ColumnType::kInt:
        reflection->SetInt64(holder(), field, item);
        break;
      case ColumnType::kBool:
        reflection->SetBool(holder(), field, item != 0);
        break;
      case ColumnType::kEnum:
        reflection->SetEnumValue(holder(), field, static_cast<int>(item));
        break;
      case ColumnType::kTextList:
        reflection->AddString(holder(), field, TextOf(item));
        break;
      case ColumnType::kEnumList:
        reflection->AddEnumValue(holder(), field, static_cast<int>(item));
        break;
      case ColumnType::kAttributes:
        if (i % 2 == 0) {
          static_cast<v1::Attribute*>(reflection->AddMessage(holder(), field))
              ->set_name(TextOf(item));
        } else {
          static_cast<v1::Attribute*>(
              reflection->MutableRepeatedMessage(
                  holder(), field, reflection->FieldSize(*holder(), field) - 1))
              ->set_value(TextOf(item));
        }
        break;
    }
  }

  const v1::ColumnData& data_;
  const Column& column_;
  std::vector<size_t> starts_;
};

// Takes nested messages away that have nothing in them.
void ClearEmpty(Message* record) {
  const auto* reflection = record->GetReflection();
  const auto* type = record->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->message_type() == nullptr || field->is_repeated()) continue;
    if (reflection->GetMessage(*record, field).ByteSizeLong() == 0) {
      reflection->ClearField(record, field);
    }
  }
}

TEST(MakeColumns, HoldsTheSameRecords) {
  for (const RecordSchema* schema : AllSchemas()) {
    const Sample sample = SampleOf(*schema, 3);
    for (const ArrowExportOptions& options : LosslessOptions()) {
      ArrowArrayStream stream = Exported(sample, options);
      Faults faults;
      const ArrowColumns made = MakeColumns(*schema, "in", &stream, &faults);
      ASSERT_FALSE(faults.has_errors()) << schema->name();
      EXPECT_TRUE(made.row_numbers.empty());
      ASSERT_EQ(made.columns.kind(), schema->kind());
      ASSERT_EQ(made.columns.rows(), uint32_t{kRows});
      std::vector<std::unique_ptr<Message>> read;
      for (int i = 0; i < kRows; ++i) read.push_back(schema->NewRecord());
      for (const v1::ColumnData& data : made.columns.column()) {
        const NaiveColumn column(
            data, schema->column(schema->FindColumn(data.name())));
        ASSERT_EQ(column.rows(), size_t{kRows}) << data.name();
        for (size_t i = 0; i < read.size(); ++i) column.Set(i, read[i].get());
      }
      for (size_t i = 0; i < read.size(); ++i) {
        ClearEmpty(read[i].get());
        ClearEmpty(sample.messages[i].get());
        ASSERT_EQ(Bytes(*read[i]), Bytes(*sample.messages[i]))
            << schema->name() << sample.messages[i]->DebugString();
      }
    }
  }
}

const RecordSchema& Activities() { return SchemaOf(v1::ACTIVITY); }

const v1::Activity& ActivityOf(const RecordRow& row) {
  return static_cast<const v1::Activity&>(*row.record);
}

// The columns that an activity has to have.
HandMade Table(const std::vector<std::string>& ids) {
  HandMade table(static_cast<int64_t>(ids.size()));
  table.Texts("id", ids)
      .Texts("类型", std::vector<std::string>(ids.size(), "visit"))
      .Texts("date", std::vector<std::string>(ids.size(), "2021-10-27"));
  return table;
}

const v1::ColumnData& ColumnNamed(const ArrowColumns& made,
                                  const std::string& name) {
  for (const v1::ColumnData& column : made.columns.column()) {
    if (column.name() == name) return column;
  }
  static const v1::ColumnData none;
  return none;
}

TEST(MakeColumns, TakesTheShortestForm) {
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(absl::StrCat("act-", 100000 + i));
  HandMade table = Table(ids);
  Faults faults;
  const ArrowColumns made =
      MakeColumns(Activities(), "in", table.Stream(), &faults);
  ASSERT_FALSE(faults.has_errors());
  const v1::ColumnData& id = ColumnNamed(made, "id");
  EXPECT_EQ(id.head(), "act-");
  EXPECT_EQ(id.digits(), 6u);
  EXPECT_EQ(id.base(), 100000);
  EXPECT_EQ(id.width(), 2u);
  EXPECT_EQ(id.word_size(), 0);
  const v1::ColumnData& kind = ColumnNamed(made, "kind");
  EXPECT_EQ(kind.word_size(), 1);
  EXPECT_EQ(kind.width(), 1u);
  const v1::ColumnData& date = ColumnNamed(made, "date");
  EXPECT_EQ(date.width(), 1u);
  EXPECT_EQ(date.base(),
            Date::Parse("2021-10-27")->days() - Date::Min().days() + 1);
}

TEST(MakeColumns, LeavesBadRowsOutAndNumbersTheOthers) {
  HandMade table = Table({"a", "", "c", "a", "e"});
  Faults faults;
  const ArrowColumns made =
      MakeColumns(Activities(), "in", table.Stream(), &faults);
  EXPECT_EQ(made.columns.rows(), 3u);
  EXPECT_EQ(made.row_numbers, (std::vector<int64_t>{1, 3, 5}));
  EXPECT_EQ(made.read.headings.at("kind"), "类型");
  EXPECT_EQ(faults.error_count(), 2);
}

TEST(ReadArrow, NamesEveryBadRowByNumberAndHeading) {
  HandMade table = Table({"a1", "", "a3", "a1"});
  table.Values<double>("g", "minutes", {90, 90, 90.5, 90})
      .Texts("四不两直确认", {"不发通知;no_escort", "x", "不发通"});
  // The last column is shorter than the table; that is another test.
  HandMade good = Table({"a1", "", "a3", "a1"});
  good.Values<double>("g", "minutes", {90, 90, 90.5, 90})
      .Texts("四不两直确认", {"不发通知;no_escort", "", "不发通", ""});
  const Result result = Read(Activities(), good.Stream());
  EXPECT_EQ(result.Places(),
            "FIELD_REQUIRED@2/id BAD_NUMBER@3/minutes "
            "UNKNOWN_WORD@3/四不两直确认 DUPLICATE_ID@4/id");
  EXPECT_EQ(result.Numbers(), "1");
  EXPECT_EQ(ActivityOf(result.rows[0]).minutes(), 90);
  EXPECT_EQ(ActivityOf(result.rows[0]).attestations_size(), 2);
  EXPECT_EQ(Read(Activities(), table.Stream()).Places(),
            "BAD_ARROW@0/四不两直确认");
}

TEST(ReadArrow, ReportsColumnsAsCsvDoes) {
  HandMade table(1);
  table.Texts("id", {"a"}).Texts("活动编号", {"a"}).Texts("kinds", {"visit"});
  EXPECT_EQ(Read(Activities(), table.Stream()).Places(),
            "DUPLICATE_COLUMN@0/活动编号 UNKNOWN_COLUMN@0/kinds "
            "COLUMN_REQUIRED@0/ COLUMN_REQUIRED@0/");
}

TEST(ReadArrow, DatesAreDaysAndMidnights) {
  const int64_t day = 18927;  // 2021-10-27
  const auto read = [&](const std::string& format, auto value) {
    HandMade table(1);
    table.Texts("id", {"a"}).Texts("kind", {"visit"});
    table.Values("" + format, "date", std::vector{value});
    const Result result = Read(Activities(), table.Stream());
    return result.rows.empty() ? result.Places()
                               : ActivityOf(result.rows[0]).date();
  };
  EXPECT_EQ(read("tdD", static_cast<int32_t>(day)), "2021-10-27");
  EXPECT_EQ(read("tdm", day * 86400000), "2021-10-27");
  EXPECT_EQ(read("tss:", day * 86400), "2021-10-27");
  EXPECT_EQ(read("tsn:", day * 86400000000000), "2021-10-27");
  EXPECT_EQ(read("tsu:", int64_t{-86400000000}), "1969-12-31");
  EXPECT_EQ(read("tsn:", day * 86400000000000 + 1), "BAD_DATE@1/date");
  EXPECT_EQ(read("tsn:Asia/Shanghai", day), "ARROW_TYPE@0/date");
  EXPECT_EQ(read("l", day), "ARROW_TYPE@0/date");
  EXPECT_EQ(read("tdD", INT32_MAX), "BAD_DATE@1/date");
  EXPECT_EQ(read("tss:", INT64_MIN), "BAD_DATE@1/date");
}

TEST(ReadArrow, WholeNumbersOfEveryWidth) {
  const auto read = [&](const std::string& format, auto value) {
    HandMade table = Table({"a"});
    table.Values(format, "minutes", std::vector{value});
    const Result result = Read(Activities(), table.Stream());
    return result.rows.empty()
               ? result.Places()
               : absl::StrCat(ActivityOf(result.rows[0]).minutes());
  };
  EXPECT_EQ(read("c", int8_t{-5}), "-5");
  EXPECT_EQ(read("C", uint8_t{200}), "200");
  EXPECT_EQ(read("s", int16_t{-300}), "-300");
  EXPECT_EQ(read("S", uint16_t{65535}), "65535");
  EXPECT_EQ(read("i", int32_t{-70000}), "-70000");
  EXPECT_EQ(read("I", uint32_t{4294967295}), "4294967295");
  EXPECT_EQ(read("L", uint64_t{9223372036854775807u}), "9223372036854775807");
  EXPECT_EQ(read("L", uint64_t{9223372036854775808u}), "BAD_NUMBER@1/minutes");
  EXPECT_EQ(read("f", 90.0f), "90");
  EXPECT_EQ(read("g", std::nan("")), "0");  // not given
  EXPECT_EQ(read("g", HUGE_VAL), "BAD_NUMBER@1/minutes");
  EXPECT_EQ(read("g", 9007199254740992.0), "BAD_NUMBER@1/minutes");
  EXPECT_EQ(read("d:5,1", int128_t{900}), "90");
  EXPECT_EQ(read("d:5,1", int128_t{905}), "BAD_NUMBER@1/minutes");
}

TEST(ReadArrow, DecimalsAreExactOrRefused) {
  const auto read = [&](const std::string& format, auto value) {
    HandMade table = Table({"a"});
    table.Values(format, "beneficiaries.value", std::vector{value});
    const Result result = Read(Activities(), table.Stream());
    return result.rows.empty()
               ? result.Places()
               : ActivityOf(result.rows[0]).beneficiaries().value();
  };
  const std::string at = "@1/beneficiaries.value";
  EXPECT_EQ(read("d:38,9", int128_t{-12500000000}), "-12.5");
  EXPECT_EQ(read("d:38,3", int128_t{5}), "0.005");
  EXPECT_EQ(read("d:38,-3", int128_t{5}), "5000");
  EXPECT_EQ(read("d:38,0", int128_t{0}), "0");
  EXPECT_EQ(read("d:9,2,32", int32_t{-9658}), "-96.58");
  EXPECT_EQ(read("d:18,2,64", int64_t{9500}), "95");
  EXPECT_EQ(read("d:38,12", int128_t{1000}), "0.000000001");
  EXPECT_EQ(read("d:38,12", int128_t{1001}), "DECIMAL_TOO_FINE" + at);
  EXPECT_EQ(read("l", int64_t{INT64_MIN}), "-9223372036854775808");
  EXPECT_EQ(read("g", 0.1), "0.1");
  EXPECT_EQ(read("f", 96.58f), "96.58");
  EXPECT_EQ(read("g", 0.1 + 0.2), "DECIMAL_TOO_FINE" + at);
  EXPECT_EQ(read("g", 1e22), "10000000000000000000000");
  EXPECT_EQ(read("g", -HUGE_VAL), "BAD_DECIMAL" + at);
  struct Wide {
    uint64_t parts[4];
  };
  EXPECT_EQ(read("d:76,0,256", Wide{{7, 0, 0, 0}}), "7");
  EXPECT_EQ(read("d:76,0,256", Wide{{~0u - 0ull, 0, 0, 0}}), "4294967295");
  EXPECT_EQ(read("d:76,0,256", Wide{{~0ull, ~0ull, ~0ull, ~0ull}}), "-1");
  EXPECT_EQ(read("d:76,0,256", Wide{{0, 0, 0, 1}}), "DECIMAL_OVERFLOW" + at);
}

// What numbers cannot be asked: where a text was a number, zeros may be gone.
TEST(ReadArrow, NumbersAreNoTexts) {
  HandMade table(1);
  table.Values<int64_t>("l", "id", {1001})
      .Texts("kind", {"visit"})
      .Texts("date", {"2021-10-27"});
  const Result result = Read(Activities(), table.Stream());
  EXPECT_EQ(result.Places(), "ARROW_TYPE@0/id");
  EXPECT_TRUE(result.rows.empty());
}

ArrowData View(const std::string& text) {
  ArrowData data(3);
  data.Put(1, static_cast<int32_t>(text.size()));
  std::string bytes = text;
  bytes.resize(12);
  data.PutBytes(1, bytes);
  data.Count(true);
  return data;
}

TEST(ReadArrow, TextsInViews) {
  HandMade table = Table({"a"});
  table.Add(ArrowField("vu", "title", true), View("走访"));
  const Result result = Read(Activities(), table.Stream());
  ASSERT_EQ(result.Places(), "");
  EXPECT_EQ(ActivityOf(result.rows[0]).title(), "走访");
  // Longer than twelve bytes it is in a buffer, of which there is none.
  ArrowData outside(3);
  outside.Put<int32_t>(1, 13);
  for (int i = 0; i < 3; ++i) outside.Put<int32_t>(1, 0);
  outside.Count(true);
  HandMade wrong = Table({"a"});
  wrong.Add(ArrowField("vu", "title", true), std::move(outside));
  EXPECT_EQ(Read(Activities(), wrong.Stream()).Places(), "BAD_ARROW@1/title");
}

TEST(ReadArrow, TextIsUtf8) {
  HandMade table = Table({"a"});
  table.Texts("title", {"\xff"});
  EXPECT_EQ(Read(Activities(), table.Stream()).Places(),
            "BAD_ENCODING@1/title");
}

TEST(ReadArrow, SensitiveValuesAreNotShown) {
  HandMade table(1);
  table.Texts("id", {"p"})
      .Texts("name", {"王敏"})
      .Texts("organization", {"o"})
      .Texts("birth_date", {"1990/01/01"});
  const Result result = Read(SchemaOf(v1::PERSON), table.Stream());
  ASSERT_EQ(result.Places(), "BAD_DATE@1/birth_date");
  EXPECT_EQ(result.faults.list().DebugString().find("1990"), std::string::npos);
}

TEST(ReadArrow, NoRowsAndNoColumns) {
  HandMade none(0);
  EXPECT_EQ(Read(Activities(), none.Stream()).Places(),
            "COLUMN_REQUIRED@0/ COLUMN_REQUIRED@0/ COLUMN_REQUIRED@0/");
  HandMade empty = Table({});
  EXPECT_EQ(Read(Activities(), empty.Stream()).Places(), "");
  const Sample sample = SampleOf(Activities(), 4);
  ArrowArrayStream stream;
  ExportArrow(sample.records, {}, AllColumns(Activities()), {}, &stream);
  EXPECT_EQ(Read(Activities(), &stream).Places(), "");
}

// Structs that say what cannot be.
TEST(ReadArrow, RefusesStructsThatDoNotFit) {
  const Sample sample = SampleOf(Activities(), 5);
  const auto column = [](ArrowArray* array, const char* name) {
    return array->children[Activities().FindColumn(name)];
  };
  const std::vector<std::pair<const char*, EditArray>> edits = {
      {"negative length", [](ArrowArray* a) { a->length = -1; }},
      {"negative offset", [](ArrowArray* a) { a->offset = -1; }},
      {"huge offset", [](ArrowArray* a) { a->offset = INT64_MAX; }},
      {"longer than its columns", [](ArrowArray* a) { a->length += 1; }},
      {"null count", [](ArrowArray* a) { a->null_count = a->length + 1; }},
      {"buffers", [](ArrowArray* a) { a->n_buffers = 2; }},
      {"column too short",
       [&](ArrowArray* a) { column(a, "minutes")->length -= 1; }},
      {"column offset",
       [&](ArrowArray* a) { column(a, "minutes")->offset = INT64_MIN; }},
      {"column buffers",
       [&](ArrowArray* a) { column(a, "id")->n_buffers = 0; }},
      {"no values",
       [&](ArrowArray* a) { column(a, "minutes")->buffers[1] = nullptr; }},
      {"no text",
       [&](ArrowArray* a) { column(a, "id")->buffers[2] = nullptr; }},
      {"no validity",
       [&](ArrowArray* a) { column(a, "minutes")->null_count = 1; }},
      {"no dictionary",
       [&](ArrowArray* a) { column(a, "kind")->dictionary = nullptr; }},
      {"offsets go back",
       [&](ArrowArray* a) {
         auto* offsets = const_cast<int32_t*>(static_cast<const int32_t*>(
             column(a, "participants")->buffers[1]));
         offsets[2] = offsets[1] - 1;
       }},
      {"list past its items",
       [&](ArrowArray* a) {
         column(a, "participants")->children[0]->length -= 1;
       }},
      {"list without items",
       [&](ArrowArray* a) { column(a, "participants")->n_children = 0; }},
  };
  for (const auto& [what, edit] : edits) {
    ArrowArrayStream inner =
        Exported(sample, {Language::kEn, false, false, true, 65536});
    // Releasing looks at what is the exporter's, not at the struct.
    ArrowArrayStream stream;
    bool dictionaries = std::string(what) == "no dictionary";
    if (dictionaries) {
      inner.release(&inner);
      inner = Exported(sample, {Language::kEn, true, false, true, 65536});
    }
    EditedStream::Make(&inner, edit, nullptr, &stream);
    const Result result = Read(Activities(), &stream);
    EXPECT_EQ(result.faults.error_count(), 1) << what << result.Places();
    EXPECT_EQ(result.Places().substr(0, 9), "BAD_ARROW") << what;
    EXPECT_TRUE(result.rows.empty()) << what;
    EXPECT_FALSE(result.whole) << what;
  }
}

TEST(ReadArrow, RefusesCodesThatAreInNoDictionary) {
  const Sample sample = SampleOf(Activities(), 6);
  for (const int32_t code : {-1, 1 << 30}) {
    ArrowArrayStream inner =
        Exported(sample, {Language::kEn, true, false, true, 65536});
    ArrowArrayStream stream;
    EditedStream::Make(
        &inner,
        [code](ArrowArray* a) {
          const_cast<int32_t*>(static_cast<const int32_t*>(
              a->children[1]->buffers[1]))[4] = code;
        },
        nullptr, &stream);
    const Result result = Read(Activities(), &stream);
    EXPECT_TRUE(result.whole);
    EXPECT_EQ(result.Places(), "BAD_ARROW@5/kind");
    EXPECT_EQ(result.rows.size(), size_t{kRows} - 1);
  }
}

TEST(ReadArrow, RefusesSchemasThatAreNone) {
  const Sample sample = SampleOf(Activities(), 7);
  const std::vector<EditSchema> edits = {
      [](ArrowSchema* s) { s->format = nullptr; },
      [](ArrowSchema* s) { s->format = "u"; },
      [](ArrowSchema* s) { s->n_children = -1; },
      [](ArrowSchema* s) { s->n_children = 1 << 20; },
      [](ArrowSchema* s) { s->children = nullptr; },
      [](ArrowSchema* s) { s->children[0]->format = nullptr; },
      [](ArrowSchema* s) { s->children[0]->format = "+l"; },
      [](ArrowSchema* s) { s->n_children -= 1; },
  };
  for (size_t i = 0; i < edits.size(); ++i) {
    ArrowArrayStream inner = Exported(sample, {});
    ArrowArrayStream stream;
    EditedStream::Make(&inner, nullptr, edits[i], &stream);
    const Result result = Read(Activities(), &stream);
    EXPECT_EQ(result.Places().substr(0, 9), "BAD_ARROW") << i;
    EXPECT_TRUE(result.rows.empty()) << i;
  }
}

TEST(ReadArrow, SaysWhatTheStreamSays) {
  const Sample sample = SampleOf(Activities(), 8);
  ArrowArrayStream inner = Exported(sample, {});
  ArrowArrayStream stream;
  EditedStream::Make(&inner, nullptr, nullptr, &stream);
  stream.get_next = [](ArrowArrayStream*, ArrowArray*) { return 5; };
  const Result result = Read(Activities(), &stream);
  ASSERT_EQ(result.Places(), "ARROW_STREAM_FAILED@0/");
  EXPECT_EQ(result.faults.list().errors(0).message().en(),
            "the Arrow stream failed: edited");
  ArrowArrayStream none = {};
  EXPECT_EQ(Read(Activities(), &none).Places(), "BAD_ARROW@0/");
}

std::string TextAt(const ArrowArray* column, int64_t row) {
  const auto* validity = static_cast<const uint8_t*>(column->buffers[0]);
  if (validity != nullptr && (validity[row / 8] >> (row % 8) & 1) == 0) {
    return "null";
  }
  const auto* offsets = static_cast<const int32_t*>(column->buffers[1]);
  return std::string(
      static_cast<const char*>(column->buffers[2]) + offsets[row],
      static_cast<size_t>(offsets[row + 1] - offsets[row]));
}

TEST(ExportArrow, MasksWhatIsSensitive) {
  const RecordSchema& schema = SchemaOf(v1::PERSON);
  const IdDictionaries ids;
  auto records = std::make_shared<Records>(&schema, &ids);
  v1::Person person;
  person.set_id("p");
  person.set_name("王敏");
  person.set_identity_number("11010519491231002X");
  person.set_birth_date("1949-12-31");
  records->Append(person);
  ArrowArrayStream stream;
  ExportArrow(records, {0},
              {schema.FindColumn("identity_number"),
               schema.FindColumn("birth_date"), schema.FindColumn("name")},
              {}, &stream);
  ArrowOwned<ArrowArray> array;
  ASSERT_EQ(stream.get_next(&stream, array.get()), 0);
  ASSERT_EQ(array->n_children, 3);
  EXPECT_EQ(TextAt(array->children[0], 0),
            MaskSensitive(schema.column(schema.FindColumn("identity_number")),
                          "11010519491231002X"));
  EXPECT_EQ(array->children[1]->null_count, 1);
  EXPECT_EQ(TextAt(array->children[2], 0), "王敏");
  stream.release(&stream);
}

// Whoever moves a child out releases it by itself, later than its parent.
TEST(ExportArrow, ChildrenMayOutliveTheTable) {
  const Sample sample = SampleOf(Activities(), 9);
  ArrowArrayStream stream =
      Exported(sample, {Language::kEn, true, false, true, 65536});
  ArrowOwned<ArrowArray> array;
  ArrowOwned<ArrowSchema> schema;
  ASSERT_EQ(stream.get_next(&stream, array.get()), 0);
  ASSERT_EQ(stream.get_schema(&stream, schema.get()), 0);
  stream.release(&stream);
  ArrowOwned<ArrowArray> id(array->children[0]);
  ArrowOwned<ArrowSchema> field(schema->children[0]);
  array.Release();
  schema.Release();
  EXPECT_STREQ(field->name, "id");
  EXPECT_EQ(TextAt(id->dictionary, 0), "id-1000");
}

TEST(ExportArrow, DecimalsAsNumbers) {
  const RecordSchema& schema = SchemaOf(v1::ADJUSTMENT);
  const IdDictionaries ids;
  auto records = std::make_shared<Records>(&schema, &ids);
  v1::Adjustment adjustment;
  adjustment.set_points("-2.50");
  records->Append(adjustment);
  ArrowExportOptions options;
  options.decimals_as_numbers = true;
  ArrowArrayStream stream;
  ExportArrow(records, {0}, {schema.FindColumn("points")}, options, &stream);
  ArrowOwned<ArrowSchema> field;
  ArrowOwned<ArrowArray> array;
  ASSERT_EQ(stream.get_schema(&stream, field.get()), 0);
  ASSERT_EQ(stream.get_next(&stream, array.get()), 0);
  EXPECT_STREQ(field->children[0]->format, "d:38,9");
  EXPECT_EQ(*static_cast<const int64_t*>(array->children[0]->buffers[1]),
            -2500000000);
  stream.release(&stream);
}

}  // namespace
}  // namespace duban::table
