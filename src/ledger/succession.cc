#include "src/ledger/succession.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "src/ledger/facts.h"

namespace duban::ledger {
namespace {

// Follows successions from the organization, one way or the other. An id is
// followed once, so that rings, which old ledgers may have, end.
std::vector<Succession> Follow(const State& state, uint32_t organization,
                               Date day, bool back) {
  std::vector<Succession> found;
  if (state.successions().empty()) return found;
  std::vector<uint32_t> reached = {organization};
  for (size_t i = 0; i < reached.size(); ++i) {
    for (const Succession& s : state.successions()) {
      const uint32_t here = back ? s.into : s.from;
      const uint32_t there = back ? s.from : s.into;
      if (here != reached[i] || s.on > day) continue;
      found.push_back(s);
      if (std::find(reached.begin(), reached.end(), there) == reached.end()) {
        reached.push_back(there);
      }
    }
  }
  const table::Dictionary& ids = state.ids(v1::ORGANIZATION);
  std::sort(found.begin(), found.end(),
            [&](const Succession& a, const Succession& b) {
              if (a.on != b.on) return a.on < b.on;
              if (a.from != b.from) return ids.At(a.from) < ids.At(b.from);
              return ids.At(a.into) < ids.At(b.into);
            });
  return found;
}

expr::Value IdsOf(const State& state, const std::vector<Succession>& found,
                  bool back) {
  std::set<std::string> ids;
  for (const Succession& s : found) {
    ids.emplace(state.ids(v1::ORGANIZATION).At(back ? s.from : s.into));
  }
  expr::ListValue list;
  for (const std::string& id : ids) list.push_back(expr::Value::Str(id));
  return expr::Value::List(std::move(list));
}

// Adds the rows that count, name the organization in one of the columns, and
// are open past the day.
void AddOpen(const State& state, v1::RecordKind kind, uint32_t organization,
             Date last_day, const std::vector<const char*>& columns,
             std::vector<LeftBehind>* left) {
  const table::Records& rows = state.records(kind);
  const int until = ColumnOf(kind, "until");
  const int id = rows.schema().id_column();
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (!state.counts(kind, row) ||
        rows.DateAt(until, row).value_or(Date::Max()) <= last_day) {
      continue;
    }
    // An earlier version holds until the later one begins.
    if (IsVersioned(kind) && state.Newest(kind, rows.Code(id, row)) != row) {
      continue;
    }
    for (const char* column : columns) {
      if (rows.Code(ColumnOf(kind, column), row) != organization) continue;
      left->push_back({kind, row});
      break;
    }
  }
}

}  // namespace

std::vector<Succession> Predecessors(const State& state, uint32_t organization,
                                     Date day) {
  return Follow(state, organization, day, true);
}

std::vector<Succession> Successors(const State& state, uint32_t organization,
                                   Date day) {
  return Follow(state, organization, day, false);
}

expr::Value PredecessorIds(const State& state, uint32_t organization,
                           Date day) {
  return IdsOf(state, Predecessors(state, organization, day), true);
}

expr::Value SuccessorIds(const State& state, uint32_t organization, Date day) {
  return IdsOf(state, Successors(state, organization, day), false);
}

const Succession* EndOf(const State& state, uint32_t organization) {
  for (const Succession& s : state.successions()) {
    if (s.from == organization) return &s;
  }
  return nullptr;
}

const Succession* LastInto(const State& state, uint32_t organization) {
  const Succession* last = nullptr;
  for (const Succession& s : state.successions()) {
    if (s.into == organization && (last == nullptr || last->on < s.on)) {
      last = &s;
    }
  }
  return last;
}

std::vector<LeftBehind> LeftIn(const State& state, uint32_t organization) {
  std::vector<LeftBehind> left;
  const Date last_day = state.LifeOf(v1::ORGANIZATION, organization).until;
  if (last_day == Date::Max()) return left;
  AddOpen(state, v1::ORGANIZATION, organization, last_day,
          {"parent", "line_parent"}, &left);
  AddOpen(state, v1::PERSON, organization, last_day, {"organization"}, &left);
  AddOpen(state, v1::POST, organization, last_day, {"organization"}, &left);
  AddOpen(state, v1::PAIRING, organization, last_day,
          {"organization", "partner_organization"}, &left);
  return left;
}

Heirs::Heirs(const State& state, Date as_of) {
  HashSet<uint32_t> divided;
  for (const Succession& s : state.successions()) {
    if (s.on > as_of) continue;
    const auto [at, is_first] = only_heir_.try_emplace(s.from, s);
    if (!is_first && at->second.into != s.into) divided.insert(s.from);
  }
  for (const uint32_t code : divided) only_heir_.erase(code);
}

void Heirs::AddFor(Date day, std::vector<uint32_t>* organizations) const {
  if (only_heir_.empty()) return;
  for (size_t i = 0; i < organizations->size(); ++i) {
    const auto heir = only_heir_.find((*organizations)[i]);
    if (heir == only_heir_.end() || day >= heir->second.on) continue;
    if (std::find(organizations->begin(), organizations->end(),
                  heir->second.into) == organizations->end()) {
      organizations->push_back(heir->second.into);
    }
  }
}

}  // namespace duban::ledger
