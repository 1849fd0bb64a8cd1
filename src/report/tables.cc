#include "src/report/tables.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/report/need_words.h"

namespace duban::report {
namespace {

std::string Zh(const v1::Text& text) {
  return std::string(In(Language::kZh, text));
}

std::string StateWord(v1::DutyState state) {
  switch (state) {
    case v1::MET:
      return "已完成 met";
    case v1::OPEN:
      return "进行中 open";
    case v1::MISSED:
      return "未完成 missed";
    case v1::WAIVED:
      return "免除 waived";
    default:
      return "不适用 n/a";
  }
}

std::string NeedWord(const v1::NeedState& need) {
  const std::string name = NeedName(need);
  return absl::StrCat(name, name.empty() ? "" : " ", NeedDone(need), "/",
                      NeedBounds(need));
}

// Why it is not owed, that it was made good, or what it still takes.
std::string NoteOn(const v1::Duty& duty) {
  if (duty.state() == v1::NOT_APPLICABLE) return Zh(duty.not_applicable_why());
  if (duty.state() == v1::WAIVED) return Zh(duty.waived_why());
  if (duty.caught_up()) return "后已补上 caught up";
  if (!duty.has_forecast()) return "";
  const v1::Forecast& forecast = duty.forecast();
  return absl::StrCat("剩余工作日 days left ", forecast.working_days_left(),
                      forecast.behind() ? "，进度滞后 behind" : "");
}

// Points are shown with the digits they have, at most four.
std::string ShortNumber(const std::string& number) {
  const auto value = Decimal::Parse(number);
  if (!value.ok()) return number;
  const auto rounded = value->Round(4);
  return rounded.ok() ? rounded->ToString() : number;
}

std::string GradeTitle(const v1::Scheme& scheme, const std::string& id) {
  for (const v1::Grade& grade : scheme.grading().grade()) {
    if (grade.id() == id && grade.has_title()) return Zh(grade.title());
  }
  return id;
}

std::string Period(const std::string& from, const std::string& until) {
  return absl::StrCat(from, " 至 ", until);
}

class ExplanationWriter {
 public:
  ExplanationWriter(const v1::Explanation& explanation, int max_records)
      : explanation_(explanation), max_records_(max_records) {}

  std::string Write() {
    const v1::Subject& subject = explanation_.subject();
    absl::StrAppend(&out_, subject.name(), " (", subject.id(), ")");
    if (!subject.organization_name().empty()) {
      absl::StrAppend(&out_, "，", subject.organization_name());
    }
    absl::StrAppend(&out_, "\n截至 as of ", explanation_.as_of(), "\n");
    for (const v1::SchemeExplanation& scheme : explanation_.scheme()) {
      WriteScheme(scheme);
    }
    if (!explanation_.duty().empty()) absl::StrAppend(&out_, "\n任务 Duties\n");
    for (const v1::Duty& duty : explanation_.duty()) WriteDuty(duty);
    return std::move(out_);
  }

 private:
  void WriteRecords(
      const google::protobuf::RepeatedPtrField<v1::RecordRef>& records,
      absl::string_view indent) {
    int shown = 0;
    for (const v1::RecordRef& ref : records) {
      if (++shown > max_records_) break;
      absl::StrAppend(&out_, indent, ref.date(), "  ", ref.id(), "  ",
                      Zh(ref.label()));
      if (!ref.amount().empty()) absl::StrAppend(&out_, "  ", ref.amount());
      absl::StrAppend(&out_, "\n");
    }
    if (records.size() > max_records_) {
      absl::StrAppend(&out_, indent, "… 另有 ", records.size() - max_records_,
                      " 条 more\n");
    }
  }

  void WriteCriterion(const v1::CriterionExplanation& criterion) {
    absl::StrAppend(&out_, "\n  ", Zh(criterion.title()), " (",
                    criterion.criterion(), ")  ",
                    criterion.points().empty()
                        ? "不适用 not applicable"
                        : ShortNumber(criterion.points()),
                    " / ", criterion.max(), "\n");
    absl::StrAppend(&out_, "    规则 rule    ", criterion.formula(), "\n");
    if (criterion.worked() != criterion.formula()) {
      absl::StrAppend(&out_, "    代入 worked  ", criterion.worked(), "\n");
    }
    if (!Zh(criterion.cite()).empty()) {
      absl::StrAppend(&out_, "    依据 cite    ", Zh(criterion.cite()), "\n");
    }
    for (const v1::MetricExplanation& input : criterion.input()) {
      absl::StrAppend(
          &out_, "    ", input.metric(), " ", Zh(input.title()), " = ",
          input.value().empty() ? "无数据 missing" : ShortNumber(input.value()),
          Zh(input.unit()).empty() ? "" : " ", Zh(input.unit()), "，",
          input.record_size(), " 条记录 records\n");
      WriteRecords(input.record(), "      ");
    }
  }

