// Workflows of packs, as a ledger acts on them.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/digest.h"
#include "src/ledger/facts.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 直办: no signing for it, no verification; who writes off is not the lead.
const char kShort[] = R"(
  transition { from: LISTED action: ASSIGN to: IN_PROGRESS
               guard: "step.to != ''" }
  transition { from: LISTED action: ASSIGN to: ASSIGNED }
  transition { from: ASSIGNED action: START to: IN_PROGRESS }
  transition { from: IN_PROGRESS action: URGE to: IN_PROGRESS }
  transition { from: IN_PROGRESS action: WRITE_OFF to: WRITTEN_OFF
               guard: "step.by != matter.lead && matter.items_closed == matter.items" }
  transition { from: WRITTEN_OFF action: REOPEN to: IN_PROGRESS }
)";

std::shared_ptr<const Pack> PackWith(const std::string& id,
                                     const std::string& version,
                                     const std::string& kinds,
                                     const std::string& workflow) {
  v1::ErrorList faults;
  auto pack = Pack::Parse(
      {{"p.textproto",
        absl::StrCat("format_version: 1 id: '", id, "' version: '", version,
                     "' term { from: '2021-01-01' until: '2021-12-31' } "
                     "code_list { id: 'matter-kind' ",
                     kinds, " } ", workflow)}},
      &faults);
  EXPECT_TRUE(pack.ok()) << faults.DebugString();
  return pack.ok() ? *pack : nullptr;
}

const char kKinds[] = "code { id: 'practical' } code { id: 'problem' }";

class Bureau {
 public:
  explicit Bureau(std::unique_ptr<Ledger> ledger)
      : ledger_(std::move(ledger)) {}
  Bureau() : Bureau(World()) {}

  void Adopt(const std::shared_ptr<const Pack>& pack) {
    const auto receipt = ledger_->Adopt(*pack);
    ASSERT_TRUE(receipt.ok() && receipt->applied()) << receipt.status();
  }
  // "" or the reason why not.
  std::string Do(const std::string& change) {
    const auto receipt = ledger_->Apply(
        FromText<v1::Batch>(absl::StrCat("changes { ", change, " }")));
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    if (receipt->applied()) return "";
    EXPECT_EQ(receipt->faults().errors_size(), 1);
    fault_ = receipt->faults().errors(0);
    return fault_.reason();
  }
  std::string Step(const std::string& matter, const std::string& action,
                   const std::string& date, const std::string& more = "") {
    return Do(absl::StrCat("step_matter { id: 's", ++steps_, "' matter: '",
                           matter, "' action: ", action, " date: '", date, "' ",
                           more, " }"));
  }
  std::string List(const std::string& id, const std::string& more = "",
                   const std::string& kind = "practical") {
    return Do(absl::StrCat("list_matter { id: '", id, "' title: 'T' kind: '",
                           kind, "' organization: 'school-a' lead: 'zhang' ",
                           "listed_on: '2021-11-01' due_on: '2021-12-31' ",
                           more, " }"));
  }
  std::string StateOf(const std::string& id) {
    const LedgerView view = ledger_->View();
    return Word(view->matter_status(*view->Find(v1::MATTER, id)).state);
  }
  std::string StateOf(const std::string& id, const std::string& day) {
    const pack::Rules rules;
    const LedgerView view = ledger_->View();
    const ledger::Facts facts(view, rules, *Date::Parse(day));
    return Word(facts.MatterOf(*view->Find(v1::MATTER, id)).status.state);
  }
  const v1::ErrorDetail& fault() const { return fault_; }
  Ledger& ledger() { return *ledger_; }

 private:
  static std::string Word(v1::MatterState state) {
    return absl::AsciiStrToLower(v1::MatterState_Name(state));
  }

  std::unique_ptr<Ledger> ledger_;
  v1::ErrorDetail fault_;
  int steps_ = 0;
};

