// Random lives of matters against a model written from the rules: what is
// refused and why, where each matter stands, and where it stood on every day.
// DUBAN_DEEP=1 runs more of them.
#include "tests/ledger/matter_model.h"

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "gtest/gtest.h"
#include "src/base/date.h"
#include "src/ledger/facts.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

Date DayOf(int day) { return Date::Parse("2021-03-01")->AddDays(day); }
std::string DayText(int day) { return DayOf(day).ToString(); }

const std::vector<model::GuardRule>& Guards() {
  using model::Matter;
  using model::Step;
  using model::World;
  static const auto* const kGuards = new std::vector<model::GuardRule>{
      {"matter.items == matter.items_closed",
       [](const World& w, const Matter& m, const Step&) {
         const auto [all, closed] = w.Items(m.listing.id);
         return all == closed;
       }},
      {"matter.returns < 1", [](const World&, const Matter& m,
                                const Step&) { return m.now.returns < 1; }},
      {"step.by != '' && step.by != matter.lead",
       [](const World&, const Matter& m, const Step& s) {
         return !s.by.empty() && s.by != m.now.lead;
       }},
      {"!matter.overdue",
       [](const World&, const Matter& m, const Step& s) {
         const bool counts = m.now.state != v1::SUSPENDED &&
                             m.now.state != v1::WITHDRAWN && !m.now.closed;
         return !(counts && m.now.due < s.date);
       }},
      {"matter.urges > 0 || step.reason != ''",
       [](const World&, const Matter& m, const Step& s) {
         return m.now.urges > 0 || s.reason;
       }},
      {"step.outcome in ['resolved', 'stage_result']",
       [](const World&, const Matter&, const Step& s) {
         return s.outcome == v1::RESOLVED || s.outcome == v1::STAGE_RESULT;
       }},
      {"as_of > matter.state_since && step.date == as_of",
       [](const World&, const Matter& m, const Step& s) {
         return s.date > m.now.since;
       }},
      {"has(matter.progress_on) && has(step.due_on)",
       [](const World&, const Matter& m, const Step& s) {
         return m.now.progress.has_value() && s.due.has_value();
       }},
      {"matter.kind == 'a' && matter.lead_organization != 'u'",
       [](const World&, const Matter& m, const Step&) {
         return m.listing.kind == "a" && m.now.lead_unit != "u";
       }}};
  return *kGuards;
}

class Chance {
 public:
  explicit Chance(uint32_t seed) : random_(seed) {}
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<uint32_t>(n));
  }
  bool In(int n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(list.size())))];
  }

 private:
  std::mt19937 random_;
};

// The common life with rows left out, led elsewhere, guarded, and split in two.
std::vector<model::Row> RandomRows(Chance* chance) {
  std::vector<model::Row> rows;
  const std::vector<v1::MatterState> work = {v1::LISTED, v1::ASSIGNED,
                                             v1::ACCEPTED, v1::IN_PROGRESS};
  for (int s = v1::LISTED; s <= v1::ARCHIVED; ++s) {
    for (int a = v1::ASSIGN; a <= v1::ARCHIVE; ++a) {
      const auto state = static_cast<v1::MatterState>(s);
      const auto action = static_cast<v1::MatterAction>(a);
      auto to = model::CommonLife(state, action, v1::MATTER_STATE_UNSPECIFIED);
      if (!to || chance->In(20)) continue;
      const bool to_any_work = action == v1::RETURN || action == v1::REOPEN ||
                               action == v1::RESUME ||
                               action == v1::REPORT_PROGRESS;
      if (to_any_work && chance->In(3)) to = chance->Of(work);
      if (chance->In(6)) {
        const model::GuardRule* guard = &chance->Of(Guards());
        rows.push_back(
            {state, action, to_any_work ? chance->Of(work) : *to, guard});
        if (chance->In(2)) continue;
      }
      rows.push_back({state, action, *to});
    }
  }
  // What the common life has not.
  if (chance->In(2)) {
    rows.push_back({v1::IN_PROGRESS, v1::WRITE_OFF, v1::WRITTEN_OFF,
                    chance->In(2) ? &Guards()[0] : nullptr});
  }
  if (chance->In(3)) rows.push_back({v1::WITHDRAWN, v1::REOPEN, v1::LISTED});
  if (chance->In(3)) {
    rows.push_back({v1::CLOSING_REQUESTED, v1::SUSPEND, v1::SUSPENDED});
  }
  return rows;
}

struct RandomPack {
  model::PackRules rules;
  std::shared_ptr<const Pack> pack;
};

