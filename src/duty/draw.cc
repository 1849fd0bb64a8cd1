#include "src/duty/draw.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/draw.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/duty/presence.h"
#include "src/duty/subjects.h"
#include "src/ledger/facts.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using pack::SamplingRule;

struct Ticket {
  std::string digest;
  uint32_t code;
};

class Drawing {
 public:
  Drawing(const Facts& facts, const SamplingRule& rule)
      : facts_(facts), rule_(rule), plan_(*rule.message) {}

  absl::Status Run(v1::SampleReport* report);

 private:
  // Those for whom the condition holds, by ticket.
  absl::StatusOr<std::vector<Ticket>> Ranked(
      v1::SubjectKind kind, const std::optional<expr::Program>& who) const;
  absl::StatusOr<size_t> SizeOf(size_t population) const;
  absl::Status DealToTeams(const std::vector<Ticket>& drawn,
                           v1::SampleReport* report) const;
  // Which organizations those who hold a post in it come from.
  HashMap<uint32_t, std::vector<uint32_t>> HomesByTeam() const;

  const Facts& facts_;
  const SamplingRule& rule_;
  const v1::SamplingPlan& plan_;
};

absl::StatusOr<std::vector<Ticket>> Drawing::Ranked(
    v1::SubjectKind kind, const std::optional<expr::Program>& who) const {
  const Date day = facts_.as_of();
  const Presence presence(facts_);
  SubjectCondition condition(facts_, kind);
  std::vector<Ticket> tickets;
  for (uint32_t code : AllSubjects(facts_, kind)) {
    if (!presence.IsThere(kind, code, day)) continue;
    auto holds = condition.Holds(who, code, day, facts_.rules().term);
    if (!holds.ok()) return holds.status();
    if (!*holds) continue;
    const table::Word id = facts_.IdOf(RecordKindOf(kind), code);
    tickets.push_back({TicketOf(plan_.id(), plan_.seed(), id), code});
  }
  // Subjects come by id, and stay so where tickets should ever be the same.
  std::stable_sort(
      tickets.begin(), tickets.end(),
      [](const Ticket& a, const Ticket& b) { return a.digest < b.digest; });
  return tickets;
}

// A share is rounded up: of few there is at least one.
absl::StatusOr<size_t> Drawing::SizeOf(size_t population) const {
  if (!rule_.share) {
    return std::min(population, static_cast<size_t>(plan_.number()));
  }
  const auto part = Decimal::Multiply(
      *rule_.share, Decimal::FromInt(static_cast<int64_t>(population)));
  if (!part.ok()) return part.status();
  const auto whole = part->Ceil().ToInt64();
  if (!whole.ok()) return whole.status();
  return std::min(population, static_cast<size_t>(*whole));
}

HashMap<uint32_t, std::vector<uint32_t>> Drawing::HomesByTeam() const {
  static const int since = ColumnOf(v1::POST, "since");
  static const int until = ColumnOf(v1::POST, "until");
  static const int organization = ColumnOf(v1::POST, "organization");
  const Date day = facts_.as_of();
  const table::Records& posts = facts_.state().records(v1::POST);
  HashMap<uint32_t, std::vector<uint32_t>> homes;
  for (uint32_t person : facts_.persons()) {
    const uint32_t home = facts_.HomeOf(person, day);
    if (home == 0) continue;
    for (uint32_t post : facts_.PostsOf(person)) {
      const DateRange held{posts.DateAt(since, post).value_or(Date::Min()),
                           posts.DateAt(until, post).value_or(Date::Max())};
      if (held.Contains(day)) {
        homes[posts.Code(organization, post)].push_back(home);
      }
    }
  }
  return homes;
}

