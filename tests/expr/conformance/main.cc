// Runs the conformance suite of CEL.
//
//   cel_conformance [--skips FILE] [--suite DIR]
//   cel_conformance --descriptors SET [--skips FILE] FILE.textproto…
//
// The first runs the suite that is kept here; the second runs files of the
// suite in text format, SET being a FileDescriptorSet with the schema of the
// tests and the messages in them. With --only PREFIX just the tests whose
// names begin so, with --message-free just those that need none of the test
// messages. With --verbose every test is named. Ends with 1 where a test
// failed, with 2 where it cannot run.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "tests/expr/conformance/report.h"
#include "tests/expr/conformance/skips.h"
#include "tests/expr/conformance/suite.h"
#include "tests/expr/conformance/ways.h"

#ifndef DUBAN_CONFORMANCE_DIR
#define DUBAN_CONFORMANCE_DIR "tests/expr/conformance"
#endif

namespace duban::expr::conformance {
namespace {

struct Options {
  std::string skips;
  std::string suite = DUBAN_CONFORMANCE_DIR "/suite";
  std::string descriptors;
  std::string only;
  bool message_free = false;
  bool verbose = false;
  std::vector<std::string> files;
};

bool ReadOptions(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view option = argv[i];
    std::string* value = nullptr;
    if (option == "--skips") value = &options->skips;
    if (option == "--suite") value = &options->suite;
    if (option == "--descriptors") value = &options->descriptors;
    if (option == "--only") value = &options->only;
    if (value != nullptr) {
      if (++i == argc) return false;
      *value = argv[i];
    } else if (option == "--message-free") {
      options->message_free = true;
    } else if (option == "--verbose") {
      options->verbose = true;
    } else if (absl::StartsWith(option, "--")) {
      return false;
    } else {
      options->files.emplace_back(option);
    }
  }
  return options->files.empty() == options->descriptors.empty();
}

std::unique_ptr<Schema> ReadTests(const Options& options,
                                  std::vector<Case>* tests,
                                  std::string* error) {
  const bool vendored = options.descriptors.empty();
  std::unique_ptr<Schema> schema = Schema::Read(
      vendored ? options.suite + "/types.binpb" : options.descriptors, error);
  if (schema == nullptr) return nullptr;
  if (vendored) {
    return ReadFolder(*schema, options.suite, tests, error) ? std::move(schema)
                                                            : nullptr;
  }
  for (const std::string& file : options.files) {
    if (!ReadTextFile(*schema, file, tests, error)) return nullptr;
  }
  return schema;
}

// Whether neither container, expression, bindings nor values of the test
// mention a message that only tests have.
bool IsMessageFree(const Case& test) {
  const std::string text = test.test->ShortDebugString();
  for (const char* mention :
       {"TestAllTypes", "cel.expr.conformance.", "google.expr.proto"}) {
    if (absl::StrContains(text, mention)) return false;
  }
  return true;
}

bool IsWanted(const Options& options, const Case& test) {
  return absl::StartsWith(test.name, options.only) &&
         (!options.message_free || IsMessageFree(test));
}

// What becomes of a test that the list may say something of.
Outcome RunListed(const Case& test, const Way& way, const Schema& schema,
                  bool is_listed) {
  Outcome outcome = way.run(test, schema);
  if (!is_listed || outcome.kind == Outcome::Kind::kSkipped) return outcome;
  if (outcome.kind == Outcome::Kind::kPassed) {
    return {Outcome::Kind::kFailed, "passes, but is in the list of skips"};
  }
  outcome.kind = Outcome::Kind::kSkipped;
  return outcome;
}

void Show(const Case& test, const Way& way, const Outcome& outcome) {
  const char* word = outcome.kind == Outcome::Kind::kPassed    ? "pass"
                     : outcome.kind == Outcome::Kind::kSkipped ? "skip"
                                                               : "FAIL";
  std::printf("%s %s [%s]%s%s\n", word, test.name.c_str(), way.name,
              outcome.why.empty() ? "" : ": ", outcome.why.c_str());
}

void RunTest(const Case& test, const Options& options, const Schema& schema,
             const Skips& skips, Report* report) {
  report->Begin(test);
  const absl::Span<const Way> ways = AllWays();
  for (size_t i = 0; i < ways.size(); ++i) {
    if (!ways[i].applies(test)) continue;
    const Outcome outcome =
        RunListed(test, ways[i], schema, skips.Contains(test, ways[i]));
    report->Add(i, outcome.kind);
    if (options.verbose || outcome.kind == Outcome::Kind::kFailed) {
      Show(test, ways[i], outcome);
    }
  }
}

int Run(const Options& options) {
  std::string error;
  std::unique_ptr<Schema> schema;  // outlives the tests
  std::vector<Case> tests;
  Skips skips;
  schema = ReadTests(options, &tests, &error);
  if (schema == nullptr ||
      (!options.skips.empty() && !skips.Read(options.skips, &error))) {
    std::fprintf(stderr, "cel_conformance: %s\n", error.c_str());
    return 2;
  }
  Report report;
  for (const std::string& line : skips.Unused(tests)) {
    std::printf("FAIL %s: there is no such test\n", line.c_str());
    report.AddFailure();
  }
  for (const Case& test : tests) {
    if (IsWanted(options, test))
      RunTest(test, options, *schema, skips, &report);
  }
  report.Print();
  return report.ok() ? 0 : 1;
}

}  // namespace
}  // namespace duban::expr::conformance

int main(int argc, char** argv) {
  duban::expr::conformance::Options options;
  if (!duban::expr::conformance::ReadOptions(argc, argv, &options)) {
    std::fprintf(stderr,
                 "cel_conformance [--skips FILE] [--suite DIR]\n"
                 "cel_conformance --descriptors SET [--skips FILE] "
                 "FILE.textproto...\n"
                 "  [--only PREFIX] [--message-free] [--verbose]\n");
    return 2;
  }
  return duban::expr::conformance::Run(options);
}
