#include "src/journal/verify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/journal/sqlite.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 20 entries in batches of four.
class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Creating());
    ASSERT_NE(journal, nullptr);
    Numbers numbers(20);
    for (int batch = 0; batch < 5; ++batch) {
      std::vector<std::string> payloads;
      for (int i = 0; i < 4; ++i) payloads.push_back(numbers.Bytes(50));
      ASSERT_TRUE(AppendNext(journal.get(), payloads).ok());
    }
    entries_ = ReadAll(journal.get());
    journal.reset();
    file_ = ReadFile(path_);
  }

  // The entries that Verify names after the statements; the file is as
  // before afterwards.
  std::vector<int64_t> NamedAfter(const std::string& statements) {
    Sql(path_, statements);
    const absl::Status status = Verify(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(Reason(status), "JOURNAL_BROKEN") << status;
    fields_.clear();
    const v1::ErrorList faults = FaultsOf(status);
    for (const v1::ErrorDetail& fault : faults.errors()) {
      fields_.push_back(fault.place().field());
    }
    WriteFile(path_, file_);
    return NamedEntries(status);
  }

  // Statements that write entries from `first` on anew, with right digests
  // and a head to match: what someone who knows the format would do.
  std::string Rewriting(size_t first, std::vector<Entry> entries) const {
    std::string sql =
        absl::StrCat("DELETE FROM entry WHERE sequence >= ", first, ";");
    Digest previous{};
    for (Entry& entry : entries) {
      entry.digest =
          ChainDigest(previous, entry.sequence, entry.batch, entry.payload);
      previous = entry.digest;
      if (entry.sequence < first) continue;
      absl::StrAppend(&sql, "INSERT INTO entry VALUES(", entry.sequence, ",",
                      entry.batch, ",", Hex(entry.payload), ",",
                      Hex(entry.digest), ");");
    }
    absl::StrAppend(&sql, "UPDATE head SET sequence=", entries.back().sequence,
                    ", batch=", entries.back().batch,
                    ", digest=", Hex(previous));
    return sql;
  }

  ScratchDirectory directory_;
  const std::string path_ = directory_.File("a.duban");
  std::vector<Entry> entries_;
  std::string file_;
  std::vector<std::string> fields_;
};

TEST_F(VerifyTest, ReportsWhatIsThere) {
  absl::StatusOr<VerifyReport> report = Verify(path_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->entries, 20u);
  EXPECT_EQ(report->batches, 5u);
  EXPECT_EQ(report->head, (Head{20, entries_.back().digest}));
  EXPECT_EQ(report->known_sequence, 0u);
}

TEST_F(VerifyTest, AcceptsAnEmptyLedger) {
  const std::string empty = directory_.File("empty.duban");
  ASSERT_NE(OpenOrFail(empty, Creating()), nullptr);
  absl::StatusOr<VerifyReport> report = Verify(empty);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->entries, 0u);
  EXPECT_EQ(report->head, Head{});
}

// It counts what is only in the log so far, and leaves the log to the writer.
TEST_F(VerifyTest, ReadsALedgerThatIsInUse) {
  std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Writing());
  ASSERT_TRUE(AppendNext(journal.get(), {"more"}).ok());
  absl::StatusOr<VerifyReport> report = Verify(path_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->entries, 21u);
  EXPECT_TRUE(AppendNext(journal.get(), {"and more"}).ok());
  EXPECT_EQ(Verify(path_)->entries, 22u);
}

TEST_F(VerifyTest, NamesAnEntryThatWasChanged) {
  EXPECT_THAT(NamedAfter("UPDATE entry SET payload = x'00' "
                         "WHERE sequence = 7"),
              ElementsAre(7));
  EXPECT_THAT(NamedAfter("UPDATE entry SET payload = x'' "
                         "WHERE sequence = 1"),
              ElementsAre(1));
  EXPECT_THAT(NamedAfter("UPDATE entry SET digest = zeroblob(32) "
                         "WHERE sequence = 7"),
              ElementsAre(7));
  EXPECT_THAT(NamedAfter("UPDATE entry SET digest = zeroblob(31) "
                         "WHERE sequence = 7"),
              ElementsAre(7));
  EXPECT_THAT(NamedAfter("UPDATE entry SET batch = 3 WHERE sequence = 8"),
              ElementsAre(8));
  EXPECT_THAT(NamedAfter("UPDATE entry SET batch = 4 WHERE sequence = 8"),
              ElementsAre(8));
  // The same bytes as text are not the same row.
  EXPECT_THAT(NamedAfter("UPDATE entry SET payload = CAST(payload AS TEXT) "
                         "WHERE sequence = 9"),
              ElementsAre(9));
  EXPECT_THAT(NamedAfter("UPDATE entry SET payload = (SELECT payload FROM "
                         "entry AS other WHERE other.sequence = "
                         "13 - entry.sequence) WHERE sequence IN (4, 9)"),
              ElementsAre(4));
}

