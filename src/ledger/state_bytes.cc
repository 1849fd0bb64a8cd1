// A State as bytes, and back: what opens a large ledger without replaying it.
//
//     "duban.state"             11 bytes
//     varint                    version of this form, 1
//     text                      head: duban.v1.LedgerHead
//     varint, {text, text}…     packs in force: digest, duban.v1.Pack
//     varint, {varint, …}…      successions: from, into (id codes), day,
//                               split, document
//     varint, {strings}…        the ids of each kind, by RecordKind
//     varint, {…}…              tables by RecordKind from 1: records, newest,
//                               older, flags, void reasons
//     {strings}                 the reasons
//     varint, {text, vector}…   matter statuses, member by member
//     vector                    states that steps led to
//     "end"                     3 bytes
//
// A text is a varint length and its bytes; days are counted from 0001-01-01.
// Vectors are written by src/table/shared_vector.h, records by
// src/table/records_bytes.cc. The same state gives the same bytes: no order
// depends on hashing or on addresses.
//
// Whoever keeps the bytes vouches for them with a digest. Load checks on its
// own whatever could otherwise crash or hang a reader: it does not check again
// what the ledger checks of changes.
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "src/ledger/state.h"
#include "src/pack/workflow.h"
#include "src/table/byte_stream.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

using table::ByteSink;
using table::ByteSource;
using table::SharedVector;

constexpr absl::string_view kMagic = "duban.state";
constexpr absl::string_view kEnd = "end";
constexpr uint64_t kVersion = 1;
// protobuf's own bound for a message.
constexpr int kMaxMessageBytes = std::numeric_limits<int>::max();

void SaveMessage(const google::protobuf::Message& message, ByteSink* sink) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  sink->Text(bytes);
}

void LoadMessage(google::protobuf::Message* message, ByteSource* source) {
  const std::string bytes = source->Text();
  const bool parsed = bytes.size() <= kMaxMessageBytes &&
                      message->ParsePartialFromArray(
                          bytes.data(), static_cast<int>(bytes.size()));
  source->Expect(parsed, "message");
}

void SaveDay(Date day, ByteSink* sink) {
  sink->Varint(static_cast<uint64_t>(day.days() - Date::Min().days()));
}

Date LoadDay(ByteSource* source) {
  const uint64_t days = source->Varint();
  constexpr auto kLast =
      static_cast<uint64_t>(Date::Max().days() - Date::Min().days());
  if (!source->Expect(days <= kLast, "day")) return Date();
  return Date::FromDays(Date::Min().days() + static_cast<int32_t>(days));
}

void ExpectBytes(absl::string_view expected, ByteSource* source) {
  std::string found(expected.size(), '\0');
  source->Bytes(&found[0], found.size());
  source->Expect(found == expected, expected);
}

// ---- matter statuses -------------------------------------------------------

// A member of MatterStatus as a number. `set` is false where the number cannot
// be one of that member.
struct Member {
  const char* name;
  int64_t (*get)(const MatterStatus& status);
  bool (*set)(int64_t value, MatterStatus* status);
};

bool SetDay(int64_t value, Date* day) {
  if (value < Date::Min().days() || value > Date::Max().days()) return false;
  *day = Date::FromDays(static_cast<int32_t>(value));
  return true;
}

template <typename T>
bool SetNumber(int64_t value, T* number) {
  *number = static_cast<T>(value);
  return int64_t{*number} == value;
}

#define DUBAN_DAY(name)                                                \
  {                                                                    \
#name, [](const MatterStatus& s) { return int64_t{s.name.days()}; }, \
        [](int64_t v, MatterStatus* s) { return SetDay(v, &s->name); } \
  }
#define DUBAN_NUMBER(name)                                      \
  {                                                             \
#name, [](const MatterStatus& s) { return int64_t{s.name}; }, \
        [](int64_t v, MatterStatus* s) { return SetNumber(v, &s->name); } \
  }

#define DUBAN_OPTIONAL_DAY(name)                               \
  {                                                            \
#name,                                                       \
        [](const MatterStatus& s) {                            \
          return s.name ? int64_t{s.name->days()} : kNoDay;    \
        },                                                     \
        [](int64_t v, MatterStatus* s) {                       \
          s->name.reset();                                     \
          return v == kNoDay || SetDay(v, &s->name.emplace()); \
        } \
  }
#define DUBAN_STATE(name)                                              \
  {                                                                    \
#name, [](const MatterStatus& s) { return int64_t{s.name}; },        \
        [](int64_t v, MatterStatus* s) {                               \
          s->name = static_cast<v1::MatterState>(v);                   \
          return int64_t{s->name} == v && v1::MatterState_IsValid(s->name); \
        } \
  }

