// How points become totals, totals grades, and grades figures; with the
// arithmetic written out.
#include "duban/assess.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

constexpr char kDay[] = "2021-12-31";

std::string Scheme(const std::string& body) {
  return R"(scheme { id: "s" subject: EACH_PERSON every: YEAR
              who: "'member' in person.kinds"
    metric { id: "minutes" tally { from: ACTIVITIES
      where: "'service' in activity.tags" sum: "activity.minutes" } }
    metric { id: "opinion" tally { from: RATINGS average: "rating.level" } }
  )" + body +
         "}";
}

std::string Criterion(const std::string& id, const std::string& max,
                      const std::string& rule) {
  return "criterion { id: \"" + id + "\" max: \"" + max + "\" " + rule + " }\n";
}

// Members m1 … mn of one branch, with so many minutes of lectures each.
std::string Minutes(std::initializer_list<int> minutes) {
  std::string facts = Org("u", "bureau") + Org("b", "branch", "u");
  int i = 0;
  for (int m : minutes) {
    const std::string id = absl::StrCat("m", ++i);
    absl::StrAppend(&facts, Member(id, "b"));
    for (int part = 0; m > 0; ++part, m -= 1440) {
      absl::StrAppend(&facts,
                      Act(absl::StrCat(id, "-", part), "lecture", "2021-03-01",
                          std::min(m, 1440), "'" + id + "'"));
    }
  }
  return facts;
}

TEST(CriterionTest, CapFloorAndDeduction) {
  Campaign c(
      Scheme(
          Criterion("capped", "10", R"(points: "minutes / 60")") +
          Criterion("floored", "10", R"(points: "minutes - 900" min: "-5")") +
          Criterion("taken", "3",
                    R"(kind: DEDUCTION points: "0 - minutes / 300")")),
      Minutes({660, 890}));
  // m1: 660/60 = 11 → 10; 660-900 = -240 → -5; -660/300 = -2.2
  EXPECT_EQ(c.Points("m1", "capped"), "10");
  EXPECT_EQ(c.Points("m1", "floored"), "-5");
  EXPECT_EQ(c.Points("m1", "taken"), "-2.2");
  EXPECT_EQ(c.Card("m1", kDay).total(), "2.80");
  EXPECT_EQ(c.Card("m1", kDay).full_mark(), "20");
  // m2: 890/60 = 14.83 → 10; -10 → -5; -890/300 = -2.966… → -2.97
  EXPECT_EQ(c.Points("m2", "taken"), "-2.97");
}

// Half up, away from zero, at the scheme's places: 2.5 → 3.
TEST(CriterionTest, PointsRoundHalfUp) {
  const std::string rule = Criterion("p", "10", R"(points: "minutes / 60")");
  Campaign whole(Scheme("places: 0 " + rule), Minutes({150, 149}));
  EXPECT_EQ(whole.Points("m1", "p"), "3");
  EXPECT_EQ(whole.Points("m2", "p"), "2");
  Campaign cents(Scheme(rule), Minutes({20}));
  EXPECT_EQ(cents.Points("m1", "p"), "0.33");
}

TEST(CriterionTest, GroupsHaveCapsAndFloors) {
  Campaign c(
      Scheme(R"(group { id: "g" cap: "15" })" +
             Criterion("a", "10", R"(points: "10" group: "g")") +
             Criterion("b", "10", R"(points: "minutes / 60" group: "g")")),
      Minutes({480, 240}));
  // m1: 10 + 8 = 18 → 15; m2: 10 + 4 = 14
  EXPECT_EQ(c.Card("m1", kDay).total(), "15.00");
  EXPECT_EQ(c.Card("m1", kDay).group(0).change(), "-3");
  EXPECT_EQ(c.Card("m2", kDay).total(), "14.00");
}

TEST(CriterionTest, NotApplicableHasNoPointsAndNoFullMark) {
  Campaign c(
      Scheme(Criterion("a", "10", R"(points: "10")") +
             Criterion("b", "5", R"(points: "5" applies: "minutes > 0")")),
      Minutes({0}));
  const v1::Scorecard card = c.Card("m1", kDay);
  EXPECT_EQ(card.full_mark(), "10");
  EXPECT_FALSE(card.criterion(1).applicable());
  EXPECT_EQ(card.criterion(1).points(), "");
}

// "null taken for zero, division by zero"
TEST(MissingTest, MissingIsNotZero) {
  Campaign c(
      Scheme(Criterion("a", "10", R"(points: "has(opinion) ? opinion : 7")")),
      Minutes({0}));
  EXPECT_EQ(c.Points("m1", "a"), "7");
}

