// Packs, ledgers, views and results through the C interface.
#include <string>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

std::string Assess(const Owned<duban_pack>& pack, const Owned<duban_view>& view,
                   int32_t format) {
  Owned<duban_buffer> buffer;
  Owned<duban_error> error;
  EXPECT_EQ(
      duban_pack_assess(pack.get(), view.get(), "2021-12-31", DUBAN_STRLEN,
                        nullptr, format, Into(&buffer), Into(&error)),
      DUBAN_OK)
      << duban_error_text(error.get());
  return TextOf(buffer);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Packs, KnowWhoTheyAre) {
  const Owned<duban_pack> pack = ParsePack();
  EXPECT_STREQ(duban_pack_id(pack.get()), "lectures");
  EXPECT_STREQ(duban_pack_version(pack.get()), "2021.1");
  EXPECT_EQ(std::string(duban_pack_digest(pack.get())).size(), 64u);
}

TEST(Packs, ComeBackFromTheirBytesAsTheSame) {
  const Owned<duban_pack> pack = ParsePack();
  Owned<duban_buffer> bytes;
  ASSERT_EQ(duban_pack_message(pack.get(), DUBAN_FORMAT_PROTOBUF, Into(&bytes),
                               nullptr),
            DUBAN_OK);
  Owned<duban_pack> again;
  ASSERT_EQ(duban_pack_from_bytes(duban_buffer_data(bytes.get()),
                                  duban_buffer_size(bytes.get()), Into(&again),
                                  nullptr),
            DUBAN_OK);
  EXPECT_STREQ(duban_pack_digest(again.get()), duban_pack_digest(pack.get()));
}

TEST(Packs, LoadFromAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("pack.textproto", kPack);
  Owned<duban_pack> pack;
  ASSERT_EQ(duban_pack_load(path.data(), path.size(), Into(&pack), nullptr),
            DUBAN_OK);
  EXPECT_STREQ(duban_pack_digest(pack.get()),
               duban_pack_digest(ParsePack().get()));
}

TEST(Packs, CheckedGiveAListWhetherTheyAreGoodOrNot) {
  const TemporaryFolder folder;
  const std::string good = folder.Write("good.textproto", kPack);
  const std::string bad = folder.Write("bad.textproto", "format_version: 1");
  Owned<duban_buffer> faults;
  EXPECT_EQ(duban_pack_check(good.data(), good.size(), DUBAN_FORMAT_JSON,
                             Into(&faults), nullptr),
            DUBAN_OK);
  EXPECT_NE(faults, nullptr);
  EXPECT_FALSE(Has(TextOf(faults), "\"code\""));
  EXPECT_NE(duban_pack_check(bad.data(), bad.size(), DUBAN_FORMAT_JSON,
                             Into(&faults), nullptr),
            DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(faults), "\"reason\""));
}

TEST(Packs, RunTheirTests) {
  int64_t tests = -1;
  int64_t expectations = -1;
  EXPECT_EQ(duban_pack_test(ParsePack().get(), &tests, &expectations, nullptr),
            DUBAN_OK);
  EXPECT_EQ(tests, 1);
  EXPECT_EQ(expectations, 1);
}

TEST(Packs, SayWhichTestFails) {
  std::string text = kPack;
  text.replace(text.find("total: \"10\""), 11, "total: \"11\"");
  int64_t expectations = 0;
  Owned<duban_error> error;
  EXPECT_EQ(duban_pack_test(ParsePack(text).get(), nullptr, &expectations,
                            Into(&error)),
            DUBAN_FAILED_PRECONDITION);
  EXPECT_EQ(Reason(error), "PACK_TEST_FAILED");
  EXPECT_EQ(expectations, 1);
  EXPECT_TRUE(Has(duban_error_text(error.get()), "test[0]"));
}

TEST(Ledgers, RefuseABatchWholeAndSayItTwice) {
  const Campaign c;
  char before[DUBAN_DIGEST_SIZE];
  char after[DUBAN_DIGEST_SIZE];
  ASSERT_EQ(duban_ledger_head(c.ledger.get(), nullptr, before, nullptr),
            DUBAN_OK);
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  EXPECT_EQ(ApplyJson(c.ledger, kBadBatch, &receipt, &error),
            DUBAN_FAILED_PRECONDITION);
  EXPECT_TRUE(Has(TextOf(receipt), Reason(error))) << TextOf(receipt);
  EXPECT_FALSE(Has(TextOf(receipt), "\"applied\""));
  ASSERT_EQ(duban_ledger_head(c.ledger.get(), nullptr, after, nullptr),
            DUBAN_OK);
  EXPECT_STREQ(before, after);
}

