#include "src/duty/records.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/duty/forecast.h"
#include "src/duty/recovery.h"
#include "src/table/record_schema.h"

namespace duban::duty {
namespace {

using ledger::ColumnOf;
using ledger::Facts;
using ledger::Tree;

Decimal NumberOf(const std::string& text) {
  return Decimal::Parse(text).value_or(Decimal());
}

void AddOnce(uint32_t code, std::vector<uint32_t>* codes) {
  if (code == 0) return;
  if (std::find(codes->begin(), codes->end(), code) == codes->end()) {
    codes->push_back(code);
  }
}

void AddWithAbove(const Facts& facts, uint32_t organization, Date day,
                  std::vector<uint32_t>* codes) {
  const Tree& tree = facts.TreeOn(day);
  for (int node = tree.Find(organization); node >= 0;
       node = tree.nodes[node].parent) {
    AddOnce(tree.nodes[node].code, codes);
  }
}

// Which columns of a table say what a tally may ask for; -1 = none.
struct Columns {
  int date = -1;
  int until = -1;    // where a record belongs to a span of days
  int person = -1;   // the one person it names
  int persons = -1;  // the list of those who took part
  int organization = -1;
  int assisting = -1;
  int pairing = -1;
  int kind = -1;
  int title = -1;
};

Columns ColumnsOf(pack::Entity entity, v1::RecordKind kind) {
  Columns c;
  c.organization = ColumnOf(kind, "organization");
  c.kind = ColumnOf(kind, "kind");
  c.title = ColumnOf(kind, "title");
  c.date = ColumnOf(kind, "date");
  switch (entity) {
    case pack::Entity::kActivity:
      c.persons = ColumnOf(kind, "participants");
      c.pairing = ColumnOf(kind, "pairing");
      break;
    case pack::Entity::kMatter:
      c.date = ColumnOf(kind, "listed_on");
      c.assisting = ColumnOf(kind, "assisting_organizations");
      break;
    case pack::Entity::kMatterList:
      c.date = ColumnOf(kind, "issued_on");
      break;
    case pack::Entity::kPairing:
      c.date = ColumnOf(kind, "since");
      c.until = ColumnOf(kind, "until");
      c.person = ColumnOf(kind, "person");
      break;
    case pack::Entity::kSubmission:
      c.date = ColumnOf(kind, "received_on");
      c.person = ColumnOf(kind, "person");
      break;
    case pack::Entity::kRating:
      c.person = ColumnOf(kind, "person");
      break;
    case pack::Entity::kInspection:
      c.persons = ColumnOf(kind, "inspectors");
      break;
    case pack::Entity::kIndicatorValue:
      c.date = ColumnOf(kind, "as_of");
      break;
    default:
      break;
  }
  return c;
}

class TableRecords final : public Records {
 public:
  TableRecords(const Facts& facts, pack::Entity entity)
      : facts_(facts),
        entity_(entity),
        kind_(pack::VocabularyOf(entity).kind),
        rows_(facts.state().records(kind_)),
        columns_(ColumnsOf(entity, kind_)),
        record_(&facts, entity) {}

  uint32_t size() const override { return rows_.size(); }

  DateRange When(uint32_t row) const override {
    const DateRange never{Date::Max(), Date::Min()};
    if (!facts_.state().counts(kind_, row)) return never;
    if (entity_ == pack::Entity::kMatter && facts_.IsDraft(row)) return never;
    const auto from = rows_.DateAt(columns_.date, row);
    if (!from || *from > facts_.as_of()) return never;
    if (columns_.until < 0) return {*from, *from};
    return {*from,
            std::min(rows_.DateAt(columns_.until, row).value_or(facts_.as_of()),
                     facts_.as_of())};
  }

  const expr::Record& At(uint32_t row) override {
    record_.MoveTo(row, DayOf(row));
    return record_;
  }

