// Records put by column are what changes of their own would be: the same
// faults, row by row, and the same state.
#include "src/ledger/bulk.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/ledger.h"
#include "gtest/gtest.h"
#include "src/ledger/check.h"
#include "src/ledger/state.h"
#include "tests/support/campaign.h"
#include "tests/table/random_record.h"

namespace duban::ledger {
namespace {

using google::protobuf::Message;
using table::Column;
using table::ColumnType;
using table::Dice;
using Rows = std::vector<std::unique_ptr<Message>>;

// A column under construction, of four or eight bytes an item.
struct Writing {
  v1::ColumnData data;
  std::map<std::string, int64_t> words;
  bool given = false;

  void Item(int64_t item) {
    given |= item != 0;
    auto bits =
        static_cast<uint64_t>(item) - static_cast<uint64_t>(data.base());
    for (uint32_t i = 0; i < data.width(); ++i, bits >>= 8) {
      data.mutable_items()->push_back(static_cast<char>(bits & 0xFF));
    }
  }
  void Word(const std::string& word) {
    if (word.empty()) return Item(0);
    const auto [at, added] =
        words.emplace(word, static_cast<int64_t>(words.size()) + 1);
    if (added) data.add_word(word);
    Item(at->second);
  }
  void Length(int length) {
    data.set_length_width(1);
    data.mutable_lengths()->push_back(static_cast<char>(length));
  }
};

void WriteCell(const Column& column, const Message& record, Writing* to) {
  const Message* holder = table::FindHolder(column, record);
  const auto* field = column.field();
  const auto* r = holder == nullptr ? nullptr : holder->GetReflection();
  if (column.is_list()) {
    const int n = holder == nullptr ? 0 : r->FieldSize(*holder, field);
    to->Length(n);
    for (int i = 0; i < n; ++i) {
      to->given = true;
      if (column.type == ColumnType::kTextList) {
        to->Word(r->GetRepeatedString(*holder, field, i));
      } else if (column.type == ColumnType::kEnumList) {
        to->Item(r->GetRepeatedEnumValue(*holder, field, i));
      } else {
        const auto& a = static_cast<const v1::Attribute&>(
            r->GetRepeatedMessage(*holder, field, i));
        to->Word(a.name());
        to->Word(a.value());
      }
    }
    return;
  }
  if (holder == nullptr) return to->Item(0);
  switch (column.type) {
    case ColumnType::kDate: {
      const auto date = Date::Parse(r->GetString(*holder, field));
      return to->Item(date.ok() ? date->days() - Date::Min().days() + 1 : 0);
    }
    case ColumnType::kInt:
      return to->Item(r->GetInt64(*holder, field));
    case ColumnType::kBool:
      return to->Item(r->GetBool(*holder, field) ? 1 : 0);
    case ColumnType::kEnum:
      return to->Item(r->GetEnumValue(*holder, field));
    default:
      return to->Word(r->GetString(*holder, field));
  }
}

v1::PutColumns ByColumn(v1::RecordKind kind, const Rows& rows) {
  v1::PutColumns columns;
  columns.set_kind(kind);
  columns.set_rows(static_cast<uint32_t>(rows.size()));
  for (const Column& column : table::SchemaOf(kind).columns()) {
    Writing to;
    to.data.set_name(column.name);
    to.data.set_width(column.type == ColumnType::kInt ? 8 : 4);
    if (column.type == ColumnType::kEnum) to.data.set_base(-3);
    // Items are unsigned: the least of all numbers is the base of the others.
    if (column.type == ColumnType::kInt) to.data.set_base(INT64_MIN);
    for (const auto& row : rows) WriteCell(column, *row, &to);
    if (to.given || column.required) *columns.add_column() = to.data;
  }
  return columns;
}

v1::Batch OneByOne(v1::RecordKind kind, const Rows& rows) {
  v1::Batch batch;
  for (const auto& row : rows) {
    MutableRecord(kind, batch.add_changes())->CopyFrom(*row);
  }
  return batch;
}

v1::Batch AtOnce(const v1::PutColumns& columns) {
  v1::Batch batch;
  *batch.add_changes()->mutable_put_columns() = columns;
  return batch;
}

// Everything that is in the table, row by row.
std::vector<std::string> Contents(Ledger* ledger, v1::RecordKind kind) {
  const LedgerView view = ledger->View();
  const table::Records& records = view->records(kind);
  const auto record = records.schema().NewRecord();
  std::vector<std::string> all;
  for (uint32_t row = 0; row < records.size(); ++row) {
    records.Read(row, record.get());
    const auto id = records.Text(records.schema().id_column(), row);
    const auto newest = view->Newest(kind, *view->Find(kind, id));
    all.push_back(absl::StrCat(record->SerializeAsString(), "|",
                               view->counts(kind, row), "|", *newest));
  }
  return all;
}

// The faults of single changes as those of rows.
std::string ByRow(v1::ErrorList faults) {
  for (v1::ErrorDetail& fault : *faults.mutable_errors()) {
    fault.mutable_place()->set_row(fault.place().change());
    fault.mutable_place()->set_change(1);
  }
  return faults.DebugString();
}

std::unique_ptr<Ledger> PackedWorld() {
  auto ledger = World();
  EXPECT_TRUE(ledger->Adopt(*PackOf(""))->applied());
  return ledger;
}

std::unique_ptr<Message> RandomActivity(int number, bool all_good, Dice* dice) {
  auto a = std::make_unique<v1::Activity>();
  const auto bad = [&] { return !all_good && dice->OneIn(100); };
  a->set_id(absl::StrCat("act-", number));
  if (bad()) a->set_id(OneOf({"", " x", "act-1"}, dice));
  a->set_kind(OneOf({"visit", "lecture"}, dice));
  if (bad()) a->set_kind("vist");
  a->set_date(
      Date::FromCivil(2021, 1, 1)->AddDays(dice->Below(365)).ToString());
  if (bad()) a->clear_date();
  a->set_minutes(bad() ? 1441 : dice->Below(1441));
  for (const char* person : {"zhang", "li", "wang"}) {
    if (dice->OneIn(2)) a->add_participants(person);
  }
  if (bad()) a->add_participants("nobody");
  if (bad()) a->add_participants("zhang");
  if (dice->OneIn(3)) a->set_title(table::RandomText(dice));
  if (bad()) a->set_title("机密★");
  if (dice->OneIn(4)) a->set_matter("m1");
  if (dice->OneIn(4)) {
    a->set_unannounced(true);
    for (int i = 1; i < v1::Attestation_ARRAYSIZE; ++i) {
      if (!bad()) a->add_attestations(static_cast<v1::Attestation>(i));
    }
  }
  if (bad()) a->mutable_beneficiaries()->set_value("12.50");
  return a;
}

TEST(BulkTest, ActivitiesAreAsChangesOfTheirOwn) {
  Dice dice(11);
  int applied = 0;
  int refused = 0;
  for (int round = 0; round < 150; ++round) {
    Rows rows;
    const int n = 1 + dice.Below(30);
    for (int i = 0; i < n; ++i) {
      rows.push_back(RandomActivity(i, round % 2 == 0, &dice));
    }
    auto singly = PackedWorld();
    auto bulk = PackedWorld();
    const auto by_one = singly->Apply(OneByOne(v1::ACTIVITY, rows));
    ApplyOptions options;
    options.threads = 1 + round % 3;
    const auto at_once =
        bulk->Apply(AtOnce(ByColumn(v1::ACTIVITY, rows)), options);
    ASSERT_TRUE(by_one.ok() && at_once.ok());
    EXPECT_EQ(at_once->applied(), by_one->applied());
    EXPECT_EQ(at_once->faults().DebugString(), ByRow(by_one->faults()));
    EXPECT_EQ(Contents(bulk.get(), v1::ACTIVITY),
              Contents(singly.get(), v1::ACTIVITY));
    (by_one->applied() ? applied : refused) += 1;
  }
  EXPECT_GT(applied, 30);
  EXPECT_GT(refused, 30);
}

TEST(BulkTest, RecordsOfEveryKindAreAsChangesOfTheirOwn) {
  Dice dice(12);
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    for (int round = 0; round < 20; ++round) {
      Rows rows;
      for (int i = 0; i < 4; ++i) {
        rows.push_back(
            table::RandomRecord(*schema, absl::StrCat("r", i), &dice));
        // A nested message that is there and empty has no column.
        for (const Column& column : schema->columns()) {
          const Message* holder = table::FindHolder(column, *rows.back());
          if (column.path.size() > 1 && holder != nullptr &&
              holder->ByteSizeLong() == 0) {
            rows.back()->GetReflection()->ClearField(rows.back().get(),
                                                     column.path[0]);
          }
        }
      }
      auto singly = World();
      auto bulk = World();
      const auto by_one = singly->Apply(OneByOne(schema->kind(), rows));
      const auto at_once = bulk->Apply(AtOnce(ByColumn(schema->kind(), rows)));
      ASSERT_TRUE(by_one.ok() && at_once.ok());
      EXPECT_EQ(at_once->faults().DebugString(), ByRow(by_one->faults()));
      EXPECT_EQ(Contents(bulk.get(), schema->kind()),
                Contents(singly.get(), schema->kind()));
    }
  }
}

TEST(BulkTest, RowsThatAreThereAlreadyAreNotWrittenAgain) {
  Dice dice(13);
  Rows rows;
  for (int i = 0; i < 5; ++i) rows.push_back(RandomActivity(i, true, &dice));
  auto ledger = PackedWorld();
  const v1::Batch batch = AtOnce(ByColumn(v1::ACTIVITY, rows));
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  const uint64_t head = ledger->head().sequence();
  const auto again = ledger->Apply(batch);
  EXPECT_TRUE(again->applied());
  EXPECT_TRUE(again->changes(0).repeated());
  EXPECT_EQ(ledger->head().sequence(), head);
  // One of them corrected: one row more.
  static_cast<v1::Activity&>(*rows[2]).set_title("改");
  EXPECT_TRUE(ledger->Apply(AtOnce(ByColumn(v1::ACTIVITY, rows)))->applied());
  EXPECT_EQ(Contents(ledger.get(), v1::ACTIVITY).size(), 6u);
  EXPECT_EQ(ledger->head().sequence(), head + 1);
}

TEST(BulkTest, ARefusedColumnLeavesNothingAndIsNamedToWhoRefersToIt) {
  auto ledger = PackedWorld();
  auto batch = FromText<v1::Batch>(R"(
    changes { put_columns { kind: PERSON rows: 2
      column { name: "id" head: "p" digits: 2 width: 1 items: "\001\002" }
      column { name: "name" word: "甲" width: 1 items: "\001\000" }
      column { name: "organization" word: "bureau" width: 1
               items: "\001\001" } } }
    changes { record_activity { id: "a" kind: "visit" date: "2021-11-01"
                                participants: "p01" } }
    changes { record_activity { id: "b" kind: "visit" date: "2021-11-01" } })");
  ApplyOptions keep;
  keep.keep_good = true;
  const auto receipt = ledger->Apply(batch, keep);
  ASSERT_TRUE(receipt.ok() && receipt->applied());
  ASSERT_EQ(receipt->faults().errors_size(), 2);
  EXPECT_EQ(receipt->faults().errors(0).reason(), "FIELD_REQUIRED");
  EXPECT_EQ(receipt->faults().errors(0).place().row(), 2);
  EXPECT_EQ(receipt->faults().errors(1).reason(), "REFERENCE_REFUSED");
  EXPECT_FALSE(ledger->View()->Find(v1::PERSON, "p01"));
  EXPECT_TRUE(ledger->View()->Find(v1::ACTIVITY, "b"));
}

TEST(BulkTest, ALedgerOfColumnsIsReadAgain) {
  const std::string path = testing::TempDir() + "/bulk_test.duban";
  std::remove(path.c_str());
  Dice dice(14);
  Rows rows;
  for (int i = 0; i < 50; ++i) rows.push_back(RandomActivity(i, true, &dice));
  std::vector<std::string> written;
  {
    auto ledger = *Ledger::Open(path, {});
    ASSERT_TRUE(ledger->Apply(FromText<v1::Batch>(kWorld))->applied());
    v1::Batch batch = AtOnce(ByColumn(v1::ACTIVITY, rows));
    batch.mutable_changes(0)->set_key("k");
    ASSERT_TRUE(ledger->Apply(batch)->applied());
    rows[7]->GetReflection()->SetString(
        rows[7].get(), v1::Activity::descriptor()->FindFieldByName("title"),
        "改");
    ASSERT_TRUE(ledger->Apply(AtOnce(ByColumn(v1::ACTIVITY, rows)))->applied());
    written = Contents(ledger.get(), v1::ACTIVITY);
  }
  auto ledger = *Ledger::Open(path, {});
  EXPECT_EQ(Contents(ledger.get(), v1::ACTIVITY), written);
  EXPECT_EQ(written.size(), 51u);
  std::remove(path.c_str());
}

TEST(BulkTest, IdsWithAHeadAndDigits) {
  auto ledger = PackedWorld();
  const auto batch = FromText<v1::Batch>(R"(
    changes { put_columns { kind: ACTIVITY rows: 3
      column { name: "id" head: "act-" digits: 4 width: 2
               items: "\000\000\001\000\016\047" base: -1 }
      column { name: "kind" word: "visit" width: 1 items: "\001\001\001" }
      column { name: "date" width: 1 items: "\000\001\002" base: 738000 } } })");
  auto at = batch;
  at.mutable_changes(0)->mutable_put_columns()->mutable_column(0)->set_base(0);
  ASSERT_TRUE(ledger->Apply(at)->applied());
  for (const char* id : {"act-0000", "act-0001", "act-9998"}) {
    EXPECT_TRUE(ledger->View()->Find(v1::ACTIVITY, id)) << id;
  }
  // -1 has no digits.
  EXPECT_EQ(ledger->Apply(batch)->faults().errors(0).reason(),
            "COLUMNS_MALFORMED");
}

class MalformedTest : public testing::TestWithParam<const char*> {};

TEST_P(MalformedTest, IsRefused) {
  auto ledger = PackedWorld();
  auto batch = FromText<v1::Batch>(R"(
    changes { put_columns { kind: ACTIVITY rows: 2
      column { name: "id" word: "a" word: "b" width: 1 items: "\001\002" }
      column { name: "kind" word: "visit" width: 1 items: "\001\001" }
      column { name: "date" width: 4
               items: "\001\000\000\000\001\000\000\000" } } })");
  ASSERT_TRUE(ledger->Apply(batch, {false, true})->faults().errors().empty());
  batch.mutable_changes(0)->mutable_put_columns()->MergeFrom(
      FromText<v1::PutColumns>(GetParam()));
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  ASSERT_FALSE(receipt->faults().errors().empty());
  EXPECT_EQ(receipt->faults().errors(0).reason(), "COLUMNS_MALFORMED");
  EXPECT_EQ(receipt->faults().errors(0).place().change(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Columns, MalformedTest,
    testing::Values(
        "kind: PERSON", "rows: 3", "rows: 4000000000",
        "column { name: 'nothing' width: 1 items: '\\001\\001' }",
        "column { name: 'id' word: 'c' width: 1 items: '\\001\\001' }",
        "column { name: 'title' word: 'c' width: 3 items: '\\001\\001' }",
        "column { name: 'title' word: 'c' width: 0 items: '' }",
        "column { name: 'title' word: 'c' width: 1 items: '\\001\\002' }",
        "column { name: 'title' word: 'c' width: 1 items: '\\001' }",
        "column { name: 'title' word: 'c' word: 'c' width: 1 "
        "items: '\\001\\001' }",
        "column { name: 'title' word: '' width: 1 items: '\\001\\001' }",
        "column { name: 'title' word: 'c' head: 'x' digits: 2 width: 1 "
        "items: '\\001\\001' }",
        "column { name: 'title' head: 'x' digits: 19 width: 1 "
        "items: '\\001\\001' }",
        "column { name: 'title' head: 'x' digits: 1 width: 1 "
        "items: '\\001\\012' }",
        "column { name: 'minutes' word: 'c' width: 1 items: '\\001\\001' }",
        "column { name: 'minutes' base: 9223372036854775807 width: 1 "
        "items: '\\001\\001' }",
        "column { name: 'minutes' width: 1 items: '\\001\\001' lengths: "
        "'\\001\\001' length_width: 1 }",
        "column { name: 'unannounced' width: 1 items: '\\001\\002' }",
        "column { name: 'participants' word: 'li' width: 1 "
        "items: '\\001' lengths: '\\001\\001' length_width: 1 }",
        "column { name: 'participants' word: 'li' width: 1 "
        "items: '\\001' lengths: '\\001' length_width: 1 }",
        "column { name: 'participants' word: 'li' width: 1 items: '\\001' "
        "lengths: '\\377\\377\\377\\377\\377\\377\\377\\377"
        "\\377\\377\\377\\377\\377\\377\\377\\377' length_width: 8 }",
        "column { name: 'attributes' word: 'li' width: 1 "
        "items: '\\001\\001' }"));

// The short way of single changes against the plain one.
TEST(BulkTest, TheShortCheckFindsWhatTheLongOneFinds) {
  Dice dice(15);
  auto ledger = PackedWorld();
  ApplyOptions dry;
  dry.dry_run = true;
  int good = 0;
  for (int i = 0; i < 2000; ++i) {
    v1::Batch batch;
    if (i % 2 == 0) {
      batch = OneByOne(v1::ACTIVITY, {});
      batch.add_changes()->mutable_record_activity()->CopyFrom(
          *RandomActivity(i, false, &dice));
    } else {
      const auto& schemas = table::AllSchemas();
      const auto* schema = schemas[static_cast<size_t>(i) % schemas.size()];
      MutableRecord(schema->kind(), batch.add_changes())
          ->CopyFrom(*table::RandomRecord(*schema, "x", &dice));
    }
    Faults naive;
    CheckChange(*ledger->View(), {}, batch.changes(0), false, 0, &naive);
    const auto receipt = ledger->Apply(batch, dry);
    ASSERT_TRUE(receipt.ok());
    EXPECT_EQ(receipt->faults().DebugString(), naive.list().DebugString());
    good += naive.empty();
  }
  EXPECT_GT(good, 500);
}

}  // namespace
}  // namespace duban::ledger
