// The life of matters a second time, written from the rules and not from the
// code: maps and ifs. Slow and plain, so that it can be read.
#ifndef DUBAN_TESTS_LEDGER_MATTER_MODEL_H_
#define DUBAN_TESTS_LEDGER_MATTER_MODEL_H_

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "duban/v1/matter.pb.h"

namespace duban::model {

// Days are numbers here; texts are ids, "" = none.
struct Status {
  v1::MatterState state = v1::LISTED;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  int due = 0, first_due = 0, last = 0, since = 0;
  std::optional<int> progress, closed;
  std::string lead, lead_unit, asked_closing;
  v1::MatterState suspended_from = v1::MATTER_STATE_UNSPECIFIED;
  int urges = 0, escalations = 0, returns = 0, reopens = 0, extensions = 0;
  bool extension_asked = false;

  bool is_closed() const {
    return state == v1::WRITTEN_OFF || state == v1::ARCHIVED;
  }
};

struct Listing {
  std::string id, kind, parent, lead, lead_unit;
  std::vector<std::string> assisting;
  int listed = 0, due = 0;
  bool draft = false;

  bool operator==(const Listing& o) const {
    return id == o.id && kind == o.kind && parent == o.parent &&
           lead == o.lead && lead_unit == o.lead_unit &&
           assisting == o.assisting && listed == o.listed && due == o.due &&
           draft == o.draft;
  }
};

struct Step {
  std::string matter;
  v1::MatterAction action = v1::MATTER_ACTION_UNSPECIFIED;
  int date = 0;
  std::string by, to, to_unit;
  std::optional<int> due;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  bool reason = false;
};

struct Matter {
  Listing listing;
  Status now;
  // (day, status after it), oldest first; the first is the listing.
  std::vector<std::pair<int, Status>> history;

  Status On(int day) const {
    Status status = history.front().second;
    for (const auto& [when, then] : history) {
      if (when <= day) status = then;
    }
    return status;
  }
};

struct World;

struct GuardRule {
  const char* text;
  std::function<bool(const World&, const Matter&, const Step&)> holds;
};

struct Row {
  v1::MatterState from;
  v1::MatterAction action;
  v1::MatterState to;  // unspecified: where it was suspended
  const GuardRule* guard = nullptr;
};

struct PackRules {
  std::string id;
  std::set<std::string> kinds;
  bool has_workflow = false;
  std::vector<Row> rows;  // empty: the common life
  std::optional<int> max_extensions;
};

// The drawing of a matter's life, in words.
inline std::optional<v1::MatterState> CommonLife(v1::MatterState s,
                                                 v1::MatterAction a,
                                                 v1::MatterState suspended) {
  using namespace v1;  // NOLINT: read better without prefixes
  const bool in_hand = s == ACCEPTED || s == IN_PROGRESS;
  if (a == WITHDRAW) {
    const bool can = s == LISTED || s == ASSIGNED || in_hand ||
                     s == SUSPENDED || s == CLOSING_REQUESTED;
    return can ? std::optional(WITHDRAWN) : std::nullopt;
  }
  if (a == ASSIGN && (s == LISTED || s == ASSIGNED || s == IN_PROGRESS)) {
    return ASSIGNED;
  }
  if (a == CLAIM && s == LISTED) return ASSIGNED;
  if (a == ACCEPT && s == ASSIGNED) return ACCEPTED;
  if (a == REFUSE && s == ASSIGNED) return LISTED;
  if (a == START && s == ACCEPTED) return IN_PROGRESS;
  if (a == REPORT_PROGRESS && in_hand) return IN_PROGRESS;
  if ((a == URGE || a == ESCALATE) && (s == ASSIGNED || in_hand)) return s;
  if ((a == REQUEST_EXTENSION || a == GRANT_EXTENSION || a == DENY_EXTENSION) &&
      in_hand) {
    return s;
  }
  if (a == SUSPEND && in_hand) return SUSPENDED;
  if (a == RESUME && s == SUSPENDED) return suspended;
  if (a == REQUEST_CLOSING && s == IN_PROGRESS) return CLOSING_REQUESTED;
  if (a == VERIFY && s == CLOSING_REQUESTED) return VERIFIED;
  if (a == RETURN && (s == CLOSING_REQUESTED || s == VERIFIED)) {
    return IN_PROGRESS;
  }
  if (a == WRITE_OFF && s == VERIFIED) return WRITTEN_OFF;
  if (a == REOPEN && (s == WRITTEN_OFF || s == ARCHIVED)) return IN_PROGRESS;
  if (a == ARCHIVE && s == WRITTEN_OFF) return ARCHIVED;
  return std::nullopt;
}

struct World {
  std::map<std::string, Matter> matters;
  std::vector<PackRules> packs;

