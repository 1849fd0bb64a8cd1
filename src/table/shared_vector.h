// A growing array that can be handed to readers without stopping the writer.
//
// Items lie in chunks of kChunkSize. Snapshot() costs next to nothing: it
// shares the chunks and gives the writer a new epoch. A chunk of an earlier
// epoch may be seen by a snapshot, so the writer copies it before it changes
// an item that was there at the snapshot. Appending copies nothing: no reader
// looks past the size that its snapshot had.
//
// Items past the end read as T{}, so a column that has only default values
// takes no memory: whoever stores a column appends lazily (see PadTo).
//
// One writer; any number of readers, each on its own snapshot, which must be
// handed over with a happens-before edge (a mutex, a thread start). Snapshots
// are read only.
#ifndef DUBAN_SRC_TABLE_SHARED_VECTOR_H_
#define DUBAN_SRC_TABLE_SHARED_VECTOR_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace duban::table {

template <typename T>
class SharedVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr size_t kChunkSize = 16384;

  SharedVector() = default;
  SharedVector(SharedVector&& other) noexcept { *this = std::move(other); }
  SharedVector& operator=(SharedVector&& other) noexcept {
    directory_ = std::move(other.directory_);
    size_ = std::exchange(other.size_, 0);
    seen_size_ = std::exchange(other.seen_size_, 0);
    epoch_ = std::exchange(other.epoch_, 0);
    return *this;
  }

  size_t size() const { return size_; }

  T Get(size_t i) const {
    if (i >= size_) return T{};
    return directory_->chunks[i / kChunkSize].items[i % kChunkSize];
  }

  // The items from i on that lie together in memory, for scans; empty from
  // the end on. Valid until the vector is written or destroyed.
  absl::Span<const T> RunFrom(size_t i) const {
    if (i >= size_) return {};
    const size_t offset = i % kChunkSize;
    return absl::MakeConstSpan(
        directory_->chunks[i / kChunkSize].items.get() + offset,
        std::min(kChunkSize - offset, size_ - i));
  }

  void Append(T value) {
    assert(epoch_ != kReadOnly);
    const size_t offset = size_ % kChunkSize;
    if (offset == 0) {
      OwnDirectory().push_back(NewChunk(kFirstCapacity));
    } else if (directory_->chunks.back().capacity == offset) {
      Reallocate(directory_->chunks.size() - 1, offset * 2, offset);
    }
    directory_->chunks.back().items[offset] = value;
    ++size_;
  }

  // i must be less than size().
  void Set(size_t i, T value) {
    assert(epoch_ != kReadOnly && i < size_);
    const size_t c = i / kChunkSize;
    // What was appended since the last snapshot is in no snapshot.
    if (i < seen_size_ && directory_->chunks[c].epoch != epoch_) {
      const size_t used = std::min(kChunkSize, size_ - c * kChunkSize);
      Reallocate(c, directory_->chunks[c].capacity, used);
    }
    directory_->chunks[c].items[i % kChunkSize] = value;
  }

  // Appends `value` until the size is n.
  void PadTo(size_t n, T value = T{}) {
    while (size_ < n) Append(value);
  }

  // As this vector is now, for readers.
  SharedVector Snapshot() {
    SharedVector copy;
    copy.directory_ = directory_;
    copy.size_ = size_;
    copy.epoch_ = kReadOnly;
    if (epoch_ != kReadOnly) {
      ++epoch_;
      seen_size_ = size_;
    }
    return copy;
  }

  // Back to what the latest snapshot of this vector holds. What was written
  // since is forgotten; nobody can have seen it.
  void Restore(const SharedVector& latest) {
    directory_ = latest.directory_;
    size_ = latest.size_;
    seen_size_ = latest.size_;
    ++epoch_;
  }

 private:
  static constexpr size_t kFirstCapacity = 16;
  static constexpr uint64_t kReadOnly = ~uint64_t{0};

  struct Chunk {
    std::shared_ptr<T[]> items;
    size_t capacity = 0;
    uint64_t epoch = 0;  // when the items were last copied or made
  };
  // Shared with snapshots as well; changed only in the epoch it was made in.
  struct Directory {
    std::vector<Chunk> chunks;
    uint64_t epoch = 0;
  };

  Chunk NewChunk(size_t capacity) const {
    return {std::shared_ptr<T[]>(new T[capacity]), capacity, epoch_};
  }

  std::vector<Chunk>& OwnDirectory() {
    if (directory_ == nullptr || directory_->epoch != epoch_) {
      auto own = std::make_shared<Directory>();
      if (directory_ != nullptr) own->chunks = directory_->chunks;
      own->epoch = epoch_;
      directory_ = std::move(own);
    }
    return directory_->chunks;
  }

  // Replaces chunk c by a copy of its first `used` items.
  void Reallocate(size_t c, size_t capacity, size_t used) {
    Chunk copy = NewChunk(std::min(capacity, kChunkSize));
    const T* from = directory_->chunks[c].items.get();
    std::copy(from, from + used, copy.items.get());
    OwnDirectory()[c] = std::move(copy);
  }

  std::shared_ptr<Directory> directory_;
  size_t size_ = 0;
  size_t seen_size_ = 0;  // size at the last snapshot
  uint64_t epoch_ = 0;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_SHARED_VECTOR_H_
