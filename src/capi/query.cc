// Queries, exports and digests of views; what falls due, and on which days.
#include "duban/query.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "duban/days.h"
#include "duban/reminders.h"
#include "src/capi/call.h"
#include "src/capi/error.h"
#include "src/capi/handles.h"

using duban::capi::Arguments;
using duban::capi::Call;

duban_status duban_view_query(const duban_view* view, const void* query,
                              size_t query_size, int32_t query_format,
                              int32_t format, duban_buffer** answer,
                              duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    absl::string_view given;
    Arguments arguments;
    arguments.NeedOutput(answer, "answer")
        .Need(view, "view")
        .Bytes(query, query_size, "query", &given)
        .Format(query_format, "query_format")
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    duban::v1::Query message;
    const absl::Status read =
        duban::capi::Read(given, query_format, "query", &message);
    if (!read.ok()) return read;
    const auto found = duban::Ask(view->view, message);
    if (!found.ok()) return found.status();
    return duban::capi::Fill(*found, format, answer);
  });
}

duban_status duban_view_export(const duban_view* view, const char* path,
                               size_t path_size,
                               const duban_export_options* options,
                               duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string folder;
    duban_export_options read;
    duban::ExportOptions how;
    Arguments arguments;
    arguments.Need(view, "view")
        .Text(path, path_size, "path", &folder)
        .Options(options, "options", &read)
        .Choice(read.chinese, "options.chinese", &how.chinese)
        .Choice(read.gb18030, "options.gb18030", &how.gb18030)
        .Choice(read.unmasked, "options.unmasked", &how.unmasked);
    if (!arguments.ok()) return arguments.status();
    return duban::Export(view->view, folder, how).status();
  });
}

duban_status duban_view_digest(const duban_view* view,
                               char digest[DUBAN_DIGEST_SIZE],
                               duban_error** error) {
  if (digest != nullptr) digest[0] = '\0';
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.Need(view, "view").Need(digest, "digest");
    if (!arguments.ok()) return arguments.status();
    const std::string hex = duban::StateDigest(view->view);
    std::memcpy(digest, hex.c_str(),
                std::min(hex.size() + 1, size_t{DUBAN_DIGEST_SIZE}));
    return absl::OkStatus();
  });
}

duban_status duban_pack_reminders(const duban_pack* pack,
                                  const duban_view* view, const char* as_of,
                                  size_t as_of_size, int32_t within,
                                  int32_t format, duban_buffer** reminders,
                                  duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string day;
    Arguments arguments;
    arguments.NeedOutput(reminders, "reminders")
        .Need(pack, "pack")
        .Need(view, "view")
        .Text(as_of, as_of_size, "as_of", &day)
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    duban::ReminderOptions how;
    how.within = within;
    const auto report = duban::Reminders(*pack->pack, view->view, day, how);
    if (!report.ok()) return report.status();
    return duban::capi::Fill(*report, format, reminders);
  });
}

duban_status duban_pack_days(const duban_pack* pack, const char* from,
                             size_t from_size, const char* until,
                             size_t until_size, int32_t format,
                             duban_buffer** days, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    duban::DaySpan span;
    Arguments arguments;
    arguments.NeedOutput(days, "days")
        .Need(pack, "pack")
        .Text(from, from_size, "from", &span.from)
        .Text(until, until_size, "until", &span.until)
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    const auto report = duban::WhyDays(*pack->pack, span);
    if (!report.ok()) return report.status();
    return duban::capi::Fill(*report, format, days);
  });
}

duban_status duban_pack_moved_days(const duban_pack* before,
                                   const duban_pack* after, const char* from,
                                   size_t from_size, const char* until,
                                   size_t until_size, int32_t format,
                                   duban_buffer** moved, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    duban::DaySpan span;
    Arguments arguments;
    arguments.NeedOutput(moved, "moved")
        .Need(before, "before")
        .Need(after, "after")
        .Text(from, from_size, "from", &span.from)
        .Text(until, until_size, "until", &span.until)
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    const auto report = duban::MovedDueDays(*before->pack, *after->pack, span);
    if (!report.ok()) return report.status();
    return duban::capi::Fill(*report, format, moved);
  });
}
