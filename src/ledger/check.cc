#include "src/ledger/check.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/decimal.h"
#include "src/base/hash_map.h"
#include "src/base/identifiers.h"
#include "src/base/text.h"
#include "src/table/record_check.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A tree deeper than this is a mistake, and a cycle is deeper than any.
constexpr int kMaxDepth = 64;

class Checker {
 public:
  Checker(const State& state, const Refused& refused, int index, Faults* faults)
      : state_(state), refused_(refused), index_(index), faults_(faults) {}

  void Check(const v1::Change& change);

 private:
  void Add(Fault& fault) { faults_->Add(fault.Change(index_)); }
  void Add(const absl::Status& status, absl::string_view field = "");

  void CheckRecord(const Message& message, v1::RecordKind kind);
  void CheckReference(v1::RecordKind kind, const std::string& id,
                      absl::string_view field);
  void CheckCode(const std::string& list, const std::string& code,
                 absl::string_view field);
  void CheckClassified(const std::string& text, absl::string_view field);
  void CheckAttributes(const std::string& table, const Message& holder,
                       const FieldDescriptor* field);
  void CheckWindow(const std::string& since, const std::string& until,
                   absl::string_view field = "until");
  bool Reaches(absl::string_view from, absl::string_view ancestor) const;

  void CheckOne(const v1::Organization& o);
  void CheckOne(const v1::Person& p);
  void CheckOne(const v1::Pairing& p);
  void CheckOne(const v1::Matter& m);
  void CheckListingStays(const v1::Matter& m, uint32_t row);
  void CheckOne(const v1::MatterStep& s);
  void CheckOne(const v1::Activity& a);
  void CheckOne(const v1::Submission& s);
  void CheckOne(const v1::Inspection& i);
  void CheckOne(const v1::Rating& r);
  void CheckOne(const v1::Adjustment& a);
  void CheckOne(const v1::Appeal& a);
  void CheckOne(const v1::VoidRecord& v);
  void CheckOne(const v1::MergeOrganizations& m);
  void CheckOne(const v1::SplitOrganization& s);

  const State& state_;
  const Refused& refused_;
  const int index_;
  Faults* const faults_;
};

void Checker::Add(const absl::Status& status, absl::string_view field) {
  if (status.ok()) return;
  const v1::ErrorList faults = FaultsOf(status);
  for (v1::ErrorDetail detail : faults.errors()) {
    detail.mutable_place()->set_change(index_ + 1);
    if (detail.place().field().empty()) {
      detail.mutable_place()->set_field(std::string(field));
    }
    faults_->Add(std::move(detail));
  }
}

void Checker::CheckReference(v1::RecordKind kind, const std::string& id,
                             absl::string_view field) {
  const std::string zh = table::SchemaOf(kind).zh();
  const std::string table = table::SchemaOf(kind).name();
  const std::optional<uint32_t> code = state_.Find(kind, id);
  if (!code) {
    if (refused_.contains({kind, id})) {
      Add(Fault("REFERENCE_REFUSED", absl::StatusCode::kFailedPrecondition)
              .Field(field)
              .Say(absl::StrCat("所引用的", zh, "“", id, "”本批次未被接受"),
                   absl::StrCat("refers to '", id, "' of ", table,
                                ", which was itself refused in this batch"))
              .Hint("先改正被引用的那一条", "mend that record first"));
      return;
    }
    Add(Fault("REFERENCE_NOT_FOUND", absl::StatusCode::kNotFound)
            .Field(field)
            .Say(absl::StrCat("没有编号为“", id, "”的", zh),
                 absl::StrCat("there is no '", id, "' in ", table))
            .Hint("检查编号，或先录入该记录",
                  "check the id, or put that record first"));
    return;
  }
  if (state_.voided(kind, *state_.Newest(kind, *code))) {
    Add(Fault("REFERENCE_VOIDED", absl::StatusCode::kFailedPrecondition)
            .Field(field)
            .Say(absl::StrCat(zh, "“", id, "”已作废"),
                 absl::StrCat("'", id, "' of ", table, " has been voided")));
  }
}

void Checker::CheckCode(const std::string& list, const std::string& code,
                        absl::string_view field) {
  if (!state_.HasCodeList(list) || state_.HasCode(list, code)) return;
  const std::vector<std::string> codes = state_.CodesOf(list);
  const std::string near = NearestWord(code, codes);
  Fault fault("UNKNOWN_CODE");
  fault.Field(field).Say(
      absl::StrCat("“", code, "”不在代码表“", list, "”中"),
      absl::StrCat("'", code, "' is not a code of the list '", list, "'"));
  if (!near.empty()) {
    fault.Hint(absl::StrCat("是否为“", near, "”？"),
               absl::StrCat("did you mean '", near, "'?"));
  } else {
    fault.Hint(absl::StrCat("可用：", absl::StrJoin(codes, "、")),
               absl::StrCat("one of: ", absl::StrJoin(codes, ", ")));
  }
  Add(fault);
}

// Marks of classification as GB/T 9704-2012 writes them on a document. Such
// material must not be in a system of this kind at all.
void Checker::CheckClassified(const std::string& text,
                              absl::string_view field) {
  for (absl::string_view mark : {"绝密★", "机密★", "秘密★"}) {
    if (text.find(mark.data(), 0, mark.size()) == std::string::npos) continue;
    Add(Fault("CLASSIFIED_MATERIAL", absl::StatusCode::kPermissionDenied)
            .Field(field)
            .Say(absl::StrCat("含密级标志“", mark, "”，不得录入"),
                 absl::StrCat("carries the classification mark '", mark,
                              "' and must not be entered"))
            .Hint("涉密材料按保密规定办理", "classified papers go elsewhere"));
    return;
  }
}