TEST(WorkflowOfAPackTest, IsAllOfIt) {
  Bureau bureau;
  bureau.Adopt(
      PackWith("p", "1", kKinds, absl::StrCat("workflow {", kShort, "}")));
  // The first row whose guard holds.
  EXPECT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-02", "to: 'li'"), "");
  EXPECT_EQ(bureau.StateOf("m1"), "in_progress");
  EXPECT_EQ(bureau.List("m2"), "");
  EXPECT_EQ(
      bureau.Step("m2", "ASSIGN", "2021-11-02", "to_organization: 'school-b'"),
      "");
  EXPECT_EQ(bureau.StateOf("m2"), "assigned");
  // What is not in it is not allowed.
  EXPECT_EQ(bureau.Step("m2", "ACCEPT", "2021-11-03"),
            "MATTER_ACTION_NOT_ALLOWED");
  EXPECT_EQ(bureau.fault().hint().en(), "allowed now: start");
}

// The library's own table, written into a pack, is one that the linter has
// nothing to say of.
TEST(WorkflowOfAPackTest, TheCommonLifeCanBeWrittenDown) {
  std::string rows;
  for (const ledger::LifeTransition& t : ledger::DefaultLife()) {
    absl::StrAppend(&rows, "transition { from: ", v1::MatterState_Name(t.from),
                    " action: ", v1::MatterAction_Name(t.action));
    if (t.to != v1::MATTER_STATE_UNSPECIFIED) {
      absl::StrAppend(&rows, " to: ", v1::MatterState_Name(t.to));
    }
    absl::StrAppend(&rows, " }\n");
  }
  v1::ErrorList faults;
  const auto pack = Pack::Parse(
      {{"p.textproto", absl::StrCat(kPackHead, "workflow { ", rows, " }")}},
      &faults);
  EXPECT_EQ(faults.errors_size(), 0) << faults.DebugString();
}

TEST(WorkflowOfAPackTest, AGuardSaysWhatIsAskedFor) {
  Bureau bureau;
  bureau.Adopt(
      PackWith("p", "1", kKinds, absl::StrCat("workflow {", kShort, "}")));
  ASSERT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-02", "to: 'li'"), "");
  EXPECT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-05",
                        "by: 'li' outcome: RESOLVED"),
            "MATTER_GUARD_FAILED");
  EXPECT_THAT(bureau.fault().message().en(),
              HasSubstr("step.by != matter.lead && matter.items_closed == "
                        "matter.items"));
  EXPECT_THAT(bureau.fault().message().zh(), HasSubstr("step.by"));
  // Closing without a request needs its outcome all the same.
  EXPECT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-05", "by: 'wang'"),
            "OUTCOME_REQUIRED");
  EXPECT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-05",
                        "by: 'wang' outcome: RESOLVED"),
            "");
  EXPECT_EQ(bureau.StateOf("m1"), "written_off");
}

// A guard that cannot be evaluated does not hold, and says why.
TEST(WorkflowOfAPackTest, AGuardThatFailsRefuses) {
  Bureau bureau;
  bureau.Adopt(PackWith(
      "p", "1", kKinds,
      "workflow { transition { from: LISTED action: WITHDRAW to: WITHDRAWN "
      "guard: \"1 / (matter.urges) > 0\" } }"));
  EXPECT_EQ(bureau.Step("m1", "WITHDRAW", "2021-11-02", "reason: 'r'"),
            "MATTER_GUARD_FAILED");
  EXPECT_THAT(bureau.fault().message().en(), HasSubstr("zero"));
}

TEST(WorkflowOfAPackTest, TheFirstAdoptedPackThatHasTheKindRules) {
  Bureau bureau;
  const char* only_withdraw =
      "workflow { transition { from: LISTED action: WITHDRAW to: WITHDRAWN } }";
  bureau.Adopt(PackWith("none", "1", kKinds, ""));
  bureau.Adopt(PackWith("first", "1", "code { id: 'problem' }", only_withdraw));
  bureau.Adopt(
      PackWith("second", "1", kKinds, absl::StrCat("workflow {", kShort, "}")));
  ASSERT_EQ(bureau.List("q", "", "problem"), "");
  EXPECT_EQ(bureau.Step("q", "ASSIGN", "2021-11-02", "to: 'li'"),
            "MATTER_ACTION_NOT_ALLOWED");
  EXPECT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-02", "to: 'li'"), "");
  // A newer version keeps its place.
  bureau.Adopt(PackWith("first", "2", kKinds, only_withdraw));
  EXPECT_EQ(bureau.Step("m1", "URGE", "2021-11-03"),
            "MATTER_ACTION_NOT_ALLOWED");
}