duban_status ApplyBadWith(const Campaign& c, duban_apply_options options,
                          Owned<duban_buffer>* receipt) {
  return duban_ledger_apply(c.ledger.get(), kBadBatch, sizeof kBadBatch - 1,
                            DUBAN_FORMAT_JSON, &options, DUBAN_FORMAT_JSON,
                            Into(receipt), nullptr);
}

TEST(Ledgers, KeepTheGoodWhenAskedTo) {
  const Campaign c;
  duban_apply_options options = DUBAN_APPLY_OPTIONS_INIT;
  options.keep_good = 1;
  Owned<duban_buffer> receipt;
  EXPECT_EQ(ApplyBadWith(c, options, &receipt), DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(receipt), "\"applied\": true")) << TextOf(receipt);
  EXPECT_TRUE(Has(TextOf(receipt), "\"reason\""));
  uint64_t sequence = 0;
  ASSERT_EQ(duban_ledger_head(c.ledger.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, 6u);
}

TEST(Ledgers, WriteNothingInADryRun) {
  const Campaign c;
  duban_apply_options options = DUBAN_APPLY_OPTIONS_INIT;
  options.dry_run = 1;
  Owned<duban_buffer> receipt;
  EXPECT_EQ(ApplyBadWith(c, options, &receipt), DUBAN_FAILED_PRECONDITION);
  const std::string good =
      R"({"changes": [{"put_organization":
          {"id": "b2", "name": "二", "kind": "branch"}}]})";
  EXPECT_EQ(duban_ledger_apply(c.ledger.get(), good.data(), good.size(),
                               DUBAN_FORMAT_JSON, &options, DUBAN_FORMAT_JSON,
                               Into(&receipt), nullptr),
            DUBAN_OK);
  EXPECT_FALSE(Has(TextOf(receipt), "\"applied\""));
  uint64_t sequence = 0;
  ASSERT_EQ(duban_ledger_head(c.ledger.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, 5u);
}

TEST(Ledgers, AnswerAKeyThatWasSeenWithTheFirstReceipt) {
  const Campaign c;
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  EXPECT_EQ(ApplyJson(c.ledger, kBatch, &receipt, &error), DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(receipt), "\"repeated\": true"));
}

TEST(Ledgers, RefuseBytesThatAreNoBatch) {
  const Campaign c;
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  for (const std::string bad : {"{", "[1]", "{\"changes\": 3}"}) {
    EXPECT_EQ(ApplyJson(c.ledger, bad, &receipt, &error),
              DUBAN_INVALID_ARGUMENT);
    EXPECT_EQ(Reason(error), "MESSAGE_SYNTAX");
  }
  const std::string bytes = "\xff\xff\xff\xff";
  EXPECT_EQ(duban_ledger_apply(c.ledger.get(), bytes.data(), bytes.size(),
                               DUBAN_FORMAT_PROTOBUF, nullptr,
                               DUBAN_FORMAT_PROTOBUF, nullptr, Into(&error)),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(Reason(error), "MESSAGE_SYNTAX");
}

TEST(Ledgers, SayNothingOnStderrAboutTextThatIsNotUtf8) {
  const Campaign c;
  // Change.key = "\xff".
  const std::string bytes = "\x0a\x03\x0a\x01\xff";
  testing::internal::CaptureStderr();
  EXPECT_EQ(duban_ledger_apply(c.ledger.get(), bytes.data(), bytes.size(),
                               DUBAN_FORMAT_PROTOBUF, nullptr,
                               DUBAN_FORMAT_PROTOBUF, nullptr, nullptr),
            DUBAN_INVALID_ARGUMENT);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Ledgers, ImportFoldersOnce) {
  const TemporaryFolder folder;
  folder.Write("organizations.csv",
               "组织编号,名称,类型\nb1,第一党支部,branch\n");
  folder.Write("persons.csv",
               "人员编号,姓名,所在组织,人员类别\nm1,王敏,b1,member\n");
  const Owned<duban_pack> pack = ParsePack();
  const Owned<duban_ledger> ledger = MemoryLedger();
  ASSERT_EQ(
      duban_ledger_adopt_pack(ledger.get(), pack.get(), 0, nullptr, nullptr),
      DUBAN_OK);
  const std::string path = folder.path();
  Owned<duban_error> error;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(duban_ledger_import_folder(ledger.get(), pack.get(), path.data(),
                                         path.size(), nullptr, 0, nullptr,
                                         Into(&error)),
              DUBAN_OK)
        << duban_error_text(error.get());
  }
  uint64_t sequence = 0;
  ASSERT_EQ(duban_ledger_head(ledger.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, 3u);
}

TEST(Ledgers, NameFileAndRowOfWhatCannotBeImported) {
  const TemporaryFolder folder;
  folder.Write("persons.csv",
               "人员编号,姓名,所在组织,人员类别\nm1,王敏,b7,member\n");
  const Campaign c;
  const std::string path = folder.path();
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_import_folder(c.ledger.get(), nullptr, path.data(),
                                       path.size(), nullptr, DUBAN_FORMAT_JSON,
                                       Into(&receipt), Into(&error)),
            DUBAN_FAILED_PRECONDITION);
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  ASSERT_TRUE(duban_error_fault(error.get(), 0, &fault));
  EXPECT_TRUE(Has(fault.file, "persons.csv")) << fault.file;
  EXPECT_EQ(fault.row, 1);
  EXPECT_NE(receipt, nullptr);
}

