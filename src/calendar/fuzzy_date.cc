#include "src/calendar/fuzzy_date.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban::calendar {
namespace {

using absl::string_view;

// More bytes than any date has.
constexpr size_t kLongest = 200;

absl::Status Unread(string_view whole, string_view part) {
  return Fault("FUZZY_DATE_UNREAD")
      .Say(absl::StrCat("日期“", Excerpt(whole), "”中的“", Excerpt(part),
                        "”无法理解"),
           absl::StrCat("'", Excerpt(part), "' in the date '", Excerpt(whole),
                        "' is not understood"))
      .Hint("例如 2021年10月中旬前、10月中下旬至11月、10月15日前",
            "such as 2021年10月中旬前, 10月中下旬至11月, 10月15日前")
      .ToStatus();
}

// Without spaces, and with plain digits for full-width ones.
std::string Plain(string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, &at);
    if (c == U' ' || c == U'\u3000') continue;
    AppendUtf8(c >= U'０' && c <= U'９' ? c - U'０' + U'0' : c, &out);
  }
  return out;
}

// 0 to 9 for a digit of any kind, 10 for 十; -1 for everything else.
int DigitOf(char32_t c) {
  constexpr char32_t kDigits[] = U"〇一二三四五六七八九十";
  for (int i = 0; i <= 10; ++i) {
    if (kDigits[i] == c) return i;
  }
  return c >= U'0' && c <= U'9' ? static_cast<int>(c - U'0') : -1;
}

// Takes 10, 二〇二一 or 三十一 off the front; nothing for no number. Too many
// digits make a year that does not exist, and never overflow.
std::optional<int> TakeNumber(string_view* text) {
  constexpr int kTooMany = 100000;
  int value = 0;
  bool is_empty = true;
  bool after_ten = false;
  size_t at = 0;
  while (at < text->size()) {
    const size_t before = at;
    const int digit = DigitOf(NextCodePoint(*text, &at));
    if (digit < 0) {
      at = before;
      break;
    }
    if (digit == 10) {
      value = is_empty ? 10 : value * 10;
    } else {
      value = after_ten ? value + digit : value * 10 + digit;
    }
    after_ten = digit == 10;
    value = std::min(value, kTooMany);
    is_empty = false;
  }
  if (is_empty) return std::nullopt;
  text->remove_prefix(at);
  return value;
}

// A number with the unit behind it: "10月". Takes nothing where the unit is
// another.
std::optional<int> TakeUnit(string_view unit, string_view* text) {
  string_view rest = *text;
  const std::optional<int> number = TakeNumber(&rest);
  if (!number || !absl::ConsumePrefix(&rest, unit)) return std::nullopt;
  *text = rest;
  return number;
}

// A part of a month: first and last day; 0 = the month's last day.
struct PartOfMonth {
  const char* name;
  int first;
  int last;
};

// What begins with another name stands before it.
constexpr PartOfMonth kPartsOfMonth[] = {
    {"上中旬", 1, 20}, {"中下旬", 11, 0}, {"上旬", 1, 10},
    {"中旬", 11, 20},  {"下旬", 21, 0},   {"上半月", 1, 15},
    {"下半月", 16, 0}, {"底", 0, 0},      {"末", 0, 0},
};

struct PartOfYear {
  const char* name;
  int first_month;
  int last_month;
};

constexpr PartOfYear kPartsOfYear[] = {
    {"上半年", 1, 6},   {"下半年", 7, 12},   {"第一季度", 1, 3},
    {"第二季度", 4, 6}, {"第三季度", 7, 9},  {"第四季度", 10, 12},
    {"一季度", 1, 3},   {"二季度", 4, 6},    {"三季度", 7, 9},
    {"四季度", 10, 12}, {"第1季度", 1, 3},   {"第2季度", 4, 6},
    {"第3季度", 7, 9},  {"第4季度", 10, 12}, {"1季度", 1, 3},
    {"2季度", 4, 6},    {"3季度", 7, 9},     {"4季度", 10, 12},
};

// One end of the words: what they name, as days.
struct Point {
  DateRange days;
  int year = 0;
  int month = 0;  // 0: a year, or a part of one
  // A month or more, of which “前” has two senses.
  bool is_long = false;
};

class Reader {
 public:
  Reader(string_view whole, int year) : whole_(whole), year_(year) {}

  // Takes one point off the front of *text. `begin` is the first point where
  // this is the second one; else null.
  absl::StatusOr<Point> TakePoint(const Point* begin, string_view* text) const;

 private:
  absl::StatusOr<Point> TakeInMonth(Point point, string_view* text) const;
  absl::StatusOr<Point> TakeInYear(Point point, bool names_year,
                                   string_view* text) const;
  absl::Status NoYear() const;

