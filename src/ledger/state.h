// The state of a ledger: every record, by column, with what supersedes what.
//
// Rows are only ever appended. A record put again makes its older row
// superseded; a voided one stays with a flag; organizations and persons keep
// one row for each `since`, newest first. Ids are dense codes of dictionaries
// that all tables share, so that a reference is an integer.
//
// The Ledger alone writes. Snapshot() gives an immutable copy, cheap because
// full chunks are shared; readers on other threads use snapshots only.
//
// Save and Load are the state as bytes (state_bytes.cc), by which a ledger is
// opened without replaying it. Each member below is therefore either saved and
// loaded there, and checked so far that no bytes can crash or hang a reader, or
// computed from the others: then Load rebuilds it at its end, and nothing
// of it is in the bytes.
#ifndef DUBAN_SRC_LEDGER_STATE_H_
#define DUBAN_SRC_LEDGER_STATE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "duban/v1/ledger.pb.h"
#include "duban/v1/options.pb.h"
#include "duban/v1/pack.pb.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/base/hash_map.h"
#include "src/ledger/matter_life.h"
#include "src/ledger/row_index.h"
#include "src/table/byte_stream.h"
#include "src/table/dictionary.h"
#include "src/table/records.h"
#include "src/table/shared_vector.h"

namespace duban {
class Pack;
namespace pack {
struct Rules;
}  // namespace pack
}  // namespace duban

namespace duban::ledger {

// An organization that became another on a day, by merging or splitting.
struct Succession {
  uint32_t from;
  uint32_t into;
  Date on;
  bool split = false;  // otherwise merged
  std::string document;
};

// A pack by whose code lists the ledger checks codes.
struct AdoptedPack {
  std::string digest;
  v1::Pack pack;
  // What rules the steps of its matters, compiled when it was adopted; null
  // where the pack has no workflow.
  std::shared_ptr<const pack::Rules> life;
  // The same compiled, where it has rules of pairings; set by State::Adopt.
  std::shared_ptr<const Pack> compiled = nullptr;
  std::string bytes;  // what the digest is of
};

class State {
 public:
  State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = default;
  State& operator=(State&&) = default;

  // The writer's side: what this state is now.
  State Snapshot();
  // Back to a snapshot, as if nothing had been written since. None that was
  // taken later may be read any more.
  void Restore(const State& snapshot);

  // Writes the state, in pieces of at most table::kMaxPieceBytes. Of a snapshot
  // on any thread, but ids that the writer adds meanwhile may be in it.
  absl::Status Save(const table::PieceSink& pieces) const;
  // Reads what Save wrote, in pieces of any length. Fails with
  // STATE_BYTES_DAMAGED or STATE_BYTES_OTHER_FORMAT, or as the source does.
  static absl::StatusOr<State> Load(const table::PieceSource& pieces);

  const table::Records& records(v1::RecordKind kind) const {
    return tables_[kind].records;
  }
  const table::Dictionary& ids(v1::RecordKind kind) const;
  // The id's code, if a record of that id was ever put.
  std::optional<uint32_t> Find(v1::RecordKind kind, absl::string_view id) const;
  // The newest row of an id code (of organizations and persons: the one with
  // the latest `since`).
  std::optional<uint32_t> Newest(v1::RecordKind kind, uint32_t code) const;
  // The row that holds on a day, by since and until. Only organizations and
  // persons have several.
  std::optional<uint32_t> At(v1::RecordKind kind, uint32_t code,
                             Date day) const;
  // The next older row of the same id; organizations and persons.
  std::optional<uint32_t> Older(v1::RecordKind kind, uint32_t row) const;
  bool voided(v1::RecordKind kind, uint32_t row) const;
  // Neither superseded nor voided.
  bool counts(v1::RecordKind kind, uint32_t row) const;
  // Put again since, under the same id (and `since`).
  bool superseded(v1::RecordKind kind, uint32_t row) const;
  // Why the id was voided.
  table::Word void_reason(v1::RecordKind kind, uint32_t code) const {
    return reasons_->At(tables_[kind].void_reasons.Get(code));
  }

  // Whether a record that counts is this one, byte for byte.
  bool Holds(v1::RecordKind kind,
             const google::protobuf::Message& record) const;
  // Whether a voided one is.
  bool HoldsVoided(v1::RecordKind kind,
                   const google::protobuf::Message& record) const;
  bool HasSuccession(const Succession& succession) const;