// "No day" is a day before all others.
constexpr int64_t kNoDay = std::numeric_limits<int32_t>::min();

constexpr Member kMembers[] = {
    DUBAN_STATE(state),
    {"outcome", [](const MatterStatus& s) { return int64_t{s.outcome}; },
     [](int64_t v, MatterStatus* s) {
       s->outcome = static_cast<v1::Outcome>(v);
       return int64_t{s->outcome} == v && v1::Outcome_IsValid(s->outcome);
     }},
    DUBAN_DAY(due_on),
    DUBAN_DAY(first_due_on),
    DUBAN_DAY(last_step),
    DUBAN_DAY(state_since),
    DUBAN_OPTIONAL_DAY(progress_on),
    DUBAN_OPTIONAL_DAY(closed_on),
    DUBAN_STATE(suspended_from),
    DUBAN_NUMBER(lead),
    DUBAN_NUMBER(lead_organization),
    DUBAN_NUMBER(closing_by),
    DUBAN_NUMBER(urges),
    DUBAN_NUMBER(escalations),
    DUBAN_NUMBER(returns),
    DUBAN_NUMBER(reopens),
    DUBAN_NUMBER(extensions),
    DUBAN_NUMBER(extension_pending),
};
#undef DUBAN_DAY
#undef DUBAN_NUMBER
#undef DUBAN_OPTIONAL_DAY
#undef DUBAN_STATE
static_assert(sizeof(MatterStatus) == 80,
              "a member of MatterStatus that is not in kMembers would be lost");

void SaveStatuses(const SharedVector<MatterStatus>& statuses, ByteSink* sink) {
  sink->Varint(std::size(kMembers));
  for (const Member& member : kMembers) {
    SharedVector<int64_t> column;
    for (size_t i = 0; i < statuses.size(); ++i) {
      column.Append(member.get(statuses.Get(i)));
    }
    sink->Text(member.name);
    column.Save(sink);
  }
}

void LoadStatuses(size_t limit, SharedVector<MatterStatus>* statuses,
                  ByteSource* source) {
  source->ExpectFormat(source->Varint() == std::size(kMembers), "members");
  for (const Member& member : kMembers) {
    source->ExpectFormat(source->Text() == member.name, member.name);
    SharedVector<int64_t> column;
    if (source->ok()) column.Load(limit, source);
    if (!source->ok()) return;
    if (&member == kMembers) statuses->PadTo(column.size());
    source->Expect(statuses->size() == column.size(), member.name);
    for (size_t i = 0; i < column.size(); ++i) {
      MatterStatus status = statuses->Get(i);
      if (!member.set(column.Get(i), &status)) {
        return source->Damaged(member.name);
      }
      statuses->Set(i, status);
    }
  }
}

}  // namespace

absl::Status State::Save(const table::PieceSink& pieces) const {
  ByteSink sink(pieces);
  sink.Bytes(kMagic.data(), kMagic.size());
  sink.Varint(kVersion);
  SaveMessage(head_, &sink);
  sink.Varint(packs_->size());
  for (const AdoptedPack& adopted : *packs_) {
    sink.Text(adopted.digest);
    sink.Text(adopted.bytes);
  }
  sink.Varint(successions_->size());
  for (const Succession& succession : *successions_) {
    sink.Varint(succession.from);
    sink.Varint(succession.into);
    SaveDay(succession.on, &sink);
    sink.Varint(succession.split ? 1 : 0);
    sink.Text(succession.document);
  }
  ids_->Save(&sink);
  sink.Varint(tables_.size());
  for (size_t kind = 1; kind < tables_.size(); ++kind) {
    const Table& t = tables_[kind];
    t.records.Save(&sink);
    t.newest.Save(&sink);
    t.older.Save(&sink);
    t.flags.Save(&sink);
    t.void_reasons.Save(&sink);
  }
  reasons_->Save(&sink);
  SaveStatuses(matter_status_, &sink);
  step_states_.Save(&sink);
  sink.Bytes(kEnd.data(), kEnd.size());
  return sink.Finish();
}

absl::StatusOr<State> State::Load(const table::PieceSource& pieces) {
  ByteSource source(pieces);
  State state;
  state.LoadFrom(&source);
  if (!source.ok()) return source.status();
  return state;
}

