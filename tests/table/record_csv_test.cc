#include "src/table/record_csv.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/organization.pb.h"
#include "gtest/gtest.h"
#include "src/base/text.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

using google::protobuf::Message;

struct Result {
  std::vector<RecordRow> rows;
  Faults faults;

  // "REASON@row/heading" of each fault.
  std::string Places() const {
    std::vector<std::string> all;
    for (const v1::ErrorDetail& fault : faults.list().errors()) {
      all.push_back(absl::StrCat(fault.reason(), "@", fault.place().row(), "/",
                                 fault.place().field()));
    }
    return absl::StrJoin(all, " ");
  }
  std::string Numbers() const {
    return absl::StrJoin(rows, " ", [](std::string* out, const RecordRow& row) {
      absl::StrAppend(out, row.row);
    });
  }
};

Result Read(v1::RecordKind kind, absl::string_view text) {
  Result result;
  result.rows = ReadRecords(SchemaOf(kind), "in.csv", text, &result.faults);
  return result;
}

Result ReadActivities(absl::string_view rows) {
  return Read(v1::ACTIVITY,
              absl::StrCat("活动编号,类型,日期,时长（分钟）,四不两直,"
                           "四不两直确认,受益数值,佐证材料\n",
                           rows));
}

const v1::Activity& ActivityOf(const RecordRow& row) {
  return static_cast<const v1::Activity&>(*row.record);
}

TEST(ReadRecords, HeadingsOfEitherLanguageInAnyOrder) {
  const Result r = Read(v1::ACTIVITY,
                        "日期,minutes,活动编号,kind,参加人员\n"
                        "2021-10-27,90,A1,visit,P1；P2\n");
  ASSERT_EQ(r.Places(), "");
  ASSERT_EQ(r.rows.size(), 1u);
  const v1::Activity& a = ActivityOf(r.rows[0]);
  EXPECT_EQ(a.id(), "A1");
  EXPECT_EQ(a.kind(), "visit");
  EXPECT_EQ(a.date(), "2021-10-27");
  EXPECT_EQ(a.minutes(), 90);
  ASSERT_EQ(a.participants_size(), 2);
  EXPECT_EQ(a.participants(1), "P2");
  EXPECT_FALSE(a.has_beneficiaries());
  EXPECT_EQ(r.rows[0].line, 2);
}

TEST(ReadRecords, EachReasonNamesRowAndHeading) {
  const struct {
    const char* row;
    const char* places;
  } cases[] = {
      {"A1,visit,27.10.2021,,,,,", "BAD_DATE@1/日期"},
      {"A1,visit,2021-02-30,,,,,", "BAD_DATE@1/日期"},
      {"A1,visit,2021-10-27,一小时,,,,", "BAD_NUMBER@1/时长（分钟）"},
      {"A1,visit,2021-10-27,,也许,,,", "BAD_FLAG@1/四不两直"},
      {"A1,visit,2021-10-27,,,不通知,,", "UNKNOWN_WORD@1/四不两直确认"},
      {"A1,visit,2021-10-27,,,,近五千,", "BAD_DECIMAL@1/受益数值"},
      {"A1,visit,2021-10-27,,,,,\"\"\"x\"", "BAD_QUOTES@1/佐证材料"},
      {"A1, ,2021-10-27,,,,,", "FIELD_REQUIRED@1/类型"},
      {",visit,,,,,,", "FIELD_REQUIRED@1/活动编号 FIELD_REQUIRED@1/日期"},
      {"A1,visit,2021-10-27,,,,", "ROW_WIDTH@1/"},
      {"A1,visit,2021-10-27,,,,,,", "ROW_WIDTH@1/"},
      {"A1,visit,2021-10-27,,,,,\"x", "BAD_QUOTES@1/"},
  };
  for (const auto& c : cases) {
    const Result r = ReadActivities(absl::StrCat(c.row, "\n"));
    EXPECT_EQ(r.Places(), c.places) << c.row;
    EXPECT_TRUE(r.rows.empty()) << c.row;
  }
}

