#include "duban/ledger.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/journal/memory.h"
#include "src/journal/open.h"
#include "src/ledger/bulk.h"
#include "src/ledger/check.h"
#include "src/ledger/checkpoint.h"
#include "src/ledger/import.h"
#include "src/ledger/import_history.h"
#include "src/ledger/state.h"
#include "src/pack/workflow.h"
#include "src/table/plain_record.h"
#include "src/table/record_schema.h"

namespace duban {
namespace {

using ledger::MatterStatus;
using ledger::Refused;
using ledger::SeenKey;
using ledger::State;

// Another process may write the same journal; each time it does, this one
// reads on and checks its batch again.
constexpr int kMaxAttempts = 16;

// Into an array of known size: protobuf's streams over strings that grow do
// not survive a growth that fails. There is no map in a change, so that the
// bytes are always the same.
std::string Serialize(const v1::Change& change) {
  std::string bytes(change.ByteSizeLong(), '\0');
  change.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(&bytes[0]));
  return bytes;
}

// A serialized change begins with who sent it when; its command is the rest,
// and that is what a key vouches for.
absl::string_view CommandIn(absl::string_view payload) {
  constexpr uint64_t kSentTags = v1::Change::kRecordedAtFieldNumber << 3 | 7;
  for (;;) {
    absl::string_view rest = payload;
    uint64_t tag = 0;
    uint64_t size = 0;
    if (!table::ReadVarint(&rest, &tag) || tag > kSentTags ||
        !table::ReadVarint(&rest, &size) || size > rest.size()) {
      return payload;
    }
    payload = rest.substr(size);
  }
}

// Reads the record that the command puts, if that is all the command is.
// Returns its kind, or RECORD_KIND_UNSPECIFIED where a message is needed.
v1::RecordKind ReadPlain(absl::string_view command,
                         table::PlainRecord* record) {
  uint64_t tag = 0;
  uint64_t size = 0;
  if (!table::ReadVarint(&command, &tag) || (tag & 7) != 2 ||
      !table::ReadVarint(&command, &size) || size != command.size() ||
      tag >> 3 > v1::Change::kPutColumnsFieldNumber) {
    return v1::RECORD_KIND_UNSPECIFIED;
  }
  const v1::RecordKind kind = ledger::RecordKindOf(static_cast<int>(tag >> 3));
  if (kind == v1::RECORD_KIND_UNSPECIFIED ||
      !record->Read(table::SchemaOf(kind), command)) {
    return v1::RECORD_KIND_UNSPECIFIED;
  }
  return kind;
}

// Kinds whose records are a row of their table and change nothing else.
bool IsRowOnly(v1::RecordKind kind) {
  return kind == v1::ACTIVITY || kind == v1::SUBMISSION || kind == v1::RATING ||
         kind == v1::INDICATOR_VALUE;
}

void EndOrganization(uint32_t code, Date last_day, State* state) {
  v1::Organization version;
  state->records(v1::ORGANIZATION)
      .Read(*state->Newest(v1::ORGANIZATION, code), &version);
  version.set_until(last_day.ToString());
  state->Put(v1::ORGANIZATION, version);
}

// What a merger or split says became of whom; empty where it cannot be read.
std::vector<ledger::Succession> SuccessionsIn(const v1::Change& change,
                                              const State& state) {
  std::vector<ledger::Succession> all;
  const bool split = change.has_split_organization();
  const v1::MergeOrganizations& m = change.merge_organizations();
  const v1::SplitOrganization& s = change.split_organization();
  const auto on = Date::Parse(split ? s.on() : m.on());
  for (const std::string& id : split ? s.into() : m.from()) {
    const auto from = state.Find(v1::ORGANIZATION, split ? s.from() : id);
    const auto into = state.Find(v1::ORGANIZATION, split ? id : m.into());
    if (!from || !into || !on.ok()) return {};
    all.push_back(
        {*from, *into, *on, split, split ? s.document() : m.document()});
  }
  return all;
}

// Ends who was merged or split on the day before, once each.
void TakeSuccessions(const v1::Change& change, State* state) {
  std::optional<uint32_t> ended;
  for (ledger::Succession& one : SuccessionsIn(change, *state)) {
    if (ended != one.from) EndOrganization(one.from, one.on.AddDays(-1), state);
    ended = one.from;
    state->AddSuccession(std::move(one));
  }
}

absl::Status AdoptInto(const v1::AdoptPack& adopt, State* state) {
  ledger::AdoptedPack adopted;
  adopted.digest = adopt.digest();
  adopted.bytes = adopt.pack();
  if (ToHex(Sha256(adopt.pack())) != adopt.digest() ||
      !adopted.pack.ParseFromString(adopt.pack())) {
    return Fault("PACK_DIGEST_WRONG")
        .Field("adopt_pack.digest")
        .Say("规则包内容与摘要不符", "the pack is not what its digest says")
        .ToStatus();
  }
  Faults faults;
  adopted.life = pack::CompileWorkflowOf(adopted.pack, &faults);
  if (faults.has_errors()) return faults.ToStatus();
  state->Adopt(std::move(adopted));
  return absl::OkStatus();
}

// A matter that is new, or was a draft until now, begins its life.
absl::Status TakeListing(const v1::Matter& matter, State* state) {
  const auto before = state->Find(v1::MATTER, matter.id());
  const bool begins =
      !before || state->matter_status(*before).state == v1::DRAFT;
  const uint32_t row = state->Put(v1::MATTER, matter);
  if (begins) {
    state->SetMatterStatus(
        state->records(v1::MATTER)
            .Code(table::SchemaOf(v1::MATTER).id_column(), row),
        ledger::StatusWhenPut(ledger::FactsOfListing(*state, matter)));
  }
  return absl::OkStatus();
}

// What else may forbid a step was asked before; of a step that is replayed,
// when it was taken.
absl::Status TakeStep(const v1::MatterStep& step, State* state) {
  const auto code = state->Find(v1::MATTER, step.matter());
  if (!code) return absl::InternalError("step of an unknown matter");
  const auto to = ledger::StateAfter(*state, *code, step);
  if (!to.ok()) return to.status();
  MatterStatus status = state->matter_status(*code);
  ledger::FollowStep(ledger::StepFacts(*state, step), *to, &status);
  state->SetStateAfterStep(state->Put(v1::MATTER_STEP, step), *to);
  state->SetMatterStatus(*code, status);
  return absl::OkStatus();
}

absl::Status Take(const v1::Change& change, const table::PlainRecord* plain,
                  State* state);

// Rows that were checked when they were written.
absl::Status TakeColumns(const v1::PutColumns& columns, State* state) {
  ledger::ColumnRows rows;
  Faults faults;
  if (!rows.Read(columns, -1, &faults)) return faults.ToStatus();
  if (rows.PutAtOnce(1, state)) return absl::OkStatus();
  v1::Change single;
  auto* record = ledger::MutableRecord(rows.kind(), &single);
  for (uint32_t row = 0; row < rows.rows(); ++row) {
    rows.ReadNext(record);
    if (state->Holds(rows.kind(), *record)) continue;
    const absl::Status taken = Take(single, nullptr, state);
    if (!taken.ok()) return taken;
  }
  return absl::OkStatus();
}

// Writes a checked change into the state; `plain` is its record, if that was
// read from its bytes.
absl::Status Take(const v1::Change& change, const table::PlainRecord* plain,
                  State* state) {
  const ledger::RecordOf record = ledger::RecordIn(change);
  if (record.message != nullptr) {
    if (change.has_list_matter()) {
      return TakeListing(change.list_matter(), state);
    }
    if (change.has_step_matter()) return TakeStep(change.step_matter(), state);
    if (plain != nullptr) {
      state->Put(record.kind, *plain);
    } else {
      state->Put(record.kind, *record.message);
    }
    return absl::OkStatus();
  }
  switch (change.command_case()) {
    case v1::Change::kVoidRecord: {
      const v1::VoidRecord& v = change.void_record();
      if (const auto code = state->Find(v.kind(), v.id())) {
        state->Void(v.kind(), *code, v.reason());
      }
      return absl::OkStatus();
    }
    case v1::Change::kAdoptPack:
      return AdoptInto(change.adopt_pack(), state);
    case v1::Change::kPutColumns:
      return TakeColumns(change.put_columns(), state);
    case v1::Change::kMergeOrganizations:
    case v1::Change::kSplitOrganization:
      TakeSuccessions(change, state);
      return absl::OkStatus();
    default:
      return absl::InternalError("a change without a command");
  }
}

v1::LedgerHead HeadMessage(const journal::Head& head) {
  v1::LedgerHead message;
  message.set_sequence(head.sequence);
  message.set_digest(ToHex(head.digest));
  return message;
}

v1::Change AdoptionOf(const Pack& pack) {
  v1::Change change;
  v1::AdoptPack* adopt = change.mutable_adopt_pack();
  adopt->set_id(pack.message().id());
  adopt->set_version(pack.message().version());
  adopt->set_pack(pack.bytes());
  adopt->set_digest(pack.digest());
  return change;
}

// Whether the change would put what is there just so already.
bool ChangesNothing(const v1::Change& change, const table::PlainRecord* plain,
                    const State& state) {
  if (change.has_adopt_pack()) {
    for (const ledger::AdoptedPack& adopted : state.packs()) {
      if (adopted.digest == change.adopt_pack().digest()) return true;
    }
    return false;
  }
  if (change.has_merge_organizations() || change.has_split_organization()) {
    const std::vector<ledger::Succession> all = SuccessionsIn(change, state);
    return !all.empty() &&
           std::all_of(all.begin(), all.end(), [&](const auto& succession) {
             return state.HasSuccession(succession);
           });
  }
  const ledger::RecordOf record = ledger::RecordIn(change);
  if (record.message == nullptr) return false;
  if (plain != nullptr) {
    const int id = table::SchemaOf(record.kind).id_column();
    if (!state.Find(record.kind, plain->Text(id))) return false;
  }
  return state.Holds(record.kind, *record.message);
}

}  // namespace

