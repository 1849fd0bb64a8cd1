// What the commands of `duban` share: exit codes, printing of faults, opening
// of packs and ledgers. Each command is a function that returns an exit code.
#ifndef DUBAN_SRC_CLI_COMMAND_H_
#define DUBAN_SRC_CLI_COMMAND_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/error.pb.h"
#include "google/protobuf/message.h"

namespace duban::cli {

enum ExitCode : int {
  kDone = 0,
  kInputAtFault = 1,
  kCallAtFault = 2,
  kMachineAtFault = 3,
};

// Everything a command line may say.
struct Arguments {
  std::string ledger;
  std::string target;
  std::string pack;
  std::string folder;
  std::string subject;
  std::string expression;
  std::string table;
  std::string as_of;
  std::string scheme;
  std::string state;
  std::string where;
  std::string format = "table";
  std::string output;
  std::string from;
  std::string until;
  std::string against;
  std::optional<std::string> head;
  std::vector<std::string> order_by;
  std::vector<std::string> columns;
  std::vector<std::string> tables;
  std::string page;
  std::string language = "en";
  std::string encoding = "utf-8";
  std::vector<std::string> variables;
  std::vector<std::string> quotas;
  std::string plan;
  int limit = 100;
  int within = 5;
  uint32_t page_size = 0;
  uint64_t at = 0;
  bool json = false;
  bool descending = false;
  bool with_voided = false;
  bool unmasked = false;
  bool keep_good = false;
  bool dry_run = false;
  bool strict = false;
  bool explain = false;
  bool drop = false;
};

int Check(const Arguments& arguments);
int Test(const Arguments& arguments);
int Import(const Arguments& arguments);
int ShowDays(const Arguments& arguments);
int ShowDuties(const Arguments& arguments);
int ShowReminders(const Arguments& arguments);
int ShowEscalations(const Arguments& arguments);
int ShowCoverage(const Arguments& arguments);
int ShowDraw(const Arguments& arguments);
int ShowAssessment(const Arguments& arguments);
int ShowExplanation(const Arguments& arguments);
int List(const Arguments& arguments);
int Show(const Arguments& arguments);
int ExportTables(const Arguments& arguments);
int ShowDigest(const Arguments& arguments);
int Verify(const Arguments& arguments);
int Checkpoint(const Arguments& arguments);
int Copy(const Arguments& arguments);
int Eval(const Arguments& arguments);

// Writes to standard output, or to the file of -o, whole or not at all.
int Print(const Arguments& arguments, const std::string& text);
int PrintJson(const Arguments& arguments,
              const google::protobuf::Message& message);

// Faults go to standard error, one after the other.
void PrintFaults(const v1::ErrorList& faults);
int Failed(const absl::Status& status);
// 1, 2 or 3 for what the status says.
ExitCode ExitCodeOf(const absl::Status& status);

// Open or report; null after a report, with *exit_code set.
std::shared_ptr<const Pack> OpenPack(const std::string& path, int* exit_code);
// As it is now, or as it was at that entry.
std::unique_ptr<Ledger> OpenForReading(const std::string& path, int* exit_code,
                                       uint64_t at = 0);
// The pack and the ledger that most reports are made of; no ledger where
// either could not be opened.
struct Opened {
  std::shared_ptr<const Pack> pack;
  std::unique_ptr<Ledger> ledger;
  int exit_code = kDone;
};
Opened OpenBoth(const Arguments& arguments);

}  // namespace duban::cli

#endif  // DUBAN_SRC_CLI_COMMAND_H_
