// A matter and a step as expressions see them. LedgerRecord (facts.h) shows
// matters of any day by this; guards of a pack's workflow ask it about one
// matter as it is before a step, without facts of the whole ledger.
//
// Reads a state and never changes it. One thread at a time.
#ifndef DUBAN_SRC_LEDGER_MATTER_RECORD_H_
#define DUBAN_SRC_LEDGER_MATTER_RECORD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/matter.pb.h"
#include "src/base/date.h"
#include "src/expr/value.h"
#include "src/ledger/matter_life.h"
#include "src/ledger/state.h"
#include "src/pack/rules.h"
#include "src/pack/vocabulary.h"

namespace duban::ledger {

// A text of the ledger as expressions see it.
expr::Value WordValue(const table::Word& word);
// A cell as a value; of enums the word, but of a rating's level its number.
expr::Value ColumnValue(const table::Records& records, int column,
                        uint32_t row);

// The last day on which a matter may be in the state it is in: by the limits
// of the pack, if it knows the kind.
std::optional<Date> StateDueOn(const pack::Rules& rules, absl::string_view kind,
                               const MatterStatus& status);

// What fields of a matter that no column has are computed from.
struct MatterPicture {
  const State* state = nullptr;
  const pack::Rules* rules = nullptr;  // whose limits count
  uint32_t row = 0;
  MatterStatus status;
  int items = 0;
  int items_closed = 0;
  Date as_of;
};

expr::Value MatterValue(const MatterPicture& picture, pack::Derived derived);

// One step that is about to be taken, and its matter, for guards.
class StepView {
 public:
  StepView(const State& state, const pack::Rules& rules, uint32_t matter,
           const v1::MatterStep& step);

  expr::Value Ask(const pack::Guard& guard) const;

 private:
  class MatterRecord : public expr::Record {
   public:
    explicit MatterRecord(const MatterPicture* picture) : picture_(picture) {}
    const expr::RecordType& type() const override;
    expr::Value Get(int field) const override;

   private:
    const MatterPicture* const picture_;
  };
  class StepRecord : public expr::Record {
   public:
    explicit StepRecord(const v1::MatterStep& step);
    const expr::RecordType& type() const override;
    expr::Value Get(int field) const override {
      return values_[static_cast<size_t>(field)];
    }

   private:
    std::vector<expr::Value> values_;  // by field
  };

  MatterPicture picture_;
  MatterRecord matter_;
  StepRecord step_;
};

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_MATTER_RECORD_H_
