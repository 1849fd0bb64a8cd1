#include "src/table/arrow_array.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/diagnostic.h"
#include "src/base/text.h"

namespace duban::table {
namespace {

// No memory has room for more rows; sums and products of these fit.
constexpr int64_t kMostRows = int64_t{1} << 44;
constexpr int kDeepest = 8;
constexpr int64_t kSecondsInDay = 86400;
constexpr int64_t kViewBytes = 16;
constexpr int32_t kInlineBytes = 12;

absl::Status Bad(absl::string_view what) {
  return Fault("BAD_ARROW")
      .Say(absl::StrCat("Arrow 结构不合规范：", what),
           absl::StrCat("the Arrow structure is not as specified: ", what))
      .Hint("检查交出该表的程序",
            "look at the program that hands the table over")
      .ToStatus();
}

// The same, with the column's name.
absl::Status InColumn(const char* name, const absl::Status& status) {
  const v1::ErrorList list = FaultsOf(status);
  Faults faults;
  for (v1::ErrorDetail fault : list.errors()) {
    if (name != nullptr) fault.mutable_place()->set_field(Excerpt(name));
    faults.Add(std::move(fault));
  }
  return faults.ToStatus();
}

template <typename T>
T Load(const uint8_t* from, int64_t index) {
  T value;
  std::memcpy(&value, from + index * static_cast<int64_t>(sizeof(T)),
              sizeof value);
  return value;
}

ArrowType Fixed(ArrowKind kind, int width, bool is_signed = false) {
  ArrowType type;
  type.kind = kind;
  type.width = width;
  type.is_signed = is_signed;
  return type;
}

ArrowType WithLayout(ArrowKind kind, ArrowLayout layout) {
  ArrowType type;
  type.kind = kind;
  type.layout = layout;
  return type;
}

// "d:precision,scale" or "d:precision,scale,bits".
ArrowType DecimalType(absl::string_view rest) {
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, ',');
  int scale = 0;
  int bits = 128;
  if (parts.size() < 2 || parts.size() > 3 ||
      !absl::SimpleAtoi(parts[1], &scale) ||
      (parts.size() == 3 && !absl::SimpleAtoi(parts[2], &bits)) ||
      (bits != 32 && bits != 64 && bits != 128 && bits != 256) ||
      scale < -100 || scale > 100) {
    return {};
  }
  ArrowType type = Fixed(ArrowKind::kDecimal, bits / 8, true);
  type.scale = scale;
  return type;
}

// "tsu:" or, with a zone, "tsu:Asia/Shanghai".
ArrowType TimestampType(absl::string_view rest) {
  ArrowType type = Fixed(ArrowKind::kTimestamp, 8, true);
  int64_t units = 1;
  switch (rest.empty() ? '\0' : rest[0]) {
    case 's':
      break;
    case 'm':
      units = 1000;
      break;
    case 'u':
      units = 1000000;
      break;
    case 'n':
      units = 1000000000;
      break;
    default:
      return {};
  }
  type.units_in_day = kSecondsInDay * units;
  type.has_zone = rest.size() > 2;
  // Which day an instant is on depends on the zone, and zones are not known.
  if (type.has_zone) type.kind = ArrowKind::kOther;
  return type;
}

ArrowType OneLetter(char letter) {
  switch (letter) {
    case 'n':
      return Fixed(ArrowKind::kNull, 0);
    case 'b':
      return Fixed(ArrowKind::kBool, 0);
    case 'c':
    case 'C':
      return Fixed(ArrowKind::kInt, 1, letter == 'c');
    case 's':
    case 'S':
      return Fixed(ArrowKind::kInt, 2, letter == 's');
    case 'i':
    case 'I':
      return Fixed(ArrowKind::kInt, 4, letter == 'i');
    case 'l':
    case 'L':
      return Fixed(ArrowKind::kInt, 8, letter == 'l');
    case 'f':
      return Fixed(ArrowKind::kFloat, 4);
    case 'g':
      return Fixed(ArrowKind::kFloat, 8);
    case 'u':
    case 'z':
      return WithLayout(ArrowKind::kText, ArrowLayout::kOffsets32);
    case 'U':
    case 'Z':
      return WithLayout(ArrowKind::kText, ArrowLayout::kOffsets64);
    default:
      return {};
  }
}

// Buffers that an array of the type has; -1: not fixed.
int64_t BufferCount(const ArrowType& type) {
  switch (type.kind) {
    case ArrowKind::kNull:
      return 0;
    case ArrowKind::kStruct:
      return 1;
    case ArrowKind::kText:
      return type.layout == ArrowLayout::kView ? -1 : 3;
    case ArrowKind::kList:
      if (type.layout == ArrowLayout::kFixedList) return 1;
      return type.layout == ArrowLayout::kView ||
                     type.layout == ArrowLayout::kView64
                 ? 3
                 : 2;
    default:
      return 2;
  }
}

}  // namespace