  string_view whole_;
  int year_;
};

absl::Status Reader::NoYear() const {
  return Fault("FUZZY_DATE_NO_YEAR")
      .Say(absl::StrCat("日期“", Excerpt(whole_), "”没有年份"),
           absl::StrCat("the date '", Excerpt(whole_), "' has no year"))
      .Hint("写明年份，如 2021年10月", "name the year: 2021年10月")
      .ToStatus();
}

// A day or a part of point.month, or all of it.
absl::StatusOr<Point> Reader::TakeInMonth(Point point,
                                          string_view* text) const {
  if (point.year == 0) return NoYear();
  const absl::StatusOr<Date> first =
      Date::FromCivil(point.year, point.month, 1);
  if (!first.ok()) return first.status();
  const Date last = first->LastOfMonth();
  std::optional<int> day = TakeUnit("日", text);
  if (!day) day = TakeUnit("号", text);
  if (day) {
    const absl::StatusOr<Date> date =
        Date::FromCivil(point.year, point.month, *day);
    if (!date.ok()) return date.status();
    point.days = {*date, *date};
    return point;
  }
  for (const PartOfMonth& part : kPartsOfMonth) {
    if (!absl::ConsumePrefix(text, part.name)) continue;
    point.days = {part.first == 0 ? last : first->AddDays(part.first - 1),
                  part.last == 0 ? last : first->AddDays(part.last - 1)};
    return point;
  }
  point.days = {*first, last};
  point.is_long = true;
  return point;
}

// A part of point.year; all of it only where the words name it.
absl::StatusOr<Point> Reader::TakeInYear(Point point, bool names_year,
                                         string_view* text) const {
  PartOfYear months = {"", 1, 12};
  bool is_found = names_year;
  for (const PartOfYear& part : kPartsOfYear) {
    if (!absl::ConsumePrefix(text, part.name)) continue;
    months = part;
    is_found = true;
    break;
  }
  // 2022年底: the 年 has gone with the number.
  const bool is_end = months.last_month - months.first_month == 11 &&
                      (names_year ? absl::ConsumePrefix(text, "底") ||
                                        absl::ConsumePrefix(text, "末")
                                  : absl::ConsumePrefix(text, "年底") ||
                                        absl::ConsumePrefix(text, "年末"));
  if (!is_found && !is_end) {
    return Unread(whole_, text->empty() ? whole_ : *text);
  }
  if (point.year == 0) return NoYear();
  const absl::StatusOr<Date> first =
      Date::FromCivil(point.year, months.first_month, 1);
  if (!first.ok()) return first.status();
  const Date last =
      first->AddMonths(months.last_month - months.first_month).LastOfMonth();
  point.days = {is_end ? last : *first, last};
  point.is_long = !is_end;
  return point;
}

absl::StatusOr<Point> Reader::TakePoint(const Point* begin,
                                        string_view* text) const {
  Point point;
  point.year = begin != nullptr ? begin->year : year_;
  bool names_year = true;
  if (const std::optional<int> year = TakeUnit("年", text)) {
    point.year = *year;
  } else if (begin != nullptr && (absl::ConsumePrefix(text, "次年") ||
                                  absl::ConsumePrefix(text, "翌年"))) {
    point.year = begin->year + 1;
  } else {
    names_year = false;
  }
  if (const std::optional<int> month = TakeUnit("月", text)) {
    point.month = *month;
    return TakeInMonth(point, text);
  }
  if (begin != nullptr && !names_year && begin->month != 0) {
    // 10月15日至20日. Where nothing of a month is said, it is not meant.
    const size_t size = text->size();
    point.month = begin->month;
    absl::StatusOr<Point> same_month = TakeInMonth(point, text);
    if (!same_month.ok() || text->size() < size) return same_month;
    point.month = 0;
  }
  return TakeInYear(point, names_year, text);
}

// Words whose meaning depends on today.
absl::Status RefuseRelative(string_view whole, string_view plain) {
  for (const string_view word :
       {"即日", "今日", "今天", "明天", "今年", "本年", "明年", "去年", "当年",
        "本月", "下月", "上月", "年内", "月内", "目前", "近期", "当前"}) {
    // 2021年内 is not relative: what names a year stands for itself.
    const size_t at = plain.find(word);
    if (at == string_view::npos) continue;
    if (at > 0 && (word == "年内" || word == "月内")) continue;
    return Fault("FUZZY_DATE_RELATIVE")
        .Say(absl::StrCat("日期“", Excerpt(whole), "”中的“", word,
                          "”取决于哪一天阅读"),
             absl::StrCat("'", word, "' in the date '", Excerpt(whole),
                          "' depends on the day on which it is read"))
        .Hint("写明日期，如通知的印发日期",
              "write the day, such as the one on which the notice was issued")
        .ToStatus();
  }
  return absl::OkStatus();
}

