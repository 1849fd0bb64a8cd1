// Rules of escalation: what is proposed to be done about what is late.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/pack/checker.h"

namespace duban::pack {
namespace {

// A matter's order is recorded as a step, and only two steps are orders. A
// duty has no steps.
void CheckAction(Checker* c, const v1::Escalation& escalation,
                 const std::string& path) {
  const bool is_order =
      escalation.action() == v1::URGE || escalation.action() == v1::ESCALATE;
  if (escalation.of() == v1::OF_MATTER && !is_order) {
    c->Add(c->At(path, "ESCALATION_ACTION_WRONG")
               .Say("对事项须写明 action：URGE（催办）或 ESCALATE（督办单）",
                    "of a matter it proposes an action: URGE or ESCALATE")
               .Hint("例如 action: URGE", "say, action: URGE"));
  }
  if (escalation.of() == v1::OF_DUTY &&
      escalation.action() != v1::MATTER_ACTION_UNSPECIFIED) {
    c->Add(c->At(path + ".action", "ESCALATION_ACTION_WRONG")
               .Say("任务没有办理步骤，不能写 action",
                    "a duty has no steps, so there is no action to propose")
               .Hint("删去 action", "leave action out"));
  }
}

}  // namespace

void CompileEscalations(Checker* c) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.escalation_size(); ++i) {
    const v1::Escalation& escalation = c->pack.escalation(i);
    const std::string path = Indexed("", "escalation", i);
    c->CheckId(escalation.id(), path + ".id", &seen);
    c->CheckCitation(escalation.cite(), path);
    if (escalation.of() == v1::ESCALATION_OF_UNSPECIFIED) {
      c->Add(c->At(path, "ESCALATION_OF_REQUIRED")
                 .Say("须写明针对任务还是事项（of）",
                      "does not say whether it is of duties or of matters")
                 .Hint("of: OF_DUTY 或 of: OF_MATTER",
                       "of: OF_DUTY or of: OF_MATTER"));
      continue;
    }
    CheckAction(c, escalation, path);
    if (escalation.when().empty()) {
      c->Add(c->At(path, "EXPRESSION_REQUIRED")
                 .Say("须写明何时催办", "does not say when it holds")
                 .Hint("例如 when: \"duty.state == 'missed'\"",
                       "say, when: \"duty.state == 'missed'\""));
    }
    const Entity entity =
        escalation.of() == v1::OF_DUTY ? Entity::kDuty : Entity::kMatter;
    auto when = c->ParseExpression(escalation.when(), path + ".when",
                                   c->EnvironmentFor(entity),
                                   expr::Type::Bool(), entity);
    if (when) c->rules->escalations.push_back({&escalation, *std::move(when)});
  }
}

}  // namespace duban::pack
