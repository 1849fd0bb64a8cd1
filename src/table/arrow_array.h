// One column of an Arrow table, checked before it is read.
//
// The structs come from another library, through pointers that nobody can
// check. What can be checked is: counts, lengths and offsets are not negative
// and fit together, offsets of texts and lists do not go back, pointers that
// are needed are not null, codes are in their dictionary, views in their
// buffers. After Make, no call reads outside of what the structs say is there.
//
// Borrows the structs. Immutable; thread-safe.
#ifndef DUBAN_SRC_TABLE_ARROW_ARRAY_H_
#define DUBAN_SRC_TABLE_ARROW_ARRAY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/table/arrow.h"

namespace duban::table {

enum class ArrowKind : uint8_t {
  kNull,
  kBool,
  kInt,        // any width, signed or not
  kFloat,      // 32 or 64 bits
  kDecimal,    // 32 to 256 bits
  kText,       // utf8, large, view
  kDate,       // days
  kTimestamp,  // date64, or a timestamp without a zone
  kList,       // any list, maps
  kStruct,
  kOther,  // nothing that a record can hold
};

// How a value finds its bytes.
enum class ArrowLayout : uint8_t {
  kFixed,      // by its number
  kOffsets32,  // texts and lists
  kOffsets64,
  kView,    // texts in views; list views of 32 bits
  kView64,  // list views of 64 bits
  kFixedList,
};

// What a format string says.
struct ArrowType {
  ArrowKind kind = ArrowKind::kOther;
  ArrowLayout layout = ArrowLayout::kFixed;
  int width = 0;  // bytes of a value
  bool is_signed = false;
  int scale = 0;             // decimals
  int64_t units_in_day = 0;  // timestamps
  int64_t list_size = 0;     // fixed-size lists
  bool has_zone = false;     // timestamps with a zone, which are kOther
};

// kOther for what is not known.
ArrowType ParseArrowFormat(absl::string_view format);

class ArrowColumn {
 public:
  // BAD_ARROW where something does not fit. `length` rows from the array's
  // offset on are readable; it fails where there are fewer.
  static absl::StatusOr<ArrowColumn> Make(const ArrowSchema* schema,
                                          const ArrowArray* array,
                                          int64_t length);

  int64_t length() const { return length_; }
  bool IsNull(int64_t row) const;

  // A column of codes has the values of `words`; a code that is in there is a
  // row of it, any other gives -1.
  const ArrowColumn* words() const { return words_.get(); }
  int64_t Code(int64_t row) const;

  // The rest is for rows that are not null, of columns without words.
  const ArrowType& type() const { return type_; }
  bool Bool(int64_t row) const { return Bit(buffers_[1], offset_ + row); }
  // Two's complement, as many bytes as the type is wide, little-endian.
  absl::string_view Bytes(int64_t row) const;
  // Unsigned ones of 64 bits modulo 2^64.
  int64_t Int(int64_t row) const;
  double Float(int64_t row) const;
  // Not checked to be UTF-8. BAD_ARROW for a view outside of its buffer.
  absl::StatusOr<absl::string_view> Text(int64_t row) const;

  // The rows of child(0) that a list holds.
  struct Range {
    int64_t begin = 0;
    int64_t end = 0;
  };
  absl::StatusOr<Range> List(int64_t row) const;
  // The row of each child of a struct.
  int64_t ChildRow(int64_t row) const { return offset_ + row; }
  const ArrowColumn& child(size_t i) const { return children_[i]; }
  size_t child_count() const { return children_.size(); }

 private:
  static absl::StatusOr<ArrowColumn> MakeAt(const ArrowSchema* schema,
                                            const ArrowArray* array,
                                            int64_t length, int depth);
  absl::Status TakeBuffers(const ArrowArray& array);
  absl::Status TakeChildren(const ArrowSchema& schema, const ArrowArray& array,
                            int depth);
  absl::Status CheckTexts() const;
  absl::Status CheckLists(int64_t items) const;
  // The last offset; BAD_ARROW where they go back.
  absl::StatusOr<int64_t> CheckOffsets() const;
  int64_t Offset(int64_t i) const;

  static bool Bit(const uint8_t* bits, int64_t i) {
    return (bits[i / 8] >> (i % 8) & 1) != 0;
  }

  ArrowType type_;
  int64_t length_ = 0;
  int64_t offset_ = 0;
  // As the struct has them; null where there is no byte to read.
  std::vector<const uint8_t*> buffers_;
  std::vector<ArrowColumn> children_;
  std::shared_ptr<const ArrowColumn> words_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ARROW_ARRAY_H_