ArrowType ParseArrowFormat(absl::string_view format) {
  if (format.size() == 1) return OneLetter(format[0]);
  if (format == "vu" || format == "vz") {
    return WithLayout(ArrowKind::kText, ArrowLayout::kView);
  }
  if (format == "tdD") return Fixed(ArrowKind::kDate, 4, true);
  if (format == "tdm") return TimestampType("m:");
  if (absl::ConsumePrefix(&format, "ts")) return TimestampType(format);
  if (absl::ConsumePrefix(&format, "d:")) return DecimalType(format);
  if (format == "+s") return Fixed(ArrowKind::kStruct, 0);
  if (format == "+l" || format == "+m") {
    return WithLayout(ArrowKind::kList, ArrowLayout::kOffsets32);
  }
  if (format == "+L") {
    return WithLayout(ArrowKind::kList, ArrowLayout::kOffsets64);
  }
  if (format == "+vl") return WithLayout(ArrowKind::kList, ArrowLayout::kView);
  if (format == "+vL") {
    return WithLayout(ArrowKind::kList, ArrowLayout::kView64);
  }
  if (absl::ConsumePrefix(&format, "+w:")) {
    ArrowType type = WithLayout(ArrowKind::kList, ArrowLayout::kFixedList);
    if (absl::SimpleAtoi(format, &type.list_size) && type.list_size >= 0 &&
        type.list_size <= INT32_MAX) {
      return type;
    }
  }
  return {};
}

absl::StatusOr<ArrowColumn> ArrowColumn::Make(const ArrowSchema* schema,
                                              const ArrowArray* array,
                                              int64_t length) {
  return MakeAt(schema, array, length, 0);
}

absl::StatusOr<ArrowColumn> ArrowColumn::MakeAt(const ArrowSchema* schema,
                                                const ArrowArray* array,
                                                int64_t length, int depth) {
  if (schema == nullptr || schema->format == nullptr) return Bad("format");
  if (array == nullptr || array->release == nullptr) return Bad("release");
  if (depth > kDeepest) return Bad("depth");
  if (array->offset < 0 || array->offset > kMostRows) return Bad("offset");
  if (array->length < length || array->length > kMostRows) return Bad("length");
  if (array->null_count < -1 || array->null_count > array->length) {
    return Bad("null_count");
  }
  if ((schema->dictionary == nullptr) != (array->dictionary == nullptr)) {
    return Bad("dictionary");
  }
  ArrowColumn column;
  column.type_ = ParseArrowFormat(schema->format);
  column.length_ = length;
  column.offset_ = array->offset;
  if (column.type_.kind == ArrowKind::kOther) return column;
  if (absl::Status s = column.TakeBuffers(*array); !s.ok()) return s;
  if (absl::Status s = column.TakeChildren(*schema, *array, depth); !s.ok()) {
    return s;
  }
  if (schema->dictionary == nullptr) return column;
  if (column.type_.kind != ArrowKind::kInt ||
      schema->dictionary->dictionary != nullptr) {
    return Bad("dictionary");
  }
  absl::StatusOr<ArrowColumn> words =
      MakeAt(schema->dictionary, array->dictionary, array->dictionary->length,
             depth + 1);
  if (!words.ok()) return words.status();
  column.words_ = std::make_shared<const ArrowColumn>(*std::move(words));
  return column;
}