TEST(MissingTest, ARefusedMissingValueNamesTheSubject) {
  std::string scheme = Scheme(Criterion("a", "10", R"(points: "opinion")"));
  scheme.replace(scheme.find("id: \"opinion\""), 13,
                 "id: \"opinion\" missing: REFUSED");
  Campaign c(scheme, Minutes({0, 0}));
  const auto assessment = Assess(c.pack(), c.ledger().View(), kDay);
  ASSERT_FALSE(assessment.ok());
  const v1::ErrorList faults = FaultsOf(assessment.status());
  ASSERT_EQ(faults.errors_size(), 2);  // both subjects at once
  EXPECT_EQ(faults.errors(0).reason(), "METRIC_MISSING");
  EXPECT_NE(faults.errors(1).message().en().find("m2"), std::string::npos);
}

TEST(MissingTest, ADivisionByZeroIsAnErrorThatNamesSubjectAndCriterion) {
  Campaign c(Scheme(Criterion("a", "10", R"(points: "10 / minutes")")),
             Minutes({60, 0}));
  const auto assessment = Assess(c.pack(), c.ledger().View(), kDay);
  ASSERT_FALSE(assessment.ok());
  const v1::ErrorList faults = FaultsOf(assessment.status());
  ASSERT_EQ(faults.errors_size(), 1);
  EXPECT_EQ(faults.errors(0).reason(), "DIVISION_BY_ZERO");
  EXPECT_EQ(faults.errors(0).place().field(), "s.a");
}

// The first gets 6, the others in proportion to the first.
TEST(AcrossTest, ProportionalToBest) {
  Campaign c(Scheme(Criterion("a", "6", R"(to_best { value: "minutes" })")),
             Minutes({1200, 600, 400, 0}));
  EXPECT_EQ(c.Points("m1", "a"), "6");
  EXPECT_EQ(c.Points("m2", "a"), "3");
  EXPECT_EQ(c.Points("m3", "a"), "2");
  EXPECT_EQ(c.Points("m4", "a"), "0");
}

// Ranks 1–3: 60, 57, 54; equals share the better rank; then nothing.
TEST(AcrossTest, PointsByRank) {
  Campaign c(Scheme(Criterion("a", "60",
                              R"(by_rank { value: "minutes"
                                 points: ["60", "57", "54"] })")),
             Minutes({100, 300, 200, 200, 50}));
  EXPECT_EQ(c.Points("m2", "a"), "60");
  EXPECT_EQ(c.Points("m3", "a"), "57");
  EXPECT_EQ(c.Points("m4", "a"), "57");
  EXPECT_EQ(c.Points("m1", "a"), "0");  // rank 4
  EXPECT_EQ(c.Points("m5", "a"), "0");
}

std::string Grades(const std::string& more) {
  return Criterion("a", "100", R"(points: "minutes")") +
         R"(grading { grade { id: "A" at_least: "60" share_at_most: "0.4" }
             grade { id: "B" at_least: "60" } grade { id: "C" } )" +
         more + "}";
}

std::string GradesOf(Campaign* c, int n) {
  std::string grades;
  for (int i = 1; i <= n; ++i) {
    absl::StrAppend(&grades, c->Card(absl::StrCat("m", i), kDay).grade());
  }
  return grades;
}

// 40 % of 4 = 1.6: rounded down one, half up two, up two.
TEST(GradeTest, SharesRoundAsThePackSays) {
  const std::string facts = Minutes({90, 80, 70, 50});
  Campaign down(Scheme(Grades("")), facts);
  EXPECT_EQ(GradesOf(&down, 4), "ABBC");
  Campaign half(Scheme(Grades("rounding: HALF_UP")), facts);
  EXPECT_EQ(GradesOf(&half, 4), "AABC");
  Campaign up(Scheme(Grades("rounding: UP")), facts);
  EXPECT_EQ(GradesOf(&up, 4), "AABC");
}

// 40 % of 5 = 2, and three are equal at the top.
TEST(GradeTest, TiesAtTheEndOfAShare) {
  const std::string facts = Minutes({90, 90, 90, 70, 50});
  Campaign out(Scheme(Grades("ties: ALL_OUT")), facts);
  EXPECT_EQ(GradesOf(&out, 5), "BBBBC");
  Campaign in(Scheme(Grades("ties: ALL_IN")), facts);
  EXPECT_EQ(GradesOf(&in, 5), "AAABC");
  EXPECT_EQ(in.Card("m3", kDay).rank(), 1);
  EXPECT_EQ(in.Card("m4", kDay).rank(), 4);
}

