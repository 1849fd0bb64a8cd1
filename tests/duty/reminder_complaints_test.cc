// What users of comparable systems complain about, of reminders and limits.
// Around the National Day holiday of 2021: 1 to 7 October are off; Sunday 26
// September and Saturday 9 October are worked.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/reminders.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/ledger/facts.h"
#include "src/ledger/matter_record.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const char kRules[] = R"(
  calendar { mainland_through: 2021 }
  workflow {
    limit { state: ASSIGNED working_days: 3 title { zh: "三个工作日内签收" } }
    limit { state: IN_PROGRESS working_days: 5 title { zh: "五日一报" } }
    limit { state: SUSPENDED working_days: 2 title { zh: "中止" } }
  }
)";
const char kPeople[] = R"(
  changes { put_organization { id: "o" name: "局" kind: "bureau" } }
  changes { put_person { id: "p" name: "张三" organization: "o" } }
  changes { put_person { id: "q" name: "李四" organization: "o" } }
)";

class Office {
 public:
  Office() : campaign_(kRules, kPeople) {}

  void List(const std::string& due, const std::string& more = "") {
    campaign_.Add(absl::StrCat(
        "changes { list_matter { id: 'm' title: 'M' kind: 'practical' "
        "organization: 'o' listed_on: '2021-09-01' due_on: '",
        due, "' ", more, " } }"));
  }
  void Step(const std::string& action, const std::string& date) {
    campaign_.Add(absl::StrCat("changes { step_matter { id: 's", ++steps_,
                               "' matter: 'm' action: ", action, " date: '",
                               date, "' by: '", action == "VERIFY" ? "q" : "p",
                               "' to: 'p' outcome: ", outcome,
                               " reason: '有理由' } }"));
  }
  // "2021-09-28 M 2 late": what falls due, the matter or its stay, days left.
  std::vector<std::string> Due(const std::string& as_of, int within) {
    ReminderOptions options;
    options.within = within;
    const auto report =
        Reminders(campaign_.pack(), campaign_.ledger().View(), as_of, options);
    EXPECT_TRUE(report.ok()) << report.status();
    std::vector<std::string> lines;
    for (const v1::Reminder& r : report->reminder()) {
      const v1::MatterReminder& m = r.matter();
      lines.push_back(
          absl::StrCat(r.due_on(), " ",
                       m.has_limit() ? absl::StrCat(m.limit().zh(), " since ",
                                                    m.entered_on().substr(5))
                                     : m.title(),
                       " ", r.working_days_left(), m.overdue() ? " late" : ""));
    }
    return lines;
  }
  bool Holds(const std::string& condition, const std::string& as_of) {
    Campaign& c = campaign_;
    v1::ErrorList faults;
    auto pack = PackOf(
        absl::StrCat(kRules,
                     "quota { id: 'q' subject: EACH_ORGANIZATION every: YEAR "
                     "partial: OWED need { tally { from: MATTERS where: \"",
                     condition, "\" count {} } at_least: '1' } }"));
    EXPECT_NE(pack, nullptr);
    const auto duties = duban::Duties(*pack, c.ledger().View(), as_of);
    EXPECT_TRUE(duties.ok()) << duties.status();
    return duties->duty_size() == 1 && duties->duty(0).state() == v1::MET;
  }
  Campaign& campaign() { return campaign_; }

  std::string outcome = "RESOLVED";

 private:
  Campaign campaign_;
  int steps_ = 0;
};

TEST(Complaints, RemindersNeverFireAgainAfterASendBack) {
  Office office;
  office.List("2021-10-20");
  office.Step("ASSIGN", "2021-09-06");
  office.Step("ACCEPT", "2021-09-07");
  office.Step("START", "2021-09-07");
  EXPECT_THAT(office.Due("2021-09-10", 2),
              ElementsAre("2021-09-14 五日一报 since 09-07 2"));
  office.Step("REQUEST_CLOSING", "2021-09-13");
  EXPECT_THAT(office.Due("2021-09-14", 2), IsEmpty());
  // Sent back: the five working days start again with that day.
  office.Step("RETURN", "2021-09-22");
  EXPECT_THAT(office.Due("2021-09-24", 3),
              ElementsAre("2021-09-28 五日一报 since 09-22 3"));
  EXPECT_THAT(office.Due("2021-09-29", 0),
              ElementsAre("2021-09-28 五日一报 since 09-22 -1 late"));
  // So does the reminder of the matter, and both again after a relapse.
  office.Step("REQUEST_CLOSING", "2021-09-29");
  office.Step("VERIFY", "2021-09-29");
  office.Step("WRITE_OFF", "2021-09-29");
  EXPECT_THAT(office.Due("2021-10-19", 9), IsEmpty());
  office.Step("REOPEN", "2021-10-19");
  EXPECT_THAT(
      office.Due("2021-10-19", 5),
      ElementsAre("2021-10-20 M 1", "2021-10-26 五日一报 since 10-19 5"));
}

