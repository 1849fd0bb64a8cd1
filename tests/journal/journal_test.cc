#include "src/journal/journal.h"

#include <openssl/sha.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/journal/memory.h"
#include "src/journal/sqlite.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The chain rule a second time, from its text alone: one buffer, one hash.
Digest NaiveDigest(const Digest& previous, uint64_t sequence, uint64_t batch,
                   const std::string& payload) {
  std::string bytes = "duban.journal.1";
  for (const uint8_t byte : previous) bytes += static_cast<char>(byte);
  for (const uint64_t number :
       {sequence, batch, static_cast<uint64_t>(payload.size())}) {
    for (int shift = 0; shift < 64; shift += 8) {
      bytes += static_cast<char>((number >> shift) & 0xff);
    }
  }
  bytes += payload;
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         digest.data());
  return digest;
}

TEST(ChainDigestTest, OfTheFirstEntryIsTheOneOfTheFormatDocument) {
  // python3 -c 'import hashlib, struct; print(hashlib.sha256(
  //     b"duban.journal.1" + bytes(32) + struct.pack("<QQQ", 1, 1, 5)
  //     + b"hello").hexdigest())'
  EXPECT_EQ(ToHex(ChainDigest(Digest{}, 1, 1, "hello")),
            "84b741c6997b46f59ade3675541f2ad66582e31b7b5dc6a72f88e663bb370900");
}

TEST(ChainDigestTest, CoversEveryPartOfAnEntry) {
  const Digest digest = ChainDigest(Digest{}, 1, 1, "ab");
  Digest previous{};
  previous[31] = 1;
  EXPECT_NE(digest, ChainDigest(previous, 1, 1, "ab"));
  EXPECT_NE(digest, ChainDigest(Digest{}, 2, 1, "ab"));
  EXPECT_NE(digest, ChainDigest(Digest{}, 1, 2, "ab"));
  EXPECT_NE(digest, ChainDigest(Digest{}, 1, 1, "ac"));
  EXPECT_NE(digest, ChainDigest(Digest{}, 1, 1, absl::string_view("ab\0", 3)));
}

std::vector<Entry> Chain(int entries, int per_batch) {
  std::vector<Entry> chain;
  Digest previous{};
  for (int i = 0; i < entries; ++i) {
    Entry entry;
    entry.sequence = static_cast<uint64_t>(i) + 1;
    entry.batch = static_cast<uint64_t>(i / per_batch) + 1;
    entry.payload = absl::StrCat("entry ", i);
    entry.digest =
        NaiveDigest(previous, entry.sequence, entry.batch, entry.payload);
    previous = entry.digest;
    chain.push_back(entry);
  }
  return chain;
}

