// Pairings by the rules of a pack: 1+N, one pair each, who may hold one.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/ledger/state.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Pair(const std::string& id, const std::string& holder,
                 const std::string& partner, const std::string& since,
                 const std::string& until, const std::string& kind = "contact",
                 const std::string& more = "") {
  return absl::StrCat("put_pairing { id: '", id, "' kind: '", kind,
                      "' person: '", holder, "' partner_organization: '",
                      partner, "' since: '", since, "' until: '", until, "' ",
                      more, " }");
}

std::string Many(const std::string& prefix, int n, const std::string& home) {
  std::string changes;
  for (int i = 0; i < n; ++i) {
    changes += home.empty() ? Org(absl::StrCat(prefix, i), "school")
                            : Member(absl::StrCat(prefix, i), home);
  }
  return changes;
}

std::string SmallWorld() {
  return Org("u", "bureau") + Many("s", 6, "") + Many("p", 6, "u");
}

TEST(PairingRules, AHolderHasAtMostSoManyPartnersOnAnyOneDay) {
  Campaign c("pairing { kind: 'contact' partners_at_most: 2 }", SmallWorld());
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "s0", "2021-01-01", "2021-06-30")),
            "");
  EXPECT_EQ(PutOne(ledger, Pair("b", "p0", "s1", "2021-03-01", "")), "");
  EXPECT_EQ(PutOne(ledger, Pair("c", "p0", "s2", "2021-06-30", "")),
            "PAIRING_TOO_MANY_PARTNERS@person");
  // The day after one of them ended there is room.
  EXPECT_EQ(PutOne(ledger, Pair("c", "p0", "s2", "2021-07-01", "")), "");
  // The same partner again is no further partner; another holder is free.
  EXPECT_EQ(PutOne(ledger, Pair("d", "p0", "s1", "2021-09-01", "")), "");
  EXPECT_EQ(PutOne(ledger, Pair("e", "p1", "s3", "2021-09-01", "")), "");
  // A record that is put again does not count against itself.
  EXPECT_EQ(PutOne(ledger, Pair("c", "p0", "s4", "2021-07-01", "")), "");
  EXPECT_EQ(PutOne(ledger, Pair("f", "p0", "s5", "2021-12-01", "")),
            "PAIRING_TOO_MANY_PARTNERS@person");
  EXPECT_EQ(PutOne(ledger, "void_record { kind: PAIRING id: 'c' reason: 'r' }"),
            "");
  EXPECT_EQ(PutOne(ledger, Pair("f", "p0", "s5", "2021-12-01", "")), "");
}

// 第一班主任: a class has one. 1+N: a person has several classes.
TEST(PairingRules, APartnerHasAtMostSoManyHolders) {
  Campaign c("pairing { kind: 'contact' holders_at_most: 1 }", SmallWorld());
  EXPECT_EQ(PutOne(c.ledger(), Pair("a", "p0", "s0", "2021-01-01", "")), "");
  EXPECT_EQ(PutOne(c.ledger(), Pair("b", "p0", "s1", "2021-01-01", "")), "");
  EXPECT_EQ(PutOne(c.ledger(), Pair("c", "p1", "s0", "2021-05-01", "")),
            "PAIRING_TOO_MANY_HOLDERS@partner_organization");
  // In one batch the first is ended and the second begins.
  EXPECT_EQ(
      Put(c.ledger(),
          absl::StrCat(
              "changes {", Pair("a", "p0", "s0", "2021-01-01", "2021-04-30"),
              "} changes {", Pair("c", "p1", "s0", "2021-05-01", ""), "}")),
      "");
  // Two households of one name may be two; nobody can tell.
  for (const char* person : {"p2", "p3"}) {
    EXPECT_EQ(
        PutOne(c.ledger(), absl::StrCat("put_pairing { id: 'n", person,
                                        "' kind: 'contact' person: '", person,
                                        "' partner_name: '李家' "
                                        "since: '2021-01-01' }")),
        "");
  }
}

