// A small world for tests of the ledger: a bureau with two schools, three
// people, a matter and a pairing.
#ifndef DUBAN_TESTS_SUPPORT_FACTS_H_
#define DUBAN_TESTS_SUPPORT_FACTS_H_

#include <string>

#include "duban/ledger.h"
#include "duban/v1/ledger.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace duban {

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message))
      << text;
  return message;
}

inline const char kWorld[] = R"(
  changes { put_organization { id: "bureau" name: "教育局" kind: "bureau" } }
  changes { put_organization { id: "school-a" name: "甲校" kind: "school"
                               parent: "bureau" since: "2020-01-01" } }
  changes { put_organization { id: "school-b" name: "乙校" kind: "school"
                               parent: "bureau" } }
  changes { put_organization { id: "team" name: "督查组" kind: "team"
                               parent: "bureau" } }
  changes { put_person { id: "zhang" name: "张三" organization: "school-a" } }
  changes { put_person { id: "li" name: "李四" organization: "school-b" } }
  changes { put_person { id: "wang" name: "王五" organization: "bureau" } }
  changes { put_pairing { id: "pair" kind: "contact-point" person: "wang"
                          partner_organization: "school-a"
                          since: "2021-10-01" } }
  changes { list_matter { id: "m1" title: "修操场" kind: "practical"
                          organization: "school-a" lead: "zhang"
                          listed_on: "2021-11-01" due_on: "2021-12-31" } }
)";

// What became of a batch, written as its changes: "" where it was applied,
// otherwise the reasons, one after the other, with their fields.
inline std::string Put(Ledger& ledger, const std::string& changes) {
  std::string text;
  const auto receipt = ledger.Apply(FromText<v1::Batch>(changes));
  EXPECT_TRUE(receipt.ok()) << receipt.status();
  if (!receipt.ok() || receipt->applied()) return text;
  for (const v1::ErrorDetail& fault : receipt->faults().errors()) {
    text += (text.empty() ? "" : " ") + fault.reason() + "@" +
            fault.place().field();
  }
  return text;
}
// The same for one change.
inline std::string PutOne(Ledger& ledger, const std::string& change) {
  return Put(ledger, "changes { " + change + " }");
}

// An empty ledger with the world in it.
inline std::unique_ptr<Ledger> World() {
  auto ledger = Ledger::InMemory();
  EXPECT_TRUE(ledger.ok());
  auto receipt = (*ledger)->Apply(FromText<v1::Batch>(kWorld));
  EXPECT_TRUE(receipt.ok() && receipt->applied()) << receipt->DebugString();
  return *std::move(ledger);
}

}  // namespace duban

#endif  // DUBAN_TESTS_SUPPORT_FACTS_H_