absl::Status ArrowColumn::TakeBuffers(const ArrowArray& array) {
  if (type_.kind == ArrowKind::kNull) return absl::OkStatus();
  const int64_t needed = BufferCount(type_);
  if (needed >= 0 ? array.n_buffers != needed
                  : array.n_buffers < 3 || array.n_buffers > INT32_MAX) {
    return Bad("n_buffers");
  }
  if (array.buffers == nullptr) return Bad("buffers");
  for (int64_t i = 0; i < array.n_buffers; ++i) {
    buffers_.push_back(static_cast<const uint8_t*>(array.buffers[i]));
  }
  // Null where every value is there.
  if (buffers_[0] == nullptr && array.null_count > 0) return Bad("validity");
  if (array.null_count == 0) buffers_[0] = nullptr;
  if (offset_ + length_ == 0) return absl::OkStatus();
  const bool is_text = type_.kind == ArrowKind::kText;
  if (array.n_buffers > 1 && buffers_[1] == nullptr) return Bad("buffers[1]");
  if (array.n_buffers == 3 && !is_text && buffers_[2] == nullptr) {
    return Bad("buffers[2]");
  }
  if (is_text && type_.layout == ArrowLayout::kView) {
    // The last one has the sizes of those in between.
    if (array.n_buffers > 3 && buffers_.back() == nullptr) {
      return Bad("sizes of buffers");
    }
    return absl::OkStatus();
  }
  return is_text ? CheckTexts() : absl::OkStatus();
}

absl::Status ArrowColumn::TakeChildren(const ArrowSchema& schema,
                                       const ArrowArray& array, int depth) {
  if (type_.kind != ArrowKind::kStruct && type_.kind != ArrowKind::kList) {
    return absl::OkStatus();
  }
  const bool is_list = type_.kind == ArrowKind::kList;
  if (schema.n_children != array.n_children || schema.n_children < 0 ||
      (is_list && schema.n_children != 1)) {
    return Bad("n_children");
  }
  if (schema.n_children > 0 &&
      (schema.children == nullptr || array.children == nullptr)) {
    return Bad("children");
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i] == nullptr || array.children[i] == nullptr) {
      return Bad("children");
    }
    const int64_t length =
        is_list ? array.children[i]->length : offset_ + length_;
    if (length < 0) return Bad("length");
    absl::StatusOr<ArrowColumn> child =
        MakeAt(schema.children[i], array.children[i], length, depth + 1);
    if (!child.ok()) {
      return depth == 0 ? InColumn(schema.children[i]->name, child.status())
                        : child.status();
    }
    children_.push_back(*std::move(child));
  }
  return is_list ? CheckLists(children_[0].length()) : absl::OkStatus();
}

int64_t ArrowColumn::Offset(int64_t i) const {
  return type_.layout == ArrowLayout::kOffsets32
             ? Load<int32_t>(buffers_[1], i)
             : Load<int64_t>(buffers_[1], i);
}

absl::StatusOr<int64_t> ArrowColumn::CheckOffsets() const {
  int64_t last = Offset(offset_);
  if (last < 0) return Bad("offsets");
  for (int64_t i = offset_ + 1; i <= offset_ + length_; ++i) {
    const int64_t next = Offset(i);
    if (next < last) return Bad("offsets");
    last = next;
  }
  return last;
}

absl::Status ArrowColumn::CheckTexts() const {
  const absl::StatusOr<int64_t> last = CheckOffsets();
  if (!last.ok()) return last.status();
  if (*last > Offset(offset_) && buffers_[2] == nullptr) {
    return Bad("buffers[2]");
  }
  return absl::OkStatus();
}

absl::Status ArrowColumn::CheckLists(int64_t items) const {
  if (offset_ + length_ == 0) return absl::OkStatus();
  if (type_.layout == ArrowLayout::kFixedList) {
    if (type_.list_size > 0 && offset_ + length_ > items / type_.list_size) {
      return Bad("length");
    }
    return absl::OkStatus();
  }
  // Those of list views stand for themselves: see List.
  if (buffers_.size() == 3) return absl::OkStatus();
  const absl::StatusOr<int64_t> last = CheckOffsets();
  if (!last.ok()) return last.status();
  return *last > items ? Bad("offsets") : absl::OkStatus();
}

