#include "src/expr/network.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace duban::expr {
namespace {

class IpValue : public OpaqueValue {
 public:
  explicit IpValue(const IpAddress& a) : address(a) {}
  const Type& type() const override { return IpType(); }
  bool Equals(const OpaqueValue& other) const override {
    return address == static_cast<const IpValue&>(other).address;
  }
  std::string ToString() const override { return address.ToString(); }

  const IpAddress address;
};

class CidrValue : public OpaqueValue {
 public:
  explicit CidrValue(const IpRange& r) : range(r) {}
  const Type& type() const override { return CidrType(); }
  bool Equals(const OpaqueValue& other) const override {
    return range == static_cast<const CidrValue&>(other).range;
  }
  std::string ToString() const override { return range.ToString(); }

  const IpRange range;
};

// The eight groups of an IPv6 address; of zeros, the longest run of two or
// more gives way to "::", the first of equals. inet_ntop() is no help: it
// writes ::102:304 with dots.
std::string Ipv6Text(const std::array<uint8_t, 16>& bytes) {
  std::array<uint16_t, 8> groups;
  for (size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  auto gap = groups.end();
  std::ptrdiff_t longest = 1;
  for (auto i = groups.begin(); i != groups.end();) {
    const auto end =
        std::find_if(i, groups.end(), [](uint16_t g) { return g != 0; });
    if (end - i > longest) {
      gap = i;
      longest = end - i;
    }
    i = end == i ? i + 1 : end;
  }
  const auto hex = [](std::string* out, uint16_t group) {
    absl::StrAppend(out, absl::Hex(group));
  };
  if (gap == groups.end()) return absl::StrJoin(groups, ":", hex);
  return absl::StrCat(absl::StrJoin(groups.begin(), gap, ":", hex), "::",
                      absl::StrJoin(gap + longest, groups.end(), ":", hex));
}

}  // namespace

AddressFault IpAddress::ParseAsWritten(absl::string_view text,
                                       IpAddress* address) {
  const size_t percent = text.find('%');
  if (percent != absl::string_view::npos) {
    const bool ipv6 = ParseAsWritten(text.substr(0, percent), address) ==
                          AddressFault::kNone &&
                      address->family_ == 6;
    return ipv6 ? AddressFault::kZone : AddressFault::kSyntax;
  }
  // A NUL would end the text that inet_pton() sees.
  if (text.size() >= INET6_ADDRSTRLEN ||
      text.find('\0') != absl::string_view::npos) {
    return AddressFault::kSyntax;
  }
  const std::string copy(text);
  address->bytes_ = {};
  if (inet_pton(AF_INET, copy.c_str(), address->bytes_.data()) == 1) {
    address->family_ = 4;
    return AddressFault::kNone;
  }
  address->family_ = 6;
  return inet_pton(AF_INET6, copy.c_str(), address->bytes_.data()) == 1
             ? AddressFault::kNone
             : AddressFault::kSyntax;
}

AddressFault IpAddress::Parse(absl::string_view text, IpAddress* address) {
  const AddressFault fault = ParseAsWritten(text, address);
  if (fault != AddressFault::kNone || !address->IsMapped()) return fault;
  if (text.find('.') != absl::string_view::npos) return AddressFault::kMapped;
  IpAddress ipv4;
  std::copy_n(address->bytes_.begin() + 12, 4, ipv4.bytes_.begin());
  *address = ipv4;
  return AddressFault::kNone;
}

bool IpAddress::IsMapped() const {
  return family_ == 6 &&
         std::all_of(bytes_.begin(), bytes_.begin() + 10,
                     [](uint8_t b) { return b == 0; }) &&
         bytes_[10] == 0xFF && bytes_[11] == 0xFF;
}

bool IpAddress::IsUnspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(),
                     [](uint8_t b) { return b == 0; });
}

bool IpAddress::IsLoopback() const {
  if (family_ == 4) return bytes_[0] == 127;
  return bytes_[15] == 1 && Masked(127).IsUnspecified();
}