bool TakeTo(string_view* text) {
  // 10月起至11月 is 10月至11月.
  string_view rest = *text;
  absl::ConsumePrefix(&rest, "起");
  for (const string_view to : {"至", "到", "—", "－", "–", "-", "~", "～"}) {
    if (!absl::ConsumePrefix(&rest, to)) continue;
    // —— is one dash.
    absl::ConsumePrefix(&rest, "—");
    *text = rest;
    return true;
  }
  return false;
}

enum class Ending { kWithin, kBefore, kSince };

// What stands behind the dates; false where it is something else.
bool TakeEnding(string_view rest, Ending* ending) {
  if (rest == "前" || rest == "以前" || rest == "之前") {
    *ending = Ending::kBefore;
    return true;
  }
  if (rest == "起" || rest == "开始") {
    *ending = Ending::kSince;
    return true;
  }
  *ending = Ending::kWithin;
  return rest.empty() || rest == "内" || rest == "期间" || rest == "止" ||
         rest == "为止";
}

v1::Text Reading(const DateRange& days) {
  v1::Text reading;
  const std::string from = days.from.ToString();
  const std::string until = days.until.ToString();
  if (days.from == Date::Min()) {
    reading.set_zh(absl::StrCat("不晚于 ", until));
    reading.set_en(absl::StrCat("not later than ", until));
  } else if (days.until == Date::Max()) {
    reading.set_zh(absl::StrCat("自 ", from, " 起"));
    reading.set_en(absl::StrCat("from ", from, " on"));
  } else if (days.from == days.until) {
    reading.set_zh(from);
    reading.set_en(from);
  } else {
    reading.set_zh(absl::StrCat(from, " 至 ", until));
    reading.set_en(absl::StrCat(from, " to ", until));
  }
  return reading;
}

absl::Status Ambiguous(string_view whole, const DateRange& days) {
  const std::string end = days.until.ToString();
  const std::string day_before = days.from.AddDays(-1).ToString();
  return Fault("FUZZY_DATE_AMBIGUOUS")
      .Say(absl::StrCat("“", Excerpt(whole), "”可指 ", day_before, "，也可指 ",
                        end),
           absl::StrCat("'", Excerpt(whole), "' may mean ", day_before, " or ",
                        end))
      .Hint("写“10月底前”这样的截止时间", "write a limit such as 10月底前")
      .ToStatus();
}

absl::Status Reversed(string_view whole, const DateRange& days) {
  return Fault("WINDOW_REVERSED")
      .Say(
          absl::StrCat("“", Excerpt(whole), "”止于 ", days.until.ToString(),
                       "，早于起始的 ", days.from.ToString()),
          absl::StrCat("'", Excerpt(whole), "' ends on ", days.until.ToString(),
                       ", before it begins on ", days.from.ToString()))
      .Hint("跨年的须写明次年，如 11月至次年1月",
            "over the new year, say so: 11月至次年1月")
      .ToStatus();
}

}  // namespace

absl::StatusOr<FuzzyDate> ParseFuzzyDate(string_view text, int year) {
  if (text.size() > kLongest) return Unread(text, text);
  const std::string plain = Plain(text);
  if (absl::Status s = RefuseRelative(text, plain); !s.ok()) return s;
  string_view rest = plain;
  if (!absl::ConsumePrefix(&rest, "自")) absl::ConsumePrefix(&rest, "从");
  const Reader reader(text, year);
  const absl::StatusOr<Point> begin = reader.TakePoint(nullptr, &rest);
  if (!begin.ok()) return begin.status();
  DateRange days = begin->days;
  Point last = *begin;
  const bool has_end = TakeTo(&rest);
  if (has_end) {
    const absl::StatusOr<Point> end = reader.TakePoint(&*begin, &rest);
    if (!end.ok()) return end.status();
    days.until = end->days.until;
    last = *end;
    if (days.empty()) return Reversed(text, days);
  }
  Ending ending;
  if (!TakeEnding(rest, &ending)) return Unread(text, rest);
  if (ending == Ending::kBefore && last.is_long) {
    return Ambiguous(text, last.days);
  }
  if (ending == Ending::kBefore && !has_end) days.from = Date::Min();
  if (ending == Ending::kSince) {
    if (has_end) return Unread(text, rest);
    days.until = Date::Max();
  }
  return FuzzyDate{days, Reading(days)};
}

}  // namespace duban::calendar
