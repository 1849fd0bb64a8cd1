#include "src/table/records.h"

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

using google::protobuf::Message;

Decimal D(const char* text) { return Decimal::Parse(text).value(); }

std::string ReadBytes(const Records& records, uint32_t row) {
  const std::unique_ptr<Message> record = records.schema().NewRecord();
  records.Read(row, record.get());
  return Bytes(*record);
}

// A store of one kind with its columns at hand by name.
struct Store {
  explicit Store(v1::RecordKind kind)
      : schema(SchemaOf(kind)), records(&schema, &ids) {}
  int Column(const char* name) const { return schema.FindColumn(name); }

  IdDictionaries ids;
  const RecordSchema& schema;
  Records records;
};

TEST(Records, EveryKindReadsBackByteForByte) {
  for (const RecordSchema* schema : AllSchemas()) {
    Dice dice(static_cast<uint64_t>(schema->kind()));
    IdDictionaries ids;
    Records records(schema, &ids);
    std::vector<std::string> expected;
    for (uint32_t row = 0; row < 500; ++row) {
      const auto record = RandomRecord(*schema, absl::StrCat("R", row), &dice);
      expected.push_back(Bytes(*record));
      ASSERT_EQ(records.Append(*record), row);
    }
    ASSERT_EQ(records.size(), 500u);
    for (uint32_t row = 0; row < records.size(); ++row) {
      ASSERT_EQ(ReadBytes(records, row), expected[row])
          << schema->name() << " row " << row;
    }
  }
}

TEST(Records, ReadReplacesWhatWasInTheMessage) {
  Store store(v1::ACTIVITY);
  v1::Activity a;
  a.set_id("A1");
  store.records.Append(a);
  v1::Activity out;
  out.set_title("left over");
  out.add_participants("P1");
  store.records.Read(0, &out);
  EXPECT_EQ(Bytes(out), Bytes(a));
}

TEST(Records, TypedReads) {
  Store store(v1::ACTIVITY);
  v1::Activity a;
  a.set_id("A1");
  a.set_date("2021-10-27");
  a.set_minutes(90);
  a.set_unannounced(true);
  a.add_participants("P1");
  a.add_participants("P2");
  a.add_attestations(v1::NO_NOTICE);
  a.add_attestations(v1::STRAIGHT_TO_SITE);
  a.mutable_beneficiaries()->set_value("5000.0");
  a.mutable_beneficiaries()->set_qualifier(v1::NEARLY);
  auto* attribute = a.add_attributes();
  attribute->set_name("天气");
  attribute->set_value("雨");
  store.records.Append(v1::Activity());
  const uint32_t row = store.records.Append(a);
  const Records& r = store.records;

  EXPECT_EQ(r.Text(store.Column("id"), row), "A1");
  EXPECT_EQ(r.DateAt(store.Column("date"), row),
            Date::FromCivil(2021, 10, 27).value());
  EXPECT_EQ(r.Int(store.Column("minutes"), row), 90);
  EXPECT_TRUE(r.Bool(store.Column("unannounced"), row));
  EXPECT_EQ(r.DecimalAt(store.Column("beneficiaries.value"), row), D("5000"));
  EXPECT_EQ(r.Enum(store.Column("beneficiaries.qualifier"), row), v1::NEARLY);
  const int participants = store.Column("participants");
  ASSERT_EQ(r.ListSize(participants, row), 2);
  EXPECT_EQ(r.ListText(participants, row, 1), "P2");
  const int attestations = store.Column("attestations");
  ASSERT_EQ(r.ListSize(attestations, row), 2);
  EXPECT_EQ(r.ListCode(attestations, row, 1), v1::STRAIGHT_TO_SITE);
  const int attributes = store.Column("attributes");
  ASSERT_EQ(r.ListSize(attributes, row), 1);
  EXPECT_EQ(r.dictionary(attributes).At(r.AttributeName(attributes, row, 0)),
            "天气");
  EXPECT_EQ(r.dictionary(attributes).At(r.AttributeValue(attributes, row, 0)),
            "雨");
}

