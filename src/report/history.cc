#include "src/report/history.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "src/ledger/succession.h"
#include "src/table/record_schema.h"

namespace duban::report {

std::string HistoryOf(const ledger::State& state, uint32_t organization) {
  const table::Dictionary& ids = state.ids(v1::ORGANIZATION);
  std::string out;
  const auto add = [&](absl::string_view heading,
                       const std::vector<ledger::Succession>& successions) {
    if (!successions.empty()) absl::StrAppend(&out, heading, "\n");
    for (const ledger::Succession& s : successions) {
      absl::StrAppend(&out, "  ", s.on.ToString(), "  ",
                      std::string(ids.At(s.from)), " → ",
                      std::string(ids.At(s.into)), "\n");
    }
  };
  add("由来 made of", ledger::Predecessors(state, organization, Date::Max()));
  add("去向 led to", ledger::Successors(state, organization, Date::Max()));
  const auto left = ledger::LeftIn(state, organization);
  if (!left.empty()) absl::StrAppend(&out, "尚未转出 still open in it\n");
  for (const ledger::LeftBehind& one : left) {
    const table::RecordSchema& schema = table::SchemaOf(one.kind);
    absl::StrAppend(
        &out, "  ", schema.zh(), " ", schema.name(), "  ",
        std::string(state.records(one.kind).Text(schema.id_column(), one.row)),
        "\n");
  }
  return out;
}

}  // namespace duban::report
