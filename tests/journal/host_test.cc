// Journals that the host keeps, and copies from one journal to another.

#include "src/journal/host.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "src/journal/copy.h"
#include "src/journal/memory.h"
#include "tests/journal/ledger_fixture.h"

namespace duban::journal {
namespace {

// Rows as a host would keep them, in a table of its own.
class Table final : public HostStore {
 public:
  absl::StatusOr<Position> Last() override {
    if (rows.empty()) return Position{};
    const Entry& last = rows.back();
    return Position{{last.sequence, last.digest}, last.batch};
  }
  absl::Status Append(const Head& expected,
                      absl::Span<const Entry> entries) override {
    if (failure.ok() && Last()->head != expected) {
      return absl::AbortedError("unique index");
    }
    if (failure.ok()) rows.insert(rows.end(), entries.begin(), entries.end());
    return failure;
  }
  absl::Status Read(
      uint64_t after,
      const std::function<absl::Status(const Entry&)>& put) override {
    for (size_t i = after; i < rows.size(); ++i) {
      absl::Status status = put(rows[i]);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  std::vector<Entry> rows;
  absl::Status failure;
};

absl::Status Ignore(const Entry&) { return absl::OkStatus(); }

TEST(HostJournalTest, HasTheSameChainAsAJournalInMemory) {
  HostJournal journal(std::make_shared<Table>());
  MemoryJournal memory;
  const std::vector<std::vector<std::string>> batches = {{"a", ""}, {"b"}};
  for (const std::vector<std::string>& batch : batches) {
    EXPECT_EQ(*AppendNext(&journal, batch), *AppendNext(&memory, batch));
  }
  EXPECT_EQ(Payloads(ReadAll(&journal)), Payloads(ReadAll(&memory)));
  EXPECT_EQ(Reason(journal.Append({}, {"x"}).status()), "HEAD_MOVED");
  EXPECT_EQ(Reason(journal.Read(9, Ignore)), "ENTRY_NOT_FOUND");
  std::string read;
  ASSERT_TRUE(journal
                  .Read(1,
                        [&](const Entry& entry) {
                          read += entry.payload;
                          return absl::OkStatus();
                        })
                  .ok());
  EXPECT_EQ(read, "b");
}

TEST(HostJournalTest, FailuresOfTheHostArePassedOn) {
  auto table = std::make_shared<Table>();
  HostJournal journal(table);
  table->failure = absl::UnavailableError("no");
  EXPECT_EQ(journal.Append({}, {"a"}).status(), table->failure);
  table->failure = absl::OkStatus();
  EXPECT_TRUE(journal.Append({}, {"a"}).ok());
}

TEST(HostJournalTest, WhatWasRolledBackIsNoticed) {
  auto table = std::make_shared<Table>();
  HostJournal journal(table);
  ASSERT_TRUE(AppendNext(&journal, {"a"}).ok());
  ASSERT_TRUE(AppendNext(&journal, {"b"}).ok());
  table->rows.pop_back();
  EXPECT_EQ(Reason(journal.Read(2, Ignore)), "ENTRIES_TAKEN_BACK");
  // Another has written in the same place.
  HostJournal other(table);
  ASSERT_TRUE(AppendNext(&other, {"c"}).ok());
  const absl::Status status = journal.Read(2, Ignore);
  EXPECT_EQ(Reason(status), "ENTRIES_TAKEN_BACK");
  EXPECT_TRUE(absl::IsAborted(status));
  EXPECT_EQ(ReadAll(&journal).size(), 2u);
  EXPECT_TRUE(journal.Read(2, Ignore).ok());
}

TEST(HostJournalTest, ChangedRowsAreFound) {
  auto table = std::make_shared<Table>();
  HostJournal journal(table);
  ASSERT_TRUE(AppendNext(&journal, {"a", "b", "c"}).ok());
  table->rows[1].payload = "x";
  EXPECT_EQ(NamedEntries(journal.Read(0, Ignore)), std::vector<int64_t>{2});
  table->rows.erase(table->rows.begin() + 1);
  EXPECT_EQ(NamedEntries(journal.Read(0, Ignore)), std::vector<int64_t>{2});
}

TEST(CopyTest, ACopyHasTheSameHeadAndGoesOn) {
  ScratchDirectory directory;
  MemoryJournal from;
  auto to = OpenOrFail(directory.File("copy.duban"), Creating());
  ASSERT_NE(to, nullptr);
  ASSERT_EQ(Copy(&from, to.get())->entries, 0u);
  ASSERT_TRUE(AppendNext(&from, {"a", "b"}).ok());
  ASSERT_TRUE(AppendNext(&from, {"c"}).ok());
  EXPECT_EQ(Copy(&from, to.get())->entries, 3u);
  ASSERT_TRUE(AppendNext(&from, {"d"}).ok());
  const auto report = Copy(&from, to.get());
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->entries, 1u);
  EXPECT_EQ(report->head, *from.GetHead());
  EXPECT_EQ(*to->GetHead(), *from.GetHead());
}

TEST(CopyTest, AnotherLedgerIsNotWrittenInto) {
  MemoryJournal from;
  MemoryJournal to;
  ASSERT_TRUE(AppendNext(&from, {"a"}).ok());
  ASSERT_TRUE(AppendNext(&from, {"b"}).ok());
  ASSERT_TRUE(AppendNext(&to, {"x"}).ok());
  EXPECT_EQ(Reason(Copy(&from, &to).status()), "COPY_TARGET_DIFFERS");
  EXPECT_EQ(ReadAll(&to).size(), 1u);
  MemoryJournal empty;
  EXPECT_EQ(Reason(Copy(&empty, &to).status()), "COPY_TARGET_DIFFERS");
}

}  // namespace
}  // namespace duban::journal
