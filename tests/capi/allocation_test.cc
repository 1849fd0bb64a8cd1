// Every allocation failing in turn, for every entry point: the call says
// RESOURCE_EXHAUSTED, and everything works afterwards.
#include <cerrno>
#include <functional>
#include <new>
#include <string>

#include "duban/duban.hpp"
#include "tests/capi/case.h"
#include "tests/capi/failing_new.h"

namespace duban_test {
namespace {

// A call that puts what it makes into its own locals, and frees it.
using EntryPoint = std::function<duban_status(duban_error**)>;

// Makes allocation after allocation fail until the call gets through.
// `prepare` runs before each try, with all the memory it wants.
void FailInTurn(const EntryPoint& call, const std::function<void()>& prepare) {
  duban_error* error = nullptr;
  // What is made once and kept (descriptors, compiled patterns) is made here.
  prepare();
  const duban_status expected = call(&error);
  duban_error_free(error);
  long failures = 0;
  for (long n = 0;; ++n) {
    prepare();
    duban_status status;
    bool failed;
    {
      const Failing failing(n);
      status = call(&error);
      failed = failing.happened();
    }
    const std::string reason = duban_error_reason(error);
    duban_error_free(error);
    if (!failed) {
      EXPECT_EQ(status, expected) << "after " << n << " allocations";
      break;
    }
    ++failures;
    if (status == expected) continue;  // it can do without, as sorting can
    ASSERT_EQ(status, DUBAN_RESOURCE_EXHAUSTED)
        << "allocation " << n << ": " << reason;
    ASSERT_EQ(reason, "OUT_OF_MEMORY");
  }
  EXPECT_GT(failures, 0);
}

void FailInTurn(const EntryPoint& call) {
  FailInTurn(call, [] {});
}

TEST(Allocation, OfPacks) {
  const duban_source source = {"pack.textproto", DUBAN_STRLEN, kPack,
                               DUBAN_STRLEN};
  FailInTurn([&](duban_error** error) {
    duban_pack* pack = nullptr;
    const duban_status status = duban_pack_parse(&source, 1, &pack, error);
    EXPECT_EQ(pack == nullptr, status != DUBAN_OK);
    duban_pack_free(pack);
    return status;
  });
}

TEST(Allocation, OfPackFolders) {
  const TemporaryFolder folder;
  folder.Write("pack.textproto", kPack);
  const std::string path = folder.path();
  FailInTurn([&](duban_error** error) {
    duban_pack* pack = nullptr;
    const duban_status status =
        duban_pack_load(path.data(), path.size(), &pack, error);
    duban_pack_free(pack);
    return status;
  });
}

TEST(Allocation, OfPackChecks) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("p.textproto", "format_version: 1");
  FailInTurn([&](duban_error** error) {
    duban_buffer* faults = nullptr;
    const duban_status status =
        duban_pack_check(path.data(), path.size(), 0, &faults, error);
    duban_buffer_free(faults);
    return status;
  });
}

TEST(Allocation, OfPackBytes) {
  const Owned<duban_pack> pack = ParsePack();
  Owned<duban_buffer> bytes;
  ASSERT_EQ(duban_pack_message(pack.get(), 0, Into(&bytes), nullptr), DUBAN_OK);
  FailInTurn([&](duban_error** error) {
    duban_pack* again = nullptr;
    const duban_status status =
        duban_pack_from_bytes(duban_buffer_data(bytes.get()),
                              duban_buffer_size(bytes.get()), &again, error);
    duban_pack_free(again);
    return status;
  });
}

TEST(Allocation, OfPackMessagesAndWarnings) {
  const Owned<duban_pack> pack = ParsePack();
  for (const int32_t format : {DUBAN_FORMAT_PROTOBUF, DUBAN_FORMAT_JSON}) {
    FailInTurn([&](duban_error** error) {
      duban_buffer* buffer = nullptr;
      const duban_status status =
          duban_pack_message(pack.get(), format, &buffer, error);
      duban_buffer_free(buffer);
      return status;
    });
    FailInTurn([&](duban_error** error) {
      duban_buffer* buffer = nullptr;
      const duban_status status =
          duban_pack_warnings(pack.get(), format, &buffer, error);
      duban_buffer_free(buffer);
      return status;
    });
  }
}

TEST(Allocation, OfPackTests) {
  const Owned<duban_pack> pack = ParsePack();
  FailInTurn([&](duban_error** error) {
    return duban_pack_test(pack.get(), nullptr, nullptr, error);
  });
}

TEST(Allocation, OfOpening) {
  FailInTurn([&](duban_error** error) {
    duban_ledger* ledger = nullptr;
    const duban_status status = duban_ledger_open_in_memory(&ledger, error);
    duban_ledger_close(ledger);
    return status;
  });
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  FailInTurn([&](duban_error** error) {
    duban_ledger* ledger = nullptr;
    const duban_status status =
        duban_ledger_open(path.data(), path.size(), nullptr, &ledger, error);
    duban_ledger_close(ledger);
    return status;
  });
}

duban_status Apply(duban_ledger* ledger, const std::string& batch,
                   duban_error** error) {
  duban_buffer* receipt = nullptr;
  const duban_status status =
      duban_ledger_apply(ledger, batch.data(), batch.size(), DUBAN_FORMAT_JSON,
                         nullptr, DUBAN_FORMAT_JSON, &receipt, error);
  duban_buffer_free(receipt);
  return status;
}

TEST(Allocation, OfBatches) {
  const Owned<duban_pack> pack = ParsePack();
  Owned<duban_ledger> ledger;
  const auto fresh = [&] {
    ledger = MemoryLedger();
    ASSERT_EQ(
        duban_ledger_adopt_pack(ledger.get(), pack.get(), 0, nullptr, nullptr),
        DUBAN_OK);
  };
  const std::string batches[] = {kBatch, kBadBatch};
  for (const std::string& batch : batches) {
    FailInTurn(
        [&](duban_error** error) {
          const duban_status status = Apply(ledger.get(), batch, error);
          // What a ledger keeps is not a leak.
          ledger.reset();
          return status;
        },
        fresh);
  }
}

TEST(Allocation, OfAdopting) {
  const Owned<duban_pack> pack = ParsePack();
  Owned<duban_ledger> ledger;
  FailInTurn(
      [&](duban_error** error) {
        const duban_status status = duban_ledger_adopt_pack(
            ledger.get(), pack.get(), 0, nullptr, error);
        ledger.reset();
        return status;
      },
      [&] { ledger = MemoryLedger(); });
}

TEST(Allocation, OfImporting) {
  const TemporaryFolder folder;
  folder.Write("organizations.csv",
               "组织编号,名称,类型\nb1,第一党支部,branch\n");
  folder.Write("persons.csv",
               "人员编号,姓名,所在组织,人员类别\nm1,王敏,b1,member\n");
  const std::string path = folder.path();
  Owned<duban_ledger> ledger;
  FailInTurn(
      [&](duban_error** error) {
        const duban_status status =
            duban_ledger_import_folder(ledger.get(), nullptr, path.data(),
                                       path.size(), nullptr, 0, nullptr, error);
        ledger.reset();
        return status;
      },
      [&] { ledger = MemoryLedger(); });
}

// Making a stream, and each of the calls that it answers.
TEST(Allocation, OfExportingTables) {
  const Campaign c;
  duban_table_options options = DUBAN_TABLE_OPTIONS_INIT;
  for (options.dictionaries = 0; options.dictionaries < 2;
       ++options.dictionaries) {
    FailInTurn([&](duban_error** error) {
      ArrowArrayStream stream;
      const duban_status status = duban_view_export_arrow(
          c.view.get(), "activities", DUBAN_STRLEN, &options, &stream, error);
      if (status == DUBAN_OK) stream.release(&stream);
      return status;
    });
    ArrowArrayStream stream;
    ASSERT_EQ(duban_view_export_arrow(c.view.get(), "activities", DUBAN_STRLEN,
                                      &options, &stream, nullptr),
              DUBAN_OK);
    int code = ENOMEM;
    for (long n = 0; code == ENOMEM; ++n) {
      const Failing failing(n);
      ArrowSchema schema = {};
      code = stream.get_schema(&stream, &schema);
      ASSERT_EQ(code == 0, schema.release != nullptr) << n;
      if (code == 0) schema.release(&schema);
    }
    EXPECT_EQ(code, 0);
    code = ENOMEM;
    for (long n = 0; code == ENOMEM; ++n) {
      const Failing failing(n);
      ArrowArray array = {};
      code = stream.get_next(&stream, &array);
      ASSERT_EQ(code == 0, array.release != nullptr) << n;
      // What failed is asked for again and is there.
      if (code != 0) {
        EXPECT_STREQ(stream.get_last_error(&stream), "out of memory");
      } else {
        EXPECT_EQ(array.length, 1);
        array.release(&array);
      }
    }
    EXPECT_EQ(code, 0);
    stream.release(&stream);
  }
}

TEST(Allocation, OfImportingTables) {
  const Campaign c;
  Owned<duban_ledger> ledger;
  ArrowArrayStream stream = {};
  FailInTurn(
      [&](duban_error** error) {
        const duban_status status = duban_ledger_import_arrow(
            ledger.get(), "organizations", DUBAN_STRLEN, &stream, nullptr, 0,
            nullptr, error);
        EXPECT_EQ(stream.release, nullptr);
        ledger.reset();
        // A stream that runs out of memory says so to whoever reads it.
        return duban_error_code(*error) == DUBAN_INVALID_ARGUMENT &&
                       std::string(duban_error_reason(*error)) ==
                           "ARROW_STREAM_FAILED"
                   ? DUBAN_OK
                   : status;
      },
      [&] {
        ledger = MemoryLedger();
        ASSERT_EQ(
            duban_view_export_arrow(c.view.get(), "organizations", DUBAN_STRLEN,
                                    nullptr, &stream, nullptr),
            DUBAN_OK);
      });
}

TEST(Allocation, OfViewsAndHeads) {
  const Campaign c;
  FailInTurn([&](duban_error** error) {
    duban_view* view = nullptr;
    const duban_status status = duban_ledger_view(c.ledger.get(), &view, error);
    duban_view_free(view);
    return status;
  });
  FailInTurn([&](duban_error** error) {
    char digest[DUBAN_DIGEST_SIZE];
    uint64_t sequence;
    return duban_ledger_head(c.ledger.get(), &sequence, digest, error);
  });
  // Nothing of this was a write.
  Owned<duban_error> error;
  EXPECT_EQ(duban_ledger_head(c.ledger.get(), nullptr, nullptr, Into(&error)),
            DUBAN_OK);
}

TEST(Allocation, OfResults) {
  const Campaign c;
  for (const int32_t format : {DUBAN_FORMAT_PROTOBUF, DUBAN_FORMAT_JSON,
                               DUBAN_FORMAT_TEXT, DUBAN_FORMAT_CSV}) {
    FailInTurn([&](duban_error** error) {
      duban_buffer* buffer = nullptr;
      const duban_status status =
          duban_pack_assess(c.pack.get(), c.view.get(), "2021-12-31", 10,
                            nullptr, format, &buffer, error);
      duban_buffer_free(buffer);
      return status;
    });
    FailInTurn([&](duban_error** error) {
      duban_buffer* buffer = nullptr;
      const duban_status status =
          duban_pack_duties(c.pack.get(), c.view.get(), "2022-01-10", 10,
                            nullptr, format, &buffer, error);
      duban_buffer_free(buffer);
      return status;
    });
    FailInTurn([&](duban_error** error) {
      duban_buffer* buffer = nullptr;
      const duban_status status =
          duban_pack_explain(c.pack.get(), c.view.get(), "2021-12-31", 10, "m1",
                             2, format, &buffer, error);
      duban_buffer_free(buffer);
      return status;
    });
  }
}

TEST(Allocation, OfQueries) {
  const Campaign c;
  const std::string query =
      R"({"kind": "ACTIVITY", "where": "activity.kind == 'lecture'",
          "orderBy": [{"by": "date"}], "pageSize": 1})";
  FailInTurn([&](duban_error** error) {
    duban_buffer* buffer = nullptr;
    const duban_status status = duban_view_query(
        c.view.get(), query.data(), query.size(), DUBAN_FORMAT_JSON,
        DUBAN_FORMAT_PROTOBUF, &buffer, error);
    duban_buffer_free(buffer);
    return status;
  });
}

