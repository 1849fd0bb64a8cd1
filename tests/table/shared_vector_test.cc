#include "src/table/shared_vector.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/table/random_record.h"

namespace duban::table {
namespace {

constexpr size_t kChunk = SharedVector<int>::kChunkSize;

std::vector<int> Items(const SharedVector<int>& from) {
  std::vector<int> items;
  for (size_t i = 0; i < from.size(); ++i) items.push_back(from.Get(i));
  return items;
}

// In blocks that do not fit the chunks.
std::vector<int> ItemsByBlocks(const SharedVector<int>& from) {
  std::vector<int> items(from.size() + 10, -1);
  for (size_t i = 0; i < items.size(); i += 1000) {
    from.Read(i, std::min<size_t>(1000, items.size() - i), &items[i]);
  }
  EXPECT_EQ(std::count(items.end() - 10, items.end(), 0), 10);
  items.resize(from.size());
  return items;
}

TEST(SharedVector, KeepsWhatWasAppendedAcrossChunks) {
  SharedVector<int> items;
  std::vector<int> expected;
  for (size_t i = 0; i < 2 * kChunk + 100; ++i) {
    items.Append(static_cast<int>(i));
    expected.push_back(static_cast<int>(i));
  }
  EXPECT_EQ(Items(items), expected);
  EXPECT_EQ(ItemsByBlocks(items), expected);
}

TEST(SharedVector, ReadsDefaultPastTheEnd) {
  SharedVector<int> items;
  EXPECT_EQ(items.Get(0), 0);
  items.Append(7);
  EXPECT_EQ(items.Get(1), 0);
  EXPECT_EQ(items.Get(kChunk * 9), 0);
}

TEST(SharedVector, PadsUpToASize) {
  SharedVector<int> items;
  items.PadTo(3, 9);
  items.PadTo(2);
  items.PadTo(5);
  EXPECT_EQ(Items(items), (std::vector<int>{9, 9, 9, 0, 0}));
}

TEST(SharedVector, SnapshotStaysAsItWas) {
  SharedVector<int> items;
  items.PadTo(kChunk + 10, 1);
  const SharedVector<int> before = items.Snapshot();
  items.Set(0, 2);
  items.Set(kChunk + 3, 2);
  items.Append(3);
  const SharedVector<int> after = items.Snapshot();
  items.Set(0, 4);

  EXPECT_EQ(before.size(), kChunk + 10);
  EXPECT_EQ(before.Get(0), 1);
  EXPECT_EQ(before.Get(kChunk + 3), 1);
  EXPECT_EQ(before.Get(kChunk + 10), 0);
  EXPECT_EQ(after.size(), kChunk + 11);
  EXPECT_EQ(after.Get(0), 2);
  EXPECT_EQ(after.Get(kChunk + 3), 2);
  EXPECT_EQ(after.Get(kChunk + 10), 3);
  EXPECT_EQ(items.Get(0), 4);
}

TEST(SharedVector, SnapshotHasTheLastItemToo) {
  SharedVector<int> items;
  items.PadTo(10, 1);
  const SharedVector<int> before = items.Snapshot();
  items.Set(9, 2);
  EXPECT_EQ(before.Get(9), 1);
  EXPECT_EQ(items.Get(9), 2);
}

TEST(SharedVector, SnapshotOutlivesTheWriter) {
  SharedVector<int> snapshot;
  {
    SharedVector<int> items;
    items.PadTo(100, 5);
    snapshot = items.Snapshot();
  }
  EXPECT_EQ(Items(snapshot), std::vector<int>(100, 5));
}

TEST(SharedVector, SnapshotOfASnapshotIsTheSame) {
  SharedVector<int> items;
  items.PadTo(3, 1);
  SharedVector<int> first = items.Snapshot();
  const SharedVector<int> second = first.Snapshot();
  items.Set(1, 2);
  EXPECT_EQ(Items(second), (std::vector<int>{1, 1, 1}));
}

TEST(SharedVector, MovedFromIsEmptyAndUsable) {
  SharedVector<int> items;
  items.Append(1);
  SharedVector<int> other = std::move(items);
  items = SharedVector<int>();
  items.Append(2);
  EXPECT_EQ(Items(other), std::vector<int>{1});
  EXPECT_EQ(Items(items), std::vector<int>{2});
}

// Against a plain vector, with snapshots of both kept and compared at the end.
TEST(SharedVector, BehavesAsAVectorWithCopies) {
  Dice dice(1);
  SharedVector<int> items;
  std::vector<int> model;
  std::vector<std::pair<SharedVector<int>, std::vector<int>>> snapshots;
  for (int step = 0; step < 200; ++step) {
    const int appends = dice.OneIn(20) ? 20000 : dice.Below(40);
    for (int i = 0; i < appends; ++i) {
      items.Append(step);
      model.push_back(step);
    }
    for (int i = 0; i < 10 && !model.empty(); ++i) {
      const int at = dice.Below(static_cast<int>(model.size()));
      items.Set(static_cast<size_t>(at), -step);
      model[static_cast<size_t>(at)] = -step;
    }
    if (dice.OneIn(8)) snapshots.emplace_back(items.Snapshot(), model);
  }
  EXPECT_GT(snapshots.size(), 10u);
  EXPECT_EQ(Items(items), model);
  for (const auto& [snapshot, copy] : snapshots) {
    EXPECT_EQ(ItemsByBlocks(snapshot), copy);
  }
}

template <typename T>
std::string Saved(const SharedVector<T>& items) {
  std::string bytes;
  ByteSink sink([&bytes](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  items.Save(&sink);
  EXPECT_TRUE(sink.Finish().ok());
  return bytes;
}

template <typename T>
absl::Status Load(std::string bytes, size_t limit, SharedVector<T>* items) {
  ByteSource source([&bytes]() -> absl::StatusOr<std::string> {
    return std::exchange(bytes, std::string());
  });
  items->Load(limit, &source);
  source.ExpectEnd();
  return source.status();
}

// One step with overflow in it, one without; then noise of every width.
template <typename T>
T PackedItem(int shape, size_t i, Dice* dice) {
  const auto n = static_cast<uint64_t>(i);
  switch (shape) {
    case 0:
      return static_cast<T>(7);
    case 1:
      return static_cast<T>(n * 3 + 5);
    case 2:
      return static_cast<T>(-static_cast<int64_t>(n));
    case 3:
      return static_cast<T>(n * 0x123456789ABCDEF1u);
    case 4:
      return dice->OneIn(2) ? std::numeric_limits<T>::min()
                            : std::numeric_limits<T>::max();
    default:
      return static_cast<T>(1000 * n +
                            (dice->Next() >> (64 - 8 * (shape - 4))));
  }
}

template <typename T>
void ExpectPackingKeepsItems() {
  for (int shape = 0; shape < 12; ++shape) {
    Dice dice(static_cast<uint64_t>(shape));
    SharedVector<T> items;
    std::vector<T> model;
    for (size_t i = 0; i < 2 * kChunk + 77; ++i) {
      model.push_back(PackedItem<T>(shape, i, &dice));
      items.Append(model.back());
    }
    SharedVector<T> loaded;
    ASSERT_TRUE(Load(Saved(items), model.size(), &loaded).ok());
    for (const SharedVector<T>* v : {&items, &loaded}) {
      ASSERT_EQ(v->size(), model.size());
      std::vector<T> read(model.size());
      v->Read(0, read.size(), read.data());
      ASSERT_TRUE(read == model) << shape;
      for (size_t i = 0; i < model.size(); i += 13) {
        ASSERT_TRUE(v->Get(i) == model[i]) << shape << " " << i;
      }
    }
    EXPECT_EQ(Saved(loaded), Saved(items));
  }
}

TEST(SharedVector, PackingKeepsEveryItem) {
  ExpectPackingKeepsItems<uint8_t>();
  ExpectPackingKeepsItems<int32_t>();
  ExpectPackingKeepsItems<uint32_t>();
  ExpectPackingKeepsItems<int64_t>();
  ExpectPackingKeepsItems<uint64_t>();
  ExpectPackingKeepsItems<int128_t>();
}

TEST(SharedVector, SteadyItemsTakeNoBytes) {
  SharedVector<uint64_t> steady;
  SharedVector<uint64_t> days;
  for (size_t i = 0; i < 8 * kChunk; ++i) {
    steady.Append(6 * i + 1000000);
    days.Append(18000 + i * 31 % 365);
  }
  EXPECT_LT(Saved(steady).size(), 200u);
  EXPECT_LT(Saved(days).size(), 8 * kChunk * 2 + 200);
}

// What was set in a full chunk is the same as if it had been appended so.
TEST(SharedVector, BytesDoNotDependOnHowItemsCame) {
  SharedVector<int> a;
  SharedVector<int> b;
  for (size_t i = 0; i < 3 * kChunk; ++i) a.Append(static_cast<int>(i % 5));
  b.PadTo(3 * kChunk, 1);
  const SharedVector<int> before = b.Snapshot();
  for (size_t i = 0; i < 3 * kChunk; ++i) b.Set(i, static_cast<int>(i % 5));
  EXPECT_EQ(Saved(a), Saved(b));
  EXPECT_EQ(Items(before), std::vector<int>(3 * kChunk, 1));
}

TEST(SharedVector, LoadRefusesWhatNobodySaved) {
  SharedVector<int> items;
  items.PadTo(100, 5);
  const std::string bytes = Saved(items);
  SharedVector<int> loaded;
  EXPECT_TRUE(Load(bytes, 100, &loaded).ok());
  EXPECT_FALSE(Load(bytes, 99, &loaded).ok());
  EXPECT_EQ(loaded.size(), 0u);
  std::string width = bytes;
  width[1] = 3;
  EXPECT_FALSE(Load(width, 100, &loaded).ok());
  EXPECT_FALSE(Load(bytes.substr(0, 10), 100, &loaded).ok());
  // A size that is claimed takes no memory.
  EXPECT_FALSE(Load(std::string("ÿÿÿÿÿÿ", 7), SIZE_MAX, &loaded).ok());
}

// What the writer hands over: a snapshot and the sum that it must have.
struct Handover {
  SharedVector<int64_t> items;
  int64_t sum = 0;
};

class Queue {
 public:
  void Push(Handover handover) {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(handover));
    changed_.notify_one();
  }
  void Close() {
    std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // False when closed and empty.
  bool Pop(Handover* handover) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return false;
    *handover = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Handover> queue_;
  bool closed_ = false;
};

// To be run under ThreadSanitizer as well, where it fails on any race.
TEST(SharedVector, ReadersOfSnapshotsNeverMeetTheWriter) {
  Queue queue;
  std::vector<std::thread> readers;
  std::vector<int> wrong(3, 0);
  std::vector<int> read(3, 0);
  for (size_t r = 0; r < wrong.size(); ++r) {
    readers.emplace_back([&queue, &wrong, &read, r] {
      Handover handover;
      while (queue.Pop(&handover)) {
        int64_t sum = 0;
        for (size_t i = 0; i < handover.items.size(); ++i) {
          sum += handover.items.Get(i);
        }
        ++read[r];
        if (sum != handover.sum) ++wrong[r];
      }
    });
  }
  Dice dice(2);
  SharedVector<int64_t> items;
  int64_t sum = 0;
  constexpr int kSnapshots = 200;
  for (int step = 0; step < kSnapshots; ++step) {
    for (int i = 0; i < 250; ++i) {
      items.Append(i);
      sum += i;
    }
    for (int i = 0; i < 20; ++i) {
      const auto at =
          static_cast<size_t>(dice.Below(static_cast<int>(items.size())));
      sum += step - items.Get(at);
      items.Set(at, step);
    }
    queue.Push({items.Snapshot(), sum});
  }
  queue.Close();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, std::vector<int>(3, 0));
  EXPECT_EQ(read[0] + read[1] + read[2], kSnapshots);
}

}  // namespace
}  // namespace duban::table
