// Packs: what was decided. A pack is loaded, checked and compiled at once;
// what loads can be used.
//
//   duban::v1::ErrorList faults;
//   auto pack = duban::Pack::Load("examples/jintan-district/pack", &faults);
//
// A Pack is immutable; any number of threads may use one.
//
// Part of the C++ API: source-compatible within a major version, no ABI.
#ifndef DUBAN_PACK_H_
#define DUBAN_PACK_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "duban/v1/error.pb.h"
#include "duban/v1/pack.pb.h"

namespace duban {

namespace pack {
struct Rules;
}  // namespace pack

class Pack {
 public:
  // A file or a folder (docs/packs.md). All faults are listed in *faults
  // (which may be null), warnings too; the status carries them as well when
  // there is an error.
  static absl::StatusOr<std::shared_ptr<const Pack>> Load(
      const std::string& path, v1::ErrorList* faults = nullptr);
  // The same from memory: (file name, text). The name's ending says which
  // syntax it is: .json or text format.
  static absl::StatusOr<std::shared_ptr<const Pack>> Parse(
      const std::vector<std::pair<std::string, std::string>>& files,
      v1::ErrorList* faults = nullptr);
  // From a serialized duban.v1.Pack, as a ledger keeps it.
  static absl::StatusOr<std::shared_ptr<const Pack>> FromBytes(
      const std::string& bytes, v1::ErrorList* faults = nullptr);
  ~Pack();

  const v1::Pack& message() const { return message_; }
  // Serialized, and the SHA-256 of that, hexadecimal.
  const std::string& bytes() const { return bytes_; }
  const std::string& digest() const { return digest_; }
  // The folder it was loaded from; empty from memory. Its tests name their
  // data relative to it.
  const std::string& folder() const { return folder_; }

  // Compiled; for the library itself.
  const pack::Rules& rules() const { return *rules_; }

 private:
  friend struct PackBuilder;
  Pack();

  v1::Pack message_;
  std::string bytes_;
  std::string digest_;
  std::string folder_;
  std::unique_ptr<const pack::Rules> rules_;
};

}  // namespace duban

#endif  // DUBAN_PACK_H_
