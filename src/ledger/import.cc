#include "src/ledger/import.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/folder.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/ledger/check.h"
#include "src/table/csv.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

namespace fs = std::filesystem;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using table::RecordRow;
using table::RecordSchema;

constexpr uintmax_t kMaxFileBytes = uintmax_t{1} << 30;

std::string IdOf(const Message& record) {
  return record.GetReflection()->GetString(
      record, record.GetDescriptor()->FindFieldByName("id"));
}

// Columns by which records of a table refer to others of the same table.
std::vector<const FieldDescriptor*> SelfReferences(const RecordSchema& schema) {
  std::vector<const FieldDescriptor*> fields;
  for (const table::Column& column : schema.columns()) {
    if (column.refers_to == schema.kind() && column.path.size() == 1 &&
        !column.is_list()) {
      fields.push_back(column.path[0]);
    }
  }
  return fields;
}

// Puts each row after those of its own table that it refers to. Rows on a
// cycle, or referring to nothing there, keep their order and are refused later
// by the ledger, which says why.
void SortByReference(const RecordSchema& schema, std::vector<RecordRow>* rows) {
  const std::vector<const FieldDescriptor*> fields = SelfReferences(schema);
  if (fields.empty()) return;
  HashMap<std::string, size_t> by_id;
  for (size_t i = 0; i < rows->size(); ++i) {
    by_id.emplace(IdOf(*(*rows)[i].record), i);
  }
  enum class Mark : uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(rows->size(), Mark::kNew);
  std::vector<size_t> order;
  std::vector<size_t> stack;
  for (size_t start = 0; start < rows->size(); ++start) {
    stack.push_back(start);
    while (!stack.empty()) {
      const size_t at = stack.back();
      if (marks[at] != Mark::kNew) {
        stack.pop_back();
        if (marks[at] == Mark::kOpen) {
          marks[at] = Mark::kDone;
          order.push_back(at);
        }
        continue;
      }
      marks[at] = Mark::kOpen;
      const Message& record = *(*rows)[at].record;
      for (const FieldDescriptor* field : fields) {
        const auto found =
            by_id.find(record.GetReflection()->GetString(record, field));
        if (found != by_id.end() && marks[found->second] == Mark::kNew) {
          stack.push_back(found->second);
        }
      }
    }
  }
  std::vector<RecordRow> sorted;
  sorted.reserve(rows->size());
  for (size_t i : order) sorted.push_back(std::move((*rows)[i]));
  *rows = std::move(sorted);
}

// The command of a change that carries records of this kind.
const FieldDescriptor* CommandFor(v1::RecordKind kind) {
  const auto* oneof = v1::Change::descriptor()->FindOneofByName("command");
  for (int i = 0; i < oneof->field_count(); ++i) {
    const auto* field = oneof->field(i);
    if (field->message_type()->options().GetExtension(v1::record_kind) ==
        kind) {
      return field;
    }
  }
  return nullptr;
}

// Reads the headings and no more.
class HeadingsReader final : public table::CsvVisitor {
 public:
  HeadingsReader(const RecordSchema& schema, ImportedBatch::File* file)
      : schema_(schema), file_(file) {}
  bool Headings(const table::CsvRow& headings) override {
    for (const std::string& heading : headings.cells) {
      const int column = schema_.FindColumn(heading);
      if (column >= 0) {
        file_->headings.emplace(schema_.column(column).name, heading);
      }
    }
    return false;
  }
  void Row(const table::CsvRow&) override {}

 private:
  const RecordSchema& schema_;
  ImportedBatch::File* const file_;
};

void AddTable(const RecordSchema& schema, const std::string& file,
              const std::string& bytes, ImportedBatch* imported,
              Faults* faults) {
  const int file_index = static_cast<int>(imported->files.size());
  imported->files.push_back({file, {}});
  Faults told_below;
  HeadingsReader headings(schema, &imported->files.back());
  table::ReadCsv(file, bytes, &headings, &told_below);
  std::vector<RecordRow> rows = table::ReadRecords(schema, file, bytes, faults);
  SortByReference(schema, &rows);
  const FieldDescriptor* command = CommandFor(schema.kind());
  for (RecordRow& row : rows) {
    v1::Change* change = imported->batch.add_changes();
    change->GetReflection()
        ->MutableMessage(change, command)
        ->CopyFrom(*row.record);
    imported->origins.push_back({file_index, row.row, row.line});
  }
}

