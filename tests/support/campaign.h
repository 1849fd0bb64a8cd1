// A pack and facts for it, written in a test.
#ifndef DUBAN_TESTS_SUPPORT_CAMPAIGN_H_
#define DUBAN_TESTS_SUPPORT_CAMPAIGN_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "duban/duties.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "tests/support/facts.h"

namespace duban {

// The head that every small pack needs, and a few codes.
inline const char kPackHead[] = R"(
  format_version: 1 id: "test" version: "1"
  term { from: "2021-01-01" until: "2021-12-31" }
  code_list { id: "organization-kind" code { id: "bureau" }
              code { id: "school" } code { id: "branch" } }
  code_list { id: "person-kind" code { id: "member" } code { id: "teacher" } }
  code_list { id: "activity-kind"
    code { id: "lecture" tag: "service" } code { id: "visit" } }
  code_list { id: "pairing-kind" code { id: "contact" } }
  code_list { id: "rating-kind" code { id: "satisfaction" } }
  code_list { id: "submission-kind" code { id: "plan" } code { id: "weekly" } }
  code_list { id: "channel" code { id: "paper" } code { id: "electronic" } }
  code_list { id: "rank" code { id: "section" level: 1 }
              code { id: "division" level: 2 } }
  code_list { id: "role" code { id: "head" } }
  code_list { id: "matter-kind" code { id: "practical" } }
)";

inline std::shared_ptr<const Pack> PackOf(const std::string& rules) {
  v1::ErrorList faults;
  auto pack = Pack::Parse({{"test.textproto", absl::StrCat(kPackHead, rules)}},
                          &faults);
  for (const v1::ErrorDetail& fault : faults.errors()) {
    EXPECT_NE(fault.severity(), v1::ERROR) << FormatFault(fault);
  }
  return pack.ok() ? *pack : nullptr;
}

// A campaign under way: `changes` is the text of a Batch.
class Campaign {
 public:
  Campaign(const std::string& rules, const std::string& changes)
      : pack_(PackOf(rules)), ledger_(*Ledger::InMemory()) {
    if (pack_ != nullptr) {
      EXPECT_TRUE(ledger_->Adopt(*pack_)->applied());
    }
    Add(changes);
  }

  void Add(const std::string& changes) {
    auto receipt = ledger_->Apply(FromText<v1::Batch>(changes));
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    EXPECT_TRUE(receipt->applied()) << receipt->faults().DebugString();
  }

  v1::Assessment Assess(const std::string& as_of) {
    auto assessment = duban::Assess(*pack_, ledger_->View(), as_of);
    EXPECT_TRUE(assessment.ok()) << assessment.status();
    return assessment.ok() ? *assessment : v1::Assessment();
  }

  // The scorecard of a subject in the first scheme.
  v1::Scorecard Card(const std::string& subject, const std::string& as_of) {
    const v1::Assessment assessment = Assess(as_of);
    for (const v1::SchemeResult& result : assessment.scheme()) {
      for (const v1::Scorecard& card : result.scorecard()) {
        if (card.subject().id() == subject) return card;
      }
    }
    ADD_FAILURE() << "no scorecard of " << subject;
    return {};
  }

  std::string Points(const std::string& subject, const std::string& criterion,
                     const std::string& as_of = "2021-12-31") {
    const v1::Scorecard card = Card(subject, as_of);
    for (const v1::CriterionScore& score : card.criterion()) {
      if (score.criterion() == criterion) return score.points();
    }
    return "none";
  }

  v1::DutyReport Duties(const std::string& as_of) {
    auto duties = duban::Duties(*pack_, ledger_->View(), as_of);
    EXPECT_TRUE(duties.ok()) << duties.status();
    return duties.ok() ? *duties : v1::DutyReport();
  }

  // "met", "open" … of a subject's duty; "none" where there is no such duty.
  std::string State(const std::string& quota, const std::string& subject,
                    const std::string& as_of, const std::string& period = "") {
    const v1::DutyReport report = Duties(as_of);
    for (const v1::Duty& duty : report.duty()) {
      if (duty.quota() == quota && duty.subject().id() == subject &&
          (period.empty() || duty.period() == period)) {
        return v1::DutyState_Name(duty.state());
      }
    }
    return "none";
  }

  const Pack& pack() const { return *pack_; }
  Ledger& ledger() { return *ledger_; }

 private:
  std::shared_ptr<const Pack> pack_;
  std::unique_ptr<Ledger> ledger_;
};

// An organization, a person, a lecture: for making facts in a loop.
inline std::string Org(const std::string& id, const std::string& kind,
                       const std::string& parent = "") {
  return absl::StrCat("changes { put_organization { id: '", id, "' name: '", id,
                      "' kind: '", kind, "' parent: '", parent, "' } }\n");
}
inline std::string Member(const std::string& id, const std::string& home) {
  return absl::StrCat("changes { put_person { id: '", id, "' name: '", id,
                      "' organization: '", home, "' kinds: 'member' } }\n");
}
inline std::string Act(const std::string& id, const std::string& kind,
                       const std::string& date, int minutes,
                       const std::string& participants,
                       const std::string& more = "") {
  return absl::StrCat("changes { record_activity { id: '", id, "' kind: '",
                      kind, "' date: '", date, "' minutes: ", minutes,
                      " participants: [", participants, "] ", more, " } }\n");
}

}  // namespace duban

#endif  // DUBAN_TESTS_SUPPORT_CAMPAIGN_H_
