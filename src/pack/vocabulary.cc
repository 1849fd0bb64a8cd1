#include "src/pack/vocabulary.h"

#include <array>
#include <memory>
#include <utility>

#include "src/base/text.h"
#include "src/table/record_schema.h"

namespace duban::pack {
namespace {

using expr::Declaration;
using expr::Type;

// A column of the table: its name, and the name rules use where it differs.
struct FromColumn {
  const char* column;
  const char* name = nullptr;
};

struct Computed {
  const char* name;
  const char* zh;
  Type type;
  Derived derived;
  bool may_be_missing = false;
  const char* code_list = "";
};

struct Definition {
  Entity entity;
  v1::RecordKind kind;
  const char* name;
  std::vector<FromColumn> columns;
  std::vector<Computed> computed;
};

Type TypeOfColumn(table::ColumnType type) {
  switch (type) {
    case table::ColumnType::kDate:
      return Type::Date();
    case table::ColumnType::kDecimal:
    case table::ColumnType::kInt:
      return Type::Decimal();
    case table::ColumnType::kBool:
      return Type::Bool();
    case table::ColumnType::kTextList:
    case table::ColumnType::kEnumList:
      return Type::List(Type::String());
    case table::ColumnType::kAttributes:
      return Type::Map(Type::String(), Type::String());
    case table::ColumnType::kText:
    case table::ColumnType::kEnum:
      break;
  }
  return Type::String();
}

// A rating's level is the one enumeration that counts.
bool IsNumberedEnum(const table::Column& column) {
  return column.type == table::ColumnType::kEnum &&
         column.path.back()->enum_type()->full_name() == "duban.v1.RatingLevel";
}

// The heading of a table can be a second name only if it is an identifier.
std::string AsIdentifier(const std::string& zh) {
  size_t offset = 0;
  bool first = true;
  while (offset < zh.size()) {
    const char32_t c = NextCodePoint(zh, &offset);
    if (first ? !IsIdentifierStart(c) : !IsIdentifierPart(c)) return "";
    first = false;
  }
  return zh;
}

Vocabulary Build(const Definition& definition) {
  Vocabulary v{definition.entity, definition.kind, nullptr, {}};
  std::vector<Declaration> declarations;
  for (const FromColumn& from : definition.columns) {
    const table::RecordSchema& schema = table::SchemaOf(definition.kind);
    const int index = schema.FindColumn(from.column);
    const table::Column& column = schema.columns()[index];
    Declaration d{from.name != nullptr ? from.name : column.name,
                  TypeOfColumn(column.type), AsIdentifier(column.zh), false};
    if (IsNumberedEnum(column)) d.type = Type::Decimal();
    d.may_be_missing =
        !column.required && (column.type == table::ColumnType::kDate ||
                             column.type == table::ColumnType::kDecimal);
    declarations.push_back(std::move(d));
    v.fields.push_back(Field{index, Derived::kNone, column.code_list});
  }
  for (const Computed& c : definition.computed) {
    declarations.push_back(Declaration{c.name, c.type, c.zh, c.may_be_missing});
    v.fields.push_back(Field{-1, c.derived, c.code_list});
  }
  v.type = new expr::RecordType(definition.name, std::move(declarations));
  return v;
}

std::vector<Definition> Records() {
  const Type text = Type::String();
  const Type number = Type::Decimal();
  const Type flag = Type::Bool();
  const Type day = Type::Date();
  const Type texts = Type::List(Type::String());
  return {
      {Entity::kActivity,
       v1::ACTIVITY,
       "activity",
       {{"id"},
        {"kind"},
        {"date"},
        {"minutes"},
        {"participants"},
        {"organization"},
        {"title"},
        {"place"},
        {"pairing"},
        {"matter"},
        {"unannounced"},
        {"attestations"},
        {"theme"},
        {"beneficiaries.value", "beneficiaries"},
        {"evidence"},
        {"attributes"}},
       {{"tags", "标签", texts, Derived::kTags},
        {"pairing_kind", "结对类型", text, Derived::kPairingKind, false,
         "pairing-kind"}}},
      {Entity::kMatter,
       v1::MATTER,
       "matter",
       {{"id"},
        {"title"},
        {"kind"},
        {"list"},
        {"parent"},
        {"organization"},
        {"assisting_organizations"},
        {"measures"},
        {"listed_on"},
        {"due_on", "first_due_on"},
        {"theme"},
        {"finding"},
        {"beneficiaries.value", "beneficiaries"},
        {"attributes"}},
       {{"state", "状态", text, Derived::kState},
        {"outcome", "办理结果", text, Derived::kOutcome},
        {"due_on", "现办结时限", day, Derived::kDueOn},
        {"closed", "已销号", flag, Derived::kClosed},
        {"resolved", "已解决", flag, Derived::kResolved},
        {"closed_on", "销号日期", day, Derived::kClosedOn, true},
        {"on_time", "按期", flag, Derived::kOnTime},
        {"overdue", "超期", flag, Derived::kOverdue},
        {"lead", "牵头人", text, Derived::kLead},
        {"lead_organization", "牵头单位", text, Derived::kLeadOrganization},
        {"urges", "催办次数", number, Derived::kUrges},
        {"escalations", "督办单数", number, Derived::kEscalations},
        {"returns", "退回次数", number, Derived::kReturns},
        {"reopens", "重启次数", number, Derived::kReopens},
        {"extensions", "延期次数", number, Derived::kExtensions},
        {"items", "子项数", number, Derived::kItems},
        {"items_closed", "子项销号数", number, Derived::kItemsClosed},
        {"list_kind", "清单类型", text, Derived::kListKind, false,
         "matter-list-kind"},
        {"progress_on", "最近反馈日期", day, Derived::kProgressOn, true},
        {"state_since", "进入状态日期", day, Derived::kStateSince},
        {"state_due_on", "状态时限", day, Derived::kStateDueOn, true},
        {"state_overdue", "状态超期", flag, Derived::kStateOverdue}}},
      {Entity::kMatterList,
       v1::MATTER_LIST,
       "matter_list",
       {{"id"}, {"title"}, {"kind"}, {"organization"}, {"issued_on"}},
       {{"items", "事项数", number, Derived::kItems},
        {"items_with_due", "有时限事项数", number, Derived::kItemsWithDue}}},
      {Entity::kPairing,
       v1::PAIRING,
       "pairing",
       {{"id"},
        {"kind"},
        {"person"},
        {"organization"},
        {"partner_person"},
        {"partner_organization"},
        {"since"},
        {"until"}},
       {}},
      {Entity::kSubmission,
       v1::SUBMISSION,
       "submission",
       {{"id"},
        {"kind"},
        {"organization"},
        {"person"},
        {"recipients"},
        {"channels"},
        {"received_on"},
        {"title"},
        {"matter"}},
       {}},
      {Entity::kRating,
       v1::RATING,
       "rating",
       {{"id"},
        {"kind"},
        {"level"},
        {"date"},
        {"person"},
        {"organization"},
        {"matter"},
        {"activity"},
        {"panel"}},
       {}},
      {Entity::kInspection,
       v1::INSPECTION,
       "inspection",
       {{"id"},
        {"kind"},
        {"team"},
        {"organization"},
        {"inspectors"},
        {"planned_on"},
        {"date"},
        {"unannounced"},
        {"concluded_on"}},
       {}},
      {Entity::kFinding,
       v1::FINDING,
       "finding",
       {{"id"},
        {"inspection"},
        {"organization"},
        {"kind"},
        {"severity"},
        {"date"}},
       {{"opened", "已立问题", flag, Derived::kOpened},
        {"rectified", "已整改", flag, Derived::kRectified}}},
      {Entity::kIndicatorValue,
       v1::INDICATOR_VALUE,
       "indicator_value",
       {{"id"},
        {"indicator"},
        {"organization"},
        {"as_of"},
        {"reported.value", "value"}},
       {{"indicator_kind", "指标类型", text, Derived::kIndicatorKind, false,
         "indicator-kind"},
        {"target", "目标值", number, Derived::kTarget, true},
        {"qualifier", "精确程度", text, Derived::kQualifier},
        {"reached", "达到目标", text, Derived::kReached}}},
      {Entity::kDuty,
       v1::RECORD_KIND_UNSPECIFIED,
       "duty",
       {},
       {{"quota", "要求", text, Derived::kQuota},
        {"subject", "对象", text, Derived::kSubject},
        {"state", "状态", text, Derived::kState},
        {"late", "迟报", flag, Derived::kLate},
        {"period", "周期", text, Derived::kPeriod},
        {"from", "起", day, Derived::kFrom},
        {"until", "止", day, Derived::kUntil},
        {"due_on", "时限", day, Derived::kDueOn},
        {"days_left", "剩余天数", number, Derived::kDaysLeft},
        {"needs", "要求项数", number, Derived::kNeeds},
        {"needs_met", "完成项数", number, Derived::kNeedsMet},
        {"caught_up", "已补上", flag, Derived::kCaughtUp},
        {"missed_before", "此前未完成期数", number, Derived::kMissedBefore},
        {"done_share", "完成比例", number, Derived::kDoneShare},
        {"time_gone", "时间进度", number, Derived::kTimeGone},
        {"working_days_left", "剩余工作日", number,
         Derived::kWorkingDaysLeft}}},
      {Entity::kScorecard,
       v1::RECORD_KIND_UNSPECIFIED,
       "scorecard",
       {},
       {{"subject", "对象", text, Derived::kSubject},
        {"organization", "所在组织", text, Derived::kOrganization},
        {"total", "总分", number, Derived::kTotal},
        {"full_mark", "满分", number, Derived::kFullMark},
        {"grade", "等次", text, Derived::kGrade},
        {"vetoed", "一票否决", flag, Derived::kVetoed}}},
      {Entity::kPerson,
       v1::PERSON,
       "person",
       {{"id"}, {"name"}, {"organization"}, {"kinds"}, {"attributes"}},
       {{"organization_kind", "所在组织类型", text, Derived::kOrganizationKind,
         false, "organization-kind"},
        {"roles", "职务", texts, Derived::kRoles, false, "role"},
        {"ranks", "职级", texts, Derived::kRanks, false, "rank"},
        {"rank_level", "职级层次", number, Derived::kRankLevel},
        {"organizations_above", "各级组织", texts,
         Derived::kOrganizationsAbove}}},
      {Entity::kOrganization,
       v1::ORGANIZATION,
       "organization",
       {{"id"},
        {"name"},
        {"kind"},
        {"parent"},
        {"line_parent"},
        {"region_code"},
        {"attributes"}},
       {{"parent_kind", "上级组织类型", text, Derived::kParentKind, false,
         "organization-kind"},
        {"organizations_above", "各级组织", texts,
         Derived::kOrganizationsAbove},
        {"predecessors", "前身组织", texts, Derived::kPredecessors},
        {"successors", "承接组织", texts, Derived::kSuccessors}}},
      {Entity::kStep,
       v1::MATTER_STEP,
       "step",
       {{"id"},
        {"matter"},
        {"action"},
        {"date"},
        {"by"},
        {"to"},
        {"to_organization"},
        {"due_on"},
        {"outcome"},
        {"reason"}},
       {}},
      {Entity::kPost,
       v1::POST,
       "post",
       {{"id"},
        {"person"},
        {"organization"},
        {"role"},
        {"rank"},
        {"since"},
        {"until"}},
       {}},
      {Entity::kIndicator,
       v1::INDICATOR,
       "indicator",
       {{"id"},
        {"title"},
        {"kind"},
        {"target.value", "target"},
        {"is_ratio"},
        {"due_on"}},
       {}},
      {Entity::kAdjustment,
       v1::ADJUSTMENT,
       "adjustment",
       {{"id"},
        {"scheme"},
        {"person"},
        {"organization"},
        {"points"},
        {"date"},
        {"reason"},
        {"approver"},
        {"document"}},
       {}},
      {Entity::kAppeal,
       v1::APPEAL,
       "appeal",
       {{"id"},
        {"scheme"},
        {"criterion"},
        {"finding"},
        {"person"},
        {"organization"},
        {"filed_on"},
        {"reason"},
        {"decision"},
        {"decided_on"},
        {"decided_by"},
        {"adjustment"}},
       {}},
  };
}

}  // namespace

const Vocabulary& VocabularyOf(Entity entity) {
  static const auto* const all = [] {
    auto* list = new std::vector<Vocabulary>();
    for (const Definition& d : Records()) list->push_back(Build(d));
    return list;
  }();
  return (*all)[static_cast<int>(entity)];
}

Entity EntityOf(v1::Source source) {
  switch (source) {
    case v1::MATTERS:
      return Entity::kMatter;
    case v1::MATTER_LISTS:
      return Entity::kMatterList;
    case v1::PAIRINGS:
      return Entity::kPairing;
    case v1::SUBMISSIONS:
      return Entity::kSubmission;
    case v1::RATINGS:
      return Entity::kRating;
    case v1::INSPECTIONS:
      return Entity::kInspection;
    case v1::FINDINGS:
      return Entity::kFinding;
    case v1::INDICATOR_VALUES:
      return Entity::kIndicatorValue;
    case v1::DUTIES:
      return Entity::kDuty;
    case v1::SCORECARDS:
      return Entity::kScorecard;
    default:
      return Entity::kActivity;
  }
}

Entity EntityOf(v1::SubjectKind kind) {
  switch (kind) {
    case v1::EACH_ORGANIZATION:
      return Entity::kOrganization;
    case v1::EACH_PAIRING:
      return Entity::kPairing;
    default:
      return Entity::kPerson;
  }
}

std::optional<Entity> EntityOf(v1::RecordKind kind) {
  for (int i = 0; i < kEntityCount; ++i) {
    const auto entity = static_cast<Entity>(i);
    if (kind != v1::RECORD_KIND_UNSPECIFIED &&
        VocabularyOf(entity).kind == kind) {
      return entity;
    }
  }
  return std::nullopt;
}

}  // namespace duban::pack