// A vetoed subject's grade is locked, and its place in the share is free.
TEST(GradeTest, AVetoLocksTheGrade) {
  const std::string veto =
      R"(veto { id: "v" title { zh: "否决" } when: "minutes == 90" grade: "C" })";
  const std::string facts = Minutes({90, 80, 70, 65, 50});
  Campaign all(Scheme(veto + Grades("")), facts);
  // 40 % of 5 = 2: m2 and m3.
  EXPECT_EQ(GradesOf(&all, 5), "CAABC");
  EXPECT_EQ(all.Card("m1", kDay).veto(0).veto(), "v");
  // 40 % of the 4 not vetoed = 1.6 → 1.
  Campaign base(Scheme(veto + Grades("base: NOT_VETOED")), facts);
  EXPECT_EQ(GradesOf(&base, 5), "CABBC");
}

TEST(GradeTest, SharesAreOfPeersAndSmallGroupsPool) {
  std::string facts =
      Org("u", "bureau") + Org("b1", "branch", "u") + Org("b2", "branch", "u");
  const auto add = [&](const std::string& id, const std::string& branch,
                       int minutes) {
    facts += Member(id, branch) +
             Act("a" + id, "lecture", "2021-03-01", minutes, "'" + id + "'");
  };
  add("m1", "b1", 90);
  add("m2", "b1", 80);
  add("m3", "b1", 70);
  add("m4", "b2", 65);
  add("m5", "b2", 64);
  // Alone: b1 40 % of 3 = 1 (m1); b2 40 % of 2 = 0.
  Campaign alone(Scheme(Grades("within: 'branch'")), facts);
  EXPECT_EQ(GradesOf(&alone, 5), "ABBBB");
  // Both below 4, so pooled: 40 % of 5 = 2 (m1, m2).
  Campaign pooled(Scheme(Grades("within: 'branch' pool_below: 4")), facts);
  EXPECT_EQ(GradesOf(&pooled, 5), "AABBB");
}

TEST(AdjustmentTest, AnAdjustmentStaysVisible) {
  Campaign c(Scheme(Criterion("a", "100", R"(points: "minutes")")),
             Minutes({90, 80}) + R"(
    changes { put_adjustment { id: 'j1' scheme: 's' person: 'm1'
      points: '-1.5' date: '2021-06-01' reason: '核减' approver: 'm2'
      document: '某文〔2021〕1号' } }
    changes { put_adjustment { id: 'j2' scheme: 's' person: 'm1'
      points: '5' date: '2022-06-01' reason: '明年' approver: 'm2' } })");
  const v1::Scorecard card = c.Card("m1", kDay);
  EXPECT_EQ(card.total(), "88.50");
  ASSERT_EQ(card.adjustment_size(), 1);
  EXPECT_EQ(card.adjustment(0).reason(), "核减");
  EXPECT_EQ(card.adjustment(0).approver(), "m2");
}

// A parent's mean is weighted by people: (90+80+10)/3 = 60, not (85+10)/2.
TEST(RollUpTest, MeanWorstAndShare) {
  std::string facts =
      Org("u", "bureau") + Org("b1", "branch", "u") + Org("b2", "branch", "u");
  facts += Member("m1", "b1") + Member("m2", "b1") + Member("m3", "b2") +
           Act("a1", "lecture", "2021-03-01", 90, "'m1'") +
           Act("a2", "lecture", "2021-03-01", 80, "'m2'") +
           Act("a3", "lecture", "2021-03-01", 10, "'m3'");
  Campaign c(Scheme(Grades("") + R"(
    roll_up { id: "mean" method: MEAN } roll_up { id: "worst" method: WORST }
    roll_up { id: "sum" method: SUM_OF kind: "branch" }
    roll_up { id: "share" method: SHARE grade: "A" })"),
             facts);
  std::string figures;
  const v1::Assessment assessment = c.Assess(kDay);
  for (const auto& f : assessment.scheme(0).figure()) {
    absl::StrAppend(&figures, f.organization().id(), " ", f.roll_up(), " ",
                    f.value(), " of ", f.scores(), "\n");
  }
  EXPECT_EQ(figures,
            "u mean 60.00 of 3\nu worst 10.00 of 3\nu share 0.3333 of 3\n"
            "b1 mean 85.00 of 2\nb1 worst 80.00 of 2\nb1 sum 170.00 of 2\n"
            "b1 share 0.5 of 2\n"
            "b2 mean 10.00 of 1\nb2 worst 10.00 of 1\nb2 sum 10.00 of 1\n"
            "b2 share 0 of 1\n");
}

