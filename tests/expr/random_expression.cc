#include "tests/expr/random_expression.h"

#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace duban::expr {

using absl::StrCat;

std::string RandomExpression::Pick(std::initializer_list<const char*> texts) {
  return *(texts.begin() + random_.Below(static_cast<uint32_t>(texts.size())));
}

std::string RandomExpression::IntLiteral() {
  return Pick({"0", "1", "2", "3", "7", "-1", "-4", "10", "100", "300", "1000",
               "40000", "-40000", "2147483648", "5000000000",
               "9223372036854775807", "-9223372036854775808"});
}

std::string RandomExpression::DecimalLiteral() {
  return Pick({"0.0", "0.5", "1.0", "2.0", "-1.0", "3.25", "0.000000001",
               "1000.0", "100000000000000000000.0", "-0.333333333"});
}

std::string RandomExpression::Literal(Sort sort) {
  switch (sort) {
    case Sort::kBool:
      return Pick({"true", "false"});
    case Sort::kInt:
      return IntLiteral();
    case Sort::kDecimal:
      return DecimalLiteral();
    case Sort::kDate:
      return Pick({"date('2021-10-27')", "date('1970-01-01')",
                   "date('0001-01-01')", "date('9999-12-31')"});
    case Sort::kUint:
      return Pick({"0u", "1u", "7u", "18446744073709551615u"});
    case Sort::kDouble:
      return Pick({"0.0", "-0.0", "1.5", "-2.25", "1e308", "1e-320"});
    case Sort::kBytes:
      return Pick({"b''", "b'ab'", "b'\\xff'"});
    case Sort::kTime:
      return Pick({"timestamp('2021-10-27T08:00:00Z')",
                   "timestamp('0001-01-01T00:00:00Z')", "timestamp(0)"});
    case Sort::kSpan:
      return Pick({"duration('1h')", "duration('-0.5s')", "duration('0s')"});
    case Sort::kString:
      return Pick({"''", "'a'", "'ab'", "'督办'", "'12'", "'true'"});
    case Sort::kInts:
      return Pick({"[1, 2, 3]", "[0]", "[-1, 9223372036854775807]"});
    case Sort::kTexts:
      return Pick({"['a', 'ab']", "['']"});
    case Sort::kMap:
      return Pick({"{'a': 1}", "{'a': 1, 'b': 2}"});
    case Sort::kOptional:
      return Pick({"[0][?1]", "optional.of(1)"});
  }
  return "true";
}

std::string RandomExpression::LocalOf(Sort sort) {
  std::vector<std::string> fitting;
  for (const auto& [name, local] : locals_) {
    if (local == sort) fitting.push_back(name);
  }
  if (fitting.empty()) return "";
  return fitting[random_.Below(static_cast<uint32_t>(fitting.size()))];
}

std::string RandomExpression::Leaf(Sort sort) {
  const std::string local = LocalOf(sort);
  if (!local.empty() && !Chance(3)) return local;
  if (Chance(4)) return Literal(sort);
  switch (sort) {
    case Sort::kBool:
      return scoring() ? Pick({"b", "c", "r.b", "q.b"}) : Pick({"b", "c"});
    case Sort::kInt:
      return scoring() ? Pick({"i", "j", "k", "r.n", "q.n"})
                       : Pick({"i", "j", "k"});
    case Sort::kDecimal:
      return Pick({"d", "e", "r.d", "q.d"});
    case Sort::kDate:
      return Pick({"day", "due", "r.day", "q.day"});
    case Sort::kUint:
      return Pick({"u", "v"});
    case Sort::kDouble:
      return Pick({"x", "y"});
    case Sort::kBytes:
      return "z";
    case Sort::kTime:
      return "ts";
    case Sort::kSpan:
      return "du";
    case Sort::kString:
      return scoring() ? Pick({"s", "t", "r.s", "q.s"}) : Pick({"s", "t"});
    case Sort::kInts:
      return "xs";
    case Sort::kTexts:
      return "ss";
    case Sort::kMap:
      return "m";
    case Sort::kOptional:
      return "o";
  }
  return "true";
}

