#include "src/expr/cost.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "src/expr/pattern.h"

namespace duban::expr {
namespace {

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

int64_t Plus(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kUnbounded : sum;
}

int64_t Times(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kUnbounded : product;
}

// How large the value of a term is at most.
struct Size {
  int64_t text = 0;      // bytes of the longest string or key anywhere in it
  int64_t elements = 0;  // of the largest list or map anywhere in it
  int64_t all = 1;       // steps that comparing all of it takes
};

bool IsScalar(const Type& type) {
  switch (type.kind()) {
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kDecimal:
    case Kind::kDate:
    case Kind::kTimestamp:
    case Kind::kDuration:
      return true;
    default:
      return false;
  }
}

// A value of the type whose parts keep to the declared sizes.
Size OfType(const Type& type, const DeclaredSizes& sizes) {
  Size size;
  // A character has at most four bytes.
  const int64_t text = Times(4, sizes.text);
  switch (type.kind()) {
    case Kind::kString:
    case Kind::kBytes:
      size.text = text;
      size.all = Plus(1, text / 64);
      return size;
    case Kind::kList:
    case Kind::kMap:
      size.elements = sizes.elements;
      size.all = 1;
      for (const Type& part : type.parameters()) {
        const Size each = OfType(part, sizes);
        size.text = std::max(size.text, each.text);
        size.elements = std::max(size.elements, each.elements);
        size.all = Plus(size.all, Times(sizes.elements, each.all));
      }
      return size;
    default:
      break;
  }
  if (IsScalar(type)) return size;
  return {kUnbounded, kUnbounded, kUnbounded};
}

Size OfValue(const Value& value) {
  Size size;
  const auto add = [&size](const Value& part) {
    const Size each = OfValue(part);
    size.text = std::max(size.text, each.text);
    size.elements = std::max(size.elements, each.elements);
    size.all = Plus(size.all, each.all);
  };
  if (value.is_string() || value.is_bytes()) {
    size.text = static_cast<int64_t>(value.string_value().size());
    size.all = 1 + size.text / 64;
  } else if (value.is_list()) {
    size.elements = static_cast<int64_t>(value.list_value().size());
    for (const Value& item : value.list_value()) add(item);
  } else if (value.is_map() || value.is_message() || value.is_optional()) {
    return {kUnbounded, kUnbounded, kUnbounded};
  }
  return size;
}

class Estimate {
 public:
  Estimate(const Code& code, const DeclaredSizes& sizes)
      : code_(code),
        sizes_(sizes),
        costs_(code.terms.size()),
        values_(code.terms.size()),
        locals_(code.locals) {}

  Cost Run() {
    // A range stands before what goes through it, and its elements are no
    // larger than the whole.
    std::vector<int> macro_over(code_.terms.size(), -1);
    for (size_t i = 0; i < code_.terms.size(); ++i) {
      const Term& term = code_.terms[i];
      if (term.op == Op::kComprehension) {
        macro_over[term.args[0]] = static_cast<int>(i);
      }
    }
    for (size_t i = 0; i < code_.terms.size(); ++i) {
      Visit(static_cast<int>(i));
      if (macro_over[i] >= 0) SetLocals(code_.terms[macro_over[i]]);
    }
    return costs_[code_.root];
  }

 private:
  const Size& SizeOf(int term) const { return values_[term]; }

  void SetLocals(const Term& term) {
    for (int i = 0; i < (term.two_variables ? 2 : 1); ++i) {
      locals_[term.index + i] = SizeOf(term.args[0]);
    }
  }

  void Visit(int id);
  void VisitMacro(const Term& term, Cost* cost, Size* size);
  void VisitFunction(const Term& term, Cost* cost, Size* size);
  Size Joined(const Term& term, size_t first) const;

