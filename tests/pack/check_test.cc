// What the linter says of a pack: each fault by its reason and its line.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "duban/pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;

v1::ErrorList FaultsIn(const std::string& rules) {
  v1::ErrorList faults;
  Pack::Parse({{"p.textproto", absl::StrCat(kPackHead, rules)}}, &faults)
      .IgnoreError();
  return faults;
}

struct Lint {
  const char* reason;
  const char* rules;  // the fault stands on the line that has "// here" in it
};

// Text format has no such comments: the mark is replaced by "#".
class LintTest : public testing::TestWithParam<Lint> {};

TEST_P(LintTest, NamesReasonAndLine) {
  std::string rules = GetParam().rules;
  const std::string whole = absl::StrCat(kPackHead, rules);
  int line = 0;
  int expected = 0;
  for (absl::string_view text : absl::StrSplit(whole, '\n')) {
    ++line;
    if (text.find("# here") != absl::string_view::npos) expected = line;
  }
  ASSERT_NE(expected, 0);
  const v1::ErrorList faults = FaultsIn(rules);
  ASSERT_EQ(faults.errors_size(), 1) << faults.DebugString();
  EXPECT_EQ(faults.errors(0).reason(), GetParam().reason);
  EXPECT_EQ(faults.errors(0).place().line(), expected) << faults.DebugString();
  EXPECT_GT(faults.errors(0).place().column(), 0);
  EXPECT_FALSE(faults.errors(0).message().zh().empty());
  EXPECT_FALSE(faults.errors(0).message().en().empty());
}

INSTANTIATE_TEST_SUITE_P(Pairings, LintTest,
                         testing::Values(Lint{"UNKNOWN_CODE", R"(
  pairing { kind: "contcat"  # here
            partners_at_most: 1 })"},
                                         Lint{"PAIRING_RULE_TWICE", R"(
  pairing { kind: "contact" partners_at_most: 1 }
  pairing { kind: "contact"  # here
            until_required: true })"},
                                         Lint{"KIND_REQUIRED", R"(
  pairing { until_required: true }  # here)"},
                                         Lint{"PAIRING_RULE_EMPTY", R"(
  pairing { kind: "contact" }  # here)"},
                                         Lint{"LIMIT_NEGATIVE", R"(
  pairing { kind: "contact"
            holders_at_most: -1 }  # here)"},
                                         Lint{"UNKNOWN_CODE", R"(
  pairing { kind: "contact"
            who: "organization.kind == 'scool'" }  # here)"},
                                         Lint{"UNKNOWN_CITATION", R"(
  pairing { kind: "contact" until_required: true
            cite: "99" }  # here)"}));

INSTANTIATE_TEST_SUITE_P(Duties, LintTest,
                         testing::Values(Lint{"UNKNOWN_CODE", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    need { tally { from: ACTIVITIES
                   where: "activity.kind == 'vist'"  # here
                   count {} } at_least: "1" } })"},
                                         Lint{"UNKNOWN_CODE", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    who: "'membr' in person.kinds"  # here
    need { tally { from: ACTIVITIES count {} } at_least: "1" } })"},
                                         Lint{"UNKNOWN_WORD", R"(
  quota { id: "q" subject: EACH_ORGANIZATION every: MONTH
    need { tally { from: MATTERS count {}
                   where: "matter.state == 'overdue'" }  # here
           at_least: "1" } })"},
                                         Lint{"CADENCE_REQUIRED", R"(
  quota { id: "q" subject: EACH_PERSON  # here
    need { tally { from: ACTIVITIES count {} } at_least: "1" } })"},
                                         Lint{"SUBJECT_REQUIRED", R"(
  quota { id: "q" every: MONTH  # here
    need { tally { from: ACTIVITIES count {} } at_least: "1" } })"},
                                         Lint{"BOUND_REQUIRED", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    need { tally { from: ACTIVITIES count {} } } })"
                                                                "  # here"},
                                         Lint{"CREDIT_DOES_NOT_FIT", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    need { tally { from: ACTIVITIES credit: LEAD count {} }  # here
           at_least: "1" } })"},
                                         Lint{"MEASURE_REQUIRED", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    need { tally { from: ACTIVITIES } at_least: "1" } })"
                                                                  "  # here"},
                                         Lint{"BAD_DECIMAL", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    need { tally { from: ACTIVITIES count {} }
           at_least: "one" } })"
                                                             "  # here"},
                                         Lint{"WINDOW_REVERSED", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    within { from: "2021-12-01" until: "2021-11-01" }  # here
    need { tally { from: ACTIVITIES count {} } at_least: "1" } })"},
                                         Lint{"UNKNOWN_CITATION", R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH
    cite: "九"  # here
    need { tally { from: ACTIVITIES count {} } at_least: "1" } })"},
                                         Lint{"DUE_TWICE", R"(
  submission { id: "r" subject: EACH_ORGANIZATION kind: "plan"
    due_on: "2021-11-15"
    every: WEEK })"
                                                           "  # here"}));