absl::Status Walk(const std::vector<Entry>& chain) {
  ChainWalk walk("some.duban");
  for (const Entry& entry : chain) {
    absl::Status status = walk.Step(entry);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

TEST(ChainWalkTest, FollowsAGoodChain) {
  const std::vector<Entry> chain = Chain(7, 3);
  ChainWalk walk("");
  for (const Entry& entry : chain) {
    ASSERT_TRUE(walk.Step(entry).ok());
    EXPECT_EQ(walk.head(), (Head{entry.sequence, entry.digest}));
    EXPECT_EQ(walk.batch(), entry.batch);
  }
}

TEST(ChainWalkTest, NamesTheEntryWhereTheChainBreaks) {
  std::vector<Entry> changed = Chain(7, 3);
  changed[4].payload += ".";
  absl::Status status = Walk(changed);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  const v1::ErrorDetail fault = FirstFault(status);
  EXPECT_EQ(fault.reason(), "JOURNAL_BROKEN");
  EXPECT_EQ(fault.place().file(), "some.duban");
  EXPECT_EQ(fault.place().row(), 5);
  EXPECT_THAT(fault.message().en(), HasSubstr("entry 5 "));
  EXPECT_THAT(fault.message().zh(), HasSubstr("第 5 条"));

  std::vector<Entry> missing = Chain(7, 3);
  missing.erase(missing.begin() + 2);
  EXPECT_THAT(NamedEntries(Walk(missing)), ElementsAre(3));

  std::vector<Entry> twice = Chain(7, 3);
  twice.insert(twice.begin() + 2, twice[1]);
  EXPECT_THAT(NamedEntries(Walk(twice)), ElementsAre(3));
}

// Right digests do not excuse wrong batches.
TEST(ChainWalkTest, BatchesStartAtOneAndHaveNoGaps) {
  const auto walk = [](const std::vector<uint64_t>& batches) {
    std::vector<Entry> chain;
    Digest previous{};
    for (const uint64_t batch : batches) {
      const uint64_t sequence = chain.size() + 1;
      previous = NaiveDigest(previous, sequence, batch, "x");
      chain.push_back(Entry{sequence, batch, "x", previous});
    }
    return NamedEntries(Walk(chain));
  };
  EXPECT_THAT(walk({1, 1, 2, 3, 3}), ElementsAre());
  EXPECT_THAT(walk({0, 1}), ElementsAre(1));
  EXPECT_THAT(walk({2, 3}), ElementsAre(1));
  EXPECT_THAT(walk({1, 3}), ElementsAre(2));
  EXPECT_THAT(walk({1, 2, 1}), ElementsAre(3));
}

// What every kind of journal does alike.
class AnyJournalTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      journal_ = OpenOrFail(directory_.File("a.duban"), Creating());
    } else {
      journal_ = std::make_unique<MemoryJournal>();
    }
    ASSERT_NE(journal_, nullptr);
  }

  ScratchDirectory directory_;
  std::unique_ptr<Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Journals, AnyJournalTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& info) {
                           return info.param ? "Sqlite" : "Memory";
                         });

TEST_P(AnyJournalTest, StartsEmpty) {
  absl::StatusOr<Head> head = journal_->GetHead();
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(*head, Head{});
  EXPECT_TRUE(ReadAll(journal_.get()).empty());
}

TEST_P(AnyJournalTest, KeepsWhatIsAppendedInOrderAndChainsIt) {
  const std::vector<std::vector<std::string>> batches = {
      {"one"}, {"two", "three"}, {std::string(5000, 'x'), "", "six"}};
  absl::StatusOr<Head> head = Head{};
  for (const std::vector<std::string>& batch : batches) {
    head = journal_->Append(*head, batch);
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(*journal_->GetHead(), *head);
  }
  const std::vector<Entry> entries = ReadAll(journal_.get());
  ASSERT_EQ(entries.size(), 6u);
  Digest previous{};
  size_t i = 0;
  for (size_t batch = 0; batch < batches.size(); ++batch) {
    for (const std::string& payload : batches[batch]) {
      EXPECT_EQ(entries[i].sequence, i + 1);
      EXPECT_EQ(entries[i].batch, batch + 1);
      EXPECT_EQ(entries[i].payload, payload);
      previous = NaiveDigest(previous, i + 1, batch + 1, payload);
      EXPECT_EQ(entries[i].digest, previous);
      ++i;
    }
  }
  EXPECT_EQ(*head, (Head{6, previous}));
}

TEST_P(AnyJournalTest, AppendingNothingWritesNothing) {
  const Head head = *AppendNext(journal_.get(), {"one"});
  absl::StatusOr<Head> same = journal_->Append(head, {});
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(*same, head);
  EXPECT_EQ(AppendNext(journal_.get(), {"two"})->sequence, 2u);
  EXPECT_EQ(ReadAll(journal_.get())[1].batch, 2u);
}

TEST_P(AnyJournalTest, RefusesABatchBuiltOnAnotherHead) {
  const Head first = *AppendNext(journal_.get(), {"one"});
  const Head second = *AppendNext(journal_.get(), {"two"});
  Head forged = second;
  forged.digest[0] ^= 1;
  for (const Head& wrong : {Head{}, first, forged}) {
    absl::StatusOr<Head> head =
        journal_->Append(wrong, std::vector<std::string>{"three"});
    EXPECT_EQ(head.status().code(), absl::StatusCode::kAborted);
    EXPECT_EQ(Reason(head.status()), "HEAD_MOVED");
  }
  EXPECT_EQ(*journal_->GetHead(), second);
  EXPECT_THAT(Payloads(ReadAll(journal_.get())), ElementsAre("one", "two"));
}

