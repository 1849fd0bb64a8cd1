// The tests of the suite and the types of the messages in them, from files:
// as vendor.sh wrote them, or in text format.
//
// A Schema outlives all that was read with it. Reading prints nothing: what
// is wrong goes to *error.
#ifndef DUBAN_TESTS_EXPR_CONFORMANCE_SUITE_H_
#define DUBAN_TESTS_EXPR_CONFORMANCE_SUITE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"
#include "src/expr/messages.h"

namespace duban::expr::conformance {

class Schema {
 public:
  // Null where the file is no FileDescriptorSet with the schema of the tests.
  static std::unique_ptr<Schema> Read(const std::string& path,
                                      std::string* error);

  const MessageTypes& types() const { return types_; }
  const google::protobuf::DescriptorPool& pool() const { return pool_; }
  google::protobuf::MessageFactory* factory() const { return &factory_; }
  // A new message of the type; null where the type is not known.
  std::unique_ptr<google::protobuf::Message> New(
      absl::string_view full_name) const;

 private:
  Schema();

  google::protobuf::DescriptorPool pool_;
  mutable google::protobuf::DynamicMessageFactory factory_;
  MessageTypes types_;
};

struct Case {
  std::string suite;  // "basic"
  std::string name;   // "basic/self_eval_zeroish/self_eval_int_zero"
  std::unique_ptr<google::protobuf::Message> test;  // a SimpleTest
  // What cel-go says, where it says it: the tree after parsing and after
  // checking, and the type of the whole.
  std::string ast;
  std::string checked_ast;
  std::string type;
  // Without one there is only a tree to compare.
  bool has_result = true;
};

// All suites of a folder as vendor.sh writes it, by name.
bool ReadFolder(const Schema& schema, const std::string& folder,
                std::vector<Case>* cases, std::string* error);

// A cel.expr.conformance.test.SimpleTestFile in text format.
bool ReadTextFile(const Schema& schema, const std::string& path,
                  std::vector<Case>* cases, std::string* error);

bool ReadFile(const std::string& path, std::string* text, std::string* error);

}  // namespace duban::expr::conformance

#endif  // DUBAN_TESTS_EXPR_CONFORMANCE_SUITE_H_
