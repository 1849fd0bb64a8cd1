#include "src/table/dictionary.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>

#include "absl/numeric/bits.h"
#include "src/base/text.h"

namespace duban::table {
namespace {

constexpr int kMaxDigits = 18;  // 10^18 fits 64 bits

uint64_t PowerOfTen(int n) {
  uint64_t power = 1;
  for (; n > 0; --n) power *= 10;
  return power;
}

}  // namespace

Word::Word(absl::string_view head, uint64_t number, int digits)
    : size_(static_cast<uint32_t>(head.size()) +
            static_cast<uint32_t>(digits)) {
  std::memcpy(own_, head.data(), head.size());
  for (size_t i = size_; i > head.size(); number /= 10) {
    own_[--i] = static_cast<char>('0' + number % 10);
  }
}

Dictionary::Dictionary() : index_(Hash{}, Equal{this}) { Intern(""); }

// Numbers are shifted by the size of the first block, so that the highest bit
// names the block: with 64, 0–63 are in block 0, 64–191 in block 1.
size_t Dictionary::BlockOf(uint32_t i, uint32_t* offset) {
  const uint64_t shifted = uint64_t{i} + (uint64_t{1} << kFirstBlockBits);
  const auto bit = static_cast<uint32_t>(absl::bit_width(shifted) - 1);
  *offset = static_cast<uint32_t>(shifted - (uint64_t{1} << bit));
  return bit - kFirstBlockBits;
}

Dictionary::Numbered Dictionary::Parse(absl::string_view text) {
  Numbered id;
  if (text.size() > Word::kMaxOwn) return id;
  size_t start = text.size();
  uint64_t place = 1;
  while (start > 0 && id.digits < kMaxDigits && text[start - 1] >= '0' &&
         text[start - 1] <= '9') {
    id.number += place * static_cast<uint64_t>(text[--start] - '0');
    place *= 10;
    ++id.digits;
  }
  id.head = text.substr(0, start);
  return id;
}

class Dictionary::RunKey {
 public:
  explicit RunKey(const Numbered& id) : size_(id.head.size() + 1) {
    std::memcpy(bytes_, id.head.data(), id.head.size());
    bytes_[id.head.size()] = static_cast<char>(id.digits);
  }
  absl::string_view view() const { return absl::string_view(bytes_, size_); }