RandomPack MakePack(int number, Chance* chance) {
  RandomPack made;
  made.rules.id = absl::StrCat("p", number % 3);
  made.rules.kinds = chance->In(2) ? std::set<std::string>{"a", "b"}
                                   : std::set<std::string>{"a"};
  made.rules.has_workflow = !chance->In(4);
  std::string text = absl::StrCat(
      "format_version: 1 id: '", made.rules.id, "' version: '", number,
      "' term { from: '2021-01-01' until: '2021-12-31' } "
      "code_list { id: 'matter-kind' ");
  for (const std::string& kind : made.rules.kinds) {
    absl::StrAppend(&text, "code { id: '", kind, "' } ");
  }
  absl::StrAppend(&text, "} ");
  if (made.rules.has_workflow) {
    if (!chance->In(4)) made.rules.rows = RandomRows(chance);
    if (chance->In(2)) made.rules.max_extensions = chance->Below(3);
    absl::StrAppend(&text, "workflow { ");
    for (const model::Row& row : made.rules.rows) {
      absl::StrAppend(&text,
                      "transition { from: ", v1::MatterState_Name(row.from),
                      " action: ", v1::MatterAction_Name(row.action));
      if (row.to != v1::MATTER_STATE_UNSPECIFIED) {
        absl::StrAppend(&text, " to: ", v1::MatterState_Name(row.to));
      }
      if (row.guard != nullptr) {
        absl::StrAppend(&text, " guard: \"", row.guard->text, "\"");
      }
      absl::StrAppend(&text, " }\n");
    }
    if (made.rules.max_extensions) {
      absl::StrAppend(&text, "max_extensions: ", *made.rules.max_extensions);
    }
    absl::StrAppend(&text, " } ");
  }
  v1::ErrorList faults;
  auto pack = Pack::Parse({{"p.textproto", text}}, &faults);
  EXPECT_TRUE(pack.ok()) << faults.DebugString() << text;
  if (pack.ok()) made.pack = *pack;
  return made;
}

const char kPlaces[] = R"(
  changes { put_organization { id: "u" name: "U" kind: "k" } }
  changes { put_organization { id: "v" name: "V" kind: "k" } }
  changes { put_person { id: "x" name: "X" organization: "u" } }
  changes { put_person { id: "y" name: "Y" organization: "u" } }
  changes { put_person { id: "z" name: "Z" organization: "v" } }
)";

class Walk {
 public:
  Walk(uint32_t seed, const std::vector<RandomPack>& packs)
      : chance_(seed),
        is_calm_(seed % 2 == 0),
        packs_(packs),
        ledger_(*Ledger::InMemory()) {
    Apply(FromText<v1::Batch>(kPlaces));
    if (chance_.In(2)) AdoptOne();
  }

  // What came up: states, and reasons of refusals.
  const std::map<std::string, int>& met() const { return met_; }

  void Run(int length) {
    for (int i = 0; i < length && !testing::Test::HasFailure(); ++i) {
      today_ += chance_.In(is_calm_ ? 5 : 2) ? chance_.Below(4) : 0;
      if (chance_.In(25)) {
        AdoptOne();
      } else if (world_.matters.empty() || chance_.In(is_calm_ ? 12 : 6)) {
        PutOne();
      } else {
        TakeOne();
      }
      if (chance_.In(3)) CompareNow();
    }
    CompareNow();
    ComparePast();
  }

 private:
  v1::Receipt Apply(const v1::Batch& batch) {
    auto receipt = ledger_->Apply(batch);
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    return receipt.ok() ? *receipt : v1::Receipt();
  }

  void Expect(const std::set<std::string>& why, const v1::Batch& batch) {
    for (const std::string& reason : why) ++met_[reason];
    const v1::Receipt receipt = Apply(batch);
    EXPECT_EQ(receipt.applied(), why.empty())
        << batch.DebugString() << receipt.faults().DebugString()
        << testing::PrintToString(why);
    for (const v1::ErrorDetail& fault : receipt.faults().errors()) {
      EXPECT_EQ(why.count(fault.reason()), 1)
          << batch.DebugString() << fault.reason() << " is not of "
          << testing::PrintToString(why);
    }
  }

  void AdoptOne() {
    const RandomPack& pack = chance_.Of(packs_);
    const auto receipt = ledger_->Adopt(*pack.pack);
    ASSERT_TRUE(receipt.ok() && receipt->applied());
    world_.Adopt(pack.rules);
  }

  std::string Person() { return chance_.Of<std::string>({"x", "y", "z"}); }
  std::string PersonOrNone() { return chance_.In(3) ? "" : Person(); }
  std::string UnitOrNone() {
    return chance_.In(2) ? "" : chance_.Of<std::string>({"u", "v"});
  }
  std::string MatterId() {
    return absl::StrCat("m", chance_.Below(is_calm_ ? 3 : 4));
  }