// The rules of the day on which a step was taken hold of it for good: in the
// ledger, in the past as asked for now, and when the ledger is opened again.
TEST(WorkflowOfAPackTest, ALaterWorkflowLeavesWhatWasTaken) {
  const std::string path =
      absl::StrCat(testing::TempDir(), "/workflow-of-a-pack.duban");
  std::remove(path.c_str());
  LedgerOptions create;
  create.create = true;
  {
    auto opened = Ledger::Open(path, create);
    ASSERT_TRUE(opened.ok()) << opened.status();
    ASSERT_TRUE((*opened)->Apply(FromText<v1::Batch>(kWorld))->applied());
    Bureau bureau(*std::move(opened));
    bureau.Adopt(
        PackWith("p", "1", kKinds, absl::StrCat("workflow {", kShort, "}")));
    ASSERT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-02", "to: 'li'"), "");
    ASSERT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-05",
                          "by: 'wang' outcome: RESOLVED"),
              "");
    // By these rules none of it could have been.
    bureau.Adopt(PackWith("p", "2", kKinds, "workflow {}"));
    ASSERT_EQ(bureau.Step("m1", "ARCHIVE", "2021-11-09"), "");
    ASSERT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-10", "to: 'li'"),
              "MATTER_ACTION_NOT_ALLOWED");
  }
  auto opened = Ledger::Open(path, {});
  ASSERT_TRUE(opened.ok()) << opened.status();
  Bureau bureau(*std::move(opened));
  EXPECT_EQ(bureau.StateOf("m1"), "archived");
  EXPECT_EQ(bureau.StateOf("m1", "2021-11-01"), "listed");
  EXPECT_EQ(bureau.StateOf("m1", "2021-11-02"), "in_progress");
  EXPECT_EQ(bureau.StateOf("m1", "2021-11-05"), "written_off");
  EXPECT_EQ(bureau.StateOf("m1", "2021-11-30"), "archived");
  std::remove(path.c_str());
}

// A pack comes as bytes, too; its workflow is read before it is adopted.
TEST(WorkflowOfAPackTest, AFaultyWorkflowIsNotAdopted) {
  v1::Pack message;
  message.set_id("p");
  v1::Transition* t = message.mutable_workflow()->add_transition();
  t->set_from(v1::LISTED);
  t->set_action(v1::WITHDRAW);
  t->set_to(v1::WITHDRAWN);
  t->set_guard("matter.nothing");
  v1::Batch batch;
  v1::AdoptPack* adopt = batch.add_changes()->mutable_adopt_pack();
  adopt->set_id("p");
  adopt->set_pack(message.SerializeAsString());
  adopt->set_digest(ToHex(Sha256(adopt->pack())));
  auto ledger = World();
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt->applied());
  ASSERT_EQ(receipt->faults().errors_size(), 1);
  EXPECT_EQ(receipt->faults().errors(0).reason(), "UNKNOWN_FIELD");
  EXPECT_EQ(receipt->faults().errors(0).place().field(),
            "workflow.transition[0].guard");
}

// ---- What the common life asks besides its table --------------------------

