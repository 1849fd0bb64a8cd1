#include "src/ledger/bulk.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/v1/common.pb.h"
#include "src/base/date.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"

namespace duban::ledger {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using table::Column;
using table::ColumnType;

namespace {

constexpr uint32_t kMaxDigits = 18;
// Days are counted from 1 on; 0 is no date.
constexpr int64_t kLastDay = Date::Max().days() - Date::Min().days() + 1;

int64_t PowerOfTen(uint32_t digits) {
  int64_t power = 1;
  for (uint32_t i = 0; i < digits; ++i) power *= 10;
  return power;
}

bool IsWidth(uint32_t width) {
  return width == 1 || width == 2 || width == 4 || width == 8;
}

uint64_t Little(const char* bytes, uint32_t width) {
  uint64_t value = 0;
  for (uint32_t i = 0; i < width; ++i) {
    value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

bool HasWords(ColumnType type) {
  return type == ColumnType::kText || type == ColumnType::kDecimal ||
         type == ColumnType::kTextList || type == ColumnType::kAttributes;
}

}  // namespace

// Reads one column after the other; each says at most one thing of itself.
class ColumnRows::Reading {
 public:
  Reading(const v1::PutColumns& command, int index, Faults* faults)
      : command_(command), index_(index), faults_(faults) {}

  bool Read(ColumnRows* to) {
    if (!v1::RecordKind_IsValid(command_.kind()) ||
        command_.kind() == v1::RECORD_KIND_UNSPECIFIED) {
      return Wrong("kind", "没有这一类记录", "there is no such kind of record");
    }
    if (command_.rows() == 0) {
      return Wrong("rows", "没有任何行", "there are no rows");
    }
    to->schema_ = &table::SchemaOf(command_.kind());
    to->rows_ = command_.rows();
    HashSet<int> seen;
    for (int i = 0; i < command_.column_size(); ++i) {
      const v1::ColumnData& data = command_.column(i);
      place_ = absl::StrCat("column[", i, "]");
      Given given;
      given.data = &data;
      given.column = to->schema_->FindColumn(data.name());
      if (given.column < 0 ||
          to->schema_->column(given.column).name != data.name()) {
        Wrong(place_, absl::StrCat("没有“", Excerpt(data.name()), "”这一列"),
              absl::StrCat("there is no column '", Excerpt(data.name()), "'"));
      } else if (!seen.insert(given.column).second) {
        Wrong(place_, absl::StrCat("列“", data.name(), "”重复"),
              absl::StrCat("the column ", data.name(), " is there twice"));
      } else if (ReadColumn(to->schema_->column(given.column), &given)) {
        to->given_.push_back(std::move(given));
      }
    }
    for (int i = 0; i < to->schema_->column_count(); ++i) {
      const Column& column = to->schema_->column(i);
      if (!column.required || seen.contains(i)) continue;
      Wrong("column", absl::StrCat("缺少必填列“", column.name, "”"),
            absl::StrCat("the required column ", column.name, " is missing"));
    }
    return good_;
  }

 private:
  bool ReadColumn(const Column& column, Given* given) {
    return ReadWords(column, *given->data) && ReadLengths(column, given) &&
           ReadItems(given) && CheckItems(column, *given);
  }

  bool ReadWords(const Column& column, const v1::ColumnData& data) {
    if (!HasWords(column.type) && (data.word_size() > 0 || data.digits() > 0)) {
      return Wrong(place_, "此列没有文字", "this column has no texts");
    }
    if (data.digits() > kMaxDigits || (data.digits() > 0 && data.word_size()) ||
        (data.digits() == 0 && !data.head().empty()) ||
        (data.digits() > 0 && column.type == ColumnType::kDecimal)) {
      return Wrong(place_, "head、digits 与 word 不相容",
                   "head, digits and words do not go together");
    }
    if (!IsUtf8(data.head())) {
      return Wrong(place_, "head 不是 UTF-8", "the head is not UTF-8");
    }
    HashSet<absl::string_view> words;
    for (const std::string& word : data.word()) {
      if (!word.empty() && IsUtf8(word) && words.insert(word).second) continue;
      return Wrong(
          place_,
          absl::StrCat("文字“", Excerpt(word), "”为空、重复或不是 UTF-8"),
          absl::StrCat("the word '", Excerpt(word),
                       "' is empty, there twice, or not UTF-8"));
    }
    return true;
  }

  // Sets count_ to the number of items there have to be.
  bool ReadLengths(const Column& column, Given* given) {
    const v1::ColumnData& data = *given->data;
    const uint64_t pair = column.type == ColumnType::kAttributes ? 2 : 1;
    count_ = command_.rows() * pair;
    if (data.lengths().empty()) return true;
    const uint32_t width = data.length_width();
    if (!column.is_list() || !IsWidth(width) ||
        data.lengths().size() != uint64_t{command_.rows()} * width) {
      return Wrong(place_, "lengths 的字节数与行数不符",
                   "the bytes of lengths are not those of so many rows");
    }
    count_ = 0;
    given->lengths.reserve(command_.rows());
    for (uint32_t row = 0; row < command_.rows(); ++row) {
      const uint64_t length =
          Little(data.lengths().data() + size_t{row} * width, width);
      // No more than there are bytes, so that the sum cannot overflow.
      if (length > data.items().size()) {
        return Wrong(place_, "lengths 超出 items",
                     "lengths say more than there are items");
      }
      given->lengths.push_back(static_cast<uint32_t>(length));
      count_ += length * pair;
    }
    return true;
  }

  bool ReadItems(Given* given) {
    const v1::ColumnData& data = *given->data;
    const uint32_t width = data.width();
    const uint64_t size = data.items().size();
    if (!IsWidth(width) || size % width != 0 || size / width != count_) {
      return Wrong(place_,
                   absl::StrCat("items 应有 ", count_, " 项，而有 ", size,
                                " 字节，每项 ", width, " 字节"),
                   absl::StrCat("there have to be ", count_, " items, and are ",
                                size, " bytes, ", width, " for each"));
    }
    given->items.resize(count_);
    const char* from = data.items().data();
    switch (width) {
      case 1:
        return Decode<1>(from, data.base(), &given->items);
      case 2:
        return Decode<2>(from, data.base(), &given->items);
      case 4:
        return Decode<4>(from, data.base(), &given->items);
      default:
        return Decode<8>(from, data.base(), &given->items);
    }
  }

  template <uint32_t width>
  bool Decode(const char* from, int64_t base, std::vector<int64_t>* items) {
    bool fits = true;
    for (int64_t& item : *items) {
      const uint64_t value = Little(from, width);
      from += width;
      item = static_cast<int64_t>(static_cast<uint64_t>(base) + value);
      fits &= item >= base;  // else the sum went past the end
    }
    return fits ||
           Wrong(place_, "数值超出 64 位整数", "numbers do not fit 64 bits");
  }

  bool CheckItems(const Column& column, const Given& given) {
    int64_t least = 0;
    int64_t most = 0;
    switch (column.type) {
      case ColumnType::kDate:
        most = kLastDay;
        break;
      case ColumnType::kBool:
        most = 1;
        break;
      case ColumnType::kInt:
        return true;
      case ColumnType::kEnum:
      case ColumnType::kEnumList:
        least = std::numeric_limits<int32_t>::min();
        most = std::numeric_limits<int32_t>::max();
        break;
      default:
        most = given.data->digits() > 0 ? PowerOfTen(given.data->digits()) - 1
                                        : given.data->word_size();
    }
    for (size_t i = 0; i < given.items.size(); ++i) {
      const int64_t item = given.items[i];
      if (item >= least && item <= most) continue;
      return Wrong(place_,
                   absl::StrCat("第 ", i + 1, " 项为 ", item, "，应在 ", least,
                                " 至 ", most, " 之间"),
                   absl::StrCat("item ", i + 1, " is ", item,
                                " and has to be within ", least, " to ", most));
    }
    return true;
  }

  bool Wrong(absl::string_view place, absl::string_view zh,
             absl::string_view en) {
    good_ = false;
    faults_->Add(Fault("COLUMNS_MALFORMED")
                     .Change(index_)
                     .Field(absl::StrCat("put_columns.", place))
                     .Say(zh, en)
                     .Hint("各列的行数、宽度和编码见 ledger.proto",
                           "ledger.proto says what columns have to be"));
    return false;
  }

  const v1::PutColumns& command_;
  const int index_;
  Faults* const faults_;
  std::string place_;
  uint64_t count_ = 0;
  bool good_ = true;
};

bool ColumnRows::Read(const v1::PutColumns& command, int index,
                      Faults* faults) {
  return Reading(command, index, faults).Read(this);
}

void ColumnRows::ReadNext(Message* record) {
  record->Clear();
  for (Given& given : given_) ReadInto(&given, record);
  ++next_;
}

void ColumnRows::ReadInto(Given* given, Message* record) {
  const Column& column = schema_->column(given->column);
  const size_t size = column.type == ColumnType::kAttributes ? 2 : 1;
  const size_t length = given->lengths.empty() ? 1 : given->lengths[next_];
  for (size_t i = 0; i < length; ++i) {
    Set(*given, given->next, record);
    given->next += size;
  }
}

std::string ColumnRows::Text(const Given& given, int64_t item) const {
  const v1::ColumnData& data = *given.data;
  if (data.digits() == 0) {
    return item == 0 ? "" : data.word(static_cast<int>(item - 1));
  }
  const std::string number = absl::StrCat(item);
  return absl::StrCat(data.head(),
                      std::string(data.digits() - number.size(), '0'), number);
}

// What is not given is not set, because looking for where to set it would make
// the message around it.
void ColumnRows::Set(const Given& given, size_t item, Message* record) {
  const Column& column = schema_->column(given.column);
  const FieldDescriptor* field = column.field();
  const int64_t value = given.items[item];
  const bool text = HasWords(column.type) && given.data->digits() > 0;
  if (value == 0 && !text && !column.is_list()) return;
  Message* holder = table::MutableHolder(column, record);
  const google::protobuf::Reflection* reflection = holder->GetReflection();
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kDecimal:
      return reflection->SetString(holder, field, Text(given, value));
    case ColumnType::kDate:
      return reflection->SetString(
          holder, field,
          Date::Min().AddDays(static_cast<int32_t>(value - 1)).ToString());
    case ColumnType::kInt:
      return reflection->SetInt64(holder, field, value);
    case ColumnType::kBool:
      return reflection->SetBool(holder, field, true);
    case ColumnType::kEnum:
      return reflection->SetEnumValue(holder, field, static_cast<int>(value));
    case ColumnType::kEnumList:
      return reflection->AddEnumValue(holder, field, static_cast<int>(value));
    case ColumnType::kTextList:
      return reflection->AddString(holder, field, Text(given, value));
    case ColumnType::kAttributes: {
      auto* attribute = google::protobuf::DynamicCastToGenerated<v1::Attribute>(
          reflection->AddMessage(holder, field));
      attribute->set_name(Text(given, value));
      attribute->set_value(Text(given, given.items[item + 1]));
      return;
    }
  }
}

}  // namespace duban::ledger
