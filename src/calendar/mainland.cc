#include "src/calendar/mainland.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::calendar {
namespace {

struct Festival {
  const char* zh;
  const char* en;
};

constexpr Festival kNewYear = {"元旦", "New Year"};
constexpr Festival kSpring = {"春节", "Spring Festival"};
constexpr Festival kQingming = {"清明节", "Qingming Festival"};
constexpr Festival kLabour = {"劳动节", "Labour Day"};
constexpr Festival kDragonBoat = {"端午节", "Dragon Boat Festival"};
constexpr Festival kMidAutumn = {"中秋节", "Mid-Autumn Festival"};
constexpr Festival kNational = {"国庆节", "National Day"};
constexpr Festival kBoth = {"国庆节、中秋节",
                            "National Day and Mid-Autumn Festival"};

// One item of a notice. Days are written 20210211; where only one day is off
// both ends are that day, and what is not worked is 0.
struct Item {
  int year;  // the one whose arrangement it is
  const char* document;
  Festival festival;
  int off_from;
  int off_until;
  int worked[2];
};

// What the notices say, in their order, with weekends where they name them as
// part of the days off (与周末连休). What amends an item stands after it.
constexpr Item kItems[] = {
    {2019, "国办发明电〔2018〕15号", kNewYear, 20181230, 20190101, {20181229}},
    {2019,
     "国办发明电〔2018〕15号",
     kSpring,
     20190204,
     20190210,
     {20190202, 20190203}},
    {2019, "国办发明电〔2018〕15号", kQingming, 20190405, 20190407, {}},
    {2019, "国办发明电〔2018〕15号", kLabour, 20190501, 20190501, {}},
    // 关于调整2019年劳动节假期安排的通知.
    {2019,
     "国办发明电〔2019〕3号",
     kLabour,
     20190501,
     20190504,
     {20190428, 20190505}},
    {2019, "国办发明电〔2018〕15号", kDragonBoat, 20190607, 20190609, {}},
    {2019, "国办发明电〔2018〕15号", kMidAutumn, 20190913, 20190915, {}},
    {2019,
     "国办发明电〔2018〕15号",
     kNational,
     20191001,
     20191007,
     {20190929, 20191012}},

    {2020, "国办发明电〔2019〕16号", kNewYear, 20200101, 20200101, {}},
    {2020,
     "国办发明电〔2019〕16号",
     kSpring,
     20200124,
     20200130,
     {20200119, 20200201}},
    // 关于延长2020年春节假期的通知: 1 February is off after all.
    {2020, "国办发明电〔2020〕1号", kSpring, 20200131, 20200202, {}},
    {2020, "国办发明电〔2019〕16号", kQingming, 20200404, 20200406, {}},
    {2020,
     "国办发明电〔2019〕16号",
     kLabour,
     20200501,
     20200505,
     {20200426, 20200509}},
    {2020,
     "国办发明电〔2019〕16号",
     kDragonBoat,
     20200625,
     20200627,
     {20200628}},
    {2020,
     "国办发明电〔2019〕16号",
     kBoth,
     20201001,
     20201008,
     {20200927, 20201010}},

    {2021, "国办发明电〔2020〕27号", kNewYear, 20210101, 20210103, {}},
    {2021,
     "国办发明电〔2020〕27号",
     kSpring,
     20210211,
     20210217,
     {20210207, 20210220}},
    {2021, "国办发明电〔2020〕27号", kQingming, 20210403, 20210405, {}},
    {2021,
     "国办发明电〔2020〕27号",
     kLabour,
     20210501,
     20210505,
     {20210425, 20210508}},
    {2021, "国办发明电〔2020〕27号", kDragonBoat, 20210612, 20210614, {}},
    {2021,
     "国办发明电〔2020〕27号",
     kMidAutumn,
     20210919,
     20210921,
     {20210918}},
    {2021,
     "国办发明电〔2020〕27号",
     kNational,
     20211001,
     20211007,
     {20210926, 20211009}},

    {2022, "国办发明电〔2021〕11号", kNewYear, 20220101, 20220103, {}},
    {2022,
     "国办发明电〔2021〕11号",
     kSpring,
     20220131,
     20220206,
     {20220129, 20220130}},
    {2022, "国办发明电〔2021〕11号", kQingming, 20220403, 20220405, {20220402}},
    {2022,
     "国办发明电〔2021〕11号",
     kLabour,
     20220430,
     20220504,
     {20220424, 20220507}},
    {2022, "国办发明电〔2021〕11号", kDragonBoat, 20220603, 20220605, {}},
    {2022, "国办发明电〔2021〕11号", kMidAutumn, 20220910, 20220912, {}},
    {2022,
     "国办发明电〔2021〕11号",
     kNational,
     20221001,
     20221007,
     {20221008, 20221009}},

    {2023, "国办发明电〔2022〕16号", kNewYear, 20221231, 20230102, {}},
    {2023,
     "国办发明电〔2022〕16号",
     kSpring,
     20230121,
     20230127,
     {20230128, 20230129}},
    {2023, "国办发明电〔2022〕16号", kQingming, 20230405, 20230405, {}},
    {2023,
     "国办发明电〔2022〕16号",
     kLabour,
     20230429,
     20230503,
     {20230423, 20230506}},
    {2023,
     "国办发明电〔2022〕16号",
     kDragonBoat,
     20230622,
     20230624,
     {20230625}},
    {2023,
     "国办发明电〔2022〕16号",
     kBoth,
     20230929,
     20231006,
     {20231007, 20231008}},

    {2024, "国办发明电〔2023〕7号", kNewYear, 20231230, 20240101, {}},
    {2024,
     "国办发明电〔2023〕7号",
     kSpring,
     20240210,
     20240217,
     {20240204, 20240218}},
    {2024, "国办发明电〔2023〕7号", kQingming, 20240404, 20240406, {20240407}},
    {2024,
     "国办发明电〔2023〕7号",
     kLabour,
     20240501,
     20240505,
     {20240428, 20240511}},
    {2024, "国办发明电〔2023〕7号", kDragonBoat, 20240608, 20240610, {}},
    {2024, "国办发明电〔2023〕7号", kMidAutumn, 20240915, 20240917, {20240914}},
    {2024,
     "国办发明电〔2023〕7号",
     kNational,
     20241001,
     20241007,
     {20240929, 20241012}},

    {2025, "国办发明电〔2024〕12号", kNewYear, 20250101, 20250101, {}},
    {2025,
     "国办发明电〔2024〕12号",
     kSpring,
     20250128,
     20250204,
     {20250126, 20250208}},
    {2025, "国办发明电〔2024〕12号", kQingming, 20250404, 20250406, {}},
    {2025, "国办发明电〔2024〕12号", kLabour, 20250501, 20250505, {20250427}},
    {2025, "国办发明电〔2024〕12号", kDragonBoat, 20250531, 20250602, {}},
    {2025,
     "国办发明电〔2024〕12号",
     kBoth,
     20251001,
     20251008,
     {20250928, 20251011}},

    {2026, "国办发明电〔2025〕7号", kNewYear, 20260101, 20260103, {20260104}},
    {2026,
     "国办发明电〔2025〕7号",
     kSpring,
     20260215,
     20260223,
     {20260214, 20260228}},
    {2026, "国办发明电〔2025〕7号", kQingming, 20260404, 20260406, {}},
    {2026, "国办发明电〔2025〕7号", kLabour, 20260501, 20260505, {20260509}},
    {2026, "国办发明电〔2025〕7号", kDragonBoat, 20260619, 20260621, {}},
    {2026, "国办发明电〔2025〕7号", kMidAutumn, 20260925, 20260927, {}},
    {2026,
     "国办发明电〔2025〕7号",
     kNational,
     20261001,
     20261007,
     {20260920, 20261010}},
};

// 20210211. The dates above are right: the tests go through all of them.
Date DateOf(int number) {
  return Date::FromCivil(number / 10000, number / 100 % 100, number % 100)
      .value_or(Date());
}

DayRule RuleOf(const Item& item, DateRange days, bool is_working) {
  DayRule rule;
  rule.days = days;
  rule.is_working = is_working;
  rule.document = item.document;
  rule.reason.set_zh(
      absl::StrCat(item.festival.zh, is_working ? "调休" : "放假"));
  rule.reason.set_en(
      absl::StrCat(item.festival.en, is_working ? ", made up for" : ""));
  return rule;
}

}  // namespace

