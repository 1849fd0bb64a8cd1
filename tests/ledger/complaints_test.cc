// What users of comparable systems complain about, as far as records go. Two
// more are where what they are about is: figure_test.cc, succession_test.cc.
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "src/ledger/state.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

// A report that is sent twice under two ids is one.
TEST(Complaints, TheSameSubmissionTwiceIsADuplicate) {
  auto ledger = World();
  const auto report = [](const std::string& id, const std::string& more = "") {
    return absl::StrCat("record_submission { id: '", id,
                        "' kind: 'weekly' organization: 'school-a' "
                        "recipients: 'bureau' channels: 'electronic' "
                        "received_on: '2021-11-05' ",
                        more, " }");
  };
  EXPECT_EQ(PutOne(*ledger, report("1")), "");
  EXPECT_EQ(PutOne(*ledger, report("2")), "SUBMISSION_DUPLICATE@id");
  const auto receipt =
      ledger->Apply(FromText<v1::Batch>("changes {" + report("2") + "}"));
  EXPECT_NE(receipt->faults().errors(0).message().en().find("'1'"),
            std::string::npos);
  // The same id again writes nothing; another title is another report.
  EXPECT_EQ(PutOne(*ledger, report("1")), "");
  EXPECT_EQ(ledger->View()->records(v1::SUBMISSION).size(), 1u);
  EXPECT_EQ(PutOne(*ledger, report("2", "title: '第二周'")), "");
  // Twice in one batch; and after the first was voided, or said otherwise.
  EXPECT_EQ(
      Put(*ledger, absl::StrCat("changes {", report("3", "title: 't'"),
                                "} changes {", report("4", "title: 't'"), "}")),
      "SUBMISSION_DUPLICATE@id");
  EXPECT_EQ(
      PutOne(*ledger, "void_record { kind: SUBMISSION id: '1' reason: 'r' }"),
      "");
  EXPECT_EQ(PutOne(*ledger, report("5")), "");
  EXPECT_EQ(PutOne(*ledger, report("1")), "SUBMISSION_DUPLICATE@id");
  EXPECT_EQ(PutOne(*ledger, report("5", "title: '第三周'")), "");
  EXPECT_EQ(PutOne(*ledger, report("1")), "");
}

TEST(Complaints, TwentyThousandReportsAndOneTwice) {
  auto ledger = World();
  v1::Batch batch;
  for (int i = 0; i < 20000; ++i) {
    v1::Submission* s = batch.add_changes()->mutable_record_submission();
    s->set_id(absl::StrCat("s", i));
    s->set_kind("weekly");
    s->set_organization("school-a");
    s->set_received_on("2021-11-05");
    s->set_title(absl::StrCat("t", i == 19999 ? 4711 : i));
  }
  const auto receipt = ledger->Apply(batch);
  ASSERT_FALSE(receipt->applied());
  ASSERT_EQ(receipt->faults().errors_size(), 1);
  EXPECT_EQ(receipt->faults().errors(0).reason(), "SUBMISSION_DUPLICATE");
  EXPECT_EQ(receipt->faults().errors(0).place().change(), 20000);
}

// "null taken for zero": what nobody has rated has no rate, and a rule has to
// say what that means.
TEST(Complaints, NoRatingIsNotARateOfZero) {
  Campaign c(
      "scheme { id: 's' subject: EACH_ORGANIZATION every: ONCE "
      "who: \"organization.kind == 'school'\" "
      "metric { id: 'rate' tally { from: RATINGS credit: OWN "
      "ratio: 'rating.level >= 4' } } "
      "criterion { id: 'c' max: '10' points: '10 * rate.orValue(0.7)' } }",
      Org("a", "school") + Org("b", "school") +
          "changes { record_rating { id: 'r' kind: 'satisfaction' "
          "level: DISSATISFIED date: '2021-11-01' organization: 'a' } }");
  EXPECT_EQ(c.Points("a", "c"), "0");
  EXPECT_EQ(c.Points("b", "c"), "7");
}

// "exchange used the wrong id scheme, silently".
TEST(Complaints, AnIdOfTheWrongSchemeIsTold) {
  auto ledger = World();
  const auto with = [&](const char* field, const char* code) {
    return PutOne(*ledger, absl::StrCat("put_organization { id: 'x' name: 'X' "
                                        "kind: 'school' ",
                                        field, ": '", code, "' }"));
  };
  EXPECT_EQ(with("social_credit_code", "91350100M000100Y43"), "");
  EXPECT_EQ(with("social_credit_code", "91350100M000100Y4Z"),
            "BAD_SOCIAL_CREDIT_CODE@social_credit_code");
  EXPECT_EQ(with("social_credit_code", "123200001925412200"), "");
  EXPECT_EQ(with("social_credit_code", "12320000482447570Y"), "");
  EXPECT_EQ(with("school_code", "3132000284"), "");
  // A school code in the other's place, and the other way round.
  EXPECT_EQ(with("social_credit_code", "3132000284"),
            "BAD_SOCIAL_CREDIT_CODE@social_credit_code");
  EXPECT_EQ(with("school_code", "91350100M000100Y43"),
            "BAD_SCHOOL_CODE@school_code");
  // An id of one kind where another kind is meant.
  EXPECT_EQ(
      PutOne(*ledger, "put_person { id: 'y' name: 'Y' organization: 'zhang' }"),
      "REFERENCE_NOT_FOUND@organization");
  EXPECT_EQ(PutOne(*ledger,
                   "record_activity { id: 'a' kind: 'visit' "
                   "date: '2021-11-01' participants: 'school-a' }"),
            "REFERENCE_NOT_FOUND@participants");
}

TEST(Activities, LieWithinTheirPairing) {
  auto ledger = World();
  const auto visit = [&](const char* date) {
    return PutOne(*ledger, absl::StrCat("record_activity { id: 'a' "
                                        "kind: 'visit' pairing: 'pair' "
                                        "date: '",
                                        date, "' }"));
  };
  EXPECT_EQ(visit("2021-09-30"), "PAIRING_NOT_VALID@pairing");
  EXPECT_EQ(visit("2021-10-01"), "");
  ASSERT_EQ(PutOne(*ledger,
                   "put_pairing { id: 'pair' kind: 'contact-point' "
                   "person: 'wang' partner_organization: 'school-a' "
                   "since: '2021-10-01' until: '2021-12-31' }"),
            "");
  EXPECT_EQ(visit("2022-01-01"), "PAIRING_NOT_VALID@pairing");
}

TEST(Activities, NobodyTakesPartAfterHavingLeft) {
  auto ledger = World();
  ASSERT_EQ(PutOne(*ledger,
                   "put_person { id: 'li' name: '李四' "
                   "organization: 'school-b' until: '2021-11-30' }"),
            "");
  ASSERT_EQ(PutOne(*ledger,
                   "put_person { id: 'new' name: 'N' "
                   "organization: 'school-b' since: '2021-11-01' }"),
            "");
  const auto visit = [&](const char* who, const char* date) {
    return PutOne(*ledger, absl::StrCat("record_activity { id: '", who,
                                        "' kind: 'visit' participants: '", who,
                                        "' date: '", date, "' }"));
  };
  EXPECT_EQ(visit("li", "2021-12-01"), "PARTICIPANT_GONE@participants");
  EXPECT_EQ(visit("li", "2021-11-30"), "");
  // Before the day on which a person was entered: that may be all it is.
  EXPECT_EQ(visit("new", "2021-10-31"), "");
}

}  // namespace
}  // namespace duban
