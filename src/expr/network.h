// Addresses and address ranges of the Internet, as CEL's extension for them
// has them: IPv4 and IPv6, without zones. Nothing here knows expressions but
// for the two opaque values at the end.
//
// Plain data and immutable values; thread-safe. No name is ever resolved.
#ifndef DUBAN_SRC_EXPR_NETWORK_H_
#define DUBAN_SRC_EXPR_NETWORK_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

// What is wrong with the text of an address or a range.
enum class AddressFault : uint8_t {
  kNone,
  kSyntax,
  kZone,    // fe80::1%eth0
  kMapped,  // ::ffff:192.168.0.1, an IPv4 address in IPv6 disguise
};

class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0

  // An IPv4-mapped address is refused where it is written with dots, and
  // taken for the IPv4 address where it is all hexadecimal: the conformance
  // tests of CEL want the two told apart.
  static AddressFault Parse(absl::string_view text, IpAddress* address);

  int family() const { return family_; }  // 4 or 6
  int bits() const { return family_ == 4 ? 32 : 128; }
  bool IsUnspecified() const;
  bool IsLoopback() const;
  bool IsMulticast() const;
  // Private addresses count as global, broadcast does not.
  bool IsGlobalUnicast() const;
  bool IsLinkLocalMulticast() const;
  bool IsLinkLocalUnicast() const;
  // The first `length` bits, and zeros.
  IpAddress Masked(int length) const;
  // As RFC 5952 writes it: 192.168.0.1, 2001:db8::68.
  std::string ToString() const;

  friend bool operator==(const IpAddress& a, const IpAddress& b) {
    return a.family_ == b.family_ && a.bytes_ == b.bytes_;
  }

 private:
  friend class IpRange;
  // Whether the first 96 bits are those of mapped IPv4 addresses.
  bool IsMapped() const;
  // Like Parse(), but a mapped address stays what it is.
  static AddressFault ParseAsWritten(absl::string_view text,
                                     IpAddress* address);

  int family_ = 4;
  std::array<uint8_t, 16> bytes_ = {};  // of IPv4 the first four
};

// An address and how many of its leading bits are those of the network. The
// bits behind them are kept: 192.168.0.1/24 is not 192.168.0.0/24.
class IpRange {
 public:
  IpRange() = default;

  // Every mapped address is refused: its prefix would have to be changed.
  static AddressFault Parse(absl::string_view text, IpRange* range);

  const IpAddress& address() const { return address_; }
  int prefix_length() const { return prefix_length_; }
  bool Contains(const IpAddress& address) const;
  bool Contains(const IpRange& other) const;
  IpRange Masked() const;
  std::string ToString() const;

  friend bool operator==(const IpRange& a, const IpRange& b) {
    return a.address_ == b.address_ && a.prefix_length_ == b.prefix_length_;
  }

 private:
  IpAddress address_;
  int prefix_length_ = 0;
};

// net.IP and net.CIDR.
const Type& IpType();
const Type& CidrType();
Value MakeIp(const IpAddress& address);
Value MakeCidr(const IpRange& range);
// What is in such a value; null where it is another.
const IpAddress* AsIp(const Value& v);
const IpRange* AsCidr(const Value& v);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_NETWORK_H_
