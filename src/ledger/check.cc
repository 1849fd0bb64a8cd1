#include "src/ledger/check.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/decimal.h"
#include "src/base/text.h"
#include "src/ledger/checker.h"
#include "src/table/record_check.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

namespace {

// What the descriptor of Change says of a command.
struct Command {
  const FieldDescriptor* field = nullptr;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
};

// By the number of the command's field.
Command CommandOf(int number) {
  // Never destroyed, as descriptors are not.
  static const std::vector<Command>* const commands = [] {
    auto* all = new std::vector<Command>;
    const auto* oneof = v1::Change::descriptor()->FindOneofByName("command");
    for (int i = 0; i < oneof->field_count(); ++i) {
      const FieldDescriptor* field = oneof->field(i);
      const auto at = static_cast<size_t>(field->number());
      if (all->size() <= at) all->resize(at + 1);
      (*all)[at] = {field, field->message_type()->options().GetExtension(
                               v1::record_kind)};
    }
    return all;
  }();
  const auto at = static_cast<size_t>(number);
  return at < commands->size() ? (*commands)[at] : Command();
}

}  // namespace

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
                             absl::string_view field, bool may_be_void) {
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
  if (state_.voided(kind, *state_.Newest(kind, *code)) && !may_be_void) {
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
        // An appeal that is upheld voids the finding it is about.
        CheckReference(column.refers_to, value, column.name,
                       kind == v1::APPEAL && column.refers_to == v1::FINDING);
      } else if (!column.code_list.empty()) {
        CheckCode(column.code_list, value, column.name);
      } else {
        CheckClassified(value, column.name);
      }
    }
  }
}

void Checker::Check(const v1::Change& change, bool plainly_right) {
  const RecordOf record = RecordIn(change);
  if (record.message != nullptr && !plainly_right) {
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
      return CheckOne(change.put_post());
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
    case v1::Change::kPutFinding:
      return CheckOne(change.put_finding());
    case v1::Change::kReportIndicator:
      return CheckOne(change.report_indicator());
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

RecordOf RecordIn(const v1::Change& change) {
  const Command command = CommandOf(change.command_case());
  if (command.kind == v1::RECORD_KIND_UNSPECIFIED) return {};
  return {&change.GetReflection()->GetMessage(change, command.field),
          command.kind};
}

std::string IdOf(const Message& record) {
  const table::RecordSchema* schema = table::FindSchema(record.GetDescriptor());
  const auto* id = schema->column(schema->id_column()).field();
  return record.GetReflection()->GetString(record, id);
}

Message* MutableRecord(v1::RecordKind kind, v1::Change* change) {
  for (int number = 0; number <= v1::Change::kPutColumnsFieldNumber; ++number) {
    const Command command = CommandOf(number);
    if (command.kind != kind) continue;
    return change->GetReflection()->MutableMessage(change, command.field);
  }
  return nullptr;  // of no kind
}

v1::RecordKind RecordKindOf(int command) { return CommandOf(command).kind; }

bool IsPlainlyRight(const State& state, const table::Column& column,
                    absl::string_view text, bool ascii, uint32_t* code) {
  if (column.refers_to != v1::RECORD_KIND_UNSPECIFIED) {
    const auto found = state.Find(column.refers_to, text);
    if (!found) return false;
    const auto row = state.Newest(column.refers_to, *found);
    if (state.voided(column.refers_to, *row)) return false;
    *code = *found;
    return true;
  }
  if (!column.code_list.empty()) {
    const HashSet<std::string>* codes = state.FindCodeList(column.code_list);
    return codes == nullptr || codes->contains(text);
  }
  // Every mark of classification has one.
  return ascii || text.find("★") == absl::string_view::npos;
}

bool IsPlainlyRight(const State& state, v1::RecordKind kind,
                    table::PlainRecord* record) {
  const table::RecordSchema& schema = table::SchemaOf(kind);
  for (table::PlainCell& cell : record->cells()) {
    const table::Column& column = schema.column(cell.column);
    if (column.type == table::ColumnType::kAttributes) {
      // Packs may say what is in them.
      if (!state.packs().empty()) return false;
    }
    if (cell.text.empty() || column.type == table::ColumnType::kDate) continue;
    if (!IsPlainlyRight(state, column, cell.text, cell.ascii, &cell.code)) {
      return false;
    }
  }
  return true;
}

void CheckChange(const State& state, const Refused& refused,
                 const v1::Change& change, bool plainly_right, int index,
                 Faults* faults) {
  Checker(state, refused, index, faults).Check(change, plainly_right);
}

void ForgiveCorrections(Faults* faults) {
  static constexpr absl::string_view kOfCorrections[] = {
      "APPEAL_WITHOUT_EFFECT",
      "FINDING_BEFORE_INSPECTION",
      "FINDING_ELSEWHERE",
      "HEIR_LATER",
      "HEIR_NOT_THERE",
      "ITEMS_OPEN",
      "LEAD_ASSISTS_ITSELF",
      "ORGANIZATION_ENDED",
      "PAIRING_NOT_VALID",
      "PAIRING_SIDE_NOT_THERE",
      "PARTICIPANT_GONE",
      "RATED_ALREADY",
      "STILL_REFERRED_TO",
      "SUBMISSION_DUPLICATE",
      "SUCCESSION_OUTSIDE_LIFE",
      "TEAM_INSPECTS_ITS_OWN",
      "UNIT_DIFFERS",
  };
  Faults kept;
  for (const v1::ErrorDetail& fault : faults->list().errors()) {
    if (std::find(std::begin(kOfCorrections), std::end(kOfCorrections),
                  fault.reason()) == std::end(kOfCorrections)) {
      kept.Add(fault);
    }
  }
  *faults = std::move(kept);
}

}  // namespace duban::ledger
