#include "src/expr/program.h"

#include <algorithm>
#include <utility>

#include "src/expr/ast.h"
#include "src/expr/checker.h"
#include "src/expr/code.h"
#include "src/expr/evaluator.h"
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
  if (rep_ == nullptr) {
    return Value::Error("NOT_COMPILED", "表达式没有编译成功",
                        "the expression was not compiled");
  }
  return expr::Evaluate(rep_->code, variables);
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

Compiled Compile(absl::string_view text, const Environment& environment,
                 const Type& expected, const Limits& limits) {
  Compiled compiled;
  SourceErrors errors;
  Ast ast = Parse(text, limits, &errors);
  Checked checked = Check(ast, environment, expected, &errors);
  if (!errors.empty()) {
    compiled.errors = errors.Take();
    return compiled;
  }
  auto rep = std::make_shared<Program::Rep>();
  rep->code = Lower(ast, checked, environment, expected);
  rep->code.steps = limits.steps;
  rep->source = std::string(text);
  rep->type = rep->code.terms[rep->code.root].type;
  rep->ast = std::move(ast);
  rep->names = std::move(checked.names);
  rep->reads = std::move(checked.reads);
  rep->selects = std::move(checked.selects);
  compiled.program.rep_ = std::move(rep);
  return compiled;
}

}  // namespace duban::expr
