#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

std::optional<Date> DayOf(const std::string& text) {
  const auto day = Date::Parse(text);
  return day.ok() ? std::optional<Date>(*day) : std::nullopt;
}

// The day by whose tree an inspection is judged.
std::optional<Date> DayOf(const v1::Inspection& i) {
  return DayOf(i.date().empty() ? i.planned_on() : i.date());
}

}  // namespace

void Checker::CheckOne(const v1::Inspection& i) {
  CheckTeam(i);
  CheckSamplingPlan(i);
  // Brought forward or put off: the date may lie either side of the plan.
  if (i.conclusion().empty() != i.concluded_on().empty() ||
      (!i.concluded_on().empty() && i.date().empty())) {
    Add(Fault("CONCLUSION_INCOMPLETE")
            .Field(i.conclusion().empty()     ? "conclusion"
                   : i.concluded_on().empty() ? "concluded_on"
                                              : "date")
            .Say("结论须同时写明督查日期、结论和结论日期",
                 "a conclusion needs the inspection's date, its words and its "
                 "day"));
  }
  CheckWindow(i.date(), i.concluded_on(), "concluded_on");
  if (i.reply().empty() != i.replied_on().empty()) {
    Add(Fault("REPLY_INCOMPLETE")
            .Field(i.reply().empty() ? "reply" : "replied_on")
            .Say("被督查单位意见须同时写明内容和日期",
                 "a reply needs its words and its day"));
  }
  if (!i.reply().empty() &&
      (i.concluded_on().empty() ||
       (!i.replied_on().empty() && i.replied_on() < i.concluded_on()))) {
    Add(Fault("REPLY_BEFORE_CONCLUSION", absl::StatusCode::kFailedPrecondition)
            .Field("replied_on")
            .Say("被督查单位只能在结论之后提出意见",
                 "a reply comes after the conclusion"));
  }
  CheckConclusionStays(i);
}

// Both sides can rely on a conclusion: only the inspected one may add to it,
// and once.
void Checker::CheckConclusionStays(const v1::Inspection& i) {
  v1::Inspection was;
  if (!ReadBefore(v1::INSPECTION, i, &was) || was.concluded_on().empty()) {
    return;
  }
  if (!was.reply().empty() &&
      (was.reply() != i.reply() || was.replied_on() != i.replied_on())) {
    Add(Fault("REPLIED_ALREADY", absl::StatusCode::kFailedPrecondition)
            .Field("reply")
            .Say("被督查单位已提出意见，不得改写",
                 "the reply is there already and stays"));
  }
  v1::Inspection is = i;
  for (v1::Inspection* one : {&was, &is}) {
    one->clear_reply();
    one->clear_replied_on();
  }
  if (was.SerializeAsString() == is.SerializeAsString()) return;
  Add(Fault("INSPECTION_CONCLUDED", absl::StatusCode::kFailedPrecondition)
          .Field("concluded_on")
          .Say(
              absl::StrCat("督查“", i.id(), "”已于 ", was.concluded_on(),
                           " 作出结论，只能补充被督查单位意见"),
              absl::StrCat("'", i.id(), "' was concluded on ",
                           was.concluded_on(), "; only the reply can be added"))
          .Hint("结论有误的，先作废再录入",
                "if the conclusion is wrong, void it and put it again"));
}

void Checker::CheckSamplingPlan(const v1::Inspection& i) {
  if (i.sampling_plan().empty()) return;
  std::vector<std::string> plans;
  for (const AdoptedPack& adopted : state_.packs()) {
    for (const v1::SamplingPlan& plan : adopted.pack.sampling_plan()) {
      if (plan.id() == i.sampling_plan()) return;
      plans.push_back(plan.id());
    }
  }
  if (plans.empty()) return;  // as with codes: no pack has a list of them
  Add(Fault("UNKNOWN_SAMPLING_PLAN")
          .Field("sampling_plan")
          .Say(absl::StrCat("没有抽样方案“", i.sampling_plan(), "”"),
               absl::StrCat("there is no sampling plan '", i.sampling_plan(),
                            "'"))
          .Hint(absl::StrCat("可用：", absl::StrJoin(plans, "、")),
                absl::StrCat("one of: ", absl::StrJoin(plans, ", "))));
}

