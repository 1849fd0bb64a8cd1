#include <string>

#include "gtest/gtest.h"
#include "src/expr/library.h"
#include "src/expr/network.h"
#include "src/expr/value.h"
#include "tests/expr/call_function.h"

namespace duban::expr {
namespace {

Value S(absl::string_view text) { return Value::Str(text); }

Value Called(absl::string_view name, const ListValue& arguments) {
  return CallFunction(NetworkFunctions(), name, arguments);
}
Value Ip(absl::string_view text) { return Called("ip", {S(text)}); }
Value Cidr(absl::string_view text) { return Called("cidr", {S(text)}); }

// The address as string() gives it, or the reason of an error.
std::string TextOf(const Value& v) {
  return v.is_opaque() ? v.opaque_value().ToString() : ReasonOf(v);
}

bool Holds(absl::string_view name, const ListValue& arguments) {
  const Value v = Called(name, arguments);
  EXPECT_TRUE(v.is_bool()) << name << ": " << ReasonOf(v);
  return v.is_bool() && v.bool_value();
}

TEST(NetworkFunctions, ReadAddresses) {
  EXPECT_EQ(TextOf(Ip("192.168.0.1")), "192.168.0.1");
  EXPECT_EQ(TextOf(Ip("2001:DB8::68")), "2001:db8::68");
  EXPECT_EQ(TextOf(Ip("::")), "::");
  for (const char* text : {"",
                           "192.168.0.1.0",
                           "192.168.0",
                           "192.168.0.01",
                           "256.0.0.1",
                           "0x7f.1",
                           " 1.2.3.4",
                           "1.2.3.4 ",
                           "+1.2.3.4",
                           "1.2.3.4/8",
                           "2001:db8:::68",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7",
                           "12345::",
                           "1::2::3",
                           "::g",
                           "[::1]",
                           "::1%",
                           "1.2.3.4%eth0",
                           "督办"}) {
    EXPECT_EQ(TextOf(Ip(text)), "BAD_IP") << text;
    EXPECT_FALSE(Holds("isIP", {S(text)})) << text;
  }
  const std::string nul("1.2.3.4\0x", 9);
  EXPECT_EQ(TextOf(Ip(nul)), "BAD_IP");
  EXPECT_EQ(TextOf(Ip(std::string(1 << 20, ':'))), "BAD_IP");
  EXPECT_TRUE(Holds("isIP", {S("::1")}));
  EXPECT_EQ(ReasonOf(Called("ip", {Value::Int(1)})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("isIP", {Cidr("10.0.0.0/8")})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, SayWhatIsWrong) {
  EXPECT_EQ(Ip("192.168.0.1.0").error().en,
            "IP Address '192.168.0.1.0' parse error during conversion from "
            "string");
  EXPECT_EQ(Ip("fe80::1%en0").error().en,
            "IP Address with zone value is not allowed");
  EXPECT_EQ(Ip("::ffff:192.168.0.1").error().en,
            "IPv4-mapped IPv6 address is not allowed");
  EXPECT_EQ(Cidr("fe80::1%en0/24").error().en,
            "CIDR with zone value is not allowed");
  EXPECT_EQ(Cidr("::ffff:192.168.0.1/24").error().en,
            "IPv4-mapped IPv6 address is not allowed");
  EXPECT_EQ(Cidr("192.168.0.0/").error().en,
            "network address parse error during conversion from string: "
            "'192.168.0.0/'");
}

TEST(NetworkFunctions, TakeHexadecimalMappedAddressesForIpv4) {
  EXPECT_TRUE(Equal(Ip("::ffff:c0a8:1"), Ip("192.168.0.1")));
  EXPECT_FALSE(Equal(Ip("::ffff:c0a8:1"), Ip("192.168.10.1")));
  EXPECT_EQ(ReasonOf(Called("family", {Ip("::ffff:c0a8:1")})), "4");
  EXPECT_EQ(ReasonOf(Cidr("::ffff:c0a8:1/120")), "BAD_CIDR");
}

TEST(NetworkFunctions, WriteIpv6AsTheRfcDoes) {
  const auto text = [](absl::string_view s) { return TextOf(Ip(s)); };
  EXPECT_EQ(text("2001:0db8:0:0:0:0:0:0001"), "2001:db8::1");
  EXPECT_EQ(text("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(text("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
  EXPECT_EQ(text("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(text("1:0:0:0:0:0:0:0"), "1::");
  EXPECT_EQ(text("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(text("1:2:3:4:5:6:0:0"), "1:2:3:4:5:6::");
  EXPECT_EQ(text("1:2:3:4:5:6:7:0"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(text("::1.2.3.4"), "::102:304");
  EXPECT_EQ(text("ABCD:EF01::"), "abcd:ef01::");
}

TEST(NetworkFunctions, KnowTheCanonicalForm) {
  const auto canonical = [](absl::string_view text) {
    return Holds("ip.isCanonical", {S(text)});
  };
  EXPECT_TRUE(canonical("127.0.0.1"));
  EXPECT_TRUE(canonical("2001:db8::68"));
  EXPECT_FALSE(canonical("2001:DB8::68"));
  EXPECT_FALSE(canonical("2001:db8:0:0:0:0:0:68"));
  EXPECT_EQ(ReasonOf(Called("ip.isCanonical", {S("127.0.0.1.0")})), "BAD_IP");
  EXPECT_EQ(ReasonOf(Called("ip.isCanonical", {Ip("::1")})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, ClassifyIpv4) {
  EXPECT_EQ(ReasonOf(Called("family", {Ip("192.168.0.1")})), "4");
  EXPECT_TRUE(Holds("isUnspecified", {Ip("0.0.0.0")}));
  EXPECT_FALSE(Holds("isUnspecified", {Ip("127.0.0.1")}));
  EXPECT_TRUE(Holds("isLoopback", {Ip("127.255.0.1")}));
  EXPECT_FALSE(Holds("isLoopback", {Ip("1.2.3.4")}));
  EXPECT_TRUE(Holds("isGlobalUnicast", {Ip("192.168.0.1")}));
  for (const char* text : {"255.255.255.255", "0.0.0.0", "127.0.0.1",
                           "224.0.0.1", "239.1.2.3", "169.254.169.254"}) {
    EXPECT_FALSE(Holds("isGlobalUnicast", {Ip(text)})) << text;
  }
  EXPECT_TRUE(Holds("isLinkLocalMulticast", {Ip("224.0.0.1")}));
  EXPECT_FALSE(Holds("isLinkLocalMulticast", {Ip("224.0.1.1")}));
  EXPECT_TRUE(Holds("isLinkLocalUnicast", {Ip("169.254.169.254")}));
  EXPECT_FALSE(Holds("isLinkLocalUnicast", {Ip("192.168.0.1")}));
}

TEST(NetworkFunctions, ClassifyIpv6) {
  EXPECT_EQ(ReasonOf(Called("family", {Ip("2001:db8::68")})), "6");
  EXPECT_TRUE(Holds("isUnspecified", {Ip("::")}));
  EXPECT_TRUE(Holds("isLoopback", {Ip("::1")}));
  EXPECT_FALSE(Holds("isLoopback", {Ip("::2")}));
  EXPECT_FALSE(Holds("isLoopback", {Ip("1::1")}));
  EXPECT_TRUE(Holds("isGlobalUnicast", {Ip("2001:db8::abcd")}));
  for (const char* text : {"ff00::1", "::", "::1", "fe80::1"}) {
    EXPECT_FALSE(Holds("isGlobalUnicast", {Ip(text)})) << text;
  }
  EXPECT_TRUE(Holds("isLinkLocalMulticast", {Ip("ff02::1")}));
  EXPECT_TRUE(Holds("isLinkLocalMulticast", {Ip("ff12::1")}));
  EXPECT_FALSE(Holds("isLinkLocalMulticast", {Ip("fd00::1")}));
  EXPECT_TRUE(Holds("isLinkLocalUnicast", {Ip("febf::1")}));
  EXPECT_FALSE(Holds("isLinkLocalUnicast", {Ip("fd80::1")}));
  EXPECT_EQ(ReasonOf(Called("isLoopback", {S("::1")})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("isLoopback", {Cidr("::1/128")})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("family", {})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, CompareAddresses) {
  EXPECT_TRUE(Equal(Ip("127.0.0.1"), Ip("127.0.0.1")));
  EXPECT_FALSE(Equal(Ip("127.0.0.1"), Ip("10.0.0.1")));
  EXPECT_TRUE(Equal(Ip("2001:db8::1"), Ip("2001:DB8::1")));
  EXPECT_FALSE(Equal(Ip("::"), Ip("0.0.0.0")));
  EXPECT_FALSE(Equal(Ip("::"), Cidr("::/128")));
  EXPECT_TRUE(Equal(Cidr("127.0.0.1/24"), Cidr("127.0.0.1/24")));
  EXPECT_FALSE(Equal(Cidr("127.0.0.1/24"), Cidr("127.0.0.0/24")));
  EXPECT_FALSE(Equal(Cidr("::/0"), Cidr("0.0.0.0/0")));
  EXPECT_EQ(Ip("::1").opaque_value().type(), Type::Opaque("net.IP"));
  EXPECT_EQ(Cidr("::1/8").opaque_value().type(), Type::Opaque("net.CIDR"));
}

TEST(NetworkFunctions, ReadRanges) {
  EXPECT_EQ(TextOf(Cidr("192.168.0.1/24")), "192.168.0.1/24");
  EXPECT_EQ(TextOf(Cidr("2001:DB8::/128")), "2001:db8::/128");
  EXPECT_EQ(TextOf(Cidr("0.0.0.0/0")), "0.0.0.0/0");
  for (const char* text :
       {"", "/", "192.168.0.0", "192.168.0.0/", "192.168.0.0/33",
        "192.168.0.0/024", "192.168.0.0/+8", "192.168.0.0/-1", "192.168.0.0/ 8",
        "192.168.0.0/8 ", "192.168.0.0/8/8", "::/129", "::/4294967296",
        "1.2.3/8", "/8"}) {
    EXPECT_EQ(TextOf(Cidr(text)), "BAD_CIDR") << text;
    EXPECT_FALSE(Holds("isCIDR", {S(text)})) << text;
  }
  EXPECT_TRUE(Holds("isCIDR", {S("10.0.0.0/8")}));
  EXPECT_EQ(ReasonOf(Called("cidr", {Value::Int(8)})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("isCIDR", {Ip("::1")})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, LookIntoRanges) {
  EXPECT_TRUE(Equal(Called("ip", {Cidr("192.168.0.7/24")}), Ip("192.168.0.7")));
  EXPECT_EQ(ReasonOf(Called("prefixLength", {Cidr("2001:db8::/32")})), "32");
  EXPECT_EQ(TextOf(Called("masked", {Cidr("192.168.0.1/24")})),
            "192.168.0.0/24");
  EXPECT_EQ(TextOf(Called("masked", {Cidr("192.168.255.1/21")})),
            "192.168.248.0/21");
  EXPECT_EQ(TextOf(Called("masked", {Cidr("255.255.255.255/0")})), "0.0.0.0/0");
  EXPECT_EQ(TextOf(Called("masked", {Cidr("2001:db8:ffff::1/33")})),
            "2001:db8:8000::/33");
  EXPECT_EQ(ReasonOf(Called("masked", {Ip("::1")})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("prefixLength", {S("::/0")})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, RangesContainAddresses) {
  const Value range = Cidr("192.168.0.0/24");
  EXPECT_TRUE(Holds("containsIP", {range, Ip("192.168.0.1")}));
  EXPECT_FALSE(Holds("containsIP", {range, Ip("192.168.1.1")}));
  EXPECT_TRUE(Holds("containsIP", {range, S("192.168.0.1")}));
  EXPECT_FALSE(Holds("containsIP", {range, S("2001:db8::1")}));
  EXPECT_TRUE(Holds("containsIP", {Cidr("2001:db8::/32"), Ip("2001:db8::1")}));
  EXPECT_FALSE(Holds("containsIP", {Cidr("::/0"), Ip("192.168.1.1")}));
  EXPECT_TRUE(Holds("containsIP", {Cidr("0.0.0.0/0"), Ip("192.168.1.1")}));
  EXPECT_EQ(ReasonOf(Called("containsIP", {range, S("x")})), "BAD_IP");
  EXPECT_EQ(ReasonOf(Called("containsIP", {range, range})), "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("containsIP", {range})), "NO_OVERLOAD");
}

TEST(NetworkFunctions, RangesContainRanges) {
  const Value range = Cidr("192.168.0.0/24");
  EXPECT_TRUE(Holds("containsCIDR", {range, Cidr("192.168.0.0/25")}));
  EXPECT_TRUE(Holds("containsCIDR", {range, Cidr("192.168.0.1/32")}));
  EXPECT_TRUE(Holds("containsCIDR", {range, range}));
  EXPECT_FALSE(Holds("containsCIDR", {range, Cidr("192.168.0.0/23")}));
  EXPECT_FALSE(Holds("containsCIDR", {range, Cidr("192.168.1.0/25")}));
  EXPECT_TRUE(Holds("containsCIDR", {range, S("192.168.0.0/25")}));
  EXPECT_TRUE(
      Holds("containsCIDR", {Cidr("2001:db8::/32"), Cidr("2001:db8::/33")}));
  EXPECT_FALSE(Holds("containsCIDR", {Cidr("::/0"), Cidr("10.0.0.0/8")}));
  EXPECT_EQ(ReasonOf(Called("containsCIDR", {range, S("1.2.3.4")})),
            "BAD_CIDR");
  EXPECT_EQ(ReasonOf(Called("containsCIDR", {range, Ip("::1")})),
            "NO_OVERLOAD");
  EXPECT_EQ(ReasonOf(Called("containsCIDR", {Ip("::1"), range})),
            "NO_OVERLOAD");
}

}  // namespace
}  // namespace duban::expr