TEST(Records, NotGivenIsNotZero) {
  Store store(v1::ACTIVITY);
  v1::Activity zero;
  zero.set_date("1970-01-01");
  zero.mutable_beneficiaries()->set_value("0");
  store.records.Append(v1::Activity());
  store.records.Append(zero);
  store.records.Append(v1::Activity());
  const int date = store.Column("date");
  const int value = store.Column("beneficiaries.value");
  for (const uint32_t row : {0u, 2u}) {
    EXPECT_EQ(store.records.DateAt(date, row), std::nullopt);
    EXPECT_EQ(store.records.DecimalAt(value, row), std::nullopt);
    EXPECT_EQ(store.records.ListSize(store.Column("participants"), row), 0);
  }
  EXPECT_EQ(store.records.DateAt(date, 1), Date());
  EXPECT_EQ(store.records.DecimalAt(value, 1), Decimal());
}

TEST(Records, EdgesOfDatesAndDecimals) {
  Store store(v1::ADJUSTMENT);
  const int date = store.Column("date");
  const int points = store.Column("points");
  const struct {
    const char* date;
    const char* points;
  } edges[] = {
      {"0001-01-01", "-99999999999999999999999999999.999999999"},
      {"9999-12-31", "99999999999999999999999999999.999999999"},
      {"1969-12-31", "-0.000000001"},
  };
  for (const auto& edge : edges) {
    v1::Adjustment a;
    a.set_date(edge.date);
    a.set_points(edge.points);
    const uint32_t row = store.records.Append(a);
    EXPECT_EQ(store.records.DateAt(date, row)->ToString(), edge.date);
    EXPECT_EQ(store.records.DecimalAt(points, row), D(edge.points));
    EXPECT_EQ(ReadBytes(store.records, row), Bytes(a));
  }
}

// 95.00 % in a report claims more than 95 % does.
TEST(Records, DecimalsKeepTheirSpelling) {
  Store store(v1::ADJUSTMENT);
  v1::Adjustment a;
  a.set_points("95.00");
  const uint32_t row = store.records.Append(a);
  EXPECT_EQ(store.records.DecimalAt(store.Column("points"), row), D("95"));
  v1::Adjustment out;
  store.records.Read(row, &out);
  EXPECT_EQ(out.points(), "95.00");
}

TEST(Records, WhatIsNoDateOrDecimalIsStoredAsNotGiven) {
  Store store(v1::ADJUSTMENT);
  v1::Adjustment a;
  a.set_date("soon");
  a.set_points("many");
  const uint32_t row = store.records.Append(a);
  EXPECT_EQ(store.records.DateAt(store.Column("date"), row), std::nullopt);
  EXPECT_EQ(store.records.DecimalAt(store.Column("points"), row), std::nullopt);
}

TEST(Records, ListsOfLaterRowsDoNotLeakIntoEmptyOnes) {
  Store store(v1::ACTIVITY);
  const int column = store.Column("evidence");
  const std::vector<int> sizes = {0, 2, 0, 0, 3, 0, 1, 0};
  for (const int size : sizes) {
    v1::Activity a;
    for (int i = 0; i < size; ++i) a.add_evidence(absl::StrCat(size, "-", i));
    store.records.Append(a);
  }
  for (uint32_t row = 0; row < sizes.size(); ++row) {
    ASSERT_EQ(store.records.ListSize(column, row), sizes[row]) << row;
    for (int i = 0; i < sizes[row]; ++i) {
      EXPECT_EQ(store.records.ListText(column, row, i),
                absl::StrCat(sizes[row], "-", i));
    }
  }
}

// Over more rows than a chunk has, from the middle of one into the next.
TEST(Records, BlocksAreTheCellsOneByOne) {
  Store store(v1::ACTIVITY);
  Dice dice(3);
  for (int i = 0; i < 20000; ++i) {
    v1::Activity a;
    a.set_kind(RandomCode(&dice));
    if (!dice.OneIn(5)) a.set_date(RandomDate(&dice));
    a.set_minutes(dice.Below(480));
    a.set_unannounced(dice.OneIn(4));
    store.records.Append(a);
  }
  const Records& records = store.records;
  const int date = store.Column("date");
  constexpr uint32_t kFirst = 16000;
  constexpr uint32_t kRows = 1000;
  std::vector<uint32_t> kinds(kRows);
  std::vector<int32_t> days(kRows);
  std::vector<int64_t> minutes(kRows);
  std::vector<uint8_t> flags(kRows);
  records.ReadCodes(store.Column("kind"), kFirst, kRows, kinds.data());
  records.ReadDays(date, kFirst, kRows, days.data());
  records.ReadInts(store.Column("minutes"), kFirst, kRows, minutes.data());
  records.ReadBools(store.Column("unannounced"), kFirst, kRows, flags.data());
  for (uint32_t i = 0; i < kRows; ++i) {
    const uint32_t row = kFirst + i;
    EXPECT_EQ(kinds[i], records.Code(store.Column("kind"), row));
    EXPECT_EQ(minutes[i], records.Int(store.Column("minutes"), row));
    EXPECT_EQ(flags[i] != 0, records.Bool(store.Column("unannounced"), row));
    const auto day = records.DateAt(date, row);
    ASSERT_EQ(days[i] != 0, day.has_value());
    if (!day) continue;
    EXPECT_EQ(days[i] - 1, day->days() - Date::Min().days());
  }
}

