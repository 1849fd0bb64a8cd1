// A small world for the tests of expressions: variables of every type,
// records with fields that may be missing, a table, a host function and a
// calendar without weekends. Thread-safe: all of it is constant.
#ifndef DUBAN_TESTS_EXPR_CAMPAIGN_H_
#define DUBAN_TESTS_EXPR_CAMPAIGN_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/expr/program.h"

namespace duban::expr {

inline Value Dec(absl::string_view text) {
  return Value::Dec(*Decimal::Parse(text));
}
inline Value Day(absl::string_view text) {
  return Value::Day(*Date::Parse(text));
}

// 90 and above 30 points, 60 and above 20; below, nothing matches.
class Bands : public LookupTable {
 public:
  const std::vector<Type>& inputs() const override { return inputs_; }
  Type output() const override { return Type::Decimal(); }
  Value Lookup(absl::Span<const Value> arguments) const override {
    const Decimal x = arguments[0].decimal_value();
    if (x >= Decimal::FromInt(90)) return Value::Int(30);
    if (x >= Decimal::FromInt(60)) return Dec("20.5");
    if (x.is_negative()) return Value::Missing();
    return Value::Error("NO_MATCH", "表里没有这一档", "no row matches");
  }

 private:
  std::vector<Type> inputs_ = {Type::Decimal()};
};

// Monday to Friday.
class Weekdays : public WorkingDays {
 public:
  int64_t Between(Date from, Date to) const override {
    if (to < from) return -Between(to, from);
    int64_t n = 0;
    for (Date d = from.AddDays(1); d <= to; d = d.AddDays(1)) {
      if (d.weekday() <= 5) ++n;
    }
    return n;
  }
  Date Add(Date from, int64_t n) const override {
    Date d = from;
    while (n > 0) {
      d = d.AddDays(1);
      if (d.weekday() <= 5) --n;
    }
    return d;
  }
};

class Row : public Record {
 public:
  Row(const RecordType* type, std::vector<Value> values)
      : type_(type), values_(std::move(values)) {}
  const RecordType& type() const override { return *type_; }
  Value Get(int field) const override { return values_[field]; }

 private:
  const RecordType* type_;
  std::vector<Value> values_;
};

class Campaign {
 public:
  Campaign()
      : place_("place", {{"city", Type::String(), "城市", true}}),
        person_("person", {{"name", Type::String(), "姓名", false},
                           {"age", Type::Int(), "年龄", true},
                           {"home", Type::Record(&place_), "住址", true},
                           {"points", Type::Decimal(), "分数", false}}),
        beijing_(&place_, {Value::Str("北京")}),
        zhang_(&person_, {Value::Str("张三"), Value::Int(30),
                          Value::Rec(&beijing_), Dec("7.5")}),
        li_(&person_, {Value::Str("李四"), Value::Missing(), Value::Missing(),
                       Dec("2")}) {
    const Type people = Type::List(Type::Record(&person_));
    Add({"minutes", Type::Decimal(), "分钟", false}, Dec("90"));
    Add({"count", Type::Int(), "党课次数", false}, Value::Int(7));
    Add({"name", Type::String(), "名称", false}, Value::Str("督办"));
    Add({"ok", Type::Bool(), "合格", false}, Value::Bool(true));
    Add({"due", Type::Date(), "期限", false}, Day("2021-10-27"));
    Add({"as_of", Type::Date(), "统计日期", false}, Day("2021-11-01"));
    Add({"xs", Type::List(Type::Int()), "", false},
        Value::List({Value::Int(1), Value::Int(2), Value::Int(3)}));
    Add({"ds", Type::List(Type::Decimal()), "", false},
        Value::List({Dec("0.5"), Value::Int(2)}));
    Add({"m", Type::Map(Type::String(), Type::Int()), "", false},
        Value::Map({{Value::Str("a"), Value::Int(1)},
                    {Value::Str("键"), Value::Int(2)}}));
    Add({"any", Type::Dyn(), "", false}, Value::Int(5));
    Add({"nothing", Type::Dyn(), "", false}, Value::Missing());
    Add({"absent", Type::Decimal(), "缺", true}, Value::Missing());
    Add({"given", Type::Decimal(), "有", true}, Dec("4"));
    Add({"person", Type::Record(&person_), "党员", false}, Value::Rec(&zhang_));
    Add({"other", Type::Record(&person_), "", false}, Value::Rec(&li_));
    Add({"people", people, "人员", false},
        Value::List({Value::Rec(&zhang_), Value::Rec(&li_)}));
    Add({"wrong", Type::Int(), "", false}, Value::Str("not an int"));
    Add({"void_", Type::Decimal(), "", false}, Value::Null());
    environment_.AddTable("bands", &bands_);
    environment_.SetWorkingDays(&weekdays_);
    environment_.AddFunction({"level",
                              {Type::String(), Type::Int()},
                              Type::Decimal(),
                              [](absl::Span<const Value> a) {
                                return a[0].string_value() == "none"
                                           ? Value::Missing()
                                           : Value::Int(a[1].int_value() * 10);
                              }});
  }
  Campaign(const Campaign&) = delete;
  Campaign& operator=(const Campaign&) = delete;

  const Environment& environment() const { return environment_; }
  const std::vector<Value>& values() const { return values_; }
  int Slot(absl::string_view name) const {
    return environment_.FindVariable(name);
  }

  // The value, as text; "REASON@offset" of an error value; or the faults.
  std::string Run(absl::string_view text, const Limits& limits = {}) const {
    const Compiled c = Compile(text, environment_, Type::Dyn(), limits);
    if (!c.ok()) return absl::StrCat("faults: ", Faults(c.errors));
    const Value v = c.program.Evaluate(values_);
    if (!v.is_error()) return v.ToString();
    return absl::StrCat(v.error().reason, "@", v.error().offset);
  }

  // "REASON@offset+length …", or "" where it compiles.
  std::string Check(absl::string_view text,
                    const Type& expected = Type::Dyn()) const {
    return Faults(Compile(text, environment_, expected).errors);
  }

  std::string TypeOf(absl::string_view text) const {
    const Compiled c = Compile(text, environment_);
    return c.ok() ? c.program.type().ToString() : Faults(c.errors);
  }

  static std::string Faults(const std::vector<SourceError>& errors) {
    return absl::StrJoin(
        errors, " ", [](std::string* out, const SourceError& e) {
          absl::StrAppend(out, e.reason, "@", e.offset, "+", e.length);
        });
  }

 private:
  void Add(Declaration variable, Value value) {
    environment_.Add(std::move(variable));
    values_.push_back(std::move(value));
  }

  RecordType place_;
  RecordType person_;
  Row beijing_;
  Row zhang_;
  Row li_;
  Bands bands_;
  Weekdays weekdays_;
  Environment environment_;
  std::vector<Value> values_;
};

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_CAMPAIGN_H_