// By the tree of that day: who has moved since was or was not of the
// inspected side then.
void Checker::CheckTeam(const v1::Inspection& i) {
  static const int home =
      table::SchemaOf(v1::PERSON).FindColumn("organization");
  const std::optional<Date> day = DayOf(i);
  if (Reaches(i.team(), i.organization(), day)) {
    Add(Fault("TEAM_INSPECTS_ITS_OWN", absl::StatusCode::kFailedPrecondition)
            .Field("team")
            .Say("督查组不得督查本单位",
                 "the team belongs to the organization it inspects"));
  }
  for (const std::string& id : i.inspectors()) {
    const auto row = Version(v1::PERSON, id, day);
    if (!row) continue;
    const table::Word at = state_.records(v1::PERSON).Text(home, *row);
    if (!Reaches(at, i.organization(), day)) {
      continue;
    }
    Add(Fault("TEAM_INSPECTS_ITS_OWN", absl::StatusCode::kFailedPrecondition)
            .Field("inspectors")
            .Say(absl::StrCat("督查人员“", id, "”是被督查单位的人"),
                 absl::StrCat("the inspector '", id,
                              "' belongs to the inspected organization")));
  }
}

void Checker::CheckOne(const v1::Finding& f) {
  const auto code = state_.Find(v1::INSPECTION, f.inspection());
  if (f.inspection().empty() || !code) return;
  v1::Inspection inspection;
  state_.records(v1::INSPECTION)
      .Read(*state_.Newest(v1::INSPECTION, *code), &inspection);
  if (!inspection.date().empty() && !f.date().empty() &&
      f.date() < inspection.date()) {
    Add(Fault("FINDING_BEFORE_INSPECTION")
            .Field("date")
            .Say(absl::StrCat("发现日期 ", f.date(), " 早于督查日期 ",
                              inspection.date()),
                 absl::StrCat("was found on ", f.date(),
                              ", before the inspection of ",
                              inspection.date())));
  }
  if (Reaches(f.organization(), inspection.organization(), DayOf(f.date()))) {
    return;
  }
  Add(Fault("FINDING_ELSEWHERE", absl::StatusCode::kFailedPrecondition)
          .Field("organization")
          .Say(absl::StrCat("“", f.organization(), "”不是被督查单位“",
                            inspection.organization(), "”或其下级"),
               absl::StrCat("'", f.organization(), "' is not '",
                            inspection.organization(),
                            "', which was inspected, nor below it")));
}

void Checker::CheckOne(const v1::Rating& r) {
  const int named = !r.person().empty() + !r.organization().empty() +
                    !r.matter().empty() + !r.activity().empty();
  if (named == 1) return CheckRater(r);
  Add(Fault("RATED_NOT_ONE")
          .Field("person")
          .Say(absl::StrCat("评价须且只能针对一个对象，现有 ", named, " 个"),
               absl::StrCat("rates ", named, " things; exactly one is needed"))
          .Hint("人员、单位、事项、活动四选一",
                "a person, an organization, a matter or an activity"));
}

// No message here says who the rater is, nor which rating was the first: who
// sees the one could find the other.
void Checker::CheckRater(const v1::Rating& r) {
  if (r.rater().empty()) return;
  if (r.rater() == r.person()) {
    Add(Fault("RATER_IS_RATED", absl::StatusCode::kFailedPrecondition)
            .Field("rater")
            .Say("不能评价自己", "nobody rates themselves"));
  }
  const auto codes = CodesOf(r);
  if (!codes) return;  // some word of it is new, so it cannot be there twice
  bool is_rated = false;
  state_.indexes().Ratings(state_).Any(codes->Key(), [&](uint32_t row) {
    if (!(RatingCodesAt(state_, row) == *codes)) return false;
    static const int id = table::SchemaOf(v1::RATING).id_column();
    // One that counts is the newest of its kind.
    is_rated = state_.counts(v1::RATING, row) &&
               state_.records(v1::RATING).Text(id, row) != r.id();
    return true;
  });
  if (!is_rated) return;
  Add(Fault("RATED_ALREADY", absl::StatusCode::kAlreadyExists)
          .Field("rater")
          .Say("同一评价人对同一对象的同类评价只计一次",
               "this rater has rated this already, in this kind and panel")
          .Hint("下一轮测评使用新的评价人代号；更正用原编号",
                "the next round takes new keys; correct a rating under its own "
                "id"));
}

std::optional<RatingCodes> Checker::CodesOf(const v1::Rating& r) const {
  const table::RecordSchema& schema = table::SchemaOf(v1::RATING);
  static const int kind = schema.FindColumn("kind");
  static const int rater = schema.FindColumn("rater");
  static const int panel = schema.FindColumn("panel");
  const table::Records& rows = state_.records(v1::RATING);
  bool known = true;
  const auto code = [&known](const table::Dictionary& words,
                             const std::string& text) -> uint32_t {
    const auto found = words.Find(text);
    known = known && found.has_value();
    return found.value_or(0);
  };
  RatingCodes codes;
  codes.kind = code(rows.dictionary(kind), r.kind());
  codes.rater = code(rows.dictionary(rater), r.rater());
  codes.panel = code(rows.dictionary(panel), r.panel());
  codes.person = code(state_.ids(v1::PERSON), r.person());
  codes.organization = code(state_.ids(v1::ORGANIZATION), r.organization());
  codes.matter = code(state_.ids(v1::MATTER), r.matter());
  codes.activity = code(state_.ids(v1::ACTIVITY), r.activity());
  if (!known) return std::nullopt;
  return codes;
}