std::string RandomExpression::Name() { return StrCat("v", names_++); }

std::string RandomExpression::Body(Sort sort, int depth,
                                   const std::string& name, Sort local) {
  locals_.emplace_back(name, local);
  std::string body = Of(sort, depth);
  locals_.pop_back();
  return body;
}

Sort RandomExpression::AnyScalar() {
  static constexpr Sort kScoring[] = {
      Sort::kBool,   Sort::kInt,     Sort::kInt,    Sort::kDate,
      Sort::kString, Sort::kDecimal, Sort::kDecimal};
  static constexpr Sort kCel[] = {Sort::kBool,   Sort::kInt,   Sort::kInt,
                                  Sort::kInt,    Sort::kUint,  Sort::kDouble,
                                  Sort::kDouble, Sort::kBytes, Sort::kTime,
                                  Sort::kSpan,   Sort::kString};
  return scoring() ? kScoring[random_.Below(std::size(kScoring))]
                   : kCel[random_.Below(std::size(kCel))];
}

std::string RandomExpression::Any(int depth) {
  locals_.clear();
  names_ = 0;
  if (Chance(2)) return Of(Sort::kBool, depth);
  if (!Chance(6)) return Of(AnyScalar(), depth);
  static constexpr Sort kScoring[] = {Sort::kInts, Sort::kTexts, Sort::kMap};
  static constexpr Sort kCel[] = {Sort::kInts, Sort::kTexts, Sort::kMap,
                                  Sort::kOptional};
  return scoring() ? Of(kScoring[random_.Below(std::size(kScoring))], depth)
                   : Of(kCel[random_.Below(std::size(kCel))], depth);
}

std::string RandomExpression::Of(Sort sort, int depth) {
  if (depth <= 0 || Chance(8)) return Leaf(sort);
  if (Chance(9)) {
    return StrCat("(", Of(Sort::kBool, depth - 1), " ? ", Of(sort, depth - 1),
                  " : ", Of(sort, depth - 1), ")");
  }
  if (!scoring() && Chance(14)) {
    const std::string name = Name();
    const Sort bound = AnyScalar();
    const std::string value = Of(bound, depth - 1);
    return StrCat("cel.bind(", name, ", ", value, ", ",
                  Body(sort, depth - 1, name, bound), ")");
  }
  switch (sort) {
    case Sort::kBool:
      return Bool(depth - 1);
    case Sort::kInt:
      return Int(depth - 1);
    case Sort::kDecimal:
      return Decimal(depth - 1);
    case Sort::kDate:
      return Date(depth - 1);
    case Sort::kUint:
      return Uint(depth - 1);
    case Sort::kDouble:
      return Double(depth - 1);
    case Sort::kBytes:
      return Bytes(depth - 1);
    case Sort::kTime:
      return Time(depth - 1);
    case Sort::kSpan:
      return Span(depth - 1);
    case Sort::kString:
      return Text(depth - 1);
    case Sort::kInts:
      return Ints(depth - 1);
    case Sort::kTexts:
      return Texts(depth - 1);
    case Sort::kMap:
      return Map(depth - 1);
    case Sort::kOptional:
      return Optional(depth - 1);
  }
  return Leaf(sort);
}

std::string RandomExpression::Relation(int depth) {
  Sort sort = AnyScalar();
  std::string op = Pick({"==", "!=", "<", "<=", ">", ">="});
  Sort other = sort;
  if (sort == Sort::kInt && scoring() && Chance(4)) other = Sort::kDecimal;
  if (Chance(12)) {
    sort = other = Chance(2) ? Sort::kInts : Sort::kMap;
    op = Pick({"==", "!="});
  }
  const std::string left = Of(sort, depth);
  const std::string right = Chance(2) ? Literal(other) : Of(other, depth);
  return StrCat("(", left, " ", op, " ", right, ")");
}

