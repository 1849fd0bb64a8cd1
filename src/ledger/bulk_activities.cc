// Activities by column, all at once.
#include <algorithm>
#include <exception>
#include <numeric>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "src/ledger/bulk.h"
#include "src/ledger/check.h"
#include "src/table/plain_record.h"

namespace duban::ledger {

using table::Column;
using table::ColumnType;
using table::Records;

namespace {

constexpr int64_t kLongestMinutes = 1440;

// Both pieces of work, on two threads where that many may be used and can be
// had. An exception of either is thrown once both are done.
template <typename First, typename Second>
void Both(int threads, First first, Second second) {
  std::exception_ptr failed;
  std::thread other;
  if (threads > 1) {
    try {
      other = std::thread([&] {
        try {
          second();
        } catch (...) {
          failed = std::current_exception();
        }
      });
    } catch (const std::system_error&) {
      // One thread then.
    }
  }
  const bool alone = !other.joinable();
  try {
    first();
    if (alone) second();
  } catch (...) {
    if (!alone) other.join();
    throw;
  }
  if (!alone) other.join();
  if (failed != nullptr) std::rethrow_exception(failed);
}

bool NoneIsZero(absl::Span<const int64_t> items) {
  return std::find(items.begin(), items.end(), 0) == items.end();
}

}  // namespace

// Every check here is that of a single activity, once for each word or number
// instead of once for each row. What one of them does not like is left to the
// row by row way, which says why.
class ColumnRows::Activities {
 public:
  Activities(const ColumnRows& rows, State* state)
      : rows_(rows), state_(state), codes_(rows.given_.size()) {}

  bool Put(int threads) {
    ids_ = FindGiven("id");
    bool good_ids = false;
    bool good_rest = false;
    Both(
        threads, [&] { good_ids = FindIds(); },
        [&] { good_rest = CheckColumns(); });
    if (!good_ids || !good_rest) return false;
    Records* to = state_->columns(v1::ACTIVITY);
    Both(
        threads,
        [&] {
          to->AppendColumn(rows_.rows_, {ids_->column, id_codes_, {}, {}});
        },
        [&] {
          for (size_t i = 0; i < rows_.given_.size(); ++i) Append(i, to);
        });
    state_->PutRows(v1::ACTIVITY, id_codes_);
    return true;
  }

 private:
  const Given* FindGiven(absl::string_view name) const {
    for (const Given& given : rows_.given_) {
      if (given.data->name() == name) return &given;
    }
    return nullptr;
  }

  // The codes of the ids, if all are fit, different, and of no row so far.
  bool FindIds() {
    if (FindIdsInARow()) return true;
    if (!IdsDiffer()) return false;
    const int column = ids_->column;
    Records* records = state_->columns(v1::ACTIVITY);
    id_codes_.reserve(rows_.rows_);
    std::string text;
    for (const int64_t item : ids_->items) {
      bool ascii = false;
      NumberInto(item, &text);
      if (!table::IsPlainText(rows_.schema(), column, text, &ascii)) {
        return false;
      }
      const uint32_t code = records->Intern(column, text);
      if (state_->Newest(v1::ACTIVITY, code)) return false;
      if (!ascii && text.find("★") != std::string::npos) return false;
      id_codes_.push_back(code);
    }
    return true;
  }

  // Ids that count up and are new: what holds of one holds of all.
  bool FindIdsInARow() {
    const std::vector<int64_t>& items = ids_->items;
    const v1::ColumnData& data = *ids_->data;
    if (data.digits() == 0 || items.front() < 0) return false;
    for (size_t i = 1; i < items.size(); ++i) {
      if (items[i] != items[i - 1] + 1) return false;
    }
    std::string text;
    NumberInto(items.front(), &text);
    bool ascii = false;
    if (!table::IsPlainText(rows_.schema(), ids_->column, text, &ascii) ||
        (!ascii && text.find("★") != std::string::npos)) {
      return false;
    }
    const auto first =
        state_->columns(v1::ACTIVITY)
            ->InternRun(ids_->column, data.head(),
                        static_cast<int>(data.digits()),
                        static_cast<uint64_t>(items.front()), rows_.rows_);
    if (!first) return false;
    id_codes_.resize(items.size());
    std::iota(id_codes_.begin(), id_codes_.end(), int64_t{*first});
    return true;
  }

  bool IdsDiffer() const {
    std::vector<int64_t> items = ids_->items;
    if (!std::is_sorted(items.begin(), items.end())) {
      std::sort(items.begin(), items.end());
    }
    if (ids_->data->digits() == 0 && items.front() == 0) return false;
    return std::adjacent_find(items.begin(), items.end()) == items.end();
  }

  // As ColumnRows::Text, into the same string again.
  void NumberInto(int64_t item, std::string* text) const {
    const v1::ColumnData& data = *ids_->data;
    if (data.digits() == 0) {
      *text = data.word(static_cast<int>(item - 1));
      return;
    }
    *text = data.head();
    text->resize(data.head().size() + data.digits(), '0');
    for (size_t i = text->size(); item > 0; item /= 10) {
      (*text)[--i] = static_cast<char>('0' + item % 10);
    }
  }

