// Q12: random checks that can be drawn again, and teams that never inspect
// their own.
#include "duban/draw.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/duty/draw.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Plan(const std::string& more) {
  return absl::StrCat(
      "sampling_plan { id: 'checks' of: EACH_ORGANIZATION who: "
      "\"organization.kind == 'school'\" seed: '2021-11' ",
      more, " }");
}

const char kTeams[] = " teams: \"organization.kind == 'branch'\" ";

std::string Schools(int n) {
  std::string facts = Org("o", "bureau");
  for (int i = 0; i < n; ++i) {
    facts += Org(absl::StrCat("s", 100 + i), "school", "o");
  }
  return facts;
}

v1::SampleReport Drawn(Campaign* c) {
  const auto report =
      Draw(c->pack(), c->ledger().View(), "2021-11-01", "checks");
  EXPECT_TRUE(report.ok()) << report.status();
  return report.ok() ? *report : v1::SampleReport();
}

std::vector<std::string> Ids(const v1::SampleReport& report) {
  std::vector<std::string> ids;
  for (const v1::Drawn& drawn : report.drawn()) {
    ids.push_back(drawn.subject().id());
  }
  return ids;
}

std::string ReasonOf(const absl::Status& status) {
  return FaultsOf(status).errors(0).reason();
}

// printf '6:checks,7:2021-11,4:s100,' | sha256sum
TEST(DrawTest, ATicketIsWhatSha256sumSays) {
  EXPECT_EQ(duty::TicketOf("checks", "2021-11", "s100"),
            "17618025a73c440e1c760aac8c4a9416b820bb5f2dd9b11393c55843af106c32");
  // Of Chinese text the bytes of UTF-8 count:
  // printf '1:a,6:抽查,3:s-1,' | sha256sum
  EXPECT_EQ(duty::TicketOf("a", "抽查", "s-1"),
            "0c9484bd1b868840400a1ff7ec56cd7b1e8126fb24631b5db67ce554cb2b7a67");
}

TEST(DrawTest, TheLowestTicketsAreDrawn) {
  Campaign c(Plan("number: 5"), Schools(40));
  const v1::SampleReport report = Drawn(&c);
  EXPECT_EQ(report.population(), 40);
  std::vector<std::pair<std::string, std::string>> all;
  for (int i = 0; i < 40; ++i) {
    const std::string id = absl::StrCat("s", 100 + i);
    all.emplace_back(duty::TicketOf("checks", "2021-11", id), id);
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(report.drawn_size(), 5);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(report.drawn(i).subject().id(), all[i].second);
    EXPECT_EQ(report.drawn(i).ticket(), all[i].first);
    EXPECT_FALSE(report.drawn(i).has_team());
  }
}

TEST(DrawTest, AShareIsRoundedUp) {
  for (const auto& [share, n] : std::vector<std::pair<std::string, int>>{
           {"0.1", 4}, {"0.101", 5}, {"0.000000001", 1}, {"1", 40}}) {
    Campaign c(Plan(absl::StrCat("share: '", share, "'")), Schools(40));
    EXPECT_EQ(Drawn(&c).drawn_size(), n) << share;
  }
  Campaign none(Plan("share: '0.5'"), Schools(0));
  EXPECT_EQ(Drawn(&none).drawn_size(), 0);
  Campaign few(Plan("number: 50"), Schools(3));
  EXPECT_EQ(Drawn(&few).drawn_size(), 3);
}

// A new school may be drawn itself; it never changes the order of others.
TEST(DrawTest, OneMoreUnitReshufflesNobody) {
  Campaign c(Plan("number: 20"), Schools(40));
  const std::vector<std::string> before = Ids(Drawn(&c));
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("new", i);
    c.Add(Org(id, "school", "o"));
    std::vector<std::string> after = Ids(Drawn(&c));
    after.erase(
        std::remove_if(after.begin(), after.end(),
                       [](const std::string& s) { return s[0] == 'n'; }),
        after.end());
    ASSERT_LE(after.size(), before.size());
    EXPECT_TRUE(std::equal(after.begin(), after.end(), before.begin()));
  }
}

TEST(DrawTest, AnotherSeedIsAnotherDraw) {
  Campaign c(Plan("number: 20"), Schools(40));
  std::string other = Plan("number: 20");
  other.replace(other.find("2021-11"), 7, "2021-12");
  Campaign d(other, Schools(40));
  EXPECT_NE(Ids(Drawn(&c)), Ids(Drawn(&d)));
}

TEST(DrawTest, OnlyWhoIsThereOnTheDay) {
  Campaign c(Plan("share: '1'"),
             Schools(3) +
                 "changes { put_organization { id: 's-new' name: 'n' "
                 "kind: 'school' since: '2021-11-02' } } changes { "
                 "put_organization { id: 's-old' name: 'o' kind: "
                 "'school' until: '2021-10-31' } }");
  EXPECT_EQ(Drawn(&c).population(), 3);
}

