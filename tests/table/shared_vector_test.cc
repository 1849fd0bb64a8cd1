#include "src/table/shared_vector.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
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

std::vector<int> ItemsByRuns(const SharedVector<int>& from) {
  std::vector<int> items;
  while (items.size() < from.size()) {
    const auto run = from.RunFrom(items.size());
    items.insert(items.end(), run.begin(), run.end());
  }
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
  EXPECT_EQ(ItemsByRuns(items), expected);
  EXPECT_EQ(items.RunFrom(5).size(), kChunk - 5);
  EXPECT_EQ(items.RunFrom(2 * kChunk).size(), 100u);
}

TEST(SharedVector, ReadsDefaultPastTheEnd) {
  SharedVector<int> items;
  EXPECT_EQ(items.Get(0), 0);
  items.Append(7);
  EXPECT_EQ(items.Get(1), 0);
  EXPECT_EQ(items.Get(kChunk * 9), 0);
  EXPECT_TRUE(items.RunFrom(1).empty());
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
    EXPECT_EQ(ItemsByRuns(snapshot), copy);
  }
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
