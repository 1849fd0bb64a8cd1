#include "duban/duties.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

constexpr char kMonthlyVisit[] = R"(
  quota { id: "visit" subject: EACH_PERSON who: "'member' in person.kinds"
          every: MONTH within { from: "2021-10-15" until: "2021-12-31" }
    need { tally { from: ACTIVITIES where: "activity.kind == 'visit'" count {} }
           at_least: "2" } }
)";

std::string Units() {
  return Org("bureau", "bureau") + Org("school", "school", "bureau") +
         Member("li", "school") + Member("zhang", "bureau");
}

TEST(DutyTest, ADutyIsOpenThroughItsLastDayAndMissedTheDayAfter) {
  Campaign c(kMonthlyVisit,
             Units() + Act("a1", "visit", "2021-11-02", 60, "'li'"));
  EXPECT_EQ(c.State("visit", "li", "2021-11-30", "2021-11"), "OPEN");
  EXPECT_EQ(c.State("visit", "li", "2021-12-01", "2021-11"), "MISSED");
  c.Add(Act("a2", "visit", "2021-11-30", 60, "'li'"));
  EXPECT_EQ(c.State("visit", "li", "2021-11-29", "2021-11"), "OPEN");
  EXPECT_EQ(c.State("visit", "li", "2021-11-30", "2021-11"), "MET");
  EXPECT_EQ(c.State("visit", "li", "2021-12-01", "2021-11"), "MET");
}

TEST(DutyTest, PeriodsThatTheWindowCutsAreNotOwedUnlessThePackSaysSo) {
  Campaign c(kMonthlyVisit, Units());
  EXPECT_EQ(c.State("visit", "li", "2021-12-31", "2021-10"), "none");
  std::string owed = kMonthlyVisit;
  owed.replace(owed.find("every: MONTH"), 12, "partial: OWED every: MONTH");
  Campaign d(owed, Units());
  EXPECT_EQ(d.State("visit", "li", "2021-12-31", "2021-10"), "MISSED");
}

TEST(DutyTest, WhatHasNotBegunIsNotListed) {
  Campaign c(kMonthlyVisit, Units());
  EXPECT_EQ(c.State("visit", "li", "2021-11-30", "2021-12"), "none");
  EXPECT_EQ(c.Duties("2021-10-31").duty_size(), 0);
}

TEST(DutyTest, AVoidedRecordDoesNotCount) {
  Campaign c(kMonthlyVisit, Units() +
                                Act("a1", "visit", "2021-11-02", 60, "'li'") +
                                Act("a2", "visit", "2021-11-03", 60, "'li'"));
  EXPECT_EQ(c.State("visit", "li", "2021-12-31", "2021-11"), "MET");
  c.Add("changes { void_record { kind: ACTIVITY id: 'a2' reason: '重复' } }");
  EXPECT_EQ(c.State("visit", "li", "2021-12-31", "2021-11"), "MISSED");
}

TEST(DutyTest, PostsAndPlacesOfThePeriodDecideWhoOwes) {
  Campaign c(R"pb(
               quota {
                 id: "visit"
                 subject: EACH_PERSON
                 who: "person.rank_level >= level('rank', 'division')"
                 every: MONTH
                 within { from: "2021-10-01" until: "2021-12-31" }
                 need {
                   tally {
                     from: ACTIVITIES
                     count {}
                   }
                   at_least: "1"
                 }
               })pb",
             Units() + R"(
    changes { put_post { id: 'p1' person: 'li' organization: 'school'
                         role: 'head' rank: 'division'
                         since: '2021-11-15' } })");
  EXPECT_EQ(c.State("visit", "li", "2021-12-31", "2021-10"), "none");
  EXPECT_EQ(c.State("visit", "li", "2021-12-31", "2021-11"), "NOT_APPLICABLE");
  EXPECT_EQ(c.State("visit", "li", "2022-01-01", "2021-12"), "MISSED");
  EXPECT_EQ(c.State("visit", "zhang", "2021-12-31"), "none");
}

// Exactly one: more than one cannot be mended by waiting.
TEST(DutyTest, AtMostIsMissedAtOnce) {
  Campaign c(R"(
    quota { id: "project" subject: EACH_ORGANIZATION
            who: "organization.kind == 'school'" every: YEAR
      need { tally { from: MATTERS credit: OWN count {} }
             at_least: "1" at_most: "1" } })",
             Units());
  const auto project = [](const std::string& id) {
    return "changes { list_matter { id: '" + id +
           "' title: 't' kind: 'practical' organization: 'school' "
           "listed_on: '2021-03-01' due_on: '2021-06-01' } }";
  };
  EXPECT_EQ(c.State("project", "school", "2021-06-30"), "OPEN");
  c.Add(project("m1"));
  EXPECT_EQ(c.State("project", "school", "2021-06-30"), "MET");
  c.Add(project("m2"));
  EXPECT_EQ(c.State("project", "school", "2021-06-30"), "MISSED");
}

