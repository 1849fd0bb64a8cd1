// Inspections from plan to reply, findings, ratings, indicators, adjustments
// and appeals.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/digest.h"
#include "src/ledger/state.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Inspection(const std::string& more) {
  return absl::StrCat(
      "put_inspection { id: 'i' kind: 'check' team: 'team' "
      "organization: 'school-a' ",
      more, " }");
}

constexpr char kDone[] = "planned_on: '2021-11-22' date: '2021-11-20' ";
constexpr char kConcluded[] =
    "planned_on: '2021-11-22' date: '2021-11-20' conclusion: '须整改' "
    "concluded_on: '2021-11-25' ";

TEST(Inspections, GoFromPlanToReply) {
  auto ledger = World();
  EXPECT_EQ(PutOne(*ledger, Inspection("planned_on: '2021-11-22'")), "");
  // Brought forward.
  EXPECT_EQ(PutOne(*ledger, Inspection(kDone)), "");
  EXPECT_EQ(PutOne(*ledger, Inspection(kConcluded)), "");
  // Only the reply is added, and once.
  EXPECT_EQ(PutOne(*ledger, Inspection(kDone)),
            "INSPECTION_CONCLUDED@concluded_on");
  EXPECT_EQ(
      PutOne(*ledger, Inspection("planned_on: '2021-11-22' date: '2021-11-20' "
                                 "conclusion: '基本到位' "
                                 "concluded_on: '2021-11-25'")),
      "INSPECTION_CONCLUDED@concluded_on");
  EXPECT_EQ(
      PutOne(*ledger, Inspection(absl::StrCat(kConcluded, "reply: '有异议'"))),
      "REPLY_INCOMPLETE@replied_on");
  EXPECT_EQ(PutOne(*ledger, Inspection(absl::StrCat(
                                kConcluded,
                                "reply: '有异议' replied_on: '2021-11-24'"))),
            "REPLY_BEFORE_CONCLUSION@replied_on");
  const std::string replied =
      absl::StrCat(kConcluded, "reply: '有异议' replied_on: '2021-11-25'");
  EXPECT_EQ(PutOne(*ledger, Inspection(replied)), "");
  EXPECT_EQ(PutOne(*ledger, Inspection(replied)), "");
  EXPECT_EQ(PutOne(*ledger,
                   Inspection(absl::StrCat(
                       kConcluded, "reply: '同意' replied_on: '2021-11-26'"))),
            "REPLIED_ALREADY@reply");
  EXPECT_EQ(PutOne(*ledger, Inspection(kConcluded)), "REPLIED_ALREADY@reply");
  // A wrong conclusion is voided and put again.
  EXPECT_EQ(PutOne(*ledger,
                   "void_record { kind: INSPECTION id: 'i' "
                   "reason: '结论有误' }"),
            "");
  EXPECT_EQ(PutOne(*ledger, Inspection(kDone)), "");
}

TEST(Inspections, ConclusionsAreWhole) {
  auto ledger = World();
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-11-20' conclusion: 'x'")),
            "CONCLUSION_INCOMPLETE@concluded_on");
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-11-20' "
                                       "concluded_on: '2021-11-20'")),
            "CONCLUSION_INCOMPLETE@conclusion");
  EXPECT_EQ(PutOne(*ledger, Inspection("conclusion: 'x' "
                                       "concluded_on: '2021-11-20'")),
            "CONCLUSION_INCOMPLETE@date");
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-11-20' conclusion: 'x' "
                                       "concluded_on: '2021-11-19'")),
            "WINDOW_REVERSED@concluded_on");
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-11-20' reply: 'x' "
                                       "replied_on: '2021-11-21'")),
            "REPLY_BEFORE_CONCLUSION@replied_on");
}

// Q12, by the tree of the day and not of another.
TEST(Inspections, ATeamNeverInspectsItsOwnOnThatDay) {
  auto ledger = World();
  ASSERT_EQ(Put(*ledger, R"(
    changes { put_organization { id: 'team' name: '督查组' kind: 'team'
                                 parent: 'school-a' since: '2021-12-01' } }
    changes { put_person { id: 'wang' name: '王五' organization: 'school-a'
                           since: '2021-12-01' } })"),
            "");
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-11-30' "
                                       "inspectors: 'wang'")),
            "");
  EXPECT_EQ(PutOne(*ledger, Inspection("date: '2021-12-01' "
                                       "inspectors: 'wang'")),
            "TEAM_INSPECTS_ITS_OWN@team TEAM_INSPECTS_ITS_OWN@inspectors");
  EXPECT_EQ(PutOne(*ledger, Inspection("planned_on: '2021-11-30'")), "");
  EXPECT_EQ(PutOne(*ledger, Inspection("")), "TEAM_INSPECTS_ITS_OWN@team");
}

