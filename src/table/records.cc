#include "src/table/records.h"

#include <cassert>
#include <string>
#include <utility>

namespace duban::table {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Stores v, unless it is the default and all before it were too.
template <typename T>
void Put(uint32_t row, T value, SharedVector<T>* to) {
  if (value == T{}) return;  // reading past the end, or padding, gives T{}
  to->PadTo(row);
  to->Append(value);
}

// Decimals leave room above 10^38: numbers from 0 on are stored plus one, so
// that 0 means "not given".
int128_t Pack(Decimal value) {
  return value.units() < 0 ? value.units() : value.units() + 1;
}

// Attribute has two string fields, name = 1 and value = 2.
const FieldDescriptor* AttributePart(const Column& column, int number) {
  return column.field()->message_type()->FindFieldByNumber(number);
}

}  // namespace

IdDictionaries::IdDictionaries() {
  for (auto& dictionary : dictionaries_) {
    dictionary = std::make_shared<Dictionary>();
  }
}

Records::Records(const RecordSchema* schema, const IdDictionaries* ids)
    : schema_(schema), cells_(schema->columns().size()) {
  for (int i = 0; i < schema->column_count(); ++i) {
    const Column& column = schema->column(i);
    const v1::RecordKind kind =
        i == schema->id_column() ? schema->kind() : column.refers_to;
    std::shared_ptr<Dictionary>& dictionary =
        cells_[static_cast<size_t>(i)].dictionary;
    if (kind != v1::RECORD_KIND_UNSPECIFIED) {
      dictionary = ids->Of(kind);
    } else if (column.type == ColumnType::kText ||
               column.type == ColumnType::kDecimal ||
               column.type == ColumnType::kTextList ||
               column.type == ColumnType::kAttributes) {
      dictionary = std::make_shared<Dictionary>();
    }
  }
  const google::protobuf::Descriptor* descriptor = schema->descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->message_type() == nullptr || field->is_repeated()) continue;
    nested_.push_back({field, {}});
  }
}

uint32_t Records::Append(const Message& record) {
  assert(record.GetDescriptor() == schema_->descriptor());
  for (int i = 0; i < schema_->column_count(); ++i) {
    const Column& column = schema_->column(i);
    const Message* holder = FindHolder(column, record);
    if (holder == nullptr) continue;
    AppendCell(column, *holder, &cells_[static_cast<size_t>(i)]);
  }
  const Reflection* reflection = record.GetReflection();
  for (Nested& nested : nested_) {
    const bool empty_but_set =
        reflection->HasField(record, nested.field) &&
        reflection->GetMessage(record, nested.field).ByteSizeLong() == 0;
    Put<uint8_t>(size_, empty_but_set ? 1 : 0, &nested.empty_but_set);
  }
  return size_++;
}

uint32_t Records::Append(const PlainRecord& record) {
  const std::vector<PlainCell>& given = record.cells();
  for (size_t i = 0; i < given.size(); ++i) {
    const Column& column = schema_->column(given[i].column);
    Cells* to = &cells_[given[i].column];
    AppendPlain(given[i], column.type, to);
    const bool last =
        i + 1 == given.size() || given[i + 1].column != given[i].column;
    if (last && column.is_list()) EndList(to);
  }
  return size_++;
}

void Records::AppendPlain(const PlainCell& cell, ColumnType type, Cells* to) {
  const auto code = [&] {
    return cell.code != 0 ? cell.code : to->dictionary->Intern(cell.text);
  };
  switch (type) {
    case ColumnType::kText:
      Put(size_, code(), &to->codes);
      break;
    case ColumnType::kDate:
      Put(size_, static_cast<int32_t>(cell.number) + kDayShift, &to->numbers);
      break;
    case ColumnType::kDecimal:
      AppendText(schema_->column(cell.column), cell.text, to);
      break;
    case ColumnType::kInt:
      Put(size_, cell.number, &to->ints);
      break;
    case ColumnType::kBool:
      Put<uint8_t>(size_, 1, &to->bools);
      break;
    case ColumnType::kEnum:
      Put(size_, static_cast<int32_t>(cell.number), &to->numbers);
      break;
    case ColumnType::kEnumList:
      to->items.Append(static_cast<uint32_t>(cell.number));
      break;
    case ColumnType::kTextList:
    case ColumnType::kAttributes:
      to->items.Append(code());
      break;
  }
}