struct Ledger::Rep {
  explicit Rep(std::unique_ptr<journal::Journal> j) : journal(std::move(j)) {
    state.set_head(HeadMessage(head));
  }

  absl::Status CatchUp();
  // Up to that entry and no further, whatever is written later.
  absl::Status LookBack(const std::string& name, uint64_t until);
  absl::Status Replay(const journal::Entry& entry);
  void StartFromCheckpoint();

  // One try at a batch against the state as it is now.
  struct Attempt {
    v1::Receipt receipt;
    std::vector<std::string> payloads;
    std::vector<int> written;  // index of the change behind each payload
    // Of payloads that have a key: which one, and its command's digest.
    std::vector<std::pair<size_t, Digest>> keys;
  };
  Attempt Check(const v1::Batch& batch, const ApplyOptions& options);
  // Batches that are appended at once, each checked against what those before
  // it have done.
  struct Group {
    std::vector<Attempt> attempts;          // one a batch
    std::vector<const std::string*> added;  // keys, of the batches
    size_t payloads = 0;
    size_t batches = 0;  // that have any
  };
  Group CheckAll(absl::Span<const v1::Batch> batches,
                 const ApplyOptions& options);
  // As if the group had never been checked.
  void Forget(const Group& group, const State& before);
  void CheckOne(const v1::Change& change, int index, int threads,
                Refused* refused, HashMap<std::string, Digest>* batch_keys,
                Faults* faults, Attempt* attempt);
  // Takes the change into the state if nothing forbids it; else adds faults.
  // `kind` says what `record` was read from it, if anything was.
  void CheckAndTake(const v1::Change& change, v1::RecordKind kind, int index,
                    Refused* refused, Faults* faults);
  // The same for columns, all rows or none. True where any had to be put.
  bool CheckAndTakeColumns(const v1::PutColumns& columns, int index,
                           int threads, Refused* refused, Faults* faults);
  // Whether the key's change is already there; adds a fault on misuse.
  bool SeenBefore(const v1::Change& change, int index, const Digest& command,
                  Faults* faults, v1::ChangeReceipt* receipt) const;