TEST(Inspections, NameASamplingPlanThatThereIs) {
  auto ledger = World();
  const std::string change =
      Inspection("planned_on: '2021-11-30' sampling_plan: 'random'");
  // No adopted pack has a list of them.
  EXPECT_EQ(PutOne(*ledger, change), "");
  v1::Batch batch;
  v1::AdoptPack* adopt = batch.add_changes()->mutable_adopt_pack();
  adopt->set_pack(FromText<v1::Pack>("id: 'p' sampling_plan { id: 'random' } "
                                     "sampling_plan { id: 'all' }")
                      .SerializeAsString());
  adopt->set_digest(ToHex(Sha256(adopt->pack())));
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  EXPECT_EQ(PutOne(*ledger, change), "");
  EXPECT_EQ(PutOne(*ledger, Inspection("sampling_plan: 'randon'")),
            "UNKNOWN_SAMPLING_PLAN@sampling_plan");
}

TEST(Findings, AreOfTheInspectedSideAndNotBeforeIt) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, Inspection(kDone)), "");
  const auto finding = [](const char* organization, const char* date) {
    return absl::StrCat(
        "put_finding { id: 'f' inspection: 'i' kind: 'k' "
        "description: 'x' organization: '",
        organization, "' date: '", date, "' }");
  };
  EXPECT_EQ(PutOne(*ledger, finding("school-b", "2021-11-20")),
            "FINDING_ELSEWHERE@organization");
  EXPECT_EQ(PutOne(*ledger, finding("bureau", "2021-11-20")),
            "FINDING_ELSEWHERE@organization");
  EXPECT_EQ(PutOne(*ledger, finding("school-a", "2021-11-19")),
            "FINDING_BEFORE_INSPECTION@date");
  ASSERT_EQ(PutOne(*ledger,
                   "put_organization { id: 'class' name: 'c' "
                   "kind: 'class' parent: 'school-a' }"),
            "");
  EXPECT_EQ(PutOne(*ledger, finding("class", "2021-11-21")), "");
}

// Q9: problem, responsible, plan, rectification, verified.
TEST(Findings, AreFollowedUntilTheyAreRectified) {
  Campaign c(
      "code_list { id: 'inspection-kind' code { id: 'check' } } "
      "code_list { id: 'finding-kind' code { id: 'k' } } "
      "scheme { id: 's' subject: EACH_ORGANIZATION every: ONCE "
      "who: \"organization.id == 'school-a'\" "
      "metric { id: 'opened' tally { from: FINDINGS credit: OWN "
      "where: 'finding.opened' count {} } } "
      "metric { id: 'rectified' tally { from: FINDINGS credit: OWN "
      "where: 'finding.rectified' count {} } } "
      "criterion { id: 'o' max: '10' points: 'opened' } "
      "criterion { id: 'r' max: '10' points: 'rectified' } }",
      Org("bureau", "bureau") + Org("school-a", "school", "bureau") +
          Org("team", "branch", "bureau") + Member("zhang", "school-a") +
          Member("wang", "bureau") + "changes {" + Inspection(kDone) + "}" +
          R"(changes { put_finding { id: 'f' inspection: 'i' kind: 'k'
               description: '台账不全' organization: 'school-a'
               date: '2021-11-20' } })");
  const auto points = [&](const char* day) {
    return c.Points("school-a", "o", day) + c.Points("school-a", "r", day);
  };
  EXPECT_EQ(points("2021-11-21"), "00");
  c.Add(R"(changes { list_matter { id: 'm' title: '补齐台账' kind: 'practical'
    organization: 'school-a' lead: 'zhang' finding: 'f' measures: '逐项核对'
    listed_on: '2021-11-22' due_on: '2021-12-20' } })");
  EXPECT_EQ(points("2021-11-23"), "10");
  for (const std::string step :
       {"ASSIGN to: 'zhang' date: '2021-11-22'",
        "ACCEPT by: 'zhang' date: '2021-11-23'",
        "REPORT_PROGRESS by: 'zhang' date: '2021-11-30' ",
        "REQUEST_CLOSING by: 'zhang' outcome: RESOLVED date: '2021-12-10'",
        "VERIFY by: 'wang' date: '2021-12-12'",
        "WRITE_OFF by: 'wang' date: '2021-12-15'"}) {
    c.Add(absl::StrCat("changes { step_matter { id: '", step.substr(0, 6),
                       "' matter: 'm' action: ", step, " } }"));
  }
  EXPECT_EQ(points("2021-12-14"), "10");
  EXPECT_EQ(points("2021-12-15"), "11");
}

