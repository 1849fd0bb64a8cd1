#include "src/ledger/state.h"

#include <utility>

#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

int Since(const table::RecordSchema& schema) {
  return schema.FindColumn("since");
}

// Sets an item that may lie past the end.
template <typename T>
void Put(table::SharedVector<T>* vector, size_t i, T value) {
  vector->PadTo(i + 1);
  vector->Set(i, value);
}

template <typename T>
void AddFlag(table::SharedVector<T>* flags, size_t i, T flag) {
  Put(flags, i, static_cast<T>(flags->Get(i) | flag));
}

}  // namespace

State::State()
    : ids_(std::make_shared<table::IdDictionaries>()),
      successions_(std::make_shared<const std::vector<Succession>>()),
      packs_(std::make_shared<const std::vector<AdoptedPack>>()) {
  for (int kind = 0; kind < v1::RecordKind_ARRAYSIZE; ++kind) {
    // Kind 0 is nobody's; it takes a place so that kinds are indexes.
    const auto k =
        kind == 0 ? v1::ORGANIZATION : static_cast<v1::RecordKind>(kind);
    tables_.push_back(
        Table{table::Records(&table::SchemaOf(k), ids_.get()), {}, {}, {}});
  }
}

State State::Snapshot() {
  State copy{Tag()};
  copy.ids_ = ids_;
  copy.tables_.reserve(tables_.size());
  for (Table& t : tables_) {
    copy.tables_.push_back(Table{t.records.Snapshot(), t.newest.Snapshot(),
                                 t.older.Snapshot(), t.flags.Snapshot()});
  }
  copy.matter_status_ = matter_status_.Snapshot();
  copy.successions_ = successions_;
  copy.packs_ = packs_;
  copy.head_ = head_;
  return copy;
}

void State::Restore(const State& snapshot) {
  for (size_t i = 0; i < tables_.size(); ++i) {
    Table& t = tables_[i];
    const Table& s = snapshot.tables_[i];
    t.records.Restore(s.records);
    t.newest.Restore(s.newest);
    t.older.Restore(s.older);
    t.flags.Restore(s.flags);
  }
  matter_status_.Restore(snapshot.matter_status_);
  successions_ = snapshot.successions_;
  packs_ = snapshot.packs_;
  head_ = snapshot.head_;
}

void State::SetMatterStatus(uint32_t code, const MatterStatus& status) {
  ledger::Put(&matter_status_, code, status);
}

const table::Dictionary& State::ids(v1::RecordKind kind) const {
  return records(kind).dictionary(table::SchemaOf(kind).id_column());
}

std::optional<uint32_t> State::Find(v1::RecordKind kind,
                                    absl::string_view id) const {
  const std::optional<uint32_t> code = ids(kind).Find(id);
  if (!code || !Newest(kind, *code)) return std::nullopt;
  return code;
}

std::optional<uint32_t> State::Newest(v1::RecordKind kind,
                                      uint32_t code) const {
  const uint32_t row = tables_[kind].newest.Get(code);
  if (row == 0) return std::nullopt;
  return row - 1;
}

std::optional<uint32_t> State::Older(v1::RecordKind kind, uint32_t row) const {
  const uint32_t older = tables_[kind].older.Get(row);
  if (older == 0) return std::nullopt;
  return older - 1;
}

std::optional<uint32_t> State::At(v1::RecordKind kind, uint32_t code,
                                  Date day) const {
  static const int organization_since =
      Since(table::SchemaOf(v1::ORGANIZATION));
  static const int person_since = Since(table::SchemaOf(v1::PERSON));
  const int since =
      kind == v1::ORGANIZATION ? organization_since : person_since;
  const table::Records& rows = records(kind);
  for (std::optional<uint32_t> row = Newest(kind, code); row;
       row = Older(kind, *row)) {
    if (voided(kind, *row)) return std::nullopt;
    if (rows.DateAt(since, *row).value_or(Date::Min()) > day) continue;
    // `until` stands right after `since` in both records.
    if (rows.DateAt(since + 1, *row).value_or(Date::Max()) < day) {
      return std::nullopt;
    }
    return row;
  }
  return std::nullopt;
}

bool State::voided(v1::RecordKind kind, uint32_t row) const {
  return (tables_[kind].flags.Get(row) & kVoided) != 0;
}

