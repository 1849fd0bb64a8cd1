// Strings as small numbers: each distinct string has one code, counted up from
// 0, which is always "". Codes and the strings behind them never change or
// move, so snapshots share one dictionary.
//
// One writer calls Intern. Any thread may call At, without a lock, for a code
// that reached it with a happens-before edge from the writer (as codes in a
// handed-over snapshot do), and Find, which takes a shared lock.
#ifndef DUBAN_SRC_TABLE_DICTIONARY_H_
#define DUBAN_SRC_TABLE_DICTIONARY_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "src/base/hash_map.h"

namespace duban::table {

class Dictionary {
 public:
  Dictionary();
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  // The string's code, a new one where it has none. Writer only.
  uint32_t Intern(absl::string_view text);

  // The string of a code that Intern returned.
  absl::string_view At(uint32_t code) const;

  // The string's code, if it has one. It may be newer than a given snapshot;
  // then no row of that snapshot has it.
  std::optional<uint32_t> Find(absl::string_view text) const;

  // Number of codes; "" is one. On other threads than the writer's, no fewer
  // than the codes published to them.
  uint32_t size() const { return size_.load(std::memory_order_acquire); }

 private:
  // Block b holds kFirstBlock << b strings; 26 blocks hold all 32-bit codes.
  static constexpr uint32_t kFirstBlockBits = 6;
  static constexpr size_t kBlocks = 33 - kFirstBlockBits;
  // Text is packed into pieces of this many bytes; what is longer than a
  // quarter of that has a piece of its own.
  static constexpr size_t kLargestPiece = 65536;

  // The index stores codes alone and looks at the strings through this.
  struct Text {
    using is_transparent = void;
    const Dictionary* dictionary;
    absl::string_view Of(uint32_t code) const { return dictionary->At(code); }
    static absl::string_view Of(absl::string_view text) { return text; }
  };
  struct Hash : Text {
    template <typename Key>
    size_t operator()(Key key) const {
      return absl::Hash<absl::string_view>()(this->Of(key));
    }
  };
  struct Equal : Text {
    template <typename A, typename B>
    bool operator()(A a, B b) const {
      return this->Of(a) == this->Of(b);
    }
  };

  absl::string_view Keep(absl::string_view text);
  static size_t BlockOf(uint32_t code, uint32_t* offset);

  // Not guarded: the writer fills an entry before anyone can know its code.
  std::array<std::unique_ptr<absl::string_view[]>, kBlocks> blocks_;
  std::atomic<uint32_t> size_{0};

  // Writer only.
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* free_ = nullptr;
  size_t free_bytes_ = 0;
  size_t next_piece_ = 256;

  // Held for writing while index_ changes. The writer itself reads without
  // it: nobody else changes the index. Not absl::Mutex, because distributions
  // ship Abseil without what ThreadSanitizer needs to see its locks.
  mutable std::shared_mutex mutex_;
  HashSet<uint32_t, Hash, Equal> index_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_DICTIONARY_H_
