#include "src/table/plain_record.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/wire_format_lite.h"
#include "src/base/decimal.h"
#include "src/base/text.h"
#include "src/table/cell.h"
#include "src/table/enum_words.h"
#include "src/table/record_check.h"

namespace duban::table {
namespace {

using google::protobuf::FieldDescriptor;
using Wire = google::protobuf::internal::WireFormatLite;

constexpr int kMaxColumns = 64;

bool IsAscii(absl::string_view text) {
  uint64_t bits = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data() + i, 8);
    bits |= eight;
  }
  for (; i < text.size(); ++i) bits |= static_cast<unsigned char>(text[i]);
  return (bits & 0x8080808080808080u) == 0;
}

bool IsControl(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool IsPlainId(absl::string_view text, bool ascii) {
  if (text.size() > kMaxIdBytes) return false;
  if (ascii) {
    if (text.front() == ' ' || text.back() == ' ') return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
      return IsControl(static_cast<unsigned char>(c));
    });
  }
  for (size_t i = 0; i < text.size();) {
    if (IsControl(NextCodePoint(text, &i))) return false;
  }
  return TrimCell(text).size() == text.size();
}

bool IsPlain(ColumnType type, bool id, bool required, absl::string_view text,
             bool* ascii) {
  if (text.size() > kMaxTextBytes) return false;
  *ascii = IsAscii(text);
  if (!*ascii && !IsUtf8(text)) return false;
  if (id) return IsPlainId(text, *ascii);
  if (std::memchr(text.data(), 0, text.size()) != nullptr) return false;
  if (type == ColumnType::kDecimal) return Decimal::Parse(text).ok();
  return !required || !TrimCell(text).empty();
}

bool IsIdColumn(const RecordSchema& schema, int column) {
  return column == schema.id_column() ||
         schema.column(column).refers_to != v1::RECORD_KIND_UNSPECIFIED;
}

}  // namespace

bool IsPlainText(const RecordSchema& schema, int column, absl::string_view text,
                 bool* ascii) {
  const Column& c = schema.column(column);
  return !text.empty() &&
         IsPlain(c.type, IsIdColumn(schema, column), c.required, text, ascii);
}

bool ReadVarint(absl::string_view* bytes, uint64_t* number) {
  uint64_t value = 0;
  const size_t most = std::min<size_t>(bytes->size(), 10);
  for (size_t i = 0; i < most; ++i) {
    const auto byte = static_cast<unsigned char>((*bytes)[i]);
    value |= uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte >= 0x80) continue;
    // A last byte of zero could be left out; the tenth has room for one bit.
    if ((byte == 0 && i > 0) || (i == 9 && byte > 1)) return false;
    bytes->remove_prefix(i + 1);
    *number = value;
    return true;
  }
  return false;
}

// What stands behind a field number of a message.
struct PlainRecord::Place {
  ColumnType type = ColumnType::kText;
  bool known = false;
  bool required = false;
  bool id = false;
  bool list = false;
  uint16_t column = 0;
  uint32_t wire = 0;  // the wire type it must have
  const FieldDescriptor* field = nullptr;
  std::vector<Place> nested;  // a message's fields; else empty
};

struct PlainRecord::Layout {
  std::vector<Place> places;  // by field number
  uint64_t required = 0;      // a bit for each column
  bool usable = true;
};

PlainRecord::Layout* PlainRecord::MakeLayout(const RecordSchema& schema) {
  auto* layout = new Layout;
  layout->usable = schema.column_count() <= kMaxColumns;
  for (int i = 0; layout->usable && i < schema.column_count(); ++i) {
    const Column& column = schema.column(i);
    std::vector<Place>* places = &layout->places;
    Place* place = nullptr;
    for (const FieldDescriptor* field : column.path) {
      const auto number = static_cast<size_t>(field->number());
      if (places->size() <= number) places->resize(number + 1);
      place = &(*places)[number];
      place->known = true;
      place->field = field;
      place->wire = Wire::WIRETYPE_LENGTH_DELIMITED;
      // A field with presence may be given and empty, which a cell is not.
      if (field != column.field()) {
        places = &place->nested;
      } else if (field->has_presence()) {
        layout->usable = false;
      }
    }
    place->type = column.type;
    place->column = static_cast<uint16_t>(i);
    place->required = column.required;
    place->list = column.is_list();
    place->id = IsIdColumn(schema, i);
    if (column.type == ColumnType::kInt || column.type == ColumnType::kBool ||
        column.type == ColumnType::kEnum) {
      place->wire = Wire::WIRETYPE_VARINT;
    }
    // Numbers and flags are never missed: 0 is a value as well.
    if (column.required && column.type != ColumnType::kInt &&
        column.type != ColumnType::kBool) {
      const auto* value =
          column.type == ColumnType::kEnum
              ? column.field()->enum_type()->FindValueByNumber(0)
              : nullptr;
      if (value == nullptr || IsUnspecified(value)) {
        layout->required |= uint64_t{1} << i;
      }
    }
  }
  return layout;
}

const PlainRecord::Layout* PlainRecord::LayoutOf(const RecordSchema& schema) {
  using Layouts = std::array<const Layout*, v1::RecordKind_ARRAYSIZE>;
  // Never destroyed, as schemas are not.
  static const Layouts* const all = [] {
    auto* layouts = new Layouts{};
    for (const RecordSchema* s : AllSchemas()) {
      (*layouts)[static_cast<size_t>(s->kind())] = MakeLayout(*s);
    }
    return layouts;
  }();
  return (*all)[static_cast<size_t>(schema.kind())];
}

