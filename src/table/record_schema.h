// The columns of each kind of record, read off the protobuf descriptors.
//
// The messages of proto/duban/v1 say everything about their fields: Chinese
// name, format, what an id refers to, which code list applies, how closely the
// value is guarded. A RecordSchema turns that into one flat list of columns,
// which CSV files, columnar tables and the expression language share, so that
// they can never disagree. It knows nothing about values: records.h stores
// them, record_csv.h reads and writes them, record_check.h checks them.
//
// Schemas are built on first use, never change and are never destroyed:
// thread-safe.
#ifndef DUBAN_SRC_TABLE_RECORD_SCHEMA_H_
#define DUBAN_SRC_TABLE_RECORD_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/hash_map.h"

namespace duban::table {

enum class ColumnType : uint8_t {
  kText,
  kDate,     // civil date; may be not given
  kDecimal,  // exact decimal; may be not given
  kInt,
  kBool,
  kEnum,
  kTextList,
  kEnumList,
  kAttributes,  // repeated duban.v1.Attribute
};

// One column. The fields of a nested message (Quantity) are columns of their
// own: the value of `beneficiaries` is "beneficiaries.value", 受益数值.
struct Column {
  std::string name;
  // The Chinese names along the path, joined: 受益 + 数值.
  std::string zh;
  // From the record down to the field; never empty.
  std::vector<const google::protobuf::FieldDescriptor*> path;
  ColumnType type = ColumnType::kText;
  bool required = false;
  // The closest class along the path and, for attributes, below it; INTERNAL
  // where none is given.
  v1::PrivacyClass privacy = v1::INTERNAL;
  // RECORD_KIND_UNSPECIFIED where the column holds no ids of other records.
  v1::RecordKind refers_to = v1::RECORD_KIND_UNSPECIFIED;
  std::string code_list;

  const google::protobuf::FieldDescriptor* field() const { return path.back(); }
  bool is_list() const {
    return type == ColumnType::kTextList || type == ColumnType::kEnumList ||
           type == ColumnType::kAttributes;
  }
};

class RecordSchema {
 public:
  // For a message with the options record_kind, record_zh and table. Callers
  // use SchemaOf and FindSchema.
  explicit RecordSchema(const google::protobuf::Descriptor* descriptor);
  RecordSchema(const RecordSchema&) = delete;
  RecordSchema& operator=(const RecordSchema&) = delete;

  v1::RecordKind kind() const { return kind_; }
  // The table's name: "activities".
  const std::string& name() const { return name_; }
  // The record's Chinese name: 活动.
  const std::string& zh() const { return zh_; }
  const google::protobuf::Descriptor* descriptor() const { return descriptor_; }

  // In the order of the fields in the message.
  const std::vector<Column>& columns() const { return columns_; }
  const Column& column(int i) const { return columns_[static_cast<size_t>(i)]; }
  int column_count() const { return static_cast<int>(columns_.size()); }
  // By name or Chinese name, exactly; -1 where there is none.
  int FindColumn(absl::string_view heading) const;
  int id_column() const { return id_column_; }

  // An empty record of this kind.
  std::unique_ptr<google::protobuf::Message> NewRecord() const;

 private:
  void AddColumns(
      const google::protobuf::Descriptor* message,
      const std::vector<const google::protobuf::FieldDescriptor*>& parents);

  const google::protobuf::Descriptor* descriptor_;
  v1::RecordKind kind_;
  std::string name_;
  std::string zh_;
  std::vector<Column> columns_;
  HashMap<std::string, int> by_heading_;
  int id_column_ = -1;
};

// The message that holds the column's field: the record itself or one nested in
// it; null where that is not set.
const google::protobuf::Message* FindHolder(
    const Column& column, const google::protobuf::Message& record);
// The same, made where it is not set.
google::protobuf::Message* MutableHolder(const Column& column,
                                         google::protobuf::Message* record);

// Every kind but RECORD_KIND_UNSPECIFIED has a schema.
const RecordSchema& SchemaOf(v1::RecordKind kind);
// By the table's name or the record's Chinese name; null where there is none.
const RecordSchema* FindSchema(absl::string_view table);
const RecordSchema* FindSchema(const google::protobuf::Descriptor* descriptor);
// In an order in which references point backwards (a person's organization
// comes before the person), except for those that go both ways.
const std::vector<const RecordSchema*>& AllSchemas();

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_RECORD_SCHEMA_H_