// Whoever mends the digest of an entry he changed is found one entry later.
TEST_F(VerifyTest, NamesTheEntryAfterOneWhoseDigestWasMendedToo) {
  const Digest mended = ChainDigest(entries_[3].digest, 5, 2, "forged");
  EXPECT_THAT(NamedAfter(absl::StrCat(
                  "UPDATE entry SET payload = ", Hex("forged"),
                  ", digest = ", Hex(mended), " WHERE sequence = 5")),
              ElementsAre(6));
}

TEST_F(VerifyTest, NamesEntriesThatWereDeletedOrMoved) {
  EXPECT_THAT(NamedAfter("DELETE FROM entry WHERE sequence = 7"),
              ElementsAre(7));
  EXPECT_THAT(NamedAfter("DELETE FROM entry WHERE sequence = 1"),
              ElementsAre(1));
  for (int last = 1; last <= 20; ++last) {
    EXPECT_THAT(NamedAfter(absl::StrCat("DELETE FROM entry WHERE sequence > ",
                                        20 - last)),
                ElementsAre(21 - last));
  }
  EXPECT_THAT(NamedAfter("UPDATE entry SET sequence = 100 "
                         "WHERE sequence = 12"),
              ElementsAre(12));
  EXPECT_THAT(NamedAfter("UPDATE entry SET sequence = 21 "
                         "WHERE sequence = 20"),
              ElementsAre(20));
  EXPECT_THAT(NamedAfter("UPDATE entry SET sequence = -1 "
                         "WHERE sequence = 20"),
              ElementsAre(1));
  // All numbers one higher.
  EXPECT_THAT(NamedAfter("UPDATE entry SET sequence = sequence + 100;"
                         "UPDATE entry SET sequence = sequence - 99"),
              ElementsAre(1));
}

TEST_F(VerifyTest, NamesEntriesThatWereInserted) {
  EXPECT_THAT(NamedAfter("INSERT INTO entry VALUES(21, 6, x'00', "
                         "zeroblob(32))"),
              ElementsAre(21));
  EXPECT_THAT(NamedAfter("INSERT INTO entry VALUES(0, 1, x'00', "
                         "zeroblob(32))"),
              ElementsAre(1));
  EXPECT_THAT(NamedAfter("INSERT INTO entry VALUES(-9223372036854775808, 1, "
                         "x'00', zeroblob(32))"),
              ElementsAre(1));
  EXPECT_THAT(NamedAfter("INSERT INTO entry VALUES(9223372036854775807, 1, "
                         "x'00', zeroblob(32))"),
              ElementsAre(21));
  // Well chained, but past the head.
  const Digest next = ChainDigest(entries_[19].digest, 21, 6, "x");
  EXPECT_THAT(NamedAfter(absl::StrCat("INSERT INTO entry VALUES(21, 6, ",
                                      Hex("x"), ", ", Hex(next), ")")),
              ElementsAre(21));
}

TEST_F(VerifyTest, FindsAnEditedHead) {
  EXPECT_THAT(NamedAfter("UPDATE head SET sequence = 19"), ElementsAre(20));
  EXPECT_THAT(NamedAfter("UPDATE head SET sequence = 23"), ElementsAre(21));
  EXPECT_THAT(NamedAfter("UPDATE head SET batch = 4"), ElementsAre(20));
  EXPECT_THAT(NamedAfter("UPDATE head SET digest = zeroblob(32)"),
              ElementsAre(20));
  EXPECT_THAT(fields_, ElementsAre("head"));
  for (const char* statements :
       {"UPDATE head SET digest = 'x'", "UPDATE head SET sequence = -1",
        "DELETE FROM head",
        "PRAGMA ignore_check_constraints = ON; INSERT INTO head "
        "SELECT 2, sequence, batch, digest FROM head"}) {
    EXPECT_THAT(NamedAfter(statements), IsEmpty());
    EXPECT_THAT(fields_, testing::Contains("head")) << statements;
  }
}

