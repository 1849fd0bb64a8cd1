// Every refusal has a stable reason and names the field.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

struct Refusal {
  const char* reason;
  const char* field;
  const char* change;
};

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, NamesReasonAndField) {
  auto ledger = World();
  const v1::LedgerHead before = ledger->head();
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(GetParam().change);
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt->applied());
  ASSERT_EQ(receipt->faults().errors_size(), 1) << receipt->DebugString();
  const v1::ErrorDetail& fault = receipt->faults().errors(0);
  EXPECT_EQ(fault.reason(), GetParam().reason);
  EXPECT_EQ(fault.place().field(), GetParam().field);
  EXPECT_EQ(fault.place().change(), 1);
  EXPECT_FALSE(fault.message().zh().empty());
  EXPECT_FALSE(fault.message().en().empty());
  EXPECT_EQ(ledger->head().sequence(), before.sequence());
}

INSTANTIATE_TEST_SUITE_P(
    Organizations, RefusalTest,
    testing::Values(
        Refusal{"FIELD_REQUIRED", "name",
                "put_organization { id: 'x' kind: 'school' }"},
        Refusal{"REFERENCE_NOT_FOUND", "parent",
                "put_organization { id: 'x' name: 'X' kind: 'school' "
                "parent: 'nowhere' }"},
        Refusal{"ORGANIZATION_CYCLE", "parent",
                "put_organization { id: 'bureau' name: 'B' kind: 'bureau' "
                "parent: 'school-a' }"},
        Refusal{"WINDOW_REVERSED", "until",
                "put_organization { id: 'x' name: 'X' kind: 'school' "
                "since: '2021-02-01' until: '2021-01-31' }"},
        Refusal{"BAD_DATE", "since",
                "put_organization { id: 'x' name: 'X' kind: 'school' "
                "since: '2021-02-30' }"},
        Refusal{"BAD_SOCIAL_CREDIT_CODE", "social_credit_code",
                "put_organization { id: 'x' name: 'X' kind: 'school' "
                "social_credit_code: '91350100M000100Y4Z' }"},
        Refusal{"BAD_SCHOOL_CODE", "school_code",
                "put_organization { id: 'x' name: 'X' kind: 'school' "
                "school_code: '123' }"},
        Refusal{"MERGE_INTO_ITSELF", "merge_organizations.from",
                "merge_organizations { from: 'school-a' into: 'school-a' "
                "on: '2021-09-01' }"},
        Refusal{"SPLIT_INCOMPLETE", "split_organization.into",
                "split_organization { from: 'school-a' on: '2021-09-01' }"}));

INSTANTIATE_TEST_SUITE_P(
    People, RefusalTest,
    testing::Values(
        Refusal{"BAD_IDENTITY_NUMBER", "identity_number",
                "put_person { id: 'x' name: 'X' organization: 'bureau' "
                "identity_number: '110105194912310021' }"},
        Refusal{"PAIRING_WITHOUT_HOLDER", "person",
                "put_pairing { id: 'x' kind: 'k' partner_name: '宿舍' "
                "since: '2021-01-01' }"},
        Refusal{"PAIRING_WITHOUT_PARTNER", "partner_name",
                "put_pairing { id: 'x' kind: 'k' person: 'li' "
                "since: '2021-01-01' }"},
        Refusal{"PAIRING_WITH_ITSELF", "partner_person",
                "put_pairing { id: 'x' kind: 'k' person: 'li' "
                "partner_person: 'li' since: '2021-01-01' }"}));

INSTANTIATE_TEST_SUITE_P(
    Matters, RefusalTest,
    testing::Values(
        Refusal{"DUE_BEFORE_LISTED", "due_on",
                "list_matter { id: 'x' title: 'X' kind: 'k' "
                "organization: 'bureau' listed_on: '2021-11-02' "
                "due_on: '2021-11-01' }"},
        Refusal{"LEAD_ASSISTS_ITSELF", "assisting_organizations",
                "list_matter { id: 'x' title: 'X' kind: 'k' "
                "organization: 'bureau' lead_organization: 'school-a' "
                "assisting_organizations: 'school-a' "
                "listed_on: '2021-11-02' due_on: '2021-11-03' }"},
        Refusal{"MATTER_DUE_DATE_FIXED", "due_on",
                "list_matter { id: 'm1' title: '修操场' kind: 'practical' "
                "organization: 'school-a' lead: 'zhang' "
                "listed_on: '2021-11-01' due_on: '2022-01-31' }"},
        Refusal{"MATTER_LISTING_FIXED", "lead",
                "list_matter { id: 'm1' title: '修操场' kind: 'practical' "
                "organization: 'school-a' lead: 'li' "
                "listed_on: '2021-11-01' due_on: '2021-12-31' }"},
        Refusal{"MATTER_LISTING_FIXED", "listed_on",
                "list_matter { id: 'm1' title: '修操场' kind: 'practical' "
                "organization: 'school-a' lead: 'zhang' "
                "listed_on: '2021-11-02' due_on: '2021-12-31' }"},
        Refusal{"CLASSIFIED_MATERIAL", "title",
                "list_matter { id: 'x' title: '机密★1年 某事' kind: 'k' "
                "organization: 'bureau' listed_on: '2021-11-02' "
                "due_on: '2021-11-03' }"},
        Refusal{"MATTER_ACTION_NOT_ALLOWED", "action",
                "step_matter { id: 's' matter: 'm1' action: WRITE_OFF "
                "date: '2021-11-05' }"},
        Refusal{"ASSIGNEE_REQUIRED", "to",
                "step_matter { id: 's' matter: 'm1' action: ASSIGN "
                "date: '2021-11-05' }"},
        Refusal{"STEP_OUT_OF_ORDER", "date",
                "step_matter { id: 's' matter: 'm1' action: ASSIGN "
                "to: 'li' date: '2021-10-05' }"},
        Refusal{"REASON_REQUIRED", "reason",
                "step_matter { id: 's' matter: 'm1' action: WITHDRAW "
                "date: '2021-11-05' }"}));

