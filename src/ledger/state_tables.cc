#include "src/ledger/state_tables.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/table/csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

constexpr const char* kChangeWords[2][2] = {{"merge", "合并"},
                                            {"split", "拆分"}};

}  // namespace

std::vector<uint32_t> StandingRows(const State& state, v1::RecordKind kind,
                                   StepOrder steps) {
  const table::Records& records = state.records(kind);
  const table::RecordSchema& schema = records.schema();
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!state.superseded(kind, row)) rows.push_back(row);
  }
  const bool is_step = kind == v1::MATTER_STEP;
  if (is_step && steps == StepOrder::kAsTaken) return rows;
  const int key = is_step ? schema.FindColumn("matter") : schema.id_column();
  const int since = IsVersioned(kind) ? schema.FindColumn("since") : -1;
  const auto since_of = [&](uint32_t row) {
    return since < 0 ? Date::Min()
                     : records.DateAt(since, row).value_or(Date::Min());
  };
  std::stable_sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) {
    if (records.Code(key, a) != records.Code(key, b)) {
      return records.Text(key, a) < records.Text(key, b);
    }
    return since_of(a) < since_of(b);
  });
  return rows;
}

std::vector<std::pair<v1::RecordKind, uint32_t>> VoidedIds(const State& state) {
  std::vector<std::pair<v1::RecordKind, uint32_t>> voided;
  const auto& schemas = table::AllSchemas();
  for (auto schema = schemas.rbegin(); schema != schemas.rend(); ++schema) {
    const v1::RecordKind kind = (*schema)->kind();
    const int id = (*schema)->id_column();
    uint32_t last = 0;
    for (const uint32_t row : StandingRows(state, kind, StepOrder::kAsTaken)) {
      const uint32_t code = state.records(kind).Code(id, row);
      if (!state.voided(kind, row) || code == last) continue;
      last = code;  // versions of one id are neighbours
      voided.emplace_back(kind, code);
    }
  }
  return voided;
}

const MoreTable& VoidedTable() {
  static const auto* const table = new MoreTable{
      "voided",
      "作废",
      {{"kind", "表", true}, {"id", "编号", true}, {"reason", "理由", true}}};
  return *table;
}

const MoreTable& SuccessionTable() {
  static const auto* const table = new MoreTable{"successions",
                                                 "组织变更",
                                                 {{"change", "变更", true},
                                                  {"from", "原组织", true},
                                                  {"into", "新组织", true},
                                                  {"on", "日期", true},
                                                  {"document", "文号", false}}};
  return *table;
}

std::vector<std::vector<std::string>> VoidedRows(const State& state,
                                                 Language language) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [kind, code] : VoidedIds(state)) {
    const table::RecordSchema& schema = table::SchemaOf(kind);
    rows.push_back({language == Language::kZh ? schema.zh() : schema.name(),
                    std::string(state.ids(kind).At(code)),
                    std::string(state.void_reason(kind, code))});
  }
  return rows;
}

std::vector<std::vector<std::string>> SuccessionRows(const State& state,
                                                     Language language) {
  const table::Dictionary& ids = state.ids(v1::ORGANIZATION);
  std::vector<const Succession*> sorted;
  for (const Succession& s : state.successions()) sorted.push_back(&s);
  const auto key = [&](const Succession* s) {
    return std::make_tuple(s->on, s->split, ids.At(s->from), ids.At(s->into),
                           absl::string_view(s->document));
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const Succession* a, const Succession* b) {
              return key(a) < key(b);
            });
  std::vector<std::vector<std::string>> rows;
  for (const Succession* s : sorted) {
    rows.push_back({kChangeWords[s->split][language == Language::kZh],
                    std::string(ids.At(s->from)), std::string(ids.At(s->into)),
                    s->on.ToString(), s->document});
  }
  return rows;
}

int FindChangeWord(absl::string_view word) {
  for (int i = 0; i < 2; ++i) {
    if (word == kChangeWords[i][0] || word == kChangeWords[i][1]) return i;
  }
  return -1;
}

Fault UnknownTable(absl::string_view name) {
  std::vector<std::string> names;
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    names.push_back(schema->name());
  }
  const std::string near = NearestWord(name, names);
  const std::string all = absl::StrJoin(names, ", ");
  Fault fault("UNKNOWN_TABLE");
  fault.Say(absl::StrCat("没有表“", Excerpt(name), "”"),
            absl::StrCat("there is no table '", Excerpt(name), "'"));
  if (near.empty()) {
    return fault.Hint(absl::StrCat("可用：", all),
                      absl::StrCat("one of: ", all));
  }
  return fault.Hint(absl::StrCat("是否为“", near, "”？"),
                    absl::StrCat("did you mean '", near, "'?"));
}

std::string WriteMore(const MoreTable& table,
                      const std::vector<std::vector<std::string>>& rows,
                      Language language) {
  std::vector<std::string> headings;
  for (const MoreColumn& column : table.columns) {
    headings.push_back(language == Language::kZh ? column.zh : column.name);
  }
  return table::WriteCsv(headings, rows);
}

}  // namespace duban::ledger
