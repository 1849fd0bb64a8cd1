#include "src/pack/lookup_table.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/pack/source.h"
#include "tests/pack/read_pack.h"

namespace duban::pack {
namespace {

using expr::Type;
using expr::Value;

// The table as it stands in a pack, after "table { id: 't' ".
std::unique_ptr<LookupTable> Build(absl::string_view text, Faults* faults) {
  const PackSource source =
      Read("p.textproto", absl::StrCat("table { id: 't' ", text, " }"), faults);
  EXPECT_EQ(Show(*faults), "") << text;
  return LookupTable::Build(source.pack().table(0), "table[0]", source, faults);
}

// One that has no faults.
std::unique_ptr<LookupTable> Good(absl::string_view text) {
  Faults faults;
  std::unique_ptr<LookupTable> table = Build(text, &faults);
  EXPECT_EQ(Show(faults), "") << text;
  return table;
}

std::string Bands(absl::string_view text) {
  return absl::StrCat("output: 'string' ", text);
}

// The faults of a table that has some: "REASON field: message".
std::string Messages(absl::string_view text) {
  Faults faults;
  const std::unique_ptr<LookupTable> table = Build(text, &faults);
  EXPECT_EQ(table == nullptr, faults.has_errors()) << text;
  std::string out;
  for (const v1::ErrorDetail& fault : faults.list().errors()) {
    EXPECT_EQ(fault.place().file(), "p.textproto");
    EXPECT_GT(fault.place().line(), 0);
    absl::StrAppend(&out, fault.reason(), " ", fault.place().field(), ": ",
                    fault.message().en(), "\n");
  }
  return out;
}

Value Number(absl::string_view text) {
  const absl::StatusOr<Decimal> number = Decimal::Parse(text);
  EXPECT_TRUE(number.ok()) << text;
  return Value::Dec(*number);
}

// What lookup() gives, or the reason why it gives nothing.
std::string Look(const LookupTable& table, std::vector<Value> arguments) {
  const Value value = table.Lookup(arguments);
  if (value.is_error()) {
    EXPECT_FALSE(value.error().zh.empty());
    EXPECT_FALSE(value.error().en.empty());
    return value.error().reason;
  }
  return value.is_string() ? value.string_value() : value.ToString();
}

std::string LookNumber(const LookupTable& table, absl::string_view number) {
  return Look(table, {Number(number)});
}

// --- Bands -----------------------------------------------------------------

TEST(Bands, HoldTheirBeginningButNotTheirEndSaveTheHighest) {
  const auto table = Good(Bands(
      "band { until: '60' value: 'D' } band { from: '60' until: '80' value: "
      "'C' } band { from: '80' until: '90' value: 'B' }"
      "band { from: '90' until: '100' value: 'A' }"));
  EXPECT_EQ(table->id(), "t");
  EXPECT_EQ(table->inputs(), std::vector<Type>{Type::Decimal()});
  EXPECT_EQ(table->output(), Type::String());
  EXPECT_EQ(LookNumber(*table, "-99999999999"), "D");
  EXPECT_EQ(LookNumber(*table, "59.999999999"), "D");
  EXPECT_EQ(LookNumber(*table, "60"), "C");
  EXPECT_EQ(LookNumber(*table, "89.999999999"), "B");
  EXPECT_EQ(LookNumber(*table, "90"), "A");
  EXPECT_EQ(LookNumber(*table, "100"), "A");
  EXPECT_EQ(LookNumber(*table, "100.000000001"), "OUTSIDE_BANDS");
  EXPECT_EQ(Look(*table, {Value::Int(80)}), "B");
}

TEST(Bands, MayFallAsNoticesOftenDo) {
  const auto table = Good(
      "output: 'decimal' band { from: '90' until: '100' value: '3' }"
      "band { from: '60' until: '90' value: '1.50' }"
      "band { from: '0' until: '60' value: '-0' }");
  EXPECT_EQ(LookNumber(*table, "100"), "3");
  EXPECT_EQ(LookNumber(*table, "60"), "1.5");
  EXPECT_EQ(LookNumber(*table, "59.5"), "0");
  EXPECT_EQ(LookNumber(*table, "-1"), "OUTSIDE_BANDS");
}

TEST(Bands, TheHighestMayBeOnePoint) {
  const auto table =
      Good(Bands("band { from: '0' until: '1' value: 'part' }"
                 "band { from: '1' until: '1' value: 'full' }"));
  EXPECT_EQ(LookNumber(*table, "0.999999999"), "part");
  EXPECT_EQ(LookNumber(*table, "1"), "full");
  EXPECT_EQ(LookNumber(*table, "1.000000001"), "OUTSIDE_BANDS");
}

TEST(Bands, OpenAtBothEndsHoldEverything) {
  const auto table = Good(Bands("band { value: 'all' }"));
  EXPECT_EQ(LookNumber(*table, "99999999999999999999999999999.999999999"),
            "all");
  EXPECT_EQ(LookNumber(*table, "-99999999999999999999999999999.999999999"),
            "all");
}

TEST(Bands, OutsideThemOtherwiseHolds) {
  const auto table =
      Good(Bands("band { from: '1' until: '2' value: 'x' } otherwise: ''"));
  EXPECT_EQ(LookNumber(*table, "3"), "");
  Faults faults;
  Build("output: 'decimal'\nband { value: '1' } otherwise: 'x'", &faults);
  EXPECT_EQ(Show(faults), "BAD_DECIMAL 2:32 table[0].otherwise\n");
}

TEST(Bands, GapsAreNamedWithTheirInterval) {
  EXPECT_EQ(Messages(Bands("band { until: '59' value: 'D' }"
                           "band { from: '60' until: '89' value: 'C' }"
                           "band { from: '90' value: 'A' }")),
            "BAND_GAP table[0].band[1].from: there is a gap between band 1 "
            "(,59) and band 2 [60,89): 59 ≤ x < 60\n"
            "BAND_GAP table[0].band[2].from: there is a gap between band 2 "
            "[60,89) and band 3 [90,): 89 ≤ x < 90\n");
}

TEST(Bands, OverlapsAreNamedWithTheirInterval) {
  EXPECT_EQ(Messages(Bands("band { from: '0' until: '100' value: 'a' }"
                           "band { from: '10' until: '20' value: 'b' }"
                           "band { from: '30' value: 'c' }")),
            "BAND_OVERLAP table[0].band[1].from: band 1 [0,100) and band 2 "
            "[10,20) overlap: 10 ≤ x < 20\n"
            "BAND_OVERLAP table[0].band[2].from: band 1 [0,100) and band 3 "
            "[30,) overlap: 30 ≤ x < 100\n");
  EXPECT_EQ(Messages(Bands("band { until: '1' value: 'a' }"
                           "band { until: '2' value: 'b' }")),
            "BAND_OVERLAP table[0].band[1].from: band 1 (,1) and band 2 (,2] "
            "overlap: x < 1\n");
  EXPECT_EQ(Messages(Bands("band { from: '1' value: 'a' }"
                           "band { from: '2' until: '3' value: 'b' }")),
            "BAND_OVERLAP table[0].band[1].from: band 1 [1,) and band 2 [2,3] "
            "overlap: 2 ≤ x ≤ 3\n");
}

TEST(Bands, MustHaveSomethingInThem) {
  EXPECT_EQ(Messages(Bands("band { from: '5' until: '1' value: 'a' }"
                           "band { from: '7' until: '7' value: 'b' }"
                           "band { from: '8' until: '6' value: 'c' }")),
            "BAND_EMPTY table[0].band[0].until: no number is in band 1 [5,1): "
            "`from` must be below `until`\n"
            "BAND_EMPTY table[0].band[1].until: no number is in band 2 [7,7): "
            "`from` must be below `until`\n"
            "BAND_EMPTY table[0].band[2].until: no number is in band 3 [8,6]: "
            "`from` must be below `until`\n");
}

TEST(Bands, StandInOrder) {
  EXPECT_EQ(Messages(Bands("band { from: '0' until: '1' value: 'a' }"
                           "band { from: '2' until: '3' value: 'b' }"
                           "band { from: '1' until: '2' value: 'c' }")),
            "BAND_ORDER table[0].band[2].from: the bands are out of order: 3 "
            "[1,2) comes after 2 [2,3)\n");
  EXPECT_EQ(Messages(Bands("band { from: '2' until: '3' value: 'a' }"
                           "band { from: '0' until: '1' value: 'b' }"
                           "band { from: '1' until: '2' value: 'c' }")),
            "BAND_ORDER table[0].band[2].from: the bands are out of order: 3 "
            "[1,2) comes after 2 [0,1)\n");
}

TEST(Bands, AllThatCannotBeReadIsTold) {
  Faults faults;
  EXPECT_EQ(Build("output: 'decimal'\n"
                  "band { from: '60分' until: '9x' value: '' }\n"
                  "band { from: '99999999999999999999999999999999' }",
                  &faults),
            nullptr);
  EXPECT_EQ(Show(faults),
            "BAD_DECIMAL 2:14 table[0].band[0].from\n"
            "BAD_DECIMAL 2:27 table[0].band[0].until\n"
            "BAD_DECIMAL 2:39 table[0].band[0].value\n"
            "DECIMAL_OVERFLOW 3:14 table[0].band[1].from\n"
            "BAD_DECIMAL 3:6 table[0].band[1].value\n");
}

// All bands over 0 … 3 of three, with every choice of ends; what they hold
// and whether they fit together, counted point by point.
class SmallBands {
 public:
  explicit SmallBands(int choice) {
    for (int i = 0; i < 3; ++i) {
      from_[i] = choice % 4;
      until_[i] = choice / 4 % 5;  // 4 = open
      choice /= 20;
    }
  }

