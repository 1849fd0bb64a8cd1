#include "src/pack/checker.h"

#include <utility>

#include "src/base/hash_map.h"
#include "src/base/text.h"
#include "src/calendar/fuzzy_date.h"
#include "src/expr/ast.h"
#include "src/expr/parser.h"
#include "src/table/enum_words.h"
#include "src/table/record_schema.h"

namespace duban::pack {
namespace {

using expr::Node;
using expr::NodeKind;
using expr::Operator;

constexpr size_t kMaxId = 64;

bool IsId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxId) return false;
  for (char c : id) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                      c == '.';
    if (!good) return false;
  }
  return true;
}

// The words a field can have that is derived from an enumeration.
std::vector<std::string> WordsOf(Derived derived) {
  switch (derived) {
    case Derived::kState:
      return {};  // depends on the entity; see WordsOfState
    case Derived::kOutcome:
      return {"", "resolved", "stage_result", "long_term", "unresolved"};
    case Derived::kQualifier:
      return {"exact", "nearly", "over", "about", "at_least", "at_most"};
    case Derived::kReached:
      return {"", "yes", "no", "uncertain"};
    default:
      return {};
  }
}

std::vector<std::string> WordsOfState(Entity entity) {
  if (entity == Entity::kDuty) {
    return {"met", "open", "missed", "waived", "not_applicable"};
  }
  return {"listed",    "assigned",          "accepted", "in_progress",
          "suspended", "closing_requested", "verified", "written_off",
          "withdrawn", "archived",          "draft"};
}

// All words that the field can have; empty: any text.
std::vector<std::string> WordsOfField(const Vocabulary& vocabulary,
                                      const Field& field) {
  if (field.derived == Derived::kState) return WordsOfState(vocabulary.entity);
  if (field.column < 0) return WordsOf(field.derived);
  const table::Column& column =
      table::SchemaOf(vocabulary.kind)
          .columns()[static_cast<size_t>(field.column)];
  if (column.type != table::ColumnType::kEnum) return {};
  std::vector<std::string> words;
  if (!column.required) words.push_back("");
  const auto* type = column.path.back()->enum_type();
  for (int i = 0; i < type->value_count(); ++i) {
    if (table::IsUnspecified(type->value(i))) continue;
    words.push_back(table::EnumWord(type->value(i)));
  }
  return words;
}

// Finds comparisons of a coded field with a literal, and checks the literal:
// activity.kind == 'vist' is a rule that silently never holds.
class CodeUses {
 public:
  CodeUses(Checker* checker, const expr::Environment& environment,
           Entity entity, const std::string& path, const expr::Ast& ast)
      : checker_(checker),
        environment_(environment),
        entity_(entity),
        path_(path),
        ast_(ast) {}

  void Check() {
    for (size_t id = 1; id < ast_.nodes.size(); ++id) {
      const Node& node = ast_.nodes[id];
      if (node.kind != NodeKind::kOperator || node.args.size() != 2) continue;
      const Node& left = ast_.at(node.args[0]);
      const Node& right = ast_.at(node.args[1]);
      if (node.op == Operator::kEqual || node.op == Operator::kNotEqual) {
        CheckPair(left, right);
        CheckPair(right, left);
      } else if (node.op == Operator::kIn) {
        CheckPair(right, left);  // 'x' in person.kinds
        if (right.kind == NodeKind::kList) {
          for (int element : right.args) CheckPair(left, ast_.at(element));
        }
      }
    }
  }

 private:
  void CheckPair(const Node& field, const Node& literal) {
    if (field.kind != NodeKind::kSelect ||
        literal.kind != NodeKind::kConstant ||
        literal.constant != expr::ConstantKind::kString) {
      return;
    }
    const Node& variable = ast_.at(field.args[0]);
    if (variable.kind != NodeKind::kIdentifier) return;
    const int slot = environment_.FindVariable(variable.text);
    if (slot < 0) return;
    const std::string& name =
        environment_.variables()[static_cast<size_t>(slot)].name;
    // Guards see a step beside the record.
    const Entity entity = name == VocabularyOf(Entity::kStep).type->name()
                              ? Entity::kStep
                              : entity_;
    const Vocabulary& vocabulary = VocabularyOf(entity);
    if (name != vocabulary.type->name()) return;
    const int index = vocabulary.type->Find(field.text);
    if (index < 0) return;
    const Field& f = vocabulary.fields[index];
    if (!f.code_list.empty()) return CheckCode(f.code_list, literal);
    if (f.derived == Derived::kQuota) return CheckQuota(literal);
    const std::vector<std::string> words = WordsOfField(vocabulary, f);
    if (words.empty()) return;
    for (const std::string& word : words) {
      if (word == literal.text) return;
    }
    Unknown(literal, "UNKNOWN_WORD", field.text, words);
  }