  void Credited(uint32_t row, const pack::TallyRule& rule,
                std::vector<uint32_t>* subjects) const override {
    if (rule.subject == v1::EACH_PAIRING) {
      AddOnce(entity_ == pack::Entity::kPairing
                  ? rows_.Code(rows_.schema().id_column(), row)
                  : rows_.Code(columns_.pairing, row),
              subjects);
      return;
    }
    switch (rule.credit) {
      case v1::OWN:
        return AddOnce(OrganizationOf(row), subjects);
      case v1::SUBTREE:
        return AddWithAbove(facts_, OrganizationOf(row), DayOf(row), subjects);
      case v1::ASSISTING:
        for (int i = 0; i < rows_.ListSize(columns_.assisting, row); ++i) {
          AddOnce(rows_.ListCode(columns_.assisting, row, i), subjects);
        }
        return;
      case v1::MEMBERS: {
        std::vector<uint32_t> persons;
        AddPersons(row, &persons);
        for (uint32_t person : persons) {
          AddWithAbove(facts_, facts_.HomeOf(person, DayOf(row)), DayOf(row),
                       subjects);
        }
        return;
      }
      default:
        return AddPersons(row, subjects);
    }
  }

  v1::RecordRef Ref(uint32_t row) const override {
    v1::RecordRef ref;
    ref.set_kind(kind_);
    ref.set_id(std::string(rows_.Text(rows_.schema().id_column(), row)));
    if (const auto day = rows_.DateAt(columns_.date, row)) {
      ref.set_date(day->ToString());
    }
    v1::Text* label = ref.mutable_label();
    if (columns_.kind >= 0) {
      const std::string& list =
          rows_.schema().columns()[columns_.kind].code_list;
      const table::Word kind = rows_.Text(columns_.kind, row);
      *label = facts_.rules().TitleOf(list, kind);
    } else {
      label->set_zh(rows_.schema().zh());
      label->set_en(rows_.schema().name());
    }
    const table::Word word =
        columns_.title < 0 ? table::Word() : rows_.Text(columns_.title, row);
    const absl::string_view title = word;
    if (!title.empty() && title != label->zh() && title != label->en()) {
      if (!label->zh().empty()) {
        label->set_zh(absl::StrCat(label->zh(), "：", title));
      }
      if (!label->en().empty()) {
        label->set_en(absl::StrCat(label->en(), ": ", title));
      }
    }
    return ref;
  }

 private:
  Date DayOf(uint32_t row) const {
    return rows_.DateAt(columns_.date, row).value_or(facts_.as_of());
  }

  // Everyone to whom it counts as a person.
  void AddPersons(uint32_t row, std::vector<uint32_t>* persons) const {
    if (columns_.persons >= 0) {
      for (int i = 0; i < rows_.ListSize(columns_.persons, row); ++i) {
        AddOnce(rows_.ListCode(columns_.persons, row, i), persons);
      }
    } else if (entity_ == pack::Entity::kMatter) {
      // Who leads it now, after assignments and refusals.
      AddOnce(facts_.MatterOf(rows_.Code(rows_.schema().id_column(), row))
                  .status.lead,
              persons);
    } else if (columns_.person >= 0) {
      AddOnce(rows_.Code(columns_.person, row), persons);
    }
  }

  // The organization named; otherwise that of the person named; for a rating
  // otherwise that of the matter or activity rated.
  uint32_t OrganizationOf(uint32_t row) const {
    if (columns_.organization >= 0) {
      const uint32_t code = rows_.Code(columns_.organization, row);
      if (code != 0) return code;
    }
    if (columns_.person >= 0) {
      const uint32_t person = rows_.Code(columns_.person, row);
      if (person != 0) return facts_.HomeOf(person, DayOf(row));
    }
    if (entity_ != pack::Entity::kRating) return 0;
    for (const auto& [column, kind] :
         {std::pair{"matter", v1::MATTER}, {"activity", v1::ACTIVITY}}) {
      const uint32_t code = rows_.Code(ColumnOf(kind_, column), row);
      const auto rated = facts_.state().Newest(kind, code);
      if (code == 0 || !rated) continue;
      return facts_.state().records(kind).Code(ColumnOf(kind, "organization"),
                                               *rated);
    }
    return 0;
  }

