// One writer, several readers on views: nobody waits for anybody, and what a
// view says is what the ledger said then. Meant for ThreadSanitizer.
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/duties.h"
#include "duban/ledger.h"
#include "gtest/gtest.h"
#include "src/base/digest.h"
#include "src/ledger/state.h"
#include "src/ledger/state_digest.h"
#include "tests/support/campaign.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

constexpr int kBatches = 60;
constexpr int kReaders = 4;

const char kRules[] = R"(
  quota { id: "q" title { zh: "走访" } subject: EACH_PERSON every: MONTH
    need { id: "n" tally { from: ACTIVITIES count {} } at_least: "1" } }
)";

// New records, corrections, versions, steps and voidings, in turn.
std::string BatchNumber(int i) {
  const std::string n = absl::StrCat(i);
  const std::string person = absl::StrCat("p", i);
  std::string batch = absl::StrCat(
      Member(person, "s"),
      Act("a" + n, "visit", "2021-03-05", 30 + i, "'" + person + "'"),
      Act("b" + n, "lecture", "2021-04-05", 60, "'" + person + "'"),
      "changes { list_matter { id: 'm", n, "' title: 't' kind: 'practical' ",
      "organization: 's' listed_on: '2021-03-01' due_on: '2021-06-30' } }",
      "changes { step_matter { id: 's", n, "' matter: 'm", n,
      "' action: ASSIGN date: '2021-03-02' to: '", person, "' } }");
  if (i % 3 == 1) {
    absl::StrAppend(
        &batch,
        Act(absl::StrCat("a", i - 1), "visit", "2021-03-06", 99, "'p0'"),
        "changes { void_record { kind: ACTIVITY id: 'b", i - 1,
        "' reason: 'r' } }", "changes { put_organization { id: 's' name: 'S", n,
        "' kind: 'school' since: '2021-0", 1 + i % 9, "-01' } }");
  }
  return batch;
}

std::string DutiesOf(const Pack& pack, const LedgerView& view) {
  const auto duties = Duties(pack, view, "2021-12-31");
  return duties.ok() ? duties->SerializeAsString()
                     : std::string(duties.status().message());
}

TEST(Readers, SeeWhatTheLedgerSaidThen) {
  Campaign campaign(kRules, Org("s", "school"));
  std::mutex mutex;
  LedgerView shared = campaign.ledger().View();
  std::atomic<bool> done{false};
  // By sequence: the digest of the state, and the duties.
  using Seen = std::map<uint64_t, std::pair<std::string, std::string>>;
  std::vector<Seen> seen(kReaders);
  std::vector<std::thread> readers;
  for (int r = 0; r < kReaders; ++r) {
    readers.emplace_back([&, r] {
      for (bool last = false; !last;) {
        last = done;
        LedgerView view;
        {
          const std::lock_guard<std::mutex> lock(mutex);
          view = shared;
        }
        seen[static_cast<size_t>(r)][view->head().sequence()] = {
            ToHex(ledger::StateDigest(*view)), DutiesOf(campaign.pack(), view)};
      }
    });
  }
  for (int i = 0; i < kBatches; ++i) {
    campaign.Add(BatchNumber(i));
    // What is refused is taken back while the readers read.
    const auto refused = campaign.ledger().Apply(
        FromText<v1::Batch>(Act("x", "visit", "2021-03-05", 9999, "'p0'")));
    EXPECT_FALSE(refused->applied());
    const LedgerView view = campaign.ledger().View();
    const std::lock_guard<std::mutex> lock(mutex);
    shared = view;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();

  Campaign again(kRules, Org("s", "school"));
  Seen expected;
  const auto note = [&] {
    const LedgerView view = again.ledger().View();
    expected[view->head().sequence()] = {ToHex(ledger::StateDigest(*view)),
                                         DutiesOf(again.pack(), view)};
  };
  note();
  for (int i = 0; i < kBatches; ++i) {
    again.Add(BatchNumber(i));
    note();
  }
  for (const Seen& one : seen) {
    EXPECT_TRUE(one.count(expected.rbegin()->first));
    for (const auto& [sequence, what] : one) {
      EXPECT_EQ(what, expected[sequence]) << "at entry " << sequence;
    }
  }
}

}  // namespace
}  // namespace duban
