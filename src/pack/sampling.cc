// Sampling plans: random checks that can be drawn again.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/pack/checker.h"

namespace duban::pack {
namespace {

void CheckSize(Checker* c, const v1::SamplingPlan& plan,
               const std::string& path, const SamplingRule& rule) {
  if ((plan.number() != 0) == !plan.share().empty()) {
    c->Add(c->At(path, "SAMPLE_SIZE_REQUIRED")
               .Say("须写明抽取数量 number 或比例 share，且只写一个",
                    "needs either a number or a share, and not both")
               .Hint("例如 number: 20，或 share: \"0.1\"",
                     "say, number: 20, or share: \"0.1\""));
  }
  const bool number_is_bad = plan.number() < 0;
  const bool share_is_bad = rule.share && (*rule.share <= Decimal() ||
                                           Decimal::FromInt(1) < *rule.share);
  if (number_is_bad || share_is_bad) {
    c->Add(c->At(path + (number_is_bad ? ".number" : ".share"),
                 "SAMPLE_SIZE_WRONG")
               .Say("抽取数量须为正，比例须大于 0、不超过 1",
                    "a number has to be positive, a share above 0 and at "
                    "most 1")
               .Hint("10% 写作 share: \"0.1\"", "10 % is share: \"0.1\""));
  }
}

}  // namespace

void CompileSampling(Checker* c) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.sampling_plan_size(); ++i) {
    const v1::SamplingPlan& plan = c->pack.sampling_plan(i);
    const std::string path = Indexed("", "sampling_plan", i);
    c->CheckId(plan.id(), path + ".id", &seen);
    c->CheckCitation(plan.cite(), path);
    if (plan.of() == v1::SUBJECT_KIND_UNSPECIFIED) {
      c->Add(c->At(path, "SUBJECT_REQUIRED")
                 .Say("须写明从谁中抽取（of）", "does not say of whom (of)")
                 .Hint("EACH_ORGANIZATION、EACH_PERSON 或 EACH_PAIRING",
                       "EACH_ORGANIZATION, EACH_PERSON or EACH_PAIRING"));
    }
    if (plan.seed().empty()) {
      c->Add(c->At(path, "SEED_REQUIRED")
                 .Say("须写明种子 seed，抽取才能复核",
                      "needs a seed, or the draw could not be checked")
                 .Hint("写一个事先公布的词，例如 seed: \"2021-11 抽查\"",
                       "a word made public beforehand, say, "
                       "seed: \"2021-11 checks\""));
    }
    SamplingRule rule;
    rule.message = &plan;
    rule.share = c->ParseDecimal(plan.share(), path + ".share");
    CheckSize(c, plan, path, rule);
    const Entity entity = EntityOf(plan.of());
    rule.who =
        c->ParseExpression(plan.who(), path + ".who", c->EnvironmentFor(entity),
                           expr::Type::Bool(), entity);
    rule.teams = c->ParseExpression(plan.teams(), path + ".teams",
                                    c->EnvironmentFor(Entity::kOrganization),
                                    expr::Type::Bool(), Entity::kOrganization);
    c->rules->sampling_plans.push_back(std::move(rule));
  }
}

}  // namespace duban::pack
