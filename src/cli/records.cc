// duban list, show: the records of a ledger, filtered by an expression.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/expr/program.h"
#include "src/ledger/facts.h"
#include "src/ledger/state.h"
#include "src/pack/vocabulary.h"
#include "src/report/grid.h"
#include "src/report/json.h"
#include "src/report/mask.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::cli {
namespace {

using table::RecordSchema;

std::vector<std::string> TableNames() {
  std::vector<std::string> names;
  for (const RecordSchema* schema : table::AllSchemas()) {
    names.push_back(schema->name());
  }
  return names;
}

const RecordSchema* FindTable(const std::string& name) {
  const RecordSchema* schema = table::FindSchema(name);
  if (schema != nullptr) return schema;
  const std::string near = NearestWord(name, TableNames());
  Fault fault("UNKNOWN_TABLE");
  fault.Say(absl::StrCat("没有表“", name, "”"),
            absl::StrCat("there is no table '", name, "'"));
  std::string all;
  for (const std::string& table : TableNames()) {
    absl::StrAppend(&all, all.empty() ? "" : ", ", table);
  }
  fault.Hint(absl::StrCat("可用：", all),
             near.empty() ? absl::StrCat("one of: ", all)
                          : absl::StrCat("did you mean '", near, "'?"));
  std::cerr << FormatFault(fault.detail()) << "\n";
  return nullptr;
}

std::optional<pack::Entity> EntityOfTable(v1::RecordKind kind) {
  for (int i = 0; i < pack::kEntityCount; ++i) {
    const auto entity = static_cast<pack::Entity>(i);
    const pack::Vocabulary& v = pack::VocabularyOf(entity);
    if (v.kind == kind && kind != v1::RECORD_KIND_UNSPECIFIED) return entity;
  }
  return std::nullopt;
}

// Rows that count and for which the condition holds; empty condition = all.
absl::StatusOr<std::vector<uint32_t>> RowsWhere(const Arguments& arguments,
                                                const LedgerView& view,
                                                const RecordSchema& schema) {
  std::vector<uint32_t> rows;
  const table::Records& records = view->records(schema.kind());
  const auto entity = EntityOfTable(schema.kind());
  if (!arguments.where.empty() && !entity) {
    return Fault("NO_FILTER_FOR_TABLE")
        .Say(absl::StrCat("表“", schema.name(), "”不支持 --where"),
             absl::StrCat("the table '", schema.name(),
                          "' cannot be filtered by --where"))
        .ToStatus();
  }
  std::optional<expr::Program> where;
  const pack::Rules rules;
  // State, titles and trees are those of the day asked for, or of the end of
  // time: everything that is in the ledger.
  Date day = Date::Max();
  if (!arguments.as_of.empty()) {
    const auto parsed = Date::Parse(arguments.as_of);
    if (!parsed.ok()) return parsed.status();
    day = *parsed;
  }
  if (!arguments.where.empty()) {
    expr::Environment environment;
    environment.Add({"as_of", expr::Type::Date(), "", false});
    environment.Add({"period_from", expr::Type::Date(), "", false});
    environment.Add({"period_until", expr::Type::Date(), "", false});
    const expr::RecordType* type = pack::VocabularyOf(*entity).type;
    environment.Add(
        {type->name(), expr::Type::Record(type), schema.zh(), false});
    expr::Compiled compiled =
        expr::Compile(arguments.where, environment, expr::Type::Bool());
    if (!compiled.ok()) {
      Faults faults;
      for (const expr::SourceError& error : compiled.errors) {
        std::cerr << expr::CaretLine(arguments.where, error) << "\n";
        Fault fault(error.reason);
        faults.Add(fault.At("--where", 1, error.offset + 1)
                       .Say(error.zh, error.en)
                       .Hint(error.hint_zh, error.hint_en)
                       .detail());
      }
      return faults.ToStatus();
    }
    where = std::move(compiled.program);
  }
  const ledger::Facts facts(view, rules, day);
  std::unique_ptr<ledger::LedgerRecord> record;
  if (entity) record = std::make_unique<ledger::LedgerRecord>(&facts, *entity);
  for (uint32_t row = 0; row < records.size(); ++row) {
    if (!view->counts(schema.kind(), row)) continue;
    if (where) {
      record->MoveTo(row, day);
      const expr::Value slots[] = {
          expr::Value::Day(day), expr::Value::Day(Date::Min()),
          expr::Value::Day(day), expr::Value::Rec(record.get())};
      const expr::Value holds = where->Evaluate(slots);
      if (holds.is_error()) {
        return Fault(holds.error().reason)
            .Field("--where")
            .Say(holds.error().zh, holds.error().en)
            .ToStatus();
      }
      if (!holds.is_bool() || !holds.bool_value()) continue;
    }
    rows.push_back(row);
  }
  return rows;
}

// The cells of a CSV that table/ writes, as a grid; empty columns left out.
report::Grid GridOf(const std::string& csv) {
  Faults faults;
  const table::CsvFile file = table::ReadCsv("", csv, &faults);
  report::Grid grid;
  std::vector<size_t> columns;
  for (size_t c = 0; c < file.headings.size(); ++c) {
    bool used = false;
    for (const table::CsvRow& row : file.rows) used |= !row.cells[c].empty();
    if (!used) continue;
    columns.push_back(c);
    grid.columns.push_back({file.headings[c], report::Align::kLeft});
  }
  for (const table::CsvRow& row : file.rows) {
    std::vector<std::string> cells;
    for (size_t c : columns) cells.push_back(row.cells[c]);
    grid.rows.push_back(std::move(cells));
  }
  return grid;
}

std::string JsonLines(const table::Records& records,
                      const std::vector<uint32_t>& rows) {
  std::string out = "[";
  for (size_t i = 0; i < rows.size(); ++i) {
    std::unique_ptr<google::protobuf::Message> message =
        records.schema().NewRecord();
    records.Read(rows[i], message.get());
    absl::StrAppend(&out, i == 0 ? "\n" : ",\n",
                    report::ToJson(*message).value_or("{}"));
  }
  return absl::StrCat(out, "]\n");
}

}  // namespace

