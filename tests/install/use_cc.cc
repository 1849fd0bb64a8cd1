// A user of duban::cc, compiled against the installed package: loads a pack,
// opens a ledger in memory and asks for duties, with messages and all.
//
//   use_cc PACK
#include <cstdio>

#include "duban/assess.h"
#include "duban/duties.h"
#include "duban/ledger.h"
#include "duban/pack.h"
#include "duban/v1/assessment.pb.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: use_cc PACK\n");
    return 2;
  }
  duban::v1::ErrorList faults;
  auto pack = duban::Pack::Load(argv[1], &faults);
  if (!pack.ok()) {
    std::fprintf(stderr, "%s\n", pack.status().ToString().c_str());
    return 1;
  }
  if ((*pack)->digest().size() != 64 || (*pack)->message().id().empty()) {
    std::fprintf(stderr, "the pack has neither id nor digest\n");
    return 1;
  }
  auto ledger = duban::Ledger::InMemory();
  if (!ledger.ok()) {
    std::fprintf(stderr, "%s\n", ledger.status().ToString().c_str());
    return 1;
  }
  auto receipt = (*ledger)->Adopt(**pack);
  if (!receipt.ok() || !receipt->applied()) {
    std::fprintf(stderr, "the pack was not adopted\n");
    return 1;
  }
  auto duties = duban::Duties(**pack, (*ledger)->View(), "2021-12-31");
  if (!duties.ok()) {
    std::fprintf(stderr, "%s\n", duties.status().ToString().c_str());
    return 1;
  }
  if (duties->duty_size() != 0) {
    std::fprintf(stderr, "an empty ledger owes %d duties\n",
                 duties->duty_size());
    return 1;
  }
  std::printf("use_cc: pack %s, no duties of nobody\n",
              (*pack)->message().id().c_str());
  return 0;
}
