#include "src/base/hash_map.h"

#include <gtest/gtest.h>

#include <map>
#include <new>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace duban {
namespace {

// Copies that are made to fail, as they do when memory runs out.
struct Brittle {
  Brittle() = default;
  explicit Brittle(int v) : value(v) {}
  Brittle(const Brittle& other) : value(other.value) {
    if (copies_left-- == 0) throw std::bad_alloc();
  }
  Brittle(Brittle&&) noexcept = default;
  Brittle& operator=(const Brittle&) = default;
  Brittle& operator=(Brittle&&) noexcept = default;

  int value = 0;
  static int copies_left;
};
int Brittle::copies_left = -1;

TEST(HashMap, HoldsWhatAMapHoldsThroughEveryGrowth) {
  HashMap<std::string, int> map;
  std::map<std::string, int> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string key = std::to_string(i * 7919 % 1500);
    EXPECT_EQ(map.try_emplace(key, i).second,
              expected.try_emplace(key, i).second);
    map[key] += 1;
    expected[key] += 1;
    if (i % 3 == 0) {
      const std::string gone = std::to_string(i % 97);
      EXPECT_EQ(map.erase(gone), expected.erase(gone));
    }
    ASSERT_EQ(map.size(), expected.size());
  }
  EXPECT_EQ((std::map<std::string, int>(map.begin(), map.end())), expected);
}

TEST(HashMap, CopiesMovesAndClears) {
  const HashMap<std::string, int> map = {{"a", 1}, {"b", 2}};
  HashMap<std::string, int> copy = map;
  copy["c"] = 3;
  EXPECT_EQ(map.size(), 2u);
  HashMap<std::string, int> moved = std::move(copy);
  EXPECT_EQ(moved.at("c"), 3);
  moved.clear();
  EXPECT_TRUE(moved.empty());
  moved = map;
  EXPECT_EQ(moved, map);
  EXPECT_FALSE(moved.insert({"a", 9}).second);
  EXPECT_EQ(moved.insert_or_assign("a", 9).first->second, 9);
}

TEST(HashMap, FindsByAView) {
  HashMap<std::string, int> map;
  map[absl::string_view("a")] = 1;
  EXPECT_TRUE(map.contains(absl::string_view("a")));
  EXPECT_EQ(map.find(absl::string_view("b")), map.end());
}

TEST(HashMap, IsAsItWasWhereAnElementCannotBeMade) {
  HashMap<int, Brittle> map;
  const Brittle given(7);
  for (int i = 0; i < 100; ++i) {
    Brittle::copies_left = 0;
    EXPECT_THROW(map.try_emplace(i, given), std::bad_alloc);
    EXPECT_EQ(map.count(i), 0u);
    Brittle::copies_left = -1;
    EXPECT_TRUE(map.try_emplace(i, given).second);
  }
  EXPECT_EQ(map.size(), 100u);
}

TEST(HashSet, HoldsWhatASetHoldsThroughEveryGrowth) {
  HashSet<std::string> set;
  std::set<std::string> expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string key = std::to_string(i * 7919 % 1500);
    EXPECT_EQ(set.insert(key).second, expected.insert(key).second);
  }
  EXPECT_EQ((std::set<std::string>(set.begin(), set.end())), expected);
  const HashSet<std::string> again(expected.begin(), expected.end());
  EXPECT_EQ(again, set);
}

}  // namespace
}  // namespace duban
