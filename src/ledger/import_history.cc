#include "src/ledger/import_history.h"

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/ledger/check.h"
#include "src/table/cell.h"
#include "src/table/csv.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

struct MoreRow {
  int64_t number;
  int line;
  std::vector<std::string> cells;  // in the order of the table's columns
};

// Rows of a table that is not one of records.
class MoreReader final : public table::CsvVisitor {
 public:
  MoreReader(const MoreTable& table, const std::string& file,
             ImportedBatch::File* headings, Faults* faults)
      : table_(table), file_(file), headings_(headings), faults_(faults) {}

  bool Headings(const table::CsvRow& row) override {
    for (const std::string& heading : row.cells) {
      int found = -1;
      for (size_t i = 0; i < table_.columns.size(); ++i) {
        const MoreColumn& column = table_.columns[i];
        if (heading == column.name || heading == column.zh) {
          found = static_cast<int>(i);
          headings_->headings.emplace(column.name, heading);
        }
      }
      columns_.push_back(found);
      if (found >= 0) continue;
      faults_->Add(
          At(row, "UNKNOWN_COLUMN", heading)
              .Say(absl::StrCat("“", table_.zh, "”表没有“", Excerpt(heading),
                                "”这一列"),
                   absl::StrCat("the table ", table_.name, " has no column '",
                                Excerpt(heading), "'")));
    }
    for (const MoreColumn& column : table_.columns) {
      if (!column.required ||
          headings_->headings.find(column.name) != headings_->headings.end()) {
        continue;
      }
      complete_ = false;
      faults_->Add(At(row, "COLUMN_REQUIRED", "")
                       .Say(absl::StrCat("缺少必填的列“", column.zh, "”"),
                            absl::StrCat("the required column '", column.name,
                                         "' is missing")));
    }
    return complete_;
  }

  void Row(const table::CsvRow& row) override {
    MoreRow read{row.number, row.line, {}};
    read.cells.resize(table_.columns.size());
    bool any = false;
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (columns_[i] < 0) continue;
      read.cells[static_cast<size_t>(columns_[i])] = row.cells[i];
      any |= !table::TrimCell(row.cells[i]).empty();
    }
    if (any) rows.push_back(std::move(read));
  }

  void Wrong(const MoreRow& row, int column, Fault fault) {
    const auto heading = headings_->headings.find(
        table_.columns[static_cast<size_t>(column)].name);
    faults_->Add(
        fault.At(file_, row.line, 0)
            .Row(file_, row.number,
                 heading == headings_->headings.end() ? "" : heading->second));
  }

  std::vector<MoreRow> rows;

 private:
  Fault At(const table::CsvRow& row, absl::string_view reason,
           absl::string_view heading) const {
    return Fault(reason).At(file_, row.line, 0).Row(file_, row.number, heading);
  }

  const MoreTable& table_;
  const std::string& file_;
  ImportedBatch::File* const headings_;
  Faults* const faults_;
  std::vector<int> columns_;
  bool complete_ = true;
};

std::string Cell(const MoreRow& row, int column) {
  return std::string(table::TrimCell(row.cells[static_cast<size_t>(column)]));
}

// Of the first changes those that put one of these organizations.
void PutAgain(int changes, const HashSet<std::string>& organizations,
              ImportedBatch* imported) {
  for (int i = 0; i < changes; ++i) {
    if (!imported->batch.changes(i).has_put_organization() ||
        !organizations.contains(
            imported->batch.changes(i).put_organization().id())) {
      continue;
    }
    const v1::Change again = imported->batch.changes(i);
    *imported->batch.add_changes() = again;
    imported->origins.push_back(imported->origins[static_cast<size_t>(i)]);
  }
}

}  // namespace

const MoreTable* MoreTableForFile(absl::string_view name) {
  const absl::string_view stem = absl::StripSuffix(name, ".csv");
  for (const MoreTable* table : {&SuccessionTable(), &VoidedTable()}) {
    if (stem == table->name || stem == table->zh) return table;
  }
  return nullptr;
}

