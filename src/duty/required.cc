// Required submissions as duties: which channels and recipients have been
// served, and on which day the last of them was.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/calendar/period.h"
#include "src/duty/presence.h"
#include "src/duty/records.h"
#include "src/duty/strictness.h"
#include "src/duty/subjects.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using pack::RequiredRule;

// One thing that has to be there: a channel, a recipient, or the submission.
struct Part {
  std::string id;
  v1::Text title;
  std::optional<Date> came_on;
  std::vector<v1::RecordRef> records;
};

struct Occasion {
  std::string label;
  DateRange days;
  Date due_on;
};

std::vector<Occasion> OccasionsOf(const RequiredRule& rule, Date as_of) {
  std::vector<Occasion> occasions;
  if (rule.due_on) {
    if (rule.window.from <= as_of) {
      occasions.push_back({"", {rule.window.from, *rule.due_on}, *rule.due_on});
    }
    return occasions;
  }
  for (const calendar::Period& period :
       calendar::PeriodsIn(rule.message->every(), rule.window)) {
    // A report about a period that the window cuts is not asked for.
    if (Intersect(period.range, rule.window).length() !=
        period.range.length()) {
      continue;
    }
    if (period.range.from > as_of) break;
    Date due_on = period.range.until.AddDays(rule.message->days_after());
    if (rule.rolled_by != nullptr) due_on = rule.rolled_by->RollForward(due_on);
    occasions.push_back({period.label, period.range, due_on});
  }
  return occasions;
}

class RequiredExpansion {
 public:
  RequiredExpansion(const Facts& facts, const RequiredRule& rule)
      : facts_(facts),
        rule_(rule),
        message_(*rule.message),
        rows_(facts.state().records(v1::SUBMISSION)),
        records_(LedgerRecords(facts, pack::Entity::kSubmission)) {
    IndexBySender();
  }

  v1::Duty Duty(uint32_t subject, const Occasion& occasion, bool with_records);

 private:
  // Submissions of the kind, by who sent them, by day.
  void IndexBySender();
  std::vector<Part> Parts() const;
  // What counts for the occasion: by day, then row.
  std::vector<uint32_t> Received(uint32_t subject,
                                 const Occasion& occasion) const;
  void Serve(uint32_t row, Date day, std::vector<Part>* parts);

  const Facts& facts_;
  const RequiredRule& rule_;
  const v1::Required& message_;
  const table::Records& rows_;
  std::unique_ptr<Records> records_;
  HashMap<uint32_t, std::vector<std::pair<Date, uint32_t>>> by_sender_;
  // One report serves one period: the earliest that still lacks it.
  HashSet<uint32_t> served_;
};

void RequiredExpansion::IndexBySender() {
  static const int kind = ColumnOf(v1::SUBMISSION, "kind");
  static const int received_on = ColumnOf(v1::SUBMISSION, "received_on");
  const int sender = ColumnOf(
      v1::SUBMISSION,
      message_.subject() == v1::EACH_PERSON ? "person" : "organization");
  for (uint32_t row = 0; row < rows_.size(); ++row) {
    if (!facts_.state().counts(v1::SUBMISSION, row) ||
        rows_.Text(kind, row) != message_.kind()) {
      continue;
    }
    by_sender_[rows_.Code(sender, row)].emplace_back(
        rows_.DateAt(received_on, row).value_or(Date::Max()), row);
  }
  for (auto& [code, received] : by_sender_) {
    std::sort(received.begin(), received.end());
  }
}

std::vector<Part> RequiredExpansion::Parts() const {
  std::vector<Part> parts;
  for (const std::string& channel : message_.channel()) {
    parts.push_back(
        {channel, facts_.rules().TitleOf("channel", channel), {}, {}});
  }
  for (const std::string& recipient : message_.recipient()) {
    v1::Text title;
    const auto code = facts_.state().Find(v1::ORGANIZATION, recipient);
    const std::string name =
        code ? facts_.NameOf(v1::ORGANIZATION, *code, facts_.as_of())
             : recipient;
    title.set_zh(absl::StrCat("报", name));
    title.set_en(absl::StrCat("to ", name));
    parts.push_back({recipient, title, {}, {}});
  }
  if (parts.empty()) parts.push_back({"received", message_.title(), {}, {}});
  return parts;
}

std::vector<uint32_t> RequiredExpansion::Received(
    uint32_t subject, const Occasion& occasion) const {
  // One that is due once may come late; of those due again and again, what
  // comes after the day belongs to the next.
  const Date last =
      rule_.due_on ? facts_.as_of() : std::min(occasion.due_on, facts_.as_of());
  std::vector<uint32_t> rows;
  const auto sent = by_sender_.find(subject);
  if (sent == by_sender_.end()) return rows;
  for (const auto& [day, row] : sent->second) {
    if (occasion.days.from <= day && day <= last && !served_.contains(row)) {
      rows.push_back(row);
    }
  }
  return rows;
}