TEST(Ledgers, LastInAFileAndAreVerifiedAgainstAHead) {
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  Owned<duban_error> error;
  char digest[DUBAN_DIGEST_SIZE];
  {
    Owned<duban_ledger> ledger;
    ASSERT_EQ(duban_ledger_open(path.data(), path.size(), nullptr,
                                Into(&ledger), Into(&error)),
              DUBAN_OK);
    ASSERT_EQ(duban_ledger_adopt_pack(ledger.get(), ParsePack().get(), 0,
                                      nullptr, nullptr),
              DUBAN_OK);
    Owned<duban_buffer> receipt;
    ASSERT_EQ(ApplyJson(ledger, kBatch, &receipt, &error), DUBAN_OK);
    ASSERT_EQ(duban_ledger_head(ledger.get(), nullptr, digest, nullptr),
              DUBAN_OK);
  }
  Owned<duban_buffer> report;
  EXPECT_EQ(duban_ledger_verify(path.data(), path.size(), digest, DUBAN_STRLEN,
                                DUBAN_FORMAT_JSON, Into(&report), Into(&error)),
            DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(report), digest)) << TextOf(report);

  const std::string wrong(64, 'a');
  EXPECT_EQ(duban_ledger_verify(path.data(), path.size(), wrong.data(), 64,
                                DUBAN_FORMAT_JSON, Into(&report), Into(&error)),
            DUBAN_DATA_LOSS);
  EXPECT_EQ(Reason(error), "HEAD_NOT_FOUND");
  EXPECT_EQ(duban_ledger_verify(path.data(), path.size(), "", 0,
                                DUBAN_FORMAT_JSON, Into(&report), Into(&error)),
            DUBAN_INVALID_ARGUMENT)
      << "an empty head is a wrong one, not none";
}

TEST(Ledgers, ThatMustExistAreNotMade) {
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  duban_ledger_options options = DUBAN_LEDGER_OPTIONS_INIT;
  options.must_exist = 1;
  Owned<duban_ledger> ledger;
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_open(path.data(), path.size(), &options, Into(&ledger),
                              Into(&error)),
            DUBAN_NOT_FOUND)
      << duban_error_text(error.get());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Ledgers, ThatAreReadOnlyRefuseToBeWritten) {
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  Owned<duban_ledger> ledger;
  ASSERT_EQ(duban_ledger_open(path.data(), path.size(), nullptr, Into(&ledger),
                              nullptr),
            DUBAN_OK);
  ledger.reset();
  duban_ledger_options options = DUBAN_LEDGER_OPTIONS_INIT;
  options.read_only = 1;
  ASSERT_EQ(duban_ledger_open(path.data(), path.size(), &options, Into(&ledger),
                              nullptr),
            DUBAN_OK);
  Owned<duban_error> error;
  EXPECT_NE(duban_ledger_adopt_pack(ledger.get(), ParsePack().get(), 0, nullptr,
                                    Into(&error)),
            DUBAN_OK);
  EXPECT_EQ(Reason(error), "JOURNAL_READ_ONLY");
}

TEST(Views, DoNotChangeAndOutliveTheirLedger) {
  Campaign c;
  const std::string before = Assess(c.pack, c.view, DUBAN_FORMAT_JSON);
  const std::string more =
      R"({"changes": [{"record_activity": {"id": "a2", "kind": "lecture",
          "date": "2021-04-01", "participants": ["m2"]}}]})";
  Owned<duban_buffer> receipt;
  Owned<duban_error> error;
  ASSERT_EQ(ApplyJson(c.ledger, more, &receipt, &error), DUBAN_OK);
  Owned<duban_view> later;
  ASSERT_EQ(duban_ledger_view(c.ledger.get(), Into(&later), nullptr), DUBAN_OK);
  c.ledger.reset();
  EXPECT_EQ(Assess(c.pack, c.view, DUBAN_FORMAT_JSON), before);
  EXPECT_NE(Assess(c.pack, later, DUBAN_FORMAT_JSON), before);
  uint64_t sequence = 0;
  char digest[DUBAN_DIGEST_SIZE];
  ASSERT_EQ(duban_view_head(c.view.get(), &sequence, digest, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, 5u);
  EXPECT_EQ(std::string(digest).size(), 64u);
}

