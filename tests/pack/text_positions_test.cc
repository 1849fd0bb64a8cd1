#include "src/pack/text_positions.h"

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

PackSource ReadText(absl::string_view text, Faults* faults) {
  return Read("p.textproto", text, faults);
}

constexpr absl::string_view kPack = R"(# 示例
format_version: 1
id: "demo"
title { zh: "示例" en: "A demo" }
scheme {
  id: "one"
}
scheme {
  id: "member" metric {
    id: "lectures"
    tally { from: ACTIVITIES where: "activity.kind == 'lecture'" count {} }
  }
  metric: <
    title { zh: "服务时长" }  # 备注
    tally {
      where:
        "activity.minutes > 0"
      sum : 'activity.minutes'; }
  >
  feeds: [ { zh: "年度考核" }, { zh: "评奖" en: "awards" } ]
}
submission { channel: ["post", 'oa',
  "hall"] }
)";

TEST(TextFormatPlaces, AreThoseOfTheValues) {
  Faults faults;
  const PackSource source = ReadText(kPack, &faults);
  EXPECT_EQ(Show(faults), "");
  const auto at = [&](absl::string_view path) {
    const PackSource::Spot spot = source.Locate(path);
    EXPECT_EQ(spot.file, "p.textproto");
    return absl::StrCat(spot.line, ":", spot.column);
  };
  EXPECT_EQ(at("format_version"), "2:17");
  EXPECT_EQ(at("id"), "3:5");
  EXPECT_EQ(at("title"), "4:7");
  EXPECT_EQ(at("title.zh"), "4:13");
  EXPECT_EQ(at("title.en"), "4:22");
  EXPECT_EQ(at("scheme[0].id"), "6:7");
  EXPECT_EQ(at("scheme[1].metric[0].tally.from"), "11:19");
  EXPECT_EQ(at("scheme[1].metric[0].tally.count"), "11:72");
  EXPECT_EQ(at("scheme[1].metric[1]"), "13:11");
  EXPECT_EQ(at("scheme[1].metric[1].tally.where"), "17:9");
  EXPECT_EQ(at("scheme[1].metric[1].tally.sum"), "18:13");
  EXPECT_EQ(at("scheme[1].feeds[1].en"), "20:43");
  EXPECT_EQ(at("submission[0].channel[0]"), "22:24");
  EXPECT_EQ(at("submission[0].channel[1]"), "22:32");
  EXPECT_EQ(at("submission[0].channel[2]"), "23:3");
}

TEST(TextFormatPlaces, OfAFieldNotGivenIsWhatIsAroundIt) {
  Faults faults;
  const PackSource source = ReadText(kPack, &faults);
  EXPECT_EQ(Show(source.Locate("scheme[0].metric[3].tally.where")),
            "p.textproto:5:8");
  EXPECT_EQ(Show(source.Locate("scheme[1].grading.grade[0]")),
            "p.textproto:8:8");
  EXPECT_EQ(Show(source.Locate("scheme[9]")), "p.textproto:0:0");
  EXPECT_EQ(Show(source.Locate("calendar")), "p.textproto:0:0");
  EXPECT_EQ(Show(source.Locate("")), "p.textproto:0:0");
  for (const char* nonsense :
       {"[", "]", "scheme[", "scheme[x]", "scheme[]", "..", "scheme[-1]",
        "scheme[99999999999]", "no.such", "id.inside", "\xff"}) {
    EXPECT_EQ(source.Locate(nonsense).file, "p.textproto") << nonsense;
  }
  EXPECT_EQ(Show(source.Locate("id.inside")), "p.textproto:3:5");
}

TEST(TextFormatPlaces, InsideAnExpressionFollowQuotesEscapesAndLiterals) {
  Faults faults;
  const PackSource source = ReadText(
      "scheme {\n"
      "  criterion {\n"
      "    points: \"min(课时, 1)\"  # 上限\n"
      "            ' + \\'\\xe5\\x9d\\x8f\\u574f\\''\n"
      "            \"\" \"\\n\\101\"\n"
      "  }\n"
      "}\n",
      &faults);
  ASSERT_EQ(Show(faults), "");
  const std::string path = "scheme[0].criterion[0].points";
  const std::string value = source.pack().scheme(0).criterion(0).points();
  ASSERT_EQ(value, "min(课时, 1) + '坏坏'\nA");
  const auto at = [&](size_t offset) {
    const PackSource::Spot spot =
        source.LocateInside(path, static_cast<int>(offset));
    return absl::StrCat(spot.line, ":", spot.column);
  };
  EXPECT_EQ(at(0), "3:14");
  EXPECT_EQ(at(value.find("课")), "3:18");
  EXPECT_EQ(at(value.find("时")), "3:19");
  EXPECT_EQ(at(value.find(')')), "3:23");
  EXPECT_EQ(at(value.find('+')), "4:15");
  EXPECT_EQ(at(value.find('\'')), "4:17");
  EXPECT_EQ(at(value.find("坏")), "4:19");
  EXPECT_EQ(at(value.find("坏") + 1), "4:23");  // each byte has its escape
  EXPECT_EQ(at(value.rfind("坏")), "4:31");
  EXPECT_EQ(at(value.find('\n')), "5:17");
  EXPECT_EQ(at(value.find('A')), "5:19");
  EXPECT_EQ(at(value.size()), "5:23");  // the closing quote
  EXPECT_EQ(at(value.size() + 100), "5:23");
  EXPECT_EQ(Show(source.LocateInside(path, -1)), "p.textproto:3:14");
  EXPECT_EQ(Show(source.LocateInside("scheme[0].grading", 3)),
            "p.textproto:1:8");
}

