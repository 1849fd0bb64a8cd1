// The rules that were found in the source documents, by their numbers: each
// is a pack of its own, and no code knows the campaign. What a few facts can
// show is tested inside the pack; the rest, and what is large, here.
//
// Q1–Q3, Q6, Q13 and Q14 are in the example campaigns (tests/assess).
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "duban/coverage.h"
#include "duban/draw.h"
#include "duban/duties.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "tests/support/campaign.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

class Acceptance : public testing::Test {
 protected:
  // Loads tests/acceptance/NAME.textproto; warnings are allowed.
  std::shared_ptr<const Pack> Load(const std::string& name) {
    auto pack = Pack::Load(
        absl::StrCat(DUBAN_SOURCE_DIR "/tests/acceptance/", name, ".textproto"),
        &faults_);
    EXPECT_TRUE(pack.ok()) << pack.status();
    return pack.ok() ? *pack : nullptr;
  }

  // The pack's own tests, of which there has to be one.
  void Passes(const std::string& name) {
    const auto pack = Load(name);
    ASSERT_NE(pack, nullptr);
    const auto report = RunPackTests(*pack);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_GE(report->tests, 1);
    for (const PackTestFailure& failure : report->failures) {
      ADD_FAILURE() << failure.test << ": " << failure.en;
    }
  }

  void Begin(const std::string& name) {
    pack_ = Load(name);
    ASSERT_NE(pack_, nullptr);
    ledger_ = *Ledger::InMemory();
    ASSERT_TRUE(ledger_->Adopt(*pack_)->applied());
  }

  void Add(const std::string& changes) {
    const auto receipt = ledger_->Apply(FromText<v1::Batch>(changes));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_TRUE(receipt->applied()) << receipt->faults().DebugString();
  }

  // The reason of the first fault; "" where the changes are taken.
  std::string Refused(const std::string& changes) {
    const auto receipt = ledger_->Apply(FromText<v1::Batch>(changes));
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    if (receipt->applied()) return "";
    return receipt->faults().errors(0).reason();
  }

  // States of a quota's duties, counted.
  std::map<v1::DutyState, int> States(const Pack& pack,
                                      const std::string& quota,
                                      const std::string& as_of) {
    std::map<v1::DutyState, int> states;
    const auto report = Duties(pack, ledger_->View(), as_of);
    EXPECT_TRUE(report.ok()) << report.status();
    for (const v1::Duty& duty : report->duty()) {
      if (duty.quota() == quota) ++states[duty.state()];
    }
    return states;
  }

  v1::ErrorList faults_;
  std::shared_ptr<const Pack> pack_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Acceptance, Q4_AListEveryTwoMonthsWrittenOffItemByItem) {
  Passes("q04_two_month_list");
}

TEST_F(Acceptance, Q4_AnItemWithoutADueDateIsRefused) {
  Begin("q04_two_month_list");
  Add(Org("u", "university"));
  EXPECT_EQ(Refused("changes { list_matter { id: 'm' title: 't' "
                    "kind: 'practical' organization: 'u' "
                    "listed_on: '2021-09-06' } }"),
            "FIELD_REQUIRED");
}

TEST_F(Acceptance, Q5_OneOrTwoTopicsAReportAndTheShareResolved) {
  Passes("q05_research_topics");
}

TEST_F(Acceptance, Q7_EachPairingEachMonth) { Passes("q07_monthly_contact"); }

TEST_F(Acceptance, Q8_TheStricterQuotaStandsDownTheTree) {
  Passes("q08_inherited_visits");
}

TEST_F(Acceptance, Q9_ProblemResponsiblePlanRectification) {
  Passes("q09_rectification");
}

TEST_F(Acceptance, Q10_BothChannelsToTheRightRecipientInTime) {
  Passes("q10_submissions");
}

TEST_F(Acceptance, Q11_ThreePhasesAndAWeeklyReport) { Passes("q11_phases"); }

TEST_F(Acceptance, Q11_APhaseThatEndsBeforeTheNoticeIsAWarning) {
  ASSERT_NE(Load("q11_phases"), nullptr);
  bool warned = false;
  for (const v1::ErrorDetail& fault : faults_.errors()) {
    EXPECT_EQ(fault.severity(), v1::WARNING) << FormatFault(fault);
    warned |= fault.reason() == "PHASE_ENDS_BEFORE_ISSUE";
  }
  EXPECT_TRUE(warned);
}