TEST(ReadRecords, FaultsSayFileLineValueAndHint) {
  const Result r = ReadActivities("\nA1,visit,2021/10/27,,,,,\n");
  ASSERT_EQ(r.faults.list().errors_size(), 1);
  const v1::ErrorDetail& fault = r.faults.list().errors(0);
  EXPECT_EQ(fault.place().file(), "in.csv");
  EXPECT_EQ(fault.place().line(), 3);
  EXPECT_EQ(fault.place().row(), 1);
  EXPECT_NE(fault.message().zh().find("2021/10/27"), std::string::npos);
  EXPECT_NE(fault.message().en().find("2021/10/27"), std::string::npos);
  EXPECT_EQ(fault.hint().en(), "write 2021-10-27");
}

TEST(ReadRecords, UnknownColumnIsOneFaultWithTheNearestName) {
  const Result r = Read(v1::ACTIVITY,
                        "活动编号,类型,日期,minuts\n"
                        "A1,visit,2021-10-27,1\nA2,visit,2021-10-27,2\n");
  EXPECT_EQ(r.Places(), "UNKNOWN_COLUMN@0/minuts");
  EXPECT_EQ(r.faults.list().errors(0).hint().en(), "did you mean 'minutes'?");
  EXPECT_EQ(r.Numbers(), "1 2");
}

TEST(ReadRecords, AColumnWithoutHeadingIsUnknown) {
  const Result r = Read(v1::ACTIVITY, "id,,kind,date\nA1,x,v,2021-10-27\n");
  EXPECT_EQ(r.Places(), "UNKNOWN_COLUMN@0/");
}

TEST(ReadRecords, MissingColumnIsOneFaultAndNoRowIsGood) {
  const Result r = Read(v1::ACTIVITY, "id,kind\nA1,visit\nA2,visit\n");
  EXPECT_EQ(r.Places(), "COLUMN_REQUIRED@0/");
  EXPECT_NE(r.faults.list().errors(0).message().zh().find("日期"),
            std::string::npos);
  EXPECT_TRUE(r.rows.empty());
}

TEST(ReadRecords, TwoNamesOfOneColumn) {
  const Result r =
      Read(v1::ACTIVITY, "id,活动编号,kind,date\nA1,A2,v,2021-10-27\n");
  EXPECT_EQ(r.Places(), "DUPLICATE_COLUMN@0/活动编号");
  EXPECT_TRUE(r.rows.empty());
}

// Its rows are not looked at, whatever is wrong with them.
TEST(ReadRecords, ATableOfSomethingElse) {
  const Result r = Read(v1::ACTIVITY, "x,y\n1,2\n3\n");
  EXPECT_EQ(r.Places(),
            "UNKNOWN_COLUMN@0/x UNKNOWN_COLUMN@0/y COLUMN_REQUIRED@0/ "
            "COLUMN_REQUIRED@0/ COLUMN_REQUIRED@0/");
}

TEST(ReadRecords, DuplicateIdsNameTheEarlierRow) {
  const Result r = ReadActivities(
      "A1,visit,2021-10-27,,,,,\nA2,visit,2021-10-27,,,,,\n"
      " A1,visit,2021-10-28,,,,,\n");
  EXPECT_EQ(r.Places(), "DUPLICATE_ID@3/活动编号");
  EXPECT_EQ(r.faults.list().errors(0).message().en(),
            "the id 'A1' is that of row 1");
  EXPECT_EQ(r.Numbers(), "1 2");
}

// organization.proto: put again with a later `since`, it is a new version.
TEST(ReadRecords, VersionsOfAnOrganizationAreNoDuplicates) {
  const Result r = Read(v1::ORGANIZATION,
                        "id,name,kind,since\n"
                        "O1,Old,school,\nO1,New,school,2021-01-01\n"
                        "O1,Newer,school,2021-01-01\n");
  EXPECT_EQ(r.Places(), "DUPLICATE_ID@3/id");
  EXPECT_EQ(r.Numbers(), "1 2");
}