TEST(Allocation, OfVerifying) {
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  Owned<duban_ledger> ledger;
  ASSERT_EQ(duban_ledger_open(path.data(), path.size(), nullptr, Into(&ledger),
                              nullptr),
            DUBAN_OK);
  ASSERT_EQ(Apply(ledger.get(), kBatch, nullptr), DUBAN_OK);
  ledger.reset();
  FailInTurn([&](duban_error** error) {
    duban_buffer* report = nullptr;
    const duban_status status = duban_ledger_verify(
        path.data(), path.size(), nullptr, 0, 0, &report, error);
    duban_buffer_free(report);
    return status;
  });
}

TEST(Allocation, OfConverting) {
  FailInTurn([&](duban_error** error) {
    duban_buffer* out = nullptr;
    const duban_status status = duban_message_convert(
        "duban.v1.Batch", DUBAN_STRLEN, kBatch, sizeof kBatch - 1,
        DUBAN_FORMAT_JSON, DUBAN_FORMAT_PROTOBUF, &out, error);
    duban_buffer_free(out);
    return status;
  });
}

TEST(Allocation, OfErrors) {
  Owned<duban_error> many;
  Owned<duban_buffer> receipt;
  ASSERT_EQ(ApplyJson(MemoryLedger(), kBadBatch, &receipt, &many),
            DUBAN_FAILED_PRECONDITION);
  FailInTurn([&](duban_error** error) {
    duban_buffer* list = nullptr;
    const duban_status status =
        duban_error_list(many.get(), DUBAN_FORMAT_JSON, &list, error);
    duban_buffer_free(list);
    return status;
  });
  FailInTurn([&](duban_error** error) {
    return duban_ledger_view(nullptr, nullptr, error);
  });
}

