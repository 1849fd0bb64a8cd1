#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "duban/ledger.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/ledger/state.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

class PastTest : public testing::Test {
 protected:
  PastTest()
      : path_(testing::TempDir() + absl::StrCat("/duban_past_", getpid())) {
    std::filesystem::remove(path_);
    auto ledger = *Ledger::Open(path_, {});
    // Nine entries of one batch, then one, then two.
    EXPECT_TRUE(ledger->Apply(FromText<v1::Batch>(kWorld))->applied());
    world_ = StateDigest(ledger->View());
    EXPECT_TRUE(ledger
                    ->Apply(FromText<v1::Batch>(
                        Act("a1", "visit", "2021-11-05", 60, "'li'")))
                    ->applied());
    ten_ = ledger->head();
    EXPECT_TRUE(ledger
                    ->Apply(FromText<v1::Batch>(
                        Act("a2", "visit", "2021-11-05", 60, "'li'") +
                        Act("a3", "visit", "2021-11-05", 60, "'li'")))
                    ->applied());
    now_ = ledger->head();
  }
  ~PastTest() override { std::filesystem::remove(path_); }

  absl::StatusOr<std::unique_ptr<Ledger>> At(uint64_t sequence) {
    LedgerOptions options;
    options.until_sequence = sequence;
    return Ledger::Open(path_, options);
  }

  std::string path_;
  std::string world_;
  v1::LedgerHead ten_;
  v1::LedgerHead now_;
};

TEST_F(PastTest, ALedgerCanBeSeenAsItWas) {
  const auto then = At(9);
  ASSERT_TRUE(then.ok()) << then.status();
  EXPECT_EQ(StateDigest((*then)->View()), world_);
  const auto later = At(10);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ((*later)->head().digest(), ten_.digest());
  EXPECT_EQ((*later)->View()->records(v1::ACTIVITY).size(), 1u);
  const auto now = At(12);
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ((*now)->head().digest(), now_.digest());
}

TEST_F(PastTest, WithinABatchThereIsNothingToSee) {
  for (const uint64_t within : {1, 8, 11}) {
    const v1::ErrorList faults = FaultsOf(At(within).status());
    ASSERT_EQ(faults.errors_size(), 1) << within;
    EXPECT_EQ(faults.errors(0).reason(), "ENTRY_WITHIN_BATCH");
    EXPECT_EQ(faults.errors(0).hint().en(),
              within == 11 ? "give 10 or 12" : "give 9");
  }
}

TEST_F(PastTest, NorPastTheHead) {
  const v1::ErrorList faults = FaultsOf(At(13).status());
  ASSERT_EQ(faults.errors_size(), 1);
  EXPECT_EQ(faults.errors(0).reason(), "ENTRY_NOT_FOUND");
}

TEST_F(PastTest, ThePastIsNotWrittenToAndStaysAsItWas) {
  const auto then = *At(9);
  const auto receipt = then->Apply(
      FromText<v1::Batch>(Act("a9", "visit", "2021-11-05", 60, "'li'")));
  EXPECT_EQ(FaultsOf(receipt.status()).errors(0).reason(), "JOURNAL_READ_ONLY");
  ASSERT_TRUE(then->Refresh().ok());
  EXPECT_EQ(then->head().sequence(), 9u);
}

}  // namespace
}  // namespace duban
