#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/identifiers.h"
#include "src/ledger/checker.h"
#include "src/ledger/succession.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

// A tree deeper than this is a mistake, and a cycle is deeper than any.
constexpr int kMaxDepth = 64;

bool IsTemporary(const v1::Code* kind) {
  if (kind == nullptr) return false;
  const auto& tags = kind->tag();
  return std::find(tags.begin(), tags.end(), "temporary") != tags.end();
}

}  // namespace

void Checker::CheckWindow(const std::string& since, const std::string& until,
                          absl::string_view field) {
  if (since.empty() || until.empty() || since <= until) return;
  Add(Fault("WINDOW_REVERSED")
          .Field(field)
          .Say(absl::StrCat("截止日期 ", until, " 早于起始日期 ", since),
               absl::StrCat("ends on ", until, ", before it begins on ",
                            since)));
}

std::optional<uint32_t> Checker::Version(v1::RecordKind kind,
                                         absl::string_view id,
                                         std::optional<Date> day) const {
  const auto code = state_.Find(kind, id);
  if (!code) return std::nullopt;
  if (day) {
    if (const auto row = state_.At(kind, *code, *day)) return row;
  }
  return state_.Newest(kind, *code);
}

// Whether `ancestor` is `from` or above it.
bool Checker::Reaches(absl::string_view from, absl::string_view ancestor,
                      std::optional<Date> day) const {
  static const int parent =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("parent");
  std::string at(from);
  for (int depth = 0; depth < kMaxDepth && !at.empty(); ++depth) {
    if (at == ancestor) return true;
    const auto row = Version(v1::ORGANIZATION, at, day);
    if (!row) return false;
    at = std::string(state_.records(v1::ORGANIZATION).Text(parent, *row));
  }
  return !at.empty();  // deeper than any tree: take it for a cycle
}

// 领导小组、专班: what it is for and since when, or nobody could tell later
// why it was there.
void Checker::CheckTemporary(const v1::Organization& o) {
  if (!IsTemporary(state_.FindCode("organization-kind", o.kind()))) return;
  if (o.mandate().empty()) {
    Add(Fault("MANDATE_REQUIRED")
            .Field("mandate")
            .Say("临时机构须写明职责",
                 "a temporary body has to say what it is for"));
  }
  if (o.since().empty()) {
    Add(Fault("SINCE_REQUIRED")
            .Field("since")
            .Say("临时机构须写明起始日期",
                 "a temporary body has to say when it begins"));
  }
}

// Who became heir to another is there on that day.
void Checker::CheckStaysHeir(const v1::Organization& o) {
  const auto code = state_.Find(v1::ORGANIZATION, o.id());
  if (!code || o.until().empty()) return;
  const Succession* into = LastInto(state_, *code);
  if (into == nullptr) return;
  const Date until = Date::Parse(o.until()).value_or(Date::Max());
  const Date since = Date::Parse(o.since()).value_or(Date::Min());
  static const int column =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("since");
  const auto holds = state_.At(v1::ORGANIZATION, *code, into->on);
  const Date held_since = holds ? state_.records(v1::ORGANIZATION)
                                      .DateAt(column, *holds)
                                      .value_or(Date::Min())
                                : Date::Min();
  // Another version holds on that day.
  if (into->on < since || since < held_since || into->on <= until) return;
  Add(Fault("HEIR_LATER", absl::StatusCode::kFailedPrecondition)
          .Field("until")
          .Say(absl::StrCat("组织“", o.id(), "”在 ", into->on.ToString(),
                            " 承接了其他组织，不能在 ", o.until(), " 截止"),
               absl::StrCat("'", o.id(), "' became heir to another on ",
                            into->on.ToString(), " and cannot end on ",
                            o.until()))
          .Hint("检查截止日期", "check the day on which it ends"));
}