  std::unique_ptr<journal::Journal> journal;
  journal::Head head;
  uint64_t batch = 0;  // of the entry at the head
  State state;
  ledger::SeenKeys keys;
  bool use_checkpoint = true;
  bool looks_back = false;
  bool was_accepted = false;  // what is being applied, by another ledger
  Hasher hasher;              // used again and again
  table::PlainRecord record;  // likewise
};

absl::Status Ledger::Rep::Replay(const journal::Entry& entry) {
  v1::Change change;
  absl::Status taken;
  // Most entries of a large ledger are rows, and need no message.
  const absl::string_view command = CommandIn(entry.payload);
  const bool keyed = command.size() < entry.payload.size();
  const v1::RecordKind kind = ReadPlain(command, &record);
  if (!keyed && IsRowOnly(kind)) {
    state.Put(kind, record);
  } else if (!change.ParseFromString(entry.payload)) {
    taken = absl::DataLossError("not a change");
  } else {
    taken = Take(change, nullptr, &state);
  }
  if (!taken.ok()) {
    return Fault("LEDGER_ENTRY_UNREADABLE", absl::StatusCode::kDataLoss)
        .Row("", static_cast<int64_t>(entry.sequence), "payload")
        .Say(absl::StrCat("第 ", entry.sequence, " 条记录无法重放：",
                          std::string(taken.message())),
             absl::StrCat("entry ", entry.sequence, " cannot be replayed: ",
                          std::string(taken.message())))
        .Hint("用 duban verify 检查台账文件",
              "check the ledger file with duban verify")
        .ToStatus();
  }
  if (!change.key().empty()) {
    keys.emplace(change.key(),
                 SeenKey{entry.sequence, hasher.Update(command).Finish()});
  }
  head = {entry.sequence, entry.digest};
  batch = entry.batch;
  return absl::OkStatus();
}

