#include "src/expr/column_plan.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace duban::expr {
namespace {

constexpr int kNoLocal = std::numeric_limits<int>::max();
// Of terms inside one another that loops are run for; the rest of a deeper
// program is left to the row evaluator, which can walk chains.
constexpr int kMostHeight = 100;
// Elements of a list that all() and exists() are unrolled over.
constexpr size_t kMostUnrolled = 16;

// Of the arrays and tables of all terms together.
constexpr int64_t kMostBytes = 32 << 20;
// Of any budget; sums of a few of these do not overflow.
constexpr int64_t kMostSteps = int64_t{1} << 40;

// What a term's value comes from.
struct Origin {
  static constexpr int kNone = -1;
  static constexpr int kSeveral = -2;
  int source = kNone;           // the one source, or one of the above
  int lowest_local = kNoLocal;  // of a macro around it
  int height = 0;
};

Shape ShapeOf(const Type& type) {
  switch (type.kind()) {
    case Kind::kBool:
      return Shape::kBool;
    case Kind::kInt:
      return Shape::kInt;
    case Kind::kDouble:
      return Shape::kDouble;
    case Kind::kDecimal:
      return Shape::kUnits;
    case Kind::kDate:
      return Shape::kDay;
    default:
      return Shape::kValue;
  }
}

bool IsDecimal(Shape shape) {
  return shape == Shape::kWhole || shape == Shape::kUnits;
}

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

class Planner {
 public:
  Planner(const Code& code, Plan* plan) : code_(code), plan_(*plan) {}

  void Run() {
    const size_t n = code_.terms.size();
    plan_.steps.resize(n);
    origins_.resize(n);
    locals_.resize(code_.locals, Shape::kValue);
    std::vector<int> macro_over(n, -1);
    for (size_t i = 0; i < n; ++i) {
      const Term& term = code_.terms[i];
      if (term.op == Op::kComprehension) {
        macro_over[term.args[0]] = static_cast<int>(i);
      }
    }
    for (size_t i = 0; i < n; ++i) {
      const int id = static_cast<int>(i);
      FindOrigin(id);
      Decide(id);
      if (macro_over[i] >= 0) SetLocal(code_.terms[macro_over[i]]);
    }
    CountRows();
  }

 private:
  const Term& At(int id) const { return code_.terms[id]; }
  Shape ShapeAt(int id) const { return plan_.steps[id].shape; }
  Way WayAt(int id) const { return plan_.steps[id].way; }

  void FindOrigin(int id);
  void Decide(int id);
  bool DecideColumn(int id);
  bool DecideConstant(int id);
  bool DecideLoop(int id);
  bool DecideComparison(int id);
  bool DecideCalculation(int id);
  bool DecideBranch(int id);
  bool DecideMissing(int id);
  bool DecideAmong(int id);
  bool DecideQuantify(int id);
  void SetLocal(const Term& macro);
  bool IsTable(int id) const;
  // The one shape of two operands; false where they have none that is a
  // number's.
  bool Meet(int a, int b, Shape* shape) const;
  void Set(int id, Way way, Shape shape) {
    plan_.steps[id].way = way;
    plan_.steps[id].shape = shape;
  }
  int64_t BytesOf(int id) const;
  void CountRows();

