// Mergers and splits: what they need, and how they are read both ways.
#include "src/ledger/succession.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

std::string Merge(const std::string& from, const std::string& into,
                  const std::string& on) {
  return absl::StrCat("merge_organizations { from: [", from, "] into: '", into,
                      "' on: '", on, "' }");
}
std::string Split(const std::string& from, const std::string& into,
                  const std::string& on) {
  return absl::StrCat("split_organization { from: '", from, "' into: [", into,
                      "] on: '", on, "' }");
}

std::string Said(const expr::Value& value) { return value.ToString(); }

std::string Schools() {
  return Org("u", "bureau") + Org("a", "school", "u") +
         Org("b", "school", "u") + Org("c", "school", "u") +
         Org("d", "school", "u");
}

TEST(Successions, AreReadBothWaysAsOfADay) {
  Campaign c("", Schools());
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Merge("'a', 'b'", "c", "2021-07-01")), "");
  EXPECT_EQ(PutOne(ledger, Merge("'c'", "d", "2022-07-01")), "");
  const LedgerView view = ledger.View();
  const auto code = [&](const char* id) {
    return *view->Find(v1::ORGANIZATION, id);
  };
  const auto made_of = [&](const char* id, const char* day) {
    return Said(ledger::PredecessorIds(*view, code(id), *Date::Parse(day)));
  };
  const auto led_to = [&](const char* id, const char* day) {
    return Said(ledger::SuccessorIds(*view, code(id), *Date::Parse(day)));
  };
  EXPECT_EQ(made_of("d", "2022-06-30"), "[]");
  EXPECT_EQ(made_of("d", "2022-07-01"), "[\"a\", \"b\", \"c\"]");
  EXPECT_EQ(made_of("c", "2021-07-01"), "[\"a\", \"b\"]");
  EXPECT_EQ(led_to("a", "2021-06-30"), "[]");
  EXPECT_EQ(led_to("a", "2021-12-31"), "[\"c\"]");
  EXPECT_EQ(led_to("a", "2022-07-01"), "[\"c\", \"d\"]");
  EXPECT_EQ(led_to("u", "2022-07-01"), "[]");
}

TEST(Successions, AreSeenByRules) {
  Campaign c(
      "scheme { id: 's' subject: EACH_ORGANIZATION every: ONCE "
      "who: \"organization.kind == 'school'\" "
      "criterion { id: 'n' max: '10' "
      "points: \"size(organization.predecessors)\" } "
      "criterion { id: 'm' max: '10' "
      "points: \"size(organization.successors)\" } }",
      Schools());
  EXPECT_EQ(PutOne(c.ledger(), Merge("'a', 'b'", "c", "2021-07-01")), "");
  EXPECT_EQ(c.Points("c", "n", "2021-12-31"), "2");
  EXPECT_EQ(c.Points("d", "n", "2021-12-31"), "0");
  EXPECT_EQ(c.Points("c", "n", "2021-06-30"), "0");
  EXPECT_EQ(c.Points("a", "m", "2021-06-30"), "0");
}

TEST(Successions, EndOnce) {
  Campaign c("", Schools());
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Merge("'a'", "b", "2021-07-01")), "");
  EXPECT_EQ(PutOne(ledger, Merge("'a'", "c", "2022-07-01")),
            "ORGANIZATION_ENDED@merge_organizations.from");
  EXPECT_EQ(PutOne(ledger, Split("a", "'c', 'd'", "2022-07-01")),
            "ORGANIZATION_ENDED@split_organization.from");
  // Nor does it take in another one afterwards.
  EXPECT_EQ(PutOne(ledger, Merge("'c'", "a", "2022-07-01")),
            "HEIR_NOT_THERE@merge_organizations.into");
  EXPECT_EQ(PutOne(ledger, Merge("'c'", "a", "2021-07-01")),
            "HEIR_NOT_THERE@merge_organizations.into");
  EXPECT_EQ(PutOne(ledger, Merge("'c', 'c'", "d", "2021-07-01")),
            "NAMED_TWICE@merge_organizations.from");
  EXPECT_EQ(PutOne(ledger, Split("c", "'c', 'd'", "2021-07-01")),
            "SPLIT_INTO_ITSELF@split_organization.into");
  EXPECT_EQ(PutOne(ledger, Split("c", "'nobody'", "2021-07-01")),
            "REFERENCE_NOT_FOUND@split_organization.into");
  EXPECT_EQ(PutOne(ledger, Merge("'c'", "d", "2021-13-01")),
            "BAD_DATE@merge_organizations.on");
}