TEST(Complaints, UrgingDoesNotGiveMoreTimeAndAssigningAgainDoes) {
  Office office;
  office.List("2021-10-20");
  office.Step("ASSIGN", "2021-09-06");
  office.Step("URGE", "2021-09-08");
  EXPECT_THAT(office.Due("2021-09-08", 1),
              ElementsAre("2021-09-09 三个工作日内签收 since 09-06 1"));
  office.Step("ASSIGN", "2021-09-10");
  EXPECT_THAT(office.Due("2021-09-10", 3),
              ElementsAre("2021-09-15 三个工作日内签收 since 09-10 3"));
}

TEST(Complaints, WeekendsAndHolidaysMakeEverythingOverdue) {
  Office office;
  office.List("2021-10-20");
  // Thursday 30 September; then eight days nobody works, but for Friday 8 and
  // Saturday 9.
  office.Step("ASSIGN", "2021-09-30");
  EXPECT_THAT(office.Due("2021-10-07", 3),
              ElementsAre("2021-10-11 三个工作日内签收 since 09-30 3"));
  EXPECT_FALSE(office.Holds("matter.state_overdue", "2021-10-11"));
  EXPECT_TRUE(office.Holds("matter.state_overdue", "2021-10-12"));
}

TEST(Complaints, DeadlinesAreOffByOneMidnight) {
  Office office;
  office.List("2021-09-30");
  office.Step("ASSIGN", "2021-09-06");
  // The day itself is in time, to its end: of the stay as of the matter.
  EXPECT_TRUE(
      office.Holds("!matter.state_overdue && "
                   "matter.state_due_on.orValue(as_of) == as_of",
                   "2021-09-09"));
  EXPECT_TRUE(office.Holds("matter.state_overdue", "2021-09-10"));
  EXPECT_FALSE(office.Holds("matter.overdue", "2021-09-30"));
  EXPECT_TRUE(office.Holds("matter.overdue", "2021-10-01"));
}

TEST(Complaints, FixedAlthoughNothingIsResolved) {
  Office office;
  office.List("2021-10-20");
  office.outcome = "UNRESOLVED";
  for (const char* action : {"ASSIGN", "ACCEPT", "START", "REQUEST_CLOSING",
                             "VERIFY", "WRITE_OFF"}) {
    office.Step(action, "2021-09-06");
  }
  EXPECT_TRUE(office.Holds("matter.closed", "2021-09-06"));
  EXPECT_FALSE(office.Holds("matter.resolved", "2021-09-06"));
  EXPECT_THAT(office.Due("2021-10-20", 9), IsEmpty());
}

TEST(StateLimitTest, ASuspendedMatterHasALimitOfItsOwn) {
  Office office;
  office.List("2021-09-13");
  office.Step("ASSIGN", "2021-09-06");
  office.Step("ACCEPT", "2021-09-06");
  office.Step("SUSPEND", "2021-09-09");
  // The matter itself is excused while it is suspended.
  EXPECT_THAT(office.Due("2021-09-14", 0),
              ElementsAre("2021-09-13 中止 since 09-09 -1 late"));
  // Resumed, it is due when it was: suspending moves no date.
  office.Step("RESUME", "2021-09-14");
  EXPECT_THAT(office.Due("2021-09-14", 0), ElementsAre("2021-09-13 M -1 late"));
}

TEST(StateLimitTest, ProgressAndEntryAreDays) {
  Office office;
  office.List("2021-10-20");
  office.Step("ASSIGN", "2021-09-06");
  office.Step("ACCEPT", "2021-09-07");
  EXPECT_TRUE(office.Holds("!has(matter.progress_on)", "2021-09-07"));
  office.Step("REPORT_PROGRESS", "2021-09-08");
  office.Step("REPORT_PROGRESS", "2021-09-15");
  EXPECT_TRUE(office.Holds(
      "has(matter.progress_on) && matter.progress_on == date('2021-09-15') && "
      "matter.state_since == date('2021-09-08')",
      "2021-09-15"));
}

TEST(DraftTest, IsNobodysDutyYet) {
  Office office;
  office.List("2021-09-06", "lead: 'p' is_draft: true");
  EXPECT_THAT(office.Due("2021-09-06", 9), IsEmpty());
  EXPECT_FALSE(office.Holds("true", "2021-09-30"));
  office.List("2021-09-06", "lead: 'p'");
  EXPECT_THAT(office.Due("2021-09-06", 9), ElementsAre("2021-09-06 M 0"));
  EXPECT_TRUE(office.Holds("true", "2021-09-30"));
}

// Who is only asked about a kind does not limit it.
TEST(StateLimitTest, OnlyMattersOfThePacksKinds) {
  const auto pack = PackOf(kRules);
  ledger::MatterStatus status;
  status.state = v1::ASSIGNED;
  status.state_since = *Date::Parse("2021-09-06");
  EXPECT_EQ(ledger::StateDueOn(pack->rules(), "practical", status)->ToString(),
            "2021-09-09");
  EXPECT_FALSE(ledger::StateDueOn(pack->rules(), "problem", status));
  status.state = v1::ACCEPTED;
  EXPECT_FALSE(ledger::StateDueOn(pack->rules(), "practical", status));
}

}  // namespace
}  // namespace duban
