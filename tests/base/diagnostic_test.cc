#include "src/base/diagnostic.h"

#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "gtest/gtest.h"

namespace duban {
namespace {

constexpr char kPayloadUrl[] = "type.googleapis.com/duban.v1.ErrorList";

Fault UnknownCode() {
  return Fault("UNKNOWN_CODE")
      .Row("activities.csv", 12, "kind")
      .Say("未知的代码“x”", "unknown code 'x'")
      .Hint("可用：a、b", "known are a and b");
}

TEST(FaultTest, HoldsWhatWasSaid) {
  const v1::ErrorDetail detail = UnknownCode();
  EXPECT_EQ(detail.severity(), v1::ERROR);
  EXPECT_EQ(detail.code(), 3);
  EXPECT_EQ(detail.reason(), "UNKNOWN_CODE");
  EXPECT_EQ(detail.place().file(), "activities.csv");
  EXPECT_EQ(detail.place().row(), 12);
  EXPECT_EQ(detail.place().field(), "kind");
  EXPECT_EQ(detail.message().zh(), "未知的代码“x”");
  EXPECT_EQ(detail.message().en(), "unknown code 'x'");
  EXPECT_EQ(detail.hint().zh(), "可用：a、b");
  EXPECT_EQ(detail.hint().en(), "known are a and b");
}

TEST(FaultTest, ChangesAreStoredFromOne) {
  const auto stored = [](int index) {
    return Fault("R").Change(index).detail().place().change();
  };
  EXPECT_EQ(stored(0), 1);
  EXPECT_EQ(stored(41), 42);
  EXPECT_EQ(stored(-1), 0);
  EXPECT_EQ(stored(std::numeric_limits<int>::min()), 0);
  EXPECT_EQ(stored(std::numeric_limits<int>::max()),
            std::numeric_limits<int>::max());
}

TEST(FaultTest, NegativePlacesAreUnknown) {
  const v1::ErrorDetail detail = Fault("R").At("f", -1, -7);
  EXPECT_EQ(detail.place().line(), 0);
  EXPECT_EQ(detail.place().column(), 0);
}

TEST(FaultTest, StatusCarriesTheFault) {
  const absl::Status status = UnknownCode().ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "未知的代码“x” / unknown code 'x'");
  ASSERT_TRUE(status.GetPayload(kPayloadUrl).has_value());
  const v1::ErrorList list = FaultsOf(status);
  ASSERT_EQ(list.errors_size(), 1);
  EXPECT_EQ(list.errors(0).SerializeAsString(),
            UnknownCode().detail().SerializeAsString());
}

TEST(FaultTest, StatusHasTheCodeOfTheFault) {
  EXPECT_EQ(Fault("R", absl::StatusCode::kNotFound).ToStatus().code(),
            absl::StatusCode::kNotFound);
  // OK is no fault.
  EXPECT_EQ(Fault("R", absl::StatusCode::kOk).ToStatus().code(),
            absl::StatusCode::kUnknown);
}

TEST(FaultTest, WarningAloneIsOk) {
  EXPECT_TRUE(UnknownCode().Warning().ToStatus().ok());
}

TEST(FaultTest, HostileTextStillTravels) {
  const std::string hostile = "a\xFF\x1B[31m\nb";
  const absl::Status status =
      Fault("R").At(hostile, 1, 1).Say(hostile, hostile).ToStatus();
  const v1::ErrorList list = FaultsOf(status);
  ASSERT_EQ(list.errors_size(), 1);
  EXPECT_EQ(list.errors(0).reason(), "R");
  EXPECT_EQ(list.errors(0).message().zh(), "a\uFFFD\uFFFD[31m b");
  EXPECT_EQ(list.errors(0).place().file(), "a\uFFFD\uFFFD[31m b");
}

TEST(FaultTest, LongTextIsCut) {
  const v1::ErrorDetail detail =
      Fault("R").Say(std::string(5000000, 'x'), "short");
  EXPECT_EQ(detail.message().zh(), std::string(1000, 'x') + "…");
  EXPECT_EQ(detail.message().en(), "short");
}

TEST(FaultsTest, NothingIsOk) {
  const Faults faults;
  EXPECT_TRUE(faults.empty());
  EXPECT_FALSE(faults.has_errors());
  EXPECT_TRUE(faults.ToStatus().ok());
}

TEST(FaultsTest, WarningsAreKeptButAreNoError) {
  Faults faults;
  faults.Add(UnknownCode().Warning());
  EXPECT_FALSE(faults.empty());
  EXPECT_FALSE(faults.has_errors());
  EXPECT_TRUE(faults.ToStatus().ok());
}

TEST(FaultsTest, StatusIsThatOfTheFirstErrorWithAllFaults) {
  Faults faults;
  faults.Add(Fault("W").Warning().Say("警告", "warning"));
  faults.Add(Fault("A", absl::StatusCode::kNotFound).Say("甲", "a"));
  faults.Add(Fault("B").Say("乙", "b"));
  EXPECT_EQ(faults.error_count(), 2);
  const absl::Status status = faults.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "甲 / a");
  const v1::ErrorList list = FaultsOf(status);
  ASSERT_EQ(list.errors_size(), 3);
  EXPECT_EQ(list.errors(0).reason(), "W");
  EXPECT_EQ(list.errors(2).reason(), "B");
}

