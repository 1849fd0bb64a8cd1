#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/ledger/checker.h"
#include "src/ledger/succession.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

void Checker::CheckNamedOnce(
    const google::protobuf::RepeatedPtrField<std::string>& ids,
    absl::string_view field) {
  HashSet<absl::string_view> seen;
  for (const std::string& id : ids) {
    if (seen.insert(id).second) continue;
    Add(Fault("NAMED_TWICE")
            .Field(field)
            .Say(absl::StrCat("“", id, "”重复"),
                 absl::StrCat("names '", id, "' twice")));
  }
}

void Checker::CheckEnds(const std::string& id, const std::string& on,
                        absl::string_view field) {
  const auto code = state_.Find(v1::ORGANIZATION, id);
  const auto day = Date::Parse(on);
  if (!code || !day.ok()) return;  // told already
  if (const Succession* end = EndOf(state_, *code)) {
    Add(Fault("ORGANIZATION_ENDED", absl::StatusCode::kFailedPrecondition)
            .Field(field)
            .Say(absl::StrCat("组织“", id, "”已于 ", end->on.ToString(),
                              " 合并或拆分"),
                 absl::StrCat("'", id, "' was merged or split on ",
                              end->on.ToString()))
            .Hint("改用其承接组织", "name what became of it"));
    return;
  }
  const Succession* into = LastInto(state_, *code);
  if (into != nullptr && *day <= into->on) {
    Add(Fault("HEIR_LATER", absl::StatusCode::kFailedPrecondition)
            .Field(field)
            .Say(absl::StrCat("组织“", id, "”在 ", into->on.ToString(),
                              " 承接了其他组织，不能在 ", on, " 已不存在"),
                 absl::StrCat("'", id, "' became heir to another on ",
                              into->on.ToString(), " and cannot end on ", on))
            .Hint("检查两次合并或拆分的日期", "check the days of both"));
    return;
  }
  const uint32_t row = *state_.Newest(v1::ORGANIZATION, *code);
  if (state_.voided(v1::ORGANIZATION, row)) return;  // told already
  static const int since =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("since");
  const DateRange life = state_.LifeOf(v1::ORGANIZATION, *code);
  // Its last version has to have a day at least, and it may have been ended
  // on the day before by the host.
  const Date newest =
      state_.records(v1::ORGANIZATION).DateAt(since, row).value_or(Date::Min());
  if (newest < *day && day->AddDays(-1) <= life.until) return;
  Add(Fault("SUCCESSION_OUTSIDE_LIFE", absl::StatusCode::kFailedPrecondition)
          .Field(field)
          .Say(absl::StrCat("组织“", id, "”在 ", on,
                            " 的前一天不存在，或此后另有版本"),
               absl::StrCat("'", id, "' is not there on the day before ", on,
                            ", or has a version that begins later"))
          .Hint("检查日期和该组织的起止日期",
                "check the day, and when the organization begins and ends"));
}

void Checker::CheckHeir(const std::string& id, const std::string& on,
                        absl::string_view field) {
  const auto code = state_.Find(v1::ORGANIZATION, id);
  const auto day = Date::Parse(on);
  if (!code || !day.ok()) return;  // told already
  if (state_.voided(v1::ORGANIZATION,
                    *state_.Newest(v1::ORGANIZATION, *code))) {
    return;  // told already
  }
  if (state_.At(v1::ORGANIZATION, *code, *day)) return;
  Add(Fault("HEIR_NOT_THERE", absl::StatusCode::kFailedPrecondition)
          .Field(field)
          .Say(absl::StrCat("承接组织“", id, "”在 ", on, " 不存在"),
               absl::StrCat("'", id, "' is not there on ", on))
          .Hint("先录入自该日起的组织",
                "put the organization first, from that day on"));
}

void Checker::CheckOne(const v1::MergeOrganizations& m) {
  if (m.from().empty() || m.into().empty()) {
    Add(Fault("MERGE_INCOMPLETE")
            .Field("merge_organizations.from")
            .Say("合并须写明被并组织和并入组织",
                 "needs the organizations merged and the one they merge into"));
    return;
  }
  Add(Date::Parse(m.on()).status(), "merge_organizations.on");
  CheckReference(v1::ORGANIZATION, m.into(), "merge_organizations.into");
  CheckHeir(m.into(), m.on(), "merge_organizations.into");
  CheckNamedOnce(m.from(), "merge_organizations.from");
  for (const std::string& id : m.from()) {
    CheckReference(v1::ORGANIZATION, id, "merge_organizations.from");
    CheckEnds(id, m.on(), "merge_organizations.from");
    if (id == m.into()) {
      Add(Fault("MERGE_INTO_ITSELF")
              .Field("merge_organizations.from")
              .Say("组织不能并入自己", "an organization merges into itself"));
    }
  }
}

void Checker::CheckOne(const v1::SplitOrganization& s) {
  if (s.from().empty() || s.into().empty()) {
    Add(Fault("SPLIT_INCOMPLETE")
            .Field("split_organization.into")
            .Say("拆分须写明原组织和新组织",
                 "needs the organization split and its heirs"));
    return;
  }
  Add(Date::Parse(s.on()).status(), "split_organization.on");
  CheckReference(v1::ORGANIZATION, s.from(), "split_organization.from");
  CheckEnds(s.from(), s.on(), "split_organization.from");
  CheckNamedOnce(s.into(), "split_organization.into");
  for (const std::string& id : s.into()) {
    CheckReference(v1::ORGANIZATION, id, "split_organization.into");
    if (id == s.from()) {
      Add(Fault("SPLIT_INTO_ITSELF")
              .Field("split_organization.into")
              .Say("组织不能拆分为自己", "an organization is its own heir")
              .Hint("原组织保留的，只需录入新组织",
                    "one that goes on is not split: put the new one"));
      continue;
    }
    CheckHeir(id, s.on(), "split_organization.into");
  }
}

}  // namespace duban::ledger