// 14 teams over 300 schools: as even as can be, and none gets its own.
TEST(DrawTest, Q12FourteenTeamsOverThreeHundredSchools) {
  std::string facts = Schools(300);
  std::map<std::string, std::set<std::string>> own;
  for (int t = 0; t < 14; ++t) {
    const std::string team = absl::StrCat("t", 10 + t);
    // Below a school, or with members from one.
    const std::string school = absl::StrCat("s", 100 + t * 7);
    const std::string home = absl::StrCat("s", 100 + t * 11);
    facts += Org(team, "branch", school);
    facts += Member("m" + team, home);
    facts +=
        absl::StrCat("changes { put_post { id: 'p", team, "' person: 'm", team,
                     "' organization: '", team, "' role: 'head' } }\n");
    own[team] = {school, home};
  }
  Campaign c(Plan(absl::StrCat("share: '1'", kTeams)), facts);
  const v1::SampleReport report = Drawn(&c);
  ASSERT_EQ(report.drawn_size(), 300);
  std::map<std::string, int> load;
  for (const v1::Drawn& drawn : report.drawn()) {
    ++load[drawn.team().id()];
    EXPECT_EQ(own[drawn.team().id()].count(drawn.subject().id()), 0u)
        << drawn.team().id() << " " << drawn.subject().id();
  }
  ASSERT_EQ(load.size(), 14u);
  for (const auto& [team, n] : load) {
    EXPECT_GE(n, 21) << team;  // 300 / 14 = 21.4
    EXPECT_LE(n, 22) << team;
  }
}

TEST(DrawTest, NoTeamGetsWhatIsAboveOrBelowIt) {
  // One team under school x, one that x itself stands under.
  Campaign c(Plan(absl::StrCat("share: '1'", kTeams)),
             Org("root", "bureau") + Org("above", "branch", "root") +
                 Org("x", "school", "above") + Org("below", "branch", "x") +
                 Org("y", "school", "root"));
  const auto report = Draw(c.pack(), c.ledger().View(), "2021-11-01", "checks");
  ASSERT_FALSE(report.ok());
  const v1::ErrorList faults = FaultsOf(report.status());
  ASSERT_EQ(faults.errors_size(), 1);
  EXPECT_EQ(faults.errors(0).reason(), "NO_TEAM_FOR");
  EXPECT_EQ(faults.errors(0).place().field(), "x");
  c.Add(Org("free", "branch", "root"));
  std::map<std::string, std::string> team_of;
  const v1::SampleReport drawn = Drawn(&c);
  for (const v1::Drawn& d : drawn.drawn()) {
    team_of[d.subject().id()] = d.team().id();
  }
  EXPECT_EQ(team_of["x"], "free");
  EXPECT_NE(team_of["y"], "free");
}

// A member of the bureau inspects its schools; one of the school does not.
TEST(DrawTest, AMemberOfTheBureauMayInspectItsSchools) {
  const auto facts = [](const std::string& home) {
    return Org("o", "bureau") + Org("s", "school", "o") +
           Org("office", "school", "s") + Org("t", "branch") +
           Member("li", home) +
           "changes { put_post { id: 'p' person: 'li' organization: 't' role: "
           "'head' } }";
  };
  const std::string plan =
      "sampling_plan { id: 'checks' of: EACH_ORGANIZATION who: "
      "\"organization.id == 's'\" seed: 'x' number: 1 teams: "
      "\"organization.id == 't'\" }";
  Campaign bureau(plan, facts("o"));
  EXPECT_EQ(Drawn(&bureau).drawn(0).team().id(), "t");
  for (const char* home : {"s", "office"}) {
    Campaign own(plan, facts(home));
    const auto report =
        Draw(own.pack(), own.ledger().View(), "2021-11-01", "checks");
    ASSERT_FALSE(report.ok()) << home;
    EXPECT_EQ(ReasonOf(report.status()), "NO_TEAM_FOR");
  }
}

TEST(DrawTest, PersonsAreDrawnToo) {
  Campaign c(
      "sampling_plan { id: 'checks' of: EACH_PERSON who: \"'member' in "
      "person.kinds\" seed: 'x' number: 2 teams: \"organization.kind "
      "== 'branch'\" }",
      Org("o", "bureau") + Org("s", "school", "o") + Org("t1", "branch") +
          Org("t2", "branch", "s") + Member("li", "s") + Member("wu", "s") +
          Member("xu", "s"));
  const v1::SampleReport report = Drawn(&c);
  ASSERT_EQ(report.drawn_size(), 2);
  // t2 is below their school.
  for (const v1::Drawn& d : report.drawn()) EXPECT_EQ(d.team().id(), "t1");
}

TEST(DrawTest, APlanThatIsNotThereIsNamed) {
  Campaign c(Plan("number: 1"), Schools(1));
  const auto report = Draw(c.pack(), c.ledger().View(), "2021-11-01", "cheks");
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(ReasonOf(report.status()), "UNKNOWN_PLAN");
}

// Against all ways of dealing few things to few hands: whenever each can be
// taken by somebody, each is, and without limits loads differ by one at most.
TEST(DealTest, EachIsDealtToOneThatMayTakeIt) {
  for (uint32_t mask = 0; mask < 4096; ++mask) {
    const auto may_take = [mask](size_t unit, size_t team) {
      return (mask >> (unit * 3 + team) & 1) != 0;
    };
    const auto dealt = duty::Deal(4, 3, may_take);
    for (size_t u = 0; u < 4; ++u) {
      EXPECT_EQ(dealt[u].has_value(), (mask >> (u * 3) & 7) != 0);
      EXPECT_TRUE(!dealt[u] || may_take(u, *dealt[u]));
    }
  }
  const auto free = duty::Deal(20, 6, [](size_t, size_t) { return true; });
  std::vector<int> load(6);
  for (const auto& team : free) ++load[*team];
  EXPECT_EQ(*std::max_element(load.begin(), load.end()), 4);
  EXPECT_EQ(*std::min_element(load.begin(), load.end()), 3);
}

}  // namespace
}  // namespace duban