absl::StatusOr<DayLayer> MainlandHolidays(int year) {
  if (year < kMainlandFirstYear || year > kMainlandLastYear) {
    return Fault("CALENDAR_YEAR_UNKNOWN")
        .Say(absl::StrCat("本版本没有 ", year, " 年的放假安排，只有 ",
                          kMainlandFirstYear, " 至 ", kMainlandLastYear, " 年"),
             absl::StrCat("this version has no arrangement of holidays for ",
                          year, ", only for ", kMainlandFirstYear, " to ",
                          kMainlandLastYear))
        .Hint("升级，或在自己的层里写明放假与调休",
              "upgrade, or write days off and make-up days in a layer of "
              "your own")
        .ToStatus();
  }
  DayLayer layer;
  layer.id = "mainland";
  layer.title.set_zh("国务院办公厅节假日安排");
  layer.title.set_en("Holidays of the State Council's General Office");
  layer.known = {DateOf(kMainlandFirstYear * 10000 + 101),
                 DateOf(year * 10000 + 1231)};
  for (const Item& item : kItems) {
    if (item.year > year) continue;
    layer.rules.push_back(
        RuleOf(item, {DateOf(item.off_from), DateOf(item.off_until)}, false));
    for (const int worked : item.worked) {
      if (worked == 0) continue;
      const Date day = DateOf(worked);
      layer.rules.push_back(RuleOf(item, {day, day}, true));
    }
  }
  return layer;
}

}  // namespace duban::calendar
