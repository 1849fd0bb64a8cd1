#include "src/table/cell.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "duban/v1/common.pb.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/text.h"
#include "src/table/enum_words.h"

namespace duban::table {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Faults reported of one list; a cell of a million wrong words is not worth
// a million hints.
constexpr int kFaultsPerCell = 20;

constexpr absl::string_view kWideSpace = "\xE3\x80\x80";  // U+3000

Fault Wrong(absl::string_view reason, absl::string_view text,
            absl::string_view zh, absl::string_view en) {
  const std::string shown = Excerpt(text);
  return Fault(reason).Say(absl::StrCat("“", shown, "”", zh),
                           absl::StrCat("'", shown, "' ", en));
}

// 2021/10/27, 2021.1.5, 2021年10月27日: the day that is surely meant, if any.
std::optional<Date> GuessDate(absl::string_view text) {
  int parts[3] = {0, 0, 0};
  int part = 0;
  bool in_number = false;
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, &i);
    if (c >= '0' && c <= '9') {
      if (part > 2 || parts[part] > 9999) return std::nullopt;
      parts[part] = parts[part] * 10 + static_cast<int>(c - '0');
      in_number = true;
    } else if (c == '/' || c == '.' || c == '-' || c == U'年' || c == U'月' ||
               c == U'日') {
      if (in_number) ++part;
      in_number = false;
    } else {
      return std::nullopt;
    }
  }
  if (in_number) ++part;
  if (part != 3 || parts[0] < 1000) return std::nullopt;
  const absl::StatusOr<Date> date =
      Date::FromCivil(parts[0], parts[1], parts[2]);
  return date.ok() ? std::optional<Date>(*date) : std::nullopt;
}

absl::Status CheckDate(const Column& column, absl::string_view text) {
  const absl::Status status = Date::Parse(text).status();
  // A guess would show the value.
  if (status.ok() || column.privacy >= v1::SENSITIVE) return status;
  const std::optional<Date> guess = GuessDate(text);
  if (!guess.has_value()) return status;
  const std::string day = guess->ToString();
  v1::ErrorDetail fault = FaultsOf(status).errors(0);
  fault.mutable_hint()->set_zh(absl::StrCat("请写成 ", day));
  fault.mutable_hint()->set_en(absl::StrCat("write ", day));
  Faults faults;
  faults.Add(std::move(fault));
  return faults.ToStatus();
}

absl::Status ParseInt(absl::string_view text, int64_t* value) {
  if (absl::SimpleAtoi(text, value)) return absl::OkStatus();
  return Wrong("BAD_NUMBER", text, "不是整数", "is not a whole number")
      .Hint("请写半角整数，如 90", "write ASCII digits, such as 90")
      .ToStatus();
}

absl::Status ParseFlag(absl::string_view text, bool* value) {
  const std::string word = absl::AsciiStrToLower(text);
  *value = word == "true" || word == "1" || word == "yes" || word == "是";
  if (*value || word == "false" || word == "0" || word == "no" ||
      word == "否") {
    return absl::OkStatus();
  }
  return Wrong("BAD_FLAG", text, "应为“是”或“否”", "is neither yes nor no")
      .Hint("请写 是 或 否（也可写 true/false、1/0）",
            "write true or false (yes/no, 1/0 and 是/否 do as well)")
      .ToStatus();
}

absl::Status ParseWord(const EnumDescriptor* type, absl::string_view text,
                       int* value) {
  const std::optional<int> found = FindEnumWord(type, text);
  if (!found.has_value()) return UnknownWord(type, text);
  *value = *found;
  return absl::OkStatus();
}

// The items of a list, cut one by one off a cell.
class ListScanner {
 public:
  ListScanner(absl::string_view cell, bool attributes)
      : rest_(cell), attributes_(attributes) {}

  // Up to a separator, which is not passed, or (for the name of an attribute)
  // up to '='. False where a quoted item does not end, or not there.
  bool Next(bool name, std::string* item, bool* quoted) {
    item->clear();
    rest_ = TrimStart(rest_);
    *quoted = absl::ConsumePrefix(&rest_, "\"");
    if (*quoted) return NextQuoted(name, item);
    size_t end = 0;
    while (end < rest_.size() && !StopsAt(rest_.substr(end), name)) ++end;
    *item = std::string(TrimCell(rest_.substr(0, end)));
    rest_.remove_prefix(end);
    return true;
  }

  // False where none stands next, that is at the end.
  bool PassSeparator() {
    const size_t size = SeparatorSize(rest_);
    rest_.remove_prefix(size);
    return size > 0;
  }
  bool PassEquals() { return absl::ConsumePrefix(&rest_, "="); }

