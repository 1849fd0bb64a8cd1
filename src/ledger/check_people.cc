#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/identifiers.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

// A tree deeper than this is a mistake, and a cycle is deeper than any.
constexpr int kMaxDepth = 64;

}  // namespace

void Checker::CheckWindow(const std::string& since, const std::string& until,
                          absl::string_view field) {
  if (since.empty() || until.empty() || since <= until) return;
  Add(Fault("WINDOW_REVERSED")
          .Field(field)
          .Say(absl::StrCat("截止日期 ", until, " 早于起始日期 ", since),
               absl::StrCat("ends on ", until, ", before it begins on ",
                            since)));
}

// Whether `ancestor` is `from` or above it, by the newest versions.
bool Checker::Reaches(absl::string_view from,
                      absl::string_view ancestor) const {
  static const int parent =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("parent");
  std::string at(from);
  for (int depth = 0; depth < kMaxDepth && !at.empty(); ++depth) {
    if (at == ancestor) return true;
    const auto code = state_.Find(v1::ORGANIZATION, at);
    if (!code) return false;
    at =
        std::string(state_.records(v1::ORGANIZATION)
                        .Text(parent, *state_.Newest(v1::ORGANIZATION, *code)));
  }
  return !at.empty();  // deeper than any tree: take it for a cycle
}

void Checker::CheckOne(const v1::Organization& o) {
  CheckWindow(o.since(), o.until());
  if (!o.parent().empty() && Reaches(o.parent(), o.id())) {
    Add(Fault("ORGANIZATION_CYCLE")
            .Field("parent")
            .Say(absl::StrCat("“", o.parent(), "”是“", o.id(),
                              "”自身或其下级，不能作为上级"),
                 absl::StrCat("'", o.parent(), "' is '", o.id(),
                              "' itself or below it")));
  }
  if (!o.social_credit_code().empty()) {
    Add(CheckSocialCreditCode(o.social_credit_code()), "social_credit_code");
  }
  if (!o.school_code().empty()) {
    Add(CheckSchoolCode(o.school_code()), "school_code");
  }
}

void Checker::CheckOne(const v1::Person& p) {
  CheckWindow(p.since(), p.until());
  if (!p.identity_number().empty()) {
    Add(CheckIdentityNumber(p.identity_number()), "identity_number");
  }
}

void Checker::CheckOne(const v1::Pairing& p) {
  CheckWindow(p.since(), p.until());
  if (p.person().empty() && p.organization().empty()) {
    Add(Fault("PAIRING_WITHOUT_HOLDER")
            .Field("person")
            .Say("结对须写明结对人或结对组织",
                 "says neither which person nor which organization holds it"));
  }
  if (p.partner_person().empty() && p.partner_organization().empty() &&
      p.partner_name().empty()) {
    Add(Fault("PAIRING_WITHOUT_PARTNER")
            .Field("partner_name")
            .Say("结对须写明结对对象", "says nothing of the other side"));
  }
  const bool own_person =
      !p.person().empty() && p.person() == p.partner_person();
  const bool own_organization = p.person().empty() &&
                                !p.organization().empty() &&
                                p.organization() == p.partner_organization();
  if (own_person || own_organization) {
    Add(Fault("PAIRING_WITH_ITSELF")
            .Field(own_person ? "partner_person" : "partner_organization")
            .Say("不能与自己结对", "is paired with itself"));
  }
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
  for (const std::string& id : m.from()) {
    CheckReference(v1::ORGANIZATION, id, "merge_organizations.from");
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
  for (const std::string& id : s.into()) {
    CheckReference(v1::ORGANIZATION, id, "split_organization.into");
  }
}

}  // namespace duban::ledger