  const Facts& facts_;
  const pack::Entity entity_;
  const v1::RecordKind kind_;
  const table::Records& rows_;
  const Columns columns_;
  ledger::LedgerRecord record_;
};

// What duties and scorecards have in common: a subject who is known by id.
void CreditSubject(const Facts& facts, const v1::Subject& subject, Date day,
                   const pack::TallyRule& rule,
                   std::vector<uint32_t>* subjects) {
  static const int holder = ColumnOf(v1::PAIRING, "person");
  static const int holding = ColumnOf(v1::PAIRING, "organization");
  uint32_t person = 0;
  uint32_t organization = 0;
  const ledger::State& state = facts.state();
  if (subject.kind() == v1::EACH_PERSON) {
    person = state.Find(v1::PERSON, subject.id()).value_or(0);
  } else if (subject.kind() == v1::EACH_ORGANIZATION) {
    organization = state.Find(v1::ORGANIZATION, subject.id()).value_or(0);
  } else if (const auto code = state.Find(v1::PAIRING, subject.id())) {
    if (rule.subject == v1::EACH_PAIRING) return AddOnce(*code, subjects);
    const uint32_t row = *state.Newest(v1::PAIRING, *code);
    person = state.records(v1::PAIRING).Code(holder, row);
    organization = state.records(v1::PAIRING).Code(holding, row);
  }
  if (rule.subject == v1::EACH_PERSON) return AddOnce(person, subjects);
  if (organization == 0 && person != 0) {
    organization = facts.HomeOf(person, day);
    // Whoever has left by then still belongs where it was owed.
    if (organization == 0) {
      organization =
          state.Find(v1::ORGANIZATION, subject.organization()).value_or(0);
    }
  }
  if (rule.credit == v1::OWN) return AddOnce(organization, subjects);
  AddWithAbove(facts, organization, day, subjects);
}

std::string Word(v1::DutyState state) {
  return absl::AsciiStrToLower(v1::DutyState_Name(state));
}

class AllDuties final : public Records {
 public:
  AllDuties(const Facts& facts, const std::vector<v1::Duty>& duties)
      : facts_(facts),
        duties_(duties),
        missed_before_(MissedBefore(duties)),
        record_(facts) {}

  uint32_t size() const override {
    return static_cast<uint32_t>(duties_.size());
  }
  // The last day of its period, or today where that is still to come.
  DateRange When(uint32_t i) const override {
    const Date until = Date::Parse(duties_[i].until()).value_or(Date::Min());
    const Date day = until < facts_.as_of() ? until : facts_.as_of();
    return {day, day};
  }
  const expr::Record& At(uint32_t i) override {
    record_.Set(&duties_[i], missed_before_[i]);
    return record_;
  }
  bool IsOwed(uint32_t i) const override {
    return duties_[i].state() != v1::WAIVED &&
           duties_[i].state() != v1::NOT_APPLICABLE;
  }
  void Credited(uint32_t i, const pack::TallyRule& rule,
                std::vector<uint32_t>* subjects) const override {
    CreditSubject(facts_, duties_[i].subject(), When(i).from, rule, subjects);
  }
  v1::RecordRef Ref(uint32_t i) const override {
    const v1::Duty& duty = duties_[i];
    v1::RecordRef ref;
    ref.set_id(absl::StrCat(duty.quota(), "/", duty.subject().id(), "/",
                            duty.period()));
    ref.set_date(duty.due_on());
    ref.mutable_label()->set_zh(
        absl::StrCat(duty.title().zh(), "（", Word(duty.state()), "）"));
    ref.mutable_label()->set_en(
        absl::StrCat(duty.title().en(), " (", Word(duty.state()), ")"));
    return ref;
  }

 private:
  const Facts& facts_;
  const std::vector<v1::Duty>& duties_;
  const std::vector<int32_t> missed_before_;
  DutyRecord record_;
};

class ScorecardRecord final : public expr::Record {
 public:
  void Set(const v1::Scorecard* card) { card_ = card; }
  const expr::RecordType& type() const override {
    return *pack::VocabularyOf(pack::Entity::kScorecard).type;
  }
  expr::Value Get(int field) const override {
    using expr::Value;
    switch (
        pack::VocabularyOf(pack::Entity::kScorecard).fields[field].derived) {
      case pack::Derived::kSubject:
        return Value::Str(card_->subject().id());
      case pack::Derived::kOrganization:
        return Value::Str(card_->subject().organization());
      case pack::Derived::kTotal:
        return Value::Dec(NumberOf(card_->total()));
      case pack::Derived::kFullMark:
        return Value::Dec(NumberOf(card_->full_mark()));
      case pack::Derived::kGrade:
        return Value::Str(card_->grade());
      case pack::Derived::kVetoed:
        return Value::Bool(!card_->veto().empty());
      default:
        return Value::Missing();
    }
  }

