// On which days something is owed: when a subject was there, and on which days
// what rules ask about it changed, so that they are asked again on those days
// and on no others. One thread at a time.
#ifndef DUBAN_SRC_DUTY_PRESENCE_H_
#define DUBAN_SRC_DUTY_PRESENCE_H_

#include <cstdint>
#include <vector>

#include "src/base/date.h"
#include "src/base/hash_map.h"
#include "src/ledger/facts.h"

namespace duban::duty {

// Days of a period, as ranges in order that do not touch.
class DaySet {
 public:
  // After all that are there already; a range that follows at once is joined.
  void Append(const DateRange& days);

  bool empty() const { return ranges_.empty(); }
  int64_t size() const;
  // Of a set that is not empty.
  Date first() const { return ranges_.front().from; }
  Date last() const { return ranges_.back().until; }
  bool IsOneRange() const { return ranges_.size() == 1; }
  bool Meets(const DateRange& days) const;

 private:
  std::vector<DateRange> ranges_;
};

class Presence {
 public:
  explicit Presence(const ledger::Facts& facts) : facts_(facts) {}

  // By all the ledger knows, also of days to come: an end that is agreed on
  // is an end.
  bool IsThere(v1::SubjectKind kind, uint32_t code, Date day) const;

  // The days on which a fact of the subject begins or has just ended: its own
  // versions and posts, and those of the organizations above it. In order,
  // each once.
  const std::vector<Date>& ChangesOf(v1::SubjectKind kind, uint32_t code);

 private:
  std::vector<Date> OfOrganization(uint32_t code) const;
  std::vector<Date> OfPerson(uint32_t code);
  std::vector<Date> OfPairing(uint32_t code);

  const ledger::Facts& facts_;
  HashMap<uint32_t, std::vector<Date>> persons_;
  HashMap<uint32_t, std::vector<Date>> organizations_;
  HashMap<uint32_t, std::vector<Date>> pairings_;
};

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_PRESENCE_H_
