#include "src/pack/source.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "src/base/text.h"
#include "tests/pack/read_pack.h"

namespace duban::pack {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// --- Files -----------------------------------------------------------------

TEST(Files, AreMergedInOrderOfTheirNames) {
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"2.textproto", "quota { id: 'b' every: WEEK }\nscheme { id: 's2' }"},
       {"1.json", "{\"id\": \"p\", \"quota\": [{\"id\": \"a\"}]}"},
       {"3.txtpb", "\xEF\xBB\xBFquota { id: 'c' }"}},
      &faults);
  EXPECT_EQ(Show(faults), "");
  ASSERT_EQ(source.pack().quota_size(), 3);
  EXPECT_EQ(source.pack().quota(1).id(), "b");
  EXPECT_EQ(Show(source.Locate("quota[0].id")), "1.json:1:30");
  EXPECT_EQ(Show(source.Locate("quota[1].every")), "2.textproto:1:24");
  EXPECT_EQ(Show(source.Locate("quota[2].id")), "3.txtpb:1:13");
  EXPECT_EQ(Show(source.Locate("scheme[0]")), "2.textproto:2:8");
}

TEST(Files, WhatCanBeSaidOnceIsSaidInOneFile) {
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"a.textproto", "id: 'x'\ncalendar { layer { id: 'l' } }"},
       {"b.textproto", "version: '1' id: 'y'\ncalendar { layer {} }"},
       {"c.json", R"({"id": "z", "calendar": {}, "scheme": [{"oops": 1}]})"}},
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_FIELD_TWICE 1:14 id\n"
            "PACK_FIELD_TWICE 2:1 calendar\n"
            "PACK_FIELD_TWICE 1:2 id\n"
            "PACK_FIELD_TWICE 1:13 calendar\n"
            "PACK_UNKNOWN_FIELD 1:41 scheme[0]\n");
  EXPECT_EQ(faults.list().errors(0).place().file(), "b.textproto");
  EXPECT_NE(faults.list().errors(0).message().en().find("a.textproto:1:5"),
            std::string::npos);
  EXPECT_EQ(source.pack().id(), "x");
  EXPECT_EQ(source.pack().version(), "1");
  EXPECT_EQ(source.pack().calendar().layer_size(), 1);
  EXPECT_EQ(source.pack().scheme_size(), 1);
}

TEST(Files, OtherEncodingsAreRefusedWithThePlace) {
  Faults faults;
  PackSource::FromFiles({{"a.textproto", "id: 'x'\ntitle { zh: '\xD6\xD0' }"},
                         {"b.json", std::string("{\n\0}", 4)}},
                        &faults);
  EXPECT_EQ(Show(faults), "PACK_ENCODING 2:14\nPACK_ENCODING 2:1\n");
}

TEST(Files, EmptyPacksAreRefused) {
  for (const char* text : {"", "\n\n", "# nothing yet\n"}) {
    Faults faults;
    Read("p.textproto", text, &faults);
    EXPECT_EQ(Show(faults), "PACK_EMPTY 0:0\n") << text;
  }
  Faults json;
  Read("p.json", "{}", &json);
  EXPECT_EQ(Show(json), "PACK_EMPTY 0:0\n");
  Faults none;
  const PackSource source = PackSource::FromFiles({}, &none);
  EXPECT_EQ(Show(none), "PACK_EMPTY 0:0\n");
  EXPECT_EQ(source.Locate("id").line, 0);
}

