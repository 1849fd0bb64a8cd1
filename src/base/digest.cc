#include "src/base/digest.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban {
namespace {

// For calls of libcrypto that fail only for want of memory or of the
// algorithm itself.
void Require(bool done) {
  if (!done) std::abort();
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string ToHex(const Digest& digest) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * digest.size());
  for (const uint8_t byte : digest) {
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

absl::StatusOr<Digest> DigestFromHex(absl::string_view hex) {
  Digest digest{};
  bool well_formed = hex.size() == 2 * digest.size();
  for (size_t i = 0; well_formed && i < digest.size(); ++i) {
    const int high = HexValue(hex[2 * i]);
    const int low = HexValue(hex[2 * i + 1]);
    well_formed = high >= 0 && low >= 0;
    digest[i] = static_cast<uint8_t>((high & 15) << 4 | (low & 15));
  }
  if (well_formed) return digest;
  const std::string found = Excerpt(hex, 80);
  return Fault("BAD_DIGEST")
      .Say(absl::StrCat("“", found, "”不是摘要：须为 64 个十六进制字符"),
           absl::StrCat("'", found,
                        "' is not a digest: it must be 64 hexadecimal "
                        "characters"))
      .Hint("请完整复制摘要，不带空格和前缀",
            "copy the whole digest, without spaces or prefix")
      .ToStatus();
}

struct Hasher::State {
  State() : context(EVP_MD_CTX_new()) {
    Require(context != nullptr);
    Require(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // With the algorithm it has: naming it again would look it up again, which
  // takes longer than a short digest does.
  void Start() { Require(EVP_DigestInit_ex(context, nullptr, nullptr) == 1); }

  EVP_MD_CTX* context;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::Update(absl::string_view bytes) {
  Require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
  return *this;
}

Hasher& Hasher::UpdateU64(uint64_t value) {
  char bytes[8];
  for (char& byte : bytes) {
    byte = static_cast<char>(static_cast<unsigned char>(value & 0xFF));
    value >>= 8;
  }
  return Update(absl::string_view(bytes, sizeof(bytes)));
}

Digest Hasher::Finish() {
  Digest digest{};
  Require(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1);
  state_->Start();
  return digest;
}

Digest Sha256(absl::string_view bytes) {
  return Hasher().Update(bytes).Finish();
}

}  // namespace duban
