// From values to totals: the stage across subjects, caps and floors, groups,
// adjustments, rounding.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/assess/scheme.h"
#include "src/duty/subjects.h"
#include "src/table/record_schema.h"

namespace duban::assess {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using pack::CriterionRule;
using pack::SchemeRule;

// Adds to a sum; keeps the first failure.
class Sum {
 public:
  void Add(Decimal amount) {
    auto sum = Decimal::Add(sum_, amount);
    if (sum.ok()) {
      sum_ = *sum;
    } else if (status_.ok()) {
      status_ = sum.status();
    }
  }
  Decimal value() const { return sum_; }
  const absl::Status& status() const { return status_; }

 private:
  Decimal sum_;
  absl::Status status_;
};

// The first gets full marks, the others in proportion. Where nobody has more
// than nothing, nobody gets anything.
absl::Status ToBest(const CriterionRule& rule, size_t criterion,
                    const std::vector<int>& peers,
                    std::vector<Scored>* subjects) {
  Decimal best;
  for (int i : peers) {
    const auto& value = (*subjects)[i].values[criterion];
    if (value && best < *value) best = *value;
  }
  for (int i : peers) {
    auto& value = (*subjects)[i].values[criterion];
    if (!value) continue;
    if (best.is_zero()) {
      value = Decimal();
      continue;
    }
    auto points = Decimal::MultiplyDivide(*rule.max, *value, best);
    if (!points.ok()) return points.status();
    value = *points;
  }
  return absl::OkStatus();
}

void ByRank(const CriterionRule& rule, size_t criterion, std::vector<int> peers,
            std::vector<Scored>* subjects) {
  const auto value = [&](int i) -> std::optional<Decimal>& {
    return (*subjects)[i].values[criterion];
  };
  peers.erase(std::remove_if(peers.begin(), peers.end(),
                             [&](int i) { return !value(i); }),
              peers.end());
  std::stable_sort(peers.begin(), peers.end(),
                   [&](int a, int b) { return *value(b) < *value(a); });
  std::vector<Decimal> points;
  size_t rank = 0;  // of the first of those who are equal
  for (size_t i = 0; i < peers.size(); ++i) {
    if (i > 0 && *value(peers[i]) != *value(peers[i - 1])) rank = i;
    points.push_back(rank < rule.rank_points.size() ? rule.rank_points[rank]
                                                    : rule.rank_otherwise);
  }
  for (size_t i = 0; i < peers.size(); ++i) value(peers[i]) = points[i];
}

// Rounds and caps each criterion, fills the scorecard, and sums by group.
absl::Status FillCriteria(const SchemeRule& scheme, Scored* scored,
                          std::vector<Sum>* by_group, Sum* total,
                          Sum* full_mark) {
  for (size_t c = 0; c < scheme.criteria.size(); ++c) {
    const CriterionRule& rule = scheme.criteria[c];
    v1::CriterionScore* score = scored->card.add_criterion();
    score->set_criterion(rule.message->id());
    score->set_max(rule.message->max());
    const std::optional<Decimal>& value = scored->values[c];
    score->set_applicable(value.has_value());
    if (!value) continue;
    const auto rounded = value->Round(scheme.places);
    if (!rounded.ok()) return rounded.status();
    const Decimal points = std::min(std::max(*rounded, rule.min), *rule.max);
    if (points != *rounded) score->set_uncapped(rounded->ToString());
    score->set_points(points.ToString());
    scored->values[c] = points;
    if (rule.message->kind() == v1::NORMAL) full_mark->Add(*rule.max);
    (rule.group >= 0 ? (*by_group)[rule.group] : *total).Add(points);
  }
  return absl::OkStatus();
}

absl::Status CloseGroups(const SchemeRule& scheme,
                         const std::vector<Sum>& by_group, Scored* scored,
                         Sum* total) {
  for (size_t g = 0; g < scheme.groups.size(); ++g) {
    if (!by_group[g].status().ok()) return by_group[g].status();
    const Decimal before = by_group[g].value();
    Decimal points = before;
    if (scheme.groups[g].cap) points = std::min(points, *scheme.groups[g].cap);
    if (scheme.groups[g].floor) {
      points = std::max(points, *scheme.groups[g].floor);
    }
    total->Add(points);
    if (points == before) continue;
    auto change = Decimal::Subtract(points, before);
    if (!change.ok()) return change.status();
    v1::GroupScore* group = scored->card.add_group();
    group->set_group(scheme.groups[g].message->id());
    group->set_change(change->ToString());
  }
  return absl::OkStatus();
}

// Rows of adjustments of the scheme by subject code, in order of id.
std::multimap<uint32_t, uint32_t> AdjustmentsOf(const SchemeRule& scheme,
                                                const Facts& facts,
                                                const DateRange& period) {
  static const int scheme_column = ColumnOf(v1::ADJUSTMENT, "scheme");
  static const int date = ColumnOf(v1::ADJUSTMENT, "date");
  const int subject = ColumnOf(
      v1::ADJUSTMENT,
      scheme.message->subject() == v1::EACH_PERSON ? "person" : "organization");
  const table::Records& rows = facts.state().records(v1::ADJUSTMENT);
  const int id = rows.schema().id_column();
  std::vector<uint32_t> order;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    const Date day = rows.DateAt(date, row).value_or(Date::Max());
    if (!facts.state().counts(v1::ADJUSTMENT, row) || day > facts.as_of() ||
        day < period.from ||
        rows.Text(scheme_column, row) != scheme.message->id()) {
      continue;
    }
    order.push_back(row);
  }
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return rows.Text(id, a) < rows.Text(id, b);
  });
  std::multimap<uint32_t, uint32_t> by_subject;
  for (uint32_t row : order) by_subject.emplace(rows.Code(subject, row), row);
  return by_subject;
}

