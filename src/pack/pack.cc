#include "duban/pack.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/text_format.h"
#include "src/base/digest.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/pack/checker.h"
#include "src/pack/pairings.h"
#include "src/pack/rules.h"
#include "src/pack/source.h"

namespace duban {

// Puts a pack together once it is known to be right.
struct PackBuilder {
  static absl::StatusOr<std::shared_ptr<const Pack>> Build(
      const pack::PackSource& source, std::string folder, Faults* faults,
      v1::ErrorList* list) {
    std::shared_ptr<Pack> built(new Pack());
    built->message_ = source.pack();
    built->folder_ = std::move(folder);
    built->bytes_ = built->message_.SerializeAsString();
    built->digest_ = ToHex(Sha256(built->bytes_));
    // Where nothing could be read, there is nothing to say of its contents.
    if (!faults->has_errors() || !built->bytes_.empty()) {
      built->rules_ = pack::Compile(built->message_, source, faults);
    }
    faults->SortByPlace();
    if (list != nullptr) *list = faults->list();
    if (faults->has_errors()) return faults->ToStatus();
    return std::shared_ptr<const Pack>(std::move(built));
  }
};

Pack::Pack() = default;
Pack::~Pack() = default;

absl::StatusOr<std::shared_ptr<const Pack>> Pack::Load(const std::string& path,
                                                       v1::ErrorList* list) {
  Faults faults;
  const pack::PackSource source = pack::PackSource::Load(path, &faults);
  return PackBuilder::Build(source, path, &faults, list);
}

absl::StatusOr<std::shared_ptr<const Pack>> Pack::Parse(
    const std::vector<std::pair<std::string, std::string>>& files,
    v1::ErrorList* list) {
  Faults faults;
  std::vector<pack::SourceFile> sources;
  for (const auto& [name, text] : files) sources.push_back({name, text});
  const pack::PackSource source =
      pack::PackSource::FromFiles(std::move(sources), &faults);
  return PackBuilder::Build(source, "", &faults, list);
}

absl::StatusOr<std::shared_ptr<const Pack>> Pack::FromBytes(
    const std::string& bytes, v1::ErrorList* list) {
  Faults faults;
  v1::Pack message;
  if (!message.ParseFromString(bytes)) {
    faults.Add(Fault("PACK_SYNTAX")
                   .Say("不是规则包的序列化内容", "not a serialized pack"));
  }
  // Printed, so that a fault can point at a line that its reader can see.
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  const pack::PackSource source =
      pack::PackSource::FromFiles({{"pack.textproto", text}}, &faults);
  return PackBuilder::Build(source, "", &faults, list);
}

namespace pack {
namespace {

bool HasPeriodSlot(const std::optional<expr::Program>& program) {
  if (!program) return false;
  for (int slot : program->reads()) {
    if (slot == kPeriodFromSlot || slot == kPeriodUntilSlot) return true;
  }
  return false;
}

}  // namespace

bool TallyRule::ReadsPeriod() const {
  return HasPeriodSlot(where) || HasPeriodSlot(value);
}

const v1::Code* Rules::FindCode(absl::string_view list,
                                absl::string_view code) const {
  const auto l = codes.find(list);
  if (l == codes.end()) return nullptr;
  const auto c = l->second.find(code);
  return c == l->second.end() ? nullptr : c->second;
}

const SchemeRule* Rules::FindScheme(absl::string_view id) const {
  for (const SchemeRule& scheme : schemes) {
    if (scheme.message->id() == id) return &scheme;
  }
  return nullptr;
}

const SamplingRule* Rules::FindSamplingPlan(absl::string_view id) const {
  for (const SamplingRule& plan : sampling_plans) {
    if (plan.message->id() == id) return &plan;
  }
  return nullptr;
}

v1::Text Rules::TitleOf(absl::string_view list, absl::string_view code) const {
  if (const v1::Code* found = FindCode(list, code);
      found != nullptr && found->has_title()) {
    return found->title();
  }
  v1::Text text;
  text.set_zh(std::string(code));
  text.set_en(std::string(code));
  return text;
}

namespace {

// What an expectation names has to be there, and it has to expect something.
void CheckExpectation(Checker* c, const v1::Expect& expect,
                      const std::string& path) {
  if (expect.subject().empty() ||
      (expect.scheme().empty() && expect.quota().empty())) {
    c->Add(c->At(path, "EXPECTS_NOTHING")
               .Say("预期须写明 subject，以及 scheme 或 quota",
                    "expects nothing: it needs a subject, and a scheme or a "
                    "quota"));
  }
  const SchemeRule* scheme = c->rules->FindScheme(expect.scheme());
  if (!expect.scheme().empty() && scheme == nullptr) {
    std::vector<std::string> known;
    for (const v1::Scheme& s : c->pack.scheme()) known.push_back(s.id());
    c->UnknownName(path + ".scheme", "UNKNOWN_SCHEME", expect.scheme(),
                   "考核方案", "scheme", known);
  }
  if (!expect.quota().empty()) {
    std::vector<std::string> known;
    for (const v1::Quota& q : c->pack.quota()) known.push_back(q.id());
    for (const v1::Required& r : c->pack.submission()) known.push_back(r.id());
    if (std::find(known.begin(), known.end(), expect.quota()) == known.end()) {
      c->UnknownName(path + ".quota", "UNKNOWN_QUOTA", expect.quota(), "要求",
                     "quota", known);
    }
  }
  c->ParseDecimal(expect.total(), path + ".total");
  c->ParseDecimal(expect.done(), path + ".done");
  for (int k = 0; k < expect.points_size(); ++k) {
    const std::string at = Indexed(path, "points", k);
    c->ParseDecimal(expect.points(k).points(), at + ".points");
    if (scheme == nullptr) continue;
    std::vector<std::string> known;
    for (const v1::Criterion& criterion : scheme->message->criterion()) {
      known.push_back(criterion.id());
    }
    const std::string& id = expect.points(k).criterion();
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      c->UnknownName(at + ".criterion", "UNKNOWN_CRITERION", id, "指标",
                     "criterion", known);
    }
  }
}

}  // namespace

void CheckTests(Checker* c) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.test_size(); ++i) {
    const v1::PackTest& test = c->pack.test(i);
    const std::string path = Indexed("", "test", i);
    c->CheckId(test.id(), path + ".id", &seen);
    if (test.as_of().empty()) {
      c->Add(c->At(path, "AS_OF_REQUIRED")
                 .Say(absl::StrCat("测试“", test.id(), "”没有截至日 as_of"),
                      absl::StrCat("the test '", test.id(), "' has no as_of")));
    }
    c->ParseDate(test.as_of(), path + ".as_of");
    for (int j = 0; j < test.expect_size(); ++j) {
      CheckExpectation(c, test.expect(j), Indexed(path, "expect", j));
    }
  }
}

