// Runs the short cut. See scalar_code.h.
#include <limits>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "src/expr/scalar_code.h"

namespace duban::expr {
namespace {

union Register {
  int64_t integer;  // bool, int, days
  double number;
  const std::string* text;
};

// The registers of one run, and the values that texts of fields are kept in.
class Run {
 public:
  Run(const ScalarCode& code, absl::Span<const Value> variables)
      : code_(code), variables_(variables) {}

  bool Go(Value* result);

 private:
  bool Load(const Value& value, ScalarKind kind, int reg);
  bool LoadField(const ScalarInstruction& i);
  bool Decimals(const ScalarInstruction& i);
  bool Texts(const ScalarInstruction& i);
  bool Among(const ScalarInstruction& i) const;
  void Give(int reg, Value* result) const;

  const ScalarCode& code_;
  const absl::Span<const Value> variables_;
  Register registers_[ScalarCode::kRegisters];
  int128_t units_[ScalarCode::kRegisters];  // of decimals
  absl::InlinedVector<Value, ScalarCode::kFields> fields_;
};

inline bool Run::Load(const Value& value, ScalarKind kind, int reg) {
  Register* const out = &registers_[reg];
  switch (kind) {
    case ScalarKind::kBool:
      out->integer = value.is_bool() && value.bool_value() ? 1 : 0;
      return value.is_bool();
    case ScalarKind::kInt:
      out->integer = value.int_value();
      return value.is_int();
    case ScalarKind::kDouble:
      out->number = value.double_value();
      return value.is_double();
    case ScalarKind::kDate:
      if (!value.is_date()) return false;
      out->integer = value.date_value().days();
      return true;
    case ScalarKind::kDecimal:
      if (value.is_int()) {
        units_[reg] = int128_t{value.int_value()} * Decimal::kUnit;
        return true;
      }
      if (!value.is_decimal()) return false;
      units_[reg] = value.decimal_value().units();
      return true;
    case ScalarKind::kText:
      if (!value.is_string()) return false;
      out->text = &value.string_value();
      return out->text->size() <= ScalarCode::kMostText;
  }
  return false;
}

bool Run::LoadField(const ScalarInstruction& i) {
  const Value& record = variables_[i.a];
  if (!record.is_record()) return false;
  const Record* from = record.record_value();
  if (i.b >= from->type().fields().size()) return false;
  Value value = from->Get(i.b);
  const auto kind = static_cast<ScalarKind>(i.imm);
  if (kind != ScalarKind::kText) return Load(value, kind, i.out);
  fields_.push_back(std::move(value));  // a text stays where it is
  return Load(fields_.back(), kind, i.out);
}

bool Run::Decimals(const ScalarInstruction& i) {
  const Decimal a = Decimal::FromUnitsUnchecked(units_[i.a]);
  const Decimal b = Decimal::FromUnitsUnchecked(units_[i.b]);
  absl::StatusOr<Decimal> result = a;
  switch (i.op) {
    case ScalarOp::kAddDecimal:
      result = Decimal::Add(a, b);
      break;
    case ScalarOp::kSubtractDecimal:
      result = Decimal::Subtract(a, b);
      break;
    case ScalarOp::kMultiplyDecimal:
      result = Decimal::Multiply(a, b);
      break;
    case ScalarOp::kDivideDecimal:
      if (b.is_zero()) return false;
      result = Decimal::Divide(a, b);
      break;
    default: {
      const Decimal c = Decimal::FromUnitsUnchecked(units_[i.imm]);
      if (c.is_zero()) return false;
      result = Decimal::MultiplyDivide(a, b, c);
    }
  }
  if (!result.ok()) return false;
  units_[i.out] = result->units();
  return true;
}

bool Run::Texts(const ScalarInstruction& i) {
  const std::string& text = *registers_[i.a].text;
  const std::string& part = *registers_[i.b].text;
  switch (i.op) {
    case ScalarOp::kContains:
      return text.find(part) != std::string::npos;
    case ScalarOp::kStartsWith:
      return text.size() >= part.size() &&
             text.compare(0, part.size(), part) == 0;
    case ScalarOp::kEndsWith:
      return text.size() >= part.size() &&
             text.compare(text.size() - part.size(), part.size(), part) == 0;
    case ScalarOp::kMatches:
      return RE2::PartialMatch(text, *code_.patterns[i.imm]);
    default:
      return (text == part) == (i.op == ScalarOp::kEqualText);
  }
}

bool Run::Among(const ScalarInstruction& i) const {
  for (const Value& item : code_.lists[i.imm]) {
    if (i.op == ScalarOp::kTextAmong
            ? item.string_value() == *registers_[i.a].text
            : item.int_value() == registers_[i.a].integer) {
      return true;
    }
  }
  return false;
}

void Run::Give(int reg, Value* result) const {
  const Register& from = registers_[reg];
  switch (code_.result) {
    case ScalarKind::kBool:
      *result = Value::Bool(from.integer != 0);
      break;
    case ScalarKind::kInt:
      *result = Value::Int(from.integer);
      break;
    case ScalarKind::kDouble:
      *result = Value::Double(from.number);
      break;
    case ScalarKind::kDecimal:
      *result = Value::Dec(Decimal::FromUnitsUnchecked(units_[reg]));
      break;
    case ScalarKind::kDate:
      *result = Value::Day(Date::FromDays(static_cast<int32_t>(from.integer)));
      break;
    case ScalarKind::kText:
      *result = Value::Str(*from.text);
  }
}

bool Run::Go(Value* result) {
  const ScalarInstruction* const first = code_.instructions.data();
  for (const ScalarInstruction* i = first;; ++i) {
    Register& out = registers_[i->out];
    const Register& a = registers_[i->a % ScalarCode::kRegisters];
    const Register& b = registers_[i->b % ScalarCode::kRegisters];
    switch (i->op) {
      case ScalarOp::kLoad:
        if (!Load(variables_[i->a], static_cast<ScalarKind>(i->b), i->out)) {
          return false;
        }
        break;
      case ScalarOp::kLoadField:
        if (!LoadField(*i)) return false;
        break;
      case ScalarOp::kConstant: {
        const Value& value = code_.constants[i->a];
        if (value.is_decimal()) {
          units_[i->out] = value.decimal_value().units();
        } else if (value.is_string()) {
          out.text = &value.string_value();
        } else if (value.is_double()) {
          out.number = value.double_value();
        } else if (value.is_date()) {
          out.integer = value.date_value().days();
        } else {
          out.integer = value.int_value();
        }
        break;
      }
      case ScalarOp::kMove:
        out = a;
        break;
      case ScalarOp::kMoveDecimal:
        units_[i->out] = units_[i->a];
        break;
      case ScalarOp::kIntToDecimal:
        units_[i->out] = int128_t{a.integer} * Decimal::kUnit;
        break;
      case ScalarOp::kNot:
        out.integer = a.integer ^ 1;
        break;
      case ScalarOp::kAddInt:
        if (__builtin_add_overflow(a.integer, b.integer, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kSubtractInt:
        if (__builtin_sub_overflow(a.integer, b.integer, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kMultiplyInt:
        if (__builtin_mul_overflow(a.integer, b.integer, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kAddIntImm:
        if (__builtin_add_overflow(a.integer, i->imm, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kSubtractIntImm:
        if (__builtin_sub_overflow(a.integer, i->imm, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kMultiplyIntImm:
        if (__builtin_mul_overflow(a.integer, i->imm, &out.integer)) {
          return false;
        }
        break;
      case ScalarOp::kDivideInt:
      case ScalarOp::kModuloInt:
        if (b.integer == 0 ||
            (b.integer == -1 &&
             a.integer == std::numeric_limits<int64_t>::min())) {
          return false;
        }
        out.integer = i->op == ScalarOp::kDivideInt ? a.integer / b.integer
                                                    : a.integer % b.integer;
        break;
      case ScalarOp::kAddDouble:
        out.number = a.number + b.number;
        break;
      case ScalarOp::kSubtractDouble:
        out.number = a.number - b.number;
        break;
      case ScalarOp::kMultiplyDouble:
        out.number = a.number * b.number;
        break;
      case ScalarOp::kDivideDouble:
        out.number = a.number / b.number;
        break;
      case ScalarOp::kAddDecimal:
      case ScalarOp::kSubtractDecimal:
      case ScalarOp::kMultiplyDecimal:
      case ScalarOp::kDivideDecimal:
      case ScalarOp::kMultiplyDivide:
        if (!Decimals(*i)) return false;
        break;
      case ScalarOp::kEqualInt:
        out.integer = a.integer == b.integer;
        break;
      case ScalarOp::kNotEqualInt:
        out.integer = a.integer != b.integer;
        break;
      case ScalarOp::kLessInt:
        out.integer = a.integer < b.integer;
        break;
      case ScalarOp::kLessEqualInt:
        out.integer = a.integer <= b.integer;
        break;
      case ScalarOp::kEqualIntImm:
        out.integer = a.integer == i->imm;
        break;
      case ScalarOp::kNotEqualIntImm:
        out.integer = a.integer != i->imm;
        break;
      case ScalarOp::kLessIntImm:
        out.integer = a.integer < i->imm;
        break;
      case ScalarOp::kLessEqualIntImm:
        out.integer = a.integer <= i->imm;
        break;
      case ScalarOp::kGreaterIntImm:
        out.integer = a.integer > i->imm;
        break;
      case ScalarOp::kGreaterEqualIntImm:
        out.integer = a.integer >= i->imm;
        break;
      case ScalarOp::kEqualVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() == i->imm;
        break;
      }
      case ScalarOp::kNotEqualVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() != i->imm;
        break;
      }
      case ScalarOp::kLessVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() < i->imm;
        break;
      }
      case ScalarOp::kLessEqualVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() <= i->imm;
        break;
      }
      case ScalarOp::kGreaterVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() > i->imm;
        break;
      }
      case ScalarOp::kGreaterEqualVariableImm: {
        const Value& variable = variables_[i->a];
        if (!variable.is_int()) return false;
        out.integer = variable.int_value() >= i->imm;
        break;
      }
      case ScalarOp::kEqualDouble:
        out.integer = a.number == b.number;
        break;
      case ScalarOp::kNotEqualDouble:
        out.integer = a.number != b.number;
        break;
      case ScalarOp::kLessDouble:
        out.integer = a.number < b.number;
        break;
      case ScalarOp::kLessEqualDouble:
        out.integer = a.number <= b.number;
        break;
      case ScalarOp::kEqualDecimal:
        out.integer = units_[i->a] == units_[i->b];
        break;
      case ScalarOp::kNotEqualDecimal:
        out.integer = units_[i->a] != units_[i->b];
        break;
      case ScalarOp::kLessDecimal:
        out.integer = units_[i->a] < units_[i->b];
        break;
      case ScalarOp::kLessEqualDecimal:
        out.integer = units_[i->a] <= units_[i->b];
        break;
      case ScalarOp::kEqualText:
      case ScalarOp::kNotEqualText:
      case ScalarOp::kContains:
      case ScalarOp::kStartsWith:
      case ScalarOp::kEndsWith:
      case ScalarOp::kMatches:
        out.integer = Texts(*i) ? 1 : 0;
        break;
      case ScalarOp::kTextAmong:
      case ScalarOp::kIntAmong:
        out.integer = Among(*i) ? 1 : 0;
        break;
      case ScalarOp::kJump:
        i = first + i->imm - 1;
        break;
      case ScalarOp::kJumpIfFalse:
        if (a.integer == 0) i = first + i->imm - 1;
        break;
      case ScalarOp::kJumpIfTrue:
        if (a.integer != 0) i = first + i->imm - 1;
        break;
      case ScalarOp::kReturn:
        Give(i->a, result);
        return true;
    }
  }
}

}  // namespace

bool ScalarCode::Run(absl::Span<const Value> variables, Value* result) const {
  return duban::expr::Run(*this, variables).Go(result);
}

}  // namespace duban::expr
