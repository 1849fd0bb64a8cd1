// Who begins or ends within a period: on which days it is owed, and how much.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/date.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Visits(const std::string& more, const std::string& at_least = "2") {
  return absl::StrCat(
      "quota { id: 'q' subject: EACH_PERSON every: MONTH ",
      "within { from: '2021-10-01' until: '2021-12-31' } ",
      "need { id: 'n' tally { from: ACTIVITIES count {} } at_least: '",
      at_least, "' unit { zh: '次' en: 'times' } } ", more, " }\n");
}

const char kDivision[] =
    "who: \"person.rank_level >= level('rank', 'division')\" ";

std::string Post(const std::string& id, const std::string& person,
                 const std::string& since, const std::string& until) {
  return absl::StrCat("changes { put_post { id: '", id, "' person: '", person,
                      "' organization: 'o' role: 'head' rank: 'division' ",
                      since.empty() ? "" : "since: '" + since + "' ",
                      until.empty() ? "" : "until: '" + until + "' ", "} }\n");
}

std::string Base() { return Org("o", "bureau") + Member("li", "o"); }

v1::Duty DutyIn(Campaign* c, const std::string& period,
                const std::string& as_of = "2022-01-31",
                const std::string& subject = "li") {
  const v1::DutyReport report = c->Duties(as_of);
  for (const v1::Duty& duty : report.duty()) {
    if (duty.period() == period && duty.subject().id() == subject) return duty;
  }
  return {};
}