  // Whether an item must be quoted to be read back as it is.
  static bool NeedsQuotes(absl::string_view item, bool attributes, bool name) {
    if (TrimCell(item) != item || (item.empty() && (name || !attributes)) ||
        (!item.empty() && item[0] == '"')) {
      return true;
    }
    const ListScanner rules("", attributes);
    for (size_t i = 0; i < item.size(); ++i) {
      if (rules.StopsAt(item.substr(i), name)) return true;
    }
    return false;
  }

 private:
  static absl::string_view TrimStart(absl::string_view text) {
    const absl::string_view trimmed = TrimCell(text);
    if (trimmed.empty()) return trimmed;
    return text.substr(static_cast<size_t>(trimmed.data() - text.data()));
  }

  bool NextQuoted(bool name, std::string* item) {
    for (;;) {
      const size_t quote = rest_.find('"');
      if (quote == absl::string_view::npos) return false;
      item->append(rest_.data(), quote);
      rest_.remove_prefix(quote + 1);
      if (!absl::ConsumePrefix(&rest_, "\"")) break;
      item->push_back('"');
    }
    rest_ = TrimStart(rest_);
    return rest_.empty() || StopsAt(rest_, name);
  }

  bool StopsAt(absl::string_view text, bool name) const {
    return SeparatorSize(text) > 0 || (name && text[0] == '=');
  }

  size_t SeparatorSize(absl::string_view text) const {
    for (const absl::string_view separator : {";", "；", "、"}) {
      if (attributes_ && separator == "、") continue;
      if (text.substr(0, separator.size()) == separator) {
        return separator.size();
      }
    }
    return 0;
  }

  absl::string_view rest_;
  const bool attributes_;
};

absl::Status BadListQuotes(absl::string_view cell) {
  return Wrong("BAD_QUOTES", cell, "中有一项的引号没有成对",
               "has an item whose quotes do not match")
      .Hint("整项用 \" 括起，项内的 \" 写成两个",
            "put the whole item in \", and write each \" inside it twice")
      .ToStatus();
}

absl::Status ParseList(const Column& column, absl::string_view cell,
                       Message* holder) {
  const Reflection* reflection = holder->GetReflection();
  ListScanner scanner(cell, false);
  Faults faults;
  do {
    std::string item;
    bool quoted = false;
    if (!scanner.Next(false, &item, &quoted)) {
      faults.Add(BadListQuotes(cell));
      break;
    }
    if (item.empty() && !quoted) continue;  // "a;;b", "a;"
    if (column.type == ColumnType::kTextList) {
      reflection->AddString(holder, column.field(), std::move(item));
      continue;
    }
    int value = 0;
    faults.Add(ParseWord(column.field()->enum_type(), item, &value));
    reflection->AddEnumValue(holder, column.field(), value);
  } while (faults.error_count() < kFaultsPerCell && scanner.PassSeparator());
  return faults.ToStatus();
}

absl::Status ParseAttributes(const Column& column, absl::string_view cell,
                             Message* holder) {
  ListScanner scanner(cell, true);
  do {
    std::string name;
    std::string value;
    bool quoted = false;
    if (!scanner.Next(true, &name, &quoted)) return BadListQuotes(cell);
    if (!scanner.PassEquals()) {
      if (name.empty() && !quoted) continue;
      return Wrong("BAD_ATTRIBUTE", name, "缺少“=”和值", "has no '=' and value")
          .Hint("附加信息写成 名称=值，多项用 ; 分开",
                "write name=value, and ';' between several")
          .ToStatus();
    }
    if (!scanner.Next(false, &value, &quoted)) return BadListQuotes(cell);
    auto* attribute = google::protobuf::DynamicCastToGenerated<v1::Attribute>(
        holder->GetReflection()->AddMessage(holder, column.field()));
    attribute->set_name(name);
    attribute->set_value(value);
  } while (scanner.PassSeparator());
  return absl::OkStatus();
}

std::string FlagWord(bool value, Language language) {
  if (language == Language::kZh) return value ? "是" : "否";
  return value ? "true" : "false";
}

std::string FormatItem(absl::string_view item, bool attributes, bool name) {
  if (!ListScanner::NeedsQuotes(item, attributes, name)) {
    return std::string(item);
  }
  std::string out = "\"";
  for (const char c : item) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string FormatList(const Column& column, const Message& holder,
                       Language language) {
  const Reflection* reflection = holder.GetReflection();
  const FieldDescriptor* field = column.field();
  std::vector<std::string> items;
  for (int i = 0; i < reflection->FieldSize(holder, field); ++i) {
    if (column.type == ColumnType::kTextList) {
      items.push_back(FormatItem(
          reflection->GetRepeatedString(holder, field, i), false, false));
    } else if (column.type == ColumnType::kEnumList) {
      items.push_back(WordOf(field->enum_type(),
                             reflection->GetRepeatedEnumValue(holder, field, i),
                             language));
    } else {
      const auto* attribute =
          google::protobuf::DynamicCastToGenerated<v1::Attribute>(
              &reflection->GetRepeatedMessage(holder, field, i));
      items.push_back(
          absl::StrCat(FormatItem(attribute->name(), true, true), "=",
                       FormatItem(attribute->value(), true, false)));
    }
  }
  return absl::StrJoin(items, ";");
}

}  // namespace

