#include "duban/query.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/ledger/query.h"
#include "src/ledger/state.h"
#include "src/pack/vocabulary.h"
#include "src/table/record_schema.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

v1::Query QueryOf(const std::string& text) { return FromText<v1::Query>(text); }

// The id is the first field of every record.
std::string IdOf(const v1::Record& record) {
  const auto* reflection = record.GetReflection();
  const auto* field = reflection->GetOneofFieldDescriptor(
      record, v1::Record::descriptor()->FindOneofByName("record"));
  const auto& message = reflection->GetMessage(record, field);
  return message.GetReflection()->GetString(
      message, message.GetDescriptor()->FindFieldByName("id"));
}

std::string Ids(Ledger& ledger, const std::string& text) {
  const auto answer = Ask(ledger.View(), QueryOf(text));
  if (!answer.ok()) return std::string(answer.status().message());
  return absl::StrJoin(answer->record(), " ", [](auto* out, const auto& r) {
    absl::StrAppend(out, IdOf(r));
  });
}

// "REASON@field" of every fault.
std::string Reasons(Ledger& ledger, const std::string& text) {
  const auto answer = Ask(ledger.View(), QueryOf(text));
  const v1::ErrorList faults = FaultsOf(answer.status());
  return absl::StrJoin(faults.errors(), " ", [](auto* out, const auto& f) {
    absl::StrAppend(out, f.reason(), "@", f.place().field());
  });
}

void Add(Ledger& ledger, const std::string& changes) {
  const auto receipt = ledger.Apply(FromText<v1::Batch>(changes));
  ASSERT_TRUE(receipt.ok() && receipt->applied())
      << receipt->faults().DebugString();
}

std::unique_ptr<Ledger> Activities() {
  auto ledger = World();
  Add(*ledger, Act("a3", "visit", "2021-11-05", 60, "'li'", "title: '乙'") +
                   Act("a1", "lecture", "2021-11-07", 90, "'li'") +
                   Act("a2", "visit", "2021-11-06", 60, "'zhang'",
                       "title: '甲' beneficiaries { value: '20' }"));
  return ledger;
}

TEST(QueryTest, WithoutOrderItIsById) {
  auto ledger = Activities();
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY"), "a1 a2 a3");
}

TEST(QueryTest, WhereSelectsByTheRulesLanguage) {
  auto ledger = Activities();
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY where: 'activity.minutes > 60'"),
            "a1");
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY where: \"'li' in 活动.participants\""),
            "a1 a3");
}

TEST(QueryTest, OrdersByColumnsAndExpressionsTiesById) {
  auto ledger = Activities();
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY order_by { by: 'minutes' }"),
            "a2 a3 a1");
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY order_by { by: '日期' }"), "a3 a2 a1");
  EXPECT_EQ(Ids(*ledger,
                "kind: ACTIVITY order_by { by: 'minutes' } "
                "order_by { by: 'date' descending: true }"),
            "a2 a3 a1");
  EXPECT_EQ(Ids(*ledger,
                "kind: ACTIVITY "
                "order_by { by: '0 - activity.minutes' }"),
            "a1 a2 a3");
}

TEST(QueryTest, WhatIsMissingComesLastEitherWay) {
  auto ledger = Activities();
  for (const char* by : {"'title'", "'beneficiaries.value'"}) {
    for (const char* way : {"false", "true"}) {
      const std::string ids =
          Ids(*ledger, absl::StrCat("kind: ACTIVITY order_by { by: ", by,
                                    " descending: ", way, " }"));
      EXPECT_EQ(ids.substr(ids.size() - 2), by[1] == 't' ? "a1" : "a3") << ids;
    }
  }
}

