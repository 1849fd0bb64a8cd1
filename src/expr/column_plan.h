// How a program is to be run over columns of certain layouts: for each term,
// by which loop, by a table, or by the row evaluator. Private to expr/; see
// columns.h.
//
// Immutable once made; thread-safe.
#ifndef DUBAN_SRC_EXPR_COLUMN_PLAN_H_
#define DUBAN_SRC_EXPR_COLUMN_PLAN_H_

#include <cstdint>
#include <vector>

#include "src/base/date.h"
#include "src/expr/code.h"
#include "src/expr/columns.h"

namespace duban::expr {

// What the array of a term is of.
enum class Shape : uint8_t {
  kBool,    // uint8_t, 0 or 1
  kInt,     // int64_t
  kDouble,  // double
  kWhole,   // int64_t: a decimal without places
  kUnits,   // int128_t: a decimal in units of 10^-9
  kDay,     // int64_t: days since 1970
  kValue,   // Value
};

// What a term is done by.
enum class Way : uint8_t {
  kConstant,
  kColumn,       // read as it is stored
  kTable,        // computed for each value of the one column it reads
  kRow,          // left to the row evaluator
  kLocal,        // an element of the list that a macro is unrolled over
  kCompare,      // == != < <= > >=
  kCompareWith,  // a stored column and a constant
  kCalculate,    // + - * / % of numbers
  kWholeRatio,   // a * b / c, or a / c, of whole decimals
  kLogic,        // && ||
  kNot,
  kConditional,
  kHas,
  kOrValue,
  kWiden,     // an int as a decimal
  kAmong,     // in a list of constant numbers
  kQuantify,  // all() and exists() over a list that is written out
};

struct Step {
  Way way = Way::kRow;
  Shape shape = Shape::kValue;
  int source = -1;  // of kColumn, kTable: index in Plan::sources
  // Whether it is better not done for rows that do not need it.
  bool dear = false;
};

// A variable, or a field of a record that is a variable, that the program
// reads.
struct Source {
  int slot = 0;
  int field = -1;
  const Column* column = nullptr;  // null where none was bound
};

struct Plan {
  std::vector<Step> steps;  // by term
  std::vector<bool> run;    // by term: whether its step is done at all
  std::vector<Source> sources;
  // Steps that a kTable or kRow term may take for one row, so that all of
  // them and the loops keep to the budget of the program.
  int64_t steps_each = 0;
  int rows = 0;  // terms that are kRow
};

// The source that a kVariable or kField term reads by itself; -1 where it is
// not one of these.
int FindSource(const Code& code, const std::vector<Source>& sources, int term);
// The source of a variable's slot and field; -1 where there is none.
int FindSource(const std::vector<Source>& sources, int slot, int field);

Plan MakePlan(const Code& code, std::vector<Source> sources);

bool IsCoded(Column::Layout layout);
bool IsWhole(Column::Layout layout);  // kUint8 to kInt64
// Whether a number of days since 1970 is within the years 1 to 9999.
inline bool IsDay(int64_t days) {
  return days >= Date::Min().days() && days <= Date::Max().days();
}

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_COLUMN_PLAN_H_
