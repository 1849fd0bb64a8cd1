#include "src/pack/workflow.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/pack/checker.h"
#include "src/table/enum_words.h"

namespace duban::pack {
namespace {

// States as a set of bits.
using States = uint32_t;

constexpr States Bit(v1::MatterState state) {
  return States{1} << static_cast<int>(state);
}

constexpr States kWork = Bit(v1::LISTED) | Bit(v1::ASSIGNED) |
                         Bit(v1::ACCEPTED) | Bit(v1::IN_PROGRESS);
constexpr States kClosing = Bit(v1::CLOSING_REQUESTED) | Bit(v1::VERIFIED);
constexpr States kSuspended = Bit(v1::SUSPENDED);
constexpr States kOpen = kWork | kClosing | kSuspended;
constexpr States kStays = 0;  // it leads to where it is taken

// Where an action has a meaning, and what it can lead to. "Closed" and the
// counts rest on this: nothing but WRITE_OFF closes a matter, nothing but
// REOPEN opens it again.
struct Sense {
  v1::MatterAction action;
  States from;
  States to;
};

constexpr Sense kSense[] = {
    {v1::ASSIGN, kWork | kSuspended,
     Bit(v1::ASSIGNED) | Bit(v1::ACCEPTED) | Bit(v1::IN_PROGRESS)},
    {v1::CLAIM, kWork | kSuspended,
     Bit(v1::ASSIGNED) | Bit(v1::ACCEPTED) | Bit(v1::IN_PROGRESS)},
    {v1::ACCEPT, Bit(v1::LISTED) | Bit(v1::ASSIGNED),
     Bit(v1::ACCEPTED) | Bit(v1::IN_PROGRESS)},
    {v1::REFUSE, Bit(v1::ASSIGNED) | Bit(v1::ACCEPTED), Bit(v1::LISTED)},
    {v1::START, Bit(v1::LISTED) | Bit(v1::ASSIGNED) | Bit(v1::ACCEPTED),
     Bit(v1::IN_PROGRESS)},
    {v1::REPORT_PROGRESS, kWork, kWork},
    {v1::URGE, kOpen, kStays},
    {v1::ESCALATE, kOpen, kStays},
    {v1::REQUEST_EXTENSION, kOpen, kStays},
    {v1::GRANT_EXTENSION, kOpen, kStays},
    {v1::DENY_EXTENSION, kOpen, kStays},
    {v1::SUSPEND, kWork | kClosing, kSuspended},
    {v1::RESUME, kSuspended, kWork},
    {v1::REQUEST_CLOSING, kWork, Bit(v1::CLOSING_REQUESTED)},
    {v1::VERIFY, Bit(v1::CLOSING_REQUESTED), Bit(v1::VERIFIED)},
    {v1::RETURN, kClosing, kWork},
    {v1::WRITE_OFF, kWork | kClosing, Bit(v1::WRITTEN_OFF)},
    {v1::REOPEN, Bit(v1::WRITTEN_OFF) | Bit(v1::ARCHIVED) | Bit(v1::WITHDRAWN),
     kWork},
    {v1::WITHDRAW, kOpen, Bit(v1::WITHDRAWN)},
    {v1::ARCHIVE, Bit(v1::WRITTEN_OFF), Bit(v1::ARCHIVED)},
};

template <typename Enum>
const google::protobuf::EnumValueDescriptor* ValueOf(Enum value) {
  return google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
}

template <typename Enum>
std::string Zh(Enum value) {
  return table::EnumZh(ValueOf(value));
}

template <typename Enum>
std::string Word(Enum value) {
  return table::EnumWord(ValueOf(value));
}

std::string WordsOf(States states, bool zh) {
  std::string list;
  for (int s = 1; s < v1::MatterState_ARRAYSIZE; ++s) {
    const auto state = static_cast<v1::MatterState>(s);
    if ((states & Bit(state)) == 0) continue;
    absl::StrAppend(&list, list.empty() ? "" : (zh ? "、" : ", "),
                    zh ? Zh(state) : Word(state));
  }
  return list;
}

// Where a transition can lead; RESUME without `to` leads to what was left.
States Targets(const v1::Transition& t, States suspended_from) {
  return t.to() == v1::MATTER_STATE_UNSPECIFIED ? suspended_from : Bit(t.to());
}

class WorkflowCheck {
 public:
  explicit WorkflowCheck(Checker* checker)
      : c_(checker), workflow_(checker->pack.workflow()) {}