TEST(FaultsTest, TakesInWhatAStatusCarries) {
  Faults inner;
  inner.Add(Fault("A"));
  inner.Add(Fault("B"));
  Faults outer;
  outer.Add(absl::OkStatus());
  EXPECT_TRUE(outer.empty());
  outer.Add(inner.ToStatus());
  outer.Add(absl::InternalError("plain"));
  ASSERT_EQ(outer.list().errors_size(), 3);
  EXPECT_EQ(outer.error_count(), 3);
  EXPECT_EQ(outer.list().errors(1).reason(), "B");
  EXPECT_EQ(outer.list().errors(2).reason(), "INTERNAL");
}

TEST(FaultsTest, KeepsALimitedNumberAndCountsTheRest) {
  Faults faults;
  for (int i = 0; i < Faults::kLimit + 5; ++i) faults.Add(Fault("R"));
  EXPECT_EQ(faults.list().errors_size(), Faults::kLimit);
  EXPECT_EQ(faults.list().omitted(), 5);
  EXPECT_EQ(faults.error_count(), Faults::kLimit + 5);
  // What was omitted is not forgotten on the way.
  Faults outer;
  outer.Add(faults.ToStatus());
  EXPECT_EQ(outer.list().omitted(), 5);
}

TEST(FaultsTest, AnErrorIsNotLostAmongWarnings) {
  Faults faults;
  for (int i = 0; i < Faults::kLimit + 5; ++i) {
    faults.Add(Fault("W").Warning());
  }
  faults.Add(Fault("E"));
  faults.Add(Fault("F"));
  EXPECT_TRUE(faults.has_errors());
  EXPECT_EQ(faults.list().errors_size(), Faults::kLimit);
  EXPECT_EQ(faults.list().omitted(), 7);
  const absl::Status status = faults.ToStatus();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(FaultsOf(status).errors(Faults::kLimit - 1).reason(), "E");
}

TEST(FaultsTest, SortsByPlaceAndKeepsTheOrderOfEquals) {
  Faults faults;
  faults.Add(Fault("7").At("b", 1, 1));
  faults.Add(Fault("4").At("a", 2, 1));
  faults.Add(Fault("3").At("a", 1, 9));
  faults.Add(Fault("1").At("a", 1, 2));
  faults.Add(Fault("2").At("a", 1, 2));
  faults.Add(Fault("6").Row("aa", 10, "x"));
  faults.Add(Fault("5").Row("aa", 9, "x"));
  faults.Add(Fault("0").Change(1));
  faults.Add(Fault("-").Change(0));
  faults.SortByPlace();
  std::string order;
  for (const v1::ErrorDetail& e : faults.list().errors()) order += e.reason();
  EXPECT_EQ(order, "-01234567");
}

