#include "tests/expr/random_columns.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"

namespace duban::expr {
namespace {

using Layout = Column::Layout;

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Layout LayoutFor(const Type& type, Random* random) {
  // Now and then one that does not go with the type.
  if (random->Below(20) == 0) return static_cast<Layout>(random->Below(10));
  const auto coded = [random] {
    static constexpr Layout kAny[] = {Layout::kCode8, Layout::kCode16,
                                      Layout::kCode32, Layout::kValue};
    return kAny[random->Below(4)];
  };
  if (random->Below(3) == 0) return coded();
  switch (type.kind()) {
    case Kind::kBool:
      return Layout::kUint8;
    case Kind::kInt:
    case Kind::kDate:
      return static_cast<Layout>(random->Below(4));
    case Kind::kDouble:
      return Layout::kDouble;
    case Kind::kDecimal:
      return random->Below(2) == 0 ? Layout::kDecimal
                                   : static_cast<Layout>(random->Below(4));
    default:
      return coded();
  }
}

// Of a record bound as a whole: every field a value.
class FilledRecord : public Record {
 public:
  FilledRecord(const RecordType* type, std::vector<Value> values)
      : type_(type), values_(std::move(values)) {}
  const RecordType& type() const override { return *type_; }
  Value Get(int field) const override { return values_[field]; }

