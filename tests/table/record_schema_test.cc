#include "src/table/record_schema.h"

#include <set>
#include <string>

#include "duban/v1/activity.pb.h"
#include "duban/v1/common.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"

namespace duban::table {
namespace {

const Column& ColumnOf(v1::RecordKind kind, const char* heading) {
  const RecordSchema& schema = SchemaOf(kind);
  const int i = schema.FindColumn(heading);
  EXPECT_GE(i, 0) << schema.name() << " has no column " << heading;
  return schema.column(i < 0 ? 0 : i);
}

TEST(RecordSchema, EveryKindHasOne) {
  std::set<const RecordSchema*> seen;
  for (int kind = 1; kind < v1::RecordKind_ARRAYSIZE; ++kind) {
    const RecordSchema& schema = SchemaOf(static_cast<v1::RecordKind>(kind));
    EXPECT_EQ(schema.kind(), kind);
    EXPECT_EQ(FindSchema(schema.name()), &schema);
    EXPECT_EQ(FindSchema(schema.zh()), &schema);
    EXPECT_EQ(FindSchema(schema.descriptor()), &schema);
    EXPECT_EQ(schema.NewRecord()->GetDescriptor(), schema.descriptor());
    seen.insert(&schema);
  }
  EXPECT_EQ(seen.size(), 16u);
  EXPECT_EQ(AllSchemas().size(), 16u);
  EXPECT_EQ(
      std::set<const RecordSchema*>(AllSchemas().begin(), AllSchemas().end()),
      seen);
}

TEST(RecordSchema, WhatIsNoTableHasNone) {
  EXPECT_EQ(FindSchema("people"), nullptr);
  EXPECT_EQ(FindSchema(""), nullptr);
  EXPECT_EQ(FindSchema(v1::Quantity::descriptor()), nullptr);
}

TEST(RecordSchema, HeadingsAreDistinctWithinATable) {
  for (const RecordSchema* schema : AllSchemas()) {
    std::set<std::string> headings;
    for (const Column& column : schema->columns()) {
      EXPECT_FALSE(column.zh.empty()) << schema->name() << ' ' << column.name;
      EXPECT_TRUE(headings.insert(column.zh).second)
          << schema->name() << ' ' << column.zh;
      EXPECT_TRUE(headings.insert(column.name).second)
          << schema->name() << ' ' << column.name;
    }
  }
}

TEST(RecordSchema, EveryRecordHasARequiredTextId) {
  for (const RecordSchema* schema : AllSchemas()) {
    ASSERT_GE(schema->id_column(), 0) << schema->name();
    const Column& id = schema->column(schema->id_column());
    EXPECT_EQ(id.name, "id");
    EXPECT_EQ(id.type, ColumnType::kText);
    EXPECT_TRUE(id.required) << schema->name();
  }
}

TEST(RecordSchema, EveryFieldOfEveryRecordIsAColumn) {
  for (const RecordSchema* schema : AllSchemas()) {
    std::set<const google::protobuf::FieldDescriptor*> roots;
    for (const Column& column : schema->columns()) {
      ASSERT_FALSE(column.path.empty());
      roots.insert(column.path.front());
      EXPECT_EQ(schema->FindColumn(column.name), schema->FindColumn(column.zh));
    }
    EXPECT_EQ(roots.size(),
              static_cast<size_t>(schema->descriptor()->field_count()))
        << schema->name();
  }
}

// A person's organization is read before the person, so that an import in
// this order resolves its references.
TEST(RecordSchema, RequiredReferencesPointBackwards) {
  std::set<v1::RecordKind> before;
  for (const RecordSchema* schema : AllSchemas()) {
    before.insert(schema->kind());
    for (const Column& column : schema->columns()) {
      if (!column.required || column.refers_to == 0) continue;
      EXPECT_TRUE(before.count(column.refers_to))
          << schema->name() << '.' << column.name;
    }
  }
}

TEST(RecordSchema, QuantitiesAreFlattened) {
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "beneficiaries.value").zh, "受益数值");
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "受益数值").type, ColumnType::kDecimal);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "受益精确程度").type, ColumnType::kEnum);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "beneficiaries.unit").type,
            ColumnType::kText);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "beneficiaries.unit").path.size(), 2u);
  EXPECT_EQ(SchemaOf(v1::ACTIVITY).FindColumn("beneficiaries"), -1);
}

TEST(RecordSchema, TypesFollowFieldAndFormat) {
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "kind").type, ColumnType::kText);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "date").type, ColumnType::kDate);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "minutes").type, ColumnType::kInt);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "participants").type, ColumnType::kTextList);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "unannounced").type, ColumnType::kBool);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "attestations").type, ColumnType::kEnumList);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "attributes").type, ColumnType::kAttributes);
  EXPECT_EQ(ColumnOf(v1::RATING, "level").type, ColumnType::kEnum);
  EXPECT_EQ(ColumnOf(v1::ADJUSTMENT, "points").type, ColumnType::kDecimal);
}

TEST(RecordSchema, OptionsOfTheFieldAreThoseOfTheColumn) {
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "participants").refers_to, v1::PERSON);
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "kind").code_list, "activity-kind");
  EXPECT_TRUE(ColumnOf(v1::ACTIVITY, "kind").required);
  EXPECT_FALSE(ColumnOf(v1::ACTIVITY, "title").required);
  EXPECT_EQ(ColumnOf(v1::PERSON, "identity_number").privacy, v1::SENSITIVE);
  EXPECT_EQ(ColumnOf(v1::ORGANIZATION, "name").privacy, v1::PUBLIC);
}

TEST(RecordSchema, PrivacyNotSaidIsInternal) {
  EXPECT_EQ(ColumnOf(v1::ACTIVITY, "kind").privacy, v1::INTERNAL);
}

// The attributes of an organization say nothing themselves, but what stands
// in an attribute may name a person.
TEST(RecordSchema, AttributesAreGuardedAsTheirValues) {
  EXPECT_EQ(ColumnOf(v1::ORGANIZATION, "attributes").privacy, v1::PERSONAL);
}

}  // namespace
}  // namespace duban::table
