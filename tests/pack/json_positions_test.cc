#include "src/pack/json_positions.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/pack/source.h"
#include "tests/pack/read_pack.h"

namespace duban::pack {
namespace {

constexpr absl::string_view kJson = R"({
  "formatVersion": 1, "id": "demo",
  "title": {"zh": "示例", "en": "A demo"},
  "scheme": [
    {"id": "one", "who": null},
    {"id": "member",
     "metric": [{"tally": {"from": "ACTIVITIES", "count": {},
       "where": "活动.kind == \"\u515a\ud83d\ude00\u8bfe\" \/ 1\n+ x"}}],
     "feeds": [{"zh": "年度考核"}, {"en": "awards"}]}
  ],
  "code_list": [{"code": [{"tag": ["a", "b"], "level": "-3"}]}]
}
)";

TEST(JsonPlaces, AreThoseOfTheValues) {
  Faults faults;
  const PackSource source = Read("p.json", kJson, &faults);
  EXPECT_EQ(Show(faults), "");
  const auto at = [&](absl::string_view path) {
    const PackSource::Spot spot = source.Locate(path);
    return absl::StrCat(spot.line, ":", spot.column);
  };
  EXPECT_EQ(at("format_version"), "2:20");
  EXPECT_EQ(at("title"), "3:12");
  EXPECT_EQ(at("title.en"), "3:31");
  EXPECT_EQ(at("scheme[0].id"), "5:12");
  EXPECT_EQ(at("scheme[0].who"), "5:5");
  EXPECT_EQ(at("scheme[1].metric[0].tally.from"), "7:36");
  EXPECT_EQ(at("scheme[1].metric[0].tally.count"), "7:59");
  EXPECT_EQ(at("scheme[1].feeds[1].en"), "9:39");
  EXPECT_EQ(at("code_list[0].code[0].tag[1]"), "11:41");
  EXPECT_EQ(at("code_list[0].code[0].level"), "11:56");
  EXPECT_EQ(source.pack().code_list(0).code(0).level(), -3);
}

TEST(JsonPlaces, InsideAnExpressionFollowEscapes) {
  Faults faults;
  const PackSource source = Read("p.json", kJson, &faults);
  const std::string path = "scheme[1].metric[0].tally.where";
  const std::string value = source.pack().scheme(1).metric(0).tally().where();
  ASSERT_EQ(value, "活动.kind == \"党😀课\" / 1\n+ x");
  const auto at = [&](size_t offset) {
    const PackSource::Spot spot =
        source.LocateInside(path, static_cast<int>(offset));
    return absl::StrCat(spot.line, ":", spot.column);
  };
  EXPECT_EQ(at(0), "8:18");
  EXPECT_EQ(at(value.find("动")), "8:19");
  EXPECT_EQ(at(value.find("\"党")), "8:29");
  EXPECT_EQ(at(value.find("党")), "8:31");
  EXPECT_EQ(at(value.find("😀")), "8:37");
  EXPECT_EQ(at(value.find("课")), "8:49");
  EXPECT_EQ(at(value.find('/')), "8:58");
  EXPECT_EQ(at(value.find('x')), "8:66");
  EXPECT_EQ(at(value.size()), "8:67");
}

PackSource ReadJson(absl::string_view text, Faults* faults) {
  return Read("p.json", text, faults);
}

TEST(JsonFaults, EveryUnknownFieldIsToldAndTheRestIsRead) {
  std::string text = "{\"id\": \"x\", \"scheme\": [\n";
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ",\n",
                    "{\"critereon\": [{\"a\": [1, \"}\"]}], \"id\": \"s\"}");
    absl::StrAppend(&expected, "PACK_UNKNOWN_FIELD ", i + 2, ":2 scheme[", i,
                    "]\n");
  }
  Faults faults;
  const PackSource source = ReadJson(text + "]}", &faults);
  EXPECT_EQ(Show(faults), expected);
  EXPECT_EQ(HintOf(faults), "did you mean 'criterion'?");
  ASSERT_EQ(source.pack().scheme_size(), 10);
  EXPECT_EQ(source.pack().scheme(9).id(), "s");
  EXPECT_EQ(Show(source.Locate("scheme[9].id")), "p.json:11:40");
}

TEST(JsonFaults, ValuesThatDoNotFitAreDroppedAlone) {
  Faults faults;
  const PackSource source = ReadJson(
      "{\"id\": 7, \"formatVersion\": 1.5, \"title\": \"x\",\n"
      "\"scheme\": [{\"places\": 99999999999, \"id\": \"s\"}, 5],\n"
      "\"quota\": {},\n"
      "\"submission\": [{\"every\": \"MONHT\", \"subject\": 9},\n"
      "{\"every\": 4, \"channel\": [\"a\", null, \"b\"]}]}",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_WRONG_TYPE 1:8 id\n"
            "PACK_WRONG_TYPE 1:28 format_version\n"
            "PACK_WRONG_TYPE 1:42 title\n"
            "PACK_WRONG_TYPE 2:23 scheme[0].places\n"
            "PACK_WRONG_TYPE 2:48 scheme[1]\n"
            "PACK_WRONG_TYPE 3:10 quota\n"
            "PACK_UNKNOWN_VALUE 4:26 submission[0].every\n"
            "PACK_UNKNOWN_VALUE 4:46 submission[0].subject\n"
            "PACK_WRONG_TYPE 5:31 submission[1].channel[1]\n");
  EXPECT_EQ(source.pack().scheme(0).id(), "s");
  EXPECT_EQ(source.pack().submission(1).every(), v1::MONTH);
  EXPECT_EQ(source.pack().submission(1).channel(1), "b");
  EXPECT_EQ(Show(source.Locate("submission[1].channel[1]")), "p.json:5:37");
}

