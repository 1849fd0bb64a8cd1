#include "src/table/cell.h"

#include <string>

#include "duban/v1/activity.pb.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

const Column& ColumnOf(v1::RecordKind kind, const char* name) {
  const RecordSchema& schema = SchemaOf(kind);
  const int i = schema.FindColumn(name);
  EXPECT_GE(i, 0) << name;
  return schema.column(i < 0 ? 0 : i);
}

// The first fault of a cell of activities, or one without reason.
v1::ErrorDetail FaultOf(const char* column, absl::string_view cell) {
  v1::Activity activity;
  const absl::Status status =
      ParseCell(ColumnOf(v1::ACTIVITY, column), cell, &activity);
  return status.ok() ? v1::ErrorDetail() : FaultsOf(status).errors(0);
}

v1::Activity Parsed(const char* column, absl::string_view cell) {
  v1::Activity activity;
  const absl::Status status =
      ParseCell(ColumnOf(v1::ACTIVITY, column), cell, &activity);
  EXPECT_TRUE(status.ok()) << column << ": " << cell << ": " << status;
  return activity;
}

TEST(TrimCell, TakesAwayWideSpacesToo) {
  EXPECT_EQ(TrimCell(" \t　x　y　 \n"), "x　y");
  EXPECT_EQ(TrimCell("　 　"), "");
}

TEST(ParseCell, SpacesCountInFreeTextOnly) {
  EXPECT_EQ(Parsed("title", " a ").title(), " a ");
  EXPECT_EQ(Parsed("id", " A1 ").id(), "A1");
  EXPECT_EQ(Parsed("kind", "visit ").kind(), "visit");
  EXPECT_EQ(Parsed("matter", "　M1").matter(), "M1");
  EXPECT_EQ(Parsed("date", " 2021-10-27 ").date(), "2021-10-27");
  EXPECT_EQ(Parsed("minutes", " 90 ").minutes(), 90);
}

TEST(ParseCell, EmptyCellsSetNothing) {
  for (const Column& column : SchemaOf(v1::ACTIVITY).columns()) {
    v1::Activity activity;
    EXPECT_TRUE(ParseCell(column, "", &activity).ok()) << column.name;
    EXPECT_EQ(Bytes(activity), "") << column.name;
  }
}

TEST(ParseCell, Flags) {
  for (const char* yes : {"true", "TRUE", "1", "yes", "是"}) {
    EXPECT_TRUE(Parsed("unannounced", yes).unannounced()) << yes;
  }
  for (const char* no : {"false", "False", "0", "NO", "否"}) {
    EXPECT_FALSE(Parsed("unannounced", no).unannounced()) << no;
  }
  EXPECT_EQ(FaultOf("unannounced", "maybe").reason(), "BAD_FLAG");
}

TEST(ParseCell, Numbers) {
  EXPECT_EQ(Parsed("minutes", "-9223372036854775808").minutes(), INT64_MIN);
  for (const char* bad :
       {"9223372036854775808", "1.5", "90分钟", "９０", "1e3", "--1"}) {
    EXPECT_EQ(FaultOf("minutes", bad).reason(), "BAD_NUMBER") << bad;
  }
}

TEST(ParseCell, DecimalsSayWhatIsWrong) {
  EXPECT_EQ(FaultOf("beneficiaries.value", "many").reason(), "BAD_DECIMAL");
  EXPECT_EQ(FaultOf("beneficiaries.value", "0.0000000001").reason(),
            "DECIMAL_TOO_FINE");
  EXPECT_EQ(FaultOf("beneficiaries.value", "1e29").reason(),
            "DECIMAL_OVERFLOW");
}

TEST(ParseCell, DatesOfOtherShapesAreRefusedWithTheDateToWrite) {
  for (const char* date : {"2021/10/27", "2021.10.27", "2021年10月27日"}) {
    const v1::ErrorDetail fault = FaultOf("date", date);
    EXPECT_EQ(fault.reason(), "BAD_DATE") << date;
    EXPECT_EQ(fault.hint().en(), "write 2021-10-27") << date;
    EXPECT_EQ(fault.hint().zh(), "请写成 2021-10-27") << date;
  }
  EXPECT_EQ(FaultOf("date", "2021-1-5").hint().en(), "write 2021-01-05");
  for (const char* date : {"27/10/2021", "2021/2/30", "2021/10", "10月27日",
                           "20211027", "99999999999999/1/1", "1/1/1/1"}) {
    const v1::ErrorDetail fault = FaultOf("date", date);
    EXPECT_EQ(fault.reason(), "BAD_DATE") << date;
    EXPECT_NE(fault.hint().en(), "") << date;
    EXPECT_EQ(fault.hint().en().substr(0, 8), "write ye") << date;
  }
}

