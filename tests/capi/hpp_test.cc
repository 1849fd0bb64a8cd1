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

TEST(Hpp, AsksExportsAndImportsAgain) {
  const abi::Pack pack = abi::Pack::Parse({{"pack.textproto", kPack}});
  abi::Ledger ledger = abi::Ledger::InMemory();
  ledger.AdoptPack(pack);
  ledger.Apply(kBatch, {}, abi::Format::kJson);
  const abi::View view = ledger.View();
  const std::string answer = view.Query(
      R"({"kind": "PERSON", "where": "person.id == 'm1'", "column": ["name"]})",
      abi::Format::kJson);
  EXPECT_NE(answer.find("\"total\": \"1\""), std::string::npos) << answer;
  const TemporaryFolder folder;
  abi::ExportOptions options;
  options.unmasked = true;
  view.Export(folder.File("out"), options);
  abi::Ledger copy = abi::Ledger::InMemory();
  copy.ImportFolder(folder.File("out"));
  EXPECT_EQ(copy.View().Digest(), view.Digest());
  EXPECT_NE(copy.GetHead(), ledger.GetHead());
}

TEST(Hpp, SaysWhatFallsDueAndWhichDaysAreWorked) {
  const abi::Pack pack = abi::Pack::Parse({{"pack.textproto", kPack}});
  abi::Ledger ledger = abi::Ledger::InMemory();
  ledger.AdoptPack(pack);
  ledger.Apply(kBatch, {}, abi::Format::kJson);
  EXPECT_NE(pack.Reminders(ledger.View(), "2021-12-30", 5, abi::Format::kJson)
                .find("2021-12-31"),
            std::string::npos);
  EXPECT_NE(pack.Days("2021-10-01", "2021-10-02", abi::Format::kJson)
                .find("2021-10-02"),
            std::string::npos);
  EXPECT_EQ(pack.MovedDays(pack, {}, {}, abi::Format::kJson).find("\"due\""),
            std::string::npos);
}

TEST(Hpp, SeesALedgerAsItWas) {
  const TemporaryFolder folder;
  const std::string path = folder.File("l.duban");
  const abi::Pack pack = abi::Pack::Parse({{"pack.textproto", kPack}});
  abi::Ledger ledger = abi::Ledger::Open(path);
  ledger.AdoptPack(pack);
  const abi::Head then = ledger.GetHead();
  ledger.Apply(kBatch, {}, abi::Format::kJson);
  abi::LedgerOptions options;
  options.until_sequence = then.sequence;
  EXPECT_EQ(abi::Ledger::Open(path, options).GetHead(), then);
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
    ledger.Checkpoint();
  }
  {
    abi::Ledger ledger = abi::Ledger::Open(path);
    EXPECT_EQ(ledger.GetHead().digest, digest);
    ledger.DropCheckpoint();
  }
  EXPECT_THROW(abi::Ledger::InMemory().DropCheckpoint(), abi::Error);
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
