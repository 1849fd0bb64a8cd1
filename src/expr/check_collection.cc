// Lists, maps, and what goes through them.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/expr/check_state.h"
#include "src/expr/resolve.h"

namespace duban::expr {

void Checker::CheckIndex(int id) {
  const Node& node = ast_.at(id);
  CheckNode(node.args[0]);
  CheckNode(node.args[1]);
  const Type& container = TypeOf(node.args[0]);
  const Type& index = TypeOf(node.args[1]);
  NodeInfo& info = checked_.info[id];
  info.made_depth = ArgumentDepth(id);
  if (container.kind() == Kind::kError || index.kind() == Kind::kError) return;
  if (container.kind() == Kind::kDyn) {
    info.type = Type::Dyn();
    return;
  }
  if (container.kind() == Kind::kList && Fits('i', index)) {
    info.type = container.element();
    return;
  }
  if (container.kind() == Kind::kMap && Comparable(index, container.key())) {
    info.type = container.value();
    return;
  }
  ReportOperands(nullptr, {container, index}, ast_, id, errors_);
}

void Checker::SetMadeDepth(int id, int depth) {
  checked_.info[id].made_depth = std::min(depth, kMostMadeDepth);
  if (depth == kMostMadeDepth + 1) {
    Fail("TOO_DEEP", ast_.at(id), "列表或映射嵌套太深",
         "lists or maps are nested too deeply");
    TypeOf(id) = Type::Error();
  }
}

int Checker::ArgumentDepth(int id) const {
  int depth = 0;
  for (const int arg : ast_.at(id).args) {
    depth = std::max(depth, checked_.info[arg].made_depth);
  }
  return depth;
}

void Checker::CheckList(int id) {
  const Node& node = ast_.at(id);
  Type element = Type::Dyn();
  for (size_t i = 0; i < node.args.size(); ++i) {
    CheckNode(node.args[i]);
    const Type& type = TypeOf(node.args[i]);
    if (i == 0) {
      element = type;
    } else if (!Unify(element, type, &element)) {
      element = Type::Dyn();
    }
  }
  if (element.kind() == Kind::kError) element = Type::Dyn();
  TypeOf(id) = Type::List(element);
  SetMadeDepth(id, ArgumentDepth(id) + 1);
}

void Checker::CheckMap(int id) {
  const Node& node = ast_.at(id);
  Type key = Type::Dyn();
  Type value = Type::Dyn();
  std::set<std::string> seen;
  for (size_t i = 0; i + 1 < node.args.size(); i += 2) {
    const Node& key_node = ast_.at(node.args[i]);
    CheckNode(node.args[i]);
    CheckNode(node.args[i + 1]);
    const Type& k = TypeOf(node.args[i]);
    const Type& v = TypeOf(node.args[i + 1]);
    if (!Fits('b', k) && !Fits('i', k) && !Fits('s', k) &&
        k.kind() != Kind::kError) {
      errors_->Add("NO_OVERLOAD", key_node.begin, key_node.end - key_node.begin,
                   absl::StrCat("映射的键不能是 ", k.ToString(),
                                "；可用：string, int, bool"),
                   absl::StrCat("a map cannot have a key of type ",
                                k.ToString(), "; it takes string, int, bool"));
    }
    if (key_node.kind == NodeKind::kConstant &&
        !seen.insert(absl::StrCat(static_cast<int>(key_node.constant), ":",
                                  key_node.integer, ":", key_node.text))
             .second) {
      Fail("DUPLICATE_KEY", key_node, "映射里有重复的键",
           "the map has this key twice");
    }
    if (i == 0) {
      key = k;
      value = v;
      continue;
    }
    if (!Unify(key, k, &key)) key = Type::Dyn();
    if (!Unify(value, v, &value)) value = Type::Dyn();
  }
  if (key.kind() == Kind::kError) key = Type::Dyn();
  if (value.kind() == Kind::kError) value = Type::Dyn();
  TypeOf(id) = Type::Map(key, value);
  SetMadeDepth(id, ArgumentDepth(id) + 1);
}

// The name that a stored rule has for a local: its own, unless that is not
// ASCII or is also a variable's, whose name a reference may be printed as.
std::string Checker::CanonicalLocal(const std::string& name) {
  if (IsAscii(name) && environment_.FindVariable(name) < 0) return name;
  if (names_in_use_.empty()) {
    for (const Node& node : ast_.nodes) names_in_use_.insert(node.text);
  }
  for (;;) {
    const std::string candidate = absl::StrCat("v", next_local_name_++);
    if (environment_.FindVariable(candidate) < 0 &&
        !names_in_use_.contains(candidate)) {
      return candidate;
    }
  }
}

bool Checker::CheckPredicate(int id, absl::string_view macro) {
  CheckNode(id);
  const Type& type = TypeOf(id);
  if (type.kind() == Kind::kError) return false;
  if (Fits('b', type)) return true;
  const Node& node = ast_.at(id);
  errors_->Add(
      "NO_OVERLOAD", node.begin, node.end - node.begin,
      absl::StrCat(macro, "() 里要写条件（bool），这里是 ", type.ToString()),
      absl::StrCat(macro, "() takes a test (bool), not ", type.ToString()));
  return false;
}

void Checker::CheckComprehension(int id) {
  const Node& node = ast_.at(id);
  const absl::string_view macro = MacroName(node.macro);
  CheckNode(node.args[0]);
  const Type range = TypeOf(node.args[0]);
  Local local;
  local.name = node.text;
  local.canonical = CanonicalLocal(node.text);
  local.made_depth = checked_.info[node.args[0]].made_depth;
  switch (range.kind()) {
    case Kind::kList:
      local.type = range.element();
      break;
    case Kind::kMap:
      local.type = range.key();
      break;
    case Kind::kDyn:
    case Kind::kError:
      local.type = range;
      break;
    default:
      Fail("NO_OVERLOAD", node,
           absl::StrCat(macro, "() 用于列表或映射，这里是 ", range.ToString()),
           absl::StrCat(macro, "() works on a list or map, not on ",
                        range.ToString()));
      local.type = Type::Error();
  }
  checked_.names[id] = local.canonical;
  const Type element = local.type;
  NodeInfo& info = checked_.info[id];
  info.index = static_cast<int>(locals_.size());
  locals_.push_back(std::move(local));
  checked_.locals = std::max(checked_.locals, static_cast<int>(locals_.size()));
  const size_t mark = presence_.Mark();
  const int last = node.args.back();
  if (node.macro == Macro::kMap) {
    CheckNode(last);
  } else {
    CheckPredicate(node.args[1], macro);
    presence_.Assume(node.args[1], true);
    if (node.macro == Macro::kMapFilter) CheckNode(last);
  }
  presence_.Restore(mark);
  locals_.pop_back();
  switch (node.macro) {
    case Macro::kFilter:
      info.type =
          Type::List(element.kind() == Kind::kError ? Type::Dyn() : element);
      SetMadeDepth(id, std::max(1, checked_.info[node.args[0]].made_depth));
      break;
    case Macro::kMap:
    case Macro::kMapFilter: {
      const Type& item = TypeOf(last);
      info.type = Type::List(item.kind() == Kind::kError ? Type::Dyn() : item);
      SetMadeDepth(id, checked_.info[last].made_depth + 1);
      break;
    }
    default:
      info.type = Type::Bool();
  }
}

}  // namespace duban::expr
