#include "src/duty/presence.h"

#include <algorithm>
#include <optional>

#include "src/duty/subjects.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;

struct SpanColumns {
  explicit SpanColumns(v1::RecordKind kind)
      : since(ColumnOf(kind, "since")), until(ColumnOf(kind, "until")) {}
  int since;
  int until;
};

DateRange SpanOf(const table::Records& rows, const SpanColumns& columns,
                 uint32_t row) {
  return {rows.DateAt(columns.since, row).value_or(Date::Min()),
          rows.DateAt(columns.until, row).value_or(Date::Max())};
}

// The first day of a span, and the first one after it.
void AddEnds(const DateRange& span, std::vector<Date>* days) {
  if (span.from != Date::Min()) days->push_back(span.from);
  if (span.until != Date::Max()) days->push_back(span.until.AddDays(1));
}

void AddAll(const std::vector<Date>& more, std::vector<Date>* days) {
  days->insert(days->end(), more.begin(), more.end());
}

std::vector<Date> Sorted(std::vector<Date> days) {
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

}  // namespace

void DaySet::Append(const DateRange& days) {
  if (days.empty()) return;
  if (!ranges_.empty() && ranges_.back().until.AddDays(1) == days.from) {
    ranges_.back().until = days.until;
  } else {
    ranges_.push_back(days);
  }
}

int64_t DaySet::size() const {
  int64_t n = 0;
  for (const DateRange& range : ranges_) n += range.length();
  return n;
}

bool DaySet::Meets(const DateRange& days) const {
  for (const DateRange& range : ranges_) {
    if (!Intersect(range, days).empty()) return true;
  }
  return false;
}

bool Presence::IsThere(v1::SubjectKind kind, uint32_t code, Date day) const {
  static const SpanColumns columns(v1::PAIRING);
  const ledger::State& state = facts_.state();
  if (kind == v1::EACH_PERSON) return facts_.HomeOf(code, day) != 0;
  if (kind == v1::EACH_ORGANIZATION) {
    return state.At(v1::ORGANIZATION, code, day).has_value();
  }
  const auto row = state.Newest(v1::PAIRING, code);
  return row && state.counts(v1::PAIRING, *row) &&
         SpanOf(state.records(v1::PAIRING), columns, *row).Contains(day);
}

const std::vector<Date>& Presence::ChangesOf(v1::SubjectKind kind,
                                             uint32_t code) {
  auto& known = kind == v1::EACH_PERSON         ? persons_
                : kind == v1::EACH_ORGANIZATION ? organizations_
                                                : pairings_;
  const auto found = known.find(code);
  if (found != known.end()) return found->second;
  std::vector<Date> days = kind == v1::EACH_PERSON ? OfPerson(code)
                           : kind == v1::EACH_ORGANIZATION
                               ? OfOrganization(code)
                               : OfPairing(code);
  return known[code] = Sorted(std::move(days));
}

// Of all that were ever above it, on whichever days: some too many are asked
// about in vain, and none too few.
std::vector<Date> Presence::OfOrganization(uint32_t code) const {
  static const SpanColumns columns(v1::ORGANIZATION);
  static const int parent = ColumnOf(v1::ORGANIZATION, "parent");
  const table::Records& rows = facts_.state().records(v1::ORGANIZATION);
  std::vector<Date> days;
  std::vector<uint32_t> to_do = {code};
  HashSet<uint32_t> seen;
  while (!to_do.empty()) {
    const uint32_t at = to_do.back();
    to_do.pop_back();
    if (at == 0 || !seen.insert(at).second) continue;
    for (auto row = facts_.state().Newest(v1::ORGANIZATION, at); row;
         row = facts_.state().Older(v1::ORGANIZATION, *row)) {
      AddEnds(SpanOf(rows, columns, *row), &days);
      to_do.push_back(rows.Code(parent, *row));
    }
  }
  return days;
}

std::vector<Date> Presence::OfPerson(uint32_t code) {
  static const SpanColumns columns(v1::PERSON);
  static const SpanColumns post_columns(v1::POST);
  static const int home = ColumnOf(v1::PERSON, "organization");
  std::vector<Date> days;
  const table::Records& rows = facts_.state().records(v1::PERSON);
  for (auto row = facts_.state().Newest(v1::PERSON, code); row;
       row = facts_.state().Older(v1::PERSON, *row)) {
    AddEnds(SpanOf(rows, columns, *row), &days);
    if (const uint32_t at = rows.Code(home, *row); at != 0) {
      AddAll(ChangesOf(v1::EACH_ORGANIZATION, at), &days);
    }
  }
  const table::Records& posts = facts_.state().records(v1::POST);
  for (uint32_t post : facts_.PostsOf(code)) {
    AddEnds(SpanOf(posts, post_columns, post), &days);
  }
  return days;
}

std::vector<Date> Presence::OfPairing(uint32_t code) {
  static const SpanColumns columns(v1::PAIRING);
  static const int person = ColumnOf(v1::PAIRING, "person");
  static const int organization = ColumnOf(v1::PAIRING, "organization");
  std::vector<Date> days;
  const auto row = facts_.state().Newest(v1::PAIRING, code);
  if (!row) return days;
  const table::Records& rows = facts_.state().records(v1::PAIRING);
  AddEnds(SpanOf(rows, columns, *row), &days);
  if (const uint32_t holder = rows.Code(organization, *row); holder != 0) {
    AddAll(ChangesOf(v1::EACH_ORGANIZATION, holder), &days);
  } else if (const uint32_t one = rows.Code(person, *row); one != 0) {
    AddAll(ChangesOf(v1::EACH_PERSON, one), &days);
  }
  return days;
}

}  // namespace duban::duty