bool ArrowColumn::IsNull(int64_t row) const {
  if (type_.kind == ArrowKind::kNull) return true;
  if (buffers_.empty() || buffers_[0] == nullptr) return false;
  return !Bit(buffers_[0], offset_ + row);
}

int64_t ArrowColumn::Code(int64_t row) const {
  const int64_t code = Int(row);
  return code >= 0 && code < words_->length() ? code : -1;
}

absl::string_view ArrowColumn::Bytes(int64_t row) const {
  const auto width = static_cast<size_t>(type_.width);
  return {reinterpret_cast<const char*>(buffers_[1]) +
              static_cast<size_t>(offset_ + row) * width,
          width};
}

int64_t ArrowColumn::Int(int64_t row) const {
  const uint8_t* values = buffers_[1];
  const int64_t i = offset_ + row;
  switch (type_.width) {
    case 1:
      return type_.is_signed ? Load<int8_t>(values, i)
                             : int64_t{Load<uint8_t>(values, i)};
    case 2:
      return type_.is_signed ? Load<int16_t>(values, i)
                             : int64_t{Load<uint16_t>(values, i)};
    case 4:
      return type_.is_signed ? Load<int32_t>(values, i)
                             : int64_t{Load<uint32_t>(values, i)};
    default:
      return Load<int64_t>(values, i);
  }
}

double ArrowColumn::Float(int64_t row) const {
  return type_.width == 4 ? double{Load<float>(buffers_[1], offset_ + row)}
                          : Load<double>(buffers_[1], offset_ + row);
}

absl::StatusOr<absl::string_view> ArrowColumn::Text(int64_t row) const {
  const int64_t i = offset_ + row;
  if (type_.layout != ArrowLayout::kView) {
    const int64_t begin = Offset(i);
    const int64_t end = Offset(i + 1);
    if (begin == end) return absl::string_view();
    return absl::string_view(reinterpret_cast<const char*>(buffers_[2]) + begin,
                             static_cast<size_t>(end - begin));
  }
  // Size, then the text itself or four bytes of it, buffer and offset.
  const uint8_t* view = buffers_[1] + i * kViewBytes;
  const auto size = Load<int32_t>(view, 0);
  if (size < 0) return Bad("view");
  const auto bytes = static_cast<size_t>(size);
  if (size <= kInlineBytes) {
    return absl::string_view(reinterpret_cast<const char*>(view) + 4, bytes);
  }
  const auto buffer = int64_t{Load<int32_t>(view, 2)};
  const auto offset = int64_t{Load<int32_t>(view, 3)};
  const auto count = static_cast<int64_t>(buffers_.size()) - 3;
  if (buffer < 0 || buffer >= count || offset < 0) return Bad("view");
  const auto at = static_cast<size_t>(buffer) + 2;
  if (buffers_[at] == nullptr ||
      offset + size > Load<int64_t>(buffers_.back(), buffer)) {
    return Bad("view");
  }
  return absl::string_view(reinterpret_cast<const char*>(buffers_[at]) + offset,
                           bytes);
}

absl::StatusOr<ArrowColumn::Range> ArrowColumn::List(int64_t row) const {
  const int64_t i = offset_ + row;
  switch (type_.layout) {
    case ArrowLayout::kFixedList:
      return Range{i * type_.list_size, (i + 1) * type_.list_size};
    case ArrowLayout::kView:
    case ArrowLayout::kView64: {
      const bool narrow = type_.layout == ArrowLayout::kView;
      const int64_t begin = narrow ? Load<int32_t>(buffers_[1], i)
                                   : Load<int64_t>(buffers_[1], i);
      const int64_t size = narrow ? Load<int32_t>(buffers_[2], i)
                                  : Load<int64_t>(buffers_[2], i);
      const int64_t items = children_[0].length();
      if (begin < 0 || size < 0 || begin > items || size > items - begin) {
        return Bad("list view");
      }
      return Range{begin, begin + size};
    }
    default:
      return Range{Offset(i), Offset(i + 1)};
  }
}

}  // namespace duban::table
