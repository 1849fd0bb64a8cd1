#include "tests/expr/conformance/skips.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace duban::expr::conformance {
namespace {

bool IsWay(absl::string_view name) {
  const absl::Span<const Way> ways = AllWays();
  return std::any_of(ways.begin(), ways.end(),
                     [name](const Way& way) { return way.name == name; });
}

}  // namespace

bool Skips::Parse(absl::string_view line, Entry* entry) {
  entry->line = std::string(line);
  const std::vector<absl::string_view> sides =
      absl::StrSplit(line, absl::MaxSplits(" : ", 1));
  if (sides.size() != 2 || absl::StripAsciiWhitespace(sides[1]).empty()) {
    return false;
  }
  absl::string_view name = absl::StripAsciiWhitespace(sides[0]);
  if (absl::ConsumeSuffix(&name, "]")) {
    const std::vector<absl::string_view> parts = absl::StrSplit(name, " [");
    if (parts.size() != 2) return false;
    entry->ways = absl::StrSplit(parts[1], ' ', absl::SkipEmpty());
    if (!std::all_of(entry->ways.begin(), entry->ways.end(), IsWay)) {
      return false;
    }
    name = absl::StripAsciiWhitespace(parts[0]);
  }
  entry->is_prefix = absl::ConsumeSuffix(&name, "*");
  entry->name = std::string(name);
  return !name.empty();
}

bool Skips::Read(const std::string& path, std::string* error) {
  std::string text;
  if (!ReadFile(path, &text, error)) return false;
  for (const absl::string_view given : absl::StrSplit(text, '\n')) {
    const absl::string_view line = absl::StripAsciiWhitespace(given);
    if (line.empty() || line[0] == '#') continue;
    Entry entry;
    if (!Parse(line, &entry)) {
      *error = absl::StrCat(path, ": not \"name [ways] : reason\": ", line);
      return false;
    }
    entries_.push_back(std::move(entry));
  }
  return true;
}

bool Skips::Matches(const Entry& entry, const Case& test, const Way& way) {
  const bool named = entry.is_prefix ? absl::StartsWith(test.name, entry.name)
                                     : test.name == entry.name;
  if (!named) return false;
  if (entry.ways.empty()) return way.evaluates;
  return std::find(entry.ways.begin(), entry.ways.end(), way.name) !=
         entry.ways.end();
}

bool Skips::Contains(const Case& test, const Way& way) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& e) { return Matches(e, test, way); });
}

std::vector<std::string> Skips::Unused(const std::vector<Case>& tests) const {
  std::vector<std::string> unused;
  for (const Entry& entry : entries_) {
    const bool used =
        std::any_of(tests.begin(), tests.end(), [&](const Case& test) {
          const absl::Span<const Way> ways = AllWays();
          return std::any_of(ways.begin(), ways.end(), [&](const Way& way) {
            return way.applies(test) && Matches(entry, test, way);
          });
        });
    if (!used) unused.push_back(entry.line);
  }
  return unused;
}

}  // namespace duban::expr::conformance
