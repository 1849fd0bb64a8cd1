// The operators and functions of the scoring profile: their names, what they
// take and what they give. The checker picks an overload from here, and the
// evaluator runs the Op that all overloads of a function share.
//
// Constant data; thread-safe.
#ifndef DUBAN_SRC_EXPR_BUILTINS_H_
#define DUBAN_SRC_EXPR_BUILTINS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/ast.h"
#include "src/expr/type.h"

namespace duban::expr {

// What a term of a typed program does.
enum class Op : uint8_t {
  kNone,
  // Terms that decide for themselves which of their arguments to evaluate,
  // or that have payload besides arguments (see code.h).
  kConstant,
  kVariable,
  kLocal,
  kField,
  kSelect,
  kHas,
  kOrValue,
  kConditional,
  kAnd,
  kOr,
  kList,
  kMap,
  kComprehension,
  kConform,
  kMultiplyDivide,
  kLookup,
  kHostCall,
  kMatchesPattern,
  // Functions of their arguments' values.
  kNot,
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kIndex,
  kSize,
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,
  kInt,
  kDecimal,
  kString,
  kBool,
  kDate,
  kDyn,
  kYear,
  kMonth,
  kDay,
  kWeekday,
  kDaysBetween,
  kWorkdaysBetween,
  kAddWorkdays,
  kMin,
  kMax,
  kClamp,
  kAbs,
  kRound,
  kFloor,
  kCeil,
  kSum,
  kAvg,
  kProrate,
};

// One signature. A letter stands for each parameter:
//   b bool   i int   n int or decimal   s string   D date   a anything
//   L list   I list(int)   K list of numbers   T list(date)   M map
// and a final '+' repeats the letter before it. `result` is b, i, s, D,
// d (decimal), * (dyn) or J (what both lists can be joined to).
struct Overload {
  const char* id;  // those of CEL where CEL has it
  const char* parameters;
  char result;
};

struct Function {
  static constexpr int kMostOverloads = 6;
  const char* name;
  Op op;
  bool global;                         // name(x, y)
  bool method;                         // x.name(y)
  Overload overloads[kMostOverloads];  // up to the first without an id
};

const Function* FindFunction(absl::string_view name);  // or null
const Function* FunctionOf(Operator op);  // null for && || ?: and the index
std::vector<std::string> FunctionNames();

// Whether a value of the type may be a parameter of that letter: dyn may.
bool Fits(char parameter, const Type& type);
bool FitsAll(const Overload& overload, const std::vector<Type>& arguments);
// "int", "number", "list(date)": how a message names the letter.
std::string ParameterName(char parameter);

// The one type that values of both types can have together: int and decimal
// meet in decimal, anything and dyn in dyn. False where there is none.
bool Unify(const Type& a, const Type& b, Type* result);
// Whether a value of type `from` may be given where `to` is wanted; an int
// may be given for a decimal.
bool Assignable(const Type& from, const Type& to);
// Whether == makes sense between the two.
bool Comparable(const Type& a, const Type& b);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_BUILTINS_H_
