#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"
#include "tests/support/facts.h"
#include "tests/table/random_record.h"

namespace duban::ledger {
namespace {

using table::Dice;
using table::kMaxPieceBytes;
using table::RecordSchema;

std::string Saved(const State& state) {
  std::string bytes;
  const absl::Status saved = state.Save([&](absl::string_view piece) {
    EXPECT_FALSE(piece.empty());
    EXPECT_LE(piece.size(), kMaxPieceBytes);
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  EXPECT_TRUE(saved.ok()) << saved;
  return bytes;
}

// In pieces of `piece` bytes.
absl::StatusOr<State> Loaded(const std::string& bytes, size_t piece = 65536) {
  size_t at = 0;
  return State::Load([&]() -> absl::StatusOr<std::string> {
    const std::string next = bytes.substr(at, piece);
    at += next.size();
    return next;
  });
}

// Everything that can be asked of a state.
std::string Answers(const State& state) {
  std::string all = state.head().DebugString();
  for (const AdoptedPack& p : state.packs()) {
    absl::StrAppend(&all, p.digest, p.pack.DebugString());
  }
  for (const Succession& s : state.successions()) {
    absl::StrAppend(&all, s.from, ">", s.into, " ", s.on.ToString(), "\n");
  }
  for (const RecordSchema* schema : table::AllSchemas()) {
    const v1::RecordKind kind = schema->kind();
    const table::Dictionary& ids = state.ids(kind);
    absl::StrAppend(&all, schema->name(), "\n");
    for (uint32_t row = 0; row < state.records(kind).size(); ++row) {
      const auto record = schema->NewRecord();
      state.records(kind).Read(row, record.get());
      absl::StrAppend(&all, record->SerializePartialAsString(), " ",
                      state.counts(kind, row), state.voided(kind, row), " ",
                      state.Older(kind, row).value_or(~0u), "\n");
    }
    for (uint32_t code = 0; code < ids.size(); ++code) {
      // A dictionary may know ids that came after a snapshot.
      if (!state.Newest(kind, code)) continue;
      const std::string id(ids.At(code));
      absl::StrAppend(&all, id, "=", state.Find(kind, id).value_or(~0u), " ",
                      state.Newest(kind, code).value_or(~0u), " ",
                      std::string(state.void_reason(kind, code)), "\n");
      if (!IsVersioned(kind)) continue;
      for (const char* day : {"0001-01-01", "2021-09-01", "9999-12-31"}) {
        absl::StrAppend(
            &all, state.At(kind, code, *Date::Parse(day)).value_or(~0u), "\n");
      }
    }
  }
  for (uint32_t code = 0; code < state.ids(v1::MATTER).size(); ++code) {
    const MatterStatus s = state.matter_status(code);
    absl::StrAppend(&all, s.state, " ", s.outcome, " ", s.due_on.ToString(),
                    s.first_due_on.ToString(), s.last_step.ToString(),
                    s.closed_on ? s.closed_on->ToString() : "open", s.lead, " ",
                    s.lead_organization, " ", s.urges, s.escalations, s.returns,
                    s.reopens, s.extensions, s.extension_pending, "\n");
    absl::StrAppend(&all, s.state_since.ToString(), " ",
                    s.progress_on ? s.progress_on->ToString() : "never", " ",
                    s.suspended_from, " ", s.closing_by, " items");
    for (const uint32_t item : state.ItemsOf(code)) {
      absl::StrAppend(&all, " ", item);
    }
    absl::StrAppend(&all, "\n");
  }
  for (uint32_t row = 0; row < state.records(v1::MATTER_STEP).size(); ++row) {
    absl::StrAppend(&all, state.StateAfterStep(row), " ");
  }
  for (const Succession& s : state.successions()) {
    absl::StrAppend(&all, s.from, ">", s.into, s.on.ToString(), s.split,
                    s.document, "\n");
  }
  for (const AdoptedPack& adopted : state.packs()) {
    absl::StrAppend(&all, adopted.digest, adopted.bytes,
                    state.HasCode("rank", "x"), "\n");
  }
  return all;
}

// Records of every kind, some of them put again, some voided.
State RandomState(uint64_t seed, int records) {
  Dice dice(seed);
  State state;
  for (const RecordSchema* schema : table::AllSchemas()) {
    for (int i = 0; i < records; ++i) {
      const auto record = table::RandomRecord(
          *schema, absl::StrCat("R", dice.Below(records)), &dice);
      state.Put(schema->kind(), *record);
    }
    for (int i = 0; i < records / 10; ++i) {
      const auto code =
          state.Find(schema->kind(), absl::StrCat("R", dice.Below(records)));
      if (code) {
        state.Void(schema->kind(), *code, absl::StrCat("reason ", i % 3));
      }
    }
  }
  const auto any = [&](v1::RecordKind kind) {
    return static_cast<uint32_t>(
        dice.Below(static_cast<int>(state.ids(kind).size())));
  };
  for (int i = 0; i < records; ++i) {
    MatterStatus s;
    s.state = dice.OneIn(2) ? v1::ASSIGNED : v1::WRITTEN_OFF;
    s.outcome = dice.OneIn(2) ? v1::RESOLVED : v1::OUTCOME_UNSPECIFIED;
    s.due_on = Date().AddDays(dice.Below(30000));
    s.first_due_on = Date::Min();
    s.last_step = Date::Max();
    if (dice.OneIn(2)) s.closed_on = Date().AddDays(-dice.Below(30000));
    s.lead = any(v1::PERSON);
    s.lead_organization = any(v1::ORGANIZATION);
    s.urges = dice.Below(9);
    s.escalations = dice.Below(9);
    s.returns = dice.Below(9);
    s.reopens = dice.Below(9);
    s.extensions = dice.Below(9);
    s.extension_pending = dice.OneIn(2);
    s.state_since = Date().AddDays(dice.Below(30000));
    if (dice.OneIn(2)) s.progress_on = Date().AddDays(dice.Below(30000));
    if (dice.OneIn(3)) s.suspended_from = v1::ACCEPTED;
    s.closing_by = any(v1::PERSON);
    state.SetMatterStatus(any(v1::MATTER), s);
    if (dice.OneIn(10)) {
      state.AddSuccession({any(v1::ORGANIZATION), any(v1::ORGANIZATION),
                           s.due_on, dice.OneIn(2),
                           dice.OneIn(2) ? "文号" : ""});
    }
  }
  for (const char* id : {"a", "b"}) {
    AdoptedPack adopted;
    adopted.digest = absl::StrCat("digest of ", id);
    adopted.pack = FromText<v1::Pack>(absl::StrCat(
        "id: '", id,
        "' version: '1' code_list { id: 'rank' code { id: 'x' } }"));
    adopted.bytes = adopted.pack.SerializeAsString();
    state.Adopt(adopted);
  }
  for (uint32_t row = 0; row < state.records(v1::MATTER_STEP).size(); ++row) {
    if (dice.OneIn(2)) state.SetStateAfterStep(row, v1::IN_PROGRESS);
  }
  v1::LedgerHead head;
  head.set_sequence(77);
  head.set_digest("0123");
  state.set_head(head);
  return state;
}

TEST(StateBytes, WhatIsLoadedAnswersAsWhatWasSaved) {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    const State state = RandomState(seed, 120);
    const std::string bytes = Saved(state);
    const auto loaded = Loaded(bytes, seed % 2 == 0 ? 65536 : 7);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_TRUE(Answers(*loaded) == Answers(state));
    EXPECT_TRUE(Saved(*loaded) == bytes);
  }
}

TEST(StateBytes, TheSameRecordsGiveTheSameBytes) {
  EXPECT_EQ(Saved(RandomState(9, 50)), Saved(RandomState(9, 50)));
  EXPECT_NE(Saved(RandomState(9, 50)), Saved(RandomState(8, 50)));
}

TEST(StateBytes, AnEmptyStateIsOneToo) {
  const auto loaded = Loaded(Saved(State()));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(Answers(*loaded), Answers(State()));
}

// Several chunks, full ones and one that is not; the loaded state goes on as
// the saved one does.
TEST(StateBytes, ALoadedStateGoesOnAsTheSavedOne) {
  State state;
  v1::Activity a;
  for (int i = 0; i < 40000; ++i) {
    a.set_id(absl::StrCat("a", 10000000 + i));
    a.set_kind(i % 3 == 0 ? "visit" : "lecture");
    a.set_date(Date().AddDays(18000 + i % 365).ToString());
    a.set_minutes(i % 480);
    a.clear_participants();
    for (int k = 0; k < i % 3; ++k)
      a.add_participants(absl::StrCat("p", i % 99));
    state.Put(v1::ACTIVITY, a);
  }
  auto loaded = Loaded(Saved(state));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const State before = loaded->Snapshot();
  const std::string answers = Answers(before);
  const auto change = [&](State* s) {
    for (const int i : {0, 17000, 39999, 50000}) {
      a.set_id(absl::StrCat("a", 10000000 + i));
      s->Put(v1::ACTIVITY, a);
    }
    s->Void(v1::ACTIVITY, 20000, "r");
    s->Void(v1::ACTIVITY, 3, "s");
  };
  change(&state);
  change(&*loaded);
  EXPECT_TRUE(Saved(*loaded) == Saved(state));
  EXPECT_TRUE(Answers(before) == answers);
  loaded->Restore(before);
  EXPECT_TRUE(Answers(*loaded) == answers);
}

TEST(StateBytes, ALedgersViewIsSavedAsItIs) {
  const auto ledger = World();
  v1::Batch steps = FromText<v1::Batch>(R"(
    changes { step_matter { id: "s1" matter: "m1" action: ASSIGN
                            date: "2021-11-02" by: "wang" to: "zhang" } }
    changes { record_activity { id: "a1" kind: "visit" date: "2021-11-05"
                                participants: "li" } }
    changes { merge_organizations { from: "school-b" into: "school-a"
                                    on: "2021-12-01" } }
    changes { void_record { kind: ACTIVITY id: "a1" reason: "重复" } }
  )");
  const auto receipt = ledger->Apply(steps);
  ASSERT_TRUE(receipt.ok() && receipt->applied()) << receipt->DebugString();
  const LedgerView view = ledger->View();
  const auto loaded = Loaded(Saved(*view));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(Answers(*loaded), Answers(*view));
  EXPECT_EQ(loaded->head().digest(), ledger->head().digest());
}

TEST(StateBytes, EveryTruncationIsNoticed) {
  const std::string bytes = Saved(RandomState(5, 3));
  for (size_t n = 0; n < bytes.size(); ++n) {
    const auto loaded = Loaded(bytes.substr(0, n));
    ASSERT_FALSE(loaded.ok()) << n;
    ASSERT_EQ(FaultsOf(loaded.status()).errors(0).reason(),
              "STATE_BYTES_DAMAGED")
        << n;
  }
  EXPECT_FALSE(Loaded(bytes + "x").ok());
}

// Whatever was changed: a fault, or a state of which everything can be asked.
TEST(StateBytes, DamagedBytesCannotDoHarm) {
  const std::string bytes = Saved(RandomState(6, 3));
  Dice dice(7);
  int noticed = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << dice.Below(8)));
    if (dice.OneIn(4)) {
      damaged[static_cast<size_t>(dice.Below(static_cast<int>(at) + 1))] =
          '\xFF';
    }
    const auto loaded = Loaded(damaged);
    if (!loaded.ok()) {
      ++noticed;
      const std::string reason = FaultsOf(loaded.status()).errors(0).reason();
      ASSERT_TRUE(reason == "STATE_BYTES_DAMAGED" ||
                  reason == "STATE_BYTES_OTHER_FORMAT")
          << loaded.status();
      continue;
    }
    Answers(*loaded);
    Saved(*loaded);
  }
  EXPECT_GT(noticed, static_cast<int>(bytes.size()) / 3);
}

TEST(StateBytes, AnotherVersionIsToldFromDamage) {
  std::string bytes = Saved(State());
  bytes[11] = 2;
  const auto loaded = Loaded(bytes);
  EXPECT_EQ(loaded.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(FaultsOf(loaded.status()).errors(0).reason(),
            "STATE_BYTES_OTHER_FORMAT");
}

TEST(StateBytes, FailuresOfSinkAndSourceArePassedOn) {
  const State state = RandomState(1, 5);
  EXPECT_EQ(state
                .Save([](absl::string_view) {
                  return absl::UnavailableError("disk");
                })
                .code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(State::Load([]() -> absl::StatusOr<std::string> {
              return absl::UnavailableError("disk");
            })
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace duban::ledger