TEST(DutyTest, AWaivedDutySaysWhy) {
  Campaign c(R"(
    quota { id: "lecture" subject: EACH_PERSON every: YEAR
            waived_when: "person.attributes['leave'] == 'sick'"
            waived_why { zh: "病假" en: "sick leave" }
            who: "'leave' in person.attributes"
      need { tally { from: ACTIVITIES count {} } at_least: "1" } })",
             Units() + R"(
    changes { put_person { id: 'sick' name: 's' organization: 'school'
      attributes { name: 'leave' value: 'sick' } } }
    changes { put_person { id: 'away' name: 'a' organization: 'school'
      attributes { name: 'leave' value: 'study' } } })");
  EXPECT_EQ(c.State("lecture", "sick", "2022-01-01"), "WAIVED");
  EXPECT_EQ(c.State("lecture", "away", "2022-01-01"), "MISSED");
  EXPECT_EQ(c.Duties("2022-01-01").duty(1).waived_why().zh(), "病假");
}

// Q7: per pairing one visit every month; to a pairing that begins within a
// month that month does not apply.
TEST(DutyTest, Q7EachPairingIsVisitedEveryMonth) {
  Campaign c(
      R"(
    quota { id: "contact" subject: EACH_PAIRING
            who: "pairing.kind == 'contact'" every: MONTH
            within { from: "2021-10-01" until: "2021-12-31" }
      need { tally { from: ACTIVITIES where: "activity.kind == 'visit'"
                     count {} } at_least: "1" } })",
      Units() + R"(
    changes { put_pairing { id: 'p' kind: 'contact' person: 'zhang'
      partner_organization: 'school' since: '2021-10-08' } })" +
          Act("a1", "visit", "2021-11-02", 60, "'zhang'", "pairing: 'p'") +
          Act("a2", "visit", "2021-12-02", 60, "'zhang'"));
  EXPECT_EQ(c.State("contact", "p", "2021-12-31", "2021-10"), "NOT_APPLICABLE");
  EXPECT_EQ(c.State("contact", "p", "2021-12-31", "2021-11"), "MET");
  EXPECT_EQ(c.State("contact", "p", "2022-01-01", "2021-12"), "MISSED");
}

// Q8: the same quota at two levels; the stricter one applies and says which it
// stands for.
TEST(DutyTest, Q8OfTwoQuotasOnATopicTheStricterStands) {
  Campaign c(R"(
    quota { id: "province" subject: EACH_PERSON every: MONTH topic: "visit"
            within { from: "2021-11-01" until: "2021-11-30" }
      need { tally { from: ACTIVITIES count {} } at_least: "2" } }
    quota { id: "district" subject: EACH_PERSON every: WEEK topic: "visit"
            issuer: "district"
            within { from: "2021-11-01" until: "2021-11-28" }
      need { tally { from: ACTIVITIES count {} } at_least: "1" } })",
             Org("province", "bureau") + Org("district", "bureau", "province") +
                 Member("p1", "province") + Member("d1", "district"));
  EXPECT_EQ(c.State("province", "p1", "2021-11-30", "2021-11"), "OPEN");
  EXPECT_EQ(c.State("district", "p1", "2021-11-30"), "none");
  EXPECT_EQ(c.State("district", "d1", "2021-11-30", "2021-W45"), "MISSED");
  const v1::DutyReport report = c.Duties("2021-11-28");
  int named = 0;
  for (const v1::Duty& duty : report.duty()) {
    EXPECT_FALSE(duty.quota() == "province" && duty.subject().id() == "d1");
    named += duty.stands_for_size() == 1 && duty.stands_for(0) == "province";
  }
  EXPECT_EQ(named, 4);  // the four weeks of d1
}

constexpr char kPlan[] = R"(
  submission { id: "plan" title { zh: "方案" } subject: EACH_ORGANIZATION
    who: "organization.kind == 'school'" kind: "plan"
    channel: ["paper", "electronic"] recipient: "bureau"
    due_on: "2021-11-15" })";

std::string Handed(const std::string& id, const std::string& channel,
                   const std::string& day, const std::string& to = "bureau") {
  return "changes { record_submission { id: '" + id +
         "' kind: 'plan' organization: 'school' recipients: '" + to +
         "' channels: '" + channel + "' received_on: '" + day + "' } }";
}

