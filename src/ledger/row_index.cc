#include "src/ledger/row_index.h"

#include <string>

#include "duban/v1/activity.pb.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

int Column(v1::RecordKind kind, const char* name) {
  return table::SchemaOf(kind).FindColumn(name);
}

// FNV-1a. A key only has to be the same for the same thing.
uint64_t Mix(uint64_t hash, uint64_t value) {
  for (int i = 0; i < 8; ++i) {
    hash = (hash ^ (value & 0xff)) * 0x100000001b3;
    value >>= 8;
  }
  return hash;
}
constexpr uint64_t kFirst = 0xcbf29ce484222325;

// Reads the rows that the index has not seen.
template <typename AddRow>
void CatchUp(const State& state, v1::RecordKind kind, RowIndex* index,
             AddRow&& add) {
  const uint32_t size = state.records(kind).size();
  while (index->next_row() < size) {
    add(index->next_row());
    index->set_next_row(index->next_row() + 1);
  }
}

}  // namespace

void RowIndex::Add(uint64_t key, uint32_t row) {
  const auto at = latest_.try_emplace(key).first;
  entries_.push_back({key, row, at->second});
  at->second = static_cast<uint32_t>(entries_.size());
}

void RowIndex::Truncate(uint32_t size) {
  while (!entries_.empty() && entries_.back().row >= size) {
    latest_[entries_.back().key] = entries_.back().before;
    entries_.pop_back();
  }
  if (next_row_ > size) next_row_ = size;
}

const RowIndex& RowIndexes::Referring(const State& state, v1::RecordKind kind,
                                      int column) {
  RowIndex& index = referring_[{kind, column}];
  const table::Records& rows = state.records(kind);
  const bool is_list =
      rows.schema().columns()[column].type == table::ColumnType::kTextList;
  CatchUp(state, kind, &index, [&](uint32_t row) {
    if (!is_list) {
      if (rows.Code(column, row) != 0) index.Add(rows.Code(column, row), row);
      return;
    }
    for (int i = 0; i < rows.ListSize(column, row); ++i) {
      index.Add(rows.ListCode(column, row, i), row);
    }
  });
  return index;
}

PairingSide SideOf(const State& state, uint32_t row, Side side) {
  static const int columns[2][2] = {
      {Column(v1::PAIRING, "person"), Column(v1::PAIRING, "organization")},
      {Column(v1::PAIRING, "partner_person"),
       Column(v1::PAIRING, "partner_organization")}};
  const auto& [person, organization] = columns[side == Side::kPartner];
  const table::Records& rows = state.records(v1::PAIRING);
  if (const uint32_t code = rows.Code(person, row); code != 0) {
    return {v1::PERSON, code};
  }
  if (const uint32_t code = rows.Code(organization, row); code != 0) {
    return {v1::ORGANIZATION, code};
  }
  return {};
}

uint64_t PairingKey(uint32_t kind, const PairingSide& side) {
  return Mix(Mix(Mix(kFirst, kind), static_cast<uint64_t>(side.kind)),
             side.code);
}

const RowIndex& RowIndexes::PairingsOfHolder(const State& state) {
  static const int kind = Column(v1::PAIRING, "kind");
  CatchUp(state, v1::PAIRING, &holders_, [&](uint32_t row) {
    holders_.Add(PairingKey(state.records(v1::PAIRING).Code(kind, row),
                            SideOf(state, row, Side::kHolder)),
                 row);
  });
  return holders_;
}

const RowIndex& RowIndexes::PairingsOfPartner(const State& state) {
  static const int kind = Column(v1::PAIRING, "kind");
  CatchUp(state, v1::PAIRING, &partners_, [&](uint32_t row) {
    const PairingSide partner = SideOf(state, row, Side::kPartner);
    if (partner.code == 0) return;  // a name is nobody in particular
    partners_.Add(
        PairingKey(state.records(v1::PAIRING).Code(kind, row), partner), row);
  });
  return partners_;
}

uint64_t RatingCodes::Key() const {
  uint64_t key = kFirst;
  for (const uint32_t code :
       {kind, rater, panel, person, organization, matter, activity}) {
    key = Mix(key, code);
  }
  return key;
}

RatingCodes RatingCodesAt(const State& state, uint32_t row) {
  static const int kind = Column(v1::RATING, "kind");
  static const int rater = Column(v1::RATING, "rater");
  static const int panel = Column(v1::RATING, "panel");
  static const int person = Column(v1::RATING, "person");
  static const int organization = Column(v1::RATING, "organization");
  static const int matter = Column(v1::RATING, "matter");
  static const int activity = Column(v1::RATING, "activity");
  const table::Records& rows = state.records(v1::RATING);
  return {rows.Code(kind, row),         rows.Code(rater, row),
          rows.Code(panel, row),        rows.Code(person, row),
          rows.Code(organization, row), rows.Code(matter, row),
          rows.Code(activity, row)};
}

const RowIndex& RowIndexes::Ratings(const State& state) {
  CatchUp(state, v1::RATING, &ratings_, [&](uint32_t row) {
    const RatingCodes codes = RatingCodesAt(state, row);
    if (codes.rater != 0) ratings_.Add(codes.Key(), row);
  });
  return ratings_;
}

std::string WithoutId(const google::protobuf::Message& record) {
  std::unique_ptr<google::protobuf::Message> copy(record.New());
  copy->CopyFrom(record);
  copy->GetReflection()->ClearField(
      copy.get(), copy->GetDescriptor()->FindFieldByName("id"));
  return copy->SerializeAsString();
}

uint64_t SubmissionKey(const std::string& without_id) {
  uint64_t key = kFirst;
  for (const char c : without_id) {
    key = (key ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return key;
}

const RowIndex& RowIndexes::Submissions(const State& state) {
  v1::Submission submission;
  CatchUp(state, v1::SUBMISSION, &submissions_, [&](uint32_t row) {
    submission.Clear();
    state.records(v1::SUBMISSION).Read(row, &submission);
    submissions_.Add(SubmissionKey(WithoutId(submission)), row);
  });
  return submissions_;
}

void RowIndexes::Truncate(const State& snapshot) {
  for (auto& [where, index] : referring_) {
    index.Truncate(
        snapshot.records(static_cast<v1::RecordKind>(where.first)).size());
  }
  holders_.Truncate(snapshot.records(v1::PAIRING).size());
  partners_.Truncate(snapshot.records(v1::PAIRING).size());
  ratings_.Truncate(snapshot.records(v1::RATING).size());
  submissions_.Truncate(snapshot.records(v1::SUBMISSION).size());
}

}  // namespace duban::ledger