void Adjust(const Facts& facts, uint32_t row, Scored* scored, Sum* total) {
  v1::Adjustment adjustment;
  facts.state().records(v1::ADJUSTMENT).Read(row, &adjustment);
  total->Add(Decimal::Parse(adjustment.points()).value_or(Decimal()));
  v1::AppliedAdjustment* applied = scored->card.add_adjustment();
  applied->set_id(adjustment.id());
  applied->set_points(adjustment.points());
  applied->set_reason(adjustment.reason());
  applied->set_approver(adjustment.approver());
  applied->set_document(adjustment.document());
}

}  // namespace

std::vector<std::vector<int>> PeerGroups(const ScoredScheme& scored,
                                         v1::SubjectKind subject,
                                         const Facts& facts,
                                         const std::string& kind) {
  static const int kind_column = ColumnOf(v1::ORGANIZATION, "kind");
  const ledger::Tree& tree = facts.TreeOn(scored.day);
  const table::Records& rows = facts.state().records(v1::ORGANIZATION);
  std::map<int, std::vector<int>> groups;  // by node; -1 = below none
  for (size_t i = 0; i < scored.subjects.size(); ++i) {
    int node = -1;
    if (!kind.empty()) {
      node = tree.Find(duty::OrganizationOf(
          facts, subject, scored.subjects[i].code, scored.day));
      while (node >= 0 &&
             rows.Text(kind_column, tree.nodes[node].row) != kind) {
        node = tree.nodes[node].parent;
      }
    }
    groups[node].push_back(static_cast<int>(i));
  }
  std::vector<std::vector<int>> list;
  for (auto& [node, members] : groups) list.push_back(std::move(members));
  return list;
}

absl::Status RankAcross(const SchemeRule& scheme, const Facts& facts,
                        ScoredScheme* scored) {
  for (size_t c = 0; c < scheme.criteria.size(); ++c) {
    const CriterionRule& rule = scheme.criteria[c];
    const bool to_best = rule.message->has_to_best();
    if (!to_best && !rule.message->has_by_rank()) continue;
    const std::string& within = to_best ? rule.message->to_best().within()
                                        : rule.message->by_rank().within();
    for (const std::vector<int>& peers :
         PeerGroups(*scored, scheme.message->subject(), facts, within)) {
      if (!to_best) {
        ByRank(rule, c, peers, &scored->subjects);
        continue;
      }
      absl::Status status = ToBest(rule, c, peers, &scored->subjects);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status AddUp(const SchemeRule& scheme, const Facts& facts,
                   ScoredScheme* scored) {
  const auto adjustments = AdjustmentsOf(scheme, facts, scored->period);
  for (Scored& subject : scored->subjects) {
    Sum total;
    Sum full_mark;
    std::vector<Sum> by_group(scheme.groups.size());
    if (absl::Status s =
            FillCriteria(scheme, &subject, &by_group, &total, &full_mark);
        !s.ok()) {
      return s;
    }
    if (absl::Status s = CloseGroups(scheme, by_group, &subject, &total);
        !s.ok()) {
      return s;
    }
    const auto [first, last] = adjustments.equal_range(subject.code);
    for (auto it = first; it != last; ++it) {
      Adjust(facts, it->second, &subject, &total);
    }
    if (!total.status().ok()) return total.status();
    if (!full_mark.status().ok()) return full_mark.status();
    auto rounded = total.value().Round(scheme.places);
    if (!rounded.ok()) return rounded.status();
    subject.total = *rounded;
    subject.card.set_total(rounded->ToFixed(scheme.places));
    subject.card.set_full_mark(full_mark.value().ToString());
  }
  return absl::OkStatus();
}

}  // namespace duban::assess
