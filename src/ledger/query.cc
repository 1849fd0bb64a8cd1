#include "src/ledger/query.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "duban/pack.h"
#include "src/base/digest.h"
#include "src/base/text.h"
#include "src/expr/program.h"
#include "src/ledger/facts.h"
#include "src/ledger/matter_record.h"
#include "src/ledger/query_page.h"
#include "src/ledger/state_tables.h"
#include "src/pack/vocabulary.h"
#include "src/table/enum_words.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

using table::ColumnType;
using table::RecordSchema;

// By which day a record of the kind is dated; -1 = it is not. What was only
// planned counts by the day it is planned for.
std::vector<int> DateColumns(const RecordSchema& schema) {
  const auto columns = [&](const std::vector<const char*>& names) {
    std::vector<int> found;
    for (const char* name : names) found.push_back(schema.FindColumn(name));
    return found;
  };
  switch (schema.kind()) {
    case v1::POST:
    case v1::PAIRING:
      return columns({"since"});
    case v1::MATTER_LIST:
      return columns({"issued_on"});
    case v1::MATTER:
      return columns({"listed_on"});
    case v1::SUBMISSION:
      return columns({"received_on"});
    case v1::INSPECTION:
      return columns({"date", "planned_on"});
    case v1::INDICATOR_VALUE:
      return columns({"as_of"});
    case v1::APPEAL:
      return columns({"filed_on"});
    case v1::MATTER_STEP:
    case v1::ACTIVITY:
    case v1::FINDING:
    case v1::RATING:
    case v1::ADJUSTMENT:
      return columns({"date"});
    default:
      return {};
  }
}

// One thing to sort by: a column, or an expression.
struct SortBy {
  int column = -1;
  std::optional<expr::Program> program;
  std::string place;
  bool descending = false;
};

bool IsGiven(const expr::Value& value) {
  return !value.is_missing() && !value.is_null() &&
         !(value.is_string() && value.string_value().empty());
}

// Of one type, both given: less than 0, 0, more than 0. Texts by bytes.
int Compare(const expr::Value& a, const expr::Value& b) {
  const auto of = [](const auto& x, const auto& y) {
    return x < y ? -1 : y < x ? 1 : 0;
  };
  if (a.is_string() && b.is_string()) {
    return of(a.string_value(), b.string_value());
  }
  if (a.is_date() && b.is_date()) return of(a.date_value(), b.date_value());
  if (a.is_bool() && b.is_bool()) return of(a.bool_value(), b.bool_value());
  return of(a.AsDecimal(), b.AsDecimal());
}

class Selector {
 public:
  Selector(const View& view, const v1::Query& query)
      : view_(view),
        query_(query),
        schema_(table::SchemaOf(query.kind())),
        records_(view->records(query.kind())),
        entity_(pack::EntityOf(query.kind())) {}

