#include "src/table/column_data.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace duban::table {
namespace {

// So that every number fits an int64.
constexpr size_t kMostDigits = 18;

// Bytes for numbers from 0 to `most`: 1, 2, 4 or 8.
uint32_t WidthFor(uint64_t most) {
  if (most <= UINT8_MAX) return 1;
  if (most <= UINT16_MAX) return 2;
  return most <= UINT32_MAX ? 4 : 8;
}

uint64_t Most(const std::vector<int64_t>& numbers, int64_t base) {
  uint64_t most = 0;
  for (const int64_t n : numbers) {
    most =
        std::max(most, static_cast<uint64_t>(n) - static_cast<uint64_t>(base));
  }
  return most;
}

std::string Pack(const std::vector<int64_t>& numbers, int64_t base,
                 uint32_t width) {
  std::string bytes;
  bytes.reserve(numbers.size() * width);
  for (const int64_t n : numbers) {
    uint64_t rest = static_cast<uint64_t>(n) - static_cast<uint64_t>(base);
    for (uint32_t i = 0; i < width; ++i) {
      bytes.push_back(static_cast<char>(rest & 0xff));
      rest >>= 8;
    }
  }
  return bytes;
}

// How many digits a text ends with.
size_t DigitsAtEnd(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && digits < kMostDigits &&
         absl::ascii_isdigit(
             static_cast<unsigned char>(text[text.size() - 1 - digits]))) {
    ++digits;
  }
  return digits;
}

}  // namespace

int64_t ColumnDataBuilder::Word(absl::string_view text) {
  const auto found = numbers_.find(text);
  if (found != numbers_.end()) return found->second;
  data_.add_word(std::string(text));
  const int64_t number = data_.word_size();
  numbers_.emplace(absl::string_view(data_.word(data_.word_size() - 1)),
                   number);
  return number;
}

void ColumnDataBuilder::Add(const ArrowCell& cell) {
  switch (column_->type) {
    case ColumnType::kText:
    case ColumnType::kDecimal:
      items_.push_back(cell.given() ? Word(cell.text()) : 0);
      return;
    case ColumnType::kDate:
    case ColumnType::kInt:
    case ColumnType::kBool:
    case ColumnType::kEnum:
      items_.push_back(cell.given() ? cell.number() : 0);
      return;
    default:
      break;
  }
  const size_t before = items_.size();
  if (cell.given() && column_->type == ColumnType::kEnumList) {
    items_.insert(items_.end(), cell.numbers().begin(), cell.numbers().end());
  } else if (cell.given()) {
    for (const absl::string_view text : cell.texts()) {
      items_.push_back(Word(text));
    }
  }
  const size_t parts = column_->type == ColumnType::kAttributes ? 2 : 1;
  lengths_.push_back(static_cast<int64_t>((items_.size() - before) / parts));
}

// act-00000123: where every text is given, and all are of the same length and
// differ in the digits at their end only, and it is shorter so.
void ColumnDataBuilder::NumberInsteadOfWords() {
  if (column_->type == ColumnType::kAttributes || data_.word_size() == 0 ||
      std::find(items_.begin(), items_.end(), 0) != items_.end()) {
    return;
  }
  const std::string& first = data_.word(0);
  size_t digits = DigitsAtEnd(first);
  uint64_t word_bytes = 0;
  for (const std::string& word : data_.word()) {
    if (word.size() != first.size()) return;
    digits = std::min(digits, DigitsAtEnd(word));
    word_bytes += word.size() + 2;  // as protobuf counts, at least
  }
  const std::string head = first.substr(0, first.size() - digits);
  std::vector<int64_t> value_of;
  for (const std::string& word : data_.word()) {
    int64_t value = 0;
    if (word.compare(0, head.size(), head) != 0 || digits == 0 ||
        !absl::SimpleAtoi(word.substr(head.size()), &value)) {
      return;
    }
    value_of.push_back(value);
  }
  const auto [least, most] =
      std::minmax_element(value_of.begin(), value_of.end());
  const uint64_t width = WidthFor(static_cast<uint64_t>(*most - *least));
  const uint64_t word_width = WidthFor(value_of.size());
  if (items_.size() * width > items_.size() * word_width + word_bytes) return;
  for (int64_t& item : items_) item = value_of[static_cast<size_t>(item - 1)];
  numbers_.clear();
  data_.clear_word();
  data_.set_head(head);
  data_.set_digits(static_cast<uint32_t>(digits));
}

void ColumnDataBuilder::Finish(v1::PutColumns* out) && {
  if (column_->is_list()
          ? items_.empty()
          : std::all_of(items_.begin(), items_.end(),
                        [](int64_t item) { return item == 0; })) {
    return;
  }
  NumberInsteadOfWords();
  const int64_t base = *std::min_element(items_.begin(), items_.end());
  data_.set_base(base);
  data_.set_width(WidthFor(Most(items_, base)));
  data_.set_items(Pack(items_, base, data_.width()));
  if (std::any_of(lengths_.begin(), lengths_.end(),
                  [](int64_t length) { return length != 1; })) {
    data_.set_length_width(WidthFor(Most(lengths_, 0)));
    data_.set_lengths(Pack(lengths_, 0, data_.length_width()));
  }
  out->add_column()->Swap(&data_);
}

}  // namespace duban::table