void Checker::CheckOne(const v1::Adjustment& a) {
  if (a.person().empty() == a.organization().empty()) {
    Add(Fault("ADJUSTED_NOT_ONE")
            .Field("person")
            .Say("考核调整须写明一个人员或一个组织",
                 "adjusts neither or both of a person and an organization"));
  }
  if (!a.person().empty() && a.person() == a.approver()) {
    Add(Fault("APPROVER_IS_ADJUSTED", absl::StatusCode::kFailedPrecondition)
            .Field("approver")
            .Say("不能批准对本人的考核调整",
                 "nobody approves an adjustment of their own score"));
  }
  CheckScheme(a.scheme());
}

void Checker::CheckScheme(const std::string& scheme) {
  if (state_.packs().empty()) return;
  std::vector<std::string> schemes;
  for (const AdoptedPack& adopted : state_.packs()) {
    for (const v1::Scheme& s : adopted.pack.scheme()) {
      if (s.id() == scheme) return;
      schemes.push_back(s.id());
    }
  }
  Add(Fault("UNKNOWN_SCHEME")
          .Field("scheme")
          .Say(absl::StrCat("没有考核方案“", scheme, "”"),
               absl::StrCat("there is no scheme '", scheme, "'"))
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
  if (!a.scheme().empty()) CheckScheme(a.scheme());
  if (!a.criterion().empty()) CheckCriterion(a);
  if (!a.person().empty() && a.person() == a.decided_by()) {
    Add(Fault("APPELLANT_DECIDES", absl::StatusCode::kFailedPrecondition)
            .Field("decided_by")
            .Say("申诉人不能处理自己的申诉",
                 "nobody decides an appeal of their own"));
  }
  if (a.decision() == v1::UPHELD && !a.decided_on().empty()) CheckUpheld(a);
  v1::Appeal was;
  if (!ReadBefore(v1::APPEAL, a, &was) || was.decision() == v1::PENDING ||
      was.SerializeAsString() == a.SerializeAsString()) {
    return;
  }
  Add(Fault("APPEAL_DECIDED", absl::StatusCode::kFailedPrecondition)
          .Field("decision")
          .Say(absl::StrCat("申诉“", a.id(), "”已于 ", was.decided_on(),
                            " 处理，不得改写"),
               absl::StrCat("'", a.id(), "' was decided on ", was.decided_on(),
                            " and stays so"))
          .Hint("处理有误的，先作废再录入",
                "if the decision is wrong, void it and put it again"));
}

// The criterion is of the scheme named, or of any where none is.
void Checker::CheckCriterion(const v1::Appeal& a) {
  std::vector<std::string> criteria;
  bool has_scheme = false;
  for (const AdoptedPack& adopted : state_.packs()) {
    for (const v1::Scheme& s : adopted.pack.scheme()) {
      if (!a.scheme().empty() && s.id() != a.scheme()) continue;
      has_scheme = true;
      for (const v1::Criterion& c : s.criterion()) {
        if (c.id() == a.criterion()) return;
        criteria.push_back(c.id());
      }
    }
  }
  if (!has_scheme) return;  // nothing to compare with, or told already
  Add(Fault("UNKNOWN_CRITERION")
          .Field("criterion")
          .Say(absl::StrCat("没有考核指标“", a.criterion(), "”"),
               absl::StrCat("there is no criterion '", a.criterion(), "'"))
          .Hint(absl::StrCat("可用：", absl::StrJoin(criteria, "、")),
                absl::StrCat("one of: ", absl::StrJoin(criteria, ", "))));
}

// An appeal that is upheld has changed something.
void Checker::CheckUpheld(const v1::Appeal& a) {
  if (!a.adjustment().empty()) return;
  const auto finding = state_.Find(v1::FINDING, a.finding());
  if (finding &&
      state_.voided(v1::FINDING, *state_.Newest(v1::FINDING, *finding))) {
    return;
  }
  Add(Fault("APPEAL_WITHOUT_EFFECT", absl::StatusCode::kFailedPrecondition)
          .Field("adjustment")
          .Say("申诉成立的，须写明对应的考核调整，或所申诉的问题已作废",
               "an appeal that is upheld names the adjustment by which it took "
               "effect, or its finding has been voided")
          .Hint("先录入考核调整，或作废该问题",
                "put the adjustment, or void the finding, first"));
}

}  // namespace duban::ledger