TEST(TextFormatFaults, EveryUnknownFieldIsToldAndTheRestIsRead) {
  std::string text = "id: \"x\"\n";
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    absl::StrAppend(&text, "colour", i, ": { a: [1, 'x}'] b <> }\n");
    absl::StrAppend(&text,
                    "scheme { id: \"s\" nonsense: \"a\" 'b'; who: \"\"}\n");
    absl::StrAppend(&expected, "PACK_UNKNOWN_FIELD ", 2 * i + 2, ":1\n",
                    "PACK_UNKNOWN_FIELD ", 2 * i + 3, ":18 scheme[", i, "]\n");
  }
  Faults faults;
  const PackSource source = ReadText(text, &faults);
  EXPECT_EQ(Show(faults), expected);
  EXPECT_EQ(faults.error_count(), 10);
  ASSERT_EQ(source.pack().scheme_size(), 5);
  EXPECT_EQ(source.pack().scheme(4).id(), "s");
  EXPECT_EQ(Show(source.Locate("scheme[4].who")), "p.textproto:11:42");
}

TEST(TextFormatFaults, SuggestTheFieldOrNameThemAll) {
  Faults faults;
  ReadText("titel {}\nscheme { weight: 3 }\nphase { window { to: 'x' } }",
           &faults);
  ASSERT_EQ(faults.error_count(), 3);
  EXPECT_EQ(HintOf(faults, 0), "did you mean 'title'?");
  EXPECT_NE(HintOf(faults, 1).find("criterion"), std::string::npos);
  EXPECT_EQ(HintOf(faults, 2), "fields here are: from, until, text");
}

TEST(TextFormatFaults, UnknownEnumValuesNameTheLegalOnes) {
  Faults faults;
  const PackSource source = ReadText(
      "quota { every: MONHT subject: 7 id: 'a' }\n"
      "quota { every: MONTH subject: 1 }\n",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_UNKNOWN_VALUE 1:16 quota[0].every\n"
            "PACK_UNKNOWN_VALUE 1:31 quota[0].subject\n");
  EXPECT_NE(HintOf(faults, 0).find("did you mean MONTH?"), std::string::npos);
  EXPECT_NE(HintOf(faults, 1).find("EACH_PERSON, EACH_ORGANIZATION"),
            std::string::npos);
  EXPECT_EQ(source.pack().quota(0).id(), "a");
  EXPECT_EQ(source.pack().quota(1).subject(), v1::EACH_PERSON);
}

TEST(TextFormatFaults, AFieldGivenTwiceNamesBothPlaces) {
  Faults faults;
  const PackSource source = ReadText(
      "id: 'a'\n"
      "title { zh: 'x' }\n"
      "id: 'b'\n"
      "title { en: 'y' }\n"
      "scheme { criterion { points: '1' to_best { value: '2' } } }\n",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_FIELD_TWICE 3:1 id\n"
            "PACK_FIELD_TWICE 4:1 title\n"
            "PACK_FIELD_TWICE 5:34 scheme[0].criterion[0].to_best\n");
  EXPECT_EQ(faults.list().errors(1).message().en(),
            "field 'title' is given twice; it was given at p.textproto:2:7");
  EXPECT_EQ(source.pack().id(), "a");
  EXPECT_EQ(source.pack().title().en(), "");
  EXPECT_EQ(source.pack().scheme(0).criterion(0).points(), "1");
}

TEST(TextFormatFaults, AValueOfAnotherTypeIsDroppedAlone) {
  Faults faults;
  const PackSource source = ReadText(
      "format_version: 'one' id: 7\n"
      "quota { need { at_least: 2 id: 'n' } every: 'MONTH' title: 'x' }\n"
      "scheme { places: 99999999999 }\n"
      "submission { days_after: -0x10 channel: ['a', b] kind: 'k' }\n",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_WRONG_TYPE 1:17 format_version\n"
            "PACK_WRONG_TYPE 1:27 id\n"
            "PACK_WRONG_TYPE 2:26 quota[0].need[0].at_least\n"
            "PACK_WRONG_TYPE 2:45 quota[0].every\n"
            "PACK_WRONG_TYPE 2:60 quota[0].title\n"
            "PACK_WRONG_TYPE 3:18 scheme[0].places\n"
            "PACK_WRONG_TYPE 4:47 submission[0].channel[1]\n");
  EXPECT_EQ(source.pack().quota(0).need(0).id(), "n");
  EXPECT_EQ(source.pack().submission(0).days_after(), -16);
  EXPECT_EQ(source.pack().submission(0).kind(), "k");
  EXPECT_EQ(source.pack().submission(0).channel_size(), 0);
  EXPECT_EQ(Show(source.Locate("submission[0].channel[0]")),
            "p.textproto:4:12");
}