  void Run() {
    for (int i = 0; i < workflow_.transition_size(); ++i) CheckTransition(i);
    CheckReach();
    for (int i = 0; i < workflow_.limit_size(); ++i) CheckLimit(i);
    if (!c_->rules->codes.contains("matter-kind")) {
      c_->Add(c_->At("workflow", "WORKFLOW_WITHOUT_KINDS")
                  .Warning()
                  .Say("规则包没有代码表 matter-kind，其流程不适用于任何事项",
                       "the pack has no code_list 'matter-kind': its workflow "
                       "rules no matter")
                  .Hint("在 code_list 中声明事项类型",
                        "declare the kinds of matters it is for"));
    }
  }

 private:
  static std::string PathOf(int i) {
    return Indexed("workflow", "transition", i);
  }

  void CheckTransition(int i) {
    const v1::Transition& t = workflow_.transition(i);
    const std::string path = PathOf(i);
    auto guard = ParseGuard(t, path);
    if (!IsWhole(t, path) || !MakesSense(t, path) || !IsReached(i, path)) {
      return;
    }
    sound_.push_back(i);
    LifeTransition transition{t.from(), t.action(), t.to()};
    if (guard) {
      c_->rules->workflow.guards.push_back(
          std::make_unique<const Guard>(Guard{*std::move(guard), t.guard()}));
      transition.guard = c_->rules->workflow.guards.back().get();
    }
    c_->rules->workflow.transitions.push_back(transition);
  }

  std::optional<expr::Program> ParseGuard(const v1::Transition& t,
                                          const std::string& path) {
    return c_->ParseExpression(t.guard(), path + ".guard",
                               c_->GuardEnvironment(), expr::Type::Bool(),
                               Entity::kMatter);
  }

  bool IsWhole(const v1::Transition& t, const std::string& path) {
    // A pack in bytes may have numbers that this version does not know.
    const auto is_state = [](v1::MatterState state) {
      return state != v1::MATTER_STATE_UNSPECIFIED &&
             v1::MatterState_IsValid(state);
    };
    const bool leads_back =
        t.action() == v1::RESUME && t.to() == v1::MATTER_STATE_UNSPECIFIED;
    if (is_state(t.from()) && (is_state(t.to()) || leads_back) &&
        t.action() != v1::MATTER_ACTION_UNSPECIFIED &&
        v1::MatterAction_IsValid(t.action())) {
      return true;
    }
    c_->Add(c_->At(path, "TRANSITION_INCOMPLETE")
                .Say("流程的一行须有 from、action 和 to",
                     "a transition needs from, action and to")
                .Hint("只有 RESUME 可以不写 to：回到中止前的状态",
                      "only RESUME may leave out to: back to where it was "
                      "suspended"));
    return false;
  }

  bool MakesSense(const v1::Transition& t, const std::string& path) {
    const Sense* sense = nullptr;
    for (const Sense& s : kSense) {
      if (s.action == t.action()) sense = &s;
    }
    if (sense == nullptr) return false;
    if ((sense->from & Bit(t.from())) == 0) {
      Senseless(path + ".from",
                absl::StrCat("“", Zh(t.from()), "”的事项谈不上“",
                             Zh(t.action()), "”"),
                absl::StrCat("it makes no sense to ", Word(t.action()),
                             " a matter that is ", Word(t.from())),
                sense->from);
      return false;
    }
    const States to = sense->to == kStays ? Bit(t.from()) : sense->to;
    if (t.to() != v1::MATTER_STATE_UNSPECIFIED && (to & Bit(t.to())) == 0) {
      Senseless(path + ".to",
                absl::StrCat("“", Zh(t.action()), "”不能使“", Zh(t.from()),
                             "”的事项变为“", Zh(t.to()), "”"),
                absl::StrCat(Word(t.action()), " cannot lead a matter that is ",
                             Word(t.from()), " to ", Word(t.to())),
                to);
      return false;
    }
    return true;
  }