void AddSuccessions(const std::string& file, const std::string& bytes,
                    ImportedBatch* imported, Faults* faults) {
  const int file_index = static_cast<int>(imported->files.size());
  imported->files.push_back({file, {}});
  MoreReader reader(SuccessionTable(), file, &imported->files.back(), faults);
  table::ReadCsv(file, bytes, &reader, faults);
  // One change for all that merge into one, or come of one, on a day.
  std::map<std::tuple<std::string, int, std::string, std::string>,
           std::vector<const MoreRow*>>
      changes;
  HashSet<std::string> ended;
  for (const MoreRow& row : reader.rows) {
    const int change = FindChangeWord(Cell(row, kSuccessionChange));
    if (change < 0) {
      reader.Wrong(
          row, kSuccessionChange,
          Fault("UNKNOWN_WORD")
              .Say("应为“合并”或“拆分”", "has to be 'merge' or 'split'"));
      continue;
    }
    const std::string one =
        Cell(row, change == 0 ? kSuccessionInto : kSuccessionFrom);
    changes[{Cell(row, kSuccessionOn), change, one,
             row.cells[kSuccessionDocument]}]
        .push_back(&row);
    ended.insert(Cell(row, kSuccessionFrom));
  }
  const int records = imported->batch.changes_size();
  for (const auto& [key, rows] : changes) {
    const auto& [on, change, one, document] = key;
    v1::Change* added = imported->batch.add_changes();
    imported->origins.push_back({file_index, rows[0]->number, rows[0]->line});
    if (change == 0) {
      v1::MergeOrganizations* merge = added->mutable_merge_organizations();
      for (const MoreRow* row : rows) {
        merge->add_from(Cell(*row, kSuccessionFrom));
      }
      merge->set_into(one);
      merge->set_on(on);
      merge->set_document(document);
    } else {
      v1::SplitOrganization* split = added->mutable_split_organization();
      split->set_from(one);
      for (const MoreRow* row : rows) {
        split->add_into(Cell(*row, kSuccessionInto));
      }
      split->set_on(on);
      split->set_document(document);
    }
  }
  PutAgain(records, ended, imported);
}

void AddVoided(const std::string& file, const std::string& bytes,
               ImportedBatch* imported, Faults* faults) {
  const int file_index = static_cast<int>(imported->files.size());
  imported->files.push_back({file, {}});
  MoreReader reader(VoidedTable(), file, &imported->files.back(), faults);
  table::ReadCsv(file, bytes, &reader, faults);
  for (const MoreRow& row : reader.rows) {
    const table::RecordSchema* schema =
        table::FindSchema(Cell(row, kVoidedKind));
    if (schema == nullptr) {
      reader.Wrong(row, kVoidedKind, UnknownTable(Cell(row, kVoidedKind)));
      continue;
    }
    v1::VoidRecord* voided =
        imported->batch.add_changes()->mutable_void_record();
    voided->set_kind(schema->kind());
    voided->set_id(Cell(row, kVoidedId));
    voided->set_reason(row.cells[kVoidedReason]);
    imported->origins.push_back({file_index, row.number, row.line});
  }
}

void AddPack(const std::string& file, const std::string& bytes,
             ImportedBatch* imported, Faults* faults) {
  v1::Pack pack;
  if (!pack.ParseFromString(bytes)) {
    faults->Add(Fault("MESSAGE_SYNTAX")
                    .At(file, 0, 0)
                    .Say("不是规则包", "is not a serialized pack"));
    return;
  }
  v1::AdoptPack* adopt = imported->batch.add_changes()->mutable_adopt_pack();
  adopt->set_id(pack.id());
  adopt->set_version(pack.version());
  adopt->set_pack(bytes);
  adopt->set_digest(ToHex(Sha256(bytes)));
  imported->files.push_back({file, {}});
  imported->origins.push_back(
      {static_cast<int>(imported->files.size()) - 1, 0, 0});
}

void LeaveOutVoided(const State& state, ImportedBatch* imported) {
  HashSet<std::pair<int, std::string>> voided;
  for (const v1::Change& change : imported->batch.changes()) {
    if (!change.has_void_record()) continue;
    const v1::VoidRecord& v = change.void_record();
    const auto code = state.Find(v.kind(), v.id());
    if (code && state.voided(v.kind(), *state.Newest(v.kind(), *code)) &&
        state.void_reason(v.kind(), *code) == v.reason()) {
      voided.insert({v.kind(), v.id()});
    }
  }
  if (voided.empty()) return;
  // What the batch says otherwise than the ledger is meant to be put.
  for (const v1::Change& change : imported->batch.changes()) {
    const RecordOf record = RecordIn(change);
    if (record.message == nullptr) continue;
    const std::pair<int, std::string> id = {record.kind, IdOf(*record.message)};
    if (voided.contains(id) &&
        !state.HoldsVoided(record.kind, *record.message)) {
      voided.erase(id);
    }
  }
  v1::Batch kept;
  std::vector<ImportedBatch::Origin> origins;
  for (int i = 0; i < imported->batch.changes_size(); ++i) {
    v1::Change* change = imported->batch.mutable_changes(i);
    const RecordOf record = RecordIn(*change);
    std::pair<int, std::string> id;
    if (record.message != nullptr) {
      id = {record.kind, IdOf(*record.message)};
    } else if (change->has_void_record()) {
      id = {change->void_record().kind(), change->void_record().id()};
    }
    if (voided.contains(id)) continue;
    kept.add_changes()->Swap(change);
    origins.push_back(imported->origins[static_cast<size_t>(i)]);
  }
  imported->batch.Swap(&kept);
  imported->origins = std::move(origins);
}

}  // namespace duban::ledger