TEST(Successions, LieWithinTheLife) {
  Campaign c("", Schools() + R"(
    changes { put_organization { id: 'x' name: 'x' kind: 'school'
                                 since: '2021-03-01' until: '2021-06-30' } }
    changes { put_organization { id: 'y' name: 'y' kind: 'school'
                                 since: '2021-07-01' } })");
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Merge("'x'", "a", "2021-03-01")),
            "SUCCESSION_OUTSIDE_LIFE@merge_organizations.from");
  EXPECT_EQ(PutOne(ledger, Merge("'x'", "a", "2021-07-02")),
            "SUCCESSION_OUTSIDE_LIFE@merge_organizations.from");
  EXPECT_EQ(PutOne(ledger, Merge("'x'", "y", "2021-06-30")),
            "HEIR_NOT_THERE@merge_organizations.into");
  // The host has ended it on the day before already.
  EXPECT_EQ(PutOne(ledger, Merge("'x'", "y", "2021-07-01")), "");
}

// A register that is imported again every night does not bring it back.
TEST(Successions, AreNotUndoneByPuttingTheOrganizationAgain) {
  Campaign c("", Schools());
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger, Merge("'a'", "b", "2021-07-01")), "");
  EXPECT_EQ(Put(ledger, Org("a", "school", "u")), "ORGANIZATION_ENDED@until");
  EXPECT_EQ(PutOne(ledger,
                   "put_organization { id: 'a' name: '甲' kind: 'school' "
                   "since: '2022-01-01' }"),
            "ORGANIZATION_ENDED@until");
  // Its name can still be corrected.
  EXPECT_EQ(PutOne(ledger,
                   "put_organization { id: 'a' name: '甲' kind: 'school' "
                   "parent: 'u' until: '2021-06-30' }"),
            "");
}

constexpr char kVisits[] =
    "quota { id: 'v' subject: EACH_ORGANIZATION every: ONCE "
    "who: \"organization.kind == 'school'\" "
    "need { tally { from: ACTIVITIES credit: OWN with_predecessors: $0 "
    "count {} } at_least: '1' } }";

std::string Visits(bool with) {
  std::string rule = kVisits;
  rule.replace(rule.find("$0"), 2, with ? "true" : "false");
  return rule;
}

std::string Visit(const std::string& id, const std::string& organization,
                  const std::string& date) {
  return Act(id, "visit", date, 30, "",
             absl::StrCat("organization: '", organization, "'"));
}

std::string Done(Campaign& c, const std::string& subject,
                 const std::string& as_of = "2021-12-31") {
  const v1::DutyReport report = c.Duties(as_of);
  for (const v1::Duty& duty : report.duty()) {
    if (duty.subject().id() == subject) return duty.need(0).done();
  }
  return "none";
}

TEST(Successions, WhatCountedBeforeCountsForTheHeirWhereTheRuleSaysSo) {
  const std::string facts =
      Schools() + Visit("1", "a", "2021-03-01") +
      Visit("2", "b", "2021-04-01") + Visit("3", "c", "2021-04-01") +
      Visit("4", "c", "2021-09-01") + "changes { " +
      Merge("'a', 'b'", "c", "2021-07-01") + " } " +
      // Entered under the old name afterwards: nobody's any more.
      Visit("5", "a", "2021-08-01");
  Campaign with(Visits(true), facts);
  EXPECT_EQ(Done(with, "c"), "4");
  EXPECT_EQ(Done(with, "d"), "0");
  // Before the merger it is the other's alone.
  EXPECT_EQ(Done(with, "c", "2021-06-30"), "1");
  EXPECT_EQ(Done(with, "a", "2021-06-30"), "1");
  Campaign without(Visits(false), facts);
  EXPECT_EQ(Done(without, "c"), "2");
}

TEST(Successions, ThroughSeveralMergersEachRecordCountsOnce) {
  Campaign c(Visits(true), Schools() + Visit("1", "a", "2021-03-01") +
                               Visit("2", "b", "2021-05-01") + "changes { " +
                               Merge("'a'", "b", "2021-04-01") +
                               " } changes { " +
                               Merge("'b'", "c", "2021-07-01") + " }");
  EXPECT_EQ(Done(c, "c"), "2");
}

TEST(Successions, OfASplitOnlyAnOnlyHeirInherits) {
  Campaign c(Visits(true), Schools() + Visit("1", "a", "2021-03-01") +
                               Visit("2", "b", "2021-03-01") + "changes { " +
                               Split("a", "'c'", "2021-07-01") +
                               " } changes { " +
                               Split("b", "'c', 'd'", "2021-07-01") + " }");
  EXPECT_EQ(Done(c, "c"), "1");
  EXPECT_EQ(Done(c, "d"), "0");
}

