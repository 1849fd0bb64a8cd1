#include "src/duty/subjects.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"

namespace duban::duty {

using ledger::ColumnOf;
using ledger::Facts;

namespace {

void SortById(const table::Dictionary& ids, std::vector<uint32_t>* codes) {
  std::sort(codes->begin(), codes->end(),
            [&](uint32_t a, uint32_t b) { return ids.At(a) < ids.At(b); });
}

}  // namespace

v1::RecordKind RecordKindOf(v1::SubjectKind kind) {
  switch (kind) {
    case v1::EACH_ORGANIZATION:
      return v1::ORGANIZATION;
    case v1::EACH_PAIRING:
      return v1::PAIRING;
    default:
      return v1::PERSON;
  }
}

absl::StatusOr<v1::SubjectKind> KindOfSubject(const ledger::State& state,
                                              const std::string& id) {
  for (v1::SubjectKind kind :
       {v1::EACH_PERSON, v1::EACH_ORGANIZATION, v1::EACH_PAIRING}) {
    if (state.Find(RecordKindOf(kind), id)) return kind;
  }
  return Fault("SUBJECT_NOT_FOUND", absl::StatusCode::kNotFound)
      .Field("subject")
      .Say(absl::StrCat("没有编号为“", id, "”的人员、组织或结对"),
           absl::StrCat("there is no person, organization or pairing '", id,
                        "'"))
      .Hint("用 duban list 查看编号", "duban list shows the ids")
      .ToStatus();
}

std::vector<uint32_t> SubjectsOn(const Facts& facts, v1::SubjectKind kind,
                                 Date day) {
  std::vector<uint32_t> codes;
  const ledger::State& state = facts.state();
  if (kind == v1::EACH_PERSON) {
    for (uint32_t code : facts.persons()) {
      if (facts.HomeOf(code, day) != 0) codes.push_back(code);
    }
    return codes;  // already by id
  }
  if (kind == v1::EACH_ORGANIZATION) {
    for (const ledger::Tree::Node& node : facts.TreeOn(day).nodes) {
      codes.push_back(node.code);
    }
  } else {
    return AllSubjects(facts, kind);
  }
  SortById(state.ids(RecordKindOf(kind)), &codes);
  return codes;
}

std::vector<uint32_t> AllSubjects(const Facts& facts, v1::SubjectKind kind) {
  if (kind == v1::EACH_PERSON) return facts.persons();
  const ledger::State& state = facts.state();
  const v1::RecordKind record = RecordKindOf(kind);
  const uint32_t size = static_cast<uint32_t>(state.ids(record).size());
  std::vector<uint32_t> codes;
  for (uint32_t code = 1; code < size; ++code) {
    const auto row = state.Newest(record, code);
    if (row && state.counts(record, *row)) codes.push_back(code);
  }
  SortById(state.ids(record), &codes);
  return codes;
}

uint32_t OrganizationOf(const Facts& facts, v1::SubjectKind kind, uint32_t code,
                        Date day) {
  static const int person = ColumnOf(v1::PAIRING, "person");
  static const int organization = ColumnOf(v1::PAIRING, "organization");
  if (kind == v1::EACH_ORGANIZATION) return code;
  if (kind == v1::EACH_PERSON) return facts.HomeOf(code, day);
  const auto row = facts.state().Newest(v1::PAIRING, code);
  if (!row) return 0;
  const table::Records& rows = facts.state().records(v1::PAIRING);
  if (const uint32_t holder = rows.Code(organization, *row); holder != 0) {
    return holder;
  }
  return facts.HomeOf(rows.Code(person, *row), day);
}

v1::Subject DescribeSubject(const Facts& facts, v1::SubjectKind kind,
                            uint32_t code, Date day) {
  static const int parent = ColumnOf(v1::ORGANIZATION, "parent");
  static const int holder = ColumnOf(v1::PAIRING, "person");
  static const int partner = ColumnOf(v1::PAIRING, "partner_organization");
  const v1::RecordKind record = RecordKindOf(kind);
  v1::Subject subject;
  subject.set_kind(kind);
  subject.set_id(std::string(facts.IdOf(record, code)));
  uint32_t organization = OrganizationOf(facts, kind, code, day);
  if (kind == v1::EACH_PAIRING) {
    const uint32_t row = *facts.state().Newest(record, code);
    const table::Records& rows = facts.state().records(record);
    const uint32_t person = rows.Code(holder, row);
    const uint32_t other = rows.Code(partner, row);
    const std::string from =
        person != 0 ? facts.NameOf(v1::PERSON, person, day)
                    : facts.NameOf(v1::ORGANIZATION, organization, day);
    const std::string to =
        other != 0 ? facts.NameOf(v1::ORGANIZATION, other, day) : "";
    subject.set_name(to.empty() ? from : absl::StrCat(from, "→", to));
  } else {
    subject.set_name(facts.NameOf(record, code, day));
  }
  if (kind == v1::EACH_ORGANIZATION) {
    const auto row = facts.state().At(v1::ORGANIZATION, code, day);
    organization =
        row ? facts.state().records(v1::ORGANIZATION).Code(parent, *row) : 0;
  }
  if (organization != 0) {
    subject.set_organization(
        std::string(facts.IdOf(v1::ORGANIZATION, organization)));
    subject.set_organization_name(
        facts.NameOf(v1::ORGANIZATION, organization, day));
  }
  return subject;
}

SubjectCondition::SubjectCondition(const Facts& facts, v1::SubjectKind kind)
    : facts_(facts), kind_(kind), record_(&facts, pack::EntityOf(kind)) {}

const expr::Record* SubjectCondition::At(uint32_t code, Date day) {
  const v1::RecordKind kind = RecordKindOf(kind_);
  const std::optional<uint32_t> row = ledger::IsVersioned(kind)
                                          ? facts_.state().At(kind, code, day)
                                          : facts_.state().Newest(kind, code);
  if (!row) return nullptr;
  record_.MoveTo(*row, day);
  return &record_;
}

absl::StatusOr<bool> SubjectCondition::Holds(
    const std::optional<expr::Program>& program, uint32_t code, Date day,
    const DateRange& period) {
  if (!program) return true;
  const expr::Record* record = At(code, day);
  if (record == nullptr) return false;
  const expr::Value slots[] = {
      expr::Value::Day(facts_.as_of()), expr::Value::Day(period.from),
      expr::Value::Day(period.until), expr::Value::Rec(record)};
  const expr::Value value = program->Evaluate(slots);
  if (value.is_error()) {
    const std::string id(facts_.IdOf(RecordKindOf(kind_), code));
    return Fault(value.error().reason, absl::StatusCode::kFailedPrecondition)
        .Field(id)
        .Say(absl::StrCat("规则“", program->source(), "”对“", id, "”无法求值：",
                          value.error().zh),
             absl::StrCat("the rule \"", program->source(),
                          "\" has no value for '", id, "': ", value.error().en))
        .ToStatus();
  }
  return value.is_bool() && value.bool_value();
}

}  // namespace duban::duty