std::string Rating(const std::string& id, const std::string& rater,
                   const std::string& more = "person: 'li'") {
  return absl::StrCat("record_rating { id: '", id,
                      "' kind: 'satisfaction' level: SATISFIED "
                      "date: '2021-11-01' rater: '",
                      rater, "' ", more, " }");
}

TEST(Ratings, OneRaterCountsOnce) {
  auto ledger = World();
  EXPECT_EQ(PutOne(*ledger, Rating("r1", "k1")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r2", "k1")), "RATED_ALREADY@rater");
  EXPECT_EQ(PutOne(*ledger, Rating("r2", "k2")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r3", "k1", "person: 'wang'")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r4", "k1", "person: 'li' panel: 'peers'")),
            "");
  // Corrected under its own id, it is still one; moved away, there is room.
  EXPECT_EQ(PutOne(*ledger, Rating("r1", "k1", "person: 'li' activity: ''")),
            "");
  EXPECT_EQ(PutOne(*ledger, Rating("r1", "k3")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r5", "k1")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r1", "k1")), "RATED_ALREADY@rater");
  EXPECT_EQ(
      PutOne(*ledger, "void_record { kind: RATING id: 'r5' reason: 'r' }"), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r6", "k1")), "");
  // Without a key nobody can tell.
  EXPECT_EQ(PutOne(*ledger, Rating("r7", "")), "");
  EXPECT_EQ(PutOne(*ledger, Rating("r8", "")), "");
  // Twice in one batch.
  EXPECT_EQ(Put(*ledger, absl::StrCat("changes {", Rating("r9", "k9"),
                                      "} changes {", Rating("ra", "k9"), "}")),
            "RATED_ALREADY@rater");
}

// Who rated is in no message, and the earlier rating is not named either.
TEST(Ratings, NoFaultShowsARater) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger, Rating("first", "secret-key")), "");
  std::string bad = "secret-key";
  bad += '\x01';
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(Rating("second", "secret-key"));
  *batch.add_changes() = FromText<v1::Change>(Rating("third", "li"));
  *batch.add_changes() = FromText<v1::Change>(
      Rating("fourth", "秘密★secret-key", "person: 'wang'"));
  *batch.add_changes() = FromText<v1::Change>(
      Rating("fifth", "secret-key", "person: 'li' matter: 'm1'"));
  batch.add_changes()->mutable_record_rating()->set_rater(
      std::string(70000, 'x') + "secret-key");
  const auto receipt = ledger->Apply(batch);
  ASSERT_FALSE(receipt->applied());
  EXPECT_EQ(receipt->faults().errors(0).reason(), "RATED_ALREADY");
  EXPECT_EQ(receipt->faults().errors(1).reason(), "RATER_IS_RATED");
  const std::string all = receipt->faults().DebugString();
  EXPECT_EQ(all.find("secret-key"), std::string::npos) << all;
  EXPECT_EQ(all.find("first"), std::string::npos) << all;
}

TEST(Ratings, TwentyThousandByOneRater) {
  auto ledger = World();
  v1::Batch batch;
  for (int i = 0; i < 20000; ++i) {
    *batch.add_changes()->mutable_put_person() = FromText<v1::Person>(
        absl::StrCat("id: 'p", i, "' name: 'x' organization: 'bureau'"));
    v1::Rating* rating = batch.add_changes()->mutable_record_rating();
    rating->set_id(absl::StrCat("r", i));
    rating->set_kind("satisfaction");
    rating->set_level(v1::SATISFIED);
    rating->set_date("2021-11-01");
    rating->set_rater("public");
    rating->set_person(absl::StrCat("p", i));
  }
  ASSERT_TRUE(ledger->Apply(batch)->applied());
  EXPECT_EQ(PutOne(*ledger, Rating("x", "public", "person: 'p17777'")),
            "RATED_ALREADY@rater");
}

TEST(Indicators, AreReportedInTheUnitOfTheTarget) {
  auto ledger = World();
  ASSERT_EQ(Put(*ledger, R"(
    changes { put_indicator { id: 'rate' title: '初次就业率' kind: 'k'
      is_ratio: true target { value: '95' qualifier: AT_LEAST unit: '%' } } }
    changes { put_indicator { id: 'free' title: 'x' kind: 'k' } })"),
            "");
  const auto report = [](const char* indicator, const char* reported) {
    return absl::StrCat("report_indicator { id: 'v' indicator: '", indicator,
                        "' organization: 'bureau' as_of: '2021-05-31' "
                        "reported { ",
                        reported, " } }");
  };
  EXPECT_EQ(PutOne(*ledger, report("rate", "value: '96.58' unit: '%'")), "");
  EXPECT_EQ(PutOne(*ledger, report("rate", "value: '96.58'")), "");
  EXPECT_EQ(PutOne(*ledger, report("rate", "value: '9' unit: '万人'")),
            "UNIT_DIFFERS@reported.unit");
  // Growth may pass 100 and fall below 0.
  EXPECT_EQ(PutOne(*ledger, report("rate", "value: '130' unit: '%'")), "");
  EXPECT_EQ(PutOne(*ledger, report("rate", "value: '-3' unit: '%'")), "");
  EXPECT_EQ(PutOne(*ledger, report("free", "value: '9' unit: '万人'")), "");
}

