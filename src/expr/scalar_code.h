// The short cut of the row evaluator: programs over numbers, dates, truth
// values and text, which is most of what rules are, as straight code over
// registers, with no Value made on the way.
//
// It gives an answer or gives up. It gives up wherever anything is out of the
// ordinary (an error, a missing value, a value of another type than promised,
// a long text), and the evaluator then does it all again; so what errors are,
// and what absorbs them, is said in one place only.
//
// Immutable once made; thread-safe.
#ifndef DUBAN_SRC_EXPR_SCALAR_CODE_H_
#define DUBAN_SRC_EXPR_SCALAR_CODE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "re2/re2.h"
#include "src/base/decimal.h"
#include "src/expr/value.h"

namespace duban::expr {

struct Code;

// What a register holds.
enum class ScalarKind : uint8_t {
  kBool,
  kInt,
  kDouble,
  kDecimal,
  kDate,
  kText
};

enum class ScalarOp : uint8_t {
  // out = …
  kLoad,       // the variable in slot a, of the kind b
  kLoadField,  // field b of the record in slot a, of the kind `imm`
  kConstant,   // constants[a]
  kMove,       // a
  kMoveDecimal,
  kIntToDecimal,
  kNot,
  kAddInt,
  kSubtractInt,
  kMultiplyInt,
  kDivideInt,
  kModuloInt,
  kAddIntImm,
  kSubtractIntImm,
  kMultiplyIntImm,
  kAddDouble,
  kSubtractDouble,
  kMultiplyDouble,
  kDivideDouble,
  kAddDecimal,
  kSubtractDecimal,
  kMultiplyDecimal,
  kDivideDecimal,
  kMultiplyDivide,  // a * b / imm, of decimals; imm is a register
  kEqualInt,
  kNotEqualInt,
  kLessInt,
  kLessEqualInt,
  kEqualIntImm,
  kNotEqualIntImm,
  kLessIntImm,
  kLessEqualIntImm,
  kGreaterIntImm,
  kGreaterEqualIntImm,
  // The int variable in slot a against `imm`: the most frequent of all.
  kEqualVariableImm,
  kNotEqualVariableImm,
  kLessVariableImm,
  kLessEqualVariableImm,
  kGreaterVariableImm,
  kGreaterEqualVariableImm,
  kEqualDouble,
  kNotEqualDouble,
  kLessDouble,
  kLessEqualDouble,
  kEqualDecimal,
  kNotEqualDecimal,
  kLessDecimal,
  kLessEqualDecimal,
  kEqualText,
  kNotEqualText,
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,    // text a, patterns[imm]
  kTextAmong,  // text a, lists[imm]
  kIntAmong,   // int or date a, lists[imm]
  // To instruction `imm` where register a is false or true.
  kJump,
  kJumpIfFalse,
  kJumpIfTrue,
  kReturn,  // register a
};

struct ScalarInstruction {
  ScalarOp op;
  uint8_t out = 0;
  uint16_t a = 0;
  uint16_t b = 0;
  int64_t imm = 0;
};

struct ScalarCode {
  static constexpr int kRegisters = 64;
  static constexpr int kFields = 16;  // of records, read by one program
  // Longer text is left to the evaluator, which counts what it costs.
  static constexpr size_t kMostText = 2048;

  std::vector<ScalarInstruction> instructions;
  ScalarKind result = ScalarKind::kBool;
  std::vector<Value> constants;
  std::vector<std::vector<Value>> lists;
  std::vector<std::shared_ptr<const RE2>> patterns;
  // The evaluator would not take more steps than this, whatever the values.
  int64_t most_steps = 0;

  // For one term of a program, with all that is in it; null where that is not
  // of this sort.
  static std::shared_ptr<const ScalarCode> Make(const Code& code, int term);
  // False: it gave up, and *result is as it was.
  bool Run(absl::Span<const Value> variables, Value* result) const;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_SCALAR_CODE_H_
