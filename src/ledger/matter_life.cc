#include "src/ledger/matter_life.h"

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

    {v1::SUSPENDED, v1::RESUME, v1::IN_PROGRESS},
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

const LifeTransition* Find(absl::Span<const LifeTransition> table,
                           v1::MatterState from, v1::MatterAction action) {
  for (const LifeTransition& t : table) {
    if (t.from == from && t.action == action) return &t;
  }
  return nullptr;
}

std::string Word(v1::MatterState state) {
  return absl::AsciiStrToLower(v1::MatterState_Name(state));
}

std::string Word(v1::MatterAction action) {
  return absl::AsciiStrToLower(v1::MatterAction_Name(action));
}

std::string AllowedActions(absl::Span<const LifeTransition> table,
                           v1::MatterState from, bool zh) {
  std::string list;
  for (const LifeTransition& t : table) {
    if (t.from != from) continue;
    absl::StrAppend(&list, list.empty() ? "" : (zh ? "、" : ", "),
                    zh ? ZhOf(t.action) : Word(t.action));
  }
  return list.empty() ? (zh ? "无" : "none") : list;
}

absl::Status NotAllowed(const LifeRules& rules, v1::MatterState state,
                        v1::MatterAction action) {
  return Fault("MATTER_ACTION_NOT_ALLOWED",
               absl::StatusCode::kFailedPrecondition)
      .Field("action")
      .Say(
          absl::StrCat("事项处于“", ZhOf(state), "”，不能“", ZhOf(action), "”"),
          absl::StrCat("a matter that is ", Word(state), " cannot ",
                       Word(action)))
      .Hint(
          absl::StrCat("此时可以：", AllowedActions(rules.table, state, true)),
          absl::StrCat("allowed now: ",
                       AllowedActions(rules.table, state, false)))
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

// What the table alone does not say.
absl::Status CheckGuards(const LifeRules& rules, const MatterStepFacts& step,
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
      if (step.outcome == v1::OUTCOME_UNSPECIFIED) {
        return Fault("OUTCOME_REQUIRED")
            .Field("outcome")
            .Say("申请办结须写明办理结果", "closing needs an outcome")
            .Hint(
                "resolved 已解决 / stage_result 阶段性成果 / long_term "
                "长期坚持 "
                "/ unresolved 未解决",
                "one of resolved, stage_result, long_term, unresolved")
            .ToStatus();
      }
      break;
    case v1::VERIFY:
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
      break;
    default:
      break;
  }
  return absl::OkStatus();
}

void Reenter(MatterStatus* status) {
  status->outcome = v1::OUTCOME_UNSPECIFIED;
  status->closed_on.reset();
}

}  // namespace

absl::Span<const LifeTransition> DefaultLife() { return kLife; }

MatterStatus StatusWhenListed(const MatterStepFacts& listing, Date due_on) {
  MatterStatus status;
  status.due_on = due_on;
  status.first_due_on = due_on;
  status.last_step = listing.date;
  status.lead = listing.to;
  status.lead_organization = listing.to_organization;
  return status;
}

absl::Status TakeStep(const LifeRules& rules, const MatterStepFacts& step,
                      MatterStatus* status) {
  const LifeTransition* t = Find(rules.table, status->state, step.action);
  if (t == nullptr) return NotAllowed(rules, status->state, step.action);
  if (absl::Status s = CheckGuards(rules, step, *status); !s.ok()) return s;
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
      status->due_on = *step.due_on;
      ++status->extensions;
      break;
    case v1::DENY_EXTENSION:
      status->extension_pending = false;
      break;
    case v1::REQUEST_CLOSING:
      status->outcome = step.outcome;
      break;
    case v1::RETURN:
      ++status->returns;
      Reenter(status);
      break;
    case v1::REOPEN:
      ++status->reopens;
      Reenter(status);
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
  status->state = t->to;
  status->last_step = step.date;
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