std::string RandomExpression::Among(int depth) {
  if (Chance(3)) {
    return Chance(2) ? StrCat("(", Of(Sort::kInt, depth), " in ",
                              Of(Sort::kInts, depth), ")")
                     : StrCat("(", Of(Sort::kString, depth), " in ",
                              Pick({"ss", "m", "['a', 'ab']"}), ")");
  }
  const Sort sort = AnyScalar();
  std::string list;
  for (uint32_t n = random_.Below(6); n > 0; --n) {
    list += Literal(sort) + (n > 1 ? ", " : "");
  }
  return StrCat("(", Of(sort, depth), " in [", list, "])");
}

std::string RandomExpression::Quantified(int depth) {
  const std::string macro =
      Pick({"all", "exists", "all", "exists", "exists_one"});
  const std::string name = Name();
  const Sort sort = AnyScalar();
  if (Chance(4)) {
    return StrCat(Of(Sort::kInts, depth - 1), ".", macro, "(", name, ", ",
                  Body(Sort::kBool, depth - 1, name, Sort::kInt), ")");
  }
  if (!scoring() && Chance(4)) {
    const std::string key = Name();
    const std::string range = Of(Sort::kMap, depth - 1);
    locals_.emplace_back(key, Sort::kString);
    const std::string body = Body(Sort::kBool, depth - 1, name, Sort::kInt);
    locals_.pop_back();
    return StrCat(range, ".", macro, "(", key, ", ", name, ", ", body, ")");
  }
  std::string list;
  for (uint32_t n = 1 + random_.Below(4); n > 0; --n) {
    list += Of(sort, depth - 2) + (n > 1 ? ", " : "");
  }
  return StrCat("[", list, "].", macro, "(", name, ", ",
                Body(Sort::kBool, depth - 1, name, sort), ")");
}

// What is asked of values that may be missing.
std::string RandomExpression::Presence(int depth) {
  switch (random_.Below(5)) {
    case 0:
      return StrCat("has(",
                    Pick({"maybe_i", "maybe_b", "maybe_day", "r.maybe_n",
                          "r.maybe_s", "q.maybe_d"}),
                    ")");
    case 1:
      return StrCat("(has(maybe_i) && maybe_i < ", Of(Sort::kInt, depth), ")");
    case 2:
      return StrCat("(has(r.maybe_n) ? r.maybe_n >= ", Of(Sort::kInt, depth),
                    " : ", Of(Sort::kBool, depth), ")");
    case 3:
      return StrCat(Pick({"maybe_b", "r.maybe_b", "q.maybe_b"}), ".orValue(",
                    Of(Sort::kBool, depth), ")");
    default:
      return StrCat("(!has(maybe_day) || maybe_day > ", Of(Sort::kDate, depth),
                    ")");
  }
}

std::string RandomExpression::BoolOfCel(int depth) {
  switch (random_.Below(7)) {
    case 0:
      return StrCat(Of(Sort::kOptional, depth), ".hasValue()");
    case 1:
      return StrCat("has(", Leaf(Sort::kMap), ".", Pick({"a", "b"}), ")");
    case 2:
      return StrCat("(dyn(", Of(AnyScalar(), depth), ") == dyn(",
                    Of(AnyScalar(), depth), "))");
    case 3:
      return StrCat("math.isNaN(", Of(Sort::kDouble, depth), ")");
    case 4:
      return StrCat("(any ", Pick({"==", "<", "!="}), " ",
                    Of(AnyScalar(), depth), ")");
    case 5:
      return StrCat("(type(any) == type(", Of(AnyScalar(), depth), "))");
    default:
      return StrCat("bool(", Of(Sort::kString, depth), ")");
  }
}