TEST(PairingRules, OfOneThatIsTooManyAlreadyTheEndCanBePut) {
  Campaign c("", SmallWorld());
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(PutOne(c.ledger(), Pair(absl::StrCat("a", i), "p0",
                                      absl::StrCat("s", i), "2021-01-01", "")),
              "");
  }
  auto stricter = PackOf("pairing { kind: 'contact' partners_at_most: 1 }");
  ASSERT_TRUE(c.ledger().Adopt(*stricter)->applied());
  EXPECT_EQ(
      PutOne(c.ledger(), Pair("a1", "p0", "s1", "2021-01-01", "2021-06-30")),
      "");
  EXPECT_EQ(
      PutOne(c.ledger(), Pair("a1", "p0", "s1", "2021-01-01", "2021-07-31")),
      "PAIRING_TOO_MANY_PARTNERS@person");
}

TEST(PairingRules, SomeHaveToSayHowLongTheyLast) {
  Campaign c("pairing { kind: 'contact' until_required: true }", SmallWorld());
  EXPECT_EQ(PutOne(c.ledger(), Pair("a", "p0", "s0", "2021-01-01", "")),
            "PAIRING_UNTIL_REQUIRED@until");
  EXPECT_EQ(
      PutOne(c.ledger(), Pair("a", "p0", "s0", "2021-01-01", "2021-12-31")),
      "");
}

TEST(PairingRules, TheHolderIsOneOfWhomTheConditionHoldsOnTheFirstDay) {
  Campaign c(
      "pairing { kind: 'contact' "
      "who: \"person.rank_level >= level('rank', 'division') && "
      "'u' in person.organizations_above\" }",
      SmallWorld() +
          "changes { put_post { id: 't' person: 'p0' organization: 'u' "
          "role: 'head' rank: 'division' since: '2021-02-01' "
          "until: '2021-10-31' } }");
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "s0", "2021-01-31", "")),
            "PAIRING_HOLDER_UNFIT@person");
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "s0", "2021-02-01", "")), "");
  EXPECT_EQ(PutOne(ledger, Pair("b", "p0", "s0", "2021-11-01", "")),
            "PAIRING_HOLDER_UNFIT@person");
  EXPECT_EQ(PutOne(ledger, Pair("c", "p1", "s0", "2021-02-01", "")),
            "PAIRING_HOLDER_UNFIT@person");
}

TEST(PairingRules, TheConditionMaySpeakOfTheOrganization) {
  Campaign c(
      "pairing { kind: 'contact' who: \"organization.kind == 'bureau'\" }",
      SmallWorld());
  EXPECT_EQ(PutOne(c.ledger(), Pair("a", "p0", "s0", "2021-01-01", "")), "");
  EXPECT_EQ(PutOne(c.ledger(),
                   "put_pairing { id: 'b' kind: 'contact' organization: 's1' "
                   "partner_organization: 's0' since: '2021-01-01' }"),
            "PAIRING_HOLDER_UNFIT@organization");
}

TEST(PairingRules, BothSidesAreThereWhileItLasts) {
  Campaign c("", SmallWorld() + R"(
    changes { put_organization { id: 'old' name: 'o' kind: 'school'
                                 until: '2020-08-31' } }
    changes { put_organization { id: 'new' name: 'n' kind: 'school'
                                 since: '2022-01-01' } })");
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "old", "2021-01-01", "")),
            "PAIRING_SIDE_NOT_THERE@partner_organization");
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "new", "2021-01-01", "2021-12-31")),
            "PAIRING_SIDE_NOT_THERE@partner_organization");
  // Entered with hindsight, or before the new school opens.
  EXPECT_EQ(PutOne(ledger, Pair("a", "p0", "new", "2021-01-01", "")), "");
  EXPECT_EQ(PutOne(ledger, Pair("b", "p0", "old", "2020-08-31", "")), "");
}

