#include "duban/pack.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "src/base/diagnostic.h"
#include "src/capi/call.h"
#include "src/capi/error.h"
#include "src/capi/handles.h"

using duban::Pack;
using duban::capi::Arguments;
using duban::capi::Call;

namespace {

using Loaded = absl::StatusOr<std::shared_ptr<const Pack>>;

absl::Status Hand(Loaded loaded, duban::v1::ErrorList faults,
                  duban_pack** pack) {
  if (!loaded.ok()) return loaded.status();
  *pack = new duban_pack{*std::move(loaded), std::move(faults)};
  return absl::OkStatus();
}

// "test[2]", so that a program can find it in the message.
std::string TestField(const Pack& pack, const std::string& id) {
  for (int i = 0; i < pack.message().test_size(); ++i) {
    if (pack.message().test(i).id() == id) return absl::StrCat("test[", i, "]");
  }
  return "test";
}

absl::Status TestsFailed(const Pack& pack,
                         const duban::PackTestReport& report) {
  duban::Faults faults;
  for (const duban::PackTestFailure& failure : report.failures) {
    faults.Add(
        duban::Fault("PACK_TEST_FAILED", absl::StatusCode::kFailedPrecondition)
            .Field(TestField(pack, failure.test))
            .Say(absl::StrCat("测试“", failure.test, "”：", failure.zh),
                 absl::StrCat("test '", failure.test, "': ", failure.en)));
  }
  return faults.ToStatus();
}

}  // namespace

duban_status duban_pack_load(const char* path, size_t path_size,
                             duban_pack** pack, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string where;
    Arguments arguments;
    arguments.NeedOutput(pack, "pack").Text(path, path_size, "path", &where);
    if (!arguments.ok()) return arguments.status();
    duban::v1::ErrorList faults;
    Loaded loaded = Pack::Load(where, &faults);
    return Hand(std::move(loaded), std::move(faults), pack);
  });
}

duban_status duban_pack_parse(const duban_source* sources, size_t source_count,
                              duban_pack** pack, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.NeedOutput(pack, "pack");
    if (source_count > 0) arguments.Need(sources, "sources");
    if (!arguments.ok()) return arguments.status();
    std::vector<std::pair<std::string, std::string>> files;
    for (size_t i = 0; i < source_count; ++i) {
      const duban_source& source = sources[i];
      const std::string field = absl::StrCat("sources[", i, "]");
      auto& [name, text] = files.emplace_back();
      arguments.Text(source.name, source.name_size, field + ".name", &name)
          .Text(source.text, source.text_size, field + ".text", &text);
      if (!arguments.ok()) return arguments.status();
    }
    duban::v1::ErrorList faults;
    Loaded loaded = Pack::Parse(files, &faults);
    return Hand(std::move(loaded), std::move(faults), pack);
  });
}

duban_status duban_pack_from_bytes(const void* bytes, size_t bytes_size,
                                   duban_pack** pack, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    absl::string_view given;
    Arguments arguments;
    arguments.NeedOutput(pack, "pack")
        .Bytes(bytes, bytes_size, "bytes", &given);
    if (!arguments.ok()) return arguments.status();
    duban::v1::ErrorList faults;
    Loaded loaded = Pack::FromBytes(std::string(given), &faults);
    return Hand(std::move(loaded), std::move(faults), pack);
  });
}

duban_status duban_pack_check(const char* path, size_t path_size,
                              int32_t format, duban_buffer** faults,
                              duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string where;
    Arguments arguments;
    arguments.Clear(faults)
        .Text(path, path_size, "path", &where)
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    duban::v1::ErrorList found;
    const Loaded loaded = Pack::Load(where, &found);
    const absl::Status filled = duban::capi::Fill(found, format, faults);
    return filled.ok() ? loaded.status() : filled;
  });
}

duban_status duban_pack_warnings(const duban_pack* pack, int32_t format,
                                 duban_buffer** warnings, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.NeedOutput(warnings, "warnings")
        .Need(pack, "pack")
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    return duban::capi::Fill(pack->warnings, format, warnings);
  });
}

const char* duban_pack_id(const duban_pack* pack) {
  return pack == nullptr ? "" : pack->pack->message().id().c_str();
}

const char* duban_pack_version(const duban_pack* pack) {
  return pack == nullptr ? "" : pack->pack->message().version().c_str();
}

const char* duban_pack_digest(const duban_pack* pack) {
  return pack == nullptr ? "" : pack->pack->digest().c_str();
}

duban_status duban_pack_message(const duban_pack* pack, int32_t format,
                                duban_buffer** message, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    Arguments arguments;
    arguments.NeedOutput(message, "message")
        .Need(pack, "pack")
        .Format(format, "format");
    if (!arguments.ok()) return arguments.status();
    if (format != DUBAN_FORMAT_PROTOBUF) {
      return duban::capi::Fill(pack->pack->message(), format, message);
    }
    duban::capi::Fill(pack->pack->bytes(), message);
    return absl::OkStatus();
  });
}

duban_status duban_pack_test(const duban_pack* pack, int64_t* tests,
                             int64_t* expectations, duban_error** error) {
  if (tests != nullptr) *tests = 0;
  if (expectations != nullptr) *expectations = 0;
  return Call(error, [&]() -> absl::Status {
    if (pack == nullptr) return duban::capi::NullArgument("pack");
    const auto report = duban::RunPackTests(*pack->pack);
    if (!report.ok()) return report.status();
    if (tests != nullptr) *tests = report->tests;
    if (expectations != nullptr) *expectations = report->expectations;
    return TestsFailed(*pack->pack, *report);
  });
}

void duban_pack_free(duban_pack* pack) { delete pack; }
