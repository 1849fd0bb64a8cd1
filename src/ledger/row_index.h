// Which rows of a table have a key: what the ledger's checks look up instead
// of reading through tables.
//
// Keys are numbers; whoever adds rows decides what they mean, and whoever looks
// compares the rows themselves, since two things may have one key.
//
// RowIndexes has all of them for a state. Each is made when it is first asked
// for and then reads only the rows that came since, so it costs nothing where
// nobody asks, and nothing of it has to be stored. For the one thread that
// writes.
#ifndef DUBAN_SRC_LEDGER_ROW_INDEX_H_
#define DUBAN_SRC_LEDGER_ROW_INDEX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "duban/v1/options.pb.h"
#include "google/protobuf/message.h"
#include "src/base/hash_map.h"

namespace duban::ledger {

class State;

class RowIndex {
 public:
  // Rows are added in order; the same row may be added under several keys.
  void Add(uint64_t key, uint32_t row);
  // Whether `holds` is true of a row of the key; newest first.
  template <typename Holds>
  bool Any(uint64_t key, Holds&& holds) const {
    const auto found = latest_.find(key);
    if (found == latest_.end()) return false;
    for (uint32_t i = found->second; i != 0; i = entries_[i - 1].before) {
      if (holds(entries_[i - 1].row)) return true;
    }
    return false;
  }
  // Rows from this one on have not been looked at.
  uint32_t next_row() const { return next_row_; }
  void set_next_row(uint32_t row) { next_row_ = row; }
  // As if rows from `size` on had never been there.
  void Truncate(uint32_t size);

 private:
  struct Entry {
    uint64_t key;
    uint32_t row;
    uint32_t before;  // entry of the same key + 1; 0 = none
  };
  HashMap<uint64_t, uint32_t> latest_;  // entry + 1; 0 = none
  std::vector<Entry> entries_;
  uint32_t next_row_ = 0;
};

class RowIndexes {
 public:
  // Rows of a table whose column (of ids, or lists of them) names a record,
  // by its code.
  const RowIndex& Referring(const State& state, v1::RecordKind kind,
                            int column);
  // Pairings, by PairingKey.
  const RowIndex& PairingsOfHolder(const State& state);
  const RowIndex& PairingsOfPartner(const State& state);
  // Ratings that have a rater, by RatingKey.
  const RowIndex& Ratings(const State& state);
  // Submissions, by SubmissionKey.
  const RowIndex& Submissions(const State& state);

  // What to do before the state's tables go back to those of `snapshot`.
  void Truncate(const State& snapshot);

 private:
  std::map<std::pair<int, int>, RowIndex> referring_;  // kind, column
  RowIndex holders_;
  RowIndex partners_;
  RowIndex ratings_;
  RowIndex submissions_;
};

// Who stands on one side of a pairing: the person, or else the organization.
struct PairingSide {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  uint32_t code = 0;  // 0 = only a name, or nothing
};
enum class Side { kHolder, kPartner };
PairingSide SideOf(const State& state, uint32_t row, Side side);
uint64_t PairingKey(uint32_t kind, const PairingSide& side);

// Of codes of a rating's columns: kind, rater, panel, and what is rated.
struct RatingCodes {
  uint32_t kind = 0;
  uint32_t rater = 0;
  uint32_t panel = 0;
  uint32_t person = 0;
  uint32_t organization = 0;
  uint32_t matter = 0;
  uint32_t activity = 0;

  uint64_t Key() const;
  friend bool operator==(const RatingCodes& a, const RatingCodes& b) {
    return a.kind == b.kind && a.rater == b.rater && a.panel == b.panel &&
           a.person == b.person && a.organization == b.organization &&
           a.matter == b.matter && a.activity == b.activity;
  }
};
RatingCodes RatingCodesAt(const State& state, uint32_t row);

// All of a submission but its id, serialized; and the key of that.
std::string WithoutId(const google::protobuf::Message& record);
uint64_t SubmissionKey(const std::string& without_id);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_ROW_INDEX_H_
