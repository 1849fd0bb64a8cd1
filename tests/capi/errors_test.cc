// Errors and buffers: what they carry, and who owns them.
#include <cstring>
#include <string>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

duban_fault FaultAt(const Owned<duban_error>& error, size_t index) {
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  EXPECT_TRUE(duban_error_fault(error.get(), index, &fault));
  return fault;
}

Owned<duban_error> RefusedBatch(Owned<duban_buffer>* receipt) {
  const Campaign c;
  Owned<duban_error> error;
  EXPECT_EQ(ApplyJson(c.ledger, kBadBatch, receipt, &error),
            DUBAN_FAILED_PRECONDITION);
  return error;
}

TEST(Errors, CarryReasonPlaceAndBothLanguages) {
  const std::string text = std::string(kPack) + "\nscheme { idd: 'x' }\n";
  const duban_source source = {"pack.textproto", DUBAN_STRLEN, text.data(),
                               text.size()};
  Owned<duban_pack> pack;
  Owned<duban_error> error;
  EXPECT_EQ(duban_pack_parse(&source, 1, Into(&pack), Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(pack, nullptr);
  EXPECT_EQ(duban_error_code(error.get()), DUBAN_INVALID_ARGUMENT);
  const duban_fault fault = FaultAt(error, duban_error_first(error.get()));
  EXPECT_EQ(fault.severity, DUBAN_SEVERITY_ERROR);
  EXPECT_EQ(fault.code, DUBAN_INVALID_ARGUMENT);
  EXPECT_STREQ(fault.reason, duban_error_reason(error.get()));
  EXPECT_STREQ(fault.file, "pack.textproto");
  EXPECT_GT(fault.line, 1);
  EXPECT_GT(fault.column, 1);
  EXPECT_STRNE(fault.message_zh, "");
  EXPECT_STRNE(fault.message_en, "");
  const std::string shown = duban_error_text(error.get());
  EXPECT_NE(shown.find(fault.message_zh), std::string::npos) << shown;
  EXPECT_NE(shown.find("pack.textproto:"), std::string::npos) << shown;
}

TEST(Errors, ListEveryFault) {
  Owned<duban_buffer> receipt;
  const Owned<duban_error> error = RefusedBatch(&receipt);
  ASSERT_GE(duban_error_count(error.get()), 1u);
  EXPECT_EQ(duban_error_omitted(error.get()), 0);
  EXPECT_EQ(FaultAt(error, 0).change, 2);
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  EXPECT_FALSE(
      duban_error_fault(error.get(), duban_error_count(error.get()), &fault));
  EXPECT_EQ(fault.reason, nullptr);
}

TEST(Errors, HaveTheCodeOfTheCallAndFaultsHaveTheirOwn) {
  Owned<duban_buffer> receipt;
  const Owned<duban_error> error = RefusedBatch(&receipt);
  EXPECT_EQ(duban_error_code(error.get()), DUBAN_FAILED_PRECONDITION);
  EXPECT_NE(FaultAt(error, 0).code, DUBAN_FAILED_PRECONDITION);
}

TEST(Errors, CanBeTakenAsAMessage) {
  Owned<duban_buffer> receipt;
  const Owned<duban_error> error = RefusedBatch(&receipt);
  Owned<duban_buffer> json;
  Owned<duban_buffer> bytes;
  Owned<duban_buffer> converted;
  ASSERT_EQ(
      duban_error_list(error.get(), DUBAN_FORMAT_JSON, Into(&json), nullptr),
      DUBAN_OK);
  ASSERT_EQ(duban_error_list(error.get(), DUBAN_FORMAT_PROTOBUF, Into(&bytes),
                             nullptr),
            DUBAN_OK);
  ASSERT_EQ(duban_message_convert("duban.v1.ErrorList", DUBAN_STRLEN,
                                  duban_buffer_data(bytes.get()),
                                  duban_buffer_size(bytes.get()),
                                  DUBAN_FORMAT_PROTOBUF, DUBAN_FORMAT_JSON,
                                  Into(&converted), nullptr),
            DUBAN_OK);
  EXPECT_EQ(TextOf(json), TextOf(converted));
  EXPECT_NE(TextOf(json).find(Reason(error)), std::string::npos);
}

TEST(Errors, AreNotNeeded) {
  EXPECT_EQ(duban_ledger_head(nullptr, nullptr, nullptr, nullptr),
            DUBAN_INVALID_ARGUMENT);
}

TEST(Errors, AreNullAfterSuccess) {
  const Campaign c;
  auto* error = reinterpret_cast<duban_error*>(1);
  EXPECT_EQ(duban_ledger_head(c.ledger.get(), nullptr, nullptr, &error),
            DUBAN_OK);
  EXPECT_EQ(error, nullptr);
}

TEST(Errors, OutliveWhatTheyAreAbout) {
  Owned<duban_error> error;
  {
    const Campaign c;
    Owned<duban_buffer> buffer;
    EXPECT_EQ(duban_pack_explain(c.pack.get(), c.view.get(), "2021-12-31", 10,
                                 "nobody", 6, 0, Into(&buffer), Into(&error)),
              DUBAN_NOT_FOUND);
  }
  EXPECT_NE(std::string(duban_error_text(error.get())).find("nobody"),
            std::string::npos);
}

TEST(Faults, FillOnlyWhatTheCallerHasRoomFor) {
  Owned<duban_buffer> receipt;
  const Owned<duban_error> error = RefusedBatch(&receipt);
  duban_fault small;
  std::memset(static_cast<void*>(&small), 0x5a, sizeof small);
  small.struct_size = offsetof(duban_fault, line);
  ASSERT_TRUE(duban_error_fault(error.get(), 0, &small));
  EXPECT_EQ(small.struct_size, offsetof(duban_fault, line));
  EXPECT_EQ(small.severity, DUBAN_SEVERITY_ERROR);
  EXPECT_EQ(small.line, 0x5a5a5a5a);

  small.struct_size = 1;
  EXPECT_FALSE(duban_error_fault(error.get(), 0, &small));
}

TEST(Faults, FillTheRestOfALaterStructWithZeros) {
  Owned<duban_buffer> receipt;
  const Owned<duban_error> error = RefusedBatch(&receipt);
  struct {
    duban_fault fault;
    const char* later;
  } large = {};
  large.fault.struct_size = sizeof large;
  large.later = "x";
  ASSERT_TRUE(duban_error_fault(error.get(), 0, &large.fault));
  EXPECT_EQ(large.later, nullptr);
}

TEST(Buffers, EndWithANul) {
  const Campaign c;
  Owned<duban_buffer> buffer;
  ASSERT_EQ(duban_pack_message(c.pack.get(), DUBAN_FORMAT_JSON, Into(&buffer),
                               nullptr),
            DUBAN_OK);
  EXPECT_EQ(std::strlen(duban_buffer_data(buffer.get())),
            duban_buffer_size(buffer.get()));
}

}  // namespace
}  // namespace duban_test
