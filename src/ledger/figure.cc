#include "src/ledger/figure.h"

#include <optional>

namespace duban::ledger {
namespace {

// Where the true figure lies, in units of 10^-9. No bound = anything on that
// side. A figure has 38 digits, so one step more still fits 128 bits.
struct Bounds {
  std::optional<int128_t> low;
  bool low_included = true;
  std::optional<int128_t> high;
  bool high_included = true;
};

// One unit of the last digit that is not 0.
int128_t LastDigit(int128_t units) {
  if (units == 0) return Decimal::kUnit;
  int128_t step = 1;
  while (units % 10 == 0) {
    units /= 10;
    step *= 10;
  }
  return step;
}

Bounds BoundsOf(const Figure& figure) {
  const int128_t at = figure.value.units();
  const int128_t step = LastDigit(at);
  switch (figure.qualifier) {
    case v1::NEARLY:
      return {at - step, false, at, false};
    case v1::OVER:
      return {at, false, at + step, false};
    case v1::ABOUT:
      return {at - step / 2, true, at + step / 2, true};
    case v1::AT_LEAST:
      return {at, true, std::nullopt, true};
    case v1::AT_MOST:
      return {std::nullopt, true, at, true};
    default:
      return {at, true, at, true};
  }
}

bool IsBelow(const Bounds& bounds, int128_t limit, bool limit_included) {
  return bounds.high &&
         (*bounds.high < limit ||
          (*bounds.high == limit && !(bounds.high_included && limit_included)));
}

absl::string_view AtMost(const Bounds& bounds, int128_t limit) {
  if (bounds.high && *bounds.high <= limit) return "yes";
  const bool is_above =
      bounds.low &&
      (*bounds.low > limit || (*bounds.low == limit && !bounds.low_included));
  return is_above ? "no" : "uncertain";
}

}  // namespace

absl::string_view Reached(const Figure& reported, const Figure& target) {
  if (reported.value == target.value &&
      reported.qualifier == target.qualifier) {
    return "yes";
  }
  const Bounds bounds = BoundsOf(reported);
  const int128_t at = target.value.units();
  if (target.qualifier == v1::AT_MOST) return AtMost(bounds, at);
  const bool at_counts = target.qualifier != v1::OVER;
  if (bounds.low &&
      (*bounds.low > at ||
       (*bounds.low == at && (at_counts || !bounds.low_included)))) {
    return "yes";
  }
  // A target in loose words may be reached a little below its number.
  const bool is_loose =
      target.qualifier == v1::NEARLY || target.qualifier == v1::ABOUT;
  const Bounds loose = BoundsOf(target);
  const bool is_below = is_loose
                            ? IsBelow(bounds, *loose.low, loose.low_included)
                            : IsBelow(bounds, at, at_counts);
  return is_below ? "no" : "uncertain";
}

}  // namespace duban::ledger
