// What falls due soon, around the National Day holiday of 2021: 1 to 7
// October are off; Sunday 26 September and Saturday 9 October are worked.
#include "src/duty/reminders.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/reminders.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/calendar/mainland.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using calendar::WorkingCalendar;
using testing::ElementsAre;
using testing::IsEmpty;

const char kMainland[] = "calendar { mainland_through: 2021 } ";
const char kPeople[] = R"(
  changes { put_organization { id: "o" name: "局" kind: "bureau" } }
  changes { put_organization { id: "a" name: "甲校" kind: "school"
                               parent: "o" } }
  changes { put_person { id: "p" name: "张三" organization: "o" } }
  changes { put_person { id: "q" name: "李四" organization: "a" } }
)";

Date Day(const std::string& text) { return *Date::Parse(text); }

std::string Matter(const std::string& id, const std::string& due,
                   const std::string& more) {
  return absl::StrCat("changes { list_matter { id: '", id, "' title: '", id,
                      "' kind: 'practical' organization: 'o' ",
                      "listed_on: '2021-09-01' due_on: '", due, "' ", more,
                      " } }\n");
}

std::string Step(const std::string& matter, const std::string& action,
                 const std::string& date, const std::string& more) {
  return absl::StrCat("changes { step_matter { id: '", matter, action,
                      "' matter: '", matter, "' action: ", action, " date: '",
                      date, "' by: 'p' ", more, " } }\n");
}

// "2021-10-05 o submission 1": due, subject, what, working days left.
std::vector<std::string> Due(Campaign* campaign, const std::string& as_of,
                             int within) {
  ReminderOptions options;
  options.within = within;
  const auto report =
      Reminders(campaign->pack(), campaign->ledger().View(), as_of, options);
  EXPECT_TRUE(report.ok()) << report.status();
  std::vector<std::string> lines;
  if (!report.ok()) return lines;
  for (const v1::Reminder& r : report->reminder()) {
    lines.push_back(absl::StrCat(
        r.due_on(), " ", r.subject().id(), " ",
        r.has_duty() ? r.duty().quota() : r.matter().id(), " ",
        r.working_days_left(), r.matter().overdue() ? " overdue" : ""));
  }
  return lines;
}

// Friday 24 September. Worked after it: Sunday 26 (1), Monday 27 to Thursday
// 30 (5), Friday 8 October (6), Saturday 9 (7), Monday 11 (8).
TEST(LastDayWithinTest, DaysOffAfterTheLastWorkingDayBelongToIt) {
  std::vector<calendar::DayLayer> layers;
  layers.push_back(*calendar::MainlandHolidays(2021));
  const WorkingCalendar days(std::move(layers));
  const auto last = [&](int within) {
    return duty::LastDayWithin(days, Day("2021-09-24"), within).ToString();
  };
  EXPECT_EQ(last(0), "2021-09-25");
  EXPECT_EQ(last(1), "2021-09-26");
  EXPECT_EQ(last(5), "2021-10-07");
  EXPECT_EQ(last(6), "2021-10-08");
  EXPECT_EQ(last(7), "2021-10-10");
}

// Monday 27 (1) to Friday 1 October (5), and the weekend after it.
TEST(LastDayWithinTest, WithoutACalendarMondayToFriday) {
  const WorkingCalendar days({});
  EXPECT_EQ(duty::LastDayWithin(days, Day("2021-09-24"), 0).ToString(),
            "2021-09-26");
  EXPECT_EQ(duty::LastDayWithin(days, Day("2021-09-24"), 5).ToString(),
            "2021-10-03");
}

TEST(LastDayWithinTest, TheEndOfTime) {
  const WorkingCalendar days({});
  EXPECT_EQ(duty::LastDayWithin(days, Day("2021-09-24"), INT64_MAX),
            Date::Max());
  EXPECT_EQ(duty::LastDayWithin(days, Date::Max(), 5), Date::Max());
}

