// Answers to queries as messages.
#include <memory>
#include <string>
#include <vector>

#include "duban/query.h"
#include "google/protobuf/message.h"
#include "src/ledger/query.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"

namespace duban {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using table::RecordSchema;

// The field of v1::Record for records of this kind.
const FieldDescriptor* FieldFor(const RecordSchema& schema) {
  const auto* oneof = v1::Record::descriptor()->FindOneofByName("record");
  for (int i = 0; i < oneof->field_count(); ++i) {
    if (oneof->field(i)->message_type() == schema.descriptor()) {
      return oneof->field(i);
    }
  }
  return nullptr;
}

// Takes out what was not asked for. The id stays.
class Projection {
 public:
  Projection(const RecordSchema& schema, const std::vector<int>& columns)
      : schema_(schema) {
    std::vector<bool> wanted(schema.columns().size());
    for (const int column : columns) wanted[static_cast<size_t>(column)] = true;
    wanted[static_cast<size_t>(schema.id_column())] = true;
    // A nested message of which nothing is wanted goes as a whole.
    for (const table::Column& unwanted : schema.columns()) {
      const size_t i = static_cast<size_t>(schema.FindColumn(unwanted.name));
      if (wanted[i]) continue;
      bool shares = false;
      for (size_t k = 0; k < wanted.size(); ++k) {
        shares |= wanted[k] && schema.columns()[k].path[0] == unwanted.path[0];
      }
      if (shares) {
        cells_.push_back(static_cast<int>(i));
      } else {
        fields_.push_back(unwanted.path[0]);
      }
    }
  }

  void Apply(Message* record) const {
    for (const FieldDescriptor* field : fields_) {
      record->GetReflection()->ClearField(record, field);
    }
    for (const int cell : cells_) {
      const table::Column& column = schema_.column(cell);
      if (table::FindHolder(column, *record) == nullptr) continue;
      Message* holder = table::MutableHolder(column, record);
      holder->GetReflection()->ClearField(holder, column.field());
    }
  }

 private:
  const RecordSchema& schema_;
  std::vector<const FieldDescriptor*> fields_;
  std::vector<int> cells_;
};

}  // namespace

absl::StatusOr<v1::QueryAnswer> Ask(const LedgerView& view,
                                    const v1::Query& query) {
  const auto selection = ledger::SelectRows(view, query);
  if (!selection.ok()) return selection.status();
  v1::QueryAnswer answer;
  answer.set_total(selection->total);
  answer.set_next_page_token(selection->next_page_token);
  *answer.mutable_ledger_head() = view->head();
  const RecordSchema& schema = table::SchemaOf(query.kind());
  const FieldDescriptor* field = FieldFor(schema);
  const Projection projection(schema, selection->columns);
  for (const uint32_t row : selection->rows) {
    v1::Record* record = answer.add_record();
    Message* message = record->GetReflection()->MutableMessage(record, field);
    view->records(query.kind()).Read(row, message);
    projection.Apply(message);
    record->set_voided(view->voided(query.kind(), row));
  }
  return answer;
}

}  // namespace duban