TEST(QueryTest, OnlyTheColumnsAskedForAndTheIdAreAnswered) {
  auto ledger = Activities();
  const auto answer =
      Ask(ledger->View(),
          QueryOf("kind: ACTIVITY column: '受益数值' column: 'minutes' "
                  "where: \"activity.id == 'a2'\""));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->record(0).activity().ShortDebugString(),
            "id: \"a2\" minutes: 60 beneficiaries { value: \"20\" }");
}

TEST(QueryTest, AllFaultsAreListedAtOnce) {
  auto ledger = Activities();
  EXPECT_EQ(Reasons(*ledger,
                    "kind: ACTIVITY column: 'minuts' where: 'activity.x == 1' "
                    "order_by { by: 'participants' } as_of: '2021-02-30'"),
            "UNKNOWN_COLUMN@column[0] BAD_DATE@as_of UNKNOWN_FIELD@where "
            "ORDER_NOT_POSSIBLE@order_by[0].by");
  EXPECT_EQ(Reasons(*ledger, ""), "UNKNOWN_TABLE@kind");
}

TEST(QueryTest, AnUnknownColumnIsToldWithTheNearestWord) {
  auto ledger = Activities();
  const auto answer =
      Ask(ledger->View(), QueryOf("kind: ACTIVITY column: 'minuts'"));
  const v1::ErrorList faults = FaultsOf(answer.status());
  EXPECT_EQ(faults.errors(0).hint().en(), "did you mean 'minutes'?");
}

TEST(QueryTest, WhatIsGuardedCanNeitherBeFilteredNorSortedBy) {
  auto ledger = Activities();
  EXPECT_EQ(Reasons(*ledger,
                    "kind: PERSON "
                    "where: \"person.identity_number != ''\""),
            "UNKNOWN_FIELD@where");
  EXPECT_EQ(Reasons(*ledger, "kind: PERSON order_by { by: 'birth_date' }"),
            "FIELD_GUARDED@order_by[0].by");
  EXPECT_EQ(Reasons(*ledger, "kind: RATING order_by { by: '评价人' }"),
            "FIELD_GUARDED@order_by[0].by");
}

TEST(QueryTest, NoVocabularyHasAGuardedColumn) {
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    const auto entity = pack::EntityOf(schema->kind());
    if (!entity) {
      ADD_FAILURE() << schema->name();
      continue;
    }
    for (const pack::Field& field : pack::VocabularyOf(*entity).fields) {
      if (field.column < 0) continue;
      const table::Column& column = schema->column(field.column);
      // A partner who is a person is a person of the ledger like any other.
      if (column.name == "partner_person") continue;
      EXPECT_LT(column.privacy, v1::SENSITIVE)
          << schema->name() << "." << column.name;
    }
  }
}

TEST(QueryTest, RecordsThatRulesDoNotSeeCanBeAskedAsWell) {
  auto ledger = World();
  Add(*ledger,
      "changes { put_post { id: 'po' person: 'li' organization: 'bureau' "
      "role: 'head' since: '2021-01-01' } }"
      "changes { put_indicator { id: 'x' title: '就业率' kind: 'rate' "
      "target { value: '95' unit: '%' } is_ratio: true } }"
      "changes { put_adjustment { id: 'd' scheme: 's' person: 'li' "
      "points: '-2' date: '2021-12-01' reason: '迟报' approver: 'wang' } }"
      "changes { put_appeal { id: 'e' person: 'li' filed_on: '2021-12-02' "
      "reason: '不服' decision: UPHELD decided_on: '2021-12-09' "
      "decided_by: 'wang' adjustment: 'd' } }");
  EXPECT_EQ(Ids(*ledger, "kind: POST where: \"post.role == 'head'\""), "po");
  EXPECT_EQ(Ids(*ledger,
                "kind: INDICATOR where: 'has(indicator.target) && "
                "indicator.target >= 95'"),
            "x");
  EXPECT_EQ(Ids(*ledger, "kind: ADJUSTMENT where: 'adjustment.points < 0'"),
            "d");
  EXPECT_EQ(Ids(*ledger, "kind: APPEAL where: \"appeal.decision == 'upheld'\""),
            "e");
}