TEST_F(VerifyTest, FindsEditedMetadata) {
  for (const char* statements :
       {"UPDATE meta SET format = 2", "DELETE FROM meta",
        "UPDATE meta SET created_by = x'00'",
        "PRAGMA ignore_check_constraints = ON; "
        "INSERT INTO meta VALUES(2, 1, '')"}) {
    EXPECT_THAT(NamedAfter(statements), IsEmpty());
    EXPECT_THAT(fields_, testing::Contains("meta")) << statements;
  }
  NamedAfter("PRAGMA user_version = 0");
  EXPECT_THAT(fields_, ElementsAre("user_version"));
}

TEST_F(VerifyTest, FindsWhatIsNoPartOfALedger) {
  for (const char* statements :
       {"CREATE TABLE t(x)", "CREATE INDEX i ON entry(batch)",
        "CREATE VIEW v AS SELECT * FROM entry",
        "CREATE TRIGGER g AFTER INSERT ON entry BEGIN "
        "DELETE FROM entry; END",
        "ALTER TABLE entry ADD COLUMN note", "DROP TABLE meta",
        "ALTER TABLE entry RENAME TO old; "
        "CREATE VIEW entry AS SELECT * FROM old"}) {
    EXPECT_THAT(NamedAfter(statements), IsEmpty());
    EXPECT_THAT(fields_, ElementsAre("schema")) << statements;
  }
  // What SQLite's own tool may do to speed it up is no harm.
  Sql(path_, "ANALYZE; VACUUM; PRAGMA journal_mode = DELETE");
  EXPECT_TRUE(Verify(path_).ok());
}

TEST_F(VerifyTest, FindsACopyThatWasCutShort) {
  for (size_t size = 1; size < file_.size(); size += 511) {
    WriteFile(path_, file_.substr(0, size));
    const absl::Status status = Verify(path_).status();
    const std::string reason = size < 100 ? "NOT_A_LEDGER" : "JOURNAL_BROKEN";
    EXPECT_EQ(Reason(status), reason) << size << ": " << status;
  }
}

