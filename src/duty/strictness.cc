#include "src/duty/strictness.h"

#include "src/duty/subjects.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;
using pack::QuotaRule;

// Of the Gregorian calendar, in ten-thousandths of a day.
constexpr int64_t kDaysPerYear = 3652425;
constexpr int64_t kDayParts = 10000;

bool LastsWhole(const ledger::Facts& facts, uint32_t pairing,
                const DateRange& days, bool partial_owed) {
  static const int since = ColumnOf(v1::PAIRING, "since");
  static const int until = ColumnOf(v1::PAIRING, "until");
  const auto row = facts.state().Newest(v1::PAIRING, pairing);
  if (!row) return false;
  const table::Records& rows = facts.state().records(v1::PAIRING);
  const DateRange held{rows.DateAt(since, *row).value_or(Date::Min()),
                       rows.DateAt(until, *row).value_or(Date::Max())};
  if (partial_owed) return !Intersect(held, days).empty();
  return held.from <= days.from && days.until <= held.until;
}

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
  if (message.subject() == v1::EACH_PAIRING &&
      !LastsWhole(facts_, subject, days, message.partial() == v1::OWED)) {
    return false;
  }
  SubjectCondition condition(facts_, message.subject());
  if (condition.At(subject, day) == nullptr) return false;
  if (!message.issuer().empty()) {
    const auto issuer = facts_.state().Find(v1::ORGANIZATION, message.issuer());
    const uint32_t home =
        OrganizationOf(facts_, message.subject(), subject, day);
    if (!issuer || !facts_.TreeOn(day).IsWithin(home, *issuer)) return false;
  }
  return condition.Holds(quota.who, subject, day, days);
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

}  // namespace duban::duty
