// The functions on addresses of the Internet that CEL has as an extension.
// string() of an address is a conversion and not here. Nothing is charged:
// the texts are short or refused at once.
#include <string>

#include "absl/strings/str_cat.h"
#include "src/expr/library.h"
#include "src/expr/literal.h"
#include "src/expr/network.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

using Arguments = absl::Span<const Value>;

Value BadIp(AddressFault fault, absl::string_view text) {
  switch (fault) {
    case AddressFault::kZone:
      return Value::Error("BAD_IP", "IP 地址不能带区域（%）",
                          "IP Address with zone value is not allowed");
    case AddressFault::kMapped:
      return Value::Error("BAD_IP", "不接受 IPv4 映射的 IPv6 地址",
                          "IPv4-mapped IPv6 address is not allowed");
    default:
      break;
  }
  const std::string shown = Shown(text);
  return Value::Error("BAD_IP", absl::StrCat("“", shown, "”不是 IP 地址"),
                      absl::StrCat("IP Address '", shown,
                                   "' parse error during conversion from "
                                   "string"));
}

Value BadCidr(AddressFault fault, absl::string_view text) {
  switch (fault) {
    case AddressFault::kZone:
      return Value::Error("BAD_CIDR", "CIDR 网段不能带区域（%）",
                          "CIDR with zone value is not allowed");
    case AddressFault::kMapped:
      return Value::Error("BAD_CIDR", "不接受 IPv4 映射的 IPv6 地址",
                          "IPv4-mapped IPv6 address is not allowed");
    default:
      break;
  }
  const std::string shown = Shown(text);
  return Value::Error(
      "BAD_CIDR", absl::StrCat("“", shown, "”不是 CIDR 网段"),
      absl::StrCat("network address parse error during conversion from "
                   "string: '",
                   shown, "'"));
}

// The one argument as a string, an address or a range; null where there is
// another number of arguments, or it is something else.
const std::string* OneText(Arguments arguments) {
  return arguments.size() == 1 && arguments[0].is_string()
             ? &arguments[0].string_value()
             : nullptr;
}
const IpAddress* OneIp(Arguments arguments) {
  return arguments.size() == 1 ? AsIp(arguments[0]) : nullptr;
}
const IpRange* OneCidr(Arguments arguments) {
  return arguments.size() == 1 ? AsCidr(arguments[0]) : nullptr;
}

Value Ip(Arguments arguments, Meter*) {
  if (const IpRange* range = OneCidr(arguments)) {
    return MakeIp(range->address());
  }
  const std::string* text = OneText(arguments);
  if (text == nullptr) return WrongArguments(arguments);
  IpAddress address;
  const AddressFault fault = IpAddress::Parse(*text, &address);
  return fault == AddressFault::kNone ? MakeIp(address) : BadIp(fault, *text);
}

Value Cidr(Arguments arguments, Meter*) {
  const std::string* text = OneText(arguments);
  if (text == nullptr) return WrongArguments(arguments);
  IpRange range;
  const AddressFault fault = IpRange::Parse(*text, &range);
  return fault == AddressFault::kNone ? MakeCidr(range) : BadCidr(fault, *text);
}

Value IsIp(Arguments arguments, Meter*) {
  const std::string* text = OneText(arguments);
  if (text == nullptr) return WrongArguments(arguments);
  IpAddress address;
  return Value::Bool(IpAddress::Parse(*text, &address) == AddressFault::kNone);
}

Value IsCidr(Arguments arguments, Meter*) {
  const std::string* text = OneText(arguments);
  if (text == nullptr) return WrongArguments(arguments);
  IpRange range;
  return Value::Bool(IpRange::Parse(*text, &range) == AddressFault::kNone);
}

Value IsCanonical(Arguments arguments, Meter*) {
  const std::string* text = OneText(arguments);
  if (text == nullptr) return WrongArguments(arguments);
  IpAddress address;
  const AddressFault fault = IpAddress::Parse(*text, &address);
  if (fault != AddressFault::kNone) return BadIp(fault, *text);
  return Value::Bool(address.ToString() == *text);
}

Value Family(Arguments arguments, Meter*) {
  const IpAddress* address = OneIp(arguments);
  if (address == nullptr) return WrongArguments(arguments);
  return Value::Int(address->family());
}

