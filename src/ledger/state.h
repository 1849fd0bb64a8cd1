// The state of a ledger: every record, by column, with what supersedes what.
//
// Rows are only ever appended. A record put again makes its older row
// superseded; a voided one stays with a flag; organizations and persons keep
// one row for each `since`, newest first. Ids are dense codes of dictionaries
// that all tables share, so that a reference is an integer.
//
// The Ledger alone writes. Snapshot() gives an immutable copy, cheap because
// full chunks are shared; readers on other threads use snapshots only.
#ifndef DUBAN_SRC_LEDGER_STATE_H_
#define DUBAN_SRC_LEDGER_STATE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "duban/v1/options.pb.h"
#include "duban/v1/pack.pb.h"
#include "google/protobuf/message.h"
#include "src/base/date.h"
#include "src/ledger/matter_life.h"
#include "src/table/records.h"
#include "src/table/shared_vector.h"

namespace duban::ledger {

// An organization that became another on a day, by merging or splitting.
struct Succession {
  uint32_t from;
  uint32_t into;
  Date on;
};

// A pack by whose code lists the ledger checks codes.
struct AdoptedPack {
  std::string digest;
  v1::Pack pack;
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
  // Back to the latest snapshot, as if nothing had been written since.
  void Restore(const State& snapshot);

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

  // Whether a record that counts is this one, byte for byte.
  bool Holds(v1::RecordKind kind,
             const google::protobuf::Message& record) const;

  // Where a matter stands after all its steps; `code` is of an existing one.
  MatterStatus matter_status(uint32_t code) const {
    return matter_status_.Get(code);
  }
  const std::vector<Succession>& successions() const { return *successions_; }
  const std::vector<AdoptedPack>& packs() const { return *packs_; }
  // Whether any adopted pack has the list, and whether one has the code.
  bool HasCodeList(absl::string_view list) const;
  bool HasCode(absl::string_view list, absl::string_view code) const;
  std::vector<std::string> CodesOf(absl::string_view list) const;

  const v1::LedgerHead& head() const { return head_; }

  // The following are the ledger's, on checked input.
  uint32_t Put(v1::RecordKind kind, const google::protobuf::Message& record);
  void Void(v1::RecordKind kind, uint32_t code);
  void SetMatterStatus(uint32_t code, const MatterStatus& status);
  void AddSuccession(const Succession& succession);
  void Adopt(AdoptedPack pack);
  void set_head(v1::LedgerHead head) { head_ = std::move(head); }

 private:
  struct Tag {};
  explicit State(Tag) {}

  struct Table {
    table::Records records;
    table::SharedVector<uint32_t> newest;  // id code → row + 1
    table::SharedVector<uint32_t> older;   // row → row + 1
    table::SharedVector<uint8_t> flags;    // row → kSuperseded | kVoided
  };
  static constexpr uint8_t kSuperseded = 1;
  static constexpr uint8_t kVoided = 2;

  void PutVersion(Table* table, v1::RecordKind kind, uint32_t code,
                  uint32_t row);

  std::shared_ptr<table::IdDictionaries> ids_;
  std::vector<Table> tables_;  // by RecordKind
  table::SharedVector<MatterStatus> matter_status_;
  std::shared_ptr<const std::vector<Succession>> successions_;
  std::shared_ptr<const std::vector<AdoptedPack>> packs_;
  v1::LedgerHead head_;
};

// An immutable picture of a ledger, for any number of threads.
using View = std::shared_ptr<const State>;

// Organizations and persons keep a row for each `since`.
inline bool IsVersioned(v1::RecordKind kind) {
  return kind == v1::ORGANIZATION || kind == v1::PERSON;
}

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_STATE_H_