int List(const Arguments& arguments) {
  const RecordSchema* schema = FindTable(arguments.table);
  if (schema == nullptr) return kCallAtFault;
  int exit_code = kDone;
  const auto ledger = OpenForReading(arguments.ledger, &exit_code);
  if (ledger == nullptr) return exit_code;
  const LedgerView view = ledger->View();
  auto rows = RowsWhere(arguments, view, *schema);
  if (!rows.ok()) return Failed(rows.status());
  const table::Records& records = view->records(schema->kind());
  const size_t found = rows->size();
  const bool table_format = arguments.format == "table";
  if (table_format && found > static_cast<size_t>(arguments.limit)) {
    rows->resize(static_cast<size_t>(arguments.limit));
  }
  if (arguments.format == "json") {
    return Print(arguments, JsonLines(records, *rows));
  }
  table::WriteOptions options;
  options.mask = table::MaskSensitive;
  options.language = table_format ? Language::kZh : Language::kEn;
  const std::string csv = table::WriteRecords(records, *rows, options);
  if (!table_format) return Print(arguments, csv);
  return Print(arguments,
               absl::StrCat(GridOf(csv).ToText(), "\n", found, " 条 records",
                            found > rows->size()
                                ? absl::StrCat("，显示前 shown ", rows->size())
                                : "",
                            "\n"));
}

int Show(const Arguments& arguments) {
  if (!arguments.table.empty() && FindTable(arguments.table) == nullptr) {
    return kCallAtFault;
  }
  int exit_code = kDone;
  const auto ledger = OpenForReading(arguments.ledger, &exit_code);
  if (ledger == nullptr) return exit_code;
  const LedgerView view = ledger->View();
  bool found = false;
  std::string out;
  for (const RecordSchema* schema : table::AllSchemas()) {
    if (!arguments.table.empty() &&
        table::FindSchema(arguments.table) != schema) {
      continue;
    }
    const auto code = view->Find(schema->kind(), arguments.subject);
    if (!code) continue;
    found = true;
    std::unique_ptr<google::protobuf::Message> message = schema->NewRecord();
    const uint32_t row = *view->Newest(schema->kind(), *code);
    view->records(schema->kind()).Read(row, message.get());
    const auto json = report::ToJson(*message);
    if (!json.ok()) return Failed(json.status());
    absl::StrAppend(
        &out, arguments.json ? "" : schema->name() + " " + schema->zh() + "\n",
        *json);
    if (view->voided(schema->kind(), row)) {
      absl::StrAppend(&out, arguments.json ? "" : "已作废 voided\n");
    }
  }
  if (found) return Print(arguments, out);
  return Failed(
      Fault("RECORD_NOT_FOUND", absl::StatusCode::kNotFound)
          .Say(absl::StrCat("没有编号为“", arguments.subject, "”的记录"),
               absl::StrCat("there is no record '", arguments.subject, "'"))
          .ToStatus());
}

}  // namespace duban::cli
