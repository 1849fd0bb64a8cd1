// Grades with quotas and tie rules, ranks, and figures of organizations.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/assess/scheme.h"
#include "src/duty/subjects.h"

namespace duban::assess {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using pack::GradeRule;
using pack::SchemeRule;

constexpr int kSharePlaces = 4;

// How many may have the grade.
absl::StatusOr<int64_t> LimitOf(const v1::Grading& grading,
                                const GradeRule& grade, int64_t base) {
  auto exact = Decimal::Multiply(*grade.share_at_most, Decimal::FromInt(base));
  if (!exact.ok()) return exact.status();
  switch (grading.rounding()) {
    case v1::UP:
      return exact->Ceil().ToInt64();
    case v1::HALF_UP: {
      auto rounded = exact->Round(0);
      if (!rounded.ok()) return rounded.status();
      return rounded->ToInt64();
    }
    default:
      return exact->Floor().ToInt64();
  }
}

class Peers {
 public:
  Peers(const SchemeRule& scheme, std::vector<int> members,
        std::vector<Scored>* subjects)
      : scheme_(scheme), members_(std::move(members)), subjects_(*subjects) {
    std::stable_sort(members_.begin(), members_.end(), [&](int a, int b) {
      return subjects_[b].total < subjects_[a].total;
    });
  }