// The error that needs no memory.
TEST(OutOfMemory, IsAnErrorLikeAnyOther) {
  duban_error* error = nullptr;
  {
    const Failing failing(0);
    ASSERT_EQ(duban_ledger_view(nullptr, nullptr, &error),
              DUBAN_RESOURCE_EXHAUSTED);
  }
  EXPECT_EQ(duban_error_code(error), DUBAN_RESOURCE_EXHAUSTED);
  EXPECT_EQ(duban_error_count(error), 1u);
  EXPECT_EQ(duban_error_omitted(error), 0);
  duban_fault fault = {};
  fault.struct_size = sizeof fault;
  ASSERT_TRUE(duban_error_fault(error, 0, &fault));
  EXPECT_STREQ(fault.reason, "OUT_OF_MEMORY");
  EXPECT_STREQ(fault.message_en, "out of memory");
  EXPECT_STREQ(fault.hint_zh, "");
  Owned<duban_buffer> list;
  ASSERT_EQ(duban_error_list(error, DUBAN_FORMAT_JSON, Into(&list), nullptr),
            DUBAN_OK);
  EXPECT_NE(TextOf(list).find("OUT_OF_MEMORY"), std::string::npos);
  duban_error_free(error);
  duban_error_free(error);  // nobody's
}

// After a write that ran out of memory, a ledger in a file reads it again and
// is either as before or has the whole batch; keys make sending it again safe.
TEST(OutOfMemory, DuringAWriteLeavesAFileWhole) {
  const std::string batch = kBatch;
  const Owned<duban_pack> pack = ParsePack();
  for (long n = 0;; ++n) {
    const TemporaryFolder folder;
    const std::string path = folder.File("l.duban");
    Owned<duban_ledger> ledger;
    ASSERT_EQ(duban_ledger_open(path.data(), path.size(), nullptr,
                                Into(&ledger), nullptr),
              DUBAN_OK);
    ASSERT_EQ(
        duban_ledger_adopt_pack(ledger.get(), pack.get(), 0, nullptr, nullptr),
        DUBAN_OK);
    duban_status status;
    {
      const Failing failing(n);
      status = Apply(ledger.get(), batch, nullptr);
      if (!failing.happened()) break;
    }
    uint64_t sequence = 0;
    ASSERT_EQ(duban_ledger_head(ledger.get(), &sequence, nullptr, nullptr),
              DUBAN_OK)
        << n;
    ASSERT_TRUE(sequence == 5 || (sequence == 1 && status != DUBAN_OK)) << n;
    ASSERT_EQ(Apply(ledger.get(), batch, nullptr), DUBAN_OK) << n;
    ASSERT_EQ(duban_ledger_head(ledger.get(), &sequence, nullptr, nullptr),
              DUBAN_OK);
    ASSERT_EQ(sequence, 5u) << n;
  }
}

