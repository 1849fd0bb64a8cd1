// Reading packs from strings, and faults and places as short strings.
#ifndef DUBAN_TESTS_PACK_READ_PACK_H_
#define DUBAN_TESTS_PACK_READ_PACK_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/base/diagnostic.h"
#include "src/pack/source.h"

namespace duban::pack {

inline PackSource Read(absl::string_view name, absl::string_view text,
                       Faults* faults) {
  return PackSource::FromFiles({{std::string(name), std::string(text)}},
                               faults);
}

inline std::string Show(const PackSource::Spot& spot) {
  return absl::StrCat(spot.file, ":", spot.line, ":", spot.column);
}

// "line:column"
inline std::string LineColumnOf(const PackSource::Spot& spot) {
  return absl::StrCat(spot.line, ":", spot.column);
}

// "REASON line:column field", one a line.
inline std::string Show(const Faults& faults) {
  std::string out;
  for (const v1::ErrorDetail& fault : faults.list().errors()) {
    const v1::Place& place = fault.place();
    absl::StrAppend(&out, fault.reason(), " ", place.line(), ":",
                    place.column(), place.field().empty() ? "" : " ",
                    place.field(), "\n");
  }
  return out;
}

inline std::string HintOf(const Faults& faults, int i = 0) {
  return faults.list().errors(i).hint().en();
}

}  // namespace duban::pack

#endif  // DUBAN_TESTS_PACK_READ_PACK_H_
