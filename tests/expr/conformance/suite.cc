#include "tests/expr/conformance/suite.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "tests/expr/conformance/view.h"

namespace duban::expr::conformance {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::TextFormat;

constexpr char kSimpleTestFile[] = "cel.expr.conformance.test.SimpleTestFile";

// What a file of vendor.sh is.
constexpr char kSuiteProto[] = R"(
  name: "duban/conformance/suite.proto"
  package: "duban.conformance"
  syntax: "proto3"
  dependency: "cel/expr/conformance/test/simple.proto"
  message_type {
    name: "Suite"
    field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
    field {
      name: "cases" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE
      type_name: ".duban.conformance.Case"
    }
  }
  message_type {
    name: "Case"
    field { name: "name" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
    field {
      name: "test" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
      type_name: ".cel.expr.conformance.test.SimpleTest"
    }
    field { name: "wire" number: 3 label: LABEL_OPTIONAL type: TYPE_BYTES }
    field { name: "ast" number: 4 label: LABEL_OPTIONAL type: TYPE_STRING }
    field {
      name: "checked_ast" number: 5 label: LABEL_OPTIONAL type: TYPE_STRING
    }
    field { name: "type" number: 6 label: LABEL_OPTIONAL type: TYPE_STRING }
  })";

// The suites that say of their tests only what the trees are.
bool HasResults(absl::string_view suite) {
  return suite != "checking" && suite != "comprehension" && suite != "parsing";
}

// Finds types and extensions in the schema instead of in what is linked in.
class SchemaFinder : public TextFormat::Finder {
 public:
  explicit SchemaFinder(const Schema* schema) : schema_(schema) {}

  const FieldDescriptor* FindExtension(Message* message,
                                       const std::string& name) const override {
    return schema_->pool().FindExtensionByPrintableName(
        message->GetDescriptor(), name);
  }
  const Descriptor* FindAnyType(const Message&, const std::string&,
                                const std::string& name) const override {
    return schema_->pool().FindMessageTypeByName(name);
  }
  MessageFactory* FindExtensionFactory(const FieldDescriptor*) const override {
    return schema_->factory();
  }

 private:
  const Schema* schema_;
};

// Keeps the first fault of a text format file.
class FirstFault : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstFault(std::string* error) : error_(error) {}
  void AddError(int line, int column, const std::string& message) override {
    if (!error_->empty()) return;
    *error_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }

 private:
  std::string* error_;
};

std::unique_ptr<Message> Copy(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

bool ReadJsonFile(const Schema& schema, const std::string& path,
                  std::vector<Case>* cases, std::string* error) {
  std::string text;
  if (!ReadFile(path, &text, error)) return false;
  const std::unique_ptr<Message> suite = schema.New("duban.conformance.Suite");
  const auto status =
      google::protobuf::util::JsonStringToMessage(text, suite.get());
  if (!status.ok()) {
    *error = absl::StrCat(path, ": ", status.ToString());
    return false;
  }
  const View view(*suite);
  for (int i = 0; i < view.Count("cases"); ++i) {
    const View given = view.At("cases", i);
    Case& test = cases->emplace_back();
    test.suite = view.Str("name");
    test.name = given.Str("name");
    test.test = Copy(given.Get("test").message());
    if (!test.test->MergeFromString(given.Str("wire"))) {
      *error = absl::StrCat(path, ": ", test.name, ": wire");
      return false;
    }
    test.ast = given.Str("ast");
    test.checked_ast = given.Str("checked_ast");
    test.type = given.Str("type");
    test.has_result = HasResults(test.suite);
  }
  return true;
}

}  // namespace

Schema::Schema() : factory_(&pool_), types_(&pool_, &factory_) {}

std::unique_ptr<Schema> Schema::Read(const std::string& path,
                                     std::string* error) {
  std::string bytes;
  if (!ReadFile(path, &bytes, error)) return nullptr;
  FileDescriptorSet set;
  if (!set.ParseFromString(bytes)) {
    *error = absl::StrCat(path, ": not a FileDescriptorSet");
    return nullptr;
  }
  TextFormat::ParseFromString(kSuiteProto, set.add_file());
  std::unique_ptr<Schema> schema(new Schema());
  for (const FileDescriptorProto& file : set.file()) {
    if (schema->pool_.BuildFile(file) == nullptr) {
      *error = absl::StrCat(path, ": ", file.name(), " cannot be built");
      return nullptr;
    }
  }
  return schema;
}

std::unique_ptr<Message> Schema::New(absl::string_view full_name) const {
  const Descriptor* type = pool_.FindMessageTypeByName(std::string(full_name));
  if (type == nullptr) return nullptr;
  return std::unique_ptr<Message>(factory_.GetPrototype(type)->New());
}

bool ReadFile(const std::string& path, std::string* text, std::string* error) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) {
    *error = absl::StrCat(path, ": cannot be read");
    return false;
  }
  *text = bytes.str();
  return true;
}

bool ReadFolder(const Schema& schema, const std::string& folder,
                std::vector<Case>* cases, std::string* error) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (const auto& file :
       std::filesystem::directory_iterator(folder, failure)) {
    if (file.path().extension() == ".json") paths.push_back(file.path());
  }
  if (failure || paths.empty()) {
    *error = absl::StrCat(folder, ": no suites there");
    return false;
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    if (!ReadJsonFile(schema, path, cases, error)) return false;
  }
  return true;
}

bool ReadTextFile(const Schema& schema, const std::string& path,
                  std::vector<Case>* cases, std::string* error) {
  std::string text;
  if (!ReadFile(path, &text, error)) return false;
  const std::unique_ptr<Message> file = schema.New(kSimpleTestFile);
  const SchemaFinder finder(&schema);
  std::string fault;
  FirstFault faults(&fault);
  TextFormat::Parser parser;
  parser.SetFinder(&finder);
  parser.RecordErrorsTo(&faults);
  if (!parser.ParseFromString(text, file.get())) {
    *error = absl::StrCat(path, ":", fault);
    return false;
  }
  const View suite(*file);
  for (int i = 0; i < suite.Count("section"); ++i) {
    const View section = suite.At("section", i);
    for (int j = 0; j < section.Count("test"); ++j) {
      const View given = section.At("test", j);
      Case& test = cases->emplace_back();
      test.suite = suite.Str("name");
      test.name = absl::StrCat(test.suite, "/", section.Str("name"), "/",
                               given.Str("name"));
      test.test = Copy(given.message());
    }
  }
  return true;
}

}  // namespace duban::expr::conformance