void State::LoadFrom(ByteSource* source) {
  ExpectBytes(kMagic, source);
  const uint64_t version = source->Varint();
  if (source->ok() && version != kVersion) {
    return source->OtherFormat("version");
  }
  LoadMessage(&head_, source);
  for (uint64_t n = source->Varint(); n > 0 && source->ok(); --n) {
    LoadPack(source);
  }
  // Their codes can be checked only when the ids are there.
  auto successions = std::make_shared<std::vector<Succession>>();
  for (uint64_t n = source->Varint(); n > 0 && source->ok(); --n) {
    Succession succession;
    succession.from = static_cast<uint32_t>(source->Varint());
    succession.into = static_cast<uint32_t>(source->Varint());
    succession.on = LoadDay(source);
    succession.split = source->Varint() != 0;
    succession.document = source->Text();
    successions->push_back(std::move(succession));
  }
  if (source->ok()) ids_->Load(source);
  for (const Succession& s : *successions) {
    const uint32_t organizations = ids_->Of(v1::ORGANIZATION)->size();
    source->Expect(s.from < organizations && s.into < organizations,
                   "succession");
  }
  successions_ = std::move(successions);
  source->ExpectFormat(source->Varint() == tables_.size(), "tables");
  for (size_t kind = 1; kind < tables_.size() && source->ok(); ++kind) {
    LoadTable(static_cast<v1::RecordKind>(kind), source);
  }
  if (source->ok()) reasons_->Load(source);
  for (const Table& t : tables_) {
    for (size_t i = 0; i < t.void_reasons.size() && source->ok(); ++i) {
      source->Expect(t.void_reasons.Get(i) < reasons_->size(), "reason");
    }
  }
  if (!source->ok()) return;
  LoadMatters(source);
  if (source->ok()) ExpectBytes(kEnd, source);
  if (source->ok()) source->ExpectEnd();
}

// A pack is kept as it was adopted; what is compiled of it is made again.
void State::LoadPack(ByteSource* source) {
  AdoptedPack adopted;
  adopted.digest = source->Text();
  adopted.bytes = source->Text();
  const bool parsed = adopted.bytes.size() <= kMaxMessageBytes &&
                      adopted.pack.ParseFromString(adopted.bytes);
  if (!source->Expect(parsed, "pack")) return;
  Faults faults;
  adopted.life = pack::CompileWorkflowOf(adopted.pack, &faults);
  if (source->Expect(!faults.has_errors(), "workflow")) {
    Adopt(std::move(adopted));
  }
}

void State::LoadMatters(ByteSource* source) {
  LoadStatuses(ids_->Of(v1::MATTER)->size(), &matter_status_, source);
  for (size_t i = 0; i < matter_status_.size() && source->ok(); ++i) {
    const MatterStatus status = matter_status_.Get(i);
    source->Expect(
        status.lead < ids_->Of(v1::PERSON)->size() &&
            status.lead_organization < ids_->Of(v1::ORGANIZATION)->size(),
        "lead");
    source->Expect(status.closing_by < ids_->Of(v1::PERSON)->size(),
                   "closing_by");
  }
  if (source->ok()) {
    step_states_.Load(records(v1::MATTER_STEP).size(), source);
  }
  for (size_t i = 0; i < step_states_.size() && source->ok(); ++i) {
    source->Expect(v1::MatterState_IsValid(step_states_.Get(i)), "step");
  }
  if (!source->ok()) return;
  for (uint32_t row = 0; row < records(v1::MATTER).size(); ++row) PutItem(row);
}

void State::LoadTable(v1::RecordKind kind, ByteSource* source) {
  Table& t = tables_[kind];
  t.records.Load(source);
  if (!source->ok()) return;
  const uint32_t rows = t.records.size();
  t.newest.Load(ids(kind).size(), source);
  t.older.Load(rows, source);
  t.flags.Load(rows, source);
  t.void_reasons.Load(ids(kind).size(), source);
  // The newest row of an id is a row of that id.
  const int id = table::SchemaOf(kind).id_column();
  for (uint32_t code = 0; code < t.newest.size() && source->ok(); ++code) {
    const uint32_t row = t.newest.Get(code);
    source->Expect(
        row == 0 || (row <= rows && t.records.Code(id, row - 1) == code),
        "newest");
  }
  // Older rows begin earlier, which also means that no chain is a ring.
  const int since =
      IsVersioned(kind) ? table::SchemaOf(kind).FindColumn("since") : -1;
  const auto begins = [&](uint32_t row) {
    return t.records.DateAt(since, row).value_or(Date::Min());
  };
  for (uint32_t row = 0; row < t.older.size() && source->ok(); ++row) {
    const uint32_t older = t.older.Get(row);
    if (older == 0) continue;
    source->Expect(
        since >= 0 && older <= rows &&
            t.records.Code(id, older - 1) == t.records.Code(id, row) &&
            begins(older - 1) < begins(row),
        "older");
  }
}

}  // namespace duban::ledger
