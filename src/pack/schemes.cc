// Schemes: metrics, criteria, vetoes, grades and roll-ups.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/expr/ast.h"
#include "src/pack/checker.h"

namespace duban::pack {
namespace {

constexpr int kMaxPlaces = 9;

// Whether the tally can be without a value for somebody.
bool MayBeMissing(const TallyRule& tally) {
  switch (tally.measure) {
    case Measure::kAverage:
    case Measure::kMin:
    case Measure::kMax:
    case Measure::kRatio:
      return true;
    default:
      return false;
  }
}

bool IsVariableName(const std::string& id) {
  return expr::IsIdentifier(id) && !expr::IsReservedWord(id);
}

// The Chinese title, where it can be written in an expression.
std::string AsName(const std::string& zh) {
  return expr::IsIdentifier(zh) ? zh : "";
}

class SchemeCompiler {
 public:
  SchemeCompiler(Checker* checker, const v1::Scheme& scheme, std::string path)
      : c_(checker),
        scheme_(scheme),
        path_(std::move(path)),
        entity_(EntityOf(scheme.subject())),
        environment_(checker->EnvironmentFor(entity_)) {}

  SchemeRule Compile(const std::vector<std::string>& earlier) {
    rule_.message = &scheme_;
    c_->CheckCitation(scheme_.cite(), path_);
    rule_.window =
        c_->ParseWindow(scheme_.within(), path_ + ".within", c_->rules->term);
    CheckHead();
    rule_.who = c_->ParseExpression(scheme_.who(), path_ + ".who", environment_,
                                    expr::Type::Bool(), entity_);
    CompileMetrics(earlier);
    CompileGroups();
    CompileCriteria();
    CompileVetoes();
    CompileGrades();
    CheckRollUps();
    return std::move(rule_);
  }

 private:
  void CheckHead();
  void CompileMetrics(const std::vector<std::string>& earlier);
  void CompileGroups();
  void CompileCriteria();
  void CompileCriterion(const v1::Criterion& criterion,
                        const std::string& path);
  std::optional<expr::Program> CompileRule(const v1::Criterion& criterion,
                                           const std::string& path,
                                           CriterionRule* rule);
  void CompileVetoes();
  void CompileGrades();
  void CheckGrading();
  void CheckRollUps();
  bool HasGrade(absl::string_view id) const;