// SQLite names the page, the chain the entry.
TEST_F(VerifyTest, NamesTheEntryOnADamagedPage) {
  const size_t at = file_.find(entries_[12].payload);
  ASSERT_NE(at, std::string::npos);
  std::string damaged = file_;
  const size_t page = at / 4096 * 4096;
  for (size_t i = page; i < page + 4096; ++i) damaged[i] = '\0';
  WriteFile(path_, damaged);
  const absl::Status status = Verify(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(FirstFault(status).message().en(),
              HasSubstr("SQLite's integrity check failed"));
  EXPECT_THAT(NamedEntries(status), ElementsAre(1));
}

// The chain has no secret: only a digest kept elsewhere tells.
TEST_F(VerifyTest, OnlyAKnownHeadTellsAConsistentRewriting) {
  VerifyOptions fifth;
  fifth.known_head = entries_[4].digest;
  VerifyOptions fifteenth;
  fifteenth.known_head = entries_[14].digest;
  VerifyOptions start;
  start.known_head = Digest{};
  EXPECT_EQ(Verify(path_, fifth)->known_sequence, 5u);
  EXPECT_EQ(Verify(path_, fifteenth)->known_sequence, 15u);
  EXPECT_EQ(Verify(path_, start)->known_sequence, 0u);

  std::vector<Entry> cut = entries_;
  cut.resize(12);
  std::vector<Entry> forged = entries_;
  forged[9].payload = "forged";
  for (const std::vector<Entry>& entries : {cut, forged}) {
    Sql(path_, Rewriting(10, entries));
    EXPECT_TRUE(Verify(path_).ok());
    EXPECT_EQ(Verify(path_, fifth)->known_sequence, 5u);
    const absl::Status status = Verify(path_, fifteenth).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(Reason(status), "HEAD_NOT_FOUND");
    WriteFile(path_, file_);
  }
  // Even then batches must be in order.
  std::vector<Entry> gap = entries_;
  for (size_t i = 12; i < gap.size(); ++i) gap[i].batch += 1;
  EXPECT_THAT(NamedAfter(Rewriting(10, gap)), ElementsAre(13));
}

// Every byte of a file, one bit each.
class FlipTest : public testing::Test {
 protected:
  void SetUp() override {
    std::unique_ptr<SqliteJournal> journal = OpenOrFail(path_, Creating());
    ASSERT_NE(journal, nullptr);
    Numbers numbers(60);
    for (int batch = 0; batch < 12; ++batch) {
      std::vector<std::string> payloads;
      for (int i = 0; i < 5; ++i) {
        payloads.push_back(numbers.Bytes(20 + numbers.Below(100)));
      }
      // One that needs pages of its own.
      if (batch == 7) payloads[2] = numbers.Bytes(6000);
      ASSERT_TRUE(AppendNext(journal.get(), payloads).ok());
    }
    head_ = *journal->GetHead();
    entries_ = ReadAll(journal.get());
    journal.reset();
    file_ = ReadFile(path_);
    ASSERT_FALSE(Exists(path_ + "-wal"));
    MarkContent();
  }

  // Marks the bytes that hold payloads and digests, found by their content.
  // Long ones are spread over pages, so pieces are searched; bytes are random
  // and occur once, but for the last digest, which the head has too.
  void MarkContent() {
    content_.assign(file_.size(), false);
    size_t marked = 0;
    size_t total = head_.digest.size();
    for (const Entry& entry : entries_) {
      const std::string digest(entry.digest.begin(), entry.digest.end());
      for (const std::string& bytes : {entry.payload, digest}) {
        total += bytes.size();
        for (size_t i = 0; i + 16 <= bytes.size(); ++i) {
          const std::string piece = bytes.substr(i, 16);
          for (size_t at = file_.find(piece); at != std::string::npos;
               at = file_.find(piece, at + 1)) {
            for (size_t k = at; k < at + 16; ++k) content_[k] = true;
          }
        }
      }
    }
    for (const bool byte : content_) marked += byte;
    // All but what stands at the edges of pages; and no leftovers of older
    // pages, whose change nobody could see.
    EXPECT_GT(marked, total - 60);
    EXPECT_LE(marked, total);
  }

  // Whether the file reads back as the entries and head that were written.
  bool ReadsBack() {
    absl::StatusOr<std::unique_ptr<SqliteJournal>> journal =
        SqliteJournal::Open(path_, Reading());
    if (!journal.ok() || *(*journal)->GetHead() != head_) return false;
    size_t i = 0;
    const absl::Status status = (*journal)->Read(0, [&](const Entry& entry) {
      const bool same = i < entries_.size() &&
                        entry.sequence == entries_[i].sequence &&
                        entry.batch == entries_[i].batch &&
                        entry.payload == entries_[i].payload &&
                        entry.digest == entries_[i].digest;
      ++i;
      return same ? absl::OkStatus() : absl::InternalError("differs");
    });
    // A reader leaves them where it may not merge the log; Verify is to find
    // the file as it was.
    journal->reset();
    unlink((path_ + "-wal").c_str());
    unlink((path_ + "-shm").c_str());
    return status.ok() && i == entries_.size();
  }

  ScratchDirectory directory_;
  const std::string path_ = directory_.File("a.duban");
  Head head_;
  std::vector<Entry> entries_;
  std::string file_;
  std::vector<bool> content_;
};

TEST_F(FlipTest, NoFlippedBitGoesUnnoticedOrMatters) {
  const bool deep = getenv("DUBAN_DEEP") != nullptr;
  Numbers numbers(8);
  size_t found = 0;
  for (size_t at = 0; at < file_.size(); ++at) {
    // No database has the file open here, so its locks are not at stake.
    const int file = open(path_.c_str(), O_WRONLY);
    ASSERT_GE(file, 0);
    const char flipped = static_cast<char>(file_[at] ^ (1 << numbers.Below(8)));
    ASSERT_EQ(pwrite(file, &flipped, 1, static_cast<off_t>(at)), 1);
    absl::StatusOr<VerifyReport> report = Verify(path_);
    if (!report.ok()) {
      ++found;
      EXPECT_NE(Reason(report.status()), "JOURNAL_IO") << at;
    } else {
      EXPECT_FALSE(content_[at]) << "byte " << at;
      // The head's digest covers every entry; that reading agrees is tried
      // less often, for it takes as long again.
      EXPECT_EQ(report->head, head_) << "byte " << at;
      if (deep || at % 8 == 0) {
        EXPECT_TRUE(ReadsBack()) << "byte " << at;
      }
    }
    ASSERT_EQ(pwrite(file, &file_[at], 1, static_cast<off_t>(at)), 1);
    close(file);
  }
  EXPECT_TRUE(Verify(path_).ok());
  RecordProperty("bytes", static_cast<int>(file_.size()));
  RecordProperty("found", static_cast<int>(found));
}

}  // namespace
}  // namespace duban::journal
