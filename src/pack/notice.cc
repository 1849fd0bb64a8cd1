// The parts of a pack that say what the notice says: identity, citations,
// code lists, phases, the programme. Nothing here is computed with; what is
// checked is that a reader can rely on it.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/pack/checker.h"
#include "src/table/record_schema.h"

namespace duban::pack {
namespace {

void CheckIdentity(Checker* c) {
  HashSet<std::string> ids;
  c->CheckId(c->pack.id(), "id", &ids);
  if (c->pack.format_version() != 1) {
    c->Add(c->At("format_version", "PACK_FORMAT_UNSUPPORTED")
               .Say(absl::StrCat("规则包格式为 ", c->pack.format_version(),
                                 "，本版本支持 1"),
                    absl::StrCat("is of pack format ", c->pack.format_version(),
                                 "; this engine reads 1"))
               .Hint("写 format_version: 1", "write format_version: 1"));
  }
  if (c->pack.version().empty()) {
    c->Add(c->At("version", "VERSION_REQUIRED")
               .Say("规则包没有版本号", "the pack has no version")
               .Hint("例如 version: \"2021.1\"", "say, version: \"2021.1\""));
  }
  c->ParseDate(c->pack.issued_on(), "issued_on");
  if (!c->pack.has_term() || c->pack.term().from().empty() ||
      c->pack.term().until().empty()) {
    c->Add(c->At("term", "TERM_REQUIRED")
               .Say("须写明行动的起止日期",
                    "needs the campaign's first and last day")
               .Hint("例如 term { from: \"2021-10-27\" until: \"2022-12-31\" }",
                     "say, term { from: \"2021-10-27\" until: "
                     "\"2022-12-31\" }"));
  }
  c->rules->term = c->ParseWindow(c->pack.term(), "term", DateRange());
}

void CheckCitations(Checker* c) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.citation_size(); ++i) {
    const v1::Citation& citation = c->pack.citation(i);
    // Citations are numbered as the notice numbers itself: 三.1.
    if (!seen.insert(citation.id()).second || citation.id().empty()) {
      c->Add(c->At(Indexed("", "citation", i) + ".id", "DUPLICATE_ID")
                 .Say(absl::StrCat("依据编号“", citation.id(), "”重复或为空"),
                      absl::StrCat("the citation '", citation.id(),
                                   "' is empty or there twice")));
    }
    c->rules->citations.emplace(citation.id(), &citation);
  }
}

void CheckCodeLists(Checker* c) {
  HashSet<std::string> lists;
  for (int i = 0; i < c->pack.code_list_size(); ++i) {
    const v1::CodeList& list = c->pack.code_list(i);
    const std::string path = Indexed("", "code_list", i);
    c->CheckId(list.id(), path + ".id", &lists);
    HashSet<std::string> codes;
    auto& by_id = c->rules->codes[list.id()];
    for (int j = 0; j < list.code_size(); ++j) {
      c->CheckId(list.code(j).id(), Indexed(path, "code", j) + ".id", &codes);
      by_id.emplace(list.code(j).id(), &list.code(j));
    }
  }
}

std::vector<std::string> SubmissionIds(const v1::Pack& pack) {
  std::vector<std::string> ids;
  for (const v1::Required& r : pack.submission()) ids.push_back(r.id());
  return ids;
}

void CheckPhases(Checker* c) {
  HashSet<std::string> seen;
  const std::vector<std::string> submissions = SubmissionIds(c->pack);
  std::optional<Date> last;
  for (int i = 0; i < c->pack.phase_size(); ++i) {
    const v1::Phase& phase = c->pack.phase(i);
    const std::string path = Indexed("", "phase", i);
    c->CheckId(phase.id(), path + ".id", &seen);
    c->CheckCitation(phase.cite(), path);
    const DateRange window =
        c->ParseWindow(phase.window(), path + ".window", c->rules->term);
    if (!phase.window().until().empty() && !c->pack.issued_on().empty() &&
        phase.window().until() < c->pack.issued_on()) {
      c->Add(
          c->At(path + ".window.until", "PHASE_ENDS_BEFORE_ISSUE")
              .Warning()
              .Say(absl::StrCat("阶段止于 ", phase.window().until(),
                                "，早于印发日期 ", c->pack.issued_on()),
                   absl::StrCat("the phase ends on ", phase.window().until(),
                                ", before the notice was issued on ",
                                c->pack.issued_on()))
              .Hint("若原文如此，无须改动", "leave it if the notice says so"));
    }
    if (last && window.from <= *last) {
      c->Add(c->At(path + ".window.from", "PHASES_OVERLAP")
                 .Warning()
                 .Say(absl::StrCat("与前一阶段重叠（前一阶段止于 ",
                                   last->ToString(), "）"),
                      absl::StrCat("overlaps the phase before it, which ends "
                                   "on ",
                                   last->ToString())));
    }
    last = window.until;
    for (int j = 0; j < phase.deliverable_size(); ++j) {
      const std::string& id = phase.deliverable(j).submission();
      if (id.empty()) continue;
      bool known = false;
      for (const std::string& s : submissions) known |= s == id;
      if (!known) {
        c->UnknownName(Indexed(path, "deliverable", j) + ".submission",
                       "UNKNOWN_SUBMISSION", id, "报送要求",
                       "required submission", submissions);
      }
    }
  }
}