TEST(Files, SizesAndNumbersAreLimited) {
  const std::string comment(PackSource::kMaxFileBytes, '#');
  {
    Faults faults;
    Read("p.textproto", comment + "\n", &faults);
    EXPECT_EQ(Show(faults), "PACK_TOO_LARGE 0:0\n");
  }
  {
    std::vector<SourceFile> files;
    for (int i = 0; i < 5; ++i) {
      files.push_back({absl::StrCat(i, ".textproto"), comment});
    }
    Faults faults;
    PackSource::FromFiles(std::move(files), &faults);
    EXPECT_EQ(Show(faults), "PACK_TOO_LARGE 0:0\n");
    EXPECT_EQ(faults.list().errors(0).place().file(), "4.textproto");
  }
  {
    std::vector<SourceFile> files(PackSource::kMaxFiles + 1,
                                  {"a.textproto", "scheme {}"});
    Faults faults;
    PackSource::FromFiles(std::move(files), &faults);
    EXPECT_EQ(Show(faults), "PACK_TOO_LARGE 0:0\n");
  }
}

TEST(Files, ValuesAreLimited) {
  std::string text;
  for (int i = 0; i <= PositionTree::kMaxNodes / 2; ++i) text += "phase{}";
  std::string json = "{\"scheme\": [{}";
  for (int i = 0; i <= PositionTree::kMaxNodes / 2; ++i) json += ",{}";
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"a.textproto", text}, {"b.json", json + "]}"}}, &faults);
  ASSERT_EQ(faults.error_count(), 1);
  EXPECT_EQ(faults.list().errors(0).reason(), "PACK_TOO_LARGE");
  EXPECT_EQ(faults.list().errors(0).place().file(), "b.json");
  EXPECT_EQ(source.pack().phase_size() + source.pack().scheme_size(),
            PositionTree::kMaxNodes - 1);
}

class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "/duban_pack_XXXXXX";
    path_ = mkdtemp(&name[0]);
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  void Write(const std::string& name, absl::string_view text) const {
    const std::filesystem::path file = path_ + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

 private:
  std::string path_;
};

TEST(Folders, OfferTheirPackFilesAndTables) {
  const Folder folder;
  folder.Write("b.json", R"({"scheme": [{"id": "s"}]})");
  folder.Write("a.textproto", "table { id: 'grades' output: 'string' }");
  folder.Write("notes.md", "not of the pack");
  folder.Write(".#a.textproto", "editor's");
  folder.Write("data/activities.csv", "id,kind\n1,2\n");
  folder.Write("deeper/c.textproto", "nonsense");
  folder.Write("tables/grades.csv", "value,from,until\n甲,60,\n乙,,60\n");
  Faults faults;
  const PackSource source = PackSource::Load(folder.path(), &faults);
  EXPECT_EQ(Show(faults), "");
  EXPECT_EQ(source.pack().scheme(0).id(), "s");
  ASSERT_EQ(source.pack().table(0).band_size(), 2);
  EXPECT_EQ(source.pack().table(0).band(0).value(), "甲");
  EXPECT_EQ(source.pack().table(0).band(1).until(), "60");
  EXPECT_EQ(source.Locate("scheme[0].id").file, folder.path() + "/b.json");
  const PackSource::Spot spot = source.Locate("table[0].band[1].until");
  EXPECT_EQ(spot.file, folder.path() + "/tables/grades.csv");
  EXPECT_EQ(spot.row, 2);
  EXPECT_EQ(spot.line, 3);
  const v1::Place place =
      source.FaultAt("X", "table[0].band[0].value").detail().place();
  EXPECT_EQ(place.row(), 1);
  EXPECT_EQ(place.line(), 2);
  EXPECT_EQ(place.field(), "table[0].band[0].value");
}

TEST(Folders, AFileAloneIsAPack) {
  const Folder folder;
  folder.Write("any.name", "id: 'x'");
  Faults faults;
  const PackSource source =
      PackSource::Load(folder.path() + "/any.name", &faults);
  EXPECT_EQ(Show(faults), "");
  EXPECT_EQ(source.pack().id(), "x");
}

