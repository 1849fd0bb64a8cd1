// Duban from C++: a pack, a folder of tables, and what they amount to.
//
//   demo_cc PACK FOLDER LEDGER AS_OF [OUT.json]
//
// Writes the assessment as JSON to OUT.json, or to standard output, and says
// on standard error why the first subject has its points. LEDGER is made where
// it does not exist; running the program again adds nothing to it. Needs
// libduban and the standard library only.
#include <duban/duban.hpp>
#include <fstream>
#include <iostream>
#include <string>

namespace {

namespace abi = duban::abi;

// The subject of the first row of the CSV, which begins "scheme,subject,…".
// A program with protobuf or a JSON parser has better ways.
std::string FirstSubject(const std::string& csv) {
  const size_t row = csv.find('\n');
  if (row == std::string::npos) return "";
  const size_t begin = csv.find(',', row);
  if (begin == std::string::npos) return "";
  return csv.substr(begin + 1, csv.find(',', begin + 1) - begin - 1);
}

void Run(const std::string& pack_path, const std::string& folder,
         const std::string& ledger_path, const std::string& as_of,
         std::ostream& out) {
  const abi::Pack pack = abi::Pack::Load(pack_path);
  abi::Ledger ledger = abi::Ledger::Open(ledger_path);
  ledger.ImportFolder(folder, {}, abi::Format::kProtobuf, &pack);
  const abi::View view = ledger.View();

  out << pack.Assess(view, as_of, {}, abi::Format::kJson) << std::flush;
  const std::string subject =
      FirstSubject(pack.Assess(view, as_of, {}, abi::Format::kCsv));
  if (!subject.empty()) {
    std::cerr << pack.Explain(view, as_of, subject, abi::Format::kText);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    std::cerr << "usage: " << argv[0]
              << " PACK FOLDER LEDGER AS_OF [OUT.json]\n";
    return 2;
  }
  try {
    std::ofstream file;
    if (argc == 6) file.open(argv[5], std::ios::binary);
    std::ostream& out = argc == 6 ? file : std::cout;
    Run(argv[1], argv[2], argv[3], argv[4], out);
    if (!out) {
      std::cerr << "cannot write " << (argc == 6 ? argv[5] : "stdout") << "\n";
      return 1;
    }
  } catch (const abi::Error& error) {
    std::cerr << error.what() << "\n";
    for (const abi::Fault& fault : error.faults()) {
      std::cerr << "  " << fault.file << ", row " << fault.row << ", "
                << fault.field << ": " << fault.message_zh << " / "
                << fault.message_en << " [" << fault.reason << "]\n";
    }
    return 1;
  }
  return 0;
}