absl::Status Ledger::Rep::LookBack(const std::string& name, uint64_t until) {
  looks_back = true;
  uint64_t batch = 0;         // of entry `until`
  uint64_t before_batch = 0;  // the last entry of the batch before it
  uint64_t batch_end = until;
  const auto replay = [&](const journal::Entry& entry) -> absl::Status {
    if (entry.sequence > until) {
      // Read on to the end of the batch only.
      if (entry.batch != batch) return absl::CancelledError();
      batch_end = entry.sequence;
      return absl::OkStatus();
    }
    if (entry.batch != batch) before_batch = entry.sequence - 1;
    batch = entry.batch;
    return Replay(entry);
  };
  absl::Status read = journal->Read(0, replay);
  if (!read.ok() && !absl::IsCancelled(read)) return read;
  state.set_head(HeadMessage(head));
  if (head.sequence < until) return journal::EntryNotFound(name, until, head);
  if (batch_end == until) return absl::OkStatus();
  return Fault("ENTRY_WITHIN_BATCH", absl::StatusCode::kOutOfRange)
      .Row(name, static_cast<int64_t>(until), "")
      .Say(absl::StrCat("第 ", until, " 条在一个批次之中，该批次到第 ",
                        batch_end, " 条为止"),
           absl::StrCat("entry ", until, " is within a batch, which ends with ",
                        batch_end))
      .Hint(before_batch == 0 ? absl::StrCat("请用第 ", batch_end, " 条")
                              : absl::StrCat("请用第 ", before_batch,
                                             " 条或第 ", batch_end, " 条"),
            before_batch == 0
                ? absl::StrCat("give ", batch_end)
                : absl::StrCat("give ", before_batch, " or ", batch_end))
      .ToStatus();
}

// Where there is none, or it cannot be used for whatever reason, all entries
// are read instead: it only saves time.
void Ledger::Rep::StartFromCheckpoint() {
  const auto checkpoint = journal->ReadCheckpoint();
  if (!checkpoint.ok() || !*checkpoint) return;
  auto remembered = ledger::ReadCheckpoint(**checkpoint);
  if (!remembered.ok()) return;
  state = std::move(remembered->state);
  keys = std::move(remembered->keys);
  head = (*checkpoint)->at.head;
  batch = (*checkpoint)->at.batch;
}

absl::Status Ledger::Rep::CatchUp() {
  if (looks_back) return absl::OkStatus();
  const auto replay = [this](const journal::Entry& entry) {
    return Replay(entry);
  };
  if (use_checkpoint && head.sequence == 0) StartFromCheckpoint();
  absl::Status read = journal->Read(head.sequence, replay);
  if (absl::IsAborted(read)) {
    // What was read or written before was taken back: all of it anew.
    state = State();
    keys.clear();
    head = journal::Head();
    batch = 0;
    read = journal->Read(0, replay);
  }
  state.set_head(HeadMessage(head));
  return read;
}

bool Ledger::Rep::SeenBefore(const v1::Change& change, int index,
                             const Digest& command, Faults* faults,
                             v1::ChangeReceipt* receipt) const {
  const auto seen = keys.find(change.key());
  if (seen == keys.end()) return false;
  if (seen->second.command != command) {
    faults->Add(
        Fault("KEY_REUSED", absl::StatusCode::kAlreadyExists)
            .Change(index)
            .Field("key")
            .Say(absl::StrCat("键“", change.key(), "”已用于另一内容（第 ",
                              seen->second.sequence, " 条）"),
                 absl::StrCat("the key '", change.key(),
                              "' was used for another change (entry ",
                              seen->second.sequence, ")"))
            .Hint("每个变更用自己的键", "give each change a key of its own"));
    return true;
  }
  receipt->set_sequence(seen->second.sequence);
  receipt->set_repeated(true);
  return true;
}