bool IpAddress::IsMulticast() const {
  return family_ == 4 ? (bytes_[0] & 0xF0) == 0xE0 : bytes_[0] == 0xFF;
}

bool IpAddress::IsGlobalUnicast() const {
  const bool broadcast =
      family_ == 4 && std::all_of(bytes_.begin(), bytes_.begin() + 4,
                                  [](uint8_t b) { return b == 0xFF; });
  return !broadcast && !IsUnspecified() && !IsLoopback() && !IsMulticast() &&
         !IsLinkLocalUnicast();
}

bool IpAddress::IsLinkLocalMulticast() const {
  if (family_ == 4) {
    return bytes_[0] == 224 && bytes_[1] == 0 && bytes_[2] == 0;
  }
  // Between 0xFF and the scope are flags.
  return bytes_[0] == 0xFF && (bytes_[1] & 0x0F) == 0x02;
}

bool IpAddress::IsLinkLocalUnicast() const {
  if (family_ == 4) return bytes_[0] == 169 && bytes_[1] == 254;
  return bytes_[0] == 0xFE && (bytes_[1] & 0xC0) == 0x80;
}

IpAddress IpAddress::Masked(int length) const {
  IpAddress masked = *this;
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(length - 8 * i, 0, 8);
    masked.bytes_[i] &= static_cast<uint8_t>(0xFF00 >> kept);
  }
  return masked;
}

std::string IpAddress::ToString() const {
  if (family_ == 6) return Ipv6Text(bytes_);
  return absl::StrJoin(bytes_.begin(), bytes_.begin() + 4, ".");
}

AddressFault IpRange::Parse(absl::string_view text, IpRange* range) {
  const size_t slash = text.rfind('/');
  if (slash == absl::string_view::npos) return AddressFault::kSyntax;
  const absl::string_view length = text.substr(slash + 1);
  // 1 to 3 digits without a sign, and without zeros in front.
  if (length.empty() || length.size() > 3 ||
      length.find_first_not_of("0123456789") != absl::string_view::npos ||
      (length.size() > 1 && length[0] == '0') ||
      !absl::SimpleAtoi(length, &range->prefix_length_)) {
    return AddressFault::kSyntax;
  }
  const AddressFault fault =
      IpAddress::ParseAsWritten(text.substr(0, slash), &range->address_);
  if (fault != AddressFault::kNone) return fault;
  if (range->address_.IsMapped()) return AddressFault::kMapped;
  return range->prefix_length_ <= range->address_.bits()
             ? AddressFault::kNone
             : AddressFault::kSyntax;
}

bool IpRange::Contains(const IpAddress& address) const {
  return address.Masked(prefix_length_) == address_.Masked(prefix_length_);
}

bool IpRange::Contains(const IpRange& other) const {
  return prefix_length_ <= other.prefix_length_ && Contains(other.address_);
}

IpRange IpRange::Masked() const {
  IpRange masked = *this;
  masked.address_ = address_.Masked(prefix_length_);
  return masked;
}

std::string IpRange::ToString() const {
  return absl::StrCat(address_.ToString(), "/", prefix_length_);
}

const Type& IpType() {
  static const auto* const type = new Type(Type::Opaque("net.IP"));
  return *type;
}

const Type& CidrType() {
  static const auto* const type = new Type(Type::Opaque("net.CIDR"));
  return *type;
}

Value MakeIp(const IpAddress& address) {
  return Value::Opaque(new IpValue(address));
}

Value MakeCidr(const IpRange& range) {
  return Value::Opaque(new CidrValue(range));
}

const IpAddress* AsIp(const Value& v) {
  if (!v.is_opaque() || &v.opaque_value().type() != &IpType()) return nullptr;
  return &static_cast<const IpValue&>(v.opaque_value()).address;
}

const IpRange* AsCidr(const Value& v) {
  if (!v.is_opaque() || &v.opaque_value().type() != &CidrType()) return nullptr;
  return &static_cast<const CidrValue&>(v.opaque_value()).range;
}

}  // namespace duban::expr