TEST(Records, EqualIdsHaveEqualCodesAcrossTables) {
  IdDictionaries ids;
  Records persons(&SchemaOf(v1::PERSON), &ids);
  Records activities(&SchemaOf(v1::ACTIVITY), &ids);
  v1::Person person;
  person.set_id("P7");
  persons.Append(v1::Person());
  persons.Append(person);
  v1::Activity activity;
  activity.set_id("P7");  // an activity of that name is something else
  activity.set_title("P7");
  activity.add_participants("P6");
  activity.add_participants("P7");
  activities.Append(activity);

  const RecordSchema& schema = activities.schema();
  const int participants = schema.FindColumn("participants");
  const uint32_t code = persons.Code(persons.schema().id_column(), 1);
  EXPECT_EQ(code, activities.ListCode(participants, 0, 1));
  EXPECT_EQ(&activities.dictionary(participants), ids.Of(v1::PERSON).get());
  EXPECT_EQ(&activities.dictionary(schema.id_column()),
            ids.Of(v1::ACTIVITY).get());
  EXPECT_NE(&activities.dictionary(schema.FindColumn("title")),
            ids.Of(v1::ACTIVITY).get());
}

TEST(Records, SnapshotsAreIsolated) {
  for (const RecordSchema* schema : AllSchemas()) {
    Dice dice(static_cast<uint64_t>(schema->kind()) + 100);
    IdDictionaries ids;
    Records records(schema, &ids);
    std::vector<Records> snapshots;
    std::vector<std::string> expected;
    for (uint32_t row = 0; row < 60; ++row) {
      const auto record = RandomRecord(*schema, absl::StrCat("R", row), &dice);
      records.Append(*record);
      expected.push_back(Bytes(*record));
      snapshots.push_back(records.Snapshot());
    }
    for (uint32_t n = 1; n <= snapshots.size(); ++n) {
      const Records& snapshot = snapshots[n - 1];
      ASSERT_EQ(snapshot.size(), n);
      for (uint32_t row = 0; row < n; ++row) {
        ASSERT_EQ(ReadBytes(snapshot, row), expected[row]) << schema->name();
      }
    }
  }
}

// The whole way of a view: rows are appended, a snapshot is handed over, its
// rows are read while more are appended. To be run under ThreadSanitizer too.
TEST(Records, SnapshotsAreReadWhileRowsAreAppended) {
  Store store(v1::ACTIVITY);
  std::mutex mutex;
  std::shared_ptr<const Records> published;
  bool done = false;
  int wrong = 0;
  int read = 0;
  std::thread reader([&] {
    for (bool last = false; !last;) {
      std::shared_ptr<const Records> view;
      {
        std::lock_guard<std::mutex> lock(mutex);
        view = published;
        last = done;
      }
      if (view == nullptr) continue;
      const int participants = view->schema().FindColumn("participants");
      for (uint32_t row = 0; row < view->size(); ++row) {
        const std::string id = absl::StrCat("A", row);
        if (view->Text(view->schema().id_column(), row) != id) ++wrong;
        if (view->ListSize(participants, row) != static_cast<int>(row % 3)) {
          ++wrong;
        }
        ++read;
      }
    }
  });
  for (uint32_t row = 0; row < 3000; ++row) {
    v1::Activity a;
    a.set_id(absl::StrCat("A", row));
    for (uint32_t i = 0; i < row % 3; ++i) {
      a.add_participants(absl::StrCat("P", row, "-", i));
    }
    store.records.Append(a);
    if (row % 100 != 99) continue;
    auto view = std::make_shared<const Records>(store.records.Snapshot());
    std::lock_guard<std::mutex> lock(mutex);
    published = std::move(view);
    done = row == 2999;
  }
  reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(read, 3000);
}

}  // namespace
}  // namespace duban::table