void Ledger::Rep::CheckAndTake(const v1::Change& change, v1::RecordKind kind,
                               int index, Refused* refused, Faults* faults) {
  const bool right = kind != v1::RECORD_KIND_UNSPECIFIED &&
                     ledger::IsPlainlyRight(state, kind, &record);
  ledger::CheckChange(state, *refused, change, right, index, faults);
  if (was_accepted) ledger::ForgiveCorrections(faults);
  if (!faults->has_errors()) {
    const absl::Status taken = Take(change, right ? &record : nullptr, &state);
    if (taken.ok()) return;
    const v1::ErrorList why = FaultsOf(taken);
    for (v1::ErrorDetail detail : why.errors()) {
      detail.mutable_place()->set_change(index + 1);
      faults->Add(std::move(detail));
    }
  }
  const ledger::RecordOf bad = ledger::RecordIn(change);
  if (bad.message != nullptr) {
    refused->insert({bad.kind, ledger::IdOf(*bad.message)});
  }
}

bool Ledger::Rep::CheckAndTakeColumns(const v1::PutColumns& columns, int index,
                                      int threads, Refused* refused,
                                      Faults* faults) {
  ledger::ColumnRows rows;
  if (!rows.Read(columns, index, faults)) return false;
  if (rows.PutAtOnce(threads, &state)) return true;
  const State before = state.Snapshot();
  bool any = false;
  std::vector<std::string> ids;
  v1::Change single;
  auto* row_record = ledger::MutableRecord(rows.kind(), &single);
  for (uint32_t row = 0; row < rows.rows(); ++row) {
    rows.ReadNext(row_record);
    ids.push_back(ledger::IdOf(*row_record));
    const std::string bytes = Serialize(single);
    const v1::RecordKind kind = ReadPlain(bytes, &record);
    const bool plain = kind != v1::RECORD_KIND_UNSPECIFIED;
    if (ChangesNothing(single, plain ? &record : nullptr, state)) continue;
    any = true;
    Faults own;
    CheckAndTake(single, kind, index, refused, &own);
    for (v1::ErrorDetail detail : own.list().errors()) {
      detail.mutable_place()->set_row(int64_t{row} + 1);
      faults->Add(std::move(detail));
    }
  }
  if (faults->has_errors()) {
    // Its good rows are not there either.
    for (std::string& id : ids) refused->insert({rows.kind(), std::move(id)});
    state.Restore(before);
  }
  return any;
}

void Ledger::Rep::CheckOne(const v1::Change& change, int index, int threads,
                           Refused* refused,
                           HashMap<std::string, Digest>* batch_keys,
                           Faults* faults, Attempt* attempt) {
  v1::ChangeReceipt* receipt = attempt->receipt.add_changes();
  std::string payload = Serialize(change);
  const absl::string_view command_bytes = CommandIn(payload);
  const v1::RecordKind kind = ReadPlain(command_bytes, &record);
  const bool plain = kind != v1::RECORD_KIND_UNSPECIFIED;
  Digest command{};
  if (!change.key().empty()) {
    command = hasher.Update(command_bytes).Finish();
    if (SeenBefore(change, index, command, faults, receipt)) return;
    if (!batch_keys->emplace(change.key(), command).second) {
      faults->Add(Fault("KEY_REUSED", absl::StatusCode::kAlreadyExists)
                      .Change(index)
                      .Field("key")
                      .Say(absl::StrCat("键“", change.key(), "”在本批次中重复"),
                           absl::StrCat("the key '", change.key(),
                                        "' is twice in this batch")));
      return;
    }
  } else if (ChangesNothing(change, plain ? &record : nullptr, state)) {
    receipt->set_repeated(true);
    return;
  }
  Faults own;
  bool changes = true;
  if (change.has_put_columns()) {
    changes = CheckAndTakeColumns(change.put_columns(), index, threads, refused,
                                  &own);
  } else {
    CheckAndTake(change, kind, index, refused, &own);
  }
  if (own.has_errors()) {
    for (const v1::ErrorDetail& detail : own.list().errors()) {
      faults->Add(detail);
    }
    return;
  }
  if (!changes && change.key().empty()) {
    receipt->set_repeated(true);
    return;
  }
  if (!change.key().empty()) {
    attempt->keys.emplace_back(attempt->payloads.size(), command);
  }
  attempt->written.push_back(index);
  attempt->payloads.push_back(std::move(payload));
}

