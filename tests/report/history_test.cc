#include "src/report/history.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

TEST(History, IsToldBothWaysWithWhatIsLeft) {
  auto ledger = World();
  const auto history = [&](const char* id) {
    const LedgerView view = ledger->View();
    return report::HistoryOf(*view, *view->Find(v1::ORGANIZATION, id));
  };
  EXPECT_EQ(history("school-a"), "");
  ASSERT_EQ(PutOne(*ledger,
                   "merge_organizations { from: 'school-a' into: 'school-b' "
                   "on: '2022-07-01' }"),
            "");
  EXPECT_EQ(history("school-a"),
            "去向 led to\n"
            "  2022-07-01  school-a → school-b\n"
            "尚未转出 still open in it\n"
            "  人员 persons  zhang\n"
            "  结对 pairings  pair\n");
  EXPECT_EQ(history("school-b"),
            "由来 made of\n"
            "  2022-07-01  school-a → school-b\n");
}

}  // namespace
}  // namespace duban