// Against a count of every day, one by one.
TEST(PairingRules, AgreeWithCountingDayByDay) {
  struct Held {
    int holder, partner, from, until;
  };
  std::mt19937 random(7);
  Campaign c(
      "pairing { kind: 'contact' partners_at_most: 2 holders_at_most: 2 }",
      SmallWorld());
  std::map<std::string, Held> there;
  const auto most = [&](const std::map<std::string, Held>& all, bool holders,
                        int self, const Held& within) {
    size_t result = 0;
    for (int day = within.from; day <= within.until; ++day) {
      std::map<int, int> others;
      for (const auto& [id, held] : all) {
        const int same = holders ? held.partner : held.holder;
        if (same != self || day < held.from || day > held.until) continue;
        ++others[holders ? held.holder : held.partner];
      }
      result = std::max(result, others.size());
    }
    return result;
  };
  const auto date = [](int day) {
    return Date::FromDays(18628 + day).ToString();
  };
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    const std::string id = absl::StrCat("x", random() % 40);
    const int from = static_cast<int>(random() % 60);
    const Held held{static_cast<int>(random() % 4),
                    static_cast<int>(random() % 4), from,
                    from + static_cast<int>(random() % 20)};
    auto after = there;
    const auto before = there.find(id);
    const bool only_shortens =
        before != there.end() && before->second.holder == held.holder &&
        before->second.partner == held.partner &&
        before->second.from <= held.from && held.until <= before->second.until;
    after[id] = held;
    const bool fits =
        only_shortens || (most(after, false, held.holder, held) <= 2 &&
                          most(after, true, held.partner, held) <= 2);
    const std::string answer =
        PutOne(c.ledger(), Pair(id, absl::StrCat("p", held.holder),
                                absl::StrCat("s", held.partner),
                                date(held.from), date(held.until)));
    ASSERT_EQ(answer.empty(), fits) << answer << " in round " << round;
    refused += !fits;
    if (fits) there = after;
  }
  EXPECT_GT(refused, 50);
  EXPECT_LT(refused, 350);
}

// Q15: 100 doctors and 100 villages; here 20,000 people and as many partners.
TEST(PairingRules, TwentyThousandArePut) {
  Campaign c(
      "pairing { kind: 'contact' partners_at_most: 1 holders_at_most: 1 }",
      Org("u", "bureau"));
  v1::Batch batch;
  for (int i = 0; i < 20000; ++i) {
    v1::Person* person = batch.add_changes()->mutable_put_person();
    person->set_id(absl::StrCat("d", i));
    person->set_name("d");
    person->set_organization("u");
    v1::Organization* village = batch.add_changes()->mutable_put_organization();
    village->set_id(absl::StrCat("v", i));
    village->set_name("v");
    village->set_kind("branch");
  }
  for (int i = 0; i < 20000; ++i) {
    v1::Pairing* pairing = batch.add_changes()->mutable_put_pairing();
    pairing->set_id(absl::StrCat("x", i));
    pairing->set_kind("contact");
    pairing->set_person(absl::StrCat("d", i));
    pairing->set_partner_organization(absl::StrCat("v", i));
    pairing->set_since("2021-01-01");
  }
  const auto receipt = c.ledger().Apply(batch);
  ASSERT_TRUE(receipt.ok() && receipt->applied());
  EXPECT_EQ(PutOne(c.ledger(), Pair("y", "d5", "v6", "2023-01-01", "")),
            "PAIRING_TOO_MANY_PARTNERS@person "
            "PAIRING_TOO_MANY_HOLDERS@partner_organization");
}

// What a refused batch brought is in no index.
TEST(PairingRules, ARefusedBatchCountsForNothing) {
  Campaign c("pairing { kind: 'contact' partners_at_most: 1 }", SmallWorld());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(
        Put(c.ledger(),
            absl::StrCat("changes {", Pair("a", "p0", "s0", "2021-01-01", ""),
                         "} changes {", Pair("b", "p0", "s1", "2021-01-01", ""),
                         "}")),
        "PAIRING_TOO_MANY_PARTNERS@person");
    const std::string id = absl::StrCat("c", round);
    EXPECT_EQ(PutOne(c.ledger(), Pair(id, absl::StrCat("p", round + 1), "s0",
                                      "2021-01-01", "")),
              "");
  }
}

}  // namespace
}  // namespace duban
