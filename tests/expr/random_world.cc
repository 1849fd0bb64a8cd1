// The variables of random expressions.
#include "tests/expr/random_expression.h"

namespace duban::expr {

RandomWorld::RandomWorld(Profile profile)
    : record_("row", {{"n", Type::Int(), "", false},
                      {"d", Type::Decimal(), "", false},
                      {"b", Type::Bool(), "", false},
                      {"s", Type::String(), "", false},
                      {"day", Type::Date(), "", false},
                      {"maybe_n", Type::Int(), "", true},
                      {"maybe_d", Type::Decimal(), "", true},
                      {"maybe_b", Type::Bool(), "", true},
                      {"maybe_s", Type::String(), "", true}}),
      environment_(profile) {
  const auto add = [this](const char* name, const Type& type,
                          bool missing = false) {
    environment_.Add({name, type, "", missing});
  };
  for (const char* name : {"i", "j", "k"}) add(name, Type::Int());
  for (const char* name : {"b", "c"}) add(name, Type::Bool());
  for (const char* name : {"s", "t"}) add(name, Type::String());
  add("xs", Type::List(Type::Int()));
  add("ss", Type::List(Type::String()));
  add("m", Type::Map(Type::String(), Type::Int()));
  add("any", Type::Dyn());
  if (profile == Profile::kCel) {
    for (const char* name : {"u", "v"}) add(name, Type::Uint());
    for (const char* name : {"x", "y"}) add(name, Type::Double());
    add("z", Type::Bytes());
    add("ts", Type::Timestamp());
    add("du", Type::Duration());
    add("o", Type::Optional(Type::Int()));
    return;
  }
  for (const char* name : {"d", "e"}) add(name, Type::Decimal());
  for (const char* name : {"day", "due"}) add(name, Type::Date());
  add("maybe_i", Type::Int(), true);
  add("maybe_d", Type::Decimal(), true);
  add("maybe_b", Type::Bool(), true);
  add("maybe_day", Type::Date(), true);
  add("r", Type::Record(&record_));
  add("q", Type::Record(&record_));
  environment_.AddTable("bands", &bands_);
  environment_.SetWorkingDays(&weekdays_);
  environment_.AddFunction({"level",
                            {Type::String(), Type::Decimal()},
                            Type::Decimal(),
                            [](absl::Span<const Value> a) {
                              if (a[0].string_value().empty()) {
                                return Value::Missing();
                              }
                              return a[1];
                            }});
}

}  // namespace duban::expr
