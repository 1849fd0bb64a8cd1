#include "src/expr/library.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/expr/library_tables.h"

namespace duban::expr {
namespace {

// Reads the signatures of the tables. They are constants of this library, so
// what is wrong with one shows in the first test: a type of another name is
// taken for an opaque one.
class SignatureReader {
 public:
  explicit SignatureReader(absl::string_view text) : text_(text) {}

  Overload Read() {
    Overload overload;
    overload.id = std::string(Word());
    Skip();
    if (!text_.empty() && text_[0] != '(') {
      overload.method = true;
      overload.parameters.push_back(ReadType());
      absl::ConsumePrefix(&text_, ".");
    }
    absl::ConsumePrefix(&text_, "(");
    for (Skip(); !absl::ConsumePrefix(&text_, ")") && !text_.empty(); Skip()) {
      if (absl::ConsumePrefix(&text_, "…")) {
        overload.repeats = true;
      } else {
        overload.parameters.push_back(ReadType());
      }
      Skip();
      absl::ConsumePrefix(&text_, ",");
    }
    Skip();
    absl::ConsumePrefix(&text_, "->");
    overload.result = ReadType();
    return overload;
  }

 private:
  void Skip() { text_ = absl::StripLeadingAsciiWhitespace(text_); }

  absl::string_view Word() {
    Skip();
    size_t end = 0;
    while (end < text_.size() &&
           (absl::ascii_isalnum(static_cast<unsigned char>(text_[end])) ||
            text_[end] == '_' || text_[end] == '@' ||
            // "net.IP", but not the point of "string.()".
            (text_[end] == '.' && end + 1 < text_.size() &&
             text_[end + 1] != '('))) {
      ++end;
    }
    const absl::string_view word = text_.substr(0, end);
    text_.remove_prefix(end);
    return word;
  }

  Type ReadType() {
    const absl::string_view word = Word();
    std::vector<Type> parameters;
    if (absl::ConsumePrefix(&text_, "(")) {
      do {
        parameters.push_back(ReadType());
        Skip();
      } while (absl::ConsumePrefix(&text_, ","));
      absl::ConsumePrefix(&text_, ")");
    }
    if (parameters.empty()) return PlainType(word);
    if (word == "list") return Type::List(parameters[0]);
    if (word == "optional") return Type::Optional(parameters[0]);
    if (word == "type") return Type::TypeType(parameters[0]);
    return Type::Map(parameters[0], parameters.back());
  }

  static Type PlainType(absl::string_view word) {
    if (word.size() == 1) return Type::Parameter(word);
    if (word == "optional") return Type::Optional(Type::Dyn());
    for (const Type& type :
         {Type::Dyn(), Type::Null(), Type::Bool(), Type::Int(), Type::Uint(),
          Type::Double(), Type::Decimal(), Type::String(), Type::Bytes(),
          Type::Date(), Type::Timestamp(), Type::Duration(),
          Type::TypeType()}) {
      if (NameOf(type.kind()) == word) return type;
    }
    return Type::Opaque(word);
  }

  absl::string_view text_;
};

}  // namespace

class LibraryBuilder {
 public:
  void Add(const char* name, Op op, Call call, absl::string_view overloads) {
    const auto [it, made] =
        library_->by_name_.try_emplace(name, library_->functions_.size());
    if (made) {
      Function function;
      function.name = name;
      function.op = op;
      function.call = call;
      library_->functions_.push_back(std::move(function));
    }
    Function& function = library_->functions_[it->second];
    for (const absl::string_view line :
         absl::StrSplit(overloads, '\n', absl::SkipWhitespace())) {
      function.overloads.push_back(SignatureReader(line).Read());
    }
  }
  void Add(absl::Span<const FunctionSpec> functions) {
    for (const FunctionSpec& f : functions) {
      Add(f.name, Op::kCall, f.call, f.overloads);
    }
  }
  void Add(absl::Span<const OperationSpec> operations) {
    for (const OperationSpec& o : operations) {
      Add(o.name, o.op, nullptr, o.overloads);
    }
  }
  const Library* Take() { return library_; }

 private:
  Library* library_ = new Library();
};

bool Function::has(bool method) const {
  return std::any_of(overloads.begin(), overloads.end(),
                     [&](const Overload& o) { return o.method == method; });
}

const Function* Library::Find(absl::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : &functions_[it->second];
}

const Function* Library::Of(Operator op) const {
  return Find(OperatorName(op));
}

std::vector<std::string> Library::Names() const {
  std::vector<std::string> names = {"all", "exists", "exists_one", "filter",
                                    "has", "map",    "orValue"};
  for (const Function& function : functions_) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(function.name[0]))) {
      names.push_back(function.name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const Library& Library::Cel() {
  static const Library* const library = [] {
    LibraryBuilder builder;
    builder.Add(CelOperations());
    builder.Add(ConversionFunctions());
    builder.Add(TimeFunctions());
    builder.Add(OptionalOperations());
    builder.Add(OptionalFunctions());
    builder.Add(StringFunctions());
    builder.Add(MathFunctions());
    builder.Add(EncodingFunctions());
    builder.Add(NetworkFunctions());
    return builder.Take();
  }();
  return *library;
}

const Library& Library::Scoring() {
  static const Library* const library = [] {
    LibraryBuilder builder;
    builder.Add(ScoringOperations());
    return builder.Take();
  }();
  return *library;
}

}  // namespace duban::expr
