// The names of time zones that expressions of plain CEL may use: those of the
// IANA time zone database. What a zone's rules are is not known here.
//
// Only names on this list may reach a zone loader: it would take any other
// text for the path of a file, and remembers every name it is asked for.
//
// Constant data; thread-safe.
#ifndef DUBAN_SRC_EXPR_ZONE_NAMES_H_
#define DUBAN_SRC_EXPR_ZONE_NAMES_H_

#include "absl/strings/string_view.h"

namespace duban::expr {

// Of a zone or of an alias, in the letters of the database: "Asia/Shanghai",
// "US/Central", "UTC".
bool IsZoneName(absl::string_view name);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_ZONE_NAMES_H_
