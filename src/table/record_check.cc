#include "src/table/record_check.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "duban/v1/common.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "src/base/date.h"
#include "src/base/decimal.h"
#include "src/base/text.h"
#include "src/table/cell.h"
#include "src/table/enum_words.h"

namespace duban::table {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool HasControlCharacter(absl::string_view utf8) {
  for (size_t i = 0; i < utf8.size();) {
    const char32_t c = NextCodePoint(utf8, &i);
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return true;
  }
  return false;
}

class Checker {
 public:
  Checker(const RecordSchema& schema, Faults* faults, int change)
      : schema_(schema), faults_(faults), change_(change) {}

  void Check(const Message& record) {
    CheckUnknown(record, "");
    for (const Column& column : schema_.columns()) {
      const Message* holder = FindHolder(column, record);
      if (holder != nullptr) {
        if (holder != &record && column.field()->index() == 0) {
          CheckUnknown(*holder, column.path.front()->name());
        }
        CheckField(column, *holder);
      } else if (column.required) {
        Required(column.name);
      }
    }
  }

 private:
  void CheckField(const Column& column, const Message& holder) {
    const Reflection* reflection = holder.GetReflection();
    const FieldDescriptor* field = column.field();
    switch (column.type) {
      case ColumnType::kText:
      case ColumnType::kDate:
      case ColumnType::kDecimal: {
        std::string scratch;
        CheckValue(column, column.name,
                   reflection->GetStringReference(holder, field, &scratch));
        break;
      }
      case ColumnType::kEnum:
        CheckEnum(column, column.name, column.required,
                  reflection->GetEnumValue(holder, field));
        break;
      case ColumnType::kTextList:
      case ColumnType::kEnumList:
      case ColumnType::kAttributes:
        CheckList(column, holder);
        break;
      case ColumnType::kInt:
      case ColumnType::kBool:
        break;  // any value will do, and none cannot be told from 0
    }
  }

  void CheckValue(const Column& column, const std::string& place,
                  const std::string& text) {
    if (!CheckText(column, place, text)) return;
    if (TrimCell(text).empty() && column.required) {
      Required(place);
    } else if (text.empty()) {
      return;
    } else if (column.type == ColumnType::kDate) {
      Wrong(column, place, Date::Parse(text).status());
    } else if (column.type == ColumnType::kDecimal) {
      Wrong(column, place, Decimal::Parse(text).status());
    } else if (IsId(column)) {
      CheckId(column, place, text);
    }
  }

  void CheckList(const Column& column, const Message& holder) {
    const Reflection* reflection = holder.GetReflection();
    const FieldDescriptor* field = column.field();
    const int count = reflection->FieldSize(holder, field);
    if (count == 0 && column.required) Required(column.name);
    std::string scratch;
    for (int i = 0; i < count; ++i) {
      const std::string place = absl::StrCat(column.name, "[", i, "]");
      if (column.type == ColumnType::kEnumList) {
        CheckEnum(column, place, true,
                  reflection->GetRepeatedEnumValue(holder, field, i));
      } else if (column.type == ColumnType::kAttributes) {
        CheckAttribute(column, place,
                       reflection->GetRepeatedMessage(holder, field, i));
      } else {
        const std::string& text =
            reflection->GetRepeatedStringReference(holder, field, i, &scratch);
        if (CheckText(column, place, text) && IsId(column)) {
          CheckId(column, place, text);
        }
      }
    }
  }

  void CheckAttribute(const Column& column, const std::string& place,
                      const Message& message) {
    CheckUnknown(message, place);
    const auto* attribute =
        google::protobuf::DynamicCastToGenerated<v1::Attribute>(&message);
    const std::string name = absl::StrCat(place, ".name");
    if (CheckText(column, name, attribute->name()) &&
        TrimCell(attribute->name()).empty()) {
      Required(name);
    }
    CheckText(column, absl::StrCat(place, ".value"), attribute->value());
  }

  bool IsId(const Column& column) const {
    return column.refers_to != v1::RECORD_KIND_UNSPECIFIED ||
           &column == &schema_.column(schema_.id_column());
  }

