// A growing array that can be handed to readers without stopping the writer.
//
// Items lie in chunks of kChunkSize. Snapshot() costs next to nothing: it
// shares the chunks and gives the writer a new epoch. A chunk of an earlier
// epoch may be seen by a snapshot, so the writer copies it before it changes
// an item that was there at the snapshot. Appending copies nothing: no reader
// looks past the size that its snapshot had.
//
// A full chunk is packed (packed.h) when the next one begins; changing an item
// of it makes it plain again. Save writes the items packed whatever they are in
// memory: equal items give equal bytes.
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

#include "src/table/byte_stream.h"
#include "src/table/packed.h"

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
    return directory_->chunks[i / kChunkSize].Get(i % kChunkSize);
  }

  // Items i … i+n-1, for scans: some times faster than Get.
  void Read(size_t i, size_t n, T* out) const {
    while (n > 0 && i < size_) {
      const size_t offset = i % kChunkSize;
      const size_t m = std::min({n, kChunkSize - offset, size_ - i});
      directory_->chunks[i / kChunkSize].Read(offset, m, out);
      i += m;
      n -= m;
      out += m;
    }
    std::fill(out, out + n, T{});
  }

  void Append(T value) {
    assert(epoch_ != kReadOnly);
    const size_t offset = size_ % kChunkSize;
    if (offset == 0) {
      if (size_ > 0) PackLast();
      OwnDirectory().push_back(NewChunk(kFirstCapacity));
    } else if (directory_->chunks.back().capacity == offset) {
      MakePlain(directory_->chunks.size() - 1, offset * 2, offset);
    }
    directory_->chunks.back().Put(offset, value);
    ++size_;
  }

  // i must be less than size().
  void Set(size_t i, T value) {
    assert(epoch_ != kReadOnly && i < size_);
    const size_t c = i / kChunkSize;
    const Chunk& chunk = directory_->chunks[c];
    // What was appended since the last snapshot is in no snapshot.
    if (chunk.packed() || (i < seen_size_ && chunk.epoch != epoch_)) {
      const size_t used = std::min(kChunkSize, size_ - c * kChunkSize);
      MakePlain(c, chunk.packed() ? kChunkSize : chunk.capacity, used);
    }
    directory_->chunks[c].Put(i % kChunkSize, value);
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

  // The items, to be read by Load.
  void Save(ByteSink* sink) const;
  // Replaces all items; no snapshot of this vector may exist. At most `limit`
  // items are accepted. Any bytes give some vector or a fault in *source.
  void Load(size_t limit, ByteSource* source);

 private:
  static constexpr size_t kFirstCapacity = 16;
  static constexpr uint64_t kReadOnly = ~uint64_t{0};

  // What cannot be packed lies there as it is, with this width.
  static constexpr uint8_t kPlainWidth =
      sizeof(T) <= 16 ? static_cast<uint8_t>(sizeof(T)) : uint8_t{0};

  struct Chunk {
    std::shared_ptr<uint8_t[]> bytes;
    Packing<T> packing;
    uint32_t capacity = 0;  // of a plain chunk, in items; 0 = packed
    uint64_t epoch = 0;     // when the items were last copied or made

    bool packed() const { return capacity == 0; }
    T Get(size_t i) const {
      if constexpr (kPackable<T>) {
        return Unpacked<T>(packing, bytes.get(), i);
      } else {
        return LoadAs<T>(bytes.get() + sizeof(T) * i);
      }
    }
    void Read(size_t i, size_t n, T* out) const {
      if constexpr (kPackable<T>) {
        Unpack<T>(packing, bytes.get(), i, n, out);
      } else {
        std::memcpy(out, bytes.get() + sizeof(T) * i, sizeof(T) * n);
      }
    }
    void Put(size_t i, T value) {
      std::memcpy(bytes.get() + sizeof(T) * i, &value, sizeof(T));
    }
  };
  // Shared with snapshots as well; changed only in the epoch it was made in.
  struct Directory {
    std::vector<Chunk> chunks;
    uint64_t epoch = 0;
  };

  Chunk NewChunk(size_t capacity) const {
    return {NewBytes(capacity * sizeof(T)),
            {0, 0, kPlainWidth},
            static_cast<uint32_t>(capacity),
            epoch_};
  }

  static std::shared_ptr<uint8_t[]> NewBytes(size_t size) {
    if (size == 0) return nullptr;
    return std::shared_ptr<uint8_t[]>(new uint8_t[size]);
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

  // Replaces chunk c by a plain copy of its first `used` items.
  void MakePlain(size_t c, size_t capacity, size_t used) {
    Chunk copy = NewChunk(std::min(capacity, kChunkSize));
    const Chunk& from = directory_->chunks[c];
    if (from.packed()) {
      for (size_t i = 0; i < used; ++i) copy.Put(i, from.Get(i));
    } else {
      std::memcpy(copy.bytes.get(), from.bytes.get(), used * sizeof(T));
    }
    OwnDirectory()[c] = std::move(copy);
  }

  void PackLast() {
    if constexpr (kPackable<T>) {
      if (directory_->chunks.back().packed()) return;
      Chunk packed = PackedCopy(directory_->chunks.back(), kChunkSize);
      OwnDirectory().back() = std::move(packed);
    }
  }

  // The first n items.
  Chunk PackedCopy(const Chunk& from, size_t n) const {
    std::vector<T> items(n);
    from.Read(0, n, items.data());
    const Packing<T> packing = PackingOf<T>(items.data(), n);
    Chunk packed{NewBytes(n * packing.width), packing, 0, epoch_};
    Pack<T>(packing, items.data(), n, packed.bytes.get());
    return packed;
  }

  void LoadChunk(size_t n, ByteSource* source);

  std::shared_ptr<Directory> directory_;
  size_t size_ = 0;
  size_t seen_size_ = 0;  // size at the last snapshot
  uint64_t epoch_ = 0;
};

template <typename T>
void SharedVector<T>::Save(ByteSink* sink) const {
  static_assert(kPackable<T>);
  sink->Varint(size_);
  for (size_t first = 0; first < size_; first += kChunkSize) {
    const size_t n = std::min(kChunkSize, size_ - first);
    const Chunk& chunk = directory_->chunks[first / kChunkSize];
    // A packed chunk is full: a snapshot sees all of it.
    const Chunk packed = chunk.packed() ? chunk : PackedCopy(chunk, n);
    const Packing<T>& packing = packed.packing;
    sink->U8(packing.width);
    sink->Bytes(&packing.base, sizeof(packing.base));
    sink->Bytes(&packing.slope, sizeof(packing.slope));
    sink->Bytes(packed.bytes.get(), n * packing.width);
  }
}

template <typename T>
void SharedVector<T>::Load(size_t limit, ByteSource* source) {
  *this = SharedVector();
  const uint64_t size = source->Varint();
  if (!source->Expect(size <= limit, "size")) return;
  while (size_ < size && source->ok()) {
    LoadChunk(static_cast<size_t>(std::min<uint64_t>(kChunkSize, size - size_)),
              source);
  }
  if (!source->ok()) *this = SharedVector();
}

template <typename T>
void SharedVector<T>::LoadChunk(size_t n, ByteSource* source) {
  Chunk chunk;
  Packing<T>& packing = chunk.packing;
  packing.width = source->U8();
  source->Bytes(&packing.base, sizeof(packing.base));
  source->Bytes(&packing.slope, sizeof(packing.slope));
  const uint8_t w = packing.width;
  const bool known = w <= 2 || w == 4 || w == 8 || (w == 16 && sizeof(T) == 16);
  if (!source->Expect(known, "width")) return;
  chunk.bytes = NewBytes(n * w);
  if (!source->Bytes(chunk.bytes.get(), n * w)) return;
  OwnDirectory().push_back(std::move(chunk));
  size_ += n;
  // Only the last chunk may not be full; it will grow.
  if (n < kChunkSize) {
    size_t capacity = kFirstCapacity;
    while (capacity < n) capacity *= 2;
    MakePlain(directory_->chunks.size() - 1, capacity, n);
  }
}

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_SHARED_VECTOR_H_