TEST(RemindersTest, AreAheadByThePacksWorkingDays) {
  const std::string facts =
      absl::StrCat(kPeople, Matter("m1", "2021-10-05", "lead: 'p'"),
                   Matter("m2", "2021-10-08", "lead: 'p'"),
                   Matter("m3", "2021-10-09", "lead: 'p'"));
  // After Wednesday 29 September: the 30th is 1, and so is all of the
  // holiday; 8 October is 2, 9 October 3.
  Campaign campaign(kMainland, facts);
  EXPECT_THAT(Due(&campaign, "2021-09-29", 0), IsEmpty());
  EXPECT_THAT(Due(&campaign, "2021-09-29", 1),
              ElementsAre("2021-10-05 p m1 1"));
  EXPECT_THAT(Due(&campaign, "2021-09-29", 3),
              ElementsAre("2021-10-05 p m1 1", "2021-10-08 p m2 2",
                          "2021-10-09 p m3 3"));
  // By weekdays 30, 1, 4, 5 are 4, the 8th is 7, and so is Saturday the 9th.
  Campaign weekdays("", facts);
  EXPECT_THAT(Due(&weekdays, "2021-09-29", 3), IsEmpty());
  EXPECT_THAT(Due(&weekdays, "2021-09-29", 7),
              ElementsAre("2021-10-05 p m1 4", "2021-10-08 p m2 7",
                          "2021-10-09 p m3 7"));
}

TEST(RemindersTest, WhatIsOverdueStaysAndCountsBackwards) {
  Campaign campaign(kMainland,
                    absl::StrCat(kPeople, Matter("late", "2021-09-30", ""),
                                 Matter("today", "2021-10-11", "")));
  // Since 30 September: 8, 9 and 11 October.
  EXPECT_THAT(
      Due(&campaign, "2021-10-11", 0),
      ElementsAre("2021-09-30 o late -3 overdue", "2021-10-11 o today 0"));
  // Over, but no working day has gone by.
  EXPECT_THAT(Due(&campaign, "2021-10-05", 0),
              ElementsAre("2021-09-30 o late 0 overdue"));
}

TEST(RemindersTest, ASubmissionThatRollsForwardIsDueWhenItHasRolled) {
  Campaign campaign(
      absl::StrCat(kMainland,
                   "submission { id: 's' kind: 'plan' who: \"organization.kind "
                   "== 'school'\" subject: EACH_ORGANIZATION "
                   "due_on: '2021-10-05' roll_forward: true }"),
      kPeople);
  EXPECT_THAT(Due(&campaign, "2021-09-30", 0), IsEmpty());
  EXPECT_THAT(Due(&campaign, "2021-09-30", 1), ElementsAre("2021-10-08 a s 1"));
  // Missed: there is nothing left to remind of.
  EXPECT_THAT(Due(&campaign, "2021-10-09", 1), IsEmpty());
  campaign.Add(
      "changes { record_submission { id: 'r' kind: 'plan' organization: 'a' "
      "received_on: '2021-09-30' } }");
  EXPECT_THAT(Due(&campaign, "2021-09-30", 1), IsEmpty());
  EXPECT_THAT(Due(&campaign, "2021-09-29", 2), ElementsAre("2021-10-08 a s 2"));
}

TEST(RemindersTest, AQuotaTellsWhatIsRequiredAndDone) {
  Campaign campaign(
      absl::StrCat(kMainland,
                   "quota { id: 'v' title { zh: '走访' } subject: EACH_PERSON "
                   "who: \"person.id == 'p'\" every: MONTH need { id: 'n' "
                   "tally { from: ACTIVITIES count {} } at_least: '2' } } "
                   "warning { id: 'yellow' when: \"duty.days_left < 5\" }"),
      absl::StrCat(kPeople, Act("act", "visit", "2021-09-10", 60, "'p'")));
  const auto report =
      Reminders(campaign.pack(), campaign.ledger().View(), "2021-09-26", {});
  ASSERT_TRUE(report.ok()) << report.status();
  // Monday 27 to Thursday 30; October has not begun.
  ASSERT_EQ(report->reminder_size(), 1);
  EXPECT_EQ(report->until(), "2021-10-08");
  const v1::Reminder& reminder = report->reminder(0);
  EXPECT_EQ(reminder.due_on(), "2021-09-30");
  EXPECT_EQ(reminder.working_days_left(), 4);
  EXPECT_EQ(reminder.subject().name(), "张三");
  EXPECT_EQ(reminder.duty().period(), "2021-09");
  EXPECT_EQ(reminder.duty().warning(), "yellow");
  ASSERT_EQ(reminder.duty().need_size(), 1);
  EXPECT_EQ(reminder.duty().need(0).at_least(), "2");
  EXPECT_EQ(reminder.duty().need(0).done(), "1");
}

