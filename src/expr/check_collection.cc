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
  if (cel()) {
    const Function* function = environment_.library().Of(node.op);
    if (unchecked_) return AddFunction(id, *function, {});
    AddFunction(
        id, *function,
        Resolve(*function, false, {container, index}, environment_.profile(),
                &inference_, ast_, id, errors_));
    return;
  }
  if (container.kind() == Kind::kDyn) {
    info.type = Type::Dyn();
    return;
  }
  if (container.kind() == Kind::kList &&
      inference_.Assign(index, Type::Int())) {
    info.type = container.element();
    return;
  }
  if (container.kind() == Kind::kMap &&
      inference_.Comparable(index, container.key())) {
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

// The type that an element adds to its list: what an optional one holds.
Type Checker::Element(int id, bool optional) {
  const Type type = Known(id);
  if (!optional || unchecked_) return type;
  const Type held = inference_.Fresh();
  if (inference_.Assign(type, Type::Optional(held))) {
    return inference_.Substitute(held, false);
  }
  const Node& node = ast_.at(id);
  errors_->Add(
      "NO_OVERLOAD", node.begin, node.end - node.begin,
      absl::StrCat("? 后面要写 optional，这里是 ", type.ToString()),
      absl::StrCat("an optional is wanted after ?, not ", type.ToString()));
  return Type::Error();
}

void Checker::CheckList(int id) {
  const Node& node = ast_.at(id);
  Type element = cel() ? inference_.Fresh() : Type::Dyn();
  for (size_t i = 0; i < node.args.size(); ++i) {
    CheckNode(node.args[i]);
    const bool optional = !node.optional.empty() && node.optional[i];
    const Type type = Element(node.args[i], optional);
    if (i == 0) {
      element = type;
    } else {
      inference_.Join(element, type, &element);
    }
  }
  if (element.kind() == Kind::kError) element = Type::Dyn();
  TypeOf(id) = Type::List(element);
  SetMadeDepth(id, ArgumentDepth(id) + 1);
}

// Keys that the scoring profile knows are refused before anything runs.
void Checker::CheckKey(int id, std::set<std::string>* seen) {
  const Node& node = ast_.at(id);
  const Type& type = TypeOf(id);
  if (!inference_.Assign(type, Type::Bool()) &&
      !inference_.Assign(type, Type::Int()) &&
      !inference_.Assign(type, Type::String())) {
    errors_->Add("NO_OVERLOAD", node.begin, node.end - node.begin,
                 absl::StrCat("映射的键不能是 ", type.ToString(),
                              "；可用：string, int, bool"),
                 absl::StrCat("a map cannot have a key of type ",
                              type.ToString(), "; it takes string, int, bool"));
  }
  if (node.kind == NodeKind::kConstant &&
      !seen->insert(absl::StrCat(static_cast<int>(node.constant), ":",
                                 node.integer, ":", node.text))
           .second) {
    Fail("DUPLICATE_KEY", node, "映射里有重复的键",
         "the map has this key twice");
  }
}

void Checker::CheckMap(int id) {
  const Node& node = ast_.at(id);
  Type key = cel() ? inference_.Fresh() : Type::Dyn();
  Type value = cel() ? inference_.Fresh() : Type::Dyn();
  std::set<std::string> seen;
  for (size_t i = 0; i + 1 < node.args.size(); i += 2) {
    CheckNode(node.args[i]);
    CheckNode(node.args[i + 1]);
    if (!cel()) CheckKey(node.args[i], &seen);
    const bool optional = !node.optional.empty() && node.optional[i / 2];
    const Type k = Known(node.args[i]);
    const Type v = Element(node.args[i + 1], optional);
    if (i == 0) {
      key = k;
      value = v;
      continue;
    }
    inference_.Join(key, k, &key);
    inference_.Join(value, v, &value);
  }
  if (key.kind() == Kind::kError) key = Type::Dyn();
  if (value.kind() == Kind::kError) value = Type::Dyn();
  TypeOf(id) = Type::Map(key, value);
  SetMadeDepth(id, ArgumentDepth(id) + 1);
}

// The name that a stored rule has for a local: its own, unless that is not
// ASCII or is also a variable's, whose name a reference may be printed as.
std::string Checker::CanonicalLocal(const std::string& name) {
  if (cel()) return name;
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
  const Type type = Known(id);
  if (type.kind() == Kind::kError) return false;
  if (inference_.Assign(type, Type::Bool())) return true;
  const Node& node = ast_.at(id);
  errors_->Add(
      "NO_OVERLOAD", node.begin, node.end - node.begin,
      absl::StrCat(macro, "() 里要写条件（bool），这里是 ", type.ToString()),
      absl::StrCat(macro, "() takes a test (bool), not ", type.ToString()));
  return false;
}

// What the variables of a macro over a list or a map are: its elements or
// keys, or with two variables indexes and elements, or keys and values.
std::vector<Checker::Local> Checker::RangeLocals(int id) {
  const Node& node = ast_.at(id);
  const Type range = Known(node.args[0]);
  const bool two = !node.text2.empty();
  Local first;
  first.name = node.text;
  first.canonical = CanonicalLocal(node.text);
  first.made_depth = checked_.info[node.args[0]].made_depth;
  Local second = first;
  second.name = second.canonical = node.text2;
  first.type = second.type = Type::Dyn();
  switch (range.kind()) {
    case Kind::kList:
      (two ? second : first).type = range.element();
      if (two) first.type = Type::Int();
      break;
    case Kind::kMap:
      first.type = range.key();
      second.type = range.value();
      break;
    case Kind::kError:
      first.type = second.type = range;
      break;
    case Kind::kDyn:
    case Kind::kAny:
      break;
    case Kind::kParameter:
      inference_.Assign(Type::Dyn(), range);
      break;
    default: {
      const absl::string_view macro = MacroName(node.macro);
      Fail("NO_OVERLOAD", node,
           absl::StrCat(macro, "() 用于列表或映射，这里是 ", range.ToString()),
           absl::StrCat(macro, "() works on a list or map, not on ",
                        range.ToString()));
      first.type = second.type = Type::Error();
    }
  }
  std::vector<Local> locals = {std::move(first)};
  if (two) locals.push_back(std::move(second));
  return locals;
}

int Checker::AddLocals(int id, std::vector<Local> locals) {
  const int index = static_cast<int>(locals_.size());
  checked_.info[id].index = index;
  checked_.names[id] = locals[0].canonical;
  for (Local& local : locals) locals_.push_back(std::move(local));
  checked_.locals = std::max(checked_.locals, static_cast<int>(locals_.size()));
  return index;
}

void Checker::CheckComprehension(int id) {
  const Node& node = ast_.at(id);
  switch (node.macro) {
    case Macro::kBind:
      return CheckBind(id);
    case Macro::kOptMap:
    case Macro::kOptFlatMap:
      return CheckOptionalMap(id);
    case Macro::kBlock:
      return CheckBlock(id);
    default:
      CheckNode(node.args[0]);
      CheckFold(id);
  }
}

// The predicate and the transform of a macro, in that order.
void Checker::CheckFold(int id) {
  const Node& node = ast_.at(id);
  const std::vector<Local> locals = RangeLocals(id);
  const Type element = locals[0].type;
  const Type range = Known(node.args[0]);
  const int index = AddLocals(id, locals);
  const size_t mark = presence_.Mark();
  const int last = node.args.back();
  const bool transforms = node.macro >= Macro::kMap;
  if (!transforms || node.args.size() == 3) {
    CheckPredicate(node.args[1], MacroName(node.macro));
    presence_.Assume(node.args[1], true);
  }
  if (transforms) CheckNode(last);
  presence_.Restore(mark);
  locals_.resize(index);
  NodeInfo& info = checked_.info[id];
  const Type item =
      Known(last).kind() == Kind::kError ? Type::Dyn() : Known(last);
  const int depth = checked_.info[last].made_depth + 1;
  switch (node.macro) {
    case Macro::kFilter:
      info.type =
          Type::List(element.kind() == Kind::kError ? Type::Dyn() : element);
      SetMadeDepth(id, std::max(1, checked_.info[node.args[0]].made_depth));
      break;
    case Macro::kMap:
    case Macro::kMapFilter:
    case Macro::kTransformList:
    case Macro::kTransformListFilter:
      info.type = Type::List(item);
      SetMadeDepth(id, depth);
      break;
    case Macro::kTransformMap:
    case Macro::kTransformMapFilter:
      info.type =
          Type::Map(range.kind() == Kind::kList ? Type::Int() : element, item);
      SetMadeDepth(id, depth);
      break;
    case Macro::kTransformMapEntry:
    case Macro::kTransformMapEntryFilter: {
      const Type map = Type::Map(inference_.Fresh(), inference_.Fresh());
      if (!inference_.Assign(item, map)) {
        ReportOperands(nullptr, {item}, ast_, id, errors_);
      }
      info.type = inference_.Substitute(map, false);
      SetMadeDepth(id, depth);
      break;
    }
    default:
      info.type = Type::Bool();
  }
}

}  // namespace duban::expr
