#include "src/calendar/working_days.h"

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace duban::calendar {
namespace {

Date D(const std::string& text) { return *Date::Parse(text); }

DayRule Rule(const std::string& from, const std::string& until, bool is_working,
             const std::string& why = "", const std::string& document = "") {
  DayRule rule;
  rule.days = {D(from), D(until)};
  rule.is_working = is_working;
  rule.reason.set_zh(why);
  rule.document = document;
  return rule;
}

DayRule Off(const std::string& from, const std::string& until) {
  return Rule(from, until, false);
}

DayRule Worked(const std::string& day) { return Rule(day, day, true); }

DayLayer Layer(const std::string& id, std::vector<DayRule> rules,
               const std::string& known_until = "9999-12-31") {
  DayLayer layer;
  layer.id = id;
  layer.known.until = D(known_until);
  layer.rules = std::move(rules);
  return layer;
}

// National Day of 2021: 1 to 7 October off, 26 September (Sunday) and
// 9 October (Saturday) worked.
DayLayer NationalDay2021() {
  return Layer("national",
               {Off("2021-10-01", "2021-10-07"), Worked("2021-09-26"),
                Worked("2021-10-09")},
               "2021-12-31");
}

TEST(WorkingCalendarTest, WithoutLayersMondayToFridayAreWorked) {
  const WorkingCalendar days({});
  EXPECT_TRUE(days.IsWorkingDay(D("2021-10-01")));
  EXPECT_FALSE(days.IsWorkingDay(D("2021-10-02")));
  EXPECT_FALSE(days.IsWorkingDay(D("2021-10-03")));
  EXPECT_TRUE(days.IsWorkingDay(D("2021-10-04")));
  EXPECT_FALSE(days.IsProvisional(D("9999-12-31")));
  EXPECT_EQ(days.Between(D("2021-10-01"), D("2021-10-08")), 5);
}

TEST(WorkingCalendarTest, MakeUpDaysAreWorkedOnWeekends) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_TRUE(days.IsWorkingDay(D("2021-09-26")));
  EXPECT_FALSE(days.IsWorkingDay(D("2021-10-07")));
  EXPECT_TRUE(days.IsWorkingDay(D("2021-10-08")));
  EXPECT_TRUE(days.IsWorkingDay(D("2021-10-09")));
  EXPECT_FALSE(days.IsWorkingDay(D("2021-10-10")));
}

TEST(WorkingCalendarTest, TheDayFromWhichIsCountedDoesNotCount) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_EQ(days.Add(D("2021-09-30"), 1), D("2021-10-08"));
  EXPECT_EQ(days.Add(D("2021-09-30"), 2), D("2021-10-09"));
  EXPECT_EQ(days.Add(D("2021-09-30"), 3), D("2021-10-11"));
  EXPECT_EQ(days.Between(D("2021-09-30"), D("2021-10-11")), 3);
  EXPECT_EQ(days.Between(D("2021-09-30"), D("2021-10-07")), 0);
}

TEST(WorkingCalendarTest, NegativeNumbersCountBack) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_EQ(days.Add(D("2021-10-08"), -1), D("2021-09-30"));
  EXPECT_EQ(days.Add(D("2021-10-05"), -1), D("2021-09-30"));
  EXPECT_EQ(days.Add(D("2021-09-27"), -1), D("2021-09-26"));
  EXPECT_EQ(days.Between(D("2021-10-11"), D("2021-09-30")), -3);
}

TEST(WorkingCalendarTest, ZeroDaysOnIsTheDayItselfEvenIfItIsOff) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_EQ(days.Add(D("2021-10-02"), 0), D("2021-10-02"));
}

TEST(WorkingCalendarTest, APeriodThatEndsOnADayOffRollsForward) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_EQ(days.RollForward(D("2021-10-01")), D("2021-10-08"));
  EXPECT_EQ(days.RollForward(D("2021-10-09")), D("2021-10-09"));
  EXPECT_EQ(days.RollForward(D("2021-10-10")), D("2021-10-11"));
}

TEST(WorkingCalendarTest, ALaterLayerHasTheLastWord) {
  const WorkingCalendar days(
      {NationalDay2021(), Layer("school", {Off("2021-10-01", "2021-10-10")}),
       Layer("unit", {Worked("2021-10-03")})});
  EXPECT_FALSE(days.IsWorkingDay(D("2021-10-09")));
  EXPECT_TRUE(days.IsWorkingDay(D("2021-10-03")));
  EXPECT_EQ(days.Why(D("2021-10-09")).layer->id, "school");
  EXPECT_EQ(days.Why(D("2021-10-03")).layer->id, "unit");
  EXPECT_EQ(days.Why(D("2021-09-26")).layer->id, "national");
  EXPECT_EQ(days.Why(D("2021-09-27")).layer, nullptr);
}

