// Who a rule is about: the persons, organizations or pairings of a day for
// which its `who` holds. One thread at a time.
#ifndef DUBAN_SRC_DUTY_SUBJECTS_H_
#define DUBAN_SRC_DUTY_SUBJECTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/assessment.pb.h"
#include "src/expr/program.h"
#include "src/ledger/facts.h"

namespace duban::duty {

// Codes of all subjects of that kind that are there on the day, by id.
// Persons: those who belong to an organization of the day's tree.
std::vector<uint32_t> SubjectsOn(const ledger::Facts& facts,
                                 v1::SubjectKind kind, Date day);

// All that ever were, by id.
std::vector<uint32_t> AllSubjects(const ledger::Facts& facts,
                                  v1::SubjectKind kind);

v1::Subject DescribeSubject(const ledger::Facts& facts, v1::SubjectKind kind,
                            uint32_t code, Date day);

// The organization a subject belongs to on a day: itself, a person's home, the
// holder's of a pairing. 0 = none.
uint32_t OrganizationOf(const ledger::Facts& facts, v1::SubjectKind kind,
                        uint32_t code, Date day);

// Evaluates a condition on subjects; makes the record once.
class SubjectCondition {
 public:
  SubjectCondition(const ledger::Facts& facts, v1::SubjectKind kind);
  // True where there is no program. The subject has to be there on the day.
  absl::StatusOr<bool> Holds(const std::optional<expr::Program>& program,
                             uint32_t code, Date day, const DateRange& period);
  // The subject as a record, for further expressions; null = not there.
  const expr::Record* At(uint32_t code, Date day);

 private:
  const ledger::Facts& facts_;
  const v1::SubjectKind kind_;
  ledger::LedgerRecord record_;
};

v1::RecordKind RecordKindOf(v1::SubjectKind kind);

// What the id is: a person, an organization or a pairing; SUBJECT_NOT_FOUND
// where it is none.
absl::StatusOr<v1::SubjectKind> KindOfSubject(const ledger::State& state,
                                              const std::string& id);

}  // namespace duban::duty

#endif  // DUBAN_SRC_DUTY_SUBJECTS_H_
