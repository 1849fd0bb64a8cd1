#include "src/table/csv.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "src/base/text.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

using Cells = std::vector<std::string>;

struct Result {
  CsvFile file;
  Faults faults;
  // "REASON@line/row" of each fault.
  std::string Places() const {
    std::vector<std::string> all;
    for (const v1::ErrorDetail& fault : faults.list().errors()) {
      all.push_back(absl::StrCat(fault.reason(), "@", fault.place().line(), "/",
                                 fault.place().row()));
    }
    return absl::StrJoin(all, " ");
  }
  std::vector<Cells> Rows() const {
    std::vector<Cells> rows;
    for (const CsvRow& row : file.rows) rows.push_back(row.cells);
    return rows;
  }
};

Result Read(absl::string_view bytes) {
  Result result;
  result.file = ReadCsv("t.csv", bytes, &result.faults);
  return result;
}

TEST(ReadCsv, HeadingsAndRows) {
  const Result r = Read("a,b\n1,2\n3,4\n");
  EXPECT_EQ(r.Places(), "");
  EXPECT_EQ(r.file.headings, (Cells{"a", "b"}));
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"1", "2"}, {"3", "4"}}));
}

TEST(ReadCsv, AllLineEndsAndNone) {
  const std::vector<Cells> rows = {{"1", "2"}, {"3", "4"}};
  for (const char* text :
       {"a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r"}) {
    const Result r = Read(text);
    EXPECT_EQ(r.Places(), "");
    EXPECT_EQ(r.Rows(), rows) << text;
    ASSERT_EQ(r.file.rows.size(), 2u);
    EXPECT_EQ(r.file.rows[1].line, 3) << text;
  }
}

TEST(ReadCsv, QuotedCells) {
  const Result r = Read("a,b\n\"x, \"\"y\"\"\",\"1\n2\r\n3\"\n\"\",z\n");
  EXPECT_EQ(r.Places(), "");
  EXPECT_EQ(r.Rows(),
            (std::vector<Cells>{{"x, \"y\"", "1\n2\r\n3"}, {"", "z"}}));
  // The second row begins after the line breaks within the first.
  EXPECT_EQ(r.file.rows[1].line, 5);
  EXPECT_EQ(r.file.rows[1].number, 2);
}

TEST(ReadCsv, KeepsSpacesOfCellsButNotOfHeadings) {
  const Result r = Read(" a , b\n 1 ,\t2\n");
  EXPECT_EQ(r.file.headings, (Cells{"a", "b"}));
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{" 1 ", "\t2"}}));
}

TEST(ReadCsv, BlankLinesAreSkippedButLinesCounted) {
  const Result r = Read("\n\r\na,b\n\n1,2\n\n\n3,4\n\n");
  EXPECT_EQ(r.Places(), "");
  ASSERT_EQ(r.file.rows.size(), 2u);
  EXPECT_EQ(r.file.rows[0].line, 5);
  EXPECT_EQ(r.file.rows[0].number, 1);
  EXPECT_EQ(r.file.rows[1].line, 8);
  EXPECT_EQ(r.file.rows[1].number, 2);
}

TEST(ReadCsv, Encodings) {
  const std::string text = "姓名,日期\n张三,今天\n";
  const std::string gb = Utf8ToGb18030(text).value();
  ASSERT_NE(gb, text);
  for (const std::string& bytes : {text, "\xEF\xBB\xBF" + text, gb}) {
    const Result r = Read(bytes);
    EXPECT_EQ(r.Places(), "");
    EXPECT_EQ(r.file.headings, (Cells{"姓名", "日期"}));
    EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"张三", "今天"}}));
  }
}

TEST(ReadCsv, BadEncoding) {
  const Result r = Read("a,b\n1,2\n\xFF\xFF,3\n");
  EXPECT_EQ(r.Places(), "BAD_ENCODING@3/0");
  EXPECT_EQ(r.faults.list().errors(0).place().file(), "t.csv");
  EXPECT_TRUE(r.file.rows.empty());
}

TEST(ReadCsv, NulBytes) {
  const Result r = Read(absl::string_view("a,b\n1,\0\n", 8));
  EXPECT_EQ(r.Places(), "BAD_ENCODING@2/0");
}

TEST(ReadCsv, NoHeadings) {
  EXPECT_EQ(Read("").Places(), "COLUMN_REQUIRED@1/0");
  EXPECT_EQ(Read("\n\r\n").Places(), "COLUMN_REQUIRED@1/0");
  EXPECT_EQ(Read(" ,,\n").Places(), "COLUMN_REQUIRED@1/0");
}

TEST(ReadCsv, DuplicateHeading) {
  const Result r = Read("a,b, a\n1,2,3\n");
  EXPECT_EQ(r.Places(), "DUPLICATE_COLUMN@1/0");
  EXPECT_EQ(r.faults.list().errors(0).place().field(), "a");
  EXPECT_TRUE(r.file.rows.empty());
}

TEST(ReadCsv, RowsOfAnotherWidthAreNamedAndTheOthersRead) {
  const Result r = Read("a,b\n1,2\n3\n4,5,6\n7,8\n");
  EXPECT_EQ(r.Places(), "ROW_WIDTH@3/2 ROW_WIDTH@4/3");
  EXPECT_EQ(r.faults.list().errors(1).message().en(),
            "the row has 3 cells, the headings are 2");
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"1", "2"}, {"7", "8"}}));
  EXPECT_EQ(r.file.rows[1].number, 4);
}

TEST(ReadCsv, EmptyColumnsAtTheRightAreNoColumns) {
  const Result r = Read("a,b,,\n1,2,,\n3,4,5,\n");
  EXPECT_EQ(r.file.headings, (Cells{"a", "b"}));
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"1", "2"}}));
  EXPECT_EQ(r.Places(), "ROW_WIDTH@3/2");
}