absl::Status Drawing::DealToTeams(const std::vector<Ticket>& drawn,
                                  v1::SampleReport* report) const {
  const auto teams = Ranked(v1::EACH_ORGANIZATION, rule_.teams);
  if (!teams.ok()) return teams.status();
  const ledger::Tree& tree = facts_.TreeOn(facts_.as_of());
  const auto homes = HomesByTeam();
  std::vector<uint32_t> inspected;
  for (const Ticket& ticket : drawn) {
    inspected.push_back(
        OrganizationOf(facts_, plan_.of(), ticket.code, facts_.as_of()));
  }
  const auto may_take = [&](size_t unit, size_t team) {
    const uint32_t own = (*teams)[team].code;
    const uint32_t other = inspected[unit];
    if (own == other || tree.IsWithin(own, other) ||
        tree.IsWithin(other, own)) {
      return false;
    }
    // Nobody inspects those with whom he works, nor those he works for there.
    const auto of = homes.find(own);
    return of == homes.end() ||
           std::none_of(of->second.begin(), of->second.end(),
                        [&](uint32_t home) {
                          return home == other || tree.IsWithin(home, other);
                        });
  };
  const auto dealt = Deal(drawn.size(), teams->size(), may_take);
  Faults faults;
  for (size_t i = 0; i < drawn.size(); ++i) {
    v1::Drawn* one = report->mutable_drawn(static_cast<int>(i));
    if (dealt[i]) {
      *one->mutable_team() =
          DescribeSubject(facts_, v1::EACH_ORGANIZATION,
                          (*teams)[*dealt[i]].code, facts_.as_of());
      continue;
    }
    const std::string& id = one->subject().id();
    faults.Add(Fault("NO_TEAM_FOR", absl::StatusCode::kFailedPrecondition)
                   .Field(id)
                   .Say(absl::StrCat("没有督查组可以检查“", id, "”：",
                                     teams->size(), " 个组都与其有隶属关系"),
                        absl::StrCat("no team may inspect '", id, "': all ",
                                     teams->size(), " are its own"))
                   .Hint("增加督查组，或修改规则 teams",
                         "add a team, or mend the rule `teams`")
                   .ToStatus());
  }
  return faults.has_errors() ? faults.ToStatus() : absl::OkStatus();
}

absl::Status Drawing::Run(v1::SampleReport* report) {
  auto tickets = Ranked(plan_.of(), rule_.who);
  if (!tickets.ok()) return tickets.status();
  const auto size = SizeOf(tickets->size());
  if (!size.ok()) return size.status();
  report->set_plan(plan_.id());
  report->set_seed(plan_.seed());
  report->set_population(static_cast<int32_t>(tickets->size()));
  tickets->resize(*size);
  for (const Ticket& ticket : *tickets) {
    v1::Drawn* drawn = report->add_drawn();
    *drawn->mutable_subject() =
        DescribeSubject(facts_, plan_.of(), ticket.code, facts_.as_of());
    drawn->set_ticket(ticket.digest);
  }
  return rule_.teams ? DealToTeams(*tickets, report) : absl::OkStatus();
}

}  // namespace

std::string TicketOf(absl::string_view plan, absl::string_view seed,
                     absl::string_view id) {
  std::string bytes;
  for (absl::string_view part : {plan, seed, id}) {
    absl::StrAppend(&bytes, part.size(), ":", part, ",");
  }
  return ToHex(Sha256(bytes));
}

std::vector<std::optional<size_t>> Deal(
    size_t units, size_t teams,
    const std::function<bool(size_t unit, size_t team)>& may_take) {
  std::vector<size_t> choices(units);
  for (size_t u = 0; u < units; ++u) {
    for (size_t t = 0; t < teams; ++t) choices[u] += may_take(u, t);
  }
  std::vector<size_t> order(units);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return choices[a] < choices[b]; });
  std::vector<size_t> load(teams);
  std::vector<std::optional<size_t>> dealt(units);
  for (size_t u : order) {
    for (size_t t = 0; t < teams; ++t) {
      if (dealt[u] && load[*dealt[u]] <= load[t]) continue;
      if (may_take(u, t)) dealt[u] = t;
    }
    if (dealt[u]) ++load[*dealt[u]];
  }
  return dealt;
}

}  // namespace duban::duty

namespace duban {

absl::StatusOr<v1::SampleReport> Draw(const Pack& pack, const LedgerView& view,
                                      absl::string_view as_of,
                                      absl::string_view plan) {
  const absl::StatusOr<Date> day = Date::Parse(as_of);
  if (!day.ok()) return day.status();
  const pack::SamplingRule* rule = pack.rules().FindSamplingPlan(plan);
  if (rule == nullptr) {
    std::vector<std::string> known;
    for (const v1::SamplingPlan& p : pack.message().sampling_plan()) {
      known.push_back(p.id());
    }
    const std::string near = NearestWord(std::string(plan), known);
    Fault fault("UNKNOWN_PLAN", absl::StatusCode::kNotFound);
    fault.Field("plan").Say(
        absl::StrCat("规则包中没有抽样方案“", plan, "”"),
        absl::StrCat("the pack has no sampling plan '", plan, "'"));
    if (near.empty()) {
      fault.Hint("在规则包中写 sampling_plan",
                 "write a sampling_plan in the pack");
    } else {
      fault.Hint(absl::StrCat("是否为“", near, "”？"),
                 absl::StrCat("did you mean '", near, "'?"));
    }
    return fault.ToStatus();
  }
  const ledger::Facts facts(view, pack.rules(), *day);
  v1::SampleReport report;
  report.set_as_of(day->ToString());
  report.set_pack(pack.message().id());
  report.set_pack_digest(pack.digest());
  *report.mutable_ledger_head() = view->head();
  if (absl::Status s = duty::Drawing(facts, *rule).Run(&report); !s.ok()) {
    return s;
  }
  return report;
}

}  // namespace duban
