// Loops over the arrays of one chunk: what the column evaluator does with
// numbers and truth values. None of them knows of programs.
//
// A loop that cannot give the right value for a row sets its byte in
// `failed`, and never clears one. Pure functions; thread-safe.
#ifndef DUBAN_SRC_EXPR_COLUMN_KERNELS_H_
#define DUBAN_SRC_EXPR_COLUMN_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "src/base/decimal.h"
#include "src/expr/op.h"

namespace duban::expr {

// An array, or one value for all rows.
template <typename T>
struct Operand {
  const T* data = nullptr;
  T value{};  // where there is no array
};

// Truth of `a op b`, with op one of the six comparisons.
void Compare(Op op, size_t n, Operand<int64_t> a, Operand<int64_t> b,
             uint8_t* out);
void Compare(Op op, size_t n, Operand<double> a, Operand<double> b,
             uint8_t* out);
void Compare(Op op, size_t n, Operand<int128_t> a, Operand<int128_t> b,
             uint8_t* out);
// A column as it is stored against a number that need not fit its type.
void CompareWith(Op op, size_t n, const uint8_t* a, int64_t b, uint8_t* out);
void CompareWith(Op op, size_t n, const int16_t* a, int64_t b, uint8_t* out);
void CompareWith(Op op, size_t n, const int32_t* a, int64_t b, uint8_t* out);
void CompareWith(Op op, size_t n, const int64_t* a, int64_t b, uint8_t* out);

// + - * / % of ints; fails where the result does not fit or b is 0.
void Calculate(Op op, size_t n, Operand<int64_t> a, Operand<int64_t> b,
               int64_t* out, uint8_t* failed);
void Calculate(Op op, size_t n, Operand<double> a, Operand<double> b,
               double* out);
// + - * / of decimals in units of 10^-9.
void Calculate(Op op, size_t n, Operand<int128_t> a, Operand<int128_t> b,
               int128_t* out, uint8_t* failed);
// a * b / c of whole numbers, in units, rounded once.
void MultiplyDivide(size_t n, Operand<int64_t> a, Operand<int64_t> b,
                    Operand<int64_t> c, int128_t* out, uint8_t* failed);

void Widen(size_t n, const uint8_t* in, int64_t* out);
void Widen(size_t n, const int16_t* in, int64_t* out);
void Widen(size_t n, const int32_t* in, int64_t* out);
void ToUnits(size_t n, const int64_t* whole, int128_t* out);

// Bytes that are 0 or 1.
void And(size_t n, const uint8_t* a, uint8_t* inout);
void Or(size_t n, const uint8_t* a, uint8_t* inout);
void Not(size_t n, const uint8_t* in, uint8_t* out);
bool Any(size_t n, const uint8_t* bytes);
// One operand of && or ||: marks the rows that it decides, which are those
// where it did not fail, was asked (null: in all rows), and has the truth
// that is decisive.
void Decide(size_t n, bool decisive, const uint8_t* truth,
            const uint8_t* failed, const uint8_t* asked, uint8_t* decided);

// out = condition ? a : b.
void Blend(size_t n, const uint8_t* condition, Operand<uint8_t> a,
           Operand<uint8_t> b, uint8_t* out);
void Blend(size_t n, const uint8_t* condition, Operand<int64_t> a,
           Operand<int64_t> b, int64_t* out);
void Blend(size_t n, const uint8_t* condition, Operand<double> a,
           Operand<double> b, double* out);
void Blend(size_t n, const uint8_t* condition, Operand<int128_t> a,
           Operand<int128_t> b, int128_t* out);

// out = table[code], row by row.
template <typename Code, typename T>
void Gather(size_t n, const Code* codes, const T* table, T* out) {
  for (size_t i = 0; i < n; ++i) out[i] = table[codes[i]];
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_COLUMN_KERNELS_H_