TEST(OutOfMemory, DuringAWriteLosesALedgerInMemory) {
  // Protobuf makes its descriptors once, and is lost itself if that fails.
  const Campaign warm_up;
  const std::string batch = kBatch;
  bool lost = false;
  for (long n = 0; !lost; ++n) {
    const Owned<duban_ledger> ledger = MemoryLedger();
    {
      const Failing failing(n);
      Apply(ledger.get(), batch, nullptr);
      ASSERT_TRUE(failing.happened()) << "never lost";
    }
    Owned<duban_error> error;
    Owned<duban_view> view;
    if (duban_ledger_view(ledger.get(), Into(&view), Into(&error)) !=
        DUBAN_OK) {
      EXPECT_EQ(duban_error_code(error.get()), DUBAN_FAILED_PRECONDITION);
      EXPECT_EQ(Reason(error), "LEDGER_HANDLE_LOST");
      lost = true;
    }
  }
}

// In duban.hpp: an Error, or bad_alloc where not even that could be made.
TEST(OutOfMemory, IsAnExceptionInCpp) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"pack.textproto", kPack}};
  int errors = 0;
  int bad_allocs = 0;
  for (long n = 0; n < 50; ++n) {
    const Failing failing(n);
    try {
      duban::abi::Pack::Parse(files);
    } catch (const duban::abi::Error& error) {
      EXPECT_EQ(error.reason(), "OUT_OF_MEMORY");
      ++errors;
    } catch (const std::bad_alloc&) {
      ++bad_allocs;
    }
  }
  EXPECT_GT(errors, 0);
  EXPECT_GT(bad_allocs, 0);
}

}  // namespace
}  // namespace duban_test
