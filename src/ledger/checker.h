// What checks a change against a state; check.h is how others call it.
//
// The checks of each family of records have a file: check_people.cc
// (organizations, people, pairings, mergers), check_matter.cc (matters and
// their steps), check_deeds.cc (what was done, handed in, inspected, rated and
// adjusted). What all records have in common is in check.cc.
#ifndef DUBAN_SRC_LEDGER_CHECKER_H_
#define DUBAN_SRC_LEDGER_CHECKER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "duban/v1/ledger.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/ledger/check.h"
#include "src/ledger/state.h"

namespace duban::ledger {

class Checker {
 public:
  Checker(const State& state, const Refused& refused, int index, Faults* faults)
      : state_(state), refused_(refused), index_(index), faults_(faults) {}

  void Check(const v1::Change& change);

 private:
  void Add(Fault& fault) { faults_->Add(fault.Change(index_)); }
  void Add(const absl::Status& status, absl::string_view field = "");

  void CheckRecord(const google::protobuf::Message& message,
                   v1::RecordKind kind);
  void CheckReference(v1::RecordKind kind, const std::string& id,
                      absl::string_view field);
  void CheckCode(const std::string& list, const std::string& code,
                 absl::string_view field);
  void CheckClassified(const std::string& text, absl::string_view field);
  void CheckAttributes(const std::string& table,
                       const google::protobuf::Message& holder,
                       const google::protobuf::FieldDescriptor* field);
  void CheckWindow(const std::string& since, const std::string& until,
                   absl::string_view field = "until");
  bool Reaches(absl::string_view from, absl::string_view ancestor) const;

  void CheckOne(const v1::Organization& o);
  void CheckOne(const v1::Person& p);
  void CheckOne(const v1::Pairing& p);
  void CheckOne(const v1::Matter& m);
  void CheckListingStays(const v1::Matter& m, uint32_t row);
  void CheckOne(const v1::MatterStep& s);
  void CheckOne(const v1::Activity& a);
  void CheckOne(const v1::Submission& s);
  void CheckOne(const v1::Inspection& i);
  void CheckOne(const v1::Rating& r);
  void CheckOne(const v1::Adjustment& a);
  void CheckOne(const v1::Appeal& a);
  void CheckOne(const v1::VoidRecord& v);
  void CheckOne(const v1::MergeOrganizations& m);
  void CheckOne(const v1::SplitOrganization& s);

  const State& state_;
  const Refused& refused_;
  const int index_;
  Faults* const faults_;
};

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_CHECKER_H_