  void PutOne() {
    model::Listing l;
    l.id = MatterId();
    const auto old = world_.matters.find(l.id);
    if (old != world_.matters.end() && !chance_.In(3)) l = old->second.listing;
    const bool is_new = l.kind.empty();
    if (is_new || chance_.In(8)) l.kind = chance_.In(3) ? "b" : "a";
    if (is_new || chance_.In(4)) l.parent = chance_.In(4) ? "" : MatterId();
    if (is_new || chance_.In(8)) l.lead = PersonOrNone();
    if (is_new || chance_.In(8)) l.lead_unit = UnitOrNone();
    if (is_new || chance_.In(4)) {
      l.assisting.clear();
      if (chance_.In(3)) l.assisting.push_back(chance_.In(2) ? "u" : "v");
    }
    if (is_new || chance_.In(8)) l.listed = today_ - chance_.Below(3);
    if (is_new || chance_.In(8)) l.due = l.listed + chance_.Below(40) - 1;
    if (is_new) {
      l.draft = chance_.In(4);
    } else if (chance_.In(2)) {
      l.draft = !l.draft;
    }
    if (is_calm_) {
      l.draft = false;
      l.parent = l.id == "m0" ? "" : "m0";
    }
    v1::Batch batch;
    v1::Matter* m = batch.add_changes()->mutable_list_matter();
    m->set_id(l.id);
    m->set_title("T");
    m->set_kind(l.kind);
    m->set_parent(l.parent);
    m->set_organization("u");
    m->set_lead(l.lead);
    m->set_lead_organization(l.lead_unit);
    for (const auto& unit : l.assisting) m->add_assisting_organizations(unit);
    m->set_listed_on(DayText(l.listed));
    m->set_due_on(DayText(l.due));
    m->set_is_draft(l.draft);
    Expect(world_.Put(l), batch);
  }

  // Mostly the way forward, or else something that may be done, so that lives
  // go on to their end.
  v1::MatterAction ActionFor(const std::string& id) {
    const auto any =
        static_cast<v1::MatterAction>(1 + chance_.Below(v1::ARCHIVE));
    const auto found = world_.matters.find(id);
    if (found == world_.matters.end() || chance_.In(is_calm_ ? 30 : 5)) {
      return any;
    }
    static const std::map<v1::MatterState, v1::MatterAction> forward = {
        {v1::LISTED, v1::ASSIGN},      {v1::ASSIGNED, v1::ACCEPT},
        {v1::ACCEPTED, v1::START},     {v1::IN_PROGRESS, v1::REQUEST_CLOSING},
        {v1::SUSPENDED, v1::RESUME},   {v1::CLOSING_REQUESTED, v1::VERIFY},
        {v1::VERIFIED, v1::WRITE_OFF}, {v1::WRITTEN_OFF, v1::ARCHIVE}};
    const auto next = forward.find(found->second.now.state);
    if (next != forward.end() && !chance_.In(is_calm_ ? 12 : 3)) {
      return next->second;
    }
    std::vector<v1::MatterAction> can;
    for (int a = v1::ASSIGN; a <= v1::ARCHIVE; ++a) {
      const auto action = static_cast<v1::MatterAction>(a);
      const bool rare = action == v1::WITHDRAW && !chance_.In(4);
      if (!rare &&
          model::CommonLife(found->second.now.state, action, v1::ACCEPTED)) {
        can.push_back(action);
      }
    }
    return can.empty() ? any : chance_.Of(can);
  }

  void TakeOne() {
    model::Step s;
    s.matter = MatterId();
    s.action = ActionFor(s.matter);
    s.date = today_ - (chance_.In(6) ? chance_.Below(6) : 0);
    s.by = chance_.In(8) ? "" : Person();
    s.to = PersonOrNone();
    s.to_unit = UnitOrNone();
    if (!chance_.In(4)) s.due = today_ + chance_.Below(30);
    s.outcome = static_cast<v1::Outcome>(
        chance_.In(2) ? v1::RESOLVED : chance_.Below(v1::UNRESOLVED + 1));
    s.reason = !chance_.In(6);
    v1::Batch batch;
    v1::MatterStep* step = batch.add_changes()->mutable_step_matter();
    step->set_id(absl::StrCat("s", ++steps_));
    step->set_matter(s.matter);
    step->set_action(s.action);
    step->set_date(DayText(s.date));
    step->set_by(s.by);
    step->set_to(s.to);
    step->set_to_organization(s.to_unit);
    if (s.due) step->set_due_on(DayText(*s.due));
    step->set_outcome(s.outcome);
    if (s.reason) step->set_reason("有理由");
    Expect(world_.Take(s), batch);
  }

