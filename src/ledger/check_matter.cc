#include <string>

#include "absl/strings/str_cat.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

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
  if (!m.parent().empty() && m.parent() == m.id()) {
    Add(Fault("MATTER_CYCLE")
            .Field("parent")
            .Say("事项不能是自己的子项", "is its own sub-item"));
  }
  if (const auto code = state_.Find(v1::MATTER, m.id())) {
    CheckListingStays(m, *state_.Newest(v1::MATTER, *code));
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
  MatterStatus status = state_.matter_status(*code);
  Add(TakeStep(RulesOf(state_), StepFacts(state_, s), &status));
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

MatterStepFacts ListingFacts(const State& state, const v1::Matter& matter) {
  MatterStepFacts facts;
  facts.date = Date::Parse(matter.listed_on()).value_or(Date());
  facts.to = state.Find(v1::PERSON, matter.lead()).value_or(0);
  facts.to_organization =
      state.Find(v1::ORGANIZATION, matter.lead_organization()).value_or(0);
  return facts;
}

LifeRules RulesOf(const State& state) {
  LifeRules rules;
  for (const AdoptedPack& adopted : state.packs()) {
    if (adopted.pack.workflow().has_max_extensions()) {
      rules.max_extensions = adopted.pack.workflow().max_extensions();
    }
  }
  return rules;
}

}  // namespace duban::ledger
