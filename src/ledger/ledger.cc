#include "duban/ledger.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/journal/memory.h"
#include "src/journal/open.h"
#include "src/ledger/check.h"
#include "src/ledger/import.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"

namespace duban {
namespace {

using ledger::MatterStatus;
using ledger::Refused;
using ledger::State;

// Another process may write the same journal; each time it does, this one
// reads on and checks its batch again.
constexpr int kMaxAttempts = 16;

// Into an array of known size: protobuf's streams over strings that grow do
// not survive a growth that fails.
std::string Serialize(const v1::Change& change) {
  std::string bytes(change.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(
      &bytes[0], static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  change.SerializeWithCachedSizes(&coded);
  coded.Trim();
  return bytes;
}

// What a key vouches for: the command, not who sent it when.
Digest CommandDigest(const v1::Change& change) {
  v1::Change command = change;
  command.clear_key();
  command.clear_actor();
  command.clear_recorded_at();
  return Sha256(Serialize(command));
}

void EndOrganization(const std::string& id, Date last_day, State* state) {
  const auto code = state->Find(v1::ORGANIZATION, id);
  if (!code) return;
  v1::Organization version;
  state->records(v1::ORGANIZATION)
      .Read(*state->Newest(v1::ORGANIZATION, *code), &version);
  version.set_until(last_day.ToString());
  state->Put(v1::ORGANIZATION, version);
}

void Succeed(const std::string& from, const std::string& into, Date on,
             State* state) {
  const auto from_code = state->Find(v1::ORGANIZATION, from);
  const auto into_code = state->Find(v1::ORGANIZATION, into);
  if (!from_code || !into_code) return;
  state->AddSuccession({*from_code, *into_code, on});
}

absl::Status AdoptInto(const v1::AdoptPack& adopt, State* state) {
  ledger::AdoptedPack adopted;
  adopted.digest = adopt.digest();
  if (ToHex(Sha256(adopt.pack())) != adopt.digest() ||
      !adopted.pack.ParseFromString(adopt.pack())) {
    return Fault("PACK_DIGEST_WRONG")
        .Field("adopt_pack.digest")
        .Say("规则包内容与摘要不符", "the pack is not what its digest says")
        .ToStatus();
  }
  state->Adopt(std::move(adopted));
  return absl::OkStatus();
}

// Writes a checked change into the state.
absl::Status Take(const v1::Change& change, State* state) {
  const ledger::RecordOf record = ledger::RecordIn(change);
  if (record.message != nullptr) {
    const bool is_new_matter =
        change.has_list_matter() &&
        !state->Find(v1::MATTER, change.list_matter().id());
    const uint32_t row = state->Put(record.kind, *record.message);
    if (is_new_matter) {
      const auto listing = ledger::ListingFacts(*state, change.list_matter());
      const auto due = Date::Parse(change.list_matter().due_on());
      state->SetMatterStatus(
          state->records(v1::MATTER)
              .Code(table::SchemaOf(v1::MATTER).id_column(), row),
          ledger::StatusWhenListed(listing, due.value_or(listing.date)));
    }
    if (change.has_step_matter()) {
      const auto code = state->Find(v1::MATTER, change.step_matter().matter());
      if (!code) return absl::InternalError("step of an unknown matter");
      MatterStatus status = state->matter_status(*code);
      const absl::Status taken = ledger::TakeStep(
          ledger::RulesOf(*state),
          ledger::StepFacts(*state, change.step_matter()), &status);
      if (!taken.ok()) return taken;
      state->SetMatterStatus(*code, status);
    }
    return absl::OkStatus();
  }
  switch (change.command_case()) {
    case v1::Change::kVoidRecord: {
      const v1::VoidRecord& v = change.void_record();
      if (const auto code = state->Find(v.kind(), v.id())) {
        state->Void(v.kind(), *code);
      }
      return absl::OkStatus();
    }
    case v1::Change::kAdoptPack:
      return AdoptInto(change.adopt_pack(), state);
    case v1::Change::kMergeOrganizations: {
      const v1::MergeOrganizations& m = change.merge_organizations();
      const Date on = Date::Parse(m.on()).value_or(Date());
      for (const std::string& from : m.from()) {
        EndOrganization(from, on.AddDays(-1), state);
        Succeed(from, m.into(), on, state);
      }
      return absl::OkStatus();
    }
    case v1::Change::kSplitOrganization: {
      const v1::SplitOrganization& s = change.split_organization();
      const Date on = Date::Parse(s.on()).value_or(Date());
      EndOrganization(s.from(), on.AddDays(-1), state);
      for (const std::string& into : s.into()) {
        Succeed(s.from(), into, on, state);
      }
      return absl::OkStatus();
    }
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
bool ChangesNothing(const v1::Change& change, const State& state) {
  if (change.has_adopt_pack()) {
    for (const ledger::AdoptedPack& adopted : state.packs()) {
      if (adopted.digest == change.adopt_pack().digest()) return true;
    }
    return false;
  }
  const ledger::RecordOf record = ledger::RecordIn(change);
  return record.message != nullptr && state.Holds(record.kind, *record.message);
}

struct SeenKey {
  uint64_t sequence;
  Digest command;
};

}  // namespace

struct Ledger::Rep {
  explicit Rep(std::unique_ptr<journal::Journal> j) : journal(std::move(j)) {
    state.set_head(HeadMessage(head));
  }

  absl::Status CatchUp();
  absl::Status Replay(const journal::Entry& entry);

  // One try at a batch against the state as it is now.
  struct Attempt {
    v1::Receipt receipt;
    std::vector<std::string> payloads;
    std::vector<int> written;  // index of the change behind each payload
    std::vector<std::pair<std::string, Digest>> keys;  // parallel to payloads
  };
  Attempt Check(const v1::Batch& batch, bool keep_good);
  void CheckOne(const v1::Change& change, int index, Refused* refused,
                HashMap<std::string, Digest>* batch_keys, Faults* faults,
                Attempt* attempt);
  // Whether the key's change is already there; adds a fault on misuse.
  bool SeenBefore(const v1::Change& change, int index, const Digest& command,
                  Faults* faults, v1::ChangeReceipt* receipt) const;

  std::unique_ptr<journal::Journal> journal;
  journal::Head head;
  State state;
  HashMap<std::string, SeenKey> keys;
};

absl::Status Ledger::Rep::Replay(const journal::Entry& entry) {
  v1::Change change;
  absl::Status taken;
  if (!change.ParseFromString(entry.payload)) {
    taken = absl::DataLossError("not a change");
  } else {
    taken = Take(change, &state);
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
    keys.emplace(change.key(), SeenKey{entry.sequence, CommandDigest(change)});
  }
  head = {entry.sequence, entry.digest};
  return absl::OkStatus();
}

absl::Status Ledger::Rep::CatchUp() {
  const auto replay = [this](const journal::Entry& entry) {
    return Replay(entry);
  };
  absl::Status read = journal->Read(head.sequence, replay);
  if (absl::IsAborted(read)) {
    // What was read or written before was taken back: all of it anew.
    state = State();
    keys.clear();
    head = journal::Head();
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

void Ledger::Rep::CheckOne(const v1::Change& change, int index,
                           Refused* refused,
                           HashMap<std::string, Digest>* batch_keys,
                           Faults* faults, Attempt* attempt) {
  v1::ChangeReceipt* receipt = attempt->receipt.add_changes();
  Digest command{};
  if (!change.key().empty()) {
    command = CommandDigest(change);
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
  } else if (ChangesNothing(change, state)) {
    receipt->set_repeated(true);
    return;
  }
  Faults own;
  ledger::CheckChange(state, *refused, change, index, &own);
  if (!own.has_errors()) {
    if (const absl::Status taken = Take(change, &state); !taken.ok()) {
      const v1::ErrorList why = FaultsOf(taken);
      for (v1::ErrorDetail detail : why.errors()) {
        detail.mutable_place()->set_change(index + 1);
        own.Add(std::move(detail));
      }
    }
  }
  if (own.has_errors()) {
    for (const v1::ErrorDetail& detail : own.list().errors()) {
      faults->Add(detail);
    }
    const ledger::RecordOf record = ledger::RecordIn(change);
    if (record.message != nullptr) {
      const auto* id = record.message->GetDescriptor()->FindFieldByName("id");
      refused->insert({record.kind, record.message->GetReflection()->GetString(
                                        *record.message, id)});
    }
    return;
  }
  attempt->written.push_back(index);
  attempt->payloads.push_back(Serialize(change));
  attempt->keys.emplace_back(change.key(), command);
}

Ledger::Rep::Attempt Ledger::Rep::Check(const v1::Batch& batch,
                                        bool keep_good) {
  Attempt attempt;
  Faults faults;
  Refused refused;
  HashMap<std::string, Digest> batch_keys;
  for (int i = 0; i < batch.changes_size(); ++i) {
    CheckOne(batch.changes(i), i, &refused, &batch_keys, &faults, &attempt);
  }
  *attempt.receipt.mutable_faults() = faults.list();
  attempt.receipt.set_applied(!faults.has_errors() || keep_good);
  return attempt;
}

Ledger::Ledger(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Ledger::~Ledger() = default;

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Over(
    std::unique_ptr<journal::Journal> journal) {
  auto rep = std::make_unique<Rep>(std::move(journal));
  if (absl::Status read = rep->CatchUp(); !read.ok()) return read;
  return std::unique_ptr<Ledger>(new Ledger(std::move(rep)));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(
    const std::string& path, const LedgerOptions& options) {
  journal::OpenOptions open;
  open.mode = options.read_only ? journal::OpenOptions::Mode::kReadOnly
                                : journal::OpenOptions::Mode::kReadWrite;
  open.create = options.create && !options.read_only;
  open.engine_version = DUBAN_ENGINE_VERSION;
  auto journal = journal::OpenJournal(path, open);
  if (!journal.ok()) return journal.status();
  return Over(*std::move(journal));
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::InMemory() {
  return Over(std::make_unique<journal::MemoryJournal>());
}

absl::StatusOr<v1::Receipt> Ledger::Apply(const v1::Batch& batch,
                                          const ApplyOptions& options) {
  for (int attempt_number = 0; attempt_number < kMaxAttempts;
       ++attempt_number) {
    // What another process has written since counts for this batch as well.
    if (absl::Status read = rep_->CatchUp(); !read.ok()) return read;
    const State before = rep_->state.Snapshot();
    Rep::Attempt attempt = rep_->Check(batch, options.keep_good);
    v1::Receipt& receipt = attempt.receipt;
    if (!receipt.applied() || options.dry_run || attempt.payloads.empty()) {
      if (!receipt.applied() || options.dry_run) {
        rep_->state.Restore(before);
        receipt.clear_changes();
        receipt.set_applied(false);
      }
      *receipt.mutable_head() = HeadMessage(rep_->head);
      return std::move(receipt);
    }
    const absl::StatusOr<journal::Head> appended =
        rep_->journal->Append(rep_->head, attempt.payloads);
    if (!appended.ok()) {
      rep_->state.Restore(before);
      if (appended.status().code() != absl::StatusCode::kAborted) {
        return appended.status();
      }
      continue;
    }
    for (size_t i = 0; i < attempt.payloads.size(); ++i) {
      const uint64_t sequence = rep_->head.sequence + 1 + i;
      receipt.mutable_changes(attempt.written[i])->set_sequence(sequence);
      auto& [key, command] = attempt.keys[i];
      if (!key.empty()) rep_->keys.emplace(key, SeenKey{sequence, command});
    }
    rep_->head = *appended;
    rep_->state.set_head(HeadMessage(rep_->head));
    *receipt.mutable_head() = rep_->state.head();
    return std::move(receipt);
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
  ApplyOptions apply = options;
  // The rows that can be read are checked against the ledger although others
  // cannot be, so that one run shows everything.
  if (faults.has_errors() && !options.keep_good) apply.dry_run = true;
  absl::StatusOr<v1::Receipt> receipt = Apply(imported.batch, apply);
  if (!receipt.ok()) return receipt;
  ledger::PlaceFaults(imported, receipt->faults(), &faults);
  faults.SortByPlace();
  *receipt->mutable_faults() = faults.list();
  return receipt;
}

absl::Status Ledger::Refresh() { return rep_->CatchUp(); }

LedgerView Ledger::View() {
  return std::make_shared<const State>(rep_->state.Snapshot());
}

v1::LedgerHead Ledger::head() const { return HeadMessage(rep_->head); }

}  // namespace duban
