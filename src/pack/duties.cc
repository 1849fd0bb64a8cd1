// Quotas, required submissions, warning levels and the tallies behind them.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/pack/checker.h"

namespace duban::pack {
namespace {

bool CreditsOrganizations(v1::Credit credit) {
  switch (credit) {
    case v1::OWN:
    case v1::SUBTREE:
    case v1::MEMBERS:
    case v1::ASSISTING:
      return true;
    default:
      return false;
  }
}

v1::Credit DefaultCredit(v1::Source source, v1::SubjectKind subject) {
  if (subject == v1::EACH_ORGANIZATION) return v1::SUBTREE;
  if (source == v1::ACTIVITIES || source == v1::INSPECTIONS) {
    return v1::PARTICIPANTS;
  }
  return source == v1::MATTERS ? v1::LEAD : v1::NAMED;
}

// Whether records of the source have what the credit asks for.
bool Fits(v1::Source source, v1::Credit credit) {
  switch (credit) {
    case v1::PARTICIPANTS:
      return source == v1::ACTIVITIES || source == v1::INSPECTIONS;
    case v1::LEAD:
    case v1::ASSISTING:
      return source == v1::MATTERS;
    case v1::NAMED:
      return source == v1::PAIRINGS || source == v1::SUBMISSIONS ||
             source == v1::RATINGS || source == v1::DUTIES ||
             source == v1::SCORECARDS;
    case v1::MEMBERS:
      return source != v1::MATTER_LISTS && source != v1::FINDINGS &&
             source != v1::INDICATOR_VALUES;
    default:
      return true;
  }
}

void CheckCredit(Checker* c, const v1::Tally& tally, const std::string& path,
                 TallyRule* rule) {
  rule->credit = tally.credit() == v1::CREDIT_UNSPECIFIED
                     ? DefaultCredit(rule->source, rule->subject)
                     : tally.credit();
  const bool for_organizations = rule->subject == v1::EACH_ORGANIZATION;
  const bool pairing_fits = rule->source == v1::ACTIVITIES ||
                            rule->source == v1::PAIRINGS ||
                            rule->source == v1::DUTIES;
  if (rule->subject == v1::EACH_PAIRING) {
    if (!pairing_fits) {
      c->Add(c->At(path + ".from", "CREDIT_DOES_NOT_FIT")
                 .Say("对结对的要求只能从活动或结对中计数",
                      "what a pairing owes is counted in ACTIVITIES or "
                      "PAIRINGS")
                 .Hint("改用 from: ACTIVITIES", "use from: ACTIVITIES"));
    }
    return;
  }
  if (CreditsOrganizations(rule->credit) != for_organizations ||
      !Fits(rule->source, rule->credit)) {
    c->Add(
        c->At(path + ".credit", "CREDIT_DOES_NOT_FIT")
            .Say(absl::StrCat("计入方式 ", v1::Credit_Name(rule->credit),
                              " 不适用于 ", v1::Source_Name(rule->source)),
                 absl::StrCat(v1::Credit_Name(rule->credit), " does not fit ",
                              v1::Source_Name(rule->source), " for ",
                              v1::SubjectKind_Name(rule->subject)))
            .Hint("人员：PARTICIPANTS、LEAD、NAMED；组织：OWN、SUBTREE、"
                  "MEMBERS、ASSISTING",
                  "persons: PARTICIPANTS, LEAD, NAMED; organizations: OWN, "
                  "SUBTREE, MEMBERS, ASSISTING"));
  }
}

void CompileMeasure(Checker* c, const v1::Tally& tally, const std::string& path,
                    const expr::Environment& environment, TallyRule* rule) {
  const auto value = [&](absl::string_view field, const std::string& text,
                         Measure measure, const expr::Type& type) {
    rule->measure = measure;
    const std::string at = absl::StrCat(path, ".", field);
    if (text.empty()) {
      c->Add(c->At(at, "EXPRESSION_REQUIRED")
                 .Say("须写明取什么值", "says not of what"));
    }
    rule->value = c->ParseExpression(text, at, environment, type, rule->entity);
  };
  const expr::Type number = expr::Type::Decimal();
  switch (tally.measure_case()) {
    case v1::Tally::kCount:
      rule->measure = Measure::kCount;
      return;
    case v1::Tally::kSum:
      return value("sum", tally.sum(), Measure::kSum, number);
    case v1::Tally::kAverage:
      return value("average", tally.average(), Measure::kAverage, number);
    case v1::Tally::kMin:
      return value("min", tally.min(), Measure::kMin, number);
    case v1::Tally::kMax:
      return value("max", tally.max(), Measure::kMax, number);
    case v1::Tally::kDistinct:
      return value("distinct", tally.distinct(), Measure::kDistinct,
                   expr::Type::Dyn());
    case v1::Tally::kRatio:
      return value("ratio", tally.ratio(), Measure::kRatio, expr::Type::Bool());
    case v1::Tally::kPeriods:
      rule->measure = Measure::kPeriods;
      rule->periods_every = tally.periods().every();
      rule->periods_at_least = std::max(1, tally.periods().at_least());
      if (rule->periods_every == v1::CADENCE_UNSPECIFIED) {
        c->Add(c->At(path + ".periods", "CADENCE_REQUIRED")
                   .Say("须写明周期 every", "needs its cadence, every"));
      }
      return;
    case v1::Tally::MEASURE_NOT_SET:
      c->Add(c->At(path, "MEASURE_REQUIRED")
                 .Say("须写明如何计量", "does not say how it is measured")
                 .Hint("例如 count {} 或 sum: \"activity.minutes\"",
                       "say, count {} or sum: \"activity.minutes\""));
  }
}

std::string SubjectPath(const std::string& path) { return path + ".subject"; }

void RequireSubject(Checker* c, v1::SubjectKind subject,
                    const std::string& path, bool pairings_too) {
  if (subject != v1::SUBJECT_KIND_UNSPECIFIED &&
      (pairings_too || subject != v1::EACH_PAIRING)) {
    return;
  }
  c->Add(
      c->At(SubjectPath(path), "SUBJECT_REQUIRED")
          .Say("须写明对象", "does not say whose it is")
          .Hint(pairings_too ? "EACH_PERSON、EACH_ORGANIZATION 或 EACH_PAIRING"
                             : "EACH_PERSON 或 EACH_ORGANIZATION",
                pairings_too ? "EACH_PERSON, EACH_ORGANIZATION or EACH_PAIRING"
                             : "EACH_PERSON or EACH_ORGANIZATION"));
}

void CompileNeeds(Checker* c, const v1::Quota& quota, const std::string& path,
                  QuotaRule* rule) {
  if (quota.need().empty()) {
    c->Add(c->At(path, "NEED_REQUIRED")
               .Say(absl::StrCat("要求“", quota.id(), "”没有任何 need"),
                    absl::StrCat("the quota '", quota.id(),
                                 "' has no need at all"))
               .Hint("至少写一个 need", "write at least one need"));
  }
  HashSet<std::string> seen;
  for (int i = 0; i < quota.need_size(); ++i) {
    const v1::Need& need = quota.need(i);
    const std::string at = Indexed(path, "need", i);
    // A single need can do without a name.
    if (quota.need_size() > 1 || !need.id().empty()) {
      c->CheckId(need.id(), at + ".id", &seen);
    }
    NeedRule n;
    n.message = &need;
    n.tally = CompileTally(c, need.tally(), at + ".tally", quota.subject());
    if (n.tally.source == v1::DUTIES || n.tally.source == v1::SCORECARDS) {
      c->Add(c->At(at + ".tally.from", "SOURCE_NOT_ALLOWED")
                 .Say("要求不能依据任务或得分计数",
                      "a quota cannot count duties or scorecards")
                 .Hint("放到 scheme 的 metric 中", "make it a metric"));
    }
    n.at_least = c->ParseDecimal(need.at_least(), at + ".at_least");
    n.at_most = c->ParseDecimal(need.at_most(), at + ".at_most");
    c->ParseDecimal(need.unit_size(), at + ".unit_size");
    if (need.at_least().empty() && need.at_most().empty()) {
      c->Add(c->At(at, "BOUND_REQUIRED")
                 .Say("须写明 at_least 或 at_most",
                      "needs at_least, at_most or both"));
    }
    if (n.at_least && n.at_most && *n.at_most < *n.at_least) {
      c->Add(c->At(at + ".at_most", "BOUNDS_REVERSED")
                 .Say("at_most 小于 at_least", "at_most is below at_least"));
    }
    rule->needs.push_back(std::move(n));
  }
}

void CheckCadence(Checker* c, v1::Cadence every, const std::string& path,
                  const DateRange& window) {
  if (every == v1::CADENCE_UNSPECIFIED) {
    c->Add(c->At(path + ".every", "CADENCE_REQUIRED")
               .Say("须写明周期", "does not say how often")
               .Hint("ONCE、WEEK、MONTH、TWO_MONTHS、QUARTER、YEAR …",
                     "ONCE, WEEK, MONTH, TWO_MONTHS, QUARTER, YEAR …"));
  }
  // A duty a week for a century would be a mistake and a great many duties. An
  // end that is missing has been told already.
  const bool is_closed =
      window.from != Date::Min() && window.until != Date::Max();
  if (is_closed && window.length() > 20 * 366) {
    c->Add(c->At(path + ".within", "WINDOW_TOO_LONG")
               .Say("期间超过二十年", "spans more than twenty years"));
  }
}

void CompileQuota(Checker* c, const v1::Quota& quota, const std::string& path,
                  HashSet<std::string>* seen) {
  QuotaRule rule;
  rule.message = &quota;
  c->CheckId(quota.id(), path + ".id", seen);
  c->CheckCitation(quota.cite(), path);
  RequireSubject(c, quota.subject(), path, true);
  rule.window =
      c->ParseWindow(quota.within(), path + ".within", c->rules->term);
  CheckCadence(c, quota.every(), path, rule.window);
  const Entity entity = EntityOf(quota.subject());
  const expr::Environment environment = c->EnvironmentFor(entity);
  rule.who = c->ParseExpression(quota.who(), path + ".who", environment,
                                expr::Type::Bool(), entity);
  rule.waived_when =
      c->ParseExpression(quota.waived_when(), path + ".waived_when",
                         environment, expr::Type::Bool(), entity);
  rule.not_applicable_when = c->ParseExpression(
      quota.not_applicable_when(), path + ".not_applicable_when", environment,
      expr::Type::Bool(), entity);
  CompileNeeds(c, quota, path, &rule);
  if (!quota.topic().empty() &&
      (rule.needs.size() != 1 || !rule.needs[0].at_least)) {
    c->Add(
        c->At(path + ".topic", "TOPIC_NOT_COMPARABLE")
            .Say("有 topic 的要求须只有一个带 at_least 的 need，才能比较严宽",
                 "a quota with a topic needs exactly one need with "
                 "at_least, so that strictness can be compared"));
  }
  c->rules->quotas.push_back(std::move(rule));
}

void CompileRolling(Checker* c, const v1::Required& required,
                    const std::string& path, RequiredRule* rule) {
  if (!required.roll_forward()) return;
  rule->rolled_by = c->rules->calendar.get();
  if (rule->rolled_by == nullptr) {
    c->Add(c->At(path + ".roll_forward", "NO_CALENDAR")
               .Say("顺延需要工作日历，而规则包没有",
                    "to roll forward takes a calendar of working days, and "
                    "the pack has none")
               .Hint("例如 calendar { mainland_through: 2026 }",
                     "say, calendar { mainland_through: 2026 }"));
    return;
  }
  if (rule->due_on) rule->due_on = rule->rolled_by->RollForward(*rule->due_on);
}

void CompileRequired(Checker* c, const v1::Required& required,
                     const std::string& path, HashSet<std::string>* seen) {
  RequiredRule rule;
  rule.message = &required;
  c->CheckId(required.id(), path + ".id", seen);
  c->CheckCitation(required.cite(), path);
  RequireSubject(c, required.subject(), path, false);
  c->CheckCode("submission-kind", required.kind(), path + ".kind");
  if (required.kind().empty()) {
    c->Add(c->At(path, "KIND_REQUIRED")
               .Say("须写明报送类型 kind", "does not say which kind it is"));
  }
  for (int i = 0; i < required.channel_size(); ++i) {
    c->CheckCode("channel", required.channel(i), Indexed(path, "channel", i));
  }
  rule.window =
      c->ParseWindow(required.within(), path + ".within", c->rules->term);
  rule.due_on = c->ParseDate(required.due_on(), path + ".due_on");
  if (rule.due_on && !rule.window.Contains(*rule.due_on)) {
    c->Add(c->At(path + ".due_on", "DUE_OUTSIDE_WINDOW")
               .Say(absl::StrCat("报送时限 ", required.due_on(),
                                 " 不在期间之内，无法完成"),
                    absl::StrCat("is due on ", required.due_on(),
                                 ", outside its window: it could not be met")));
  }
  CompileRolling(c, required, path, &rule);
  if (required.due_on().empty()) {
    CheckCadence(c, required.every(), path, rule.window);
  } else if (required.every() != v1::CADENCE_UNSPECIFIED) {
    c->Add(c->At(path + ".every", "DUE_TWICE")
               .Say("due_on 与 every 只能写一个",
                    "has both due_on and every; one of them is meant"));
  }
  const Entity entity = EntityOf(required.subject());
  rule.who =
      c->ParseExpression(required.who(), path + ".who",
                         c->EnvironmentFor(entity), expr::Type::Bool(), entity);
  c->rules->required.push_back(std::move(rule));
}

}  // namespace

TallyRule CompileTally(Checker* c, const v1::Tally& tally,
                       const std::string& path, v1::SubjectKind subject) {
  TallyRule rule;
  rule.source = tally.from();
  rule.subject = subject;
  if (tally.from() == v1::SOURCE_UNSPECIFIED) {
    c->Add(c->At(path + ".from", "SOURCE_REQUIRED")
               .Say("须写明从何处计数（from）", "does not say from where")
               .Hint("例如 from: ACTIVITIES", "say, from: ACTIVITIES"));
    return rule;
  }
  rule.entity = EntityOf(tally.from());
  rule.scheme = tally.scheme();
  rule.with_predecessors = tally.with_predecessors();
  CheckCredit(c, tally, path, &rule);
  if (rule.with_predecessors && subject != v1::EACH_ORGANIZATION) {
    c->Add(c->At(path + ".with_predecessors", "CREDIT_DOES_NOT_FIT")
               .Say("with_predecessors 只用于组织",
                    "with_predecessors is for organizations only")
               .Hint("删去", "leave it out"));
  }
  const expr::Environment environment = c->EnvironmentFor(rule.entity);
  rule.where = c->ParseExpression(tally.where(), path + ".where", environment,
                                  expr::Type::Bool(), rule.entity);
  if (tally.has_within()) {
    rule.within =
        c->ParseWindow(tally.within(), path + ".within", c->rules->term);
  }
  CompileMeasure(c, tally, path, environment, &rule);
  return rule;
}

void CompileDuties(Checker* c) {
  HashSet<std::string> seen;  // quotas and submissions share ids
  for (int i = 0; i < c->pack.quota_size(); ++i) {
    CompileQuota(c, c->pack.quota(i), Indexed("", "quota", i), &seen);
  }
  for (int i = 0; i < c->pack.submission_size(); ++i) {
    CompileRequired(c, c->pack.submission(i), Indexed("", "submission", i),
                    &seen);
  }
  HashSet<std::string> levels;
  const expr::Environment environment = c->EnvironmentFor(Entity::kDuty);
  for (int i = 0; i < c->pack.warning_size(); ++i) {
    const v1::WarningLevel& level = c->pack.warning(i);
    const std::string path = Indexed("", "warning", i);
    c->CheckId(level.id(), path + ".id", &levels);
    c->CheckCitation(level.cite(), path);
    auto when = c->ParseExpression(level.when(), path + ".when", environment,
                                   expr::Type::Bool(), Entity::kDuty);
    if (level.when().empty()) {
      c->Add(c->At(path + ".when", "EXPRESSION_REQUIRED")
                 .Say("须写明何时预警", "does not say when it holds"));
    }
    if (when) c->rules->warnings.push_back({&level, *std::move(when)});
  }
}

}  // namespace duban::pack
