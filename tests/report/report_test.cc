// What people read: grids that line up with Chinese text, masked details.
#include <string>

#include "duban/v1/organization.pb.h"
#include "duban/v1/supervision.pb.h"
#include "gtest/gtest.h"
#include "src/report/grid.h"
#include "src/report/json.h"

namespace duban::report {
namespace {

// A Chinese character takes two columns of a terminal.
TEST(GridTest, ColumnsLineUpWithChineseText) {
  Grid grid;
  grid.columns = {
      {"姓名", Align::kLeft}, {"id", Align::kLeft}, {"分", Align::kRight}};
  grid.rows = {{"张三", "p1", "9.5"}, {"Li", "p2", "10"}};
  EXPECT_EQ(grid.ToText(),
            "姓名  id   分\n"
            "----  --  ---\n"
            "张三  p1  9.5\n"
            "Li    p2   10\n");
}

TEST(GridTest, CsvQuotesWhatItMust) {
  Grid grid;
  grid.columns = {{"a", Align::kLeft}, {"b", Align::kLeft}};
  grid.rows = {{"x,y", "say \"hi\""}};
  EXPECT_EQ(grid.ToCsv(), "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n");
}

TEST(JsonTest, IdentityNumbersAndRatersNeverLeave) {
  v1::Person person;
  person.set_id("p1");
  person.set_name("张三");
  person.set_identity_number("11010519491231002X");
  person.set_birth_date("1949-12-31");
  const std::string json = *ToJson(person);
  EXPECT_NE(json.find("110105********002X"), std::string::npos);
  EXPECT_EQ(json.find("19491231"), std::string::npos);
  EXPECT_EQ(json.find("1949-12-31"), std::string::npos);
  v1::Rating rating;
  rating.set_rater("r-77");
  EXPECT_EQ(ToJson(rating)->find("r-77"), std::string::npos);
}

TEST(JsonTest, TheSameBytesEachTime) {
  v1::Person person;
  person.set_id("p1");
  person.add_kinds("member");
  const std::string first = *ToJson(person);
  EXPECT_EQ(first, "{\n \"id\": \"p1\",\n \"kinds\": [\n  \"member\"\n ]\n}\n");
  EXPECT_EQ(first, *ToJson(person));
}

}  // namespace
}  // namespace duban::report
