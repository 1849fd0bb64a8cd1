// Times what a programmer would write by hand for each expression, if it were
// known when the program is compiled: a loop over columns.
//
//   bench column|sum DATA EXPRESSIONS PASSES
//
// `column` leaves a column of results, as an engine that evaluates columns
// does, and then sums it; `sum` keeps no result at all and only sums. Nothing
// here looks for overflow or for divisors of zero beyond what is written.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "benchmarks/expr/records.h"

namespace duban_bench {
namespace {

class HandLoops {
 public:
  HandLoops(const Records& records, bool keep, int passes)
      : rows_(records.rows()),
        keep_(keep),
        passes_(passes),
        minutes_(records.Find("minutes").ints.data()),
        beneficiaries_(records.Find("beneficiaries").ints.data()),
        day_(records.Find("day").ints.data()),
        on_time_(records.Find("on_time").ints.data()),
        total_(records.Find("total").ints.data()),
        unannounced_(records.Find("unannounced").bools.data()),
        kind_(records.Find("kind").texts.data()),
        organization_(records.Find("organization").texts.data()),
        title_(records.Find("title").texts.data()) {}

  // False where nobody has written a loop for the expression.
  bool Run(const std::string& name) const {
    return RunNumeric(name) || RunText(name);
  }

 private:
  template <typename Evaluate>
  bool Time(const std::string& name, const Evaluate& evaluate) const {
    Tally expected;
    for (size_t i = 0; i < rows_; i++) {
      expected.Add(i, static_cast<int64_t>(evaluate(i)));
    }
    using Result = decltype(evaluate(0));
    // A vector of bool would be one of bits.
    std::vector<
        std::conditional_t<std::is_same_v<Result, bool>, uint8_t, Result>>
        results(rows_);
    Measure(name, expected, rows_, passes_, [&] {
      int64_t sum = 0;
      if (keep_) {
        for (size_t i = 0; i < rows_; i++) results[i] = evaluate(i);
        for (const auto result : results) sum += result;
      } else {
        for (size_t i = 0; i < rows_; i++) sum += evaluate(i);
      }
      return sum;
    });
    return true;
  }

  bool RunNumeric(const std::string& name) const {
    const int64_t* minutes = minutes_;
    const int64_t* beneficiaries = beneficiaries_;
    const int64_t* day = day_;
    const int64_t* on_time = on_time_;
    const int64_t* total = total_;
    if (name == "minimum") {
      return Time(name, [=](size_t i) { return minutes[i] >= 60; });
    }
    if (name == "points") {
      return Time(name, [=](size_t i) {
        return minutes[i] * 2 + beneficiaries[i] * 3 - day[i];
      });
    }
    if (name == "tiers") {
      return Time(name, [=](size_t i) -> int64_t {
        return minutes[i] >= 240 ? 20 : minutes[i] >= 120 ? 10 : 5;
      });
    }
    if (name == "ratio") {
      return Time(name, [=](size_t i) {
        return total[i] > 0 ? 30 * on_time[i] / total[i] : 30;
      });
    }
    if (name == "exists") {
      return Time(name, [=](size_t i) {
        return minutes[i] > 470 || beneficiaries[i] > 470 || day[i] > 470;
      });
    }
    if (name == "range") {
      return Time(name, [=](size_t i) {
        return minutes[i] >= 60 && minutes[i] < 240 && beneficiaries[i] > 5 &&
               day[i] < 180;
      });
    }
    return false;
  }

  bool RunText(const std::string& name) const {
    const int64_t* minutes = minutes_;
    const uint8_t* unannounced = unannounced_;
    const std::string* kind = kind_;
    const std::string* organization = organization_;
    const std::string* title = title_;
    if (name == "conjunction") {
      return Time(name, [=](size_t i) {
        return kind[i] == "visit" && unannounced[i] != 0 && minutes[i] >= 30;
      });
    }
    if (name == "member") {
      return Time(name, [=](size_t i) {
        return kind[i] == "visit" || kind[i] == "volunteer" ||
               kind[i] == "labour";
      });
    }
    if (name == "text") {
      return Time(name, [=](size_t i) {
        return title[i].rfind('A', 0) == 0 ||
               title[i].find("校") != std::string::npos;
      });
    }
    if (name == "pattern") {
      return Time(name, [=](size_t i) {
        const std::string& text = organization[i];
        return text.size() == 6 && std::memcmp(text.data(), "org-", 4) == 0 &&
               text[4] >= '0' && text[4] <= '4' && text[5] >= '0' &&
               text[5] <= '9';
      });
    }
    return false;
  }

  size_t rows_;
  bool keep_;
  int passes_;
  const int64_t* minutes_;
  const int64_t* beneficiaries_;
  const int64_t* day_;
  const int64_t* on_time_;
  const int64_t* total_;
  const uint8_t* unannounced_;
  const std::string* kind_;
  const std::string* organization_;
  const std::string* title_;
};

int Main(int argc, char** argv) {
  const std::string mode = argc == 5 ? argv[1] : "";
  if (mode != "column" && mode != "sum") {
    Fail("usage: bench column|sum DATA EXPRESSIONS PASSES");
  }
  const Records records(argv[2]);
  const HandLoops loops(records, mode == "column", std::stoi(argv[4]));
  for (const Expression& expression : ReadExpressions(argv[3])) {
    if (!loops.Run(expression.name)) {
      Fail("no loop is written for " + expression.name);
    }
  }
  return 0;
}

}  // namespace
}  // namespace duban_bench

int main(int argc, char** argv) { return duban_bench::Main(argc, argv); }
