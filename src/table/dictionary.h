// Strings as small numbers: each distinct string has one code, counted up from
// 0, which is always "". Codes and the strings behind them never change, so
// snapshots share one dictionary.
//
// Ids are often a head and a number that counts up: a00000001, a00000002 ….
// After kStreak of them in a row, those that follow are kept as a run, which
// takes no memory for each: their text is made when it is asked for, and found
// by arithmetic. That is why At gives a Word and not a string_view.
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
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/numeric/bits.h"
#include "absl/strings/string_view.h"
#include "src/base/hash_map.h"
#include "src/table/byte_stream.h"

namespace duban::table {

// The string of a code. It holds short texts itself and points to others, which
// live as long as the dictionary. A view of it lives as long as the Word does;
// of a Word without a name none can be taken:
//
//     const Word id = rows.Text(column, row);    std::string(rows.Text(…))
//     Look(id);                                  rows.Text(…) == "visit"
class Word {
 public:
  static constexpr size_t kMaxOwn = 24;

  Word() = default;
  // Of a text that lives elsewhere.
  explicit Word(absl::string_view text)
      : text_(text.data()), size_(static_cast<uint32_t>(text.size())) {}
  // Of one to be kept here: head, and `number` in so many digits.
  Word(absl::string_view head, uint64_t number, int digits);

  absl::string_view view() const& {
    return absl::string_view(text_ == nullptr ? own_ : text_, size_);
  }
  absl::string_view view() && = delete;
  operator absl::string_view() const& { return view(); }  // NOLINT
  operator absl::string_view() && = delete;
  operator absl::string_view() const&& = delete;
  explicit operator std::string() const { return std::string(view()); }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  friend bool operator==(const Word& a, const Word& b) {
    return a.view() == b.view();
  }
  friend bool operator==(const Word& a, absl::string_view b) {
    return a.view() == b;
  }
  friend bool operator==(absl::string_view a, const Word& b) {
    return a == b.view();
  }
  friend bool operator!=(const Word& a, const Word& b) { return !(a == b); }
  friend bool operator!=(const Word& a, absl::string_view b) {
    return !(a == b);
  }
  friend bool operator!=(absl::string_view a, const Word& b) {
    return !(a == b);
  }
  friend bool operator<(const Word& a, const Word& b) {
    return a.view() < b.view();
  }

 private:
  const char* text_ = nullptr;  // null: own_
  uint32_t size_ = 0;
  char own_[kMaxOwn] = {};
};

class Dictionary {
 public:
  // So many ids in a row are kept one by one before a run begins: runs that
  // end soon must not take more than they save.
  static constexpr int kStreak = 32;

  Dictionary();
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  // The string's code, a new one where it has none. Writer only.
  uint32_t Intern(absl::string_view text);

  // Interns `count` strings, `head` and a number of so many digits, counting up
  // from `number`, all of which have to be new. Returns the code of the first;
  // those of the others follow. Where they cannot be told to be new with little
  // work, or could not be a run, nullopt, and nothing is done. Writer only.
  std::optional<uint32_t> InternRun(absl::string_view head, int digits,
                                    uint64_t number, uint32_t count);

  // The string of a code that Intern returned.
  Word At(uint32_t code) const;

  // The string's code, if it has one. It may be newer than a given snapshot;
  // then no row of that snapshot has it.
  std::optional<uint32_t> Find(absl::string_view text) const;
  // The same for the writer, whom nobody can disturb.
  std::optional<uint32_t> FindOwn(absl::string_view text) const;

  // Number of codes; "" is one. On other threads than the writer's, no fewer
  // than the codes published to them.
  uint32_t size() const { return size_.load(std::memory_order_acquire); }

  // Runs and strings in order of their codes. While the writer goes on, those
  // of the moment of the call.
  void Save(ByteSink* sink) const;
  // Into a dictionary that holds "" only. Any bytes give some dictionary or a
  // fault in *source.
  void Load(ByteSource* source);

 private:
  // Block b of an array holds kFirstBlock << b items and never moves, so that
  // readers need no lock; 27 blocks hold all 32-bit numbers.
  static constexpr uint32_t kFirstBlockBits = 6;
  static constexpr size_t kBlocks = 33 - kFirstBlockBits;
  template <typename T>
  class Blocks {
   public:
    const T& operator[](uint32_t i) const {
      uint32_t offset = 0;
      const size_t block = BlockOf(i, &offset);
      return blocks_[block][offset];
    }
    // Item i, which is there or the next one.
    T& New(uint32_t i) {
      uint32_t offset = 0;
      const size_t block = BlockOf(i, &offset);
      if (blocks_[block] == nullptr) {
        blocks_[block] =
            std::make_unique<T[]>(size_t{1} << (block + kFirstBlockBits));
      }
      return blocks_[block][offset];
    }