TEST(Successions, OnlyOrganizationsHavePredecessors) {
  v1::ErrorList faults;
  auto pack = Pack::Parse(
      {{"p.textproto",
        absl::StrCat(
            kPackHead,
            "quota { id: 'v' subject: EACH_PERSON every: MONTH need { "
            "tally { from: ACTIVITIES with_predecessors: true count {} "
            "} at_least: '1' } }")}},
      &faults);
  ASSERT_FALSE(pack.ok());
  EXPECT_EQ(faults.errors(0).reason(), "CREDIT_DOES_NOT_FIT");
}

// "merging units only works into empty ones": two schools that have all there
// can be are merged, and a year is assessed as it was.
TEST(Complaints, MergingUnitsOnlyWorksIntoEmptyOnes) {
  std::string facts = Org("u", "bureau");
  for (const std::string s : {"a", "b"}) {
    facts += Org(s, "school", "u") + Org("branch-" + s, "branch", s) +
             Member("m-" + s, s) +
             Act("act-" + s, "visit", "2021-03-01", 30, "'m-" + s + "'",
                 "organization: '" + s + "'");
    absl::StrAppend(
        &facts, "changes { put_post { id: 'post-", s, "' person: 'm-", s,
        "' organization: '", s, "' role: 'head' since: '2020-09-01' } }",
        "changes { put_pairing { id: 'pair-", s, "' kind: 'contact' ",
        "organization: 'u' partner_organization: '", s,
        "' since: '2021-01-01' } }", "changes { list_matter { id: 'matter-", s,
        "' title: 'x' ", "kind: 'practical' organization: '", s, "' lead: 'm-",
        s, "' listed_on: '2021-03-01' due_on: '2021-12-31' } }");
  }
  Campaign c(Visits(true), facts);
  const v1::DutyReport before = c.Duties("2021-12-31");
  const std::string merge = Merge("'a'", "b", "2022-07-01");
  ASSERT_EQ(PutOne(c.ledger(), merge), "");
  // 2021 is assessed with the tree of 2021.
  v1::DutyReport after = c.Duties("2021-12-31");
  ASSERT_EQ(after.duty_size(), before.duty_size());
  for (int i = 0; i < after.duty_size(); ++i) {
    EXPECT_EQ(after.duty(i).SerializeAsString(),
              before.duty(i).SerializeAsString());
  }
  EXPECT_EQ(Done(c, "a"), "1");
  EXPECT_EQ(Done(c, "b"), "1");
  // Everything is still there, and so is the history, both ways.
  const LedgerView view = c.ledger().View();
  const uint32_t a = *view->Find(v1::ORGANIZATION, "a");
  const uint32_t b = *view->Find(v1::ORGANIZATION, "b");
  EXPECT_EQ(Said(ledger::PredecessorIds(*view, b, Date::Max())), "[\"a\"]");
  EXPECT_EQ(Said(ledger::SuccessorIds(*view, a, Date::Max())), "[\"b\"]");
  for (const auto& [kind, id] : {std::pair{v1::PERSON, "m-a"},
                                 {v1::POST, "post-a"},
                                 {v1::PAIRING, "pair-a"},
                                 {v1::MATTER, "matter-a"},
                                 {v1::ACTIVITY, "act-a"}}) {
    const auto code = view->Find(kind, id);
    ASSERT_TRUE(code) << id;
    EXPECT_TRUE(view->counts(kind, *view->Newest(kind, *code))) << id;
  }
  // Who has to be moved is told, until it is done.
  const auto left = [&] {
    std::string text;
    const LedgerView now = c.ledger().View();
    for (const auto& [kind, row] : ledger::LeftIn(*now, a)) {
      const auto& rows = now->records(kind);
      absl::StrAppend(
          &text, std::string(rows.Text(rows.schema().id_column(), row)), " ");
    }
    return text;
  };
  EXPECT_EQ(left(), "branch-a m-a post-a pair-a ");
  EXPECT_EQ(Put(c.ledger(), R"(
    changes { put_organization { id: 'branch-a' name: 'x' kind: 'branch'
                                 parent: 'b' since: '2022-07-01' } }
    changes { put_person { id: 'm-a' name: 'x' organization: 'b'
                           since: '2022-07-01' } }
    changes { put_post { id: 'post-a' person: 'm-a' organization: 'a'
                         role: 'head' since: '2020-09-01'
                         until: '2022-06-30' } }
    changes { put_pairing { id: 'pair-a' kind: 'contact' organization: 'u'
                            partner_organization: 'a' since: '2021-01-01'
                            until: '2022-06-30' } })"),
            "");
  EXPECT_EQ(left(), "");
  EXPECT_EQ(Done(c, "a"), "1");
}

