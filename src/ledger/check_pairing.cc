#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "src/ledger/checker.h"
#include "src/ledger/holder.h"
#include "src/pack/rules.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

int Column(const char* name) {
  return table::SchemaOf(v1::PAIRING).FindColumn(name);
}

DateRange DaysOf(const State& state, uint32_t row) {
  static const int since = Column("since");
  const table::Records& rows = state.records(v1::PAIRING);
  // `until` stands right after `since`.
  return {rows.DateAt(since, row).value_or(Date::Min()),
          rows.DateAt(since + 1, row).value_or(Date::Max())};
}

// Of a pairing that is not in the ledger yet.
DateRange DaysOf(const v1::Pairing& p) {
  DateRange days;
  if (const auto since = Date::Parse(p.since()); since.ok()) days.from = *since;
  if (const auto until = Date::Parse(p.until()); until.ok()) {
    days.until = *until;
  }
  return days;
}

PairingSide SideNamed(const State& state, const std::string& person,
                      const std::string& organization) {
  if (!person.empty()) {
    return {v1::PERSON, state.Find(v1::PERSON, person).value_or(0)};
  }
  if (organization.empty()) return {};
  return {v1::ORGANIZATION,
          state.Find(v1::ORGANIZATION, organization).value_or(0)};
}

// The other end of a pairing as its limits count it. Names are told apart by
// their letters: the same name is the same partner.
struct OtherEnd {
  PairingSide side;
  std::string name;

  friend bool operator<(const OtherEnd& a, const OtherEnd& b) {
    if (a.side.kind != b.side.kind) return a.side.kind < b.side.kind;
    if (a.side.code != b.side.code) return a.side.code < b.side.code;
    return a.name < b.name;
  }
};

OtherEnd EndOfRow(const State& state, uint32_t row, Side side) {
  static const int name = Column("partner_name");
  OtherEnd end{SideOf(state, row, side), ""};
  if (end.side.code == 0) {
    end.name = std::string(state.records(v1::PAIRING).Text(name, row));
  }
  return end;
}

struct Overlap {
  DateRange days;
  OtherEnd end;
};

// The first day within `days` on which there are more different ends than the
// limit allows; none where there is no such day.
std::optional<Date> FirstDayAbove(int limit, const DateRange& days,
                                  const std::vector<Overlap>& overlaps) {
  struct Event {
    Date day;
    bool begins;
    const OtherEnd* end;
  };
  std::vector<Event> events;
  for (const Overlap& o : overlaps) {
    const DateRange both = Intersect(o.days, days);
    if (both.empty()) continue;
    events.push_back({both.from, true, &o.end});
    // Something that lasts as long as what is asked about ends after it.
    if (both.until < days.until) {
      events.push_back({both.until.AddDays(1), false, &o.end});
    }
  }
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::make_pair(a.day, a.begins) < std::make_pair(b.day, b.begins);
  });
  std::map<OtherEnd, int> there;
  for (const Event& event : events) {
    if (event.begins) {
      ++there[*event.end];
      if (there.size() > static_cast<size_t>(limit)) return event.day;
    } else if (--there[*event.end] == 0) {
      there.erase(*event.end);
    }
  }
  return std::nullopt;
}

}  // namespace

void Checker::CheckOne(const v1::Pairing& p) {
  CheckWindow(p.since(), p.until());
  if (p.person().empty() && p.organization().empty()) {
    Add(Fault("PAIRING_WITHOUT_HOLDER")
            .Field("person")
            .Say("结对须写明结对人或结对组织",
                 "says neither which person nor which organization holds it"));
  }
  if (p.partner_person().empty() && p.partner_organization().empty() &&
      p.partner_name().empty()) {
    Add(Fault("PAIRING_WITHOUT_PARTNER")
            .Field("partner_name")
            .Say("结对须写明结对对象", "says nothing of the other side"));
  }
  const bool own_person =
      !p.person().empty() && p.person() == p.partner_person();
  const bool own_organization = p.person().empty() &&
                                !p.organization().empty() &&
                                p.organization() == p.partner_organization();
  if (own_person || own_organization) {
    Add(Fault("PAIRING_WITH_ITSELF")
            .Field(own_person ? "partner_person" : "partner_organization")
            .Say("不能与自己结对", "is paired with itself"));
  }
  // What is not well formed has been told; rules would say it again.
  if (faults_->has_errors()) return;
  CheckSidesAreThere(p);
  for (const AdoptedPack& adopted : state_.packs()) {
    if (adopted.compiled == nullptr) continue;
    for (const pack::PairingRule& rule : adopted.compiled->rules().pairings) {
      if (rule.message->kind() == p.kind()) {
        CheckPairingRule(p, rule, adopted.compiled->rules());
      }
    }
  }
}

