#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "gtest/gtest.h"
#include "src/base/diagnostic.h"
#include "src/base/digest.h"
#include "src/ledger/check.h"
#include "src/ledger/state.h"
#include "src/ledger/state_digest.h"
#include "src/ledger/state_tables.h"
#include "src/table/record_schema.h"
#include "tests/support/campaign.h"

namespace duban {
namespace {

namespace fs = std::filesystem;

class ExportTest : public testing::Test {
 protected:
  ExportTest()
      : folder_(fs::path(testing::TempDir()) /
                absl::StrCat("duban_export_", getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~ExportTest() override { fs::remove_all(folder_); }

  std::string In(const std::string& name) const {
    return (folder_ / name).string();
  }
  static std::string ReadAll(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // Every file by its name, with its bytes.
  static std::map<std::string, std::string> Files(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) {
        files[fs::relative(entry.path(), folder).string()] =
            ReadAll(entry.path());
      }
    }
    return files;
  }
  void Write(const std::string& folder, const std::string& name,
             const std::string& text) {
    fs::create_directories(folder_ / folder);
    std::ofstream(folder_ / folder / name, std::ios::binary) << text;
  }

  fs::path folder_;
};

constexpr const char* kNote = "note";

// Changes of every kind, by chance. Many are refused; what the ledger takes
// is a ledger as good as any.
class RandomLedger {
 public:
  explicit RandomLedger(uint32_t seed) : random_(seed) {
    ledger_ = *Ledger::InMemory();
    if (Chance(2)) pack_ = PackOf("");
    if (pack_ != nullptr && Chance(2)) Adopt();
    for (int i = 0; i < 400; ++i) Apply(Next(i));
    if (pack_ != nullptr) Adopt();
  }
  Ledger& ledger() { return *ledger_; }
  const std::set<int>& taken() const { return taken_; }

 private:
  bool Chance(int one_in) { return Below(one_in) == 0; }
  int Below(int n) { return static_cast<int>(random_() % n); }
  std::string Some(const char* head, int n) {
    return absl::StrCat(head, Below(n));
  }
  std::string Maybe(std::string text) { return Chance(2) ? text : ""; }
  std::string Day() {
    return Date::Parse("2021-01-01")->AddDays(Below(365)).ToString();
  }
  std::string Text() {
    static const char* const kTexts[] = {"修操场",
                                         "a, \"quoted\" text",
                                         " 首尾空格 ",
                                         "两行\n第二行",
                                         "=SUM(A1:A9)",
                                         "联通",
                                         "走访、慰问；座谈",
                                         "x=y;z",
                                         "\"",
                                         "𠮷野家",
                                         "95%以上",
                                         "'"};
    return kTexts[Below(12)];
  }
  std::string Kind() { return pack_ != nullptr ? "practical" : "any"; }

  void Adopt() { EXPECT_TRUE(ledger_->Adopt(*pack_)->applied()); }
  void Apply(const v1::Change& change) {
    v1::Batch batch;
    *batch.add_changes() = change;
    const auto receipt = ledger_->Apply(batch);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    if (receipt->applied()) taken_.insert(change.command_case());
  }

  v1::Change Next(int i);
  void FillPeople(int what, int i, v1::Change* change);
  void FillMatters(int what, int i, v1::Change* change);
  void FillDeeds(int what, v1::Change* change);
  void FillHistory(int what, v1::Change* change);

