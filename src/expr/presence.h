// Which values are known to be there at a place of an expression.
//
// A value is named by its path: a variable or a local, then fields and
// constant keys. Conditions that hold at a place (a has() to the left of &&,
// the test of a ?:) make paths known until the place is left.
// Used by one check; not thread-safe.
#ifndef DUBAN_SRC_EXPR_PRESENCE_H_
#define DUBAN_SRC_EXPR_PRESENCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "src/base/hash_map.h"
#include "src/expr/ast.h"
#include "src/expr/checker.h"

namespace duban::expr {

class Presence {
 public:
  // Both outlive this; nodes are looked at only after they were checked.
  // Where it is not `wanted`, nothing is ever known.
  Presence(const Ast& ast, const std::vector<NodeInfo>& info, bool wanted)
      : ast_(ast), info_(info), wanted_(wanted) {}

  bool Known(int node) const;
  // What follows from `condition` being `truth` is known from now on, until
  // Restore() with what Mark() gave before.
  void Assume(int condition, bool truth);
  size_t Mark() const { return known_.size(); }
  void Restore(size_t mark);

 private:
  using Paths = std::vector<std::string>;
  std::string PathOf(int node) const;
  Paths Implied(int condition, bool truth) const;

  const Ast& ast_;
  const std::vector<NodeInfo>& info_;
  const bool wanted_;
  Paths known_;                      // in the order learnt
  HashMap<std::string, int> times_;  // how often it is in there
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PRESENCE_H_