void Records::AppendCell(const Column& column, const Message& from, Cells* to) {
  const Reflection* reflection = from.GetReflection();
  const FieldDescriptor* field = column.field();
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal: {
      std::string scratch;
      AppendText(column, reflection->GetStringReference(from, field, &scratch),
                 to);
      break;
    }
    case ColumnType::kInt:
      Put(size_, int64_t{reflection->GetInt64(from, field)}, &to->ints);
      break;
    case ColumnType::kBool:
      Put<uint8_t>(size_, reflection->GetBool(from, field) ? 1 : 0, &to->bools);
      break;
    case ColumnType::kEnum:
      Put<int32_t>(size_, reflection->GetEnumValue(from, field), &to->numbers);
      break;
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
    case ColumnType::kAttributes:
      AppendList(column, from, to);
      break;
  }
}

void Records::AppendText(const Column& column, absl::string_view text,
                         Cells* to) {
  if (text.empty()) return;
  if (column.type == ColumnType::kText) {
    Put(size_, to->dictionary->Intern(text), &to->codes);
  } else if (column.type == ColumnType::kDate) {
    const absl::StatusOr<Date> date = Date::Parse(text);
    if (date.ok()) Put(size_, date->days() + kDayShift, &to->numbers);
  } else {
    const absl::StatusOr<Decimal> decimal = Decimal::Parse(text);
    if (!decimal.ok()) return;
    Put(size_, Pack(*decimal), &to->decimals);
    if (decimal->ToString() != text) {
      Put(size_, to->dictionary->Intern(text), &to->spellings);
    }
  }
}

void Records::AppendList(const Column& column, const Message& from, Cells* to) {
  const Reflection* reflection = from.GetReflection();
  const FieldDescriptor* field = column.field();
  const int count = reflection->FieldSize(from, field);
  if (count == 0) return;
  std::string scratch;
  for (int i = 0; i < count; ++i) {
    if (column.type == ColumnType::kTextList) {
      to->items.Append(to->dictionary->Intern(
          reflection->GetRepeatedStringReference(from, field, i, &scratch)));
    } else if (column.type == ColumnType::kEnumList) {
      to->items.Append(static_cast<uint32_t>(
          reflection->GetRepeatedEnumValue(from, field, i)));
    } else {
      const Message& attribute = reflection->GetRepeatedMessage(from, field, i);
      for (const int part : {1, 2}) {
        to->items.Append(to->dictionary->Intern(
            attribute.GetReflection()->GetStringReference(
                attribute, AttributePart(column, part), &scratch)));
      }
    }
  }
  EndList(to);
}

void Records::EndList(Cells* to) {
  // Rows without items since the last one that had some end where it does.
  const size_t rows = to->ends.size();
  to->ends.PadTo(size_, rows == 0 ? 0 : to->ends.Get(rows - 1));
  to->ends.Append(to->items.size());
}

void Records::Read(uint32_t row, Message* out) const {
  assert(row < size_ && out->GetDescriptor() == schema_->descriptor());
  out->Clear();
  for (int i = 0; i < schema_->column_count(); ++i) ReadCell(i, row, out);
  for (const Nested& nested : nested_) {
    if (nested.empty_but_set.Get(row) != 0) {
      out->GetReflection()->MutableMessage(out, nested.field);
    }
  }
}

void Records::ReadCell(int index, uint32_t row, Message* out) const {
  const Column& column = schema_->column(index);
  const FieldDescriptor* field = column.field();
  // Looks up the holder only where there is something to set, because looking
  // creates it.
  const auto set = [&](auto setter, auto value) {
    if (value == decltype(value){}) return;
    Message* holder = MutableHolder(column, out);
    (holder->GetReflection()->*setter)(holder, field, std::move(value));
  };
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal:
      set(&Reflection::SetString, CellText(index, row));
      break;
    case ColumnType::kInt:
      set(&Reflection::SetInt64, Int(index, row));
      break;
    case ColumnType::kBool:
      set(&Reflection::SetBool, Bool(index, row));
      break;
    case ColumnType::kEnum:
      set(&Reflection::SetEnumValue, Enum(index, row));
      break;
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
    case ColumnType::kAttributes:
      if (ListSize(index, row) > 0) {
        ReadList(index, row, MutableHolder(column, out));
      }
      break;
  }
}

std::string Records::CellText(int index, uint32_t row) const {
  const Column& column = schema_->column(index);
  if (column.type == ColumnType::kText) return std::string(Text(index, row));
  if (column.type == ColumnType::kDate) {
    const std::optional<Date> date = DateAt(index, row);
    return date.has_value() ? date->ToString() : std::string();
  }
  const uint32_t spelling = cells(index).spellings.Get(row);
  if (spelling != 0) return std::string(dictionary(index).At(spelling));
  const std::optional<Decimal> decimal = DecimalAt(index, row);
  return decimal.has_value() ? decimal->ToString() : std::string();
}