TEST(PartialTest, APostThatBeginsOrEndsWithinAMonth) {
  Campaign c(Visits(kDivision),
             Base() + Post("t", "li", "2021-10-15", "2021-12-20"));
  v1::Duty duty = DutyIn(&c, "2021-10");
  EXPECT_EQ(duty.state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(duty.owed_days(), 17);
  EXPECT_EQ(duty.not_applicable_why().zh(), "2021-10-15 起才须承担");
  EXPECT_EQ(duty.not_applicable_why().en(), "owed only since 2021-10-15");
  duty = DutyIn(&c, "2021-11");
  EXPECT_EQ(duty.state(), v1::MISSED);
  EXPECT_EQ(duty.owed_days(), 0);
  duty = DutyIn(&c, "2021-12");
  EXPECT_EQ(duty.state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(duty.owed_days(), 20);
  EXPECT_EQ(duty.not_applicable_why().zh(), "2021-12-20 之后不再承担");
}

TEST(PartialTest, WithinTheMonthAndWithAGap) {
  Campaign c(Visits(kDivision),
             Base() + Post("a", "li", "2021-11-05", "2021-11-10"));
  EXPECT_EQ(DutyIn(&c, "2021-11").not_applicable_why().zh(),
            "只在 2021-11-05 至 2021-11-10 须承担");
  c.Add(Post("b", "li", "2021-11-20", ""));
  const v1::Duty duty = DutyIn(&c, "2021-11");
  EXPECT_EQ(duty.owed_days(), 17);
  EXPECT_EQ(duty.not_applicable_why().zh(), "本期 30 天中只有 17 天须承担");
  // One post follows the other: no day is missing.
  c.Add(Post("c", "li", "2021-10-01", "2021-11-04") +
        Post("d", "li", "2021-11-11", "2021-11-19"));
  EXPECT_EQ(DutyIn(&c, "2021-11").state(), v1::MISSED);
}

TEST(PartialTest, OwedMeansAllOfIt) {
  Campaign c(Visits(absl::StrCat(kDivision, "partial: OWED")),
             Base() + Post("t", "li", "2021-10-15", "2021-12-20") +
                 Act("a", "visit", "2021-10-02", 60, "'li'") +
                 Act("b", "visit", "2021-10-20", 60, "'li'"));
  const v1::Duty duty = DutyIn(&c, "2021-10");
  EXPECT_EQ(duty.state(), v1::MET);
  EXPECT_EQ(duty.owed_days(), 17);
  EXPECT_EQ(DutyIn(&c, "2021-12").state(), v1::MISSED);
  EXPECT_EQ(DutyIn(&c, "2021-12").due_on(), "2021-12-31");
}

TEST(PartialTest, InProportionIsRoundedDownToAWholeUnit) {
  const auto needed = [](const std::string& at_least, const std::string& from) {
    Campaign c(
        Visits(absl::StrCat(kDivision, "partial: IN_PROPORTION"), at_least),
        Base() + Post("t", "li", from, ""));
    const v1::Duty duty = DutyIn(&c, "2021-11");
    return absl::StrCat(v1::DutyState_Name(duty.state()), " ",
                        duty.need(0).at_least(), " ", duty.owed_days());
  };
  EXPECT_EQ(needed("2", "2021-11-01"), "MISSED 2 0");
  EXPECT_EQ(needed("2", "2021-11-02"), "MISSED 1 29");  // 1.93
  EXPECT_EQ(needed("2", "2021-11-16"), "MISSED 1 15");  // exactly 1
  EXPECT_EQ(needed("2", "2021-11-17"), "NOT_APPLICABLE 0 14");
  EXPECT_EQ(needed("3", "2021-11-21"), "MISSED 1 10");
}

TEST(PartialTest, InProportionByUnitsOfHours) {
  Campaign c(
      absl::StrCat(
          "quota { id: 'q' subject: EACH_PERSON every: MONTH ", kDivision,
          "partial: IN_PROPORTION within { from: "
          "'2021-11-01' until: '2021-11-30' } need { id: 'h' tally { "
          "from: ACTIVITIES sum: 'activity.minutes' } at_least: '1200' "
          "unit_size: '60' } need { id: 'share' tally { from: "
          "ACTIVITIES average: 'activity.minutes' } at_least: '50' } }"),
      Base() + Post("t", "li", "2021-11-20", ""));
  const v1::Duty duty = DutyIn(&c, "2021-11");
  // 20 h * 11 / 30 = 7.33 h; an average is not smaller for fewer days.
  EXPECT_EQ(duty.need(0).at_least(), "420");
  EXPECT_EQ(duty.need(1).at_least(), "50");
}

// Two were asked in November; of eleven days' share only what was done then
// counts, and it is due when they end.
TEST(PartialTest, WhoLeavesStillOwesTheShareOfTheDaysServed) {
  Campaign c(Visits(absl::StrCat(kDivision, "partial: IN_PROPORTION"), "3"),
             Base() + Post("t", "li", "", "2021-11-20") +
                 Act("a", "visit", "2021-11-05", 60, "'li'") +
                 Act("b", "visit", "2021-11-25", 60, "'li'"));
  const v1::Duty duty = DutyIn(&c, "2021-11");
  EXPECT_EQ(duty.state(), v1::MISSED);
  EXPECT_EQ(duty.need(0).at_least(), "2");
  EXPECT_EQ(duty.need(0).done(), "1");
  EXPECT_EQ(duty.due_on(), "2021-11-20");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2021-11-20").state(), v1::OPEN);
  EXPECT_EQ(DutyIn(&c, "2021-11", "2021-11-21").state(), v1::MISSED);
  c.Add(Act("c", "visit", "2021-11-20", 60, "'li'"));
  EXPECT_EQ(DutyIn(&c, "2021-11").state(), v1::MET);
}

TEST(PartialTest, TheRecordsBehindAreThoseThatCount) {
  Campaign c(Visits(absl::StrCat(kDivision, "partial: IN_PROPORTION"), "3"),
             Base() + Post("t", "li", "", "2021-11-20") +
                 Act("a", "visit", "2021-11-05", 60, "'li'") +
                 Act("b", "visit", "2021-11-25", 60, "'li'"));
  DutyOptions options;
  options.subject = "li";
  const auto report =
      Duties(c.pack(), c.ledger().View(), "2021-12-31", options);
  ASSERT_TRUE(report.ok()) << report.status();
  for (const v1::Duty& duty : report->duty()) {
    if (duty.period() != "2021-11") continue;
    ASSERT_EQ(duty.need(0).record_size(), 1);
    EXPECT_EQ(duty.need(0).record(0).id(), "a");
  }
}

// The window ends on 14 November: 14 of 30 days of 3 are 1.4.
TEST(PartialTest, APeriodThatTheWindowCutsIsOwedInProportionToo) {
  const auto quota = [](const std::string& partial) {
    return absl::StrCat(
        "quota { id: 'q' subject: EACH_PERSON every: MONTH partial: ", partial,
        " within { from: '2021-10-01' until: '2021-11-14' } need { tally { "
        "from: ACTIVITIES count {} } at_least: '3' } }");
  };
  Campaign c(quota("IN_PROPORTION"), Base());
  const v1::Duty duty = DutyIn(&c, "2021-11");
  EXPECT_EQ(duty.need(0).at_least(), "1");
  EXPECT_EQ(duty.owed_days(), 14);
  EXPECT_EQ(duty.due_on(), "2021-11-14");
  Campaign d(quota("NOT_OWED"), Base());
  EXPECT_EQ(DutyIn(&d, "2021-11").quota(), "");
}

TEST(PartialTest, PersonsAndOrganizationsThatComeAndGo) {
  Campaign c(Visits("") +
                 "quota { id: 'u' subject: EACH_ORGANIZATION every: MONTH "
                 "within { from: '2021-10-01' until: '2021-12-31' } need { "
                 "tally { from: ACTIVITIES count {} } at_least: '1' } }",
             "changes { put_organization { id: 'o' name: 'o' kind: 'bureau' } "
             "} changes { put_organization { id: 's' name: 's' kind: 'school' "
             "parent: 'o' since: '2021-11-10' } } changes { put_person { id: "
             "'li' name: 'l' organization: 'o' until: '2021-11-20' } } "
             "changes { put_person { id: 'wu' name: 'w' organization: 's' "
             "since: '2021-11-25' } }");
  EXPECT_EQ(DutyIn(&c, "2021-10").state(), v1::MISSED);
  EXPECT_EQ(DutyIn(&c, "2021-11").state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(DutyIn(&c, "2021-11").owed_days(), 20);
  EXPECT_EQ(DutyIn(&c, "2021-12").quota(), "");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2022-01-31", "wu").owed_days(), 6);
  EXPECT_EQ(DutyIn(&c, "2021-12", "2022-01-31", "wu").state(), v1::MISSED);
  EXPECT_EQ(DutyIn(&c, "2021-10", "2022-01-31", "s").quota(), "");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2022-01-31", "s").owed_days(), 21);
  EXPECT_EQ(DutyIn(&c, "2021-12", "2022-01-31", "s").state(), v1::MISSED);
}

// The end is agreed on: it is known before it comes. What begins later is not.
TEST(PartialTest, AnEndThatIsKnownIsAnEndAndABeginningIsNotYetThere) {
  Campaign c(Visits("partial: IN_PROPORTION", "3"),
             "changes { put_organization { id: 'o' name: 'o' kind: 'bureau' } "
             "} changes { put_person { id: 'li' name: 'l' organization: 'o' "
             "until: '2021-11-20' } } changes { put_person { id: 'wu' name: "
             "'w' organization: 'o' since: '2021-11-11' } }");
  const v1::Duty duty = DutyIn(&c, "2021-11", "2021-11-08");
  EXPECT_EQ(duty.due_on(), "2021-11-20");
  EXPECT_EQ(duty.need(0).at_least(), "2");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2021-11-08", "wu").quota(), "");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2021-11-11", "wu").need(0).at_least(), "2");
}

// The kind of an organization two levels up, which `who` reads.
TEST(PartialTest, WhatChangesAboveIsAskedAboutOnTheDayItChanges) {
  Campaign c(Visits("who: \"'b' in person.organizations_above\" "),
             Org("a", "bureau") + Org("b", "bureau") +
                 "changes { put_organization { id: 'm' name: 'm' kind: "
                 "'school' parent: 'a' } } changes { put_organization { id: "
                 "'m' name: 'm' kind: 'school' parent: 'b' since: "
                 "'2021-11-11' } } " +
                 Org("n", "branch", "m") + Member("li", "n"));
  EXPECT_EQ(DutyIn(&c, "2021-10").quota(), "");
  EXPECT_EQ(DutyIn(&c, "2021-11").owed_days(), 20);
  EXPECT_EQ(DutyIn(&c, "2021-12").state(), v1::MISSED);
}

// Q7: a pairing that begins on the 20th of a month.
TEST(PartialTest, Q7APairingThatBeginsOnThe20th) {
  const auto quota = [](const std::string& partial) {
    return absl::StrCat(
        "quota { id: 'q' subject: EACH_PAIRING every: MONTH partial: ", partial,
        " within { from: '2021-10-01' until: '2021-12-31' } need { ",
        "tally { from: ACTIVITIES count {} } at_least: '3' } }");
  };
  const std::string facts =
      Base() +
      "changes { put_pairing { id: 'p' kind: 'contact' person: 'li' "
      "partner_organization: 'o' since: '2021-11-20' until: '2021-12-15' } }" +
      Act("a", "visit", "2021-11-25", 60, "'li'", "pairing: 'p'");
  Campaign c(quota("NOT_OWED"), facts);
  v1::Duty duty = DutyIn(&c, "2021-11", "2021-12-31", "p");
  EXPECT_EQ(duty.state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(duty.owed_days(), 11);
  EXPECT_EQ(DutyIn(&c, "2021-10", "2021-12-31", "p").quota(), "");
  Campaign d(quota("IN_PROPORTION"), facts);
  duty = DutyIn(&d, "2021-11", "2021-12-31", "p");
  EXPECT_EQ(duty.state(), v1::MET);  // 3 * 11 / 30 = 1.1
  EXPECT_EQ(duty.need(0).at_least(), "1");
  duty = DutyIn(&d, "2021-12", "2021-12-16", "p");
  EXPECT_EQ(duty.state(), v1::MISSED);  // 3 * 15 / 31 = 1.45
  EXPECT_EQ(duty.due_on(), "2021-12-15");
}

TEST(PartialTest, NotConcernedIsSaidAndComesBeforeExcused) {
  Campaign c(
      Visits("not_applicable_when: \"'teacher' in person.kinds\" "
             "not_applicable_why { zh: '教师不在其列' en: 'a teacher' } "
             "waived_when: \"person.id == 'li' || person.id == 'wu'\" "
             "waived_why { zh: '病假' en: 'ill' }"),
      Org("o", "bureau") + Member("wu", "o") + Member("xu", "o") +
          "changes { put_person { id: 'li' name: 'l' organization: 'o' kinds: "
          "'teacher' } }");
  v1::Duty duty = DutyIn(&c, "2021-11");
  EXPECT_EQ(duty.state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(duty.not_applicable_why().zh(), "教师不在其列");
  EXPECT_EQ(duty.waived_why().zh(), "");
  EXPECT_EQ(duty.need(0).lacking().zh(), "");
  duty = DutyIn(&c, "2021-11", "2022-01-31", "wu");
  EXPECT_EQ(duty.state(), v1::WAIVED);
  EXPECT_EQ(duty.waived_why().zh(), "病假");
  EXPECT_EQ(DutyIn(&c, "2021-11", "2022-01-31", "xu").state(), v1::MISSED);
}

// A submission is owed by who is there on the day it is due.
TEST(PartialTest, ASubmissionIsOwedByWhoIsThereOnTheDueDay) {
  Campaign c(
      "submission { id: 's' kind: 'plan' subject: EACH_ORGANIZATION "
      "due_on: '2021-11-15' }",
      "changes { put_organization { id: 'gone' name: 'g' kind: "
      "'school' until: '2021-11-14' } } changes { put_organization { "
      "id: 'last' name: 'l' kind: 'school' until: '2021-11-15' } } "
      "changes { put_organization { id: 'new' name: 'n' kind: 'school' "
      "since: '2021-11-15' } } changes { put_organization { id: 'late' "
      "name: 'l' kind: 'school' since: '2021-11-16' } }");
  EXPECT_EQ(c.State("s", "gone", "2021-11-10"), "none");
  EXPECT_EQ(c.State("s", "gone", "2021-11-20"), "none");
  EXPECT_EQ(c.State("s", "last", "2021-11-10"), "OPEN");
  EXPECT_EQ(c.State("s", "last", "2021-11-20"), "MISSED");
  EXPECT_EQ(c.State("s", "new", "2021-11-20"), "MISSED");
  EXPECT_EQ(c.State("s", "late", "2021-11-20"), "none");
}

// One of four months met, one waived, one not applicable: half is met.
TEST(PartialTest, SharesOfDutiesLeaveOutWhatIsNotOwed) {
  Campaign c(Visits("waived_when: \"period_from == date('2021-12-01')\"", "1") +
                 "scheme { id: 's' subject: EACH_PERSON every: YEAR metric { "
                 "id: 'met' tally { from: DUTIES ratio: \"duty.state == "
                 "'met'\" } } metric { id: 'missed' tally { from: DUTIES "
                 "where: \"duty.state == 'missed'\" count {} } } criterion { "
                 "id: 'share' max: '100' points: 'met.orValue(0) * 100' } "
                 "criterion { id: 'missed' max: '9' points: 'missed' } }",
             "changes { put_organization { id: 'o' name: 'o' kind: 'bureau' } "
             "} changes { put_person { id: 'li' name: 'l' organization: 'o' "
             "since: '2021-10-05' } }" +
                 Act("a", "visit", "2021-11-25", 60, "'li'"));
  EXPECT_EQ(c.State("q", "li", "2021-12-31", "2021-10"), "NOT_APPLICABLE");
  EXPECT_EQ(c.State("q", "li", "2021-12-31", "2021-11"), "MET");
  EXPECT_EQ(c.State("q", "li", "2021-12-31", "2021-12"), "WAIVED");
  EXPECT_EQ(c.Points("li", "share"), "100");
  EXPECT_EQ(c.Points("li", "missed"), "0");
}

// Every period, and every way of beginning and ending within the months around
// it, against a count day by day.
TEST(PartialTest, OwedDaysAreThoseThatACountDayByDayFinds) {
  std::string facts = Org("o", "bureau");
  std::vector<std::pair<Date, Date>> spans;
  for (int i = 0; i < 60; ++i) {
    const Date since = Date::Parse("2021-09-20")->AddDays(i * 37 % 80);
    const Date until = since.AddDays(i * 13 % 50);
    spans.emplace_back(since, until);
    const std::string id = absl::StrCat("p", 100 + i);
    facts += Member(id, "o") +
             Post("t" + id, id, since.ToString(), until.ToString());
  }
  Campaign c(Visits(absl::StrCat(kDivision, "partial: IN_PROPORTION"), "7"),
             facts);
  const v1::DutyReport report = c.Duties("2022-01-31");
  int seen = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    for (const char* month : {"2021-10-01", "2021-11-01", "2021-12-01"}) {
      const Date first = *Date::Parse(month);
      int days = 0;
      int length = 0;
      for (Date d = first; d <= first.LastOfMonth(); d = d.AddDays(1)) {
        ++length;
        days += spans[i].first <= d && d <= spans[i].second;
      }
      const std::string id = absl::StrCat("p", 100 + i);
      const v1::Duty* found = nullptr;
      for (const v1::Duty& duty : report.duty()) {
        if (duty.subject().id() == id &&
            duty.period() == std::string(month, 7)) {
          found = &duty;
        }
      }
      ASSERT_EQ(found != nullptr, days > 0) << id << " " << month;
      if (found == nullptr) continue;
      ++seen;
      EXPECT_EQ(found->owed_days(), days == length ? 0 : days) << id;
      EXPECT_EQ(found->need(0).at_least(), absl::StrCat(7 * days / length));
    }
  }
  EXPECT_GT(seen, 60);
}

}  // namespace
}  // namespace duban