  void Senseless(const std::string& path, const std::string& zh,
                 const std::string& en, States possible) {
    c_->Add(c_->At(path, "TRANSITION_MAKES_NO_SENSE")
                .Say(zh, en)
                .Hint(absl::StrCat("可以是：", WordsOf(possible, true)),
                      absl::StrCat("one of: ", WordsOf(possible, false))));
  }

  // After a row without a guard, another for the same is never looked at.
  bool IsReached(int i, const std::string& path) {
    const v1::Transition& t = workflow_.transition(i);
    const auto key = std::make_pair(int{t.from()}, int{t.action()});
    if (unguarded_.count(key) != 0) {
      c_->Add(c_->At(path, "TRANSITION_TWICE")
                  .Say(absl::StrCat("“", Zh(t.from()), "”时“", Zh(t.action()),
                                    "”前面已有一行不带条件，此行永不生效"),
                       absl::StrCat("an earlier row for ", Word(t.action()),
                                    " in ", Word(t.from()),
                                    " has no guard: this one never counts"))
                  .Hint("给前面的行加上 guard，或删去此行",
                        "give the earlier row a guard, or leave this one out"));
      return false;
    }
    if (t.guard().empty()) unguarded_.insert(key);
    return true;
  }

  // Which states are reached from LISTED, and which are never left.
  void CheckReach() {
    if (workflow_.transition().empty()) return;
    States suspended_from = 0;
    for (int i : sound_) {
      const v1::Transition& t = workflow_.transition(i);
      if (t.action() == v1::SUSPEND) suspended_from |= Bit(t.from());
    }
    reached_ = Bit(v1::LISTED);
    for (States before = 0; before != reached_;) {
      before = reached_;
      for (int i : sound_) {
        const v1::Transition& t = workflow_.transition(i);
        if ((reached_ & Bit(t.from())) != 0) {
          reached_ |= Targets(t, suspended_from);
        }
      }
    }
    States told = 0;
    States left = Bit(v1::WITHDRAWN) | Bit(v1::ARCHIVED);
    for (int i : sound_) {
      const v1::Transition& t = workflow_.transition(i);
      if ((Targets(t, suspended_from) & ~Bit(t.from())) != 0) {
        left |= Bit(t.from());
      }
      if ((reached_ & Bit(t.from())) != 0 || (told & Bit(t.from())) != 0) {
        continue;
      }
      told |= Bit(t.from());
      Unreachable(PathOf(i) + ".from", t.from());
    }
    const States stuck = reached_ & ~left;
    for (int s = 1; s < v1::MatterState_ARRAYSIZE; ++s) {
      const auto state = static_cast<v1::MatterState>(s);
      if ((stuck & Bit(state)) != 0) NeverLeft(state);
    }
  }

  void Unreachable(const std::string& path, v1::MatterState state) {
    c_->Add(c_->At(path, "STATE_UNREACHABLE")
                .Warning()
                .Say(absl::StrCat("没有事项能到达“", Zh(state), "”"),
                     absl::StrCat("no matter can come to be ", Word(state)))
                .Hint("补上通向它的一行，或删去",
                      "add a row that leads there, or leave it out"));
  }

  void NeverLeft(v1::MatterState state) {
    // At the first row that leads there; LISTED may have none.
    std::string path = "workflow";
    for (int i : sound_) {
      if (workflow_.transition(i).to() != state) continue;
      path = PathOf(i) + ".to";
      break;
    }
    c_->Add(c_->At(path, "STATE_WITHOUT_EXIT")
                .Warning()
                .Say(absl::StrCat("事项到了“", Zh(state), "”便不能再离开"),
                     absl::StrCat("a matter that is ", Word(state),
                                  " never leaves that state"))
                .Hint("补上离开它的一行；若有意如此，无须改动",
                      "add a row that leaves it; leave it if it is meant"));
  }

