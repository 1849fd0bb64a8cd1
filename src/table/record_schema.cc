#include "src/table/record_schema.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/v1/activity.pb.h"
#include "duban/v1/common.pb.h"
#include "duban/v1/matter.pb.h"
#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "src/base/hash_map.h"

namespace duban::table {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

ColumnType TypeOf(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ColumnType::kBool;
    case FieldDescriptor::CPPTYPE_INT64:
      return ColumnType::kInt;
    case FieldDescriptor::CPPTYPE_ENUM:
      return field->is_repeated() ? ColumnType::kEnumList : ColumnType::kEnum;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      assert(field->message_type() == v1::Attribute::descriptor());
      return ColumnType::kAttributes;
    default:
      break;
  }
  assert(field->cpp_type() == FieldDescriptor::CPPTYPE_STRING);
  if (field->is_repeated()) return ColumnType::kTextList;
  switch (field->options().GetExtension(v1::format)) {
    case v1::DATE:
      return ColumnType::kDate;
    case v1::DECIMAL:
      return ColumnType::kDecimal;
    default:
      return ColumnType::kText;
  }
}

v1::PrivacyClass PrivacyOf(const std::vector<const FieldDescriptor*>& path) {
  v1::PrivacyClass closest = v1::PRIVACY_CLASS_UNSPECIFIED;
  const auto look = [&closest](const FieldDescriptor* field) {
    closest = std::max(closest, field->options().GetExtension(v1::privacy));
  };
  for (const FieldDescriptor* field : path) look(field);
  if (const Descriptor* inner = path.back()->message_type()) {
    for (int i = 0; i < inner->field_count(); ++i) look(inner->field(i));
  }
  return closest == v1::PRIVACY_CLASS_UNSPECIFIED ? v1::INTERNAL : closest;
}

Column MakeColumn(std::vector<const FieldDescriptor*> path) {
  Column column;
  column.required = true;
  for (const FieldDescriptor* field : path) {
    const auto& options = field->options();
    absl::StrAppend(&column.name, column.name.empty() ? "" : ".",
                    field->name());
    absl::StrAppend(&column.zh, options.GetExtension(v1::zh));
    column.required &= options.GetExtension(v1::required);
  }
  const auto& options = path.back()->options();
  column.type = TypeOf(path.back());
  column.privacy = PrivacyOf(path);
  column.refers_to = options.GetExtension(v1::refers_to);
  column.code_list = options.GetExtension(v1::code_list);
  column.path = std::move(path);
  return column;
}

// All schemas, found by kind, name and descriptor.
struct Catalog {
  std::vector<const RecordSchema*> all;
  std::array<const RecordSchema*, v1::RecordKind_ARRAYSIZE> by_kind = {};
  HashMap<std::string, const RecordSchema*> by_name;
  HashMap<const Descriptor*, const RecordSchema*> by_descriptor;
};

const Catalog* BuildCatalog() {
  auto* catalog = new Catalog;
  for (const Descriptor* descriptor :
       {v1::Organization::descriptor(), v1::Person::descriptor(),
        v1::Post::descriptor(), v1::Pairing::descriptor(),
        v1::MatterList::descriptor(), v1::Inspection::descriptor(),
        v1::Finding::descriptor(), v1::Matter::descriptor(),
        v1::MatterStep::descriptor(), v1::Activity::descriptor(),
        v1::Submission::descriptor(), v1::Rating::descriptor(),
        v1::Indicator::descriptor(), v1::IndicatorValue::descriptor(),
        v1::Adjustment::descriptor(), v1::Appeal::descriptor()}) {
    const auto* schema = new RecordSchema(descriptor);
    catalog->all.push_back(schema);
    catalog->by_kind[static_cast<size_t>(schema->kind())] = schema;
    catalog->by_name.emplace(schema->name(), schema);
    catalog->by_name.emplace(schema->zh(), schema);
    catalog->by_descriptor.emplace(descriptor, schema);
  }
  return catalog;
}

const Catalog& TheCatalog() {
  // Never destroyed: threads may still read it while the process ends.
  static const Catalog* const catalog = BuildCatalog();
  return *catalog;
}

}  // namespace

RecordSchema::RecordSchema(const Descriptor* descriptor)
    : descriptor_(descriptor),
      kind_(descriptor->options().GetExtension(v1::record_kind)),
      name_(descriptor->options().GetExtension(v1::table)),
      zh_(descriptor->options().GetExtension(v1::record_zh)) {
  AddColumns(descriptor, {});
  for (int i = 0; i < column_count(); ++i) {
    by_heading_.emplace(column(i).name, i);
    by_heading_.emplace(column(i).zh, i);
  }
  id_column_ = FindColumn("id");
}

void RecordSchema::AddColumns(
    const Descriptor* message,
    const std::vector<const FieldDescriptor*>& parents) {
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    std::vector<const FieldDescriptor*> path = parents;
    path.push_back(field);
    if (field->message_type() != nullptr && !field->is_repeated()) {
      AddColumns(field->message_type(), path);
    } else {
      columns_.push_back(MakeColumn(std::move(path)));
    }
  }
}

int RecordSchema::FindColumn(absl::string_view heading) const {
  const auto it = by_heading_.find(heading);
  return it == by_heading_.end() ? -1 : it->second;
}

std::unique_ptr<Message> RecordSchema::NewRecord() const {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(descriptor_)
          ->New());
}

const Message* FindHolder(const Column& column, const Message& record) {
  const Message* holder = &record;
  for (size_t i = 0; i + 1 < column.path.size(); ++i) {
    const Reflection* reflection = holder->GetReflection();
    if (!reflection->HasField(*holder, column.path[i])) return nullptr;
    holder = &reflection->GetMessage(*holder, column.path[i]);
  }
  return holder;
}

Message* MutableHolder(const Column& column, Message* record) {
  Message* holder = record;
  for (size_t i = 0; i + 1 < column.path.size(); ++i) {
    holder = holder->GetReflection()->MutableMessage(holder, column.path[i]);
  }
  return holder;
}

const RecordSchema& SchemaOf(v1::RecordKind kind) {
  assert(v1::RecordKind_IsValid(kind) && kind != v1::RECORD_KIND_UNSPECIFIED);
  return *TheCatalog().by_kind[static_cast<size_t>(kind)];
}

const RecordSchema* FindSchema(absl::string_view table) {
  const Catalog& catalog = TheCatalog();
  const auto it = catalog.by_name.find(table);
  return it == catalog.by_name.end() ? nullptr : it->second;
}

const RecordSchema* FindSchema(const Descriptor* descriptor) {
  const Catalog& catalog = TheCatalog();
  const auto it = catalog.by_descriptor.find(descriptor);
  return it == catalog.by_descriptor.end() ? nullptr : it->second;
}

const std::vector<const RecordSchema*>& AllSchemas() {
  return TheCatalog().all;
}

}  // namespace duban::table