TEST(ParseCell, WordsOfEitherLanguage) {
  EXPECT_EQ(Parsed("beneficiaries.qualifier", "近").beneficiaries().qualifier(),
            v1::NEARLY);
  v1::MatterStep step;
  const Column& action = ColumnOf(v1::MATTER_STEP, "action");
  EXPECT_TRUE(ParseCell(action, "销号", &step).ok());
  EXPECT_EQ(step.action(), v1::WRITE_OFF);
  EXPECT_TRUE(ParseCell(action, "request_closing", &step).ok());
  EXPECT_EQ(step.action(), v1::REQUEST_CLOSING);
}

TEST(ParseCell, UnknownWordsHintAtTheNearest) {
  v1::MatterStep step;
  const Column& action = ColumnOf(v1::MATTER_STEP, "action");
  const v1::ErrorDetail near =
      FaultsOf(ParseCell(action, "esclate", &step)).errors(0);
  EXPECT_EQ(near.reason(), "UNKNOWN_WORD");
  EXPECT_EQ(near.hint().en(), "did you mean 'escalate'?");
  const v1::ErrorDetail far =
      FaultsOf(ParseCell(action, "celebrate with", &step)).errors(0);
  EXPECT_NE(far.hint().en().find("write_off"), std::string::npos);
}

TEST(ParseCell, ListsSplitAtAnyOfThreeSeparators) {
  const v1::Activity a = Parsed("participants", "P1; P2；P3、 P4 ;");
  ASSERT_EQ(a.participants_size(), 4);
  EXPECT_EQ(a.participants(0), "P1");
  EXPECT_EQ(a.participants(1), "P2");
  EXPECT_EQ(a.participants(2), "P3");
  EXPECT_EQ(a.participants(3), "P4");
}

TEST(ParseCell, QuotedItemsKeepSeparators) {
  const v1::Activity a =
      Parsed("evidence", "\"走访、慰问\";\"say \"\"no\"\"\" ;\"\";x\"y");
  ASSERT_EQ(a.evidence_size(), 4);
  EXPECT_EQ(a.evidence(0), "走访、慰问");
  EXPECT_EQ(a.evidence(1), "say \"no\"");
  EXPECT_EQ(a.evidence(2), "");
  EXPECT_EQ(a.evidence(3), "x\"y");
}

TEST(ParseCell, QuotesOfItemsMustMatch) {
  EXPECT_EQ(FaultOf("evidence", "a;\"b").reason(), "BAD_QUOTES");
  EXPECT_EQ(FaultOf("evidence", "\"a\"b;c").reason(), "BAD_QUOTES");
  EXPECT_EQ(FaultOf("attributes", "\"a=b").reason(), "BAD_QUOTES");
  EXPECT_EQ(FaultOf("attributes", "a=\"b\"c").reason(), "BAD_QUOTES");
}

TEST(ParseCell, EveryUnknownWordOfAListIsReported) {
  v1::Activity activity;
  const absl::Status status =
      ParseCell(ColumnOf(v1::ACTIVITY, "attestations"),
                "no_notice;no_lunch;不打招呼;no_tea", &activity);
  const v1::ErrorList faults = FaultsOf(status);
  ASSERT_EQ(faults.errors_size(), 2);
  EXPECT_EQ(faults.errors(0).message().en().substr(0, 10), "'no_lunch'");
  EXPECT_EQ(faults.errors(1).message().en().substr(0, 8), "'no_tea'");
}

TEST(ParseCell, ACellOfWrongWordsEndsWithItsTwentiethFault) {
  std::string cell;
  for (int i = 0; i < 100000; ++i) cell += "no_lunch;";
  v1::Activity activity;
  const absl::Status status =
      ParseCell(ColumnOf(v1::ACTIVITY, "attestations"), cell, &activity);
  EXPECT_EQ(FaultsOf(status).errors_size(), 20);
}

