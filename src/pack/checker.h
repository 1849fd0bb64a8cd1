// What the parts of the pack compiler share: faults with places, parsing of
// numbers and dates, and expressions in an environment. Internal to pack/.
#ifndef DUBAN_SRC_PACK_CHECKER_H_
#define DUBAN_SRC_PACK_CHECKER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/hash_map.h"
#include "src/pack/rules.h"

namespace duban::pack {

class Checker {
 public:
  Checker(const v1::Pack& pack, const PackSource& source, Rules* rules,
          Faults* faults)
      : pack(pack), source(source), rules(rules), faults_(faults) {}

  // A fault at a field of the pack.
  Fault At(absl::string_view path, absl::string_view reason) const;
  void Add(const Fault& fault) { faults_->Add(fault.detail()); }

  // Ids: there, well-formed and not twice. Returns false where not.
  bool CheckId(const std::string& id, const std::string& path,
               HashSet<std::string>* seen);
  void CheckCitation(const std::string& cite, const std::string& path);
  // A code that has to be of a list; nothing is said where the pack does not
  // have the list.
  void CheckCode(absl::string_view list, const std::string& code,
                 const std::string& path);
  template <typename Range>
  void UnknownName(const std::string& path, absl::string_view reason,
                   const std::string& name, absl::string_view zh_what,
                   absl::string_view en_what, const Range& candidates);

  std::optional<Date> ParseDate(const std::string& text,
                                const std::string& path);
  std::optional<Decimal> ParseDecimal(const std::string& text,
                                      const std::string& path);
  DateRange ParseWindow(const v1::Window& window, const std::string& path,
                        const DateRange& otherwise);

  // Compiles an expression; all its faults get the place they have in the
  // file. None for an empty text.
  std::optional<expr::Program> ParseExpression(
      const std::string& text, const std::string& path,
      const expr::Environment& environment, const expr::Type& expected,
      Entity subject);

  // as_of, period_from, period_until, the record; level(); the tables.
  expr::Environment EnvironmentFor(Entity entity) const;
  // as_of, matter, step; level(); the tables.
  expr::Environment GuardEnvironment() const;

  const v1::Pack& pack;
  const PackSource& source;
  Rules* const rules;
  // Tables that have faults of their own: that they cannot be looked up is
  // not said again.
  HashSet<std::string> broken_tables;

 private:
  // Warns where the words of the notice read otherwise than the dates.
  void CompareWords(const v1::Window& window, const std::string& path);
  bool NamesBrokenTable(const std::string& text,
                        const expr::SourceError& error) const;
  void AddRecord(Entity entity, expr::Environment* environment) const;
  void AddFunctions(expr::Environment* environment) const;

  // A hint that lists everything there is would be read by nobody.
  static constexpr int kMostListed = 12;

  Faults* faults_;
};

// scheme[2].metric[0]
inline std::string Indexed(absl::string_view parent, absl::string_view field,
                           int i) {
  return absl::StrCat(parent, parent.empty() ? "" : ".", field, "[", i, "]");
}

// The rest of the compiler, by subject.
void CheckNotice(Checker* checker);      // ids, codes, phases, programme
void CheckCodes(Checker* checker);       // citations and codes alone
void CompileCalendar(Checker* checker);  // working days
void CompileDuties(Checker* checker);    // quotas, submissions, warnings
void CompileSchemes(Checker* checker);
void CompileWorkflow(Checker* checker);  // matters: steps, state limits
void CompileEscalations(Checker* checker);
void CompileSampling(Checker* checker);
TallyRule CompileTally(Checker* checker, const v1::Tally& tally,
                       const std::string& path, v1::SubjectKind subject);
void CheckTests(Checker* checker);
// Codes, calendar, tables and workflow: what the steps of matters need.
std::unique_ptr<Rules> CompileForSteps(const v1::Pack& pack,
                                       const PackSource& source,
                                       Faults* faults);

template <typename Range>
void Checker::UnknownName(const std::string& path, absl::string_view reason,
                          const std::string& name, absl::string_view zh_what,
                          absl::string_view en_what, const Range& candidates) {
  Fault fault = At(path, reason);
  fault.Say(absl::StrCat("没有", zh_what, "“", name, "”"),
            absl::StrCat("there is no ", en_what, " '", name, "'"));
  const std::string near = NearestWord(name, candidates);
  if (!near.empty()) {
    fault.Hint(absl::StrCat("是否为“", near, "”？"),
               absl::StrCat("did you mean '", near, "'?"));
  } else {
    std::string list;
    int listed = 0;
    for (const auto& c : candidates) {
      if (++listed > kMostListed) break;
      absl::StrAppend(&list, list.empty() ? "" : ", ", c);
    }
    if (listed > kMostListed) absl::StrAppend(&list, " …");
    if (list.empty()) {
      fault.Hint(absl::StrCat("先在规则包中声明", zh_what),
                 absl::StrCat("declare the ", en_what, " in the pack first"));
    } else {
      fault.Hint(absl::StrCat("可用：", list), absl::StrCat("one of: ", list));
    }
  }
  Add(fault);
}

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_CHECKER_H_
