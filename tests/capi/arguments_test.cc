// What the opening of duban.h says of pointers, sizes and option structs.
#include <cstring>
#include <string>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

// Calls with one null pointer after the other, and no error wanted.
TEST(NullArguments, AreRefusedByEveryFunctionAndClearItsOutput) {
  const Campaign c;
  auto* garbage_buffer = reinterpret_cast<duban_buffer*>(1);
  auto* garbage_pack = reinterpret_cast<duban_pack*>(1);
  auto* garbage_ledger = reinterpret_cast<duban_ledger*>(1);
  auto* garbage_view = reinterpret_cast<duban_view*>(1);
  constexpr size_t kEnd = DUBAN_STRLEN;
  constexpr duban_status kBad = DUBAN_INVALID_ARGUMENT;

  EXPECT_EQ(duban_pack_load("p", kEnd, nullptr, nullptr), kBad);
  EXPECT_EQ(duban_pack_load(nullptr, kEnd, &garbage_pack, nullptr), kBad);
  EXPECT_EQ(garbage_pack, nullptr);
  EXPECT_EQ(duban_pack_parse(nullptr, 1, &garbage_pack, nullptr), kBad);
  EXPECT_EQ(duban_pack_from_bytes(nullptr, 1, &garbage_pack, nullptr), kBad);
  EXPECT_EQ(duban_pack_check(nullptr, 3, 0, &garbage_buffer, nullptr), kBad);
  EXPECT_EQ(garbage_buffer, nullptr);
  EXPECT_EQ(duban_pack_warnings(nullptr, 0, &garbage_buffer, nullptr), kBad);
  EXPECT_EQ(duban_pack_message(nullptr, 0, &garbage_buffer, nullptr), kBad);
  EXPECT_EQ(duban_pack_message(c.pack.get(), 0, nullptr, nullptr), kBad);
  EXPECT_EQ(duban_pack_test(nullptr, nullptr, nullptr, nullptr), kBad);

  EXPECT_EQ(duban_ledger_open("l", kEnd, nullptr, nullptr, nullptr), kBad);
  EXPECT_EQ(duban_ledger_open(nullptr, kEnd, nullptr, &garbage_ledger, nullptr),
            kBad);
  EXPECT_EQ(garbage_ledger, nullptr);
  EXPECT_EQ(duban_ledger_open_in_memory(nullptr, nullptr), kBad);
  garbage_buffer = reinterpret_cast<duban_buffer*>(1);
  EXPECT_EQ(duban_ledger_apply(nullptr, "", 0, 0, nullptr, 0, &garbage_buffer,
                               nullptr),
            kBad);
  EXPECT_EQ(garbage_buffer, nullptr);
  EXPECT_EQ(duban_ledger_apply(c.ledger.get(), nullptr, 1, 0, nullptr, 0,
                               nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_ledger_adopt_pack(nullptr, c.pack.get(), 0, nullptr, nullptr),
            kBad);
  EXPECT_EQ(
      duban_ledger_adopt_pack(c.ledger.get(), nullptr, 0, nullptr, nullptr),
      kBad);
  EXPECT_EQ(duban_ledger_import_folder(nullptr, nullptr, "f", kEnd, nullptr, 0,
                                       nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_ledger_import_folder(c.ledger.get(), nullptr, nullptr, kEnd,
                                       nullptr, 0, nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_ledger_head(nullptr, nullptr, nullptr, nullptr), kBad);
  EXPECT_EQ(duban_ledger_checkpoint(nullptr, 0, nullptr), kBad);
  EXPECT_EQ(duban_ledger_view(nullptr, &garbage_view, nullptr), kBad);
  EXPECT_EQ(garbage_view, nullptr);
  EXPECT_EQ(duban_ledger_view(c.ledger.get(), nullptr, nullptr), kBad);
  EXPECT_EQ(duban_ledger_verify(nullptr, kEnd, nullptr, 0, 0, &garbage_buffer,
                                nullptr),
            kBad);
  EXPECT_EQ(duban_ledger_verify("l", kEnd, nullptr, 0, 0, nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_view_head(nullptr, nullptr, nullptr, nullptr), kBad);

  EXPECT_EQ(duban_pack_assess(nullptr, c.view.get(), "2021-12-31", kEnd,
                              nullptr, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_assess(c.pack.get(), nullptr, "2021-12-31", kEnd,
                              nullptr, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_assess(c.pack.get(), c.view.get(), nullptr, kEnd,
                              nullptr, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31", kEnd,
                              nullptr, 0, nullptr, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_duties(nullptr, c.view.get(), "2021-12-31", kEnd,
                              nullptr, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_explain(nullptr, c.view.get(), "2021-12-31", kEnd, "m1",
                               kEnd, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_message_convert(nullptr, kEnd, "", 0, 0, 1, &garbage_buffer,
                                  nullptr),
            kBad);
  EXPECT_EQ(duban_message_convert("duban.v1.Batch", kEnd, "", 0, 0, 1, nullptr,
                                  nullptr),
            kBad);
  EXPECT_EQ(duban_error_list(nullptr, 0, &garbage_buffer, nullptr), kBad);
  EXPECT_EQ(duban_view_query(nullptr, "", 0, 0, 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_view_query(c.view.get(), nullptr, 3, 0, 0, &garbage_buffer,
                             nullptr),
            kBad);
  EXPECT_EQ(duban_view_export(nullptr, "x", kEnd, nullptr, nullptr), kBad);
  EXPECT_EQ(duban_view_digest(c.view.get(), nullptr, nullptr), kBad);
  EXPECT_EQ(duban_pack_reminders(c.pack.get(), nullptr, "2021-12-31", kEnd, 5,
                                 0, &garbage_buffer, nullptr),
            kBad);
  EXPECT_EQ(duban_pack_days(nullptr, nullptr, 0, nullptr, 0, 0, &garbage_buffer,
                            nullptr),
            kBad);
  EXPECT_EQ(duban_pack_moved_days(c.pack.get(), nullptr, nullptr, 0, nullptr, 0,
                                  0, &garbage_buffer, nullptr),
            kBad);
}

TEST(NullArguments, AreNamed) {
  Owned<duban_view> view;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_view(nullptr, Into(&view), Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(Reason(error), "NULL_ARGUMENT");
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  ASSERT_TRUE(duban_error_fault(error.get(), 0, &fault));
  EXPECT_STREQ(fault.field, "ledger");
}

TEST(NullHandles, CanBeFreedAndAskedForNothing) {
  duban_buffer_free(nullptr);
  duban_error_free(nullptr);
  duban_pack_free(nullptr);
  duban_ledger_close(nullptr);
  duban_view_free(nullptr);
  EXPECT_EQ(duban_buffer_data(nullptr), nullptr);
  EXPECT_EQ(duban_buffer_size(nullptr), 0u);
  EXPECT_EQ(duban_error_code(nullptr), DUBAN_OK);
  EXPECT_STREQ(duban_error_reason(nullptr), "");
  EXPECT_STREQ(duban_error_text(nullptr), "");
  EXPECT_EQ(duban_error_count(nullptr), 0u);
  EXPECT_EQ(duban_error_omitted(nullptr), 0);
  EXPECT_EQ(duban_error_first(nullptr), 0u);
  EXPECT_STREQ(duban_pack_id(nullptr), "");
  EXPECT_STREQ(duban_pack_version(nullptr), "");
  EXPECT_STREQ(duban_pack_digest(nullptr), "");
}

TEST(Text, EndsBySizeOrByNul) {
  const Campaign c;
  Owned<duban_buffer> by_size;
  Owned<duban_buffer> by_nul;
  EXPECT_EQ(
      duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31xyz", 10,
                        nullptr, DUBAN_FORMAT_JSON, Into(&by_size), nullptr),
      DUBAN_OK);
  EXPECT_EQ(
      duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31", DUBAN_STRLEN,
                        nullptr, DUBAN_FORMAT_JSON, Into(&by_nul), nullptr),
      DUBAN_OK);
  EXPECT_EQ(TextOf(by_size), TextOf(by_nul));
}

TEST(Bytes, OfImpossibleSizeAreRefusedUnread) {
  Owned<duban_pack> pack;
  Owned<duban_error> error;
  EXPECT_EQ(duban_pack_from_bytes("x", SIZE_MAX / 2, Into(&pack), Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(Reason(error), "ARGUMENT_TOO_LARGE");
}

duban_status OpenWith(const void* options, Owned<duban_error>* error) {
  Owned<duban_ledger> ledger;
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  return duban_ledger_open(path.data(), path.size(),
                           static_cast<const duban_ledger_options*>(options),
                           Into(&ledger), Into(error));
}

// duban_ledger_options as a later header might have it.
struct LaterOptions {
  duban_ledger_options known;
  int64_t later;
};

TEST(Options, NeedTheirSize) {
  Owned<duban_error> error;
  duban_ledger_options options = DUBAN_LEDGER_OPTIONS_INIT;
  for (const size_t bad : {size_t{0}, sizeof(size_t) - 1, SIZE_MAX}) {
    options.struct_size = bad;
    EXPECT_EQ(OpenWith(&options, &error), DUBAN_INVALID_ARGUMENT) << bad;
    EXPECT_EQ(Reason(error), "BAD_STRUCT_SIZE");
  }
}

TEST(Options, OfAnOlderHeaderGetTheDefaults) {
  Owned<duban_error> error;
  // Past its size there may be anything.
  duban_ledger_options options;
  std::memset(&options, 0xff, sizeof options);
  options.struct_size = sizeof options.struct_size;
  EXPECT_EQ(OpenWith(&options, &error), DUBAN_OK);
}

TEST(Options, OfANewerHeaderAreTakenWhereTheNewPartIsUnused) {
  Owned<duban_error> error;
  LaterOptions options = {DUBAN_LEDGER_OPTIONS_INIT, 0};
  options.known.struct_size = sizeof options;
  EXPECT_EQ(OpenWith(&options, &error), DUBAN_OK);
  options.later = 1;
  EXPECT_EQ(OpenWith(&options, &error), DUBAN_UNIMPLEMENTED);
  EXPECT_EQ(Reason(error), "OPTION_UNKNOWN");
}

TEST(Options, ThatAreChoicesAreZeroOrOne) {
  Owned<duban_error> error;
  duban_ledger_options options = DUBAN_LEDGER_OPTIONS_INIT;
  options.must_exist = 2;
  EXPECT_EQ(OpenWith(&options, &error), DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(Reason(error), "BAD_OPTION");
}

TEST(Formats, ThatAFunctionDoesNotHaveAreRefused) {
  const Campaign c;
  Owned<duban_buffer> buffer;
  Owned<duban_error> error;
  for (const int32_t format : {int32_t{-1}, int32_t{DUBAN_FORMAT_TEXT},
                               int32_t{DUBAN_FORMAT_CSV}, int32_t{99}}) {
    EXPECT_EQ(
        duban_pack_message(c.pack.get(), format, Into(&buffer), Into(&error)),
        DUBAN_UNIMPLEMENTED);
    EXPECT_EQ(Reason(error), "FORMAT_UNKNOWN");
    EXPECT_EQ(buffer, nullptr);
  }
  EXPECT_EQ(
      duban_pack_explain(c.pack.get(), c.view.get(), "2021-12-31", 10, "m1", 2,
                         DUBAN_FORMAT_CSV, Into(&buffer), Into(&error)),
      DUBAN_UNIMPLEMENTED);
}

TEST(Versions, OfHeaderAndLibraryAgreeInThisBuild) {
  EXPECT_EQ(duban_version(),
            uint32_t{DUBAN_VERSION_MAJOR * 1000000 +
                     DUBAN_VERSION_MINOR * 1000 + DUBAN_VERSION_PATCH});
  EXPECT_STREQ(duban_version_string(), DUBAN_VERSION_STRING);
  EXPECT_EQ(duban_abi_epoch(), DUBAN_ABI_EPOCH);
  EXPECT_EQ(duban_pack_format_oldest(), DUBAN_PACK_FORMAT_OLDEST);
  EXPECT_EQ(duban_pack_format_newest(), DUBAN_PACK_FORMAT_NEWEST);
}

TEST(Versions, OfPacksOutsideTheRangeAreRefused) {
  for (const int format :
       {DUBAN_PACK_FORMAT_OLDEST - 1, DUBAN_PACK_FORMAT_NEWEST + 1}) {
    const std::string text =
        "format_version: " + std::to_string(format) + " id: \"x\"";
    const duban_source source = {"pack.textproto", DUBAN_STRLEN, text.data(),
                                 text.size()};
    Owned<duban_pack> pack;
    EXPECT_EQ(duban_pack_parse(&source, 1, Into(&pack), nullptr),
              DUBAN_INVALID_ARGUMENT);
  }
}

TEST(StatusNames, CoverEveryCode) {
  EXPECT_STREQ(duban_status_name(DUBAN_OK), "OK");
  EXPECT_STREQ(duban_status_name(DUBAN_UNAUTHENTICATED), "UNAUTHENTICATED");
  for (duban_status code = 3; code <= 16; ++code) {
    EXPECT_STRNE(duban_status_name(code), "UNKNOWN") << code;
  }
  EXPECT_STREQ(duban_status_name(-1), "UNKNOWN");
  EXPECT_STREQ(duban_status_name(17), "UNKNOWN");
}

}  // namespace
}  // namespace duban_test