TEST(FaultsOfTest, OkHasNone) {
  EXPECT_EQ(FaultsOf(absl::OkStatus()).errors_size(), 0);
}

TEST(FaultsOfTest, PlainStatusGivesOneFaultNamedByItsCode) {
  const v1::ErrorList list = FaultsOf(absl::NotFoundError("no such file"));
  ASSERT_EQ(list.errors_size(), 1);
  EXPECT_EQ(list.errors(0).reason(), "NOT_FOUND");
  EXPECT_EQ(list.errors(0).code(), 5);
  EXPECT_EQ(list.errors(0).message().en(), "no such file");
  EXPECT_EQ(FaultsOf(absl::InternalError("")).errors(0).message().en(),
            "INTERNAL");
}

TEST(FaultsOfTest, AlwaysHasAnErrorWhereTheStatusFailed) {
  absl::Status broken = absl::DataLossError("broken");
  broken.SetPayload(kPayloadUrl, absl::Cord("\xFF\xFF\xFF"));
  ASSERT_EQ(FaultsOf(broken).errors_size(), 1);
  EXPECT_EQ(FaultsOf(broken).errors(0).reason(), "DATA_LOSS");

  v1::ErrorList warnings;
  *warnings.add_errors() = Fault("W").Warning();
  absl::Status odd = absl::AbortedError("odd");
  odd.SetPayload(kPayloadUrl, absl::Cord(warnings.SerializeAsString()));
  ASSERT_EQ(FaultsOf(odd).errors_size(), 2);
  EXPECT_EQ(FaultsOf(odd).errors(1).reason(), "ABORTED");
}

TEST(InTest, FallsBackToTheLanguageThereIs) {
  v1::Text both;
  both.set_zh("中");
  both.set_en("en");
  EXPECT_EQ(In(Language::kZh, both), "中");
  EXPECT_EQ(In(Language::kEn, both), "en");
  v1::Text zh;
  zh.set_zh("中");
  EXPECT_EQ(In(Language::kEn, zh), "中");
  v1::Text en;
  en.set_en("en");
  EXPECT_EQ(In(Language::kZh, en), "en");
  EXPECT_EQ(In(Language::kZh, v1::Text()), "");
}

TEST(FormatFaultTest, OneLineForTheFaultAndOneForTheHint) {
  EXPECT_EQ(FormatFault(UnknownCode()),
            "activities.csv, row 12, kind: error: 未知的代码“x” / unknown code "
            "'x' [UNKNOWN_CODE]\n"
            "  hint: 可用：a、b / known are a and b");
}

TEST(FormatFaultTest, EveryKindOfPlace) {
  const auto format = [](Fault fault) {
    return FormatFault(fault.Say("", "m"));
  };
  EXPECT_EQ(format(Fault("R")), "error: m [R]");
  EXPECT_EQ(format(Fault("R").Warning()), "warning: m [R]");
  EXPECT_EQ(format(Fault("R").At("f", 3, 7)), "f:3:7: error: m [R]");
  EXPECT_EQ(format(Fault("R").At("f", 3, 0)), "f:3: error: m [R]");
  EXPECT_EQ(format(Fault("R").At("f", 0, 0)), "f: error: m [R]");
  EXPECT_EQ(format(Fault("R").At("", 3, 7)), "line 3:7: error: m [R]");
  EXPECT_EQ(format(Fault("R").Field("a.b")), "a.b: error: m [R]");
  EXPECT_EQ(format(Fault("R").Change(0).Field("a.b")),
            "change 1, a.b: error: m [R]");
}

}  // namespace
}  // namespace duban