// Values of attributes that a pack declares have the type it declares.
void Checker::CheckAttributes(const std::string& table, const Message& holder,
                              const FieldDescriptor* field) {
  const auto* reflection = holder.GetReflection();
  for (int i = 0; i < reflection->FieldSize(holder, field); ++i) {
    const auto& attribute = static_cast<const v1::Attribute&>(
        reflection->GetRepeatedMessage(holder, field, i));
    for (const AdoptedPack& adopted : state_.packs()) {
      for (const v1::AttributeType& type : adopted.pack.attribute()) {
        if (type.table() != table || type.name() != attribute.name()) continue;
        const std::string& value = attribute.value();
        const bool fits = type.type() == "decimal" ? Decimal::Parse(value).ok()
                          : type.type() == "date"  ? Date::Parse(value).ok()
                          : type.type() == "bool"
                              ? value == "true" || value == "false"
                              : true;
        if (fits) continue;
        Add(Fault("BAD_ATTRIBUTE")
                .Field(field->name())
                .Say(absl::StrCat("附加信息“", type.name(), "”应为 ",
                                  type.type()),
                     absl::StrCat("the attribute '", type.name(),
                                  "' has to be a ", type.type())));
      }
    }
  }
}

void Checker::CheckRecord(const Message& message, v1::RecordKind kind) {
  const table::RecordSchema& schema = table::SchemaOf(kind);
  for (const table::Column& column : schema.columns()) {
    const Message* holder = &message;
    for (size_t i = 0; i + 1 < column.path.size(); ++i) {
      holder = &holder->GetReflection()->GetMessage(*holder, column.path[i]);
    }
    const FieldDescriptor* field = column.path.back();
    if (column.type == table::ColumnType::kAttributes) {
      CheckAttributes(schema.name(), *holder, field);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    const auto* reflection = holder->GetReflection();
    const int n =
        field->is_repeated() ? reflection->FieldSize(*holder, field) : 1;
    for (int i = 0; i < n; ++i) {
      const std::string value =
          field->is_repeated()
              ? reflection->GetRepeatedString(*holder, field, i)
              : reflection->GetString(*holder, field);
      if (value.empty()) continue;
      if (column.refers_to != v1::RECORD_KIND_UNSPECIFIED) {
        CheckReference(column.refers_to, value, column.name);
      } else if (!column.code_list.empty()) {
        CheckCode(column.code_list, value, column.name);
      } else {
        CheckClassified(value, column.name);
      }
    }
  }
}

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

void Checker::CheckOne(const v1::VoidRecord& v) {
  if (v.kind() == v1::MATTER_STEP || v.kind() == v1::RECORD_KIND_UNSPECIFIED ||
      !v1::RecordKind_IsValid(v.kind())) {
    Add(Fault("VOID_NOT_POSSIBLE")
            .Field("void_record.kind")
            .Say("此类记录不能作废", "records of this kind cannot be voided")
            .Hint("事项办理用退回、重启等动作纠正",
                  "undo a step by another step"));
    return;
  }
  CheckReference(v.kind(), v.id(), "void_record.id");
  if (v.reason().empty()) {
    Add(Fault("REASON_REQUIRED")
            .Field("void_record.reason")
            .Say("作废须写明理由", "voiding needs a reason"));
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

void Checker::Check(const v1::Change& change) {
  const RecordOf record = RecordIn(change);
  if (record.message != nullptr) {
    table::CheckRecordForm(table::SchemaOf(record.kind), *record.message,
                           faults_, index_);
    CheckRecord(*record.message, record.kind);
  }
  switch (change.command_case()) {
    case v1::Change::kPutOrganization:
      return CheckOne(change.put_organization());
    case v1::Change::kPutPerson:
      return CheckOne(change.put_person());
    case v1::Change::kPutPost:
      return CheckWindow(change.put_post().since(), change.put_post().until());
    case v1::Change::kPutPairing:
      return CheckOne(change.put_pairing());
    case v1::Change::kListMatter:
      return CheckOne(change.list_matter());
    case v1::Change::kStepMatter:
      return CheckOne(change.step_matter());
    case v1::Change::kRecordActivity:
      return CheckOne(change.record_activity());
    case v1::Change::kRecordSubmission:
      return CheckOne(change.record_submission());
    case v1::Change::kPutInspection:
      return CheckOne(change.put_inspection());
    case v1::Change::kRecordRating:
      return CheckOne(change.record_rating());
    case v1::Change::kPutAdjustment:
      return CheckOne(change.put_adjustment());
    case v1::Change::kPutAppeal:
      return CheckOne(change.put_appeal());
    case v1::Change::kVoidRecord:
      return CheckOne(change.void_record());
    case v1::Change::kMergeOrganizations:
      return CheckOne(change.merge_organizations());
    case v1::Change::kSplitOrganization:
      return CheckOne(change.split_organization());
    case v1::Change::COMMAND_NOT_SET:
      Add(Fault("CHANGE_EMPTY").Say("变更没有内容", "the change says nothing"));
      return;
    default:
      return;  // what the form and the references say is all there is
  }
}

}  // namespace

RecordOf RecordIn(const v1::Change& change) {
  const auto* oneof = v1::Change::descriptor()->FindOneofByName("command");
  const auto* field =
      change.GetReflection()->GetOneofFieldDescriptor(change, oneof);
  if (field == nullptr) return {};
  const v1::RecordKind kind =
      field->message_type()->options().GetExtension(v1::record_kind);
  if (kind == v1::RECORD_KIND_UNSPECIFIED) return {};
  return {&change.GetReflection()->GetMessage(change, field), kind};
}

void CheckChange(const State& state, const Refused& refused,
                 const v1::Change& change, int index, Faults* faults) {
  Checker(state, refused, index, faults).Check(change);
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
