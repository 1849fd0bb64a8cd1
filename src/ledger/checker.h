// What checks a change against a state; check.h is how others call it.
//
// The checks of each family of records have a file: check_people.cc
// (organizations, people, posts), check_succession.cc (mergers and splits),
// check_pairing.cc, check_matter.cc (matters and their steps), check_deeds.cc
// (what was done, handed in and reported), check_supervision.cc (inspections,
// findings, ratings, adjustments, appeals), check_void.cc. What all records
// have in common is in check.cc.
#ifndef DUBAN_SRC_LEDGER_CHECKER_H_
#define DUBAN_SRC_LEDGER_CHECKER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"
#include "src/base/date.h"
#include "src/base/diagnostic.h"
#include "src/ledger/check.h"
#include "src/ledger/state.h"
#include "src/pack/rules.h"

namespace duban::ledger {

class Checker {
 public:
  Checker(const State& state, const Refused& refused, int index, Faults* faults)
      : state_(state), refused_(refused), index_(index), faults_(faults) {}

  void Check(const v1::Change& change, bool plainly_right);

 private:
  void Add(Fault& fault) { faults_->Add(fault.Change(index_)); }
  void Add(const absl::Status& status, absl::string_view field = "");

  void CheckRecord(const google::protobuf::Message& message,
                   v1::RecordKind kind);
  void CheckReference(v1::RecordKind kind, const std::string& id,
                      absl::string_view field, bool may_be_void = false);
  void CheckCode(const std::string& list, const std::string& code,
                 absl::string_view field);
  void CheckClassified(const std::string& text, absl::string_view field);
  void CheckAttributes(const std::string& table,
                       const google::protobuf::Message& holder,
                       const google::protobuf::FieldDescriptor* field);
  void CheckWindow(const std::string& since, const std::string& until,
                   absl::string_view field = "until");
  // On the day; none = by the newest versions.
  bool Reaches(absl::string_view from, absl::string_view ancestor,
               std::optional<Date> day = std::nullopt) const;
  // The version of that day; where there is none, or no day, the newest. None
  // where nothing has the id.
  std::optional<uint32_t> Version(v1::RecordKind kind, absl::string_view id,
                                  std::optional<Date> day) const;
  // What counts under the id of the record, into *before.
  template <typename Record>
  bool ReadBefore(v1::RecordKind kind, const Record& now, Record* before) const;

  void CheckOne(const v1::Organization& o);
  void CheckTemporary(const v1::Organization& o);
  void CheckStaysEnded(const v1::Organization& o);
  void CheckStaysHeir(const v1::Organization& o);
  void CheckOne(const v1::Person& p);
  void CheckOne(const v1::Post& p);
  void CheckOne(const v1::Pairing& p);
  void CheckSidesAreThere(const v1::Pairing& p);
  void CheckPairingRule(const v1::Pairing& p, const pack::PairingRule& rule,
                        const pack::Rules& rules);
  void CheckPairingLimit(const v1::Pairing& p, int limit, Side side);
  void CheckHolder(const v1::Pairing& p, const pack::PairingRule& rule,
                   const pack::Rules& rules);
  bool OnlyShortens(const v1::Pairing& p) const;
  void CheckOne(const v1::Matter& m);
  void CheckListingStays(const v1::Matter& m, uint32_t row);
  void CheckParent(const v1::Matter& m);
  void CheckAssisting(const v1::Matter& m, uint32_t lead,
                      absl::string_view field);
  void CheckItemsDone(uint32_t matter, const v1::MatterStep& s);
  void CheckOne(const v1::MatterStep& s);
  void CheckOne(const v1::Activity& a);
  void CheckNotGone(const std::string& person, const std::string& on);
  void CheckPairingOf(const v1::Activity& a);
  void CheckOne(const v1::Submission& s);
  void CheckNotSubmitted(const v1::Submission& s);
  void CheckOne(const v1::Inspection& i);
  void CheckTeam(const v1::Inspection& i);
  void CheckSamplingPlan(const v1::Inspection& i);
  void CheckConclusionStays(const v1::Inspection& i);
  void CheckOne(const v1::Finding& f);
  void CheckOne(const v1::Rating& r);
  void CheckRater(const v1::Rating& r);
  // None where one of its texts is in no rating.
  std::optional<RatingCodes> CodesOf(const v1::Rating& r) const;
  void CheckOne(const v1::IndicatorValue& v);
  void CheckOne(const v1::Adjustment& a);
  void CheckOne(const v1::Appeal& a);
  void CheckScheme(const std::string& scheme);
  void CheckCriterion(const v1::Appeal& a);
  void CheckUpheld(const v1::Appeal& a);
  void CheckOne(const v1::VoidRecord& v);
  void CheckNotReferredTo(v1::RecordKind kind, uint32_t code);
  bool HoldsBack(v1::RecordKind kind, uint32_t row) const;
  void CheckOne(const v1::MergeOrganizations& m);
  void CheckOne(const v1::SplitOrganization& s);
  void CheckNamedOnce(
      const google::protobuf::RepeatedPtrField<std::string>& ids,
      absl::string_view field);
  // Whether the organization can end on the day before `on`, and whether
  // another can take its place then.
  void CheckEnds(const std::string& id, const std::string& on,
                 absl::string_view field);
  void CheckHeir(const std::string& id, const std::string& on,
                 absl::string_view field);

  const State& state_;
  const Refused& refused_;
  const int index_;
  Faults* const faults_;
};

template <typename Record>
bool Checker::ReadBefore(v1::RecordKind kind, const Record& now,
                         Record* before) const {
  const auto code = state_.Find(kind, now.id());
  if (!code) return false;
  const uint32_t row = *state_.Newest(kind, *code);
  if (!state_.counts(kind, row)) return false;
  state_.records(kind).Read(row, before);
  return true;
}

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_CHECKER_H_
