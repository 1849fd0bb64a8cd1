#include "src/cli/command.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/report/json.h"

namespace duban::cli {
namespace {

// A name beside the target, so that the rename is within one file system.
int WriteWhole(const std::string& path, const std::string& text) {
  const std::string partial = path + ".partial";
  {
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) {
      std::remove(partial.c_str());
      std::cerr << "无法写入文件 cannot write '" << path << "'\n";
      return kMachineAtFault;
    }
  }
  std::error_code error;
  std::filesystem::rename(partial, path, error);
  if (error) {
    std::remove(partial.c_str());
    std::cerr << "无法写入文件 cannot write '" << path << "'\n";
    return kMachineAtFault;
  }
  return kDone;
}

}  // namespace

int Print(const Arguments& arguments, const std::string& text) {
  if (!arguments.output.empty()) return WriteWhole(arguments.output, text);
  std::cout << text;
  std::cout.flush();
  return std::cout ? kDone : kMachineAtFault;
}

int PrintJson(const Arguments& arguments,
              const google::protobuf::Message& message) {
  const auto json = report::ToJson(message);
  if (!json.ok()) return Failed(json.status());
  return Print(arguments, *json);
}

void PrintFaults(const v1::ErrorList& faults) {
  for (const v1::ErrorDetail& detail : faults.errors()) {
    std::cerr << FormatFault(detail) << "\n";
  }
  if (faults.omitted() > 0) {
    std::cerr << "… 另有 " << faults.omitted() << " 处 more\n";
  }
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnknown:
      return kMachineAtFault;
    default:
      return kInputAtFault;
  }
}

int Failed(const absl::Status& status) {
  PrintFaults(FaultsOf(status));
  return ExitCodeOf(status);
}

std::shared_ptr<const Pack> OpenPack(const std::string& path, int* exit_code) {
  v1::ErrorList faults;
  auto pack = Pack::Load(path, &faults);
  if (pack.ok()) return *std::move(pack);
  PrintFaults(faults);
  *exit_code = ExitCodeOf(pack.status());
  return nullptr;
}

std::unique_ptr<Ledger> OpenForReading(const std::string& path, int* exit_code,
                                       uint64_t at) {
  // With the right to write, although nothing is written: only then does
  // SQLite take its auxiliary files away again.
  LedgerOptions options;
  options.create = false;
  options.until_sequence = at;
  auto ledger = Ledger::Open(path, options);
  if (!ledger.ok() && at == 0) {
    options.read_only = true;
    ledger = Ledger::Open(path, options);
  }
  if (ledger.ok()) return *std::move(ledger);
  *exit_code = Failed(ledger.status());
  return nullptr;
}

Opened OpenBoth(const Arguments& arguments) {
  Opened opened;
  opened.pack = OpenPack(arguments.pack, &opened.exit_code);
  if (opened.pack == nullptr) return opened;
  opened.ledger =
      OpenForReading(arguments.ledger, &opened.exit_code, arguments.at);
  return opened;
}

}  // namespace duban::cli