// 14 teams, 300 schools in ten districts; each team belongs to a district,
// and the four that are left to the province.
class Inspections : public Acceptance {
 protected:
  void SetUp() override {
    Begin("q12_inspections");
    std::string changes = Org("province", "bureau");
    for (int d = 0; d < 10; ++d) {
      absl::StrAppend(&changes,
                      Org(absl::StrCat("district", d), "bureau", "province"));
    }
    for (int t = 0; t < 14; ++t) {
      absl::StrAppend(&changes, Org(absl::StrCat("team", t), "team",
                                    t < 10 ? absl::StrCat("district", t)
                                           : std::string("province")));
    }
    for (int s = 0; s < 300; ++s) {
      absl::StrAppend(&changes, Org(absl::StrCat("school", s), "school",
                                    absl::StrCat("district", s % 10)));
    }
    Add(changes);
  }

  v1::SampleReport DrawAutumn() {
    const auto report = Draw(*pack_, ledger_->View(), "2021-10-01", "autumn");
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : v1::SampleReport();
  }
};

TEST_F(Inspections, Q12_FourteenTeamsDrawFromThreeHundredSchools) {
  const v1::SampleReport report = DrawAutumn();
  EXPECT_EQ(report.population(), 300);
  ASSERT_EQ(report.drawn_size(), 42);
  std::map<std::string, int> of_team;
  std::set<std::string> schools;
  for (const v1::Drawn& drawn : report.drawn()) {
    schools.insert(drawn.subject().id());
    ++of_team[drawn.team().id()];
  }
  EXPECT_EQ(schools.size(), 42u);
  // 42 over 14: three each, give or take what may not inspect its own.
  EXPECT_EQ(of_team.size(), 14u);
  for (const auto& [team, count] : of_team) {
    EXPECT_GE(count, 2) << team;
    EXPECT_LE(count, 4) << team;
  }
}

// The audit sample does not change when it is looked at again.
TEST_F(Inspections, Q12_TheDrawIsTheSameEachTime) {
  const v1::SampleReport first = DrawAutumn();
  EXPECT_EQ(DrawAutumn().SerializeAsString(), first.SerializeAsString());
}

TEST_F(Inspections, Q12_ATeamNeverInspectsItsOwn) {
  // Team 3 is of district 3; the school's inspector sits in the team.
  Add("changes { put_person { id: 'x' name: 'x' organization: 'school5' } }");
  EXPECT_EQ(Refused("changes { put_inspection { id: 'i1' kind: 'random' "
                    "team: 'district3' organization: 'district3' "
                    "date: '2021-10-08' } }"),
            "TEAM_INSPECTS_ITS_OWN");
  EXPECT_EQ(Refused("changes { put_inspection { id: 'i2' kind: 'random' "
                    "team: 'team3' organization: 'school5' inspectors: 'x' "
                    "date: '2021-10-08' } }"),
            "TEAM_INSPECTS_ITS_OWN");
  EXPECT_EQ(Refused("changes { put_inspection { id: 'i3' kind: 'random' "
                    "team: 'team3' organization: 'school5' "
                    "sampling_plan: 'autumn' date: '2021-10-08' } }"),
            "");
}

class Pairings : public Acceptance {
 protected:
  void SetUp() override { Begin("q15_pairings"); }

  static std::string Pair(const std::string& id, const std::string& kind,
                          const std::string& holder, const std::string& partner,
                          const std::string& until = "") {
    return absl::StrCat(
        "changes { put_pairing { id: '", id, "' kind: '", kind, "' ", holder,
        " ", partner, " since: '2021-09-01' ",
        until.empty() ? "" : absl::StrCat("until: '", until, "'"), " } }\n");
  }
  static std::string Person(const std::string& id) {
    return absl::StrCat("person: '", id, "'");
  }
  static std::string PartnerPerson(const std::string& id) {
    return absl::StrCat("partner_person: '", id, "'");
  }
  static std::string Partner(const std::string& id) {
    return absl::StrCat("partner_organization: '", id, "'");
  }
};