  absl::StatusOr<Selection> Select() {
    Selection selection;
    selection.columns = ReadColumns();
    ReadDay();
    ReadExpressions();
    const auto first = ReadPageToken(query_, view_->head());
    if (!first.ok()) faults_.Add(first.status());
    if (faults_.has_errors()) return faults_.ToStatus();
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < records_.size(); ++row) {
      if (!IsThere(row)) continue;
      const auto wanted = IsWanted(row);
      if (!wanted.ok()) return wanted.status();
      if (*wanted) rows.push_back(row);
    }
    if (absl::Status sorted = Sort(&rows); !sorted.ok()) return sorted;
    selection.total = rows.size();
    const size_t from = std::min<size_t>(*first, rows.size());
    const size_t until =
        query_.page_size() == 0
            ? rows.size()
            : std::min<size_t>(from + query_.page_size(), rows.size());
    selection.rows.assign(rows.begin() + static_cast<ptrdiff_t>(from),
                          rows.begin() + static_cast<ptrdiff_t>(until));
    if (until < rows.size()) {
      selection.next_page_token = MakePageToken(query_, view_->head(), until);
    }
    return selection;
  }

 private:
  std::vector<int> ReadColumns() {
    std::vector<int> columns;
    for (int i = 0; i < query_.column_size(); ++i) {
      const int column = schema_.FindColumn(query_.column(i));
      if (column < 0) {
        UnknownColumn(query_.column(i), absl::StrCat("column[", i, "]"));
      }
      columns.push_back(column);
    }
    if (columns.empty()) {
      for (int i = 0; i < schema_.column_count(); ++i) columns.push_back(i);
    }
    return columns;
  }

  void UnknownColumn(const std::string& name, const std::string& place) {
    std::vector<std::string> names;
    for (const table::Column& column : schema_.columns()) {
      names.push_back(column.name);
      names.push_back(column.zh);
    }
    Fault fault("UNKNOWN_COLUMN");
    fault.Field(place).Say(
        absl::StrCat("“", schema_.zh(), "”表没有“", Excerpt(name), "”这一列"),
        absl::StrCat("the table ", schema_.name(), " has no column '",
                     Excerpt(name), "'"));
    const std::string near = NearestWord(name, names);
    if (!near.empty()) {
      fault.Hint(absl::StrCat("是否应为“", near, "”？"),
                 absl::StrCat("did you mean '", near, "'?"));
    }
    faults_.Add(fault);
  }

  void ReadDay() {
    if (query_.as_of().empty()) return;
    const auto day = Date::Parse(query_.as_of());
    if (day.ok()) {
      as_of_ = *day;
      return;
    }
    const v1::ErrorList why = FaultsOf(day.status());
    for (v1::ErrorDetail detail : why.errors()) {
      detail.mutable_place()->set_field("as_of");
      faults_.Add(std::move(detail));
    }
  }

  // State, titles and trees are those of the day asked for, or of the end of
  // time: everything that is in the ledger.
  Date day() const { return as_of_.value_or(Date::Max()); }

  void ReadExpressions() {
    if (!query_.where().empty()) {
      where_ = Compile(query_.where(), "where", expr::Type::Bool());
    }
    for (int i = 0; i < query_.order_by_size(); ++i) {
      const v1::OrderBy& order = query_.order_by(i);
      SortBy by;
      by.place = absl::StrCat("order_by[", i, "].by");
      by.descending = order.descending();
      by.column = schema_.FindColumn(order.by());
      if (by.column >= 0) {
        CheckColumn(by);
      } else {
        by.program = Compile(order.by(), by.place, expr::Type::Dyn());
        if (by.program) CheckType(*by.program, by.place);
      }
      order_.push_back(std::move(by));
    }
    bool evaluates = where_.has_value();
    for (const SortBy& by : order_) evaluates |= by.program.has_value();
    if (!evaluates) return;
    // Tags of kinds and levels of ranks are those of the pack that was adopted
    // last.
    if (!view_->packs().empty()) {
      auto pack = Pack::FromBytes(view_->packs().back().bytes);
      if (pack.ok()) pack_ = *std::move(pack);
    }
    facts_ = std::make_unique<Facts>(
        view_, pack_ != nullptr ? pack_->rules() : no_rules_, day());
    record_ = std::make_unique<LedgerRecord>(facts_.get(), *entity_);
  }

  std::optional<expr::Program> Compile(const std::string& text,
                                       const std::string& place,
                                       const expr::Type& expected) {
    if (!entity_) {
      faults_.Add(Fault("NO_FILTER_FOR_TABLE")
                      .Field(place)
                      .Say(absl::StrCat("表“", schema_.name(), "”不支持表达式"),
                           absl::StrCat("the table '", schema_.name(),
                                        "' cannot be asked by expressions")));
      return std::nullopt;
    }
    expr::Environment environment;
    environment.Add({"as_of", expr::Type::Date(), "", false});
    environment.Add({"period_from", expr::Type::Date(), "", false});
    environment.Add({"period_until", expr::Type::Date(), "", false});
    const expr::RecordType* type = pack::VocabularyOf(*entity_).type;
    environment.Add(
        {type->name(), expr::Type::Record(type), schema_.zh(), false});
    expr::Compiled compiled = expr::Compile(text, environment, expected);
    for (const expr::SourceError& error : compiled.errors) {
      const LineColumn at = LocateOffset(text, error.offset);
      faults_.Add(Fault(error.reason)
                      .At("", at.line, at.column)
                      .Field(place)
                      .Say(error.zh, error.en)
                      .Hint(error.hint_zh, error.hint_en));
    }
    if (!compiled.ok()) return std::nullopt;
    return std::move(compiled.program);
  }

  void CheckColumn(const SortBy& by) {
    const table::Column& column = schema_.column(by.column);
    if (column.privacy >= v1::SENSITIVE) {
      faults_.Add(
          Fault("FIELD_GUARDED", absl::StatusCode::kPermissionDenied)
              .Field(by.place)
              .Say(absl::StrCat("“", column.zh, "”是敏感信息，不得用来排序"),
                   absl::StrCat("'", column.name,
                                "' is guarded; nothing is sorted by "
                                "it")));
    }
    if (column.is_list()) NotOrdered(by.place);
  }

  void CheckType(const expr::Program& program, const std::string& place) {
    switch (program.type().kind()) {
      case expr::Kind::kBool:
      case expr::Kind::kInt:
      case expr::Kind::kDecimal:
      case expr::Kind::kString:
      case expr::Kind::kDate:
        return;
      default:
        NotOrdered(place);
    }
  }

  void NotOrdered(const std::string& place) {
    faults_.Add(Fault("ORDER_NOT_POSSIBLE")
                    .Field(place)
                    .Say("不能按清单排序", "lists have no order")
                    .Hint("按数字、日期、文字或是否排序",
                          "sort by a number, a date, a text or a flag"));
  }

  bool IsThere(uint32_t row) {
    const v1::RecordKind kind = query_.kind();
    if (view_->superseded(kind, row)) return false;
    if (!query_.with_voided() && view_->voided(kind, row)) return false;
    if (!as_of_) return true;
    if (IsVersioned(kind)) return HoldsOn(row);
    for (const int column : date_columns_) {
      const auto date = records_.DateAt(column, row);
      if (date) return *date <= *as_of_;
    }
    return true;
  }

  // Whether this is the version of its id that holds on the day.
  bool HoldsOn(uint32_t row) const {
    const v1::RecordKind kind = query_.kind();
    if (!view_->voided(kind, row)) {
      return view_->At(kind, records_.Code(schema_.id_column(), row),
                       *as_of_) == row;
    }
    const auto begins = [](const table::Records& records, int column,
                           uint32_t r) {
      return records.DateAt(column, r).value_or(Date::Min());
    };
    const int since = schema_.FindColumn("since");
    if (begins(records_, since, row) > *as_of_) return false;
    if (records_.DateAt(since + 1, row).value_or(Date::Max()) < *as_of_) {
      return false;
    }
    for (auto other =
             view_->Newest(kind, records_.Code(schema_.id_column(), row));
         other && *other != row; other = view_->Older(kind, *other)) {
      if (begins(records_, since, *other) <= *as_of_) return false;
    }
    return true;
  }

  expr::Value Evaluate(const expr::Program& program, uint32_t row) {
    record_->MoveTo(row, day());
    const expr::Value slots[] = {
        expr::Value::Day(day()), expr::Value::Day(Date::Min()),
        expr::Value::Day(day()), expr::Value::Rec(record_.get())};
    return program.Evaluate(slots);
  }

  static absl::Status Failed(const expr::Value& value,
                             const std::string& place) {
    return Fault(value.error().reason)
        .Field(place)
        .Say(value.error().zh, value.error().en)
        .ToStatus();
  }

  absl::StatusOr<bool> IsWanted(uint32_t row) {
    if (!where_) return true;
    const expr::Value holds = Evaluate(*where_, row);
    if (holds.is_error()) return Failed(holds, "where");
    return holds.is_bool() && holds.bool_value();
  }

  expr::Value CellOf(int index, uint32_t row) const {
    using expr::Value;
    const table::Column& column = schema_.column(index);
    switch (column.type) {
      case ColumnType::kDate: {
        const auto day = records_.DateAt(index, row);
        return day ? Value::Day(*day) : Value::Missing();
      }
      case ColumnType::kDecimal: {
        const auto number = records_.DecimalAt(index, row);
        return number ? Value::Dec(*number) : Value::Missing();
      }
      case ColumnType::kInt:
        return Value::Dec(Decimal::FromInt(records_.Int(index, row)));
      case ColumnType::kBool:
        return Value::Bool(records_.Bool(index, row));
      case ColumnType::kEnum: {
        const int number = records_.Enum(index, row);
        const auto* word =
            column.field()->enum_type()->FindValueByNumber(number);
        if (word == nullptr || table::IsUnspecified(word)) {
          return Value::Missing();
        }
        return Value::Dec(Decimal::FromInt(number));
      }
      default:
        return WordValue(records_.Text(index, row));
    }
  }

  absl::Status Sort(std::vector<uint32_t>* rows) {
    struct Item {
      uint32_t row;
      Date since;
      std::vector<expr::Value> keys;
    };
    const int since =
        IsVersioned(query_.kind()) ? schema_.FindColumn("since") : -1;
    std::vector<Item> items;
    items.reserve(rows->size());
    for (const uint32_t row : *rows) {
      Item item{row, Date::Min(), {}};
      if (since >= 0) {
        item.since = records_.DateAt(since, row).value_or(Date::Min());
      }
      for (const SortBy& by : order_) {
        item.keys.push_back(by.program ? Evaluate(*by.program, row)
                                       : CellOf(by.column, row));
        if (item.keys.back().is_error()) {
          return Failed(item.keys.back(), by.place);
        }
      }
      items.push_back(std::move(item));
    }
    const int id = schema_.id_column();
    std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
      for (size_t k = 0; k < order_.size(); ++k) {
        const bool has_a = IsGiven(a.keys[k]);
        const bool has_b = IsGiven(b.keys[k]);
        if (has_a != has_b) return has_a;
        if (!has_a) continue;
        const int compared = Compare(a.keys[k], b.keys[k]);
        if (compared != 0) return (compared < 0) != order_[k].descending;
      }
      if (records_.Code(id, a.row) != records_.Code(id, b.row)) {
        return records_.Text(id, a.row) < records_.Text(id, b.row);
      }
      return a.since < b.since;
    });
    for (size_t i = 0; i < items.size(); ++i) (*rows)[i] = items[i].row;
    return absl::OkStatus();
  }

  const View& view_;
  const v1::Query& query_;
  const RecordSchema& schema_;
  const table::Records& records_;
  const std::optional<pack::Entity> entity_;
  const std::vector<int> date_columns_ = DateColumns(schema_);
  std::optional<Date> as_of_;
  std::optional<expr::Program> where_;
  std::vector<SortBy> order_;
  const pack::Rules no_rules_;
  std::shared_ptr<const Pack> pack_;
  std::unique_ptr<Facts> facts_;
  std::unique_ptr<LedgerRecord> record_;
  Faults faults_;
};

}  // namespace

absl::StatusOr<Selection> SelectRows(const View& view, const v1::Query& query) {
  if (!v1::RecordKind_IsValid(query.kind()) ||
      query.kind() == v1::RECORD_KIND_UNSPECIFIED) {
    return UnknownTable("").Field("kind").ToStatus();
  }
  return Selector(view, query).Select();
}

}  // namespace duban::ledger