std::string RandomExpression::Bool(int depth) {
  switch (random_.Below(11)) {
    case 0:
      return StrCat("!", Of(Sort::kBool, depth));
    case 1:
    case 2:
      return StrCat("(", Of(Sort::kBool, depth), " && ", Of(Sort::kBool, depth),
                    ")");
    case 3:
    case 4:
      return StrCat("(", Of(Sort::kBool, depth), " || ", Of(Sort::kBool, depth),
                    ")");
    case 5:
      return Among(depth);
    case 6:
      return Quantified(depth);
    case 7:
      return scoring() ? Presence(depth) : BoolOfCel(depth);
    case 8:
      if (Chance(4)) {
        return StrCat(Of(Sort::kString, depth), ".matches('",
                      Pick({"^a", "(a|b)+$", "\\\\d", ""}), "')");
      }
      return StrCat(Of(Sort::kString, depth), ".",
                    Pick({"contains", "startsWith", "endsWith"}), "(",
                    Of(Sort::kString, depth), ")");
    default:
      return Relation(depth);
  }
}

std::string RandomExpression::IntOfScoring(int depth) {
  switch (random_.Below(8)) {
    case 0:
      return StrCat(Pick({"maybe_i", "r.maybe_n", "q.maybe_n"}), ".orValue(",
                    Of(Sort::kInt, depth), ")");
    case 1:
      return StrCat("abs(", Of(Sort::kInt, depth), ")");
    case 2:
      return StrCat(Pick({"min", "max"}), "(", Of(Sort::kInt, depth), ", ",
                    Of(Sort::kInt, depth), ")");
    case 3:
      return StrCat(Pick({"year", "month", "day", "weekday"}), "(",
                    Of(Sort::kDate, depth), ")");
    case 4:
      return StrCat("(", Of(Sort::kDate, depth), " - ", Of(Sort::kDate, depth),
                    ")");
    case 5:
      return StrCat("sum(", Of(Sort::kInts, depth), ")");
    case 6:
      return StrCat("int(", Of(Sort::kDecimal, depth), ")");
    default:
      return StrCat("m['a'].orValue(", Of(Sort::kInt, depth), ")");
  }
}

std::string RandomExpression::IntOfCel(int depth) {
  switch (random_.Below(6)) {
    case 0:
      return StrCat(Of(Sort::kOptional, depth), ".orValue(",
                    Of(Sort::kInt, depth), ")");
    case 1:
      return StrCat("int(", Of(Chance(2) ? Sort::kUint : Sort::kDouble, depth),
                    ")");
    case 2:
      return StrCat(Of(Sort::kTime, depth), ".",
                    Pick({"getFullYear", "getHours", "getDayOfWeek"}), "()");
    case 3:
      return StrCat("math.greatest(", Of(Sort::kInt, depth), ", ",
                    Of(Sort::kInt, depth), ")");
    case 4:
      return StrCat("m[", Pick({"'a'", "'b'", "s"}), "]");
    default:
      return StrCat(Of(Sort::kOptional, depth), ".value()");
  }
}

std::string RandomExpression::Int(int depth) {
  switch (random_.Below(9)) {
    case 0:
      return StrCat("-(", Of(Sort::kInt, depth), ")");
    case 1:
      return StrCat(Of(Sort::kInts, depth), "[", Of(Sort::kInt, depth), "]");
    case 2:
      return StrCat("size(", Of(Chance(2) ? Sort::kString : Sort::kInts, depth),
                    ")");
    case 3:
    case 4:
      return scoring() ? IntOfScoring(depth) : IntOfCel(depth);
    default:
      return StrCat("(", Of(Sort::kInt, depth), " ",
                    Pick({"+", "-", "*", "+", "-", "/", "%"}), " ",
                    Of(Sort::kInt, depth), ")");
  }
}