  void WriteScheme(const v1::SchemeExplanation& scheme) {
    const v1::Scorecard& card = scheme.scorecard();
    absl::StrAppend(&out_, "\n", Zh(scheme.title()), " (", scheme.scheme(),
                    ")  ", Period(scheme.from(), scheme.until()),
                    "\n  总分 total ", card.total(), " / ", card.full_mark());
    if (!card.grade().empty()) {
      absl::StrAppend(&out_, "  等次 grade ", card.grade(), "  名次 rank ",
                      card.rank());
    }
    absl::StrAppend(&out_, "\n");
    for (const v1::CriterionExplanation& criterion : scheme.criterion()) {
      WriteCriterion(criterion);
    }
    for (const v1::GroupScore& group : card.group()) {
      absl::StrAppend(&out_, "\n  分组 group ", group.group(), "  ",
                      group.change(), "\n");
    }
    for (const v1::AppliedAdjustment& a : card.adjustment()) {
      absl::StrAppend(&out_, "\n  考核调整 adjustment ", a.id(), "  ",
                      a.points(), "  ", a.reason(), "（批准 approved by ",
                      a.approver(), a.document().empty() ? "" : "，",
                      a.document(), "）\n");
    }
    for (const v1::AppliedVeto& veto : card.veto()) {
      absl::StrAppend(&out_, "\n  一票否决 veto ", veto.veto(), "  ",
                      Zh(veto.title()), "\n");
    }
  }

  void WriteDuty(const v1::Duty& duty) {
    absl::StrAppend(&out_, "\n  ", Zh(duty.title()), " (", duty.quota(), ")  ",
                    duty.period(), duty.period().empty() ? "" : "  ",
                    StateWord(duty.state()), "  时限 due ", duty.due_on(),
                    duty.late() ? "  迟报 late" : "", "\n");
    if (!Zh(duty.not_applicable_why()).empty()) {
      absl::StrAppend(&out_, "    不适用 n/a: ", Zh(duty.not_applicable_why()),
                      "\n");
    }
    if (duty.caught_up()) {
      absl::StrAppend(&out_, "    后已补上 caught up since\n");
    }
    if (!Zh(duty.waived_why()).empty()) {
      absl::StrAppend(&out_, "    免除理由 waived: ", Zh(duty.waived_why()),
                      "\n");
    }
    for (const std::string& id : duty.stands_for()) {
      absl::StrAppend(&out_, "    从严 stands for: ", id, "\n");
    }
    for (const v1::NeedState& need : duty.need()) {
      absl::StrAppend(&out_, "    ", need.met() ? "✓ " : "✗ ", NeedWord(need),
                      "\n");
      if (!Zh(need.lacking()).empty()) {
        absl::StrAppend(&out_, "      ", Zh(need.lacking()), "\n");
      }
      WriteRecords(need.record(), "      ");
    }
  }

