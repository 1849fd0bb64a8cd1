// What the linter says of a workflow of the pack's own.
#include "src/pack/workflow.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "src/pack/rules.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The common life, with what a test leaves out or changes after it.
const char kRest[] = R"(
  transition { from: ASSIGNED action: START to: IN_PROGRESS }
  transition { from: IN_PROGRESS action: REQUEST_CLOSING to: CLOSING_REQUESTED }
  transition { from: CLOSING_REQUESTED action: WRITE_OFF to: WRITTEN_OFF }
  transition { from: WRITTEN_OFF action: REOPEN to: IN_PROGRESS }
)";

// "REASON field", "warning REASON field".
std::vector<std::string> Lint(const std::string& workflow,
                              const std::string& more = "") {
  v1::ErrorList faults;
  Pack::Parse({{"p.textproto", absl::StrCat(kPackHead, "workflow {\n", workflow,
                                            "\n}\n", more)}},
              &faults)
      .IgnoreError();
  std::vector<std::string> lines;
  for (const v1::ErrorDetail& fault : faults.errors()) {
    EXPECT_GT(fault.place().line(), 0) << fault.DebugString();
    EXPECT_FALSE(fault.message().zh().empty() || fault.message().en().empty());
    lines.push_back(
        absl::StrCat(fault.severity() == v1::WARNING ? "warning " : "",
                     fault.reason(), " ", fault.place().field()));
  }
  return lines;
}

std::string With(const std::string& rows) { return absl::StrCat(rows, kRest); }

const char kAssign[] =
    "transition { from: LISTED action: ASSIGN to: ASSIGNED }";

TEST(WorkflowTest, ASmallOneIsSound) {
  EXPECT_THAT(Lint(With(kAssign)), IsEmpty());
  EXPECT_THAT(Lint(""), IsEmpty());
}

TEST(WorkflowTest, ARowIsWhole) {
  EXPECT_THAT(Lint(With(absl::StrCat(kAssign, "transition { from: LISTED }"))),
              ElementsAre("TRANSITION_INCOMPLETE workflow.transition[1]"));
  // Resumed without `to`: where it was suspended.
  EXPECT_THAT(Lint(With(absl::StrCat(
                  kAssign,
                  "transition { from: ASSIGNED action: SUSPEND to: SUSPENDED }"
                  "transition { from: SUSPENDED action: RESUME }"))),
              IsEmpty());
}

TEST(WorkflowTest, AfterARowWithoutGuardNoOtherIsReached) {
  EXPECT_THAT(
      Lint(With(absl::StrCat(
          kAssign, "transition { from: LISTED action: ASSIGN to: ACCEPTED }"))),
      ElementsAre("TRANSITION_TWICE workflow.transition[1]"));
  EXPECT_THAT(Lint(With(absl::StrCat(
                  "transition { from: LISTED action: ASSIGN to: IN_PROGRESS "
                  "guard: \"step.to != ''\" }",
                  kAssign))),
              IsEmpty());
}

TEST(WorkflowTest, ActionsThatMakeNoSense) {
  const auto one = [](const char* row) {
    return Lint(With(absl::StrCat(kAssign, "transition { ", row, " }")));
  };
  EXPECT_THAT(
      one("from: LISTED action: VERIFY to: VERIFIED"),
      ElementsAre("TRANSITION_MAKES_NO_SENSE workflow.transition[1].from"));
  EXPECT_THAT(
      one("from: ASSIGNED action: URGE to: LISTED"),
      ElementsAre("TRANSITION_MAKES_NO_SENSE workflow.transition[1].to"));
  // Nothing but writing off closes, nothing but reopening opens again.
  EXPECT_THAT(
      one("from: ASSIGNED action: ACCEPT to: WRITTEN_OFF"),
      ElementsAre("TRANSITION_MAKES_NO_SENSE workflow.transition[1].to"));
  EXPECT_THAT(
      one("from: WRITTEN_OFF action: ASSIGN to: ASSIGNED"),
      ElementsAre("TRANSITION_MAKES_NO_SENSE workflow.transition[1].from"));
  // A draft is listed by putting it again.
  EXPECT_THAT(
      one("from: DRAFT action: ASSIGN to: ASSIGNED"),
      ElementsAre("TRANSITION_MAKES_NO_SENSE workflow.transition[1].from"));
}

TEST(WorkflowTest, StatesThatAreNotReachedOrNotLeftAreDoubtful) {
  EXPECT_THAT(
      Lint(With(absl::StrCat(
          kAssign,
          "transition { from: ACCEPTED action: SUSPEND to: SUSPENDED }"
          "transition { from: ACCEPTED action: URGE to: ACCEPTED }"))),
      ElementsAre("warning STATE_UNREACHABLE workflow.transition[1].from"));
  EXPECT_THAT(
      Lint(With(absl::StrCat(
          kAssign,
          "transition { from: ASSIGNED action: SUSPEND to: SUSPENDED }"))),
      ElementsAre("warning STATE_WITHOUT_EXIT workflow.transition[1].to"));
}