  void CheckCode(const std::string& list, const Node& literal) {
    const auto codes = checker_->rules->codes.find(list);
    if (literal.text.empty()) return;  // '' = not given
    if (codes == checker_->rules->codes.end()) {
      Unknown(literal, "CODE_LIST_NOT_DECLARED", list, {});
      return;
    }
    if (codes->second.contains(literal.text)) return;
    std::vector<std::string> names;
    for (const v1::CodeList& l : checker_->pack.code_list()) {
      if (l.id() != list) continue;
      for (const v1::Code& c : l.code()) names.push_back(c.id());
    }
    Unknown(literal, "UNKNOWN_CODE", list, names);
  }

  void CheckQuota(const Node& literal) {
    std::vector<std::string> names;
    for (const v1::Quota& q : checker_->pack.quota()) names.push_back(q.id());
    for (const v1::Required& r : checker_->pack.submission()) {
      names.push_back(r.id());
    }
    for (const std::string& name : names) {
      if (name == literal.text) return;
    }
    Unknown(literal, "UNKNOWN_QUOTA", "quota", names);
  }

  void Unknown(const Node& literal, absl::string_view reason,
               absl::string_view of, const std::vector<std::string>& known) {
    Fault fault(reason);
    const PackSource::Spot spot =
        checker_->source.LocateInside(path_, literal.offset);
    fault.At(spot.file, spot.line, spot.column).Field(path_);
    fault.Say(absl::StrCat("“", literal.text, "”不是“", of, "”的代码"),
              absl::StrCat("'", literal.text, "' is not a code of '", of, "'"));
    const std::string near = NearestWord(literal.text, known);
    std::string all;
    for (const std::string& k : known) {
      absl::StrAppend(&all, all.empty() ? "" : ", ", k.empty() ? "''" : k);
    }
    if (!near.empty()) {
      fault.Hint(absl::StrCat("是否为“", near, "”？"),
                 absl::StrCat("did you mean '", near, "'?"));
    } else if (known.empty()) {
      fault.Hint(absl::StrCat("在 code_list 中声明“", of, "”"),
                 absl::StrCat("declare the code_list '", of, "'"));
    } else {
      fault.Hint(absl::StrCat("可用：", all), absl::StrCat("one of: ", all));
    }
    checker_->Add(fault);
  }

  Checker* const checker_;
  const expr::Environment& environment_;
  const Entity entity_;
  const std::string& path_;
  const expr::Ast& ast_;
};

}  // namespace

Fault Checker::At(absl::string_view path, absl::string_view reason) const {
  const PackSource::Spot spot = source.Locate(path);
  Fault fault(reason);
  fault.At(spot.file, spot.line, spot.column).Field(path);
  return fault;
}

bool Checker::CheckId(const std::string& id, const std::string& path,
                      HashSet<std::string>* seen) {
  if (!IsId(id)) {
    Fault fault = At(path, id.empty() ? "ID_REQUIRED" : "BAD_ID");
    if (id.empty()) {
      fault.Say("缺少编号 id", "has no id");
    } else {
      fault.Say(absl::StrCat("编号“", id, "”不合规"),
                absl::StrCat("'", id, "' is not an id"));
    }
    fault.Hint("用英文字母、数字、- _ . 组成，至多 64 个字符",
               "letters, digits, '-', '_', '.'; at most 64 of them");
    Add(fault);
    return false;
  }
  if (!seen->insert(id).second) {
    Add(At(path, "DUPLICATE_ID")
            .Say(absl::StrCat("编号“", id, "”重复"),
                 absl::StrCat("the id '", id, "' is there twice"))
            .Hint("每个编号只用一次", "give each its own id"));
    return false;
  }
  return true;
}