TEST(Results, AreTheSameInEveryFormat) {
  const Campaign c;
  const std::string json = Assess(c.pack, c.view, DUBAN_FORMAT_JSON);
  EXPECT_TRUE(Has(json, "\"total\": \"10.00\"")) << json;
  const std::string bytes = Assess(c.pack, c.view, DUBAN_FORMAT_PROTOBUF);
  Owned<duban_buffer> converted;
  ASSERT_EQ(
      duban_message_convert("duban.v1.Assessment", DUBAN_STRLEN, bytes.data(),
                            bytes.size(), DUBAN_FORMAT_PROTOBUF,
                            DUBAN_FORMAT_JSON, Into(&converted), nullptr),
      DUBAN_OK);
  EXPECT_EQ(TextOf(converted), json);
  EXPECT_TRUE(Has(Assess(c.pack, c.view, DUBAN_FORMAT_CSV), "member,m1,王敏"));
  EXPECT_TRUE(Has(Assess(c.pack, c.view, DUBAN_FORMAT_TEXT), "王敏"));
}

TEST(Results, OfOneSchemeOnly) {
  const Campaign c;
  duban_assess_options options = DUBAN_ASSESS_OPTIONS_INIT;
  options.scheme = "nothing";
  options.scheme_size = DUBAN_STRLEN;
  Owned<duban_buffer> buffer;
  Owned<duban_error> error;
  EXPECT_EQ(duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31", 10,
                              &options, 0, Into(&buffer), Into(&error)),
            DUBAN_NOT_FOUND);
  EXPECT_EQ(Reason(error), "UNKNOWN_SCHEME");
  options.scheme = "member";
  EXPECT_EQ(duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31", 10,
                              &options, 0, Into(&buffer), Into(&error)),
            DUBAN_OK);
}

TEST(Results, NeedADayThatExists) {
  const Campaign c;
  Owned<duban_buffer> buffer;
  Owned<duban_error> error;
  for (const std::string day : {"", "2021-02-29", "2021/12/31", "昨天"}) {
    EXPECT_EQ(
        duban_pack_assess(c.pack.get(), c.view.get(), day.data(), day.size(),
                          nullptr, 0, Into(&buffer), Into(&error)),
        DUBAN_INVALID_ARGUMENT)
        << day;
    EXPECT_EQ(Reason(error), "BAD_DATE");
  }
}

TEST(Results, SayWhoOwesWhat) {
  const Campaign c;
  Owned<duban_buffer> all;
  Owned<duban_buffer> own;
  ASSERT_EQ(duban_pack_duties(c.pack.get(), c.view.get(), "2022-01-10", 10,
                              nullptr, DUBAN_FORMAT_CSV, Into(&all), nullptr),
            DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(all), "m1")) << TextOf(all);
  EXPECT_TRUE(Has(TextOf(all), "m2"));
  duban_duties_options options = DUBAN_DUTIES_OPTIONS_INIT;
  options.subject = "m2";
  options.subject_size = 2;
  ASSERT_EQ(duban_pack_duties(c.pack.get(), c.view.get(), "2022-01-10", 10,
                              &options, DUBAN_FORMAT_JSON, Into(&own), nullptr),
            DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(own), "MISSED")) << TextOf(own);
  EXPECT_FALSE(Has(TextOf(own), "\"m1\""));
}

TEST(Results, SayWhy) {
  const Campaign c;
  Owned<duban_buffer> text;
  ASSERT_EQ(
      duban_pack_explain(c.pack.get(), c.view.get(), "2021-12-31", 10, "m1", 2,
                         DUBAN_FORMAT_TEXT, Into(&text), nullptr),
      DUBAN_OK);
  EXPECT_TRUE(Has(TextOf(text), "a1")) << TextOf(text);
}

TEST(Messages, OfOthersAreNotConverted) {
  Owned<duban_buffer> out;
  Owned<duban_error> error;
  for (const std::string type :
       {"", "Batch", "duban.v1.Nothing", "google.protobuf.FileDescriptorSet"}) {
    EXPECT_EQ(duban_message_convert(type.data(), type.size(), "", 0, 0, 1,
                                    Into(&out), Into(&error)),
              DUBAN_NOT_FOUND)
        << type;
    EXPECT_EQ(Reason(error), "MESSAGE_UNKNOWN");
  }
  EXPECT_EQ(duban_message_convert("duban.v1.Batch", DUBAN_STRLEN, "", 0, 0,
                                  DUBAN_FORMAT_CSV, Into(&out), Into(&error)),
            DUBAN_UNIMPLEMENTED);
}

}  // namespace
}  // namespace duban_test
