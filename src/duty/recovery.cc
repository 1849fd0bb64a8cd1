#include "src/duty/recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "src/base/decimal.h"
#include "src/base/hash_map.h"

namespace duban::duty {
namespace {

using pack::Measure;

// Whether what is too much in one period can stand for what is too little in
// another: of counts and sums it can, of averages and shares it cannot.
bool AddsUp(const pack::NeedRule& need) {
  if (need.tally.within) return false;  // the same records in every period
  switch (need.tally.measure) {
    case Measure::kCount:
    case Measure::kSum:
    case Measure::kDistinct:
    case Measure::kPeriods:
      return true;
    default:
      return false;
  }
}

Decimal NumberOf(const std::string& text) {
  return Decimal::Parse(text).value_or(Decimal());
}

// What was required less what was done; negative where more was.
Decimal LackOf(const v1::Duty& duty, int need) {
  const v1::NeedState& state = duty.need(need);
  const bool is_owed =
      duty.state() != v1::WAIVED && duty.state() != v1::NOT_APPLICABLE;
  const Decimal required = is_owed ? NumberOf(state.at_least()) : Decimal();
  return Decimal::Subtract(required, NumberOf(state.done()))
      .value_or(Decimal());
}

// The duties of one subject, in order of period.
class Account {
 public:
  Account(const pack::QuotaRule& quota, const std::vector<v1::Duty*>& duties)
      : quota_(quota), duties_(duties), is_paid_(duties.size(), true) {}

  void Settle() {
    for (size_t n = 0; n < quota_.needs.size(); ++n) {
      SettleNeed(static_cast<int>(n));
    }
    for (size_t i = 0; i < duties_.size(); ++i) {
      if (duties_[i]->state() == v1::MISSED && is_paid_[i]) {
        duties_[i]->set_caught_up(true);
      }
    }
  }

 private:
  void SettleNeed(int n) {
    const bool adds_up = AddsUp(quota_.needs[static_cast<size_t>(n)]);
    std::vector<std::pair<size_t, Decimal>> debts;  // duty, what it lacks
    size_t oldest = 0;                              // that is not paid
    for (size_t i = 0; i < duties_.size(); ++i) {
      const v1::Duty& duty = *duties_[i];
      const Decimal lack = LackOf(duty, n);
      if (adds_up && lack.is_negative()) {
        Pay(lack.Negate(), &debts, &oldest);
      }
      if (duty.state() != v1::MISSED || duty.need(n).met()) continue;
      if (adds_up && Decimal() < lack) {
        debts.emplace_back(i, lack);
      } else {
        // More than is allowed cannot be undone, nor paid for.
        is_paid_[i] = false;
      }
    }
    for (; oldest < debts.size(); ++oldest) {
      is_paid_[debts[oldest].first] = false;
    }
  }

  static void Pay(Decimal surplus,
                  std::vector<std::pair<size_t, Decimal>>* debts,
                  size_t* oldest) {
    while (*oldest < debts->size() && Decimal() < surplus) {
      Decimal& debt = (*debts)[*oldest].second;
      const Decimal paid = std::min(debt, surplus);
      debt = Decimal::Subtract(debt, paid).value_or(Decimal());
      surplus = Decimal::Subtract(surplus, paid).value_or(Decimal());
      if (debt.is_zero()) ++*oldest;
    }
  }

  const pack::QuotaRule& quota_;
  const std::vector<v1::Duty*>& duties_;
  std::vector<bool> is_paid_;
};

}  // namespace

void MarkCaughtUp(const pack::QuotaRule& quota, absl::Span<v1::Duty> duties) {
  HashMap<absl::string_view, std::vector<v1::Duty*>> missed;
  for (const v1::Duty& duty : duties) {
    if (duty.state() == v1::MISSED) missed[duty.subject().id()];
  }
  if (missed.empty()) return;
  for (v1::Duty& duty : duties) {
    const auto of = missed.find(duty.subject().id());
    if (of != missed.end()) of->second.push_back(&duty);
  }
  for (const auto& [subject, of] : missed) Account(quota, of).Settle();
}

std::vector<int32_t> MissedBefore(const std::vector<v1::Duty>& duties) {
  std::vector<int32_t> before(duties.size());
  HashMap<absl::string_view, int32_t> missed;
  for (size_t i = 0; i < duties.size(); ++i) {
    if (i > 0 && duties[i].quota() != duties[i - 1].quota()) missed.clear();
    int32_t& count = missed[duties[i].subject().id()];
    before[i] = count;
    count += duties[i].state() == v1::MISSED;
  }
  return before;
}

}  // namespace duban::duty
