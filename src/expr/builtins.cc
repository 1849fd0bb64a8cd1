#include "src/expr/builtins.h"

#include <cstring>

namespace duban::expr {
namespace {

constexpr Function kOperators[] = {
    {"!_", Op::kNot, false, false, {{"logical_not", "b", 'b'}}},
    {"-_",
     Op::kNegate,
     false,
     false,
     {{"negate_int64", "i", 'i'}, {"negate_decimal", "n", 'd'}}},
    {"_+_",
     Op::kAdd,
     false,
     false,
     {{"add_int64", "ii", 'i'},
      {"add_decimal", "nn", 'd'},
      {"add_string", "ss", 's'},
      {"add_list", "LL", 'J'},
      {"add_date_int64", "Di", 'D'}}},
    {"_-_",
     Op::kSubtract,
     false,
     false,
     {{"subtract_int64", "ii", 'i'},
      {"subtract_decimal", "nn", 'd'},
      {"subtract_date_date", "DD", 'i'},
      {"subtract_date_int64", "Di", 'D'}}},
    {"_*_",
     Op::kMultiply,
     false,
     false,
     {{"multiply_int64", "ii", 'i'}, {"multiply_decimal", "nn", 'd'}}},
    {"_/_",
     Op::kDivide,
     false,
     false,
     {{"divide_int64", "ii", 'i'}, {"divide_decimal", "nn", 'd'}}},
    {"_%_", Op::kModulo, false, false, {{"modulo_int64", "ii", 'i'}}},
    {"_==_", Op::kEqual, false, false, {{"equals", "aa", 'b'}}},
    {"_!=_", Op::kNotEqual, false, false, {{"not_equals", "aa", 'b'}}},
    {"_<_",
     Op::kLess,
     false,
     false,
     {{"less_bool", "bb", 'b'},
      {"less_int64", "ii", 'b'},
      {"less_decimal", "nn", 'b'},
      {"less_string", "ss", 'b'},
      {"less_date", "DD", 'b'}}},
    {"_<=_",
     Op::kLessEqual,
     false,
     false,
     {{"less_equals_bool", "bb", 'b'},
      {"less_equals_int64", "ii", 'b'},
      {"less_equals_decimal", "nn", 'b'},
      {"less_equals_string", "ss", 'b'},
      {"less_equals_date", "DD", 'b'}}},
    {"_>_",
     Op::kGreater,
     false,
     false,
     {{"greater_bool", "bb", 'b'},
      {"greater_int64", "ii", 'b'},
      {"greater_decimal", "nn", 'b'},
      {"greater_string", "ss", 'b'},
      {"greater_date", "DD", 'b'}}},
    {"_>=_",
     Op::kGreaterEqual,
     false,
     false,
     {{"greater_equals_bool", "bb", 'b'},
      {"greater_equals_int64", "ii", 'b'},
      {"greater_equals_decimal", "nn", 'b'},
      {"greater_equals_string", "ss", 'b'},
      {"greater_equals_date", "DD", 'b'}}},
    {"@in",
     Op::kIn,
     false,
     false,
     {{"in_list", "aL", 'b'}, {"in_map", "aM", 'b'}}},
};

constexpr Function kFunctions[] = {
    {"size",
     Op::kSize,
     true,
     true,
     {{"size_string", "s", 'i'},
      {"size_list", "L", 'i'},
      {"size_map", "M", 'i'}}},
    {"contains", Op::kContains, false, true, {{"contains_string", "ss", 'b'}}},
    {"startsWith",
     Op::kStartsWith,
     false,
     true,
     {{"starts_with_string", "ss", 'b'}}},
    {"endsWith", Op::kEndsWith, false, true, {{"ends_with_string", "ss", 'b'}}},
    {"matches", Op::kMatches, true, true, {{"matches_string", "ss", 'b'}}},
    {"int",
     Op::kInt,
     true,
     false,
     {{"int64_to_int64", "i", 'i'},
      {"decimal_to_int64", "n", 'i'},
      {"string_to_int64", "s", 'i'}}},
    {"decimal",
     Op::kDecimal,
     true,
     false,
     {{"number_to_decimal", "n", 'd'}, {"string_to_decimal", "s", 'd'}}},
    {"string",
     Op::kString,
     true,
     false,
     {{"string_to_string", "s", 's'},
      {"bool_to_string", "b", 's'},
      {"int64_to_string", "i", 's'},
      {"decimal_to_string", "n", 's'},
      {"date_to_string", "D", 's'}}},
    {"bool",
     Op::kBool,
     true,
     false,
     {{"bool_to_bool", "b", 'b'}, {"string_to_bool", "s", 'b'}}},
    {"date",
     Op::kDate,
     true,
     false,
     {{"date_to_date", "D", 'D'}, {"string_to_date", "s", 'D'}}},
    {"dyn", Op::kDyn, true, false, {{"to_dyn", "a", '*'}}},
    {"year", Op::kYear, true, true, {{"date_to_year", "D", 'i'}}},
    {"month", Op::kMonth, true, true, {{"date_to_month", "D", 'i'}}},
    {"day", Op::kDay, true, true, {{"date_to_day", "D", 'i'}}},
    {"weekday", Op::kWeekday, true, true, {{"date_to_weekday", "D", 'i'}}},
    {"days_between",
     Op::kDaysBetween,
     true,
     false,
     {{"days_between_date_date", "DD", 'i'}}},
    {"workdays_between",
     Op::kWorkdaysBetween,
     true,
     false,
     {{"workdays_between_date_date", "DD", 'i'}}},
    {"add_workdays",
     Op::kAddWorkdays,
     true,
     false,
     {{"add_workdays_date_int64", "Di", 'D'}}},
    {"min",
     Op::kMin,
     true,
     false,
     {{"min_int64", "ii+", 'i'},
      {"min_decimal", "nn+", 'd'},
      {"min_date", "DD+", 'D'},
      {"min_list_int64", "I", 'i'},
      {"min_list_decimal", "K", 'd'},
      {"min_list_date", "T", 'D'}}},
    {"max",
     Op::kMax,
     true,
     false,
     {{"max_int64", "ii+", 'i'},
      {"max_decimal", "nn+", 'd'},
      {"max_date", "DD+", 'D'},
      {"max_list_int64", "I", 'i'},
      {"max_list_decimal", "K", 'd'},
      {"max_list_date", "T", 'D'}}},
    {"clamp",
     Op::kClamp,
     true,
     false,
     {{"clamp_int64", "iii", 'i'}, {"clamp_decimal", "nnn", 'd'}}},
    {"abs",
     Op::kAbs,
     true,
     false,
     {{"abs_int64", "i", 'i'}, {"abs_decimal", "n", 'd'}}},
    {"round",
     Op::kRound,
     true,
     false,
     {{"round_int64", "i", 'i'},
      {"round_decimal", "n", 'd'},
      {"round_int64_places", "ii", 'i'},
      {"round_decimal_places", "ni", 'd'}}},
    {"floor",
     Op::kFloor,
     true,
     false,
     {{"floor_int64", "i", 'i'}, {"floor_decimal", "n", 'd'}}},
    {"ceil",
     Op::kCeil,
     true,
     false,
     {{"ceil_int64", "i", 'i'}, {"ceil_decimal", "n", 'd'}}},
    {"sum",
     Op::kSum,
     true,
     false,
     {{"sum_list_int64", "I", 'i'}, {"sum_list_decimal", "K", 'd'}}},
    {"avg", Op::kAvg, true, false, {{"avg_list", "K", 'd'}}},
    {"prorate", Op::kProrate, true, false, {{"prorate", "nnn", 'd'}}},
};

bool IsNumber(const Type& type) {
  return type.kind() == Kind::kInt || type.kind() == Kind::kDecimal;
}

}  // namespace

const Function* FindFunction(absl::string_view name) {
  for (const Function& function : kFunctions) {
    if (name == function.name) return &function;
  }
  return nullptr;
}

const Function* FunctionOf(Operator op) {
  for (const Function& function : kOperators) {
    if (OperatorName(op) == function.name) return &function;
  }
  return nullptr;
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const Function& function : kFunctions) names.push_back(function.name);
  for (const char* special : {"lookup", "orValue", "has", "all", "exists",
                              "exists_one", "filter", "map"}) {
    names.push_back(special);
  }
  return names;
}

