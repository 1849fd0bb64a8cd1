#include "tests/expr/conformance/report.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace duban::expr::conformance {

void Report::Counts::Add(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::kPassed:
      ++passed;
      break;
    case Outcome::Kind::kFailed:
      ++failed;
      break;
    case Outcome::Kind::kSkipped:
      ++skipped;
      break;
  }
}

// "45 !1 ~2"
std::string Report::Counts::ToString() const {
  if (all() == 0) return "";
  std::string text = absl::StrCat(passed);
  if (failed > 0) absl::StrAppend(&text, " !", failed);
  if (skipped > 0) absl::StrAppend(&text, " ~", skipped);
  return text;
}

std::string Report::Share::ToString() const {
  const double share = tests == 0 ? 0 : 100.0 * passed / tests;
  return absl::StrFormat("%d of %d tests (%.2f %%)", passed, tests, share);
}

void Report::Tally::Add(Outcome::Kind kind) {
  any = true;
  all_passed = all_passed && kind == Outcome::Kind::kPassed;
}

void Report::Begin(const Case& test) {
  std::vector<Counts>& counts = by_file_[test.suite];
  if (counts.empty()) {
    files_.push_back(test.suite);
    counts.resize(AllWays().size());
  }
  file_ = test.suite;
  evaluations_.emplace_back();
  others_.emplace_back();
}

void Report::Add(size_t way, Outcome::Kind kind) {
  by_file_[file_][way].Add(kind);
  totals_.Add(kind);
  (AllWays()[way].evaluates ? evaluations_ : others_).back().Add(kind);
}

Report::Share Report::ShareOf(const std::vector<Tally>& tallies) const {
  Share share;
  for (const Tally& tally : tallies) {
    if (!tally.any) continue;
    ++share.tests;
    if (tally.all_passed) ++share.passed;
  }
  return share;
}

void Report::Print() const {
  std::printf("%-18s", "");
  for (const Way& way : AllWays()) std::printf(" %14s", way.name);
  std::printf("\n");
  std::vector<Counts> sums(AllWays().size());
  for (const std::string& file : files_) {
    const std::vector<Counts>& counts = by_file_.at(file);
    std::printf("%-18s", file.c_str());
    for (size_t i = 0; i < counts.size(); ++i) {
      std::printf(" %14s", counts[i].ToString().c_str());
      sums[i].passed += counts[i].passed;
      sums[i].failed += counts[i].failed;
      sums[i].skipped += counts[i].skipped;
    }
    std::printf("\n");
  }
  std::printf("%-18s", "all");
  for (const Counts& sum : sums) {
    std::printf(" %14s", sum.ToString().c_str());
  }
  std::printf("\n(passed !failed ~skipped)\n\n");
  std::printf("evaluated as expected in all their ways: %s\n",
              ShareOf(evaluations_).ToString().c_str());
  std::printf("types and trees as those of cel-go: %s\n",
              ShareOf(others_).ToString().c_str());
  std::printf("%d passed, %d failed, %d skipped\n", totals_.passed,
              totals_.failed, totals_.skipped);
}

}  // namespace duban::expr::conformance