constexpr char kScheme[] =
    "scheme { id: 's' subject: EACH_PERSON every: ONCE criterion { id: 'c' "
    "max: '10' "
    "points: '1' } }"
    "scheme { id: 't' subject: EACH_PERSON every: ONCE criterion { id: 'd' "
    "max: '10' "
    "points: '1' } }";

std::string Appeal(const std::string& more) {
  return absl::StrCat(
      "put_appeal { id: 'ap' filed_on: '2021-12-01' "
      "reason: 'r' person: 'li' ",
      more, " }");
}

class AppealTest : public testing::Test {
 protected:
  Campaign c{kScheme,
             Org("bureau", "bureau") + Member("li", "bureau") +
                 Member("wang", "bureau") +
                 R"(changes { put_finding { id: 'f' kind: 'k' description: 'x'
                      organization: 'bureau' date: '2021-11-01' } })"};
  std::string Try(const std::string& change) {
    return PutOne(c.ledger(), change);
  }
};

TEST_F(AppealTest, NobodyApprovesOrDecidesTheirOwn) {
  const auto adjustment = [](const char* approver) {
    return absl::StrCat(
        "put_adjustment { id: 'j' scheme: 's' person: 'li' "
        "points: '1' date: '2021-12-02' reason: 'r' "
        "approver: '",
        approver, "' }");
  };
  EXPECT_EQ(Try(adjustment("li")), "APPROVER_IS_ADJUSTED@approver");
  EXPECT_EQ(Try(adjustment("wang")), "");
  const std::string upheld =
      "scheme: 's' decision: UPHELD decided_on: '2021-12-03' ";
  EXPECT_EQ(Try(Appeal(upheld + "decided_by: 'li' adjustment: 'j'")),
            "APPELLANT_DECIDES@decided_by");
  EXPECT_EQ(Try(Appeal(upheld + "decided_by: 'wang'")),
            "APPEAL_WITHOUT_EFFECT@adjustment");
  EXPECT_EQ(Try(Appeal(upheld + "decided_by: 'wang' adjustment: 'j'")), "");
}

TEST_F(AppealTest, IsAboutACriterionOfTheScheme) {
  EXPECT_EQ(Try(Appeal("scheme: 'x'")), "UNKNOWN_SCHEME@scheme");
  EXPECT_EQ(Try(Appeal("scheme: 's' criterion: 'd'")),
            "UNKNOWN_CRITERION@criterion");
  EXPECT_EQ(Try(Appeal("criterion: 'e'")), "UNKNOWN_CRITERION@criterion");
  EXPECT_EQ(Try(Appeal("criterion: 'd'")), "");
  EXPECT_EQ(Try(Appeal("scheme: 's' criterion: 'c'")), "");
}

TEST_F(AppealTest, AgainstAFindingIsUpheldByVoidingIt) {
  EXPECT_EQ(Try(Appeal("finding: 'f'")), "");
  const std::string upheld =
      "finding: 'f' decision: UPHELD decided_on: '2021-12-03' "
      "decided_by: 'wang'";
  EXPECT_EQ(Try(Appeal(upheld)), "APPEAL_WITHOUT_EFFECT@adjustment");
  EXPECT_EQ(Try("void_record { kind: FINDING id: 'f' reason: '申诉成立' }"),
            "");
  EXPECT_EQ(Try(Appeal(upheld)), "");
}

TEST_F(AppealTest, StaysDecided) {
  const std::string rejected =
      "scheme: 's' decision: REJECTED decided_on: '2021-12-03' "
      "decided_by: 'wang'";
  EXPECT_EQ(Try(Appeal("scheme: 's'")), "");
  EXPECT_EQ(Try(Appeal(rejected)), "");
  EXPECT_EQ(Try(Appeal(rejected)), "");
  EXPECT_EQ(Try(Appeal("scheme: 's'")), "APPEAL_DECIDED@decision");
  EXPECT_EQ(Try("void_record { kind: APPEAL id: 'ap' reason: '处理有误' }"),
            "");
  EXPECT_EQ(Try(Appeal("scheme: 's'")), "");
}

}  // namespace
}  // namespace duban