std::string RandomExpression::Decimal(int depth) {
  const Sort either = Chance(3) ? Sort::kInt : Sort::kDecimal;
  switch (random_.Below(12)) {
    case 0:
      return StrCat("((", Of(either, depth), " * ", Of(Sort::kDecimal, depth),
                    ") / ", Of(Sort::kInt, depth), ")");
    case 1:
      return StrCat(Pick({"maybe_d", "r.maybe_d", "q.maybe_d"}), ".orValue(",
                    Of(either, depth), ")");
    case 2:
      return StrCat("clamp(", Of(Sort::kDecimal, depth), ", ",
                    Of(either, depth), ", ", Of(Sort::kDecimal, depth), ")");
    case 3:
      return StrCat("prorate(", Of(Sort::kDecimal, depth), ", ",
                    Of(Sort::kInt, depth), ", 20)");
    case 4:
      return StrCat("lookup('bands', ", Of(either, depth), ")");
    case 5:
      return StrCat("level(", Of(Sort::kString, depth), ", ", Of(either, depth),
                    ")");
    case 6:
      return StrCat("round(", Of(Sort::kDecimal, depth), ", 1)");
    case 7:
      return StrCat("(", Of(Sort::kBool, depth), " ? ", Of(Sort::kInt, depth),
                    " : ", Of(Sort::kDecimal, depth), ")");
    default:
      return StrCat("(", Of(Sort::kDecimal, depth), " ",
                    Pick({"+", "-", "*", "/"}), " ", Of(either, depth), ")");
  }
}

std::string RandomExpression::Date(int depth) {
  if (Chance(8)) {
    return StrCat("add_workdays(", Of(Sort::kDate, depth), ", ",
                  Pick({"1", "3", "-2"}), ")");
  }
  if (Chance(4)) {
    return StrCat("maybe_day.orValue(", Of(Sort::kDate, depth), ")");
  }
  return StrCat("(", Of(Sort::kDate, depth), " ", Pick({"+", "-"}), " ",
                Of(Sort::kInt, depth), ")");
}

std::string RandomExpression::Uint(int depth) {
  if (Chance(5)) return StrCat("uint(", Of(Sort::kInt, depth), ")");
  return StrCat("(", Of(Sort::kUint, depth), " ",
                Pick({"+", "-", "*", "/", "%"}), " ", Of(Sort::kUint, depth),
                ")");
}

std::string RandomExpression::Double(int depth) {
  switch (random_.Below(8)) {
    case 0:
      return StrCat("double(", Of(Chance(2) ? Sort::kInt : Sort::kUint, depth),
                    ")");
    case 1:
      return StrCat("-(", Of(Sort::kDouble, depth), ")");
    case 2:
      return StrCat("math.", Pick({"ceil", "floor", "round", "abs"}), "(",
                    Of(Sort::kDouble, depth), ")");
    default:
      return StrCat("(", Of(Sort::kDouble, depth), " ",
                    Pick({"+", "-", "*", "/"}), " ", Of(Sort::kDouble, depth),
                    ")");
  }
}

std::string RandomExpression::Bytes(int depth) {
  if (Chance(2)) return StrCat("bytes(", Of(Sort::kString, depth), ")");
  return StrCat("(", Of(Sort::kBytes, depth), " + ", Of(Sort::kBytes, depth),
                ")");
}

std::string RandomExpression::Time(int depth) {
  if (Chance(4)) return StrCat("timestamp(", Of(Sort::kInt, depth), ")");
  return StrCat("(", Of(Sort::kTime, depth), " ", Pick({"+", "-"}), " ",
                Of(Sort::kSpan, depth), ")");
}

std::string RandomExpression::Span(int depth) {
  if (Chance(3)) {
    return StrCat("(", Of(Sort::kTime, depth), " - ", Of(Sort::kTime, depth),
                  ")");
  }
  return StrCat("(", Of(Sort::kSpan, depth), " ", Pick({"+", "-"}), " ",
                Of(Sort::kSpan, depth), ")");
}