 private:
  const RecordType* type_;
  std::vector<Value> values_;
};

}  // namespace

int64_t RandomColumn::RandomInt(Random* random) const {
  const auto near_zero = [random] { return int64_t{random->Below(9)} - 4; };
  switch (temper_) {
    case 0:
      return near_zero();
    case 1:
      return random->Below(100000);
    case 2: {
      const int64_t wide =
          int64_t{random->Below(1 << 30)} << 20 | random->Below(1 << 20);
      return random->Below(2) == 0 ? wide : -wide;
    }
    default:
      break;
  }
  static constexpr int64_t kExtremes[] = {kLeast,  kLeast + 1, kMost, 0,
                                          -1,      4294967296, 1,     -719163,
                                          2932896, 2932897};
  return random->Below(3) == 0 ? near_zero()
                               : kExtremes[random->Below(std::size(kExtremes))];
}

namespace {

double RandomDouble(Random* random) {
  static const double kOdd[] = {0.0,
                                -0.0,
                                1.0,
                                -1.5,
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN(),
                                std::numeric_limits<double>::denorm_min(),
                                std::numeric_limits<double>::max(),
                                9007199254740993.0};
  if (random->Below(3) == 0) return kOdd[random->Below(std::size(kOdd))];
  return (static_cast<double>(random->Below(20000)) - 10000) / 64;
}

Value RandomError(Random* random) {
  EvalError error;
  error.reason = random->Below(2) == 0 ? "BROKEN" : "LOST";
  error.zh = "坏了";
  error.en = "it is broken";
  // One that has a place already keeps it.
  error.offset = random->Below(4) == 0 ? 3 : -1;
  return Value::Error(std::move(error));
}

std::string RandomText(Random* random) {
  static const char* const kTexts[] = {"",   "a",  "ab",   "b", "督办",
                                       "12", "-7", "true", "x"};
  std::string text = kTexts[random->Below(std::size(kTexts))];
  if (random->Below(40) == 0) text += std::string(200, 'a');
  return text;
}

}  // namespace

Value RandomColumn::RandomValue(const Type& type, Random* random) {
  switch (type.kind()) {
    case Kind::kBool:
      return Value::Bool(random->Below(2) == 0);
    case Kind::kInt:
      return Value::Int(RandomInt(random));
    case Kind::kUint:
      return Value::Uint(static_cast<uint64_t>(RandomInt(random)));
    case Kind::kDouble:
      return Value::Double(RandomDouble(random));
    case Kind::kDecimal:
      if (random->Below(3) == 0) return Value::Int(RandomInt(random));
      return Value::Dec(
          Decimal::FromUnitsUnchecked(int128_t{RandomInt(random)} * 1000003));
    case Kind::kDate:
      return Value::Day(
          Date::FromDays(static_cast<int32_t>(random->Below(40000)) - 10000));
    case Kind::kTimestamp:
      return Value::Time({int64_t{random->Below(2000000000)}, 5000});
    case Kind::kDuration:
      return Value::Span({int64_t{random->Below(100000)} - 50000, 0});
    case Kind::kString:
      return Value::Str(RandomText(random));
    case Kind::kBytes:
      return Value::Bytes(RandomText(random));
    case Kind::kList: {
      ListValue items;
      for (uint32_t n = random->Below(4); n > 0; --n) {
        items.push_back(RandomValue(type.element(), random));
      }
      return Value::List(std::move(items));
    }
    case Kind::kMap: {
      MapValue entries;
      for (const char* key : {"a", "b"}) {
        if (random->Below(2) == 0) continue;
        entries.emplace_back(Value::Str(key),
                             RandomValue(type.value(), random));
      }
      return Value::Map(std::move(entries));
    }
    case Kind::kOptional:
      if (random->Below(3) == 0) return Value::None();
      return Value::Optional(RandomValue(type.parameters()[0], random));
    case Kind::kRecord: {
      std::vector<Value> fields;
      for (const Declaration& field : type.record()->fields()) {
        fields.push_back(field.may_be_missing && random->Below(3) == 0
                             ? Value::Missing()
                             : OddValue(field.type, random));
      }
      records_.push_back(
          std::make_unique<FilledRecord>(type.record(), std::move(fields)));
      return Value::Rec(records_.back().get());
    }
    default:
      return RandomValue(random->Below(2) == 0 ? Type::Int() : Type::String(),
                         random);
  }
}

// Mostly of the type.
Value RandomColumn::OddValue(const Type& type, Random* random) {
  switch (random->Below(40)) {
    case 0:
      return RandomError(random);
    case 1:
      return Value::Missing();
    case 2:
      return Value::Null();
    case 3:
      return random->Below(2) == 0 ? Value::Int(5) : Value::Str("odd");
    default:
      return RandomValue(type, random);
  }
}

RandomColumn::RandomColumn(const Type& type, size_t rows, Random* random)
    : type_(type), temper_(random->Below(4)) {
  if (temper_ == 3 && random->Below(2) == 0) temper_ = 0;
  column_.layout = LayoutFor(type, random);
  if (IsCoded(column_.layout)) {
    FillCodes(rows, random);
  } else if (column_.layout == Layout::kValue) {
    for (size_t i = 0; i < rows; ++i) {
      values_.push_back(OddValue(type, random));
    }
    column_.data = values_.data();
  } else {
    FillNumbers(rows, random);
  }
  if (random->Below(3) == 0) {
    const uint32_t one_in = random->Below(2) == 0 ? 2 : 50;
    for (size_t i = 0; i < rows; ++i) {
      // Any byte but 0 stands for a value.
      present_.push_back(random->Below(one_in) == 0
                             ? 0
                             : static_cast<uint8_t>(1 + random->Below(255)));
    }
    column_.present = present_.data();
  }
}

void RandomColumn::FillNumbers(size_t rows, Random* random) {
  const bool days = type_.kind() == Kind::kDate && random->Below(4) != 0;
  const uint32_t truth = random->Below(4) == 0 ? 256 : 2;
  for (size_t i = 0; i < rows; ++i) {
    const int64_t n =
        days ? int64_t{random->Below(30000)} - 9000 : RandomInt(random);
    bytes_.push_back(static_cast<uint8_t>(
        type_.kind() == Kind::kBool ? random->Below(truth) : n & 255));
    shorts_.push_back(static_cast<int16_t>(n));
    ints_.push_back(static_cast<int32_t>(n));
    longs_.push_back(n);
    doubles_.push_back(RandomDouble(random));
    decimals_.push_back(int128_t{n} * 250000001);
  }
  switch (column_.layout) {
    case Layout::kUint8:
      column_.data = bytes_.data();
      break;
    case Layout::kInt16:
      column_.data = shorts_.data();
      break;
    case Layout::kInt32:
      column_.data = ints_.data();
      break;
    case Layout::kInt64:
      column_.data = longs_.data();
      break;
    case Layout::kDouble:
      column_.data = doubles_.data();
      break;
    default:
      column_.data = decimals_.data();
  }
}

void RandomColumn::FillCodes(size_t rows, Random* random) {
  static constexpr uint32_t kSizes[] = {1, 2, 5, 40, 300, 70000};
  const uint32_t choice = random->Below(60);
  const uint32_t size = kSizes[choice < 59 ? choice % 5 : 5];
  for (uint32_t i = 0; i < size; ++i) {
    values_.push_back(OddValue(type_, random));
  }
  // Now and then codes that the dictionary does not have.
  const uint32_t most = random->Below(4) == 0 ? size + 3 : size;
  for (size_t i = 0; i < rows; ++i) {
    const uint32_t code =
        random->Below(500) == 0 ? 4000000000u : random->Below(most);
    bytes_.push_back(static_cast<uint8_t>(code));
    codes16_.push_back(static_cast<uint16_t>(code));
    codes32_.push_back(code);
  }
  column_.dictionary = values_.data();
  column_.dictionary_size = values_.size();
  column_.data = column_.layout == Layout::kCode8
                     ? static_cast<const void*>(bytes_.data())
                 : column_.layout == Layout::kCode16
                     ? static_cast<const void*>(codes16_.data())
                     : static_cast<const void*>(codes32_.data());
}

// A direct reading of what columns.h says.
Value RandomColumn::At(size_t row, const Type& declared) const {
  if (!present_.empty() && present_[row] == 0) return Value::Missing();
  int64_t number = 0;
  size_t code = 0;
  switch (column_.layout) {
    case Layout::kUint8:
      number = bytes_[row];
      break;
    case Layout::kInt16:
      number = shorts_[row];
      break;
    case Layout::kInt32:
      number = ints_[row];
      break;
    case Layout::kInt64:
      number = longs_[row];
      break;
    case Layout::kDouble:
      return Value::Double(doubles_[row]);
    case Layout::kDecimal:
      return Value::Dec(Decimal::FromUnitsUnchecked(decimals_[row]));
    case Layout::kValue:
      return values_[row];
    case Layout::kCode8:
      code = bytes_[row];
      break;
    case Layout::kCode16:
      code = codes16_[row];
      break;
    case Layout::kCode32:
      code = codes32_[row];
      break;
  }
  if (IsCoded(column_.layout)) {
    return code < values_.size() ? values_[code] : Value::Missing();
  }
  switch (declared.kind()) {
    case Kind::kBool:
      return Value::Bool(number != 0);
    case Kind::kDecimal:
      return Value::Dec(Decimal::FromInt(number));
    case Kind::kDate:
      if (number < Date::Min().days() || number > Date::Max().days()) {
        return Value::Int(number);
      }
      return Value::Day(Date::FromDays(static_cast<int32_t>(number)));
    default:
      return Value::Int(number);
  }
}

// The record r in one row.
class RandomColumns::RowRecord : public Record {
 public:
  explicit RowRecord(const RecordType* type) : type_(type) {
    values_.resize(type->fields().size(), Value::Missing());
  }
  const RecordType& type() const override { return *type_; }
  Value Get(int field) const override { return values_[field]; }
  void Set(int field, Value value) { values_[field] = std::move(value); }

