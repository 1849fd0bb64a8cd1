#include "src/ledger/matter_record.h"

#include <string>
#include <utility>

#include "src/table/enum_words.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

using expr::Value;
using google::protobuf::FieldDescriptor;

std::string WordOf(const google::protobuf::EnumDescriptor* type, int number) {
  const auto* value = type->FindValueByNumber(number);
  if (value == nullptr || table::IsUnspecified(value)) return "";
  return table::EnumWord(value);
}

// The text of a column of the list that the matter is on.
Value TextOfList(const MatterPicture& picture, absl::string_view column) {
  static const int list = table::SchemaOf(v1::MATTER).FindColumn("list");
  const uint32_t code =
      picture.state->records(v1::MATTER).Code(list, picture.row);
  if (code == 0) return Value::Str("");
  const auto row = picture.state->Newest(v1::MATTER_LIST, code);
  if (!row) return Value::Str("");
  return WordValue(
      picture.state->records(v1::MATTER_LIST)
          .Text(table::SchemaOf(v1::MATTER_LIST).FindColumn(column), *row));
}

std::optional<Date> StateDueOn(const MatterPicture& picture) {
  static const int kind = table::SchemaOf(v1::MATTER).FindColumn("kind");
  const table::Word word =
      picture.state->records(v1::MATTER).Text(kind, picture.row);
  return StateDueOn(*picture.rules, word, picture.status);
}

Value DayOrMissing(const std::optional<Date>& day) {
  return day ? Value::Day(*day) : Value::Missing();
}

// A field of a message that is a column of a table: not a list, not nested.
Value FieldValue(const google::protobuf::Message& message,
                 const table::Column& column) {
  const FieldDescriptor* field = column.field();
  const auto* reflection = message.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return Value::Str(
        WordOf(field->enum_type(), reflection->GetEnumValue(message, field)));
  }
  const std::string text = reflection->GetString(message, field);
  if (column.type != table::ColumnType::kDate) return Value::Str(text);
  const auto day = Date::Parse(text);
  return day.ok() ? Value::Day(*day) : Value::Missing();
}

}  // namespace

Value WordValue(const table::Word& word) { return Value::Str(word.view()); }

Value ColumnValue(const table::Records& records, int index, uint32_t row) {
  const table::Column& column = records.schema().columns()[index];
  switch (column.type) {
    case table::ColumnType::kText:
      return WordValue(records.Text(index, row));
    case table::ColumnType::kDate:
      return DayOrMissing(records.DateAt(index, row));
    case table::ColumnType::kDecimal: {
      const auto number = records.DecimalAt(index, row);
      return number ? Value::Dec(*number) : Value::Missing();
    }
    case table::ColumnType::kInt:
      return Value::Dec(Decimal::FromInt(records.Int(index, row)));
    case table::ColumnType::kBool:
      return Value::Bool(records.Bool(index, row));
    case table::ColumnType::kEnum: {
      const int number = records.Enum(index, row);
      const auto* type = column.field()->enum_type();
      // A rating's level counts from 1 to 5.
      if (type == v1::RatingLevel_descriptor()) {
        return Value::Dec(Decimal::FromInt(number));
      }
      return Value::Str(WordOf(type, number));
    }
    case table::ColumnType::kTextList: {
      expr::ListValue list;
      for (int i = 0; i < records.ListSize(index, row); ++i) {
        list.push_back(WordValue(records.ListText(index, row, i)));
      }
      return Value::List(std::move(list));
    }
    case table::ColumnType::kEnumList: {
      expr::ListValue list;
      for (int i = 0; i < records.ListSize(index, row); ++i) {
        const std::string word =
            WordOf(column.field()->enum_type(),
                   static_cast<int>(records.ListCode(index, row, i)));
        if (!word.empty()) list.push_back(Value::Str(word));
      }
      return Value::List(std::move(list));
    }
    case table::ColumnType::kAttributes: {
      expr::MapValue map;
      const table::Dictionary& words = records.dictionary(index);
      for (int i = 0; i < records.ListSize(index, row); ++i) {
        map.emplace_back(
            WordValue(words.At(records.AttributeName(index, row, i))),
            WordValue(words.At(records.AttributeValue(index, row, i))));
      }
      return Value::Map(std::move(map));
    }
  }
  return Value::Missing();
}

std::optional<Date> StateDueOn(const pack::Rules& rules, absl::string_view kind,
                               const MatterStatus& status) {
  const v1::StateLimit* limit = rules.workflow.LimitOf(status.state);
  if (limit == nullptr || rules.calendar == nullptr ||
      rules.FindCode("matter-kind", kind) == nullptr) {
    return std::nullopt;
  }
  return rules.calendar->Add(status.state_since, limit->working_days());
}

