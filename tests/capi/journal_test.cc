// Ledgers that the program keeps itself, through callbacks.

#include <cstring>
#include <string>
#include <vector>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

struct Row {
  uint64_t sequence;
  uint64_t batch;
  std::string payload;
  std::string digest;
};

// The program's table, with a transaction that can be rolled back.
struct Table {
  std::vector<Row> rows;
  duban_status failure = DUBAN_OK;
  int released = 0;
  int moves = 0;  // how often to say that somebody was quicker
};

duban_status Last(void* context, uint64_t* sequence, uint64_t* batch,
                  uint8_t* digest) {
  const Table& table = *static_cast<Table*>(context);
  if (table.rows.empty()) return DUBAN_OK;
  *sequence = table.rows.back().sequence;
  *batch = table.rows.back().batch;
  std::memcpy(digest, table.rows.back().digest.data(), DUBAN_DIGEST_BYTES);
  return DUBAN_OK;
}

duban_status Append(void* context, uint64_t expected, const uint8_t*,
                    const duban_journal_entry* entries, size_t count) {
  Table& table = *static_cast<Table*>(context);
  if (table.failure != DUBAN_OK) return table.failure;
  if (expected != table.rows.size()) return DUBAN_ABORTED;
  if (table.moves-- > 0) return DUBAN_ABORTED;
  for (size_t i = 0; i < count; ++i) {
    table.rows.push_back(
        {entries[i].sequence, entries[i].batch,
         std::string(static_cast<const char*>(entries[i].payload),
                     entries[i].payload_size),
         std::string(reinterpret_cast<const char*>(entries[i].digest),
                     DUBAN_DIGEST_BYTES)});
  }
  return DUBAN_OK;
}

duban_status Read(void* context, uint64_t after, duban_journal_put put,
                  void* sink) {
  const Table& table = *static_cast<Table*>(context);
  for (size_t i = after; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    const duban_journal_entry entry = {
        row.sequence, row.batch, row.payload.data(), row.payload.size(),
        reinterpret_cast<const uint8_t*>(row.digest.data())};
    const duban_status status = put(sink, &entry);
    if (status != DUBAN_OK) return status;
  }
  return DUBAN_OK;
}

void Release(void* context) { ++static_cast<Table*>(context)->released; }

duban_journal_callbacks CallbacksOf(Table* table) {
  return {sizeof(duban_journal_callbacks), table, Last, Append, Read, Release};
}

Owned<duban_ledger> OpenOver(Table* table) {
  const duban_journal_callbacks callbacks = CallbacksOf(table);
  Owned<duban_ledger> ledger;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_open_journal(&callbacks, Into(&ledger), Into(&error)),
            DUBAN_OK)
      << duban_error_text(error.get());
  return ledger;
}

duban_status Put(const Owned<duban_ledger>& ledger, const std::string& id,
                 Owned<duban_error>* error) {
  Owned<duban_buffer> receipt;
  return ApplyJson(ledger,
                   R"({"changes": [{"put_organization": {"id": ")" + id +
                       R"(", "name": "支部", "kind": "branch"}}]})",
                   &receipt, error);
}

uint64_t HeadOf(const Owned<duban_ledger>& ledger) {
  uint64_t sequence = 99;
  EXPECT_EQ(duban_ledger_head(ledger.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  return sequence;
}

TEST(JournalTest, AProgramKeepsItsLedgerItself) {
  Table table;
  Owned<duban_error> error;
  {
    const Owned<duban_ledger> ledger = OpenOver(&table);
    table.moves = 2;
    EXPECT_EQ(Put(ledger, "a", &error), DUBAN_OK);
    EXPECT_EQ(Put(ledger, "b", &error), DUBAN_OK);
    EXPECT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(table.released, 0);
  }
  EXPECT_EQ(table.released, 1);
  EXPECT_EQ(HeadOf(OpenOver(&table)), 2u);
}

TEST(JournalTest, WhatIsRolledBackIsLeftOut) {
  Table table;
  Owned<duban_error> error;
  const Owned<duban_ledger> ledger = OpenOver(&table);
  ASSERT_EQ(Put(ledger, "a", &error), DUBAN_OK);
  const std::vector<Row> before = table.rows;
  ASSERT_EQ(Put(ledger, "b", &error), DUBAN_OK);
  table.rows = before;
  EXPECT_EQ(duban_ledger_refresh(ledger.get(), Into(&error)), DUBAN_OK)
      << duban_error_text(error.get());
  EXPECT_EQ(HeadOf(ledger), 1u);
  // Without a refresh, the next write notices it.
  ASSERT_EQ(Put(ledger, "b", &error), DUBAN_OK);
  table.rows = before;
  ASSERT_EQ(Put(ledger, "b", &error), DUBAN_OK);
  EXPECT_EQ(table.rows.size(), 2u);
}

TEST(JournalTest, FailuresOfTheProgramComeBack) {
  Table table;
  Owned<duban_error> error;
  const Owned<duban_ledger> ledger = OpenOver(&table);
  table.failure = DUBAN_UNAVAILABLE;
  EXPECT_EQ(Put(ledger, "a", &error), DUBAN_UNAVAILABLE);
  EXPECT_EQ(Reason(error), "JOURNAL_CALLBACK_FAILED");
  table.failure = DUBAN_OK;
  EXPECT_EQ(Put(ledger, "a", &error), DUBAN_OK);
}

TEST(JournalTest, ChangedRowsAreRefusedAndNothingIsReleased) {
  Table table;
  Owned<duban_error> error;
  ASSERT_EQ(Put(OpenOver(&table), "a", &error), DUBAN_OK);
  table.rows[0].payload[0] ^= 1;
  table.released = 0;
  const duban_journal_callbacks callbacks = CallbacksOf(&table);
  Owned<duban_ledger> ledger;
  EXPECT_EQ(duban_ledger_open_journal(&callbacks, Into(&ledger), Into(&error)),
            DUBAN_DATA_LOSS);
  EXPECT_EQ(Reason(error), "JOURNAL_BROKEN");
  EXPECT_EQ(table.released, 0);
}

TEST(JournalTest, CallbacksHaveToBeThere) {
  Table table;
  Owned<duban_ledger> ledger;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_open_journal(nullptr, Into(&ledger), Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  duban_journal_callbacks callbacks = CallbacksOf(&table);
  callbacks.read = nullptr;
  EXPECT_EQ(duban_ledger_open_journal(&callbacks, Into(&ledger), Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(Reason(error), "NULL_ARGUMENT");
  EXPECT_EQ(duban_ledger_refresh(nullptr, Into(&error)),
            DUBAN_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace duban_test
