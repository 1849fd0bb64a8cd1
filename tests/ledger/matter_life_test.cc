// The life of a matter: every action in every state.
#include "src/ledger/matter_life.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/diagnostic.h"

namespace duban::ledger {
namespace {

Date Day(const char* text) { return *Date::Parse(text); }

// A step that satisfies every guard, so that only the table decides.
MatterStepFacts Sound(v1::MatterAction action) {
  MatterStepFacts step;
  step.action = action;
  step.date = Day("2021-11-10");
  // Who verifies is not who asked for closing.
  step.by = action == v1::VERIFY ? 9 : 7;
  step.to = 8;
  step.due_on = Day("2022-01-31");
  step.outcome = v1::RESOLVED;
  step.has_reason = true;
  return step;
}

MatterStatus In(v1::MatterState state) {
  MatterStatus status;
  status.state = state;
  status.due_on = Day("2021-12-31");
  status.first_due_on = status.due_on;
  status.last_step = Day("2021-11-01");
  status.lead = 3;
  status.extension_pending = true;
  return status;
}

// Written out a second time, from the diagram: what may follow what.
const std::map<v1::MatterState, std::set<v1::MatterAction>>& Allowed() {
  using namespace v1;  // NOLINT: the table is read better without prefixes
  static const auto* const kAllowed =
      new std::map<MatterState, std::set<MatterAction>>{
          {LISTED, {ASSIGN, CLAIM, WITHDRAW}},
          {ASSIGNED, {ASSIGN, ACCEPT, REFUSE, URGE, ESCALATE, WITHDRAW}},
          {ACCEPTED,
           {START, REPORT_PROGRESS, URGE, ESCALATE, REQUEST_EXTENSION,
            GRANT_EXTENSION, DENY_EXTENSION, SUSPEND, WITHDRAW}},
          {IN_PROGRESS,
           {ASSIGN, REPORT_PROGRESS, URGE, ESCALATE, REQUEST_EXTENSION,
            GRANT_EXTENSION, DENY_EXTENSION, SUSPEND, REQUEST_CLOSING,
            WITHDRAW}},
          {SUSPENDED, {RESUME, WITHDRAW}},
          {CLOSING_REQUESTED, {VERIFY, RETURN, WITHDRAW}},
          {VERIFIED, {WRITE_OFF, RETURN}},
          {WRITTEN_OFF, {REOPEN, ARCHIVE}},
          {WITHDRAWN, {}},
          {ARCHIVED, {REOPEN}}};
  return *kAllowed;
}

TEST(MatterLifeTest, EveryActionInEveryState) {
  for (const auto& [state, actions] : Allowed()) {
    for (int a = 1; a < v1::MatterAction_ARRAYSIZE; ++a) {
      const auto action = static_cast<v1::MatterAction>(a);
      MatterStatus status = In(state);
      const absl::Status taken = TakeStep({}, Sound(action), &status);
      EXPECT_EQ(taken.ok(), actions.count(action) != 0)
          << v1::MatterState_Name(state) << " " << v1::MatterAction_Name(action)
          << " " << taken;
      if (!taken.ok()) {
        EXPECT_EQ(FaultsOf(taken).errors(0).reason(),
                  "MATTER_ACTION_NOT_ALLOWED");
        EXPECT_EQ(status.state, state);
      }
    }
  }
}

MatterStatus After(std::vector<MatterStepFacts> steps) {
  ListingFacts listing;
  listing.step.date = Day("2021-11-01");
  listing.step.to = 3;
  listing.due_on = Day("2021-12-31");
  MatterStatus status = StatusWhenPut(listing);
  for (MatterStepFacts& step : steps) {
    const absl::Status taken = TakeStep({}, step, &status);
    EXPECT_TRUE(taken.ok()) << taken;
  }
  return status;
}

std::vector<MatterStepFacts> ToVerified() {
  return {Sound(v1::ASSIGN), Sound(v1::ACCEPT), Sound(v1::START),
          Sound(v1::REQUEST_CLOSING), Sound(v1::VERIFY)};
}

TEST(MatterLifeTest, ClosedIsNotResolved) {
  auto steps = ToVerified();
  steps[3].outcome = v1::UNRESOLVED;
  steps.push_back(Sound(v1::WRITE_OFF));
  steps.back().outcome = v1::OUTCOME_UNSPECIFIED;
  const MatterStatus status = After(steps);
  EXPECT_TRUE(status.closed());
  EXPECT_FALSE(status.resolved());
}

TEST(MatterLifeTest, TheVerifierIsNeverTheLead) {
  auto steps = ToVerified();
  steps.pop_back();
  MatterStatus status = After(steps);
  MatterStepFacts verify = Sound(v1::VERIFY);
  verify.by = status.lead;
  EXPECT_EQ(FaultsOf(TakeStep({}, verify, &status)).errors(0).reason(),
            "VERIFIER_IS_LEAD");
  verify.by = 0;
  EXPECT_EQ(FaultsOf(TakeStep({}, verify, &status)).errors(0).reason(),
            "VERIFIER_REQUIRED");
}

// Off by one midnight is what users of other systems complain about.
TEST(MatterLifeTest, TheDueDayItselfIsInTime) {
  auto steps = ToVerified();
  steps.push_back(Sound(v1::WRITE_OFF));
  steps.back().date = Day("2021-12-31");
  const MatterStatus status = After(steps);
  EXPECT_TRUE(status.on_time());
  MatterStatus open = After({Sound(v1::ASSIGN)});
  EXPECT_FALSE(open.overdue(Day("2021-12-31")));
  EXPECT_TRUE(open.overdue(Day("2022-01-01")));
}

TEST(MatterLifeTest, AnExtensionKeepsThePromisedDate) {
  auto steps = ToVerified();
  steps.resize(3);
  steps.push_back(Sound(v1::REQUEST_EXTENSION));
  steps.push_back(Sound(v1::GRANT_EXTENSION));
  const MatterStatus status = After(steps);
  EXPECT_EQ(status.first_due_on, Day("2021-12-31"));
  EXPECT_EQ(status.due_on, Day("2022-01-31"));
  EXPECT_EQ(status.extensions, 1);
}

TEST(MatterLifeTest, ExtensionsComeBeforeTheDueDateAndNotTooOften) {
  MatterStatus status = In(v1::IN_PROGRESS);
  MatterStepFacts late = Sound(v1::REQUEST_EXTENSION);
  late.date = Day("2022-01-01");
  EXPECT_EQ(FaultsOf(TakeStep({}, late, &status)).errors(0).reason(),
            "MATTER_DUE_DATE_PASSED");
  LifeRules one;
  one.max_extensions = 1;
  ASSERT_TRUE(TakeStep(one, Sound(v1::GRANT_EXTENSION), &status).ok());
  MatterStepFacts again = Sound(v1::GRANT_EXTENSION);
  again.due_on = Day("2022-02-28");
  EXPECT_EQ(FaultsOf(TakeStep(one, again, &status)).errors(0).reason(),
            "TOO_MANY_EXTENSIONS");
  again.due_on = Day("2022-01-31");
  EXPECT_EQ(FaultsOf(TakeStep({}, again, &status)).errors(0).reason(),
            "EXTENSION_NOT_LATER");
}

// "Reminders never fire again after a send-back": what a return or a reopening
// puts back is as it was before closing was asked for.
TEST(MatterLifeTest, ReturningAndReopeningStartAgain) {
  auto steps = ToVerified();
  steps.push_back(Sound(v1::RETURN));
  MatterStatus status = After(steps);
  EXPECT_EQ(status.state, v1::IN_PROGRESS);
  EXPECT_EQ(status.returns, 1);
  EXPECT_EQ(status.outcome, v1::OUTCOME_UNSPECIFIED);
  EXPECT_TRUE(status.overdue(Day("2022-01-01")));
  for (v1::MatterAction action : {v1::REQUEST_CLOSING, v1::VERIFY,
                                  v1::WRITE_OFF, v1::ARCHIVE, v1::REOPEN}) {
    ASSERT_TRUE(TakeStep({}, Sound(action), &status).ok());
  }
  EXPECT_EQ(status.reopens, 1);
  EXPECT_FALSE(status.closed_on);
  EXPECT_TRUE(status.overdue(Day("2022-01-01")));
}

TEST(MatterLifeTest, ASuspendedOrWithdrawnMatterIsNotOverdue) {
  EXPECT_FALSE(In(v1::SUSPENDED).overdue(Day("2023-01-01")));
  EXPECT_FALSE(In(v1::WITHDRAWN).overdue(Day("2023-01-01")));
}

}  // namespace
}  // namespace duban::ledger