// Everything that can measure a task. A criterion or metric may be named
// alone, or after its scheme where several have it: member.hours.
std::set<std::string> MeasureIds(const v1::Pack& pack) {
  std::set<std::string> ids;
  for (const v1::Quota& q : pack.quota()) ids.insert(q.id());
  for (const v1::Required& r : pack.submission()) ids.insert(r.id());
  for (const v1::Scheme& s : pack.scheme()) {
    ids.insert(s.id());
    for (const v1::Criterion& k : s.criterion()) {
      ids.insert(k.id());
      ids.insert(absl::StrCat(s.id(), ".", k.id()));
    }
    for (const v1::Metric& m : s.metric()) {
      ids.insert(m.id());
      ids.insert(absl::StrCat(s.id(), ".", m.id()));
    }
  }
  return ids;
}

// Depth is bounded by the parser of the pack.
void CheckTask(Checker* c, const v1::Task& task, const std::string& path,
               const std::set<std::string>& measures,
               HashSet<std::string>* seen) {
  c->CheckId(task.id(), path + ".id", seen);
  c->CheckCitation(task.cite(), path);
  for (int i = 0; i < task.measured_by_size(); ++i) {
    if (measures.count(task.measured_by(i)) != 0) continue;
    c->UnknownName(Indexed(path, "measured_by", i), "UNKNOWN_MEASURE",
                   task.measured_by(i), "度量", "measure", measures);
  }
  if (task.task().empty() && task.measured_by().empty() &&
      !task.has_not_measured()) {
    c->Add(c->At(path, "TASK_NOT_MEASURED")
               .Warning()
               .Say(absl::StrCat("任务“", task.id(), "”没有任何度量"),
                    absl::StrCat("nothing measures the task '", task.id(), "'"))
               .Hint("写 measured_by，或用 not_measured 说明原因",
                     "set measured_by, or say why in not_measured"));
  }
  for (int i = 0; i < task.task_size(); ++i) {
    CheckTask(c, task.task(i), Indexed(path, "task", i), measures, seen);
  }
}

void CheckAttributes(Checker* c) {
  const std::vector<std::string> types = {"string", "decimal", "bool", "date"};
  std::vector<std::string> tables;
  for (const table::RecordSchema* schema : table::AllSchemas()) {
    tables.push_back(schema->name());
  }
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.attribute_size(); ++i) {
    const v1::AttributeType& attribute = c->pack.attribute(i);
    const std::string path = Indexed("", "attribute", i);
    if (std::find(tables.begin(), tables.end(), attribute.table()) ==
        tables.end()) {
      c->UnknownName(path + ".table", "UNKNOWN_TABLE", attribute.table(), "表",
                     "table", tables);
    }
    if (std::find(types.begin(), types.end(), attribute.type()) ==
        types.end()) {
      c->UnknownName(path + ".type", "UNKNOWN_TYPE", attribute.type(), "类型",
                     "type", types);
    }
    if (!seen.insert(absl::StrCat(attribute.table(), "/", attribute.name()))
             .second) {
      c->Add(c->At(path + ".name", "DUPLICATE_ID")
                 .Say(absl::StrCat("附加信息“", attribute.name(), "”重复"),
                      absl::StrCat("the attribute '", attribute.name(),
                                   "' is there twice")));
    }
  }
}

}  // namespace

void CheckCodes(Checker* c) {
  CheckCitations(c);
  CheckCodeLists(c);
}

void CheckNotice(Checker* c) {
  CheckIdentity(c);
  CheckCodes(c);
  CheckPhases(c);
  const std::set<std::string> measures = MeasureIds(c->pack);
  HashSet<std::string> tasks;
  for (int i = 0; i < c->pack.programme_size(); ++i) {
    CheckTask(c, c->pack.programme(i), Indexed("", "programme", i), measures,
              &tasks);
  }
  CheckAttributes(c);
}

}  // namespace duban::pack