TEST(TextFormatFaults, AfterASyntaxErrorTheNextBlockIsRead) {
  Faults faults;
  const PackSource source = ReadText(
      "id: 'a'\n"
      "scheme { id: 'broken' who = 'x' }\n"
      "scheme { id: 'good' }\n"
      "quota { id： 'x' }\n"
      "phase { id: 'p' } }\n"
      "task_not_here\n"
      "table {\n"
      "  id: 'open'\n"
      "calendar {}\n"
      "attribute { name: 'n\n"
      "  type: 'bool' }\n",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_SYNTAX 2:27 scheme[0]\n"
            "PACK_SYNTAX 4:11 quota[0]\n"
            "PACK_SYNTAX 5:19\n"
            "PACK_UNKNOWN_FIELD 6:1\n"
            "PACK_SYNTAX 7:7 table[0]\n"
            "PACK_SYNTAX 10:19 attribute[0].name\n");
  EXPECT_EQ(HintOf(faults, 1), "this is a full-width character; use :");
  EXPECT_EQ(HintOf(faults, 2), "there is one } too many");
  ASSERT_EQ(source.pack().scheme_size(), 1);
  EXPECT_EQ(source.pack().scheme(0).id(), "good");
  EXPECT_EQ(Show(source.Locate("scheme[0].id")), "p.textproto:3:14");
  EXPECT_TRUE(source.pack().has_calendar());
  EXPECT_EQ(source.pack().attribute(0).type(), "bool");
  EXPECT_EQ(source.pack().table_size(), 0);
}

TEST(TextFormatFaults, AQuoteThatIsNotClosedCostsOneLine) {
  Faults faults;
  const PackSource source = ReadText(
      "scheme {\n  who: \"a == 'b'\n  id: 'x'\n  cite: '\\q' 'more'\n}\n",
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_SYNTAX 2:8 scheme[0].who\n"
            "PACK_SYNTAX 4:10 scheme[0].cite\n");
  EXPECT_EQ(source.pack().scheme(0).id(), "x");
  EXPECT_EQ(source.pack().scheme(0).cite(), "");
}

TEST(TextFormatFaults, BlocksThatAreNotClosedAreToldWhereTheyBegin) {
  Faults faults;
  ReadText("scheme {\n  metric {\n    id: 'a'\n  }\n", &faults);
  EXPECT_EQ(Show(faults), "PACK_SYNTAX 1:8 scheme[0]\n");
  EXPECT_EQ(faults.list().errors(0).message().en(),
            "this bracket is not closed before the end of the file");
  Faults unknown;
  ReadText("x { y [ z: 1 ", &unknown);
  EXPECT_EQ(Show(unknown), "PACK_UNKNOWN_FIELD 1:1\nPACK_SYNTAX 1:7\n");
}

TEST(TextFormatFaults, NestingIsLimited) {
  for (const int depth : {Scan::kMaxDepth, Scan::kMaxDepth + 1, 100000}) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
      text += i == 0 ? "programme {" : "task {";
    }
    text += std::string(static_cast<size_t>(depth), '}');
    Faults faults;
    ReadText(text, &faults);
    const bool fits = depth <= Scan::kMaxDepth;
    EXPECT_EQ(faults.error_count(), fits ? 0 : 1) << depth;
    if (fits) continue;
    EXPECT_EQ(faults.list().errors(0).reason(), "PACK_TOO_DEEP");
  }
  Faults faults;
  ReadText("x " + std::string(1000000, '{'), &faults);
  EXPECT_EQ(Show(faults), "PACK_UNKNOWN_FIELD 1:1\nPACK_SYNTAX 1:1000002\n");
}

TEST(TextFormatFaults, TooManyEndTheReading) {
  std::string text = "id: 'x'\n";
  for (int i = 0; i < 2 * Scan::kMaxFaults; ++i) text += "y {}\n";
  Faults faults;
  const PackSource source = ReadText(text + "zone: 'z'", &faults);
  EXPECT_EQ(faults.error_count(), Scan::kMaxFaults + 1);
  const v1::ErrorDetail& last = *faults.list().errors().rbegin();
  EXPECT_EQ(last.reason(), "PACK_TOO_MANY_FAULTS");
  EXPECT_EQ(last.place().line(), Scan::kMaxFaults + 1);
  EXPECT_EQ(source.pack().id(), "x");
  EXPECT_EQ(source.pack().zone(), "");
}

TEST(TextFormatFaults, EscapedBytesThatAreNotTextAreRefused) {
  Faults faults;
  ReadText("id: '\\xff' zone: '\\ud83d' version: '\\377\\400'", &faults);
  EXPECT_EQ(Show(faults),
            "PACK_ENCODING 1:5 id\nPACK_SYNTAX 1:19 zone\n"
            "PACK_SYNTAX 1:41 version\n");
}

}  // namespace
}  // namespace duban::pack