void Checker::CheckCitation(const std::string& cite, const std::string& path) {
  if (cite.empty() || rules->citations.contains(cite)) return;
  std::vector<std::string> known;
  for (const v1::Citation& c : pack.citation()) known.push_back(c.id());
  UnknownName(absl::StrCat(path, ".cite"), "UNKNOWN_CITATION", cite, "依据",
              "citation", known);
}

void Checker::CheckCode(absl::string_view list, const std::string& code,
                        const std::string& path) {
  if (code.empty()) return;  // not given
  const auto codes = rules->codes.find(list);
  if (codes == rules->codes.end() || codes->second.contains(code)) return;
  std::vector<std::string> known;
  for (const v1::CodeList& l : pack.code_list()) {
    if (l.id() != list) continue;
    for (const v1::Code& c : l.code()) known.push_back(c.id());
  }
  UnknownName(path, "UNKNOWN_CODE", code, "代码", "code", known);
}

std::optional<Date> Checker::ParseDate(const std::string& text,
                                       const std::string& path) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Date> date = Date::Parse(text);
  if (date.ok()) return *date;
  const v1::ErrorList faults = FaultsOf(date.status());
  for (const v1::ErrorDetail& detail : faults.errors()) {
    Fault fault = At(path, detail.reason());
    Add(fault.Say(detail.message().zh(), detail.message().en())
            .Hint(detail.hint().zh(), detail.hint().en()));
  }
  return std::nullopt;
}

std::optional<Decimal> Checker::ParseDecimal(const std::string& text,
                                             const std::string& path) {
  if (text.empty()) return std::nullopt;
  const absl::StatusOr<Decimal> number = Decimal::Parse(text);
  if (number.ok()) return *number;
  const v1::ErrorList faults = FaultsOf(number.status());
  for (const v1::ErrorDetail& detail : faults.errors()) {
    Fault fault = At(path, detail.reason());
    Add(fault.Say(detail.message().zh(), detail.message().en())
            .Hint(detail.hint().zh(), detail.hint().en()));
  }
  return std::nullopt;
}

DateRange Checker::ParseWindow(const v1::Window& window,
                               const std::string& path,
                               const DateRange& otherwise) {
  DateRange range;
  range.from =
      ParseDate(window.from(), path + ".from").value_or(otherwise.from);
  range.until =
      ParseDate(window.until(), path + ".until").value_or(otherwise.until);
  if (range.empty()) {
    Add(At(path, "WINDOW_REVERSED")
            .Say(
                absl::StrCat("止 ", range.until.ToString(), " 早于起 ",
                             range.from.ToString()),
                absl::StrCat("ends on ", range.until.ToString(),
                             ", before it begins on ", range.from.ToString())));
  } else {
    CompareWords(window, path);
  }
  return range;
}

void Checker::CompareWords(const v1::Window& window, const std::string& path) {
  const absl::StatusOr<Date> from = Date::Parse(window.from());
  const absl::StatusOr<Date> until = Date::Parse(window.until());
  if (window.text().empty()) return;
  std::optional<v1::Text> reading;
  // Words without a year may go with either end: 1月底 of a window that begins
  // in the autumn before.
  for (const absl::StatusOr<Date>& end : {from, until}) {
    if (!end.ok()) continue;
    const absl::StatusOr<calendar::FuzzyDate> read =
        calendar::ParseFuzzyDate(window.text(), end->year());
    // The text may be any words: the name of a holiday, 本学期.
    if (!read.ok()) continue;
    const DateRange& days = read->days;
    const bool same_from =
        !from.ok() || days.from == Date::Min() || days.from == *from;
    const bool same_until =
        !until.ok() || days.until == Date::Max() || days.until == *until;
    if (same_from && same_until) return;
    reading = read->reading;
  }
  if (!reading) return;
  Add(At(path, "WINDOW_TEXT_DIFFERS")
          .Warning()
          .Say(absl::StrCat("原文“", window.text(), "”读作 ", reading->zh(),
                            "，与所写的起止不同"),
               absl::StrCat("the words '", window.text(), "' read as ",
                            reading->en(),
                            ", which is not what from and until say"))
          .Hint("核对原文；若有意如此，无须改动",
                "compare the notice; leave it if it is meant"));
}