// A register that is imported again must not bring back in silence what was
// merged away.
void Checker::CheckStaysEnded(const v1::Organization& o) {
  const auto code = state_.Find(v1::ORGANIZATION, o.id());
  if (!code || state_.successions().empty()) return;
  const Succession* end = EndOf(state_, *code);
  if (end == nullptr) return;
  const Date until = Date::Parse(o.until()).value_or(Date::Max());
  const Date since = Date::Parse(o.since()).value_or(Date::Min());
  // An earlier version only holds until the next one begins.
  static const int column =
      table::SchemaOf(v1::ORGANIZATION).FindColumn("since");
  const Date newest =
      state_.records(v1::ORGANIZATION)
          .DateAt(column, *state_.Newest(v1::ORGANIZATION, *code))
          .value_or(Date::Min());
  if (since < newest || until < end->on) return;
  Add(Fault("ORGANIZATION_ENDED", absl::StatusCode::kFailedPrecondition)
          .Field("until")
          .Say(absl::StrCat("组织“", o.id(), "”已于 ", end->on.ToString(),
                            " 合并或拆分"),
               absl::StrCat("'", o.id(), "' was merged or split on ",
                            end->on.ToString()))
          .Hint(absl::StrCat("截止日期须早于 ", end->on.ToString(),
                             "；此后的新组织用新编号"),
                absl::StrCat("let it end before ", end->on.ToString(),
                             "; what came after has an id of its own")));
}

void Checker::CheckOne(const v1::Organization& o) {
  CheckWindow(o.since(), o.until());
  CheckTemporary(o);
  CheckStaysEnded(o);
  CheckStaysHeir(o);
  if (!o.parent().empty() && Reaches(o.parent(), o.id())) {
    Add(Fault("ORGANIZATION_CYCLE")
            .Field("parent")
            .Say(absl::StrCat("“", o.parent(), "”是“", o.id(),
                              "”自身或其下级，不能作为上级"),
                 absl::StrCat("'", o.parent(), "' is '", o.id(),
                              "' itself or below it")));
  }
  if (!o.social_credit_code().empty()) {
    Add(CheckSocialCreditCode(o.social_credit_code()), "social_credit_code");
  }
  if (!o.school_code().empty()) {
    Add(CheckSchoolCode(o.school_code()), "school_code");
  }
}

void Checker::CheckOne(const v1::Person& p) {
  CheckWindow(p.since(), p.until());
  if (!p.identity_number().empty()) {
    Add(CheckIdentityNumber(p.identity_number()), "identity_number");
  }
}

void Checker::CheckOne(const v1::Post& p) {
  CheckWindow(p.since(), p.until());
  const auto code = state_.Find(v1::ORGANIZATION, p.organization());
  if (!code) return;  // told as a reference
  const DateRange life = state_.LifeOf(v1::ORGANIZATION, *code);
  const Date since = Date::Parse(p.since()).value_or(Date::Min());
  const Date until = Date::Parse(p.until()).value_or(Date::Max());
  if (life.empty() || until < since) return;  // told already
  static const int kind = table::SchemaOf(v1::ORGANIZATION).FindColumn("kind");
  const table::Word word =
      state_.records(v1::ORGANIZATION)
          .Text(kind, *state_.Newest(v1::ORGANIZATION, *code));
  const v1::Code* of_kind = state_.FindCode("organization-kind", word);
  // The posts of a temporary body lie within its life; others only have to
  // meet it, for what a host knows of the beginning of an old school may be
  // the day on which it was entered.
  bool fits = since <= life.until && life.from <= until;
  if (IsTemporary(of_kind)) {
    fits = fits && (p.since().empty() || life.from <= since) &&
           (p.until().empty() || until <= life.until);
  }
  if (fits) return;
  Add(Fault("POST_OUTSIDE_LIFE", absl::StatusCode::kFailedPrecondition)
          .Field(!p.since().empty() && !life.Contains(since) ? "since"
                                                             : "until")
          .Say(absl::StrCat("任职期间超出组织“", p.organization(),
                            "”的存续期间"),
               absl::StrCat("the post is not within the life of '",
                            p.organization(), "'"))
          .Hint("检查任职和组织的起止日期",
                "check when the post and the organization begin and end"));
}

}  // namespace duban::ledger