  absl::Status Grade() {
    SetRanks();
    LockVetoed();
    for (const GradeRule& grade : scheme_.grades) {
      if (absl::Status s = Give(grade); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

 private:
  v1::Scorecard& card(int member) { return subjects_[member].card; }

  void SetRanks() {
    size_t rank = 0;
    for (size_t i = 0; i < members_.size(); ++i) {
      if (i > 0 &&
          subjects_[members_[i]].total != subjects_[members_[i - 1]].total) {
        rank = i;
      }
      card(members_[i]).set_rank(static_cast<int32_t>(rank + 1));
    }
  }

  // With several vetoes the lowest grade of them holds.
  void LockVetoed() {
    for (int member : members_) {
      int lowest = -1;
      for (const v1::AppliedVeto& applied : card(member).veto()) {
        for (const pack::VetoRule& veto : scheme_.vetoes) {
          if (veto.message->id() != applied.veto()) continue;
          lowest = std::max(lowest, IndexOf(veto.message->grade()));
        }
      }
      if (lowest >= 0) {
        card(member).set_grade(scheme_.grades[lowest].message->id());
      }
    }
  }

  int IndexOf(absl::string_view grade) const {
    for (size_t i = 0; i < scheme_.grades.size(); ++i) {
      if (scheme_.grades[i].message->id() == grade) return static_cast<int>(i);
    }
    return -1;
  }

  absl::Status Give(const GradeRule& grade) {
    const v1::Grading& grading = scheme_.message->grading();
    int64_t left = static_cast<int64_t>(members_.size());
    if (grade.share_at_most) {
      int64_t base = left;
      if (grading.base() == v1::NOT_VETOED) {
        base = std::count_if(members_.begin(), members_.end(),
                             [&](int m) { return card(m).veto().empty(); });
      }
      auto limit = LimitOf(grading, grade, base);
      if (!limit.ok()) return limit.status();
      left = *limit;
    }
    for (size_t i = 0; i < members_.size();) {
      const size_t end = EndOfTie(i);
      const int64_t wanting = Ungraded(i, end);
      const Decimal total = subjects_[members_[i]].total;
      if (grade.at_least && total < *grade.at_least) break;
      if (wanting > left && (grading.ties() == v1::ALL_OUT || left == 0)) break;
      for (size_t k = i; k < end; ++k) {
        if (card(members_[k]).grade().empty()) {
          card(members_[k]).set_grade(grade.message->id());
        }
      }
      left = std::max<int64_t>(0, left - wanting);
      i = end;
    }
    return absl::OkStatus();
  }

  size_t EndOfTie(size_t i) const {
    size_t end = i + 1;
    while (end < members_.size() &&
           subjects_[members_[end]].total == subjects_[members_[i]].total) {
      ++end;
    }
    return end;
  }

  int64_t Ungraded(size_t begin, size_t end) {
    int64_t n = 0;
    for (size_t k = begin; k < end; ++k) n += card(members_[k]).grade().empty();
    return n;
  }

  const SchemeRule& scheme_;
  std::vector<int> members_;
  std::vector<Scored>& subjects_;
};

// What the scores below an organization add up to.
absl::StatusOr<Decimal> FigureOf(const SchemeRule& scheme,
                                 const v1::RollUp& roll_up,
                                 const std::vector<const Scored*>& below) {
  Decimal sum;
  Decimal worst = below[0]->total;
  int64_t with_grade = 0;
  for (const Scored* scored : below) {
    auto next = Decimal::Add(sum, scored->total);
    if (!next.ok()) return next.status();
    sum = *next;
    worst = std::min(worst, scored->total);
    with_grade += scored->card.grade() == roll_up.grade();
  }
  const Decimal n = Decimal::FromInt(static_cast<int64_t>(below.size()));
  const auto rounded = [](absl::StatusOr<Decimal> value,
                          int places) -> absl::StatusOr<Decimal> {
    if (!value.ok()) return value;
    return value->Round(places);
  };
  switch (roll_up.method()) {
    case v1::SUM_OF:
      return sum;
    case v1::WORST:
      return worst;
    case v1::SHARE:
      return rounded(Decimal::Divide(Decimal::FromInt(with_grade), n),
                     kSharePlaces);
    default:
      return rounded(Decimal::Divide(sum, n), scheme.places);
  }
}

}  // namespace

absl::Status SetGrades(const SchemeRule& scheme, const Facts& facts,
                       ScoredScheme* scored) {
  const v1::Grading& grading = scheme.message->grading();
  std::vector<std::vector<int>> groups =
      PeerGroups(*scored, scheme.message->subject(), facts, grading.within());
  std::vector<int> pooled;
  for (std::vector<int>& members : groups) {
    if (static_cast<int>(members.size()) < grading.pool_below()) {
      pooled.insert(pooled.end(), members.begin(), members.end());
      continue;
    }
    absl::Status s =
        Peers(scheme, std::move(members), &scored->subjects).Grade();
    if (!s.ok()) return s;
  }
  std::sort(pooled.begin(), pooled.end());
  return Peers(scheme, std::move(pooled), &scored->subjects).Grade();
}

absl::Status RollUp(const SchemeRule& scheme, const Facts& facts,
                    ScoredScheme* scored) {
  static const int kind_column = ColumnOf(v1::ORGANIZATION, "kind");
  if (scheme.message->roll_up().empty()) return absl::OkStatus();
  const ledger::Tree& tree = facts.TreeOn(scored->day);
  std::vector<std::vector<const Scored*>> below(tree.nodes.size());
  for (const Scored& subject : scored->subjects) {
    int node = tree.Find(duty::OrganizationOf(facts, scheme.message->subject(),
                                              subject.code, scored->day));
    for (; node >= 0; node = tree.nodes[node].parent) {
      below[node].push_back(&subject);
    }
  }
  const table::Records& rows = facts.state().records(v1::ORGANIZATION);
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    if (below[i].empty()) continue;
    const ledger::Tree::Node& node = tree.nodes[i];
    for (const v1::RollUp& roll_up : scheme.message->roll_up()) {
      const auto& kinds = roll_up.kind();
      if (!kinds.empty() &&
          std::find(kinds.begin(), kinds.end(),
                    rows.Text(kind_column, node.row)) == kinds.end()) {
        continue;
      }
      auto value = FigureOf(scheme, roll_up, below[i]);
      if (!value.ok()) return value.status();
      v1::OrganizationFigure* figure = scored->result.add_figure();
      *figure->mutable_organization() = duty::DescribeSubject(
          facts, v1::EACH_ORGANIZATION, node.code, scored->day);
      figure->set_roll_up(roll_up.id());
      figure->set_value(roll_up.method() == v1::SHARE
                            ? value->ToString()
                            : value->ToFixed(scheme.places));
      figure->set_scores(static_cast<int64_t>(below[i].size()));
      figure->set_depth(node.depth);
    }
  }
  return absl::OkStatus();
}

}  // namespace duban::assess
