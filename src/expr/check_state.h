// The checker's state and its rules; private to checker.cc and the files
// check_*.cc, which implement it. See checker.h for what it does. Belongs to
// one check; not thread-safe.
#ifndef DUBAN_SRC_EXPR_CHECK_STATE_H_
#define DUBAN_SRC_EXPR_CHECK_STATE_H_

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/hash_map.h"
#include "src/expr/ast.h"
#include "src/expr/checker.h"
#include "src/expr/inference.h"
#include "src/expr/presence.h"
#include "src/expr/program.h"
#include "src/expr/resolve.h"
#include "src/expr/source.h"

namespace duban::expr {

class Checker {
 public:
  Checker(const Ast& ast, const Environment& environment, SourceErrors* errors)
      : ast_(ast),
        environment_(environment),
        errors_(errors),
        inference_(environment.profile()),
        presence_(ast, checked_.info,
                  environment.profile() == Profile::kScoring),
        exempt_(ast.nodes.size(), false) {
    checked_.info.resize(ast.nodes.size());
    checked_.names.resize(ast.nodes.size());
  }

  Checked Run(const Type& expected);
  Checked RunUnchecked();

 private:
  // Lists within lists that one expression may make. Values this deep can be
  // copied, compared and destroyed by recursion without fear.
  static constexpr int kMostMadeDepth = 128;
  // Constant patterns of one expression: each may take a few milliseconds.
  static constexpr size_t kMostPatterns = 32;

  struct Local {
    std::string name;
    std::string canonical;
    Type type;
    int made_depth = 0;
  };

  void CheckNode(int id);
  void CheckOther(int id);
  void CheckConstant(int id);
  void CheckNumber(int id);
  bool CheckLocal(int id);
  void CheckIdentifier(int id);
  void CheckSelect(int id);
  void CheckHas(int id);
  void CheckOperator(int id);
  void CheckBinary(int id);
  void CheckConditional(int id);
  void CheckLogic(int id);
  void CheckIndex(int id);
  void CheckList(int id);
  void CheckKey(int id, std::set<std::string>* seen);
  void CheckMap(int id);
  void CheckComprehension(int id);
  bool CheckPredicate(int id, absl::string_view macro);
  int AddLocals(int id, std::vector<Local> locals);
  std::vector<Local> RangeLocals(int id);
  void CheckFold(int id);

  // Plain CEL: check_names.cc, check_optional.cc, check_message.cc.
  bool CheckQualified(int id);
  bool NameToConstant(const std::string& name, Value* value, Type* type) const;
  std::vector<std::string> Candidates(const std::string& name) const;
  // "a.b.c" of a chain of selections on a name that is no local; or empty.
  std::string QualifiedName(int id) const;
  const Function* QualifiedFunction(int id) const;
  Type FieldOf(int id, const Type& type);
  void CheckMessage(int id);
  void CheckBind(int id);
  void CheckOptionalMap(int id);
  void CheckBlock(int id);
  Type Element(int id, bool optional);
  void ReportField(int id, const Type& type);
  // What is known of the node's type by now.
  Type Known(int id) { return inference_.Substitute(TypeOf(id), false); }
  bool cel() const { return environment_.profile() == Profile::kCel; }
  // Makes the node an error that only the evaluation reports.
  void FailLater(int id, absl::string_view reason, absl::string_view zh,
                 absl::string_view en);
  void AddFunction(int id, const Function& function, Resolution found);

  void CheckCall(int id);
  void CheckCelCall(int id);
  void CheckOrValue(int id);
  void CheckLookup(int id);
  void CheckBuiltin(int id, const Function& function);
  void CheckConstantArgument(int id, const Function& function);
  void CheckPattern(int id, const Node& text);
  void CheckHost(int id, const HostFunction& function);
  void CheckArguments(int id, size_t first, const std::vector<Type>& wanted,
                      absl::string_view what);

  void RequirePresent(int id, const Declaration& declaration);
  std::string Written(int id) const;
  void SetMadeDepth(int id, int depth);
  int ArgumentDepth(int id) const;
  std::string CanonicalLocal(const std::string& name);

  Type& TypeOf(int id) { return checked_.info[id].type; }
  std::vector<Type> TypesOf(const std::vector<int>& ids) {
    std::vector<Type> types;
    types.reserve(ids.size());
    for (const int id : ids) types.push_back(TypeOf(id));
    return types;
  }
  SourceError& Fail(absl::string_view reason, const Node& node,
                    absl::string_view zh, absl::string_view en) {
    return errors_->Add(reason, node.offset, node.length, zh, en);
  }

  const Ast& ast_;
  const Environment& environment_;
  SourceErrors* const errors_;
  Checked checked_;
  Inference inference_;
  Presence presence_;
  bool unchecked_ = false;
  std::vector<bool> exempt_;  // nodes that has() or orValue() asks about
  std::vector<Local> locals_;
  HashSet<std::string> names_in_use_;
  std::set<int> reads_;
  std::set<std::pair<int, int>> selects_;
  int next_local_name_ = 1;
  size_t patterns_tried_ = 0;
};

// Whether every byte of the text is ASCII.
bool IsAscii(absl::string_view text);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_CHECK_STATE_H_