INSTANTIATE_TEST_SUITE_P(
    Schemes, LintTest,
    testing::Values(Lint{"MAX_REQUIRED", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" points: "1" } })"
                                         "  # here"},
                    Lint{"RULE_REQUIRED", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" } })"
                                          "  # here"},
                    Lint{"MISSING_NOT_HANDLED", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    metric { id: "m" tally { from: RATINGS average: "rating.level" } }
    criterion { id: "a" max: "1" points: "m" } })"
                                                "  # here"},
                    Lint{"NOT_A_VARIABLE_NAME", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    metric { id: "in" tally { from: RATINGS count {} } }  # here
    criterion { id: "a" max: "1" points: "1" } })"},
                    Lint{"UNKNOWN_GROUP", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1"
                group: "g" } })"
                                          "  # here"},
                    Lint{"GRADES_NOT_DESCENDING", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    grading { grade { id: "A" at_least: "60" }
              grade { id: "B" at_least: "80" }  # here
              grade { id: "C" } } })"},
                    Lint{"LAST_GRADE_LIMITED", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    grading { grade { id: "A" at_least: "60" } } })"
                                               "  # here"},
                    Lint{"SHARE_OUT_OF_RANGE", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    grading { grade { id: "A" share_at_most: "20" }  # here
              grade { id: "B" } } })"},
                    Lint{"UNKNOWN_GRADE", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    veto { id: "v" when: "true" grade: "Z" }  # here
    grading { grade { id: "A" } } })"},
                    Lint{"UNKNOWN_SCHEME", R"(
  scheme { id: "s" subject: EACH_ORGANIZATION every: YEAR
    metric { id: "m" tally { from: SCORECARDS scheme: "t" count {} } }  # here
    criterion { id: "a" max: "1" points: "m" } })"},
                    Lint{"METHOD_REQUIRED", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    roll_up { id: "r" } })"
                                            "  # here"},
                    Lint{"DUPLICATE_ID", R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    criterion { id: "a" max: "1" points: "1" }
    criterion { id: "a" max: "1" points: "1" } })"
                                         "  # here"},
                    Lint{"SAMPLE_SIZE_REQUIRED", R"(
  sampling_plan { id: "p" of: EACH_PERSON seed: "s" })"
                                                 "  # here"},
                    Lint{"SAMPLE_SIZE_REQUIRED", R"(
  sampling_plan { id: "p" of: EACH_PERSON seed: "s" number: 1 share: "1" })"
                                                 "  # here"},
                    Lint{"SAMPLE_SIZE_WRONG", R"(
  sampling_plan { id: "p" of: EACH_PERSON seed: "s"
    share: "1.01" })"
                                              "  # here"},
                    Lint{"SEED_REQUIRED", R"(
  sampling_plan { id: "p" of: EACH_PERSON number: 1 })"
                                          "  # here"},
                    Lint{"ESCALATION_OF_REQUIRED", R"(
  escalation { id: "e" when: "true" })"
                                                   "  # here"},
                    Lint{"ESCALATION_ACTION_WRONG", R"(
  escalation { id: "e" of: OF_MATTER when: "matter.overdue" })"
                                                    "  # here"},
                    Lint{"ESCALATION_ACTION_WRONG", R"(
  escalation { id: "e" of: OF_DUTY when: "duty.late"
    action: URGE })"
                                                    "  # here"},
                    Lint{"TASK_NOT_MEASURED", R"(
  programme { id: "t" })"
                                              "  # here"}));

// An expression's fault is at the character, not at the field: past escapes,
// adjacent literals and Chinese text.
TEST(LintPlaceTest, TheColumnInsideAnExpression) {
  const v1::ErrorList faults = FaultsIn(
      "\nquota { id: \"q\" subject: EACH_PERSON every: MONTH\n"
      "  who: \"person.name == '张' && \"\n"
      "       \"nobody == 1\"\n"
      "  need { tally { from: ACTIVITIES count {} } at_least: \"1\" } }\n");
  ASSERT_EQ(faults.errors_size(), 1) << faults.DebugString();
  EXPECT_EQ(faults.errors(0).reason(), "UNKNOWN_NAME");
  EXPECT_EQ(faults.errors(0).place().column(), 9);
}

TEST(LintTest, ATitleInChineseIsASecondName) {
  const v1::ErrorList faults = FaultsIn(R"(
  scheme { id: "s" subject: EACH_PERSON every: YEAR
    metric { id: "lectures" title { zh: "党课次数" }
             tally { from: ACTIVITIES count {} } }
    criterion { id: "a" max: "1" points: "党课次数 * lectures" } })");
  EXPECT_EQ(faults.errors_size(), 0) << faults.DebugString();
}

TEST(LintTest, EverythingAtOnce) {
  const v1::ErrorList faults = FaultsIn(R"(
  quota { id: "q" subject: EACH_PERSON every: MONTH cite: "九"
    who: "persn.kinds == 1"
    need { tally { from: ACTIVITIES where: "activity.kind == 'vist'"
                   sum: "activity.minute" } at_least: "x" } })");
  std::vector<std::string> reasons;
  for (const v1::ErrorDetail& fault : faults.errors()) {
    reasons.push_back(fault.reason());
  }
  EXPECT_THAT(reasons,
              ElementsAre("UNKNOWN_CITATION", "UNKNOWN_NAME", "UNKNOWN_CODE",
                          "UNKNOWN_FIELD", "BAD_DECIMAL"));
}

}  // namespace
}  // namespace duban
