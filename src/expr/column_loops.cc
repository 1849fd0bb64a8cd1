// The terms of a chunk that are done by loops. See column_run.h.
#include <algorithm>
#include <cstring>
#include <utility>

#include "src/expr/column_run.h"

namespace duban::expr {
namespace {

using Layout = Column::Layout;

template <typename T>
const T* From(const Column& column, size_t row) {
  return static_cast<const T*>(column.data) + row;
}

// Whether all bytes are 0 or 1.
bool IsTruth(size_t n, const uint8_t* bytes) {
  uint8_t bits = 0;
  for (size_t i = 0; i < n; ++i) bits |= bytes[i];
  return bits <= 1;
}

void ToTruth(size_t n, const uint8_t* in, uint8_t* out) {
  for (size_t i = 0; i < n; ++i) out[i] = in[i] != 0 ? 1 : 0;
}

}  // namespace

void ColumnRun::FillColumn(int id) {
  const Column& column = *plan_.sources[StepOf(id).source].column;
  Chunk& chunk = chunks_[id];
  chunk.failed = nullptr;
  switch (column.layout) {
    case Layout::kUint8:
      chunk.bools = From<uint8_t>(column, begin_);
      if (StepOf(id).shape == Shape::kBool) {
        if (IsTruth(rows_, chunk.bools)) break;
        chunk.own_bools.resize(kChunk);
        ToTruth(rows_, chunk.bools, chunk.own_bools.data());
        chunk.bools = chunk.own_bools.data();
        break;
      }
      chunk.own_numbers.resize(kChunk);
      Widen(rows_, chunk.bools, chunk.own_numbers.data());
      chunk.numbers = chunk.own_numbers.data();
      break;
    case Layout::kInt16:
      chunk.own_numbers.resize(kChunk);
      Widen(rows_, From<int16_t>(column, begin_), chunk.own_numbers.data());
      chunk.numbers = chunk.own_numbers.data();
      break;
    case Layout::kInt32:
      chunk.own_numbers.resize(kChunk);
      Widen(rows_, From<int32_t>(column, begin_), chunk.own_numbers.data());
      chunk.numbers = chunk.own_numbers.data();
      break;
    case Layout::kInt64:
      chunk.numbers = From<int64_t>(column, begin_);
      break;
    case Layout::kDouble:
      chunk.doubles = From<double>(column, begin_);
      break;
    default:
      chunk.units = From<int128_t>(column, begin_);
  }
  FailOutside(id, column, StepOf(id).shape);
}

void ColumnRun::FailOutside(int id, const Column& column, Shape shape) {
  const bool days = shape == Shape::kDay && (column.layout == Layout::kInt32 ||
                                             column.layout == Layout::kInt64);
  if (column.present == nullptr && !days) return;
  Chunk& chunk = chunks_[id];
  chunk.own_failed.assign(kChunk, 0);
  uint8_t* failed = chunk.own_failed.data();
  for (size_t i = 0; i < rows_ && column.present != nullptr; ++i) {
    failed[i] = column.present[begin_ + i] == 0;
  }
  if (days && column.layout == Layout::kInt32) {
    const auto* day = From<int32_t>(column, begin_);
    for (size_t i = 0; i < rows_; ++i) failed[i] |= IsDay(day[i]) ? 0 : 1;
  } else if (days) {
    const auto* day = From<int64_t>(column, begin_);
    for (size_t i = 0; i < rows_; ++i) failed[i] |= IsDay(day[i]) ? 0 : 1;
  }
  chunk.failed = failed;
  DropFailures(id);
}

void ColumnRun::FillCompareWith(int id, const uint8_t* need) {
  (void)need;  // cheaper for all
  const Term& term = At(id);
  const Column& column = *plan_.sources[StepOf(term.args[0]).source].column;
  const int64_t with = ChunkOf(term.args[1]).numbers[0];
  Allocate(id);
  Chunk& chunk = chunks_[id];
  uint8_t* out = chunk.own_bools.data();
  switch (column.layout) {
    case Layout::kUint8:
      CompareWith(term.op, rows_, From<uint8_t>(column, begin_), with, out);
      break;
    case Layout::kInt16:
      CompareWith(term.op, rows_, From<int16_t>(column, begin_), with, out);
      break;
    case Layout::kInt32:
      CompareWith(term.op, rows_, From<int32_t>(column, begin_), with, out);
      break;
    default:
      CompareWith(term.op, rows_, From<int64_t>(column, begin_), with, out);
  }
  FailOutside(id, column, StepOf(term.args[0]).shape);
}

void ColumnRun::FillCompare(int id, const uint8_t* need) {
  const Term& term = At(id);
  const int a = term.args[0];
  const int b = term.args[1];
  Fill(a, need);
  Fill(b, need);
  Allocate(id);
  uint8_t* out = chunks_[id].own_bools.data();
  const Shape x = StepOf(a).shape;
  const Shape y = StepOf(b).shape;
  if (x == Shape::kBool) {
    for (size_t i = 0; i < rows_; ++i) {
      const int64_t p = ChunkOf(a).bools[i];
      const int64_t q = ChunkOf(b).bools[i];
      Compare(term.op, 1, Operand<int64_t>{&p, 0}, Operand<int64_t>{&q, 0},
              out + i);
    }
  } else if (x == Shape::kDouble) {
    Compare(term.op, rows_, Doubles(a), Doubles(b), out);
  } else if (x == Shape::kUnits || y == Shape::kUnits) {
    Compare(term.op, rows_, Units(a), Units(b), out);
  } else {
    Compare(term.op, rows_, Numbers(a), Numbers(b), out);
  }
  const bool fails =
      ChunkOf(a).failed != nullptr || ChunkOf(b).failed != nullptr;
  if (fails) JoinFailures(id, {a, b});
}

void ColumnRun::FillCalculate(int id, const uint8_t* need) {
  const Term& term = At(id);
  const int a = term.args[0];
  const int b = term.args[1];
  Fill(a, need);
  Fill(b, need);
  Allocate(id);
  Chunk& chunk = chunks_[id];
  uint8_t* failed = JoinFailures(id, {a, b});
  switch (StepOf(id).shape) {
    case Shape::kDouble:
      Calculate(term.op, rows_, Doubles(a), Doubles(b),
                chunk.own_doubles.data());
      break;
    case Shape::kUnits:
      Calculate(term.op, rows_, Units(a), Units(b), chunk.own_units.data(),
                failed);
      break;
    default:
      Calculate(term.op, rows_, Numbers(a), Numbers(b),
                chunk.own_numbers.data(), failed);
  }
  DropFailures(id);
}

// a * b / c, or a / c.
void ColumnRun::FillWholeRatio(int id, const uint8_t* need) {
  const Term& term = At(id);
  for (const int arg : term.args) Fill(arg, need);
  Allocate(id);
  const bool three = term.args.size() == 3;
  const int last = term.args.back();
  uint8_t* failed = three ? JoinFailures(id, {term.args[0], term.args[1], last})
                          : JoinFailures(id, {term.args[0], last});
  const Operand<int64_t> one = {nullptr, 1};
  MultiplyDivide(rows_, Numbers(term.args[0]),
                 three ? Numbers(term.args[1]) : one, Numbers(last),
                 chunks_[id].own_units.data(), failed);
  DropFailures(id);
}

// An operand that decides outweighs the failures of all the others. One that
// is dear is not looked at where the others have decided.
void ColumnRun::FillLogic(int id, const uint8_t* need) {
  const Term& term = At(id);
  const bool decisive = term.op == Op::kOr;
  Allocate(id);
  Chunk& chunk = chunks_[id];
  uint8_t* decided = chunk.own_bools.data();
  std::memset(decided, 0, rows_);
  bool fails = false;
  std::vector<uint8_t> wanted;
  for (size_t k = 0; k < term.args.size(); ++k) {
    const uint8_t* ask = need;
    if (k > 0 && StepOf(term.args[k]).dear) {
      wanted.resize(kChunk);
      Not(rows_, decided, wanted.data());
      if (need != nullptr) And(rows_, need, wanted.data());
      if (!Any(rows_, wanted.data())) continue;
      ask = wanted.data();
    }
    const Chunk& operand = Fill(term.args[k], ask);
    const uint8_t* truth = operand.bools;
    const uint8_t* failed = operand.failed;
    if (failed != nullptr && !fails) {
      chunk.own_failed.assign(kChunk, 0);
      fails = true;
    }
    if (failed != nullptr) Or(rows_, failed, chunk.own_failed.data());
    // A value that was not asked for decides nothing.
    Decide(rows_, decisive, truth, failed, ask == need ? nullptr : ask,
           decided);
  }
  if (fails) {
    for (size_t i = 0; i < rows_; ++i) chunk.own_failed[i] &= decided[i] ^ 1;
    chunk.failed = chunk.own_failed.data();
    DropFailures(id);
  }
  if (!decisive) Not(rows_, decided, decided);
}

void ColumnRun::FillNot(int id, const uint8_t* need) {
  const Chunk& operand = Fill(At(id).args[0], need);
  Allocate(id);
  Not(rows_, operand.bools, chunks_[id].own_bools.data());
  if (operand.failed != nullptr) JoinFailures(id, {At(id).args[0]});
}

void ColumnRun::FillConditional(int id, const uint8_t* need) {
  const Term& term = At(id);
  const Chunk& test = Fill(term.args[0], need);
  std::vector<uint8_t> wanted;
  for (const int branch : {1, 2}) {
    const int arg = term.args[branch];
    if (!StepOf(arg).dear) {
      Fill(arg, need);
      continue;
    }
    wanted.resize(kChunk);
    if (branch == 1) {
      std::memcpy(wanted.data(), test.bools, rows_);
    } else {
      Not(rows_, test.bools, wanted.data());
    }
    if (need != nullptr) And(rows_, need, wanted.data());
    Fill(arg, wanted.data());
  }
  Choose(id, test.bools, term.args[1], term.args[2]);
  // A failed branch fails the rows that take it.
  Chunk& chunk = chunks_[id];
  const uint8_t* yes = ChunkOf(term.args[1]).failed;
  const uint8_t* no = ChunkOf(term.args[2]).failed;
  if (test.failed == nullptr && yes == nullptr && no == nullptr) return;
  uint8_t* failed = JoinFailures(id, {term.args[0]});
  for (size_t i = 0; i < rows_; ++i) {
    const uint8_t* taken = test.bools[i] != 0 ? yes : no;
    if (taken != nullptr) failed[i] |= taken[i];
  }
  chunk.failed = failed;
  DropFailures(id);
}

// The values of one term or the other, as the condition says; failures are
// left to the caller.
void ColumnRun::Choose(int id, const uint8_t* condition, int yes, int no) {
  Allocate(id);
  Chunk& chunk = chunks_[id];
  switch (StepOf(id).shape) {
    case Shape::kBool:
      return Blend(rows_, condition, Operand<uint8_t>{ChunkOf(yes).bools, 0},
                   Operand<uint8_t>{ChunkOf(no).bools, 0},
                   chunk.own_bools.data());
    case Shape::kDouble:
      return Blend(rows_, condition, Doubles(yes), Doubles(no),
                   chunk.own_doubles.data());
    case Shape::kUnits:
      return Blend(rows_, condition, Units(yes), Units(no),
                   chunk.own_units.data());
    default:
      return Blend(rows_, condition, Numbers(yes), Numbers(no),
                   chunk.own_numbers.data());
  }
}

void ColumnRun::FillHas(int id) {
  const Column& column = *plan_.sources[StepOf(At(id).args[0]).source].column;
  Allocate(id);
  uint8_t* out = chunks_[id].own_bools.data();
  if (column.present == nullptr) {
    std::memset(out, 1, rows_);
  } else {
    ToTruth(rows_, column.present + begin_, out);
  }
  FailOutside(id, column, StepOf(At(id).args[0]).shape);
  if (chunks_[id].failed == nullptr) return;
  And(rows_, out, chunks_[id].own_failed.data());
  DropFailures(id);
}

void ColumnRun::FillOrValue(int id, const uint8_t* need) {
  const Term& term = At(id);
  const Column& column = *plan_.sources[StepOf(term.args[0]).source].column;
  Fill(term.args[0], need);
  std::vector<uint8_t> there(kChunk, 1);
  if (column.present != nullptr) {
    ToTruth(rows_, column.present + begin_, there.data());
  }
  std::vector<uint8_t> wanted(kChunk);
  Not(rows_, there.data(), wanted.data());
  if (need != nullptr) And(rows_, need, wanted.data());
  Fill(term.args[1], wanted.data());
  Choose(id, there.data(), term.args[0], term.args[1]);
  const uint8_t* stored = ChunkOf(term.args[0]).failed;
  const uint8_t* other = ChunkOf(term.args[1]).failed;
  if (stored == nullptr && other == nullptr) return;
  uint8_t* failed = JoinFailures(id, {});
  for (size_t i = 0; i < rows_; ++i) {
    const uint8_t* taken = there[i] != 0 ? stored : other;
    if (taken != nullptr) failed[i] = taken[i];
  }
  DropFailures(id);
}

// An int that is wanted as a decimal: the numbers are the same.
void ColumnRun::FillWiden(int id, const uint8_t* need) {
  const int arg = At(id).args[0];
  const Chunk& operand = Fill(arg, need);
  Chunk& chunk = chunks_[id];
  chunk.constant = operand.constant;
  chunk.numbers = operand.numbers;
  chunk.failed = operand.failed;
}

void ColumnRun::FillAmong(int id, const uint8_t* need) {
  const Term& term = At(id);
  const int a = term.args[0];
  Fill(a, need);
  Allocate(id);
  Chunk& chunk = chunks_[id];
  std::vector<uint8_t> equal(kChunk);
  std::memset(chunk.own_bools.data(), 0, rows_);
  const Shape shape = StepOf(a).shape;
  for (const int item : At(term.args[1]).args) {
    if (shape == Shape::kBool) {
      for (size_t i = 0; i < rows_; ++i) {
        equal[i] = ChunkOf(a).bools[i] == ChunkOf(item).bools[i];
      }
    } else if (shape == Shape::kUnits || StepOf(item).shape == Shape::kUnits) {
      Compare(Op::kEqual, rows_, Units(a), Units(item), equal.data());
    } else {
      Compare(Op::kEqual, rows_, Numbers(a), Numbers(item), equal.data());
    }
    Or(rows_, equal.data(), chunk.own_bools.data());
  }
  if (ChunkOf(a).failed != nullptr) JoinFailures(id, {a});
}

// all() is && over the elements of the list, exists() is ||. An element that
// failed fails them all: the list itself is an error then.
void ColumnRun::FillQuantify(int id, const uint8_t* need) {
  const Term& term = At(id);
  const bool decisive = term.macro == Macro::kExists;
  Allocate(id);
  Chunk& chunk = chunks_[id];
  uint8_t* decided = chunk.own_bools.data();
  std::memset(decided, 0, rows_);
  std::vector<uint8_t> failed(kChunk, 0);
  std::vector<uint8_t> list_failed(kChunk, 0);
  for (const int item : At(term.args[0]).args) {
    const Chunk& element = Fill(item, need);
    if (element.failed != nullptr) {
      Or(rows_, element.failed, list_failed.data());
    }
    locals_[term.index] = &element;
    const Chunk& body = Fill(term.args[1], need);
    for (size_t i = 0; i < rows_; ++i) {
      uint8_t says = decisive ? body.bools[i] : body.bools[i] ^ 1;
      if (body.failed != nullptr) {
        says &= body.failed[i] ^ 1;
        failed[i] |= body.failed[i];
      }
      decided[i] |= says;
    }
  }
  for (size_t i = 0; i < rows_; ++i) {
    failed[i] = (failed[i] & (decided[i] ^ 1)) | list_failed[i];
  }
  chunk.own_failed = std::move(failed);
  chunk.failed = chunk.own_failed.data();
  DropFailures(id);
  if (!decisive) Not(rows_, decided, decided);
}

}  // namespace duban::expr
