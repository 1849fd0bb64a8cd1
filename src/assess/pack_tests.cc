// The tests a pack carries: given facts, expected points and duties.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "duban/duties.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"

namespace duban {
namespace {

// Equal as numbers: "12" and "12.00" are one total.
bool SameNumber(const std::string& a, const std::string& b) {
  const auto x = Decimal::Parse(a);
  const auto y = Decimal::Parse(b);
  return x.ok() && y.ok() && *x == *y;
}

class PackTesting {
 public:
  PackTesting(const Pack& pack, PackTestReport* report)
      : pack_(pack), report_(report) {}

  void Run(const v1::PackTest& test) {
    test_ = &test;
    ++report_->tests;
    auto ledger = GivenFacts();
    if (!ledger.ok()) return Broken(ledger.status());
    const LedgerView view = (*ledger)->View();
    auto assessment = Assess(pack_, view, test.as_of());
    if (!assessment.ok()) return Broken(assessment.status());
    auto duties = Duties(pack_, view, test.as_of());
    if (!duties.ok()) return Broken(duties.status());
    for (const v1::Expect& expect : test.expect()) {
      ++report_->expectations;
      if (!expect.scheme().empty()) CheckScore(expect, *assessment);
      if (!expect.quota().empty()) CheckDuty(expect, *duties);
    }
  }

 private:
  absl::StatusOr<std::unique_ptr<Ledger>> GivenFacts() {
    auto ledger = Ledger::InMemory();
    if (!ledger.ok()) return ledger;
    auto adopted = (*ledger)->Adopt(pack_);
    if (!adopted.ok()) return adopted.status();
    if (!test_->data().empty()) {
      auto imported =
          (*ledger)->Import(absl::StrCat(pack_.folder(), "/", test_->data()));
      if (!imported.ok()) return imported.status();
      if (!imported->applied()) return Refused(*imported);
    }
    if (!test_->change().empty()) {
      v1::Batch batch;
      *batch.mutable_changes() = test_->change();
      auto applied = (*ledger)->Apply(batch);
      if (!applied.ok()) return applied.status();
      if (!applied->applied()) return Refused(*applied);
    }
    return ledger;
  }

  static absl::Status Refused(const v1::Receipt& receipt) {
    Faults faults;
    for (const v1::ErrorDetail& detail : receipt.faults().errors()) {
      faults.Add(detail);
    }
    return faults.ToStatus();
  }

  void Fail(absl::string_view zh, absl::string_view en) {
    report_->failures.push_back(
        {test_->id(), std::string(zh), std::string(en)});
  }

  void Broken(const absl::Status& status) {
    const v1::ErrorList faults = FaultsOf(status);
    for (const v1::ErrorDetail& detail : faults.errors()) {
      Fail(FormatFault(detail), FormatFault(detail));
    }
  }

  void Differs(const v1::Expect& expect, absl::string_view what,
               absl::string_view wanted, absl::string_view found) {
    Fail(absl::StrCat(expect.subject(), " 的 ", what, " 应为 ", wanted,
                      "，实为 ", found),
         absl::StrCat(what, " of ", expect.subject(), " should be ", wanted,
                      " and is ", found));
  }

  void CheckScore(const v1::Expect& expect, const v1::Assessment& assessment) {
    for (const v1::SchemeResult& result : assessment.scheme()) {
      if (result.scheme() != expect.scheme()) continue;
      for (const v1::Scorecard& card : result.scorecard()) {
        if (card.subject().id() != expect.subject()) continue;
        return CheckCard(expect, card);
      }
    }
    Fail(absl::StrCat("方案 ", expect.scheme(), " 中没有 ", expect.subject(),
                      " 的得分"),
         absl::StrCat(expect.subject(), " has no score by ", expect.scheme()));
  }

  void CheckCard(const v1::Expect& expect, const v1::Scorecard& card) {
    if (!expect.total().empty() && !SameNumber(expect.total(), card.total())) {
      Differs(expect, absl::StrCat(expect.scheme(), ".total"), expect.total(),
              card.total());
    }
    if (!expect.grade().empty() && expect.grade() != card.grade()) {
      Differs(expect, absl::StrCat(expect.scheme(), ".grade"), expect.grade(),
              card.grade());
    }
    for (const v1::ExpectPoints& points : expect.points()) {
      std::string found = "—";
      for (const v1::CriterionScore& score : card.criterion()) {
        if (score.criterion() == points.criterion()) found = score.points();
      }
      if (SameNumber(points.points(), found)) continue;
      Differs(expect, absl::StrCat(expect.scheme(), ".", points.criterion()),
              points.points(), found.empty() ? "—" : found);
    }
  }

  void CheckDuty(const v1::Expect& expect, const v1::DutyReport& duties) {
    for (const v1::Duty& duty : duties.duty()) {
      if (duty.quota() != expect.quota() ||
          duty.subject().id() != expect.subject() ||
          (!expect.period().empty() && duty.period() != expect.period())) {
        continue;
      }
      const std::string state =
          absl::AsciiStrToLower(v1::DutyState_Name(duty.state()));
      if (!expect.state().empty() && expect.state() != state) {
        Differs(expect, absl::StrCat(expect.quota(), " ", duty.period()),
                expect.state(), state);
      }
      if (!expect.done().empty() &&
          (duty.need().empty() ||
           !SameNumber(expect.done(), duty.need(0).done()))) {
        Differs(expect, absl::StrCat(expect.quota(), ".done"), expect.done(),
                duty.need().empty() ? "—" : duty.need(0).done());
      }
      return;
    }
    // To expect no such duty is to expect "none".
    if (expect.state() == "none") return;
    Fail(absl::StrCat(expect.subject(), " 没有任务 ", expect.quota(), " ",
                      expect.period()),
         absl::StrCat(expect.subject(), " has no duty ", expect.quota(), " ",
                      expect.period()));
  }

  const Pack& pack_;
  PackTestReport* const report_;
  const v1::PackTest* test_ = nullptr;
};

}  // namespace

absl::StatusOr<PackTestReport> RunPackTests(const Pack& pack) {
  PackTestReport report;
  PackTesting testing(pack, &report);
  for (const v1::PackTest& test : pack.message().test()) testing.Run(test);
  return report;
}

}  // namespace duban
