// SHA-256 digests (FIPS 180-4), computed by libcrypto.
// Digest is a plain value; a Hasher belongs to one thread at a time.
#ifndef DUBAN_SRC_BASE_DIGEST_H_
#define DUBAN_SRC_BASE_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace duban {

using Digest = std::array<uint8_t, 32>;

// 64 lower-case hexadecimal characters.
std::string ToHex(const Digest& digest);
// Accepts exactly 64 hexadecimal characters of either case; anything else
// fails with reason BAD_DIGEST.
absl::StatusOr<Digest> DigestFromHex(absl::string_view hex);

// A Hasher that was moved from may only be destroyed or assigned to. Where
// libcrypto has no memory or no SHA-256 the process ends: a wrong digest
// would be worse, and there is no input that causes it.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  Hasher& Update(absl::string_view bytes);
  Hasher& UpdateU64(uint64_t value);  // eight bytes, little-endian
  // The digest of all since construction or the last Finish, which also
  // starts the hasher anew.
  Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest Sha256(absl::string_view bytes);

}  // namespace duban

#endif  // DUBAN_SRC_BASE_DIGEST_H_
