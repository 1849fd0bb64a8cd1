// Q19: a plan of its own for each school, and which schools still lack it.
#include "duban/coverage.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

const char kRules[] =
    "submission { id: 'plan' title { zh: '一校一策' } kind: 'plan' subject: "
    "EACH_ORGANIZATION who: \"organization.kind == 'school'\" due_on: "
    "'2021-03-31' } quota { id: 'visit' subject: EACH_ORGANIZATION who: "
    "\"organization.kind == 'school'\" every: MONTH within { from: "
    "'2021-03-01' until: '2021-04-30' } waived_when: \"organization.id == "
    "'d'\" need { tally { from: ACTIVITIES credit: OWN count {} } at_least: "
    "'1' } }";

std::string Plan(const std::string& school, const std::string& day) {
  return absl::StrCat("changes { record_submission { id: 'p-", school,
                      "' kind: 'plan' organization: '", school,
                      "' received_on: '", day, "' } }\n");
}

std::string Schools() {
  return Org("o", "bureau") + Org("a", "school", "o") +
         Org("b", "school", "o") + Org("c", "school", "o") +
         Org("d", "school", "o");
}

// "plan: owed 4 met 1 open 3 lacking b c d".
std::string Line(const v1::Coverage& coverage) {
  std::string line = absl::StrCat(
      coverage.quota(), " ", coverage.period(), ": ", coverage.owed(), " = ",
      coverage.met(), " + ", coverage.open(), " + ", coverage.missed(), "; ",
      coverage.waived(), ", ", coverage.not_applicable(), ";");
  for (const v1::Subject& s : coverage.lacking()) line += " " + s.id();
  return line;
}

std::vector<std::string> Lines(Campaign* c, const std::string& as_of,
                               const std::vector<std::string>& quotas = {}) {
  const auto report = CoverageOf(c->pack(), c->ledger().View(), as_of, quotas);
  EXPECT_TRUE(report.ok()) << report.status();
  std::vector<std::string> lines;
  if (!report.ok()) return lines;
  for (const v1::Coverage& coverage : report->coverage()) {
    lines.push_back(Line(coverage));
  }
  return lines;
}

using Strings = std::vector<std::string>;

TEST(CoverageTest, Q19WhichSchoolsStillLackTheirs) {
  Campaign c(kRules,
             Schools() + Plan("a", "2021-03-20") + Plan("c", "2021-04-05"));
  EXPECT_EQ(Lines(&c, "2021-03-25", {"plan"}),
            Strings{"plan : 4 = 1 + 3 + 0; 0, 0; b c d"});
  EXPECT_EQ(Lines(&c, "2021-04-01", {"plan"}),
            Strings{"plan : 4 = 1 + 0 + 3; 0, 0; b c d"});
  // Late is missed, and yet it is there now.
  EXPECT_EQ(Lines(&c, "2021-04-06", {"plan"}),
            Strings{"plan : 4 = 1 + 0 + 3; 0, 0; b d"});
}

TEST(CoverageTest, ByPeriodWithWhatIsNotOwedApart) {
  Campaign c(kRules,
             Schools() +
                 "changes { put_organization { id: 'e' name: 'e' "
                 "kind: 'school' since: '2021-03-10' } } " +
                 Act("x", "visit", "2021-03-05", 60, "", "organization: 'a'") +
                 Act("y", "visit", "2021-04-05", 60, "", "organization: 'b'") +
                 Act("z", "visit", "2021-04-06", 60, "", "organization: 'b'"));
  EXPECT_EQ(Lines(&c, "2021-04-30", {"visit"}),
            (Strings{"visit 2021-03: 3 = 1 + 0 + 2; 1, 1; c",
                     "visit 2021-04: 4 = 1 + 3 + 0; 1, 0; a c e"}));
}

TEST(CoverageTest, AQuotaThatIsNotThereIsNamed) {
  Campaign c(kRules, Schools());
  const auto report =
      CoverageOf(c.pack(), c.ledger().View(), "2021-04-01", {"plam", "x"});
  ASSERT_FALSE(report.ok());
  const v1::ErrorList faults = FaultsOf(report.status());
  ASSERT_EQ(faults.errors_size(), 2);
  EXPECT_EQ(faults.errors(0).reason(), "UNKNOWN_QUOTA");
}

}  // namespace
}  // namespace duban