  // Where a matter stands after all its steps; `code` is of an existing one.
  MatterStatus matter_status(uint32_t code) const {
    return matter_status_.Get(code);
  }
  // Where a step led by the rules of its time; a row of MATTER_STEP.
  v1::MatterState StateAfterStep(uint32_t row) const {
    return static_cast<v1::MatterState>(step_states_.Get(row));
  }
  // The codes of the matters whose parent it is, those void, and drafts, left
  // out; latest first.
  std::vector<uint32_t> ItemsOf(uint32_t matter) const;
  const std::vector<Succession>& successions() const { return *successions_; }
  const std::vector<AdoptedPack>& packs() const { return *packs_; }
  // Whether any adopted pack has the list, and whether one has the code.
  bool HasCodeList(absl::string_view list) const;
  bool HasCode(absl::string_view list, absl::string_view code) const;
  // The codes of a list in all packs; null where none has the list.
  const HashSet<std::string>* FindCodeList(absl::string_view list) const;
  std::vector<std::string> CodesOf(absl::string_view list) const;
  // The code of the first adopted pack that has it; null where none has.
  const v1::Code* FindCode(absl::string_view list,
                           absl::string_view code) const;
  // From the `since` of an id's first version to the `until` of its last;
  // organizations and persons. Empty where it is voided.
  DateRange LifeOf(v1::RecordKind kind, uint32_t code) const;
  // For the thread that writes this state, and no other.
  RowIndexes& indexes() const;

  const v1::LedgerHead& head() const { return head_; }

  // The following are the ledger's, on checked input.
  uint32_t Put(v1::RecordKind kind, const google::protobuf::Message& record);
  uint32_t Put(v1::RecordKind kind, const table::PlainRecord& record);
  // Rows by column, of a kind without versions: AppendColumn for each column
  // that is given, then PutRows with the codes of the ids, which are different
  // and have no rows yet.
  table::Records* columns(v1::RecordKind kind) {
    return &tables_[kind].records;
  }
  void PutRows(v1::RecordKind kind, absl::Span<const int64_t> codes);
  void Void(v1::RecordKind kind, uint32_t code, absl::string_view reason);
  void SetMatterStatus(uint32_t code, const MatterStatus& status);
  void SetStateAfterStep(uint32_t row, v1::MatterState state);
  void AddSuccession(Succession succession);
  void Adopt(AdoptedPack pack);
  void set_head(v1::LedgerHead head) { head_ = std::move(head); }

 private:
  bool HoldsWith(uint8_t flags, v1::RecordKind kind,
                 const google::protobuf::Message& record) const;

  struct Tag {};
  explicit State(Tag) {}

  using CodeLists = HashMap<std::string, HashSet<std::string>>;
  struct Table {
    table::Records records;
    table::SharedVector<uint32_t> newest;  // id code → row + 1
    table::SharedVector<uint32_t> older;   // row → row + 1
    table::SharedVector<uint8_t> flags;    // row → kSuperseded | kVoided
    table::SharedVector<uint32_t> void_reasons;  // id code → of reasons_
  };
  static constexpr uint8_t kSuperseded = 1;
  static constexpr uint8_t kVoided = 2;

  void PutItem(uint32_t row);
  void LoadFrom(table::ByteSource* source);
  void LoadPack(table::ByteSource* source);
  void LoadMatters(table::ByteSource* source);
  void LoadTable(v1::RecordKind kind, table::ByteSource* source);
  // Makes the row just appended the newest of its id.
  void PutRow(v1::RecordKind kind, uint32_t row);
  void PutVersion(Table* table, v1::RecordKind kind, uint32_t code,
                  uint32_t row);

  std::shared_ptr<table::IdDictionaries> ids_;
  std::shared_ptr<table::Dictionary> reasons_;
  std::vector<Table> tables_;  // by RecordKind
  table::SharedVector<MatterStatus> matter_status_;
  table::SharedVector<uint8_t> step_states_;  // row of a step → state
  // Rows of matters with one parent, chained, newest first.
  table::SharedVector<uint32_t> newest_item_;  // code of the parent → row + 1
  table::SharedVector<uint32_t> older_item_;   // row → row + 1
  std::shared_ptr<const std::vector<Succession>> successions_;
  std::shared_ptr<const std::vector<AdoptedPack>> packs_;
  std::shared_ptr<const CodeLists> code_lists_;  // what packs_ say of codes
  v1::LedgerHead head_;
  // Made from the tables when first asked for; snapshots have none.
  mutable std::unique_ptr<RowIndexes> indexes_;
};

// An immutable picture of a ledger, for any number of threads.
using View = std::shared_ptr<const State>;

// Organizations and persons keep a row for each `since`.
inline bool IsVersioned(v1::RecordKind kind) {
  return kind == v1::ORGANIZATION || kind == v1::PERSON;
}

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_STATE_H_
