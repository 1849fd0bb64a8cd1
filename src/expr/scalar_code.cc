#include "src/expr/scalar_code.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/expr/code.h"
#include "src/expr/meter.h"
#include "src/expr/pattern.h"

namespace duban::expr {
namespace {

// A term's register, and what it holds.
struct Place {
  int reg = 0;
  ScalarKind kind = ScalarKind::kBool;
  bool joined = false;  // written on several ways that lead here
};

bool KindOf(const Type& type, ScalarKind* kind) {
  switch (type.kind()) {
    case Kind::kBool:
      *kind = ScalarKind::kBool;
      return true;
    case Kind::kInt:
      *kind = ScalarKind::kInt;
      return true;
    case Kind::kDouble:
      *kind = ScalarKind::kDouble;
      return true;
    case Kind::kDecimal:
      *kind = ScalarKind::kDecimal;
      return true;
    case Kind::kDate:
      *kind = ScalarKind::kDate;
      return true;
    case Kind::kString:
      *kind = ScalarKind::kText;
      return true;
    default:
      return false;
  }
}

bool IsIntLike(ScalarKind kind) {
  return kind == ScalarKind::kInt || kind == ScalarKind::kBool ||
         kind == ScalarKind::kDate;
}

ScalarOp Offset(ScalarOp first, int n) {
  return static_cast<ScalarOp>(static_cast<int>(first) + n);
}

// Translates terms, from the root down; every function is false where a term
// is not of this sort.
class Translation {
 public:
  Translation(const Code& code, ScalarCode* out)
      : code_(code), out_(*out), locals_(code.locals) {}

  bool Run(int term) {
    Place root;
    if (!Translate(term, &root)) return false;
    ScalarInstruction& end = Emit(ScalarOp::kReturn);
    end.a = static_cast<uint16_t>(root.reg);
    out_.result = root.kind;
    // An instruction stands for a term or two; one over texts for what the
    // evaluator charges to search the longest there may be.
    for (const ScalarInstruction& i : out_.instructions) {
      const bool text =
          i.op >= ScalarOp::kEqualText && i.op <= ScalarOp::kIntAmong;
      out_.most_steps += i.op == ScalarOp::kMatches ? kMostForPattern
                         : text                     ? kMostForText
                                                    : 16;
    }
    return true;
  }

 private:
  // Programs larger than this are not worth it.
  static constexpr size_t kMostInstructions = 400;
  static constexpr size_t kMostUnrolled = 16;
  static constexpr int kMostProgram = 128;  // of a pattern
  static constexpr int64_t kMostForText =
      16 + StepsToFind(ScalarCode::kMostText, ScalarCode::kMostText);
  static constexpr int64_t kMostForPattern =
      16 + ScalarCode::kMostText * (4 + kMostProgram) / kInstructionsPerStep;

  const Term& At(int id) const { return code_.terms[id]; }
  bool IsConstant(int id) const { return At(id).op == Op::kConstant; }
  const Value& ConstantOf(int id) const {
    return code_.constants[At(id).index];
  }
  ScalarInstruction& Emit(ScalarOp op) {
    out_.instructions.push_back({op});
    return out_.instructions.back();
  }
  bool NewRegister(ScalarKind kind, Place* place) {
    *place = {next_++, kind, false};
    return next_ < ScalarCode::kRegisters &&
           out_.instructions.size() < kMostInstructions;
  }
  // out = op(a, b) in a new register.
  bool EmitBinary(ScalarOp op, const Place& a, const Place& b, ScalarKind kind,
                  Place* place) {
    if (!NewRegister(kind, place)) return false;
    ScalarInstruction& i = Emit(op);
    i.out = static_cast<uint8_t>(place->reg);
    i.a = static_cast<uint16_t>(a.reg);
    i.b = static_cast<uint16_t>(b.reg);
    return true;
  }
  bool EmitImmediate(ScalarOp op, const Place& a, int64_t imm, ScalarKind kind,
                     Place* place) {
    if (!EmitBinary(op, a, a, kind, place)) return false;
    out_.instructions.back().imm = imm;
    return true;
  }
  int64_t Here() const {
    return static_cast<int64_t>(out_.instructions.size());
  }

