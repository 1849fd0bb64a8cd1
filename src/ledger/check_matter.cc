#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/ledger/checker.h"
#include "src/ledger/matter_record.h"
#include "src/pack/rules.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

std::string KindOf(const State& state, uint32_t matter) {
  static const int kind = table::SchemaOf(v1::MATTER).FindColumn("kind");
  const auto row = state.Newest(v1::MATTER, matter);
  if (!row) return "";
  return std::string(state.records(v1::MATTER).Text(kind, *row));
}

}  // namespace

void Checker::CheckOne(const v1::Matter& m) {
  if (!m.due_on().empty() && m.due_on() < m.listed_on()) {
    Add(Fault("DUE_BEFORE_LISTED")
            .Field("due_on")
            .Say(absl::StrCat("办结时限 ", m.due_on(), " 早于立项日期 ",
                              m.listed_on()),
                 absl::StrCat("is due on ", m.due_on(),
                              ", before it was listed on ", m.listed_on())));
  }
  for (const std::string& unit : m.assisting_organizations()) {
    if (unit != m.lead_organization()) continue;
    Add(Fault("LEAD_ASSISTS_ITSELF")
            .Field("assisting_organizations")
            .Say("协办单位不能是牵头单位",
                 "the lead unit is among the assisting ones"));
  }
  CheckParent(m);
  const auto code = state_.Find(v1::MATTER, m.id());
  if (!code) return;
  const MatterStatus status = state_.matter_status(*code);
  // Nobody has been promised anything yet.
  if (status.state == v1::DRAFT) return;
  CheckListingStays(m, *state_.Newest(v1::MATTER, *code));
  if (status.lead_organization ==
      state_.Find(v1::ORGANIZATION, m.lead_organization()).value_or(0)) {
    return;  // compared already
  }
  CheckAssisting(m, status.lead_organization, "assisting_organizations");
}

// Items of items, so many levels, and never its own: a circle could not be
// written off.
void Checker::CheckParent(const v1::Matter& m) {
  static const int parent = table::SchemaOf(v1::MATTER).FindColumn("parent");
  constexpr int kMaxDepth = 64;
  if (m.parent().empty()) return;
  const auto own = state_.Find(v1::MATTER, m.id());
  auto above = state_.Find(v1::MATTER, m.parent());
  bool is_circle = m.parent() == m.id();
  int depth = 1;
  while (!is_circle && above && *above != 0 && depth <= kMaxDepth) {
    ++depth;
    is_circle = own && *above == *own;
    const auto row = state_.Newest(v1::MATTER, *above);
    if (!row) break;
    above = state_.records(v1::MATTER).Code(parent, *row);
  }
  if (is_circle) {
    Add(Fault("MATTER_CYCLE")
            .Field("parent")
            .Say("事项不能是自己的子项", "is its own sub-item")
            .Hint("另选上级事项", "name another parent"));
  } else if (depth > kMaxDepth) {
    Add(Fault("MATTER_TOO_DEEP")
            .Field("parent")
            .Say(absl::StrCat("子项超过 ", kMaxDepth, " 级"),
                 absl::StrCat("is an item more than ", kMaxDepth,
                              " levels below"))
            .Hint("另选上级事项", "name another parent"));
  }
}

// The unit that leads now, by an assignment, does not assist as well.
void Checker::CheckAssisting(const v1::Matter& m, uint32_t lead,
                             absl::string_view field) {
  if (lead == 0) return;
  const std::string id(state_.ids(v1::ORGANIZATION).At(lead));
  for (const std::string& unit : m.assisting_organizations()) {
    if (unit != id) continue;
    Add(Fault("LEAD_ASSISTS_ITSELF")
            .Field(field)
            .Say(absl::StrCat("牵头单位“", id, "”同时是协办单位"),
                 absl::StrCat("the lead unit '", id,
                              "' is among the assisting ones"))
            .Hint("先将其从协办单位中去掉，或交另一单位牵头",
                  "take it off the assisting ones first, or let another "
                  "lead"));
  }
}

// What steps have built upon is not corrected behind their back.
void Checker::CheckListingStays(const v1::Matter& m, uint32_t row) {
  v1::Matter first;
  state_.records(v1::MATTER).Read(row, &first);
  const auto fixed = [&](absl::string_view field, const std::string& was,
                         const std::string& is, absl::string_view reason,
                         absl::string_view zh_hint, absl::string_view en_hint) {
    if (was == is) return;
    Add(Fault(reason, absl::StatusCode::kFailedPrecondition)
            .Field(field)
            .Say(absl::StrCat("事项已立项，原值“", was, "”不得改写"),
                 absl::StrCat("the matter is listed already with '", was,
                              "', which is never overwritten"))
            .Hint(zh_hint, en_hint));
  };
  fixed("due_on", first.due_on(), m.due_on(), "MATTER_DUE_DATE_FIXED",
        "请用延期（grant_extension）", "grant an extension");
  fixed("listed_on", first.listed_on(), m.listed_on(), "MATTER_LISTING_FIXED",
        "撤销后另行立项", "withdraw it and list another");
  fixed("lead", first.lead(), m.lead(), "MATTER_LISTING_FIXED",
        "请用交办（assign）", "assign it");
  if (m.is_draft()) {
    Add(Fault("MATTER_LISTING_FIXED", absl::StatusCode::kFailedPrecondition)
            .Field("is_draft")
            .Say("事项已立项，不能退回草案",
                 "the matter is listed and cannot be a draft again")
            .Hint("撤销后另行立项", "withdraw it and list another"));
  }
  fixed("lead_organization", first.lead_organization(), m.lead_organization(),
        "MATTER_LISTING_FIXED", "请用交办（assign）", "assign it");
}