TEST(ReadRecords, EmptyRowsAreSkipped) {
  const Result r = ReadActivities(
      ",,,,,,,\n , ,　,,,,,\nA1,visit,2021-10-27,,,,,\n,,,,\n\n");
  EXPECT_EQ(r.Places(), "");
  EXPECT_EQ(r.rows.size(), 1u);
}

TEST(ReadRecords, BadEncodingIsOneFault) {
  EXPECT_EQ(Read(v1::ACTIVITY, "id,kind\n\xFF\xFE\xFF,x\n").Places(),
            "BAD_ENCODING@0/");
}

TEST(ReadRecords, Of200RowsWith37BadOnesAll37AreListed) {
  const char* const bad[] = {
      "visit,2021-13-01,,,,,",      "visit,2021-10-27,x,,,,",
      ",2021-10-27,,,,,",           "visit,2021-10-27,,x,,,",
      "visit,2021-10-27,,,x,,",     "visit,2021-10-27,,,,x,",
      "visit,2021-10-27",           "visit,2021-10-27,,,,,x\"y",
      "visit,2021-10-27,\"90,,,,,",
  };
  std::string text;
  std::vector<int64_t> expected;
  for (int row = 1; row <= 200; ++row) {
    const bool is_bad = row % 5 == 0 && expected.size() < 37;
    if (is_bad) expected.push_back(row);
    absl::StrAppend(
        &text, "A", row, ",",
        is_bad ? bad[expected.size() % 9] : "visit,2021-10-27,90,是,,12.5,照片",
        "\n");
  }
  ASSERT_EQ(expected.size(), 37u);
  const Result r = ReadActivities(text);
  std::vector<int64_t> reported;
  for (const v1::ErrorDetail& fault : r.faults.list().errors()) {
    reported.push_back(fault.place().row());
    EXPECT_NE(fault.message().zh(), "");
    EXPECT_NE(fault.message().en(), "");
    EXPECT_NE(fault.hint().zh(), "") << fault.reason();
    EXPECT_NE(fault.hint().en(), "") << fault.reason();
  }
  EXPECT_EQ(reported, expected);
  EXPECT_EQ(r.rows.size(), 200u - 37u);
}

TEST(WriteRecords, EveryKindReadsBackInBothLanguagesAndEncodings) {
  for (const RecordSchema* schema : AllSchemas()) {
    Dice dice(static_cast<uint64_t>(schema->kind()) + 300);
    std::vector<std::unique_ptr<Message>> records;
    std::vector<const Message*> pointers;
    for (int i = 0; i < 100; ++i) {
      records.push_back(RandomRecord(*schema, absl::StrCat("R", i), &dice));
      pointers.push_back(records.back().get());
    }
    for (const int variant : {0, 1, 2, 3}) {
      WriteOptions options;
      options.language = variant == 1 ? Language::kEn : Language::kZh;
      options.csv.crlf = variant == 2;
      options.csv.byte_order_mark = variant == 2;
      std::string bytes = WriteRecords(*schema, pointers, options);
      if (variant == 3) bytes = Utf8ToGb18030(bytes).value();
      const Result r = Read(schema->kind(), bytes);
      ASSERT_EQ(r.Places(), "") << schema->name();
      ASSERT_EQ(r.rows.size(), records.size());
      for (size_t i = 0; i < records.size(); ++i) {
        ASSERT_EQ(r.rows[i].record->DebugString(), records[i]->DebugString());
        ASSERT_EQ(Bytes(*r.rows[i].record), Bytes(*records[i]));
      }
    }
  }
}

