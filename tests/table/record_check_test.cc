#include "src/table/record_check.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

Faults Check(const google::protobuf::Message& record) {
  Faults faults;
  CheckRecordForm(*FindSchema(record.GetDescriptor()), record, &faults, 4);
  return faults;
}

// "REASON@field" of each fault.
std::string Places(const google::protobuf::Message& record) {
  std::vector<std::string> all;
  const Faults faults = Check(record);
  for (const v1::ErrorDetail& fault : faults.list().errors()) {
    all.push_back(absl::StrCat(fault.reason(), "@", fault.place().field()));
  }
  return absl::StrJoin(all, " ");
}

v1::Activity Good() {
  v1::Activity a;
  a.set_id("A1");
  a.set_kind("visit");
  a.set_date("2021-10-27");
  return a;
}

TEST(CheckRecordForm, GoodRecordsOfEveryKind) {
  for (const RecordSchema* schema : AllSchemas()) {
    Dice dice(static_cast<uint64_t>(schema->kind()) + 400);
    for (int i = 0; i < 200; ++i) {
      const auto record = RandomRecord(*schema, absl::StrCat("R", i), &dice);
      ASSERT_EQ(Places(*record), "") << record->DebugString();
    }
  }
}

TEST(CheckRecordForm, EveryRequiredFieldOfEveryKind) {
  for (const RecordSchema* schema : AllSchemas()) {
    std::vector<std::string> expected;
    for (const Column& column : schema->columns()) {
      if (column.required) {
        expected.push_back(absl::StrCat("FIELD_REQUIRED@", column.name));
      }
    }
    EXPECT_GE(expected.size(), 3u) << schema->name();
    EXPECT_EQ(Places(*schema->NewRecord()), absl::StrJoin(expected, " "));
  }
}

TEST(CheckRecordForm, WhiteSpaceIsNotGiven) {
  v1::Activity a = Good();
  a.set_kind(" 　");
  EXPECT_EQ(Places(a), "FIELD_REQUIRED@kind");
}

TEST(CheckRecordForm, NamesTheChange) {
  const Faults faults = Check(v1::Activity());
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults.list().errors(0).place().change(), 5);
}

TEST(CheckRecordForm, DatesAndDecimals) {
  v1::Activity a = Good();
  a.set_date("2021-02-30");
  a.mutable_beneficiaries()->set_value("about 5");
  EXPECT_EQ(Places(a), "BAD_DATE@date BAD_DECIMAL@beneficiaries.value");
  a = Good();
  a.set_date(" 2021-10-27");
  a.mutable_beneficiaries()->set_value("0.1234567891");
  EXPECT_EQ(Places(a), "BAD_DATE@date DECIMAL_TOO_FINE@beneficiaries.value");
}

TEST(CheckRecordForm, Ids) {
  const std::vector<std::string> good = {"A", "a b", "编号：1/2",
                                         std::string(kMaxIdBytes, 'x')};
  for (const std::string& id : good) {
    v1::Activity a = Good();
    a.set_id(id);
    a.set_matter(id);
    a.add_participants(id);
    EXPECT_EQ(Places(a), "") << id;
  }
  const std::vector<std::string> bad = {" A",
                                        "A ",
                                        "A　",
                                        "a\nb",
                                        "a\x7F",
                                        "a\xC2\x85",
                                        std::string(kMaxIdBytes + 1, 'x')};
  for (const std::string& id : bad) {
    v1::Activity a = Good();
    a.set_id(id);
    a.set_matter(id);
    a.add_participants("P1");
    a.add_participants(id);
    EXPECT_EQ(Places(a), "BAD_ID@id BAD_ID@participants[1] BAD_ID@matter")
        << id;
  }
}

TEST(CheckRecordForm, AListHasNoEmptyReference) {
  v1::Activity a = Good();
  a.add_participants("");
  EXPECT_EQ(Places(a), "BAD_ID@participants[0]");
}

TEST(CheckRecordForm, Texts) {
  v1::Activity a = Good();
  a.set_title(std::string(kMaxTextBytes, 'x'));
  EXPECT_EQ(Places(a), "");
  a.set_title(std::string(kMaxTextBytes + 1, 'x'));
  EXPECT_EQ(Places(a), "TEXT_TOO_LONG@title");
  a.set_title("\xFF");
  EXPECT_EQ(Places(a), "BAD_ENCODING@title");
  a.set_title(std::string("a\0b", 3));
  EXPECT_EQ(Places(a), "BAD_TEXT@title");
  a.set_title("两行\n文字");
  EXPECT_EQ(Places(a), "");
  a.add_evidence("ok");
  a.add_evidence("\xC0\x80");
  EXPECT_EQ(Places(a), "BAD_ENCODING@evidence[1]");
}

TEST(CheckRecordForm, Attributes) {
  v1::Activity a = Good();
  a.add_attributes()->set_name("ok");
  a.add_attributes()->set_value("\xFF");
  EXPECT_EQ(Places(a),
            "FIELD_REQUIRED@attributes[1].name "
            "BAD_ENCODING@attributes[1].value");
}

TEST(CheckRecordForm, EnumNumbers) {
  v1::Activity a = Good();
  a.mutable_beneficiaries()->set_qualifier(static_cast<v1::Qualifier>(99));
  a.add_attestations(v1::NO_NOTICE);
  a.add_attestations(v1::ATTESTATION_UNSPECIFIED);
  a.add_attestations(static_cast<v1::Attestation>(-1));
  EXPECT_EQ(Places(a),
            "FIELD_REQUIRED@attestations[1] UNKNOWN_VALUE@attestations[2] "
            "UNKNOWN_VALUE@beneficiaries.qualifier");
}

// PENDING is 0 and a value like any other; an outcome may be left out.
TEST(CheckRecordForm, ZeroIsAValueWhereItIsNotUnspecified) {
  v1::Appeal appeal;
  appeal.set_id("S1");
  appeal.set_filed_on("2021-10-27");
  appeal.set_reason("计算有误");
  EXPECT_EQ(Places(appeal), "");
  v1::MatterStep step;
  step.set_id("S1");
  step.set_matter("M1");
  step.set_date("2021-10-27");
  EXPECT_EQ(Places(step), "FIELD_REQUIRED@action");
}

TEST(CheckRecordForm, FieldsOfANewerVersion) {
  v1::Activity a = Good();
  a.GetReflection()->MutableUnknownFields(&a)->AddVarint(900, 1);
  auto* quantity = a.mutable_beneficiaries();
  quantity->GetReflection()->MutableUnknownFields(quantity)->AddVarint(7, 1);
  auto* attribute = a.add_attributes();
  attribute->set_name("x");
  attribute->GetReflection()->MutableUnknownFields(attribute)->AddVarint(8, 1);
  EXPECT_EQ(Places(a),
            "UNKNOWN_FIELD@900 UNKNOWN_FIELD@beneficiaries.7 "
            "UNKNOWN_FIELD@attributes[0].8");
}

TEST(CheckRecordForm, DoesNotShowWhatMayNotBeShown) {
  v1::Person person;
  person.set_id("P1");
  person.set_name("张三");
  person.set_organization("O1");
  person.set_birth_date("1980/01/02");
  const Faults faults = Check(person);
  ASSERT_EQ(faults.list().errors_size(), 1);
  EXPECT_EQ(faults.list().DebugString().find("1980"), std::string::npos);
}

}  // namespace
}  // namespace duban::table