TEST(RemindersTest, OnlyOpenMattersOfTheDay) {
  const std::string steps =
      Step("m", "ASSIGN", "2021-09-02", "to: 'q'") +
      Step("m", "ACCEPT", "2021-09-03", "") +
      Step("m", "SUSPEND", "2021-09-06", "reason: '等资金'") +
      Step("m", "RESUME", "2021-09-08", "") +
      Step("m", "WITHDRAW", "2021-09-10", "reason: '撤项'");
  Campaign campaign(
      kMainland, absl::StrCat(kPeople, Matter("m", "2021-09-09", ""), steps));
  // Its lead is who was assigned by then.
  EXPECT_THAT(Due(&campaign, "2021-08-31", 9), IsEmpty());
  EXPECT_THAT(Due(&campaign, "2021-09-01", 9), ElementsAre("2021-09-09 o m 6"));
  EXPECT_THAT(Due(&campaign, "2021-09-03", 9), ElementsAre("2021-09-09 q m 4"));
  EXPECT_THAT(Due(&campaign, "2021-09-07", 9), IsEmpty());
  EXPECT_THAT(Due(&campaign, "2021-09-08", 9), ElementsAre("2021-09-09 q m 1"));
  EXPECT_THAT(Due(&campaign, "2021-09-10", 9), IsEmpty());
}

TEST(RemindersTest, AnExtensionMovesTheDayAndKeepsThePromise) {
  Campaign campaign(
      kMainland,
      absl::StrCat(
          kPeople, Matter("m", "2021-09-30", "lead_organization: 'a'"),
          Step("m", "ASSIGN", "2021-09-02", "to: 'q' to_organization: 'a'"),
          Step("m", "ACCEPT", "2021-09-03", ""),
          Step("m", "START", "2021-09-03", ""),
          Step("m", "REQUEST_EXTENSION", "2021-09-27", "due_on: '2021-10-12'"),
          Step("m", "GRANT_EXTENSION", "2021-09-28", "due_on: '2021-10-12'")));
  EXPECT_THAT(Due(&campaign, "2021-09-27", 3), ElementsAre("2021-09-30 q m 3"));
  EXPECT_THAT(Due(&campaign, "2021-09-28", 3), IsEmpty());
  // After 29 September: 30; 8, 9, 11, 12 October.
  EXPECT_THAT(Due(&campaign, "2021-09-29", 5), ElementsAre("2021-10-12 q m 5"));
  const auto report =
      Reminders(campaign.pack(), campaign.ledger().View(), "2021-09-29");
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->reminder_size(), 1);
  EXPECT_EQ(report->reminder(0).matter().original_due_on(), "2021-09-30");
}

TEST(RemindersTest, ALeadOrElseItsOrganizationOrElseWhoPromised) {
  Campaign campaign(
      kMainland,
      absl::StrCat(
          kPeople,
          Matter("m1", "2021-09-28", "lead: 'q' lead_organization: 'a'"),
          Matter("m2", "2021-09-29", "lead_organization: 'a'"),
          Matter("m3", "2021-09-30", "")));
  EXPECT_THAT(Due(&campaign, "2021-09-27", 3),
              ElementsAre("2021-09-28 q m1 1", "2021-09-29 a m2 2",
                          "2021-09-30 o m3 3"));
}

TEST(RemindersTest, ByDayThenSubjectThenId) {
  Campaign campaign(
      absl::StrCat(kMainland,
                   "submission { id: 'b' kind: 'plan' subject: "
                   "EACH_ORGANIZATION due_on: '2021-09-30' }"),
      absl::StrCat(kPeople, Matter("c", "2021-09-30", "lead: 'p'"),
                   Matter("a", "2021-09-30", "lead_organization: 'o'"),
                   Matter("z", "2021-09-29", "lead: 'q'")));
  EXPECT_THAT(
      Due(&campaign, "2021-09-28", 2),
      ElementsAre("2021-09-29 q z 1", "2021-09-30 a b 2", "2021-09-30 o a 2",
                  "2021-09-30 o b 2", "2021-09-30 p c 2"));
}

TEST(RemindersTest, NoFewerThanNoDays) {
  Campaign campaign("", kPeople);
  ReminderOptions options;
  options.within = -1;
  const auto report = Reminders(campaign.pack(), campaign.ledger().View(),
                                "2021-09-28", options);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(FaultsOf(report.status()).errors(0).reason(), "BAD_ARGUMENT");
}

}  // namespace
}  // namespace duban