TEST(WriteRecords, HeadingsAreThoseOfTheLanguage) {
  WriteOptions options;
  const RecordSchema& schema = SchemaOf(v1::MATTER_LIST);
  EXPECT_EQ(WriteRecords(schema, {}, options),
            "清单编号,标题,类型,制定组织,印发日期\n");
  options.language = Language::kEn;
  EXPECT_EQ(WriteRecords(schema, {}, options),
            "id,title,kind,organization,issued_on\n");
}

TEST(WriteRecords, RowsOfATableAreWrittenAsTheirMessages) {
  const RecordSchema& schema = SchemaOf(v1::MATTER);
  Dice dice(7);
  IdDictionaries ids;
  Records records(&schema, &ids);
  std::vector<std::unique_ptr<Message>> messages;
  for (int i = 0; i < 20; ++i) {
    messages.push_back(RandomRecord(schema, absl::StrCat("M", i), &dice));
    records.Append(*messages.back());
  }
  const WriteOptions options;
  EXPECT_EQ(
      WriteRecords(records, {17, 3}, options),
      WriteRecords(schema, {messages[17].get(), messages[3].get()}, options));
}

TEST(WriteRecords, MaskHidesWhatIsSensitive) {
  v1::Person person;
  person.set_id("P1");
  person.set_name("张三");
  person.set_organization("O1");
  person.set_identity_number("11010519491231002X");
  person.set_birth_date("1949-12-31");
  WriteOptions options;
  options.language = Language::kEn;
  options.mask = MaskSensitive;
  EXPECT_EQ(WriteRecords(SchemaOf(v1::PERSON), {&person}, options),
            "id,name,organization,kinds,since,until,identity_number,"
            "birth_date,attributes\n"
            "P1,张三,O1,,,,110105********002X,****,\n");
}

// Bytes of a good file with a few of them changed, moved or gone: whatever
// comes, reading ends, and what it returns as good can be written and read.
TEST(ReadRecords, DamagedFilesNeverCrash) {
  Dice dice(11);
  const char noise[] = {'"',  ',',    '\n',   '\r', ';', '=',
                        '\0', '\xFF', '\x81', '0',  ' ', '\xE4'};
  int64_t faulty = 0;
  for (const RecordSchema* schema : AllSchemas()) {
    std::vector<std::unique_ptr<Message>> records;
    std::vector<const Message*> pointers;
    for (int i = 0; i < 6; ++i) {
      records.push_back(RandomRecord(*schema, absl::StrCat("R", i), &dice));
      pointers.push_back(records.back().get());
    }
    WriteOptions options;
    const std::string good = WriteRecords(*schema, pointers, options);
    for (int i = 0; i < 300; ++i) {
      std::string bytes = good;
      for (int n = 1 + dice.Below(4); n > 0 && !bytes.empty(); --n) {
        const auto at =
            static_cast<size_t>(dice.Below(static_cast<int>(bytes.size())));
        switch (dice.Below(5)) {
          case 0:
            bytes[at] = noise[dice.Below(sizeof(noise))];
            break;
          case 1:
            bytes.insert(at, 1, noise[dice.Below(sizeof(noise))]);
            break;
          case 2:
            bytes.erase(at, static_cast<size_t>(1 + dice.Below(8)));
            break;
          case 3:
            bytes.insert(at, bytes.substr(at / 2, 20));
            break;
          default:
            bytes.resize(at);
            break;
        }
      }
      const Result r = Read(schema->kind(), bytes);
      if (r.faults.has_errors()) ++faulty;
      std::vector<const Message*> kept;
      for (const RecordRow& row : r.rows) kept.push_back(row.record.get());
      const Result again =
          Read(schema->kind(), WriteRecords(*schema, kept, options));
      ASSERT_EQ(again.Places(), "") << bytes;
      ASSERT_EQ(again.rows.size(), r.rows.size()) << bytes;
      for (size_t n = 0; n < kept.size(); ++n) {
        ASSERT_EQ(Bytes(*again.rows[n].record), Bytes(*kept[n])) << bytes;
      }
    }
  }
  EXPECT_GT(faulty, 1000);
}

}  // namespace
}  // namespace duban::table