TEST(QueryTest, AsOfADayThePastIsAsItWas) {
  auto ledger = Activities();
  Add(*ledger,
      "changes { put_organization { id: 'school-b' name: '乙校新名' "
      "kind: 'school' parent: 'bureau' since: '2021-09-01' } }"
      "changes { step_matter { id: 's1' matter: 'm1' action: ASSIGN "
      "date: '2021-11-02' to: 'zhang' } }");
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY as_of: '2021-11-06'"), "a2 a3");
  EXPECT_EQ(Ids(*ledger, "kind: MATTER as_of: '2021-10-31'"), "");
  const std::string assigned =
      "kind: MATTER where: \"matter.state == 'assigned'\" as_of: ";
  EXPECT_EQ(Ids(*ledger, assigned + "'2021-11-01'"), "");
  EXPECT_EQ(Ids(*ledger, assigned + "'2021-11-02'"), "m1");
  // Without a day: every version. With one: that of the day.
  EXPECT_EQ(Ids(*ledger, "kind: ORGANIZATION"),
            "bureau school-a school-b school-b team");
  const auto answer =
      Ask(ledger->View(), QueryOf("kind: ORGANIZATION as_of: '2021-08-31' "
                                  "where: \"organization.id == 'school-b'\""));
  ASSERT_EQ(answer->record_size(), 1);
  EXPECT_EQ(answer->record(0).organization().name(), "乙校");
  EXPECT_EQ(Ids(*ledger, "kind: ORGANIZATION as_of: '2019-12-31'"),
            "bureau school-b team");
}

TEST(QueryTest, VoidedRecordsOnlyIfAskedFor) {
  auto ledger = Activities();
  Add(*ledger,
      "changes { void_record { kind: ACTIVITY id: 'a1' reason: '重复' } }"
      "changes { void_record { kind: PAIRING id: 'pair' reason: '重复' } }"
      "changes { void_record { kind: PERSON id: 'wang' reason: '重复' } }");
  EXPECT_EQ(Ids(*ledger, "kind: ACTIVITY"), "a2 a3");
  const auto answer =
      Ask(ledger->View(), QueryOf("kind: ACTIVITY with_voided: true"));
  ASSERT_EQ(answer->record_size(), 3);
  EXPECT_TRUE(answer->record(0).voided());
  EXPECT_FALSE(answer->record(1).voided());
  EXPECT_EQ(Ids(*ledger, "kind: PERSON as_of: '2021-12-31'"), "li zhang");
  EXPECT_EQ(Ids(*ledger, "kind: PERSON as_of: '2021-12-31' with_voided: true"),
            "li wang zhang");
}

TEST(QueryTest, TagsAreThoseOfTheAdoptedPack) {
  auto ledger = Activities();
  const std::string tagged =
      "kind: ACTIVITY where: \"'service' in activity.tags\"";
  EXPECT_EQ(Ids(*ledger, tagged), "");
  ASSERT_TRUE(ledger->Adopt(*PackOf(""))->applied());
  EXPECT_EQ(Ids(*ledger, tagged), "a1");
}

TEST(QueryTest, PagesFollowOneAnother) {
  auto ledger = Activities();
  v1::Query query = QueryOf(
      "kind: ACTIVITY page_size: 2 "
      "order_by { by: 'date' }");
  const auto first = Ask(ledger->View(), query);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->total(), 3u);
  EXPECT_EQ(first->record_size(), 2);
  EXPECT_EQ(first->ledger_head().digest(), ledger->head().digest());
  query.set_page_token(first->next_page_token());
  const auto second = Ask(ledger->View(), query);
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->record_size(), 1);
  EXPECT_EQ(IdOf(second->record(0)), "a1");
  EXPECT_EQ(second->next_page_token(), "");
}

