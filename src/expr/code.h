// The typed program that the checker's result is lowered to and that the
// evaluators run.
//
// Terms are in one array; each uses only terms before it, so an array of
// terms is at once a tree for the row evaluator and an order of computation
// for columns. Immutable once built; thread-safe.
#ifndef DUBAN_SRC_EXPR_CODE_H_
#define DUBAN_SRC_EXPR_CODE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "re2/re2.h"
#include "src/expr/ast.h"
#include "src/expr/builtins.h"
#include "src/expr/program.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

struct Term {
  Op op = Op::kNone;
  // A missing value (or an absent key) is a result here, not an error: the
  // term is what has() or orValue() asks about.
  bool raw = false;
  Macro macro = Macro::kNone;  // of kComprehension
  int offset = 0;              // bytes, for errors
  // kConform: a value of its argument that is not of `type` is an error, but
  // an int is made a decimal where that is the type.
  // kConstant: index in Code::constants. kVariable: slot. kField: field.
  // kLocal, kComprehension: index of the local. kLookup: in tables.
  // kHostCall: in functions. kMatchesPattern: in patterns.
  int index = -1;
  Type type;                       // static; a value of it or an error
  std::vector<int> args;           // terms, each less than this one's index
  std::string name;                // kSelect: the field. Others: for errors
  const char* overload = nullptr;  // id; null where types decide at run time
};

struct Code {
  std::vector<Term> terms;
  int root = 0;
  int locals = 0;
  std::vector<Value> constants;
  std::vector<std::pair<std::string, const LookupTable*>> tables;
  std::vector<HostFunction> functions;
  std::vector<std::shared_ptr<const RE2>> patterns;
  const WorkingDays* working_days = nullptr;
  size_t variables = 0;  // slots that Evaluate() must be given
  int64_t steps = 0;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_CODE_H_
