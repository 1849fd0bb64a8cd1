#include "src/duty/strictness.h"

#include <algorithm>
#include <utility>

#include "src/duty/subjects.h"

namespace duban::duty {
namespace {

using pack::QuotaRule;

// Of the Gregorian calendar, in ten-thousandths of a day.
constexpr int64_t kDaysPerYear = 3652425;
constexpr int64_t kDayParts = 10000;

}  // namespace

Decimal AskedPerYear(const QuotaRule& quota) {
  if (quota.needs.empty()) return Decimal();
  const Decimal at_least = quota.needs[0].at_least.value_or(Decimal());
  const auto per = [&](int64_t times, int64_t divided_by) {
    return Decimal::MultiplyDivide(at_least, Decimal::FromInt(times),
                                   Decimal::FromInt(divided_by))
        .value_or(Decimal());
  };
  switch (quota.message->every()) {
    case v1::WEEK:
      return per(kDaysPerYear, 7 * kDayParts);
    case v1::TEN_DAYS:
      return per(36, 1);
    case v1::MONTH:
      return per(12, 1);
    case v1::TWO_MONTHS:
      return per(6, 1);
    case v1::QUARTER:
      return per(4, 1);
    case v1::HALF_YEAR:
      return per(2, 1);
    case v1::YEAR:
      return per(1, 1);
    default:
      return per(kDaysPerYear, quota.window.length() * kDayParts);
  }
}

absl::StatusOr<bool> Strictness::Applies(const QuotaRule& quota,
                                         uint32_t subject, Date day,
                                         const DateRange& days) const {
  const v1::Quota& message = *quota.message;
  if (!message.issuer().empty()) {
    const auto issuer = facts_.state().Find(v1::ORGANIZATION, message.issuer());
    const uint32_t home =
        OrganizationOf(facts_, message.subject(), subject, day);
    if (!issuer || !facts_.TreeOn(day).IsWithin(home, *issuer)) return false;
  }
  return SubjectCondition(facts_, message.subject())
      .Holds(quota.who, subject, day, days);
}

absl::StatusOr<bool> Strictness::Stands(
    const QuotaRule& quota, uint32_t subject, Date day, const DateRange& days,
    std::vector<std::string>* stands_for) const {
  const Decimal asked = AskedPerYear(quota);
  bool before = true;  // whether `other` comes before the quota in the pack
  for (const QuotaRule& other : facts_.rules().quotas) {
    if (&other == &quota) {
      before = false;
      continue;
    }
    if (other.message->topic() != quota.message->topic() ||
        other.message->subject() != quota.message->subject() ||
        !other.window.Contains(day)) {
      continue;
    }
    auto applies = Applies(other, subject, day, days);
    if (!applies.ok()) return applies.status();
    if (!*applies) continue;
    const Decimal others = AskedPerYear(other);
    if (asked < others || (asked == others && before)) return false;
    stands_for->push_back(other.message->id());
  }
  return true;
}

absl::StatusOr<bool> Strictness::Binds(
    const QuotaRule& quota, uint32_t subject, Date day, const DateRange& days,
    std::vector<std::string>* stands_for) const {
  auto binds = Applies(quota, subject, day, days);
  if (!binds.ok() || !*binds || quota.message->topic().empty()) return binds;
  std::vector<std::string> ruled_out;
  binds = Stands(quota, subject, day, days, &ruled_out);
  if (binds.ok() && *binds) *stands_for = std::move(ruled_out);
  return binds;
}

std::vector<Date> Strictness::DaysToAsk(const QuotaRule& quota,
                                        uint32_t subject,
                                        const DateRange& days) {
  const std::vector<Date>& changes =
      presence_.ChangesOf(quota.message->subject(), subject);
  std::vector<Date> ask(
      std::upper_bound(changes.begin(), changes.end(), days.from),
      std::upper_bound(changes.begin(), changes.end(), days.until));
  if (quota.message->topic().empty()) return ask;
  // Windows of the others begin and end too.
  for (const QuotaRule& other : facts_.rules().quotas) {
    if (other.message->topic() != quota.message->topic()) continue;
    for (Date day : {other.window.from, other.window.until.AddDays(1)}) {
      if (days.from < day && day <= days.until) ask.push_back(day);
    }
  }
  std::sort(ask.begin(), ask.end());
  ask.erase(std::unique(ask.begin(), ask.end()), ask.end());
  return ask;
}

absl::StatusOr<DaySet> Strictness::DaysOwed(
    const QuotaRule& quota, uint32_t subject, const DateRange& days,
    std::vector<std::string>* stands_for) {
  const std::vector<Date> ask = DaysToAsk(quota, subject, days);
  DaySet owed;
  bool binds = false;
  Date from = days.from;
  for (size_t i = 0; i <= ask.size(); ++i) {
    const Date until = i < ask.size() ? ask[i].AddDays(-1) : days.until;
    const bool is_there =
        presence_.IsThere(quota.message->subject(), subject, from);
    if (!is_there) {
      // Whoever comes back is asked about anew; whoever is yet to come is
      // not.
      binds = false;
    } else if (from <= facts_.as_of()) {
      auto bound = Binds(quota, subject, from, days, stands_for);
      if (!bound.ok()) return bound.status();
      binds = *bound;
    }
    if (binds) owed.Append({from, until});
    from = until.AddDays(1);
  }
  return owed;
}

}  // namespace duban::duty
