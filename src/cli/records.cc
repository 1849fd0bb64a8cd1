// duban list, show, export, digest: the records of a ledger.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "duban/query.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/cli/command.h"
#include "src/expr/source.h"
#include "src/ledger/query.h"
#include "src/ledger/state.h"
#include "src/ledger/state_tables.h"
#include "src/report/grid.h"
#include "src/report/history.h"
#include "src/report/json.h"
#include "src/report/mask.h"
#include "src/table/record_csv.h"
#include "src/table/record_schema.h"

namespace duban::cli {
namespace {

using table::RecordSchema;

const RecordSchema* FindTable(const std::string& name) {
  const RecordSchema* schema = table::FindSchema(name);
  if (schema == nullptr) {
    std::cerr << FormatFault(ledger::UnknownTable(name).detail()) << "\n";
  }
  return schema;
}

v1::Query QueryOf(const Arguments& arguments, v1::RecordKind kind) {
  v1::Query query;
  query.set_kind(kind);
  query.set_where(arguments.where);
  for (const std::string& by : arguments.order_by) {
    v1::OrderBy* order = query.add_order_by();
    order->set_by(by);
    order->set_descending(arguments.descending);
  }
  for (const std::string& column : arguments.columns) {
    query.add_column(column);
  }
  query.set_as_of(arguments.as_of);
  query.set_with_voided(arguments.with_voided);
  query.set_page_token(arguments.page);
  query.set_page_size(arguments.page_size);
  if (arguments.page_size == 0 && arguments.format == "table") {
    query.set_page_size(static_cast<uint32_t>(arguments.limit));
  }
  return query;
}

// The byte at a line and a column, as LocateOffset counts them.
size_t OffsetOf(const std::string& text, int line, int column) {
  size_t offset = 0;
  for (; line > 1 && offset < text.size(); --line) {
    offset = std::min(text.find('\n', offset), text.size() - 1) + 1;
  }
  for (; column > 1 && offset < text.size(); --column) {
    NextCodePoint(text, &offset);
  }
  return offset;
}

// The option that gave a field of the query, and its text.
struct Given {
  std::string option;
  std::string text;
};
Given GivenBy(const std::string& field, const v1::Query& query) {
  if (field == "where") return {"--where", query.where()};
  for (int i = 0; i < query.order_by_size(); ++i) {
    if (field == absl::StrCat("order_by[", i, "].by")) {
      return {"--order-by", query.order_by(i).by()};
    }
  }
  if (absl::StartsWith(field, "column[")) return {"--columns", ""};
  if (field == "page_token") return {"--page", ""};
  if (field == "as_of") return {"--as-of", ""};
  return {"", ""};
}

// Faults in the words of the command line, with a line that points at those
// in expressions.
int QueryFailed(const absl::Status& status, const v1::Query& query) {
  Faults faults;
  const v1::ErrorList list = FaultsOf(status);
  for (v1::ErrorDetail detail : list.errors()) {
    v1::Place* place = detail.mutable_place();
    const Given given = GivenBy(place->field(), query);
    if (!given.option.empty()) {
      place->set_file(given.option);
      place->clear_field();
    }
    if (place->line() > 0 && !given.text.empty()) {
      expr::SourceError error;
      error.offset = static_cast<int>(
          OffsetOf(given.text, place->line(), place->column()));
      std::cerr << expr::CaretLine(given.text, error) << "\n";
    }
    faults.Add(std::move(detail));
  }
  return Failed(faults.ToStatus());
}

// The cells of a CSV that table/ writes, as a grid. Columns with nothing in
// them are left out unless they were asked for.
report::Grid GridOf(const std::string& csv, bool all_columns) {
  Faults faults;
  const table::CsvFile file = table::ReadCsv("", csv, &faults);
  report::Grid grid;
  std::vector<size_t> columns;
  for (size_t c = 0; c < file.headings.size(); ++c) {
    bool used = all_columns;
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

std::string NextPage(const std::string& token) {
  return token.empty() ? ""
                       : absl::StrCat("下一页 next page: --page ", token, "\n");
}

int ListJson(const Arguments& arguments, const LedgerView& view,
             const v1::Query& query) {
  const auto answer = Ask(view, query);
  if (!answer.ok()) return QueryFailed(answer.status(), query);
  std::string out = "[";
  for (const v1::Record& record : answer->record()) {
    const auto* reflection = record.GetReflection();
    const auto* field = reflection->GetOneofFieldDescriptor(
        record, v1::Record::descriptor()->FindOneofByName("record"));
    absl::StrAppend(
        &out, out.size() == 1 ? "\n" : ",\n",
        report::ToJson(reflection->GetMessage(record, field)).value_or("{}"));
  }
  std::cerr << NextPage(answer->next_page_token());
  return Print(arguments, absl::StrCat(out, "]\n"));
}

}  // namespace

int List(const Arguments& arguments) {
  const RecordSchema* schema = FindTable(arguments.table);
  if (schema == nullptr) return kCallAtFault;
  int exit_code = kDone;
  const auto ledger =
      OpenForReading(arguments.ledger, &exit_code, arguments.at);
  if (ledger == nullptr) return exit_code;
  const LedgerView view = ledger->View();
  const v1::Query query = QueryOf(arguments, schema->kind());
  if (arguments.format == "json") return ListJson(arguments, view, query);
  const auto selection = ledger::SelectRows(view, query);
  if (!selection.ok()) return QueryFailed(selection.status(), query);
  const bool table_format = arguments.format == "table";
  table::WriteOptions options;
  options.mask = table::MaskSensitive;
  options.language = table_format ? Language::kZh : Language::kEn;
  options.columns = selection->columns;
  const std::string csv = table::WriteRecords(view->records(schema->kind()),
                                              selection->rows, options);
  const std::string next = NextPage(selection->next_page_token);
  if (!table_format) {
    std::cerr << next;
    return Print(arguments, csv);
  }
  const size_t shown = selection->rows.size();
  const char* of = arguments.page.empty() ? "，显示前 shown " : "，显示 shown ";
  return Print(
      arguments,
      absl::StrCat(GridOf(csv, !arguments.columns.empty()).ToText(), "\n",
                   selection->total, " 条 records",
                   selection->total > shown ? absl::StrCat(of, shown) : "",
                   "\n", next));
}

int ExportTables(const Arguments& arguments) {
  int exit_code = kDone;
  const auto ledger =
      OpenForReading(arguments.ledger, &exit_code, arguments.at);
  if (ledger == nullptr) return exit_code;
  ExportOptions options;
  options.tables = arguments.tables;
  options.chinese = arguments.language == "zh";
  options.gb18030 = arguments.encoding == "gb18030";
  options.unmasked = arguments.unmasked;
  const auto report = Export(ledger->View(), arguments.folder, options);
  if (!report.ok()) return Failed(report.status());
  if (arguments.json) {
    return Print(arguments, absl::StrCat("{\n  \"files\": \"", report->files,
                                         "\",\n  \"records\": \"",
                                         report->records, "\"\n}\n"));
  }
  if (!options.unmasked) {
    std::cerr
        << "敏感信息已脱敏，不能再导入；迁移整个台账用 --unmasked / what is "
           "sensitive is masked, so the folder cannot be imported again; "
           "to move a ledger give --unmasked\n";
  }
  return Print(arguments, absl::StrCat(arguments.folder, ": ", report->files,
                                       " 个文件 files, ", report->records,
                                       " 条记录 records\n"));
}

int ShowDigest(const Arguments& arguments) {
  int exit_code = kDone;
  const auto ledger =
      OpenForReading(arguments.ledger, &exit_code, arguments.at);
  if (ledger == nullptr) return exit_code;
  const std::string digest = StateDigest(ledger->View());
  if (!arguments.json) return Print(arguments, absl::StrCat(digest, "\n"));
  return Print(arguments, absl::StrCat("{\n  \"state_digest\": \"", digest,
                                       "\",\n  \"sequence\": \"",
                                       ledger->head().sequence(), "\"\n}\n"));
}

int Show(const Arguments& arguments) {
  if (!arguments.table.empty() && FindTable(arguments.table) == nullptr) {
    return kCallAtFault;
  }
  int exit_code = kDone;
  const auto ledger =
      OpenForReading(arguments.ledger, &exit_code, arguments.at);
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
    if (schema->kind() == v1::ORGANIZATION && !arguments.json) {
      absl::StrAppend(&out, report::HistoryOf(*view, *code));
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