  const v1::Explanation& explanation_;
  const int max_records_;
  std::string out_;
};

}  // namespace

Grid DutyGrid(const v1::DutyReport& report) {
  Grid grid;
  grid.columns = {
      {"要求 quota", Align::kLeft},   {"周期 period", Align::kLeft},
      {"对象 subject", Align::kLeft}, {"姓名/名称 name", Align::kLeft},
      {"时限 due", Align::kLeft},     {"状态 state", Align::kLeft},
      {"预警 warning", Align::kLeft}, {"完成 done", Align::kLeft},
      {"说明 note", Align::kLeft}};
  for (const v1::Duty& duty : report.duty()) {
    std::string needs;
    for (const v1::NeedState& need : duty.need()) {
      absl::StrAppend(&needs, needs.empty() ? "" : "；", NeedWord(need),
                      need.met() ? "" : " ✗");
    }
    grid.rows.push_back({duty.quota(), duty.period(), duty.subject().id(),
                         duty.subject().name(), duty.due_on(),
                         StateWord(duty.state()), duty.warning(), needs,
                         NoteOn(duty)});
  }
  return grid;
}

Grid ScorecardGrid(const v1::SchemeResult& result, const v1::Scheme& scheme) {
  Grid grid;
  grid.columns = {{"名次 rank", Align::kRight},
                  {"对象 subject", Align::kLeft},
                  {"姓名/名称 name", Align::kLeft},
                  {"组织 organization", Align::kLeft}};
  for (const v1::Criterion& criterion : scheme.criterion()) {
    grid.columns.push_back(
        {Zh(criterion.title()).empty() ? criterion.id() : Zh(criterion.title()),
         Align::kRight});
  }
  grid.columns.push_back({"调整 adj.", Align::kRight});
  grid.columns.push_back({"总分 total", Align::kRight});
  grid.columns.push_back({"等次 grade", Align::kLeft});
  for (const v1::Scorecard& card : result.scorecard()) {
    std::vector<std::string> row = {absl::StrCat(card.rank()),
                                    card.subject().id(), card.subject().name(),
                                    card.subject().organization_name()};
    for (const v1::CriterionScore& score : card.criterion()) {
      row.push_back(score.applicable() ? ShortNumber(score.points()) : "—");
    }
    std::string adjustments;
    for (const v1::AppliedAdjustment& a : card.adjustment()) {
      absl::StrAppend(&adjustments, adjustments.empty() ? "" : " ", a.points());
    }
    row.push_back(adjustments);
    row.push_back(card.total());
    row.push_back(absl::StrCat(GradeTitle(scheme, card.grade()),
                               card.veto().empty() ? "" : "（一票否决 veto）"));
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

Grid FigureGrid(const v1::SchemeResult& result, const v1::Scheme& scheme) {
  Grid grid;
  grid.columns = {{"组织 organization", Align::kLeft},
                  {"编号 id", Align::kLeft},
                  {"对象数 scores", Align::kRight}};
  for (const v1::RollUp& roll_up : scheme.roll_up()) {
    grid.columns.push_back(
        {Zh(roll_up.title()).empty() ? roll_up.id() : Zh(roll_up.title()),
         Align::kRight});
  }
  std::string last;
  for (const v1::OrganizationFigure& figure : result.figure()) {
    const std::string& id = figure.organization().id();
    if (grid.rows.empty() || id != last) {
      std::vector<std::string> row(grid.columns.size());
      row[0] = absl::StrCat(std::string(2 * figure.depth(), ' '),
                            figure.organization().name());
      row[1] = id;
      row[2] = absl::StrCat(figure.scores());
      grid.rows.push_back(std::move(row));
      last = id;
    }
    for (int i = 0; i < scheme.roll_up_size(); ++i) {
      if (scheme.roll_up(i).id() == figure.roll_up()) {
        grid.rows.back()[3 + i] = figure.value();
      }
    }
  }
  return grid;
}

std::string AssessmentText(const v1::Assessment& assessment,
                           const v1::Pack& pack) {
  std::string out;
  for (const v1::SchemeResult& result : assessment.scheme()) {
    for (const v1::Scheme& scheme : pack.scheme()) {
      if (scheme.id() != result.scheme()) continue;
      absl::StrAppend(&out, out.empty() ? "" : "\n", Zh(result.title()), " (",
                      result.scheme(), ")  ",
                      Period(result.from(), result.until()), "\n\n",
                      ScorecardGrid(result, scheme).ToText());
      if (!result.figure().empty()) {
        absl::StrAppend(&out, "\n", FigureGrid(result, scheme).ToText());
      }
    }
  }
  const v1::Certificate& certificate = assessment.certificate();
  absl::StrAppend(&out, "\n截至 as of ", certificate.as_of(), "  规则包 pack ",
                  certificate.pack(), " ", certificate.pack_version(), " ",
                  certificate.pack_digest().substr(0, 12), "  台账 ledger ",
                  certificate.ledger_head().sequence(), "/",
                  certificate.ledger_head().digest().substr(0, 12),
                  "  结果 result ", certificate.result_digest().substr(0, 12),
                  "\n");
  return out;
}

std::string AssessmentCsv(const v1::Assessment& assessment) {
  Grid grid;
  for (const char* heading :
       {"scheme", "subject", "name", "organization", "rank", "total",
        "full_mark", "grade", "vetoed", "criterion", "points", "max"}) {
    grid.columns.push_back({heading, Align::kLeft});
  }
  for (const v1::SchemeResult& result : assessment.scheme()) {
    for (const v1::Scorecard& card : result.scorecard()) {
      for (const v1::CriterionScore& score : card.criterion()) {
        grid.rows.push_back(
            {result.scheme(), card.subject().id(), card.subject().name(),
             card.subject().organization(), absl::StrCat(card.rank()),
             card.total(), card.full_mark(), card.grade(),
             card.veto().empty() ? "false" : "true", score.criterion(),
             score.points(), score.max()});
      }
    }
  }
  return grid.ToCsv();
}

std::string ExplanationText(const v1::Explanation& explanation,
                            int max_records) {
  return ExplanationWriter(explanation, max_records).Write();
}

}  // namespace duban::report
