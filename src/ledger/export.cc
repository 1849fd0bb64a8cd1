// A ledger as a folder of tables.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "duban/ledger.h"
#include "src/base/diagnostic.h"
#include "src/base/folder.h"
#include "src/base/text.h"
#include "src/ledger/state_digest.h"
#include "src/ledger/state_tables.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban {
namespace {

namespace fs = std::filesystem;
using ledger::State;
using table::RecordSchema;

struct ExportedFile {
  std::string name;
  std::string bytes;
};

absl::Status CannotWrite(const std::string& path) {
  return Fault("FILE_NOT_WRITABLE", absl::StatusCode::kUnavailable)
      .At(path, 0, 0)
      .Say("无法写入", "cannot be written")
      .Hint("检查权限和剩余空间", "check the rights and the space left")
      .ToStatus();
}

// The folder under another name until everything is in it. Takes away what it
// has made unless it was finished.
class PartialFolder {
 public:
  explicit PartialFolder(fs::path target)
      : target_(std::move(target)), partial_(target_) {
    partial_ += ".partial";
  }
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;
  ~PartialFolder() {
    std::error_code ignored;
    for (auto path = made_.rbegin(); path != made_.rend(); ++path) {
      fs::remove(*path, ignored);
    }
  }

  absl::Status Begin() {
    std::error_code error;
    if (fs::exists(target_, error)) {
      const bool empty = fs::is_directory(target_, error) &&
                         NamesIn(target_.string(), &error).empty() && !error;
      if (!empty) {
        return Fault("FOLDER_NOT_EMPTY", absl::StatusCode::kAlreadyExists)
            .At(target_.string(), 0, 0)
            .Say("已存在且不是空文件夹", "is there already and is not empty")
            .Hint("换一个名称", "give another name")
            .ToStatus();
      }
    }
    if (fs::exists(partial_, error)) {
      return Fault("FOLDER_NOT_EMPTY", absl::StatusCode::kAlreadyExists)
          .At(partial_.string(), 0, 0)
          .Say("有一次未完成的导出", "is left from an export that did not end")
          .Hint("确认没有导出正在进行后删去它",
                "remove it when no export is under way")
          .ToStatus();
    }
    return Make(partial_);
  }

  absl::Status Write(const ExportedFile& file) {
    const fs::path path = partial_ / file.name;
    std::error_code error;
    if (!fs::exists(path.parent_path(), error)) {
      if (absl::Status made = Make(path.parent_path()); !made.ok()) {
        return made;
      }
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    made_.push_back(path);
    out.write(file.bytes.data(),
              static_cast<std::streamsize>(file.bytes.size()));
    out.close();
    return out ? absl::OkStatus() : CannotWrite(path.string());
  }

  // A folder in it, if need be an empty one.
  absl::Status MakeFolder(const std::string& name) {
    return Make(partial_ / name);
  }

  absl::Status Finish() {
    std::error_code error;
    fs::rename(partial_, target_, error);
    if (error) return CannotWrite(target_.string());
    made_.clear();
    return absl::OkStatus();
  }

 private:
  absl::Status Make(const fs::path& folder) {
    std::error_code error;
    if (!fs::create_directory(folder, error) || error) {
      return CannotWrite(folder.string());
    }
    made_.push_back(folder);
    return absl::OkStatus();
  }

  const fs::path target_;
  fs::path partial_;
  std::vector<fs::path> made_;
};

absl::Status Encode(bool gb18030, std::string* text) {
  if (!gb18030) return absl::OkStatus();
  absl::StatusOr<std::string> encoded = Utf8ToGb18030(*text);
  if (!encoded.ok()) return encoded.status();
  // A few characters of GB18030 may happen to be valid UTF-8 (联通). With its
  // own mark in front nothing takes it for that.
  if (*encoded != *text && IsUtf8(*encoded)) {
    encoded->insert(0, "\x84\x31\x95\x33");
  }
  *text = *std::move(encoded);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<const RecordSchema*>> ChosenTables(
    const std::vector<std::string>& names) {
  if (names.empty()) return table::AllSchemas();
  std::vector<const RecordSchema*> chosen;
  Faults faults;
  for (const std::string& name : names) {
    const RecordSchema* schema = table::FindSchema(name);
    if (schema == nullptr) faults.Add(ledger::UnknownTable(name));
    chosen.push_back(schema);
  }
  if (faults.has_errors()) return faults.ToStatus();
  return chosen;
}

class Exporter {
 public:
  Exporter(const State& state, const ExportOptions& options)
      : state_(state), options_(options) {}

  absl::StatusOr<ExportReport> Into(const std::string& folder) {
    auto tables = ChosenTables(options_.tables);
    if (!tables.ok()) return tables.status();
    PartialFolder partial{fs::path(folder)};
    absl::Status status = partial.Begin();
    for (size_t i = 0; status.ok() && i < tables->size(); ++i) {
      status = AddRecords(*(*tables)[i], &partial);
    }
    if (status.ok() && options_.tables.empty()) status = AddMore(&partial);
    if (status.ok()) status = partial.Finish();
    if (!status.ok()) return status;
    return report_;
  }

 private:
  Language language() const {
    return options_.chinese ? Language::kZh : Language::kEn;
  }

  absl::Status Add(std::string name, std::string text, PartialFolder* partial) {
    if (absl::Status s = Encode(options_.gb18030, &text); !s.ok()) return s;
    ++report_.files;
    return partial->Write({std::move(name), std::move(text)});
  }

  absl::Status AddRecords(const RecordSchema& schema, PartialFolder* partial) {
    const std::vector<uint32_t> rows = ledger::StandingRows(
        state_, schema.kind(), ledger::StepOrder::kAsTaken);
    if (rows.empty()) return absl::OkStatus();
    report_.records += rows.size();
    table::WriteOptions options;
    options.language = language();
    if (!options_.unmasked) options.mask = table::MaskSensitive;
    return Add(
        schema.name() + ".csv",
        table::WriteRecords(state_.records(schema.kind()), rows, options),
        partial);
  }

  absl::Status AddMore(PartialFolder* partial) {
    const auto add = [&](const ledger::MoreTable& table, const auto& rows) {
      if (rows.empty()) return absl::OkStatus();
      return Add(absl::StrCat(table.name, ".csv"),
                 ledger::WriteMore(table, rows, language()), partial);
    };
    absl::Status status = add(ledger::SuccessionTable(),
                              ledger::SuccessionRows(state_, language()));
    if (status.ok()) {
      status =
          add(ledger::VoidedTable(), ledger::VoidedRows(state_, language()));
    }
    // By this folder an export is known.
    if (status.ok()) status = partial->MakeFolder("packs");
    // Numbered, because the later one rules where two say the same.
    for (size_t i = 0; status.ok() && i < state_.packs().size(); ++i) {
      ++report_.files;
      status = partial->Write(
          {absl::StrFormat("packs/%03d.pack", i + 1), state_.packs()[i].bytes});
    }
    return status;
  }

  const State& state_;
  const ExportOptions& options_;
  ExportReport report_;
};

}  // namespace

absl::StatusOr<ExportReport> Export(const LedgerView& view,
                                    const std::string& folder,
                                    const ExportOptions& options) {
  return Exporter(*view, options).Into(folder);
}

std::string StateDigest(const LedgerView& view) {
  return ToHex(ledger::StateDigest(*view));
}

}  // namespace duban