// Somebody who came after the pairing ended, or had left before it began,
// was never in it. Who comes or goes while it lasts may be entered later.
void Checker::CheckSidesAreThere(const v1::Pairing& p) {
  const DateRange days = DaysOf(p);
  const auto check = [&](v1::RecordKind kind, const std::string& id,
                         absl::string_view field) {
    const auto code = state_.Find(kind, id);
    if (id.empty() || !code) return;
    const DateRange life = state_.LifeOf(kind, *code);
    if (life.empty() || !Intersect(life, days).empty()) return;
    Add(Fault("PAIRING_SIDE_NOT_THERE", absl::StatusCode::kFailedPrecondition)
            .Field(field)
            .Say(absl::StrCat("结对期间“", id, "”不在"),
                 absl::StrCat("'", id, "' is not there while it lasts"))
            .Hint("检查结对和对方的起止日期",
                  "check when the pairing and that side begin and end"));
  };
  check(v1::PERSON, p.person(), "person");
  check(v1::ORGANIZATION, p.organization(), "organization");
  check(v1::PERSON, p.partner_person(), "partner_person");
  check(v1::ORGANIZATION, p.partner_organization(), "partner_organization");
}

void Checker::CheckPairingRule(const v1::Pairing& p,
                               const pack::PairingRule& rule,
                               const pack::Rules& rules) {
  if (rule.message->until_required() && p.until().empty()) {
    Add(Fault("PAIRING_UNTIL_REQUIRED")
            .Field("until")
            .Say(absl::StrCat("类型为“", p.kind(), "”的结对须写明截止日期"),
                 absl::StrCat("a pairing of the kind '", p.kind(),
                              "' has to say how long it lasts")));
  }
  if (rule.who) CheckHolder(p, rule, rules);
  // What only ends a pairing sooner is let through, whatever the limits.
  if (OnlyShortens(p)) return;
  CheckPairingLimit(p, rule.message->partners_at_most(), Side::kHolder);
  CheckPairingLimit(p, rule.message->holders_at_most(), Side::kPartner);
}

bool Checker::OnlyShortens(const v1::Pairing& p) const {
  const auto code = state_.Find(v1::PAIRING, p.id());
  if (!code) return false;
  const uint32_t row = *state_.Newest(v1::PAIRING, *code);
  if (!state_.counts(v1::PAIRING, row)) return false;
  v1::Pairing was;
  state_.records(v1::PAIRING).Read(row, &was);
  const DateRange days = DaysOf(p);
  const DateRange before = DaysOf(was);
  was.set_since(p.since());
  was.set_until(p.until());
  was.set_note(p.note());
  return before.from <= days.from && days.until <= before.until &&
         was.SerializeAsString() == p.SerializeAsString();
}