void RequiredExpansion::Serve(uint32_t row, Date day,
                              std::vector<Part>* parts) {
  static const int channels = ColumnOf(v1::SUBMISSION, "channels");
  static const int recipients = ColumnOf(v1::SUBMISSION, "recipients");
  const auto has = [&](int column, const std::string& word) {
    for (int i = 0; i < rows_.ListSize(column, row); ++i) {
      if (rows_.ListText(column, row, i) == word) return true;
    }
    return false;
  };
  for (size_t p = 0; p < parts->size(); ++p) {
    Part& part = (*parts)[p];
    const bool is_channel = p < static_cast<size_t>(message_.channel_size());
    const bool is_any =
        message_.channel().empty() && message_.recipient().empty();
    if (!is_any && !has(is_channel ? channels : recipients, part.id)) continue;
    if (part.came_on) continue;
    part.came_on = day;
    part.records.push_back(records_->Ref(row));
    served_.insert(row);
  }
}

v1::Duty RequiredExpansion::Duty(uint32_t subject, const Occasion& occasion,
                                 bool with_records) {
  static const int received_on = ColumnOf(v1::SUBMISSION, "received_on");
  std::vector<Part> parts = Parts();
  for (uint32_t row : Received(subject, occasion)) {
    Serve(row, *rows_.DateAt(received_on, row), &parts);
  }
  v1::Duty duty;
  *duty.mutable_subject() =
      DescribeSubject(facts_, message_.subject(), subject,
                      std::min(occasion.due_on, facts_.as_of()));
  duty.set_quota(message_.id());
  *duty.mutable_title() = message_.title();
  duty.set_period(occasion.label);
  duty.set_from(occasion.days.from.ToString());
  duty.set_until(occasion.days.until.ToString());
  duty.set_due_on(occasion.due_on.ToString());
  duty.set_cite(message_.cite());
  bool in_time = true;
  bool complete = true;
  for (Part& part : parts) {
    v1::NeedState* need = duty.add_need();
    need->set_id(part.id);
    *need->mutable_title() = part.title;
    need->set_at_least("1");
    need->set_done(part.came_on ? "1" : "0");
    const bool part_in_time = part.came_on && *part.came_on <= occasion.due_on;
    need->set_met(part_in_time);
    in_time &= part_in_time;
    complete &= part.came_on.has_value();
    if (!part.came_on) {
      need->mutable_lacking()->set_zh(
          absl::StrCat("未收到：", part.title.zh()));
      need->mutable_lacking()->set_en(
          absl::StrCat("not received: ", part.title.en()));
    } else if (!part_in_time) {
      need->mutable_lacking()->set_zh(
          absl::StrCat("迟到：", part.came_on->ToString(), " 收到，应于 ",
                       occasion.due_on.ToString(), " 前"));
      need->mutable_lacking()->set_en(
          absl::StrCat("late: came on ", part.came_on->ToString(),
                       ", was due on ", occasion.due_on.ToString()));
    }
    if (!with_records) continue;
    for (v1::RecordRef& ref : part.records) {
      *need->add_record() = std::move(ref);
    }
  }
  duty.set_late(complete && !in_time);
  duty.set_state(in_time                                        ? v1::MET
                 : occasion.due_on < facts_.as_of() || complete ? v1::MISSED
                                                                : v1::OPEN);
  return duty;
}

}  // namespace

absl::Status ExpandRequired(const Facts& facts, const RequiredRule& rule,
                            const std::string& only,
                            std::vector<v1::Duty>* duties) {
  RequiredExpansion expansion(facts, rule);
  SubjectCondition condition(facts, rule.message->subject());
  const Presence presence(facts);
  for (const Occasion& occasion : OccasionsOf(rule, facts.as_of())) {
    const Date day = std::min(occasion.due_on, facts.as_of());
    for (uint32_t subject : SubjectsOn(facts, rule.message->subject(), day)) {
      if (!only.empty() &&
          facts.IdOf(RecordKindOf(rule.message->subject()), subject) != only) {
        continue;
      }
      // Who is known to be gone by the day it is due need not hand it in.
      if (!presence.IsThere(rule.message->subject(), subject,
                            occasion.due_on)) {
        continue;
      }
      auto holds = condition.Holds(rule.who, subject, day, occasion.days);
      if (!holds.ok()) return holds.status();
      if (!*holds) continue;
      duties->push_back(expansion.Duty(subject, occasion, !only.empty()));
    }
  }
  return absl::OkStatus();
}

}  // namespace duban::duty
