// Arrow structs with memory of their own, as arrow_export.cc hands them out.
//
// Plain containers that turn themselves into an ArrowSchema or ArrowArray;
// their `release` frees them. Not thread-safe while being filled.
#ifndef DUBAN_SRC_TABLE_ARROW_BUILD_H_
#define DUBAN_SRC_TABLE_ARROW_BUILD_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/table/arrow.h"

namespace duban::table {

// One field of a schema, and what is below it.
class ArrowField {
 public:
  ArrowField(absl::string_view format, absl::string_view name, bool nullable);

  ArrowField& Metadata(absl::string_view key, absl::string_view value);
  ArrowField& Child(ArrowField child);
  // Makes this field dictionary-coded: the format is that of the codes.
  ArrowField& Dictionary(ArrowField values);

  // *out owns the field from here on.
  void Export(ArrowSchema* out) &&;

 private:
  std::string format_;
  std::string name_;
  bool nullable_;
  std::vector<std::pair<std::string, std::string>> metadata_;
  std::vector<ArrowField> children_;
  std::unique_ptr<ArrowField> dictionary_;
};

// One array: a validity bitmap and up to two more buffers, children, perhaps a
// dictionary.
class ArrowData {
 public:
  static constexpr int kMaxBuffers = 3;

  // `buffers` counts the bitmap, which is buffer 0.
  explicit ArrowData(int buffers);

  // Counts one more value and says whether it is there.
  void Count(bool valid);
  int64_t length() const { return length_; }

  template <typename T>
  void Put(int buffer, T value) {
    PutBytes(buffer, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  void PutBytes(int buffer, absl::string_view bytes) {
    std::vector<char>& to = buffers_[static_cast<size_t>(buffer)];
    to.insert(to.end(), bytes.begin(), bytes.end());
  }
  // Bits, least significant first; `index` counts from 0.
  void PutBit(int buffer, int64_t index, bool bit);
  size_t bytes(int buffer) const {
    return buffers_[static_cast<size_t>(buffer)].size();
  }

  void Child(ArrowData child) { children_.push_back(std::move(child)); }
  void Dictionary(ArrowData values);

  // *out owns the array from here on.
  void Export(ArrowArray* out) &&;

 private:
  int buffer_count_;
  std::array<std::vector<char>, kMaxBuffers> buffers_;
  int64_t length_ = 0;
  int64_t null_count_ = 0;
  std::vector<ArrowData> children_;
  std::unique_ptr<ArrowData> dictionary_;
};

// An array of utf8.
class ArrowTexts {
 public:
  ArrowTexts() : data_(3) { data_.Put<int32_t>(1, 0); }

  // Over INT32_MAX bytes in all is the caller's mistake.
  void Add(absl::string_view text) {
    data_.PutBytes(2, text);
    End(true);
  }
  void AddNull() { End(false); }
  int64_t length() const { return data_.length(); }
  size_t bytes() const { return data_.bytes(2); }
  ArrowData Take() { return std::move(data_); }

 private:
  void End(bool valid) {
    data_.Put(1, static_cast<int32_t>(data_.bytes(2)));
    data_.Count(valid);
  }

  ArrowData data_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_ARROW_BUILD_H_
