// One evaluation under way; private to evaluator.cc and evaluate_macros.cc,
// which implement it. See evaluator.h for what it does. Not thread-safe.
//
// A term's value is handed around by reference where somebody else keeps it
// (a constant, a variable), and otherwise in the `slot` that the caller
// provides: copying a string's value would touch a counter that threads
// share.
#ifndef DUBAN_SRC_EXPR_EVALUATION_H_
#define DUBAN_SRC_EXPR_EVALUATION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "src/base/hash_map.h"
#include "src/expr/code.h"
#include "src/expr/meter.h"
#include "src/expr/program.h"
#include "src/expr/value.h"

namespace duban::expr {

// The keys of a map that is being made.
class SeenKeys {
 public:
  // False where an equal key was added before.
  bool Add(const Value& key);

 private:
  HashSet<std::string> texts_;
};

class Evaluation {
 public:
  Evaluation(const Code& code, absl::Span<const Value> variables,
             const RunLimits& limits, std::vector<Observation>* observed)
      : code_(code),
        variables_(variables),
        locals_(code.locals),
        meter_(limits.steps < 0 ? code.steps : limits.steps, limits.cancel),
        observed_(observed) {}

  Value Run(int root);

 private:
  using Values = absl::InlinedVector<Value, 4>;

  const Value& Eval(int id, Value* slot);
  const Value& EvalTerm(const Term& term, Value* slot);
  void Observe(int id, const Value& value);
  Value EvalOwned(int id) {
    Value slot;
    const Value& value = Eval(id, &slot);
    if (&value == &slot) return slot;
    return value;
  }

  // Each gives the value of a term of its kind.
  Value EvalBinary(const Term& term);
  Value EvalChain(const Term& term);
  Value EvalFunction(const Term& term);
  Value EvalSelect(const Term& term);
  Value EvalOptionalSelect(const Term& term);
  Value EvalTest(const Term& term);
  Value EvalIndex(const Term& term);
  const Value& EvalConditional(const Term& term, Value* slot);
  Value EvalLogic(const Term& term);
  Value EvalHas(const Term& term);
  Value EvalOrValue(const Term& term);
  Value EvalOptionalOr(const Term& term);
  Value EvalLookup(const Term& term);
  Value EvalHostCall(const Term& term);
  Value EvalMatches(const Term& term);
  Value EvalMultiplyDivide(const Term& term);
  Value EvalWorkdays(const Term& term, absl::Span<const Value> values) const;
  Value EvalList(const Term& term);
  Value EvalMap(const Term& term);
  Value EvalMessage(const Term& term);
  Value EvalBlock(const Term& term);

  // Macros: evaluate_macros.cc.
  Value EvalComprehension(const Term& term);
  Value EvalBind(const Term& term);
  Value EvalOptionalMap(const Term& term);
  Value Quantify(const Term& term, const Value& range);
  Value Collect(const Term& term, const Value& range);
  Value CollectMap(const Term& term, const Value& range);
  Value AddEntry(const Term& term, Value key, Value value, MapValue* entries,
                 SeenKeys* seen);
  size_t SizeOf(const Value& range) const;
  void SetVariables(const Term& term, const Value& range, size_t i);
  Value Keep(const Term& term, bool* keep);

  // All arguments; or the first error among them, else null.
  Value EvalArguments(const Term& term, Values* values);
  Value SelectFrom(const Value& operand, const Term& term);
  Value Place(Value value, const Term& term) const;
  Value OutOfBudget(const Term& term) const;
  const Value& Conform(const Value& value, const Term& term, Value* slot) const;
  Value ConformOwned(Value value, const Term& term) const;
  Value AsTyped(Value value, const Term& term) const;
  Value NotBool(const Value& value, const Term& term) const;
  bool scoring() const { return code_.profile == Profile::kScoring; }

  const Code& code_;
  const absl::Span<const Value> variables_;
  absl::InlinedVector<Value, 2> locals_;
  Meter meter_;
  std::vector<Observation>* const observed_;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_EVALUATION_H_
