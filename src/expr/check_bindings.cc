// Macros whose variable is not of a range: cel.bind, cel.block, optMap and
// optFlatMap.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/expr/check_state.h"

namespace duban::expr {

void Checker::CheckBind(int id) {
  const Node& node = ast_.at(id);
  CheckNode(node.args[0]);
  Local local;
  local.name = local.canonical = node.text;
  local.type = Known(node.args[0]);
  local.made_depth = checked_.info[node.args[0]].made_depth;
  const int index = AddLocals(id, {std::move(local)});
  CheckNode(node.args[1]);
  locals_.resize(index);
  TypeOf(id) = TypeOf(node.args[1]);
  SetMadeDepth(id, checked_.info[node.args[1]].made_depth);
}

void Checker::CheckOptionalMap(int id) {
  const Node& node = ast_.at(id);
  CheckNode(node.args[0]);
  const Type held = inference_.Fresh();
  if (!unchecked_ &&
      !inference_.Assign(Known(node.args[0]), Type::Optional(held))) {
    ReportOperands(nullptr, {Known(node.args[0])}, ast_, id, errors_);
    return;
  }
  Local local;
  local.name = local.canonical = node.text;
  local.type = unchecked_ ? Type::Dyn() : inference_.Substitute(held, false);
  local.made_depth = checked_.info[node.args[0]].made_depth;
  const int index = AddLocals(id, {std::move(local)});
  CheckNode(node.args[1]);
  locals_.resize(index);
  const Type result = Known(node.args[1]);
  TypeOf(id) = node.macro == Macro::kOptMap ? Type::Optional(result) : result;
  SetMadeDepth(id, checked_.info[node.args[1]].made_depth + 1);
}

// Each entry sees those before it.
void Checker::CheckBlock(int id) {
  const Node& node = ast_.at(id);
  const size_t before = locals_.size();
  for (size_t i = 0; i + 1 < node.args.size(); ++i) {
    CheckNode(node.args[i]);
    Local local;
    local.name = local.canonical = absl::StrCat("@index", i);
    local.type = Known(node.args[i]);
    local.made_depth = checked_.info[node.args[i]].made_depth;
    AddLocals(id, {std::move(local)});
  }
  checked_.info[id].index = static_cast<int>(before);
  CheckNode(node.args.back());
  locals_.resize(before);
  TypeOf(id) = TypeOf(node.args.back());
  SetMadeDepth(id, checked_.info[node.args.back()].made_depth);
}

}  // namespace duban::expr