  const Code& code_;
  Plan& plan_;
  std::vector<Origin> origins_;
  std::vector<Shape> locals_;  // of macros that may be unrolled
};

void Planner::FindOrigin(int id) {
  const Term& term = At(id);
  Origin origin;
  const int source = FindSource(code_, plan_.sources, id);
  if (source >= 0) {
    origin.source = source;
  } else if (term.op == Op::kVariable) {
    origin.source = Origin::kSeveral;  // a whole record
  } else if (term.op == Op::kLocal) {
    origin.lowest_local = term.index;
  }
  for (const int arg : term.args) {
    const Origin& from = origins_[arg];
    origin.height = std::max(origin.height, from.height + 1);
    if (source >= 0) continue;  // a field stands for itself
    origin.lowest_local = std::min(origin.lowest_local, from.lowest_local);
    if (from.source == Origin::kNone) continue;
    origin.source =
        origin.source == Origin::kNone || origin.source == from.source
            ? from.source
            : Origin::kSeveral;
  }
  const bool binds = term.op == Op::kComprehension || term.op == Op::kBlock;
  if (binds && origin.lowest_local >= term.index) {
    origin.lowest_local = kNoLocal;
  }
  origins_[id] = origin;
}

// Whether it reads one column of codes and nothing else.
bool Planner::IsTable(int id) const {
  const Origin& origin = origins_[id];
  if (origin.source < 0 || origin.lowest_local != kNoLocal) return false;
  const Column* column = plan_.sources[origin.source].column;
  return column != nullptr && IsCoded(column->layout) && !At(id).raw;
}

void Planner::Decide(int id) {
  if (IsTable(id)) {
    Set(id, Way::kTable, ShapeOf(At(id).type));
    plan_.steps[id].source = origins_[id].source;
    plan_.steps[id].dear = true;
    return;
  }
  if (DecideConstant(id) || DecideColumn(id)) return;
  const bool deep = origins_[id].height > kMostHeight;
  if (!deep && !At(id).raw && DecideLoop(id)) {
    for (const int arg : At(id).args) {
      plan_.steps[id].dear |= plan_.steps[arg].dear;
    }
    return;
  }
  Set(id, Way::kRow, ShapeOf(At(id).type));
  plan_.steps[id].dear = true;
}

bool Planner::DecideConstant(int id) {
  if (At(id).op != Op::kConstant) return false;
  const Value& value = code_.constants[At(id).index];
  if (value.is_error()) return false;
  Shape shape = ShapeOf(At(id).type);
  if (value.kind() != At(id).type.kind()) shape = Shape::kValue;
  if (shape == Shape::kUnits) {
    const int128_t whole = value.decimal_value().units() / Decimal::kUnit;
    const bool fits = value.decimal_value().units() % Decimal::kUnit == 0 &&
                      whole >= std::numeric_limits<int64_t>::min() &&
                      whole <= std::numeric_limits<int64_t>::max();
    if (fits) shape = Shape::kWhole;
  }
  Set(id, Way::kConstant, shape);
  return true;
}

bool Planner::DecideColumn(int id) {
  if (At(id).op == Op::kLocal && locals_[At(id).index] != Shape::kValue &&
      !At(id).raw) {
    Set(id, Way::kLocal, locals_[At(id).index]);
    return true;
  }
  const int source = FindSource(code_, plan_.sources, id);
  if (source < 0 || plan_.sources[source].column == nullptr) return false;
  const Column::Layout layout = plan_.sources[source].column->layout;
  Shape shape = ShapeOf(At(id).type);
  switch (shape) {
    case Shape::kBool:
      if (layout != Column::Layout::kUint8) return false;
      break;
    case Shape::kInt:
    case Shape::kDay:
      if (!IsWhole(layout)) return false;
      break;
    case Shape::kDouble:
      if (layout != Column::Layout::kDouble) return false;
      break;
    case Shape::kUnits:
      if (IsWhole(layout)) {
        shape = Shape::kWhole;
      } else if (layout != Column::Layout::kDecimal) {
        return false;
      }
      break;
    default:
      return false;
  }
  Set(id, Way::kColumn, shape);
  plan_.steps[id].source = source;
  return true;
}

bool Planner::DecideLoop(int id) {
  const Term& term = At(id);
  switch (term.op) {
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
      for (const int arg : term.args) {
        if (ShapeAt(arg) != Shape::kBool) return false;
      }
      Set(id, term.op == Op::kNot ? Way::kNot : Way::kLogic, Shape::kBool);
      return true;
    case Op::kConditional:
      return DecideBranch(id);
    case Op::kHas:
    case Op::kOrValue:
      return DecideMissing(id);
    case Op::kConform: {
      const bool widens = ShapeAt(term.args[0]) == Shape::kInt &&
                          term.type.kind() == Kind::kDecimal;
      if (widens) Set(id, Way::kWiden, Shape::kWhole);
      return widens;
    }
    case Op::kIn:
      return DecideAmong(id);
    case Op::kComprehension:
      return DecideQuantify(id);
    case Op::kMultiplyDivide:
      for (const int arg : term.args) {
        const Shape shape = ShapeAt(arg);
        if (shape != Shape::kWhole && shape != Shape::kInt) return false;
      }
      Set(id, Way::kWholeRatio, Shape::kUnits);
      return true;
    default:
      return IsComparison(term.op) ? DecideComparison(id)
                                   : DecideCalculation(id);
  }
}

bool Planner::Meet(int a, int b, Shape* shape) const {
  const Shape x = ShapeAt(a);
  const Shape y = ShapeAt(b);
  const auto whole = [](Shape s) {
    return s == Shape::kWhole || s == Shape::kInt;
  };
  if (x == Shape::kValue || y == Shape::kValue) return false;
  *shape = x;
  if (x == y) return true;
  if (whole(x) && whole(y)) {
    *shape = Shape::kWhole;
    return true;
  }
  *shape = Shape::kUnits;
  return (IsDecimal(x) || x == Shape::kInt) &&
         (IsDecimal(y) || y == Shape::kInt);
}

bool Planner::DecideComparison(int id) {
  const Term& term = At(id);
  Shape shape = Shape::kValue;
  if (!Meet(term.args[0], term.args[1], &shape)) return false;
  Set(id, Way::kCompare, Shape::kBool);
  // A stored column of whole numbers and a constant: no need to widen.
  const bool stored =
      WayAt(term.args[0]) == Way::kColumn &&
      WayAt(term.args[1]) == Way::kConstant &&
      (shape == Shape::kInt || shape == Shape::kWhole || shape == Shape::kDay);
  if (stored) plan_.steps[id].way = Way::kCompareWith;
  return true;
}

bool Planner::DecideCalculation(int id) {
  const Term& term = At(id);
  if (term.op < Op::kAdd || term.op > Op::kModulo) return false;
  Shape shape = Shape::kValue;
  if (!Meet(term.args[0], term.args[1], &shape)) return false;
  if (shape == Shape::kBool || shape == Shape::kDay) return false;
  if (shape == Shape::kDouble && term.op == Op::kModulo) return false;
  const bool both_int = ShapeAt(term.args[0]) == Shape::kInt &&
                        ShapeAt(term.args[1]) == Shape::kInt;
  if (IsDecimal(shape) && term.op == Op::kModulo) return false;
  if (shape == Shape::kWhole && term.op == Op::kDivide) {
    Set(id, Way::kWholeRatio, Shape::kUnits);
    return true;
  }
  Set(id, Way::kCalculate, both_int ? Shape::kInt : shape);
  return true;
}

bool Planner::DecideBranch(int id) {
  const Term& term = At(id);
  Shape shape = Shape::kValue;
  if (ShapeAt(term.args[0]) != Shape::kBool ||
      !Meet(term.args[1], term.args[2], &shape)) {
    return false;
  }
  Set(id, Way::kConditional, shape);
  return true;
}

// has(column), and column.orValue(y).
bool Planner::DecideMissing(int id) {
  const Term& term = At(id);
  if (WayAt(term.args[0]) != Way::kColumn) return false;
  if (term.op == Op::kHas) {
    Set(id, Way::kHas, Shape::kBool);
    return true;
  }
  Shape shape = Shape::kValue;
  if (!Meet(term.args[0], term.args[1], &shape)) return false;
  Set(id, Way::kOrValue, shape);
  return true;
}

bool Planner::DecideAmong(int id) {
  const Term& term = At(id);
  const Term& list = At(term.args[1]);
  if (list.op != Op::kList || list.args.size() > kMostUnrolled) return false;
  for (const int item : list.args) {
    Shape shape = Shape::kValue;
    if (WayAt(item) != Way::kConstant || !Meet(term.args[0], item, &shape)) {
      return false;
    }
  }
  if (ShapeAt(term.args[0]) == Shape::kDouble) return false;
  if (!list.optional.empty()) return false;
  Set(id, Way::kAmong, Shape::kBool);
  return true;
}

// The elements of a list that is written out, as one shape; kValue where they
// have none.
void Planner::SetLocal(const Term& macro) {
  Shape& local = locals_[macro.index];
  local = Shape::kValue;
  const Term& list = At(macro.args[0]);
  const bool folds =
      macro.macro == Macro::kAll || macro.macro == Macro::kExists;
  if (!folds || macro.two_variables || list.op != Op::kList ||
      list.args.empty() || list.args.size() > kMostUnrolled ||
      !list.optional.empty()) {
    return;
  }
  const Shape shape = ShapeAt(list.args[0]);
  for (const int item : list.args) {
    if (ShapeAt(item) != shape) return;
  }
  if (shape != Shape::kBool || list.type.element().kind() == Kind::kBool) {
    local = shape;
  }
}

bool Planner::DecideQuantify(int id) {
  const Term& term = At(id);
  const bool folds = term.macro == Macro::kAll || term.macro == Macro::kExists;
  if (!folds || locals_[term.index] == Shape::kValue ||
      ShapeAt(term.args[1]) != Shape::kBool) {
    return false;
  }
  // What is left to the row evaluator there would need the variable.
  for (int i = term.args[0] + 1; i < id; ++i) {
    if (origins_[i].lowest_local != kNoLocal && WayAt(i) == Way::kRow) {
      return false;
    }
  }
  Set(id, Way::kQuantify, Shape::kBool);
  return true;
}

// About what the arrays of a term take.
int64_t Planner::BytesOf(int id) const {
  int64_t each = 8;
  if (ShapeAt(id) == Shape::kBool) each = 1;
  if (ShapeAt(id) == Shape::kUnits) each = sizeof(int128_t);
  if (ShapeAt(id) == Shape::kValue) each = sizeof(Value);
  const auto chunk = static_cast<int64_t>(ColumnEvaluator::kChunk);
  switch (WayAt(id)) {
    case Way::kConstant:
      return 0;
    case Way::kTable: {
      const Column& column = *plan_.sources[plan_.steps[id].source].column;
      const auto entries = static_cast<int64_t>(column.dictionary_size);
      return (each + 1) * chunk + (each + 2) * entries;
    }
    default:
      // With its failures and, where it is of whole numbers, its units.
      if (each == 8) each += sizeof(int128_t);
      return (each + 1) * chunk;
  }
}

// A term is only run if what uses it is a loop; the body of a macro, once for
// each element.
void Planner::CountRows() {
  struct Use {
    int term;
    int64_t times;
  };
  plan_.run.assign(code_.terms.size(), false);
  const int64_t most = std::min(code_.steps, kMostSteps);
  std::vector<Use> todo = {{code_.root, 1}};
  int64_t loops = 0;
  int64_t others = 0;
  int64_t bytes = 0;
  while (!todo.empty() && loops <= most) {
    const auto [id, times] = todo.back();
    todo.pop_back();
    const Term& term = At(id);
    const Way way = WayAt(id);
    plan_.run[id] = true;
    loops += times;
    bytes += BytesOf(id);
    if (way == Way::kRow || way == Way::kTable) {
      others += times;
      plan_.rows += way == Way::kRow ? 1 : 0;
      continue;
    }
    if (FindSource(code_, plan_.sources, id) >= 0) continue;
    if (way == Way::kQuantify || way == Way::kAmong) {
      const bool among = way == Way::kAmong;
      const auto& items = At(term.args[among ? 1 : 0]).args;
      const auto count = static_cast<int64_t>(items.size());
      loops += times * count;
      for (const int item : items) todo.push_back({item, times});
      todo.push_back({term.args[among ? 0 : 1], among ? times : times * count});
      continue;
    }
    for (const int arg : term.args) todo.push_back({arg, times});
  }
  // A loop's term charges itself, and at most fifteen steps of its own.
  const int64_t left = most - 16 * loops;
  if (left >= 0 && bytes <= kMostBytes) {
    plan_.steps_each = left / (others + 1);
    return;
  }
  // Loops count no steps, and here they may take too many or too much memory.
  plan_.steps_each = code_.steps;
  plan_.rows = 1;
  plan_.run.assign(code_.terms.size(), false);
  plan_.run[code_.root] = true;
  Set(code_.root, Way::kRow, ShapeOf(At(code_.root).type));
}

}  // namespace

bool IsCoded(Column::Layout layout) {
  return layout == Column::Layout::kCode8 ||
         layout == Column::Layout::kCode16 || layout == Column::Layout::kCode32;
}

bool IsWhole(Column::Layout layout) { return layout <= Column::Layout::kInt64; }

int FindSource(const Code& code, const std::vector<Source>& sources, int id) {
  const Term& term = code.terms[id];
  int slot = term.index;
  int field = -1;
  if (term.op == Op::kField) {
    const Term& record = code.terms[term.args[0]];
    if (record.op != Op::kVariable) return -1;
    slot = record.index;
    field = term.index;
  } else if (term.op != Op::kVariable) {
    return -1;
  }
  return FindSource(sources, slot, field);
}

int FindSource(const std::vector<Source>& sources, int slot, int field) {
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].slot == slot && sources[i].field == field) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Plan MakePlan(const Code& code, std::vector<Source> sources) {
  Plan plan;
  plan.sources = std::move(sources);
  Planner(code, &plan).Run();
  return plan;
}

}  // namespace duban::expr
