// What of a folder of tables is no record: what became of organizations, what
// was voided, adopted packs. Export writes them (state_tables.h).
#ifndef DUBAN_SRC_LEDGER_IMPORT_HISTORY_H_
#define DUBAN_SRC_LEDGER_IMPORT_HISTORY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "src/base/diagnostic.h"
#include "src/ledger/import.h"
#include "src/ledger/state.h"
#include "src/ledger/state_tables.h"

namespace duban::ledger {

// "voided.csv" or "作废.csv"; null where it is no such file.
const MoreTable* MoreTableForFile(absl::string_view name);

// Mergers and splits, by day. Each ends the organizations it takes from; what
// the batch says of these is put again after it, and so has the last word.
void AddSuccessions(const std::string& file, const std::string& bytes,
                    ImportedBatch* imported, Faults* faults);
void AddVoided(const std::string& file, const std::string& bytes,
               ImportedBatch* imported, Faults* faults);
void AddPack(const std::string& file, const std::string& bytes,
             ImportedBatch* imported, Faults* faults);

// Takes out what the ledger holds as voided just so already: put and voided
// again it would only make the journal longer.
void LeaveOutVoided(const State& state, ImportedBatch* imported);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_IMPORT_HISTORY_H_
