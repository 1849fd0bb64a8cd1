// Compiling and running an expression.
//
//   Environment env;
//   env.Add({"minutes", Type::Decimal()});
//   Compiled c = Compile("prorate(minutes / 60, 20, 20)", env);
//   if (!c.ok()) … c.errors …
//   Value v = c.program.Evaluate({Value::Dec(…)});
//
// Plain CEL is the same with Environment(Profile::kCel); it may have messages
// of protobuf, and a container that names are looked up in.
//
// An Environment and a Program are immutable once built and may be shared by
// threads. Evaluation allocates only what its values need.
#ifndef DUBAN_SRC_EXPR_PROGRAM_H_
#define DUBAN_SRC_EXPR_PROGRAM_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/hash_map.h"
#include "src/expr/source.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

class MessageTypes;  // messages.h
struct Code;         // code.h
class Library;       // library.h
struct Function;
struct Overload;

// A band or decision table that lookup('id', …) reads. It is built and
// checked by pack/; expr/ only calls it.
class LookupTable {
 public:
  virtual ~LookupTable() = default;
  virtual const std::vector<Type>& inputs() const = 0;
  virtual Type output() const = 0;
  // `arguments` are of the types of inputs(). An error value where nothing
  // matches and the table says nothing of that case.
  virtual Value Lookup(absl::Span<const Value> arguments) const = 0;
};

// Days on which people work. The calendar of a pack stands behind it.
class WorkingDays {
 public:
  virtual ~WorkingDays() = default;
  // Working days after `from` up to and including `to`; negative when to is
  // before from.
  virtual int64_t Between(Date from, Date to) const = 0;
  virtual Date Add(Date from, int64_t n) const = 0;
};

// A function of the host, for instance level('rank', code). Pure: the same
// arguments always give the same value.
struct HostFunction {
  std::string name;
  std::vector<Type> parameters;
  Type result;
  std::function<Value(absl::Span<const Value>)> call;
};

class Environment {
 public:
  explicit Environment(Profile profile = Profile::kScoring)
      : profile_(profile) {}

  // Adds a variable; its slot is the number of variables before it. Names
  // (and Chinese names) must be distinct.
  int Add(Declaration variable);
  // The table outlives the Environment and the Programs compiled in it.
  void AddTable(std::string id, const LookupTable* table);
  // A function of the language cannot be replaced: its name is taken.
  void AddFunction(HostFunction function);
  void SetWorkingDays(const WorkingDays* days) { working_days_ = days; }

  // Of plain CEL only. In the container "a.b", x is a.b.x, a.x or x, whichever
  // there is first. The message types outlive the Environment and the
  // Programs compiled in it.
  void SetContainer(std::string container) {
    container_ = std::move(container);
  }
  void SetMessageTypes(const MessageTypes* types) { messages_ = types; }
  // Declares an overload of a function that has no definition: expressions
  // that call it can be checked, and fail when they are evaluated.
  void Declare(absl::string_view function, Overload overload);

  Profile profile() const { return profile_; }
  const std::string& container() const { return container_; }
  const MessageTypes* messages() const { return messages_; }
  const Library& library() const;
  // A function of the language, or one declared; null where there is none.
  const Function* FindInLibrary(absl::string_view name) const;
  const std::vector<Declaration>& variables() const { return variables_; }
  int FindVariable(absl::string_view name) const;  // either name; or -1
  const LookupTable* FindTable(absl::string_view id) const;        // or null
  const HostFunction* FindFunction(absl::string_view name) const;  // or null
  const WorkingDays* working_days() const { return working_days_; }
  std::vector<std::string> TableIds() const;       // sorted
  std::vector<std::string> FunctionNames() const;  // sorted, host's only

 private:
  std::vector<Declaration> variables_;
  HashMap<std::string, int> by_name_;
  HashMap<std::string, const LookupTable*> tables_;
  HashMap<std::string, HostFunction> functions_;
  HashMap<std::string, std::shared_ptr<const Function>> declared_;
  const WorkingDays* working_days_ = nullptr;
  const MessageTypes* messages_ = nullptr;
  std::string container_;
  Profile profile_;
};

// What one evaluation may take; the default is what the Program was compiled
// with, and nobody who cancels it.
struct RunLimits {
  int64_t steps = -1;  // see Limits::steps; negative: as compiled
  const std::atomic<bool>* cancel = nullptr;
};

// What a part of an expression was when it was evaluated.
struct Observation {
  int begin = 0;  // bytes of the source
  int end = 0;
  Value value;
  int times = 0;  // how often it was; `value` is of the last time
};

// Least and most steps that an evaluation takes.
struct Cost {
  int64_t least = 0;
  int64_t most = 0;  // INT64_MAX where nothing bounds it
};

// How large the values of variables are at most: characters of a string,
// elements of a list, entries of a map, at any depth.
struct DeclaredSizes {
  int64_t text = 0;
  int64_t elements = 0;
};

class Program {
 public:
  Program();
  ~Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;

  // `variables[i]` is the value of slot i; all slots must be there. Never
  // throws; a failure is an error value whose offset is set.
  Value Evaluate(absl::Span<const Value> variables) const;
  Value Evaluate(absl::Span<const Value> variables,
                 const RunLimits& limits) const;
  // The same, and what every part of the expression was: parts in the order
  // of the source, outer before inner, each once. Parts that were not
  // evaluated are not there.
  Value Observe(absl::Span<const Value> variables,
                std::vector<Observation>* observations) const;
  // Before anything is evaluated: what that will take. Evaluate() never ends
  // in BUDGET_EXCEEDED where `most` is not above the limit.
  Cost EstimateCost(const DeclaredSizes& sizes) const;

  const Type& type() const;
  // The text as given, and as stored: plain CEL with stable ASCII names.
  const std::string& source() const;
  std::string Canonical() const;
  // Slots of the variables that the program reads, ascending.
  const std::vector<int>& reads() const;
  // (slot, field index) pairs it selects directly on record variables.
  const std::vector<std::pair<int, int>>& selects() const;

  // For the column evaluator; see code.h.
  const Code& code() const;

  struct Rep;

 private:
  friend struct Compiled;
  friend class Compilation;
  std::shared_ptr<const Rep> rep_;
};

struct Compiled {
  Program program;                  // usable only if ok()
  std::vector<SourceError> errors;  // all of them, by offset
  bool ok() const { return errors.empty(); }
};

// `expected` = Dyn accepts any type. Where Decimal is expected an int does
// as well (and is converted). Never throws.
Compiled Compile(absl::string_view text, const Environment& environment,
                 const Type& expected = Type::Dyn(), const Limits& limits = {});

// Plain CEL without its checker: all types are dyn, and names that there are
// not, or arguments that no function takes, are errors of the evaluation.
Compiled CompileUnchecked(absl::string_view text,
                          const Environment& environment,
                          const Limits& limits = {});

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_PROGRAM_H_
