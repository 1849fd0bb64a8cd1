// What a term of a typed program does. See code.h.
#ifndef DUBAN_SRC_EXPR_OP_H_
#define DUBAN_SRC_EXPR_OP_H_

#include <cstdint>

namespace duban::expr {

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
  kTest,  // has() of plain CEL, over the operand of the selection
  kOptionalSelect,
  kOptionalOr,
  kOptionalOrValue,
  kMessage,
  kBlock,
  kCall,  // of a function of a library
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
  kOptionalIndex,
  kSize,
  kType,
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

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_OP_H_