// Counts partners of the holder, or holders of the partner, that there are on
// one day with this pairing. A partner that is only a name may be another one
// of that name elsewhere, so its holders are not limited.
void Checker::CheckPairingLimit(const v1::Pairing& p, int limit, Side side) {
  if (limit <= 0) return;
  const PairingSide holder = SideNamed(state_, p.person(), p.organization());
  const PairingSide partner =
      SideNamed(state_, p.partner_person(), p.partner_organization());
  const bool of_holder = side == Side::kHolder;
  const PairingSide& self = of_holder ? holder : partner;
  if (self.code == 0) return;
  OtherEnd other{of_holder ? partner : holder, ""};
  if (of_holder && partner.code == 0) other.name = p.partner_name();
  const DateRange days = DaysOf(p);
  std::vector<Overlap> overlaps = {{days, other}};
  static const int id = table::SchemaOf(v1::PAIRING).id_column();
  static const int kind_column = Column("kind");
  const table::Records& rows = state_.records(v1::PAIRING);
  const auto kind = rows.dictionary(kind_column).Find(p.kind());
  const uint32_t own = state_.Find(v1::PAIRING, p.id()).value_or(0);
  RowIndexes& indexes = state_.indexes();
  const RowIndex& index = of_holder ? indexes.PairingsOfHolder(state_)
                                    : indexes.PairingsOfPartner(state_);
  if (kind) {
    index.Any(PairingKey(*kind, self), [&](uint32_t row) {
      const PairingSide there = SideOf(state_, row, side);
      if (state_.counts(v1::PAIRING, row) && rows.Code(id, row) != own &&
          rows.Code(kind_column, row) == *kind && there.kind == self.kind &&
          there.code == self.code) {
        overlaps.push_back(
            {DaysOf(state_, row),
             EndOfRow(state_, row,
                      of_holder ? Side::kPartner : Side::kHolder)});
      }
      return false;
    });
  }
  const auto day = FirstDayAbove(limit, days, overlaps);
  if (!day) return;
  Add(Fault(
          of_holder ? "PAIRING_TOO_MANY_PARTNERS" : "PAIRING_TOO_MANY_HOLDERS",
          absl::StatusCode::kFailedPrecondition)
          .Field(of_holder ? "person" : "partner_organization")
          .Say(absl::StrCat(of_holder ? "结对人在 " : "结对对象在 ",
                            day->ToString(), " 同时有超过 ", limit,
                            of_holder ? " 个结对对象" : " 个结对人", "（类型“",
                            p.kind(), "”）"),
               absl::StrCat("on ", day->ToString(), " the ",
                            of_holder ? "holder would have more than "
                                      : "partner would have more than ",
                            limit, of_holder ? " partners" : " holders",
                            " of the kind '", p.kind(), "'"))
          .Hint("先结束或作废另一结对", "end or void another pairing first"));
}

// The rule's condition, of the holder as it is on the first day, or as it is
// first known.
void Checker::CheckHolder(const v1::Pairing& p, const pack::PairingRule& rule,
                          const pack::Rules& rules) {
  const DateRange days = DaysOf(p);
  const auto version = [&](v1::RecordKind kind, uint32_t code) {
    const auto row = state_.At(kind, code, days.from);
    return row ? row : state_.Newest(kind, code);
  };
  static const int home =
      table::SchemaOf(v1::PERSON).FindColumn("organization");
  std::optional<uint32_t> row;
  const auto person = state_.Find(v1::PERSON, p.person());
  if (rule.who_of == pack::Entity::kPerson) {
    if (person) row = version(v1::PERSON, *person);
  } else {
    auto organization = state_.Find(v1::ORGANIZATION, p.organization());
    if (p.organization().empty() && person) {
      organization =
          state_.records(v1::PERSON).Code(home, *version(v1::PERSON, *person));
    }
    if (organization) row = version(v1::ORGANIZATION, *organization);
  }
  std::string why_zh;
  std::string why_en;
  if (row) {
    const HolderRecord record(state_, rules, rule.who_of, *row, days.from);
    const expr::Value slots[] = {
        expr::Value::Day(days.from), expr::Value::Day(days.from),
        expr::Value::Day(days.until), expr::Value::Rec(&record)};
    const expr::Value holds = rule.who->Evaluate(slots);
    if (holds.is_bool() && holds.bool_value()) return;
    if (holds.is_error()) {
      why_zh = absl::StrCat("：", holds.error().zh);
      why_en = absl::StrCat(": ", holds.error().en);
    }
  }
  Add(Fault("PAIRING_HOLDER_UNFIT", absl::StatusCode::kFailedPrecondition)
          .Field(rule.who_of == pack::Entity::kPerson ? "person"
                                                      : "organization")
          .Say(absl::StrCat("在 ", days.from.ToString(), "，结对人不符合“",
                            rule.message->who(), "”", why_zh),
               absl::StrCat("on ", days.from.ToString(),
                            ", the holder is not one of whom ",
                            rule.message->who(), " holds", why_en))
          .Hint("检查结对人在首日的任职和所在组织",
                "check the holder's posts and organization on the first day"));
}

}  // namespace duban::ledger