Value MatterValue(const MatterPicture& picture, pack::Derived derived) {
  const auto number = [](int n) { return Value::Dec(Decimal::FromInt(n)); };
  const MatterStatus& status = picture.status;
  const State& state = *picture.state;
  switch (derived) {
    case pack::Derived::kState:
      return Value::Str(WordOf(v1::MatterState_descriptor(), status.state));
    case pack::Derived::kOutcome:
      return Value::Str(WordOf(v1::Outcome_descriptor(), status.outcome));
    case pack::Derived::kDueOn:
      return Value::Day(status.due_on);
    case pack::Derived::kClosed:
      return Value::Bool(status.closed());
    case pack::Derived::kResolved:
      return Value::Bool(status.resolved());
    case pack::Derived::kClosedOn:
      return DayOrMissing(status.closed_on);
    case pack::Derived::kOnTime:
      return Value::Bool(status.on_time());
    case pack::Derived::kOverdue:
      return Value::Bool(status.overdue(picture.as_of));
    case pack::Derived::kLead:
      return WordValue(state.ids(v1::PERSON).At(status.lead));
    case pack::Derived::kLeadOrganization:
      return WordValue(
          state.ids(v1::ORGANIZATION).At(status.lead_organization));
    case pack::Derived::kUrges:
      return number(status.urges);
    case pack::Derived::kEscalations:
      return number(status.escalations);
    case pack::Derived::kReturns:
      return number(status.returns);
    case pack::Derived::kReopens:
      return number(status.reopens);
    case pack::Derived::kExtensions:
      return number(status.extensions);
    case pack::Derived::kItems:
      return number(picture.items);
    case pack::Derived::kItemsClosed:
      return number(picture.items_closed);
    case pack::Derived::kListKind:
      return TextOfList(picture, "kind");
    case pack::Derived::kProgressOn:
      return DayOrMissing(status.progress_on);
    case pack::Derived::kStateSince:
      return Value::Day(status.state_since);
    case pack::Derived::kStateDueOn:
      return DayOrMissing(StateDueOn(picture));
    case pack::Derived::kStateOverdue: {
      const std::optional<Date> due = StateDueOn(picture);
      return Value::Bool(due && *due < picture.as_of);
    }
    default:
      return Value::Missing();
  }
}

const expr::RecordType& StepView::MatterRecord::type() const {
  return *pack::VocabularyOf(pack::Entity::kMatter).type;
}

Value StepView::MatterRecord::Get(int field) const {
  const pack::Field& f = pack::VocabularyOf(pack::Entity::kMatter)
                             .fields[static_cast<size_t>(field)];
  if (f.column < 0) return MatterValue(*picture_, f.derived);
  return ColumnValue(picture_->state->records(v1::MATTER), f.column,
                     picture_->row);
}

const expr::RecordType& StepView::StepRecord::type() const {
  return *pack::VocabularyOf(pack::Entity::kStep).type;
}

StepView::StepRecord::StepRecord(const v1::MatterStep& step) {
  const table::RecordSchema& schema = table::SchemaOf(v1::MATTER_STEP);
  for (const pack::Field& f : pack::VocabularyOf(pack::Entity::kStep).fields) {
    values_.push_back(
        FieldValue(step, schema.columns()[static_cast<size_t>(f.column)]));
  }
}

StepView::StepView(const State& state, const pack::Rules& rules,
                   uint32_t matter, const v1::MatterStep& step)
    : matter_(&picture_), step_(step) {
  picture_.state = &state;
  picture_.rules = &rules;
  picture_.row = state.Newest(v1::MATTER, matter).value_or(0);
  picture_.status = state.matter_status(matter);
  picture_.as_of = Date::Parse(step.date()).value_or(Date());
  for (uint32_t item : state.ItemsOf(matter)) {
    const MatterStatus status = state.matter_status(item);
    if (status.state == v1::WITHDRAWN) continue;
    ++picture_.items;
    if (status.closed()) ++picture_.items_closed;
  }
}

Value StepView::Ask(const pack::Guard& guard) const {
  Value slots[3];
  slots[pack::kGuardAsOfSlot] = Value::Day(picture_.as_of);
  slots[pack::kGuardMatterSlot] = Value::Rec(&matter_);
  slots[pack::kGuardStepSlot] = Value::Rec(&step_);
  return guard.program.Evaluate(slots);
}

}  // namespace duban::ledger
