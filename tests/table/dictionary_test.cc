#include "src/table/dictionary.h"

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace duban::table {
namespace {

TEST(Dictionary, CodeZeroIsTheEmptyString) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.Intern(""), 0u);
  EXPECT_EQ(dictionary.At(0), "");
  EXPECT_EQ(dictionary.Find(""), 0u);
  EXPECT_EQ(dictionary.size(), 1u);
}

TEST(Dictionary, CodesAreDenseAndOnePerString) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.Intern("visit"), 1u);
  EXPECT_EQ(dictionary.Intern("走访"), 2u);
  EXPECT_EQ(dictionary.Intern("visit"), 1u);
  EXPECT_EQ(dictionary.size(), 3u);
  EXPECT_EQ(dictionary.At(2), "走访");
}

TEST(Dictionary, FindDoesNotMakeCodes) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.Find("visit"), std::nullopt);
  dictionary.Intern("visit");
  EXPECT_EQ(dictionary.Find("visit"), 1u);
  EXPECT_EQ(dictionary.size(), 2u);
}

TEST(Dictionary, TellsApartStringsWithNulBytes) {
  Dictionary dictionary;
  const std::string a("x\0a", 3);
  const std::string b("x\0b", 3);
  EXPECT_EQ(dictionary.Intern(a), 1u);
  EXPECT_EQ(dictionary.Intern(b), 2u);
  EXPECT_EQ(dictionary.At(1), a);
}

// Many blocks of codes, and texts below and above the size of a piece.
TEST(Dictionary, StringsNeverMove) {
  Dictionary dictionary;
  std::vector<std::string> texts;
  std::vector<absl::string_view> views;
  for (int i = 0; i < 20000; ++i) {
    texts.push_back(absl::StrCat(
        i, std::string(i % 1000 == 0 ? 100000 : static_cast<size_t>(i % 40),
                       'x')));
    ASSERT_EQ(dictionary.Intern(texts.back()), static_cast<uint32_t>(i + 1));
    views.push_back(dictionary.At(static_cast<uint32_t>(i + 1)));
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(views[i], texts[i]);
    ASSERT_EQ(dictionary.Find(texts[i]), i + 1);
    ASSERT_EQ(dictionary.At(static_cast<uint32_t>(i + 1)).data(),
              views[i].data());
  }
}

// To be run under ThreadSanitizer as well.
TEST(Dictionary, PublishedCodesAreReadWithoutLocks) {
  Dictionary dictionary;
  std::mutex mutex;
  uint32_t published = 0;
  bool done = false;
  std::vector<int> wrong(2, 0);
  std::vector<std::thread> readers;
  for (size_t r = 0; r < wrong.size(); ++r) {
    readers.emplace_back([&, r] {
      for (bool last = false; !last;) {
        uint32_t code = 0;
        {
          std::lock_guard<std::mutex> lock(mutex);
          code = published;
          last = done;
        }
        if (code == 0) continue;
        const std::string expected = absl::StrCat("text ", code);
        if (dictionary.At(code) != expected) ++wrong[r];
        if (dictionary.Find(expected) != code) ++wrong[r];
        if (dictionary.size() <= code) ++wrong[r];
      }
    });
  }
  for (uint32_t i = 1; i <= 20000; ++i) {
    const uint32_t code = dictionary.Intern(absl::StrCat("text ", i));
    std::lock_guard<std::mutex> lock(mutex);
    published = code;
    done = i == 20000;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, std::vector<int>(2, 0));
}

}  // namespace
}  // namespace duban::table