  void Adopt(const PackRules& pack) {
    for (PackRules& p : packs) {
      if (p.id == pack.id) {
        p = pack;
        return;
      }
    }
    packs.push_back(pack);
  }

  const PackRules* RulesFor(const std::string& kind) const {
    for (const PackRules& p : packs) {
      if (p.has_workflow && p.kinds.count(kind) != 0) return &p;
    }
    return nullptr;
  }

  // Items that are neither drafts nor withdrawn, and those that are closed.
  std::pair<int, int> Items(const std::string& id) const {
    std::pair<int, int> n;
    for (const auto& [_, m] : matters) {
      if (m.listing.parent != id || m.listing.draft ||
          m.now.state == v1::WITHDRAWN) {
        continue;
      }
      ++n.first;
      n.second += m.now.is_closed();
    }
    return n;
  }

  // Everything that forbids it; nothing: it was put.
  std::set<std::string> Put(const Listing& l) {
    std::set<std::string> why;
    const auto old = matters.find(l.id);
    if (old != matters.end() && old->second.listing == l) return why;
    std::set<std::string> kinds;
    for (const PackRules& p : packs)
      kinds.insert(p.kinds.begin(), p.kinds.end());
    if (!kinds.empty() && kinds.count(l.kind) == 0) why.insert("UNKNOWN_CODE");
    if (l.due < l.listed) why.insert("DUE_BEFORE_LISTED");
    const bool settled =
        old != matters.end() && old->second.now.state != v1::DRAFT;
    for (const std::string& unit : l.assisting) {
      if (unit == l.lead_unit ||
          (settled && unit == old->second.now.lead_unit)) {
        why.insert("LEAD_ASSISTS_ITSELF");
      }
    }
    if (!l.parent.empty() && matters.count(l.parent) == 0) {
      if (l.parent != l.id) why.insert("REFERENCE_NOT_FOUND");
    }
    for (std::string up = l.parent; !up.empty();) {
      if (up == l.id) {
        why.insert("MATTER_CYCLE");
        if (matters.count(l.id) == 0) why.insert("REFERENCE_NOT_FOUND");
        break;
      }
      const auto above = matters.find(up);
      up = above == matters.end() ? "" : above->second.listing.parent;
    }
    if (settled) {
      const Listing& was = old->second.listing;
      if (was.due != l.due) why.insert("MATTER_DUE_DATE_FIXED");
      if (was.listed != l.listed || was.lead != l.lead ||
          was.lead_unit != l.lead_unit || l.draft) {
        why.insert("MATTER_LISTING_FIXED");
      }
    }
    if (!why.empty()) return why;
    Matter& m = matters[l.id];
    m.listing = l;
    if (settled) return why;
    m.now = Status();
    m.now.state = l.draft ? v1::DRAFT : v1::LISTED;
    m.now.due = m.now.first_due = l.due;
    m.now.last = m.now.since = l.listed;
    m.now.lead = l.lead;
    m.now.lead_unit = l.lead_unit;
    m.history = {{l.listed, m.now}};
    return why;
  }

  // Where it leads; nothing and why not.
  std::optional<v1::MatterState> Leads(const Matter& m, const Step& s,
                                       std::string* why) const {
    const PackRules* rules = RulesFor(m.listing.kind);
    *why = "MATTER_ACTION_NOT_ALLOWED";
    if (rules == nullptr || rules->rows.empty()) {
      return CommonLife(m.now.state, s.action, m.now.suspended_from);
    }
    for (const Row& row : rules->rows) {
      if (row.from != m.now.state || row.action != s.action) continue;
      if (row.guard != nullptr && !row.guard->holds(*this, m, s)) {
        *why = "MATTER_GUARD_FAILED";
        continue;
      }
      return row.to == v1::MATTER_STATE_UNSPECIFIED ? m.now.suspended_from
                                                    : row.to;
    }
    return std::nullopt;
  }