Ledger::Rep::Attempt Ledger::Rep::Check(const v1::Batch& batch,
                                        const ApplyOptions& options) {
  Attempt attempt;
  Faults faults;
  Refused refused;
  HashMap<std::string, Digest> batch_keys;
  for (int i = 0; i < batch.changes_size(); ++i) {
    CheckOne(batch.changes(i), i, options.threads, &refused, &batch_keys,
             &faults, &attempt);
  }
  *attempt.receipt.mutable_faults() = faults.list();
  attempt.receipt.set_applied(!faults.has_errors() || options.keep_good);
  return attempt;
}

Ledger::Rep::Group Ledger::Rep::CheckAll(absl::Span<const v1::Batch> batches,
                                         const ApplyOptions& options) {
  Group group;
  for (const v1::Batch& batch : batches) {
    const State before = state.Snapshot();
    Attempt attempt = Check(batch, options);
    v1::Receipt& receipt = attempt.receipt;
    if (!receipt.applied()) {
      state.Restore(before);
      attempt.payloads.clear();
      attempt.keys.clear();
    }
    if (!receipt.applied() || options.dry_run) {
      receipt.clear_changes();
      receipt.set_applied(false);
    }
    const uint64_t first = head.sequence + group.payloads + 1;
    group.payloads += attempt.payloads.size();
    for (size_t i = 0; i < attempt.payloads.size() && !options.dry_run; ++i) {
      receipt.mutable_changes(attempt.written[i])->set_sequence(first + i);
    }
    for (const auto& [i, command] : attempt.keys) {
      const std::string& key = batch.changes(attempt.written[i]).key();
      keys.emplace(key, SeenKey{first + i, command});
      group.added.push_back(&key);
    }
    group.batches += attempt.payloads.empty() ? 0 : 1;
    group.attempts.push_back(std::move(attempt));
  }
  return group;
}

void Ledger::Rep::Forget(const Group& group, const State& before) {
  state.Restore(before);
  for (const std::string* key : group.added) keys.erase(*key);
}