TEST(QueryTest, APageOfAnotherQueryOrOfAnotherHeadIsRefused) {
  auto ledger = Activities();
  const LedgerView before = ledger->View();
  v1::Query query = QueryOf("kind: ACTIVITY page_size: 1");
  query.set_page_token(Ask(before, query)->next_page_token());
  v1::Query other = query;
  other.set_where("activity.minutes > 60");
  const auto reason = [](const absl::StatusOr<v1::QueryAnswer>& answer) {
    const v1::ErrorList faults = FaultsOf(answer.status());
    return faults.errors_size() == 1 ? faults.errors(0).reason() : "none";
  };
  EXPECT_EQ(reason(Ask(before, other)), "PAGE_OF_ANOTHER_QUERY");
  Add(*ledger, Act("a0", "visit", "2021-11-05", 60, "'li'"));
  EXPECT_EQ(reason(Ask(ledger->View(), query)), "PAGE_OUT_OF_DATE");
  // The view that gave the first page gives the others.
  EXPECT_TRUE(Ask(before, query).ok());
  query.set_page_token("x");
  EXPECT_EQ(reason(Ask(before, query)), "BAD_PAGE_TOKEN");
}

TEST(QueryTest, AFailingConditionSaysWhere) {
  auto ledger = Activities();
  EXPECT_EQ(Reasons(*ledger,
                    "kind: ACTIVITY "
                    "where: '1 / (activity.minutes - 60) > 0'"),
            "DIVISION_BY_ZERO@where");
}

// A naive second implementation, over many queries.
TEST(QueryTest, AgreesWithSortingMessagesByHand) {
  auto ledger = World();
  std::mt19937 random(7);
  std::string changes;
  std::vector<v1::Activity> all;
  for (int i = 0; i < 300; ++i) {
    const std::string date =
        Date::Parse("2021-01-01")->AddDays(random() % 40).ToString();
    const int minutes = static_cast<int>(random() % 5) * 30;
    const std::string title =
        random() % 3 == 0 ? "" : absl::StrCat("第", random() % 9, "次");
    changes += Act(absl::StrCat("a", (i * 37) % 300), "visit", date, minutes,
                   "'li'", absl::StrCat("title: '", title, "'"));
  }
  const auto batch = FromText<v1::Batch>(changes);
  for (const v1::Change& change : batch.changes()) {
    all.push_back(change.record_activity());
  }
  Add(*ledger, changes);
  for (int least : {0, 30, 90}) {
    for (const bool descending : {false, true}) {
      std::vector<v1::Activity> expected;
      for (const v1::Activity& a : all) {
        if (a.minutes() >= least) expected.push_back(a);
      }
      std::sort(expected.begin(), expected.end(),
                [&](const v1::Activity& a, const v1::Activity& b) {
                  if (a.title() != b.title()) {
                    if (a.title().empty()) return false;
                    if (b.title().empty()) return true;
                    return descending ? a.title() > b.title()
                                      : a.title() < b.title();
                  }
                  if (a.date() != b.date()) return a.date() < b.date();
                  return a.id() < b.id();
                });
      v1::Query query = QueryOf(absl::StrCat(
          "kind: ACTIVITY where: 'activity.minutes >= ", least,
          "' order_by { by: 'title' descending: ",
          descending ? "true" : "false",
          " } order_by { by: 'activity.date' } page_size: ", 7 + least));
      std::vector<std::string> ids;
      do {
        const auto page = Ask(ledger->View(), query);
        ASSERT_TRUE(page.ok()) << page.status();
        EXPECT_EQ(page->total(), expected.size());
        for (const v1::Record& r : page->record()) ids.push_back(IdOf(r));
        query.set_page_token(page->next_page_token());
      } while (!query.page_token().empty());
      std::vector<std::string> by_hand;
      for (const v1::Activity& a : expected) by_hand.push_back(a.id());
      EXPECT_EQ(ids, by_hand);
    }
  }
}

}  // namespace
}  // namespace duban