// Q10: by the day, to the recipient, on paper and electronically.
TEST(DutyTest, Q10BothCopiesToTheRecipientInTime) {
  Campaign c(kPlan, Units());
  EXPECT_EQ(c.State("plan", "school", "2021-11-15"), "OPEN");
  c.Add(Handed("s1", "paper", "2021-11-12"));
  EXPECT_EQ(c.State("plan", "school", "2021-11-15"), "OPEN");
  EXPECT_EQ(c.State("plan", "school", "2021-11-16"), "MISSED");
  c.Add(Handed("s2", "electronic", "2021-11-15"));
  EXPECT_EQ(c.State("plan", "school", "2021-11-14"), "OPEN");
  EXPECT_EQ(c.State("plan", "school", "2021-11-16"), "MET");
}

TEST(DutyTest, Q10LateIsMissedAndSaidToBeLate) {
  Campaign c(kPlan, Units() + Handed("s1", "paper", "2021-11-12") +
                        Handed("s2", "electronic", "2021-11-16"));
  const v1::DutyReport report = c.Duties("2021-11-20");
  ASSERT_EQ(report.duty_size(), 1);
  EXPECT_EQ(report.duty(0).state(), v1::MISSED);
  EXPECT_TRUE(report.duty(0).late());
}

TEST(DutyTest, Q10ToSomebodyElseDoesNotCount) {
  Campaign c(kPlan, Units() + Handed("s1", "paper", "2021-11-12", "school") +
                        Handed("s2", "electronic", "2021-11-12", "school"));
  EXPECT_EQ(c.State("plan", "school", "2021-11-16"), "MISSED");
}

// A report of February that comes on 3 March is not March's as well.
TEST(DutyTest, OneReportServesOnePeriod) {
  Campaign c(R"(
    submission { id: "monthly" subject: EACH_ORGANIZATION kind: "weekly"
      who: "organization.kind == 'school'" every: MONTH days_after: 5
      within { from: "2021-02-01" until: "2021-03-31" } })",
             Units() + R"(
    changes { record_submission { id: 's1' kind: 'weekly'
      organization: 'school' received_on: '2021-03-03' } })");
  EXPECT_EQ(c.State("monthly", "school", "2021-04-06", "2021-02"), "MET");
  EXPECT_EQ(c.State("monthly", "school", "2021-04-05", "2021-03"), "OPEN");
  EXPECT_EQ(c.State("monthly", "school", "2021-04-06", "2021-03"), "MISSED");
  c.Add(R"(
    changes { record_submission { id: 's2' kind: 'weekly'
      organization: 'school' received_on: '2021-03-04' } })");
  EXPECT_EQ(c.State("monthly", "school", "2021-04-06", "2021-03"), "MET");
}

TEST(DutyTest, ANobodyHasNoDuties) {
  Campaign c(kPlan, Units());
  DutyOptions options;
  options.subject = "nobody";
  EXPECT_EQ(Duties(c.pack(), c.ledger().View(), "2021-11-20", options)
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(DutyTest, WarningLevelsFollowFromFacts) {
  Campaign c(std::string(kMonthlyVisit) + R"(
    warning { id: "red" when: "duty.state == 'missed'" }
    warning { id: "yellow" when: "duty.state == 'open' && duty.days_left < 10" }
    warning { id: "green" when: "true" })",
             Units());
  const auto warning = [&](const std::string& day) {
    return c.Duties(day).duty(0).warning();
  };
  EXPECT_EQ(warning("2021-11-20"), "green");   // 10 days left
  EXPECT_EQ(warning("2021-11-21"), "yellow");  // 9 days left
  EXPECT_EQ(warning("2021-12-01"), "red");
}

// Nothing measured is not zero.
TEST(DutyTest, AnAverageOfNothingMeetsNothing) {
  Campaign c(R"(
    quota { id: "opinion" subject: EACH_PERSON every: YEAR
      need { tally { from: RATINGS average: "rating.level" }
             at_most: "3" } })",
             Units());
  const v1::DutyReport report = c.Duties("2022-01-01");
  EXPECT_EQ(report.duty(0).state(), v1::MISSED);
  EXPECT_EQ(report.duty(0).need(0).done(), "");
}

TEST(DutyTest, ABadDateIsAnError) {
  Campaign c(kMonthlyVisit, Units());
  EXPECT_FALSE(Duties(c.pack(), c.ledger().View(), "2021-13-01").ok());
}

}  // namespace
}  // namespace duban
