#include "src/ledger/figure.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

using ledger::Figure;
using ledger::Reached;

Figure F(const char* value, v1::Qualifier qualifier = v1::EXACT) {
  return {*Decimal::Parse(value), qualifier};
}

constexpr v1::Qualifier kAll[] = {v1::EXACT, v1::NEARLY,   v1::OVER,
                                  v1::ABOUT, v1::AT_LEAST, v1::AT_MOST};

// Q16: the figures of the documents, against what they would have to reach.
TEST(Figures, OfTheDocuments) {
  EXPECT_EQ(Reached(F("96.58"), F("95", v1::AT_LEAST)), "yes");
  EXPECT_EQ(Reached(F("94.99"), F("95", v1::AT_LEAST)), "no");
  EXPECT_EQ(Reached(F("5000", v1::NEARLY), F("5000")), "no");
  EXPECT_EQ(Reached(F("5000", v1::NEARLY), F("4000")), "yes");
  EXPECT_EQ(Reached(F("5000", v1::NEARLY), F("4500")), "uncertain");
  EXPECT_EQ(Reached(F("5000", v1::OVER), F("5000")), "yes");
  EXPECT_EQ(Reached(F("20", v1::OVER), F("20")), "yes");
  EXPECT_EQ(Reached(F("20", v1::OVER), F("25")), "uncertain");
  EXPECT_EQ(Reached(F("20", v1::OVER), F("30")), "no");
  EXPECT_EQ(Reached(F("100", v1::ABOUT), F("100")), "uncertain");
  EXPECT_EQ(Reached(F("100", v1::ABOUT), F("50")), "yes");
  EXPECT_EQ(Reached(F("10000", v1::OVER), F("10000", v1::OVER)), "yes");
  EXPECT_EQ(Reached(F("10000"), F("10000", v1::OVER)), "no");
  EXPECT_EQ(Reached(F("95", v1::AT_LEAST), F("95", v1::AT_LEAST)), "yes");
  EXPECT_EQ(Reached(F("95", v1::AT_LEAST), F("96")), "uncertain");
  EXPECT_EQ(Reached(F("3"), F("3", v1::AT_MOST)), "yes");
  EXPECT_EQ(Reached(F("4"), F("3", v1::AT_MOST)), "no");
}

// Rows are what was reported (20), columns the target; y, n or ? for the
// targets 10, 20 and 30.
TEST(Figures, AllPairsOfWords) {
  std::string table;
  for (const v1::Qualifier reported : kAll) {
    absl::StrAppend(&table, v1::Qualifier_Name(reported), ":");
    for (const v1::Qualifier target : kAll) {
      absl::StrAppend(&table, " ");
      for (const char* number : {"10", "20", "30"}) {
        const absl::string_view word =
            Reached(F("20", reported), F(number, target));
        absl::StrAppend(&table, word == "uncertain" ? "?" : word.substr(0, 1));
      }
    }
    absl::StrAppend(&table, "\n");
  }
  EXPECT_EQ(table,
            "EXACT: yyn yyn ynn yyn yyn nyy\n"
            "NEARLY: ynn yyn ynn y?n ynn nyy\n"
            "OVER: yyn yy? yyn yy? yyn nny\n"
            "ABOUT: y?n y?? y?n yy? y?n n?y\n"
            "AT_LEAST: yy? yy? y?? yy? yy? n??\n"
            "AT_MOST: ??n ??n ?nn ??n ??n ?yy\n");
}

// Whatever the words, a figure is sampled where it may lie: "yes" holds of all
// the samples and "no" of none.
TEST(Figures, AnswersHoldOfEveryFigureThatTheWordsAllow) {
  const auto lies = [](double x, double at, double step, v1::Qualifier q) {
    switch (q) {
      case v1::NEARLY:
        return at - step < x && x < at;
      case v1::OVER:
        return at < x && x < at + step;
      case v1::ABOUT:
        return at - step / 2 <= x && x <= at + step / 2;
      case v1::AT_LEAST:
        return x >= at;
      case v1::AT_MOST:
        return x <= at;
      default:
        return x == at;
    }
  };
  const std::vector<std::pair<const char*, double>> numbers = {
      {"20", 10}, {"25", 1}, {"300", 100}, {"1200", 100}, {"-20", 10}};
  for (const auto& [text, step] : numbers) {
    for (const v1::Qualifier q : kAll) {
      for (int target = -50; target <= 1300; target += 5) {
        const absl::string_view word =
            Reached(F(text, q), F(std::to_string(target).c_str()));
        int reach = 0;
        int all = 0;
        for (double x = -200; x <= 1500; x += 0.25) {
          if (!lies(x, std::stod(text), step, q)) continue;
          ++all;
          reach += x >= target;
        }
        ASSERT_GT(all, 0);
        if (word == "yes") {
          EXPECT_EQ(reach, all) << text << q << target;
        } else if (word == "no") {
          EXPECT_EQ(reach, 0) << text << q << target;
        } else {
          EXPECT_NE(q, v1::EXACT);
        }
      }
    }
  }
}

TEST(Figures, OfTheLargestSize) {
  const char* largest = "99999999999999999999999999999.999999999";
  EXPECT_EQ(Reached(F(largest, v1::OVER), F(largest)), "yes");
  EXPECT_EQ(Reached(F("90000000000000000000000000000", v1::OVER), F(largest)),
            "uncertain");
  EXPECT_EQ(Reached(F("0", v1::NEARLY), F("0")), "no");
}

// "null taken for zero": what was not reported is no zero, neither reached nor
// missed, and adds nothing to a sum.
TEST(Complaints, NullTakenForZero) {
  Campaign c(
      "code_list { id: 'indicator-kind' code { id: 'k' } } "
      "quota { id: 'q' subject: EACH_ORGANIZATION every: ONCE need { tally { "
      "from: INDICATOR_VALUES credit: OWN "
      "where: \"indicator_value.reached == 'yes'\" count {} } "
      "at_least: '1' } }"
      "quota { id: 'n' subject: EACH_ORGANIZATION every: ONCE need { tally { "
      "from: INDICATOR_VALUES credit: OWN "
      "where: \"indicator_value.reached == 'no'\" count {} } at_most: '0' } }",
      Org("a", "school") + Org("b", "school") + Org("c", "school") + R"(
      changes { put_indicator { id: 'i' title: '新增学位' kind: 'k'
                                target { value: '0' unit: '个' } } }
      changes { report_indicator { id: 'va' indicator: 'i' organization: 'a'
                                   as_of: '2021-05-31' } }
      changes { report_indicator { id: 'vb' indicator: 'i' organization: 'b'
                                   as_of: '2021-05-31'
                                   reported { value: '0' } } })");
  const auto done = [&](const std::string& subject) {
    const v1::DutyReport report = c.Duties("2021-12-31");
    for (const v1::Duty& duty : report.duty()) {
      if (duty.quota() == "q" && duty.subject().id() == subject) {
        return duty.need(0).done();
      }
    }
    return std::string("none");
  };
  EXPECT_EQ(done("a"), "0");  // nothing was reported
  EXPECT_EQ(done("b"), "1");  // zero was
  EXPECT_EQ(done("c"), "0");
  EXPECT_EQ(c.State("n", "a", "2022-01-01"), "MET");
}

}  // namespace
}  // namespace duban