TEST(ReadCsv, CommasAloneOfAnyNumberAreNoRow) {
  const Result r = Read("a,b\n1,2\n,,,,,\n");
  EXPECT_EQ(r.Places(), "");
  EXPECT_EQ(r.file.rows.size(), 1u);
}

TEST(ReadCsv, QuoteWhereNoneMayStand) {
  const Result r = Read("a,b\n1,x\"y\n3,\"4\"5\n6,7\n");
  EXPECT_EQ(r.Places(), "BAD_QUOTES@2/1 BAD_QUOTES@3/2");
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"6", "7"}}));
}

TEST(ReadCsv, UnterminatedQuoteDoesNotSwallowTheRest) {
  const Result r = Read("a,b\n1,\"2\n3,4\n5,6\n");
  EXPECT_EQ(r.Places(), "BAD_QUOTES@2/1");
  EXPECT_EQ(r.Rows(), (std::vector<Cells>{{"3", "4"}, {"5", "6"}}));
  EXPECT_EQ(r.file.rows[0].line, 3);
}

TEST(ReadCsv, UnterminatedQuoteOnTheLastLine) {
  EXPECT_EQ(Read("a,b\n1,\"2").Places(), "BAD_QUOTES@2/1");
  EXPECT_EQ(Read("a,b\n1,\"").Places(), "BAD_QUOTES@2/1");
  EXPECT_EQ(Read("\"a,b\n1,2\n").Places(), "BAD_QUOTES@1/0");
}

// Lines that each open a quote, in all ways a line can: were the rest of the
// file read again for each, this test would not end.
TEST(ReadCsv, ManyUnterminatedQuotesAreReadInOnePass) {
  for (const char* line :
       {"1,\"2\n", "\"\"\"\n", "\"\n", "\"\"\"\"\n", "x\"\"\n", "\"\"\"a\n"}) {
    std::string text = "a,b\n1,\"\n";
    for (int i = 0; i < 100000; ++i) text += line;
    const Result r = Read(text);
    EXPECT_GE(r.faults.error_count(), 1) << line;
  }
}

TEST(ReadCsv, MoreColumnsThanAnyTableHas) {
  std::string text = "h0";
  for (int i = 1; i <= kMaxCsvColumns; ++i) absl::StrAppend(&text, ",h", i);
  EXPECT_EQ(Read(text).Places(), "ROW_WIDTH@1/0");
  EXPECT_EQ(Read(absl::StrCat("a\n", std::string(100000, ','), "x\n")).Places(),
            "ROW_WIDTH@2/1");
}

TEST(WriteCsv, QuotesWhereNeeded) {
  EXPECT_EQ(WriteCsv({"a", "b"}, {{"1", "x,y"}, {"say \"no\"", "1\n2"}}),
            "a,b\n1,\"x,y\"\n\"say \"\"no\"\"\",\"1\n2\"\n");
  EXPECT_EQ(WriteCsv({"a", "b"}, {{"", " x"}}), "a,b\n,\" x\"\n");
}

TEST(WriteCsv, ALoneEmptyCellIsNoBlankLine) {
  const std::string text = WriteCsv({"a"}, {{""}, {"1"}});
  EXPECT_EQ(text, "a\n\"\"\n1\n");
}

TEST(WriteCsv, LineEndsAndMark) {
  CsvOptions options;
  options.crlf = true;
  options.byte_order_mark = true;
  EXPECT_EQ(WriteCsv({"a", "b"}, {{"1", "2"}}, options),
            "\xEF\xBB\xBF"
            "a,b\r\n1,2\r\n");
}

TEST(WriteCsv, FormulasAreGuardedOnlyWhenAsked) {
  const std::vector<Cells> rows = {
      {"=1+1", "+x", "-12.5", "-x", "@a", "=a,b", "x=1"}};
  const Cells headings = {"a", "b", "c", "d", "e", "f", "g"};
  EXPECT_EQ(WriteCsv(headings, rows),
            "a,b,c,d,e,f,g\n=1+1,+x,-12.5,-x,@a,\"=a,b\",x=1\n");
  CsvOptions options;
  options.guard_formulas = true;
  EXPECT_EQ(WriteCsv(headings, rows, options),
            "a,b,c,d,e,f,g\n'=1+1,'+x,-12.5,'-x,'@a,\"'=a,b\",x=1\n");
}

std::string RandomCell(Dice* dice) {
  const char* const parts[] = {"a", ",",  "\"", "\n", "\r", "\r\n",
                               " ", "中", "=",  "\t", "'"};
  std::string cell;
  for (int n = dice->Below(6); n > 0; --n) cell += parts[dice->Below(11)];
  return cell;
}

TEST(WriteCsv, ReadsBackWhateverIsInTheCells) {
  Dice dice(3);
  for (int i = 0; i < 500; ++i) {
    const int width = 1 + dice.Below(4);
    Cells headings;
    for (int c = 0; c < width; ++c) headings.push_back(absl::StrCat("列", c));
    std::vector<Cells> rows;
    for (int n = dice.Below(6); n > 0; --n) {
      Cells row;
      for (int c = 0; c < width; ++c) row.push_back(RandomCell(&dice));
      rows.push_back(std::move(row));
    }
    CsvOptions options;
    options.crlf = dice.OneIn(2);
    options.byte_order_mark = dice.OneIn(2);
    const std::string text = WriteCsv(headings, rows, options);
    const Result r = Read(text);
    ASSERT_EQ(r.Places(), "") << text;
    ASSERT_EQ(r.file.headings, headings);
    ASSERT_EQ(r.Rows(), rows) << text;
  }
}

}  // namespace
}  // namespace duban::table
