// What a state amounts to, as tables: one of each kind of record, and what is
// no record (what was voided, what became of organizations). Export writes
// them, import reads them, and the digest of a state is made of them.
//
// Whatever was put again since has no row: two ledgers that hold the same now
// have the same tables, however they came to it. Pure functions; thread-safe.
#ifndef DUBAN_SRC_LEDGER_STATE_TABLES_H_
#define DUBAN_SRC_LEDGER_STATE_TABLES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/diagnostic.h"
#include "src/ledger/state.h"

namespace duban::ledger {

enum class StepOrder {
  kAsTaken,   // over all matters, as the ledger took them
  kByMatter,  // matters by id; the steps of each as they were taken
};

// Rows that count and those that are voided, by id and then by `since`; steps
// of matters as said.
std::vector<uint32_t> StandingRows(const State& state, v1::RecordKind kind,
                                   StepOrder steps);

// Ids that are voided now; those that may refer to others first.
std::vector<std::pair<v1::RecordKind, uint32_t>> VoidedIds(const State& state);

// A table that is not one of records.
struct MoreColumn {
  const char* name;
  const char* zh;
  bool required;
};
struct MoreTable {
  const char* name;
  const char* zh;
  std::vector<MoreColumn> columns;
};
// kind (a table's name), id, reason.
const MoreTable& VoidedTable();
// change (merge, split), from, into, on, document.
const MoreTable& SuccessionTable();
inline constexpr int kVoidedKind = 0;
inline constexpr int kVoidedId = 1;
inline constexpr int kVoidedReason = 2;
inline constexpr int kSuccessionChange = 0;
inline constexpr int kSuccessionFrom = 1;
inline constexpr int kSuccessionInto = 2;
inline constexpr int kSuccessionOn = 3;
inline constexpr int kSuccessionDocument = 4;

// The rows of these, in the order of VoidedIds; and by day, change and ids.
std::vector<std::vector<std::string>> VoidedRows(const State& state,
                                                 Language language);
std::vector<std::vector<std::string>> SuccessionRows(const State& state,
                                                     Language language);

// merge or split in either language; -1 = neither, 0 = merge, 1 = split.
int FindChangeWord(absl::string_view word);

// UNKNOWN_TABLE, with the nearest name of a table of records.
Fault UnknownTable(absl::string_view name);

std::string WriteMore(const MoreTable& table,
                      const std::vector<std::vector<std::string>>& rows,
                      Language language);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_STATE_TABLES_H_