bool State::counts(v1::RecordKind kind, uint32_t row) const {
  return tables_[kind].flags.Get(row) == 0;
}

bool State::Holds(v1::RecordKind kind,
                  const google::protobuf::Message& record) const {
  const auto* id = record.GetDescriptor()->FindFieldByName("id");
  const auto code = Find(kind, record.GetReflection()->GetString(record, id));
  if (!code) return false;
  const std::string bytes = record.SerializeAsString();
  for (auto row = Newest(kind, *code); row; row = Older(kind, *row)) {
    if (!counts(kind, *row)) continue;
    const auto there = table::SchemaOf(kind).NewRecord();
    records(kind).Read(*row, there.get());
    if (there->SerializeAsString() == bytes) return true;
  }
  return false;
}

bool State::HasCodeList(absl::string_view list) const {
  for (const AdoptedPack& adopted : *packs_) {
    for (const v1::CodeList& l : adopted.pack.code_list()) {
      if (l.id() == list) return true;
    }
  }
  return false;
}

bool State::HasCode(absl::string_view list, absl::string_view code) const {
  for (const AdoptedPack& adopted : *packs_) {
    for (const v1::CodeList& l : adopted.pack.code_list()) {
      if (l.id() != list) continue;
      for (const v1::Code& c : l.code()) {
        if (c.id() == code) return true;
      }
    }
  }
  return false;
}

std::vector<std::string> State::CodesOf(absl::string_view list) const {
  std::vector<std::string> codes;
  for (const AdoptedPack& adopted : *packs_) {
    for (const v1::CodeList& l : adopted.pack.code_list()) {
      if (l.id() != list) continue;
      for (const v1::Code& c : l.code()) codes.push_back(c.id());
    }
  }
  return codes;
}

uint32_t State::Put(v1::RecordKind kind,
                    const google::protobuf::Message& record) {
  Table& t = tables_[kind];
  const uint32_t row = t.records.Append(record);
  const uint32_t code = t.records.Code(table::SchemaOf(kind).id_column(), row);
  if (IsVersioned(kind)) {
    PutVersion(&t, kind, code, row);
    return row;
  }
  if (const uint32_t old = t.newest.Get(code); old != 0) {
    AddFlag(&t.flags, old - 1, kSuperseded);
  }
  ledger::Put(&t.newest, code, row + 1);
  return row;
}

// Keeps the chain of an id in order of `since`, latest first.
void State::PutVersion(Table* t, v1::RecordKind kind, uint32_t code,
                       uint32_t row) {
  const int column = Since(table::SchemaOf(kind));
  const auto since = [&](uint32_t r) {
    return t->records.DateAt(column, r).value_or(Date::Min());
  };
  uint32_t newer = 0;
  uint32_t next = t->newest.Get(code);
  while (next != 0 && since(next - 1) > since(row)) {
    newer = next;
    next = t->older.Get(next - 1);
  }
  if (next != 0 && since(next - 1) == since(row)) {
    AddFlag(&t->flags, next - 1, kSuperseded);
    next = t->older.Get(next - 1);
  }
  ledger::Put(&t->older, row, next);
  if (newer == 0) {
    ledger::Put(&t->newest, code, row + 1);
  } else {
    ledger::Put(&t->older, newer - 1, row + 1);
  }
}

void State::Void(v1::RecordKind kind, uint32_t code) {
  Table& t = tables_[kind];
  for (uint32_t row = t.newest.Get(code); row != 0;
       row = t.older.Get(row - 1)) {
    AddFlag(&t.flags, row - 1, kVoided);
  }
}

void State::AddSuccession(const Succession& succession) {
  auto next = std::make_shared<std::vector<Succession>>(*successions_);
  next->push_back(succession);
  successions_ = std::move(next);
}

void State::Adopt(AdoptedPack pack) {
  auto next = std::make_shared<std::vector<AdoptedPack>>();
  // A newer version of a pack takes the place of the older one.
  for (const AdoptedPack& p : *packs_) {
    if (p.pack.id() != pack.pack.id()) next->push_back(p);
  }
  next->push_back(std::move(pack));
  packs_ = std::move(next);
}

}  // namespace duban::ledger
