// What duban.h promises of threads; run under the thread sanitizer as well.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

constexpr int kThreads = 8;

template <typename F>
void InThreads(F&& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
}

std::string Assess(const duban_pack* pack, const duban_view* view) {
  Owned<duban_buffer> buffer;
  EXPECT_EQ(duban_pack_assess(pack, view, "2021-12-31", DUBAN_STRLEN, nullptr,
                              DUBAN_FORMAT_JSON, Into(&buffer), nullptr),
            DUBAN_OK);
  return TextOf(buffer);
}

std::string Lecture(const std::string& id) {
  return R"({"changes": [{"record_activity": {"id": ")" + id +
         R"(", "kind": "lecture", "date": "2021-05-01",
            "participants": ["m2"]}}]})";
}

TEST(Threads, ShareAPackAndAViewWhileTheLedgerIsWritten) {
  const Campaign c;
  const std::string expected = Assess(c.pack.get(), c.view.get());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) {
      const std::string batch = Lecture("w" + std::to_string(i));
      EXPECT_EQ(
          duban_ledger_apply(c.ledger.get(), batch.data(), batch.size(),
                             DUBAN_FORMAT_JSON, nullptr, 0, nullptr, nullptr),
          DUBAN_OK);
    }
    done = true;
  });
  InThreads([&](int) {
    do {
      EXPECT_EQ(Assess(c.pack.get(), c.view.get()), expected);
    } while (!done);
  });
  writer.join();
}

TEST(Threads, WriteToOneLedgerOneAfterTheOther) {
  const Campaign c;
  InThreads([&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const std::string batch =
          Lecture("t" + std::to_string(thread) + "-" + std::to_string(i));
      EXPECT_EQ(
          duban_ledger_apply(c.ledger.get(), batch.data(), batch.size(),
                             DUBAN_FORMAT_JSON, nullptr, 0, nullptr, nullptr),
          DUBAN_OK);
      Owned<duban_view> view;
      EXPECT_EQ(duban_ledger_view(c.ledger.get(), Into(&view), nullptr),
                DUBAN_OK);
      EXPECT_NE(Assess(c.pack.get(), view.get()), "");
    }
  });
  uint64_t sequence = 0;
  ASSERT_EQ(duban_ledger_head(c.ledger.get(), &sequence, nullptr, nullptr),
            DUBAN_OK);
  EXPECT_EQ(sequence, 5u + kThreads * 20);
}

TEST(Threads, ReadAndFreeAnErrorThatAnotherMade) {
  Owned<duban_error> error;
  std::thread([&] {
    EXPECT_NE(duban_ledger_view(nullptr, nullptr, Into(&error)), DUBAN_OK);
  }).join();
  InThreads([&](int) {
    EXPECT_STREQ(duban_error_reason(error.get()), "NULL_ARGUMENT");
  });
}

}  // namespace
}  // namespace duban_test