bool Checker::NamesBrokenTable(const std::string& text,
                               const expr::SourceError& error) const {
  const std::string literal = text.substr(error.offset, error.length);
  for (const std::string& id : broken_tables) {
    if (literal.find(id) != std::string::npos) return true;
  }
  return false;
}

std::optional<expr::Program> Checker::ParseExpression(
    const std::string& text, const std::string& path,
    const expr::Environment& environment, const expr::Type& expected,
    Entity subject) {
  if (text.empty()) return std::nullopt;
  expr::Compiled compiled = expr::Compile(text, environment, expected);
  for (const expr::SourceError& error : compiled.errors) {
    if (error.reason == "UNKNOWN_TABLE" && NamesBrokenTable(text, error)) {
      continue;
    }
    const PackSource::Spot spot = source.LocateInside(path, error.offset);
    Fault fault(error.reason);
    fault.At(spot.file, spot.line, spot.column).Field(path);
    Add(fault.Say(error.zh, error.en).Hint(error.hint_zh, error.hint_en));
  }
  expr::SourceErrors syntax;
  const expr::Ast ast = expr::Parse(text, expr::Limits(), &syntax);
  CodeUses(this, environment, subject, path, ast).Check();
  if (!compiled.ok()) return std::nullopt;
  return std::move(compiled.program);
}

void Checker::AddRecord(Entity entity, expr::Environment* environment) const {
  static const auto* const kZh = new HashMap<Entity, std::string>{
      {Entity::kActivity, "活动"},       {Entity::kMatter, "事项"},
      {Entity::kMatterList, "清单"},     {Entity::kPairing, "结对"},
      {Entity::kSubmission, "报送"},     {Entity::kRating, "评价"},
      {Entity::kInspection, "督查"},     {Entity::kFinding, "问题"},
      {Entity::kIndicatorValue, "指标"}, {Entity::kDuty, "任务"},
      {Entity::kScorecard, "得分"},      {Entity::kPerson, "人员"},
      {Entity::kOrganization, "组织"},   {Entity::kStep, "办理"}};
  const expr::RecordType* type = VocabularyOf(entity).type;
  environment->Add(
      {type->name(), expr::Type::Record(type), kZh->at(entity), false});
}

void Checker::AddFunctions(expr::Environment* environment) const {
  const Rules* compiled = rules;
  environment->AddFunction(
      {"level",
       {expr::Type::String(), expr::Type::String()},
       expr::Type::Decimal(),
       [compiled](absl::Span<const expr::Value> arguments) {
         const v1::Code* code = compiled->FindCode(arguments[0].string_value(),
                                                   arguments[1].string_value());
         if (code == nullptr) {
           return expr::Value::Error(
               "UNKNOWN_CODE",
               absl::StrCat("代码表“", arguments[0].string_value(), "”中没有“",
                            arguments[1].string_value(), "”"),
               absl::StrCat("'", arguments[1].string_value(),
                            "' is not in the list '",
                            arguments[0].string_value(), "'"));
         }
         return expr::Value::Dec(Decimal::FromInt(code->level()));
       }});
  for (const auto& table : rules->tables) {
    environment->AddTable(table->id(), table.get());
  }
  environment->SetWorkingDays(rules->calendar.get());
}

expr::Environment Checker::EnvironmentFor(Entity entity) const {
  expr::Environment environment;
  environment.Add({"as_of", expr::Type::Date(), "截至日", false});
  environment.Add({"period_from", expr::Type::Date(), "周期起", false});
  environment.Add({"period_until", expr::Type::Date(), "周期止", false});
  AddRecord(entity, &environment);
  AddFunctions(&environment);
  return environment;
}

expr::Environment Checker::GuardEnvironment() const {
  expr::Environment environment;
  environment.Add({"as_of", expr::Type::Date(), "截至日", false});
  AddRecord(Entity::kMatter, &environment);
  AddRecord(Entity::kStep, &environment);
  AddFunctions(&environment);
  return environment;
}

}  // namespace duban::pack