  bool Rising() const { return from_[0] < from_[1] && from_[1] < from_[2]; }
  std::string Text() const {
    std::string text = "output: 'string' ";
    for (int i = 0; i < 3; ++i) {
      absl::StrAppend(&text, "band { from: '", from_[i], "' ");
      if (until_[i] < 4) absl::StrAppend(&text, "until: '", until_[i], "' ");
      absl::StrAppend(&text, "value: '", i, "' } ");
    }
    return text;
  }
  // `half` counts in halves, so that what lies between the ends is seen, too.
  bool Holds(int i, int half) const {
    if (half < 2 * from_[i]) return false;
    const bool last = i == 2;
    return until_[i] == 4 || half < 2 * until_[i] ||
           (last && half == 2 * until_[i]);
  }
  bool Fits() const {
    for (int i = 0; i < 3; ++i) {
      bool some = false;
      for (int half = 0; half <= 10; ++half) some |= Holds(i, half);
      if (!some) return false;
    }
    // From the first end to the last, each point is in one band.
    const int end = until_[2] == 4 ? 10 : 2 * until_[2];
    for (int half = 0; half <= 10; ++half) {
      int count = 0;
      for (int i = 0; i < 3; ++i) count += Holds(i, half);
      const bool inside = half >= 2 * from_[0] && half <= end;
      if (count != (inside ? 1 : 0)) return false;
    }
    return true;
  }

