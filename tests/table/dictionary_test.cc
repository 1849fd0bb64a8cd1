#include "src/table/dictionary.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/table/random_record.h"

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
  std::vector<Word> words;
  for (int i = 0; i < 20000; ++i) {
    texts.push_back(absl::StrCat(
        i, std::string(i % 1000 == 0 ? 100000 : static_cast<size_t>(i % 40),
                       'x')));
    ASSERT_EQ(dictionary.Intern(texts.back()), static_cast<uint32_t>(i + 1));
    words.push_back(dictionary.At(static_cast<uint32_t>(i + 1)));
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(words[i], texts[i]);
    ASSERT_EQ(dictionary.Find(texts[i]), i + 1);
  }
}

// A text that a Word made is gone with it: none can be taken in passing.
static_assert(!std::is_convertible_v<Word, absl::string_view>);
static_assert(std::is_convertible_v<const Word&, absl::string_view>);

std::string Saved(const Dictionary& dictionary) {
  std::string bytes;
  ByteSink sink([&bytes](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  dictionary.Save(&sink);
  EXPECT_TRUE(sink.Finish().ok());
  return bytes;
}

absl::Status Load(std::string bytes, Dictionary* dictionary) {
  ByteSource source([&bytes]() -> absl::StatusOr<std::string> {
    return std::exchange(bytes, std::string());
  });
  dictionary->Load(&source);
  source.ExpectEnd();
  return source.status();
}

// Ids as hosts make them: counted up, from several counters in turns, with
// leading zeros or without, ending in more digits than fit a number.
std::string AnyId(int i, Dice* dice) {
  switch (i / 700 % 6) {
    case 0:
      return absl::StrCat("a", 10000000 + i);
    case 1:
      return absl::StrCat("号", i);  // 9, 10: another width
    case 2:
      return absl::StrCat(dice->OneIn(2) ? "x-" : "y-", 1000 + i);
    case 3:
      return absl::StrCat("123456789012345", 100000000 + i);
    case 4:
      return absl::StrCat("r", dice->Below(3000));
    default:
      return dice->OneIn(40) ? absl::StrCat("stray", i)
                             : absl::StrCat(10000 + i);
  }
}

// Against a map, and once more after it was saved and loaded.
TEST(Dictionary, RunsBehaveAsStringsKeptOneByOne) {
  for (uint64_t seed = 0; seed < 3; ++seed) {
    Dice dice(seed);
    auto dictionary = std::make_unique<Dictionary>();
    std::map<std::string, uint32_t> codes = {{"", 0}};
    std::vector<std::string> texts = {""};
    const auto check = [&] {
      ASSERT_EQ(dictionary->size(), texts.size());
      for (uint32_t code = 0; code < texts.size(); ++code) {
        ASSERT_EQ(dictionary->At(code), texts[code]);
        ASSERT_EQ(dictionary->Find(texts[code]), code);
      }
      for (const char* no : {"a", "a09999999", "a1000000", "号00", "x-", "r"}) {
        ASSERT_EQ(dictionary->Find(no), std::nullopt) << no;
      }
    };
    for (int i = 0; i < 12000; ++i) {
      const std::string text = AnyId(i, &dice);
      const auto [at, is_new] =
          codes.emplace(text, static_cast<uint32_t>(texts.size()));
      if (is_new) texts.push_back(text);
      ASSERT_EQ(dictionary->Intern(text), at->second) << text;
      if (i % 3000 != 1500) continue;
      const std::string bytes = Saved(*dictionary);
      auto loaded = std::make_unique<Dictionary>();
      ASSERT_TRUE(Load(bytes, loaded.get()).ok());
      EXPECT_TRUE(Saved(*loaded) == bytes);
      dictionary = std::move(loaded);
      check();
    }
    check();
  }
}

TEST(Dictionary, IdsInARowTakeNoBytes) {
  Dictionary dictionary;
  for (int i = 0; i < 100000; ++i) {
    dictionary.Intern(absl::StrCat("act-", 10000000 + i));
  }
  EXPECT_LT(Saved(dictionary).size(), 1000u);
  EXPECT_EQ(dictionary.At(100000), "act-10099999");
  EXPECT_EQ(dictionary.Find("act-10050000"), 50001u);
  EXPECT_EQ(dictionary.Find("act-10100000"), std::nullopt);
}

TEST(Dictionary, DamagedBytesAreAFaultOrADictionary) {
  Dictionary dictionary;
  Dice dice(4);
  for (int i = 0; i < 200; ++i) {
    dictionary.Intern(absl::StrCat(i < 100 ? "a" : "走访", 1000 + i));
    dictionary.Intern(absl::StrCat("b", i / 50));
  }
  for (int i = 0; i < 50; ++i) dictionary.Intern(absl::StrCat("c", 100 + i));
  const std::string bytes = Saved(dictionary);
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      Dictionary loaded;
      if (!Load(damaged, &loaded).ok()) continue;
      ASSERT_LE(loaded.size(), 1000u);
      for (uint32_t code = 0; code < loaded.size(); ++code) {
        const Word word = loaded.At(code);
        ASSERT_EQ(loaded.Find(word), code);
      }
    }
    Dictionary loaded;
    ASSERT_FALSE(Load(bytes.substr(0, at), &loaded).ok());
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

// Against a dictionary that takes them one by one: the same codes and texts,
// or nothing done at all.
TEST(Dictionary, ARunAtOnceIsWhatItsTextsAreOneByOne) {
  uint64_t random = 7;
  const auto below = [&random](uint64_t n) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return (random >> 33) % n;
  };
  for (int round = 0; round < 200; ++round) {
    Dictionary at_once;
    Dictionary singly;
    for (int step = 0; step < 30; ++step) {
      const std::string head = below(2) == 0 ? "a" : "甲-";
      const uint64_t number = below(300);
      const auto count = static_cast<uint32_t>(1 + below(80));
      std::vector<std::string> texts;
      for (uint64_t n = number; n < number + count; ++n) {
        const std::string digits = std::to_string(n);
        texts.push_back(head + std::string(3 - digits.size(), '0') + digits);
      }
      if (below(3) == 0) {
        EXPECT_EQ(at_once.Intern(texts[0]), singly.Intern(texts[0]));
        continue;
      }
      const bool is_new = std::none_of(
          texts.begin(), texts.end(),
          [&](const std::string& t) { return singly.Find(t).has_value(); });
      const uint32_t size = at_once.size();
      const auto first = at_once.InternRun(head, 3, number, count);
      ASSERT_EQ(first.has_value(), is_new);
      if (!first) {
        EXPECT_EQ(at_once.size(), size);
        continue;
      }
      EXPECT_EQ(*first, singly.Intern(texts[0]));
      for (const std::string& text : texts) singly.Intern(text);
    }
    ASSERT_EQ(at_once.size(), singly.size());
    for (uint32_t code = 0; code < singly.size(); ++code) {
      const std::string text(singly.At(code));
      ASSERT_EQ(std::string(at_once.At(code)), text);
      ASSERT_EQ(at_once.Find(text), code);
    }
  }
}

TEST(Dictionary, WhatCouldBeNoRunIsLeftAlone) {
  Dictionary d;
  const std::string longest(200, 'x');
  EXPECT_FALSE(d.InternRun("a1", 3, 0, 5));  // the head ends in a digit
  EXPECT_FALSE(d.InternRun("a", 2, 99, 2));  // 100 has three
  EXPECT_FALSE(d.InternRun("a", 0, 0, 1));
  EXPECT_FALSE(d.InternRun("a", 19, 0, 1));
  EXPECT_FALSE(d.InternRun("a", 3, 0, 0));
  EXPECT_FALSE(d.InternRun(longest, 3, 0, 1));
  EXPECT_EQ(d.size(), 1u);
}

}  // namespace
}  // namespace duban::table