TEST_F(Pairings, Q15_TenThousandClassesAndEightThousandYoungTeachers) {
  std::string changes = Org("city", "school");
  for (int i = 0; i < 10000; ++i) {
    const std::string n = absl::StrCat(i);
    absl::StrAppend(&changes, Org("c" + n, "class", "city"),
                    Member("leader" + n, "city"),
                    "changes { put_post { id: 'post", n, "' person: 'leader", n,
                    "' organization: 'city' role: 'leader' } }\n",
                    Pair("f" + n, "first-class-teacher", Person("leader" + n),
                         Partner("c" + n)));
  }
  for (int i = 0; i < 8000; ++i) {
    const std::string n = absl::StrCat(i);
    absl::StrAppend(
        &changes, Member("young" + n, "city"),
        Pair("m" + n, "mentor", Person(absl::StrCat("leader", i % 100)),
             PartnerPerson("young" + n)));
  }
  Add(changes);
  // One first class-teacher a class, one class each.
  Add(Org("c-new", "class", "city"));
  EXPECT_NE(Refused(Pair("x1", "first-class-teacher", Person("leader1"),
                         Partner("c-new"))),
            "");
  EXPECT_NE(Refused(Pair("x2", "first-class-teacher", Person("leader1"),
                         Partner("c2"))),
            "");
  // A mentor has many; a young teacher has one.
  Add(Member("young-new", "city"));
  EXPECT_EQ(Refused(Pair("x3", "mentor", Person("leader1"),
                         PartnerPerson("young-new"))),
            "");
  EXPECT_NE(
      Refused(Pair("x4", "mentor", Person("leader2"), PartnerPerson("young1"))),
      "");
}

TEST_F(Pairings, Q15_AFirstClassTeacherIsALeader) {
  Add(absl::StrCat(Org("school", "school"), Org("class", "class", "school"),
                   Member("teacher", "school")));
  EXPECT_NE(Refused(Pair("p", "first-class-teacher", Person("teacher"),
                         Partner("class"))),
            "");
}

TEST_F(Pairings, Q15_TwentySixSquadsWithCommunitiesAndFirms) {
  std::string changes = Org("city", "school");
  for (int i = 0; i < 26; ++i) {
    absl::StrAppend(&changes, Org(absl::StrCat("squad", i), "squad", "city"));
  }
  // 15 communities and 12 firms are not organizations of the ledger. There
  // are 27 of them for 26 squads: one squad has two.
  for (int i = 0; i < 27; ++i) {
    absl::StrAppend(&changes,
                    Pair(absl::StrCat("p", i), "squad",
                         absl::StrCat("organization: 'squad", i % 26, "'"),
                         absl::StrCat("partner_name: '",
                                      i < 15 ? "community" : "firm", i, "'")));
  }
  Add(changes);
}

TEST_F(Pairings, Q15_AHundredDoctorsAndAHundredVillagesFrom2021To2023) {
  std::string changes = Org("college", "school");
  for (int i = 0; i < 100; ++i) {
    const std::string n = absl::StrCat(i);
    absl::StrAppend(
        &changes, Member("doctor" + n, "college"),
        Pair("v" + n, "village", Person("doctor" + n),
             absl::StrCat("partner_name: 'village", n, "'"), "2023-12-31"));
  }
  Add(changes);
  Add(Member("doctor-new", "college"));
  // Without an end it is not the programme's pairing.
  EXPECT_NE(Refused(Pair("x", "village", Person("doctor-new"),
                         "partner_name: 'village-new'")),
            "");
  // Once each year, of each pairing.
  Add("changes { record_activity { id: 'a' kind: 'stay' date: '2022-07-01' "
      "participants: 'doctor7' pairing: 'v7' } }");
  std::map<v1::DutyState, int> states =
      States(*pack_, "village-visit", "2024-01-10");
  // 2021 is cut by the beginning in September: not held against anyone.
  EXPECT_EQ(states[v1::MET], 1);
  EXPECT_EQ(states[v1::MISSED], 199);
}

TEST_F(Pairings, Q15_OnePlusN) {
  std::string changes = Org("school", "school");
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(&changes, Org(absl::StrCat("b", i), "branch", "school"));
  }
  for (int i = 1; i < 5; ++i) {
    absl::StrAppend(
        &changes, Pair(absl::StrCat("p", i), "one-plus-n", "organization: 'b0'",
                       Partner(absl::StrCat("b", i))));
  }
  Add(changes);
  // N have one holder.
  EXPECT_NE(
      Refused(Pair("x", "one-plus-n", "organization: 'b5'", Partner("b1"))),
      "");
}

TEST_F(Acceptance, Q16_FiguresKeepTheWordThatQualifiesThem) {
  Passes("q16_figures");
}