  Checker* const c_;
  const v1::Scheme& scheme_;
  const std::string path_;
  const Entity entity_;
  expr::Environment environment_;
  SchemeRule rule_;
};

void SchemeCompiler::CheckHead() {
  if (scheme_.subject() != v1::EACH_PERSON &&
      scheme_.subject() != v1::EACH_ORGANIZATION) {
    c_->Add(c_->At(path_ + ".subject", "SUBJECT_REQUIRED")
                .Say("须写明考核对象", "does not say whose score it is")
                .Hint("EACH_PERSON 或 EACH_ORGANIZATION",
                      "EACH_PERSON or EACH_ORGANIZATION"));
  }
  if (scheme_.every() == v1::CADENCE_UNSPECIFIED) {
    c_->Add(c_->At(path_ + ".every", "CADENCE_REQUIRED")
                .Say("须写明考核周期", "does not say how often it is scored")
                .Hint("例如 every: YEAR 或 every: ONCE",
                      "say, every: YEAR or every: ONCE"));
  }
  if (scheme_.has_places()) rule_.places = scheme_.places();
  if (rule_.places < 0 || rule_.places > kMaxPlaces) {
    c_->Add(c_->At(path_ + ".places", "PLACES_OUT_OF_RANGE")
                .Say("小数位数须为 0 至 9", "places have to be 0 to 9"));
    rule_.places = 2;
  }
  if (scheme_.criterion().empty()) {
    c_->Add(c_->At(path_, "CRITERION_REQUIRED")
                .Say(absl::StrCat("考核方案“", scheme_.id(), "”没有任何指标"),
                     absl::StrCat("the scheme '", scheme_.id(),
                                  "' has no criterion")));
  }
}

void SchemeCompiler::CompileMetrics(const std::vector<std::string>& earlier) {
  HashSet<std::string> seen;
  for (int i = 0; i < scheme_.metric_size(); ++i) {
    const v1::Metric& metric = scheme_.metric(i);
    const std::string path = Indexed(path_, "metric", i);
    MetricRule rule;
    rule.message = &metric;
    const bool named = c_->CheckId(metric.id(), path + ".id", &seen);
    if (named && !IsVariableName(metric.id())) {
      c_->Add(c_->At(path + ".id", "NOT_A_VARIABLE_NAME")
                  .Say(absl::StrCat("“", metric.id(), "”不能用作变量名"),
                       absl::StrCat("'", metric.id(),
                                    "' cannot be a name in an expression"))
                  .Hint("用字母、数字和下划线，例如 home_visits",
                        "letters, digits and '_': home_visits"));
    }
    rule.tally =
        CompileTally(c_, metric.tally(), path + ".tally", scheme_.subject());
    if (rule.tally.source == v1::SCORECARDS) {
      bool known = false;
      for (const std::string& id : earlier) known |= id == rule.tally.scheme;
      if (!known) {
        c_->UnknownName(path + ".tally.scheme", "UNKNOWN_SCHEME",
                        rule.tally.scheme, "在前的考核方案", "earlier scheme",
                        earlier);
      }
    }
    rule.default_value =
        c_->ParseDecimal(metric.default_value(), path + ".default_value");
    if (metric.missing() == v1::DEFAULT && metric.default_value().empty()) {
      c_->Add(c_->At(path + ".missing", "DEFAULT_REQUIRED")
                  .Say("missing: DEFAULT 须写明 default_value",
                       "missing: DEFAULT needs a default_value"));
    }
    // A title that is taken already stays a title only.
    std::string zh = AsName(metric.title().zh());
    if (environment_.FindVariable(zh) >= 0) zh.clear();
    if (named && environment_.FindVariable(metric.id()) < 0) {
      environment_.Add(
          {metric.id(), expr::Type::Decimal(), zh,
           metric.missing() == v1::HANDLED && MayBeMissing(rule.tally)});
    } else if (named) {
      c_->Add(c_->At(path + ".id", "DUPLICATE_ID")
                  .Say(absl::StrCat("变量名“", metric.id(), "”已被占用"),
                       absl::StrCat("the name '", metric.id(),
                                    "' is taken already")));
    }
    rule_.metrics.push_back(std::move(rule));
  }
}

void SchemeCompiler::CompileGroups() {
  HashSet<std::string> seen;
  for (int i = 0; i < scheme_.group_size(); ++i) {
    const v1::Group& group = scheme_.group(i);
    const std::string path = Indexed(path_, "group", i);
    c_->CheckId(group.id(), path + ".id", &seen);
    rule_.groups.push_back({&group,
                            c_->ParseDecimal(group.cap(), path + ".cap"),
                            c_->ParseDecimal(group.floor(), path + ".floor")});
  }
}

std::optional<expr::Program> SchemeCompiler::CompileRule(
    const v1::Criterion& criterion, const std::string& path,
    CriterionRule* rule) {
  const auto compile = [&](const std::string& text, absl::string_view field) {
    return c_->ParseExpression(text, absl::StrCat(path, ".", field),
                               environment_, expr::Type::Decimal(), entity_);
  };
  switch (criterion.rule_case()) {
    case v1::Criterion::kPoints:
      return compile(criterion.points(), "points");
    case v1::Criterion::kToBest:
      c_->CheckCode("organization-kind", criterion.to_best().within(),
                    path + ".to_best.within");
      return compile(criterion.to_best().value(), "to_best.value");
    case v1::Criterion::kByRank: {
      const v1::ByRank& by_rank = criterion.by_rank();
      for (int i = 0; i < by_rank.points_size(); ++i) {
        rule->rank_points.push_back(
            c_->ParseDecimal(by_rank.points(i),
                             Indexed(path + ".by_rank", "points", i))
                .value_or(Decimal()));
      }
      rule->rank_otherwise =
          c_->ParseDecimal(by_rank.otherwise(), path + ".by_rank.otherwise")
              .value_or(Decimal());
      c_->CheckCode("organization-kind", by_rank.within(),
                    path + ".by_rank.within");
      return compile(by_rank.value(), "by_rank.value");
    }
    case v1::Criterion::RULE_NOT_SET:
      break;
  }
  c_->Add(c_->At(path, "RULE_REQUIRED")
              .Say(absl::StrCat("指标“", criterion.id(), "”没有得分规则"),
                   absl::StrCat("the criterion '", criterion.id(),
                                "' says nothing of its points"))
              .Hint("写 points、to_best 或 by_rank",
                    "write points, to_best or by_rank"));
  return std::nullopt;
}

void SchemeCompiler::CompileCriterion(const v1::Criterion& criterion,
                                      const std::string& path) {
  CriterionRule rule;
  rule.message = &criterion;
  c_->CheckCitation(criterion.cite(), path);
  rule.max = c_->ParseDecimal(criterion.max(), path + ".max");
  const auto min = c_->ParseDecimal(criterion.min(), path + ".min");
  if (!rule.max) {
    if (criterion.max().empty()) {
      c_->Add(c_->At(path, "MAX_REQUIRED")
                  .Say(absl::StrCat("指标“", criterion.id(), "”没有满分 max"),
                       absl::StrCat("the criterion '", criterion.id(),
                                    "' has no full mark, max"))
                  .Hint("例如 max: \"20\"", "say, max: \"20\""));
    }
    rule.max = Decimal();
  }
  if (rule.max->is_negative()) {
    c_->Add(
        c_->At(path + ".max", "MAX_NEGATIVE")
            .Say("满分不能为负", "a full mark is not negative")
            .Hint("扣分项也写正数", "write it positive for deductions too"));
  }
  if (criterion.kind() == v1::DEDUCTION) {
    rule.min = min.value_or(rule.max->Negate());
    rule.max = Decimal();
  } else {
    rule.min = min.value_or(Decimal());
    if (*rule.max < rule.min) {
      c_->Add(c_->At(path + ".min", "BOUNDS_REVERSED")
                  .Say("min 大于 max", "min is above max"));
    }
  }
  if (!criterion.group().empty()) {
    std::vector<std::string> groups;
    for (int i = 0; i < scheme_.group_size(); ++i) {
      groups.push_back(scheme_.group(i).id());
      if (scheme_.group(i).id() == criterion.group()) rule.group = i;
    }
    if (rule.group < 0) {
      c_->UnknownName(path + ".group", "UNKNOWN_GROUP", criterion.group(),
                      "分组", "group", groups);
    }
  }
  rule.applies = c_->ParseExpression(criterion.applies(), path + ".applies",
                                     environment_, expr::Type::Bool(), entity_);
  auto program = CompileRule(criterion, path, &rule);
  if (!program) return;
  rule.program = *std::move(program);
  rule_.criteria.push_back(std::move(rule));
}

void SchemeCompiler::CompileCriteria() {
  HashSet<std::string> seen;
  for (int i = 0; i < scheme_.criterion_size(); ++i) {
    const std::string path = Indexed(path_, "criterion", i);
    c_->CheckId(scheme_.criterion(i).id(), path + ".id", &seen);
    CompileCriterion(scheme_.criterion(i), path);
  }
}

bool SchemeCompiler::HasGrade(absl::string_view id) const {
  for (const v1::Grade& grade : scheme_.grading().grade()) {
    if (grade.id() == id) return true;
  }
  return false;
}

void SchemeCompiler::CompileVetoes() {
  HashSet<std::string> seen;
  for (int i = 0; i < scheme_.veto_size(); ++i) {
    const v1::Veto& veto = scheme_.veto(i);
    const std::string path = Indexed(path_, "veto", i);
    c_->CheckId(veto.id(), path + ".id", &seen);
    c_->CheckCitation(veto.cite(), path);
    auto when = c_->ParseExpression(veto.when(), path + ".when", environment_,
                                    expr::Type::Bool(), entity_);
    if (!HasGrade(veto.grade())) {
      std::vector<std::string> grades;
      for (const v1::Grade& g : scheme_.grading().grade()) {
        grades.push_back(g.id());
      }
      c_->UnknownName(path + ".grade", "UNKNOWN_GRADE", veto.grade(), "等次",
                      "grade", grades);
    }
    if (!when) {
      if (veto.when().empty()) {
        c_->Add(c_->At(path + ".when", "EXPRESSION_REQUIRED")
                    .Say("须写明何时否决", "does not say when it holds"));
      }
      continue;
    }
    rule_.vetoes.push_back({&veto, *std::move(when)});
  }
}

void SchemeCompiler::CheckGrading() {
  const v1::Grading& grading = scheme_.grading();
  c_->CheckCitation(grading.cite(), path_ + ".grading");
  c_->CheckCode("organization-kind", grading.within(),
                path_ + ".grading.within");
  if (grading.grade().empty()) return;
  const int last = grading.grade_size() - 1;
  if (!grading.grade(last).at_least().empty() ||
      !grading.grade(last).share_at_most().empty()) {
    c_->Add(
        c_->At(Indexed(path_ + ".grading", "grade", last), "LAST_GRADE_LIMITED")
            .Say("最后一个等次须接收其余所有人，不能有门槛或比例",
                 "the last grade takes all that are left and can have "
                 "neither threshold nor share")
            .Hint("去掉 at_least 和 share_at_most，或再加一个等次",
                  "remove both, or add a grade below it"));
  }
}

void SchemeCompiler::CompileGrades() {
  HashSet<std::string> seen;
  const std::string grading = path_ + ".grading";
  std::optional<Decimal> above;
  for (int i = 0; i < scheme_.grading().grade_size(); ++i) {
    const v1::Grade& grade = scheme_.grading().grade(i);
    const std::string path = Indexed(grading, "grade", i);
    c_->CheckId(grade.id(), path + ".id", &seen);
    GradeRule rule{
        &grade, c_->ParseDecimal(grade.at_least(), path + ".at_least"),
        c_->ParseDecimal(grade.share_at_most(), path + ".share_at_most")};
    // The same threshold twice makes sense below a grade with a share: who
    // reaches it and finds the share full has the next one.
    const bool same_is_fine =
        i > 0 && rule_.grades.back().share_at_most.has_value();
    if (rule.at_least && above &&
        (*above < *rule.at_least ||
         (*above == *rule.at_least && !same_is_fine))) {
      c_->Add(
          c_->At(path + ".at_least", "GRADES_NOT_DESCENDING")
              .Say(absl::StrCat("门槛 ", grade.at_least(), " 不低于上一等次"),
                   absl::StrCat("the threshold ", grade.at_least(),
                                " is not below the grade before it"))
              .Hint("等次从高到低排列", "list grades best first"));
    }
    if (rule.at_least) above = rule.at_least;
    if (rule.share_at_most && (rule.share_at_most->is_negative() ||
                               *rule.share_at_most > Decimal::FromInt(1))) {
      c_->Add(c_->At(path + ".share_at_most", "SHARE_OUT_OF_RANGE")
                  .Say(absl::StrCat("比例 ", grade.share_at_most(),
                                    " 不在 0 至 1 之间"),
                       absl::StrCat("the share ", grade.share_at_most(),
                                    " is not within 0 to 1"))
                  .Hint("百分之二十写 0.2", "write 20 % as 0.2"));
    }
    rule_.grades.push_back(rule);
  }
  CheckGrading();
}

void SchemeCompiler::CheckRollUps() {
  HashSet<std::string> seen;
  for (int i = 0; i < scheme_.roll_up_size(); ++i) {
    const v1::RollUp& roll_up = scheme_.roll_up(i);
    const std::string path = Indexed(path_, "roll_up", i);
    c_->CheckId(roll_up.id(), path + ".id", &seen);
    if (roll_up.method() == v1::ROLL_UP_METHOD_UNSPECIFIED) {
      c_->Add(c_->At(path + ".method", "METHOD_REQUIRED")
                  .Say("须写明汇总方法", "does not say how it is rolled up")
                  .Hint("MEAN、SUM_OF、WORST 或 SHARE",
                        "MEAN, SUM_OF, WORST or SHARE"));
    }
    if (roll_up.method() == v1::SHARE && !HasGrade(roll_up.grade())) {
      std::vector<std::string> grades;
      for (const v1::Grade& g : scheme_.grading().grade()) {
        grades.push_back(g.id());
      }
      c_->UnknownName(path + ".grade", "UNKNOWN_GRADE", roll_up.grade(), "等次",
                      "grade", grades);
    }
    for (int j = 0; j < roll_up.kind_size(); ++j) {
      c_->CheckCode("organization-kind", roll_up.kind(j),
                    Indexed(path, "kind", j));
    }
  }
}

}  // namespace

void CompileSchemes(Checker* c) {
  HashSet<std::string> seen;
  std::vector<std::string> earlier;
  for (int i = 0; i < c->pack.scheme_size(); ++i) {
    const v1::Scheme& scheme = c->pack.scheme(i);
    const std::string path = Indexed("", "scheme", i);
    c->CheckId(scheme.id(), path + ".id", &seen);
    c->rules->schemes.push_back(
        SchemeCompiler(c, scheme, path).Compile(earlier));
    earlier.push_back(scheme.id());
  }
}

}  // namespace duban::pack