  static void Same(const LedgerView& view, const ledger::MatterStatus& is,
                   const model::Status& should) {
    const auto day = [](const std::optional<int>& d) {
      return d ? DayText(*d) : std::string();
    };
    const auto text = [](const std::optional<Date>& d) {
      return d ? d->ToString() : std::string();
    };
    EXPECT_EQ(is.state, should.state);
    EXPECT_EQ(is.outcome, should.outcome);
    EXPECT_EQ(is.due_on, DayOf(should.due));
    EXPECT_EQ(is.first_due_on, DayOf(should.first_due));
    EXPECT_EQ(is.last_step, DayOf(should.last));
    EXPECT_EQ(is.state_since, DayOf(should.since));
    EXPECT_EQ(text(is.progress_on), day(should.progress));
    EXPECT_EQ(text(is.closed_on), day(should.closed));
    EXPECT_EQ(is.closed(), is.closed_on.has_value());
    EXPECT_EQ(view->ids(v1::PERSON).At(is.lead), should.lead);
    EXPECT_EQ(view->ids(v1::ORGANIZATION).At(is.lead_organization),
              should.lead_unit);
    EXPECT_EQ(is.urges, should.urges);
    EXPECT_EQ(is.escalations, should.escalations);
    EXPECT_EQ(is.returns, should.returns);
    EXPECT_EQ(is.reopens, should.reopens);
    EXPECT_EQ(is.extensions, should.extensions);
    EXPECT_EQ(is.extension_pending, should.extension_asked);
  }

  void CompareNow() {
    const LedgerView view = ledger_->View();
    for (const auto& [id, matter] : world_.matters) {
      SCOPED_TRACE(id);
      const auto code = view->Find(v1::MATTER, id);
      ASSERT_TRUE(code);
      Same(view, view->matter_status(*code), matter.now);
      ++met_[v1::MatterState_Name(matter.now.state)];
      EXPECT_EQ(matter.now.first_due, matter.listing.due);
    }
  }

  // Folded up to a day, each matter is as it was on it; at the end of time as
  // the ledger has it.
  void ComparePast() {
    const LedgerView view = ledger_->View();
    const pack::Rules rules;
    for (int day = -3; day <= today_ + 1; day += 1 + chance_.Below(5)) {
      const bool at_end = day + 5 > today_;
      const ledger::Facts facts(view, rules, at_end ? Date::Max() : DayOf(day));
      for (const auto& [id, matter] : world_.matters) {
        if (!at_end && day < matter.listing.listed) continue;
        SCOPED_TRACE(absl::StrCat(id, " on ", facts.as_of().ToString()));
        const auto& on = facts.MatterOf(*view->Find(v1::MATTER, id));
        Same(view, on.status, at_end ? matter.now : matter.On(day));
        if (at_end) {
          EXPECT_EQ(std::make_pair(on.items, on.items_closed),
                    world_.Items(id));
        }
      }
    }
  }

  Chance chance_;
  // A family of matters that mostly goes straight on to its end; otherwise
  // anything happens to anyone.
  const bool is_calm_;
  const std::vector<RandomPack>& packs_;
  std::unique_ptr<Ledger> ledger_;
  model::World world_;
  std::map<std::string, int> met_;
  int today_ = 0;
  int steps_ = 0;
};

TEST(MatterModelTest, RandomLivesAreAsTheRulesSay) {
  const bool is_deep = std::getenv("DUBAN_DEEP") != nullptr;
  Chance chance(20211124);
  std::vector<RandomPack> packs;
  for (int i = 0; i < (is_deep ? 300 : 40); ++i) {
    packs.push_back(MakePack(i, &chance));
  }
  std::map<std::string, int> met;
  for (uint32_t seed = 0; seed < (is_deep ? 15000U : 1500U); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Walk walk(seed, packs);
    walk.Run(10 + static_cast<int>(seed % 50));
    for (const auto& [what, times] : walk.met()) met[what] += times;
    if (HasFailure()) return;
  }
  // All of it was there to be compared.
  for (int s = v1::LISTED; s <= v1::DRAFT; ++s) {
    EXPECT_GT(met[v1::MatterState_Name(static_cast<v1::MatterState>(s))], 50);
  }
  for (const char* reason :
       {"STEP_OUT_OF_ORDER", "REASON_REQUIRED", "ASSIGNEE_REQUIRED",
        "LEAD_ASSISTS_ITSELF", "MATTER_DUE_DATE_PASSED", "EXTENSION_NOT_LATER",
        "TOO_MANY_EXTENSIONS", "NO_EXTENSION_REQUESTED", "OUTCOME_REQUIRED",
        "VERIFIER_REQUIRED", "VERIFIER_IS_LEAD", "VERIFIER_ASKED_FOR_CLOSING",
        "ITEMS_OPEN", "MATTER_ACTION_NOT_ALLOWED", "MATTER_GUARD_FAILED",
        "MATTER_CYCLE", "MATTER_DUE_DATE_FIXED", "MATTER_LISTING_FIXED"}) {
    EXPECT_GT(met[reason], 20) << reason;
  }
}

}  // namespace
}  // namespace duban
