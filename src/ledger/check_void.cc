#include <string>

#include "absl/strings/str_cat.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

// References that do not keep a record from being voided: a step belongs to
// its matter, and an appeal that is upheld voids the finding it is about.
bool Follows(v1::RecordKind from, v1::RecordKind to) {
  return (from == v1::MATTER_STEP && to == v1::MATTER) ||
         (from == v1::APPEAL && to == v1::FINDING);
}

}  // namespace

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
  CheckReference(v.kind(), v.id(), "void_record.id", true);
  if (v.reason().empty()) {
    Add(Fault("REASON_REQUIRED")
            .Field("void_record.reason")
            .Say("作废须写明理由", "voiding needs a reason"));
  }
  const auto code = state_.Find(v.kind(), v.id());
  if (!code) return;
  if (state_.voided(v.kind(), *state_.Newest(v.kind(), *code))) {
    Add(Fault("ALREADY_VOIDED", absl::StatusCode::kFailedPrecondition)
            .Field("void_record.id")
            .Say(absl::StrCat("“", v.id(), "”已作废"),
                 absl::StrCat("'", v.id(), "' has been voided already")));
    return;
  }
  CheckNotReferredTo(v.kind(), *code);
}

// Whether a row that refers to a record keeps it from being voided.
bool Checker::HoldsBack(v1::RecordKind kind, uint32_t row) const {
  if (!state_.counts(kind, row)) return false;
  if (kind != v1::MATTER) return true;
  const uint32_t code =
      state_.records(kind).Code(table::SchemaOf(kind).id_column(), row);
  return state_.matter_status(code).state != v1::WITHDRAWN;
}

// What counts must not hang on what does not: who refers to it goes first.
void Checker::CheckNotReferredTo(v1::RecordKind kind, uint32_t code) {
  std::string zh;
  std::string en;
  const auto found = [&](const table::RecordSchema& schema, uint32_t row) {
    const table::Word id =
        state_.records(schema.kind()).Text(schema.id_column(), row);
    zh = absl::StrCat(schema.zh(), "“", id.view(), "”");
    en = absl::StrCat("'", id.view(), "' of ", schema.name());
    return true;
  };
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    if (Follows(schema->kind(), kind)) continue;
    const auto& columns = schema->columns();
    for (size_t c = 0; c < columns.size() && en.empty(); ++c) {
      if (columns[c].refers_to != kind) continue;
      state_.indexes()
          .Referring(state_, schema->kind(), static_cast<int>(c))
          .Any(code, [&](uint32_t row) {
            // A register names its own record, and versions of it.
            const bool is_itself =
                schema->kind() == kind &&
                state_.records(kind).Code(schema->id_column(), row) == code;
            return !is_itself && HoldsBack(schema->kind(), row) &&
                   found(*schema, row);
          });
    }
  }
  if (kind == v1::ORGANIZATION && en.empty()) {
    for (const Succession& s : state_.successions()) {
      if (s.from != code && s.into != code) continue;
      zh = absl::StrCat(s.on.ToString(), " 的合并或拆分");
      en = absl::StrCat("a merger or split of ", s.on.ToString());
      break;
    }
  }
  if (en.empty()) return;
  Add(Fault("STILL_REFERRED_TO", absl::StatusCode::kFailedPrecondition)
          .Field("void_record.id")
          .Say(absl::StrCat("仍被", zh, "引用"),
               absl::StrCat("is still referred to by ", en))
          .Hint("先改正或作废引用它的记录；已结束的组织、人员用截止日期",
                "mend or void that first; what has ended gets an `until`"));
}

}  // namespace duban::ledger
