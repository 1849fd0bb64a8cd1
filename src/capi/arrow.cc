#include "src/ledger/arrow.h"

#include <string>

#include "src/capi/call.h"
#include "src/capi/handles.h"
#include "src/ledger/state_tables.h"
#include "src/table/record_schema.h"

using duban::capi::Arguments;
using duban::capi::Call;

duban_status duban_view_export_arrow(const duban_view* view, const char* table,
                                     size_t table_size,
                                     const duban_table_options* options,
                                     ArrowArrayStream* stream,
                                     duban_error** error) {
  if (stream != nullptr) *stream = ArrowArrayStream{};
  return Call(error, [&]() -> absl::Status {
    std::string name;
    duban_table_options read;
    duban::table::ArrowExportOptions how;
    bool chinese;
    Arguments arguments;
    arguments.Need(view, "view")
        .Text(table, table_size, "table", &name)
        .Need(stream, "stream")
        .Options(options, "options", &read)
        .Choice(read.chinese, "options.chinese", &chinese)
        .Choice(read.dictionaries, "options.dictionaries", &how.dictionaries)
        .Choice(read.decimals_as_numbers, "options.decimals_as_numbers",
                &how.decimals_as_numbers)
        .Choice(read.unmasked, "options.unmasked", &how.unmasked);
    if (!arguments.ok()) return arguments.status();
    const auto* schema = duban::table::FindSchema(name);
    if (schema == nullptr) {
      return duban::ledger::UnknownTable(name).ToStatus();
    }
    how.language = chinese ? duban::Language::kZh : duban::Language::kEn;
    duban::ledger::ExportTable(view->view, schema->kind(), how, stream);
    return absl::OkStatus();
  });
}
