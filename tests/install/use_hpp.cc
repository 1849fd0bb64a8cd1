// A user of duban.hpp, compiled against the installed package, with the C ABI
// and the standard library and nothing else.
//
//   use_hpp PACK
#include <duban/duban.hpp>
#include <iostream>

namespace abi = duban::abi;

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: use_hpp PACK\n";
    return 2;
  }
  try {
    abi::Pack::Load("/nowhere");
    std::cerr << "a pack was loaded from nowhere\n";
    return 1;
  } catch (const abi::Error& error) {
    if (error.reason().empty() || error.code() == DUBAN_OK) return 1;
  }
  try {
    const abi::Pack pack = abi::Pack::Load(argv[1]);
    abi::Ledger ledger = abi::Ledger::InMemory();
    ledger.AdoptPack(pack);
    const abi::Head before = ledger.GetHead();
    ledger.Apply(
        R"({"changes": [{"putOrganization":
            {"id": "u", "kind": "university", "name": "大学"}}]})",
        {}, abi::Format::kJson);
    if (ledger.GetHead() == before) {
      std::cerr << "a change did not move the head\n";
      return 1;
    }
    const std::string duties =
        pack.Duties(ledger.View(), "2021-12-31", "u", abi::Format::kJson);
    if (duties.find("practical-list") == std::string::npos) {
      std::cerr << "no such duty in " << duties << "\n";
      return 1;
    }
    std::cout << "use_hpp: pack " << pack.id() << ", head "
              << ledger.GetHead().sequence << "\n";
  } catch (const abi::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
