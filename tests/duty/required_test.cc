// Required submissions whose due day is not worked.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

// 1 to 7 October are off, 8 and 9 October worked; the 9th is a Saturday.
Campaign Submission(const std::string& rules) {
  return Campaign(
      absl::StrCat("calendar { mainland_through: 2021 } submission { id: 's' "
                   "kind: 'plan' subject: EACH_ORGANIZATION ",
                   rules, " }"),
      "changes { put_organization { id: 'o' name: '局' kind: 'bureau' } }");
}

// When it is due, and how it then stands.
std::string DueOf(const std::string& rules, const std::string& as_of) {
  Campaign campaign = Submission(rules);
  const v1::DutyReport report = campaign.Duties(as_of);
  if (report.duty().empty()) return "none";
  const v1::Duty& last = report.duty(report.duty_size() - 1);
  return absl::StrCat(last.due_on(), " ", v1::DutyState_Name(last.state()));
}

TEST(RollForwardTest, ADueDayThatIsOffIsPutOff) {
  const std::string rules = "due_on: '2021-10-05' roll_forward: true";
  EXPECT_EQ(DueOf(rules, "2021-10-08"), "2021-10-08 OPEN");
  EXPECT_EQ(DueOf(rules, "2021-10-09"), "2021-10-08 MISSED");
}

TEST(RollForwardTest, AMakeUpDayIsWorked) {
  EXPECT_EQ(DueOf("due_on: '2021-10-09' roll_forward: true", "2021-10-01"),
            "2021-10-09 OPEN");
}

TEST(RollForwardTest, WhatIsDueAgainAndAgainIsPutOffEachTime) {
  const std::string rules =
      "every: MONTH days_after: 5 roll_forward: true "
      "within { from: '2021-09-01' until: '2021-10-31' }";
  EXPECT_EQ(DueOf(rules, "2021-09-30"), "2021-10-08 OPEN");
  EXPECT_EQ(DueOf(rules, "2021-10-31"), "2021-11-05 OPEN");
}

TEST(RollForwardTest, IsNotDoneUnlessThePackSaysSo) {
  EXPECT_EQ(DueOf("due_on: '2021-10-05'", "2021-10-08"), "2021-10-05 MISSED");
}

TEST(RollForwardTest, WhatComesOnTheDayItIsPutOffToIsInTime) {
  for (const std::string& rules : {std::string("due_on: '2021-10-05'"),
                                   std::string("every: MONTH days_after: 5 "
                                               "within { from: '2021-09-01' "
                                               "until: '2021-09-30' }")}) {
    Campaign campaign = Submission(rules + " roll_forward: true");
    campaign.Add(
        "changes { record_submission { id: 'r' kind: 'plan' "
        "organization: 'o' received_on: '2021-10-08' } }");
    EXPECT_EQ(campaign.State("s", "o", "2021-12-31"), "MET") << rules;
  }
}

}  // namespace
}  // namespace duban