TEST(Folders, WhatIsNotThereIsSaid) {
  const Folder folder;
  Faults missing;
  const PackSource none = PackSource::Load(folder.path() + "/no", &missing);
  EXPECT_EQ(Show(missing), "PACK_NOT_FOUND 0:0\n");
  EXPECT_EQ(none.Locate("id").file, folder.path() + "/no");
  Faults empty;
  PackSource::Load(folder.path(), &empty);
  EXPECT_EQ(Show(empty), "PACK_EMPTY 0:0\n");
  Faults device;
  PackSource::Load("/dev/zero", &device);
  EXPECT_EQ(Show(device), "PACK_NOT_FOUND 0:0\n");
  folder.Write("big.textproto",
               std::string(PackSource::kMaxFileBytes + 1, ' '));
  Faults big;
  PackSource::Load(folder.path(), &big);
  EXPECT_EQ(Show(big), "PACK_TOO_LARGE 0:0\n");
}

// --- Tables in files of their own ------------------------------------------

TEST(Tables, RowsHaveTheColumnsInAnyOrder) {
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"tables/t.csv", "value,level,kind\n5,>=2,甲\n3,*,\"a,b\"\n"},
       {"p.textproto",
        "table { id: 't' column { id: 'kind' type: 'string' }"
        " column { id: 'level' type: 'decimal' } }"}},
      &faults);
  EXPECT_EQ(Show(faults), "");
  ASSERT_EQ(source.pack().table(0).row_size(), 2);
  EXPECT_EQ(source.pack().table(0).row(0).cell(0), "甲");
  EXPECT_EQ(source.pack().table(0).row(0).cell(1), ">=2");
  EXPECT_EQ(source.pack().table(0).row(1).cell(0), "a,b");
  EXPECT_EQ(source.pack().table(0).row(1).value(), "3");
  EXPECT_EQ(source.Locate("table[0].row[1].cell[1]").row, 2);
}

TEST(Tables, MustBeDeclaredFilledOnceAndHaveTheirHeadings) {
  Faults faults;
  const PackSource source = PackSource::FromFiles(
      {{"p.textproto",
        "table { id: 'grades' band { until: '1' value: 'x' } }\n"
        "table { id: 'other' column { id: 'kind' } }"},
       {"grade.csv", "from,until,value\n"},
       {"grades.csv", "from,until,value\n1,2,3\n"},
       {"other.csv", "knid,value\nx,1\n"}},
      &faults);
  EXPECT_EQ(Show(faults),
            "PACK_TABLE_UNKNOWN 0:0\n"
            "PACK_TABLE_TWICE 0:0\n"
            "UNKNOWN_COLUMN 1:0 knid\n"
            "COLUMN_REQUIRED 1:0 kind\n");
  EXPECT_EQ(HintOf(faults), "should the file be called 'grades.csv'?");
  EXPECT_EQ(source.pack().table(0).band_size(), 1);
  EXPECT_EQ(source.pack().table(1).row_size(), 0);
}

// --- Any pack --------------------------------------------------------------

// The same numbers on every machine.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  // 0 to n - 1.
  int Below(int n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(n));
  }

 private:
  uint64_t state_;
};

std::string AnyString(Numbers* numbers) {
  static const char* const kPieces[] = {"a",  "é",  "党",   "😀",   "\"", "'",
                                        "\\", "\n", "\t",   " ",   "{",  "}",
                                        "#",  "0",  "\x7f", "\x01"};
  std::string out;
  for (int n = numbers->Below(12); n > 0; --n) {
    out += kPieces[numbers->Below(16)];
  }
  return out;
}

void FillScalar(Message* message, const FieldDescriptor* field,
                Numbers* numbers) {
  const google::protobuf::Reflection* r = message->GetReflection();
  const bool list = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = AnyString(numbers);
      list ? r->AddString(message, field, text)
           : r->SetString(message, field, text);
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* type = field->enum_type();
      r->SetEnum(message, field,
                 type->value(numbers->Below(type->value_count())));
      break;
    }
    case FieldDescriptor::CPPTYPE_INT32:
      r->SetInt32(message, field, numbers->Below(1 << 30) - (1 << 29));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      r->SetInt64(message, field, -1);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      r->SetBool(message, field, numbers->Below(2) == 0);
      break;
    default:
      break;
  }
}

