// Orders that a pack's rules propose.
#include "duban/escalations.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const char kVisit[] =
    "quota { id: 'q' subject: EACH_PERSON who: \"'member' in person.kinds\" "
    "every: MONTH within { from: '2021-09-01' until: '2021-12-31' } need { "
    "tally { from: ACTIVITIES count {} } at_least: '1' } } ";
const char kUnits[] =
    "changes { put_organization { id: 'city' name: '市' kind: 'bureau' } } "
    "changes { put_organization { id: 'line' name: '条' kind: 'bureau' } } "
    "changes { put_organization { id: 'school' name: '校' kind: 'school' "
    "parent: 'city' line_parent: 'line' } } ";

std::string Rule(const std::string& id, const std::string& of,
                 const std::string& when, const std::string& more = "") {
  return absl::StrCat("escalation { id: '", id, "' of: ", of, " when: \"", when,
                      "\" ", more, " } ");
}

// "rule to subject what".
std::vector<std::string> Orders(Campaign* c, const std::string& as_of) {
  const auto report = Escalations(c->pack(), c->ledger().View(), as_of);
  EXPECT_TRUE(report.ok()) << report.status();
  std::vector<std::string> lines;
  if (!report.ok()) return lines;
  for (const v1::EscalationOrder& order : report->order()) {
    lines.push_back(absl::StrCat(
        order.rule(), " ", order.to().id(), " ", order.subject().id(), " ",
        order.has_duty()
            ? absl::StrCat(order.duty().quota(), " ", order.duty().period())
            : absl::StrCat(order.matter().id(), " ",
                           v1::MatterAction_Name(order.action()), " ",
                           order.times_before())));
  }
  return lines;
}

std::string Matter(const std::string& id, const std::string& more) {
  return absl::StrCat("changes { list_matter { id: '", id, "' title: '", id,
                      "' kind: 'practical' organization: 'school' listed_on: "
                      "'2021-09-01' due_on: '2021-10-31' ",
                      more, " } }\n");
}

std::string Step(const std::string& id, const std::string& action,
                 const std::string& date, const std::string& more = "") {
  return absl::StrCat("changes { step_matter { id: '", id,
                      "' matter: 'm' action: ", action, " date: '", date,
                      "' by: 'wu' ", more, " } }\n");
}

TEST(EscalationTest, OfDutiesToEachKindOfAddressee) {
  const std::string missed = "duty.state == 'missed'";
  Campaign c(kVisit + Rule("own", "OF_DUTY", missed) +
                 Rule("home", "OF_DUTY", missed, "to: TO_ORGANIZATION") +
                 Rule("above", "OF_DUTY", missed, "to: TO_PARENT") +
                 Rule("line", "OF_DUTY", missed, "to: TO_LINE_PARENT"),
             kUnits + Member("li", "school"));
  EXPECT_THAT(Orders(&c, "2021-09-30"), IsEmpty());
  EXPECT_THAT(Orders(&c, "2021-10-01"),
              ElementsAre("own li li q 2021-09", "home school li q 2021-09",
                          "above city li q 2021-09", "line line li q 2021-09"));
}

TEST(EscalationTest, WhereNobodyIsAboveTheOrderNamesNobody) {
  Campaign c(kVisit + Rule("above", "OF_DUTY", "duty.state == 'missed'",
                           "to: TO_PARENT"),
             kUnits + Member("li", "city"));
  EXPECT_THAT(Orders(&c, "2021-10-01"), ElementsAre("above  li q 2021-09"));
}

// The third missed month goes further up than the first two.
TEST(EscalationTest, StepsUpByWhatWasMissedBefore) {
  Campaign c(kVisit +
                 Rule("first", "OF_DUTY",
                      "duty.state == 'missed' && duty.missed_before < 2") +
                 Rule("third", "OF_DUTY",
                      "duty.state == 'missed' && duty.missed_before >= 2",
                      "to: TO_PARENT"),
             kUnits + Member("li", "school"));
  EXPECT_THAT(Orders(&c, "2021-12-01"),
              ElementsAre("first li li q 2021-09", "first li li q 2021-10",
                          "third city li q 2021-11"));
}

TEST(EscalationTest, OfMattersWithWhatWasDoneBefore) {
  Campaign c(
      Rule("urge", "OF_MATTER", "matter.overdue && matter.urges < 2",
           "action: URGE") +
          Rule("order", "OF_MATTER", "matter.overdue && matter.urges >= 2",
               "action: ESCALATE to: TO_PARENT"),
      kUnits + Member("wu", "school") + Matter("m", "lead: 'wu'") +
          Step("s1", "ASSIGN", "2021-09-02", "to: 'wu'") +
          Step("s2", "ACCEPT", "2021-09-03") +
          Step("s3", "START", "2021-09-04"));
  EXPECT_THAT(Orders(&c, "2021-10-31"), IsEmpty());
  EXPECT_THAT(Orders(&c, "2021-11-01"), ElementsAre("urge wu wu m URGE 0"));
  c.Add(Step("u1", "URGE", "2021-11-01"));
  EXPECT_THAT(Orders(&c, "2021-11-02"), ElementsAre("urge wu wu m URGE 1"));
  c.Add(Step("u2", "URGE", "2021-11-05"));
  EXPECT_THAT(Orders(&c, "2021-11-06"),
              ElementsAre("order city wu m ESCALATE 0"));
  // Of an earlier day it is still what it was.
  EXPECT_THAT(Orders(&c, "2021-11-02"), ElementsAre("urge wu wu m URGE 1"));
}

TEST(EscalationTest, MattersThatAreNotOpenAreLeftAlone) {
  Campaign c(Rule("all", "OF_MATTER", "matter.overdue || !matter.overdue",
                  "action: URGE"),
             kUnits + Member("wu", "school") + Matter("m", "lead: 'wu'") +
                 Matter("n", ""));
  EXPECT_THAT(Orders(&c, "2021-08-31"), IsEmpty());
  EXPECT_THAT(Orders(&c, "2021-09-01"),
              ElementsAre("all school school n URGE 0", "all wu wu m URGE 0"));
  c.Add(Step("s1", "WITHDRAW", "2021-09-02", "reason: '撤'"));
  EXPECT_THAT(Orders(&c, "2021-09-02"),
              ElementsAre("all school school n URGE 0"));
}

TEST(EscalationTest, APairingsOrderGoesToItsHolder) {
  Campaign c(
      "quota { id: 'q' subject: EACH_PAIRING every: MONTH within { "
      "from: '2021-09-01' until: '2021-09-30' } need { tally { from: "
      "ACTIVITIES count {} } at_least: '1' } } " +
          Rule("own", "OF_DUTY", "duty.state == 'missed'"),
      kUnits + Member("li", "city") +
          "changes { put_pairing { id: 'p' kind: 'contact' person: "
          "'li' partner_organization: 'school' since: '2021-01-01' } }");
  EXPECT_THAT(Orders(&c, "2021-10-01"), ElementsAre("own li p q 2021-09"));
}

}  // namespace
}  // namespace duban
