#include "src/ledger/import_order.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <queue>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "src/base/hash_map.h"

namespace duban::ledger {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using table::RecordRow;
using table::RecordSchema;

// A tree deeper than this is refused anyway.
constexpr int kMaxDepth = 64;

std::string TextOf(const Message& record, const FieldDescriptor* field) {
  return record.GetReflection()->GetString(record, field);
}

// Columns by which records of a table refer to others of the same table.
std::vector<const FieldDescriptor*> SelfReferences(const RecordSchema& schema) {
  std::vector<const FieldDescriptor*> fields;
  for (const table::Column& column : schema.columns()) {
    if (column.refers_to == schema.kind() && column.path.size() == 1 &&
        !column.is_list()) {
      fields.push_back(column.path[0]);
    }
  }
  return fields;
}

class Sorter {
 public:
  Sorter(const RecordSchema& schema, std::vector<RecordRow>* rows)
      : schema_(schema),
        fields_(SelfReferences(schema)),
        rows_(*rows),
        items_(rows->size()) {}

  bool has_references() const { return !fields_.empty(); }

  std::vector<RecordRow> Sort() {
    Index();
    for (size_t i = 0; i < rows_.size(); ++i) Wait(i);
    do {
      Drain();
    } while (ComeEarly());
    // What is left is on a cycle of parents, or refers to one.
    std::vector<size_t> left;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (!items_[i].done) left.push_back(i);
    }
    for (const size_t i : left) sorted_.push_back(std::move(rows_[i]));
    return std::move(sorted_);
  }

 private:
  struct Item {
    std::string id;
    std::string since;
    int depth = 0;
    int waits_for = 0;
    // For something it cannot come without.
    int waits_in_earnest = 0;
    bool done = false;
    bool is_there = false;  // maybe without its guide
    int next_version = -1;
  };
  // The last is the row's index.
  using Key = std::tuple<absl::string_view, int, size_t>;
  using Heap = std::priority_queue<Key, std::vector<Key>, std::greater<Key>>;

  Key KeyOf(size_t i) const { return {items_[i].since, items_[i].depth, i}; }

  static size_t Pop(Heap* heap) {
    const size_t i = std::get<2>(heap->top());
    heap->pop();
    return i;
  }

  void Index() {
    const auto* id = schema_.column(schema_.id_column()).path[0];
    bool versions = false;
    for (size_t i = 0; i < rows_.size(); ++i) {
      items_[i].id = TextOf(*rows_[i].record, id);
      std::vector<size_t>& same = rows_of_[items_[i].id];
      same.push_back(i);
      versions |= same.size() > 1;
    }
    if (!versions || schema_.kind() != v1::ORGANIZATION) return;
    const auto* since = schema_.descriptor()->FindFieldByName("since");
    for (size_t i = 0; i < rows_.size(); ++i) {
      items_[i].since = TextOf(*rows_[i].record, since);
    }
    for (auto& [organization, rows] : rows_of_) {
      std::sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
        return items_[a].since < items_[b].since;
      });
      for (size_t k = 1; k < rows.size(); ++k) {
        items_[rows[k - 1]].next_version = static_cast<int>(rows[k]);
        ++items_[rows[k]].waits_for;
        ++items_[rows[k]].waits_in_earnest;
      }
    }
    const auto* parent = schema_.descriptor()->FindFieldByName("parent");
    for (size_t i = 0; i < rows_.size(); ++i) {
      items_[i].depth = DepthOf(i, parent);
    }
  }

  // On the day on which the row begins.
  int DepthOf(size_t i, const FieldDescriptor* parent) const {
    const std::string& day = items_[i].since;
    int depth = 0;
    for (size_t at = i; depth < kMaxDepth; ++depth) {
      const auto above = rows_of_.find(TextOf(*rows_[at].record, parent));
      if (above == rows_of_.end()) break;
      const std::vector<size_t>& versions = above->second;
      const auto after =
          std::upper_bound(versions.begin(), versions.end(), day,
                           [&](const std::string& d, size_t row) {
                             return d < items_[row].since;
                           });
      if (after == versions.begin()) break;
      at = *std::prev(after);
    }
    return depth;
  }

  void Wait(size_t i) {
    for (const FieldDescriptor* field : fields_) {
      const std::string id = TextOf(*rows_[i].record, field);
      const bool is_parent = field->name() == "parent";
      if (rows_of_.find(id) == rows_of_.end()) continue;
      // Refused in any order.
      if (is_parent && id == items_[i].id) continue;
      ++items_[i].waits_for;
      items_[i].waits_in_earnest += is_parent;
      waiting_[id].push_back({i, is_parent});
    }
    LetGo(i);
  }

  void LetGo(size_t i) {
    if (items_[i].waits_for == 0) {
      free_.push(KeyOf(i));
    } else if (items_[i].waits_in_earnest == 0) {
      nearly_free_.push(KeyOf(i));
    }
  }

  void Drain() {
    while (!free_.empty()) {
      const size_t i = Pop(&free_);
      items_[i].done = true;
      sorted_.push_back(std::move(rows_[i]));
      IsThere(i);
    }
  }

  void IsThere(size_t i) {
    if (items_[i].is_there) return;
    items_[i].is_there = true;
    if (const int next = items_[i].next_version; next >= 0) {
      Release(static_cast<size_t>(next), true);
    }
    there_.insert(items_[i].id);
    const auto waiting = waiting_.find(items_[i].id);
    if (waiting == waiting_.end()) return;
    const std::vector<Waiting> rows = std::move(waiting->second);
    waiting->second.clear();
    for (const Waiting& w : rows) Release(w.row, w.is_parent);
  }

  void Release(size_t i, bool in_earnest) {
    --items_[i].waits_for;
    items_[i].waits_in_earnest -= in_earnest;
    LetGo(i);
  }

  // A row that lacks nothing but a guide comes without it. False where there
  // is none.
  bool ComeEarly() {
    while (!nearly_free_.empty()) {
      const size_t i = Pop(&nearly_free_);
      if (items_[i].is_there) continue;
      RecordRow early{rows_[i].row, rows_[i].line, schema_.NewRecord()};
      early.record->CopyFrom(*rows_[i].record);
      for (const FieldDescriptor* field : fields_) {
        const std::string id = TextOf(*early.record, field);
        if (rows_of_.find(id) != rows_of_.end() && !there_.contains(id)) {
          early.record->GetReflection()->ClearField(early.record.get(), field);
        }
      }
      sorted_.push_back(std::move(early));
      IsThere(i);
      return true;
    }
    return false;
  }

  struct Waiting {
    size_t row;
    bool is_parent;
  };

  const RecordSchema& schema_;
  const std::vector<const FieldDescriptor*> fields_;
  std::vector<RecordRow>& rows_;
  std::vector<Item> items_;
  HashMap<std::string, std::vector<size_t>> rows_of_;
  HashMap<std::string, std::vector<Waiting>> waiting_;
  HashSet<std::string> there_;
  Heap free_;
  Heap nearly_free_;
  std::vector<RecordRow> sorted_;
};

}  // namespace

void SortByReference(const RecordSchema& schema, std::vector<RecordRow>* rows) {
  Sorter sorter(schema, rows);
  if (sorter.has_references()) *rows = sorter.Sort();
}

}  // namespace duban::ledger