bool Fits(char parameter, const Type& type) {
  const Kind kind = type.kind();
  if (kind == Kind::kDyn || parameter == 'a') return true;
  switch (parameter) {
    case 'b':
      return kind == Kind::kBool;
    case 'i':
      return kind == Kind::kInt;
    case 'n':
      return IsNumber(type);
    case 's':
      return kind == Kind::kString;
    case 'D':
      return kind == Kind::kDate;
    case 'L':
      return kind == Kind::kList;
    case 'I':
      return kind == Kind::kList && Fits('i', type.element());
    case 'K':
      return kind == Kind::kList && Fits('n', type.element());
    case 'T':
      return kind == Kind::kList && Fits('D', type.element());
    case 'M':
      return kind == Kind::kMap;
    default:
      return false;
  }
}

bool FitsAll(const Overload& overload, const std::vector<Type>& arguments) {
  const char* parameter = overload.parameters;
  for (const Type& argument : arguments) {
    const bool repeats = *parameter == '+';
    const char letter = repeats ? parameter[-1] : *parameter;
    if (letter == '\0' || !Fits(letter, argument)) return false;
    if (!repeats) ++parameter;
  }
  return *parameter == '\0' || *parameter == '+';
}

std::string ParameterName(char parameter) {
  switch (parameter) {
    case 'b':
      return "bool";
    case 'i':
      return "int";
    case 'n':
      return "number";
    case 's':
      return "string";
    case 'D':
      return "date";
    case 'L':
      return "list";
    case 'I':
      return "list(int)";
    case 'K':
      return "list(number)";
    case 'T':
      return "list(date)";
    case 'M':
      return "map";
    default:
      return "any";
  }
}

