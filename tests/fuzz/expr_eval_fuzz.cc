// Any bytes as an expression, in both profiles and with or without the
// checker: what compiles is evaluated row by row and over columns, which must
// agree. The bytes after a zero byte are values of the variables.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/expr/columns.h"
#include "src/expr/program.h"

namespace duban::expr {
namespace {

constexpr size_t kRows = 5;

// Values from bytes, and zeros where there are no more of them.
class Bytes {
 public:
  explicit Bytes(absl::string_view bytes) : bytes_(bytes) {}

  uint8_t Next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    return byte;
  }
  int64_t NextInt() {
    const uint8_t kind = Next();
    if (kind < 200) return int64_t{kind} - 100;
    uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | Next();
    return static_cast<int64_t>(number);
  }
  double NextDouble() {
    const int64_t bits = NextInt();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    return bits > -100 && bits < 100 ? static_cast<double>(bits) / 4 : number;
  }
  std::string NextText() {
    std::string text;
    for (uint8_t n = Next() % 16; n > 0; --n) {
      text.push_back(static_cast<char>(32 + Next() % 95));
    }
    return text;
  }

 private:
  absl::string_view bytes_;
};

// A few variables, the same in both profiles but for one.
class Variables {
 public:
  Variables(Profile profile, absl::string_view bytes) : environment_(profile) {
    Bytes from(bytes);
    const bool cel = profile == Profile::kCel;
    for (const char* name : {"i", "j"})
      environment_.Add({name, Type::Int(), "", false});
    environment_.Add({"b", Type::Bool(), "", false});
    environment_.Add({"x", cel ? Type::Double() : Type::Decimal(), "", false});
    environment_.Add({"s", Type::String(), "", false});
    environment_.Add({"any", Type::Dyn(), "", false});
    environment_.Add({"xs", Type::List(Type::Int()), "", false});
    for (size_t row = 0; row < kRows; ++row) {
      i_.push_back(from.NextInt());
      j_.push_back(static_cast<int16_t>(from.NextInt()));
      b_.push_back(from.Next());
      x_.push_back(from.NextDouble());
      units_.push_back(int128_t{from.NextInt()} * 250000000);
      codes_.push_back(from.Next() % 4);
      present_.push_back(from.Next() % 8);
      any_.push_back(from.Next() % 2 == 0 ? Value::Int(from.NextInt())
                                          : Value::Str(from.NextText()));
      xs_.push_back(Value::List({Value::Int(from.NextInt()), Value::Int(1)}));
    }
    for (int k = 0; k < 3; ++k) texts_.push_back(Value::Str(from.NextText()));
  }

  const Environment& environment() const { return environment_; }

  void BindTo(ColumnEvaluator* evaluator) const {
    Column i = Column::Of(i_.data());
    i.present = present_.data();
    evaluator->Bind(0, i);
    evaluator->Bind(1, Column::Of(j_.data()));
    evaluator->Bind(2, Column::Of(b_.data()));
    evaluator->Bind(3, environment_.profile() == Profile::kCel
                           ? Column::Of(x_.data())
                           : Column::Of(units_.data()));
    evaluator->Bind(4, Column::Codes(codes_.data(), texts_));
    evaluator->Bind(5, Column::Of(any_.data()));
    evaluator->Bind(6, Column::Of(xs_.data()));
  }

  std::vector<Value> Row(size_t row, bool checked) const {
    const bool cel = environment_.profile() == Profile::kCel;
    return {
        present_[row] == 0 ? Value::Missing() : Value::Int(i_[row]),
        Value::Int(j_[row]),
        checked ? Value::Bool(b_[row] != 0) : Value::Int(b_[row]),
        cel ? Value::Double(x_[row])
            : Value::Dec(Decimal::FromUnitsUnchecked(units_[row])),
        codes_[row] < texts_.size() ? texts_[codes_[row]] : Value::Missing(),
        any_[row],
        xs_[row]};
  }

 private:
  Environment environment_;
  std::vector<int64_t> i_;
  std::vector<int16_t> j_;
  std::vector<uint8_t> b_, codes_, present_;
  std::vector<double> x_;
  std::vector<int128_t> units_;
  std::vector<Value> texts_, any_, xs_;
};

// All of an error; of another value its kind and content.
std::string Show(const Value& value) {
  if (!value.is_error()) {
    return std::string(NameOf(value.kind())) + " " + value.ToString();
  }
  const EvalError& error = value.error();
  return error.reason + "@" + std::to_string(error.offset) + " " + error.zh +
         " " + error.en;
}

void Require(bool holds, const char* what, absl::string_view text,
             const std::string& more) {
  if (holds) return;
  std::fprintf(stderr, "%s:\n%.*s\n%s\n", what, static_cast<int>(text.size()),
               text.data(), more.c_str());
  std::abort();
}

void EvaluateAll(absl::string_view text, const Variables& variables,
                 bool checked) {
  Limits limits;
  limits.steps = 20000;
  const Compiled compiled =
      checked ? Compile(text, variables.environment(), Type::Dyn(), limits)
              : CompileUnchecked(text, variables.environment(), limits);
  if (!compiled.ok()) {
    for (const SourceError& fault : compiled.errors) {
      const bool inside =
          fault.offset >= 0 && fault.length >= 0 &&
          static_cast<size_t>(fault.offset) + fault.length <= text.size();
      Require(inside && !fault.zh.empty() && !fault.en.empty(),
              "a fault that is none", text, fault.reason);
    }
    return;
  }
  const DeclaredSizes sizes = {16, 2};
  const Cost cost = compiled.program.EstimateCost(sizes);
  compiled.program.Canonical();
  ColumnEvaluator evaluator(&compiled.program);
  variables.BindTo(&evaluator);
  evaluator.Run(0, kRows);
  size_t failures = 0;
  for (size_t row = 0; row < kRows; ++row) {
    const std::vector<Value> values = variables.Row(row, checked);
    const Value value = compiled.program.Evaluate(values);
    const std::string shown = Show(value);
    const std::string other = Show(evaluator.At(row));
    Require(shown == other, "the evaluators differ", text,
            shown + "\n" + other);
    failures += value.is_error() ? 1 : 0;
    const bool out =
        value.is_error() && value.error().reason == "BUDGET_EXCEEDED";
    Require(!out || cost.most > limits.steps, "more than it was to take", text,
            shown);
    std::vector<Observation> observations;
    Require(Show(compiled.program.Observe(values, &observations)) == shown,
            "observed, it is something else", text, shown);
  }
  Require(evaluator.failures() == failures, "another number of failures", text,
          "");
}

}  // namespace
}  // namespace duban::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using duban::expr::EvaluateAll;
  using duban::expr::Profile;
  using duban::expr::Variables;
  const absl::string_view all(reinterpret_cast<const char*>(data), size);
  const absl::string_view text = all.substr(0, all.find('\0'));
  const absl::string_view rest =
      text.size() < all.size() ? all.substr(text.size() + 1) : "";
  const Variables scoring(Profile::kScoring, rest);
  const Variables cel(Profile::kCel, rest);
  EvaluateAll(text, scoring, true);
  EvaluateAll(text, cel, true);
  EvaluateAll(text, cel, false);
  return 0;
}