TEST(WorkflowTest, GuardsAreCheckedToTheCharacter) {
  const auto guard = [](const char* text) {
    return Lint(With(absl::StrCat(
        "transition { from: LISTED action: ASSIGN to: ASSIGNED guard: \"", text,
        "\" }")));
  };
  EXPECT_THAT(guard("step.date <= matter.due_on && as_of == step.date"),
              IsEmpty());
  EXPECT_THAT(guard("matter.state_since < step.date && matter.items == 0"),
              IsEmpty());
  EXPECT_THAT(guard("step.when == as_of"),
              ElementsAre("UNKNOWN_FIELD workflow.transition[0].guard"));
  EXPECT_THAT(guard("step.outcome == 'solved'"),
              ElementsAre("UNKNOWN_WORD workflow.transition[0].guard"));
  EXPECT_THAT(guard("matter.kind == 'practicle'"),
              ElementsAre("UNKNOWN_CODE workflow.transition[0].guard"));
  EXPECT_THAT(guard("matter.state == 'overdue'"),
              ElementsAre("UNKNOWN_WORD workflow.transition[0].guard"));
  EXPECT_THAT(guard("step.due_on > matter.due_on"),
              ElementsAre("MISSING_NOT_HANDLED workflow.transition[0].guard"));
  EXPECT_THAT(guard("period_from < as_of"),
              ElementsAre("UNKNOWN_NAME workflow.transition[0].guard"));
}

TEST(WorkflowTest, Limits) {
  const char calendar[] = "calendar { mainland_through: 2021 }";
  EXPECT_THAT(Lint("limit { state: ASSIGNED working_days: 3 }", calendar),
              IsEmpty());
  EXPECT_THAT(Lint("limit { state: ASSIGNED working_days: 3 }"),
              ElementsAre("NO_CALENDAR workflow.limit[0]"));
  EXPECT_THAT(
      Lint("limit { state: ASSIGNED }", calendar),
      ElementsAre("STATE_LIMIT_NOT_POSITIVE workflow.limit[0].working_days"));
  EXPECT_THAT(
      Lint("limit { state: WITHDRAWN working_days: 3 }", calendar),
      ElementsAre("STATE_LIMIT_MAKES_NO_SENSE workflow.limit[0].state"));
  EXPECT_THAT(
      Lint("limit { working_days: 3 }", calendar),
      ElementsAre("STATE_LIMIT_MAKES_NO_SENSE workflow.limit[0].state"));
  EXPECT_THAT(Lint("limit { state: ASSIGNED working_days: 3 }\n"
                   "limit { state: ASSIGNED working_days: 5 }",
                   calendar),
              ElementsAre("STATE_LIMIT_TWICE workflow.limit[1].state"));
  EXPECT_THAT(
      Lint("limit { state: ASSIGNED working_days: 3 cite: '九' }", calendar),
      ElementsAre("UNKNOWN_CITATION workflow.limit[0].cite"));
  EXPECT_THAT(Lint(With(absl::StrCat(
                       kAssign, "limit { state: VERIFIED working_days: 3 }")),
                   calendar),
              ElementsAre("warning STATE_UNREACHABLE workflow.limit[0].state"));
}

TEST(WorkflowTest, AWorkflowIsForTheKindsOfThePack) {
  v1::ErrorList faults;
  ASSERT_TRUE(Pack::Parse({{"p.textproto",
                            "format_version: 1 id: 'p' version: '1' term { "
                            "from: '2021-01-01' until: '2021-12-31' } "
                            "workflow { max_extensions: 1 }"}},
                          &faults)
                  .ok());
  ASSERT_EQ(faults.errors_size(), 1);
  EXPECT_EQ(faults.errors(0).reason(), "WORKFLOW_WITHOUT_KINDS");
  EXPECT_EQ(faults.errors(0).severity(), v1::WARNING);
}

// Bytes may say what no text can: numbers of a later version.
TEST(WorkflowTest, NumbersThatNobodyKnowsAreRefused) {
  v1::Pack pack;
  v1::Transition* t = pack.mutable_workflow()->add_transition();
  t->set_from(static_cast<v1::MatterState>(99));
  t->set_action(static_cast<v1::MatterAction>(-7));
  t->set_to(v1::LISTED);
  pack.mutable_workflow()->add_limit()->set_state(
      static_cast<v1::MatterState>(64));
  Faults faults;
  EXPECT_EQ(pack::CompileWorkflowOf(pack, &faults), nullptr);
  EXPECT_EQ(faults.error_count(), 2);
}

}  // namespace
}  // namespace duban