void Fill(Message* message, int depth, Numbers* numbers) {
  const google::protobuf::Descriptor* type = message->GetDescriptor();
  const google::protobuf::Reflection* r = message->GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    const bool inner = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (inner && depth == 0) continue;
    if (field->type() == FieldDescriptor::TYPE_BYTES) continue;
    int count = numbers->Below(3);
    if (!field->is_repeated() && count > 1) count = 1;
    for (; count > 0; --count) {
      if (!inner) {
        FillScalar(message, field, numbers);
      } else if (field->is_repeated()) {
        Fill(r->AddMessage(message, field), depth - 1, numbers);
      } else {
        Fill(r->MutableMessage(message, field), depth - 1, numbers);
      }
    }
  }
}

// Calls visit(path, value) for each string that is not empty.
void EachString(
    const Message& message, const std::string& path,
    const std::function<void(const std::string&, const std::string&)>& visit) {
  const google::protobuf::Reflection* r = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? r->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const std::string at =
          absl::StrCat(path, path.empty() ? "" : ".", field->name(),
                       field->is_repeated() ? absl::StrCat("[", i, "]") : "");
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        EachString(field->is_repeated()
                       ? r->GetRepeatedMessage(message, field, i)
                       : r->GetMessage(message, field),
                   at, visit);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        visit(at, field->is_repeated() ? r->GetRepeatedString(message, field, i)
                                       : r->GetString(message, field));
      }
    }
  }
}

size_t OffsetOf(absl::string_view text, const PackSource::Spot& spot) {
  size_t offset = 0;
  for (int line = 1; line < spot.line; ++line) {
    offset = text.find('\n', offset) + 1;
  }
  for (int column = 1; column < spot.column; ++column) {
    NextCodePoint(text, &offset);
  }
  return offset;
}

// Reads `text` back and looks at each string where it is said to stand.
int CheckPlaces(const std::string& name, const std::string& text,
                const v1::Pack& expected) {
  Faults faults;
  const PackSource source = Read(name, text, &faults);
  EXPECT_EQ(Show(faults), "") << text;
  EXPECT_EQ(source.pack().SerializeAsString(), expected.SerializeAsString());
  int strings = 0;
  EachString(
      expected, "", [&](const std::string& path, const std::string& value) {
        ++strings;
        EXPECT_EQ(text[OffsetOf(text, source.Locate(path))], '"') << path;
        for (size_t i = 0; i < value.size();) {
          const size_t at =
              OffsetOf(text, source.LocateInside(path, static_cast<int>(i)));
          const size_t begin = i;
          const char32_t c = NextCodePoint(value, &i);
          const bool escaped = text[at] == '\\';
          if (escaped) continue;  // the tests above have these one by one
          EXPECT_EQ(text.substr(at, i - begin), value.substr(begin, i - begin))
              << path;
          EXPECT_NE(c, U'"');
        }
      });
  return strings;
}

TEST(AnyPack, IsReadAsProtobufWroteItWithItsPlaces) {
  int strings = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Numbers numbers(seed);
    v1::Pack pack;
    pack.set_id("x");
    Fill(&pack, 3, &numbers);
    std::string text;
    google::protobuf::TextFormat::Printer printer;
    printer.SetUseUtf8StringEscaping(true);
    printer.SetUseShortRepeatedPrimitives(seed % 2 == 0);
    printer.SetSingleLineMode(seed % 3 == 0);
    ASSERT_TRUE(printer.PrintToString(pack, &text));
    strings += CheckPlaces("p.textproto", text, pack);
    std::string json;
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = seed % 3 != 0;
    options.preserve_proto_field_names = seed % 2 == 0;
    ASSERT_TRUE(
        google::protobuf::util::MessageToJsonString(pack, &json, options).ok());
    strings += CheckPlaces("p.json", json, pack);
  }
  EXPECT_GT(strings, 10000);
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