 private:
  const v1::Scorecard* card_ = nullptr;
};

class AllScorecards final : public Records {
 public:
  AllScorecards(const Facts& facts, const v1::SchemeResult& result, Date day)
      : facts_(facts), result_(result), day_(day) {}

  uint32_t size() const override {
    return static_cast<uint32_t>(result_.scorecard_size());
  }
  DateRange When(uint32_t) const override { return {day_, day_}; }
  const expr::Record& At(uint32_t i) override {
    record_.Set(&result_.scorecard(static_cast<int>(i)));
    return record_;
  }
  void Credited(uint32_t i, const pack::TallyRule& rule,
                std::vector<uint32_t>* subjects) const override {
    CreditSubject(facts_, result_.scorecard(static_cast<int>(i)).subject(),
                  day_, rule, subjects);
  }
  v1::RecordRef Ref(uint32_t i) const override {
    const v1::Scorecard& card = result_.scorecard(static_cast<int>(i));
    v1::RecordRef ref;
    ref.set_id(absl::StrCat(result_.scheme(), "/", card.subject().id()));
    ref.set_date(day_.ToString());
    ref.mutable_label()->set_zh(
        absl::StrCat(card.subject().name(), " ", card.total(), " 分"));
    ref.mutable_label()->set_en(
        absl::StrCat(card.subject().name(), " ", card.total()));
    return ref;
  }

 private:
  const Facts& facts_;
  const v1::SchemeResult& result_;
  const Date day_;
  ScorecardRecord record_;
};

}  // namespace

expr::Value DutyRecord::Get(int field) const {
  using expr::Value;
  const auto day = [](const std::string& text) {
    return Value::Day(Date::Parse(text).value_or(Date()));
  };
  const Date as_of = facts_.as_of();
  const auto due = [&] { return Date::Parse(duty_->due_on()).value_or(as_of); };
  switch (pack::VocabularyOf(pack::Entity::kDuty).fields[field].derived) {
    case pack::Derived::kQuota:
      return Value::Str(duty_->quota());
    case pack::Derived::kSubject:
      return Value::Str(duty_->subject().id());
    case pack::Derived::kState:
      return Value::Str(Word(duty_->state()));
    case pack::Derived::kLate:
      return Value::Bool(duty_->late());
    case pack::Derived::kPeriod:
      return Value::Str(duty_->period());
    case pack::Derived::kFrom:
      return day(duty_->from());
    case pack::Derived::kUntil:
      return day(duty_->until());
    case pack::Derived::kDueOn:
      return day(duty_->due_on());
    case pack::Derived::kDaysLeft: {
      return Value::Dec(Decimal::FromInt(int64_t{due().days()} - as_of.days()));
    }
    case pack::Derived::kNeeds:
      return Value::Dec(Decimal::FromInt(duty_->need_size()));
    case pack::Derived::kNeedsMet: {
      int met = 0;
      for (const v1::NeedState& need : duty_->need()) met += need.met();
      return Value::Dec(Decimal::FromInt(met));
    }
    case pack::Derived::kCaughtUp:
      return Value::Bool(duty_->caught_up());
    case pack::Derived::kMissedBefore:
      return Value::Dec(Decimal::FromInt(missed_before_));
    case pack::Derived::kDoneShare:
      return Value::Dec(DoneShare(*duty_));
    case pack::Derived::kTimeGone:
      return Value::Dec(TimeGone(*duty_, as_of));
    case pack::Derived::kWorkingDaysLeft:
      return Value::Dec(Decimal::FromInt(
          WorkingDaysOf(facts_.rules()).Between(as_of, due())));
    default:
      return Value::Missing();
  }
}

std::unique_ptr<Records> LedgerRecords(const Facts& facts,
                                       pack::Entity entity) {
  return std::make_unique<TableRecords>(facts, entity);
}

std::unique_ptr<Records> DutyRecords(const Facts& facts,
                                     const std::vector<v1::Duty>& duties) {
  return std::make_unique<AllDuties>(facts, duties);
}

std::unique_ptr<Records> ScorecardRecords(const Facts& facts,
                                          const v1::SchemeResult& result,
                                          Date day) {
  return std::make_unique<AllScorecards>(facts, result, day);
}

}  // namespace duban::duty
