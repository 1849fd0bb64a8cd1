// The typed program that the checker's result is lowered to and that the
// evaluators run.
//
// Terms are in one array; each uses only terms before it, so an array of
// terms is at once a tree for the row evaluator and an order of computation
// for columns. Immutable once built; thread-safe.
#ifndef DUBAN_SRC_EXPR_CODE_H_
#define DUBAN_SRC_EXPR_CODE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "google/protobuf/descriptor.h"
#include "re2/re2.h"
#include "src/expr/ast.h"
#include "src/expr/library.h"
#include "src/expr/op.h"
#include "src/expr/program.h"
#include "src/expr/scalar_code.h"
#include "src/expr/source.h"
#include "src/expr/type.h"
#include "src/expr/value.h"

namespace duban::expr {

struct Term {
  Op op = Op::kNone;
  Macro macro = Macro::kNone;  // of kComprehension
  // A missing value (or an absent key) is a result here, not an error: the
  // term is what has() or orValue() asks about.
  bool raw = false;
  // Of a binary operator: its left operand is one, too, and so on for so long
  // that the evaluator must not descend into it.
  bool chain = false;
  bool two_variables = false;  // of kComprehension
  int offset = 0;              // bytes, for errors
  // kConform: a value of its argument that is not of `type` is an error, but
  // an int is made a decimal where that is the type.
  // kConstant: index in Code::constants. kVariable: slot. kField: field.
  // kLocal, kComprehension, kBlock: index of the (first) local.
  // kLookup: in tables. kHostCall: in functions. kMatchesPattern: in patterns.
  // kMessage: in messages.
  int index = -1;
  absl::InlinedVector<int, 3> args;  // terms, each less than this one's index
  Call call = nullptr;               // of kCall
  Type type;                         // static; a value of it or an error
  std::string name;  // kSelect, kTest: the field. Others: for errors
  // Of kList, kMap and kMessage: which parts are optional. Empty: none.
  std::vector<bool> optional;
  // The text that it stands for; empty for what lowering made up.
  int begin = 0;
  int end = 0;
};

// A message that an expression makes. A field that is null is unknown: only
// what is not checked has such, and then it is an error.
struct MessageShape {
  const google::protobuf::Descriptor* type = nullptr;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
};

struct Code {
  Profile profile = Profile::kScoring;
  std::vector<Term> terms;
  int root = 0;
  int locals = 0;
  std::vector<Value> constants;
  std::vector<std::pair<std::string, const LookupTable*>> tables;
  std::vector<HostFunction> functions;
  std::vector<std::shared_ptr<const RE2>> patterns;
  std::vector<MessageShape> messages;
  const MessageTypes* message_types = nullptr;
  const WorkingDays* working_days = nullptr;
  std::shared_ptr<const ScalarCode> scalar;  // of the root; may be null
  size_t variables = 0;  // slots that Evaluate() must be given
  int64_t steps = 0;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_CODE_H_
