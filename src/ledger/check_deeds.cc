#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/hash_map.h"
#include "src/ledger/checker.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

void Checker::CheckOne(const v1::Activity& a) {
  if (!a.pairing().empty()) CheckPairingOf(a);
  if (a.minutes() < 0 || a.minutes() > 1440) {
    Add(Fault("MINUTES_OUT_OF_RANGE", absl::StatusCode::kOutOfRange)
            .Field("minutes")
            .Say(absl::StrCat("时长 ", a.minutes(), " 分钟不在 0 至 1440 之间"),
                 absl::StrCat(a.minutes(), " minutes are not within 0 to 1440"))
            .Hint("单位是分钟；跨日的请分日录入",
                  "the unit is minutes; enter each day by itself"));
  }
  if (a.unannounced()) {
    HashSet<int> attested(a.attestations().begin(), a.attestations().end());
    attested.erase(v1::ATTESTATION_UNSPECIFIED);
    if (attested.size() != v1::Attestation_ARRAYSIZE - 1) {
      Add(Fault("UNANNOUNCED_NOT_ATTESTED")
              .Field("attestations")
              .Say(absl::StrCat("“四不两直”须逐项确认六项，现有 ",
                                attested.size(), " 项"),
                   absl::StrCat("an unannounced visit needs all six "
                                "attestations and has ",
                                attested.size()))
              .Hint("缺一项即为事先告知的走访，不计入四不两直",
                    "without all six it is an announced visit"));
    }
  }
  HashSet<absl::string_view> seen;
  for (const std::string& person : a.participants()) {
    if (a.participants_size() == 1 || seen.insert(person).second) {
      CheckNotGone(person, a.date());
      continue;
    }
    Add(Fault("PARTICIPANT_TWICE")
            .Field("participants")
            .Say(absl::StrCat("参加人员“", person, "”重复"),
                 absl::StrCat("lists the participant '", person, "' twice")));
  }
}

// Who has left takes part in nothing any more. Who came later is not refused:
// the beginning may be the day on which a person was entered.
void Checker::CheckNotGone(const std::string& person, const std::string& on) {
  const auto code = state_.Find(v1::PERSON, person);
  const auto day = Date::Parse(on);
  if (!code || !day.ok()) return;  // told already
  const DateRange life = state_.LifeOf(v1::PERSON, *code);
  if (life.empty() || *day <= life.until) return;
  Add(Fault("PARTICIPANT_GONE", absl::StatusCode::kFailedPrecondition)
          .Field("participants")
          .Say(absl::StrCat("参加人员“", person, "”于 ", life.until.ToString(),
                            " 已离开"),
               absl::StrCat("the participant '", person, "' left on ",
                            life.until.ToString()))
          .Hint("检查日期和人员", "check the date and the person"));
}

// A contact is counted for the pairing's periods, so it has to lie in them.
void Checker::CheckPairingOf(const v1::Activity& a) {
  static const int since = table::SchemaOf(v1::PAIRING).FindColumn("since");
  const auto code = state_.Find(v1::PAIRING, a.pairing());
  const auto day = Date::Parse(a.date());
  if (!code || !day.ok()) return;  // told already
  const table::Records& rows = state_.records(v1::PAIRING);
  const uint32_t row = *state_.Newest(v1::PAIRING, *code);
  // `until` stands right after `since`.
  const DateRange days = {rows.DateAt(since, row).value_or(Date::Min()),
                          rows.DateAt(since + 1, row).value_or(Date::Max())};
  if (days.Contains(*day)) return;
  Add(Fault("PAIRING_NOT_VALID", absl::StatusCode::kFailedPrecondition)
          .Field("pairing")
          .Say(absl::StrCat("结对“", a.pairing(), "”在 ", a.date(), " 无效"),
               absl::StrCat("the pairing '", a.pairing(), "' is not valid on ",
                            a.date()))
          .Hint("检查日期，或结对的起止日期",
                "check the date, and when the pairing begins and ends"));
}

void Checker::CheckOne(const v1::Submission& s) {
  if (!s.organization().empty() || !s.person().empty()) {
    return CheckNotSubmitted(s);
  }
  Add(Fault("SUBMISSION_WITHOUT_SENDER")
          .Field("organization")
          .Say("报送须写明报送单位或报送人", "does not say from whom it is"));
}

// The same thing twice under two ids would count twice.
void Checker::CheckNotSubmitted(const v1::Submission& s) {
  const std::string content = WithoutId(s);
  std::string twin;
  v1::Submission other;
  state_.indexes().Submissions(state_).Any(
      SubmissionKey(content), [&](uint32_t row) {
        other.Clear();
        state_.records(v1::SUBMISSION).Read(row, &other);
        if (WithoutId(other) != content) return false;
        // One that counts is the newest of its content.
        if (state_.counts(v1::SUBMISSION, row)) twin = other.id();
        return true;
      });
  if (twin.empty() || twin == s.id()) return;
  Add(Fault("SUBMISSION_DUPLICATE", absl::StatusCode::kAlreadyExists)
          .Field("id")
          .Say(absl::StrCat("与报送“", twin, "”内容完全相同"),
               absl::StrCat("is the same in everything as the submission '",
                            twin, "'"))
          .Hint("无须重复报送；确为另一次的，用标题区分",
                "leave it out; if it is another one, its title should say so"));
}

void Checker::CheckOne(const v1::IndicatorValue& v) {
  static const int unit =
      table::SchemaOf(v1::INDICATOR).FindColumn("target.unit");
  const auto code = state_.Find(v1::INDICATOR, v.indicator());
  if (!code || v.reported().unit().empty()) return;
  const table::Word wanted =
      state_.records(v1::INDICATOR)
          .Text(unit, *state_.Newest(v1::INDICATOR, *code));
  if (wanted.empty() || wanted == v.reported().unit()) return;
  Add(Fault("UNIT_DIFFERS")
          .Field("reported.unit")
          .Say(absl::StrCat("单位“", v.reported().unit(), "”与指标的单位“",
                            wanted.view(), "”不同"),
               absl::StrCat("the unit '", v.reported().unit(), "' is not '",
                            wanted.view(), "', the indicator's"))
          .Hint("按指标的单位换算", "convert it to the indicator's unit"));
}

}  // namespace duban::ledger