  bool Translate(int id, Place* place);
  bool TranslateConstant(int id, Place* place);
  bool TranslateVariable(int id, Place* place);
  bool TranslateField(int id, Place* place);
  bool TranslateLogic(const Term& term, Place* place);
  bool TranslateConditional(const Term& term, Place* place);
  bool TranslateComparison(const Term& term, Place* place);
  bool TranslateArithmetic(const Term& term, Place* place);
  bool TranslateText(const Term& term, Place* place);
  bool TranslateAmong(const Term& term, Place* place);
  bool TranslateQuantifier(const Term& term, Place* place);
  bool TranslateMultiplyDivide(const Term& term, Place* place);
  bool AsDecimal(Place* place);
  void MoveTo(const Place& to, const Place& from);
  void Land(const std::vector<size_t>& jumps);

  const Code& code_;
  ScalarCode& out_;
  std::vector<Place> locals_;
  int next_ = 0;
  int fields_ = 0;
  int depth_ = 0;
};

bool Translation::Translate(int id, Place* place) {
  const Term& term = At(id);
  if (term.raw || term.chain || depth_ > 60) return false;
  ++depth_;
  bool done = false;
  switch (term.op) {
    case Op::kConstant:
      done = TranslateConstant(id, place);
      break;
    case Op::kVariable:
      done = TranslateVariable(id, place);
      break;
    case Op::kField:
      done = TranslateField(id, place);
      break;
    case Op::kLocal:
      *place = locals_[term.index];
      done = true;
      break;
    case Op::kAnd:
    case Op::kOr:
      done = TranslateLogic(term, place);
      break;
    case Op::kNot: {
      Place a;
      done = Translate(term.args[0], &a) && a.kind == ScalarKind::kBool &&
             EmitBinary(ScalarOp::kNot, a, a, ScalarKind::kBool, place);
      break;
    }
    case Op::kConditional:
      done = TranslateConditional(term, place);
      break;
    case Op::kConform:
      done = term.type.kind() == Kind::kDecimal &&
             Translate(term.args[0], place) &&
             place->kind == ScalarKind::kInt && AsDecimal(place);
      break;
    case Op::kMultiplyDivide:
      done = TranslateMultiplyDivide(term, place);
      break;
    case Op::kComprehension:
      done = TranslateQuantifier(term, place);
      break;
    case Op::kIn:
      done = TranslateAmong(term, place);
      break;
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kMatchesPattern:
      done = TranslateText(term, place);
      break;
    default:
      if (term.op >= Op::kEqual && term.op <= Op::kGreaterEqual) {
        done = TranslateComparison(term, place);
      } else if (term.op >= Op::kAdd && term.op <= Op::kModulo) {
        done = TranslateArithmetic(term, place);
      }
  }
  --depth_;
  return done;
}

bool Translation::TranslateConstant(int id, Place* place) {
  const Value& value = ConstantOf(id);
  ScalarKind kind = ScalarKind::kBool;
  if (!KindOf(At(id).type, &kind) || value.kind() != At(id).type.kind() ||
      (kind == ScalarKind::kText &&
       value.string_value().size() > ScalarCode::kMostText) ||
      !NewRegister(kind, place)) {
    return false;
  }
  ScalarInstruction& i = Emit(ScalarOp::kConstant);
  i.out = static_cast<uint8_t>(place->reg);
  i.a = static_cast<uint16_t>(out_.constants.size());
  out_.constants.push_back(value);
  return true;
}

bool Translation::TranslateVariable(int id, Place* place) {
  const Term& term = At(id);
  ScalarKind kind = ScalarKind::kBool;
  if (!KindOf(term.type, &kind) || term.index > UINT16_MAX ||
      !NewRegister(kind, place)) {
    return false;
  }
  ScalarInstruction& i = Emit(ScalarOp::kLoad);
  i.out = static_cast<uint8_t>(place->reg);
  i.a = static_cast<uint16_t>(term.index);
  i.b = static_cast<uint16_t>(kind);
  return true;
}

bool Translation::TranslateField(int id, Place* place) {
  const Term& term = At(id);
  const Term& record = At(term.args[0]);
  ScalarKind kind = ScalarKind::kBool;
  if (record.op != Op::kVariable || record.index > UINT16_MAX ||
      term.index > UINT16_MAX || ++fields_ > ScalarCode::kFields ||
      !KindOf(term.type, &kind) || !NewRegister(kind, place)) {
    return false;
  }
  ScalarInstruction& i = Emit(ScalarOp::kLoadField);
  i.out = static_cast<uint8_t>(place->reg);
  i.a = static_cast<uint16_t>(record.index);
  i.b = static_cast<uint16_t>(term.index);
  i.imm = static_cast<int64_t>(kind);
  return true;
}

// Makes the int in the register a decimal.
bool Translation::AsDecimal(Place* place) {
  if (place->kind == ScalarKind::kDecimal) return true;
  if (place->kind != ScalarKind::kInt) return false;
  const Place from = *place;
  return EmitBinary(ScalarOp::kIntToDecimal, from, from, ScalarKind::kDecimal,
                    place);
}

// Puts a value where it is wanted: by whoever makes it, where that is one
// instruction and nobody else sees its register.
void Translation::MoveTo(const Place& to, const Place& from) {
  ScalarInstruction& last = out_.instructions.back();
  const bool one_maker = !from.joined && last.out == from.reg &&
                         last.op < ScalarOp::kJump &&
                         last.op != ScalarOp::kMove &&
                         last.op != ScalarOp::kMoveDecimal && from.reg > to.reg;
  if (one_maker) {
    last.out = static_cast<uint8_t>(to.reg);
    return;
  }
  ScalarInstruction& move =
      Emit(to.kind == ScalarKind::kDecimal ? ScalarOp::kMoveDecimal
                                           : ScalarOp::kMove);
  move.out = static_cast<uint8_t>(to.reg);
  move.a = static_cast<uint16_t>(from.reg);
}

// The jumps all lead here.
void Translation::Land(const std::vector<size_t>& jumps) {
  for (const size_t jump : jumps) out_.instructions[jump].imm = Here();
}

bool Translation::TranslateLogic(const Term& term, Place* place) {
  Place result;
  if (!NewRegister(ScalarKind::kBool, &result)) return false;
  std::vector<size_t> jumps;
  for (size_t k = 0; k < term.args.size(); ++k) {
    Place operand;
    if (!Translate(term.args[k], &operand) ||
        operand.kind != ScalarKind::kBool) {
      return false;
    }
    MoveTo(result, operand);
    if (k + 1 == term.args.size()) break;
    jumps.push_back(out_.instructions.size());
    ScalarInstruction& jump = Emit(term.op == Op::kAnd ? ScalarOp::kJumpIfFalse
                                                       : ScalarOp::kJumpIfTrue);
    jump.a = static_cast<uint16_t>(result.reg);
  }
  Land(jumps);
  *place = result;
  place->joined = true;
  return true;
}

bool Translation::TranslateConditional(const Term& term, Place* place) {
  Place test;
  if (!Translate(term.args[0], &test) || test.kind != ScalarKind::kBool) {
    return false;
  }
  Place result;
  ScalarKind kind = ScalarKind::kBool;
  if (!KindOf(term.type, &kind) || !NewRegister(kind, &result)) return false;
  const size_t to_else = out_.instructions.size();
  Emit(ScalarOp::kJumpIfFalse).a = static_cast<uint16_t>(test.reg);
  size_t to_end = 0;
  for (const int branch : {1, 2}) {
    Place value;
    if (!Translate(term.args[branch], &value)) return false;
    if (kind == ScalarKind::kDecimal && !AsDecimal(&value)) return false;
    if (value.kind != kind) return false;
    ScalarInstruction& move =
        Emit(kind == ScalarKind::kDecimal ? ScalarOp::kMoveDecimal
                                          : ScalarOp::kMove);
    move.out = static_cast<uint8_t>(result.reg);
    move.a = static_cast<uint16_t>(value.reg);
    if (branch == 2) break;
    to_end = out_.instructions.size();
    Emit(ScalarOp::kJump);
    out_.instructions[to_else].imm = Here();
  }
  out_.instructions[to_end].imm = Here();
  *place = result;
  place->joined = true;
  return true;
}

bool Translation::TranslateComparison(const Term& term, Place* place) {
  const int op = static_cast<int>(term.op) - static_cast<int>(Op::kEqual);
  const Term& left = At(term.args[0]);
  if (left.op == Op::kVariable && left.type.kind() == Kind::kInt &&
      left.index <= UINT16_MAX && !left.raw && IsConstant(term.args[1]) &&
      ConstantOf(term.args[1]).is_int()) {
    if (!EmitImmediate(Offset(ScalarOp::kEqualVariableImm, op), Place(),
                       ConstantOf(term.args[1]).int_value(), ScalarKind::kBool,
                       place)) {
      return false;
    }
    out_.instructions.back().a = static_cast<uint16_t>(left.index);
    return true;
  }
  Place a;
  if (!Translate(term.args[0], &a)) return false;
  if (IsIntLike(a.kind) && IsConstant(term.args[1])) {
    const Value& with = ConstantOf(term.args[1]);
    const bool same = (a.kind == ScalarKind::kInt && with.is_int()) ||
                      (a.kind == ScalarKind::kBool && with.is_bool()) ||
                      (a.kind == ScalarKind::kDate && with.is_date());
    if (same) {
      const int64_t imm = with.is_date()   ? with.date_value().days()
                          : with.is_bool() ? (with.bool_value() ? 1 : 0)
                                           : with.int_value();
      return EmitImmediate(Offset(ScalarOp::kEqualIntImm, op), a, imm,
                           ScalarKind::kBool, place);
    }
  }
  Place b;
  if (!Translate(term.args[1], &b)) return false;
  // a > b is b < a.
  if (term.op == Op::kGreater || term.op == Op::kGreaterEqual) std::swap(a, b);
  const int swapped = op >= 4 ? op - 2 : op;
  ScalarOp first = ScalarOp::kEqualInt;
  if (a.kind == ScalarKind::kText && b.kind == ScalarKind::kText) {
    if (swapped > 1) return false;
    first = ScalarOp::kEqualText;
  } else if (a.kind == ScalarKind::kDouble && b.kind == ScalarKind::kDouble) {
    first = ScalarOp::kEqualDouble;
  } else if (!IsIntLike(a.kind) || a.kind != b.kind) {
    if (!AsDecimal(&a) || !AsDecimal(&b)) return false;
    first = ScalarOp::kEqualDecimal;
  }
  return EmitBinary(Offset(first, swapped), a, b, ScalarKind::kBool, place);
}

bool Translation::TranslateArithmetic(const Term& term, Place* place) {
  const int op = static_cast<int>(term.op) - static_cast<int>(Op::kAdd);
  Place a;
  if (!Translate(term.args[0], &a)) return false;
  const bool immediate = a.kind == ScalarKind::kInt &&
                         IsConstant(term.args[1]) &&
                         ConstantOf(term.args[1]).is_int() && op <= 2;
  if (immediate) {
    return EmitImmediate(Offset(ScalarOp::kAddIntImm, op), a,
                         ConstantOf(term.args[1]).int_value(), ScalarKind::kInt,
                         place);
  }
  Place b;
  if (!Translate(term.args[1], &b)) return false;
  if (a.kind == ScalarKind::kInt && b.kind == ScalarKind::kInt) {
    return EmitBinary(Offset(ScalarOp::kAddInt, op), a, b, ScalarKind::kInt,
                      place);
  }
  if (term.op == Op::kModulo) return false;
  if (a.kind == ScalarKind::kDouble && b.kind == ScalarKind::kDouble) {
    return EmitBinary(Offset(ScalarOp::kAddDouble, op), a, b,
                      ScalarKind::kDouble, place);
  }
  return AsDecimal(&a) && AsDecimal(&b) &&
         EmitBinary(Offset(ScalarOp::kAddDecimal, op), a, b,
                    ScalarKind::kDecimal, place);
}

bool Translation::TranslateMultiplyDivide(const Term& term, Place* place) {
  Place parts[3];
  for (int i = 0; i < 3; ++i) {
    if (!Translate(term.args[i], &parts[i]) || !AsDecimal(&parts[i])) {
      return false;
    }
  }
  if (!EmitBinary(ScalarOp::kMultiplyDivide, parts[0], parts[1],
                  ScalarKind::kDecimal, place)) {
    return false;
  }
  out_.instructions.back().imm = parts[2].reg;
  return true;
}

bool Translation::TranslateText(const Term& term, Place* place) {
  Place text;
  if (!Translate(term.args[0], &text) || text.kind != ScalarKind::kText) {
    return false;
  }
  if (term.op == Op::kMatchesPattern) {
    // A large pattern costs more to search for than is counted here.
    if (code_.patterns[term.index]->ProgramSize() > kMostProgram) return false;
    out_.patterns.push_back(code_.patterns[term.index]);
    return EmitImmediate(ScalarOp::kMatches, text,
                         static_cast<int64_t>(out_.patterns.size()) - 1,
                         ScalarKind::kBool, place);
  }
  Place part;
  if (!Translate(term.args[1], &part) || part.kind != ScalarKind::kText) {
    return false;
  }
  const ScalarOp op = term.op == Op::kContains     ? ScalarOp::kContains
                      : term.op == Op::kStartsWith ? ScalarOp::kStartsWith
                                                   : ScalarOp::kEndsWith;
  return EmitBinary(op, text, part, ScalarKind::kBool, place);
}

// In a list of constants that is written out.
bool Translation::TranslateAmong(const Term& term, Place* place) {
  const Term& list = At(term.args[1]);
  Place a;
  if (list.op != Op::kList || !list.optional.empty() ||
      list.args.size() > kMostUnrolled || !Translate(term.args[0], &a)) {
    return false;
  }
  std::vector<Value> items;
  for (const int arg : list.args) {
    if (!IsConstant(arg)) return false;
    const Value& item = ConstantOf(arg);
    const bool same = (a.kind == ScalarKind::kText && item.is_string()) ||
                      (a.kind == ScalarKind::kInt && item.is_int());
    if (!same) return false;
    items.push_back(item);
  }
  out_.lists.push_back(std::move(items));
  return EmitImmediate(
      a.kind == ScalarKind::kText ? ScalarOp::kTextAmong : ScalarOp::kIntAmong,
      a, static_cast<int64_t>(out_.lists.size()) - 1, ScalarKind::kBool, place);
}

// all() and exists() over a list that is written out: && and || over its
// elements. All elements are evaluated first, as the list is.
bool Translation::TranslateQuantifier(const Term& term, Place* place) {
  const Term& list = At(term.args[0]);
  const bool all = term.macro == Macro::kAll;
  if ((!all && term.macro != Macro::kExists) || term.two_variables ||
      list.op != Op::kList || !list.optional.empty() || list.args.empty() ||
      list.args.size() > kMostUnrolled) {
    return false;
  }
  std::vector<Place> elements(list.args.size());
  for (size_t i = 0; i < elements.size(); ++i) {
    if (!Translate(list.args[i], &elements[i]) ||
        elements[i].kind != elements[0].kind) {
      return false;
    }
  }
  Place result;
  if (!NewRegister(ScalarKind::kBool, &result)) return false;
  std::vector<size_t> jumps;
  const int registers = next_;
  for (size_t i = 0; i < elements.size(); ++i) {
    locals_[term.index] = elements[i];
    next_ = registers;  // what one turn used the next may use again
    Place body;
    if (!Translate(term.args[1], &body) || body.kind != ScalarKind::kBool) {
      return false;
    }
    MoveTo(result, body);
    if (i + 1 == elements.size()) break;
    jumps.push_back(out_.instructions.size());
    Emit(all ? ScalarOp::kJumpIfFalse : ScalarOp::kJumpIfTrue).a =
        static_cast<uint16_t>(result.reg);
  }
  Land(jumps);
  *place = result;
  place->joined = true;
  return true;
}

}  // namespace

std::shared_ptr<const ScalarCode> ScalarCode::Make(const Code& code, int term) {
  auto made = std::make_shared<ScalarCode>();
  if (!Translation(code, made.get()).Run(term)) return nullptr;
  return made;
}

}  // namespace duban::expr