bool IsFreeText(const Column& column) {
  return column.refers_to == v1::RECORD_KIND_UNSPECIFIED &&
         column.code_list.empty() && column.name != "id";
}

absl::Status UnknownWord(const EnumDescriptor* type, absl::string_view text) {
  Fault fault = Wrong("UNKNOWN_WORD", text, "不是可用的词",
                      "is not one of the words that may stand here");
  const std::vector<std::string> words = AllEnumWords(type);
  const std::string nearest = NearestWord(text, words);
  if (nearest.empty()) {
    const std::string all = absl::StrJoin(words, ", ");
    fault.Hint(absl::StrCat("可用的词：", all), absl::StrCat("one of ", all));
  } else {
    fault.Hint(absl::StrCat("是否应为“", nearest, "”？"),
               absl::StrCat("did you mean '", nearest, "'?"));
  }
  return fault.ToStatus();
}

absl::string_view TrimCell(absl::string_view cell) {
  for (;;) {
    const absl::string_view before = cell;
    cell = absl::StripAsciiWhitespace(cell);
    absl::ConsumePrefix(&cell, kWideSpace);
    absl::ConsumeSuffix(&cell, kWideSpace);
    if (cell.size() == before.size()) return cell;
  }
}

absl::Status ParseCell(const Column& column, absl::string_view cell,
                       Message* record) {
  const absl::string_view trimmed = TrimCell(cell);
  const FieldDescriptor* field = column.field();
  const bool free_text = column.type == ColumnType::kText && IsFreeText(column);
  if (free_text ? cell.empty() : trimmed.empty()) return absl::OkStatus();
  Message* holder = MutableHolder(column, record);
  const Reflection* reflection = holder->GetReflection();
  absl::Status status;
  switch (column.type) {
    case ColumnType::kText:
      reflection->SetString(holder, field,
                            std::string(free_text ? cell : trimmed));
      break;
    case ColumnType::kDate:
      status = CheckDate(column, trimmed);
      reflection->SetString(holder, field, std::string(trimmed));
      break;
    case ColumnType::kDecimal:
      status = Decimal::Parse(trimmed).status();
      reflection->SetString(holder, field, std::string(trimmed));
      break;
    case ColumnType::kInt: {
      int64_t value = 0;
      status = ParseInt(trimmed, &value);
      reflection->SetInt64(holder, field, value);
      break;
    }
    case ColumnType::kBool: {
      bool value = false;
      status = ParseFlag(trimmed, &value);
      reflection->SetBool(holder, field, value);
      break;
    }
    case ColumnType::kEnum: {
      int value = 0;
      status = ParseWord(field->enum_type(), trimmed, &value);
      reflection->SetEnumValue(holder, field, value);
      break;
    }
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
      status = ParseList(column, trimmed, holder);
      break;
    case ColumnType::kAttributes:
      status = ParseAttributes(column, trimmed, holder);
      break;
  }
  return status;
}

std::string FormatCell(const Column& column, const Message& record,
                       Language language) {
  const Message* holder = FindHolder(column, record);
  if (holder == nullptr) return "";
  const Reflection* reflection = holder->GetReflection();
  const FieldDescriptor* field = column.field();
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDate:
    case ColumnType::kDecimal:
      return reflection->GetString(*holder, field);
    case ColumnType::kInt:
      return absl::StrCat(reflection->GetInt64(*holder, field));
    case ColumnType::kBool:
      return FlagWord(reflection->GetBool(*holder, field), language);
    case ColumnType::kEnum:
      // In a quantity that is set, EXACT is written out; it shows that the
      // quantity is there even where it has neither value nor unit.
      return WordOf(field->enum_type(),
                    reflection->GetEnumValue(*holder, field), language);
    case ColumnType::kTextList:
    case ColumnType::kEnumList:
    case ColumnType::kAttributes:
      break;
  }
  return FormatList(column, *holder, language);
}

v1::ErrorList ValueFaults(const Column& column, const absl::Status& status) {
  v1::ErrorList list = FaultsOf(status);
  if (column.privacy < v1::SENSITIVE) return list;
  for (v1::ErrorDetail& fault : *list.mutable_errors()) {
    fault.mutable_message()->set_zh(
        absl::StrCat("“", column.zh, "”的值不符合要求（内容不予显示）"));
    fault.mutable_message()->set_en(absl::StrCat(
        "the value of ", column.name, " is not valid (it is not shown)"));
  }
  return list;
}

}  // namespace duban::table