 private:
  const RecordType* type_;
  std::vector<Value> values_;
};

RandomColumns::RandomColumns(const RandomWorld& world, bool checked,
                             size_t rows, Random* random)
    : rows_(rows) {
  const std::vector<Declaration>& variables = world.environment().variables();
  row_.resize(variables.size(), Value::Missing());
  const auto bind = [&](int slot, int field, const Type& type) {
    bound_.push_back({slot, field, checked ? type : Type::Dyn(),
                      std::make_unique<RandomColumn>(type, rows, random)});
  };
  for (size_t slot = 0; slot < variables.size(); ++slot) {
    const int at = static_cast<int>(slot);
    if (variables[slot].name != "r") {
      // What is not bound is missing.
      if (random->Below(50) != 0) bind(at, -1, variables[slot].type);
      continue;
    }
    r_ = std::make_unique<RowRecord>(&world.record());
    row_[slot] = Value::Rec(r_.get());
    for (size_t field = 0; field < world.record().fields().size(); ++field) {
      if (random->Below(30) == 0 && field > 0) continue;
      bind(at, static_cast<int>(field), world.record().fields()[field].type);
    }
  }
}

RandomColumns::~RandomColumns() = default;

void RandomColumns::BindTo(ColumnEvaluator* evaluator) const {
  for (const Bound& bound : bound_) {
    if (bound.field < 0) {
      evaluator->Bind(bound.slot, bound.column->column());
    } else {
      evaluator->Bind(bound.slot, bound.field, bound.column->column());
    }
  }
}

const std::vector<Value>& RandomColumns::Row(size_t row) {
  for (const Bound& bound : bound_) {
    Value value = bound.column->At(row, bound.declared);
    if (bound.field < 0) {
      row_[bound.slot] = std::move(value);
    } else {
      r_->Set(bound.field, std::move(value));
    }
  }
  return row_;
}

Plan RandomColumns::PlanOf(const Program& program) const {
  std::vector<Source> sources;
  for (const Bound& bound : bound_) {
    Source source;
    source.slot = bound.slot;
    source.field = bound.field;
    source.column = &bound.column->column();
    sources.push_back(source);
  }
  return MakePlan(program.code(), std::move(sources));
}

namespace {

bool IdenticalErrors(const EvalError& a, const EvalError& b) {
  return a.reason == b.reason && a.zh == b.zh && a.en == b.en &&
         a.offset == b.offset;
}

}  // namespace

bool Identical(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.is_missing() != b.is_missing()) return false;
  switch (a.kind()) {
    case Kind::kError:
      return IdenticalErrors(a.error(), b.error());
    case Kind::kDouble: {
      const double x = a.double_value();
      const double y = b.double_value();
      if (std::isnan(x) || std::isnan(y)) return std::isnan(x) == std::isnan(y);
      return std::memcmp(&x, &y, sizeof x) == 0;
    }
    case Kind::kList: {
      const ListValue& x = a.list_value();
      const ListValue& y = b.list_value();
      if (x.size() != y.size()) return false;
      for (size_t i = 0; i < x.size(); ++i) {
        if (!Identical(x[i], y[i])) return false;
      }
      return true;
    }
    case Kind::kMap: {
      const MapValue& x = a.map_value();
      const MapValue& y = b.map_value();
      if (x.size() != y.size()) return false;
      for (size_t i = 0; i < x.size(); ++i) {
        if (!Identical(x[i].first, y[i].first) ||
            !Identical(x[i].second, y[i].second)) {
          return false;
        }
      }
      return true;
    }
    case Kind::kOptional:
      return a.has_value() == b.has_value() &&
             (!a.has_value() ||
              Identical(a.optional_value(), b.optional_value()));
    case Kind::kNull:
      return true;
    default:
      return Equal(a, b);
  }
}

std::string Describe(const Value& value) {
  if (!value.is_error()) {
    return absl::StrCat(NameOf(value.kind()), " ", value.ToString());
  }
  const EvalError& error = value.error();
  return absl::StrCat(error.reason, "@", error.offset, " ", error.en);
}

}  // namespace duban::expr