 private:
  // A word that is made has room for head and digits, of which there is one.
  char bytes_[Word::kMaxOwn];
  size_t size_;
};

const Dictionary::Run* Dictionary::RunBefore(uint32_t code) const {
  uint32_t low = 0;
  uint32_t high = run_count_.load(std::memory_order_acquire);
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (runs_[middle].first <= code) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? nullptr : &runs_[low - 1];
}

absl::string_view Dictionary::Plain(uint32_t code) const {
  uint32_t index = code;
  if (const Run* run = RunBefore(code); run != nullptr) {
    index -= run->first + run->count.load(std::memory_order_relaxed) -
             run->plain_before;
  }
  const char* at = texts_[index];
  size_t size = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(*at++);
    size |= static_cast<size_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return absl::string_view(at, size);
}

Word Dictionary::At(uint32_t code) const {
  if (const Run* run = RunBefore(code); run != nullptr) {
    const uint32_t i = code - run->first;
    if (i < run->count.load(std::memory_order_relaxed)) {
      return Word(run->head, run->number + i, run->digits);
    }
  }
  return Word(Plain(code));
}

std::optional<uint32_t> Dictionary::LookupInRuns(const Numbered& id) const {
  if (id.digits == 0 || runs_by_head_.empty()) return std::nullopt;
  const auto runs = runs_by_head_.find(RunKey(id).view());
  if (runs == runs_by_head_.end()) return std::nullopt;
  const auto after = runs->second.upper_bound(id.number);
  if (after == runs->second.begin()) return std::nullopt;
  const Run& run = runs_[std::prev(after)->second];
  const uint64_t i = id.number - run.number;
  if (i >= run.count.load(std::memory_order_relaxed)) return std::nullopt;
  return run.first + static_cast<uint32_t>(i);
}

std::optional<uint32_t> Dictionary::FindOwn(absl::string_view text) const {
  if (const auto code = LookupInRuns(Parse(text))) return code;
  const auto it = index_.find(Wanted(text));
  if (it == index_.end()) return std::nullopt;
  return it->code;
}

std::optional<uint32_t> Dictionary::Find(absl::string_view text) const {
  std::shared_lock<std::shared_mutex> lock(mutex_);
  return FindOwn(text);
}

uint32_t Dictionary::Intern(absl::string_view text) {
  if (const auto code = FindOwn(text)) return *code;
  const uint32_t code = size_.load(std::memory_order_relaxed);
  const Numbered id = Parse(text);
  if (Continues(id)) {
    const uint32_t last = run_count_.load(std::memory_order_relaxed) - 1;
    runs_.New(last).count.fetch_add(1, std::memory_order_relaxed);
    size_.store(code + 1, std::memory_order_release);
  } else if (streak_ >= kStreak && id.digits == streak_digits_ &&
             id.number == streak_next_ && id.head == streak_head_) {
    AddRun(id, 1);
  } else {
    AddPlain(text, id);
  }
  return code;
}

std::optional<uint32_t> Dictionary::InternRun(absl::string_view head,
                                              int digits, uint64_t number,
                                              uint32_t count) {
  if (count == 0 || digits <= 0 || digits > kMaxDigits ||
      head.size() + static_cast<size_t>(digits) > Word::kMaxOwn ||
      number > PowerOfTen(digits) - count) {
    return std::nullopt;
  }
  const std::string text(Word(head, number, digits));
  const Numbered first = Parse(text);
  // Not every head can be told from its number again: A1 and 0001, or too long.
  if (first.digits != digits || first.head != head ||
      AnyIsInRun(first, count) || AnyIsPlain(first, count)) {
    return std::nullopt;
  }
  const uint32_t code = size_.load(std::memory_order_relaxed);
  if (Continues(first)) {
    const uint32_t last = run_count_.load(std::memory_order_relaxed) - 1;
    runs_.New(last).count.fetch_add(count, std::memory_order_relaxed);
    size_.store(code + count, std::memory_order_release);
  } else {
    AddRun(first, count);
  }
  return code;
}

bool Dictionary::AnyIsInRun(const Numbered& first, uint64_t count) const {
  if (LookupInRuns(first)) return true;
  const auto runs = runs_by_head_.find(RunKey(first).view());
  if (runs == runs_by_head_.end()) return false;
  const auto after = runs->second.upper_bound(first.number);
  return after != runs->second.end() && after->first < first.number + count;
}

// Looks at all of them, if they are few, and for each otherwise.
bool Dictionary::AnyIsPlain(const Numbered& first, uint32_t count) const {
  if (plain_count_ > count) {
    for (uint32_t i = 0; i < count; ++i) {
      const std::string text(Word(first.head, first.number + i, first.digits));
      if (index_.find(Wanted(text)) != index_.end()) return true;
    }
    return false;
  }
  return std::any_of(index_.begin(), index_.end(), [&](const Coded& coded) {
    const Numbered id = Parse(Plain(coded.code));
    return id.digits == first.digits && id.head == first.head &&
           id.number >= first.number && id.number - first.number < count;
  });
}

bool Dictionary::Continues(const Numbered& id) const {
  const uint32_t runs = run_count_.load(std::memory_order_relaxed);
  if (runs == 0 || id.digits == 0) return false;
  const Run& run = runs_[runs - 1];
  const uint32_t count = run.count.load(std::memory_order_relaxed);
  return run.first + count == size_.load(std::memory_order_relaxed) &&
         id.digits == run.digits && id.number == run.number + count &&
         id.head == run.head;
}

void Dictionary::NoteStreak(const Numbered& id) {
  const bool next = id.digits > 0 && id.digits == streak_digits_ &&
                    id.number == streak_next_ && id.head == streak_head_;
  streak_ = id.digits == 0 ? 0 : next ? std::min(streak_ + 1, kStreak) : 1;
  if (!next) streak_head_.assign(id.head.data(), id.head.size());
  streak_digits_ = id.digits;
  streak_next_ = id.number + 1;
}

void Dictionary::AddPlain(absl::string_view text, const Numbered& id) {
  const uint32_t code = size_.load(std::memory_order_relaxed);
  NoteStreak(id);
  texts_.New(plain_count_) = Keep(text);
  const uint32_t hash = Wanted(text).hash;
  std::unique_lock<std::shared_mutex> lock(mutex_);
  index_.insert(Coded{code, hash});
  ++plain_count_;
  size_.store(code + 1, std::memory_order_release);
}

void Dictionary::AddRun(const Numbered& id, uint32_t count) {
  const uint32_t code = size_.load(std::memory_order_relaxed);
  const uint32_t at = run_count_.load(std::memory_order_relaxed);
  Run& run = runs_.New(at);
  run.first = code;
  run.plain_before = plain_count_;
  run.digits = id.digits;
  run.number = id.number;
  run.head = std::string(id.head);
  run.count.store(count, std::memory_order_relaxed);
  streak_ = 0;
  std::unique_lock<std::shared_mutex> lock(mutex_);
  runs_by_head_[std::string(RunKey(id).view())].emplace(id.number, at);
  run_count_.store(at + 1, std::memory_order_release);
  size_.store(code + count, std::memory_order_release);
}

const char* Dictionary::Keep(absl::string_view text) {
  char length[10];
  size_t bytes = 0;
  for (size_t rest = text.size();; rest >>= 7) {
    length[bytes] = static_cast<char>(rest & 0x7F);
    if (rest < 0x80) break;
    length[bytes++] |= static_cast<char>(0x80);
  }
  const size_t size = ++bytes + text.size();
  char* place = nullptr;
  if (size > kLargestPiece / 4) {
    pieces_.push_back(std::unique_ptr<char[]>(new char[size]));
    place = pieces_.back().get();
  } else {
    if (size > free_bytes_) {
      const size_t piece = std::max(next_piece_, size);
      pieces_.push_back(std::unique_ptr<char[]>(new char[piece]));
      free_ = pieces_.back().get();
      free_bytes_ = piece;
      next_piece_ = std::min(next_piece_ * 2, kLargestPiece);
    }
    place = free_;
    free_ += size;
    free_bytes_ -= size;
  }
  std::memcpy(place, length, bytes);
  if (!text.empty()) std::memcpy(place + bytes, text.data(), text.size());
  return place;
}

// Number of codes and of runs; each run: codes before it that are in no run,
// codes in it, head, digits, first number. Then the strings in no run.
void Dictionary::Save(ByteSink* sink) const {
  const uint32_t count = size();
  uint32_t runs = run_count_.load(std::memory_order_acquire);
  while (runs > 0 && runs_[runs - 1].first >= count) --runs;
  const auto codes_in = [&](const Run& run) {
    return std::min(run.count.load(std::memory_order_relaxed),
                    count - run.first);
  };
  sink->Varint(count);
  sink->Varint(runs);
  for (uint32_t i = 0; i < runs; ++i) {
    const Run& run = runs_[i];
    sink->Varint(run.plain_before);
    sink->Varint(codes_in(run));
    sink->Text(run.head);
    sink->Varint(static_cast<uint64_t>(run.digits));
    sink->Varint(run.number);
  }
  uint32_t code = 1;
  for (uint32_t i = 0; i <= runs; ++i) {
    const uint32_t end = i < runs ? runs_[i].first : count;
    while (code < end) sink->Text(Plain(code++));
    if (i < runs) code = end + codes_in(runs_[i]);
  }
}

// Whether it can stand here: of ids that no other run has, and of the form that
// Parse gives them. `room` is how many codes are left.
bool Dictionary::IsRun(const SavedRun& run, uint64_t room) const {
  if (run.count == 0 || run.count > room || run.digits == 0 ||
      run.digits > kMaxDigits || run.head.size() + run.digits > Word::kMaxOwn ||
      !IsUtf8(run.head)) {
    return false;
  }
  const int digits = static_cast<int>(run.digits);
  if (digits < kMaxDigits && !run.head.empty() && run.head.back() >= '0' &&
      run.head.back() <= '9') {
    return false;
  }
  if (run.number >= PowerOfTen(digits) ||
      run.count > PowerOfTen(digits) - run.number) {
    return false;
  }
  const Numbered first{run.head, run.number, digits};
  return !AnyIsInRun(first, run.count);
}

void Dictionary::LoadPlain(uint64_t until, ByteSource* source) {
  while (source->ok() && plain_count_ < until) {
    const std::string text = source->Text();
    const bool good = source->ok() && IsUtf8(text) && !FindOwn(text);
    if (source->Expect(good, "text")) AddPlain(text, Parse(text));
  }
}

void Dictionary::Load(ByteSource* source) {
  const uint64_t count = source->Varint();
  if (!source->Expect(count >= 1 && count <= ~uint32_t{0}, "count")) return;
  std::vector<SavedRun> runs;
  uint64_t left = count;
  for (uint64_t n = source->Varint(); n > 0 && source->ok(); --n) {
    SavedRun run;
    run.plain_before = source->Varint();
    run.count = source->Varint();
    run.head = source->Text();
    run.digits = source->Varint();
    run.number = source->Varint();
    const uint64_t before = runs.empty() ? 0 : runs.back().plain_before;
    if (!source->Expect(run.count <= left && run.plain_before > before,
                        "run")) {
      return;
    }
    left -= run.count;
    runs.push_back(std::move(run));
  }
  // `left` is the number of codes that are in no run.
  if (!runs.empty() &&
      !source->Expect(runs.back().plain_before <= left, "run")) {
    return;
  }
  for (const SavedRun& run : runs) {
    LoadPlain(run.plain_before, source);
    if (!source->ok()) return;
    if (!source->Expect(IsRun(run, count - size()), "run")) return;
    AddRun({run.head, run.number, static_cast<int>(run.digits)},
           static_cast<uint32_t>(run.count));
  }
  LoadPlain(left, source);
  if (runs.empty() || !source->ok()) return;
  // A run must not have an id that stood before it by itself.
  for (const Coded& coded : index_) {
    source->Expect(!LookupInRuns(Parse(Plain(coded.code))), "run");
  }
}

}  // namespace duban::table
