// duban check, test, import, verify, checkpoint, copy: packs and ledgers
// themselves.
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/cli/command.h"
#include "src/journal/copy.h"
#include "src/journal/open.h"
#include "src/journal/verify.h"
#include "src/report/json.h"

namespace duban::cli {
namespace {

int CountErrors(const v1::ErrorList& faults) {
  int errors = 0;
  for (const v1::ErrorDetail& detail : faults.errors()) {
    errors += detail.severity() == v1::ERROR;
  }
  return errors;
}

}  // namespace

int Check(const Arguments& arguments) {
  v1::ErrorList faults;
  const auto pack = Pack::Load(arguments.pack, &faults);
  if (arguments.json) {
    const int printed = PrintJson(arguments, faults);
    if (printed != kDone) return printed;
    return ExitCodeOf(pack.status());
  }
  PrintFaults(faults);
  const int errors = CountErrors(faults);
  const int warnings = faults.errors_size() - errors;
  const int printed =
      Print(arguments,
            absl::StrCat(
                arguments.pack, ": ", errors, " 个错误 errors, ", warnings,
                " 个警告 warnings",
                pack.ok() ? "  " + (*pack)->digest().substr(0, 12) : "", "\n"));
  return printed != kDone ? printed : ExitCodeOf(pack.status());
}

int Test(const Arguments& arguments) {
  int exit_code = kDone;
  const auto pack = OpenPack(arguments.pack, &exit_code);
  if (pack == nullptr) return exit_code;
  const auto report = RunPackTests(*pack);
  if (!report.ok()) return Failed(report.status());
  for (const PackTestFailure& failure : report->failures) {
    std::cerr << failure.test << ": " << failure.zh
              << (failure.en == failure.zh ? "" : " / " + failure.en) << "\n";
  }
  const int printed =
      Print(arguments,
            absl::StrCat(arguments.pack, ": ", report->tests, " 个测试 tests, ",
                         report->expectations, " 项预期 expectations, ",
                         report->failures.size(), " 项不符 failed\n"));
  if (printed != kDone) return printed;
  return report->failures.empty() ? kDone : kInputAtFault;
}

int Import(const Arguments& arguments) {
  int exit_code = kDone;
  std::error_code error;
  std::shared_ptr<const Pack> pack;
  if (!arguments.pack.empty()) {
    pack = OpenPack(arguments.pack, &exit_code);
    if (pack == nullptr) return exit_code;
  } else if (!std::filesystem::is_directory(
                 std::filesystem::path(arguments.folder) / "packs", error)) {
    std::cerr << "须用 --pack 给出规则包 / --pack is needed: the folder has no "
                 "packs of its own\n";
    return kCallAtFault;
  }
  // A new ledger is made only for something to be put into it.
  const bool is_new = journal::IsFile(arguments.ledger) &&
                      !std::filesystem::exists(arguments.ledger, error);
  const bool has_folder =
      std::filesystem::is_directory(arguments.folder, error);
  auto ledger = is_new && (arguments.dry_run || !has_folder)
                    ? Ledger::InMemory()
                    : Ledger::Open(arguments.ledger, {});
  if (!ledger.ok()) return Failed(ledger.status());
  ApplyOptions options;
  options.keep_good = arguments.keep_good;
  options.dry_run = arguments.dry_run;
  const auto receipt = (*ledger)->Import(arguments.folder, options, pack.get());
  if (!receipt.ok()) return Failed(receipt.status());
  const int errors = CountErrors(receipt->faults());
  int printed = kDone;
  if (arguments.json) {
    printed = PrintJson(arguments, *receipt);
  } else {
    PrintFaults(receipt->faults());
    int written = 0;
    int there = 0;
    for (const v1::ChangeReceipt& change : receipt->changes()) {
      written += !change.repeated() && change.sequence() != 0;
      there += change.repeated();
    }
    printed =
        Print(arguments, absl::StrCat(journal::NameOf(arguments.ledger), ": ",
                                      written, " 条写入 written, ", there,
                                      " 条已有 already there, ", errors,
                                      " 处错误 errors; 台账 head ",
                                      receipt->head().sequence(), " ",
                                      receipt->head().digest(), "\n"));
  }
  if (printed != kDone) return printed;
  return errors == 0 ? kDone : kInputAtFault;
}

int Verify(const Arguments& arguments) {
  journal::VerifyOptions options;
  if (arguments.head) {
    const auto digest = DigestFromHex(*arguments.head);
    if (!digest.ok()) {
      PrintFaults(FaultsOf(digest.status()));
      return kCallAtFault;
    }
    options.known_head = *digest;
  }
  const auto report = journal::Verify(arguments.ledger, options);
  if (!report.ok()) return Failed(report.status());
  // Only told of: no result depends on it.
  if (!report->checkpoint_fault.ok()) {
    v1::ErrorList faults = FaultsOf(report->checkpoint_fault);
    for (v1::ErrorDetail& detail : *faults.mutable_errors()) {
      detail.set_severity(v1::WARNING);
    }
    PrintFaults(faults);
  }
  if (arguments.json) {
    v1::VerifyReport message;
    message.set_entries(report->entries);
    message.set_batches(report->batches);
    message.mutable_head()->set_sequence(report->head.sequence);
    message.mutable_head()->set_digest(ToHex(report->head.digest));
    return PrintJson(arguments, message);
  }
  return Print(
      arguments,
      absl::StrCat(journal::NameOf(arguments.ledger), ": 完整 intact, ",
                   report->entries, " 条 entries, ", report->batches,
                   " 批 batches, head ", ToHex(report->head.digest),
                   report->checkpoint
                       ? absl::StrCat(", 检查点 checkpoint ",
                                      report->checkpoint->sequence)
                       : "",
                   "\n"));
}

int Checkpoint(const Arguments& arguments) {
  LedgerOptions options;
  options.create = false;
  auto ledger = Ledger::Open(arguments.ledger, options);
  if (!ledger.ok()) return Failed(ledger.status());
  const absl::Status done = arguments.drop ? (*ledger)->DropCheckpoint()
                                           : (*ledger)->WriteCheckpoint();
  if (!done.ok()) return Failed(done);
  if (arguments.json) return PrintJson(arguments, (*ledger)->head());
  return Print(
      arguments,
      absl::StrCat(
          journal::NameOf(arguments.ledger),
          arguments.drop ? ": 检查点已删除 checkpoint dropped"
                         : ": 检查点 checkpoint ",
          arguments.drop ? "" : absl::StrCat((*ledger)->head().sequence()),
          "\n"));
}

int Copy(const Arguments& arguments) {
  journal::OpenOptions reading;
  reading.mode = journal::OpenOptions::Mode::kReadOnly;
  auto from = journal::OpenJournal(arguments.ledger, reading);
  if (!from.ok()) return Failed(from.status());
  journal::OpenOptions writing;
  writing.create = true;
  writing.engine_version = DUBAN_ENGINE_VERSION;
  auto to = journal::OpenJournal(arguments.target, writing);
  if (!to.ok()) return Failed(to.status());
  const auto report = journal::Copy(from->get(), to->get());
  if (!report.ok()) return Failed(report.status());
  if (arguments.json) {
    v1::LedgerHead message;
    message.set_sequence(report->head.sequence);
    message.set_digest(ToHex(report->head.digest));
    return PrintJson(arguments, message);
  }
  return Print(
      arguments,
      absl::StrCat(journal::NameOf(arguments.target), ": ", report->entries,
                   " 条复制 copied; 台账 head ", report->head.sequence, " ",
                   ToHex(report->head.digest), "\n"));
}

}  // namespace duban::cli
