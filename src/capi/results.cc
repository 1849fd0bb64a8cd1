// Assessments, duties, explanations, and messages from format to format.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "duban/assess.h"
#include "duban/duties.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/capi/call.h"
#include "src/capi/error.h"
#include "src/capi/handles.h"
#include "src/report/tables.h"

using duban::capi::Arguments;
using duban::capi::Call;
using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;

namespace {

// The arguments that all three questions have.
Arguments& ReadQuestion(const duban_pack* pack, const duban_view* view,
                        const char* as_of, size_t as_of_size, int32_t format,
                        int32_t last_format, Arguments* arguments,
                        std::string* day) {
  return arguments->Need(pack, "pack")
      .Need(view, "view")
      .Text(as_of, as_of_size, "as_of", day)
      .Format(format, "format", last_format);
}

absl::Status NoSuchForm(const Message& message, int32_t format) {
  const std::string& type = message.GetDescriptor()->full_name();
  return duban::Fault("FORMAT_UNKNOWN", absl::StatusCode::kUnimplemented)
      .Field("to_format")
      .Say(absl::StrCat(type, " 没有编号为 ", format, " 的格式"),
           absl::StrCat("a ", type, " has no format ", format, " here"))
      .Hint("用 DUBAN_FORMAT_PROTOBUF 或 DUBAN_FORMAT_JSON",
            "use DUBAN_FORMAT_PROTOBUF or DUBAN_FORMAT_JSON")
      .ToStatus();
}

// Every way in which a result is handed out. The text of an assessment needs
// its pack, which may be null otherwise.
absl::Status Answer(const Message& message, const duban::v1::Pack* pack,
                    int32_t format, duban_buffer** out) {
  if (format == DUBAN_FORMAT_PROTOBUF || format == DUBAN_FORMAT_JSON) {
    return duban::capi::Fill(message, format, out);
  }
  const bool csv = format == DUBAN_FORMAT_CSV;
  const auto* assessment =
      DynamicCastToGenerated<duban::v1::Assessment>(&message);
  const auto* duties = DynamicCastToGenerated<duban::v1::DutyReport>(&message);
  const auto* explanation =
      DynamicCastToGenerated<duban::v1::Explanation>(&message);
  std::string text;
  if (assessment != nullptr && csv) {
    text = duban::report::AssessmentCsv(*assessment);
  } else if (assessment != nullptr && pack != nullptr) {
    text = duban::report::AssessmentText(*assessment, *pack);
  } else if (duties != nullptr) {
    const duban::report::Grid grid = duban::report::DutyGrid(*duties);
    text = csv ? grid.ToCsv() : grid.ToText();
  } else if (explanation != nullptr && !csv) {
    text = duban::report::ExplanationText(*explanation);
  } else {
    return NoSuchForm(message, format);
  }
  duban::capi::Fill(std::move(text), out);
  return absl::OkStatus();
}

}  // namespace

duban_status duban_pack_assess(const duban_pack* pack, const duban_view* view,
                               const char* as_of, size_t as_of_size,
                               const duban_assess_options* options,
                               int32_t format, duban_buffer** assessment,
                               duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string day;
    duban_assess_options read;
    duban::AssessOptions how;
    Arguments arguments;
    arguments.NeedOutput(assessment, "assessment");
    ReadQuestion(pack, view, as_of, as_of_size, format, DUBAN_FORMAT_CSV,
                 &arguments, &day)
        .Options(options, "options", &read)
        .Text(read.scheme, read.scheme_size, "options.scheme", &how.scheme);
    if (!arguments.ok()) return arguments.status();
    const auto assessed = duban::Assess(*pack->pack, view->view, day, how);
    if (!assessed.ok()) return assessed.status();
    return Answer(*assessed, &pack->pack->message(), format, assessment);
  });
}

duban_status duban_pack_duties(const duban_pack* pack, const duban_view* view,
                               const char* as_of, size_t as_of_size,
                               const duban_duties_options* options,
                               int32_t format, duban_buffer** duties,
                               duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string day;
    duban_duties_options read;
    duban::DutyOptions how;
    Arguments arguments;
    arguments.NeedOutput(duties, "duties");
    ReadQuestion(pack, view, as_of, as_of_size, format, DUBAN_FORMAT_CSV,
                 &arguments, &day)
        .Options(options, "options", &read)
        .Text(read.subject, read.subject_size, "options.subject", &how.subject);
    if (!arguments.ok()) return arguments.status();
    const auto owed = duban::Duties(*pack->pack, view->view, day, how);
    if (!owed.ok()) return owed.status();
    return Answer(*owed, nullptr, format, duties);
  });
}

duban_status duban_pack_explain(const duban_pack* pack, const duban_view* view,
                                const char* as_of, size_t as_of_size,
                                const char* subject, size_t subject_size,
                                int32_t format, duban_buffer** explanation,
                                duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string day;
    std::string whom;
    Arguments arguments;
    arguments.NeedOutput(explanation, "explanation");
    ReadQuestion(pack, view, as_of, as_of_size, format, DUBAN_FORMAT_TEXT,
                 &arguments, &day)
        .Text(subject, subject_size, "subject", &whom);
    if (!arguments.ok()) return arguments.status();
    const auto why = duban::Explain(*pack->pack, view->view, day, whom);
    if (!why.ok()) return why.status();
    return Answer(*why, nullptr, format, explanation);
  });
}

duban_status duban_message_convert(const char* type, size_t type_size,
                                   const void* bytes, size_t bytes_size,
                                   int32_t from_format, int32_t to_format,
                                   duban_buffer** out, duban_error** error) {
  return Call(error, [&]() -> absl::Status {
    std::string name;
    absl::string_view given;
    Arguments arguments;
    arguments.NeedOutput(out, "out")
        .Text(type, type_size, "type", &name)
        .Bytes(bytes, bytes_size, "bytes", &given)
        .Format(from_format, "from_format")
        .Format(to_format, "to_format", DUBAN_FORMAT_CSV);
    if (!arguments.ok()) return arguments.status();
    // The pool may hold messages of the host as well.
    const google::protobuf::Descriptor* descriptor =
        absl::StartsWith(name, "duban.v1.") ? duban::v1::ErrorList::descriptor()
                                                  ->file()
                                                  ->pool()
                                                  ->FindMessageTypeByName(name)
                                            : nullptr;
    if (descriptor == nullptr) {
      return duban::Fault("MESSAGE_UNKNOWN", absl::StatusCode::kNotFound)
          .Field("type")
          .Say(absl::StrCat("没有名为“", name, "”的消息"),
               absl::StrCat("there is no message '", name, "'"))
          .Hint("写全名，如 duban.v1.Batch",
                "give the full name, as duban.v1.Batch")
          .ToStatus();
    }
    const std::unique_ptr<Message> message(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(descriptor)
            ->New());
    if (absl::Status read =
            duban::capi::Read(given, from_format, "bytes", message.get());
        !read.ok()) {
      return read;
    }
    return Answer(*message, nullptr, to_format, out);
  });
}
