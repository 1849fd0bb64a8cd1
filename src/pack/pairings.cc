#include "src/pack/pairings.h"

#include <string>
#include <utility>

#include "src/expr/ast.h"
#include "src/expr/parser.h"

namespace duban::pack {
namespace {

// Whether the expression speaks of the variable.
bool Names(const std::string& text, absl::string_view variable) {
  expr::SourceErrors syntax;
  const expr::Ast ast = expr::Parse(text, expr::Limits(), &syntax);
  for (const expr::Node& node : ast.nodes) {
    if (node.kind == expr::NodeKind::kIdentifier && node.text == variable) {
      return true;
    }
  }
  return false;
}

void CheckLimit(Checker* c, int32_t limit, const std::string& path) {
  if (limit >= 0) return;
  c->Add(c->At(path, "LIMIT_NEGATIVE")
             .Say("上限不能为负数", "a limit cannot be negative")
             .Hint("0 或不写为不限", "0, or leaving it out, is no limit"));
}

void CompileRule(Checker* c, const v1::PairingRule& rule,
                 const std::string& path, HashSet<std::string>* seen) {
  PairingRule compiled;
  compiled.message = &rule;
  if (rule.kind().empty()) {
    c->Add(
        c->At(path, "KIND_REQUIRED")
            .Say("须写明结对类型 kind", "does not say for which kind it is"));
  } else if (!seen->insert(rule.kind()).second) {
    c->Add(c->At(path + ".kind", "PAIRING_RULE_TWICE")
               .Say(absl::StrCat("结对类型“", rule.kind(), "”已有一条规则"),
                    absl::StrCat("the pairing kind '", rule.kind(),
                                 "' has a rule already"))
               .Hint("合为一条", "make them one"));
  }
  c->CheckCode("pairing-kind", rule.kind(), path + ".kind");
  c->CheckCitation(rule.cite(), path);
  CheckLimit(c, rule.partners_at_most(), path + ".partners_at_most");
  CheckLimit(c, rule.holders_at_most(), path + ".holders_at_most");
  if (Names(rule.who(), "organization") || Names(rule.who(), "组织")) {
    compiled.who_of = Entity::kOrganization;
  }
  compiled.who = c->ParseExpression(rule.who(), path + ".who",
                                    c->EnvironmentFor(compiled.who_of),
                                    expr::Type::Bool(), compiled.who_of);
  if (rule.partners_at_most() == 0 && rule.holders_at_most() == 0 &&
      rule.who().empty() && !rule.until_required()) {
    c->Add(c->At(path, "PAIRING_RULE_EMPTY")
               .Say("结对规则没有任何要求", "asks for nothing")
               .Hint("写明 partners_at_most、holders_at_most、who 或 "
                     "until_required",
                     "partners_at_most, holders_at_most, who or "
                     "until_required"));
  }
  c->rules->pairings.push_back(std::move(compiled));
}

}  // namespace

void CompilePairings(Checker* c) {
  HashSet<std::string> seen;
  for (int i = 0; i < c->pack.pairing_size(); ++i) {
    CompileRule(c, c->pack.pairing(i), Indexed("", "pairing", i), &seen);
  }
}

}  // namespace duban::pack