INSTANTIATE_TEST_SUITE_P(
    Records, RefusalTest,
    testing::Values(
        Refusal{"MINUTES_OUT_OF_RANGE", "minutes",
                "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
                "minutes: 1441 }"},
        Refusal{"UNANNOUNCED_NOT_ATTESTED", "attestations",
                "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
                "unannounced: true attestations: [NO_NOTICE, NO_GREETING, "
                "NO_BRIEFING, NO_ESCORT, STRAIGHT_TO_SITE] }"},
        Refusal{"PARTICIPANT_TWICE", "participants",
                "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
                "participants: ['li', 'li'] }"},
        Refusal{"SUBMISSION_WITHOUT_SENDER", "organization",
                "record_submission { id: 's' kind: 'plan' "
                "received_on: '2021-11-01' }"},
        Refusal{"TEAM_INSPECTS_ITS_OWN", "team",
                "put_inspection { id: 'i' kind: 'check' team: 'team' "
                "organization: 'bureau' }"},
        Refusal{"TEAM_INSPECTS_ITS_OWN", "inspectors",
                "put_inspection { id: 'i' kind: 'check' team: 'team' "
                "organization: 'school-a' inspectors: 'zhang' }"},
        Refusal{"RATED_NOT_ONE", "person",
                "record_rating { id: 'r' kind: 'satisfaction' "
                "level: SATISFIED date: '2021-11-01' person: 'li' "
                "matter: 'm1' }"},
        Refusal{"ADJUSTED_NOT_ONE", "person",
                "put_adjustment { id: 'j' scheme: 's' points: '1' "
                "date: '2021-11-01' reason: 'r' approver: 'wang' }"},
        Refusal{"DECISION_INCOMPLETE", "decided_on",
                "put_appeal { id: 'p' person: 'li' filed_on: '2021-11-01' "
                "reason: 'r' decision: UPHELD }"},
        Refusal{"REASON_REQUIRED", "void_record.reason",
                "void_record { kind: PERSON id: 'li' }"},
        Refusal{"REFERENCE_NOT_FOUND", "void_record.id",
                "void_record { kind: PERSON id: 'nobody' reason: 'r' }"},
        Refusal{"CHANGE_EMPTY", "", "key: 'k'"}));

constexpr char kActivity[] =
    "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
    "minutes: 1440 participants: ['li', 'zhang'] unannounced: true "
    "attestations: [NO_NOTICE, NO_GREETING, NO_BRIEFING, NO_ESCORT, "
    "STRAIGHT_TO_GRASSROOTS, STRAIGHT_TO_SITE] }";

TEST(AcceptedTest, AWholeDayAttestedInAllSixIsAnUnannouncedVisit) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(kActivity);
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  EXPECT_TRUE(receipt->applied()) << receipt->DebugString();
}

TEST(AcceptedTest, ATeamOfTheBureauMayInspectASchoolOfTheBureau) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(
      "put_inspection { id: 'i' kind: 'check' team: 'team' "
      "organization: 'school-a' inspectors: 'wang' }");
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  EXPECT_TRUE(receipt->applied()) << receipt->DebugString();
}

TEST(VoidedTest, NothingMayReferToAVoidedRecord) {
  auto ledger = World();
  v1::Batch batch;
  *batch.add_changes() = FromText<v1::Change>(
      "void_record { kind: PERSON id: 'li' reason: '重复' }");
  *batch.add_changes() = FromText<v1::Change>(
      "record_activity { id: 'a' kind: 'visit' date: '2021-11-01' "
      "participants: 'li' }");
  const auto receipt = ledger->Apply(batch);
  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(receipt->faults().errors_size(), 1);
  EXPECT_EQ(receipt->faults().errors(0).reason(), "REFERENCE_VOIDED");
  EXPECT_EQ(receipt->faults().errors(0).place().change(), 2);
}

}  // namespace
}  // namespace duban