  bool CheckColumns() {
    for (size_t i = 0; i < rows_.given_.size(); ++i) {
      const Given& given = rows_.given_[i];
      if (&given == ids_) continue;
      const Column& column = rows_.schema().column(given.column);
      if (column.path.size() > 1) return false;  // may be there and empty
      if (column.required && !NoneIsZero(given.items)) return false;
      switch (column.type) {
        case ColumnType::kText:
        case ColumnType::kTextList:
          if (!CheckWords(column, given, &codes_[i])) return false;
          break;
        case ColumnType::kInt:
          if (!CheckMinutes(given)) return false;
          break;
        case ColumnType::kEnumList:
          if (!CheckAttestations(given)) return false;
          break;
        case ColumnType::kDate:
        case ColumnType::kBool:
          break;
        default:
          return false;
      }
    }
    // Whether a pairing is valid on the day is asked row by row.
    const Given* pairings = FindGiven("pairing");
    if (pairings != nullptr && AnyIsSet(*pairings)) return false;
    return CheckParticipants() && CheckUnannounced();
  }

  // Codes of references are noted; other texts get theirs when they are put.
  bool CheckWords(const Column& column, const Given& given,
                  std::vector<uint32_t>* codes) const {
    if (given.data->digits() > 0) return false;
    const bool ids = column.refers_to != v1::RECORD_KIND_UNSPECIFIED;
    if (ids && column.is_list() && !NoneIsZero(given.items)) return false;
    codes->assign(static_cast<size_t>(given.data->word_size()) + 1, 0);
    size_t next = 0;
    for (const std::string& word : given.data->word()) {
      bool ascii = false;
      if (!table::IsPlainText(rows_.schema(), given.column, word, &ascii) ||
          !IsPlainlyRight(*state_, column, word, ascii, &(*codes)[++next])) {
        return false;
      }
    }
    return true;
  }

  static bool CheckMinutes(const Given& given) {
    return std::all_of(given.items.begin(), given.items.end(), [](int64_t n) {
      return n >= 0 && n <= kLongestMinutes;
    });
  }

  static bool CheckAttestations(const Given& given) {
    return std::all_of(given.items.begin(), given.items.end(), [](int64_t n) {
      return n > v1::ATTESTATION_UNSPECIFIED && n <= v1::Attestation_MAX;
    });
  }

  static uint32_t LengthOf(const Given& given, uint32_t row) {
    return given.lengths.empty() ? 1 : given.lengths[row];
  }

  // Each is there at the end: whether somebody has left by the day of an
  // activity is asked row by row.
  bool NobodyHasLeft(const Given& participants) const {
    const auto& codes =
        codes_[static_cast<size_t>(&participants - rows_.given_.data())];
    return std::all_of(codes.begin(), codes.end(), [&](uint32_t code) {
      return code == 0 || state_->LifeOf(v1::PERSON, code).until == Date::Max();
    });
  }

  bool CheckParticipants() const {
    const Given* given = FindGiven("participants");
    if (given == nullptr) return true;
    if (!NobodyHasLeft(*given)) return false;
    if (given->lengths.empty()) return true;
    const int64_t* from = given->items.data();
    std::vector<int64_t> sorted;
    for (const uint32_t length : given->lengths) {
      if (length == 2 && from[0] == from[1]) return false;
      if (length > 2) {
        sorted.assign(from, from + length);
        std::sort(sorted.begin(), sorted.end());
        if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
          return false;
        }
      }
      from += length;
    }
    return true;
  }

  // An unannounced visit has each attestation.
  bool CheckUnannounced() const {
    const Given* flags = FindGiven("unannounced");
    if (flags == nullptr) return true;
    const Given* given = FindGiven("attestations");
    if (given == nullptr) return !AnyIsSet(*flags);
    constexpr uint32_t all = (uint32_t{1} << v1::Attestation_ARRAYSIZE) - 2;
    size_t next = 0;
    for (uint32_t row = 0; row < rows_.rows_; ++row) {
      uint32_t attested = 0;
      for (uint32_t n = LengthOf(*given, row); n > 0; --n) {
        attested |= uint32_t{1} << given->items[next++];
      }
      if (flags->items[row] != 0 && attested != all) return false;
    }
    return true;
  }

  static bool AnyIsSet(const Given& given) {
    return std::any_of(given.items.begin(), given.items.end(),
                       [](int64_t n) { return n != 0; });
  }

  void Append(size_t i, Records* to) {
    const Given& given = rows_.given_[i];
    if (&given == ids_) return;
    const Column& column = rows_.schema().column(given.column);
    std::vector<uint32_t>& codes = codes_[i];
    if (!codes.empty() && column.refers_to == v1::RECORD_KIND_UNSPECIFIED) {
      // In the order in which rows use them, as row by row.
      for (const int64_t item : given.items) {
        uint32_t& code = codes[static_cast<size_t>(item)];
        if (code == 0 && item != 0) {
          code = to->Intern(given.column,
                            given.data->word(static_cast<int>(item - 1)));
        }
      }
    }
    to->AppendColumn(rows_.rows_,
                     {given.column, given.items, codes, given.lengths});
  }

  const ColumnRows& rows_;
  State* const state_;
  const Given* ids_ = nullptr;
  std::vector<int64_t> id_codes_;
  std::vector<std::vector<uint32_t>> codes_;  // by column given: of its words
};

bool ColumnRows::PutAtOnce(int threads, State* state) const {
  return kind() == v1::ACTIVITY && Activities(*this, state).Put(threads);
}

}  // namespace duban::ledger
