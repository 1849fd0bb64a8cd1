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
#include "src/ledger/import_history.h"
#include "src/ledger/import_order.h"
#include "src/ledger/state_tables.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

namespace fs = std::filesystem;
using google::protobuf::FieldDescriptor;
using table::RecordRow;
using table::RecordSchema;

constexpr const char* kPackFolder = "packs";
constexpr uintmax_t kMaxFileBytes = uintmax_t{1} << 30;

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

void AddTable(const RecordSchema& schema, const std::string& file,
              const std::string& bytes, ImportedBatch* imported,
              Faults* faults) {
  imported->files.push_back({file, {}});
  std::vector<RecordRow> rows = table::ReadRecords(
      schema, file, bytes, faults, &imported->files.back().headings);
  AddRows(schema, std::move(rows), imported);
}

// "activities.csv", "活动.csv" or "activities" → its schema.
const RecordSchema* SchemaForFile(absl::string_view name) {
  return table::FindSchema(absl::StripSuffix(name, ".csv"));
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

// In the order of their adoption.
std::vector<fs::path> PacksIn(const std::string& folder) {
  std::vector<fs::path> packs;
  const fs::path pack_folder = fs::path(folder) / kPackFolder;
  std::error_code none;
  for (const std::string& name : NamesIn(pack_folder.string(), &none)) {
    if (fs::path(name).extension() == ".pack") {
      packs.push_back(pack_folder / name);
    }
  }
  return packs;
}

void NothingToRead(const std::string& folder, bool is_there, Faults* faults) {
  Fault fault(is_there ? "FOLDER_EMPTY" : "FOLDER_NOT_FOUND",
              absl::StatusCode::kNotFound);
  faults->Add(
      fault
          .Say(is_there ? absl::StrCat("文件夹“", folder, "”中没有 CSV 表")
                        : absl::StrCat("无法打开文件夹“", folder, "”"),
               is_there
                   ? absl::StrCat("there is no CSV table in '", folder, "'")
                   : absl::StrCat("cannot open the folder '", folder, "'"))
          .detail());
}

}  // namespace

void AddRows(const RecordSchema& schema, std::vector<RecordRow> rows,
             ImportedBatch* imported) {
  const int file = static_cast<int>(imported->files.size()) - 1;
  SortByReference(schema, &rows);
  const FieldDescriptor* command = CommandFor(schema.kind());
  for (RecordRow& row : rows) {
    v1::Change* change = imported->batch.add_changes();
    change->GetReflection()
        ->MutableMessage(change, command)
        ->CopyFrom(*row.record);
    imported->origins.push_back({file, row.row, row.line});
  }
}

void ReadFolder(const std::string& folder, ImportedBatch* imported,
                Faults* faults) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const std::string& name : NamesIn(folder, &error)) {
    const fs::path path = fs::path(folder) / name;
    if (path.extension() == ".csv") paths.push_back(path);
  }
  if (error) return NothingToRead(folder, false, faults);
  const std::vector<fs::path> packs = PacksIn(folder);
  std::error_code none;
  imported->was_accepted =
      fs::is_directory(fs::path(folder) / kPackFolder, none);
  if (paths.empty() && packs.empty()) {
    return NothingToRead(folder, true, faults);
  }
  for (const fs::path& path : paths) {
    const std::string name = path.filename().string();
    if (SchemaForFile(name) != nullptr || MoreTableForFile(name) != nullptr) {
      continue;
    }
    Fault fault = UnknownTable(absl::StripSuffix(name, ".csv"));
    faults->Add(fault.At(name, 0, 0));
  }
  const auto add_records = [&](const RecordSchema& schema) {
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      std::string bytes;
      if (SchemaForFile(name) == &schema && ReadFile(path, &bytes, faults)) {
        AddTable(schema, name, bytes, imported, faults);
      }
    }
  };
  const auto add_more = [&](const MoreTable& table, const auto& add) {
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      std::string bytes;
      if (MoreTableForFile(name) == &table && ReadFile(path, &bytes, faults)) {
        add(name, bytes, imported, faults);
      }
    }
  };
  // Records that were there before the packs are not checked by their codes,
  // and steps go by what the packs say of them: so each as late as it can be.
  for (const RecordSchema* schema : table::AllSchemas()) {
    if (schema->kind() == v1::MATTER_STEP && !packs.empty()) continue;
    add_records(*schema);
    if (schema->kind() == v1::ORGANIZATION) {
      add_more(SuccessionTable(), AddSuccessions);
    }
  }
  for (const fs::path& path : packs) {
    std::string bytes;
    if (!ReadFile(path, &bytes, faults)) continue;
    AddPack(absl::StrCat(kPackFolder, "/", path.filename().string()), bytes,
            imported, faults);
  }
  if (!packs.empty()) add_records(table::SchemaOf(v1::MATTER_STEP));
  add_more(VoidedTable(), AddVoided);
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