  std::set<std::string> Forbidding(const Matter& m, const Step& s) const {
    std::set<std::string> why;
    const Status& now = m.now;
    const PackRules* rules = RulesFor(m.listing.kind);
    if (s.date < now.last) why.insert("STEP_OUT_OF_ORDER");
    static const std::set<v1::MatterAction> reasons = {
        v1::REFUSE, v1::DENY_EXTENSION, v1::SUSPEND,
        v1::RETURN, v1::REOPEN,         v1::WITHDRAW};
    if (reasons.count(s.action) != 0 && !s.reason) {
      why.insert("REASON_REQUIRED");
    }
    if (s.action == v1::ASSIGN || s.action == v1::CLAIM) {
      if (s.to.empty() && s.to_unit.empty()) why.insert("ASSIGNEE_REQUIRED");
      const auto& units = m.listing.assisting;
      if (!s.to_unit.empty() &&
          std::find(units.begin(), units.end(), s.to_unit) != units.end()) {
        why.insert("LEAD_ASSISTS_ITSELF");
      }
    }
    if (s.action == v1::REQUEST_EXTENSION || s.action == v1::GRANT_EXTENSION) {
      if (s.date > now.due) why.insert("MATTER_DUE_DATE_PASSED");
      if (!s.due || *s.due <= now.due) why.insert("EXTENSION_NOT_LATER");
      if (rules != nullptr && rules->max_extensions &&
          now.extensions >= *rules->max_extensions) {
        why.insert("TOO_MANY_EXTENSIONS");
      }
    }
    if (s.action == v1::DENY_EXTENSION && !now.extension_asked) {
      why.insert("NO_EXTENSION_REQUESTED");
    }
    const bool says_outcome = s.outcome != v1::OUTCOME_UNSPECIFIED;
    if (s.action == v1::REQUEST_CLOSING && !says_outcome) {
      why.insert("OUTCOME_REQUIRED");
    }
    if (s.action == v1::VERIFY) {
      if (s.by.empty()) {
        why.insert("VERIFIER_REQUIRED");
      } else {
        if (s.by == now.lead) why.insert("VERIFIER_IS_LEAD");
        if (s.by == now.asked_closing) {
          why.insert("VERIFIER_ASKED_FOR_CLOSING");
        }
      }
    }
    if (s.action == v1::WRITE_OFF) {
      if (!says_outcome && now.outcome == v1::OUTCOME_UNSPECIFIED) {
        why.insert("OUTCOME_REQUIRED");
      }
      for (const auto& [_, item] : matters) {
        if (item.listing.parent != m.listing.id || item.listing.draft ||
            item.listing.listed > s.date) {
          continue;
        }
        const Status& i = item.now;
        const bool gone = i.state == v1::WITHDRAWN && i.since <= s.date;
        const bool done = i.is_closed() && *i.closed <= s.date;
        if (!gone && !done) why.insert("ITEMS_OPEN");
      }
    }
    return why;
  }

  std::set<std::string> Take(const Step& s) {
    const auto found = matters.find(s.matter);
    if (found == matters.end()) return {"REFERENCE_NOT_FOUND"};
    Matter& m = found->second;
    std::string why_not;
    const auto to = Leads(m, s, &why_not);
    std::set<std::string> why = Forbidding(m, s);
    if (!to) why.insert(why_not);
    if (!why.empty()) return why;
    Status& now = m.now;
    switch (s.action) {
      case v1::ASSIGN:
      case v1::CLAIM:
        if (!s.to.empty()) now.lead = s.to;
        if (!s.to_unit.empty()) now.lead_unit = s.to_unit;
        break;
      case v1::REFUSE:
        now.lead = now.lead_unit = "";
        break;
      case v1::REPORT_PROGRESS:
        now.progress = s.date;
        break;
      case v1::URGE:
        ++now.urges;
        break;
      case v1::ESCALATE:
        ++now.escalations;
        break;
      case v1::REQUEST_EXTENSION:
        now.extension_asked = true;
        break;
      case v1::GRANT_EXTENSION:
        now.due = *s.due;
        ++now.extensions;
        now.extension_asked = false;
        break;
      case v1::DENY_EXTENSION:
        now.extension_asked = false;
        break;
      case v1::SUSPEND:
        now.suspended_from = now.state;
        break;
      case v1::REQUEST_CLOSING:
        now.outcome = s.outcome;
        now.asked_closing = s.by;
        break;
      case v1::RETURN:
        ++now.returns;
        break;
      case v1::REOPEN:
        ++now.reopens;
        break;
      case v1::WRITE_OFF:
        if (s.outcome != v1::OUTCOME_UNSPECIFIED) now.outcome = s.outcome;
        now.closed = s.date;
        break;
      default:
        break;
    }
    static const std::set<v1::MatterAction> quiet = {
        v1::URGE,           v1::ESCALATE,          v1::REPORT_PROGRESS,
        v1::DENY_EXTENSION, v1::REQUEST_EXTENSION, v1::GRANT_EXTENSION};
    if (now.state != *to || quiet.count(s.action) == 0) now.since = s.date;
    static const std::set<v1::MatterState> work = {
        v1::LISTED, v1::ASSIGNED, v1::ACCEPTED, v1::IN_PROGRESS};
    if (work.count(*to) != 0) {
      now.outcome = v1::OUTCOME_UNSPECIFIED;
      now.closed.reset();
      now.asked_closing = "";
    }
    now.state = *to;
    now.last = s.date;
    m.history.emplace_back(s.date, now);
    return {};
  }
};

}  // namespace duban::model

#endif  // DUBAN_TESTS_LEDGER_MATTER_MODEL_H_