void Records::ReadList(int index, uint32_t row, Message* out) const {
  const Column& column = schema_->column(index);
  const FieldDescriptor* field = column.field();
  const Reflection* reflection = out->GetReflection();
  const int count = ListSize(index, row);
  for (int i = 0; i < count; ++i) {
    if (column.type == ColumnType::kTextList) {
      reflection->AddString(out, field, std::string(ListText(index, row, i)));
    } else if (column.type == ColumnType::kEnumList) {
      reflection->AddEnumValue(out, field,
                               static_cast<int>(ListCode(index, row, i)));
    } else {
      Message* attribute = reflection->AddMessage(out, field);
      const Dictionary& texts = dictionary(index);
      const Reflection* inner = attribute->GetReflection();
      inner->SetString(attribute, AttributePart(column, 1),
                       std::string(texts.At(AttributeName(index, row, i))));
      inner->SetString(attribute, AttributePart(column, 2),
                       std::string(texts.At(AttributeValue(index, row, i))));
    }
  }
}

Records Records::Snapshot() {
  Records copy;
  copy.schema_ = schema_;
  copy.size_ = size_;
  copy.cells_.reserve(cells_.size());
  for (Cells& from : cells_) {
    Cells to;
    to.dictionary = from.dictionary;
    to.codes = from.codes.Snapshot();
    to.numbers = from.numbers.Snapshot();
    to.ints = from.ints.Snapshot();
    to.decimals = from.decimals.Snapshot();
    to.bools = from.bools.Snapshot();
    to.spellings = from.spellings.Snapshot();
    to.ends = from.ends.Snapshot();
    to.items = from.items.Snapshot();
    copy.cells_.push_back(std::move(to));
  }
  for (Nested& from : nested_) {
    copy.nested_.push_back({from.field, from.empty_but_set.Snapshot()});
  }
  return copy;
}

void Records::Restore(const Records& latest) {
  size_ = latest.size_;
  for (size_t i = 0; i < cells_.size(); ++i) {
    Cells& to = cells_[i];
    const Cells& from = latest.cells_[i];
    to.codes.Restore(from.codes);
    to.numbers.Restore(from.numbers);
    to.ints.Restore(from.ints);
    to.decimals.Restore(from.decimals);
    to.bools.Restore(from.bools);
    to.spellings.Restore(from.spellings);
    to.ends.Restore(from.ends);
    to.items.Restore(from.items);
  }
  for (size_t i = 0; i < nested_.size(); ++i) {
    nested_[i].empty_but_set.Restore(latest.nested_[i].empty_but_set);
  }
}

std::optional<Decimal> Records::DecimalAt(int column, uint32_t row) const {
  const int128_t stored = cells(column).decimals.Get(row);
  if (stored == 0) return std::nullopt;
  // What was parsed fits, so FromUnits cannot fail.
  return *Decimal::FromUnits(stored < 0 ? stored : stored - 1);
}

bool Records::IsGiven(int column, uint32_t row) const {
  switch (schema_->column(column).type) {
    case ColumnType::kText:
      return Code(column, row) != 0;
    case ColumnType::kDate:
      return DateAt(column, row).has_value();
    case ColumnType::kDecimal:
      return DecimalAt(column, row).has_value();
    case ColumnType::kInt:
      return Int(column, row) != 0;
    case ColumnType::kBool:
      return Bool(column, row);
    case ColumnType::kEnum:
      return Enum(column, row) != 0;
    default:
      return ListSize(column, row) > 0;
  }
}

bool Records::HasHolder(int column, uint32_t row) const {
  const std::vector<const FieldDescriptor*>& path =
      schema_->column(column).path;
  if (path.size() == 1) return true;
  for (const Nested& nested : nested_) {
    if (nested.field == path[0] && nested.empty_but_set.Get(row) != 0) {
      return true;
    }
  }
  for (int i = 0; i < schema_->column_count(); ++i) {
    if (schema_->column(i).path[0] == path[0] && IsGiven(i, row)) return true;
  }
  return false;
}

int Records::ListSize(int column, uint32_t row) const {
  const Cells& list = cells(column);
  if (row >= list.ends.size()) return 0;
  const uint64_t items = list.ends.Get(row) - ListStart(list, row);
  const bool pairs = schema_->column(column).type == ColumnType::kAttributes;
  return static_cast<int>(pairs ? items / 2 : items);
}

uint32_t Records::ListCode(int column, uint32_t row, int i) const {
  const Cells& list = cells(column);
  return list.items.Get(ListStart(list, row) + static_cast<uint64_t>(i));
}

uint32_t Records::AttributeName(int column, uint32_t row, int i) const {
  return ListCode(column, row, 2 * i);
}

uint32_t Records::AttributeValue(int column, uint32_t row, int i) const {
  return ListCode(column, row, 2 * i + 1);
}

}  // namespace duban::table