TEST(ParseCell, Attributes) {
  const v1::Activity a =
      Parsed("attributes", "天气=小雨、有风； a = b=c ;empty=;\"x=y\"=\"1;2\"");
  ASSERT_EQ(a.attributes_size(), 4);
  EXPECT_EQ(a.attributes(0).name(), "天气");
  EXPECT_EQ(a.attributes(0).value(), "小雨、有风");
  EXPECT_EQ(a.attributes(1).name(), "a");
  EXPECT_EQ(a.attributes(1).value(), "b=c");
  EXPECT_EQ(a.attributes(2).name(), "empty");
  EXPECT_EQ(a.attributes(2).value(), "");
  EXPECT_EQ(a.attributes(3).name(), "x=y");
  EXPECT_EQ(a.attributes(3).value(), "1;2");
  EXPECT_EQ(FaultOf("attributes", "a=b;weather").reason(), "BAD_ATTRIBUTE");
}

TEST(FormatCell, WordsInTheLanguageAsked) {
  v1::Activity a;
  a.set_unannounced(true);
  a.add_attestations(v1::NO_NOTICE);
  a.add_attestations(v1::STRAIGHT_TO_SITE);
  const Column& flag = ColumnOf(v1::ACTIVITY, "unannounced");
  const Column& list = ColumnOf(v1::ACTIVITY, "attestations");
  EXPECT_EQ(FormatCell(flag, a, Language::kZh), "是");
  EXPECT_EQ(FormatCell(flag, a, Language::kEn), "true");
  EXPECT_EQ(FormatCell(list, a, Language::kZh), "不发通知;直插现场");
  EXPECT_EQ(FormatCell(list, a, Language::kEn), "no_notice;straight_to_site");
}

TEST(FormatCell, ItemsAreQuotedOnlyWhereNeeded) {
  v1::Activity a;
  for (const char* item : {"plain", "走访、慰问", "", " x", "a=b"}) {
    a.add_evidence(item);
  }
  EXPECT_EQ(FormatCell(ColumnOf(v1::ACTIVITY, "evidence"), a, Language::kEn),
            "plain;\"走访、慰问\";\"\";\" x\";a=b");
}

TEST(FormatCell, AQuantityThatIsNotSetIsEmpty) {
  v1::Activity a;
  const Column& qualifier = ColumnOf(v1::ACTIVITY, "beneficiaries.qualifier");
  EXPECT_EQ(FormatCell(qualifier, a, Language::kEn), "");
  a.mutable_beneficiaries()->set_value("5");
  EXPECT_EQ(FormatCell(qualifier, a, Language::kEn), "exact");
}

TEST(FormatCell, UnspecifiedIsEmpty) {
  EXPECT_EQ(FormatCell(ColumnOf(v1::MATTER_STEP, "outcome"), v1::MatterStep(),
                       Language::kZh),
            "");
}

TEST(FormatCell, ReadsBackToTheSameField) {
  for (const RecordSchema* schema : AllSchemas()) {
    Dice dice(static_cast<uint64_t>(schema->kind()) + 200);
    for (int i = 0; i < 300; ++i) {
      const auto record = RandomRecord(*schema, "R", &dice);
      for (const Language language : {Language::kZh, Language::kEn}) {
        const auto back = schema->NewRecord();
        for (const Column& column : schema->columns()) {
          const std::string cell = FormatCell(column, *record, language);
          const absl::Status status = ParseCell(column, cell, back.get());
          ASSERT_TRUE(status.ok()) << column.name << ": " << cell << status;
        }
        ASSERT_EQ(back->DebugString(), record->DebugString());
        ASSERT_EQ(Bytes(*back), Bytes(*record));
      }
    }
  }
}

// A mistyped birth date is as sensitive as a right one.
TEST(ValueFaults, DoNotShowWhatMayNotBeShown) {
  const Column& birth = ColumnOf(v1::PERSON, "birth_date");
  v1::Person person;
  const v1::ErrorList faults =
      ValueFaults(birth, ParseCell(birth, "1980/01/02", &person));
  ASSERT_EQ(faults.errors_size(), 1);
  EXPECT_EQ(faults.errors(0).reason(), "BAD_DATE");
  EXPECT_EQ(faults.DebugString().find("1980"), std::string::npos);
  EXPECT_NE(faults.errors(0).message().zh().find("出生日期"),
            std::string::npos);
}

}  // namespace
}  // namespace duban::table
