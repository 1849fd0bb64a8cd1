// Q8: quotas inherit down the tree, and the stricter one stands. Against a
// second, naive way of saying so, on trees made at random.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  int Below(int n) {
    state_ = state_ * 1664525 + 1013904223;
    return static_cast<int>((state_ >> 8) % static_cast<uint32_t>(n));
  }

 private:
  uint32_t state_;
};

struct Quota {
  std::string id;
  std::string issuer;
  bool weekly;
  int at_least;
};

std::string TextOf(const Quota& q) {
  return absl::StrCat(
      "quota { id: '", q.id, "' subject: EACH_PERSON topic: 'visit' every: ",
      q.weekly ? "WEEK" : "MONTH", q.issuer.empty() ? "" : " issuer: '",
      q.issuer, q.issuer.empty() ? "" : "'",
      " within { from: '2021-11-01' until: '2021-11-30' } need { tally { from: "
      "ACTIVITIES count {} } at_least: '",
      q.at_least, "' } }\n");
}

TEST(InheritanceTest, Q8OnRandomTreesTheStrictestFromAboveStands) {
  for (uint32_t seed = 1; seed <= 25; ++seed) {
    Random random(seed);
    std::map<std::string, std::string> parent_of;
    std::string facts;
    for (int i = 0; i < 12; ++i) {
      const std::string id = absl::StrCat("o", i);
      parent_of[id] = i == 0 ? "" : absl::StrCat("o", random.Below(i));
      facts += Org(id, "bureau", parent_of[id]);
      facts += Member("p" + id, id);
    }
    std::vector<Quota> quotas;
    std::string rules;
    for (int i = 0; i < 4; ++i) {
      quotas.push_back(
          {absl::StrCat("q", i),
           random.Below(5) == 0 ? "" : absl::StrCat("o", random.Below(12)),
           random.Below(2) == 0, 1 + random.Below(5)});
      rules += TextOf(quotas.back());
    }
    Campaign c(rules, facts);
    std::map<std::string, std::string> found;
    const v1::DutyReport report = c.Duties("2021-11-28");
    for (const v1::Duty& duty : report.duty()) {
      std::string& quota = found[duty.subject().organization()];
      EXPECT_TRUE(quota.empty() || quota == duty.quota()) << seed;
      quota = duty.quota();
    }
    for (const auto& [id, parent] : parent_of) {
      // By hand: from the own organization up; a week is 4.348125 a month.
      const Quota* strictest = nullptr;
      double most = 0;
      for (const Quota& q : quotas) {
        bool binds = q.issuer.empty();
        for (std::string at = id; !at.empty(); at = parent_of[at]) {
          binds |= at == q.issuer;
        }
        const double asked = q.at_least * (q.weekly ? 365.2425 / 7 / 12 : 1);
        if (binds && asked > most + 1e-6) {
          strictest = &q;
          most = asked;
        }
      }
      EXPECT_EQ(found[id], strictest == nullptr ? "" : strictest->id)
          << seed << " " << id;
    }
  }
}

// The province asks for two a month, the district for one a week: the person
// below both has the district's, which says whose it is and what it replaces.
TEST(InheritanceTest, Q8TheDutyNamesItsIssuerAndWhatItStandsFor) {
  Campaign c(TextOf({"two-a-month", "province", false, 2}) +
                 TextOf({"one-a-week", "district", true, 1}),
             Org("province", "bureau") + Org("district", "bureau", "province") +
                 Org("school", "school", "district") + Member("li", "school") +
                 Member("wu", "province"));
  const v1::DutyReport report = c.Duties("2021-11-28");
  ASSERT_EQ(report.duty_size(), 5);
  EXPECT_EQ(report.duty(0).subject().id(), "wu");
  EXPECT_EQ(report.duty(0).issuer(), "province");
  for (int i = 1; i < 5; ++i) {
    EXPECT_EQ(report.duty(i).subject().id(), "li");
    EXPECT_EQ(report.duty(i).issuer(), "district");
    ASSERT_EQ(report.duty(i).stands_for_size(), 1);
    EXPECT_EQ(report.duty(i).stands_for(0), "two-a-month");
  }
}

// Who moves from one district to another in mid-month is held to neither month
// in full.
TEST(InheritanceTest, Q8WhoMovesIsHeldToEachForItsDays) {
  Campaign c(TextOf({"a", "east", false, 3}) + TextOf({"b", "west", false, 2}),
             Org("east", "bureau") + Org("west", "bureau") +
                 "changes { put_person { id: 'li' name: 'l' organization: "
                 "'east' } } changes { put_person { id: 'li' name: 'l' "
                 "organization: 'west' since: '2021-11-11' } }");
  const v1::DutyReport report = c.Duties("2021-12-01");
  ASSERT_EQ(report.duty_size(), 2);
  EXPECT_EQ(report.duty(0).quota(), "a");
  EXPECT_EQ(report.duty(0).state(), v1::NOT_APPLICABLE);
  EXPECT_EQ(report.duty(0).owed_days(), 10);
  EXPECT_EQ(report.duty(0).subject().organization(), "east");
  EXPECT_EQ(report.duty(1).owed_days(), 20);
  EXPECT_EQ(report.duty(1).subject().organization(), "west");
}

// Conjunctive needs: each is a quota of its own topic, and of each the
// stricter stands, whichever body asks for it.
TEST(InheritanceTest, Q8OfSeveralNeedsTheStricterStandsForEach) {
  const auto quota = [](const std::string& id, const std::string& issuer,
                        const std::string& topic, int at_least) {
    return absl::StrCat(
        "quota { id: '", id, "' subject: EACH_PERSON topic: '", topic,
        "' every: MONTH issuer: '", issuer,
        "' within { from: '2021-11-01' until: '2021-11-30' } need { tally { "
        "from: ACTIVITIES count {} } at_least: '",
        at_least, "' } }\n");
  };
  Campaign c(quota("p-visits", "province", "visits", 2) +
                 quota("p-lectures", "province", "lectures", 1) +
                 quota("d-visits", "district", "visits", 1) +
                 quota("d-lectures", "district", "lectures", 3),
             Org("province", "bureau") + Org("district", "bureau", "province") +
                 Member("li", "district"));
  std::vector<std::string> owed;
  const v1::DutyReport report = c.Duties("2021-11-28");
  for (const v1::Duty& duty : report.duty()) owed.push_back(duty.quota());
  EXPECT_EQ(owed, (std::vector<std::string>{"p-visits", "d-lectures"}));
}

}  // namespace
}  // namespace duban