  const Code& code_;
  const DeclaredSizes& sizes_;
  std::vector<Cost> costs_;
  std::vector<Size> values_;
  std::vector<Size> locals_;
};

// At least as large as any of the arguments from `first`.
Size Estimate::Joined(const Term& term, size_t first) const {
  Size size;
  for (size_t i = first; i < term.args.size(); ++i) {
    const Size& arg = SizeOf(term.args[i]);
    size.text = std::max(size.text, arg.text);
    size.elements = std::max(size.elements, arg.elements);
    size.all = std::max(size.all, arg.all);
  }
  return size;
}

void Estimate::Visit(int id) {
  const Term& term = code_.terms[id];
  Cost cost{1, 1};
  for (const int arg : term.args) {
    cost.least = Plus(cost.least, costs_[arg].least);
    cost.most = Plus(cost.most, costs_[arg].most);
  }
  Size size;
  switch (term.op) {
    case Op::kConstant:
      size = OfValue(code_.constants[term.index]);
      break;
    case Op::kVariable:
    case Op::kField:
      size = OfType(term.type, sizes_);
      break;
    case Op::kLocal:
      size = locals_[term.index];
      break;
    case Op::kConform:
      size = SizeOf(term.args[0]);
      break;
    case Op::kConditional:
      cost.least = Plus(1, Plus(costs_[term.args[0]].least,
                                std::min(costs_[term.args[1]].least,
                                         costs_[term.args[2]].least)));
      size = Joined(term, 1);
      break;
    case Op::kAnd:
    case Op::kOr:
    case Op::kOrValue:
      cost.least = Plus(1, costs_[term.args[0]].least);
      size = Joined(term, 0);
      break;
    case Op::kList: {
      const auto count = static_cast<int64_t>(term.args.size());
      size = Joined(term, 0);
      size.elements = std::max(size.elements, count);
      size.all = Plus(1, Times(count, size.all));
      cost.least = Plus(cost.least, count);
      cost.most = Plus(cost.most, count);
      break;
    }
    case Op::kComprehension:
      VisitMacro(term, &cost, &size);
      break;
    default:
      VisitFunction(term, &cost, &size);
  }
  if (IsScalar(term.type)) size = Size();
  // An error ends it all early.
  cost.least = std::min<int64_t>(cost.least, cost.most);
  costs_[id] = cost;
  values_[id] = size;
}

void Estimate::VisitMacro(const Term& term, Cost* cost, Size* size) {
  const Size& range = SizeOf(term.args[0]);
  if (term.macro > Macro::kMapFilter) {
    *size = {kUnbounded, kUnbounded, kUnbounded};
    cost->most = kUnbounded;
    cost->least = Plus(1, costs_[term.args[0]].least);
    return;
  }
  int64_t each = 2;
  for (size_t i = 1; i < term.args.size(); ++i) {
    each = Plus(each, costs_[term.args[i]].most);
  }
  cost->least = Plus(1, costs_[term.args[0]].least);
  cost->most =
      Plus(Plus(1, costs_[term.args[0]].most), Times(range.elements, each));
  if (term.macro == Macro::kFilter) {
    *size = range;
  } else if (term.macro >= Macro::kMap) {
    *size = SizeOf(term.args.back());
    size->all = Plus(1, Times(range.elements, size->all));
    size->elements = std::max(size->elements, range.elements);
  }
}

// Of operators and functions that are followed; all others are unbounded,
// unless nothing that goes in or out has a size.
void Estimate::VisitFunction(const Term& term, Cost* cost, Size* size) {
  const Size both = Joined(term, 0);
  int64_t own = 0;
  switch (term.op) {
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kIn:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      own = Plus(Plus(1, both.all), Plus(both.elements, both.text / 64));
      break;
    case Op::kAdd:
      size->text = Times(2, both.text);
      size->elements = Times(2, both.elements);
      size->all = Times(2, both.all);
      own = Plus(size->text / 8, size->elements);
      break;
    case Op::kHas:
      break;
    case Op::kString:
      // Of what is no text there are few characters.
      size->text = std::max<int64_t>(64, both.text);
      size->all = Plus(1, size->text / 64);
      own = Plus(8, size->text / 8);
      break;
    case Op::kSize:
    case Op::kStartsWith:
    case Op::kEndsWith:
      own = both.text / 8;
      break;
    case Op::kMatchesPattern:
      own = Times(both.text, 4 + code_.patterns[term.index]->ProgramSize()) /
            kInstructionsPerStep;
      break;
    case Op::kContains:
      own = Times(both.text / 64, Plus(1, both.text / 64));
      break;
    case Op::kSum:
    case Op::kAvg:
    case Op::kMin:
    case Op::kMax:
      own =
          Plus(static_cast<int64_t>(term.args.size()), Times(4, both.elements));
      *size = both;
      break;
    default: {
      bool scalar = IsScalar(term.type) && term.op != Op::kHostCall &&
                    term.op != Op::kLookup;
      for (const int arg : term.args) {
        scalar = scalar && IsScalar(code_.terms[arg].type);
      }
      own = scalar ? 8 : kUnbounded;
      if (!scalar) *size = {kUnbounded, kUnbounded, kUnbounded};
    }
  }
  cost->most = Plus(cost->most, own);
}

}  // namespace

Cost EstimateCost(const Code& code, const DeclaredSizes& sizes) {
  return Estimate(code, sizes).Run();
}

}  // namespace duban::expr