std::string RandomExpression::Text(int depth) {
  switch (random_.Below(7)) {
    case 0:
      return StrCat(
          "string(",
          Of(scoring() && Chance(2) ? Sort::kDecimal : Sort::kInt, depth), ")");
    case 1:
      return StrCat("ss[", Of(Sort::kInt, depth), "]");
    case 2:
      if (scoring()) {
        return StrCat("r.maybe_s.orValue(", Of(Sort::kString, depth), ")");
      }
      return StrCat(Of(Sort::kString, depth), ".replace('a', ",
                    Of(Sort::kString, depth), ")");
    case 3:
      if (scoring()) return Leaf(Sort::kString);
      return StrCat("'%s/%d'.format([", Of(Sort::kString, depth), ", ",
                    Of(Sort::kInt, depth), "])");
    default:
      return StrCat("(", Of(Sort::kString, depth), " + ",
                    Of(Sort::kString, depth), ")");
  }
}

std::string RandomExpression::Ints(int depth) {
  const std::string name = Name();
  const std::string second = Name();
  const std::string range = Of(Sort::kInts, depth);
  switch (random_.Below(scoring() ? 4 : 6)) {
    case 0:
      return StrCat("[", Of(Sort::kInt, depth), ", ", Of(Sort::kInt, depth),
                    "]");
    case 1:
      return StrCat(range, ".filter(", name, ", ",
                    Body(Sort::kBool, depth, name, Sort::kInt), ")");
    case 2:
      return StrCat(range, ".map(", name, ", ",
                    Body(Sort::kInt, depth, name, Sort::kInt), ")");
    case 3:
      return StrCat("(", range, " + ", Of(Sort::kInts, depth), ")");
    case 4:
      locals_.emplace_back(second, Sort::kInt);
      locals_.emplace_back(name, Sort::kInt);
      {
        std::string text = StrCat(range, ".transformList(", name, ", ", second,
                                  ", ", Of(Sort::kInt, depth), ")");
        locals_.resize(locals_.size() - 2);
        return text;
      }
    default:
      return StrCat("[?", Of(Sort::kOptional, depth), ", ",
                    Of(Sort::kInt, depth), "]");
  }
}

std::string RandomExpression::Texts(int depth) {
  const std::string name = Name();
  if (!scoring() && Chance(3)) {
    return StrCat(Of(Sort::kString, depth), ".split('a')");
  }
  if (Chance(2)) {
    return StrCat("[", Of(Sort::kString, depth), ", ", Of(Sort::kString, depth),
                  "]");
  }
  return StrCat(Of(Sort::kTexts, depth), ".map(", name, ", ",
                Body(Sort::kString, depth, name, Sort::kString), ")");
}

std::string RandomExpression::Map(int depth) {
  const std::string key = Name();
  const std::string value = Name();
  if (!scoring() && Chance(2)) {
    const std::string range = Of(Sort::kMap, depth);
    locals_.emplace_back(key, Sort::kString);
    const std::string body = Body(Sort::kInt, depth, value, Sort::kInt);
    locals_.pop_back();
    return StrCat(range, ".transformMap(", key, ", ", value, ", ", body, ")");
  }
  return StrCat("{", Of(Sort::kString, depth), ": ", Of(Sort::kInt, depth),
                ", 'b': ", Of(Sort::kInt, depth), "}");
}

std::string RandomExpression::Optional(int depth) {
  const std::string name = Name();
  switch (random_.Below(5)) {
    case 0:
      return StrCat("optional.of(", Of(Sort::kInt, depth), ")");
    case 1:
      return StrCat(Leaf(Sort::kInts), "[?", Of(Sort::kInt, depth), "]");
    case 2:
      return StrCat(Of(Sort::kMap, depth), "[?", Of(Sort::kString, depth), "]");
    case 3:
      return StrCat(Of(Sort::kOptional, depth), ".optMap(", name, ", ",
                    Body(Sort::kInt, depth, name, Sort::kInt), ")");
    default:
      return StrCat(Of(Sort::kOptional, depth), ".or(",
                    Of(Sort::kOptional, depth), ")");
  }
}

}  // namespace duban::expr
