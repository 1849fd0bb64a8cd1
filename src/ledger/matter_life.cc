#include "src/ledger/matter_life.h"

#include <optional>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/table/enum_words.h"

namespace duban::ledger {
namespace {

constexpr LifeTransition kLife[] = {
    {v1::LISTED, v1::ASSIGN, v1::ASSIGNED},
    {v1::LISTED, v1::CLAIM, v1::ASSIGNED},
    {v1::LISTED, v1::WITHDRAW, v1::WITHDRAWN},

    // An assignment may be changed, refused (and goes back), urged.
    {v1::ASSIGNED, v1::ASSIGN, v1::ASSIGNED},
    {v1::ASSIGNED, v1::ACCEPT, v1::ACCEPTED},
    {v1::ASSIGNED, v1::REFUSE, v1::LISTED},
    {v1::ASSIGNED, v1::URGE, v1::ASSIGNED},
    {v1::ASSIGNED, v1::ESCALATE, v1::ASSIGNED},
    {v1::ASSIGNED, v1::WITHDRAW, v1::WITHDRAWN},

    {v1::ACCEPTED, v1::START, v1::IN_PROGRESS},
    {v1::ACCEPTED, v1::REPORT_PROGRESS, v1::IN_PROGRESS},
    {v1::ACCEPTED, v1::URGE, v1::ACCEPTED},
    {v1::ACCEPTED, v1::ESCALATE, v1::ACCEPTED},
    {v1::ACCEPTED, v1::REQUEST_EXTENSION, v1::ACCEPTED},
    {v1::ACCEPTED, v1::GRANT_EXTENSION, v1::ACCEPTED},
    {v1::ACCEPTED, v1::DENY_EXTENSION, v1::ACCEPTED},
    {v1::ACCEPTED, v1::SUSPEND, v1::SUSPENDED},
    {v1::ACCEPTED, v1::WITHDRAW, v1::WITHDRAWN},

    {v1::IN_PROGRESS, v1::ASSIGN, v1::ASSIGNED},
    {v1::IN_PROGRESS, v1::REPORT_PROGRESS, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::URGE, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::ESCALATE, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::REQUEST_EXTENSION, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::GRANT_EXTENSION, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::DENY_EXTENSION, v1::IN_PROGRESS},
    {v1::IN_PROGRESS, v1::SUSPEND, v1::SUSPENDED},
    {v1::IN_PROGRESS, v1::REQUEST_CLOSING, v1::CLOSING_REQUESTED},
    {v1::IN_PROGRESS, v1::WITHDRAW, v1::WITHDRAWN},

    // Back to where it was suspended.
    {v1::SUSPENDED, v1::RESUME, v1::MATTER_STATE_UNSPECIFIED},
    {v1::SUSPENDED, v1::WITHDRAW, v1::WITHDRAWN},

    {v1::CLOSING_REQUESTED, v1::VERIFY, v1::VERIFIED},
    {v1::CLOSING_REQUESTED, v1::RETURN, v1::IN_PROGRESS},
    {v1::CLOSING_REQUESTED, v1::WITHDRAW, v1::WITHDRAWN},

    {v1::VERIFIED, v1::WRITE_OFF, v1::WRITTEN_OFF},
    {v1::VERIFIED, v1::RETURN, v1::IN_PROGRESS},

    {v1::WRITTEN_OFF, v1::REOPEN, v1::IN_PROGRESS},
    {v1::WRITTEN_OFF, v1::ARCHIVE, v1::ARCHIVED},
    {v1::ARCHIVED, v1::REOPEN, v1::IN_PROGRESS},
};

std::string Word(v1::MatterState state) {
  return absl::AsciiStrToLower(v1::MatterState_Name(state));
}

std::string Word(v1::MatterAction action) {
  return absl::AsciiStrToLower(v1::MatterAction_Name(action));
}

std::string AllowedActions(absl::Span<const LifeTransition> table,
                           v1::MatterState from, bool zh) {
  std::string list;
  std::set<v1::MatterAction> named;
  for (const LifeTransition& t : table) {
    if (t.from != from || !named.insert(t.action).second) continue;
    absl::StrAppend(&list, list.empty() ? "" : (zh ? "、" : ", "),
                    zh ? ZhOf(t.action) : Word(t.action));
  }
  return list.empty() ? (zh ? "无" : "none") : list;
}

absl::Status NotAllowed(const LifeRules& rules, v1::MatterState state,
                        v1::MatterAction action) {
  const bool is_draft = state == v1::DRAFT;
  return Fault("MATTER_ACTION_NOT_ALLOWED",
               absl::StatusCode::kFailedPrecondition)
      .Field("action")
      .Say(
          absl::StrCat("事项处于“", ZhOf(state), "”，不能“", ZhOf(action), "”"),
          absl::StrCat("a matter that is ", Word(state), " cannot ",
                       Word(action)))
      .Hint(is_draft ? "先以 is_draft 为否再次录入，即为立项"
                     : absl::StrCat("此时可以：",
                                    AllowedActions(rules.table, state, true)),
            is_draft ? "put it again without is_draft: that lists it"
                     : absl::StrCat("allowed now: ",
                                    AllowedActions(rules.table, state, false)))
      .ToStatus();
}

// `asked` are the guards that did not hold; `error` is of one that could not
// be evaluated.
absl::Status GuardFailed(v1::MatterAction action, const std::string& asked_zh,
                         const std::string& asked_en,
                         const std::optional<expr::EvalError>& error) {
  return Fault("MATTER_GUARD_FAILED", absl::StatusCode::kFailedPrecondition)
      .Field("action")
      .Say(
          absl::StrCat("此时“", ZhOf(action), "”不符合规则包的条件：", asked_zh,
                       error ? absl::StrCat("（", error->zh, "）") : ""),
          absl::StrCat("the pack allows to ", Word(action), " only where ",
                       asked_en,
                       error ? absl::StrCat(" (", error->en, ")") : ""))
      .Hint("先使条件成立，再办理此步",
            "make the condition hold first, then take the step")
      .ToStatus();
}

bool NeedsReason(v1::MatterAction action) {
  switch (action) {
    case v1::REFUSE:
    case v1::DENY_EXTENSION:
    case v1::SUSPEND:
    case v1::RETURN:
    case v1::REOPEN:
    case v1::WITHDRAW:
      return true;
    default:
      return false;
  }
}

absl::Status CheckExtension(const LifeRules& rules, const MatterStepFacts& step,
                            const MatterStatus& status) {
  // Only before the due date: the end of the due day is still in time.
  if (step.date > status.due_on) {
    return Fault("MATTER_DUE_DATE_PASSED",
                 absl::StatusCode::kFailedPrecondition)
        .Field("date")
        .Say(absl::StrCat("时限 ", status.due_on.ToString(), " 已过，不能延期"),
             absl::StrCat("the due date ", status.due_on.ToString(),
                          " has passed; no extension is possible"))
        .Hint("延期须在到期前提出并批准", "extend before the due date")
        .ToStatus();
  }
  if (!step.due_on || *step.due_on <= status.due_on) {
    return Fault("EXTENSION_NOT_LATER")
        .Field("due_on")
        .Say(
            absl::StrCat("延期至的日期应晚于现时限 ", status.due_on.ToString()),
            absl::StrCat("the new due date has to be later than ",
                         status.due_on.ToString()))
        .ToStatus();
  }
  if (rules.max_extensions && status.extensions >= *rules.max_extensions) {
    return Fault("TOO_MANY_EXTENSIONS", absl::StatusCode::kFailedPrecondition)
        .Field("action")
        .Say(absl::StrCat("已延期 ", status.extensions, " 次，达到上限"),
             absl::StrCat("already extended ", status.extensions,
                          " times, the most the pack allows"))
        .ToStatus();
  }
  return absl::OkStatus();
}

absl::Status CheckVerifier(const MatterStepFacts& step,
                           const MatterStatus& status) {
  if (step.by == 0) {
    return Fault("VERIFIER_REQUIRED")
        .Field("by")
        .Say("复核须写明复核人", "verifying needs the verifier")
        .ToStatus();
  }
  if (step.by == status.lead) {
    return Fault("VERIFIER_IS_LEAD", absl::StatusCode::kFailedPrecondition)
        .Field("by")
        .Say("复核人不能是牵头人本人", "the verifier is the lead")
        .Hint("请由他人复核", "let somebody else verify")
        .ToStatus();
  }
  // Of a matter that a unit leads, who asks for closing acts for the lead.
  if (step.by == status.closing_by) {
    return Fault("VERIFIER_ASKED_FOR_CLOSING",
                 absl::StatusCode::kFailedPrecondition)
        .Field("by")
        .Say("复核人不能是申请办结的人", "the verifier asked for the closing")
        .Hint("请由他人复核", "let somebody else verify")
        .ToStatus();
  }
  return absl::OkStatus();
}

absl::Status CheckOutcome(const MatterStepFacts& step, v1::Outcome so_far) {
  if (step.outcome != v1::OUTCOME_UNSPECIFIED ||
      so_far != v1::OUTCOME_UNSPECIFIED) {
    return absl::OkStatus();
  }
  return Fault("OUTCOME_REQUIRED")
      .Field("outcome")
      .Say("申请办结须写明办理结果", "closing needs an outcome")
      .Hint(
          "resolved 已解决 / stage_result 阶段性成果 / long_term 长期坚持 / "
          "unresolved 未解决",
          "one of resolved, stage_result, long_term, unresolved")
      .ToStatus();
}

bool IsWork(v1::MatterState state) {
  return state == v1::LISTED || state == v1::ASSIGNED ||
         state == v1::ACCEPTED || state == v1::IN_PROGRESS;
}

// Whether the state is entered anew where it is the same as before: assigned
// to another, it is; urged or extended, it is not.
bool EntersAgain(v1::MatterAction action) {
  switch (action) {
    case v1::URGE:
    case v1::ESCALATE:
    case v1::REQUEST_EXTENSION:
    case v1::GRANT_EXTENSION:
    case v1::DENY_EXTENSION:
    case v1::REPORT_PROGRESS:
      return false;
    default:
      return true;
  }
}

// Counts, dates and who leads; not the state.
void NoteAction(const MatterStepFacts& step, MatterStatus* status) {
  switch (step.action) {
    case v1::ASSIGN:
    case v1::CLAIM:
      if (step.to != 0) status->lead = step.to;
      if (step.to_organization != 0) {
        status->lead_organization = step.to_organization;
      }
      break;
    case v1::REFUSE:
      status->lead = 0;
      status->lead_organization = 0;
      break;
    case v1::REPORT_PROGRESS:
      status->progress_on = step.date;
      break;
    case v1::URGE:
      ++status->urges;
      break;
    case v1::ESCALATE:
      ++status->escalations;
      break;
    case v1::REQUEST_EXTENSION:
      status->extension_pending = true;
      break;
    case v1::GRANT_EXTENSION:
      status->extension_pending = false;
      status->due_on = step.due_on.value_or(status->due_on);
      ++status->extensions;
      break;
    case v1::DENY_EXTENSION:
      status->extension_pending = false;
      break;
    case v1::SUSPEND:
      status->suspended_from = status->state;
      break;
    case v1::REQUEST_CLOSING:
      status->outcome = step.outcome;
      status->closing_by = step.by;
      break;
    case v1::RETURN:
      ++status->returns;
      break;
    case v1::REOPEN:
      ++status->reopens;
      break;
    case v1::WRITE_OFF:
      if (step.outcome != v1::OUTCOME_UNSPECIFIED) {
        status->outcome = step.outcome;
      }
      status->closed_on = step.date;
      break;
    default:
      break;
  }
}

}  // namespace

absl::Status CheckStep(const LifeRules& rules, const MatterStepFacts& step,
                       const MatterStatus& status) {
  if (step.date < status.last_step) {
    return Fault("STEP_OUT_OF_ORDER")
        .Field("date")
        .Say(absl::StrCat("日期 ", step.date.ToString(), " 早于上一步 ",
                          status.last_step.ToString()),
             absl::StrCat("the date ", step.date.ToString(),
                          " is before the step before it, ",
                          status.last_step.ToString()))
        .ToStatus();
  }
  if (NeedsReason(step.action) && !step.has_reason) {
    return Fault("REASON_REQUIRED")
        .Field("reason")
        .Say(absl::StrCat("“", ZhOf(step.action), "”须写明理由"),
             absl::StrCat(Word(step.action), " needs a reason"))
        .ToStatus();
  }
  switch (step.action) {
    case v1::ASSIGN:
    case v1::CLAIM:
      if (step.to == 0 && step.to_organization == 0) {
        return Fault("ASSIGNEE_REQUIRED")
            .Field("to")
            .Say("须写明承办人或承办单位", "says neither who nor which unit")
            .ToStatus();
      }
      break;
    case v1::REQUEST_EXTENSION:
    case v1::GRANT_EXTENSION:
      return CheckExtension(rules, step, status);
    case v1::DENY_EXTENSION:
      if (!status.extension_pending) {
        return Fault("NO_EXTENSION_REQUESTED",
                     absl::StatusCode::kFailedPrecondition)
            .Field("action")
            .Say("没有待批的延期申请", "no extension was asked for")
            .ToStatus();
      }
      break;
    case v1::REQUEST_CLOSING:
      return CheckOutcome(step, v1::OUTCOME_UNSPECIFIED);
    case v1::WRITE_OFF:
      return CheckOutcome(step, status.outcome);
    case v1::VERIFY:
      return CheckVerifier(step, status);
    default:
      break;
  }
  return absl::OkStatus();
}

absl::Span<const LifeTransition> DefaultLife() { return kLife; }

MatterStatus StatusWhenPut(const ListingFacts& listing) {
  MatterStatus status;
  if (listing.is_draft) status.state = v1::DRAFT;
  status.due_on = listing.due_on;
  status.first_due_on = listing.due_on;
  status.last_step = listing.step.date;
  status.state_since = listing.step.date;
  status.lead = listing.step.to;
  status.lead_organization = listing.step.to_organization;
  return status;
}

absl::StatusOr<v1::MatterState> StateAfter(const LifeRules& rules,
                                           v1::MatterAction action,
                                           const MatterStatus& status,
                                           const AskGuard& ask) {
  std::string zh;
  std::string en;
  std::optional<expr::EvalError> error;
  for (const LifeTransition& t : rules.table) {
    if (t.from != status.state || t.action != action) continue;
    if (t.guard != nullptr) {
      const expr::Value holds =
          ask == nullptr ? expr::Value::Bool(false) : ask(*t.guard);
      if (!holds.is_bool() || !holds.bool_value()) {
        absl::StrAppend(&zh, zh.empty() ? "" : "；或 ", t.guard->text);
        absl::StrAppend(&en, en.empty() ? "" : "; or ", t.guard->text);
        if (holds.is_error() && !error) error = holds.error();
        continue;
      }
    }
    if (t.to != v1::MATTER_STATE_UNSPECIFIED) return t.to;
    return status.suspended_from != v1::MATTER_STATE_UNSPECIFIED
               ? status.suspended_from
               : v1::IN_PROGRESS;
  }
  if (zh.empty()) return NotAllowed(rules, status.state, action);
  return GuardFailed(action, zh, en, error);
}

void FollowStep(const MatterStepFacts& step, v1::MatterState to,
                MatterStatus* status) {
  NoteAction(step, status);
  if (to != status->state || EntersAgain(step.action)) {
    status->state_since = step.date;
  }
  // What is worked on has no result yet, whatever it had before.
  if (IsWork(to)) {
    status->outcome = v1::OUTCOME_UNSPECIFIED;
    status->closed_on.reset();
    status->closing_by = 0;
  }
  status->state = to;
  status->last_step = step.date;
}

absl::Status TakeStep(const LifeRules& rules, const MatterStepFacts& step,
                      MatterStatus* status, const AskGuard& ask) {
  const auto to = StateAfter(rules, step.action, *status, ask);
  if (!to.ok()) return to.status();
  if (absl::Status s = CheckStep(rules, step, *status); !s.ok()) return s;
  FollowStep(step, *to, status);
  return absl::OkStatus();
}

std::string ZhOf(v1::MatterState state) {
  return table::EnumZh(v1::MatterState_descriptor()->FindValueByNumber(state));
}

std::string ZhOf(v1::MatterAction action) {
  return table::EnumZh(
      v1::MatterAction_descriptor()->FindValueByNumber(action));
}

}  // namespace duban::ledger
