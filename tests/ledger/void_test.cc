// What voiding leaves behind, and what keeps a record from being voided.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/ledger/state.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

std::string Void(const std::string& kind, const std::string& id) {
  return absl::StrCat("void_record { kind: ", kind, " id: '", id,
                      "' reason: '重复' }");
}

constexpr char kActivity[] =
    "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
    "participants: ['wang', 'li'] pairing: 'pair' }";

TEST(Voiding, WaitsForWhatRefersToTheRecord) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, kActivity), "");
  for (const auto& [kind, id] :
       {std::pair{"PERSON", "li"},      // takes part in the activity
        {"PERSON", "zhang"},            // leads the matter
        {"PERSON", "wang"},             // holds the pairing
        {"PAIRING", "pair"},            // named by the activity
        {"ORGANIZATION", "school-b"},   // where li is
        {"ORGANIZATION", "bureau"}}) {  // above the schools
    EXPECT_EQ(PutOne(*ledger, Void(kind, id)),
              "STILL_REFERRED_TO@void_record.id")
        << id;
  }
  // From the leaves on, in one batch or one by one.
  EXPECT_EQ(
      Put(*ledger, absl::StrCat("changes {", Void("ACTIVITY", "a"),
                                "} changes {", Void("PAIRING", "pair"), "}")),
      "");
  EXPECT_EQ(PutOne(*ledger, Void("PERSON", "li")), "");
  EXPECT_EQ(PutOne(*ledger, Void("ORGANIZATION", "school-b")), "");
}

TEST(Voiding, IsNotHeldBackByWhatNamesItNoMore) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, kActivity), "");
  ASSERT_EQ(PutOne(*ledger, Void("PERSON", "li")),
            "STILL_REFERRED_TO@void_record.id");
  EXPECT_EQ(PutOne(*ledger,
                   "record_activity { id: 'a' kind: 'visit' "
                   "date: '2021-11-01' participants: 'wang' }"),
            "");
  EXPECT_EQ(PutOne(*ledger, Void("PERSON", "li")), "");
  EXPECT_EQ(PutOne(*ledger, Void("PAIRING", "pair")), "");
}

TEST(Voiding, ARefusedBatchHoldsNothingBack) {
  auto ledger = World();
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Put(*ledger, absl::StrCat("changes {", kActivity, "} changes {",
                                        Void("PERSON", "li"), "}")),
              "STILL_REFERRED_TO@void_record.id");
  }
  EXPECT_EQ(PutOne(*ledger, Void("PERSON", "li")), "");
}

// A matter takes its steps with it; its items and what was handed in for it go
// first.
TEST(Voiding, AMatterGoesWithItsSteps) {
  auto ledger = World();
  ASSERT_EQ(Put(*ledger, R"(
    changes { step_matter { id: 's' matter: 'm1' action: ASSIGN to: 'zhang'
                            date: '2021-11-02' } }
    changes { list_matter { id: 'm2' title: 'x' kind: 'k' parent: 'm1'
                            organization: 'school-a' lead: 'zhang'
                            listed_on: '2021-11-01' due_on: '2021-12-31' } })"),
            "");
  EXPECT_EQ(PutOne(*ledger, Void("MATTER", "m1")),
            "STILL_REFERRED_TO@void_record.id");
  EXPECT_EQ(PutOne(*ledger, Void("MATTER", "m2")), "");
  EXPECT_EQ(PutOne(*ledger, Void("MATTER", "m1")), "");
  // Who took the steps is in them for good.
  EXPECT_EQ(PutOne(*ledger, Void("PERSON", "zhang")),
            "STILL_REFERRED_TO@void_record.id");
}

TEST(Voiding, AWithdrawnMatterLetsItsFindingGo) {
  auto ledger = World();
  ASSERT_EQ(Put(*ledger, R"(
    changes { put_finding { id: 'f' kind: 'k' description: 'x'
                            organization: 'school-a' date: '2021-11-01' } }
    changes { list_matter { id: 'm2' title: 'x' kind: 'k' finding: 'f'
                            organization: 'school-a' lead: 'zhang'
                            listed_on: '2021-11-01' due_on: '2021-12-31' } })"),
            "");
  EXPECT_EQ(PutOne(*ledger, Void("FINDING", "f")),
            "STILL_REFERRED_TO@void_record.id");
  EXPECT_EQ(PutOne(*ledger,
                   "step_matter { id: 's' matter: 'm2' action: WITHDRAW "
                   "date: '2021-11-03' reason: '申诉成立' }"),
            "");
  EXPECT_EQ(PutOne(*ledger, Void("FINDING", "f")), "");
}

TEST(Voiding, AMergerHoldsItsOrganizationsBack) {
  auto ledger = World();
  ASSERT_EQ(Put(*ledger, R"(
    changes { put_organization { id: 'x' name: 'x' kind: 'school' } }
    changes { put_organization { id: 'y' name: 'y' kind: 'school' } }
    changes { merge_organizations { from: 'x' into: 'y' on: '2021-07-01' } })"),
            "");
  EXPECT_EQ(PutOne(*ledger, Void("ORGANIZATION", "x")),
            "STILL_REFERRED_TO@void_record.id");
  EXPECT_EQ(PutOne(*ledger, Void("ORGANIZATION", "y")),
            "STILL_REFERRED_TO@void_record.id");
}

TEST(Voiding, IsDoneOnce) {
  auto ledger = World();
  EXPECT_EQ(PutOne(*ledger, Void("PAIRING", "pair")), "");
  EXPECT_EQ(PutOne(*ledger, Void("PAIRING", "pair")),
            "ALREADY_VOIDED@void_record.id");
}

// A record that was voided by mistake is put again under its id, as everything
// else is that was wrong; both entries stay in the journal.
TEST(Voiding, IsUndoneByPuttingTheRecordAgain) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, kActivity), "");
  ASSERT_EQ(PutOne(*ledger, Void("ACTIVITY", "a")), "");
  EXPECT_EQ(PutOne(*ledger, kActivity), "");
  const LedgerView view = ledger->View();
  const uint32_t code = *view->Find(v1::ACTIVITY, "a");
  EXPECT_TRUE(view->counts(v1::ACTIVITY, *view->Newest(v1::ACTIVITY, code)));
  EXPECT_EQ(view->records(v1::ACTIVITY).size(), 2u);
  EXPECT_EQ(PutOne(*ledger, Void("ACTIVITY", "a")), "");
}

TEST(Voiding, APersonComesBackWithTheVersionThatIsPut) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, Void("PERSON", "li")), "");
  EXPECT_EQ(PutOne(*ledger, kActivity), "REFERENCE_VOIDED@participants");
  EXPECT_EQ(PutOne(*ledger,
                   "put_person { id: 'li' name: '李四' "
                   "organization: 'school-b' since: '2021-01-01' }"),
            "");
  EXPECT_EQ(PutOne(*ledger, kActivity), "");
  const LedgerView view = ledger->View();
  const uint32_t li = *view->Find(v1::PERSON, "li");
  EXPECT_TRUE(view->At(v1::PERSON, li, *Date::Parse("2021-06-01")));
  EXPECT_FALSE(view->At(v1::PERSON, li, *Date::Parse("2020-06-01")));
}

}  // namespace
}  // namespace duban