bool Unify(const Type& a, const Type& b, Type* result) {
  *result = a;
  if (a == b) return true;
  for (const Kind kind : {Kind::kError, Kind::kDyn}) {
    if (a.kind() != kind && b.kind() != kind) continue;
    *result = kind == Kind::kError ? Type::Error() : Type::Dyn();
    return true;
  }
  if (IsNumber(a) && IsNumber(b)) {
    *result = Type::Decimal();
    return true;
  }
  // A record may be absent, and is null then.
  if (a.kind() == Kind::kNull && b.kind() == Kind::kRecord) {
    *result = b;
    return true;
  }
  if (a.kind() == Kind::kRecord && b.kind() == Kind::kNull) return true;
  if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
    Type element;
    if (!Unify(a.element(), b.element(), &element)) element = Type::Dyn();
    *result = Type::List(element);
    return true;
  }
  if (a.kind() == Kind::kMap && b.kind() == Kind::kMap) {
    Type key, value;
    if (!Unify(a.key(), b.key(), &key)) key = Type::Dyn();
    if (!Unify(a.value(), b.value(), &value)) value = Type::Dyn();
    *result = Type::Map(key, value);
    return true;
  }
  return false;
}

bool Assignable(const Type& from, const Type& to) {
  if (from == to || from.kind() == Kind::kDyn || to.kind() == Kind::kDyn ||
      from.kind() == Kind::kError) {
    return true;
  }
  if (to.kind() == Kind::kDecimal) return from.kind() == Kind::kInt;
  if (to.kind() == Kind::kRecord) return from.kind() == Kind::kNull;
  if (from.kind() != to.kind()) return false;
  if (to.kind() == Kind::kList) return Assignable(from.element(), to.element());
  if (to.kind() == Kind::kMap) {
    return Assignable(from.key(), to.key()) &&
           Assignable(from.value(), to.value());
  }
  return false;
}

bool Comparable(const Type& a, const Type& b) {
  Type both;
  if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
    return Comparable(a.element(), b.element());
  }
  if (a.kind() == Kind::kMap && b.kind() == Kind::kMap) {
    return Comparable(a.key(), b.key()) && Comparable(a.value(), b.value());
  }
  return Unify(a, b, &both);
}

}  // namespace duban::expr
