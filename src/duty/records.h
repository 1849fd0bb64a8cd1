// Where tallies take records from: the tables of a ledger, duties and
// scorecards, all seen the same way. One thread at a time.
#ifndef DUBAN_SRC_DUTY_RECORDS_H_
#define DUBAN_SRC_DUTY_RECORDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "duban/v1/assessment.pb.h"
#include "src/base/date.h"
#include "src/expr/value.h"
#include "src/ledger/facts.h"
#include "src/pack/rules.h"

namespace duban::duty {

class Records {
 public:
  virtual ~Records() = default;

  virtual uint32_t size() const = 0;
  // The days it belongs to, usually one. Empty: it does not count.
  virtual DateRange When(uint32_t i) const = 0;
  // False for duties that are waived or do not apply: shares, averages and
  // extremes of duties leave these out.
  virtual bool IsOwed(uint32_t) const { return true; }
  // The record as expressions see it; valid until the next call.
  virtual const expr::Record& At(uint32_t i) = 0;
  // The codes of the subjects to whom it counts, each once.
  virtual void Credited(uint32_t i, const pack::TallyRule& rule,
                        std::vector<uint32_t>* subjects) const = 0;
  // For explanations.
  virtual v1::RecordRef Ref(uint32_t i) const = 0;
};

// The records of a table of the ledger. `facts` outlives the result.
std::unique_ptr<Records> LedgerRecords(const ledger::Facts& facts,
                                       pack::Entity entity);

// Duties as records: NAMED counts for the person, or for the holder of the
// pairing; organizations as usual. Everything given outlives the result.
std::unique_ptr<Records> DutyRecords(const ledger::Facts& facts,
                                     const std::vector<v1::Duty>& duties);
// Scorecards, all dated `day`.
std::unique_ptr<Records> ScorecardRecords(const ledger::Facts& facts,
                                          const v1::SchemeResult& result,
                                          Date day);

// A single duty for the expressions of warning levels and escalations.
class DutyRecord : public expr::Record {
 public:
  explicit DutyRecord(const ledger::Facts& facts) : facts_(facts) {}
  // `missed_before`: earlier periods that the subject missed (recovery.h).
  void Set(const v1::Duty* duty, int32_t missed_before) {
    duty_ = duty;
    missed_before_ = missed_before;
  }
  const expr::RecordType& type() const override {
    return *pack::VocabularyOf(pack::Entity::kDuty).type;
  }
  expr::Value Get(int field) const override;

 private:
  const ledger::Facts& facts_;
  const v1::Duty* duty_ = nullptr;
  int32_t missed_before_ = 0;
};

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_RECORDS_H_
