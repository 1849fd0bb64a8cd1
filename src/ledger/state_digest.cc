#include "src/ledger/state_digest.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/ledger/state_tables.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

Digest StateDigest(const State& state) {
  Hasher hasher;
  hasher.Update("duban.state.1\n");
  const auto add = [&](absl::string_view name, absl::string_view csv) {
    hasher.Update(absl::StrCat(name, "\n")).Update(csv);
  };
  table::WriteOptions options;
  options.language = Language::kEn;
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    const std::vector<uint32_t> rows =
        StandingRows(state, schema->kind(), StepOrder::kByMatter);
    if (rows.empty()) continue;
    add(schema->name(),
        table::WriteRecords(state.records(schema->kind()), rows, options));
  }
  const auto add_more = [&](const MoreTable& table, const auto& rows) {
    if (!rows.empty()) {
      add(table.name, WriteMore(table, rows, Language::kEn));
    }
  };
  add_more(SuccessionTable(), SuccessionRows(state, Language::kEn));
  add_more(VoidedTable(), VoidedRows(state, Language::kEn));
  for (const AdoptedPack& adopted : state.packs()) {
    add("pack", absl::StrCat(adopted.digest, "\n"));
  }
  return hasher.Finish();
}

}  // namespace duban::ledger