TEST(JsonFaults, AKeyGivenTwiceIsToldHoweverItIsSpelt) {
  Faults faults;
  const PackSource source = ReadJson(
      "{\"code_list\": [{}], \"codeList\": [{}],\n"
      "\"id\": null, \"id\": \"x\",\n"
      "\"scheme\": [{\"criterion\": [{\"points\": \"1\", \"byRank\": {}}]}]}",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_FIELD_TWICE 1:21 code_list[1]\n"
            "PACK_FIELD_TWICE 2:13 id\n"
            "PACK_FIELD_TWICE 3:43 scheme[0].criterion[0].by_rank\n");
  EXPECT_EQ(source.pack().code_list_size(), 1);
}

TEST(JsonFaults, OnlyStrictJsonIsRead) {
  const struct {
    const char* text;
    const char* fault;
    const char* hint;
  } kCases[] = {
      {"{\"id\": \"x\",}", "PACK_SYNTAX 1:12\n",
       "there is no comma before } in JSON"},
      {"{\"id\": 'x'}", "PACK_SYNTAX 1:8 id\n", "JSON has double quotes only"},
      {"{id: \"x\"}", "PACK_SYNTAX 1:2\n", ""},
      {"{\"id\": \"x\"} // end", "PACK_SYNTAX 1:13\n",
       "JSON has no comments; use .textproto if you need them"},
      {"{\"id\"： \"x\"}", "PACK_SYNTAX 1:6\n",
       "this is a full-width character; use :"},
      {"[]", "PACK_SYNTAX 1:1\n", ""},
      {"{\"id\" \"x\"}", "PACK_SYNTAX 1:7\n", ""},
      {"{\"scheme\": [{} {}]}", "PACK_SYNTAX 1:16\n", ""},
      {"{\"scheme\": [{},]}", "PACK_SYNTAX 1:16 scheme[1]\n", ""},
      {"{\"id\": \"x\" \"zone\": \"\"}", "PACK_SYNTAX 1:12\n", ""},
      {"{\"formatVersion\": 01}", "PACK_SYNTAX 1:19 format_version\n", ""},
      {"{\"formatVersion\": NaN}", "PACK_SYNTAX 1:19 format_version\n", ""},
      {"{\"id\": \"x", "PACK_SYNTAX 1:8 id\n",
       "close it before the line ends; write a line break as \\n"},
      {"{\"id\": \"\\x41\"}", "PACK_SYNTAX 1:9 id\n",
       "write a backslash as \\\\, a quote as \\\", a line break as \\n"},
      {"{\"id\": \"\\ud800\"}", "PACK_SYNTAX 1:9 id\n",
       "write a backslash as \\\\, a quote as \\\", a line break as \\n"},
      {"{\"id\": \"a\tb\"}", "PACK_SYNTAX 1:10 id\n", "write a tab as \\t"},
  };
  for (const auto& c : kCases) {
    Faults faults;
    ReadJson(c.text, &faults);
    EXPECT_EQ(Show(faults), c.fault) << c.text;
    ASSERT_FALSE(faults.empty());
    EXPECT_EQ(HintOf(faults), c.hint) << c.text;
  }
}

TEST(JsonFaults, WhatCameBeforeASyntaxErrorIsKept) {
  Faults faults;
  const PackSource source = ReadJson(
      "{\"scheme\": [{\"id\": \"a\"}, {\"id\": \"b\", \"metric\": "
      "[{\"id\": \"m\", \"tally\": {\"where\": \"w\" ! }}], \"cite\": \"c\"}],"
      " \"id\": \"x\"}",
      &faults);
  EXPECT_EQ(faults.error_count(), 1);
  ASSERT_EQ(source.pack().scheme_size(), 2);
  EXPECT_EQ(source.pack().scheme(1).metric(0).tally().where(), "w");
  EXPECT_EQ(source.pack().scheme(1).cite(), "");
  EXPECT_EQ(source.pack().id(), "");
}

TEST(JsonFaults, TooManyEndTheReading) {
  std::string text = "{\"id\": \"x\", \"submission\": [{\"channel\": [1";
  for (int i = 0; i < 2 * Scan::kMaxFaults; ++i) text += ",\n1";
  Faults faults;
  const PackSource source = ReadJson(text + "]}], \"zone\": \"z\"}", &faults);
  EXPECT_EQ(faults.error_count(), Scan::kMaxFaults + 1);
  EXPECT_EQ(faults.list().errors().rbegin()->reason(), "PACK_TOO_MANY_FAULTS");
  EXPECT_EQ(source.pack().id(), "x");
  EXPECT_EQ(source.pack().zone(), "");
}

TEST(JsonFaults, NestingIsLimited) {
  for (const int depth : {Scan::kMaxDepth, Scan::kMaxDepth + 1, 100000}) {
    std::string text = "{";
    for (int i = 0; i < depth; ++i) {
      text += i == 0 ? "\"programme\": [{" : "\"task\": [{";
    }
    for (int i = 0; i < depth; ++i) text += "}]";
    Faults faults;
    ReadJson(text + "}", &faults);
    const bool fits = depth <= Scan::kMaxDepth;
    EXPECT_EQ(faults.error_count(), fits ? 0 : 1) << depth;
    if (fits) continue;
    EXPECT_EQ(faults.list().errors(0).reason(), "PACK_TOO_DEEP");
  }
  Faults faults;
  ReadJson("{\"x\": " + std::string(1000000, '['), &faults);
  EXPECT_EQ(Show(faults), "PACK_UNKNOWN_FIELD 1:2\nPACK_SYNTAX 1:1000007\n");
}

}  // namespace
}  // namespace duban::pack
