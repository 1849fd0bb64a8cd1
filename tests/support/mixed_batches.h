// Batches of every sort of change, over the world of facts.h: the same ones
// each time, so that a second process, or a second ledger, writes the same.
#ifndef DUBAN_TESTS_SUPPORT_MIXED_BATCHES_H_
#define DUBAN_TESTS_SUPPORT_MIXED_BATCHES_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "tests/support/facts.h"

namespace duban {

// Batch number `n`, from 1, which is the world. Each has a key that is its
// number, and is right where those before it are there.
inline v1::Batch MixedBatch(int n) {
  if (n == 1) {
    v1::Batch world = FromText<v1::Batch>(kWorld);
    world.mutable_changes(0)->set_key("1");
    return world;
  }
  // $0 this batch, $1 a month of 2022, $2 the batch before.
  const std::string month = absl::StrCat(n % 12 < 9 ? "0" : "", n % 12 + 1);
  return FromText<v1::Batch>(absl::Substitute(
      R"(
      changes { key: "$0"
                put_person { id: "p$0" name: "新人" organization: "school-a" } }
      changes { put_person { id: "p$0" name: "改名" organization: "school-b"
                             since: "2022-$1-01" } }
      changes { list_matter { id: "n$0" title: "实事" kind: "practical"
                              organization: "school-a" lead: "zhang"
                              listed_on: "2022-$1-01"
                              due_on: "2022-$1-25" } }
      changes { step_matter { id: "s$0" matter: "n$0" action: ASSIGN
                              date: "2022-$1-02" by: "wang" to: "zhang" } }
      changes { step_matter { id: "t$0" matter: "n$0" action: ACCEPT
                              date: "2022-$1-03" by: "zhang" } }
      changes { record_activity { id: "a$0" kind: "visit" date: "2022-$1-04"
                                  minutes: 60 participants: "li"
                                  participants: "p$0" matter: "n$0" } }
      changes { record_activity { id: "b$0" kind: "lecture"
                                  date: "2022-$1-05" minutes: $0
                                  participants: "zhang" } }
      changes { void_record { kind: ACTIVITY id: "b$0" reason: "重复" } })",
      n, month));
}

}  // namespace duban

#endif  // DUBAN_TESTS_SUPPORT_MIXED_BATCHES_H_
