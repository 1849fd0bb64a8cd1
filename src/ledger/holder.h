// A person or an organization on a day, as expressions see it, over a state
// alone: for rules that are applied as records are put, where facts about the
// whole ledger would cost too much. For the thread that writes the state.
#ifndef DUBAN_SRC_LEDGER_HOLDER_H_
#define DUBAN_SRC_LEDGER_HOLDER_H_

#include <cstdint>

#include "src/base/date.h"
#include "src/expr/value.h"
#include "src/ledger/state.h"
#include "src/pack/rules.h"
#include "src/pack/vocabulary.h"

namespace duban::ledger {

class HolderRecord : public expr::Record {
 public:
  // Of Entity::kPerson or kOrganization; `row` is the version of that day.
  // Everything given outlives the record.
  HolderRecord(const State& state, const pack::Rules& rules,
               pack::Entity entity, uint32_t row, Date day);

  const expr::RecordType& type() const override { return *vocabulary_.type; }
  expr::Value Get(int field) const override;

 private:
  expr::Value Posts(pack::Derived derived) const;
  expr::Value KindOf(uint32_t organization) const;
  expr::Value Above(uint32_t organization) const;

  const State& state_;
  const pack::Rules& rules_;
  const pack::Vocabulary& vocabulary_;
  const table::Records& records_;
  const uint32_t row_;
  const Date day_;
};

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_HOLDER_H_