// "activities.csv", "活动.csv" or "activities" → its schema.
const RecordSchema* SchemaForFile(absl::string_view name) {
  return table::FindSchema(absl::StripSuffix(name, ".csv"));
}

void UnknownTable(const std::string& file, Faults* faults) {
  std::vector<std::string> names;
  for (const RecordSchema* schema : table::AllSchemas()) {
    names.push_back(schema->name());
  }
  const std::string near = NearestWord(absl::StripSuffix(file, ".csv"), names);
  Fault fault("UNKNOWN_TABLE");
  fault.At(file, 0, 0)
      .Say(absl::StrCat("“", file, "”不是已知的表"),
           absl::StrCat("'", file, "' is not the name of a table"));
  if (!near.empty()) {
    fault.Hint(absl::StrCat("是否为“", near, ".csv”？"),
               absl::StrCat("did you mean '", near, ".csv'?"));
  } else {
    fault.Hint("表名见 docs/tables.md", "docs/tables.md lists the tables");
  }
  faults->Add(fault);
}

bool ReadFile(const fs::path& path, std::string* bytes, Faults* faults) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  std::ifstream in(path, std::ios::binary);
  if (error || !in || size > kMaxFileBytes) {
    const bool too_large = !error && size > kMaxFileBytes;
    faults->Add(Fault(too_large ? "FILE_TOO_LARGE" : "FILE_NOT_READABLE")
                    .At(path.filename().string(), 0, 0)
                    .Say(too_large ? "文件超过 1 GiB" : "无法读取文件",
                         too_large ? "the file is larger than 1 GiB"
                                   : "the file cannot be read"));
    return false;
  }
  bytes->assign(std::istreambuf_iterator<char>(in), {});
  return true;
}

}  // namespace

void ReadFolder(const std::string& folder, ImportedBatch* imported,
                Faults* faults) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const std::string& name : NamesIn(folder, &error)) {
    const fs::path path = fs::path(folder) / name;
    if (path.extension() == ".csv") paths.push_back(path);
  }
  if (error || paths.empty()) {
    Fault fault(error ? "FOLDER_NOT_FOUND" : "FOLDER_EMPTY",
                absl::StatusCode::kNotFound);
    faults->Add(
        fault
            .Say(error ? absl::StrCat("无法打开文件夹“", folder, "”")
                       : absl::StrCat("文件夹“", folder, "”中没有 CSV 表"),
                 error
                     ? absl::StrCat("cannot open the folder '", folder, "'")
                     : absl::StrCat("there is no CSV table in '", folder, "'"))
            .detail());
    return;
  }
  for (const fs::path& path : paths) {
    const std::string name = path.filename().string();
    if (SchemaForFile(name) == nullptr) UnknownTable(name, faults);
  }
  for (const RecordSchema* schema : table::AllSchemas()) {
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      std::string bytes;
      if (SchemaForFile(name) == schema && ReadFile(path, &bytes, faults)) {
        AddTable(*schema, name, bytes, imported, faults);
      }
    }
  }
}

void PlaceFaults(const ImportedBatch& imported, const v1::ErrorList& of_changes,
                 Faults* faults) {
  for (v1::ErrorDetail detail : of_changes.errors()) {
    const int change = detail.place().change() - 1;
    if (change >= 0 && change < static_cast<int>(imported.origins.size())) {
      const ImportedBatch::Origin& origin = imported.origins[change];
      v1::Place* place = detail.mutable_place();
      place->clear_change();
      if (origin.file >= 0) {
        const ImportedBatch::File& file = imported.files[origin.file];
        place->set_file(file.name);
        place->set_row(origin.row);
        place->set_line(origin.line);
        const auto heading = file.headings.find(place->field());
        if (heading != file.headings.end()) place->set_field(heading->second);
      }
    }
    faults->Add(std::move(detail));
  }
}

}  // namespace duban::ledger