   private:
    std::array<std::unique_ptr<T[]>, kBlocks> blocks_;
  };

  // Text as head and number: all digits at its end, but at most 18.
  struct Numbered {
    absl::string_view head;
    uint64_t number = 0;
    int digits = 0;  // 0: it is not one that could be in a run
  };
  struct Run {
    uint32_t first = 0;         // code
    uint32_t plain_before = 0;  // codes before it that are in no run
    int digits = 0;
    uint64_t number = 0;  // of the first code
    std::string head;
    // Only the last run grows, and only the writer makes it.
    std::atomic<uint32_t> count{0};
  };

  // Text is packed into pieces of this many bytes; what is longer than a
  // quarter of that has a piece of its own.
  static constexpr size_t kLargestPiece = 65536;

  // The index stores codes, each with half of its text's hash: the table grows
  // without reading a text, and reads none that is another.
  struct Coded {
    uint32_t code;
    uint32_t hash;
  };
  struct Wanted {
    explicit Wanted(absl::string_view t)
        : text(t),
          hash(static_cast<uint32_t>(absl::Hash<absl::string_view>()(t) >>
                                     16)) {}
    absl::string_view text;
    uint32_t hash;
  };
  struct Hash {
    using is_transparent = void;
    template <typename Key>
    size_t operator()(const Key& key) const {
      // Spread over all bits again (Knuth's multiplier for 64 bits).
      return static_cast<size_t>(key.hash * uint64_t{0x9E3779B97F4A7C15} >> 8);
    }
  };
  struct Equal {
    using is_transparent = void;
    const Dictionary* dictionary;
    // Codes of one dictionary stand for different texts.
    bool operator()(Coded a, Coded b) const { return a.code == b.code; }
    bool operator()(Coded a, const Wanted& b) const {
      return a.hash == b.hash && dictionary->Plain(a.code) == b.text;
    }
    bool operator()(const Wanted& a, Coded b) const { return (*this)(b, a); }
  };

  static size_t BlockOf(uint32_t i, uint32_t* offset);
  static Numbered Parse(absl::string_view text);
  // Head and number of digits, without an allocation.
  class RunKey;

  // The last run that begins at the code or before it; null = none does.
  const Run* RunBefore(uint32_t code) const;
  // The string of a code that is in no run.
  absl::string_view Plain(uint32_t code) const;
  std::optional<uint32_t> LookupInRuns(const Numbered& id) const;
  // Whether some of these numbers are in no run.
  bool AnyIsPlain(const Numbered& first, uint32_t count) const;
  bool AnyIsInRun(const Numbered& first, uint64_t count) const;

  void AddPlain(absl::string_view text, const Numbered& id);
  void AddRun(const Numbered& id, uint32_t count);
  // Whether the id is the next one of the last run, which is still open.
  bool Continues(const Numbered& id) const;
  // Counts how many ids in a row have ended with this one.
  void NoteStreak(const Numbered& id);
  // What Save writes of a run.
  struct SavedRun {
    uint64_t plain_before = 0;
    uint64_t count = 0;
    std::string head;
    uint64_t digits = 0;
    uint64_t number = 0;
  };
  bool IsRun(const SavedRun& run, uint64_t room) const;
  void LoadPlain(uint64_t until, ByteSource* source);
  const char* Keep(absl::string_view text);

  // Not guarded: the writer fills an entry before anyone can know its code.
  // Texts have their length in front, as a varint.
  Blocks<const char*> texts_;
  Blocks<Run> runs_;
  std::atomic<uint32_t> run_count_{0};
  std::atomic<uint32_t> size_{0};

  // Writer only.
  uint32_t plain_count_ = 0;
  std::string streak_head_;
  uint64_t streak_next_ = 0;
  int streak_digits_ = 0;
  int streak_ = 0;
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* free_ = nullptr;
  size_t free_bytes_ = 0;
  size_t next_piece_ = 256;

  // Held for writing while what follows changes. The writer itself reads
  // without it: nobody else changes them. Not absl::Mutex, because
  // distributions ship Abseil without what ThreadSanitizer needs to see its
  // locks.
  mutable std::shared_mutex mutex_;
  HashSet<Coded, Hash, Equal> index_;  // of codes that are in no run
  // Runs of a head and a number of digits, by their first number.
  HashMap<std::string, std::map<uint64_t, uint32_t>> runs_by_head_;
};

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_DICTIONARY_H_