// What the scan lets through, protobuf's parser must be able to read.
void ReadMutant(const std::string& name, const std::string& text,
                std::set<std::string>* reasons) {
  Faults faults;
  const PackSource source = Read(name, text, &faults);
  for (const v1::ErrorDetail& fault : faults.list().errors()) {
    reasons->insert(fault.reason());
    ASSERT_NE(fault.reason(), "PACK_UNREADABLE") << FormatFault(fault) << "\n"
                                                 << text;
    ASSERT_TRUE(fault.place().line() > 0 || fault.reason() == "PACK_EMPTY");
    ASSERT_FALSE(fault.message().zh().empty());
    ASSERT_FALSE(fault.message().en().empty());
  }
  EachString(source.pack(), "",
             [&](const std::string& path, const std::string& value) {
               ASSERT_TRUE(IsUtf8(value));
               if (value.empty()) return;
               const size_t last = value.size() - 1;
               const size_t at = OffsetOf(
                   text, source.LocateInside(path, static_cast<int>(last)));
               ASSERT_LT(at, text.size());
               ASSERT_TRUE(text[at] == '\\' || text[at] == value[last] ||
                           static_cast<unsigned char>(text[at]) >= 0x80)
                   << path << "\n"
                   << text;
             });
}

std::string Mutate(std::string text, Numbers* numbers) {
  static const char* const kPieces[] = {
      "{",    "}",   "[",      "]",  "<",       ">",     "\"",  "'",
      ":",    ",",   ";",      "#",  "\\",      "\n",    "\\u", "\\x",
      "-",    "0x",  "1e9",    "id", "null",    "true",  "：",  "“",
      "\xff", "\\8", "scheme", " ",  "\\ud800", "\n}\n", "[{",  "\t"};
  for (int n = 1 + numbers->Below(3); n > 0; --n) {
    const size_t at =
        static_cast<size_t>(numbers->Below(static_cast<int>(text.size()) + 1));
    const size_t length = static_cast<size_t>(numbers->Below(6));
    switch (numbers->Below(4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, kPieces[numbers->Below(32)]);
        break;
      case 2:
        text.replace(at, length, kPieces[numbers->Below(32)]);
        break;
      default: {
        const std::string piece = text.substr(at, 8 * length);
        text.insert(static_cast<size_t>(
                        numbers->Below(static_cast<int>(text.size()) + 1)),
                    piece);
      }
    }
  }
  return text;
}

TEST(Mutants, OfAPackAreReadOrRefusedButNeverBreakTheReader) {
  Numbers numbers(7);
  std::set<std::string> reasons;
  for (int i = 0; i < 8000; ++i) {
    ReadMutant("p.textproto", Mutate(std::string(kPack), &numbers), &reasons);
    ReadMutant("p.json", Mutate(std::string(kJson), &numbers), &reasons);
    if (HasFatalFailure()) return;
  }
  // The mutants got everywhere.
  EXPECT_EQ(reasons,
            (std::set<std::string>{"PACK_ENCODING", "PACK_FIELD_TWICE",
                                   "PACK_SYNTAX", "PACK_UNKNOWN_FIELD",
                                   "PACK_UNKNOWN_VALUE", "PACK_WRONG_TYPE"}));
}

TEST(Mutants, CutAnywhereAreRefusedWithAPlace) {
  std::set<std::string> reasons;
  for (size_t i = 0; i < kPack.size(); ++i) {
    ReadMutant("p.textproto", std::string(kPack.substr(0, i)), &reasons);
  }
  for (size_t i = 0; i < kJson.size(); ++i) {
    ReadMutant("p.json", std::string(kJson.substr(0, i)), &reasons);
  }
}

}  // namespace
}  // namespace duban::pack