namespace {

void CompileTables(Checker* c, Faults* faults) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.table_size(); ++i) {
    const v1::LookupTable& message = c->pack.table(i);
    const std::string path = Indexed("", "table", i);
    c->CheckId(message.id(), path + ".id", &seen);
    c->CheckCitation(message.cite(), path);
    if (auto table = LookupTable::Build(message, path, c->source, faults)) {
      c->rules->tables.push_back(std::move(table));
    } else {
      c->broken_tables.insert(message.id());
    }
  }
}

}  // namespace

std::unique_ptr<Rules> CompileForSteps(const v1::Pack& pack,
                                       const PackSource& source,
                                       Faults* faults) {
  auto rules = std::make_unique<Rules>();
  Checker checker(pack, source, rules.get(), faults);
  CheckCodes(&checker);
  CompileCalendar(&checker);
  CompileTables(&checker, faults);
  CompileWorkflow(&checker);
  return rules;
}

std::unique_ptr<Rules> Compile(const v1::Pack& pack, const PackSource& source,
                               Faults* faults) {
  auto rules = std::make_unique<Rules>();
  Checker checker(pack, source, rules.get(), faults);
  CheckNotice(&checker);
  CompileCalendar(&checker);
  CompileTables(&checker, faults);
  CompileWorkflow(&checker);
  CompileDuties(&checker);
  CompilePairings(&checker);
  CompileSchemes(&checker);
  CompileEscalations(&checker);
  CompileSampling(&checker);
  CheckTests(&checker);
  return rules;
}

}  // namespace pack
}  // namespace duban