TEST_F(Acceptance, Q17_ThreeZonesFiveActionsTenProjects) {
  const auto pack = Load("q17_key_matters");
  ASSERT_NE(pack, nullptr);
  ASSERT_EQ(pack->message().programme_size(), 3);
  EXPECT_EQ(pack->message().programme(0).task_size(), 3);
  EXPECT_EQ(pack->message().programme(1).task_size(), 5);
  EXPECT_EQ(pack->message().programme(2).task_size(), 10);
}

TEST_F(Acceptance, Q17_KeyMattersWithMeasuresResponsibleTimetable) {
  Begin("q17_key_matters");
  std::string changes;
  for (int b = 0; b < 27; ++b) {
    absl::StrAppend(&changes, Org(absl::StrCat("b", b), "bureau"),
                    Member(absl::StrCat("head", b), absl::StrCat("b", b)));
  }
  // 135 over 27 bureaus; the last of bureau 26 names nobody responsible.
  for (int i = 0; i < 135; ++i) {
    const int b = i % 27;
    absl::StrAppend(&changes, "changes { list_matter { id: 'k", i,
                    "' title: 'k", i, "' kind: 'key' organization: 'b", b,
                    "' measures: 'x' ",
                    i == 134 ? "" : absl::StrCat("lead: 'head", b, "' "),
                    "listed_on: '2023-01-10' due_on: '2023-12-31' } }\n");
  }
  Add(changes);
  std::map<v1::DutyState, int> states = States(*pack_, "planned", "2023-06-30");
  EXPECT_EQ(states[v1::MET], 26);
  EXPECT_EQ(states[v1::MISSED] + states[v1::OPEN], 1);
}

TEST_F(Acceptance, Q18_ALeadingGroupWithAWorkingGroupOfFourDepartments) {
  Passes("q18_temporary_bodies");
}

// A temporary body says what it is for.
TEST_F(Acceptance, Q18_ATemporaryBodyHasAMandate) {
  Begin("q18_temporary_bodies");
  EXPECT_NE(Refused("changes { put_organization { id: 'g' name: '专班' "
                    "kind: 'leading-group' since: '2021-03-01' } }"),
            "");
}

TEST_F(Acceptance, Q19_OneForEachUnitAndWhoStillLacksIt) {
  Passes("q19_one_policy_each");
  Begin("q19_one_policy_each");
  std::string changes;
  for (int i = 0; i < 31; ++i) {
    absl::StrAppend(&changes, Org(absl::StrCat("u", 10 + i), "university"));
    if (i % 10 == 0) continue;
    absl::StrAppend(&changes, "changes { record_submission { id: 's", i,
                    "' kind: 'policy' organization: 'u", 10 + i,
                    "' received_on: '2021-06-01' } }\n");
  }
  Add(changes);
  const auto report = CoverageOf(*pack_, ledger_->View(), "2021-07-01");
  ASSERT_TRUE(report.ok()) << report.status();
  for (const v1::Coverage& coverage : report->coverage()) {
    if (coverage.quota() != "one-policy") continue;
    EXPECT_EQ(coverage.owed(), 31);
    EXPECT_EQ(coverage.met(), 27);
    ASSERT_EQ(coverage.lacking_size(), 4);
    EXPECT_EQ(coverage.lacking(0).id(), "u10");
    EXPECT_EQ(coverage.lacking(3).id(), "u40");
    return;
  }
  ADD_FAILURE() << "nothing is said of one-policy";
}

TEST_F(Acceptance, Q20_OneDeedCountsOnceInEachCampaign) {
  Begin("q20_district");
  const auto ministry = Load("q20_ministry");
  ASSERT_NE(ministry, nullptr);
  ASSERT_TRUE(ledger_->Adopt(*ministry)->applied());
  Add(absl::StrCat(Org("s", "school"), Member("a", "s"),
                   Act("v1", "home-visit", "2021-11-06", 60, "'a'"),
                   Act("v2", "home-visit", "2021-11-13", 60, "'a'"),
                   // Known to one campaign only, and so countable in one.
                   Act("v3", "volunteer", "2021-11-20", 60, "'a'")));
  const auto done = [&](const Pack& pack) {
    const auto report = Duties(pack, ledger_->View(), "2022-01-10");
    EXPECT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->duty_size(), 1);
    return report->duty(0).need(0).done();
  };
  EXPECT_EQ(done(*pack_), "2");
  EXPECT_EQ(done(*ministry), "3");
}

}  // namespace
}  // namespace duban