  void CheckId(const Column& column, const std::string& place,
               const std::string& id) {
    const bool too_long = id.size() > kMaxIdBytes;
    if (!id.empty() && !too_long && !HasControlCharacter(id) &&
        TrimCell(id).size() == id.size()) {
      return;
    }
    const std::string shown = Excerpt(id);
    Wrong(column, place,
          Fault("BAD_ID")
              .Say(absl::StrCat("“", shown, "”不能作编号"),
                   absl::StrCat("'", shown, "' cannot be an id"))
              .Hint(absl::StrCat("编号须为 1 至 ", kMaxIdBytes,
                                 " 个字节，首尾无空格，不含控制字符"),
                    absl::StrCat("an id has 1 to ", kMaxIdBytes,
                                 " bytes, no spaces at its ends and no control "
                                 "characters"))
              .ToStatus());
  }

  // False where nothing more can be said about the text.
  bool CheckText(const Column& column, const std::string& place,
                 const std::string& text) {
    if (text.size() > kMaxTextBytes) {
      Add(Fault("TEXT_TOO_LONG")
              .Say(absl::StrCat("文字过长：", text.size(), " 字节，上限 ",
                                kMaxTextBytes),
                   absl::StrCat("the text has ", text.size(),
                                " bytes, more than ", kMaxTextBytes))
              .Hint("请缩短，长文请存为文件并在佐证材料中写明",
                    "shorten it; keep long texts as documents and name them "
                    "in evidence"),
          place);
      return false;
    }
    if (!IsUtf8(text)) {
      Wrong(column, place,
            Fault("BAD_ENCODING")
                .Say(absl::StrCat("“", Excerpt(text), "”不是有效的 UTF-8"),
                     absl::StrCat("'", Excerpt(text), "' is not valid UTF-8"))
                .Hint("请先转成 UTF-8", "convert it to UTF-8 first")
                .ToStatus());
      return false;
    }
    if (text.find('\0') == std::string::npos) return true;
    Wrong(column, place,
          Fault("BAD_TEXT")
              .Say(absl::StrCat("“", Excerpt(text), "”含有空字符（NUL）"),
                   absl::StrCat("'", Excerpt(text), "' has a NUL in it"))
              .Hint("请删去空字符", "remove it")
              .ToStatus());
    return false;
  }

  void CheckEnum(const Column& column, const std::string& place, bool required,
                 int number) {
    const auto* value = column.field()->enum_type()->FindValueByNumber(number);
    if (value == nullptr) {
      Add(Fault("UNKNOWN_VALUE")
              .Say(absl::StrCat("“", column.zh, "”没有 ", number, " 这个值"),
                   absl::StrCat(column.name, " has no value ", number))
              .Hint("请使用已定义的值，或升级本软件",
                    "use one of the values there are, or a newer version"),
          place);
    } else if (required && IsUnspecified(value)) {
      Required(place);
    }
  }

  void CheckUnknown(const Message& message, absl::string_view path) {
    const auto& unknown = message.GetReflection()->GetUnknownFields(message);
    for (int i = 0; i < unknown.field_count(); ++i) {
      const std::string number = absl::StrCat(unknown.field(i).number());
      Add(Fault("UNKNOWN_FIELD")
              .Say(absl::StrCat("“", schema_.zh(), "”没有编号为 ", number,
                                " 的字段"),
                   absl::StrCat("there is no field number ", number, " in ",
                                schema_.descriptor()->name()))
              .Hint("写入方可能使用了更新的版本；请升级本软件",
                    "it may come from a newer version; upgrade this one"),
          absl::StrCat(path, path.empty() ? "" : ".", number));
      return;  // one will do, however many there are
    }
  }

  void Required(const std::string& place) {
    Add(Fault("FIELD_REQUIRED")
            .Say(absl::StrCat("必填项 ", place, " 没有填写"),
                 absl::StrCat("the required field ", place, " is not given"))
            .Hint("请填写", "fill it in"),
        place);
  }

  void Wrong(const Column& column, const std::string& place,
             const absl::Status& status) {
    v1::ErrorList list = ValueFaults(column, status);
    for (v1::ErrorDetail& fault : *list.mutable_errors()) {
      *fault.mutable_place() =
          Fault("").Change(change_).Field(place).detail().place();
      faults_->Add(std::move(fault));
    }
  }

  void Add(Fault fault, absl::string_view place) {
    faults_->Add(fault.Change(change_).Field(place));
  }

  const RecordSchema& schema_;
  Faults* const faults_;
  const int change_;
};

}  // namespace

void CheckRecordForm(const RecordSchema& schema, const Message& record,
                     Faults* faults, int change_index) {
  Checker(schema, faults, change_index).Check(record);
}

}  // namespace duban::table
