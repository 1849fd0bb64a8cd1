#include "src/expr/presence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"

namespace duban::expr {

// Empty where the node is not a path.
std::string Presence::PathOf(int id) const {
  std::string tail;
  for (;;) {
    const Node& node = ast_.at(id);
    const NodeInfo& info = info_[id];
    if (node.kind == NodeKind::kIdentifier) {
      const char* kind = info.reference == Reference::kLocal ? "l" : "v";
      return info.index < 0 ? "" : absl::StrCat(kind, info.index, tail);
    }
    if (node.kind == NodeKind::kSelect) {
      tail =
          info.reference == Reference::kField
              ? absl::StrCat(".", info.index, tail)
              : absl::StrCat("[s", node.text.size(), ":", node.text, "]", tail);
    } else if (node.kind == NodeKind::kOperator &&
               node.op == Operator::kIndex) {
      const Node& key = ast_.at(node.args[1]);
      if (key.kind != NodeKind::kConstant) return "";
      tail = key.constant == ConstantKind::kString
                 ? absl::StrCat("[s", key.text.size(), ":", key.text, "]", tail)
                 : absl::StrCat("[i", key.integer, "]", tail);
    } else {
      return "";
    }
    id = node.args[0];
  }
}

bool Presence::Known(int node) const {
  const std::string path = PathOf(node);
  return !path.empty() && times_.contains(path);
}

void Presence::Assume(int condition, bool truth) {
  if (!wanted_) return;
  for (std::string& path : Implied(condition, truth)) {
    ++times_[path];
    known_.push_back(std::move(path));
  }
}

void Presence::Restore(size_t mark) {
  for (; known_.size() > mark; known_.pop_back()) {
    const auto it = times_.find(known_.back());
    if (--it->second == 0) times_.erase(it);
  }
}

Presence::Paths Presence::Implied(int condition, bool truth) const {
  const Node& node = ast_.at(condition);
  if (node.kind == NodeKind::kHas) {
    const std::string path = truth ? PathOf(node.args[0]) : "";
    return path.empty() ? Paths() : Paths{path};
  }
  if (node.kind != NodeKind::kOperator) return {};
  if (node.op == Operator::kNot) return Implied(node.args[0], !truth);
  if (node.op != Operator::kAnd && node.op != Operator::kOr) return {};
  // "a && b" is true only if all are; of a false one, at least one is.
  const bool all = (node.op == Operator::kAnd) == truth;
  Paths result = Implied(node.args[0], truth);
  for (size_t i = 1; i < node.args.size(); ++i) {
    Paths next = Implied(node.args[i], truth);
    if (all) {
      for (std::string& path : next) result.push_back(std::move(path));
      continue;
    }
    const HashSet<std::string> theirs(next.begin(), next.end());
    const auto lacks = [&theirs](const std::string& path) {
      return !theirs.contains(path);
    };
    result.erase(std::remove_if(result.begin(), result.end(), lacks),
                 result.end());
  }
  return result;
}

}  // namespace duban::expr
