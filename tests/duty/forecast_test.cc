// What an open duty still takes, around the National Day holiday of 2021: 1 to
// 7 October are off; Saturday 9 October is worked.
#include "src/duty/forecast.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

const char kMainland[] = "calendar { mainland_through: 2021 } ";
const char kQuota[] =
    "quota { id: 'q' subject: EACH_PERSON every: MONTH within { from: "
    "'2021-10-01' until: '2021-10-31' } need { id: 'visits' title { zh: '走访' "
    "en: 'visits' } tally { from: ACTIVITIES where: \"activity.kind == "
    "'visit'\" count {} } at_least: '4' unit { zh: '次' en: 'times' } } need { "
    "id: 'hours' tally { from: ACTIVITIES sum: 'activity.minutes' } at_least: "
    "'600' unit { zh: '小时' en: 'hours' } unit_size: '60' } } ";

std::string Base() { return Org("o", "bureau") + Member("li", "o"); }

v1::Duty First(Campaign* c, const std::string& as_of) {
  const v1::DutyReport report = c->Duties(as_of);
  return report.duty().empty() ? v1::Duty() : report.duty(0);
}

TEST(ForecastTest, WorkingDaysAreThePacks) {
  Campaign c(absl::StrCat(kMainland, kQuota), Base());
  // 8, 9; 11–15, 18–22, 25–29: the 31st is a Sunday.
  EXPECT_EQ(First(&c, "2021-10-01").forecast().working_days_left(), 17);
  EXPECT_EQ(First(&c, "2021-10-09").forecast().working_days_left(), 15);
  EXPECT_EQ(First(&c, "2021-10-31").forecast().working_days_left(), 0);
  Campaign weekdays(kQuota, Base());
  // From Monday the 4th four weeks of five.
  EXPECT_EQ(First(&weekdays, "2021-10-01").forecast().working_days_left(), 20);
}

TEST(ForecastTest, SharesOfTimeAndWorkAreExact) {
  Campaign c(kQuota, Base() + Act("a", "visit", "2021-10-08", 200, "'li'") +
                         Act("b", "visit", "2021-10-09", 100, "'li'") +
                         Act("c", "visit", "2021-10-09", 200, "'li'"));
  v1::Forecast forecast = First(&c, "2021-10-10").forecast();
  EXPECT_EQ(forecast.time_gone(), "0.322580645");  // 10 / 31
  EXPECT_EQ(forecast.done(), "0.75");              // 3 / 4 and 500 / 600
  EXPECT_FALSE(forecast.behind());
  forecast = First(&c, "2021-10-25").forecast();
  EXPECT_EQ(forecast.time_gone(), "0.806451613");
  EXPECT_TRUE(forecast.behind());
  EXPECT_EQ(First(&c, "2021-10-31").forecast().time_gone(), "1");
}

TEST(ForecastTest, WhatIsStillNeededInWords) {
  Campaign c(kQuota, Base() + Act("a", "visit", "2021-10-08", 510, "'li'"));
  const v1::Forecast forecast = First(&c, "2021-10-10").forecast();
  ASSERT_EQ(forecast.still_size(), 2);
  EXPECT_EQ(forecast.still(0).need(), "visits");
  EXPECT_EQ(forecast.still(0).amount(), "3");
  EXPECT_EQ(forecast.still(0).say().zh(),
            "还差 3 次（走访），须在 2021-10-31 前完成");
  EXPECT_EQ(forecast.still(0).say().en(),
            "3 times still to be done (visits) by 2021-10-31");
  EXPECT_EQ(forecast.still(1).amount(), "90");
  EXPECT_EQ(forecast.still(1).say().zh(),
            "还差 1.5 小时，须在 2021-10-31 前完成");
}

TEST(ForecastTest, OnlyOfWhatIsOpen) {
  Campaign c(kQuota, Base());
  EXPECT_TRUE(First(&c, "2021-10-31").has_forecast());
  EXPECT_FALSE(First(&c, "2021-11-01").has_forecast());
}

TEST(ForecastTest, OfASubmissionItIsEachPart) {
  Campaign c(
      "submission { id: 's' kind: 'plan' subject: EACH_ORGANIZATION "
      "channel: ['paper', 'electronic'] due_on: '2021-10-20' within { "
      "from: '2021-10-01' until: '2021-12-31' } }",
      Base() +
          "changes { record_submission { id: 'r' kind: 'plan' "
          "organization: 'o' channels: 'paper' received_on: "
          "'2021-10-08' } }");
  const v1::Forecast forecast = First(&c, "2021-10-10").forecast();
  EXPECT_EQ(forecast.time_gone(), "0.5");
  EXPECT_EQ(forecast.done(), "0");
  ASSERT_EQ(forecast.still_size(), 1);
  EXPECT_EQ(forecast.still(0).need(), "electronic");
}

TEST(ForecastTest, RulesSeeIt) {
  Campaign c(
      absl::StrCat(kMainland, kQuota,
                   "warning { id: 'late' when: \"duty.state == 'open' && "
                   "duty.done_share < duty.time_gone && duty.working_days_left "
                   "<= 5\" } warning { id: 'slow' when: \"duty.done_share < "
                   "duty.time_gone\" }"),
      Base() + Act("a", "visit", "2021-10-08", 300, "'li'"));
  EXPECT_EQ(First(&c, "2021-10-07").warning(), "slow");  // nothing yet
  EXPECT_EQ(First(&c, "2021-10-08").warning(), "slow");  // 8 / 31 > 1 / 4
  EXPECT_EQ(First(&c, "2021-10-22").warning(), "late");  // 25–29
}

TEST(ForecastTest, InUnits) {
  EXPECT_EQ(duty::InUnits(Decimal::FromInt(1140), "60"), "19");
  EXPECT_EQ(duty::InUnits(Decimal::FromInt(7), ""), "7");
  EXPECT_EQ(duty::InUnits(Decimal::FromInt(7), "0"), "7");
}

}  // namespace
}  // namespace duban