void Checker::CheckOne(const v1::MatterStep& s) {
  if (state_.Find(v1::MATTER_STEP, s.id())) {
    Add(Fault("STEP_EXISTS", absl::StatusCode::kAlreadyExists)
            .Field("id")
            .Say(absl::StrCat("办理记录“", s.id(), "”已存在，不能改写"),
                 absl::StrCat("the step '", s.id(),
                              "' is there already and cannot be put again"))
            .Hint("用退回、重启等动作纠正", "take a step that undoes it"));
    return;
  }
  const auto code = state_.Find(v1::MATTER, s.matter());
  if (!code || s.date().empty()) return;  // reported as a reference or form
  if (s.action() == v1::MATTER_ACTION_UNSPECIFIED) return;
  const absl::Status allowed = StateAfter(state_, *code, s).status();
  if (!allowed.ok()) return Add(allowed);
  const absl::Status sound =
      CheckStep(RulesOf(LifeOf(state_, KindOf(state_, *code))),
                StepFacts(state_, s), state_.matter_status(*code));
  if (!sound.ok()) return Add(sound);
  if (!s.to_organization().empty() &&
      (s.action() == v1::ASSIGN || s.action() == v1::CLAIM)) {
    v1::Matter matter;
    state_.records(v1::MATTER).Read(*state_.Newest(v1::MATTER, *code), &matter);
    CheckAssisting(
        matter, state_.Find(v1::ORGANIZATION, s.to_organization()).value_or(0),
        "to_organization");
  }
  if (s.action() == v1::WRITE_OFF) CheckItemsDone(*code, s);
}

// Items are written off one by one, and the whole after all of them. What
// counts is the day of the step: an item closed later was open on it, and one
// listed later was not there.
void Checker::CheckItemsDone(uint32_t matter, const v1::MatterStep& s) {
  static const int listed_on =
      table::SchemaOf(v1::MATTER).FindColumn("listed_on");
  constexpr int kMostNamed = 12;
  const Date day = Date::Parse(s.date()).value_or(Date());
  std::vector<std::string> open;
  for (uint32_t item : state_.ItemsOf(matter)) {
    const MatterStatus status = state_.matter_status(item);
    const bool is_done =
        (status.closed() && *status.closed_on <= day) ||
        (status.state == v1::WITHDRAWN && status.state_since <= day);
    const uint32_t row = *state_.Newest(v1::MATTER, item);
    const auto listed = state_.records(v1::MATTER).DateAt(listed_on, row);
    if (is_done || (listed && day < *listed)) continue;
    open.emplace_back(state_.ids(v1::MATTER).At(item));
  }
  if (open.empty()) return;
  std::sort(open.begin(), open.end());
  const size_t count = open.size();
  const bool is_long = count > kMostNamed;
  if (is_long) open.resize(kMostNamed);
  const std::string names = absl::StrJoin(open, ", ");
  Add(Fault("ITEMS_OPEN", absl::StatusCode::kFailedPrecondition)
          .Field("action")
          .Say(absl::StrCat("有 ", count, " 个子项未销号：", names,
                            is_long ? " …" : ""),
               absl::StrCat(count, " of its items are not written off: ", names,
                            is_long ? " …" : ""))
          .Hint("先将各子项销号或撤销",
                "write off each item first, or withdraw it"));
}

MatterStepFacts StepFacts(const State& state, const v1::MatterStep& step) {
  MatterStepFacts facts;
  facts.action = step.action();
  facts.date = Date::Parse(step.date()).value_or(Date());
  facts.by = state.Find(v1::PERSON, step.by()).value_or(0);
  facts.to = state.Find(v1::PERSON, step.to()).value_or(0);
  facts.to_organization =
      state.Find(v1::ORGANIZATION, step.to_organization()).value_or(0);
  if (const auto due = Date::Parse(step.due_on()); due.ok()) {
    facts.due_on = *due;
  }
  facts.outcome = step.outcome();
  facts.has_reason = !step.reason().empty();
  return facts;
}

ListingFacts FactsOfListing(const State& state, const v1::Matter& matter) {
  ListingFacts facts;
  facts.step.date = Date::Parse(matter.listed_on()).value_or(Date());
  facts.step.to = state.Find(v1::PERSON, matter.lead()).value_or(0);
  facts.step.to_organization =
      state.Find(v1::ORGANIZATION, matter.lead_organization()).value_or(0);
  facts.due_on = Date::Parse(matter.due_on()).value_or(facts.step.date);
  facts.is_draft = matter.is_draft();
  return facts;
}

const pack::Rules* LifeOf(const State& state, absl::string_view kind) {
  for (const AdoptedPack& adopted : state.packs()) {
    if (adopted.life != nullptr &&
        adopted.life->FindCode("matter-kind", kind) != nullptr) {
      return adopted.life.get();
    }
  }
  return nullptr;
}

absl::StatusOr<v1::MatterState> StateAfter(const State& state, uint32_t matter,
                                           const v1::MatterStep& step) {
  const pack::Rules* life = LifeOf(state, KindOf(state, matter));
  const AskGuard ask = [&](const pack::Guard& guard) {
    return StepView(state, *life, matter, step).Ask(guard);
  };
  return StateAfter(RulesOf(life), step.action(), state.matter_status(matter),
                    ask);
}

LifeRules RulesOf(const pack::Rules* life) {
  LifeRules rules;
  if (life == nullptr) return rules;
  rules.max_extensions = life->workflow.max_extensions;
  if (!life->workflow.transitions.empty()) {
    rules.table = life->workflow.transitions;
  }
  return rules;
}

}  // namespace duban::ledger
