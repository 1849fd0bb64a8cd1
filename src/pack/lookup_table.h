// The tables that lookup('id', …) reads: bands of one number, or decision
// tables. Built and checked from v1::LookupTable, then only read.
//
// Checking is complete where it can be: gaps and overlaps of bands are named
// with their interval, rows that could both match with their numbers. All
// comparison is exact (decimals in steps of 10^-9), so that [60, 90) and
// [90, 100] leave nothing between them.
//
// Immutable; may be shared by threads.
#ifndef DUBAN_SRC_PACK_LOOKUP_TABLE_H_
#define DUBAN_SRC_PACK_LOOKUP_TABLE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "duban/v1/pack.pb.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/expr/program.h"
#include "src/expr/type.h"
#include "src/expr/value.h"
#include "src/pack/decision_rows.h"
#include "src/pack/source.h"

namespace duban::pack {

class LookupTable final : public expr::LookupTable {
 public:
  static constexpr int kMaxRows = 100000;  // bands or rows
  static constexpr int kMaxColumns = 32;

  // `path` is the table's in the pack: "table[2]". Null where it has errors;
  // they and warnings are added to *faults.
  //
  // Bands may stand in rising or in falling order. Only the highest may have
  // an open `until`, and includes its `until` if it has one; it alone may be
  // a single point (from = until).
  //
  // A cell of a decimal column is "*", a number, a comparison (">=90",
  // "<60" …) or an interval ("[60,90)", "(60,90]" …); white space around its
  // parts is ignored. Cells of string columns are taken literally.
  static std::unique_ptr<LookupTable> Build(const v1::LookupTable& table,
                                            absl::string_view path,
                                            const PackSource& source,
                                            Faults* faults);

  const std::string& id() const { return id_; }
  const std::vector<expr::Type>& inputs() const override { return inputs_; }
  expr::Type output() const override { return output_; }

  // Error values: OUTSIDE_BANDS, NO_ROW_MATCHES (unless the table says what
  // holds `otherwise`), ROWS_OVERLAP (more than one row of a UNIQUE table),
  // DECIMAL_OVERFLOW (a SUM), TABLE_ARGUMENTS (not of the types of inputs()).
  // An argument that is an error is returned as it is.
  expr::Value Lookup(absl::Span<const expr::Value> arguments) const override;

 private:
  friend class TableReader;

  struct Band {
    // Units of 10^-9: from ≤ x < until. The highest band's end has been
    // moved by one unit, so that it, too, is past the band.
    int128_t from = 0;
    int128_t until = 0;
    expr::Value value;
  };

  LookupTable() = default;
  expr::Value InBands(const expr::Value& argument) const;
  expr::Value InRows(absl::Span<const expr::Value> arguments) const;
  expr::Value SumOfRows(absl::Span<const expr::Value> arguments) const;
  expr::Value NothingFor(absl::Span<const expr::Value> arguments) const;

  std::string id_;
  std::vector<expr::Type> inputs_;
  expr::Type output_;
  expr::Value otherwise_ = expr::Value::Missing();
  std::vector<Band> bands_;  // rising
  DecisionRows rows_;
  std::vector<expr::Value> values_;  // of rows_
  v1::HitPolicy hit_ = v1::UNIQUE;
};

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_LOOKUP_TABLE_H_