  void CheckLimit(int i) {
    const v1::StateLimit& limit = workflow_.limit(i);
    const std::string path = Indexed("workflow", "limit", i);
    c_->CheckCitation(limit.cite(), path);
    constexpr States kLimited = kOpen | Bit(v1::WRITTEN_OFF);
    if (!v1::MatterState_IsValid(limit.state()) ||
        (kLimited & Bit(limit.state())) == 0) {
      c_->Add(c_->At(path + ".state", "STATE_LIMIT_MAKES_NO_SENSE")
                  .Say("须写明事项能在其中停留的状态 state",
                       "needs a state that a matter is expected to leave")
                  .Hint(absl::StrCat("可以是：", WordsOf(kLimited, true)),
                        absl::StrCat("one of: ", WordsOf(kLimited, false))));
      return;
    }
    if (limit.working_days() < 1) {
      c_->Add(c_->At(path + ".working_days", "STATE_LIMIT_NOT_POSITIVE")
                  .Say("工作日数至少为 1", "needs at least one working day")
                  .Hint("当日不计：1 即次一工作日",
                        "the day of entry does not count: 1 is the next "
                        "working day"));
    }
    if ((limited_ & Bit(limit.state())) != 0) {
      c_->Add(
          c_->At(path + ".state", "STATE_LIMIT_TWICE")
              .Say(absl::StrCat("“", Zh(limit.state()), "”已有时限"),
                   absl::StrCat(Word(limit.state()), " has a limit already"))
              .Hint("保留一个", "keep one of them"));
      return;
    }
    limited_ |= Bit(limit.state());
    if (!workflow_.transition().empty() &&
        (reached_ & Bit(limit.state())) == 0) {
      Unreachable(path + ".state", limit.state());
    }
    if (c_->rules->calendar == nullptr) {
      c_->Add(c_->At(path, "NO_CALENDAR")
                  .Say("状态时限按工作日计，而规则包没有工作日历",
                       "a limit is counted in working days, and the pack has "
                       "no calendar")
                  .Hint("例如 calendar { mainland_through: 2026 }",
                        "say, calendar { mainland_through: 2026 }"));
    }
    c_->rules->workflow.limits.push_back(&limit);
  }

  Checker* const c_;
  const v1::Workflow& workflow_;
  std::vector<int> sound_;  // rows without fault
  std::set<std::pair<int, int>> unguarded_;
  States reached_ = 0;
  States limited_ = 0;
};

}  // namespace

const v1::StateLimit* WorkflowRules::LimitOf(v1::MatterState state) const {
  for (const v1::StateLimit* limit : limits) {
    if (limit->state() == state) return limit;
  }
  return nullptr;
}

void CompileWorkflow(Checker* c) {
  if (!c->pack.has_workflow()) return;
  WorkflowRules& workflow = c->rules->workflow;
  workflow.is_there = true;
  if (c->pack.workflow().has_max_extensions()) {
    workflow.max_extensions = c->pack.workflow().max_extensions();
  }
  WorkflowCheck(c).Run();
}

std::shared_ptr<const Rules> CompileWorkflowOf(const v1::Pack& pack,
                                               Faults* faults) {
  if (!pack.has_workflow()) return nullptr;
  struct Owned {
    v1::Pack pack;
    std::unique_ptr<const Rules> rules;
  };
  auto owned = std::make_shared<Owned>();
  // Only what guards and limits read: a pack may be large.
  owned->pack.set_id(pack.id());
  *owned->pack.mutable_workflow() = pack.workflow();
  *owned->pack.mutable_code_list() = pack.code_list();
  *owned->pack.mutable_citation() = pack.citation();
  *owned->pack.mutable_table() = pack.table();
  if (pack.has_calendar()) *owned->pack.mutable_calendar() = pack.calendar();
  // There is no text to point at: faults have the field only.
  Faults empty;
  const PackSource source = PackSource::FromFiles({}, &empty);
  Faults own;
  owned->rules = CompileForSteps(owned->pack, source, &own);
  for (const v1::ErrorDetail& detail : own.list().errors()) {
    if (detail.severity() == v1::ERROR) faults->Add(detail);
  }
  if (own.has_errors()) return nullptr;
  const Rules* rules = owned->rules.get();
  return std::shared_ptr<const Rules>(owned, rules);
}

}  // namespace duban::pack