template <bool (IpAddress::*kProperty)() const>
Value Has(Arguments arguments, Meter*) {
  const IpAddress* address = OneIp(arguments);
  if (address == nullptr) return WrongArguments(arguments);
  return Value::Bool((address->*kProperty)());
}

Value ContainsIp(Arguments arguments, Meter*) {
  const IpRange* range = arguments.size() == 2 ? AsCidr(arguments[0]) : nullptr;
  if (range == nullptr) return WrongArguments(arguments);
  if (const IpAddress* address = AsIp(arguments[1])) {
    return Value::Bool(range->Contains(*address));
  }
  if (!arguments[1].is_string()) return WrongArguments(arguments);
  const std::string& text = arguments[1].string_value();
  IpAddress address;
  const AddressFault fault = IpAddress::Parse(text, &address);
  if (fault != AddressFault::kNone) return BadIp(fault, text);
  return Value::Bool(range->Contains(address));
}

Value ContainsCidr(Arguments arguments, Meter*) {
  const IpRange* range = arguments.size() == 2 ? AsCidr(arguments[0]) : nullptr;
  if (range == nullptr) return WrongArguments(arguments);
  if (const IpRange* other = AsCidr(arguments[1])) {
    return Value::Bool(range->Contains(*other));
  }
  if (!arguments[1].is_string()) return WrongArguments(arguments);
  const std::string& text = arguments[1].string_value();
  IpRange other;
  const AddressFault fault = IpRange::Parse(text, &other);
  if (fault != AddressFault::kNone) return BadCidr(fault, text);
  return Value::Bool(range->Contains(other));
}

Value Masked(Arguments arguments, Meter*) {
  const IpRange* range = OneCidr(arguments);
  if (range == nullptr) return WrongArguments(arguments);
  return MakeCidr(range->Masked());
}

Value PrefixLength(Arguments arguments, Meter*) {
  const IpRange* range = OneCidr(arguments);
  if (range == nullptr) return WrongArguments(arguments);
  return Value::Int(range->prefix_length());
}

constexpr FunctionSpec kFunctions[] = {
    {"ip", Ip,
     R"(string_to_ip (string) -> net.IP
cidr_ip net.CIDR.() -> net.IP)"},
    {"cidr", Cidr, "string_to_cidr (string) -> net.CIDR"},
    {"isIP", IsIp, "is_ip (string) -> bool"},
    {"isCIDR", IsCidr, "is_cidr (string) -> bool"},
    {"ip.isCanonical", IsCanonical, "ip_is_canonical (string) -> bool"},
    {"family", Family, "ip_family net.IP.() -> int"},
    {"isUnspecified", Has<&IpAddress::IsUnspecified>,
     "ip_is_unspecified net.IP.() -> bool"},
    {"isLoopback", Has<&IpAddress::IsLoopback>,
     "ip_is_loopback net.IP.() -> bool"},
    {"isGlobalUnicast", Has<&IpAddress::IsGlobalUnicast>,
     "ip_is_global_unicast net.IP.() -> bool"},
    {"isLinkLocalMulticast", Has<&IpAddress::IsLinkLocalMulticast>,
     "ip_is_link_local_multicast net.IP.() -> bool"},
    {"isLinkLocalUnicast", Has<&IpAddress::IsLinkLocalUnicast>,
     "ip_is_link_local_unicast net.IP.() -> bool"},
    {"containsIP", ContainsIp,
     R"(cidr_contains_ip net.CIDR.(net.IP) -> bool
cidr_contains_ip_string net.CIDR.(string) -> bool)"},
    {"containsCIDR", ContainsCidr,
     R"(cidr_contains_cidr net.CIDR.(net.CIDR) -> bool
cidr_contains_cidr_string net.CIDR.(string) -> bool)"},
    {"masked", Masked, "cidr_masked net.CIDR.() -> net.CIDR"},
    {"prefixLength", PrefixLength, "cidr_prefix_length net.CIDR.() -> int"},
};

}  // namespace

absl::Span<const FunctionSpec> NetworkFunctions() { return kFunctions; }

}  // namespace duban::expr
