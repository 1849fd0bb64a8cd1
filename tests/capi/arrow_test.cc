// Tables through the C interface, by the structs alone.
#include <cstring>
#include <string>
#include <vector>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

// A stream that is released in any case.
struct Stream {
  ArrowArrayStream raw = {};
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (raw.release != nullptr) raw.release(&raw);
  }
};

duban_status Export(const Owned<duban_view>& view, const std::string& table,
                    const duban_table_options* options, Stream* stream) {
  return duban_view_export_arrow(view.get(), table.data(), table.size(),
                                 options, &stream->raw, nullptr);
}

TEST(ArrowTables, OutliveTheirViewAndAreFilledInPieces) {
  Campaign c;
  Stream stream;
  ASSERT_EQ(Export(c.view, "persons", nullptr, &stream), DUBAN_OK);
  c.view.reset();
  c.ledger.reset();
  ArrowSchema schema = {};
  ASSERT_EQ(stream.raw.get_schema(&stream.raw, &schema), 0);
  EXPECT_STREQ(schema.format, "+s");
  ASSERT_GT(schema.n_children, 2);
  EXPECT_STREQ(schema.children[1]->name, "name");
  EXPECT_STREQ(schema.children[1]->format, "u");
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
  ArrowArray array = {};
  ASSERT_EQ(stream.raw.get_next(&stream.raw, &array), 0);
  ASSERT_EQ(array.length, 2);
  const auto* offsets =
      static_cast<const int32_t*>(array.children[1]->buffers[1]);
  const auto* bytes = static_cast<const char*>(array.children[1]->buffers[2]);
  EXPECT_EQ(std::string(bytes + offsets[1], offsets[2] - offsets[1]), "李强");
  array.release(&array);
  ASSERT_EQ(stream.raw.get_next(&stream.raw, &array), 0);
  EXPECT_EQ(array.release, nullptr);  // the end
}

TEST(ArrowTables, GoFromOneLedgerIntoAnother) {
  const Campaign c;
  const Owned<duban_ledger> other = MemoryLedger();
  duban_table_options options = DUBAN_TABLE_OPTIONS_INIT;
  options.chinese = 1;
  options.dictionaries = 1;
  options.unmasked = 1;
  uint64_t expected = 0;
  for (const char* table : {"组织", "persons", "activities"}) {
    Stream stream;
    Owned<duban_error> error;
    ASSERT_EQ(Export(c.view, table, &options, &stream), DUBAN_OK);
    ASSERT_EQ(
        duban_ledger_import_arrow(other.get(), table, DUBAN_STRLEN, &stream.raw,
                                  nullptr, 0, nullptr, Into(&error)),
        DUBAN_OK)
        << duban_error_text(error.get());
    EXPECT_EQ(stream.raw.release, nullptr);
    expected += std::string(table) == "persons" ? 2 : 1;
  }
  uint64_t sequence = 0;
  ASSERT_EQ(duban_ledger_head(other.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, expected);
}

// The branch that the persons belong to is in the other ledger only.
TEST(ArrowTables, RefusedRowsAreNamedAndTheReceiptIsThere) {
  const Campaign c;
  const Owned<duban_ledger> empty = MemoryLedger();
  Stream stream;
  ASSERT_EQ(Export(c.view, "persons", nullptr, &stream), DUBAN_OK);
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_import_arrow(empty.get(), "persons", DUBAN_STRLEN,
                                      &stream.raw, nullptr, DUBAN_FORMAT_JSON,
                                      Into(&receipt), Into(&error)),
            DUBAN_FAILED_PRECONDITION);
  EXPECT_NE(receipt, nullptr);
  ASSERT_EQ(duban_error_count(error.get()), 2u);
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  ASSERT_TRUE(duban_error_fault(error.get(), 1, &fault));
  EXPECT_STREQ(fault.file, "persons");
  EXPECT_EQ(fault.row, 2);
  EXPECT_STREQ(fault.field, "organization");
}

TEST(ArrowTables, NullArgumentsAndUnknownTables) {
  const Campaign c;
  constexpr duban_status kBad = DUBAN_INVALID_ARGUMENT;
  Owned<duban_error> error;
  ArrowArrayStream garbage;
  std::memset(&garbage, 0xff, sizeof garbage);
  EXPECT_EQ(duban_view_export_arrow(nullptr, "persons", DUBAN_STRLEN, nullptr,
                                    &garbage, nullptr),
            kBad);
  EXPECT_EQ(garbage.release, nullptr);
  EXPECT_EQ(duban_view_export_arrow(c.view.get(), "persons", DUBAN_STRLEN,
                                    nullptr, nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_view_export_arrow(c.view.get(), nullptr, DUBAN_STRLEN,
                                    nullptr, &garbage, nullptr),
            kBad);
  EXPECT_EQ(duban_view_export_arrow(c.view.get(), "person", DUBAN_STRLEN,
                                    nullptr, &garbage, Into(&error)),
            kBad);
  EXPECT_EQ(Reason(error), "UNKNOWN_TABLE");
  duban_table_options options = DUBAN_TABLE_OPTIONS_INIT;
  options.unmasked = 2;
  EXPECT_EQ(duban_view_export_arrow(c.view.get(), "persons", DUBAN_STRLEN,
                                    &options, &garbage, nullptr),
            kBad);
  EXPECT_EQ(duban_ledger_import_arrow(c.ledger.get(), "persons", DUBAN_STRLEN,
                                      nullptr, nullptr, 0, nullptr, nullptr),
            kBad);
  // The stream is taken although there is no ledger to take it for.
  Stream stream;
  ASSERT_EQ(Export(c.view, "persons", nullptr, &stream), DUBAN_OK);
  EXPECT_EQ(
      duban_ledger_import_arrow(nullptr, "persons", DUBAN_STRLEN, &stream.raw,
                                nullptr, 0, nullptr, nullptr),
      kBad);
  EXPECT_EQ(stream.raw.release, nullptr);
  // Released already.
  EXPECT_EQ(
      duban_ledger_import_arrow(c.ledger.get(), "persons", DUBAN_STRLEN,
                                &stream.raw, nullptr, 0, nullptr, Into(&error)),
      kBad);
  EXPECT_EQ(Reason(error), "BAD_ARROW");
}

}  // namespace
}  // namespace duban_test
