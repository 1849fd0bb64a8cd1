#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/hash_map.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

void Checker::CheckOne(const v1::Activity& a) {
  if (a.minutes() < 0 || a.minutes() > 1440) {
    Add(Fault("MINUTES_OUT_OF_RANGE", absl::StatusCode::kOutOfRange)
            .Field("minutes")
            .Say(absl::StrCat("时长 ", a.minutes(), " 分钟不在 0 至 1440 之间"),
                 absl::StrCat(a.minutes(), " minutes are not within 0 to 1440"))
            .Hint("单位是分钟；跨日的请分日录入",
                  "the unit is minutes; enter each day by itself"));
  }
  if (a.unannounced()) {
    HashSet<int> attested(a.attestations().begin(), a.attestations().end());
    attested.erase(v1::ATTESTATION_UNSPECIFIED);
    if (attested.size() != v1::Attestation_ARRAYSIZE - 1) {
      Add(Fault("UNANNOUNCED_NOT_ATTESTED")
              .Field("attestations")
              .Say(absl::StrCat("“四不两直”须逐项确认六项，现有 ",
                                attested.size(), " 项"),
                   absl::StrCat("an unannounced visit needs all six "
                                "attestations and has ",
                                attested.size()))
              .Hint("缺一项即为事先告知的走访，不计入四不两直",
                    "without all six it is an announced visit"));
    }
  }
  HashSet<absl::string_view> seen;
  for (const std::string& person : a.participants()) {
    if (seen.insert(person).second) continue;
    Add(Fault("PARTICIPANT_TWICE")
            .Field("participants")
            .Say(absl::StrCat("参加人员“", person, "”重复"),
                 absl::StrCat("lists the participant '", person, "' twice")));
  }
}

void Checker::CheckOne(const v1::Submission& s) {
  if (!s.organization().empty() || !s.person().empty()) return;
  Add(Fault("SUBMISSION_WITHOUT_SENDER")
          .Field("organization")
          .Say("报送须写明报送单位或报送人", "does not say from whom it is"));
}

void Checker::CheckOne(const v1::Inspection& i) {
  static const int home =
      table::SchemaOf(v1::PERSON).FindColumn("organization");
  if (Reaches(i.team(), i.organization())) {
    Add(Fault("TEAM_INSPECTS_ITS_OWN", absl::StatusCode::kFailedPrecondition)
            .Field("team")
            .Say("督查组不得督查本单位",
                 "the team belongs to the organization it inspects"));
  }
  for (const std::string& id : i.inspectors()) {
    const auto code = state_.Find(v1::PERSON, id);
    if (!code) continue;
    const uint32_t row = *state_.Newest(v1::PERSON, *code);
    if (!Reaches(state_.records(v1::PERSON).Text(home, row),
                 i.organization())) {
      continue;
    }
    Add(Fault("TEAM_INSPECTS_ITS_OWN", absl::StatusCode::kFailedPrecondition)
            .Field("inspectors")
            .Say(absl::StrCat("督查人员“", id, "”是被督查单位的人"),
                 absl::StrCat("the inspector '", id,
                              "' belongs to the inspected organization")));
  }
}

void Checker::CheckOne(const v1::Rating& r) {
  const int named = !r.person().empty() + !r.organization().empty() +
                    !r.matter().empty() + !r.activity().empty();
  if (named == 1) return;
  Add(Fault("RATED_NOT_ONE")
          .Field("person")
          .Say(absl::StrCat("评价须且只能针对一个对象，现有 ", named, " 个"),
               absl::StrCat("rates ", named, " things; exactly one is needed"))
          .Hint("人员、单位、事项、活动四选一",
                "a person, an organization, a matter or an activity"));
}

void Checker::CheckOne(const v1::Adjustment& a) {
  if (a.person().empty() == a.organization().empty()) {
    Add(Fault("ADJUSTED_NOT_ONE")
            .Field("person")
            .Say("考核调整须写明一个人员或一个组织",
                 "adjusts neither or both of a person and an organization"));
  }
  if (state_.packs().empty()) return;
  std::vector<std::string> schemes;
  for (const AdoptedPack& adopted : state_.packs()) {
    for (const v1::Scheme& s : adopted.pack.scheme()) {
      if (s.id() == a.scheme()) return;
      schemes.push_back(s.id());
    }
  }
  Add(Fault("UNKNOWN_SCHEME")
          .Field("scheme")
          .Say(absl::StrCat("没有考核方案“", a.scheme(), "”"),
               absl::StrCat("there is no scheme '", a.scheme(), "'"))
          .Hint(absl::StrCat("可用：", absl::StrJoin(schemes, "、")),
                absl::StrCat("one of: ", absl::StrJoin(schemes, ", "))));
}

void Checker::CheckOne(const v1::Appeal& a) {
  if (a.person().empty() && a.organization().empty()) {
    Add(Fault("APPEAL_WITHOUT_APPELLANT")
            .Field("person")
            .Say("申诉须写明申诉人或申诉单位", "does not say who appeals"));
  }
  if (a.decision() != v1::PENDING &&
      (a.decided_on().empty() || a.decided_by().empty())) {
    Add(Fault("DECISION_INCOMPLETE")
            .Field("decided_on")
            .Say("处理结果须同时写明处理日期和处理人",
                 "a decision needs its day and who decided"));
  }
  CheckWindow(a.filed_on(), a.decided_on(), "decided_on");
}

}  // namespace duban::ledger