TEST(WorkingCalendarTest, WithinALayerTheLaterRuleHasTheLastWord) {
  const WorkingCalendar days(
      {Layer("l", {Worked("2020-02-01"), Off("2020-01-31", "2020-02-02")})});
  EXPECT_FALSE(days.IsWorkingDay(D("2020-02-01")));
  EXPECT_EQ(days.RollForward(D("2020-01-31")), D("2020-02-03"));
}

TEST(WorkingCalendarTest, PastWhatIsKnownDaysAreProvisional) {
  const WorkingCalendar days({NationalDay2021()});
  EXPECT_FALSE(days.IsProvisional(D("2021-12-31")));
  EXPECT_TRUE(days.IsProvisional(D("2022-01-01")));
  EXPECT_TRUE(days.IsWorkingDay(D("2022-10-03")));  // by the weekday only
}

TEST(WorkingCalendarTest, OnlyALayerAboveCanChangeWhatARuleSays) {
  const DayLayer school = Layer("school", {Off("2022-07-01", "2022-08-31")});
  // The national arrangement cannot take the vacation back …
  const WorkingCalendar above({NationalDay2021(), school});
  EXPECT_FALSE(above.IsProvisional(D("2022-07-04")));
  EXPECT_TRUE(above.IsProvisional(D("2022-09-01")));
  // … where it is the later layer, it can.
  const WorkingCalendar below({school, NationalDay2021()});
  EXPECT_TRUE(below.IsProvisional(D("2022-07-04")));
}

TEST(WorkingCalendarTest, SaysWhy) {
  DayLayer layer = Layer("national",
                         {Rule("2021-10-01", "2021-10-07", false, "国庆节",
                               "国办发明电〔2020〕27号"),
                          Worked("2021-10-09")},
                         "2021-12-31");
  layer.title.set_zh("全国");
  const WorkingCalendar days({layer});
  EXPECT_EQ(Describe(days.Why(D("2021-10-01"))).zh(),
            "2021-10-01 休息：国庆节（国办发明电〔2020〕27号）");
  EXPECT_EQ(Describe(days.Why(D("2021-10-09"))).zh(), "2021-10-09 上班：全国");
  EXPECT_EQ(Describe(days.Why(D("2021-10-10"))).en(),
            "2021-10-10 is off: weekend");
  EXPECT_EQ(Describe(days.Why(D("2022-01-03"))).zh(),
            "2022-01-03 上班：周一至周五；暂定，安排尚未公布");
}

TEST(WorkingCalendarTest, TimeHasTwoEnds) {
  const WorkingCalendar days({});
  EXPECT_EQ(days.Add(Date::Max(), 1), Date::Max());
  EXPECT_EQ(days.Add(Date::Min(), -1), Date::Min());
  EXPECT_EQ(days.Add(D("2021-10-08"), INT64_MAX), Date::Max());
  EXPECT_EQ(days.Add(D("2021-10-08"), INT64_MIN), Date::Min());
  const WorkingCalendar never({Layer("l", {Off("0001-01-01", "9999-12-31")})});
  EXPECT_EQ(never.RollForward(D("2021-10-08")), Date::Max());
  EXPECT_EQ(never.Add(D("2021-10-08"), -1), Date::Min());
  EXPECT_EQ(never.Between(Date::Min(), Date::Max()), 0);
}

// ---- Against counting day by day ------------------------------------------

// The calendar as its header describes it, in the plainest way.
class Oracle {
 public:
  explicit Oracle(const std::vector<DayLayer>& layers) : layers_(layers) {}

  bool IsWorkingDay(Date day) const {
    bool is_working = day.weekday() <= 5;
    for (const DayLayer& layer : layers_) {
      for (const DayRule& rule : layer.rules) {
        if (rule.days.Contains(day)) is_working = rule.is_working;
      }
    }
    return is_working;
  }
  bool IsProvisional(Date day) const {
    bool is_provisional = false;
    for (const DayLayer& layer : layers_) {
      bool speaks = false;
      for (const DayRule& rule : layer.rules) speaks |= rule.days.Contains(day);
      if (speaks) is_provisional = false;
      if (!speaks && !layer.known.Contains(day)) is_provisional = true;
    }
    return is_provisional;
  }
  int64_t Between(Date from, Date to) const {
    if (to < from) return -Between(to, from);
    int64_t n = 0;
    for (Date d = from; d < to;) {
      d = d.AddDays(1);
      if (IsWorkingDay(d)) ++n;
    }
    return n;
  }
  Date Add(Date from, int64_t n) const {
    const int step = n < 0 ? -1 : 1;
    Date d = from;
    for (int64_t left = n * step; left > 0;) {
      d = d.AddDays(step);
      if (IsWorkingDay(d)) --left;
    }
    return d;
  }

