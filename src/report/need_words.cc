#include "src/report/need_words.h"

#include "absl/strings/str_cat.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"

namespace duban::report {
namespace {

// 1170 minutes as 19.5 of 小时.
std::string InUnit(const std::string& number, const std::string& unit_size) {
  const auto value = Decimal::Parse(number);
  const auto size = Decimal::Parse(unit_size);
  if (!value.ok() || !size.ok() || size->is_zero()) return number;
  const auto exact = Decimal::Divide(*value, *size);
  if (!exact.ok()) return number;
  const auto shown = exact->Round(2);
  return shown.ok() ? shown->ToString() : number;
}

std::string Bounds(const v1::NeedState& need) {
  const std::string least = InUnit(need.at_least(), need.unit_size());
  const std::string most = InUnit(need.at_most(), need.unit_size());
  if (most.empty()) return absl::StrCat("≥", least);
  if (least.empty()) return absl::StrCat("≤", most);
  return least == most ? least : absl::StrCat(least, "–", most);
}

}  // namespace

std::string NeedName(const v1::NeedState& need) {
  const std::string title(In(Language::kZh, need.title()));
  return title.empty() ? need.id() : title;
}

std::string NeedDone(const v1::NeedState& need) {
  return need.done().empty() ? "—" : InUnit(need.done(), need.unit_size());
}

std::string NeedBounds(const v1::NeedState& need) {
  return absl::StrCat(Bounds(need), In(Language::kZh, need.unit()));
}

}  // namespace duban::report