 private:
  int from_[3];
  int until_[3];
};

TEST(Bands, AgreeWithCountingForAllSmallTables) {
  int good = 0;
  for (int choice = 0; choice < 20 * 20 * 20; ++choice) {
    const SmallBands bands(choice);
    if (!bands.Rising()) continue;
    Faults faults;
    const auto table = Build(bands.Text(), &faults);
    ASSERT_EQ(table != nullptr, bands.Fits()) << bands.Text() << Show(faults);
    if (table == nullptr) continue;
    ++good;
    for (int half = -1; half <= 10; ++half) {
      std::string expected = "OUTSIDE_BANDS";
      for (int i = 0; i < 3; ++i) {
        if (bands.Holds(i, half)) expected = absl::StrCat(i);
      }
      const std::string x =
          absl::StrCat(half < 0 ? "-" : "", half < 0 ? 0 : half / 2,
                       half % 2 != 0 ? ".5" : "");
      ASSERT_EQ(LookNumber(*table, x), expected) << x << bands.Text();
    }
  }
  EXPECT_GT(good, 5);
}

// --- Rows ------------------------------------------------------------------

constexpr absl::string_view kColumns =
    "column { id: 'kind' type: 'string' } column { id: 'n' type: 'decimal' }"
    "column { id: 'led' type: 'bool' } ";

std::string RowText(absl::string_view a, absl::string_view b,
                    absl::string_view c, absl::string_view value) {
  return absl::StrCat("row { cell: '", a, "' cell: '", b, "' cell: '", c,
                      "' value: '", value, "' } ");
}

TEST(Rows, MatchByAllTheirCells) {
  const auto table = Good(absl::StrCat(
      "output: 'decimal' ", kColumns, RowText("省级", ">=3", "*", "10"),
      RowText("省级", "<3", "true", "5"), RowText("市级", " * ", "*", "2")));
  EXPECT_EQ(table->inputs(),
            (std::vector<Type>{Type::String(), Type::Decimal(), Type::Bool()}));
  const auto look = [&](const char* kind, const char* n, bool led) {
    return Look(*table, {Value::Str(kind), Number(n), Value::Bool(led)});
  };
  EXPECT_EQ(look("省级", "3", false), "10");
  EXPECT_EQ(look("省级", "2.999999999", true), "5");
  EXPECT_EQ(look("省级", "2", false), "NO_ROW_MATCHES");
  EXPECT_EQ(look("市级", "-7", true), "2");
  EXPECT_EQ(look("县级", "3", true), "NO_ROW_MATCHES");
  EXPECT_EQ(look("*", "3", true), "NO_ROW_MATCHES");
}

TEST(Rows, CellsOfDecimalColumns) {
  const struct {
    const char* cell;
    const char* in;   // a number that it matches
    const char* out;  // one that it does not
  } kCases[] = {
      {"5", "5.0", "5.000000001"},
      {"-5", "-5", "5"},
      {">=90", "90", "89.999999999"},
      {"> 90", "90.000000001", "90"},
      {"<=60", "60", "60.000000001"},
      {"<60", "59.999999999", "60"},
      {"[60,90)", "60", "90"},
      {"[60,90]", "90", "59.9"},
      {"(60,90]", "60.000000001", "60"},
      {"( -1 , 1 )", "0", "1"},
      {"[7,7]", "7", "7.1"},
      {"+5", "5", "-5"},
  };
  for (const auto& c : kCases) {
    const auto table =
        Good(absl::StrCat("output: 'string' column { id: 'n' type: 'decimal' }"
                          "row { cell: '",
                          c.cell, "' value: 'yes' }"));
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(LookNumber(*table, c.in), "yes") << c.cell;
    EXPECT_EQ(LookNumber(*table, c.out), "NO_ROW_MATCHES") << c.cell;
  }
}

TEST(Rows, CellsThatCannotBeReadAreTold) {
  const struct {
    const char* cell;
    const char* reason;
  } kCases[] = {
      {"", "BAD_CELL"},
      {"high", "BAD_CELL"},
      {"[1,2", "BAD_CELL"},
      {"[1;2]", "BAD_CELL"},
      {"≥90", "BAD_CELL"},
      {">=", "BAD_CELL"},
      {"=90", "BAD_CELL"},
      {"[2,1]", "CELL_EMPTY"},
      {"(7,7]", "CELL_EMPTY"},
      {"(1,1.000000001)", "CELL_EMPTY"},
      {"90%", "BAD_DECIMAL"},
      {"[,5]", "BAD_DECIMAL"},
      {">=1e40", "DECIMAL_OVERFLOW"},
      {"1.0000000001", "DECIMAL_TOO_FINE"},
      {"[", "BAD_CELL"},
      {"(]", "BAD_CELL"},
      {"[,]", "BAD_DECIMAL"},
  };
  for (const auto& c : kCases) {
    Faults faults;
    EXPECT_EQ(Build(absl::StrCat("output: 'string' column { type: 'decimal' }"
                                 "row { cell: '",
                                 c.cell, "' value: 'x' }"),
                    &faults),
              nullptr);
    ASSERT_EQ(faults.error_count(), 1) << c.cell;
    EXPECT_EQ(faults.list().errors(0).reason(), c.reason) << c.cell;
    EXPECT_EQ(faults.list().errors(0).place().field(),
              "table[0].row[0].cell[0]");
  }
  EXPECT_EQ(Messages("output: 'string' column { type: 'bool' }"
                     "row { cell: '是' }"),
            "BAD_CELL table[0].row[0].cell[0]: '是' is not true, false or "
            "*\n");
}

TEST(Rows, OfAUniqueTableMayNotMeet) {
  EXPECT_EQ(
      Messages(absl::StrCat(
          "output: 'string' ", kColumns, RowText("a", "<60", "*", "1"),
          RowText("a", "[60,90)", "true", "2"), RowText("b", "*", "*", "3"),
          RowText("*", ">89", "*", "4"), RowText("a", "<=60", "false", "5"))),
      "ROWS_OVERLAP table[0].row[3]: row 4 can match together with row 2\n"
      "ROWS_OVERLAP table[0].row[4]: row 5 can match together with row 1\n");
  Good(absl::StrCat(
      "output: 'string' ", kColumns, RowText("a", "<60", "*", "1"),
      RowText("a", ">=60", "true", "2"), RowText("a", ">=60", "false", "3"),
      RowText("b", "*", "*", "4"), RowText("", "*", "*", "5")));
}

TEST(Rows, OfAFirstTableAreTriedInOrder) {
  const auto table = Good(absl::StrCat(
      "output: 'string' hit: FIRST ", kColumns, RowText("a", ">=90", "*", "1"),
      RowText("*", ">=60", "*", "2"), RowText("a", "*", "true", "3"),
      RowText("*", "*", "*", "4")));
  const auto look = [&](const char* kind, const char* n, bool led) {
    return Look(*table, {Value::Str(kind), Number(n), Value::Bool(led)});
  };
  EXPECT_EQ(look("a", "95", true), "1");
  EXPECT_EQ(look("a", "75", true), "2");
  EXPECT_EQ(look("b", "95", true), "2");
  EXPECT_EQ(look("a", "5", true), "3");
  EXPECT_EQ(look("a", "5", false), "4");
}

TEST(Rows, ThatAFirstTableNeverReachesGetAWarning) {
  EXPECT_EQ(
      Messages(absl::StrCat(
          "output: 'string' hit: FIRST ", kColumns,
          RowText("a", ">=60", "*", "1"), RowText("a", "70", "true", "2"),
          RowText("*", ">50", "*", "3"), RowText("b", "[51,60]", "*", "4"),
          RowText("a", ">=60", "*", "5"))),
      "ROW_UNREACHABLE table[0].row[1]: row 2 is never reached: row 1 "
      "always matches first\n"
      "ROW_UNREACHABLE table[0].row[3]: row 4 is never reached: row 3 "
      "always matches first\n"
      "ROW_UNREACHABLE table[0].row[4]: row 5 is never reached: row 1 "
      "always matches first\n");
}

TEST(Rows, OfASumTableAreAdded) {
  const auto table = Good(absl::StrCat(
      "output: 'decimal' hit: SUM ", kColumns, RowText("a", "*", "*", "1.5"),
      RowText("*", ">=1", "*", "2"), RowText("*", "*", "true", "-0.25")));
  EXPECT_EQ(Look(*table, {Value::Str("a"), Number("1"), Value::Bool(true)}),
            "3.25");
  EXPECT_EQ(Look(*table, {Value::Str("a"), Number("0"), Value::Bool(false)}),
            "1.5");
  EXPECT_EQ(Look(*table, {Value::Str("b"), Number("0"), Value::Bool(false)}),
            "NO_ROW_MATCHES");
  const std::string most = std::string(29, '9');
  const auto large = Good(absl::StrCat(
      "output: 'decimal' hit: SUM ", kColumns, RowText("*", "*", "*", most),
      RowText("*", "*", "*", most), RowText("*", "*", "*", "1")));
  EXPECT_EQ(Look(*large, {Value::Str(""), Number("0"), Value::Bool(true)}),
            "DECIMAL_OVERFLOW");
  EXPECT_EQ(Messages("output: 'string' hit: SUM column { type: 'bool' }"
                     "row { cell: '*' value: 'x' }"),
            "TABLE_SHAPE table[0].hit: only decimals can be added (SUM)\n");
}

// Three rows of two columns, each cell one of a few: what two rows share and
// what is found is counted value by value.
TEST(Rows, AgreeWithCountingForAllSmallTables) {
  static const char* const kTexts[] = {"*", "a", "b"};
  static const char* const kNumbers[] = {"*", "<1", "[1,2)", ">1"};
  const auto matches = [&](int row, const char* text, int number) {
    const std::string cell = kTexts[row % 3];
    if (cell != "*" && cell != text) return false;
    const int n = row / 3;
    return n == 0 || (n == 1 ? number < 1 : n == 2 ? number == 1 : number > 1);
  };
  int good = 0;
  for (int choice = 0; choice < 12 * 12 * 12; ++choice) {
    const int rows[] = {choice % 12, choice / 12 % 12, choice / 144};
    std::string text =
        "output: 'string' column { id: 'x' type: 'string' }"
        "column { id: 'y' type: 'decimal' } ";
    for (int i = 0; i < 3; ++i) {
      absl::StrAppend(&text, "row { cell: '", kTexts[rows[i] % 3], "' cell: '",
                      kNumbers[rows[i] / 3], "' value: '", i, "' } ");
    }
    Faults unique;
    const auto table = Build(text, &unique);
    Faults first;
    const auto ordered = Build(text + "hit: FIRST", &first);
    ASSERT_NE(ordered, nullptr);
    bool overlap = false;
    for (const char* x : {"a", "b", "c"}) {
      for (const int y : {0, 1, 2}) {
        std::string expected = "NO_ROW_MATCHES";
        int count = 0;
        for (int i = 2; i >= 0; --i) {
          if (!matches(rows[i], x, y)) continue;
          expected = absl::StrCat(i);
          ++count;
        }
        overlap |= count > 1;
        const std::vector<Value> arguments = {Value::Str(x), Value::Int(y)};
        ASSERT_EQ(Look(*ordered, arguments), expected) << text;
        if (table == nullptr) continue;
        ASSERT_LE(count, 1) << text;
        ASSERT_EQ(Look(*table, arguments), expected) << text;
      }
    }
    // "[1,2)" and ">1" meet between the whole numbers.
    const auto between = [&](int i, int j) {
      const int a = rows[i] / 3, b = rows[j] / 3;
      const int x = rows[i] % 3, y = rows[j] % 3;
      return a + b == 5 && (a == 2 || b == 2) && (x == 0 || y == 0 || x == y);
    };
    overlap |= between(0, 1) || between(0, 2) || between(1, 2);
    ASSERT_EQ(table == nullptr, overlap) << text;
    good += table != nullptr;
  }
  EXPECT_GT(good, 100);
}

TEST(Rows, WhereTooManyToCompareTheOverlapShowsWhenLookedUp) {
  v1::LookupTable message;
  message.set_output("string");
  message.add_column()->set_type("decimal");
  const int count = 7000;
  for (int i = 0; i < count; ++i) {
    v1::Row* row = message.add_row();
    row->add_cell(absl::StrCat(i == count - 1 ? 3 : i));
    row->set_value("x");
  }
  Faults faults;
  const auto table = LookupTable::Build(
      message, "table[0]", Read("p.textproto", "id: 'x'", &faults), &faults);
  EXPECT_EQ(Show(faults), "TABLE_NOT_CHECKED 0:0 table[0]\n");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(LookNumber(*table, "3"), "ROWS_OVERLAP");
  EXPECT_EQ(LookNumber(*table, "4"), "x");
}

// --- The table itself ------------------------------------------------------

TEST(Table, SaysWhatItGivesAndTakes) {
  EXPECT_EQ(Messages("band { value: 'x' }"),
            "TABLE_OUTPUT table[0].output: it does not say what lookup() "
            "gives (output)\n");
  EXPECT_EQ(Messages("output: 'int' column { id: 'a' type: 'date' }"
                     "column { id: 'a' type: 'bool' }"
                     "row { cell: 'x' } row { cell: 'x' cell: 'y' }"),
            "TABLE_OUTPUT table[0].output: 'int' is no output type\n"
            "COLUMN_TYPE table[0].column[0].type: 'date' is no type of a "
            "column\n"
            "COLUMN_TWICE table[0].column[1].id: two columns are called 'a'\n"
            "ROW_CELLS table[0].row[0]: row 1 has 1 cells, but the table has "
            "2 columns\n"
            "BAD_CELL table[0].row[1].cell[1]: 'y' is not true, false or *\n");
}

TEST(Table, IsEitherOfBandsOrOfRows) {
  EXPECT_EQ(Messages("output: 'string'"),
            "TABLE_EMPTY table[0]: it has neither bands nor rows\n");
  EXPECT_EQ(Messages("output: 'string' column { type: 'bool' }"),
            "TABLE_EMPTY table[0]: it has neither bands nor rows\n");
  EXPECT_EQ(Messages("output: 'string' row { cell: 'x' }"),
            "TABLE_SHAPE table[0]: it has rows, but no columns\n");
  EXPECT_EQ(Messages("output: 'string' band {} row { cell: 'x' }"),
            "TABLE_SHAPE table[0]: it has bands as well as rows or columns\n");
  EXPECT_EQ(Messages("output: 'string' band {} hit: SUM"),
            "TABLE_SHAPE table[0].hit: bands never overlap; `hit` is for "
            "rows\n");
}

TEST(Table, TakesOnlyArgumentsOfItsTypes) {
  const auto table = Good(Bands("band { value: 'x' }"));
  EXPECT_EQ(Look(*table, {}), "TABLE_ARGUMENTS");
  EXPECT_EQ(Look(*table, {Value::Str("1")}), "TABLE_ARGUMENTS");
  EXPECT_EQ(Look(*table, {Value::Missing()}), "TABLE_ARGUMENTS");
  EXPECT_EQ(Look(*table, {Value::Null()}), "TABLE_ARGUMENTS");
  EXPECT_EQ(Look(*table, {Number("1"), Number("1")}), "TABLE_ARGUMENTS");
  EXPECT_EQ(Look(*table, {Value::Error("MINE", "我", "me")}), "MINE");
}

TEST(Table, OfAFileOfItsOwnHasFaultsAtItsRows) {
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"p.textproto", "table { id: 'g' output: 'decimal' }"},
       {"tables/g.csv", "from,until,value\n0,60,1\n\n70,100,x\n"}},
      &faults);
  EXPECT_EQ(
      LookupTable::Build(source.pack().table(0), "table[0]", source, &faults),
      nullptr);
  ASSERT_EQ(faults.error_count(), 2);
  for (const v1::ErrorDetail& fault : faults.list().errors()) {
    EXPECT_EQ(fault.place().file(), "tables/g.csv");
    EXPECT_EQ(fault.place().row(), 2);
    EXPECT_EQ(fault.place().line(), 4);
  }
  EXPECT_EQ(faults.list().errors(0).reason(), "BAD_DECIMAL");
  EXPECT_EQ(faults.list().errors(1).reason(), "BAND_GAP");
  EXPECT_EQ(faults.list().errors(1).place().field(), "table[0].band[1].from");
}

}  // namespace
}  // namespace duban::pack