TEST_P(AnyJournalTest, ReadsOnFromAnyEntry) {
  ASSERT_TRUE(AppendNext(journal_.get(), {"1", "2", "3"}).ok());
  ASSERT_TRUE(AppendNext(journal_.get(), {"4"}).ok());
  for (uint64_t after = 0; after <= 4; ++after) {
    std::string seen;
    ASSERT_TRUE(journal_
                    ->Read(after,
                           [&](const Entry& entry) {
                             seen += entry.payload;
                             return absl::OkStatus();
                           })
                    .ok());
    EXPECT_EQ(seen, std::string("1234").substr(after));
  }
  const auto ignore = [](const Entry&) { return absl::OkStatus(); };
  for (const uint64_t after : {uint64_t{5}, ~uint64_t{0}}) {
    const absl::Status status = journal_->Read(after, ignore);
    EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(Reason(status), "ENTRY_NOT_FOUND");
  }
}

TEST_P(AnyJournalTest, StopsWithTheVisitorsError) {
  ASSERT_TRUE(AppendNext(journal_.get(), {"1", "2", "3"}).ok());
  int seen = 0;
  const absl::Status status = journal_->Read(0, [&](const Entry& entry) {
    ++seen;
    return entry.sequence == 2 ? absl::CancelledError("enough")
                               : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(seen, 2);
  EXPECT_TRUE(AppendNext(journal_.get(), {"4"}).ok());
}

TEST_P(AnyJournalTest, AVisitorCannotCallTheJournal) {
  ASSERT_TRUE(AppendNext(journal_.get(), {"1"}).ok());
  const absl::Status status = journal_->Read(0, [&](const Entry&) {
    EXPECT_EQ(Reason(journal_->GetHead().status()), "JOURNAL_IN_USE");
    const std::vector<std::string> payloads = {"2"};
    EXPECT_EQ(Reason(journal_->Append(Head{}, payloads).status()),
              "JOURNAL_IN_USE");
    return journal_->Read(0, [](const Entry&) { return absl::OkStatus(); });
  });
  EXPECT_EQ(Reason(status), "JOURNAL_IN_USE");
  EXPECT_EQ(ReadAll(journal_.get()).size(), 1u);
}

TEST_P(AnyJournalTest, KeepsPayloadsOfAnySizeUpToTheLimit) {
  const std::string huge = Numbers(7).Bytes(size_t{20} << 20);
  ASSERT_TRUE(AppendNext(journal_.get(), {"", huge, ""}).ok());
  {
    const std::vector<Entry> entries = ReadAll(journal_.get());
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0].payload, "");
    EXPECT_TRUE(entries[1].payload == huge);
    EXPECT_EQ(entries[2].payload, "");
  }
  const std::vector<std::string> payloads = {"fits",
                                             std::string(kMaxPayload + 1, 'x')};
  const absl::Status status =
      journal_->Append(*journal_->GetHead(), payloads).status();
  EXPECT_EQ(Reason(status), "ENTRY_TOO_LARGE");
  EXPECT_EQ(FirstFault(status).place().change(), 2);
  EXPECT_EQ(journal_->GetHead()->sequence, 3u);
}

// A ledger has the same head wherever it is kept.
TEST(JournalsTest, GiveTheSameChain) {
  ScratchDirectory directory;
  MemoryJournal memory;
  std::unique_ptr<SqliteJournal> sqlite =
      OpenOrFail(directory.File("a.duban"), Creating());
  ASSERT_NE(sqlite, nullptr);
  Numbers numbers(1);
  for (int i = 0; i < 30; ++i) {
    std::vector<std::string> batch(numbers.Below(5));
    for (std::string& payload : batch) {
      payload = numbers.Bytes(numbers.Below(300));
    }
    EXPECT_EQ(*AppendNext(&memory, batch), *AppendNext(sqlite.get(), batch));
  }
  EXPECT_EQ(memory.GetHead()->digest, ReadAll(sqlite.get()).back().digest);
}

}  // namespace
}  // namespace duban::journal
