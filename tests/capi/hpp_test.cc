// duban.hpp: the same, with objects and exceptions.
#include "duban/duban.hpp"

#include <string>
#include <type_traits>
#include <utility>

#include "tests/capi/case.h"

namespace duban_test {
namespace {

namespace abi = duban::abi;

static_assert(!std::is_copy_constructible_v<abi::Pack>);
static_assert(std::is_nothrow_move_constructible_v<abi::Pack>);
static_assert(std::is_nothrow_move_assignable_v<abi::Ledger>);
static_assert(std::is_nothrow_copy_constructible_v<abi::Error>);

TEST(Hpp, GoesFromPackToScore) {
  const abi::Pack pack = abi::Pack::Parse({{"pack.textproto", kPack}});
  EXPECT_EQ(pack.id(), "lectures");
  EXPECT_EQ(pack.Test(), 1);
  abi::Ledger ledger = abi::Ledger::InMemory();
  ledger.AdoptPack(pack);
  ledger.Apply(kBatch, {}, abi::Format::kJson);
  const abi::View view = ledger.View();
  EXPECT_EQ(view.GetHead(), ledger.GetHead());
  EXPECT_EQ(view.GetHead().sequence, 5u);
  const std::string json =
      pack.Assess(view, "2021-12-31", "member", abi::Format::kJson);
  EXPECT_NE(json.find("\"total\": \"10.00\""), std::string::npos) << json;
  EXPECT_EQ(json, abi::Convert("duban.v1.Assessment",
                               pack.Assess(view, "2021-12-31", "member"),
                               abi::Format::kProtobuf, abi::Format::kJson));
  EXPECT_NE(
      pack.Explain(view, "2021-12-31", "m1", abi::Format::kText).find("a1"),
      std::string::npos);
  EXPECT_NE(
      pack.Duties(view, "2021-12-31", "m2", abi::Format::kJson).find("OPEN"),
      std::string::npos);
}

TEST(Hpp, ThrowsWithReasonAndEveryFault) {
  try {
    abi::Pack::Parse({{"pack.textproto", "format_version: 1 idd: 3"}});
    FAIL() << "loaded";
  } catch (const abi::Error& error) {
    EXPECT_EQ(error.code(), DUBAN_INVALID_ARGUMENT);
    EXPECT_FALSE(error.reason().empty());
    EXPECT_EQ(error.reason(), error.first().reason);
    EXPECT_EQ(error.first().file, "pack.textproto");
    EXPECT_GE(error.faults().size(), 1u);
    EXPECT_EQ(error.omitted(), 0);
    EXPECT_NE(std::string(error.what()).find(error.reason()),
              std::string::npos);
  }
}

TEST(Hpp, GivesTheReceiptOfARefusedBatch) {
  abi::Ledger ledger = abi::Ledger::InMemory();
  try {
    ledger.Apply(kBadBatch, {}, abi::Format::kJson);
    FAIL() << "applied";
  } catch (const abi::Refused& refused) {
    EXPECT_EQ(refused.code(), DUBAN_FAILED_PRECONDITION);
    EXPECT_NE(refused.receipt().find(refused.reason()), std::string::npos);
  }
}

TEST(Hpp, ThrowsWhatIsNoRefusalAsAnError) {
  abi::Ledger ledger = abi::Ledger::InMemory();
  try {
    ledger.Apply("{", {}, abi::Format::kJson);
    FAIL() << "applied";
  } catch (const abi::Refused&) {
    FAIL() << "there is no receipt";
  } catch (const abi::Error& error) {
    EXPECT_EQ(error.reason(), "MESSAGE_SYNTAX");
  }
}

TEST(Hpp, ChecksPacksAndVerifiesFiles) {
  const TemporaryFolder folder;
  const std::string pack = folder.Write("bad.textproto", "format_version: 1");
  EXPECT_NE(abi::CheckPack(pack, abi::Format::kJson).find("reason"),
            std::string::npos);
  const std::string path = folder.File("l.duban");
  std::string digest;
  {
    abi::Ledger ledger = abi::Ledger::Open(path);
    ledger.AdoptPack(abi::Pack::Parse({{"pack.textproto", kPack}}));
    digest = ledger.GetHead().digest;
  }
  EXPECT_NE(abi::Verify(path, digest, abi::Format::kJson).find(digest),
            std::string::npos);
  EXPECT_THROW(abi::Verify(path, ""), abi::Error);
  EXPECT_THROW(abi::Verify(path, std::string_view()), abi::Error);
}

TEST(Hpp, MovesHandlesAndFreesThemOnce) {
  abi::Pack a = abi::Pack::Parse({{"pack.textproto", kPack}});
  abi::Pack b = std::move(a);
  a = std::move(b);
  EXPECT_EQ(a.id(), "lectures");
}

}  // namespace
}  // namespace duban_test
