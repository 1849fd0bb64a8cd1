#include "src/duty/needs.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "src/duty/forecast.h"
#include "src/table/record_schema.h"

namespace duban::duty {
namespace {

using pack::Measure;
using pack::NeedRule;

v1::Text LackingWords(const ledger::Facts& facts, const NeedRule& need,
                      Decimal lacking, const DateRange& days) {
  const v1::Need& message = *need.message;
  const std::string amount = InUnits(lacking, message.unit_size());
  const table::RecordSchema& schema =
      facts.state()
          .records(pack::VocabularyOf(need.tally.entity).kind)
          .schema();
  v1::Text words;
  words.set_zh(
      absl::StrCat("还差 ", amount, message.unit().zh().empty() ? "" : " ",
                   message.unit().zh(), "：", days.from.ToString(), " 至 ",
                   days.until.ToString(), " 没有足够的", schema.zh(), "记录"));
  words.set_en(absl::StrCat(
      amount, " ", message.unit().en().empty() ? "more" : message.unit().en(),
      " lacking: not enough records of ", schema.name(), " from ",
      days.from.ToString(), " to ", days.until.ToString()));
  return words;
}

}  // namespace

std::optional<Decimal> InProportion(const NeedRule& need, int64_t days,
                                    int64_t of) {
  switch (need.tally.measure) {
    case Measure::kCount:
    case Measure::kSum:
    case Measure::kDistinct:
    case Measure::kPeriods:
      break;
    default:
      return need.at_least;
  }
  if (!need.at_least) return std::nullopt;
  Decimal unit =
      Decimal::Parse(need.message->unit_size()).value_or(Decimal::FromInt(1));
  if (unit <= Decimal()) unit = Decimal::FromInt(1);
  // Days and units are exact; only their quotient is cut.
  const auto whole = Decimal::Multiply(unit, Decimal::FromInt(of));
  if (!whole.ok()) return need.at_least;
  const auto units =
      Decimal::MultiplyDivide(*need.at_least, Decimal::FromInt(days), *whole);
  if (!units.ok()) return need.at_least;
  return Decimal::Multiply(units->Floor(), unit).value_or(*need.at_least);
}

v1::NeedState NeedStateOf(const ledger::Facts& facts, const NeedRule& need,
                          const std::optional<Decimal>& at_least,
                          const std::optional<Decimal>& done,
                          const DateRange& days) {
  const v1::Need& message = *need.message;
  v1::NeedState state;
  state.set_id(message.id());
  *state.mutable_title() = message.title();
  state.set_at_least(at_least == need.at_least || !at_least
                         ? message.at_least()
                         : at_least->ToString());
  state.set_at_most(message.at_most());
  *state.mutable_unit() = message.unit();
  state.set_unit_size(message.unit_size());
  // Nothing measured (no average of nothing) is not zero: it meets nothing.
  if (done) state.set_done(done->ToString());
  const Decimal amount = done.value_or(Decimal());
  const bool enough = done && (!at_least || *at_least <= amount);
  const bool not_too_much = !need.at_most || amount <= *need.at_most;
  state.set_met(enough && not_too_much);
  if (!enough) {
    const Decimal lacking =
        at_least ? Decimal::Subtract(*at_least, amount).value_or(Decimal())
                 : Decimal();
    *state.mutable_lacking() = LackingWords(facts, need, lacking, days);
  } else if (!not_too_much) {
    const std::string most = InUnits(*need.at_most, message.unit_size());
    state.mutable_lacking()->set_zh(absl::StrCat("超过上限 ", most));
    state.mutable_lacking()->set_en(
        absl::StrCat("more than the ", most, " allowed"));
  }
  return state;
}

}  // namespace duban::duty