Ledger::Ledger(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Ledger::~Ledger() = default;

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Over(
    std::unique_ptr<journal::Journal> journal, bool use_checkpoint) {
  auto rep = std::make_unique<Rep>(std::move(journal));
  rep->use_checkpoint = use_checkpoint;
  if (absl::Status read = rep->CatchUp(); !read.ok()) return read;
  return std::unique_ptr<Ledger>(new Ledger(std::move(rep)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(
    const std::string& path, const LedgerOptions& options) {
  const bool looks_back = options.until_sequence != 0;
  const bool read_only = options.read_only || looks_back;
  journal::OpenOptions open;
  open.mode = read_only ? journal::OpenOptions::Mode::kReadOnly
                        : journal::OpenOptions::Mode::kReadWrite;
  open.create = options.create && !read_only;
  open.engine_version = DUBAN_ENGINE_VERSION;
  auto journal = journal::OpenJournal(path, open);
  if (!journal.ok()) return journal.status();
  if (!looks_back) {
    return Over(*std::move(journal), options.use_checkpoint);
  }
  auto rep = std::make_unique<Rep>(*std::move(journal));
  const absl::Status read = rep->LookBack(path, options.until_sequence);
  if (!read.ok()) return read;
  return std::unique_ptr<Ledger>(new Ledger(std::move(rep)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::InMemory() {
  return Over(std::make_unique<journal::MemoryJournal>());
}

absl::StatusOr<v1::Receipt> Ledger::Apply(const v1::Batch& batch,
                                          const ApplyOptions& options) {
  auto receipts = ApplyAll(absl::MakeConstSpan(&batch, 1), options);
  if (!receipts.ok()) return receipts.status();
  return std::move(receipts->front());
}

absl::StatusOr<std::vector<v1::Receipt>> Ledger::ApplyAll(
    absl::Span<const v1::Batch> batches, const ApplyOptions& options) {
  if (rep_->looks_back) {
    return Fault("JOURNAL_READ_ONLY", absl::StatusCode::kPermissionDenied)
        .Say("这是台账过去的样子，不能写入",
             "this is the ledger as it was, which cannot be written to")
        .Hint("不带 until_sequence 打开", "open it without until_sequence")
        .ToStatus();
  }
  for (int attempt_number = 0; attempt_number < kMaxAttempts;
       ++attempt_number) {
    // What another process has written since counts for these batches as well.
    if (absl::Status read = rep_->CatchUp(); !read.ok()) return read;
    const State before = rep_->state.Snapshot();
    Rep::Group group = rep_->CheckAll(batches, options);
    const bool writes = !options.dry_run && group.payloads > 0;
    if (writes) {
      std::vector<absl::Span<const std::string>> payloads;
      for (const Rep::Attempt& attempt : group.attempts) {
        payloads.push_back(attempt.payloads);
      }
      const absl::StatusOr<journal::Head> appended =
          rep_->journal->AppendAll(rep_->head, payloads);
      if (!appended.ok()) {
        rep_->Forget(group, before);
        if (absl::IsAborted(appended.status())) continue;
        return appended.status();
      }
      rep_->head = *appended;
      rep_->batch += group.batches;
      rep_->state.set_head(HeadMessage(rep_->head));
    } else if (options.dry_run) {
      rep_->Forget(group, before);
    }
    std::vector<v1::Receipt> receipts;
    for (Rep::Attempt& attempt : group.attempts) {
      *attempt.receipt.mutable_head() = HeadMessage(rep_->head);
      receipts.push_back(std::move(attempt.receipt));
    }
    return receipts;
  }
  return Fault("LEDGER_CONTENDED", absl::StatusCode::kAborted)
      .Say("其他进程一直在写此台账，本批次未写入",
           "other processes kept writing this ledger; nothing was written")
      .Hint("稍后重试", "try again later")
      .ToStatus();
}

absl::StatusOr<v1::Receipt> Ledger::Adopt(const Pack& pack) {
  v1::Batch batch;
  *batch.add_changes() = AdoptionOf(pack);
  return Apply(batch);
}

absl::StatusOr<v1::Receipt> Ledger::Import(const std::string& folder,
                                           const ApplyOptions& options,
                                           const Pack* adopt) {
  Faults faults;
  ledger::ImportedBatch imported;
  if (adopt != nullptr) {
    *imported.batch.add_changes() = AdoptionOf(*adopt);
    imported.origins.push_back({});
  }
  ledger::ReadFolder(folder, &imported, &faults);
  if (imported.files.empty()) return faults.ToStatus();
  ledger::LeaveOutVoided(rep_->state, &imported);
  return ApplyImported(imported, options, &faults);
}

absl::StatusOr<v1::Receipt> Ledger::ApplyImported(
    const ledger::ImportedBatch& imported, const ApplyOptions& options,
    Faults* faults) {
  ApplyOptions apply = options;
  // The rows that can be read are checked against the ledger although others
  // cannot be, so that one run shows everything.
  if (faults->has_errors() && !options.keep_good) apply.dry_run = true;
  rep_->was_accepted = imported.was_accepted;
  // Memory may run out below, and what comes later is no export.
  const absl::Cleanup only_now = [this] { rep_->was_accepted = false; };
  absl::StatusOr<v1::Receipt> receipt = Apply(imported.batch, apply);
  if (!receipt.ok()) return receipt;
  ledger::PlaceFaults(imported, receipt->faults(), faults);
  faults->SortByPlace();
  *receipt->mutable_faults() = faults->list();
  return receipt;
}

absl::Status Ledger::WriteCheckpoint() {
  if (absl::Status read = rep_->CatchUp(); !read.ok()) return read;
  // Of an empty ledger there is nothing to remember.
  if (rep_->head.sequence == 0) return absl::OkStatus();
  const auto checkpoint = ledger::MakeCheckpoint({rep_->head, rep_->batch},
                                                 rep_->state, rep_->keys);
  if (!checkpoint.ok()) return checkpoint.status();
  return rep_->journal->WriteCheckpoint(*checkpoint);
}

absl::Status Ledger::DropCheckpoint() {
  return rep_->journal->DropCheckpoint();
}

absl::Status Ledger::Refresh() { return rep_->CatchUp(); }

LedgerView Ledger::View() {
  return std::make_shared<const State>(rep_->state.Snapshot());
}

v1::LedgerHead Ledger::head() const { return HeadMessage(rep_->head); }

}  // namespace duban