// Q18: a leading group with a working group of four departments, and a joint
// meeting, each with a mandate and a lifetime; members are posts.
TEST(TemporaryBodies, AcrossTheTree) {
  Campaign c("code_list { id: 'x' } ",
             Org("u", "bureau") + Org("moral", "branch", "u") +
                 Org("basic", "branch", "u") + Org("party", "branch", "u") +
                 Org("finance", "branch", "u") + Member("chair", "u") +
                 Member("d1", "moral") + Member("d2", "basic") +
                 Member("d3", "party") + Member("d4", "finance"));
  // kPackHead's list has no temporary kind: a second pack brings it.
  v1::ErrorList faults;
  auto pack = Pack::Parse({{"t.textproto", R"(
    format_version: 1 id: "bodies" version: "1"
    term { from: "2021-01-01" until: "2021-12-31" }
    code_list { id: "organization-kind"
      code { id: "leading-group" tag: "temporary" }
      code { id: "joint-meeting" tag: "temporary" } })"}},
                          &faults);
  ASSERT_TRUE(pack.ok()) << faults.DebugString();
  ASSERT_TRUE(c.ledger().Adopt(**pack)->applied());
  Ledger& ledger = c.ledger();
  EXPECT_EQ(PutOne(ledger,
                   "put_organization { id: 'lg' name: '领导小组' "
                   "kind: 'leading-group' parent: 'u' }"),
            "MANDATE_REQUIRED@mandate SINCE_REQUIRED@since");
  EXPECT_EQ(Put(ledger, R"(
    changes { put_organization { id: 'lg' name: '领导小组'
      kind: 'leading-group' parent: 'u' mandate: '统筹实办'
      since: '2021-03-01' until: '2021-12-31' } }
    changes { put_organization { id: 'wg' name: '工作专班'
      kind: 'leading-group' parent: 'lg' mandate: '日常工作'
      since: '2021-03-15' until: '2021-12-31' } }
    changes { put_organization { id: 'jm' name: '联席会议'
      kind: 'joint-meeting' parent: 'u' mandate: '协调'
      since: '2021-04-01' until: '2021-12-31' } }
    changes { put_post { id: 'p0' person: 'chair' organization: 'lg'
                         role: 'head' since: '2021-03-01' } })"),
            "");
  for (const char* d : {"d1", "d2", "d3", "d4"}) {
    EXPECT_EQ(
        PutOne(ledger, absl::StrCat("put_post { id: 'wg-", d, "' person: '", d,
                                    "' organization: 'wg' role: 'head' "
                                    "since: '2021-03-15' }")),
        "");
    EXPECT_EQ(
        PutOne(ledger, absl::StrCat("put_post { id: 'jm-", d, "' person: '", d,
                                    "' organization: 'jm' role: 'head' "
                                    "since: '2021-04-01' "
                                    "until: '2021-12-31' }")),
        "");
  }
  EXPECT_EQ(PutOne(ledger,
                   "put_post { id: 'x' person: 'd1' organization: 'wg' "
                   "role: 'head' since: '2021-03-14' }"),
            "POST_OUTSIDE_LIFE@since");
  EXPECT_EQ(PutOne(ledger,
                   "put_post { id: 'x' person: 'd1' organization: 'wg' "
                   "role: 'head' since: '2021-03-15' until: '2022-01-01' }"),
            "POST_OUTSIDE_LIFE@until");
  EXPECT_EQ(PutOne(ledger,
                   "put_post { id: 'x' person: 'd1' organization: 'wg' "
                   "role: 'head' since: '2022-03-15' }"),
            "POST_OUTSIDE_LIFE@since");
  // What a standing body's first day is may only be the day of its entry.
  EXPECT_EQ(PutOne(ledger,
                   "put_organization { id: 'n' name: 'n' kind: 'school' "
                   "since: '2021-01-01' }"),
            "");
  EXPECT_EQ(PutOne(ledger,
                   "put_post { id: 'y' person: 'd1' organization: 'n' "
                   "role: 'head' since: '2015-01-01' }"),
            "");
}

}  // namespace
}  // namespace duban