 private:
  const std::vector<DayLayer>& layers_;
};

class RandomCalendars : public testing::TestWithParam<int> {
 protected:
  // Within 120 days from 2021-01-01: dense enough for rules to meet.
  Date Day() { return D("2021-01-01").AddDays(Upto(120)); }
  int Upto(int n) { return static_cast<int>(random_() % (n + 1)); }

  std::vector<DayLayer> Layers() {
    std::vector<DayLayer> layers(Upto(3));
    for (DayLayer& layer : layers) {
      if (Upto(1) == 0) layer.known = {Day().AddDays(-60), Day()};
      layer.rules.resize(Upto(8));
      for (DayRule& rule : layer.rules) {
        rule.days.from = Day();
        // -1: a rule for no day at all.
        rule.days.until = rule.days.from.AddDays(Upto(10) - 1);
        rule.is_working = Upto(1) == 0;
      }
    }
    return layers;
  }

  // Fixed seeds of an engine that the standard defines to the bit.
  std::mt19937 random_{static_cast<uint32_t>(GetParam())};
};

TEST_P(RandomCalendars, AnswerAsCountingDayByDay) {
  const std::vector<DayLayer> layers = Layers();
  const WorkingCalendar days(layers);
  const Oracle oracle(layers);
  for (int i = -20; i <= 150; ++i) {
    const Date day = D("2021-01-01").AddDays(i);
    ASSERT_EQ(days.IsWorkingDay(day), oracle.IsWorkingDay(day))
        << day.ToString();
    ASSERT_EQ(days.IsProvisional(day), oracle.IsProvisional(day))
        << day.ToString();
    const Date to = Day();
    ASSERT_EQ(days.Between(day, to), oracle.Between(day, to))
        << day.ToString() << " " << to.ToString();
    const int n = Upto(80) - 40;
    ASSERT_EQ(days.Add(day, n), oracle.Add(day, n))
        << day.ToString() << " " << n;
    ASSERT_EQ(days.RollForward(day),
              oracle.IsWorkingDay(day) ? day : oracle.Add(day, 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCalendars, testing::Range(1, 101));

// ---- What a new arrangement moves -----------------------------------------

TEST(MovedDaysTest, NamesEveryDayOnWhichAPeriodEndsOtherwise) {
  const WorkingCalendar before({});
  const WorkingCalendar after({NationalDay2021()});
  std::vector<std::string> moved;
  for (const MovedDay& m :
       MovedDays(before, after, {D("2021-09-20"), D("2021-10-20")})) {
    moved.push_back(m.day.ToString() + (m.was_working ? " worked" : " off") +
                    (m.is_working ? " worked " : " off ") +
                    m.was_due.ToString() + " " + m.is_due.ToString());
  }
  EXPECT_THAT(
      moved, testing::ElementsAre(
                 // The make-up day, and the Saturday from which it is the next.
                 "2021-09-25 off off 2021-09-27 2021-09-26",
                 "2021-09-26 off worked 2021-09-27 2021-09-26",
                 "2021-10-01 worked off 2021-10-01 2021-10-08",
                 "2021-10-02 off off 2021-10-04 2021-10-08",
                 "2021-10-03 off off 2021-10-04 2021-10-08",
                 "2021-10-04 worked off 2021-10-04 2021-10-08",
                 "2021-10-05 worked off 2021-10-05 2021-10-08",
                 "2021-10-06 worked off 2021-10-06 2021-10-08",
                 "2021-10-07 worked off 2021-10-07 2021-10-08",
                 "2021-10-09 off worked 2021-10-11 2021-10-09"));
}

TEST(MovedDaysTest, NothingMovesWhereNothingChanged) {
  const WorkingCalendar one({NationalDay2021()});
  const WorkingCalendar other({NationalDay2021()});
  const DateRange year = {D("2021-01-01"), D("2021-12-31")};
  EXPECT_TRUE(MovedDays(one, other, year).empty());
  EXPECT_TRUE(
      MovedDays(one, WorkingCalendar({}), {D("2021-10-01"), D("2021-09-01")})
          .empty());
  // The last day of time is a day as any other.
  const WorkingCalendar off({Layer("l", {Off("9999-12-31", "9999-12-31")})});
  EXPECT_EQ(MovedDays(WorkingCalendar({}), off, {D("9999-12-31"), Date::Max()})
                .size(),
            1);
}

}  // namespace
}  // namespace duban::calendar
