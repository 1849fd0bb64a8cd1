#include "src/table/dictionary.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "absl/numeric/bits.h"

namespace duban::table {

Dictionary::Dictionary() : index_(Hash{{this}}, Equal{{this}}) { Intern(""); }

// Codes are shifted by the size of the first block, so that the highest bit
// names the block: with 64, codes 0–63 are in block 0, 64–191 in block 1.
size_t Dictionary::BlockOf(uint32_t code, uint32_t* offset) {
  const uint64_t shifted = uint64_t{code} + (uint64_t{1} << kFirstBlockBits);
  const auto bit = static_cast<uint32_t>(absl::bit_width(shifted) - 1);
  *offset = static_cast<uint32_t>(shifted - (uint64_t{1} << bit));
  return bit - kFirstBlockBits;
}

absl::string_view Dictionary::At(uint32_t code) const {
  uint32_t offset = 0;
  const size_t block = BlockOf(code, &offset);
  return blocks_[block][offset];
}

std::optional<uint32_t> Dictionary::Find(absl::string_view text) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  const auto it = index_.find(text);
  if (it == index_.end()) return std::nullopt;
  return *it;
}

uint32_t Dictionary::Intern(absl::string_view text) {
  const auto it = index_.find(text);
  if (it != index_.end()) return *it;
  const uint32_t code = size_.load(std::memory_order_relaxed);
  uint32_t offset = 0;
  const size_t block = BlockOf(code, &offset);
  if (blocks_[block] == nullptr) {
    blocks_[block] = std::make_unique<absl::string_view[]>(
        size_t{1} << (block + kFirstBlockBits));
  }
  blocks_[block][offset] = Keep(text);
  std::unique_lock<std::shared_mutex> lock(mutex_);
  index_.insert(code);
  size_.store(code + 1, std::memory_order_release);
  return code;
}

absl::string_view Dictionary::Keep(absl::string_view text) {
  if (text.empty()) return absl::string_view();
  char* place = nullptr;
  if (text.size() > kLargestPiece / 4) {
    pieces_.push_back(std::unique_ptr<char[]>(new char[text.size()]));
    place = pieces_.back().get();
  } else {
    if (text.size() > free_bytes_) {
      free_bytes_ = std::max(next_piece_, text.size());
      pieces_.push_back(std::unique_ptr<char[]>(new char[free_bytes_]));
      free_ = pieces_.back().get();
      next_piece_ = std::min(next_piece_ * 2, kLargestPiece);
    }
    place = free_;
    free_ += text.size();
    free_bytes_ -= text.size();
  }
  std::memcpy(place, text.data(), text.size());
  return absl::string_view(place, text.size());
}

}  // namespace duban::table