  std::mt19937 random_;
  std::shared_ptr<const Pack> pack_;
  std::unique_ptr<Ledger> ledger_;
  std::set<int> taken_;
};

void RandomLedger::FillPeople(int what, int i, v1::Change* change) {
  if (what == 0) {
    v1::Organization* o = change->mutable_put_organization();
    o->set_id(Chance(9) ? "team" : Some("o", 8));
    o->set_name(Text());
    o->set_kind(pack_ != nullptr ? "school" : "any");
    if (o->id() == "team") return;
    o->set_parent(Maybe(Some("o", 8)));
    o->set_line_parent(Maybe(Some("o", 8)));
    // The tree moves on with time; a change of its past might put a circle
    // into it, which is not asked about here.
    if (i >= 60) {
      o->set_since(Date::Parse("2021-01-01")->AddDays(i / 3).ToString());
    }
    if (Chance(6)) o->set_until("2022-06-30");
    if (Chance(4)) o->set_social_credit_code("91350100M000100Y43");
    if (Chance(4)) {
      auto* attribute = o->add_attributes();
      attribute->set_name(kNote);
      attribute->set_value(Text());
    }
  } else if (what == 1) {
    v1::Person* p = change->mutable_put_person();
    p->set_id(Some("p", 8));
    p->set_name(Text());
    p->set_organization(Some("o", 8));
    if (Chance(2)) p->add_kinds(pack_ != nullptr ? "member" : "any");
    if (Chance(3)) p->set_since(Day());
    if (Chance(4)) p->set_identity_number("11010519491231002X");
    if (Chance(4)) p->set_birth_date("1949-12-31");
  } else if (what == 2) {
    v1::Post* p = change->mutable_put_post();
    p->set_id(Some("post", 9));
    p->set_person(Some("p", 8));
    p->set_organization(Some("o", 8));
    p->set_role(pack_ != nullptr ? "head" : "any");
    p->set_since(Maybe(Day()));
  } else {
    v1::Pairing* p = change->mutable_put_pairing();
    p->set_id(Some("pair", 9));
    p->set_kind(pack_ != nullptr ? "contact" : "any");
    p->set_person(Some("p", 8));
    p->set_partner_name(Text());
    p->set_partner_organization(Maybe(Some("o", 8)));
    p->set_since(Day());
    p->set_note(Maybe(Text()));
  }
}

void RandomLedger::FillMatters(int what, int i, v1::Change* change) {
  if (what == 0) {
    v1::MatterList* l = change->mutable_put_matter_list();
    l->set_id(Some("list", 5));
    l->set_title(Text());
    l->set_kind("double-month");
    l->set_organization(Some("o", 8));
    l->set_issued_on(Day());
  } else if (what == 1) {
    v1::Matter* m = change->mutable_list_matter();
    m->set_title(Text());
    m->set_kind(Kind());
    m->set_list(Maybe(Some("list", 5)));
    // Below those of lower numbers: no circles.
    const int number = Below(12);
    m->set_id(absl::StrCat("m", number));
    if (number > 0 && Chance(3)) {
      m->set_parent(absl::StrCat("m", Below(number)));
    }
    m->set_organization(Some("o", 8));
    m->set_finding(Maybe(Some("f", 6)));
    for (int k = Below(3); k > 0; --k) m->add_measures(Text());
    m->set_listed_on("2021-01-01");
    m->set_due_on("2021-12-31");
    if (Chance(3)) {
      m->mutable_beneficiaries()->set_value("1500.50");
      m->mutable_beneficiaries()->set_unit("人");
    }
    if (Chance(6)) m->set_is_draft(true);
  } else {
    static const v1::MatterAction kActions[] = {
        v1::ASSIGN, v1::ACCEPT,          v1::START,  v1::REPORT_PROGRESS,
        v1::URGE,   v1::REQUEST_CLOSING, v1::VERIFY, v1::WRITE_OFF,
        v1::REOPEN, v1::REFUSE,          v1::RETURN, v1::ASSIGN};
    v1::MatterStep* s = change->mutable_step_matter();
    s->set_id(absl::StrCat("s", 1000 - i));  // not in the order of ids
    s->set_matter(Some("m", 12));
    s->set_action(kActions[Below(12)]);
    s->set_date(Date::Parse("2021-01-02")->AddDays(i / 2).ToString());
    s->set_by(Maybe(Some("p", 8)));
    s->set_to(Some("p", 8));
    s->set_outcome(v1::RESOLVED);
    s->set_reason(Text());
  }
}

void RandomLedger::FillDeeds(int what, v1::Change* change) {
  const std::string person = Some("p", 8);
  if (what == 0) {
    v1::Activity* a = change->mutable_record_activity();
    a->set_id(Some("a", 30));
    a->set_kind(pack_ != nullptr ? "visit" : "any");
    a->set_date(Day());
    a->set_minutes(Below(300));
    a->add_participants(person);
    a->set_pairing(Maybe(Some("pair", 9)));
    a->set_matter(Maybe(Some("m", 12)));
    for (int k = Below(3); k > 0; --k) a->add_evidence(Text());
    if (Chance(3)) {
      a->set_unannounced(true);
      for (int k = 1; k <= 6; ++k) {
        a->add_attestations(static_cast<v1::Attestation>(k));
      }
    }
  } else if (what == 1) {
    v1::Submission* s = change->mutable_record_submission();
    s->set_id(Some("sub", 9));
    s->set_kind(pack_ != nullptr ? "plan" : "any");
    s->set_organization(Some("o", 8));
    s->add_recipients(Some("o", 8));
    s->set_received_on(Day());
    s->set_title(Text());
  } else if (what == 2) {
    v1::Inspection* x = change->mutable_put_inspection();
    x->set_id(Some("i", 6));
    x->set_kind("check");
    // Of no one's tree: who belonged to whom is asked of the newest versions.
    x->set_team("team");
    x->set_organization(Some("o", 8));
    x->set_date(Day());
    x->set_conclusion(Maybe(Text()));
  } else if (what == 3) {
    v1::Finding* f = change->mutable_put_finding();
    f->set_id(Some("f", 6));
    f->set_inspection(Maybe(Some("i", 6)));
    f->set_organization(Some("o", 8));
    f->set_kind("safety");
    f->set_date(Day());
    f->set_description(Text());
  } else if (what == 4) {
    v1::Rating* r = change->mutable_record_rating();
    r->set_id(Some("r", 9));
    r->set_kind("satisfaction");
    r->set_level(static_cast<v1::RatingLevel>(1 + Below(5)));
    r->set_date(Day());
    r->set_matter(Some("m", 12));
    r->set_rater("secret");
  } else if (what == 5) {
    v1::Indicator* x = change->mutable_put_indicator();
    x->set_id(Some("x", 4));
    x->set_title(Text());
    x->set_kind("rate");
    x->mutable_target()->set_value("95.00");
    x->mutable_target()->set_unit("%");
    x->set_is_ratio(Chance(2));
  } else if (what == 6) {
    v1::IndicatorValue* v = change->mutable_report_indicator();
    v->set_id(Some("v", 9));
    v->set_indicator(Some("x", 4));
    v->set_organization(Some("o", 8));
    v->set_as_of(Day());
    v->mutable_reported()->set_value("96.58");
  } else if (what == 7) {
    v1::Adjustment* a = change->mutable_put_adjustment();
    a->set_id(Some("adj", 4));
    a->set_scheme("scheme");
    a->set_person(person);
    a->set_points("-0.50");
    a->set_date(Day());
    a->set_reason(Text());
    a->set_approver(Some("p", 8));
  } else {
    v1::Appeal* a = change->mutable_put_appeal();
    a->set_id(Some("app", 4));
    a->set_person(person);
    a->set_filed_on(Day());
    a->set_reason(Text());
    a->set_finding(Maybe(Some("f", 6)));
    a->set_adjustment(Maybe(Some("adj", 4)));
  }
}

void RandomLedger::FillHistory(int what, v1::Change* change) {
  if (what == 0) {
    v1::MergeOrganizations* m = change->mutable_merge_organizations();
    m->add_from(Some("o", 8));
    m->set_into(Some("o", 8));
    m->set_on("2022-08-01");
    m->set_document(Maybe(Text()));
  } else if (what == 1) {
    v1::SplitOrganization* s = change->mutable_split_organization();
    s->set_from(Some("o", 8));
    s->add_into("o6");
    s->add_into("o7");
    s->set_on("2022-09-01");
  } else {
    static const char* const kIds[] = {"a", "sub", "r", "pair", "m", "post"};
    static const v1::RecordKind kKinds[] = {v1::ACTIVITY, v1::SUBMISSION,
                                            v1::RATING,   v1::PAIRING,
                                            v1::MATTER,   v1::POST};
    const int k = Below(6);
    v1::VoidRecord* v = change->mutable_void_record();
    v->set_kind(Chance(12) ? v1::PERSON : kKinds[k]);
    v->set_id(v->kind() == v1::PERSON ? "p7" : Some(kIds[k], 9));
    v->set_reason(Text());
  }
}

v1::Change RandomLedger::Next(int i) {
  v1::Change change;
  const int what = i < 20 ? 0 : Below(24);
  if (what < 4) {
    FillPeople(what % 4, i, &change);
  } else if (what < 6) {
    FillPeople(Below(4), i, &change);
  } else if (what < 14) {
    FillMatters(std::min(2, what - 6), i, &change);
  } else if (what < 23) {
    FillDeeds(what - 14, &change);
  } else {
    FillHistory(Below(8), &change);
  }
  return change;
}

std::string Faults(const v1::Receipt& receipt) {
  std::string all;
  for (const v1::ErrorDetail& fault : receipt.faults().errors()) {
    absl::StrAppend(&all, FormatFault(fault), "\n");
  }
  return all;
}

TEST_F(ExportTest, WhatIsExportedGivesTheSameStateAndTheSameFiles) {
  std::set<int> taken;
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomLedger random(seed);
    taken.insert(random.taken().begin(), random.taken().end());
    const LedgerView view = random.ledger().View();
    ExportOptions options;
    options.unmasked = true;
    options.chinese = seed % 2 == 0;
    options.gb18030 = seed % 4 >= 2;
    const std::string first = In(absl::StrCat(seed, "-first"));
    const std::string second = In(absl::StrCat(seed, "-second"));
    ASSERT_TRUE(Export(view, first, options).ok());
    auto copy = *Ledger::InMemory();
    const auto receipt = copy->Import(first);
    ASSERT_TRUE(receipt.ok()) << receipt.status();
    ASSERT_TRUE(receipt->applied())
        << Faults(*receipt) << ReadAll(first + "/organizations.csv");
    EXPECT_EQ(Faults(*receipt), "");
    EXPECT_EQ(StateDigest(copy->View()), StateDigest(view));
    ASSERT_TRUE(Export(copy->View(), second, options).ok());
    EXPECT_EQ(Files(second), Files(first));
    // What is there already is not written again.
    const v1::LedgerHead head = copy->head();
    const auto again = copy->Import(first);
    ASSERT_TRUE(again.ok() && again->applied()) << Faults(*again);
    EXPECT_EQ(StateDigest(copy->View()), StateDigest(view));
    if (HasFailure()) return;
  }
  // Every command but the adoption, which goes its own way, and bulk columns.
  for (int command = v1::Change::kPutOrganization;
       command <= v1::Change::kPutAppeal; ++command) {
    EXPECT_EQ(taken.count(command), 1u) << command;
  }
  EXPECT_EQ(taken.count(v1::Change::kVoidRecord), 1u);
  EXPECT_EQ(taken.count(v1::Change::kMergeOrganizations), 1u);
  EXPECT_EQ(taken.count(v1::Change::kSplitOrganization), 1u);
}

TEST_F(ExportTest, TheDigestOfAStateDoesNotDependOnItsHistory) {
  auto one = World();
  auto other = World();
  const auto add = [](Ledger& ledger, const std::string& changes) {
    const auto receipt = ledger.Apply(FromText<v1::Batch>(changes));
    ASSERT_TRUE(receipt.ok() && receipt->applied()) << Faults(*receipt);
  };
  EXPECT_EQ(StateDigest(one->View()), StateDigest(other->View()));
  add(*one, Act("a1", "visit", "2021-11-05", 60, "'li'") +
                Act("a2", "visit", "2021-11-06", 60, "'zhang'"));
  const std::string before = StateDigest(one->View());
  EXPECT_NE(before, StateDigest(other->View()));
  // Another order, a correction on the way, something voided and put again.
  add(*other, Act("a2", "visit", "2021-11-09", 90, "'zhang'"));
  add(*other, Act("a1", "visit", "2021-11-05", 60, "'li'"));
  add(*other, Act("a2", "visit", "2021-11-06", 60, "'zhang'"));
  add(*other,
      "changes { void_record { kind: ACTIVITY id: 'a1' reason: '重复' } }");
  EXPECT_NE(before, StateDigest(other->View()));
  add(*other, Act("a1", "visit", "2021-11-05", 60, "'li'"));
  EXPECT_EQ(before, StateDigest(other->View()));
  EXPECT_NE(one->head().digest(), other->head().digest());
}

TEST_F(ExportTest, TheDigestIsThatOfTheExportedFiles) {
  auto ledger = World();
  const auto receipt = ledger->Apply(FromText<v1::Batch>(
      Act("a1", "visit", "2021-11-05", 60, "'li'") +
      "changes { void_record { kind: ACTIVITY id: 'a1' reason: '重复' } }"));
  ASSERT_TRUE(receipt->applied());
  ExportOptions options;
  options.unmasked = true;
  ASSERT_TRUE(Export(ledger->View(), In("out"), options).ok());
  std::string bytes = "duban.state.1\n";
  for (const char* name : {"organizations", "persons", "pairings", "matters",
                           "activities", "voided"}) {
    absl::StrAppend(&bytes, name, "\n",
                    ReadAll(In(absl::StrCat("out/", name, ".csv"))));
  }
  EXPECT_EQ(StateDigest(ledger->View()), ToHex(Sha256(bytes)));
}

TEST_F(ExportTest, VoidedRecordsGoWithTheirReason) {
  auto ledger = World();
  ASSERT_TRUE(
      ledger
          ->Apply(FromText<v1::Batch>(
              Act("a1", "visit", "2021-11-05", 60, "'li'", "pairing: 'pair'") +
              "changes { void_record { kind: ACTIVITY id: 'a1' "
              "reason: '重复' } }"
              "changes { void_record { kind: PAIRING id: 'pair' "
              "reason: '录错, 重录' } }"))
          ->applied());
  ASSERT_TRUE(Export(ledger->View(), In("out"), {}).ok());
  EXPECT_EQ(ReadAll(In("out/voided.csv")),
            "kind,id,reason\nactivities,a1,重复\n"
            "pairings,pair,\"录错, 重录\"\n");
  auto copy = *Ledger::InMemory();
  ASSERT_TRUE(copy->Import(In("out"))->applied());
  const LedgerView view = copy->View();
  const uint32_t code = *view->Find(v1::PAIRING, "pair");
  EXPECT_TRUE(view->voided(v1::PAIRING, *view->Newest(v1::PAIRING, code)));
  EXPECT_EQ(view->void_reason(v1::PAIRING, code), "录错, 重录");
  // A second time there is nothing to write.
  const v1::LedgerHead head = copy->head();
  ASSERT_TRUE(copy->Import(In("out"))->applied());
  EXPECT_EQ(copy->head().digest(), head.digest());
}

TEST_F(ExportTest, WhoRunsAndWhoGuidesMayPointBothWays) {
  Write("in", "organizations.csv",
        "id,name,kind,parent,line_parent\n"
        "a,甲,school,,b\n"
        "b,乙,school,a,\n");
  auto ledger = *Ledger::InMemory();
  const auto receipt = ledger->Import(In("in"));
  ASSERT_TRUE(receipt.ok() && receipt->applied()) << Faults(*receipt);
  ASSERT_TRUE(Export(ledger->View(), In("out"), {}).ok());
  const std::string out = ReadAll(In("out/organizations.csv"));
  EXPECT_NE(out.find("a,甲,school,,b,"), std::string::npos) << out;
}

TEST_F(ExportTest, WithoutBeingToldToNothingSensitiveLeaves) {
  auto ledger = World();
  ASSERT_TRUE(ledger
                  ->Apply(FromText<v1::Batch>(
                      "changes { put_person { id: 'zhao' name: '赵六' "
                      "organization: 'bureau' "
                      "identity_number: '11010519491231002X' } }"))
                  ->applied());
  ASSERT_TRUE(Export(ledger->View(), In("out"), {}).ok());
  EXPECT_EQ(ReadAll(In("out/persons.csv")).find("19491231"), std::string::npos);
}

TEST_F(ExportTest, OnlyTheTablesAskedForAreWritten) {
  auto ledger = World();
  ExportOptions options;
  options.tables = {"人员", "matters"};
  const auto report = Export(ledger->View(), In("out"), options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->files, 2u);
  EXPECT_EQ(report->records, 4u);
  options.tables = {"activties"};
  const auto wrong = Export(ledger->View(), In("other"), options);
  EXPECT_EQ(FaultsOf(wrong.status()).errors(0).reason(), "UNKNOWN_TABLE");
  EXPECT_NE(FaultsOf(wrong.status()).errors(0).hint().en().find("activities"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(In("other")));
}

TEST_F(ExportTest, AFolderWithSomethingInItIsLeftAlone) {
  auto ledger = World();
  Write("out", "mine.txt", "x");
  const auto report = Export(ledger->View(), In("out"), {});
  EXPECT_EQ(FaultsOf(report.status()).errors(0).reason(), "FOLDER_NOT_EMPTY");
  EXPECT_EQ(Files(In("out")).size(), 1u);
  fs::create_directories(In("empty"));
  EXPECT_TRUE(Export(ledger->View(), In("empty"), {}).ok());
}

TEST_F(ExportTest, AnExportThatFailsLeavesNothingBehind) {
  auto ledger = World();
  const auto report = Export(ledger->View(), In("no/such/folder"), {});
  EXPECT_EQ(FaultsOf(report.status()).errors(0).reason(), "FILE_NOT_WRITABLE");
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace duban
