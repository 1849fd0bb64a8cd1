#include "src/table/arrow_cell.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/v1/common.pb.h"
#include "src/base/decimal.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"
#include "src/table/cell.h"
#include "src/table/enum_words.h"

namespace duban::table {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Every whole number below is a double of its own.
constexpr double kMostExact = 9007199254740992.0;  // 2^53

absl::Status NotUtf8() {
  return Fault("BAD_ENCODING")
      .Say("文本不是 UTF-8", "the text is not UTF-8")
      .Hint("请先转成 UTF-8", "convert it to UTF-8 first")
      .ToStatus();
}

absl::Status BadCode() {
  return Fault("BAD_ARROW")
      .Say("字典中没有这个编码", "the dictionary has no such code")
      .ToStatus();
}

absl::Status NotWhole(absl::string_view numeral) {
  return Fault("BAD_NUMBER")
      .Say(absl::StrCat("“", numeral, "”不是可精确表示的整数"),
           absl::StrCat("'", numeral, "' is not an exact whole number"))
      .Hint("请写整数，如 90", "write whole numbers, such as 90")
      .ToStatus();
}

absl::Status NotMidnight() {
  return Fault("BAD_DATE")
      .Say("日期带有时刻", "the date has a time of day")
      .Hint("请改为日期类型，或取当天零点",
            "make it a date, or the midnight at which the day begins")
      .ToStatus();
}

// The column a value is in, and its row there; null where there is none.
struct Place {
  const ArrowColumn* column = nullptr;
  int64_t row = 0;
};

absl::StatusOr<Place> Resolve(const ArrowColumn& source, int64_t row) {
  if (source.IsNull(row)) return Place{};
  if (source.words() == nullptr) return Place{&source, row};
  const int64_t code = source.Code(row);
  if (code < 0) return BadCode();
  if (source.words()->IsNull(code)) return Place{};
  return Place{source.words(), code};
}

const ArrowColumn& Values(const ArrowColumn& source) {
  return source.words() == nullptr ? source : *source.words();
}

bool IsText(const ArrowColumn& source) {
  const ArrowKind kind = Values(source).type().kind;
  return kind == ArrowKind::kText || kind == ArrowKind::kNull;
}

// Two's complement, little-endian, as digits: with the scale it has, and no
// more zeros than needed.
std::string DecimalNumeral(absl::string_view bytes, int scale) {
  std::vector<uint32_t> limbs(bytes.size() / 4);
  std::memcpy(limbs.data(), bytes.data(), bytes.size());
  const bool negative = (limbs.back() >> 31) != 0;
  uint64_t carry = 1;
  for (size_t i = 0; negative && i < limbs.size(); ++i) {
    carry += static_cast<uint32_t>(~limbs[i]);
    limbs[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  std::string digits;  // lowest first
  while (std::any_of(limbs.begin(), limbs.end(),
                     [](uint32_t limb) { return limb != 0; })) {
    uint64_t rest = 0;
    for (size_t i = limbs.size(); i-- > 0;) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<uint32_t>(rest / 10);
      rest %= 10;
    }
    digits.push_back(static_cast<char>('0' + rest));
  }
  if (digits.empty()) return "0";
  if (scale < 0) digits.insert(0, static_cast<size_t>(-scale), '0');
  const auto places = static_cast<size_t>(std::max(scale, 0));
  if (digits.size() <= places) digits.resize(places + 1, '0');
  size_t dropped = 0;
  while (dropped < places && digits[dropped] == '0') ++dropped;
  std::string out = negative ? "-" : "";
  for (size_t i = digits.size(); i-- > dropped;) {
    out.push_back(digits[i]);
    if (i == places && dropped < places) out.push_back('.');
  }
  return out;
}

// The shortest numeral that is this float.
template <typename Float>
std::string FloatNumeral(Float value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

absl::string_view KindName(ArrowKind kind) {
  switch (kind) {
    case ArrowKind::kBool:
      return "bool";
    case ArrowKind::kInt:
      return "integer";
    case ArrowKind::kFloat:
      return "float";
    case ArrowKind::kDecimal:
      return "decimal";
    case ArrowKind::kText:
      return "text";
    case ArrowKind::kDate:
      return "date";
    case ArrowKind::kTimestamp:
      return "timestamp";
    case ArrowKind::kList:
      return "list";
    case ArrowKind::kStruct:
      return "struct";
    default:
      return "other";
  }
}

bool IsListOfTexts(const ArrowColumn& source) {
  return source.type().kind == ArrowKind::kList && IsText(source.child(0));
}

bool IsListOfPairs(const ArrowColumn& source) {
  if (source.type().kind != ArrowKind::kList) return false;
  const ArrowColumn& pair = source.child(0);
  return pair.words() == nullptr && pair.type().kind == ArrowKind::kStruct &&
         pair.child_count() == 2 && IsText(pair.child(0)) &&
         IsText(pair.child(1));
}

bool IsReadable(const Column& column, const ArrowColumn& source) {
  if (IsText(source)) return true;
  const ArrowColumn& values = Values(source);
  const ArrowKind kind = values.type().kind;
  const bool number = kind == ArrowKind::kInt || kind == ArrowKind::kFloat;
  switch (column.type) {
    case ColumnType::kText:
      return false;
    case ColumnType::kDate:
      return kind == ArrowKind::kDate || kind == ArrowKind::kTimestamp;
    case ColumnType::kDecimal:
    case ColumnType::kInt:
      return number || kind == ArrowKind::kDecimal;
    case ColumnType::kBool:
      return number || kind == ArrowKind::kBool;
    case ColumnType::kEnum:
      return number;
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
      return IsListOfTexts(values);
    case ColumnType::kAttributes:
      break;
  }
  return IsListOfPairs(values);
}

// A text of a list or pair; null where it is null.
absl::Status ItemText(const ArrowColumn& source, int64_t row, bool* given,
                      absl::string_view* text) {
  const absl::StatusOr<Place> place = Resolve(source, row);
  if (!place.ok()) return place.status();
  *given = place->column != nullptr;
  *text = "";
  if (!*given) return absl::OkStatus();
  const absl::StatusOr<absl::string_view> read =
      place->column->Text(place->row);
  if (!read.ok()) return read.status();
  *text = *read;
  return IsUtf8(*text) ? absl::OkStatus() : NotUtf8();
}

}  // namespace

absl::Status CheckArrowType(const RecordSchema& schema, const Column& column,
                            const ArrowColumn& source,
                            absl::string_view format) {
  if (IsReadable(column, source)) return absl::OkStatus();
  const ArrowType& type = Values(source).type();
  Fault fault("ARROW_TYPE");
  fault.Say(absl::StrCat("“", column.zh, "”列不能从 Arrow 类型 ",
                         KindName(type.kind), "（“", format, "”）读取"),
            absl::StrCat("the column '", column.name,
                         "' cannot be read from the Arrow type ",
                         KindName(type.kind), " ('", format, "')"));
  if (type.has_zone && column.type == ColumnType::kDate) {
    fault.Hint("时刻属于哪一天取决于时区：请先在应有的时区里改为日期",
               "which day it is depends on the zone: make it a date in the "
               "zone that is meant");
  } else if (column.type == ColumnType::kText) {
    fault.Hint("请先转成文本；数字里的前导零可能已丢失",
               "turn it into text first; numbers may have lost leading zeros");
  } else {
    fault.Hint(
        absl::StrCat("可用的类型见 docs/tables.md（", schema.name(), "）"),
        "docs/tables.md lists the types that do");
  }
  return fault.ToStatus();
}

absl::Status ArrowCell::Read(const Column& column, const ArrowColumn& source,
                             int64_t row) {
  given_ = false;
  const absl::StatusOr<Place> place = Resolve(source, row);
  if (!place.ok()) return place.status();
  if (place->column == nullptr) return absl::OkStatus();
  const ArrowColumn& from = *place->column;
  switch (from.type().kind) {
    case ArrowKind::kText: {
      const absl::StatusOr<absl::string_view> text = from.Text(place->row);
      if (!text.ok()) return text.status();
      return IsUtf8(*text) ? ReadText(column, *text) : NotUtf8();
    }
    case ArrowKind::kBool:
      number_ = from.Bool(place->row) ? 1 : 0;
      given_ = true;
      return absl::OkStatus();
    case ArrowKind::kInt:
      return ReadInt(column, from, place->row);
    case ArrowKind::kFloat:
      return ReadFloat(column, from, place->row);
    case ArrowKind::kDecimal:
      return ReadNumeral(
          column, DecimalNumeral(from.Bytes(place->row), from.type().scale));
    case ArrowKind::kDate:
      return ReadDay(from.Int(place->row));
    case ArrowKind::kTimestamp: {
      const int64_t units = from.type().units_in_day;
      const int64_t instant = from.Int(place->row);
      if (instant % units != 0) return NotMidnight();
      return ReadDay(instant / units);
    }
    case ArrowKind::kList:
      return ReadList(column, from, place->row);
    default:
      return absl::OkStatus();
  }
}

absl::Status ArrowCell::ReadText(const Column& column, absl::string_view text) {
  const absl::string_view trimmed = TrimCell(text);
  if (column.type == ColumnType::kText) {
    text_ = IsFreeText(column) ? text : trimmed;
    given_ = !text_.empty();
    return absl::OkStatus();
  }
  if (trimmed.empty()) return absl::OkStatus();
  if (column.type == ColumnType::kDate) {
    const absl::StatusOr<Date> date = Date::Parse(trimmed);
    if (date.ok()) return ReadDay(date->days());
  } else if (column.type == ColumnType::kEnum) {
    const auto found = FindEnumWord(column.field()->enum_type(), trimmed);
    if (found.has_value()) {
      number_ = *found;
      given_ = true;
      return absl::OkStatus();
    }
  } else if (column.type == ColumnType::kDecimal &&
             Decimal::Parse(trimmed).ok()) {
    text_ = trimmed;
    given_ = true;
    return absl::OkStatus();
  }
  return ReadByParsing(column, text);
}

absl::Status ArrowCell::ReadByParsing(const Column& column,
                                      absl::string_view text) {
  // The record that the column is of: outermost, where fields are nested.
  const auto* type = column.path.front()->containing_type();
  if (parsed_ == nullptr) {
    parsed_.reset(google::protobuf::MessageFactory::generated_factory()
                      ->GetPrototype(type)
                      ->New());
  }
  parsed_->Clear();
  if (absl::Status status = ParseCell(column, text, parsed_.get());
      !status.ok()) {
    return status;
  }
  TakeParsed(column);
  return absl::OkStatus();
}

void ArrowCell::TakeParsed(const Column& column) {
  const Message* holder = FindHolder(column, *parsed_);
  if (holder == nullptr) return;
  const Reflection* reflection = holder->GetReflection();
  const FieldDescriptor* field = column.field();
  std::string scratch;  // not used: fields of our messages are std::string
  given_ = true;
  texts_.clear();
  numbers_.clear();
  switch (column.type) {
    case ColumnType::kInt:
      number_ = reflection->GetInt64(*holder, field);
      return;
    case ColumnType::kBool:
      number_ = reflection->GetBool(*holder, field) ? 1 : 0;
      return;
    case ColumnType::kEnum:
      number_ = reflection->GetEnumValue(*holder, field);
      return;
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal:
      text_ = reflection->GetStringReference(*holder, field, &scratch);
      return;
    default:
      break;
  }
  const int size = reflection->FieldSize(*holder, field);
  given_ = size > 0;
  for (int i = 0; i < size; ++i) {
    if (column.type == ColumnType::kTextList) {
      texts_.push_back(
          reflection->GetRepeatedStringReference(*holder, field, i, &scratch));
    } else if (column.type == ColumnType::kEnumList) {
      numbers_.push_back(reflection->GetRepeatedEnumValue(*holder, field, i));
    } else {
      const auto* pair =
          google::protobuf::DynamicCastToGenerated<v1::Attribute>(
              &reflection->GetRepeatedMessage(*holder, field, i));
      texts_.push_back(pair->name());
      texts_.push_back(pair->value());
    }
  }
}

absl::Status ArrowCell::ReadInt(const Column& column, const ArrowColumn& source,
                                int64_t row) {
  const int64_t value = source.Int(row);
  const bool past = !source.type().is_signed && value < 0;  // from 2^63 on
  if (column.type == ColumnType::kInt && !past) {
    number_ = value;
    given_ = true;
    return absl::OkStatus();
  }
  return ReadNumeral(column, past ? absl::StrCat(static_cast<uint64_t>(value))
                                  : absl::StrCat(value));
}

absl::Status ArrowCell::ReadFloat(const Column& column,
                                  const ArrowColumn& source, int64_t row) {
  const double value = source.Float(row);
  if (std::isnan(value)) return absl::OkStatus();
  const std::string numeral = source.type().width == 4
                                  ? FloatNumeral(static_cast<float>(value))
                                  : FloatNumeral(value);
  if (column.type == ColumnType::kDecimal) return ReadNumeral(column, numeral);
  if (!(std::fabs(value) < kMostExact) || std::trunc(value) != value) {
    return NotWhole(numeral);
  }
  return ReadNumeral(column, absl::StrCat(static_cast<int64_t>(value)));
}

absl::Status ArrowCell::ReadNumeral(const Column& column,
                                    absl::string_view numeral) {
  if (column.type != ColumnType::kDecimal && column.type != ColumnType::kInt) {
    return ReadByParsing(column, numeral);
  }
  const absl::StatusOr<Decimal> decimal = Decimal::Parse(numeral);
  if (column.type == ColumnType::kDecimal) {
    if (!decimal.ok()) return decimal.status();
    own_ = decimal->ToString();
    text_ = own_;
    given_ = true;
    return absl::OkStatus();
  }
  const absl::StatusOr<int64_t> whole =
      decimal.ok() ? decimal->ToInt64() : decimal.status();
  if (!whole.ok()) return NotWhole(numeral);
  number_ = *whole;
  given_ = true;
  return absl::OkStatus();
}

absl::Status ArrowCell::ReadDay(int64_t days) {
  if (days < Date::Min().days() || days > Date::Max().days()) {
    return Fault("BAD_DATE")
        .Say("日期超出 0001 年至 9999 年",
             "the date is outside of the years 1 to 9999")
        .ToStatus();
  }
  number_ = days + kDayShift;
  given_ = true;
  return absl::OkStatus();
}

absl::Status ArrowCell::ReadList(const Column& column,
                                 const ArrowColumn& source, int64_t row) {
  texts_.clear();
  numbers_.clear();
  const absl::StatusOr<ArrowColumn::Range> range = source.List(row);
  if (!range.ok()) return range.status();
  const ArrowColumn& items = source.child(0);
  const bool pairs = column.type == ColumnType::kAttributes;
  bool there = false;
  absl::string_view text;
  for (int64_t i = range->begin; i < range->end; ++i) {
    if (pairs) {
      if (items.IsNull(i)) continue;
      for (const size_t part : {0, 1}) {
        if (absl::Status status =
                ItemText(items.child(part), items.ChildRow(i), &there, &text);
            !status.ok()) {
          return status;
        }
        texts_.push_back(text);
      }
      continue;
    }
    if (absl::Status status = ItemText(items, i, &there, &text); !status.ok()) {
      return status;
    }
    if (!there) continue;
    if (column.type == ColumnType::kTextList) {
      texts_.push_back(IsFreeText(column) ? text : TrimCell(text));
      continue;
    }
    const auto* type = column.field()->enum_type();
    const auto found = FindEnumWord(type, TrimCell(text));
    if (!found.has_value()) return UnknownWord(type, text);
    numbers_.push_back(*found);
  }
  given_ = !texts_.empty() || !numbers_.empty();
  return absl::OkStatus();
}

void ArrowCell::WriteTo(const Column& column, Message* record) const {
  if (!given_) return;
  Message* holder = MutableHolder(column, record);
  const Reflection* reflection = holder->GetReflection();
  const FieldDescriptor* field = column.field();
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDecimal:
      reflection->SetString(holder, field, std::string(text_));
      break;
    case ColumnType::kDate:
      reflection->SetString(
          holder, field,
          Date::FromDays(static_cast<int32_t>(number_ - kDayShift)).ToString());
      break;
    case ColumnType::kInt:
      reflection->SetInt64(holder, field, number_);
      break;
    case ColumnType::kBool:
      reflection->SetBool(holder, field, number_ != 0);
      break;
    case ColumnType::kEnum:
      reflection->SetEnumValue(holder, field, static_cast<int>(number_));
      break;
    case ColumnType::kTextList:
      for (const absl::string_view text : texts_) {
        reflection->AddString(holder, field, std::string(text));
      }
      break;
    case ColumnType::kEnumList:
      for (const int number : numbers_) {
        reflection->AddEnumValue(holder, field, number);
      }
      break;
    case ColumnType::kAttributes:
      for (size_t i = 0; i + 1 < texts_.size(); i += 2) {
        auto* pair = google::protobuf::DynamicCastToGenerated<v1::Attribute>(
            reflection->AddMessage(holder, field));
        pair->set_name(std::string(texts_[i]));
        pair->set_value(std::string(texts_[i + 1]));
      }
      break;
  }
}

}  // namespace duban::table