TEST(MatterItemsTest, TheWholeIsWrittenOffAfterItsItems) {
  Bureau bureau;
  const auto close = [&](const std::string& id, const std::string& day) {
    EXPECT_EQ(bureau.Step(id, "ASSIGN", "2021-11-02", "to: 'zhang'"), "");
    EXPECT_EQ(bureau.Step(id, "ACCEPT", "2021-11-02"), "");
    EXPECT_EQ(bureau.Step(id, "START", "2021-11-02"), "");
    EXPECT_EQ(bureau.Step(id, "REQUEST_CLOSING", "2021-11-03",
                          "by: 'zhang' outcome: RESOLVED"),
              "");
    EXPECT_EQ(bureau.Step(id, "VERIFY", "2021-11-03", "by: 'wang'"), "");
    return bureau.Step(id, "WRITE_OFF", day);
  };
  for (const char* item : {"b", "a", "gone"}) {
    ASSERT_EQ(bureau.List(item, "parent: 'm1'"), "");
  }
  ASSERT_EQ(bureau.List("idea", "parent: 'm1' is_draft: true"), "");
  ASSERT_EQ(bureau.Step("gone", "WITHDRAW", "2021-11-02", "reason: 'r'"), "");
  EXPECT_EQ(close("m1", "2021-11-10"), "ITEMS_OPEN");
  EXPECT_THAT(bureau.fault().message().en(), HasSubstr("2 of its items"));
  EXPECT_THAT(bureau.fault().message().en(), HasSubstr("a, b"));
  EXPECT_EQ(close("a", "2021-11-10"), "");
  EXPECT_EQ(close("b", "2021-11-12"), "");
  // On the 11th one of them was still open.
  EXPECT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-11"), "ITEMS_OPEN");
  EXPECT_EQ(bureau.Step("m1", "WRITE_OFF", "2021-11-12"), "");
}

TEST(MatterItemsTest, AMatterIsNeverPartOfItself) {
  Bureau bureau;
  ASSERT_EQ(bureau.List("a", "parent: 'm1'"), "");
  ASSERT_EQ(bureau.List("b", "parent: 'a'"), "");
  EXPECT_EQ(bureau.List("a", "parent: 'b'"), "MATTER_CYCLE");
  EXPECT_EQ(bureau.List("a", "parent: 'a'"), "MATTER_CYCLE");
  EXPECT_EQ(bureau.List("b", "parent: 'm1'"), "");
}

TEST(MatterItemsTest, SixtyFourLevelsAndNoMore) {
  Bureau bureau;
  ASSERT_EQ(bureau.List("i1"), "");
  for (int level = 2; level <= 64; ++level) {
    ASSERT_EQ(bureau.List(absl::StrCat("i", level),
                          absl::StrCat("parent: 'i", level - 1, "'")),
              "")
        << level;
  }
  EXPECT_EQ(bureau.List("i65", "parent: 'i64'"), "MATTER_TOO_DEEP");
  EXPECT_EQ(bureau.List("i65", "parent: 'i63'"), "");
}

TEST(MatterLeadTest, AnAssistingUnitDoesNotComeToLead) {
  Bureau bureau;
  ASSERT_EQ(bureau.List("a", "assisting_organizations: 'school-b'"), "");
  EXPECT_EQ(
      bureau.Step("a", "ASSIGN", "2021-11-02", "to_organization: 'school-b'"),
      "LEAD_ASSISTS_ITSELF");
  EXPECT_EQ(
      bureau.Step("a", "CLAIM", "2021-11-02", "to_organization: 'school-b'"),
      "LEAD_ASSISTS_ITSELF");
  EXPECT_EQ(bureau.fault().place().field(), "to_organization");
  EXPECT_EQ(bureau.List("a"), "");
  EXPECT_EQ(
      bureau.Step("a", "ASSIGN", "2021-11-02", "to_organization: 'school-b'"),
      "");
  // Nor does the unit that leads by assignment come to assist.
  EXPECT_EQ(bureau.List("a", "assisting_organizations: 'school-b'"),
            "LEAD_ASSISTS_ITSELF");
}

TEST(MatterLeadTest, RefusedItIsAssignedToAnother) {
  Bureau bureau;
  ASSERT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-02", "to: 'li'"), "");
  ASSERT_EQ(bureau.Step("m1", "REFUSE", "2021-11-03", "reason: '不属本校'"),
            "");
  const LedgerView view = bureau.ledger().View();
  EXPECT_EQ(view->matter_status(*view->Find(v1::MATTER, "m1")).lead, 0U);
  EXPECT_EQ(bureau.Step("m1", "ACCEPT", "2021-11-03"),
            "MATTER_ACTION_NOT_ALLOWED");
  EXPECT_EQ(bureau.Step("m1", "ASSIGN", "2021-11-04", "to: 'wang'"), "");
}

