#include "src/expr/program.h"

#include <algorithm>
#include <utility>

#include "src/expr/ast.h"
#include "src/expr/checker.h"
#include "src/expr/code.h"
#include "src/expr/cost.h"
#include "src/expr/evaluator.h"
#include "src/expr/library.h"
#include "src/expr/lower.h"
#include "src/expr/parser.h"
#include "src/expr/printer.h"

namespace duban::expr {

struct Program::Rep {
  std::string source;
  Ast ast;
  std::vector<std::string> names;  // by node, see Print()
  Type type;
  std::vector<int> reads;
  std::vector<std::pair<int, int>> selects;
  Code code;
};

namespace {

// What an empty Program shows.
struct Nothing {
  Type type;
  std::string source;
  std::vector<int> reads;
  std::vector<std::pair<int, int>> selects;
};

const Nothing& Empty() {
  static const auto* const nothing = new Nothing();
  return *nothing;
}

template <typename Map>
std::vector<std::string> SortedKeys(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& entry : map) keys.push_back(entry.first);
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

int Environment::Add(Declaration variable) {
  const int slot = static_cast<int>(variables_.size());
  if (!variable.name.empty()) by_name_.try_emplace(variable.name, slot);
  if (!variable.zh.empty()) by_name_.try_emplace(variable.zh, slot);
  variables_.push_back(std::move(variable));
  return slot;
}

void Environment::AddTable(std::string id, const LookupTable* table) {
  tables_.insert_or_assign(std::move(id), table);
}

void Environment::AddFunction(HostFunction function) {
  std::string name = function.name;
  functions_.insert_or_assign(std::move(name), std::move(function));
}

int Environment::FindVariable(absl::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? -1 : it->second;
}

const LookupTable* Environment::FindTable(absl::string_view id) const {
  const auto it = tables_.find(id);
  return it == tables_.end() ? nullptr : it->second;
}

const HostFunction* Environment::FindFunction(absl::string_view name) const {
  const auto it = functions_.find(name);
  return it == functions_.end() ? nullptr : &it->second;
}

void Environment::Declare(absl::string_view function, Overload overload) {
  std::shared_ptr<const Function>& declared =
      declared_.try_emplace(std::string(function)).first->second;
  auto all = std::make_shared<Function>();
  if (declared != nullptr) {
    *all = *declared;
  } else if (const Function* known = library().Find(function);
             known != nullptr) {
    *all = *known;
  } else {
    all->name = std::string(function);
    all->op = Op::kCall;
  }
  all->overloads.push_back(std::move(overload));
  declared = std::move(all);
}

const Library& Environment::library() const {
  return profile_ == Profile::kCel ? Library::Cel() : Library::Scoring();
}

const Function* Environment::FindInLibrary(absl::string_view name) const {
  const auto it = declared_.find(name);
  return it != declared_.end() ? it->second.get() : library().Find(name);
}

std::vector<std::string> Environment::TableIds() const {
  return SortedKeys(tables_);
}

std::vector<std::string> Environment::FunctionNames() const {
  return SortedKeys(functions_);
}

Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

Value Program::Evaluate(absl::Span<const Value> variables) const {
  return Evaluate(variables, RunLimits());
}

Value Program::Evaluate(absl::Span<const Value> variables,
                        const RunLimits& limits) const {
  if (rep_ == nullptr) {
    return Value::Error("NOT_COMPILED", "表达式没有编译成功",
                        "the expression was not compiled");
  }
  return expr::Evaluate(rep_->code, variables, limits);
}

Value Program::Observe(absl::Span<const Value> variables,
                       std::vector<Observation>* observations) const {
  observations->clear();
  if (rep_ == nullptr) return Evaluate(variables);
  const std::vector<Term>& terms = rep_->code.terms;
  std::vector<Observation> all(terms.size());
  Value result = expr::Evaluate(rep_->code, variables, RunLimits(), &all);
  for (size_t i = 0; i < terms.size(); ++i) {
    if (all[i].times == 0 || terms[i].end <= terms[i].begin) continue;
    all[i].begin = terms[i].begin;
    all[i].end = terms[i].end;
    observations->push_back(std::move(all[i]));
  }
  std::stable_sort(observations->begin(), observations->end(),
                   [](const Observation& a, const Observation& b) {
                     return a.begin != b.begin ? a.begin < b.begin
                                               : a.end > b.end;
                   });
  return result;
}

Cost Program::EstimateCost(const DeclaredSizes& sizes) const {
  return rep_ == nullptr ? Cost() : expr::EstimateCost(rep_->code, sizes);
}

const Code& Program::code() const {
  static const auto* const none = new Code();
  return rep_ == nullptr ? *none : rep_->code;
}

const Type& Program::type() const {
  return rep_ == nullptr ? Empty().type : rep_->type;
}

const std::string& Program::source() const {
  return rep_ == nullptr ? Empty().source : rep_->source;
}

std::string Program::Canonical() const {
  return rep_ == nullptr ? "" : Print(rep_->ast, &rep_->names);
}

const std::vector<int>& Program::reads() const {
  return rep_ == nullptr ? Empty().reads : rep_->reads;
}

const std::vector<std::pair<int, int>>& Program::selects() const {
  return rep_ == nullptr ? Empty().selects : rep_->selects;
}

class Compilation {
 public:
  Compilation(absl::string_view text, const Environment& environment,
              const Limits& limits)
      : text_(text), environment_(environment), limits_(limits) {
    ast_ = Parse(text, environment.profile(), limits, &errors_);
  }

  Compiled Checked(const Type& expected) {
    expr::Checked checked = Check(ast_, environment_, expected, &errors_);
    return Finish(std::move(checked), expected);
  }

  Compiled Unchecked() {
    expr::Checked checked;
    if (errors_.empty()) checked = Resolve(ast_, environment_);
    return Finish(std::move(checked), Type::Dyn());
  }

 private:
  Compiled Finish(expr::Checked checked, const Type& expected) {
    Compiled compiled;
    if (!errors_.empty()) {
      compiled.errors = errors_.Take();
      return compiled;
    }
    auto rep = std::make_shared<Program::Rep>();
    rep->code = Lower(ast_, checked, environment_, expected);
    rep->code.steps = limits_.steps;
    rep->code.scalar = ScalarCode::Make(rep->code, rep->code.root);
    rep->source = std::string(text_);
    rep->type = rep->code.terms[rep->code.root].type;
    rep->ast = std::move(ast_);
    rep->names = std::move(checked.names);
    rep->reads = std::move(checked.reads);
    rep->selects = std::move(checked.selects);
    compiled.program.rep_ = std::move(rep);
    return compiled;
  }

  const absl::string_view text_;
  const Environment& environment_;
  const Limits& limits_;
  SourceErrors errors_;
  Ast ast_;
};

Compiled Compile(absl::string_view text, const Environment& environment,
                 const Type& expected, const Limits& limits) {
  return Compilation(text, environment, limits).Checked(expected);
}

Compiled CompileUnchecked(absl::string_view text,
                          const Environment& environment,
                          const Limits& limits) {
  return Compilation(text, environment, limits).Unchecked();
}

}  // namespace duban::expr