absl::string_view PlainRecord::Text(int column) const {
  for (const PlainCell& cell : cells_) {
    if (cell.column == column) return cell.text;
  }
  return {};
}

bool PlainRecord::Read(const RecordSchema& schema, absl::string_view bytes) {
  const Layout* layout = LayoutOf(schema);
  bytes_ = bytes;
  cells_.clear();
  seen_ = 0;
  return layout->usable && ReadMessage(layout->places, bytes) &&
         (seen_ & layout->required) == layout->required;
}

bool PlainRecord::ReadMessage(const std::vector<Place>& places,
                              absl::string_view bytes) {
  uint64_t last = 0;
  while (!bytes.empty()) {
    uint64_t tag = 0;
    if (!ReadVarint(&bytes, &tag)) return false;
    const uint64_t number = tag >> 3;
    if (number >= places.size()) return false;
    const Place& place = places[number];
    if (!place.known || place.wire != (tag & 7)) return false;
    // In order, and once, unless it is a list of texts or attributes.
    const bool repeats = place.list && place.type != ColumnType::kEnumList;
    if (number < last || (number == last && !repeats)) return false;
    last = number;
    uint64_t value = 0;
    if (!ReadVarint(&bytes, &value)) return false;
    if (place.wire == Wire::WIRETYPE_VARINT) {
      if (!ReadNumber(place, value)) return false;
      continue;
    }
    if (value > bytes.size()) return false;
    const absl::string_view part = bytes.substr(0, value);
    bytes.remove_prefix(value);
    if (!place.nested.empty()) {
      if (part.empty() || !ReadMessage(place.nested, part)) return false;
    } else if (place.type == ColumnType::kEnumList) {
      if (!ReadPacked(place, part)) return false;
    } else if (place.type == ColumnType::kAttributes) {
      if (!ReadAttribute(place, part)) return false;
    } else if (!ReadText(place, part)) {
      return false;
    }
  }
  return true;
}

bool PlainRecord::ReadNumber(const Place& place, uint64_t number) {
  if (number == 0 && !place.list) return false;  // would not be written
  PlainCell cell;
  cell.column = place.column;
  cell.number = static_cast<int64_t>(number);
  if (place.type == ColumnType::kBool && number != 1) return false;
  if (place.type == ColumnType::kEnum || place.type == ColumnType::kEnumList) {
    cell.number = static_cast<int32_t>(number);
    if (static_cast<uint64_t>(cell.number) != number) return false;
    const auto* value = place.field->enum_type()->FindValueByNumber(
        static_cast<int>(cell.number));
    if (value == nullptr || IsUnspecified(value)) return false;
  }
  seen_ |= uint64_t{1} << place.column;
  cells_.push_back(cell);
  return true;
}

bool PlainRecord::ReadPacked(const Place& place, absl::string_view bytes) {
  if (bytes.empty()) return false;
  while (!bytes.empty()) {
    uint64_t number = 0;
    if (!ReadVarint(&bytes, &number) || !ReadNumber(place, number)) {
      return false;
    }
  }
  return true;
}

bool PlainRecord::ReadText(const Place& place, absl::string_view text) {
  PlainCell cell;
  cell.column = place.column;
  cell.text = text;
  if (text.empty()) {
    if (!place.list || place.id) return false;
  } else if (place.type == ColumnType::kDate) {
    if (!ReadDate(text, &cell.number)) return false;
    cell.ascii = true;
  } else {
    // A list that is required has to have an item, whatever it is.
    const bool required = place.required && !place.list;
    if (!IsPlain(place.type, place.id, required, text, &cell.ascii)) {
      return false;
    }
  }
  seen_ |= uint64_t{1} << place.column;
  cells_.push_back(cell);
  return true;
}

bool PlainRecord::ReadDate(absl::string_view text, int64_t* days) {
  if (text.size() != sizeof(last_date_)) return false;
  if (std::memcmp(text.data(), last_date_, sizeof(last_date_)) != 0) {
    const absl::StatusOr<Date> date = Date::Parse(text);
    if (!date.ok()) return false;
    std::memcpy(last_date_, text.data(), sizeof(last_date_));
    last_days_ = date->days();
  }
  *days = last_days_;
  return true;
}

// Attribute has two texts, name = 1 and value = 2; the name is not blank.
bool PlainRecord::ReadAttribute(const Place& place, absl::string_view bytes) {
  std::array<absl::string_view, 2> parts;
  uint64_t last = 0;
  while (!bytes.empty()) {
    uint64_t tag = 0;
    uint64_t size = 0;
    if (!ReadVarint(&bytes, &tag) || !ReadVarint(&bytes, &size)) return false;
    const uint64_t number = tag >> 3;
    if ((tag & 7) != Wire::WIRETYPE_LENGTH_DELIMITED || number <= last ||
        number > parts.size() || size == 0 || size > bytes.size()) {
      return false;
    }
    last = number;
    parts[number - 1] = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  Place text;
  text.column = place.column;
  text.list = true;  // the value may be empty
  return !TrimCell(parts[0]).empty() && ReadText(text, parts[0]) &&
         ReadText(text, parts[1]);
}

}  // namespace duban::table