// A unit leads: whoever asks for closing acts for it, and does not verify.
TEST(MatterLeadTest, WhoAsksForClosingDoesNotVerify) {
  Bureau bureau;
  ASSERT_EQ(bureau.Do("list_matter { id: 'u' title: 'U' kind: 'k' "
                      "organization: 'bureau' lead_organization: 'school-b' "
                      "listed_on: '2021-11-01' due_on: '2021-12-31' }"),
            "");
  ASSERT_EQ(
      bureau.Step("u", "ASSIGN", "2021-11-02", "to_organization: 'school-b'"),
      "");
  ASSERT_EQ(bureau.Step("u", "ACCEPT", "2021-11-02"), "");
  ASSERT_EQ(bureau.Step("u", "START", "2021-11-02"), "");
  ASSERT_EQ(bureau.Step("u", "REQUEST_CLOSING", "2021-11-03",
                        "by: 'li' outcome: RESOLVED"),
            "");
  EXPECT_EQ(bureau.Step("u", "VERIFY", "2021-11-04", "by: 'li'"),
            "VERIFIER_ASKED_FOR_CLOSING");
  EXPECT_EQ(bureau.Step("u", "VERIFY", "2021-11-04", "by: 'wang'"), "");
}

// ---- Drafts ---------------------------------------------------------------

TEST(DraftTest, ChangesInAnyWayUntilItIsListed) {
  Bureau bureau;
  ASSERT_EQ(bureau.List("d", "is_draft: true"), "");
  EXPECT_EQ(bureau.StateOf("d"), "draft");
  EXPECT_EQ(bureau.Step("d", "ASSIGN", "2021-11-02", "to: 'li'"),
            "MATTER_ACTION_NOT_ALLOWED");
  EXPECT_THAT(bureau.fault().hint().en(), HasSubstr("without is_draft"));
  EXPECT_EQ(bureau.Do("list_matter { id: 'd' title: 'D' kind: 'k' "
                      "organization: 'bureau' lead: 'wang' is_draft: true "
                      "listed_on: '2021-10-01' due_on: '2022-06-30' }"),
            "");
  EXPECT_EQ(bureau.List("d"), "");
  EXPECT_EQ(bureau.StateOf("d"), "listed");
  const LedgerView view = bureau.ledger().View();
  const auto status = view->matter_status(*view->Find(v1::MATTER, "d"));
  EXPECT_EQ(status.first_due_on.ToString(), "2021-12-31");
  EXPECT_EQ(view->ids(v1::PERSON).At(status.lead), "zhang");
  // From now on what was promised stays.
  EXPECT_EQ(bureau.List("d", "is_draft: true"), "MATTER_LISTING_FIXED");
  EXPECT_EQ(bureau.Do("list_matter { id: 'd' title: 'T' kind: 'practical' "
                      "organization: 'school-a' lead: 'zhang' "
                      "listed_on: '2021-11-01' due_on: '2022-06-30' }"),
            "MATTER_DUE_DATE_FIXED");
}

TEST(DraftTest, CountsNowhere) {
  Bureau bureau;
  ASSERT_EQ(bureau.Do("put_matter_list { id: 'l' title: 'L' kind: 'k' "
                      "organization: 'bureau' issued_on: '2021-11-01' }"),
            "");
  const auto items = [&] {
    const pack::Rules rules;
    const LedgerView view = bureau.ledger().View();
    const ledger::Facts facts(view, rules, *Date::Parse("2021-11-30"));
    return std::vector<int>{
        facts.ItemsOf(*view->Find(v1::MATTER_LIST, "l")).first,
        facts.MatterOf(*view->Find(v1::MATTER, "m1")).items};
  };
  ASSERT_EQ(bureau.List("d", "list: 'l' parent: 'm1' is_draft: true"), "");
  EXPECT_THAT(items(), ElementsAre(0, 0));
  ASSERT_EQ(bureau.List("d", "list: 'l' parent: 'm1'"), "");
  EXPECT_THAT(items(), ElementsAre(1, 1));
}

}  // namespace
}  // namespace duban
