#include "src/ledger/state.h"

#include <algorithm>
#include <utility>

#include "duban/pack.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

// The column of a versioned kind; `until` stands right after it.
int Since(v1::RecordKind kind) {
  static const int organization =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("since");
  static const int person = table::SchemaOf(v1::PERSON).FindColumn("since");
  return kind == v1::ORGANIZATION ? organization : person;
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
      reasons_(std::make_shared<table::Dictionary>()),
      successions_(std::make_shared<const std::vector<Succession>>()),
      packs_(std::make_shared<const std::vector<AdoptedPack>>()),
      code_lists_(std::make_shared<const CodeLists>()) {
  for (int kind = 0; kind < v1::RecordKind_ARRAYSIZE; ++kind) {
    // Kind 0 is nobody's; it takes a place so that kinds are indexes.
    const auto k =
        kind == 0 ? v1::ORGANIZATION : static_cast<v1::RecordKind>(kind);
    tables_.push_back(
        Table{table::Records(&table::SchemaOf(k), ids_.get()), {}, {}, {}, {}});
  }
}

State State::Snapshot() {
  State copy{Tag()};
  copy.ids_ = ids_;
  copy.reasons_ = reasons_;
  copy.tables_.reserve(tables_.size());
  for (Table& t : tables_) {
    copy.tables_.push_back(Table{t.records.Snapshot(), t.newest.Snapshot(),
                                 t.older.Snapshot(), t.flags.Snapshot(),
                                 t.void_reasons.Snapshot()});
  }
  copy.matter_status_ = matter_status_.Snapshot();
  copy.step_states_ = step_states_.Snapshot();
  copy.newest_item_ = newest_item_.Snapshot();
  copy.older_item_ = older_item_.Snapshot();
  copy.successions_ = successions_;
  copy.packs_ = packs_;
  copy.code_lists_ = code_lists_;
  copy.head_ = head_;
  return copy;
}

void State::Restore(const State& snapshot) {
  if (indexes_ != nullptr) indexes_->Truncate(snapshot);
  for (size_t i = 0; i < tables_.size(); ++i) {
    Table& t = tables_[i];
    const Table& s = snapshot.tables_[i];
    t.records.Restore(s.records);
    t.newest.Restore(s.newest);
    t.older.Restore(s.older);
    t.flags.Restore(s.flags);
    t.void_reasons.Restore(s.void_reasons);
  }
  matter_status_.Restore(snapshot.matter_status_);
  step_states_.Restore(snapshot.step_states_);
  newest_item_.Restore(snapshot.newest_item_);
  older_item_.Restore(snapshot.older_item_);
  successions_ = snapshot.successions_;
  packs_ = snapshot.packs_;
  code_lists_ = snapshot.code_lists_;
  head_ = snapshot.head_;
}

void State::SetMatterStatus(uint32_t code, const MatterStatus& status) {
  ledger::Put(&matter_status_, code, status);
}

void State::SetStateAfterStep(uint32_t row, v1::MatterState state) {
  ledger::Put(&step_states_, row, static_cast<uint8_t>(state));
}

std::vector<uint32_t> State::ItemsOf(uint32_t matter) const {
  static const int id = table::SchemaOf(v1::MATTER).id_column();
  static const int is_draft =
      table::SchemaOf(v1::MATTER).FindColumn("is_draft");
  const table::Records& rows = records(v1::MATTER);
  std::vector<uint32_t> items;
  for (uint32_t next = newest_item_.Get(matter); next != 0;
       next = older_item_.Get(next - 1)) {
    const uint32_t row = next - 1;
    if (counts(v1::MATTER, row) && !rows.Bool(is_draft, row)) {
      items.push_back(rows.Code(id, row));
    }
  }
  return items;
}

// A matter put again has a row of its own in the chain of its parent then;
// the older one is superseded and passed over.
void State::PutItem(uint32_t row) {
  static const int parent = table::SchemaOf(v1::MATTER).FindColumn("parent");
  const uint32_t code = records(v1::MATTER).Code(parent, row);
  if (code == 0) return;
  ledger::Put(&older_item_, row, newest_item_.Get(code));
  ledger::Put(&newest_item_, code, row + 1);
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
  const int since = Since(kind);
  const table::Records& rows = records(kind);
  for (std::optional<uint32_t> row = Newest(kind, code); row;
       row = Older(kind, *row)) {
    if (voided(kind, *row)) return std::nullopt;
    if (rows.DateAt(since, *row).value_or(Date::Min()) > day) continue;
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

bool State::superseded(v1::RecordKind kind, uint32_t row) const {
  return (tables_[kind].flags.Get(row) & kSuperseded) != 0;
}

bool State::counts(v1::RecordKind kind, uint32_t row) const {
  return tables_[kind].flags.Get(row) == 0;
}

bool State::Holds(v1::RecordKind kind,
                  const google::protobuf::Message& record) const {
  return HoldsWith(0, kind, record);
}

bool State::HoldsVoided(v1::RecordKind kind,
                        const google::protobuf::Message& record) const {
  return HoldsWith(kVoided, kind, record);
}

bool State::HasSuccession(const Succession& succession) const {
  for (const Succession& s : *successions_) {
    if (s.from == succession.from && s.into == succession.into &&
        s.on == succession.on && s.split == succession.split &&
        s.document == succession.document) {
      return true;
    }
  }
  return false;
}

bool State::HoldsWith(uint8_t flags, v1::RecordKind kind,
                      const google::protobuf::Message& record) const {
  const auto* id = record.GetDescriptor()->FindFieldByName("id");
  const auto code = Find(kind, record.GetReflection()->GetString(record, id));
  if (!code) return false;
  const std::string bytes = record.SerializeAsString();
  for (auto row = Newest(kind, *code); row; row = Older(kind, *row)) {
    if (tables_[kind].flags.Get(*row) != flags) continue;
    const auto there = table::SchemaOf(kind).NewRecord();
    records(kind).Read(*row, there.get());
    if (there->SerializeAsString() == bytes) return true;
  }
  return false;
}

const HashSet<std::string>* State::FindCodeList(absl::string_view list) const {
  const auto found = code_lists_->find(list);
  return found == code_lists_->end() ? nullptr : &found->second;
}

bool State::HasCodeList(absl::string_view list) const {
  return FindCodeList(list) != nullptr;
}

bool State::HasCode(absl::string_view list, absl::string_view code) const {
  const HashSet<std::string>* codes = FindCodeList(list);
  return codes != nullptr && codes->contains(code);
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

const v1::Code* State::FindCode(absl::string_view list,
                                absl::string_view code) const {
  for (const AdoptedPack& adopted : *packs_) {
    for (const v1::CodeList& l : adopted.pack.code_list()) {
      if (l.id() != list) continue;
      for (const v1::Code& c : l.code()) {
        if (c.id() == code) return &c;
      }
    }
  }
  return nullptr;
}

DateRange State::LifeOf(v1::RecordKind kind, uint32_t code) const {
  const int since = Since(kind);
  const table::Records& rows = records(kind);
  DateRange life{Date::Max(), Date::Min()};
  std::optional<uint32_t> row = Newest(kind, code);
  if (!row || voided(kind, *row)) return life;
  life.until = rows.DateAt(since + 1, *row).value_or(Date::Max());
  for (; row && !voided(kind, *row); row = Older(kind, *row)) {
    life.from = rows.DateAt(since, *row).value_or(Date::Min());
  }
  return life;
}

RowIndexes& State::indexes() const {
  if (indexes_ == nullptr) indexes_ = std::make_unique<RowIndexes>();
  return *indexes_;
}

uint32_t State::Put(v1::RecordKind kind,
                    const google::protobuf::Message& record) {
  const uint32_t row = tables_[kind].records.Append(record);
  PutRow(kind, row);
  return row;
}

uint32_t State::Put(v1::RecordKind kind, const table::PlainRecord& record) {
  const uint32_t row = tables_[kind].records.Append(record);
  PutRow(kind, row);
  return row;
}

void State::PutRows(v1::RecordKind kind, absl::Span<const int64_t> codes) {
  Table& t = tables_[kind];
  uint32_t row = t.records.size();
  for (const int64_t code : codes) {
    ledger::Put(&t.newest, static_cast<size_t>(code), ++row);
  }
  t.records.AddRows(static_cast<uint32_t>(codes.size()));
}

void State::PutRow(v1::RecordKind kind, uint32_t row) {
  Table& t = tables_[kind];
  const uint32_t code = t.records.Code(t.records.schema().id_column(), row);
  if (IsVersioned(kind)) {
    PutVersion(&t, kind, code, row);
    return;
  }
  if (const uint32_t old = t.newest.Get(code); old != 0) {
    AddFlag(&t.flags, old - 1, kSuperseded);
  }
  ledger::Put(&t.newest, code, row + 1);
  if (kind == v1::MATTER) PutItem(row);
}

// Keeps the chain of an id in order of `since`, latest first.
void State::PutVersion(Table* t, v1::RecordKind kind, uint32_t code,
                       uint32_t row) {
  const int column = Since(kind);
  const auto since = [&](uint32_t r) {
    return t->records.DateAt(column, r).value_or(Date::Min());
  };
  uint32_t newer = 0;
  uint32_t next = t->newest.Get(code);
  // What is put again after it was voided begins anew.
  while (next != 0 && (t->flags.Get(next - 1) & kVoided) != 0) {
    AddFlag(&t->flags, next - 1, kSuperseded);
    next = t->older.Get(next - 1);
  }
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

void State::Void(v1::RecordKind kind, uint32_t code, absl::string_view reason) {
  Table& t = tables_[kind];
  ledger::Put(&t.void_reasons, code, reasons_->Intern(reason));
  for (uint32_t row = t.newest.Get(code); row != 0;
       row = t.older.Get(row - 1)) {
    AddFlag(&t.flags, row - 1, kVoided);
  }
}

void State::AddSuccession(Succession succession) {
  auto next = std::make_shared<std::vector<Succession>>(*successions_);
  next->push_back(std::move(succession));
  successions_ = std::move(next);
}

void State::Adopt(AdoptedPack pack) {
  if (!pack.pack.pairing().empty()) {
    // What an earlier version let pass may have faults by now; its rules of
    // pairings are then not applied.
    auto compiled = Pack::FromBytes(pack.pack.SerializeAsString());
    if (compiled.ok()) pack.compiled = *std::move(compiled);
  }
  auto next = std::make_shared<std::vector<AdoptedPack>>(*packs_);
  // A newer version of a pack takes the place of the older one.
  const auto same = std::find_if(
      next->begin(), next->end(),
      [&](const AdoptedPack& p) { return p.pack.id() == pack.pack.id(); });
  if (same != next->end()) {
    *same = std::move(pack);
  } else {
    next->push_back(std::move(pack));
  }
  auto lists = std::make_shared<CodeLists>();
  for (const AdoptedPack& adopted : *next) {
    for (const v1::CodeList& list : adopted.pack.code_list()) {
      HashSet<std::string>& codes = (*lists)[list.id()];
      for (const v1::Code& code : list.code()) codes.insert(code.id());
    }
  }
  packs_ = std::move(next);
  code_lists_ = std::move(lists);
}

}  // namespace duban::ledger