TEST(PeriodTest, AYearIsScoredByItself) {
  Campaign c(R"(scheme { id: "s" subject: EACH_PERSON every: YEAR
      within { from: "2021-01-01" until: "2022-12-31" }
      metric { id: "n" tally { from: ACTIVITIES count {} } }
      criterion { id: "a" max: "10" points: "n" } })",
             Minutes({60}) + Act("x", "visit", "2022-01-01", 5, "'m1'"));
  EXPECT_EQ(c.Card("m1", "2021-02-28").total(), "0.00");
  EXPECT_EQ(c.Card("m1", "2021-12-31").total(), "1.00");
  EXPECT_EQ(c.Card("m1", "2022-01-01").total(), "1.00");
}

// A 2021 period is assessed with the tree of 2021.
TEST(PeriodTest, TheTreeIsThatOfThePeriod) {
  Campaign c(Scheme(Grades("") + R"(roll_up { id: "mean" method: MEAN })"),
             Minutes({90}) + R"(
    changes { put_organization { id: 'c' name: 'c' kind: 'branch'
                                 since: '2022-01-01' } }
    changes { put_person { id: 'm1' name: 'm1' organization: 'c'
                           kinds: 'member' since: '2022-01-01' } })");
  const v1::Assessment assessment = c.Assess("2021-12-31");
  ASSERT_EQ(assessment.scheme(0).figure_size(), 2);
  EXPECT_EQ(assessment.scheme(0).figure(1).organization().id(), "b");
}

TEST(AssessmentTest, TheSameBytesTwiceAndFromAnyOrderOfRows) {
  const std::string rules = Scheme(Grades(""));
  const std::string facts = Minutes({90, 80, 70, 1500, 3000});
  Campaign first(rules, facts);
  const v1::Assessment a = first.Assess(kDay);
  EXPECT_EQ(a.SerializeAsString(), first.Assess(kDay).SerializeAsString());
  // The same facts, people in the opposite order.
  std::string backwards = Org("u", "bureau") + Org("b", "branch", "u");
  for (const char* id : {"m5", "m4", "m3", "m2", "m1"}) {
    backwards += Member(id, "b");
  }
  Campaign second(rules, backwards + facts);
  EXPECT_EQ(a.certificate().result_digest(),
            second.Assess(kDay).certificate().result_digest());
  EXPECT_NE(a.certificate().ledger_head().digest(),
            second.Assess(kDay).certificate().ledger_head().digest());
}

TEST(AssessmentTest, AnUnknownSchemeIsNamed) {
  Campaign c(Scheme(Grades("")), Minutes({90}));
  AssessOptions options;
  options.scheme = "t";
  const auto assessment = Assess(c.pack(), c.ledger().View(), kDay, options);
  EXPECT_EQ(FaultsOf(assessment.status()).errors(0).reason(), "UNKNOWN_SCHEME");
}

TEST(ExplanationTest, DownToTheRecords) {
  Campaign c(Scheme(Criterion(
                 "a", "20", R"pb(points: "prorate(minutes / 60, 20, 20)")pb")),
             Minutes({1500}));
  const auto why = Explain(c.pack(), c.ledger().View(), kDay, "m1");
  ASSERT_TRUE(why.ok()) << why.status();
  const v1::CriterionExplanation& a = why->scheme(0).criterion(0);
  EXPECT_EQ(a.points(), "20");
  EXPECT_EQ(a.worked(), "prorate(1500 / 60, 20, 20)");
  ASSERT_EQ(a.input_size(), 1);
  EXPECT_EQ(a.input(0).value(), "1500");
  ASSERT_EQ(a.input(0).record_size(), 2);
  EXPECT_EQ(a.input(0).record(0).id(), "m1-0");
  EXPECT_EQ(a.input(0).record(0).amount(), "1440");
  EXPECT_EQ(a.input(0).record(1).amount(), "60");
}

TEST(ExplanationTest, AnUnknownSubjectIsNotFound) {
  Campaign c(Scheme(Grades("")), Minutes({90}));
  EXPECT_EQ(Explain(c.pack(), c.ledger().View(), kDay, "x").status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace duban
